//! Positions as editors count them.

use super::protocol::{Change, Position, Range};
use crate::text::{Lines, Span};

/// The unit in which characters of a line are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what every client understands.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    const ALL: [Self; 3] = [Self::Utf8, Self::Utf32, Self::Utf16];

    /// The first that is known of those that a client offers, which it does in the order of its
    /// preference.
    pub(super) fn negotiate(offered: &[&str]) -> Self {
        let known = |name: &&str| Self::ALL.into_iter().find(|known| known.as_str() == *name);
        offered.iter().find_map(known).unwrap_or_default()
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    fn units(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// Where the byte at `offset` stands in the text that `lines` was made of.
    pub(super) fn position(self, text: &str, lines: &Lines, offset: u32) -> Position {
        let at = lines.position(offset, text);
        let character = match self {
            Self::Utf16 => at.utf16 - 1,
            Self::Utf32 => at.column - 1,
            Self::Utf8 => {
                let line = lines.span(at.line, text).unwrap_or_default();
                offset.saturating_sub(line.start)
            }
        };
        Position {
            line: at.line - 1,
            character,
        }
    }

    pub(super) fn range(self, text: &str, lines: &Lines, span: Span) -> Range {
        Range {
            start: self.position(text, lines, span.start),
            end: self.position(text, lines, span.end),
        }
    }

    /// The byte at a position. What lies beyond the end of a line is its end, what lies beyond the
    /// last line the end of the text; a position within a character is its beginning.
    pub(super) fn offset(self, text: &str, position: Position) -> usize {
        match line_start(text, position.line) {
            Some(start) => self.offset_in_line(text, start, position),
            None => text.len(),
        }
    }

    /// The same, the start of the line being known.
    fn offset_in_line(self, text: &str, start: usize, position: Position) -> usize {
        let line = &text[start..];
        let end = line.find(['\n', '\r']).unwrap_or(line.len());
        let mut left = position.character as usize;
        for (at, c) in line[..end].char_indices() {
            let units = self.units(c);
            if left < units {
                return start + at;
            }
            left -= units;
        }
        start + end
    }

    /// Makes a change of the text as an editor tells it.
    pub(super) fn apply(self, text: &mut String, change: Change) {
        let Some(range) = change.range else {
            *text = change.text;
            return;
        };
        let start = self.offset(text, range.start);
        let end = match range.start.line == range.end.line {
            // A long text is not looked through twice.
            true => {
                let line = text[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
                self.offset_in_line(text, line, range.end).max(start)
            }
            false => self.offset(text, range.end).max(start),
        };
        text.replace_range(start..end, &change.text);
    }
}

/// Where a line begins, counted from 0.
fn line_start(text: &str, line: u32) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    for _ in 0..line {
        at += bytes[at..]
            .iter()
            .position(|b| matches!(b, b'\n' | b'\r'))?;
        at += if bytes[at..].starts_with(b"\r\n") {
            2
        } else {
            1
        };
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An emoji of two UTF-16 units and a letter with two combining marks before what is asked for.
    const TEXT: &str = "một\r\n😀 e\u{302}\u{309}x hai\rba\n";

    #[test]
    fn offsets_and_positions_agree_in_every_encoding() {
        let lines = Lines::new(TEXT);
        for encoding in Encoding::ALL {
            for (offset, c) in TEXT.char_indices().filter(|(_, c)| *c != '\n') {
                let position = encoding.position(TEXT, &lines, u32::try_from(offset).unwrap());
                assert_eq!(
                    encoding.offset(TEXT, position),
                    offset,
                    "{encoding:?} {c:?}"
                );
            }
        }
        let x = TEXT.find('x').unwrap();
        let column = |encoding: Encoding| {
            let position = encoding.position(TEXT, &lines, u32::try_from(x).unwrap());
            (position.line, position.character)
        };
        assert_eq!(column(Encoding::Utf16), (1, 6));
        assert_eq!(column(Encoding::Utf32), (1, 5));
        assert_eq!(column(Encoding::Utf8), (1, 10));
    }

    #[test]
    fn positions_beyond_the_text_are_its_ends() {
        let at = |line, character| Encoding::Utf16.offset(TEXT, Position { line, character });
        assert_eq!(at(0, 99), "một".len());
        assert_eq!(at(9, 0), TEXT.len());
        let emoji = TEXT.find('😀').unwrap();
        assert_eq!(at(1, 1), emoji, "within a pair of surrogates");
    }

    #[test]
    fn changes_are_made_in_order() {
        let change = |range: Option<[u32; 4]>, text: &str| Change {
            range: range.map(|[line, character, end_line, end]| Range {
                start: Position { line, character },
                end: Position {
                    line: end_line,
                    character: end,
                },
            }),
            text: text.to_owned(),
        };
        let mut text = TEXT.to_owned();
        Encoding::Utf16.apply(&mut text, change(Some([1, 6, 1, 7]), "y"));
        Encoding::Utf16.apply(&mut text, change(Some([0, 3, 1, 0]), " "));
        assert_eq!(text, "một 😀 e\u{302}\u{309}y hai\rba\n");
        Encoding::Utf16.apply(&mut text, change(None, "mới"));
        assert_eq!(text, "mới");
    }
}
