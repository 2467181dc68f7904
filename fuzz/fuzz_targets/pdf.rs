//! Any bytes as a PDF: taken for a whole file and, since few of those are one, for the content of a
//! page. Run with `cargo +nightly fuzz run pdf fuzz/corpus/pdf fixtures/pdf`.

#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

const NAME: &str = "fuzz.pdf";

const PAGE: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources\
    <</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>/XObject<</X 4 0 R>>>>>>endobj\n";

fuzz_target!(|bytes: &[u8]| {
    common::checked(NAME, bytes);
    let mut file = PAGE.as_bytes().to_vec();
    file.extend_from_slice(format!("4 0 obj<</Length {}>>stream\n", bytes.len()).as_bytes());
    file.extend_from_slice(bytes);
    file.extend_from_slice(b"\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%EOF\n");
    common::checked(NAME, &file);
});
