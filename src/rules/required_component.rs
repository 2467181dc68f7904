//! Components that a document must show.

use serde::Deserialize;

use super::component::{Component, Condition};
use super::lazy::LazyRegex;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;

/// Reports a document without a component.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequiredComponent {
    component: Component,
    /// One of the component's texts must match this.
    #[serde(default)]
    matches: Option<LazyRegex>,
    /// Where the text does not show this part of the document at all, nothing can be said.
    part: Component,
    #[serde(default)]
    when: Vec<Condition>,
    /// Where to report; the whole document where left out.
    #[serde(default)]
    at: Option<Component>,
}

impl Check for RequiredComponent {
    fn mistakes(&self) -> Vec<Bilingual> {
        let when = self.when.iter().filter_map(Condition::mistake);
        self.matches
            .iter()
            .filter_map(LazyRegex::mistake)
            .chain(when)
            .collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &[]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        if self.part.spans(cx).is_empty() {
            sink.not_evaluated();
            return;
        }
        let spans = self.component.spans(cx);
        let shown = match &self.matches {
            Some(regex) => spans.into_iter().any(|span| regex.is_match(cx.of(span))),
            None => !spans.is_empty(),
        };
        if shown || !self.when.iter().all(|condition| condition.holds(cx)) {
            return;
        }
        match self.at.and_then(|at| at.spans(cx).first().copied()) {
            Some(span) => sink.at(span).report(),
            None => sink.whole().report(),
        }
    }
}
