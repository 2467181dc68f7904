//! A summary in Markdown for the page of a job (`$GITHUB_STEP_SUMMARY`): a table a document.

use std::io::{self, Write};

use super::words::{place_words, summary_line};
use super::{Emit, FileReport, Located, Status, Style, Summary, clean, say, severity_word};

/// Findings shown of one document: a job page holds a megabyte.
const MAX_SHOWN: usize = 50;

pub(super) struct Markdown {
    pub(super) style: Style,
}

impl Emit for Markdown {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "# vanthu")
    }

    fn totals_first(&self) -> bool {
        true
    }

    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        let language = self.style.language;
        let path = escaped(file.path);
        if let Some(error) = file.error.filter(|_| file.status == Status::Failed) {
            return writeln!(out, "\n## {path}\n\n{}", escaped(error));
        }
        let count = file.findings.map_or(0, crate::diagnostic::Findings::len);
        if count == 0 {
            return Ok(());
        }
        let heading = say!(
            language,
            "| Chỗ | Mức | Phát hiện | Gợi ý | Căn cứ |",
            "| Place | Severity | Finding | Help | Basis |"
        );
        writeln!(out, "\n## {path}\n\n{heading}\n|---|---|---|---|---|")?;
        for located in file.located().take(MAX_SHOWN) {
            let diagnostic = &located.diagnostic;
            writeln!(
                out,
                "| {} | {} | {} <br>`{}` | {} | {} |",
                escaped(&self.place(&located)),
                severity_word(diagnostic.severity, language),
                escaped(&diagnostic.message),
                diagnostic.rule.id,
                escaped(diagnostic.help.as_deref().unwrap_or_default()),
                escaped(diagnostic.rule.basis.as_deref().unwrap_or_default()),
            )?;
        }
        let more = count.saturating_sub(MAX_SHOWN);
        if more > 0 {
            let more = say!(language, "… và {more} chỗ khác", "… and {more} more");
            writeln!(out, "\n{more}")?;
        }
        Ok(())
    }

    fn finish(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let line = summary_line(summary, self.style.language);
        writeln!(out, "\n**{}**", escaped(&line))
    }
}

impl Markdown {
    fn place(&self, located: &Located) -> String {
        match (&located.location, located.range) {
            (Some(location), _) => place_words(location, self.style.language),
            (None, Some(range)) => format!("{}:{}", range.start.line, range.start.column),
            (None, None) => String::new(),
        }
    }
}

/// A text within a cell of a table, its marks shown as they are.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
