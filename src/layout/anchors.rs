//! Places where a head, a foot or a stamp may be, found in one pass over the text.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::opening::{self, Opener, Stamp};
use super::physical::Physical;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    head: Vec<String>,
    foot: Vec<String>,
    stamp: Vec<String>,
}

struct Finder {
    automaton: AhoCorasick,
    /// What each pattern of the automaton is.
    kinds: Vec<Kind>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Head,
    Foot,
    Stamp,
}

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    // The file is part of the program; every test of this module reads it.
    let words: Words = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/layout.json")))
        .expect("internal error: the embedded vocabulary is valid");
    let groups = [
        (Kind::Head, words.head),
        (Kind::Foot, words.foot),
        (Kind::Stamp, words.stamp),
    ];
    let (mut patterns, mut kinds) = (Vec::new(), Vec::new());
    for (kind, group) in groups {
        kinds.extend(std::iter::repeat_n(kind, group.len()));
        patterns.extend(group);
    }
    Finder {
        // Only leftmost searches use the library's vector prefilter.
        automaton: AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .build(patterns)
            // A dozen short strings are within every limit of the library.
            .expect("internal error: the patterns are valid"),
        kinds,
    }
});

/// Bytes before a hit that may be table bars or what recognition made of a drawing.
const JUNK: usize = 24;

/// Indices of the lines that hold an anchor, each list in ascending order.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    /// Lines with a quốc hiệu.
    pub heads: Vec<usize>,
    /// Lines that begin with the recipients, or have them in the second cell of a table.
    pub feet: Vec<usize>,
    /// Lines that begin a stamp.
    pub stamps: Vec<usize>,
}

/// Finds the anchors.
pub(super) fn find(text: &str, lines: &[Physical], ocr: bool) -> Anchors {
    let mut anchors = Anchors::default();
    let mut index = 0;
    for hit in FINDER.automaton.find_iter(text) {
        while lines
            .get(index)
            .is_some_and(|line| (line.span.end as usize) <= hit.start())
        {
            index += 1;
        }
        let Some(line) = lines.get(index) else { break };
        let before = text[line.span.start as usize..hit.start()].trim_end();
        let after = &text[hit.start()..line.span.end as usize];
        match FINDER.kinds[hit.pattern().as_usize()] {
            Kind::Head if opening::opener(after, ocr) == Some(Opener::QuocHieu) => {
                push(&mut anchors.heads, index);
            }
            Kind::Foot
                if before.bytes().all(|b| matches!(b, b'|' | b' '))
                    && opening::opener(after, ocr) == Some(Opener::NoiNhan) =>
            {
                push(&mut anchors.feet, index);
            }
            Kind::Stamp if before.len() <= JUNK && opening::stamp(after) == Some(Stamp::Start) => {
                push(&mut anchors.stamps, index);
            }
            _ => {}
        }
    }
    anchors
}

fn push(list: &mut Vec<usize>, index: usize) {
    if list.last() != Some(&index) {
        list.push(index);
    }
}
