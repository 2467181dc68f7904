//! Regular expressions of rules, compiled when first used.

use std::sync::OnceLock;

use regex_automata::meta::{Config, Regex};
use regex_automata::util::captures::Captures;
use regex_automata::util::syntax;

/// Latin letters: what `\p{L}` stands for in rules. The class of all scripts takes fifty times as
/// long to compile, and a rule about Vietnamese means Latin letters.
const LETTER: &str = "[A-Za-zÀ-ÖØ-öø-ƿǄ-ɏḀ-ỿ]";
/// The capital letters of Vietnamese and of western Europe: `\p{Lu}`.
const CAPITAL: &str = "[A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]";
/// The small letters of Vietnamese and of western Europe: `\p{Ll}`.
const SMALL: &str = "[a-zß-öø-ÿăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]";
/// The digits 0 to 9: `\p{N}`.
const DIGIT: &str = "[0-9]";

/// What an expression is for, which decides how much is built for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Haystack {
    /// The components of a document: few and short. To build what searches fast takes longer than
    /// all searches.
    Component,
    /// Lines of running text.
    Line,
}

/// Compiles an expression, its classes narrowed to Latin letters and Arabic digits.
///
/// # Errors
/// What is wrong with the expression.
pub(super) fn compile(
    pattern: &str,
    ignore_case: bool,
    haystack: Haystack,
) -> Result<Regex, String> {
    let config = match haystack {
        Haystack::Line => Config::new(),
        Haystack::Component => Config::new()
            .auto_prefilter(false)
            .hybrid(false)
            .onepass(false),
    };
    Regex::builder()
        .configure(config)
        .syntax(syntax::Config::new().case_insensitive(ignore_case))
        .build(&narrowed(pattern))
        .map_err(|error| match error.syntax_error() {
            Some(error) => error.to_string(),
            None => error.to_string(),
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

/// An expression for components that costs nothing until a document needs it. An invalid one, which
/// [`mistake`](Self::mistake) tells, matches nothing.
#[derive(Debug, serde::Deserialize)]
#[serde(from = "String")]
pub(super) struct LazyRegex {
    pattern: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for LazyRegex {
    fn from(pattern: String) -> Self {
        Self {
            pattern,
            compiled: OnceLock::new(),
        }
    }
}

impl LazyRegex {
    fn compile(&self) -> Result<Regex, String> {
        compile(&self.pattern, false, Haystack::Component)
    }

    fn get(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| self.compile().ok()).as_ref()
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.get().is_some_and(|regex| regex.is_match(text))
    }

    /// The first match.
    pub(super) fn find(&self, text: &str) -> Option<std::ops::Range<usize>> {
        self.get()?.find(text).map(|found| found.range())
    }

    /// The first match with its groups.
    pub(super) fn captures(&self, text: &str) -> Option<Captures> {
        let regex = self.get()?;
        let mut captures = regex.create_captures();
        regex.captures(text, &mut captures);
        captures.is_match().then_some(captures)
    }

    /// What is wrong with the expression.
    pub(super) fn mistake(&self) -> Option<String> {
        let error = self.compile().err()?;
        Some(format!(
            "`{}` is no valid expression: {error}",
            self.pattern
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
        let matches = |pattern: &str, text: &str| {
            [Haystack::Component, Haystack::Line]
                .map(|haystack| compile(pattern, false, haystack).unwrap().is_match(text))
                == [true; 2]
        };
        assert!(matches(r"^\p{Lu}\p{Ll}+$", "Đường"));
        assert!(!matches(r"^\p{Lu}\p{Ll}+$", "đường"));
        assert!(matches(r"^[\p{L}\p{N})]+$", "Ộ5)"));
        assert!(!matches(r"^\p{L}$", "Ж"));
        assert!(matches(r"^\\p\{L\}$", r"\p{L}"));
    }
}
