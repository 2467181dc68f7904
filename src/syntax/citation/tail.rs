//! What follows a symbol: date, body and subject.

use super::Citation;
use crate::syntax::date::DateMention;
use crate::syntax::grammar::{self, Rule};
use crate::text::Span;

/// Bytes that are looked at after a symbol.
const AFTER: usize = 256;
/// Bytes that a subject may take.
const SUBJECT: usize = 512;
/// Bytes that may stand between a symbol and its date.
const GAP: usize = 40;

/// What follows a symbol.
#[derive(Default)]
pub(super) struct After {
    /// Index of the date.
    pub(super) date: Option<usize>,
    pub(super) comma_before_date: bool,
    pub(super) issuer: Option<Span>,
    pub(super) subject: Option<Span>,
}

/// Reads what follows the symbol that ends at `end`.
pub(super) fn read(text: &str, line: Span, end: usize, dates: &[DateMention]) -> After {
    let rest = grammar::window(&text[end..line.end as usize], AFTER);
    let lower = grammar::lower(rest);
    let mut after = After::default();
    let mut at = 0;
    after.take_date(&lower, end, &mut at, dates);
    after.take_issuer(&lower, end, &mut at);
    // `của Chính phủ ngày …`
    after.take_date(&lower, end, &mut at, dates);
    if let Some(pair) = grammar::parse(Rule::about, &lower[at..]) {
        let start = pair.into_inner().find(|p| p.as_rule() == Rule::subject);
        after.subject = start.map(|p| subject(text, line, end + at + p.as_span().start()));
    }
    after
}

impl After {
    fn take_date(&mut self, lower: &str, end: usize, at: &mut usize, dates: &[DateMention]) {
        if self.date.is_some() {
            return;
        }
        let index = dates.partition_point(|d| (d.span.start as usize) < end + *at);
        let Some(date) = dates.get(index) else { return };
        let start = date.span.start as usize - end;
        let Some(gap) = lower.get(*at..start).filter(|gap| gap.len() <= GAP) else {
            return;
        };
        let Some(gap) = grammar::parse(Rule::date_gap, gap) else {
            return;
        };
        self.comma_before_date = gap.into_inner().any(|p| p.as_rule() == Rule::comma);
        self.date = Some(index);
        *at = (date.span.end as usize - end).min(lower.len());
    }

    fn take_issuer(&mut self, lower: &str, end: usize, at: &mut usize) {
        let issuer = grammar::parse(Rule::tail, &lower[*at..])
            .and_then(|pair| pair.into_inner().find(|p| p.as_rule() == Rule::issuer));
        if let Some(issuer) = issuer {
            let span = issuer.as_span();
            self.issuer = Some(Span::new(end + *at + span.start(), end + *at + span.end()));
            *at += span.end();
        }
    }
}

/// The subject that begins at `start`: to the end of the sentence, a semicolon, or the quotation
/// mark that closes it.
fn subject(text: &str, line: Span, start: usize) -> Span {
    let rest = grammar::window(&text[start..line.end as usize], SUBJECT);
    let quoted = rest.starts_with('“');
    let mut end = rest.len();
    let mut depth = 0_i32;
    for (at, c) in rest.char_indices() {
        let next = rest[at + c.len_utf8()..].chars().next();
        match c {
            '(' | '“' => depth += 1,
            ')' | '”' if depth == 0 => {
                end = at;
                break;
            }
            '”' if quoted && depth == 1 => {
                end = at + c.len_utf8();
                break;
            }
            ')' | '”' => depth -= 1,
            ';' | '|' | '\t' => {
                end = at;
                break;
            }
            '.' if next.is_none_or(|n| n.is_whitespace() || n == '/')
                && !is_abbreviation(&rest[..at]) =>
            {
                end = at;
                break;
            }
            _ => {}
        }
    }
    Span::new(start, start + end).trim(text)
}

/// `TP. Hải Phòng`
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(' ').next().unwrap_or(before);
    word.len() <= 2 && word.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Ends bodies and subjects where the next citation begins.
pub(super) fn settle(text: &str, citations: &mut [Citation]) {
    for index in 1..citations.len() {
        let limit = citations[index].span.start as usize;
        let citation = &mut citations[index - 1];
        if let Some(issuer) = citation.issuer
            && (issuer.end as usize) > limit
        {
            citation.issuer = shorten(text, issuer, limit);
        }
        if let Some(subject) = citation.subject
            && (subject.end as usize) > limit
        {
            let start = subject.start as usize;
            if start >= limit {
                citation.subject = None;
                continue;
            }
            // `về A và Chỉ thị số …` goes on with another act; `sửa đổi … của Nghị định số …`
            // names the act it is about.
            let before = text[start..limit].trim_end();
            if before.ends_with(',') || before.ends_with(" và") {
                citation.subject = shorten(text, subject, limit);
            }
        }
    }
}

fn shorten(text: &str, span: Span, limit: usize) -> Option<Span> {
    let start = span.start as usize;
    let kept = text.get(start..limit)?;
    let mut kept = kept.trim_end_matches([' ', ',']);
    for and in [" và", " va"] {
        kept = kept
            .strip_suffix(and)
            .unwrap_or(kept)
            .trim_end_matches([' ', ',']);
    }
    (!kept.is_empty()).then(|| Span::new(start, start + kept.len()))
}
