//! A regular expression behind literals.

use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

use super::{Check, Context, Hit, Sink};

/// Finds what a regular expression matches, on logical lines that hold one of the literals.
///
/// The group `at`, if the expression has one, is the finding; else the whole match. With `write`,
/// the finding is replaced by it, `$name` standing for the groups.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Literals without which the expression cannot match.
    literals: Vec<String>,
    /// The expression, in the syntax of the `regex` crate; `^` and `$` are the ends of the line.
    regex: String,
    /// What to write instead.
    #[serde(default)]
    write: Option<String>,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn regex(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| Regex::new(&self.regex).ok())
            .as_ref()
    }
}

impl Check for Pattern {
    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if self.literals.is_empty() {
            mistakes.push("`literals` is empty: name what every match holds".to_owned());
        }
        if let Err(error) = Regex::new(&self.regex) {
            mistakes.push(format!("`regex` is no regular expression: {error}"));
        }
        mistakes
    }

    fn literals(&self) -> Vec<String> {
        self.literals.clone()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["write"]
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let Some(regex) = self.regex() else {
            return;
        };
        let mut done = 0;
        for hit in hits {
            if hit.start < done {
                continue;
            }
            let line = cx.logical.line_at(hit.start);
            done = line.end + 1;
            for found in regex.captures_iter(cx.of(line)) {
                let Some(at) = found.name("at").or_else(|| found.get(0)) else {
                    continue;
                };
                let span = line.slice(at.range());
                let mut finding = sink.at(span);
                if let Some(write) = &self.write {
                    let mut content = String::new();
                    found.expand(write, &mut content);
                    finding = finding
                        .replace(span, content.clone())
                        .with("write", content);
                }
                finding.report();
            }
        }
    }
}
