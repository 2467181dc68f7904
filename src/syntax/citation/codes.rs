//! The abbreviations of kinds and bodies, compared exactly, without regard to case and đ/d, and
//! as a recognition without Vietnamese letters reads them.

use std::sync::LazyLock;

use crate::syntax::grammar;
use crate::text::{fold, fold_ocr, similarity};
use crate::vocabulary::{Body, Kind, vocabulary};

/// A code of the vocabulary found in a symbol.
#[derive(Clone, Debug)]
pub(super) struct Found<T: 'static> {
    /// What the code stands for.
    pub(super) what: &'static T,
    /// The code as it should be written, the number of a term (`QH15`) included.
    pub(super) code: String,
    /// Whether it is written so.
    pub(super) exact: bool,
}

struct Entry<T: 'static> {
    what: &'static T,
    code: &'static str,
    loose: String,
    misread: String,
}

struct Name {
    kind: &'static Kind,
    folded: String,
    misread: String,
    words: usize,
    /// Not the usual name, so perhaps a generic word (`Văn bản`).
    other: bool,
}

struct Codes {
    kinds: Vec<Entry<Kind>>,
    bodies: Vec<Entry<Body>>,
    names: Vec<Name>,
}

static CODES: LazyLock<Codes> = LazyLock::new(|| {
    let words = vocabulary();
    let kinds = words
        .kinds
        .iter()
        .flat_map(|kind| kind.symbols().map(move |code| entry(kind, code)))
        .collect();
    let bodies = words.bodies.iter().map(|b| entry(b, &b.code)).collect();
    let mut names: Vec<Name> = words
        .kinds
        .iter()
        .flat_map(|kind| {
            kind.names().map(move |name| Name {
                kind,
                folded: fold(name),
                misread: fold_ocr(name),
                words: name.split_whitespace().count(),
                other: name != kind.name,
            })
        })
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.folded.len()));
    Codes {
        kinds,
        bodies,
        names,
    }
});

fn entry<T>(what: &'static T, code: &'static str) -> Entry<T> {
    Entry {
        what,
        code,
        loose: loose(code),
        misread: misread(code),
    }
}

/// Without case and đ/d; `DD` is how Telex typing leaves Đ.
fn loose(code: &str) -> String {
    fold(code).replace("dd", "d")
}

/// Recognition without Vietnamese letters reads Đ as D, P or B, and r as t.
fn misread(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    for c in code.chars() {
        let c = match c {
            'D' | 'Đ' | 'P' | 'B' | 'Ð' => 'D',
            't' => 'r',
            _ => c,
        };
        if !(c == 'D' && out.ends_with('D') && code.contains("DP")) {
            out.push(c);
        }
    }
    out
}

/// How far a code may be from the written form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tolerance {
    /// Only case and đ/d.
    Typing,
    /// What a recognition confuses as well.
    Recognition,
}

/// The entry of a code among those that `of` lets through, and whether it is written exactly so.
/// A tolerant reading counts only where it is the only one.
fn lookup<T>(
    entries: &'static [Entry<T>],
    of: impl Fn(&T) -> bool,
    code: &str,
    tolerance: Tolerance,
) -> Option<(&'static Entry<T>, bool)> {
    let exact = entries.iter().find(|e| e.code == code && of(e.what));
    if let Some(entry) = exact {
        return Some((entry, true));
    }
    let only = |matches: &dyn Fn(&Entry<T>) -> bool| {
        let mut found = entries.iter().filter(|e| matches(e) && of(e.what));
        let first = found.next()?;
        found
            .all(|other| other.code == first.code)
            .then_some((first, false))
    };
    let folded = loose(code);
    only(&|e| e.loose == folded).or_else(|| {
        if tolerance == Tolerance::Typing {
            return None;
        }
        let read = misread(code);
        only(&|e| e.misread == read)
    })
}

/// The kind that a code abbreviates. `named` is the kind whose name precedes the number: its own
/// abbreviations come first.
pub(super) fn kind(code: &str, named: Option<&Kind>, tolerance: Tolerance) -> Option<Found<Kind>> {
    let kinds = &CODES.kinds;
    let own =
        named.and_then(|named| lookup(kinds, |kind| kind.slug == named.slug, code, tolerance));
    let (entry, exact) = match own {
        Some((entry, exact)) if exact || tolerance == Tolerance::Recognition => (entry, exact),
        _ => match lookup(kinds, |_| true, code, tolerance) {
            Some((entry, true)) => (entry, true),
            any => own.or(any)?,
        },
    };
    Some(Found {
        what: entry.what,
        code: entry.code.to_owned(),
        exact,
    })
}

/// The body that a code stands for.
pub(super) fn body(code: &str, tolerance: Tolerance) -> Option<Found<Body>> {
    let base = code.trim_end_matches(|c: char| c.is_ascii_digit());
    let term = &code[base.len()..];
    let fits = |body: &Body| body.terms != term.is_empty();
    let (entry, exact) = lookup(&CODES.bodies, fits, base, tolerance)?;
    Some(Found {
        what: entry.what,
        code: format!("{}{term}", entry.code),
        exact,
    })
}

/// The length of `code` without the digits of a footnote that stuck to it: `CP1`, `QH151`.
pub(super) fn without_footnote(code: &str) -> usize {
    let base = code.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = code.len() - base.len();
    let Some(entry) = CODES.bodies.iter().find(|e| e.code == base) else {
        return code.len();
    };
    // A term has one or two digits.
    let keep = if entry.what.terms { digits.min(2) } else { 0 };
    base.len() + keep
}

/// Where in the code of a kind and a body that run together the body begins: 2 in `CTTTg`.
pub(super) fn run_together(code: &str, named: &Kind) -> Option<usize> {
    named.symbols().find_map(|symbol| {
        let rest = code.strip_prefix(symbol)?;
        body(rest, Tolerance::Typing)
            .filter(|b| b.exact && rest.len() > 1)
            .map(|_| symbol.len())
    })
}

/// The name of a kind at the end of some text.
pub(super) struct NameAt {
    /// The kind.
    pub(super) kind: &'static Kind,
    /// Where the name begins.
    pub(super) start: usize,
    /// Whether it is a word that also stands for other kinds (`Văn bản`).
    pub(super) generic: bool,
}

/// The most words that the name of a kind has.
const WORDS: usize = 4;

/// The kind whose name ends `text`, the longest name first.
pub(super) fn name_at_end(text: &str, tolerance: Tolerance) -> Option<NameAt> {
    let starts = last_words(text);
    let longest = starts.iter().rev().flatten().next()?;
    let folded = fold(&text[*longest..]);
    let by_name = |matches: &dyn Fn(&Name, usize) -> bool| {
        CODES.names.iter().find_map(|name| {
            let start = (*starts.get(name.words - 1)?)?;
            matches(name, start).then_some(NameAt {
                kind: name.kind,
                start,
                generic: name.other && name.kind.untitled,
            })
        })
    };
    let last = folded.as_bytes().last();
    let exact = by_name(&|name, _| {
        // Most names end in another letter.
        name.folded.as_bytes().last() == last
            && folded
                .strip_suffix(name.folded.as_str())
                .is_some_and(|rest| !grammar::ends_in_word(rest))
    });
    if exact.is_some() || tolerance == Tolerance::Typing {
        return exact;
    }
    by_name(&|name, start| {
        name.misread.len() >= 7 && similarity(&name.misread, &fold_ocr(&text[start..])) >= 0.85
    })
}

/// Where the last words begin that only blanks separate, the last word first.
fn last_words(text: &str) -> [Option<usize>; WORDS] {
    let mut starts = [None; WORDS];
    let mut count = 0;
    let mut in_word = false;
    for (at, c) in text.char_indices().rev() {
        // Recognition puts signs for letters.
        let of_word = grammar::of_word(c) || matches!(c, '¢' | '§' | '$' | '&');
        if of_word && !in_word {
            if count == WORDS {
                break;
            }
            count += 1;
        } else if !of_word && c != ' ' {
            break;
        }
        if of_word {
            starts[count - 1] = Some(at);
        }
        in_word = of_word;
    }
    starts
}
