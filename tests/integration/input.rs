//! Bytes → document: whatever the encoding, the same text, and every place found again.

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;
use vanthu::document::{Damage, DamageKind, Document};
use vanthu::input::{InputError, read};
use vanthu::text::Span;

const REPORT: &str = "\
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 12/BC-UBND
BÁO CÁO
Kết quả công tác cải cách hành chính
Thực hiện Kế hoạch số 05/KH-UBND, Hội đồng nhân dân xã Mới Thượng báo cáo như sau:
1. Đã tiếp nhận và giải quyết đúng hạn 95% hồ sơ; kỷ luật, kỷ cương được giữ vững.
2. Những khó khăn: thiếu thiết bị, mạng lưới chưa rộng, người dân ở xa phải chờ đợi.
";

fn read_text(bytes: &[u8]) -> Document {
    read("report.txt", bytes).unwrap()
}

fn kinds(document: &Document) -> Vec<DamageKind> {
    document.damage.iter().map(|damage| damage.kind).collect()
}

/// The tone of a letter as its place in huyền, hỏi, ngã, sắc, nặng, and the letter without it.
fn split_tone(c: char) -> (char, Option<char>) {
    const TONES: [char; 5] = ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'];
    let tone = c.nfd().find(|mark| TONES.contains(mark));
    let base = c.nfd().filter(|mark| !TONES.contains(mark)).nfc().next();
    (base.unwrap_or(c), tone)
}

/// What an editor shows of the text in VNI.
fn vni(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let small: char = c.to_lowercase().next().unwrap();
        let (base, tone) = split_tone(small);
        let tone = |row: &str| {
            let order = ['\u{301}', '\u{300}', '\u{309}', '\u{303}', '\u{323}'];
            let index = tone.and_then(|t| order.iter().position(|&o| o == t));
            index.and_then(|i| row.chars().nth(i))
        };
        let shown: String = match base {
            _ if c.is_ascii() => c.to_string(),
            'đ' => "ñ".into(),
            'i' => tone("íìæóò").into_iter().collect(),
            'y' if small == 'ỵ' => "î".into(),
            'ơ' => std::iter::once('ô').chain(tone("ùøûõï")).collect(),
            'ư' => std::iter::once('ö').chain(tone("ùøûõï")).collect(),
            'â' => ['a', tone("áàåãä").unwrap_or('â')].iter().collect(),
            'ê' => ['e', tone("áàåãä").unwrap_or('â')].iter().collect(),
            'ô' => ['o', tone("áàåãä").unwrap_or('â')].iter().collect(),
            'ă' => ['a', tone("éèúüë").unwrap_or('ê')].iter().collect(),
            base => std::iter::once(base).chain(tone("ùøûõï")).collect(),
        };
        if c.is_uppercase() && !c.is_ascii() {
            out.push_str(&shown.to_uppercase());
        } else {
            out.push_str(&shown);
        }
    }
    out
}

/// The bytes of the text in TCVN3, where capitals with tones are written small.
fn tcvn3(text: &str) -> Vec<u8> {
    let byte = |c: char| -> Option<u8> {
        let row = |row: &str, first: u8| {
            let index = row.chars().position(|known| known == c)?;
            Some(first + u8::try_from(index).unwrap())
        };
        row("ĂÂÊÔƠƯĐăâêôơưđ", 0xA1)
            .or_else(|| row("àảãáạ", 0xB5))
            .or_else(|| row("ằẳẵắ", 0xBB))
            .or_else(|| row("ặầẩẫấậè", 0xC6))
            .or_else(|| row("ẻẽéẹềểễếệìỉ", 0xCE))
            .or_else(|| row("ĩíịò", 0xDC))
            .or_else(|| row("ỏõóọồổỗốộờởỡớợù", 0xE1))
            .or_else(|| row("ủũúụừửữứựỳỷỹýỵ", 0xF1))
    };
    text.chars()
        .map(|c| match u8::try_from(c).ok().filter(u8::is_ascii) {
            Some(ascii) => ascii,
            None => byte(c)
                .or_else(|| byte(c.to_lowercase().next()?))
                .unwrap_or_else(|| panic!("TCVN3 has no {c}")),
        })
        .collect()
}

/// The bytes of the text in windows-1258.
fn windows_1258(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        '\u{300}' => 0xCC,
        '\u{309}' => 0xD2,
        '\u{303}' => 0xDE,
        '\u{301}' => 0xEC,
        '\u{323}' => 0xF2,
        'Ă' => 0xC3,
        'ă' => 0xE3,
        'Đ' => 0xD0,
        'đ' => 0xF0,
        'Ơ' => 0xD5,
        'ơ' => 0xF5,
        'Ư' => 0xDD,
        'ư' => 0xFD,
        c => u8::try_from(c).unwrap(),
    };
    text.chars()
        .flat_map(|c| {
            let (base, tone) = split_tone(c);
            std::iter::once(base).chain(tone).map(byte)
        })
        .collect()
}

/// UTF-8 read as windows-1252, the five bytes that it lacks as controls.
fn mojibake(text: &str) -> String {
    const HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ";
    text.bytes()
        .map(|byte| match byte {
            0x80..=0x9F => HIGH.chars().nth(usize::from(byte - 0x80)).unwrap(),
            _ => char::from(byte),
        })
        .collect()
}

#[test]
fn every_encoding_gives_the_same_text() {
    use DamageKind::{Decomposed, Mojibake, Tcvn3, Vni, Windows1258};
    let utf16 = |unit: fn(u16) -> [u8; 2], bom: &str| -> Vec<u8> {
        bom.encode_utf16()
            .chain(REPORT.encode_utf16())
            .flat_map(unit)
            .collect()
    };
    let cases: Vec<(&str, Vec<u8>, Vec<DamageKind>)> = vec![
        ("UTF-8", REPORT.into(), vec![]),
        (
            "UTF-8 with a mark",
            format!("\u{FEFF}{REPORT}").into(),
            vec![],
        ),
        ("UTF-16LE", utf16(u16::to_le_bytes, "\u{FEFF}"), vec![]),
        ("UTF-16BE", utf16(u16::to_be_bytes, "\u{FEFF}"), vec![]),
        ("UTF-16LE, no mark", utf16(u16::to_le_bytes, ""), vec![]),
        ("UTF-16BE, no mark", utf16(u16::to_be_bytes, ""), vec![]),
        ("CR LF", REPORT.replace('\n', "\r\n").into(), vec![]),
        ("CR", REPORT.replace('\n', "\r").into(), vec![]),
        ("NBSP", REPORT.replace(' ', "\u{A0}").into(), vec![]),
        (
            "NFD",
            REPORT.nfd().collect::<String>().into(),
            vec![Decomposed],
        ),
        ("TCVN3", tcvn3(REPORT), vec![Tcvn3]),
        (
            "TCVN3 in UTF-8",
            tcvn3(REPORT)
                .into_iter()
                .map(char::from)
                .collect::<String>()
                .into(),
            vec![Tcvn3],
        ),
        (
            "VNI",
            vni(REPORT)
                .chars()
                .map(|c| u8::try_from(c).unwrap())
                .collect(),
            vec![Vni],
        ),
        ("VNI in UTF-8", vni(REPORT).into(), vec![Vni]),
        ("windows-1258", windows_1258(REPORT), vec![Windows1258]),
        ("UTF-8 twice", mojibake(REPORT).into(), vec![Mojibake]),
    ];
    for (name, bytes, damage) in cases {
        let document = read_text(&bytes);
        assert_eq!(document.text(), REPORT, "{name}");
        assert_eq!(kinds(&document), damage, "{name}");
        assert!(!document.letters_lost, "{name}");
        assert_sound(&document);
    }
}

#[test]
fn characters_become_what_rules_expect() {
    use DamageKind::{Control, Decomposed, Invisible, Lookalike};
    type Found = (DamageKind, u32, &'static str);
    let cases: &[(&str, &str, &[Found])] = &[
        ("tệp\u{C}trang\t2", "tệp\u{C}trang\t2", &[]),
        ("a\u{B}b\u{2028}c\u{85}d", "a\nb\nc\nd", &[]),
        ("5\u{202F}000\u{3000}– “x”", "5 000 – “x”", &[]),
        ("QĐ\u{2011}TTg \u{2212}5", "QĐ-TTg -5", &[]),
        (
            "nghi\u{AD}ệp\u{200B} \u{FEFF}x",
            "nghiệp x",
            &[(Invisible, 3, "\u{AD}")],
        ),
        ("Ðồng ðội Ƣu", "Đồng đội Ưu", &[(Lookalike, 3, "Ð")]),
        (
            "12/\u{412}\u{421}-UBND",
            "12/BC-UBND",
            &[(Lookalike, 2, "\u{412}")],
        ),
        ("bạn Москва và Β", "bạn Москва và Β", &[]),
        (
            "\u{430}) Kết quả",
            "a) Kết quả",
            &[(Lookalike, 1, "\u{430}")],
        ),
        ("\u{430}) Москва", "\u{430}) Москва", &[]),
        ("\u{430}\nKết quả", "\u{430}\nKết quả", &[]),
        (
            "các cơ quan, đơn vị trên địa bàn x\u{1}y\u{FFFD}z",
            "các cơ quan, đơn vị trên địa bàn xy\u{FFFD}z",
            &[(Control, 2, "\u{1}")],
        ),
        ("a\u{323}\u{302}\u{301}", "ậ\u{301}", &[]),
        (
            "â\u{301} ạ\u{302} a\u{301}\u{302}",
            "ấ ậ ấ",
            &[(Decomposed, 3, "â\u{301}")],
        ),
        (
            "Ð\u{323} o\u{200B}\u{301}",
            "Đ\u{323} ó",
            &[
                (Decomposed, 1, "o\u{200B}\u{301}"),
                (Lookalike, 1, "Ð"),
                (Invisible, 1, "\u{200B}"),
            ],
        ),
    ];
    for (source, text, damage) in cases {
        let document = read_text(source.as_bytes());
        assert_eq!(document.text(), *text, "{source:?}");
        let found: Vec<_> = document
            .damage
            .iter()
            .map(|d| (d.kind, d.count, d.first.of(document.source())))
            .collect();
        assert_eq!(found, *damage, "{source:?}");
        assert_sound(&document);
    }
}

#[test]
fn bytes_of_the_file_are_found_again() {
    let bytes = "\u{FEFF}Ủy b"
        .bytes()
        .chain([0xE1, 0xBB])
        .chain("an xã Mới".bytes());
    let bytes: Vec<u8> = bytes.collect();
    let document = read_text(&bytes);
    assert_eq!(document.source(), "Ủy b\u{FFFD}an xã Mới");
    let offset = |text: &str| u32::try_from(document.source().find(text).unwrap()).unwrap();
    assert_eq!(document.file_byte(offset("y b")), 6);
    assert_eq!(document.file_byte(offset("\u{FFFD}")), 9);
    assert_eq!(document.file_byte(offset("an")), 11);

    let document = read_text(&tcvn3(REPORT));
    let at = document.text().find("KH-UBND").unwrap();
    let source = document.to_source(Span::new(at, at + 7));
    assert_eq!(source.of(document.source()), "KH-UBND");
    let chars_before = REPORT[..at].chars().count();
    assert_eq!(
        document.file_byte(source.start),
        u64::try_from(chars_before).unwrap()
    );
}

#[test]
fn only_ascii_can_be_written_among_the_letters_of_an_old_encoding() {
    let files = [
        (tcvn3(REPORT), false),
        (vni(REPORT).into_bytes(), false),
        (REPORT.into(), true),
    ];
    for (bytes, can) in files {
        let document = read_text(&bytes);
        assert!(document.can_hold("05/KH-UBND"));
        assert_eq!(document.can_hold("Kế hoạch"), can);
    }
}

#[test]
fn clean_text_is_not_copied() {
    let document = read_text(REPORT.as_bytes());
    assert!(std::ptr::eq(document.source(), document.text()));
}

#[test]
fn a_file_over_the_limit_is_refused() {
    let bytes = vec![b'a'; (vanthu::input::LIMIT_MB << 20) + 1];
    let refused = read("big.txt", &bytes).unwrap_err();
    assert_eq!(
        refused,
        InputError::TooLarge {
            limit: vanthu::input::LIMIT_MB
        }
    );
}

/// What holds for every document: each character of the text lies in a place of the source, on
/// character boundaries, and places follow each other.
fn assert_sound(document: &Document) {
    let (text, source) = (document.text(), document.source());
    let mut last = Span::default();
    for (at, c) in text.char_indices() {
        let place = document.to_source(Span::new(at, at + c.len_utf8()));
        assert!(
            source.get(place.range()).is_some(),
            "{place:?} of {source:?}"
        );
        assert!(
            last <= place && last.end <= place.end,
            "{last:?} {place:?} of {source:?}"
        );
        last = place;
    }
    for Damage { kind, count, first } in &document.damage {
        assert!(
            *count > 0 && source.get(first.range()).is_some(),
            "{kind:?}"
        );
    }
}

/// Pieces of text that have to change, among others.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zàảãáạăâđêôơưệốữ ]{1,6}",
        2 => "[\u{300}\u{301}\u{302}\u{303}\u{306}\u{309}\u{31B}\u{323}]{1,3}",
        1 => "[\u{A0}\u{AD}\u{200B}\u{FEFF}\r\n\u{C}\u{B}\u{2011}\u{FFFD}]{1,2}",
        1 => "[ÐðƢаеоСТΑΒж]{1,3}",
        1 => "[¸©·®ãÖä»¦Ãá]{1,3}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(document) = read("any.txt", &bytes) {
            assert_sound(&document);
        }
    }

    #[test]
    fn any_text_is_read(text in prop::collection::vec(any::<char>(), 0..60)) {
        if let Ok(document) = read("any.txt", String::from_iter(text).as_bytes()) {
            assert_sound(&document);
        }
    }

    #[test]
    fn the_normal_form_is_normal(text in pieces()) {
        let Ok(document) = read("any.txt", text.as_bytes()) else { return Ok(()) };
        assert_sound(&document);
        // What was converted from another encoding may look like a third.
        if kinds(&document).iter().any(|kind| *kind >= DamageKind::Tcvn3 && *kind <= DamageKind::Mojibake) {
            return Ok(());
        }
        if let Ok(again) = read("any.txt", document.text().as_bytes()) {
            prop_assert_eq!(again.text(), document.text());
        }
    }

    #[test]
    fn marks_apart_and_together_are_one_text(words in "([a-zàảãáạăắâậđêệôơợưự]{1,7} ){1,30}") {
        let apart: String = words.nfd().collect();
        let document = read_text(apart.as_bytes());
        prop_assert_eq!(document.text(), &words);
        for (at, word) in words.match_indices(|c: char| c.is_alphabetic()) {
            let place = document.to_source(Span::new(at, at + word.len()));
            prop_assert_eq!(place.of(document.source()).nfc().collect::<String>(), word);
        }
    }
}
