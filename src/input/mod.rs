//! Bytes → document.
//!
//! ```text
//! bytes --decode--> source --legacy--> letters --normalise--> (--markdown-->) text --quality--> Document
//! ```
//!
//! A format is a `Reader` in a file of its own and a row of `READERS`.

mod decode;
mod legacy;
mod markdown;
mod normalise;
mod pdf;
mod quality;
mod text;

use crate::diagnostic::Language;
use crate::document::{Document, Format};

/// The largest file that is read, in megabytes (2^20 bytes).
pub const LIMIT_MB: usize = 64;

/// Why bytes could not be read as a document.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InputError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// No text.
    #[error("the file is not text")]
    Binary,
    /// A document format, known by its first bytes, that no reader takes.
    #[error("{name} files are not supported; save the document as plain text")]
    Unsupported {
        /// The usual name of the format: `PDF`.
        name: &'static str,
    },
    /// A document format that cannot be read further because the file is damaged.
    #[error("the {name} file is damaged")]
    Damaged {
        /// The usual name of the format: `PDF`.
        name: &'static str,
    },
    /// A password is needed.
    #[error("the {name} file is encrypted; save a copy without a password")]
    Encrypted {
        /// The usual name of the format: `PDF`.
        name: &'static str,
    },
    /// Pages without text, or with text that has no meaning: what a scanner makes.
    #[error(
        "the {name} file holds images of pages (a scan) and no text that can be read; check the file it was made of, or recognise its text first"
    )]
    NoText {
        /// The usual name of the format: `PDF`.
        name: &'static str,
    },
    /// A packed file that unpacks to too much.
    #[error("the file unpacks to more than {limit} MB")]
    Unpacked {
        /// The limit in megabytes.
        limit: usize,
    },
    /// Too large.
    #[error("the file is larger than {limit} MB")]
    TooLarge {
        /// The limit in megabytes.
        limit: usize,
    },
}

impl InputError {
    /// The error in words for the user; the English ones are those of `Display`.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::Vi, Self::Empty) => "tệp rỗng".to_owned(),
            (Language::Vi, Self::Binary) => "không phải văn bản (tệp nhị phân)".to_owned(),
            (Language::Vi, Self::Unsupported { name }) => {
                format!("chưa đọc được tệp {name}; hãy lưu văn bản dưới dạng văn bản thuần (.txt)")
            }
            (Language::Vi, Self::Damaged { name }) => format!("tệp {name} bị hỏng"),
            (Language::Vi, Self::Encrypted { name }) => {
                format!("tệp {name} được mã hóa; hãy lưu một bản không đặt mật khẩu")
            }
            (Language::Vi, Self::NoText { name }) => format!(
                "tệp {name} chỉ có ảnh quét, không có chữ đọc được; hãy kiểm tra tệp gốc, hoặc nhận dạng chữ trước"
            ),
            (Language::Vi, Self::Unpacked { limit }) => {
                format!("nội dung tệp khi giải nén lớn hơn {limit} MB")
            }
            (Language::Vi, Self::TooLarge { limit }) => format!("tệp lớn hơn {limit} MB"),
        }
    }
}

/// Reads one format.
struct Reader {
    /// The format it makes documents of.
    format: Format,
    /// Extensions of file names, in lower case.
    extensions: &'static [&'static str],
    /// Reads the bytes of a file of this name.
    read: fn(name: &str, bytes: &[u8], format: Format) -> Result<Document, InputError>,
}

/// The readers. A name that no reader claims is read by the first.
const READERS: &[Reader] = &[
    Reader {
        format: Format::Txt,
        extensions: &["txt", "text"],
        read: text::read,
    },
    Reader {
        format: Format::Md,
        extensions: &["md", "markdown"],
        read: text::read,
    },
    Reader {
        format: Format::Pdf,
        extensions: &["pdf"],
        read: pdf::read,
    },
];

/// The extensions of file names that have a reader, in lower case.
pub fn extensions() -> impl Iterator<Item = &'static str> {
    READERS.iter().flat_map(|reader| reader.extensions).copied()
}

/// Documents that no reader takes: the extension and the usual name of the format.
const UNREAD: &[(&str, &str)] = &[
    ("doc", "Word 97-2003 (.doc)"),
    ("docm", "Word (.docm)"),
    ("docx", "Word (.docx)"),
    ("odt", "OpenDocument (.odt)"),
    ("rtf", "RTF"),
];

/// The usual name of a document format that has no reader, by the extension of file names.
#[must_use]
pub fn unread_format(extension: &str) -> Option<&'static str> {
    UNREAD
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))
        .map(|&(_, name)| name)
}

/// Reads a file's bytes. `name` decides nothing but which text format it is, by its extension.
///
/// # Errors
/// When the bytes are no text, or too many.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, InputError> {
    if bytes.len() > LIMIT_MB << 20 {
        return Err(InputError::TooLarge { limit: LIMIT_MB });
    }
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    let claims = |reader: &&Reader| {
        extension
            .as_deref()
            .is_some_and(|e| reader.extensions.contains(&e))
    };
    if pdf::is_pdf(bytes) {
        return pdf::read(name, bytes, Format::Pdf);
    }
    let reader = READERS.iter().find(claims).unwrap_or(&READERS[0]);
    (reader.read)(name, bytes, reader.format)
}
