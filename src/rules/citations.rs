//! What the rules about citations have in common.

use super::{Context, part};
use crate::layout::Role;
use crate::syntax::citation::Citation;

/// The citations that rules judge: not the document's own number, nor what a page or a signing
/// tool added.
pub(super) fn judged<'a>(cx: &Context<'a>) -> impl Iterator<Item = &'a Citation> {
    let logical = cx.logical;
    let head = part::head(cx);
    cx.report.citations.iter().filter(move |citation| {
        // A number in the head without a word for its kind is that of the document.
        let in_head = head.is_some_and(|head| head.contains(citation.span));
        let line = logical.line_index(citation.span.start);
        !citation.own
            && (citation.kind.is_some() || !in_head)
            && logical.lines[line].role == Role::Text
    })
}
