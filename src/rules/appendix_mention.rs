//! Whether the body points to the appendices, and the appendices are there.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::lazy::{LazyRegex, no_literals};
use super::named_act::{Named, is_of_citation, named};
use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::syntax::Attachment;
use crate::text::{Span, roman_value};

/// Compares mentions of appendices in the body with the appendices that follow it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AppendixMention {
    fault: Fault,
    /// Literals without which `mention`, `all` and `line` cannot match.
    literals: Vec<String>,
    /// What points to an appendix of this document; for the faults of numbers the group `numbers`
    /// holds one or more of them. For `absent` and `number-absent` the group `kind` may hold the
    /// word for the kind of the document it belongs to.
    mention: LazyRegex,
    /// For `number-unmentioned`: what points to all appendices without their numbers.
    #[serde(default)]
    all: Option<LazyRegex>,
    /// What of the label of an attachment must match for it to be judged.
    #[serde(default)]
    label: Option<LazyRegex>,
    /// A line that is the label of an appendix and holds its number in the group `number`; where
    /// left out, the labels are those of the attachments.
    #[serde(default)]
    line: Option<LazyRegex>,
    /// For `absent` and `number-absent`: parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

/// Which of the two is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// The body does not point to the appendix.
    Unmentioned,
    /// There is no appendix.
    Absent,
    /// The numbers of the appendices leave one out.
    Skipped,
    /// There are appendices, but none of a number that is mentioned.
    NumberAbsent,
    /// The body points to some appendices by their numbers, but not to all.
    NumberUnmentioned,
}

impl Fault {
    fn is_of_numbers(self) -> bool {
        matches!(self, Self::NumberAbsent | Self::NumberUnmentioned)
    }
}

/// An appendix: where its label stands, and its number if it has one.
struct Label {
    span: Span,
    number: Option<u32>,
}

impl Check for AppendixMention {
    fn mistakes(&self) -> Vec<Bilingual> {
        let others = [&self.all, &self.label, &self.line];
        std::iter::once(&self.mention)
            .chain(others.into_iter().flatten())
            .filter_map(LazyRegex::mistake)
            .chain(no_literals(&self.literals))
            .chain(self.missing_groups())
            .collect()
    }

    fn literals(&self) -> Vec<String> {
        self.literals.clone()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        if self.fault.is_of_numbers() {
            &["number"]
        } else {
            &[]
        }
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let attachments = &cx.report.attachments;
        let end = attachments
            .first()
            .map_or(u32::MAX, |first| first.span.start);
        match self.fault {
            Fault::Absent => {
                if attachments.is_empty() {
                    self.absent(cx, hits, sink);
                }
            }
            Fault::Skipped => {
                if let Some(label) = skipped(&self.labels(cx, hits))
                    && self.first_mention(cx, hits, end).is_some()
                {
                    sink.at(label).report();
                }
            }
            Fault::Unmentioned => {
                let label = attachments.iter().find_map(|a| a.label);
                if let Some(label) = label
                    && self.first_mention(cx, hits, end).is_none()
                    && self
                        .label
                        .as_ref()
                        .is_none_or(|regex| regex.is_match(cx.of(label)))
                {
                    sink.at(label).report();
                }
            }
            Fault::NumberAbsent => self.number_absent(cx, hits, sink),
            Fault::NumberUnmentioned => self.number_unmentioned(cx, hits, sink),
        }
    }
}

/// What points to an appendix, with its groups.
struct Mention {
    span: Span,
    numbers: Option<Span>,
    kind: Option<Span>,
}

impl Mention {
    /// The numbers with their places.
    fn numbers(&self, cx: &Context<'_>) -> Vec<(Span, u32)> {
        let words = self.numbers.into_iter().flat_map(|span| words(cx, span));
        words
            .filter_map(|(span, word)| Some((span, number(word)?)))
            .collect()
    }
}

/// The label of the appendix before which one is left out, where the numbers rise from number one.
fn skipped(labels: &[Label]) -> Option<Span> {
    let numbered: Vec<(Span, u32)> = labels
        .iter()
        .filter_map(|label| Some((label.span, label.number?)))
        .collect();
    let rises = numbered.is_sorted_by(|before, after| before.1 < after.1);
    let starts = numbered.first().is_some_and(|(_, number)| *number == 1);
    let gap = numbered.windows(2).find(|pair| pair[0].1 + 2 == pair[1].1);
    gap.filter(|_| rises && starts).map(|pair| pair[1].0)
}

fn number(text: &str) -> Option<u32> {
    text.parse()
        .ok()
        .or_else(|| roman_value(&text.to_lowercase()))
}

/// The lines that hold a literal, each once.
fn lines<'h>(cx: &'h Context<'_>, hits: &'h [Hit]) -> impl Iterator<Item = Span> + 'h {
    let mut done = 0;
    hits.iter().filter_map(move |hit| {
        if hit.start < done {
            return None;
        }
        let line = cx.logical.line_at(hit.start);
        done = line.end + 1;
        Some(line)
    })
}

impl AppendixMention {
    fn missing_groups(&self) -> impl Iterator<Item = Bilingual> {
        let numbers = || self.mention.missing_group("mention", "numbers");
        let numbers = self.fault.is_of_numbers().then(numbers).flatten();
        let line = self.line.as_ref();
        numbers
            .into_iter()
            .chain(line.and_then(|line| line.missing_group("line", "number")))
    }

    fn first_mention(&self, cx: &Context<'_>, hits: &[Hit], end: u32) -> Option<Span> {
        lines(cx, hits)
            .take_while(|line| line.start < end)
            .find_map(|line| {
                let found = self.mention.captures(cx.of(line))?;
                Some(line.slice(found.get_match()?.range()))
            })
    }

    /// The labels, in order.
    fn labels(&self, cx: &Context<'_>, hits: &[Hit]) -> Vec<Label> {
        let Some(label) = &self.line else {
            let attachments = &cx.report.attachments;
            // `Phụ lục I: Bảng giá đất;` in a list is no appendix but a mention.
            let is_line = |a: &Attachment| cx.logical.line_at(a.span.start).end >= a.span.end;
            if attachments.iter().any(is_line) {
                return Vec::new();
            }
            return attachments
                .iter()
                .filter_map(|a| {
                    let number = a.number.and_then(|span| number(cx.of(span)));
                    a.label.map(|span| Label { span, number })
                })
                .collect();
        };
        // Above the signature they are the captions of tables in the text.
        let Some(signature) = &cx.report.signature else {
            return Vec::new();
        };
        lines(cx, hits)
            .skip_while(|line| line.start < signature.span.end)
            .filter_map(|line| {
                let text = cx.of(line);
                let found = label.captures(text)?;
                let digits = found.get_group_by_name("number")?;
                Some(Label {
                    span: line.slice(found.get_match()?.range()),
                    number: number(&text[digits.range()]),
                })
            })
            .collect()
    }

    /// What the body mentions: in all lines before the first label.
    fn mentions<'c>(
        &'c self,
        cx: &'c Context<'_>,
        hits: &'c [Hit],
        labels: &[Label],
    ) -> impl Iterator<Item = Mention> + 'c {
        let end = labels.first().map_or(u32::MAX, |label| label.span.start);
        lines(cx, hits)
            .take_while(move |line| line.start < end)
            .flat_map(|line| self.mentions_of_line(cx, line))
    }

    fn mentions_of_line(&self, cx: &Context<'_>, line: Span) -> Vec<Mention> {
        /// Mentions on one line; each is a search of its own.
        const MOST: usize = 50;
        let text = cx.of(line);
        let mut mentions = Vec::new();
        let mut at = 0;
        for _ in 0..MOST {
            let Some(found) = self.mention.captures(&text[at..]) else {
                break;
            };
            let Some(whole) = found.get_match().filter(|found| !found.is_empty()) else {
                break;
            };
            let group = |name: &str| {
                let group = found.get_group_by_name(name)?;
                Some(line.slice(at + group.start..at + group.end))
            };
            mentions.push(Mention {
                span: line.slice(at + whole.start()..at + whole.end()),
                numbers: group("numbers"),
                kind: group("kind"),
            });
            at += whole.end();
        }
        mentions
    }

    /// Whether a mention means an appendix of this document.
    fn is_own(&self, cx: &Context<'_>, mention: &Mention) -> bool {
        match mention.kind {
            Some(kind) => named(cx, Some(cx.of(kind)), mention.span) == Named::Own,
            None => !is_of_citation(cx, mention.span),
        }
    }

    fn absent(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let skipped = Skipped::new(cx, &self.skip);
        let found = lines(cx, hits)
            .flat_map(|line| self.mentions_of_line(cx, line))
            .find(|mention| !skipped.has(mention.span) && self.is_own(cx, mention));
        if let Some(mention) = found {
            sink.at(mention.span).report();
        }
    }

    fn number_absent(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let labels = self.labels(cx, hits);
        let skipped = Skipped::new(cx, &self.skip);
        let mut mentions = self
            .mentions(cx, hits, &labels)
            .filter(|mention| !skipped.has(mention.span) && self.is_own(cx, mention))
            .flat_map(|mention| mention.numbers(cx));
        let there: Option<BTreeSet<u32>> = labels.iter().map(|label| label.number).collect();
        let there = there.unwrap_or_default();
        if !there.contains(&1) {
            // In files of their own, without numbers, or not recognised.
            if mentions.next().is_some() {
                sink.not_evaluated();
            }
            return;
        }
        for (span, number) in mentions {
            if !there.contains(&number) {
                sink.at(span).with("number", cx.of(span)).report();
            }
        }
    }

    fn number_unmentioned(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let labels = self.labels(cx, hits);
        let Some(end) = labels.first().map(|label| label.span.start) else {
            return;
        };
        let mentions = self
            .mentions(cx, hits, &labels)
            .flat_map(|mention| mention.numbers(cx));
        let named: BTreeSet<u32> = mentions.map(|(_, number)| number).collect();
        let all_named = self.all.as_ref().is_some_and(|all| {
            lines(cx, hits)
                .take_while(|line| line.start < end)
                .any(|line| all.is_match(cx.of(line)))
        });
        if all_named {
            return;
        }
        // Where the body names none, one finding says so; for attachments another rule does.
        let judged = match (named.is_empty(), &self.line) {
            (false, _) => labels.as_slice(),
            (true, Some(_)) => labels.get(..1).unwrap_or_default(),
            (true, None) => &[],
        };
        for label in judged {
            if let Some(number) = label.number.filter(|number| !named.contains(number)) {
                sink.at(label.span)
                    .with("number", number.to_string())
                    .report();
            }
        }
    }
}

/// The words of a span with their places.
fn words<'c>(cx: &'c Context<'_>, span: Span) -> impl Iterator<Item = (Span, &'c str)> {
    let ends_word = |c: char| !c.is_alphanumeric();
    let mut at = 0;
    cx.of(span).split_inclusive(ends_word).map(move |piece| {
        let (start, word) = (at, piece.trim_end_matches(ends_word));
        at += piece.len();
        (span.slice(start..start + word.len()), word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kills_a_rule_is_a_mistake() {
        let mistakes = |yaml| {
            let check = serde_yaml::from_str::<AppendixMention>(yaml).unwrap();
            check.mistakes().len()
        };
        let cases = [
            ("{ fault: absent, literals: [a], mention: a }", 0),
            ("{ fault: absent, literals: [], mention: a }", 1),
            ("{ fault: absent, literals: [''], mention: a }", 1),
            ("{ fault: number-absent, literals: [a], mention: a }", 1),
            (
                "{ fault: number-absent, literals: [a], mention: '(?P<numbers>a)' }",
                0,
            ),
            ("{ fault: skipped, literals: [a], mention: a, line: a }", 1),
        ];
        for (yaml, expected) in cases {
            assert_eq!(mistakes(yaml), expected, "{yaml}");
        }
    }
}
