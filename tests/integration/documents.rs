//! Whole documents: the tree and the findings beside each input.
//!
//! `fixtures/documents/<name>/input.txt` is read as a user would give it; `tree.snap` shows every
//! line and what it was taken for, `findings.snap` what the rules say. A folder whose name ends in
//! `-chuan` holds a document without any fault: it must have no error and no warning.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use vanthu::diagnostic::{Diagnostic, Edit, Severity};
use vanthu::document::Document;
use vanthu::rules::{Options, RuleSet, check};

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents");
    let mut folders: Vec<_> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn line(document: &Document, found: &Diagnostic) -> String {
    let place = match found.span {
        Some(span) => {
            let (start, end) = (document.position(span.start), document.position(span.end));
            format!(
                "{}:{}-{}:{} {:?}",
                start.line,
                start.column,
                end.line,
                end.column,
                span.of(document.source())
            )
        }
        None => "-".to_owned(),
    };
    let mut out = format!(
        "{place}\n  {}[{}] {}\n",
        found.severity.as_str(),
        found.rule.id,
        found.message
    );
    if let Some(help) = &found.help {
        let _ = writeln!(out, "  help: {help}");
    }
    for related in &found.related {
        let at = document.position(related.span.start);
        let _ = writeln!(
            out,
            "  related {}:{}: {}",
            at.line, at.column, related.message
        );
    }
    if let Some(fix) = &found.fix {
        let edits: Vec<_> = fix.edits.iter().map(|edit| edit.content.as_str()).collect();
        let _ = writeln!(
            out,
            "  fix ({}): {} {edits:?}",
            fix.applicability.as_str(),
            fix.title
        );
    }
    out
}

#[test]
fn trees_and_findings() {
    let rules = RuleSet::builtin();
    let mut faults = Vec::new();
    for folder in folders() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(folder.join("input.txt")).unwrap();
        let document = vanthu::input::read("input.txt", &bytes).unwrap();
        let outcome = check(&document, &rules, Options::default());
        let head = format!(
            "regime: {}\nkind: {}\nquality: {}\nnot evaluated: {:?}\n",
            outcome.report.regime.map_or("-", |r| r.as_str()),
            outcome.report.kind.map_or("-", |k| k.slug.as_str()),
            outcome.quality.as_str(),
            outcome.not_evaluated,
        );
        let findings: String = outcome
            .diagnostics
            .iter()
            .map(|d| line(&document, &d))
            .collect();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| {
            insta::assert_snapshot!("tree", outcome.report.tree.render(&outcome.logical.text));
            insta::assert_snapshot!("findings", format!("{head}\n{findings}"));
        });
        if name.ends_with("-chuan") {
            let grave = outcome
                .diagnostics
                .iter()
                .filter(|d| d.severity > Severity::Info);
            faults.extend(grave.map(|d| format!("{name}: {} {}", d.rule.id, d.message)));
        }
    }
    assert!(
        faults.is_empty(),
        "findings in documents without fault: {faults:#?}"
    );
}

/// Over the examples of all rules and the documents: a fix changes something, and a message with
/// a placeholder has what belongs there.
#[test]
fn every_fix_changes_something_and_no_message_has_a_hole() {
    let rules = RuleSet::builtin();
    let examples = rules.rules().iter().flat_map(vanthu::rules::Rule::examples);
    let mut texts: Vec<Vec<u8>> = examples.map(|e| e.text.clone().into_bytes()).collect();
    let inputs = folders().into_iter().map(|folder| folder.join("input.txt"));
    texts.extend(inputs.map(|input| fs::read(input).unwrap()));
    let mut faults = Vec::new();
    for text in &texts {
        let document = vanthu::input::read("input.txt", text).unwrap();
        let outcome = check(&document, &rules, Options::default());
        for found in outcome.diagnostics.iter() {
            let hole = found.message.contains("“”");
            let same = found.fix.as_ref().is_some_and(|fix| {
                let idle = |edit: &Edit| edit.content == edit.span.of(document.source());
                !fix.edits.is_empty() && fix.edits.iter().all(idle)
            });
            if hole || same {
                faults.push(line(&document, &found));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
