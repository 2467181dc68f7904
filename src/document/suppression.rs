//! Comments in a document that ask for silence on rules; they are no text of the document.

use crate::text::Span;

/// A comment that asks for silence on rules.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppression {
    /// The comment, in [`Document::source`](super::Document::source).
    pub span: Span,
    /// How far it reaches; `None` where its first word says nothing that is known.
    pub scope: Option<Scope>,
    /// The first word, in the source; empty where there is none.
    pub word: Span,
    /// Ids of rules and groups, in the source.
    pub names: Vec<Span>,
    /// Why, as written; empty where it does not say.
    pub reason: Span,
    /// Whether text stands before it on its line.
    pub after_text: bool,
}

/// How far a [`Suppression`] reaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The paragraph that follows it, or the one that it stands in.
    Next,
    /// The whole file.
    File,
    /// All that follows, up to the next [`End`](Self::End).
    Begin,
    /// Ends what the last [`Begin`](Self::Begin) began.
    End,
}
