//! Items that a list names twice.

use serde::Deserialize;

use super::component::Component;
use super::{Check, Context, Hit, Sink};
use crate::text::fold;

/// Reports items with the same words, marks and case aside.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DuplicateItems {
    component: Component,
}

impl Check for DuplicateItems {
    fn placeholders(&self) -> &'static [&'static str] {
        &[]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let mut seen = std::collections::HashMap::new();
        for span in self.component.spans(cx) {
            let text = cx.of(span);
            let words = fold(text.trim_matches(|c: char| !c.is_alphanumeric()));
            if words.is_empty() {
                continue;
            }
            if let Some(&first) = seen.get(&words) {
                sink.at(span).related(first).report();
            } else {
                seen.insert(words, span);
            }
        }
    }
}
