//! What was found in a document, kept for the next run over the same content with the same rules,
//! whatever the format of its output.
//!
//! An entry is a file whose name is the hash of all that its content depends on, so that none is
//! ever out of date: a document that changed has another name. What cannot be read, or was written
//! by something else, counts as not there; nothing that goes wrong here changes what a run says.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::SystemTime;
use std::{env, process};

use serde::{Deserialize, Serialize};
use serde_json::json;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::args::Check;
use super::check::Checked;
use super::read;
use crate::diagnostic::{Language, Packed};
use crate::document::{Document, Kept, Quality};
use crate::emit::{clean, say};
use crate::rules::RuleSet;
use crate::vocabulary::{Regime, vocabulary};

/// What entries begin with; another form of them gets another number.
const MAGIC: &[u8; 8] = b"vanthu\x00\x02";
/// Folders that the entries are spread over, by the first byte of the key.
const SHARDS: usize = 256;
/// Bytes of the entries of one folder; the oldest go first.
const SHARD_LIMIT: u64 = 4 << 20;
/// Bytes of the largest entry.
const ENTRY_LIMIT: usize = 1 << 20;

/// The cache of a run.
pub(super) struct Cache {
    folder: PathBuf,
    language: Language,
    /// Why nothing can be kept there.
    unwritable: OnceLock<io::Error>,
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

/// The part of an entry that is neither findings nor source.
#[derive(Serialize, Deserialize)]
struct Head {
    document: Kept,
    /// How many bytes at the beginning of the file are no part of the source, where the rest is the
    /// source; the entry has none then.
    source_at: Option<usize>,
    regime: Option<Regime>,
    kind: Option<String>,
    quality: Quality,
    not_evaluated: Vec<String>,
    remark: Option<String>,
}

impl Cache {
    /// The cache that a run asks for; `None` where it wants none, or there is no place for one.
    /// `wanted` is the folder that the configuration asks for.
    pub(super) fn open(args: &Check, wanted: Option<&Path>, language: Language) -> Option<Self> {
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
        seed.update(format!("{language:?}").as_bytes());
        Some(Self {
            folder,
            language,
            seed: seed.digest128(),
            unwritable: OnceLock::new(),
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

    /// What is kept under a key of the file of this name and these bytes, and what was said of it.
    pub(super) fn get(
        &self,
        key: Key,
        name: &str,
        file: &[u8],
        rules: &RuleSet,
    ) -> Option<(Checked, Option<String>)> {
        let entry = fs::read(self.path(key)).ok()?;
        let (head, findings, source) = unpacked(&entry, key)?;
        let source = match head.source_at {
            Some(at) => file.get(at..)?,
            None => source,
        };
        let findings = rules.findings_of(findings, self.language)?;
        let source = simdutf8::basic::from_utf8(source).ok()?;
        let kind = match head.kind {
            Some(slug) => Some(vocabulary().kind(&slug)?.slug.as_str()),
            None => None,
        };
        let checked = Checked {
            document: Document::of_kept(name, source, head.document),
            regime: head.regime.map(Regime::as_str),
            kind,
            quality: head.quality,
            not_evaluated: head.not_evaluated,
            findings,
        };
        Some((checked, head.remark))
    }

    /// Keeps what was found in a file of these bytes. Whether that worked makes no difference to
    /// the run.
    pub(super) fn put(&self, key: Key, file: &[u8], checked: &Checked, remark: Option<&str>) {
        let Some((head, findings)) = self.parts(file, checked, remark) else {
            return;
        };
        let source = match head.source_at {
            Some(_) => "",
            None => checked.document.source(),
        };
        if findings.len() + source.len() > ENTRY_LIMIT {
            return;
        }
        let Some(bytes) = packed(key, &head, &findings, source.as_bytes()) else {
            return;
        };
        match self.write(key, &bytes) {
            Ok(()) => self.written[shard(key)].store(true, Ordering::Relaxed),
            Err(error) => {
                // One reason is enough.
                let _ = self.unwritable.set(error);
            }
        }
    }

    fn parts(
        &self,
        file: &[u8],
        checked: &Checked,
        remark: Option<&str>,
    ) -> Option<(Head, Vec<u8>)> {
        let document = &checked.document;
        let places = checked.findings.all().filter_map(Packed::span);
        let source = document.source().as_bytes();
        let source_at = file.ends_with(source).then(|| file.len() - source.len());
        let regime = checked.regime.map(|name| json!(name));
        let head = Head {
            document: document.kept(places.map(|span| span.start))?,
            source_at,
            regime: regime.and_then(|name| serde_json::from_value(name).ok()),
            kind: checked.kind.map(str::to_owned),
            quality: checked.quality,
            not_evaluated: checked.not_evaluated.clone(),
            remark: remark.map(str::to_owned),
        };
        Some((head, checked.findings.to_bytes()))
    }

    /// Why nothing can be kept for the next run, in the language of the user.
    pub(super) fn complaint(&self) -> Option<String> {
        let error = self.unwritable.get()?;
        let folder = clean(&self.folder.to_string_lossy()).into_owned();
        let reason = read::io_reason(error, self.language);
        Some(say!(
            self.language,
            "không ghi được bộ nhớ đệm vào {folder}: {reason} (đổi thư mục: --cache-dir; tắt: --no-cache)",
            "cannot keep results in {folder}: {reason} (another folder: --cache-dir; none: --no-cache)"
        ))
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

/// Magic, key, hash of the rest; length of the head, head, length of the findings, findings, source.
fn packed(key: Key, head: &Head, findings: &[u8], source: &[u8]) -> Option<Vec<u8>> {
    let head = serde_json::to_vec(head).ok()?;
    let mut rest = Vec::with_capacity(head.len() + findings.len() + source.len() + 8);
    for part in [&head[..], findings] {
        rest.extend_from_slice(&u32::try_from(part.len()).ok()?.to_le_bytes());
        rest.extend_from_slice(part);
    }
    rest.extend_from_slice(source);
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&key.0.to_le_bytes());
    bytes.extend_from_slice(&xxh3_128(&rest).to_le_bytes());
    bytes.extend_from_slice(&rest);
    Some(bytes)
}

/// Head, findings and source of an entry.
fn unpacked(bytes: &[u8], key: Key) -> Option<(Head, &[u8], &[u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let rest = rest.strip_prefix(&key.0.to_le_bytes())?;
    let (hash, rest) = rest.split_at_checked(16)?;
    if hash != xxh3_128(rest).to_le_bytes() {
        return None;
    }
    let part = |rest| -> Option<(&[u8], &[u8])> {
        let (len, rest) = <[u8]>::split_first_chunk::<4>(rest)?;
        rest.split_at_checked(u32::from_le_bytes(*len).try_into().ok()?)
    };
    let (head, rest) = part(rest)?;
    let (findings, source) = part(rest)?;
    Some((serde_json::from_slice(head).ok()?, findings, source))
}
