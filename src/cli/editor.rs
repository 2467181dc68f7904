//! What of an editor's settings can be used; the rest is told and left aside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use super::args::{Check, ConfigArgs};
use super::project::Project;
use super::settings::{NameMistake, Names};
use super::target::Target;
use super::{Failure, add_rules, profile_named, read};
use crate::config::{CommandLine, InForce};
use crate::diagnostic::Language;
use crate::emit::{clean, say};
use crate::lsp::Options;
use crate::rules::RuleSet;

/// What settings are judged by: names may be those of any configuration in use.
pub(super) struct Around<'a> {
    /// What the command line of the server says of configurations.
    pub(super) config: &'a ConfigArgs,
    /// The open documents.
    pub(super) documents: Vec<Target>,
    /// The folders that are open.
    pub(super) folders: Vec<PathBuf>,
    /// The language of what is told.
    pub(super) language: Language,
}

/// The settings without what is wrong in them, and a text that tells what is.
pub(super) fn usable(mut options: Options, around: &Around<'_>) -> (Options, Option<String>) {
    let language = around.language;
    let shape = options.mistakes.iter();
    let mut told: Vec<_> = shape.map(|m| m.get(language).to_owned()).collect();
    if let Some(path) = &options.config
        && let Err(error) = fs::canonicalize(path)
    {
        let (path, reason) = (clean(path), read::io_reason(&error, language));
        told.push(format!("config: {path}: {reason}"));
        options.config = None;
    }
    options.rules.retain(|folder| {
        let read = add_rules(RuleSet::builtin(), &[PathBuf::from(folder)], language);
        // What is wrong within its files is shown there.
        let Err(Failure::Message(reason)) = read else {
            return true;
        };
        told.push(format!("rules: {reason}"));
        false
    });
    let names = !options.select.is_empty() || !options.ignore.is_empty();
    // Where rules or configurations are wrong, they are told, and there is nothing to compare with.
    if (names || options.profile.is_some())
        && let Ok(sets) = RuleSets::new(&options, around)
    {
        told.extend(sets.leave_unknown(&mut options, language));
    }
    (options, in_one(&told, language))
}

/// All mistakes, each with its key, as one message.
fn in_one(mistakes: &[String], language: Language) -> Option<String> {
    let count = mistakes.len();
    if count == 0 {
        return None;
    }
    let plural = if count == 1 { "" } else { "s" };
    let title = say!(
        language,
        "vanthu: {count} chỗ sai trong thiết lập của trình soạn thảo được để riêng, phần còn lại vẫn có hiệu lực",
        "vanthu: {count} mistake{plural} in the editor's settings left aside; the others are in force"
    );
    Some(format!("{title}\n- {}", mistakes.join("\n- ")))
}

/// All rules that there are, by configuration.
struct RuleSets {
    project: Project,
    sets: BTreeMap<Option<usize>, RuleSet>,
}

impl RuleSets {
    fn new(options: &Options, around: &Around<'_>) -> Result<Self, Failure> {
        let args = check_args(options, around.config);
        let mut project = Project::new(&args.config, around.language)?;
        let mut configs = BTreeSet::new();
        for folder in &around.folders {
            let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
            configs.insert(project.for_folder(&folder));
        }
        for document in &around.documents {
            let place = project.place_of(document);
            configs.insert(project.for_file(&place));
        }
        if configs.is_empty() {
            configs.insert(None);
        }
        let mut sets = BTreeMap::new();
        for config in configs {
            sets.insert(config, project.rules(config, &args.rules)?);
        }
        project.checked()?;
        Ok(Self { project, sets })
    }

    /// Takes out names that none of the configurations knows, and says why.
    fn leave_unknown(&self, options: &mut Options, language: Language) -> Vec<String> {
        let mut names = Names::default();
        for (config, rules) in &self.sets {
            names.add(rules, self.in_force(*config, options).preview());
        }
        let mut told = Vec::new();
        let wrong = names.mistakes(&options.select, &options.ignore, language);
        let wrong: Vec<_> = wrong
            .into_iter()
            .map(|(key, name, why)| {
                told.push(match why {
                    NameMistake::Unknown(text) => format!("{key}: {text}"),
                    NameMistake::Unstable(text) => say!(
                        language,
                        "{key}: {text}; thêm `preview: true`",
                        "{key}: {text}; add `preview: true`"
                    ),
                });
                (key, name.to_owned())
            })
            .collect();
        let is_right =
            |key: &str, name: &String| !wrong.iter().any(|(k, n)| *k == key && n == name);
        options.select.retain(|name| is_right("select", name));
        options.ignore.retain(|name| is_right("ignore", name));
        if self.leaves_nothing(options) {
            told.push(say!(
                language,
                "select, ignore: không để lại quy tắc nào",
                "select, ignore: no rule is left"
            ));
            (options.select, options.ignore) = (Vec::new(), Vec::new());
        }
        told.extend(self.unknown_profile(options, language));
        told
    }

    fn leaves_nothing(&self, options: &Options) -> bool {
        let asked = !options.select.is_empty() || !options.ignore.is_empty();
        let runs = |(config, rules): (&Option<usize>, &RuleSet)| {
            let in_force = self.in_force(*config, options);
            rules.rules().iter().any(|rule| in_force.keeps(rule))
        };
        asked && !self.sets.iter().any(runs)
    }

    fn unknown_profile(&self, options: &mut Options, language: Language) -> Option<String> {
        let name = options.profile.as_ref()?;
        let found = self
            .sets
            .values()
            .map(|set| profile_named(set, name, language).map(|_| ()));
        let Err(Failure::Message(text)) = found.reduce(Result::or)? else {
            return None;
        };
        options.profile = None;
        Some(format!("profile: {text}"))
    }

    fn in_force<'a>(&'a self, config: Option<usize>, options: &'a Options) -> InForce<'a> {
        let line = CommandLine {
            select: &options.select,
            ignore: &options.ignore,
            preview: options.preview,
            ..CommandLine::default()
        };
        match self.project.config(config) {
            Some(config) => config.in_force(None, line),
            None => InForce::without_config(line),
        }
    }
}

/// The settings as the command line would have them.
pub(super) fn check_args(options: &Options, config: &ConfigArgs) -> Check {
    let mut config = config.clone();
    if let Some(path) = &options.config
        && !config.no_config
    {
        config.config = Some(PathBuf::from(path));
    }
    Check {
        profile: options.profile.clone(),
        rules: options.rules.iter().map(PathBuf::from).collect(),
        select: options.select.clone(),
        ignore: options.ignore.clone(),
        preview: options.preview,
        config,
        ..Check::default()
    }
}
