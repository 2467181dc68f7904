//! Word and OpenDocument files that are written: fixed within their runs, with findings as comments.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::process::Command;

use serde::Deserialize;
use vanthu::diagnostic::Applicability;
use vanthu::document::{Document, MarkKind};
use vanthu::fix::{Checked, Grain, Note, Scope, annotate, fix};
use vanthu::input;
use vanthu::rules::{Options, RuleSet, check};
use vanthu::text::Span;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const SAFE: Scope = Scope {
    least: Applicability::Safe,
    text: true,
    looks: false,
};

const LOOKS: Scope = Scope {
    least: Applicability::Safe,
    text: false,
    looks: true,
};

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A Word file of these paragraphs.
fn word(body: &str) -> Vec<u8> {
    word_with(body, &[])
}

/// The same with other parts, the first of them stored as it is.
fn word_with(body: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <w:document xmlns:w=\"{W}\"><w:body>{body}<w:sectPr/></w:body></w:document>"
    );
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("word/document.xml", document.as_str()),
        ("docProps/app.xml", "<Properties/>"),
    ];
    let parts = parts
        .iter()
        .filter(|part| others.iter().all(|other| other.0 != part.0))
        .chain(others);
    for (name, text) in parts {
        let method = if *name == "docProps/app.xml" {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default().compression_method(method);
        out.start_file(*name, options).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// Names and texts of the parts, in order.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

/// What stands between the tags of the body, but for its section.
fn body(bytes: &[u8]) -> String {
    let parts = parts(bytes);
    let (_, xml) = parts
        .iter()
        .find(|(name, _)| name == "word/document.xml")
        .unwrap();
    let (_, rest) = xml.split_once("<w:body>").unwrap();
    rest.split_once("<w:sectPr/>").unwrap().0.to_owned()
}

fn lint(bytes: &[u8]) -> Option<Checked> {
    lint_as("van-ban.docx", bytes)
}

fn lint_as(name: &str, bytes: &[u8]) -> Option<Checked> {
    thread_local! {
        static RULES: RuleSet = RuleSet::builtin();
    }
    let document = input::read(name, bytes).ok()?;
    let outcome = RULES.with(|rules| check(&document, rules, Options::default()));
    Some(Checked { document, outcome })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    body: String,
    /// The body after the safe fixes; absent where it stays.
    fixed: Option<String>,
}

/// Shorthand of the fixtures: `{…}` is a run, `{b:…}` a bold one; text is kept with its blanks.
fn expand(short: &str) -> String {
    let mut out = String::new();
    for line in short.lines() {
        let line = line
            .replace(
                "{b:",
                "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">",
            )
            .replace("{t:", "<w:r><w:t>")
            .replace('{', "<w:r><w:t xml:space=\"preserve\">")
            .replace('}', "</w:t></w:r>");
        out += &format!("<w:p>{line}</w:p>");
    }
    out
}

#[test]
fn runs_are_fixed_and_nothing_else() {
    let yaml = include_str!("../../fixtures/fix/word.yaml");
    let cases: Vec<Case> = serde_yaml::from_str(yaml).unwrap();
    for Case {
        name,
        body: short,
        fixed,
    } in cases
    {
        let given = word(&expand(&short));
        let checked = lint(&given).unwrap();
        let before = checked.outcome.diagnostics.len();
        let done = fix(&given, checked, SAFE, &lint);
        let expected = expand(fixed.as_deref().unwrap_or(&short));
        assert_eq!(body(&done.bytes), expected, "{name}");
        assert_eq!(done.applied > 0, fixed.is_some(), "{name}");
        assert!(done.checked.outcome.diagnostics.len() <= before, "{name}");
        if fixed.is_none() {
            assert!(done.bytes == given, "{name}");
        }
        let again = lint(&done.bytes).unwrap();
        let again = fix(&done.bytes, again, SAFE, &lint);
        assert!(again.bytes == done.bytes, "{name}");
    }
}

/// What is right, and what is put in its place in the part with the text.
type Fault = (&'static str, &'static str);

/// What is put in the place of what in all formats.
const FAULTS: [Fault; 6] = [
    ("Tự do - Hạnh phúc", "Tự Do - Hạnh Phúc"),
    ("214/BC-SNV", "214/BC - SNV"),
    ("ngày 06 tháng 11", "ngày 6 tháng 11"),
    ("KT. GIÁM ĐỐC", "KT.GIÁM ĐỐC"),
    ("Phó Giám đốc Sở;", "Phó Giám đốc Sở"),
    ("./.", "/."),
];

/// More of them, at the same places.
const SIGNS: [Fault; 3] = [
    ("lập - Tự do - Hạnh", "lập – Tự do – Hạnh"),
    ("214/BC-SNV", "214 /BC-SNV"),
    ("quan tâm; chất", "quan tâm ; chất"),
];

/// The file, the part with its text, and faults as only this format writes them.
const FILES: [(&str, &str, [Fault; 2]); 2] = [
    (
        "bao-cao.docx",
        "word/document.xml",
        [
            ("lưu trữ tại ít", "lưu trữ  tại ít"),
            ("Số: 214", "Số:    214"),
        ],
    ),
    (
        "bao-cao.odt",
        "content.xml",
        [
            ("lưu trữ tại ít", "lưu trữ <text:s/>tại ít"),
            ("Số: 214", "Số: <text:s text:c=\"3\"/>214"),
        ],
    ),
];

#[test]
fn documents_with_faults_become_those_without() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
    for (name, part, own) in FILES {
        let given = fs::read(folder.join(name)).unwrap();
        let right = text_of(&given, part);
        for (faults, own) in [&FAULTS[..], &SIGNS[..]].into_iter().zip(own) {
            let mut faulty = right.clone();
            for (from, to) in faults.iter().chain([&own]) {
                assert!(faulty.contains(from), "{name}: {from}");
                faulty = faulty.replacen(from, to, 1);
            }
            let bytes = with_part(&given, part, &faulty);
            let lint = |bytes: &[u8]| lint_as(name, bytes);
            let checked = lint(&bytes).unwrap();
            assert!(checked.outcome.diagnostics.len() > faults.len(), "{name}");
            let done = fix(&bytes, checked, SAFE, &lint);
            assert_eq!(text_of(&done.bytes, part), right, "{name}");
            assert_eq!(done.checked.outcome.diagnostics.len(), 0, "{name}");
        }
    }
}

fn with_fault(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layout-faults");
    fs::read(folder.join(name)).unwrap()
}

/// A first page of its own has headers and footers of its own: the words of the others are not
/// taken from it to make room for a number.
#[test]
fn words_of_a_footer_stay_on_the_first_page() {
    let given = with_fault("number-below.docx");
    let apart = text_of(&given, "word/document.xml");
    let given = with_part(
        &given,
        "word/document.xml",
        &apart.replace("<w:titlePg/>", ""),
    );
    let footer = text_of(&given, "word/footer1.xml");
    let address = "<w:p><w:r><w:t>Địa chỉ: số 1 đường Bờ Sông</w:t></w:r></w:p></w:ftr>";
    let worded = footer.replace("</w:ftr>", address);
    let worded = with_part(&given, "word/footer1.xml", &worded);
    for (given, is_moved) in [(given, true), (worded, false)] {
        let done = fix(&given, lint(&given).unwrap(), LOOKS, &lint);
        let document = text_of(&done.bytes, "word/document.xml");
        assert_eq!(document.contains("<w:titlePg/>"), is_moved);
        let footer = text_of(&done.bytes, "word/footer1.xml");
        assert_eq!(footer.contains("PAGE"), !is_moved);
    }
    let given = with_fault("number-below.odt");
    let styles = text_of(&given, "styles.xml");
    let words = "<text:p>Địa chỉ: số 1 đường Bờ Sông</text:p></style:footer>";
    let given = with_part(
        &given,
        "styles.xml",
        &styles.replace("</style:footer>", words),
    );
    let lint = |bytes: &[u8]| lint_as("a.odt", bytes);
    let done = fix(&given, lint(&given).unwrap(), LOOKS, &lint);
    let shown = text_of(&done.bytes, "styles.xml");
    assert_eq!(
        shown.contains("style:header-first"),
        styles.contains("style:header-first")
    );
}

/// Attributes have no namespace without a prefix, and nobody says which there is.
#[test]
fn looks_of_parts_without_a_prefix_are_left_alone() {
    for name in ["margin-left.docx", "body-left.docx", "body-size.docx"] {
        let given = with_fault(name);
        let done = fix(&given, lint(&given).unwrap(), LOOKS, &lint);
        assert!(done.applied > 0, "{name}");
        let document = text_of(&given, "word/document.xml");
        let bare = document.replace("<w:", "<").replace("</w:", "</");
        let bare = bare.replace("xmlns:w=", &format!("xmlns=\"{W}\" xmlns:w="));
        let given = with_part(&given, "word/document.xml", &bare);
        let done = fix(&given, lint(&given).unwrap(), LOOKS, &lint);
        assert_eq!(text_of(&done.bytes, "word/document.xml"), bare, "{name}");
    }
}

fn text_of(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    let mut part = archive.by_name(name).unwrap();
    part.read_to_string(&mut text).unwrap();
    text
}

fn with_part(bytes: &[u8], name: &str, text: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).unwrap();
        if part.name().unwrap() == name {
            out.start_file(name, SimpleFileOptions::default()).unwrap();
            out.write_all(text.as_bytes()).unwrap();
        } else {
            out.raw_copy_file(part).unwrap();
        }
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn parts_without_a_fix_are_copied_as_they_are_packed() {
    let given = word(&expand(
        "{Theo Quyết định số 28/2018/QĐ- TTg của Thủ tướng Chính phủ.}",
    ));
    let done = fix(&given, lint(&given).unwrap(), SAFE, &lint);
    assert!(done.applied > 0);
    let mut old = ZipArchive::new(Cursor::new(&given)).unwrap();
    let mut new = ZipArchive::new(Cursor::new(&done.bytes)).unwrap();
    assert_eq!(old.len(), new.len());
    for index in 0..old.len() {
        let (mut a, mut b) = (
            old.by_index_raw(index).unwrap(),
            new.by_index_raw(index).unwrap(),
        );
        let name = a.name().unwrap().into_owned();
        assert_eq!(b.name().unwrap(), name);
        assert_eq!(a.compression(), b.compression());
        assert_eq!(a.last_modified(), b.last_modified());
        let (mut packed, mut again) = (Vec::new(), Vec::new());
        a.read_to_end(&mut packed).unwrap();
        b.read_to_end(&mut again).unwrap();
        assert_eq!(packed == again, name != "word/document.xml", "{name}");
    }
}

#[test]
fn a_signed_file_is_left_alone() {
    let text = expand("{Theo Quyết định số 28/2018/QĐ- TTg của Thủ tướng Chính phủ.}");
    let given = word_with(&text, &[("_xmlsignatures/sig1.xml", "<Signature/>")]);
    let done = fix(&given, lint(&given).unwrap(), SAFE, &lint);
    assert_eq!((done.applied, done.bytes == given), (0, true));
}

#[test]
fn of_two_parts_that_differ_in_case_one_is_written() {
    let given = word(&expand(
        "{Theo Quyết định số 28/2018/QĐ- TTg của Thủ tướng Chính phủ.}",
    ));
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    out.start_file("Word/Document.xml", SimpleFileOptions::default())
        .unwrap();
    out.write_all(b"<other/>").unwrap();
    let mut archive = ZipArchive::new(Cursor::new(&given)).unwrap();
    for index in 0..archive.len() {
        out.raw_copy_file(archive.by_index_raw(index).unwrap())
            .unwrap();
    }
    let given = out.finish().unwrap().into_inner();
    let done = fix(&given, lint(&given).unwrap(), SAFE, &lint);
    assert!(done.applied > 0);
    assert_eq!(text_of(&done.bytes, "Word/Document.xml"), "<other/>");
}

fn comments(document: &Document) -> Vec<(String, String)> {
    let marks = &document.formatting.as_ref().unwrap().marks;
    marks
        .iter()
        .filter(|mark| matches!(mark.kind, MarkKind::Comment | MarkKind::Finding))
        .map(|mark| {
            (
                mark.span.of(document.source()).to_owned(),
                mark.text.to_string(),
            )
        })
        .collect()
}

fn note(source: &str, on: &str, text: &str) -> Note {
    let at = source.find(on).unwrap();
    Note {
        span: Some(Span::new(at, at + on.len())),
        paragraphs: vec![text.to_owned(), "hai & <ba>".to_owned()],
    }
}

/// Every element that is opened is closed, in every part that is XML.
fn assert_well_formed(bytes: &[u8]) {
    for (name, text) in parts(bytes) {
        let mut reader = quick_xml::Reader::from_str(&text);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{name}: {error}: {text}"),
            }
        }
    }
}

const TEXT: &str = "{Một hai }{b:ba & bốn}{ năm}<w:r><w:tab/><w:t>sáu</w:t><w:br/><w:t>bảy tám</w:t></w:r>\n\
                    <w:pPr><w:jc w:val=\"center\"/></w:pPr>{t:chín mười}";

#[test]
fn comments_stand_on_their_characters() {
    let given = word(&expand(&TEXT.replace('&', "&amp;")));
    let read = |bytes: &[u8]| input::read("a.docx", bytes).unwrap();
    let document = read(&given);
    let source = document.source();
    let places = [
        "hai ba",
        "ba & bốn",
        "& bốn n",
        "hai",
        "Một hai ba & bốn năm\tsáu\nbảy tám\nchín",
        "\t",
        "sáu\nbảy",
        "tám",
        "mười",
        "tám\nchín mười",
    ];
    let mut notes: Vec<_> = places.iter().map(|on| note(source, on, on)).collect();
    notes.push(Note {
        span: None,
        paragraphs: vec!["cả văn bản".to_owned()],
    });
    let out = annotate(&given, &notes, Grain::Character).unwrap();
    assert_well_formed(&out);
    let annotated = read(&out);
    assert_eq!(annotated.source(), source);
    let found = comments(&annotated);
    for on in places {
        let text = format!("{on} hai & <ba>");
        assert!(
            found.contains(&(on.to_owned(), text.clone())),
            "{on:?} in {found:?}"
        );
    }
    assert_eq!(found.len(), places.len() + 1);
    let old = parts(&given);
    let new = parts(&out);
    let names: Vec<_> = new.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "[Content_Types].xml",
        "_rels/.rels",
        "word/document.xml",
        "docProps/app.xml",
        "word/_rels/document.xml.rels",
        "word/comments.xml",
    ];
    let mut sorted = names.clone();
    sorted.sort_unstable();
    let mut all = expected;
    all.sort_unstable();
    assert_eq!(sorted, all);
    assert_eq!((&old[1], &old[3]), (&new[1], &new[3]));

    // Other findings stand in the place of those before.
    let more = [note(source, "mười", "thêm")];
    let once = annotate(&given, &more, Grain::Character).unwrap();
    let instead = annotate(&out, &more, Grain::Character).unwrap();
    assert_eq!(comments(&read(&instead)), comments(&read(&once)));
    let same = annotate(&out, &notes, Grain::Character).unwrap();
    assert_eq!(parts(&same), new);
    let none = annotate(&out, &[], Grain::Character).unwrap();
    assert!(comments(&read(&none)).is_empty());

    // The comments of others stay beside them.
    let book = text_of(&out, "word/comments.xml");
    let by_others = book.replace("w:author=\"vanthu\"", "w:author=\"Trần Văn Mẫu\"");
    let of_others = with_part(&out, "word/comments.xml", &by_others);
    let found = comments(&read(&of_others));
    let twice = annotate(&of_others, &more, Grain::Character).unwrap();
    assert_well_formed(&twice);
    let again = read(&twice);
    assert_eq!(again.source(), source);
    let all = comments(&again);
    assert_eq!(all.len(), places.len() + 2);
    assert!(found.iter().all(|comment| all.contains(comment)));
    let (_, book) = parts(&twice).pop().unwrap();
    for id in 0..=places.len() + 1 {
        assert_eq!(book.matches(&format!("w:id=\"{id}\"")).count(), 1, "{id}");
    }
}

#[test]
fn whole_runs_can_be_commented_too() {
    let given = word(&expand(&TEXT.replace('&', "&amp;")));
    let read = |bytes: &[u8]| input::read("a.docx", bytes).unwrap();
    let document = read(&given);
    let notes = [note(document.source(), "ba & b", "x")];
    let out = annotate(&given, &notes, Grain::Run).unwrap();
    assert_well_formed(&out);
    let (on, _) = comments(&read(&out)).pop().unwrap();
    assert_eq!(on, "ba & bốn");
}

#[test]
fn findings_become_comments() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let text = "{Ủy ban nhân dân xã thực hiện Quyết định 28/2018/QĐ-TTg ngày 12 tháng 7 năm 2018.}";
    let given = word(&expand(text));
    fs::write(at("a.docx"), &given).unwrap();
    for name in ["b.txt", "bang.docx"] {
        fs::write(at(name), "Về thi đua\n").unwrap();
    }
    let signed = word_with(
        &expand(text),
        &[("_xmlsignatures/sig1.xml", "<Signature/>")],
    );
    fs::write(at("ky.docx"), signed).unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vanthu"));
        command.current_dir(folder.path()).env_clear();
        let output = command.arg("check").args(args).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), stderr)
    };
    let (code, stderr) = run(&["--fail-on", "info", "--annotate", "nhan-xet.docx", "a.docx"]);
    assert_eq!(code, 1, "{stderr}");
    assert_eq!(fs::read(at("a.docx")).unwrap(), given);
    let out = fs::read(at("nhan-xet.docx")).unwrap();
    let document = input::read("nhan-xet.docx", &out).unwrap();
    let found = comments(&document);
    let on = "Quyết định 28/2018/QĐ-TTg";
    let is_it = |(place, text): &(String, String)| {
        place == on && text.contains("[citation-missing-number-word]") && text.contains("căn cứ: ")
    };
    assert!(found.iter().any(is_it), "{found:?}");
    // What cannot be written was read all the same.
    let (code, stderr) = run(&["--annotate", "khong-co/x.docx", "a.docx"]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("không ghi được khong-co/x.docx"),
        "{stderr}"
    );
    // A pipe, or a link to nothing, is not replaced by a file.
    #[cfg(unix)]
    {
        let pipe = Command::new("mkfifo").arg(at("ong.docx")).status().unwrap();
        assert!(pipe.success());
        std::os::unix::fs::symlink("khong-co.docx", at("lien-ket.docx")).unwrap();
        for name in ["ong.docx", "lien-ket.docx"] {
            let (code, stderr) = run(&["--annotate", name, "a.docx"]);
            assert_eq!(code, 2, "{stderr}");
            assert!(
                stderr.contains(&format!("không ghi được {name}")),
                "{stderr}"
            );
            assert!(!fs::symlink_metadata(at(name)).unwrap().is_file());
        }
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_vanthu"));
    command.current_dir(folder.path()).env_clear();
    let args = ["check", "--annotate", "khong-co/x.docx", "a.docx"];
    let stdout = command.args(args).output().unwrap().stdout;
    let stdout = String::from_utf8(stdout).unwrap();
    assert!(stdout.contains("1 tệp không ghi được"), "{stdout}");
    assert!(!stdout.contains("không đọc được"), "{stdout}");
    for (args, says) in [
        (
            &["--annotate", "a.docx", "a.docx"][..],
            "--annotate: tệp ghi ra",
        ),
        (
            &["--annotate", "x.docx", "b.txt"],
            "b.txt: --annotate chỉ ghi được",
        ),
        (
            &["--annotate", "x.docx", "a.docx", "b.txt"],
            "--annotate cần đúng một",
        ),
        (&["--annotate", "x.docx", "--fix", "a.docx"], "không dùng"),
        (
            &["--annotate", "x.docx", "--fix-layout", "a.docx"],
            "không dùng",
        ),
        (
            &["--annotate", "x.docx", "--output", "./x.docx", "a.docx"],
            "--output và --annotate cùng ghi vào",
        ),
        (
            &["--annotate", "-", "a.docx"],
            "--annotate ghi ra tệp .docx hoặc .docm, không phải -",
        ),
        (
            &["--annotate", "b.txt", "a.docx"],
            "--annotate ghi ra tệp .docx hoặc .docm, không phải b.txt",
        ),
        (
            &["--annotate", "bang.docx", "a.docx"],
            "--annotate: bang.docx đã có và không phải tệp Word",
        ),
        (
            &["--annotate", "y.docx", "ky.docx"],
            "ky.docx: tệp đã ký số",
        ),
    ] {
        let (code, stderr) = run(args);
        assert_eq!(code, 2, "{args:?}");
        assert!(stderr.starts_with(&format!("vanthu: {says}")), "{stderr}");
        assert!(!at("x.docx").exists());
    }
    for name in ["b.txt", "bang.docx"] {
        assert_eq!(fs::read(at(name)).unwrap(), "Về thi đua\n".as_bytes());
    }
    assert!(!at("-").exists());
    // One that is there and is a Word file is replaced, as is an empty one.
    for old in [&given[..], b""] {
        fs::write(at("cu.docx"), old).unwrap();
        let (code, stderr) = run(&["--fail-on", "info", "--annotate", "cu.docx", "a.docx"]);
        assert_eq!(code, 1, "{stderr}");
        assert_eq!(fs::read(at("cu.docx")).unwrap(), out);
    }
    // The comments of the program are no comments that somebody forgot.
    let (_, stderr) = run(&["--annotate", "hai.docx", "nhan-xet.docx"]);
    assert_eq!(fs::read(at("hai.docx")).unwrap(), out, "{stderr}");
    let (code, stderr) = run(&["--fail-on", "info", "--fix", "ky.docx"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("ky.docx: tệp đã ký số"), "{stderr}");
}

fn read(bytes: &[u8]) -> Document {
    input::read("a.docx", bytes).unwrap()
}

/// A file whose main part is written by `change`.
fn encoded_anew(bytes: &[u8], change: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts(bytes) {
        let data = match &*name {
            "word/document.xml" => change(&text),
            _ => text.into_bytes(),
        };
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(&data).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn a_part_stays_in_its_encoding() {
    let text = "{Ủy ban nhân dân xã theo Quyết định số 28/2018/QĐ- TTg ngày 12 tháng 7.}";
    let plain = word(&expand(text));
    let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(unit).collect()
    };
    type Encode<'a> = &'a dyn Fn(&str) -> Vec<u8>;
    let encodings: [Encode<'_>; 3] = [
        &|text| utf16(text, u16::to_le_bytes),
        &|text| utf16(text, u16::to_be_bytes),
        &|text| format!("\u{FEFF}{text}").into_bytes(),
    ];
    for encode in encodings {
        let given = encoded_anew(&plain, encode);
        let source = read(&given).source().to_owned();
        let notes = [note(&source, "Quyết định", "ở đây")];
        let wanted = annotate(&plain, &notes, Grain::Character).unwrap();
        let out = annotate(&given, &notes, Grain::Character).unwrap();
        assert_eq!(comments(&read(&out)), comments(&read(&wanted)));
        let mut archive = ZipArchive::new(Cursor::new(&out)).unwrap();
        let mut part = Vec::new();
        let mut main = archive.by_name("word/document.xml").unwrap();
        main.read_to_end(&mut part).unwrap();
        assert_eq!(part, encode(&text_of(&wanted, "word/document.xml")));
        let again = annotate(&out, &notes, Grain::Character).unwrap();
        assert_eq!(comments(&read(&again)), comments(&read(&wanted)));
        let done = fix(&given, lint(&given).unwrap(), SAFE, &lint);
        assert!(done.applied > 0);
        assert!(read(&done.bytes).source().contains("28/2018/QĐ-TTg"));
    }
}

/// Elements have no prefix; attributes have one, or none is declared.
#[test]
fn comments_are_written_where_the_namespace_is_the_default() {
    let text = "{Ủy ban nhân dân xã theo Quyết định số 28/2018/QĐ-TTg.}{Hết.}";
    let plain = word(&expand(text));
    for declared in [format!("xmlns=\"{W}\" xmlns:w="), "xmlns=".to_owned()] {
        let bare = |text: &str| {
            let text = text.replace("<w:", "<").replace("</w:", "</");
            text.replace("xmlns:w=", &declared).into_bytes()
        };
        let given = encoded_anew(&plain, bare);
        let source = read(&given).source().to_owned();
        let notes = [
            note(&source, "Quyết định", "ở đây"),
            note(&source, "Hết.", "và đây"),
        ];
        let out = annotate(&given, &notes, Grain::Character).unwrap();
        let wanted = annotate(&plain, &notes, Grain::Character).unwrap();
        assert_well_formed(&out);
        assert_eq!(read(&out).source(), source);
        assert_eq!(comments(&read(&out)), comments(&read(&wanted)));
        let again = annotate(&out, &notes, Grain::Character).unwrap();
        assert_eq!(comments(&read(&again)), comments(&read(&wanted)));
    }
}

#[test]
fn text_without_markup_is_fixed() {
    let text = "{Theo Quyết định số 28/2018/QĐ- TTg &amp; văn bản &lt;khác&gt;.}";
    let plain = "Theo Quyết định số 28/2018/QĐ- TTg &amp; văn bản &lt;khác&gt;.";
    let verbatim = "<![CDATA[Theo Quyết định số 28/2018/QĐ- TTg & văn bản <khác>.]]>";
    let given = expand(text);
    assert!(given.contains(plain), "{given}");
    let given = word(&given.replace(plain, verbatim));
    let done = fix(&given, lint(&given).unwrap(), SAFE, &lint);
    assert!(done.applied > 0);
    let fixed = verbatim.replace("QĐ- TTg", "QĐ-TTg");
    assert!(body(&done.bytes).contains(&fixed), "{}", body(&done.bytes));
}

#[test]
fn comments_are_written_beside_marks_that_lead_nowhere() {
    let text = expand("{Ủy ban nhân dân xã.}");
    let marks = "<w:commentRangeStart w:id=\"0\"/><w:r><w:t>Mở đầu. </w:t></w:r>\
                 <w:commentRangeEnd w:id=\"0\"/><w:r><w:commentReference w:id=\"0\"/></w:r>\
                 <w:r><w:commentReference w:id='2147483647'/></w:r>\
                 <w:r><w:commentReference w:id=\"4294967295\"/></w:r>";
    let text = text.replacen("<w:r>", &format!("{marks}<w:r>"), 1);
    let links = ROOT
        .replace("officeDocument\" Target", "comments\" Target")
        .replace("word/document.xml", "comments.xml");
    let given = word_with(&text, &[("word/_rels/document.xml.rels", &links)]);
    let source = read(&given).source().to_owned();
    let notes = [note(&source, "nhân dân", "một"), note(&source, "xã", "hai")];
    let out = annotate(&given, &notes, Grain::Character).unwrap();
    let book = text_of(&out, "word/comments.xml");
    for (id, count) in [(0, 0), (1, 1), (2, 1)] {
        assert_eq!(book.matches(&format!("w:id=\"{id}\"")).count(), count);
    }
    let types = text_of(&out, "[Content_Types].xml");
    assert_eq!(types.matches("/word/comments.xml").count(), 1);
    assert_eq!(text_of(&out, "word/_rels/document.xml.rels"), links);
}

/// Letters of ASCII show in a font of their own: it is told as one stretch and mended in whole runs.
#[test]
fn the_font_of_ascii_letters_is_judged() {
    let fonts = |ascii, others| {
        format!(
            "<w:p><w:r><w:t>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</w:t></w:r></w:p>\
             <w:p><w:r><w:t>Số: 12/BC-UBND</w:t></w:r></w:p><w:p><w:r><w:t>BÁO CÁO</w:t></w:r></w:p>\
             <w:p><w:r><w:rPr><w:rFonts w:ascii=\"{ascii}\" w:hAnsi=\"{others}\"/></w:rPr>\
             <w:t>Xã An Thịnh báo cáo kết quả công tác quý I như sau.</w:t></w:r></w:p>"
        )
    };
    let found = |bytes: &[u8]| -> Vec<String> {
        let outcome = lint(bytes).unwrap().outcome;
        let found = outcome.diagnostics.iter();
        let found = found.filter(|found| &*found.rule.id == "layout-font");
        found.map(|found| found.message.clone()).collect()
    };
    let (times, arial) = ("Times New Roman", "Arial");
    assert_eq!(found(&word(&fonts(times, times))), [""; 0]);
    for (ascii, others) in [(arial, times), (times, arial)] {
        let given = word(&fonts(ascii, others));
        let [message] = &found(&given)[..] else {
            panic!("{ascii} {others}");
        };
        assert!(message.contains("Arial"), "{message}");
    }
    let given = word(&fonts(arial, times));
    let [message] = &found(&given)[..] else {
        panic!("nothing found")
    };
    assert!(message.contains("(1 chỗ)"), "{message}");
}

/// What is added for binding is part of the margin, when it is judged and when it is set right.
#[test]
fn the_gutter_is_part_of_the_margin() {
    let settings = |flag: &str| format!("<w:settings xmlns:w=\"{W}\">{flag}</w:settings>");
    let relations = ROOT
        .replace("officeDocument\" Target", "settings\" Target")
        .replace("word/document.xml", "settings.xml");
    let file = |left: u32, gutter: u32, flag: &str| {
        let body = format!(
            "<w:p><w:r><w:t>Lời văn</w:t></w:r></w:p><w:p><w:pPr><w:sectPr>\
             <w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"{left}\" \
             w:gutter=\"{gutter}\"/></w:sectPr></w:pPr></w:p>"
        );
        let settings = settings(flag);
        let others = [
            ("word/settings.xml", settings.as_str()),
            ("word/_rels/document.xml.rels", relations.as_str()),
        ];
        word_with(&body, &others)
    };
    for (gutter, flag, is) in [
        (851, "", Some((1134, 1702))),
        (851, "<w:gutterAtTop/>", Some((1985, 851))),
        (851, "<w:mirrorMargins/>", None),
        (0, "<w:mirrorMargins/>", Some((1134, 851))),
    ] {
        let document = input::read("van-ban.docx", &file(851, gutter, flag)).unwrap();
        let sections = &document.formatting.as_ref().unwrap().sections;
        let margins = sections[0].margins.map(|m| (m.top.0, m.left.0));
        assert_eq!(margins, is, "{gutter} {flag}");
    }
}
