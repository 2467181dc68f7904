//! Glyphs of a page → the lines that a reader sees, from top to bottom, and in each its words
//! from left to right.

use super::content::{Drawn, Glyph, Turn};

/// How far the glyphs of one stretch may stand off its baseline, in ems.
const SAME_BASELINE: f32 = 0.1;
/// How far the baselines of two stretches of a line may be apart, in ems of the larger one:
/// superscripts, and cells side by side.
const SAME_LINE: f32 = 0.6;
/// A sign of at most this part of the size of those before it, which ends no further from them, in
/// ems, is a superscript.
const SMALL: f32 = 0.8;
const NEAR: f32 = 0.2;
/// Such a sign stands off the baseline by more than this, in ems of the others.
const OFF_BASELINE: f32 = 0.03;
/// Lines that a stretch may belong to, counted back from the last one begun.
const LINES_LOOKED_AT: usize = 8;
/// A gap without a blank drawn in it parts two words from this width on, in ems.
const GAP: f32 = 0.17;
/// The same for a gap with a blank in it.
const GAP_WITH_BLANK: f32 = 0.05;
/// Two equal glyphs that stand no further apart, in ems, are one drawn twice to look heavy.
const DOUBLED: f32 = 0.1;
/// Narrowest gap between two columns, in ems.
const WIDE: f32 = 0.9;
/// A gap between columns is so many times as wide as the usual one of its line.
const WIDER: f32 = 2.2;
/// The same after the number or bullet that a line begins with, in ems.
const WIDE_AFTER_MARKER: f32 = 4.0;

/// A word, or part of one that has its own look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// In the text of the page.
    pub(super) text: (u32, u32),
    /// An index into the styles.
    pub(super) style: u32,
    /// Whether it is raised above the line or lowered, and so drawn smaller than its size.
    pub(super) is_raised: bool,
    /// What stands before it.
    pub(super) before: Before,
    /// Where it begins and ends, in points.
    pub(super) x: f32,
    pub(super) end: f32,
}

/// What stands before a piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Before {
    /// The beginning of the line, or another piece of the same word.
    Nothing,
    /// A blank.
    Blank,
    /// A gap as between columns.
    Gap,
}

/// A line as a reader sees it.
#[derive(Debug)]
pub(super) struct Line {
    /// The baseline, from the lower edge of the page, in points.
    pub(super) y: f32,
    /// The size of most of its text, in points.
    pub(super) size: f32,
    pub(super) pieces: Vec<Piece>,
}

impl Line {
    pub(super) fn x(&self) -> f32 {
        self.pieces.first().map_or(0.0, |piece| piece.x)
    }

    pub(super) fn end(&self) -> f32 {
        self.pieces.last().map_or(0.0, |piece| piece.end)
    }
}

/// The lines of a page and their text; the direction that most of the page is read in is level.
#[derive(Debug, Default)]
pub(super) struct PageLines {
    pub(super) text: String,
    pub(super) lines: Vec<Line>,
}

/// A glyph with the marks drawn over it.
#[derive(Clone, Copy)]
struct Cluster {
    x: f32,
    end: f32,
    y: f32,
    size: f32,
    style: u32,
    text: (u32, u32),
    is_blank: bool,
}

impl Cluster {
    /// Whether another sign of the same column is small beside this one and off its baseline.
    fn has_raised(&self, sign: &Self) -> bool {
        sign.size <= SMALL * self.size && (self.y - sign.y).abs() > OFF_BASELINE * self.size
    }
}

/// Glyphs drawn one after another on one baseline in one size.
struct Stretch {
    first: usize,
    count: usize,
    y: f32,
    size: f32,
    /// Glyphs that are no blanks.
    weight: usize,
}

/// Sets the glyphs of a page in lines.
pub(super) fn lines(drawn: &Drawn) -> PageLines {
    let clusters = clusters(drawn);
    let mut stretches = stretches(&clusters);
    stretches.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut rows: Vec<Row> = Vec::new();
    for stretch in &stretches {
        let near = rows.len().saturating_sub(LINES_LOOKED_AT);
        let row = rows[near..].iter_mut().rev().find(|row| row.holds(stretch));
        match row {
            Some(row) => row.add(stretch),
            None => rows.push(Row::new(stretch)),
        }
    }
    rows.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut page = PageLines::default();
    for row in &rows {
        let mut on_line: Vec<Cluster> = Vec::new();
        for &(first, count) in &row.stretches {
            on_line.extend_from_slice(&clusters[first..first + count]);
        }
        on_line.sort_by(|a, b| a.x.total_cmp(&b.x));
        page.add(drawn, row, &on_line);
    }
    page
}

fn text_of(drawn: &Drawn, text: (u32, u32)) -> &str {
    let range = text.0 as usize..text.1 as usize;
    drawn.text.get(range).unwrap_or_default()
}

/// The direction that most glyphs are read in.
fn usual_turn(glyphs: &[Glyph]) -> Turn {
    let turns = [Turn::Right, Turn::Up, Turn::Down, Turn::Left];
    let count = |turn: Turn| glyphs.iter().filter(|glyph| glyph.turn == turn).count();
    // The first of equals.
    turns
        .into_iter()
        .rev()
        .max_by_key(|&turn| count(turn))
        .unwrap_or(Turn::Right)
}

/// The glyphs that are read in the usual direction, which is made level.
fn clusters(drawn: &Drawn) -> Vec<Cluster> {
    let turn = usual_turn(&drawn.glyphs);
    let level = |(x, y): (f32, f32)| match turn {
        Turn::Up => (y, -x),
        Turn::Left => (-x, -y),
        Turn::Down => (-y, x),
        Turn::Right | Turn::Askew => (x, y),
    };
    let mut clusters: Vec<Cluster> = Vec::with_capacity(drawn.glyphs.len());
    for glyph in drawn.glyphs.iter().filter(|glyph| glyph.turn == turn) {
        let (x, y) = level(glyph.start);
        let (end, _) = level(glyph.end);
        let text = (glyph.text.0, glyph.text.0 + u32::from(glyph.text.1));
        let written = text_of(drawn, text);
        // A mark belongs to the letter drawn before it, wherever the pen stood.
        if let Some(last) = clusters.last_mut()
            && written.starts_with(is_mark)
            && last.text.1 == text.0
            && !last.is_blank
        {
            last.text.1 = text.1;
            last.end = last.end.max(end);
            continue;
        }
        clusters.push(Cluster {
            x: x.min(end),
            end: end.max(x),
            y,
            size: glyph.size,
            style: glyph.style,
            text,
            is_blank: written.chars().all(char::is_whitespace),
        });
    }
    clusters
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&c)
}

fn stretches(clusters: &[Cluster]) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (i, cluster) in clusters.iter().enumerate() {
        let weight = usize::from(!cluster.is_blank);
        if let Some(last) = stretches.last_mut()
            && (last.goes_on(cluster) || last.has_raised(cluster, clusters[i - 1].end))
        {
            last.count += 1;
            last.weight += weight;
            continue;
        }
        stretches.push(Stretch {
            first: i,
            count: 1,
            y: cluster.y,
            size: cluster.size,
            weight,
        });
    }
    stretches.retain(|stretch| stretch.weight > 0);
    stretches
}

impl Stretch {
    fn goes_on(&self, next: &Cluster) -> bool {
        (self.y - next.y).abs() <= SAME_BASELINE * self.size
            && (self.size - next.size).abs() <= 0.05 * self.size
    }

    /// Whether a small sign was drawn right after this stretch, raised or lowered: it belongs to
    /// it, whatever stands beside it on the page.
    fn has_raised(&self, next: &Cluster, end: f32) -> bool {
        next.size <= SMALL * self.size
            && (self.y - next.y).abs() <= SAME_LINE * self.size
            && (next.x - end).abs() <= NEAR * self.size
    }
}

/// The stretches of one line.
struct Row {
    /// Of the heaviest stretch.
    y: f32,
    size: f32,
    weight: usize,
    stretches: Vec<(usize, usize)>,
}

impl Row {
    fn new(stretch: &Stretch) -> Self {
        Self {
            y: stretch.y,
            size: stretch.size,
            weight: stretch.weight,
            stretches: vec![(stretch.first, stretch.count)],
        }
    }

    /// Whether a stretch stands on this line: most of its height beside the line's own.
    fn holds(&self, stretch: &Stretch) -> bool {
        let (larger, smaller) = (self.size.max(stretch.size), self.size.min(stretch.size));
        let box_of = |y: f32, size: f32| (y - 0.2 * size, y + 0.7 * size);
        let (a, b) = (box_of(self.y, self.size), box_of(stretch.y, stretch.size));
        let shared = a.1.min(b.1) - a.0.max(b.0);
        (self.y - stretch.y).abs() <= SAME_LINE * larger && shared >= 0.5 * 0.9 * smaller
    }

    fn add(&mut self, stretch: &Stretch) {
        self.stretches.push((stretch.first, stretch.count));
        if stretch.weight > self.weight {
            (self.y, self.size, self.weight) = (stretch.y, stretch.size, stretch.weight);
        }
    }
}

/// A word: a range of the clusters of its line.
struct Word {
    first: usize,
    after: usize,
    /// The gap before it, in ems of the line.
    gap: f32,
}

impl PageLines {
    /// Adds a line of glyphs that stand from left to right.
    fn add(&mut self, drawn: &Drawn, row: &Row, clusters: &[Cluster]) {
        let glyphs = visible(drawn, clusters);
        let words = words(&glyphs, row.size);
        if words.is_empty() {
            return;
        }
        let usual = usual_gap(&words);
        let before = |i: usize| match words[i].gap {
            _ if i == 0 => Before::Nothing,
            gap if i == 1 && gap < WIDE_AFTER_MARKER && words[0].after - words[0].first <= 5 => {
                Before::Blank
            }
            gap if gap >= WIDE && gap >= usual * WIDER => Before::Gap,
            _ => Before::Blank,
        };
        let befores: Vec<Before> = (0..words.len()).map(before).collect();
        let mut pieces = Vec::with_capacity(words.len());
        let mut largest = glyphs[0].0;
        for (i, word) in words.iter().enumerate() {
            let letters = &glyphs[word.first..word.after];
            if i == 0 || befores[i] == Before::Gap {
                let next = befores[i + 1..].iter().position(|&b| b == Before::Gap);
                let last = next.map_or(words.len(), |next| i + 1 + next) - 1;
                let signs = glyphs[word.first..words[last].after].iter();
                largest = signs.fold(letters[0].0, |largest, (sign, _)| larger(largest, *sign));
            }
            let from = self.text.len();
            let look = |sign: &Cluster| (sign.style, largest.has_raised(sign));
            for same in letters.chunk_by(|a, b| look(&a.0) == look(&b.0)) {
                let start = self.text.len();
                for (cluster, _) in same {
                    self.text.push_str(text_of(drawn, cluster.text));
                }
                pieces.push(Piece {
                    text: (start as u32, self.text.len() as u32),
                    style: same[0].0.style,
                    is_raised: largest.has_raised(&same[0].0),
                    before: if start == from {
                        befores[i]
                    } else {
                        Before::Nothing
                    },
                    x: same[0].0.x,
                    end: same
                        .iter()
                        .map(|(cluster, _)| cluster.end)
                        .fold(0.0, f32::max),
                });
            }
        }
        self.lines.push(Line {
            y: row.y,
            size: row.size,
            pieces,
        });
    }
}

/// The larger of two signs, the first of equals.
fn larger(a: Cluster, b: Cluster) -> Cluster {
    if b.size > a.size { b } else { a }
}

/// The glyphs that are no blanks, each with whether a blank stands before it; none twice.
fn visible(drawn: &Drawn, clusters: &[Cluster]) -> Vec<(Cluster, bool)> {
    let mut glyphs: Vec<(Cluster, bool)> = Vec::with_capacity(clusters.len());
    let mut blank = false;
    for cluster in clusters {
        if cluster.is_blank {
            blank = true;
            continue;
        }
        let is_doubled = glyphs.iter().rev().take(3).any(|(before, _)| {
            (before.x - cluster.x).abs() <= DOUBLED * cluster.size
                && (before.y - cluster.y).abs() <= DOUBLED * cluster.size
                && (before.end - before.x) > 0.0
                && text_of(drawn, before.text) == text_of(drawn, cluster.text)
        });
        if !is_doubled {
            glyphs.push((*cluster, blank));
            blank = false;
        }
    }
    glyphs
}

fn words(glyphs: &[(Cluster, bool)], size: f32) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut end = f32::NEG_INFINITY;
    for (i, (cluster, blank)) in glyphs.iter().enumerate() {
        let gap = (cluster.x - end) / size.max(1.0);
        let least = if *blank { GAP_WITH_BLANK } else { GAP };
        match words.last_mut() {
            Some(word) if gap < least => word.after = i + 1,
            _ => words.push(Word {
                first: i,
                after: i + 1,
                gap,
            }),
        }
        end = end.max(cluster.end);
    }
    words
}

/// The usual gap between the words of a line, in ems.
fn usual_gap(words: &[Word]) -> f32 {
    let mut gaps: Vec<f32> = words.iter().skip(1).map(|word| word.gap).collect();
    gaps.sort_by(f32::total_cmp);
    // The lower middle: of two gaps one may be that between the columns.
    gaps.get(gaps.len().saturating_sub(1) / 2)
        .map_or(0.25, |gap| gap.min(1.0))
}
