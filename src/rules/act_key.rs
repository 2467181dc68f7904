//! How acts of the register are looked up, by the program and by what builds it.

/// A symbol by which acts are looked up: the zero before numbers under ten may be left out. More
/// zeros make another number: ministries that began anew within a year count so (`001/2025/…`).
pub(super) fn key(symbol: &str) -> &str {
    match symbol.as_bytes() {
        [b'0', b'1'..=b'9', next, ..] if !next.is_ascii_digit() => &symbol[1..],
        _ => symbol,
    }
}
