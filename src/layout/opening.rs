//! What the beginning of a line says: `grammar/layout.pest`, asked about short windows only.

use pest::Parser as _;

use crate::text::{fold, fold_char, fold_ocr};

/// The pest parser; its types stay in here.
mod grammar {
    #![allow(missing_docs, reason = "pest generates an enum of the grammar's rules")]

    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/layout.pest"]
    pub(super) struct LayoutParser;
}

use grammar::{LayoutParser, Rule};

/// Bytes of a line that the grammar gets to see.
const WINDOW: usize = 96;
/// Bytes that hold the longest [`Opener`].
const WORDS: usize = 40;

/// The letters that points are lettered with. `đ` has two bytes, so that no letter follows `d`
/// directly; an order is all that is wanted.
const ALPHABET: &str = "abcdđefghijklmnopqrstuvwxyz";

/// A heading or item marker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Marker {
    pub style: Style,
    /// The last number of it, from 1; 0 for a bullet.
    pub value: u16,
    /// Bytes, with the blanks after it.
    pub len: usize,
}

/// How a marker is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    Bullet,
    Roman,
    /// With the number of numbers less one: 0 for `1.`, 1 for `1.1.`
    Decimal(u8),
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
    More,
}

fn window(line: &str, bytes: usize) -> &str {
    let mut end = line.len().min(bytes);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}

/// Reads the marker at the beginning of a line.
pub(super) fn marker(line: &str) -> Option<Marker> {
    let bytes = line.as_bytes();
    let plausible = match *bytes.first()? {
        b'0'..=b'9'
        | b'('
        | b'-'
        | b'+'
        | b'*'
        | b'~'
        | b'I'
        | b'V'
        | b'X'
        | 0xC2
        | 0xE2
        | 0xEE
        | 0xEF => true,
        // đ, Đ
        0xC4 => matches!(bytes.get(2), Some(b')' | b'.' | b'/')),
        b'a'..=b'z' | b'A'..=b'Z' => matches!(bytes.get(1), Some(b')' | b'.' | b'/')),
        _ => false,
    };
    if !plausible {
        return None;
    }
    let pair = LayoutParser::parse(Rule::marker, window(line, WINDOW))
        .ok()?
        .next()?;
    let len = pair.as_span().end();
    let rule = pair.as_rule();
    let inner = pair.into_inner();
    let (style, value) = match rule {
        Rule::bullet => (Style::Bullet, 0),
        Rule::roman => (
            Style::Roman,
            inner.as_str().chars().fold((0, 0), add_roman).0,
        ),
        Rule::decimal => {
            let depth = inner.len().saturating_sub(1);
            let last = inner.last()?.as_str().parse().unwrap_or(0);
            (Style::Decimal(u8::try_from(depth).unwrap_or(u8::MAX)), last)
        }
        _ => {
            let letter = inner.as_str().to_lowercase();
            let place = ALPHABET.find(&letter).unwrap_or(0);
            (Style::Letter, u16::try_from(place + 1).unwrap_or(u16::MAX))
        }
    };
    Some(Marker { style, value, len })
}

/// Adds one numeral to the value read so far; the second number is the last numeral's value.
fn add_roman((sum, last): (u16, u16), numeral: char) -> (u16, u16) {
    let value = match numeral {
        'I' => 1,
        'V' => 5,
        'X' => 10,
        _ => return (sum, last),
    };
    if last < value {
        (sum.saturating_add(value).saturating_sub(2 * last), value)
    } else {
        (sum.saturating_add(value), value)
    }
}

/// Whether a word of the grammar's rule `opener` begins with these letters: most lines need no
/// parser. Where letters were lost only the first is looked at.
fn may_open(line: &str, ocr: bool) -> bool {
    let mut letters = line.chars().map(fold_char);
    let (Some(first), Some(second)) = (letters.next(), letters.next()) else {
        return false;
    };
    if ocr {
        return first.is_alphabetic() || first == '$';
    }
    match first {
        'b' => matches!(second, 'i' | 'o'),
        'c' => matches!(second, 'a' | 'h' | 'o' | 'u'),
        'd' => matches!(second, 'i' | 'o'),
        'g' | 'h' => second == 'i',
        'k' => matches!(second, 'i' | 't'),
        'm' => second == 'u',
        'n' | 's' => second == 'o',
        'p' => second == 'h',
        'q' => matches!(second, '.' | 'u'),
        't' => matches!(second, 'h' | 'l' | 'm' | 'o' | 'r' | 'u'),
        'v' => matches!(second, '/' | 'i' | 'u'),
        _ => false,
    }
}

/// Reads the word at the beginning of a line; `ocr` when letters were lost.
pub(super) fn opener(line: &str, ocr: bool) -> Option<Opener> {
    if !may_open(line, ocr) {
        return None;
    }
    let folded = if ocr {
        fold_ocr(window(line, WORDS))
    } else {
        fold(window(line, WORDS))
    };
    let pair = LayoutParser::parse(Rule::opener, &folded).ok()?.next()?;
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

/// Whether a line begins with a place and a date: `Hải Phòng, ngày`.
pub(super) fn is_dia_danh(line: &str) -> bool {
    let line = window(line, WINDOW);
    line.contains(',') && LayoutParser::parse(Rule::dia_danh, &fold(line)).is_ok()
}

/// Reads a line of a signing tool's block.
pub(super) fn stamp(line: &str) -> Option<Stamp> {
    let folded = fold(window(line, WINDOW));
    let pair = LayoutParser::parse(Rule::stamp, &folded).ok()?.next();
    Some(match pair.map(|pair| pair.as_rule()) {
        Some(Rule::stamp_start) => Stamp::Start,
        _ => Stamp::More,
    })
}

/// Whether this is the word that stands before a page number.
pub(super) fn is_page_word(word: &str) -> bool {
    LayoutParser::parse(Rule::page_word, &fold(window(word, WINDOW))).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers() {
        let read = |line| marker(line).map(|m| (m.style, m.value));
        assert_eq!(read("XIV. KẾT QUẢ"), Some((Style::Roman, 14)));
        assert_eq!(read("1.2. Kết quả"), Some((Style::Decimal(1), 2)));
        assert_eq!(read("12) Kết quả"), Some((Style::Decimal(0), 12)));
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
        assert_eq!(opener("Điều kiện", false), None);
    }
}
