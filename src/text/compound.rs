//! Pairs of syllables: those that are usual, those that are one word, and those that are one slip away
//! from a word.
//!
//! All are counted from published texts by `examples/derive_compounds.rs`.

use std::ops::Range;
use std::sync::LazyLock;

use super::NumberMap;
use super::syllable::Syllable;

/// The pairs of this program.
#[must_use]
pub fn pairs() -> &'static Pairs<'static> {
    static PAIRS: Pairs<'static> = Pairs::new(include_bytes!("../../grammar/vocabulary/pairs.bin"));
    &PAIRS
}

/// The pairs that are a misspelling of a word of this program, as [`Use::Misspelt`].
#[must_use]
pub fn misspellings() -> &'static Pairs<'static> {
    static PAIRS: Pairs<'static> =
        Pairs::new(include_bytes!("../../grammar/vocabulary/misspelt.bin"));
    &PAIRS
}

/// The compounds of this program.
#[must_use]
pub fn compounds() -> &'static Compounds<'static> {
    static COMPOUNDS: LazyLock<Compounds<'static>> =
        LazyLock::new(|| Compounds::read(include_str!("../../grammar/vocabulary/compounds.txt")));
    &COMPOUNDS
}

/// How often a pair of syllables is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// Seen.
    Usual,
    /// Seen often.
    Frequent,
    /// Not seen, or hardly ever, and one slip away from one word that is seen often.
    Misspelt,
}

/// A set of pairs of syllables as a Bloom filter: a few pairs that are not in the set are taken for
/// such that are, of usual pairs one in about twenty, of misspellings one in two hundred.
#[derive(Clone, Copy, Debug)]
pub struct Pairs<'a> {
    bits: &'a [u8],
}

/// All bits of a pair lie in one line of the cache.
const BLOCK: usize = 64;
const PROBES: u32 = 4;

impl<'a> Pairs<'a> {
    /// A filter of which each bit is one of `bits`.
    ///
    /// # Panics
    /// Where the length is no power of two, or less than a block.
    #[must_use]
    pub const fn new(bits: &'a [u8]) -> Self {
        assert!(
            bits.len().is_power_of_two() && bits.len() >= BLOCK,
            "the blocks of a filter are counted by a power of two"
        );
        Self { bits }
    }

    /// Whether the pair is in the set.
    #[must_use]
    #[inline]
    pub fn contain(&self, first: Syllable, second: Syllable, usage: Use) -> bool {
        let (block, places) = probes(self.bits.len(), first, second, usage);
        let block = &self.bits[block];
        places
            .into_iter()
            .all(|place| block[place >> 3] & 1 << (place & 7) != 0)
    }
}

/// Adds a pair to the bits of a filter.
pub fn insert(bits: &mut [u8], first: Syllable, second: Syllable, usage: Use) {
    let (block, places) = probes(bits.len(), first, second, usage);
    let block = &mut bits[block];
    for place in places {
        block[place >> 3] |= 1 << (place & 7);
    }
}

/// The block of a pair, and its bits within.
#[inline]
fn probes(
    len: usize,
    first: Syllable,
    second: Syllable,
    usage: Use,
) -> (Range<usize>, [usize; PROBES as usize]) {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let salt = match usage {
        Use::Usual => 0,
        Use::Frequent => ODD,
        Use::Misspelt => !ODD,
    };
    let mixed = (first.number().wrapping_mul(ODD) ^ salt).rotate_left(29) ^ second.number();
    let hash = mixed.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let hash = (hash ^ hash >> 32).wrapping_mul(ODD);
    let start = ((hash >> 40) as usize & (len / BLOCK - 1)) * BLOCK;
    let place = |probe: u32| (hash >> (9 * probe)) as usize % (BLOCK * 8);
    (
        start..start + BLOCK,
        [place(0), place(1), place(2), place(3)],
    )
}

/// A syllable that makes a word with the one it is listed under.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Partner<'a> {
    /// As spelt in the list.
    pub spelling: &'a str,
    /// The same, to be compared.
    pub syllable: Syllable,
    /// [`Syllable::plain`] of it.
    pub plain: u64,
    /// How strongly the one syllable asks for the other, from 0 to 9.
    pub strength: u8,
}

/// Words of two syllables, found by either.
#[derive(Debug)]
pub struct Compounds<'a> {
    after: NumberMap<&'a str>,
    before: NumberMap<&'a str>,
}

impl<'a> Compounds<'a> {
    /// Takes the list: a line holds a syllable, `>` or `<`, and the syllables that follow or
    /// precede it, each with its strength as a digit; `#` begins a comment. What has another form
    /// is passed over. Partners are read when they are asked for: a text asks for few.
    #[must_use]
    pub fn read(list: &'a str) -> Self {
        let mut compounds = Self {
            after: NumberMap::default(),
            before: NumberMap::default(),
        };
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.splitn(3, ' ');
            let head = words.next().and_then(Syllable::of);
            let (Some(head), Some(side), Some(partners)) = (head, words.next(), words.next())
            else {
                continue;
            };
            match side {
                ">" => compounds.after.insert(head.number(), partners),
                "<" => compounds.before.insert(head.number(), partners),
                _ => None,
            };
        }
        compounds
    }

    /// What makes a word after `first`, the most frequent first.
    #[must_use]
    pub fn after(&self, first: Syllable) -> Vec<Partner<'a>> {
        Self::partners(self.after.get(&first.number()))
    }

    /// What makes a word before `second`, the most frequent first.
    #[must_use]
    pub fn before(&self, second: Syllable) -> Vec<Partner<'a>> {
        Self::partners(self.before.get(&second.number()))
    }

    fn partners(list: Option<&&'a str>) -> Vec<Partner<'a>> {
        let entries = list.into_iter().flat_map(|list| list.split(' '));
        entries.filter_map(Partner::read).collect()
    }
}

impl<'a> Partner<'a> {
    fn read(entry: &'a str) -> Option<Self> {
        let (at, digit) = entry.char_indices().next_back()?;
        let syllable = Syllable::of(&entry[..at])?;
        Some(Self {
            spelling: &entry[..at],
            syllable,
            plain: syllable.plain(),
            strength: u8::try_from(digit.to_digit(10)?).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn syllable(word: &str) -> Syllable {
        Syllable::of(word).unwrap()
    }

    #[test]
    fn a_filter_holds_what_was_inserted() {
        let mut bits = vec![0; 1024];
        let (a, b) = (syllable("báo"), syllable("cáo"));
        insert(&mut bits, a, b, Use::Usual);
        let pairs = Pairs::new(&bits);
        assert!(pairs.contain(a, b, Use::Usual));
        assert!(!pairs.contain(b, a, Use::Usual));
        assert!(!pairs.contain(a, b, Use::Frequent));
    }

    #[test]
    fn compounds_are_found_by_either_syllable() {
        let compounds = Compounds::read("# list\nbáo > cáo7 chí4\ncáo < báo8 bị2\n? > x\n");
        let after: Vec<_> = compounds.after(syllable("Báo"));
        assert_eq!(after.len(), 2);
        assert_eq!((after[0].spelling, after[0].strength), ("cáo", 7));
        assert_eq!(compounds.before(syllable("cáo")).len(), 2);
        assert!(compounds.before(syllable("báo")).is_empty());
    }

    #[test]
    fn every_line_of_the_list_is_read() {
        let list = include_str!("../../grammar/vocabulary/compounds.txt");
        let compounds = compounds();
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let (head, rest) = line.split_once(' ').unwrap();
            let head = syllable(head);
            let (read, partners) = match rest.split_once(' ').unwrap() {
                (">", partners) => (compounds.after(head), partners),
                ("<", partners) => (compounds.before(head), partners),
                _ => panic!("{line}"),
            };
            assert_eq!(read.len(), partners.split(' ').count(), "{line}");
            assert!(read.iter().all(|partner| partner.syllable.is_attested()));
        }
    }
}
