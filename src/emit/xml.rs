//! What both XML formats need.

use std::borrow::Cow;

use quick_xml::escape::escape;

use super::words::visible;

/// A text as the value of an attribute or between tags: marks escaped, and what XML 1.0 has no
/// room for replaced.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    // A line break in an attribute is read as a blank.
    let text = crate::text::fold_line_breaks(text);
    let is_refused = |c: char| matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let text = if text.contains(is_refused) {
        text.replace(is_refused, "\u{fffd}")
    } else {
        text.into_owned()
    };
    let text = escape(text).into_owned();
    // What a terminal would obey or not show.
    let is_odd = |c: char| !c.is_ascii() && visible(c) != c;
    if !text.contains(is_odd) {
        return text.into();
    }
    let reference = |c: char| match c {
        c if is_odd(c) => format!("&#x{:X};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(reference).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_a_terminal_would_obey_is_a_reference() {
        let written = super::text("a\u{202e}<\u{1b}ă\u{9b}");
        assert_eq!(written, "a&#x202E;&lt;\u{fffd}ă&#x9B;");
    }
}
