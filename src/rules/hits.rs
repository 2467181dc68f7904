//! One scan of the text for the literals of all rules.

use crate::text::NumberMap;

/// A literal that was seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Hit {
    /// Byte in [`Logical::text`](crate::layout::Logical::text).
    pub start: u32,
    /// Index into the check's [`literals`](super::Check::literals).
    pub literal: u32,
}

/// Finds the literals of all rules at once, by their first bytes. It is made anew in every run of
/// the program, which is why it is no automaton: to build one over all literals takes longer than
/// to check a usual document.
#[derive(Debug)]
pub(super) struct Scanner {
    /// Literals of four bytes or more by the first four.
    long: NumberMap<Vec<Literal>>,
    long_begin: Filter,
    /// Those of three bytes.
    three: NumberMap<Vec<Literal>>,
    three_begin: Filter,
    /// The others by the first byte.
    short: NumberMap<Vec<Literal>>,
    short_begin: Filter,
    /// For each rule whether it has literals.
    asked: Vec<bool>,
    /// Bytes of the longest literal.
    pub(super) longest: usize,
}

/// A literal and who asked for it.
#[derive(Debug)]
struct Literal {
    text: String,
    /// Its first eight bytes, and which of them it has: most literals of one beginning differ
    /// here, and are told apart without a call.
    eight: u64,
    mask: u64,
    rule: u32,
    /// Index into the literals of the rule.
    index: u32,
}

impl Scanner {
    /// `literals[i]` are the literals of rule `i`.
    pub(super) fn new(literals: Vec<Vec<String>>) -> Self {
        let mut scanner = Self {
            long: NumberMap::default(),
            long_begin: Filter::default(),
            three: NumberMap::default(),
            three_begin: Filter::default(),
            short: NumberMap::default(),
            short_begin: Filter::default(),
            asked: literals.iter().map(|l| !l.is_empty()).collect(),
            longest: literals
                .iter()
                .flatten()
                .map(String::len)
                .max()
                .unwrap_or(0),
        };
        for (rule, literals) in (0..).zip(literals) {
            for (index, text) in (0..).zip(literals) {
                scanner.add(Literal {
                    eight: u64::from_le_bytes(padded(text.as_bytes())),
                    mask: u64::MAX >> (64 - 8 * text.len().clamp(1, 8)),
                    text,
                    rule,
                    index,
                });
            }
        }
        scanner
    }

    fn add(&mut self, literal: Literal) {
        match *literal.text.as_bytes() {
            [a, b, c, d, ..] => {
                let begin = u32::from_le_bytes([a, b, c, d]);
                self.long_begin.add(hash(begin));
                self.long.entry(begin.into()).or_default().push(literal);
            }
            [a, b, c] => {
                let begin = u32::from_le_bytes([a, b, c, 0]);
                self.three_begin.add(hash(begin));
                self.three.entry(begin.into()).or_default().push(literal);
            }
            [a, b] => {
                self.short_begin.add(u16::from_le_bytes([a, b]));
                self.short.entry(a.into()).or_default().push(literal);
            }
            [a] => {
                for b in 0..=u8::MAX {
                    self.short_begin.add(u16::from_le_bytes([a, b]));
                }
                self.short.entry(a.into()).or_default().push(literal);
            }
            [] => {}
        }
    }

    /// The hits of each rule, in order.
    pub(super) fn scan(&self, text: &str) -> Vec<Vec<Hit>> {
        let mut by_rule = vec![Vec::new(); self.asked.len()];
        let bytes = text.as_bytes();
        let (begin, rest) = bytes.split_at(bytes.len().min(3));
        let next = |window: u32, byte: u8| window >> 8 | u32::from(byte) << 24;
        let mut window = begin.iter().fold(0, |window, &byte| next(window, byte));
        for (at, &byte) in rest.iter().enumerate() {
            window = next(window, byte);
            if self.may_begin(window) {
                self.note(window, &bytes[at..], at, &mut by_rule);
            }
        }
        for at in bytes.len().saturating_sub(3)..bytes.len() {
            let rest = &bytes[at..];
            self.note(u32::from_le_bytes(padded(rest)), rest, at, &mut by_rule);
        }
        for hits in &mut by_rule {
            hits.sort_unstable();
        }
        by_rule
    }

    /// What a scan found, as the rules ask for it.
    pub(super) fn hits<'a>(&'a self, by_rule: &'a [Vec<Hit>]) -> Hits<'a> {
        Hits {
            by_rule,
            asked: &self.asked,
        }
    }

    /// Whether a literal may begin with these four bytes.
    #[inline]
    fn may_begin(&self, window: u32) -> bool {
        self.long_begin.has(hash(window))
            | self.three_begin.has(hash(three(window)))
            | self.short_begin.has(pair(window))
    }

    /// Notes the literals with which `rest` begins, the first bytes of which are in the window.
    fn note(&self, window: u32, rest: &[u8], at: usize, by_rule: &mut [Vec<Hit>]) {
        let first_of_three = three(window);
        let maps = [
            (&self.long, window, self.long_begin.has(hash(window))),
            (
                &self.three,
                first_of_three,
                self.three_begin.has(hash(first_of_three)),
            ),
            (
                &self.short,
                window & 0xFF,
                self.short_begin.has(pair(window)),
            ),
        ];
        for (map, key, may_have) in maps {
            if may_have && let Some(literals) = map.get(&key.into()) {
                note(literals, rest, at, by_rule);
            }
        }
    }
}

/// Notes those of the literals with which `rest` begins.
fn note(literals: &[Literal], rest: &[u8], at: usize, by_rule: &mut [Vec<Hit>]) {
    let eight = rest.first_chunk().copied().unwrap_or_else(|| padded(rest));
    let eight = u64::from_le_bytes(eight);
    for literal in literals {
        let text = literal.text.as_bytes();
        let begins_alike = (eight ^ literal.eight) & literal.mask == 0;
        if begins_alike && (text.len() <= 8 || rest.starts_with(text)) {
            by_rule[literal.rule as usize].push(Hit {
                start: index_u32(at),
                literal: literal.index,
            });
        }
    }
}

/// The first bytes of a text, zeros after them where it is shorter.
fn padded<const N: usize>(text: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    let len = text.len().min(N);
    bytes[..len].copy_from_slice(&text[..len]);
    bytes
}

/// The first three bytes of four.
fn three(window: u32) -> u32 {
    window & 0x00FF_FFFF
}

/// The first two bytes of four.
fn pair(window: u32) -> u16 {
    window as u16
}

/// The high half of a product with the golden ratio.
fn hash(begin: u32) -> u16 {
    (begin.wrapping_mul(0x9E37_79B1) >> 16) as u16
}

/// A set of 16-bit numbers, small enough for the fastest memory.
#[derive(Debug)]
struct Filter(Box<[u64; 1 << 10]>);

impl Default for Filter {
    fn default() -> Self {
        Self(Box::new([0; 1 << 10]))
    }
}

impl Filter {
    fn add(&mut self, number: u16) {
        self.0[usize::from(number >> 6)] |= 1 << (number & 63);
    }

    fn has(&self, number: u16) -> bool {
        self.0[usize::from(number >> 6)] >> (number & 63) & 1 != 0
    }
}

/// What one scan found.
#[derive(Debug)]
pub(super) struct Hits<'a> {
    by_rule: &'a [Vec<Hit>],
    asked: &'a [bool],
}

impl Hits<'_> {
    /// The hits of a rule, none if it has no literals; `None` if it has and none was seen.
    pub(super) fn of(&self, rule: usize) -> Option<&[Hit]> {
        let hits = self.by_rule.get(rule)?;
        (!hits.is_empty() || !self.asked[rule]).then_some(hits)
    }
}

fn index_u32(i: usize) -> u32 {
    u32::try_from(i).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_wherever_they_stand_and_overlap() {
        let rules: [&[&str]; 4] = [
            &["Sở Nội", "Nội vụ", "Nội"],
            &[" ,", ",", "…"],
            &["Nội vụ", "vụ…", ",,"],
            &[],
        ];
        let owned = |literals: &&[&str]| literals.iter().map(|&l| l.to_owned()).collect();
        let scanner = Scanner::new(rules.iter().map(owned).collect());
        let whole = "Sở Nội vụ… ,,,";
        for (start, _) in whole.char_indices() {
            let text = &whole[start..];
            let found = scanner.scan(text);
            let hits = scanner.hits(&found);
            for (rule, literals) in rules.iter().enumerate() {
                let mut expected = Vec::new();
                for at in 0..text.len() {
                    for (index, literal) in literals.iter().enumerate() {
                        if text.as_bytes()[at..].starts_with(literal.as_bytes()) {
                            expected.push((at, index));
                        }
                    }
                }
                let found = hits.of(rule).unwrap_or_default().iter();
                let found: Vec<_> = found
                    .map(|hit| (hit.start as usize, hit.literal as usize))
                    .collect();
                assert_eq!(found, expected, "{text}");
            }
        }
    }
}
