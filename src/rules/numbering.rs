//! Lists of sections that stand side by side, for the checks of numbering.

use super::Context;
use crate::syntax::{MarkerStyle, Report, Section};

/// Calls `judge` with every run of neighbours of one style: the sections of one parent that have
/// this style, in order.
pub(super) fn each_list<'a>(
    report: &'a Report,
    styles: &[MarkerStyle],
    judge: &mut impl FnMut(&[&'a Section]),
) {
    let attached = report.attachments.iter().map(|a| &a.sections);
    for sections in std::iter::once(&report.sections).chain(attached) {
        visit(sections, styles, judge);
    }
}

fn visit<'a>(
    sections: &'a [Section],
    styles: &[MarkerStyle],
    judge: &mut impl FnMut(&[&'a Section]),
) {
    for &style in styles {
        let list: Vec<&Section> = sections.iter().filter(|s| s.style == style).collect();
        if !list.is_empty() {
            judge(&list);
        }
    }
    for section in sections.iter().filter(|s| !s.children.is_empty()) {
        visit(&section.children, styles, judge);
    }
}

/// Whether the section at `i` stands in a row of numbers: it is number one, or a neighbour has the
/// number before or after. A line that only begins with some number (`489/QĐ-…`) does not.
pub(super) fn is_in_row(list: &[&Section], i: usize) -> bool {
    let Some(number) = list[i].ordinal else {
        return true;
    };
    let ordinal = |i: Option<usize>| i.and_then(|i| list.get(i)).and_then(|s| s.ordinal);
    number == 1
        || ordinal(i.checked_sub(1)).is_some_and(|before| before + 1 == number)
        || ordinal(Some(i + 1)).is_some_and(|after| after == number + 1)
}

/// Whether the section looks like the row of a table that lost its lines.
pub(super) fn is_row(cx: &Context<'_>, section: &Section) -> bool {
    let line = cx.of(cx.logical.line_at(section.marker.start));
    let mut blanks = 0;
    line.bytes().any(|byte| {
        blanks = if byte == b' ' { blanks + 1 } else { 0 };
        blanks == 3 || matches!(byte, b'\t' | b'|')
    })
}
