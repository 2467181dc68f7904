//! What a repository asks for that has findings already: only those that are new, by a baseline or
//! by the lines that changed.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::args::Check;
use super::changed::Changed;
use super::settings::{self, Setting, Settings};
use super::target::Target;
use super::{Failure, read, write};
use crate::diagnostic::{Baseline, Claims, Findings, KnownFindings, Language, written};
use crate::document::Document;
use crate::emit::{clean, say};
use crate::rules::{Outcome, RuleError};

/// Which findings of a run stay silent.
pub(super) struct Adoption {
    /// By the path of the file as the configuration or the command line leads to it.
    baselines: HashMap<PathBuf, BaselineFile>,
    writing: Option<Writing>,
    changed: Option<Changed>,
    /// Where each target is, by its name.
    places: HashMap<String, PathBuf>,
    renamed: Renamed,
}

/// Targets that may be what a file of a baseline was before. Each such file has one successor, the
/// first in the order of the targets, however many threads there are.
#[derive(Default)]
struct Renamed {
    /// By the name of the target.
    order: HashMap<String, usize>,
    /// Those that may still claim a file.
    undecided: Mutex<BTreeSet<usize>>,
    decided: Condvar,
}

impl Renamed {
    /// Waits until all targets before this one are decided. Threads take targets in their order,
    /// so that these are at work.
    fn wait(&self, name: &str) {
        let Some(own) = self.order.get(name) else {
            return;
        };
        let undecided = self.undecided.lock();
        let undecided = undecided.unwrap_or_else(PoisonError::into_inner);
        let is_early = |all: &mut BTreeSet<usize>| all.first().is_some_and(|first| first < own);
        drop(self.decided.wait_while(undecided, is_early));
    }

    fn decide(&self, name: &str) {
        let Some(own) = self.order.get(name) else {
            return;
        };
        let undecided = self.undecided.lock();
        undecided
            .unwrap_or_else(PoisonError::into_inner)
            .remove(own);
        self.decided.notify_all();
    }
}

/// A baseline and the folder that its paths begin at.
pub(super) struct BaselineFile {
    folder: PathBuf,
    baseline: Arc<Baseline>,
    claims: Arc<Claims>,
}

/// A baseline that is written.
struct Writing {
    path: PathBuf,
    before: BaselineFile,
    /// The folders that the run is over.
    folders: Vec<PathBuf>,
    new: Mutex<New>,
}

#[derive(Default)]
struct New {
    baseline: Baseline,
    /// Files that were judged.
    judged: BTreeSet<String>,
}

impl Adoption {
    pub(super) fn new(
        args: &Check,
        settings: &Settings,
        targets: &[Target],
        language: Language,
    ) -> Result<Self, Failure> {
        let mut adoption = Self {
            baselines: HashMap::new(),
            writing: None,
            changed: None,
            places: HashMap::new(),
            renamed: Renamed::default(),
        };
        let changed_since = args.diff_base.as_deref();
        if let Some(path) = &args.write_baseline {
            if path.as_os_str() == "-" {
                return Err(Failure::Message(say!(
                    language,
                    "--write-baseline cần một tệp, không ghi ra đầu ra chuẩn",
                    "--write-baseline needs a file, standard output is none"
                )));
            }
            let before = match path.exists() {
                true => BaselineFile::read(path, language)?,
                false => BaselineFile::new(path, language)?,
            };
            adoption.writing = Some(Writing {
                path: path.clone(),
                before,
                folders: settings::folders(args),
                new: Mutex::default(),
            });
        } else {
            for path in settings.baselines() {
                adoption
                    .baselines
                    .insert(path.to_path_buf(), BaselineFile::read(path, language)?);
            }
        }
        let needs_places =
            adoption.writing.is_some() || !adoption.baselines.is_empty() || changed_since.is_some();
        if needs_places {
            let mut places = Places::default();
            let of = |target: &Target| (target.name.clone(), places.of(target));
            adoption.places = targets.iter().map(of).collect();
        }
        for (index, target) in targets.iter().enumerate() {
            let known = adoption.known(settings.of(index), &target.name);
            if known.into_iter().any(|known| known.may_be_gone()) {
                adoption.renamed.order.insert(target.name.clone(), index);
            }
        }
        let undecided = adoption.renamed.order.values().copied().collect();
        adoption.renamed.undecided = Mutex::new(undecided);
        if let Some(revision) = changed_since {
            let changed = Changed::since(revision, targets, &adoption.places, language)?;
            adoption.changed = Some(changed);
        }
        Ok(adoption)
    }

    /// Whether the run does more than print.
    pub(super) fn writes(&self) -> bool {
        self.writing.is_some()
    }

    /// Silences what is not new in a document that was read from these bytes.
    pub(super) fn apply(
        &self,
        setting: &Setting,
        document: &Document,
        bytes: &[u8],
        outcome: &mut Outcome,
    ) {
        let findings = &mut outcome.diagnostics;
        let name = &document.name;
        if let Some(writing) = &self.writing {
            let place = &self.places[name];
            writing.take(setting, place, document, &outcome.not_evaluated, findings);
        } else if !setting.baselines.is_empty() {
            let known: Vec<_> = self.known(setting, name).collect();
            self.renamed.wait(name);
            KnownFindings::silence(&known, document.source(), findings);
        }
        if let Some(changed) = &self.changed {
            changed.apply(document, bytes, findings);
        }
    }

    /// What the baselines of a setting know of a document.
    fn known(&self, setting: &Setting, name: &str) -> impl Iterator<Item = KnownFindings> {
        let known = setting.baselines.iter();
        let known = known.filter_map(|path| self.baselines.get(path));
        known.map(|known| known.claimed(&self.places[name]))
    }

    /// A target is done with, whatever came of it.
    pub(super) fn done(&self, name: &str) {
        self.renamed.decide(name);
    }

    /// All that decides what is silent in a document; `None` where other documents do.
    pub(super) fn key(&self, setting: &Setting, name: &str) -> Option<String> {
        use std::fmt::Write as _;
        if self.renamed.order.contains_key(name) {
            return None;
        }
        let mut key = String::new();
        for known in self.known(setting, name) {
            key.push('b');
            key.push_str(&known.key());
        }
        if let Some(changed) = &self.changed {
            // Writing to a string cannot fail.
            let _ = write!(key, "d{}", changed.key(name));
        }
        Some(key)
    }

    /// Writes the baseline that was asked for.
    pub(super) fn finish(self, quiet: bool, language: Language) -> Result<(), Failure> {
        let Some(writing) = self.writing else {
            return Ok(());
        };
        let name = clean(&writing.path.to_string_lossy()).into_owned();
        let count = writing.finish(language).map_err(Failure::Message)?;
        if !quiet {
            let text = say!(
                language,
                "đã ghi {count} phát hiện vào {name}",
                "wrote {count} findings to {name}"
            );
            // Where standard error cannot be written to, the file is there all the same.
            let _ = writeln!(io::stderr(), "vanthu: {text}");
        }
        Ok(())
    }
}

impl BaselineFile {
    /// One that is to be written. That it cannot be is told before the work is done.
    fn new(path: &Path, language: Language) -> Result<Self, Failure> {
        let folder = folder_of(path);
        if let Err(error) = fs::read_dir(&folder) {
            let name = path.to_string_lossy();
            let (name, reason) = (clean(&name), read::io_reason(&error, language));
            return Err(Failure::Message(say!(
                language,
                "không ghi được {name}: {reason}",
                "cannot write {name}: {reason}"
            )));
        }
        Ok(Self {
            folder,
            baseline: Arc::default(),
            claims: Arc::default(),
        })
    }

    /// Reads a baseline.
    pub(super) fn read(path: &Path, language: Language) -> Result<Self, Failure> {
        let name = clean(&path.to_string_lossy()).into_owned();
        let text = read::file(path, language).and_then(|bytes| {
            let no_utf8 = |_| say!(language, "không phải UTF-8", "not UTF-8");
            String::from_utf8(bytes).map_err(no_utf8)
        });
        // Some editors put a byte order mark before what they save.
        let text = text.map(|text| text.trim_start_matches('\u{FEFF}').to_owned());
        let text = text.map_err(|reason| Failure::Message(format!("{name}: {reason}")))?;
        let mut baseline = Baseline::read(&text).map_err(|mistakes| {
            let mistakes = mistakes.into_iter().map(|mistake| RuleError {
                path: name.clone(),
                yaml: text.clone(),
                span: mistake.span,
                message: mistake.message,
                help: None,
            });
            Failure::Baseline(mistakes.collect())
        })?;
        let folder = folder_of(path);
        baseline.look_for(|path| folder.join(path).exists());
        Ok(Self {
            folder,
            baseline: Arc::new(baseline),
            claims: Arc::default(),
        })
    }

    /// What it knows of the document at a real path, whatever others are.
    pub(super) fn of(&self, place: &Path) -> KnownFindings {
        KnownFindings::new(&self.baseline, self.path_of(place), None)
    }

    /// What it knows of the document at a real path and of no other.
    fn claimed(&self, place: &Path) -> KnownFindings {
        KnownFindings::new(&self.baseline, self.path_of(place), Some(&self.claims))
    }

    /// The path of a file as the baseline writes it.
    fn path_of(&self, place: &Path) -> String {
        relative(&self.folder, place)
    }
}

impl Writing {
    /// Takes the findings of a document and silences them. What this run could not find is kept.
    fn take(
        &self,
        setting: &Setting,
        place: &Path,
        document: &Document,
        not_evaluated: &[String],
        findings: &mut Findings,
    ) {
        let path = self.before.path_of(place);
        let told =
            written(document.source(), findings).filter(|(finding, _)| finding.silence().is_none());
        let mut found: Vec<_> = told.map(|(_, known)| known).collect();
        findings.compare(|_| true);
        let unjudged: HashSet<&str> = setting
            .rules
            .left_out()
            .chain(not_evaluated.iter().map(String::as_str))
            .collect();
        let before = self.before.baseline.of(&path);
        let kept = before.filter(|one| unjudged.contains(one.rule.as_str()));
        found.extend(kept.cloned());
        let mut new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        for finding in found {
            new.baseline.add(path.clone(), finding);
        }
        new.judged.insert(path);
    }

    /// Writes the file, with what was known of documents that were not judged, unless this run was
    /// over their folder and they are gone.
    fn finish(self, language: Language) -> Result<usize, String> {
        let mut new = self
            .new
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let BaselineFile {
            folder, baseline, ..
        } = &self.before;
        let is_gone = |path: &str| {
            let place = plain(&folder.join(path));
            let mut folders = self.folders.iter();
            !place.exists() && folders.any(|folder| place.starts_with(folder))
        };
        for path in baseline.paths() {
            if new.judged.contains(path) || is_gone(path) {
                continue;
            }
            for finding in baseline.of(path) {
                new.baseline.add(path.to_owned(), finding.clone());
            }
        }
        let text = new.baseline.to_string();
        if !fs::read_to_string(&self.path).is_ok_and(|before| before == text) {
            write::put(&self.path, text.as_bytes(), language)?;
        }
        Ok(new.baseline.len())
    }
}

/// A path of a baseline without the steps upwards.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = plain.pop(),
            part => plain.push(part),
        }
    }
    plain
}

/// The folder of a file as it really is.
fn folder_of(path: &Path) -> PathBuf {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    fs::canonicalize(parent).unwrap_or_else(|_| parent.to_path_buf())
}

/// Where targets are; each folder is looked up once.
#[derive(Default)]
pub(super) struct Places {
    folders: HashMap<PathBuf, PathBuf>,
}

impl Places {
    pub(super) fn of(&mut self, target: &Target) -> PathBuf {
        let path = target.path();
        let parent = path.parent().unwrap_or(Path::new(""));
        let real = self
            .folders
            .entry(parent.to_path_buf())
            .or_insert_with(|| folder_of(path));
        match path.file_name() {
            Some(name) => real.join(name),
            None => real.clone(),
        }
    }
}

/// The way from a folder to a file, both absolute, with `/` between the parts.
fn relative(folder: &Path, file: &Path) -> String {
    let mut from = folder.components().peekable();
    let mut to = file.components().peekable();
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| "..".to_owned());
    let down = to.map(|part| match part {
        Component::Normal(name) => name.to_string_lossy().into_owned(),
        part => part.as_os_str().to_string_lossy().replace(['\\', '/'], ""),
    });
    let parts: Vec<_> = up.chain(down).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_begin_at_the_folder_of_the_baseline() {
        let way = |folder: &str, file: &str| relative(Path::new(folder), Path::new(file));
        assert_eq!(way("/a/b", "/a/b/c/d.txt"), "c/d.txt");
        assert_eq!(way("/a/b", "/a/x.txt"), "../x.txt");
        assert_eq!(way("/a", "/a.txt"), "../a.txt");
    }
}
