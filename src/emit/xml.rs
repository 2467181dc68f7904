//! What both XML formats need.

use std::borrow::Cow;

use quick_xml::escape::escape;

/// A text as the value of an attribute or between tags: marks escaped, and what XML 1.0 has no
/// room for replaced.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    // A line break in an attribute is read as a blank.
    let text = crate::text::fold_line_breaks(text);
    let is_refused = |c: char| matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(is_refused) {
        escape(text.replace(is_refused, "\u{fffd}"))
            .into_owned()
            .into()
    } else {
        escape(text.into_owned()).into_owned().into()
    }
}
