//! What stands between two lines that are joined.

use super::columns::Piece;
use crate::text::fold;
use crate::text::syllable::is_attested;

/// A line that was cut within a word ends at this share of the wall at least.
const AT_WALL: u32 = 87;

/// What stands between two lines that are joined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Seam {
    /// A blank, in place of the line break.
    Blank,
    /// Nothing: a word or a symbol was cut.
    Nothing,
    /// Nothing, and the hyphen at the end of the line goes: it was put where a word was cut.
    NoHyphen,
}

/// How two lines meet in a text whose lines end at `wall`. A blank that stands before the line
/// break in the source is the author's and is kept.
pub(super) fn between(source: &str, wall: u32, before: &Piece, next: &Piece) -> Seam {
    if !source[before.span.end as usize..].starts_with(['\n', '\x0C']) {
        return Seam::Blank;
    }
    let (head, tail) = (before.span.of(source), next.span.of(source));
    if cuts_symbol(head, tail) {
        return Seam::Nothing;
    }
    if before.edge() * 100 < wall * AT_WALL {
        return Seam::Blank;
    }
    let first = first_word(tail);
    match head.strip_suffix('-') {
        Some(head) => match (last_word(head), first) {
            (Some(last), Some(first)) if is_cut(last, first) => Seam::NoHyphen,
            (Some(last), Some(first)) if is_attested(last) && is_attested(first) => Seam::Nothing,
            _ => Seam::Blank,
        },
        None => match (last_word(head), first) {
            (Some(last), Some(first)) if is_cut(last, first) => Seam::Nothing,
            _ => Seam::Blank,
        },
    }
}

/// Whether a symbol was cut: `33/CT-⏎TTg`.
fn cuts_symbol(head: &str, tail: &str) -> bool {
    let mut end = head.chars().rev();
    let start = tail.chars().next();
    let in_symbol = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match (end.next(), start) {
        (Some('-' | '/'), Some(c)) => {
            in_symbol(end.next()) && (c.is_uppercase() || c.is_ascii_digit())
        }
        (before, Some('/')) => in_symbol(before),
        _ => false,
    }
}

/// Whether two pieces are one syllable that was cut: together they are one, and apart neither is,
/// or one is nothing but consonants. One consonant before a syllable can be a sign of its own:
/// `5 m⏎ở`.
fn is_cut(last: &str, first: &str) -> bool {
    let is_syllable = (is_attested(last), is_attested(first));
    let may_be_cut = match is_syllable {
        (false, false) => true,
        (true, false) => is_consonants(first),
        (false, true) => is_consonants(last) && last.chars().nth(1).is_some(),
        (true, true) => false,
    };
    may_be_cut && is_attested(&format!("{last}{first}"))
}

fn is_consonants(word: &str) -> bool {
    !fold(word).contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// The letters that a line ends in, where they are a word and follow no number.
fn last_word(line: &str) -> Option<&str> {
    let word = line.rsplit(' ').next()?;
    let before = line[..line.len() - word.len()].trim_end();
    let word = word.trim_start_matches(['(', '“', '"', '‘', '«']);
    (is_word(word) && !before.ends_with(|c: char| c.is_ascii_digit())).then_some(word)
}

/// The small letters that a line begins with, where they are a word.
fn first_word(line: &str) -> Option<&str> {
    let word = line.split(' ').next()?;
    let word = word.trim_end_matches(['.', ',', ';', ':', '”', '"', '’', '»']);
    (is_word(word) && word.chars().all(char::is_lowercase)).then_some(word)
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.chars().all(char::is_alphabetic)
}
