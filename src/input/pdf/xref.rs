//! A look at the tables that say where the objects of a file stand, before it is opened.
//!
//! Each entry makes lopdf read the object at its place. A file of a megabyte may name one large
//! object a million times; a sound one names each object once for each time the file was saved.

use lopdf::{Dictionary, Object, Stream};

use super::lexer::{Lexer, Token};

/// Entries for each object of the file that are too many, beyond the first thousand.
const MANY: usize = 4;
const FEW: usize = 1000;
/// Tables in streams that are looked at; a file has one for each time it was saved.
const MOST_STREAMS: usize = 64;
/// Bytes that such a table may unpack to.
const MOST_BYTES: usize = 8 << 20;
/// Bytes before the name of its type in which such a stream's dictionary begins.
const DICTIONARY: usize = 4 << 10;

/// What a table counts for that is too large for one, or cannot be read.
const UNREADABLE: usize = usize::MAX >> 8;

/// Where a word stands in the bytes.
pub(super) fn places<'b>(bytes: &'b [u8], word: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    let windows = bytes.windows(word.len()).enumerate();
    windows.filter_map(move |(at, window)| (window == word).then_some(at))
}

/// Where a name begins and what follows it, however its letters are written: `/XRef`, `/#58Ref`.
pub(super) fn names<'b>(
    bytes: &'b [u8],
    name: &'b [u8],
) -> impl Iterator<Item = (usize, &'b [u8])> + 'b {
    let starts = places(bytes, b"/");
    starts.filter_map(move |at| Some((at, after_name(&bytes[at + 1..], name)?)))
}

/// What follows a name that stands at the beginning of bytes, and ends there.
fn after_name<'b>(mut bytes: &'b [u8], name: &[u8]) -> Option<&'b [u8]> {
    for &letter in name {
        bytes = match bytes {
            [b'#', high, low, rest @ ..] if letter == hexadecimal(*high, *low)? => rest,
            [first, rest @ ..] if *first == letter => rest,
            _ => return None,
        };
    }
    let goes_on = |next: &u8| next.is_ascii_alphanumeric() || *next == b'#';
    (!bytes.first().is_some_and(goes_on)).then_some(bytes)
}

fn hexadecimal(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// The file with its tables hidden where they name objects far more often than it has any: it is
/// then opened by a search for objects.
pub(super) fn without_repetition(bytes: &[u8]) -> Option<Vec<u8>> {
    let most = places(bytes, b" obj").count() * MANY + FEW;
    let listed = places(bytes, b" n")
        .filter(|&at| is_entry(&bytes[..at]))
        .count();
    let mut streams = names(bytes, b"XRef").map(|(at, _)| at);
    let in_streams = streams.by_ref().take(MOST_STREAMS);
    let named = listed + in_streams.map(|at| entries(bytes, at)).sum::<usize>();
    if named <= most && streams.next().is_none() {
        return None;
    }
    let mut hidden = bytes.to_vec();
    for at in places(bytes, b"startxref") {
        hidden[at..at + 5].fill(b' ');
    }
    Some(hidden)
}

/// Whether the bytes end as an entry of a table does before its `n`: `0000000015 00000`.
fn is_entry(before: &[u8]) -> bool {
    let Some(entry) = before.len().checked_sub(16).map(|from| &before[from..]) else {
        return false;
    };
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    digits(&entry[..10]) && entry[10] == b' ' && digits(&entry[11..])
}

/// How many objects that stand in the file itself a table in a stream names; `at` is in its
/// dictionary.
fn entries(bytes: &[u8], at: usize) -> usize {
    let near = at.saturating_sub(DICTIONARY);
    let before = bytes[near..at]
        .windows(3)
        .rposition(|window| window == b"obj");
    let start = before.map_or(at, |before| near + before + 3);
    let Some(length) = places(&bytes[at..], b"stream").next() else {
        return 0;
    };
    let dictionary = &bytes[start..at + length];
    let mut data = &bytes[at + length + b"stream".len()..];
    for end in [b'\r', b'\n'] {
        data = data.strip_prefix(&[end]).unwrap_or(data);
    }
    let data = &data[..data.len().min(MOST_BYTES)];
    let is_name = |token: &Token<'_>, key: &[u8]| match token {
        Token::Name(name) => after_name(name, key).is_some_and(<[u8]>::is_empty),
        _ => false,
    };
    let number = |key: &[u8], nth: usize| {
        let mut tokens = Lexer::new(dictionary).skip_while(|token| !is_name(token, key));
        let mut numbers = tokens
            .by_ref()
            .skip(1)
            .skip_while(|token| *token == Token::ArrayStart);
        match numbers.nth(nth) {
            Some(Token::Number(number)) => Some(number.clamp(0.0, 64.0 * 1024.0) as usize),
            _ => None,
        }
    };
    let widths: Vec<usize> = (0..3).map(|nth| number(b"W", nth).unwrap_or(0)).collect();
    let row = widths.iter().sum::<usize>().max(1);
    let mut keys = Dictionary::new();
    let decoders = places(dictionary, b"Decode").count();
    let flate = names(dictionary, b"FlateDecode").count();
    let parameters = names(dictionary, b"DecodeParms").count();
    let is_filtered = names(dictionary, b"Filter").next().is_some();
    // Only one way of packing is in use.
    if is_filtered && (flate != 1 || decoders > flate + parameters) {
        return UNREADABLE;
    }
    if is_filtered {
        keys.set("Filter", "FlateDecode");
        let mut parameters = Dictionary::new();
        for key in ["Predictor", "Columns", "Colors", "BitsPerComponent"] {
            if let Some(value) = number(key.as_bytes(), 0) {
                parameters.set(key, Object::Integer(value as i64));
            }
        }
        keys.set("DecodeParms", parameters);
    }
    let plain = Stream::new(keys, data.to_vec()).get_plain_content_with_limit(MOST_BYTES);
    let Ok(plain) = plain else {
        return UNREADABLE;
    };
    let kind = |row: &[u8]| {
        let kind = row.get(..widths[0]).unwrap_or_default();
        widths[0] == 0 || kind.last() == Some(&1)
    };
    plain.chunks_exact(row).filter(|row| kind(row)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_seen_however_their_names_are_written() {
        for (kind, widths, filter, hides) in [
            ("/XRef", "/W", "", true),
            ("/#58Ref", "/#57", "", true),
            ("/X#52e#66", "/W", "", true),
            ("/XRefs", "/W", "", false),
            ("/XRef", "/W", "/Filter/LZWDecode", true),
            ("/XRef", "/W", "/Filter[/FlateDecode/ASCII85Decode]", true),
        ] {
            let mut bytes = format!("1 0 obj<</Type{kind}{widths}[1 2 1]{filter}>>stream\n");
            bytes += &"\u{1}\u{0}\u{f}\u{0}".repeat(2000);
            let hidden = without_repetition(bytes.as_bytes()).is_some();
            assert_eq!(hidden, hides, "{kind}{widths}{filter}");
        }
    }
}
