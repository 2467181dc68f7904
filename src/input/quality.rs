//! How far the letters of a text can be trusted: whether a recognition lost Vietnamese letters,
//! or the text was typed without marks.
//!
//! Measured on 149 published documents: in a sound text 77 % or more of the words in small
//! letters bear a mark and at most 3 % of those are no syllable; recognition for Vietnamese
//! reaches 4 % on a legible page and 44 % on an illegible one; one without Vietnamese leaves
//! 19 % marked, three quarters of them wrong. Of the words of English, a quarter at most
//! look like syllables without marks; of those of Vietnamese stripped of its marks, four fifths
//! and more.

use crate::text::Span;
use crate::text::syllable::{is_attested, is_attested_without_marks};

/// What a look at the words of a text shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Quality {
    /// Whether the text is Vietnamese, as far as it shows.
    pub(super) is_vietnamese: bool,
    /// The words that lost letters, if the text has lost letters at large.
    pub(super) lost: Option<Lost>,
}

/// Words that lost letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Lost {
    pub(super) words: u32,
    pub(super) first: Span,
}

/// Fewer words prove nothing.
const ENOUGH_WORDS: usize = 20;

/// A text is looked at in this many places evenly spread, this many words in each.
const PLACES: usize = 16;
const WORDS_IN_PLACE: usize = 64;

impl Quality {
    pub(super) fn of(text: &str) -> Self {
        let mut sample = Sample::default();
        for place in 0..PLACES {
            let start = ceil_char(text, text.len() / PLACES * place);
            let end = ceil_char(text, text.len() / PLACES * (place + 1));
            let end = if place + 1 == PLACES { text.len() } else { end };
            for (_, word) in small_words(&text[start..end]).take(WORDS_IN_PLACE) {
                sample.add(word);
            }
        }
        let lost = sample.has_lost_letters().then(|| {
            let unmarked = sample.is_unmarked();
            let lost = |word: &str| (unmarked && word.is_ascii()) || is_misread(word);
            let mut words = small_words(text).filter(|(_, word)| lost(word));
            let first = words
                .next()
                .map(|(at, word)| Span::new(at, at + word.len()));
            Lost {
                first: first.unwrap_or_default(),
                words: u32::try_from(1 + words.count()).unwrap_or(u32::MAX),
            }
        });
        Self {
            is_vietnamese: sample.is_vietnamese(),
            lost,
        }
    }
}

/// Counts of words in small letters.
#[derive(Default)]
struct Sample {
    /// With a letter that ASCII lacks, and a syllable in use.
    right: usize,
    /// With a letter that ASCII lacks, and no syllable.
    misread: usize,
    /// In ASCII, and a syllable if marks are added.
    stripped: usize,
    /// In ASCII, and no syllable whatever marks are added.
    foreign: usize,
}

impl Sample {
    fn add(&mut self, word: &str) {
        let count = match (word.is_ascii(), word) {
            (true, word) if is_attested_without_marks(word) => &mut self.stripped,
            (true, _) => &mut self.foreign,
            (false, word) if is_misread(word) => &mut self.misread,
            (false, _) => &mut self.right,
        };
        *count += 1;
    }

    fn words(&self) -> usize {
        self.right + self.misread + self.stripped + self.foreign
    }

    fn is_vietnamese(&self) -> bool {
        let words = self.words();
        let vietnamese = self.right + self.stripped;
        words < ENOUGH_WORDS || self.right * 4 > words || vietnamese * 2 > words
    }

    /// Whether most words that should bear marks bear none.
    fn is_unmarked(&self) -> bool {
        self.right < self.stripped
    }

    fn has_lost_letters(&self) -> bool {
        let marked = self.right + self.misread;
        let misread = self.misread * 100 > marked * 8 && self.misread >= ENOUGH_WORDS / 2;
        let stripped = self.is_unmarked() && self.stripped > self.foreign;
        self.words() >= ENOUGH_WORDS && self.is_vietnamese() && (misread || stripped)
    }
}

fn is_misread(word: &str) -> bool {
    !word.is_ascii() && !is_attested(word)
}

/// The words of small letters only, with their places.
fn small_words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && word.chars().all(char::is_lowercase))
        .map(|word| (Span::of_slice(text, word).range().start, word))
}

fn ceil_char(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    const REPORT: &str = "Năm qua, Ủy ban nhân dân xã đã chỉ đạo các ngành, đoàn thể phối hợp chặt chẽ, \
        tuyên truyền sâu rộng trong nhân dân về các chủ trương của cấp trên, giữ vững an ninh, \
        trật tự và chăm lo đời sống của các hộ nghèo trên địa bàn.";

    #[test]
    fn sound_text_has_lost_nothing() {
        let quality = Quality::of(REPORT);
        assert!(quality.is_vietnamese);
        assert_eq!(quality.lost, None);
    }

    #[test]
    fn text_without_marks_has_lost_letters() {
        let quality = Quality::of(&fold(REPORT));
        assert!(quality.is_vietnamese);
        let lost = quality.lost.unwrap();
        assert!(lost.words > 30, "{lost:?}");
        assert_eq!(lost.first, Span::new(0, 3));
    }

    #[test]
    fn misread_text_has_lost_letters() {
        let misread = REPORT
            .replace("ạ", "gï")
            .replace("ân", "ënt")
            .replace("ộ", "õp");
        assert!(Quality::of(&misread).lost.is_some());
    }

    #[test]
    fn another_language_has_lost_nothing() {
        let english = "The committee shall keep a list of all the documents it has sent in the \
            course of the year and hand it on to the office that succeeds it when the term ends.";
        let quality = Quality::of(english);
        assert!(!quality.is_vietnamese);
        assert_eq!(quality.lost, None);
    }
}
