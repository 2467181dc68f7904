//! Whether the numbers of sections follow each other.

use serde::Deserialize;

use super::numbering::{each_list, is_in_row, is_row};
use super::{Check, Context, Hit, Sink};
use crate::document::Quality;
use crate::syntax::{MarkerStyle, Section};
use crate::text::{Span, is_capitals};

/// A number further away than this belongs to something else.
const LEAP: u32 = 4;

/// Compares each number with the one before it on the same level.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NumberingSequence {
    fault: Fault,
    styles: Vec<MarkerStyle>,
    /// The letters in order.
    #[serde(default)]
    letters: String,
}

/// What is wrong with a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// One or more numbers are left out.
    Gap,
    /// The same number again.
    Duplicate,
    /// A smaller number than the one before.
    Order,
    /// The first of the document is not number one.
    Start,
    /// The first below a heading is number two, and number three follows.
    ListStart,
}

impl Fault {
    /// A number one after another number begins a new list.
    fn between(before: u32, number: u32) -> Option<Self> {
        if number == 1 || number == before + 1 {
            None
        } else if number == before {
            Some(Self::Duplicate)
        } else if number < before {
            Some(Self::Order)
        } else {
            Some(Self::Gap)
        }
    }
}

impl Check for NumberingSequence {
    fn placeholders(&self) -> &'static [&'static str] {
        &["before", "expected"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        if self.fault == Fault::Start {
            self.start(cx, sink);
            return;
        }
        if self.fault == Fault::ListStart {
            self.list_start(cx, sink);
            return;
        }
        let strays = if self.styles.contains(&MarkerStyle::Decimal) {
            strays(cx)
        } else {
            Vec::new()
        };
        let is_stray = |section: &Section| {
            let start = |stray: &Stray<'_>| stray.first.marker.start;
            let found = strays.binary_search_by_key(&section.marker.start, start);
            found.is_ok()
        };
        each_list(cx.report, &self.styles, &mut |list| {
            for i in 0..list.len().saturating_sub(1) {
                // It is the one that is wrong, not the one after it.
                if i == 0 && is_stray(list[0]) {
                    continue;
                }
                let repeated = self.fault == Fault::Duplicate && repeats_one(cx, &list[i..]);
                if repeated || self.is_faulty(cx, list, i) {
                    self.judge(cx, list, i, sink);
                }
            }
        });
        if self.fault == Fault::Order {
            Self::below(cx, &strays, sink);
        }
        if self.styles.contains(&MarkerStyle::Dieu) {
            let attached = cx.report.attachments.iter().map(|a| &a.sections);
            for sections in std::iter::once(&cx.report.sections).chain(attached) {
                self.through(cx, sections, sink);
            }
        }
    }
}

impl NumberingSequence {
    /// Whether the numbers of a section of a list and of the one after it have this fault.
    fn is_faulty(&self, cx: &Context<'_>, list: &[&Section], i: usize) -> bool {
        let (before, section) = (list[i], list[i + 1]);
        let (Some(last), Some(number)) = (before.ordinal, section.ordinal) else {
            return false;
        };
        if section.style == MarkerStyle::Decimal
            && let Some(fault) = decimals(cx, list, i)
        {
            return fault == self.fault;
        }
        // Of `a, a, c` the second is wrong, and the third right.
        let doubled = i > 0 && list[i - 1].ordinal == before.ordinal;
        if doubled && self.fault == Fault::Gap && number == last + 2 {
            return false;
        }
        Fault::between(last, number) == Some(self.fault)
    }

    /// Reports the section after the one at `i`, unless something speaks for it.
    fn judge(&self, cx: &Context<'_>, list: &[&Section], i: usize, sink: &mut Sink<'_>) {
        let (before, section) = (list[i], list[i + 1]);
        let (Some(last), Some(number)) = (before.ordinal, section.ordinal) else {
            return;
        };
        let expected = self.expected(cx, before, section, last + 1);
        if number.abs_diff(last) > LEAP
            || !is_certain(cx, before)
            || !is_certain(cx, section)
            || !(is_swapped(cx, list, i) || is_in_row(list, i) && !resumes(list, i + 1))
            || stands_between(cx, before, section, &expected)
            || is_quoted(cx, before, section)
        {
            return;
        }
        sink.at(section.marker)
            .with("before", cx.of(before.marker))
            .with("expected", expected)
            .related(before.marker)
            .report();
    }

    /// The marker that a section should have after the one before.
    fn expected(
        &self,
        cx: &Context<'_>,
        before: &Section,
        section: &Section,
        number: u32,
    ) -> String {
        let of = match section.style {
            MarkerStyle::Decimal => before,
            _ => section,
        };
        self.rewrite(cx.of(of.marker), section.style, number)
    }

    /// The articles of one text are numbered through its chapters; judges the first of each.
    fn through(&self, cx: &Context<'_>, sections: &[Section], sink: &mut Sink<'_>) {
        let mut articles = Vec::new();
        collect_articles(sections, &mut Vec::new(), &mut articles);
        let list: Vec<&Section> = articles.iter().map(|(section, _)| *section).collect();
        for (i, pair) in articles.windows(2).enumerate() {
            let [(before, above), (section, below)] = pair else {
                continue;
            };
            let restarts = section.ordinal == Some(1) && before.ordinal.is_some();
            let fault = match (before.ordinal, section.ordinal) {
                _ if restarts => Some(Fault::Order),
                (Some(last), Some(number)) => Fault::between(last, number),
                _ => None,
            };
            // Where another text begins, its articles go on.
            let alone = || list.get(i + 2).is_none_or(|next| next.ordinal != Some(2));
            let again = above == below && restarts && alone() && !is_headed(cx, before, section);
            if fault == Some(self.fault) && (again || follows(above, below)) {
                self.judge(cx, &list, i, sink);
            }
        }
    }

    /// Reports `3.2.` as the first below `2.`
    fn below(cx: &Context<'_>, strays: &[Stray<'_>], sink: &mut Sink<'_>) {
        for Stray { parent, first } in strays {
            if is_certain(cx, parent) && is_certain(cx, first) && !is_quoted(cx, parent, first) {
                sink.at(first.marker)
                    .with("before", cx.of(parent.marker))
                    .with("expected", format!("{}.1.", bare(cx.of(parent.marker))))
                    .related(parent.marker)
                    .report();
            }
        }
    }

    fn start(&self, cx: &Context<'_>, sink: &mut Sink<'_>) {
        let Some(first) = first_of(&self.styles, &cx.report.sections) else {
            return;
        };
        let expected = self.rewrite(cx.of(first.marker), first.style, 1);
        let word = bare(&expected);
        let lines = &cx.logical.lines;
        // The article may be there and read as something else.
        if first.ordinal.is_some_and(|number| number > 1)
            && !lines.iter().any(|line| {
                let text = cx.of(line.span);
                text.match_indices(word).any(|(at, _)| {
                    let leads = at == 0 || text[..at].trim_end().ends_with(':');
                    leads && !text[at + word.len()..].starts_with(char::is_alphanumeric)
                })
            })
        {
            sink.at(first.marker).with("expected", expected).report();
        }
    }

    /// Judges only a list that begins on the line below its heading, so that nothing that was read
    /// as something else can hide number one.
    fn list_start(&self, cx: &Context<'_>, sink: &mut Sink<'_>) {
        let mut parents: Vec<&Section> = cx.report.sections.iter().rev().collect();
        // Numbers may run on through several headings.
        let mut before = None;
        while let Some(parent) = parents.pop() {
            parents.extend(parent.children.iter().rev());
            let style = parent.children.first().map(|child| child.style);
            let runs_on =
                before.is_some_and(|(last, ordinal)| Some(last) == style && ordinal == Some(1));
            if let Some(last) = parent.children.last() {
                before = Some((last.style, last.ordinal));
            }
            let [first, second, ..] = parent.children.as_slice() else {
                continue;
            };
            let begins = first.style == second.style
                && self.styles.contains(&first.style)
                && (first.ordinal, second.ordinal) == (Some(2), Some(3))
                && cx.logical.line_index(first.marker.start)
                    == cx.logical.line_index(parent.marker.start) + 1;
            let certain = [first, second].iter().all(|s| is_certain(cx, s));
            if begins && certain && !runs_on && parent.heading && !is_quoted(cx, parent, first) {
                let expected = self.rewrite(cx.of(first.marker), first.style, 1);
                sink.at(first.marker).with("expected", expected).report();
            }
        }
    }

    /// The marker with another number.
    fn rewrite(&self, marker: &str, style: MarkerStyle, number: u32) -> String {
        let number = match style {
            MarkerStyle::Letter => match self.letters.chars().nth(number as usize - 1) {
                Some(letter) => letter.to_string(),
                None => return marker.to_owned(),
            },
            MarkerStyle::Phan | MarkerStyle::Chuong | MarkerStyle::Roman => roman(number),
            _ => number.to_string(),
        };
        // The number is the last word of a marker (`Điều 5.`, `1.2`), without its end mark.
        let end = marker
            .trim_end_matches(|c: char| !c.is_alphanumeric())
            .len();
        let start = marker[..end]
            .rfind(|c: char| !c.is_alphanumeric())
            .map_or(0, |i| {
                i + marker[i..].chars().next().map_or(1, char::len_utf8)
            });
        format!("{}{number}{}", &marker[..start], &marker[end..])
    }
}

/// The parts, chapters and sections that an article stands in, outermost first.
type Path = Vec<(MarkerStyle, Option<u32>)>;

fn collect_articles<'a>(
    sections: &'a [Section],
    path: &mut Path,
    out: &mut Vec<(&'a Section, Path)>,
) {
    use MarkerStyle::{Chuong, Dieu, Muc, Phan, TieuMuc};
    for section in sections {
        match section.style {
            Dieu => out.push((section, path.clone())),
            Phan | Chuong | Muc | TieuMuc => {
                path.push((section.style, section.ordinal));
                collect_articles(&section.children, path, out);
                path.pop();
            }
            _ => {}
        }
    }
}

/// Whether the chapters of an article follow those of the one before in one text: where they
/// differ first, the numbers rise by one. Another text begins anew.
fn follows(above: &[(MarkerStyle, Option<u32>)], below: &[(MarkerStyle, Option<u32>)]) -> bool {
    let parting = above.iter().zip(below).find(|(a, b)| a != b);
    parting.is_some_and(|(a, b)| a.0 == b.0 && a.1.is_some_and(|number| b.1 == Some(number + 1)))
}

/// Whether a line in capitals stands between two sections, as above another text.
fn is_headed(cx: &Context<'_>, before: &Section, section: &Section) -> bool {
    let between = Span {
        start: before.marker.end,
        end: section.marker.start,
    };
    cx.of(between).lines().any(is_capitals)
}

/// What is wrong with the second of two decimal numbers, where more than the last of their parts
/// says it: `2.1.` again, or `3.2.` after `2.1.`
fn decimals(cx: &Context<'_>, list: &[&Section], i: usize) -> Option<Fault> {
    let parts = |section: &Section| {
        let marker = bare(cx.of(section.marker));
        let (above, _) = marker.rsplit_once('.')?;
        Some((above.to_owned(), section.ordinal?))
    };
    let (before, after) = (parts(list[i])?, parts(list[i + 1])?);
    let next = list.get(i + 2).and_then(|section| parts(section));
    let strays = next.is_none_or(|next| next.0 == before.0);
    if before == after && after.1 == 1 {
        return Some(Fault::Duplicate);
    }
    let same_depth = before.0.matches('.').count() == after.0.matches('.').count();
    // A recognition takes one digit for another.
    let is_read = cx.quality == Quality::Clean;
    // After one that strays, the next is at home again.
    let home = i.checked_sub(1).and_then(|first| parts(list[first]));
    let is_home = home.is_none_or(|home| home.0 == before.0);
    (is_read && is_home && same_depth && before.0 != after.0 && after.1 == before.1 + 1 && strays)
        .then_some(Fault::Order)
}

/// The first section below one whose number it does not carry on: `3.2.` below `2.`
struct Stray<'a> {
    parent: &'a Section,
    first: &'a Section,
}

/// In the order of the text, where the section with that number stands elsewhere, or those after
/// it carry on the number of the parent. Otherwise the heading may have been lost.
fn strays<'a>(cx: &Context<'a>) -> Vec<Stray<'a>> {
    // A recognition takes one digit for another.
    if cx.quality != Quality::Clean {
        return Vec::new();
    }
    let mut strays = Vec::new();
    let mut open = vec![&cx.report.sections];
    while let Some(list) = open.pop() {
        open.extend(list.iter().map(|section| &section.children));
        for (i, parent) in list.iter().enumerate() {
            let above = bare(cx.of(parent.marker));
            // The number of the heading that a section belongs to: `2` of `2.1.`
            let of = |child: &'a Section| {
                let (of, _) = bare(cx.of(child.marker)).rsplit_once('.')?;
                (child.style == MarkerStyle::Decimal).then_some(of)
            };
            let numbered = matches!(parent.style, MarkerStyle::Arabic | MarkerStyle::Decimal);
            let [first, rest @ ..] = parent.children.as_slice() else {
                continue;
            };
            let Some(named) = of(first).filter(|named| numbered && *named != above) else {
                continue;
            };
            // `3.2.1.` below `3.1.`, not `2.1.1.`, which is the row of a table.
            let of_one_list = named.rsplit_once('.').map(|(of, _)| of)
                == above.rsplit_once('.').map(|(of, _)| of);
            let goes_on = rest.iter().any(|child| of(child) == Some(above));
            let next = list.get(i + 1).map(|next| bare(cx.of(next.marker)));
            if of_one_list && (goes_on || rest.is_empty() || next == Some(named)) {
                strays.push(Stray { parent, first });
            }
        }
    }
    strays.sort_by_key(|stray| stray.first.marker.start);
    strays
}

/// The first section of one of the styles; parts and chapters are looked into, as their articles
/// are numbered through the whole act.
fn first_of<'a>(styles: &[MarkerStyle], sections: &'a [Section]) -> Option<&'a Section> {
    use MarkerStyle::{Chuong, Muc, Phan, TieuMuc};
    sections.iter().find_map(|section| match section.style {
        style if styles.contains(&style) => Some(section),
        Phan | Chuong | Muc | TieuMuc => first_of(styles, &section.children),
        _ => None,
    })
}

/// Whether number one stands twice at the beginning of one list of the body: the text between the
/// two ends as an item does, and number two or three follows the second, or the first ended in a
/// semicolon.
fn repeats_one(cx: &Context<'_>, list: &[&Section]) -> bool {
    let [first, second, rest @ ..] = list else {
        return false;
    };
    let attached = cx.report.attachments.first().map(|a| a.span.start);
    let line = cx.logical.line_index(second.marker.start);
    if (first.ordinal, second.ordinal) != (Some(1), Some(1))
        || attached.is_some_and(|start| start < second.marker.end)
        || line == 0
    {
        return false;
    }
    let above = &cx.logical.lines[line - 1];
    let below_first = line == cx.logical.line_index(first.marker.start) + 1;
    let numbered = above.marker.is_some_and(|m| m.value.is_some()) && !below_first;
    let ended = cx.of(above.span);
    let next = rest.first().and_then(|next| next.ordinal);
    // Of `a, a, c` the second was meant to be `b`.
    let goes_on = matches!(next, Some(2 | 3));
    // Two headings and no more are no list that begins anew.
    let headings = rest.is_empty() && first.heading && second.heading;
    let as_items = goes_on && first.heading == second.heading || headings;
    (ended.ends_with('.') && !numbered && as_items) || (ended.ends_with(';') && below_first)
}

/// Whether the section really begins a line that the author began: it is a heading, or the line
/// before it ended a sentence or an item.
fn is_certain(cx: &Context<'_>, section: &Section) -> bool {
    if is_row(cx, section) {
        return false;
    }
    let line = cx.logical.line_index(section.marker.start);
    if section.heading || !cx.logical.wrapped || cx.logical.lines[line].gap {
        return true;
    }
    let Some(before) = line.checked_sub(1).map(|i| cx.logical.lines[i].span) else {
        return true;
    };
    // Numbers within a sentence part with semicolons too, letters end so as items.
    let before = cx.of(before);
    before.ends_with(['.', ':', '!', '?'])
        || (section.style == MarkerStyle::Letter && before.ends_with(';'))
}

/// Whether the marker that is missed stands in the text between the two, where it was read as
/// something else.
fn stands_between(cx: &Context<'_>, before: &Section, section: &Section, missed: &str) -> bool {
    let between = Span {
        start: before.marker.end,
        end: section.marker.start,
    };
    section.ordinal > before.ordinal && holds_marker(cx.of(between), missed)
}

/// Whether a text holds a marker, perhaps with another end mark. One that needs its end mark (`2.`)
/// needs one within a line too, or every `2` and every `2/2025` would be it.
fn holds_marker(text: &str, marker: &str) -> bool {
    let word = bare(marker);
    let marked = word.len() < marker.len() && word.chars().all(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        let bracketed = word.ends_with(')');
        if !begins_word(before) || (!bracketed && after.starts_with(char::is_alphanumeric)) {
            return false;
        }
        let line_start = before.trim_end_matches([' ', '\t', '*', '|', '#', '-']);
        let rest = after.strip_prefix(['.', ')', '/', ':']);
        let ended = rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
        ended || !marked || line_start.is_empty() || line_start.ends_with('\n')
    })
}

/// Whether a word begins after a text: not within a word, nor within a number (`1.2`, `12/2`).
fn begins_word(before: &str) -> bool {
    let joined = before.trim_end_matches(['.', ',', '/', '-']);
    let digit = joined.len() < before.len() && joined.ends_with(|c: char| c.is_ascii_digit());
    !digit && !before.ends_with(char::is_alphanumeric)
}

/// Whether a quotation begins or ends between the two, so that one of them stands in it: an
/// amendment quotes the sections of another act with their numbers.
fn is_quoted(cx: &Context<'_>, before: &Section, section: &Section) -> bool {
    let between = Span {
        start: before.marker.end.min(section.marker.start),
        end: section.marker.start,
    };
    let text = cx.of(between);
    text.matches('“').count() != text.matches('”').count() || text.matches('"').count() % 2 == 1
}

/// A marker without its end mark; a bracket stays, or every letter would be one.
fn bare(marker: &str) -> &str {
    marker.trim_end_matches(['.', ':', '/'])
}

/// Whether the headings at `i` and after it have changed places in a row (`I, III, II, IV`).
fn is_swapped(cx: &Context<'_>, list: &[&Section], i: usize) -> bool {
    let ordinal = |i: usize| list.get(i).and_then(|section| section.ordinal);
    let (Some(before), Some(odd)) = (i.checked_sub(1).and_then(ordinal), ordinal(i + 1)) else {
        return false;
    };
    cx.quality == Quality::Clean
        && list[i].heading
        && list[i + 1].heading
        && odd == before + 1
        && ordinal(i) == Some(odd + 1)
        && ordinal(i + 2).is_none_or(|after| after == odd + 2)
}

/// Whether the numbers go on after the odd one as if it were not there (`3. 7. 4.`): then it is
/// a line of text that happens to begin with a number.
fn resumes(list: &[&Section], odd: usize) -> bool {
    let before = list[odd - 1].ordinal;
    let after = list.get(odd + 1).and_then(|s| s.ordinal);
    match (before, list[odd].ordinal, after) {
        (Some(before), Some(odd), Some(after)) => after == before + 1 && odd != before,
        _ => false,
    }
}

pub(super) fn roman(mut number: u32) -> String {
    const DIGITS: [(u32, &str); 9] = [
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut out = String::new();
    for (value, digits) in DIGITS {
        while number >= value {
            out.push_str(digits);
            number -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_keep_their_form() {
        let check = NumberingSequence {
            fault: Fault::Gap,
            styles: Vec::new(),
            letters: "abcdđe".to_owned(),
        };
        for (marker, style, number, expected) in [
            ("e)", MarkerStyle::Letter, 5, "đ)"),
            ("Điều 7.", MarkerStyle::Dieu, 6, "Điều 6."),
            ("VI.", MarkerStyle::Roman, 4, "IV."),
            ("1.4", MarkerStyle::Decimal, 3, "1.3"),
            ("Phần IV", MarkerStyle::Phan, 2, "Phần II"),
        ] {
            assert_eq!(check.rewrite(marker, style, number), expected);
        }
    }

    #[test]
    fn a_marker_is_not_a_number_in_a_sentence() {
        for (text, marker, held) in [
            (" Đã xong trong tháng 2/2025.\n", "2.", false),
            (" Đã trồng 2.500 cây, đạt 1.2 lần, 12 xã.\n", "2.", false),
            (" Mở 2 lớp; 12. lớp\n", "2.", false),
            (" Đã xong. 2. Công tác lưu trữ\n", "2.", true),
            (" Đã xong.2/ Công tác lưu trữ\n", "2.", true),
            (" Đã xong\n  2 Công tác lưu trữ\n", "2.", true),
            (" Xem phần III. và II\n", "II.", false),
            (" Đã xong; b) làm tiếp\n", "b)", true),
            (" Theo mục 1b) làm tiếp\n", "b)", false),
            (" Xem Điều 65\n", "Điều 6.", false),
            ("\nĐiều 6 Tổ chức\n", "Điều 6.", true),
        ] {
            assert_eq!(holds_marker(text, marker), held, "{marker:?} in {text:?}");
        }
    }
}
