//! Files that are changed in place: whole, or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use super::read;
use crate::diagnostic::Language;
use crate::emit::{clean, say};

/// Puts `new` in the place of a file that held `old`, or says in the language of the user why not.
///
/// The bytes are written beside the file, which then takes their name: whoever reads it, and
/// whenever the program is ended, there is the old file or the new one. A link stays a link.
pub(super) fn replace(
    path: &Path,
    old: &[u8],
    new: &[u8],
    language: Language,
) -> Result<(), String> {
    let io = |error: io::Error| read::io_reason(&error, language);
    let path = fs::canonicalize(path).map_err(io)?;
    // Who may not write to the file may not replace it either.
    let file = OpenOptions::new().write(true).open(&path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    if read::file(&path, language)? == new {
        return Ok(());
    }
    let beside = Beside::create(&path).map_err(io)?;
    beside.look_like(&metadata).map_err(io)?;
    beside.fill(new).map_err(io)?;
    // As late as can be: an editor may have saved since, also while the new file was synced.
    if read::file(&path, language)? != old {
        return Err(say!(
            language,
            "tệp đã thay đổi trong lúc kiểm tra, không sửa",
            "the file changed while it was checked, nothing was fixed"
        ));
    }
    fs::rename(&beside.path, &path).map_err(io)
}

/// Writes a file, in the place of one that is there.
pub(super) fn put(path: &Path, bytes: &[u8], language: Language) -> Result<(), String> {
    let io = |error: io::Error| {
        let name = clean(&path.to_string_lossy()).into_owned();
        let reason = read::io_reason(&error, language);
        say!(
            language,
            "không ghi được {name}: {reason}",
            "cannot write {name}: {reason}"
        )
    };
    // Nobody means to have a device or a pipe replaced, or a link to nothing.
    if fs::symlink_metadata(path).is_ok() && !fs::metadata(path).map_err(io)?.is_file() {
        let name = clean(&path.to_string_lossy()).into_owned();
        return Err(say!(
            language,
            "không ghi được {name}: không phải tệp thường",
            "cannot write {name}: not a regular file"
        ));
    }
    let pending = Pending::create(path).map_err(io)?;
    let written = || {
        pending.writer()?.write_all(bytes)?;
        // Otherwise the name could reach the disk before the bytes.
        pending.file.sync_all()
    };
    written().and_then(|()| pending.publish()).map_err(io)
}

/// The path of a file by which it is told from others, whether it exists or not.
pub(super) fn place(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    // A link that leads to nothing yet.
    let target = fs::read_link(path).ok();
    let target = target.map(|target| folder_of(path).join(target));
    let path = target.as_deref().unwrap_or(path);
    match (fs::canonicalize(folder_of(path)), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// A file that is written to its end before it takes the place of one of its name. What is no
/// regular file, or lies where nothing can be put beside it, is written as it stands.
pub(super) struct Pending {
    place: PathBuf,
    file: File,
    beside: Option<Beside>,
}

impl Pending {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let place = place(path);
        let found = match fs::metadata(path) {
            // Who may not write to the file may not replace it either.
            Ok(metadata) => Some((metadata, OpenOptions::new().write(true).open(path)?)),
            Err(_) => None,
        };
        let (file, beside) = match found {
            Some((metadata, file)) if !metadata.is_file() => (file, None),
            Some((metadata, file)) => match Beside::create(&place) {
                Ok(beside) => {
                    beside.look_like(&metadata)?;
                    (beside.file.try_clone()?, Some(beside))
                }
                Err(_) => (file, None),
            },
            None => {
                let beside = Beside::create(&place)?;
                (beside.file.try_clone()?, Some(beside))
            }
        };
        Ok(Self {
            place,
            file,
            beside,
        })
    }

    /// What the bytes are written to.
    pub(super) fn writer(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Gives what was written its name.
    pub(super) fn publish(mut self) -> io::Result<()> {
        let Some(beside) = self.beside else {
            // What was there may have been longer.
            return match self.file.metadata()?.is_file() {
                true => self
                    .file
                    .stream_position()
                    .and_then(|end| self.file.set_len(end)),
                false => Ok(()),
            };
        };
        fs::rename(&beside.path, &self.place).or_else(|error| match self.place.is_file() {
            // A file that is mounted alone can be written but not replaced.
            true => fs::copy(&beside.path, &self.place).map(|_| ()),
            false => Err(error),
        })
    }
}

/// Characters of the name of a file that stand in the name beside it: a name has 255 bytes at most.
const LONGEST_NAME: usize = 50;

/// A file beside another; it goes with this value unless it was renamed before.
///
/// It is locked as long as it is written: one that is not was left behind by a run that was killed.
struct Beside {
    path: PathBuf,
    file: File,
}

impl Beside {
    /// Hidden, and with an extension that is no document's: what an ended run leaves behind is not
    /// checked by the next.
    fn create(path: &Path) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        take_away_leftovers(folder_of(path));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let process = std::process::id();
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let beside = path.with_file_name(format!(".{name}.{process}-{count}.vanthu"));
            match File::create_new(&beside) {
                Ok(file) => {
                    // Where files cannot be locked none is taken for a leftover either.
                    let _ = file.lock();
                    // Another run may have taken it for one before it was locked.
                    if beside.exists() {
                        return Ok(Self { path: beside, file });
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Gives it the owner and the mode of the file that it replaces, before there is anything to
    /// read: what only its owner may read stays so.
    fn look_like(&self, replaced: &fs::Metadata) -> io::Result<()> {
        keep_owner(&self.path, replaced);
        self.file.set_permissions(replaced.permissions())
    }

    fn fill(&self, bytes: &[u8]) -> io::Result<()> {
        (&self.file).write_all(bytes)?;
        // Otherwise the name could reach the disk before the bytes.
        self.file.sync_all()
    }
}

/// Removes what runs that were killed left beside the files of a folder, once in a run.
fn take_away_leftovers(folder: &Path) {
    static SEEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.insert(folder.to_owned()) {
        return;
    }
    drop(seen);
    // Leftovers do no harm; what cannot be removed stays.
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        if !is_beside(&entry.file_name().to_string_lossy())
            || !entry.file_type().is_ok_and(|kind| kind.is_file())
        {
            continue;
        }
        let path = entry.path();
        let Ok(file) = OpenOptions::new().write(true).open(&path) else {
            continue;
        };
        // Whoever is still writing it holds the lock.
        if file.try_lock().is_ok() {
            let _ = fs::remove_file(&path);
        }
    }
}

/// Whether a file has a name that [`Beside`] gives: `.NAME.PROCESS-NUMBER.vanthu`.
fn is_beside(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parts = || {
        let name = name.strip_prefix('.')?.strip_suffix(".vanthu")?;
        let (name, numbers) = name.rsplit_once('.')?;
        let (process, number) = numbers.split_once('-')?;
        Some(!name.is_empty() && is_number(process) && is_number(number))
    };
    parts().unwrap_or(false)
}

/// Gives a file the owner and the group of the one that it replaces. Who may not do so goes without:
/// the file is then as new as any that they write.
#[cfg(unix)]
fn keep_owner(path: &Path, replaced: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, chown};
    if chown(path, Some(replaced.uid()), Some(replaced.gid())).is_err() {
        // The group alone is for its members to give.
        let _ = chown(path, None, Some(replaced.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &fs::Metadata) {}

impl Drop for Beside {
    fn drop(&mut self) {
        // After the rename there is nothing of this name.
        let _ = fs::remove_file(&self.path);
    }
}
