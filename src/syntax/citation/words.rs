//! Words of the vocabulary, looked for at the beginning of some text.

use crate::syntax::grammar;
use crate::text::{fold_char, strip_folded};

/// A list of words by their first byte: few words need to be compared with a text.
pub(super) struct Words(Vec<Vec<&'static str>>);

impl Words {
    /// The words in the order in which they are tried.
    pub(super) fn new(words: impl IntoIterator<Item = &'static str>) -> Self {
        let mut by_byte = vec![Vec::new(); 256];
        for word in words {
            let first = word.as_bytes().first().copied().unwrap_or_default();
            by_byte[usize::from(first)].push(word);
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
