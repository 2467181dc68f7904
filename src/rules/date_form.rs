//! Dates as written.

use serde::Deserialize;

use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
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
}

impl DateForm {
    /// The place of the problem and what should stand there.
    fn find(&self, text: &str, date: &DateMention) -> Option<(Span, Option<String>)> {
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
        }
    }
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
            let Some((span, write)) = self.find(cx.text(), date) else {
                continue;
            };
            if skipped.has(span) {
                continue;
            }
            let mut finding = sink.at(span).with("date", cx.of(date.span));
            if let Some(write) = write {
                finding = finding.replace(span, write.clone()).with("write", write);
            }
            finding.report();
        }
    }
}
