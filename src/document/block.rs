//! The blocks of a Markdown text, as far as comments that stand beside them need to know.

use super::Document;

impl Document {
    /// The first and the last line, from 1, of the paragraph of Markdown that the lines from `first`
    /// to `last` belong to. With `down`, only what follows belongs to it, and a table is one.
    #[must_use]
    pub fn block(&self, first: u32, last: u32, down: bool) -> (u32, u32) {
        let (mut first, mut last) = (first, last);
        let line = |number: u32| self.bare_line(number);
        let next = |last: u32| line(last + 1);
        if line(first).is_some_and(is_row) {
            while down && next(last).is_some_and(is_row) {
                last += 1;
            }
            return (first, last);
        }
        if line(last).is_none_or(stands_alone) {
            return (first, last);
        }
        while next(last).is_some_and(|next| !begins(next)) {
            last += 1;
        }
        let goes_on = |first: u32| {
            let own = line(first).is_some_and(|own| !begins(own));
            own && first > 1 && line(first - 1).is_some_and(|before| !stands_alone(before))
        };
        while !down && goes_on(first) {
            first -= 1;
        }
        (first, last)
    }

    /// Whether a line belongs to a list, a table or a quotation of Markdown, which another line
    /// between its own would part.
    #[must_use]
    pub fn is_in_list(&self, line: u32) -> bool {
        let (first, _) = self.block(line, line, false);
        let text = |number| self.line_span(number).map(|span| span.of(self.source()));
        let first = text(first).unwrap_or_default();
        let bare = first.trim_start();
        is_row(bare) || bare.starts_with('>') || is_item(bare) || first.starts_with("  ")
    }

    /// A line without the blanks around it and the marks of quotation.
    fn bare_line(&self, number: u32) -> Option<&str> {
        let line = self.line_span(number)?.of(self.source());
        Some(line.trim_start_matches([' ', '\t', '>']).trim_end())
    }
}

fn is_row(line: &str) -> bool {
    line.starts_with('|')
}

/// Whether a line begins with a bullet or a number.
fn is_item(line: &str) -> bool {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let after = match digits.len() == line.len() {
        true => line.strip_prefix(['-', '+', '*']),
        false => digits.strip_prefix(['.', ')']),
    };
    after.is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t']))
}

/// Whether no paragraph goes on after a line.
fn stands_alone(line: &str) -> bool {
    let is_rule = line.len() >= 3 && line.bytes().all(|b| matches!(b, b'-' | b'*' | b'_' | b' '));
    let begins = ["#", "|", "```", "~~~", "<!--"];
    line.is_empty() || is_rule || begins.iter().any(|mark| line.starts_with(mark))
}

/// Whether a line is none that goes on with a paragraph.
fn begins(line: &str) -> bool {
    stands_alone(line) || is_item(line)
}
