//! What Word documents with one fault of layout are told: `fixtures/layout-faults`, which a script
//! there makes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

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
