//! More blanks than one between two words.

use serde::Deserialize;

use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::document::Quality;
use crate::text::Span;

/// Finds runs of blanks within a logical line.
///
/// Extractions that keep the page's layout fill justified lines and tables with blanks: a
/// hard-wrapped text with many runs is not judged, and long runs never are.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RepeatedBlank {
    /// Runs longer than this, in characters, stand for columns.
    longest: usize,
    /// A hard-wrapped text with more runs than this for every thousand words is not judged.
    most_per_thousand_words: usize,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

impl RepeatedBlank {
    fn runs(cx: &Context<'_>, hits: &[Hit]) -> Vec<Span> {
        let text = cx.text();
        let mut runs: Vec<Span> = Vec::new();
        for hit in hits {
            if runs.last().is_some_and(|run| hit.start < run.end) {
                continue;
            }
            let start = hit.start as usize;
            let length = text[start..].bytes().take_while(|&b| b == b' ').count();
            let run = Span::new(start, start + length);
            let line = cx.logical.line_at(hit.start);
            if line.start < run.start && run.end < line.end && is_between_words(text, run) {
                runs.push(run);
            }
        }
        runs
    }
}

impl Check for RepeatedBlank {
    fn literals(&self) -> Vec<String> {
        vec!["  ".to_owned()]
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &[]
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let runs = Self::runs(cx, hits);
        let words = cx.text().split_ascii_whitespace().count();
        if cx.quality == Quality::Wrapped
            && runs.len() * 1000 > words * self.most_per_thousand_words
        {
            sink.not_evaluated();
            return;
        }
        let skipped = Skipped::new(cx, &self.skip);
        for line in runs.chunk_by(|a, b| cx.logical.line_at(a.start) == cx.logical.line_at(b.start))
        {
            if line.iter().any(|run| run.len() > self.longest) {
                continue;
            }
            for &run in line {
                if !skipped.has(run) {
                    sink.at(run).replace(run, " ").report();
                }
            }
        }
    }
}

/// Whether words stand on both sides, not a cell border, a tab or the dash of a list item.
fn is_between_words(text: &str, run: Span) -> bool {
    let before = text[..run.start as usize].chars().next_back();
    let after = text[run.end as usize..].chars().next();
    !before.is_some_and(|c| c.is_whitespace() || "|-+*•–".contains(c))
        && !after.is_some_and(|c| c.is_whitespace() || c == '|')
}
