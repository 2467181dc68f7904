//! Dates as written.

use serde::Deserialize;

use super::error::both;
use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::syntax::date::{DateForm as Form, DateMention};
use crate::text::Span;

/// Finds dates that are written wrongly or do not exist. The line of place and date is left to
/// rules of its own.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DateForm {
    /// What is looked for.
    problem: Problem,
    /// The ways of writing that are judged; all where left out.
    #[serde(default)]
    form: Vec<Form>,
    /// For `weekday`: the names of each day, from Monday on; the first as it should be written, the
    /// others in small letters.
    #[serde(default)]
    weekdays: Vec<Vec<String>>,
    /// For `weekday`: words after which a name is that of a day and counts nothing.
    #[serde(default)]
    led_by: Vec<String>,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Problem {
    /// The calendar has no such day.
    Impossible,
    /// A day below 10 or a month 1 or 2 without its zero.
    MissingZero,
    /// A month from 3 to 9 with a zero.
    SurplusZero,
    /// Words and digits without a blank between them.
    Glued,
    /// Blanks inside a date in digits.
    StrayBlank,
    /// The day of the week beside it is another.
    Weekday,
}

/// Characters beside a date in which the day of the week stands.
const BESIDE: usize = 24;

impl DateForm {
    /// The place of the problem and what should stand there.
    fn find(&self, cx: &Context<'_>, date: &DateMention) -> Option<(Span, Option<String>)> {
        let text = cx.text();
        match self.problem {
            Problem::Impossible => {
                // Digits of a form to fill in (`năm …4`) are no year, and of five the last is the
                // number of a note (`năm 20211`).
                let is_year = date.year.is_some_and(|year| year.len() == 4);
                let complete = date.day.is_some() && date.month.is_some() && is_year;
                (complete && date.date.is_none()).then_some((date.span, None))
            }
            Problem::MissingZero => {
                let short = |span: Span, below: u8| {
                    let digits = span.of(text);
                    let is_short =
                        digits.len() == 1 && digits.parse().is_ok_and(|n: u8| n > 0 && n < below);
                    is_short.then(|| (span, Some(format!("0{digits}"))))
                };
                let day = date.day.and_then(|span| short(span, 10));
                day.or_else(|| date.month.and_then(|span| short(span, 3)))
            }
            Problem::SurplusZero => {
                let month = date.month?;
                let digit = month.of(text).strip_prefix('0')?;
                let surplus = digit.parse().is_ok_and(|n: u8| (3..=9).contains(&n));
                surplus.then(|| (month, Some(digit.to_owned())))
            }
            Problem::Glued => date
                .glued
                .then(|| (date.span, Some(unglued(date.span.of(text))))),
            Problem::StrayBlank => date.stray_blank.then(|| {
                let start = date.day.map_or(date.span.start, |day| day.start);
                let digits = Span {
                    start,
                    end: date.span.end,
                };
                let closed: String = digits.of(text).split_whitespace().collect();
                (digits, Some(closed))
            }),
            Problem::Weekday => {
                let day = date.date?;
                let (span, named) =
                    self.weekday(cx.logical.line_at(date.span.start), text, date.span)?;
                let right = usize::try_from(day.weekday().to_monday_zero_offset()).ok()?;
                let write = self.weekdays.get(right)?.first()?;
                (named != right).then(|| (span, Some(write.clone())))
            }
        }
    }

    /// The day of the week beside a date, counted from Monday: `(thứ Hai)` after it, or `Thứ Hai,
    /// ngày` before it where no sentence leads up to it, as to `kỳ họp thứ hai ngày`.
    fn weekday(&self, line: Span, text: &str, date: Span) -> Option<(Span, usize)> {
        let after = &text[date.end as usize..line.end as usize];
        if let Some(inside) = after.trim_start_matches(' ').strip_prefix('(') {
            let start = line.end as usize - inside.len();
            let lower = first(inside, BESIDE).to_lowercase();
            return self.names().find_map(|(day, name)| {
                let rest = lower.strip_prefix(name)?;
                let alone = !rest.starts_with(char::is_alphanumeric);
                alone.then(|| (Span::new(start, start + name.len()), day))
            });
        }
        let before = text[line.start as usize..date.start as usize].trim_end_matches([' ', ',']);
        let end = line.start as usize + before.len();
        let near = last(before, BESIDE);
        let ending = near.chars().next_back()?.to_lowercase().next()?;
        if !self.names().any(|(_, name)| name.ends_with(ending)) {
            return None;
        }
        let lower = near.to_lowercase();
        self.names().find_map(|(day, name)| {
            let rest = lower.strip_suffix(name)?.trim_end_matches(' ');
            let led = |word: &String| {
                let rest = rest.strip_suffix(word.as_str());
                rest.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
            };
            let free = rest.is_empty() && near.len() == before.len()
                || rest.ends_with(['|', '\t', '(', ':', '-', '+'])
                || self.led_by.iter().any(led);
            free.then(|| (Span::new(end - name.len(), end), day))
        })
    }

    /// The names of the days with their number from Monday.
    fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        let days = self.weekdays.iter().enumerate();
        days.flat_map(|(day, names)| names.iter().map(move |name| (day, name.as_str())))
    }
}

/// The first characters of a text.
fn first(text: &str, count: usize) -> &str {
    let end = text.char_indices().nth(count);
    &text[..end.map_or(text.len(), |(end, _)| end)]
}

/// The last characters of a text.
fn last(text: &str, count: usize) -> &str {
    let start = text.char_indices().rev().nth(count - 1);
    &text[start.map_or(0, |(start, _)| start)..]
}

/// The text with a blank wherever letters and digits touch.
fn unglued(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut last: Option<char> = None;
    for c in text.chars() {
        let touch = last.is_some_and(|last| {
            (last.is_alphabetic() && c.is_ascii_digit())
                || (last.is_ascii_digit() && c.is_alphabetic())
        });
        if touch {
            out.push(' ');
        }
        out.push(c);
        last = Some(c);
    }
    out
}

impl Check for DateForm {
    fn mistakes(&self) -> Vec<Bilingual> {
        const DAYS: usize = 7;
        let days = if self.problem == Problem::Weekday {
            DAYS
        } else {
            0
        };
        if self.weekdays.len() == days && self.weekdays.iter().all(|names| !names.is_empty()) {
            return Vec::new();
        }
        vec![both(
            "`weekdays` đi cùng `problem: weekday` và có tên của đủ bảy ngày",
            "`weekdays` goes with `problem: weekday` and names seven days",
        )]
    }

    fn placeholders(&self) -> &'static [&'static str] {
        match self.problem {
            Problem::Impossible => &["date"],
            _ => &["date", "write"],
        }
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let skipped = Skipped::new(cx, &self.skip);
        let own_line = cx.report.header.place_date.as_ref().map(|line| line.span);
        for date in &cx.report.dates {
            let judged = self.form.is_empty() || self.form.contains(&date.form);
            if !judged || own_line.is_some_and(|line| line.contains(date.span)) {
                continue;
            }
            let Some((span, write)) = self.find(cx, date) else {
                continue;
            };
            if skipped.has(span) {
                continue;
            }
            let mut finding = sink.at(span).with("date", cx.of(date.span));
            if let Some(write) = write {
                // Of day and date either may be the wrong one.
                if self.problem != Problem::Weekday {
                    finding = finding.replace(span, write.clone());
                }
                finding = finding.with("write", write);
            }
            finding.report();
        }
    }
}
