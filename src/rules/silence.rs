//! Which findings the comments of a document silence, and which comments silence none.

use std::collections::{BTreeMap, HashSet};

use super::suppression::SuppressionFault;
use super::{RuleSet, file::group_of};
use crate::diagnostic::{Findings, Packed, Silence};
use crate::document::{Document, Format, Scope};
use crate::layout::Logical;
use crate::text::Span;

/// What the comments of a document ask for.
pub(super) struct Silences<'a> {
    asked: Vec<Asked<'a>>,
    /// By name: what begins where, sorted.
    by_name: BTreeMap<&'a str, Vec<Reach>>,
    /// What is wrong with comments, whatever they silence: the comment or a part of it.
    faults: Vec<(SuppressionFault, Span)>,
}

/// One name in one comment.
struct Asked<'a> {
    name: &'a str,
    at: Span,
    span: Span,
    /// The index of the comment.
    comment: usize,
    /// Whether it also holds for findings on the whole document.
    whole: bool,
    used: bool,
    /// Whether it begins a block that nothing ends: how far it was to reach cannot be told, nor
    /// whether it is used.
    unclosed: bool,
}

/// An [`Asked`] and how far it and those that begin before it reach at most.
struct Reach {
    start: u32,
    end: u32,
    furthest: usize,
}

impl<'a> Silences<'a> {
    /// Those of a document; `None` where it has no such comment.
    pub(super) fn new(document: &'a Document, logical: &Logical) -> Option<Self> {
        if document.suppressions.is_empty() {
            return None;
        }
        let mut silences = Self {
            asked: Vec::new(),
            by_name: BTreeMap::new(),
            faults: Vec::new(),
        };
        silences.read(document, logical);
        silences.index();
        Some(silences)
    }

    fn read(&mut self, document: &'a Document, logical: &Logical) {
        let source = document.source();
        let end = Span::new(source.len(), source.len()).end;
        let mut paragraphs = None;
        // Blocks that are open: the word that opened each, and where its names stand in `asked`.
        let mut begun: Vec<(Span, std::ops::Range<usize>)> = Vec::new();
        for (index, comment) in document.suppressions.iter().enumerate() {
            let Some(scope) = comment.scope else {
                let at = match comment.word.is_empty() {
                    true => comment.span,
                    false => comment.word,
                };
                self.faults.push((SuppressionFault::Malformed, at));
                continue;
            };
            if scope == Scope::End {
                match begun.pop() {
                    Some((_, names)) => {
                        for asked in &mut self.asked[names] {
                            asked.span.end = comment.span.start;
                        }
                    }
                    None => self.faults.push((SuppressionFault::Unopened, comment.word)),
                }
                continue;
            }
            if comment.names.is_empty() {
                self.faults
                    .push((SuppressionFault::Malformed, comment.word));
            }
            let span = match scope {
                Scope::File => Span { start: 0, end },
                Scope::Begin | Scope::End => Span {
                    start: comment.span.end,
                    end,
                },
                Scope::Next => paragraphs
                    .get_or_insert_with(|| Paragraphs::new(document, logical))
                    .of(comment.span, comment.after_text),
            };
            let first = self.asked.len();
            self.asked.extend(comment.names.iter().map(|&at| Asked {
                name: at.of(source),
                at,
                span,
                comment: index,
                whole: scope == Scope::File,
                used: false,
                unclosed: false,
            }));
            if scope == Scope::Begin {
                begun.push((comment.word, first..self.asked.len()));
            }
        }
        // What names nothing is told as such.
        for (word, names) in begun.into_iter().filter(|(_, names)| !names.is_empty()) {
            self.faults.push((SuppressionFault::Unclosed, word));
            for asked in &mut self.asked[names] {
                asked.unclosed = true;
            }
        }
    }

    fn index(&mut self) {
        for (index, asked) in self.asked.iter().enumerate() {
            self.by_name.entry(asked.name).or_default().push(Reach {
                start: asked.span.start,
                end: asked.span.end,
                furthest: index,
            });
        }
        for reaches in self.by_name.values_mut() {
            reaches.sort_by_key(|reach| reach.start);
            for index in 1..reaches.len() {
                let (end, furthest) = (reaches[index - 1].end, reaches[index - 1].furthest);
                if end > reaches[index].end {
                    reaches[index].end = end;
                    reaches[index].furthest = furthest;
                }
            }
        }
    }

    /// Silences the findings that the comments name.
    pub(super) fn apply(&mut self, findings: &mut Findings) {
        let (asked, by_name) = (&mut self.asked, &self.by_name);
        findings.silence(|finding| {
            let rule = finding.rule();
            let names = [rule.id.as_str(), rule.group.as_str()];
            let index = names
                .into_iter()
                .find_map(|name| covering(by_name.get(name)?, asked, finding))?;
            asked[index].used = true;
            let comment = u16::try_from(asked[index].comment).ok();
            Some(Silence::Suppressed { comment })
        });
    }

    /// What is wrong with the comments, after they were applied to what all rules found but those
    /// that judge comments.
    pub(super) fn faults(
        &self,
        rules: &RuleSet,
        not_evaluated: &[String],
    ) -> Vec<(SuppressionFault, Span)> {
        let mut faults = self.faults.clone();
        let mut known = Known::new(rules, not_evaluated);
        known.unjudged.extend(judges(rules));
        for asked in self.asked.iter().filter(|asked| !asked.used) {
            if !known.names.contains(asked.name) {
                faults.push((SuppressionFault::UnknownRule, asked.at));
            } else if !asked.unclosed && !known.unjudged.contains(asked.name) {
                faults.push((SuppressionFault::Unused, asked.at));
            }
        }
        faults.sort_by_key(|(_, span)| *span);
        faults
    }
}

impl Silences<'_> {
    /// Names of rules that judge comments where these found nothing, after they were applied to
    /// that too.
    pub(super) fn late_faults(
        &self,
        rules: &RuleSet,
        not_evaluated: &[String],
    ) -> Vec<(SuppressionFault, Span)> {
        let known = Known::new(rules, not_evaluated);
        let judges: HashSet<&str> = judges(rules).collect();
        let unused = self.asked.iter().filter(|asked| {
            let is_open = !asked.used && !asked.unclosed;
            is_open && judges.contains(asked.name) && !known.unjudged.contains(asked.name)
        });
        unused
            .map(|asked| (SuppressionFault::Unused, asked.at))
            .collect()
    }
}

/// The rules that judge comments.
fn judges(rules: &RuleSet) -> impl Iterator<Item = &str> {
    let judges = rules.rules().iter();
    let judges = judges.filter(|rule| rule.check().judges_others());
    judges.map(|rule| rule.id.as_str())
}

/// Which of those of one name covers a finding.
fn covering(reaches: &[Reach], asked: &[Asked<'_>], finding: Packed<'_>) -> Option<usize> {
    let Some(span) = finding.span() else {
        let mut all = reaches.iter().map(|reach| reach.furthest);
        return all.find(|&index| asked[index].whole);
    };
    let before = reaches.partition_point(|reach| reach.start <= span.start);
    let reach = &reaches[before.checked_sub(1)?];
    let covers = span.start < reach.end || (span.is_empty() && span.start == reach.end);
    covers.then_some(reach.furthest)
}

/// The names that a comment may use.
struct Known<'a> {
    names: HashSet<&'a str>,
    /// Those that may silence something in another run, or in the document as it should be: not
    /// every rule of theirs was judged.
    unjudged: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    fn new(rules: &'a RuleSet, not_evaluated: &'a [String]) -> Self {
        let mut known = Self {
            names: HashSet::new(),
            unjudged: HashSet::new(),
        };
        for rule in rules.rules() {
            known.names.extend([rule.id.as_str(), rule.group()]);
        }
        for (id, preview) in rules.others() {
            known.names.extend([id.as_str(), group_of(id)]);
            known.unjudged.insert(id);
            if !preview {
                known.unjudged.insert(group_of(id));
            }
        }
        known
            .unjudged
            .extend(not_evaluated.iter().map(String::as_str));
        known
    }
}

/// The paragraphs of a document where they stand in the source.
struct Paragraphs<'a> {
    document: &'a Document,
    /// Sorted.
    spans: Vec<Span>,
}

impl<'a> Paragraphs<'a> {
    fn new(document: &'a Document, logical: &Logical) -> Self {
        let to_source = |span| document.to_source(logical.map.span(span));
        let mut spans: Vec<_> = logical
            .lines
            .iter()
            .map(|line| to_source(line.span))
            .collect();
        spans.sort_unstable();
        Self { document, spans }
    }

    /// The paragraph that a comment is for: the one that it stands in, or else the next. Lines of
    /// the page that belong to it only in part count as a whole.
    fn of(&self, comment: Span, after_text: bool) -> Span {
        let next = self
            .spans
            .partition_point(|span| span.start <= comment.start);
        let before = next.checked_sub(1).map(|index| self.spans[index]);
        let own = before.filter(|span| after_text || span.end > comment.start);
        let Some(span) = own.or_else(|| self.spans.get(next).copied()) else {
            return Span {
                start: comment.end,
                end: comment.end,
            };
        };
        let first = self.document.position(span.start).line;
        let (first, last) = match self.document.format {
            Format::Md => {
                let last = self.document.position(span.end).line;
                self.document.block(first, last, !after_text)
            }
            _ => (first, first),
        };
        let line = |number| self.document.line_span(number).unwrap_or(span);
        Span {
            start: span.start.min(line(first).start),
            end: span.end.max(line(last).end),
        }
    }
}
