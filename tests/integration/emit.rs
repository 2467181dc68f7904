//! Every format of the table over the same findings, and the units of places.

use std::sync::Arc;

use vanthu::diagnostic::{
    Applicability, Bilingual, Diagnostic, Edit, Findings, Fix, Label, Language, Parts, RuleInfo,
    Severity, Wording,
};
use vanthu::document::{self, Document, Encoding, Format, Quality};
use vanthu::emit::{Emit, FORMATS, FileReport, Located, Position, Status, Style, Summary};
use vanthu::text::{OffsetMap, Span};

use crate::xsd::{Element, Schema};

const STYLE: Style = Style {
    language: Language::Vi,
    colour: false,
    width: 80,
    quiet: false,
};

fn document(name: &str, source: &str, encoding: Encoding) -> Document {
    let source: Arc<str> = source.into();
    Document::new(document::Parts {
        name: name.to_owned(),
        format: Format::Txt,
        encoding,
        source: source.clone(),
        text: source,
        map: OffsetMap::identity(),
        damage: Vec::new(),
        letters_lost: false,
        is_vietnamese: true,
        formatting: None,
    })
}

fn utf8(source: &str) -> Document {
    document("thu/bao-cao.txt", source, Encoding::Utf8 { bom: 0 })
}

/// A finding on the first `found` in the text, or on the whole document.
fn finding(id: &str, severity: Severity, source: &str, found: Option<&str>) -> Diagnostic {
    let both = |text: &str| Bilingual {
        vi: text.to_owned(),
        en: text.to_owned(),
    };
    Diagnostic {
        rule: Arc::new(RuleInfo {
            id: id.to_owned(),
            group: id.split('-').next().unwrap().to_owned(),
            severity,
            summary: both("Một dòng"),
            basis: (severity == Severity::Error)
                .then(|| "NĐ 30/2020/NĐ-CP, Phụ lục I, Phần I, Mục II, khoản 3".to_owned()),
            explanation: both("…"),
            preview: false,
        }),
        severity,
        message: match found {
            Some(found) => format!("«{}» không đúng", found.trim()),
            None => "Không thấy phần đầu văn bản".to_owned(),
        },
        help: None,
        span: found.map(|found| {
            let start = source.find(found).unwrap();
            Span::new(start, start + found.len())
        }),
        related: Vec::new(),
        fix: None,
    }
}

fn emitted(emit: &dyn Emit, files: &[FileReport<'_>]) -> String {
    let mut out = Vec::new();
    let mut summary = Summary::default();
    emit.begin(&mut out).unwrap();
    let mut is_first = true;
    for file in files {
        let mut text = Vec::new();
        emit.file(file, &mut text).unwrap();
        if !text.is_empty() && !std::mem::take(&mut is_first) {
            out.extend_from_slice(emit.separator().as_bytes());
        }
        out.extend_from_slice(&text);
        summary.add(Summary::of(file));
    }
    emit.finish(&summary, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn report<'a>(
    document: &'a Document,
    findings: &'a Findings,
    not_evaluated: &'a [String],
    quality: Quality,
) -> FileReport<'a> {
    FileReport {
        path: &document.name,
        place: None,
        status: Status::Checked,
        error: None,
        document: Some(document),
        regime: Some("nha-nuoc"),
        kind: Some("bao-cao"),
        quality: Some(quality),
        not_evaluated,
        findings: Some(findings),
    }
}

/// The same findings as a check makes them; their words have no placeholders.
fn packed(diagnostics: &[Diagnostic]) -> Findings {
    let mut findings = Findings::new(Language::Vi);
    let both = |text: &String| Bilingual {
        vi: text.clone(),
        en: text.clone(),
    };
    for diagnostic in diagnostics {
        let fix = diagnostic.fix.as_ref();
        let wording = Arc::new(Wording {
            rule: diagnostic.rule.clone(),
            severity: diagnostic.severity,
            message: both(&diagnostic.message),
            help: diagnostic.help.as_ref().map(both),
            related: diagnostic.related.first().map(|label| both(&label.message)),
            fix: fix.map(|fix| both(&fix.title)),
        });
        let parts = Parts {
            span: diagnostic.span,
            related: diagnostic.related.iter().map(|label| label.span).collect(),
            applicability: fix.map(|fix| fix.applicability),
            edits: fix.map(|fix| fix.edits.clone()).unwrap_or_default(),
            looks: fix.map(|fix| fix.looks.clone()).unwrap_or_default(),
            ..Parts::default()
        };
        findings.push(&wording, &parts);
    }
    findings.sort();
    assert!(findings.iter().eq(diagnostics.iter().cloned()));
    findings
}

fn text_of(style: Style, source: &str, diagnostics: &[Diagnostic]) -> String {
    let document = utf8(source);
    let findings = packed(diagnostics);
    let file = report(&document, &findings, &[], Quality::Clean);
    emitted(&*(FORMATS[0].make)(style), &[file])
}

/// Letters in NFC and NFD, a tab, wide and astral characters, a finding over a page break, a
/// finding on nothing at the end of the text, an escape sequence, and a fix with two edits.
const SOURCE: &str = "\u{feff}BÁO CÁO\r\nTheo Quyết định 28/2031/QĐ-TTg  ngày\tNghị quyết \
    Nghi\u{323}\u{302} định số 05- \r\n\r\n CT/TW 【phụ lục】 𝟏 đi đua \u{1b}[2J xong";

fn diagnostics() -> Vec<Diagnostic> {
    let mut missing = finding(
        "citation-missing-so",
        Severity::Error,
        SOURCE,
        Some("Quyết định 28/2031/QĐ-TTg"),
    );
    missing.help = Some("viết «Quyết định số 28/2031/QĐ-TTg»".to_owned());
    let number = finding("x-y", Severity::Info, SOURCE, Some("28/2031"))
        .span
        .unwrap();
    missing.fix = Some(Fix {
        title: "Thêm «số»".to_owned(),
        applicability: Applicability::Safe,
        edits: vec![
            Edit {
                span: Span {
                    start: number.start,
                    end: number.start,
                },
                content: "số ".to_owned(),
            },
            Edit {
                span: number,
                content: "28/2031".to_owned(),
            },
        ],
        looks: Vec::new(),
    });
    let mut blanks = finding("typography-blanks", Severity::Info, SOURCE, Some("  "));
    blanks.message = "Thừa khoảng trắng".to_owned();
    let mut wrapped = finding(
        "citation-stray-blank",
        Severity::Error,
        SOURCE,
        Some("05- \r\n\r\n CT/TW"),
    );
    wrapped.related.push(Label {
        span: number,
        message: "viết đúng ở đây".to_owned(),
    });
    let mut end = finding("text-end", Severity::Warning, SOURCE, Some("xong"));
    end.message = "Thiếu dấu kết thúc".to_owned();
    let at_end = SOURCE.len();
    end.span = Some(Span::new(at_end, at_end));
    let mut all = vec![
        finding("header-missing", Severity::Warning, SOURCE, None),
        missing,
        blanks,
        finding(
            "wording-a",
            Severity::Warning,
            SOURCE,
            Some("Nghi\u{323}\u{302} định"),
        ),
        wrapped,
        finding("wording-a", Severity::Warning, SOURCE, Some("phụ lục")),
        finding("wording-b", Severity::Error, SOURCE, Some("phụ lục")),
        finding("wording-a", Severity::Warning, SOURCE, Some("\u{1b}[2J")),
        end,
    ];
    all.sort_by(|a, b| (a.span, &a.rule.id).cmp(&(b.span, &b.rule.id)));
    all
}

#[test]
fn every_format_over_the_same_findings() {
    let document = utf8(SOURCE);
    let other = document_named("sach.txt");
    let findings = packed(&diagnostics());
    let blind = ["date-blank".to_owned(), "header-missing".to_owned()];
    let none = Findings::default();
    for row in FORMATS {
        let files = [
            report(&document, &findings, &blind, Quality::Ocr),
            report(&other, &none, &blind, Quality::Wrapped),
            FileReport::failed("hong.txt", "không có quyền truy cập"),
        ];
        let text = emitted(&*(row.make)(STYLE), &files);
        insta::assert_snapshot!(format!("format-{}", row.name), text);
        let nothing = emitted(&*(row.make)(STYLE), &[]);
        insta::assert_snapshot!(format!("nothing-{}", row.name), nothing);
    }
}

fn document_named(name: &str) -> Document {
    document(name, "Không có gì.\n", Encoding::Utf8 { bom: 0 })
}

#[test]
fn json_formats_hold_one_value_a_document_or_line() {
    let document = utf8(SOURCE);
    let findings = packed(&diagnostics());
    let file = report(&document, &findings, &[], Quality::Clean);
    let json = |name: &str| {
        let row = FORMATS.iter().find(|row| row.name == name).unwrap();
        emitted(&*(row.make)(STYLE), std::slice::from_ref(&file))
    };
    let whole: serde_json::Value = serde_json::from_str(&json("json")).unwrap();
    let listed = whole["files"][0]["diagnostics"].as_array().unwrap();
    assert_eq!(listed.len(), findings.len());
    for (line, listed) in json("jsonl").lines().zip(listed) {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        let path = line.as_object_mut().unwrap().remove("path");
        assert_eq!(
            path.as_ref().and_then(|p| p.as_str()),
            Some("thu/bao-cao.txt")
        );
        assert_eq!(&line, listed);
    }
}

#[test]
fn positions_in_every_unit() {
    let source = "A\r\nNghi\u{323}\u{302} 𝟏 số 5";
    let diagnostic = finding("x-y", Severity::Info, source, Some("số"));
    let start = |encoding| {
        let document = document("a.txt", source, encoding);
        Located::new(diagnostic.clone(), &document)
            .range
            .unwrap()
            .start
    };
    let at = |byte| Position {
        line: 2,
        column: 10,
        utf16: 11,
        byte,
    };
    assert_eq!(start(Encoding::Utf8 { bom: 0 }), at(3 + 8 + 1 + 4 + 1));
    assert_eq!(start(Encoding::Utf8 { bom: 3 }), at(3 + 3 + 8 + 1 + 4 + 1));
    assert_eq!(
        start(Encoding::Utf16 {
            bom: 2,
            len: 99,
            big_endian: false
        }),
        at(2 + 2 * 13)
    );
}

#[test]
fn text_fits_a_narrow_terminal() {
    let style = Style { width: 40, ..STYLE };
    let text = text_of(style, SOURCE, &diagnostics());
    insta::assert_snapshot!("narrow", text);
    for line in text.lines() {
        let columns = line
            .chars()
            .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
            .count();
        // The two wide brackets take a column more each.
        assert!(columns <= 42, "{columns}: {line}");
    }
}

#[test]
fn text_shows_a_window_of_an_endless_line() {
    let source = format!(
        "{}đi đua{}",
        "một hai ".repeat(200_000),
        " ba bốn".repeat(200_000)
    );
    let diagnostic = finding("wording-a", Severity::Error, &source, Some("đi đua"));
    insta::assert_snapshot!("window", text_of(STYLE, &source, &[diagnostic]));
}

#[test]
fn text_caps_one_rule_and_counts_the_rest() {
    let source = "đi đua\n".repeat(50);
    let one = finding("wording-a", Severity::Error, &source, Some("đi đua"));
    let many: Vec<_> = (0..50)
        .map(|line| {
            let start = line * "đi đua\n".len();
            Diagnostic {
                span: Some(Span::new(start, start + "đi đua".len())),
                ..one.clone()
            }
        })
        .collect();
    let text = text_of(STYLE, &source, &many);
    assert_eq!(text.matches("không đúng").count(), 20);
    assert!(text.contains("… và 30 chỗ khác [wording-a]"), "{text}");
    assert!(text.contains("50 lỗi"), "{text}");
}

#[test]
fn text_names_what_was_not_judged() {
    let document = document_named("a.txt");
    let ids: Vec<_> = (1..=6).map(|index| format!("header-{index}")).collect();
    let none = Findings::default();
    let file = report(&document, &none, &ids, Quality::Clean);
    let text = emitted(&*(FORMATS[0].make)(STYLE), &[file]);
    insta::assert_snapshot!("not-evaluated", text);
}

#[test]
fn colour_is_asked_for_or_absent() {
    let colour = Style {
        colour: true,
        ..STYLE
    };
    assert!(text_of(colour, SOURCE, &diagnostics()).contains("\u{1b}[3"));
    assert!(!text_of(STYLE, SOURCE, &diagnostics()).contains('\u{1b}'));
}

/// Two files with findings, one without, one that could not be read, under names that need care.
fn in_format(name: &str) -> String {
    let row = FORMATS.iter().find(|row| row.name == name).unwrap();
    let mut document = utf8(SOURCE);
    document.name = "thu/báo cáo, 100%: <a>.txt".to_owned();
    let other = document_named("sach.txt");
    let findings = packed(&diagnostics());
    let none = Findings::default();
    let files = [
        report(&document, &findings, &[], Quality::Clean),
        report(&other, &none, &[], Quality::Clean),
        report(&document, &findings, &[], Quality::Clean),
        FileReport::failed("hỏng\u{1}.txt", "không có \"quyền\" <truy cập>"),
        FileReport::skipped("x.xls", "không phải văn bản"),
    ];
    emitted(&*(row.make)(STYLE), &files)
}

/// Holds the output of a format of JSON against the schema of the format.
pub(crate) fn hold_json(name: &str, text: &str) {
    let (_, schema) = [("sarif", "sarif-2.1.0"), ("gitlab", "gitlab-code-quality")]
        .into_iter()
        .find(|(format, _)| *format == name)
        .unwrap();
    let schema = std::fs::read(format!("fixtures/schemas/{schema}.json")).unwrap();
    let schema = serde_json::from_slice(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    let mistakes: Vec<_> = validator.iter_errors(&value).collect();
    assert!(mistakes.is_empty(), "{name}: {mistakes:?}");
}

#[test]
fn json_formats_follow_their_schemas() {
    for name in ["sarif", "gitlab"] {
        let row = FORMATS.iter().find(|row| row.name == name).unwrap();
        for text in [in_format(name), emitted(&*(row.make)(STYLE), &[])] {
            hold_json(name, &text);
        }
    }
}

#[test]
fn xml_formats_follow_their_schemas() {
    for name in ["junit", "checkstyle"] {
        let schema = Schema::read(name);
        let row = FORMATS.iter().find(|row| row.name == name).unwrap();
        for text in [in_format(name), emitted(&*(row.make)(STYLE), &[])] {
            let mistakes = schema.mistakes(&Element::parse(&text));
            assert!(mistakes.is_empty(), "{name}: {mistakes:?}\n{text}");
        }
    }
}

/// Readers believe the counts, or count themselves.
#[test]
fn the_counts_of_a_suite_are_those_of_its_cases() {
    let root = Element::parse(&in_format("junit"));
    let mut counts = Vec::new();
    for suite in root.all("testsuite") {
        let said = |name| suite.get(name).unwrap().parse::<usize>().unwrap();
        let count = |name| suite.all(name).len();
        let found = ["testcase", "failure", "error", "skipped"].map(count);
        assert_eq!(["tests", "failures", "errors", "skipped"].map(said), found);
        counts.push(found);
    }
    let findings = diagnostics().len();
    assert_eq!(
        counts,
        [
            [findings, findings, 0, 0],
            [1, 0, 0, 0],
            [findings, findings, 0, 0],
            [1, 0, 1, 0],
            [1, 0, 0, 1],
        ]
    );
    let checkstyle = Element::parse(&in_format("checkstyle"));
    let files = checkstyle.all("file");
    let errors: Vec<_> = files.iter().map(|file| file.all("error").len()).collect();
    assert_eq!(errors, [findings, 0, findings, 1, 0]);
}

#[test]
fn a_fingerprint_stays_when_lines_move() {
    let fingerprints = |source: &str| {
        let document = utf8(source);
        let found = |text| finding("a-b", Severity::Error, source, Some(text));
        let findings = packed(&[
            finding("a-a", Severity::Error, source, None),
            found("sai một"),
            found("sai hai"),
        ]);
        let file = report(&document, &findings, &[], Quality::Clean);
        let all = file.fingerprinted().map(|(_, f)| f.to_string());
        all.collect::<Vec<_>>()
    };
    let before = fingerprints("Câu sai một. Câu sai hai.\n");
    assert_eq!(before.len(), 3);
    assert_ne!(before[1], before[2]);
    let after = fingerprints(
        "Một dòng mới.\n\nCâu sai\nmột. sai hai.\n"
            .replace("sai\nmột", "sai một")
            .as_str(),
    );
    assert_eq!(before, after);
}

#[test]
fn workflow_commands_stay_on_one_line() {
    let text = in_format("github");
    for line in text.lines() {
        assert!(line.starts_with("::"), "{line}");
    }
    assert!(
        text.contains("file=thu/báo cáo%2C 100%25%3A <a>.txt,"),
        "{text}"
    );
}

/// The findings of the program on a text, as SARIF.
fn sarif_of(text: &str) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), text).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(["check", "--no-config", "--no-cache", "--format", "sarif"])
        .args(["--select", "wording,typography", "a.txt"])
        .current_dir(folder.path())
        .env_clear()
        .output()
        .unwrap();
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    log["runs"][0].clone()
}

/// The byte of a line and column that count code points from 1, as `columnKind` says.
fn byte_of(text: &str, line: &serde_json::Value, column: &serde_json::Value) -> usize {
    let number = |value: &serde_json::Value| usize::try_from(value.as_u64().unwrap()).unwrap() - 1;
    let before: usize = text
        .split_inclusive('\n')
        .take(number(line))
        .map(str::len)
        .sum();
    let rest = &text[before..];
    let in_line: usize = rest.chars().take(number(column)).map(char::len_utf8).sum();
    before + in_line
}

fn range_of(text: &str, region: &serde_json::Value) -> std::ops::Range<usize> {
    let start = byte_of(text, &region["startLine"], &region["startColumn"]);
    start..byte_of(text, &region["endLine"], &region["endColumn"])
}

/// A faulty text, and what it is when its faults are mended.
const FAULTY: &str = "Xã 😀 đã sử lý to\u{302}́t mười hồ sơ.\r\n𝟏 xã bổ xung hồ sơ , đủ cả.\r\n";
const MENDED: &str = "Xã 😀 đã xử lý to\u{302}́t mười hồ sơ.\r\n𝟏 xã bổ sung hồ sơ, đủ cả.\r\n";

#[test]
fn fixes_and_columns_of_sarif_are_in_code_points() {
    let run = sarif_of(FAULTY);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let mut edits = Vec::new();
    for result in run["results"].as_array().unwrap() {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(
            region["snippet"]["text"],
            FAULTY[range_of(FAULTY, region)],
            "{result}"
        );
        let change = &result["fixes"][0]["artifactChanges"][0];
        assert_eq!(change["artifactLocation"]["uri"], "a.txt");
        for edit in change["replacements"].as_array().unwrap() {
            let range = range_of(FAULTY, &edit["deletedRegion"]);
            let content = edit["insertedContent"]["text"].as_str().unwrap();
            edits.push((range.start, range.end, content));
        }
    }
    edits.sort_unstable();
    let mut mended = FAULTY.to_owned();
    for (start, end, content) in edits.into_iter().rev() {
        mended.replace_range(start..end, content);
    }
    assert_eq!(mended, MENDED);
}

#[test]
fn rules_of_sarif_have_help_and_fingerprints_do_not_move() {
    let run = sarif_of(FAULTY);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    for result in results {
        let rule = rules.iter().find(|rule| rule["id"] == result["ruleId"]);
        let help = &rule.expect("the rule is described")["help"];
        for form in ["text", "markdown"] {
            let words = help[form].as_str().unwrap_or_default();
            assert!(words.contains("##"), "{help}");
        }
    }
    let fingerprints = |run: &serde_json::Value| -> Vec<String> {
        let results = run["results"].as_array().unwrap().iter();
        let prints = results.map(|result| result["partialFingerprints"]["vanthu/v1"].as_str());
        let mut prints: Vec<_> = prints.map(|print| print.unwrap().to_owned()).collect();
        prints.sort_unstable();
        prints
    };
    let before = fingerprints(&run);
    let different: std::collections::BTreeSet<_> = before.iter().collect();
    assert_eq!((different.len(), results.len()), (3, 3));
    // Lines above, and the lines the other way round.
    let lines: Vec<_> = FAULTY.split_inclusive('\n').rev().collect();
    let moved = format!("Một dòng mới.\r\n\r\n{}", lines.join("\r\n"));
    assert_eq!(before, fingerprints(&sarif_of(&moved)));
}

/// What a browser is told: each severity can be hidden, a dark screen has colours of its own, and
/// paper has none of that.
#[test]
fn a_page_of_html_is_filtered_dark_and_printed() {
    let page = in_format("html");
    let (head, body) = page.split_once("</style>").unwrap();
    for severity in ["error", "warning", "info"] {
        let switch = format!("<input type=\"checkbox\" id=\"{severity}\" checked>");
        assert_eq!(body.matches(&switch).count(), 1, "{severity}");
        let hides = format!("body:has(#{severity}:not(:checked)) .{severity}");
        assert!(head.contains(&hides), "{severity}");
        let findings = format!("<article class=\"{severity}\">");
        let rows = format!("<tr class=\"{severity}\">");
        assert!(
            body.contains(&findings) && body.contains(&rows),
            "{severity}"
        );
    }
    assert_eq!(
        body.matches("<article ").count(),
        body.matches("<article class=").count()
    );
    // Every colour of light has one of dark.
    let (light, rest) = head
        .split_once("@media screen and (prefers-color-scheme: dark)")
        .unwrap();
    let dark = rest.split_once("} }").unwrap().0;
    let colours = light.split("--").skip(1);
    let colours: Vec<_> = colours
        .map(|part| part.split(':').next().unwrap())
        .collect();
    assert!(colours.contains(&"page") && colours.contains(&"text"));
    for colour in colours {
        assert!(dark.contains(&format!("--{colour}:")), "{colour}");
    }
    assert!(light.contains("color-scheme: light dark"));
    let print = head.split_once("@media print").unwrap().1;
    assert!(print.contains(".filter { display: none; }"));
    // A help and a fix are told both.
    for note in [
        "<dt>Gợi ý</dt>",
        "<dt>Cách sửa</dt><dd>Thêm «số»</dd>",
        "<dt>Căn cứ</dt>",
    ] {
        assert!(body.contains(note), "{note}");
    }
}

#[test]
fn a_page_of_html_fetches_nothing_and_shows_marks_as_they_are() {
    let page = in_format("html");
    for refused in ["<script", "http:", "https:", "<a>", "@import", "url("] {
        assert!(!page.contains(refused), "{refused}");
    }
    assert!(page.contains("100%: &lt;a&gt;.txt"));
}
