//! GitLab Code Quality: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::io::{self, Write};

use serde_json::json;

use super::{Emit, FileReport, Summary, list};
use crate::diagnostic::Severity;

pub(super) struct Gitlab;

impl Emit for Gitlab {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn separator(&self) -> &'static str {
        ","
    }

    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        let path = &*file.in_repository();
        let issues = file.fingerprinted().map(|(located, fingerprint)| {
            let place = located.line_range();
            json!({
                "description": located.diagnostic.message,
                "check_name": located.diagnostic.rule.id,
                // All files are one list, in which GitLab shows each fingerprint once.
                "fingerprint": fingerprint.in_file(path).to_string(),
                "severity": match located.diagnostic.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Info => "info",
                },
                "location": {
                    "path": path,
                    "positions": {
                        "begin": { "line": place.0.line, "column": place.0.column },
                        "end": { "line": place.1.line, "column": place.1.column },
                    },
                },
            })
        });
        list::items(issues, out)
    }

    fn finish(&self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"\n]\n")
    }
}
