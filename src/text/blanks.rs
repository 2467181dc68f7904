//! Blanks of a text on one line.

use std::borrow::Cow;

/// The text with each run of blanks that holds a line break folded to one blank, and none at the
/// ends of a text that had a line break.
#[must_use]
pub fn fold_line_breaks(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let parts: Vec<_> = text
        .split(['\n', '\r'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    Cow::Owned(parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_runs_with_a_line_break_are_folded() {
        assert_eq!(fold_line_breaks("05-  \r\n\r\n CT/TW"), "05- CT/TW");
        assert_eq!(fold_line_breaks("hai  khoảng trắng "), "hai  khoảng trắng ");
    }
}
