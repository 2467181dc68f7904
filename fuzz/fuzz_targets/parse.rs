//! Any bytes: read, unwrap, parse and lint without a panic, lose no character, point nowhere
//! wrong. Run with `cargo +nightly fuzz run parse`.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vanthu::input;
use vanthu::rules::{Options, RuleSet, check};
use vanthu::text::Span;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = input::read("fuzz.txt", bytes) else {
        return;
    };
    let outcome = check(&document, &RULES, Options::default());
    covers(&outcome.report.tree, &outcome.logical);
    let in_source = |span: Span| assert!(document.source().get(span.range()).is_some(), "{span:?}");
    for found in outcome.diagnostics.iter() {
        found.span.into_iter().for_each(in_source);
        found.related.iter().map(|label| label.span).for_each(in_source);
        let edits = found.fix.iter().flat_map(|fix| &fix.edits);
        edits.map(|edit| edit.span).for_each(in_source);
    }
});

/// The leaves of the tree stand in order and leave out nothing but blanks and line breaks.
fn covers(tree: &vanthu::syntax::tree::Tree, logical: &vanthu::layout::Logical) {
    let text = logical.text.as_str();
    let mut end = 0;
    for leaf in tree.leaves() {
        let range = leaf.span.range();
        let before = text.get(end..range.start).expect("leaves stand in order");
        assert!(before.trim().is_empty(), "left out: {before:?}");
        end = range.end;
    }
    assert!(text[end..].trim().is_empty(), "left out: {:?}", &text[end..]);
}
