//! Headings and numbered paragraphs → nested sections.

use std::ops::Range;

use super::line::{Class, Marker, plain_kind};
use super::report::{MarkerStyle, Section};
use super::tree::{NodeKind, TreeBuilder};
use crate::layout::Line;
use crate::text::{Span, is_capitals};

/// A heading up to this length may end in a full stop or colon, in bytes.
const SHORT_HEADING: usize = 160;
/// A line longer than this is a paragraph whatever it ends in, in bytes.
const LONGEST_HEADING: usize = 600;

/// A section that is still open.
struct Open {
    rank: u8,
    section: Section,
}

/// Nests the numbered lines of `range` and adds all its lines to the tree.
pub(super) fn nest(
    tree: &mut TreeBuilder,
    text: &str,
    lines: &[Line],
    classes: &[Class],
    range: Range<usize>,
) -> Vec<Section> {
    let mut done = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut i = range.start;
    while i < range.end {
        let span = lines[i].span;
        let Some((marker, style)) = classes[i]
            .marker
            .and_then(|m| m.style.map(|style| (m, style)))
        else {
            for parent in &mut open {
                parent.section.span.end = span.end;
            }
            tree.leaf(plain_kind(classes[i].letter, NodeKind::Paragraph), span);
            i += 1;
            continue;
        };
        let rank = rank(style, marker.depth);
        while open
            .last()
            .is_some_and(|last| !nests_under(&open, last, rank, style, marker))
        {
            close(tree, &mut open, &mut done);
        }
        tree.open(NodeKind::Section);
        tree.leaf(NodeKind::Heading, span);
        let mut title = Span::new(marker.span.end as usize, span.end as usize).trim(text);
        let mut end = span;
        i += 1;
        // `Chương I` alone on its line: the title stands below.
        while title.is_empty()
            && i < range.end
            && matches!(classes[i].letter, b'U' | b'T' | b't' | b'F' | b'S')
        {
            if classes[i].letter == b'F' {
                tree.leaf(NodeKind::Furniture, lines[i].span);
            } else {
                title = lines[i].span;
                end = title;
                tree.leaf(NodeKind::Heading, title);
            }
            i += 1;
        }
        for parent in &mut open {
            parent.section.span.end = end.end;
        }
        let section = Section {
            level: u8::try_from(open.len() + 1).unwrap_or(u8::MAX),
            marker: marker.span,
            style,
            ordinal: marker.ordinal,
            title,
            heading: is_heading(title.of(text)),
            span: span.join(end),
            children: Vec::new(),
        };
        open.push(Open { rank, section });
    }
    while !open.is_empty() {
        close(tree, &mut open, &mut done);
    }
    done
}

fn close(tree: &mut TreeBuilder, open: &mut Vec<Open>, done: &mut Vec<Section>) {
    if let Some(closed) = open.pop() {
        tree.close();
        let siblings = open
            .last_mut()
            .map_or(done, |parent| &mut parent.section.children);
        siblings.push(closed.section);
    }
}

/// Whether a marker opens a section below the last open one rather than beside or above it.
fn nests_under(open: &[Open], last: &Open, rank: u8, style: MarkerStyle, marker: Marker) -> bool {
    if open
        .iter()
        .any(|o| o.rank == rank && o.section.style == style)
    {
        return false;
    }
    // `A.` stands above `I.` as a rule; where it begins anew below an `I.` it is the lower one.
    let below_roman = style == MarkerStyle::Alpha
        && last.section.style == MarkerStyle::Roman
        && marker.ordinal == Some(1);
    last.rank < rank || below_roman
}

fn rank(style: MarkerStyle, depth: u8) -> u8 {
    match style {
        MarkerStyle::Phan => 0,
        MarkerStyle::Chuong => 1,
        MarkerStyle::Muc => 2,
        MarkerStyle::TieuMuc => 3,
        MarkerStyle::Alpha => 4,
        MarkerStyle::Roman => 5,
        MarkerStyle::Dieu => 6,
        MarkerStyle::Arabic => 7,
        MarkerStyle::Decimal => 8_u8.saturating_add(depth.min(10)),
        MarkerStyle::ArabicBracket => 20,
        MarkerStyle::Letter => 21,
    }
}

/// Whether a title is a heading rather than a paragraph that begins with a number.
fn is_heading(title: &str) -> bool {
    if title.is_empty() || title.len() > LONGEST_HEADING {
        return false;
    }
    if is_capitals(title) {
        return true;
    }
    match title.chars().next_back() {
        Some('.' | ':') => {
            title.len() <= SHORT_HEADING && !title.trim_end_matches(['.', ':']).contains(". ")
        }
        Some(';' | ',') => false,
        _ => true,
    }
}
