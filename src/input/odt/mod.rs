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

use std::collections::BTreeMap;
use std::sync::Arc;

use super::InputError;
use super::docx::{Piece, Provenance};
use super::package::{Package, Space, Xml, page_count, without_text};
use super::text::{Raw, document};
use crate::document::{Document, Encoding, Format, Formatting, Mark, MarkKind, Section};
use crate::text::Span;
use body::{Body, Places, SectionStart};
use flow::Flow;
pub use pages::MasterPage;
use pages::PageStyles;
use styles::Styles;

/// The part that holds the text.
const CONTENT: &str = "content.xml";
/// The part that holds named styles and pages.
const STYLES: &str = "styles.xml";
/// The part that tells when a file was written, and how much is in it.
const META: &str = "meta.xml";
/// The part that lists the parts.
const MANIFEST: &str = "META-INF/manifest.xml";
/// Parts of programs that an OpenDocument file may carry.
const PROGRAMS: &[&str] = &["Basic/script-lc.xml", "Scripts/"];

/// How much of a file is looked at to tell what it is, in bytes.
const SAMPLE: usize = 64 << 10;

/// Whether bytes are an OpenDocument text, by the type that stands at the beginning.
pub(super) fn is_odt(bytes: &[u8]) -> bool {
    const TYPE: &[u8] = b"application/vnd.oasis.opendocument.text";
    let head = &bytes[..bytes.len().min(SAMPLE)];
    head.starts_with(b"PK\x03\x04") && head.windows(TYPE.len()).any(|window| window == TYPE)
}

/// Reads the bytes of an OpenDocument text.
///
/// # Errors
/// When the file is damaged, encrypted, or larger in any way than a document is.
pub(super) fn read(name: &str, bytes: &[u8], format: Format) -> Result<Document, InputError> {
    let Written {
        flow, formatting, ..
    } = walk(bytes, false)?;
    if flow.text.trim().is_empty() && formatting.marks.is_empty() {
        return Err(without_text(bytes, "pictures/"));
    }
    let raw = Raw {
        source: flow.text.into(),
        encoding: Encoding::Utf8 { bom: 0 },
        formatting: Some(formatting),
    };
    Ok(document(name, format, raw))
}

/// Where each character of the source of an OpenDocument text stands in its parts; a run is a
/// span (`text:span`), a paragraph a `text:p` or `text:h`.
///
/// # Errors
/// When the bytes are no OpenDocument text that can be read.
pub fn provenance(bytes: &[u8]) -> Result<Provenance, InputError> {
    let Written {
        flow,
        formatting,
        places,
        ..
    } = walk(bytes, true)?;
    let pieces = flow.origins.into_iter().map(|origin| Piece {
        source: origin.span,
        part: 0,
        raw: origin.xml,
        run: origin.run,
        paragraph: origin.paragraph,
    });
    Ok(Provenance {
        source: flow.text,
        parts: formatting.parts,
        pieces: pieces.collect(),
        runs: places.runs,
        paragraphs: places.paragraphs,
    })
}

/// The pages of an OpenDocument text, for those who write into it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Masters {
    /// The master page of each section of
    /// [`Document::formatting`](crate::document::Document::formatting), in order.
    pub of_sections: Vec<Option<String>>,
    /// The master pages by name (`style:name`).
    pub known: BTreeMap<String, MasterPage>,
}

/// The master pages of an OpenDocument text.
///
/// # Errors
/// When the bytes are no OpenDocument text that can be read.
pub fn masters(bytes: &[u8]) -> Result<Masters, InputError> {
    Ok(walk(bytes, false)?.masters)
}

/// What was read: of the flow, text and origins are left.
struct Written {
    flow: Flow,
    formatting: Formatting,
    places: Places,
    masters: Masters,
}

/// Whether a password was set: the list of parts then tells how each is encrypted.
fn is_encrypted(package: &mut Package<'_>) -> bool {
    let manifest = package.text(MANIFEST).ok().flatten();
    manifest.is_some_and(|manifest| manifest.contains(":encryption-data"))
}

fn walk(bytes: &[u8], tracks: bool) -> Result<Written, InputError> {
    let mut package = Package::open(bytes)?;
    if is_encrypted(&mut package) {
        return Err(InputError::Encrypted);
    }
    let mut styles = Styles::default();
    let mut pages = PageStyles::default();
    if let Some(text) = package.text(STYLES)? {
        read_part(STYLES, &text, &mut styles, &mut pages, None)?;
    }
    styles.forget_automatic();
    let text = package.text(CONTENT)?.ok_or(InputError::MissingPart {
        part: CONTENT.to_owned(),
    })?;
    let mut content = Content::default();
    let body = Some((&mut content, tracks));
    read_part(CONTENT, &text, &mut styles, &mut pages, body)?;
    let Content {
        mut flow,
        starts,
        tables,
        places,
    } = content;
    if PROGRAMS.iter().any(|part| package.has(part)) {
        flow.marks.push(Mark {
            kind: MarkKind::Macro,
            span: Span::default(),
            text: Arc::from(""),
        });
    }
    flow.marks
        .sort_by_key(|mark| (mark.span.start, mark.span.end));
    let (sections, of_sections) = sections(&pages, &starts, &tables, flow.text.len());
    let formatting = Formatting {
        sections,
        paragraphs: std::mem::take(&mut flow.paragraphs),
        runs: std::mem::take(&mut flow.runs),
        lines: std::mem::take(&mut flow.lines),
        marks: std::mem::take(&mut flow.marks),
        parts: vec![Arc::from(CONTENT)],
        page_count: counted_pages(&mut package, &flow.text),
        full_lines: Vec::new(),
        first_footer: match of_sections.first() {
            Some(Some(first)) => pages.foot(first),
            _ => Vec::new(),
        },
    };
    Ok(Written {
        flow,
        formatting,
        places,
        masters: Masters {
            of_sections,
            known: pages.masters(),
        },
    })
}

/// How many pages the word processor counted, if it counted them of this text.
fn counted_pages(package: &mut Package<'_>, text: &str) -> Option<u32> {
    let meta = package.text(META).ok()??;
    let mut xml = Xml::new(META, &meta);
    while let Some(tag) = xml.child().ok()? {
        if (tag.space, tag.name) == (Space::Meta, "document-statistic") {
            let value = |name| xml.attribute(tag, Space::Meta, name);
            let pages = value("page-count")?.parse().ok();
            let words = value("word-count")?.parse().ok();
            return page_count(pages, words, text);
        }
        if tag.space != Space::Office {
            xml.skip().ok()?;
        }
    }
    None
}

/// What the body holds.
#[derive(Default)]
struct Content {
    flow: Flow,
    /// Where pages of another kind begin.
    starts: Vec<SectionStart>,
    /// Where tables with lines begin.
    tables: Vec<u32>,
    places: Places,
}

/// Reads one part: styles and pages are added to those known, the text to `body`, with where it
/// came from or without.
fn read_part(
    name: &str,
    text: &str,
    styles: &mut Styles,
    pages: &mut PageStyles,
    mut body: Option<(&mut Content, bool)>,
) -> Result<(), InputError> {
    let mut xml = Xml::new(name, text);
    // The root element.
    if xml.child()?.is_none() {
        return Ok(());
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
            (Space::Office, "body") => {
                while let Some(tag) = xml.child()? {
                    match &mut body {
                        Some((content, tracks))
                            if (tag.space, tag.name) == (Space::Office, "text") =>
                        {
                            let mut body = Body::new(styles, *tracks);
                            body.read(&mut xml, tag)?;
                            **content = body.content();
                        }
                        _ => xml.skip()?,
                    }
                }
            }
            _ => xml.skip()?,
        }
    }
    Ok(())
}

/// The sections of a text of `len` bytes, and the master page of each.
fn sections(
    pages: &PageStyles,
    starts: &[SectionStart],
    tables: &[u32],
    len: usize,
) -> (Vec<Section>, Vec<Option<String>>) {
    let end = Span::new(len, len).end;
    let (mut sections, mut masters) = (Vec::new(), Vec::new());
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
        masters.push(pages.master_name(start.master.as_deref()));
    }
    if sections.is_empty() {
        sections.push(pages.section(None, Span::new(0, len), false));
        masters.push(pages.master_name(None));
    }
    (sections, masters)
}
