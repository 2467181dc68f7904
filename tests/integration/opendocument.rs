//! OpenDocument files: what is read of them, beside each file; and files made to harm.
//!
//! `fixtures/opendocument/make.py` writes the files of that folder; `<name>.snap` shows the
//! paragraphs, runs, pages and marks that each was read as.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use vanthu::input::{InputError, odt, read};
use zip::ZipArchive;

use crate::word::{archive, formatting, part, show};

/// The files of a folder of `fixtures`.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(folder);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "odt"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

#[test]
fn what_is_read() {
    for file in files("opendocument") {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let document = read("a.odt", &fs::read(&file).unwrap()).unwrap();
        let shown = format!("{}\n----\n{}", document.source(), show(&document));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(file.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, shown));
    }
}

/// Each character of the source, those that the reader put in aside, is found in the file.
#[test]
fn each_character_is_traced_to_its_place_in_the_file() {
    for file in [files("opendocument"), files("formats")].concat() {
        let bytes = fs::read(&file).unwrap();
        let document = read("a.odt", &bytes).unwrap();
        let traced = odt::provenance(&bytes).unwrap();
        assert_eq!(traced.source, document.source(), "{file:?}");
        let xml = part(&bytes, &traced.parts[0]);
        let mut end = 0;
        for piece in &traced.pieces {
            assert!(end <= piece.source.start, "pieces stand in order");
            end = piece.source.end;
            let raw = &xml[piece.raw.clone()];
            let read = piece.source.of(&traced.source);
            let is_verbatim = raw.len() == read.len();
            let is_same =
                raw.to_uppercase() == read.to_uppercase() || raw.replace('\n', " ") == read;
            assert!(is_verbatim == is_same, "{raw:?} is not {read:?}");
            assert!(is_verbatim || raw.starts_with(['<', '&']), "{raw:?}");
            let paragraph = &traced.paragraphs[piece.paragraph as usize];
            let whole = &xml[paragraph.clone()];
            assert!(
                whole.ends_with("</text:p>") || whole.ends_with("</text:h>"),
                "{whole:?}"
            );
            let mut holds = vec![paragraph];
            if let Some(run) = piece.run {
                let run = &traced.runs[run as usize];
                assert!(xml[run.clone()].ends_with("</text:span>"), "{run:?}");
                holds.push(run);
            }
            for outer in holds {
                assert!(outer.start < piece.raw.start && piece.raw.end < outer.end);
            }
        }
        for run in &formatting(&document).runs {
            let pieces = traced.pieces_in(run.span).iter();
            let sizes = pieces.map(|piece| {
                let start = piece.source.start.max(run.span.start);
                (piece.source.end.min(run.span.end) - start) as usize
            });
            assert_eq!(
                sizes.sum::<usize>(),
                run.span.len(),
                "a run is traced as a whole"
            );
        }
    }
}

const SPACES: &str = "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
    xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' \
    xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0' \
    xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' \
    xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0'";

fn content(body: &str) -> String {
    format!(
        "<office:document-content {SPACES}><office:automatic-styles>\
         <style:style style:name='H' style:family='text'><style:text-properties text:display='none'/>\
         </style:style></office:automatic-styles>\
         <office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
}

fn opendocument(body: &str) -> Vec<u8> {
    archive([("content.xml", content(body).as_bytes())])
}

const TEXT: &str = "<text:p>chữ</text:p>";

fn error(bytes: &[u8]) -> InputError {
    read("a.odt", bytes).unwrap_err()
}

#[test]
fn what_harms_is_refused() {
    let deep = format!("{}{TEXT}", "<text:section>".repeat(300));
    let bomb = vec![b' '; 65 << 20];
    let doctype = format!("<!DOCTYPE a [<!ENTITY b 'c'>]>{}", content(TEXT));
    let manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
    let name = || "content.xml".to_owned();
    let cases = [
        (opendocument(&deep), InputError::TooDeep { part: name() }),
        (
            archive([("content.xml", bomb.as_slice())]),
            InputError::Inflated,
        ),
        (
            archive([("content.xml", doctype.as_bytes())]),
            InputError::Doctype { part: name() },
        ),
        (
            archive([("styles.xml", &b"<a/>"[..])]),
            InputError::MissingPart { part: name() },
        ),
        (
            opendocument("<text:p>"),
            InputError::Malformed { part: name() },
        ),
        (
            archive([
                ("META-INF/manifest.xml", manifest.as_bytes()),
                ("content.xml", &b"\x00\xFF"[..]),
            ]),
            InputError::Encrypted,
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(error(&bytes), expected);
    }
    let whole = opendocument(TEXT);
    for len in [4, 40, whole.len() / 2, whole.len() - 1] {
        assert_eq!(error(&whole[..len]), InputError::Damaged, "{len} bytes");
    }
}

#[test]
fn what_a_file_holds_counts_and_not_its_name() {
    let bytes = fs::read(&files("formats")[0]).unwrap();
    for name in ["a.odt", "a.docx", "a.txt", "a"] {
        assert_eq!(read(name, &bytes).unwrap().format.as_str(), "odt");
    }
}

/// As deep as the limit allows, on the small stack of a test.
#[test]
fn what_nests_deep_is_read() {
    for (open, close, times) in [
        ("<text:section>", "</text:section>", 240),
        (
            "<text:list><text:list-item>",
            "</text:list-item></text:list>",
            120,
        ),
        (
            "<table:table><table:table-row><table:table-cell>",
            "</table:table-cell></table:table-row></table:table>",
            80,
        ),
        (
            "<text:p>a<draw:frame><draw:text-box>",
            "</draw:text-box></draw:frame></text:p>",
            80,
        ),
        (
            "<text:p>a<text:span><draw:g><draw:rect>",
            "</draw:rect></draw:g></text:span></text:p>",
            60,
        ),
    ] {
        let body = format!("{}{TEXT}{}", open.repeat(times), close.repeat(times));
        let document = read("a.odt", &opendocument(&body)).unwrap();
        assert!(document.source().contains("chữ"), "{open}");
    }
}

/// Each of these would take minutes if anything were looked at again and again.
#[test]
fn long_files_are_read_in_one_pass() {
    const MANY: usize = 100_000;
    let paragraphs = "<text:p><text:span>chữ</text:span></text:p>".repeat(MANY);
    let document = read("a.odt", &opendocument(&paragraphs)).unwrap();
    assert_eq!(formatting(&document).paragraphs.len(), MANY);

    let hidden = "<text:span text:style-name='H'>ẩn</text:span>".repeat(MANY);
    let document = read(
        "a.odt",
        &opendocument(&format!("<text:p>{hidden}</text:p>")),
    )
    .unwrap();
    assert_eq!(document.source(), "\n");
    assert_eq!(formatting(&document).marks.len(), 1);

    let boxes = format!("<draw:frame><draw:text-box>{TEXT}</draw:text-box></draw:frame>");
    let boxes = format!("<text:p>a{}</text:p>", boxes.repeat(MANY));
    let document = read("a.odt", &opendocument(&boxes)).unwrap();
    assert_eq!(formatting(&document).paragraphs.len(), MANY + 1);

    let blanks = format!(
        "<text:p>a{}b</text:p>",
        "<text:s text:c='4000000000'/>".repeat(10)
    );
    let document = read("a.odt", &opendocument(&blanks)).unwrap();
    assert!(
        document.source().len() < 100_000,
        "blanks are counted to an end"
    );

    let rows = "<table:table-row><table:table-cell table:number-columns-repeated='999999999'>\
        <text:p>1</text:p></table:table-cell></table:table-row>"
        .repeat(MANY);
    let table = format!("<table:table>{rows}</table:table>");
    let document = read("a.odt", &opendocument(&table)).unwrap();
    assert_eq!(formatting(&document).paragraphs.len(), MANY);
}

proptest! {
    #[test]
    fn no_bytes_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read("a.odt", &bytes);
        let _ = read("a.odt", &archive([("content.xml", bytes.as_slice())]));
    }

    #[test]
    fn no_damage_to_a_file_harms(
        which in 0_usize..100,
        damage in prop::collection::vec((any::<u16>(), any::<u8>()), 1..4),
    ) {
        let files = files("opendocument");
        let bytes = fs::read(&files[which % files.len()]).unwrap();
        let mut archived = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut parts = Vec::new();
        for index in 0..archived.len() {
            let mut file = archived.by_index(index).unwrap();
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut content).unwrap();
            for &(at, byte) in &damage {
                let len = content.len().max(1);
                if let Some(place) = content.get_mut(usize::from(at) % len) {
                    *place = byte;
                }
            }
            parts.push((file.name().unwrap().into_owned(), content));
        }
        let parts = parts.iter().map(|(name, content)| (name.as_str(), content.as_slice()));
        let bytes = archive(parts);
        if let Ok(document) = read("a.odt", &bytes) {
            show(&document);
        }
        let _ = odt::provenance(&bytes);
    }
}

/// A number of another page, or one that is reckoned, is not that of its page; 0 says that the numbers
/// go on.
#[test]
fn numbers_that_are_those_of_their_pages() {
    let of = |field: &str, first: &str| {
        let styles = format!(
            "<office:document-styles {SPACES}><office:master-styles><style:master-page \
             style:name='Standard'><style:header><text:p><text:page-number {field}>2\
             </text:page-number></text:p></style:header></style:master-page>\
             </office:master-styles></office:document-styles>"
        );
        let content = format!(
            "<office:document-content {SPACES}><office:automatic-styles><style:style \
             style:name='P' style:family='paragraph' style:master-page-name='Standard'>\
             <style:paragraph-properties style:page-number='{first}'/></style:style>\
             </office:automatic-styles><office:body><office:text><text:p text:style-name='P'>chữ\
             </text:p></office:text></office:body></office:document-content>"
        );
        let parts = [("content.xml", content), ("styles.xml", styles)];
        let bytes = archive(parts.iter().map(|(name, text)| (*name, text.as_bytes())));
        let document = read("a.odt", &bytes).unwrap();
        let section = &formatting(&document).sections[0];
        let numbers = section.page_numbers.as_ref().unwrap();
        (numbers[0].plain, section.first_number)
    };
    assert_eq!(of("", "5"), (true, Some(5)));
    assert_eq!(of("text:select-page='current'", "0"), (true, None));
    assert_eq!(of("text:page-adjust='0'", "auto"), (true, None));
    assert_eq!(of("text:page-adjust='1'", "auto"), (false, None));
    assert_eq!(of("text:select-page='next'", "auto"), (false, None));
}

/// A field that hides its text by a condition, and one whose condition does not hold.
#[test]
fn text_hidden_by_a_field_is_no_text() {
    let of = |hidden: &str| {
        let field = format!(
            "<text:p>12 <text:hidden-text text:is-hidden='{hidden}'>mật</text:hidden-text>bản</text:p>"
        );
        let document = read("a.odt", &opendocument(&field)).unwrap();
        let marks = &formatting(&document).marks;
        (
            document.source().trim_end().to_owned(),
            marks
                .iter()
                .map(|mark| mark.text.to_string())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(of("true"), ("12 bản".to_owned(), vec!["mật".to_owned()]));
    assert_eq!(of("false"), ("12 mậtbản".to_owned(), vec![]));
}

#[test]
fn cells_are_as_wide_as_their_columns() {
    let column = |style: &str, alike: u32| {
        format!(
            "<table:table-column table:style-name='{style}' \
             table:number-columns-repeated='{alike}'/>"
        )
    };
    let cell = "<table:table-cell><text:p>ô</text:p></table:table-cell>";
    let over_two = cell.replacen("cell>", "cell table:number-columns-spanned='2'>", 1);
    let columns = column("rong", 2) + &column("khac", 1) + &column("rong", 1);
    let body = format!(
        "<table:table><table:table-columns>{columns}</table:table-columns>\
         <table:table-row>{cell}{cell}{cell}{cell}</table:table-row>\
         <table:table-row>{over_two}<table:covered-table-cell/>{over_two}\
         <table:covered-table-cell/>{cell}</table:table-row></table:table>"
    );
    let style = "<office:automatic-styles><style:style style:name='rong' \
                 style:family='table-column'><style:table-column-properties \
                 style:column-width='2in'/></style:style>";
    let content = content(&body).replace("<office:automatic-styles>", style);
    let document = read("a.odt", &archive([("content.xml", content.as_bytes())])).unwrap();
    let cells = formatting(&document).paragraphs.iter().map(|p| p.cell);
    let widths: Vec<_> = cells.map(|cell| cell.unwrap().width.map(|w| w.0)).collect();
    let inches = |inches: i32| Some(1440 * inches);
    let known = [inches(2), inches(2), None, inches(2), inches(4), None, None];
    assert_eq!(widths, known);
}
