//! Markdown → text: the marks of emphasis, headings, quotations and rules are set aside, and so is
//! code, which is no language. Code is what stands between fences or backticks. That four blanks at
//! the beginning of a line make it code is not followed: heads, signatures and first lines of
//! paragraphs are indented like that by those who write for readers of the text itself.

use crate::text::{MapBuilder, OffsetMap, Span};

/// The longest run of `*` or `_` that is a mark of emphasis.
const LONGEST_RUN: usize = 3;
/// Marks of emphasis that may be open at once; more are no nesting.
const DEEPEST: usize = 8;
/// The most signs of a heading.
const HEADING: usize = 6;
/// The fewest signs of a fence around code.
const FENCE: usize = 3;
/// What stands for code within a line, so that what is around it keeps its blanks and marks.
const CODE: char = '\u{FFFC}';

/// A text without its marks, and the way back.
pub(super) struct Plain {
    pub(super) text: String,
    pub(super) map: OffsetMap,
}

/// Sets the marks of a Markdown text aside; `None` where it has none. Bullets, numbers and tables
/// stay as they are, and so does a star or a low line that marks nothing (`(*)`, `____`).
pub(super) fn strip(text: &str) -> Option<Plain> {
    let marks = marks(text, &fences(text));
    let (mut cuts, mut code) = (marks.cuts, marks.code);
    if cuts.is_empty() && code.is_empty() {
        return None;
    }
    cuts.sort_unstable();
    code.sort_unstable();
    Some(changed(text, &cuts, &code))
}

/// The code of a text, between fences and within lines, in order.
pub(super) fn code(text: &str) -> Vec<Span> {
    let mut code = fences(text);
    code.extend(marks(text, &code).code);
    code.sort_unstable();
    code
}

fn marks(text: &str, fences: &[Span]) -> Marks {
    let mut marks = Marks::default();
    let mut fences = fences.iter().peekable();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        fences.next_if(|code| code.end as usize <= at);
        if fences.peek().is_some_and(|code| code.start as usize <= at) {
            marks.cut(at, content.len());
            marks.open.clear();
        } else {
            marks.line(at, content);
        }
        at += line.len();
    }
    marks
}

/// The text without some parts of it, which are in order.
pub(super) fn without(text: &str, cuts: &[Span]) -> Plain {
    changed(text, cuts, &[])
}

/// The text without `cuts`, and with a sign for each of `code`; both are in order and apart.
fn changed(text: &str, cuts: &[Span], code: &[Span]) -> Plain {
    let mut plain = String::with_capacity(text.len());
    let mut map = MapBuilder::default();
    let mut at = 0;
    let (mut cuts, mut code) = (cuts.iter().peekable(), code.iter().peekable());
    loop {
        let cut = cuts.peek().map_or(text.len(), |cut| cut.start as usize);
        let sign = code.next_if(|code| (code.start as usize) < cut);
        let part = sign.or_else(|| cuts.next()).copied();
        let part = part.unwrap_or(Span::new(text.len(), text.len()));
        let kept = Span::new(at, part.start as usize);
        plain.push_str(kept.of(text));
        map.copy(kept.start, kept.end - kept.start);
        at = part.end as usize;
        if sign.is_some() {
            plain.push(CODE);
            map.replace(part.start, part.end - part.start, CODE.len_utf8() as u32);
        } else if at == text.len() {
            break;
        }
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
    /// Code within lines.
    code: Vec<Span>,
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
            .position(|b| matches!(b, b'*' | b'_' | b'\\' | b'`'))
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
            if sign == b'`' {
                let end = code_end(bytes, at, len);
                if let Some(end) = end {
                    self.code.push(Span::new(start + at, start + end));
                }
                at = end.unwrap_or(at + len);
                continue;
            }
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
            c.is_alphanumeric() || matches!(c, '(' | '[' | '“' | '"' | '‘' | '«' | '*' | '_' | '`')
        }) && !in_word(before);
        if opens {
            if self.open.len() == DEEPEST {
                self.open.remove(0);
            }
            self.open.push(run);
        }
    }
}

/// Where the code ends that `len` backticks at `at` open: after as many of them.
fn code_end(line: &[u8], at: usize, len: usize) -> Option<usize> {
    let mut rest = at + len;
    while let Some(found) = line[rest..].iter().position(|&b| b == b'`') {
        let begin = rest + found;
        let run = line[begin..].iter().take_while(|&&b| b == b'`').count();
        rest = begin + run;
        if run == len {
            return Some(rest);
        }
    }
    None
}

/// The blocks of code between two fences, in order; a fence that nothing closes opens none.
fn fences(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<(usize, u8, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (begin, content) = (at, line.trim());
        at += line.len();
        let Some(sign @ (b'`' | b'~')) = content.bytes().next() else {
            continue;
        };
        let len = content.bytes().take_while(|&b| b == sign).count();
        let is_bare = content.len() == len;
        match open {
            Some((from, opened, least)) if opened == sign && len >= least && is_bare => {
                found.push(Span::new(from, at));
                open = None;
            }
            None if len >= FENCE && !content[len..].contains('`') => {
                open = Some((begin, sign, len));
            }
            _ => {}
        }
    }
    found
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
    fn code_is_set_aside() {
        for (text, expected) in [
            ("a\n```sh\nxử dụng\n\n**b**\n```\nc", "a\n\n\n\n\n\nc"),
            ("~~~\n```\n~~~\nb `x", "\n\n\nb `x"),
            ("chạy `a:b`, ``c ` d``.", "chạy \u{FFFC}, \u{FFFC}."),
            ("**`a`** `b", "\u{FFFC} `b"),
        ] {
            let plain = strip(text).map(|plain| plain.text);
            assert_eq!(plain.as_deref(), Some(expected), "{text}");
        }
        assert!(strip("```\nkhông đóng").is_none());
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
            "BÁO CÁO\n\n    Độc lập - Tự do - Hạnh phúc\n\n\tKT. CHỦ TỊCH",
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
