//! Sections: their pages, and where page numbers stand on them.

use super::super::InputError;
use super::super::package::{Space, Tag, Xml};
use super::properties::{is_on, length, number, value};
use crate::document::{MarginPlace, Margins, Pages, Twips};

/// The three kinds of headers and footers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum On {
    Default,
    First,
    Even,
}

impl On {
    pub(super) const ALL: [Self; 3] = [Self::Default, Self::First, Self::Even];

    /// The pages of a section that show it, `None` where none does.
    pub(super) fn pages(self, first_apart: bool, even_apart: bool) -> Option<Pages> {
        match (self, first_apart, even_apart) {
            (Self::Default, false, false) => Some(Pages::All),
            (Self::Default, true, false) => Some(Pages::AllButFirst),
            (Self::Default, _, true) => Some(Pages::Odd),
            (Self::First, true, _) => Some(Pages::First),
            (Self::Even, _, true) => Some(Pages::Even),
            _ => None,
        }
    }
}

/// What `w:sectPr` states.
#[derive(Clone, Debug, Default)]
pub(super) struct SectionProps {
    pub(super) width: Option<Twips>,
    pub(super) height: Option<Twips>,
    pub(super) margins: Option<Margins>,
    /// What is added to a margin for binding.
    gutter: Twips,
    /// Whether it is added on the right.
    gutter_right: bool,
    pub(super) columns: u16,
    /// Whether the first page has headers and footers of its own.
    pub(super) first_apart: bool,
    /// The ids of its headers and footers.
    pub(super) margin_parts: Vec<(MarginPlace, On, String)>,
    /// Whether the numbers of pages stand between dashes.
    pub(super) in_dashes: bool,
    /// Whether pages are numbered in digits.
    pub(super) is_arabic: bool,
    pub(super) first_number: Option<i32>,
    /// Whether it goes on on the page that the one before ends on.
    pub(super) continuous: bool,
}

/// On which side the pages of a document are bound, as its settings say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Binding {
    /// Whether the gutter is added above.
    pub(super) on_top: bool,
    /// Whether even pages mirror the odd ones.
    pub(super) mirrored: bool,
}

impl SectionProps {
    /// The margins with what is added for binding; `None` where that changes from page to page or is
    /// on the right.
    pub(super) fn bound_margins(&self, binding: Binding) -> Option<Margins> {
        let mut margins = self.margins?;
        if self.gutter == Twips(0) {
            return Some(margins);
        }
        if binding.mirrored || self.gutter_right {
            return None;
        }
        let side = if binding.on_top {
            &mut margins.top
        } else {
            &mut margins.left
        };
        *side = Twips(side.0.saturating_add(self.gutter.0));
        Some(margins)
    }
}

/// Reads the properties of every section of a document.
///
/// They stand at the end of their section, but the text of a first page's header comes before
/// all other.
pub(super) fn sections(part: &str, text: &str) -> Result<Vec<SectionProps>, InputError> {
    let mut root = Xml::new(part, text);
    root.child()?;
    let mut sections = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices("sectPr") {
        let Some(open) = opening(text, at) else {
            continue;
        };
        // What stands within one, as it was before a change, is none.
        if at < from {
            continue;
        }
        let mut xml = root.within(open..text.len());
        if let Some(tag) = xml.child()?
            && (tag.space, tag.name) == (Space::W, "sectPr")
        {
            sections.push(section(&mut xml)?);
            from = xml.range().end;
        }
    }
    Ok(sections)
}

/// Where the element begins whose name, prefix aside, stands at `at`.
fn opening(text: &str, at: usize) -> Option<usize> {
    let before = &text[..at];
    let prefix = before
        .bytes()
        .rev()
        .take(MOST_PREFIX)
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b':')
        .count();
    before[..at - prefix]
        .ends_with('<')
        .then(|| at - prefix - 1)
}

/// Bytes of the longest prefix of an element that is looked for.
const MOST_PREFIX: usize = 16;

fn section(xml: &mut Xml<'_>) -> Result<SectionProps, InputError> {
    let mut props = SectionProps {
        columns: 1,
        is_arabic: true,
        ..SectionProps::default()
    };
    while let Some(tag) = xml.child()? {
        if tag.space == Space::W {
            prop(xml, tag, &mut props);
        }
        xml.skip()?;
    }
    Ok(props)
}

fn prop<'x>(xml: &Xml<'x>, tag: Tag<'x>, props: &mut SectionProps) {
    let length = |name| length(xml, tag, name).map(Twips);
    match tag.name {
        "pgSz" => {
            props.width = length("w");
            props.height = length("h");
        }
        "pgMar" => {
            props.gutter = length("gutter").unwrap_or_default();
            // A negative margin above or below holds whatever stands in it.
            let side = |name| length(name).map(|Twips(side)| Twips(side.saturating_abs()));
            if let (Some(top), Some(bottom)) = (side("top"), side("bottom"))
                && let (Some(left), Some(right)) = (length("left"), length("right"))
            {
                props.margins = Some(Margins {
                    top,
                    bottom,
                    left,
                    right,
                });
            }
        }
        "cols" => {
            let count = number(xml, tag, "num").and_then(|count| u16::try_from(count).ok());
            props.columns = count.unwrap_or(1).max(1);
        }
        "rtlGutter" => props.gutter_right = is_on(xml, tag),
        "titlePg" => props.first_apart = is_on(xml, tag),
        "type" => {
            props.continuous = value(xml, tag).is_some_and(|value| value == "continuous");
        }
        "pgNumType" => {
            let format = xml.attribute(tag, Space::W, "fmt");
            props.in_dashes = format.as_deref() == Some("numberInDash");
            props.is_arabic =
                format.is_none_or(|format| matches!(&*format, "decimal" | "numberInDash"));
            props.first_number = number(xml, tag, "start");
        }
        "headerReference" | "footerReference" => {
            let place = if tag.name == "headerReference" {
                MarginPlace::Top
            } else {
                MarginPlace::Bottom
            };
            let on = match xml.attribute(tag, Space::W, "type").as_deref() {
                Some("first") => On::First,
                Some("even") => On::Even,
                _ => On::Default,
            };
            if let Some(id) = xml.attribute(tag, Space::R, "id") {
                props.margin_parts.push((place, on, id.into_owned()));
            }
        }
        _ => {}
    }
}
