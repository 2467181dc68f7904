//! What `--diff` prints.

use std::fmt::Write as _;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use crate::emit::visible_line;

/// Lines around a change.
const CONTEXT: usize = 3;

/// How a diff is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Whether to colour with ANSI sequences.
    pub(super) colour: bool,
    /// Whether characters that could change the state of a terminal are shown as others.
    pub(super) terminal: bool,
}

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const CYAN: &str = "\u{1b}[36m";
const BOLD: &str = "\u{1b}[1m";
const RESET: &str = "\u{1b}[0m";

/// The difference of two texts in the unified format; empty where there is none.
pub(super) fn unified(name: &str, old: &str, new: &str, look: Look) -> String {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let mut out = Printer {
        look,
        text: String::new(),
    };
    for ops in group_diff_ops(operations(&old, &new), CONTEXT) {
        if out.text.is_empty() {
            // As git and diff write it: without the tab `patch` takes a name to its first blank.
            let end = if name.contains(' ') { "\t" } else { "" };
            out.line(BOLD, "--- ", &format!("{name}{end}"));
            out.line(BOLD, "+++ ", &format!("{name}{end}"));
        }
        let (Some(first), Some(last)) = (ops.first(), ops.last()) else {
            continue;
        };
        let of = |first: Range<usize>, last: Range<usize>| lines(&(first.start..last.end));
        let from = of(first.old_range(), last.old_range());
        let to = of(first.new_range(), last.new_range());
        out.line(CYAN, "", &format!("@@ -{from} +{to} @@"));
        for op in ops {
            if let DiffOp::Equal { .. } = op {
                out.all("", " ", &old[op.old_range()]);
            } else {
                out.all(RED, "-", &old[op.old_range()]);
                out.all(GREEN, "+", &new[op.new_range()]);
            }
        }
    }
    out.text
}

/// Corrections seldom make or join lines: line by line is then linear, and as short as can be.
fn operations(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    if old.len() != new.len() {
        return capture_diff_slices(Algorithm::Patience, old, new);
    }
    let mut ops = Vec::new();
    let mut start = 0;
    let same: Vec<bool> = old.iter().zip(new).map(|(old, new)| old == new).collect();
    for part in same.chunk_by(|a, b| a == b) {
        let len = part.len();
        ops.push(if part[0] {
            DiffOp::Equal {
                old_index: start,
                new_index: start,
                len,
            }
        } else {
            DiffOp::Replace {
                old_index: start,
                old_len: len,
                new_index: start,
                new_len: len,
            }
        });
        start += len;
    }
    ops
}

/// A range of lines as the format has it: the first from 1, and the number unless it is 1.
fn lines(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => (range.start + 1).to_string(),
        len => format!("{},{len}", range.start + 1),
    }
}

struct Printer {
    look: Look,
    text: String,
}

impl Printer {
    fn all(&mut self, colour: &str, sign: &str, lines: &[&str]) {
        for line in lines {
            match line.strip_suffix('\n') {
                Some(line) => self.line(colour, sign, line),
                None => {
                    self.line(colour, sign, line);
                    self.line("", "", "\\ No newline at end of file");
                }
            }
        }
    }

    fn line(&mut self, colour: &str, sign: &str, line: &str) {
        let shown = if self.look.terminal {
            visible_line(line)
        } else {
            line.to_owned()
        };
        // Writing to memory cannot fail.
        let _ = if self.look.colour && !colour.is_empty() {
            writeln!(self.text, "{colour}{sign}{shown}{RESET}")
        } else {
            writeln!(self.text, "{sign}{shown}")
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_shown_in_the_unified_format() {
        let look = Look {
            colour: false,
            terminal: false,
        };
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13";
        let cases = [
            (old, ""),
            (
                "1\nhai\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n",
                "--- a\n+++ a\n@@ -1,5 +1,5 @@\n 1\n-2\n+hai\n 3\n 4\n 5\n@@ -10,4 +10,4 @@\n 10\n \
                 11\n 12\n-13\n\\ No newline at end of file\n+13\n",
            ),
            (
                "1\n2 3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13",
                "--- a\n+++ a\n@@ -1,6 +1,5 @@\n 1\n-2\n-3\n+2 3\n 4\n 5\n 6\n",
            ),
        ];
        for (new, expected) in cases {
            assert_eq!(unified("a", old, new, look), expected);
        }
        assert_eq!(
            unified("a", "x", "y\n", look),
            "--- a\n+++ a\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n"
        );
        assert_eq!(
            unified("a b", "x\n", "y\n", look),
            "--- a b\t\n+++ a b\t\n@@ -1 +1 @@\n-x\n+y\n"
        );
        let look = Look {
            colour: true,
            terminal: true,
        };
        let shown = unified("a", "x\u{1b}\n", "y\t\n", look);
        assert!(
            shown.ends_with("\u{1b}[31m-x␛\u{1b}[0m\n\u{1b}[32m+y\t\u{1b}[0m\n"),
            "{shown:?}"
        );
    }
}
