//! The XML of Checkstyle, which many tools of continuous integration read.

use std::io::{self, Write};

use super::xml::text;
use super::{Emit, FileReport, Status, Summary};

pub(super) struct Checkstyle;

impl Emit for Checkstyle {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">"
        )
    }

    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  <file name=\"{}\">", text(&file.in_folder()))?;
        if let Some(error) = file.error.filter(|_| file.status == Status::Failed) {
            writeln!(
                out,
                "    <error line=\"1\" column=\"1\" severity=\"error\" message=\"{}\" source=\"vanthu\"/>",
                text(error)
            )?;
        }
        for located in file.located() {
            let (start, _) = located.line_range();
            let diagnostic = &located.diagnostic;
            writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"vanthu.{}\"/>",
                start.line,
                start.column,
                diagnostic.severity.as_str(),
                text(&diagnostic.message),
                diagnostic.rule.id
            )?;
        }
        writeln!(out, "  </file>")
    }

    fn finish(&self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "</checkstyle>")
    }
}
