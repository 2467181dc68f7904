//! The lines around a finding, cut and cleaned for a terminal.

use unicode_normalization::char::is_combining_mark;

use super::words::visible;
use crate::text::{Lines, Span};

/// Lines of a snippet; a longer finding is shown by its first lines.
const MAX_LINES: u32 = 4;
/// Characters of a line on either side of what is underlined.
const CONTEXT: usize = 40;

/// A text that places are shown in.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    pub(super) lines: &'a Lines,
}

/// Something to underline in a [`Snippet`].
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Mark {
    /// Byte and length in the snippet's text.
    pub(super) start: usize,
    pub(super) len: usize,
    /// What is written below it.
    pub(super) label: Option<String>,
}

/// A few lines as they are shown. Line breaks stay where they are, so that line numbers can be
/// counted; everything else may differ from the page.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Snippet {
    /// `path:line:column` of the first thing underlined, the column in characters.
    pub(super) place: String,
    /// The number of the first line, from 1.
    pub(super) first_line: u32,
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
}

impl Snippet {
    /// Shows `spans`, in order and not overlapping, within `width` columns of text. A label is
    /// written under the last line of its span.
    pub(super) fn new(page: Page<'_>, spans: &[(Span, Option<String>)], width: usize) -> Self {
        let first = spans.first().map_or(0, |(span, _)| span.start);
        let last = spans
            .iter()
            .map(|(span, _)| span.end.max(span.start + 1) - 1)
            .max()
            .unwrap_or(first);
        let at = page.lines.position(first, page.text);
        let mut snippet = Self {
            place: format!("{}:{}:{}", super::clean(page.name), at.line, at.column),
            first_line: at.line,
            text: String::new(),
            marks: Vec::new(),
        };
        let last_line = page.lines.line(last).min(at.line + MAX_LINES - 1);
        for number in at.line..=last_line {
            let Some(line) = page.lines.span(number, page.text) else {
                break;
            };
            if number > at.line {
                snippet.text.push('\n');
            }
            snippet.push_line(page.text, line, spans, number == last_line, width);
        }
        snippet
    }

    fn push_line(
        &mut self,
        text: &str,
        line: Span,
        spans: &[(Span, Option<String>)],
        is_last: bool,
        width: usize,
    ) {
        let content = line.of(text).trim_end_matches(['\n', '\r']);
        let line = line.slice(0..content.len());
        let pieces: Vec<_> = spans
            .iter()
            .filter_map(|(span, label)| {
                let ends_here = span.end <= line.end || is_last;
                Some((
                    piece(*span, line, text)?,
                    label.clone().filter(|_| ends_here),
                ))
            })
            .collect();
        let keep = pieces
            .iter()
            .map(|(piece, _)| *piece)
            .reduce(Span::join)
            .unwrap_or(line.slice(0..0));
        let shown = window(text, line, keep, width);
        if shown.start > line.start {
            self.text.push('…');
        }
        // Where in the snippet each end of a piece went; all pieces lie in the window but for
        // the tail of a very long one.
        let mut ends: Vec<(u32, usize)> = Vec::new();
        let mut wanted: Vec<u32> = pieces.iter().flat_map(|(p, _)| [p.start, p.end]).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut wanted = wanted.into_iter().peekable();
        for (offset, c) in shown.of(text).char_indices() {
            let offset = shown.slice(offset..offset).start;
            while let Some(end) = wanted.next_if(|&end| end <= offset) {
                ends.push((end, self.text.len()));
            }
            self.text.push(visible(c));
        }
        let tail = self.text.len();
        ends.extend(wanted.map(|end| (end, tail)));
        if shown.end < line.end {
            self.text.push('…');
        } else if pieces.iter().any(|(piece, _)| piece.is_empty()) {
            // A mark of no length at the end needs something to stand under.
            self.text.push(' ');
        }
        let shown_at = |offset: u32| {
            ends.iter()
                .find(|(end, _)| *end == offset)
                .map_or(tail, |(_, at)| *at)
        };
        for (piece, label) in pieces {
            let start = shown_at(piece.start);
            self.marks.push(Mark {
                start,
                len: shown_at(piece.end) - start,
                label,
            });
        }
    }
}

/// What of a span lies on a line, without blanks at its ends unless it is nothing but blanks.
fn piece(span: Span, line: Span, text: &str) -> Option<Span> {
    let start = span.start.max(line.start);
    let end = span.end.min(line.end);
    let whole = span.start >= line.start && span.end <= line.end;
    if start > end || (start == end && !whole && span.start < line.start) {
        return None;
    }
    let piece = Span { start, end };
    if whole || piece.of(text).trim().is_empty() {
        return (whole || span.start >= line.start).then_some(piece);
    }
    Some(piece.trim(text))
}

/// The part of a line that is shown: `keep` and what fits around it. Looks at no more of the line
/// than it returns, so that findings in one endless line cost no more than others.
fn window(text: &str, line: Span, keep: Span, width: usize) -> Span {
    let before = Span {
        start: line.start,
        end: keep.start,
    };
    let after = Span {
        start: keep.end,
        end: line.end,
    };
    let kept = keep.of(text).chars().take(width).count();
    // Two columns are left for the ellipses, one for a mark of no length.
    let room = width.saturating_sub(kept.max(1) + 2).min(2 * CONTEXT);
    let left = before.of(text).chars().rev().take(room).count();
    let right = after.of(text).chars().take(room).count();
    let left_shown = left.min((room / 2).max(room.saturating_sub(right)));
    let right_shown = right.min(room - left_shown);
    let mut start = before
        .of(text)
        .char_indices()
        .rev()
        .take(left_shown)
        .last()
        .map_or(keep.start, |(at, _)| before.slice(at..at).start);
    // A mark must not lose its letter.
    while start < keep.start && text[start as usize..].starts_with(is_combining_mark) {
        let mark = text[start as usize..]
            .chars()
            .next()
            .map_or(1, char::len_utf8);
        start += Span::new(0, mark).end;
    }
    let from = if kept == width { keep } else { after };
    let count = if kept == width { kept } else { right_shown };
    let end = from
        .of(text)
        .char_indices()
        .nth(count)
        .map_or(from.end, |(at, _)| from.slice(at..at).start);
    Span { start, end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snippet(text: &str, found: &str, width: usize) -> (String, String) {
        let start = text.find(found).unwrap();
        let lines = Lines::new(text);
        let page = Page {
            name: "a.txt",
            text,
            lines: &lines,
        };
        let span = Span::new(start, start + found.len());
        let snippet = Snippet::new(page, &[(span, None)], width);
        let marked = snippet
            .marks
            .iter()
            .map(|mark| &snippet.text[mark.start..mark.start + mark.len])
            .collect::<Vec<_>>()
            .join("|");
        (snippet.text, marked)
    }

    #[test]
    fn a_long_line_is_cut_around_the_finding() {
        let text = format!("{}ở đây{}", "x".repeat(500), "y".repeat(500));
        let (shown, marked) = snippet(&text, "ở đây", 27);
        assert_eq!(shown, "…xxxxxxxxxxở đâyyyyyyyyyyy…");
        assert_eq!(marked, "ở đây");
        let (shown, marked) = snippet(&text, &"x".repeat(500), 10);
        assert_eq!(
            (shown.as_str(), marked.as_str()),
            ("xxxxxxxxxx…", "xxxxxxxxxx")
        );
    }

    #[test]
    fn a_finding_over_lines_is_underlined_on_each() {
        let text = "số 05-  \r\n\r\n CT/TW ngày";
        let (shown, marked) = snippet(text, "05-  \r\n\r\n CT/TW", 60);
        assert_eq!(shown, "số 05-  \n\n CT/TW ngày");
        assert_eq!(marked, "05-|CT/TW");
    }

    #[test]
    fn nothing_in_the_file_steers_the_terminal() {
        let (shown, marked) = snippet("a\tb\u{1b}[2Jc", "c", 60);
        assert_eq!((shown.as_str(), marked.as_str()), ("a b\u{241b}[2Jc", "c"));
    }

    #[test]
    fn an_empty_place_at_the_end_can_be_shown() {
        let text = "abc";
        let lines = Lines::new(text);
        let page = Page {
            name: "a.txt",
            text,
            lines: &lines,
        };
        let snippet = Snippet::new(page, &[(Span::new(3, 3), None)], 60);
        assert_eq!(snippet.marks[0].start, 3);
        assert_eq!(snippet.place, "a.txt:1:4");
    }
}
