//! Structure profiles: the sections that a superior body wants to see in a report.

use serde::Deserialize;

use crate::diagnostic::Bilingual;

/// The outline that documents of one kind and subject must have.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The name for `--profile`.
    pub name: String,
    /// Another profile whose sections come first unless replaced here by the same title.
    #[serde(default)]
    pub extends: Option<String>,
    /// One line for lists.
    pub summary: Bilingual,
    /// The kinds it is for, by slug.
    pub kind: Vec<String>,
    /// The title picks this profile if it holds one of these phrases (marks and case aside).
    /// Without phrases it is the profile of its kinds in general.
    #[serde(default)]
    pub subject: Vec<String>,
    /// The sections in order.
    #[serde(default)]
    pub sections: Vec<ProfileSection>,
}

/// A section that a profile names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
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
}

fn yes() -> bool {
    true
}
