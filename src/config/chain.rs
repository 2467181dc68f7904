//! A configuration file and those that it extends.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::file::{ConfigFile, PerFile};
use super::glob::Globs;
use super::in_force::Origin;
use crate::diagnostic::Bilingual;
use crate::rules::error::{At, Mistake};
use crate::rules::yaml::{self, Reading};
use crate::rules::yaml_locate::Step;
use crate::rules::{RuleError, Source};

/// Files that may extend each other in one chain, the first counted; each is a level of recursion.
const MAX_DEPTH: usize = 32;

/// Why a file that another names cannot be read.
pub type Unreadable = Bilingual;

/// A configuration: a file and all that it extends.
#[derive(Debug)]
pub struct Config {
    /// The folder that globs begin at.
    root: PathBuf,
    /// What is extended before what extends it.
    pub(super) files: Vec<Loaded>,
    /// What is wrong with the shape of the files.
    pub(super) errors: Vec<RuleError>,
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) path: PathBuf,
    pub(super) source: Source,
    pub(super) file: ConfigFile,
    /// Those of each entry of `per-file`.
    pub(super) per_file: Vec<Globs>,
    exclude: Globs,
    /// The nodes of `file` that are made up in place of what is wrong.
    pub(super) stand_ins: Vec<Vec<Step>>,
}

/// The path of an item of a configuration.
pub(super) fn steps(keys: &[&str]) -> Vec<Step> {
    keys.iter()
        .map(|key| Step::Key((*key).to_owned()))
        .collect()
}

/// The item of a list at a path.
pub(super) fn item(mut at: Vec<Step>, index: usize) -> Vec<Step> {
    at.push(Step::Index(index));
    at
}

impl Config {
    /// Reads the configuration file at an absolute `path` and those that it extends with `read`.
    /// Globs are compared with paths from `root`. What is wrong with them is told by
    /// [`mistakes`](Self::mistakes).
    #[must_use]
    pub fn resolve(
        path: &Path,
        root: &Path,
        read: &dyn Fn(&Path) -> Result<String, Unreadable>,
    ) -> Self {
        let mut chain = Chain {
            read,
            files: Vec::new(),
            open: Vec::new(),
            errors: Vec::new(),
        };
        if let Err(reason) = chain.load(path) {
            let nothing = source(path, String::new());
            let at = At::Span(crate::text::Span::new(0, 0));
            let unread = Mistake::new(at, reason.vi, reason.en);
            chain.errors.push(unread.place(&nothing));
        }
        Self {
            root: root.to_path_buf(),
            files: chain.files,
            errors: chain.errors,
        }
    }

    /// The file that was asked for, last, after those that it extends.
    pub fn paths(&self) -> impl DoubleEndedIterator<Item = &Path> {
        self.files.iter().map(|file| file.path.as_path())
    }

    /// Folders of rules, in the order in which they are to be loaded.
    pub fn rule_folders(&self) -> impl Iterator<Item = Named> {
        self.named("rules", |file| &file.rules)
    }

    /// Files and folders of acts, in the order in which they are to be loaded.
    pub fn registers(&self) -> impl Iterator<Item = Named> {
        self.named("register", |file| &file.register)
    }

    /// Files of old findings that stay silent.
    pub fn baselines(&self) -> impl Iterator<Item = Named> {
        self.named("baseline", |file| &file.baseline)
    }

    fn named<'a>(
        &'a self,
        key: &'static str,
        paths: impl Fn(&'a ConfigFile) -> &'a super::file::Paths,
    ) -> impl Iterator<Item = Named> {
        self.files
            .iter()
            .enumerate()
            .flat_map(move |(index, loaded)| {
                let paths = paths(&loaded.file);
                let named = |(item, path): (usize, &String)| Named {
                    path: beside(&loaded.path, path),
                    place: (index, place_in(key, paths.is_list, item)),
                };
                paths.said().map(named).collect::<Vec<_>>()
            })
    }

    /// A mistake at the place where a path is named: why it cannot be used.
    #[must_use]
    pub fn cannot_use(&self, named: &Named, reason: Bilingual) -> RuleError {
        let (index, at) = &named.place;
        Mistake::new(At::Value(at.clone()), reason.vi, reason.en).place(&self.files[*index].source)
    }

    /// Whether a file that nobody named is passed over.
    #[must_use]
    pub fn excludes(&self, path: &Path) -> bool {
        let path = self.below_root(path);
        self.files.iter().any(|loaded| loaded.exclude.fits(path))
    }

    /// The glob of `exclude` that a path fits, as written, and where.
    #[must_use]
    pub fn excluded_by(&self, path: &Path) -> Option<(&str, Origin)> {
        let path = self.below_root(path);
        self.files.iter().rev().find_map(|loaded| {
            let index = loaded.exclude.fitting(path).next()?;
            let glob = loaded.file.exclude.get(index)?;
            Some((
                glob.as_str(),
                loaded.origin(&item(steps(&["exclude"]), index)),
            ))
        })
    }

    /// The folder that globs begin at.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder that results are kept in for the next run.
    #[must_use]
    pub fn cache_dir(&self) -> Option<PathBuf> {
        let folder = |loaded: &Loaded| Some(beside(&loaded.path, loaded.file.cache_dir.as_ref()?));
        self.files.iter().rev().find_map(folder)
    }

    /// The globs of `per-file` that fit a document.
    #[must_use]
    pub fn fitting(&self, path: &Path) -> Vec<Glob> {
        let path = self.below_root(path);
        let own = self.files.last().into_iter();
        let entries = own.flat_map(|own| own.per_file.iter().enumerate());
        let of = |(entry, globs): (usize, &Globs)| {
            let fitting = globs.fitting(path);
            fitting
                .map(|index| Glob { entry, index })
                .collect::<Vec<_>>()
        };
        entries.flat_map(of).collect()
    }

    /// The globs of `per-file` that are not among those that fit a document: as written, and where.
    /// Those of files that are extended are meant for other folders too, and left out.
    #[must_use]
    pub fn unfitting(&self, fitting: &BTreeSet<Glob>) -> Vec<(&str, Origin)> {
        let Some(own) = self.files.last() else {
            return Vec::new();
        };
        let entries = own.file.per_file.iter().enumerate();
        let globs = entries.flat_map(|(entry, per_file)| {
            let globs = per_file.files.iter().enumerate();
            globs.map(move |(index, glob)| (Glob { entry, index }, glob))
        });
        let unfitting = globs.filter(|(glob, _)| !fitting.contains(glob));
        unfitting
            .map(|(Glob { entry, index }, glob)| {
                let mut at = item(steps(&["per-file"]), entry);
                at.extend(steps(&["files"]));
                (glob.as_str(), own.origin(&item(at, index)))
            })
            .collect()
    }

    /// A path as globs see it: from the root where it is below it.
    pub(super) fn below_root<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

/// A glob of `per-file`, by the index of the entry and its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Glob {
    entry: usize,
    index: usize,
}

/// A path that a configuration names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The path.
    pub path: PathBuf,
    /// The index of the file and the place in it.
    place: (usize, Vec<Step>),
}

fn place_in(key: &str, is_list: bool, index: usize) -> Vec<Step> {
    let at = steps(&[key]);
    if is_list { item(at, index) } else { at }
}

fn source(path: &Path, yaml: String) -> Source {
    Source {
        path: path.to_string_lossy().into_owned(),
        yaml,
    }
}

/// Files while they are read.
struct Chain<'r> {
    read: &'r dyn Fn(&Path) -> Result<String, Unreadable>,
    files: Vec<Loaded>,
    /// The files whose `extends` are being followed.
    open: Vec<PathBuf>,
    errors: Vec<RuleError>,
}

impl Chain<'_> {
    fn load(&mut self, path: &Path) -> Result<(), Unreadable> {
        let source = source(path, (self.read)(path)?);
        let mut reading = parse(&source.yaml);
        let file = reading.value.take().unwrap_or_default();
        let (per_file, wrong) = per_file(&file.per_file);
        reading.add(wrong);
        reading.add(no_paths(&file));
        let Reading {
            stand_ins,
            mut mistakes,
            ..
        } = reading;
        let (exclude, wrong) = Globs::new(&file.exclude);
        mistakes.extend(no_globs(wrong, &steps(&["exclude"])));
        self.open.push(path.to_path_buf());
        for (index, base) in file.extends.said() {
            let at = place_in("extends", file.extends.is_list, index);
            mistakes.extend(self.extend(&beside(path, base), at));
        }
        self.open.pop();
        let placed = mistakes.into_iter().map(|mistake| mistake.place(&source));
        self.errors.extend(placed);
        self.files.push(Loaded {
            path: path.to_path_buf(),
            source,
            file,
            per_file,
            exclude,
            stand_ins,
        });
        Ok(())
    }

    /// Loads a file that is extended; one that was loaded already stays where it is.
    fn extend(&mut self, base: &Path, at: Vec<Step>) -> Option<Mistake> {
        if let Some(first) = self.open.iter().position(|open| open == base) {
            let folder = self.open[0].parent().unwrap_or(Path::new(""));
            let shown = |path: &Path| {
                let path = path.strip_prefix(folder).unwrap_or(path);
                path.to_string_lossy().into_owned()
            };
            let names = self.open[first..].iter().map(PathBuf::as_path);
            let names: Vec<_> = names.chain([base]).map(shown).collect();
            let circle = names.join(" → ");
            return Some(Mistake::new(
                At::Value(at),
                format!("các tệp cấu hình mở rộng vòng tròn: {circle}"),
                format!("the configuration files extend each other in a circle: {circle}"),
            ));
        }
        if self.files.iter().any(|loaded| loaded.path == base) {
            return None;
        }
        if self.open.len() >= MAX_DEPTH {
            return Some(Mistake::new(
                At::Value(at),
                format!("các tệp cấu hình mở rộng nhau quá {MAX_DEPTH} cấp"),
                format!(
                    "the configuration files extend each other more than {MAX_DEPTH} levels deep"
                ),
            ));
        }
        let reason = self.load(base).err()?;
        Some(Mistake::new(
            At::Value(at),
            format!("không đọc được tệp này: {}", reason.vi),
            format!("cannot read this file: {}", reason.en),
        ))
    }
}

/// Reads the YAML; nothing but comments is a configuration that says nothing.
fn parse(yaml: &str) -> Reading<ConfigFile> {
    let is_bare = |line: &str| line.is_empty() || line.starts_with('#') || line == "---";
    if yaml.lines().all(|line| is_bare(line.trim())) {
        return Reading {
            value: Some(ConfigFile::default()),
            stand_ins: Vec::new(),
            mistakes: Vec::new(),
        };
    }
    yaml::read(yaml)
}

fn per_file(entries: &[PerFile]) -> (Vec<Globs>, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    let globs = entries.iter().enumerate().map(|(index, entry)| {
        let (globs, wrong) = Globs::new(&entry.files);
        let mut at = item(steps(&["per-file"]), index);
        at.extend(steps(&["files"]));
        mistakes.extend(no_globs(wrong, &at));
        if entry.files.is_empty() {
            mistakes.push(Mistake::new(
                At::Value(at),
                "còn bỏ trống: mục này không dành cho tệp nào",
                "this is empty: the entry is for no file",
            ));
        }
        globs
    });
    let globs = globs.collect();
    (globs, mistakes)
}

/// Paths that are empty.
fn no_paths(file: &ConfigFile) -> Vec<Mistake> {
    let keys = [
        ("extends", &file.extends),
        ("rules", &file.rules),
        ("register", &file.register),
        ("baseline", &file.baseline),
    ];
    let empty = keys.into_iter().flat_map(|(key, paths)| {
        let paths_of_key = paths.list.iter().enumerate();
        let empty = paths_of_key.filter(|(_, path)| path.is_empty());
        empty.map(move |(index, _)| place_in(key, paths.is_list, index))
    });
    let has_no_folder = file.cache_dir.as_deref() == Some("");
    empty
        .chain(has_no_folder.then(|| steps(&["cache-dir"])))
        .map(|at| Mistake::new(At::Value(at), "đường dẫn còn bỏ trống", "the path is empty"))
        .collect()
}

fn no_globs(wrong: Vec<(usize, Bilingual)>, at: &[Step]) -> impl Iterator<Item = Mistake> {
    wrong.into_iter().map(move |(index, reason)| {
        let Bilingual { vi, en } = reason;
        Mistake::new(
            At::Value(item(at.to_vec(), index)),
            format!("mẫu tên tệp không đúng{vi}"),
            format!("not a glob{en}"),
        )
    })
}

/// A path that a file names, from the folder of that file.
fn beside(file: &Path, named: &str) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut out = PathBuf::new();
    for component in folder.join(named).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            component => out.push(component),
        }
    }
    out
}
