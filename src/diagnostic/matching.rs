//! Which findings of a document are those that were written down.
//!
//! Findings of one rule on the same words are told apart by what stands around them. First those
//! are known around which nothing changed. What is left of the old ones is mended where its
//! surroundings stand in the document with something else between them, as they did not before. Each of the rest is the
//! finding with the most of its surroundings, at least half.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::Fingerprint;
use super::surroundings::{Place, Surroundings, Words};

/// A finding that was written down.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct KnownFinding {
    /// The rule.
    pub rule: String,
    /// What tells the finding again.
    pub fingerprint: Fingerprint,
    /// What stood around it on its line; `None` where it was about the whole document, or in
    /// files of the first version.
    pub around: Option<Surroundings>,
    /// Whether the same stood elsewhere in the document around other words.
    pub is_repeated: bool,
}

/// A finding that is looked up.
pub(super) struct Found {
    pub(super) rule: String,
    pub(super) fingerprint: Fingerprint,
    pub(super) place: Option<Place>,
}

impl Found {
    /// What it has in common with those of the same rule on the same words.
    fn kind(&self) -> (&str, u128) {
        (&self.rule, self.fingerprint.of_kind())
    }
}

/// Words by which a mistake may be mended, more than it had.
const LONGER: usize = 2;
/// Words of the longest mistake that is looked for where it was mended.
const LONGEST: usize = 12;
/// Fewer words around do not say that they stand where others stood.
const TELLING: usize = 2;
/// Old and new findings further from each other in their order are not compared.
const BAND: usize = 32;

/// Findings of one rule on the same words, in document order.
struct Group<'a> {
    /// Those that are not yet known, by index.
    found: Vec<usize>,
    /// Those that are not yet found again.
    known: Vec<&'a KnownFinding>,
}

/// Which of `found`, in document order, are among `known`.
pub(super) fn again<'a>(
    found: &[Found],
    known: impl IntoIterator<Item = &'a KnownFinding>,
    words: &Words,
) -> Vec<bool> {
    let mut is_known = vec![false; found.len()];
    let mut groups = groups(found, known);
    for group in &mut groups {
        group.unchanged(found, &mut is_known);
    }
    groups.retain(|group| !group.found.is_empty() && !group.known.is_empty());
    drop_mended(&mut groups, found, words);
    for group in &groups {
        group.alike(found, &mut is_known);
    }
    is_known
}

fn groups<'a>(
    found: &[Found],
    known: impl IntoIterator<Item = &'a KnownFinding>,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut by_words: HashMap<(&str, u128), usize> = HashMap::new();
    for (index, one) in found.iter().enumerate() {
        let group = *by_words.entry(one.kind()).or_insert(groups.len());
        if group == groups.len() {
            groups.push(Group {
                found: Vec::new(),
                known: Vec::new(),
            });
        }
        groups[group].found.push(index);
    }
    for one in known {
        let key = (one.rule.as_str(), one.fingerprint.of_kind());
        if let Some(group) = by_words.get(&key) {
            groups[*group].known.push(one);
        }
    }
    for group in &mut groups {
        let first = found[group.found[0]].fingerprint;
        group.known.sort_by_key(|one| one.fingerprint.rank(first));
    }
    groups
}

impl<'a> Group<'a> {
    /// Takes out those around which nothing changed, and those of which only the fingerprint was
    /// written down.
    fn unchanged(&mut self, found: &[Found], is_known: &mut [bool]) {
        let mut by_place: HashMap<Option<Surroundings>, usize> = HashMap::new();
        let mut bare = HashSet::new();
        for one in &self.known {
            match one.around {
                Some(_) => *by_place.entry(one.around).or_default() += 1,
                None => _ = bare.insert(one.fingerprint),
            }
        }
        let known = by_place.clone();
        self.found.retain(|&index| {
            let own = found[index].place.map(|place| place.own);
            let same = by_place.get_mut(&own).filter(|left| **left > 0);
            is_known[index] = match same {
                Some(left) => {
                    *left -= 1;
                    true
                }
                None => bare.contains(&found[index].fingerprint),
            };
            !is_known[index]
        });
        // As many of them as were found are taken, whichever.
        let mut taken: HashMap<_, _> = known
            .into_iter()
            .map(|(own, count)| (own, count - by_place[&own]))
            .collect();
        self.known.retain(|one| match taken.get_mut(&one.around) {
            Some(taken) if *taken > 0 => {
                *taken -= 1;
                false
            }
            _ => one.around.is_some(),
        });
    }

    /// Takes those that have the most in common, at least half of what stood around the old one.
    fn alike(&self, found: &[Found], is_known: &mut [bool]) {
        let mut pairs = Vec::new();
        for (rank, &index) in self.found.iter().enumerate() {
            let Some(place) = found[index].place else {
                continue;
            };
            let from = rank.saturating_sub(BAND).min(self.known.len());
            let to = (rank + BAND).min(self.known.len());
            for (old, one) in self.known.iter().enumerate().take(to).skip(from) {
                let around = one.around.unwrap_or_default();
                let (shared, all) = (around.shared(place.flow), around.len());
                if 2 * shared >= all {
                    // In thousandths; where nothing stood around it its own words say it all.
                    let alike = (1000 * shared).checked_div(all).unwrap_or(500);
                    pairs.push((Reverse(alike), old.abs_diff(rank), index, old));
                }
            }
        }
        pairs.sort_unstable();
        let mut taken = vec![false; self.known.len()];
        for (_, _, index, old) in pairs {
            if !is_known[index] && !taken[old] {
                (is_known[index], taken[old]) = (true, true);
            }
        }
    }
}

/// Drops from the old findings those whose surroundings stand in the document around something
/// else, and did not when they were written down.
fn drop_mended(groups: &mut [Group<'_>], found: &[Found], words: &Words) {
    let mut search = Search::default();
    for (group, Group { found: new, known }) in groups.iter().enumerate() {
        let touched = found[new[0]].place.map_or(0, |place| place.touched);
        for one in known.iter().filter(|one| !one.is_repeated) {
            search.want(group, one.around, touched);
        }
    }
    if search.wanted.is_empty() {
        return;
    }
    let group_of: HashMap<_, usize> = groups
        .iter()
        .enumerate()
        .map(|(group, Group { found: new, .. })| (found[new[0]].kind(), group))
        .collect();
    for one in found {
        if let (Some(group), Some(place)) = (group_of.get(&one.kind()), one.place) {
            search.stands(*group, place);
        }
    }
    search.run(words);
    for (group, Group { known, .. }) in groups.iter_mut().enumerate() {
        known.retain(|one| {
            let elsewhere = search.elsewhere(group, one.around);
            // Each place is that of one.
            one.is_repeated || elsewhere.is_none_or(|places| places.pop().is_none())
        });
    }
}

/// Of each of these whether its surroundings stand in the document around something else too: that
/// they still do will not say that it was mended.
pub(super) fn repeated(found: &[Found], words: &Words) -> Vec<bool> {
    let mut search = Search::default();
    let mut group_of: HashMap<_, usize> = HashMap::new();
    for one in found {
        let next = group_of.len();
        let group = *group_of.entry(one.kind()).or_insert(next);
        if let Some(place) = one.place {
            search.want(group, Some(place.own), place.touched);
            search.stands(group, place);
        }
    }
    search.run(words);
    let mut of = |one: &Found| {
        let own = one.place.map(|place| place.own);
        let places = search.elsewhere(group_of[&one.kind()], own);
        places.is_some_and(|places| !places.is_empty())
    };
    found.iter().map(&mut of).collect()
}

/// Looks for surroundings of findings around something else.
#[derive(Default)]
struct Search {
    wanted: Vec<Wanted>,
    by_place: HashMap<(usize, Surroundings), usize>,
    /// Indices in `wanted` by the words before and the words after.
    by_sides: HashMap<u64, HashMap<u64, Vec<usize>>>,
    /// The words of all findings of a group: nothing else stands there.
    standing: HashSet<(usize, usize)>,
}

struct Wanted {
    group: usize,
    /// How many words may stand between.
    between: usize,
    /// Where they stand around something else, by the number of words before.
    places: Vec<usize>,
}

impl Search {
    fn want(&mut self, group: usize, around: Option<Surroundings>, touched: usize) {
        let Some(around) = around.filter(|around| around.len() >= TELLING) else {
            return;
        };
        let index = self.wanted.len();
        if touched > LONGEST || *self.by_place.entry((group, around)).or_insert(index) < index {
            return;
        }
        let after = self.by_sides.entry(around.before).or_default();
        after.entry(around.after).or_default().push(index);
        self.wanted.push(Wanted {
            group,
            between: touched + LONGER,
            places: Vec::new(),
        });
    }

    fn stands(&mut self, group: usize, place: Place) {
        let end = place.at + place.touched.clamp(1, LONGEST);
        self.standing.extend((place.at..end).map(|at| (group, at)));
    }

    fn run(&mut self, words: &Words) {
        let ends = |at: usize| at..=(at + LONGEST + LONGER).min(words.len());
        for at in 0..=words.len() {
            for before in words.sides_before(at) {
                let Some(sides) = self.by_sides.get(&before) else {
                    continue;
                };
                for end in ends(at) {
                    let here = words.sides_after(end).filter_map(|after| sides.get(&after));
                    for index in here.flatten() {
                        self.wanted[*index].see(at, end, &self.standing);
                    }
                }
            }
        }
    }

    /// Where surroundings of a finding of a group stand around something else; `None` where that
    /// was not looked for.
    fn elsewhere(&mut self, group: usize, around: Option<Surroundings>) -> Option<&mut Vec<usize>> {
        let index = self.by_place.get(&(group, around?))?;
        self.wanted.get_mut(*index).map(|one| &mut one.places)
    }
}

impl Wanted {
    /// Takes a place where the words before and after are the right ones.
    fn see(&mut self, at: usize, end: usize, standing: &HashSet<(usize, usize)>) {
        // One that only touches the place may have come to a line of its own.
        let mut near = at.saturating_sub(1)..=end;
        let is_other = !near.any(|at| standing.contains(&(self.group, at)));
        if is_other && end - at <= self.between && self.places.last() != Some(&at) {
            self.places.push(at);
        }
    }
}
