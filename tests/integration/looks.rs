//! What documents with one fault of layout are told: `fixtures/layout-faults`, which scripts there
//! make.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use vanthu::diagnostic::Applicability;
use vanthu::fix::{Checked, Scope, fix};
use vanthu::rules::{Options, RuleSet, check};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layout-faults")
}

/// The files with what is expected of them: rule and excerpt, empty where there is no fault. Those that
/// stand there as OpenDocument too are expected to show the same.
fn files() -> Vec<[String; 3]> {
    let table = fs::read_to_string(folder().join("expected.tsv")).unwrap();
    let mut files = Vec::new();
    for row in table.lines().skip(1) {
        let cells: Vec<String> = row.split('\t').map(str::to_owned).collect();
        let cells: [String; 3] = cells.try_into().unwrap();
        let other = cells[0].replace(".docx", ".odt");
        if folder().join(&other).exists() {
            files.push([other, cells[1].clone(), cells[2].clone()]);
        }
        files.push(cells);
    }
    assert!(files.len() > 90, "{}", files.len());
    files
}

/// Each file has the finding of its row in `expected.tsv` and no other, whatever its group; the
/// one without fault has none.
#[test]
fn each_fault_of_layout_is_found_and_nothing_else() {
    let rules = RuleSet::builtin();
    let mut wrong = String::new();
    for [file, rule, excerpt] in files() {
        let bytes = fs::read(folder().join(&file)).unwrap();
        let document = vanthu::input::read(&file, &bytes).unwrap();
        let outcome = check(&document, &rules, Options::default());
        let found: Vec<_> = outcome
            .diagnostics
            .iter()
            .map(|found| {
                let at = found.span.map_or("*", |span| span.of(document.source()));
                format!("{}: {}", found.rule.id, at.replace('\n', " "))
            })
            .collect();
        let expected: Vec<_> = (!rule.is_empty())
            .then(|| format!("{rule}: {excerpt}"))
            .into_iter()
            .collect();
        if found != expected {
            writeln!(wrong, "{file}: {found:?}, expected {expected:?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// No rule of the group is without a document that has its fault alone.
#[test]
fn every_rule_of_layout_has_a_document_with_its_fault() {
    let found: BTreeSet<String> = files().into_iter().map(|[_, rule, _]| rule).collect();
    let rules = RuleSet::builtin();
    let layout = rules.rules().iter().filter(|rule| rule.group() == "layout");
    let ids: Vec<&String> = layout.map(|rule| &rule.id).collect();
    assert!(ids.len() > 80, "{}", ids.len());
    let without: Vec<_> = ids.iter().filter(|&&id| !found.contains(id)).collect();
    assert!(without.is_empty(), "{without:?}");
}

/// One fault in many colours, or in many sizes, is one finding with the number of places.
#[test]
fn one_fault_of_many_values_is_found_once() {
    let rules = RuleSet::builtin();
    let given = fs::read(folder().join("none.docx")).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&given)).unwrap();
    let mut main = String::new();
    let mut part = archive.by_name("word/document.xml").unwrap();
    part.read_to_string(&mut main).unwrap();
    drop(part);
    let paragraph = |size: usize, run: usize| {
        format!(
            "<w:p><w:pPr><w:spacing w:after=\"120\"/><w:ind w:firstLine=\"720\"/>\
             <w:jc w:val=\"both\"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii=\"Times New Roman\" \
             w:hAnsi=\"Times New Roman\"/><w:color w:val=\"FF{run:04X}\"/><w:sz w:val=\"{size}\"/>\
             </w:rPr><w:t>Ủy ban nhân dân xã đã tổ chức họp thôn lần thứ {run} để lấy ý kiến của \
             người dân về việc sửa đường.</w:t></w:r></w:p>"
        )
    };
    let more: String = (0..100).map(|run| paragraph(50 + run % 20, run)).collect();
    let at = main.find("Trên đây là").unwrap();
    let at = main[..at].rfind("<w:p>").unwrap();
    main.insert_str(at, &more);
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).unwrap();
        if part.name().unwrap() == "word/document.xml" {
            let options = zip::write::SimpleFileOptions::default();
            out.start_file("word/document.xml", options).unwrap();
            std::io::Write::write_all(&mut out, main.as_bytes()).unwrap();
        } else {
            out.raw_copy_file(part).unwrap();
        }
    }
    let bytes = out.finish().unwrap().into_inner();
    let document = vanthu::input::read("a.docx", &bytes).unwrap();
    let outcome = check(&document, &rules, Options::default());
    for (rule, says) in [
        ("layout-text-color", "#FF0000, #FF0001, #FF0002… (100 chỗ)"),
        (
            "layout-body-size",
            "cỡ chữ 25 hoặc cỡ chữ 25,5 hoặc cỡ chữ 26…",
        ),
    ] {
        let found = outcome.diagnostics.iter().filter(|f| f.rule.id == rule);
        let messages: Vec<_> = found.map(|found| found.message.to_string()).collect();
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert!(messages[0].contains(says), "{messages:?}");
    }
}

/// The rules whose faults are left to the author; files without fault have none.
const LEFT: [&str; 48] = [
    // Of the words, not the looks.
    "signature-chairman-alone",
    "signature-name-missing",
    "layout-article-indent",
    "layout-regulation-text",
    "layout-paper-size",
    "layout-landscape",
    "layout-appendix-page-number",
    "layout-line-missing",
    "layout-line-tieu-ngu-length",
    "layout-line-broken",
    "layout-line-length",
    "layout-line-typed",
    "layout-number-date-line",
    "layout-body-indent",
    "layout-body-gap",
    "layout-body-line-spacing",
    "layout-body-style",
    "layout-legacy-font",
    "layout-text-color",
    "layout-highlight",
    "layout-strikethrough",
    "layout-leading-blanks",
    "layout-leading-tabs",
    "layout-empty-paragraphs",
    "layout-tracked-changes",
    "layout-comment",
    "layout-hidden-text",
    "layout-macro",
    "layout-item-style",
    "layout-empty-between",
    "layout-line-breaks",
    "layout-appendix-paper",
    "layout-page-number-color",
    "layout-page-number-start",
    "layout-page-number-restart",
    "layout-page-number-gap",
    "layout-foot-address",
    "layout-external-link",
    "layout-letter-subject-gap",
    "layout-party-body-gap",
    "layout-party-body-indent",
    "layout-text-box",
    "layout-line-underlined",
    "layout-head-line-spacing",
    "layout-agency-line-spacing",
    "layout-placing-blanks",
    "recipients-last-mark",
    "",
];

/// A fault that can be set right is gone afterwards, the text is the same, and to do it again changes
/// nothing; a file with another fault stays byte for byte.
#[test]
fn faults_of_layout_are_set_right_once() {
    let rules = RuleSet::builtin();
    let lint = |name: &str, bytes: &[u8]| {
        let document = vanthu::input::read(name, bytes).ok()?;
        let outcome = check(&document, &rules, Options::default());
        Some(Checked { document, outcome })
    };
    let scope = Scope {
        least: Applicability::Safe,
        text: false,
        looks: true,
    };
    let mut wrong = String::new();
    for [file, rule, _] in files() {
        let (file, rule) = (&*file, &*rule);
        let bytes = fs::read(folder().join(file)).unwrap();
        let checked = lint(file, &bytes).unwrap();
        let text = checked.document.source().to_owned();
        let once = fix(&bytes, checked, scope, &|bytes| lint(file, bytes));
        let is_left = LEFT.contains(&rule);
        let remain = once.checked.outcome.diagnostics.len();
        let is_right = if is_left {
            once.bytes == bytes
        } else {
            remain == 0 && once.checked.document.source() == text
        };
        let checked = lint(file, &once.bytes).unwrap();
        let twice = fix(&once.bytes, checked, scope, &|bytes| lint(file, bytes));
        let parts = [parts(&bytes), parts(&once.bytes)];
        // Of OpenDocument only the text and the styles.
        let is_spared = parts[0].iter().all(|(name, old)| {
            name == "content.xml" || name == "styles.xml" || parts[1].get(name) == Some(old)
        });
        let is_spared = is_spared || file.ends_with(".docx");
        if !is_right || !is_spared || twice.bytes != once.bytes {
            writeln!(wrong, "{file}: {remain} left").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The last line of a diff names the option that would write it.
#[test]
fn a_diff_of_looks_names_its_option() {
    for (option, says) in [
        (
            &["--diff", "--fix-layout"][..],
            "vanthu: --fix-layout sẽ sửa 1 chỗ\n",
        ),
        (&["--diff"], "vanthu: --fix sẽ sửa 0 chỗ\n"),
    ] {
        for file in ["title-size.docx", "title-size.odt"] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_vanthu"));
            command.env_clear().arg("check").args(option);
            let output = command.arg(folder().join(file)).output().unwrap();
            assert_eq!(String::from_utf8(output.stderr).unwrap(), says, "{file}");
        }
    }
}

/// A style that others use stays, and what changes says all that stood around it.
#[test]
fn styles_that_others_use_stay() {
    let given = fs::read(folder().join("title-size.odt")).unwrap();
    let rules = RuleSet::builtin();
    let lint = |bytes: &[u8]| {
        let document = vanthu::input::read("a.odt", bytes).ok()?;
        let outcome = check(&document, &rules, Options::default());
        Some(Checked { document, outcome })
    };
    let scope = Scope {
        least: Applicability::Safe,
        text: false,
        looks: true,
    };
    let fixed = fix(&given, lint(&given).unwrap(), scope, &lint);
    let text =
        |bytes: &[u8]| String::from_utf8(parts(bytes).remove("content.xml").unwrap()).unwrap();
    let (old, new) = (text(&given), text(&fixed.bytes));
    let group = |xml: &str| {
        let (_, rest) = xml.split_once("<office:automatic-styles>").unwrap();
        rest.split_once("</office:automatic-styles>")
            .unwrap()
            .0
            .to_owned()
    };
    let added = group(&new).strip_prefix(&group(&old)).unwrap().to_owned();
    assert!(
        added.starts_with("<style:style style:name=\"vanthu1\""),
        "{added}"
    );
    for property in ["fo:font-size=\"14pt\"", "fo:font-weight=\"bold\""] {
        assert!(added.contains(property), "{added}");
    }
    assert_eq!(added.matches("<style:style ").count(), 1, "{added}");
    let spans = "<text:span text:style-name=\"vanthu1\">BÁO CÁO</text:span>";
    assert!(new.contains(spans));
    let without = new.replacen(&added, "", 1).replacen(spans, "BÁO CÁO", 1);
    assert_eq!(without, old);
}

/// The parts of an archive by name.
fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let parts = (0..archive.len()).map(|index| {
        let mut part = archive.by_index(index).unwrap();
        let mut data = Vec::new();
        part.read_to_end(&mut data).unwrap();
        (part.name().unwrap().into_owned(), data)
    });
    parts.collect()
}
