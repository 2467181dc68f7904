//! What a symbol names, how it should be written, and what is wrong with how it is written.

use jiff::civil::{Date as CivilDate, date};

use super::codes::{self, Found, Tolerance};
use super::number::{Lead, Written, is_word};
use super::{Fault, FaultKind};
use crate::text::Span;
use crate::vocabulary::{Body, Kind, KindRegime, Regime, vocabulary};

/// The number of legal normative acts carries the year since the first law on them
/// (Luật Ban hành văn bản quy phạm pháp luật 1996) took effect.
const YEAR_IN_NUMBER: CivilDate = date(1997, 1, 1);
/// Before Thông tư liên tịch 55/2005/TTLT-BNV-VPCP separators varied (`QĐ/BTC`, `33-BC/UB`).
const SEPARATORS_FIXED: CivilDate = date(2005, 6, 1);
/// Before Quy định 31-QĐ/TW they varied in documents of the Party: `297/TT-TW`.
const PARTY_SEPARATORS_FIXED: CivilDate = date(1997, 10, 1);

/// The codes of a symbol that are known.
pub(super) struct Codes {
    /// The kind that the first group abbreviates.
    pub(super) kind: Option<Found<Kind>>,
    /// The body after the kind, or the first group where that is no kind.
    pub(super) body: Option<Found<Body>>,
    /// Index of the group of the body.
    body_at: usize,
}

/// Looks up the codes, and cuts off what does not belong to the symbol.
pub(super) fn recognise(
    text: &str,
    written: &mut Written,
    lead: &Lead,
    tolerance: Tolerance,
) -> Codes {
    let first = written.groups[0].of(text);
    let named = lead
        .kind
        .filter(|kind| !kind.untitled || kind.has_symbol(first));
    let mut kind = codes::kind(first, named, tolerance);
    cut_loose(text, written, kind.is_some(), tolerance);
    cut_footnote(text, written);
    let body_at = usize::from(kind.is_some() && written.groups.len() > 1);
    let first = written.groups[0].of(text);
    let mut body = codes::body(written.groups[body_at].of(text), tolerance);
    if body_at == 0 && kind.is_some() && body.as_ref().is_some_and(|b| b.exact) {
        kind = None;
    }
    let own_kind = named.is_some_and(|n| kind.as_ref().is_some_and(|k| k.what.slug == n.slug));
    let body_is_exact = body.as_ref().is_some_and(|b| b.exact);
    let untitled = lead.kind.is_some_and(|k| k.untitled && !lead.generic);
    if kind.as_ref().is_some_and(|k| !k.exact) && !own_kind && !body_is_exact {
        // A code of someone else's that happens to look like a kind.
        kind = None;
    }
    if untitled && !own_kind && !body_is_exact {
        // A công văn has no abbreviation: the first group is who issued it.
        kind = None;
    }
    if kind.is_none() && body_at == 1 {
        let found = codes::body(first, tolerance).filter(|b| b.exact);
        return Codes {
            kind,
            body: found,
            body_at: 0,
        };
    }
    if kind.is_none() || body.as_ref().is_some_and(|b| !is_safe(b)) {
        body = body.filter(|b| b.exact);
    }
    Codes {
        kind,
        body,
        body_at,
    }
}

/// Short codes that differ in case only may well be someone else's.
fn is_safe(body: &Found<Body>) -> bool {
    body.exact || body.code.chars().count() >= 3
}

/// A group after a blank belongs to the symbol only if it is a code that is known to follow.
fn cut_loose(text: &str, written: &mut Written, has_kind: bool, tolerance: Tolerance) {
    for group in 1..written.groups.len() {
        let join = written.join_before(group).of(text);
        let code = written.groups[group].of(text);
        let loose = join.contains(' ');
        let both = join.starts_with(' ') && join.ends_with(' ');
        let known = || codes::body(code, tolerance).is_some_and(|b| b.exact);
        let kept = !loose || (has_kind && ((group == 1 && !both) || known()));
        if !kept || is_word(code) {
            written.cut(group);
            return;
        }
    }
}

/// `126/2024/NĐ-CP1`: the digit is the mark of a footnote.
fn cut_footnote(text: &str, written: &mut Written) {
    if let Some(last) = written.groups.last_mut() {
        let keep = codes::without_footnote(last.of(text));
        *last = last.slice(0..keep);
    }
}

/// Whether number, symbol and what precedes them make a citation.
pub(super) fn is_citation(text: &str, written: &Written, lead: &Lead, codes: &Codes) -> bool {
    let groups = written.groups.len();
    let capitals = written.groups[0]
        .of(text)
        .chars()
        .filter(|c| c.is_uppercase())
        .count();
    let exact_kind = codes.kind.as_ref().is_some_and(|k| k.exact) && groups > 1;
    let body_first = codes.body_at == 0 && codes.body.as_ref().is_some_and(|b| b.exact);
    let of_parliament = body_first && codes.body.as_ref().is_some_and(|b| b.what.terms);
    let separated = !is_missing(text, written);
    let named = lead.kind.is_some() && lead.adjacent;
    if written.number.is_none() && lead.so.is_none() {
        return false;
    }
    if !separated {
        // `03 CTr/…` needs `số` and a known kind: `03 QĐ-UBND` may be three decisions.
        return lead.so.is_some() && codes.kind.is_some() && groups > 1;
    }
    let known = codes.kind.is_some() && groups > 1 || body_first;
    if named {
        return known || (capitals >= 2 && (groups > 1 || lead.so.is_some()));
    }
    if lead.so.is_some() {
        return known || (capitals >= 2 && groups > 1);
    }
    of_parliament || exact_kind || (body_first && groups > 1 && written.year.is_none())
}

fn is_missing(text: &str, written: &Written) -> bool {
    written.join_before(0).of(text).trim().is_empty()
}

/// The judgement of a symbol.
pub(super) struct Judged {
    pub(super) symbol: String,
    pub(super) canonical: String,
    pub(super) symbol_kind: Option<&'static Kind>,
    pub(super) regime: Option<Regime>,
    pub(super) faults: Vec<Fault>,
}

/// Judges a symbol whose codes were recognised. `following` is the date that follows it.
pub(super) fn judge(
    text: &str,
    written: &Written,
    lead: &Lead,
    codes: &Codes,
    following: Option<CivilDate>,
    tolerance: Tolerance,
) -> Judged {
    let dated = year_of(text, written).or(following);
    let mut judge = Judge {
        text,
        written,
        lead,
        codes,
        dated,
        faults: Vec::new(),
        letters_lost: tolerance == Tolerance::Recognition,
    };
    judge.lead();
    judge.blanks();
    let groups = judge.groups();
    let (first, joins) = judge.separators(&groups);
    judge.missing_year();
    let mut symbol = String::new();
    for (group, join) in groups.iter().zip(std::iter::once("").chain(joins)) {
        symbol.push_str(join);
        symbol.push_str(group);
    }
    let number = written.number.map_or("", |n| n.of(text));
    let canonical = match written.year {
        Some(year) if number.is_empty() => format!("/{}/{symbol}", year.of(text)),
        Some(year) => format!("{number}/{}{first}{symbol}", year.of(text)),
        None => format!("{number}{first}{symbol}"),
    };
    let mut faults = judge.faults;
    faults.sort_by_key(|fault| fault.span);
    Judged {
        symbol,
        canonical,
        symbol_kind: symbol_kind(written, lead, codes, text, dated),
        regime: regime(written, lead, codes, text),
        faults,
    }
}

/// The first day of the year in the number.
fn year_of(text: &str, written: &Written) -> Option<CivilDate> {
    let year = written.year?.of(text).parse().ok()?;
    CivilDate::new(year, 1, 1).ok()
}

struct Judge<'t> {
    text: &'t str,
    written: &'t Written,
    lead: &'t Lead,
    codes: &'t Codes,
    /// When the act was issued: the date that follows or the year in the number.
    dated: Option<CivilDate>,
    faults: Vec<Fault>,
    letters_lost: bool,
}

impl Judge<'_> {
    fn fault(&mut self, kind: FaultKind, span: Span) {
        self.faults.push(Fault { kind, span });
    }

    /// Faults of `số` and of what stands before the number.
    fn lead(&mut self) {
        let (lead, Some(number)) = (self.lead, self.written.number) else {
            return;
        };
        if lead.glued
            && !self.letters_lost
            && let Some(word) = lead.so.or(lead.kind_span)
        {
            self.fault(FaultKind::Glued, word.join(number));
        }
        let Some(kind) = lead.kind_span.filter(|_| lead.adjacent) else {
            return;
        };
        if let Some(colon) = lead.colon {
            self.fault(FaultKind::ColonAfterSo, colon);
        }
        let known = self.codes.kind.is_some() || self.codes.body.is_some();
        if lead.so.is_none() && known {
            let gap = Span {
                start: kind.end,
                end: number.start,
            };
            let gap = if gap.is_empty() {
                kind.join(number)
            } else {
                gap
            };
            self.fault(FaultKind::MissingSo, gap);
        }
    }

    /// Blanks around separators, and separators that are missing.
    fn blanks(&mut self) {
        for (index, &join) in self.written.joins.iter().enumerate() {
            let written = join.of(self.text);
            let of_blank_number = index == 0 && self.written.number.is_none();
            if written.trim().is_empty() {
                let whole = if join.is_empty() {
                    self.written
                        .number
                        .map_or(self.written.groups[0], |n| n.join(self.written.groups[0]))
                } else {
                    join
                };
                self.fault(FaultKind::MissingSeparator, whole);
            } else if written.contains(' ') && !of_blank_number {
                self.fault(FaultKind::StrayBlank, join);
            }
        }
    }

    /// The groups as they should be written.
    fn groups(&mut self) -> Vec<String> {
        let mut groups: Vec<String> = self
            .written
            .groups
            .iter()
            .map(|g| g.of(self.text).to_owned())
            .collect();
        let span = |index: usize| self.written.groups[index];
        let mut wrong = Vec::new();
        if let Some(kind) = &self.codes.kind {
            if !kind.exact {
                wrong.push(span(0));
            }
            groups[0].clone_from(&kind.code);
        }
        let at = self.codes.body_at;
        if let Some(body) = &self.codes.body {
            if !body.exact {
                wrong.push(span(at));
            }
            groups[at].clone_from(&body.code);
        }
        // Acts of several bodies name more than one.
        for (index, group) in groups.iter_mut().enumerate().skip(at + 1) {
            let tolerance = if self.letters_lost {
                Tolerance::Recognition
            } else {
                Tolerance::Typing
            };
            if let Some(body) = codes::body(group, tolerance).filter(is_safe)
                && !body.exact
                && self.codes.kind.is_some()
            {
                wrong.push(span(index));
                *group = body.code;
            }
        }
        // Where letters were lost the scan is to blame; a foreign text has neither kind nor số.
        if !self.letters_lost && (self.lead.so.is_some() || self.lead.adjacent) {
            for span in wrong {
                self.fault(FaultKind::WrongLetters, span);
            }
        }
        self.outdated(&mut groups);
        self.run_together(&mut groups);
        self.dot(&mut groups);
        groups
    }

    fn outdated(&mut self, groups: &mut [String]) {
        let (Some(body), Some(_)) = (&self.codes.body, &self.codes.kind) else {
            return;
        };
        let (Some(today), Some(since)) = (&body.what.replaced_by, body.what.since) else {
            return;
        };
        if self.dated.is_some_and(|dated| dated >= since) {
            let at = self.codes.body_at;
            groups[at].clone_from(today);
            self.fault(FaultKind::OutdatedBody, self.written.groups[at]);
        }
    }

    /// `16/CTTTg` after `Chỉ thị`.
    fn run_together(&mut self, groups: &mut [String]) {
        let Some(named) = self
            .lead
            .kind
            .filter(|_| groups.len() == 1 && self.codes.kind.is_none())
        else {
            return;
        };
        if let Some(at) = codes::run_together(&groups[0], named) {
            let party = codes::body(&groups[0][at..], Tolerance::Typing)
                .is_some_and(|b| b.what.regime == Regime::Dang);
            groups[0].insert(at, if party { '/' } else { '-' });
            self.fault(FaultKind::MissingHyphen, self.written.groups[0]);
        }
    }

    /// The separators as they should be: before the first group, and between the groups.
    fn separators(&mut self, groups: &[String]) -> (&'static str, Vec<&'static str>) {
        let sign = |join: Span| {
            if join.of(self.text).contains('/') {
                "/"
            } else {
                "-"
            }
        };
        let mut first = sign(self.written.join_before(0));
        let mut rest: Vec<&'static str> = (1..groups.len())
            .map(|group| sign(self.written.join_before(group)))
            .collect();
        let missing = is_missing(self.text, self.written);
        if missing {
            first = if rest.first() == Some(&"/") { "-" } else { "/" };
        }
        if let (Some(kind), Some(body), 1) =
            (&self.codes.kind, &self.codes.body, self.codes.body_at)
            && let Some(right) = self.due(kind.what, body.what, first, rest[0])
        {
            let joins = [(0, right.0, first), (1, right.1, rest[0])];
            let wrong = joins
                .into_iter()
                .filter(|&(group, right, written)| right != written && !(missing && group == 0))
                .map(|(group, ..)| self.written.join_before(group))
                .reduce(Span::join);
            if let Some(span) = wrong {
                self.fault(FaultKind::WrongSeparator, span);
            }
            (first, rest[0]) = right;
        }
        (first, rest)
    }

    /// The two separators that a known kind and a known body ask for, where they differ from
    /// those written and the difference is a mistake.
    fn due(
        &self,
        kind: &Kind,
        body: &Body,
        first: &str,
        second: &str,
    ) -> Option<(&'static str, &'static str)> {
        let old = self.dated.is_some_and(|dated| dated < SEPARATORS_FIXED);
        match body.regime {
            Regime::Dang if self.written.year.is_none() => {
                let old = self.dated.is_some_and(|d| d < PARTY_SEPARATORS_FIXED);
                (!old).then_some(("-", "/"))
            }
            Regime::NhaNuoc | Regime::Qppl if first == "/" && second == "/" => {
                // Old joint circulars were numbered `TTLT/BTC-BYT`.
                let joint = kind.symbol.as_deref().is_some_and(|s| s.ends_with("LT"));
                (!old && !joint).then_some(("/", "-"))
            }
            Regime::NhaNuoc | Regime::Qppl if first == "-" && !body.terms => self
                .dated
                .is_some_and(|dated| dated >= SEPARATORS_FIXED)
                .then_some(("/", "-")),
            _ => None,
        }
    }

    /// `33/BC.UBND`
    fn dot(&mut self, groups: &mut [String]) {
        let Some((kind, body)) = groups[0].split_once('.') else {
            return;
        };
        let known = codes::kind(kind, self.lead.kind, Tolerance::Typing).is_some_and(|k| k.exact)
            && codes::body(body, Tolerance::Typing).is_some_and(|b| b.exact);
        if known {
            let dot = kind.len()..kind.len() + 1;
            groups[0].replace_range(dot.clone(), "-");
            let span = self.written.groups[0].slice(dot);
            self.fault(FaultKind::WrongSeparator, span);
        }
    }

    fn missing_year(&mut self) {
        let (Some(number), None) = (self.written.number, self.written.year) else {
            return;
        };
        let old = self.dated.is_some_and(|dated| dated < YEAR_IN_NUMBER);
        let with_number =
            |kind: &Kind| kind.yearly && self.lead.kind.is_none_or(|named| named.slug == kind.slug);
        let yearly = match (&self.codes.kind, &self.codes.body) {
            (Some(kind), body) => {
                let state = body
                    .as_ref()
                    .is_some_and(|b| b.what.regime == Regime::NhaNuoc);
                with_number(kind.what) && state
            }
            (None, Some(body)) => {
                body.what.terms && self.codes.body_at == 0 && self.written.groups.len() == 1
            }
            _ => false,
        };
        if yearly && !old {
            self.fault(FaultKind::MissingYear, number);
        }
    }
}

fn symbol_kind(
    written: &Written,
    lead: &Lead,
    codes: &Codes,
    text: &str,
    dated: Option<CivilDate>,
) -> Option<&'static Kind> {
    if let Some(kind) = &codes.kind {
        if names_office(written, lead, kind.what, text, dated) {
            return None;
        }
        let group = kind.code.as_str();
        let party = is_party(written, codes, text);
        let state = vocabulary().kinds.iter().find(|k| {
            (k.regime == KindRegime::Dang) == party && k.symbol.as_deref() == Some(group)
        });
        let named = lead.kind.filter(|named| {
            named.symbol.as_deref() == Some(group) || (party && named.has_symbol(group))
        });
        return named.or(state).or(Some(kind.what));
    }
    // Three parts: `171/PLXPK-QĐ-GĐ`.
    let named = lead.kind?;
    written.groups[1..]
        .iter()
        .any(|g| named.has_symbol(g.of(text)))
        .then_some(named)
}

/// `Quyết định số 87-CT`: once the letters by themselves said who issued an act, here the chairman
/// of the Council of Ministers.
fn names_office(
    written: &Written,
    lead: &Lead,
    kind: &Kind,
    text: &str,
    dated: Option<CivilDate>,
) -> bool {
    let other = lead.kind.is_some_and(|named| named.slug != kind.slug);
    let old = dated.is_some_and(|dated| dated < YEAR_IN_NUMBER);
    other
        && written.groups.len() == 1
        && written.year.is_none()
        && (old || !written.join_before(0).of(text).contains('/'))
}

/// Whether the symbol has the form that Party documents have.
fn is_party(written: &Written, codes: &Codes, text: &str) -> bool {
    match &codes.body {
        Some(body) => body.what.regime == Regime::Dang,
        None => {
            written.year.is_none()
                && written.groups.len() > 1
                && written.join_before(0).of(text).contains('-')
                && written.join_before(1).of(text).contains('/')
        }
    }
}

fn regime(written: &Written, lead: &Lead, codes: &Codes, text: &str) -> Option<Regime> {
    if let Some(body) = &codes.body
        && matches!(body.what.regime, Regime::Dang | Regime::DoanThe)
    {
        return Some(body.what.regime);
    }
    let legal = codes.kind.as_ref().map_or(lead.kind, |k| Some(k.what));
    if written.year.is_some() || legal.is_some_and(|k| k.regime == KindRegime::Qppl) {
        return Some(Regime::Qppl);
    }
    if is_party(written, codes, text) && codes.body.is_none() {
        return codes.kind.as_ref().map(|_| Regime::Dang);
    }
    (codes.kind.is_some() || codes.body.is_some() || lead.kind.is_some()).then_some(Regime::NhaNuoc)
}
