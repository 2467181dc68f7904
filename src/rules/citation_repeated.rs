//! Acts that are cited in full again.

use std::collections::HashMap;

use serde::Deserialize;

use super::body_names::BodyNames;
use super::{Check, Context, Hit, Sink, citations, part};
use crate::syntax::citation::Citation;
use crate::text::Span;

/// Finds mentions in the body that give date, body and subject of an act again, after a mention in
/// the body that gave all of them. Two acts may have one number and symbol: only the same date and
/// body show that they are one.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CitationRepeated {
    /// How names of bodies are compared: two that differ issue two acts.
    names: BodyNames,
}

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
            let (Some(added), Some((_, date)), Some(issuer)) =
                (added(citation), citation.date, citation.issuer)
            else {
                continue;
            };
            let (before, body) = *first
                .entry((citation.canonical.as_str(), date))
                .or_insert((citation.span, issuer));
            if before != citation.span && !self.names.differ(cx.of(body), cx.of(issuer)) {
                sink.at(added)
                    .with("canonical", &citation.canonical)
                    .related(before)
                    .report();
            }
        }
    }
}
