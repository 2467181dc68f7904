//! PDF: `fixtures/pdf/*.pdf`, written by `fixtures/pdf/make.py`, and what is read of each beside
//! it; hostile files.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use vanthu::document::{DamageKind, Document};
use vanthu::input::{InputError, read};
use vanthu::rules::{Options, RuleSet, check};

fn fixture(name: &str) -> Vec<u8> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    fs::read(root.join("fixtures/pdf").join(name)).unwrap()
}

fn document(name: &str) -> Document {
    read(name, &fixture(name)).unwrap()
}

/// The text as given, then pages and the first run of each look.
fn shown(document: &Document) -> String {
    let source = document.source();
    let mut out = source.replace('\x0C', "----- page -----\n");
    let formatting = document.formatting.as_ref().unwrap();
    out.push('\n');
    for section in &formatting.sections {
        let mm = |length: Option<vanthu::document::Twips>| length.unwrap().mm().round();
        let _ = writeln!(
            out,
            "section {} x {} mm, numbers: {:?}",
            mm(section.width),
            mm(section.height),
            section.page_numbers.as_ref().map(|numbers| {
                let each = numbers.iter();
                each.map(|n| (n.place, n.pages, n.align, n.style.size.unwrap().points()))
                    .collect::<Vec<_>>()
            }),
        );
    }
    let mut seen = Vec::new();
    for run in &formatting.runs {
        if seen.contains(&&run.style) {
            continue;
        }
        seen.push(&run.style);
        let style = &run.style;
        let _ = writeln!(
            out,
            "{:?}: {} {} pt{}{}{}",
            run.span.of(source),
            style.font.as_deref().unwrap_or("-"),
            style
                .size
                .map_or("-".into(), |size| size.points().to_string()),
            if style.bold == Some(true) {
                ", bold"
            } else {
                ""
            },
            if style.italic == Some(true) {
                ", italic"
            } else {
                ""
            },
            if style.color.is_some() {
                ", coloured"
            } else {
                ""
            },
        );
    }
    for damage in &document.damage {
        let _ = writeln!(out, "{:?}: {}", damage.kind, damage.count);
    }
    out
}

#[test]
fn what_is_read_of_each_file() {
    insta::glob!("../../fixtures/pdf", "*.pdf", |path| {
        let bytes = fs::read(path).unwrap();
        let shown = match read("a.pdf", &bytes) {
            Ok(document) => shown(&document),
            Err(error) => format!("{error}\n"),
        };
        insta::with_settings!({
            snapshot_path => "../../fixtures/pdf",
            prepend_module_to_snapshot => false,
            snapshot_suffix => path.file_stem().unwrap().to_string_lossy(),
            omit_expression => true,
        }, {
            insta::assert_snapshot!("pdf", shown);
        });
    });
}

#[test]
fn fonts_and_encodings_make_no_difference() {
    let expected = document("bao-cao.pdf");
    assert_eq!(expected.damage, []);
    let words = |document: &Document| -> Vec<String> {
        let words = document.text().split_whitespace();
        words.map(str::to_owned).collect()
    };
    assert_eq!(
        words(&document("bao-cao-font-don.pdf")),
        words(&expected),
        "simple fonts"
    );
    assert_eq!(
        words(&document("lat-nguoc.pdf")),
        words(&expected),
        "a page turned over"
    );
    let decomposed = document("bao-cao-to-hop.pdf");
    assert_eq!(words(&decomposed), words(&expected), "combining marks");
    assert_eq!(decomposed.damage[0].kind, DamageKind::Decomposed);
}

#[test]
fn fonts_of_old_encodings_are_converted() {
    let document = document("tcvn3.pdf");
    assert!(document.text().contains("Bộ phận Một cửa đã tiếp nhận"));
    assert_eq!(document.damage[0].kind, DamageKind::Tcvn3);
}

#[test]
fn what_is_put_on_a_page_later_is_not_judged() {
    let document = document("ky-so.pdf");
    let rules = RuleSet::builtin();
    let outcome = check(&document, &rules, Options::default());
    let found = outcome.diagnostics.iter();
    let found = found.map(|found| found.rule.id.to_string());
    assert_eq!(found.collect::<Vec<_>>(), ["recipients-last-mark"]);
}

#[test]
fn places_name_the_page() {
    let document = document("bao-cao.pdf");
    let at = document.source().find("Số liệu kèm theo").unwrap();
    let location = document.location(u32::try_from(at).unwrap()).unwrap();
    assert_eq!((location.page, location.paragraph), (Some(2), None));
    assert_eq!(location.part, None);
}

#[test]
fn what_a_pdf_is_its_bytes_tell() {
    let bytes = fixture("bao-cao.pdf");
    let named_otherwise = read("bao-cao.txt", &bytes).unwrap();
    assert_eq!(named_otherwise.format.as_str(), "pdf");
    let mut shifted = b"\n\n".to_vec();
    shifted.extend_from_slice(&bytes);
    assert!(read("bao-cao.pdf", &shifted).is_ok());
    assert_eq!(read("a.pdf", b"").unwrap_err(), InputError::Empty);
    let text = read("a.pdf", b"BAO CAO").unwrap();
    assert_eq!(text.format.as_str(), "txt");
    let error = read("a.pdf", b"%PDF-1.7\n").unwrap_err();
    assert_eq!(error, InputError::Damaged);
}

#[test]
fn a_file_that_is_cut_is_refused() {
    for name in ["bao-cao.pdf", "dong-dau.pdf", "mat-khau-rong.pdf"] {
        let bytes = fixture(name);
        let end = bytes.windows(9).rposition(|mark| mark == b"startxref");
        for len in (10..end.unwrap()).step_by(211) {
            let error = read(name, &bytes[..len]).unwrap_err();
            assert_eq!(error, InputError::Damaged, "{name} {len}");
        }
    }
}

/// A file of objects numbered from 1, the first of which is the catalog.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut table = String::new();
    for (i, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", out.len());
        out.extend_from_slice(format!("{} 0 obj\n", i + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let (start, size) = (out.len(), objects.len() + 1);
    let _ = write!(
        out_string(&mut out),
        "xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    );
    out
}

/// Text into bytes.
fn out_string(out: &mut Vec<u8>) -> impl std::fmt::Write + '_ {
    struct Bytes<'a>(&'a mut Vec<u8>);
    impl std::fmt::Write for Bytes<'_> {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.extend_from_slice(text.as_bytes());
            Ok(())
        }
    }
    Bytes(out)
}

fn stream(keys: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{keys}/Length {}>>\nstream\n", data.len()).into_bytes();
    out.extend_from_slice(data);
    out.extend_from_slice(b"\nendstream");
    out
}

const FONT: &str = "/Resources<</Font<</F <</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>";

/// A file of one page with this content, and more objects, numbered from 5.
fn page(content: &[u8], resources: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{FONT}{resources}>>>>"
        )
        .into_bytes(),
        stream("", content),
    ];
    objects.extend_from_slice(more);
    file(&objects)
}

const HELLO: &[u8] = b"BT /F 12 Tf 72 700 Td (Bao cao) Tj ET";

/// Size of the paper and of the text: in a unit of the page's own; of a page that shows a part of the
/// paper only that of the text is known.
#[test]
fn units_and_parts_of_pages() {
    let of = |keys: &str, content: &[u8]| {
        let objects = [
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R{keys}{FONT}>>>>").into_bytes(),
            stream("", content),
        ];
        let document = read("a.pdf", &file(&objects)).unwrap();
        let look = document.formatting.unwrap();
        let width = look.sections[0].width.map(|width| width.mm().round());
        (width, look.runs[0].style.size.unwrap().points())
    };
    let half = b"BT /F 6 Tf 36 350 Td (Bao cao) Tj ET";
    for (keys, content, width) in [
        ("/MediaBox[0 0 595 842]", HELLO, Some(210.0)),
        ("/MediaBox[0 0 297.5 421]/UserUnit 2", half, Some(210.0)),
        ("/MediaBox[0 0 595 842]/UserUnit 0", HELLO, Some(210.0)),
        (
            "/MediaBox[0 0 595 842]/CropBox[0 0 595 842]",
            HELLO,
            Some(210.0),
        ),
        ("/MediaBox[0 0 595 842]/CropBox[40 40 560 800]", HELLO, None),
    ] {
        assert_eq!(of(keys, content), (width, 12.0), "{keys}");
    }
}

/// Widths that no glyph has do not lead the text off the page.
#[test]
fn widths_that_cannot_be_are_not_believed() {
    for widths in [
        "/FirstChar -2147483648/LastChar 2147483647/Widths[99999999999999999999999999999999 -9 (a)]",
        "/FirstChar 300/LastChar 2/Widths[600 600]",
        "/FirstChar 66/LastChar 67/Widths[9999999999999999999999999999.0 -500]",
        "/FirstChar 66/LastChar 255",
    ] {
        let resources = "/Resources<</Font<</F 5 0 R>>";
        let objects = [
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R{resources}>>>>").into_bytes(),
            stream("", HELLO),
            format!("<</Type/Font/Subtype/Type1{widths}>>").into_bytes(),
        ];
        assert_eq!(
            read("a.pdf", &file(&objects)).unwrap().source(),
            "Bao cao\n",
            "{widths}"
        );
    }
}

/// Content that unpacks to more than a page holds is not called a scan.
#[test]
fn a_page_that_is_too_large_is_said_to_be() {
    let mut packed = lopdf::Stream::new(lopdf::Dictionary::new(), vec![b' '; 40 << 20]);
    packed.compress().unwrap();
    let objects = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R{FONT}>>>>").into_bytes(),
        stream("/Filter/FlateDecode", &packed.content),
    ];
    assert_eq!(
        read("a.pdf", &file(&objects)).unwrap_err(),
        InputError::Inflated
    );
}

#[test]
fn a_page_tree_in_a_circle_ends() {
    let objects = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[2 0 R 3 0 R 3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R{FONT}>>>>").into_bytes(),
        stream("", HELLO),
    ];
    assert_eq!(
        read("a.pdf", &file(&objects)).unwrap().source(),
        "Bao cao\n"
    );
}

#[test]
fn sizes_of_a_print_made_smaller_are_not_known() {
    let size = |from: &[u8], to: &[u8], producer: &str| {
        let info = format!("<</Producer({producer})>>").into_bytes();
        let mut bytes = page(HELLO, "", &[info]);
        for (from, to) in [(from, to), (b"/Root 1 0 R", b"/Root 1 0 R/Info 5 0 R")] {
            let at = bytes.windows(from.len()).position(|part| part == from);
            let at = at.unwrap();
            bytes.splice(at..at + from.len(), to.iter().copied());
        }
        let document = read("a.pdf", &bytes).unwrap();
        document.formatting.as_ref().unwrap().runs[0].style.size
    };
    let (a4, letter): (&[u8], &[u8]) = (b"595 842", b"612 792");
    assert_eq!(size(a4, letter, "Microsoft: Print To PDF"), None);
    assert!(size(a4, a4, "Microsoft: Print To PDF").is_some());
    assert!(size(a4, letter, "Word").is_some());
}

/// What ends at the right edge of justified text was broken there, however few letters it has.
#[test]
fn justified_lines_go_on() {
    const LINES: [&str; 9] = [
        "Ke hoach nay duoc lap theo yeu cau cua cap tren va theo ket",
        "qua kiem tra cac don vi trong nam, thuc hien dung thoi han.",
        "Thuc hien Nghi dinh so 23/15/NGD-CP nay cua",
        "Chinh phu ve cap ban sao tu so goc, chung thuc ban sao tu",
        "ban chinh, chung thuc chu ky va chung thuc hop dong, giao",
        "dich, cac don vi bao cao ket qua thuc hien trong nam qua,",
        "nhung viec da lam duoc, nhung viec chua lam duoc va nguyen",
        "nhan, dong thoi neu kien nghi cua Uy ban, Phong Van hoa",
        "- Xa hoi va cac phong khac.",
    ];
    let read = |is_justified: bool| {
        let mut content = String::from("BT /F 12 Tf 72 700 Td\n");
        for line in LINES {
            // Each letter is half as wide as high.
            let rest = 366.0 - 6.0 * line.len() as f64;
            let blanks = line.matches(' ').count() as f64;
            let extra = match is_justified && line != LINES[8] {
                true => rest / blanks,
                false => 0.0,
            };
            let _ = writeln!(content, "{extra:.4} Tw ({line}) Tj 0 -16 Td");
        }
        content += "ET";
        let widths = "500 ".repeat(95);
        let font =
            format!("<</Type/Font/Subtype/Type1/FirstChar 32/LastChar 126/Widths[{widths}]>>");
        let objects = [
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
                .to_vec(),
            stream("", content.as_bytes()),
            font.into_bytes(),
        ];
        vanthu::layout::unwrap(&read("a.pdf", &file(&objects)).unwrap()).text
    };
    assert!(read(true).contains("cua Chinh phu"), "{}", read(true));
    assert!(read(true).contains("Van hoa - Xa hoi"), "{}", read(true));
    assert!(read(false).contains("cua\nChinh phu"), "{}", read(false));
}

#[test]
fn notes_do_not_part_a_sentence() {
    let document = document("chu-thich.pdf");
    let text = vanthu::layout::unwrap(&document);
    assert!(
        text.text.contains("các hội viên, đã hoàn thành 87,5%"),
        "{}",
        text.text
    );
    let at = document.source().find("1 Gồm tổ của").unwrap();
    let location = document.location(u32::try_from(at).unwrap()).unwrap();
    assert_eq!(location.page, Some(1));
}

#[test]
fn groups_in_place_in_a_circle_end() {
    let objects = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids 5 0 R/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R{FONT}>>>>").into_bytes(),
        stream("", HELLO),
        b"[3 0 R <</Type/Pages/Kids 5 0 R>> <</Type/Pages/Kids 5 0 R>>]".to_vec(),
    ];
    assert_eq!(
        read("a.pdf", &file(&objects)).unwrap().source(),
        "Bao cao\n"
    );
}

#[test]
fn a_font_in_place_is_read_once() {
    let names: String = (0..256).map(|code| format!("/a{code} ")).collect();
    let font = format!(
        "/ExtGState<</G<</Font[<</Type/Font/Subtype/Type1/BaseFont/X/Encoding\
         <</Differences[0 {names}]>>>> 12]>>>>"
    );
    let content = [&b"/G gs ".repeat(2000)[..], HELLO].concat();
    let document = read("a.pdf", &page(&content, &font, &[])).unwrap();
    assert_eq!(document.source(), "Bao cao\n");
}

#[test]
fn an_object_named_many_times_is_read_once() {
    let large = format!("[{}]", "1 ".repeat(250_000));
    let bytes = page(HELLO, "", &[large.into_bytes()]);
    let text = String::from_utf8(bytes).unwrap();
    let (before, entry) = (
        text.find("trailer").unwrap(),
        text.rfind(" 00000 n").unwrap(),
    );
    let entry = format!("{} \n", &text[entry - 10..entry + 8]).repeat(50_000);
    let repeated = format!("{}{entry}{}", &text[..before], &text[before..])
        .replace("xref\n0 6\n", "xref\n0 50006\n")
        .replace("/Size 6", "/Size 50006");
    let document = read("a.pdf", repeated.as_bytes()).unwrap();
    assert_eq!(document.source(), "Bao cao\n");
}

#[test]
fn forms_in_a_circle_end() {
    let form = stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 9 9]",
        &b"/X Do ".repeat(20),
    );
    let content = [HELLO, b" /X Do"].concat();
    let bytes = page(&content, "/XObject<</X 5 0 R>>", &[form]);
    let error = read("a.pdf", &bytes).unwrap_err();
    assert_eq!(error, InputError::Inflated);
}

#[test]
fn deep_nesting_is_read_over() {
    let deep = [&b"q ".repeat(100_000)[..], HELLO].concat();
    assert!(read("a.pdf", &page(&deep, "", &[])).is_ok());
    let brackets = [&b"[".repeat(100_000)[..], b" TJ ", HELLO].concat();
    assert!(read("a.pdf", &page(&brackets, "", &[])).is_ok());
    for (open, close) in [("[", "]"), ("<</A ", ">>"), ("(", ")")] {
        let object = open.repeat(50_000) + &close.repeat(50_000);
        let bytes = page(HELLO, "", &[object.into_bytes()]);
        assert!(read("a.pdf", &bytes).is_ok(), "{open}");
    }
}

#[test]
fn odd_numbers_move_nothing_out_of_reach() {
    for content in [
        "BT /F 1e9 Tf (a) Tj ET",
        "BT /F 99999999999999999999999999999999999999999 Tf 72 700 Td (a) Tj ET",
        "1e38 0 0 1e38 0 0 cm BT /F 12 Tf 9999999999999999 0 0 9999999999999999 0 0 Tm (a) Tj ET",
        "BT /F 0 Tf (a) Tj ET",
        "BT /F -12 Tf -1 0 0 -1 72 700 Tm (Bao cao) Tj ET",
        "Tj TJ ' \" Td Tf Do gs cm Q Q Q",
    ] {
        let bytes = page(content.as_bytes(), "", &[]);
        // Nothing to read, or a text.
        let _ = read("a.pdf", &bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Bytes changed anywhere in a file: it is read or refused.
    #[test]
    fn a_changed_file_does_not_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        which in 0_usize..3,
    ) {
        let name = ["bao-cao-font-don.pdf", "dong-dau.pdf", "mat-khau-rong.pdf"][which];
        let mut bytes = fixture(name);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read("a.pdf", &bytes);
    }

    /// Any content of a page.
    #[test]
    fn any_content_does_not_panic(content in any::<Vec<u8>>(), text in "[ -~]{0,80}") {
        let content = [HELLO, b"\n", text.as_bytes(), b"\n", &content].concat();
        let _ = read("a.pdf", &page(&content, "", &[]));
    }
}

/// A report with an appendix, on a standing or a lying page: silent where it is right.
#[test]
fn faults_of_an_appendix_are_found() {
    let rules = RuleSet::builtin();
    for (name, expected) in [
        ("phu-luc.pdf", &[][..]),
        ("phu-luc-ngang.pdf", &[]),
        ("phu-luc-co-chu.pdf", &["layout-attachment-label: Phụ lục"]),
        (
            "phu-luc-khong-nghieng.pdf",
            &["layout-attachment-note: (Kèm theo Báo cáo"],
        ),
    ] {
        let document = document(name);
        let outcome = check(&document, &rules, Options::default());
        let found = outcome.diagnostics.iter().map(|found| {
            let at = found.span.map_or("*", |span| span.of(document.source()));
            let words: Vec<_> = at.split_whitespace().take(4).collect();
            format!("{}: {}", found.rule.id, words.join(" "))
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{name}");
    }
}
