//! What the neighbours of a line say it is: letters that its own words leave open, or that hold only
//! where nothing around it speaks against them.

use super::FirstLooks;
use super::line::{
    Class, HEAD, MARKER, Marker, SHORT, TITLE, Told, WINDOW, is_bare_kind, unmarked_dieu,
};
use super::report::MarkerStyle;
use crate::layout::Line;
use crate::text::{Folded, Letters};
use crate::vocabulary::vocabulary;

/// Gives lines the letters that their neighbours decide; returns whether the document begins with a
/// cover page. What comes later may rest on what came before.
pub(super) fn settle(
    text: &str,
    lines: &[Line],
    letters: Letters,
    looks: &FirstLooks<'_>,
    classes: &mut [Class],
) -> bool {
    join_quoc_hieu(text, lines, letters, classes);
    accept_small_heads(text, lines, letters, classes);
    set_boxes_aside(classes, &looks.boxed);
    accept_ended_subjects(text, lines, letters, classes);
    accept_body_openings(text, lines, letters, &looks.running, classes);
    accept_unmarked_dieu(text, lines, letters, classes);
    set_contents_aside(text, lines, letters, &looks.contents, classes);
    let has_cover = end_cover(text, lines, classes);
    accept_small_offices(text, lines, letters, classes);
    accept_small_names(text, lines, classes);
    has_cover
}

/// A quốc hiệu that is broken over two lines, wherever: the first is one, and what the second ends
/// it with no agency.
fn join_quoc_hieu(text: &str, lines: &[Line], letters: Letters, classes: &mut [Class]) {
    let phrase = &vocabulary().phrases.quoc_hieu;
    let near = classes.len().min(HEAD);
    for i in 1..near {
        let part = |i: usize| Folded::new(lines[i].span.of(text), letters, usize::MAX).text;
        if [i - 1, i].iter().any(|&i| classes[i].letter != b'U') {
            continue;
        }
        let (first, rest) = (part(i - 1), part(i));
        if phrase.strip_prefix(first.as_str()).map(str::trim_start) == Some(rest.as_str()) {
            classes[i - 1].letter = b'Q';
            return;
        }
    }
}

/// A body or the name of a kind in small letters, where the head that was recognised around them
/// leaves no doubt: bodies that stand right above quốc hiệu or number, and a kind alone on the line
/// below the head of a document that has no other title.
fn accept_small_heads(text: &str, lines: &[Line], letters: Letters, classes: &mut [Class]) {
    let near = classes.len().min(HEAD);
    let find = |classes: &[Class], wanted: u8| (0..near).find(|&i| classes[i].letter == wanted);
    let Some(number) = find(classes, b'N').filter(|_| find(classes, b'Q').is_some()) else {
        return;
    };
    for i in (0..number).rev() {
        let is_small = matches!(classes[i].letter, b't' | b'S');
        if is_small && is_body(lines[i].span.of(text), letters) {
            classes[i].letter = b'U';
        } else if !matches!(classes[i].letter, b'U' | b'Q' | b'q' | b'D' | b'M' | b'F') {
            break;
        }
    }
    let head = (number..near).take_while(|&i| b"NDQqMFU".contains(&classes[i].letter));
    let Some(below) = head.last().map(|last| last + 1).filter(|&i| i + 1 < near) else {
        return;
    };
    let is_title = classes[below].letter == b't' || classes[below].letter == b'S';
    if is_title
        && find(classes, b'T').is_none()
        && find(classes, b'V').is_none()
        && matches!(classes[below + 1].letter, b't' | b'U' | b'S' | b's')
        && is_bare_kind(lines[below].span.of(text), letters)
    {
        classes[below].letter = b'T';
    }
}

/// Whether a line is no more than the name of a body of the state.
fn is_body(line: &str, letters: Letters) -> bool {
    let folded = Folded::new(line, letters, WINDOW).text;
    let begins = |name: &String| {
        let rest = folded.strip_prefix(name.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    line.len() <= SHORT
        && line.starts_with(char::is_uppercase)
        && !line.contains([',', ';', '.', ':', '(', '/'])
        && vocabulary().phrases.state_bodies.iter().any(begins)
}

/// A note in a text box beside title and subject is no part of the subject, where lines that stand
/// in no box are.
fn set_boxes_aside(classes: &mut [Class], boxed: &[usize]) {
    let near = classes.len().min(HEAD);
    let is_boxed = |i: &usize| boxed.binary_search(i).is_ok();
    let title = (0..near).find(|&i| classes[i].letter == b'T');
    let Some(title) = title.filter(|title| !boxed.is_empty() && !is_boxed(title)) else {
        return;
    };
    let below = (title + 1..near).take_while(|&i| b"tsSUMF".contains(&classes[i].letter));
    let (inside, outside): (Vec<usize>, Vec<usize>) = below.partition(is_boxed);
    if outside.iter().any(|&i| classes[i].letter != b'M') {
        for i in inside {
            classes[i].letter = b'F';
        }
    }
}

/// A subject below a title that is nothing but the name of a kind may end in a full stop, or in
/// a comma where it goes on: the line is then still the subject.
fn accept_ended_subjects(text: &str, lines: &[Line], letters: Letters, classes: &mut [Class]) {
    let near = classes.len().min(HEAD);
    let Some(title) = (0..near).find(|&i| classes[i].letter == b'T') else {
        return;
    };
    let Some(below) = (title + 1..near).find(|&i| !matches!(classes[i].letter, b'M' | b'F')) else {
        return;
    };
    if !is_bare_kind(lines[title].span.of(text), letters) {
        return;
    }
    let line = lines[below].span.of(text);
    let goes_on = line.ends_with(',') && matches!(classes[below].letter, b's' | b'p');
    let ended = line.ends_with('.')
        && !line.ends_with("./.")
        && !line.contains(". ")
        && classes[below].letter == b's';
    if (goes_on || ended) && line.starts_with(char::is_uppercase) && line.len() <= TITLE {
        classes[below].letter = b't';
    }
}

/// The title of a table of contents ends what stands above it, and the entries below it, which end in
/// the number of a page, are neither headings nor text. `styled` are those that their style tells.
fn set_contents_aside(
    text: &str,
    lines: &[Line],
    letters: Letters,
    styled: &[usize],
    classes: &mut [Class],
) {
    /// Lines of an entry above the one that ends in the number of the page.
    const BROKEN: usize = 2;
    let entry = Class {
        letter: b'F',
        marker: None,
    };
    for &i in styled {
        classes[i] = entry;
    }
    let is_title = |i: usize| {
        let line = lines[i].span.of(text);
        let short = line.len() <= MARKER && line.starts_with(char::is_alphabetic);
        short
            && vocabulary()
                .phrases
                .contents
                .contains(&Folded::new(line, letters, MARKER).text)
    };
    let titles: Vec<usize> = (0..lines.len()).filter(|&i| is_title(i)).collect();
    for title in titles {
        let is_entry = |i: &usize| ends_in_page(lines[*i].span.of(text));
        let mut next = title + 1;
        while let Some(end) = (next..lines.len()).take(BROKEN + 1).find(is_entry) {
            classes[next..=end].fill(entry);
            next = end + 1;
        }
        if next > title + 1 || styled.binary_search(&next).is_ok() {
            classes[title] = Class {
                letter: b'p',
                marker: None,
            };
        }
    }
}

/// Whether the document begins with a cover page: a title without number, state or date above it, and
/// soon below a line with a place and a month (`Thủy An, 8/2026`). That line ends the subject.
fn end_cover(text: &str, lines: &[Line], classes: &mut [Class]) -> bool {
    /// Lines in which the cover ends below its title.
    const COVER: usize = 12;
    let near = classes.len().min(HEAD);
    let Some(title) = (0..near).find(|&i| classes[i].letter == b'T') else {
        return false;
    };
    if classes[..title]
        .iter()
        .any(|class| b"QqPND".contains(&class.letter))
    {
        return false;
    }
    let below = (title + 1..near).take(COVER);
    let mut below = below.take_while(|&i| !b"QqPNDRAHp".contains(&classes[i].letter));
    let end = below.find(|&i| is_place_and_month(lines[i].span.of(text)));
    if let Some(end) = end {
        classes[end].letter = b'p';
    }
    end.is_some()
}

/// Whether a line is a place and, after a comma, a month and a year without a day.
fn is_place_and_month(line: &str) -> bool {
    let Some((place, month)) = line.rsplit_once(',') else {
        return false;
    };
    let numbers = month.split(|c: char| !c.is_ascii_digit());
    let lengths: Vec<usize> = numbers.map(str::len).filter(|&len| len > 0).collect();
    line.len() <= SHORT
        && place.starts_with(char::is_uppercase)
        && !place.contains(|c: char| c.is_ascii_digit())
        && matches!(lengths[..], [1 | 2, 4])
        && month.trim_end().ends_with(|c: char| c.is_ascii_digit())
        && month.trim().len() <= MARKER / 2
}

/// Whether a line ends in the number of a page as an entry of a table of contents does: after a tab
/// or a row of dots.
fn ends_in_page(line: &str) -> bool {
    /// Dots of the shortest row.
    const DOTS: usize = 4;
    let line = line.trim_end();
    let entry = line.trim_end_matches(|c: char| c.is_ascii_digit());
    let filled = entry.trim_end_matches(['.', '…', ' ', '\t', '_']);
    let filler = &entry[filled.len()..];
    let dots: usize = filler
        .chars()
        .map(|c| match c {
            '.' | '_' => 1,
            '…' => 3,
            _ => 0,
        })
        .sum();
    (1..=3).contains(&(line.len() - entry.len()))
        && !filled.is_empty()
        && (dots >= DOTS || filler.contains('\t') && !filled.contains('\t'))
}

/// The first paragraph of the body is no part of the subject, though it may end without a mark:
/// it is set as running text below a line that is not, ends in words that lead over to the text,
/// begins as minutes do, or stands apart and begins as bodies do.
fn accept_body_openings(
    text: &str,
    lines: &[Line],
    letters: Letters,
    running: &[usize],
    classes: &mut [Class],
) {
    let near = classes.len().min(HEAD);
    let Some(title) = (0..near).find(|&i| classes[i].letter == b'T') else {
        return;
    };
    let below: Vec<usize> = (title + 1..near)
        .filter(|&i| !matches!(classes[i].letter, b'M' | b'F'))
        .take_while(|&i| matches!(classes[i].letter, b't' | b'S' | b'V'))
        .collect();
    let phrases = &vocabulary().phrases;
    let opening = below.iter().enumerate().find(|&(at, &i)| {
        let folded = Folded::new(lines[i].span.of(text), letters, usize::MAX).text;
        let begins = |word: &String| folded.starts_with(word.as_str());
        let leads = |words: &String| folded.ends_with(words.as_str());
        let apart = at > 0 && lines[i].gap && !lines[below[0]].gap;
        let long = folded.len() > SHORT;
        let runs = |i: usize| running.binary_search(&i).is_ok();
        (at > 0 && runs(i) && !runs(below[0]))
            || phrases.body_leads.iter().any(leads)
            || phrases.minutes_openings.iter().any(begins)
            || (apart && (long || phrases.body_openings.iter().any(begins)))
    });
    if let Some((_, &i)) = opening {
        classes[i].letter = b'p';
    }
}

/// An office in small letters between a line of authority and the name of a person.
fn accept_small_offices(text: &str, lines: &[Line], letters: Letters, classes: &mut [Class]) {
    for i in 1..classes.len().saturating_sub(1) {
        let is_small = matches!(classes[i].letter, b't' | b'S');
        if !is_small || classes[i - 1].letter != b'A' {
            continue;
        }
        let mut below = classes[i + 1..].iter().take(4).map(|class| class.letter);
        let name = below.find(|letter| !matches!(letter, b'M' | b'F'));
        let folded = Folded::new(lines[i].span.of(text), letters, MARKER).text;
        if name == Some(b'S') && vocabulary().phrases.offices.contains(&folded) {
            classes[i].letter = b'U';
        }
    }
}

/// A name in small letters, some or all, below the line of an office: only there, and only with a family name
/// first, is it told from other words.
fn accept_small_names(text: &str, lines: &[Line], classes: &mut [Class]) {
    for i in 1..classes.len() {
        let above = classes[..i].iter().rev().map(|class| class.letter);
        let above = above.take(4).find(|letter| !matches!(letter, b'M' | b'F'));
        if classes[i].letter == b't'
            && matches!(above, Some(b'A' | b'U'))
            && is_small_name(lines[i].span.of(text))
        {
            classes[i].letter = b'S';
        }
    }
}

/// Either all words have small letters, or all but one or two of three and more have a capital.
fn is_small_name(line: &str) -> bool {
    let words = line.split_whitespace();
    let count = words.clone().count();
    let is_word = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_alphabetic) && letters.all(char::is_lowercase)
    };
    let capitals = words.clone().filter(|w| w.starts_with(char::is_uppercase));
    line.len() <= 60
        && (2..=5).contains(&count)
        && matches!(capitals.count(), 0 | 2..=4)
        && words.clone().all(is_word)
        && words.take(1).all(|first| {
            let first = first.to_lowercase();
            vocabulary().phrases.surnames.contains(&first)
        })
}

/// `Điều 2 Tổ chức`, without a full stop, could as well be a reference (`Điều 2 Luật …`). It is
/// a marker where the numbers of the articles before and after it leave no doubt.
fn accept_unmarked_dieu(text: &str, lines: &[Line], letters: Letters, classes: &mut [Class]) {
    let dieu: Vec<(usize, Marker, Told)> = (0..classes.len())
        .filter_map(|i| match classes[i].marker {
            Some(marker) => {
                (marker.style == Some(MarkerStyle::Dieu)).then_some((i, marker, Told::Marked))
            }
            None => unmarked_dieu(text, lines, i, letters).map(|(marker, told)| (i, marker, told)),
        })
        .collect();
    let ordinal = |at: usize| dieu.get(at).and_then(|(_, marker, _)| marker.ordinal);
    for (at, &(i, marker, told)) in dieu.iter().enumerate() {
        let Some(number) = marker.ordinal.filter(|_| told != Told::Marked) else {
            continue;
        };
        let before = at.checked_sub(1).and_then(ordinal);
        let after = ordinal(at + 1);
        let follows = before.map_or(number == 1, |before| before + 1 == number);
        let goes_on = after.is_none_or(|after| after == number + 1);
        let beside = match told {
            Told::OfThis => before.is_some() && after.is_some(),
            _ => before.is_some() || after.is_some(),
        };
        if follows && goes_on && beside {
            classes[i] = Class {
                letter: b'H',
                marker: Some(marker),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{self, Role, Side};
    use crate::syntax::line::classify;
    use crate::text::Span;

    /// The letters of lines that are read together.
    fn letters_of(texts: &[&str]) -> String {
        let text = texts.join("\n");
        let mut start = 0;
        let lines: Vec<Line> = texts
            .iter()
            .map(|line| {
                let span = Span::new(start, start + line.len());
                start += line.len() + 1;
                Line {
                    span,
                    role: Role::Text,
                    side: Side::Whole,
                    indent: 0,
                    gap: false,
                    marker: layout::marker(line),
                }
            })
            .collect();
        let mut classes: Vec<Class> = lines
            .iter()
            .map(|line| classify(&text, line, Letters::Exact))
            .collect();
        settle(
            &text,
            &lines,
            Letters::Exact,
            &FirstLooks::default(),
            &mut classes,
        );
        classes.iter().map(|c| char::from(c.letter)).collect()
    }

    #[test]
    fn lines_that_their_neighbours_decide() {
        let table: [(&[&str], &str); 12] = [
            (
                &["BIÊN BẢN BÀN GIAO", "Địa điểm: Nhà văn hóa thôn Đoài"],
                "Tp",
            ),
            (
                &["BIÊN BẢN", "Họp thôn Đoài", "Hôm nay, tại nhà văn hóa"],
                "Ttp",
            ),
            (
                &[
                    "BÁO CÁO",
                    "Kết quả quý I",
                    "Thực hiện Kế hoạch, xã báo cáo như sau",
                ],
                "Ttp",
            ),
            (&["BÁO CÁO", "Kết quả công tác quý I."], "Tt"),
            (
                &["BÁO CÁO", "Kết quả công tác quý I. Xã đã làm xong."],
                "Ts",
            ),
            (&["BÁO CÁO", "Xã báo cáo kết quả như sau:"], "Ts"),
            (&["BÁO CÁO QUÝ I", "Xã đã làm xong mọi việc."], "Ts"),
            (
                &["QUYẾT ĐỊNH", "Thành lập Tổ công tác,", "xã Hải Minh"],
                "Ttt",
            ),
            (
                &["Điều 1. Phạm vi", "Điều 2 Đối tượng", "Điều 3. Hiệu lực"],
                "HHH",
            ),
            (&["Điều 1 Phạm vi", "Điều 2 Đối tượng"], "HH"),
            (
                &["Điều 1. Phạm vi", "Điều 7 Quy chế này", "Điều 2. Hiệu lực"],
                "HtH",
            ),
            (
                &[
                    "Điều 1. Phạm vi",
                    "Điều 2 Nghị định này",
                    "Điều 3. Hiệu lực",
                ],
                "HtH",
            ),
        ];
        for (texts, expected) in table {
            assert_eq!(letters_of(texts), expected, "{texts:?}");
        }
    }
}
