//! The lines as they stand in the text.

use crate::text::Span;

/// A line that is not blank.
#[derive(Clone, Copy, Debug)]
pub(super) struct Physical {
    /// Without the blanks at its ends.
    pub span: Span,
    /// Blanks before the first character, in characters.
    pub indent: u16,
    /// Characters of the span.
    pub width: u16,
    /// Empty lines before it.
    pub blanks: u16,
    /// Whether it is the first line of a page.
    pub page: bool,
}

impl Physical {
    /// The column after the last character.
    pub(super) fn edge(&self) -> u32 {
        u32::from(self.indent) + u32::from(self.width)
    }
}

/// Reads the lines. `\n` and `\f` end a line; a `\f` ends a page as well.
pub(super) fn scan(text: &str) -> Vec<Physical> {
    let mut lines = Vec::with_capacity(text.len() / 64 + 1);
    let (mut blanks, mut page) = (0_u16, false);
    for line in text.split('\n') {
        let mut rest = Some(line);
        while let Some(part) = rest {
            let (piece, breaks_page) = match part.split_once('\x0C') {
                Some((piece, after)) => {
                    rest = Some(after);
                    (piece, true)
                }
                None => {
                    rest = None;
                    (part, false)
                }
            };
            let span = Span::of_slice(text, piece.trim());
            if !span.is_empty() {
                let indent = span.start - Span::of_slice(text, piece).start;
                lines.push(Physical {
                    span,
                    indent: chars(&piece[..indent as usize]),
                    width: chars(span.of(text)),
                    blanks,
                    page,
                });
                (blanks, page) = (0, false);
            } else if !breaks_page {
                blanks = blanks.saturating_add(1);
            }
            page |= breaks_page;
        }
    }
    lines
}

/// Number of characters, at most `u16::MAX`.
pub(super) fn chars(text: &str) -> u16 {
    let count = text.bytes().filter(|byte| byte & 0xC0 != 0x80).count();
    u16::try_from(count).unwrap_or(u16::MAX)
}
