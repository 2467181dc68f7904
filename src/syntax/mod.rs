//! Logical lines → the document as understood. Total: every text gives a [`Report`].

pub mod citation;
pub mod date;
mod grammar;
mod line;
mod neighbours;
mod recognise;
pub mod reference;
mod report;
mod section;
mod structure;
pub mod tree;
mod words;

use crate::document::{Align, Document, Formatting, Paragraph};
use crate::layout::{Line, Logical};
use crate::text::{Letters, Span};

pub(crate) use line::Classes;
pub use report::{
    Addressees, Attachment, Header, MarkerStyle, NumberLine, PlaceDate, RecipientItem, Recipients,
    Report, Section, Signature,
};

/// What is read before the structure is known, in each line by itself.
#[derive(Clone, Debug)]
pub(crate) struct Read {
    pub(crate) dates: Vec<date::DateMention>,
    pub(crate) classes: Classes,
}

impl Read {
    pub(crate) fn of(document: &Document, logical: &Logical) -> Self {
        Self {
            dates: date::find(&logical.text),
            classes: Classes::of(logical, letters_of(document)),
        }
    }
}

/// How far the letters of a document can be trusted.
pub(crate) fn letters_of(document: &Document) -> Letters {
    match document.letters_lost {
        true => Letters::Confusable,
        false => Letters::Exact,
    }
}

/// Parses a document.
#[must_use]
pub fn parse(document: &Document, logical: &Logical) -> Report {
    parse_read(document, logical, Read::of(document, logical))
}

/// Parses a document whose lines have been read.
pub(crate) fn parse_read(document: &Document, logical: &Logical, read: Read) -> Report {
    let Read { dates, classes } = read;
    let text = logical.text.as_str();
    let letters = letters_of(document);
    let structure = structure::build(
        text,
        &logical.lines,
        classes.lines,
        &dates,
        letters,
        &FirstLooks::of(document, logical),
    );
    let citations = citations(document, logical, &structure, &dates);
    Report {
        regime: recognise::regime(text, &structure, letters),
        kind: recognise::kind(text, &structure, letters),
        header: structure.header,
        basis: structure.basis,
        sections: structure.sections,
        closing: structure.closing,
        recipients: structure.recipients,
        signature: structure.signature,
        attachments: structure.attachments,
        citations,
        references: reference::find(text, &logical.lines),
        dates,
        tree: structure.tree,
    }
}

/// What the looks of the first lines tell of them, where the file has looks; lines as indices, in
/// order.
#[derive(Default)]
struct FirstLooks<'a> {
    /// The document and its lines, where it has looks.
    read: Option<(&'a Document, &'a Logical, &'a Formatting)>,
    /// Those that stand in text boxes; they may stand anywhere on the page.
    boxed: Vec<usize>,
    /// Those that are set as running text: justified, with an indent.
    running: Vec<usize>,
    /// Of all lines, not only the first: those in a style for entries of a table of contents.
    contents: Vec<usize>,
}

impl<'a> FirstLooks<'a> {
    fn of(document: &'a Document, logical: &'a Logical) -> Self {
        let mut looks = Self::default();
        let Some(formatting) = &document.formatting else {
            return looks;
        };
        looks.read = Some((document, logical, formatting));
        for (index, line) in logical.lines.iter().take(line::HEAD).enumerate() {
            let at = document.to_source(logical.map.span(line.span)).start;
            let paragraph = formatting.paragraph_index(at);
            let Some(paragraph) = paragraph.map(|index| &formatting.paragraphs[index]) else {
                continue;
            };
            if paragraph.in_box {
                looks.boxed.push(index);
            }
            let indented = paragraph.indent_first.is_some_and(|indent| indent.0 > 0);
            if indented && paragraph.align == Some(Align::Justify) {
                looks.running.push(index);
            }
        }
        looks.contents = contents_entries(document, logical, formatting);
        looks
    }

    /// Table, row and column of the cell that holds an offset of the logical text.
    fn place(&self, at: u32) -> Option<(u32, u32, u32)> {
        let (document, logical, formatting) = self.read?;
        let at = document
            .to_source(logical.map.span(Span::new(at as usize, at as usize)))
            .start;
        let cell = formatting.paragraphs[formatting.paragraph_index(at)?].cell?;
        Some((cell.table, cell.row, cell.column))
    }
}

/// The lines in a style for entries of a table of contents.
fn contents_entries(document: &Document, logical: &Logical, formatting: &Formatting) -> Vec<usize> {
    if !formatting
        .paragraphs
        .iter()
        .any(Paragraph::is_contents_entry)
    {
        return Vec::new();
    }
    let is_entry = |line: &Line| {
        let at = document.to_source(logical.map.span(line.span)).start;
        let paragraph = formatting.paragraph_index(at);
        paragraph.is_some_and(|index| formatting.paragraphs[index].is_contents_entry())
    };
    let lines = logical.lines.iter().enumerate();
    let entries = lines.filter(|(_, line)| !line.span.is_empty() && is_entry(line));
    entries.map(|(index, _)| index).collect()
}

/// The citations of the document, with what its structure says of them.
fn citations(
    document: &Document,
    logical: &Logical,
    structure: &structure::Structure,
    dates: &[date::DateMention],
) -> Vec<citation::Citation> {
    let text = logical.text.as_str();
    let mut citations = citation::find(text, &logical.lines, dates, document.letters_lost);
    let own = structure.header.number.as_ref().and_then(|line| {
        let (number, symbol) = (line.number?, line.symbol?);
        let written = number.join(symbol).of(text);
        Some(written.split_whitespace().collect::<String>())
    });
    citation::relate(&mut citations, &structure.basis, own.as_deref());
    citations
}
