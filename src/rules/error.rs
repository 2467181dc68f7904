//! Mistakes in rule files.

use crate::text::Span;

/// A mistake in a rule or profile file, with its place.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}: {message}")]
pub struct RuleError {
    /// The file.
    pub path: String,
    /// Its text.
    pub yaml: String,
    /// Where the mistake stands, in bytes of [`yaml`](Self::yaml).
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: Option<String>,
}
