//! Where a citation may stand, what precedes its number, and its parts as written.

use std::sync::LazyLock;

use super::codes::{self, Tolerance};
use crate::syntax::grammar::{self, Rule};
use crate::syntax::words::Words;
use crate::text::{Span, first_bytes, floor, last_bytes, strip_folded};
use crate::vocabulary::{Kind, KindRegime, vocabulary};

/// Bytes looked at before a number.
const BEFORE: usize = 64;
/// Bytes looked at for the name of a law before its number.
const BEFORE_LAW: usize = 128;
/// Bytes that number and symbol may take.
const SYMBOL: usize = 96;
/// Bytes between a number and the letters of its symbol, the year included.
const GAP: usize = 20;
/// Bytes to either side in which the blank-free token around a number is looked for.
const TOKEN: usize = 160;

/// A place where number and symbol may begin.
pub(super) struct Anchor {
    /// The first digit, or the slash after a blank number.
    pub(super) start: usize,
    /// Where to go on if it is no citation.
    pub(super) resume: usize,
    /// Whether the number is left blank.
    pub(super) blank: bool,
}

/// The next place in `line`, from `at` on.
pub(super) fn next_anchor(text: &str, at: usize, line: Span) -> Option<Anchor> {
    let bytes = &text.as_bytes()[..line.end as usize];
    let mut at = at;
    loop {
        let start = grammar::next_byte(bytes, at, |b| b.is_ascii_digit() | (b == b'/'))?;
        if bytes[start] == b'/' {
            at = start + 1;
            if follows_gap(bytes, start, line.start as usize) && leads_to_symbol(bytes, start) {
                return Some(Anchor {
                    start,
                    resume: at,
                    blank: true,
                });
            }
            continue;
        }
        let digits = bytes[start..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        at = start + digits;
        if digits <= 5 && leads_to_symbol(bytes, at) {
            return Some(Anchor {
                start,
                resume: at,
                blank: false,
            });
        }
    }
}

/// Whether blanks, dots or a colon stand before the slash.
fn follows_gap(bytes: &[u8], slash: usize, line_start: usize) -> bool {
    // `…` ends in the byte A6.
    slash > line_start && matches!(bytes[slash - 1], b' ' | b'.' | b':' | b'_' | 0xA6)
}

/// A cheap look at the bytes after a number: separators, perhaps a year, then a capital; without
/// a separator before the capital, one after its word.
fn leads_to_symbol(bytes: &[u8], at: usize) -> bool {
    let rest = &bytes[at..];
    let is_gap = |b: &&u8| {
        b.is_ascii_digit() || b" ./-".contains(b) || matches!(b, 0xE2 | 0x80 | 0x93 | 0x91)
    };
    let skipped = rest.iter().take(GAP).take_while(is_gap).count();
    let (gap, word) = rest.split_at(skipped);
    // `Đ` begins with the byte C4.
    if !word
        .first()
        .is_some_and(|b| b.is_ascii_uppercase() || *b == 0xC4)
    {
        return false;
    }
    match gap.trim_ascii_end().last() {
        // The dashes end in the bytes 93 and 91.
        Some(b'/' | b'-' | 0x93 | 0x91) => true,
        Some(b) if !b.is_ascii_digit() => false,
        _ => {
            let in_word = |b: &&u8| b.is_ascii_alphabetic() || (!b.is_ascii() && **b != 0xE2);
            let end = word.iter().take_while(in_word).count();
            matches!(word.get(end), Some(b'/' | b'-' | 0xE2))
        }
    }
}

/// What stands before the number.
#[derive(Default)]
pub(super) struct Lead {
    /// Where the citation begins.
    pub(super) start: usize,
    pub(super) kind: Option<&'static Kind>,
    pub(super) kind_span: Option<Span>,
    /// Whether the kind word stands right before `số` or the number.
    pub(super) adjacent: bool,
    /// See [`codes::NameAt::generic`].
    pub(super) generic: bool,
    pub(super) so: Option<Span>,
    pub(super) colon: Option<Span>,
    /// Whether the number is glued to the word before it.
    pub(super) glued: bool,
}

/// Reads what precedes the number at `number`; `None` where no citation can begin there.
pub(super) fn lead(text: &str, line: Span, number: usize, tolerance: Tolerance) -> Option<Lead> {
    let whole = &text[line.start as usize..number];
    let left = last_bytes(whole, BEFORE);
    let base = number - left.len();
    let filled = left.trim_end_matches([' ', '.', '…', '_']);
    let (stem, colon) = match filled.strip_suffix(':') {
        Some(stem) => (
            stem.trim_end(),
            Some(Span::new(base + filled.len() - 1, base + filled.len())),
        ),
        None => (filled, None),
    };
    let mut lead = Lead {
        start: number,
        glued: grammar::ends_in_word(left),
        ..Lead::default()
    };
    let mut before = left.trim_end();
    if let Some(so) = so_at_end(stem, tolerance) {
        let end = colon.map_or(base + stem.len(), |c| c.end as usize);
        lead.so = Some(Span::new(base + so, end));
        lead.colon = colon;
        lead.start = base + so;
        before = stem[..so].trim_end();
    }
    if let Some(name) = codes::name_at_end(before, tolerance) {
        lead.kind = Some(name.kind);
        lead.generic = name.generic;
        lead.kind_span = Some(Span::new(base + name.start, base + before.len()));
        lead.adjacent = true;
        lead.start = base + name.start;
    } else if lead.so.is_some() || !lead.glued {
        name_of_law(text, line, base + before.len(), &mut lead);
    }
    let free = left
        .chars()
        .next_back()
        .is_none_or(|c| " (“\"[‘':;,*>|\t".contains(c) || (lead.so.is_some() && ".…_".contains(c)));
    (free || (lead.glued && lead.adjacent) || (lead.glued && lead.so.is_some())).then_some(lead)
}

/// Where the word `số` at the end of `text` begins.
fn so_at_end(text: &str, tolerance: Tolerance) -> Option<usize> {
    let word_start = text
        .char_indices()
        .rev()
        .find(|&(_, c)| !(grammar::of_word(c) || matches!(c, '$' | '§' | '¢')))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let word = &text[word_start..];
    let is_so = match tolerance {
        Tolerance::Typing => strip_folded(word, "so") == Some(""),
        // `s6`, `sé`, `sb`, `$6`, `sd`, `s`
        Tolerance::Recognition => word.starts_with(['s', 'S', '$']) && word.chars().count() <= 2,
    };
    is_so.then_some(word_start)
}

/// `Luật Đất đai số 31/2024/QH15`: the name of a law stands between its kind and the number.
fn name_of_law(text: &str, line: Span, before: usize, lead: &mut Lead) {
    let left = last_bytes(&text[line.start as usize..before], BEFORE_LAW);
    let base = before - left.len();
    let clause_start = left
        .rfind(|c: char| ".;:()“”\"".contains(c) || c.is_ascii_digit())
        .map_or(0, |at| {
            floor(left, at) + left[at..].chars().next().map_or(1, char::len_utf8)
        });
    let clause = &left.as_bytes()[clause_start..];
    let last = (0..clause.len())
        .rev()
        .find_map(|at| Some((at, LAWS.prefix(&clause[at..])?)));
    if let Some((at, name)) = last {
        let start = base + clause_start + at;
        lead.kind = vocabulary().kinds.iter().find(|kind| kind.name == name);
        lead.kind_span = Some(Span::new(start, start + name.len()));
        lead.start = start;
    }
}

/// The names of the kinds of acts whose symbols do not name them.
static LAWS: LazyLock<Words> = LazyLock::new(|| {
    let kinds = vocabulary().kinds.iter();
    let unnamed = kinds.filter(|kind| kind.regime == KindRegime::Qppl && kind.symbol.is_none());
    Words::new(unnamed.map(|kind| &kind.name))
});

/// Number and symbol as written. Spans are in the text.
pub(super) struct Written {
    pub(super) number: Option<Span>,
    pub(super) year: Option<Span>,
    /// The separators, with the blanks around them: before the year (if there is one), before
    /// the first group and between groups.
    pub(super) joins: Vec<Span>,
    /// Index in `joins` of the separator before the first group.
    pub(super) first_join: usize,
    pub(super) groups: Vec<Span>,
}

impl Written {
    /// Where the symbol ends.
    pub(super) fn end(&self) -> usize {
        self.groups.last().map_or(0, |g| g.end as usize)
    }

    /// The separator before a group.
    pub(super) fn join_before(&self, group: usize) -> Span {
        self.joins[self.first_join + group]
    }

    /// Drops the groups from `group` on.
    pub(super) fn cut(&mut self, group: usize) {
        self.groups.truncate(group);
        self.joins.truncate(self.first_join + group);
    }
}

/// Reads number and symbol at an anchor.
pub(super) fn written(text: &str, line: Span, anchor: &Anchor) -> Option<Written> {
    let rest = &text[anchor.start..line.end as usize];
    let rule = if anchor.blank {
        Rule::blank_symbol
    } else {
        Rule::number_symbol
    };
    let pair = grammar::parse(rule, first_bytes(rest, SYMBOL))?;
    let mut written = Written {
        number: None,
        year: None,
        joins: Vec::new(),
        first_join: 0,
        groups: Vec::new(),
    };
    for part in pair.into_inner() {
        let span = part.as_span();
        let span = Span::new(anchor.start + span.start(), anchor.start + span.end());
        match part.as_rule() {
            Rule::number => written.number = Some(span),
            Rule::year => {
                written.year = Some(span);
                written.first_join = 1;
            }
            Rule::group => written.groups.push(span),
            _ => written.joins.push(span),
        }
    }
    let first = written.groups.first()?;
    (!is_word(first.of(text))).then_some(written)
}

/// A capital and small letters: `Phòng`, no code.
pub(super) fn is_word(group: &str) -> bool {
    let mut rest = group.chars().skip(1);
    group.chars().count() > 2 && rest.all(char::is_lowercase)
}

/// Whether the number is part of a web or mail address, a path or a file name.
pub(super) fn is_in_address(text: &str, line: Span, written: &Written) -> bool {
    let (start, end) = (
        written.number.map_or(written.end(), |n| n.start as usize),
        written.end(),
    );
    let before = last_bytes(&text[line.start as usize..start], TOKEN);
    let before = before.rsplit([' ', '\t']).next().unwrap_or(before);
    let after = first_bytes(&text[end..line.end as usize], TOKEN);
    let after = after.split([' ', '\t']).next().unwrap_or(after);
    before.contains("://")
        || before.contains("www.")
        || before.contains('@')
        || before.ends_with(['/', '=', '_', '-'])
        || after.starts_with(['_', '@', '='])
        || [".pdf", ".doc", ".xls", ".htm", ".asp", ".vn", ".com"]
            .iter()
            .any(|ending| after.starts_with(ending))
}
