//! Files and standard input → documents.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;

use super::target::{Target, TargetKind};
use super::{Failure, convert};
use crate::diagnostic::Language;
use crate::document::Document;
use crate::emit::{clean, say};
use crate::input::{self, InputError, LIMIT_MB};

/// Bytes of the largest file that is read.
const LIMIT: u64 = (LIMIT_MB as u64) << 20;

/// Why a target cannot be read, in the language of the user.
pub(super) enum Unread {
    /// It cannot be had, or is no document.
    Bad(String),
    /// There is nothing that could be checked here: a scan without text, an empty text or one that
    /// is none, or a file that takes a program this machine has not. No failure where nobody named
    /// it.
    Nothing(String),
}

impl Unread {
    /// The reason.
    pub(super) fn reason(self) -> String {
        match self {
            Self::Bad(reason) | Self::Nothing(reason) => reason,
        }
    }
}

/// Reads the one target of a command, and says how where it took another program.
pub(super) fn single(target: &Target, language: Language) -> Result<Document, Failure> {
    let name = clean(&target.name);
    let document = document(target, language)
        .map_err(|unread| Failure::Message(format!("{name}: {}", unread.reason())))?;
    if let Some(remark) = convert::remark(document.format, language) {
        // Where standard error cannot be written to, the document is still read.
        let _ = writeln!(io::stderr(), "vanthu: {name}: {remark}");
    }
    Ok(document)
}

/// Reads a target.
pub(super) fn document(target: &Target, language: Language) -> Result<Document, Unread> {
    let bytes = bytes(target, language).map_err(Unread::Bad)?;
    parsed(&target.name, &bytes, language)
}

/// The bytes of a target, or why they cannot be had.
pub(super) fn bytes(target: &Target, language: Language) -> Result<Vec<u8>, String> {
    match &target.kind {
        TargetKind::File { path, .. } => file(path, language).map_err(|reason| {
            let is_other = std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
            match is_other {
                true => say!(
                    language,
                    "{reason} (dùng `-` để đọc đầu vào chuẩn)",
                    "{reason} (use `-` to read standard input)"
                ),
                false => reason,
            }
        }),
        TargetKind::Stdin => limited(io::stdin().lock(), 0).map_err(|error| error.reason(language)),
        TargetKind::Unreadable(reason) | TargetKind::Skipped(reason) => Err(reason.clone()),
    }
}

/// Reads the bytes of a target of this name.
pub(super) fn parsed(name: &str, bytes: &[u8], language: Language) -> Result<Document, Unread> {
    let Some(format) = input::convertible(bytes) else {
        return input::read(name, bytes).map_err(|error| {
            let reason = error.message(language);
            let is_text = || {
                let extension = Path::new(name).extension().and_then(OsStr::to_str);
                extension.is_some_and(input::is_text)
            };
            match error {
                InputError::NoText => Unread::Nothing(reason),
                // Folders hold much that has such a name.
                InputError::Empty | InputError::Binary if is_text() => Unread::Nothing(reason),
                _ => Unread::Bad(reason),
            }
        });
    };
    let read = |docx: &[u8]| input::read(name, docx).map_err(|error| error.message(language));
    convert::to_docx(bytes, format, language)
        .and_then(|docx| read(&docx).map_err(convert::Failure::Result))
        .map(|mut document| {
            document.format = format;
            document
        })
        .map_err(|failure| {
            let reason = failure.reason(format, language);
            match failure {
                convert::Failure::NoProgram => Unread::Nothing(reason),
                _ => Unread::Bad(reason),
            }
        })
}

/// The bytes of a regular file, or why they cannot be had.
pub(super) fn file(path: &Path, language: Language) -> Result<Vec<u8>, String> {
    let io = |error: io::Error| io_reason(&error, language);
    // Asked before it is opened: opening a named pipe waits for a writer.
    let metadata = std::fs::metadata(path).map_err(io)?;
    if metadata.is_dir() {
        return Err(say!(language, "là thư mục", "it is a folder"));
    }
    if !metadata.is_file() {
        return Err(say!(
            language,
            "không phải tệp thường",
            "not a regular file"
        ));
    }
    if metadata.len() > LIMIT {
        return Err(InputError::TooLarge { limit: LIMIT_MB }.message(language));
    }
    let file = File::open(path).map_err(io)?;
    limited(file, metadata.len()).map_err(|error| error.reason(language))
}

enum ReadError {
    Io(io::Error),
    Input(InputError),
}

impl ReadError {
    fn reason(&self, language: Language) -> String {
        match self {
            Self::Io(error) => io_reason(error, language),
            Self::Input(error) => error.message(language),
        }
    }
}

/// Reads to the end, but no endless stream. `expected` bytes are made room for.
fn limited(reader: impl Read, expected: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected + 1).unwrap_or(0));
    reader
        .take(LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(ReadError::Io)?;
    if bytes.len() > LIMIT_MB << 20 {
        return Err(ReadError::Input(InputError::TooLarge { limit: LIMIT_MB }));
    }
    Ok(bytes)
}

/// Why the system refused.
pub(super) fn io_reason(error: &io::Error, language: Language) -> String {
    match (error.kind(), language) {
        (io::ErrorKind::NotFound, Language::Vi) => "không tồn tại".to_owned(),
        (io::ErrorKind::NotFound, Language::En) => "no such file or folder".to_owned(),
        (io::ErrorKind::PermissionDenied, Language::Vi) => "không có quyền truy cập".to_owned(),
        (io::ErrorKind::PermissionDenied, Language::En) => "permission denied".to_owned(),
        (io::ErrorKind::NotADirectory, Language::Vi) => "không phải thư mục".to_owned(),
        (io::ErrorKind::IsADirectory, Language::Vi) => "là thư mục".to_owned(),
        (io::ErrorKind::StorageFull, Language::Vi) => "hết chỗ trên đĩa".to_owned(),
        (io::ErrorKind::ReadOnlyFilesystem, Language::Vi) => "đĩa chỉ cho đọc".to_owned(),
        (io::ErrorKind::InvalidFilename, Language::Vi) => "tên tệp không hợp lệ".to_owned(),
        (io::ErrorKind::InvalidInput, Language::Vi) => "đường dẫn không hợp lệ".to_owned(),
        (io::ErrorKind::ResourceBusy, Language::Vi) => "tệp đang được dùng".to_owned(),
        (io::ErrorKind::TimedOut, Language::Vi) => "quá thời gian chờ".to_owned(),
        // A circle of links has no kind of its own yet.
        (_, Language::Vi) if is_circle(error) => "liên kết vòng tròn".to_owned(),
        (_, Language::Vi) => match error.raw_os_error() {
            Some(code) => format!("lỗi hệ thống số {code}"),
            None => error.to_string(),
        },
        _ => error.to_string(),
    }
}

#[cfg(unix)]
fn is_circle(error: &io::Error) -> bool {
    /// ELOOP, on Linux and on macOS and the BSDs.
    const TOO_MANY_LINKS: i32 = if cfg!(target_os = "linux") { 40 } else { 62 };
    error.raw_os_error() == Some(TOO_MANY_LINKS)
}

#[cfg(not(unix))]
fn is_circle(_: &io::Error) -> bool {
    false
}
