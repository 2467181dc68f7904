//! Markdown → text: the marks of emphasis, headings, quotations and rules are set aside.

use crate::text::{MapBuilder, OffsetMap, Span};

/// The longest run of `*` or `_` that is a mark of emphasis.
const LONGEST_RUN: usize = 3;
/// Marks of emphasis that may be open at once; more are no nesting.
const DEEPEST: usize = 8;
/// The most signs of a heading.
const HEADING: usize = 6;

/// A text without its marks, and the way back.
pub(super) struct Plain {
    pub(super) text: String,
    pub(super) map: OffsetMap,
}

/// Sets the marks of a Markdown text aside; `None` where it has none. Bullets, numbers and tables
/// stay as they are, and so does a star or a low line that marks nothing (`(*)`, `____`).
pub(super) fn strip(text: &str) -> Option<Plain> {
    let mut marks = Marks::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        marks.line(at, line.trim_end());
        at += line.len();
    }
    let mut cuts = marks.cuts;
    if cuts.is_empty() {
        return None;
    }
    cuts.sort_unstable();
    Some(without(text, &cuts))
}

/// The text without some parts of it, which are in order.
pub(super) fn without(text: &str, cuts: &[Span]) -> Plain {
    let mut plain = String::with_capacity(text.len());
    let mut map = MapBuilder::default();
    let mut at = 0;
    let end = Span::new(text.len(), text.len());
    for cut in cuts.iter().chain([&end]) {
        let kept = Span::new(at, cut.start as usize);
        plain.push_str(kept.of(text));
        map.copy(kept.start, kept.end - kept.start);
        at = cut.end as usize;
    }
    Plain {
        text: plain,
        map: map.finish(),
    }
}

/// A run of one sign that may begin emphasis.
#[derive(Clone, Copy)]
struct Run {
    sign: u8,
    at: usize,
    len: usize,
}

#[derive(Default)]
struct Marks {
    /// What is set aside.
    cuts: Vec<Span>,
    /// Runs of this paragraph that nothing closed so far.
    open: Vec<Run>,
}

impl Marks {
    fn cut(&mut self, at: usize, len: usize) {
        self.cuts.push(Span::new(at, at + len));
    }

    /// Reads a line that begins at the byte `at`.
    fn line(&mut self, at: usize, line: &str) {
        let prefix = prefix_len(line);
        if prefix > 0 {
            self.cut(at, prefix);
            self.open.clear();
        }
        let rest = &line[prefix..];
        if rest.is_empty() {
            self.open.clear();
        } else if is_rule(rest) {
            self.cut(at + prefix, rest.len());
            self.open.clear();
        } else {
            self.emphasis(at + prefix, rest);
        }
    }

    /// Finds the marks within a line.
    fn emphasis(&mut self, start: usize, line: &str) {
        let bytes = line.as_bytes();
        let mut at = 0;
        while let Some(found) = bytes[at..]
            .iter()
            .position(|b| matches!(b, b'*' | b'_' | b'\\'))
        {
            at += found;
            let sign = bytes[at];
            if sign == b'\\' {
                let escapes = bytes.get(at + 1).is_none_or(u8::is_ascii_punctuation);
                if escapes {
                    self.cut(start + at, 1);
                }
                at += if escapes { 2 } else { 1 };
                if at >= bytes.len() {
                    break;
                }
                continue;
            }
            let len = bytes[at..].iter().take_while(|&&b| b == sign).count();
            if len <= LONGEST_RUN {
                let run = Run {
                    sign,
                    at: start + at,
                    len,
                };
                self.run(run, &line[..at], &line[at + len..]);
            }
            at += len;
        }
    }

    /// Closes what a run closes, or keeps it as one that may begin emphasis.
    fn run(&mut self, run: Run, before: &str, after: &str) {
        let before = before.chars().next_back();
        let after = after.chars().next();
        let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let low_line = run.sign == b'_';
        let closes = before.is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | '['))
            && !(low_line && in_word(after));
        if closes
            && let Some(place) = self
                .open
                .iter()
                .rposition(|open| open.sign == run.sign && open.len == run.len)
        {
            let opened = self.open[place];
            self.open.truncate(place);
            self.cut(opened.at, opened.len);
            self.cut(run.at, run.len);
            return;
        }
        let opens = after.is_some_and(|c| {
            c.is_alphanumeric() || matches!(c, '(' | '[' | '“' | '"' | '‘' | '«' | '*' | '_')
        }) && !in_word(before);
        if opens {
            if self.open.len() == DEEPEST {
                self.open.remove(0);
            }
            self.open.push(run);
        }
    }
}

/// Bytes of the marks of quotation and heading that a line begins with, and the blanks after them.
fn prefix_len(line: &str) -> usize {
    let mut rest = line;
    while let Some(quoted) = rest.trim_start_matches(' ').strip_prefix('>') {
        rest = quoted.strip_prefix(' ').unwrap_or(quoted);
    }
    let heading = rest.trim_start_matches(' ');
    let after = heading.trim_start_matches('#');
    let signs = heading.len() - after.len();
    if (1..=HEADING).contains(&signs) && (after.is_empty() || after.starts_with(' ')) {
        rest = after.trim_start_matches(' ');
    }
    line.len() - rest.len()
}

/// Whether a line is nothing but a rule: three signs of one kind or more.
fn is_rule(line: &str) -> bool {
    let mut signs = line.bytes().filter(|&b| b != b' ');
    let Some(first @ (b'-' | b'*' | b'_')) = signs.next() else {
        return false;
    };
    let more = signs.clone().count() >= 2;
    more && signs.all(|b| b == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_set_aside() {
        let cases = [
            ("**UBND XÃ AN LẠC**", "UBND XÃ AN LẠC"),
            ("_V/v tưới nước đợt 2_", "V/v tưới nước đợt 2"),
            ("***BÁO CÁO***", "BÁO CÁO"),
            ("**_An Lạc, ngày 5_**", "An Lạc, ngày 5"),
            ("# BÁO CÁO", "BÁO CÁO"),
            ("### 1. Kết quả", "1. Kết quả"),
            ("> > Kính gửi: Sở", "Kính gửi: Sở"),
            ("a\n---\nb\n* * *\nc", "a\n\nb\n\nc"),
            ("**Căn cứ** Luật *này*;", "Căn cứ Luật này;"),
            ("1\\. Kết quả\\\n\\- dấu \\* này", "1. Kết quả\n- dấu * này"),
            ("**UBND XÃ\nAN LẠC**", "UBND XÃ\nAN LẠC"),
            ("(**in đậm**)", "(in đậm)"),
        ];
        for (text, expected) in cases {
            let plain = strip(text).map(|plain| plain.text);
            assert_eq!(plain.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_marks_nothing_stays() {
        for text in [
            "* mục\n* mục khác",
            "- mục\n+ mục",
            "3 * 4 * 5",
            "ghi chú (*) và (*)",
            "ngày ___ tháng ___",
            "Số: ____/BC-UBND",
            "ten_tep_dai.txt",
            "#1 và #2",
            "|---|---|",
            "**mở mà không đóng\n\nđoạn khác**",
            "C:\\tệp",
        ] {
            assert!(strip(text).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_kept_leads_back_to_where_it_stands() {
        let text = "> # **KẾ HOẠCH**\n_V/v tưới nước_ **đợt 2**";
        let plain = strip(text).expect("there are marks");
        for word in ["KẾ HOẠCH", "V/v", "nước", "đợt 2"] {
            let at = plain.text.find(word).expect("the word is kept");
            let span = plain.map.span(Span::new(at, at + word.len()));
            assert_eq!(span.of(text), word);
        }
    }
}
