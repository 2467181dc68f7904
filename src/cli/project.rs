//! From documents to the configuration files that hold for them.
//!
//! The nearest `vanthu.yaml` (or `.vanthu.yaml`) upwards from the folder of a document is its
//! configuration. Those above it hold only if it says `extends`.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::args::ConfigArgs;
use super::discover::{self, REGISTER, RuleFiles, rule_files};
use super::target::{Target, TargetKind};
use super::{Failure, add_rules, read};
use crate::config::{CommandLine, Config, FILE_NAMES, InForce};
use crate::diagnostic::{Bilingual, Language};
use crate::emit::{clean, say};
use crate::rules::{RuleError, RuleSet};

/// The configurations of a run, each read when a document first asks for it.
pub(super) struct Project {
    language: Language,
    /// Where the run was started.
    here: PathBuf,
    search: bool,
    /// The one that `--config` names.
    named: Option<usize>,
    configs: Vec<Config>,
    /// By the path of the file.
    by_path: HashMap<PathBuf, usize>,
    /// By folder.
    by_folder: HashMap<PathBuf, Option<usize>>,
    /// Folders as they were named, and where they are.
    places: HashMap<PathBuf, PathBuf>,
    errors: Vec<RuleError>,
    /// Configurations that another in the same folder takes the place of, and which.
    eclipsed: BTreeSet<(PathBuf, PathBuf)>,
}

impl Project {
    pub(super) fn new(args: &ConfigArgs, language: Language) -> Result<Self, Failure> {
        let here = fs::canonicalize(".").unwrap_or_default();
        let mut project = Self {
            language,
            here,
            search: args.config.is_none() && !args.no_config,
            named: None,
            configs: Vec::new(),
            by_path: HashMap::new(),
            by_folder: HashMap::new(),
            places: HashMap::new(),
            errors: Vec::new(),
            eclipsed: BTreeSet::new(),
        };
        if let Some(path) = &args.config {
            let file = fs::canonicalize(path).map_err(|error| {
                let name = clean(&path.to_string_lossy()).into_owned();
                let reason = read::io_reason(&error, language);
                Failure::Message(format!("--config {name}: {reason}"))
            })?;
            let root = project.here.clone();
            project.named = project.load(&file, &root);
        }
        Ok(project)
    }

    /// Where a target is; nothing where it has no place of its own.
    pub(super) fn place_of(&mut self, target: &Target) -> PathBuf {
        let path = match &target.kind {
            TargetKind::File { path, .. } => path,
            // Standard input lies where its name says.
            _ => Path::new(&target.name),
        };
        self.place(path)
    }

    /// The path of a file with its folder as it really is; folders that do not exist are taken as
    /// named.
    pub(super) fn place(&mut self, path: &Path) -> PathBuf {
        let folder = path.parent().unwrap_or(Path::new(""));
        let here = &self.here;
        let folder = self.places.entry(folder.to_path_buf()).or_insert_with(|| {
            let folder = here.join(folder);
            let real = |folder: &Path| Some((fs::canonicalize(folder).ok()?, folder.to_path_buf()));
            match folder.ancestors().find_map(real) {
                Some((real, above)) => match folder.strip_prefix(&above) {
                    Ok(below) if !below.as_os_str().is_empty() => real.join(below),
                    _ => real,
                },
                None => folder,
            }
        });
        match path.file_name() {
            Some(name) => folder.join(name),
            None => folder.clone(),
        }
    }

    /// The configuration for what lies in a folder.
    pub(super) fn for_folder(&mut self, folder: &Path) -> Option<usize> {
        if !self.search {
            return self.named;
        }
        if let Some(known) = self.by_folder.get(folder) {
            return *known;
        }
        let files = FILE_NAMES.iter().map(|name| folder.join(name));
        let mut files = files.filter(|file| is_there(file));
        let file = files.next();
        if let (Some(file), Some(other)) = (&file, files.next()) {
            self.eclipsed.insert((other, file.clone()));
        }
        let config = match (file, folder.parent()) {
            (Some(file), _) => self.load(&file, folder),
            (None, Some(above)) => self.for_folder(above),
            (None, None) => None,
        };
        self.by_folder.insert(folder.to_path_buf(), config);
        config
    }

    /// The configuration for a file at its [`place`](Self::place).
    pub(super) fn for_file(&mut self, place: &Path) -> Option<usize> {
        self.for_folder(place.parent().unwrap_or(place))
    }

    pub(super) fn config(&self, index: Option<usize>) -> Option<&Config> {
        self.configs.get(index?)
    }

    fn load(&mut self, file: &Path, root: &Path) -> Option<usize> {
        if let Some(known) = self.by_path.get(file) {
            return Some(*known);
        }
        let language = self.language;
        let read = |path: &Path| {
            let text = read::file(path, language).and_then(|bytes| {
                String::from_utf8(bytes).map_err(|error| {
                    let right = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                    let line = right.iter().filter(|byte| **byte == b'\n').count() + 1;
                    say!(
                        language,
                        "không phải UTF-8 từ dòng {line}; hãy lưu lại tệp với bảng mã UTF-8",
                        "not UTF-8 from line {line} on; save the file as UTF-8"
                    )
                })
            });
            let text = text.map(|text| text.trim_start_matches('\u{FEFF}').to_owned());
            text.map_err(in_both)
        };
        self.configs.push(Config::resolve(file, root, &read));
        let index = self.configs.len() - 1;
        self.by_path.insert(file.to_path_buf(), index);
        Some(index)
    }

    /// What to say of configurations that are not read because another lies beside them.
    pub(super) fn eclipsed(&self) -> impl Iterator<Item = String> {
        let is_extended = |other: &Path| {
            let mut all = self.configs.iter().flat_map(Config::paths);
            all.any(|path| path == other)
        };
        let eclipsed = self.eclipsed.iter();
        let eclipsed = eclipsed.filter(move |(other, _)| !is_extended(other));
        eclipsed.map(|(other, file)| {
            let (other, file) = (self.shown(other), self.shown(file));
            let (other, file) = (clean(&other), clean(&file));
            say!(
                self.language,
                "không đọc {other}: {file} ở cùng thư mục được dùng",
                "{other} is not read: {file} beside it is used"
            )
        })
    }

    /// Keeps mistakes for the end, each once.
    pub(super) fn tell(&mut self, errors: Vec<RuleError>) {
        for error in errors {
            if !self.errors.contains(&error) {
                self.errors.push(error);
            }
        }
    }

    /// The mistakes in all configurations that were read, if there are any.
    pub(super) fn checked(&mut self) -> Result<(), Failure> {
        if self.errors.is_empty() {
            return Ok(());
        }
        let mut errors = std::mem::take(&mut self.errors);
        for error in &mut errors {
            error.path = self.shown(Path::new(&error.path));
        }
        // Those of one file belong together.
        errors.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
        Err(Failure::Config(errors))
    }

    /// A path from where the run was started, if it is below.
    pub(super) fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.here).unwrap_or(path);
        match below.as_os_str().is_empty() {
            true => ".".to_owned(),
            false => below.to_string_lossy().into_owned(),
        }
    }

    /// The configurations that were read, and what they name: what they extend, rules, registers,
    /// baselines.
    pub(super) fn named(&self) -> BTreeSet<PathBuf> {
        let mut paths = BTreeSet::new();
        for config in &self.configs {
            paths.extend(config.paths().map(Path::to_path_buf));
            let folders = config.rule_folders().chain(config.registers());
            paths.extend(folders.chain(config.baselines()).map(|named| named.path));
        }
        paths
    }

    /// Keeps a mistake for each baseline that a configuration names and that is not there.
    pub(super) fn expect_baselines(&mut self, index: Option<usize>) {
        let Some(config) = self.config(index) else {
            return;
        };
        let language = self.language;
        let missing = config.baselines().filter_map(|named| {
            let error = fs::metadata(&named.path).err()?;
            let (path, reason) = (self.shown(&named.path), read::io_reason(&error, language));
            let path = clean(&path);
            let reason = say!(
                language,
                "không đọc được tệp phát hiện cũ {path}: {reason}",
                "cannot read the baseline {path}: {reason}"
            );
            Some(config.cannot_use(&named, in_both(reason)))
        });
        let missing = missing.collect();
        self.tell(missing);
    }

    /// All rules that there are under a configuration: the embedded ones, those that it names,
    /// those in the folders of the command line.
    pub(super) fn rules(
        &mut self,
        index: Option<usize>,
        folders: &[PathBuf],
    ) -> Result<RuleSet, Failure> {
        let mut rules = RuleSet::builtin();
        let mut errors = Vec::new();
        if let Some(config) = self.config(index) {
            let language = self.language;
            for named in config.rule_folders() {
                match rule_files(Path::new(&self.shown(&named.path)), language) {
                    Ok(files) => {
                        let at = |path: &str| named.path.join(path);
                        rules = extend(rules, files, at, &mut errors);
                    }
                    Err(reason) => errors.push(config.cannot_use(&named, in_both(reason))),
                }
            }
            for named in config.registers() {
                match register_files(Path::new(&self.shown(&named.path)), language) {
                    Ok(files) => {
                        let folder = match named.path.is_dir() {
                            true => named.path.as_path(),
                            false => named.path.parent().unwrap_or(Path::new("")),
                        };
                        let at = |path: &str| {
                            let name = path.strip_prefix(REGISTER).unwrap_or(path);
                            folder.join(name.trim_start_matches('/'))
                        };
                        rules = extend(rules, files, at, &mut errors);
                    }
                    Err(reason) => errors.push(config.cannot_use(&named, in_both(reason))),
                }
            }
        }
        self.tell(errors);
        add_rules(rules, folders, self.language)
    }
}

/// Whether something has this name, also what cannot be read: to go on without it, as if nobody had
/// written a configuration, would be silent.
fn is_there(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok()
}

/// What a configuration makes of the rules.
pub(super) struct Known {
    /// All that there are, also those that do not run.
    pub(super) rules: RuleSet,
    /// The ids of those that run.
    pub(super) running: BTreeSet<String>,
    /// Whether rules that are not yet stable run.
    pub(super) preview: bool,
    /// The structure profile that it names.
    pub(super) profile: Option<String>,
}

/// All rules that there are for a file, or for the folder of the run, as its configuration has
/// them: what `check` would read, for the commands that tell of it.
pub(super) fn known(
    args: &ConfigArgs,
    file: Option<&Target>,
    folders: &[PathBuf],
    language: Language,
) -> Result<Known, Failure> {
    let mut project = Project::new(args, language)?;
    let place = file.map(|file| project.place_of(file));
    let index = match &place {
        Some(place) => project.for_file(place),
        None => project.for_folder(&project.here.clone()),
    };
    let rules = project.rules(index, folders)?;
    let line = CommandLine::default();
    let (mut wrong, in_force) = match project.config(index) {
        Some(config) => (
            config.mistakes(&rules),
            config.in_force(place.as_deref(), line),
        ),
        None => (Vec::new(), InForce::without_config(line)),
    };
    let running = rules.rules().iter().filter(|rule| in_force.keeps(rule));
    let running = running.map(|rule| rule.id.clone()).collect();
    let (preview, profile) = (in_force.preview(), in_force.profile().map(str::to_owned));
    let rules = in_force.change(rules).unwrap_or_else(|errors| {
        wrong.extend(errors);
        RuleSet::builtin()
    });
    project.tell(wrong);
    project.checked()?;
    Ok(Known {
        rules,
        running,
        preview,
        profile,
    })
}

/// The files of a register, a folder or one file.
fn register_files(path: &Path, language: Language) -> Result<RuleFiles, String> {
    let files = discover::register_files(path, language)?;
    // Only the folder right above a file tells what it is.
    Ok(files.renamed(|path| format!("{REGISTER}/{}", path.replace('/', "-"))))
}

/// The set with more files; where they are wrong, an empty one and the mistakes.
fn extend(
    rules: RuleSet,
    files: RuleFiles,
    at: impl Fn(&str) -> PathBuf,
    errors: &mut Vec<RuleError>,
) -> RuleSet {
    files.extend(rules).unwrap_or_else(|mut wrong| {
        for error in &mut wrong {
            error.path = at(&error.path).to_string_lossy().into_owned();
        }
        errors.append(&mut wrong);
        RuleSet::builtin()
    })
}

fn in_both(text: String) -> Bilingual {
    Bilingual {
        vi: text.clone(),
        en: text,
    }
}

/// The language that the configuration for the first path asks for.
pub(super) fn language(args: &ConfigArgs, first: Option<&Path>) -> Option<Language> {
    // What is wrong with the configuration is told when it is used.
    let mut project = Project::new(args, Language::default()).ok()?;
    let place = match first {
        Some(path) if path.as_os_str() != "-" => fs::canonicalize(path).ok()?,
        _ => project.here.clone(),
    };
    let index = match place.is_dir() {
        true => project.for_folder(&place),
        false => project.for_file(&place),
    };
    let config = project.config(index)?;
    config.in_force(None, Default::default()).language()
}
