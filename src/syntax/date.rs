//! Dates: `ngày 05 tháng 3 năm 2020`, `26/11/2021`.

use jiff::civil::Date as CivilDate;

use crate::text::Span;

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
