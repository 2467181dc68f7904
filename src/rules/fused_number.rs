//! Numbers that stuck to a word.

use serde::Deserialize;

use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::text::Span;
use crate::text::syllable::{is_attested, is_attested_without_marks};

/// Finds a number behind a word, as a note has where its raised digits were lost (`quy định1`), and
/// numbers between words without blanks (`thùng24lon`); once a document.
///
/// Silent on codes: only syllables in small letters count, with marks, or without any where letters
/// follow the number.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FusedNumber {
    /// Words, in small letters, that other rules judge before a number.
    #[serde(default)]
    except: Vec<String>,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
}

/// Letters of the longest syllable: `nghiêng`.
const LETTERS: usize = 7;
/// Bytes looked at behind a number.
const BEHIND: usize = 24;
/// Digits of the longest number.
const DIGITS: usize = 4;
/// Digits of the number of a note.
const NOTE: usize = 2;
/// Letters of a syllable without marks that is no code by chance.
const TELLING: usize = 4;

impl FusedNumber {
    /// The word and what stuck to it, around the digits that begin at `at`.
    fn find(&self, text: &str, at: usize) -> Option<Span> {
        let before = &text[..at];
        let letters = before.chars().rev().take(LETTERS + 1);
        let letters = letters.take_while(|c| c.is_alphabetic());
        let length: usize = letters.map(char::len_utf8).sum();
        let (lead, word) = before.split_at(at - length);
        let small = word.chars().skip(1).all(char::is_lowercase);
        let free = lead.is_empty() || lead.ends_with([' ', '\n', '\t', '|', '“', '"', '(']);
        if !small || !free || length < 2 {
            return None;
        }
        let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
        let after = &text[at + digits..];
        let lower = word.to_lowercase();
        if digits > DIGITS || self.except.contains(&lower) {
            return None;
        }
        let tail = after
            .char_indices()
            .find(|&(at, c)| !c.is_alphanumeric() || at >= BEHIND)
            .map_or(after.len(), |(at, _)| at);
        let end = if tail == 0 {
            let ends = after.is_empty() || is_end(after);
            (ends && digits <= NOTE && !word.is_ascii() && is_attested(&lower))
                .then_some(at + digits)
        } else {
            let tail = &after[..tail];
            let begins = tail.chars().take_while(|c| c.is_lowercase()).count() > 1;
            let is_code = tail.contains(char::is_uppercase)
                || after[tail.len()..].starts_with(['@', '_', '-', '/'])
                || is_address(&after[tail.len()..]);
            let told = if word.is_ascii() {
                length >= TELLING && word == lower && is_attested_without_marks(&lower)
            } else {
                is_attested(&lower)
            };
            (begins && !is_code && told).then_some(at + digits + tail.len())
        };
        end.map(|end| Span::new(at - length, end))
    }
}

/// Whether a word ends there: a blank, a bracket, or a mark that no digit follows.
fn is_end(after: &str) -> bool {
    let mut chars = after.chars();
    match chars.next() {
        Some('.' | ',' | ':') => !chars.next().is_some_and(char::is_alphanumeric),
        Some(c) => c.is_whitespace() || ";)”\"|?!".contains(c),
        None => true,
    }
}

/// `.vn`, as the rest of an address.
fn is_address(after: &str) -> bool {
    let rest = after.strip_prefix('.');
    rest.is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
}

impl Check for FusedNumber {
    fn placeholders(&self) -> &'static [&'static str] {
        &["count"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        if !cx.document.is_vietnamese {
            return;
        }
        let text = cx.text();
        let skipped = Skipped::new(cx, &self.skip);
        let bytes = text.as_bytes();
        let (mut end, mut first, mut count) = (0, None, 0_usize);
        let digits = bytes.iter().enumerate().skip(1);
        for (at, _) in digits.filter(|(_, byte)| byte.is_ascii_digit()) {
            let before = bytes[at - 1];
            let touches = before.is_ascii_lowercase() || !before.is_ascii();
            if !touches || at < end {
                continue;
            }
            if let Some(span) = self.find(text, at).filter(|&span| !skipped.has(span)) {
                end = span.end as usize;
                first.get_or_insert(span);
                count += 1;
            }
        }
        if let Some(first) = first {
            sink.at(first).with("count", count.to_string()).report();
        }
    }
}
