//! What one act is said to do to another, and which of them is the older.

use std::cmp::Ordering;

use serde::Deserialize;

use super::lazy::LazyRegex;
use super::{Check, Context, Hit, Sink, citations};
use crate::diagnostic::Bilingual;
use crate::syntax::citation::Citation;
use crate::text::Span;

/// Finds acts that are said to change or to carry out an act of a later day.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CitationRelation {
    /// The words between two citations, with their blanks, that make the first the later act:
    /// `sửa đổi, bổ sung một số điều của`.
    later: LazyRegex,
    /// Those that make it the earlier one: `được sửa đổi, bổ sung bởi`.
    earlier: LazyRegex,
}

/// Bytes that may stand between two citations that are compared.
const BETWEEN: usize = 160;

impl CitationRelation {
    /// How the first of two citations must stand to the second in time.
    fn order(&self, between: &str) -> Option<Ordering> {
        if between.len() > BETWEEN {
            None
        } else if self.later.is_match(between) {
            Some(Ordering::Greater)
        } else if self.earlier.is_match(between) {
            Some(Ordering::Less)
        } else {
            None
        }
    }
}

/// What stands between the second citation and the first with its date and body, if they are on
/// one line.
fn between<'a>(cx: &Context<'a>, first: &Citation, second: &Citation) -> Option<&'a str> {
    let line = cx.logical.line_at(first.span.start);
    let said = [Some(first.span), first.date_span, first.issuer];
    let start = said.into_iter().flatten().map(|span| span.end).max()?;
    let end = second.span.start;
    (end <= line.end && start <= end).then(|| cx.of(Span { start, end }))
}

/// How the days of two acts stand to each other, as far as they are told. An act whose number says
/// another year than its date is another rule's.
fn compare(a: &Citation, b: &Citation) -> Option<Ordering> {
    let date = |citation: &Citation| citation.date.map(|(_, date)| date);
    let year = |citation: &Citation| {
        let named = citation.year.map(i32::from);
        let dated = date(citation).map(|date| i32::from(date.year()));
        match (named, dated) {
            (Some(named), Some(dated)) => (named == dated).then_some(named),
            (named, dated) => named.or(dated),
        }
    };
    let years = year(a)?.cmp(&year(b)?);
    match (date(a), date(b)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => Some(years),
    }
}

impl Check for CitationRelation {
    fn mistakes(&self) -> Vec<Bilingual> {
        let expressions = [&self.later, &self.earlier];
        expressions
            .into_iter()
            .filter_map(LazyRegex::mistake)
            .collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["canonical", "other"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let mut before: Option<&Citation> = None;
        for second in citations::judged(cx) {
            let Some(first) = before.replace(second) else {
                continue;
            };
            let order = between(cx, first, second).and_then(|words| self.order(words));
            let (Some(order), Some(is)) = (order, compare(first, second)) else {
                continue;
            };
            if is == order.reverse() {
                let (older, newer) = match order {
                    Ordering::Less => (second, first),
                    _ => (first, second),
                };
                sink.at(second.span)
                    .with("canonical", &older.canonical)
                    .with("other", &newer.canonical)
                    .related(first.span)
                    .report();
            }
        }
    }
}
