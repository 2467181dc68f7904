//! The body a citation names and the one its symbol names.

use serde::Deserialize;

use super::file::kinds;
use super::{Check, Context, Hit, Sink, citations};
use crate::syntax::citation::Citation;
use crate::text::{Span, fold};

/// Finds citations that name another body than the one that issues acts with such a symbol.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CitationIssuer {
    /// The bodies that are taken for each other.
    bodies: Vec<Confusion>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Confusion {
    /// Symbols end in this, digits aside: `CP`, `QH`.
    symbol: String,
    /// Who issues them.
    write: String,
    /// Who does not, but is often named.
    wrong: Vec<String>,
    /// Kinds, by slug, that another rule judges.
    #[serde(default, deserialize_with = "kinds")]
    not_kind: Vec<String>,
    /// Words that may follow the name of a body without making it another: `khóa XIV`.
    #[serde(default)]
    followed_by: Vec<String>,
}

impl Confusion {
    fn fits(&self, citation: &Citation) -> bool {
        let symbol = citation
            .symbol
            .trim_end_matches(|c: char| c.is_ascii_digit());
        let body = symbol.rsplit(['-', '/']).next().unwrap_or(symbol);
        let is_left_out = citation
            .kind
            .is_some_and(|kind| self.not_kind.contains(&kind.slug));
        body == self.symbol && !is_left_out
    }

    /// The part of the named body that is wrong.
    fn wrong_in(&self, text: &str, issuer: Span) -> Option<Span> {
        let named = issuer.of(text);
        self.wrong.iter().find_map(|wrong| {
            let length = wrong.chars().count();
            let end: usize = named.chars().take(length).map(char::len_utf8).sum();
            let rest = &named[end..];
            let goes_on = |word: &String| {
                let after = rest
                    .strip_prefix(' ')
                    .and_then(|r| r.strip_prefix(word.as_str()));
                after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
            };
            let whole = !rest.starts_with(|c: char| c == ' ' || c.is_alphanumeric())
                || self.followed_by.iter().any(goes_on);
            (whole && fold(&named[..end]) == fold(wrong)).then(|| issuer.slice(0..end))
        })
    }
}

impl Check for CitationIssuer {
    fn placeholders(&self) -> &'static [&'static str] {
        &["write", "canonical"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        for citation in citations::judged(cx) {
            let Some(issuer) = citation.issuer else {
                continue;
            };
            let found = self
                .bodies
                .iter()
                .filter(|body| body.fits(citation))
                .find_map(|body| Some((body, body.wrong_in(cx.text(), issuer)?)));
            if let Some((body, span)) = found {
                sink.at(span)
                    .replace(span, &body.write)
                    .with("write", &body.write)
                    .with("canonical", &citation.canonical)
                    .report();
            }
        }
    }
}
