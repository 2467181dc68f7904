//! Any bytes as the text of a Word file, and any bytes as the file itself, which is annotated and fixed
//! too. Run with `cargo +nightly fuzz run word`.

#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use vanthu::document::Format;
use vanthu::input;

/// The parts that are read, the one with the text first.
const PARTS: [&str; 3] = ["word/document.xml", "word/styles.xml", "word/numbering.xml"];

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    common::packed(&PARTS, bytes).inspect(|file| check(file));
});

fn check(bytes: &[u8]) {
    const NAME: &str = "fuzz.docx";
    let Some(checked) = common::checked(NAME, bytes) else {
        return;
    };
    if checked.document.format != Format::Docx {
        return;
    }
    let traced = input::docx::provenance(bytes).expect("what can be read can be traced");
    assert_eq!(traced.source, checked.document.source());
    common::written(NAME, bytes, checked);
}
