//! Comments that ask for silence on rules, where they do not do what they say.

use serde::Deserialize;

use super::{Check, Context, Hit, Sink};

/// Finds comments with one fault. `{name}` is the rule or the word that the comment names. Runs when
/// all others have run.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    /// Which fault.
    fault: SuppressionFault,
}

/// What may be wrong with a comment that asks for silence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum SuppressionFault {
    /// Its first word is not known, or it names no rule.
    Malformed,
    /// It opens a block that nothing closes.
    Unclosed,
    /// It closes a block that was not opened.
    Unopened,
    /// It names a rule that there is not.
    UnknownRule,
    /// It silences nothing.
    Unused,
}

impl Check for Suppression {
    fn placeholders(&self) -> &'static [&'static str] {
        &["name"]
    }

    fn judges_others(&self) -> bool {
        true
    }

    fn check(&self, cx: &Context<'_>, _hits: &[Hit], sink: &mut Sink<'_>) {
        for (fault, span) in cx.suppression_faults {
            if *fault == self.fault {
                let name = span.of(cx.document.source());
                sink.whole().at_source(*span).with("name", name).report();
            }
        }
    }
}
