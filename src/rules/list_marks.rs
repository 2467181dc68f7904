//! The marks at the ends of the lines of a list.

use serde::Deserialize;

use super::component::Component;
use super::lazy::LazyRegex;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::text::Span;

/// Compares the end of each item of a list with the marks that may stand there.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ListMarks {
    /// The items.
    component: Component,
    which: Which,
    /// The marks; the first is proposed.
    marks: Vec<char>,
    /// Items that may end as they like.
    #[serde(default)]
    accept: Vec<LazyRegex>,
    /// Lists with fewer items are not judged.
    #[serde(default = "two")]
    at_least: usize,
}

/// Which items of the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Which {
    /// All but the last.
    Inner,
    Last,
}

fn two() -> usize {
    2
}

impl Check for ListMarks {
    fn mistakes(&self) -> Vec<Bilingual> {
        self.accept.iter().filter_map(LazyRegex::mistake).collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["mark"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let items = self.component.spans(cx);
        let Some((last, inner)) = items.split_last() else {
            return;
        };
        let Some(&mark) = self.marks.first() else {
            return;
        };
        if items.len() < self.at_least {
            return;
        }
        let judged = match self.which {
            Which::Inner => inner,
            Which::Last => std::slice::from_ref(last),
        };
        for &item in judged {
            let item = to_line_end(cx, item);
            let text = cx.of(item);
            let Some(end) = text.chars().next_back() else {
                continue;
            };
            if self.marks.contains(&end) || self.accept.iter().any(|r| r.is_match(text)) {
                continue;
            }
            let wrong = end.is_ascii_punctuation() && !matches!(end, ')' | '"' | '\'');
            let length = if wrong { end.len_utf8() } else { 0 };
            let edit = Span::new(item.end as usize - length, item.end as usize);
            let at = if wrong { edit } else { item };
            sink.at(at).with("mark", mark).replace(edit, mark).report();
        }
    }
}

/// The item with the marks that follow it on its line.
fn to_line_end(cx: &Context<'_>, item: Span) -> Span {
    let line = cx
        .logical
        .line_at(item.end.saturating_sub(1).max(item.start));
    let end = line.end.max(item.end);
    Span::new(item.start as usize, end as usize).trim(cx.text())
}
