//! From a derived text back to the text it was made of.

use super::Span;

/// One stretch of the derived text and where it comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Segment {
    to: u32,
    to_len: u32,
    from: u32,
    from_len: u32,
}

/// Translates offsets in a derived text (normalised, unwrapped) to offsets in the original.
///
/// Stretches that were copied byte for byte are translated byte by byte; a stretch that was
/// replaced by another is translated as a whole, so that a span over any part of it covers all
/// of it. Text that was inserted translates to the empty place where it was inserted. Lookup is
/// a binary search over the segments. Offsets are bytes of UTF-8, from 0.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OffsetMap {
    /// Sorted by `to` and gapless in the derived text; empty for a text that was copied whole.
    segments: Vec<Segment>,
}

impl OffsetMap {
    /// The map of a text that was not changed at all.
    #[must_use]
    pub fn identity() -> Self {
        Self::default()
    }

    /// Whether the derived text is the original.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.segments.is_empty()
    }

    fn segment(&self, offset: u32) -> Option<&Segment> {
        let index = self.segments.partition_point(|s| s.to <= offset);
        index.checked_sub(1).map(|i| &self.segments[i])
    }

    /// The original offset of the character that begins at `offset`.
    #[must_use]
    pub fn start(&self, offset: u32) -> u32 {
        let Some(s) = self.segment(offset) else {
            return offset;
        };
        if s.to_len == s.from_len {
            s.from + (offset - s.to).min(s.from_len)
        } else if offset >= s.to + s.to_len {
            s.from + s.from_len
        } else {
            s.from
        }
    }

    /// The original offset at which the character ends that ends at `offset`.
    #[must_use]
    pub fn end(&self, offset: u32) -> u32 {
        let Some(before) = offset.checked_sub(1) else {
            return self.start(0);
        };
        let Some(s) = self.segment(before) else {
            return offset;
        };
        if s.to_len == s.from_len {
            s.from + (offset - s.to).min(s.from_len)
        } else {
            s.from + s.from_len
        }
    }

    /// The map of a text that was derived in two steps: `self` leads from it to the text between,
    /// `inner` from there to the original.
    #[must_use]
    pub fn through(&self, inner: &Self) -> Self {
        if self.is_identity() || inner.is_identity() {
            return if self.is_identity() { inner } else { self }.clone();
        }
        let mut builder = MapBuilder::default();
        for outer in &self.segments {
            let between = Span {
                start: outer.from,
                end: outer.from + outer.from_len,
            };
            if outer.to_len != outer.from_len {
                let original = inner.span(between);
                builder.replace(original.start, original.end - original.start, outer.to_len);
                continue;
            }
            let first = inner.segments.partition_point(|s| s.to <= between.start);
            for segment in &inner.segments[first.saturating_sub(1)..] {
                if segment.to >= between.end {
                    break;
                }
                let start = segment.to.max(between.start);
                let end = (segment.to + segment.to_len).min(between.end);
                let original = inner.span(Span { start, end });
                builder.replace(original.start, original.end - original.start, end - start);
            }
        }
        builder.finish()
    }

    /// The original span that `span` was made of.
    ///
    /// Monotone per segment, not over segments: where lines were reordered (two columns), the
    /// ends are put in order so that the result is always a valid span.
    #[must_use]
    pub fn span(&self, span: Span) -> Span {
        if self.is_identity() {
            return span;
        }
        let start = self.start(span.start);
        if span.is_empty() {
            return Span { start, end: start };
        }
        let end = self.end(span.end);
        Span {
            start: start.min(end),
            end: end.max(start),
        }
    }
}

/// Builds an [`OffsetMap`] while the derived text is written.
#[derive(Debug, Default)]
pub struct MapBuilder {
    segments: Vec<Segment>,
    to: u32,
}

impl MapBuilder {
    /// The next `len` bytes of the derived text are the bytes from `from` on, unchanged.
    pub fn copy(&mut self, from: u32, len: u32) {
        if len == 0 {
            return;
        }
        match self.segments.last_mut() {
            Some(last) if last.to_len == last.from_len && last.from + last.from_len == from => {
                last.to_len += len;
                last.from_len += len;
            }
            _ => self.push(from, len, len),
        }
        self.to += len;
    }

    /// The next `to_len` bytes stand for the `from_len` bytes at `from`.
    pub fn replace(&mut self, from: u32, from_len: u32, to_len: u32) {
        if to_len == 0 {
            return;
        }
        if to_len == from_len {
            self.copy(from, to_len);
            return;
        }
        self.push(from, from_len, to_len);
        self.to += to_len;
    }

    /// Takes back the last `len` bytes, which were copied.
    pub fn drop_copied(&mut self, len: u32) {
        if let Some(last) = self.segments.last_mut() {
            last.to_len -= len;
            last.from_len -= len;
            self.to -= len;
        }
    }

    fn push(&mut self, from: u32, from_len: u32, to_len: u32) {
        self.segments.push(Segment {
            to: self.to,
            to_len,
            from,
            from_len,
        });
    }

    /// The finished map.
    #[must_use]
    pub fn finish(self) -> OffsetMap {
        let whole_copy = matches!(self.segments.as_slice(), [only] if only.from == 0 && only.to_len == only.from_len);
        if whole_copy {
            return OffsetMap::identity();
        }
        OffsetMap {
            segments: self.segments,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_text_maps_as_a_whole() {
        // original: a b́ c (b + combining acute, 3 bytes), derived: a ḃ c with ḃ 2 bytes
        let mut builder = MapBuilder::default();
        builder.copy(0, 1);
        builder.replace(1, 3, 2);
        builder.copy(4, 1);
        let map = builder.finish();
        assert_eq!(map.span(Span::new(1, 3)), Span::new(1, 4));
        assert_eq!(map.span(Span::new(0, 4)), Span::new(0, 5));
        assert_eq!(map.span(Span::new(3, 4)), Span::new(4, 5));
    }

    #[test]
    fn two_steps_make_one() {
        // "aab cc" becomes "b cc", then "bcX" with X for the second c
        let mut inner = MapBuilder::default();
        inner.copy(2, 4);
        let inner = inner.finish();
        let mut outer = MapBuilder::default();
        outer.copy(0, 1);
        outer.copy(2, 1);
        outer.replace(3, 1, 3);
        let map = outer.finish().through(&inner);
        assert_eq!(map.span(Span::new(0, 1)), Span::new(2, 3));
        assert_eq!(map.span(Span::new(1, 2)), Span::new(4, 5));
        assert_eq!(map.span(Span::new(2, 5)), Span::new(5, 6));
    }

    #[test]
    fn inserted_and_dropped_text() {
        // "ab\n\ncd" becomes "ab cd"
        let mut builder = MapBuilder::default();
        builder.copy(0, 2);
        builder.replace(2, 2, 1);
        builder.copy(4, 2);
        let map = builder.finish();
        assert_eq!(map.span(Span::new(0, 5)), Span::new(0, 6));
        assert_eq!(map.span(Span::new(3, 5)), Span::new(4, 6));
        assert_eq!(map.span(Span::new(2, 3)), Span::new(2, 4));
    }
}
