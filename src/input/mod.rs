//! Bytes → document.
//!
//! ```text
//! bytes --decode--> source (--suppression-->) --legacy--> letters --normalise--> (--markdown-->) text --quality--> Document
//! ```
//!
//! A format is a `Reader` in a file of its own and a row of `READERS`.

mod decode;
pub mod docx;
mod legacy;
mod markdown;
mod normalise;
pub mod odt;
mod package;
mod pdf;
mod quality;
mod suppression;
mod text;

use crate::diagnostic::Language;
use crate::document::{Document, Format};
pub(crate) use package::{PartEncoding, decoded, encoded};

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
    #[error("{name} files are not supported; save the document as .docx or plain text")]
    Unsupported {
        /// The usual name of the format: `PDF`.
        name: &'static str,
    },
    /// A file with the name of a format that is no text, which holds neither that nor plain text.
    #[error(
        "the file is named .{extension} but holds no .{extension} document; open it in Word and use Save As to save it as .docx"
    )]
    Misnamed {
        /// The extension of its name, in lower case.
        extension: &'static str,
    },
    /// Too large.
    #[error("the file is larger than {limit} MB")]
    TooLarge {
        /// The limit in megabytes.
        limit: usize,
    },
    /// Protected by a password.
    #[error("the file is protected by a password; remove the password and check it again")]
    Encrypted,
    /// An archive that cannot be read: damaged, or cut.
    #[error("the file is damaged or incomplete; get it again, or open and save it in Word")]
    Damaged,
    /// An archive whose content is far larger than that of any document.
    #[error("the file unpacks to more than any document holds; it was refused")]
    Inflated,
    /// An archive of too many parts.
    #[error("the file holds more than {limit} parts; it was refused")]
    TooManyParts {
        /// The limit.
        limit: usize,
    },
    /// An archive without a part that each document has.
    #[error("the file is damaged: {part} is missing")]
    MissingPart {
        /// The name of the part.
        part: String,
    },
    /// A part that is no well-formed XML.
    #[error("the file is damaged: {part} cannot be read")]
    Malformed {
        /// The name of the part.
        part: String,
    },
    /// A part with a document type declaration, which no document needs and attacks use.
    #[error("{part} declares a document type (DOCTYPE); the file was refused as unsafe")]
    Doctype {
        /// The name of the part.
        part: String,
    },
    /// A part whose elements nest too deep.
    #[error("{part} is nested too deep; the file was refused")]
    TooDeep {
        /// The name of the part.
        part: String,
    },
    /// Images of pages without text, or with text that has no meaning.
    #[error(
        "there is no text that can be read: the pages are images (a scan), or their fonts do not say which letters they show; check the file they were printed from, or run text recognition first"
    )]
    NoText,
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
                format!(
                    "chưa đọc được tệp {name}; hãy lưu văn bản dưới dạng .docx hoặc văn bản thuần (.txt)"
                )
            }
            (Language::Vi, Self::Misnamed { extension }) => format!(
                "tệp mang tên .{extension} nhưng không phải tệp .{extension}; hãy mở bằng Word, chọn Save As (Lưu thành) và lưu dưới dạng .docx"
            ),
            (Language::Vi, Self::TooLarge { limit }) => format!("tệp lớn hơn {limit} MB"),
            (Language::Vi, Self::Encrypted) => {
                "tệp được đặt mật khẩu; hãy bỏ mật khẩu rồi kiểm tra lại".to_owned()
            }
            (Language::Vi, Self::Damaged) => {
                "tệp bị hỏng hoặc chưa tải đủ; hãy lấy lại tệp, hoặc mở bằng Word rồi lưu lại"
                    .to_owned()
            }
            (Language::Vi, Self::Inflated) => {
                "nội dung giải nén lớn bất thường; tệp bị từ chối".to_owned()
            }
            (Language::Vi, Self::TooManyParts { limit }) => {
                format!("tệp có hơn {limit} phần; tệp bị từ chối")
            }
            (Language::Vi, Self::MissingPart { part }) => {
                format!("tệp bị hỏng: thiếu phần {part}")
            }
            (Language::Vi, Self::Malformed { part }) => {
                format!("tệp bị hỏng: không đọc được phần {part}")
            }
            (Language::Vi, Self::Doctype { part }) => {
                format!("phần {part} có khai báo DOCTYPE không an toàn; tệp bị từ chối")
            }
            (Language::Vi, Self::TooDeep { part }) => {
                format!("phần {part} lồng nhau quá sâu; tệp bị từ chối")
            }
            (Language::Vi, Self::NoText) => {
                "không có lớp chữ đọc được: các trang là ảnh quét, hoặc phông chữ không kèm bảng mã; hãy kiểm tra tệp gốc, hoặc nhận dạng chữ (OCR) trước"
                    .to_owned()
            }
        }
    }
}

/// Reads one format.
struct Reader {
    /// The format it makes documents of.
    format: Format,
    /// Extensions of file names, in lower case.
    extensions: &'static [&'static str],
    /// Whether bytes are of this format; `None` for text, which only the name tells apart.
    knows: Option<fn(&[u8]) -> bool>,
    /// Reads the bytes of a file of this name.
    read: fn(name: &str, bytes: &[u8], format: Format) -> Result<Document, InputError>,
}

/// The readers. A name that no reader claims is read by the first.
const READERS: &[Reader] = &[
    Reader {
        format: Format::Txt,
        extensions: &["txt", "text"],
        knows: None,
        read: text::read,
    },
    Reader {
        format: Format::Md,
        extensions: &["md", "markdown"],
        knows: None,
        read: text::read,
    },
    Reader {
        format: Format::Docx,
        extensions: &["docx", "docm"],
        knows: Some(docx::is_docx),
        read: docx::read,
    },
    Reader {
        format: Format::Odt,
        extensions: &["odt"],
        knows: Some(odt::is_odt),
        read: odt::read,
    },
    Reader {
        format: Format::Pdf,
        extensions: &["pdf"],
        knows: Some(pdf::is_pdf),
        read: pdf::read,
    },
];

/// Formats that [`read`] takes only after another program has made Office Open XML of them.
const CONVERTIBLE: &[Format] = &[Format::Doc, Format::Rtf];

/// The extensions of file names that have a reader, in lower case, and those of formats that have
/// to be converted first.
pub fn extensions() -> impl Iterator<Item = &'static str> {
    let read = READERS.iter().flat_map(|reader| reader.extensions).copied();
    read.chain(CONVERTIBLE.iter().map(|format| format.as_str()))
}

/// The format of a file that has to be converted to Office Open XML before it can be read, told by
/// its bytes alone.
#[must_use]
pub fn convertible(bytes: &[u8]) -> Option<Format> {
    const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    /// The stream that such a file of Word has, in its table of contents; one of Excel, or an
    /// encrypted archive, has not.
    const STREAM: &[u8] = b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0";
    if bytes.starts_with(b"{\\rtf") {
        return Some(Format::Rtf);
    }
    let is_word = bytes.starts_with(OLE) && bytes.windows(STREAM.len()).any(|part| part == STREAM);
    is_word.then_some(Format::Doc)
}

/// Whether files with this extension are text that an editor shows as it is.
#[must_use]
pub fn is_text(extension: &str) -> bool {
    let claims = |reader: &&Reader| {
        let mut known = reader.extensions.iter();
        known.any(|known| known.eq_ignore_ascii_case(extension))
    };
    let reader = READERS.iter().find(claims);
    reader.is_some_and(|reader| matches!(reader.format, Format::Txt | Format::Md))
}

/// Documents that no reader takes: the extension and the usual name of the format.
const UNREAD: &[(&str, &str)] = &[("pages", "Apple Pages"), ("wps", "WPS Writer (.wps)")];

/// The usual name of a document format that has no reader, by the extension of file names.
#[must_use]
pub fn unread_format(extension: &str) -> Option<&'static str> {
    UNREAD
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))
        .map(|&(_, name)| name)
}

/// The first bytes of every archive.
const ARCHIVE: &[u8] = b"PK";

/// Reads a file's bytes. What they are decides how; `name` tells formats of text apart, and which
/// document a damaged archive was.
///
/// # Errors
/// When the bytes are no document that can be read, or too many.
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
    let known = READERS
        .iter()
        .find(|reader| reader.knows.is_some_and(|knows| knows(bytes)));
    let claimed = READERS.iter().find(claims);
    let reader = known
        .or_else(|| claimed.filter(|reader| reader.knows.is_none() || bytes.starts_with(ARCHIVE)));
    if let Some(reader) = reader {
        return (reader.read)(name, bytes, reader.format);
    }
    let claimed = claimed.into_iter().flat_map(|reader| reader.extensions);
    let old = CONVERTIBLE.iter().map(|format| format.as_str());
    let mut not_text = claimed.copied().chain(old);
    match not_text.find(|known| extension.as_deref() == Some(known)) {
        Some(extension) => misnamed(name, bytes, extension),
        None => (READERS[0].read)(name, bytes, READERS[0].format),
    }
}

/// Reads bytes that have the name of a format that is no text and are of none: plain text, if anything.
fn misnamed(name: &str, bytes: &[u8], extension: &'static str) -> Result<Document, InputError> {
    /// What pages and messages begin with that are saved under such a name too.
    const MARKUP: [&str; 2] = ["<", "MIME-Version:"];
    let error = InputError::Misnamed { extension };
    match text::read(name, bytes, Format::Txt) {
        Ok(document) => {
            let text = document.text().trim_start();
            let is_markup = MARKUP.iter().any(|start| text.starts_with(start));
            if is_markup { Err(error) } else { Ok(document) }
        }
        Err(InputError::Binary) => Err(error),
        Err(other) => Err(other),
    }
}

/// Whether a background of this colour (red, green, blue) is seen on white paper.
fn is_seen_behind(color: [u8; 3]) -> bool {
    /// As light as this in all three is no more than what copying from a page leaves.
    const NEARLY_WHITE: u8 = 0xF2;
    color.iter().any(|&part| part < NEARLY_WHITE)
}
