//! Where each stretch of the source stands in the file, for those who write into it.

use std::ops::Range;
use std::sync::Arc;

use crate::text::Span;

/// The source of a document and where its characters stand in the parts of the file.
///
/// The source is that of the document that [`read`](crate::input::read) makes of the same bytes.
/// Characters that the reader put in (line ends, automatic numbers) stand in no piece.
#[derive(Debug, Default)]
pub struct Provenance {
    /// [`Document::source`](crate::document::Document::source) of the same bytes.
    pub source: String,
    /// The names of the parts.
    pub parts: Vec<Arc<str>>,
    /// The stretches in the order of the source, not overlapping.
    pub pieces: Vec<Piece>,
    /// The runs (`w:r`) of pieces: bytes of their part from 0, tags included.
    pub runs: Vec<Range<usize>>,
    /// The paragraphs (`w:p`) of pieces, likewise.
    pub paragraphs: Vec<Range<usize>>,
}

/// A stretch of the source that stands in one place of one part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// In the source.
    pub source: Span,
    /// Index in [`Provenance::parts`].
    pub part: u16,
    /// What was read for it, in bytes of the part from 0; where the part is UTF-16, of its
    /// characters in UTF-8. As long as `source` where the characters stand there as they are;
    /// else a reference (`&amp;`) or an element (`<w:tab/>`).
    pub raw: Range<usize>,
    /// Index in [`Provenance::runs`]; `None` where it stands in no run, as in a formula.
    pub run: Option<u32>,
    /// Index in [`Provenance::paragraphs`].
    pub paragraph: u32,
}

impl Provenance {
    /// The pieces that share a character with a span of the source.
    #[must_use]
    pub fn pieces_in(&self, span: Span) -> &[Piece] {
        let pieces = &self.pieces;
        let first = pieces.partition_point(|piece| piece.source.end <= span.start);
        let last = pieces.partition_point(|piece| piece.source.start < span.end);
        &pieces[first..last.max(first)]
    }
}
