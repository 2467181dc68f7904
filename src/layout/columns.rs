//! Two columns on one line, at the head and the foot of a document.
//!
//! Elsewhere blanks within a line are a table or a table of contents and are left alone.

use super::anchors::Anchors;
use super::furniture;
use super::opening::{self, Opener, Stamp};
use super::physical::{Physical, chars};
use super::{Role, Side};
use crate::text::{Span, is_capitals};

/// Lines from the start of a text in which a head is looked for.
const HEAD_LINES: usize = 40;
/// Lines before and after a quốc hiệu that may be its head.
const HEAD_BEFORE: usize = 3;
const HEAD_AFTER: usize = 16;
/// Lines before and after `Nơi nhận` that may be the foot.
const FOOT_BEFORE: usize = 4;
const FOOT_AFTER: usize = 36;
/// Blanks that part two columns.
const GAP: u32 = 3;
/// A line that begins this far to the right stands in the right column.
const RIGHT: u16 = 25;
/// Characters of the longest line of a right column.
const RIGHT_WIDTH: u16 = 70;
/// Places on a line that may be the beginning of a date without a comma before it.
const DATES: usize = 4;
/// Columns by which a line of a centred subject may pass the first one.
const SUBJECT_SLACK: u32 = 6;

/// A line, or one column of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub span: Span,
    pub role: Role,
    pub side: Side,
    pub zone: Zone,
    /// Column of the first character, in characters from 0.
    pub indent: u16,
    /// Characters of the span.
    pub width: u16,
    /// Empty lines before the line.
    pub blanks: u16,
    /// Whether the line is the first of its page.
    pub page: bool,
}

impl Piece {
    /// The column after the last character.
    pub(super) fn edge(&self) -> u32 {
        u32::from(self.indent) + u32::from(self.width)
    }
}

/// What part of a document a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Zone {
    Head,
    Body,
    Foot,
}

/// What a line holds, as ranges of its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Content {
    Whole(Span),
    Left(Span),
    Right(Span),
    Both(Span, Span),
    /// Nothing but the bars of a table.
    Bars,
}

/// Takes the columns apart. The pieces are in reading order: in a run of lines with two columns
/// first the left column, then the right one.
pub(super) fn pieces(
    text: &str,
    lines: &[Physical],
    roles: &[Role],
    anchors: &Anchors,
    ocr: bool,
) -> Vec<Piece> {
    let mut splitter = Splitter {
        text,
        lines,
        roles,
        ocr,
        out: Vec::with_capacity(lines.len() + 16),
    };
    let mut done = 0;
    for (zone, start, end) in zones(lines.len(), anchors) {
        let start = start.max(done);
        if start >= end {
            continue;
        }
        splitter.body(done, start);
        done = match zone {
            Zone::Head => splitter.head(start, end),
            _ => splitter.foot(start, end),
        };
    }
    splitter.body(done, lines.len());
    stamps(text, &mut splitter.out);
    splitter.out
}

/// A signing tool prints its block over the right column of the foot, beside the recipients.
fn stamps(text: &str, pieces: &mut [Piece]) {
    let mut in_stamp = false;
    for piece in pieces.iter_mut().filter(|piece| piece.side == Side::Right) {
        let line = piece.span.of(text);
        let begins = opening::stamp(line) == Some(Stamp::Start);
        in_stamp = begins || in_stamp && furniture::is_stamp_line(line);
        if in_stamp {
            piece.role = Role::Stamp;
        }
    }
}

/// Where heads and feet may be, in order.
fn zones(count: usize, anchors: &Anchors) -> Vec<(Zone, usize, usize)> {
    let first_end = match anchors.heads.first() {
        Some(&head) if head < HEAD_LINES => head + HEAD_AFTER,
        _ => HEAD_LINES,
    };
    let mut zones = vec![(Zone::Head, 0, first_end.min(count))];
    zones.extend(
        anchors
            .heads
            .iter()
            .filter(|&&head| head >= first_end)
            .map(|&head| {
                (
                    Zone::Head,
                    head.saturating_sub(HEAD_BEFORE),
                    (head + HEAD_AFTER).min(count),
                )
            }),
    );
    zones.extend(anchors.feet.iter().map(|&foot| {
        (
            Zone::Foot,
            foot.saturating_sub(FOOT_BEFORE),
            (foot + FOOT_AFTER).min(count),
        )
    }));
    zones.sort_by_key(|&(_, start, _)| start);
    // A zone ends where the next begins; but in a short letter the last lines of the head are
    // the ones before the recipients, and the lines before the head of an attached document are
    // the last ones of the foot, which sees by itself where it ends.
    for i in 1..zones.len() {
        let (zone, start, _) = zones[i];
        let before = match (zones[i - 1].0, zone) {
            (Zone::Head, Zone::Foot) => FOOT_BEFORE,
            (Zone::Foot, Zone::Head) => HEAD_BEFORE,
            _ => 0,
        };
        zones[i - 1].2 = zones[i - 1].2.min(start + before);
    }
    zones
}

struct Splitter<'a> {
    text: &'a str,
    lines: &'a [Physical],
    roles: &'a [Role],
    ocr: bool,
    out: Vec<Piece>,
}

impl Splitter<'_> {
    fn line(&self, i: usize) -> &str {
        self.lines[i].span.of(self.text)
    }

    fn opener(&self, text: &str) -> Option<Opener> {
        opening::opener(text, self.ocr)
    }

    fn piece(&self, i: usize, span: Span, side: Side, zone: Zone) -> Piece {
        let line = &self.lines[i];
        let before = &self.text[line.span.start as usize..span.start as usize];
        Piece {
            span,
            role: self.roles[i],
            side,
            zone,
            indent: line.indent.saturating_add(chars(before)),
            width: if span == line.span {
                line.width
            } else {
                chars(span.of(self.text))
            },
            blanks: line.blanks,
            page: line.page,
        }
    }

    fn body(&mut self, start: usize, end: usize) {
        for i in start..end {
            let piece = self.piece(i, self.lines[i].span, Side::Whole, Zone::Body);
            self.out.push(piece);
        }
    }

    /// Writes a run of lines, the left column first.
    fn run(&mut self, start: usize, contents: &[Content], zone: Zone) {
        let two = contents
            .iter()
            .any(|content| matches!(content, Content::Both(..) | Content::Right(_)));
        for right in [false, true] {
            for (i, content) in (start..).zip(contents) {
                let (span, side) = match (*content, right) {
                    (Content::Whole(span), false) => (span, Side::Whole),
                    (Content::Left(span) | Content::Both(span, _), false) => {
                        (span, if two { Side::Left } else { Side::Whole })
                    }
                    (Content::Right(span) | Content::Both(_, span), true) => (span, Side::Right),
                    _ => continue,
                };
                let piece = self.piece(i, span, side, zone);
                self.out.push(piece);
            }
        }
    }

    /// Splits a head; returns the line after its last.
    fn head(&mut self, start: usize, end: usize) -> usize {
        let mut contents: Vec<Content> = Vec::new();
        let mut column: Option<u32> = None;
        // While the lines of a subject are read: the column that none of them passes.
        let mut subject: Option<u32> = None;
        let mut below_number = false;
        let mut i = start;
        while i < end {
            if self.roles[i] != Role::Text {
                contents.push(Content::Whole(self.lines[i].span));
                i += 1;
                continue;
            }
            let opener = self.opener(self.line(i).trim_start_matches(['|', ' ']));
            if self.ends_head(i, opener) {
                break;
            }
            let content = match self.split_head(i, opener) {
                Content::Whole(span) => match column {
                    Some(column) => {
                        subject = self.subject(i, opener, column, subject, below_number);
                        self.place_in_head(i, span, opener, column, subject.is_some())
                    }
                    None => Content::Whole(span),
                },
                split => split,
            };
            if let Content::Both(left, right) = content {
                let at = self.column_after(i, left, right);
                column = Some(column.map_or(at, |column| column.min(at)));
                if self.opener(left.of(self.text)) == Some(Opener::VeViec) {
                    subject = Some(self.column_after(i, left, right));
                }
            }
            below_number = opener == Some(Opener::SoKyHieu);
            if column.is_some() && matches!(content, Content::Whole(_)) {
                break;
            }
            contents.push(content);
            i += 1;
        }
        // Lines before the first with two columns stay in their order.
        let first = contents
            .iter()
            .position(|content| matches!(content, Content::Both(..)))
            .unwrap_or(contents.len());
        for at in 0..first {
            self.run(start + at, &contents[at..=at], Zone::Head);
        }
        self.run(start + first, &contents[first..], Zone::Head);
        self.addressees(i, end)
    }

    /// Takes a table of addressees apart, `Kính gửi` in its first column; returns the line after
    /// it.
    fn addressees(&mut self, start: usize, end: usize) -> usize {
        let is_row = |i: usize| self.roles[i] == Role::Text && self.line(i).starts_with('|');
        let begins = start < end
            && is_row(start)
            && self.opener(self.line(start).trim_start_matches(['|', ' ']))
                == Some(Opener::KinhGui);
        if !begins {
            return start;
        }
        let rows = (start..end).take_while(|&i| is_row(i));
        let cells: Vec<_> = rows.map(|i| (i, self.cells(i))).collect();
        for &(i, content) in &cells {
            let (left, right) = match content {
                Content::Whole(span) | Content::Left(span) | Content::Right(span) => {
                    (Some(span), None)
                }
                Content::Both(left, right) => (Some(left), Some(right)),
                Content::Bars => (None, None),
            };
            for span in left.into_iter().chain(right) {
                let piece = self.piece(i, span, Side::Whole, Zone::Head);
                self.out.push(piece);
            }
        }
        start + cells.len()
    }

    /// The column where the right part begins; [`u32::MAX`] where the blanks between the parts
    /// were lost, so that columns say nothing.
    fn column_after(&self, i: usize, left: Span, right: Span) -> u32 {
        if right.start - left.end >= GAP {
            self.column(i, right)
        } else {
            u32::MAX
        }
    }

    fn column(&self, i: usize, part: Span) -> u32 {
        let line = &self.lines[i];
        let before = &self.text[line.span.start as usize..part.start as usize];
        u32::from(line.indent) + u32::from(chars(before))
    }

    fn ends_head(&self, i: usize, opener: Option<Opener>) -> bool {
        let line = self.line(i).trim_start_matches(['|', ' ']);
        let begins_item = opening::firm_marker(line).is_some_and(|marker| {
            marker.style != opening::Style::Bullet
                && line[usize::from(marker.len)..]
                    .trim_start()
                    .starts_with(char::is_alphabetic)
        });
        begins_item
            || matches!(
                opener,
                Some(Opener::KinhGui | Opener::CanCu | Opener::Division { .. })
            )
    }

    /// The columns of a line of a head.
    fn split_head(&self, i: usize, opener: Option<Opener>) -> Content {
        let line = self.line(i);
        let span = self.lines[i].span;
        if line.contains('|') {
            return self.cells(i);
        }
        let right = |part: &str| self.is_head_right(part) || is_rule(part);
        let wide = gaps(line).find(|&(_, to)| right(&line[to..]));
        let capitals = || {
            gaps(line)
                .max_by_key(|&(from, to)| to - from)
                .filter(|&(from, to)| is_capitals(&line[..from]) && is_capitals(&line[to..]))
        };
        let rules = || {
            let rule = !line.contains(char::is_alphanumeric);
            gaps(line).next().filter(|_| rule)
        };
        wide.or_else(capitals)
            .or_else(rules)
            .or_else(|| self.split_head_at_blank(line, opener))
            .map_or(Content::Whole(span), |(from, to)| self.both(span, from, to))
    }

    /// The columns of a line that are parted by the bytes `from..to`.
    fn both(&self, line: Span, from: usize, to: usize) -> Content {
        Content::Both(
            line.slice(0..from).trim(self.text),
            line.slice(to..line.len()).trim(self.text),
        )
    }

    fn is_head_right(&self, part: &str) -> bool {
        part.starts_with(char::is_uppercase)
            && (matches!(self.opener(part), Some(Opener::QuocHieu | Opener::TieuNgu))
                || opening::is_dia_danh(part))
    }

    /// Where a line lost the blanks between its columns: before the quốc hiệu, the tiêu ngữ, or
    /// the place that follows a number.
    fn split_head_at_blank(&self, line: &str, opener: Option<Opener>) -> Option<(usize, usize)> {
        let at = |to: usize| (line[..to].trim_end().len(), to);
        if opener == Some(Opener::SoKyHieu) {
            // The symbol ends with the last word before the place that has a digit or a slash.
            let place_before = |date: usize| {
                let symbol = line[..date].rfind(|c: char| c.is_ascii_digit() || c == '/')?;
                let to = symbol + line[symbol..date].find(' ')? + 1;
                let to = to + (line[to..].len() - line[to..].trim_start().len());
                (to < date).then_some(to)
            };
            if let Some(date) = line.find(", ng") {
                return place_before(date).map(at);
            }
            let dates = line.match_indices(" ng").map(|(date, _)| date);
            return dates
                .take(DATES)
                .find_map(|date| place_before(date).filter(|&to| self.is_head_right(&line[to..])))
                .map(at);
        }
        let mut words = line.match_indices(' ').map(|(i, _)| i + 1);
        let to = words.find(|&to| {
            let rest = &line[to..];
            // Only capitals are worth a closer look.
            rest.starts_with(char::is_uppercase)
                && matches!(self.opener(rest), Some(Opener::QuocHieu | Opener::TieuNgu))
        })?;
        is_capitals(&line[..to]).then(|| at(to))
    }

    fn is_left(&self, i: usize, column: u32) -> bool {
        let line = &self.lines[i];
        line.edge() <= column.saturating_add(1) && u32::from(line.indent) < column
    }

    /// The column that the subject does not pass which a line begins or goes on with. It begins
    /// with `V/v`, or without it directly below the number; a centred one may be wider than the
    /// left column is at the top.
    fn subject(
        &self,
        i: usize,
        opener: Option<Opener>,
        column: u32,
        before: Option<u32>,
        below_number: bool,
    ) -> Option<u32> {
        let line = &self.lines[i];
        let text = self.line(i);
        let starts = opener == Some(Opener::VeViec)
            || (below_number
                && opener.is_none()
                && line.blanks == 0
                && column != u32::MAX
                && self.is_left(i, column)
                && text.starts_with(char::is_uppercase)
                && !is_capitals(text)
                && !self.is_head_right(text));
        if starts {
            return Some((line.edge() + SUBJECT_SLACK).max(column.saturating_add(1)));
        }
        before.filter(|&limit| {
            line.blanks == 0
                && line.edge() <= limit
                && u32::from(line.indent) < column
                && !self.is_head_right(text)
        })
    }

    /// Which column a line belongs to that has one.
    fn place_in_head(
        &self,
        i: usize,
        span: Span,
        opener: Option<Opener>,
        column: u32,
        subject: bool,
    ) -> Content {
        let line = &self.lines[i];
        let text = self.line(i);
        let left = self.is_left(i, column);
        let rule = !text.contains(char::is_alphanumeric);
        if self.is_head_right(text) || (rule && u32::from(line.indent).saturating_add(3) >= column)
        {
            return Content::Right(span);
        }
        let belongs_left = rule
            || opener == Some(Opener::SoKyHieu)
            || (column != u32::MAX && line.blanks == 0 && line.indent < RIGHT && is_capitals(text));
        if subject || (belongs_left && left) {
            Content::Left(span)
        } else {
            Content::Whole(span)
        }
    }

    /// The cells of a line of a table with bars, where it has at most two.
    fn cells(&self, i: usize) -> Content {
        let span = self.lines[i].span;
        let line = self.line(i);
        let body = line.strip_prefix('|').unwrap_or(line);
        let body = body.strip_suffix('|').unwrap_or(body);
        let mut filled = body
            .split('|')
            .enumerate()
            .map(|(n, cell)| (n, Span::of_slice(self.text, cell.trim())))
            .filter(|(_, cell)| !cell.is_empty());
        match (filled.next(), filled.next(), filled.next()) {
            (None, ..) => Content::Bars,
            (Some((0, only)), None, _) => {
                // The text before a table ran into its first bar.
                if self.is_head_right(only.of(self.text)) {
                    Content::Right(only)
                } else if line.starts_with('|') {
                    Content::Left(only)
                } else {
                    Content::Whole(only)
                }
            }
            (Some((_, only)), None, _) => Content::Right(only),
            (Some((_, left)), Some((_, right)), None) => Content::Both(left, right),
            _ => Content::Whole(span),
        }
    }

    /// Splits a foot; returns the line after its last.
    fn foot(&mut self, start: usize, end: usize) -> usize {
        let Some(anchor) = (start..end).find(|&i| {
            let line = self.line(i).trim_start_matches(['|', ' ']);
            self.opener(line) == Some(Opener::NoiNhan)
        }) else {
            self.body(start, end);
            return end;
        };
        let first = (start..anchor)
            .rev()
            .take_while(|&i| self.is_before_recipients(i))
            .last()
            .unwrap_or(anchor);
        self.body(start, first);
        let mut contents: Vec<Content> = Vec::new();
        let mut column = None;
        let mut i = first;
        while i < end {
            if self.roles[i] != Role::Text {
                contents.push(Content::Whole(self.lines[i].span));
                i += 1;
                continue;
            }
            if i > anchor && self.ends_foot(i, column) {
                break;
            }
            let content = self.split_foot(i, column);
            let at = match content {
                Content::Both(left, right) => Some(self.column_after(i, left, right)),
                Content::Right(right) => Some(self.column(i, right)),
                _ => None,
            };
            column = column.into_iter().chain(at).min();
            contents.push(content);
            i += 1;
        }
        self.run(first, &contents, Zone::Foot);
        i
    }

    /// Whether a line above the recipients is the beginning of the signature beside them.
    fn is_before_recipients(&self, i: usize) -> bool {
        let line = self.line(i);
        line.starts_with('|') && !matches!(self.cells(i), Content::Whole(_))
            || (self.lines[i].indent >= RIGHT && is_capitals(line))
    }

    fn ends_foot(&self, i: usize, column: Option<u32>) -> bool {
        let line = self.line(i);
        let bullet =
            opening::firm_marker(line).is_some_and(|marker| marker.style == opening::Style::Bullet);
        let bars = line.starts_with('|');
        let right = column.is_some_and(|column| u32::from(self.lines[i].indent) * 2 >= column);
        if self.lines[i].page && !bullet && !bars {
            return true;
        }
        if bars && matches!(self.cells(i), Content::Whole(_)) {
            return true;
        }
        if matches!(
            self.opener(line),
            Some(Opener::Division { .. } | Opener::QuocHieu | Opener::KinhGui | Opener::CanCu)
        ) {
            return true;
        }
        let apart = self.lines[i].blanks > 1 && !bullet && !bars && !right;
        // The title of a document that is attached: capitals below the recipients.
        let title = column.is_some_and(|column| column != u32::MAX)
            && !(right || bullet || bars)
            && is_capitals(line)
            && line.contains(' ')
            && !line.contains([',', ';', ':', '.', '('])
            && gaps(line).next().is_none();
        apart || title || gaps(line).count() > 2
    }

    /// The columns of a line of a foot.
    fn split_foot(&self, i: usize, column: Option<u32>) -> Content {
        let span = self.lines[i].span;
        let line = self.line(i);
        if line.starts_with('|') {
            return self.cells(i);
        }
        let wide = gaps(line)
            .max_by_key(|&(from, to)| to - from)
            .filter(|&(_, to)| chars(&line[to..]) <= RIGHT_WIDTH);
        if let Some((from, to)) = wide.or_else(|| self.split_foot_at_blank(line)) {
            return self.both(span, from, to);
        }
        let indent = u32::from(self.lines[i].indent);
        let right = match column {
            // Where the blanks were lost the signer's name stands alone below the recipients.
            Some(u32::MAX) => {
                self.lines[i].blanks > 0 && !line.starts_with('-') && !line.contains([':', ';'])
            }
            Some(column) => indent * 2 >= column && indent >= 10,
            None => indent >= u32::from(RIGHT),
        };
        if right {
            Content::Right(span)
        } else {
            Content::Left(span)
        }
    }

    /// Where a line lost the blanks between its columns: after the colon of the recipients or the
    /// semicolon of one of them, before the signer's office in capitals.
    fn split_foot_at_blank(&self, line: &str) -> Option<(usize, usize)> {
        let mut stops = line.match_indices([':', ';']);
        stops.find_map(|(i, _)| {
            let rest = &line[i + 1..];
            let right = rest.trim_start();
            let office = right.len() < rest.len()
                && right.starts_with(char::is_uppercase)
                && begins_in_capitals(right)
                && matches!(self.opener(right), Some(Opener::QuyenHan | Opener::ChucVu));
            office.then(|| (i + 1, line.len() - right.len()))
        })
    }
}

/// The runs of blanks in a line that may part columns, each with the range of its bytes.
fn gaps(line: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let from = at
                + bytes[at..]
                    .iter()
                    .position(|&b| matches!(b, b' ' | b'\t'))?;
            let len = bytes[from..]
                .iter()
                .take_while(|&&b| matches!(b, b' ' | b'\t'))
                .count();
            at = from + len;
            if len >= GAP as usize || bytes[from..at].contains(&b'\t') {
                return Some((from, at));
            }
        }
    })
}

/// Whether a text is a drawn line: three signs or more, and no other.
fn is_rule(text: &str) -> bool {
    text.len() >= 3
        && text
            .chars()
            .all(|c| matches!(c, '_' | '-' | '–' | '—' | '='))
}

/// Whether the first two words are in capitals, as far as there are two.
fn begins_in_capitals(text: &str) -> bool {
    let end = text
        .match_indices(' ')
        .nth(1)
        .map_or(text.len(), |(i, _)| i);
    is_capitals(&text[..end])
}
