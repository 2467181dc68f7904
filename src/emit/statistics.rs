//! How often each rule found something, most often first.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::words::summary_line;
use super::{Emit, FileReport, Style, Summary, clean, severity_word};

/// Writes a table of rules in place of the findings.
#[derive(Clone, Copy, Debug)]
pub struct Statistics {
    style: Style,
}

impl Statistics {
    /// The table in the language of the style.
    #[must_use]
    pub fn new(style: Style) -> Self {
        Self { style }
    }
}

impl Emit for Statistics {
    fn file(&self, _file: &FileReport<'_>, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn finish(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let language = self.style.language;
        let mut rows: Vec<_> = summary.told().collect();
        rows.sort_by_key(|(_, total)| Reverse(total.findings));
        let count_width = rows
            .first()
            .map_or(0, |(_, t)| t.findings.to_string().len());
        let id_width = rows.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
        for (id, total) in rows {
            let severity = severity_word(total.severity, language);
            // `{:8}` counts characters, which is right: the words are in NFC.
            writeln!(
                out,
                "{:>count_width$}  {severity:8}  {id:id_width$}  {}",
                total.findings,
                clean(total.rule.summary.get(language)),
            )?;
        }
        if !self.style.quiet {
            writeln!(out, "{}", summary_line(summary, language))?;
        }
        Ok(())
    }
}
