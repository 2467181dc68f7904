//! A range of text.

use std::ops::Range;

/// A half-open range of bytes, on character boundaries, in one text.
///
/// Which text is said by whoever hands out the span: the tree and the rules speak of
/// [`Logical::text`](crate::layout::Logical::text), diagnostics of
/// [`Document::source`](crate::document::Document::source).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// First byte, counted from 0.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of the bytes `start..end`.
    ///
    /// Offsets beyond 4 GiB saturate; [`input`](crate::input) refuses such texts.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        debug_assert!(start <= end, "span {start}..{end} runs backwards");
        Self {
            start: clamp(start),
            end: clamp(end),
        }
    }

    /// The span as a range to index a string with.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Number of bytes.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The text of the span.
    ///
    /// # Panics
    /// Where `text` is not the text that the span was made of: when the span lies beyond its end or
    /// cuts a character.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }

    /// The span `by` bytes later.
    #[must_use]
    pub(crate) fn moved(self, by: i64) -> Self {
        let add = |at: u32| u32::try_from(i64::from(at) + by).unwrap_or(u32::MAX);
        Self {
            start: add(self.start),
            end: add(self.end),
        }
    }

    /// Whether `other` lies wholly within this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share at least one byte.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The span of the part `range` of this span's text.
    #[must_use]
    pub fn slice(self, range: Range<usize>) -> Self {
        let start = self.start as usize;
        Self::new(start + range.start, start + range.end)
    }

    /// The span of `part`, which must be a slice of `whole`.
    #[must_use]
    pub fn of_slice(whole: &str, part: &str) -> Self {
        let start = part.as_ptr() as usize - whole.as_ptr() as usize;
        debug_assert!(start + part.len() <= whole.len(), "not a slice of the text");
        Self::new(start, start + part.len())
    }

    /// The span without the blanks at its ends.
    #[must_use]
    pub fn trim(self, text: &str) -> Self {
        let inner = self.of(text);
        let start = self.start as usize + (inner.len() - inner.trim_start().len());
        Self::new(start, start + inner.trim().len())
    }
}
