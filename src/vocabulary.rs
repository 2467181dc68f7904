//! The words of the domain as data: kinds of documents and codes of bodies, read from
//! `grammar/vocabulary/`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::text::fold;

/// Whose rules a document follows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Regime {
    /// Administrative documents of state bodies.
    NhaNuoc,
    /// Documents of the Party.
    Dang,
    /// Legal normative documents (văn bản quy phạm pháp luật).
    Qppl,
    /// Mass organisations.
    DoanThe,
}

impl Regime {
    /// The name in machine output and in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NhaNuoc => "nha-nuoc",
            Self::Dang => "dang",
            Self::Qppl => "qppl",
            Self::DoanThe => "doan-the",
        }
    }
}

/// A kind of document.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// The name in machine output: `bao-cao`.
    pub slug: String,
    /// The name as written: `Báo cáo`.
    pub name: String,
    /// The abbreviation in symbols: `BC`; `None` where the kind has none.
    #[serde(default)]
    pub symbol: Option<String>,
    /// Abbreviations that only Party symbols use.
    #[serde(default)]
    pub party_symbols: Vec<String>,
    /// Whose kind it is.
    pub regime: KindRegime,
    /// Whether the kind is written without its name as a title (công văn).
    #[serde(default)]
    pub untitled: bool,
    /// Whether the kind is also a legal normative document when its number carries a year.
    #[serde(default)]
    pub normative: bool,
    /// Whether every act of the kind carries its year in the number (`30/2020/NĐ-CP`).
    #[serde(default)]
    pub yearly: bool,
    /// Other names that citations use.
    #[serde(default)]
    pub also: Vec<String>,
}

impl Kind {
    /// Whether `code` is an abbreviation of this kind, letters and case exact.
    #[must_use]
    pub fn has_symbol(&self, code: &str) -> bool {
        self.symbol.as_deref() == Some(code) || self.party_symbols.iter().any(|s| s == code)
    }

    /// All abbreviations.
    pub fn symbols(&self) -> impl Iterator<Item = &str> {
        self.symbol
            .iter()
            .chain(&self.party_symbols)
            .map(String::as_str)
    }

    /// All names, the usual one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name)
            .chain(&self.also)
            .map(String::as_str)
    }
}

/// Whose kind a [`Kind`] is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KindRegime {
    /// One of the 29 kinds of NĐ 30/2020/NĐ-CP, Điều 7 (others use these kinds as well).
    NhaNuoc,
    /// Legal normative documents only.
    Qppl,
    /// Party documents only.
    Dang,
}

/// A code of a body in symbols.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The code: `UBND`.
    pub code: String,
    /// Who issues under it.
    pub name: String,
    /// Whose form symbols with it have: a regime's name.
    pub regime: Regime,
    /// The code used today, where this one is out of use.
    #[serde(default)]
    pub replaced_by: Option<String>,
    /// Whether the number of a term follows the code: `QH15`.
    #[serde(default)]
    pub terms: bool,
    /// Whether the name of a place may follow that of the body.
    #[serde(default)]
    pub local: bool,
    /// Since when, `YYYY-MM-DD`.
    #[serde(default)]
    pub since: Option<jiff::civil::Date>,
}

/// Fixed phrases and word lists, folded.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    /// Quốc hiệu.
    pub quoc_hieu: String,
    /// Tiêu ngữ.
    pub tieu_ngu: String,
    /// What stands in the place of quốc hiệu in Party documents.
    pub party_motto: String,
    /// What stands there in documents of the Youth Union.
    pub youth_motto: String,
    /// Labels that components begin with.
    pub labels: Labels,
    /// Words in the name of an issuing body that show a mass organisation.
    pub mass_organisations: Vec<String>,
    /// Beginnings of the names of bodies of the state, folded.
    pub state_bodies: Vec<String>,
    /// Beginnings of the names of bodies of the Party.
    pub party_bodies: Vec<String>,
    /// First words of a body, folded.
    pub body_openings: Vec<String>,
    /// Words between the kind of an act and what it is about.
    pub subject_leads: Vec<String>,
    /// Words that titles of all matters have, folded.
    pub subject_stock: Vec<String>,
    /// First words of the body of minutes, folded.
    pub minutes_openings: Vec<String>,
    /// Last words of the paragraph that leads over to the body, folded.
    pub body_leads: Vec<String>,
    /// Stamps and marks in capitals on a line of their own: draft, urgency, secrecy.
    pub marks: Vec<String>,
    /// Offices of those who sign, folded.
    pub offices: Vec<String>,
    /// Family names, in lower case, with their marks.
    pub surnames: Vec<String>,
    /// Ranks of the armed forces, of two words each.
    pub ranks: Vec<String>,
    /// Degrees and professions before a name, folded, of two words each.
    pub degrees: Vec<String>,
    /// The same abbreviated, as they are written without a full stop.
    pub degree_marks: Vec<String>,
    /// Expression for the period that a document is about, as its subject says it.
    pub period: String,
    /// The letters that points (điểm) are numbered with, in order, not folded.
    pub point_letters: String,
    /// Characters that only a scanner puts into head or foot.
    pub dirt: String,
    /// Words at the end of the first line of an article that has no title, in lower case.
    pub article_leads: Vec<String>,
    /// The titles of tables of contents, folded.
    pub contents: Vec<String>,
    /// What tables and figures are called in their captions, before a number, in lower case.
    pub captions: Vec<String>,
    /// The words for the parts of an act (phần … điểm), in lower case, with their marks.
    pub parts: Vec<String>,
    /// What follows a number that counts things, in lower case.
    pub amounts: Vec<String>,
    /// The word before a part of an act that is written with a small letter, in lower case.
    pub before_parts: Vec<String>,
    /// The word after the name of a document that means the document itself: `Báo cáo này`.
    pub this: String,
    /// Words at the end of a Party-style archive line or authority that show whose form it is.
    pub party_authorities: Vec<String>,
    /// The word that begins a date, with its misreadings.
    pub day_words: Vec<String>,
    /// What follows the symbol of a cited act.
    pub citation: CitationWords,
}

/// What follows the symbol of a cited act, in lower case, with what a recognition makes of it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CitationWords {
    /// Before the body.
    pub of: Vec<String>,
    /// Before the subject.
    pub about: Vec<String>,
    /// What may stand between [`about`](Self::about) and the subject.
    pub about_matter: String,
    /// A subject without those words begins with one of these.
    pub verbs: Vec<String>,
    /// Words that do not belong to the name of a body.
    pub after_body: Vec<String>,
    /// Parts of names of bodies that look like their end, with the sign before them.
    pub within_body: Vec<String>,
    /// Between the subject of one act and the next act.
    pub conjunctions: Vec<String>,
    /// What goes on with the sentence of the document after a comma, folded.
    pub clauses: Vec<String>,
}

/// Labels that components begin with, folded, for texts in which letters were misread.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Nơi nhận.
    pub recipients: String,
    /// Kính gửi.
    pub addressees: String,
    /// The first words of the closing sentence.
    pub closing: String,
    /// The word for day in a date.
    pub day: String,
}

/// The words of the domain.
#[derive(Debug)]
pub struct Vocabulary {
    /// Fixed phrases.
    pub phrases: Phrases,
    /// All kinds.
    pub kinds: Vec<Kind>,
    /// All bodies.
    pub bodies: Vec<Body>,
    /// What asks for silence on rules.
    pub suppression: SuppressionWords,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary {
    phrases: embedded(include_str!(concat!(env!("OUT_DIR"), "/phrases.json"))),
    kinds: embedded(include_str!(concat!(env!("OUT_DIR"), "/kinds.json"))),
    bodies: embedded(include_str!(concat!(env!("OUT_DIR"), "/bodies.json"))),
    suppression: embedded(include_str!(concat!(env!("OUT_DIR"), "/suppression.json"))),
});

fn embedded<T: serde::de::DeserializeOwned>(json: &str) -> T {
    // The file is part of the program; `vocabulary_is_valid` reads it in every test run.
    serde_json::from_str(json).expect("internal error: the embedded vocabulary is valid")
}

/// The vocabulary of the program, read once.
#[must_use]
pub fn vocabulary() -> &'static Vocabulary {
    &VOCABULARY
}

impl Vocabulary {
    /// The kind with this machine name.
    #[must_use]
    pub fn kind(&self, slug: &str) -> Option<&Kind> {
        self.kinds.iter().find(|k| k.slug == slug)
    }

    /// The kind whose name this is, without regard to case, marks and tone style.
    #[must_use]
    pub fn kind_named(&self, name: &str) -> Option<&Kind> {
        let folded = fold(name);
        self.kinds
            .iter()
            .find(|k| k.names().any(|n| fold(n) == folded))
    }

    /// The kinds that use this abbreviation, letters and case exact.
    pub fn kinds_with_symbol<'v, 'c>(
        &'v self,
        code: &'c str,
    ) -> impl Iterator<Item = &'v Kind> + use<'v, 'c> {
        self.kinds.iter().filter(move |k| k.has_symbol(code))
    }

    /// The body with this code, letters and case exact.
    #[must_use]
    pub fn body(&self, code: &str) -> Option<&Body> {
        self.bodies.iter().find(|b| b.code == code)
    }
}

/// The words of comments that ask for silence on rules.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuppressionWords {
    /// What such a comment begins with, before a colon.
    pub tool: String,
    /// For the paragraph that follows.
    pub next: Vec<String>,
    /// For the whole file.
    pub file: Vec<String>,
    /// From the comment on.
    pub begin: Vec<String>,
    /// Up to the comment.
    pub end: Vec<String>,
    /// What is none of these words and stands for one.
    pub meant: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vocabulary_is_valid() {
        let vocabulary = vocabulary();
        // The first is the one that is written.
        assert!(!vocabulary.suppression.next.is_empty());
        let named = vocabulary
            .kinds
            .iter()
            .filter(|k| k.regime == KindRegime::NhaNuoc)
            .count();
        assert_eq!(named, 29, "NĐ 30/2020/NĐ-CP, Điều 7 names 29 kinds");
        let mut slugs: Vec<_> = vocabulary.kinds.iter().map(|k| &k.slug).collect();
        slugs.sort();
        slugs.dedup();
        assert_eq!(slugs.len(), vocabulary.kinds.len(), "slugs are unique");
        assert_eq!(
            vocabulary.kind_named("BÁO CÁO").map(|k| k.slug.as_str()),
            Some("bao-cao")
        );
    }
}
