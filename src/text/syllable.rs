//! Vietnamese syllables: which letter sequences are spelt like one, and which are in use.

use std::num::NonZeroU64;
use std::sync::LazyLock;

use serde::Deserialize;

use super::fold::fold_char;
use super::{NumberMap, NumberSet};

/// Each letter with its tones in the order level, huyền, hỏi, ngã, sắc, nặng.
const LETTERS: [&str; 29] = [
    "aàảãáạ",
    "ăằẳẵắặ",
    "âầẩẫấậ",
    "b",
    "c",
    "d",
    "đ",
    "eèẻẽéẹ",
    "êềểễếệ",
    "g",
    "h",
    "iìỉĩíị",
    "k",
    "l",
    "m",
    "n",
    "oòỏõóọ",
    "ôồổỗốộ",
    "ơờởỡớợ",
    "p",
    "q",
    "r",
    "s",
    "t",
    "uùủũúụ",
    "ưừửữứự",
    "v",
    "x",
    "yỳỷỹýỵ",
];

/// The letters stand in two blocks of code points: up to `ư`, and `Ạ` to `ỹ`.
const FIRST_BLOCK: usize = 0x1B1;
const SECOND_BLOCK: usize = 0x1EA0;
const TABLE_SIZE: usize = FIRST_BLOCK + 0x1EFA - SECOND_BLOCK;

/// The longest syllable is `nghiêng`.
const MAX_LETTERS: u32 = 7;
const LETTER_BITS: u32 = 5;
/// The number of the letter y.
const Y: u64 = LETTERS.len() as u64;

/// For each code point the number of its letter from 1, times 8, plus its tone; 0 for a
/// character that is no Vietnamese letter.
static TABLE: LazyLock<[u8; TABLE_SIZE]> = LazyLock::new(|| {
    let mut table = [0; TABLE_SIZE];
    for (letter, tones) in (1_u8..).zip(LETTERS) {
        for (tone, c) in (0_u8..).zip(tones.chars()) {
            for c in std::iter::once(c).chain(c.to_uppercase()) {
                if let Some(slot) = slot(c) {
                    table[slot] = letter * 8 + tone;
                }
            }
        }
    }
    table
});

fn slot(c: char) -> Option<usize> {
    let code = c as usize;
    match code {
        0..FIRST_BLOCK => Some(code),
        SECOND_BLOCK..0x1EFA => Some(code - SECOND_BLOCK + FIRST_BLOCK),
        _ => None,
    }
}

/// Whether the character is a letter of the Vietnamese alphabet, either case.
#[must_use]
#[inline]
pub fn is_letter(c: char) -> bool {
    slot(c).is_some_and(|slot| TABLE[slot] != 0)
}

/// A word as letters without tone, packed, and the one tone it bears.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Spelling {
    letters: u64,
    tone: u8,
}

impl Spelling {
    /// `None` where the word has other characters, two tones, or more letters than a syllable.
    fn of(word: &str) -> Option<Self> {
        let table = &*TABLE;
        let (mut letters, mut tone, mut count) = (0, 0, 0);
        for c in word.chars() {
            let entry = table[slot(c)?];
            let own_tone = entry % 8;
            if entry == 0 || count == MAX_LETTERS || (tone != 0 && own_tone != 0) {
                return None;
            }
            letters = letters << LETTER_BITS | u64::from(entry / 8);
            tone |= own_tone;
            count += 1;
        }
        (count > 0).then_some(Self { letters, tone })
    }

    /// The spelling with `i` where `y` may stand for it: lý, kỹ, quy.
    fn with_i(self) -> Self {
        if self.letters % (1 << LETTER_BITS) != Y {
            return self;
        }
        match Y_FOR_I.iter().find(|(y, _)| *y == self.letters) {
            Some(&(_, letters)) => Self { letters, ..self },
            None => self,
        }
    }
}

/// The spelling of a syllable as a number: the same whatever the case, whichever vowel bears the
/// tone mark and whether `y` or `i` is written where both are used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Syllable(NonZeroU64);

/// For each place in the alphabet, from 1, the place of the letter without its mark.
pub(super) const PLAIN: [u8; LETTERS.len() + 1] = [
    0, 1, 1, 1, 4, 5, 6, 6, 8, 8, 10, 11, 12, 13, 14, 15, 16, 17, 17, 17, 20, 21, 22, 23, 24, 25,
    25, 27, 28, 29,
];

/// The lowest bits of a [`Syllable`] are its tone.
const TONE_BITS: u32 = 3;

impl Syllable {
    /// Reads a word (NFC, any case). `None` where it has other characters than Vietnamese letters,
    /// two tones, or more letters than a syllable; whether there is such a syllable is for
    /// [`is_attested`](Self::is_attested) to say.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::new(Spelling::of(word)?.with_i())
    }

    fn new(spelling: Spelling) -> Option<Self> {
        NonZeroU64::new(spelling.letters << TONE_BITS | u64::from(spelling.tone)).map(Self)
    }

    /// Adds a letter, by its place in the alphabet, to packed ones. Of too many the first are lost,
    /// and [`of_letters`](Self::of_letters) sees that they were too many.
    #[inline]
    pub(super) fn add_letter(letters: u64, place: u8) -> u64 {
        letters << LETTER_BITS | u64::from(place)
    }

    /// The syllable of packed letters.
    #[inline]
    pub(super) fn of_letters(letters: u64, tone: u8) -> Option<Self> {
        if letters >> (LETTER_BITS * MAX_LETTERS) != 0 {
            return None;
        }
        Self::new(Spelling { letters, tone }.with_i())
    }

    /// Whether it is in use.
    #[must_use]
    pub fn is_attested(self) -> bool {
        let tones = ATTESTED
            .get(&(self.0.get() >> TONE_BITS))
            .copied()
            .unwrap_or(0);
        tones & 1 << self.tone() != 0
    }

    /// The number itself: 38 bits.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0.get()
    }

    /// Level, huyền, hỏi, ngã, sắc, nặng from 0 to 5.
    #[must_use]
    pub fn tone(self) -> u8 {
        (self.0.get() & ((1 << TONE_BITS) - 1)) as u8
    }

    /// Its letters without marks and tone, packed.
    #[must_use]
    pub fn plain(self) -> u64 {
        let letters = self.letters();
        letters.iter().fold(0, |packed, &letter| {
            packed << LETTER_BITS | u64::from(PLAIN[usize::from(letter)])
        })
    }

    /// Whether it bears no mark, neither of a tone nor of a letter.
    #[must_use]
    pub fn is_unmarked(self) -> bool {
        self.plain() << TONE_BITS == self.number()
    }

    /// The letters without tone as their places in the alphabet, from 1 (a) to 29 (y).
    #[must_use]
    pub fn letters(self) -> Letters {
        let mut letters = Letters::default();
        let mut rest = self.0.get() >> TONE_BITS;
        while rest != 0 {
            letters.places[letters.len] = (rest & ((1 << LETTER_BITS) - 1)) as u8;
            letters.len += 1;
            rest >>= LETTER_BITS;
        }
        letters.places[..letters.len].reverse();
        letters
    }
}

/// What a character is in Vietnamese words.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Letter(u16);

impl Letter {
    const OF_WORDS: u16 = 1 << 8;
    const CAPITAL: u16 = 1 << 9;
    const OWN_MARK: u16 = 1 << 10;

    fn new(c: char) -> Self {
        let mut letter = Self(slot(c).map_or(0, |slot| u16::from(TABLE[slot])));
        let plain = plain_letter(c);
        let flags = [
            (Self::OF_WORDS, c.is_alphanumeric()),
            (Self::CAPITAL, c.is_uppercase()),
            (Self::OWN_MARK, plain.is_some_and(has_own_mark)),
        ];
        for (flag, is_set) in flags {
            letter.0 |= if is_set { flag } else { 0 };
        }
        letter
    }

    /// Whether it is a letter or a digit of any script.
    pub(super) fn is_of_words(self) -> bool {
        self.0 & Self::OF_WORDS != 0
    }

    pub(super) fn is_capital(self) -> bool {
        self.0 & Self::CAPITAL != 0
    }

    /// Whether it is one of ă â ê ô ơ ư.
    pub(super) fn has_own_mark(self) -> bool {
        self.0 & Self::OWN_MARK != 0
    }

    /// Its place in the alphabet, from 1; 0 for what is no Vietnamese letter.
    pub(super) fn place(self) -> u8 {
        self.0 as u8 / 8
    }

    /// Its tone, as of [`Syllable::tone`].
    pub(super) fn tone(self) -> u8 {
        self.0 as u8 % 8
    }
}

/// All characters of the two blocks.
#[derive(Debug)]
pub(super) struct Alphabet([Letter; TABLE_SIZE]);

impl Alphabet {
    pub(super) fn get() -> &'static Self {
        static ALPHABET: LazyLock<Alphabet> = LazyLock::new(|| {
            let mut letters = [Letter::default(); TABLE_SIZE];
            for c in '\0'..='\u{1EF9}' {
                if let Some(slot) = slot(c) {
                    letters[slot] = Letter::new(c);
                }
            }
            Alphabet(letters)
        });
        &ALPHABET
    }

    #[inline]
    pub(super) fn letter(&self, c: char) -> Letter {
        match slot(c) {
            Some(slot) => self.0[slot],
            None => Self::other(c),
        }
    }

    /// Dashes and quotation marks, mostly.
    #[cold]
    fn other(c: char) -> Letter {
        match c {
            '\u{2000}'..='\u{206F}' => Letter::default(),
            _ => Letter::new(c),
        }
    }
}

/// The letters of a syllable, each as its place in the alphabet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Letters {
    places: [u8; MAX_LETTERS as usize],
    len: usize,
}

impl std::ops::Deref for Letters {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.places[..self.len]
    }
}

/// Syllables without tone that write `y` for `i`, and how they are written with `i`.
static Y_FOR_I: LazyLock<Vec<(u64, u64)>> = LazyLock::new(|| {
    ["h", "k", "l", "m", "s", "t", "qu"]
        .iter()
        .filter_map(|onset| {
            let y = Spelling::of(&format!("{onset}y"))?;
            let i = Spelling::of(&format!("{onset}i"))?;
            Some((y.letters, i.letters))
        })
        .collect()
});

/// The syllables in use: letters without tone → one bit per tone.
static ATTESTED: LazyLock<NumberMap<u8>> = LazyLock::new(|| {
    let mut tones = NumberMap::with_capacity_and_hasher(4096, Default::default());
    for spelling in LIST.iter().filter_map(|s| Spelling::of(s)) {
        let spelling = spelling.with_i();
        *tones.entry(spelling.letters).or_default() |= 1 << spelling.tone;
    }
    tones
});

/// The lines of the list of syllables.
static LIST: LazyLock<Vec<&str>> = LazyLock::new(|| {
    include_str!("../../grammar/vocabulary/syllables.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect()
});

/// The syllables in use, in lower case, sorted, the tone mark of open oa, oe, uy on the last
/// letter.
#[must_use]
pub fn attested_syllables() -> &'static [&'static str] {
    &LIST
}

/// Whether a syllable in use, as it stands in the list, begins with these letters.
#[must_use]
pub fn begins_attested(letters: &str) -> bool {
    let first = LIST.partition_point(|known| *known < letters);
    LIST.get(first)
        .is_some_and(|known| known.starts_with(letters))
}

/// Whether the word (NFC, any case) is a Vietnamese syllable in use, whichever vowel of it bears
/// the tone mark and whether it is written with `y` or `i` where both are used.
#[must_use]
pub fn is_attested(word: &str) -> bool {
    Spelling::of(word).is_some_and(|spelling| {
        let spelling = spelling.with_i();
        let tones = ATTESTED.get(&spelling.letters).copied().unwrap_or(0);
        tones & 1 << spelling.tone != 0
    })
}

/// The syllable in use that the letters and the tone of the word make, however placed.
#[must_use]
pub fn attested_form(word: &str) -> Option<&'static str> {
    let spelling = Spelling::of(word)?.with_i();
    let is_same = |known: &&&str| Spelling::of(known).map(Spelling::with_i) == Some(spelling);
    LIST.iter().find(is_same).copied()
}

fn has_own_mark(letter: char) -> bool {
    "ăâêôơư".contains(letter)
}

/// The small letter without its tone; `None` for a character that is no Vietnamese letter.
fn plain_letter(c: char) -> Option<char> {
    let number = usize::from(TABLE[slot(c)?] / 8);
    LETTERS.get(number.checked_sub(1)?)?.chars().next()
}

/// The syllables in use without marks.
static FOLDED: LazyLock<NumberSet> = LazyLock::new(|| {
    let bare = LETTERS.map(|tones| {
        let letter = tones.chars().next().map_or('\0', fold_char);
        Spelling::of(letter.encode_utf8(&mut [0; 4])).map_or(0, |bare| bare.letters)
    });
    let fold = |letters: u64| {
        let places = (0..MAX_LETTERS).map(|place| place * LETTER_BITS);
        let letter = |place: u32| (letters >> place) % (1 << LETTER_BITS);
        places.fold(0, |folded, place| match letter(place) {
            0 => folded,
            letter => folded | bare[letter as usize - 1] << place,
        })
    };
    let folded = ATTESTED.keys().map(|&letters| Spelling {
        letters: fold(letters),
        tone: 0,
    });
    folded.map(|spelling| spelling.with_i().letters).collect()
});

/// Whether the ASCII word (any case) is what is left of a Vietnamese syllable in use when its
/// marks are taken off.
#[must_use]
pub fn is_attested_without_marks(word: &str) -> bool {
    Spelling::of(word).is_some_and(|spelling| FOLDED.contains(&spelling.with_i().letters))
}

/// The parts of syllables as `grammar/vocabulary/syllables.yaml` lists them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    onsets: Onsets,
    rhymes: Vec<String>,
    y_rhymes: Vec<String>,
    y_for_i: Vec<String>,
    qu_rhymes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Onsets {
    any: Vec<String>,
    front: Vec<String>,
    back: Vec<String>,
}

/// Everything that onsets and rhymes make, without tone.
static PLAUSIBLE: LazyLock<NumberSet> = LazyLock::new(|| {
    let json = include_str!(concat!(env!("OUT_DIR"), "/syllables.json"));
    // The file is part of the program; the tests below read it.
    let parts: Parts =
        serde_json::from_str(json).expect("internal error: the embedded syllable parts are valid");
    parts
        .spellings()
        .iter()
        .filter_map(|syllable| Spelling::of(syllable))
        .map(|spelling| spelling.letters)
        .collect()
});

impl Parts {
    fn spellings(&self) -> Vec<String> {
        let mut all = Vec::new();
        for rhyme in &self.rhymes {
            all.push(rhyme.clone());
            let narrow = if rhyme.starts_with(['e', 'ê', 'i']) {
                &self.onsets.front
            } else {
                &self.onsets.back
            };
            let onsets = self.onsets.any.iter().chain(narrow);
            all.extend(onsets.map(|onset| format!("{onset}{rhyme}")));
            // `gi` and `i` share one i: gì, gìn.
            if rhyme.starts_with('i') {
                all.push(format!("g{rhyme}"));
            }
        }
        for rhyme in &self.y_rhymes {
            all.push(rhyme.clone());
            all.push(format!("qu{rhyme}"));
        }
        all.extend(self.y_for_i.iter().map(|onset| format!("{onset}y")));
        all.extend(self.qu_rhymes.iter().map(|rhyme| format!("qu{rhyme}")));
        all
    }
}

/// Whether the word (NFC, any case) is spelt like a Vietnamese syllable: an onset, a rhyme and
/// at most one tone that the rhyme can bear.
#[must_use]
pub fn is_plausible(word: &str) -> bool {
    Spelling::of(word).is_some_and(|spelling| {
        PLAUSIBLE.contains(&spelling.letters) && (!ends_in_stop(word) || spelling.tone >= 4)
    })
}

/// Whether the word ends in a consonant that allows only the tones sắc and nặng.
fn ends_in_stop(word: &str) -> bool {
    let lower = |b: &u8| b.to_ascii_lowercase();
    match word.as_bytes() {
        [.., before, last] if last.eq_ignore_ascii_case(&b'h') => lower(before) == b'c',
        [.., last] => matches!(lower(last), b'c' | b'p' | b't'),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_both_tone_styles_and_of_y_and_i_are_attested() {
        for word in [
            "hòa", "hoà", "HOÀ", "ủy", "uỷ", "lý", "lí", "kỹ", "quý", "quí", "nghiêng", "gì",
            "giếng", "khuỷu", "đời", "chính", "quốc", "Huế", "nòng",
        ] {
            assert!(is_attested(word), "{word}");
        }
    }

    #[test]
    fn misspelt_and_foreign_words_are_not_attested() {
        for word in [
            "đởi",
            "chínhn",
            "đưởng",
            "nghành",
            "kức",
            "báó",
            "website",
            "",
            "nghiêngg",
            "café",
            "a1",
        ] {
            assert!(!is_attested(word), "{word}");
        }
    }

    #[test]
    fn the_syllable_of_letters_with_a_stray_tone_is_found() {
        assert_eq!(attested_form("thíêt"), Some("thiết"));
        assert_eq!(attested_form("thíêm"), None);
    }

    #[test]
    fn spelling_rules_know_onset_rhyme_and_tone() {
        for word in ["đởi", "ngoẳng", "quỵnh", "gìn", "Kỷ", "yểu"] {
            assert!(is_plausible(word), "{word}");
        }
        for word in [
            "nghành", "kan", "các̣", "cac", "mạch̀", "tốp̉", "bảp", "gế", "ychi",
        ] {
            assert!(!is_plausible(word), "{word}");
        }
    }

    #[test]
    fn the_list_holds_only_plausible_syllables_in_order() {
        let all = attested_syllables();
        assert!(all.is_sorted_by(|a, b| a < b), "sorted, each once");
        for syllable in all {
            assert!(is_plausible(syllable), "{syllable}");
        }
    }
}
