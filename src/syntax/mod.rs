//! Logical lines → the document as understood. Total: every text gives a [`Report`].

pub mod citation;
pub mod date;
mod line;
mod recognise;
pub mod reference;
mod report;
mod section;
mod structure;
pub mod tree;

use crate::document::Document;
use crate::layout::Logical;
use crate::text::Letters;

pub use report::{
    Addressees, Attachment, Header, MarkerStyle, NumberLine, PlaceDate, RecipientItem, Recipients,
    Report, Section, Signature,
};

/// Parses a document.
#[must_use]
pub fn parse(document: &Document, logical: &Logical) -> Report {
    let text = logical.text.as_str();
    let letters = if document.letters_lost {
        Letters::Confusable
    } else {
        Letters::Exact
    };
    let dates = Vec::new();
    let structure = structure::build(text, &logical.lines, &dates, letters);
    let citations = Vec::new();
    let references = Vec::new();
    Report {
        regime: recognise::regime(text, &structure),
        kind: recognise::kind(text, &structure),
        header: structure.header,
        basis: structure.basis,
        sections: structure.sections,
        closing: structure.closing,
        recipients: structure.recipients,
        signature: structure.signature,
        attachments: structure.attachments,
        citations,
        dates,
        references,
        tree: structure.tree,
    }
}
