//! Whether the document has the sections of its structure profile.

use serde::Deserialize;

use super::outline::{self, Fault};
use super::{Check, Context, Hit, Sink};

/// Tells the differences of one sort between the document and the profile in use.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequiredSections {
    fault: Fault,
}

impl Check for RequiredSections {
    fn placeholders(&self) -> &'static [&'static str] {
        &["title", "marker", "section", "parent", "before"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let Some(profile) = cx.profile else {
            return;
        };
        // A text without any section shows no outline to compare.
        if cx.report.sections.is_empty() {
            if profile.sections.iter().any(|section| section.required) {
                sink.not_evaluated();
            }
            return;
        }
        if outline::is_cut_off(&cx.report.sections) {
            sink.not_evaluated();
        }
        for difference in cx.differences().iter().filter(|d| d.fault == self.fault) {
            let mut finding = match difference.at {
                Some(span) => sink.at(span),
                None => sink.whole(),
            };
            for &(name, ref value) in &difference.values {
                finding = finding.with(name, value.as_str());
            }
            if let Some(span) = difference.related {
                finding = finding.related(span);
            }
            finding.report();
        }
    }
}
