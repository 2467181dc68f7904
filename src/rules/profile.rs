//! Structure profiles: the sections that a superior body wants to see in a report.

use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::sync::OnceLock;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::file::kinds;
use super::title::Title;
use crate::diagnostic::Bilingual;
use crate::syntax::{Report, Section};
use crate::text::{Span, fold, fold_line_breaks, is_capitals};
use crate::vocabulary::vocabulary;

/// The outline that documents of one kind and subject must have.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The name for `--profile`.
    pub name: String,
    /// Another profile whose sections come first; a section here with the same title (marks and
    /// case aside) takes the place of the one there.
    #[serde(default)]
    pub extends: Option<String>,
    /// One line for lists.
    pub summary: Bilingual,
    /// The kinds it is for, by slug.
    #[serde(deserialize_with = "kinds")]
    pub kind: Vec<String>,
    /// The title picks this profile if it holds one of these (marks and case aside). Without any
    /// it is the profile of its kinds in general.
    #[serde(default)]
    pub subject: Vec<Subject>,
    /// The sections in order.
    #[serde(default)]
    pub sections: Vec<ProfileSection>,
}

/// Phrases that must all stand in the subject of a document; a file may write one alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject(pub Vec<String>);

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Phrases;
        impl<'de> Visitor<'de> for Phrases {
            type Value = Subject;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a phrase or phrases")
            }

            fn visit_str<E>(self, phrase: &str) -> Result<Subject, E> {
                Ok(Subject(vec![phrase.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Subject, A::Error> {
                let mut phrases = Vec::new();
                while let Some(phrase) = list.next_element()? {
                    phrases.push(phrase);
                }
                Ok(Subject(phrases))
            }
        }
        deserializer.deserialize_any(Phrases)
    }
}

/// A section that a profile names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProfileSection {
    /// The title.
    pub title: String,
    /// Other titles that do as well.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The marker it should have: `I.`; not compared where left out.
    #[serde(default)]
    pub marker: Option<String>,
    /// Whether the section must be there.
    #[serde(default = "yes")]
    pub required: bool,
    /// The sections below it, in order.
    #[serde(default)]
    pub sections: Vec<ProfileSection>,
    /// The title and its aliases, made ready for comparison when first needed.
    #[serde(skip)]
    folded: OnceLock<Vec<Title>>,
}

impl ProfileSection {
    pub(super) fn titles(&self) -> &[Title] {
        self.folded.get_or_init(|| {
            std::iter::once(&self.title)
                .chain(&self.aliases)
                .map(|title| Title::new(title))
                .collect()
        })
    }
}

/// The profile that a model report is an example of, as the YAML of a profile file: it requires
/// the headings of the report down to `depth` levels.
///
/// `name` is the name of the profile; the file has to bear it too.
#[must_use]
pub fn profile_from(name: &str, report: &Report, text: &str, depth: u8) -> String {
    let of = |span| quoted_span(span, text);
    let subject = report.header.subject.map(of);
    let kind = report.kind.map_or("", |kind| kind.slug.as_str());
    let summary = subject.unwrap_or_else(|| quoted(name));
    let mut out =
        format!("name: {name}\nsummary:\n  vi: {summary}\n  en: {summary}\nkind: [{kind}]\n");
    if let Some(subject) = report.header.subject {
        let _ = writeln!(
            out,
            "subject: [{}]",
            phrases_of(&fold_line_breaks(subject.of(text)))
        );
    }
    out.push_str("sections:");
    let headings = headings(&report.sections, text);
    if headings.is_empty() {
        out.push_str(" []");
    }
    out.push('\n');
    write_sections(&headings, text, (depth, 1), &mut out);
    out
}

/// The phrases of a subject that the next document of the series has too: those around the period
/// that it is about, as a YAML list if there are several.
fn phrases_of(subject: &str) -> String {
    // A test compiles the expression.
    let period = regex::Regex::new(&vocabulary().phrases.period)
        .expect("internal error: the expression for periods is none");
    let is_mark = |c: char| !c.is_alphanumeric();
    let several = |phrase: &&str| phrase.contains(' ');
    let parts = period.split(subject).map(|part| part.trim_matches(is_mark));
    let phrases: Vec<String> = parts.filter(several).map(quoted).collect();
    match phrases.as_slice() {
        [] => quoted(subject),
        [phrase] => phrase.clone(),
        _ => format!("[{}]", phrases.join(", ")),
    }
}

/// Words of the longest title.
const LONGEST_TITLE: usize = 40;
/// Words of the longest title that ends like a sentence.
const LONGEST_ENDED: usize = 12;

/// The headings among sections. A paragraph that only begins with a number asks for nothing, nor
/// does a title without letters, nor a sentence, such as a task, that another document will not
/// have: it is long, or ends like one.
fn headings<'a>(sections: &'a [Section], text: &str) -> Vec<&'a Section> {
    let has_letters = |title: Span| title.of(text).contains(char::is_alphabetic);
    let is_ended = |section: &Section| {
        let title = section.title.of(text).trim_end();
        title.ends_with(['.', ';']) && !is_capitals(title)
    };
    // Where one is a sentence alone, so is the last one, which what follows seems to belong to.
    let is_alone = |section: &Section| section.span.end <= section.title.end;
    let are_sentences = sections.iter().any(|s| is_ended(s) && is_alone(s));
    let has_title = |section: &&Section| {
        let words = section.title.of(text).split_whitespace().count();
        let is_sentence =
            words > LONGEST_TITLE || is_ended(section) && (are_sentences || words > LONGEST_ENDED);
        section.heading && has_letters(section.title) && !is_sentence
    };
    sections.iter().filter(has_title).collect()
}

/// Writes the sections of a level and those below, down to a depth.
fn write_sections(sections: &[&Section], text: &str, (depth, level): (u8, u8), out: &mut String) {
    let of = |span| quoted_span(span, text);
    let indent = "    ".repeat(usize::from(level) - 1);
    let mut titles = HashSet::new();
    for section in sections {
        let title = of(section.title);
        // Sections side by side need different titles.
        if !titles.insert(fold(&title)) {
            continue;
        }
        let _ = writeln!(
            out,
            "{indent}  - title: {title}\n{indent}    marker: {}",
            of(section.marker)
        );
        let below = headings(&section.children, text);
        if level < depth && !below.is_empty() {
            let _ = writeln!(out, "{indent}    sections:");
            write_sections(&below, text, (depth, level + 1), out);
        }
    }
}

fn quoted_span(span: Span, text: &str) -> String {
    quoted(&fold_line_breaks(span.of(text)))
}

/// A text as a quoted YAML scalar; JSON strings are such.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text.trim()).to_string()
}

fn yes() -> bool {
    true
}

/// The profiles with the sections that they inherit. A circle of `extends` ends where it closes;
/// it was refused when the profiles were loaded.
pub(super) fn inherit(profiles: &[Profile]) -> Vec<Profile> {
    profiles
        .iter()
        .map(|profile| {
            let mut whole = profile.clone();
            let mut seen = vec![profile.name.as_str()];
            let mut next = profile.extends.as_deref();
            while let Some(base) = next.and_then(|name| profiles.iter().find(|p| p.name == name)) {
                if seen.contains(&base.name.as_str()) {
                    break;
                }
                seen.push(&base.name);
                whole.sections = merge(&base.sections, whole.sections);
                next = base.extends.as_deref();
            }
            whole
        })
        .collect()
}

fn merge(base: &[ProfileSection], mut own: Vec<ProfileSection>) -> Vec<ProfileSection> {
    let mut merged: Vec<_> = base
        .iter()
        .map(|section| {
            let title = fold(&section.title);
            match own.iter().position(|o| fold(&o.title) == title) {
                Some(index) => own.remove(index),
                None => section.clone(),
            }
        })
        .collect();
    merged.append(&mut own);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(name: &str, extends: Option<&str>, titles: &[&str]) -> Profile {
        Profile {
            name: name.to_owned(),
            extends: extends.map(str::to_owned),
            summary: Bilingual::default(),
            kind: Vec::new(),
            subject: Vec::new(),
            sections: titles
                .iter()
                .map(|title| ProfileSection {
                    title: (*title).to_owned(),
                    aliases: Vec::new(),
                    marker: None,
                    required: true,
                    sections: Vec::new(),
                    folded: OnceLock::new(),
                })
                .collect(),
        }
    }

    fn titles(profile: &Profile) -> Vec<&str> {
        profile.sections.iter().map(|s| s.title.as_str()).collect()
    }

    #[test]
    fn sections_are_inherited_in_order_and_replaced_by_title() {
        let whole = inherit(&[
            profile("c", Some("b"), &["Bốn", "HAI"]),
            profile("b", Some("a"), &["Ba"]),
            profile("a", None, &["Một", "Hai"]),
        ]);
        assert_eq!(titles(&whole[0]), ["Một", "HAI", "Ba", "Bốn"]);
        assert_eq!(titles(&whole[1]), ["Một", "Hai", "Ba"]);
        assert_eq!(titles(&whole[2]), ["Một", "Hai"]);
    }

    #[test]
    fn a_subject_is_without_its_period() {
        for (subject, phrases) in [
            (
                "Kết quả trồng cây 6 tháng đầu năm 2026",
                "\"Kết quả trồng cây\"",
            ),
            ("Tổng kết năm học 2025 - 2026", "\"Tổng kết\""),
            (
                "Kết quả trồng cây quý I và phương hướng quý II năm 2026",
                "[\"Kết quả trồng cây\", \"và phương hướng\"]",
            ),
            (
                "Kết quả tháng 8 năm 2026 về trồng cây",
                "[\"Kết quả\", \"về trồng cây\"]",
            ),
            ("Kết quả xây dựng đề án", "\"Kết quả xây dựng đề án\""),
            ("Năm 2026", "\"Năm 2026\""),
        ] {
            assert_eq!(phrases_of(subject), phrases, "{subject}");
        }
    }

    #[test]
    fn a_circle_ends() {
        let whole = inherit(&[
            profile("a", Some("b"), &["Một"]),
            profile("b", Some("a"), &["Hai"]),
        ]);
        assert_eq!(titles(&whole[0]), ["Hai", "Một"]);
    }
}
