//! Any bytes as text. Run with `cargo +nightly fuzz run parse`.

#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    common::checked("fuzz.txt", bytes);
});
