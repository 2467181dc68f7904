//! OpenDocument text.
//!
//! ```text
//! styles.xml --Styles, PageStyles--> content.xml --Body--> Flow --> Document
//! ```
//!
//! What stands in the margins (headers, footers, notes) is no part of the text; of headers and
//! footers the page numbers are kept.

mod body;
mod flow;
mod length;
mod list;
mod pages;
mod shape;
mod styles;

use std::sync::Arc;

use super::InputError;
use super::package::{Package, Space, Xml};
use super::text::{Raw, document};
use crate::document::{Document, Encoding, Format, Formatting, Mark, MarkKind, Section};
use crate::text::Span;
use body::{Body, SectionStart};
use flow::Flow;
use pages::PageStyles;
use styles::Styles;

/// The part that holds the text.
const CONTENT: &str = "content.xml";
/// The part that holds named styles and pages.
const STYLES: &str = "styles.xml";
/// The part that lists the parts.
const MANIFEST: &str = "META-INF/manifest.xml";
/// Parts of programs that an OpenDocument file may carry.
const PROGRAMS: &[&str] = &["Basic/script-lc.xml", "Scripts/"];

/// Reads the bytes of an OpenDocument text.
///
/// # Errors
/// When the file is damaged, encrypted, or larger in any way than a document is.
pub(super) fn read(name: &str, bytes: &[u8], format: Format) -> Result<Document, InputError> {
    let mut package = Package::open(bytes)?;
    if is_encrypted(&mut package) {
        return Err(InputError::Encrypted);
    }
    let (flow, formatting) = parse(&mut package)?;
    if flow.text.trim().is_empty() {
        return Err(InputError::Empty);
    }
    Ok(document(
        name,
        format,
        Raw {
            source: flow.text.into(),
            encoding: Encoding::Utf8 { bom: 0 },
            formatting: Some(formatting),
        },
    ))
}

/// Whether a password was set: the list of parts then tells how each is encrypted.
fn is_encrypted(package: &mut Package<'_>) -> bool {
    let manifest = package.text(MANIFEST).ok().flatten();
    manifest.is_some_and(|manifest| manifest.contains(":encryption-data"))
}

/// The text and how it looks; of the flow, text and origins are left.
fn parse(
    package: &mut Package<'_>,
    tracks: bool,
) -> Result<(Flow, Option<Places>, Formatting), InputError> {
    let mut styles = Styles::default();
    let mut pages = PageStyles::default();
    if let Some(text) = package.text(STYLES)? {
        read_part(STYLES, &text, &mut styles, &mut pages, false)?;
    }
    styles.forget_automatic();
    let text = package.text(CONTENT)?.ok_or(InputError::MissingPart {
        part: CONTENT.to_owned(),
    })?;
    let (mut flow, starts, tables) = read_part(CONTENT, &text, &mut styles, &mut pages, true)?;
    if PROGRAMS.iter().any(|part| package.has(part)) {
        flow.marks.push(Mark {
            kind: MarkKind::Macro,
            span: Span::default(),
            text: Arc::from(""),
        });
    }
    flow.marks
        .sort_by_key(|mark| (mark.span.start, mark.span.end));
    let formatting = Formatting {
        sections: sections(&pages, &starts, &tables, flow.text.len()),
        paragraphs: std::mem::take(&mut flow.paragraphs),
        runs: std::mem::take(&mut flow.runs),
        lines: std::mem::take(&mut flow.lines),
        marks: std::mem::take(&mut flow.marks),
        parts: vec![Arc::from(CONTENT)],
    };
    Ok((flow, formatting))
}

/// What a part holds: the text, where pages of another kind begin, where tables do.
type Content = (Flow, Vec<SectionStart>, Vec<u32>);

/// Reads one part: styles and pages are added to those known, the text is given back.
fn read_part(
    name: &str,
    text: &str,
    styles: &mut Styles,
    pages: &mut PageStyles,
    has_body: bool,
) -> Result<Content, InputError> {
    let mut xml = Xml::new(name, text);
    let mut content = Content::default();
    // The root element.
    if xml.child()?.is_none() {
        return Ok(content);
    }
    while let Some(tag) = xml.child()? {
        match (tag.space, tag.name) {
            (Space::Office, "font-face-decls") => styles.read_fonts(&mut xml)?,
            (Space::Office, group @ ("styles" | "automatic-styles")) => {
                while let Some(tag) = xml.child()? {
                    if (tag.space, tag.name) == (Space::Style, "page-layout") {
                        pages.read_layout(&mut xml, tag)?;
                    } else {
                        styles.read(&mut xml, tag, group == "automatic-styles")?;
                    }
                }
            }
            (Space::Office, "master-styles") => {
                while let Some(tag) = xml.child()? {
                    if (tag.space, tag.name) == (Space::Style, "master-page") {
                        pages.read_master(&mut xml, tag, styles)?;
                    } else {
                        xml.skip()?;
                    }
                }
            }
            (Space::Office, "body") if has_body => {
                while let Some(tag) = xml.child()? {
                    if (tag.space, tag.name) == (Space::Office, "text") {
                        let mut body = Body::new(styles, tracks);
                        body.read(&mut xml, tag)?;
                        content = (body.flow, body.sections, body.table_starts);
                    } else {
                        xml.skip()?;
                    }
                }
            }
            _ => xml.skip()?,
        }
    }
    Ok(content)
}

/// The sections of a text of `len` bytes.
fn sections(
    pages: &PageStyles,
    starts: &[SectionStart],
    tables: &[u32],
    len: usize,
) -> Vec<Section> {
    let end = Span::new(len, len).end;
    let mut sections: Vec<Section> = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let from = if index == 0 { 0 } else { start.at };
        let to = starts.get(index + 1).map_or(end, |next| next.at);
        // Sections that begin at one place: the last counts.
        if from == to && index + 1 < starts.len() {
            continue;
        }
        let span = Span {
            start: from,
            end: to,
        };
        let mut section = pages.section(start.master.as_deref(), span, start.continues);
        section.columns = start.columns.unwrap_or(section.columns);
        section.first_number = start.first_number;
        let first = tables.partition_point(|&at| at < span.start);
        section.has_table = tables.get(first).is_some_and(|&at| at < span.end);
        sections.push(section);
    }
    if sections.is_empty() {
        sections.push(pages.section(None, Span::new(0, len), false));
    }
    sections
}
