//! Changes of looks in Word files: properties of runs, paragraphs and sections.

use std::collections::BTreeMap;
use std::ops::Range;

use super::elements::{
    PARAGRAPH, RUN, SECTION, attribute_of, children, element, elements, is_tag, local_name,
    prefix_of_both, with_attribute, with_child,
};
use super::main_part::Main;
use super::number;
use super::package::{KEEP, Package, text_tag};
use super::patch::{Patch, escaped};
use crate::diagnostic::{LookEdit, Property};
use crate::input::docx::Piece;
use crate::text::Span;

/// The file with other looks; `None` where nothing can be changed. `sections` are their places in
/// the source. What cannot be given its look is left as it is.
pub(super) fn write(
    bytes: &[u8],
    word: &Package<'_>,
    looks: &[LookEdit],
    sections: &[Span],
) -> Option<Vec<u8>> {
    let mut patches = runs(word, looks);
    patches.extend(paragraphs(word, looks));
    let (of_sections, parts) = pages(bytes, word, looks, sections).unwrap_or_default();
    patches.extend(of_sections);
    if patches.is_empty() && parts.is_empty() {
        return None;
    }
    patches.extend(word.in_alternatives(&patches));
    word.with_patches(patches, parts)
}

/// Whether a property is one of characters.
fn is_of_characters(property: Property) -> bool {
    property < Property::Align
}

/// What changes within one run: places in the source, each with a property.
type OfRun<'l> = Vec<(Span, &'l LookEdit)>;

fn runs(word: &Package<'_>, looks: &[LookEdit]) -> Vec<Patch> {
    let mut of_runs: BTreeMap<u32, OfRun<'_>> = BTreeMap::new();
    for look in looks.iter().filter(|l| is_of_characters(l.property)) {
        for piece in word.provenance.pieces_in(look.span) {
            if let Some(run) = piece.run {
                of_runs.entry(run).or_default().push((look.span, look));
            }
        }
    }
    let mut pieces: BTreeMap<u32, Vec<&Piece>> = BTreeMap::new();
    for piece in &word.provenance.pieces {
        if let Some(run) = piece.run.filter(|run| of_runs.contains_key(run)) {
            pieces.entry(run).or_default().push(piece);
        }
    }
    let mut patches = Vec::new();
    for (run, looks) in of_runs {
        let made = pieces.get(&run).and_then(|p| of_run(word, run, p, looks));
        patches.extend(made.unwrap_or_default());
    }
    patches
}

/// The patches of one run, which is split where only a part of it changes.
fn of_run(
    word: &Package<'_>,
    run: u32,
    pieces: &[&Piece],
    mut looks: OfRun<'_>,
) -> Option<Vec<Patch>> {
    let (first, last) = (pieces.first()?, pieces.last()?);
    let whole = Span {
        start: first.source.start,
        end: last.source.end,
    };
    let source = &word.provenance.source;
    let is_blank = |range: Range<u32>| {
        let text = source.get(range.start as usize..range.end as usize);
        text.is_some_and(|text| text.trim().is_empty())
    };
    for (span, _) in &mut looks {
        if span.start <= whole.start || is_blank(whole.start..span.start) {
            span.start = whole.start;
        }
        if span.end >= whole.end || is_blank(span.end..whole.end) {
            span.end = whole.end;
        }
    }
    let mut cuts: Vec<u32> = looks.iter().flat_map(|(s, _)| [s.start, s.end]).collect();
    cuts.retain(|&at| whole.start < at && at < whole.end);
    cuts.sort_unstable();
    cuts.dedup();
    let xml = word.xml(first.part)?;
    let raw = xml.get(word.provenance.runs.get(run as usize)?.clone())?;
    let start = word.provenance.runs.get(run as usize)?.start;
    let p = prefix_of_both(raw)?;
    let tag = raw.get(..=raw.find('>')?)?;
    let old = element(raw.get(tag.len()..)?, &format!("{p}rPr")).unwrap_or("");
    let properties = |at: u32| {
        let here = looks.iter().filter(|(s, _)| s.start <= at && at < s.end);
        let mut of_kinds = BTreeMap::new();
        for (_, look) in here {
            of_kinds.entry(look.property).or_insert(&*look.value);
        }
        with_run_looks(old, p, &of_kinds)
    };
    let mut patches = Vec::new();
    let patch = |range, text| Patch {
        part: first.part,
        range,
        text,
    };
    let begin = start + tag.len();
    let new = properties(whole.start)?;
    if new != old {
        patches.push(patch(begin..begin + old.len(), new));
    }
    for at in cuts {
        let piece = pieces
            .iter()
            .find(|piece| piece.source.start <= at && at < piece.source.end)?;
        let is_plain = piece.raw.len() == piece.source.len();
        let text = xml.get(piece.raw.clone())?;
        let offset = (at - piece.source.start) as usize;
        if text.starts_with('<') || !(is_plain || offset == 0) {
            return None;
        }
        let cut = piece.raw.start + offset;
        let (space, keeps) = text_tag(xml, cut)?;
        if !keeps {
            patches.push(patch(space, KEEP.to_owned()));
        }
        let properties = properties(at)?;
        patches.push(patch(
            cut..cut,
            format!("</{p}t></{p}r>{tag}{properties}<{p}t xml:space=\"preserve\">"),
        ));
    }
    Some(patches)
}

/// The properties of a run with other looks; `old` is empty where there are none.
pub(super) fn with_run_looks(
    old: &str,
    p: &str,
    looks: &BTreeMap<Property, &str>,
) -> Option<String> {
    let mut new = old.to_owned();
    for (&property, &value) in looks {
        let value = escaped(value);
        let toggle = |name: &str| match &*value {
            "true" => format!("<{p}{name}/>"),
            _ => format!("<{p}{name} {p}val=\"0\"/>"),
        };
        let made = match property {
            Property::Font | Property::NumberFont => {
                let of = ["ascii", "hAnsi", "eastAsia", "cs"];
                let names = of.map(|name| format!(" {p}{name}=\"{value}\"")).concat();
                vec![format!("<{p}rFonts{names}/>")]
            }
            Property::Size | Property::NumberSize => {
                let size = |name| format!("<{p}{name} {p}val=\"{value}\"/>");
                vec![size("sz"), size("szCs")]
            }
            Property::Bold => vec![toggle("b")],
            Property::Italic | Property::NumberItalic => vec![toggle("i")],
            Property::Underline => {
                let kind = if value == "true" { "single" } else { "none" };
                vec![format!("<{p}u {p}val=\"{kind}\"/>")]
            }
            _ => continue,
        };
        for child in made {
            if new.is_empty() {
                new = format!("<{p}rPr></{p}rPr>");
            }
            new = with_child(&new, RUN, &child)?;
        }
    }
    Some(new)
}

fn paragraphs(word: &Package<'_>, looks: &[LookEdit]) -> Vec<Patch> {
    let mut patches = BTreeMap::new();
    for look in looks.iter().filter(|l| l.property == Property::Align) {
        for piece in word.provenance.pieces_in(look.span) {
            let made = || {
                let range = word.provenance.paragraphs.get(piece.paragraph as usize)?;
                let xml = word.xml(piece.part)?;
                let (range, text) = aligned(xml, range.clone(), &look.value)?;
                Some(Patch {
                    part: piece.part,
                    range,
                    text,
                })
            };
            patches
                .entry((piece.part, piece.paragraph))
                .or_insert_with(made);
        }
    }
    patches.into_values().flatten().collect()
}

/// What of a paragraph is replaced so that it is aligned otherwise; `None` where it is so.
pub(super) fn aligned(
    xml: &str,
    paragraph: Range<usize>,
    value: &str,
) -> Option<(Range<usize>, String)> {
    let raw = xml.get(paragraph.clone())?;
    let p = prefix_of_both(raw)?;
    if !is_tag(raw, &format!("{p}p")) {
        return None;
    }
    let begin = paragraph.start + raw.find('>')? + 1;
    let old = element(xml.get(begin..)?, &format!("{p}pPr")).unwrap_or("");
    let empty = format!("<{p}pPr></{p}pPr>");
    let base = if old.is_empty() { &empty } else { old };
    let value = if value == "justify" { "both" } else { value };
    let frame = children(base)?
        .into_iter()
        .find(|c| local_name(c) == "framePr");
    let child = match frame {
        // A frame is where its own alignment says.
        Some(frame) => with_attribute(frame, &format!("{p}xAlign"), value)?,
        None => format!("<{p}jc {p}val=\"{value}\"/>"),
    };
    let new = with_child(base, PARAGRAPH, &child)?;
    (new != old).then(|| (begin..begin + old.len(), new))
}

/// Patches of sections, and parts with page numbers.
fn pages(
    bytes: &[u8],
    word: &Package<'_>,
    looks: &[LookEdit],
    places: &[Span],
) -> Option<(Vec<Patch>, Vec<super::archive::Part>)> {
    if looks.iter().all(|l| l.property <= Property::Align) {
        return None;
    }
    let main = Main::open(bytes, word)?;
    let xml = word.xml(main.part)?;
    let sections = elements(xml, "sectPr")?;
    if sections.len() != places.len() {
        return None;
    }
    let settings = super::archive::text(bytes, &main.beside("settings.xml"));
    let bound_on_top = settings.is_some_and(|settings| settings.contains("gutterAtTop"));
    let mut numbers = number::Numbers::new(bytes, main);
    let mut patches = Vec::new();
    for (index, (range, place)) in sections.into_iter().zip(places).enumerate() {
        let old = xml.get(range.clone())?;
        let mut new = old.to_owned();
        for look in looks.iter().filter(|look| look.span == *place) {
            new = margin(&new, look, bound_on_top)
                .or_else(|| numbers.change(&new, index, look))
                .unwrap_or(new);
        }
        if new != old {
            patches.push(Patch {
                part: numbers.main.part,
                range,
                text: new,
            });
        }
    }
    Some((patches, numbers.into_parts()))
}

/// A section with another margin. The gutter is part of the margin on the left; one that may be above
/// leaves both as they are.
fn margin(section: &str, look: &LookEdit, bound_on_top: bool) -> Option<String> {
    let side = match look.property {
        Property::MarginTop => "top",
        Property::MarginBottom => "bottom",
        Property::MarginLeft => "left",
        Property::MarginRight => "right",
        _ => return None,
    };
    let p = prefix_of_both(section)?;
    let old = children(section)?
        .into_iter()
        .find(|child| local_name(child) == "pgMar")?;
    let gutter = attribute_of(old, "gutter");
    let gutter: i32 = gutter.and_then(|g| g.parse().ok()).unwrap_or(0);
    let value = match side {
        "top" | "left" if gutter != 0 && bound_on_top => return None,
        "left" => {
            let left = look.value.parse::<i32>().ok()?.checked_sub(gutter)?;
            (left >= 0).then(|| left.to_string())?
        }
        _ => look.value.clone(),
    };
    let new = with_attribute(old, &format!("{p}{side}"), &value)?;
    with_child(section, SECTION, &new)
}
