//! Cuts of a text at a number of bytes.

/// The largest character boundary not above the byte `at`, which may lie past the end.
#[must_use]
pub fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first `length` bytes of a text, to a character boundary.
#[must_use]
pub fn first_bytes(text: &str, length: usize) -> &str {
    &text[..floor(text, length)]
}

/// The last `length` bytes of a text, and what they cut of a character.
#[must_use]
pub fn last_bytes(text: &str, length: usize) -> &str {
    &text[floor(text, text.len().saturating_sub(length))..]
}
