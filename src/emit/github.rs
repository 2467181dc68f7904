//! Workflow commands of GitHub Actions, which annotate the lines of a change:
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use std::borrow::Cow;
use std::io::{self, Write};

use super::words::visible;
use super::{Emit, FileReport, Located, clean};
use crate::diagnostic::Severity;

pub(super) struct Github;

impl Emit for Github {
    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        // Annotations are shown where the path is that of the repository.
        let path = &*file.in_repository();
        if let Some(error) = file.error.filter(|_| file.status == super::Status::Failed) {
            writeln!(
                out,
                "::error file={},title=vanthu::{}",
                property(path),
                data(error)
            )?;
        }
        for located in file.located() {
            annotation(path, &located, out)?;
        }
        Ok(())
    }
}

fn annotation(path: &str, located: &Located, out: &mut dyn Write) -> io::Result<()> {
    let diagnostic = &located.diagnostic;
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    write!(out, "::{command} file={}", property(path))?;
    let (start, end) = located.line_range();
    write!(out, ",line={},endLine={}", start.line, end.line)?;
    // Columns count for a single line only.
    if start.line == end.line {
        write!(out, ",col={},endColumn={}", start.column, end.column)?;
    }
    let title = format!("vanthu ({})", diagnostic.rule.id);
    let more = [diagnostic.help.as_ref(), diagnostic.rule.basis.as_ref()];
    let lines: Vec<_> = std::iter::once(&diagnostic.message)
        .chain(more.into_iter().flatten())
        .map(|text| clean(text))
        .collect();
    writeln!(
        out,
        ",title={}::{}",
        property(&title),
        data(&lines.join("\n"))
    )
}

/// What may stand behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// What may stand behind `=`; a log is read by people too.
fn property(text: &str) -> Cow<'_, str> {
    let shown = |c| {
        if matches!(c, '\r' | '\n') {
            c
        } else {
            visible(c)
        }
    };
    if text.chars().any(|c| shown(c) != c) {
        let text: String = text.chars().map(shown).collect();
        return property(&text).into_owned().into();
    }
    if text.contains(['%', '\r', '\n', ':', ',']) {
        data(text).replace(':', "%3A").replace(',', "%2C").into()
    } else {
        text.into()
    }
}
