//! What stands on a page and is no part of the document: page numbers, running heads, stamps.

use std::collections::HashMap;

use super::Role;
use super::anchors::Anchors;
use super::opening::{self, Stamp};
use super::physical::Physical;
use super::shape::Shape;

/// Lines after the first of a stamp that may belong to it.
const STAMP_LINES: usize = 6;
/// Columns that the lines of a stamp may begin apart.
const STAMP_INDENT: u16 = 6;
/// Pages on which a line must stand to be a running head.
const RUNNING_PAGES: usize = 3;
/// Characters of the longest running head.
const RUNNING_WIDTH: u16 = 120;
/// Lines of the longest address at the foot of a page.
const ADDRESS_LINES: usize = 4;
/// A number this far to the right, in columns, is centred.
const CENTRED: u16 = 20;

/// The role of each line.
pub(super) fn roles(text: &str, lines: &[Physical], shape: &Shape, anchors: &Anchors) -> Vec<Role> {
    let mut roles = vec![Role::Text; lines.len()];
    stamps(text, lines, &anchors.stamps, &mut roles);
    if let (Some(&head), false) = (anchors.heads.first(), shape.paragraphs) {
        stamp_above(text, &lines[..head], &mut roles);
    }
    page_fields(text, lines, &mut roles);
    if !shape.paragraphs {
        page_numbers(text, lines, shape, &mut roles);
        running_heads(text, lines, &mut roles);
        foot_address(text, lines, &mut roles);
    }
    roles
}

/// The address of the body at the foot of the first of several pages (NĐ 30/2020/NĐ-CP, Phụ lục I,
/// Phần I, III.4), which the text goes on below.
fn foot_address(text: &str, lines: &[Physical], roles: &mut [Role]) {
    let Some(end) = lines.iter().skip(1).position(|line| line.page) else {
        return;
    };
    let end = end + 1;
    let mut foot = end.saturating_sub(ADDRESS_LINES)..end;
    if let Some(first) = foot.find(|&i| opening::is_foot_address(lines[i].span.of(text))) {
        let rest = roles[first..end].iter_mut();
        let rest = rest.filter(|role| **role == Role::Text);
        rest.for_each(|role| *role = Role::RunningHead);
    }
}

fn stamps(text: &str, lines: &[Physical], starts: &[usize], roles: &mut [Role]) {
    for &start in starts {
        let end = (start + 1 + STAMP_LINES).min(lines.len());
        let last = (start..end)
            .take_while(|&i| i == start || lines[i].blanks <= 1)
            .filter(|&i| i == start || is_stamp_line(lines[i].span.of(text)))
            // One line that cannot be told (the rest of a long name) may stand in between.
            .scan(start, |last, i| {
                let near = i <= *last + 2;
                *last = i;
                near.then_some(i)
            })
            .last()
            .unwrap_or(start);
        roles[start..=last].fill(Role::Stamp);
    }
}

/// A stamp at the top right above the first head that names no label: it is told by the moment of
/// signing, to the second, below a name at the same indent.
fn stamp_above(text: &str, above: &[Physical], roles: &mut [Role]) {
    let moment = (0..above.len().min(STAMP_LINES + 1)).find(|&i| {
        above[i].indent >= CENTRED && opening::stamp(above[i].span.of(text)) == Some(Stamp::Moment)
    });
    let Some(moment) = moment else { return };
    let beside = |line: &Physical| line.indent.abs_diff(above[moment].indent) <= STAMP_INDENT;
    let first = (0..moment).rev().take_while(|&i| beside(&above[i]));
    let first = first.last().unwrap_or(moment);
    let more = above[moment + 1..].iter();
    let more = more.take_while(|line| beside(line) && is_stamp_line(line.span.of(text)));
    let last = moment + more.count();
    roles[first..=last].fill(Role::Stamp);
}

/// Whether a line goes on with the block of a signing tool.
pub(super) fn is_stamp_line(line: &str) -> bool {
    opening::stamp(line).is_some() || (line.contains('@') && !line.contains(' '))
}

/// The number on a line that holds nothing else: `12`, `- 3 -`, `Trang 3/12`.
fn lone_number(line: &str) -> Option<u32> {
    if line.len() > 16 {
        return None;
    }
    let inner = line.trim_matches(|c: char| !c.is_alphanumeric());
    let inner = inner.split_once('/').map_or(inner, |(page, of)| {
        if of.trim().parse::<u16>().is_ok() {
            page.trim()
        } else {
            inner
        }
    });
    let digits = match inner.rsplit_once(' ') {
        Some((word, digits)) if opening::is_page_word(word) => digits,
        Some(_) => return None,
        None => inner,
    };
    let plain = digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// The instruction of a field, shown in place of its number or beside it.
fn page_fields(text: &str, lines: &[Physical], roles: &mut [Role]) {
    for (line, role) in lines.iter().zip(roles) {
        let line = line.span.of(text);
        if line.contains("\\*") && opening::is_page_field(line) {
            *role = Role::PageNumber;
        }
    }
}

/// A lone number is a page number at the edge of a page; without pages, in the middle of a
/// sentence or centred, and then only where it continues the numbers before.
fn page_numbers(text: &str, lines: &[Physical], shape: &Shape, roles: &mut [Role]) {
    let mut page = 1_u32;
    let mut last = 0_u32;
    let paged = lines.iter().any(|line| line.page);
    for i in 0..lines.len() {
        page += u32::from(lines[i].page);
        let line = lines[i].span.of(text);
        if line.len() > 16 {
            continue;
        }
        let Some(number) = lone_number(line) else {
            continue;
        };
        let next = lines.get(i + 1);
        let at_edge = paged && (lines[i].page || next.is_none_or(|next| next.page));
        let follows = number > last && number <= last + 3;
        let centred = lines[i].indent >= CENTRED && shape.wrapped;
        let is_page_number = if at_edge {
            follows || number.abs_diff(page) <= 3
        } else if shape.wrapped && !paged {
            follows && (centred || cuts_sentence(text, lines, i))
        } else {
            false
        };
        if is_page_number {
            roles[i] = Role::PageNumber;
            last = number;
        }
    }
}

/// Whether the lines around line `i` are one sentence.
fn cuts_sentence(text: &str, lines: &[Physical], i: usize) -> bool {
    let Some(before) = i.checked_sub(1).and_then(|before| lines.get(before)) else {
        return false;
    };
    let Some(after) = lines.get(i + 1) else {
        return false;
    };
    !before.span.of(text).ends_with(['.', ';', ':', '!', '?'])
        && after.span.of(text).starts_with(char::is_lowercase)
}

/// The first and the last line of a page, page numbers aside, are running heads when the same
/// stands there on several pages one after another (or every other page), numbers in it aside.
fn running_heads(text: &str, lines: &[Physical], roles: &mut [Role]) {
    let mut places: HashMap<String, Vec<(u32, usize)>> = HashMap::new();
    let (mut start, mut page) = (0, 0_u32);
    for i in 1..=lines.len() {
        if lines.get(i).is_some_and(|line| !line.page) {
            continue;
        }
        let mut body = (start..i).filter(|&j| roles[j] == Role::Text);
        let (first, last) = (body.next(), body.next_back());
        for edge in first.into_iter().chain(last) {
            let line = lines[edge].span.of(text);
            let key: String = line.chars().filter(|c| c.is_alphabetic()).collect();
            if lines[edge].width <= RUNNING_WIDTH && !key.is_empty() {
                places.entry(key).or_default().push((page, edge));
            }
        }
        (start, page) = (i, page + 1);
    }
    // Each line is marked for itself, so that the order of the map does not matter.
    #[allow(clippy::iter_over_hash_type)]
    for on in places.values() {
        for run in on.chunk_by(|a, b| b.0 - a.0 <= 2) {
            let pages = 1 + run.windows(2).filter(|pair| pair[0].0 != pair[1].0).count();
            if pages >= RUNNING_PAGES {
                for &(_, edge) in run {
                    roles[edge] = Role::RunningHead;
                }
            }
        }
    }
}
