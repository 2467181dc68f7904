//! One scan of the text for the literals of all rules.

use aho_corasick::{AhoCorasick, MatchKind};

/// A literal that was seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Hit {
    /// Byte in [`Logical::text`](crate::layout::Logical::text).
    pub start: u32,
    /// Index into the check's [`literals`](super::Check::literals).
    pub literal: u32,
}

/// Finds the literals of all rules at once.
#[derive(Debug)]
pub(super) struct Scanner {
    automaton: Option<AhoCorasick>,
    /// For each pattern of the automaton: who asked for it, as (rule, literal).
    owners: Vec<Vec<(u32, u32)>>,
    rules: usize,
}

impl Scanner {
    /// `literals[i]` are the literals of rule `i`.
    pub(super) fn new(literals: &[Vec<String>]) -> Self {
        let mut patterns: Vec<&str> = Vec::new();
        let mut owners: Vec<Vec<(u32, u32)>> = Vec::new();
        let mut known = std::collections::HashMap::new();
        for (rule, literals) in literals.iter().enumerate() {
            for (literal, text) in literals.iter().enumerate() {
                let index = *known.entry(text.as_str()).or_insert_with(|| {
                    patterns.push(text);
                    owners.push(Vec::new());
                    patterns.len() - 1
                });
                owners[index].push((index_u32(rule), index_u32(literal)));
            }
        }
        let automaton = (!patterns.is_empty()).then(|| {
            AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .build(&patterns)
                // Only the number of states could overflow, at billions of bytes of literals.
                .expect("internal error: the literals of the rules fit an automaton")
        });
        Self {
            automaton,
            owners,
            rules: literals.len(),
        }
    }

    pub(super) fn scan(&self, text: &str) -> Hits {
        let mut by_rule = vec![Vec::new(); self.rules];
        if let Some(automaton) = &self.automaton {
            for found in automaton.find_overlapping_iter(text) {
                for &(rule, literal) in &self.owners[found.pattern().as_usize()] {
                    by_rule[rule as usize].push(Hit {
                        start: index_u32(found.start()),
                        literal,
                    });
                }
            }
        }
        for hits in &mut by_rule {
            hits.sort_unstable();
        }
        Hits { by_rule }
    }
}

/// What one scan found.
#[derive(Debug)]
pub(super) struct Hits {
    by_rule: Vec<Vec<Hit>>,
}

impl Hits {
    pub(super) fn of(&self, rule: usize) -> &[Hit] {
        self.by_rule.get(rule).map_or(&[], Vec::as_slice)
    }
}

fn index_u32(i: usize) -> u32 {
    u32::try_from(i).unwrap_or(u32::MAX)
}
