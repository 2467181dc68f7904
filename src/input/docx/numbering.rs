//! `word/numbering.xml`: the numbers that Word puts before paragraphs.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::super::InputError;
use super::super::package::{Space, Tag, Xml};
use super::properties::{Font, Names, ParaProps, para_props, run_props, value};
use super::properties::{is_on, number};

/// Levels of a list.
const LEVELS: usize = 9;
/// Lists that lead to one another at most.
const LONGEST_CHAIN: usize = 8;
/// A level's text is no longer than this in characters.
const LONGEST_LABEL: usize = 64;

/// What follows a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Suffix {
    /// A tab or a blank.
    #[default]
    Blank,
    Nothing,
}

/// A level of a list.
#[derive(Clone, Debug)]
struct Level {
    start: i32,
    format: Format,
    /// With `%1` where the number of level 1 stands.
    text: String,
    suffix: Suffix,
    /// The level, from 1, whose next number makes this one begin anew; 0 for none.
    restart: Option<i32>,
    /// Whether the numbers of all levels are shown in digits.
    legal: bool,
    style: Option<Arc<str>>,
    para: ParaProps,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            start: 0,
            format: Format::Decimal,
            text: String::new(),
            suffix: Suffix::default(),
            restart: None,
            legal: false,
            style: None,
            para: ParaProps::default(),
        }
    }
}

/// How a number is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    Decimal,
    DecimalZero,
    LowerLetter,
    UpperLetter,
    LowerRoman,
    UpperRoman,
    Bullet,
    None,
}

#[derive(Debug, Default)]
struct Abstract {
    levels: [Option<Level>; LEVELS],
    /// The name of the style whose list this stands for.
    stands_for: Option<Arc<str>>,
    /// The name of the style whose list this is.
    names: Option<Arc<str>>,
}

#[derive(Debug, Default)]
struct List {
    of: i32,
    starts: [Option<i32>; LEVELS],
    levels: [Option<Level>; LEVELS],
}

/// The lists of a file.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    abstracts: HashMap<i32, Abstract>,
    lists: HashMap<i32, List>,
    /// The list of each list style.
    styles: HashMap<Arc<str>, i32>,
}

impl Numbering {
    /// Reads the part, where it is.
    pub(super) fn read(part: Option<(&str, &str)>, names: &mut Names) -> Result<Self, InputError> {
        let mut this = Self::default();
        let Some((name, text)) = part else {
            return Ok(this);
        };
        let mut xml = Xml::new(name, text);
        xml.child()?;
        while let Some(tag) = xml.child()? {
            match (tag.space, tag.name) {
                (Space::W, "abstractNum") => {
                    let id = number(&xml, tag, "abstractNumId");
                    let read = abstract_list(&mut xml, names)?;
                    if let Some(id) = id {
                        if let Some(style) = &read.names {
                            this.styles.insert(style.clone(), id);
                        }
                        this.abstracts.insert(id, read);
                    }
                }
                (Space::W, "num") => {
                    let id = number(&xml, tag, "numId");
                    let list = list(&mut xml, names)?;
                    if let Some(id) = id {
                        this.lists.insert(id, list);
                    }
                }
                _ => xml.skip()?,
            }
        }
        Ok(this)
    }

    /// The list that numbers a list, where it stands for that of a style.
    fn abstract_of(&self, list: &List) -> Option<(i32, &Abstract)> {
        let mut id = list.of;
        for _ in 0..LONGEST_CHAIN {
            let found = self.abstracts.get(&id)?;
            let style = found.stands_for.as_ref();
            match style.and_then(|style| self.styles.get(style)) {
                Some(&next) if next != id => id = next,
                _ => return Some((id, found)),
            }
        }
        None
    }

    fn level(&self, list: i32, level: usize) -> Option<&Level> {
        let list = self.lists.get(&list)?;
        let own = list.levels.get(level)?.as_ref();
        own.or_else(|| self.abstract_of(list)?.1.levels[level].as_ref())
    }

    /// The level of a list that is bound to a paragraph style.
    pub(super) fn level_of_style(&self, list: i32, style: &Arc<str>) -> Option<usize> {
        (0..LEVELS).find(|&level| {
            self.level(list, level)
                .is_some_and(|found| found.style.as_ref() == Some(style))
        })
    }

    /// The indents that a level of a list gives its paragraphs.
    pub(super) fn indents(&self, list: i32, level: usize) -> Option<&ParaProps> {
        self.level(list, level).map(|level| &level.para)
    }
}

fn abstract_list(xml: &mut Xml<'_>, names: &mut Names) -> Result<Abstract, InputError> {
    let mut read = Abstract::default();
    while let Some(tag) = xml.child()? {
        match (tag.space, tag.name) {
            (Space::W, "lvl") => {
                let at = number(xml, tag, "ilvl").and_then(|at| usize::try_from(at).ok());
                let level = level(xml, names)?;
                if let Some(slot) = at.and_then(|at| read.levels.get_mut(at)) {
                    *slot = Some(level);
                }
                continue;
            }
            (Space::W, "numStyleLink") => {
                read.stands_for = value(xml, tag).map(|id| names.get(&id));
            }
            (Space::W, "styleLink") => read.names = value(xml, tag).map(|id| names.get(&id)),
            _ => {}
        }
        xml.skip()?;
    }
    Ok(read)
}

fn list(xml: &mut Xml<'_>, names: &mut Names) -> Result<List, InputError> {
    let mut list = List::default();
    while let Some(tag) = xml.child()? {
        match tag.name {
            "abstractNumId" => list.of = number(xml, tag, "val").unwrap_or_default(),
            "lvlOverride" => {
                let at = number(xml, tag, "ilvl").and_then(|at| usize::try_from(at).ok());
                let at = at.filter(|&at| at < LEVELS);
                while let Some(inner) = xml.child()? {
                    match (inner.name, at) {
                        ("startOverride", Some(at)) => list.starts[at] = number(xml, inner, "val"),
                        ("lvl", Some(at)) => {
                            list.levels[at] = Some(level(xml, names)?);
                            continue;
                        }
                        _ => {}
                    }
                    xml.skip()?;
                }
                continue;
            }
            _ => {}
        }
        xml.skip()?;
    }
    Ok(list)
}

fn level(xml: &mut Xml<'_>, names: &mut Names) -> Result<Level, InputError> {
    let mut level = Level::default();
    let mut symbol_font = false;
    let mut picture = false;
    while let Some(tag) = xml.child()? {
        match (tag.space, tag.name) {
            (Space::W, "start") => level.start = number(xml, tag, "val").unwrap_or_default(),
            (Space::W, "numFmt") => level.format = format(xml, tag),
            (Space::W, "lvlText") => {
                let text = value(xml, tag).unwrap_or_default();
                level.text = text.chars().take(LONGEST_LABEL).collect();
            }
            (Space::W, "suff") if value(xml, tag).is_some_and(|value| value == "nothing") => {
                level.suffix = Suffix::Nothing;
            }
            (Space::W, "lvlRestart") => level.restart = number(xml, tag, "val"),
            (Space::W, "isLgl") => level.legal = is_on(xml, tag),
            (Space::W, "lvlPicBulletId") => picture = true,
            (Space::W, "pStyle") => level.style = value(xml, tag).map(|id| names.get(&id)),
            (Space::W, "pPr") => {
                level.para = para_props(xml, names)?.props;
                continue;
            }
            (Space::W, "rPr") => {
                let (props, _) = run_props(xml, names)?;
                symbol_font = props.ascii.as_ref().is_some_and(is_symbol_font);
                continue;
            }
            (Space::Mc, "AlternateContent") => {
                // A format of one's own, with the usual one for older programs after it.
                while let Some(choice) = xml.child()? {
                    while let Some(inner) = xml.child()? {
                        if inner.name == "numFmt" && choice.name == "Fallback" {
                            level.format = format(xml, inner);
                        }
                        xml.skip()?;
                    }
                }
                continue;
            }
            _ => {}
        }
        xml.skip()?;
    }
    if level.format == Format::Bullet {
        level.text = if picture {
            BULLET.to_string()
        } else {
            level.text.chars().map(|c| shown(c, symbol_font)).collect()
        };
    }
    Ok(level)
}

fn format(xml: &Xml<'_>, tag: Tag<'_>) -> Format {
    match value(xml, tag).as_deref() {
        Some("decimalZero") => Format::DecimalZero,
        Some("lowerLetter") => Format::LowerLetter,
        Some("upperLetter") => Format::UpperLetter,
        Some("lowerRoman") => Format::LowerRoman,
        Some("upperRoman") => Format::UpperRoman,
        Some("bullet") => Format::Bullet,
        Some("none") => Format::None,
        _ => Format::Decimal,
    }
}

/// The sign that stands for those that are only pictures in a font of symbols.
const BULLET: char = '•';

fn is_symbol_font(font: &Font) -> bool {
    let Font::Named(name) = font else {
        return false;
    };
    name.starts_with("Wingdings") || matches!(&**name, "Symbol" | "Webdings" | "Marlett")
}

/// What a reader sees of a bullet: fonts of symbols have characters of private use, and pictures
/// for ASCII.
fn shown(c: char, symbol_font: bool) -> char {
    match c {
        '\u{F020}' => ' ',
        '\u{F02B}' => '+',
        '\u{F02D}' => '-',
        '\u{F000}'..='\u{F0FF}' => BULLET,
        '+' | '-' | '*' | ' ' => c,
        '\u{21}'..='\u{7E}' | '\u{A0}'..='\u{FF}' if symbol_font => BULLET,
        // The round bullet of the second level is this letter in a typewriter font.
        'o' => '○',
        _ => c,
    }
}

/// The numbers given so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Counters {
    counts: HashMap<i32, [Option<i32>; LEVELS]>,
    /// The lists that were used.
    used: HashSet<i32>,
}

impl Counters {
    /// The next number of a level of a list, with the blank after it; `None` where the level shows
    /// nothing.
    pub(super) fn next(
        &mut self,
        numbering: &Numbering,
        list: i32,
        level: usize,
    ) -> Option<String> {
        let level = level.min(LEVELS - 1);
        let found = numbering.lists.get(&list)?;
        let (id, _) = numbering.abstract_of(found)?;
        let counts = self.counts.entry(id).or_default();
        if self.used.insert(list) {
            for (count, start) in counts.iter_mut().zip(found.starts) {
                if let Some(start) = start {
                    *count = Some(start.saturating_sub(1));
                }
            }
        }
        let start = |level| numbering.level(list, level).map_or(1, |level| level.start);
        counts[level] =
            Some(counts[level].map_or_else(|| start(level), |count| count.saturating_add(1)));
        // A number above that was never given counts as given.
        for (above, count) in counts[..level].iter_mut().enumerate() {
            count.get_or_insert_with(|| start(above));
        }
        for (below, count) in counts.iter_mut().enumerate().skip(level + 1) {
            let restart = numbering.level(list, below).and_then(|level| level.restart);
            let restarts = restart.is_none_or(|by| usize::try_from(by).is_ok_and(|by| level < by));
            if restarts {
                // Where the list states its own start, it begins there again.
                *count = found.starts[below].map(|start| start.saturating_sub(1));
            }
        }
        label(numbering, list, level, counts)
    }
}

fn label(
    numbering: &Numbering,
    list: i32,
    at: usize,
    counts: &[Option<i32>; LEVELS],
) -> Option<String> {
    let level = numbering.level(list, at)?;
    let mut label = String::new();
    let mut chars = level.text.chars().peekable();
    while let Some(c) = chars.next() {
        let digit = chars.peek().and_then(|c| c.to_digit(10));
        match (c, digit) {
            ('%', Some(of @ 1..=9)) if level.format != Format::Bullet => {
                chars.next();
                let of = of as usize - 1;
                let count = counts[of].unwrap_or(1);
                let format = match numbering.level(list, of).map(|level| level.format) {
                    Some(Format::None) => Format::None,
                    _ if level.legal => Format::Decimal,
                    format => format.unwrap_or(Format::Decimal),
                };
                write(&mut label, count, format);
            }
            _ => label.push(c),
        }
    }
    let trimmed = label.trim_end().len();
    if label.trim().is_empty() {
        return None;
    }
    label.truncate(trimmed);
    if level.suffix == Suffix::Blank {
        label.push(' ');
    }
    Some(label)
}

fn write(label: &mut String, count: i32, format: Format) {
    match format {
        Format::Decimal => {
            let _ = write!(label, "{count}");
        }
        Format::DecimalZero => {
            let _ = write!(label, "{count:02}");
        }
        Format::LowerLetter => label.push_str(&letters(count)),
        Format::UpperLetter => label.push_str(&letters(count).to_ascii_uppercase()),
        Format::LowerRoman => label.push_str(&roman(count).to_ascii_lowercase()),
        Format::UpperRoman => label.push_str(&roman(count)),
        Format::Bullet | Format::None => {}
    }
}

/// `a` to `z`, then `aa` to `zz`, and so on.
fn letters(count: i32) -> String {
    let Some(index) = usize::try_from(count).ok().and_then(|n| n.checked_sub(1)) else {
        return String::new();
    };
    let times = (index / 26 + 1).min(LONGEST_LABEL);
    let letter = b'a' + u8::try_from(index % 26).unwrap_or_default();
    char::from(letter).to_string().repeat(times)
}

/// A Roman numeral; in digits what is too large to be one.
fn roman(count: i32) -> String {
    const SIGNS: [(i32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if !(1..4000).contains(&count) {
        return count.to_string();
    }
    let mut rest = count;
    let mut roman = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            roman.push_str(sign);
            rest -= value;
        }
    }
    roman
}
