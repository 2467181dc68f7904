//! Regular expressions of rules, compiled when first used.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// Latin letters: what `\p{L}` stands for in rules. The class of all scripts takes fifty times as
/// long to compile, and a rule about Vietnamese means Latin letters.
const LETTER: &str = "[A-Za-zÀ-ÖØ-öø-ƿǄ-ɏḀ-ỿ]";
/// The capital letters of Vietnamese and of western Europe: `\p{Lu}`.
const CAPITAL: &str = "[A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]";
/// The small letters of Vietnamese and of western Europe: `\p{Ll}`.
const SMALL: &str = "[a-zß-öø-ÿăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]";
/// The digits 0 to 9: `\p{N}`.
const DIGIT: &str = "[0-9]";

/// Compiles an expression, its classes narrowed to Latin letters and Arabic digits.
pub(super) fn compile(pattern: &str, ignore_case: bool) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&narrowed(pattern))
        .case_insensitive(ignore_case)
        .build()
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

/// An expression that costs nothing until a document needs it.
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
    /// The compiled expression; `None` if it is invalid, which [`mistake`](Self::mistake) tells.
    pub(super) fn get(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| compile(&self.pattern, false).ok())
            .as_ref()
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.get().is_some_and(|regex| regex.is_match(text))
    }

    /// What is wrong with the expression.
    pub(super) fn mistake(&self) -> Option<String> {
        compile(&self.pattern, false)
            .err()
            .map(|error| format!("`{}` is no valid expression: {error}", self.pattern))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_narrowed_alone_and_within_brackets() {
        let matches = |pattern: &str, text: &str| compile(pattern, false).unwrap().is_match(text);
        assert!(matches(r"^\p{Lu}\p{Ll}+$", "Đường"));
        assert!(!matches(r"^\p{Lu}\p{Ll}+$", "đường"));
        assert!(matches(r"^[\p{L}\p{N})]+$", "Ộ5)"));
        assert!(!matches(r"^\p{L}$", "Ж"));
        assert!(matches(r"^\\p\{L\}$", r"\p{L}"));
    }
}
