//! Abbreviations that nothing in the document explains.

use std::collections::HashMap;

use serde::Deserialize;

use super::component::Component;
use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::text::syllable::is_attested_without_marks;
use crate::text::{Span, fold, fold_char, is_capitals, roman_value};

/// Reports abbreviations of capitals that a document uses again and again and never gives in
/// full, each once, at its first place. `{count}` is how often it is used.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UnexplainedAbbreviation {
    /// Abbreviations that every reader knows.
    known: Vec<String>,
    /// Words after which an abbreviation is explained.
    after: Vec<String>,
    /// Letters of the shortest and the longest that are judged.
    letters: (usize, usize),
    /// How often it must be used.
    at_least: usize,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

impl Check for UnexplainedAbbreviation {
    fn placeholders(&self) -> &'static [&'static str] {
        &["count"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let skipped = Skipped::new(cx, &self.skip);
        // By the abbreviation: its first place, and how often it is used.
        let mut used: HashMap<&str, (Span, usize)> = HashMap::new();
        for paragraph in Component::BodyParagraph.spans(cx) {
            if is_capitals(cx.of(paragraph)) {
                continue;
            }
            for span in self.abbreviations(cx.text(), paragraph) {
                if !skipped.has(span) {
                    used.entry(cx.of(span)).or_insert((span, 0)).1 += 1;
                }
            }
        }
        used.retain(|_, (_, count)| *count >= self.at_least);
        if used.is_empty() {
            return;
        }
        let initials = initials(cx.text());
        self.forget_explained(cx.text(), &mut used);
        used.retain(|abbreviation, _| !initials.contains(&fold(abbreviation)));
        let mut unexplained: Vec<_> = used.into_values().collect();
        unexplained.sort_unstable();
        for (span, count) in unexplained {
            sink.at(span).with("count", count.to_string()).report();
        }
    }
}

impl UnexplainedAbbreviation {
    /// The abbreviations of a stretch of text that not every reader knows.
    fn abbreviations(&self, text: &str, within: Span) -> impl Iterator<Item = Span> {
        capitals(text, within).filter(|span| {
            let word = span.of(text);
            let (shortest, longest) = self.letters;
            (shortest..=longest).contains(&word.chars().count())
                && !self.known.iter().any(|known| known == word)
                && roman_value(word).is_none()
                && !is_attested_without_marks(&fold(word))
        })
    }

    /// Takes out what stands in brackets or quotation marks, before a bracket, or after words that
    /// say what it is, anywhere in the text.
    fn forget_explained(&self, text: &str, used: &mut HashMap<&str, (Span, usize)>) {
        for span in capitals(text, Span::new(0, text.len())) {
            if !used.contains_key(span.of(text)) {
                continue;
            }
            let before = text[..span.start as usize].trim_end_matches([' ', ':']);
            let after = text[span.end as usize..].trim_start_matches(' ');
            if before.ends_with(['(', '[', '“', '"'])
                || after.starts_with(['(', ':', '='])
                || self.after.iter().any(|words| before.ends_with(words))
            {
                used.remove(span.of(text));
            }
        }
    }
}

/// The words of nothing but capitals without marks; none that is part of a symbol or of a name.
fn capitals(text: &str, within: Span) -> impl Iterator<Item = Span> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '–' | '&' | '_' | '@');
    let is_word = move |span: &Span| {
        let before = text[..span.start as usize].chars().next_back();
        let after = text[span.end as usize..].chars().next();
        !before.is_some_and(|c| is_part(c) || c == '.') && !after.is_some_and(is_part)
    };
    let is_capital = |c: char| c.is_ascii_uppercase() || fold_char(c) == 'd' && c.is_uppercase();
    within
        .of(text)
        .split(move |c| !is_capital(c))
        .filter(|word| !word.is_empty())
        .map(|word| Span::of_slice(text, word))
        .filter(is_word)
}

/// The first letters of all words of a text, folded.
fn initials(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| word.chars().next())
        .map(fold_char)
        .collect()
}
