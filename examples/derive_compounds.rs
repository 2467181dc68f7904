//! Derives `compounds.txt`, `pairs.bin` and `misspelt.bin` of `grammar/vocabulary` from clean texts.
//!
//! `cargo run --release --example derive_compounds -- TEXTS OUT` reads every file below the folder TEXTS
//! (UTF-8, NFC, a paragraph a line) and writes the files to the folder OUT.

#![expect(clippy::disallowed_methods, reason = "a tool reads and writes files")]
#![expect(clippy::print_stderr, reason = "a tool says what it did")]
#![expect(
    clippy::iter_over_hash_type,
    reason = "what comes of it is sorted, or a set"
)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use vanthu::text::compound::{self, Use};
use vanthu::text::syllable::{Syllable, attested_syllables};
use vanthu::text::{Slip, fold};

type Pair = (Syllable, Syllable);

/// A document in which more words of a thousand are no syllables is not clean.
const MOST_WRONG: f64 = 2.5;
/// Pairs seen more rarely are no evidence.
const USUAL: u32 = 2;
/// Pairs seen as often support what stands beside them.
const FREQUENT: u32 = 50;
/// A compound is seen this often.
const COMPOUND: u32 = 100;
/// The least part of the occurrences of one syllable of a compound that are in the compound.
const PART: f64 = 0.02;
/// The least binary logarithm of how much oftener than by chance a compound is seen.
const BOUND: f64 = 3.5;
/// How much rarer than a compound a pair must be, to be a misspelling of it although it is seen.
const RARER: u32 = 800;
/// How much rarer than a compound a pair would be if it came about by chance.
const CHANCE: f64 = 50.0;
/// How much more frequent than the next the compound must be that a pair is a misspelling of.
const RIVAL: u32 = 30;
/// Bytes of the filter of pairs.
const FILTER: usize = 1 << 18;
/// Bytes of the filter of misspellings.
const MISSPELT: usize = 1 << 17;

#[derive(Default)]
struct Counts {
    syllables: HashMap<Syllable, u32>,
    pairs: HashMap<Pair, u32>,
    all: f64,
}

impl Counts {
    fn of(&self, syllable: Syllable) -> f64 {
        f64::from(self.syllables.get(&syllable).copied().unwrap_or(0))
    }

    fn seen(&self, pair: Pair) -> u32 {
        self.pairs.get(&pair).copied().unwrap_or(0)
    }

    /// How often the pair would be seen if its syllables had nothing to do with each other.
    fn by_chance(&self, (first, second): Pair) -> f64 {
        self.of(first) * self.of(second) / self.all
    }

    /// How strongly one syllable of the pair asks for the other, from 0 to 9; `None` where it
    /// does not. The weights were fitted to misspellings that were read in context.
    fn strength(&self, pair: Pair, asking: Syllable) -> Option<u8> {
        let seen = self.seen(pair);
        let part = f64::from(seen) / self.of(asking);
        if seen < COMPOUND || part < PART {
            return None;
        }
        let seen = f64::from(seen);
        let bound = (seen / self.by_chance(pair)).log2();
        if bound < BOUND {
            return None;
        }
        let points = 0.25 * bound + 0.23 * seen.ln() + 0.18 * part.ln();
        let digit = ((points - 1.0) / 0.35).round();
        (digit >= 0.0).then(|| digit.min(9.0) as u8)
    }

    fn read(&mut self, text: &str, seen: &mut HashSet<u64>) {
        for line in text.lines() {
            let mut hasher = DefaultHasher::new();
            line.trim().hash(&mut hasher);
            if !seen.insert(hasher.finish()) {
                continue;
            }
            let mut last: Option<(usize, Syllable)> = None;
            for (at, word) in words(line) {
                let syllable = Syllable::of(word).filter(|s| s.is_attested());
                let Some(syllable) = syllable else {
                    last = None;
                    continue;
                };
                *self.syllables.entry(syllable).or_default() += 1;
                self.all += 1.0;
                let mut letters = word.chars();
                let is_name = letters.next().is_some_and(char::is_uppercase)
                    && !letters.next().is_some_and(char::is_uppercase);
                if let Some((end, first)) = last
                    && !is_name
                    && &line[end..at] == " "
                {
                    *self.pairs.entry((first, syllable)).or_default() += 1;
                }
                last = Some((at + word.len(), syllable));
            }
        }
    }
}

fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
}

/// Whether a text is Vietnamese and free of the signs of bad recognition.
fn is_clean(text: &str) -> bool {
    let (mut all, mut marked, mut wrong) = (0.0, 0.0, 0.0);
    for (_, word) in words(text) {
        all += 1.0;
        if word.len() > 3 && !word.is_ascii() && word.chars().all(char::is_lowercase) {
            marked += 1.0;
            if !Syllable::of(word).is_some_and(Syllable::is_attested) {
                wrong += 1.0;
            }
        }
    }
    marked * 3.0 > all && wrong * 1000.0 < marked * MOST_WRONG
}

/// A compound that a pair is a misspelling of.
#[derive(Clone, Copy)]
struct Candidate {
    seen: u32,
    strength: u8,
    right: Pair,
}

/// The lists of compounds by the syllable that asks.
#[derive(Default)]
struct Lists {
    after: BTreeMap<Syllable, Vec<(u32, Syllable, u8)>>,
    before: BTreeMap<Syllable, Vec<(u32, Syllable, u8)>>,
}

impl Lists {
    fn of(counts: &Counts) -> Self {
        let mut lists = Self::default();
        for (&(first, second), &seen) in &counts.pairs {
            if let Some(strength) = counts.strength((first, second), first) {
                let list = lists.after.entry(first).or_default();
                list.push((seen, second, strength));
            }
            if let Some(strength) = counts.strength((first, second), second) {
                let list = lists.before.entry(second).or_default();
                list.push((seen, first, strength));
            }
        }
        for list in lists.after.values_mut().chain(lists.before.values_mut()) {
            list.sort_unstable_by(|a, b| b.cmp(a));
        }
        lists
    }

    /// Every pair of syllables that is one slip from a compound.
    fn misspellings(&self, all: &[Syllable]) -> HashMap<Pair, Vec<Candidate>> {
        let mut written_for: HashMap<Syllable, Vec<Syllable>> = HashMap::new();
        let mut found: HashMap<Pair, Vec<Candidate>> = HashMap::new();
        let sides = [(&self.after, true), (&self.before, false)];
        for (lists, is_second) in sides {
            for (&asking, list) in lists {
                for &(seen, right, strength) in list {
                    let slips = written_for.entry(right).or_insert_with(|| {
                        let is_slip = |w: &&Syllable| Slip::between(**w, right).is_some();
                        all.iter().filter(is_slip).copied().collect()
                    });
                    let pair = |other| match is_second {
                        true => (asking, other),
                        false => (other, asking),
                    };
                    for &written in slips.iter() {
                        found.entry(pair(written)).or_default().push(Candidate {
                            seen,
                            strength,
                            right: pair(right),
                        });
                    }
                }
            }
        }
        found
    }
}

/// Whether a pair, where it is seen, is a misspelling rather than a pair of its own.
fn is_misspelling(pair: Pair, counts: &Counts, candidates: &[Candidate]) -> bool {
    let Some(best) = candidates.iter().max_by_key(|c| (c.seen, c.right)) else {
        return false;
    };
    let rival = candidates.iter().filter(|c| c.right != best.right);
    let rival = rival.map(|c| c.seen).max().unwrap_or(0);
    // What the program will take for the best.
    let strongest = candidates.iter().map(|c| c.strength).max();
    strongest == Some(best.strength)
        && counts.seen(pair) <= best.seen / RARER
        && f64::from(best.seen) >= counts.by_chance(pair) * CHANCE
        && best.seen >= rival * RIVAL
}

fn write_list(out: &mut String, names: &HashMap<Syllable, &str>, lists: &Lists) {
    for (lists, side) in [(&lists.after, '>'), (&lists.before, '<')] {
        let mut lines: Vec<String> = Vec::new();
        for (asking, list) in lists {
            let mut line = format!("{} {side}", names[asking]);
            for (_, partner, strength) in list {
                let _ = write!(line, " {}{strength}", names[partner]);
            }
            lines.push(line);
        }
        lines.sort();
        for line in lines {
            out.push_str(&line);
            out.push('\n');
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => collect(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [texts, out] = args.as_slice() else {
        return Err("TEXTS OUT".into());
    };
    let mut files = Vec::new();
    collect(Path::new(texts), &mut files)?;
    files.sort();
    let mut counts = Counts::default();
    let mut seen = HashSet::new();
    let mut documents = 0;
    for file in &files {
        let text = fs::read_to_string(file)?;
        if is_clean(&text) {
            documents += 1;
            counts.read(&text, &mut seen);
        }
    }
    let names: HashMap<Syllable, &str> = attested_syllables()
        .iter()
        .filter_map(|name| Some((Syllable::of(name)?, *name)))
        .collect();
    let mut all: Vec<Syllable> = names.keys().copied().collect();
    // What is left where all marks are missing need not be a syllable.
    all.extend(names.values().filter_map(|name| Syllable::of(&fold(name))));
    all.sort_unstable();
    all.dedup();

    let lists = Lists::of(&counts);
    let misspellings = lists.misspellings(&all);
    let is_wrong = |pair: Pair| {
        let candidates = misspellings.get(&pair);
        candidates.is_some_and(|candidates| is_misspelling(pair, &counts, candidates))
    };
    let wrong: HashSet<Pair> = misspellings
        .keys()
        .copied()
        .filter(|pair| is_wrong(*pair))
        .collect();
    let attested = counts.pairs.iter().filter(|(_, seen)| **seen >= USUAL);
    let attested = attested.map(|(pair, _)| *pair);
    let usual: HashSet<Pair> = attested.filter(|pair| !wrong.contains(pair)).collect();
    let mut bits = vec![0; FILTER];
    for &(first, second) in &usual {
        compound::insert(&mut bits, first, second, Use::Usual);
    }
    let mut misspelt = vec![0; MISSPELT];
    for &(first, second) in &wrong {
        compound::insert(&mut misspelt, first, second, Use::Misspelt);
    }
    let mut frequent = 0;
    for (&(first, second), &seen) in &counts.pairs {
        if seen >= FREQUENT {
            frequent += 1;
            compound::insert(&mut bits, first, second, Use::Frequent);
        }
    }
    let set = |bits: &[u8]| {
        let set: u32 = bits.iter().map(|byte| byte.count_ones()).sum();
        f64::from(set) * 100.0 / (bits.len() * 8) as f64
    };

    let mut list = String::from(HEAD);
    let _ = writeln!(
        list,
        "# Last derived from {documents} documents of {:.0} million syllables, paragraphs that repeat counted once.",
        counts.all / 1e6
    );
    write_list(&mut list, &names, &lists);
    let out = Path::new(out);
    fs::write(out.join("compounds.txt"), &list)?;
    fs::write(out.join("pairs.bin"), &bits)?;
    fs::write(out.join("misspelt.bin"), &misspelt)?;
    eprintln!(
        "{documents} of {} documents; usual {}, frequent {frequent}; {} misspellings, {} of them told; \
         list {} bytes, {:.1} % and {:.1} % of bits set",
        files.len(),
        usual.len(),
        misspellings.len(),
        wrong.len(),
        list.len(),
        set(&bits),
        set(&misspelt)
    );
    Ok(())
}

const HEAD: &str = "\
# Words of two syllables, by the syllable that asks for the other: `>` before those that follow it,
# `<` before those that precede it, the most frequent first. The digit tells how strongly the one
# asks for the other: how often the pair is seen, how much oftener than by chance, and in which part
# of the occurrences of the one.
#
# Derived by examples/derive_compounds.rs from public Vietnamese legal texts (laws, decrees,
# circulars, decisions and what is written about them): pairs seen 100 times and more,
# eleven times as often as by chance, of which one syllable stands in the pair in one of 50 of its
# places or more. Nothing but counts was taken.
# No dictionary and no list of words was used. With it are derived, as Bloom filters: pairs.bin, the
# pairs seen twice and more, and misspelt.bin, the pairs that are one slip away from one of these words,
# and not seen, or 800 times more rarely, and too rare to be a chance meeting.
#
";
