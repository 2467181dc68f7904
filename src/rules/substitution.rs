//! Words and phrases and what to write instead.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde::Deserialize;

use super::error::both;
use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::text::{Span, fold_char};

/// Finds phrases between word boundaries, in both tone styles (`hòa`, `hoà`).
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Substitution {
    /// Wrong → right.
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, Entry>"))]
    words: Words,
    /// Which cases of the letters are looked for.
    #[serde(default)]
    case: Case,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
    #[serde(skip)]
    variants: OnceLock<Vec<Variant>>,
}

/// The cases a phrase is looked for in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Case {
    /// As written, with a capital first letter, and in capitals throughout.
    #[default]
    Any,
    /// Only as written: for rules about capitals.
    Exact,
}

/// What to write instead, plainly or with the contexts that decide.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Entry {
    Plain(String),
    InContext(InContext),
}

#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct InContext {
    write: String,
    /// One of these must stand right before or after, any case.
    #[serde(default)]
    beside: Vec<String>,
    /// None of these may stand right before or after, any case.
    #[serde(default)]
    not_beside: Vec<String>,
}

impl Entry {
    fn write(&self) -> &str {
        match self {
            Self::Plain(write) => write,
            Self::InContext(entry) => &entry.write,
        }
    }
}

/// The pairs in the order of the file; a mapping would keep only the last of two equal keys.
#[derive(Debug)]
struct Words(Vec<(String, Entry)>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> serde::de::Visitor<'de> for Pairs {
            type Value = Words;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a mapping of wrong phrases to right ones")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Words, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Words(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// One spelling that is looked for.
#[derive(Debug)]
struct Variant {
    wrong: String,
    entry: usize,
    /// `None` as the entry has it.
    style: Option<ToneStyle>,
    letters: Letters,
}

/// How the letters of a variant differ from those of its entry.
#[derive(Clone, Copy, Debug)]
enum Letters {
    Same,
    Capitalised,
    Capitals,
}

impl Letters {
    fn of(self, text: &str) -> String {
        match self {
            Self::Same => text.to_owned(),
            Self::Capitalised => capitalised(text),
            Self::Capitals => text.to_uppercase(),
        }
    }
}

impl Substitution {
    fn variants(&self) -> &[Variant] {
        self.variants.get_or_init(|| {
            let cases: &[Letters] = match self.case {
                Case::Any => &[Letters::Capitalised, Letters::Capitals, Letters::Same],
                Case::Exact => &[Letters::Same],
            };
            let mut variants: Vec<Variant> = Vec::new();
            for (entry, (written, _)) in self.words.0.iter().enumerate() {
                let first = variants.len();
                let old = with_tones(written, ToneStyle::Old);
                let new = with_tones(written, ToneStyle::New);
                let is_one = old == new;
                let styles = [(ToneStyle::Old, old), (ToneStyle::New, new)];
                for (style, restyled) in styles.into_iter().skip(usize::from(is_one)) {
                    for &letters in cases {
                        let wrong = letters.of(&restyled);
                        if variants[first..].iter().all(|v| v.wrong != wrong) {
                            variants.push(Variant {
                                wrong,
                                entry,
                                style: (restyled != *written).then_some(style),
                                letters,
                            });
                        }
                    }
                }
            }
            variants
        })
    }

    fn right(&self, variant: &Variant) -> String {
        let write = self.words.0[variant.entry].1.write();
        match variant.style {
            Some(style) => variant.letters.of(&with_tones(write, style)),
            None => variant.letters.of(write),
        }
    }

    fn fits(&self, entry: usize, text: &str, span: Span) -> bool {
        let Entry::InContext(context) = &self.words.0[entry].1 else {
            return true;
        };
        has_context(text, span, &context.beside, &context.not_beside)
    }
}

impl Check for Substitution {
    fn mistakes(&self) -> Vec<Bilingual> {
        let mut mistakes = Vec::new();
        let mut seen = HashSet::new();
        for (wrong, right) in &self.words.0 {
            if wrong.trim().is_empty() {
                mistakes.push(both(
                    "`words`: có cụm từ bỏ trống",
                    "`words`: an empty phrase",
                ));
            }
            if wrong == right.write() {
                mistakes.push(both(
                    format!("`words`: `{wrong}` được thay bằng chính nó"),
                    format!("`words`: `{wrong}` is replaced by itself"),
                ));
            }
            if !seen.insert(with_tones(wrong, ToneStyle::Old)) {
                mistakes.push(both(
                    format!("`words`: `{wrong}` có ở đây hai lần"),
                    format!("`words`: `{wrong}` stands here twice"),
                ));
            }
        }
        mistakes
    }

    fn literals(&self) -> Vec<String> {
        self.variants().iter().map(|v| v.wrong.clone()).collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["write"]
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let skipped = Skipped::new(cx, &self.skip);
        for hit in hits {
            let variant = &self.variants()[hit.literal as usize];
            let start = hit.start as usize;
            let span = Span::new(start, start + variant.wrong.len());
            if !is_word(cx.text(), span) || !self.fits(variant.entry, cx.text(), span) {
                continue;
            }
            let right = self.right(variant);
            if is_part_of(cx.text(), span, &right) || skipped.has(span) {
                continue;
            }
            sink.at(span)
                .replace(span, right.clone())
                .with("write", right)
                .report();
        }
    }
}

/// The text with a capital first letter.
pub(super) fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.collect::<String>() + chars.as_str()
}

pub(super) fn is_word(text: &str, span: Span) -> bool {
    let before = text[..span.start as usize].chars().next_back();
    let after = text[span.end as usize..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// Whether the wrong phrase at `span` is only a part of the right one, which stands there whole.
fn is_part_of(text: &str, span: Span, right: &str) -> bool {
    right.match_indices(span.of(text)).any(|(at, _)| {
        let Some(start) = (span.start as usize).checked_sub(at) else {
            return false;
        };
        text.get(start..start + right.len()) == Some(right)
    })
}

/// Whether one of `beside`, if there are any, and none of `not_beside` stands right before or after.
pub(super) fn has_context(
    text: &str,
    span: Span,
    beside: &[String],
    not_beside: &[String],
) -> bool {
    let stands = |phrases: &[String]| phrases.iter().any(|p| stands_beside(text, span, p));
    (beside.is_empty() || stands(beside)) && !stands(not_beside)
}

fn stands_beside(text: &str, span: Span, phrase: &str) -> bool {
    let phrase = phrase.to_lowercase();
    let after = text[span.end as usize..].trim_start_matches(' ').chars();
    let mut after = after.flat_map(char::to_lowercase);
    let follows = phrase.chars().all(|c| after.next() == Some(c))
        && !after.next().is_some_and(char::is_alphanumeric);
    let before = text[..span.start as usize].trim_end_matches(' ').chars();
    let mut before = before.rev().flat_map(char::to_lowercase);
    let precedes = phrase.chars().rev().all(|c| before.next() == Some(c))
        && !before.next().is_some_and(char::is_alphanumeric);
    follows || precedes
}

/// Where the tone mark stands in an open `oa`, `oe`, `uy`; other syllables have one form only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ToneStyle {
    /// `hòa`, `ủy`
    Old,
    /// `hoà`, `uỷ`
    New,
}

/// Two letters in both styles, with the five tone marks.
const TONE_PAIRS: [([char; 2], [char; 2]); 15] = [
    (['ò', 'a'], ['o', 'à']),
    (['ó', 'a'], ['o', 'á']),
    (['ỏ', 'a'], ['o', 'ả']),
    (['õ', 'a'], ['o', 'ã']),
    (['ọ', 'a'], ['o', 'ạ']),
    (['ò', 'e'], ['o', 'è']),
    (['ó', 'e'], ['o', 'é']),
    (['ỏ', 'e'], ['o', 'ẻ']),
    (['õ', 'e'], ['o', 'ẽ']),
    (['ọ', 'e'], ['o', 'ẹ']),
    (['ù', 'y'], ['u', 'ỳ']),
    (['ú', 'y'], ['u', 'ý']),
    (['ủ', 'y'], ['u', 'ỷ']),
    (['ũ', 'y'], ['u', 'ỹ']),
    (['ụ', 'y'], ['u', 'ỵ']),
];

pub(super) fn with_tones(text: &str, style: ToneStyle) -> String {
    let folded = text.chars().map(fold_char);
    let next = folded.clone().skip(1);
    let is_pair = |pair| matches!(pair, ('o', 'a' | 'e') | ('u', 'y'));
    if !folded.zip(next).any(is_pair) {
        return text.to_owned();
    }
    let mut chars: Vec<char> = text.chars().collect();
    for i in 1..chars.len() {
        let open = !chars.get(i + 1).is_some_and(|c| c.is_alphabetic());
        // After `q` the `u` belongs to the onset and never takes the mark.
        let onset = i > 1 && matches!(chars[i - 2], 'q' | 'Q');
        if !open || onset {
            continue;
        }
        let pair = [lower(chars[i - 1]), lower(chars[i])];
        let found = TONE_PAIRS.iter().find_map(|&(old, new)| match style {
            ToneStyle::Old => (pair == new).then_some(old),
            ToneStyle::New => (pair == old).then_some(new),
        });
        if let Some(restyled) = found {
            for (at, c) in [(i - 1, restyled[0]), (i, restyled[1])] {
                let is_upper = chars[at].is_uppercase();
                chars[at] = if is_upper { upper(c) } else { c };
            }
        }
    }
    chars.into_iter().collect()
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn upper(c: char) -> char {
    c.to_uppercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tone_styles() {
        for (old, new) in [
            ("Ủy ban", "Uỷ ban"),
            ("văn hóa", "văn hoá"),
            ("HÒA", "HOÀ"),
            ("quý hoàng", "quý hoàng"),
            ("thủy, khỏe", "thuỷ, khoẻ"),
        ] {
            assert_eq!(with_tones(old, ToneStyle::New), new);
            assert_eq!(with_tones(new, ToneStyle::Old), old);
        }
    }

    fn words(yaml: &str) -> Substitution {
        serde_yaml::from_str(yaml).unwrap()
    }

    #[test]
    fn mistakes_are_named() {
        let mistakes = words("words: { a b: c d, a b: e, same: same }").mistakes();
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
        assert!(words("words: { a b: c d }").mistakes().is_empty());
    }

    #[test]
    fn the_right_phrase_is_no_part_of_the_wrong_one() {
        let text = "a b c d";
        assert!(is_part_of(text, Span::new(0, 3), "a b c"));
        assert!(!is_part_of(text, Span::new(0, 3), "a b x"));
    }
}
