//! Any bytes as the text of an OpenDocument file, and any bytes as the file itself: read without a panic,
//! every place within the source. Run with `cargo +nightly fuzz run opendocument`.

#![no_main]

use std::io::{Cursor, Write as _};

use libfuzzer_sys::fuzz_target;
use vanthu::input;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The parts that are read, beside the one with the text.
const PARTS: [&str; 2] = ["content.xml", "styles.xml"];

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    // A zero byte parts the parts.
    for (name, content) in PARTS.into_iter().zip(bytes.split(|&b| b == 0)) {
        let started = writer.start_file(name, SimpleFileOptions::default());
        if started.is_err() || writer.write_all(content).is_err() {
            return;
        }
    }
    if let Ok(archive) = writer.finish() {
        check(archive.get_ref());
    }
});

fn check(bytes: &[u8]) {
    let Ok(document) = input::read("fuzz.odt", bytes) else {
        return;
    };
    let source = document.source();
    let Some(look) = &document.formatting else {
        return;
    };
    let mut end = 0;
    for paragraph in &look.paragraphs {
        assert!(source.get(paragraph.span.range()).is_some());
        assert!(end <= paragraph.span.start, "paragraphs stand in order");
        end = paragraph.span.end;
    }
    for span in look.marks.iter().map(|mark| mark.span) {
        assert!(source.get(span.range()).is_some(), "{span:?}");
    }
    let traced = input::odt::provenance(bytes).expect("what can be read can be traced");
    assert_eq!(traced.source, source);
}
