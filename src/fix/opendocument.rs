//! Changes of looks in OpenDocument files. What changes gets an automatic style of its own, so that no
//! style changes that others use.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::archive::{self, Part};
use super::elements::{attribute, attribute_of, elements, is_tag, with_attribute, with_child};
use super::master::Pages;
use super::package::Package;
use super::patch::{Patch, escaped};
use crate::diagnostic::{LookEdit, Property};
use crate::document::{CharStyle, Document};
use crate::text::Span;

/// The part with named styles and pages.
pub(super) const STYLES: &str = "styles.xml";

/// The names that elements must begin with here, and what those must stand for.
const NAMESPACES: [(&str, &str); 4] = [
    ("office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
    ("style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"),
    ("text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
    (
        "fo",
        "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    ),
];

/// The properties of a style in the order of the schema.
const STYLE: &[&str] = &[
    "graphic-properties",
    "paragraph-properties",
    "text-properties",
    "map",
];

/// The file with other looks; `None` where nothing can be changed. What cannot be given its look is
/// left as it is.
pub(super) fn write(
    bytes: &[u8],
    file: &Package<'_>,
    document: &Document,
    looks: &[LookEdit],
) -> Option<Vec<u8>> {
    let xml = file.xml(0)?;
    let styles = archive::text(bytes, STYLES)?;
    if !has_usual_names(xml) || !has_usual_names(&styles) {
        return None;
    }
    let (mut new, automatic) = (NewStyles::new(&[xml, &styles]), Automatic::of(xml)?);
    let mut patches = characters(file, document, looks, &automatic, &mut new);
    patches.extend(paragraphs(file, document, looks, &automatic, &mut new).unwrap_or_default());
    if !new.is_empty() {
        let (range, text) = new.put_into(xml)?;
        patches.push(Patch {
            part: 0,
            range,
            text,
        });
    }
    let mut parts = Vec::new();
    if looks.iter().any(|look| look.property > Property::Align) {
        let sections = document.formatting.iter().flat_map(|f| &f.sections);
        let places: Vec<Span> = sections.map(|section| section.span).collect();
        let changed = Pages::open(bytes, &styles, NewStyles::new(&[xml, &styles]))
            .and_then(|pages| pages.with(looks, &places));
        parts.extend(changed.map(|text| Part {
            name: STYLES.to_owned(),
            text,
        }));
    }
    if patches.is_empty() && parts.is_empty() {
        return None;
    }
    file.with_patches(patches, parts)
}

/// Whether the names of a part begin as those that are put in.
fn has_usual_names(xml: &str) -> bool {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(root)) => {
                return NAMESPACES.iter().all(|(prefix, namespace)| {
                    let value = attribute(&root, prefix);
                    value.is_some_and(|value| value == *namespace)
                });
            }
            Ok(Event::Eof | Event::Empty(_)) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// The automatic styles of a part, and its fonts.
pub(super) struct Automatic<'x> {
    /// By family and name.
    styles: BTreeMap<(String, String), &'x str>,
    /// The name of the declaration by the name of the font.
    fonts: BTreeMap<String, String>,
}

impl<'x> Automatic<'x> {
    pub(super) fn of(xml: &'x str) -> Option<Self> {
        let group = elements(xml, "automatic-styles")?.into_iter().next();
        let group = group.and_then(|range| inner(xml.get(range)?)).unwrap_or("");
        let mut styles = BTreeMap::new();
        for range in elements(group, "style")? {
            let style = group.get(range)?;
            let family = attribute_of(style, "family").unwrap_or_default();
            let name = attribute_of(style, "name").unwrap_or_default();
            styles.insert((family, name), style);
        }
        let declared = elements(xml, "font-face-decls")?.into_iter().next();
        let declared = declared.and_then(|range| inner(xml.get(range)?));
        let declared = declared.unwrap_or("");
        let mut fonts = BTreeMap::new();
        for range in elements(declared, "font-face")? {
            let font = declared.get(range)?;
            let family = attribute_of(font, "font-family").unwrap_or_default();
            let family = family.replace("&apos;", "'").replace("&quot;", "'");
            let name = attribute_of(font, "name").unwrap_or_default();
            fonts.insert(family.trim_matches('\'').to_owned(), name);
        }
        Some(Self { styles, fonts })
    }

    fn style(&self, family: &str, name: &str) -> Option<&'x str> {
        let key = (family.to_owned(), name.to_owned());
        self.styles.get(&key).copied()
    }
}

/// Automatic styles to be put into a part.
#[derive(Clone)]
pub(super) struct NewStyles {
    /// The names that are taken.
    known: BTreeSet<String>,
    /// By what follows the name.
    made: BTreeMap<String, String>,
    /// The other way round.
    names: BTreeMap<String, String>,
    count: u32,
}

impl NewStyles {
    /// With names that none of these parts has.
    pub(super) fn new(parts: &[&str]) -> Self {
        let mut known = BTreeSet::new();
        for part in parts {
            let values = part.split("style:name=").skip(1);
            known.extend(values.filter_map(|value| {
                let quote = value.chars().next()?;
                Some(value[1..].split(quote).next()?.to_owned())
            }));
        }
        Self {
            known,
            made: BTreeMap::new(),
            names: BTreeMap::new(),
            count: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    /// A name that no style has.
    pub(super) fn name(&mut self) -> String {
        loop {
            self.count += 1;
            let name = format!("vanthu{}", self.count);
            if self.known.insert(name.clone()) {
                return name;
            }
        }
    }

    /// The name of a style with this content after its name.
    fn of(&mut self, rest: String) -> String {
        if let Some(name) = self.made.get(&rest) {
            return name.clone();
        }
        let name = self.name();
        self.names.insert(name.clone(), rest.clone());
        self.made.insert(rest, name.clone());
        name
    }

    /// The name of a style of characters as those of the spans around them, the innermost last, with
    /// other looks. Some programs let the innermost span alone count, so that it says everything.
    pub(super) fn of_characters(
        &mut self,
        automatic: &Automatic<'_>,
        around: &[String],
        looks: &BTreeMap<Property, &str>,
    ) -> String {
        let (mut parent, mut properties) = (None, BTreeMap::new());
        for name in around {
            let made = self
                .names
                .get(name)
                .map(|rest| format!("<style:style{rest}"));
            let Some(style) = made.as_deref().or(automatic.style("text", name)) else {
                parent = Some(name.clone());
                continue;
            };
            parent = attribute_of(style, "parent-style-name").or(parent);
            let children = super::elements::children(style).unwrap_or_default();
            for child in children {
                if is_tag(child, "style:text-properties") {
                    properties.extend(attributes_of(child));
                }
            }
        }
        text_properties(looks, automatic, &mut properties);
        let parent = parent.map(|parent| format!(" style:parent-style-name=\"{parent}\""));
        let properties: String = properties
            .into_iter()
            .map(|(name, value)| format!(" {name}=\"{value}\""))
            .collect();
        self.of(format!(
            " style:family=\"text\"{}><style:text-properties{properties}/></style:style>",
            parent.unwrap_or_default()
        ))
    }

    /// The name of a style as that of a paragraph, which is aligned otherwise; `old` is its name.
    pub(super) fn aligned(
        &mut self,
        automatic: &Automatic<'_>,
        old: &str,
        value: &str,
    ) -> Option<String> {
        let value = match value {
            "left" => "start",
            "right" => "end",
            value => value,
        };
        let rest = match automatic.style("paragraph", old) {
            Some(style) => {
                let properties = super::elements::children(style)?
                    .into_iter()
                    .find(|child| is_tag(child, "style:paragraph-properties"))
                    .unwrap_or("<style:paragraph-properties/>");
                let properties = with_attribute(properties, "fo:text-align", value)?;
                let style = with_child(style, STYLE, &properties)?;
                // The name comes before all else.
                let tag = style.get(..style.find('>')?)?;
                let at = tag.find(" style:name=")?;
                let quote = tag.get(at + 12..)?.chars().next()?;
                let end = at + 13 + tag.get(at + 13..)?.find(quote)? + 1;
                let before = tag.get("<style:style".len()..at)?;
                format!("{before}{}", &style[end..])
            }
            None => {
                let parent = match old {
                    "" => String::new(),
                    old => format!(" style:parent-style-name=\"{old}\""),
                };
                format!(
                    " style:family=\"paragraph\"{parent}><style:paragraph-properties \
                     fo:text-align=\"{value}\"/></style:style>"
                )
            }
        };
        Some(self.of(rest))
    }

    /// What of a part is replaced so that it holds the styles.
    pub(super) fn put_into(&self, xml: &str) -> Option<(Range<usize>, String)> {
        let mut styles: Vec<(&String, &String)> =
            self.made.iter().map(|(rest, name)| (name, rest)).collect();
        styles.sort_by_key(|(name, _)| (name.len(), *name));
        let styles: String = styles
            .into_iter()
            .map(|(name, rest)| format!("<style:style style:name=\"{name}\"{rest}"))
            .collect();
        let Some(group) = elements(xml, "automatic-styles")?.into_iter().next() else {
            let next = ["<office:master-styles", "<office:body"];
            let at = next.into_iter().find_map(|next| xml.find(next))?;
            let text = format!("<office:automatic-styles>{styles}</office:automatic-styles>");
            return Some((at..at, text));
        };
        let old = xml.get(group.clone())?;
        if old.ends_with("/>") {
            let end = group.end;
            return Some((end - 2..end, format!(">{styles}</office:automatic-styles>")));
        }
        let at = group.start + old.rfind("</")?;
        Some((at..at, styles))
    }
}

/// The attributes of the element that a text begins with, as they stand there.
fn attributes_of(xml: &str) -> BTreeMap<String, String> {
    let mut reader = Reader::from_str(xml);
    let Ok(Event::Start(tag) | Event::Empty(tag)) = reader.read_event() else {
        return BTreeMap::new();
    };
    let attributes = tag.attributes().flatten();
    let pair = |name: &str, value: &str| (name.to_owned(), value.replace('"', "&quot;"));
    attributes
        .map(|attribute| pair(attribute.key.as_ref(), &attribute.value))
        .collect()
}

/// Puts looks into the properties of characters.
fn text_properties(
    looks: &BTreeMap<Property, &str>,
    automatic: &Automatic<'_>,
    properties: &mut BTreeMap<String, String>,
) {
    // For Latin letters and the two other kinds of script.
    const SCRIPTS: [(bool, &str); 3] = [(true, ""), (false, "-asian"), (false, "-complex")];
    let mut each = |space: &str, name: &str, value: Option<&str>| {
        for (is_latin, script) in SCRIPTS {
            let space = if is_latin { space } else { "style" };
            let key = format!("{space}:{name}{script}");
            match value {
                Some(value) => properties.insert(key, value.to_owned()),
                None => properties.remove(&key),
            };
        }
    };
    let mut line = None;
    for (&property, &value) in looks {
        let is_on = value == "true";
        match property {
            Property::Font | Property::NumberFont => {
                let declared = automatic.fonts.get(value).map(String::as_str);
                // Quoted, as names with blanks must be.
                let family = escaped(&format!("'{}'", value.replace('\'', "")));
                let family = declared.is_none().then_some(&*family);
                each("style", "font-name", declared);
                each("fo", "font-family", family);
            }
            Property::Size | Property::NumberSize => {
                let size = value.parse().map_or(0.0, |half: f64| half / 2.0);
                each("fo", "font-size", Some(&format!("{size}pt")));
            }
            Property::Bold => {
                let weight = if is_on { "bold" } else { "normal" };
                each("fo", "font-weight", Some(weight));
            }
            Property::Italic | Property::NumberItalic => {
                let slant = if is_on { "italic" } else { "normal" };
                each("fo", "font-style", Some(slant));
            }
            Property::Underline => line = Some(if is_on { "solid" } else { "none" }),
            _ => {}
        }
    }
    if let Some(line) = line {
        properties.insert("style:text-underline-style".to_owned(), line.to_owned());
    }
}

/// Whether characters look so.
fn has(style: &CharStyle, property: Property, value: &str) -> bool {
    let is = |is: Option<bool>| is == Some(value == "true");
    match property {
        Property::Font => style.font.as_deref() == Some(value),
        Property::Size => style.size.is_some_and(|size| {
            let half_points: Result<i32, _> = value.parse();
            half_points.is_ok_and(|half_points| size.0 == half_points.saturating_mul(10))
        }),
        Property::Bold => is(style.bold),
        Property::Italic => is(style.italic),
        Property::Underline => is(style.underline),
        _ => true,
    }
}

/// Characters that get a style: bytes of the part.
struct Wrapped {
    raw: Range<usize>,
    of: (u32, Option<u32>),
    style: String,
}

fn characters(
    file: &Package<'_>,
    document: &Document,
    looks: &[LookEdit],
    automatic: &Automatic<'_>,
    new: &mut NewStyles,
) -> Vec<Patch> {
    let (Some(xml), Some(formatting)) = (file.xml(0), &document.formatting) else {
        return Vec::new();
    };
    // By character: what changes of it; what two say of the same, the first decides.
    let mut of_pieces: BTreeMap<u32, Vec<(Span, &LookEdit)>> = BTreeMap::new();
    for look in looks.iter().filter(|look| look.property < Property::Align) {
        for piece in file.provenance.pieces_in(look.span) {
            let start = piece.source.start.max(look.span.start);
            let end = piece.source.end.min(look.span.end);
            for run in formatting.runs_in(Span { start, end }) {
                if !has(&run.style, look.property, &look.value) {
                    let span = Span {
                        start: run.span.start.max(start),
                        end: run.span.end.min(end),
                    };
                    let parts = of_pieces.entry(piece.source.start).or_default();
                    parts.push((span, look));
                }
            }
        }
    }
    let mut insides: BTreeMap<u32, Option<Insides>> = BTreeMap::new();
    let mut wrapped: Vec<Wrapped> = Vec::new();
    for (start, looks) in of_pieces {
        let pieces = &file.provenance.pieces;
        let index = pieces.partition_point(|piece| piece.source.start < start);
        let Some(piece) = pieces.get(index) else {
            continue;
        };
        let inside = insides.entry(piece.paragraph).or_insert_with(|| {
            let paragraph = file.provenance.paragraphs.get(piece.paragraph as usize)?;
            Insides::of(xml, paragraph.clone())
        });
        let Some(inside) = inside else { continue };
        let is_plain = piece.raw.len() == piece.source.len();
        let mut cuts: Vec<u32> = looks.iter().flat_map(|(s, _)| [s.start, s.end]).collect();
        if !is_plain {
            cuts = vec![piece.source.start, piece.source.end];
        }
        cuts.sort_unstable();
        cuts.dedup();
        for pair in cuts.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let mut of_kinds = BTreeMap::new();
            for (_, look) in looks.iter().filter(|(s, _)| s.start < to && from < s.end) {
                of_kinds.entry(look.property).or_insert(&*look.value);
            }
            let at = |offset: u32| piece.raw.start + (offset - piece.source.start) as usize;
            let raw = if is_plain {
                at(from)..at(to)
            } else {
                piece.raw.clone()
            };
            let is_open = xml
                .get(raw.clone())
                .is_none_or(|raw| raw.starts_with('<') && !raw.ends_with("/>"));
            if of_kinds.is_empty() || inside.is_closed(&raw) || is_open {
                continue;
            }
            let (of, style) = (
                (piece.paragraph, piece.run),
                new.of_characters(automatic, &inside.around(&raw), &of_kinds),
            );
            match wrapped.last_mut() {
                Some(last) if last.raw.end == raw.start && last.of == of && last.style == style => {
                    last.raw.end = raw.end;
                }
                _ => wrapped.push(Wrapped { raw, of, style }),
            }
        }
    }
    // Those of text boxes stand within others; none overlap.
    wrapped.sort_by_key(|wrapped| wrapped.raw.start);
    let patch = |at: usize, text: String| Patch {
        part: 0,
        range: at..at,
        text,
    };
    wrapped
        .into_iter()
        .flat_map(|Wrapped { raw, style, .. }| {
            let open = format!("<text:span text:style-name=\"{style}\">");
            [
                patch(raw.start, open),
                patch(raw.end, "</text:span>".to_owned()),
            ]
        })
        .collect()
}

/// What stands within a paragraph: bytes of the part.
pub(super) struct Insides {
    /// The stretches that no span can be put into: fields, frames, and others that hold characters
    /// alone or paragraphs of their own.
    closed: Vec<Range<usize>>,
    /// The spans of characters in order of their starts.
    spans: Vec<SpanOfCharacters>,
}

struct SpanOfCharacters {
    range: Range<usize>,
    style: String,
    /// The span that it stands in.
    outer: Option<usize>,
}

impl Insides {
    pub(super) fn of(xml: &str, paragraph: Range<usize>) -> Option<Self> {
        let begin = paragraph.start;
        let mut reader = Reader::from_str(xml.get(paragraph)?);
        let (mut closed, mut spans) = (Vec::new(), Vec::<SpanOfCharacters>::new());
        let mut open = Vec::new();
        loop {
            let start = begin + usize::try_from(reader.buffer_position()).ok()?;
            match reader.read_event().ok()? {
                Event::Start(tag) if tag.name().as_ref() == "text:span" => {
                    let style = attribute(&tag, "style-name").unwrap_or_default();
                    let outer = open.last().copied();
                    open.push(spans.len());
                    spans.push(SpanOfCharacters {
                        range: start..usize::MAX,
                        style,
                        outer,
                    });
                    continue;
                }
                Event::Start(tag) => {
                    let name = tag.name().as_ref().to_owned();
                    if matches!(&*name, "text:p" | "text:h" | "text:a") {
                        continue;
                    }
                    reader.read_to_end(quick_xml::name::QName(&name)).ok()?;
                }
                Event::End(tag) if tag.name().as_ref() == "text:span" => {
                    let index: usize = open.pop()?;
                    spans[index].range.end = start;
                    continue;
                }
                Event::CData(_) => {}
                Event::Eof => return Some(Self { closed, spans }),
                _ => continue,
            }
            closed.push(start..begin + usize::try_from(reader.buffer_position()).ok()?);
        }
    }

    fn is_closed(&self, range: &Range<usize>) -> bool {
        let next = self
            .closed
            .partition_point(|other| other.end <= range.start);
        self.closed
            .get(next)
            .is_some_and(|other| other.start < range.end)
    }

    /// The styles of the spans around a stretch, the innermost last.
    pub(super) fn around(&self, range: &Range<usize>) -> Vec<String> {
        let next = self
            .spans
            .partition_point(|span| span.range.start < range.start);
        let mut around = Vec::new();
        let mut index = next.checked_sub(1);
        while let Some(span) = index.map(|index| &self.spans[index]) {
            if range.end <= span.range.end {
                around.push(span.style.clone());
            }
            index = span.outer;
        }
        around.reverse();
        around
    }
}

fn paragraphs(
    file: &Package<'_>,
    document: &Document,
    looks: &[LookEdit],
    automatic: &Automatic<'_>,
    new: &mut NewStyles,
) -> Option<Vec<Patch>> {
    let (xml, formatting) = (file.xml(0)?, document.formatting.as_ref()?);
    let mut patches = BTreeMap::new();
    for look in looks.iter().filter(|l| l.property == Property::Align) {
        for piece in file.provenance.pieces_in(look.span) {
            let index = formatting.paragraph_index(piece.source.start)?;
            let is = formatting.paragraphs[index].align;
            if is.is_some_and(|is| is.as_str() == look.value) {
                continue;
            }
            let mut made = || {
                let range = file.provenance.paragraphs.get(piece.paragraph as usize)?;
                let raw = xml.get(range.clone())?;
                if !is_tag(raw, "text:p") && !is_tag(raw, "text:h") {
                    return None;
                }
                let tag = raw.get(..=raw.find('>')?)?;
                let old = attribute_of(tag, "style-name").unwrap_or_default();
                let name = new.aligned(automatic, &old, &look.value)?;
                Some(Patch {
                    part: 0,
                    range: range.start..range.start + tag.len(),
                    text: with_attribute(tag, "text:style-name", &name)?,
                })
            };
            patches.entry(piece.paragraph).or_insert_with(&mut made);
        }
    }
    Some(patches.into_values().flatten().collect())
}

/// What stands within the element that a text is.
pub(super) fn inner(xml: &str) -> Option<&str> {
    let open = xml.find('>')? + 1;
    match xml.rfind("</") {
        Some(close) => xml.get(open..close),
        None => Some(""),
    }
}
