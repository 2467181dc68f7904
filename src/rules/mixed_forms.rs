//! Two ways of writing the same word in one document.

use std::collections::HashMap;

use serde::Deserialize;

use super::error::both;
use super::part::{Part, Skipped};
use super::substitution::capitalised;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::text::{Span, syllable};

/// Finds that a document writes in two ways, at the first place of the rarer way.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MixedForms {
    /// Words in one way and in the other, in small letters.
    words: Vec<(String, String)>,
    /// Whether each pair is judged for itself; else all of them show one way of writing.
    #[serde(default)]
    each: bool,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

/// The cases that a word is looked for in.
const CASES: usize = 3;

/// The places where one way and the other way were seen.
#[derive(Debug, Default)]
struct Seen {
    one: Vec<Span>,
    other: Vec<Span>,
}

impl Check for MixedForms {
    fn mistakes(&self) -> Vec<Bilingual> {
        let same = self.words.iter().any(|(one, other)| one == other);
        let mistake = same.then(|| {
            both(
                "`words`: hai cách viết của một từ giống nhau",
                "`words`: the two ways of a word are the same",
            )
        });
        mistake.into_iter().collect()
    }

    fn literals(&self) -> Vec<String> {
        let words = self.words.iter().flat_map(|(one, other)| [one, other]);
        words
            .flat_map(|word| [word.clone(), capitalised(word), word.to_uppercase()])
            .collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["other"]
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let skipped = Skipped::new(cx, &self.skip);
        let mut seen: HashMap<usize, Seen> = HashMap::new();
        for hit in hits {
            let word = hit.literal as usize / CASES;
            let (pair, is_one) = (word / 2, word.is_multiple_of(2));
            let (one, other) = &self.words[pair];
            let length = if is_one { one.len() } else { other.len() };
            let start = hit.start as usize;
            let span = Span::new(start, start + length);
            if !stands_alone(cx.text(), span) || skipped.has(span) {
                continue;
            }
            let group = seen.entry(if self.each { pair } else { 0 }).or_default();
            if is_one {
                group.one.push(span);
            } else {
                group.other.push(span);
            }
        }
        let mut mixed: Vec<(Span, Span)> = seen.values().filter_map(Seen::rarer).collect();
        mixed.sort_unstable();
        for (rarer, usual) in mixed {
            sink.at(rarer)
                .with("other", cx.of(usual))
                .related(usual)
                .report();
        }
    }
}

impl Seen {
    /// The first place of the rarer way and the first of the usual one, if there are both.
    fn rarer(&self) -> Option<(Span, Span)> {
        let (&one, &other) = (self.one.first()?, self.other.first()?);
        if self.one.len() < self.other.len() {
            Some((one, other))
        } else {
            Some((other, one))
        }
    }
}

/// Whether no letter stands right before or after.
fn stands_alone(text: &str, span: Span) -> bool {
    let before = text[..span.start as usize].chars().next_back();
    let after = text[span.end as usize..].chars().next();
    !before.is_some_and(syllable::is_letter) && !after.is_some_and(syllable::is_letter)
}
