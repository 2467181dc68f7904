//! Many corrections at once.

use std::collections::BTreeMap;

use super::analysis::Analysis;
use super::position::Encoding;
use super::protocol::TextEdit;
use crate::diagnostic::{Applicability, Edit};
use crate::text::Span;

/// The edits of all corrections that are at least so safe and do not touch an earlier one, in
/// order.
pub(super) fn all(analysis: &Analysis, least: Applicability, encoding: Encoding) -> Vec<TextEdit> {
    let Some(checked) = &analysis.checked else {
        return Vec::new();
    };
    let mut taken: BTreeMap<Span, String> = BTreeMap::new();
    for packed in checked.outcome.diagnostics.packed() {
        if packed.applicability().is_none_or(|known| known < least) {
            continue;
        }
        let Some(fix) = packed.unpack().fix else {
            continue;
        };
        if fix.edits.iter().all(|edit| is_free(&taken, edit.span)) {
            taken.extend(fix.edits.into_iter().map(|edit| (edit.span, edit.content)));
        }
    }
    let edits = taken
        .into_iter()
        .map(|(span, content)| Edit { span, content });
    let edits: Vec<_> = edits.collect();
    text_edits(analysis, &edits, encoding)
}

/// Whether nothing that is taken shares or borders on an insertion, or shares characters.
fn is_free(taken: &BTreeMap<Span, String>, span: Span) -> bool {
    let touches = |other: Span| match other.is_empty() || span.is_empty() {
        true => other.start <= span.end && span.start <= other.end,
        false => other.overlaps(span),
    };
    let end = Span {
        start: span.end,
        end: u32::MAX,
    };
    // They do not overlap each other, so that the two nearest are enough to look at, and one more
    // for an insertion at the edge.
    let before = taken.range(..=end).rev().take(3);
    before.into_iter().all(|(other, _)| !touches(*other))
}

/// Edits of the source as the client counts.
pub(super) fn text_edits(analysis: &Analysis, edits: &[Edit], encoding: Encoding) -> Vec<TextEdit> {
    let Some(checked) = &analysis.checked else {
        return Vec::new();
    };
    let edits = edits.iter().map(|edit| TextEdit {
        range: analysis.range(checked.in_text(edit.span), encoding),
        new_text: edit.content.clone(),
    });
    edits.collect()
}
