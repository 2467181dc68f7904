//! `path:line:column: severity[rule] message`, one line a finding, for editors and `grep`.

use std::io::{self, Write};

use super::{Emit, FileReport, clean, leading_path};

pub(super) struct Compact;

impl Emit for Compact {
    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        for finding in file.located() {
            // A finding on the whole document stands at its beginning, as tools that read such
            // lines expect a place.
            let (line, column) = finding
                .range
                .map_or((1, 1), |range| (range.start.line, range.start.column));
            let diagnostic = &finding.diagnostic;
            writeln!(
                out,
                "{}:{line}:{column}: {}[{}] {}",
                leading_path(file.path),
                diagnostic.severity.as_str(),
                diagnostic.rule.id,
                clean(&diagnostic.message),
            )?;
        }
        Ok(())
    }
}
