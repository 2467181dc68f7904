//! Styles: named and automatic ones, each resolved with those that it builds on.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::super::InputError;
use super::super::package::{Space, Tag, Xml, fixed};
use super::length::{Length, percent};
use super::list::ListStyle;
use crate::document::{Align, CharStyle, LineSpacing, Twips};

/// Styles that build on one another at most; a circle ends there.
const LONGEST_CHAIN: usize = 32;

/// What a style says of characters; `None` where it leaves that to others.
#[derive(Clone, Default, Debug)]
pub(super) struct CharProps {
    font: Option<Arc<str>>,
    size: Option<Length>,
    bold: Option<bool>,
    italic: Option<bool>,
    underline: Option<bool>,
    caps: Option<bool>,
    strike: Option<bool>,
    /// The colour; within it `None` for the automatic one.
    color: Option<Option<[u8; 3]>>,
    highlight: Option<bool>,
    /// Whether the characters are not shown.
    pub(super) hidden: Option<bool>,
}

impl CharProps {
    /// What stands here over what stands below it.
    pub(super) fn over(&self, below: &Self) -> Self {
        Self {
            font: self.font.clone().or_else(|| below.font.clone()),
            size: self
                .size
                .map_or(below.size, |own| Some(own.over(below.size))),
            bold: self.bold.or(below.bold),
            italic: self.italic.or(below.italic),
            underline: self.underline.or(below.underline),
            caps: self.caps.or(below.caps),
            strike: self.strike.or(below.strike),
            color: self.color.or(below.color),
            highlight: self.highlight.or(below.highlight),
            hidden: self.hidden.or(below.hidden),
        }
    }

    /// How characters with nothing else to them look.
    pub(super) fn style(&self) -> CharStyle {
        CharStyle {
            font: self.font.clone(),
            size: self.size.and_then(Length::known),
            bold: Some(self.bold.unwrap_or(false)),
            italic: Some(self.italic.unwrap_or(false)),
            underline: Some(self.underline.unwrap_or(false)),
            caps: Some(self.caps.unwrap_or(false)),
            strike: Some(self.strike.unwrap_or(false)),
            color: self.color.flatten(),
            highlight: Some(self.highlight.unwrap_or(false)),
        }
    }
}

/// A border of a paragraph; `None` within where there is none.
type Border = Option<Stroke>;

/// How a line is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stroke {
    /// Whether it has no gaps.
    pub(super) solid: bool,
}

/// What a style says of paragraphs.
#[derive(Clone, Default, Debug)]
pub(super) struct ParaProps {
    pub(super) align: Option<Align>,
    pub(super) left: Option<Length>,
    pub(super) right: Option<Length>,
    pub(super) first: Option<Length>,
    pub(super) before: Option<Length>,
    pub(super) after: Option<Length>,
    pub(super) line: Option<LineSpacing>,
    pub(super) border_above: Option<Border>,
    pub(super) border_below: Option<Border>,
    /// Whether a page begins with it.
    pub(super) breaks_page: Option<bool>,
    /// The number of the page that begins with it.
    pub(super) page_number: Option<i32>,
    /// Whether there is no space between it and others of its style.
    pub(super) contextual: Option<bool>,
    /// Where tabulators lead to, in order.
    pub(super) tabs: Option<Rc<[Align]>>,
}

impl ParaProps {
    fn over(&self, below: &Self) -> Self {
        let length = |own: Option<Length>, below: Option<Length>| {
            own.map_or(below, |own| Some(own.over(below)))
        };
        Self {
            align: self.align.or(below.align),
            left: length(self.left, below.left),
            right: length(self.right, below.right),
            first: length(self.first, below.first),
            before: length(self.before, below.before),
            after: length(self.after, below.after),
            line: self.line.or(below.line),
            border_above: self.border_above.or(below.border_above),
            border_below: self.border_below.or(below.border_below),
            breaks_page: self.breaks_page.or(below.breaks_page),
            page_number: self.page_number.or(below.page_number),
            contextual: self.contextual.or(below.contextual),
            tabs: self.tabs.clone().or_else(|| below.tabs.clone()),
        }
    }
}

/// A style as the file has it.
#[derive(Clone, Default, Debug)]
struct Style {
    parent: Option<String>,
    /// The name that users see.
    shown: Option<String>,
    automatic: bool,
    para: ParaProps,
    chars: CharProps,
    list: Option<Arc<str>>,
    master: Option<Arc<str>>,
    cell_border: Option<bool>,
    stroke: Option<Border>,
    across: Option<Align>,
    columns: Option<u16>,
    width: Option<Twips>,
    hidden: bool,
}

/// A style with all that it builds on.
#[derive(Clone, Default, Debug)]
pub(super) struct Resolved {
    /// The name of the named style, as users see it.
    pub(super) name: Option<Arc<str>>,
    pub(super) para: ParaProps,
    pub(super) chars: CharProps,
    /// The list style that paragraphs of it are numbered by.
    pub(super) list: Option<Arc<str>>,
    /// Whether its own indents win over those of the list: left and first.
    pub(super) indent_wins: (bool, bool),
    /// The page that begins with it.
    pub(super) master: Option<Arc<str>>,
    /// Whether cells of it show lines at two sides or more.
    pub(super) cell_border: bool,
    /// How lines of it are drawn; `None` where they are not.
    pub(super) stroke: Border,
    /// Where a box stands between the margins.
    pub(super) across: Option<Align>,
    /// Columns of a section.
    pub(super) columns: Option<u16>,
    /// How wide a column of a table is.
    pub(super) width: Option<Twips>,
    /// Whether a section is not shown.
    pub(super) hidden: bool,
}

/// The kinds of styles that are read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Family {
    Paragraph,
    Text,
    Table,
    Cell,
    Column,
    Graphic,
    Section,
}

impl Family {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "paragraph" => Self::Paragraph,
            "text" => Self::Text,
            "table" => Self::Table,
            "table-cell" => Self::Cell,
            "table-column" => Self::Column,
            "graphic" => Self::Graphic,
            "section" => Self::Section,
            _ => return None,
        })
    }
}

/// All styles of a file. Automatic ones of a part are known while that part is read.
#[derive(Default)]
pub(super) struct Styles {
    fonts: HashMap<String, Arc<str>>,
    named: HashMap<(Family, String), Style>,
    automatic: HashMap<(Family, String), Style>,
    defaults: HashMap<Family, Resolved>,
    lists: HashMap<String, Rc<ListStyle>>,
    automatic_lists: HashMap<String, Rc<ListStyle>>,
    /// How headings are numbered that stand in no list.
    pub(super) outline: Option<Rc<ListStyle>>,
    resolved: HashMap<(Family, String), Rc<Resolved>>,
}

impl Styles {
    /// Forgets the automatic styles: each part has its own.
    pub(super) fn forget_automatic(&mut self) {
        self.automatic.clear();
        self.automatic_lists.clear();
        self.resolved.clear();
    }

    /// Reads the fonts of `office:font-face-decls`.
    pub(super) fn read_fonts(&mut self, xml: &mut Xml<'_>) -> Result<(), InputError> {
        while let Some(tag) = xml.child()? {
            if let (Some(name), Some(family)) = (
                xml.attribute(tag, Space::Style, "name"),
                xml.attribute(tag, Space::Svg, "font-family"),
            ) {
                self.fonts.insert(name.into_owned(), family_name(&family));
            }
            xml.skip()?;
        }
        Ok(())
    }

    /// Reads one element of `office:styles` or `office:automatic-styles`, to its end.
    pub(super) fn read(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
        automatic: bool,
    ) -> Result<(), InputError> {
        match (tag.space, tag.name) {
            (Space::Style, "default-style") => self.read_default(xml, tag),
            (Space::Style, "style") => self.read_style(xml, tag, automatic),
            (Space::Text, "list-style") => {
                let name = xml.attribute(tag, Space::Style, "name");
                let list = Rc::new(ListStyle::read(xml)?);
                if let Some(name) = name {
                    let lists = if automatic {
                        &mut self.automatic_lists
                    } else {
                        &mut self.lists
                    };
                    lists.insert(name.into_owned(), list);
                }
                Ok(())
            }
            (Space::Text, "outline-style") => {
                self.outline = Some(Rc::new(ListStyle::read(xml)?));
                Ok(())
            }
            _ => xml.skip(),
        }
    }

    fn read_default(&mut self, xml: &mut Xml<'_>, tag: Tag<'_>) -> Result<(), InputError> {
        let family = xml
            .attribute(tag, Space::Style, "family")
            .and_then(|family| Family::read(&family));
        let mut style = Style::default();
        self.read_properties(xml, &mut style)?;
        if let Some(family) = family {
            let resolved = Resolved {
                para: style.para,
                chars: style.chars,
                ..Resolved::default()
            };
            self.defaults.insert(family, resolved);
        }
        Ok(())
    }

    fn read_style(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
        automatic: bool,
    ) -> Result<(), InputError> {
        let get = |name| xml.attribute(tag, Space::Style, name).map(Cow::into_owned);
        let key = get("family")
            .and_then(|family| Family::read(&family))
            .zip(get("name"));
        let mut style = Style {
            parent: get("parent-style-name"),
            shown: get("display-name"),
            automatic,
            list: get("list-style-name").map(Arc::from),
            master: get("master-page-name").map(Arc::from),
            ..Style::default()
        };
        self.read_properties(xml, &mut style)?;
        if let Some(key) = key {
            let styles = if automatic {
                &mut self.automatic
            } else {
                &mut self.named
            };
            styles.insert(key, style);
        }
        Ok(())
    }

    /// Reads what stands in a style, to the end of the style.
    fn read_properties(&self, xml: &mut Xml<'_>, style: &mut Style) -> Result<(), InputError> {
        while let Some(tag) = xml.child()? {
            if tag.space != Space::Style {
                xml.skip()?;
                continue;
            }
            match tag.name {
                "text-properties" => {
                    self.read_chars(xml, tag, &mut style.chars);
                    xml.skip()?;
                }
                // Tables begin pages as paragraphs do.
                "paragraph-properties" | "table-properties" => {
                    read_paragraph(xml, tag, &mut style.para)?;
                }
                "table-cell-properties" => {
                    style.cell_border = cell_border(xml, tag);
                    xml.skip()?;
                }
                "table-column-properties" => {
                    style.width = length_of(xml, tag, Space::Style, "column-width");
                    xml.skip()?;
                }
                "graphic-properties" => {
                    let stroke = xml.attribute(tag, Space::Draw, "stroke");
                    style.stroke = stroke.map(|stroke| match &*stroke {
                        "none" => None,
                        "dash" => Some(Stroke { solid: false }),
                        _ => Some(Stroke { solid: true }),
                    });
                    let across = xml.attribute(tag, Space::Style, "horizontal-pos");
                    style.across = across.and_then(|across| align_of(&across));
                    xml.skip()?;
                }
                "section-properties" => {
                    let display = xml.attribute(tag, Space::Text, "display");
                    style.hidden = display.is_some_and(|display| display == "none");
                    while let Some(tag) = xml.child()? {
                        if (tag.space, tag.name) == (Space::Style, "columns") {
                            style.columns = columns(xml, tag);
                        }
                        xml.skip()?;
                    }
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn read_chars(&self, xml: &Xml<'_>, tag: Tag<'_>, chars: &mut CharProps) {
        let fo = |name| xml.attribute(tag, Space::Fo, name);
        let style = |name| xml.attribute(tag, Space::Style, name);
        let is_line = |kind, make| {
            let (kind, make) = (style(kind), style(make));
            let given = kind.is_some() || make.is_some();
            let none = [kind, make].iter().flatten().any(|value| value == "none");
            given.then_some(!none)
        };
        chars.font = style("font-name")
            .and_then(|name| {
                let declared = self.fonts.get(&*name).cloned();
                declared.or_else(|| Some(family_name(&name)))
            })
            .or_else(|| fo("font-family").map(|family| family_name(&family)));
        chars.size = fo("font-size").and_then(|size| Length::read(&size));
        chars.bold = fo("font-weight").map(|weight| {
            weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600)
        });
        chars.italic = fo("font-style").map(|slant| slant == "italic" || slant == "oblique");
        chars.underline = is_line("text-underline-style", "text-underline-type");
        chars.strike = is_line("text-line-through-style", "text-line-through-type");
        chars.caps = fo("text-transform").map(|transform| transform == "uppercase");
        let automatic = style("use-window-font-color").is_some_and(|value| value == "true");
        chars.color = if automatic {
            Some(None)
        } else {
            fo("color").map(|color| rgb(&color))
        };
        chars.highlight = fo("background-color")
            .map(|color| rgb(&color).is_some_and(crate::input::is_seen_behind));
        chars.hidden = xml
            .attribute(tag, Space::Text, "display")
            .map(|display| display == "none");
    }

    /// The style of this name with all that it builds on; the default where there is none.
    pub(super) fn resolve(&mut self, family: Family, name: Option<&str>) -> Rc<Resolved> {
        let mut chain = Vec::new();
        let mut next = name.map(str::to_owned);
        let mut found = None;
        while let Some(name) = next.take() {
            let key = (family, name);
            if let Some(known) = self.resolved.get(&key) {
                found = Some(known.clone());
                break;
            }
            // An automatic style builds on a named one, whatever that is called.
            let style = if chain.is_empty() {
                self.automatic.get(&key).or_else(|| self.named.get(&key))
            } else {
                self.named.get(&key)
            };
            let Some(style) = style.cloned() else { break };
            if chain.len() == LONGEST_CHAIN {
                break;
            }
            next.clone_from(&style.parent);
            chain.push((key, style));
        }
        let mut resolved = found.unwrap_or_else(|| {
            let default = self.defaults.get(&family).cloned();
            Rc::new(default.unwrap_or_default())
        });
        for (key, style) in chain.into_iter().rev() {
            resolved = Rc::new(style.over(&key.1, &resolved));
            self.resolved.insert(key, resolved.clone());
        }
        resolved
    }

    /// The list style of this name.
    pub(super) fn list(&self, name: &str) -> Option<Rc<ListStyle>> {
        let list = self
            .automatic_lists
            .get(name)
            .or_else(|| self.lists.get(name));
        list.cloned()
    }
}

impl Style {
    fn over(&self, name: &str, below: &Resolved) -> Resolved {
        let list = match self.list.as_deref() {
            Some("") => None,
            Some(_) => self.list.clone(),
            None => below.list.clone(),
        };
        // What is said nearer than where the list is chosen wins over the list.
        let wins = |own: bool, below: bool| match (own, &self.list) {
            (true, own_list) => self.automatic || own_list.is_some() || list.is_some(),
            (false, Some(_)) => false,
            (false, None) => below,
        };
        let master = match self.master.as_deref() {
            Some("") => None,
            Some(_) => self.master.clone(),
            None => below.master.clone(),
        };
        let shown = if self.automatic {
            below.name.clone()
        } else {
            let shown = self.shown.as_deref().unwrap_or(name);
            Some(Arc::from(shown))
        };
        Resolved {
            name: shown,
            para: self.para.over(&below.para),
            chars: self.chars.over(&below.chars),
            indent_wins: (
                wins(self.para.left.is_some(), below.indent_wins.0),
                wins(self.para.first.is_some(), below.indent_wins.1),
            ),
            list,
            master,
            cell_border: self.cell_border.unwrap_or(below.cell_border),
            stroke: self.stroke.unwrap_or(below.stroke),
            across: self.across.or(below.across),
            columns: self.columns.or(below.columns),
            width: self.width.or(below.width),
            hidden: self.hidden || below.hidden,
        }
    }
}

/// Reads the properties of a paragraph, to the end of the element.
fn read_paragraph(xml: &mut Xml<'_>, tag: Tag<'_>, para: &mut ParaProps) -> Result<(), InputError> {
    let fo = |name| xml.attribute(tag, Space::Fo, name);
    let length = |name| fo(name).and_then(|value| Length::read(&value));
    para.align = fo("text-align").and_then(|align| align_of(&align));
    let all = length("margin");
    para.left = length("margin-left").or(all);
    para.right = length("margin-right").or(all);
    para.before = length("margin-top").or(all);
    para.after = length("margin-bottom").or(all);
    para.first = length("text-indent");
    let at_least = xml
        .attribute(tag, Space::Style, "line-height-at-least")
        .and_then(|value| fixed(&value));
    para.line = match fo("line-height") {
        Some(height) if height == "normal" => Some(LineSpacing::Multiple(1.0)),
        Some(height) => percent(&height)
            .map(|times| LineSpacing::Multiple(times as f32))
            .or_else(|| fixed(&height).map(LineSpacing::Exactly)),
        None => at_least.map(LineSpacing::AtLeast),
    };
    let every = fo("border");
    let side = |name| {
        fo(name)
            .or_else(|| every.clone())
            .map(|value| border(&value))
    };
    para.border_above = side("border-top");
    para.border_below = side("border-bottom");
    para.breaks_page = fo("break-before").map(|value| value == "page");
    para.contextual = xml
        .attribute(tag, Space::Style, "contextual-spacing")
        .map(|value| value == "true");
    para.page_number = xml
        .attribute(tag, Space::Style, "page-number")
        // Old word processors wrote 0 where the numbers go on.
        .and_then(|number| number.parse().ok().filter(|&number| number > 0));
    while let Some(tag) = xml.child()? {
        if (tag.space, tag.name) == (Space::Style, "tab-stops") {
            para.tabs = Some(read_tabs(xml)?);
        } else {
            xml.skip()?;
        }
    }
    Ok(())
}

fn read_tabs(xml: &mut Xml<'_>) -> Result<Rc<[Align]>, InputError> {
    let mut tabs = Vec::new();
    while let Some(tag) = xml.child()? {
        let at = xml
            .attribute(tag, Space::Style, "position")
            .and_then(|at| fixed(&at));
        let kind = xml.attribute(tag, Space::Style, "type");
        tabs.extend(at.map(|at| {
            let align = kind.and_then(|kind| align_of(&kind));
            (at, align.unwrap_or(Align::Left))
        }));
        xml.skip()?;
    }
    tabs.sort_by_key(|&(at, _)| at);
    Ok(tabs.into_iter().map(|(_, align)| align).collect())
}

fn align_of(value: &str) -> Option<Align> {
    Some(match value {
        "start" | "left" => Align::Left,
        "end" | "right" => Align::Right,
        "center" => Align::Center,
        "justify" => Align::Justify,
        _ => return None,
    })
}

/// `0.5pt solid #000000`, or `none`.
fn border(value: &str) -> Border {
    let mut words = value.split_ascii_whitespace();
    if words.any(|word| word == "none" || word == "hidden") {
        return None;
    }
    let is_broken = |word| {
        matches!(
            word,
            "dotted" | "dashed" | "dash-dot" | "dash-dot-dot" | "fine-dashed"
        )
    };
    Some(Stroke {
        solid: !value.split_ascii_whitespace().any(is_broken),
    })
}

/// Whether the cell has lines at two sides or more, where it says so.
fn cell_border(xml: &Xml<'_>, tag: Tag<'_>) -> Option<bool> {
    const SIDES: &[&str] = &["border-top", "border-bottom", "border-left", "border-right"];
    let shows = |side| Some(border(&xml.attribute(tag, Space::Fo, side)?).is_some());
    let all = shows("border");
    let sides: Vec<bool> = SIDES
        .iter()
        .filter_map(|side| shows(side).or(all))
        .collect();
    (!sides.is_empty()).then(|| sides.iter().filter(|&&shows| shows).count() >= 2)
}

pub(super) fn columns(xml: &Xml<'_>, tag: Tag<'_>) -> Option<u16> {
    xml.attribute(tag, Space::Fo, "column-count")?.parse().ok()
}

pub(super) fn length_of(xml: &Xml<'_>, tag: Tag<'_>, space: Space, name: &str) -> Option<Twips> {
    fixed(&xml.attribute(tag, space, name)?)
}

fn rgb(color: &str) -> Option<[u8; 3]> {
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some([red, green, blue])
}

/// The first font of a list, without quotes and the features that may follow it.
fn family_name(family: &str) -> Arc<str> {
    let first = family.split(',').next().unwrap_or_default().trim();
    let bare = first.trim_matches(['\'', '"']);
    bare.split(':').next().unwrap_or_default().trim().into()
}
