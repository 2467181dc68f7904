//! Any bytes as a PDF: read without a panic, every span valid. The bytes are taken for a whole
//! file and, since few of those are one, for the content of a page. Run with
//! `cargo +nightly fuzz run pdf fuzz/corpus/pdf fixtures/pdf`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vanthu::input;

const PAGE: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources\
    <</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>/XObject<</X 4 0 R>>>>>>endobj\n";

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    let mut file = PAGE.as_bytes().to_vec();
    file.extend_from_slice(format!("4 0 obj<</Length {}>>stream\n", bytes.len()).as_bytes());
    file.extend_from_slice(bytes);
    file.extend_from_slice(b"\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%EOF\n");
    read(&file);
});

fn read(bytes: &[u8]) {
    let Ok(document) = input::read("fuzz.pdf", bytes) else {
        return;
    };
    let formatting = document.formatting.as_ref();
    let source = document.source();
    let paragraphs = formatting.into_iter().flat_map(|f| &f.paragraphs);
    let runs = formatting.into_iter().flat_map(|f| &f.runs);
    let mut end = 0;
    for paragraph in paragraphs {
        assert!(paragraph.span.start >= end, "paragraphs ascend");
        assert!(source.get(paragraph.span.range()).is_some());
        end = paragraph.span.end;
    }
    let mut end = 0;
    for run in runs {
        assert!(run.span.start >= end, "runs ascend");
        assert!(source.get(run.span.range()).is_some());
        end = run.span.end;
    }
}
