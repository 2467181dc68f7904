//! How far the letters of a text can be trusted: whether a recognition lost Vietnamese letters,
//! or the text was typed without marks.
//!
//! Measured on 197 published documents. In a sound text 77 % or more of the words in small
//! letters bear a mark; of those that are longer than a letter at most 0.95 % are no syllable, and
//! no word has a letter that Vietnamese lacks but names and sizes (`Müller`, `Ø60`). A careless
//! typist misspells three words of a hundred and keeps the letters Vietnamese, so that misspelt
//! words alone show no scan, unless they are far more. Recognition for Vietnamese makes 0 to 3 % of the words impossible on a legible page, 44 % on an illegible
//! one, and takes stamps, rules and dirt for words such as `Š`, `ÔŸ`, `ˆ`. One without Vietnamese
//! leaves 19 % marked, three quarters of them wrong. Of the words of English, a quarter at most
//! look like syllables without marks; of those of Vietnamese stripped of its marks, four fifths
//! and more.

use crate::text::Span;
use crate::text::syllable::{is_attested, is_attested_without_marks, is_letter};

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
const WORDS_IN_PLACE: usize = 200;

/// No author misspells so many words, in thousandths of those with marks and longer than a letter.
/// A careless one misspells 30; what recognition leaves without dirt is past 400.
const MISREAD_PER_THOUSAND: usize = 150;
const ENOUGH_MISREAD: usize = 8;

/// Dirt and misread words prove a scan if they are this many, dirt counted double, and if this
/// many are such as no typing makes: dirt and scrambled words.
const SCANNED_PER_THOUSAND: usize = 4;
const ENOUGH_SCANNED: usize = 5;
const ENOUGH_UNTYPED: usize = 2;

impl Quality {
    pub(super) fn of(text: &str) -> Self {
        let mut sample = Sample::default();
        let start = |place| next_blank(text, text.len() / PLACES * place);
        for place in 0..PLACES {
            let end = if place + 1 == PLACES {
                text.len()
            } else {
                start(place + 1)
            };
            for word in words(&text[start(place)..end]).take(WORDS_IN_PLACE) {
                sample.add(word);
            }
        }
        let lost = sample.has_lost_letters().then(|| {
            let unmarked = sample.is_unmarked();
            let is_lost = |word: &str| {
                is_small(word) && (unmarked && word.is_ascii() || is_misread(word)) || is_dirt(word)
            };
            let mut words = words(text).filter(|word| is_lost(word));
            let first = words.next().map(|word| Span::of_slice(text, word));
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

/// Counts of words; in small letters if not said otherwise.
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
    /// In any letters, and taken for a word by a scanner.
    dirt: usize,
    /// In any letters, and mixed as no hand types them.
    scrambled: usize,
}

impl Sample {
    fn add(&mut self, word: &str) {
        if !word.is_ascii() && is_dirt(word) {
            self.dirt += 1;
        } else if !word.is_ascii() && is_scrambled(word) {
            self.scrambled += 1;
        }
        if !is_small(word) {
            return;
        }
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
        let misread =
            self.misread * 1000 >= marked * MISREAD_PER_THOUSAND && self.misread >= ENOUGH_MISREAD;
        let dirty = self.misread + 2 * self.dirt;
        let scanned = self.dirt > 0
            && self.dirt + self.scrambled >= ENOUGH_UNTYPED
            && dirty >= ENOUGH_SCANNED
            && dirty * 1000 >= marked * SCANNED_PER_THOUSAND;
        let stripped = self.is_unmarked() && self.stripped > self.foreign;
        self.words() >= ENOUGH_WORDS && self.is_vietnamese() && (misread || scanned || stripped)
    }
}

/// A letter alone is an abbreviation: `đ` for đồng.
fn is_misread(word: &str) -> bool {
    !word.is_ascii() && word.chars().nth(1).is_some() && !is_attested(word)
}

/// Whether a scanner took a stamp, a rule or dirt for this word: it has a letter that Vietnamese
/// lacks, but for Ø, which marks sizes, and is no foreign name.
fn is_dirt(word: &str) -> bool {
    let odd = |c: char| {
        let is_listed = matches!(c, 'Ä'..='ſ' | 'ƒ' | 'ˆ') && !matches!(c, 'Ø' | 'ø');
        is_listed && !is_letter(c) && c.is_alphabetic()
    };
    let is_name = || {
        let mut letters = word.chars();
        let is_capital = letters.next().is_some_and(char::is_uppercase);
        let rest = letters.clone().count();
        is_capital
            && (rest >= 3 && letters.clone().all(char::is_lowercase)
                || rest >= 4 && letters.all(char::is_uppercase))
    };
    word.chars().any(odd) && !is_name()
}

/// Whether capitals and small letters are mixed (`nỘp`, `KTHương`), or a digit stands in a word
/// that is no syllable without it (`2oạg`); measures and sums have a unit of one letter (`m²`,
/// `000đ`).
fn is_scrambled(word: &str) -> bool {
    let has_small = word.chars().any(char::is_lowercase);
    if has_small && word.chars().skip(1).any(char::is_uppercase) {
        return true;
    }
    let is_alphabetic = |c: &char| is_letter(*c) || c.is_alphabetic();
    if word.chars().all(|c| is_alphabetic(&c)) {
        return false;
    }
    let letters: String = word.chars().filter(is_alphabetic).collect();
    is_small(&letters) && is_misread(&letters)
}

fn is_small(word: &str) -> bool {
    word.chars().all(char::is_lowercase)
}

/// Names of fields to be filled in (`{ten_don_vi}`) are bare by custom and say nothing of a text;
/// a line typed before a word is no part of it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    // Most letters are known without a search in the tables of Unicode.
    let words = text.split(|c: char| !is_letter(c) && !c.is_alphanumeric() && c != '_');
    let words = words.map(|word| word.trim_matches('_'));
    let is_field = |word: &str| word.is_ascii() && word.contains('_');
    words
        .filter(move |word| !is_field(word))
        .flat_map(|word| word.split('_'))
        .filter(|word| !word.is_empty())
}

/// Where the first blank at `from` or after it stands, so that no word is cut; 0 for 0.
fn next_blank(text: &str, from: usize) -> usize {
    if from == 0 {
        return 0;
    }
    let rest = &text.as_bytes()[from..];
    let blank = rest.iter().position(u8::is_ascii_whitespace);
    blank.map_or(text.len(), |at| from + at)
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
    fn names_of_fields_have_lost_nothing() {
        let fields = "{ngay_thang} {ten_don_vi} {noi_dung_cong_viec} {don_vi_chu_tri} ".repeat(20);
        assert_eq!(Quality::of(&format!("{REPORT} {fields}")).lost, None);
        let ruled = fold(REPORT).replace(' ', " ____");
        assert!(Quality::of(&ruled).lost.is_some());
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
    fn a_scan_is_known_by_dirt_and_misread_words() {
        let scan = format!(
            "Š {} ÔŸ ˆ",
            REPORT.replace("chặt", "chăt").replace("rộng", "rôộng")
        );
        assert!(Quality::of(&scan).lost.is_some());
        let slips = REPORT.replace("chặt", "chăt").replace("rộng", "rôộng");
        assert_eq!(Quality::of(&slips).lost, None);
    }

    #[test]
    fn a_typed_text_with_slips_has_lost_nothing() {
        let careless = REPORT
            .replace("chặt", "chăt")
            .replace("rộng", "rôộng")
            .replace("nghèo", "ngèo")
            .replace("các", "cácc");
        assert_eq!(Quality::of(&careless).lost, None);
        // A stray letter of a font is no scan either.
        assert_eq!(Quality::of(&format!("{careless} œ")).lost, None);
        assert!(Quality::of(&format!("{careless} œ nỘp")).lost.is_some());
    }

    #[test]
    fn scrambled_words_are_told_from_sums_and_abbreviations() {
        for word in ["nỘp", "KTHương", "2oạg", "HàNội", "hữữ17"] {
            assert!(is_scrambled(word), "{word}");
        }
        for word in ["000đ", "13đồng", "m²", "TĐ1", "ĐỜI", "Đời", "đời"] {
            assert!(!is_scrambled(word), "{word}");
        }
    }

    #[test]
    fn names_sizes_and_abbreviations_are_no_dirt() {
        for word in ["Müller", "MÜNCHEN", "Ø60", "Ø", "đ", "Đắk", "×"] {
            assert!(!is_dirt(word), "{word}");
        }
        for word in ["Š", "ÔŸ", "ˆ", "4ƒ", "cña"] {
            assert!(is_dirt(word), "{word}");
        }
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
