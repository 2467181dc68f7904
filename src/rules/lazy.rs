//! Regular expressions of rules, compiled when first used.

use std::error::Error as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex::{Regex, RegexBuilder};
use regex_automata::nfa::thompson::backtrack::BoundedBacktracker;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{Compiler, NFA, State};
use regex_automata::util::captures::Captures;

use super::error::both;
use super::foreign;
use super::guard::Guard;
use crate::diagnostic::Bilingual;

/// Latin letters: what `\p{L}` stands for in rules. The class of all scripts takes fifty times as
/// long to compile, and a rule about Vietnamese means Latin letters.
const LETTER: &str = "[A-Za-zÀ-ÖØ-öø-ƿǄ-ɏḀ-ỿ]";
/// The capital letters of Vietnamese and of western Europe: `\p{Lu}`.
const CAPITAL: &str = "[A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]";
/// The small letters of Vietnamese and of western Europe: `\p{Ll}`.
const SMALL: &str = "[a-zß-öø-ÿăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]";
/// The digits 0 to 9: `\p{N}`.
const DIGIT: &str = "[0-9]";

/// Compiles an expression for running text, its classes narrowed to Latin letters and Arabic
/// digits.
///
/// # Errors
/// What is wrong with the expression.
pub(super) fn compile(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
    RegexBuilder::new(&narrowed(pattern))
        .case_insensitive(ignore_case)
        .build()
        .map_err(|error| error.to_string())
}

/// That the expression of a key cannot be read.
pub(super) fn unreadable(key: &str, error: &str) -> Bilingual {
    let Bilingual { vi, en } = foreign::reason(error);
    both(
        format!("`{key}`: không đọc được biểu thức chính quy{vi}"),
        format!("`{key}`: cannot read the regular expression{en}"),
    )
}

/// That the expression of a key lacks a group that it needs.
pub(super) fn missing_group(pattern: &str, key: &str, name: &str) -> Option<Bilingual> {
    let begins = [format!("(?P<{name}>"), format!("(?<{name}>")];
    (!begins.iter().any(|group| pattern.contains(group))).then(|| {
        both(
            format!("`{key}`: biểu thức thiếu nhóm `{name}`"),
            format!("`{key}`: the expression lacks the group `{name}`"),
        )
    })
}

/// That the literals of a rule are none, or that one is empty: it would never wake, or always.
pub(super) fn no_literals(literals: &[String]) -> Option<Bilingual> {
    (literals.is_empty() || literals.iter().any(|l| l.trim().is_empty())).then(|| {
        both(
            "`literals`: phải có ít nhất một chuỗi và không chuỗi nào bỏ trống",
            "`literals`: at least one is needed, and none may be empty",
        )
    })
}

fn narrowed(pattern: &str) -> String {
    let classes = [
        ("p{L}", LETTER),
        ("p{Lu}", CAPITAL),
        ("p{Ll}", SMALL),
        ("p{N}", DIGIT),
    ];
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        if let Some((name, class)) = classes.iter().find(|(name, _)| escape.starts_with(name)) {
            out.push_str(class);
            rest = &escape[name.len()..];
        } else {
            let next = escape.chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[at..at + 1 + next]);
            rest = &escape[next..];
        }
    }
    out + rest
}

thread_local! {
    /// Used again and again for the memory it holds.
    static COMPILER: Compiler = Compiler::new();
}

/// An expression for components that costs nothing until a document needs it. Components are few
/// and short: to build what searches fast would take longer than all searches, so that nothing is
/// built but the automaton to walk on. An invalid expression, which [`mistake`](Self::mistake)
/// tells, matches nothing.
#[derive(Debug, serde::Deserialize)]
#[serde(from = "String")]
pub(super) struct LazyRegex {
    pattern: String,
    guard: OnceLock<Guard>,
    compiled: OnceLock<Option<Box<Compiled>>>,
}

/// Bytes from which on to build what searches fast takes less than the searches.
const MUCH: usize = 256 << 10;

#[derive(Debug)]
struct Compiled {
    regex: BoundedBacktracker,
    first: Option<FirstBytes>,
    /// Bytes that were searched so far.
    searched: AtomicUsize,
    /// What tells fast whether there is a match, once much was searched.
    fast: OnceLock<Option<Regex>>,
}

/// The bytes that a match can begin with, `None` where it may be empty. Most components are
/// told by their first byte to be others.
#[derive(Debug)]
struct FirstBytes {
    is_first: [bool; 256],
    /// Whether a match begins at the beginning of the text only.
    anchored: bool,
}

impl FirstBytes {
    fn of(nfa: &NFA) -> Option<Self> {
        let mut is_first = [false; 256];
        let mut seen = vec![false; nfa.states().len()];
        let mut open = vec![nfa.start_anchored()];
        while let Some(id) = open.pop() {
            if std::mem::replace(&mut seen[id], true) {
                continue;
            }
            let mut add = |start: u8, end: u8| {
                is_first[usize::from(start)..=usize::from(end)].fill(true);
            };
            match nfa.state(id) {
                State::ByteRange { trans } => add(trans.start, trans.end),
                State::Sparse(sparse) => {
                    let transitions = sparse.transitions.iter();
                    transitions.for_each(|trans| add(trans.start, trans.end));
                }
                State::Look { next, .. } | State::Capture { next, .. } => open.push(*next),
                State::Union { alternates } => open.extend(alternates.iter()),
                State::BinaryUnion { alt1, alt2 } => open.extend([*alt1, *alt2]),
                State::Fail => {}
                // The compiler of expressions makes no dense states.
                State::Dense(_) | State::Match { .. } => return None,
            }
        }
        let anchored = nfa.is_always_start_anchored();
        Some(Self { is_first, anchored })
    }

    /// Whether a match may be in the text.
    fn may_begin(&self, text: &str) -> bool {
        let is_first = |byte: &u8| self.is_first[usize::from(*byte)];
        if self.anchored {
            text.as_bytes().first().is_some_and(is_first)
        } else {
            text.bytes().any(|byte| is_first(&byte))
        }
    }
}

impl From<String> for LazyRegex {
    fn from(pattern: String) -> Self {
        Self {
            pattern,
            guard: OnceLock::new(),
            compiled: OnceLock::new(),
        }
    }
}

impl LazyRegex {
    /// Whether what searches fast, where it was worth to build it, finds no match.
    fn is_ruled_out(&self, compiled: &Compiled, text: &str) -> bool {
        let make = || compile(&self.pattern, false).ok();
        let before = compiled.searched.fetch_add(text.len(), Ordering::Relaxed);
        let fast = (before > MUCH).then(|| compiled.fast.get_or_init(make).as_ref());
        fast.flatten().is_some_and(|fast| !fast.is_match(text))
    }

    fn compile(&self) -> Result<BoundedBacktracker, String> {
        let pattern = narrowed(&self.pattern);
        COMPILER.with(|compiler| {
            compiler
                .build(&pattern)
                .and_then(BoundedBacktracker::new_from_nfa)
                .map_err(|error| match error.source() {
                    Some(source) => source.to_string(),
                    None => error.to_string(),
                })
        })
    }

    fn get(&self) -> Option<&Compiled> {
        let compile = || {
            let regex = self.compile().ok()?;
            let first = FirstBytes::of(regex.get_nfa());
            Some(Box::new(Compiled {
                regex,
                first,
                searched: AtomicUsize::new(0),
                fast: OnceLock::new(),
            }))
        };
        self.compiled.get_or_init(compile).as_deref()
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.captures(text).is_some()
    }

    /// The first match with its groups.
    pub(super) fn captures(&self, text: &str) -> Option<Captures> {
        let guard = self.guard.get_or_init(|| Guard::of(&self.pattern));
        if guard.lets_pass(text) {
            self.unguarded_captures(text)
        } else {
            None
        }
    }

    fn unguarded_captures(&self, text: &str) -> Option<Captures> {
        let compiled = self.get()?;
        let Compiled { regex, first, .. } = compiled;
        if first.as_ref().is_some_and(|first| !first.may_begin(text)) {
            return None;
        }
        if self.is_ruled_out(compiled, text) {
            return None;
        }
        let mut captures = regex.create_captures();
        let mut cache = regex.create_cache();
        let searched = regex.try_captures(&mut cache, text, &mut captures);
        if searched.is_err() {
            // The text is long; the same automaton without the memory of what was tried.
            let long = PikeVM::new_from_nfa(regex.get_nfa().clone()).ok()?;
            long.captures(&mut long.create_cache(), text, &mut captures);
        }
        captures.is_match().then_some(captures)
    }

    /// Whether it matches, whatever its guard says.
    #[cfg(test)]
    pub(super) fn matches_unguarded(&self, text: &str) -> bool {
        self.unguarded_captures(text).is_some()
    }

    /// What is wrong with the expression.
    pub(super) fn missing_group(&self, key: &str, name: &str) -> Option<Bilingual> {
        missing_group(&self.pattern, key, name)
    }

    pub(super) fn mistake(&self) -> Option<Bilingual> {
        let error = self.compile().err()?;
        let pattern = &self.pattern;
        let Bilingual { vi, en } = foreign::reason(&error);
        Some(both(
            format!("`{pattern}` không phải là biểu thức chính quy{vi}"),
            format!("`{pattern}` is no valid expression{en}"),
        ))
    }
}

/// Where the group `at` stands, if the expression has one and it matched; else the whole match.
pub(super) fn place(captures: &Captures) -> Option<std::ops::Range<usize>> {
    let at = captures.get_group_by_name("at");
    at.or_else(|| captures.get_group(0))
        .map(|span| span.range())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_narrowed_alone_and_within_brackets() {
        let cases = [
            (r"^\p{Lu}\p{Ll}+$", "Đường", true),
            (r"^\p{Lu}\p{Ll}+$", "đường", false),
            (r"^[\p{L}\p{N})]+$", "Ộ5)", true),
            (r"^\p{L}$", "Ж", false),
            (r"^\\p\{L\}$", r"\p{L}", true),
        ];
        for (pattern, text, matches) in cases {
            assert_eq!(compile(pattern, false).unwrap().is_match(text), matches);
            assert_eq!(LazyRegex::from(pattern.to_owned()).is_match(text), matches);
        }
    }

    #[test]
    fn a_text_without_a_first_byte_is_not_searched() {
        let cases = [
            (r"^(?:Ộ|(?P<at>b))x", "Ộx", true),
            (r"^(?:Ộ|(?P<at>b))x", "axb", false),
            (r"(?:đ|b)x", "aĐđx", true),
            (r"(?i)đx", "aĐX", true),
            (r"^b*$", "", true),
            (r"^$", "", true),
            (r"\bb|$", "a", true),
            (r"[^a]", "aaa", false),
        ];
        for (pattern, text, matches) in cases {
            let regex = LazyRegex::from(pattern.to_owned());
            assert_eq!(regex.is_match(text), matches, "{pattern} / {text}");
        }
    }

    #[test]
    fn many_texts_are_searched_like_a_few() {
        let regex = LazyRegex::from(r"\p{Lu}(?P<at>b+)$".to_owned());
        for number in 0..100 {
            let text = "a".repeat(MUCH / 20) + ["Ább", "áb"][number % 2];
            let found = regex.captures(&text).and_then(|found| place(&found));
            let wanted = (number % 2 == 0).then(|| text.len() - 2..text.len());
            assert_eq!(found, wanted, "{number}");
        }
        assert!(regex.get().unwrap().fast.get().is_some());
    }

    #[test]
    fn a_long_text_is_searched_like_a_short_one() {
        let regex = LazyRegex::from(r"\p{Lu}(?P<at>b+)$".to_owned());
        for length in [3, 1 << 20] {
            let text = "a".repeat(length) + "Ább";
            let found = regex.captures(&text).and_then(|found| place(&found));
            assert_eq!(found, Some(length + 2..length + 4));
        }
    }
}
