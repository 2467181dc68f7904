//! Names of bodies that documents shorten at will.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::register::letters;
use crate::text::similarity;

/// How names of bodies are compared that documents shorten at will. All words folded.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct BodyNames {
    /// What full names begin with.
    begin: Vec<String>,
    /// Abbreviations and what they stand for.
    short: BTreeMap<String, String>,
    /// Words that names are written with and without.
    left_out: Vec<String>,
    /// Bodies that there are at each level, and the words for the levels, those of one together.
    #[serde(default)]
    levels_of: Vec<String>,
    #[serde(default)]
    levels: Vec<Vec<String>>,
}

impl BodyNames {
    /// The name in its longest form without what may be left out; none of one that is not full.
    fn full(&self, name: &str) -> Option<String> {
        let name = self.written_out(name);
        let words = name.split(' ');
        let words: Vec<&str> = words
            .filter(|word| !self.left_out.iter().any(|out| out == word))
            .collect();
        let name = words.join(" ");
        self.begin
            .iter()
            .any(|begin| name.starts_with(begin))
            .then_some(name)
    }

    fn written_out(&self, name: &str) -> String {
        let name = letters(name);
        let words = name.split(' ').map(|word| {
            let long = self.short.get(word).map(String::as_str);
            long.unwrap_or(word)
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// Which of the levels a name says, by index.
    fn level(&self, name: &str) -> Option<usize> {
        let name = self.written_out(name);
        let rest = self.levels_of.iter().find_map(|of| name.strip_prefix(of))?;
        let rest = rest.strip_prefix(' ')?;
        let begins = |word: &String| {
            let rest = rest.strip_prefix(word.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        self.levels
            .iter()
            .position(|words| words.iter().any(begins))
    }

    /// Whether two full names are of different bodies, not slips of the same.
    pub(super) fn differ(&self, a: &str, b: &str) -> bool {
        /// Names that are more alike differ by a slip.
        const ALIKE: f64 = 0.6;
        let levels = (self.level(a), self.level(b));
        let (Some(a), Some(b)) = (self.full(a), self.full(b)) else {
            return false;
        };
        if let (Some(a), Some(b)) = levels
            && a != b
        {
            return true;
        }
        if a.contains(&b) || b.contains(&a) {
            return false;
        }
        let same = a
            .split(' ')
            .zip(b.split(' '))
            .take_while(|(a, b)| a == b)
            .count();
        let rest = |name: &str| name.split(' ').skip(same).collect::<Vec<_>>().join(" ");
        similarity(&rest(&a), &rest(&b)) < ALIKE
    }
}
