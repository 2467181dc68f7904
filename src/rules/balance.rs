//! Brackets and quotation marks that open and do not close.

use serde::Deserialize;

use super::error::both;
use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::text::Span;

/// Finds opening marks without their closing ones.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// The opening mark.
    open: String,
    /// The closing mark.
    close: String,
    /// Within how many logical lines after its own an opening mark may close; any number where
    /// left out.
    #[serde(default)]
    within: Option<usize>,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

/// The literal of the opening mark among those of the check.
const OPEN: u32 = 0;

struct Opened {
    at: u32,
    line: usize,
}

impl Check for Balance {
    fn mistakes(&self) -> Vec<Bilingual> {
        if self.open.is_empty() || self.close.is_empty() || self.open == self.close {
            return vec![both(
                "`open` và `close` phải là hai dấu khác nhau",
                "`open` and `close` must be two different marks",
            )];
        }
        Vec::new()
    }

    fn literals(&self) -> Vec<String> {
        vec![self.open.clone(), self.close.clone()]
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["close"]
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let skipped = Skipped::new(cx, &self.skip);
        let mut open: Vec<Opened> = Vec::new();
        let mut lost: Vec<Opened> = Vec::new();
        for hit in hits {
            let line = cx.logical.line_index(hit.start);
            if let Some(within) = self.within {
                let far = open.partition_point(|opened| opened.line + within < line);
                lost.extend(open.drain(..far));
            }
            if hit.literal == OPEN {
                open.push(Opened {
                    at: hit.start,
                    line,
                });
            } else if open.last().is_some_and(|opened| {
                opened.line == line || {
                    let start = cx.logical.lines[line].span.start as usize;
                    !is_list_marker(&cx.text()[start..hit.start as usize])
                }
            }) {
                open.pop();
            }
        }
        lost.append(&mut open);
        for opened in lost {
            let start = opened.at as usize;
            let span = Span::new(start, start + self.open.len());
            let line = cx.of(cx.logical.lines[opened.line].span);
            if is_ended(line) && !skipped.has(span) {
                sink.at(span).with("close", &self.close).report();
            }
        }
    }
}

/// Whether a sentence ends the line, so that nothing of it was lost or stands elsewhere.
fn is_ended(line: &str) -> bool {
    line.trim_end()
        .ends_with(['.', ';', '!', '?', '”', '"', '/'])
}

/// Whether a closing bracket belongs to a marker that begins a line: `a)`, `12)`.
fn is_list_marker(before: &str) -> bool {
    // Three letters have at most 9 bytes; a line may be long.
    !before.is_empty() && before.len() <= 9 && before.chars().all(char::is_alphanumeric)
}
