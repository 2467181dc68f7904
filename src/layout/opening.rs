//! What the beginning of a line says: `grammar/opening.pest`, asked about short windows only.

use pest::Parser as _;
use pest::iterators::Pair;

use crate::text::{first_bytes, fold, fold_char, fold_ocr, is_capitals, roman_value};
use crate::vocabulary::vocabulary;

/// The pest parser; its types stay in here.
mod grammar {
    #![allow(missing_docs, reason = "pest generates an enum of the grammar's rules")]

    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/opening.pest"]
    pub(super) struct OpeningParser;
}

use grammar::{OpeningParser, Rule};

/// What a line must begin with to begin with a marker, as written; made by the build.
static ITEMS: &[[char; 3]] = include!(concat!(env!("OUT_DIR"), "/item.rs"));
/// What a line must begin with to begin with an [`Opener`], folded; made by the build.
static OPENERS: &[[char; 3]] = include!(concat!(env!("OUT_DIR"), "/opener.rs"));

/// Bytes of a line that the grammar gets to see.
const WINDOW: usize = 96;
/// Bytes that hold the longest [`Opener`].
const WORDS: usize = 40;

/// The marker of a heading or item at the beginning of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Marker {
    /// How it is written.
    pub style: Style,
    /// Its last number, from 1; for a letter the place among those that points are lettered with.
    /// `None` for bullets and for numbers that are not written as one (`IIX`).
    pub value: Option<u16>,
    /// Bytes, without the blanks after it.
    pub len: u8,
    /// Whether it is closed in a way that is rare in running text (`1.`, `a)`, not `1,`).
    pub firm: bool,
}

/// How a marker is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// A dash or another sign without a number.
    Bullet,
    /// `IV.`
    Roman,
    /// With the number of components: 1 for `1.`, 2 for `1.1.`
    Number(u8),
    /// `1)` or `(1)`
    Bracket,
    /// `a)`
    Letter,
}

/// A word that begins a line of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Opener {
    NoiNhan,
    KinhGui,
    QuocHieu,
    TieuNgu,
    /// `Số:`
    SoKyHieu,
    /// `V/v`
    VeViec,
    CanCu,
    /// `Điều 5`, `Chương II`; `closed` when a stop follows the number.
    Division {
        closed: bool,
    },
    /// `KT.`, `TM.`
    QuyenHan,
    /// `GIÁM ĐỐC`
    ChucVu,
}

/// A line of a signing tool's block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stamp {
    Start,
    /// When it was signed, to the second.
    Moment,
    More,
}

/// Whether a line may begin with one of the beginnings of a table.
pub(crate) fn may_begin(table: &[[char; 3]], line: impl Iterator<Item = char>) -> bool {
    let mut start = ['\0'; 3];
    for (to, c) in start.iter_mut().zip(line.chain(['\n'])) {
        *to = c;
    }
    let after = table.partition_point(|entry| *entry <= start);
    // No entry begins with another, so the last one that is not greater is the only candidate.
    after.checked_sub(1).is_some_and(|at| {
        let letters = table[at].iter().zip(start);
        letters
            .take_while(|(want, _)| **want != '\0')
            .all(|(want, c)| *want == c)
    })
}

/// Reads the marker at the beginning of a line.
pub(crate) fn marker(line: &str) -> Option<Marker> {
    if !may_begin(ITEMS, line.chars()) {
        return None;
    }
    let marker = OpeningParser::parse(Rule::marker, first_bytes(line, WINDOW))
        .ok()?
        .next()?;
    let item = marker.into_inner().next()?;
    let written = item.as_str();
    let (style, value) = match item.as_rule() {
        Rule::bullet => (Style::Bullet, None),
        Rule::roman => {
            let value = roman_value(written).and_then(|value| u16::try_from(value).ok());
            (Style::Roman, value)
        }
        Rule::letter => (Style::Letter, letter_value(written)),
        _ => number(written),
    };
    Some(Marker {
        style,
        value,
        // The window is shorter than that.
        len: u8::try_from(written.len()).unwrap_or(u8::MAX),
        firm: item.into_inner().next().is_none(),
    })
}

/// The style and the last number of a marker in digits.
fn number(marker: &str) -> (Style, Option<u16>) {
    let numbers = || {
        let runs = marker.split(|c: char| !c.is_ascii_digit());
        runs.filter(|run| !run.is_empty())
    };
    let style = match u8::try_from(numbers().count()) {
        Ok(1) if marker.ends_with(')') => Style::Bracket,
        count => Style::Number(count.unwrap_or(u8::MAX)),
    };
    (
        style,
        numbers().next_back().and_then(|last| last.parse().ok()),
    )
}

/// Reads a marker that can hardly be running text.
pub(super) fn firm_marker(line: &str) -> Option<Marker> {
    marker(line).filter(|marker| marker.firm)
}

/// The place of the letter of a marker among those that points are lettered with.
fn letter_value(marker: &str) -> Option<u16> {
    let letter = |text: &str| text.chars().find(|c| c.is_alphabetic());
    // `¢` is no letter before it is folded.
    let letter = letter(marker).or_else(|| letter(&fold_ocr(marker)))?;
    let letter = letter.to_lowercase().next()?;
    let mut letters = vocabulary().phrases.point_letters.chars();
    let at = letters.position(|point| point == letter)?;
    u16::try_from(at + 1).ok()
}

/// Reads the word at the beginning of a line; `ocr` when letters were lost.
pub(super) fn opener(line: &str, ocr: bool) -> Option<Opener> {
    let folded = if ocr {
        let folded = fold_ocr(first_bytes(line, WORDS));
        may_begin(OPENERS, folded.chars()).then_some(folded)
    } else {
        may_begin(OPENERS, line.chars().map(fold_char)).then(|| fold(first_bytes(line, WORDS)))
    }?;
    let opening = OpeningParser::parse(Rule::opening, &folded).ok()?.next()?;
    let pair = opening.into_inner().next()?;
    Some(match pair.as_rule() {
        Rule::noi_nhan => Opener::NoiNhan,
        Rule::kinh_gui => Opener::KinhGui,
        Rule::quoc_hieu => Opener::QuocHieu,
        Rule::tieu_ngu => Opener::TieuNgu,
        Rule::so_ky_hieu => Opener::SoKyHieu,
        Rule::ve_viec => Opener::VeViec,
        Rule::can_cu => Opener::CanCu,
        Rule::division => Opener::Division {
            closed: pair.into_inner().next().is_some(),
        },
        Rule::quyen_han => Opener::QuyenHan,
        _ => Opener::ChucVu,
    })
}

/// Whether a line begins with a place and a date: `Hải Phòng, ngày`. Where the comma is not there,
/// the words before the date must look like a name: a sentence may have a date as well.
pub(super) fn is_dia_danh(line: &str) -> bool {
    let line = first_bytes(line, WINDOW);
    let folded = fold(line);
    if !folded.contains(vocabulary().phrases.labels.day.as_str()) {
        return false;
    }
    let Ok(mut pairs) = OpeningParser::parse(Rule::dia_danh, &folded) else {
        return false;
    };
    let mut parts = pairs.next().into_iter().flat_map(Pair::into_inner);
    let place = parts.next().map_or("", |place| place.as_str());
    let comma = parts.next().is_none();
    let mut names = line
        .split_whitespace()
        .take(place.split_whitespace().count());
    comma || (!is_capitals(line) && names.all(|word| word.starts_with(char::is_uppercase)))
}

/// Reads a line of a signing tool's block.
pub(super) fn stamp(line: &str) -> Option<Stamp> {
    let folded = fold(first_bytes(line, WINDOW));
    let pair = OpeningParser::parse(Rule::stamp, &folded).ok()?.next();
    Some(match pair.map(|pair| pair.as_rule()) {
        Some(Rule::stamp_start) => Stamp::Start,
        Some(Rule::stamp_moment) => Stamp::Moment,
        _ => Stamp::More,
    })
}

/// Whether a line is a stamp that stands on a document: of urgency, of secrecy.
pub(super) fn is_mark(line: &str) -> bool {
    let folded = fold(first_bytes(line, WORDS));
    vocabulary()
        .phrases
        .marks
        .iter()
        .any(|mark| *mark == folded.trim())
}

/// Whether a line begins the address of a body.
pub(super) fn is_foot_address(line: &str) -> bool {
    OpeningParser::parse(Rule::foot_address, &fold(first_bytes(line, WORDS))).is_ok()
}

/// Whether this is the word that stands before a page number.
pub(super) fn is_page_word(word: &str) -> bool {
    OpeningParser::parse(Rule::page_word, &fold(first_bytes(word, WINDOW))).is_ok()
}

/// Whether a line is the instruction of the field of a page number and nothing else but the number.
pub(super) fn is_page_field(line: &str) -> bool {
    OpeningParser::parse(Rule::page_field, &fold(first_bytes(line, WINDOW))).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers() {
        let read = |line| firm_marker(line).map(|m| (m.style, m.value.unwrap_or_default()));
        assert_eq!(read("XIV. KẾT QUẢ"), Some((Style::Roman, 14)));
        assert_eq!(read("1.2. Kết quả"), Some((Style::Number(2), 2)));
        assert_eq!(read("12) Kết quả"), Some((Style::Bracket, 12)));
        assert_eq!(read("đ) Kết quả"), Some((Style::Letter, 5)));
        assert_eq!(read("- Kết quả"), Some((Style::Bullet, 0)));
        for none in [
            "2021-2025. Ứng dụng",
            "V/v báo cáo",
            "12/7/2018",
            "1.208 người",
            "Vì",
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn markers_that_running_text_has_too() {
        let read = |line| marker(line).map(|m| (m.style, m.value, m.len, m.firm));
        let cases = [
            ("1. Kết quả", Some((Style::Number(1), Some(1), 2, true))),
            ("1, Kết quả", Some((Style::Number(1), Some(1), 2, false))),
            ("1.2", Some((Style::Number(2), Some(2), 3, false))),
            ("(2) kết quả", Some((Style::Bracket, Some(2), 3, true))),
            ("(a) kết quả", Some((Style::Letter, Some(1), 3, false))),
            ("¢) kết quả", Some((Style::Letter, Some(3), 3, true))),
            ("j) kết quả", Some((Style::Letter, None, 2, true))),
            ("IIX. Kết quả", Some((Style::Roman, None, 4, true))),
            ("I- Kết quả", Some((Style::Roman, Some(1), 2, false))),
            ("2025 về", None),
        ];
        for (line, expected) in cases {
            assert_eq!(read(line), expected, "{line}");
        }
    }

    #[test]
    fn only_what_begins_so_is_parsed() {
        let table = [['-', '\n', '\0'], ['a', 'b', 'c'], ['b', '\0', '\0']];
        let cases = [
            ("abcd", true),
            ("abd", false),
            ("b", true),
            ("by", true),
            ("-", true),
            ("-x", false),
            ("", false),
            ("c", false),
        ];
        for (line, expected) in cases {
            assert_eq!(may_begin(&table, line.chars()), expected, "{line}");
        }
    }

    #[test]
    fn openers() {
        assert_eq!(opener("Nơi nhận:", false), Some(Opener::NoiNhan));
        assert_eq!(
            opener("Noi nhén: KT. CHU TICH", true),
            Some(Opener::NoiNhan)
        );
        assert_eq!(
            opener("Điều 5. Hiệu lực", false),
            Some(Opener::Division { closed: true })
        );
        assert_eq!(
            opener("Điều 5 Luật này", false),
            Some(Opener::Division { closed: false })
        );
        assert!(is_dia_danh("Hải An, ngày 5"));
        assert!(!is_dia_danh("Theo Công văn số 5/UBND, ngày 5"));
        assert!(is_dia_danh("Hải An ngày 05 tháng 3 năm 2025"));
        assert!(is_dia_danh("Hải An ngày    tháng 3 năm 2025"));
        assert!(is_dia_danh("Hải An ngày 5/3/2025"));
        assert!(!is_dia_danh("Hải An ngày càng đẹp"));
        assert!(!is_dia_danh("Xã họp ngày 05 tháng 3 năm 2025"));
        assert!(!is_dia_danh("KẾT QUẢ NGÀY 05 THÁNG 3"));
        assert_eq!(opener("Điều kiện", false), None);
    }
}
