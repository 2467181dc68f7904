//! Parts of a document that a check may leave out.

use std::cell::OnceCell;

use serde::Deserialize;

use super::Context;
use crate::layout::Role;
use crate::syntax::tree::NodeKind;
use crate::text::Span;

/// A part of a document that a rule can be told to skip.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Part {
    /// Everything above the body: agency, number, date, title, subject, addressees.
    Head,
    /// The recipients and the signature.
    Foot,
    /// Appendices and attached documents.
    Attachments,
    /// Tables that were recognised as such, and lines among the cells of one that was not.
    Tables,
    /// Text in quotation marks, on one logical line or over several paragraphs: another's words.
    Quotations,
}

/// The places of one document that a check does not look at.
#[derive(Debug)]
pub(super) struct Skipped<'a> {
    cx: &'a Context<'a>,
    spans: Vec<Span>,
    tables: bool,
    quotations: bool,
    /// Quotations of several paragraphs; found when first asked for.
    long: OnceCell<Vec<Span>>,
}

impl<'a> Skipped<'a> {
    pub(super) fn new(cx: &'a Context<'a>, parts: &[Part]) -> Self {
        let report = cx.report;
        let mut spans = Vec::new();
        for part in parts {
            match part {
                Part::Head => spans.extend(head(cx)),
                Part::Foot => {
                    spans.extend(report.recipients.as_ref().map(|r| r.span));
                    spans.extend(report.signature.as_ref().map(|s| s.span));
                }
                Part::Attachments => spans.extend(report.attachments.iter().map(|a| a.span)),
                Part::Tables => {
                    let nodes = report.tree.nodes().iter();
                    let tables = nodes.filter(|node| node.kind == NodeKind::Table);
                    spans.extend(tables.map(|node| node.span));
                }
                Part::Quotations => {}
            }
        }
        Self {
            cx,
            spans: merged(spans),
            tables: parts.contains(&Part::Tables),
            quotations: parts.contains(&Part::Quotations),
            long: OnceCell::new(),
        }
    }

    fn is_in_part(&self, span: Span) -> bool {
        let next = self.spans.partition_point(|part| part.end <= span.start);
        self.spans.get(next).is_some_and(|part| part.overlaps(span))
    }

    /// Whether a finding at `span` is left out. What a page or a signing tool added to the text
    /// always is.
    pub(super) fn has(&self, span: Span) -> bool {
        let line = &self.cx.logical.lines[self.cx.logical.line_index(span.start)];
        line.role != Role::Text
            || self.is_in_part(span)
            || (self.tables && is_among_cells(self.cx, span))
            || (self.quotations
                && (is_quoted(self.cx.of(line.span), span.start - line.span.start)
                    || self.is_in_long_quotation(span)))
    }

    fn is_in_long_quotation(&self, span: Span) -> bool {
        let long = self.long.get_or_init(|| long_quotations(self.cx));
        let next = long.partition_point(|quotation| quotation.end <= span.start);
        long.get(next).is_some_and(|long| long.overlaps(span))
    }
}

/// The spans in order, those that overlap made one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup_by(|next, last| {
        let overlap = next.start < last.end;
        if overlap {
            *last = last.join(*next);
        }
        overlap
    });
    spans
}

/// From the first line to the end of the last component of the head.
pub(super) fn head(cx: &Context<'_>) -> Option<Span> {
    let header = &cx.report.header;
    let ends = [
        header.quoc_hieu,
        header.tieu_ngu,
        header.number.as_ref().map(|n| n.span),
        header.place_date.as_ref().map(|p| p.span),
        header.title,
        header.subject,
        header.addressees.as_ref().map(|a| a.span),
    ];
    let end = ends.into_iter().flatten().map(|span| span.end).max()?;
    Some(Span { start: 0, end })
}

/// How far a line above or below is looked for, in bytes: lines with cells are as long as a page
/// is wide, others may be long.
const LINES: usize = 600;

/// Whether a physical line with cells stands at the place, above or below it.
fn is_among_cells(cx: &Context<'_>, span: Span) -> bool {
    let text = cx.document.text().as_bytes();
    let at = cx.logical.map.span(span).range().start;
    let above = &text[at.saturating_sub(LINES)..at];
    let below = &text[at..text.len().min(at + LINES)];
    let above: usize = above
        .rsplit(|&b| b == b'\n')
        .take(2)
        .map(|l| l.len() + 1)
        .sum();
    let below: usize = below
        .split(|&b| b == b'\n')
        .take(2)
        .map(|l| l.len() + 1)
        .sum();
    let lines = &text[at.saturating_sub(above)..text.len().min(at + below)];
    lines.split(|&b| b == b'\n').any(has_cells)
}

/// The indent, in blanks, of a line that begins in the second column of a table or farther right.
const SECOND_COLUMN: usize = 24;

/// Whether blanks part the line into columns, or push it into one. A number alone may be that of
/// the page.
fn has_cells(line: &[u8]) -> bool {
    let words = line.trim_ascii();
    let indent = line.len() - line.trim_ascii_start().len();
    let is_pushed = indent >= SECOND_COLUMN && !words.iter().all(u8::is_ascii_digit);
    !words.is_empty() && (is_pushed || words.windows(3).any(|w| w == b"   "))
}

/// How far from a place its quotation marks are looked for, in bytes: a line may be long.
const QUOTATION: usize = 2000;

/// Whether the byte at `at` of a line stands between `“` and `”`.
fn is_quoted(line: &str, at: u32) -> bool {
    let at = at as usize;
    let (mut start, mut end) = (at.saturating_sub(QUOTATION), line.len().min(at + QUOTATION));
    while !line.is_char_boundary(start) {
        start += 1;
    }
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    let (before, after) = (&line[start..at], &line[at..end]);
    let open = before
        .rfind('“')
        .is_some_and(|open| before.rfind('”').is_none_or(|close| close < open));
    open && after.contains('”')
}

/// Lines that a quotation may have.
const QUOTED_LINES: usize = 60;

/// The quotations that begin a paragraph, or stand behind the colon that announces them, and end
/// with another paragraph.
fn long_quotations(cx: &Context<'_>) -> Vec<Span> {
    let mut quotations = Vec::new();
    // Where it begins, in which line, and how many marks are open.
    let mut open: Option<(u32, usize, usize)> = None;
    for (index, line) in cx.logical.lines.iter().enumerate() {
        let text = cx.of(line.span);
        open = open.filter(|&(_, first, _)| index - first < QUOTED_LINES);
        if let Some((start, first, mut depth)) = open {
            // Each paragraph of a quotation may begin with a mark of its own.
            let repeats = text.starts_with('“') && !text.contains('”');
            for (at, mark) in text.match_indices(['“', '”']).skip(usize::from(repeats)) {
                depth = if mark == "“" { depth + 1 } else { depth - 1 };
                if depth == 0 {
                    let end = line.span.slice(at..at + mark.len()).end;
                    let rest = &text[at + mark.len()..];
                    if !rest.contains(char::is_alphanumeric) {
                        quotations.push(Span { start, end });
                    }
                    break;
                }
            }
            open = (depth > 0).then_some((start, first, depth));
        } else if let Some(at) = text.rfind('“')
            && !text[at..].contains('”')
            && (at == 0 || text[..at].trim_end().ends_with(':'))
        {
            open = Some((line.span.slice(at..at + 1).start, index, 1));
        }
    }
    quotations
}
