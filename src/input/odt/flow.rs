//! Text as it is put together: characters, paragraphs, runs, and where each came from.

use std::ops::Range;
use std::sync::Arc;

use crate::document::{CharStyle, DrawnLine, Mark, MarkKind, Paragraph, Run};
use crate::text::Span;

/// A stretch of text and what stands beside it. Offsets are those of `text`.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) text: String,
    pub(super) paragraphs: Vec<Paragraph>,
    pub(super) runs: Vec<Run>,
    pub(super) lines: Vec<DrawnLine>,
    pub(super) marks: Vec<Mark>,
    pub(super) origins: Vec<Origin>,
    /// Characters that stand here and are not shown, until something else comes.
    hidden: String,
}

/// Where characters stand in the XML they were read from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Origin {
    /// In the text.
    pub(super) span: Span,
    /// Bytes of the part. As many as in `span` where the characters stand there as they are.
    pub(super) xml: Range<usize>,
    /// The paragraph, counted from 0.
    pub(super) paragraph: u32,
    /// The innermost span of characters, counted from 0.
    pub(super) run: Option<u32>,
}

impl Flow {
    /// The end of the text so far.
    pub(super) fn here(&self) -> Span {
        Span::new(self.text.len(), self.text.len())
    }

    /// Puts characters of one look at the end.
    pub(super) fn push(&mut self, text: &str, style: &CharStyle, origin: Option<Origin>) {
        if text.is_empty() {
            return;
        }
        self.end_hidden();
        let start = self.text.len();
        if style.caps == Some(true) {
            self.text.extend(text.chars().map(upper));
        } else {
            self.text.push_str(text);
        }
        let span = Span::new(start, self.text.len());
        match self.runs.last_mut() {
            Some(last) if last.span.end == span.start && last.style == *style => {
                last.span.end = span.end;
            }
            _ => self.runs.push(Run {
                span,
                style: style.clone(),
            }),
        }
        if let Some(origin) = origin {
            self.note(Origin { span, ..origin });
        }
    }

    /// Takes note of where characters came from; what stands there as it is may go on with the
    /// stretch before it.
    fn note(&mut self, new: Origin) {
        let as_it_is = |origin: &Origin| origin.span.len() == origin.xml.len();
        match self.origins.last_mut() {
            Some(last)
                if last.span.end == new.span.start
                    && last.xml.end == new.xml.start
                    && (last.paragraph, last.run) == (new.paragraph, new.run)
                    && as_it_is(last)
                    && as_it_is(&new) =>
            {
                last.span.end = new.span.end;
                last.xml.end = new.xml.end;
            }
            _ => self.origins.push(new),
        }
    }

    /// Takes note of something that stands here and is not part of the text.
    pub(super) fn mark(&mut self, kind: MarkKind, text: Arc<str>) -> usize {
        let span = self.here();
        self.marks.push(Mark { kind, span, text });
        self.marks.len() - 1
    }

    /// Takes note of characters that are not shown; those side by side are one mark.
    pub(super) fn hide(&mut self, text: &str) {
        self.hidden.push_str(text);
    }

    /// Ends a stretch of characters that are not shown.
    pub(super) fn end_hidden(&mut self) {
        if !self.hidden.is_empty() {
            let text = std::mem::take(&mut self.hidden);
            self.mark(MarkKind::Hidden, text.into());
        }
    }

    /// Puts another text at the end.
    pub(super) fn append(&mut self, mut other: Self) {
        self.end_hidden();
        other.end_hidden();
        let by = self.here().start;
        let moved = |span: Span| Span {
            start: span.start.saturating_add(by),
            end: span.end.saturating_add(by),
        };
        self.text.push_str(&other.text);
        self.paragraphs
            .extend(other.paragraphs.into_iter().map(|mut paragraph| {
                paragraph.span = moved(paragraph.span);
                paragraph.label = paragraph.label.map(moved);
                paragraph
            }));
        self.runs.extend(other.runs.into_iter().map(|mut run| {
            run.span = moved(run.span);
            run
        }));
        self.lines.extend(other.lines.into_iter().map(|mut line| {
            line.at = line.at.saturating_add(by);
            line
        }));
        self.marks.extend(other.marks.into_iter().map(|mut mark| {
            mark.span = moved(mark.span);
            mark
        }));
        self.origins
            .extend(other.origins.into_iter().map(|mut origin| {
                origin.span = moved(origin.span);
                origin
            }));
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
