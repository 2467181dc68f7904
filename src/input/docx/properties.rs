//! The properties of runs and paragraphs as a file states them, and how one statement overrides
//! another.

use std::collections::HashSet;
use std::sync::Arc;

use super::super::InputError;
use super::super::package::{Space, Tag, Xml, fixed};
use crate::document::{Align, Twips};

/// The largest size of letters that Word knows, in half points.
const LARGEST_SIZE: i32 = 3276;

/// The attribute `w:val`.
pub(super) fn value<'x>(xml: &Xml<'x>, tag: Tag<'x>) -> Option<std::borrow::Cow<'x, str>> {
    xml.attribute(tag, Space::W, "val")
}

/// A length in an attribute of Word, in twips where it has no unit.
pub(super) fn length(xml: &Xml<'_>, tag: Tag<'_>, name: &str) -> Option<i32> {
    let written = xml.attribute(tag, Space::W, name)?;
    if written.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return fixed(&written).map(|Twips(length)| length);
    }
    whole(&written).filter(|length| Twips(*length).is_credible())
}

/// A whole number in an attribute of Word; of a decimal one, which programs write against the schema, what
/// stands before the point.
pub(super) fn number(xml: &Xml<'_>, tag: Tag<'_>, name: &str) -> Option<i32> {
    whole(&xml.attribute(tag, Space::W, name)?)
}

fn whole(written: &str) -> Option<i32> {
    let written = written.trim();
    let (number, decimals) = written.split_once('.').unwrap_or((written, ""));
    let is_decimal = decimals.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|_| is_decimal)
}

/// Whether an element switches something on.
pub(super) fn is_on(xml: &Xml<'_>, tag: Tag<'_>) -> bool {
    value(xml, tag).is_none_or(|value| !matches!(&*value, "0" | "false" | "off" | "none" | "nil"))
}

/// Names of fonts and styles, each kept once.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<Arc<str>>);

impl Names {
    pub(super) fn get(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return known.clone();
        }
        let name: Arc<str> = name.into();
        self.0.insert(name.clone());
        name
    }
}

/// A font by name or by its role in the theme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Font {
    Named(Arc<str>),
    /// The theme's font for headings.
    Major,
    /// The theme's font for text.
    Minor,
}

/// Properties that, stated by two kinds of style, cancel each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Toggles {
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    pub(super) caps: Option<bool>,
    pub(super) strike: Option<bool>,
    pub(super) vanish: Option<bool>,
}

impl Toggles {
    /// Combines each property with that of another statement.
    pub(super) fn with(
        self,
        other: Self,
        combine: impl Fn(Option<bool>, Option<bool>) -> Option<bool>,
    ) -> Self {
        Self {
            bold: combine(self.bold, other.bold),
            italic: combine(self.italic, other.italic),
            caps: combine(self.caps, other.caps),
            strike: combine(self.strike, other.strike),
            vanish: combine(self.vanish, other.vanish),
        }
    }
}

/// How styles of different kinds combine: what both switch on is off.
pub(super) fn cancel(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (None, other) | (other, None) => other,
        (Some(a), Some(b)) => Some(a ^ b),
    }
}

/// What styles say of a toggle where the defaults of the document turn it on: on (ISO/IEC 29500-1,
/// 17.7.3).
pub(super) fn stay_on(styles: Option<bool>, defaults: Option<bool>) -> Option<bool> {
    match defaults {
        Some(true) => Some(true),
        _ => styles.or(defaults),
    }
}

/// How a later statement combines with an earlier one of the same kind.
pub(super) fn later(before: Option<bool>, after: Option<bool>) -> Option<bool> {
    after.or(before)
}

/// What a file states about characters.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct RunProps {
    /// The id of a character style.
    pub(super) style: Option<Arc<str>>,
    pub(super) toggles: Toggles,
    /// The font of characters beyond ASCII, as most Vietnamese letters are.
    pub(super) wide: Option<Font>,
    /// The font of ASCII characters.
    pub(super) ascii: Option<Font>,
    /// In half points.
    pub(super) size: Option<i32>,
    pub(super) underline: Option<bool>,
    /// `Some(None)` is the automatic colour.
    pub(super) color: Option<Option<[u8; 3]>>,
    pub(super) highlight: Option<bool>,
    pub(super) shade: Option<bool>,
}

impl RunProps {
    /// Overrides what `over` states.
    pub(super) fn merge(&mut self, over: &Self) {
        fn set<T: Clone>(to: &mut Option<T>, from: &Option<T>) {
            if from.is_some() {
                to.clone_from(from);
            }
        }
        self.toggles = self.toggles.with(over.toggles, later);
        set(&mut self.wide, &over.wide);
        set(&mut self.ascii, &over.ascii);
        set(&mut self.size, &over.size);
        set(&mut self.underline, &over.underline);
        set(&mut self.color, &over.color);
        set(&mut self.highlight, &over.highlight);
        set(&mut self.shade, &over.shade);
    }
}

/// What `w:rPr` says beside the properties.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tracked {
    /// It was changed under change tracking.
    pub(super) reformatted: bool,
    /// The mark of the paragraph was deleted.
    pub(super) deleted: bool,
}

/// Reads `w:rPr`, whose beginning was read, to its end.
pub(super) fn run_props(
    xml: &mut Xml<'_>,
    names: &mut Names,
) -> Result<(RunProps, Tracked), InputError> {
    let mut props = RunProps::default();
    let mut tracked = Tracked::default();
    while let Some(tag) = xml.child()? {
        if tag.space == Space::W {
            match tag.name {
                "rPrChange" => tracked.reformatted = true,
                "del" | "moveFrom" => tracked.deleted = true,
                _ => run_prop(xml, tag, names, &mut props),
            }
        }
        xml.skip()?;
    }
    Ok((props, tracked))
}

fn run_prop<'x>(xml: &Xml<'x>, tag: Tag<'x>, names: &mut Names, props: &mut RunProps) {
    let on = || Some(is_on(xml, tag));
    match tag.name {
        "rStyle" => props.style = value(xml, tag).map(|id| names.get(&id)),
        "b" => props.toggles.bold = on(),
        "i" => props.toggles.italic = on(),
        "caps" => props.toggles.caps = on(),
        "strike" | "dstrike" => props.toggles.strike = on(),
        "vanish" => props.toggles.vanish = on(),
        "sz" => {
            let written = value(xml, tag);
            let with_unit = written.as_deref().and_then(fixed);
            // Half points, where there is no unit.
            let size = match with_unit {
                Some(Twips(length)) => Some(length / 10),
                None => written.as_deref().and_then(whole),
            };
            props.size = size.filter(|size| (1..=LARGEST_SIZE).contains(size));
        }
        "u" => props.underline = on(),
        "highlight" => props.highlight = on(),
        "color" => props.color = value(xml, tag).map(|value| rgb(&value)),
        "shd" => {
            let fill = xml.attribute(tag, Space::W, "fill");
            let fill = fill.and_then(|fill| rgb(&fill));
            props.shade = Some(fill.is_some_and(crate::input::is_seen_behind));
        }
        "rFonts" => {
            let mut font = |name: &str, theme: &str| {
                let role = xml.attribute(tag, Space::W, theme);
                let role = role.map(|role| {
                    if role.starts_with("major") {
                        Font::Major
                    } else {
                        Font::Minor
                    }
                });
                role.or_else(|| {
                    let name = xml.attribute(tag, Space::W, name)?;
                    Some(Font::Named(names.get(&name)))
                })
            };
            props.wide = font("hAnsi", "hAnsiTheme");
            props.ascii = font("ascii", "asciiTheme");
        }
        _ => {}
    }
}

/// A colour in six hexadecimal digits.
fn rgb(written: &str) -> Option<[u8; 3]> {
    if written.len() != 6 {
        return None;
    }
    let value = u32::from_str_radix(written, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some([red, green, blue])
}

/// How line spacing is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LineRule {
    Auto,
    AtLeast,
    Exact,
}

/// A border of a paragraph or of cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Border {
    pub(super) visible: bool,
    pub(super) solid: bool,
}

/// Reads one border.
pub(super) fn border(xml: &Xml<'_>, tag: Tag<'_>) -> Border {
    let kind = value(xml, tag);
    let kind = kind.as_deref().unwrap_or("none");
    Border {
        visible: !matches!(kind, "none" | "nil"),
        solid: matches!(kind, "single" | "thick"),
    }
}

/// What a file states about a paragraph. Lengths are in twentieths of a point.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct ParaProps {
    /// The id of its style.
    pub(super) style: Option<Arc<str>>,
    pub(super) align: Option<Align>,
    pub(super) left: Option<i32>,
    pub(super) right: Option<i32>,
    /// Negative where it hangs.
    pub(super) first: Option<i32>,
    pub(super) before: Option<i32>,
    pub(super) after: Option<i32>,
    pub(super) before_auto: Option<bool>,
    pub(super) after_auto: Option<bool>,
    pub(super) line: Option<i32>,
    pub(super) line_rule: Option<LineRule>,
    /// No space between paragraphs of its style.
    pub(super) contextual: Option<bool>,
    /// The list it is numbered in; 0 takes it out of any.
    pub(super) list: Option<i32>,
    /// The level of that list, from 0.
    pub(super) level: Option<usize>,
    pub(super) border_above: Option<Border>,
    pub(super) border_below: Option<Border>,
    pub(super) page_break_before: Option<bool>,
    /// Tab stops that align otherwise than to the left, or do: by position.
    pub(super) tabs: Vec<(i32, Align)>,
    /// Where the frame around it stands.
    pub(super) frame: Option<Align>,
}

impl ParaProps {
    /// Overrides what `over` states.
    pub(super) fn merge(&mut self, over: &Self) {
        fn set<T: Copy>(to: &mut Option<T>, from: Option<T>) {
            if from.is_some() {
                *to = from;
            }
        }
        set(&mut self.align, over.align);
        self.merge_indents(over);
        set(&mut self.before, over.before);
        set(&mut self.after, over.after);
        set(&mut self.before_auto, over.before_auto);
        set(&mut self.after_auto, over.after_auto);
        set(&mut self.line, over.line);
        set(&mut self.line_rule, over.line_rule);
        set(&mut self.contextual, over.contextual);
        set(&mut self.list, over.list);
        set(&mut self.level, over.level);
        set(&mut self.border_above, over.border_above);
        set(&mut self.border_below, over.border_below);
        set(&mut self.page_break_before, over.page_break_before);
        set(&mut self.frame, over.frame);
        if !over.tabs.is_empty() {
            // The sort is stable: of two stops at one place the later statement stays.
            self.tabs.splice(0..0, over.tabs.iter().copied());
            self.tabs.sort_by_key(|&(at, _)| at);
            self.tabs.dedup_by_key(|&mut (at, _)| at);
        }
    }

    /// Overrides the indents alone, as a level of a list does.
    pub(super) fn merge_indents(&mut self, over: &Self) {
        self.left = over.left.or(self.left);
        self.right = over.right.or(self.right);
        self.first = over.first.or(self.first);
    }

    /// A space above or below in twips; `None` where the program decides.
    pub(super) fn space(auto: Option<bool>, length: Option<i32>) -> Option<Twips> {
        (auto != Some(true)).then(|| Twips(length.unwrap_or(0)))
    }
}

/// What `w:pPr` holds.
#[derive(Clone, Debug, Default)]
pub(super) struct ParaHead {
    pub(super) props: ParaProps,
    /// The characters of its mark, which its automatic number looks like.
    pub(super) mark: RunProps,
    pub(super) tracked: Tracked,
    /// Whether a section ends with it.
    pub(super) ends_section: bool,
}

/// Reads `w:pPr`, whose beginning was read, to its end.
pub(super) fn para_props(xml: &mut Xml<'_>, names: &mut Names) -> Result<ParaHead, InputError> {
    let mut head = ParaHead::default();
    while let Some(tag) = xml.child()? {
        if tag.space != Space::W {
            xml.skip()?;
            continue;
        }
        match tag.name {
            "rPr" => {
                let (mark, tracked) = run_props(xml, names)?;
                head.mark = mark;
                head.tracked.deleted = tracked.deleted;
                head.tracked.reformatted |= tracked.reformatted;
                continue;
            }
            "pPrChange" => head.tracked.reformatted = true,
            "sectPr" => head.ends_section = true,
            "numPr" => {
                list(xml, &mut head.props)?;
                continue;
            }
            "pBdr" => {
                while let Some(side) = xml.child()? {
                    let border = border(xml, side);
                    match side.name {
                        "top" => head.props.border_above = Some(border),
                        "bottom" => head.props.border_below = Some(border),
                        _ => {}
                    }
                    xml.skip()?;
                }
                continue;
            }
            "tabs" => {
                while let Some(tab) = xml.child()? {
                    let align = value(xml, tab).and_then(|value| align(&value));
                    if let (Some(at), Some(align)) = (length(xml, tab, "pos"), align) {
                        head.props.tabs.push((at, align));
                    }
                    xml.skip()?;
                }
                continue;
            }
            _ => para_prop(xml, tag, names, &mut head.props),
        }
        xml.skip()?;
    }
    Ok(head)
}

fn list(xml: &mut Xml<'_>, props: &mut ParaProps) -> Result<(), InputError> {
    while let Some(tag) = xml.child()? {
        match tag.name {
            "numId" => props.list = number(xml, tag, "val"),
            "ilvl" => props.level = number(xml, tag, "val").and_then(|n| usize::try_from(n).ok()),
            _ => {}
        }
        xml.skip()?;
    }
    Ok(())
}

fn para_prop<'x>(xml: &Xml<'x>, tag: Tag<'x>, names: &mut Names, props: &mut ParaProps) {
    let length = |name| length(xml, tag, name);
    match tag.name {
        "pStyle" => props.style = value(xml, tag).map(|id| names.get(&id)),
        "jc" => props.align = value(xml, tag).and_then(|value| align(&value)),
        "ind" => {
            props.left = length("left").or_else(|| length("start"));
            props.right = length("right").or_else(|| length("end"));
            props.first = length("hanging")
                .map(i32::saturating_neg)
                .or_else(|| length("firstLine"));
        }
        "spacing" => {
            let flag = |name| {
                let value = xml.attribute(tag, Space::W, name)?;
                Some(!matches!(&*value, "0" | "false" | "off"))
            };
            // Word writes both; what is stated in lines alone is counted by lines of 12 pt.
            let lines =
                |name| number(xml, tag, name).map(|hundredths| hundredths.saturating_mul(12) / 5);
            props.before = length("before").or_else(|| lines("beforeLines"));
            props.after = length("after").or_else(|| lines("afterLines"));
            props.before_auto = flag("beforeAutospacing");
            props.after_auto = flag("afterAutospacing");
            props.line = length("line");
            props.line_rule = match xml.attribute(tag, Space::W, "lineRule").as_deref() {
                Some("auto") => Some(LineRule::Auto),
                Some("atLeast") => Some(LineRule::AtLeast),
                Some("exact") => Some(LineRule::Exact),
                // Without a rule a length is a multiple.
                _ => props.line.map(|_| LineRule::Auto),
            };
        }
        "contextualSpacing" => props.contextual = Some(is_on(xml, tag)),
        "pageBreakBefore" => props.page_break_before = Some(is_on(xml, tag)),
        "framePr" => {
            let place = xml.attribute(tag, Space::W, "xAlign");
            props.frame = place.and_then(|place| align(&place));
        }
        _ => {}
    }
}

/// An alignment by name.
pub(super) fn align(name: &str) -> Option<Align> {
    match name {
        "left" | "start" => Some(Align::Left),
        "right" | "end" => Some(Align::Right),
        "center" => Some(Align::Center),
        "both" | "distribute" | "lowKashida" | "mediumKashida" | "highKashida"
        | "thaiDistribute" => Some(Align::Justify),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_or_none() {
        for (written, wanted) in [
            ("28", Some(28)),
            ("-12", Some(-12)),
            (" +5 ", Some(5)),
            ("28.5", Some(28)),
            ("", None),
            ("-", None),
            ("1e308", None),
            ("28x", None),
            ("28.x", None),
            ("0x1C", None),
            ("NaN", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(whole(written), wanted, "{written}");
        }
    }
}
