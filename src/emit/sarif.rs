//! SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>.
//!
//! The results come first and what is said of the rules last, so that nothing has to be kept until
//! the end of the run; the order of members is free in JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Emit, FileReport, Located, Range, RuleTotal, Style, Summary, list};
use crate::diagnostic::{Applicability, Findings, Fingerprint, Language, Severity, Silence};

/// The name under which our fingerprints stand, which are those of a file and do not name it: viewers
/// compare results of one path, unlike GitLab, and a file that is moved keeps its own; another way of making them gets another version.
const FINGERPRINT: &str = "vanthu/v1";
/// The root that relative paths count from.
const ROOT: &str = "%SRCROOT%";

pub(super) struct Sarif {
    pub(super) style: Style,
}

impl Emit for Sarif {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "{{\n\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n\
             \"version\": \"2.1.0\",\n\"runs\": [{{\n\"columnKind\": \"unicodeCodePoints\",\n\
             \"results\": ["
        )
    }

    fn separator(&self) -> &'static str {
        ","
    }

    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        let shown = file
            .all()
            .filter(|(_, _, silence)| *silence != Some(Silence::Unchanged));
        let path = &*file.in_repository();
        let results = shown.map(|(located, fingerprint, silence)| {
            let mut result = result(path, &located(), fingerprint);
            mark(&mut result, file, silence);
            result
        });
        list::items(results, out)
    }

    fn finish(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let language = self.style.language;
        let rules: Vec<Value> = summary
            .rules
            .values()
            .map(|total| descriptor(total, language))
            .collect();
        let notifications: Vec<Value> = summary
            .unread
            .iter()
            .map(|(path, error)| {
                json!({
                    "level": "error",
                    "message": { "text": error },
                    "locations": [{ "physicalLocation": { "artifactLocation": artifact(path) } }],
                })
            })
            .collect();
        let driver = json!({
            "name": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "language": match language { Language::Vi => "vi", Language::En => "en" },
            "rules": rules,
        });
        let invocation = json!({
            "executionSuccessful": summary.failed == 0,
            "toolExecutionNotifications": notifications,
        });
        writeln!(
            out,
            "\n],\n\"tool\": {{ \"driver\": {driver} }},\n\"invocations\": [{invocation}]\n}}]\n}}"
        )
    }
}

fn result(path: &str, located: &Located, fingerprint: Fingerprint) -> Value {
    let diagnostic = &located.diagnostic;
    let is_text = located.location.is_none();
    let mut physical = json!({ "artifactLocation": artifact(path) });
    // The lines of what is no text are those of no file that a viewer could open.
    if let Some(range) = located.range.filter(|_| is_text) {
        physical["region"] = region(range);
        if let Some(excerpt) = &located.excerpt {
            physical["region"]["snippet"] = json!({ "text": excerpt });
        }
    }
    let mut location = json!({ "physicalLocation": physical });
    if let Some(place) = &located.location {
        let mut bag = json!({});
        if let Some(page) = place.page {
            bag["page"] = page.into();
        }
        if let Some(paragraph) = place.paragraph {
            bag["paragraph"] = paragraph.into();
        }
        if let Some(run) = place.run {
            bag["run"] = run.into();
        }
        if let Some(part) = &place.part {
            bag["part"] = part.as_ref().into();
        }
        location["properties"] = bag;
    }
    let mut message = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        message = format!("{message}\n{help}");
    }
    let mut result = json!({
        "ruleId": diagnostic.rule.id,
        "kind": "fail",
        "level": level(diagnostic.severity),
        "message": { "text": message },
        "locations": [location],
        "partialFingerprints": { FINGERPRINT: fingerprint.to_string() },
    });
    if !located.related.is_empty() && is_text {
        let related = located.related.iter().zip(&diagnostic.related);
        let related: Vec<Value> = related
            .map(|(&range, label)| {
                json!({
                    "message": { "text": label.message },
                    "physicalLocation": {
                        "artifactLocation": artifact(path),
                        "region": region(range),
                    },
                })
            })
            .collect();
        result["relatedLocations"] = related.into();
    }
    let fix = diagnostic
        .fix
        .as_ref()
        .filter(|fix| is_text && !fix.edits.is_empty());
    if let Some(fix) = fix.filter(|fix| fix.applicability > Applicability::Display) {
        let edits = located.edits.iter().zip(&fix.edits);
        let replacements: Vec<Value> = edits
            .map(|(&range, edit)| {
                json!({
                    "deletedRegion": region(range),
                    "insertedContent": { "text": edit.content },
                })
            })
            .collect();
        result["fixes"] = json!([{
            "description": { "text": fix.title },
            "artifactChanges": [{
                "artifactLocation": artifact(path),
                "replacements": replacements,
            }],
            "properties": { "applicability": fix.applicability.as_str() },
        }]);
    }
    result
}

/// Says of a result whether it was known, and that it is not to be shown: viewers that keep results
/// take those that are missing for mended.
fn mark(result: &mut Value, file: &FileReport<'_>, silence: Option<Silence>) {
    if file.findings.is_some_and(Findings::is_compared) {
        result["baselineState"] = match silence {
            Some(Silence::Known) => "unchanged",
            _ => "new",
        }
        .into();
    }
    let mut suppression = match silence {
        Some(Silence::Suppressed { .. }) => json!({ "kind": "inSource" }),
        Some(Silence::Known) => json!({ "kind": "external" }),
        _ => return,
    };
    let reason = || {
        let document = file.document?;
        let Some(Silence::Suppressed { comment }) = silence else {
            return None;
        };
        let comment = document.suppressions.get(usize::from(comment?))?;
        Some(comment.reason.of(document.source())).filter(|reason| !reason.is_empty())
    };
    if let Some(reason) = reason() {
        suppression["justification"] = reason.into();
    }
    result["suppressions"] = json!([suppression]);
}

fn descriptor(total: &RuleTotal, language: Language) -> Value {
    let rule = &total.rule;
    let explanation = rule.explanation.get(language);
    let basis = rule.basis.as_deref();
    let markdown = match basis {
        Some(basis) => format!("{explanation}\n\n*{basis}*"),
        None => explanation.to_owned(),
    };
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary.get(language) },
        "fullDescription": { "text": basis.unwrap_or(rule.summary.get(language)) },
        "help": { "text": explanation, "markdown": markdown },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "tags": [rule.group],
            "problem.severity": match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn region(range: Range) -> Value {
    json!({
        "startLine": range.start.line,
        "startColumn": range.start.column,
        "endLine": range.end.line,
        "endColumn": range.end.column,
    })
}

/// A path without `.` as a URI: relative ones count from the root of the repository, unless they lead out of
/// the folder.
fn artifact(path: &str) -> Value {
    let encoded = percent(path);
    if path.starts_with('/') {
        json!({ "uri": format!("file://{encoded}") })
    } else if path.as_bytes().get(1..3) == Some(b":/") {
        json!({ "uri": format!("file:///{encoded}") })
    } else if path.starts_with("../") {
        json!({ "uri": encoded })
    } else {
        // A colon before the first slash would make a scheme of what stands before it (RFC 3986,
        // section 4.2).
        let (first, rest) = encoded.split_at(encoded.find('/').unwrap_or(encoded.len()));
        let uri = first.replace(':', "%3A") + rest;
        json!({ "uri": uri, "uriBaseId": ROOT })
    }
}

/// Percent-encodes what may not stand in the path of a URI (RFC 3986, section 3.3).
fn percent(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_schemes() {
        for (path, uri) in [
            ("a/b:c.txt", "a/b:c.txt"),
            ("http:x.txt", "http%3Ax.txt"),
            ("C:x.txt", "C%3Ax.txt"),
            ("::error ::.txt", "%3A%3Aerror%20%3A%3A.txt"),
        ] {
            assert_eq!(artifact(path), json!({ "uri": uri, "uriBaseId": ROOT }));
        }
        let absolute = artifact("C:/a b.txt");
        assert_eq!(absolute, json!({ "uri": "file:///C:/a%20b.txt" }));
    }

    #[test]
    fn only_paths_below_the_root_count_from_it() {
        let below = json!({ "uri": "x/a.txt", "uriBaseId": ROOT });
        assert_eq!(artifact("x/a.txt"), below);
        assert_eq!(artifact("../a.txt"), json!({ "uri": "../a.txt" }));
        assert_eq!(artifact("/x/a.txt"), json!({ "uri": "file:///x/a.txt" }));
    }
}
