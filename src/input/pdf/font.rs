//! Fonts: which text the codes of a string stand for, and how wide their glyphs are.

use std::sync::Arc;

use lopdf::{Dictionary, Object};

use super::cmap::CMap;
use super::lexer::unescape_name;
use super::source::{Source, as_number};

/// Width of a glyph of which nothing is known, in ems.
const USUAL_WIDTH: f32 = 0.5;
/// Widths that are kept of one font.
const MOST_WIDTHS: usize = 1 << 16;
/// Work that a name of a glyph costs, in bytes.
const NAME_COST: usize = 1 << 10;

/// What a font descriptor says in its `Flags`.
const ITALIC: i64 = 1 << 6;
const FORCE_BOLD: i64 = 1 << 18;

/// A font.
#[derive(Debug)]
pub(super) struct Font {
    /// Its family as a user sees it: `Times New Roman`.
    pub(super) family: Option<Arc<str>>,
    /// `None` where the file tells nothing, as for the next.
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    to_unicode: CMap,
    codes: Codes,
}

#[derive(Debug)]
enum Codes {
    /// One byte a code.
    Simple {
        /// The text of each code where `ToUnicode` has none.
        texts: Vec<String>,
        /// In ems.
        widths: Vec<f32>,
    },
    /// Codes of several bytes.
    Composite {
        encoding: CMap,
        /// Whether codes are glyph numbers in the usual order of TrueType fonts.
        in_order: bool,
        /// First and last glyph number, and the width in ems; ascending.
        widths: Vec<(u32, u32, f32)>,
        usual: f32,
    },
}

/// One code of a string.
pub(super) struct Code {
    /// Bytes of the string that it takes.
    pub(super) len: usize,
    /// Width of the glyph in ems.
    pub(super) width: f32,
    /// Whether word spacing applies.
    pub(super) is_blank: bool,
}

impl Font {
    pub(super) fn read(source: &Source, dict: &Dictionary) -> Self {
        let to_unicode = source
            .get(dict, b"ToUnicode")
            .and_then(|object| object.as_stream().ok())
            .and_then(|stream| source.decode(stream))
            .map_or_else(CMap::default, |bytes| CMap::parse(&bytes));
        let subtype = source.name(dict, b"Subtype");
        let descendant = source
            .get(dict, b"DescendantFonts")
            .and_then(|object| object.as_array().ok())
            .and_then(|fonts| source.resolve(fonts.first()?).as_dict().ok());
        let described = descendant.unwrap_or(dict);
        let descriptor = source.dict(described, b"FontDescriptor");
        let name = source
            .name(dict, b"BaseFont")
            .or_else(|| source.name(descriptor?, b"FontName"))
            .map(|name| String::from_utf8_lossy(&unescape_name(name)).into_owned())
            .unwrap_or_default();
        let flags = descriptor
            .and_then(|dict| source.get(dict, b"Flags"))
            .and_then(|flags| flags.as_i64().ok())
            .unwrap_or(0);
        let slant = descriptor
            .and_then(|dict| source.number(dict, b"ItalicAngle"))
            .unwrap_or(0.0);
        let style = name.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| style.contains(word));
        let codes = if subtype == Some(b"Type0") {
            composite(source, dict, described, &to_unicode)
        } else {
            simple(source, dict, descriptor, subtype == Some(b"Type3"))
        };
        let weight = descriptor.and_then(|dict| source.number(dict, b"FontWeight"));
        let bold = flags & FORCE_BOLD != 0
            || weight.is_some_and(|weight| weight >= 600.0)
            || says(&["bold", "black", "heavy"]);
        let italic = flags & ITALIC != 0 || slant != 0.0 || says(&["italic", "oblique"]);
        let family = family(&name);
        // Printers that give fonts numbers for names leave out the rest as well.
        let known = |says: bool| (says || family.is_some()).then_some(says);
        Self {
            bold: known(bold),
            italic: known(italic),
            family,
            to_unicode,
            codes,
        }
    }

    /// Reads the code that a string begins with and adds its text to `out`.
    pub(super) fn next(&self, bytes: &[u8], out: &mut String) -> Option<Code> {
        let &first = bytes.first()?;
        let from = out.len();
        let (len, width) = match &self.codes {
            Codes::Simple { texts, widths } => {
                if !self.to_unicode.write_text(u32::from(first), out) {
                    out.push_str(&texts[usize::from(first)]);
                }
                (1, widths[usize::from(first)])
            }
            Codes::Composite {
                encoding,
                in_order,
                widths,
                usual,
            } => {
                let len = if encoding.has_spaces() {
                    encoding.code_len(bytes, 2)
                } else {
                    bytes.len().min(2)
                };
                let code = bytes[..len]
                    .iter()
                    .fold(0_u32, |code, &byte| code << 8 | u32::from(byte));
                if !self.to_unicode.write_text(code, out) {
                    out.push(char::REPLACEMENT_CHARACTER);
                }
                // Word sometimes writes a blank for a letter; its number tells which it is.
                if *in_order
                    && out[from..] == *" "
                    && let Some(letter) = letter_in_order(code)
                {
                    out.truncate(from);
                    out.push(letter);
                }
                let cid = encoding.cid(code).unwrap_or(code);
                let after = widths.partition_point(|&(low, _, _)| low <= cid);
                let known = after.checked_sub(1).map(|i| widths[i]);
                let known = known.filter(|&(_, high, _)| cid <= high);
                (len, known.map_or(*usual, |(_, _, width)| width))
            }
        };
        self.mend(from, out);
        Some(Code {
            len,
            width,
            is_blank: len == 1 && first == b' ',
        })
    }

    /// Drops control characters, and puts the sign that is meant for the numbers that fonts of
    /// signs have.
    fn mend(&self, from: usize, out: &mut String) {
        let is_odd = |c: char| c.is_control() || ('\u{F000}'..='\u{F0FF}').contains(&c);
        if !out[from..].contains(is_odd) {
            return;
        }
        let mended: String = out[from..]
            .chars()
            .filter_map(|c| match c {
                '\t' => Some(' '),
                '\u{F000}'..='\u{F0FF}' => sign(c),
                c if c.is_control() => None,
                c => Some(c),
            })
            .collect();
        out.truncate(from);
        out.push_str(&mended);
    }
}

/// What a sign font shows for a number of the private area: a bullet mostly.
fn sign(c: char) -> Option<char> {
    let code = u32::from(c) & 0xFF;
    match code {
        0x20 => Some(' '),
        0x2D => Some('-'),
        0x2B => Some('+'),
        0xB0 => Some('°'),
        0xB4 => Some('×'),
        0xA3 => Some('≤'),
        0xB3 => Some('≥'),
        0xB1 => Some('±'),
        _ => Some('•'),
    }
}

/// Whether the name of a font is none, but its number in the file: `CIDFont+F2`, `TT1`.
fn is_number(name: &str) -> bool {
    let name = name.strip_prefix("CIDFont+").unwrap_or(name);
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = letters.len() < name.len();
    numbered
        && matches!(
            letters,
            "F" | "T" | "TT" | "C" | "R" | "Font" | "CIDFont" | "CIDFont+F"
        )
}

/// The family name in the name of a font: `ABCDEF+TimesNewRomanPS-BoldMT` is Times New Roman.
fn family(name: &str) -> Option<Arc<str>> {
    let name = match name.split_once('+') {
        Some((tag, rest)) if tag.len() == 6 && tag.bytes().all(|b| b.is_ascii_uppercase()) => rest,
        _ => name,
    };
    let name = name.split(',').next().unwrap_or_default();
    if name.is_empty() || is_number(name) {
        return None;
    }
    // The hyphen of these stands before the family.
    if name.starts_with('.') || name.starts_with("VNI") || name.starts_with("Vni") {
        return Some(name.into());
    }
    let name = name.split('-').next().unwrap_or(name);
    let name = ["PSMT", "PS", "MT"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(name);
    let mut spaced = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() && spaced.ends_with(char::is_lowercase) {
            spaced.push(' ');
        }
        spaced.push(c);
    }
    Some(spaced.into())
}

/// The letter or sign of ASCII that a glyph number stands for in the usual order of TrueType fonts,
/// where the blank is the fourth glyph.
fn letter_in_order(glyph: u32) -> Option<char> {
    let code = glyph
        .checked_add(29)
        .filter(|code| (0x21..0x7F).contains(code))?;
    char::from_u32(code)
}

/// Whether a map shows that glyphs stand in the usual order: each of its letters and signs of
/// ASCII is in its place or is said to be a blank.
fn is_in_order(to_unicode: &CMap) -> bool {
    const ENOUGH: usize = 5;
    let (mut right, mut wrong) = (0, 0);
    let mut text = String::new();
    for (code, letter) in (0..128).filter_map(|code| Some((code, letter_in_order(code)?))) {
        text.clear();
        if to_unicode.write_text(code, &mut text) && text != " " {
            let is_right = text.chars().eq([letter]);
            right += usize::from(is_right);
            wrong += usize::from(!is_right);
        }
    }
    right >= ENOUGH && wrong == 0
}

fn composite(
    source: &Source,
    dict: &Dictionary,
    described: &Dictionary,
    to_unicode: &CMap,
) -> Codes {
    let encoding = source
        .get(dict, b"Encoding")
        .and_then(|object| object.as_stream().ok())
        .and_then(|stream| source.decode(stream))
        .map_or_else(CMap::default, |bytes| CMap::parse(&bytes));
    let mut widths = Vec::new();
    if let Some(list) = source.get(described, b"W").and_then(|w| w.as_array().ok()) {
        let mut items = list.iter().map(|item| source.resolve(item));
        while let (Some(first), Some(second)) = (items.next(), items.next()) {
            let Some(low) = as_number(first).map(|n| n as u32) else {
                continue;
            };
            if let Ok(each) = second.as_array() {
                for (cid, width) in (low..=u32::MAX).zip(each) {
                    let width = as_number(source.resolve(width)).unwrap_or(0.0);
                    widths.extend(ems(width * 0.001).map(|width| (cid, cid, width)));
                }
            } else if let (Some(high), Some(width)) =
                (as_number(second), items.next().and_then(as_number))
            {
                widths.extend(ems(width * 0.001).map(|width| (low, high as u32, width)));
            }
            if widths.len() > MOST_WIDTHS {
                break;
            }
        }
    }
    source.charge(widths.len() * 16);
    widths.sort_by_key(|&(low, _, _)| low);
    Codes::Composite {
        in_order: encoding.is_empty() && is_in_order(to_unicode),
        encoding,
        widths,
        usual: source
            .number(described, b"DW")
            .and_then(|width| ems(width * 0.001))
            .unwrap_or(1.0),
    }
}

/// A width in ems, where a glyph can have it: others would lead off the page.
fn ems(width: f64) -> Option<f32> {
    const MOST: f64 = 100.0;
    (0.0..=MOST).contains(&width).then_some(width as f32)
}

fn simple(
    source: &Source,
    dict: &Dictionary,
    descriptor: Option<&Dictionary>,
    is_type3: bool,
) -> Codes {
    // Glyphs of a Type 3 font are drawn in a space of its own.
    let unit = if is_type3 {
        let matrix = source.numbers::<6>(dict, b"FontMatrix");
        matrix.map_or(0.001, |matrix| matrix[0].abs())
    } else {
        0.001
    };
    let missing = descriptor
        .and_then(|dict| source.number(dict, b"MissingWidth"))
        .filter(|&width| width > 0.0)
        .and_then(|width| ems(width * unit))
        .unwrap_or(USUAL_WIDTH);
    let mut widths = vec![missing; 256];
    let first = source.number(dict, b"FirstChar").unwrap_or(0.0);
    let first = (0.0..256.0).contains(&first).then_some(first as usize);
    let list = source.get(dict, b"Widths").and_then(|w| w.as_array().ok());
    if let (Some(first), Some(list)) = (first, list) {
        for (to, width) in widths.iter_mut().skip(first).zip(list) {
            let width = as_number(source.resolve(width));
            *to = width.and_then(|width| ems(width * unit)).unwrap_or(*to);
        }
    }
    source.charge(1 << 12);
    Codes::Simple {
        texts: texts(source, dict),
        widths,
    }
}

/// The text of each of 256 codes by the font's `Encoding`.
///
/// A font without one is read as windows-1252: in the fonts of the old Vietnamese encodings a
/// byte stands where that has a letter, and [`legacy`](super::super::legacy) knows them by it.
fn texts(source: &Source, dict: &Dictionary) -> Vec<String> {
    let encoding = source.get(dict, b"Encoding");
    let base = match encoding {
        Some(Object::Name(name)) => Some(name.as_slice()),
        Some(Object::Dictionary(encoding)) => source.name(encoding, b"BaseEncoding"),
        _ => None,
    };
    let mut texts: Vec<String> = match base {
        Some(name @ (b"MacRomanEncoding" | b"StandardEncoding" | b"MacExpertEncoding")) => (0
            ..=255)
            .map(|code| by_lopdf(source, &Object::Name(name.to_vec()), code))
            .collect(),
        _ => (0..=255)
            .map(|code| super::super::decode::windows_1252(code).to_string())
            .collect(),
    };
    let differences = encoding
        .and_then(|encoding| encoding.as_dict().ok())
        .and_then(|encoding| source.get(encoding, b"Differences"))
        .and_then(|list| list.as_array().ok());
    let mut code = 0_usize;
    for item in differences.into_iter().flatten().take(1024) {
        match source.resolve(item) {
            Object::Name(name) => {
                if let Some(text) = texts.get_mut(code) {
                    *text = glyph_text(source, name);
                }
                code = code.saturating_add(1);
            }
            number => code = as_number(number).map_or(code, |n| n.max(0.0) as usize),
        }
    }
    texts
}

/// The text of a glyph by its name: `uni1EA1`, `u1EA1`, or a name of Adobe's list.
fn glyph_text(source: &Source, name: &[u8]) -> String {
    let plain = name.split(|&b| b == b'.').next().unwrap_or(name);
    let hex = |digits: &[u8]| {
        let is_hex = digits.len() >= 4 && digits.iter().all(u8::is_ascii_hexdigit);
        let digits = std::str::from_utf8(digits).ok().filter(|_| is_hex)?;
        char::from_u32(u32::from_str_radix(digits, 16).ok()?)
    };
    if let Some(digits) = plain.strip_prefix(b"uni")
        && digits.len() >= 4
        && let Some(text) = digits.chunks(4).map(hex).collect::<Option<String>>()
    {
        return text;
    }
    if let Some(c) = plain.strip_prefix(b"u").and_then(hex) {
        return c.to_string();
    }
    let differences = vec![Object::Integer(1), Object::Name(plain.to_vec())];
    let mut encoding = Dictionary::new();
    encoding.set("Differences", differences);
    by_lopdf(source, &Object::Dictionary(encoding), 1)
}

/// The text of a code by an `Encoding` of one name: the tables of lopdf are reached through a font
/// alone.
fn by_lopdf(source: &Source, encoding: &Object, code: u8) -> String {
    source.charge(NAME_COST);
    let mut font = Dictionary::new();
    font.set("Type", "Font");
    font.set("Encoding", encoding.clone());
    font.get_font_encoding_with_limit(source.pdf(), 0)
        .and_then(|encoding| encoding.bytes_to_string(&[code]))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families() {
        for (name, expected) in [
            ("ABCDEF+TimesNewRomanPS-BoldMT", "Times New Roman"),
            ("TimesNewRomanPSMT", "Times New Roman"),
            ("Times New Roman,Bold", "Times New Roman"),
            ("ArialMT", "Arial"),
            (".VnTimeH", ".VnTimeH"),
            ("VNI-Times", "VNI-Times"),
            ("Cambria-Italic", "Cambria"),
        ] {
            assert_eq!(family(name).as_deref(), Some(expected), "{name}");
        }
        for none in ["", "CIDFont+F2", "F1", "TT12", "ABCDEF+F3"] {
            assert_eq!(family(none), None, "{none}");
        }
        assert_eq!(family("Fira").as_deref(), Some("Fira"));
    }

    #[test]
    fn names_of_glyphs() {
        let pdf = lopdf::Document::new();
        let source = Source::new(&pdf);
        for (name, expected) in [
            ("uni1EA1", "ạ"),
            ("u1EBF", "ế"),
            ("uni00660069", "fi"),
            ("Dcroat", "Đ"),
            ("uhorngrave", "ừ"),
            ("a.alt", "a"),
            ("universal", "∀"),
            ("g123", ""),
        ] {
            assert_eq!(glyph_text(&source, name.as_bytes()), expected, "{name}");
        }
    }
}
