//! Changes of the characters of a part.

use std::ops::Range;

/// Replaces bytes of a part; an empty range inserts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Patch {
    /// Which part, as its reader counts them.
    pub(super) part: u16,
    /// Bytes of its text, from 0.
    pub(super) range: Range<usize>,
    /// What stands there afterwards.
    pub(super) text: String,
}

/// The text with the patches of one part. Those at one place follow each other as they are given; where
/// two are alike, one is made.
pub(super) fn patched(text: &str, mut patches: Vec<Patch>) -> Option<String> {
    patches.sort_by_key(|patch| (patch.range.start, patch.range.end));
    patches.dedup();
    let mut out = String::with_capacity(text.len() + 256);
    let mut done = 0;
    for patch in &patches {
        out.push_str(text.get(done..patch.range.start)?);
        out.push_str(&patch.text);
        done = patch.range.end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

/// A text as it stands between tags, or in an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // What XML cannot hold.
            '\u{0}'..='\u{8}'
            | '\u{b}'
            | '\u{c}'
            | '\u{e}'..='\u{1f}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                out.push(char::REPLACEMENT_CHARACTER);
            }
            c => out.push(c),
        }
    }
    out
}
