//! Findings for people: message, underlined excerpt, help, basis. The only module that knows
//! miette, which draws the excerpts; what is to be drawn is cut by `snippet`.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

use super::snippet::{Page, Snippet};
use super::words::{place_words, summary_line};
use super::wrap::columns;
use super::{
    Emit, FileReport, Located, Style, Summary, clean, leading_path, say, severity_word, wrap,
};
use crate::diagnostic::{Language, Severity};
use crate::document::{Document, Quality};
use crate::text::{Lines, Span, fold_line_breaks};

/// Findings of one rule that are shown for one file; the others are counted.
const MAX_PER_RULE: usize = 20;
/// Findings in one snippet.
const MAX_MERGED: usize = 5;
/// Columns of ` ╰── (1)`, which may stand below the last column of a merged snippet.
const LABEL: usize = 8;
/// Columns of the mark before a heading, which miette writes.
const MARK: usize = 4;
/// Rule ids named in the remark on rules that could not be judged.
const MAX_NAMED: usize = 4;

/// The format `text`.
#[derive(Debug)]
pub struct Text {
    style: Style,
    error: GraphicalReportHandler,
    warning: GraphicalReportHandler,
    info: GraphicalReportHandler,
}

/// A mistake in a file of the user's that is no document: a rule file.
#[derive(Clone, Copy, Debug)]
pub struct Mistake<'a> {
    /// The file.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The lines of `text`.
    pub lines: &'a Lines,
    /// Where, in bytes of `text`.
    pub span: Span,
    /// What is wrong.
    pub message: &'a str,
    /// What to write.
    pub help: Option<&'a str>,
}

impl Text {
    /// Output in this style.
    #[must_use]
    pub fn new(style: Style) -> Self {
        let handler = |severity| {
            let mut theme = if style.colour {
                GraphicalTheme::unicode()
            } else {
                GraphicalTheme::unicode_nocolor()
            };
            let styles = &mut theme.styles;
            styles.highlights = vec![match severity {
                Severity::Error => styles.error,
                Severity::Warning => styles.warning,
                Severity::Info => styles.advice,
            }];
            GraphicalReportHandler::new_themed(theme)
                .with_width(style.width)
                .with_links(false)
                // Its own wrapping breaks the ids of rules at their hyphens.
                .with_wrap_lines(false)
                .with_context_lines(0)
                .without_primary_span_start()
        };
        Self {
            style,
            error: handler(Severity::Error),
            warning: handler(Severity::Warning),
            info: handler(Severity::Info),
        }
    }

    /// Writes a mistake in a rule file.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn mistake(&self, mistake: &Mistake<'_>, out: &mut dyn Write) -> io::Result<()> {
        let page = Page {
            name: mistake.path,
            text: mistake.text,
            lines: mistake.lines,
        };
        let number = mistake.lines.line(mistake.span.end).to_string();
        let snippet = Snippet::new(page, &[(mistake.span, None)], self.room(&number));
        let mut text = String::new();
        self.draw(
            &mut text,
            Severity::Error,
            &self.heading(Severity::Error, "", mistake.message, None),
            Some(&snippet),
        );
        if let Some(help) = mistake.help {
            text += &self.note(&say!(self.language(), "gợi ý", "help"), help);
        }
        writeln!(out, "{text}")
    }

    fn language(&self) -> Language {
        self.style.language
    }

    /// Columns for the text of a line beside the gutter with the line number.
    fn room(&self, number: &str) -> usize {
        self.style.width.saturating_sub(number.len() + 4).max(24)
    }

    /// One or more findings on one spot, drawn as one snippet.
    fn group(&self, path: &str, document: &Document, group: &[&Located], out: &mut String) {
        let Some((last, others)) = group.split_last() else {
            return;
        };
        let numbered = !others.is_empty();
        let number = |index: usize| match numbered {
            true => format!("({}) ", index + 1),
            false => String::new(),
        };
        for (index, located) in others.iter().enumerate() {
            let diagnostic = &located.diagnostic;
            let heading = self.heading(
                diagnostic.severity,
                &number(index),
                &diagnostic.message,
                Some(&diagnostic.rule.id),
            );
            self.draw(out, diagnostic.severity, &heading, None);
        }
        let snippet = self.snippet(path, document, group);
        let heading = self.heading(
            last.diagnostic.severity,
            &number(others.len()),
            &last.diagnostic.message,
            Some(&last.diagnostic.rule.id),
        );
        self.draw(out, last.diagnostic.severity, &heading, snippet.as_ref());
        if snippet.is_none() {
            out.push_str(&format!("    ╭─[{}]\n    ╰────\n", clean(path)));
        }
        self.notes(path, document, group, out);
        out.push('\n');
    }

    fn snippet(&self, path: &str, document: &Document, group: &[&Located]) -> Option<Snippet> {
        let page = Page {
            name: path,
            text: document.source(),
            lines: document.lines(),
        };
        let mut spans: Vec<(Span, Option<String>)> = Vec::new();
        for (index, located) in group.iter().enumerate() {
            let span = located.diagnostic.span?;
            let number = (group.len() > 1).then(|| format!("({})", index + 1));
            match spans.last_mut() {
                Some((known, label)) if *known == span => {
                    if let (Some(label), Some(number)) = (label, number) {
                        *label = format!("{label} {number}");
                    }
                }
                _ => spans.push((span, number)),
            }
        }
        let number = group.last()?.range?.end.line.to_string();
        let tail = if group.len() > 1 { LABEL } else { 0 };
        let mut snippet = Snippet::new(page, &spans, self.room(&number) - tail);
        if let Some(place) = self.place(document, spans.first()?.0) {
            snippet.place = format!("{}: {place}", clean(path));
        }
        Some(snippet)
    }

    /// Page and paragraph, which a reader of a Word file can count; lines of it there are none.
    fn place(&self, document: &Document, span: Span) -> Option<String> {
        let place = place_words(&document.location(span.start)?, self.language());
        (!place.is_empty()).then_some(place)
    }

    fn heading(
        &self,
        severity: Severity,
        number: &str,
        message: &str,
        rule: Option<&str>,
    ) -> String {
        let word = severity_word(severity, self.language());
        let rule = rule.map_or(String::new(), |id| format!(" [{id}]"));
        format!("{number}{word}: {}{rule}", clean(message))
    }

    fn draw(&self, out: &mut String, severity: Severity, heading: &str, snippet: Option<&Snippet>) {
        let handler = match severity {
            Severity::Error => &self.error,
            Severity::Warning => &self.warning,
            Severity::Info => &self.info,
        };
        let heading = wrap(heading, self.style.width.saturating_sub(MARK), "", "");
        let shown = Shown {
            severity,
            heading: heading.trim_end(),
            snippet,
        };
        // Writing to a string cannot fail, and the snippet gives its text for every span.
        let _ = handler.render_report(out, &shown);
    }

    /// Help, basis and related places, each said once, with the numbers of the findings it is
    /// said of unless that is all of them.
    fn notes(&self, path: &str, document: &Document, group: &[&Located], out: &mut String) {
        let mut notes: Vec<(String, String, Vec<String>)> = Vec::new();
        for (index, located) in group.iter().enumerate() {
            let number = (index + 1).to_string();
            for (label, text) in self.notes_of(path, document, located) {
                match notes.iter_mut().find(|n| n.0 == label && n.1 == text) {
                    Some((_, _, numbers)) => numbers.push(number.clone()),
                    None => notes.push((label, text, vec![number.clone()])),
                }
            }
        }
        for (label, text, mut numbers) in notes {
            numbers.dedup();
            let label = if numbers.len() == group.len() {
                label
            } else {
                format!("{label} ({})", numbers.join(", "))
            };
            out.push_str(&self.note(&label, &text));
        }
    }

    /// Labels and texts in the order in which they are shown.
    fn notes_of(
        &self,
        path: &str,
        document: &Document,
        located: &Located,
    ) -> Vec<(String, String)> {
        let language = self.language();
        let diagnostic = &located.diagnostic;
        let mut notes = Vec::new();
        if let Some(help) = &diagnostic.help {
            notes.push((say!(language, "gợi ý", "help"), help.clone()));
        } else if let Some(fix) = &diagnostic.fix {
            notes.push((say!(language, "cách sửa", "fix"), fix.title.clone()));
        }
        for (range, label) in located.related.iter().zip(&diagnostic.related) {
            let (line, column) = (range.start.line, range.start.column);
            let message = if label.message.is_empty() {
                shorten(&fold_line_breaks(label.span.of(document.source())))
            } else {
                label.message.clone()
            };
            let place = match self.place(document, label.span) {
                Some(place) => format!("{path}: {place}"),
                None => format!("{path}:{line}:{column}"),
            };
            notes.push((
                say!(language, "liên quan", "see also"),
                format!("{place} {message}"),
            ));
        }
        if let Some(basis) = &diagnostic.rule.basis {
            notes.push((say!(language, "căn cứ", "basis"), basis.clone()));
        }
        notes
    }

    fn note(&self, label: &str, text: &str) -> String {
        let rest = " ".repeat(columns(label) + 4);
        let plain = wrap(
            &clean(text),
            self.style.width,
            &format!("  {label}: "),
            &rest,
        );
        if self.style.colour {
            // The label alone, in the colour that miette gives to help.
            plain.replacen(label, &format!("\u{1b}[36m{label}\u{1b}[0m"), 1)
        } else {
            plain
        }
    }

    /// Says for a file what could not be judged.
    fn remarks(&self, file: &FileReport<'_>, out: &mut String) {
        let count = file.not_evaluated.len();
        if count == 0 || self.style.quiet {
            return;
        }
        let path = leading_path(file.path);
        let language = self.language();
        let rules = if count == 1 { "rule" } else { "rules" };
        let text = if file.quality == Some(Quality::Ocr) {
            say!(
                language,
                "không đánh giá {count} quy tắc vì văn bản nhận dạng (OCR) mất dấu hoặc \
                 không cho thấy điều cần xét; xem --format json",
                "{count} {rules} not judged because the text (OCR) has lost its \
                 diacritics or does not show what they ask about; see --format json",
            )
        } else {
            let lines = match file.quality {
                Some(Quality::Wrapped) => say!(
                    language,
                    " hoặc không còn nguyên dòng như bản gốc",
                    " or has not kept the lines of the original",
                ),
                _ => String::new(),
            };
            let more = if count > MAX_NAMED { ", …" } else { "" };
            let named = file.not_evaluated[..count.min(MAX_NAMED)].join(", ") + more;
            say!(
                language,
                "không đánh giá được {count} quy tắc vì văn bản không cho thấy điều cần \
                 xét{lines} ({named})",
                "{count} {rules} could not be judged because the text does not show what \
                 they ask about{lines} ({named})",
            )
        };
        // The path is not wrapped: after a break, part of a name could look like a command to CI.
        let first = format!("{path}: ");
        out.push_str(&wrap(&text, self.style.width, &first, "  "));
        out.push('\n');
    }
}

impl Emit for Text {
    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Some(document) = file.document else {
            return Ok(());
        };
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let shown: Vec<Located> = file
            .packed()
            .filter(|finding| {
                let count = seen.entry(&finding.rule().id).or_default();
                *count += 1;
                *count <= MAX_PER_RULE
            })
            .map(|finding| Located::new(finding.unpack(), document))
            .collect();
        let shown: Vec<&Located> = shown.iter().collect();
        let mut text = String::new();
        let mut rest = shown.as_slice();
        while let Some((first, others)) = rest.split_first() {
            let room = self.room(&first.range.map_or(0, |range| range.end.line).to_string());
            let merged = others
                .iter()
                .zip(rest)
                .take(MAX_MERGED - 1)
                .take_while(|(next, previous)| shares_line(first, previous, next, room - LABEL))
                .count();
            let (group, remaining) = rest.split_at(1 + merged);
            rest = remaining;
            self.group(file.path, document, group, &mut text);
            out.write_all(text.as_bytes())?;
            text.clear();
        }
        for (id, count) in seen {
            let more = count.saturating_sub(MAX_PER_RULE);
            if more > 0 {
                let path = leading_path(file.path);
                text += &say!(
                    self.language(),
                    "{path}: … và {more} chỗ khác [{id}]; xem đủ với --format compact\n\n",
                    "{path}: … and {more} more [{id}]; see all with --format compact\n\n",
                );
            }
        }
        self.remarks(file, &mut text);
        out.write_all(text.as_bytes())
    }

    fn finish(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.style.quiet {
            return Ok(());
        }
        let line = summary_line(summary, self.language());
        out.write_all(wrap(&line, self.style.width, "", "").as_bytes())
    }
}

/// Whether `next` can be shown in the snippet that begins with `first` and ends with `previous`:
/// at the same place, or farther on in the same line without overlap, all within `room`.
fn shares_line(first: &Located, previous: &Located, next: &Located, room: usize) -> bool {
    let (Some(first), Some(previous), Some(next)) = (first.range, previous.range, next.range)
    else {
        return false;
    };
    let same_place = first == previous && previous == next;
    let one_line = first.start.line == next.end.line;
    let disjoint = previous == next || previous.end.byte < next.start.byte;
    let fits = (next.end.column.saturating_sub(first.start.column) as usize) < room.min(100);
    same_place || (one_line && disjoint && fits)
}

fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("«{short}»")
}

/// What miette is asked to draw.
#[derive(Debug)]
struct Shown<'a> {
    severity: Severity,
    heading: &'a str,
    snippet: Option<&'a Snippet>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.heading)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let marks = &self.snippet?.marks;
        Some(Box::new(marks.iter().map(|mark| {
            LabeledSpan::new(mark.label.clone(), mark.start, mark.len)
        })))
    }
}

/// miette asks for the surroundings of each label and merges what it gets; a snippet is cut
/// already, so that it is always given whole.
impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        Ok(Box::new(MietteSpanContents::new_named(
            self.place.clone(),
            self.text.as_bytes(),
            SourceSpan::from((0, self.text.len())),
            self.first_line as usize - 1,
            0,
            self.text.lines().count(),
        )))
    }
}
