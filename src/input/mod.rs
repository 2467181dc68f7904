//! Bytes → document.

use std::sync::Arc;

use crate::document::{Document, Encoding, Format, Parts};
use crate::text::OffsetMap;

/// Why bytes could not be read as a document.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InputError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// No text.
    #[error("the file is not text")]
    Binary,
    /// Too large.
    #[error("the file is larger than {limit} MB")]
    TooLarge {
        /// The limit in megabytes.
        limit: usize,
    },
}

/// Reads a file's bytes. `name` decides nothing but the extension of text formats.
///
/// # Errors
/// When the bytes are no text.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, InputError> {
    let text: Arc<str> = String::from_utf8_lossy(bytes).into();
    Ok(Document::new(Parts {
        name: name.to_owned(),
        format: Format::Txt,
        encoding: Encoding::Utf8 { bom: 0 },
        source: text.clone(),
        text,
        map: OffsetMap::identity(),
        damage: Vec::new(),
        letters_lost: false,
    }))
}
