//! Lists: how their items are labelled, and what number each has.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::InputError;
use super::super::package::{Space, Tag, Xml, fixed};
use crate::document::Twips;

/// Levels of a list.
const LEVELS: usize = 10;
/// Characters of a label that a style may ask for, numbers aside.
const LONGEST_LABEL: usize = 64;
/// The largest number that is counted from; no document has more items.
const LARGEST: u32 = 1_000_000;

/// How a list is labelled.
#[derive(Default, Debug)]
pub(super) struct ListStyle {
    levels: [Option<Level>; LEVELS],
}

/// How one level of a list is labelled.
#[derive(Default, Debug)]
pub(super) struct Level {
    /// How its number is written: `1`, `a`, `A`, `i`, `I`; empty where it is not.
    format: String,
    /// Whether letters after z are doubled (aa, bb) and not counted on (aa, ab).
    doubles_letters: bool,
    bullet: Option<char>,
    prefix: String,
    suffix: String,
    /// The whole label, with `%1%` for the number of the first level.
    pattern: Option<String>,
    /// Levels whose numbers are shown, this one included.
    shown: usize,
    start: u32,
    /// Whether nothing stands between label and text.
    joined: bool,
    pub(super) left: Option<Twips>,
    pub(super) first: Option<Twips>,
}

impl ListStyle {
    /// Reads the levels, to the end of the style.
    pub(super) fn read(xml: &mut Xml<'_>) -> Result<Self, InputError> {
        let mut style = Self::default();
        while let Some(tag) = xml.child()? {
            let level = xml
                .attribute(tag, Space::Text, "level")
                .and_then(|level| level.parse::<usize>().ok())
                .and_then(|level| level.checked_sub(1));
            let read = Level::read(xml, tag)?;
            if let Some(place) = level.and_then(|level| style.levels.get_mut(level)) {
                *place = Some(read);
            }
        }
        Ok(style)
    }

    /// How a level, counted from 0, is labelled.
    pub(super) fn level(&self, level: usize) -> Option<&Level> {
        self.levels.get(level.min(LEVELS - 1))?.as_ref()
    }

    fn start(&self, level: usize) -> u32 {
        self.level(level).map_or(1, |level| level.start)
    }
}

impl Level {
    fn read(xml: &mut Xml<'_>, tag: Tag<'_>) -> Result<Self, InputError> {
        let text = |name| xml.attribute(tag, Space::Text, name);
        let style = |name| xml.attribute(tag, Space::Style, name);
        let short = |value: &str| value.chars().take(LONGEST_LABEL).collect::<String>();
        let owned = |name| style(name).map(|value| short(&value));
        let mut level = Self {
            format: owned("num-format").unwrap_or_default(),
            doubles_letters: style("num-letter-sync").is_some_and(|value| value == "true"),
            bullet: text("bullet-char").and_then(|bullet| bullet.chars().next()),
            prefix: owned("num-prefix").unwrap_or_default(),
            suffix: owned("num-suffix").unwrap_or_default(),
            pattern: xml
                .attribute(tag, Space::Loext, "num-list-format")
                .or_else(|| style("num-list-format"))
                .map(|pattern| short(&pattern)),
            shown: text("display-levels")
                .and_then(|levels| levels.parse().ok())
                .unwrap_or(1),
            start: text("start-value")
                .and_then(|start| start.parse().ok())
                .unwrap_or(1)
                .min(LARGEST),
            joined: false,
            left: None,
            first: None,
        };
        while let Some(tag) = xml.child()? {
            if (tag.space, tag.name) == (Space::Style, "list-level-properties") {
                level.read_place(xml, tag)?;
            } else {
                xml.skip()?;
            }
        }
        Ok(level)
    }

    /// Reads where the label stands, to the end of the element.
    fn read_place(&mut self, xml: &mut Xml<'_>, tag: Tag<'_>) -> Result<(), InputError> {
        let length = |space, name| fixed(&xml.attribute(tag, space, name)?);
        let mode = xml.attribute(tag, Space::Text, "list-level-position-and-space-mode");
        if mode.is_none_or(|mode| mode != "label-alignment") {
            let before = length(Space::Text, "space-before").unwrap_or_default();
            let label = length(Space::Text, "min-label-width").unwrap_or_default();
            self.left = Some(Twips(before.0 + label.0));
            self.first = Some(Twips(-label.0));
        }
        while let Some(tag) = xml.child()? {
            if (tag.space, tag.name) == (Space::Style, "list-level-label-alignment") {
                let length = |name| fixed(&xml.attribute(tag, Space::Fo, name)?);
                self.left = length("margin-left");
                self.first = length("text-indent");
                let follow = xml.attribute(tag, Space::Text, "label-followed-by");
                self.joined = follow.is_some_and(|follow| follow == "nothing");
            }
            xml.skip()?;
        }
        Ok(())
    }

    fn number(&self, value: u32) -> String {
        match self.format.as_str() {
            "" => String::new(),
            "a" => letters(value, self.doubles_letters),
            "A" => letters(value, self.doubles_letters).to_ascii_uppercase(),
            "i" => roman(value),
            "I" => roman(value).to_ascii_uppercase(),
            _ => value.to_string(),
        }
    }
}

/// The numbers that a list has reached, one a level; `None` where a level has not begun.
#[derive(Default)]
struct Counters([Option<u32>; LEVELS]);

impl Counters {
    /// Counts an item and gives its label with what follows it, or nothing.
    fn next(&mut self, style: &ListStyle, level: usize, from: Option<u32>) -> Option<Label> {
        let level = level.min(LEVELS - 1);
        let following = self.0[level].map(|value| value.saturating_add(1));
        let value = from.or(following).unwrap_or_else(|| style.start(level));
        self.0[level] = Some(value.min(LARGEST));
        self.0[level + 1..].fill(None);
        self.label(style, level)
    }

    fn label(&self, style: &ListStyle, level: usize) -> Option<Label> {
        let own = style.level(level)?;
        let number = |at: usize| {
            let value = self.0[at].unwrap_or_else(|| style.start(at));
            style
                .level(at)
                .map_or(String::new(), |level| level.number(value))
        };
        let label = match (own.bullet, &own.pattern) {
            // Around a bullet LibreOffice shows neither prefix nor suffix, and writes the bullet as
            // the suffix once more.
            (Some(bullet), _) => shown_bullet(bullet).to_string(),
            (None, Some(pattern)) => fill(pattern, number),
            (None, None) => {
                let from = (level + 1).saturating_sub(own.shown.max(1));
                let numbers: Vec<_> = (from..=level)
                    .map(number)
                    .filter(|number| !number.is_empty())
                    .collect();
                format!("{}{}{}", own.prefix, numbers.join("."), own.suffix)
            }
        };
        let text = label.trim_end();
        (!text.trim().is_empty()).then(|| Label {
            text: text.to_owned(),
            joined: own.joined,
        })
    }
}

/// The label of an item.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Label {
    pub(super) text: String,
    /// Whether nothing stands between it and the text.
    pub(super) joined: bool,
}

/// Puts numbers in the place of `%1%`, `%2%` …
fn fill(pattern: &str, number: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let level = after
            .split_once('%')
            .and_then(|(level, after)| Some((level.parse::<usize>().ok()?, after)));
        match level {
            Some((level @ 1..=LEVELS, after)) => {
                out.push_str(&number(level - 1));
                rest = after;
            }
            _ => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// A bullet as other fonts show it: those of symbol fonts have no letter of their own.
fn shown_bullet(bullet: char) -> char {
    match bullet {
        '\u{F02B}' => '+',
        '\u{F02D}' => '-',
        '\u{E000}'..='\u{F8FF}' => '•',
        // The round bullet of the second level is this letter in a typewriter font.
        'o' => '○',
        other => other,
    }
}

/// a, b … z, aa, bb (or ab) …; a number where that would be long.
fn letters(value: u32, doubles: bool) -> String {
    const MOST: u32 = 26 * 26;
    let letter = |index: u32| char::from(b'a' + (index % 26) as u8);
    match value {
        1..=26 => letter(value - 1).to_string(),
        27..=MOST if doubles => {
            let times = (value - 1) / 26 + 1;
            (0..times).map(|_| letter(value - 1)).collect()
        }
        27..=MOST => [letter((value - 1) / 26 - 1), letter(value - 1)]
            .iter()
            .collect(),
        _ => value.to_string(),
    }
}

fn roman(mut value: u32) -> String {
    const SIGNS: &[(u32, &str)] = &[
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..4000).contains(&value) {
        return value.to_string();
    }
    let mut out = String::new();
    for &(worth, sign) in SIGNS {
        while value >= worth {
            value -= worth;
            out.push_str(sign);
        }
    }
    out
}

/// All lists of a document and the numbers that they have reached.
#[derive(Default)]
pub(super) struct Lists {
    counters: Vec<Counters>,
    by_id: HashMap<String, usize>,
    by_style: HashMap<String, usize>,
    outline: Counters,
}

/// A list that is being read.
#[derive(Clone)]
pub(super) struct OpenList {
    /// Index in [`Lists::counters`].
    pub(super) counters: usize,
    /// Its level, from 0.
    pub(super) level: usize,
    /// How it is labelled; `None` where the style of the paragraph says that.
    pub(super) style: Option<Rc<ListStyle>>,
}

impl Lists {
    /// Begins a list that stands in no other: `continues` says whether it goes on with the one of
    /// this style before it, or with that of an id.
    pub(super) fn begin(
        &mut self,
        style: Option<Rc<ListStyle>>,
        name: Option<&str>,
        id: Option<&str>,
        continues: bool,
        other: Option<&str>,
    ) -> OpenList {
        let known = other
            .and_then(|id| self.by_id.get(id))
            .or_else(|| self.by_style.get(name?).filter(|_| continues));
        let counters = known.copied().unwrap_or_else(|| {
            self.counters.push(Counters::default());
            self.counters.len() - 1
        });
        if let Some(id) = id {
            self.by_id.insert(id.to_owned(), counters);
        }
        if let Some(name) = name {
            self.by_style.insert(name.to_owned(), counters);
        }
        OpenList {
            counters,
            level: 0,
            style,
        }
    }

    /// Counts an item of a list. `style` is that of the paragraph, for lists without their own.
    pub(super) fn next(
        &mut self,
        list: &OpenList,
        style: &ListStyle,
        from: Option<u32>,
    ) -> Option<Label> {
        let counters = self.counters.get_mut(list.counters)?;
        counters.next(style, list.level, from)
    }

    /// Counts a heading that stands in no list.
    pub(super) fn next_heading(&mut self, style: &ListStyle, level: usize) -> Option<Label> {
        let numbered = style
            .level(level)
            .is_some_and(|level| !level.format.is_empty());
        let label = self.outline.next(style, level, None);
        label.filter(|_| numbered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_format_says() {
        let level = |format: &str, doubles_letters| Level {
            format: format.to_owned(),
            doubles_letters,
            ..Level::default()
        };
        let cases = [
            ("1", false, 12, "12"),
            ("a", false, 3, "c"),
            ("a", false, 28, "ab"),
            ("A", true, 28, "BB"),
            ("a", false, 703, "703"),
            ("i", false, 4, "iv"),
            ("I", false, 1999, "MCMXCIX"),
            ("I", false, 0, "0"),
            ("", false, 1, ""),
        ];
        for (format, doubles, value, expected) in cases {
            assert_eq!(level(format, doubles).number(value), expected);
        }
    }

    #[test]
    fn a_pattern_takes_the_numbers_of_its_levels() {
        let number = |level: usize| ["I", "2", "c"][level].to_owned();
        assert_eq!(fill("%1%.%2%.", number), "I.2.");
        assert_eq!(fill("50% (%3%)", number), "50% (c)");
        assert_eq!(fill("%", number), "%");
        assert_eq!(fill("%99%", number), "%99%");
    }
}
