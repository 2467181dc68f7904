//! What is read in the whole logical text, line by line, before rules run: dates, what
//! lines could be, words, literals.
//!
//! While somebody types, all lines but a few are those of the run before. What was read in them is
//! taken over; what depends on more than the line is not read here.

use super::hits::Hit;
use super::set::RuleSet;
use super::words::Words;
use crate::document::Document;
use crate::layout::Logical;
use crate::syntax::date::{self, DateMention};
use crate::syntax::{self, Classes, Read};
use crate::text::{Letters, Span};

/// What one reading found, in order.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) words: Words,
    /// By rule.
    pub(super) hits: Vec<Vec<Hit>>,
    pub(super) classes: Classes,
}

/// An earlier run over nearly the same text, by the same rules.
#[derive(Clone, Copy, Debug)]
pub(super) struct Earlier<'a> {
    pub(super) logical: &'a Logical,
    pub(super) dates: &'a [DateMention],
    pub(super) scan: &'a Scan,
    changed: Changed,
}

/// Where the texts of two runs differ, in whole lines, with room for a literal before the first
/// difference. What lies before and behind is the same.
#[derive(Clone, Copy, Debug)]
struct Changed {
    old: Span,
    new: Span,
}

impl<'a> Earlier<'a> {
    /// The earlier run, where there is something to take over.
    pub(super) fn of(
        logical: &'a Logical,
        dates: &'a [DateMention],
        scan: &'a Scan,
        new: &Logical,
        rules: &RuleSet,
    ) -> Option<Self> {
        let changed = Changed::between(&logical.text, &new.text, rules.longest_literal())?;
        Some(Self {
            logical,
            dates,
            scan,
            changed,
        })
    }

    pub(super) fn read(&self, document: &Document, new: &Logical) -> Read {
        Read {
            dates: self.dates(&new.text),
            classes: self.classes(new, syntax::letters_of(document)),
        }
    }

    fn classes(&self, new: &Logical, letters: Letters) -> Classes {
        let Changed { old, new: changed } = self.changed;
        let (was, shift) = (&self.logical.lines, self.changed.shift());
        let start = |at: u32| was.partition_point(|line| line.span.start < at);
        let (before, behind) = (start(old.start), start(old.end));
        let lines = &new.lines;
        let new_behind = lines.partition_point(|line| line.span.start < changed.end);
        let same = |index: usize| match index {
            _ if index < before => Some((index, 0)),
            _ if index >= new_behind => Some((behind + (index - new_behind), shift)),
            _ => None,
        };
        Classes::after((self.logical, &self.scan.classes), new, letters, same)
    }

    fn dates(&self, text: &str) -> Vec<DateMention> {
        let (around, start) = self.changed.around(text, 0);
        let read = date::find(around).into_iter().map(|mut date| {
            date.move_by(start);
            date
        });
        let moved = |date: &DateMention| {
            let mut date = date.clone();
            date.move_by(self.changed.shift());
            date
        };
        self.splice(self.dates, read, |date| date.span.start, moved)
    }

    pub(super) fn words(&self, new: &Logical) -> Words {
        let Changed { old, new: changed } = self.changed;
        let earlier = &self.scan.words;
        let (was, is) = (Words::read(self.logical, old), Words::read(new, changed));
        let shift = self.changed.shift();
        let spans = |earlier: &[Span], read: Vec<Span>| {
            self.splice(earlier, read, |span| span.start, |span| span.moved(shift))
        };
        Words {
            all: earlier.all - was.all + is.all,
            marked: earlier.marked - was.marked + is.marked,
            wrong: spans(&earlier.wrong, is.wrong),
            capitals: spans(&earlier.capitals, is.capitals),
            pairs: self.splice(
                &earlier.pairs,
                is.pairs,
                |pair| pair.span().start,
                |pair| pair.moved(shift),
            ),
        }
    }

    pub(super) fn hits(&self, text: &str, rules: &RuleSet) -> Vec<Vec<Hit>> {
        let (around, start) = self.changed.around(text, rules.longest_literal());
        let shift = self.changed.shift();
        let move_by = |hit: Hit, by: i64| Hit {
            start: Span {
                start: hit.start,
                end: hit.start,
            }
            .moved(by)
            .start,
            ..hit
        };
        let read = rules.scan(around).into_iter();
        let pairs = self.scan.hits.iter().zip(read);
        let spliced = pairs.map(|(earlier, read)| {
            let read = read.into_iter().map(|hit| move_by(hit, start));
            self.splice(earlier, read, |hit| hit.start, |hit| move_by(*hit, shift))
        });
        spliced.collect()
    }

    /// What begins before the change, what was read within it, and what begins behind it, moved.
    fn splice<T: Clone>(
        &self,
        earlier: &[T],
        read: impl IntoIterator<Item = T>,
        start: impl Fn(&T) -> u32,
        moved: impl Fn(&T) -> T,
    ) -> Vec<T> {
        let Changed { old, new } = self.changed;
        let before = earlier.partition_point(|one| start(one) < old.start);
        let behind = earlier.partition_point(|one| start(one) < old.end);
        let within = |one: &T| (new.start..new.end).contains(&start(one));
        let mut all = Vec::with_capacity(earlier.len() + 16);
        all.extend_from_slice(&earlier[..before]);
        all.extend(read.into_iter().filter(within));
        all.extend(earlier[behind..].iter().map(moved));
        all
    }
}

impl Changed {
    fn between(old: &str, new: &str, room: usize) -> Option<Self> {
        let (old_bytes, new_bytes) = (old.as_bytes(), new.as_bytes());
        let head = alike(old_bytes.chunks(CHUNK), new_bytes.chunks(CHUNK), false);
        let start = old_bytes[..head.checked_sub(room)?]
            .iter()
            .rposition(|byte| *byte == b'\n')?
            + 1;
        // Both ends may not claim the same bytes.
        let (old_rest, new_rest) = (&old_bytes[head..], &new_bytes[head..]);
        let tail = alike(old_rest.rchunks(CHUNK), new_rest.rchunks(CHUNK), true);
        let from = old_bytes.len() - tail;
        let line_end = old_bytes[from..].iter().position(|byte| *byte == b'\n');
        let tail = tail - line_end.map_or(tail, |at| at + 1);
        Some(Self {
            old: Span::new(start, old_bytes.len() - tail),
            new: Span::new(start, new_bytes.len() - tail),
        })
    }

    /// How far what stands behind the change has moved.
    fn shift(self) -> i64 {
        i64::from(self.new.end) - i64::from(self.old.end)
    }

    /// The changed lines of the new text with the line before them and one behind them, which ends
    /// at least `room` bytes later, and where that begins: what is read looks about itself.
    fn around(self, text: &str, room: usize) -> (&str, i64) {
        let (start, end) = (self.new.start as usize, self.new.end as usize);
        let before = text[..start.saturating_sub(1)].rfind('\n');
        let start = before.map_or(0, |at| at + 1);
        let bytes = text.as_bytes();
        let least = (end + room).min(bytes.len());
        let line_end = bytes[least..].iter().position(|byte| *byte == b'\n');
        let end = line_end.map_or(bytes.len(), |at| least + at + 1);
        (&text[start..end], i64::try_from(start).unwrap_or(i64::MAX))
    }
}

/// Bytes that are compared at once.
const CHUNK: usize = 4096;

/// How many bytes two texts have in common, chunk by chunk from the beginning, or from the end.
fn alike<'t>(
    old: impl Iterator<Item = &'t [u8]>,
    new: impl Iterator<Item = &'t [u8]>,
    from_end: bool,
) -> usize {
    let mut same = 0;
    for (a, b) in old.zip(new) {
        if a == b {
            same += a.len();
            continue;
        }
        let equal = |(a, b): &(&u8, &u8)| a == b;
        same += match from_end {
            true => a.iter().rev().zip(b.iter().rev()).take_while(equal).count(),
            false => a.iter().zip(b).take_while(equal).count(),
        };
        break;
    }
    same
}
