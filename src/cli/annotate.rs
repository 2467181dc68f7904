//! `--annotate`: the findings as comments in a Word file of its own.

use std::fs;
use std::path::Path;

use super::args::Check;
use super::target::{Target, TargetKind};
use super::{Failure, write};
use crate::diagnostic::{Diagnostic, Language};
use crate::document::{Document, Format};
use crate::emit::{clean, say, severity_word};
use crate::fix::{Checked, Grain, Note, annotate, is_signed};
use crate::input;

/// The extensions of files that hold comments.
const WORD: [&str; 2] = ["docx", "docm"];

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
    let extension = out.extension().and_then(|extension| extension.to_str());
    if !extension.is_some_and(|e| WORD.iter().any(|word| word.eq_ignore_ascii_case(e))) {
        let name = clean(&out.to_string_lossy()).into_owned();
        return Err(Failure::Message(say!(
            language,
            "--annotate ghi ra tệp .docx hoặc .docm, không phải {name}",
            "--annotate writes a .docx or .docm file, not {name}"
        )));
    }
    // What has the name of a Word file and is none may be all that somebody has of it.
    if out.is_file()
        && let Ok(old) = fs::read(out)
        && !old.is_empty()
        && !input::docx::is_docx(&old)
    {
        let name = clean(&out.to_string_lossy()).into_owned();
        return Err(Failure::Message(say!(
            language,
            "--annotate: {name} đã có và không phải tệp Word, không ghi đè",
            "--annotate: {name} exists and is no Word file, it is not replaced"
        )));
    }
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
        .filter_map(|grain| annotate(bytes, &notes, grain))
        .find(|annotated| reads_alike(annotated, document));
    let Some(annotated) = annotated else {
        return Err(if is_signed(bytes, document.format) {
            say!(
                language,
                "tệp đã ký số, không ghi nhận xét vào được",
                "the file is signed, comments cannot be written into it"
            )
        } else {
            say!(
                language,
                "không ghi được nhận xét vào tệp này; hãy mở bằng Word, lưu lại rồi thử lại",
                "comments cannot be written into this file; open it in Word, save it and try again"
            )
        });
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
