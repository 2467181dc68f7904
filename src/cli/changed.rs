//! Which lines changed since a revision of git.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use similar::{Algorithm, DiffOp, capture_diff_slices};
use xxhash_rust::xxh3::xxh3_128;

use super::Failure;
use super::target::{Target, TargetKind};
use crate::diagnostic::{Findings, Language, Silence};
use crate::document::{Document, Format};
use crate::emit::{clean, say};
use crate::input;

/// The lines that changed in the files of a run, by the name of the target.
pub(super) struct Changed {
    files: HashMap<String, Lines>,
}

/// A path that git is asked about.
struct Place<'t> {
    /// The name of the target.
    name: &'t str,
    path: PathBuf,
    /// Whether it is a link, of which git knows where it leads to.
    is_link: bool,
}

/// What changed in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Lines {
    /// All of it: it was not there.
    All,
    /// First and last lines, from 1, sorted; none where nothing changed.
    Some(Vec<(u32, u32)>),
    /// What differs from these bytes: of standard input, which is in no working tree.
    From(Vec<u8>),
}

/// What ends a revision that stands for where its line of history and the current one parted.
const MERGE_BASE: &str = "...";

impl Changed {
    /// What changed since a revision, in the working tree and on standard input; `REVISION...` is
    /// where its line of history and the current one parted.
    pub(super) fn since(
        revision: &str,
        targets: &[Target],
        places: &HashMap<String, PathBuf>,
        language: Language,
    ) -> Result<Self, Failure> {
        let mut roots = Roots::default();
        let mut by_root: BTreeMap<PathBuf, Vec<Place<'_>>> = BTreeMap::new();
        let mut files = HashMap::new();
        for target in targets {
            let Some(place) = places.get(&target.name) else {
                continue;
            };
            let name = target.name.as_str();
            match target.kind {
                TargetKind::File { .. } => {}
                TargetKind::Stdin => {
                    let before = before(revision, name, place, &mut roots, language)?;
                    files.insert(name.to_owned(), before);
                    continue;
                }
                _ => continue,
            }
            // What is read of a link is the file that it leads to, and git follows none.
            let real = place.is_symlink().then(|| fs::canonicalize(place).ok());
            let own = (place.clone(), real.is_some());
            let real = real.flatten().map(|real| (real, false));
            let mut is_known = false;
            for (path, is_link) in [own].into_iter().chain(real) {
                if let Some(root) = roots.of(&path) {
                    is_known |= !is_link;
                    let place = Place {
                        name,
                        path,
                        is_link,
                    };
                    by_root.entry(root).or_default().push(place);
                } else if !place.is_symlink() {
                    return Err(in_no_repository(name, language));
                }
            }
            if !is_known {
                // It leads out of all repositories: nobody can tell what changed.
                files.insert(name.to_owned(), Lines::All);
            }
        }
        for (root, places) in by_root {
            let git = Git {
                root: &root,
                language,
            };
            let changes = git.changes(revision, &places)?;
            for place in places {
                let below = place.path.strip_prefix(&root).unwrap_or(&place.path);
                let changed = changes.get(&slashed(below)).cloned();
                let changed = changed.unwrap_or(Lines::Some(Vec::new()));
                let changed = match place.is_link {
                    // It leads to another file than before.
                    true if changed != Lines::Some(Vec::new()) => Lines::All,
                    _ => changed,
                };
                let known = files.entry(place.name.to_owned());
                let known = known.or_insert(Lines::Some(Vec::new()));
                if *known == Lines::Some(Vec::new()) || changed == Lines::All {
                    *known = changed;
                }
            }
        }
        Ok(Self { files })
    }

    /// Silences what is not on a line that changed. In a file that is more than text there are no
    /// lines that git could see: it changed as a whole or not at all.
    pub(super) fn apply(&self, document: &Document, bytes: &[u8], findings: &mut Findings) {
        let is_text = matches!(document.format, Format::Txt | Format::Md);
        // Git knows one line break.
        let has_lines = is_text && !has_lone_returns(document.source());
        let found;
        let lines = match self.files.get(&document.name) {
            Some(Lines::From(before)) => {
                found = lines_since(before, bytes, document, has_lines);
                Some(&found)
            }
            lines => lines,
        };
        let Some(Lines::Some(changed)) = lines else {
            return;
        };
        if !changed.is_empty() && !has_lines {
            return;
        }
        findings.silence(|finding| {
            let touches = finding.span().is_some_and(|span| {
                let first = document.position(span.start).line;
                let last = document.position(span.end).line;
                let before = changed.partition_point(|(_, end)| *end < first);
                changed.get(before).is_some_and(|(start, _)| *start <= last)
            });
            (!touches).then_some(Silence::Unchanged)
        });
    }

    /// What [`apply`](Self::apply) depends on for a document.
    pub(super) fn key(&self, name: &str) -> String {
        match self.files.get(name) {
            Some(Lines::From(before)) => format!("{:032x}", xxh3_128(before)),
            lines => format!("{lines:?}"),
        }
    }
}

/// What the file that standard input is named after was at a revision.
fn before(
    revision: &str,
    name: &str,
    place: &Path,
    roots: &mut Roots,
    language: Language,
) -> Result<Lines, Failure> {
    if name == "-" {
        return Err(Failure::Message(say!(
            language,
            "--diff-base: đầu vào chuẩn cần --stdin-filename để biết so với tệp nào",
            "--diff-base: standard input needs --stdin-filename to tell which file it is compared with"
        )));
    }
    let real = match place.is_symlink() {
        true => fs::canonicalize(place).unwrap_or_else(|_| place.to_path_buf()),
        false => place.to_path_buf(),
    };
    let root = roots
        .of(&real)
        .ok_or_else(|| in_no_repository(name, language))?;
    let git = Git {
        root: &root,
        language,
    };
    let commit = git.commit(revision)?;
    let below = real.strip_prefix(&root).unwrap_or(&real);
    let before = git.file(&format!("{commit}:{}", slashed(below)))?;
    Ok(before.map_or(Lines::All, Lines::From))
}

fn in_no_repository(name: &str, language: Language) -> Failure {
    let name = clean(name);
    Failure::Message(say!(
        language,
        "--diff-base: {name} không nằm trong kho git nào",
        "--diff-base: {name} is in no git repository"
    ))
}

/// The lines of a document that are not those of what it was before. How they end is no change.
fn lines_since(before: &[u8], bytes: &[u8], document: &Document, has_lines: bool) -> Lines {
    if before == bytes {
        return Lines::Some(Vec::new());
    }
    let before = input::read(&document.name, before);
    let Some(before) = before.ok().filter(|_| has_lines) else {
        return Lines::All;
    };
    let old: Vec<&str> = before.source().lines().collect();
    let new: Vec<&str> = document.source().lines().collect();
    let operations = capture_diff_slices(Algorithm::Patience, &old, &new);
    let added = operations
        .iter()
        .filter(|operation| !matches!(operation, DiffOp::Equal { .. }))
        .map(DiffOp::new_range)
        .filter(|lines| !lines.is_empty());
    // Lines are counted in 32 bits, as positions are.
    let number = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
    Lines::Some(
        added
            .map(|lines| (number(lines.start + 1), number(lines.end)))
            .collect(),
    )
}

fn has_lone_returns(source: &str) -> bool {
    let bytes = source.as_bytes();
    let mut returns = source.match_indices('\r');
    returns.any(|(at, _)| bytes.get(at + 1) != Some(&b'\n'))
}

/// The root of the repository that a folder is in.
#[derive(Default)]
struct Roots {
    known: HashMap<PathBuf, Option<PathBuf>>,
}

impl Roots {
    fn of(&mut self, place: &Path) -> Option<PathBuf> {
        let folder = place.parent()?;
        if let Some(known) = self.known.get(folder) {
            return known.clone();
        }
        let root = match folder.join(".git").exists() {
            true => Some(folder.to_path_buf()),
            false => self.of(folder),
        };
        self.known.insert(folder.to_path_buf(), root.clone());
        root
    }
}

/// The exit code of git where it does nothing.
const FATAL: i32 = 128;

/// Why git did nothing, in its own words.
fn refusal(output: &Output) -> Failure {
    let said = String::from_utf8_lossy(&output.stderr);
    let said = clean(said.trim());
    Failure::Message(format!("--diff-base: git: {said}"))
}

/// Variables that would change what git is asked, or what it answers.
const FOREIGN: [&str; 10] = [
    // A hook has these for its own repository and folder.
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    // How paths and comparisons are read and written.
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_DIFF_OPTS",
    "GIT_EXTERNAL_DIFF",
];

struct Git<'a> {
    root: &'a Path,
    language: Language,
}

impl Git<'_> {
    /// What changed, by path from the root.
    fn changes(
        &self,
        revision: &str,
        places: &[Place<'_>],
    ) -> Result<HashMap<String, Lines>, Failure> {
        let commit = self.commit(revision)?;
        let paths = self.paths(places);
        let mut diff: Vec<OsString> = [
            "-c",
            "core.quotepath=false",
            "diff",
            "-U0",
            "--inter-hunk-context=0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            // The lines of a file that only moved are not new.
            "--find-renames",
            // What is no text counts as changed, wherever it did.
            "--text",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            &commit,
            "--",
        ]
        .map(OsString::from)
        .into();
        diff.extend(paths.iter().cloned());
        let mut lines = hunks(&self.run(&diff)?);
        let mut untracked: Vec<OsString> = ["ls-files", "--others", "-z", "--"]
            .map(OsString::from)
            .into();
        untracked.extend(paths);
        for path in self.run(&untracked)?.split(|&byte| byte == 0) {
            let path = String::from_utf8_lossy(path).into_owned();
            lines.insert(path, Lines::All);
        }
        Ok(lines)
    }

    /// The commit that changes are counted from.
    fn commit(&self, revision: &str) -> Result<String, Failure> {
        let parted = revision.strip_suffix("HEAD").unwrap_or(revision);
        match parted.strip_suffix(MERGE_BASE) {
            Some(other) if !other.is_empty() => {
                let (other, own) = (self.named(other)?, self.named("HEAD")?);
                self.merge_base(revision, other, own)
            }
            _ => self.named(revision),
        }
    }

    /// Where two commits have their history in common last.
    fn merge_base(&self, revision: &str, other: String, own: String) -> Result<String, Failure> {
        let args = ["merge-base".to_owned(), other, own];
        let output = self.output(&args.map(OsString::from))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        let revision = clean(revision);
        let advice = self.advice()?;
        Err(Failure::Message(say!(
            self.language,
            "--diff-base: `{revision}`: không thấy gốc chung với HEAD{advice}",
            "--diff-base: `{revision}`: no history in common with HEAD{advice}"
        )))
    }

    /// The commit of a name.
    fn named(&self, revision: &str) -> Result<String, Failure> {
        let wanted = format!("{revision}^{{commit}}");
        if let Some(commit) = self.verified(&wanted)? {
            return Ok(commit);
        }
        let (revision, root) = (clean(revision), self.root.to_string_lossy());
        let root = clean(&root);
        let advice = self.advice()?;
        Err(Failure::Message(say!(
            self.language,
            "--diff-base: kho {root} không có phiên bản `{revision}`{advice}",
            "--diff-base: the repository {root} has no revision `{revision}`{advice}"
        )))
    }

    /// What a name stands for, if for anything.
    fn verified(&self, name: &str) -> Result<Option<String>, Failure> {
        let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", name];
        let output = self.output(&args.map(OsString::from))?;
        // It is quiet where there is no such thing, and refuses aloud.
        if output.status.code() == Some(FATAL) && !output.stderr.is_empty() {
            return Err(refusal(&output));
        }
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(output.status.success().then_some(said))
    }

    /// What to do where history is missing because it was not fetched; else nothing.
    fn advice(&self) -> Result<String, Failure> {
        let shallow = ["rev-parse", "--is-shallow-repository"].map(OsString::from);
        let output = self.output(&shallow)?;
        if output.stdout.trim_ascii() != b"true" {
            return Ok(String::new());
        }
        Ok(say!(
            self.language,
            "; kho này chỉ lấy về một phần lịch sử: chạy `git fetch --unshallow origin`, hoặc trong CI \
             đặt `fetch-depth: 0` (GitHub), `GIT_DEPTH: 0` (GitLab)",
            "; this repository has a part of its history only: run `git fetch --unshallow origin`, or \
             in CI set `fetch-depth: 0` (GitHub), `GIT_DEPTH: 0` (GitLab)"
        ))
    }

    /// The bytes of a file at a commit (`COMMIT:PATH`) as they would be in the working tree; `None`
    /// where there is no such file.
    fn file(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        if self.verified(name)?.is_none() {
            return Ok(None);
        }
        let args = ["cat-file", "--filters", name].map(OsString::from);
        let output = self.output(&args)?;
        Ok(output.status.success().then_some(output.stdout))
    }

    /// What git is asked about: files whose names documents have, and those that were named.
    fn paths(&self, places: &[Place<'_>]) -> Vec<OsString> {
        let extensions: HashSet<_> = input::extensions().collect();
        let is_usual = |path: &Path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            extension.is_some_and(|e| extensions.contains(e.to_ascii_lowercase().as_str()))
        };
        let usual = input::extensions().map(|e| OsString::from(format!(":(icase)*.{e}")));
        let others = places.iter().filter(|place| !is_usual(&place.path));
        let literal = |place: &Path| {
            let below = place.strip_prefix(self.root).unwrap_or(place);
            OsString::from(format!(":(literal){}", slashed(below)))
        };
        usual
            .chain(others.map(|place| literal(&place.path)))
            .collect()
    }

    fn run(&self, args: &[OsString]) -> Result<Vec<u8>, Failure> {
        let output = self.output(args)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(refusal(&output))
    }

    fn output(&self, args: &[OsString]) -> Result<Output, Failure> {
        let mut git = Command::new("git");
        for name in FOREIGN {
            git.env_remove(name);
        }
        let output = git.arg("-C").arg(self.root).args(args).output();
        output.map_err(|error| {
            Failure::Message(match error.kind() {
                io::ErrorKind::NotFound => say!(
                    self.language,
                    "--diff-base cần chương trình git, mà máy này không có",
                    "--diff-base needs the program git, which is not here"
                ),
                _ => format!("--diff-base: git: {error}"),
            })
        })
    }
}

fn slashed(path: &Path) -> String {
    let parts = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// The lines that a comparison without context adds, by path.
fn hunks(diff: &[u8]) -> HashMap<String, Lines> {
    let mut files: HashMap<String, Lines> = HashMap::new();
    let mut lines = diff.split(|&byte| byte == b'\n');
    let mut path = None;
    let mut is_new = false;
    while let Some(line) = lines.next() {
        let line = String::from_utf8_lossy(line);
        if line.starts_with("diff --git ") {
            (path, is_new) = (None, false);
        } else if line.starts_with("--- ") {
            is_new = line.trim_end() == "--- /dev/null";
        } else if let Some(name) = line.strip_prefix("+++ ") {
            path = new_path(name);
            if let Some(path) = path.clone() {
                let lines = if is_new {
                    Lines::All
                } else {
                    Lines::Some(Vec::new())
                };
                files.insert(path, lines);
            }
        } else if let Some((taken, start, added)) = hunk(&line) {
            let known = path.as_ref().and_then(|path| files.get_mut(path));
            if let Some(Lines::Some(ranges)) = known.filter(|_| added > 0) {
                ranges.push((start, start + added - 1));
            }
            // The lines themselves could look like anything.
            for _ in 0..taken + added {
                lines.next();
            }
        }
    }
    files
}

/// The number of lines taken away, the first line that is new and how many there are.
fn hunk(line: &str) -> Option<(u32, u32, u32)> {
    let (old, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let pair = |range: &str| -> Option<(u32, u32)> {
        let (start, count) = range.split_once(',').unwrap_or((range, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let ((_, taken), (start, added)) = (pair(old)?, pair(new)?);
    Some((taken, start, added))
}

/// The path of the new file; `None` where there is none.
fn new_path(name: &str) -> Option<String> {
    // A tab ends names with blanks.
    let name = name.trim_end_matches(['\t', '\r']);
    let name = match name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
    {
        Some(quoted) => unquoted(quoted),
        None => name.to_owned(),
    };
    name.strip_prefix("b/").map(str::to_owned)
}

/// A path as git writes it between quotation marks, like a string of C.
fn unquoted(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    if let Some(&digit @ b'0'..=b'7') = rest.peek() {
                        value = value * 8 + u32::from(digit - b'0');
                        rest.next();
                    }
                }
                bytes.push(u8::try_from(value & 0xFF).unwrap_or_default());
            }
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'r') => bytes.push(b'\r'),
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_comparison_are_read() {
        let diff = "diff --git a/b\u{e1}o c\u{e1}o.txt b/b\u{e1}o c\u{e1}o.txt\nindex 1..2 100644\n\
                    --- a/b\u{e1}o c\u{e1}o.txt\t\n+++ b/b\u{e1}o c\u{e1}o.txt\t\n\
                    @@ -2 +2,2 @@ x\n-old\n+++ b/trap.txt\n+@@ -1 +1 @@\n@@ -9,3 +10,0 @@\n-a\n-b\n-c\n\
                    \\ No newline at end of file\n\
                    diff --git a/c.txt b/m.txt\nsimilarity index 100%\nrename from c.txt\nrename to m.txt\n\
                    diff --git a/d.txt b/k.txt\nsimilarity index 90%\nrename from d.txt\nrename to k.txt\n\
                    --- a/d.txt\n+++ b/k.txt\n@@ -4 +4 @@\n-a\n+b\n\
                    diff --git a/n.txt b/n.txt\nnew file mode 100644\n--- /dev/null\n\
                    +++ \"b/n\\\"\\303\\241.txt\"\n@@ -0,0 +1 @@\n+a\n\
                    diff --git a/g.txt b/g.txt\n--- a/g.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
        let files = hunks(diff.as_bytes());
        assert_eq!(files.len(), 3, "{files:?}");
        assert_eq!(files["k.txt"], Lines::Some(vec![(4, 4)]));
        assert_eq!(files["b\u{e1}o c\u{e1}o.txt"], Lines::Some(vec![(2, 3)]));
        assert_eq!(files["n\"\u{e1}.txt"], Lines::All);
    }
}
