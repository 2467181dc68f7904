//! Parts of a citation that contradict each other, or the document.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::act_title::TitleComparison;
use super::body_names::BodyNames;
use super::error::both;
use super::file::kinds;
use super::lazy::LazyRegex;
use super::register::letters;
use super::{Check, Context, Hit, Sink, citations};
use crate::diagnostic::Bilingual;
use crate::syntax::citation::Citation;
use crate::text::{Span, fold};
use crate::vocabulary::vocabulary;

/// Finds citations that contradict themselves or another one.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CitationConsistency {
    /// What must agree.
    between: Between,
    /// For `kind-and-symbol`: the kinds that are judged, by slug; all where left out.
    #[serde(default, deserialize_with = "kinds")]
    kind: Vec<String>,
    /// For `term-and-year`: the first and the last year of each term that a symbol may name
    /// (`QH15`: 15).
    #[serde(default)]
    terms: BTreeMap<u16, [u16; 2]>,
    /// For `term-and-year`: what stands before the term in the symbols of the National Assembly.
    #[serde(default)]
    symbols: Vec<String>,
    /// For `kind-and-body`: what stands before the term in the symbols of each kind, by slug.
    #[serde(default)]
    bodies: BTreeMap<String, String>,
    /// For `kind-and-body`: words between the kind and the number that begin another act.
    #[serde(default)]
    interrupted: Option<LazyRegex>,
    /// For `titles`: how they are compared.
    #[serde(default)]
    titles: Option<TitleComparison>,
    /// For `issuers`: how names that the register does not know are compared.
    #[serde(default)]
    names: Option<BodyNames>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Between {
    /// The word for the kind and the abbreviation in the symbol.
    KindAndSymbol,
    /// The word for the kind and the body in the symbol, of kinds that the symbol does not name.
    KindAndBody,
    /// The year in the number and the year of the date.
    YearAndDate,
    /// The dates of one act in all its mentions.
    Dates,
    /// The bodies that issued one act, in all its mentions.
    Issuers,
    /// What one act is said to be about, in all mentions that give its date or its body.
    Titles,
    /// The term of the National Assembly in the symbol and the year in the number.
    TermAndYear,
    /// The date of the act and the date of the document that cites it.
    DateAndDocument,
}

impl CitationConsistency {
    fn kind_and_symbol(&self, cx: &Context<'_>, sink: &mut Sink<'_>) {
        for citation in citations::judged(cx) {
            let (Some(kind), Some(symbol_kind)) = (citation.kind, citation.symbol_kind) else {
                continue;
            };
            if !self.kind.is_empty() && !self.kind.contains(&kind.slug) {
                continue;
            }
            let Some(symbol) = &kind.symbol else {
                continue;
            };
            if kind.symbols().any(|s| symbol_kind.has_symbol(s)) {
                continue;
            }
            let mut groups = citation.symbol.split(['/', '-']);
            let letters = groups.find(|group| symbol_kind.has_symbol(group));
            sink.at(citation.span)
                .with("kind", &kind.name)
                .with("symbol", symbol)
                .with("letters", letters.unwrap_or(&citation.symbol))
                .with("symbol_kind", &symbol_kind.name)
                .report();
        }
    }

    fn kind_and_body(&self, cx: &Context<'_>, sink: &mut Sink<'_>) {
        for citation in citations::judged(cx) {
            let (Some(kind), Some(word)) = (citation.kind, citation.kind_span) else {
                continue;
            };
            let Some(due) = self.bodies.get(&kind.slug) else {
                continue;
            };
            let letters = citation
                .symbol
                .trim_end_matches(|c: char| c.is_ascii_digit());
            let body = letters.rsplit(['-', '/']).next().unwrap_or(letters);
            let between = &cx.text()[word.end as usize..citation.symbol_span.start as usize];
            let interrupted = |regex: &LazyRegex| regex.is_match(between);
            if body == due
                || !self.bodies.values().any(|other| other == body)
                || self.interrupted.as_ref().is_some_and(interrupted)
            {
                continue;
            }
            sink.at(citation.symbol_span)
                .with("kind", &kind.name)
                .with("symbol", due)
                .report();
        }
    }

    fn year_and_date(cx: &Context<'_>, sink: &mut Sink<'_>) {
        for citation in citations::judged(cx) {
            let (Some(year), Some((span, date))) = (citation.year, citation.date) else {
                continue;
            };
            let known = || cx.register.act_of(citation, cx.text());
            if i32::from(year) != i32::from(date.year())
                && known().is_none_or(|act| act.date != date)
            {
                sink.at(citation.symbol_span.join(span))
                    .with("year", year.to_string())
                    .with("date", cx.of(span))
                    .report();
            }
        }
    }

    fn dates(cx: &Context<'_>, sink: &mut Sink<'_>) {
        let mut known: HashMap<&str, &Citation> = HashMap::new();
        for citation in citations::judged(cx) {
            let Some((span, date)) = citation.date else {
                continue;
            };
            // Where the register has the date, it is the others that are wrong.
            let act = cx.register.act_of(citation, cx.text());
            if act.is_some_and(|act| act.date == date) {
                known.entry(&citation.canonical).or_insert(citation);
                continue;
            }
            let Some(first) = known.get(citation.canonical.as_str()) else {
                known.insert(&citation.canonical, citation);
                continue;
            };
            if is_same_act(cx, first, citation)
                && let Some((other, _)) = first.date
            {
                sink.at(span)
                    .with("canonical", &citation.canonical)
                    .with("date", cx.of(other))
                    .related(other)
                    .report();
            }
        }
    }

    fn issuers(&self, cx: &Context<'_>, sink: &mut Sink<'_>) {
        Self::known_issuers(cx, sink);
        if let Some(names) = &self.names {
            Self::named_issuers(names, cx, sink);
        }
    }

    /// Other bodies number their acts each for itself: only what is said of the act besides, date
    /// and subject, tells that two mentions mean one.
    fn named_issuers(names: &BodyNames, cx: &Context<'_>, sink: &mut Sink<'_>) {
        let mut known: HashMap<&str, (&Citation, Span, Span)> = HashMap::new();
        for citation in citations::judged(cx) {
            let (Some(span), Some(subject), Some(_)) =
                (citation.issuer, citation.subject, citation.date)
            else {
                continue;
            };
            let Some(&(first, body, title)) = known.get(citation.canonical.as_str()) else {
                known.insert(&citation.canonical, (citation, span, subject));
                continue;
            };
            let same_date = first.date.map(|(_, date)| date) == citation.date.map(|(_, date)| date);
            let both_known = [body, span]
                .iter()
                .all(|&body| cx.register.body_in(cx.of(body)).is_some());
            if same_date
                && !(both_known && citation.year.is_some())
                && is_same_title(cx.of(title), cx.of(subject))
                && names.differ(cx.of(body), cx.of(span))
            {
                sink.at(span)
                    .with("canonical", &citation.canonical)
                    .with("issuer", cx.of(body))
                    .related(body)
                    .report();
            }
        }
    }

    /// Acts whose number says the year: bodies that the register names are compared by that alone.
    fn known_issuers(cx: &Context<'_>, sink: &mut Sink<'_>) {
        let mut known: HashMap<&str, (&str, Span)> = HashMap::new();
        for citation in citations::judged(cx) {
            // A number without a year is another act's in another year.
            let (Some(span), Some(_)) = (citation.issuer, citation.year) else {
                continue;
            };
            let Some(body) = cx.register.body_in(cx.of(span)) else {
                continue;
            };
            let Some(&(first, other)) = known.get(citation.canonical.as_str()) else {
                known.insert(&citation.canonical, (body, span));
                continue;
            };
            if first == body {
                continue;
            }
            // The symbol may tell that the body named first is the wrong one.
            let ((wrong, right), said) = if issues(citation, body) {
                known.insert(&citation.canonical, (body, span));
                ((other, span), body)
            } else {
                ((span, other), first)
            };
            sink.at(wrong)
                .with("canonical", &citation.canonical)
                .with("issuer", said)
                .related(right)
                .report();
        }
    }

    fn titles(&self, cx: &Context<'_>, sink: &mut Sink<'_>) {
        let Some(comparison) = &self.titles else {
            return;
        };
        let mut known: HashMap<&str, &Citation> = HashMap::new();
        for citation in citations::judged(cx) {
            // Without date and body it may be what the act says in one place, not its title.
            let is_full = citation.date.is_some() || citation.issuer.is_some();
            let Some(subject) = citation.subject.filter(|_| is_full) else {
                continue;
            };
            let Some(first) = known.get(citation.canonical.as_str()) else {
                known.insert(&citation.canonical, citation);
                continue;
            };
            if let Some(other) = first.subject
                && may_be_same_act(cx, first, citation)
                && comparison.contradict(cx.of(other), cx.of(subject))
            {
                sink.at(subject)
                    .with("canonical", &citation.canonical)
                    .with("title", cx.of(other))
                    .related(other)
                    .report();
            }
        }
    }

    fn term_and_year(&self, cx: &Context<'_>, sink: &mut Sink<'_>) {
        for citation in citations::judged(cx) {
            let letters = citation
                .symbol
                .trim_end_matches(|c: char| c.is_ascii_digit());
            let term = citation.symbol[letters.len()..].parse().ok();
            let years = term.and_then(|term: u16| self.terms.get(&term));
            if !self.symbols.iter().any(|symbol| letters.ends_with(symbol)) {
                continue;
            }
            // Where the number does not say the year, the date does.
            let year = citation.year.map(i32::from);
            let year = year.or_else(|| Some(i32::from(citation.date?.1.year())));
            let (Some(&[first, last]), Some(term), Some(year)) = (years, term, year) else {
                continue;
            };
            if !(i32::from(first)..=i32::from(last)).contains(&year) {
                sink.at(citation.symbol_span)
                    .with("canonical", &citation.canonical)
                    .with("term", term.to_string())
                    .with("years", format!("{first}-{last}"))
                    .report();
            }
        }
    }

    fn date_and_document(cx: &Context<'_>, sink: &mut Sink<'_>) {
        let Some(own) = cx.date() else {
            return;
        };
        for citation in citations::judged(cx) {
            if let Some((span, date)) = citation.date
                && date > own
                && !cx.report.attachments.iter().any(|a| a.span.contains(span))
            {
                sink.at(span)
                    .with("canonical", &citation.canonical)
                    .report();
            }
        }
    }
}

/// Whether the symbol of an act is that of the body.
fn issues(citation: &Citation, body: &str) -> bool {
    let symbol = citation
        .symbol
        .trim_end_matches(|c: char| c.is_ascii_digit());
    let code = symbol.rsplit(['-', '/']).next().unwrap_or(symbol);
    let of_code = vocabulary().body(code);
    of_code.is_some_and(|of_code| fold(&of_code.name) == fold(body))
}

/// Whether one title is the other, or they begin alike: they run on.
fn is_same_title(a: &str, b: &str) -> bool {
    /// Words that no two acts of one number and day begin with.
    const ALIKE: usize = 5;
    let (a, b) = (letters(a), letters(b));
    let words = a.split(' ').zip(b.split(' '));
    let same = words.take_while(|(a, b)| a == b).count();
    same >= ALIKE || a.starts_with(&b) || b.starts_with(&a)
}

/// Whether two mentions with different dates must mean one act: the number says its year, or
/// both dates lie in one year, and the bodies named are not different ones. Local bodies number
/// their acts anew every year, each its own.
fn is_same_act(cx: &Context<'_>, a: &Citation, b: &Citation) -> bool {
    let (Some((_, first)), Some((_, second))) = (a.date, b.date) else {
        return false;
    };
    let body = |span: Option<Span>| span.map(|span| fold(cx.of(span)));
    let (a_body, b_body) = (body(a.issuer), body(b.issuer));
    let same_body = match (&a_body, &b_body) {
        (Some(a), Some(b)) => a.starts_with(b.as_str()) || b.starts_with(a.as_str()),
        _ => a.year.is_some(),
    };
    first != second
        && (a.year.is_some() || first.year() == second.year())
        && same_body
        && is_same_kind(a, b)
}

/// Whether two acts of one symbol are of one kind. A law and a resolution of the National Assembly
/// share the form of the symbol and may share the number.
fn is_same_kind(a: &Citation, b: &Citation) -> bool {
    a.symbol_kind.is_some() || a.kind.map(|k| &k.slug) == b.kind.map(|k| &k.slug)
}

/// Whether two mentions with different titles must mean one act: of one day, or of one year and
/// one body where days are not given.
fn may_be_same_act(cx: &Context<'_>, a: &Citation, b: &Citation) -> bool {
    let body = |citation: &Citation| citation.issuer.map(|span| fold(cx.of(span)));
    let other_body = match (body(a), body(b)) {
        (Some(a), Some(b)) => !a.starts_with(b.as_str()) && !b.starts_with(a.as_str()),
        _ => false,
    };
    let same_time = match (a.date, b.date) {
        (Some((_, a)), Some((_, b))) => a == b,
        _ => a.year.is_some() && a.issuer.is_some() && b.issuer.is_some(),
    };
    is_same_kind(a, b) && same_time && !other_body
}

impl Check for CitationConsistency {
    fn mistakes(&self) -> Vec<Bilingual> {
        if self.titles.is_some() != (self.between == Between::Titles) {
            return vec![both(
                "`titles` đi cùng `between: titles`",
                "`titles` goes with `between: titles`",
            )];
        }
        if let Some(mistake) = self.titles.as_ref().and_then(TitleComparison::mistake) {
            return vec![mistake];
        }
        let of_terms = self.between == Between::TermAndYear;
        if self.terms.is_empty() == of_terms || self.symbols.is_empty() == of_terms {
            return vec![both(
                "`terms` và `symbols` đi cùng `between: term-and-year`",
                "`terms` and `symbols` go with `between: term-and-year`",
            )];
        }
        if self.bodies.is_empty() == (self.between == Between::KindAndBody) {
            return vec![both(
                "`bodies` đi cùng `between: kind-and-body`",
                "`bodies` goes with `between: kind-and-body`",
            )];
        }
        if let Some(mistake) = self.interrupted.as_ref().and_then(LazyRegex::mistake) {
            return vec![mistake];
        }
        if self.names.is_some() && self.between != Between::Issuers {
            return vec![both(
                "`names` đi cùng `between: issuers`",
                "`names` goes with `between: issuers`",
            )];
        }
        if self.terms.values().any(|[first, last]| first > last) {
            return vec![both(
                "`terms`: năm đầu phải không sau năm cuối",
                "`terms`: the first year is not after the last",
            )];
        }
        Vec::new()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        match self.between {
            Between::KindAndSymbol => &["kind", "symbol", "letters", "symbol_kind"],
            Between::KindAndBody => &["kind", "symbol"],
            Between::YearAndDate => &["year", "date"],
            Between::Dates => &["canonical", "date"],
            Between::Issuers => &["canonical", "issuer"],
            Between::Titles => &["canonical", "title"],
            Between::TermAndYear => &["canonical", "term", "years"],
            Between::DateAndDocument => &["canonical"],
        }
    }

    fn gives_way(&self) -> bool {
        // What the symbol tells of a body says more than that two differ.
        self.between == Between::Issuers
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        match self.between {
            Between::KindAndSymbol => self.kind_and_symbol(cx, sink),
            Between::KindAndBody => self.kind_and_body(cx, sink),
            Between::YearAndDate => Self::year_and_date(cx, sink),
            Between::Dates => Self::dates(cx, sink),
            Between::Issuers => self.issuers(cx, sink),
            Between::Titles => self.titles(cx, sink),
            Between::TermAndYear => self.term_and_year(cx, sink),
            Between::DateAndDocument => Self::date_and_document(cx, sink),
        }
    }
}
