//! How parts of an act are referred to: `điểm a khoản 2 Điều 5`.

use serde::Deserialize;

use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::syntax::reference::{Link, Reference, Unit};

/// Finds references to parts of an act with a wrong capital or in the wrong order.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReferenceForm {
    /// What is looked for.
    problem: Problem,
    /// The levels that are judged; all where left out.
    #[serde(default)]
    unit: Vec<Unit>,
    /// Only references of more links than one: a lone word may be another.
    #[serde(default)]
    chains_only: bool,
    /// Words, in small letters, before which the problem is none: `các điều 3, 4 và 5`.
    #[serde(default)]
    not_after: Vec<String>,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Problem {
    /// The word begins with a small letter.
    MissingCapital,
    /// The word begins with a capital in mid-sentence.
    SurplusCapital,
    /// The larger part comes before the smaller.
    Order,
}

impl ReferenceForm {
    fn is_judged(&self, link: &Link) -> bool {
        self.unit.is_empty() || self.unit.contains(&link.unit)
    }

    fn is_excused(&self, link: &Link, cx: &Context<'_>) -> bool {
        let line = cx.logical.line_at(link.word.start);
        let before = &cx.text()[line.start as usize..link.word.start as usize];
        let mut words = before
            .rsplit(|c: char| !c.is_alphanumeric())
            .skip_while(|word| word.is_empty());
        let last = words.next().map(str::to_lowercase);
        last.is_some_and(|last| self.not_after.contains(&last))
    }

    fn order(&self, reference: &Reference, cx: &Context<'_>, sink: &mut Sink<'_>) {
        let falls = reference.links.len() > 1
            && reference.links.iter().all(|link| self.is_judged(link))
            && reference.links.is_sorted_by(|a, b| a.unit < b.unit);
        if !falls {
            return;
        }
        let parts: Vec<_> = reference
            .links
            .iter()
            .rev()
            .map(|link| cx.of(link.word.join(link.number)))
            .collect();
        sink.at(reference.span)
            .with("write", parts.join(" "))
            .report();
    }
}

impl Check for ReferenceForm {
    fn placeholders(&self) -> &'static [&'static str] {
        &["write"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let skipped = Skipped::new(cx, &self.skip);
        for reference in &cx.report.references {
            if (self.chains_only && reference.links.len() < 2) || skipped.has(reference.span) {
                continue;
            }
            if self.problem == Problem::Order {
                self.order(reference, cx, sink);
                continue;
            }
            let judged = reference.links.iter().filter(|link| self.is_judged(link));
            for link in judged.filter(|link| !self.is_excused(link, cx)) {
                let word = cx.of(link.word);
                let mut rest = word.chars();
                let Some(first) = rest.next() else {
                    continue;
                };
                let write: String = match self.problem {
                    Problem::MissingCapital if first.is_lowercase() => {
                        first.to_uppercase().chain(rest).collect()
                    }
                    Problem::SurplusCapital if first.is_uppercase() && !link.sentence_start => {
                        word.to_lowercase()
                    }
                    _ => continue,
                };
                let span = link.word.join(link.number);
                let number = cx.of(link.number);
                sink.at(span)
                    .replace(link.word, write.clone())
                    .with("write", format!("{write} {number}"))
                    .report();
            }
        }
    }
}
