//! Character maps: how the bytes of a string are cut into codes, and which text (`ToUnicode`) or
//! glyph number (an embedded `Encoding`) a code stands for.

use super::lexer::{Lexer, Token};

/// Longest text of one code, in bytes of UTF-16.
const LONGEST_TEXT: usize = 64;

/// Code ranges that are kept; maps have one to four.
const MOST_SPACES: usize = 64;

/// A character map.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// The ranges of codes: their length in bytes, the first and the last.
    spaces: Vec<(u8, u32, u32)>,
    /// Ascending by `low`.
    ranges: Vec<Range>,
}

#[derive(Debug)]
struct Range {
    low: u32,
    high: u32,
    to: To,
}

#[derive(Debug)]
enum To {
    /// The first code stands for this number, each later one for the next.
    Number(u32),
    /// Each code stands for these characters, the last of them counted on.
    Text(Box<str>),
}

impl CMap {
    pub(super) fn parse(source: &[u8]) -> Self {
        let mut cmap = Self::default();
        let mut operands: Vec<Token> = Vec::new();
        for token in Lexer::new(source) {
            match token {
                Token::Word(b"endcodespacerange") => cmap.add_spaces(&operands),
                Token::Word(b"endbfchar") => cmap.add_chars(&operands, Self::text),
                Token::Word(b"endcidchar") => cmap.add_chars(&operands, Self::number),
                Token::Word(b"endbfrange") => cmap.add_ranges(&operands, Self::text),
                Token::Word(b"endcidrange") => cmap.add_ranges(&operands, Self::number),
                Token::Word(_) => {}
                _ => {
                    operands.push(token);
                    continue;
                }
            }
            operands.clear();
        }
        // The later of two that map one code stands.
        cmap.ranges.reverse();
        cmap.ranges.sort_by_key(|range| range.low);
        cmap.ranges.dedup_by_key(|range| range.low);
        cmap
    }

    fn text(token: Token) -> Option<To> {
        let (bytes, _, _) = code(token)?;
        let units = bytes.chunks(2).map(|pair| match *pair {
            [high, low] => u16::from_be_bytes([high, low]),
            // One byte alone stands for itself.
            [only] => u16::from(only),
            _ => 0,
        });
        let text: String = char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) => Some(To::Number(u32::from(only))),
            _ => Some(To::Text(text.into())),
        }
    }

    fn number(token: Token) -> Option<To> {
        match token {
            Token::Number(number) => Some(To::Number(number as u32)),
            _ => None,
        }
    }

    fn add_spaces(&mut self, operands: &[Token]) {
        for pair in operands.chunks_exact(2) {
            if let (Some((bytes, _, low)), Some((_, _, high))) = (code(pair[0]), code(pair[1])) {
                let len = bytes.len().clamp(1, 4) as u8;
                self.spaces.push((len, low, high));
            }
        }
        self.spaces.truncate(MOST_SPACES);
    }

    fn add_chars(&mut self, operands: &[Token], to: fn(Token) -> Option<To>) {
        for pair in operands.chunks_exact(2) {
            if let (Some((_, _, low)), Some(to)) = (code(pair[0]), to(pair[1])) {
                self.ranges.push(Range { low, high: low, to });
            }
        }
    }

    fn add_ranges(&mut self, operands: &[Token], to: fn(Token) -> Option<To>) {
        let mut rest = operands.iter().copied();
        while let (Some(low), Some(high), Some(target)) = (rest.next(), rest.next(), rest.next()) {
            let (Some((_, _, low)), Some((_, _, high))) = (code(low), code(high)) else {
                continue;
            };
            if target != Token::ArrayStart {
                if let Some(to) = to(target)
                    && low <= high
                {
                    self.ranges.push(Range { low, high, to });
                }
                continue;
            }
            let each = rest.by_ref().take_while(|&token| token != Token::ArrayEnd);
            for (at, token) in (low..=u32::MAX).zip(each) {
                if let Some(to) = to(token)
                    && at <= high
                {
                    self.ranges.push(Range {
                        low: at,
                        high: at,
                        to,
                    });
                }
            }
        }
    }

    fn find(&self, code: u32) -> Option<&Range> {
        let after = self.ranges.partition_point(|range| range.low <= code);
        let range = self.ranges.get(after.checked_sub(1)?)?;
        (code <= range.high).then_some(range)
    }

    /// Whether it maps nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The number that a code stands for.
    pub(super) fn cid(&self, code: u32) -> Option<u32> {
        let range = self.find(code)?;
        match range.to {
            To::Number(first) => first.checked_add(code - range.low),
            To::Text(_) => None,
        }
    }

    /// Writes the text that a code stands for; `false` where there is none.
    pub(super) fn write_text(&self, code: u32, out: &mut String) -> bool {
        let Some(range) = self.find(code) else {
            return false;
        };
        let offset = code - range.low;
        let counted = |c: u32| {
            let c = c.checked_add(offset).and_then(char::from_u32);
            c.unwrap_or(char::REPLACEMENT_CHARACTER)
        };
        match &range.to {
            To::Number(first) => out.push(counted(*first)),
            To::Text(text) => {
                let mut chars = text.chars();
                let last = chars.next_back();
                out.push_str(chars.as_str());
                out.extend(last.map(|last| counted(u32::from(last))));
            }
        }
        true
    }

    /// How many bytes the next code of a string has; `usual` where the map does not say.
    pub(super) fn code_len(&self, bytes: &[u8], usual: usize) -> usize {
        let mut code = 0_u32;
        for (len, &byte) in (1_u8..=4).zip(bytes) {
            code = code << 8 | u32::from(byte);
            let fits = |&(n, low, high): &(u8, u32, u32)| n == len && in_space(n, low, high, code);
            if self.spaces.iter().any(fits) {
                return usize::from(len);
            }
        }
        // No range holds it: as long as the shortest code.
        let shortest = self.spaces.iter().map(|&(len, _, _)| usize::from(len));
        shortest.min().unwrap_or(usual).min(bytes.len().max(1))
    }

    /// Whether it says how strings are cut into codes.
    pub(super) fn has_spaces(&self) -> bool {
        !self.spaces.is_empty()
    }
}

/// Whether each byte of a code lies between those of the first and the last of a range.
fn in_space(len: u8, low: u32, high: u32, code: u32) -> bool {
    (0..u32::from(len)).all(|i| {
        let byte = |value: u32| value >> (8 * i) & 0xFF;
        (byte(low)..=byte(high)).contains(&byte(code))
    })
}

/// The bytes of a string, its length in bytes and its value as a number.
fn code(token: Token) -> Option<(Vec<u8>, usize, u32)> {
    if !matches!(token, Token::Hex(_) | Token::Literal(_)) {
        return None;
    }
    let mut bytes = Vec::new();
    token.string_into(&mut bytes);
    bytes.truncate(LONGEST_TEXT);
    let value = bytes
        .iter()
        .take(4)
        .fold(0_u32, |value, &byte| value << 8 | u32::from(byte));
    let len = bytes.len();
    (len > 0).then_some((bytes, len, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_ranges_and_lists() {
        let cmap = CMap::parse(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
              2 beginbfchar <0003> <0020> <0010> <00660066> endbfchar\n\
              3 beginbfrange <0020> <0022> <0061> <0030> <0031> [<1EA1> <1EBF>]\n\
              <0040> <0041> <00410031> endbfrange",
        );
        let text = |code| {
            let mut out = String::new();
            cmap.write_text(code, &mut out).then_some(out)
        };
        for (code, expected) in [
            (0x03, Some(" ")),
            (0x10, Some("ff")),
            (0x22, Some("c")),
            (0x23, None),
            (0x31, Some("ế")),
            (0x41, Some("A2")),
        ] {
            assert_eq!(text(code).as_deref(), expected, "{code:#x}");
        }
        assert_eq!(cmap.code_len(b"\0\x03\0", 1), 2);
    }

    #[test]
    fn codes_of_mixed_length() {
        let cmap = CMap::parse(b"2 begincodespacerange <00> <80> <8140> <9FFC> endcodespacerange");
        assert_eq!(cmap.code_len(b"\x20\x81", 2), 1);
        assert_eq!(cmap.code_len(b"\x81\x50", 2), 2);
        assert_eq!(cmap.code_len(b"\xFF\x50", 2), 1);
    }

    #[test]
    fn glyph_numbers() {
        let cmap = CMap::parse(b"1 begincidrange <0010> <0020> 100 endcidrange");
        assert_eq!(cmap.cid(0x12), Some(102));
        assert_eq!(cmap.cid(0x21), None);
    }
}
