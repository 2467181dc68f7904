//! Words of the vocabulary, looked for in a text or at its beginning.

use std::ops::Range;

use aho_corasick::{AhoCorasick, packed};

use super::grammar;
use crate::text::{fold_char, strip_folded};

/// A list of words by their first byte: few words need to be compared with a text.
pub(super) struct Words(Vec<Vec<&'static str>>);

impl Words {
    /// The words in the order in which they are tried.
    pub(super) fn new(words: impl IntoIterator<Item = &'static String>) -> Self {
        let mut by_byte = vec![Vec::new(); 256];
        for word in words {
            let first = word.as_bytes().first().copied().unwrap_or_default();
            by_byte[usize::from(first)].push(word.as_str());
        }
        Self(by_byte)
    }

    fn with(&self, first: Option<u8>) -> &[&'static str] {
        first.map_or(&[], |first| &self.0[usize::from(first)])
    }

    /// The first word of the list that `text` begins with; `text` may begin inside a character.
    pub(super) fn prefix(&self, text: &[u8]) -> Option<&'static str> {
        let mut words = self.with(text.first().copied()).iter().copied();
        words.find(|word| text.starts_with(word.as_bytes()))
    }

    /// What remains of `text` after one of the words, where no letter or digit follows it.
    pub(super) fn strip<'t>(&self, text: &'t str) -> Option<&'t str> {
        let words = self.with(text.bytes().next()).iter();
        words
            .filter_map(|word| text.strip_prefix(word))
            .find(|rest| !grammar::begins_word(rest))
    }

    /// Whether `text` begins with one of the words, which are folded, and no letter or digit
    /// follows it.
    pub(super) fn begin_folded(&self, text: &str) -> bool {
        let first = text.chars().next().map(fold_char);
        let first = first.map(|c| c.encode_utf8(&mut [0; 4]).as_bytes()[0]);
        self.with(first)
            .iter()
            .any(|word| strip_folded(text, word).is_some_and(|rest| !grammar::begins_word(rest)))
    }
}

/// A search for any of a few words of which none begins another.
pub(super) enum Literals {
    /// Many bytes at once.
    Packed(packed::Searcher),
    /// Where the machine has no instructions for that.
    Automaton(AhoCorasick),
}

impl Literals {
    pub(super) fn new(words: impl IntoIterator<Item = String>) -> Self {
        let words: Vec<String> = words.into_iter().collect();
        packed::Searcher::new(&words).map_or_else(
            || {
                // Fixed words, far below the limits of the automaton.
                let automaton = AhoCorasick::new(&words);
                Self::Automaton(automaton.expect("internal error: a few words make an automaton"))
            },
            Self::Packed,
        )
    }

    /// Where the words stand, in order, not overlapping.
    pub(super) fn matches(&self, text: &str) -> impl Iterator<Item = Range<usize>> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let rest = aho_corasick::Span::from(at..text.len());
            let found = match self {
                Self::Packed(searcher) => searcher.find_in(text.as_bytes(), rest)?,
                Self::Automaton(automaton) => {
                    automaton.find(aho_corasick::Input::new(text).span(rest))?
                }
            };
            at = found.end();
            Some(found.range())
        })
    }
}
