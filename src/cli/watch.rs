//! `vanthu check --watch`: checks again whenever something changed, until the user ends it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use super::args::{Check, Command};
use super::project::Project;
use super::target::{Target, TargetKind};
use super::{Exit, Failure, check, discover, report};
use crate::config::FILE_NAMES;
use crate::diagnostic::Language;
use crate::emit::say;

/// How often files are looked at.
const PAUSE: Duration = Duration::from_millis(300);

/// What a change of a file shows in.
type Stamp = (PathBuf, Option<(u64, Option<SystemTime>)>);

pub(super) fn run(args: &Check, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let mut before = None;
    let mut followed = BTreeSet::new();
    loop {
        let targets = check::targets(args, language)?;
        if targets
            .iter()
            .any(|target| target.kind == TargetKind::Stdin)
        {
            return Err(Failure::Message(say!(
                language,
                "--watch không đi với đầu vào chuẩn",
                "--watch does not go with standard input"
            )));
        }
        // Looked at before they are checked: what changes meanwhile is checked again.
        let now = stamps(args, &targets, &followed);
        if before.as_ref() != Some(&now) {
            // What changed may be what configurations name.
            followed = named(args, &targets, language);
            let now = stamps(args, &targets, &followed);
            if before.is_some() && !args.quiet {
                let text = say!(
                    language,
                    "có thay đổi, kiểm tra lại",
                    "changed, checking again"
                );
                // Where standard error cannot be written to, the findings are there all the same.
                let _ = writeln!(io::stderr(), "vanthu: {text}");
            }
            if let Err(failure) = check::once(args, command) {
                report(&failure, language, command.style(&io::stderr()));
            }
            before = Some(now);
        }
        thread::sleep(PAUSE);
    }
}

/// The files and folders that configurations name: what they extend, rules, registers, baselines.
fn named(args: &Check, targets: &[Target], language: Language) -> BTreeSet<PathBuf> {
    // What is wrong with the configuration is told when it is used.
    let Ok(mut project) = Project::new(&args.config, language) else {
        return BTreeSet::new();
    };
    for target in targets {
        let place = project.place_of(target);
        project.for_file(&place);
    }
    project.named()
}

/// The files of a repository that change when its commits and branches do.
fn history(folder: &Path) -> Vec<PathBuf> {
    let git = folder.join(".git");
    let git = match fs::read_to_string(&git) {
        // In a linked working tree it says where the repository is.
        Ok(text) => match text.trim().strip_prefix("gitdir: ") {
            Some(path) => folder.join(path),
            None => return Vec::new(),
        },
        Err(_) if git.is_dir() => git,
        Err(_) => return Vec::new(),
    };
    let head = fs::read_to_string(git.join("HEAD")).unwrap_or_default();
    let branch = head.trim().strip_prefix("ref: ");
    let names = ["HEAD", "logs/HEAD", "FETCH_HEAD"]
        .into_iter()
        .chain(branch);
    names.map(|name| git.join(name)).collect()
}

/// The state of all files that a run depends on: what the command line names, what `followed`
/// names, and where configurations may be.
fn stamps(args: &Check, targets: &[Target], followed: &BTreeSet<PathBuf>) -> Vec<Stamp> {
    let mut paths: BTreeSet<PathBuf> = targets.iter().map(|t| t.path().to_path_buf()).collect();
    let folders: BTreeSet<PathBuf> = paths
        .iter()
        .filter_map(|path| fs::canonicalize(path.parent()?.join(".")).ok())
        .collect();
    let above: BTreeSet<&Path> = folders
        .iter()
        .flat_map(|folder| folder.ancestors())
        .collect();
    for folder in above {
        paths.extend(FILE_NAMES.iter().map(|name| folder.join(name)));
        if args.diff_base.is_some() {
            paths.extend(history(folder));
        }
    }
    paths.extend(args.config.config.clone());
    paths.extend(args.baseline.iter().cloned());
    for path in args.rules.iter().chain(followed) {
        paths.extend(discover::rule_paths(path));
    }
    paths.extend(followed.iter().cloned());
    paths
        .into_iter()
        .map(|path| {
            let metadata = fs::metadata(&path).ok();
            let state = metadata.map(|metadata| (metadata.len(), metadata.modified().ok()));
            (path, state)
        })
        .collect()
}
