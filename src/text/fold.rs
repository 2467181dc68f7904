//! Vietnamese letters without their marks, for comparisons that must survive case, tone style
//! and optical character recognition.

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::Span;

/// Where the letters with marks stand: Latin letters, and those that Vietnamese adds. Others are
/// too rare for a place in the table.
const LATIN: usize = 0x250;
const VIETNAMESE: Range<usize> = 0x1E00..0x1F00;

static TABLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let codes = (0..LATIN).chain(VIETNAMESE);
    codes
        .map(|code| {
            let c = u32::try_from(code).ok().and_then(char::from_u32);
            c.map_or('\u{FFFD}', bare)
        })
        .collect()
});

/// The letter in lower case without its marks.
fn bare(c: char) -> char {
    match c {
        'đ' | 'Đ' | 'ð' | 'Ð' => 'd',
        'ƣ' | 'Ƣ' => 'u',
        _ => {
            let base = c.nfd().find(|&b| !is_combining_mark(b)).unwrap_or(c);
            base.to_lowercase().next().unwrap_or(base)
        }
    }
}

/// The letter in lower case without its marks: `Ộ` → `o`, `Đ` → `d`. Other characters stay.
#[must_use]
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c as usize {
        code @ 0..LATIN => TABLE[code],
        code if VIETNAMESE.contains(&code) => TABLE[code - VIETNAMESE.start + LATIN],
        // Greek, Cyrillic and their like.
        code if code < VIETNAMESE.start => bare(c),
        _ => c,
    }
}

/// The block of combining marks that Vietnamese is written with; the full test is a search.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// The text in lower case without marks; combining marks are dropped.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    folded.extend(text.chars().filter(|&c| !is_mark(c)).map(fold_char));
    folded
}

/// What remains of `text` after a beginning that folds to `folded`.
#[must_use]
pub fn strip_folded<'t>(text: &'t str, folded: &str) -> Option<&'t str> {
    let mut rest = text.trim_start_matches(is_mark).chars();
    for wanted in folded.chars() {
        if fold_char(rest.next()?) != wanted {
            return None;
        }
        rest = rest.as_str().trim_start_matches(is_mark).chars();
    }
    Some(rest.as_str())
}

/// How [`Folded`] treats letters that optical recognition confuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Letters {
    /// The letters are right.
    Exact,
    /// The letters were recognised without Vietnamese: merge the classes of [`fold_ocr`].
    Confusable,
}

/// A text folded, with the way back. Blanks of any kind become one `' '` each.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// For each byte of [`text`](Self::text) and its end: the byte of the original.
    offsets: Vec<u32>,
}

impl Folded {
    /// Folds at most the first `limit` characters of `text`.
    #[must_use]
    pub fn new(text: &str, letters: Letters, limit: usize) -> Self {
        let room = text.len().min(limit.saturating_mul(2));
        let mut folded = Self {
            text: String::with_capacity(room),
            offsets: Vec::with_capacity(room + 1),
        };
        let mut chars = text.char_indices().take(limit).peekable();
        let mut end = 0;
        // A digit stands for a letter only in a word that has letters.
        let mut word_has_letter = false;
        let mut token_start = true;
        let mut word_start = true;
        while let Some((at, c)) = chars.next() {
            end = at + c.len_utf8();
            if is_mark(c) {
                continue;
            }
            if c.is_whitespace() {
                folded.push(at, ' ');
                token_start = true;
                word_start = true;
                continue;
            }
            let base = fold_char(c);
            if letters == Letters::Exact {
                folded.push(at, base);
                continue;
            }
            if token_start {
                token_start = false;
                let word = text[at..]
                    .split(char::is_whitespace)
                    .next()
                    .unwrap_or_default();
                word_has_letter = word.chars().take(limit).any(char::is_alphabetic);
            }
            let next = chars.peek().map(|&(_, c)| fold_char(c));
            let merged = match base {
                'p' if word_start && next.is_some_and(char::is_alphabetic) && next != Some('h') => {
                    'd'
                }
                'w' => 'u',
                'j' => 'i',
                // Capitals: a Roman number, not a broken u.
                'i' if c != 'I' && next == Some('i') => {
                    if let Some((at, c)) = chars.next() {
                        end = at + c.len_utf8();
                    }
                    'u'
                }
                '6' | '0' if word_has_letter => 'o',
                '1' if word_has_letter => 'l',
                '3' if word_has_letter => 'a',
                '5' if word_has_letter => 's',
                '¢' => 'c',
                '§' => 'o',
                _ => base,
            };
            word_start = !merged.is_alphanumeric();
            folded.push(at, merged);
        }
        folded.offsets.push(u32::try_from(end).unwrap_or(u32::MAX));
        folded
    }

    fn push(&mut self, at: usize, c: char) {
        self.text.push(c);
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        self.offsets.extend(std::iter::repeat_n(at, c.len_utf8()));
    }

    /// The span in the original of a range of [`text`](Self::text).
    #[must_use]
    pub fn back(&self, range: Range<usize>) -> Span {
        let at = |i: usize| {
            self.offsets
                .get(i)
                .or(self.offsets.last())
                .copied()
                .unwrap_or(0)
        };
        Span {
            start: at(range.start),
            end: at(range.end),
        }
    }
}

/// The text folded, with letters merged that optical recognition without Vietnamese confuses.
///
/// The classes: a word-initial `p` that is not `ph` stands for `đ` (no native Vietnamese word
/// begins with a lone p), `w` and `ii` for `u`, `j` for `i`; inside a word the digits `6 0` for
/// `o`, `1` for `l`, `3` for `a`, `5` for `s`; `¢` for `c`, `§` for `o`. Runs of blanks become
/// one blank. Only for comparing two texts folded alike: it is not spelling.
#[must_use]
pub fn fold_ocr(text: &str) -> String {
    let folded = Folded::new(text, Letters::Confusable, usize::MAX).text;
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How alike two texts are, from 0 to 1: one minus the edit distance over the longer length.
#[must_use]
pub fn similarity(a: &str, b: &str) -> f64 {
    rapidfuzz::distance::levenshtein::normalized_similarity(a.chars(), b.chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_case_go() {
        assert_eq!(fold("CỘNG HÒA Đ\u{309}iều"), "cong hoa dieu");
    }

    #[test]
    fn recognised_text_folds_onto_the_true_text() {
        assert_eq!(
            fold_ocr("LANH PAO,  CHI PAO"),
            fold_ocr("LÃNH ĐẠO, CHỈ ĐẠO")
        );
        assert_eq!(fold_ocr("phdi hop s6"), "phdi hop so");
        assert_eq!(fold_ocr("ciia dwong 16i"), "cua duong loi");
        assert_eq!(fold_ocr("III. PANH GIA"), "iii. danh gia");
    }
}
