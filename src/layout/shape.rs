//! How the lines of a text were broken, measured once for the whole text.

use std::ops::RangeInclusive;

use super::opening::firm_marker;
use super::physical::{Physical, chars};

/// Widths that are told apart; wider lines count as this wide.
const WIDEST: usize = 255;
/// A line wider than this was not broken by an extraction: those break at 60 to 130 columns.
const UNBROKEN: u16 = 150;
/// Where the wall of a text with few broken lines may be.
const EXACT_WALLS: RangeInclusive<u32> = 50..=140;

/// How the lines of a text were broken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Whether lines are known to be paragraphs, as in a file that keeps page numbers and running
    /// heads apart.
    pub paragraphs: bool,
    /// Whether lines were broken at a right edge.
    pub wrapped: bool,
    /// The column where full lines usually end.
    pub wall: u32,
    /// The column where continued lines usually begin.
    pub margin: u16,
    /// Whether the wall is exact: a line was broken where its next word would have passed it, and
    /// nowhere else.
    pub exact: bool,
    /// Empty lines that stand between two lines of one paragraph, as in a text with an empty
    /// line after each; more than these are evidence of a new paragraph.
    pub usual_blanks: u16,
}

impl Shape {
    /// The shape of a text whose lines are known to be paragraphs.
    pub(super) const PARAGRAPHS: Self = Self {
        paragraphs: true,
        wrapped: false,
        wall: 0,
        margin: 0,
        exact: false,
        usual_blanks: 0,
    };
}

/// Measures a text.
///
/// Evidence of wrapping is a line that begins in lower case after one without a stop. In a text
/// of whole paragraphs there is hardly any; in a wrapped one it is a third of all lines.
pub(super) fn measure(text: &str, lines: &[Physical]) -> Shape {
    let (mut pairs, mut broken, mut broken_blank) = (0_usize, 0_usize, 0_usize);
    let (mut chars, mut unbroken_chars) = (0_usize, 0_usize);
    let mut edges = [0_u32; WIDEST + 1];
    let mut indents = [0_u32; WIDEST + 1];
    let mut previous: Option<(&Physical, bool)> = None;
    for line in lines {
        let content = line.span.of(text);
        chars += usize::from(line.width);
        if line.width > UNBROKEN {
            unbroken_chars += usize::from(line.width);
        }
        if let Some((before, stopped)) = previous {
            pairs += 1;
            let lower = content.chars().next().is_some_and(char::is_lowercase);
            if lower && !stopped {
                broken += 1;
                broken_blank += usize::from(line.blanks > 0 && !line.page);
                edges[(before.edge() as usize).min(WIDEST)] += 1;
                indents[usize::from(line.indent).min(WIDEST)] += 1;
            }
        }
        let stopped = content.ends_with(['.', ';', ':', '!', '?']);
        previous = Some((line, stopped));
    }
    let wall = percentile(&edges, 50);
    let near_wall: u32 = edges[wall as usize * 3 / 4..].iter().sum();
    let at_wall: u32 = edges[wall as usize * 9 / 10..].iter().sum();
    let widest = lines.iter().map(Physical::edge).max().unwrap_or(0);
    // A short text of many short lines has few broken ones, but they end at one edge and no line
    // passes it.
    let short_text = unbroken_chars == 0
        && broken * 100 >= pairs * 4
        && at_wall as usize * 100 >= broken * 80
        && wall >= 60
        && widest * 100 <= wall * 115;
    let long_text = broken * 100 >= pairs * 15
        && unbroken_chars * 100 < chars * 35
        && near_wall as usize * 100 >= broken * 60;
    let wrapped = broken >= 2 && (30..=140).contains(&wall) && (short_text || long_text);
    let exact = if wrapped || broken == 0 || unbroken_chars > 0 {
        None
    } else {
        exact_wall(text, lines)
    };
    Shape {
        paragraphs: false,
        wrapped: wrapped || exact.is_some(),
        wall: exact.unwrap_or(wall),
        exact: exact.is_some(),
        margin: mode(&indents),
        usual_blanks: u16::from(broken_blank * 100 >= broken * 30),
    }
}

/// The wall of a text with few broken lines: no line passes it, and a sentence that goes on in
/// lower case was broken where its next word would have. Breaks before words that had room are an
/// author's own, as in a subject or in cells; where there are many of them nothing is certain.
fn exact_wall(text: &str, lines: &[Physical]) -> Option<u32> {
    let columns = |line: &Physical| {
        let content = line.span.of(text);
        content.contains("   ") || content.contains(['\t', '|'])
    };
    let one_column = lines.iter().filter(|line| !columns(line));
    let wall = one_column.map(Physical::edge).max()?;
    if !EXACT_WALLS.contains(&wall) {
        return None;
    }
    let (mut full, mut early) = (0_usize, 0_usize);
    for pair in lines.windows(2) {
        let [before, next] = pair else { continue };
        let (head, tail) = (before.span.of(text), next.span.of(text));
        if next.blanks > 0
            || next.page
            || !tail.starts_with(char::is_lowercase)
            || !head.ends_with(|c: char| c.is_alphanumeric() || c == ',')
            || columns(before)
            || columns(next)
            || firm_marker(tail).is_some()
        {
            continue;
        }
        let word = tail.split(' ').next().unwrap_or_default();
        if before.edge() + 1 + u32::from(chars(word)) > wall {
            full += 1;
        } else {
            early += 1;
        }
    }
    (full > 0 && early <= full * 2).then_some(wall)
}

fn percentile(histogram: &[u32], percent: u32) -> u32 {
    let total: u32 = histogram.iter().sum();
    let mut seen = 0;
    for (value, &count) in (0..).zip(histogram) {
        seen += count;
        if count > 0 && u64::from(seen) * 100 >= u64::from(total) * u64::from(percent) {
            return value;
        }
    }
    0
}

/// The smallest of the most frequent values.
fn mode(histogram: &[u32]) -> u16 {
    let (mut best, mut most) = (0, 0);
    for (value, &count) in (0..).zip(histogram) {
        if count > most {
            (best, most) = (value, count);
        }
    }
    best
}
