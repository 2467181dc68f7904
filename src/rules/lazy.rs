//! Regular expressions of rules, compiled when first used.

use std::sync::OnceLock;

use regex::Regex;

/// An expression that costs nothing until a document needs it.
#[derive(Debug, serde::Deserialize)]
#[serde(from = "String")]
pub(super) struct LazyRegex {
    pattern: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for LazyRegex {
    fn from(pattern: String) -> Self {
        Self {
            pattern,
            compiled: OnceLock::new(),
        }
    }
}

impl LazyRegex {
    /// The compiled expression; `None` if it is invalid, which [`mistake`](Self::mistake) tells.
    pub(super) fn get(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| Regex::new(&self.pattern).ok())
            .as_ref()
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.get().is_some_and(|regex| regex.is_match(text))
    }

    /// What is wrong with the expression.
    pub(super) fn mistake(&self) -> Option<String> {
        Regex::new(&self.pattern)
            .err()
            .map(|error| format!("`{}` is no valid expression: {error}", self.pattern))
    }
}
