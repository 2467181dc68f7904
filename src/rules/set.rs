//! The rules of a run.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use xxhash_rust::xxh3::Xxh3;

use super::error::{At, Mistake};
use super::file::{Applies, Deciding, Example, Prose, RuleFile, Source, group_of};
use super::hits::{Hit, Hits, Scanner};
use super::register::{Act, Register, RegisterFile};
use super::title::Title;
use super::yaml::Reading;
use super::yaml_locate::Step;
use super::{AnyCheck, Check, Profile, RuleError, Subject, profile, validate, yaml};
use crate::diagnostic::{Applicability, Findings, Language, RuleInfo, Severity, Wording};
use crate::layout::Logical;
use crate::syntax::Report;
use crate::syntax::citation::Citation;
use crate::text::{Span, fold_ocr};

/// A rule, checked and ready to run.
#[derive(Debug)]
pub struct Rule {
    /// English kebab-case; begins with its group.
    pub id: String,
    /// Whether it runs only with `--preview`.
    pub preview: bool,
    /// The severity in this run.
    pub severity: Severity,
    /// The severity that the rule's file gives it.
    default_severity: Severity,
    /// Which documents it is for.
    pub applies: Applies,
    /// The file it was read from.
    pub path: String,
    pub(super) check: AnyCheck,
    pub(super) text: RuleText,
    words: OnceLock<Words>,
}

/// What a rule was read from.
#[derive(Debug)]
pub(super) enum RuleText {
    /// An embedded rule as JSON: what decides, and its words until they are needed.
    Embedded(&'static str, &'static str),
    /// A rule file.
    Yaml(String),
    /// What decides after a change by configuration, and the words of an embedded rule.
    Changed(serde_json::Value, &'static str),
}

impl RuleText {
    /// The words of an embedded rule.
    pub(super) fn prose(&self) -> &'static str {
        match self {
            Self::Embedded(_, prose) | Self::Changed(_, prose) => prose,
            Self::Yaml(_) => "",
        }
    }
}

/// What is said of a rule and of what it finds.
#[derive(Debug)]
pub(super) struct Words {
    examples: Vec<Example>,
    pub(super) wording: Arc<Wording>,
    /// Of the corrections that the check proposes; `None` where they are not shown.
    pub(super) applicability: Option<Applicability>,
}

impl Rule {
    pub(super) fn new(deciding: Deciding, path: &str, text: RuleText) -> Self {
        Self {
            id: deciding.id,
            preview: deciding.preview,
            severity: deciding.severity,
            default_severity: deciding.severity,
            applies: deciding.applies,
            path: path.to_owned(),
            check: deciding.check,
            text,
            words: OnceLock::new(),
        }
    }

    fn of_file(file: RuleFile, source: &Source) -> Self {
        let (deciding, prose) = file.split();
        let text = RuleText::Yaml(source.yaml.clone());
        let rule = Self::new(deciding, &source.path, text);
        let words = OnceLock::from(rule.words_of(prose));
        Self { words, ..rule }
    }

    fn embedded(path: &str, deciding: &'static str, json: &'static str) -> Self {
        let text = RuleText::Embedded(deciding, json);
        Self::new(embedded(deciding), path, text)
    }

    fn words_of(&self, prose: Prose) -> Words {
        Words {
            applicability: prose.fix.as_ref().map(|fix| fix.applicability),
            wording: Arc::new(Wording {
                rule: Arc::new(RuleInfo {
                    id: self.id.clone(),
                    group: self.group().to_owned(),
                    severity: self.default_severity,
                    summary: prose.summary,
                    basis: prose.basis,
                    explanation: prose.explanation,
                    preview: self.preview,
                }),
                severity: self.severity,
                message: prose.message,
                help: prose.help,
                related: prose.related,
                fix: prose.fix.map(|fix| fix.title),
            }),
            examples: prose.examples,
        }
    }

    pub(super) fn words(&self) -> &Words {
        self.words
            .get_or_init(|| self.words_of(embedded(self.text.prose())))
    }

    /// Gives the rule another severity.
    pub(crate) fn set_severity(&mut self, severity: Severity) {
        self.severity = severity;
        if let Some(words) = self.words.get_mut() {
            Arc::make_mut(&mut words.wording).severity = severity;
        }
    }

    /// The first word of the id.
    #[must_use]
    pub fn group(&self) -> &str {
        group_of(&self.id)
    }

    /// What findings carry of it.
    #[must_use]
    pub fn info(&self) -> &Arc<RuleInfo> {
        &self.words().wording.rule
    }

    /// Its examples.
    #[must_use]
    pub fn examples(&self) -> &[Example] {
        &self.words().examples
    }

    /// The first example that fires and the first that does not: what is shown of a rule.
    #[must_use]
    pub fn shown_examples(&self) -> [Option<&Example>; 2] {
        [false, true].map(|is_right| {
            let mut examples = self.examples().iter();
            examples.find(|example| example.finds.is_empty() == is_right)
        })
    }

    pub(super) fn check(&self) -> &dyn Check {
        self.check.as_check()
    }
}

/// All rules and profiles of a run.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    /// The hash of all files that it was extended by, 0 where there are none.
    sources: u128,
    /// Ids of rules that were left out, and whether each is in preview.
    others: Vec<(String, bool)>,
    /// As written, without what they inherit.
    own_profiles: Vec<Profile>,
    profiles: Vec<Profile>,
    register: Register,
    /// Made when the first document is checked: the set may be extended and filtered before.
    scanner: OnceLock<Scanner>,
}

/// What a file of a rules folder holds; the folder right above it tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Content {
    Rule,
    Profile,
    Register,
}

impl Content {
    fn of(path: &str) -> Self {
        match validate::folder_and_name(path).0 {
            Some("profiles") => Self::Profile,
            Some("register") => Self::Register,
            _ => Self::Rule,
        }
    }
}

impl RuleSet {
    /// Reads one folder of rule files and profiles (files in a folder `profiles`).
    ///
    /// # Errors
    /// All mistakes in all files, in the order of the files.
    pub fn load(sources: &[Source]) -> Result<Self, Vec<RuleError>> {
        Self::build(Vec::new(), Vec::new(), Register::default()).extended(sources)
    }

    /// The rules that ship with the program.
    #[must_use]
    pub fn builtin() -> Self {
        let mut rules = Vec::with_capacity(BUILTIN.len());
        let mut profiles = Vec::new();
        for (path, deciding, words) in BUILTIN {
            match Content::of(path) {
                Content::Profile => profiles.push(embedded(deciding)),
                Content::Rule => rules.push(Rule::embedded(path, deciding, words)),
                // A table of its own.
                Content::Register => {}
            }
        }
        Self::build(rules, profiles, Register::sorted(BUILTIN_ACTS))
    }

    /// The same set with another folder of rules and profiles. What has the id or the name of
    /// one that is there takes its place.
    ///
    /// # Errors
    /// All mistakes in all files, in the order of the files.
    pub fn extended(self, sources: &[Source]) -> Result<Self, Vec<RuleError>> {
        let mut folder = Folder::default();
        for source in sources {
            match Content::of(&source.path) {
                Content::Profile => folder.profile(source),
                Content::Rule => folder.rule(source),
                Content::Register => folder.register(source),
            }
        }
        folder.check_extends(&self.own_profiles);
        let Folder {
            rules: new_rules,
            profiles: new_profiles,
            acts,
            mut errors,
            ..
        } = folder;
        if !errors.is_empty() {
            let order = |e: &RuleError| sources.iter().position(|s| s.path == e.path);
            errors.sort_by_key(|e| (order(e), e.span));
            return Err(errors);
        }
        let Self {
            mut rules,
            own_profiles: mut profiles,
            register,
            sources: before,
            others,
            ..
        } = self;
        rules.retain(|old| new_rules.iter().all(|new| new.id != old.id));
        rules.extend(new_rules);
        profiles.retain(|old| new_profiles.iter().all(|(new, _)| new.name != old.name));
        profiles.extend(new_profiles.into_iter().map(|(profile, _)| profile));
        let sources = hash_of(before, sources);
        Ok(Self {
            sources,
            others,
            ..Self::build(rules, profiles, register.extended(acts))
        })
    }

    fn build(mut rules: Vec<Rule>, own_profiles: Vec<Profile>, register: Register) -> Self {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        Self {
            scanner: OnceLock::new(),
            sources: 0,
            others: Vec::new(),
            profiles: profile::inherit(&own_profiles),
            rules,
            own_profiles,
            register,
        }
    }

    /// The same set with only the rules that `keep` accepts.
    #[must_use]
    pub fn filter(self, keep: impl Fn(&Rule) -> bool) -> Self {
        let Self {
            mut rules,
            sources,
            mut others,
            own_profiles,
            register,
            ..
        } = self;
        let left_out = rules.extract_if(.., |rule| !keep(rule));
        others.extend(left_out.map(|rule| (rule.id, rule.preview)));
        Self {
            sources,
            others,
            ..Self::build(rules, own_profiles, register)
        }
    }

    /// The rules, sorted by id.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Ids of the rules that [`filter`](Self::filter) left out, and whether each is in preview.
    pub(super) fn others(&self) -> &[(String, bool)] {
        &self.others
    }

    /// The rule of an id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        let index = self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id));
        Some(&self.rules[index.ok()?])
    }

    /// What tells this set from others of the same program: they find the same where this is the
    /// same.
    #[must_use]
    pub fn identity(&self) -> u128 {
        let mut hash = Xxh3::new();
        let mut part = |bytes: &[u8]| {
            hash.update(&(bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        part(&self.sources.to_le_bytes());
        for rule in &self.rules {
            part(rule.id.as_bytes());
            part(rule.severity.as_str().as_bytes());
            if let RuleText::Changed(deciding, _) = &rule.text {
                part(deciding.to_string().as_bytes());
            }
        }
        for (id, _) in &self.others {
            part(id.as_bytes());
        }
        hash.digest128()
    }

    /// The findings of these rules in the bytes that [`Findings::to_bytes`] made of them.
    #[must_use]
    pub fn findings_of(&self, bytes: &[u8], language: Language) -> Option<Findings> {
        let wording = |id: &str| Some(self.rule(id)?.words().wording.clone());
        let name = |name: &str| {
            let of_rules = self.rules.iter().map(|rule| rule.check().placeholders());
            let mut known = of_rules.chain([["found"].as_slice()]).flatten();
            known.find(|known| **known == name).copied()
        };
        Findings::from_bytes(bytes, language, wording, name)
    }

    /// Ids of the rules that [`filter`](Self::filter) left out.
    pub fn left_out(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(|(id, _)| id.as_str())
    }

    /// The rules to be changed; their ids stay.
    pub(crate) fn rules_mut(&mut self) -> &mut [Rule] {
        self.scanner = OnceLock::new();
        &mut self.rules
    }

    /// The profiles in the order loaded, with the sections that they inherit.
    #[must_use]
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The acts that citations are compared with, sorted by number and symbol.
    #[must_use]
    pub fn acts(&self) -> &[Act] {
        self.register.acts()
    }

    /// The act that a citation means, where the register knows it and it is sure. `text` is the
    /// text that the spans of the citation are in.
    #[must_use]
    pub fn act_of(&self, citation: &Citation, text: &str) -> Option<&Act> {
        self.register.act_of(citation, text)
    }

    pub(super) fn register(&self) -> &Register {
        &self.register
    }

    fn scanner(&self) -> &Scanner {
        let literals = || self.rules.iter().map(|rule| rule.check().literals());
        self.scanner
            .get_or_init(|| Scanner::new(literals().collect()))
    }

    /// Where the literals of each rule stand in a text.
    pub(super) fn scan(&self, text: &str) -> Vec<Vec<Hit>> {
        self.scanner().scan(text)
    }

    /// What a scan found, as the rules ask for it.
    pub(super) fn hits<'a>(&'a self, scanned: &'a [Vec<Hit>]) -> Hits<'a> {
        self.scanner().hits(scanned)
    }

    /// Bytes of the longest literal of a rule.
    pub(super) fn longest_literal(&self) -> usize {
        self.scanner().longest
    }

    /// The profile by name, or the one that kind and title pick: one with a matching subject
    /// before a general one. Where letters were lost a similar phrase picks it too.
    pub(super) fn profile_for(
        &self,
        name: Option<&str>,
        report: &Report,
        logical: &Logical,
        letters_lost: bool,
    ) -> Option<&Profile> {
        if let Some(name) = name {
            return self.profiles.iter().find(|p| p.name == name);
        }
        let kind = report.kind?;
        let subject = report.header.subject.map(|span| span.of(&logical.text));
        let holds = |subject: &str, phrase: &str| {
            if letters_lost {
                Title::new(phrase).is_within(&Title::of_lines(subject))
            } else {
                fold_ocr(subject).contains(&fold_ocr(phrase))
            }
        };
        let of_kind = || self.profiles.iter().filter(|p| p.kind.contains(&kind.slug));
        let by_subject = of_kind().find(|p| {
            p.subject.iter().any(|Subject(phrases)| {
                subject.is_some_and(|subject| phrases.iter().all(|phrase| holds(subject, phrase)))
            })
        });
        by_subject.or_else(|| of_kind().find(|p| p.subject.is_empty()))
    }
}

/// The hash of files and of what came before them.
fn hash_of(before: u128, sources: &[Source]) -> u128 {
    let mut hash = Xxh3::new();
    hash.update(&before.to_le_bytes());
    for part in sources
        .iter()
        .flat_map(|source| [&source.path, &source.yaml])
    {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.digest128()
}

// `BUILTIN: &[(&str, &str, &str)]`, path and JSON of every rule and profile below `rules/`, that of a
// rule in the parts `Deciding` and `Prose`; `BUILTIN_ACTS: &[Act]`, the register.
include!(concat!(env!("OUT_DIR"), "/rules.rs"));

fn embedded<T: serde::de::DeserializeOwned>(json: &str) -> T {
    // The rules are part of the program; the tests load them in full in every run.
    serde_json::from_str(json).expect("internal error: the embedded rules are valid")
}

/// A folder while it is being read.
#[derive(Default)]
struct Folder<'a> {
    rules: Vec<Rule>,
    profiles: Vec<(Profile, &'a Source)>,
    acts: Vec<Act>,
    /// Where each id and each profile name was seen first.
    seen: HashMap<(bool, String), &'a str>,
    errors: Vec<RuleError>,
}

impl<'a> Folder<'a> {
    fn rule(&mut self, source: &'a Source) {
        let mut reading = yaml::read::<RuleFile>(&source.yaml);
        if let Some(file) = &reading.value {
            reading.add(validate::rule(file, source, &reading.stand_ins));
        }
        let Reading {
            value,
            mut mistakes,
            ..
        } = reading;
        if let Some(file) = value {
            self.twice(false, &file.id, "id", source, &mut mistakes);
            if mistakes.is_empty() {
                self.rules.push(Rule::of_file(file, source));
            }
        }
        self.note(mistakes, source);
    }

    fn profile(&mut self, source: &'a Source) {
        let mut reading = yaml::read::<Profile>(&source.yaml);
        if let Some(profile) = &reading.value {
            reading.add(validate::profile(profile, source));
        }
        let Reading {
            value,
            mut mistakes,
            ..
        } = reading;
        if let Some(profile) = value {
            self.twice(true, &profile.name, "name", source, &mut mistakes);
            self.profiles.push((profile, source));
        }
        self.note(mistakes, source);
    }

    fn register(&mut self, source: &'a Source) {
        let mut reading = yaml::read::<RegisterFile>(&source.yaml);
        if let Some(file) = &reading.value {
            reading.add(validate::register(file));
        }
        self.acts
            .extend(reading.value.into_iter().flat_map(|file| file.acts));
        self.note(reading.mistakes, source);
    }

    /// Whether each `extends` leads to a profile, of this folder or of those loaded before.
    fn check_extends(&mut self, before: &[Profile]) {
        let known = before
            .iter()
            .chain(self.profiles.iter().map(|(profile, _)| profile))
            .map(|profile| (profile.name.as_str(), profile.extends.as_deref()))
            .collect();
        let wrong = self.profiles.iter().filter_map(|(profile, source)| {
            Some(validate::extends(profile, &known)?.place(source))
        });
        let wrong: Vec<_> = wrong.collect();
        self.errors.extend(wrong);
    }

    fn twice(
        &mut self,
        is_profile: bool,
        name: &str,
        key: &str,
        source: &'a Source,
        mistakes: &mut Vec<Mistake>,
    ) {
        if name.is_empty() {
            return;
        }
        match self.seen.entry((is_profile, name.to_owned())) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(&source.path);
            }
            std::collections::hash_map::Entry::Occupied(entry) => {
                let first = entry.get();
                mistakes.push(Mistake::new(
                    At::Value(vec![Step::Key(key.to_owned())]),
                    format!("`{name}` đã có trong `{first}`"),
                    format!("`{name}` is already in `{first}`"),
                ));
            }
        }
    }

    fn note(&mut self, mistakes: Vec<Mistake>, source: &Source) {
        /// Each place costs a reading of the file; mistakes beyond these stand at its end.
        const PLACED: usize = 100;
        let end = source.yaml.len();
        let placed = mistakes
            .into_iter()
            .enumerate()
            .map(|(index, mut mistake)| {
                if index >= PLACED {
                    mistake.at = At::Span(Span::new(end, end));
                }
                mistake.place(source)
            });
        self.errors.extend(placed);
    }
}
