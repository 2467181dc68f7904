//! What was printed of a document, kept for the next run over the same content with the same rules.
//!
//! An entry is a file whose name is the hash of all that its content depends on, so that none is
//! ever out of date: a document that changed has another name. What cannot be read, or was written
//! by something else, counts as not there; nothing that goes wrong here changes what a run says.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::SystemTime;
use std::{env, process};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::args::Check;
use crate::diagnostic::Severity;
use crate::emit::{RuleTotal, Summary};
use crate::rules::RuleSet;

/// What entries begin with; another form of them gets another number.
const MAGIC: &[u8; 8] = b"vanthu\x00\x01";
/// Folders that the entries are spread over, by the first byte of the key.
const SHARDS: usize = 256;
/// Bytes of the entries of one folder; the oldest go first.
const SHARD_LIMIT: u64 = 2 << 20;
/// Bytes of the largest entry.
const ENTRY_LIMIT: usize = 256 << 10;

/// The cache of a run.
pub(super) struct Cache {
    folder: PathBuf,
    /// What all keys of the run begin with.
    seed: u128,
    /// Folders that were written to.
    written: Vec<AtomicBool>,
    /// Makes names of unfinished files.
    counter: AtomicUsize,
}

/// What an entry is found by.
#[derive(Clone, Copy)]
pub(super) struct Key(u128);

/// What is kept of a document.
pub(super) struct Entry {
    /// The bytes for each output.
    pub(super) outputs: Vec<Vec<u8>>,
    pub(super) summary: Summary,
    pub(super) remark: Option<String>,
}

/// The part of an entry that is not bytes for outputs.
#[derive(Serialize, Deserialize)]
struct Head {
    /// Bytes of each output.
    outputs: Vec<usize>,
    foreign: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    fixable: usize,
    unsafe_fixes: usize,
    known: usize,
    /// Id, severity, findings, those with a fix.
    rules: Vec<(String, Severity, usize, usize)>,
    remark: Option<String>,
}

impl Cache {
    /// The cache that a run asks for; `None` where it wants none, or there is no place for one.
    /// `run` is all that the output of every document depends on.
    /// `wanted` is the folder that the configuration asks for.
    pub(super) fn open(args: &Check, wanted: Option<&Path>, run: &str) -> Option<Self> {
        if args.no_cache {
            return None;
        }
        let folder = match args.cache_dir.as_deref().or(wanted) {
            Some(folder) => folder.to_path_buf(),
            None => usual_folder()?,
        };
        let mut seed = Xxh3::new();
        seed.update(MAGIC);
        seed.update(program().as_bytes());
        seed.update(run.as_bytes());
        Some(Self {
            folder,
            seed: seed.digest128(),
            written: (0..SHARDS).map(|_| AtomicBool::new(false)).collect(),
            counter: AtomicUsize::new(0),
        })
    }

    /// The key of a document of these bytes. `parts` is what else its output depends on.
    pub(super) fn key(&self, bytes: &[u8], parts: &[&[u8]]) -> Key {
        let mut hash = Xxh3::new();
        hash.update(&self.seed.to_le_bytes());
        hash.update(&xxh3_128(bytes).to_le_bytes());
        for part in parts {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Key(hash.digest128())
    }

    /// What is kept under a key.
    pub(super) fn get(&self, key: Key, rules: &RuleSet) -> Option<Entry> {
        let bytes = fs::read(self.path(key)).ok()?;
        unpacked(&bytes, key, rules)
    }

    /// Keeps an entry. Whether that worked makes no difference to the run.
    pub(super) fn put(
        &self,
        key: Key,
        outputs: &[Vec<u8>],
        summary: &Summary,
        remark: Option<&str>,
    ) {
        let size: usize = outputs.iter().map(Vec::len).sum();
        if size > ENTRY_LIMIT {
            return;
        }
        if let Some(bytes) = packed(key, outputs, summary, remark)
            && self.write(key, &bytes).is_ok()
        {
            self.written[shard(key)].store(true, Ordering::Relaxed);
        }
    }

    /// Writes beside and renames, so that nobody ever reads half of an entry.
    fn write(&self, key: Key, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.folder);
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let part = folder.join(format!("{}-{number}.part", process::id()));
        let write = || -> io::Result<()> {
            File::create_new(&part)?.write_all(bytes)?;
            fs::rename(&part, &path)
        };
        let mut written = write();
        if written
            .as_ref()
            .is_err_and(|e| e.kind() == io::ErrorKind::NotFound)
        {
            let is_first = !self.folder.exists();
            fs::create_dir_all(folder)?;
            if is_first {
                // A folder within a repository is none of its business.
                fs::write(self.folder.join(".gitignore"), "*\n")?;
            }
            written = write();
        }
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written
    }

    fn path(&self, key: Key) -> PathBuf {
        let name = format!("{:032x}", key.0);
        self.folder.join(&name[..2]).join(&name[2..])
    }

    /// Takes the oldest entries away where they became too many.
    pub(super) fn finish(&self) {
        for (index, written) in self.written.iter().enumerate() {
            if written.load(Ordering::Relaxed) {
                prune(&self.folder.join(format!("{index:02x}")));
            }
        }
    }
}

fn shard(key: Key) -> usize {
    usize::try_from(key.0 >> 120).unwrap_or_default()
}

fn prune(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let metadata = entry.metadata().ok()?;
            Some((metadata.modified().ok()?, metadata.len(), entry.path()))
        })
        .collect();
    let mut size: u64 = files.iter().map(|(_, len, _)| len).sum();
    files.sort();
    for (_, len, path) in files {
        if size <= SHARD_LIMIT {
            break;
        }
        // Another run may have taken it away.
        let _ = fs::remove_file(path);
        size -= len;
    }
}

/// What tells this program from others that may write to the same folder.
fn program() -> String {
    let file = env::current_exe().and_then(fs::metadata);
    let file = file.map(|metadata| (metadata.len(), metadata.modified().ok()));
    format!("{} {file:?}", env!("CARGO_PKG_VERSION"))
}

/// The folder for caches on this system.
fn usual_folder() -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = PathBuf::from(env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let folder = if let Some(folder) = absolute("XDG_CACHE_HOME") {
        folder
    } else if cfg!(windows) {
        absolute("LOCALAPPDATA")?
    } else if cfg!(target_os = "macos") {
        absolute("HOME")?.join("Library/Caches")
    } else {
        absolute("HOME")?.join(".cache")
    };
    Some(folder.join("vanthu"))
}

/// Magic, key, hash of the rest; length of the head, head, outputs.
fn packed(
    key: Key,
    outputs: &[Vec<u8>],
    summary: &Summary,
    remark: Option<&str>,
) -> Option<Vec<u8>> {
    let Summary {
        files,
        skipped,
        failed,
        unwritten: _,
        foreign,
        errors,
        warnings,
        infos,
        fixable,
        unsafe_fixes,
        fixed,
        known,
        unread,
        rules,
    } = summary;
    if (*files, *skipped, *failed) != (1, 0, 0) || !unread.is_empty() || fixed.is_some() {
        return None;
    }
    let rules = rules
        .iter()
        .map(|(id, total)| (id.clone(), total.severity, total.findings, total.fixable));
    let head = Head {
        outputs: outputs.iter().map(Vec::len).collect(),
        foreign: *foreign,
        errors: *errors,
        warnings: *warnings,
        infos: *infos,
        fixable: *fixable,
        unsafe_fixes: *unsafe_fixes,
        known: *known,
        rules: rules.collect(),
        remark: remark.map(str::to_owned),
    };
    let head = serde_json::to_vec(&head).ok()?;
    let mut rest = u32::try_from(head.len()).ok()?.to_le_bytes().to_vec();
    rest.extend_from_slice(&head);
    for output in outputs {
        rest.extend_from_slice(output);
    }
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&key.0.to_le_bytes());
    bytes.extend_from_slice(&xxh3_128(&rest).to_le_bytes());
    bytes.extend_from_slice(&rest);
    Some(bytes)
}

fn unpacked(bytes: &[u8], key: Key, rules: &RuleSet) -> Option<Entry> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let rest = rest.strip_prefix(&key.0.to_le_bytes())?;
    let (hash, rest) = rest.split_at_checked(16)?;
    if hash != xxh3_128(rest).to_le_bytes() {
        return None;
    }
    let (len, rest) = rest.split_first_chunk::<4>()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    let (head, mut rest) = rest.split_at_checked(len)?;
    let head: Head = serde_json::from_slice(head).ok()?;
    let mut outputs = Vec::with_capacity(head.outputs.len());
    for len in &head.outputs {
        let (output, after) = rest.split_at_checked(*len)?;
        outputs.push(output.to_vec());
        rest = after;
    }
    let mut totals = BTreeMap::new();
    for (id, severity, findings, fixable) in head.rules {
        let total = RuleTotal {
            rule: rules.rule(&id)?.info().clone(),
            severity,
            findings,
            fixable,
        };
        totals.insert(id, total);
    }
    Some(Entry {
        outputs,
        summary: Summary {
            files: 1,
            foreign: head.foreign,
            errors: head.errors,
            warnings: head.warnings,
            infos: head.infos,
            fixable: head.fixable,
            unsafe_fixes: head.unsafe_fixes,
            known: head.known,
            rules: totals,
            ..Summary::default()
        },
        remark: head.remark,
    })
}
