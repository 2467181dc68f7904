//! Pages: their size, margins and numbers.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::super::InputError;
use super::super::package::{Node, Space, Tag, Xml};
use super::styles::{CharProps, Family, Styles, columns, length_of};
use crate::document::{
    Align, CharStyle, FooterLine, MarginPlace, Margins, PageNumber, Pages, Section, Twips,
};
use crate::text::Span;

/// Page numbers of one header that are looked at.
const MOST_NUMBERS: usize = 16;

/// The page layouts and master pages of a file.
#[derive(Default)]
pub(super) struct PageStyles {
    layouts: HashMap<String, Layout>,
    masters: HashMap<String, Master>,
    /// The name of the master page that comes first.
    first: Option<String>,
}

/// A master page, for those who write into it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MasterPage {
    /// The name of its page layout.
    pub layout: Option<String>,
    /// The master page of the page that follows, where that is another.
    pub next: Option<String>,
    /// From the edges of the paper to the text, where the layout says.
    pub margins: Option<Margins>,
    /// What header and footer take of the margins above and below.
    pub bands: (Twips, Twips),
}

/// Paper and margins.
#[derive(Default)]
struct Layout {
    width: Option<Twips>,
    height: Option<Twips>,
    top: Option<Twips>,
    bottom: Option<Twips>,
    left: Option<Twips>,
    right: Option<Twips>,
    columns: Option<u16>,
    /// How pages are numbered; `1` where nothing is said.
    number_format: Option<String>,
    /// What a header and a footer take of the height of the text.
    header: Twips,
    footer: Twips,
}

/// Pages of one kind.
#[derive(Default)]
struct Master {
    layout: Option<String>,
    /// The master page of the page that follows.
    next: Option<String>,
    numbers: Vec<PageNumber>,
    /// The footer of its first page.
    foot: Vec<FooterLine>,
    has_header: bool,
    has_footer: bool,
}

impl PageStyles {
    /// Reads `style:page-layout`, to its end.
    pub(super) fn read_layout(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
    ) -> Result<(), InputError> {
        let name = xml.attribute(tag, Space::Style, "name");
        let mut layout = Layout::default();
        while let Some(tag) = xml.child()? {
            match (tag.space, tag.name) {
                (Space::Style, "page-layout-properties") => layout.read(xml, tag)?,
                (Space::Style, "header-style") => layout.header = band(xml, "margin-bottom")?,
                (Space::Style, "footer-style") => layout.footer = band(xml, "margin-top")?,
                _ => xml.skip()?,
            }
        }
        if let Some(name) = name {
            self.layouts.insert(name.into_owned(), layout);
        }
        Ok(())
    }

    /// Reads `style:master-page`, to its end.
    pub(super) fn read_master(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
        styles: &mut Styles,
    ) -> Result<(), InputError> {
        let get = |name| xml.attribute(tag, Space::Style, name).map(Cow::into_owned);
        let name = get("name").unwrap_or_default();
        let mut master = Master {
            layout: get("page-layout-name"),
            next: get("next-style-name").filter(|next| *next != name),
            ..Master::default()
        };
        let format = master
            .layout
            .as_ref()
            .and_then(|layout| self.layouts.get(layout)?.number_format.clone());
        let (mut bands, mut has_first) = (Vec::new(), false);
        while let Some(tag) = xml.child()? {
            let band = match (tag.space, tag.name) {
                (Space::Style | Space::Loext, name) => Band::read(name),
                _ => None,
            };
            let hidden = xml
                .attribute(tag, Space::Style, "display")
                .is_some_and(|display| display == "false");
            match band {
                Some(band) if !hidden => {
                    let (numbers, lines) = read_band(xml, styles, format.as_deref())?;
                    bands.push((band, numbers));
                    let is_first = band.pages == Pages::First;
                    let is_seen = is_first || band.pages == Pages::All && !has_first;
                    if band.place == MarginPlace::Bottom && is_seen {
                        master.foot = lines;
                        has_first = is_first;
                    }
                }
                _ => xml.skip()?,
            }
        }
        master.take(&bands);
        if self.first.is_none() {
            self.first = Some(name.clone());
        }
        self.masters.insert(name, master);
        Ok(())
    }

    /// The name of the master page that stands for a name; the first of the file where there is none
    /// of this name.
    pub(super) fn master_name(&self, name: Option<&str>) -> Option<String> {
        [name, Some("Standard"), self.first.as_deref()]
            .into_iter()
            .flatten()
            .find(|name| self.masters.contains_key(*name))
            .map(str::to_owned)
    }

    /// The master pages by name.
    pub(super) fn masters(&self) -> BTreeMap<String, MasterPage> {
        let page = |master: &Master| MasterPage {
            layout: master.layout.clone(),
            next: master.next.clone(),
            margins: self.margins(master),
            bands: self.bands(master).unwrap_or_default(),
        };
        let masters = self.masters.iter();
        masters
            .map(|(name, master)| (name.clone(), page(master)))
            .collect()
    }

    fn layout(&self, master: &Master) -> Option<&Layout> {
        self.layouts.get(master.layout.as_deref()?)
    }

    /// What header and footer take of the margins above and below.
    fn bands(&self, master: &Master) -> Option<(Twips, Twips)> {
        let layout = self.layout(master)?;
        let taken = |has: bool, band: Twips| if has { band } else { Twips(0) };
        Some((
            taken(master.has_header, layout.header),
            taken(master.has_footer, layout.footer),
        ))
    }

    fn margins(&self, master: &Master) -> Option<Margins> {
        let layout = self.layout(master)?;
        let (header, footer) = self.bands(master)?;
        Some(Margins {
            top: Twips(layout.top?.0.saturating_add(header.0)),
            bottom: Twips(layout.bottom?.0.saturating_add(footer.0)),
            left: layout.left?,
            right: layout.right?,
        })
    }

    /// The pages of a master page; the first of the file where there is none of this name.
    /// `continues` says that text goes on, so that the first of them lies behind.
    pub(super) fn section(&self, name: Option<&str>, span: Span, continues: bool) -> Section {
        let master = self
            .master_name(name)
            .and_then(|name| self.masters.get(&name));
        let layout = master.and_then(|master| self.layout(master));
        let margins = master.and_then(|master| self.margins(master));
        Section {
            span,
            width: layout.and_then(|layout| layout.width),
            height: layout.and_then(|layout| layout.height),
            margins,
            columns: layout.and_then(|layout| layout.columns).unwrap_or(1).max(1),
            page_numbers: master.map(|master| self.numbers(master, continues)),
            has_table: false,
            first_number: None,
            continuous: continues,
        }
    }

    /// The footer of the first page of a master page.
    pub(super) fn foot(&self, master: &str) -> Vec<FooterLine> {
        let master = self.masters.get(master);
        master.map_or_else(Vec::new, |master| master.foot.clone())
    }

    /// The numbers of a master page and of the one that follows it.
    fn numbers(&self, master: &Master, continues: bool) -> Vec<PageNumber> {
        let Some(next) = master.next.as_ref().and_then(|next| self.masters.get(next)) else {
            return master.numbers.clone();
        };
        if continues {
            return next.numbers.clone();
        }
        let narrowed = |numbers: &[PageNumber], pages| {
            let mut numbers = numbers.to_vec();
            for number in &mut numbers {
                if number.pages == Pages::All {
                    number.pages = pages;
                }
            }
            numbers
        };
        let mut numbers = narrowed(&master.numbers, Pages::First);
        numbers.extend(narrowed(&next.numbers, Pages::AllButFirst));
        numbers
    }
}

impl Layout {
    /// Reads the properties, to the end of the element.
    fn read(&mut self, xml: &mut Xml<'_>, tag: Tag<'_>) -> Result<(), InputError> {
        let length = |name| length_of(xml, tag, Space::Fo, name);
        let all = length("margin");
        self.width = length("page-width");
        self.height = length("page-height");
        self.top = length("margin-top").or(all);
        self.bottom = length("margin-bottom").or(all);
        self.left = length("margin-left").or(all);
        self.right = length("margin-right").or(all);
        let format = xml.attribute(tag, Space::Style, "num-format");
        self.number_format = format.map(Cow::into_owned);
        while let Some(tag) = xml.child()? {
            if (tag.space, tag.name) == (Space::Style, "columns") {
                self.columns = columns(xml, tag);
            }
            xml.skip()?;
        }
        Ok(())
    }
}

/// Reads what a header or footer takes of the height, to the end of its style: its own height and
/// the distance to the text.
fn band(xml: &mut Xml<'_>, distance: &str) -> Result<Twips, InputError> {
    let mut height = Twips(0);
    while let Some(tag) = xml.child()? {
        if (tag.space, tag.name) == (Space::Style, "header-footer-properties") {
            let own = length_of(xml, tag, Space::Svg, "height")
                .or_else(|| length_of(xml, tag, Space::Fo, "min-height"))
                .unwrap_or_default();
            let distance = length_of(xml, tag, Space::Fo, distance).unwrap_or_default();
            height = Twips(own.0.max(distance.0));
        }
        xml.skip()?;
    }
    Ok(height)
}

/// A header or footer, and the pages that it is for.
#[derive(Clone, Copy, PartialEq)]
struct Band {
    place: MarginPlace,
    pages: Pages,
}

impl Band {
    fn read(name: &str) -> Option<Self> {
        let (place, rest) = match name.strip_prefix("header") {
            Some(rest) => (MarginPlace::Top, rest),
            None => (MarginPlace::Bottom, name.strip_prefix("footer")?),
        };
        let pages = match rest {
            "" => Pages::All,
            "-left" => Pages::Even,
            "-first" => Pages::First,
            _ => return None,
        };
        Some(Self { place, pages })
    }
}

impl Master {
    /// Takes headers and footers over: one for the first or the even pages takes those from the one
    /// for all.
    fn take(&mut self, bands: &[(Band, Vec<PageNumber>)]) {
        let has = |place, pages| bands.iter().any(|(band, _)| *band == Band { place, pages });
        let has_any = |place| bands.iter().any(|(band, _)| band.place == place);
        self.has_header = has_any(MarginPlace::Top);
        self.has_footer = has_any(MarginPlace::Bottom);
        let pages_of = |band: Band| {
            let first = has(band.place, Pages::First);
            let even = has(band.place, Pages::Even);
            match (band.pages, even, first) {
                (Pages::All, true, _) => Pages::Odd,
                (Pages::All, false, true) => Pages::AllButFirst,
                (pages, ..) => pages,
            }
        };
        let numbers: Vec<_> = bands
            .iter()
            .flat_map(|(band, numbers)| {
                let (place, pages) = (band.place, pages_of(*band));
                numbers.iter().map(move |number| PageNumber {
                    place,
                    pages,
                    ..number.clone()
                })
            })
            .collect();
        self.numbers = numbers;
    }
}

/// The page numbers and the paragraphs of a header or footer, to its end; place and pages of the
/// numbers are yet to be said.
fn read_band(
    xml: &mut Xml<'_>,
    styles: &mut Styles,
    format: Option<&str>,
) -> Result<(Vec<PageNumber>, Vec<FooterLine>), InputError> {
    let outside = xml.depth().saturating_sub(1);
    let mut search = Search {
        format,
        found: Vec::new(),
        lines: Vec::new(),
        looks: Vec::new(),
        boxes: Vec::new(),
        align: None,
        tabs: Vec::new(),
        tabs_seen: 0,
        before: String::new(),
        number: None,
        is_beside: false,
    };
    while xml.depth() > outside {
        match xml.next()? {
            Node::Open(tag) => search.open(xml, styles, tag)?,
            Node::Close => search.close(xml.depth()),
            Node::Text(text) => search.text(text, xml.depth()),
            Node::Char(c) => search.text(c.encode_utf8(&mut [0; 4]), xml.depth()),
            Node::End => break,
        }
    }
    Ok((search.found, search.lines))
}

/// Looks for page numbers.
struct Search<'f> {
    format: Option<&'f str>,
    found: Vec<PageNumber>,
    lines: Vec<FooterLine>,
    /// How characters look within the elements that are open, and how deep those are.
    looks: Vec<(usize, CharProps)>,
    /// The boxes and cells that are open: how deep, and where they stand between the margins.
    boxes: Vec<(usize, Option<Align>)>,
    /// The paragraph: how it is aligned, where its tabulators lead and how many there were.
    align: Option<Align>,
    tabs: Vec<Align>,
    tabs_seen: usize,
    /// What was read since the paragraph or a tab began.
    before: String,
    /// How deep the element of a number is that is open.
    number: Option<usize>,
    /// Whether what is read stands beside the number found last.
    is_beside: bool,
}

impl Search<'_> {
    fn open(
        &mut self,
        xml: &mut Xml<'_>,
        styles: &mut Styles,
        tag: Tag<'_>,
    ) -> Result<(), InputError> {
        let style_name = xml.attribute(tag, Space::Text, "style-name");
        match (tag.space, tag.name) {
            (Space::Text, "p" | "h") => {
                let style = styles.resolve(Family::Paragraph, style_name.as_deref());
                self.align = style.para.align.or(Some(Align::Left));
                self.tabs = style.para.tabs.as_deref().unwrap_or_default().to_vec();
                self.tabs_seen = 0;
                self.part();
                self.looks.push((xml.depth(), style.chars.clone()));
                self.lines.push(FooterLine::default());
            }
            (Space::Text, "span") => {
                let style = styles.resolve(Family::Text, style_name.as_deref());
                let below = self.looks.last().map(|(_, chars)| chars.clone());
                let chars = style.chars.over(&below.unwrap_or_default());
                self.looks.push((xml.depth(), chars));
            }
            (Space::Text, "tab") => {
                self.tabs_seen += 1;
                self.part();
            }
            (Space::Text, "line-break") => self.part(),
            (Space::Draw, "frame") => {
                let name = xml.attribute(tag, Space::Draw, "style-name");
                let across = styles.resolve(Family::Graphic, name.as_deref()).across;
                self.boxes.push((xml.depth(), across));
            }
            (Space::Table, "table-cell") => self.boxes.push((xml.depth(), None)),
            (Space::Text, "page-number") if self.found.len() < MOST_NUMBERS => {
                let number = self.number(xml, tag);
                self.found.push(number);
                self.number = Some(xml.depth());
                self.is_beside = true;
            }
            (Space::Office, "annotation") | (Space::Text, "tracked-changes") => xml.skip()?,
            _ => {}
        }
        Ok(())
    }

    /// What follows stands apart from what was read.
    fn part(&mut self) {
        self.before.clear();
        self.is_beside = false;
    }

    /// Reads characters: `depth` elements are open.
    fn text(&mut self, text: &str, depth: usize) {
        /// Longer texts are no ornament of a number, in bytes.
        const LONGEST: usize = 100;
        if let Some(FooterLine(runs)) = self.lines.last_mut()
            && let Some((_, chars)) = self.looks.last()
        {
            let style = chars.style();
            match runs.last_mut().filter(|(_, last)| *last == style) {
                Some((before, _)) => before.push_str(text),
                None => runs.push((text.to_owned(), style)),
            }
        }
        if self.number.is_some_and(|number| depth >= number) || self.before.len() > LONGEST {
            return;
        }
        self.before
            .extend(text.chars().filter(|c| !c.is_ascii_digit()));
        if let Some(number) = self.found.last_mut().filter(|_| self.is_beside) {
            number.beside = Arc::from(self.before.trim());
        }
    }

    /// Closes an element: `depth` are still open.
    fn close(&mut self, depth: usize) {
        if self.number.is_some_and(|number| depth < number) {
            self.number = None;
        }
        self.looks.retain(|(open, _)| *open <= depth);
        self.boxes.retain(|(open, _)| *open <= depth);
    }

    fn number(&self, xml: &Xml<'_>, tag: Tag<'_>) -> PageNumber {
        let own = xml.attribute(tag, Space::Style, "num-format");
        let format = own.as_deref().or(self.format).unwrap_or("1");
        let by_tabs = self
            .tabs_seen
            .checked_sub(1)
            .and_then(|last| self.tabs.get(last).copied());
        let in_paragraph = by_tabs.or(self.align);
        let is = |name, plain: &str| {
            let value = xml.attribute(tag, Space::Text, name);
            value.is_none_or(|value| value == plain)
        };
        let is_changed = !is("select-page", "current") || !is("page-adjust", "0");
        // In a box its paragraph says nothing of where it stands on the page.
        let align = self
            .boxes
            .last()
            .map_or(in_paragraph, |&(_, across)| across);
        PageNumber {
            place: MarginPlace::Top,
            pages: Pages::All,
            align,
            style: self
                .looks
                .last()
                .map_or_else(CharStyle::default, |(_, chars)| chars.style()),
            is_arabic: format == "1",
            beside: Arc::from(self.before.trim()),
            plain: !is_changed,
        }
    }
}
