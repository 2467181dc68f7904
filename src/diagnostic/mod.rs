//! Findings as plain data; knows no rule kind and no output format.

mod baseline;
mod findings;
mod fingerprint;
mod look;
mod matching;
mod surroundings;

use std::sync::Arc;

use crate::text::Span;

pub use baseline::{Baseline, BaselineMistake, Claims, KnownFindings, written};
pub use findings::{Findings, Packed, Parts, Silence, Wording};
pub use fingerprint::{Fingerprint, Fingerprints};
pub use look::{LookEdit, NumberLook, Property};
pub use matching::KnownFinding;
pub use surroundings::{NoSurroundings, Surroundings};

/// How grave a finding is.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Deserialize, serde::Serialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Advice.
    Info,
    /// Probably wrong, or against the custom.
    Warning,
    /// Against the letter of the law.
    Error,
}

impl Severity {
    /// The name in machine output and in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The language of messages.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Deserialize, serde::Serialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

/// A text in both languages of the tool.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// The text in the language asked for.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

/// What a finding carries of the rule that made it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleInfo {
    /// English kebab-case; begins with its group.
    pub id: String,
    /// The first word of the id.
    pub group: String,
    /// The severity that its file gives it; that of a finding is the one of the run.
    pub severity: Severity,
    /// One line for lists of rules.
    pub summary: Bilingual,
    /// The clause the rule rests on; `None` where it rests on no law.
    pub basis: Option<String>,
    /// What the rule asks and why, Markdown.
    pub explanation: Bilingual,
    /// Whether the rule runs only with `--preview`.
    pub preview: bool,
}

/// Whether a fix may be applied without asking.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Deserialize, serde::Serialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Applicability {
    /// Only shown.
    Display,
    /// May change the meaning.
    Unsafe,
    /// Changes only the form.
    Safe,
}

impl Applicability {
    /// The name in machine output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// Replaces the text of a span; an empty span inserts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// In [`Document::source`](crate::document::Document::source).
    pub span: Span,
    /// What stands there afterwards.
    pub content: String,
}

/// A proposed correction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, in the language of the message.
    pub title: String,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
    /// Sorted, not overlapping.
    pub edits: Vec<Edit>,
    /// What changes of how the document looks; a correction has this or edits.
    pub looks: Vec<LookEdit>,
}

/// A place with words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// In [`Document::source`](crate::document::Document::source).
    pub span: Span,
    /// What is to be seen there.
    pub message: String,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The rule that made it.
    pub rule: Arc<RuleInfo>,
    /// The severity after overrides.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Where, in [`Document::source`](crate::document::Document::source); `None` is the whole
    /// document.
    pub span: Option<Span>,
    /// Other places that belong to the finding.
    pub related: Vec<Label>,
    /// A correction.
    pub fix: Option<Fix>,
}
