//! The words of a text, each read once, letter by letter.

use super::Span;
use super::syllable::{Alphabet, Syllable};

/// One word: letters and digits with nothing else between them.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// Where it stands.
    pub span: Span,
    /// Its spelling; `None` where it has other characters than Vietnamese letters, two tones, or
    /// more letters than a syllable.
    pub syllable: Option<Syllable>,
    /// How it is written.
    pub case: Case,
    /// Whether one blank parts it from the word before in the same line, and nothing else.
    pub follows: bool,
    /// Whether it has a letter outside ASCII.
    pub is_marked: bool,
    /// Whether the tone mark stands where no style of writing puts it: beside a letter of the rhyme
    /// that has a mark of its own, which always bears the tone (`thíêt` for thiết). Of ư and ơ
    /// together the ơ bears it.
    pub has_stray_tone: bool,
}

/// Where a word has capitals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Case {
    /// Nowhere.
    Small,
    /// Its first letter.
    Capital,
    /// Elsewhere.
    Other,
}

/// What the letters of a word read so far come to.
#[derive(Clone, Copy, Default)]
struct Reading {
    letters: u64,
    tone: u8,
    capitals: u32,
    has_two_tones: bool,
    has_other: bool,
    is_marked: bool,
    /// Whether the last letter with a mark of its own bears no tone.
    main_has_no_tone: bool,
}

impl Reading {
    #[inline]
    fn push(&mut self, c: char, alphabet: &Alphabet) -> bool {
        let letter = alphabet.letter(c);
        if !letter.is_of_words() {
            return false;
        }
        let tone = letter.tone();
        self.has_other |= letter.place() == 0;
        self.has_two_tones |= (self.tone != 0) & (tone != 0);
        self.capitals += u32::from(letter.is_capital());
        self.is_marked |= !c.is_ascii();
        if letter.has_own_mark() {
            self.main_has_no_tone = tone == 0;
        }
        self.letters = Syllable::add_letter(self.letters, letter.place());
        self.tone |= tone;
        true
    }

    fn syllable(&self) -> Option<Syllable> {
        if self.has_other || self.has_two_tones {
            return None;
        }
        Syllable::of_letters(self.letters, self.tone)
    }

    fn case(&self, begins_with_capital: bool) -> Case {
        match (self.capitals, begins_with_capital) {
            (0, _) => Case::Small,
            (1, true) => Case::Capital,
            _ => Case::Other,
        }
    }
}

/// Reads the words of a line that begins at `offset` into `words`, which is emptied first.
pub fn read_words(line: &str, offset: usize, words: &mut Vec<Word>) {
    words.clear();
    let alphabet = Alphabet::get();
    let bytes = line.as_bytes();
    let mut chars = line.char_indices();
    let mut last_end = None;
    while let Some((start, c)) = chars.next() {
        let mut reading = Reading::default();
        if !reading.push(c, alphabet) {
            continue;
        }
        let begins_with_capital = reading.capitals != 0;
        let end = loop {
            match chars.next() {
                Some((_, c)) if reading.push(c, alphabet) => {}
                Some((at, _)) => break at,
                None => break line.len(),
            }
        };
        words.push(Word {
            span: Span::new(offset + start, offset + end),
            syllable: reading.syllable(),
            case: reading.case(begins_with_capital),
            follows: last_end.is_some_and(|end| end + 1 == start && bytes[end] == b' '),
            is_marked: reading.is_marked,
            has_stray_tone: reading.main_has_no_tone && reading.tone != 0,
        });
        last_end = Some(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<Word> {
        let mut words = Vec::new();
        read_words(line, 0, &mut words);
        words
    }

    #[test]
    fn words_are_what_syllables_are_made_of() {
        let line = "nghiêng Hòa hoà lý Uỷ a nghiêngg hòá quỵ web thíêt 12 nghiêngnghiêng Đi";
        for word in words(line) {
            let letters = word.span.of(line);
            assert_eq!(word.syllable, Syllable::of(letters), "{letters}");
        }
    }

    #[test]
    fn words_tell_their_case_and_what_stands_before() {
        let line = "Xã  Mẫu, xã Đ1 VÀ tHôn–Thượng";
        let told: Vec<_> = words(line)
            .into_iter()
            .map(|word| (word.span.of(line), word.case, word.follows))
            .collect();
        assert_eq!(
            told,
            [
                ("Xã", Case::Capital, false),
                ("Mẫu", Case::Capital, false),
                ("xã", Case::Small, false),
                ("Đ1", Case::Capital, true),
                ("VÀ", Case::Other, true),
                ("tHôn", Case::Other, true),
                ("Thượng", Case::Capital, false),
            ]
        );
    }

    #[test]
    fn a_tone_beside_the_letter_that_must_bear_it_is_stray() {
        for word in words("thíêt Ngừơi bủôi giưã") {
            assert!(word.has_stray_tone, "{word:?}");
        }
        for word in words("thiết người hòa hoà giữa quý đi đường a1") {
            assert!(!word.has_stray_tone, "{word:?}");
        }
    }
}
