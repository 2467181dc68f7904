//! Findings as the protocol has them.

use serde_json::json;
use xxhash_rust::xxh3::xxh3_64;

use super::analysis::Analysis;
use super::position::Encoding;
use super::protocol::{Diagnostic, Location, RelatedInformation};
use crate::diagnostic::{self, Language, Severity};
use crate::emit::say;

/// What is shown of one document; an editor has no use for more.
const MOST: usize = 1000;

/// How a client wants findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The unit of characters.
    pub encoding: Encoding,
    /// Whether it shows other places that belong to a finding.
    pub related: bool,
}

/// The findings of a file that no editor holds.
#[derive(Clone, PartialEq, Debug)]
pub struct FileFindings {
    /// The address of the file.
    pub uri: String,
    /// The same as long as the findings are.
    pub(super) result_id: String,
    pub(super) items: Vec<Diagnostic>,
}

/// The findings of a file; `None` as analysis is one where none are looked for.
#[must_use]
pub fn file_findings(uri: &str, analysis: Option<&Analysis>, place: Place) -> FileFindings {
    let items = analysis.map(|analysis| all(analysis, uri, place));
    let items = items.unwrap_or_default();
    FileFindings {
        uri: uri.to_owned(),
        result_id: result_id(&written(&items)),
        items,
    }
}

/// The findings of a document, the gravest where there are too many.
pub(super) fn all(analysis: &Analysis, uri: &str, place: Place) -> Vec<Diagnostic> {
    let Some(checked) = &analysis.checked else {
        return Vec::new();
    };
    let findings = &checked.outcome.diagnostics;
    let mut least = Severity::Info;
    if findings.len() > MOST {
        let count = |severity| {
            findings
                .packed()
                .filter(|f| f.severity() >= severity)
                .count()
        };
        if count(Severity::Warning) >= MOST {
            least = Severity::Warning;
        }
        if count(Severity::Error) >= MOST {
            least = Severity::Error;
        }
    }
    let shown = findings.packed().filter(|f| f.severity() >= least);
    let mut shown: Vec<_> = shown
        .take(MOST)
        .map(|packed| one(analysis, &packed.unpack(), uri, place))
        .collect();
    let left_out = findings.len() - shown.len();
    if left_out > 0 {
        shown.push(more(analysis, left_out, place));
    }
    shown
}

/// Says on the first line that findings were left out.
fn more(analysis: &Analysis, left_out: usize, place: Place) -> Diagnostic {
    let language: Language = analysis.language();
    Diagnostic {
        range: analysis.range(analysis.first_line(), place.encoding),
        severity: severity(Severity::Info),
        code: None,
        source: "vanthu",
        message: say!(
            language,
            "Còn {left_out} phát hiện không hiện ở đây; `vanthu check` in ra tất cả",
            "{left_out} more findings are not shown here; `vanthu check` prints all"
        ),
        related_information: Vec::new(),
        data: json!({}),
    }
}

/// One finding.
pub(super) fn one(
    analysis: &Analysis,
    finding: &diagnostic::Diagnostic,
    uri: &str,
    place: Place,
) -> Diagnostic {
    let encoding = place.encoding;
    let in_text = |span| match &analysis.checked {
        Some(checked) => checked.in_text(span),
        None => span,
    };
    let span = finding.span.map_or_else(|| analysis.first_line(), in_text);
    let related = finding.related.iter().filter(|_| place.related);
    let related = related.map(|label| RelatedInformation {
        location: Location {
            uri: uri.to_owned(),
            range: analysis.range(in_text(label.span), encoding),
        },
        message: label.message.clone(),
    });
    let message = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    let fix = finding.fix.as_ref().map(|fix| fix.applicability.as_str());
    Diagnostic {
        range: analysis.range(span, encoding),
        severity: severity(finding.severity),
        code: Some(finding.rule.id.clone()),
        source: "vanthu",
        message,
        related_information: related.collect(),
        data: json!({ "group": finding.rule.group, "basis": finding.rule.basis, "fix": fix }),
    }
}

pub(super) fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Info => 3,
    }
}

/// Findings as JSON.
pub(super) fn written(items: &[Diagnostic]) -> String {
    // All of it is text and numbers.
    serde_json::to_string(items).unwrap_or_default()
}

/// The same for the same findings.
pub(super) fn result_id(written: &str) -> String {
    format!("{:016x}", xxh3_64(written.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::analysis::{Judge, analyse};
    use super::*;
    use crate::rules::RuleSet;

    #[test]
    fn what_is_left_out_is_counted_on_the_first_line() {
        let text = "Địa phương thực hiện tốt ,đạt kết quả .\n\n".repeat(MOST + 1);
        let judge = Judge {
            rules: Arc::new(RuleSet::builtin()),
            profile: None,
            language: Language::En,
            known: Vec::new(),
        };
        let analysis = analyse("a.txt", text.into(), Some(judge), None);
        let checked = analysis.checked.as_ref().unwrap();
        let left_out = checked.outcome.diagnostics.len() - MOST;
        let place = Place {
            encoding: Encoding::Utf16,
            related: false,
        };
        let shown = all(&analysis, "file:///a.txt", place);
        assert_eq!(shown.len(), MOST + 1);
        let last = shown.last().unwrap();
        assert_eq!(last.severity, severity(Severity::Info));
        assert_eq!(last.range.start.line, 0);
        assert!(last.message.starts_with(&format!("{left_out} more")));
    }
}
