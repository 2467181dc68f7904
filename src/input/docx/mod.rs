//! Word files (Office Open XML): the text as a reader sees it, how it looks, and where it stands.
//!
//! ```text
//! bytes --package--> parts --styles, numbering, sections--> walk --writer--> source, Formatting
//! ```
//!
//! The source has one line for each paragraph, tables cell by cell, text boxes after the paragraph
//! they are anchored in, notes at the end. The header of the first page comes first where it has
//! words, since a reader begins with it; all others are left out. Deleted and hidden text is left
//! out, automatic numbers are written in.

mod numbering;
mod properties;
mod provenance;
mod relations;
mod section;
mod shape;
mod styles;
mod walk;
mod writer;

use std::collections::HashMap;
use std::sync::Arc;

use super::InputError;
use super::package::{Node, Package, Space, Xml, comment_by, page_count, without_text};
use super::text::{Raw, document};
use crate::document::{
    Document, Encoding, FooterLine, Format, MarginPlace, MarkKind, PageNumber, Pages, Paragraph,
    Section,
};
use crate::text::Span;
use numbering::Numbering;
use properties::Names;
pub use provenance::{Piece, Provenance};
use relations::Relations;
use section::{Binding, On, SectionProps, sections};
use styles::Styles;
use walk::{Shared, Walker};
use writer::{PageField, Writer};

/// The part with the text where a file does not say which it is.
const DOCUMENT: &str = "word/document.xml";
/// The elements that hold a note.
const NOTES: [&str; 2] = ["footnote", "endnote"];
/// How much of a file is looked at to tell what it is, in bytes at either end.
const SAMPLE: usize = 64 << 10;

/// Whether bytes are a Word file, by names of parts near the beginning or the end.
#[must_use]
pub fn is_docx(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(SAMPLE)];
    let tail = &bytes[bytes.len().saturating_sub(SAMPLE)..];
    let holds = |part: &[u8]| part.windows(5).any(|window| window == b"word/");
    bytes.starts_with(b"PK\x03\x04") && (holds(head) || holds(tail))
}

/// Reads a Word file.
///
/// # Errors
/// When it is damaged, protected or made to harm.
pub(super) fn read(name: &str, bytes: &[u8], format: Format) -> Result<Document, InputError> {
    let written = walk(bytes, false)?;
    if written.source.trim().is_empty() && written.formatting.marks.is_empty() {
        return Err(without_text(bytes, "word/media/"));
    }
    let raw = Raw {
        source: written.source.into(),
        encoding: Encoding::Utf8 { bom: 0 },
        formatting: Some(written.formatting),
    };
    Ok(document(name, format, raw))
}

/// Where each character of the source of a Word file stands in its parts.
///
/// # Errors
/// When the bytes are no Word file that can be read.
pub fn provenance(bytes: &[u8]) -> Result<Provenance, InputError> {
    let written = walk(bytes, true)?;
    Ok(Provenance {
        source: written.source,
        parts: written.formatting.parts,
        ..written.provenance.unwrap_or_default()
    })
}

/// A part and its characters.
struct Part {
    name: String,
    text: String,
}

impl Part {
    /// The part that a document refers to by a kind, where there is one.
    fn of_kind(
        package: &mut Package<'_>,
        relations: &Relations,
        kind: &str,
    ) -> Result<Option<Self>, InputError> {
        match relations.of_kind(kind) {
            Some(name) => Self::named(package, name),
            None => Ok(None),
        }
    }

    fn named(package: &mut Package<'_>, name: &str) -> Result<Option<Self>, InputError> {
        let text = package.text(name)?;
        Ok(text.map(|text| Self {
            name: name.to_owned(),
            text,
        }))
    }

    fn as_pair(&self) -> (&str, &str) {
        (&self.name, &self.text)
    }
}

/// Where the main part of other documents stands, and what program they are of.
const OTHERS: [(&str, &str); 2] = [("xl/", "Excel"), ("ppt/", "PowerPoint")];

fn walk(bytes: &[u8], tracks: bool) -> Result<Writer, InputError> {
    let mut package = Package::open(bytes)?;
    let root = Relations::of(&mut package, "")?;
    let name = root.of_kind("officeDocument").unwrap_or(DOCUMENT);
    let main = Part::named(&mut package, name)?.ok_or_else(|| InputError::MissingPart {
        part: name.to_owned(),
    })?;
    let mut others = OTHERS.iter();
    if let Some(&(_, name)) = others.find(|(folder, _)| main.name.starts_with(folder)) {
        return Err(InputError::Unsupported { name });
    }
    let relations = Relations::of(&mut package, &main.name)?;
    let mut part = |kind| Part::of_kind(&mut package, &relations, kind);
    let theme = part("theme")?;
    let styles = part("styles")?;
    let numbering = part("numbering")?;
    let settings = part("settings")?;
    let comments = part("comments")?;
    let notes = [part("footnotes")?, part("endnotes")?];

    let mut names = Names::default();
    let styles = Styles::read(
        styles.as_ref().map(Part::as_pair),
        theme.as_ref().map(Part::as_pair),
        &mut names,
    )?;
    let numbering = Numbering::read(numbering.as_ref().map(Part::as_pair), &mut names)?;
    let sections = sections(&main.name, &main.text)?;
    let mut shared = Shared::new(&styles, &numbering, &sections, names);
    let mut out = Writer::new(tracks);

    let mut headers = Headers::default();
    let set_ups = set_ups(&sections);
    for set_up in &set_ups {
        headers.read(&mut package, &relations, &mut shared, set_up)?;
    }
    shared.forget();
    if let Some(first) = set_ups.first().and_then(|first| headers.shown_first(first)) {
        let relations = Relations::of(&mut package, &first.name)?;
        Walker::new(&first.name, &first.text, &mut shared, &relations, &mut out).header()?;
    }
    let has_pages = main.text.contains("lastRenderedPageBreak");
    Walker::new(&main.name, &main.text, &mut shared, &relations, &mut out).document(has_pages)?;
    for (kind, part) in NOTES.into_iter().zip(&notes) {
        if let Some(part) = part {
            let relations = Relations::of(&mut package, &part.name)?;
            Walker::new(&part.name, &part.text, &mut shared, &relations, &mut out).notes(kind)?;
        }
    }

    let settings = match &settings {
        Some(settings) => Settings::read(settings)?,
        None => Settings::default(),
    };
    let starts = std::mem::take(&mut shared.section_ends);
    let tables = std::mem::take(&mut shared.table_starts);
    let first = set_ups.first();
    out.formatting.first_footer = first.map_or_else(Vec::new, |first| headers.first_footer(first));
    out.formatting.sections = made_sections(
        &set_ups,
        &starts,
        &tables,
        &headers,
        settings,
        out.here().end,
    );
    let spans = std::mem::take(&mut shared.comments);
    if let Some(comments) = &comments {
        add_comments(comments, &spans, &mut out)?;
    }
    if package.has("word/vbaProject.bin") {
        out.formatting
            .marks
            .push(mark(MarkKind::Macro, Span::new(0, 0), ""));
    }
    for relation in relations.all() {
        // Links in the text were told with it.
        if relation.external && relation.kind != "hyperlink" {
            let mark = mark(MarkKind::ExternalLink, Span::new(0, 0), &relation.target);
            out.formatting.marks.push(mark);
        }
    }
    out.formatting.marks.sort_by_key(|mark| mark.span.start);
    out.formatting.page_count = counted_pages(&mut package, &root, &out.source);
    Ok(out)
}

/// How many pages the word processor counted, if it counted them of this text.
fn counted_pages(package: &mut Package<'_>, root: &Relations, text: &str) -> Option<u32> {
    let part = Part::of_kind(package, root, "extended-properties").ok()??;
    let mut xml = Xml::new(&part.name, &part.text);
    let (mut pages, mut words) = (None, None);
    xml.child().ok()?;
    while let Some(tag) = xml.child().ok()? {
        if matches!(tag.name, "Pages" | "Words")
            && let Node::Text(number) = xml.next().ok()?
        {
            let count: Option<u32> = number.trim().parse().ok();
            let of = if tag.name == "Pages" {
                &mut pages
            } else {
                &mut words
            };
            *of = count;
        }
        xml.skip().ok()?;
    }
    page_count(pages, words.map(|count| count as usize), text)
}

fn mark(kind: MarkKind, span: Span, text: &str) -> crate::document::Mark {
    crate::document::Mark {
        kind,
        span,
        text: text.into(),
    }
}

/// A section with the headers and footers that it has from those before it.
struct SetUp {
    props: SectionProps,
    /// Those of each place and kind, by id.
    parts: Vec<(MarginPlace, On, String)>,
}

fn set_ups(sections: &[SectionProps]) -> Vec<SetUp> {
    let mut parts: Vec<(MarginPlace, On, String)> = Vec::new();
    sections
        .iter()
        .map(|props| {
            for (place, on, id) in &props.margin_parts {
                parts.retain(|(known, kind, _)| (known, kind) != (place, on));
                parts.push((*place, *on, id.clone()));
            }
            SetUp {
                props: props.clone(),
                parts: parts.clone(),
            }
        })
        .collect()
}

/// The headers and footers of a file by id.
#[derive(Default)]
struct Headers(HashMap<String, Header>);

struct Header {
    part: Part,
    numbers: Vec<PageField>,
    has_words: bool,
    lines: Vec<FooterLine>,
}

impl Headers {
    fn read(
        &mut self,
        package: &mut Package<'_>,
        relations: &Relations,
        shared: &mut Shared<'_>,
        set_up: &SetUp,
    ) -> Result<(), InputError> {
        for (_, _, id) in &set_up.parts {
            if self.0.contains_key(id) {
                continue;
            }
            let target = relations.get(id).filter(|relation| !relation.external);
            let Some(target) = target else { continue };
            let Some(part) = Part::named(package, &target.target)? else {
                continue;
            };
            let mut out = Writer::default();
            let own = Relations::of(package, &part.name)?;
            Walker::new(&part.name, &part.text, shared, &own, &mut out).header()?;
            let header = Header {
                lines: footer_lines(&out),
                has_words: out.source.contains(char::is_alphabetic),
                numbers: out.page_fields,
                part,
            };
            self.0.insert(id.clone(), header);
        }
        Ok(())
    }

    /// The header that only the first page of the first section shows, where it has words.
    fn shown_first(&self, set_up: &SetUp) -> Option<&Part> {
        let shown = |(place, on, _): &&(MarginPlace, On, String)| {
            (*place, *on) == (MarginPlace::Top, On::First)
        };
        let (_, _, id) = set_up.parts.iter().find(shown)?;
        let header = self.0.get(id)?;
        (set_up.props.first_apart && header.has_words).then_some(&header.part)
    }

    /// The footer that the first page of the first section shows.
    fn first_footer(&self, set_up: &SetUp) -> Vec<FooterLine> {
        let on = match set_up.props.first_apart {
            true => On::First,
            false => On::Default,
        };
        let mut parts = set_up.parts.iter();
        let part = parts.find(|(place, kind, _)| (*place, *kind) == (MarginPlace::Bottom, on));
        let footer = part.and_then(|(_, _, id)| self.0.get(id));
        footer.map_or_else(Vec::new, |footer| footer.lines.clone())
    }

    /// The page numbers of a section.
    fn numbers(&self, set_up: &SetUp, even_apart: bool) -> Vec<PageNumber> {
        let mut numbers = Vec::new();
        for on in On::ALL {
            let Some(pages) = on.pages(set_up.props.first_apart, even_apart) else {
                continue;
            };
            for (place, _, id) in set_up.parts.iter().filter(|(_, kind, _)| *kind == on) {
                let fields = self.0.get(id).map_or(&[][..], |header| &header.numbers);
                // A condition is there to hide the number of the first page.
                let pages = |field: &PageField| match pages {
                    Pages::All if field.conditional => Some(Pages::AllButFirst),
                    Pages::First if field.conditional => None,
                    pages => Some(pages),
                };
                let fields = fields.iter().filter_map(|f| Some((f, pages(f)?)));
                numbers.extend(fields.map(|(field, pages)| PageNumber {
                    place: *place,
                    pages,
                    align: field.align,
                    style: field.style.clone(),
                    is_arabic: field.is_arabic && set_up.props.is_arabic,
                    beside: if set_up.props.in_dashes {
                        Arc::from("- -")
                    } else {
                        field.beside.clone()
                    },
                    plain: field.plain,
                }));
            }
        }
        numbers
    }
}

/// The paragraphs of a part that were read.
fn footer_lines(out: &Writer) -> Vec<FooterLine> {
    let formatting = &out.formatting;
    let runs = |line: &Paragraph| {
        let runs = formatting.runs_in(line.span).iter();
        let runs = runs.map(|run| (run.span.of(&out.source).to_owned(), run.style.clone()));
        FooterLine(runs.collect())
    };
    formatting.paragraphs.iter().map(runs).collect()
}

/// The sections with their places in the source.
fn made_sections(
    set_ups: &[SetUp],
    ends: &[u32],
    tables: &[u32],
    headers: &Headers,
    settings: Settings,
    len: u32,
) -> Vec<Section> {
    let mut start = 0;
    let mut sections = Vec::with_capacity(set_ups.len());
    for (index, set_up) in set_ups.iter().enumerate() {
        let is_last = index + 1 == set_ups.len();
        let end = ends.get(index).copied().filter(|_| !is_last);
        let span = Span {
            start,
            end: end.unwrap_or(len),
        };
        let props = &set_up.props;
        let first_table = tables.partition_point(|&table| table < span.start);
        sections.push(Section {
            span,
            width: props.width,
            height: props.height,
            margins: props.bound_margins(settings.binding),
            columns: props.columns,
            page_numbers: Some(headers.numbers(set_up, settings.even_apart)),
            has_table: tables
                .get(first_table)
                .is_some_and(|&table| table < span.end),
            first_number: props.first_number,
            continuous: props.continuous,
        });
        start = span.end;
    }
    sections
}

/// What a file says of all its pages.
#[derive(Clone, Copy, Debug, Default)]
struct Settings {
    /// Whether even pages have headers and footers of their own.
    even_apart: bool,
    binding: Binding,
}

impl Settings {
    fn read(part: &Part) -> Result<Self, InputError> {
        let mut settings = Self::default();
        let mut xml = Xml::new(&part.name, &part.text);
        xml.child()?;
        while let Some(tag) = xml.child()? {
            let flag = match (tag.space, tag.name) {
                (Space::W, "evenAndOddHeaders") => Some(&mut settings.even_apart),
                (Space::W, "gutterAtTop") => Some(&mut settings.binding.on_top),
                (Space::W, "mirrorMargins") => Some(&mut settings.binding.mirrored),
                _ => None,
            };
            if let Some(flag) = flag {
                *flag = properties::is_on(&xml, tag);
            }
            xml.skip()?;
        }
        Ok(settings)
    }
}

/// Adds a mark for each comment of a file.
fn add_comments(
    part: &Part,
    spans: &HashMap<String, Span>,
    out: &mut Writer,
) -> Result<(), InputError> {
    let mut xml = Xml::new(&part.name, &part.text);
    xml.child()?;
    while let Some(tag) = xml.child()? {
        let id = xml.attribute(tag, Space::W, "id").unwrap_or_default();
        let author = xml.attribute(tag, Space::W, "author");
        let kind = comment_by(author.as_deref());
        let text = plain_text(&mut xml)?;
        if let Some(&span) = spans.get(&*id) {
            out.formatting.marks.push(mark(kind, span, &text));
        }
    }
    Ok(())
}

/// The text of the element that began last: its paragraphs with a blank between them.
fn plain_text(xml: &mut Xml<'_>) -> Result<String, InputError> {
    let outside = xml.depth() - 1;
    let mut text = String::new();
    let mut in_text = false;
    while xml.depth() > outside {
        match xml.next()? {
            Node::Open(tag) => {
                in_text = (tag.space, tag.name) == (Space::W, "t");
                if tag.name == "p" && !text.is_empty() {
                    text.push(' ');
                }
            }
            Node::Text(part) if in_text => text.push_str(part),
            Node::Char(c) if in_text => text.push(c),
            Node::Close => in_text = false,
            Node::End => break,
            _ => {}
        }
    }
    Ok(text)
}
