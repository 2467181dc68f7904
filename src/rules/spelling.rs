//! Words that are no Vietnamese syllable.

use std::collections::HashMap;

use serde::Deserialize;

use super::error::both;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::text::syllable::{attested_syllables, begins_attested, is_attested, is_letter};
use crate::text::{Span, fold};

/// Finds words in small letters that bear Vietnamese letters and are no syllable in use.
///
/// Silent on names and abbreviations (any capital), on words in ASCII (foreign words, codes), on
/// parts of compounds with a hyphen, of addresses, file names and numbers, on syllables that an
/// extraction glued together or tore apart, and on what a document uses again and again. Gives way
/// to rules that know the word.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spelling {
    /// A word that a document uses this often is its own vocabulary.
    own_vocabulary: usize,
    /// In a text in which more different words of a thousand are wrong, recognition or
    /// extraction has damaged letters, and no word is found.
    max_per_thousand: usize,
    /// Words that are right for all that.
    #[serde(default)]
    known: Vec<String>,
}

impl Check for Spelling {
    fn mistakes(&self) -> Vec<Bilingual> {
        let mut mistakes = Vec::new();
        if self.own_vocabulary < 2 {
            mistakes.push(both(
                "`own_vocabulary` phải từ 2 trở lên, nếu không sẽ không tìm ra gì",
                "`own_vocabulary` must be 2 or more, or nothing is found",
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
        let text = cx.text();
        let mut words = 0;
        let mut wrong: Vec<Span> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for letters in marked_words(text) {
            words += 1;
            if is_attested(letters) || !could_be_syllable(letters) || self.is_known(letters) {
                continue;
            }
            let word = Span::of_slice(text, letters);
            if !is_excused(cx, word) {
                *places.entry(letters).or_default() += 1;
                wrong.push(word);
            }
        }
        if places.len() * 1000 > words * self.max_per_thousand && places.len() >= ENOUGH_WORDS {
            return;
        }
        for word in wrong {
            let letters = word.of(text);
            if places[letters] >= self.own_vocabulary {
                continue;
            }
            let finding = sink.at(word);
            match nearest(letters) {
                Some(write) => finding.with("write", write).replace(word, write).report(),
                None => finding.report(),
            }
        }
    }
}

impl Spelling {
    fn is_known(&self, word: &str) -> bool {
        self.known.iter().any(|known| known == word)
    }
}

/// Fewer wrong words do not show that a text is damaged.
const ENOUGH_WORDS: usize = 6;

/// Words of two letters or more, one of them not in ASCII.
fn marked_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_letter(c) && !c.is_alphanumeric())
        .filter(|word| word.len() > 3 && !word.is_ascii())
}

/// Whether the word consists of small Vietnamese letters, a vowel among them. Conversion from an
/// old encoding may write ư twice, which typing cannot.
fn could_be_syllable(word: &str) -> bool {
    word.chars().all(|c| c.is_lowercase() && is_letter(c))
        && !word.contains("ưư")
        && fold(word).contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// Whether a word that is no syllable stands where that is no misspelling.
fn is_excused(cx: &Context<'_>, word: Span) -> bool {
    let letters = word.of(cx.text());
    stands_in_compound(cx.text(), word) || is_glued(letters) || is_torn(cx, word)
}

/// Whether the extraction tore the word apart: it makes a syllable with the piece before or
/// after it, or it begins a syllable that the end of its line cut off.
fn is_torn(cx: &Context<'_>, word: Span) -> bool {
    let (text, letters) = (cx.text(), word.of(cx.text()));
    let before = last_word(&text[..word.range().start]);
    let after = first_word(&text[word.range().end..]);
    let is_fragment = |piece: &str| piece.chars().count() == 1 || !is_attested(piece);
    let makes_syllable = |piece: &str, joined: String| {
        !piece.is_empty() && is_fragment(piece) && is_attested(&joined)
    };
    if makes_syllable(before, format!("{before}{letters}"))
        || makes_syllable(after, format!("{letters}{after}"))
    {
        return true;
    }
    let end = cx.logical.map.span(word).range().end;
    let rest = cx.document.text()[end..].trim_start_matches([' ', '\t']);
    (rest.is_empty() || rest.starts_with(['\n', '\u{C}'])) && begins_attested(letters)
}

/// The word that ends a text, blanks aside; empty where something else ends it.
fn last_word(text: &str) -> &str {
    let text = text.trim_end();
    let rest = text.trim_end_matches(char::is_alphabetic);
    &text[rest.len()..]
}

/// The word that begins a text, blanks aside; empty where something else begins it.
fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    let rest = text.trim_start_matches(char::is_alphabetic);
    &text[..text.len() - rest.len()]
}

/// Whether the word is joined to others as in an address, a file name or a transliteration.
fn stands_in_compound(text: &str, word: Span) -> bool {
    const JOINS: &[char] = &[
        '-', '/', '@', '_', '\\', '\'', '’', '\u{FFFD}', '+', '&', '=',
    ];
    let before = text[..word.range().start].chars().next_back();
    let mut after = text[word.range().end..].chars();
    let next = after.next();
    let joins = |c: Option<char>| c.is_some_and(|c| JOINS.contains(&c));
    let inner_dot = next == Some('.') && after.next().is_some_and(char::is_alphanumeric);
    joins(before) || joins(next) || inner_dot || matches!(before, Some('.' | ':'))
}

/// Whether the word is two syllables without a blank between them.
fn is_glued(word: &str) -> bool {
    word.char_indices()
        .skip(1)
        .any(|(at, _)| is_attested(&word[..at]) && is_attested(&word[at..]))
}

/// The one syllable in use that is a letter or a mark away, one with the same letters under the
/// marks before all others; `None` where there are several.
fn nearest(word: &str) -> Option<&'static str> {
    let folded = fold(word);
    let near: Vec<&str> = attested_syllables()
        .iter()
        .copied()
        // One letter more or less is four bytes at most.
        .filter(|known| known.len().abs_diff(word.len()) <= 4 && is_one_edit(word, known))
        .collect();
    let mut same = near.iter().filter(|known| fold(known) == folded);
    match (same.next(), same.next()) {
        (Some(only), None) => Some(only),
        (None, _) if near.len() == 1 => Some(near[0]),
        _ => None,
    }
}

/// Whether one letter is too many, missing or another, or two neighbours are swapped.
fn is_one_edit(word: &str, known: &str) -> bool {
    let letters = word.chars().zip(known.chars());
    let same = letters.take_while(|(a, b)| a == b);
    let prefix: usize = same.map(|(letter, _)| letter.len_utf8()).sum();
    let (word, known) = (&word[prefix..], &known[prefix..]);
    let (mut a, mut b) = (word.chars(), known.chars());
    let first = (a.next(), b.next());
    let is_other = a.as_str() == b.as_str();
    let is_missing = word == b.as_str();
    let is_extra = a.as_str() == known;
    match first {
        (Some(_), Some(_)) if is_other || is_missing || is_extra => true,
        (Some(_), None) => is_extra,
        (None, Some(_)) => is_missing,
        (None, None) => false,
        _ => first == (b.next(), a.next()) && a.as_str() == b.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_is_a_letter_more_less_other_or_swapped() {
        for known in ["chính", "chínhnh", "chíhnn", "thínhn"] {
            assert!(is_one_edit("chínhn", known), "{known}");
        }
        for known in ["chín", "chính sách", "hcínnh"] {
            assert!(!is_one_edit("chínhn", known), "{known}");
        }
    }

    #[test]
    fn glued_syllables_are_told_from_misspelt_ones() {
        assert!(is_glued("cơquan"));
        assert!(!is_glued("chínhn"));
        assert!(!is_glued("đởi"));
    }
}
