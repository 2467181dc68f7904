//! Physical lines → logical lines: a paragraph that an extraction broke over many lines becomes
//! one line again, columns are taken apart, page furniture is set aside.

use crate::text::{OffsetMap, Span};

/// The document as lines that a reader would call lines: one paragraph, heading, list item or
/// component of the head each.
#[derive(Debug)]
pub struct Logical {
    /// The logical lines, each ended by `\n`. Within a line, text that was broken is joined by
    /// one blank, or by none where a word or a symbol was cut.
    pub text: String,
    /// From [`text`](Self::text) back to [`Document::text`](crate::document::Document::text).
    pub map: OffsetMap,
    /// The lines in reading order. They cover `text` without gap, line breaks aside.
    pub lines: Vec<Line>,
    /// Whether the source was hard-wrapped, so that lines had to be joined.
    pub wrapped: bool,
}

/// One logical line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// In [`Logical::text`], without the line break and without blanks at the ends.
    pub span: Span,
    /// What the line is to the page.
    pub role: Role,
    /// Which column it stood in.
    pub side: Side,
    /// Blanks before the first character where it stood, in characters.
    pub indent: u16,
    /// Whether an empty line or a page break came before it.
    pub gap: bool,
}

/// What a line is to the page.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// Text of the document.
    Text,
    /// A page number alone on its line.
    PageNumber,
    /// The head or foot that repeats on every page.
    RunningHead,
    /// What a signing tool or a registry stamped on the page (`Ký bởi: …`).
    Stamp,
}

/// Which column of a line with two columns.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Side {
    /// The line has one column.
    Whole,
    /// The left column of a two-column line.
    Left,
    /// The right column of a two-column line.
    Right,
}

impl Logical {
    /// The span of the logical line that holds the byte at `offset`.
    #[must_use]
    pub fn line_at(&self, offset: u32) -> Span {
        self.lines[self.line_index(offset)].span
    }

    /// The index in [`lines`](Self::lines) of the line that holds the byte at `offset`.
    #[must_use]
    pub fn line_index(&self, offset: u32) -> usize {
        self.lines
            .partition_point(|line| line.span.start <= offset)
            .saturating_sub(1)
    }
}

/// Unwraps a document.
#[must_use]
pub fn unwrap(document: &crate::document::Document) -> Logical {
    let mut text = String::new();
    let mut lines = Vec::new();
    let mut builder = crate::text::MapBuilder::default();
    let source = document.text();
    for line in source.lines() {
        let span = Span::of_slice(source, line.trim());
        if span.is_empty() {
            continue;
        }
        let start = text.len();
        text.push_str(span.of(source));
        builder.copy(span.start, span.end - span.start);
        lines.push(Line {
            span: Span::new(start, text.len()),
            role: Role::Text,
            side: Side::Whole,
            indent: 0,
            gap: false,
        });
        text.push('\n');
        builder.replace(span.end, 0, 1);
    }
    Logical {
        text,
        map: builder.finish(),
        lines,
        wrapped: false,
    }
}
