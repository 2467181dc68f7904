//! What was read, as it grows: the source, how it looks, and where it came from.

use std::ops::Range;
use std::sync::Arc;

use super::provenance::{Piece, Provenance};
use super::styles::Look;
use crate::document::{Align, CharStyle, Formatting, Mark, MarkKind, Paragraph, Run};
use crate::text::Span;

/// Bytes from which on the text of a mark does not grow.
const LONGEST_MARK: usize = 500;

/// A page number in a header or footer.
#[derive(Clone, Debug)]
pub(super) struct PageField {
    pub(super) align: Option<Align>,
    pub(super) style: CharStyle,
    pub(super) is_arabic: bool,
    /// Where what it shows begins and ends in the source.
    pub(super) shown: Span,
    /// Whether a condition around it may keep it from being shown.
    pub(super) conditional: bool,
    /// Whether no other field takes it up: a condition, or a formula that makes another number of it.
    pub(super) plain: bool,
    /// What stands beside it.
    pub(super) beside: Arc<str>,
}

#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) source: String,
    pub(super) formatting: Formatting,
    pub(super) page_fields: Vec<PageField>,
    /// Kept only where it was asked for.
    pub(super) provenance: Option<Provenance>,
    /// Paragraphs of each part so far.
    counts: Vec<u32>,
}

impl Writer {
    /// A writer that keeps track of where the text came from, or does not.
    pub(super) fn new(tracks: bool) -> Self {
        Self {
            provenance: tracks.then(Provenance::default),
            ..Self::default()
        }
    }

    /// The index of a part, by name.
    pub(super) fn part(&mut self, name: &str) -> u16 {
        let parts = &mut self.formatting.parts;
        let index = parts.iter().position(|known| **known == *name);
        let index = index.unwrap_or_else(|| {
            parts.push(name.into());
            self.counts.push(0);
            parts.len() - 1
        });
        // A document has one text, two kinds of notes and one header that are read.
        u16::try_from(index).unwrap_or(u16::MAX)
    }

    /// The number of the next paragraph of a part, from 1.
    pub(super) fn next_number(&mut self, part: u16) -> u32 {
        let Some(count) = self.counts.get_mut(usize::from(part)) else {
            return 1;
        };
        *count += 1;
        *count
    }

    /// Where the next character will stand.
    pub(super) fn here(&self) -> Span {
        let len = self.source.len();
        Span::new(len, len)
    }

    /// What was written since an offset.
    pub(super) fn since(&self, start: u32) -> Span {
        Span {
            start,
            end: self.here().end,
        }
    }

    /// Begins a paragraph, whose span is set when it ends.
    pub(super) fn begin(&mut self, paragraph: Paragraph) {
        self.formatting.paragraphs.push(paragraph);
    }

    /// The paragraph that began last.
    pub(super) fn paragraph(&mut self) -> Option<&mut Paragraph> {
        self.formatting.paragraphs.last_mut()
    }

    /// Ends the paragraph that began last.
    pub(super) fn end(&mut self) {
        let end = self.here().end;
        if let Some(paragraph) = self.paragraph() {
            paragraph.span.end = end;
        }
        self.source.push('\n');
    }

    /// Takes back the end of the paragraph that ended last, after which nothing was written.
    pub(super) fn reopen(&mut self) {
        self.source.pop();
        let here = self.here();
        self.mark(MarkKind::Deleted, here, "\n");
    }

    /// Takes back the paragraph that began last, which has no text, and what was written since the
    /// source had `len` bytes.
    pub(super) fn drop_paragraph(&mut self, len: usize) {
        self.formatting.paragraphs.pop();
        self.source.truncate(len);
        let here = self.here();
        for mark in self.formatting.marks.iter_mut().rev() {
            if mark.span.start <= here.start {
                break;
            }
            mark.span = here;
        }
    }

    /// Characters that look alike, and where they stand in their part.
    pub(super) fn text(
        &mut self,
        text: &str,
        look: &Look,
        part: u16,
        raw: Range<usize>,
        in_run: bool,
    ) {
        let start = self.here().start;
        if look.style.caps == Some(true) {
            self.source.extend(text.chars().map(upper));
        } else {
            self.source.push_str(text);
        }
        let span = self.since(start);
        match &look.ascii {
            Some(font) => self.runs_by_font(span, &look.style, font),
            None => self.run(span, &look.style),
        }
        if let Some(provenance) = &mut self.provenance {
            let last = |ranges: &[Range<usize>]| {
                u32::try_from(ranges.len().saturating_sub(1)).unwrap_or(u32::MAX)
            };
            provenance.pieces.push(Piece {
                source: span,
                part,
                raw,
                run: in_run.then(|| last(&provenance.runs)),
                paragraph: last(&provenance.paragraphs),
            });
        }
    }

    /// Adds text that looks alike to the run before, where that goes on.
    fn run(&mut self, span: Span, style: &CharStyle) {
        match self.formatting.runs.last_mut() {
            Some(last) if last.span.end == span.start && last.style == *style => {
                last.span.end = span.end;
            }
            _ => self.formatting.runs.push(Run {
                span,
                style: style.clone(),
            }),
        }
    }

    /// The same where letters of ASCII have another font. Whatever is no letter or digit goes with
    /// what stands before it.
    fn runs_by_font(&mut self, span: Span, style: &CharStyle, ascii: &Arc<str>) {
        let mut of_ascii = style.clone();
        of_ascii.font = Some(ascii.clone());
        let text = span.of(&self.source).to_owned();
        let mut start = 0;
        let mut is_ascii = true;
        let letters = text.char_indices().filter(|(_, c)| c.is_alphanumeric());
        for (at, c) in letters {
            if c.is_ascii() != is_ascii {
                if at > start {
                    let style = if is_ascii { &of_ascii } else { style };
                    self.run(span.slice(start..at), style);
                }
                (start, is_ascii) = (at, c.is_ascii());
            }
        }
        let style = if is_ascii { &of_ascii } else { style };
        self.run(span.slice(start..text.len()), style);
    }

    /// Adds a mark; what goes on with the one before becomes one with it.
    pub(super) fn mark(&mut self, kind: MarkKind, span: Span, text: &str) {
        let last = self.formatting.marks.last_mut();
        if let Some(last) = &last
            && (last.kind, last.span) == (kind, span)
            && text.is_empty()
        {
            return;
        }
        if let Some(last) = last
            && last.kind == kind
            && last.span.end == span.start
            && kind != MarkKind::TextBox
        {
            last.span.end = span.end;
            if !text.is_empty() && last.text.len() < LONGEST_MARK {
                last.text = format!("{}{text}", last.text).into();
            }
            return;
        }
        self.formatting.marks.push(Mark {
            kind,
            span,
            text: Arc::from(text),
        });
    }
}

/// The capital that a reader sees, where it takes as many bytes.
fn upper(c: char) -> char {
    let mut capital = c.to_uppercase();
    match (capital.next(), capital.next()) {
        (Some(capital), None) if capital.len_utf8() == c.len_utf8() => capital,
        _ => c,
    }
}
