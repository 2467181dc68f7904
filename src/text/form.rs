//! How letters with marks are put into characters.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// How the letters of a text are put into characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LetterForm {
    /// One character a letter, or now the one and now the other.
    #[default]
    Composed,
    /// Each mark is a character (NFD).
    Decomposed,
    /// The tone alone is a character of its own (`ê` and a dot below), as Word once wrote.
    ToneApart,
}

impl LetterForm {
    /// The form that all letters of a text have.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let forms = [Self::Decomposed, Self::ToneApart];
        let has_marks = text.chars().any(is_combining_mark);
        let all = |form: &Self| has_marks && form.characters(text).eq(text.chars());
        forms.into_iter().find(all).unwrap_or_default()
    }

    /// A text, whose letters are one character each, in this form.
    #[must_use]
    pub fn write(self, text: &str) -> Cow<'_, str> {
        if self == Self::Composed || text.is_ascii() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(self.characters(text).collect())
    }

    fn characters(self, text: &str) -> Box<dyn Iterator<Item = char> + '_> {
        match self {
            Self::Composed => Box::new(text.nfc()),
            Self::Decomposed => Box::new(text.nfd()),
            Self::ToneApart => Box::new(text.nfc().flat_map(tone_apart)),
        }
    }
}

/// The text with its letters in one character each.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    match text.is_ascii() || is_nfc(text) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.nfc().collect()),
    }
}

/// The letter without its tone, and the tone.
fn tone_apart(letter: char) -> impl Iterator<Item = char> {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    let is_tone = |c: &char| TONES.contains(c);
    let parts = || std::iter::once(letter).nfd();
    let tone = parts().filter(is_tone);
    parts().filter(move |c| !is_tone(c)).nfc().chain(tone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_a_text_is_known_and_written() {
        let text = "Hộ nghèo được sử dụng đất";
        let apart: String = text.chars().flat_map(tone_apart).collect();
        assert!(
            apart.contains("Hô\u{323} nghe\u{300}o đươ\u{323}c sư\u{309}"),
            "{apart:?}"
        );
        let forms = [
            (LetterForm::Composed, text.to_owned()),
            (LetterForm::Decomposed, text.nfd().collect()),
            (LetterForm::ToneApart, apart),
        ];
        for (form, written) in &forms {
            assert_eq!(LetterForm::of(written), *form);
            assert_eq!(form.write(text), written.as_str());
        }
        assert_eq!(LetterForm::of("a"), LetterForm::Composed);
        assert_eq!(LetterForm::of("ộ và o\u{323}\u{302}"), LetterForm::Composed);
    }
}
