//! Notes at the foot of pages: they are set aside, so that a sentence goes on on the next page.

use std::collections::BTreeSet;

use super::lines::{Line, Piece};
use super::style::Styles;
use super::write::{Page, lone_number};

/// Notes are set in letters of at most this part of the usual size.
const SMALL: f32 = 0.88;
/// The mark of a note has at most this part of the size of the words it stands at.
const RAISED: f32 = 0.8;
/// Digits of the mark of a note.
const MOST_DIGITS: usize = 3;

/// The notes of a page.
pub(super) struct Notes {
    /// Which page, from 0.
    pub(super) page: usize,
    pub(super) lines: Vec<Line>,
}

/// Takes the notes out of pages. Notes are the small lines at the foot of a page from one on that begins
/// with a number which stands small and raised at a word above; `body` is the usual size in points.
pub(super) fn set_aside(pages: &mut [Page], body: f32, styles: &Styles) -> Vec<Notes> {
    let pages = pages.iter_mut().enumerate();
    pages
        .filter_map(|(index, page)| {
            let (start, end) = find(page, body, styles)?;
            let lines = page.text.lines.drain(start..end).collect();
            Some(Notes { page: index, lines })
        })
        .collect()
}

/// The lines of a page that are notes: the first, and the one after the last.
fn find(page: &Page, body: f32, styles: &Styles) -> Option<(usize, usize)> {
    let (lines, text) = (&page.text.lines, &page.text.text);
    let is_number = |line: &&Line| lone_number(line, text).is_some();
    let end = lines.len() - lines.iter().rev().take_while(is_number).count().min(1);
    let is_small = |line: &&Line| line.size <= SMALL * body;
    let small = lines[..end].iter().rev().take_while(is_small).count();
    let is_raised = |line: &Line, piece: &Piece| {
        let size = styles.get(piece.style).size;
        size.is_some_and(|size| size.points() as f32 <= RAISED * line.size)
    };
    let mut marks = BTreeSet::new();
    for line in &lines[..end - small] {
        let raised = line.pieces.iter().skip(1);
        let raised = raised.filter(|piece| is_raised(line, piece));
        marks.extend(raised.filter_map(|piece| number(piece, text)));
    }
    let begins = |line: &Line| {
        let first = line.pieces.first().and_then(|piece| number(piece, text));
        line.pieces.len() > 1 && first.is_some_and(|number| marks.contains(&number))
    };
    let start = (end - small..end).find(|&index| begins(&lines[index]))?;
    Some((start, end))
}

/// The number that a piece is.
fn number(piece: &Piece, text: &str) -> Option<u32> {
    let written = text.get(piece.text.0 as usize..piece.text.1 as usize)?;
    let written = written.trim_matches(['(', ')', '[', ']']);
    let is_number = written.len() <= MOST_DIGITS && written.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| written.parse().ok()).flatten()
}
