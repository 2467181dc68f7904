//! Paragraphs for a terminal.

use unicode_normalization::char::is_combining_mark;

/// Breaks a text into lines of at most `width` columns: the first begins with `first`, the others
/// with `rest`. A word longer than a line stands alone on its line. Line breaks in the text stay.
pub(crate) fn wrap(text: &str, width: usize, first: &str, rest: &str) -> String {
    let mut out = String::with_capacity(text.len() + first.len());
    let mut indent = first;
    for paragraph in text.split('\n') {
        out.push_str(indent);
        let mut column = columns(indent);
        let mut fresh = true;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let length = columns(word);
            if !fresh && column + 1 + length > width {
                out.push('\n');
                out.push_str(rest);
                column = columns(rest);
                fresh = true;
            }
            if !fresh {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
            fresh = false;
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
        indent = rest;
    }
    out
}

/// Columns on a terminal, wide characters not considered: the words of the tool have none.
pub(super) fn columns(text: &str) -> usize {
    // The letters of Vietnamese are none, and need no look into tables.
    let is_letter = |c| c < '\u{300}' || ('\u{1e00}'..'\u{1f00}').contains(&c);
    let has_column = |c: &char| is_letter(*c) || !is_combining_mark(*c);
    text.chars().filter(has_column).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(
            wrap("một hai ba bốn", 12, "  x: ", "     "),
            "  x: một hai\n     ba bốn\n"
        );
        assert_eq!(wrap("dàidàidài", 4, "", ""), "dàidàidài\n");
        assert_eq!(wrap("a\n\nb", 10, "> ", "> "), "> a\n>\n> b\n");
    }
}
