//! How each document of a run is checked: rules, profile and `--fail-on` by its configuration.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Check;
use super::project::Project;
use super::target::{Target, TargetKind};
use super::{Failure, nearest, profile_named};
use crate::config::{CommandLine, Config, FailOn, Glob, InForce, Origin};
use crate::diagnostic::{Language, Severity};
use crate::emit::{clean, say};
use crate::rules::RuleSet;

/// How some documents are checked.
pub(super) struct Setting {
    pub(super) rules: Arc<RuleSet>,
    pub(super) profile: Option<String>,
    /// The least severity that makes the run fail.
    pub(super) fail_on: Option<Severity>,
    /// The language that the configuration asks for.
    pub(super) language: Option<Language>,
    /// Files of findings that stay silent.
    pub(super) baselines: Vec<PathBuf>,
    /// Whether results are kept for the next run.
    pub(super) cache: bool,
    /// The folder that the configuration wants them kept in.
    cache_dir: Option<PathBuf>,
    /// What tells it from others, as far as output depends on it.
    pub(super) identity: u128,
}

/// The settings of a run: those that documents share are there once.
pub(super) struct Settings {
    list: Vec<Setting>,
    /// By the index of the target.
    of: Vec<usize>,
    /// What is odd about the configurations, without being wrong.
    pub(super) remarks: Vec<String>,
    /// The configurations, and the files and folders that they name.
    named: BTreeSet<PathBuf>,
}

impl Settings {
    /// The settings for all targets. Takes out of `targets` what is excluded.
    pub(super) fn new(
        args: &Check,
        targets: &mut Vec<Target>,
        language: Language,
    ) -> Result<Self, Failure> {
        let mut maker = Maker::new(args, language)?;
        let mut of = Vec::new();
        let mut wrong = Ok(());
        targets.retain(|target| match maker.of(target) {
            _ if wrong.is_err() => true,
            Ok(index) => {
                of.extend(index);
                index.is_some()
            }
            Err(failure) => {
                wrong = Err(failure);
                true
            }
        });
        wrong?;
        maker.judge_unused()?;
        maker.project.checked()?;
        maker.names.check(args, language)?;
        let mut remarks: Vec<_> = maker.project.eclipsed().collect();
        remarks.extend(maker.unfitting(language));
        let settings = Self {
            named: maker.project.named(),
            list: maker.list,
            of,
            remarks,
        };
        settings.check(args, language)?;
        Ok(settings)
    }

    /// How the target of an index is checked.
    pub(super) fn of(&self, index: usize) -> &Setting {
        &self.list[self.of[index]]
    }

    /// The files of findings that stay silent, each once.
    pub(super) fn baselines(&self) -> BTreeSet<&Path> {
        let all = self.list.iter().flat_map(|setting| &setting.baselines);
        all.map(PathBuf::as_path).collect()
    }

    /// The configurations of the run, and the files and folders that they name.
    pub(super) fn named(&self) -> &BTreeSet<PathBuf> {
        &self.named
    }

    /// The folder that results are kept in, of the first configuration that names one.
    pub(super) fn cache_dir(&self) -> Option<&Path> {
        let mut folders = self.list.iter().filter_map(|s| s.cache_dir.as_deref());
        folders.next()
    }

    /// What the command line asks for makes sense for one document at least.
    fn check(&self, args: &Check, language: Language) -> Result<(), Failure> {
        let asked = !args.select.is_empty() || !args.ignore.is_empty();
        if asked && self.list.iter().all(|s| s.rules.rules().is_empty()) {
            return Err(Failure::Message(say!(
                language,
                "--select và --ignore không để lại quy tắc nào",
                "--select and --ignore leave no rule"
            )));
        }
        let Some(name) = &args.profile else {
            return Ok(());
        };
        let found = self
            .list
            .iter()
            .map(|s| profile_named(&s.rules, name, language).map(|_| ()));
        found.reduce(Result::or).unwrap_or(Ok(()))
    }
}

/// The folders that a run is over, as they really are.
pub(super) fn folders(args: &Check) -> Vec<PathBuf> {
    let here = [PathBuf::from(".")];
    let paths = match args.paths.is_empty() && args.stdin_filename.is_none() {
        true => &here[..],
        false => &args.paths,
    };
    let folders = paths.iter().filter_map(|path| fs::canonicalize(path).ok());
    folders.filter(|folder| folder.is_dir()).collect()
}

/// What tells settings apart: rules, profile, what fails, language, baselines, cache and its folder.
type Key = (
    String,
    Option<String>,
    FailOn,
    Option<Language>,
    Vec<PathBuf>,
    bool,
    Option<PathBuf>,
);

/// Makes settings, each when a document first asks for it.
pub(super) struct Maker<A> {
    project: Project,
    args: A,
    list: Vec<Setting>,
    known: HashMap<Key, usize>,
    sets: HashMap<String, Arc<RuleSet>>,
    /// The configurations whose names and changes were compared with the rules.
    judged: BTreeSet<usize>,
    /// The configurations for targets and folders of the run.
    met: BTreeSet<usize>,
    /// Those that there is a setting of.
    used: BTreeSet<usize>,
    /// By configuration: the globs that fit a document.
    fitting: BTreeMap<usize, BTreeSet<Glob>>,
    names: Names,
    /// By configuration: where its baselines are.
    known_baselines: HashMap<Option<usize>, Vec<PathBuf>>,
}

impl<A: Borrow<Check>> Maker<A> {
    pub(super) fn new(args: A, language: Language) -> Result<Self, Failure> {
        Ok(Self {
            project: Project::new(&args.borrow().config, language)?,
            args,
            list: Vec::new(),
            known: HashMap::new(),
            sets: HashMap::new(),
            judged: BTreeSet::new(),
            met: BTreeSet::new(),
            used: BTreeSet::new(),
            fitting: BTreeMap::new(),
            names: Names::default(),
            known_baselines: HashMap::new(),
        })
    }

    /// A setting by its index.
    pub(super) fn get(&self, index: usize) -> &Setting {
        &self.list[index]
    }

    /// Whether what was read of configurations so far was right.
    pub(super) fn checked(&mut self) -> Result<(), Failure> {
        self.project.checked()
    }

    /// The configuration for a target, right or wrong.
    pub(super) fn config_of(&mut self, target: &Target) -> Option<usize> {
        let place = self.project.place_of(target);
        self.project.for_file(&place)
    }

    /// The setting for a target; `None` where it is excluded.
    pub(super) fn of(&mut self, target: &Target) -> Result<Option<usize>, Failure> {
        let place = self.project.place_of(target);
        let config = self.project.for_file(&place);
        self.met.extend(config);
        let may_be_excluded = match target.kind {
            TargetKind::File { named: false, .. } | TargetKind::Skipped(_) => true,
            TargetKind::File { .. } | TargetKind::Stdin => self.args.borrow().force_exclude,
            TargetKind::Unreadable(_) => false,
        };
        if let Some(index) = config
            && let Some(config) = self.project.config(config)
        {
            if may_be_excluded && config.excludes(&place) {
                return Ok(None);
            }
            let fitting = self.fitting.entry(index).or_default();
            fitting.extend(config.fitting(&place));
        }
        if may_be_excluded && self.baselines_of(config).contains(&place) {
            return Ok(None);
        }
        self.setting(config, Some(&place)).map(Some)
    }

    /// Where the files of old findings are that hold under a configuration: no documents,
    /// whatever their names.
    fn baselines_of(&mut self, config: Option<usize>) -> &[PathBuf] {
        if !self.known_baselines.contains_key(&config) {
            let mut files = self.baselines(config);
            files.extend(self.args.borrow().write_baseline.clone());
            let places = files.iter().filter_map(|file| fs::canonicalize(file).ok());
            let places = places.collect();
            self.known_baselines.insert(config, places);
        }
        &self.known_baselines[&config]
    }

    fn setting(&mut self, config: Option<usize>, place: Option<&Path>) -> Result<usize, Failure> {
        self.used.extend(config);
        let line = self.args.borrow().command_line();
        let in_force = match self.project.config(config) {
            Some(config) => config.in_force(place, line),
            None => InForce::without_config(line),
        };
        let (key, fail_on) = (in_force.rules_key(), in_force.fail_on());
        let profile = in_force.profile().map(str::to_owned);
        let language = in_force.language();
        let cache = in_force.cache();
        let cache_dir = self.project.config(config).and_then(Config::cache_dir);
        let baselines = self.baselines(config);
        let known = (
            key.clone(),
            profile.clone(),
            fail_on,
            language,
            baselines.clone(),
            cache,
            cache_dir.clone(),
        );
        if let Some(index) = self.known.get(&known) {
            return Ok(*index);
        }
        let args = self.args.borrow();
        if args.baseline.is_empty() && args.write_baseline.is_none() {
            self.project.expect_baselines(config);
        }
        let rules = match self.sets.get(&key) {
            Some(rules) => Arc::clone(rules),
            None => self.rule_set(key, config, place)?,
        };
        self.list.push(Setting {
            cache,
            cache_dir,
            identity: rules.identity(),
            rules,
            profile,
            fail_on: fail_on.severity(),
            language,
            baselines,
        });
        self.known.insert(known, self.list.len() - 1);
        Ok(self.list.len() - 1)
    }

    /// What is asked for is judged even where there is nothing to ask it of: configurations of
    /// folders without documents, and of documents that are excluded.
    fn judge_unused(&mut self) -> Result<(), Failure> {
        for folder in folders(self.args.borrow()) {
            let config = self.project.for_folder(&folder);
            self.met.extend(config);
        }
        for config in self.met.difference(&self.used).copied().collect::<Vec<_>>() {
            self.setting(Some(config), None)?;
        }
        if self.list.is_empty() {
            self.setting(None, None)?;
        }
        Ok(())
    }

    /// What to say of globs that fit no document. Only a run over all that a configuration is for
    /// can tell.
    fn unfitting(&self, language: Language) -> Vec<String> {
        let folders = folders(self.args.borrow());
        let mut remarks = Vec::new();
        for (index, fitting) in &self.fitting {
            let Some(config) = self.project.config(Some(*index)) else {
                continue;
            };
            let mut above = folders
                .iter()
                .map(|folder| config.root().starts_with(folder));
            if !above.any(|above| above) {
                continue;
            }
            for (glob, origin) in config.unfitting(fitting) {
                let Origin::File { path, line } = origin else {
                    continue;
                };
                let path = self.project.shown(Path::new(&path));
                let (path, glob) = (clean(&path), clean(glob));
                remarks.push(say!(
                    language,
                    "{path}:{line}: `{glob}` của `per-file` không khớp văn bản nào",
                    "{path}:{line}: `{glob}` of `per-file` fits no document"
                ));
            }
        }
        remarks
    }

    /// The baselines that the command line names, or else the configuration.
    fn baselines(&self, config: Option<usize>) -> Vec<PathBuf> {
        if !self.args.borrow().baseline.is_empty() {
            return self.args.borrow().baseline.clone();
        }
        let config = self.project.config(config).into_iter();
        let named = config.flat_map(Config::baselines);
        named
            .map(|named| PathBuf::from(self.project.shown(&named.path)))
            .collect()
    }

    fn rule_set(
        &mut self,
        key: String,
        index: Option<usize>,
        place: Option<&Path>,
    ) -> Result<Arc<RuleSet>, Failure> {
        let args = self.args.borrow();
        let line: CommandLine<'_> = args.command_line();
        let rules = self.project.rules(index, &args.rules)?;
        let (mut wrong, in_force) = match self.project.config(index) {
            Some(config) => {
                let is_new = index.is_some_and(|index| self.judged.insert(index));
                let wrong = match is_new {
                    true => config.mistakes(&rules),
                    false => Vec::new(),
                };
                (wrong, config.in_force(place, line))
            }
            None => (Vec::new(), InForce::without_config(line)),
        };
        if !line.select.is_empty() || !line.ignore.is_empty() {
            self.names.add(&rules, in_force.preview());
        }
        let rules = in_force.apply(rules).unwrap_or_else(|errors| {
            wrong.extend(errors);
            RuleSet::builtin()
        });
        self.project.tell(wrong);
        let rules = Arc::new(rules);
        self.sets.insert(key, Arc::clone(&rules));
        Ok(rules)
    }
}

/// The names that `--select` and `--ignore` may use.
#[derive(Default)]
pub(super) struct Names {
    known: BTreeSet<String>,
    /// Rules that run nowhere without `--preview`.
    unstable: BTreeSet<String>,
    preview: bool,
}

/// Why a name cannot be used, without the way out.
pub(super) enum NameMistake {
    /// There is no such rule or group.
    Unknown(String),
    /// It needs a preview.
    Unstable(String),
}

impl Names {
    pub(super) fn add(&mut self, rules: &RuleSet, preview: bool) {
        for rule in rules.rules() {
            self.known.insert(rule.id.clone());
            self.known.insert(rule.group().to_owned());
            if rule.preview {
                self.unstable.insert(rule.id.clone());
            }
        }
        self.preview |= preview;
    }

    /// What is wrong with names: the key, the name and why.
    pub(super) fn mistakes<'a>(
        &self,
        select: &'a [String],
        ignore: &'a [String],
        language: Language,
    ) -> Vec<(&'static str, &'a str, NameMistake)> {
        let selected = select.iter().map(|name| ("select", name));
        let named = selected
            .clone()
            .chain(ignore.iter().map(|name| ("ignore", name)));
        let unknown = named.filter(|(_, name)| !self.known.contains(*name));
        let unknown = unknown.map(|(key, name)| {
            let near = nearest(name, self.known.iter().map(String::as_str), language);
            let shown = clean(name);
            let text = say!(
                language,
                "không có quy tắc hoặc nhóm `{shown}`{near}",
                "no rule or group `{shown}`{near}"
            );
            (key, name.as_str(), NameMistake::Unknown(text))
        });
        let unstable = selected.filter(|(_, name)| !self.preview && self.unstable.contains(*name));
        let unstable = unstable.map(|(key, name)| {
            let text = say!(
                language,
                "quy tắc `{name}` còn thử nghiệm",
                "the rule `{name}` is in preview"
            );
            (key, name.as_str(), NameMistake::Unstable(text))
        });
        unknown.chain(unstable).collect()
    }

    fn check(&self, args: &Check, language: Language) -> Result<(), Failure> {
        let mistakes = self.mistakes(&args.select, &args.ignore, language);
        let Some((_, _, first)) = mistakes.into_iter().next() else {
            return Ok(());
        };
        Err(Failure::Message(match first {
            NameMistake::Unknown(text) => {
                say!(
                    language,
                    "{text} (xem: vanthu rules)",
                    "{text} (see: vanthu rules)"
                )
            }
            NameMistake::Unstable(text) => {
                say!(
                    language,
                    "{text}; dùng thêm --preview",
                    "{text}; add --preview"
                )
            }
        }))
    }
}
