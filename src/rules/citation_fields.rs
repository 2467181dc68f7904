//! What the first mention of an act must say of it.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::error::both;
use super::file::kinds;
use super::{Check, Context, Hit, Sink, citations, part};
use crate::diagnostic::Bilingual;
use crate::syntax::citation::Citation;
use crate::text::Span;

/// Finds first mentions that lack what identifies the act. A later mention that says it is
/// related.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CitationFields {
    /// What a mention should say, with the words for `{missing}`.
    require: BTreeMap<Field, Bilingual>,
    /// How much of it must be missing.
    missing: Missing,
    /// Which mentions.
    place: Place,
    /// Only where a later mention says more (`true`) or none does (`false`).
    #[serde(default)]
    said_later: Option<bool>,
    /// Kinds of acts that are cited without these, by slug.
    #[serde(default, deserialize_with = "kinds")]
    not_kind: Vec<String>,
    /// Words before a citation that say what it is about: `Quy chế … ban hành kèm theo`.
    #[serde(default)]
    named_before: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Field {
    Date,
    Issuer,
    Subject,
}

impl Field {
    fn is_given(self, citation: &Citation) -> bool {
        match self {
            Self::Date => citation.date_span.is_some(),
            Self::Issuer => citation.issuer.is_some(),
            Self::Subject => citation.subject.is_some(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Missing {
    All,
    Any,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Place {
    /// The first mention in the text below the head and outside the legal basis.
    Body,
    /// The first citation of each line of the legal basis.
    Basis,
}

impl CitationFields {
    fn missing<'f>(
        &'f self,
        cx: &Context<'_>,
        citation: &'f Citation,
    ) -> impl Iterator<Item = &'f Bilingual> {
        let is_named = self.is_named_before(cx, citation);
        self.require
            .iter()
            .filter(move |(field, _)| {
                let is_known = is_named && **field == Field::Subject;
                !is_known && !field.is_given(citation)
            })
            .map(|(_, words)| words)
    }

    fn is_named_before(&self, cx: &Context<'_>, citation: &Citation) -> bool {
        let line = cx.logical.line_at(citation.span.start);
        let before = &cx.text()[line.start as usize..citation.span.start as usize];
        let before = before.trim_end();
        self.named_before
            .iter()
            .any(|words| before.ends_with(words.as_str()))
    }

    fn lacks(&self, cx: &Context<'_>, citation: &Citation) -> bool {
        let missing = self.missing(cx, citation).count();
        match self.missing {
            Missing::All => missing == self.require.len(),
            Missing::Any => missing > 0,
        }
    }

    fn is_exempt(&self, citation: &Citation) -> bool {
        citation.number.is_none()
            || citation
                .kind
                .is_none_or(|kind| self.not_kind.contains(&kind.slug))
    }
}

/// Whether more of the citation may stand elsewhere: in a footnote whose mark follows the symbol,
/// or behind a line break at the symbol.
fn goes_on_elsewhere(cx: &Context<'_>, citation: &Citation) -> bool {
    let line = cx.logical.line_at(citation.span.start);
    let after = &cx.text()[citation.span.end as usize..line.end as usize];
    after.trim().is_empty() || after.starts_with(|c: char| c == '-' || c == '[' || c.is_numeric())
}

/// Where an act is mentioned.
struct Mentions {
    first: Span,
    /// The mentions that lack nothing, in order.
    whole: Vec<Span>,
}

impl Check for CitationFields {
    fn mistakes(&self) -> Vec<Bilingual> {
        if self.require.is_empty() {
            return vec![both("`require` còn bỏ trống", "`require` is empty")];
        }
        Vec::new()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["canonical", "missing"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let head = part::head(cx);
        let in_main = |citation: &Citation| {
            let span = citation.span;
            !head.is_some_and(|head| head.contains(span))
                && !cx.report.attachments.iter().any(|a| a.span.contains(span))
        };
        let mut mentions: HashMap<&str, Mentions> = HashMap::new();
        let (all, aside): (Vec<_>, Vec<_>) = citations::judged(cx).partition(|c| in_main(c));
        // The document's own subject, or an appendix, may say what the body leaves out.
        let mut said_aside: HashMap<&str, u32> = HashMap::new();
        for citation in aside.into_iter().filter(|c| !self.lacks(cx, c)) {
            said_aside
                .entry(&citation.canonical)
                .or_insert(citation.span.start);
        }
        let is_said_aside = |citation: &Citation| {
            let said = said_aside.get(citation.canonical.as_str());
            said.is_some_and(|&at| at < citation.span.start || self.said_later == Some(false))
        };
        for &citation in &all {
            let same = mentions.entry(&citation.canonical).or_insert(Mentions {
                first: citation.span,
                whole: Vec::new(),
            });
            if !self.lacks(cx, citation) {
                same.whole.push(citation.span);
            }
        }
        let (mut last_line, mut title_end) = (None, 0);
        for &citation in &all {
            let same = &mentions[citation.canonical.as_str()];
            let line = cx.logical.line_index(citation.span.start);
            let on_same_line = last_line.replace(line) == Some(line);
            let in_title = citation.span.start < title_end;
            title_end = title_end.max(citation.subject.map_or(0, |subject| subject.end));
            let concerned = match self.place {
                // A title that names another act need not say all of it.
                Place::Body => {
                    let is_first = same.first == citation.span;
                    !citation.in_basis && is_first && !in_title && !is_said_aside(citation)
                }
                Place::Basis => citation.in_basis && !on_same_line,
            };
            if !concerned
                || self.is_exempt(citation)
                || !self.lacks(cx, citation)
                || goes_on_elsewhere(cx, citation)
            {
                continue;
            }
            let next = same
                .whole
                .partition_point(|other| other.start <= citation.span.start);
            let later = same.whole.get(next);
            if self.said_later.is_some_and(|want| want != later.is_some()) {
                continue;
            }
            let missing: Vec<_> = self
                .missing(cx, citation)
                .map(|words| words.get(cx.language))
                .collect();
            let mut finding = sink
                .at(citation.span)
                .with("canonical", &citation.canonical)
                .with("missing", missing.join(", "));
            if let Some(&later) = later {
                finding = finding.related(later);
            }
            finding.report();
        }
    }
}
