//! Plain text and what is read like it.

use std::sync::Arc;

use super::InputError;
use super::decode::{Decoded, decode};
use super::legacy::Legacy;
use super::markdown;
use super::normalise::normalise;
use super::quality::Quality;
use super::suppression;
use crate::document::{Damage, DamageKind, Document, Encoding, Format, Formatting, Parts};
use crate::text::OffsetMap;

/// Reads the bytes of a text file.
///
/// # Errors
/// When the bytes are no text.
pub(super) fn read(name: &str, bytes: &[u8], format: Format) -> Result<Document, InputError> {
    let Decoded { source, encoding } = decode(bytes)?;
    Ok(document(
        name,
        format,
        Raw {
            source,
            encoding,
            formatting: None,
        },
    ))
}

/// What a reader got out of a file.
pub(super) struct Raw {
    /// See [`Document::source`].
    pub(super) source: Arc<str>,
    /// How the characters stood in the file; UTF-8 where the file is no text and offsets count in
    /// `source` itself.
    pub(super) encoding: Encoding,
    /// How it looks.
    pub(super) formatting: Option<Formatting>,
}

/// Brings what was read into normal form and says what is damaged.
pub(super) fn document(name: &str, format: Format, raw: Raw) -> Document {
    let Raw {
        source,
        encoding,
        formatting,
    } = raw;
    let mut damage = Vec::new();
    let (given, given_map, suppressions) = match format {
        Format::Txt | Format::Md => suppression::cut(&source, format),
        _ => None,
    }
    .map_or_else(
        || (source.clone(), OffsetMap::identity(), Vec::new()),
        |(plain, suppressions)| (plain.text.into(), plain.map, suppressions),
    );
    let whole = || Legacy::detect(&given).map(|legacy| (legacy, legacy.convert(&given)));
    let in_lines = || Legacy::in_lines(&given);
    let in_lines = || format.has_paragraphs().then(in_lines).flatten();
    let (text, map): (Arc<str>, _) = match whole().or_else(in_lines) {
        None => {
            let normal = normalise(&given, &mut damage);
            (
                normal.text.map_or_else(|| given.clone(), Arc::from),
                normal.map,
            )
        }
        Some((legacy, converted)) => {
            let normal = normalise(&converted.text, &mut damage);
            // The marks of the old encoding are how it writes letters, not a second damage.
            damage.retain(|d| d.kind != DamageKind::Decomposed);
            for d in &mut damage {
                d.first = converted.map.span(d.first);
            }
            damage.push(Damage {
                kind: legacy.damage_kind(),
                count: converted.letters,
                first: converted.first,
            });
            let text = normal.text.unwrap_or(converted.text);
            (text.into(), normal.map.through(&converted.map))
        }
    };
    for d in &mut damage {
        d.first = given_map.span(d.first);
    }
    let map = map.through(&given_map);
    let marked = if format == Format::Md {
        markdown::strip(&text)
    } else {
        None
    };
    let (text, map) = match marked {
        Some(plain) => (plain.text.into(), plain.map.through(&map)),
        None => (text, map),
    };
    let quality = Quality::of(&text);
    if let Some(lost) = quality.lost {
        damage.push(Damage {
            kind: DamageKind::LostDiacritics,
            count: lost.words,
            first: map.span(lost.first),
        });
    }
    damage.sort_by_key(|d| d.kind);
    let mut document = Document::new(Parts {
        name: name.to_owned(),
        format,
        encoding,
        source,
        text,
        map,
        damage,
        letters_lost: quality.lost.is_some(),
        is_vietnamese: quality.is_vietnamese,
        formatting,
    });
    document.suppressions = suppressions;
    document
}
