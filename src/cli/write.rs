//! Files that are changed in place: whole, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

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
    beside.fill(new, Some(&metadata)).map_err(io)?;
    // As late as can be: an editor may have saved since, also while the new file was synced.
    if read::file(&path, language)? != old {
        return Err(say!(
            language,
            "tệp đã thay đổi trong lúc kiểm tra, không sửa",
            "the file changed while it was checked, nothing was fixed"
        ));
    }
    fs::rename(&beside.0, &path).map_err(io)
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
    let mut metadata = None;
    if fs::symlink_metadata(path).is_ok() {
        let found = fs::metadata(path).map_err(io)?;
        // Nobody means to have a device or a pipe replaced.
        if !found.is_file() {
            let name = clean(&path.to_string_lossy()).into_owned();
            return Err(say!(
                language,
                "không ghi được {name}: không phải tệp thường",
                "cannot write {name}: not a regular file"
            ));
        }
        // Who may not write to the file may not replace it either.
        OpenOptions::new().write(true).open(path).map_err(io)?;
        metadata = Some(found);
    }
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let beside = Beside::create(&place).map_err(io)?;
    beside
        .fill(bytes, metadata.as_ref())
        .and_then(|()| fs::rename(&beside.0, &place))
        .map_err(io)
}

/// Characters of the name of a file that stand in the name beside it: a name has 255 bytes at most.
const LONGEST_NAME: usize = 50;

/// A file beside another; it goes with this value unless it was renamed before.
struct Beside(PathBuf);

impl Beside {
    /// Hidden, and with an extension that is no document's: what an ended run leaves behind is not
    /// checked by the next.
    fn create(path: &Path) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let process = std::process::id();
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let beside = path.with_file_name(format!(".{name}.{process}-{count}.vanthu"));
            match File::create_new(&beside) {
                Ok(_) => return Ok(Self(beside)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn fill(&self, bytes: &[u8], replaced: Option<&fs::Metadata>) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(&self.0)?;
        // Before there is anything to read: what only its owner may read stays so.
        if let Some(replaced) = replaced {
            keep_owner(&self.0, replaced);
            file.set_permissions(replaced.permissions())?;
        }
        file.write_all(bytes)?;
        // Otherwise the name could reach the disk before the bytes.
        file.sync_all()
    }
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
        let _ = fs::remove_file(&self.0);
    }
}
