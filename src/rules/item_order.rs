//! Items of a list that have a rank.

use serde::Deserialize;

use super::component::Component;
use super::error::both;
use super::lazy::LazyRegex;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;

/// Reports items that stand below one of a lower rank. Items that no rank matches may stand
/// anywhere.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemOrder {
    /// The items.
    component: Component,
    /// What items of each rank match, the highest first; the first that matches decides.
    ranks: Vec<LazyRegex>,
}

impl Check for ItemOrder {
    fn mistakes(&self) -> Vec<Bilingual> {
        let mut mistakes: Vec<_> = self.ranks.iter().filter_map(LazyRegex::mistake).collect();
        if self.ranks.len() < 2 {
            mistakes.push(both(
                "`ranks` phải có ít nhất hai bậc",
                "`ranks` needs two ranks at least",
            ));
        }
        mistakes
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &[]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let mut lowest = None;
        for item in self.component.spans(cx) {
            let text = cx.of(item);
            let Some(rank) = self.ranks.iter().position(|rank| rank.is_match(text)) else {
                continue;
            };
            match lowest {
                Some((low, before)) if rank < low => sink.at(item).related(before).report(),
                Some((low, _)) if rank == low => {}
                _ => lowest = Some((rank, item)),
            }
        }
    }
}
