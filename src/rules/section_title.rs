//! How the titles of sections are written.

use serde::Deserialize;

use super::lazy::LazyRegex;
use super::numbering::{each_list, is_row};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::syntax::MarkerStyle;

/// Finds titles of headings that match an expression.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SectionTitle {
    styles: Vec<MarkerStyle>,
    forbid: LazyRegex,
}

impl Check for SectionTitle {
    fn mistakes(&self) -> Vec<Bilingual> {
        self.forbid.mistake().into_iter().collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &[]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        each_list(cx.report, &self.styles, &mut |list| {
            for section in list.iter().filter(|s| s.heading && !is_row(cx, s)) {
                let title = section.title.trim(cx.text());
                if self.forbid.is_match(cx.of(title)) {
                    sink.at(title).report();
                }
            }
        });
    }
}
