//! Words and phrases and what to write instead.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Check, Context, Hit, Sink};
use crate::text::Span;

/// Finds phrases, as written here and with a capital first letter, between word boundaries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Substitution {
    /// Wrong → right.
    words: BTreeMap<String, String>,
}

impl Check for Substitution {
    fn literals(&self) -> Vec<String> {
        self.words
            .keys()
            .flat_map(|wrong| [wrong.clone(), capitalised(wrong)])
            .collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["write"]
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let pairs: Vec<_> = self.words.iter().collect();
        for hit in hits {
            let (wrong, right) = pairs[hit.literal as usize / 2];
            let start = hit.start as usize;
            let end = start + wrong.len();
            if !is_word(cx.text(), start, end) {
                continue;
            }
            let content = if hit.literal % 2 == 0 {
                right.clone()
            } else {
                capitalised(right)
            };
            let span = Span::new(start, end);
            sink.at(span)
                .replace(span, content.clone())
                .with("write", content)
                .report();
        }
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

fn is_word(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}
