//! Comments that ask for silence on rules, in formats of text: they are read and set aside, so that
//! nothing after this sees them as text.
//!
//! ```text
//! <!-- TOOL: WORD NAME [NAME] : reason -->
//! ```
//!
//! What was surely meant as one and cannot be read is set aside as well, or kept as text where it has
//! no end, so that it can be told.

use std::cell::LazyCell;

use super::markdown::{Plain, code, without};
use crate::document::{Format, Scope, Suppression};
use crate::text::{Span, first_bytes, fold, strip_folded};
use crate::vocabulary::{SuppressionWords, vocabulary};

const OPEN: &str = "<!--";
const CLOSE: &str = "-->";
/// Bytes of the longest comment; what is longer is text.
const LONGEST: usize = 2048;
/// Bytes shown of the word of a comment without an end.
const LONGEST_WORD: usize = 64;

/// The text without its comments, and the comments; `None` where it has none.
pub(super) fn cut(source: &str, format: Format) -> Option<(Plain, Vec<Suppression>)> {
    // What is shown as code is an example.
    let code = LazyCell::new(|| match format {
        Format::Md => code(source),
        _ => Vec::new(),
    });
    let comment = |source: &str, start: usize| {
        let found = comment(source, start)?;
        let before = code.partition_point(|code| code.end as usize <= start);
        let is_code = code
            .get(before)
            .is_some_and(|code| code.contains(found.span));
        (!is_code).then_some(found)
    };
    let mut found = Vec::new();
    let mut cuts = Vec::new();
    let mut at = 0;
    while let Some(place) = source[at..].find(OPEN) {
        let start = at + place;
        let Some(first) = comment(source, start) else {
            at = start + OPEN.len();
            continue;
        };
        let mut end = first.span.end as usize;
        let is_closed = is_closed(source, &first);
        found.push(first);
        if !is_closed {
            at = end;
            continue;
        }
        // Comments that follow on the same line go with the first.
        while let Some(next) = comment(source, end + blanks(&source[end..]))
            .filter(|next| self::is_closed(source, next))
        {
            end = next.span.end as usize;
            found.push(next);
        }
        let from = cuts.last().map_or(0, |last: &Span| last.end as usize);
        cuts.push(widened(source, from, start, end));
        at = end;
    }
    (!found.is_empty()).then(|| (without(source, &cuts), found))
}

/// What goes with the comments from `start` to `end`: their lines where nothing else stands on
/// them, with one of the two empty lines around them; else the blanks on one side. `from` is where
/// what went before ends.
fn widened(source: &str, from: usize, start: usize, end: usize) -> Span {
    let before = &source[from..start];
    let kept = before.trim_end_matches([' ', '\t']).len();
    let after = end + blanks(&source[end..]);
    let is_first = kept == 0 || before[..kept].ends_with(['\n', '\r']);
    let Some(line_end) = line_break(&source[after..]) else {
        return match is_first {
            // The indent of what follows stays.
            true => Span::new(start, after),
            false if kept < before.len() => Span::new(start, after),
            false => Span::new(start, end),
        };
    };
    if !is_first {
        return Span::new(from + kept, after);
    }
    let above = before[..kept].trim_end_matches([' ', '\t']);
    let above = above.strip_suffix('\n').unwrap_or(above);
    let above = above.strip_suffix('\r').unwrap_or(above);
    let empty_above = above.is_empty() || above.ends_with(['\n', '\r']);
    let below = after + line_end;
    let end = match line_break(&source[below..]) {
        Some(len) if empty_above => below + len,
        _ => below,
    };
    Span::new(from + kept, end)
}

/// Bytes of the line break that a text begins with; 0 at its end, `None` where something else
/// stands there.
fn line_break(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [] => Some(0),
        [b'\r', b'\n', ..] => Some(2),
        [b'\n' | b'\r', ..] => Some(1),
        _ => None,
    }
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

fn is_closed(source: &str, comment: &Suppression) -> bool {
    comment.span.of(source).ends_with(CLOSE)
}

/// The comment that begins at `start`, if it is one of ours or was surely meant as one.
fn comment(source: &str, start: usize) -> Option<Suppression> {
    let words = &vocabulary().suppression;
    let rest = source.get(start..)?.strip_prefix(OPEN)?;
    let said = strip_folded(rest.trim_start(), &words.tool)?;
    // Whoever writes about such comments quotes them.
    if source[..start].ends_with('`') {
        return None;
    }
    let place = |part: &str| source.len() - (rest.len() - offset(rest, part));
    let open = place(rest);
    let Some(after_colon) = said.trim_start().strip_prefix(':') else {
        let word = place(after_word(said)?);
        let tool = place(rest.trim_start());
        let end = inner(rest).map_or(word, |inner| open + inner.len() + CLOSE.len());
        return Some(unread(Span::new(start, end), Span::new(tool, word)));
    };
    let Some(inner) = inner(rest) else {
        let word = first_bytes(after_colon.trim_start(), LONGEST_WORD);
        let end = word.find(|c: char| c.is_whitespace() || c == ':');
        let end = place(&word[end.unwrap_or(word.len())..]);
        return Some(unread(Span::new(start, end), Span::new(start, end)));
    };
    let end = open + inner.len();
    let said = &source[place(after_colon)..end];
    let (head, reason) = match said.split_once(':') {
        Some((head, reason)) => (head, reason.trim()),
        None => (said, ""),
    };
    let mut parts = parts(head, end - said.len());
    let word = parts.next().unwrap_or(Span::new(end, end));
    let reason_end = open + inner.trim_end().len();
    let line = source[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    Some(Suppression {
        span: Span::new(start, end + CLOSE.len()),
        scope: scope(words, &fold(word.of(source))),
        word,
        names: parts.collect(),
        reason: Span::new(reason_end - reason.len(), reason_end),
        after_text: !source[line..start].trim().is_empty(),
    })
}

/// What stands in a comment, of what follows its opening; `None` where it has no end. Another that
/// begins within it shows that the end is not its own.
fn inner(rest: &str) -> Option<&str> {
    let inner = &rest[..first_bytes(rest, LONGEST).find(CLOSE)?];
    (!inner.contains(OPEN)).then_some(inner)
}

/// What follows one of the words, or what is meant as one, where no colon stands before it.
fn after_word(said: &str) -> Option<&str> {
    let words = &vocabulary().suppression;
    let word = said.trim_start_matches(|c: char| c.is_whitespace() || "-_,;=/".contains(c));
    if word.len() == said.len() {
        return None;
    }
    let known = [&words.next, &words.file, &words.begin, &words.end];
    let mut known = known.into_iter().chain([&words.meant]).flatten();
    let is_end = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    known.find_map(|known| strip_folded(word, known).filter(|rest| is_end(rest)))
}

/// A comment that cannot be read: it silences nothing, and is told at `word`.
fn unread(span: Span, word: Span) -> Suppression {
    Suppression {
        span,
        scope: None,
        word,
        names: Vec::new(),
        reason: Span {
            start: span.end,
            end: span.end,
        },
        after_text: false,
    }
}

/// Where a part of a text begins in it.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// What stands between blanks and commas.
fn parts(text: &str, start: usize) -> impl Iterator<Item = Span> {
    let is_between = |c: char| c.is_whitespace() || c == ',';
    let offset = move |part: &str| start + offset(text, part);
    text.split(is_between)
        .filter(|part| !part.is_empty())
        .map(move |part| Span::new(offset(part), offset(part) + part.len()))
}

fn scope(words: &SuppressionWords, word: &str) -> Option<Scope> {
    let scopes = [
        (&words.next, Scope::Next),
        (&words.file, Scope::File),
        (&words.begin, Scope::Begin),
        (&words.end, Scope::End),
    ];
    let known = scopes
        .into_iter()
        .find(|(known, _)| known.iter().any(|known| known == word));
    known.map(|(_, scope)| scope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_without_a_trace() {
        let cases = [
            ("a\n<!-- vanthu: ignore x -->\nb\n", "a\nb\n"),
            ("a\n\n<!-- vanthu: ignore x -->\n\nb", "a\n\nb"),
            ("a\r\n\r\n  <!--vanthu: ignore x-->\r\n\r\nb", "a\r\n\r\nb"),
            ("<!-- vanthu: ignore x -->\n\nb", "b"),
            ("a\n<!-- vanthu: ignore x -->", "a\n"),
            ("a <!-- vanthu: ignore x --> b", "a b"),
            ("a <!-- vanthu: ignore x -->\nb", "a\nb"),
            (
                "a\n<!-- vanthu: ignore x --> <!-- vanthu: ignore y -->\nb",
                "a\nb",
            ),
            ("a\n<!-- vanthu: ignore x\n : two\nlines -->\nb", "a\nb"),
            ("<!-- vanthu: ignore x --> b", "b"),
        ];
        for (source, expected) in cases {
            let (plain, _) = cut(source, Format::Txt).expect(source);
            assert_eq!(plain.text, expected, "{source:?}");
            for (at, c) in plain.text.char_indices() {
                let span = plain.map.span(Span::new(at, at + c.len_utf8()));
                assert_eq!(span.of(source), c.to_string(), "{source:?}");
            }
        }
    }

    #[test]
    fn what_is_no_comment_of_ours_stays() {
        for source in [
            "<!-- ignore x -->",
            "<!-- vanthuoc: ignore x -->",
            "<!-- vanthu -->",
            "<!-- vanthu 0.1 đã kiểm tra -->",
            "<!-- vanthu bỏ phiếu -->",
            "<!-- vanthu@xa.example.vn: ignore x -->",
            "<!-- vanthu-bo@xa.example.vn -->",
            "<!-- vanthuignore x -->",
            "<!-- Văn thư: bo-qua x -->",
            "`<!-- vanthu: ignore x -->`",
            "`<!-- vanthu: ignore x`",
            "<!<!-",
        ] {
            assert!(cut(source, Format::Txt).is_none(), "{source}");
        }
        for source in [
            "```html\n<!-- vanthu: ignore x -->\n```",
            "viết `a <!-- vanthu: ignore x --> b` ở đây",
        ] {
            assert!(cut(source, Format::Md).is_none(), "{source}");
            assert!(cut(source, Format::Txt).is_some(), "{source}");
        }
        let (_, found) = cut("`a` <!-- vanthu: ignore x --> `b`", Format::Md).unwrap();
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn capitals_and_marks_make_no_difference() {
        for source in [
            "<!-- VANTHU: BO-QUA-TEP x -->",
            "<!--Vanthu : Bỏ-Qua-Tệp x-->",
            "<!-- vanthu:bo\u{309}-qua-te\u{323}\u{302}p x -->",
            "<!-- vanthu: Ignore-File x -->",
        ] {
            let (plain, found) = cut(source, Format::Txt).expect(source);
            assert_eq!((plain.text.as_str(), found.len()), ("", 1), "{source}");
            assert_eq!(found[0].scope, Some(Scope::File), "{source}");
            let names = &found[0].names;
            assert_eq!((names.len(), names[0].of(source)), (1, "x"), "{source}");
        }
    }

    /// The text that is left, and where the comment is told.
    #[test]
    fn what_was_meant_as_a_comment_is_told() {
        for (source, text, told) in [
            ("<!-- vanthu ignore x -->\nb", "b", "vanthu ignore"),
            ("<!-- vanthu-bo-qua x -->\nb", "b", "vanthu-bo-qua"),
            ("<!-- Vanthu Bỏ qua x -->\nb", "b", "Vanthu Bỏ qua"),
            ("<!-- vanthu disable x -->\nb", "b", "vanthu disable"),
            ("<!-- vanthu: disable x -->\nb", "b", "disable"),
            ("a\n<!-- vanthu: ignore x", "=", "<!-- vanthu: ignore"),
            ("<!-- vanthu: ignore x : y\nb\n", "=", "<!-- vanthu: ignore"),
            ("<!-- vanthu:", "=", "<!-- vanthu:"),
            ("<!-- vanthu ignore x\nb", "=", "vanthu ignore"),
            (
                "<!-- vanthu: ignore x\nb\n<!-- c -->\n",
                "=",
                "<!-- vanthu: ignore",
            ),
        ] {
            let (plain, found) = cut(source, Format::Txt).expect(source);
            assert_eq!(plain.text, if text == "=" { source } else { text });
            let [found] = found.as_slice() else {
                panic!("{found:?}");
            };
            assert_eq!((found.scope, found.word.of(source)), (None, told));
        }
    }

    #[test]
    fn the_parts_of_a_comment_are_found() {
        let source = "b <!-- vanthu: bo-qua-tep a-b, c : vì: thế -->";
        let (_, found) = cut(source, Format::Txt).expect("there is one");
        let [found] = found.as_slice() else {
            panic!("{found:?}");
        };
        let names: Vec<_> = found.names.iter().map(|name| name.of(source)).collect();
        assert_eq!((found.scope, names), (Some(Scope::File), vec!["a-b", "c"]));
        assert_eq!(
            (found.word.of(source), found.reason.of(source)),
            ("bo-qua-tep", "vì: thế")
        );
        assert!(found.after_text);
    }
}
