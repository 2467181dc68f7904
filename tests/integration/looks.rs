//! What Word documents with one fault of layout are told: `fixtures/layout-faults`, which a script
//! there makes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use vanthu::diagnostic::Applicability;
use vanthu::fix::{Checked, Scope, fix};
use vanthu::rules::{Options, RuleSet, check};

/// Each file has the finding of its row in `expected.tsv` and no other, whatever its group; the
/// one without fault has none.
#[test]
fn each_fault_of_layout_is_found_and_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layout-faults");
    let table = fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let rules = RuleSet::builtin();
    let (mut wrong, mut files) = (String::new(), 0);
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [file, rule, excerpt] = cells[..] else {
            panic!("{row}");
        };
        let bytes = fs::read(folder.join(file)).unwrap();
        let document = vanthu::input::read(file, &bytes).unwrap();
        let outcome = check(&document, &rules, Options::default());
        let found: Vec<_> = outcome
            .diagnostics
            .iter()
            .map(|found| {
                let at = found.span.map_or("*", |span| span.of(document.source()));
                format!("{}: {at}", found.rule.id)
            })
            .collect();
        let expected: Vec<_> = (!rule.is_empty())
            .then(|| format!("{rule}: {excerpt}"))
            .into_iter()
            .collect();
        if found != expected {
            writeln!(wrong, "{file}: {found:?}, expected {expected:?}").unwrap();
        }
        files += 1;
    }
    assert!(files > 50, "{files}");
    assert!(wrong.is_empty(), "{wrong}");
}

/// The rules whose faults are left to the author; files without fault have none.
const LEFT: [&str; 26] = [
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
    "layout-text-box",
    "",
];

/// A fault that can be set right is gone afterwards, the text is the same, and to do it again changes
/// nothing; a file with another fault stays byte for byte.
#[test]
fn faults_of_layout_are_set_right_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layout-faults");
    let table = fs::read_to_string(folder.join("expected.tsv")).unwrap();
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
    for row in table.lines().skip(1) {
        let mut cells = row.split('\t');
        let (file, rule) = (cells.next().unwrap(), cells.next().unwrap());
        let bytes = fs::read(folder.join(file)).unwrap();
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
        if !is_right || twice.bytes != once.bytes {
            writeln!(wrong, "{file}: {remain} left").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
