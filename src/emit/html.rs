//! One page of HTML that a person opens or prints: nothing is fetched, no script runs.

use std::io::{self, Write};

use super::words::{place_words, summary_line, visible};
use super::{Emit, FileReport, Located, Status, Style, Summary, say, severity_word};
use crate::diagnostic::{Language, Severity};
use crate::document::Document;
use crate::text::Span;

/// Characters of the line shown on either side of a finding.
const CONTEXT: usize = 80;
/// Characters shown of a long finding.
const LONGEST: usize = 400;

const STYLE: &str = include_str!("html.css");

pub(super) struct Html {
    pub(super) style: Style,
}

impl Emit for Html {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        let language = self.style.language;
        let code = say!(language, "vi", "en");
        let title = say!(
            language,
            "Kết quả kiểm tra thể thức văn bản",
            "Compliance of documents"
        );
        writeln!(
            out,
            "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <h1>{title}</h1>\n<fieldset class=\"filter\"><legend>{}</legend>",
            say!(language, "Mức độ", "Severity")
        )?;
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            let (id, word) = (severity.as_str(), severity_word(severity, language));
            writeln!(
                out,
                "<label><input type=\"checkbox\" id=\"{id}\" checked> {word}</label>"
            )?;
        }
        writeln!(out, "</fieldset>\n<main>")
    }

    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        let failed = file.error.filter(|_| file.status == Status::Failed);
        let count = file.findings.map_or(0, crate::diagnostic::Findings::len);
        if count == 0 && failed.is_none() {
            return Ok(());
        }
        writeln!(out, "<section>\n<h2>{}</h2>", escaped(file.path))?;
        if let Some(error) = failed {
            writeln!(out, "<p class=\"failed\">{}</p>", escaped(error))?;
        }
        if let Some(document) = file.document {
            for located in file.located() {
                self.finding(document, &located, out)?;
            }
        }
        writeln!(out, "</section>")
    }

    fn finish(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let language = self.style.language;
        let line = escaped(&summary_line(summary, language));
        // It stands last, as the run ends with it; the style sheet shows it first.
        writeln!(out, "</main>\n<header>\n<p><strong>{line}</strong></p>")?;
        let mut rules: Vec<_> = summary.told().collect();
        rules.sort_by_key(|(_, total)| {
            (
                std::cmp::Reverse(total.severity),
                std::cmp::Reverse(total.findings),
            )
        });
        if !rules.is_empty() {
            writeln!(out, "<table>")?;
            for (id, total) in rules {
                writeln!(
                    out,
                    "<tr class=\"{}\"><td>{}</td><td>{}</td><td>{}</td><td><code>{id}</code></td></tr>",
                    total.severity.as_str(),
                    total.findings,
                    severity_word(total.severity, language),
                    escaped(total.rule.summary.get(language)),
                )?;
            }
            writeln!(out, "</table>")?;
        }
        writeln!(
            out,
            "<footer>{} {}</footer>\n</header>\n</body>\n</html>",
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION")
        )
    }
}

impl Html {
    fn finding(
        &self,
        document: &Document,
        located: &Located,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let language = self.style.language;
        let diagnostic = &located.diagnostic;
        let severity = diagnostic.severity;
        writeln!(
            out,
            "<article class=\"{}\">\n<h3><span class=\"severity\">{}</span> {}</h3>\n\
             <p class=\"place\">{} <code>{}</code></p>",
            severity.as_str(),
            severity_word(severity, language),
            escaped(&diagnostic.message),
            escaped(&self.place(located)),
            diagnostic.rule.id,
        )?;
        if let Some(span) = diagnostic.span {
            let (before, found, after) = around(document, span);
            writeln!(
                out,
                "<blockquote>{}<mark>{}</mark>{}</blockquote>",
                escaped(&before),
                escaped(&found),
                escaped(&after)
            )?;
        }
        let fix = diagnostic.fix.as_ref().map(|fix| fix.title.as_str());
        let notes = [
            (say!(language, "Gợi ý", "Help"), diagnostic.help.as_deref()),
            (say!(language, "Cách sửa", "Fix"), fix),
            (
                say!(language, "Căn cứ", "Basis"),
                diagnostic.rule.basis.as_deref(),
            ),
        ];
        let mut notes = notes
            .iter()
            .filter_map(|(label, text)| Some((label, (*text)?)))
            .peekable();
        if notes.peek().is_some() {
            writeln!(out, "<dl>")?;
            for (label, text) in notes {
                writeln!(out, "<dt>{label}</dt><dd>{}</dd>", escaped(text))?;
            }
            writeln!(out, "</dl>")?;
        }
        writeln!(out, "</article>")
    }

    fn place(&self, located: &Located) -> String {
        let language = self.style.language;
        match (&located.location, located.range) {
            (Some(location), _) => place_words(location, language),
            (None, Some(range)) => {
                let (line, column) = (range.start.line, range.start.column);
                say!(
                    language,
                    "dòng {line}, cột {column}",
                    "line {line}, column {column}"
                )
            }
            (None, None) => match language {
                Language::Vi => "toàn văn bản".to_owned(),
                Language::En => "whole document".to_owned(),
            },
        }
    }
}

/// A finding within its line, cut to what can be taken in.
fn around(document: &Document, span: Span) -> (String, String, String) {
    let source = document.source();
    let (start, end) = (span.start as usize, span.end as usize);
    let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = source[end..].find('\n').map_or(source.len(), |at| end + at);
    let (before, after) = (&source[line_start..start], &source[end..line_end]);
    let skipped = before.chars().count().saturating_sub(CONTEXT);
    let head: String = before.chars().skip(skipped).collect();
    let tail: String = after.chars().take(CONTEXT).collect();
    let found: String = span.of(source).chars().take(LONGEST).collect();
    let more = |is_cut: bool| if is_cut { "…" } else { "" };
    (
        format!("{}{head}", more(skipped > 0)),
        format!("{found}{}", more(found.len() < span.len())),
        format!("{tail}{}", more(tail.len() < after.len())),
    )
}

/// A text between tags or in an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(visible(c)),
        }
    }
    out
}
