//! Words that stand twice in a row.

use serde::Deserialize;

use super::error::both;
use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::layout::Role;
use crate::text::Span;

/// Finds phrases of several words that are repeated at once: what editing and copying leave
/// behind. Phrases of one word are often meant to be doubled.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RepeatedPhrase {
    /// Words of the shortest phrase.
    shortest: usize,
    /// Words of the longest phrase.
    longest: usize,
    /// Phrases that are doubled on purpose, in small letters.
    #[serde(default)]
    except: Vec<String>,
    /// Words that make a noun of the phrase after them, in small letters: what follows may then be
    /// what those do (`người thực hành thực hành đúng quy trình`).
    #[serde(default)]
    not_after: Vec<String>,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

/// The length and the first bytes of the word that so many bytes begin with: words that differ
/// mostly differ here.
fn key(bytes: &[u8], length: usize) -> u64 {
    let begin = bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut begin = [0; 8];
        begin[..bytes.len()].copy_from_slice(bytes);
        begin
    });
    let word = u64::MAX >> (64 - 8 * length.clamp(1, 8));
    (u64::from_le_bytes(begin) & word) << 8 | length as u64 & 0xFF
}

/// The words of a line between blanks, and their keys.
fn read_words(text: &str, line: Span, words: &mut Vec<Span>, keys: &mut Vec<u64>) {
    words.clear();
    keys.clear();
    let bytes = &text.as_bytes()[..line.end as usize];
    let mut start = line.start as usize;
    let line = &bytes[start..];
    let blanks = line.iter().zip(start..).filter(|(byte, _)| **byte <= b' ');
    let ends = blanks.map(|(_, at)| at).chain([bytes.len()]);
    for end in ends {
        if start < end {
            words.push(Span::new(start, end));
            keys.push(key(&bytes[start..], end - start));
        }
        start = end + 1;
    }
}

/// Whether two keys may be of one word, the first of them perhaps with a capital.
fn may_be_alike(first: u64, again: u64) -> bool {
    let other = first ^ again;
    let (letter, has_other_length) = (first >> 8 & 0xFF, other & 0xFF != 0);
    match letter as u8 {
        _ if other == 0 => true,
        b'A'..=b'Z' => !has_other_length && other >> 16 == 0,
        0x80.. => !has_other_length,
        _ => false,
    }
}

/// Whether a sentence, or the text of an item, begins after this word.
fn ends_sentence(word: &str) -> bool {
    match word.as_bytes() {
        [.., b'.' | b')' | b':' | b';'] | [b'-' | b'+'] => true,
        [.., 0x80..=0xFF] => matches!(word, "–" | "•"),
        _ => false,
    }
}

/// The marks that may end a phrase: within it they end a list item or a sentence.
const MARKS: [char; 4] = ['.', ',', ';', ':'];

impl RepeatedPhrase {
    /// How many words from the first on are repeated by those after them. `keys` are those of the
    /// words; the first word of a sentence is compared without its capital.
    fn repeated(&self, text: &str, words: &[Span], keys: &[u64], begins: bool) -> Option<usize> {
        let first = *keys.first()?;
        let word = words[0].of(text);
        let small = if begins && word.starts_with(char::is_uppercase) {
            let small = word.to_lowercase();
            key(small.as_bytes(), small.len())
        } else {
            first
        };
        let near = keys.get(self.shortest..=self.longest.min(words.len() / 2))?;
        let again = near.iter().zip(self.shortest..);
        again
            .filter(|(key, _)| **key == first || **key == small)
            .map(|(_, length)| length)
            .find(|&length| self.is_repeated(text, &words[..2 * length], begins))
    }

    fn is_repeated(&self, text: &str, words: &[Span], begins: bool) -> bool {
        let (once, again) = words.split_at(words.len() / 2);
        let (Some((&last, before)), Some((&end, middle))) = (once.split_last(), again.split_last())
        else {
            return false;
        };
        let (last, end) = (last.of(text), end.of(text));
        // `từng bước, từng bước` is said with emphasis; a colon is not.
        let ends = last == end.trim_end_matches(MARKS) || (last == end && last.ends_with(':'));
        let same = |(i, (a, b)): (usize, (&Span, &Span))| {
            let (a, b) = (a.of(text), b.of(text));
            a == b || (i == 0 && begins && a.to_lowercase() == b)
        };
        let is_word = |span: &Span| span.of(text).chars().all(char::is_alphabetic);
        // Wider gaps part columns, tabs cells.
        let close = |(a, b): (&Span, &Span)| {
            a.end + 1 == b.start && text.as_bytes().get(a.end as usize) != Some(&b'\t')
        };
        let phrase = || once.iter().chain(again);
        ends && phrase().zip(phrase().skip(1)).all(close)
            && before.iter().zip(middle).enumerate().all(same)
            && before.iter().all(is_word)
            && last.trim_end_matches(':').chars().all(char::is_alphabetic)
            // Letters alone are of a formula or a table (`x x x x`).
            && once.iter().any(|word| {
                let letters = word.of(text);
                letters.chars().any(char::is_lowercase) && letters.chars().nth(1).is_some()
            })
            && !self.is_meant(text, once)
    }

    fn is_meant(&self, text: &str, phrase: &[Span]) -> bool {
        let words: Vec<_> = phrase.iter().map(|word| word.of(text)).collect();
        self.except.contains(&words.join(" ").to_lowercase())
    }
}

impl Check for RepeatedPhrase {
    fn mistakes(&self) -> Vec<Bilingual> {
        if self.shortest < 2 || self.longest < self.shortest {
            return vec![both(
                "`shortest` phải từ 2 trở lên và không lớn hơn `longest`",
                "`shortest` must be 2 or more, and not more than `longest`",
            )];
        }
        Vec::new()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["write"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let text = cx.text();
        let skipped = Skipped::new(cx, &self.skip);
        let (mut words, mut keys) = (Vec::new(), Vec::new());
        for line in &cx.logical.lines {
            if line.role != Role::Text {
                continue;
            }
            read_words(text, line.span, &mut words, &mut keys);
            let mut at = 0;
            while at < words.len() {
                let first = keys[at];
                let mut lengths = self.shortest..=self.longest;
                let again = |length: usize| keys.get(at + length).copied();
                let is_alike = |again| may_be_alike(first, again);
                let recurs = lengths.any(|length| again(length).is_some_and(is_alike));
                if !recurs {
                    at += 1;
                    continue;
                }
                let before = at
                    .checked_sub(1)
                    .map(|before| words[before].of(text).to_lowercase());
                if before.is_some_and(|before| self.not_after.contains(&before)) {
                    at += 1;
                    continue;
                }
                let begins = at == 0 || ends_sentence(words[at - 1].of(text));
                let Some(length) = self.repeated(text, &words[at..], &keys[at..], begins) else {
                    at += 1;
                    continue;
                };
                let once = words[at].join(words[at + length - 1]);
                let span = words[at].join(words[at + 2 * length - 1]);
                let rest = cx.of(span).trim_end_matches(MARKS).len();
                let span = span.slice(0..rest);
                if !skipped.has(span) {
                    let write = cx.of(once).trim_end_matches(MARKS);
                    sink.at(span)
                        .replace(span, write)
                        .with("write", write)
                        .report();
                }
                at += 2 * length;
            }
        }
    }
}
