//! Mistakes in rule, profile and configuration files, and the words for them.

use std::cmp::Ordering;

use super::Source;
use super::yaml_locate::{Aim, Step, locate};
use crate::diagnostic::Bilingual;
use crate::text::Span;

/// A mistake in a rule, profile or configuration file, with its place. Shown, it speaks Vietnamese; the other
/// language is in [`message`](Self::message).
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}: {}", message.vi)]
pub struct RuleError {
    /// The file.
    pub path: String,
    /// Its text.
    pub yaml: String,
    /// Where the mistake stands, in bytes of [`yaml`](Self::yaml); never beyond one line.
    pub span: Span,
    /// What is wrong.
    pub message: Bilingual,
    /// What to write.
    pub help: Option<Bilingual>,
}

/// A mistake whose place is not worked out yet.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) at: At,
    pub(crate) message: Bilingual,
    pub(crate) help: Option<Bilingual>,
}

/// Where a mistake stands.
#[derive(Clone, Debug)]
pub(crate) enum At {
    /// At these bytes.
    Span(Span),
    /// At the key that ends the path.
    Key(Vec<Step>),
    /// At the value that ends the path.
    Value(Vec<Step>),
    /// At the first place where the text stands within the value.
    Within(Vec<Step>, String),
}

impl At {
    /// The same place in a text that holds the value of this one at another path.
    pub(crate) fn moved(self, to: impl Fn(&[Step]) -> Vec<Step>) -> Self {
        match self {
            Self::Span(_) => self,
            Self::Key(path) => Self::Key(to(&path)),
            Self::Value(path) => Self::Value(to(&path)),
            Self::Within(path, text) => Self::Within(to(&path), text),
        }
    }

    /// The path to the node, where there is one.
    pub(super) fn path(&self) -> Option<&[Step]> {
        match self {
            Self::Span(_) => None,
            Self::Key(path) | Self::Value(path) | Self::Within(path, _) => Some(path),
        }
    }

    /// Whether the mistake may come from what was put in place of the node at `made_up`.
    pub(crate) fn rests_on(&self, made_up: &[Step]) -> bool {
        let Some(path) = self.path() else {
            return false;
        };
        let Some(below) = made_up.strip_prefix(path) else {
            return path.starts_with(made_up);
        };
        match self {
            // The mistake is in one key of the node; those beside it do not matter.
            Self::Within(_, key) => below.is_empty() || below.contains(&Step::Key(key.clone())),
            _ => true,
        }
    }

    fn span(&self, yaml: &str) -> Span {
        match self {
            Self::Span(span) => *span,
            Self::Key(path) => locate(yaml, path, Aim::Key),
            Self::Value(path) => locate(yaml, path, Aim::Value),
            Self::Within(path, text) => {
                let value = locate(yaml, path, Aim::Value);
                let from = value.start as usize;
                yaml[from..]
                    .find(text.as_str())
                    .map_or(value, |i| Span::new(from + i, from + i + text.len()))
            }
        }
    }
}

impl Mistake {
    pub(crate) fn new(at: At, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            at,
            message: both(vi, en),
            help: None,
        }
    }

    pub(crate) fn help(mut self, vi: impl Into<String>, en: impl Into<String>) -> Self {
        self.help = Some(both(vi, en));
        self
    }

    /// Offers the nearest of the words that would be right, and lists them if they are few.
    pub(crate) fn choice<S: AsRef<str>>(self, written: &str, right: &[S]) -> Self {
        const FEW: usize = 20;
        let words = right.iter().map(|word| format!("`{}`", word.as_ref()));
        let list = match right.len() {
            2..=FEW => Some(words.collect::<Vec<_>>().join(", ")),
            _ => None,
        };
        match (nearest(written, right), list) {
            (Some(near), Some(list)) => self.help(
                format!("ý bạn là `{near}`? Có thể viết: {list}"),
                format!("did you mean `{near}`? Possible: {list}"),
            ),
            (Some(near), None) => self.help(
                format!("ý bạn là `{near}`?"),
                format!("did you mean `{near}`?"),
            ),
            (None, Some(list)) => {
                self.help(format!("có thể viết: {list}"), format!("possible: {list}"))
            }
            (None, None) => self,
        }
    }

    /// The mistake where there is no text to point at: with the path of the value that it is about
    /// before it, and what to write behind it.
    #[cfg(feature = "cli")]
    pub(crate) fn in_words(&self) -> Bilingual {
        let mut place = String::new();
        if let At::Value(path) = &self.at {
            for step in path {
                match step {
                    Step::Key(key) if place.is_empty() => place += key,
                    Step::Key(key) => place += &format!(".{key}"),
                    Step::Index(index) => place += &format!("[{index}]"),
                }
            }
            place += ": ";
        }
        let words = |message: &str, help: Option<&str>| {
            let help = help.map_or(String::new(), |help| format!("; {help}"));
            format!("{place}{message}{help}")
        };
        let help = self.help.as_ref();
        both(
            words(&self.message.vi, help.map(|help| help.vi.as_str())),
            words(&self.message.en, help.map(|help| help.en.as_str())),
        )
    }

    pub(crate) fn place(self, source: &Source) -> RuleError {
        RuleError {
            path: source.path.clone(),
            span: self.at.span(&source.yaml),
            yaml: source.yaml.clone(),
            message: self.message,
            help: self.help,
        }
    }
}

/// That a range of a key begins with its upper end.
pub(super) fn backwards<'a>(
    ranges: impl IntoIterator<Item = (&'a str, Option<[f64; 2]>)>,
) -> impl Iterator<Item = Bilingual> {
    let ranges = ranges.into_iter();
    let wrong = ranges.filter(|(_, range)| range.is_some_and(|[low, high]| high < low));
    wrong.map(|(key, _)| {
        both(
            format!("`{key}`: khoảng giá trị phải ghi số nhỏ trước, số lớn sau"),
            format!("`{key}`: a range begins with its lower end"),
        )
    })
}

pub(super) fn both(vi: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual {
        vi: vi.into(),
        en: en.into(),
    }
}

/// The word most like the one written, if one is alike at all.
pub(super) fn nearest<'a, S: AsRef<str>>(written: &str, right: &'a [S]) -> Option<&'a str> {
    /// Half of the letters are right; two that changed places count as one mistake.
    const ALIKE: f64 = 0.5;
    let similarity =
        |a: &str, b: &str| rapidfuzz::distance::osa::normalized_similarity(a.chars(), b.chars());
    right
        .iter()
        .map(|word| (similarity(written, word.as_ref()), word.as_ref()))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|a, b| {
            let begins = |word: &str| {
                word.chars()
                    .zip(written.chars())
                    .take_while(|(a, b)| a == b)
                    .count()
            };
            // Of those that are as like, the one that begins as it does, and then the first.
            let by_begin = || begins(a.1).cmp(&begins(b.1));
            a.0.total_cmp(&b.0)
                .then_with(by_begin)
                .then(Ordering::Greater)
        })
        .map(|(_, word)| word)
}
