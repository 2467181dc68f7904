//! Whether the body points to the appendices, and the appendices are there.

use serde::Deserialize;

use super::lazy::LazyRegex;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::text::{Span, roman_value};

/// Compares mentions of appendices in the body with the appendices that follow it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AppendixMention {
    fault: Fault,
    /// Literals without which `mention` cannot match.
    literals: Vec<String>,
    /// What points to an appendix of this document.
    mention: LazyRegex,
    /// What of the label of an attachment must match for it to be judged.
    #[serde(default)]
    label: Option<LazyRegex>,
}

/// Which of the two is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// The body does not point to the appendix.
    Unmentioned,
    /// There is no appendix.
    Absent,
    /// The numbers of the appendices leave one out.
    Skipped,
}

impl Check for AppendixMention {
    fn mistakes(&self) -> Vec<Bilingual> {
        let label = self.label.iter();
        std::iter::once(&self.mention)
            .chain(label)
            .filter_map(LazyRegex::mistake)
            .collect()
    }

    fn literals(&self) -> Vec<String> {
        self.literals.clone()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &[]
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let attachments = &cx.report.attachments;
        let end = attachments
            .first()
            .map_or(u32::MAX, |first| first.span.start);
        let mention = self.first_mention(cx, hits, end);
        match self.fault {
            Fault::Absent => {
                if let Some(span) = mention.filter(|_| attachments.is_empty()) {
                    sink.at(span).report();
                }
            }
            Fault::Skipped => {
                if let Some(label) = skipped(cx).filter(|_| mention.is_some()) {
                    sink.at(label).report();
                }
            }
            Fault::Unmentioned => {
                let label = attachments.iter().find_map(|a| a.label);
                if let Some(label) = label.filter(|_| mention.is_none())
                    && self
                        .label
                        .as_ref()
                        .is_none_or(|regex| regex.is_match(cx.of(label)))
                {
                    sink.at(label).report();
                }
            }
        }
    }
}

/// The label of the appendix before which one is left out, where the numbers rise from number one.
fn skipped(cx: &Context<'_>) -> Option<Span> {
    let attachments = cx.report.attachments.iter();
    let numbered: Vec<(Span, u32)> = attachments
        .filter_map(|a| Some((a.label?, number(cx.of(a.number?))?)))
        .collect();
    let rises = numbered.is_sorted_by(|before, after| before.1 < after.1);
    let starts = numbered.first().is_some_and(|(_, number)| *number == 1);
    let gap = numbered.windows(2).find(|pair| pair[0].1 + 2 == pair[1].1);
    gap.filter(|_| rises && starts).map(|pair| pair[1].0)
}

fn number(text: &str) -> Option<u32> {
    text.parse()
        .ok()
        .or_else(|| roman_value(&text.to_lowercase()))
}

impl AppendixMention {
    fn first_mention(&self, cx: &Context<'_>, hits: &[Hit], end: u32) -> Option<Span> {
        let mut done = 0;
        for hit in hits.iter().take_while(|hit| hit.start < end) {
            if hit.start < done {
                continue;
            }
            let line = cx.logical.line_at(hit.start);
            done = line.end + 1;
            if let Some(found) = self.mention.captures(cx.of(line)) {
                return Some(line.slice(found.get_match()?.range()));
            }
        }
        None
    }
}
