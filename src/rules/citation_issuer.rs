//! The body a citation names and the one its symbol names.

use serde::Deserialize;

use super::file::kinds;
use super::{Check, Context, Hit, Sink, citations};
use crate::syntax::citation::Citation;
use crate::text::{Span, first_bytes, fold};

/// Finds citations that name another body than the one that issues acts with such a symbol.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CitationIssuer {
    /// The bodies that are taken for each other.
    bodies: Vec<Confusion>,
    /// Bodies none of which issues acts with the symbol of another, where the symbol names one body
    /// only.
    #[serde(default)]
    apart: Vec<Apart>,
    /// Words for the head of one of `apart`: `Bộ trưởng`.
    #[serde(default)]
    heads: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Apart {
    /// Symbols end in this: `BTC`.
    symbol: String,
    /// Its name.
    write: String,
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
    #[serde(default)]
    wrong: Vec<String>,
    /// What names of bodies begin with that do not either, before a capital: `Sở`.
    #[serde(default)]
    wrong_begin: Vec<String>,
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
        let begins = |word: &String| {
            let rest = named.strip_prefix(word.as_str());
            let name = rest.and_then(|rest| rest.strip_prefix(' '));
            name.is_some_and(|name| name.starts_with(char::is_uppercase))
        };
        if self.wrong_begin.iter().any(begins) {
            return Some(issuer);
        }
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

impl CitationIssuer {
    /// The body of the symbol, and the other one that is named.
    fn apart(&self, cx: &Context<'_>, citation: &Citation, issuer: Span) -> Option<(&str, Span)> {
        /// Bytes after a name in which a second one may stand: acts of several bodies.
        const AFTER: usize = 160;
        let mut parts = citation.symbol.rsplit(['-', '/']);
        let (body, kind) = (parts.next()?, parts.next()?);
        let is_joint = parts.any(|part| part.contains(char::is_alphabetic));
        let right = self.apart.iter().find(|a| a.symbol == body)?;
        if is_joint || kind.chars().count() > 3 {
            return None;
        }
        let named = issuer.of(cx.text());
        let head = self.heads.iter().find_map(|head| {
            let rest = named.strip_prefix(head.as_str())?;
            rest.starts_with(' ').then_some(head.len() + 1)
        });
        let span = issuer.slice(head.unwrap_or(0)..named.len());
        let name = fold(span.of(cx.text()));
        let line = cx.logical.line_at(issuer.start);
        let after = &cx.text()[issuer.end as usize..line.end as usize];
        let after = first_bytes(after, AFTER);
        let is_other = self.apart.iter().any(|a| fold(&a.write) == name);
        let says_right = name == fold(&right.write) || fold(after).contains(&fold(&right.write));
        (is_other && !says_right).then_some((right.write.as_str(), span))
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
                .find_map(|body| Some((body.write.as_str(), body.wrong_in(cx.text(), issuer)?)))
                .or_else(|| self.apart(cx, citation, issuer));
            if let Some((write, span)) = found {
                sink.at(span)
                    .replace(span, write)
                    .with("write", write)
                    .with("canonical", &citation.canonical)
                    .report();
            }
        }
    }
}
