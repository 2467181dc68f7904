//! What a file holds beside the text that will be printed.

use serde::Deserialize;

use super::lazy::LazyRegex;
use super::look;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::document::{Mark, MarkKind};
use crate::text::Span;

/// Reports marks of some kinds, once, with their number.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LeftoverMark {
    marks: Vec<MarkKind>,
    /// Marks on a text that matches are not counted.
    #[serde(default)]
    except: Option<LazyRegex>,
}

impl Check for LeftoverMark {
    fn mistakes(&self) -> Vec<Bilingual> {
        let regex = self.except.as_ref().and_then(LazyRegex::mistake);
        regex.into_iter().collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["count", "text"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let Some(formatting) = &cx.document.formatting else {
            return sink.not_evaluated();
        };
        let source = cx.document.source();
        let stamps = cx.stamps();
        let is_stamp = |mark: &Mark| stamps.iter().any(|stamp| stamp.overlaps(mark.span));
        let is_excepted = |mark: &Mark| {
            let text = mark.span.of(source).trim();
            self.except.as_ref().is_some_and(|r| r.is_match(text))
        };
        let marks: Vec<&Mark> = formatting
            .marks
            .iter()
            .filter(|mark| self.marks.contains(&mark.kind) && !is_excepted(mark) && !is_stamp(mark))
            .collect();
        let Some(first) = marks.first() else {
            return;
        };
        let paragraphs = &formatting.paragraphs;
        let place = |mark: &Mark| {
            let span = mark.span.trim(source);
            if !span.is_empty() {
                return Some(span);
            }
            // What belongs to the file as a whole is put at its beginning.
            if mark.span == Span::default() {
                return None;
            }
            // Where nothing is left, the paragraph shows the place.
            let paragraph = &paragraphs[formatting.paragraph_index(mark.span.start)?];
            let shows = !look::text_of(cx, paragraph).trim().is_empty();
            shows.then(|| paragraph.span.trim(source))
        };
        let at: Option<Span> = marks.iter().find_map(|mark| place(mark));
        let found = at
            .map_or(first.text.as_ref(), |at| at.of(source))
            .to_owned();
        let finding = sink
            .whole()
            .with("found", found)
            .with("text", first.text.as_ref())
            .with("count", marks.len().to_string());
        match at {
            Some(at) => finding.at_source(at).report(),
            None => finding.report(),
        }
    }
}
