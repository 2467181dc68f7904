//! References to parts of an act: `điểm a khoản 2 Điều 5`.

use std::sync::LazyLock;

use super::grammar::{self, Rule};
use super::words::{Literals, Words};
use crate::layout::{Line, Role};
use crate::text::{Span, first_bytes, last_bytes};
use crate::vocabulary::vocabulary;

/// Bytes that the longest chain takes.
const WINDOW: usize = 256;
/// Bytes looked at before a chain.
const BEFORE: usize = 64;
/// A single khoản or điều above these is an amount, not a part of an act.
const LARGEST: [(Unit, u32); 2] = [(Unit::Khoan, 60), (Unit::Dieu, 999)];

/// A chain of parts. Spans are in [`Logical::text`](crate::layout::Logical::text).
#[derive(Clone, PartialEq, Debug)]
pub struct Reference {
    /// The whole chain.
    pub span: Span,
    /// The links in the order written.
    pub links: Vec<Link>,
}

/// One link: a word and its number.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    /// Which level.
    pub unit: Unit,
    /// The word: `Điều`, `khoản`.
    pub word: Span,
    /// The number or letter.
    pub number: Span,
    /// Whether the word begins a sentence or a line, where a capital is due anyway.
    pub sentence_start: bool,
}

/// The levels of an act, the largest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// phần
    Phan,
    /// chương
    Chuong,
    /// mục
    Muc,
    /// tiểu mục
    TieuMuc,
    /// điều
    Dieu,
    /// khoản
    Khoan,
    /// điểm
    Diem,
}

/// The words of the levels, in the cases that occur, each with the blank that must follow.
static WORDS: LazyLock<Literals> = LazyLock::new(|| {
    let words = &vocabulary().phrases.parts;
    let cases = words.iter().flat_map(|word| {
        let upper = word.to_uppercase();
        let first = word.chars().next().map_or(0, char::len_utf8);
        let capital = format!("{}{}", &upper[..first], &word[first..]);
        [
            format!("{word} "),
            format!("{capital} "),
            format!("{upper} "),
        ]
    });
    Literals::new(cases)
});

static AMOUNTS: LazyLock<Words> = LazyLock::new(|| Words::new(&vocabulary().phrases.amounts));
static BEFORE_PARTS: LazyLock<Words> =
    LazyLock::new(|| Words::new(&vocabulary().phrases.before_parts));

/// Every reference of a text, in order, not overlapping.
///
/// A heading (`Điều 5. Tổ chức`) is no reference; nor is a word with a number that is only a
/// count (`khoản 500 triệu`, `mục 2` in small letters where `Báo cáo này` does not follow).
#[must_use]
pub fn find(text: &str, lines: &[Line]) -> Vec<Reference> {
    let mut references = Vec::new();
    let mut words = WORDS.matches(text).peekable();
    for line in lines.iter().filter(|line| line.role == Role::Text) {
        let mut after = line.span.start as usize;
        let end = line.span.end as usize;
        while let Some(word) = words.next_if(|word| word.end <= end) {
            let at = word.start;
            if at < after || !begins_number(&text[word.end..end]) {
                continue;
            }
            let Some(links) = chain(text, line.span, at) else {
                continue;
            };
            after = links.last().map_or(after, |l| l.number.end as usize);
            for links in split(links) {
                if is_reference(text, line.span, &links) {
                    references.push(Reference {
                        span: links[0].word.join(links[links.len() - 1].number),
                        links,
                    });
                }
            }
        }
    }
    references
}

/// A cheap look at what follows the word: digits, or a letter or Roman numerals by themselves.
fn begins_number(text: &str) -> bool {
    let text = text.trim_start_matches(' ');
    let roman = text.trim_start_matches(['I', 'V', 'X', 'L', 'i', 'v', 'x', 'l']);
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some('0'..='9'), _) => true,
        (Some(first), None | Some('0'..='9')) => grammar::of_word(first),
        (Some(first), Some(second)) if grammar::of_word(first) => {
            !grammar::of_word(second) || !grammar::begins_word(roman)
        }
        _ => false,
    }
}

fn chain(text: &str, line: Span, at: usize) -> Option<Vec<Link>> {
    if grammar::ends_in_word(&text[..at]) {
        return None;
    }
    let window = first_bytes(&text[at..line.end as usize], WINDOW);
    let lower = grammar::lower(window);
    let mut links: Vec<Link> = Vec::new();
    for link in grammar::parse(Rule::reference, &lower)?.into_inner() {
        let mut word = None;
        for part in link.into_inner() {
            let span = part.as_span();
            let span = Span::new(at + span.start(), at + span.end());
            let unit = match part.as_rule() {
                Rule::unit_diem => Unit::Diem,
                Rule::unit_khoan => Unit::Khoan,
                Rule::unit_dieu => Unit::Dieu,
                Rule::unit_muc => Unit::Muc,
                Rule::unit_tieu_muc => Unit::TieuMuc,
                Rule::unit_chuong => Unit::Chuong,
                Rule::unit_phan => Unit::Phan,
                _ => {
                    let (unit, word) = word?;
                    links.push(Link {
                        unit,
                        word,
                        number: span,
                        sentence_start: links.is_empty() && starts_sentence(text, line, at),
                    });
                    continue;
                }
            };
            word = Some((unit, span));
        }
    }
    Some(links)
}

/// Takes chains apart that only a comma or `và` holds together: `khoản 1 Điều 5, khoản 2 Điều 6`.
/// Within one chain the levels rise, or (in the wrong order) fall.
fn split(links: Vec<Link>) -> Vec<Vec<Link>> {
    let mut chains: Vec<Vec<Link>> = Vec::new();
    let mut falling = false;
    for link in links {
        let Some(chain) = chains.last_mut() else {
            chains.push(vec![link]);
            continue;
        };
        let last = chain[chain.len() - 1].unit;
        // `Unit` is ordered from the largest level to the smallest.
        let rises = link.unit <= last;
        if chain.len() == 1 {
            falling = !rises;
            chain.push(link);
        } else if rises != falling {
            chain.push(link);
        } else if falling && let Some(first) = chain.pop() {
            // `Điều 5, khoản 2 Điều 6`: the last belongs to what follows.
            chains.push(vec![first, link]);
            falling = false;
        } else {
            chains.push(vec![link]);
        }
    }
    chains
}

fn is_reference(text: &str, line: Span, links: &[Link]) -> bool {
    let first = &links[0];
    if links.iter().any(|l| is_amount(text, line, l)) {
        return false;
    }
    let levels = links.iter().any(|l| l.unit != first.unit);
    if levels {
        return true;
    }
    let number = first.number.of(text);
    let capital = first.word.of(text).starts_with(char::is_uppercase);
    let rest = &text[first.number.end as usize..line.end as usize];
    if first.word.start == line.start && is_heading_end(rest) {
        return false;
    }
    let in_digits = number.starts_with(|c: char| c.is_ascii_digit());
    match first.unit {
        Unit::Diem => !in_digits && number.ends_with(')') || is_letter_alone(number, rest),
        Unit::Khoan => true,
        Unit::Dieu => capital || is_announced(text, line, first),
        _ => {
            let roman = number.chars().all(|c| "IVXL".contains(c));
            (in_digits || roman) && (capital && !first.sentence_start || is_of_this(rest))
        }
    }
}

/// `mục II Báo cáo này`: a small letter and no other part beside, but of the document itself.
fn is_of_this(rest: &str) -> bool {
    /// `của Chương trình phối hợp này`
    const WORDS: usize = 6;
    let rest = first_bytes(rest, BEFORE);
    let end = rest.find(['.', ',', ';', ':', '(', ')', '\t', '|']);
    let mut words = rest[..end.unwrap_or(rest.len())].split(' ').take(1 + WORDS);
    words.next() == Some("") && words.any(|word| word == vocabulary().phrases.this)
}

/// `điểm a` before the end of a clause.
fn is_letter_alone(number: &str, rest: &str) -> bool {
    let letter =
        number.chars().count() == 1 && number.starts_with(|c: char| "abcdđegh".contains(c));
    letter && (rest.is_empty() || rest.starts_with(['.', ',', ';', ')', ':', '”']))
}

fn is_heading_end(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['.', ':', '-', '–']) || rest.starts_with(" -")
}

/// `theo điều 5`, `tại điều 5`: a small letter, but a part of an act all the same.
fn is_announced(text: &str, line: Span, link: &Link) -> bool {
    let before = &text[line.start as usize..link.word.start as usize];
    let before = grammar::lower(last_bytes(before, BEFORE));
    let last = before.split_whitespace().next_back();
    last.is_some_and(|word| BEFORE_PARTS.strip(word).is_some())
}

fn is_amount(text: &str, line: Span, link: &Link) -> bool {
    let number: Option<u32> = link.number.of(text).parse().ok();
    let large = LARGEST
        .iter()
        .any(|(unit, largest)| *unit == link.unit && number.is_some_and(|n| n > *largest));
    let rest = &text[link.number.end as usize..line.end as usize];
    large || (number.is_some() && counts(rest))
}

/// Whether what follows a number is what it counts.
fn counts(rest: &str) -> bool {
    let rest = grammar::lower(first_bytes(rest, BEFORE));
    let word = rest.trim_start_matches(' ');
    word.len() < rest.len() && AMOUNTS.strip(word).is_some()
}

/// Whether a capital is due at `at` for another reason than the level.
fn starts_sentence(text: &str, line: Span, at: usize) -> bool {
    let before = text[line.start as usize..at].trim_end();
    let Some(last) = before.chars().next_back() else {
        return true;
    };
    let marker = before.chars().nth(4).is_none() && !last.is_alphabetic();
    marker || ".?!:“\"‘(|[…-+*•".contains(last)
}
