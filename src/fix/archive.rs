//! Archives with some parts changed: what is not changed is copied as it is packed.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::input::{PartEncoding, decoded, encoded};

/// A part of an archive that is written anew.
#[derive(Debug)]
pub(super) struct Part {
    /// Its name, as in the archive or with a `/` before it; letter case does not matter.
    pub(super) name: String,
    /// What it holds.
    pub(super) text: String,
}

/// Bytes of the largest part that is changed.
const LARGEST: u64 = 64 << 20;

/// The parts that hold the signatures of a document: a change would make them void.
const SIGNATURES: [&str; 2] = ["_xmlsignatures/", "META-INF/documentsignatures.xml"];

fn key(name: &str) -> String {
    name.trim_start_matches('/')
        .replace('\\', "/")
        .to_ascii_lowercase()
}

/// Whether an archive can be written again without harm to what it promises.
pub(super) fn can_change(bytes: &[u8]) -> bool {
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return false;
    };
    let mut names = (0..archive.len()).filter_map(|index| archive.name_for_index(index)?.ok());
    !names.any(|name| {
        let name = key(&name);
        SIGNATURES.iter().any(|part| name.starts_with(&key(part)))
    })
}

/// The characters of a part, as its reader counts them; `None` where there is none of this name, or it
/// is too large or neither UTF-8 nor UTF-16.
pub(super) fn text(bytes: &[u8], name: &str) -> Option<String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let index = place(&archive, name)?;
    let mut data = Vec::new();
    let part = archive.by_index(index).ok()?;
    part.take(LARGEST + 1).read_to_end(&mut data).ok()?;
    (data.len() as u64 <= LARGEST).then(|| decoded(data))?
}

/// The index of the part that is read under a name: the last, where letter case alone tells them apart.
fn place(archive: &ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<usize> {
    let wanted = key(name);
    (0..archive.len()).rev().find(|&index| {
        let name = archive.name_for_index(index);
        matches!(name, Some(Ok(name)) if key(&name) == wanted)
    })
}

/// The archive with these parts in the place of those of their name, or at its end; `None` where it
/// cannot be written.
pub(super) fn with_parts(bytes: &[u8], parts: &[Part]) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let comment = archive.comment().into();
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() + 4096)));
    let places: Vec<_> = parts
        .iter()
        .map(|part| place(&archive, &part.name))
        .collect();
    for index in 0..archive.len() {
        let Some(at) = places.iter().position(|&place| place == Some(index)) else {
            out.raw_copy_file(archive.by_index_raw(index).ok()?).ok()?;
            continue;
        };
        let mut start = Vec::new();
        let old = archive.by_index(index).ok()?;
        old.take(PartEncoding::MARK).read_to_end(&mut start).ok()?;
        let encoding = PartEncoding::of(&start);
        let file = archive.by_index_raw(index).ok()?;
        let name = file.name().ok()?.into_owned();
        let mut options = SimpleFileOptions::default().compression_method(file.compression());
        if let Some(time) = file.last_modified() {
            options = options.last_modified_time(time);
        }
        out.start_file(name, options).ok()?;
        out.write_all(&encoded(&parts[at].text, encoding)).ok()?;
    }
    let new = parts.iter().zip(&places).filter(|(_, at)| at.is_none());
    for (part, _) in new {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        out.start_file(part.name.trim_start_matches('/'), options)
            .ok()?;
        out.write_all(part.text.as_bytes()).ok()?;
    }
    out.set_raw_comment(comment).ok()?;
    Some(out.finish().ok()?.into_inner())
}
