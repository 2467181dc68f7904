//! Names and the capitals they are written with.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::error::both;
use super::part::{Part, Skipped};
use super::substitution::{ToneStyle, capitalised, has_context, is_word, with_tones};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::document::Quality;
use crate::text::{Span, fold_char};

/// Finds names, in any case of their letters and both tone styles, whose capitals are not those
/// of the name. Names in capitals throughout are headings and are right.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NameCapitals {
    /// The names as they should be written. Where one is a part of another, the longer is judged.
    names: Vec<Entry>,
    /// Words that make another word with the first of a name, where that has a small letter.
    #[serde(default)]
    not_after: Vec<String>,
    /// Parts of the document to leave out.
    #[serde(default)]
    skip: Vec<Part>,
    #[serde(skip)]
    index: OnceLock<Index>,
}

/// A name, plainly or with what decides whether it is one.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Entry {
    Plain(String),
    Judged(Judged),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Judged {
    name: String,
    /// Other ways of writing that are accepted.
    #[serde(default)]
    also: Vec<String>,
    /// Whether it is a name in small letters throughout too, not an ordinary phrase.
    #[serde(default)]
    small: bool,
    /// One of these must stand right before or after, any case.
    #[serde(default)]
    beside: Vec<String>,
    /// None of these may stand right before or after, any case.
    #[serde(default)]
    not_beside: Vec<String>,
}

/// What finds the names.
#[derive(Debug, Default)]
struct Index {
    names: Vec<Name>,
    /// Beginnings of names, in all cases of their first letters, and the names that begin so,
    /// longest first.
    literals: Vec<(String, Vec<usize>)>,
}

#[derive(Debug)]
struct Name {
    /// In small letters without marks: what does not begin so is not the name.
    folded: Vec<char>,
    judged: Judged,
}

impl Index {
    fn new(entries: &[Entry]) -> Self {
        let mut index = Self::default();
        let mut beginnings: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, entry) in entries.iter().enumerate() {
            let judged = match entry {
                Entry::Plain(name) => Judged {
                    name: name.clone(),
                    ..Judged::default()
                },
                Entry::Judged(judged) => judged.clone(),
            };
            for beginning in beginnings_of(&judged.name) {
                beginnings.entry(beginning).or_default().push(i);
            }
            index.names.push(Name {
                folded: judged.name.chars().map(folded).collect(),
                judged,
            });
        }
        for names in beginnings.values_mut() {
            names.sort_by_key(|&i| std::cmp::Reverse(index.names[i].folded.len()));
            names.dedup();
        }
        index.literals = beginnings.into_iter().collect();
        index
    }
}

/// The first two words in both tone styles and with each of their first letters in both cases.
fn beginnings_of(name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default();
    let second = words.next();
    let of_style = |style| {
        let second = second.map(|word| with_tones(word, style));
        (with_tones(first, style), second)
    };
    let mut styles = vec![of_style(ToneStyle::Old), of_style(ToneStyle::New)];
    styles.dedup();
    let mut beginnings = Vec::new();
    for (first, second) in styles {
        for first in [capitalised(&first), first] {
            match &second {
                Some(second) => {
                    beginnings.push(format!("{first} {second}"));
                    beginnings.push(format!("{first} {}", capitalised(second)));
                }
                None => beginnings.push(first),
            }
        }
    }
    beginnings.sort_unstable();
    beginnings.dedup();
    beginnings
}

/// What is equal for all ways of writing a name.
fn key(name: &str) -> String {
    with_tones(&name.to_lowercase(), ToneStyle::Old).replace(['–', '—'], "-")
}

fn folded(c: char) -> char {
    match c {
        '–' | '—' => '-',
        c => fold_char(c),
    }
}

/// Letters whose capitals have the shape of the small ones: recognition confuses the two.
const ALIKE: &str = "ckopsuvwxyz";

/// Whether `found`, which has the same letters as `form`, has the same capitals. In a text that was
/// recognised only letters count whose two shapes differ.
fn has_capitals_of(form: &str, found: &str, is_recognised: bool) -> bool {
    form.chars().zip(found.chars()).all(|(wanted, c)| {
        wanted.is_uppercase() == c.is_uppercase() || (is_recognised && ALIKE.contains(fold_char(c)))
    })
}

/// Whether a word has capitals after its first letter.
fn has_inner_capitals(text: &str) -> bool {
    let mut last = ' ';
    text.chars().any(|c| {
        let inner = last.is_alphabetic() && c.is_uppercase();
        last = c;
        inner
    })
}

fn is_small(text: &str) -> bool {
    !text.contains(char::is_uppercase)
}

/// Whether each word begins with a capital, as those of people do.
fn is_title_case(text: &str) -> bool {
    text.split(' ').all(|w| !w.starts_with(char::is_lowercase))
}

/// Whether it has more words than stand behind the family name of a person.
fn is_long(text: &str) -> bool {
    text.split(' ').nth(2).is_some()
}

/// Whether the word before `at` opens a sentence, which is why it has a capital.
fn opens_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches(' ');
    begins_sentence(text, before.len() - word_before(text, at).len())
}

/// The word before `at` on its line, with nothing between but blanks.
fn word_before(text: &str, at: usize) -> &str {
    let before = text[..at].trim_end_matches(' ');
    let start = before.rfind(|c: char| !c.is_alphanumeric());
    let start = start.map_or(0, |at| {
        at + before[at..].chars().next().map_or(1, char::len_utf8)
    });
    &before[start..]
}

/// Whether a sentence or an item of a list begins at `at`, or what reads like one.
fn begins_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '“', '"', '(', '‘']);
    !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | ')' | '”'))
}

/// `right` with its letters in the tone style of `found`, which has the same letters.
fn restyled(right: &str, found: &str) -> String {
    let letters = right.chars().zip(found.chars()).map(|(r, f)| {
        let capital = r.is_uppercase();
        let mut cased = f.to_lowercase().collect::<String>();
        if capital {
            cased = cased.to_uppercase();
        }
        cased
    });
    letters.collect()
}

/// `right` as it is to be written in the place of `span`: at the beginning of a sentence the first
/// letter keeps its capital.
fn written(right: &str, text: &str, span: Span) -> String {
    let found = span.of(text);
    let right = restyled(right, found);
    if found.starts_with(char::is_uppercase) && begins_sentence(text, span.start as usize) {
        capitalised(&right)
    } else {
        right
    }
}

impl NameCapitals {
    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(&self.names))
    }

    /// The longest name that stands at `start`, of those in `candidates`.
    fn name_at(&self, text: &str, start: usize, candidates: &[usize]) -> Option<(&Name, Span)> {
        candidates.iter().find_map(|&i| {
            let name = &self.index().names[i];
            let mut rest = text[start..].chars();
            if !name
                .folded
                .iter()
                .all(|&c| rest.next().map(folded) == Some(c))
            {
                return None;
            }
            let span = Span::new(start, text.len() - rest.as_str().len());
            let found = span.of(text);
            let is_name = found == name.judged.name || key(found) == key(&name.judged.name);
            (is_name && is_word(text, span)).then_some((name, span))
        })
    }

    fn is_wrong(&self, cx: &Context<'_>, name: &Name, span: Span) -> bool {
        let text = cx.text();
        let found = span.of(text);
        let judged = &name.judged;
        if found == judged.name {
            return false;
        }
        let start = span.start as usize;
        let before = word_before(text, start);
        let begins = begins_sentence(text, start);
        let is_recognised = cx.quality == Quality::Ocr;
        let accepted = |form: &String| {
            has_capitals_of(form, found, is_recognised)
                || (begins && has_capitals_of(&capitalised(form), found, is_recognised))
        };
        if accepted(&judged.name) || judged.also.iter().any(accepted) || has_inner_capitals(found) {
            return false;
        }
        let in_other_word = found.starts_with(char::is_lowercase)
            && self.not_after.iter().any(|w| *w == before.to_lowercase());
        let in_person = is_title_case(found)
            && before.starts_with(char::is_uppercase)
            && !begins
            && !has_inner_capitals(before)
            && !(is_long(found) && opens_sentence(text, start));
        (judged.small || !is_small(found))
            && !in_other_word
            && !in_person
            && has_context(text, span, &judged.beside, &judged.not_beside)
    }
}

impl Check for NameCapitals {
    fn mistakes(&self) -> Vec<Bilingual> {
        let mut mistakes = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for name in &self.index().names {
            let written = &name.judged.name;
            if written.trim().is_empty() {
                mistakes.push(both("`names`: có tên bỏ trống", "`names`: an empty name"));
            } else if written.split(' ').any(str::is_empty) {
                mistakes.push(both(
                    format!("`names`: `{written}` có dấu cách thừa"),
                    format!("`names`: `{written}` has a blank too many"),
                ));
            }
            let key_of_name = key(written);
            if !seen.insert(key_of_name.clone()) {
                mistakes.push(both(
                    format!("`names`: `{written}` có ở đây hai lần"),
                    format!("`names`: `{written}` stands here twice"),
                ));
            }
            for other in name
                .judged
                .also
                .iter()
                .filter(|other| key(other) != key_of_name)
            {
                mistakes.push(both(
                    format!("`names`: `{other}` là tên khác với `{written}`"),
                    format!("`names`: `{other}` is another name than `{written}`"),
                ));
            }
        }
        mistakes
    }

    fn literals(&self) -> Vec<String> {
        let literals = self.index().literals.iter();
        literals.map(|(literal, _)| literal.clone()).collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["write"]
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let skipped = Skipped::new(cx, &self.skip);
        let mut judged_to = 0;
        for hit in hits {
            let start = hit.start as usize;
            let candidates = &self.index().literals[hit.literal as usize].1;
            let Some((name, span)) = self.name_at(cx.text(), start, candidates) else {
                continue;
            };
            if span.end <= judged_to {
                continue;
            }
            judged_to = span.end;
            if !self.is_wrong(cx, name, span) || skipped.has(span) {
                continue;
            }
            let right = written(&name.judged.name, cx.text(), span);
            sink.at(span)
                .replace(span, right.clone())
                .with("write", right)
                .report();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_in_all_cases_and_tone_styles() {
        let found = beginnings_of("Ủy ban nhân dân");
        for beginning in ["Ủy ban", "ủy Ban", "Uỷ ban", "uỷ Ban"] {
            assert!(found.iter().any(|b| b == beginning), "{found:?}");
        }
        assert_eq!(found.len(), 8);
    }

    #[test]
    fn the_tone_style_of_the_text_is_kept() {
        assert_eq!(
            restyled("Ủy ban nhân dân", "UỶ Ban Nhân Dân"),
            "Uỷ ban nhân dân"
        );
        assert_eq!(
            restyled("tết Nguyên đán", "Tết Nguyên Đán"),
            "tết Nguyên đán"
        );
    }

    #[test]
    fn a_sentence_keeps_its_capital() {
        for (text, right) in [
            ("Tết Nguyên Đán", "Tết Nguyên đán"),
            ("tết Nguyên Đán", "tết Nguyên đán"),
            ("- Tết Nguyên Đán", "Tết Nguyên đán"),
            ("dịp Tết Nguyên Đán", "tết Nguyên đán"),
        ] {
            let start = text.len() - "Tết Nguyên Đán".len();
            let span = Span::new(start, text.len());
            assert_eq!(written("tết Nguyên đán", text, span), right, "{text:?}");
        }
    }

    #[test]
    fn recognition_confuses_letters_of_one_shape() {
        assert!(!has_capitals_of("Ab cd", "Ab Cd", false));
        assert!(has_capitals_of("Ab cd", "Ab Cd", true));
        assert!(!has_capitals_of("Ab nd", "Ab Nd", true));
    }

    #[test]
    fn beginnings_of_sentences() {
        for (text, begins) in [
            ("", true),
            ("a. ", true),
            ("- “", true),
            ("a ", false),
            ("a, ", false),
        ] {
            assert_eq!(begins_sentence(text, text.len()), begins, "{text:?}");
        }
    }

    #[test]
    fn words_before() {
        for (text, word) in [("", ""), ("cán ", "cán"), ("a, ", ""), ("a “b ", "b")] {
            assert_eq!(word_before(text, text.len()), word);
        }
    }

    #[test]
    fn mistakes_are_named() {
        let kind = |yaml| serde_yaml::from_str::<NameCapitals>(yaml).unwrap();
        let mistakes = kind("names: [A b, a B, '', 'E  f', { name: C d, also: [c e] }]").mistakes();
        assert_eq!(mistakes.len(), 4, "{mistakes:?}");
    }
}
