//! From the paths of the command line to the files to check.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use super::read::{self, io_reason};
use super::target::{Target, TargetKind};
use crate::diagnostic::{Bilingual, Language};
use crate::emit::{clean, say};
use crate::input::{self, InputError};
use crate::rules::{RuleError, RuleSet, Source};
use crate::text::Span;

/// What the folder of a register is called among rule files.
pub(super) const REGISTER: &str = "register";

/// The files behind `paths`, sorted by path, each once.
///
/// A file in a folder is checked if a format claims its name, one that is named always. Folders
/// are walked without following links, each of which is said to be skipped, past hidden files and those that `.gitignore` or `.ignore`
/// exclude. `stdin_name` is what `-` is called.
pub(super) fn targets(paths: &[PathBuf], stdin_name: &str, language: Language) -> Vec<Target> {
    let mut targets = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            targets.push(Target {
                name: stdin_name.to_owned(),
                kind: TargetKind::Stdin,
            });
            continue;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => walk(path, language, &mut targets),
            Ok(_) => targets.push(file(path.clone(), true)),
            Err(error) => targets.push(unreadable(path, io_reason(&error, language))),
        }
    }
    // A file that was named keeps that standing if a folder holds it as well.
    targets
        .sort_by_cached_key(|target| !matches!(target.kind, TargetKind::File { named: true, .. }));
    if paths.len() > 1 {
        let mut seen = HashSet::new();
        targets.retain(|target| {
            let is_new = seen.insert(identity(target));
            // A link that is read because it was named is not passed over in its folder.
            if let TargetKind::File { path, named: true } = &target.kind {
                seen.insert(own_place(path));
            }
            is_new
        });
    }
    targets.sort_by(|a, b| Path::new(&a.name).cmp(Path::new(&b.name)));
    targets
}

/// What makes two targets the same.
fn identity(target: &Target) -> PathBuf {
    match &target.kind {
        TargetKind::File { path, .. } => fs::canonicalize(path).unwrap_or_else(|_| path.clone()),
        TargetKind::Stdin => PathBuf::from("-"),
        TargetKind::Unreadable(_) => {
            let path = PathBuf::from(&target.name);
            fs::canonicalize(&path).unwrap_or(path)
        }
        // A link is not the file that it leads to.
        TargetKind::Skipped(_) => own_place(Path::new(&target.name)),
    }
}

/// The place of a file itself, not of what it leads to where it is a link.
fn own_place(path: &Path) -> PathBuf {
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")));
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}

fn file(path: PathBuf, named: bool) -> Target {
    Target {
        name: path.to_string_lossy().into_owned(),
        kind: TargetKind::File { path, named },
    }
}

fn unreadable(path: &Path, reason: String) -> Target {
    Target {
        name: path.to_string_lossy().into_owned(),
        kind: TargetKind::Unreadable(reason),
    }
}

fn walk(folder: &Path, language: Language, targets: &mut Vec<Target>) {
    let walker = ignore::WalkBuilder::new(folder)
        .require_git(false)
        .follow_links(false)
        .build();
    for entry in walker {
        match entry {
            Ok(entry) => {
                targets.extend(found(&entry, language));
            }
            Err(error) => {
                let path = path_of(&error).unwrap_or(folder).to_path_buf();
                let reason = match error.io_error() {
                    Some(error) => io_reason(error, language),
                    None => error.to_string(),
                };
                targets.push(unreadable(shown(&path), reason));
            }
        }
    }
}

/// What a file of a folder is to the run: nothing where its name is not that of a document.
fn found(entry: &ignore::DirEntry, language: Language) -> Option<Target> {
    let kind = entry.file_type()?;
    let path = shown(entry.path());
    let extension = path.extension().and_then(OsStr::to_str)?;
    // Beside a document that is open Word keeps a file of its own under this name.
    if entry.file_name().to_string_lossy().starts_with("~$") {
        return None;
    }
    let unread = input::unread_format(extension);
    let is_text = input::extensions().any(|known| known.eq_ignore_ascii_case(extension));
    let reason = match unread {
        None if !is_text => return None,
        _ if kind.is_symlink() => match fs::metadata(entry.path()) {
            Ok(metadata) if metadata.is_file() => say!(
                language,
                "là liên kết (chỉ đọc khi được nêu tên)",
                "a link (read only where it is named)"
            ),
            Ok(_) => return None,
            Err(_) => say!(language, "liên kết hỏng", "the link is broken"),
        },
        None if kind.is_file() => return Some(file(path.to_path_buf(), false)),
        Some(name) if kind.is_file() => InputError::Unsupported { name }.message(language),
        _ if kind.is_dir() => return None,
        _ => say!(language, "không phải tệp thường", "not a regular file"),
    };
    Some(Target {
        name: path.to_string_lossy().into_owned(),
        kind: TargetKind::Skipped(reason),
    })
}

/// A path found in a folder without `.`, which is the default and says nothing.
fn shown(path: &Path) -> &Path {
    path.strip_prefix("./").unwrap_or(path)
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

/// The files below a folder that may be rule files, as far as they can be had.
pub(super) fn rule_paths(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    // What is wrong with the folder is told when its rules are read.
    let _ = collect(folder, &mut files);
    files
}

/// The files of a rules folder, sorted by path.
#[derive(Default)]
pub(super) struct RuleFiles {
    /// Those that are text.
    sources: Vec<Source>,
    /// What cannot be read as text; paths as those of the sources.
    damaged: Vec<RuleError>,
}

impl RuleFiles {
    /// The paths of those that are text.
    pub(super) fn paths(&self) -> Vec<String> {
        self.sources
            .iter()
            .map(|source| source.path.clone())
            .collect()
    }

    /// The same files with other paths.
    pub(super) fn renamed(mut self, name: impl Fn(&str) -> String) -> Self {
        for source in &mut self.sources {
            source.path = name(&source.path);
        }
        for mistake in &mut self.damaged {
            mistake.path = name(&mistake.path);
        }
        self
    }

    /// The set with these files, or the mistakes in all of them, also in those that are no text.
    pub(super) fn extend(self, rules: RuleSet) -> Result<RuleSet, Vec<RuleError>> {
        let extended = rules.extended(&self.sources);
        if self.damaged.is_empty() {
            return extended;
        }
        let mut mistakes = self.damaged;
        mistakes.extend(extended.err().unwrap_or_default());
        mistakes.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
        Err(mistakes)
    }

    fn read(&mut self, file: &Path, path: String, language: Language) -> Result<(), String> {
        let bytes = read::file(file, language).map_err(|reason| {
            let name = file.to_string_lossy();
            let name = clean(&name);
            say!(
                language,
                "không đọc được tệp quy tắc {name}: {reason}",
                "cannot read the rule file {name}: {reason}"
            )
        })?;
        match String::from_utf8(bytes) {
            Ok(yaml) => {
                // Some editors put a byte order mark, and to YAML it is a document of its own.
                let yaml = match yaml.strip_prefix('\u{FEFF}') {
                    Some(rest) => rest.to_owned(),
                    None => yaml,
                };
                self.sources.push(Source { path, yaml });
            }
            Err(error) => self.damaged.push(no_text(path, &error)),
        }
        Ok(())
    }
}

/// That a file is not UTF-8, at the first character that is none.
fn no_text(path: String, error: &FromUtf8Error) -> RuleError {
    let at = error.utf8_error().valid_up_to();
    RuleError {
        path,
        yaml: String::from_utf8_lossy(error.as_bytes()).into_owned(),
        span: Span::new(at, at + char::REPLACEMENT_CHARACTER.len_utf8()),
        message: Bilingual {
            vi: "tệp không phải UTF-8 từ chỗ này".to_owned(),
            en: "the file is not UTF-8 from here on".to_owned(),
        },
        help: Some(Bilingual {
            vi: "mở tệp bằng trình soạn thảo và lưu lại với bảng mã UTF-8".to_owned(),
            en: "open the file in an editor and save it as UTF-8".to_owned(),
        }),
    }
}

/// The rule files below a folder, sorted by path.
pub(super) fn rule_files(folder: &Path, language: Language) -> Result<RuleFiles, String> {
    let is_register = |file: &Path| {
        let above = file.parent().and_then(Path::file_name);
        above == Some(OsStr::new(REGISTER))
    };
    yaml_files(folder, is_register, language)
}

/// The files of a register: a folder or one file.
pub(super) fn register_files(path: &Path, language: Language) -> Result<RuleFiles, String> {
    if path.is_dir() {
        return yaml_files(path, |_| true, language);
    }
    let name = path.file_name().unwrap_or_default();
    let mut read = RuleFiles::default();
    if is_table(path) {
        read.damaged
            .push(no_table(name.to_string_lossy().into_owned()));
        return Ok(read);
    }
    read.read(path, name.to_string_lossy().into_owned(), language)?;
    Ok(read)
}

/// The one file of a profile, as if it lay in a folder of them.
pub(super) fn profile_file(path: &Path, language: Language) -> Result<RuleFiles, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut read = RuleFiles::default();
    read.read(path, format!("profiles/{name}"), language)?;
    Ok(read)
}

/// The YAML files below a folder, sorted by path, where no table lies in what is a register.
fn yaml_files(
    folder: &Path,
    is_register: impl Fn(&Path) -> bool,
    language: Language,
) -> Result<RuleFiles, String> {
    let name = folder.to_string_lossy();
    let name = clean(&name);
    let cannot = |error: &io::Error| {
        let reason = io_reason(error, language);
        say!(
            language,
            "không đọc được thư mục quy tắc {name}: {reason}",
            "cannot read the rules folder {name}: {reason}"
        )
    };
    let mut files = Vec::new();
    collect(folder, &mut files).map_err(|error| cannot(&error))?;
    files.sort();
    let tables: Vec<PathBuf> = files.extract_if(.., |file| is_table(file)).collect();
    let inner = |path: &Path| {
        let inner = path.strip_prefix(folder).unwrap_or(path);
        inner.to_string_lossy().replace('\\', "/")
    };
    let mut read = RuleFiles::default();
    let refused = tables.iter().filter(|table| is_register(table));
    read.damaged
        .extend(refused.map(|table| no_table(inner(table))));
    if files.is_empty() && read.damaged.is_empty() {
        return Err(say!(
            language,
            "thư mục quy tắc {name} không có tệp .yaml nào",
            "the rules folder {name} has no .yaml file"
        ));
    }
    for path in &files {
        read.read(path, inner(path), language)?;
    }
    Ok(read)
}

/// Why a table is refused: acts that are passed over in silence would be taken for known.
fn no_table(path: String) -> RuleError {
    RuleError {
        path,
        yaml: String::new(),
        span: Span::new(0, 0),
        message: Bilingual {
            vi: "sổ văn bản đọc từ tệp .yaml, không đọc .csv".to_owned(),
            en: "a register is read from .yaml, not from .csv".to_owned(),
        },
        help: Some(Bilingual {
            vi: "chuyển sang YAML (docs/viet-luat.md) hoặc để tệp ở thư mục khác".to_owned(),
            en: "write it as YAML (docs/viet-luat.md) or keep the file elsewhere".to_owned(),
        }),
    }
}

fn is_table(file: &Path) -> bool {
    let extension = file.extension().and_then(OsStr::to_str);
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, files)?;
        } else if matches!(
            path.extension().and_then(OsStr::to_str),
            Some("yaml" | "yml")
        ) || is_table(&path)
        {
            files.push(path);
        }
    }
    Ok(())
}
