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
        // A number without a word for its kind, in the head or at the start of a line, is that of
        // a document itself.
        let in_head = head.is_some_and(|head| head.contains(citation.span));
        let line = &logical.lines[logical.line_index(citation.span.start)];
        let begins_line = citation.so.is_some_and(|so| so.start == line.span.start);
        !citation.own
            && (citation.kind.is_some() || !(in_head || begins_line))
            && line.role == Role::Text
    })
}
