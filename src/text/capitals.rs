//! Texts in capital letters.

use super::syllable::is_letter;

/// Whether a text is written in capitals: it has at least two letters, and none in lower case.
#[must_use]
pub fn is_capitals(text: &str) -> bool {
    // Prose is told by a byte within the first few.
    if text.bytes().any(|b| b.is_ascii_lowercase()) {
        return false;
    }
    let mut letters = 0;
    for c in text.chars() {
        if c.is_lowercase() {
            return false;
        }
        letters += usize::from(is_letter(c) || c.is_alphabetic());
    }
    letters >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_need_two_letters() {
        let cases = [
            ("BÁO CÁO", true),
            ("QĐ-1", true),
            ("Báo cáo", false),
            ("I.", false),
            ("12/2025", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_capitals(text), expected, "{text}");
        }
    }
}
