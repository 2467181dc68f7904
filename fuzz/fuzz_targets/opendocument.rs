//! Any bytes as the text of an OpenDocument file, and any bytes as the file itself, which is fixed too.
//! Run with `cargo +nightly fuzz run opendocument`.

#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use vanthu::document::Format;
use vanthu::input;

/// The parts that are read, the one with the text first.
const PARTS: [&str; 2] = ["content.xml", "styles.xml"];

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    common::packed(&PARTS, bytes).inspect(|file| check(file));
});

fn check(bytes: &[u8]) {
    const NAME: &str = "fuzz.odt";
    let Some(checked) = common::checked(NAME, bytes) else {
        return;
    };
    if checked.document.format != Format::Odt {
        return;
    }
    let traced = input::odt::provenance(bytes).expect("what can be read can be traced");
    assert_eq!(traced.source, checked.document.source());
    common::written(NAME, bytes, checked);
}
