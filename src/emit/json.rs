//! One JSON object for the whole run, `schema_version` 1. Written file by file, so that only one
//! file at a time is held.

use std::io::{self, Write};

use serde::Serialize;

use super::{Emit, FileReport, Located, Range, Status, Summary};

pub(super) struct Json;

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    status: Status,
    error: Option<&'a str>,
    format: Option<&'static str>,
    regime: Option<&'a str>,
    kind: Option<&'a str>,
    text_quality: Option<&'static str>,
    not_evaluated: &'a [String],
    diagnostics: Vec<Finding<'a>>,
}

/// A finding as both JSON formats write it.
#[derive(Serialize)]
pub(super) struct Finding<'a> {
    rule: &'a str,
    group: &'a str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    basis: Option<&'a str>,
    url: Option<&'a str>,
    range: Option<Range>,
    /// Page and paragraph, for formats that have them.
    location: Option<()>,
    excerpt: Option<&'a str>,
    related: Vec<Related<'a>>,
    fix: Option<Fix<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    range: Range,
    message: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    range: Range,
    content: &'a str,
}

#[derive(Serialize)]
struct Totals {
    files: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    fixable: usize,
}

impl<'a> Finding<'a> {
    pub(super) fn new(located: &'a Located<'a>) -> Self {
        let diagnostic = located.diagnostic;
        Self {
            rule: &diagnostic.rule.id,
            group: &diagnostic.rule.group,
            severity: diagnostic.severity.as_str(),
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            basis: diagnostic.rule.basis.as_deref(),
            url: None,
            range: located.range,
            location: None,
            excerpt: located.excerpt.as_deref(),
            related: located
                .related
                .iter()
                .zip(&diagnostic.related)
                .map(|(&range, label)| Related {
                    range,
                    message: &label.message,
                })
                .collect(),
            fix: diagnostic.fix.as_ref().map(|fix| Fix {
                title: &fix.title,
                applicability: fix.applicability.as_str(),
                edits: located
                    .edits
                    .iter()
                    .zip(&fix.edits)
                    .map(|(&range, edit)| Edit {
                        range,
                        content: &edit.content,
                    })
                    .collect(),
            }),
        }
    }
}

impl Emit for Json {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "{{\n  \"schema_version\": 1,\n  \"tool\": {{\n    \"name\": \"{}\",\n    \
             \"version\": \"{}\"\n  }},\n  \"files\": [",
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
        )
    }

    fn separator(&self) -> &'static str {
        ","
    }

    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        let object = File {
            path: file.path,
            status: file.status,
            error: file.error,
            format: file.format(),
            regime: file.regime,
            kind: file.kind,
            text_quality: file.quality.map(crate::document::Quality::as_str),
            not_evaluated: file.not_evaluated,
            diagnostics: file.findings.iter().map(Finding::new).collect(),
        };
        // JSON has no line break within a string, so lines can be indented as they are.
        for line in serde_json::to_string_pretty(&object)?.lines() {
            write!(out, "\n    {line}")?;
        }
        Ok(())
    }

    fn finish(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let totals = Totals {
            files: summary.files,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            fixable: summary.fixable,
        };
        let close = if summary.files == 0 { "]" } else { "\n  ]" };
        let totals = serde_json::to_string_pretty(&totals)?.replace('\n', "\n  ");
        writeln!(out, "{close},\n  \"summary\": {totals}\n}}")
    }
}
