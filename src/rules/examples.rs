//! The examples that rule files carry, run as tests.

use super::example_look::dress;
use super::{Example, Options, Rule, RuleSet, check};
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::text::fold_line_breaks;

/// An example that did not find what it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExampleFailure {
    /// The rule.
    pub rule: String,
    /// Which example, from 1.
    pub number: usize,
    /// Its text.
    pub text: String,
    /// What the rule file says.
    pub expected: Vec<String>,
    /// What the rule found.
    pub found: Vec<String>,
}

/// Runs every example of every rule; only the findings of the example's own rule count.
#[must_use]
pub fn run_examples(rules: &RuleSet) -> Vec<ExampleFailure> {
    rules
        .rules()
        .iter()
        .flat_map(|rule| failures(rule, rules))
        .collect()
}

fn failures(rule: &Rule, rules: &RuleSet) -> Vec<ExampleFailure> {
    let failure = |(index, example): (usize, &Example)| {
        let (found, becomes) = finds(rule, rules, example);
        let expected = with_corrected(&example.finds, example.becomes.as_deref());
        let found = with_corrected(&found, example.becomes.as_ref().map(|_| becomes.as_str()));
        (found != expected).then(|| ExampleFailure {
            rule: rule.id.clone(),
            number: index + 1,
            text: example.text.clone(),
            expected,
            found,
        })
    };
    rule.examples()
        .iter()
        .enumerate()
        .filter_map(failure)
        .collect()
}

/// What was found, and behind it the corrected lines where an example says them.
fn with_corrected(found: &[String], becomes: Option<&str>) -> Vec<String> {
    let becomes = becomes.map(|lines| format!("→ {}", lines.trim_end()));
    found.iter().cloned().chain(becomes).collect()
}

/// What the rule finds in the example, and the lines that its corrections change.
fn finds(rule: &Rule, rules: &RuleSet, example: &Example) -> (Vec<String>, String) {
    let Ok(mut document) = crate::input::read("example.txt", example.text.as_bytes()) else {
        let mistake = "(the example cannot be read)".to_owned();
        return (vec![mistake], String::new());
    };
    // A rule that is not for plain text looks at the page as well.
    let has_look = example.look.is_some() || !rule.applies.to_plain_text();
    let look = example.look.clone().unwrap_or_default();
    if has_look && let Err(mistake) = dress(&mut document, &look, rules) {
        return (vec![mistake], String::new());
    }
    let options = Options {
        fragment: true,
        ..Options::default()
    };
    let checked = check(&document, rules, options);
    let of_rule = checked.diagnostics.iter();
    let of_rule: Vec<_> = of_rule.filter(|found| found.rule.id == rule.id).collect();
    let found = of_rule.iter().map(|found| excerpt(&document, found));
    (found.collect(), corrected(&document, &of_rule))
}

/// The lines that all corrections together change, as they are afterwards.
fn corrected(document: &Document, found: &[Diagnostic]) -> String {
    let source = document.source();
    let fixes = found.iter().filter_map(|found| found.fix.as_ref());
    let mut edits: Vec<_> = fixes.flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut after = source.to_owned();
    for edit in edits {
        after.replace_range(edit.span.range(), &edit.content);
    }
    let mut before = source.lines();
    let changed = after.lines().filter(|&line| before.next() != Some(line));
    changed.collect::<Vec<_>>().join("\n")
}

fn excerpt(document: &Document, found: &Diagnostic) -> String {
    match found.span {
        Some(span) => fold_line_breaks(span.of(document.source())).into_owned(),
        None => "*".to_owned(),
    }
}
