//! `--annotate`: the findings as comments in a Word file of its own.

use std::fs;
use std::path::Path;

use super::args::Check;
use super::target::{Target, TargetKind};
use super::{Failure, write};
use crate::diagnostic::{Diagnostic, Language};
use crate::document::{Document, Format};
use crate::emit::{say, severity_word};
use crate::fix::{Checked, Grain, Note, annotate};
use crate::input;

/// Who comments.
const AUTHOR: &str = "vanthu";

/// The file for comments that the command line asks for.
pub(super) fn asked<'a>(
    args: &'a Check,
    targets: &[Target],
    language: Language,
) -> Result<Option<&'a Path>, Failure> {
    let Some(out) = args.annotate.as_deref() else {
        return Ok(None);
    };
    let [Target { kind, .. }] = targets else {
        return Err(Failure::Message(say!(
            language,
            "--annotate cần đúng một tệp .docx",
            "--annotate needs exactly one .docx file"
        )));
    };
    let real = |path: &Path| fs::canonicalize(path).ok();
    if let TargetKind::File { path, .. } = kind
        && real(path).is_some_and(|path| real(out) == Some(path))
    {
        return Err(Failure::Message(say!(
            language,
            "--annotate: tệp ghi ra phải khác tệp được kiểm tra",
            "--annotate: the file to write must be another than the one that is checked"
        )));
    }
    Ok(Some(out))
}

/// Writes the file with the findings as comments.
pub(super) fn file(
    out: &Path,
    bytes: &[u8],
    checked: &Checked,
    language: Language,
) -> Result<(), String> {
    let document = &checked.document;
    if document.format != Format::Docx {
        let format = document.format.as_str();
        return Err(say!(
            language,
            "--annotate chỉ ghi được tệp .docx, không ghi được .{format}",
            "--annotate can write .docx files only, not .{format}"
        ));
    }
    let findings = checked.outcome.diagnostics.iter();
    let notes: Vec<_> = findings.map(|finding| note(&finding, language)).collect();
    // Exactly on its characters, unless that would change how the text reads.
    let annotated = [Grain::Character, Grain::Run]
        .into_iter()
        .filter_map(|grain| annotate(bytes, AUTHOR, &notes, grain))
        .find(|annotated| reads_alike(annotated, document));
    let Some(annotated) = annotated else {
        return Err(say!(
            language,
            "không ghi được nhận xét vào tệp này",
            "comments cannot be written into this file"
        ));
    };
    write::put(out, &annotated, language)
}

fn reads_alike(bytes: &[u8], document: &Document) -> bool {
    input::read(&document.name, bytes).is_ok_and(|read| read.source() == document.source())
}

fn note(finding: &Diagnostic, language: Language) -> Note {
    let severity = severity_word(finding.severity, language);
    let (message, id) = (&finding.message, &finding.rule.id);
    let mut paragraphs = vec![format!("{severity}: {message} [{id}]")];
    if let Some(help) = &finding.help {
        paragraphs.push(say!(language, "gợi ý: {help}", "help: {help}"));
    }
    if let Some(basis) = &finding.rule.basis {
        paragraphs.push(say!(language, "căn cứ: {basis}", "basis: {basis}"));
    }
    Note {
        span: finding.span,
        paragraphs,
    }
}
