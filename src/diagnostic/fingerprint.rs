//! What tells a finding again after the document was edited elsewhere.

use std::collections::HashMap;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use xxhash_rust::xxh3::Xxh3;

use super::Packed;
use crate::text::{Span, composed};

/// Tells a finding again in a later state of its file, wherever it has moved: made of the rule, of
/// the text it points at and of how many alike stand before it, but of no line number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Fingerprint(u128);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = ParseIntError;

    /// Reads what is displayed: 32 hexadecimal digits in lower case.
    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let is_digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let text = match text.len() == 32 && text.bytes().all(is_digit) {
            true => text,
            // No number.
            false => "",
        };
        u128::from_str_radix(text, 16).map(Self)
    }
}

impl Fingerprint {
    /// What it has in common with those of the same rule on the same words.
    pub(super) fn of_kind(self) -> u128 {
        self.0 >> u32::BITS
    }

    /// How many alike stood before it, given the fingerprint of the first.
    pub(super) fn rank(self, first: Self) -> u128 {
        self.0 ^ first.0
    }

    /// The same finding in a file: for formats that keep the findings of all files in one list.
    #[must_use]
    pub fn in_file(self, path: &str) -> Self {
        let mut hash = Xxh3::new();
        hash.update(&self.0.to_le_bytes());
        hash.update(path.as_bytes());
        Self(hash.digest128())
    }
}

/// Makes the fingerprints of the findings of one document, which must come in document order.
#[derive(Debug)]
pub struct Fingerprints<'a> {
    source: &'a str,
    /// How often a fingerprint was made before those that are alike were told apart.
    seen: HashMap<u128, u32>,
}

impl<'a> Fingerprints<'a> {
    /// For findings in this [`source`](crate::document::Document::source).
    #[must_use]
    pub fn new(source: &'a str) -> Self {
        Self {
            source,
            seen: HashMap::new(),
        }
    }

    /// The fingerprint of the next finding.
    pub fn of(&mut self, finding: Packed<'_>) -> Fingerprint {
        let mut hash = Xxh3::new();
        hash.update(finding.rule().id.as_bytes());
        match finding.span() {
            // Blanks and line breaks change when a text is wrapped anew, and some programs put
            // letters and marks into other characters.
            Some(span) => {
                let mut hash_words = |text: &str| {
                    for word in composed(text).split_whitespace() {
                        hash.update(b" ");
                        hash.update(word.as_bytes());
                    }
                };
                hash_words(span.of(self.source));
                if !span.of(self.source).contains(char::is_alphanumeric) {
                    // A mark or a blank alone is like any other of its kind.
                    let (before, after) = self.beside(span);
                    hash_words(before);
                    hash_words(after);
                }
            }
            None => {
                for (name, value) in finding.values() {
                    for part in [name, value] {
                        hash.update(composed(part).as_bytes());
                        hash.update(b"\0");
                    }
                }
            }
        }
        let mut hash = hash.digest128();
        let count = self.seen.entry(hash).or_default();
        // The first of its kind keeps its fingerprint when others like it come or go.
        hash ^= u128::from(*count);
        *count += 1;
        Fingerprint(hash)
    }

    /// The words on the same line right before and after a span.
    fn beside(&self, span: Span) -> (&'a str, &'a str) {
        let source: &'a str = self.source;
        let before = source.get(..span.start as usize).unwrap_or_default();
        let after = source.get(span.end as usize..).unwrap_or_default();
        let trimmed = before.trim_end_matches([' ', '\t']);
        let word = trimmed.rfind(char::is_whitespace).map_or(0, |at| {
            at + trimmed[at..].chars().next().map_or(0, char::len_utf8)
        });
        let before = &trimmed[word..];
        let trimmed = after.trim_start_matches([' ', '\t']);
        let end = trimmed.find(char::is_whitespace).unwrap_or(trimmed.len());
        let after = &trimmed[..end];
        (before, after)
    }
}
