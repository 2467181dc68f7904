//! Faults in the form of a citation.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::error::both;
use super::lazy::LazyRegex;
use super::{Check, Context, Hit, Sink, citations};
use crate::diagnostic::Bilingual;
use crate::syntax::citation::{Citation, Fault, FaultKind};
use crate::text::Span;

/// Finds citations whose number and symbol have one of the named faults. A mention of the same
/// act elsewhere in the document that is written rightly is related.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CitationForm {
    /// The faults; one citation is found once.
    faults: Vec<FaultKind>,
    /// Where the finding and the correction begin.
    #[serde(default)]
    from: From,
    /// The correction, `{canonical}` standing for number and symbol as they should be, `{kind}`
    /// for the word for the kind as written; no correction where left out.
    #[serde(default)]
    write: Option<String>,
    /// An expression for what stands right before a short name that is given to an act. What is
    /// written like that name is right from there on.
    #[serde(default)]
    given_by: Option<LazyRegex>,
}

/// How much of the text before a citation can give it a name, in bytes.
const GIVING: usize = 60;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum From {
    /// The first digit.
    #[default]
    Symbol,
    /// The word for number, if there is one.
    NumberWord,
    /// The word for the kind, if there is one.
    Kind,
}

impl CitationForm {
    fn span(&self, citation: &Citation) -> Span {
        let symbol = citation.symbol_span;
        let first = match self.from {
            From::Symbol => None,
            From::NumberWord => citation.so,
            From::Kind => citation.kind_span,
        };
        first.map_or(symbol, |first| first.join(symbol))
    }

    /// Whether a short name is given to the act here.
    fn is_given(&self, cx: &Context<'_>, citation: &Citation) -> bool {
        self.given_by.as_ref().is_some_and(|given_by| {
            let start = self.span(citation).start as usize;
            let line = cx.logical.lines[cx.logical.line_index(self.span(citation).start)].span;
            let before = &cx.text()[line.start as usize..start];
            let from = before.len().saturating_sub(GIVING);
            let from = (from..before.len()).find(|&at| before.is_char_boundary(at));
            given_by.is_match(&before[from.unwrap_or_default()..])
        })
    }

    fn correction(&self, cx: &Context<'_>, citation: &Citation) -> Option<String> {
        let kind = citation.kind_span.map_or("", |span| cx.of(span));
        if let (From::Kind, Some(kind)) = (self.from, citation.kind_span) {
            let number = citation.so.unwrap_or(citation.symbol_span);
            let between = &cx.text()[kind.end as usize..number.start as usize];
            if !between.trim().is_empty() {
                return None;
            }
        }
        Some(
            self.write
                .as_ref()?
                .replace("{canonical}", &citation.canonical)
                .replace("{kind}", kind),
        )
    }
}

/// Whether the blank is the end of a line, which the page made and not the author. A blank before
/// the end of the line is the author's.
fn is_line_end(cx: &Context<'_>, fault: &Fault) -> bool {
    let source = cx.to_source(fault.span).of(cx.document.source());
    let before = source.split_once('\n').map(|(before, _)| before);
    fault.kind == FaultKind::StrayBlank
        && before.is_some_and(|before| !before.trim_end_matches('\r').ends_with([' ', '\t']))
}

/// For each act the first mention without a fault.
fn well_written<'a>(cx: &Context<'a>) -> HashMap<&'a str, Span> {
    let mut right = HashMap::new();
    for citation in citations::judged(cx).filter(|c| c.is_wellformed()) {
        right
            .entry(citation.canonical.as_str())
            .or_insert(citation.symbol_span);
    }
    right
}

impl Check for CitationForm {
    fn mistakes(&self) -> Vec<Bilingual> {
        if self.faults.is_empty() {
            return vec![both("`faults` còn bỏ trống", "`faults` is empty")];
        }
        let given_by = self.given_by.as_ref();
        given_by.and_then(LazyRegex::mistake).into_iter().collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["canonical", "write"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let mut right = None;
        let mut given = HashSet::new();
        for citation in citations::judged(cx) {
            let is_meant =
                |fault: &Fault| self.faults.contains(&fault.kind) && !is_line_end(cx, fault);
            if !citation.faults.iter().any(is_meant) {
                continue;
            }
            if self.is_given(cx, citation) {
                given.insert(citation.canonical.as_str());
            }
            if given.contains(citation.canonical.as_str()) {
                continue;
            }
            let span = self.span(citation);
            let mut finding = sink.at(span).with("canonical", &citation.canonical);
            if let Some(write) = self.correction(cx, citation) {
                if write == cx.of(span) {
                    continue;
                }
                finding = finding.replace(span, write.clone()).with("write", write);
            }
            let right = right.get_or_insert_with(|| well_written(cx));
            if let Some(&right) = right.get(citation.canonical.as_str()) {
                finding = finding.related(right);
            }
            finding.report();
        }
    }
}
