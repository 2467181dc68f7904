//! Dates: `ngày 05 tháng 3 năm 2020`, `26/11/2021`.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date as CivilDate;

use super::grammar::{self, Rule};
use super::words::Literals;
use crate::text::{Span, first_bytes};
use crate::vocabulary::vocabulary;

/// Bytes that the longest date takes, with room for the dots of a form.
const WINDOW: usize = 160;

/// A date as written. Spans are in [`Logical::text`](crate::layout::Logical::text).
#[derive(Clone, PartialEq, Debug)]
pub struct DateMention {
    /// From `ngày` (where written) to the end of the year.
    pub span: Span,
    /// Words or digits.
    pub form: DateForm,
    /// The digits of the day; `None` where left blank or not given.
    pub day: Option<Span>,
    /// The digits of the month; `None` where left blank.
    pub month: Option<Span>,
    /// The digits of the year.
    pub year: Option<Span>,
    /// The date, if day, month and year are given and exist in the calendar.
    pub date: Option<CivilDate>,
    /// Blanks are missing between words and digits (`tháng 01năm`, `ngày12`).
    pub glued: bool,
    /// Blanks stand inside a date in digits (`14 /4/2026`).
    pub stray_blank: bool,
}

/// How a date is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DateForm {
    /// `ngày 05 tháng 3 năm 2020`
    Words,
    /// `05/3/2020`
    Slash,
    /// `05-3-2020`
    Dash,
    /// `05.3.2020`
    Dot,
}

/// The word that begins a date, in the cases and the readings that occur.
static WORD: LazyLock<Literals> = LazyLock::new(|| {
    let words = vocabulary().phrases.day_words.iter().flat_map(|word| {
        let mut chars = word.chars();
        let first: String = chars
            .by_ref()
            .take(1)
            .flat_map(char::to_uppercase)
            .collect();
        [word.clone(), first + chars.as_str(), word.to_uppercase()]
    });
    Literals::new(words)
});

impl DateMention {
    /// Makes it one of a text in which it stands `by` bytes later.
    pub(crate) fn move_by(&mut self, by: i64) {
        let own = [&mut self.day, &mut self.month, &mut self.year];
        let spans = own.into_iter().flatten().chain([&mut self.span]);
        for span in spans {
            *span = span.moved(by);
        }
    }
}

/// Every date of a text, in order; dates do not overlap and do not run over a line break.
#[must_use]
pub fn find(text: &str) -> Vec<DateMention> {
    let mut words = WORD.matches(text).peekable();
    let mut figures = Figures { text, at: 0 }.peekable();
    let mut dates: Vec<DateMention> = Vec::new();
    loop {
        let by_word = match (words.peek(), figures.peek()) {
            (None, None) => return dates,
            (Some(word), Some(figure)) => word.start < *figure,
            (word, _) => word.is_some(),
        };
        let word = if by_word { words.next() } else { None };
        let at = word.as_ref().map(|word| word.start);
        let Some(at) = at.or_else(|| figures.next()) else {
            return dates;
        };
        if dates.last().is_some_and(|d| at < d.span.end as usize) {
            continue;
        }
        let date = match word {
            Some(word) => after_word(text, word),
            None => free_standing(text, at),
        };
        dates.extend(date);
    }
}

/// Places where a date in figures may begin.
struct Figures<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Figures<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        loop {
            let start = grammar::next_byte(bytes, self.at, |b| b.is_ascii_digit())?;
            let digits = digits(&bytes[start..]);
            self.at = start + digits;
            if digits <= 2 && are_month_and_year(&bytes[self.at..]) {
                return Some(start);
            }
        }
    }
}

/// How many digits `bytes` begin with.
fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

/// A cheap look at the bytes after a day: a separator, digits, the separator again and a year.
fn are_month_and_year(bytes: &[u8]) -> bool {
    let Some((separator @ (b'/' | b'-' | b'.'), rest)) = bytes.split_first() else {
        return false;
    };
    let (month, rest) = rest.split_at(digits(rest));
    let year = rest.trim_ascii_start().strip_prefix(&[*separator]);
    !month.is_empty() && year.is_some_and(|year| digits(year.trim_ascii_start()) >= 4)
}

fn line_window(text: &str, at: usize) -> &str {
    let window = first_bytes(&text[at..], WINDOW);
    window.split('\n').next().unwrap_or(window)
}

fn after_word(text: &str, word: Range<usize>) -> Option<DateMention> {
    let at = word.start;
    let next = text[word.end..].chars().next()?;
    if next.is_alphabetic() {
        return None;
    }
    let glued = grammar::ends_in_word(&text[..at]);
    // Nothing but a date has all its words: `30/2020/NĐ-CPngày 05 tháng 3 năm 2020`.
    let is_plain = |date: &DateMention| date.form == DateForm::Words && date.date.is_some();
    let lower = grammar::lower(line_window(text, at));
    read(Rule::date, text, &lower, at)
        .filter(|date| ends_alone(text, date) && (!glued || is_plain(date)))
}

fn free_standing(text: &str, at: usize) -> Option<DateMention> {
    let before = text[..at].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || "/.-–,_=%+".contains(c)) {
        return None;
    }
    let window = line_window(text, at);
    let date = read(Rule::date_digits, text, window, at)?;
    let number = |span: Option<Span>| span.and_then(|s| s.of(text).parse::<u16>().ok());
    let plausible = matches!(number(date.year), Some(1900..=2100))
        && match date.form {
            // A slash date with one impossible member is a mistake; anything else is no date.
            DateForm::Slash => {
                number(date.day).is_some_and(|d| d <= 31)
                    || number(date.month).is_some_and(|m| m <= 12)
            }
            _ => date.date.is_some(),
        };
    (plausible && !date.stray_blank && ends_alone(text, &date)).then_some(date)
}

/// Whether no further digit, letter or member of a longer number follows.
fn ends_alone(text: &str, date: &DateMention) -> bool {
    let mut after = text[date.span.end as usize..].chars();
    match after.next() {
        Some(c) if c.is_alphanumeric() => date.form == DateForm::Words && !c.is_ascii_digit(),
        Some('/' | '-') => !after.next().is_some_and(char::is_alphanumeric),
        _ => true,
    }
}

fn read(rule: Rule, text: &str, window: &str, at: usize) -> Option<DateMention> {
    let mut pair = grammar::parse(rule, window)?;
    if rule == Rule::date {
        pair = pair.into_inner().next()?;
    }
    let rule = pair.as_rule();
    let here = |pair: &pest::iterators::Pair<'_, Rule>| {
        let span = pair.as_span();
        Span::new(at + span.start(), at + span.end())
    };
    let whole = here(&pair);
    let (mut day, mut month, mut year) = (None, None, None);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::day => day = Some(here(&part)),
            Rule::month => month = Some(here(&part)),
            Rule::date_year => year = Some(here(&part)),
            _ => {}
        }
    }
    let written = whole.of(text);
    let in_words = rule == Rule::date_words;
    if year.is_some_and(|y| is_left_open(text, y)) {
        year = None;
    }
    let last = year.or(if in_words { None } else { month });
    let span = last
        .map_or(whole, |last| Span {
            start: whole.start,
            end: last.end,
        })
        .trim(text);
    let form = match rule {
        Rule::date_words => DateForm::Words,
        Rule::date_blank => DateForm::Slash,
        _ => separator(text, day, month),
    };
    if in_words && year.is_none() && !has_room(text, whole) {
        return None;
    }
    let complete = day.is_some() && month.is_some() && year.is_some();
    Some(DateMention {
        span,
        form,
        date: civil(text, day, month, year),
        glued: in_words && is_glued(written),
        stray_blank: complete && has_stray_blank(text, in_words, day, year),
        day,
        month,
        year,
    })
}

/// Whether blanks or dots are left for the pen: `ngày tháng năm sinh` names no date.
fn has_room(text: &str, whole: Span) -> bool {
    let written = whole.of(text);
    written.contains("  ") || written.contains("..") || written.contains(['…', '_'])
}

/// `năm 20…`, `năm 202...`: a form that leaves the rest to the pen.
fn is_left_open(text: &str, year: Span) -> bool {
    let rest = &text[year.end as usize..];
    year.len() < 4
        && (rest.starts_with("..") || rest.starts_with(['…', '_']) || year.of(text) == "20")
}

fn separator(text: &str, day: Option<Span>, month: Option<Span>) -> DateForm {
    let (Some(day), Some(month)) = (day, month) else {
        return DateForm::Slash;
    };
    match text[day.end as usize..month.start as usize].trim() {
        "-" => DateForm::Dash,
        "." => DateForm::Dot,
        _ => DateForm::Slash,
    }
}

/// A digit beside a letter.
fn is_glued(written: &str) -> bool {
    let mut before = ' ';
    written.chars().any(|c| {
        let glued = (before.is_ascii_digit() && c.is_alphabetic())
            || (before.is_alphabetic() && c.is_ascii_digit());
        before = c;
        glued
    })
}

fn has_stray_blank(text: &str, in_words: bool, day: Option<Span>, year: Option<Span>) -> bool {
    let (Some(day), Some(year)) = (day, year) else {
        return false;
    };
    let inside = if in_words { year } else { day.join(year) };
    inside.of(text).contains(' ')
}

fn civil(
    text: &str,
    day: Option<Span>,
    month: Option<Span>,
    year: Option<Span>,
) -> Option<CivilDate> {
    let year = year?.of(text).replace(' ', "");
    if year.len() != 4 {
        return None;
    }
    CivilDate::new(
        year.parse().ok()?,
        month?.of(text).parse().ok()?,
        day?.of(text).parse().ok()?,
    )
    .ok()
}
