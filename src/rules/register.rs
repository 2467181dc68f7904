//! The register of known acts: facts about acts that documents cite.

use jiff::civil::Date;
use serde::Deserialize;
use std::sync::OnceLock;

use super::file::{day, some_day};
use crate::syntax::citation::Citation;
use crate::text::{fold, similarity};
use crate::vocabulary::Regime;

/// A file of the register: `register/<name>.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterFile {
    pub(super) acts: Vec<Act>,
}

/// What is known of an act.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Its kind, by slug.
    pub kind: String,
    /// Number and symbol: `30/2020/NĐ-CP`.
    pub symbol: String,
    /// The day it was signed or passed.
    #[serde(deserialize_with = "day")]
    pub date: Date,
    /// Who issued it, the whole name.
    pub issuer: String,
    /// What it is about, as it follows the kind: `về công tác văn thư`.
    pub title: String,
    /// Number and symbol of the act that took its place.
    #[serde(default)]
    pub replaced_by: Option<String>,
    /// Since when the other is in force.
    #[serde(default, deserialize_with = "some_day")]
    pub replaced_since: Option<Date>,
    /// Where the facts were seen.
    pub source: String,
}

impl Act {
    /// What identifies acts that may be meant by one number and symbol: both, without the zeros
    /// before the number.
    fn key(&self) -> &str {
        key(&self.symbol)
    }
}

fn key(symbol: &str) -> &str {
    symbol.trim_start_matches('0')
}

/// The acts of a run.
#[derive(Debug, Default)]
pub(super) struct Register {
    /// Files that the program carries, as JSON, not read yet.
    builtin: &'static [&'static str],
    added: Vec<Act>,
    /// Sorted by [`Act::key`]; few documents ask for it, so it is made when first asked for.
    acts: OnceLock<Vec<Act>>,
}

impl Register {
    /// The acts of the files that the program carries, as JSON.
    pub(super) fn with_builtin(builtin: &'static [&'static str]) -> Self {
        Self {
            builtin,
            ..Self::default()
        }
    }

    /// The register with more acts. One of the same kind, number, symbol and year takes the place
    /// of what is there.
    pub(super) fn extended(self, acts: impl IntoIterator<Item = Act>) -> Self {
        let mut added = self.added;
        for act in acts {
            added.retain(|old| !is_same(old, &act));
            added.push(act);
        }
        Self {
            builtin: self.builtin,
            added,
            acts: OnceLock::new(),
        }
    }

    /// All acts, sorted by number and symbol.
    pub(super) fn acts(&self) -> &[Act] {
        self.acts.get_or_init(|| {
            let mut acts = self.added.clone();
            let is_new = |act: &Act| !self.added.iter().any(|added| is_same(added, act));
            acts.extend(
                self.builtin
                    .iter()
                    .flat_map(|json| read(json))
                    .filter(is_new),
            );
            acts.sort_by(|a, b| (a.key(), a.date).cmp(&(b.key(), b.date)));
            acts
        })
    }

    /// The body that a text begins with, if the register knows it.
    pub(super) fn body_in(&self, text: &str) -> Option<&str> {
        let text = fold(text);
        let begins = |body: &str| {
            let rest = text.strip_prefix(fold(body).as_str());
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c == ' ' || c.is_alphanumeric()))
        };
        let mut bodies = self.acts().iter().map(|act| act.issuer.as_str());
        bodies.find(|body| begins(body))
    }

    /// The acts with a number and symbol.
    fn named(&self, symbol: &str) -> &[Act] {
        let (acts, key) = (self.acts(), key(symbol));
        let from = acts.partition_point(|act| act.key() < key);
        let count = acts[from..].partition_point(|act| act.key() == key);
        &acts[from..from + count]
    }

    /// The act that a citation means, where that is sure. Numbers without a year come again every
    /// year, or every term of a Party committee: the date, near enough, or the subject says which
    /// act is meant.
    pub(super) fn act_of(&self, citation: &Citation, text: &str) -> Option<&Act> {
        let acts = self.named(&citation.canonical);
        if citation.year.is_some() {
            // A law and a resolution of one National Assembly may share number and symbol.
            let is_meant = |act: &Act| {
                citation.symbol_kind.is_some()
                    || citation.kind.is_none_or(|kind| kind.slug == act.kind)
            };
            return only(acts, is_meant);
        }
        let date = citation.date.map(|(_, date)| date);
        let by_date = date.and_then(|date| acts.iter().find(|act| act.date == date));
        let by_subject = || {
            let subject = citation.subject?.of(text);
            only(acts, |act| is_same_subject(&act.title, subject))
        };
        let by_near_date = || {
            let date = date?;
            only(acts, |act| is_slip(act.date, date))
        };
        let by_year = || {
            let date = date?;
            let yearly = citation.regime == Some(Regime::NhaNuoc);
            only(acts, |act| yearly && act.date.year() == date.year())
        };
        by_date
            .or_else(by_subject)
            .or_else(by_near_date)
            .or_else(by_year)
    }
}

fn read(json: &str) -> Vec<Act> {
    // They are part of the program; a test reads them all.
    let file: RegisterFile =
        serde_json::from_str(json).expect("internal error: the embedded register is valid");
    file.acts
}

fn is_same(a: &Act, b: &Act) -> bool {
    a.key() == b.key() && a.kind == b.kind && a.date.year() == b.date.year()
}

fn only(acts: &[Act], holds: impl Fn(&Act) -> bool) -> Option<&Act> {
    let mut fitting = acts.iter().filter(|act| holds(act));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

/// Whether two dates differ by one slip: in the day, the month or the year alone.
fn is_slip(a: Date, b: Date) -> bool {
    let same = [
        a.day() == b.day(),
        a.month() == b.month(),
        a.year() == b.year(),
    ];
    same.iter().filter(|same| **same).count() == 2
}

/// Whether two titles are of one act. Citations shorten them and run on, so that only what both
/// have is compared.
fn is_same_subject(title: &str, subject: &str) -> bool {
    /// Fewer letters are common to many titles.
    const SHORTEST: usize = 24;
    const ALIKE: f64 = 0.8;
    let (title, subject) = (letters(title), letters(subject));
    let length = title.chars().count().min(subject.chars().count());
    let head = |text: &str| text.chars().take(length).collect::<String>();
    length >= SHORTEST && similarity(&head(&title), &head(&subject)) >= ALIKE
}

/// The words of a title without marks, case, and the word that leads to it.
fn letters(title: &str) -> String {
    let folded = fold(title);
    let words = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .skip_while(|word| matches!(*word, "ve" | "viec"))
        .collect::<Vec<_>>()
        .join(" ")
}
