//! Components that stand side by side.

use serde::Deserialize;

use super::component::Component;
use super::{Check, Context, Hit, Sink};
use crate::document::{Formatting, Paragraph};
use crate::text::Span;

/// Reports two components of which it can be seen that they do not stand on one line: in rows of a
/// table of which one is above the other, or in paragraphs outside of tables.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SameLine {
    left: Component,
    right: Component,
}

impl Check for SameLine {
    fn placeholders(&self) -> &'static [&'static str] {
        &[]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let first = |component: Component| component.spans(cx).first().copied();
        let (Some(left), Some(right)) = (first(self.left), first(self.right)) else {
            return;
        };
        let Some(formatting) = &cx.document.formatting else {
            return sink.not_evaluated();
        };
        let paragraph = |span: Span| paragraph_of(formatting, cx.to_source(span));
        let (Some(one), Some(other)) = (paragraph(left), paragraph(right)) else {
            return sink.not_evaluated();
        };
        match stand_together(one, other) {
            Some(true) => {}
            Some(false) => sink.at(right).related(left).report(),
            None => sink.not_evaluated(),
        }
    }
}

fn paragraph_of(formatting: &Formatting, span: Span) -> Option<&Paragraph> {
    formatting.paragraphs_in(span).first()
}

/// Whether two paragraphs stand side by side; `None` where it cannot be told.
fn stand_together(one: &Paragraph, other: &Paragraph) -> Option<bool> {
    if one.in_box || other.in_box || one.part != other.part {
        return None;
    }
    match (one.cell, other.cell) {
        (None, None) => Some(one.span == other.span),
        // Within a row the cells stand side by side; how high the text above is nobody tells.
        (Some(a), Some(b)) if a.table == b.table => Some(a.row == b.row && a.column != b.column),
        // Tables may stand side by side, and text flows beside them.
        _ => None,
    }
}
