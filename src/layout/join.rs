//! Which lines continue which.

use super::Side;
use super::columns::{Piece, Zone};
use super::opening::{self, Marker, Opener, Style};
use super::physical::chars;
use super::shape::Shape;
use crate::text::is_capitals;

/// A line is short, so that its end was meant, when the first word of the next one would have
/// ended before this share of the wall.
const SHORT: u32 = 87;
/// The same for a line in capitals, which are a quarter wider than small letters.
const SHORT_CAPITALS: u32 = 70;
/// Columns by which the first line of a paragraph is indented at least.
const INDENT: u16 = 2;

/// Columns by which the first line of a paragraph is indented at most.
const PARAGRAPH_INDENT: u16 = 8;

/// Decides, line after line, where a logical line goes on.
#[derive(Debug)]
pub(super) struct Joiner<'a> {
    text: &'a str,
    shape: Shape,
    ocr: bool,
    numbers: Numbers,
    /// Whether the line being built began as the subject (`V/v`) of a head.
    subject: bool,
}

impl<'a> Joiner<'a> {
    pub(super) fn new(text: &'a str, shape: Shape, ocr: bool) -> Self {
        Self {
            text,
            shape,
            ocr,
            numbers: Numbers::default(),
            subject: false,
        }
    }

    /// Whether `next`, which begins with `marker`, goes on with the line that ends with `before`;
    /// `alone` when that line is `before` and no more, `full` when it is known to be.
    pub(super) fn continues(
        &mut self,
        before: Option<&Piece>,
        next: &Piece,
        marker: Option<Marker>,
        alone: bool,
        full: bool,
    ) -> bool {
        let line = next.span.of(self.text);
        if let Some(before) = before
            && before.side == Side::Left
            && next.side == Side::Left
            && self.subject
            && next.blanks == 0
            && line.contains(char::is_alphanumeric)
            && self.opener(line).is_none()
            && !opening::is_mark(line)
        {
            return true;
        }
        let marker = marker.filter(|marker| marker.firm);
        let continues = self.shape.wrapped
            && before.is_some_and(|before| self.decide(before, next, marker, alone, full));
        if !continues {
            self.subject = next.side == Side::Left && self.begins_subject(before, next);
            if let Some(marker) = marker {
                self.numbers.record(marker);
            }
        }
        continues
    }

    /// Whether a line of a left column begins the subject: with `V/v`, or in small letters
    /// directly below the number.
    fn begins_subject(&self, before: Option<&Piece>, next: &Piece) -> bool {
        let line = next.span.of(self.text);
        let below_number = || {
            before.is_some_and(|before| {
                before.side == Side::Left
                    && self.opener(before.span.of(self.text)) == Some(Opener::SoKyHieu)
            })
        };
        match self.opener(line) {
            Some(opener) => opener == Opener::VeViec,
            None => {
                next.zone == Zone::Head
                    && next.blanks == 0
                    && line.starts_with(char::is_uppercase)
                    && !is_capitals(line)
                    && below_number()
            }
        }
    }

    fn opener(&self, line: &str) -> Option<Opener> {
        opening::opener(line, self.ocr)
    }

    fn decide(
        &self,
        before: &Piece,
        next: &Piece,
        marker: Option<Marker>,
        alone: bool,
        full: bool,
    ) -> bool {
        if before.side != next.side {
            return false;
        }
        let pair = Pair::new(self.text, &self.shape, before, next, full);
        if pair.apart() {
            return false;
        }
        if next.side != Side::Whole {
            return self.continues_in_column(&pair, marker);
        }
        if pair.first.is_lowercase() && !marker.is_some_and(|m| m.style == Style::Letter) {
            return pair.goes_on_in_lower_case();
        }
        if matches!(pair.first, ',' | ';' | '.' | ')' | '”' | '/') {
            return true;
        }
        if let Some(marker) = marker {
            // A sentence that fills its line has no list below it; a name may go on behind a dash.
            let is_dash = pair.full && marker.style == Style::Bullet;
            if !pair.open() || !is_dash && self.is_item(pair.next, marker) {
                return false;
            }
        } else if pair.first.is_uppercase() && self.opens(&pair) {
            return false;
        }
        pair.flows(next.zone, alone)
    }

    /// Within a column only what plainly goes on is joined.
    fn continues_in_column(&self, pair: &Pair, marker: Option<Marker>) -> bool {
        if marker.is_some() || pair.stopped() || pair.blanks > 0 {
            return false;
        }
        pair.first.is_lowercase()
            || matches!(pair.last, '-' | '/' | '(')
            || (pair.zone == Zone::Foot
                && opening::firm_marker(pair.before).is_some()
                && self.opener(pair.next).is_none()
                && !pair.next.contains(':'))
    }

    /// Whether a marker after a full line without a stop is one: `2. Ứng dụng` only where a 2 is
    /// due, `- x` only before a capital.
    fn is_item(&self, line: &str, marker: Marker) -> bool {
        let body = line[usize::from(marker.len)..].trim_start().chars().next();
        if !body.is_none_or(|c| c.is_uppercase() || matches!(c, '“' | '"' | '(')) {
            return false;
        }
        marker.style == Style::Bullet || self.numbers.is_due(marker)
    }

    /// Whether a word of the form begins the line. After a full line without a stop `Điều 5` is
    /// a reference.
    fn opens(&self, pair: &Pair) -> bool {
        match self.opener(pair.next) {
            Some(Opener::QuyenHan | Opener::ChucVu) => is_capitals(pair.next),
            Some(Opener::CanCu) => !pair.open(),
            Some(Opener::Division { closed }) => !pair.open() && (closed || pair.short()),
            None => false,
            Some(_) => true,
        }
    }
}

/// Two lines, and what is known about them together.
struct Pair<'a> {
    before: &'a str,
    next: &'a str,
    last: char,
    first: char,
    /// Empty lines between them that are evidence of a break.
    blanks: u16,
    page: bool,
    zone: Zone,
    edges: (u32, u32),
    indents: (u16, u16),
    widths: (u16, u16),
    /// Whether the line before is known to go to the right edge.
    full: bool,
    shape: &'a Shape,
}

impl<'a> Pair<'a> {
    fn new(text: &'a str, shape: &'a Shape, before: &Piece, next: &Piece, full: bool) -> Self {
        let (head, tail) = (before.span.of(text), next.span.of(text));
        Self {
            before: head,
            next: tail,
            last: head.chars().next_back().unwrap_or(' '),
            first: tail.chars().next().unwrap_or(' '),
            // Many empty lines are the end of a page, whatever the text does elsewhere.
            blanks: next.blanks.saturating_sub(shape.usual_blanks),
            page: next.page || next.blanks > shape.usual_blanks + 1,
            zone: next.zone,
            edges: (before.edge(), next.edge()),
            indents: (before.indent, next.indent),
            widths: (before.width, next.width),
            full,
            shape,
        }
    }

    /// Lines that stand for themselves: rules, dots, a bare address of the web.
    fn apart(&self) -> bool {
        let plain = |line: &str| !line.contains(char::is_alphanumeric);
        let address = |line: &str| !line.contains(' ') && line.contains("://");
        plain(self.before) || plain(self.next) || address(self.before) || address(self.next)
    }

    /// Whether the line before ends in a mark that may end a paragraph.
    fn stopped(&self) -> bool {
        let end = self.before.trim_end_matches(['”', '"', '’', ')', '»']);
        end.ends_with(['.', ';', ':', '!', '?', '…'])
    }

    /// Whether the first word of the next line would have had room on the line before.
    fn short(&self) -> bool {
        !self.full
            && self.shorter_than(if is_capitals(self.before) {
                SHORT_CAPITALS
            } else {
                SHORT
            })
    }

    fn shorter_than(&self, percent: u32) -> bool {
        let word = self.next.split(' ').next().unwrap_or_default();
        let with_word = self.edges.0 + 1 + u32::from(chars(word));
        if self.shape.exact {
            return with_word <= self.shape.wall;
        }
        with_word * 100 < self.shape.wall * percent
    }

    /// Whether the line before is full and without a stop, so that a sentence goes on.
    fn open(&self) -> bool {
        !self.stopped() && !self.short()
    }

    /// Cells of a table: wide blanks inside one of the lines.
    fn tabular(&self) -> bool {
        let wide = |line: &str| line.contains("   ") || line.contains('\t') || line.contains('|');
        wide(self.before) || wide(self.next)
    }

    fn indented(&self) -> bool {
        self.indents.1 > self.shape.margin + INDENT
    }

    fn goes_on_in_lower_case(&self) -> bool {
        if (self.short() || self.indented()) && self.tabular() {
            return false;
        }
        !(self.stopped() && (self.short() || self.blanks > 0))
    }

    /// Both lines are centred, and the upper one is long: a title over two lines.
    fn centred(&self) -> bool {
        let middle = |indent: u16, edge: u32| u32::from(indent) + edge;
        let (a, b) = (
            middle(self.indents.0, self.edges.0),
            middle(self.indents.1, self.edges.1),
        );
        a.abs_diff(b) <= 6
            && self.indents.0.max(self.indents.1) > self.shape.margin + PARAGRAPH_INDENT
            && opening::firm_marker(self.before).is_none()
            && u32::from(self.widths.0) * 2 > self.shape.wall
            && u32::from(self.widths.1) < self.shape.wall
    }

    /// Whether a line that begins with a capital or a digit goes on with the one before.
    fn flows(&self, zone: Zone, alone: bool) -> bool {
        let capitals = (is_capitals(self.before), is_capitals(self.next));
        let sentence = self.next.split(' ').nth(2).is_some();
        if capitals.0 != capitals.1 && (capitals.0 || sentence) {
            return false;
        }
        if matches!(self.last, '-' | '/' | '(') {
            return true;
        }
        if self.tabular() || (self.blanks > 0 && !self.page) {
            return false;
        }
        if self.stopped() {
            return !self.shape.exact
                && self.last != ':'
                && !self.before.ends_with("./.")
                && zone == Zone::Body
                && !self.page
                && !self.short()
                && !self.indented();
        }
        if self.indented() {
            let level = self.indents.0.abs_diff(self.indents.1) <= 1 && !alone;
            return (level || self.centred()) && !(capitals.0 && alone) && !self.short();
        }
        !self.short()
    }
}

/// The last number seen of each style.
#[derive(Debug, Default)]
struct Numbers([u16; 6]);

/// Where in [`Numbers`] the last number of a style stands.
fn slot(style: Style) -> Option<usize> {
    match style {
        Style::Bullet => None,
        Style::Roman => Some(0),
        Style::Letter => Some(1),
        Style::Bracket => Some(2),
        Style::Number(depth) => Some(1 + usize::from(depth)),
    }
}

impl Numbers {
    fn record(&mut self, marker: Marker) {
        if let Some(last) = slot(marker.style).and_then(|slot| self.0.get_mut(slot)) {
            *last = marker.value.unwrap_or_default();
        }
    }

    fn is_due(&self, marker: Marker) -> bool {
        let value = marker.value.unwrap_or_default();
        let slot = slot(marker.style);
        let last = slot
            .and_then(|slot| self.0.get(slot))
            .map_or(0, |&last| last);
        // `đ` may be left out.
        let room = if marker.style == Style::Letter { 3 } else { 1 };
        value == 1 || (value > last && value <= last + room)
    }
}
