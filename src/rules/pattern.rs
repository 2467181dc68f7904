//! A regular expression behind literals.

use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

use super::error::both;
use super::guard::Guard;
use super::lazy::LazyRegex;
use super::part::{Part, Skipped};
use super::substitution::capitalised;
use super::{Check, Context, Hit, Sink, lazy};
use crate::diagnostic::Bilingual;
use crate::text::Span;

/// Finds what a regular expression matches, on logical lines that hold one of the literals.
///
/// The group `at`, if the expression has one, is the finding; else the whole match. With `write`,
/// the finding is replaced by it, `$name` standing for the groups.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Literals without which the expression cannot match.
    literals: Vec<String>,
    /// The expression, in the syntax of the `regex` crate; `^` and `$` are the ends of the line.
    regex: String,
    /// An expression for the contexts where the finding is right: where one of its matches
    /// overlaps a finding, nothing is found.
    #[serde(default)]
    unless: Option<String>,
    /// An expression for the line before: where it matches, a finding at the beginning of a line is
    /// right.
    #[serde(default)]
    unless_after: Option<LazyRegex>,
    /// Whether both expressions and the literals stand for any case. Literals are then written
    /// in lower case and also looked for with a capital first letter and in capitals.
    #[serde(default)]
    ignore_case: bool,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
    /// What to write instead.
    #[serde(default)]
    write: Option<String>,
    /// Whether its findings give way to those of other rules of the group on the same characters.
    #[serde(default)]
    gives_way: bool,
    #[serde(skip)]
    guard: OnceLock<Guard>,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
    /// Of [`unless`](Self::unless), which is asked only where the other matches.
    #[serde(skip)]
    compiled_unless: OnceLock<Option<Regex>>,
}

/// Lines without a match after which an expression is compiled: by then the guard has taken as
/// long as that.
const MOST_REFUSED: usize = 64;

impl Pattern {
    /// The expression, if it must be compiled. Until then a guard looks at the lines, at some of
    /// them: the compiled expression is faster.
    fn regex_for(&self, line: &str, refused: &mut usize) -> Option<&Regex> {
        if self.compiled.get().is_none() && !self.ignore_case && *refused < MOST_REFUSED {
            let guard = self.guard.get_or_init(|| Guard::of(&self.regex));
            if !guard.lets_pass(line) {
                *refused += 1;
                return None;
            }
        }
        let compile = || self.compile(&self.regex).ok();
        self.compiled.get_or_init(compile).as_ref()
    }

    /// The places of a line where a finding is right.
    fn right_places(&self, cx: &Context<'_>, line: Span) -> Vec<Span> {
        let compile = || self.compile(self.unless.as_deref()?).ok();
        let Some(unless) = self.compiled_unless.get_or_init(compile) else {
            return Vec::new();
        };
        let found = unless.find_iter(cx.of(line));
        found.map(|found| line.slice(found.range())).collect()
    }

    /// Whether the line before leads to what begins this one.
    fn is_led_to(&self, cx: &Context<'_>, line: Span, span: Span) -> bool {
        let Some(before) = &self.unless_after else {
            return false;
        };
        let lines = &cx.logical.lines[..cx.logical.line_index(line.start)];
        let mut texts = lines.iter().rev().map(|line| cx.of(line.span).trim());
        let begins = cx.text()[line.start as usize..span.start as usize]
            .trim()
            .is_empty();
        let last = texts.find(|text| !text.is_empty());
        begins && last.is_some_and(|text| before.is_match(text))
    }

    fn compile(&self, regex: &str) -> Result<Regex, String> {
        lazy::compile(regex, self.ignore_case)
    }

    fn search(
        &self,
        cx: &Context<'_>,
        regex: &Regex,
        line: Span,
        skipped: &Skipped<'_>,
        sink: &mut Sink<'_>,
    ) {
        let text = cx.of(line);
        let mut right: Option<Vec<Span>> = None;
        for found in regex.captures_iter(text) {
            let Some(at) = found.name("at").or_else(|| found.get(0)) else {
                continue;
            };
            let span = line.slice(at.range());
            let right = right.get_or_insert_with(|| self.right_places(cx, line));
            let next = right.partition_point(|context| context.end <= span.start);
            let is_right = right.get(next).is_some_and(|c| c.overlaps(span));
            if is_right || skipped.has(span) || self.is_led_to(cx, line, span) {
                continue;
            }
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

impl Check for Pattern {
    fn mistakes(&self) -> Vec<Bilingual> {
        let mut mistakes = Vec::new();
        if self.literals.is_empty() || self.literals.iter().any(String::is_empty) {
            mistakes.push(both(
                "`literals`: hãy nêu chuỗi mà chỗ khớp nào cũng chứa",
                "`literals`: name what every match holds",
            ));
        }
        for (name, regex) in [
            ("regex", Some(&self.regex)),
            ("unless", self.unless.as_ref()),
        ] {
            match regex.map(|regex| self.compile(regex)) {
                Some(Err(error)) => mistakes.push(lazy::unreadable(name, &error)),
                Some(Ok(regex)) if regex.is_match("") => {
                    mistakes.push(both(
                        format!("`{name}`: khớp cả với chỗ trống"),
                        format!("`{name}`: matches where nothing stands"),
                    ));
                }
                _ => {}
            }
        }
        let before = self.unless_after.as_ref();
        mistakes.extend(before.and_then(LazyRegex::mistake));
        mistakes
    }

    fn literals(&self) -> Vec<String> {
        if !self.ignore_case {
            return self.literals.clone();
        }
        let mut all: Vec<String> = self
            .literals
            .iter()
            .flat_map(|l| [l.clone(), capitalised(l), l.to_uppercase()])
            .collect();
        all.sort();
        all.dedup();
        all
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["write"]
    }

    fn gives_way(&self) -> bool {
        self.gives_way
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let skipped = Skipped::new(cx, &self.skip);
        let (mut done, mut refused) = (0, 0);
        for hit in hits {
            if hit.start < done {
                continue;
            }
            let line = cx.logical.line_at(hit.start);
            done = line.end + 1;
            if let Some(regex) = self.regex_for(cx.of(line), &mut refused) {
                self.search(cx, regex, line, &skipped, sink);
            }
        }
    }
}
