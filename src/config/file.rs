//! The shape of a configuration file.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::diagnostic::{Language, Severity};

/// Changes to rules by rule id: keys as in the rule's file.
pub(super) type Changes = BTreeMap<String, Map<String, Value>>;

/// A part of a configuration: keys of its own, and the choices of rules that every part may make.
/// (`flatten` would do, but does not go with `deny_unknown_fields`.)
macro_rules! part {
    ($(#[$doc:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub(super) struct $name {
            $($own)*
            /// The structure profile to compare with, in place of the one that the title picks.
            #[serde(default)]
            pub(super) profile: Option<String>,
            /// Ids of rules and groups to run; all where left out.
            #[serde(default)]
            #[cfg_attr(test, schemars(length(min = 1)))]
            pub(super) select: Option<Vec<String>>,
            /// Ids of rules and groups not to run.
            #[serde(default)]
            pub(super) ignore: Vec<String>,
            /// Severity by rule id or group.
            #[serde(default)]
            pub(super) severity: BTreeMap<String, Level>,
            /// By rule id: keys of the rule's check that are to be others.
            #[serde(default)]
            pub(super) options: Changes,
            /// By rule id: keys that say which documents the rule is for.
            #[serde(default)]
            pub(super) applies: Changes,
            /// Whether rules that are not yet stable run too.
            #[serde(default)]
            pub(super) preview: Option<bool>,
        }

        impl $name {
            pub(super) fn choices(&self) -> Choices<'_> {
                Choices {
                    profile: self.profile.as_deref(),
                    select: self.select.as_deref(),
                    ignore: &self.ignore,
                    severity: &self.severity,
                    options: &self.options,
                    applies: &self.applies,
                    preview: self.preview,
                }
            }
        }
    };
}

part! {
    /// `vanthu.yaml` as written.
    ConfigFile {
        /// Configuration files that this one goes on from, by path from this file; later ones win.
        #[serde(default)]
        pub(super) extends: Paths,
        /// Changes for some files; later ones win.
        #[serde(default)]
        pub(super) per_file: Vec<PerFile>,
        /// Files and folders that are not looked at, as globs.
        #[serde(default)]
        pub(super) exclude: Vec<String>,
        /// Files and folders of acts that citations are compared with, by path from this file.
        #[serde(default)]
        pub(super) register: Paths,
        /// Folders of rules and profiles, by path from this file.
        #[serde(default)]
        pub(super) rules: Paths,
        /// Files of old findings that stay silent, by path from this file.
        #[serde(default)]
        pub(super) baseline: Paths,
        /// Whether results are kept for the next run.
        #[serde(default)]
        pub(super) cache: Option<bool>,
        /// The folder they are kept in, by path from this file.
        #[serde(default)]
        pub(super) cache_dir: Option<String>,
        /// The language of messages.
        #[serde(default)]
        pub(super) lang: Option<Language>,
        /// The least severity that makes the exit code 1.
        #[serde(default)]
        pub(super) fail_on: Option<FailOn>,
    }
}

part! {
    /// What holds for some files only.
    PerFile {
        /// Which files, as globs.
        pub(super) files: Vec<String>,
    }
}

/// What a file says of rules, for all documents or for some.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Choices<'a> {
    pub(super) profile: Option<&'a str>,
    pub(super) select: Option<&'a [String]>,
    pub(super) ignore: &'a [String],
    pub(super) severity: &'a BTreeMap<String, Level>,
    pub(super) options: &'a Changes,
    pub(super) applies: &'a Changes,
    pub(super) preview: Option<bool>,
}

/// How grave a finding is taken to be, or that it is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Level {
    /// Against the letter of the law.
    Error,
    /// Probably wrong, or against the custom.
    Warning,
    /// Advice.
    Info,
    /// The rule does not run.
    Off,
}

impl Level {
    pub(super) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Off => None,
        }
    }
}

/// The least severity that makes a run fail.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Only errors.
    #[default]
    Error,
    /// Warnings and errors.
    Warning,
    /// Every finding.
    Info,
    /// No finding.
    Never,
}

impl FailOn {
    /// The severity; `None` where no finding makes the run fail.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

/// Paths; a file may write one alone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Paths {
    pub(super) list: Vec<String>,
    /// Whether they were written as a list.
    pub(super) is_list: bool,
}

impl Paths {
    /// Those that are not empty, with their indices: an empty one leads to the folder of the file,
    /// and stands also for what is no path.
    pub(super) fn said(&self) -> impl Iterator<Item = (usize, &String)> {
        let paths = self.list.iter().enumerate();
        paths.filter(|(_, path)| !path.is_empty())
    }
}

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Paths;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path or paths")
            }

            fn visit_str<E>(self, path: &str) -> Result<Paths, E> {
                Ok(Paths {
                    list: vec![path.to_owned()],
                    is_list: false,
                })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Paths, A::Error> {
                let mut list = Vec::new();
                while let Some(path) = seq.next_element()? {
                    list.push(path);
                }
                let is_list = true;
                Ok(Paths { list, is_list })
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}
