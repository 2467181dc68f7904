//! Pages of OpenDocument files: margins, and the page numbers of headers and footers.

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::elements::{
    attribute_of, children, elements, is_tag, local_name, with_attribute, with_child,
};
use super::number::is_ornament;
use super::opendocument::{Automatic, Insides, NewStyles, inner};
use crate::diagnostic::{LookEdit, NumberLook, Property};
use crate::document::Twips;
use crate::input::odt::{self, MasterPage, Masters};
use crate::text::Span;

/// The headers and footers of a master page in the order of the schema.
const BANDS: &[&str] = &[
    "header",
    "header-left",
    "header-first",
    "footer",
    "footer-left",
    "footer-first",
];

/// The parts of a page layout in the order of the schema.
const LAYOUT: &[&str] = &["page-layout-properties", "header-style", "footer-style"];

/// Masters that follow one another at most.
const LONGEST_CHAIN: usize = 8;

/// The part with the pages, while it is changed.
#[derive(Clone)]
pub(super) struct Pages {
    xml: String,
    masters: Masters,
    new: NewStyles,
}

/// What becomes of a margin, in twips.
type Wanted = BTreeMap<String, i32>;

impl Pages {
    pub(super) fn open(bytes: &[u8], styles: &str, new: NewStyles) -> Option<Self> {
        Some(Self {
            xml: styles.to_owned(),
            masters: odt::masters(bytes).ok()?,
            new,
        })
    }

    /// The part with other looks; `places` are those of the sections. `None` where nothing changes.
    pub(super) fn with(mut self, looks: &[LookEdit], places: &[Span]) -> Option<String> {
        if places.len() != self.masters.of_sections.len() {
            return None;
        }
        let old = self.xml.clone();
        for (index, place) in places.iter().enumerate() {
            for look in looks.iter().filter(|look| look.span == *place) {
                let mut changed = self.clone();
                if changed.change(index, look).is_some() {
                    self = changed;
                }
            }
        }
        if !self.new.is_empty() {
            let (range, text) = self.new.put_into(&self.xml)?;
            self.xml.replace_range(range, &text);
        }
        (self.xml != old).then_some(self.xml)
    }

    fn change(&mut self, section: usize, look: &LookEdit) -> Option<()> {
        let first = self.masters.of_sections.get(section)?.clone()?;
        let chain = self.chain(&first);
        match look.property {
            Property::MarginTop
            | Property::MarginBottom
            | Property::MarginLeft
            | Property::MarginRight => self.margin(&chain, look),
            Property::NumberAlign
            | Property::NumberSize
            | Property::NumberItalic
            | Property::NumberFont => {
                let part = self.xml.clone();
                let automatic = Automatic::of(&part)?;
                for master in &chain {
                    self.each_band(master, |band, new| restyled(band, look, &automatic, new))?;
                }
                Some(())
            }
            Property::NumberBeside => {
                for master in &chain {
                    self.each_band(master, |band, _| alone(band, &look.value))?;
                }
                Some(())
            }
            Property::NumberFormat => self.arabic(&chain),
            Property::NumberFirst => self.first_apart(&first),
            Property::NumberPlace => self.move_to_top(&chain, section, look),
            _ => None,
        }
    }

    /// A master page and those that follow it.
    fn chain(&self, first: &str) -> Vec<String> {
        let mut chain = vec![first.to_owned()];
        while chain.len() < LONGEST_CHAIN {
            let last = chain.last().and_then(|last| self.masters.known.get(last));
            let Some(next) = last.and_then(|last| last.next.clone()) else {
                break;
            };
            if chain.contains(&next) || !self.masters.known.contains_key(&next) {
                break;
            }
            chain.push(next);
        }
        chain
    }

    fn page(&self, master: &str) -> Option<&MasterPage> {
        self.masters.known.get(master)
    }

    /// The element of this name, of those that have one.
    fn named(&self, kind: &str, name: &str) -> Option<Range<usize>> {
        let found = elements(&self.xml, kind)?;
        found.into_iter().find(|range| {
            let found = self.xml.get(range.clone());
            found.is_some_and(|xml| attribute_of(xml, "name").as_deref() == Some(name))
        })
    }

    fn replace(
        &mut self,
        kind: &str,
        name: &str,
        change: impl FnOnce(&str, &mut NewStyles) -> Option<String>,
    ) -> Option<()> {
        let range = self.named(kind, name)?;
        let new = change(self.xml.get(range.clone())?, &mut self.new)?;
        self.xml.replace_range(range, &new);
        Some(())
    }

    /// Changes the layout of these master pages, where each has an attribute of its own; others that
    /// share it keep theirs.
    fn layouts(
        &mut self,
        wanted: &Wanted,
        change: impl Fn(&str, i32) -> Option<String>,
    ) -> Option<()> {
        let mut done = Vec::new();
        for (master, &value) in wanted {
            let layout = self.page(master)?.layout.clone()?;
            if done.contains(&(layout.clone(), value)) {
                continue;
            }
            let known = self.masters.known.iter();
            let mut users = known.filter(|(_, page)| page.layout.as_ref() == Some(&layout));
            if users.all(|(user, _)| wanted.get(user) == Some(&value)) {
                self.replace("page-layout", &layout, |old, _| change(old, value))?;
                done.push((layout, value));
                continue;
            }
            let name = self.new.name();
            let range = self.named("page-layout", &layout)?;
            let copy = change(self.xml.get(range.clone())?, value)?;
            let copy = with_attribute(&copy, "style:name", &name)?;
            self.xml.insert_str(range.end, &copy);
            self.replace("master-page", master, |old, _| {
                with_attribute(old, "style:page-layout-name", &name)
            })?;
            self.masters.known.get_mut(master)?.layout = Some(name);
        }
        Some(())
    }

    /// Another margin for master pages; those that follow take part where theirs is wrong
    /// on the same side.
    fn margin(&mut self, chain: &[String], look: &LookEdit) -> Option<()> {
        let value: i32 = look.value.parse().ok()?;
        let of = |page: &MasterPage| {
            let margins = page.margins?;
            Some(match look.property {
                Property::MarginTop => (margins.top, page.bands.0),
                Property::MarginBottom => (margins.bottom, page.bands.1),
                Property::MarginLeft => (margins.left, Twips(0)),
                _ => (margins.right, Twips(0)),
            })
        };
        let side = match look.property {
            Property::MarginTop => "top",
            Property::MarginBottom => "bottom",
            Property::MarginLeft => "left",
            _ => "right",
        };
        let (is, _) = of(self.page(chain.first()?)?)?;
        let mut wanted = Wanted::new();
        for master in chain {
            let Some((own, band)) = of(self.page(master)?) else {
                continue;
            };
            if (own.0 < value) != (is.0 < value) || own.0 == value {
                continue;
            }
            let rest = value - band.0;
            if rest < 0 {
                return None;
            }
            wanted.insert(master.clone(), rest);
        }
        self.layouts(&wanted, |layout, value| {
            with_layout_attribute(layout, &format!("fo:margin-{side}"), &length(value))
        })?;
        // Read anew, should it be asked for again.
        for master in wanted.keys() {
            let margins = &mut self.masters.known.get_mut(master)?.margins;
            if let Some(margins) = margins {
                let own = match look.property {
                    Property::MarginTop => &mut margins.top,
                    Property::MarginBottom => &mut margins.bottom,
                    Property::MarginLeft => &mut margins.left,
                    _ => &mut margins.right,
                };
                *own = Twips(value);
            }
        }
        Some(())
    }

    /// Changes each header and footer of a master page.
    fn each_band(
        &mut self,
        master: &str,
        change: impl Fn(&str, &mut NewStyles) -> Option<String>,
    ) -> Option<()> {
        self.replace("master-page", master, |old, new| {
            let mut page = old.to_owned();
            for band in children(old)? {
                if BANDS.contains(&local_name(band)) {
                    let made = change(band, new)?;
                    page = page.replacen(band, &made, 1);
                }
            }
            Some(page)
        })
    }

    /// Page numbers in Arabic numerals.
    fn arabic(&mut self, chain: &[String]) -> Option<()> {
        let wanted = chain.iter().map(|master| (master.clone(), 0)).collect();
        self.layouts(&wanted, |layout, _| {
            with_layout_attribute(layout, "style:num-format", "1")
        })?;
        for master in chain {
            self.each_band(master, |band, _| {
                let mut new = band.to_owned();
                for range in elements(band, "page-number")?.into_iter().rev() {
                    let old = band.get(range.clone())?;
                    if attribute_of(old, "num-format").is_some() {
                        let made = with_attribute(old, "style:num-format", "1")?;
                        new.replace_range(range, &made);
                    }
                }
                Some(new)
            })?;
        }
        Some(())
    }

    /// A first page that shows no number, unless that would hide words with it.
    fn first_apart(&mut self, master: &str) -> Option<()> {
        self.replace("master-page", master, |old, _| {
            let mut page = old.to_owned();
            for band in children(old)? {
                let name = local_name(band);
                if !BANDS.contains(&name) {
                    continue;
                }
                if name.ends_with("-first") || shows_more(band) {
                    return None;
                }
                if !name.ends_with("-left") {
                    let first = format!("<style:{name}-first><text:p/></style:{name}-first>");
                    page = with_child(&page, BANDS, &first)?;
                }
            }
            Some(page)
        })
    }

    /// The number above; those below go.
    fn move_to_top(&mut self, chain: &[String], section: usize, look: &LookEdit) -> Option<()> {
        let look_of_number = NumberLook::read(&look.value)?;
        for master in chain {
            self.each_band(master, |band, _| {
                if local_name(band).starts_with("footer") {
                    without_numbers(band)
                } else {
                    Some(band.to_owned())
                }
            })?;
        }
        // The pages after the first have a kind of their own, or are the same.
        let (master, is_only) = match chain {
            [only] => (only, true),
            [_, next, ..] => (next, false),
            [] => return None,
        };
        let range = self.named("master-page", master)?;
        let old = self.xml.get(range)?.to_owned();
        let bands = children(&old)?;
        let of_name = |name: &str| bands.iter().find(|band| local_name(band) == name);
        let parts_first = is_only && section == 0 && of_name("header-first").is_none();
        // With a header of its own the first page has a footer of its own, without the words.
        if bands.iter().any(|band| {
            let name = local_name(band);
            name.ends_with("-left")
                || (name == "header" || parts_first && name == "footer") && shows_more(band)
        }) {
            return None;
        }
        let looks = BTreeMap::from([
            (Property::Font, look_of_number.font.to_owned()),
            (Property::NumberSize, look_of_number.half_points.to_string()),
            (Property::NumberItalic, "false".to_owned()),
        ]);
        let looks = looks
            .iter()
            .map(|(&kind, value)| (kind, &**value))
            .collect();
        let header = of_name("header").copied();
        let has_number = header.is_some_and(|header| header.contains("<text:page-number"));
        if !has_number {
            let part = self.xml.clone();
            let automatic = Automatic::of(&part)?;
            let style = self.new.of_characters(&automatic, &[], &looks);
            let paragraph = self.new.aligned(&automatic, "", look_of_number.align)?;
            let number = format!(
                "<text:p text:style-name=\"{paragraph}\"><text:span text:style-name=\"{style}\">\
                 <text:page-number text:select-page=\"current\">2</text:page-number></text:span>\
                 </text:p>"
            );
            let header = match header {
                Some(header) => format!("<style:header>{}{number}</style:header>", inner(header)?),
                None => format!("<style:header>{number}</style:header>"),
            };
            if bands.iter().all(|band| local_name(band) != "header") {
                self.room_above(master)?;
            }
            self.replace("master-page", master, |old, _| {
                with_child(old, BANDS, &header)
            })?;
        }
        if parts_first {
            self.replace("master-page", master, |old, _| {
                let first = "<style:header-first><text:p/></style:header-first>";
                with_child(old, BANDS, first)
            })?;
        }
        Some(())
    }

    /// Makes half of the margin above a header, so that the text stays where it is.
    fn room_above(&mut self, master: &str) -> Option<()> {
        let page = self.page(master)?;
        let top = page.margins?.top.0;
        let half = top / 2;
        let wanted = Wanted::from([(master.to_owned(), half)]);
        self.layouts(&wanted, |layout, half| {
            let layout = with_layout_attribute(layout, "fo:margin-top", &length(top - half))?;
            let style = format!(
                "<style:header-style><style:header-footer-properties fo:min-height=\"{}\" \
                 fo:margin-bottom=\"{}\" style:dynamic-spacing=\"true\"/></style:header-style>",
                length(half),
                length(half * 9 / 10),
            );
            with_child(&layout, LAYOUT, &style)
        })
    }
}

/// Twips as they are written.
fn length(twips: i32) -> String {
    format!("{:.2}mm", Twips(twips).mm())
}

fn with_layout_attribute(layout: &str, name: &str, value: &str) -> Option<String> {
    let old = children(layout)?
        .into_iter()
        .find(|child| is_tag(child, "style:page-layout-properties"))?;
    let new = with_attribute(old, name, value)?;
    with_child(layout, LAYOUT, &new)
}

/// Whether a header shows more than page numbers.
fn shows_more(xml: &str) -> bool {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.name().as_ref() {
                "text:page-number" => {
                    let name = tag.name().as_ref().to_owned();
                    if reader.read_to_end(quick_xml::name::QName(&name)).is_err() {
                        return true;
                    }
                }
                name if is_more(name) => return true,
                _ => {}
            },
            Ok(Event::Empty(tag)) if is_more(tag.name().as_ref()) => return true,
            Ok(Event::Text(text)) if text.as_ref().chars().any(char::is_alphabetic) => return true,
            Ok(Event::CData(_) | Event::GeneralRef(_)) | Err(_) => return true,
            Ok(Event::Eof) => return false,
            Ok(_) => {}
        }
    }
}

/// Whether an element shows what is no page number, or moves it.
fn is_more(name: &str) -> bool {
    name.starts_with("draw:") || name.starts_with("table:") || name == "text:tab"
}

/// The paragraphs of a header with page numbers and nothing else; `None` where one holds more.
fn number_paragraphs(band: &str) -> Option<Vec<Range<usize>>> {
    let mut found = elements(band, "p")?;
    found.extend(elements(band, "h")?);
    found.retain(|range| {
        let paragraph = band.get(range.clone());
        paragraph.is_some_and(|paragraph| paragraph.contains("<text:page-number"))
    });
    found.sort_by_key(|range| range.start);
    let is_all = elements(band, "page-number")?.iter().all(|number| {
        let holds = |range: &Range<usize>| range.start < number.start && number.end < range.end;
        found.iter().any(holds)
    });
    let is_alone = found.iter().all(|range| {
        let paragraph = band.get(range.clone());
        paragraph.is_some_and(|paragraph| !shows_more(paragraph))
    });
    (is_all && is_alone).then_some(found)
}

/// A header or footer without its page numbers; the paragraphs stay, empty.
fn without_numbers(band: &str) -> Option<String> {
    let mut new = band.to_owned();
    for range in number_paragraphs(band)?.into_iter().rev() {
        let old = band.get(range.clone())?;
        let tag = old.get(..old.find('>')?)?;
        new.replace_range(range, &format!("{tag}/>"));
    }
    Some(new)
}

/// A header or footer whose page numbers stand alone; `ornament` is what stood beside them.
fn alone(band: &str, ornament: &str) -> Option<String> {
    let mut new = band.to_owned();
    for range in elements(band, "p")?.into_iter().rev() {
        if let Some(made) = alone_in(band.get(range.clone())?, ornament) {
            new.replace_range(range, &made);
        }
    }
    Some(new)
}

/// A paragraph of one page number without the text beside it; `None` where that holds anything but the
/// ornament.
fn alone_in(paragraph: &str, ornament: &str) -> Option<String> {
    let mut reader = Reader::from_str(paragraph);
    let (mut new, mut gone, mut numbers) = (String::new(), String::new(), 0);
    loop {
        let start = usize::try_from(reader.buffer_position()).ok()?;
        let event = reader.read_event().ok()?;
        let is_kept = match &event {
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                "text:page-number" => {
                    numbers += 1;
                    if matches!(event, Event::Start(_)) {
                        let name = tag.name().as_ref().to_owned();
                        reader.read_to_end(quick_xml::name::QName(&name)).ok()?;
                    }
                    true
                }
                "text:p" | "text:span" | "text:soft-page-break" => true,
                "text:s" => false,
                _ => return None,
            },
            Event::End(tag) => tag.name().as_ref() != "text:s",
            Event::Text(_) => false,
            Event::Eof => break,
            _ => return None,
        };
        let end = usize::try_from(reader.buffer_position()).ok()?;
        let piece = paragraph.get(start..end)?;
        if is_kept {
            new.push_str(piece);
        } else if !piece.starts_with('<') {
            gone.push_str(piece);
        }
    }
    (numbers == 1 && is_ornament(&gone, ornament)).then_some(new)
}

/// A header or footer whose page numbers look otherwise.
fn restyled(
    band: &str,
    look: &LookEdit,
    automatic: &Automatic<'_>,
    styles: &mut NewStyles,
) -> Option<String> {
    let mut new = band.to_owned();
    for range in number_paragraphs(band)?.into_iter().rev() {
        let old = band.get(range.clone())?;
        if look.property == Property::NumberAlign {
            let tag = old.get(..=old.find('>')?)?;
            let name = attribute_of(tag, "style-name").unwrap_or_default();
            let style = styles.aligned(automatic, &name, &look.value)?;
            let tag_end = range.start + tag.len();
            let made = with_attribute(tag, "text:style-name", &style)?;
            new.replace_range(range.start..tag_end, &made);
            continue;
        }
        let looks = BTreeMap::from([(look.property, &*look.value)]);
        let spans = Insides::of(band, range.clone())?;
        for number in elements(old, "page-number")?.into_iter().rev() {
            let number = range.start + number.start..range.start + number.end;
            let style = styles.of_characters(automatic, &spans.around(&number), &looks);
            let made = format!(
                "<text:span text:style-name=\"{style}\">{}</text:span>",
                band.get(number.clone())?
            );
            new.replace_range(number, &made);
        }
    }
    Some(new)
}
