//! The words around a finding: what tells which of several alike it is.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::char::is_combining_mark;
use xxhash_rust::xxh3::xxh3_64;

use crate::text::{Span, composed};

/// Words that are kept on either side.
const SIDE: usize = 8;

/// Words before and after a place, each as one byte: the nearest eight of either side.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Surroundings {
    /// The nearest in the lowest byte; zero where there is none.
    pub(super) before: u64,
    /// As `before`.
    pub(super) after: u64,
}

impl Surroundings {
    /// How many words there are.
    pub(super) fn len(self) -> usize {
        bytes(self.before).count() + bytes(self.after).count()
    }

    /// How many of its words stand in the same order in others.
    pub(super) fn shared(self, other: Self) -> usize {
        longest_common(self.before, other.before) + longest_common(self.after, other.after)
    }
}

/// The words of a side, the nearest first.
fn bytes(side: u64) -> impl Iterator<Item = u8> {
    side.to_le_bytes().into_iter().take_while(|byte| *byte != 0)
}

/// The length of the longest common subsequence.
fn longest_common(a: u64, b: u64) -> usize {
    let mut row = [0; SIDE + 1];
    for x in bytes(a) {
        let mut diagonal = 0;
        for (index, y) in bytes(b).enumerate() {
            let above = row[index + 1];
            row[index + 1] = match x == y {
                true => diagonal + 1,
                false => above.max(row[index]),
            };
            diagonal = above;
        }
    }
    row.into_iter().max().unwrap_or_default()
}

impl fmt::Display for Surroundings {
    /// The words in the order of the text, two digits each, with a point where the finding is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before: Vec<_> = bytes(self.before).collect();
        for byte in before.into_iter().rev() {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(".")?;
        for byte in bytes(self.after) {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// Something else than [`Surroundings`] are displayed as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoSurroundings;

impl FromStr for Surroundings {
    type Err = NoSurroundings;

    fn from_str(text: &str) -> Result<Self, NoSurroundings> {
        let (before, after) = text.split_once('.').ok_or(NoSurroundings)?;
        let (mut before, after) = (words(before)?, words(after)?);
        before.reverse();
        Ok(Self {
            before: side(before),
            after: side(after),
        })
    }
}

/// The bytes that pairs of digits stand for.
fn words(digits: &str) -> Result<Vec<u8>, NoSurroundings> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_list = digits.bytes().all(is_digit) && digits.len().is_multiple_of(2);
    if !is_list || digits.len() > 2 * SIDE {
        return Err(NoSurroundings);
    }
    let pairs = (0..digits.len()).step_by(2);
    let read = |at| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    pairs
        .map(|at| read(at).filter(|byte| *byte != 0).ok_or(NoSurroundings))
        .collect()
}

/// A side of these words, of which the nearest comes first.
fn side(words: impl IntoIterator<Item = u8>) -> u64 {
    let words = words.into_iter().take(SIDE).enumerate();
    words.fold(0, |side, (index, word)| {
        side | u64::from(word) << (8 * index)
    })
}

/// The words of a text and the lines they stand on.
pub(super) struct Words {
    words: Vec<Word>,
    /// Where lines end, in bytes.
    breaks: Vec<u32>,
}

struct Word {
    span: Span,
    byte: u8,
    /// The number of line ends before it.
    line: usize,
}

/// Where a finding is among the words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The words beside it on its line.
    pub(super) own: Surroundings,
    /// The words beside it, wherever lines end.
    pub(super) flow: Surroundings,
    /// How many words end before it.
    pub(super) at: usize,
    /// How many words it touches.
    pub(super) touched: usize,
}

impl Words {
    pub(super) fn new(text: &str) -> Self {
        let mut all = Self {
            words: Vec::new(),
            breaks: Vec::new(),
        };
        let mut begun = None;
        for (at, letter) in text.char_indices() {
            // A mark is part of its letter, in whatever characters they are.
            let is_of_word = letter.is_alphanumeric() || is_combining_mark(letter);
            match (is_of_word, begun) {
                (true, None) => begun = Some(at),
                (false, Some(start)) => {
                    all.add(text, Span::new(start, at));
                    begun = None;
                }
                _ => {}
            }
            if matches!(letter, '\n' | '\r' | '\u{b}' | '\u{c}') {
                all.breaks.push(Span::new(at, at).start);
            }
        }
        if let Some(start) = begun {
            all.add(text, Span::new(start, text.len()));
        }
        all
    }

    fn add(&mut self, text: &str, span: Span) {
        // Zero stands for no word.
        let byte = (xxh3_64(composed(span.of(text)).as_bytes()) % 255) as u8 + 1;
        let line = self.breaks.len();
        self.words.push(Word { span, byte, line });
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Where a span is among the words.
    pub(super) fn place(&self, span: Span) -> Place {
        let line = |at: u32| self.breaks.partition_point(|end| *end < at);
        let (first, last) = (line(span.start), line(span.end));
        let at = self
            .words
            .partition_point(|word| word.span.end <= span.start);
        let next = self
            .words
            .partition_point(|word| word.span.start < span.end);
        let next = next.max(at);
        let flow = Surroundings {
            before: side(self.before(at, None)),
            after: side(self.after(next, None)),
        };
        let own = Surroundings {
            before: side(self.before(at, Some(first))),
            after: side(self.after(next, Some(last))),
        };
        let touched = next - at;
        // A blank or a mark alone on its line is known by the lines beside it.
        let own = match own.len() + touched {
            0 => flow,
            _ => own,
        };
        Place {
            own,
            flow,
            at,
            touched,
        }
    }

    /// The words before the one at an index, the nearest first, as far as they stand on a line.
    fn before(&self, index: usize, line: Option<usize>) -> impl Iterator<Item = u8> {
        let words = self.words[..index].iter().rev();
        on_line(words, line)
    }

    /// The words from the one at an index on.
    fn after(&self, index: usize, line: Option<usize>) -> impl Iterator<Item = u8> {
        on_line(self.words[index..].iter(), line)
    }

    /// What may be kept of a finding that has `index` words before it: those on the line where the
    /// last of them stands, and none where a line begins.
    pub(super) fn sides_before(&self, index: usize) -> impl Iterator<Item = u64> {
        let last = index.checked_sub(1).map(|index| self.words[index].line);
        let next = self.words.get(index).map(|word| word.line);
        let side = last.map(|line| side(self.before(index, Some(line))));
        side.into_iter().chain((last != next).then_some(0))
    }

    /// What may be kept of a finding that ends before the word at an index.
    pub(super) fn sides_after(&self, index: usize) -> impl Iterator<Item = u64> {
        let last = index.checked_sub(1).map(|index| self.words[index].line);
        let next = self.words.get(index).map(|word| word.line);
        let side = next.map(|line| side(self.after(index, Some(line))));
        side.into_iter().chain((last != next).then_some(0))
    }
}

fn on_line<'w>(
    words: impl Iterator<Item = &'w Word>,
    line: Option<usize>,
) -> impl Iterator<Item = u8> {
    words
        .take_while(move |word| line.is_none_or(|line| word.line == line))
        .take(SIDE)
        .map(|word| word.byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let text = "một hai\nba bốn X năm\nsáu";
        let words = Words::new(text);
        let at = text.find('X').unwrap();
        let place = words.place(Span::new(at, at + 1));
        assert_eq!((place.at, place.touched), (4, 1));
        assert_eq!((place.own.len(), place.flow.len()), (3, 6));
        assert_eq!(place.own.shared(place.flow), 3);
        for around in [place.own, place.flow, Surroundings::default()] {
            assert_eq!(around.to_string().parse(), Ok(around));
        }
        for wrong in ["", "-", "a.", "00.", ".0g", ".0102030405060708ff", "1.2.3"] {
            assert_eq!(
                wrong.parse::<Surroundings>(),
                Err(NoSurroundings),
                "{wrong}"
            );
        }
    }

    #[test]
    fn words_are_shared_in_their_order() {
        let of = |words: &[u8]| side(words.iter().copied());
        for (a, b, expected) in [
            (&[1, 2, 3][..], &[1, 2, 3][..], 3),
            (&[1, 2, 3], &[1, 9, 3], 2),
            (&[1, 2, 3], &[3, 2, 1], 1),
            (&[1, 2, 3], &[9, 1, 2], 2),
            (&[], &[1], 0),
        ] {
            assert_eq!(longest_common(of(a), of(b)), expected, "{a:?} {b:?}");
        }
    }
}
