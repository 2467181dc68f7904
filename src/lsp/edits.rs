//! The document with its corrections, as edits of the text that the editor has.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::analysis::Analysis;
use super::position::Encoding;
use super::protocol::TextEdit;
use crate::diagnostic::{Applicability, Edit};
use crate::fix::{self, Checked, Scope};
use crate::text::Span;

/// All corrections that are at least so safe and those that they make room for, as the command line
/// applies them; in order, not overlapping.
pub(super) fn all(analysis: &Analysis, least: Applicability, encoding: Encoding) -> Vec<TextEdit> {
    let Some(fixed) = fixed(analysis, least) else {
        return Vec::new();
    };
    let edits = differences(&analysis.text, &fixed);
    let edits = edits.into_iter().map(|Edit { span, content }| TextEdit {
        range: analysis.range(span, encoding),
        new_text: content,
    });
    edits.collect()
}

/// The text with its corrections; `None` where there are none.
fn fixed(analysis: &Analysis, least: Applicability) -> Option<String> {
    let checked = analysis.checked.as_ref()?;
    let mut findings = checked.outcome.diagnostics.packed();
    if !findings.any(|packed| packed.applicability().is_some_and(|known| known >= least)) {
        return None;
    }
    let name = &checked.document.name;
    let check = |bytes: &[u8]| {
        let (document, outcome) = checked.judge.check(name, bytes)?;
        Some(Checked { document, outcome })
    };
    let bytes = analysis.text.as_bytes();
    let scope = Scope {
        least,
        text: true,
        looks: false,
    };
    let fixed = fix::fix(bytes, check(bytes)?, scope, &check);
    String::from_utf8(fixed.bytes).ok()
}

/// The lines that differ, each without what it has in common at its ends.
fn differences(old: &str, new: &str) -> Vec<Edit> {
    let lines = |text| -> Vec<&str> { str::split_inclusive(text, '\n').collect() };
    let (old_lines, new_lines) = (lines(old), lines(new));
    let starts = |lines: &[&str]| {
        let mut at = 0;
        let mut starts = vec![0];
        starts.extend(lines.iter().map(|line| {
            at += line.len();
            at
        }));
        starts
    };
    let (old_starts, new_starts) = (starts(&old_lines), starts(&new_lines));
    let ops = capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines);
    let mut edits = Vec::new();
    for op in ops.iter().filter(|op| op.tag() != DiffTag::Equal) {
        let (mut was, mut is) = (op.old_range(), op.new_range());
        // Line by line where as many stand there as before.
        let pairs = if was.len() == is.len() { was.len() } else { 0 };
        for _ in 0..pairs {
            let pair = (was.start..was.start + 1, is.start..is.start + 1);
            (was.start, is.start) = (was.start + 1, is.start + 1);
            let old_span = old_starts[pair.0.start]..old_starts[pair.0.end];
            let new_span = new_starts[pair.1.start]..new_starts[pair.1.end];
            edits.extend(trimmed(old, old_span.start, &old[old_span], &new[new_span]));
        }
        if pairs == 0 {
            let old_span = old_starts[was.start]..old_starts[was.end];
            let new_span = new_starts[is.start]..new_starts[is.end];
            edits.extend(trimmed(old, old_span.start, &old[old_span], &new[new_span]));
        }
    }
    edits
}

/// What makes one piece of the text that begins at `start` the other.
fn trimmed(text: &str, start: usize, old: &str, new: &str) -> Option<Edit> {
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let width = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(same).map(|(c, _)| c.len_utf8()).sum()
    };
    let head = width(&mut old.chars().zip(new.chars()));
    let (old, new) = (&old[head..], &new[head..]);
    let foot = width(&mut old.chars().rev().zip(new.chars().rev()));
    let (old, new) = (&old[..old.len() - foot], &new[..new.len() - foot]);
    let span = Span::new(start + head, start + head + old.len());
    debug_assert!(span.of(text) == old);
    (!old.is_empty() || !new.is_empty()).then(|| Edit {
        span,
        content: new.to_owned(),
    })
}

/// Edits of the source as the client counts.
pub(super) fn text_edits(analysis: &Analysis, edits: &[Edit], encoding: Encoding) -> Vec<TextEdit> {
    let Some(checked) = &analysis.checked else {
        return Vec::new();
    };
    let edits = edits.iter().map(|edit| TextEdit {
        range: analysis.range(checked.in_text(edit.span), encoding),
        new_text: edit.content.clone(),
    });
    edits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_make_the_one_text_the_other() {
        for (old, new) in [
            ("một\nhai\nba", "một\nhai\nba"),
            ("số  7\n\nsử lý, sử lý\n", "số 07\n\nxử lý, xử lý\n"),
            ("a\nb\nc\n", "a\nc\nd\n"),
            ("a\n", ""),
            ("", "a\n"),
            ("ộ\n", "ồ\n"),
        ] {
            let mut made = old.to_owned();
            for Edit { span, content } in differences(old, new).into_iter().rev() {
                made.replace_range(span.range(), &content);
            }
            assert_eq!(made, new);
        }
    }
}
