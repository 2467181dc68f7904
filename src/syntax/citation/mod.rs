//! Citations of acts: `Chỉ thị số 33/CT-TTg ngày 26/11/2021 của Thủ tướng Chính phủ về …`.

mod codes;
mod number;
mod symbol;
mod tail;

use std::collections::HashSet;

use jiff::civil::Date as CivilDate;

use super::date::DateMention;
use crate::layout::{Line, Role};
use crate::text::Span;
use crate::vocabulary::{Kind, Regime};

/// One citation with a number and a symbol. Spans are in
/// [`Logical::text`](crate::layout::Logical::text).
#[derive(Clone, PartialEq, Debug)]
pub struct Citation {
    /// From the kind word (or the number, where no kind precedes it) to the end of the symbol.
    pub span: Span,
    /// The kind word as written: `Chỉ thị`; `None` where none precedes the number.
    pub kind_span: Option<Span>,
    /// The kind it names.
    pub kind: Option<&'static Kind>,
    /// The word `số` (with a colon if there is one), if written.
    pub so: Option<Span>,
    /// From the first digit to the end of the symbol.
    pub symbol_span: Span,
    /// The number as written, `None` where left blank.
    pub number: Option<String>,
    /// The year within the number: `28/2018/QĐ-TTg`.
    pub year: Option<u16>,
    /// The letters: `CT-TTg`, `CTr/BDVTW-BCSĐCP`, as they should be written.
    pub symbol: String,
    /// The kind that the symbol names.
    pub symbol_kind: Option<&'static Kind>,
    /// Number and symbol as they should be written: `16/CTTTg` → `16/CT-TTg`.
    pub canonical: String,
    /// Whose form the symbol has.
    pub regime: Option<Regime>,
    /// What is wrong with the written form; empty where nothing is.
    pub faults: Vec<Fault>,
    /// The date that follows, with its span from `ngày` on.
    pub date: Option<(Span, CivilDate)>,
    /// Whether a date follows at all, complete and existing or not.
    pub date_span: Option<Span>,
    /// Whether a comma stands before the date.
    pub comma_before_date: bool,
    /// The body after `của`.
    pub issuer: Option<Span>,
    /// What follows `về` or `về việc`, or what begins with `ban hành`, `quy định`, `sửa đổi` … and
    /// tells what the act does.
    pub subject: Option<Span>,
    /// Whether it is the first of its canonical form in the document.
    pub first: bool,
    /// Whether it stands in a `Căn cứ` line.
    pub in_basis: bool,
    /// Whether it names the document's own number (`Kèm theo Báo cáo số …`).
    pub own: bool,
}

/// Every citation of a text, in order, not overlapping. `dates` are the dates of the same text.
///
/// The line of a head that gives the document its number (`Số: 33/BC-UBND`) is no citation.
/// [`Citation::in_basis`] and [`Citation::own`] are left false: see [`relate`].
#[must_use]
pub fn find(
    text: &str,
    lines: &[Line],
    dates: &[DateMention],
    letters_lost: bool,
) -> Vec<Citation> {
    let tolerance = if letters_lost {
        codes::Tolerance::Recognition
    } else {
        codes::Tolerance::Typing
    };
    let mut citations: Vec<Citation> = Vec::new();
    for line in lines.iter().filter(|line| line.role == Role::Text) {
        let mut at = line.span.start as usize;
        while let Some(anchor) = number::next_anchor(text, at, line.span) {
            at = anchor.resume;
            let Some(citation) = read(text, line.span, &anchor, dates, tolerance) else {
                continue;
            };
            at = citation.symbol_span.end as usize;
            if !is_number_line(text, line.span, &citation) {
                citations.push(citation);
            }
        }
    }
    tail::settle(text, &mut citations);
    let mut seen = HashSet::new();
    for citation in &mut citations {
        citation.first = seen.insert(citation.canonical.clone());
    }
    citations
}

/// Notes which citations stand in a `Căn cứ` line and which name the document's own number
/// (`own`, number and symbol as they should be written).
pub fn relate(citations: &mut [Citation], basis: &[Span], own: Option<&str>) {
    for citation in citations {
        citation.in_basis = basis.iter().any(|line| line.contains(citation.span));
        citation.own = own.is_some_and(|own| own == citation.canonical);
    }
}

/// `Số: 33/BC-UBND`, `Luật số: 64/2025/QH15`: a document's own number.
fn is_number_line(text: &str, line: Span, citation: &Citation) -> bool {
    let Some(so) = citation.so else { return false };
    let before = &text[line.start as usize..citation.span.start as usize];
    let after = &text[citation.span.end as usize..line.end as usize];
    let alone = |side: &str| side.trim_matches([' ', '|']).is_empty();
    let so = so.of(text);
    // Columns of the head may have run together, so the line may begin before it.
    (alone(before) || (so.starts_with('S') && so.ends_with(':')))
        && match citation.kind_span {
            None => so.starts_with('S'),
            // Only acts of the National Assembly head themselves so: their symbol has no kind.
            Some(_) => citation.symbol_kind.is_none() && citation.year.is_some() && alone(after),
        }
}

fn read(
    text: &str,
    line: Span,
    anchor: &number::Anchor,
    dates: &[DateMention],
    tolerance: codes::Tolerance,
) -> Option<Citation> {
    let lead = number::lead(text, line, anchor.start, tolerance)?;
    let mut written = number::written(text, line, anchor)?;
    let codes = symbol::recognise(text, &mut written, &lead, tolerance);
    if !symbol::is_citation(text, &written, &lead, &codes)
        || number::is_in_address(text, line, &written)
    {
        return None;
    }
    let after = tail::read(text, line, written.end(), dates, tolerance);
    let date = after
        .date
        .and_then(|index: usize| dates.get(index))
        .and_then(|d| Some((d.span, d.date?)));
    let judged = symbol::judge(text, &written, &lead, &codes, date.map(|d| d.1), tolerance);
    let kind = lead
        .kind
        .filter(|_| !(lead.generic && codes.kind.is_some()));
    let start = lead.start.min(anchor.start);
    Some(Citation {
        span: Span::new(start, written.end()),
        kind_span: lead.kind_span,
        kind,
        so: lead.so,
        symbol_span: Span::new(anchor.start, written.end()),
        number: written.number.map(|n| n.of(text).to_owned()),
        year: written.year.and_then(|y| y.of(text).parse().ok()),
        symbol: judged.symbol,
        symbol_kind: judged.symbol_kind,
        canonical: judged.canonical,
        regime: judged.regime,
        faults: judged.faults,
        date,
        date_span: after.date.and_then(|i| dates.get(i)).map(|d| d.span),
        comma_before_date: after.comma_before_date,
        issuer: after.issuer,
        subject: after.subject,
        first: false,
        in_basis: false,
        own: false,
    })
}

impl Citation {
    /// Whether number and symbol are written as they should be.
    #[must_use]
    pub fn is_wellformed(&self) -> bool {
        self.faults.is_empty()
    }
}

/// A fault in the form of a citation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Which.
    pub kind: FaultKind,
    /// The shortest stretch of text that has to change; never empty.
    pub span: Span,
}

/// The faults of form; the names are those that rules use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// `Quyết định 28/2018/QĐ-TTg`: the word `số` is missing.
    MissingSo,
    /// `Quyết định số: 275/QĐ-UBND`: a colon after `số` in running text.
    ColonAfterSo,
    /// `03 CTr/BDVTW`: a blank where a hyphen or slash belongs.
    MissingSeparator,
    /// `16/CTTTg`: kind and body run together.
    MissingHyphen,
    /// `2442 /2007/TT-TTCP`, `NĐ- CP`, `05- CT/TW`: a blank inside the symbol.
    StrayBlank,
    /// `NĐ/CP`, `36/CT-TW` for `36-CT/TW`, `BC.UBND`: the wrong separator.
    WrongSeparator,
    /// `ND-CP`, `NDD-CP`, `QĐ-TTG`, `TTR-UBND`: wrong letters or wrong case.
    WrongLetters,
    /// `21/CT-UB`: a body code that is no longer in use.
    OutdatedBody,
    /// `Nghị định số 126/NĐ-CP`: a legal normative act without its year.
    MissingYear,
    /// `số1911`, `tháng11`: glued to the word before.
    Glued,
}
