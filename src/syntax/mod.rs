//! Logical lines → the document as understood. Total: every text gives a [`Report`].

pub mod citation;
pub mod date;
mod grammar;
pub mod reference;
mod report;
pub mod tree;

pub use report::{
    Addressees, Attachment, Header, MarkerStyle, NumberLine, PlaceDate, RecipientItem, Recipients,
    Report, Section, Signature,
};

/// Parses a document.
#[must_use]
pub fn parse(document: &crate::document::Document, logical: &crate::layout::Logical) -> Report {
    let _ = (document, logical);
    Report {
        regime: None,
        kind: None,
        header: Header::default(),
        basis: Vec::new(),
        sections: Vec::new(),
        closing: None,
        recipients: None,
        signature: None,
        attachments: Vec::new(),
        citations: Vec::new(),
        dates: Vec::new(),
        references: Vec::new(),
        tree: tree::Tree::default(),
    }
}
