//! Damage to the characters of a file.

use serde::Deserialize;

use super::{Check, Context, Hit, Sink};
use crate::document::DamageKind;
use crate::text::Span;

/// Finds one kind of [`Damage`](crate::document::Damage), once a file, at its first place.
/// `{count}` is how many characters (of lost letters: words) are affected.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TextDamage {
    /// Which damage.
    kind: DamageKind,
}

impl Check for TextDamage {
    fn placeholders(&self) -> &'static [&'static str] {
        &["count"]
    }

    fn check(&self, cx: &Context<'_>, _hits: &[Hit], sink: &mut Sink<'_>) {
        let of_kind = |damage: &&crate::document::Damage| damage.kind == self.kind;
        if let Some(damage) = cx.document.damage.iter().find(of_kind) {
            sink.at(Span::default())
                .at_source(damage.first)
                .with("found", damage.first.of(cx.document.source()))
                .with("count", damage.count.to_string())
                .report();
        }
    }
}
