//! What the rules about citations have in common.

use super::Context;
use crate::layout::Role;
use crate::syntax::citation::Citation;

/// The citations that rules judge: not the document's own number, nor what a page or a signing
/// tool added.
pub(super) fn judged<'a>(cx: &Context<'a>) -> impl Iterator<Item = &'a Citation> {
    let logical = cx.logical;
    cx.report.citations.iter().filter(move |citation| {
        !citation.own && {
            let line = logical.line_index(citation.span.start);
            logical.lines[line].role == Role::Text
        }
    })
}
