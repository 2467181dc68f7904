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
        let found = finds(rule, rules, example);
        (found != example.finds).then(|| ExampleFailure {
            rule: rule.id.clone(),
            number: index + 1,
            text: example.text.clone(),
            expected: example.finds.clone(),
            found,
        })
    };
    rule.examples()
        .iter()
        .enumerate()
        .filter_map(failure)
        .collect()
}

fn finds(rule: &Rule, rules: &RuleSet, example: &Example) -> Vec<String> {
    let Ok(mut document) = crate::input::read("example.txt", example.text.as_bytes()) else {
        return vec!["(the example cannot be read)".to_owned()];
    };
    // A rule that is not for plain text looks at the page as well.
    let has_look = example.look.is_some() || !rule.applies.to_plain_text();
    let look = example.look.clone().unwrap_or_default();
    if has_look && let Err(mistake) = dress(&mut document, &look, rules) {
        return vec![mistake];
    }
    let options = Options {
        fragment: true,
        ..Options::default()
    };
    check(&document, rules, options)
        .diagnostics
        .iter()
        .filter(|found| found.rule.id == rule.id)
        .map(|found| excerpt(&document, &found))
        .collect()
}

fn excerpt(document: &Document, found: &Diagnostic) -> String {
    match found.span {
        Some(span) => fold_line_breaks(span.of(document.source())).into_owned(),
        None => "*".to_owned(),
    }
}
