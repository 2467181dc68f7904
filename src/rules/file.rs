//! The shape of a rule file.

use std::sync::OnceLock;

use jiff::civil::Date;
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer};

use super::component::Region;
use super::{AnyCheck, Context, Look};
use crate::diagnostic::{Applicability, Bilingual, Severity};
use crate::document::{Format, Quality};
use crate::vocabulary::{Regime, vocabulary};

/// A YAML text and the name it is known by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Path relative to the rules folder, with `/`: `citation/citation-missing-so.yaml`.
    pub path: String,
    /// The text.
    pub yaml: String,
}

/// The groups of rules: the first word of an id. They are part of the machine output's contract.
pub(crate) const GROUPS: [&str; 11] = [
    "header",
    "structure",
    "numbering",
    "citation",
    "date",
    "signature",
    "recipients",
    "wording",
    "typography",
    "layout",
    "text",
];

/// A rule file as written.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    pub(super) id: String,
    pub(super) severity: Severity,
    #[serde(default)]
    pub(super) preview: bool,
    pub(super) summary: Bilingual,
    #[serde(default)]
    pub(super) applies: Applies,
    #[serde(with = "serde_yaml::with::singleton_map")]
    #[cfg_attr(test, schemars(with = "AnyCheck"))]
    pub(super) check: AnyCheck,
    pub(super) message: Bilingual,
    #[serde(default)]
    pub(super) help: Option<Bilingual>,
    #[serde(default)]
    pub(super) related: Option<Bilingual>,
    #[serde(default)]
    pub(super) fix: Option<FixFile>,
    #[serde(default)]
    pub(super) basis: Option<String>,
    pub(super) explanation: Bilingual,
    pub(super) examples: Vec<Example>,
}

impl RuleFile {
    pub(super) fn group(&self) -> &str {
        group_of(&self.id)
    }

    /// The two parts that the program carries of an embedded rule; `build.rs` splits it there.
    pub(super) fn split(self) -> (Deciding, Prose) {
        let deciding = Deciding {
            id: self.id,
            severity: self.severity,
            preview: self.preview,
            applies: self.applies,
            check: self.check,
        };
        let prose = Prose {
            summary: self.summary,
            message: self.message,
            help: self.help,
            related: self.related,
            fix: self.fix,
            basis: self.basis,
            explanation: self.explanation,
            examples: self.examples,
        };
        (deciding, prose)
    }
}

/// The first word of an id.
pub(crate) fn group_of(id: &str) -> &str {
    id.split('-').next().unwrap_or_default()
}

/// What decides whether a rule finds something.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deciding {
    pub(super) id: String,
    pub(super) severity: Severity,
    #[serde(default)]
    pub(super) preview: bool,
    #[serde(default)]
    pub(super) applies: Applies,
    pub(super) check: AnyCheck,
}

impl Deciding {
    /// The keys of a rule file that belong to it.
    pub(super) const KEYS: [&'static str; 5] = ["id", "severity", "preview", "applies", "check"];
}

/// What is said of a rule and of what it finds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prose {
    pub(super) summary: Bilingual,
    pub(super) message: Bilingual,
    #[serde(default)]
    pub(super) help: Option<Bilingual>,
    #[serde(default)]
    pub(super) related: Option<Bilingual>,
    #[serde(default)]
    pub(super) fix: Option<FixFile>,
    #[serde(default)]
    pub(super) basis: Option<String>,
    pub(super) explanation: Bilingual,
    pub(super) examples: Vec<Example>,
}

/// What to say of the correction that the check proposes.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct FixFile {
    pub(super) title: Bilingual,
    pub(super) applicability: Applicability,
}

/// A text and what the rule finds in it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The text: a fragment or a whole document.
    pub text: String,
    /// The texts of the findings in order, line breaks folded to a blank; a finding on the whole
    /// document is `"*"`. Empty for a near miss.
    pub finds: Vec<String>,
    /// The lines that the corrections change, as they are afterwards.
    #[serde(default)]
    pub becomes: Option<String>,
    /// For a rule of looks: where it looks otherwise than it should.
    #[serde(default)]
    pub look: Option<Look>,
    /// Why, for the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// Which documents a rule is for. What is left out does not restrict.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Applies {
    /// Regimes.
    pub regime: Vec<Regime>,
    /// Kinds, by slug.
    #[serde(deserialize_with = "kinds")]
    pub kind: Vec<String>,
    /// Kinds it is not for, by slug.
    #[serde(deserialize_with = "kinds")]
    pub not_kind: Vec<String>,
    /// Formats, by their names in machine output; what was converted to one counts as that one.
    pub formats: Vec<RuleFormat>,
    /// Documents dated within.
    pub dated: Option<Dated>,
    /// Documents that are shown to be of these days are left out; a year alone shows it too.
    pub not_dated: Option<Dated>,
    /// Qualities of text on which it can be judged; clean and wrapped where left out.
    pub quality: Option<Vec<Quality>>,
    /// Regions that must be free of a scanner's dirt for it to be judged.
    pub legible: Vec<Region>,
}

/// A format that a rule can be for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RuleFormat {
    /// Plain text.
    Txt,
    /// Markdown.
    Md,
    /// Word, and what was converted to it.
    Docx,
    /// OpenDocument text.
    Odt,
    /// PDF.
    Pdf,
}

impl RuleFormat {
    /// The name in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Md => "md",
            Self::Docx => "docx",
            Self::Odt => "odt",
            Self::Pdf => "pdf",
        }
    }
}

impl From<Format> for RuleFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Txt => Self::Txt,
            Format::Md => Self::Md,
            Format::Docx | Format::Doc | Format::Rtf => Self::Docx,
            Format::Odt => Self::Odt,
            Format::Pdf => Self::Pdf,
        }
    }
}

/// A period, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Dated {
    /// First day.
    #[serde(deserialize_with = "some_day")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub from: Option<Date>,
    /// Last day.
    #[serde(deserialize_with = "some_day")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub to: Option<Date>,
}

impl Dated {
    /// Whether the days lie within; `None` where only some do, as of a year that is all a head shows.
    fn contains(self, days: [Date; 2]) -> Option<bool> {
        if self.holds(days) {
            return Some(true);
        }
        let [first, last] = days;
        let is_apart =
            self.from.is_some_and(|from| last < from) || self.to.is_some_and(|to| to < first);
        is_apart.then_some(false)
    }

    /// Whether all days from the first to the last are within.
    fn holds(&self, [first, last]: [Date; 2]) -> bool {
        self.from.is_none_or(|from| from <= first) && self.to.is_none_or(|to| last <= to)
    }
}

/// Reads a day; what is wrong with one is told in the words of this program.
pub(super) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|_| D::Error::invalid_value(Unexpected::Str(&text), &"a day"))
}

/// The same where the day may be left open.
pub(super) fn some_day<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Date>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Day(#[serde(deserialize_with = "day")] Date);
    Ok(Option::<Day>::deserialize(deserializer)?.map(|day| day.0))
}

/// Reads the slug of a kind of documents.
pub(super) fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    static SLUGS: OnceLock<Vec<&str>> = OnceLock::new();
    let slug = String::deserialize(deserializer)?;
    if vocabulary().kind(&slug).is_some() {
        return Ok(slug);
    }
    let slugs = SLUGS.get_or_init(|| {
        let kinds = vocabulary().kinds.iter();
        kinds.map(|kind| kind.slug.as_str()).collect()
    });
    Err(D::Error::unknown_variant(&slug, slugs))
}

/// Reads slugs of kinds of documents.
pub(super) fn kinds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Slug(#[serde(deserialize_with = "kind")] String);
    let slugs = Vec::<Slug>::deserialize(deserializer)?;
    Ok(slugs.into_iter().map(|slug| slug.0).collect())
}

/// Whether a rule is for a document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Verdict {
    /// It is for others.
    No,
    /// The document does not show what would decide it.
    Unknown,
    /// It is.
    Yes,
}

impl Verdict {
    fn known(value: Option<bool>) -> Self {
        match value {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }
}

impl Applies {
    pub(super) fn to_document(&self, cx: &Context<'_>) -> Verdict {
        let report = cx.report;
        let format = RuleFormat::from(cx.document.format);
        if !self.formats.is_empty() && !self.formats.contains(&format) {
            return Verdict::No;
        }
        let regime = match report.regime {
            _ if self.regime.is_empty() => Some(true),
            regime => regime.map(|regime| self.regime.contains(&regime)),
        };
        let kind = match report.kind {
            None if self.kind.is_empty() => Some(true),
            kind => kind.map(|kind| {
                (self.kind.is_empty() || self.kind.contains(&kind.slug))
                    && !self.not_kind.contains(&kind.slug)
            }),
        };
        let dated = match self.dated {
            None => Some(true),
            Some(range) => cx.period().and_then(|days| range.contains(days)),
        };
        let is_of = |period: Dated| cx.period().is_some_and(|days| period.holds(days));
        if self.not_dated.is_some_and(is_of) {
            return Verdict::No;
        }
        [regime, kind, dated]
            .into_iter()
            .map(Verdict::known)
            .min()
            .unwrap_or(Verdict::Yes)
    }

    /// Whether it is for plain text, among others.
    pub(super) fn to_plain_text(&self) -> bool {
        self.formats.is_empty() || self.formats.contains(&RuleFormat::Txt)
    }

    pub(super) fn to_quality(&self, cx: &Context<'_>) -> bool {
        let quality = match &self.quality {
            Some(qualities) => qualities.contains(&cx.quality),
            None => cx.quality != Quality::Ocr,
        };
        quality
            && self
                .legible
                .iter()
                .all(|region| cx.legible.contains(region))
    }
}
