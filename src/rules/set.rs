//! The rules of a run.

use std::sync::Arc;

use super::context::placeholders_in;
use super::file::{Applies, Example, FixFile, RuleFile, Source};
use super::hits::{Hits, Scanner};
use super::{AnyCheck, Check, Profile, RuleError};
use crate::diagnostic::{Bilingual, RuleInfo, Severity};
use crate::layout::Logical;
use crate::syntax::Report;
use crate::text::{Span, fold_ocr};

/// A rule, checked and ready to run.
#[derive(Debug)]
pub struct Rule {
    /// What findings carry of it.
    pub info: Arc<RuleInfo>,
    /// The severity in this run.
    pub severity: Severity,
    /// Which documents it is for.
    pub applies: Applies,
    /// Its examples.
    pub examples: Vec<Example>,
    /// The file it was read from.
    pub path: String,
    pub(super) message: Bilingual,
    pub(super) help: Option<Bilingual>,
    pub(super) related: Option<Bilingual>,
    pub(super) fix: Option<FixFile>,
    pub(super) needs_hits: bool,
    check: AnyCheck,
}

impl Rule {
    pub(super) fn check(&self) -> &dyn Check {
        self.check.as_check()
    }
}

/// All rules and profiles of a run.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    profiles: Vec<Profile>,
    scanner: Scanner,
}

/// The folder of profiles within a rules folder.
const PROFILES: &str = "profiles/";

impl RuleSet {
    /// Reads rule files and profiles (paths below `profiles/`). A later file with the same id or
    /// name replaces an earlier one.
    ///
    /// # Errors
    /// All mistakes in all files.
    pub fn load(sources: &[Source]) -> Result<Self, Vec<RuleError>> {
        let mut errors = Vec::new();
        let mut rules: Vec<Rule> = Vec::new();
        let mut profiles: Vec<Profile> = Vec::new();
        for source in sources {
            if source.path.starts_with(PROFILES) {
                match parse::<Profile>(source) {
                    Ok(profile) => {
                        profiles.retain(|known| known.name != profile.name);
                        profiles.push(profile);
                    }
                    Err(error) => errors.push(error),
                }
                continue;
            }
            match parse::<RuleFile>(source)
                .map_err(|e| vec![e])
                .and_then(|file| rule(file, source))
            {
                Ok(rule) => {
                    rules.retain(|known| known.info.id != rule.info.id);
                    rules.push(rule);
                }
                Err(mistakes) => errors.extend(mistakes),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        rules.sort_by(|a, b| a.info.id.cmp(&b.info.id));
        Ok(Self::build(rules, profiles))
    }

    /// The rules that ship with the program.
    #[must_use]
    pub fn builtin() -> Self {
        // The rules are part of the program; the tests of the rules read them in every run.
        Self::load(&builtin_sources()).expect("internal error: the embedded rules are valid")
    }

    fn build(rules: Vec<Rule>, profiles: Vec<Profile>) -> Self {
        let literals: Vec<_> = rules.iter().map(|rule| rule.check().literals()).collect();
        Self {
            scanner: Scanner::new(&literals),
            rules,
            profiles,
        }
    }

    /// The same set with only the rules that `keep` accepts.
    #[must_use]
    pub fn filter(self, keep: impl Fn(&Rule) -> bool) -> Self {
        let Self {
            mut rules,
            profiles,
            ..
        } = self;
        rules.retain(keep);
        Self::build(rules, profiles)
    }

    /// The rules, sorted by id.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The profiles in the order loaded.
    #[must_use]
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    pub(super) fn hits(&self, text: &str) -> Hits {
        self.scanner.scan(text)
    }

    /// The profile by name, or the one that kind and title pick: one with a matching subject
    /// before a general one.
    pub(super) fn profile_for(
        &self,
        name: Option<&str>,
        report: &Report,
        logical: &Logical,
    ) -> Option<&Profile> {
        if let Some(name) = name {
            return self.profiles.iter().find(|p| p.name == name);
        }
        let kind = report.kind?;
        let subject = report
            .header
            .subject
            .map(|span| fold_ocr(span.of(&logical.text)));
        let of_kind = || self.profiles.iter().filter(|p| p.kind.contains(&kind.slug));
        let by_subject = of_kind().find(|p| {
            p.subject.iter().any(|phrase| {
                subject
                    .as_ref()
                    .is_some_and(|s| s.contains(&fold_ocr(phrase)))
            })
        });
        by_subject.or_else(|| of_kind().find(|p| p.subject.is_empty()))
    }
}

/// The rule and profile files that ship with the program.
#[must_use]
pub fn builtin_sources() -> Vec<Source> {
    BUILTIN
        .iter()
        .map(|(path, yaml)| Source {
            path: (*path).to_owned(),
            yaml: (*yaml).to_owned(),
        })
        .collect()
}

// `static BUILTIN: &[(&str, &str)]`, path and text of every file below `rules/`.
include!(concat!(env!("OUT_DIR"), "/rules.rs"));

fn parse<T: serde::de::DeserializeOwned>(source: &Source) -> Result<T, RuleError> {
    serde_yaml::from_str(&source.yaml).map_err(|error| {
        let at = error
            .location()
            .map_or(0, |l| l.index().min(source.yaml.len()));
        RuleError {
            path: source.path.clone(),
            yaml: source.yaml.clone(),
            span: Span::new(at, at),
            message: error.to_string(),
            help: None,
        }
    })
}

fn rule(file: RuleFile, source: &Source) -> Result<Rule, Vec<RuleError>> {
    let mut mistakes = file.check.as_check().mistakes();
    let group = file.id.split('-').next().unwrap_or_default().to_owned();
    if source.path != format!("{group}/{}.yaml", file.id) {
        mistakes.push(format!(
            "a rule `{}` belongs in `{group}/{}.yaml`",
            file.id, file.id
        ));
    }
    let allowed = file.check.as_check().placeholders();
    let texts = [
        Some(&file.message),
        file.help.as_ref(),
        file.related.as_ref(),
    ];
    for text in texts
        .into_iter()
        .flatten()
        .chain(file.fix.as_ref().map(|fix| &fix.title))
    {
        for name in [&text.vi, &text.en]
            .into_iter()
            .flat_map(|t| placeholders_in(t))
        {
            if name != "found" && !allowed.contains(&name) {
                mistakes.push(format!(
                    "unknown placeholder `{{{name}}}`; this kind of rule has: found {}",
                    allowed.join(" ")
                ));
            }
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes
            .into_iter()
            .map(|message| RuleError {
                path: source.path.clone(),
                yaml: source.yaml.clone(),
                span: Span::default(),
                message,
                help: None,
            })
            .collect());
    }
    let needs_hits = !file.check.as_check().literals().is_empty();
    Ok(Rule {
        info: Arc::new(RuleInfo {
            id: file.id,
            group,
            severity: file.severity,
            summary: file.summary,
            basis: file.basis,
            explanation: file.explanation,
            preview: file.preview,
        }),
        severity: file.severity,
        applies: file.applies,
        examples: file.examples,
        path: source.path.clone(),
        message: file.message,
        help: file.help,
        related: file.related,
        fix: file.fix,
        needs_hits,
        check: file.check,
    })
}
