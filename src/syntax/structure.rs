//! The sequence of lines → head, body, foot and attachments.
//!
//! `grammar/report.pest` parses the letters that [`line`](super::line) gave the lines; this
//! module turns its ranges of lines into the tree and the typed report.

use std::ops::Range;

use super::FirstLooks;
use super::date::DateMention;
use super::line::{self, Class, plain_kind};
use super::neighbours::settle;
use super::report::{
    Addressees, Attachment, Header, NumberLine, PlaceDate, RecipientItem, Recipients, Section,
    Signature,
};
use super::section;
use super::tree::{NodeKind, Tree, TreeBuilder};
use crate::layout::{Line, Side};
use crate::text::{Folded, Letters, Span, fold, is_capitals};
use crate::vocabulary::{Kind, vocabulary};

/// The pest parser; its types stay in here.
mod grammar {
    #![allow(missing_docs, reason = "pest generates an enum of the grammar's rules")]

    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/report.pest"]
    pub(super) struct ReportGrammar;
}

use grammar::{ReportGrammar, Rule};
use pest::Parser as _;
use pest::iterators::Pair;

/// The structure of a document.
#[derive(Debug, Default)]
pub(super) struct Structure {
    pub(super) header: Header,
    /// The kind that the title names.
    pub(super) title_kind: Option<&'static Kind>,
    pub(super) party_motto: bool,
    pub(super) basis: Vec<Span>,
    pub(super) sections: Vec<Section>,
    pub(super) closing: Option<Span>,
    pub(super) recipients: Option<Recipients>,
    pub(super) signature: Option<Signature>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) tree: Tree,
}

/// Builds the structure of a document from its logical lines and what each could be. Total.
pub(super) fn build(
    text: &str,
    lines: &[Line],
    mut classes: Vec<Class>,
    dates: &[DateMention],
    letters: Letters,
    looks: &FirstLooks<'_>,
) -> Structure {
    let cover = settle(text, lines, letters, looks, &mut classes);
    let skeleton: String = classes
        .iter()
        .map(|class| char::from(class.letter))
        .collect();
    let mut lowering = Lowering {
        text,
        lines,
        classes: &classes,
        dates,
        letters,
        looks,
        tree: TreeBuilder::default(),
        out: Structure::default(),
    };
    lowering.tree.open(NodeKind::Document);
    match ReportGrammar::parse(Rule::document, &skeleton)
        .ok()
        .and_then(|mut pairs| pairs.next())
    {
        Some(document) => lowering.document(document),
        // The grammar is total; only pest's own guard of its stack could stop it.
        None => lowering.body(0..lines.len()),
    }
    let Lowering { tree, mut out, .. } = lowering;
    out.header.cover = cover;
    out.tree = tree.finish();
    out
}

/// How many lines below the title are searched for components that belong above it.
const BELOW_TITLE: usize = 8;

struct Lowering<'a> {
    text: &'a str,
    lines: &'a [Line],
    classes: &'a [Class],
    dates: &'a [DateMention],
    letters: Letters,
    looks: &'a FirstLooks<'a>,
    tree: TreeBuilder,
    out: Structure,
}

impl<'a> Lowering<'a> {
    fn of(&self, span: Span) -> &'a str {
        span.of(self.text)
    }

    fn span(&self, i: usize) -> Span {
        self.lines[i].span
    }

    /// From the first to the last of some lines.
    fn spans(&self, range: &Range<usize>) -> Span {
        self.span(range.start).join(self.span(range.end - 1))
    }

    fn leaf(&mut self, kind: NodeKind, i: usize) {
        self.tree.leaf(kind, self.lines[i].span);
    }

    fn document(&mut self, document: Pair<'_, Rule>) {
        for part in document.into_inner() {
            match part.as_rule() {
                Rule::main => self.main(part),
                Rule::attachment => self.attachment(lines_of(&part)),
                _ => {}
            }
        }
    }

    fn main(&mut self, main: Pair<'_, Rule>) {
        for part in main.into_inner() {
            let range = lines_of(&part);
            match part.as_rule() {
                Rule::lead | Rule::stray => range.for_each(|i| self.leaf(NodeKind::Unknown, i)),
                Rule::head => self.head(range),
                Rule::title => self.title(range),
                Rule::untitled => self.untitled(range),
                Rule::addressees | Rule::addressees_above => self.addressees(range),
                Rule::preamble => self.preamble(range),
                Rule::body => self.body(range),
                Rule::foot => self.foot(part),
                _ => {}
            }
        }
    }

    fn head(&mut self, range: Range<usize>) {
        self.tree.open(NodeKind::Head);
        let mut i = range.start;
        while i < range.end {
            let next = match self.classes[i].letter {
                b'V' => self.subject_marker(i, range.end),
                b'G' => {
                    let end = (i + 1..range.end)
                        .find(|&k| !matches!(self.classes[k].letter, b'I' | b'F'))
                        .unwrap_or(range.end);
                    self.addressees(i..end);
                    end
                }
                _ if self.is_bare_subject(i) => {
                    self.out.header.subject = Some(self.span(i));
                    self.leaf(NodeKind::Subject, i);
                    i + 1
                }
                _ => {
                    self.head_line(i);
                    i + 1
                }
            };
            i = next;
        }
        self.tree.close();
    }

    /// A subject without `V/v`: a sentence in the left column directly below the number.
    fn is_bare_subject(&self, i: usize) -> bool {
        let is_below = |above: usize| {
            self.classes[above].letter == b'N' && self.lines[above].side == self.lines[i].side
        };
        self.out.header.subject.is_none()
            && matches!(self.classes[i].letter, b't' | b's')
            && self.lines[i].side == Side::Left
            && !self.lines[i].gap
            && self.of(self.span(i)).starts_with(char::is_alphabetic)
            && i.checked_sub(1).is_some_and(is_below)
    }

    fn head_line(&mut self, i: usize) {
        let span = self.span(i);
        // A body in capitals may begin with a word that is a family name as well.
        let letter = match self.classes[i].letter {
            b'S' if is_capitals(self.of(span)) => b'U',
            letter => letter,
        };
        let header = &mut self.out.header;
        let kind = match letter {
            b'Q' => {
                header.quoc_hieu.get_or_insert(span);
                NodeKind::QuocHieu
            }
            b'P' => {
                header.quoc_hieu.get_or_insert(span);
                self.out.party_motto = true;
                NodeKind::PartyMotto
            }
            b'q' => {
                header.tieu_ngu.get_or_insert(span);
                NodeKind::TieuNgu
            }
            b'U' => match header.quoc_hieu {
                Some(above) if is_rest_of_quoc_hieu(self.text, above, span) => {
                    header.quoc_hieu = Some(above.join(span));
                    NodeKind::QuocHieu
                }
                _ => {
                    header.agency.push(span);
                    NodeKind::Agency
                }
            },
            b'N' => {
                if header.number.is_none() {
                    header.number = number(self.text, span, self.letters);
                }
                NodeKind::Number
            }
            b'D' => {
                if header.place_date.is_none() {
                    header.place_date = place_date(self.text, span, self.dates, self.letters);
                }
                NodeKind::PlaceDate
            }
            letter => plain_kind(letter, NodeKind::Unknown),
        };
        self.leaf(kind, i);
    }

    /// `V/v …` and the short lines that go on with it; returns the line after them.
    fn subject_marker(&mut self, i: usize, end: usize) -> usize {
        let last = (i + 1..end)
            .take_while(|&k| {
                self.classes[k].letter == b't' && self.lines[k].side == self.lines[i].side
            })
            .last()
            .unwrap_or(i);
        let line = self.span(i);
        if let Some(label) = line::label(self.of(line), self.letters) {
            let marker = line.slice(label.span.range());
            let first = Span::new(marker.end as usize, line.end as usize).trim(self.text);
            self.out.header.subject_marker.get_or_insert(marker);
            let subject = if last > i {
                first.join(self.span(last))
            } else {
                first
            };
            self.out.header.subject.get_or_insert(subject);
        }
        (i..=last).for_each(|k| self.leaf(NodeKind::Subject, k));
        last + 1
    }

    fn title(&mut self, range: Range<usize>) {
        self.tree.open(NodeKind::Title);
        let line = self.span(range.start);
        let folded = Folded::new(self.of(line), self.letters, usize::MAX);
        let mut subject: Option<Span> = None;
        if let Some((kind, len)) = line::leading_kind(&folded.text) {
            self.out.title_kind = Some(kind);
            let title = line.slice(folded.back(0..len).range());
            let rest = Span::new(title.end as usize, line.end as usize).trim(self.text);
            self.out.header.title = Some(title);
            self.tree.leaf(NodeKind::Kind, title);
            if !rest.is_empty() {
                self.tree.leaf(NodeKind::Subject, rest);
                subject = Some(rest);
            }
        } else {
            self.leaf(NodeKind::Unknown, range.start);
        }
        for i in range.start + 1..range.end {
            let mut span = self.span(i);
            match self.classes[i].letter {
                b'M' | b'F' => {
                    let kind = plain_kind(self.classes[i].letter, NodeKind::Unknown);
                    self.leaf(kind, i);
                    continue;
                }
                letter @ (b'Q' | b'q' | b'N' | b'D') => {
                    self.out.header.below_title.push(span);
                    self.leaf(head_kind(letter), i);
                    continue;
                }
                b'V' => {
                    if let Some(label) = line::label(self.of(span), self.letters) {
                        let marker = span.slice(label.span.range());
                        self.out.header.subject_marker.get_or_insert(marker);
                        span = Span::new(marker.end as usize, span.end as usize).trim(self.text);
                    }
                }
                _ => {}
            }
            self.leaf(NodeKind::Subject, i);
            subject = Some(subject.map_or(span, |known| known.join(span)));
        }
        if let Some(subject) = subject {
            self.out.header.subject = Some(subject);
        }
        self.tree.close();
    }

    fn untitled(&mut self, range: Range<usize>) {
        self.tree.open(NodeKind::Title);
        self.out.header.subject = Some(self.spans(&range));
        range.for_each(|i| self.leaf(NodeKind::Subject, i));
        self.tree.close();
    }

    fn addressees(&mut self, range: Range<usize>) {
        self.tree.open(NodeKind::Addressees);
        let first = self.span(range.start);
        let label = line::label(self.of(first), self.letters).map(|l| first.slice(l.span.range()));
        if let Some(label) = label {
            self.tree.leaf(NodeKind::Label, label);
            let inline = Span::new(label.end as usize, first.end as usize).trim(self.text);
            let mut items = Vec::new();
            if !inline.is_empty() {
                self.tree.leaf(NodeKind::Recipient, inline);
                items.push(self.without_marks(inline));
            }
            let mut end = first;
            for i in range.start + 1..range.end {
                if self.classes[i].letter == b'I' {
                    end = self.span(i);
                    items.push(self.without_marks(end));
                    self.leaf(NodeKind::Recipient, i);
                } else {
                    self.leaf(NodeKind::Furniture, i);
                }
            }
            self.out.header.addressees.get_or_insert(Addressees {
                span: first.join(end),
                label,
                list: range.len() > 1,
                items,
            });
        } else {
            range.for_each(|i| self.leaf(NodeKind::Unknown, i));
        }
        self.tree.close();
    }

    /// Without the dash before and the end mark after.
    fn without_marks(&self, span: Span) -> Span {
        let text = self.of(span);
        let start = text.trim_start_matches(is_dash).trim_start();
        let inner = start.trim_end_matches(['.', ';', ',', ':']).trim_end();
        Span::of_slice(self.text, inner)
    }

    fn preamble(&mut self, range: Range<usize>) {
        // Whether the line above is a basis that has not ended.
        let mut runs_on = false;
        for i in range {
            let span = self.span(i);
            let line = self.of(span);
            let kind = match (self.classes[i].letter, self.out.basis.last_mut()) {
                (b'B', _) => {
                    self.out.basis.push(span);
                    NodeKind::Basis
                }
                (_, Some(basis)) if runs_on && line.starts_with(char::is_lowercase) => {
                    *basis = basis.join(span);
                    NodeKind::Basis
                }
                (b'E' | b'U' | b'T', _) => NodeKind::Enacting,
                (letter, _) => plain_kind(letter, NodeKind::Paragraph),
            };
            runs_on = kind == NodeKind::Basis && !line.ends_with(['.', ';', ',', ':']);
            self.leaf(kind, i);
        }
    }

    fn body(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.tree.open(NodeKind::Body);
        let below = self.below_title(&range);
        self.out.header.below_title.extend(below);
        self.out.closing = self.closing(&range);
        self.out.sections =
            section::nest(&mut self.tree, self.text, self.lines, self.classes, range);
        self.tree.close();
    }

    /// Components of the head that it lacks and that the first lines of the body show.
    fn below_title(&self, body: &Range<usize>) -> Vec<Span> {
        let header = &self.out.header;
        if header.title.is_none() {
            return Vec::new();
        }
        let first = body.start..body.end.min(body.start + BELOW_TITLE);
        first
            .filter(|&i| match self.classes[i].letter {
                b'Q' => header.quoc_hieu.is_none(),
                b'q' => header.tieu_ngu.is_none(),
                b'N' => header.number.is_none(),
                b'D' => header.place_date.is_none(),
                _ => false,
            })
            .map(|i| self.span(i))
            .collect()
    }

    /// The closing sentence: the last that begins as one, else the last line that ends the text.
    fn closing(&self, range: &Range<usize>) -> Option<Span> {
        let last = |test: &dyn Fn(usize) -> bool| range.clone().rev().take(12).find(|&i| test(i));
        let by_words = last(&|i| self.classes[i].letter == b'Z');
        let by_mark = || last(&|i| self.of(self.span(i)).ends_with("./."));
        by_words.or_else(by_mark).map(|i| self.span(i))
    }

    fn foot(&mut self, foot: Pair<'_, Rule>) {
        self.tree.open(NodeKind::Foot);
        let mut next = lines_of(&foot).start;
        let end = lines_of(&foot).end;
        let mut stray_name = None;
        for part in foot.into_inner() {
            let range = lines_of(&part);
            (next..range.start)
                .for_each(|i| self.leaf(plain_kind(self.classes[i].letter, NodeKind::Unknown), i));
            next = range.end;
            match part.as_rule() {
                Rule::recipients => self.recipients(range),
                Rule::name => {
                    stray_name = Some(self.span(range.start));
                    self.leaf(NodeKind::Name, range.start);
                }
                _ => self.signature(range, stray_name),
            }
        }
        (next..end)
            .for_each(|i| self.leaf(plain_kind(self.classes[i].letter, NodeKind::Unknown), i));
        self.tree.close();
    }

    fn recipients(&mut self, range: Range<usize>) {
        self.tree.open(NodeKind::Recipients);
        let first = self.span(range.start);
        let label = line::label(self.of(first), self.letters)
            .map_or(first, |l| first.slice(l.span.range()));
        self.tree.leaf(NodeKind::Label, label);
        let mut items = Vec::new();
        let inline = Span::new(label.end as usize, first.end as usize).trim(self.text);
        if !inline.is_empty() {
            self.tree.leaf(NodeKind::Recipient, inline);
            items.push(self.recipient(inline, false));
        }
        for i in range.start + 1..range.end {
            let letter = self.classes[i].letter;
            if matches!(letter, b'M' | b'F') {
                self.leaf(plain_kind(letter, NodeKind::Unknown), i);
                continue;
            }
            items.push(self.recipient(self.span(i), letter == b'L'));
            self.leaf(NodeKind::Recipient, i);
        }
        let end = items.last().map_or(first, |item: &RecipientItem| item.span);
        self.out.recipients.get_or_insert(Recipients {
            span: first.join(end),
            label,
            items,
        });
        self.tree.close();
    }

    fn recipient(&self, span: Span, archive: bool) -> RecipientItem {
        let text = self.of(span);
        let dash = text
            .chars()
            .next()
            .filter(|&c| is_dash(c))
            .map(|c| span.slice(0..c.len_utf8()));
        RecipientItem {
            span,
            text: self.without_marks(span),
            dash,
            end_mark: text
                .chars()
                .next_back()
                .filter(|c| matches!(c, '.' | ';' | ',' | ':')),
            archive,
        }
    }

    fn signature(&mut self, range: Range<usize>, stray_name: Option<Span>) {
        self.tree.open(NodeKind::Signature);
        let last_authority = range
            .clone()
            .rev()
            .find(|&i| self.classes[i].letter == b'A');
        let mut signature = Signature {
            span: self.spans(&range),
            authority: Vec::new(),
            office: None,
            name: stray_name,
        };
        let others = self.not_of_office(&range);
        for i in range {
            let span = self.span(i);
            let kind = match self.classes[i].letter {
                b'U' if others.contains(&i) => NodeKind::Unknown,
                b'A' => {
                    signature.authority.push(span);
                    NodeKind::Authority
                }
                b'U' if last_authority.is_some_and(|last| i < last) => NodeKind::Authority,
                b'U' => {
                    signature.office =
                        Some(signature.office.map_or(span, |known| known.join(span)));
                    NodeKind::Office
                }
                b'S' => {
                    signature.name = Some(span);
                    NodeKind::Name
                }
                letter => plain_kind(letter, NodeKind::Unknown),
            };
            self.leaf(kind, i);
        }
        self.out.signature.get_or_insert(signature);
        self.tree.close();
    }

    /// The lines in capitals that are no office: they stand in the cell of the recipients' list (the
    /// sign of who drafted), in another cell than the office or below its table, or where the name
    /// is to be filled in.
    fn not_of_office(&self, range: &Range<usize>) -> Vec<usize> {
        let capitals = |&i: &usize| self.classes[i].letter == b'U';
        let is_blank = |i: usize| {
            let line = self.of(self.span(i));
            line.starts_with(['{', '«', '<', '[']) && line.ends_with(['}', '»', '>', ']'])
        };
        let list = self.out.recipients.as_ref();
        let list = list.and_then(|list| self.looks.place(list.span.end.saturating_sub(1)));
        let place = |i: usize| self.looks.place(self.span(i).start);
        let signs = range
            .clone()
            .filter(|&i| matches!(self.classes[i].letter, b'A' | b'U'));
        let apart = |i: &usize| {
            let place = place(*i);
            place.is_some() && place == list
        };
        let Some(first) = signs.clone().find(|i| !apart(i)) else {
            return Vec::new();
        };
        let office = self.looks.place(self.span(first).start);
        let others = signs.filter(capitals).filter(|&i| {
            let column = |(table, _, column): (u32, u32, u32)| (table, column);
            let beside = office.is_some() && place(i).map(column) != office.map(column);
            i != first && (beside || is_blank(i))
        });
        others.collect()
    }

    /// The title of an appendix that follows its label on the line, after a mark.
    fn title_beside(&self, line: Span, label: u32) -> Option<Span> {
        let rest = &self.of(line)[label as usize..];
        let title = rest.trim_start_matches([' ', '\u{a0}', ':', '.', '-', '–', '—']);
        let marked = rest.len() - title.len();
        let is_title = rest[..marked].contains([':', '.', '-', '–', '—'])
            && title.starts_with(char::is_uppercase)
            && title.contains(' ');
        is_title.then(|| line.slice(label as usize + marked..line.len()))
    }

    fn attachment(&mut self, range: Range<usize>) {
        self.tree.open(NodeKind::Attachment);
        let first = self.span(range.start);
        let label = (self.classes[range.start].letter == b'X')
            .then(|| line::label(self.of(first), self.letters))
            .flatten();
        let head_end = range
            .clone()
            .take(12)
            .take_while(|&i| !matches!(self.classes[i].letter, b'H' | b'I' | b'p' | b'B' | b'W'))
            .last()
            .map_or(range.start, |last| last + 1);
        let beside = label
            .as_ref()
            .and_then(|label| self.title_beside(first, label.span.end));
        let below = (range.start..head_end)
            .filter(|&i| i > range.start || label.is_none())
            .find(|&i| matches!(self.classes[i].letter, b'U' | b'T' | b't'))
            .map(|i| self.span(i))
            .filter(|&line| !self.of(line).contains('\t'));
        let title = beside.or(below);
        for i in range.start..head_end {
            let kind = match self.classes[i].letter {
                letter @ (b'Q' | b'P' | b'q' | b'N' | b'D') => head_kind(letter),
                b'X' => NodeKind::Label,
                b'U' | b'T' | b't' => NodeKind::Title,
                letter => plain_kind(letter, NodeKind::Paragraph),
            };
            self.leaf(kind, i);
        }
        let span = self.spans(&range);
        let sections = section::nest(
            &mut self.tree,
            self.text,
            self.lines,
            self.classes,
            head_end..range.end,
        );
        self.out.attachments.push(Attachment {
            span,
            label: label.map(|l| first.slice(l.span.range())),
            number: label.and_then(|l| l.number).map(|n| first.slice(n.range())),
            title,
            sections,
        });
        self.tree.close();
    }
}

/// The lines of a pair: one letter is one line.
fn lines_of(pair: &Pair<'_, Rule>) -> Range<usize> {
    pair.as_span().start()..pair.as_span().end()
}

/// The node of a component of the head that stands elsewhere.
fn head_kind(letter: u8) -> NodeKind {
    match letter {
        b'Q' => NodeKind::QuocHieu,
        b'P' => NodeKind::PartyMotto,
        b'q' => NodeKind::TieuNgu,
        b'N' => NodeKind::Number,
        b'D' => NodeKind::PlaceDate,
        letter => plain_kind(letter, NodeKind::Unknown),
    }
}

/// Whether a line ends the quốc hiệu that the line above began.
fn is_rest_of_quoc_hieu(text: &str, above: Span, line: Span) -> bool {
    let rest = fold(line.of(text));
    let phrase = &vocabulary().phrases.quoc_hieu;
    above.end + 1 == line.start
        && phrase.ends_with(rest.as_str())
        && !fold(above.of(text)).ends_with(rest.as_str())
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '+' | '*' | '•')
}

fn number(text: &str, line: Span, letters: Letters) -> Option<NumberLine> {
    let parts = line::number_parts(line.of(text), letters)?;
    let at = |span: Span| line.slice(span.range());
    let symbol = parts.symbol.map(at);
    let kind = symbol.and_then(|symbol| {
        let code = symbol.of(text).split(['-', '/', '–']).next()?.trim();
        vocabulary().kinds_with_symbol(code).next()
    });
    Some(NumberLine {
        span: line,
        label: at(parts.label),
        number: parts.digits.map(at),
        symbol,
        year: parts.year.map(at),
        kind,
    })
}

fn place_date(
    text: &str,
    line: Span,
    dates: &[DateMention],
    letters: Letters,
) -> Option<PlaceDate> {
    let (place, date) = line::place_parts(line.of(text), letters)?;
    let date_span = line.slice(date.range());
    let from = dates.partition_point(|mention| mention.span.end <= date_span.start);
    let mention = dates[from..]
        .iter()
        .take_while(|m| m.span.start < date_span.end)
        .next();
    Some(PlaceDate {
        span: line,
        place: line.slice(place.range()),
        date_span,
        date: mention.and_then(|m| m.date),
        blank: mention.is_none_or(|m| m.day.is_none() || m.month.is_none() || m.year.is_none()),
    })
}
