//! Physical lines → logical lines: a paragraph that an extraction broke over many lines becomes
//! one line again, columns are taken apart, page furniture is set aside.

mod anchors;
mod columns;
mod furniture;
mod join;
mod opening;
mod physical;
mod seam;
mod shape;

use columns::Piece;
use join::Joiner;
pub use opening::{Marker, Style};
pub(crate) use opening::{marker, may_begin};
use seam::Seam;
use shape::Shape;

use crate::document::{Document, Run};
use crate::text::{MapBuilder, OffsetMap, Span};

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
    /// The marker that the line begins with, whether or not it makes sense there.
    pub marker: Option<Marker>,
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
///
/// In a text whose lines are paragraphs nothing is joined. Blanks at the ends of lines, empty
/// lines, form feeds, the bars of tables at the head and the foot and hyphens that cut a syllable
/// in two go; every other character is kept.
#[must_use]
pub fn unwrap(document: &Document) -> Logical {
    let text = document.text();
    let ocr = document.letters_lost;
    let lines = physical::scan(text);
    let shape = if document.format.has_paragraphs() {
        Shape::PARAGRAPHS
    } else {
        let shape = shape::measure(text, &lines);
        // What was filled to the edge was broken, even if it is little.
        let filled = document.formatting.as_ref();
        let filled = filled.is_some_and(|formatting| !formatting.full_lines.is_empty());
        Shape {
            wrapped: shape.wrapped || filled,
            ..shape
        }
    };
    let anchors = anchors::find(text, &lines, ocr);
    let roles = furniture::roles(text, &lines, &shape, &anchors);
    let pieces = columns::pieces(text, &lines, &roles, &anchors, ocr);
    // What was needed per physical line is let go before there is something per logical line.
    drop((lines, roles, anchors));
    let mut joiner = Joiner::new(text, shape, ocr);
    let mut writer = Writer::new(text, shape);
    let mut interrupted = false;
    for mut piece in pieces {
        if piece.role != Role::Text {
            writer.aside.push(piece);
            interrupted = true;
            continue;
        }
        // What follows a page number follows the end of a page.
        piece.page |= std::mem::take(&mut interrupted);
        let marker = marker(piece.span.of(text));
        let ended = |before: &Piece| is_end_of_title(document, before, &piece);
        let is_apart = writer.last.as_ref().is_some_and(ended);
        let full = writer.last.is_some_and(|last| is_full(document, &last));
        // The joiner counts on with every line.
        if joiner.continues(writer.last.as_ref(), &piece, marker, writer.alone, full) && !is_apart {
            writer.join(piece);
        } else {
            writer.begin(piece, marker);
        }
    }
    writer.finish()
}

/// Whether a line is known to go to the right edge of the text.
fn is_full(document: &Document, line: &Piece) -> bool {
    let formatting = document.formatting.as_ref();
    let formatting = formatting.filter(|formatting| !formatting.full_lines.is_empty());
    formatting.is_some_and(|formatting| formatting.is_full_line(document.to_source(line.span).end))
}

/// Whether a line in bold letters ends a title: on the same page, after empty lines, the next one is
/// not bold. Only files that tell looks show it.
fn is_end_of_title(document: &Document, before: &Piece, next: &Piece) -> bool {
    let Some(formatting) = &document.formatting else {
        return false;
    };
    if document.format.has_paragraphs() || next.blanks == 0 || next.page {
        return false;
    }
    let all = |piece: &Piece, bold: bool| {
        let runs = formatting.runs_in(document.to_source(piece.span));
        let is = |run: &Run| run.style.bold == Some(bold);
        !runs.is_empty() && runs.iter().all(is)
    };
    all(before, true) && all(next, false)
}

/// Writes the logical lines.
struct Writer<'a> {
    source: &'a str,
    logical: Logical,
    /// The column where full lines usually end.
    wall: u32,
    map: MapBuilder,
    /// The last piece of the line being written.
    last: Option<Piece>,
    /// Whether the line being written holds one piece.
    alone: bool,
    /// What interrupts the line being written.
    aside: Vec<Piece>,
}

impl<'a> Writer<'a> {
    fn new(source: &'a str, shape: Shape) -> Self {
        Self {
            source,
            logical: Logical {
                text: String::with_capacity(source.len() + 1),
                map: OffsetMap::identity(),
                lines: Vec::new(),
                wrapped: shape.wrapped,
            },
            wall: shape.wall,
            map: MapBuilder::default(),
            last: None,
            alone: true,
            aside: Vec::new(),
        }
    }

    fn begin(&mut self, piece: Piece, marker: Option<Marker>) {
        self.close();
        self.open(piece, marker);
        self.last = Some(piece);
        self.alone = true;
    }

    fn join(&mut self, piece: Piece) {
        let Some(before) = self.last else {
            return self.begin(piece, None);
        };
        match seam::between(self.source, self.wall, &before, &piece) {
            Seam::Blank => self.blank(before.span.end, piece.span.start),
            Seam::Nothing => {}
            Seam::NoHyphen => {
                self.logical.text.pop();
                self.map.drop_copied(1);
            }
        }
        self.copy(piece.span);
        if let Some(line) = self.logical.lines.last_mut() {
            line.span.end = Span::new(0, self.logical.text.len()).end;
        }
        self.last = Some(piece);
        self.alone = false;
    }

    /// Writes a blank for what parts the lines, or for the line break alone where something stands
    /// between them.
    fn blank(&mut self, end: u32, start: u32) {
        let between = self.source.get(end as usize..start as usize);
        let is_blank = between.is_some_and(|between| between.trim().is_empty());
        let len = if is_blank {
            start - end
        } else {
            blank_len(&self.source[end as usize..])
        };
        self.map.replace(end, len, 1);
        self.logical.text.push(' ');
    }

    fn copy(&mut self, span: Span) {
        self.logical.text.push_str(span.of(self.source));
        self.map.copy(span.start, span.end - span.start);
    }

    fn open(&mut self, piece: Piece, marker: Option<Marker>) {
        let start = self.logical.text.len();
        self.copy(piece.span);
        self.logical.lines.push(Line {
            span: Span::new(start, self.logical.text.len()),
            role: piece.role,
            side: piece.side,
            indent: piece.indent,
            gap: piece.blanks > 0 || piece.page,
            marker,
        });
    }

    fn end_line(&mut self, end: u32) {
        self.logical.text.push('\n');
        let ends_here = self.source.as_bytes().get(end as usize) == Some(&b'\n');
        self.map.replace(end, u32::from(ends_here), 1);
    }

    /// Ends the line being written and writes what interrupted it.
    fn close(&mut self) {
        if let Some(last) = self.last.take() {
            self.end_line(last.span.end);
        }
        for piece in std::mem::take(&mut self.aside) {
            self.open(piece, None);
            self.end_line(piece.span.end);
        }
    }

    fn finish(mut self) -> Logical {
        self.close();
        self.logical.map = self.map.finish();
        self.logical
    }
}

/// Bytes of the blank or line break that a text begins with; 0 where it begins otherwise.
fn blank_len(text: &str) -> u32 {
    let first = text.chars().next().filter(|c| c.is_whitespace());
    first.map_or(0, |c| Span::new(0, c.len_utf8()).end)
}
