//! Structure profiles: the sections that a superior body wants to see in a report.

use std::sync::OnceLock;

use serde::Deserialize;

use super::title::Title;
use crate::diagnostic::Bilingual;
use crate::text::fold;

/// The outline that documents of one kind and subject must have.
#[derive(Clone, PartialEq, Debug, Deserialize)]
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
    fn a_circle_ends() {
        let whole = inherit(&[
            profile("a", Some("b"), &["Một"]),
            profile("b", Some("a"), &["Hai"]),
        ]);
        assert_eq!(titles(&whole[0]), ["Hai", "Một"]);
    }
}
