//! What one logical line could be by its own words: one letter of the alphabet that
//! `grammar/report.pest` is written in, and the marker of a heading.

use std::cell::OnceCell;
use std::sync::LazyLock;

use super::report::MarkerStyle;
use super::tree::NodeKind;
use crate::layout::{self, Line, Logical, Role, Style, may_begin};
use crate::text::{Folded, Letters, Span, fold, fold_char, is_capitals, roman_value, similarity};
use crate::vocabulary::{Kind, vocabulary};

/// The pest parser; its types stay in here.
mod grammar {
    #![allow(missing_docs, reason = "pest generates an enum of the grammar's rules")]

    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/line.pest"]
    pub(super) struct LineGrammar;
}

use grammar::{LineGrammar, Rule};
use pest::Parser as _;
use pest::iterators::Pair;

/// What a line must begin with to be a component, folded; made by the build.
static COMPONENTS: &[[char; 3]] = include!(concat!(env!("OUT_DIR"), "/component.rs"));

/// A line up to this length can be a title in capitals; nothing reads further, in characters.
pub(super) const WINDOW: usize = 200;
/// The longest marker or label, in characters.
pub(super) const MARKER: usize = 48;
/// A line up to this length can be a component of head or foot, in characters.
pub(super) const SHORT: usize = 120;
/// A line without end mark up to this length can be a title, in bytes.
pub(super) const TITLE: usize = 600;
/// Lines in which the title stands.
pub(super) const HEAD: usize = 60;
/// How many words of the quốc hiệu may be missing.
const LEFT_OUT: usize = 3;
/// How alike a line must be to a fixed phrase of the head.
const ALIKE: f64 = 0.8;

/// What each line of a document could be, by itself.
#[derive(Clone, Debug)]
pub(crate) struct Classes {
    letters: Letters,
    pub(super) lines: Vec<Class>,
}

impl Classes {
    /// Classifies all lines.
    pub(crate) fn of(logical: &Logical, letters: Letters) -> Self {
        let lines = logical.lines.iter();
        let lines = lines.map(|line| classify(&logical.text, line, letters));
        Self {
            letters,
            lines: lines.collect(),
        }
    }

    /// Classifies the lines that are not those of an earlier text. `same` gives for a line which
    /// one of that text has its words, and how many bytes before it.
    pub(crate) fn after(
        (was, earlier): (&Logical, &Self),
        now: &Logical,
        letters: Letters,
        same: impl Fn(usize) -> Option<(usize, i64)>,
    ) -> Self {
        let known = |index: usize, line: &Line| {
            let (at, shift) = same(index).filter(|_| earlier.letters == letters)?;
            let old = was.lines.get(at)?;
            let alike = old.span.moved(shift) == line.span
                && (old.role, old.marker) == (line.role, line.marker);
            alike.then(|| earlier.lines[at].moved(shift))
        };
        let lines = now.lines.iter().enumerate();
        let lines = lines.map(|(index, line)| {
            known(index, line).unwrap_or_else(|| classify(&now.text, line, letters))
        });
        Self {
            letters,
            lines: lines.collect(),
        }
    }
}

/// What a line could be.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Class {
    /// The letter in `grammar/report.pest`.
    pub(super) letter: u8,
    /// The marker, for `H` and `I`.
    pub(super) marker: Option<Marker>,
}

impl Class {
    /// That of the same line `by` bytes later.
    fn moved(self, by: i64) -> Self {
        let marker = self.marker.map(|marker| Marker {
            span: marker.span.moved(by),
            ..marker
        });
        Self { marker, ..self }
    }
}

/// The marker at the beginning of a heading or item.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Marker {
    /// In the logical text.
    pub(super) span: Span,
    /// `None` for dashes and bullets.
    pub(super) style: Option<MarkerStyle>,
    pub(super) ordinal: Option<u32>,
    /// Number of components: `1.2.3` has 3, all others 1.
    pub(super) depth: u8,
}

/// The names of kinds, folded, the longest first.
static KINDS: LazyLock<Vec<(String, &'static Kind)>> = LazyLock::new(|| {
    let mut kinds: Vec<_> = vocabulary()
        .kinds
        .iter()
        .filter(|kind| !kind.untitled)
        .flat_map(|kind| kind.names().map(move |name| (fold(name), kind)))
        .collect();
    kinds.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    kinds
});

/// The kind whose name a text begins with, and the length of the name in folded characters.
pub(super) fn leading_kind(folded: &str) -> Option<(&'static Kind, usize)> {
    let (name, kind) = KINDS.iter().find(|(name, _)| {
        folded
            .strip_prefix(name.as_str())
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    })?;
    Some((kind, name.len()))
}

/// The kind whose name a text begins with, a letter or two misread.
pub(super) fn leading_kind_misread(folded: &str) -> Option<&'static Kind> {
    let (_, kind) = KINDS.iter().find(|(name, _)| {
        folded
            .get(..name.len())
            .is_some_and(|prefix| similarity(prefix, name) >= ALIKE)
    })?;
    Some(kind)
}

/// A line with what the classification needs to know of it.
struct Shape<'t> {
    text: &'t str,
    letters: Letters,
    /// How many characters the line has, as far as the window reaches.
    chars: usize,
    /// All letters are capitals.
    upper: bool,
    folded: OnceCell<Folded>,
}

impl<'t> Shape<'t> {
    fn new(text: &'t str, letters: Letters) -> Self {
        // As many bytes as hold more characters than the window says enough of a longer line.
        let bytes = &text.as_bytes()[..text.len().min(4 * (WINDOW + 1))];
        Self {
            text,
            letters,
            chars: bytes.iter().filter(|&byte| byte & 0xC0 != 0x80).count(),
            upper: is_capitals(text),
            folded: OnceCell::new(),
        }
    }

    /// The line folded, or so much of it as holds a marker or label where it is long. Most lines
    /// are never folded.
    fn folded(&self) -> &Folded {
        self.folded.get_or_init(|| {
            let window = if self.is_short() { SHORT } else { MARKER };
            Folded::new(self.text, self.letters, window)
        })
    }

    /// Whether the line begins with letters that a component begins with.
    fn may_be_component(&self) -> bool {
        if self.letters == Letters::Exact {
            let blank = |c: char| if c.is_whitespace() { ' ' } else { fold_char(c) };
            may_begin(COMPONENTS, self.text.chars().map(blank))
        } else {
            may_begin(COMPONENTS, self.folded().text.chars())
        }
    }

    /// The first character of the line as written.
    fn first(&self) -> Option<char> {
        self.text.chars().next()
    }

    fn starts_upper(&self) -> bool {
        self.first().is_some_and(char::is_uppercase)
    }

    fn is_short(&self) -> bool {
        self.chars <= SHORT
    }

    /// What follows a part of the line, without blanks.
    fn after(&self, part: Span) -> &str {
        self.text[part.end as usize..].trim_start()
    }
}

/// Classifies a line.
pub(super) fn classify(text: &str, line: &Line, letters: Letters) -> Class {
    let plain = |letter| Class {
        letter,
        marker: None,
    };
    if line.role != Role::Text {
        return plain(b'F');
    }
    let shape = Shape::new(line.span.of(text), letters);
    if shape.is_short()
        && let Some(letter) = head_line(&shape)
    {
        return plain(letter);
    }
    let pair = shape
        .may_be_component()
        .then(|| parse(&shape.folded().text))
        .flatten();
    let marker = match &pair {
        Some(pair) => division(&shape, pair),
        None => line.marker.and_then(|read| item(&shape, read)),
    };
    if let Some(marker) = marker {
        let span = line.span.slice(marker.span.range());
        let letter = if marker.style.is_some() { b'H' } else { b'I' };
        return Class {
            letter,
            marker: Some(Marker { span, ..marker }),
        };
    }
    let letter = pair
        .and_then(|pair| component(&shape, &pair))
        .or_else(|| misread_label(&shape).map(|(letter, _)| letter))
        .unwrap_or_else(|| prose(&shape));
    plain(letter)
}

/// Lines of the head that are told by more than their beginning.
fn head_line(shape: &Shape<'_>) -> Option<u8> {
    let letter = shape.first().is_some_and(char::is_alphabetic);
    if !letter && shape.letters == Letters::Exact {
        return None;
    }
    fixed_phrase(shape).or_else(|| {
        let pair = parse_place_date(&shape.folded().text)?;
        is_place_date(shape, &pair).then_some(b'D')
    })
}

/// Whether a line is the name of a kind and nothing else.
pub(super) fn is_bare_kind(line: &str, letters: Letters) -> bool {
    let folded = Folded::new(line, letters, WINDOW);
    leading_kind(&folded.text).is_some_and(|(_, len)| len == folded.text.len())
}

/// How sure the marker of an article is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Its stop follows it.
    Marked,
    /// No stop does.
    Unmarked,
    /// Nor does more than the name of this document: `Điều 3 Quyết định này có hiệu lực …`.
    OfThis,
}

/// `Điều 2 Tổ chức`: what could be the marker of an article. What goes on with the name of a
/// kind (`Điều 2 Nghị định …`) is a reference, but for the name of this document after a full stop.
pub(super) fn unmarked_dieu(
    text: &str,
    lines: &[Line],
    i: usize,
    letters: Letters,
) -> Option<(Marker, Told)> {
    let line = &lines[i];
    let content = line.span.of(text);
    let numbered = content.starts_with('Đ') && content.bytes().take(14).any(|b| b.is_ascii_digit());
    if line.role != Role::Text || !numbered {
        return None;
    }
    let folded = Folded::new(content, letters, WINDOW);
    let pair = LineGrammar::parse(Rule::unmarked_dieu, &folded.text)
        .ok()?
        .next()?;
    let part = child(&pair, Rule::unmarked_dieu_marker)?;
    let span = written(&folded, &part, content);
    let rest = content[span.end as usize..].trim_start();
    if !rest.starts_with(char::is_uppercase) {
        return None;
    }
    let words = fold(first_words(rest, 4));
    let told = match leading_kind(&words) {
        None => Told::Unmarked,
        Some((_, len)) => {
            let above = i.checked_sub(1).map(|above| lines[above].span.of(text))?;
            let begins = above.trim_end().ends_with('.');
            let is_this = LineGrammar::parse(Rule::this_one, &words[len..]).is_ok();
            (begins && is_this).then_some(Told::OfThis)?
        }
    };
    let marker = Marker {
        span: line.span.slice(span.range()),
        style: Some(MarkerStyle::Dieu),
        ordinal: last_number(&part),
        depth: 1,
    };
    Some((marker, told))
}

/// A label whose letters the recognition got wrong (`Noi nhén:`), and its length in folded bytes.
fn misread_label(shape: &Shape<'_>) -> Option<(u8, usize)> {
    if shape.letters == Letters::Exact || !shape.starts_upper() {
        return None;
    }
    let labels = &vocabulary().phrases.labels;
    let table = [
        (b'R', &labels.recipients),
        (b'G', &labels.addressees),
        (b'Z', &labels.closing),
    ];
    table.into_iter().find_map(|(letter, label)| {
        let prefix = shape.folded().text.get(..label.len())?;
        let rest = &shape.folded().text[prefix.len()..];
        let whole_words = !rest.starts_with(|c: char| c.is_alphanumeric());
        (whole_words && similarity(prefix, label) >= ALIKE).then_some((letter, prefix.len()))
    })
}

fn parse(folded: &str) -> Option<Pair<'_, Rule>> {
    let line = LineGrammar::parse(Rule::line, folded).ok()?.next()?;
    line.into_inner().next()
}

/// A line of place and date; its rule is slow, so it is tried only where the word for day stands.
fn parse_place_date(folded: &str) -> Option<Pair<'_, Rule>> {
    if !folded.contains(vocabulary().phrases.labels.day.as_str()) {
        return None;
    }
    // A rule that cannot fail: making an error costs more than parsing.
    let line = LineGrammar::parse(Rule::dated, folded).ok()?.next()?;
    line.into_inner().next()
}

/// Quốc hiệu, tiêu ngữ and the mottos, recognised even when misspelt.
fn fixed_phrase(shape: &Shape<'_>) -> Option<u8> {
    let phrases = &vocabulary().phrases;
    // A small first letter is believed only where the motto follows word for word.
    let first = shape.first().map(fold_char);
    if !shape.starts_upper() && !first.is_some_and(|c| phrases.tieu_ngu.starts_with(c)) {
        return None;
    }
    let folded = shape
        .folded()
        .text
        .trim_matches(|c: char| !c.is_alphanumeric());
    let table = [
        (b'Q', &phrases.quoc_hieu, true),
        (b'q', &phrases.tieu_ngu, false),
        (b'P', &phrases.party_motto, true),
        (b'P', &phrases.youth_motto, true),
    ];
    table
        .into_iter()
        .find(|(_, phrase, upper)| {
            let cased = if *upper {
                shape.upper || shape.letters == Letters::Confusable
            } else {
                shape.starts_upper()
            };
            // In the wrong case only a line that is the phrase word for word.
            folded == phrase.as_str()
                || (cased
                    && folded.len().abs_diff(phrase.len()) <= 6
                    && similarity(folded, phrase) >= ALIKE)
        })
        .map(|(letter, ..)| letter)
        .or_else(|| is_cut_quoc_hieu(shape, folded).then_some(b'Q'))
}

/// The quốc hiệu with words left out. Of a scan that is the reading of a line of two columns.
fn is_cut_quoc_hieu(shape: &Shape<'_>, folded: &str) -> bool {
    let phrase = &vocabulary().phrases.quoc_hieu;
    let mut whole = phrase.split(' ');
    let count = folded.split_whitespace().count();
    shape.upper
        && shape.letters == Letters::Exact
        && count + LEFT_OUT >= whole.clone().count()
        && folded
            .split_whitespace()
            .all(|word| whole.any(|other| other == word))
}

/// Components of head and foot.
fn component(shape: &Shape<'_>, pair: &Pair<'_, Rule>) -> Option<u8> {
    let upper_or_ocr = shape.upper || shape.letters == Letters::Confusable;
    let (letter, sure) = match pair.as_rule() {
        Rule::mark => (b'M', shape.text.chars().count() >= 3 || shape.text == "*"),
        Rule::row => (b'W', true),
        Rule::number_line => (b'N', shape.is_short() && shape.starts_upper()),
        Rule::subject_marker => (b'V', true),
        Rule::addressees => (b'G', shape.starts_upper()),
        Rule::basis => (b'B', !shape.first().is_some_and(char::is_lowercase)),
        Rule::enacting => (b'E', upper_or_ocr),
        Rule::closing => (b'Z', shape.starts_upper()),
        Rule::recipients => (b'R', shape.starts_upper()),
        Rule::archive => (b'L', shape.is_short()),
        Rule::authority => (b'A', shape.is_short() && is_authority(shape, pair)),
        Rule::appendix => (b'X', shape.is_short() && shape.starts_upper()),
        Rule::attached_note => (b'K', true),
        _ => return None,
    };
    sure.then_some(letter)
}

/// `KT. GIÁM ĐỐC`: the prefix in capitals and what follows in capitals, or at least a full stop
/// or slash in the prefix. `Tm. Ủy ban nhân dân`: of the prefix only the first letter.
fn is_authority(shape: &Shape<'_>, pair: &Pair<'_, Rule>) -> bool {
    let Some(prefix) = child(pair, Rule::authority_prefix) else {
        return false;
    };
    let span = written(shape.folded(), &prefix, shape.text);
    let prefix = span.of(shape.text);
    let marked = prefix.contains(['.', '/', ':']);
    let office = shape.after(span);
    let titled = prefix.chars().count() > 2 && office.starts_with(char::is_uppercase);
    if prefix.chars().any(char::is_lowercase) {
        let few = office.split_whitespace().count() <= 8 && !office.ends_with(['.', ';', ',']);
        return shape.starts_upper() && prefix.ends_with('.') && titled && few;
    }
    is_capitals(office) || (marked && titled)
}

/// A place of few words before the date, set off by a comma or written in capitals: not a
/// sentence that ends in a date.
fn is_place_date(shape: &Shape<'_>, pair: &Pair<'_, Rule>) -> bool {
    let Some(place) =
        child(pair, Rule::place).map(|place| written(shape.folded(), &place, shape.text))
    else {
        return false;
    };
    let comma = shape.after(place).starts_with([',', '.']);
    let mut words = place.of(shape.text).split_whitespace();
    let few = words.clone().count() <= 8;
    few && (comma || words.all(|w| !w.starts_with(char::is_lowercase)))
}

/// The marker of a division, if the line begins with one that is plausible.
fn division(shape: &Shape<'_>, pair: &Pair<'_, Rule>) -> Option<Marker> {
    let style = match pair.as_rule() {
        Rule::phan => MarkerStyle::Phan,
        Rule::chuong => MarkerStyle::Chuong,
        Rule::tieu_muc => MarkerStyle::TieuMuc,
        Rule::muc => MarkerStyle::Muc,
        Rule::dieu => MarkerStyle::Dieu,
        _ => return None,
    };
    let span = written(shape.folded(), pair, shape.text);
    let rest = shape.after(span);
    let titled = style == MarkerStyle::Dieu
        || rest.is_empty()
        || span.of(shape.text).ends_with(['.', ':', '-', '–', '—'])
        || is_capitals(rest)
        || (starts_title(rest) && !rest.ends_with(['.', ';']) && shape.is_short());
    (shape.starts_upper() && titled).then(|| Marker {
        span,
        style: Some(style),
        ordinal: last_number(pair),
        depth: 1,
    })
}

/// The marker of an item, if it is plausible before what follows it.
fn item(shape: &Shape<'_>, read: layout::Marker) -> Option<Marker> {
    let (written, rest) = shape.text.split_at(usize::from(read.len));
    let rest = rest.trim_start();
    if rest.is_empty() {
        return None;
    }
    let numbered = read.style != Style::Bullet;
    // `12. 000 đồng`: a number that goes on is no marker.
    if numbered && rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let upper_rest = starts_title(rest);
    let closed = written.chars().next_back().unwrap_or_default();
    let in_brackets = matches!(closed, ')' | '.' | '/');
    let letter = written.chars().find(|c| c.is_alphabetic());
    let (style, plausible) = match read.style {
        // A recognition makes a tilde of a stain.
        Style::Bullet => (None, written != "~" || shape.letters == Letters::Confusable),
        Style::Roman => {
            let single = written.chars().nth(1).is_none_or(|c| !c.is_alphabetic());
            let plausible = closed != ',' && (upper_rest || !(single && in_brackets));
            (Some(MarkerStyle::Roman), plausible)
        }
        Style::Bracket => (Some(MarkerStyle::ArabicBracket), true),
        Style::Number(1) => {
            let plausible = arabic_is_plausible(shape, closed, rest, upper_rest);
            (Some(MarkerStyle::Arabic), plausible)
        }
        Style::Number(_) => (
            Some(MarkerStyle::Decimal),
            upper_rest && !rest.starts_with('%'),
        ),
        // `A)` is the letter of a point, unless a title in capitals follows.
        Style::Letter
            if letter.is_some_and(char::is_uppercase) && closed == ')' && !is_capitals(rest) =>
        {
            let known = matches!(letter, Some('A'..='H' | 'Đ'));
            (Some(MarkerStyle::Letter), known && upper_rest)
        }
        Style::Letter if letter.is_some_and(char::is_uppercase) => {
            // The letters of parts.
            let known = matches!(letter, Some('A'..='H' | 'Đ'));
            let titled = !matches!(closed, '-' | '–') || (is_capitals(rest) && rest.len() >= 8);
            (Some(MarkerStyle::Alpha), known && upper_rest && titled)
        }
        Style::Letter => (Some(MarkerStyle::Letter), closed == ')' || upper_rest),
    };
    let depth = match read.style {
        Style::Number(depth) => depth,
        _ => 1,
    };
    plausible.then(|| Marker {
        span: Span::new(0, usize::from(read.len)),
        style,
        ordinal: read.value.map(u32::from),
        depth,
    })
}

/// Whether a text begins as a title does.
fn starts_title(text: &str) -> bool {
    text.starts_with(|c: char| c.is_uppercase() || matches!(c, '“' | '"' | '(' | '['))
}

/// Whether the digits of `3.` are a marker, by the sign that closes them and what follows.
fn arabic_is_plausible(shape: &Shape<'_>, closed: char, rest: &str, upper_rest: bool) -> bool {
    match closed {
        '.' => !rest.starts_with('%'),
        ',' => shape.letters == Letters::Confusable && upper_rest,
        '-' | '–' | '—' => upper_rest && !first_word(rest).contains('/'),
        _ => upper_rest,
    }
}

/// Letters, and what is left: a title of a kind, a line in capitals, a name, prose.
fn prose(shape: &Shape<'_>) -> u8 {
    let (short, text) = (shape.is_short(), shape.text);
    // Some begin with a word that is a family name too.
    if shape.upper && shape.is_short() && vocabulary().phrases.marks.contains(&shape.folded().text)
    {
        return b'M';
    }
    if looks_like_name(shape) {
        return b'S';
    }
    if shape.upper && shape.chars <= WINDOW && !text.ends_with([';', ',']) {
        let kind = leading_kind(&shape.folded().text);
        return if kind.is_some() { b'T' } else { b'U' };
    }
    // To know that there are no wide blanks is cheaper than to split at them.
    let is_row = text.contains("   ") && {
        let cells = text.split("   ").filter(|cell| !cell.trim().is_empty());
        cells.count() >= 3
    };
    if is_row {
        return b'W';
    }
    let ended = text.ends_with(['.', ';', ':', ',', '!', '?']);
    match (ended, short) {
        (false, _) if text.len() <= TITLE => b't',
        (true, true) => b's',
        _ => b'p',
    }
}

/// Two to five words, each with a capital; in capitals throughout only with a family name first.
fn looks_like_name(shape: &Shape<'_>) -> bool {
    if !shape.is_short() || shape.text.len() > 60 {
        return false;
    }
    // `ThS.`, `PGS.TS`
    let mut words: Vec<&str> = shape
        .text
        .split([' ', '\t'])
        .filter(|w| !w.is_empty() && !w.contains('.'))
        .collect();
    let phrases = &vocabulary().phrases;
    if words.len() > 2 && words[1].starts_with(char::is_lowercase) {
        let rank = fold(&words[..2].join(" "));
        if phrases.ranks.contains(&rank) || phrases.degrees.contains(&rank) {
            words.drain(..2);
        }
    }
    let marks = |word: &&&str| phrases.degree_marks.iter().any(|mark| mark == **word);
    let marked = words.iter().take_while(marks).count();
    words.drain(..marked);
    let named = (2..=5).contains(&words.len())
        && words
            .iter()
            .all(|w| w.starts_with(char::is_uppercase) && w.chars().all(char::is_alphabetic));
    if !named {
        return false;
    }
    if shape.upper {
        let first = words[0].to_lowercase();
        return vocabulary().phrases.surnames.contains(&first);
    }
    words
        .iter()
        .all(|w| w.chars().skip(1).all(char::is_lowercase))
}

/// The node of a line that means the same wherever it stands.
pub(super) fn plain_kind(letter: u8, otherwise: NodeKind) -> NodeKind {
    match letter {
        b'F' => NodeKind::Furniture,
        b'M' => NodeKind::Mark,
        b'W' => NodeKind::Row,
        b'I' => NodeKind::Item,
        b'Z' => NodeKind::Closing,
        _ => otherwise,
    }
}

fn first_words(text: &str, count: usize) -> &str {
    let end = text.match_indices(' ').nth(count - 1);
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

fn child<'p>(pair: &Pair<'p, Rule>, rule: Rule) -> Option<Pair<'p, Rule>> {
    pair.clone().into_inner().find(|p| p.as_rule() == rule)
}

/// The span of a pair of a line in the text that was folded, without blanks at its ends.
fn written(folded: &Folded, pair: &Pair<'_, Rule>, text: &str) -> Span {
    let span = pair.as_span();
    folded.back(span.start()..span.end()).trim(text)
}

fn last_number(pair: &Pair<'_, Rule>) -> Option<u32> {
    let text = pair
        .as_str()
        .trim_end_matches(|c: char| !c.is_alphanumeric());
    let word = text.rsplit(|c: char| !c.is_alphanumeric()).next()?;
    last_digits(word).or_else(|| roman_value(word))
}

fn last_digits(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit())
        .rfind(|d| !d.is_empty())?
        .parse()
        .ok()
}

/// The parts of a number line: label, digits, year, symbol, in the line as written.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct NumberParts {
    pub(super) label: Span,
    pub(super) digits: Option<Span>,
    pub(super) year: Option<Span>,
    pub(super) symbol: Option<Span>,
}

/// Takes a number line apart.
pub(super) fn number_parts(text: &str, letters: Letters) -> Option<NumberParts> {
    let folded = Folded::new(text, letters, WINDOW);
    let pair = parse(&folded.text).filter(|pair| pair.as_rule() == Rule::number_line)?;
    let mut parts = NumberParts::default();
    for part in pair.into_inner() {
        let span = written(&folded, &part, text);
        match part.as_rule() {
            Rule::number_label => parts.label = span,
            Rule::number_digits => parts.digits = Some(span),
            Rule::number_year => {
                let digits = part.into_inner().next();
                parts.year = digits.map(|digits| written(&folded, &digits, text));
            }
            Rule::number_symbol => parts.symbol = Some(span),
            _ => {}
        }
    }
    Some(parts)
}

/// The place of a place-and-date line, without the comma, and where the date begins.
pub(super) fn place_parts(text: &str, letters: Letters) -> Option<(Span, Span)> {
    let folded = Folded::new(text, letters, WINDOW);
    let pair = parse_place_date(&folded.text)?;
    let place = child(&pair, Rule::place)?;
    let date = child(&pair, Rule::date_slot)?;
    Some((
        written(&folded, &place, text),
        written(&folded, &date, text),
    ))
}

/// The label that a line begins with: `Kính gửi:`, `Nơi nhận:`, `Phụ lục I`, `V/v`.
pub(super) fn label(text: &str, letters: Letters) -> Option<Label> {
    let folded = Folded::new(text, letters, WINDOW);
    let Some(pair) = parse(&folded.text) else {
        return misread(text, folded, letters);
    };
    let label = match pair.as_rule() {
        Rule::addressees | Rule::recipients | Rule::subject_marker => pair,
        Rule::appendix => child(&pair, Rule::appendix_label)?,
        _ => return misread(text, folded, letters),
    };
    let number = child(&label, Rule::appendix_number);
    Some(Label {
        span: written(&folded, &label, text),
        number: number.map(|number| written(&folded, &number, text)),
    })
}

/// A misread label, with its colon.
fn misread(text: &str, folded: Folded, letters: Letters) -> Option<Label> {
    let shape = Shape {
        folded: OnceCell::from(folded),
        ..Shape::new(text, letters)
    };
    let (_, len) = misread_label(&shape)?;
    let colon = shape.folded().text[len..].find(':').filter(|&at| at <= 2);
    let end = len + colon.map_or(0, |at| at + 1);
    Some(Label {
        span: shape.folded().back(0..end).trim(text),
        number: None,
    })
}

/// The label of a component.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Label {
    pub(super) span: Span,
    /// The number after `Phụ lục`.
    pub(super) number: Option<Span>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Side;

    fn letter(text: &str) -> String {
        let line = Line {
            span: Span::new(0, text.len()),
            role: Role::Text,
            side: Side::Whole,
            indent: 0,
            gap: false,
            marker: layout::marker(text),
        };
        let class = classify(text, &line, Letters::Exact);
        let marker = class
            .marker
            .map(|m| format!(" [{}] {:?} {:?}", m.span.of(text), m.style, m.ordinal));
        format!("{}{}", char::from(class.letter), marker.unwrap_or_default())
    }

    #[test]
    fn components_and_markers() {
        let table = [
            ("CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Q"),
            ("CÔNG HÒA XÃ HỘI CHŨ NGHĨA VIỆT NAM", "Q"),
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA", "Q"),
            ("CỘNG HÒA XÃ HỘI", "U"),
            ("Độc lập - Tự do - Hạnh Phúc", "q"),
            ("ĐẢNG CỘNG SẢN VIỆT NAM", "P"),
            ("Số: 33/BC-UBND", "N"),
            ("Số:      /BC-UBND", "N"),
            ("Số: 12 /TTr-SNV", "N"),
            ("Số 36-HD/VPTW", "N"),
            ("Số     -NQ/TU", "N"),
            ("Số: 05/2025/QĐ-UBND", "N"),
            ("Luật số: 64/2025/QH15", "N"),
            ("Hải Minh, ngày 05 tháng 3 năm 2026", "D"),
            ("Hải Minh, ngày    tháng 3 năm 2026", "D"),
            ("TP. Hải Minh, ngày … tháng … năm 2026", "D"),
            ("Các xã gửi báo cáo trước ngày 15/10/2025.", "s"),
            (
                "1. Giao thôn rà soát trước ngày 15/10/2025.",
                "H [1.] Some(Arabic) Some(1)",
            ),
            ("hải minh, ngày 05 tháng 3 năm 2026", "D"),
            ("Hải Minh ngày 05 tháng 3 năm 2026", "D"),
            ("Số: 7/BC - UBND", "N"),
            ("V/v báo cáo công tác quý I", "V"),
            ("Kính gửi: Sở Nội vụ tỉnh Hải Minh", "G"),
            ("Căn cứ Luật Tổ chức chính quyền địa phương;", "B"),
            ("QUYẾT ĐỊNH:", "E"),
            ("QUYẾT ĐỊNH", "T"),
            ("BÁO CÁO", "T"),
            ("BÁO CÁO CÔNG TÁC THÁNG 3", "T"),
            ("ỦY BAN NHÂN DÂN", "U"),
            ("Nơi nhận:", "R"),
            ("Nơi nhận", "R"),
            ("- Lưu: VT, TH.", "L"),
            ("Lưu VT.", "L"),
            ("TM. ỦY BAN NHÂN DÂN", "A"),
            ("KT.GIÁM ĐỐC", "A"),
            ("T/M ĐẢNG ỦY", "A"),
            ("Q. CHỦ TỊCH", "A"),
            ("CHỦ TỊCH", "U"),
            ("Trần Thị Bình", "S"),
            ("TRẦN THỊ BÌNH", "S"),
            ("ThS. Trần Văn Bình", "S"),
            ("PGS.TS Trần Văn Bình", "S"),
            ("Trung tá Trần Văn Bình", "S"),
            ("Trung tâm Văn hóa", "t"),
            ("Phụ lục I", "X"),
            ("PHỤ LỤC 01", "X"),
            ("Phụ lục I kèm theo báo cáo này nêu rõ các chỉ tiêu.", "s"),
            ("(Kèm theo Báo cáo số    /BC-UBND)", "K"),
            ("----------", "M"),
            ("*", "M"),
            ("Trên đây là báo cáo của xã./.", "Z"),
            ("I. TÌNH HÌNH CHUNG", "H [I.] Some(Roman) Some(1)"),
            ("IV.Nhiệm vụ", "H [IV.] Some(Roman) Some(4)"),
            ("I- Nhiệm vụ", "H [I-] Some(Roman) Some(1)"),
            ("V. KIẾN NGHỊ", "H [V.] Some(Roman) Some(5)"),
            ("A. PHẦN CHUNG", "H [A.] Some(Alpha) Some(1)"),
            ("A- PHẦN CHUNG", "H [A-] Some(Alpha) Some(1)"),
            ("A- Phần chung", "t"),
            ("TM ỦY BAN NHÂN DÂN", "A"),
            ("T.M ỦY BAN NHÂN DÂN", "A"),
            ("TL CHỦ TỊCH", "A"),
            ("TM DỊCH VỤ HẢI MINH", "U"),
            ("1. Kết quả", "H [1.] Some(Arabic) Some(1)"),
            ("1.2. Kết quả", "H [1.2.] Some(Decimal) Some(2)"),
            ("1.2 Kết quả", "H [1.2] Some(Decimal) Some(2)"),
            ("a) Kết quả", "H [a)] Some(Letter) Some(1)"),
            ("đ) kết quả", "H [đ)] Some(Letter) Some(5)"),
            ("a. Kết quả", "H [a.] Some(Letter) Some(1)"),
            ("(2) kết quả", "H [(2)] Some(ArabicBracket) Some(2)"),
            (
                "Điều 5. Tổ chức thực hiện",
                "H [Điều 5.] Some(Dieu) Some(5)",
            ),
            ("Điều 5 của Luật này", "t"),
            ("Phần II", "H [Phần II] Some(Phan) Some(2)"),
            ("Phần lớn các hộ", "t"),
            (
                "Chương I QUY ĐỊNH CHUNG",
                "H [Chương I] Some(Chuong) Some(1)",
            ),
            ("Mục tiêu chung", "t"),
            ("- Đã giao 12 việc;", "I [-] None None"),
            ("+ Đã xong", "I [+] None None"),
            ("2021-2025. Ứng dụng công nghệ", "t"),
            ("12.500 hộ được hỗ trợ", "t"),
            ("|Nơi nhận |KT. |", "W"),
            ("Khó khăn, hạn chế", "t"),
        ];
        let wrong: Vec<_> = table
            .iter()
            .filter(|(text, expected)| letter(text) != *expected)
            .map(|(text, expected)| format!("{text}: {} instead of {expected}", letter(text)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
