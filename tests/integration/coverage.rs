//! `docs/coverage.md` says of each clause which rule looks at it, and is held to it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use vanthu::diagnostic::Severity;
use vanthu::rules::RuleSet;

use crate::silence;

/// A row of the table.
#[derive(Debug)]
struct Row {
    /// The heading above it.
    section: String,
    clauses: Vec<String>,
    marks: BTreeSet<char>,
    /// What stands between backticks in its last cell and has the form of an id, and whether a
    /// reason in brackets follows it.
    rules: Vec<(String, bool)>,
    /// What stands between “ and ” in the last cell of a row of what is no fault.
    cases: Vec<String>,
    last: String,
    line: String,
}

fn rows(table: &str) -> Vec<Row> {
    let mut section = String::new();
    let mut rows = Vec::new();
    for line in table.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            title.clone_into(&mut section);
        }
        if !line.starts_with("| ") || line.starts_with("| clause ") {
            continue;
        }
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [clauses, what, marks, last] = cells[..] else {
            panic!("four cells: {line}");
        };
        assert!(!what.is_empty() && !last.is_empty(), "{line}");
        let marks: BTreeSet<char> = marks.split(", ").map(|m| m.parse().unwrap()).collect();
        assert!(marks.iter().all(|mark| "EWIN–".contains(*mark)), "{line}");
        rows.push(Row {
            section: section.clone(),
            clauses: clauses.split("; ").map(str::to_owned).collect(),
            cases: if marks.contains(&'N') {
                quoted(last)
            } else {
                Vec::new()
            },
            marks,
            rules: ids(last),
            last: last.to_owned(),
            line: line.to_owned(),
        });
    }
    rows
}

fn ids(cell: &str) -> Vec<(String, bool)> {
    let parts: Vec<_> = cell.split('`').collect();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let words = parts.iter().enumerate().skip(1).step_by(2);
    words
        .filter(|(_, word)| word.contains('-') && word.chars().all(plain))
        .map(|(i, word)| {
            let reasoned = parts
                .get(i + 1)
                .is_some_and(|after| after.starts_with(" ("));
            ((*word).to_owned(), reasoned)
        })
        .collect()
}

fn quoted(cell: &str) -> Vec<String> {
    let parts = cell.split('“').skip(1);
    let inner = parts.filter_map(|part| part.split_once('”'));
    inner.map(|(case, _)| case.to_owned()).collect()
}

/// Everything that is wrong with the table, one a line.
fn faults(
    rows: &[Row],
    rules: &BTreeMap<&str, Severity>,
    silent: &BTreeSet<String>,
    clauses: &BTreeMap<String, BTreeMap<String, Vec<char>>>,
) -> Vec<String> {
    let mut out = Vec::new();
    for row in rows {
        out.extend(of_row(row, rules, silent).map(|fault| format!("{fault}: {}", row.line)));
    }
    let named: BTreeSet<&str> = rows.iter().flat_map(|r| &r.rules).map(|r| &*r.0).collect();
    let without = rules.keys().filter(|id| !named.contains(**id));
    out.extend(without.map(|id| format!("a rule without a clause: {id}")));
    let held: BTreeSet<&String> = rows.iter().flat_map(|row| &row.cases).collect();
    let without = silent.iter().filter(|case| !held.contains(case));
    out.extend(without.map(|case| format!("a silent case without a row: {case}")));
    for (section, clauses) in clauses {
        for (clause, marks) in clauses {
            let of_clause =
                |row: &&Row| row.section == *section && row.clauses.iter().any(|c| c == clause);
            let there: BTreeSet<char> = rows
                .iter()
                .filter(of_clause)
                .flat_map(|row| row.marks.iter().copied())
                .collect();
            let missing = marks.iter().filter(|mark| !there.contains(mark));
            out.extend(missing.map(|mark| format!("no row: {section}, {clause}, {mark}")));
        }
    }
    out
}

fn of_row(
    row: &Row,
    rules: &BTreeMap<&str, Severity>,
    silent: &BTreeSet<String>,
) -> impl Iterator<Item = String> {
    let mut out = Vec::new();
    let unknown = row
        .rules
        .iter()
        .filter(|(id, _)| !rules.contains_key(&**id));
    out.extend(unknown.map(|(id, _)| format!("there is no rule {id}")));
    let unknown = row.cases.iter().filter(|case| !silent.contains(*case));
    out.extend(unknown.map(|case| format!("there is no silent case “{case}”")));
    let graded = row.marks.iter().any(|mark| "EWI".contains(*mark));
    if row.marks.contains(&'N') && row.cases.is_empty() && row.rules.is_empty() {
        out.push("nothing holds what is no fault".to_owned());
    }
    if graded && row.rules.is_empty() && row.last.split_whitespace().count() < 3 {
        out.push("neither a rule nor a reason".to_owned());
    }
    if graded && !row.rules.is_empty() {
        let mut seen = BTreeSet::new();
        for (id, reasoned) in &row.rules {
            let mark = match rules.get(&**id) {
                Some(Severity::Error) => 'E',
                Some(Severity::Warning) => 'W',
                Some(Severity::Info) => 'I',
                None => continue,
            };
            seen.insert(mark);
            if !row.marks.contains(&mark) && !reasoned {
                out.push(format!("{id} is {mark}, without a reason"));
            }
        }
        let idle = row.marks.iter().filter(|mark| !seen.contains(mark));
        out.extend(idle.map(|mark| format!("no rule is {mark}")));
    }
    out.into_iter()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn every_clause_is_looked_at_or_says_why_not() {
    let set = RuleSet::builtin();
    let rules = set.rules().iter().map(|rule| (&*rule.id, rule.severity));
    let silent = silence::names().into_iter().collect();
    let clauses = serde_yaml::from_str(&read("fixtures/clauses.yaml")).unwrap();
    let rows = rows(&read("docs/coverage.md"));
    let faults = faults(&rows, &rules.collect(), &silent, &clauses);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The test of the table can fail.
#[test]
fn each_kind_of_fault_is_found() {
    let table = "\
## A
| clause | what | | rules, or the reason |
|---|---|---|---|
| 1a; 1b | right | E | `header-one` |
| 1c | right, with reasons | E, W | `header-one`, `header-two`, `header-three` (an info: advice) |
| 1d | right, without a rule | W | none: nobody knows |
| 1e | right | N | “no fault” |
| 2a | too light | E | `header-two` |
| 2b | not there | W | `header-four` |
| 2c | nothing | I | none |
| 2d | nothing | N | allowed |
| 2e | not there | N | “another” |
";
    let rules = [
        ("header-one", Severity::Error),
        ("header-two", Severity::Warning),
        ("header-three", Severity::Info),
        ("header-five", Severity::Info),
    ];
    let silent = ["no fault", "left out"].map(str::to_owned);
    let clauses = "A: { 1a: [E], 1b: [W], 3a: [N] }\n";
    let found = faults(
        &rows(table),
        &rules.into_iter().collect(),
        &silent.into_iter().collect(),
        &serde_yaml::from_str(clauses).unwrap(),
    );
    let said: Vec<_> = found
        .iter()
        .map(|fault| fault.split(": |").next().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "header-two is W, without a reason",
            "no rule is E",
            "there is no rule header-four",
            "no rule is W",
            "neither a rule nor a reason",
            "nothing holds what is no fault",
            "there is no silent case “another”",
            "a rule without a clause: header-five",
            "a silent case without a row: left out",
            "no row: A, 1b, W",
            "no row: A, 3a, N",
        ]
    );
}
