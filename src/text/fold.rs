//! Vietnamese letters without their marks, for comparisons that must survive case, tone style
//! and optical character recognition.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// One past the last character of the table: Vietnamese ends at U+1EF9.
const TABLE_END: usize = 0x1F00;

static TABLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    (0..TABLE_END)
        .map(|code| {
            let Some(c) = u32::try_from(code).ok().and_then(char::from_u32) else {
                return '\u{FFFD}';
            };
            match c {
                'đ' | 'Đ' | 'ð' | 'Ð' => 'd',
                'ƣ' | 'Ƣ' => 'u',
                _ => {
                    let base = c.nfd().find(|&b| !is_combining_mark(b)).unwrap_or(c);
                    base.to_lowercase().next().unwrap_or(base)
                }
            }
        })
        .collect()
});

/// The letter in lower case without its marks: `Ộ` → `o`, `Đ` → `d`. Other characters stay.
#[must_use]
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    TABLE.get(c as usize).copied().unwrap_or(c)
}

/// The text in lower case without marks; combining marks are dropped.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars()
        .filter(|&c| !is_combining_mark(c))
        .map(fold_char)
        .collect()
}

/// The text folded, with letters merged that optical recognition without Vietnamese confuses.
///
/// The classes: a word-initial `p` that is not `ph` stands for `đ` (no native Vietnamese word
/// begins with a lone p), `w` and `ii` for `u`, `j` for `i`; inside a word the digits `6 0` for
/// `o`, `1` for `l`, `3` for `a`, `5` for `s`; `¢` for `c`, `§` for `o`. Runs of blanks become
/// one blank. Only for comparing two texts folded alike: it is not spelling.
#[must_use]
pub fn fold_ocr(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        let folded: Vec<char> = word
            .chars()
            .filter(|&c| !is_combining_mark(c))
            .map(fold_char)
            .collect();
        let has_letter = folded.iter().any(|c| c.is_alphabetic());
        let mut at_start = true;
        let mut i = 0;
        while i < folded.len() {
            let c = folded[i];
            let next = folded.get(i + 1).copied();
            let merged = match c {
                'p' if at_start && next.is_some_and(char::is_alphabetic) && next != Some('h') => {
                    'd'
                }
                'w' => 'u',
                'j' => 'i',
                'i' if next == Some('i') => {
                    i += 1;
                    'u'
                }
                '6' | '0' if has_letter => 'o',
                '1' if has_letter => 'l',
                '3' if has_letter => 'a',
                '5' if has_letter => 's',
                '¢' => 'c',
                '§' => 'o',
                _ => c,
            };
            at_start = !merged.is_alphanumeric();
            out.push(merged);
            i += 1;
        }
    }
    out
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
    }
}
