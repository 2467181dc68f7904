//! Archives of XML parts, as Word and OpenDocument files are, with limits on all that a hostile file
//! could make large.

mod length;
mod xml;

use std::collections::HashMap;
use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use super::InputError;
use crate::document::{COMMENTER, MarkKind};
pub(super) use length::fixed;
pub(super) use xml::{Node, Space, Tag, Xml};

/// Parts of the largest archive that is read.
const MOST_PARTS: usize = 10_000;
/// The largest part that is read, in megabytes (2^20 bytes).
const PART_MB: u64 = 64;
/// All parts that are read together, in megabytes.
const ALL_MB: u64 = 256;
/// Bytes of a part from which on its ratio to what it was packed in is looked at.
const RATIO_FROM: u64 = 8 << 20;
/// How many times its packed size a part may have at most. Text is packed 10 to 50 times smaller.
const RATIO: u64 = 400;
/// Bytes of the record at the end of an archive, and of the comment that may follow it.
const END_RECORD: usize = 22;
const END_COMMENT: usize = 1 << 16;

/// An archive of parts.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// The place of each part by its name in lower case, with `/` between folders.
    index: HashMap<String, usize>,
    /// Bytes that were unpacked so far.
    unpacked: u64,
}

impl<'b> Package<'b> {
    /// Opens an archive.
    ///
    /// # Errors
    /// When the bytes are no archive, or one that was cut or has too many parts.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, InputError> {
        if counted_parts(bytes).is_some_and(|count| count > MOST_PARTS) {
            return Err(InputError::TooManyParts { limit: MOST_PARTS });
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| InputError::Damaged)?;
        if archive.len() > MOST_PARTS {
            return Err(InputError::TooManyParts { limit: MOST_PARTS });
        }
        let mut index = HashMap::with_capacity(archive.len());
        for at in 0..archive.len() {
            if let Some(Ok(name)) = archive.name_for_index(at) {
                index.insert(key(&name), at);
            }
        }
        Ok(Self {
            archive,
            index,
            unpacked: 0,
        })
    }

    /// Whether there are parts in a folder, its name in lower case with `/` at its end.
    fn has_in(&self, folder: &str) -> bool {
        self.index.keys().any(|name| name.starts_with(folder))
    }

    /// Whether there is a part of this name; letter case does not matter.
    pub(super) fn has(&self, name: &str) -> bool {
        self.index.contains_key(&key(name))
    }

    /// The bytes of a part, or `None` where there is none of this name.
    ///
    /// # Errors
    /// When the part is too large, encrypted or damaged.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, InputError> {
        let Some(&at) = self.index.get(&key(name)) else {
            return Ok(None);
        };
        let part = self.archive.by_index(at).map_err(|error| match error {
            ZipError::InvalidPassword
            | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => InputError::Encrypted,
            _ => InputError::Damaged,
        })?;
        let limit = (PART_MB << 20)
            .min((ALL_MB << 20).saturating_sub(self.unpacked))
            .min(RATIO_FROM.max(part.compressed_size().saturating_mul(RATIO)));
        // The size that an archive states is not trusted with memory.
        let room = part.size().min(1 << 20);
        let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or(0));
        part.take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| InputError::Damaged)?;
        let len = bytes.len() as u64;
        if len > limit {
            return Err(InputError::Inflated);
        }
        self.unpacked += len;
        Ok(Some(bytes))
    }

    /// The characters of an XML part, a byte order mark included, or `None` where there is none of
    /// this name.
    ///
    /// # Errors
    /// As for [`bytes`](Self::bytes), and when the part is neither UTF-8 nor UTF-16.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, InputError> {
        let Some(bytes) = self.bytes(name)? else {
            return Ok(None);
        };
        let text = decoded(bytes).ok_or_else(|| InputError::Malformed {
            part: name.to_owned(),
        })?;
        Ok(Some(text))
    }
}

/// How an XML part is encoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PartEncoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-8 after a byte order mark.
    Utf8Marked,
    /// UTF-16, the lower byte first, after a byte order mark.
    Utf16Le,
    /// UTF-16, the higher byte first, after a byte order mark.
    Utf16Be,
}

impl PartEncoding {
    /// Bytes that a byte order mark has at most.
    pub(crate) const MARK: u64 = 3;

    /// How a part is encoded that begins with these bytes.
    pub(crate) fn of(start: &[u8]) -> Self {
        match start {
            [0xFF, 0xFE, ..] => Self::Utf16Le,
            [0xFE, 0xFF, ..] => Self::Utf16Be,
            [0xEF, 0xBB, 0xBF, ..] => Self::Utf8Marked,
            _ => Self::Utf8,
        }
    }
}

/// The characters of an XML part, without the byte order mark; `None` where it is neither
/// UTF-8 nor UTF-16.
pub(crate) fn decoded(bytes: Vec<u8>) -> Option<String> {
    let utf16 = |unit: fn([u8; 2]) -> u16| {
        let (_, bytes) = bytes.split_at_checked(2)?;
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|&pair| unit(pair)).collect();
        String::from_utf16(&units).ok().filter(|_| rest.is_empty())
    };
    match PartEncoding::of(&bytes) {
        PartEncoding::Utf16Le => utf16(u16::from_le_bytes),
        PartEncoding::Utf16Be => utf16(u16::from_be_bytes),
        PartEncoding::Utf8 => String::from_utf8(bytes).ok(),
        PartEncoding::Utf8Marked => String::from_utf8(bytes.get(3..)?.to_vec()).ok(),
    }
}

/// The bytes of a part with these characters: [`decoded`] makes them again.
pub(crate) fn encoded(text: &str, encoding: PartEncoding) -> Vec<u8> {
    let utf16 = |bytes: fn(u16) -> [u8; 2]| {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(bytes).collect()
    };
    match encoding {
        PartEncoding::Utf8 => text.as_bytes().to_vec(),
        PartEncoding::Utf8Marked => format!("\u{FEFF}{text}").into_bytes(),
        PartEncoding::Utf16Le => utf16(u16::to_le_bytes),
        PartEncoding::Utf16Be => utf16(u16::to_be_bytes),
    }
}

/// Why a file is no document that shows no text: nothing is in it, or pictures, which stand in `folder`.
pub(super) fn without_text(bytes: &[u8], folder: &str) -> InputError {
    match Package::open(bytes) {
        Ok(package) if package.has_in(folder) => InputError::NoText,
        _ => InputError::Empty,
    }
}

/// The kind of a comment, by its author.
pub(super) fn comment_by(author: Option<&str>) -> MarkKind {
    if author == Some(COMMENTER) {
        MarkKind::Finding
    } else {
        MarkKind::Comment
    }
}

/// The number of pages that a word processor wrote into a file with its number of words. It counts
/// where those are the words of the text, give or take an eighth: what wrote the file last may have kept
/// the numbers of another text.
pub(super) fn page_count(pages: Option<u32>, words: Option<usize>, text: &str) -> Option<u32> {
    let words = words?;
    let is_of_text = text.split_whitespace().count().abs_diff(words) <= words / 8;
    pages.filter(|_| is_of_text)
}

/// How a part is looked up by its name.
fn key(name: &str) -> String {
    name.trim_start_matches('/')
        .replace('\\', "/")
        .to_ascii_lowercase()
}

/// The number of parts that an archive states at its end: room is made for them all when it is opened.
fn counted_parts(bytes: &[u8]) -> Option<usize> {
    let tail = &bytes[bytes.len().saturating_sub(END_RECORD + END_COMMENT)..];
    let at = tail
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")?;
    let count = tail.get(at + 10..at + 12)?;
    Some(usize::from(u16::from_le_bytes([count[0], count[1]])))
}
