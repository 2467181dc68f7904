//! What one reading of the words of a document tells those rules that look at each of them.

use super::confused_compound::{Candidate, candidate};
use crate::document::Document;
use crate::layout::Logical;
use crate::text::syllable::Syllable;
use crate::text::{Span, Word, read_words};

/// What is odd in the words of a document.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// How many words there are.
    pub all: usize,
    /// How many of them have two letters or more, one of them outside ASCII.
    pub marked: usize,
    /// Those of the marked words that are no syllables in use, or bear the tone mark in a place
    /// where it cannot stand.
    pub wrong: Vec<Span>,
    /// Pairs of neighbours that may be a misspelling.
    pub pairs: Vec<Candidate>,
}

impl Words {
    pub(super) fn of(document: &Document, logical: &Logical) -> Self {
        let mut told = Self::default();
        let mut words = Vec::new();
        for line in &logical.lines {
            read_words(
                line.span.of(&logical.text),
                line.span.range().start,
                &mut words,
            );
            told.read(document, logical, &words);
        }
        told
    }

    fn read(&mut self, document: &Document, logical: &Logical, line: &[Word]) {
        self.all += line.len();
        for (at, word) in line.iter().enumerate() {
            if word.is_marked && word.span.len() > 3 {
                self.marked += 1;
                let is_right = word.syllable.is_some_and(Syllable::is_attested);
                if !is_right || word.has_stray_tone {
                    self.wrong.push(word.span);
                }
            }
            if word.follows {
                self.pairs.extend(candidate(document, logical, line, at));
            }
        }
    }
}
