//! Which corrections are applied in one round.

use std::collections::{BTreeMap, BTreeSet};

use super::Checked;
use crate::diagnostic::{Applicability, Edit, LookEdit, Property};
use crate::text::Span;

/// Corrections that can be applied together.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// Their edits, by place; no two of them touch each other.
    pub(super) edits: Vec<Edit>,
    /// Changes of looks; then there are no edits.
    pub(super) looks: Vec<LookEdit>,
    /// How many corrections they are.
    pub(super) fixes: usize,
    /// The ids of their rules, sorted.
    pub(super) rules: Vec<String>,
}

/// Which corrections are applied together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Of {
    /// Those of text.
    Text,
    /// Those of the looks of characters and paragraphs.
    Characters,
    /// Those of the looks of pages.
    Pages,
}

/// Chooses corrections of looks; what two of them say of the same characters, the first decides.
pub(super) fn choose_looks(
    checked: &Checked,
    least: Applicability,
    rule: Option<&str>,
    of: Of,
) -> Choice {
    let mut choice = Choice::default();
    let mut rules = BTreeSet::new();
    for packed in checked.outcome.diagnostics.packed() {
        let id = &packed.rule().id;
        let is_other = rule.is_some_and(|rule| rule != id);
        if !packed.fixes_look() || packed.applicability() < Some(least) || is_other {
            continue;
        }
        let mut looks = packed.unpack().fix.map_or(Vec::new(), |fix| fix.looks);
        looks.retain(|look| (look.property > Property::Align) == (of == Of::Pages));
        if looks.is_empty() {
            continue;
        }
        choice.looks.append(&mut looks);
        choice.fixes += 1;
        rules.insert(id.clone());
    }
    choice.rules = rules.into_iter().collect();
    choice
}

/// Chooses corrections in the order of the findings, each with all its edits or not at all. One that
/// touches another is left to the next round: what the first wrote may have settled it. With `rule`
/// only those of one rule; `holds` says whether an edit can be written.
pub(super) fn choose(
    checked: &Checked,
    least: Applicability,
    rule: Option<&str>,
    holds: &dyn Fn(&Edit) -> bool,
) -> Choice {
    let document = &checked.document;
    let mut choice = Choice::default();
    let mut taken = Taken::default();
    let mut rules = BTreeSet::new();
    for packed in checked.outcome.diagnostics.packed() {
        let id = &packed.rule().id;
        if packed.applicability() < Some(least) || rule.is_some_and(|rule| rule != id) {
            continue;
        }
        let Some(mut fix) = packed.unpack().fix else {
            continue;
        };
        fix.edits
            .retain(|edit| edit.span.of(document.source()) != edit.content);
        let is_free = |edit: &Edit| taken.is_free(edit.span) && holds(edit);
        if fix.edits.is_empty() || !fix.edits.iter().all(is_free) {
            continue;
        }
        for edit in &fix.edits {
            taken.take(edit.span);
        }
        choice.edits.append(&mut fix.edits);
        choice.fixes += 1;
        rules.insert(id.clone());
    }
    choice.edits.sort_by_key(|edit| edit.span);
    choice.rules = rules.into_iter().collect();
    choice
}

/// The places that are edited: the end of each by its start.
#[derive(Debug, Default)]
struct Taken(BTreeMap<u32, u32>);

impl Taken {
    /// Whether a span neither overlaps nor touches any of them.
    fn is_free(&self, span: Span) -> bool {
        let before = self.0.range(..=span.end).next_back();
        before.is_none_or(|(_, &end)| end < span.start)
    }

    fn take(&mut self, span: Span) {
        self.0.insert(span.start, span.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_that_touch_are_not_made_together() {
        let mut taken = Taken::default();
        taken.take(Span::new(10, 14));
        taken.take(Span::new(20, 20));
        for (start, end, free) in [
            (0, 9, true),
            (0, 10, false),
            (11, 12, false),
            (14, 14, false),
            (14, 18, false),
            (15, 19, true),
            (15, 20, false),
            (8, 30, false),
            (20, 20, false),
            (21, 22, true),
        ] {
            assert_eq!(taken.is_free(Span::new(start, end)), free, "{start}..{end}");
        }
    }
}
