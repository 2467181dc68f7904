//! What every target asks of a file: read, unwrapped, parsed and linted without a panic, no character
//! lost, no place outside of the source.

#![allow(dead_code, reason = "each target takes what it needs")]

use std::io::{Cursor, Write as _};
use std::sync::LazyLock;

use vanthu::diagnostic::Applicability;
use vanthu::document::{Document, Formatting};
use vanthu::fix::{Checked, Grain, Note, Scope, annotate, fix};
use vanthu::input;
use vanthu::layout::Logical;
use vanthu::rules::{Options, RuleSet, check};
use vanthu::syntax::tree::Tree;
use vanthu::text::Span;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

/// A file as checked, if it can be read.
pub fn checked(name: &str, bytes: &[u8]) -> Option<Checked> {
    let document = input::read(name, bytes).ok()?;
    let outcome = check(&document, &RULES, Options::default());
    covers(&outcome.report.tree, &outcome.logical);
    if let Some(look) = &document.formatting {
        stands(look, &document);
    }
    let in_source = |span: Span| assert!(document.source().get(span.range()).is_some(), "{span:?}");
    for found in outcome.diagnostics.iter() {
        found.span.into_iter().for_each(in_source);
        found
            .related
            .iter()
            .map(|label| label.span)
            .for_each(in_source);
        let edits = found.fix.iter().flat_map(|fix| &fix.edits);
        edits.map(|edit| edit.span).for_each(in_source);
    }
    Some(Checked { document, outcome })
}

/// The leaves of the tree stand in order and leave out nothing but blanks and line breaks.
fn covers(tree: &Tree, logical: &Logical) {
    let text = logical.text.as_str();
    let mut end = 0;
    for leaf in tree.leaves() {
        let range = leaf.span.range();
        let before = text.get(end..range.start).expect("leaves stand in order");
        assert!(before.trim().is_empty(), "left out: {before:?}");
        end = range.end;
    }
    assert!(
        text[end..].trim().is_empty(),
        "left out: {:?}",
        &text[end..]
    );
}

/// Paragraphs and runs stand in order, all within the source.
fn stands(look: &Formatting, document: &Document) {
    let paragraphs = look.paragraphs.iter().map(|paragraph| paragraph.span);
    let runs = look.runs.iter().map(|run| run.span);
    for spans in [paragraphs.collect::<Vec<_>>(), runs.collect()] {
        let mut end = 0;
        for span in spans {
            assert!(end <= span.start, "{span:?} before {end}");
            assert!(document.source().get(span.range()).is_some(), "{span:?}");
            end = span.end;
        }
    }
    for span in look.marks.iter().map(|mark| mark.span) {
        assert!(document.source().get(span.range()).is_some(), "{span:?}");
    }
}

/// A file of parts with these names; a zero byte parts the parts.
pub fn packed(names: &[&str], bytes: &[u8]) -> Option<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (&name, content) in names.iter().zip(bytes.split(|&b| b == 0)) {
        writer.start_file(name, SimpleFileOptions::default()).ok()?;
        writer.write_all(content).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

/// Comments change no character, and corrections leave no more findings than there were, and nothing
/// to do for a second time.
pub fn written(name: &str, bytes: &[u8], checked: Checked) {
    let notes = checked.outcome.diagnostics.iter().map(|found| Note {
        span: found.span,
        paragraphs: vec![found.message.clone()],
    });
    let notes: Vec<_> = notes.collect();
    if let Some(annotated) = annotate(bytes, &notes, Grain::Run) {
        let read = input::read(name, &annotated).expect("what was annotated can be read");
        assert_eq!(read.source(), checked.document.source());
    }
    let before = checked.outcome.diagnostics.len();
    let scope = Scope {
        least: Applicability::Safe,
        text: true,
        looks: true,
    };
    let lint = |bytes: &[u8]| self::checked(name, bytes);
    let fixed = fix(bytes, checked, scope, &lint);
    assert!(fixed.checked.outcome.diagnostics.len() <= before);
    if fixed.applied > 0 {
        let again = lint(&fixed.bytes).expect("what was fixed can be read");
        assert_eq!(fix(&fixed.bytes, again, scope, &lint).applied, 0);
    }
}
