//! A part of the document that the text does not show at all.

use serde::Deserialize;

use super::component::{Component, Condition};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;

/// Reports once that none of several components is there, and names them.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UnseenPart {
    components: Vec<Named>,
    /// One of these must be there: a text that shows none is no document of this kind.
    evidence: Vec<Component>,
    #[serde(default)]
    when: Vec<Condition>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Named {
    component: Component,
    name: Bilingual,
}

impl Check for UnseenPart {
    fn mistakes(&self) -> Vec<Bilingual> {
        self.when.iter().filter_map(Condition::mistake).collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["missing"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let shows = |component: Component| !component.spans(cx).is_empty();
        if self.components.iter().any(|named| shows(named.component))
            || !self.evidence.iter().any(|&component| shows(component))
            || !self.when.iter().all(|condition| condition.holds(cx))
        {
            return;
        }
        let names: Vec<&str> = self
            .components
            .iter()
            .map(|named| named.name.get(cx.language))
            .collect();
        sink.whole().with("missing", names.join(", ")).report();
    }
}
