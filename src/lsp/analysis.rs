//! One text, checked.

use std::sync::Arc;

use super::position::Encoding;
use super::protocol::Range;
use crate::diagnostic::{KnownFindings, Language};
use crate::document::{Document, Format};
use crate::input;
use crate::rules::{self, Act, Options, Outcome, RuleSet};
use crate::text::{Lines, Span};

/// How a document is judged.
#[derive(Clone, Debug)]
pub struct Judge {
    /// The rules that run.
    pub rules: Arc<RuleSet>,
    /// The structure profile, where one is asked for.
    pub profile: Option<String>,
    /// The language of messages.
    pub language: Language,
    /// What baselines know of the document.
    pub known: Vec<KnownFindings>,
}

/// A text as an editor has it, and what was found in it.
#[derive(Debug)]
pub struct Analysis {
    pub(super) text: Arc<str>,
    pub(super) lines: Lines,
    /// `None` where the text is none that is checked.
    pub(super) checked: Option<Checked>,
}

/// What became of a text that is checked.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) judge: Judge,
    pub(super) document: Document,
    pub(super) outcome: Outcome,
    /// Bytes of a byte order mark that the editor left in the text.
    mark: u32,
}

/// Checks a text. `name` tells the format by its extension; without a judge (the document is
/// excluded) and in another language nothing is looked for. What was found `earlier` in the document
/// makes it faster, and changes nothing.
#[must_use]
pub fn analyse(
    name: &str,
    text: Arc<str>,
    judge: Option<Judge>,
    earlier: Option<&Analysis>,
) -> Analysis {
    let bare = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let mark = Span::new(0, text.len() - bare.len()).end;
    let checked = judge.and_then(|judge| {
        let document = input::read(name, text.as_bytes()).ok();
        // A text whose bytes look like those of another encoding has other positions.
        let document = document.filter(|document| document.source() == bare);
        let earlier = earlier.and_then(|earlier| earlier.checked.as_ref());
        Checked::new(document?, judge, mark, earlier)
    });
    Analysis {
        lines: Lines::new(&text),
        text,
        checked,
    }
}

/// Checks a file that no editor holds; `None` where it is none that is checked.
#[must_use]
pub fn analyse_file(name: &str, bytes: &[u8], judge: Judge) -> Option<Analysis> {
    let document = input::read(name, bytes).ok()?;
    let checked = Checked::new(document, judge, 0, None)?;
    let text: Arc<str> = checked.document.source().into();
    Some(Analysis {
        lines: Lines::new(&text),
        text,
        checked: Some(checked),
    })
}

impl Judge {
    fn judged(&self, document: &Document, earlier: Option<&Checked>) -> Outcome {
        let is_alike = |earlier: &&Checked| Arc::ptr_eq(&earlier.judge.rules, &self.rules);
        let earlier = earlier.filter(is_alike);
        let options = Options {
            language: self.language,
            profile: self.profile.as_deref(),
            hurried: true,
            earlier: earlier.map(|earlier| &earlier.outcome),
            ..Options::default()
        };
        let mut outcome = rules::check(document, &self.rules, options);
        if !self.known.is_empty() {
            let findings = &mut outcome.diagnostics;
            KnownFindings::silence(&self.known, document.source(), findings);
        }
        outcome
    }

    /// Reads and checks the bytes of a file; `None` where they are no document.
    pub(super) fn check(&self, name: &str, bytes: &[u8]) -> Option<(Document, Outcome)> {
        let document = input::read(name, bytes).ok()?;
        let outcome = self.judged(&document, None);
        Some((document, outcome))
    }
}

impl Checked {
    fn new(document: Document, judge: Judge, mark: u32, earlier: Option<&Self>) -> Option<Self> {
        // Folders hold many texts that nobody meant to be checked: programs, notes, other tongues.
        let is_text = matches!(document.format, Format::Txt | Format::Md);
        if !is_text || !document.is_vietnamese {
            return None;
        }
        let outcome = judge.judged(&document, earlier);
        Some(Self {
            judge,
            document,
            outcome,
            mark,
        })
    }

    /// A span of the source as one of the editor's text.
    pub(super) fn in_text(&self, span: Span) -> Span {
        Span {
            start: span.start + self.mark,
            end: span.end + self.mark,
        }
    }

    /// A span of the logical text as one of the editor's text.
    pub(super) fn logical_in_text(&self, span: Span) -> Span {
        let span = self.outcome.logical.map.span(span);
        self.in_text(self.document.to_source(span))
    }

    /// The citations whose place in the editor's text is wanted, with the acts of the register that
    /// they surely mean.
    pub(super) fn cited(
        &self,
        wanted: impl Fn(Span) -> bool,
    ) -> impl Iterator<Item = (Span, &Act)> {
        let (rules, text) = (&self.judge.rules, &self.outcome.logical.text);
        self.outcome
            .report
            .citations
            .iter()
            .filter_map(move |citation| {
                let span = self.logical_in_text(citation.span);
                let act = wanted(span).then(|| rules.act_of(citation, text))?;
                Some((span, act?))
            })
    }
}

impl Analysis {
    /// A span of the editor's text as the client counts.
    pub(super) fn range(&self, span: Span, encoding: Encoding) -> Range {
        encoding.range(&self.text, &self.lines, span)
    }

    /// The language of what is said of it.
    pub(super) fn language(&self) -> Language {
        let judge = self.checked.as_ref().map(|checked| &checked.judge);
        judge.map(|judge| judge.language).unwrap_or_default()
    }

    /// Where the whole document is shown: on its first line that is not empty.
    pub(super) fn first_line(&self) -> Span {
        let start = self.text.len() - self.text.trim_start().len();
        let line = self.text[start..].split(['\n', '\r']).next();
        Span::new(start, start + line.unwrap_or_default().trim_end().len())
    }
}
