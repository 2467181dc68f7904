//! Words that are no Vietnamese syllable.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::error::both;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::text::syllable::{
    attested_form, attested_syllables, begins_attested, is_attested, is_attested_without_marks,
    is_letter,
};
use crate::text::{Span, fold};

/// Finds words that bear Vietnamese letters and are no syllable in use, or bear the tone mark
/// beside the letter that must bear it: words in small letters, and such as begin a sentence.
///
/// Silent on names and abbreviations (any other capital), on words in ASCII (foreign words,
/// codes), on parts of compounds with a hyphen, of addresses, file names and numbers, on syllables
/// that an extraction glued together or tore apart, and on foreign words that a document uses again
/// and again. Gives way to rules that know the word.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Spelling {
    /// A word that a document uses this often is its own vocabulary, unless a slip makes it of a
    /// syllable in use.
    own_vocabulary: usize,
    /// In a text in which more different words of a thousand with marks are wrong, extraction has
    /// damaged letters, and the rule is not evaluated.
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
        let words = cx.words();
        let mut wrong: Vec<Span> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut names: HashSet<&str> = HashSet::new();
        for &word in &words.wrong {
            let letters = word.of(text);
            if !could_be_syllable(letters) || self.is_known(letters) {
                continue;
            }
            if is_capital(letters) && !begins_sentence(cx, word) {
                names.insert(letters);
            } else if !is_excused(cx, word) {
                *places.entry(letters).or_default() += 1;
                wrong.push(word);
            }
        }
        places.retain(|letters, _| {
            !is_capital(letters) || !names.contains(letters) && is_plain_slip(letters)
        });
        if places.len() * 1000 > words.marked * self.max_per_thousand
            && places.len() >= ENOUGH_WORDS
        {
            sink.not_evaluated();
            return;
        }
        places.retain(|letters, count| *count < self.own_vocabulary || is_slip(letters));
        let proposals: HashMap<&str, Option<String>> = places
            .into_keys()
            .map(|letters| (letters, proposal(letters)))
            .collect();
        for word in wrong {
            match proposals.get(word.of(text)) {
                Some(Some(write)) => sink
                    .at(word)
                    .with("write", write)
                    .replace(word, write)
                    .report(),
                Some(None) => sink.at(word).report(),
                None => {}
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
const ENOUGH_WORDS: usize = 12;

/// Of shorter words nearly all are a letter away from a syllable, which says nothing.
const LETTERS_THAT_TELL: usize = 4;

/// Whether the word consists of small Vietnamese letters but for the first, a vowel among them.
/// Conversion from an old encoding may write ư twice, which typing cannot.
fn could_be_syllable(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(is_letter)
        && letters.all(|c| c.is_lowercase() && is_letter(c))
        && !word.contains("ưư")
        && fold(word).contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

fn is_capital(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Whether a slip of the keyboard makes the word of a syllable in use: it has the letters of one
/// under the marks, or is long and a letter away from one.
fn is_slip(word: &str) -> bool {
    let word = in_small_letters(word);
    is_attested_without_marks(&fold(&word))
        || word.chars().nth(LETTERS_THAT_TELL - 1).is_some()
            && attested_syllables()
                .iter()
                .any(|known| is_one_edit(&word, known))
}

/// Whether a word with a capital is a slip and no name: what to write is plain.
fn is_plain_slip(word: &str) -> bool {
    is_attested_without_marks(&fold(word))
        || word.chars().nth(LETTERS_THAT_TELL - 1).is_some() && proposal(word).is_some()
}

/// Whether the word begins a sentence: a small syllable follows, which seldom follows a name, and
/// before it stands nothing but a list mark in its line, or the stop of a sentence.
fn begins_sentence(cx: &Context<'_>, word: Span) -> bool {
    /// `XVIII`, `1.2.3`
    const LONGEST_MARK: usize = 5;
    let (text, start, end) = (cx.text(), word.range().start, word.range().end);
    let next = first_word(&text[end..]);
    if !text[end..].starts_with(' ')
        || !next.chars().all(char::is_lowercase)
        || !(is_attested(next) || is_attested_without_marks(next))
    {
        return false;
    }
    let line = cx.logical.line_at(word.start).range();
    let before = text[line.start..start].trim_end_matches([' ', '“', '"']);
    let letters = before.chars().filter(|c| c.is_alphanumeric());
    let is_mark = || !before.contains(' ') && !before.ends_with(char::is_alphanumeric);
    before.ends_with(['.', '!', '?'])
        || letters.take(LONGEST_MARK + 1).count() <= LONGEST_MARK && is_mark()
}

/// The word with its first letter small.
fn in_small_letters(word: &str) -> Cow<'_, str> {
    if is_capital(word) {
        Cow::Owned(word.to_lowercase())
    } else {
        Cow::Borrowed(word)
    }
}

/// What to write for a word, with its capital.
fn proposal(word: &str) -> Option<String> {
    let small = in_small_letters(word);
    let write = attested_form(&small).or_else(|| nearest(&small))?;
    let mut letters = write.chars();
    match letters.next() {
        Some(first) if is_capital(word) => Some(first.to_uppercase().chain(letters).collect()),
        _ => Some(write.to_owned()),
    }
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
    word.char_indices().skip(1).any(|(at, _)| {
        let (first, second) = word.split_at(at);
        is_attested(first) && is_attested(second) && is_joint(first, second)
    })
}

/// Whether two syllables may meet here, and no doubled key makes the same word (`quảan`,
/// `phốii`): a letter alone touches a consonant, and a vowel meets itself only where both
/// syllables bear marks.
fn is_joint(first: &str, second: &str) -> bool {
    let (last, next) = (fold(first), fold(second));
    let (Some(last), Some(next)) = (last.chars().next_back(), next.chars().next()) else {
        return false;
    };
    let is_vowel = |c: char| "aeiouy".contains(c);
    let is_letter_alone = |piece: &str| piece.chars().nth(1).is_none();
    if is_letter_alone(first) {
        return !is_vowel(next);
    }
    if is_letter_alone(second) {
        return !is_vowel(last) && !second.is_ascii();
    }
    !is_vowel(next) || last != next || !first.is_ascii() && !second.is_ascii()
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
        for word in ["cơquan", "khônggian", "ởcác", "đồngý", "đềán", "tòaán"] {
            assert!(is_glued(word), "{word}");
        }
        for word in ["chínhn", "đởi", "cũa", "phốii", "giẻi", "quảan", "giảai"] {
            assert!(!is_glued(word), "{word}");
        }
    }
}
