//! Syllables that are right in themselves and wrong beside their neighbour.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::error::both;
use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::document::Document;
use crate::layout::Logical;
use crate::text::compound::{Partner, Use, compounds, misspellings, pairs};
use crate::text::syllable::Syllable;
use crate::text::{Case, Slip, Span, Word, read_words};

/// Finds two neighbouring syllables that published texts do not have side by side, and that are one
/// slip away from a word that they have again and again.
///
/// Silent on names (a capital on the second syllable) and capitals, beside words torn apart,
/// where the syllable makes a usual pair with its other neighbour, where the other syllable
/// already makes a word with its own, and on what a document uses again and again. Gives way to
/// rules that know the word.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfusedCompound {
    /// A pair that a document uses this often is its own vocabulary.
    own_vocabulary: usize,
    /// In a text in which more different pairs of a thousand words are wrong, recognition or
    /// extraction has damaged letters, and none is found.
    max_per_thousand: usize,
    /// Syllables that are right for all that.
    #[serde(default)]
    known: Vec<String>,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

impl Check for ConfusedCompound {
    fn mistakes(&self) -> Vec<Bilingual> {
        let mut mistakes = Vec::new();
        if self.own_vocabulary < 2 {
            mistakes.push(both(
                "`own_vocabulary` phải từ 2 trở lên, nếu không sẽ không tìm ra gì",
                "`own_vocabulary` must be 2 or more, or nothing is found",
            ));
        }
        if self.known.iter().any(|known| Syllable::of(known).is_none()) {
            mistakes.push(both(
                "`known`: mỗi mục phải là một âm tiết",
                "`known`: each must be one syllable",
            ));
        }
        mistakes
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["write"]
    }

    fn gives_way(&self) -> bool {
        true
    }

    fn check(&self, cx: &Context<'_>, _hits: &[Hit], sink: &mut Sink<'_>) {
        if !cx.document.is_vietnamese {
            return;
        }
        let words = cx.words();
        let mut found = words.pairs.clone();
        found.retain(|candidate| candidate.is_whole(cx.document, cx.logical));
        found.retain(|candidate| !self.is_known(candidate.written));
        let different: HashSet<_> = found.iter().map(Candidate::as_written).collect();
        let different = different.len();
        if different * 1000 > words.all * self.max_per_thousand && different >= ENOUGH_PAIRS {
            return;
        }
        found.retain(|candidate| candidate.points + WRITTEN_RIGHT_OFTEN >= LEAST);
        if found.is_empty() {
            return;
        }
        let tally = Tally::of(cx, &found);
        found.retain(|candidate| {
            tally.of_written(candidate) < self.own_vocabulary
                && candidate.points + tally.points(candidate) >= LEAST
        });
        let skipped = Skipped::new(cx, &self.skip);
        for (i, candidate) in found.iter().enumerate() {
            // Of two that share a syllable the likelier one.
            let span = candidate.span();
            let is_beaten =
                |other: &Candidate| other.span().overlaps(span) && other.points > candidate.points;
            let before = i.checked_sub(1).and_then(|i| found.get(i));
            let beaten = before.is_some_and(is_beaten) || found.get(i + 1).is_some_and(is_beaten);
            if beaten || skipped.has(span) {
                continue;
            }
            let write = candidate.right(cx);
            sink.at(span)
                .replace(span, write.clone())
                .with("write", write)
                .report();
        }
    }
}

impl ConfusedCompound {
    fn is_known(&self, written: Syllable) -> bool {
        let mut known = self.known.iter().filter_map(|known| Syllable::of(known));
        known.any(|known| known == written)
    }
}

/// Fewer wrong pairs do not show that a text is damaged.
const ENOUGH_PAIRS: usize = 8;

// What speaks for a misspelling, in hundredths of the logarithm of the odds; fitted to pairs that
// were found in published texts and read in context.
const LEAST: i32 = 150;
const NONE: i32 = -93;
const STRENGTH: i32 = 35;
/// The right syllable would make a usual pair with its other neighbour, too.
const NEIGHBOUR_FITS: i32 = 59;
const NEIGHBOUR_FITS_WELL: i32 = 126;
const NEIGHBOUR_DOES_NOT_FIT: i32 = -157;
/// The document has the right pair elsewhere.
const WRITTEN_RIGHT: i32 = 48;
const WRITTEN_RIGHT_OFTEN: i32 = 123;
/// The document has the written syllable elsewhere.
const SYLLABLE_TWICE: i32 = -24;
const SYLLABLE_OFTEN: i32 = -190;
const CAPITAL: i32 = -25;

/// How much less likely a slip is than that a tone is dropped or changed.
fn slip_points(slip: Slip) -> i32 {
    match slip {
        Slip::DroppedTone | Slip::Tone | Slip::Stroke | Slip::Bare | Slip::Coda => 0,
        Slip::AddedTone => -40,
        Slip::Mark => -90,
        Slip::Onset => -140,
        Slip::Letter => -150,
        Slip::MarkAndTone => -180,
    }
}

/// A pair of words that may be misspelt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    spans: [Span; 2],
    /// Whether the first begins with a capital.
    is_capital: bool,
    /// Whether the second syllable is the wrong one, or the first.
    wrong_is_second: bool,
    written: Syllable,
    kept: Syllable,
    partner: Partner<'static>,
    slip: Slip,
    points: i32,
}

impl Candidate {
    pub(super) fn span(&self) -> Span {
        self.spans[0].join(self.spans[1])
    }

    /// The same pair in a text in which it stands elsewhere.
    pub(super) fn moved(&self, by: i64) -> Self {
        Self {
            spans: self.spans.map(|span| span.moved(by)),
            ..*self
        }
    }

    /// Whether no line of the file ends between its words, or may have cut one of them.
    fn is_whole(&self, document: &Document, logical: &Logical) -> bool {
        let normal = document.text();
        let in_source = logical.map.span(self.span());
        // An extraction may have cut the first or the last word of a line.
        let (above, below) = (
            &normal[..in_source.range().start],
            &normal[in_source.range().end..],
        );
        let blanks = [' ', '\t'];
        let begins_line = above.trim_end_matches(blanks).ends_with('\n');
        let rest = below.trim_start_matches(blanks);
        let is_cut = self.slip == Slip::Letter
            && (begins_line || rest.is_empty() || rest.starts_with(['\n', '\u{C}']));
        !is_cut && !in_source.of(normal).contains('\n')
    }

    fn as_written(&self) -> (Syllable, Syllable) {
        self.pair(self.written)
    }

    fn pair(&self, other: Syllable) -> (Syllable, Syllable) {
        match self.wrong_is_second {
            true => (self.kept, other),
            false => (other, self.kept),
        }
    }

    /// What to write, in the case of what is written.
    fn right(&self, cx: &Context<'_>) -> String {
        let [first, second] = self.spans;
        let partner = usual_style(self.partner.spelling);
        match (self.wrong_is_second, self.is_capital) {
            (true, _) => format!("{} {partner}", cx.of(first)),
            (false, true) => {
                format!(
                    "{} {}",
                    super::substitution::capitalised(&partner),
                    cx.of(second)
                )
            }
            (false, false) => format!("{partner} {}", cx.of(second)),
        }
    }
}

/// The tone mark of open oa, oe, uy on the first letter, as most documents have it.
fn usual_style(syllable: &str) -> String {
    const STYLES: [(&str, &str); 15] = [
        ("oà", "òa"),
        ("oả", "ỏa"),
        ("oã", "õa"),
        ("oá", "óa"),
        ("oạ", "ọa"),
        ("oè", "òe"),
        ("oẻ", "ỏe"),
        ("oẽ", "õe"),
        ("oé", "óe"),
        ("oẹ", "ọe"),
        ("uỳ", "ùy"),
        ("uỷ", "ủy"),
        ("uỹ", "ũy"),
        ("uý", "úy"),
        ("uỵ", "ụy"),
    ];
    let style = STYLES.iter().find(|(last, _)| syllable.ends_with(last));
    match style {
        Some((last, first)) if !syllable.starts_with('q') => {
            format!("{}{first}", &syllable[..syllable.len() - last.len()])
        }
        _ => syllable.to_owned(),
    }
}

/// The word of a line at `second` and the one before it, from which a blank parts it, as a
/// misspelling of one word.
#[inline]
pub(super) fn candidate(text: &str, line: &[Word], second: usize) -> Option<Candidate> {
    let (a, b) = (line[second - 1], line[second]);
    let (first, last) = (a.syllable?, b.syllable?);
    if b.case != Case::Small
        || a.case == Case::Other
        || !misspellings().contain(first, last, Use::Misspelt)
    {
        return None;
    }
    let candidate = judge(line, second, first, last)?;
    stands_alone(text, line, second, &candidate).then_some(candidate)
}

/// The likeliest word that the pair is a misspelling of.
fn judge(words: &[Word], second: usize, first: Syllable, last: Syllable) -> Option<Candidate> {
    let compounds = compounds();
    let slipped = |written: Syllable, partners: &[Partner<'static>]| {
        let mut best: Option<(Partner<'static>, Slip)> = None;
        let (plain, tone) = (written.plain(), written.tone());
        for partner in partners {
            // No slip changes both; most partners end here.
            if (partner.plain == plain || partner.syllable.tone() == tone)
                && best.is_none_or(|(best, _)| best.strength < partner.strength)
                && let Some(slip) = Slip::between(written, partner.syllable)
            {
                best = Some((*partner, slip));
            }
        }
        best
    };
    let after = slipped(last, &compounds.after(first));
    let before = slipped(first, &compounds.before(last));
    let strength = |best: &Option<(Partner<'_>, Slip)>| best.map(|(partner, _)| partner.strength);
    let wrong_is_second = strength(&after) >= strength(&before);
    let (partner, slip) = if wrong_is_second { after } else { before }?;
    let (written, kept) = if wrong_is_second {
        (last, first)
    } else {
        (first, last)
    };
    // Marked words that are no syllables are for the rule of syllables.
    if !kept.is_attested() || !(written.is_attested() || written.is_unmarked()) {
        return None;
    }
    let mut candidate = Candidate {
        spans: [words[second - 1].span, words[second].span],
        is_capital: words[second - 1].case == Case::Capital,
        wrong_is_second,
        written,
        kept,
        partner,
        slip,
        points: NONE + STRENGTH * i32::from(partner.strength) + slip_points(slip),
    };
    if words[second - 1].case == Case::Capital {
        // Within a sentence it may be a name, after a capital part of one.
        let follows_capital = || {
            let before = second.checked_sub(2).map(|i| words[i].case);
            before.is_some_and(|case| case == Case::Capital)
        };
        if words[second - 1].follows && (!wrong_is_second || follows_capital()) {
            return None;
        }
        candidate.points += CAPITAL;
    }
    candidate.points += neighbour_points(words, second, &candidate)?;
    (!is_taken(words, second, &candidate)).then_some(candidate)
}

/// What the neighbour on the side of the wrong syllable says; `None` where it makes a pair with the
/// syllable as written that is as usual as with the right one.
fn neighbour_points(words: &[Word], second: usize, candidate: &Candidate) -> Option<i32> {
    let pairs = pairs();
    let neighbour = match candidate.wrong_is_second {
        true => words.get(second + 1).filter(|next| next.follows),
        false if words[second - 1].follows => words.get(second.wrapping_sub(2)),
        false => None,
    };
    let Some(neighbour) = neighbour else {
        return Some(0);
    };
    let Some(neighbour) = neighbour.syllable else {
        return Some(NEIGHBOUR_DOES_NOT_FIT);
    };
    let seen = |syllable: Syllable, usage: Use| match candidate.wrong_is_second {
        true => pairs.contain(syllable, neighbour, usage),
        false => pairs.contain(neighbour, syllable, usage),
    };
    let right = candidate.partner.syllable;
    if seen(candidate.written, Use::Usual) {
        let is_rarer = !seen(candidate.written, Use::Frequent) && seen(right, Use::Frequent);
        return is_rarer.then_some(0);
    }
    Some(if seen(right, Use::Frequent) {
        NEIGHBOUR_FITS_WELL
    } else if seen(right, Use::Usual) {
        NEIGHBOUR_FITS
    } else {
        NEIGHBOUR_DOES_NOT_FIT
    })
}

/// Whether the syllable that is kept makes a word with the neighbour on its own side.
fn is_taken(words: &[Word], second: usize, candidate: &Candidate) -> bool {
    let compounds = compounds();
    let (neighbour, partners) = if candidate.wrong_is_second {
        let before = second.checked_sub(2).map(|i| words[i]);
        (
            before.filter(|_| words[second - 1].follows),
            compounds.before(candidate.kept),
        )
    } else {
        let next = words.get(second + 1).copied();
        (
            next.filter(|next| next.follows),
            compounds.after(candidate.kept),
        )
    };
    let Some(neighbour) = neighbour.and_then(|word| word.syllable) else {
        return false;
    };
    let back = match candidate.wrong_is_second {
        true => compounds.after(neighbour),
        false => compounds.before(neighbour),
    };
    // What is much weaker than the word itself only often precedes or follows it.
    let least = candidate.partner.strength.saturating_sub(3).max(BOUND);
    let binds = |partners: &[Partner<'_>], other: Syllable| {
        partners
            .iter()
            .any(|p| p.syllable == other && p.strength >= least)
    };
    binds(&partners, neighbour) || binds(&back, candidate.kept)
}

/// The least strength of a word that a syllable is not taken out of.
const BOUND: u8 = 4;

/// Whether the pair stands on one line of the file between blanks and marks of sentences, and not
/// beside what is left of a torn word or in a text without marks.
fn stands_alone(text: &str, words: &[Word], second: usize, candidate: &Candidate) -> bool {
    const BEFORE: &[char] = &[' ', '\t', '\n', '\u{A0}', '(', '[', '“', '"'];
    const AFTER: &[char] = &[
        ' ', '\t', '\n', '\u{A0}', ')', ']', '”', '"', ',', '.', ';', ':', '?', '!', '…',
    ];
    let span = candidate.span();
    let before = text[..span.range().start].chars().next_back();
    let after = text[span.range().end..].chars().next();
    if before.is_some_and(|c| !BEFORE.contains(&c)) || after.is_some_and(|c| !AFTER.contains(&c)) {
        return false;
    }
    let previous = second.checked_sub(2).filter(|_| words[second - 1].follows);
    let next = Some(second + 1).filter(|&next| words.get(next).is_some_and(|next| next.follows));
    let is_unmarked = span.of(text).is_ascii();
    [previous, next].into_iter().flatten().all(|index| {
        let word = words[index];
        let letters = word.span.of(text);
        let is_small = word.case == Case::Small && letters.chars().all(char::is_alphabetic);
        let is_syllable = word.syllable.is_some_and(Syllable::is_attested);
        !is_small || (is_syllable && !(is_unmarked && letters.is_ascii()))
    })
}

/// A few syllables, to be told quickly from most others.
struct Sieve([u64; 64]);

impl Sieve {
    fn of(syllables: impl Iterator<Item = Syllable>) -> Self {
        let mut sieve = Self([0; 64]);
        for syllable in syllables {
            let (word, bit) = Self::place(syllable);
            sieve.0[word] |= bit;
        }
        sieve
    }

    fn place(syllable: Syllable) -> (usize, u64) {
        let hash = syllable.number().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((hash >> 58) as usize, 1 << (hash >> 52 & 63))
    }

    fn may_have(&self, syllable: Syllable) -> bool {
        let (word, bit) = Self::place(syllable);
        self.0[word] & bit != 0
    }
}

/// How often a document has the syllables and pairs that candidates are about.
struct Tally {
    syllables: HashMap<Syllable, usize>,
    written: HashMap<(Syllable, Syllable), usize>,
    right: HashMap<(Syllable, Syllable), usize>,
}

impl Tally {
    fn of(cx: &Context<'_>, candidates: &[Candidate]) -> Self {
        let mut tally = Self {
            syllables: HashMap::new(),
            written: HashMap::new(),
            right: HashMap::new(),
        };
        for candidate in candidates {
            tally.syllables.insert(candidate.written, 0);
            tally.written.insert(candidate.as_written(), 0);
            let right = candidate.pair(candidate.partner.syllable);
            tally.right.insert(right, 0);
        }
        let seconds = tally.written.keys().chain(tally.right.keys());
        let sieve = Sieve::of(
            tally
                .syllables
                .keys()
                .copied()
                .chain(seconds.map(|pair| pair.1)),
        );
        let mut words = Vec::new();
        for line in &cx.logical.lines {
            read_words(cx.of(line.span), 0, &mut words);
            let mut last = None;
            for word in &words {
                let before = last.filter(|_| word.follows);
                last = word.syllable;
                if let Some(syllable) = last.filter(|syllable| sieve.may_have(*syllable)) {
                    tally.count(before, syllable);
                }
            }
        }
        tally
    }

    fn count(&mut self, before: Option<Syllable>, syllable: Syllable) {
        if let Some(count) = self.syllables.get_mut(&syllable) {
            *count += 1;
        }
        let Some(first) = before else {
            return;
        };
        for pairs in [&mut self.written, &mut self.right] {
            if let Some(count) = pairs.get_mut(&(first, syllable)) {
                *count += 1;
            }
        }
    }

    fn of_written(&self, candidate: &Candidate) -> usize {
        self.written[&candidate.as_written()]
    }

    fn points(&self, candidate: &Candidate) -> i32 {
        let right = match self.right[&candidate.pair(candidate.partner.syllable)] {
            0 => 0,
            1 | 2 => WRITTEN_RIGHT,
            _ => WRITTEN_RIGHT_OFTEN,
        };
        let syllable = match self.syllables[&candidate.written] {
            0 | 1 => 0,
            2 | 3 => SYLLABLE_TWICE,
            _ => SYLLABLE_OFTEN,
        };
        right + syllable
    }
}
