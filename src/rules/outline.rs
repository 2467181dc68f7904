//! The outline of a document beside that of its profile.
//!
//! What the profile wants is looked for in this order: by title among the sections of the same
//! level; by marker among those of them that no title claimed; by title anywhere. Only what is not
//! found at all is missing.

use serde::Deserialize;

use super::title::{SAME, SIMILAR, Title};
use super::{Context, Profile, ProfileSection};
use crate::document::Quality;
use crate::syntax::{Report, Section};
use crate::text::Span;

/// What is wrong with a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Fault {
    /// A required section is not there.
    Missing,
    /// It stands before a section that it should follow.
    Order,
    /// Its marker is another.
    Marker,
    /// Its title is only similar, or only its marker is that of the profile.
    Title,
}

/// A difference between the outline of the document and that of its profile.
#[derive(Debug)]
pub(super) struct Difference {
    pub(super) fault: Fault,
    /// Where; `None` is the whole document.
    pub(super) at: Option<Span>,
    pub(super) related: Option<Span>,
    /// What the message may name.
    pub(super) values: Vec<(&'static str, String)>,
}

/// So many titles one level deeper say more than markers do.
const SHARED: usize = 2;
/// A merely similar title must be this much better than the next.
const LEAD: f64 = 0.08;
/// Of two titles equally alike the one with the right marker is meant.
const RIGHT_MARKER: f64 = 0.05;
/// Then the one that says least beside.
const RIGHT_LENGTH: f64 = 0.02;
/// A title of so many letters is meant where a longer one begins with it; a shorter one may be
/// the beginning of anything.
const TELLING: usize = 30;
/// Sections beyond this many are no outline any more; keeps the cost linear.
const OUTLINE: usize = 1000;

/// All differences, those of a section before those of the sections below it.
pub(super) fn differences(cx: &Context<'_>, profile: &Profile) -> Vec<Difference> {
    let mut outline = Outline::read(&cx.report.sections, cx.text(), profile);
    let mut groups = outline.compare(&profile.sections);
    if cx.quality == Quality::Clean {
        // The main sections are few, so that one in the place of another may well be it.
        let below = groups.iter_mut().filter(|group| group.parent.is_some());
        outline.part_strangers(below);
    }
    let mut out = Vec::new();
    for group in groups.iter().filter(|group| group.sure) {
        outline.missing(group, &mut out);
        outline.order_and_markers(group, &mut out);
        outline.titles(group, &mut out);
    }
    out
}

/// Whether there are so many sections that the deepest are not compared.
pub(super) fn is_cut_off(sections: &[Section]) -> bool {
    let mut seen: Vec<&Section> = sections.iter().take(OUTLINE + 1).collect();
    let mut next = 0;
    while next < seen.len() && seen.len() <= OUTLINE {
        seen.extend(seen[next].children.iter().take(OUTLINE + 1));
        next += 1;
    }
    seen.len() > OUTLINE
}

/// How a section of a profile was found in a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Under its title.
    Found,
    /// Under a similar title, or under its marker alone.
    Similar,
    /// Somewhere else in the document, or together with another section.
    Elsewhere,
    /// Not at all.
    Missing,
}

/// A section of a profile beside what answers to it in a document.
#[derive(Debug)]
pub struct Beside<'a> {
    /// The section of the profile.
    pub wanted: &'a ProfileSection,
    /// Its depth in the profile, from 1.
    pub level: u8,
    /// How it was found.
    pub standing: Standing,
    /// What answers to it, where one section does.
    pub found: Option<&'a Section>,
}

/// A profile beside the outline of a document.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// The sections of the profile, each before those below it.
    pub wanted: Vec<Beside<'a>>,
    /// Headings of the document side by side with sections of the profile that answer to none.
    pub extra: Vec<&'a Section>,
}

/// Puts a profile beside the outline of a document (`text` is its logical text). Where letters
/// were not lost, a heading with no word of a title is not the section, whatever its number.
#[must_use]
pub fn compare<'a>(
    report: &'a Report,
    text: &'a str,
    quality: Quality,
    profile: &'a Profile,
) -> Comparison<'a> {
    let mut outline = Outline::read(&report.sections, text, profile);
    let mut groups = outline.compare(&profile.sections);
    if quality == Quality::Clean {
        outline.part_strangers(groups.iter_mut());
    }
    let mut wanted = Vec::new();
    outline.beside(&groups, &groups[0], 1, &mut wanted);
    if !outline.whole {
        // It may be among the sections that were not compared.
        wanted.retain(|beside| beside.standing != Standing::Missing);
    }
    let parents = groups.iter().filter(|group| group.sure);
    let levels = parents.map(|group| match group.parent {
        Some(parent) => outline.nodes[parent].children.as_slice(),
        None => outline.top.as_slice(),
    });
    let mut extra: Vec<_> = levels.flatten().copied().collect();
    extra.retain(|&node| !outline.nodes[node].taken && outline.nodes[node].section.heading);
    extra.sort_unstable();
    extra.dedup();
    let mut extra: Vec<_> = extra
        .iter()
        .map(|&node| outline.nodes[node].section)
        .collect();
    extra.sort_by_key(|section| section.span);
    Comparison { wanted, extra }
}

/// A section of the document with its title made ready for comparison.
struct Node<'a> {
    section: &'a Section,
    title: Title,
    children: Vec<usize>,
    /// The title of a wanted section led here.
    titled: bool,
    /// Its marker or its title did.
    taken: bool,
}

/// The sections of a document, level by level, so that those cut off are the deepest.
struct Outline<'a> {
    /// The logical text.
    text: &'a str,
    profile: &'a Profile,
    nodes: Vec<Node<'a>>,
    top: Vec<usize>,
    /// Whether all sections are there.
    whole: bool,
}

/// How a wanted section was found.
#[derive(Clone, Copy)]
struct Found {
    node: usize,
    /// How alike the titles are; 0 where only the marker is right.
    score: f64,
}

/// Wanted sections side by side, with what answers to each in the document.
struct Group<'a> {
    wanted: &'a [ProfileSection],
    found: Vec<Option<Found>>,
    parent: Option<usize>,
    /// Whether the sections stand where the profile has them, so that differences mean something.
    sure: bool,
    /// Whether they were found one level deeper than their parent lets expect: authors put an
    /// outline that was given to them into one of their own.
    lowered: bool,
}

impl<'a> Outline<'a> {
    fn read(sections: &'a [Section], text: &'a str, profile: &'a Profile) -> Self {
        let mut outline = Self {
            text,
            profile,
            nodes: Vec::new(),
            top: Vec::new(),
            whole: true,
        };
        outline.top = outline.add(sections);
        let mut next = 0;
        while next < outline.nodes.len() {
            outline.nodes[next].children = outline.add(&outline.nodes[next].section.children);
            next += 1;
        }
        outline
    }

    fn add(&mut self, sections: &'a [Section]) -> Vec<usize> {
        let first = self.nodes.len();
        let room = OUTLINE - first;
        self.whole &= sections.len() <= room;
        self.nodes
            .extend(sections.iter().take(room).map(|section| Node {
                section,
                title: Title::new(section.title.of(self.text)),
                children: Vec::new(),
                titled: false,
                taken: false,
            }));
        (first..self.nodes.len()).collect()
    }

    /// Finds the wanted sections, each below the one that answers to its parent.
    fn compare(&mut self, wanted: &'a [ProfileSection]) -> Vec<Group<'a>> {
        let mut groups = vec![self.group(wanted, &self.top.clone(), None, true)];
        let mut next = 0;
        while next < groups.len() {
            for i in 0..groups[next].found.len() {
                let below = &groups[next].wanted[i].sections;
                let Some(found) = groups[next].found[i].filter(|_| !below.is_empty()) else {
                    continue;
                };
                let Group { sure, lowered, .. } = groups[next];
                let children = self.nodes[found.node].children.clone();
                let mut group = self.group(below, &children, Some(found.node), sure && !lowered);
                // A parent whose title is another is the one meant only if what it holds is.
                group.sure &= found.score >= SAME || group.is_titled();
                groups.push(group);
            }
            next += 1;
        }
        groups
    }

    fn group(
        &mut self,
        wanted: &'a [ProfileSection],
        nodes: &[usize],
        parent: Option<usize>,
        sure: bool,
    ) -> Group<'a> {
        let mut group = Group {
            wanted,
            found: vec![None; wanted.len()],
            parent,
            sure,
            lowered: false,
        };
        self.by_title(&mut group, nodes);
        let below = nodes.iter().flat_map(|&node| &self.nodes[node].children);
        let below: Vec<_> = below.copied().collect();
        if group.is_empty() && self.shared(wanted, &below) >= SHARED {
            self.by_title(&mut group, &below);
            group.lowered = true;
            return group;
        }
        self.by_marker(&mut group, nodes);
        if group.is_empty() {
            self.by_title(&mut group, &below);
            group.lowered = true;
        }
        group
    }

    /// How many of the wanted sections some of these answer to by title.
    fn shared(&self, wanted: &[ProfileSection], nodes: &[usize]) -> usize {
        let is_there = |wanted: &&ProfileSection| {
            let mut nodes = nodes.iter();
            nodes.any(|&node| self.score(wanted, node) >= SAME)
        };
        wanted.iter().filter(is_there).count()
    }

    /// The best pairs first, so that a section goes to the title that fits it best.
    fn by_title(&mut self, group: &mut Group<'_>, nodes: &[usize]) {
        let mut pairs = Vec::new();
        for (i, wanted) in group.wanted.iter().enumerate() {
            for &node in nodes {
                let score = self.score(wanted, node);
                if score >= SIMILAR && !self.is_of_longer(wanted, group.wanted, node) {
                    let rank = score + self.fit(wanted, node);
                    pairs.push((i, Found { node, score }, rank));
                }
            }
        }
        pairs.sort_by(|a, b| b.2.total_cmp(&a.2));
        for &(i, found, _) in &pairs {
            if found.score >= SAME && group.found[i].is_none() && !self.nodes[found.node].taken {
                group.found[i] = Some(self.claim(found));
            }
        }
        for i in 0..group.wanted.len() {
            if group.found[i].is_some() {
                continue;
            }
            let mut free = pairs
                .iter()
                .filter(|(of, found, _)| *of == i && !self.nodes[found.node].taken)
                .map(|&(_, found, _)| found);
            if let Some(best) = free.next()
                && free.all(|next| best.score - next.score >= LEAD)
            {
                group.found[i] = Some(self.claim(best));
            }
        }
    }

    fn claim(&mut self, found: Found) -> Found {
        self.nodes[found.node].taken = true;
        self.nodes[found.node].titled = true;
        found
    }

    /// A section with the marker of a wanted one whose title no other wanted one claims.
    fn by_marker(&mut self, group: &mut Group<'_>, nodes: &[usize]) {
        for (i, wanted) in group.wanted.iter().enumerate() {
            if group.found[i].is_some() || !wanted.required {
                continue;
            }
            let free = |&&node: &&usize| !self.nodes[node].taken && self.carries(wanted, node);
            if let Some(&node) = nodes.iter().find(free) {
                self.nodes[node].taken = true;
                group.found[i] = Some(Found { node, score: 0.0 });
            }
        }
    }

    /// Lets go of what only the marker led to, where the titles have nothing in common; what
    /// stands below it keeps what its own titles say.
    fn part_strangers<'g>(&mut self, groups: impl Iterator<Item = &'g mut Group<'a>>)
    where
        'a: 'g,
    {
        for group in groups {
            for (wanted, found) in group.wanted.iter().zip(&mut group.found) {
                let Some(Found { node, score }) = *found else {
                    continue;
                };
                let title = &self.nodes[node].title;
                let mut titles = wanted.titles().iter();
                if score == 0.0 && !titles.any(|wanted| wanted.shares_words(title)) {
                    self.nodes[node].taken = false;
                    *found = None;
                }
            }
        }
    }

    fn score(&self, wanted: &ProfileSection, node: usize) -> f64 {
        let Node { section, title, .. } = &self.nodes[node];
        wanted
            .titles()
            .iter()
            .map(|wanted| wanted.alike(title, section.heading))
            .fold(0.0, f64::max)
    }

    /// What speaks for a section beside its score.
    fn fit(&self, wanted: &ProfileSection, node: usize) -> f64 {
        let title = &self.nodes[node].title;
        let ratio = wanted.titles().iter().map(|wanted| wanted.ratio(title));
        let marker = if self.carries(wanted, node) {
            RIGHT_MARKER
        } else {
            0.0
        };
        marker + RIGHT_LENGTH * ratio.fold(0.0, f64::max)
    }

    /// Whether a section carries the marker of a wanted one; `2.1.` is `1.` below `2.`
    fn carries(&self, wanted: &ProfileSection, node: usize) -> bool {
        let marker = self.nodes[node].section.marker.of(self.text);
        wanted
            .marker
            .as_deref()
            .is_some_and(|wanted| last_part(wanted) == last_part(marker))
    }

    /// Whether a wanted section stands somewhere else under its title. A section that answers to
    /// another wanted one, or that a longer title of the profile fits, is not that; nor one that
    /// merely begins with a few common words.
    fn is_elsewhere(&self, wanted: &ProfileSection) -> bool {
        (0..self.nodes.len()).any(|node| {
            !self.nodes[node].titled
                && self.score(wanted, node) >= SAME
                && self.is_telling(wanted, node)
                && !self.is_of_longer(wanted, &[], node)
        })
    }

    /// Whether one heading names both a wanted section and one beside it: `Ưu điểm và hạn chế`.
    fn is_shared(&self, group: &Group<'_>, wanted: &ProfileSection) -> bool {
        group.wanted.iter().zip(&group.found).any(|(other, found)| {
            found.is_some_and(|Found { node, score }| {
                let letters = self.fitting(wanted, node) + self.fitting(other, node);
                score >= SAME
                    && self.score(wanted, node) >= SAME
                    && self.nodes[node].title.len() >= letters
            })
        })
    }

    /// The length of that title of a wanted section that fits a section best.
    fn fitting(&self, wanted: &ProfileSection, node: usize) -> usize {
        let Node { section, title, .. } = &self.nodes[node];
        let fit = |wanted: &Title| {
            wanted.alike(title, section.heading) + RIGHT_LENGTH * wanted.ratio(title)
        };
        let best = wanted
            .titles()
            .iter()
            .max_by(|a, b| fit(a).total_cmp(&fit(b)));
        best.map_or(0, Title::len)
    }

    fn is_telling(&self, wanted: &ProfileSection, node: usize) -> bool {
        let title = &self.nodes[node].title;
        wanted
            .titles()
            .iter()
            .any(|wanted| wanted.len() >= TELLING || wanted.ratio(title) >= 0.5)
    }

    /// Whether the profile has a title that fits a section and says much more than the wanted one;
    /// one of about the same length is only similar. Those `beside` the wanted one do not count.
    fn is_of_longer(
        &self,
        wanted: &ProfileSection,
        beside: &[ProfileSection],
        node: usize,
    ) -> bool {
        let length = self.fitting(wanted, node) * 3 / 2;
        self.any_longer(&self.profile.sections, beside, length, node)
    }

    fn any_longer(
        &self,
        all: &[ProfileSection],
        beside: &[ProfileSection],
        length: usize,
        node: usize,
    ) -> bool {
        let Node { section, title, .. } = &self.nodes[node];
        let fits =
            |wanted: &Title| wanted.len() > length && wanted.alike(title, section.heading) >= SAME;
        all.iter().any(|other| {
            !std::ptr::eq(all, beside) && other.titles().iter().any(fits)
                || self.any_longer(&other.sections, beside, length, node)
        })
    }

    /// The wanted sections of a group and of those below it.
    fn beside(
        &self,
        groups: &[Group<'a>],
        group: &Group<'a>,
        level: u8,
        out: &mut Vec<Beside<'a>>,
    ) {
        for (wanted, found) in group.wanted.iter().zip(&group.found) {
            let standing = match found {
                Some(found) if found.score >= SAME => Standing::Found,
                Some(_) => Standing::Similar,
                None if self.is_shared(group, wanted) || self.is_elsewhere(wanted) => {
                    Standing::Elsewhere
                }
                None => Standing::Missing,
            };
            out.push(Beside {
                wanted,
                level,
                standing,
                found: found.map(|found| self.nodes[found.node].section),
            });
            let below = groups.iter().find(|below| {
                below.parent.is_some()
                    && found.is_none_or(|found| below.parent == Some(found.node))
                    && std::ptr::eq(below.wanted, wanted.sections.as_slice())
            });
            match below {
                Some(below) => self.beside(groups, below, level + 1, out),
                None => absent(&wanted.sections, level + 1, out),
            }
        }
    }

    fn missing(&self, group: &Group<'_>, out: &mut Vec<Difference>) {
        for (wanted, found) in group.wanted.iter().zip(&group.found) {
            let is_missing = self.whole
                && wanted.required
                && found.is_none()
                && !self.is_shared(group, wanted)
                && !self.is_elsewhere(wanted);
            if !is_missing {
                continue;
            }
            let parent = group.parent.map(|node| self.nodes[node].section);
            let mut values = names(wanted);
            if let Some(parent) = parent {
                values.push(("parent", parent.marker.of(self.text).to_owned()));
            }
            out.push(Difference {
                fault: Fault::Missing,
                at: parent.map(|parent| parent.marker.join(parent.title)),
                related: None,
                values,
            });
        }
    }

    /// Of sections in another order the markers are not told: they count as they stand.
    fn order_and_markers(&self, group: &Group<'_>, out: &mut Vec<Difference>) {
        let titled = group.wanted.iter().zip(&group.found);
        let titled: Vec<_> = titled
            .filter_map(|(wanted, found)| Some((wanted, (*found).filter(|f| f.score > 0.0)?.node)))
            .collect();
        let mut first_after = vec![usize::MAX; titled.len()];
        for i in (1..titled.len()).rev() {
            first_after[i - 1] = first_after[i].min(titled[i].1);
        }
        let mut last_before: Option<usize> = None;
        for (&(wanted, node), &after) in titled.iter().zip(&first_after) {
            if let Some(last) = last_before.filter(|&last| last > node) {
                out.push(self.misplaced(node, last));
            } else if after > node && !group.lowered {
                out.extend(self.other_marker(wanted, node));
            }
            last_before = last_before.max(Some(node));
        }
    }

    fn misplaced(&self, node: usize, last: usize) -> Difference {
        let (section, after) = (self.nodes[node].section, self.nodes[last].section);
        Difference {
            fault: Fault::Order,
            at: Some(section.marker.join(section.title)),
            related: Some(after.marker.join(after.title)),
            values: vec![
                ("title", section.title.of(self.text).to_owned()),
                ("before", after.title.of(self.text).to_owned()),
            ],
        }
    }

    fn other_marker(&self, wanted: &ProfileSection, node: usize) -> Option<Difference> {
        (wanted.marker.is_some() && !self.carries(wanted, node)).then(|| Difference {
            fault: Fault::Marker,
            at: Some(self.nodes[node].section.marker),
            related: None,
            values: names(wanted),
        })
    }

    fn titles(&self, group: &Group<'_>, out: &mut Vec<Difference>) {
        for (wanted, found) in group.wanted.iter().zip(&group.found) {
            let Some(found) = found.filter(|found| found.score < SAME && wanted.required) else {
                continue;
            };
            let section = self.nodes[found.node].section;
            out.push(Difference {
                fault: Fault::Title,
                at: Some(if section.heading {
                    section.title
                } else {
                    section.marker
                }),
                related: None,
                values: names(wanted),
            });
        }
    }
}

/// Sections whose parent is not there.
fn absent<'a>(wanted: &'a [ProfileSection], level: u8, out: &mut Vec<Beside<'a>>) {
    for section in wanted {
        out.push(Beside {
            wanted: section,
            level,
            standing: Standing::Missing,
            found: None,
        });
        absent(&section.sections, level + 1, out);
    }
}

impl Group<'_> {
    fn is_empty(&self) -> bool {
        self.found.iter().all(Option::is_none)
    }

    fn is_titled(&self) -> bool {
        self.found.iter().flatten().any(|found| found.score >= SAME)
    }
}

/// The last number or letter of a marker.
fn last_part(marker: &str) -> Option<&str> {
    marker
        .split(|c: char| !c.is_alphanumeric())
        .rfind(|part| !part.is_empty())
}

fn names(wanted: &ProfileSection) -> Vec<(&'static str, String)> {
    let marker = wanted.marker.as_deref().unwrap_or_default();
    let section = format!("{marker} {}", wanted.title);
    vec![
        ("title", wanted.title.clone()),
        ("marker", marker.to_owned()),
        ("section", section.trim_start().to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;
    use crate::diagnostic::Language;
    use crate::document::Quality;
    use crate::rules::register::Register;
    use crate::rules::yaml;

    const PROFILE: &str = "
name: thu
summary: {vi: Thử, en: Trial}
kind: [bao-cao]
sections:
  - {title: 'Công tác lãnh đạo, chỉ đạo', marker: I.}
  - title: Kết quả thực hiện
    marker: II.
    sections:
      - {title: Kết quả thực hiện phong trào thi đua, marker: '1.'}
      - {title: Kết quả cải cách thủ tục hành chính, marker: '2.'}
  - title: Đánh giá chung
    marker: III.
    sections:
      - {title: Ưu điểm, marker: '1.'}
      - {title: 'Khó khăn, hạn chế', marker: '2.'}
  - {title: Kiến nghị với cấp trên}
  - {title: Phụ trách báo cáo, required: false}
";
    /// An outline without fault, one section a line.
    const OUTLINE: [&str; 8] = [
        "I. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO",
        "II. KẾT QUẢ THỰC HIỆN",
        "1. Kết quả thực hiện phong trào thi đua",
        "2. Kết quả cải cách thủ tục hành chính",
        "III. ĐÁNH GIÁ CHUNG",
        "1. Ưu điểm",
        "2. Khó khăn, hạn chế",
        "IV. KIẾN NGHỊ VỚI CẤP TRÊN",
    ];

    /// Changes to `OUTLINE`, as the lines that take the place of one; and what is told of them.
    type Case<'a> = (&'a [(usize, &'a [&'static str])], &'a [&'a str]);

    /// The differences of a document with these sections: fault, place and wanted section.
    fn told(outline: &[&str]) -> Vec<String> {
        let text = format!(
            "BÁO CÁO\nKết quả công tác năm 2025\n\n{}\n",
            outline.join("\nXã Mẫu đã làm xong.\n")
        );
        let document = crate::input::read("mau.txt", text.as_bytes()).unwrap();
        let logical = crate::layout::unwrap(&document);
        let report = crate::syntax::parse(&document, &logical);
        let profile: Profile = yaml::read(PROFILE).value.unwrap();
        let cx = Context {
            document: &document,
            logical: &logical,
            report: &report,
            profile: Some(&profile),
            register: &Register::default(),
            differences: &OnceLock::new(),
            body_paragraphs: &OnceLock::new(),
            words: &OnceLock::new(),
            suppression_faults: &[],
            quality: Quality::Clean,
            legible: &[],
            language: Language::default(),
        };
        let value = |difference: &Difference| {
            let mut values = difference.values.iter();
            let (_, value) = values.find(|(name, _)| matches!(*name, "section" | "before"))?;
            Some(value.clone())
        };
        cx.differences()
            .iter()
            .map(|difference| {
                let at = difference.at.map_or("-", |span| cx.of(span));
                let wanted = value(difference).unwrap_or_default();
                format!("{:?} {at} | {wanted}", difference.fault)
            })
            .collect()
    }

    fn changed(changes: &[(usize, &[&'static str])]) -> Vec<&'static str> {
        let mut outline = Vec::new();
        for (i, line) in OUTLINE.iter().enumerate() {
            match changes.iter().find(|(at, _)| *at == i) {
                Some((_, lines)) => outline.extend_from_slice(lines),
                None => outline.push(*line),
            }
        }
        outline
    }

    #[test]
    fn what_is_missing_is_told_once() {
        let cases: [Case; 8] = [
            (&[], &[]),
            (&[(0, &[])], &["Missing - | I. Công tác lãnh đạo, chỉ đạo"]),
            (
                &[(4, &[]), (5, &[]), (6, &[])],
                &["Missing - | III. Đánh giá chung"],
            ),
            (&[(7, &[])], &["Missing - | Kiến nghị với cấp trên"]),
            (
                &[(3, &[])],
                &["Missing II. KẾT QUẢ THỰC HIỆN | 2. Kết quả cải cách thủ tục hành chính"],
            ),
            // What stood below the missing heading is not taken for it, at whatever level.
            (
                &[
                    (1, &[]),
                    (2, &["II. KẾT QUẢ THỰC HIỆN PHONG TRÀO THI ĐUA"]),
                    (3, &[]),
                ],
                &["Title KẾT QUẢ THỰC HIỆN PHONG TRÀO THI ĐUA | II. Kết quả thực hiện"],
            ),
            (&[(1, &[])], &["Missing - | II. Kết quả thực hiện"]),
            (
                &[(5, &["1. Ưu điểm nổi bật và khó khăn, hạn chế"]), (6, &[])],
                &[],
            ),
        ];
        for (changes, expected) in cases {
            assert_eq!(told(&changed(changes)), expected, "{changes:?}");
        }
    }

    #[test]
    fn a_section_under_another_title_or_elsewhere_is_not_missing() {
        let cases: [Case; 8] = [
            (
                &[(1, &["II. VIỆC ĐÃ LÀM TRONG NĂM"])],
                &["Title VIỆC ĐÃ LÀM TRONG NĂM | II. Kết quả thực hiện"],
            ),
            (&[(4, &["III. NHẬN XÉT, ĐÁNH GIÁ CHUNG"])], &[]),
            (
                &[(4, &["III. NHÌN LẠI"])],
                &["Title NHÌN LẠI | III. Đánh giá chung"],
            ),
            // Another subsection in its place is not it.
            (
                &[(3, &["2. Công tác thư viện"])],
                &["Missing II. KẾT QUẢ THỰC HIỆN | 2. Kết quả cải cách thủ tục hành chính"],
            ),
            (
                &[(3, &["2. Cải cách hành chính ở cơ sở"])],
                &["Title Cải cách hành chính ở cơ sở | 2. Kết quả cải cách thủ tục hành chính"],
            ),
            // Only the marker says that it is the section, and nothing below it does.
            (
                &[(4, &["III. NHÌN LẠI"]), (5, &["1. Việc tốt"]), (6, &[])],
                &["Title NHÌN LẠI | III. Đánh giá chung"],
            ),
            (
                &[
                    (3, &[]),
                    (0, &[OUTLINE[0], "1. Kết quả cải cách thủ tục hành chính"]),
                ],
                &[],
            ),
            // The parent is the one meant because of what it holds.
            (
                &[(4, &["III. NHÌN LẠI"]), (6, &[])],
                &[
                    "Title NHÌN LẠI | III. Đánh giá chung",
                    "Missing III. NHÌN LẠI | 2. Khó khăn, hạn chế",
                ],
            ),
        ];
        for (changes, expected) in cases {
            assert_eq!(told(&changed(changes)), expected, "{changes:?}");
        }
    }

    #[test]
    fn an_outline_may_stand_one_level_deeper() {
        let deeper = [
            "I. ĐẶC ĐIỂM TÌNH HÌNH",
            "II. NỘI DUNG BÁO CÁO",
            "1. Công tác lãnh đạo, chỉ đạo",
            "2. Kết quả thực hiện",
            "3. Đánh giá chung",
            "4. Kiến nghị với cấp trên",
        ];
        assert_eq!(told(&deeper), [""; 0]);
        let without = [&deeper[..4], &deeper[5..]].concat();
        assert_eq!(told(&without), ["Missing - | III. Đánh giá chung"]);
    }

    #[test]
    fn swapped_sections_are_told_by_their_order_alone() {
        let swapped = [
            OUTLINE[0],
            "II. ĐÁNH GIÁ CHUNG",
            OUTLINE[5],
            OUTLINE[6],
            "III. KẾT QUẢ THỰC HIỆN",
            OUTLINE[2],
            OUTLINE[3],
            OUTLINE[7],
        ];
        assert_eq!(
            told(&swapped),
            ["Order II. ĐÁNH GIÁ CHUNG | KẾT QUẢ THỰC HIỆN"]
        );
        let renumbered = changed(&[
            (4, &["IV. ĐÁNH GIÁ CHUNG"]),
            (2, &["1.1. Kết quả thực hiện phong trào thi đua"]),
        ]);
        assert_eq!(told(&renumbered), ["Marker IV. | III. Đánh giá chung"]);
    }
}
