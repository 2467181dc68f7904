//! Whether two titles can be of one act.

use std::collections::HashSet;

use serde::Deserialize;

use super::error::both;
use super::lazy::LazyRegex;
use super::register::letters;
use crate::diagnostic::Bilingual;

/// How titles are compared. Citations shorten them, leave out their beginning, run on and are cut
/// anywhere, so that only titles with hardly a word in common contradict each other.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct TitleComparison {
    /// Words, in small letters without marks, that titles of all matters have.
    common: HashSet<String>,
    /// Titles that this matches (in small letters without marks) do not say what the act is about.
    not_judged: LazyRegex,
    /// The longer title must have as many other words, the shorter half of them; else they say too
    /// little.
    at_least: usize,
    /// The share of the words of the title with fewer of them that the other may have, if they are
    /// to contradict each other.
    most_shared: f64,
}

impl TitleComparison {
    pub(super) fn mistake(&self) -> Option<Bilingual> {
        let is_share = (0.0..=1.0).contains(&self.most_shared);
        self.not_judged.mistake().or_else(|| {
            (!is_share).then(|| {
                both(
                    "`most_shared` phải từ 0 đến 1",
                    "`most_shared` is between 0 and 1",
                )
            })
        })
    }

    /// Whether the titles cannot be of one act. What abbreviations stand for is not known.
    pub(super) fn contradict(&self, first: &str, second: &str) -> bool {
        if first == second || has_abbreviation(first) || has_abbreviation(second) {
            return false;
        }
        let (a, b) = (letters(first), letters(second));
        if a.contains(b.as_str()) || b.contains(a.as_str()) {
            return false;
        }
        // A short title runs on into the sentence around it.
        let runs_on = |title: &str, other: &str| {
            let begin = title.split_once(',').map(|(begin, _)| letters(begin));
            begin.is_some_and(|begin| other.contains(begin.trim()))
        };
        if runs_on(first, &b) || runs_on(second, &a) {
            return false;
        }
        let (Some(a), Some(b)) = (self.words(&a), self.words(&b)) else {
            return false;
        };
        let (fewer, more) = (a.len().min(b.len()), a.len().max(b.len()));
        if more < self.at_least || fewer * 2 < self.at_least {
            return false;
        }
        let shared = a.intersection(&b).count();
        // Titles have no more words than a float can count.
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let share = shared as f64 / fewer as f64;
        share <= self.most_shared
    }

    /// The words that say what the act is about, if any do.
    fn words<'t>(&self, title: &'t str) -> Option<HashSet<&'t str>> {
        if self.not_judged.is_match(title) {
            return None;
        }
        let words = title.split(' ');
        Some(words.filter(|word| !self.common.contains(*word)).collect())
    }
}

fn has_abbreviation(title: &str) -> bool {
    let mut words = title.split(|c: char| !c.is_alphanumeric());
    words.any(|word| word.chars().filter(|c| c.is_uppercase()).count() > 1)
}
