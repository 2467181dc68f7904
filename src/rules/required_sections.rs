//! Whether the document has the sections of its structure profile.

use rapidfuzz::distance::levenshtein;
use serde::Deserialize;

use super::{Check, Context, Hit, ProfileSection, Sink};
use crate::syntax::Section;
use crate::text::{Span, fold_ocr};

/// Compares the sections of the document with those of the profile in use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredSections {
    fault: Fault,
}

/// What is wrong with a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// A required section is not there.
    Missing,
    /// It stands before a section that it should follow.
    Order,
    /// Its marker is another.
    Marker,
    /// Its title is only similar.
    Title,
}

/// Titles as alike as this are the same title.
const SAME: f64 = 0.78;
/// Titles as alike as this are probably the same title.
const SIMILAR: f64 = 0.70;
/// A merely similar title must be this much better than the next.
const LEAD: f64 = 0.08;
/// Titles with fewer letters may differ in one letter only.
const SHORT: usize = 8;
/// A title is compared up to this length, in bytes.
const LONGEST: usize = 400;
/// Sections beyond this many are no outline any more; keeps the cost linear.
const OUTLINE: usize = 400;

impl Check for RequiredSections {
    fn placeholders(&self) -> &'static [&'static str] {
        &["title", "marker", "parent", "before"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let Some(profile) = cx.profile else {
            return;
        };
        // A text without any section shows no outline to compare.
        if cx.report.sections.is_empty() {
            if profile.sections.iter().any(|section| section.required) {
                sink.not_evaluated();
            }
            return;
        }
        self.compare(cx, &profile.sections, &cx.report.sections, None, sink);
    }
}

impl RequiredSections {
    fn compare(
        &self,
        cx: &Context<'_>,
        wanted: &[ProfileSection],
        sections: &[Section],
        parent: Option<&Section>,
        sink: &mut Sink<'_>,
    ) {
        if wanted.is_empty() {
            return;
        }
        let candidates = candidates(cx, sections);
        let matches = assign(wanted, &candidates);
        for (i, section) in wanted.iter().enumerate() {
            match matches[i] {
                Some(found) => {
                    let candidate = &candidates[found.index];
                    self.judge(cx, section, candidate, found.score, sink);
                    self.order(cx, &candidates, &matches[..i], found.index, sink);
                    let below = &candidate.section.children;
                    let parent = Some(candidate.section);
                    self.compare(cx, &section.sections, below, parent, sink);
                }
                None if self.fault == Fault::Missing && section.required => {
                    let finding = match parent {
                        Some(parent) => sink
                            .at(parent.marker.join(parent.title))
                            .with("parent", cx.of(parent.marker)),
                        None => sink.whole(),
                    };
                    finding
                        .with("title", section.title.as_str())
                        .with("marker", section.marker.as_deref().unwrap_or_default())
                        .report();
                }
                None => {}
            }
        }
    }

    fn judge(
        &self,
        cx: &Context<'_>,
        wanted: &ProfileSection,
        found: &Candidate<'_>,
        score: f64,
        sink: &mut Sink<'_>,
    ) {
        let marker = found.section.marker;
        match self.fault {
            Fault::Marker => {
                let right = wanted.marker.as_deref().unwrap_or(cx.of(marker));
                let bare =
                    |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
                if bare(right) != bare(cx.of(marker)) {
                    sink.at(marker)
                        .with("title", wanted.title.as_str())
                        .with("marker", right)
                        .report();
                }
            }
            Fault::Title if score < SAME => {
                sink.at(found.section.title)
                    .with("title", wanted.title.as_str())
                    .report();
            }
            _ => {}
        }
    }

    fn order(
        &self,
        cx: &Context<'_>,
        candidates: &[Candidate<'_>],
        before: &[Option<Match>],
        index: usize,
        sink: &mut Sink<'_>,
    ) {
        let last = before.iter().flatten().map(|found| found.index).max();
        let Some(last) = last.filter(|&last| self.fault == Fault::Order && last > index) else {
            return;
        };
        let (section, after) = (candidates[index].section, candidates[last].section);
        sink.at(section.marker.join(section.title))
            .with("title", cx.of(section.title))
            .with("before", cx.of(after.title))
            .related(after.marker.join(after.title))
            .report();
    }
}

/// A section of the document with its title made ready for comparison.
struct Candidate<'a> {
    section: &'a Section,
    title: Vec<char>,
}

/// The sections of this level and the level below it, in order: authors nest an outline one level
/// deeper than it was given to them.
fn candidates<'a>(cx: &Context<'_>, sections: &'a [Section]) -> Vec<Candidate<'a>> {
    sections
        .iter()
        .flat_map(|section| std::iter::once(section).chain(&section.children))
        .take(OUTLINE)
        .map(|section| Candidate {
            section,
            title: letters(cx.of(first_line(cx, section.title))),
        })
        .collect()
}

/// The part of a title that is compared: its first line, not beyond the longest title.
fn first_line(cx: &Context<'_>, title: Span) -> Span {
    let text = cx.of(title);
    let end = text.find('\n').unwrap_or(text.len()).min(LONGEST);
    let whole = (0..=end).rev().find(|&at| text.is_char_boundary(at));
    title.slice(0..whole.unwrap_or(0))
}

/// The letters that count when titles are compared.
fn letters(title: &str) -> Vec<char> {
    let mut folded = String::new();
    for word in fold_ocr(title).split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            if !folded.is_empty() {
                folded.push(' ');
            }
            folded.push_str(word);
        }
    }
    folded.chars().collect()
}

#[derive(Clone, Copy)]
struct Match {
    index: usize,
    score: f64,
}

/// For each wanted section the section of the document that answers to it. Each is used once, in
/// the order of the profile.
fn assign(wanted: &[ProfileSection], candidates: &[Candidate<'_>]) -> Vec<Option<Match>> {
    let mut taken = vec![false; candidates.len()];
    wanted
        .iter()
        .map(|section| {
            let titles: Vec<Vec<char>> = std::iter::once(&section.title)
                .chain(&section.aliases)
                .map(|title| letters(title))
                .collect();
            let found = best(&titles, candidates, &taken)?;
            taken[found.index] = true;
            Some(found)
        })
        .collect()
}

fn best(titles: &[Vec<char>], candidates: &[Candidate<'_>], taken: &[bool]) -> Option<Match> {
    let mut best = Match {
        index: 0,
        score: 0.0,
    };
    let mut second = 0.0_f64;
    for (index, candidate) in candidates.iter().enumerate() {
        if taken[index] {
            continue;
        }
        let score = titles
            .iter()
            .map(|title| alike(title, &candidate.title))
            .fold(0.0, f64::max);
        if score > best.score {
            second = best.score;
            best = Match { index, score };
        } else {
            second = second.max(score);
        }
    }
    let clear = best.score >= SIMILAR && best.score - second >= LEAD;
    (best.score >= SAME || clear).then_some(best)
}

/// How alike a wanted title and a title of the document are. What the document says beyond the
/// length of the wanted title does not count.
fn alike(wanted: &[char], title: &[char]) -> f64 {
    if wanted.len() < SHORT {
        let distance = levenshtein::distance(wanted.iter().copied(), title.iter().copied());
        return if distance <= 1 { 1.0 } else { 0.0 };
    }
    let similarity = |title: &[char]| {
        levenshtein::normalized_similarity(wanted.iter().copied(), title.iter().copied())
    };
    let mut end = wanted.len().min(title.len());
    while title.get(end).is_some_and(|&c| c != ' ') {
        end += 1;
    }
    similarity(&title[..end])
}
