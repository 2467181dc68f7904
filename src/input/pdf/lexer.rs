//! The tokens of content streams and character maps.

/// A token; what it holds is as written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Token<'a> {
    Number(f64),
    /// Without its slash.
    Name(&'a [u8]),
    /// The inside of `(...)`, its escapes not resolved.
    Literal(&'a [u8]),
    /// The inside of `<...>`.
    Hex(&'a [u8]),
    ArrayStart,
    ArrayEnd,
    DictStart,
    DictEnd,
    /// An operator, or another bare word.
    Word(&'a [u8]),
}

impl Token<'_> {
    /// The bytes of a string, put into `out`; nothing for another token.
    pub(super) fn string_into(self, out: &mut Vec<u8>) {
        out.clear();
        match self {
            Self::Literal(raw) => unescape(raw, out),
            Self::Hex(raw) => unhex(raw, out),
            _ => {}
        }
    }
}

/// Reads tokens one after another, in one pass.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|b| !matches!(b, b'\n' | b'\r')) {
                    self.at += 1;
                }
            } else if is_blank(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|&b| !is_regular(b));
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    fn literal(&mut self) -> &'a [u8] {
        let start = self.at;
        let mut depth = 1_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return &self.bytes[start..self.at - 1];
            }
        }
        self.at = self.bytes.len();
        &self.bytes[start..]
    }

    fn hex(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|&b| b == b'>');
        self.at += end.map_or(rest.len(), |end| end + 1);
        &rest[..end.unwrap_or(rest.len())]
    }

    /// Moves past the data of an inline image, after its `ID`.
    pub(super) fn skip_image(&mut self) {
        let rest = &self.bytes[self.at..];
        let is_end = |at: usize| {
            let before = at.checked_sub(1).and_then(|i| rest.get(i));
            let after = &rest[at + 2..];
            before.is_none_or(|&b| is_blank(b))
                && after.first().is_none_or(|&b| is_blank(b))
                // In the middle of an image the bytes that follow are hardly all printable.
                && after.iter().take(12).all(|&b| is_blank(b) || (b' '..=b'~').contains(&b))
        };
        let mut ends = rest
            .windows(2)
            .enumerate()
            .filter(|&(at, window)| window == b"EI" && is_end(at));
        self.at += ends.next().map_or(rest.len(), |(at, _)| at + 2);
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.skip_blanks();
            let byte = self.peek()?;
            if is_regular(byte) {
                let word = self.regular();
                return Some(number(word).map_or(Token::Word(word), Token::Number));
            }
            self.at += 1;
            let doubled = self.peek() == Some(byte);
            return Some(match byte {
                b'/' => Token::Name(self.regular()),
                b'(' => Token::Literal(self.literal()),
                b'<' if doubled => {
                    self.at += 1;
                    Token::DictStart
                }
                b'<' => Token::Hex(self.hex()),
                b'>' if doubled => {
                    self.at += 1;
                    Token::DictEnd
                }
                b'[' => Token::ArrayStart,
                b']' => Token::ArrayEnd,
                // A stray bracket.
                _ => continue,
            });
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_blank(byte)
        && !matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
        )
}

fn number(word: &[u8]) -> Option<f64> {
    let first = *word.first()?;
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return None;
    }
    let (mut value, mut scale, mut digits) = (0.0_f64, 0.0_f64, 0);
    for (i, &byte) in word.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                value = value * 10.0 + f64::from(byte - b'0');
                scale *= 10.0;
            }
            b'.' if scale == 0.0 => scale = 1.0,
            // Some writers double the sign, or put it in the middle: what follows is dropped.
            b'-' | b'+' if i == 0 || word[i - 1] == b'-' => {}
            b'-' if digits > 0 => break,
            _ => return None,
        }
    }
    let value = if scale > 1.0 { value / scale } else { value };
    (digits > 0 || word == b"." || word == b"-")
        .then_some(if first == b'-' { -value } else { value })
        .filter(|value| value.is_finite())
}

fn unescape(raw: &[u8], out: &mut Vec<u8>) {
    let mut bytes = raw.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'\r') => {
                bytes.next_if_eq(&b'\n');
            }
            Some(b'\n') | None => {}
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    let Some(digit) = bytes.next_if(|b| matches!(b, b'0'..=b'7')) else {
                        break;
                    };
                    value = value * 8 + u32::from(digit - b'0');
                }
                out.push((value & 0xFF) as u8);
            }
            Some(other) => out.push(other),
        }
    }
}

fn unhex(raw: &[u8], out: &mut Vec<u8>) {
    let mut digits = raw.iter().filter_map(|&b| hex_digit(b));
    while let Some(high) = digits.next() {
        out.push(high << 4 | digits.next().unwrap_or(0));
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// A name with its `#xx` resolved.
pub(super) fn unescape_name(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        let pair = (byte == b'#')
            .then(|| Some((hex_digit(*raw.get(at + 1)?)?, hex_digit(*raw.get(at + 2)?)?)))
            .flatten();
        out.push(pair.map_or(byte, |(high, low)| high << 4 | low));
        at += if pair.is_some() { 3 } else { 1 };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let cases: [(&[u8], Option<f64>); 9] = [
            (b"12", Some(12.0)),
            (b"-.5", Some(-0.5)),
            (b"+3.25", Some(3.25)),
            (b"--4", Some(-4.0)),
            (b"1.", Some(1.0)),
            (b"5-3", Some(5.0)),
            (b"-", Some(0.0)),
            (b"1e5", None),
            (b"Tj", None),
        ];
        for (word, expected) in cases {
            assert_eq!(
                number(word).map(|value| value + 0.0),
                expected,
                "{}",
                String::from_utf8_lossy(word)
            );
        }
    }

    #[test]
    fn strings() {
        let read = |source: &[u8]| {
            let mut out = Vec::new();
            if let Some(token) = Lexer::new(source).next() {
                token.string_into(&mut out);
            }
            out
        };
        assert_eq!(read(b"(a\\(b\\)(c)\\101\\\n\\7)"), b"a(b)(c)A\x07");
        assert_eq!(read(b"<4 142 5>"), b"ABP");
        assert_eq!(read(b"(cut"), b"cut");
    }

    #[test]
    fn an_inline_image_is_skipped() {
        let mut lexer = Lexer::new(b"BI /W 1 ID \x01EI\x02 EI\xFF EI Q");
        while lexer.next() != Some(Token::Word(b"ID")) {}
        lexer.skip_image();
        assert_eq!(lexer.next(), Some(Token::Word(b"Q")));
    }
}
