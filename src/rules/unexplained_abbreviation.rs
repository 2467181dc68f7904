//! Abbreviations that the document never gives in full.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::error::both;
use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::text::{Span, fold_char, syllable};

/// Documents with more abbreviations are lists of codes; to look for each would cost too much.
const MOST: usize = 64;

/// Finds words in capitals that stand for several words, which the document neither explains nor
/// writes out anywhere, once each at their first place.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UnexplainedAbbreviation {
    /// Those that need no explanation.
    known: Vec<String>,
    /// The fewest and the most letters.
    letters: (usize, usize),
    /// How often it must be used.
    at_least: usize,
    /// Small words that abbreviations leave out.
    fillers: Vec<String>,
    /// Phrases after which an abbreviation is explained.
    introduced_by: Vec<String>,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

impl UnexplainedAbbreviation {
    fn is_candidate(&self, word: &str) -> bool {
        let letters = word.chars().count();
        (self.letters.0..=self.letters.1).contains(&letters)
            && word.chars().all(char::is_uppercase)
            // Words in capitals, as in names.
            && !syllable::is_plausible(word)
            && !word.chars().all(|c| "IVXLCDM".contains(c))
            && !self.known.iter().any(|known| known == word)
    }

    /// Whether brackets or words at this place say what it stands for.
    fn is_explained_at(&self, text: &str, span: Span) -> bool {
        let quotes = [' ', '"', '“', '”'];
        let before = text[..span.start as usize].trim_end_matches(quotes);
        let after = text[span.end as usize..].trim_start_matches(quotes);
        before.ends_with('(')
            || after.starts_with(['(', ')', ':', '='])
            || self
                .introduced_by
                .iter()
                .any(|phrase| before.ends_with(phrase.as_str()))
    }

    /// The first letters of all words, folded, with and without the fillers.
    fn initials(&self, text: &str) -> [String; 2] {
        let mut initials = [String::new(), String::new()];
        for word in words(text).map(|span| span.of(text)) {
            let first = word.chars().next().map(fold_char);
            initials[0].extend(first);
            if !self.fillers.iter().any(|filler| filler == word) {
                initials[1].extend(first);
            }
        }
        initials
    }
}

/// The words of a text: letters without a break.
fn words(text: &str) -> impl Iterator<Item = Span> {
    let parts = text.split(|c: char| !syllable::is_letter(c) && !c.is_alphabetic());
    parts
        .filter(|part| !part.is_empty())
        .map(|part| Span::of_slice(text, part))
}

/// Whether no symbol, number or address goes on before or after.
fn stands_alone(text: &str, span: Span) -> bool {
    let is_joint = |c: char| c.is_alphanumeric() || "/&_@-–.".contains(c);
    let mut after = text[span.end as usize..].chars();
    let ends = match after.next() {
        Some('.') => !after.next().is_some_and(char::is_alphanumeric),
        next => !next.is_some_and(is_joint),
    };
    ends && !text[..span.start as usize].ends_with(is_joint)
}

/// Whether a line is written in capitals for the most part.
fn is_heading(line: &str) -> bool {
    let (mut all, mut capitals) = (0_usize, 0_usize);
    for c in line.chars().filter(|c| c.is_alphabetic()) {
        all += 1;
        capitals += usize::from(c.is_uppercase());
    }
    capitals * 5 > all * 2
}

impl Check for UnexplainedAbbreviation {
    fn mistakes(&self) -> Vec<Bilingual> {
        let (fewest, most) = self.letters;
        let mistake = (fewest > most).then(|| {
            both(
                "`letters`: số đầu phải không lớn hơn số sau",
                "`letters`: the first number is not greater than the second",
            )
        });
        mistake.into_iter().collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["count"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let text = cx.text();
        let skipped = Skipped::new(cx, &self.skip);
        let mut used: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
        let mut explained: BTreeSet<&str> = BTreeSet::new();
        let is_in_heading = |span: Span| {
            let lines = &cx.logical.lines;
            let next = lines.partition_point(|line| line.span.start <= span.start);
            let line = lines[..next].last();
            line.is_some_and(|line| is_heading(cx.of(line.span)))
        };
        for &span in &cx.words().capitals {
            let word = cx.of(span);
            if !self.is_candidate(word) {
                continue;
            }
            if self.is_explained_at(text, span) {
                explained.insert(word);
            } else if stands_alone(text, span) && !skipped.has(span) && !is_in_heading(span) {
                used.entry(word).or_default().push(span);
            }
        }
        used.retain(|word, places| places.len() >= self.at_least && !explained.contains(*word));
        if used.is_empty() || used.len() > MOST {
            return;
        }
        let initials = self.initials(text);
        for (word, places) in used {
            let folded: String = word.chars().map(fold_char).collect();
            if !initials.iter().any(|all| all.contains(&folded)) {
                sink.at(places[0])
                    .with("count", places.len().to_string())
                    .report();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_stand_alone() {
        for (text, alone) in [
            ("ABC", true),
            ("ABC.", true),
            ("ABC.vn", false),
            ("1/ABC", false),
            ("ABC-X", false),
        ] {
            let at = text.find("ABC").unwrap();
            assert_eq!(stands_alone(text, Span::new(at, at + 3)), alone, "{text}");
        }
    }

    #[test]
    fn headings_are_in_capitals() {
        assert!(is_heading("KẾT QUẢ THỰC HIỆN"));
        assert!(!is_heading("Kết quả của ABC"));
    }
}
