//! Vietnamese in the encodings before Unicode, as a reader sees it who takes each byte for a
//! character of windows-1252: `Céng hßa` is TCVN3, `COÄNG HOØA` VNI.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;

use super::decode::windows_1252_byte;
use crate::document::DamageKind;
use crate::text::syllable::is_attested;
use crate::text::{MapBuilder, OffsetMap, Span, first_bytes};

/// How Vietnamese letters are disguised as others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Legacy {
    Tcvn3,
    Vni,
    Windows1258,
    Mojibake,
}

/// A text with its letters set right.
#[derive(Debug)]
pub(super) struct Converted {
    pub(super) text: String,
    /// From `text` to the text that was converted.
    pub(super) map: OffsetMap,
    /// How many letters were converted.
    pub(super) letters: u32,
    /// The first of them, in the text that was converted.
    pub(super) first: Span,
}

/// The characters of TCVN3 at 0xA1 to 0xFE; U+FFFD where there is none.
const TCVN3: &str = "ĂÂÊÔƠƯĐăâêôơưđ\
    \u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}àảãáạ\u{FFFD}ằẳẵắ\
    \u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}ặầẩẫấậè\u{FFFD}ẻẽéẹềểễếệìỉ\
    \u{FFFD}\u{FFFD}\u{FFFD}ĩíịò\u{FFFD}ỏõóọồổỗốộờởỡớợù\u{FFFD}ủũúụừửữứựỳỷỹýỵ";

/// How much of a text is searched for letters of Latin-1, in bytes.
const SEARCHED: usize = 64 << 10;

/// How much is read in every encoding, from the first of them on, in bytes.
const SAMPLE: usize = 8 << 10;

/// Fewer different words than this prove nothing.
const ENOUGH_WORDS: usize = 3;

impl Legacy {
    const ALL: [Self; 4] = [Self::Mojibake, Self::Tcvn3, Self::Vni, Self::Windows1258];

    /// The disguise of a text; `None` for a text that reads better as it stands.
    pub(super) fn detect(source: &str) -> Option<Self> {
        let searched = first_bytes(source, SEARCHED);
        if !has_many_latin1(searched) {
            return None;
        }
        let first = searched.find(|c: char| !c.is_ascii())?;
        let word = searched[..first]
            .rfind(['\n', '\r', ' '])
            .map_or(0, |at| at + 1);
        let sample = first_bytes(&searched[word..], SAMPLE);
        let before = Reading::of(sample);
        let readings = Self::ALL.map(|legacy| (legacy, Reading::of(&legacy.convert(sample).text)));
        readings
            .into_iter()
            .filter(|(_, after)| {
                after.distinct >= ENOUGH_WORDS
                    && after.share() >= 0.8
                    && before.share() <= 0.5 * after.share()
            })
            .max_by(|(_, a), (_, b)| a.share().total_cmp(&b.share()))
            .map(|(legacy, _)| legacy)
    }

    /// The disguise of some lines of a text that is sound otherwise, in which a font of its own shows
    /// them right, and the text with these lines set right. Only files that know fonts have such.
    pub(super) fn in_lines(source: &str) -> Option<(Self, Converted)> {
        let mut at = 0;
        let mut found: Vec<(usize, Self)> = Vec::new();
        for line in source.split_inclusive('\n') {
            let of_fonts = |legacy: &Self| matches!(legacy, Self::Tcvn3 | Self::Vni);
            found.extend(
                Self::detect(line)
                    .filter(of_fonts)
                    .map(|legacy| (at, legacy)),
            );
            at += line.len();
        }
        let &(_, first) = found.first()?;
        let starts: HashSet<usize> = found
            .into_iter()
            .filter_map(|(start, legacy)| (legacy == first).then_some(start))
            .collect();
        Some((
            first,
            first.convert_lines(source, |start| starts.contains(&start)),
        ))
    }

    /// What rules call it.
    pub(super) fn damage_kind(self) -> DamageKind {
        match self {
            Self::Tcvn3 => DamageKind::Tcvn3,
            Self::Vni => DamageKind::Vni,
            Self::Windows1258 => DamageKind::Windows1258,
            Self::Mojibake => DamageKind::Mojibake,
        }
    }

    /// The letter that the first character of `text` or the first few stand for, and how many
    /// bytes of `text` they take.
    fn letter(self, text: &str) -> Option<(char, usize)> {
        let mut chars = text.chars();
        let c = chars.next()?;
        match self {
            Self::Tcvn3 => Some((tcvn3(c)?, c.len_utf8())),
            Self::Windows1258 => Some((windows_1258(c)?, c.len_utf8())),
            Self::Mojibake => mojibake(text),
            Self::Vni => match chars
                .next()
                .and_then(|mark| Some((vni_pair(c, mark)?, mark)))
            {
                Some((letter, mark)) => Some((letter, c.len_utf8() + mark.len_utf8())),
                None => Some((vni_single(c)?, c.len_utf8())),
            },
        }
    }

    /// Sets the letters right.
    pub(super) fn convert(self, source: &str) -> Converted {
        self.convert_lines(source, |_| true)
    }

    /// Sets the letters right of the lines that are meant, by where they start.
    fn convert_lines(self, source: &str, is_meant: impl Fn(usize) -> bool) -> Converted {
        let mut text = String::with_capacity(source.len() + source.len() / 4);
        let mut map = MapBuilder::default();
        let mut letters = 0;
        let mut first = None;
        let mut at = 0;
        let mut meant = is_meant(0);
        while let Some(c) = source[at..].chars().next() {
            if c == '\n' {
                meant = is_meant(at + 1);
            }
            let (c, len) = match self.letter(&source[at..]).filter(|_| meant) {
                Some(found) => {
                    letters += 1;
                    first.get_or_insert(Span::new(at, at + found.1));
                    found
                }
                None => (c, c.len_utf8()),
            };
            let span = Span::new(at, at + len);
            map.replace(
                span.start,
                span.end - span.start,
                Span::new(0, c.len_utf8()).end,
            );
            text.push(c);
            at += len;
        }
        if self == Self::Tcvn3 {
            text = raise_capitals(text);
        }
        Converted {
            text,
            map: map.finish(),
            letters,
            first: first.unwrap_or_default(),
        }
    }
}

/// Whether letters of Latin-1 are many and letters that only Vietnamese has are few.
fn has_many_latin1(sample: &str) -> bool {
    let (mut latin, mut vietnamese) = (0_usize, 0_usize);
    for byte in sample.bytes() {
        latin += usize::from(byte == 0xC2 || byte == 0xC3);
        vietnamese += usize::from(byte == 0xE1);
    }
    latin >= ENOUGH_WORDS && vietnamese * 8 < latin
}

/// How well a text reads as Vietnamese: its words with other than ASCII letters, those of them
/// that are syllables, and how many different ones.
struct Reading {
    words: usize,
    syllables: usize,
    distinct: usize,
}

impl Reading {
    fn of(text: &str) -> Self {
        let composed: String = text.nfc().collect();
        let mut known = HashSet::new();
        let (mut words, mut syllables) = (0, 0);
        for word in composed.split(|c: char| c.is_ascii() && !c.is_ascii_alphabetic()) {
            let word = word.trim_matches(|c: char| !c.is_alphabetic());
            if word.is_ascii() {
                continue;
            }
            words += 1;
            if is_attested(word) {
                syllables += 1;
                known.insert(word);
            }
        }
        Self {
            words,
            syllables,
            distinct: known.len(),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a share of at most some thousand words"
    )]
    fn share(&self) -> f64 {
        self.syllables as f64 / self.words.max(1) as f64
    }
}

fn tcvn3(c: char) -> Option<char> {
    let index = (c as usize).checked_sub(0xA1)?;
    TCVN3
        .chars()
        .nth(index)
        .filter(|&letter| letter != char::REPLACEMENT_CHARACTER)
}

/// TCVN3 has no capitals with tones; fonts showed the small ones as capitals. In a word whose
/// other letters are at least two capitals, or next to such a word, they were meant as capitals.
fn raise_capitals(text: String) -> String {
    let mut raised = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let words: Vec<&str> = line.split_inclusive(' ').collect();
        let capital: Vec<bool> = words.iter().map(|word| is_capital(word, 2)).collect();
        for (i, word) in words.iter().enumerate() {
            let neighbour = i.checked_sub(1).is_some_and(|before| capital[before])
                || capital.get(i + 1) == Some(&true);
            if capital[i] || (neighbour && is_capital(word, 1)) {
                raised.extend(word.chars().map(upper));
            } else {
                raised.push_str(word);
            }
        }
    }
    // Offsets were taken before; Vietnamese capitals are as long as the small letters.
    if raised.len() == text.len() {
        raised
    } else {
        text
    }
}

/// Whether a word has this many ASCII capitals, no small ASCII letter, and another letter.
fn is_capital(word: &str, least: usize) -> bool {
    !word.is_ascii()
        && !word.contains(|c: char| c.is_ascii_lowercase())
        && word.bytes().filter(u8::is_ascii_uppercase).count() >= least
}

fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(capital), None) if capital.len_utf8() == c.len_utf8() => capital,
        _ => c,
    }
}

const VNI_TONES: &str = "ùøûõï";
const VNI_CIRCUMFLEX: &str = "âáàåãä";
const VNI_BREVE: &str = "êéèúüë";
/// The order of tones in the VNI rows: sắc, huyền, hỏi, ngã, nặng.
const TONES: [char; 5] = ['\u{301}', '\u{300}', '\u{309}', '\u{303}', '\u{323}'];

/// The letter of a base and the mark after it.
fn vni_pair(base: char, mark: char) -> Option<char> {
    let mark = lower(mark);
    if mark.is_ascii() {
        return None;
    }
    let position = |row: &str| row.chars().position(|known| known == mark);
    let small = lower(base);
    let (shaped, tone) = if let Some(tone) = position(VNI_TONES) {
        let shaped = match base {
            _ if matches!(small, 'a' | 'e' | 'o' | 'u' | 'y') => base,
            _ if matches!(small, 'ô' | 'ö') => vni_single(base)?,
            _ => return None,
        };
        (shaped, Some(tone))
    } else if let Some(index) = position(VNI_CIRCUMFLEX).filter(|_| "aeo".contains(small)) {
        (compose(base, '\u{302}')?, index.checked_sub(1))
    } else if let Some(index) = position(VNI_BREVE).filter(|_| small == 'a') {
        (compose(base, '\u{306}')?, index.checked_sub(1))
    } else {
        return None;
    };
    match tone {
        Some(tone) => compose(shaped, TONES[tone]),
        None => Some(shaped),
    }
}

/// The letters that VNI writes with one character.
fn vni_single(c: char) -> Option<char> {
    let letter = match lower(c) {
        'ô' => 'ơ',
        'ö' => 'ư',
        'ñ' => 'đ',
        'í' => 'í',
        'ì' => 'ì',
        'æ' => 'ỉ',
        'ó' => 'ĩ',
        'ò' => 'ị',
        'î' => 'ỵ',
        _ => return None,
    };
    Some(if c.is_uppercase() {
        upper(letter)
    } else {
        letter
    })
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// The one letter of a base and a mark, whichever order Unicode composes them in.
fn compose(base: char, mark: char) -> Option<char> {
    let mut composed = [base, mark].into_iter().nfc();
    composed.next().filter(|_| composed.next().is_none())
}

fn windows_1258(c: char) -> Option<char> {
    Some(match c {
        'Ì' => '\u{300}',
        'Ò' => '\u{309}',
        'Þ' => '\u{303}',
        'ì' => '\u{301}',
        'ò' => '\u{323}',
        'Ã' => 'Ă',
        'ã' => 'ă',
        'Ð' => 'Đ',
        'ð' => 'đ',
        'Õ' => 'Ơ',
        'õ' => 'ơ',
        'Ý' => 'Ư',
        'ý' => 'ư',
        'þ' => '₫',
        _ => return None,
    })
}

/// The character whose UTF-8 bytes were taken for characters of windows-1252.
fn mojibake(text: &str) -> Option<(char, usize)> {
    let mut bytes = [0; 4];
    let mut len = 0;
    for (i, c) in text.chars().take(4).enumerate() {
        bytes[i] = windows_1252_byte(c)?;
        len += c.len_utf8();
        if i == 0 && bytes[0] < 0xC2 {
            return None;
        }
        if let Ok(decoded) = str::from_utf8(&bytes[..=i]) {
            return decoded.chars().next().map(|c| (c, len));
        }
    }
    None
}
