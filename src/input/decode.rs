//! Bytes → characters as an editor would show them.

use std::sync::Arc;

use super::InputError;
use crate::document::Encoding;
use crate::text::{MapBuilder, OffsetMap, first_bytes};

/// A file's characters.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The characters, without a byte order mark.
    pub(super) source: Arc<str>,
    /// How they stood in the file.
    pub(super) encoding: Encoding,
}

/// The first bytes of formats that are no text, and the name of those that hold documents.
const MAGIC: &[(&[u8], Option<&str>)] = &[
    (b"%PDF-", Some("PDF")),
    (b"{\\rtf", Some("RTF")),
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        Some("Word 97-2003 (.doc)"),
    ),
    (b"PK\x03\x04", Some("ZIP")),
    (b"PK\x05\x06", Some("ZIP")),
    (b"\x7FELF", None),
    (b"\x89PNG", None),
    (b"\xFF\xD8\xFF", None),
    (b"GIF8", None),
    (b"\x1F\x8B", None),
    (b"7z\xBC\xAF", None),
    (b"Rar!", None),
    (b"II*\0", None),
    (b"MM\0*", None),
];

/// Parts by which a ZIP archive is known to be a document; they stand near its beginning.
const ARCHIVES: &[(&[u8], &str)] = &[
    (b"xl/", "Excel (.xlsx)"),
    (b"ppt/", "PowerPoint (.pptx)"),
    (b"opendocument.text", "OpenDocument (.odt)"),
];

/// How much of a file is looked at to tell what it is, in bytes.
const SAMPLE: usize = 64 << 10;

/// Decodes a file.
///
/// # Errors
/// When the bytes are no text.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, InputError> {
    if let Some(error) = known_binary(bytes) {
        return Err(error);
    }
    let decoded = match bytes {
        [0xEF, 0xBB, 0xBF, ..] => utf8(bytes, 3),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, 2, false),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, 2, true),
        _ => match zero_bytes(bytes) {
            Zeros::High => utf16(bytes, 0, false),
            Zeros::Low => utf16(bytes, 0, true),
            Zeros::None => utf8(bytes, 0),
        },
    };
    if decoded.source.trim().is_empty() {
        return Err(InputError::Empty);
    }
    let is_unknown = decoded.encoding == Encoding::SingleByte && has_unknown_bytes(&decoded.source);
    if is_unknown || is_noise(&decoded.source) {
        return Err(InputError::Binary);
    }
    Ok(decoded)
}

fn known_binary(bytes: &[u8]) -> Option<InputError> {
    let (_, name) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic))?;
    let Some(name) = *name else {
        return Some(InputError::Binary);
    };
    // Word keeps a document with a password in the container of its old format.
    if name.ends_with("(.doc)") && holds_utf16(bytes, "EncryptedPackage") {
        return Some(InputError::Encrypted);
    }
    let head = &bytes[..bytes.len().min(SAMPLE)];
    let holds = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    let document = (name == "ZIP")
        .then(|| ARCHIVES.iter().find(|(part, _)| holds(part)))
        .flatten();
    let name = document.map_or(name, |(_, name)| name);
    Some(InputError::Unsupported { name })
}

/// Whether bytes hold a word of ASCII letters in UTF-16.
fn holds_utf16(bytes: &[u8], word: &str) -> bool {
    let word: Vec<u8> = word.bytes().flat_map(|byte| [byte, 0]).collect();
    bytes.windows(word.len()).any(|window| window == word)
}

/// Which byte of most UTF-16 units is zero.
enum Zeros {
    High,
    Low,
    None,
}

/// UTF-16 without a byte order mark: blanks, digits and most letters have a zero byte.
fn zero_bytes(bytes: &[u8]) -> Zeros {
    let (mut first, mut second, mut units) = (0, 0, 0);
    for pair in bytes[..bytes.len().min(SAMPLE)].chunks_exact(2) {
        units += 1;
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
    }
    let (often, seldom) = (units / 4 + 1, units / 50);
    if second >= often && first <= seldom {
        Zeros::High
    } else if first >= often && second <= seldom {
        Zeros::Low
    } else {
        Zeros::None
    }
}

fn utf16(bytes: &[u8], bom: u8, big_endian: bool) -> Decoded {
    let unit = if big_endian {
        u16::from_be_bytes
    } else {
        u16::from_le_bytes
    };
    let pairs = bytes.chunks(2).map(|pair| match *pair {
        [a, b] => unit([a, b]),
        // Half a unit at the end of a file that was cut.
        _ => 0xFFFD,
    });
    Decoded {
        source: char::decode_utf16(pairs)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect::<String>()
            .into(),
        encoding: Encoding::Utf16 {
            bom,
            len: bytes.len() as u64 + u64::from(bom),
            big_endian,
        },
    }
}

fn utf8(bytes: &[u8], bom: u8) -> Decoded {
    let rest = &bytes[usize::from(bom)..];
    match str::from_utf8(rest) {
        Ok(source) => Decoded {
            source: source.into(),
            encoding: Encoding::Utf8 { bom },
        },
        Err(_) if bom == 0 && !is_mostly_utf8(bytes) => Decoded {
            source: bytes
                .iter()
                .map(|&byte| windows_1252(byte))
                .collect::<String>()
                .into(),
            encoding: Encoding::SingleByte,
        },
        Err(_) => repaired(rest, bom),
    }
}

/// Whether characters of several bytes outnumber the bytes that are no character.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|&byte| byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 4 * bad
}

fn repaired(bytes: &[u8], bom: u8) -> Decoded {
    let mut source = String::with_capacity(bytes.len());
    let mut map = MapBuilder::default();
    let mut at = u32::from(bom);
    let len = |part: usize| u32::try_from(part).unwrap_or(u32::MAX);
    for chunk in bytes.utf8_chunks() {
        source.push_str(chunk.valid());
        map.copy(at, len(chunk.valid().len()));
        at += len(chunk.valid().len());
        if !chunk.invalid().is_empty() {
            source.push(char::REPLACEMENT_CHARACTER);
            let replacement = char::REPLACEMENT_CHARACTER.len_utf8();
            map.replace(at, len(chunk.invalid().len()), len(replacement));
            at += len(chunk.invalid().len());
        }
    }
    let bytes: OffsetMap = map.finish();
    Decoded {
        source: source.into(),
        encoding: Encoding::Utf8Repaired { bytes },
    }
}

/// The characters of windows-1252 at 0x80 to 0x9F; the five bytes without one keep their number.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// The character of a byte in windows-1252.
pub(super) fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The byte of a character in windows-1252 or, for 0x80 to 0x9F, in Latin-1.
pub(super) fn windows_1252_byte(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(c) {
        return Some(byte);
    }
    let index = WINDOWS_1252.iter().position(|&known| known == c)?;
    u8::try_from(index + 0x80).ok()
}

/// Whether so many bytes are among the five that windows-1252 leaves without a character that this was
/// written in no encoding: one in fifty.
fn has_unknown_bytes(source: &str) -> bool {
    let (mut unknown, mut all) = (0, 0);
    for c in source.chars().take(SAMPLE) {
        all += 1;
        unknown += usize::from(matches!(c, '\u{80}'..='\u{9F}'));
    }
    unknown * 50 > all
}

/// Whether so many characters are controls that this cannot be text: one in fifty.
fn is_noise(source: &str) -> bool {
    let sample = first_bytes(source, SAMPLE);
    let controls = sample
        .bytes()
        .filter(|byte| matches!(byte, 0..=8 | 0x0E..=0x19 | 0x1C..=0x1F | 0x7F))
        .count();
    controls * 50 > sample.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_refused_by_name() {
        let unsupported = |name| Err(InputError::Unsupported { name });
        let cases: &[(&[u8], Result<&str, InputError>)] = &[
            (b"", Err(InputError::Empty)),
            (b"\xEF\xBB\xBF", Err(InputError::Empty)),
            (b"\xFF\xFE", Err(InputError::Empty)),
            (b" \t\r\n\x0C\n\xC2\xA0", Err(InputError::Empty)),
            (b"\x7FELF\x02\x01\x01 and text", Err(InputError::Binary)),
            (b"a\0b\x01c\x02d\x03", Err(InputError::Binary)),
            (b"%PDF-1.7 text", unsupported("PDF")),
            (
                b"PK\x03\x04....xl/workbook.xml",
                unsupported("Excel (.xlsx)"),
            ),
            (b"PK\x03\x04....a.txt", unsupported("ZIP")),
            (b"{\\rtf1\\ansi}", unsupported("RTF")),
            (
                b"\xC3\x28\x80\x81\x82\xC3\x28\x80\x81\x82",
                Err(InputError::Binary),
            ),
            (b"\xE0 l'\xE9t\xE9 \x93", Ok("à l'été “")),
            (b"plain", Ok("plain")),
        ];
        for (bytes, expected) in cases {
            let found = decode(bytes).map(|decoded| decoded.source);
            assert_eq!(
                &found.as_deref().map_err(Clone::clone),
                expected,
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn sixteen_bit_text_is_read_in_both_byte_orders_and_without_a_mark() {
        let text = "Số: 12/BC-UBND\nỦy ban nhân dân xã Mới";
        for (mark, bom) in [("\u{FEFF}", 2), ("", 0)] {
            let units = || mark.encode_utf16().chain(text.encode_utf16());
            let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
            for (bytes, big_endian) in [(little, false), (big, true)] {
                let decoded = decode(&bytes).unwrap();
                assert_eq!(&*decoded.source, text);
                let len = bytes.len() as u64;
                let expected = Encoding::Utf16 {
                    bom,
                    len,
                    big_endian,
                };
                assert_eq!(decoded.encoding, expected);
            }
        }
    }

    #[test]
    fn no_place_is_past_the_end_of_a_file_cut_within_a_unit() {
        for bytes in [b"\xFF\xFEa\0b\0c".as_slice(), b"\xFE\xFF\0a\0b\0"] {
            let document = crate::input::read("a.txt", bytes).unwrap();
            assert_eq!(document.source(), "ab\u{FFFD}");
            let end = u32::try_from(document.source().len()).unwrap();
            assert_eq!(document.file_byte(end), 7);
        }
    }

    #[test]
    fn a_few_bad_bytes_are_repaired_and_many_are_another_encoding() {
        let decoded =
            decode(b"\xE1\xBB\xA6y ban nh\xC3\xA2n d\xC3\xA2n x\xC3\xA3 \xFFM\xE1\xBB\x9Bi")
                .unwrap();
        assert_eq!(&*decoded.source, "Ủy ban nhân dân xã \u{FFFD}Mới");
        assert!(matches!(decoded.encoding, Encoding::Utf8Repaired { .. }));
        let decoded = decode(b"C\xE9ng h\xDFa \x93").unwrap();
        assert_eq!(&*decoded.source, "Céng hßa “");
        assert_eq!(decoded.encoding, Encoding::SingleByte);
    }
}
