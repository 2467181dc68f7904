//! Items that must be the first or the last of their list.

use serde::Deserialize;

use super::component::{Component, Condition};
use super::lazy::LazyRegex;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;

/// Reports an item that matches and does not stand where it must.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemPosition {
    /// The items.
    component: Component,
    /// The item that has a place of its own.
    matches: LazyRegex,
    place: Place,
    #[serde(default)]
    when: Vec<Condition>,
}

/// Where the item must stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Place {
    /// Before all that do not match.
    First,
    /// After all that do not match.
    Last,
}

impl Check for ItemPosition {
    fn mistakes(&self) -> Vec<Bilingual> {
        let when = self.when.iter().filter_map(Condition::mistake);
        self.matches.mistake().into_iter().chain(when).collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &[]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let items = self.component.spans(cx);
        if !self.when.iter().all(|condition| condition.holds(cx)) {
            return;
        }
        let placed: Vec<bool> = items
            .iter()
            .map(|item| self.matches.is_match(cx.of(*item)))
            .collect();
        let (wrong, other) = match self.place {
            Place::First => (
                placed.iter().rposition(|&p| p),
                placed.iter().position(|&p| !p),
            ),
            Place::Last => (
                placed.iter().position(|&p| p),
                placed.iter().rposition(|&p| !p),
            ),
        };
        let (Some(wrong), Some(other)) = (wrong, other) else {
            return;
        };
        let stands = match self.place {
            Place::First => wrong < other,
            Place::Last => wrong > other,
        };
        if !stands {
            sink.at(items[wrong]).related(items[other]).report();
        }
    }
}
