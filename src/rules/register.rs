//! The register of known acts: facts about acts that documents cite.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

use super::act_key::key;
use super::file::{day, kind, some_day};
use crate::syntax::citation::Citation;
use crate::text::{fold, similarity};
use crate::vocabulary::{Regime, vocabulary};

/// A file of the register: `register/<name>.yaml`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterFile {
    pub(super) acts: Vec<Act>,
}

/// What is known of an act.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Its kind, by slug.
    #[serde(deserialize_with = "slug")]
    pub kind: Cow<'static, str>,
    /// Number and symbol: `30/2020/NĐ-CP`.
    pub symbol: Cow<'static, str>,
    /// The day it was signed or passed.
    #[serde(deserialize_with = "day")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub date: Date,
    /// Who issued it, the whole name.
    pub issuer: Cow<'static, str>,
    /// What it is about, as it follows the kind: `về công tác văn thư`.
    pub title: Cow<'static, str>,
    /// Number and symbol of the act that took its place.
    #[serde(default)]
    pub replaced_by: Option<Cow<'static, str>>,
    /// Since when the other is in force.
    #[serde(default, deserialize_with = "some_day")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub replaced_since: Option<Date>,
    /// Where the act can be read: an address that begins with `https://` or `http://`.
    #[serde(default)]
    pub url: Option<Cow<'static, str>>,
    /// Where the facts were seen.
    pub source: Cow<'static, str>,
}

fn slug<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'static, str>, D::Error> {
    kind(deserializer).map(Cow::Owned)
}

impl Act {
    /// By what acts are looked up.
    fn key(&self) -> &str {
        key(&self.symbol)
    }
}

/// The acts of a run.
#[derive(Debug, Default)]
pub(super) struct Register {
    /// Sorted by [`Act::key`].
    acts: Cow<'static, [Act]>,
    /// The names of the bodies that issued them, and folded; made when first asked for.
    bodies: OnceLock<Vec<(String, usize)>>,
}

impl Register {
    /// A register of acts that are sorted by [`key`].
    pub(super) fn sorted(acts: &'static [Act]) -> Self {
        Self {
            acts: Cow::Borrowed(acts),
            bodies: OnceLock::new(),
        }
    }

    /// The register with more acts. One of the same kind, number, symbol and year takes the place
    /// of what is there.
    pub(super) fn extended(self, added: Vec<Act>) -> Self {
        if added.is_empty() {
            return self;
        }
        let mut acts = self.acts.into_owned();
        acts.retain(|old| !added.iter().any(|new| is_same(old, new)));
        acts.extend(added);
        acts.sort_by(|a, b| (a.key(), a.date).cmp(&(b.key(), b.date)));
        Self {
            acts: Cow::Owned(acts),
            bodies: OnceLock::new(),
        }
    }

    /// All acts, sorted by number and symbol.
    pub(super) fn acts(&self) -> &[Act] {
        &self.acts
    }

    /// The body that a text begins with, if the register knows it.
    pub(super) fn body_in(&self, text: &str) -> Option<&str> {
        let text = fold(text);
        let bodies = self.bodies.get_or_init(|| {
            let mut bodies: Vec<_> = (0..self.acts.len()).collect();
            bodies.sort_by_key(|&act| &self.acts[act].issuer);
            bodies.dedup_by_key(|act| &self.acts[*act].issuer);
            let folded = bodies
                .iter()
                .map(|&act| (fold(&self.acts[act].issuer), act));
            folded.collect()
        });
        let begins = |body: &str| {
            let rest = text.strip_prefix(body);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c == ' ' || c.is_alphanumeric()))
        };
        let (_, act) = bodies.iter().find(|(body, _)| begins(body))?;
        Some(&self.acts[*act].issuer)
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
        // Numbers begin anew: of another year and another subject it is another act.
        let by_near_date = || {
            let date = date?;
            let is_meant = |act: &Act| {
                act.date.year() == date.year()
                    || citation
                        .subject
                        .is_none_or(|subject| shares_matter(&act.title, subject.of(text)))
            };
            only(acts, |act| is_slip(act.date, date) && is_meant(act))
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
    let (title, subject) = (head(&title), head(&subject));
    length >= SHORTEST && similarity(&title, &subject) >= ALIKE && shares_matter(&title, &subject)
}

/// Whether half of the words of either title that say what an act is about are the other's, too.
fn shares_matter(a: &str, b: &str) -> bool {
    let (a, b) = (letters(a), letters(b));
    let (a, b) = (matter(&a), matter(&b));
    let shared = a.intersection(&b).count();
    shared > 0 && shared * 2 >= a.len().min(b.len())
}

/// The words of a title that not all titles have.
fn matter(title: &str) -> HashSet<&str> {
    let stock = &vocabulary().phrases.subject_stock;
    let words = title.split(' ');
    words
        .filter(|word| !stock.iter().any(|stock| stock == word))
        .collect()
}

/// The words of a title without marks, case, and the word that leads to it.
pub(super) fn letters(title: &str) -> String {
    let folded = fold(title);
    let words = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let leads = &vocabulary().phrases.subject_leads;
    words
        .skip_while(|word| leads.iter().any(|lead| lead == word))
        .collect::<Vec<_>>()
        .join(" ")
}
