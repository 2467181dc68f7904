//! Acts that are cited in full again.

use std::collections::HashMap;

use serde::Deserialize;

use super::{Check, Context, Hit, Sink, citations, part};
use crate::syntax::citation::Citation;
use crate::text::Span;

/// Finds mentions in the body that give date, body and subject of an act again, after a mention in
/// the body that gave all of them. Two acts may have one number and symbol: only the same date shows
/// that they are one.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CitationRepeated {}

/// What a mention adds to kind, number and symbol, if it says all that identifies the act.
fn added(citation: &Citation) -> Option<Span> {
    let (date, issuer, subject) = (citation.date?.0, citation.issuer?, citation.subject?);
    citation.number.as_ref()?;
    Some(date.join(issuer).join(subject))
}

impl Check for CitationRepeated {
    fn placeholders(&self) -> &'static [&'static str] {
        &["canonical"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let head = part::head(cx);
        let in_body = |citation: &Citation| {
            let span = citation.span;
            !citation.in_basis
                && !head.is_some_and(|head| head.contains(span))
                && !cx.report.attachments.iter().any(|a| a.span.contains(span))
        };
        let mut first = HashMap::new();
        for citation in citations::judged(cx).filter(|c| in_body(c)) {
            let (Some(added), Some((_, date))) = (added(citation), citation.date) else {
                continue;
            };
            let before = *first
                .entry((citation.canonical.as_str(), date))
                .or_insert(citation.span);
            if before != citation.span {
                sink.at(added)
                    .with("canonical", &citation.canonical)
                    .related(before)
                    .report();
            }
        }
    }
}
