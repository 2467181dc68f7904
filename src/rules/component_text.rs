//! What the text of a component must be, or must not.

use jiff::civil::Date;
use serde::Deserialize;

use super::component::{Component, Condition};
use super::error::both;
use super::file::some_day;
use super::lazy::{self, LazyRegex};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::text::fold;

/// Compares each text of a component with expressions.
///
/// A text that matches one of `accept` is right, whatever follows. With `require`, a text that
/// does not match is reported whole. With `forbid`, the match of the first expression that matches is
/// reported: its group `at`, if it has one, else the whole of it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ComponentText {
    component: Component,
    #[serde(default)]
    when: Vec<Condition>,
    #[serde(default)]
    accept: Vec<LazyRegex>,
    #[serde(default)]
    require: Option<LazyRegex>,
    /// What to write for a text that does not match `require`.
    #[serde(default)]
    write: Option<String>,
    #[serde(default)]
    forbid: Vec<Forbidden>,
    /// A component that forbidden text may name: what is found in its text too, case and marks
    /// aside, is right.
    #[serde(default)]
    unless_in: Option<Component>,
}

/// An expression and what to write for its match, `$name` standing for its groups; with `since` only
/// in documents that show that they are of that day or a later one.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Forbidden {
    regex: LazyRegex,
    #[serde(default)]
    write: Option<String>,
    #[serde(default, deserialize_with = "some_day")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    since: Option<Date>,
}

impl ComponentText {
    /// Whether a text is part of that of the component that may name it.
    fn is_named(&self, cx: &Context<'_>, text: &str) -> bool {
        let spans = self.unless_in.map(|component| component.spans(cx));
        let mut spans = spans.into_iter().flatten();
        spans.any(|span| fold(cx.of(span)).contains(&fold(text)))
    }
}

impl Check for ComponentText {
    fn mistakes(&self) -> Vec<Bilingual> {
        let mut mistakes: Vec<Bilingual> = self
            .accept
            .iter()
            .chain(&self.require)
            .chain(self.forbid.iter().map(|forbidden| &forbidden.regex))
            .filter_map(LazyRegex::mistake)
            .chain(self.when.iter().filter_map(Condition::mistake))
            .collect();
        if self.require.is_none() == self.forbid.is_empty() {
            mistakes.push(both(
                "phải có một trong hai: `require` hoặc `forbid`",
                "give either `require` or `forbid`",
            ));
        }
        mistakes
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["write"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let spans = self.component.spans(cx);
        if spans.is_empty() || !self.when.iter().all(|condition| condition.holds(cx)) {
            return;
        }
        let first_day = cx.period().map(|[first, _]| first);
        let in_force = |f: &&Forbidden| f.since.is_none_or(|since| first_day >= Some(since));
        let forbidden: Vec<_> = self.forbid.iter().filter(in_force).collect();
        for span in spans {
            let text = cx.of(span);
            let is_missing = self.require.as_ref().is_some_and(|r| !r.is_match(text));
            let found = forbidden
                .iter()
                .find_map(|f| f.first(text))
                .filter(|found| !self.is_named(cx, &text[found.range.clone()]));
            // Asked last, for most components are right.
            let is_accepted = || self.accept.iter().any(|regex| regex.is_match(text));
            if (!is_missing && found.is_none()) || is_accepted() {
                continue;
            }
            if is_missing {
                let mut finding = sink.at(span);
                if let Some(write) = &self.write {
                    finding = finding.replace(span, write).with("write", write);
                }
                finding.report();
            }
            if let Some(found) = found {
                let span = span.slice(found.range);
                let mut finding = sink.at(span);
                if let Some(write) = found.write {
                    finding = finding.replace(span, write.clone()).with("write", write);
                }
                finding.report();
            }
        }
    }
}

struct Found {
    range: std::ops::Range<usize>,
    write: Option<String>,
}

impl Forbidden {
    fn first(&self, text: &str) -> Option<Found> {
        let found = self.regex.captures(text)?;
        let range = lazy::place(&found)?;
        let write = self.write.as_ref();
        let write = write.map(|template| found.interpolate_string(text, template));
        Some(Found { range, write })
    }
}
