//! Edits in files that are text.

use std::borrow::Cow;

use crate::diagnostic::Edit;
use crate::document::Document;

/// The bytes of a file with its edits, which are sorted and do not overlap; `None` where one cannot be
/// written in its encoding.
pub(super) fn write(document: &Document, bytes: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
    let byte = |offset| usize::try_from(document.file_byte(offset)).ok();
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let mut done = 0;
    for edit in edits {
        let (start, end) = (byte(edit.span.start)?, byte(edit.span.end)?);
        out.extend_from_slice(bytes.get(done..start)?);
        out.extend(document.encode(&with_line_ends(&edit.content, document.source()))?);
        done = end;
    }
    out.extend_from_slice(bytes.get(done..)?);
    Some(out)
}

/// The source of a document with its edits, which are sorted and do not overlap.
pub(super) fn edited(document: &Document, edits: &[Edit]) -> String {
    let source = document.source();
    let mut out = String::with_capacity(source.len() + 64);
    let mut done = 0;
    for edit in edits {
        out.push_str(&source[done..edit.span.start as usize]);
        out.push_str(&with_line_ends(&edit.content, source));
        done = edit.span.end as usize;
    }
    out.push_str(&source[done..]);
    out
}

/// A text with the line ends of the file.
fn with_line_ends<'a>(content: &'a str, source: &str) -> Cow<'a, str> {
    if !content.contains('\n') {
        return Cow::Borrowed(content);
    }
    let line_end = match source.find(['\n', '\r']) {
        Some(at) if source[at..].starts_with("\r\n") => "\r\n",
        Some(at) if source[at..].starts_with('\r') => "\r",
        _ => return Cow::Borrowed(content),
    };
    Cow::Owned(content.replace('\n', line_end))
}
