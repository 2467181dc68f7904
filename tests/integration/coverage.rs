//! `docs/coverage.md` says of each clause which rule looks at it.

use std::collections::BTreeSet;
use std::path::Path;

use vanthu::rules::RuleSet;

/// What stands between backticks in the cells of rules, groups before other words.
fn named() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coverage.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.trim_end_matches('|').rsplit('|').next());
    let is_id = |token: &&str| {
        let mut parts = token.split('-');
        let plain = |part: &str| {
            part.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        token.contains('-') && parts.all(plain)
    };
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .filter(is_id)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_rule_has_a_clause_and_every_clause_names_rules_that_exist() {
    let rules = RuleSet::builtin();
    let ids: BTreeSet<String> = rules.rules().iter().map(|r| r.info().id.clone()).collect();
    let named = named();
    let unknown: Vec<_> = named.difference(&ids).collect();
    let missing: Vec<_> = ids.difference(&named).collect();
    assert!(
        unknown.is_empty(),
        "named, but there is no such rule: {unknown:?}"
    );
    assert!(missing.is_empty(), "rules without a clause: {missing:?}");
}

/// A row names a rule, or says in words why there is none.
#[test]
fn every_row_says_something() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coverage.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| "));
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{row}");
        assert!(!cells[1].is_empty() && !cells[3].is_empty(), "{row}");
    }
}
