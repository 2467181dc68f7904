//! What one reading of the words of a document tells those rules that look at each of them.

use super::confused_compound::{Candidate, candidate};
use crate::layout::Logical;
use crate::text::syllable::Syllable;
use crate::text::{Case, Span, Word, read_words};

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
    /// Pairs of neighbours that may be a misspelling, as far as their line tells.
    pub pairs: Vec<Candidate>,
    /// Those with a capital beside the first letter, as abbreviations have.
    pub capitals: Vec<Span>,
}

impl Words {
    pub(super) fn of(logical: &Logical) -> Self {
        Self::read(logical, Span::new(0, logical.text.len()))
    }

    /// What the lines tell that begin within a span of the logical text.
    pub(super) fn read(logical: &Logical, within: Span) -> Self {
        let mut told = Self::default();
        let mut words = Vec::new();
        let index = |at: u32| logical.lines.partition_point(|line| line.span.start < at);
        for line in &logical.lines[index(within.start)..index(within.end)] {
            read_words(
                line.span.of(&logical.text),
                line.span.range().start,
                &mut words,
            );
            told.add(&logical.text, &words);
        }
        told
    }

    fn add(&mut self, text: &str, line: &[Word]) {
        self.all += line.len();
        for (at, word) in line.iter().enumerate() {
            if word.is_marked && word.span.len() > 3 {
                self.marked += 1;
                let is_right = word.syllable.is_some_and(Syllable::is_attested);
                if !is_right || word.has_stray_tone {
                    self.wrong.push(word.span);
                }
            }
            if word.case == Case::Other {
                self.capitals.push(word.span);
            }
            if word.follows {
                self.pairs.extend(candidate(text, line, at));
            }
        }
    }
}
