//! How the parts of a document look: what the checks of layout measure, and the words for it.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Context;
use super::component::Component;
use super::example_look::TextLook;
use crate::diagnostic::{Bilingual, Language, LookEdit, Property};
use crate::document::{Align, Cell, CharStyle, Formatting, LineSpacing, Paragraph, Twips};
use crate::text::{Span, fold_char};

/// The words for looks and the looks of components, from `grammar/vocabulary/looks.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Looks {
    /// The font of running text.
    pub(super) font: String,
    /// What is said of a property; `{}` stands for its value.
    pub(super) words: Words,
    /// How components look where nothing is wrong, for examples of rules.
    pub(super) state: Vec<DefaultLook>,
    /// Where documents of the Party look otherwise.
    pub(super) party: Vec<DefaultLook>,
}

/// How a component looks where nothing is wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DefaultLook {
    pub(super) component: Component,
    pub(super) look: TextLook,
}

/// Words for properties and their values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) size: Bilingual,
    pub(super) bold: Bilingual,
    pub(super) not_bold: Bilingual,
    pub(super) italic: Bilingual,
    pub(super) not_italic: Bilingual,
    pub(super) underline: Bilingual,
    pub(super) not_underline: Bilingual,
    pub(super) left: Bilingual,
    pub(super) center: Bilingual,
    pub(super) right: Bilingual,
    pub(super) justify: Bilingual,
    pub(super) indent: Bilingual,
    pub(super) gap: Bilingual,
    pub(super) least_gap: Bilingual,
    pub(super) lines: Bilingual,
    pub(super) exactly: Bilingual,
    pub(super) at_least: Bilingual,
    pub(super) top_margin: Bilingual,
    pub(super) bottom_margin: Bilingual,
    pub(super) left_margin: Bilingual,
    pub(super) right_margin: Bilingual,
    /// Between alternatives.
    pub(super) or: Bilingual,
}

static LOOKS: LazyLock<Looks> = LazyLock::new(|| {
    let json = include_str!(concat!(env!("OUT_DIR"), "/looks.json"));
    // The file is part of the program; `looks_are_valid` reads it in every test run.
    serde_json::from_str(json).expect("internal error: the embedded looks are valid")
});

/// The looks of the program, read once.
pub(super) fn looks() -> &'static Looks {
    &LOOKS
}

/// A word with a value in it.
pub(super) fn filled(word: &Bilingual, language: Language, value: &str) -> String {
    word.get(language).replacen("{}", value, 1)
}

/// A number as people write it: at most `decimals` decimals, in Vietnamese with a comma.
pub(super) fn number(value: f64, decimals: usize, language: Language) -> String {
    let mut written = format!("{value:.decimals$}");
    if written.contains('.') {
        written.truncate(written.trim_end_matches('0').trim_end_matches('.').len());
    }
    if written == "-0" {
        written.remove(0);
    }
    match language {
        Language::Vi => written.replace('.', ","),
        Language::En => written,
    }
}

/// Two ends of a range, or the one value.
pub(super) fn range([low, high]: [f64; 2], decimals: usize, language: Language) -> String {
    let (low, high) = (
        number(low, decimals, language),
        number(high, decimals, language),
    );
    if low == high {
        low
    } else {
        format!("{low}–{high}")
    }
}

/// Values of which one must be there.
pub(super) fn one_of(values: &[f64], decimals: usize, language: Language) -> String {
    let values: Vec<_> = values
        .iter()
        .map(|&value| number(value, decimals, language))
        .collect();
    values.join(looks().words.or.get(language))
}

/// The first of some values, and whether there are more.
pub(super) fn listed(values: &[String], between: &str) -> String {
    /// More are no help to who looks for them.
    const MOST: usize = 3;
    let mut list = values[..values.len().min(MOST)].join(between);
    if values.len() > MOST {
        list += "…";
    }
    list
}

/// The same look for some places in the source.
pub(super) fn look_edits(pieces: &[Span], property: Property, value: &str) -> Vec<LookEdit> {
    let edit = |&span: &Span| LookEdit {
        span,
        property,
        value: value.to_owned(),
    };
    pieces.iter().map(edit).collect()
}

/// The size of a range that is nearest to one, in half points as they are written.
pub(super) fn nearest_size(size: f64, [low, high]: [f64; 2]) -> String {
    half_points(if size < low { low } else { high })
}

/// Points in half points as they are written.
pub(super) fn half_points(size: f64) -> String {
    format!("{:.0}", size * 2.0)
}

/// Whether a value lies in a range, give or take.
pub(super) fn within(value: f64, [low, high]: [f64; 2], tolerance: f64) -> bool {
    (low - tolerance..=high + tolerance).contains(&value)
}

/// The word for an alignment.
pub(super) fn align_word(align: Align) -> &'static Bilingual {
    let words = &looks().words;
    match align {
        Align::Left => &words.left,
        Align::Center => &words.center,
        Align::Right => &words.right,
        Align::Justify => &words.justify,
    }
}

/// The places in the source of a span of the logical text: one, unless other text stands between
/// its words there (another column).
pub(super) fn source_pieces(cx: &Context<'_>, span: Span) -> Vec<Span> {
    /// Bytes that what parts two lines may take.
    const SEAM: usize = 16;
    let whole = cx.to_source(span);
    if whole.len() <= span.len() + SEAM {
        return vec![whole];
    }
    let text = cx.of(span);
    text.split_whitespace()
        .map(|word| {
            let at = Span::of_slice(text, word);
            cx.to_source(span.slice(at.range()))
        })
        .collect()
}

/// Letters and digits, and how many of them have which value of a property.
#[derive(Debug)]
pub(super) struct Tally<T> {
    /// Values with how many characters have them, in order of appearance.
    values: Vec<(T, usize)>,
    /// Characters whose value is known.
    known: usize,
}

impl<T: PartialEq + Clone> Tally<T> {
    /// Counts the letters and digits of some places in the source by a property.
    pub(super) fn of(
        cx: &Context<'_>,
        formatting: &Formatting,
        pieces: &[Span],
        property: impl Fn(&CharStyle) -> Option<T>,
    ) -> Self {
        let source = cx.document.source();
        let mut tally = Self {
            values: Vec::new(),
            known: 0,
        };
        for &piece in pieces {
            for run in formatting.runs_in(piece) {
                let Some(value) = property(&run.style) else {
                    continue;
                };
                let seen = Span {
                    start: run.span.start.max(piece.start),
                    end: run.span.end.min(piece.end),
                };
                let text = source.get(seen.range()).unwrap_or_default();
                let count = text.chars().filter(|c| c.is_alphanumeric()).count();
                if count > 0 {
                    tally.add(value, count);
                }
            }
        }
        tally
    }

    fn add(&mut self, value: T, count: usize) {
        self.known += count;
        match self.values.iter_mut().find(|(known, _)| *known == value) {
            Some((_, sum)) => *sum += count,
            None => self.values.push((value, count)),
        }
    }

    /// Whether nothing is known.
    pub(super) fn is_blind(&self) -> bool {
        self.known == 0
    }

    /// The value of most of the characters.
    pub(super) fn usual(&self) -> Option<T> {
        let most = self.values.iter().max_by_key(|(_, count)| *count);
        most.map(|(value, _)| value.clone())
    }

    /// The value of most of the characters that are not right, if these are at least `share` of
    /// all.
    pub(super) fn wrong(&self, share: f64, right: impl Fn(&T) -> bool) -> Option<T> {
        let wrong = self.values.iter().filter(|(value, _)| !right(value));
        let sum: usize = wrong.clone().map(|(_, count)| count).sum();
        let enough = sum > 0 && sum as f64 >= share * self.known as f64;
        let most = wrong.max_by_key(|(_, count)| *count);
        most.filter(|_| enough).map(|(value, _)| value.clone())
    }
}

/// Sizes are read from files of page description as well, which round them.
pub(super) const SIZE_TOLERANCE: f64 = 0.25;

/// The lines between baselines of a paragraph, as a multiple of a single line; `size` is that of its
/// characters, in points. `None` where it cannot be told, or where only a least height is set that
/// a single line may exceed.
pub(super) fn line_multiple(spacing: LineSpacing, size: Option<f64>) -> Option<f64> {
    /// The height of a single line of the common text fonts, as a multiple of the size.
    const SINGLE: f64 = 1.15;
    match spacing {
        LineSpacing::Multiple(lines) => Some(f64::from(lines)),
        LineSpacing::Exactly(height) => size.map(|size| height.points() / (size * SINGLE)),
        LineSpacing::AtLeast(height) => {
            size.map(|size| (height.points() / (size * SINGLE)).max(1.0))
        }
    }
}

/// How far lines are apart, in words.
pub(super) fn line_words(spacing: LineSpacing, language: Language) -> String {
    let words = &looks().words;
    let (word, value, decimals) = match spacing {
        LineSpacing::Multiple(lines) => (&words.lines, f64::from(lines), 2),
        LineSpacing::Exactly(height) => (&words.exactly, height.points(), 1),
        LineSpacing::AtLeast(height) => (&words.at_least, height.points(), 1),
    };
    filled(word, language, &number(value, decimals, language))
}

/// The text of a paragraph.
pub(super) fn text_of<'a>(cx: &Context<'a>, paragraph: &Paragraph) -> &'a str {
    let source = cx.document.source();
    source.get(paragraph.span.range()).unwrap_or_default()
}

/// Whether a paragraph is put in its place by typed blanks or an indent, so that its alignment says
/// nothing of where it is seen.
pub(super) fn is_shifted(cx: &Context<'_>, paragraph: &Paragraph) -> bool {
    let indented = |indent: Option<Twips>| indent.is_some_and(|i| i.0 > 0);
    let text = text_of(cx, paragraph).trim_end();
    // What stands left and right of a tab are two texts on one line.
    text.contains('\t')
        || text.starts_with([' ', '\u{a0}'])
        || indented(paragraph.indent_left)
        || indented(paragraph.indent_first)
}

/// Whether a paragraph is much narrower than its cell, so that its alignment is seen. `false` where the
/// file does not tell.
fn leaves_room(
    cx: &Context<'_>,
    formatting: &Formatting,
    paragraph: &Paragraph,
    cell: Cell,
) -> bool {
    /// Between text and lines of a cell, both sides together.
    const MARGINS: f64 = 4.0;
    /// The part of the cell that text takes at most, as widths of text are reckoned.
    const MUCH: f64 = 0.75;
    let size = Tally::of(cx, formatting, &[paragraph.span], |style| style.size).usual();
    let (Some(width), Some(size)) = (cell.width, size) else {
        return false;
    };
    let indent = paragraph.indent_right.map_or(0.0, Twips::mm);
    let room = width.mm() - MARGINS - indent.max(0.0);
    width_of(text_of(cx, paragraph).trim(), size) <= room * MUCH
}

/// Whether a paragraph is as wide as any in its column of a table, about, and not seen to be narrower
/// than that: such columns are no wider than their text, so that its alignment is not seen.
pub(super) fn fills_column(
    cx: &Context<'_>,
    formatting: &Formatting,
    paragraph: &Paragraph,
) -> bool {
    let width = |p: &Paragraph| -> usize {
        let letters = text_of(cx, p).trim().chars();
        letters
            .map(|c| if c.is_uppercase() { 14 } else { 10 })
            .sum()
    };
    let Some(cell) = paragraph.cell else {
        return false;
    };
    if leaves_room(cx, formatting, paragraph, cell) {
        return false;
    }
    let beside = formatting.paragraphs.iter().filter(|p| {
        p.cell
            .is_some_and(|other| (other.table, other.column) == (cell.table, cell.column))
    });
    let own = width(paragraph) * 10;
    let others = beside.filter(|p| p.span != paragraph.span);
    let widest = others.map(width).max();
    widest.is_some_and(|widest| own >= widest * 9)
}

/// How wide a text of this size is on one line, in mm.
pub(super) fn width_of(text: &str, size: Twips) -> f64 {
    let thousandths: u32 = text.chars().map(advance).sum();
    f64::from(thousandths) / 1000.0 * size.mm()
}

/// How wide a character of the bold text font is, in thousandths of its size. Marks add nothing.
fn advance(c: char) -> u32 {
    const CAPITALS: [u16; 26] = [
        722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778, 611, 778, 722,
        556, 667, 722, 722, 1000, 722, 722, 667,
    ];
    const SMALL: [u16; 26] = [
        500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500, 556, 556, 444,
        389, 333, 556, 500, 722, 500, 500, 444,
    ];
    let table = if c.is_uppercase() { &CAPITALS } else { &SMALL };
    match fold_char(c) {
        letter @ 'a'..='z' => u32::from(table[(letter as u8 - b'a') as usize]),
        '0'..='9' => 500,
        ' ' | ',' | '.' => 250,
        '-' | '(' | ')' | ':' | ';' => 333,
        _ => 500,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_valid() {
        assert!(!looks().state.is_empty());
    }

    #[test]
    fn numbers_are_written_as_people_do() {
        assert_eq!(number(12.0, 1, Language::Vi), "12");
        assert_eq!(number(12.5, 1, Language::Vi), "12,5");
        assert_eq!(number(12.5, 1, Language::En), "12.5");
        assert_eq!(number(-0.02, 1, Language::En), "0");
        assert_eq!(number(-0.3, 0, Language::En), "0");
        assert_eq!(number(-0.1, 1, Language::Vi), "-0,1");
        assert_eq!(range([13.0, 14.0], 1, Language::Vi), "13–14");
        assert_eq!(range([13.0, 13.0], 1, Language::Vi), "13");
    }
}
