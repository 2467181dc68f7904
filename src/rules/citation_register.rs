//! What a citation says of an act and what the register knows of it.

use jiff::civil::Date;
use serde::Deserialize;

use super::act_title::TitleComparison;
use super::error::both;
use super::register::Act;
use super::{Check, Context, Hit, Sink, citations};
use crate::diagnostic::Bilingual;
use crate::syntax::citation::Citation;
use crate::syntax::date::DateMention;
use crate::text::{Span, fold};

/// Finds citations that differ from the register of known acts.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CitationRegister {
    /// What is compared.
    compare: Compare,
    /// Words, in small letters, that shortly before a citation say that what follows it is said of
    /// another act, or that the act is no more.
    #[serde(default)]
    not_after: Vec<String>,
    /// The same, shortly after it.
    #[serde(default)]
    not_before: Vec<String>,
    /// For `issuer`: words for the head of a body, who issues its acts in its name.
    #[serde(default)]
    heads: Vec<String>,
    /// For `title`: how titles are compared.
    #[serde(default)]
    titles: Option<TitleComparison>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Compare {
    /// The date.
    Date,
    /// The body.
    Issuer,
    /// The word for the kind.
    Kind,
    /// What it is about.
    Title,
    /// Whether another act has taken its place by the date of the document.
    Replaced,
}

impl CitationRegister {
    fn judge(&self, cx: &Context<'_>, citation: &Citation, act: &Act, sink: &mut Sink<'_>) {
        match self.compare {
            Compare::Date => date(cx, citation, act, sink),
            Compare::Issuer => self.issuer(cx, citation, act, sink),
            Compare::Kind => kind(citation, act, sink),
            Compare::Title => self.title(cx, citation, act, sink),
            Compare::Replaced => Self::replaced(cx, citation, act, sink),
        }
    }

    fn replaced(cx: &Context<'_>, citation: &Citation, act: &Act, sink: &mut Sink<'_>) {
        let (Some(by), Some(since), Some(own)) = (&act.replaced_by, act.replaced_since, cx.date())
        else {
            return;
        };
        if own < since {
            return;
        }
        sink.at(citation.span)
            .with("canonical", &citation.canonical)
            .with("by", by.as_ref())
            .with("since", slashes(since))
            .report();
    }

    /// Only a mention that gives the date or the body gives a title; others tell what the act says
    /// in one place.
    fn title(&self, cx: &Context<'_>, citation: &Citation, act: &Act, sink: &mut Sink<'_>) {
        let (Some(comparison), Some(span)) = (&self.titles, citation.subject) else {
            return;
        };
        let date = citation.date.map(|(_, date)| date);
        // A number without a year may be another act's of another day.
        let is_sure = match date {
            Some(date) => date == act.date,
            None => citation.year.is_some() && citation.issuer.is_some(),
        };
        if !is_sure || !comparison.contradict(cx.of(span), &act.title) {
            return;
        }
        sink.at(span)
            .with("canonical", &citation.canonical)
            .with("write", act.title.as_ref())
            .report();
    }

    /// A body is another one only if it is a body of the register itself: names are shortened and
    /// lengthened in too many ways.
    fn issuer(&self, cx: &Context<'_>, citation: &Citation, act: &Act, sink: &mut Sink<'_>) {
        let Some(span) = citation.issuer else { return };
        let mut heads = self.heads.iter();
        let head = heads.find(|head| cx.of(span).starts_with(head.as_str()));
        let body = cx.of(span)[head.map_or(0, String::len)..].trim_start();
        let span = Span::of_slice(cx.text(), body);
        let named = fold(body);
        let right = fold(&act.issuer);
        if named.contains(&right) || right.contains(&named) {
            return;
        }
        if cx.register.body_in(body).is_none() {
            return;
        }
        sink.at(span)
            .replace(span, act.issuer.as_ref())
            .with("canonical", &citation.canonical)
            .with("write", act.issuer.as_ref())
            .report();
    }

    /// Whether words near the citation forbid to judge it.
    fn is_excused(&self, cx: &Context<'_>, citation: &Citation) -> bool {
        /// Characters on either side in which the words are looked for.
        const NEAR: usize = 160;
        let line = cx.logical.line_at(citation.span.start);
        let before = &cx.text()[line.start as usize..citation.span.start as usize];
        let from = before.char_indices().rev().nth(NEAR - 1);
        let before = &before[from.map_or(0, |(at, _)| at)..];
        let after = &cx.text()[citation.span.end as usize..line.end as usize];
        let to = after.char_indices().nth(NEAR);
        let after = &after[..to.map_or(after.len(), |(at, _)| at)];
        let has = |words: &[String], side: &str| {
            !words.is_empty() && {
                let side = side.to_lowercase();
                words.iter().any(|words| side.contains(words))
            }
        };
        has(&self.not_after, before) || has(&self.not_before, after)
    }
}

fn date(cx: &Context<'_>, citation: &Citation, act: &Act, sink: &mut Sink<'_>) {
    let Some((span, written)) = citation.date else {
        return;
    };
    if written == act.date {
        return;
    }
    let mentions = &cx.report.dates;
    let index = mentions.partition_point(|mention| mention.span.start < span.start);
    let Some(mention) = mentions.get(index).filter(|mention| mention.span == span) else {
        return;
    };
    let right = rewritten(cx, mention, act.date);
    sink.at(span)
        .replace(span, &right)
        .with("canonical", &citation.canonical)
        .with("write", right)
        .report();
}

fn kind(citation: &Citation, act: &Act, sink: &mut Sink<'_>) {
    let (Some(kind), Some(span), Some(right)) = (
        citation.kind,
        citation.kind_span,
        crate::vocabulary::vocabulary().kind(&act.kind),
    ) else {
        return;
    };
    // Where the symbol contradicts the word, that says more.
    let symbol_fits = citation
        .symbol_kind
        .is_none_or(|symbol| kind.symbols().any(|s| symbol.has_symbol(s)));
    if kind.slug == act.kind || !symbol_fits {
        return;
    }
    sink.at(span)
        .replace(span, &right.name)
        .with("canonical", &citation.canonical)
        .with("write", &right.name)
        .report();
}

/// `15/5/2016`; days and the first two months have two digits.
fn slashes(date: Date) -> String {
    let (day, month) = day_and_month(date);
    format!("{day}/{month}/{}", date.year())
}

/// A date as written with the figures of another.
fn rewritten(cx: &Context<'_>, mention: &DateMention, date: Date) -> String {
    let (day, month) = day_and_month(date);
    let figures = [
        (mention.day, day),
        (mention.month, month),
        (mention.year, date.year().to_string()),
    ];
    let mut out = String::new();
    let mut at = mention.span.start;
    for (span, figure) in figures {
        let Some(span) = span else { continue };
        out += cx.of(Span {
            start: at,
            end: span.start,
        });
        out += &figure;
        at = span.end;
    }
    out + cx.of(Span {
        start: at,
        end: mention.span.end,
    })
}

/// NĐ 30/2020/NĐ-CP, Phụ lục I, Phần I, II.4b: a zero before days below 10 and before the months
/// 1 and 2.
fn day_and_month(date: Date) -> (String, String) {
    let month = match date.month() {
        month @ (1 | 2) => format!("{month:02}"),
        month => month.to_string(),
    };
    (format!("{:02}", date.day()), month)
}

impl Check for CitationRegister {
    fn mistakes(&self) -> Vec<Bilingual> {
        if self.titles.is_some() != (self.compare == Compare::Title) {
            return vec![both(
                "`titles` đi cùng `compare: title`",
                "`titles` goes with `compare: title`",
            )];
        }
        let titles = self.titles.as_ref();
        titles
            .and_then(TitleComparison::mistake)
            .into_iter()
            .collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        match self.compare {
            Compare::Replaced => &["canonical", "by", "since"],
            _ => &["canonical", "write"],
        }
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        for citation in citations::judged(cx).filter(|citation| is_whole(citation)) {
            if let Some(act) = cx.register.act_of(citation, cx.text())
                && !self.is_excused(cx, citation)
            {
                self.judge(cx, citation, act, sink);
            }
        }
    }
}

/// A number left blank or a symbol that had to be guessed names no act for sure.
fn is_whole(citation: &Citation) -> bool {
    citation.number.is_some()
}
