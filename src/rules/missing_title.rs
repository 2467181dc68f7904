//! Sections that must have a title.

use serde::Deserialize;

use super::numbering::is_row;
use super::{Check, Context, Hit, Sink};
use crate::syntax::{MarkerStyle, Section};
use crate::text::is_capitals;

/// Reports sections without a title.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MissingTitle {
    styles: Vec<MarkerStyle>,
    /// Only sections within one of these; all where left out.
    #[serde(default)]
    within: Vec<MarkerStyle>,
}

impl Check for MissingTitle {
    fn placeholders(&self) -> &'static [&'static str] {
        &[]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let attached = cx.report.attachments.iter().map(|a| &a.sections);
        for sections in std::iter::once(&cx.report.sections).chain(attached) {
            self.visit(sections, self.within.is_empty(), cx, sink);
        }
    }
}

impl MissingTitle {
    fn visit(&self, sections: &[Section], within: bool, cx: &Context<'_>, sink: &mut Sink<'_>) {
        for section in sections {
            let judged = within && self.styles.contains(&section.style) && !is_row(cx, section);
            if judged && is_untitled(section, cx) {
                sink.at(section.marker).report();
            }
            let within = within || self.within.contains(&section.style);
            self.visit(&section.children, within, cx, sink);
        }
    }
}

/// Nothing follows the marker, or a sentence that ends as such.
fn is_untitled(section: &Section, cx: &Context<'_>) -> bool {
    let title = cx.of(section.title.trim(cx.text()));
    if title.is_empty() {
        return !is_above_capitals(section, cx);
    }
    !section.heading && title.ends_with(['.', ';', ':'])
}

/// Whether a line in capitals comes next: the title, blank lines between.
fn is_above_capitals(section: &Section, cx: &Context<'_>) -> bool {
    let after = cx.logical.line_index(section.marker.start) + 1;
    let mut lines = cx.logical.lines[after..]
        .iter()
        .map(|line| cx.of(line.span).trim());
    let next = lines.find(|text| !text.is_empty());
    next.is_some_and(is_capitals)
}
