//! `word/styles.xml` and `word/theme/theme1.xml`: what styles say, with all that they inherit.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::super::InputError;
use super::super::package::{Space, Xml};
use super::numbering::Numbering;
use super::properties::{
    Font, Names, ParaProps, RunProps, Toggles, border, cancel, para_props, run_props, stay_on,
    value,
};
use crate::document::{CharStyle, Twips};

/// Styles that a style may be based on, one on the other; a longer chain is a circle.
const LONGEST_CHAIN: usize = 32;
/// The size where a file states none: 10 pt, in half points.
const DEFAULT_SIZE: i32 = 20;
/// The font where a file states none.
const DEFAULT_FONT: &str = "Times New Roman";

/// A style as stated.
#[derive(Debug, Default)]
struct Style {
    name: Option<Arc<str>>,
    based_on: Option<Arc<str>>,
    para: ParaProps,
    run: RunProps,
    /// Whether a table of this style shows lines between its cells.
    bordered: Option<bool>,
    /// What else holds in some cells of a table of this style.
    regions: Vec<(Region, ParaProps, RunProps)>,
}

/// What a paragraph starts from: its style and all that this inherits.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// The name as the user sees it.
    pub(super) name: Option<Arc<str>>,
    pub(super) para: ParaProps,
    /// The toggles are those of the style, which a character style may cancel.
    pub(super) run: RunProps,
}

/// How characters look.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    pub(super) style: CharStyle,
    /// The font of the characters of ASCII, where it is not that of the style (ECMA-376 part 1,
    /// 17.3.2.26 `rFonts`).
    pub(super) ascii: Option<Arc<str>>,
    pub(super) hidden: bool,
}

impl Look {
    /// How digits look.
    pub(super) fn of_digits(&self) -> CharStyle {
        let mut style = self.style.clone();
        if let Some(font) = &self.ascii {
            style.font = Some(font.clone());
        }
        style
    }
}

/// A part of a table that its style may make look otherwise (ECMA-376 part 1, 17.18.89
/// `ST_TblStyleOverrideType`), in the order in which a later one outweighs the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Region {
    OddColumns,
    EvenColumns,
    OddRows,
    EvenRows,
    FirstRow,
    LastRow,
    FirstColumn,
    LastColumn,
    NorthEast,
    NorthWest,
    SouthEast,
    SouthWest,
}

/// The regions by their name in styles, in the order of the digits of `w:cnfStyle`.
const REGIONS: [(Region, &str); 12] = [
    (Region::FirstRow, "firstRow"),
    (Region::LastRow, "lastRow"),
    (Region::FirstColumn, "firstCol"),
    (Region::LastColumn, "lastCol"),
    (Region::OddColumns, "band1Vert"),
    (Region::EvenColumns, "band2Vert"),
    (Region::OddRows, "band1Horz"),
    (Region::EvenRows, "band2Horz"),
    (Region::NorthEast, "neCell"),
    (Region::NorthWest, "nwCell"),
    (Region::SouthEast, "seCell"),
    (Region::SouthWest, "swCell"),
];

/// The regions of a table that a cell is in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(super) struct Regions(u16);

impl Regions {
    /// Those that `w:cnfStyle` names: a digit for each, 1 where the cell is in it.
    pub(super) fn noted(digits: &str) -> Self {
        let mut these = Self::default();
        for ((region, _), digit) in REGIONS.into_iter().zip(digits.chars()) {
            if digit == '1' {
                these.add(region);
            }
        }
        these
    }

    pub(super) fn add(&mut self, region: Region) {
        self.0 |= 1 << region as u16;
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn has(self, region: Region) -> bool {
        self.0 >> region as u16 & 1 != 0
    }
}

/// The key of what was resolved: the style of the table around it, where in that it stands, and its
/// own style.
type Key = (Option<Arc<str>>, Regions, Option<Arc<str>>);

/// The styles of a file.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<Arc<str>, Style>,
    default_para: ParaProps,
    default_run: RunProps,
    /// The paragraph style of paragraphs that name none.
    normal: Option<Arc<str>>,
    major: Option<Arc<str>>,
    minor: Option<Arc<str>>,
    resolved: RefCell<HashMap<Key, Rc<Resolved>>>,
}

impl Styles {
    /// Reads the two parts, where they are.
    pub(super) fn read(
        styles: Option<(&str, &str)>,
        theme: Option<(&str, &str)>,
        names: &mut Names,
    ) -> Result<Self, InputError> {
        let mut this = Self::default();
        if let Some((part, text)) = theme {
            this.theme(&mut Xml::new(part, text), names)?;
        }
        if let Some((part, text)) = styles {
            let mut xml = Xml::new(part, text);
            xml.child()?;
            while let Some(tag) = xml.child()? {
                match (tag.space, tag.name) {
                    (Space::W, "docDefaults") => this.defaults(&mut xml, names)?,
                    (Space::W, "style") => {
                        let attribute = |name| xml.attribute(tag, Space::W, name);
                        let id = attribute("styleId").map(|id| names.get(&id));
                        let is_default = attribute("default")
                            .is_some_and(|value| matches!(&*value, "1" | "true" | "on"));
                        let is_para = attribute("type").is_some_and(|kind| kind == "paragraph");
                        let style = style(&mut xml, names)?;
                        if let Some(id) = id {
                            if is_default && is_para {
                                this.normal = Some(id.clone());
                            }
                            this.styles.insert(id, style);
                        }
                    }
                    _ => xml.skip()?,
                }
            }
        }
        Ok(this)
    }

    fn defaults(&mut self, xml: &mut Xml<'_>, names: &mut Names) -> Result<(), InputError> {
        while let Some(outer) = xml.child()? {
            while let Some(inner) = xml.child()? {
                match (outer.name, inner.name) {
                    ("rPrDefault", "rPr") => self.default_run = run_props(xml, names)?.0,
                    ("pPrDefault", "pPr") => self.default_para = para_props(xml, names)?.props,
                    _ => xml.skip()?,
                }
            }
        }
        Ok(())
    }

    /// The Latin fonts of a theme: `a:majorFont` and `a:minorFont`, wherever they stand.
    fn theme(&mut self, xml: &mut Xml<'_>, names: &mut Names) -> Result<(), InputError> {
        while let Some(tag) = xml.child()? {
            match (tag.space, tag.name) {
                (Space::A, "majorFont") => self.major = latin(xml, names)?,
                (Space::A, "minorFont") => self.minor = latin(xml, names)?,
                (Space::A, "theme" | "themeElements" | "fontScheme") => self.theme(xml, names)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    /// A style and those that it is based on, the last first.
    fn chain<'a>(&'a self, id: Option<&'a Arc<str>>) -> Vec<(&'a Arc<str>, &'a Style)> {
        let mut chain = Vec::new();
        let mut next = id;
        while let Some(id) = next {
            let Some(style) = self.styles.get(id) else {
                break;
            };
            chain.push((id, style));
            if chain.len() == LONGEST_CHAIN {
                break;
            }
            next = style.based_on.as_ref();
        }
        chain.reverse();
        chain
    }

    /// What a paragraph of a style starts from, in some regions of a table of another.
    pub(super) fn paragraph(
        &self,
        table: Option<&Arc<str>>,
        regions: Regions,
        style: Option<&Arc<str>>,
        numbering: &Numbering,
    ) -> Rc<Resolved> {
        let style = style
            .filter(|id| self.styles.contains_key(*id))
            .or(self.normal.as_ref());
        let key = (table.cloned(), regions, style.cloned());
        if let Some(known) = self.resolved.borrow().get(&key) {
            return known.clone();
        }
        let mut para = self.default_para.clone();
        // What the defaults turn on no style cancels: they come in with the characters.
        let mut run = RunProps {
            toggles: Toggles::default(),
            ..self.default_run.clone()
        };
        let chain = self.chain(table);
        for (_, table) in &chain {
            para.merge(&table.para);
            run.merge(&table.run);
        }
        let of_regions = chain.iter().flat_map(|(_, table)| &table.regions);
        let mut of_regions: Vec<_> = of_regions.filter(|(at, ..)| regions.has(*at)).collect();
        of_regions.sort_by_key(|(at, ..)| *at as u16);
        for (_, para_props, run_props) in of_regions {
            para.merge(para_props);
            run.merge(run_props);
        }
        let of_table = run.toggles;
        run.toggles = Toggles::default();
        let mut name = None;
        for (id, style) in self.chain(style) {
            // A list that a style names indents it, unless the style itself says how.
            if let Some(list) = style.para.list {
                let level = numbering.level_of_style(list, id).or(style.para.level);
                para.level = Some(level.unwrap_or(0));
                if let Some(indents) = numbering.indents(list, level.unwrap_or(0)) {
                    para.merge_indents(indents);
                }
            }
            let level = para.level;
            para.merge(&style.para);
            if style.para.list.is_some() {
                para.level = level;
            }
            run.merge(&style.run);
            name.clone_from(&style.name);
        }
        run.toggles = run.toggles.with(of_table, cancel);
        let resolved = Rc::new(Resolved { name, para, run });
        self.resolved.borrow_mut().insert(key, resolved.clone());
        resolved
    }

    /// How characters look whose paragraph starts from `base` and that state `direct`.
    pub(super) fn characters(&self, base: &RunProps, direct: &RunProps) -> Look {
        let mut props = base.clone();
        if let Some(id) = &direct.style {
            let mut of_style = RunProps::default();
            for (_, style) in self.chain(Some(id)) {
                of_style.merge(&style.run);
            }
            let toggles = base.toggles.with(of_style.toggles, cancel);
            props.merge(&of_style);
            props.toggles = toggles;
        }
        props.toggles = props.toggles.with(self.default_run.toggles, stay_on);
        props.merge(direct);
        let on = |toggle: Option<bool>| toggle.unwrap_or(false);
        let toggles = props.toggles;
        let wide = self.font(props.wide.as_ref().or(props.ascii.as_ref()));
        let ascii = self.font(props.ascii.as_ref().or(props.wide.as_ref()));
        let style = CharStyle {
            font: wide.clone(),
            size: Some(Twips(props.size.unwrap_or(DEFAULT_SIZE).saturating_mul(10))),
            bold: Some(on(toggles.bold)),
            italic: Some(on(toggles.italic)),
            underline: Some(props.underline.unwrap_or(false)),
            caps: Some(on(toggles.caps)),
            strike: Some(on(toggles.strike)),
            color: props.color.flatten(),
            highlight: Some(props.highlight.unwrap_or(false) || props.shade.unwrap_or(false)),
        };
        Look {
            style,
            ascii: ascii.filter(|ascii| wide.as_ref() != Some(ascii)),
            hidden: on(toggles.vanish),
        }
    }

    fn font(&self, font: Option<&Font>) -> Option<Arc<str>> {
        match font {
            Some(Font::Named(name)) => Some(name.clone()),
            Some(Font::Major) => self.major.clone(),
            Some(Font::Minor) => self.minor.clone(),
            None => Some(DEFAULT_FONT.into()),
        }
    }

    /// Whether a table of a style shows lines between its cells.
    pub(super) fn is_bordered(&self, table: Option<&Arc<str>>) -> bool {
        let chain = self.chain(table);
        let said = chain.iter().rev().find_map(|(_, style)| style.bordered);
        said.unwrap_or(false)
    }
}

fn latin(xml: &mut Xml<'_>, names: &mut Names) -> Result<Option<Arc<str>>, InputError> {
    let mut font = None;
    while let Some(tag) = xml.child()? {
        if tag.name == "latin" {
            let face = xml.attribute(tag, Space::None, "typeface");
            font = face.filter(|face| !face.is_empty());
        }
        xml.skip()?;
    }
    Ok(font.map(|font| names.get(&font)))
}

fn style(xml: &mut Xml<'_>, names: &mut Names) -> Result<Style, InputError> {
    let mut style = Style::default();
    while let Some(tag) = xml.child()? {
        match (tag.space, tag.name) {
            (Space::W, "name") => style.name = value(xml, tag).map(|name| names.get(&name)),
            (Space::W, "basedOn") => style.based_on = value(xml, tag).map(|id| names.get(&id)),
            (Space::W, "pPr") => {
                style.para = para_props(xml, names)?.props;
                continue;
            }
            (Space::W, "rPr") => {
                style.run = run_props(xml, names)?.0;
                continue;
            }
            (Space::W, "tblStylePr") => {
                let named = xml.attribute(tag, Space::W, "type");
                let region = REGIONS
                    .into_iter()
                    .find(|(_, name)| named.as_deref() == Some(*name));
                let (para, run) = region_props(xml, names)?;
                if let Some((region, _)) = region {
                    style.regions.push((region, para, run));
                }
                continue;
            }
            (Space::W, "tblPr") => {
                while let Some(tag) = xml.child()? {
                    if tag.name == "tblBorders" {
                        style.bordered = Some(shows_lines(xml)?);
                    } else {
                        xml.skip()?;
                    }
                }
                continue;
            }
            _ => {}
        }
        xml.skip()?;
    }
    Ok(style)
}

/// Reads how a part of a table looks.
fn region_props(xml: &mut Xml<'_>, names: &mut Names) -> Result<(ParaProps, RunProps), InputError> {
    let (mut para, mut run) = (ParaProps::default(), RunProps::default());
    while let Some(tag) = xml.child()? {
        match (tag.space, tag.name) {
            (Space::W, "pPr") => para = para_props(xml, names)?.props,
            (Space::W, "rPr") => run = run_props(xml, names)?.0,
            _ => xml.skip()?,
        }
    }
    Ok((para, run))
}

/// Reads the borders of a table to their end: whether there are some between cells.
pub(super) fn shows_lines(xml: &mut Xml<'_>) -> Result<bool, InputError> {
    let mut shows = false;
    while let Some(side) = xml.child()? {
        let is_inside = matches!(side.name, "insideH" | "insideV");
        shows |= is_inside && border(xml, side).visible;
        xml.skip()?;
    }
    Ok(shows)
}
