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

/// The text in lower case, byte for byte as long: letters whose lower case has another length
/// stay as they are (no Vietnamese letter is one).
pub(super) fn lower(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_ascii()) {
        if let Some(small) = small(c) {
            lower.push_str(&text[copied..at]);
            lower.push(small);
            copied = at + c.len_utf8();
        }
    }
    lower.push_str(&text[copied..]);
    lower.make_ascii_lowercase();
    lower
}

/// The small letter of a capital outside ASCII that takes as many bytes.
fn small(c: char) -> Option<char> {
    // The common letters without a search in the tables of Unicode: capitals of the Vietnamese
    // block are even, small letters follow them.
    match c {
        'à'..='ö' | 'ø'..='ÿ' | 'đ' | 'ơ' | 'ư' | 'ă' => return None,
        '\u{1EA0}'..='\u{1EFF}' if c as u32 % 2 == 1 => return None,
        _ => {}
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(small), None) if small != c && small.len_utf8() == c.len_utf8() => Some(small),
        _ => None,
    }
}

/// Whether `c` is a letter or a digit; the letters of Vietnamese without a search in the tables
/// of Unicode.
pub(super) fn of_word(c: char) -> bool {
    matches!(c, '\u{1EA0}'..='\u{1EF9}') || c.is_alphanumeric()
}

/// Whether `text` ends in a letter or a digit.
pub(super) fn ends_in_word(text: &str) -> bool {
    text.chars().next_back().is_some_and(of_word)
}

/// Whether `text` begins with a letter or a digit.
pub(super) fn begins_word(text: &str) -> bool {
    text.starts_with(of_word)
}

/// The first byte from `at` on for which `is` holds. Most bytes are passed in blocks, which the
/// machine compares at once.
pub(super) fn next_byte(bytes: &[u8], at: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
    const BLOCK: usize = 32;
    let rest = bytes.get(at..)?;
    let none = |block: &&[u8]| !block.iter().fold(false, |any, &b| any | is(b));
    let passed = BLOCK * rest.chunks_exact(BLOCK).take_while(none).count();
    let found = rest[passed..].iter().position(|&b| is(b))?;
    Some(at + passed + found)
}
