//! The grammars of `grammar/*.pest`; nothing of pest leaves [`syntax`](super).

use pest::Parser as _;
use pest::iterators::Pair;

#[derive(pest_derive::Parser)]
#[grammar = "grammar/citation.pest"]
#[grammar = "grammar/date.pest"]
#[grammar = "grammar/reference.pest"]
struct Grammar;

/// What a rule matches at the beginning of a window.
pub(super) fn parse(rule: Rule, window: &str) -> Option<Pair<'_, Rule>> {
    Grammar::parse(rule, window).ok()?.next()
}

/// The largest character boundary not above `at`, which may lie past the end.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first `length` bytes of `text`, to a character boundary.
pub(super) fn window(text: &str, length: usize) -> &str {
    &text[..floor(text, length)]
}

/// The last `length` bytes of `text`, from a character boundary on.
pub(super) fn window_before(text: &str, length: usize) -> &str {
    &text[floor(text, text.len().saturating_sub(length))..]
}

/// The text in lower case, byte for byte as long: letters whose lower case has another length
/// stay as they are (no Vietnamese letter is one).
pub(super) fn lower(text: &str) -> String {
    text.chars()
        .map(|c| {
            // The common letters without a search in the tables of Unicode: capitals of the
            // Vietnamese block are even, small letters follow them.
            match c {
                _ if c.is_ascii() => return c.to_ascii_lowercase(),
                'à'..='ö' | 'ø'..='ÿ' | 'đ' | 'ơ' | 'ư' | 'ă' => return c,
                '\u{1EA0}'..='\u{1EFF}' if c as u32 % 2 == 1 => return c,
                _ => {}
            }
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(small), None) if small.len_utf8() == c.len_utf8() => small,
                _ => c,
            }
        })
        .collect()
}
