//! What follows a symbol: date, body and subject.

use std::sync::LazyLock;

use super::Citation;
use super::codes::Tolerance;
use crate::syntax::date::DateMention;
use crate::syntax::grammar::{self, Rule};
use crate::syntax::words::Words;
use crate::text::{Span, first_bytes, fold, fold_ocr, last_bytes, similarity};
use crate::vocabulary::{CitationWords, vocabulary};

/// Bytes that are looked at after a symbol.
const AFTER: usize = 256;
/// Bytes that a subject may take; what is longer has no end that is seen.
const SUBJECT: usize = 320;
/// Bytes that may stand between a symbol and its date.
const GAP: usize = 40;
/// Bytes in which the name of a body is looked for.
const NAME: usize = 64;
/// How alike the misread name of a body must be to the true one.
const ALIKE: f64 = 0.8;

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
pub(super) fn read(
    text: &str,
    line: Span,
    end: usize,
    dates: &[DateMention],
    tolerance: Tolerance,
) -> After {
    let rest = first_bytes(&text[end..line.end as usize], AFTER);
    let lower = grammar::lower(rest);
    let mut after = After::default();
    let mut at = 0;
    after.take_date(&lower, end, &mut at, dates);
    if let Some(issuer) = issuer(&lower, at) {
        let span = Span::new(end + issuer.0, end + issuer.1).trim(text);
        let known = match tolerance {
            Tolerance::Recognition => known_body(span.of(text)),
            Tolerance::Typing => None,
        };
        after.issuer = Some(known.map_or(span, |length| span.slice(0..length)));
        at = issuer.1;
    }
    // `của Chính phủ ngày …`
    after.take_date(&lower, end, &mut at, dates);
    after.subject = subject_start(&lower, at).map(|at| subject(text, line, end + at));
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
        // Mostly nothing stands between.
        if !gap.trim_start_matches(' ').is_empty() {
            let Some(gap) = grammar::parse(Rule::date_gap, gap) else {
                return;
            };
            self.comma_before_date = gap.into_inner().any(|p| p.as_rule() == Rule::comma);
        }
        self.date = Some(index);
        *at = (date.span.end as usize - end).min(lower.len());
    }
}

/// The words that follow a symbol.
struct Lists {
    of: Words,
    about: Words,
    verbs: Words,
    after_body: Words,
    within_body: Words,
    /// Folded.
    clauses: Words,
    /// The names of known bodies, folded.
    bodies: Words,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let words = words();
    Lists {
        of: Words::new(&words.of),
        about: Words::new(&words.about),
        verbs: Words::new(&words.verbs),
        after_body: Words::new(&words.after_body),
        within_body: Words::new(&words.within_body),
        clauses: Words::new(&words.clauses),
        bodies: Words::new(&*NAMES),
    }
});

fn words() -> &'static CitationWords {
    &vocabulary().phrases.citation
}

/// Without the comma or bracket that may close what stands before.
fn skip_lead(text: &str) -> &str {
    let text = text.trim_start_matches(' ');
    let text = text
        .strip_prefix(',')
        .unwrap_or(text)
        .trim_start_matches(' ');
    text.strip_prefix(')')
        .unwrap_or(text)
        .trim_start_matches(' ')
}

/// Start and end of the body after `của`.
fn issuer(lower: &str, at: usize) -> Option<(usize, usize)> {
    let of = LISTS.of.strip(skip_lead(&lower[at..]))?;
    let name = of.trim_start_matches(' ');
    if name.len() == of.len() {
        return None;
    }
    let end = name_end(name);
    let start = lower.len() - name.len();
    (end > 0).then_some((start, start + end))
}

/// Where the name of a body ends that `text` begins with.
fn name_end(text: &str) -> usize {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let after = &rest[c.len_utf8()..];
        let ends = match c {
            ',' | ' ' => {
                if let Some(part) = LISTS.within_body.prefix(rest.as_bytes()) {
                    at += part.len();
                    continue;
                }
                c == ',' || begins_something_else(after)
            }
            ';' | ':' | '(' | ')' | '“' | '”' | '"' | '|' | '\n' | '/' => true,
            '.' => !after.starts_with(char::is_alphabetic),
            _ => false,
        };
        if ends {
            return at;
        }
        at += c.len_utf8();
    }
    at
}

/// Whether a word is no part of the name of a body.
fn begins_something_else(word: &str) -> bool {
    let listed = [&LISTS.after_body, &LISTS.verbs, &LISTS.about];
    word.starts_with('–') || listed.iter().any(|list| list.strip(word).is_some())
}

/// The names of known bodies, folded.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let bodies = vocabulary().bodies.iter();
    bodies
        .flat_map(|body| {
            // `Tỉnh ủy, Thành ủy`
            let most = if body.local { usize::MAX } else { 1 };
            body.name.splitn(most, ", ").map(fold)
        })
        .collect()
});

/// The names of known bodies that no place follows, as a recognition may have read them, with the
/// number of their words; those with most words first.
static MISREAD: LazyLock<Vec<(String, usize)>> = LazyLock::new(|| {
    let bodies = vocabulary().bodies.iter().filter(|body| !body.local);
    let mut names: Vec<_> = bodies
        .map(|body| (fold_ocr(&body.name), body.name.split(' ').count()))
        .collect();
    names.sort_by_key(|(_, words)| std::cmp::Reverse(*words));
    names
});

/// The length of the known body that misread text begins with, where small letters follow it: the
/// words that end the name of a body were misread.
fn known_body(issuer: &str) -> Option<usize> {
    let ends: Vec<usize> = issuer.match_indices(' ').map(|(at, _)| at).collect();
    MISREAD.iter().find_map(|(name, words)| {
        let end = *ends.get(words - 1)?;
        let small = !issuer[end..].contains(char::is_uppercase);
        (small && similarity(&fold_ocr(&issuer[..end]), name) >= ALIKE).then_some(end)
    })
}

/// Where the subject begins: after `về` or `về việc`, or with a verb.
fn subject_start(lower: &str, at: usize) -> Option<usize> {
    let rest = skip_lead(&lower[at..]);
    let subject = match LISTS.about.strip(rest) {
        Some(about) => {
            let matter = about.trim_start_matches(' ');
            let after = matter.strip_prefix(words().about_matter.as_str());
            let about = after.filter(|a| a.starts_with(' ')).unwrap_or(about);
            about
                .starts_with(' ')
                .then(|| about.trim_start_matches(' '))
        }
        None => LISTS.verbs.strip(rest).map(|_| rest),
    };
    let subject = subject.filter(|subject| !subject.is_empty())?;
    Some(lower.len() - subject.len())
}

/// The subject that begins at `start`: to the end of the sentence, a semicolon, a colon, the
/// quotation mark that closes it, or the comma after which the document speaks of something else.
fn subject(text: &str, line: Span, start: usize) -> Span {
    let whole = &text[start..line.end as usize];
    let rest = first_bytes(whole, SUBJECT);
    let end = subject_end(rest).unwrap_or_else(|| {
        let is_whole = rest.len() == whole.len();
        let last_word = rest.rfind(' ').filter(|_| !is_whole);
        last_word.unwrap_or(rest.len())
    });
    let kept = rest[..end].trim_end_matches([' ', ',']);
    Span::new(start, start + kept.len()).trim(text)
}

fn subject_end(rest: &str) -> Option<usize> {
    let quote = rest.chars().next().filter(|c| ['“', '"'].contains(c));
    let mut depth = 0_i32;
    for (at, c) in rest.char_indices() {
        let after = &rest[at + c.len_utf8()..];
        let is_end = match c {
            '(' | '“' => {
                depth += 1;
                false
            }
            '”' if depth == 1 && quote == Some('“') => return Some(rest.len() - after.len()),
            '"' if at > 0 && quote == Some('"') => return Some(rest.len() - after.len()),
            ')' | '”' => {
                depth -= 1;
                depth < 0
            }
            ';' | '|' | '\t' => true,
            ':' => depth == 0 && after.starts_with(' ') || after.is_empty(),
            '.' => {
                let goes_on = |next: char| !next.is_whitespace() && next != '/';
                !after.starts_with(goes_on) && !is_abbreviation(&rest[..at])
            }
            ',' => depth == 0 && begins_clause(&rest[..at], after),
            _ => false,
        };
        if is_end {
            return Some(at);
        }
    }
    None
}

/// Whether the sentence of the document goes on after the comma between `before` and `after`:
/// with a body that acts, or with other words that no subject has.
fn begins_clause(before: &str, after: &str) -> bool {
    let after = after.trim_start_matches(' ');
    let head = first_bytes(after, NAME);
    if LISTS.clauses.begin_folded(head) {
        return true;
    }
    after.starts_with(char::is_uppercase) && LISTS.bodies.begin_folded(head) && {
        // A list of bodies goes on.
        let tail = fold(last_bytes(before, NAME));
        !NAMES.iter().any(|name| tail.ends_with(name.as_str()))
    }
}

/// `TP. Hải Phòng`
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(' ').next().unwrap_or(before);
    word.len() <= 2 && word.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Ends bodies and subjects where the next citation begins.
pub(super) fn settle(text: &str, citations: &mut [Citation]) {
    for index in 1..citations.len() {
        let (before, from) = citations.split_at_mut(index);
        let (Some(citation), Some(next)) = (before.last_mut(), from.first()) else {
            continue;
        };
        let limit = next.span.start as usize;
        if let Some(issuer) = citation.issuer
            && (issuer.end as usize) > limit
        {
            citation.issuer = shorten(text, issuer, limit);
        }
        if let Some(subject) = citation.subject
            && (subject.end as usize) > limit
        {
            citation.subject = settled(text, citation, subject, from);
        }
    }
}

/// The subject up to the next act that is not part of it.
fn settled(text: &str, citation: &Citation, subject: Span, from: &[Citation]) -> Option<Span> {
    let within = from.iter().take_while(|next| next.span.start < subject.end);
    // `(sau đây gọi tắt là Nghị định số …)` says the same act again.
    let mut others = within.filter(|next| next.canonical != citation.canonical);
    let Some(next) = others.next() else {
        return Some(subject);
    };
    let (start, limit) = (subject.start as usize, next.span.start as usize);
    if start >= limit {
        return None;
    }
    // `về A và Chỉ thị số …` goes on with another act; `sửa đổi … của Nghị định số …` names the
    // act it is about.
    let before = text[start..limit].trim_end();
    if before.ends_with(',') || without_conjunction(before) != before {
        shorten(text, subject, limit)
    } else {
        Some(subject)
    }
}

fn without_conjunction(text: &str) -> &str {
    let conjunctions = words().conjunctions.iter();
    conjunctions
        .filter_map(|word| text.strip_suffix(word.as_str()))
        .find(|rest| rest.ends_with(' '))
        .unwrap_or(text)
}

fn shorten(text: &str, span: Span, limit: usize) -> Option<Span> {
    let start = span.start as usize;
    let kept = text.get(start..limit)?.trim_end_matches([' ', ',']);
    let kept = without_conjunction(kept).trim_end_matches([' ', ',']);
    (!kept.is_empty()).then(|| Span::new(start, start + kept.len()))
}
