//! The XML of `JUnit`: a suite a file, a test case a finding; a file without findings is one that passed.

use std::io::{self, Write};

use super::xml::text;
use super::{Emit, FileReport, Located, Status, Summary};

pub(super) struct Junit;

impl Emit for Junit {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"vanthu\">"
        )
    }

    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        let path = &*file.in_folder();
        let findings = file.findings.map_or(0, crate::diagnostic::Findings::len);
        let count = |status| usize::from(file.status == status);
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{findings}\" errors=\"{}\" skipped=\"{}\">",
            text(path),
            findings.max(1),
            count(Status::Failed),
            count(Status::Skipped),
        )?;
        for located in file.located() {
            case(path, &located, out)?;
        }
        if findings == 0 {
            passed(path, file, out)?;
        }
        writeln!(out, "  </testsuite>")
    }

    fn finish(&self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "</testsuites>")
    }
}

fn case(path: &str, located: &Located, out: &mut dyn Write) -> io::Result<()> {
    let diagnostic = &located.diagnostic;
    let (start, _) = located.line_range();
    let mut body = format!("{path}:{}:{}", start.line, start.column);
    for more in [
        located.excerpt.as_ref(),
        diagnostic.help.as_ref(),
        diagnostic.rule.basis.as_ref(),
    ] {
        body.extend(more.map(|more| format!(" | {more}")));
    }
    writeln!(
        out,
        "    <testcase name=\"{}:{}:{}\" classname=\"{}\">\n      <failure message=\"{}\" type=\"{}\">{}</failure>\n    </testcase>",
        diagnostic.rule.id,
        start.line,
        start.column,
        text(path),
        text(&diagnostic.message),
        diagnostic.severity.as_str(),
        text(&body),
    )
}

/// A file without findings: readers take a suite without a case for a run without tests.
fn passed(path: &str, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let path = text(path);
    write!(out, "    <testcase name=\"{path}\" classname=\"{path}\"")?;
    let why = text(file.error.unwrap_or_default());
    match file.status {
        Status::Checked => writeln!(out, "/>"),
        Status::Skipped => writeln!(out, "><skipped message=\"{why}\"/></testcase>"),
        Status::Failed => writeln!(out, "><error message=\"{why}\" type=\"error\"/></testcase>"),
    }
}
