//! What an attachment says of the document that it belongs to.

use serde::Deserialize;

use super::component::Component;
use super::{Check, Context, Hit, Sink};
use crate::syntax::citation::Citation;
use crate::text::Span;

/// Finds notes below the titles of attachments that name another number, kind or date than the
/// document's own. A note that names another act altogether is left alone: that act may be attached.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AttachmentOrigin {
    /// What differs.
    fault: Fault,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// The number, or the letters of its symbol.
    Symbol,
    /// The date.
    Date,
}

/// Number and symbol of the document without blanks.
fn own_symbol(cx: &Context<'_>) -> Option<String> {
    let line = cx.report.header.number.as_ref()?;
    let written = cx.of(line.number?.join(line.symbol?));
    Some(written.split_whitespace().collect())
}

/// Whether of two symbols either the number or the letters are the same, and the other not.
fn differ_in_part(a: &str, b: &str) -> bool {
    let (Some((a_number, a)), Some((b_number, b))) = (a.split_once('/'), b.split_once('/')) else {
        return false;
    };
    (a_number == b_number) != (a == b)
}

impl Fault {
    /// What a note says wrongly, and what it must say.
    fn of(self, cx: &Context<'_>, cited: &Citation, own: &str) -> Option<(Span, String)> {
        match self {
            Self::Symbol => {
                let is_blank = cited.number.is_none();
                let differs = !is_blank && differ_in_part(&cited.canonical, own);
                differs.then(|| (cited.symbol_span, own.to_owned()))
            }
            Self::Date => {
                let (span, date) = cited.date?;
                let place_date = cx.report.header.place_date.as_ref()?;
                let differs = cited.own && place_date.date? != date;
                differs.then(|| (span, cx.of(place_date.date_span).to_owned()))
            }
        }
    }
}

impl Check for AttachmentOrigin {
    fn placeholders(&self) -> &'static [&'static str] {
        &["expected"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let Some(own) = own_symbol(cx) else {
            return;
        };
        let citations = &cx.report.citations;
        let mut found = Vec::new();
        for note in Component::AttachmentNote.spans(cx) {
            let at = citations.partition_point(|c| c.span.start < note.start);
            let cited = citations.get(at).filter(|c| note.contains(c.span));
            found.extend(cited.and_then(|cited| self.fault.of(cx, cited, &own)));
        }
        // Where several differ, it may be the head that is wrong.
        if let [(span, expected)] = &found[..] {
            sink.at(*span).with("expected", expected).report();
        }
    }
}
