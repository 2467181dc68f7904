//! Parts of the document itself that its text names.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::lazy::LazyRegex;
use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::syntax::reference::{Reference, Unit};
use crate::syntax::{MarkerStyle, Section};

/// Finds references to an article of the document itself that is not there.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReferenceTarget {
    /// What follows a reference to the document itself: `của Quyết định này`.
    own: LazyRegex,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

/// The numbers of the articles of the document and of what is attached to it.
fn articles(cx: &Context<'_>) -> BTreeSet<u32> {
    let report = cx.report;
    let mut articles = BTreeSet::new();
    let attached = report.attachments.iter().flat_map(|a| &a.sections);
    let mut open: Vec<&Section> = report.sections.iter().chain(attached).collect();
    while let Some(section) = open.pop() {
        open.extend(&section.children);
        if section.style == MarkerStyle::Dieu {
            articles.extend(section.ordinal);
        }
    }
    articles
}

/// Whether the articles are all that there are: from 1 without a gap, and the end of the document
/// is to be seen.
fn is_whole(cx: &Context<'_>, articles: &BTreeSet<u32>) -> bool {
    articles.len() > 1
        && articles
            .iter()
            .zip(1..)
            .all(|(&number, expected)| number == expected)
        && cx.report.signature.is_some()
}

impl ReferenceTarget {
    fn is_own(&self, cx: &Context<'_>, reference: &Reference) -> bool {
        let line = cx.logical.line_at(reference.span.start);
        let after = &cx.text()[reference.span.end as usize..line.end as usize];
        self.own.is_match(after)
    }
}

fn article(cx: &Context<'_>, reference: &Reference) -> Option<u32> {
    let mut links = reference.links.iter();
    let link = links.find(|link| link.unit == Unit::Dieu)?;
    cx.of(link.number).parse().ok()
}

impl Check for ReferenceTarget {
    fn mistakes(&self) -> Vec<Bilingual> {
        self.own.mistake().into_iter().collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["last"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let articles = articles(cx);
        if !is_whole(cx, &articles) {
            return;
        }
        let skipped = Skipped::new(cx, &self.skip);
        for reference in &cx.report.references {
            let Some(dieu) = article(cx, reference) else {
                continue;
            };
            if !self.is_own(cx, reference) || skipped.has(reference.span) {
                continue;
            }
            if !articles.contains(&dieu) {
                let last = articles.last().map(u32::to_string).unwrap_or_default();
                sink.at(reference.span).with("last", last).report();
            }
        }
    }
}
