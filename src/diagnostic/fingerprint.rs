//! What tells a finding again after the document was edited elsewhere.

use std::collections::HashMap;
use std::fmt;

use xxhash_rust::xxh3::Xxh3;

use super::Packed;

/// Tells a finding again in a later state of its file, wherever it has moved: made of the rule, of
/// the text it points at and of how many alike stand before it, but of no line number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Fingerprint(u128);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Fingerprint {
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
            // Blanks and line breaks change when a text is wrapped anew.
            Some(span) => {
                for word in span.of(self.source).split_whitespace() {
                    hash.update(b" ");
                    hash.update(word.as_bytes());
                }
            }
            None => hash.update(finding.values()),
        }
        let mut hash = hash.digest128();
        let count = self.seen.entry(hash).or_default();
        // The first of its kind keeps its fingerprint when others like it come or go.
        hash ^= u128::from(*count);
        *count += 1;
        Fingerprint(hash)
    }
}
