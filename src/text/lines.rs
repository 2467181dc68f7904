//! Lines and columns of a text.

use super::Span;

/// Bytes between two checkpoints: the most that is counted again for one position.
const STRIDE: usize = 1024;

/// A place in a text, in every unit that some reader of a diagnostic counts in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LineColumn {
    /// Line, from 1. `\n`, `\r\n` and a lone `\r` end a line.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
    /// Column in UTF-16 code units, from 1.
    pub utf16: u32,
}

/// How many scalar values and UTF-16 units precede an offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Unicode scalar values.
    pub chars: u32,
    /// UTF-16 code units.
    pub utf16: u32,
}

/// The line table of a text, with counts at regular steps so that a column costs the same
/// wherever it stands, even in a text of one long line.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<u32>,
    checkpoints: Vec<Counts>,
}

impl Lines {
    /// Reads the text once.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(Span::new(0, at + 1).end);
            }
        }
        let mut checkpoints = Vec::with_capacity(bytes.len() / STRIDE + 1);
        let mut sum = Counts::default();
        for chunk in bytes.chunks(STRIDE) {
            checkpoints.push(sum);
            let counts = count(chunk);
            sum.chars += counts.chars;
            sum.utf16 += counts.utf16;
        }
        Self {
            starts,
            checkpoints,
        }
    }

    /// Number of lines; a text that ends in a line break has an empty last line.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line, from 1, that holds the byte at `offset`.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        let line = self.starts.partition_point(|&start| start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// The bytes of a line, counted from 1, with its line break; `None` past the last line.
    #[must_use]
    pub fn span(&self, line: u32, text: &str) -> Option<Span> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)? as usize;
        let end = self
            .starts
            .get(index + 1)
            .map_or(text.len(), |&e| e as usize);
        Some(Span::new(start, end))
    }

    /// What precedes `offset` in the whole text.
    #[must_use]
    pub fn counts(&self, offset: u32, text: &str) -> Counts {
        let offset = (offset as usize).min(text.len());
        let step = (offset / STRIDE).min(self.checkpoints.len().saturating_sub(1));
        let base = self.checkpoints.get(step).copied().unwrap_or_default();
        let rest = count(&text.as_bytes()[step * STRIDE..offset]);
        Counts {
            chars: base.chars + rest.chars,
            utf16: base.utf16 + rest.utf16,
        }
    }

    /// Line and columns of the byte at `offset` of `text`, the text the table was made of.
    #[must_use]
    pub fn position(&self, offset: u32, text: &str) -> LineColumn {
        let line = self.line(offset);
        let start = self.starts[line as usize - 1];
        let before = &text.as_bytes()[start as usize..(offset as usize).min(text.len())];
        let before = if before.len() < STRIDE {
            count(before)
        } else {
            let (here, from) = (self.counts(offset, text), self.counts(start, text));
            Counts {
                chars: here.chars - from.chars,
                utf16: here.utf16 - from.utf16,
            }
        };
        LineColumn {
            line,
            column: before.chars + 1,
            utf16: before.utf16 + 1,
        }
    }
}

/// A character is counted where its first byte stands.
fn count(bytes: &[u8]) -> Counts {
    let (mut chars, mut wide) = (0, 0);
    // As many as a byte can count, so that many are counted in one step.
    for block in bytes.chunks(usize::from(u8::MAX)) {
        let (mut chars_here, mut wide_here) = (0_u8, 0_u8);
        for &byte in block {
            chars_here += u8::from(byte & 0xC0 != 0x80);
            wide_here += u8::from(byte >= 0xF0);
        }
        chars += u32::from(chars_here);
        wide += u32::from(wide_here);
    }
    Counts {
        chars,
        utf16: chars + wide,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_in_three_units() {
        let text = "Số: 𝟏\r\nĐiều 5\rx\n";
        let lines = Lines::new(text);
        assert_eq!(lines.count(), 4);
        let end = u32::try_from(text.find('\r').unwrap()).unwrap();
        let position = lines.position(end, text);
        assert_eq!((position.line, position.column, position.utf16), (1, 6, 7));
        let five = u32::try_from(text.find('5').unwrap()).unwrap();
        let position = lines.position(five, text);
        assert_eq!((position.line, position.column, position.utf16), (2, 6, 6));
    }

    #[test]
    fn long_lines_agree_with_plain_counting() {
        let text = "Ủy ban 𝟏 ".repeat(1000);
        let lines = Lines::new(&text);
        for (offset, _) in text.char_indices().step_by(97) {
            let position = lines.position(u32::try_from(offset).unwrap(), &text);
            assert_eq!(position.column as usize, text[..offset].chars().count() + 1);
            assert_eq!(
                position.utf16 as usize,
                text[..offset].encode_utf16().count() + 1
            );
        }
    }
}
