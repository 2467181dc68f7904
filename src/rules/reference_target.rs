//! Parts of the document itself that its text names.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::component::Condition;
use super::error::both;
use super::lazy::LazyRegex;
use super::named_act::{Named, named};
use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::syntax::reference::{Link, Reference, Unit};
use crate::syntax::{MarkerStyle, Section};
use crate::text::{Span, last_bytes, roman_value};

/// Finds references to a part of the document itself that is not there.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReferenceTarget {
    /// What follows a reference to the document itself: `của Quyết định này`; the group `kind` holds
    /// the word for its kind.
    own: LazyRegex,
    /// What stands before a reference to the document itself on its line, where nothing need
    /// follow it.
    #[serde(default)]
    led_by: Option<LazyRegex>,
    /// What follows a reference to the article that it stands in: `Điều này`.
    #[serde(default)]
    own_article: Option<LazyRegex>,
    /// What makes a reference one to the document itself that does not say whose part it names.
    #[serde(default)]
    bare: Option<Bare>,
    /// The levels of references that are understood, and how their sections may be numbered.
    levels: Vec<Level>,
    /// The levels that must be there.
    judge: Vec<Unit>,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
    /// Conditions on the document that must all hold.
    #[serde(default)]
    when: Vec<Condition>,
}

/// References that name no document: those to an article, on lines that cite no other act before.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Bare {
    /// What stands before the reference.
    led_by: LazyRegex,
    /// What follows it.
    followed_by: LazyRegex,
    /// What no such line holds: words for other documents.
    unless: LazyRegex,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Level {
    unit: Unit,
    styles: Vec<MarkerStyle>,
}

/// What is known of a part that a reference names.
enum Found<'s> {
    /// The sections that it may mean.
    There(Vec<&'s Section>),
    /// None; the marker of the last part of that level.
    Absent(Span),
    /// The parts of that level are not numbered, or not all to be seen.
    Unknown,
}

/// Where a part is looked for.
enum Start<'s> {
    /// It is none of this document.
    Nowhere,
    /// It is in another file.
    Unseen,
    /// In the whole document.
    Anywhere,
    /// In the article in which the reference stands.
    Article(&'s Section),
}

/// More sections than this below one another, or of one number, are no outline that is understood.
const MANY: usize = 200;

/// The sections of a document and of what is attached to it, as references name them.
struct Index<'s> {
    /// Those of each level by their number, whatever they stand below.
    levels: Vec<(Unit, BTreeMap<u32, Vec<&'s Section>>)>,
    /// The articles in order.
    articles: Vec<&'s Section>,
}

impl<'s> Index<'s> {
    fn new(cx: &Context<'s>, levels: &[Level]) -> Self {
        let report = cx.report;
        let attached = report.attachments.iter().flat_map(|a| &a.sections);
        let mut open: Vec<&Section> = report.sections.iter().chain(attached).collect();
        let mut index = Self {
            levels: levels.iter().map(|l| (l.unit, BTreeMap::new())).collect(),
            articles: Vec::new(),
        };
        while let Some(section) = open.pop() {
            open.extend(&section.children);
            if section.style == MarkerStyle::Dieu {
                index.articles.push(section);
            }
            let fitting = levels.iter().zip(&mut index.levels);
            for (_, (_, sections)) in fitting.filter(|(l, _)| l.styles.contains(&section.style)) {
                if let Some(ordinal) = section.ordinal {
                    sections.entry(ordinal).or_default().push(section);
                }
            }
        }
        index.articles.sort_by_key(|article| article.span.start);
        index
    }

    /// A part by its number alone.
    fn find(&self, unit: Unit, name: &str) -> Found<'s> {
        let sections = self.levels.iter().find(|(level, _)| *level == unit);
        let (Some((_, sections)), Some(number)) = (sections, number(name)) else {
            return Found::Unknown;
        };
        match sections.get(&number) {
            Some(there) if there.len() > MANY => Found::Unknown,
            Some(there) => Found::There(as_written(there, name)),
            None => match sections.last_key_value() {
                Some((_, last)) if is_whole(sections.keys().copied()) => {
                    Found::Absent(last[0].marker)
                }
                _ => Found::Unknown,
            },
        }
    }

    /// The article in which a place stands.
    fn article(&self, span: Span) -> Option<&'s Section> {
        let after = self
            .articles
            .partition_point(|a| a.span.start <= span.start);
        let article = self.articles.get(after.checked_sub(1)?)?;
        article.span.contains(span).then_some(article)
    }
}

impl ReferenceTarget {
    /// A part by its number, directly below one of some sections.
    fn find_below<'s>(
        &self,
        cx: &Context<'_>,
        link: &Link,
        name: &str,
        within: &[&'s Section],
    ) -> Found<'s> {
        let Some(level) = self.levels.iter().find(|level| level.unit == link.unit) else {
            return Found::Unknown;
        };
        let (mut there, mut last, mut known) = (Vec::new(), None, true);
        for section in within {
            if section.children.len() > MANY {
                return Found::Unknown;
            }
            let fits = |child: &&Section| level.styles.contains(&child.style);
            let children: Vec<&Section> = section.children.iter().filter(fits).collect();
            there.extend(children.iter().filter(|child| is_named(cx, child, name)));
            known &= is_whole(children.iter().filter_map(|child| child.ordinal));
            last = children.last().map(|child| child.marker).or(last);
        }
        match last {
            _ if !there.is_empty() => Found::There(there),
            Some(last) if known => Found::Absent(last),
            _ => Found::Unknown,
        }
    }

    /// Goes down a chain from its largest part, below `within` if that is given: the first judged
    /// part that is not there, and the marker of the last that is.
    fn absent<'c, 's>(
        &self,
        cx: &Context<'_>,
        index: &Index<'s>,
        chain: &'c Reference,
        mut within: Option<Vec<&'s Section>>,
    ) -> Option<(&'c Link, Span)> {
        let mut links: Vec<&Link> = chain.links.iter().collect();
        links.sort_by_key(|link| link.unit);
        // `khoản 1 và khoản 2 Điều 5`: links of one level stand beside each other.
        for level in links.chunk_by(|a, b| a.unit == b.unit) {
            let mut below = Vec::new();
            for link in level {
                for name in names(cx.of(link.number)) {
                    let found = match &within {
                        Some(within) => self.find_below(cx, link, name, within),
                        None => index.find(link.unit, name),
                    };
                    match found {
                        Found::There(sections) => below.extend(sections),
                        Found::Absent(last) if self.judge.contains(&link.unit) => {
                            return Some((link, last));
                        }
                        Found::Absent(_) | Found::Unknown => return None,
                    }
                }
            }
            if below.is_empty() || below.len() > MANY {
                return None;
            }
            within = Some(below);
        }
        None
    }

    /// Where a part is looked for that a reference names.
    fn start<'s>(&self, cx: &Context<'_>, index: &Index<'s>, reference: &Reference) -> Start<'s> {
        /// Characters after a reference that say whose part it is.
        const AFTER: usize = 120;
        let line = cx.logical.line_at(reference.span.start);
        let after = &cx.text()[reference.span.end as usize..line.end as usize];
        let end = after
            .char_indices()
            .nth(AFTER)
            .map_or(after.len(), |(end, _)| end);
        let after = &after[..end];
        let before = &cx.text()[line.start as usize..reference.span.start as usize];
        let is_led = |regex: &LazyRegex| before.len() <= AFTER && regex.is_match(before);
        if self.led_by.as_ref().is_some_and(is_led) {
            return Start::Anywhere;
        }
        if let Some(own) = self.own.captures(after) {
            let kind = own
                .get_group_by_name("kind")
                .map(|kind| &after[kind.range()]);
            return match named(cx, kind, reference.span) {
                Named::Own => Start::Anywhere,
                Named::Other => Start::Nowhere,
                Named::Unseen => Start::Unseen,
            };
        }
        match &self.own_article {
            Some(own) if own.is_match(after) => index
                .article(reference.span)
                .map_or(Start::Nowhere, Start::Article),
            _ if self.is_bare(cx, reference, before, after) => Start::Anywhere,
            _ => Start::Nowhere,
        }
    }

    /// Whether a reference that does not say whose part it names is one to the document itself:
    /// of `before` the end is looked at, of `after` the beginning.
    fn is_bare(&self, cx: &Context<'_>, chain: &Reference, before: &str, after: &str) -> bool {
        /// Bytes of the line that are looked at on either side.
        const AROUND: usize = 600;
        let Some(bare) = &self.bare else {
            return false;
        };
        if !chain.links.iter().any(|link| link.unit == Unit::Dieu) {
            return false;
        }
        let before = last_bytes(before, AROUND);
        bare.followed_by.is_match(after)
            && bare.led_by.is_match(before)
            && !bare.unless.is_match(before)
            && !bare.unless.is_match(after)
            && named(cx, None, chain.span) == Named::Own
    }
}

/// Those that a number in letters may mean: one that is written in digits only where there is no
/// other.
fn as_written<'s>(sections: &[&'s Section], name: &str) -> Vec<&'s Section> {
    let in_digits = |section: &&Section| {
        let style = section.style;
        matches!(style, MarkerStyle::Arabic | MarkerStyle::Decimal)
    };
    let named_in_digits = name.bytes().all(|byte| byte.is_ascii_digit());
    if named_in_digits || sections.iter().all(in_digits) {
        return sections.to_vec();
    }
    let others = sections.iter().copied();
    others.filter(|section| !in_digits(section)).collect()
}

/// The numbers of `2, 4 và 5`.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| number(word).is_some() || word.chars().count() == 1)
}

fn number(name: &str) -> Option<u32> {
    name.parse().ok().or_else(|| roman_value(name))
}

/// Whether a section has that number, or that letter.
fn is_named(cx: &Context<'_>, section: &Section, name: &str) -> bool {
    if section.style == MarkerStyle::Letter {
        let marker = cx.of(section.marker).to_lowercase();
        return marker.starts_with(&name.to_lowercase());
    }
    section.ordinal.is_some() && section.ordinal == number(name)
}

/// Whether the numbers are all that there are: from one on without a gap, two at least.
fn is_whole(ordinals: impl Iterator<Item = u32>) -> bool {
    let ordinals: BTreeSet<u32> = ordinals.collect();
    ordinals.len() > 1
        && ordinals
            .iter()
            .zip(1..)
            .all(|(&is, expected)| is == expected)
}

impl Check for ReferenceTarget {
    fn mistakes(&self) -> Vec<Bilingual> {
        let mut mistakes: Vec<_> = std::iter::once(&self.own)
            .chain(&self.own_article)
            .chain(&self.led_by)
            .chain(
                self.bare
                    .iter()
                    .flat_map(|bare| [&bare.led_by, &bare.followed_by, &bare.unless]),
            )
            .filter_map(LazyRegex::mistake)
            .chain(self.when.iter().filter_map(Condition::mistake))
            .collect();
        let is_level = |unit: &Unit| self.levels.iter().any(|level| level.unit == *unit);
        if !self.judge.iter().all(is_level) {
            mistakes.push(both(
                "`judge` có cấp không có trong `levels`",
                "`judge` has a level that `levels` has not",
            ));
        }
        for (key, is_empty) in [
            ("levels", self.levels.is_empty()),
            ("judge", self.judge.is_empty()),
        ] {
            if is_empty {
                mistakes.push(both(
                    format!("`{key}` không được bỏ trống"),
                    format!("`{key}` must not be empty"),
                ));
            }
        }
        mistakes
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["part", "last"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        // Without a signature the end may be missing.
        let is_whole = cx.report.signature.is_some();
        if !is_whole || !self.when.iter().all(|condition| condition.holds(cx)) {
            return;
        }
        let skipped = Skipped::new(cx, &self.skip);
        let index = Index::new(cx, &self.levels);
        for reference in &cx.report.references {
            if skipped.has(reference.span) {
                continue;
            }
            let within = match self.start(cx, &index, reference) {
                Start::Nowhere => continue,
                Start::Unseen => {
                    sink.not_evaluated();
                    continue;
                }
                Start::Anywhere => None,
                Start::Article(article) => Some(vec![article]),
            };
            if let Some((link, last)) = self.absent(cx, &index, reference, within) {
                let last = cx.of(last).trim_end_matches(['.', ')', ':', '/', '-', ' ']);
                sink.at(reference.span)
                    .with("part", cx.of(link.word.join(link.number)))
                    .with("last", last)
                    .report();
            }
        }
    }
}
