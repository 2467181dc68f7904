//! `docs/coverage.md` says of each clause which rule looks at it, and is held to it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use vanthu::diagnostic::Severity;
use vanthu::rules::RuleSet;

use crate::silence;

/// What a reason may begin with: for a deviation that no rule looks at, and for what is none.
const GRAVE: [&str; 3] = ["outside: ", "image: ", "tried: "];
const ANY: [&str; 4] = ["sources: ", "work: ", "free: ", "read: "];

/// What the table says of a rule.
#[derive(Debug)]
struct Named {
    id: String,
    /// What stands in brackets behind it.
    note: Option<String>,
}

/// A row of the table.
#[derive(Debug)]
struct Row {
    /// The heading above it.
    section: String,
    clauses: Vec<String>,
    marks: BTreeSet<char>,
    /// Whether the marks say that none of its rules runs by default.
    preview: bool,
    /// The rules that its last cell begins with.
    rules: Vec<Named>,
    /// What stands behind them.
    reason: String,
    /// What stands between “ and ” in the last cell of a row of what is no fault.
    cases: Vec<String>,
    line: String,
}

fn rows(table: &str) -> Vec<Row> {
    let mut section = String::new();
    let mut rows = Vec::new();
    for line in table.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            title.clone_into(&mut section);
        }
        let above = section.is_empty();
        if above || !line.starts_with("| ") || line.starts_with("| clause ") {
            continue;
        }
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [clauses, what, marks, last] = cells[..] else {
            panic!("four cells: {line}");
        };
        assert!(!what.is_empty() && !last.is_empty(), "{line}");
        let (marks, preview) = match marks.strip_suffix(" (preview)") {
            Some(marks) => (marks, true),
            None => (marks, false),
        };
        let marks: BTreeSet<char> = marks.split(", ").map(|m| m.parse().unwrap()).collect();
        assert!(marks.iter().all(|mark| "EWIN–".contains(*mark)), "{line}");
        let (rules, reason) = named(last);
        rows.push(Row {
            section: section.clone(),
            clauses: clauses.split("; ").map(str::to_owned).collect(),
            cases: if marks.contains(&'N') {
                quoted(last)
            } else {
                Vec::new()
            },
            marks,
            preview,
            rules,
            reason: reason.to_owned(),
            line: line.to_owned(),
        });
    }
    rows
}

/// The rules that a cell begins with, with commas between, and what is left of it.
fn named(cell: &str) -> (Vec<Named>, &str) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let (mut rules, mut rest) = (Vec::new(), cell);
    while let Some((id, after)) = rest.strip_prefix('`').and_then(|r| r.split_once('`')) {
        if !id.contains('-') || !id.chars().all(plain) {
            break;
        }
        let note = after.strip_prefix(" (").and_then(|r| r.split_once(')'));
        rest = note.map_or(after, |(_, after)| after);
        rest = rest.strip_prefix(", ").unwrap_or(rest);
        rules.push(Named {
            id: id.to_owned(),
            note: note.map(|(note, _)| note.to_owned()),
        });
    }
    (rules, rest.strip_prefix("; ").unwrap_or(rest))
}

fn quoted(cell: &str) -> Vec<String> {
    let parts = cell.split('“').skip(1);
    let inner = parts.filter_map(|part| part.split_once('”'));
    inner.map(|(case, _)| case.to_owned()).collect()
}

/// Everything that is wrong with the table, one a line.
fn faults(
    rows: &[Row],
    rules: &BTreeMap<&str, (Severity, bool)>,
    silent: &BTreeSet<String>,
    clauses: &BTreeMap<String, BTreeMap<String, Vec<char>>>,
) -> Vec<String> {
    let mut out = Vec::new();
    for row in rows {
        out.extend(of_row(row, rules, silent).map(|fault| format!("{fault}: {}", row.line)));
    }
    let named: BTreeSet<&str> = rows.iter().flat_map(|r| &r.rules).map(|r| &*r.id).collect();
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
    rules: &BTreeMap<&str, (Severity, bool)>,
    silent: &BTreeSet<String>,
) -> impl Iterator<Item = String> {
    let mut out = Vec::new();
    let unknown = row.rules.iter().filter(|n| !rules.contains_key(&*n.id));
    out.extend(unknown.map(|named| format!("there is no rule {}", named.id)));
    let unknown = row.cases.iter().filter(|case| !silent.contains(*case));
    out.extend(unknown.map(|case| format!("there is no silent case “{case}”")));
    if row.marks.contains(&'N') {
        if row.cases.is_empty() && row.rules.is_empty() {
            out.push("nothing holds what is no fault".to_owned());
        }
        return out.into_iter();
    }
    out.extend(wrong_reason(row));
    let (mut seen, mut off, mut by_default) = (BTreeSet::new(), false, row.rules.is_empty());
    for Named { id, note } in &row.rules {
        let Some((severity, preview)) = rules.get(&**id) else {
            continue;
        };
        let mark = match severity {
            Severity::Error => 'E',
            Severity::Warning => 'W',
            Severity::Info => 'I',
        };
        seen.insert(mark);
        by_default |= !preview;
        if !row.marks.contains(&mark) {
            off = true;
            if note.is_none() {
                out.push(format!("{id} is {mark}, without a reason"));
            }
        }
        if *preview != note.as_ref().is_some_and(|n| n.starts_with("preview: ")) {
            out.push(format!("{id} is in preview, or is said to be"));
        }
    }
    if row.preview == by_default {
        out.push("the mark does not say what runs by default".to_owned());
    }
    // A rule of another severity, or a reason, may hold a mark.
    if !off && row.reason.is_empty() {
        let idle = row.marks.iter().filter(|mark| !seen.contains(mark));
        out.extend(idle.map(|mark| format!("no rule is {mark}")));
    }
    out.into_iter()
}

/// What is wrong with what stands behind the rules of a row.
fn wrong_reason(row: &Row) -> Option<String> {
    if row.reason.is_empty() {
        return row
            .rules
            .is_empty()
            .then(|| "neither a rule nor a reason".to_owned());
    }
    let other = ANY.iter().filter(|_| row.marks.contains(&'–'));
    let mut kinds = GRAVE.iter().chain(other);
    let Some(reason) = kinds.find_map(|kind| Some((kind, row.reason.strip_prefix(kind)?))) else {
        return Some("a reason of no kind".to_owned());
    };
    let words: Vec<_> = reason.1.split_whitespace().collect();
    let number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let counts = words
        .windows(3)
        .any(|w| number(w[0]) && w[1] == "of" && number(w[2]));
    (*reason.0 == "tried: " && !counts).then(|| "tried, without figures".to_owned())
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn every_clause_is_looked_at_or_says_why_not() {
    let set = RuleSet::builtin();
    let rules = set.rules().iter();
    let rules = rules.map(|rule| (&*rule.id, (rule.severity, rule.preview)));
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
| 1d | right, without a rule | W | outside: nobody knows |
| 1e | right | N | “no fault” |
| 1f | right | I (preview) | `header-six` (preview: new) |
| 1g | right | W | `header-two`; tried: 3 of 30 others |
| 1h | right | W | `header-three` (an info: advice) |
| 1i | right | – | work: of people |
| 2a | too light | E | `header-two` |
| 2b | not there | W | `header-four` |
| 2c | nothing | I |  none |
| 2d | nothing | N | allowed |
| 2e | not there | N | “another” |
| 2f | not of this kind | W | work: of people |
| 2g | words behind a rule | W | `header-two` for some |
| 2h | no figures | W | tried: often wrong |
| 2i | the mark | I | `header-six` (preview: new) |
| 2j | the name | I (preview) | `header-six` |
| 2k | both | W (preview) | `header-two` (preview: not so) |
";
    let rules = [
        ("header-one", (Severity::Error, false)),
        ("header-two", (Severity::Warning, false)),
        ("header-three", (Severity::Info, false)),
        ("header-five", (Severity::Info, false)),
        ("header-six", (Severity::Info, true)),
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
            "there is no rule header-four",
            "the mark does not say what runs by default",
            "no rule is W",
            "a reason of no kind",
            "nothing holds what is no fault",
            "there is no silent case “another”",
            "a reason of no kind",
            "a reason of no kind",
            "tried, without figures",
            "the mark does not say what runs by default",
            "header-six is in preview, or is said to be",
            "header-two is in preview, or is said to be",
            "the mark does not say what runs by default",
            "a rule without a clause: header-five",
            "a silent case without a row: left out",
            "no row: A, 1b, W",
            "no row: A, 3a, N",
        ]
    );
}
