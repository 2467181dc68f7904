//! Dashes before the lines of the recipients list.

use serde::Deserialize;

use super::component::recipient_lines;
use super::{Check, Context, Hit, Sink};
use crate::text::Span;

/// Reports the recipients without a dash where others have one. A list without any dash is left
/// alone: readers of word-processor files drop automatic bullets.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ListDashes {
    /// What to write before the item.
    write: String,
}

impl Check for ListDashes {
    fn placeholders(&self) -> &'static [&'static str] {
        &[]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let Some(recipients) = &cx.report.recipients else {
            return;
        };
        let lines = recipient_lines(cx, recipients);
        if !lines.iter().any(|&(_, dash)| dash) {
            return;
        }
        for &(line, _) in lines.iter().filter(|(_, dash)| !dash) {
            let start = line.start as usize;
            sink.at(line)
                .replace(Span::new(start, start), &self.write)
                .report();
        }
    }
}
