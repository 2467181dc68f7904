//! The lines of all pages → the source, and how it looks.

use std::sync::Arc;

use super::lines::{Before, Line, PageLines, Piece};
use super::notes::Notes;
use super::style::Styles;
use crate::document::{
    Align, Formatting, MarginPlace, PageNumber, Pages, Paragraph, Run, Section, Twips,
};
use crate::text::Span;

/// Characters of a line that shows how wide a character is.
const FULL: usize = 40;
/// Blanks that part two columns at least: `layout` knows columns by three.
const COLUMN_GAP: usize = 4;
/// Signs of a rule that is not cut.
const SHORT_RULE: usize = 5;
/// How many signs on the width of one character are small.
const SMALL_SIGNS: usize = 3;
/// Columns of the widest indent.
const MOST_COLUMNS: usize = 200;
/// Lines further apart than this, in usual distances, have an empty line between them.
const APART: f32 = 1.6;
/// Empty lines that are written for one gap at most.
const MOST_BLANK_LINES: usize = 3;
/// Lines begin at the left margin if they begin no further from it, in points.
const AT_MARGIN: f32 = 3.0;
/// Lines end at the right edge if they end no further from it, in points: marks may hang over.
const AT_EDGE: f32 = 2.0;
/// Lines that end at one place, to a point, where text is justified.
const JUSTIFIED: usize = 5;
/// A number is in the middle of a page if it is no further from it, as a share of the width: the
/// margins are not equal.
const OFF_CENTRE: f64 = 0.06;

/// A page and its text.
pub(super) struct Page {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Whether the paper is larger.
    pub(super) is_cut: bool,
    pub(super) text: PageLines,
}

/// Lengths that are usual in a document, in points.
pub(super) struct Sizes {
    /// The height of most letters.
    pub(super) body: f32,
    /// The width of a character.
    column: f32,
    /// From a line to the next.
    pitch: f32,
    /// Where full lines begin.
    left: f32,
    /// Where the lines of justified text end.
    right: Vec<i32>,
}

impl Sizes {
    pub(super) fn measure(pages: &[Page]) -> Self {
        let lines = || pages.iter().flat_map(|page| &page.text.lines);
        let body = mode(lines().map(|line| (line.size * 2.0, chars(line)))) / 2.0;
        let is_body = |line: &&Line| (line.size - body).abs() <= 0.05 * body;
        let full = || lines().filter(is_body).filter(|line| chars(line) >= FULL);
        let (width, count) = full().fold((0.0, 0), |(width, count), line| {
            (width + line.end() - line.x(), count + chars(line))
        });
        let column = if count > 0 {
            width / count as f32
        } else {
            0.45 * body
        };
        let left = if count > 0 {
            leftmost(full().map(Line::x))
        } else {
            lines().map(Line::x).fold(f32::INFINITY, f32::min)
        };
        let mut steps: Vec<f32> = pages
            .iter()
            .flat_map(|page| page.text.lines.windows(2))
            .map(|pair| pair[0].y - pair[1].y)
            .filter(|&step| step > 0.8 * body && step < 3.0 * body)
            .collect();
        steps.sort_by(f32::total_cmp);
        Self {
            body,
            column: column.max(1.0),
            pitch: steps.get(steps.len() / 2).copied().unwrap_or(1.3 * body),
            left: if left.is_finite() { left } else { 0.0 },
            right: edges(full().map(Line::end)),
        }
    }

    /// Whether a line goes to the right edge of justified text.
    fn is_full(&self, line: &Line) -> bool {
        let mut edges = self.right.iter();
        edges.any(|&edge| (line.end() - edge as f32).abs() <= AT_EDGE)
    }

    /// The column, from 0, of a place this far from the left margin.
    fn column(&self, from_margin: f32) -> usize {
        ((from_margin / self.column).round().max(0.0) as usize).min(MOST_COLUMNS)
    }
}

/// The value that weighs most, values told apart by whole points.
fn mode(values: impl Iterator<Item = (f32, usize)>) -> f32 {
    let mut weights = std::collections::BTreeMap::<i32, usize>::new();
    for (value, weight) in values {
        *weights.entry(value.round() as i32).or_default() += weight;
    }
    let best = weights
        .into_iter()
        .max_by_key(|&(value, weight)| (weight, std::cmp::Reverse(value)));
    best.map_or(0.0, |(value, _)| value as f32)
}

/// Where lines begin that go on from the one before: the leftmost of the places where many begin.
fn leftmost(places: impl Iterator<Item = f32>) -> f32 {
    let mut counts = std::collections::BTreeMap::<i32, usize>::new();
    for place in places {
        *counts.entry(place.round() as i32).or_default() += 1;
    }
    let most = counts.values().copied().max().unwrap_or(0);
    let mut often = counts.into_iter().filter(|&(_, count)| count * 4 >= most);
    often.next().map_or(0.0, |(place, _)| place as f32)
}

/// The places where so many lines end that they were made to.
fn edges(ends: impl Iterator<Item = f32>) -> Vec<i32> {
    let mut counts = std::collections::BTreeMap::<i32, usize>::new();
    for end in ends {
        *counts.entry(end.round() as i32).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let often = counts
        .into_iter()
        .filter(|&(_, count)| count >= JUSTIFIED && count * 5 >= all);
    often.map(|(place, _)| place).collect()
}

/// Characters of a line, one for each gap.
fn chars(line: &Line) -> usize {
    let of = |piece: &Piece| {
        // Vietnamese takes 1.3 bytes a letter; it is only to weigh lines.
        (piece.text.1 - piece.text.0) as usize * 3 / 4
            + usize::from(piece.before != Before::Nothing)
    };
    line.pieces.iter().map(of).sum()
}

struct Writer<'a> {
    sizes: &'a Sizes,
    styles: &'a Styles,
    source: String,
    formatting: Formatting,
}

/// Writes the pages, then what was set aside of them.
pub(super) fn write(
    pages: &[Page],
    notes: &[Notes],
    sizes: &Sizes,
    styles: &Styles,
) -> (String, Formatting) {
    let mut writer = Writer {
        sizes,
        styles,
        source: String::new(),
        formatting: Formatting::default(),
    };
    let numbers = page_numbers(pages, styles);
    for (i, page) in pages.iter().enumerate() {
        if i > 0 {
            writer.source.push('\x0C');
        }
        writer.begin_section(page, numbers.as_ref());
        writer.page(page, i);
    }
    if !notes.is_empty() {
        writer.source.push('\x0C');
    }
    for notes in notes {
        let text = &pages[notes.page].text.text;
        let left = notes.lines.iter().map(Line::x);
        let left = left.fold(f32::INFINITY, f32::min);
        for line in &notes.lines {
            writer.line(line, left, text, notes.page);
        }
    }
    let end = Span::new(0, writer.source.len()).end;
    if let Some(section) = writer.formatting.sections.last_mut() {
        section.span.end = end;
    }
    (writer.source, writer.formatting)
}

impl Writer<'_> {
    /// Begins a section where the size of the pages changes.
    fn begin_section(&mut self, page: &Page, numbers: Option<&Vec<PageNumber>>) {
        let paper = |points| (!page.is_cut).then(|| Twips::from_points(points));
        let (width, height) = (paper(page.width), paper(page.height));
        let sections = &mut self.formatting.sections;
        let at = self.source.len();
        if let Some(last) = sections.last_mut() {
            if (last.width, last.height) == (width, height) {
                return;
            }
            last.span.end = Span::new(0, at).end;
        }
        sections.push(Section {
            span: Span::new(at, at),
            width,
            height,
            margins: None,
            columns: 1,
            page_numbers: numbers.cloned(),
            has_table: false,
            first_number: None,
            continuous: false,
        });
    }

    fn page(&mut self, page: &Page, index: usize) {
        let lines = &page.text.lines;
        let is_at_margin = |line: &Line| (line.x() - self.sizes.left).abs() <= AT_MARGIN;
        let left = if lines.iter().any(is_at_margin) {
            self.sizes.left
        } else {
            lines.iter().map(Line::x).fold(f32::INFINITY, f32::min)
        };
        let mut before: Option<&Line> = None;
        for line in lines {
            let step = before.map_or(0.0, |before| (before.y - line.y) / self.sizes.pitch);
            if step > APART {
                let blanks = (step.round() as usize).saturating_sub(1);
                let blanks = blanks.clamp(1, MOST_BLANK_LINES);
                self.source.extend(std::iter::repeat_n('\n', blanks));
            }
            self.line(line, left, &page.text.text, index);
            before = Some(line);
        }
    }

    fn line(&mut self, line: &Line, left: f32, text: &str, page: usize) {
        let indent = self.sizes.column(line.x() - left);
        self.blanks(indent);
        let start = self.source.len();
        let mut column = indent;
        for piece in &line.pieces {
            let blanks = match piece.before {
                Before::Nothing => 0,
                Before::Blank => 1,
                Before::Gap => {
                    let to = self.sizes.column(piece.x - left);
                    to.saturating_sub(column).max(COLUMN_GAP)
                }
            };
            let from = self.source.len();
            self.blanks(blanks);
            let letters = &text[piece.text.0 as usize..piece.text.1 as usize];
            let letters = self.as_wide(letters, piece.end - piece.x);
            column += blanks + letters.chars().count();
            let begins = self.source.len();
            self.source.push_str(letters);
            self.run(piece, from, begins);
        }
        let span = Span::new(start, self.source.len());
        if self.sizes.is_full(line) {
            self.formatting.full_lines.push(span.end);
        }
        self.source.push('\n');
        let number = self.formatting.paragraphs.len() + 1;
        self.formatting.paragraphs.push(Paragraph {
            span,
            part: 0,
            number: u32::try_from(number).unwrap_or(u32::MAX),
            page: u32::try_from(page + 1).ok(),
            align: None,
            indent_left: None,
            indent_right: None,
            indent_first: None,
            space_before: None,
            space_after: None,
            line_spacing: None,
            style: None,
            label: None,
            cell: None,
            in_box: false,
        });
    }

    /// Of a rule made of one sign as much as its width takes, where its signs are so small that it
    /// would seem to reach into the next column.
    fn as_wide<'t>(&self, letters: &'t str, width: f32) -> &'t str {
        let is_rule = letters.len() > SHORT_RULE
            && letters.starts_with(['_', '-', '*', '='])
            && letters.as_bytes().windows(2).all(|pair| pair[0] == pair[1]);
        let columns = self.sizes.column(width).max(SHORT_RULE);
        if is_rule && letters.len() > columns * SMALL_SIGNS {
            &letters[..columns]
        } else {
            letters
        }
    }

    fn blanks(&mut self, count: usize) {
        self.source.extend(std::iter::repeat_n(' ', count));
    }

    /// Adds what stands from `begins` on to the run before where that goes on, blanks from `from`
    /// on included.
    fn run(&mut self, piece: &Piece, from: usize, begins: usize) {
        let end = self.source.len();
        let span = Span::new(begins, end);
        let mut style = self.styles.get(piece.style);
        if piece.is_raised {
            // The size that it was given is larger than that it is drawn in, by who knows how much.
            style.size = None;
        }
        let runs = &mut self.formatting.runs;
        match runs.last_mut() {
            Some(last)
                if last.span.end as usize == from && begins - from <= 1 && last.style == style =>
            {
                last.span.end = span.end;
            }
            _ => runs.push(Run { span, style }),
        }
    }
}

/// The number that a line holds and nothing else.
pub(super) fn lone_number(line: &Line, text: &str) -> Option<u32> {
    let [piece] = line.pieces.as_slice() else {
        return None;
    };
    let number = &text[piece.text.0 as usize..piece.text.1 as usize];
    let is_plain = number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit());
    is_plain.then(|| number.parse().ok()).flatten()
}

/// Whether a line has this number among its words.
fn names(line: &Line, text: &str, number: u32) -> bool {
    let number = number.to_string();
    let mut words = line.pieces.iter().flat_map(|piece| {
        let text = &text[piece.text.0 as usize..piece.text.1 as usize];
        text.split(|c: char| !c.is_alphanumeric())
    });
    words.any(|word| word == number)
}

/// What stands beside the number on its line.
fn beside(line: &Line, text: &str) -> Arc<str> {
    let pieces = line.pieces.iter();
    let pieces = pieces.map(|piece| &text[piece.text.0 as usize..piece.text.1 as usize]);
    let words: String = pieces.collect::<Vec<_>>().join(" ");
    let words: String = words.chars().filter(|c| !c.is_ascii_digit()).collect();
    Arc::from(words.trim())
}

/// The page numbers, where they can be told for certain: each page from the second on has its
/// number at the same edge, or none has a number there at all.
fn page_numbers(pages: &[Page], styles: &Styles) -> Option<Vec<PageNumber>> {
    if pages.len() < 2 || pages.iter().any(|page| page.text.lines.is_empty()) {
        return None;
    }
    let at = |page: &Page, place| match place {
        MarginPlace::Top => 0,
        MarginPlace::Bottom => page.text.lines.len() - 1,
    };
    for place in [MarginPlace::Top, MarginPlace::Bottom] {
        let number = |page: &Page| lone_number(&page.text.lines[at(page, place)], &page.text.text);
        let mut numbered = (1_u32..).zip(pages).skip(1);
        if !numbered.all(|(n, page)| number(page) == Some(n)) {
            continue;
        }
        let page = &pages[1];
        let line = &page.text.lines[at(page, place)];
        let middle = f64::from(line.x() + line.end()) / 2.0 / page.width;
        let align = if (middle - 0.5).abs() <= OFF_CENTRE {
            Align::Center
        } else if middle > 0.5 {
            Align::Right
        } else {
            Align::Left
        };
        return Some(vec![PageNumber {
            place,
            pages: if number(&pages[0]) == Some(1) {
                Pages::All
            } else {
                Pages::AllButFirst
            },
            align: Some(align),
            style: styles.get(line.pieces[0].style),
            is_arabic: true,
            beside: beside(line, &page.text.text),
            plain: true,
        }]);
    }
    let none = (1_u32..).zip(pages).all(|(n, page)| {
        let (text, lines) = (&page.text.text, &page.text.lines);
        let edges = lines.first().into_iter().chain(lines.last());
        edges
            .into_iter()
            .all(|line| lone_number(line, text).is_none() && !names(line, text, n))
    });
    none.then(Vec::new)
}
