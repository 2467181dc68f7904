//! Whose part it is that a text names: of the document itself, or of another act just cited.

use super::Context;
use crate::syntax::citation::Citation;
use crate::text::Span;

/// What words like `Quyết định này` stand for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Named {
    /// The document, or what is attached to it.
    Own,
    /// Another act, cited just before.
    Other,
    /// Something of a kind that is not in the file.
    Unseen,
}

/// Citations before a place that may be meant by it.
const CITATIONS: usize = 20;

/// What a word for a kind means that points back from a place; without a word, any document.
pub(super) fn named(cx: &Context<'_>, kind: Option<&str>, at: Span) -> Named {
    let line = cx.logical.line_at(at.start);
    let Some(kind) = kind.map(str::to_lowercase) else {
        let last = others(cx, line.start, at.start).next();
        return last.map_or(Named::Own, |_| Named::Other);
    };
    let is_main = cx.report.kind.is_some_and(|main| {
        let names = std::iter::once(&main.name).chain(&main.also);
        names.into_iter().any(|name| name.to_lowercase() == kind)
    });
    let cites = |citation: &Citation| {
        begins_with(cx.of(citation.span), &kind)
            || (!is_main && stands_before(cx, citation.span, &kind))
    };
    if others(cx, line_before(cx, line).start, at.start).any(cites) {
        return Named::Other;
    }
    let mut titles = cx.report.attachments.iter().filter_map(|a| a.title);
    if is_main || titles.any(|title| begins_with(cx.of(title), &kind)) {
        Named::Own
    } else {
        Named::Unseen
    }
}

/// Whether the bracket in which a place stands, or which it opens, follows a citation: what it
/// says is said of that act.
pub(super) fn is_of_citation(cx: &Context<'_>, at: Span) -> bool {
    let line = cx.logical.line_at(at.start);
    let opens = u32::from(cx.of(at).starts_with('('));
    let before = Span {
        start: line.start,
        end: at.start + opens,
    };
    let Some(bracket) = cx.of(before).rfind(['(', ')']) else {
        return false;
    };
    let bracket = line.slice(bracket..bracket + 1);
    let Some(act) = others(cx, line.start, bracket.start).next() else {
        return false;
    };
    let end = act
        .date_span
        .map_or(act.span.end, |date| date.end.max(act.span.end));
    cx.of(bracket) == "("
        && end <= bracket.start
        && !cx
            .of(Span {
                start: end,
                end: bracket.start,
            })
            .contains([',', ';', '.', ':', '('])
}

/// The citations of other acts between two places, the last first.
fn others<'a>(cx: &Context<'a>, from: u32, to: u32) -> impl Iterator<Item = &'a Citation> {
    let citations = &cx.report.citations;
    let end = citations.partition_point(|citation| citation.span.end <= to);
    citations[..end]
        .iter()
        .rev()
        .take(CITATIONS)
        .take_while(move |citation| from <= citation.span.start)
        .filter(|citation| !citation.own)
}

/// The line before another that is not empty; that line itself where there is none.
fn line_before(cx: &Context<'_>, line: Span) -> Span {
    let lines = &cx.logical.lines[..cx.logical.line_index(line.start)];
    let before = lines.iter().rev().find(|line| !line.span.is_empty());
    before.map_or(line, |before| before.span)
}

fn begins_with(text: &str, kind: &str) -> bool {
    let mut letters = text.chars().flat_map(char::to_lowercase);
    kind.chars().all(|c| letters.next() == Some(c))
}

/// Whether the sentence names the kind before a citation: `Quy chế … kèm theo Quyết định số …`.
fn stands_before(cx: &Context<'_>, citation: Span, kind: &str) -> bool {
    /// Characters before the citation.
    const BEFORE: usize = 150;
    let line = cx.logical.line_at(citation.start);
    let before = cx.of(Span {
        start: line.start,
        end: citation.start,
    });
    let sentence = before.rsplit([';', '.']).next().unwrap_or_default();
    let from = sentence.char_indices().rev().nth(BEFORE);
    let sentence = &sentence[from.map_or(0, |(from, _)| from)..];
    sentence.to_lowercase().contains(kind)
}
