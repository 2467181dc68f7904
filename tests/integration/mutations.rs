//! One defect at a time in documents without fault: each must be found, at its place, and nothing
//! else. `cargo test mutations -- --nocapture` prints the figures of each group.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::RegexBuilder;
use serde::Deserialize;
use vanthu::diagnostic::{Diagnostic, Severity};
use vanthu::document::Document;
use vanthu::input;
use vanthu::rules::{Options, RuleSet, check};

/// The documents, by the names that the table uses.
const CLEAN: [(&str, &str); 12] = [
    ("bao-cao-chuan", "documents/bao-cao-chuan/input.txt"),
    ("cong-van-chuan", "documents/cong-van-chuan/input.txt"),
    ("quyet-dinh-chuan", "documents/quyet-dinh-chuan/input.txt"),
    ("to-trinh-chuan", "documents/to-trinh-chuan/input.txt"),
    ("ke-hoach-chuan", "documents/ke-hoach-chuan/input.txt"),
    ("thong-bao-chuan", "documents/thong-bao-chuan/input.txt"),
    ("chi-thi", "silent/chi-thi.txt"),
    ("chuong-trinh", "silent/chuong-trinh.txt"),
    ("cong-dien", "silent/cong-dien.txt"),
    ("giay-moi", "silent/giay-moi.txt"),
    ("huong-dan", "silent/huong-dan.txt"),
    ("nghi-quyet", "silent/nghi-quyet.txt"),
];

/// What must be found of all defects, and what share of all findings must be of defects.
const LEAST: f64 = 0.97;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    name: String,
    from: Option<String>,
    to: Option<String>,
    line: Option<String>,
    finds: String,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    whole: bool,
    #[serde(default)]
    only: Vec<String>,
}

/// A document with a defect, and the lines from 1 that hold it.
struct Mutated {
    text: String,
    first: u32,
    last: u32,
}

impl Mutation {
    fn apply(&self, text: &str) -> Option<Mutated> {
        let line_of = |at: usize| 1 + u32::try_from(text[..at].matches('\n').count()).unwrap();
        let (start, end, new) = if let Some(line) = &self.line {
            let closing = text.rfind("./.")?;
            let start = text[..closing].rfind('\n')? + 1;
            (start, start, format!("{line}\n"))
        } else {
            let (from, to) = (self.from.as_deref()?, self.to.as_deref()?);
            let from = RegexBuilder::new(from).multi_line(true).build().unwrap();
            let found = from.captures(text)?;
            let mut new = String::new();
            found.expand(to, &mut new);
            let range = found.get(0)?.range();
            (range.start, range.end, new)
        };
        let first = line_of(start);
        Some(Mutated {
            text: [&text[..start], &new, &text[end..]].concat(),
            first: first.saturating_sub(1),
            last: first + 1 + u32::try_from(new.trim_end().matches('\n').count()).unwrap(),
        })
    }
}

/// The documents without fault, and each with each of its defects: a name and the text.
pub(crate) fn texts() -> Vec<(String, String)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let table = fs::read_to_string(fixtures.join("mutations.yaml")).unwrap();
    let table: BTreeMap<String, Vec<Mutation>> = serde_yaml::from_str(&table).unwrap();
    let mut texts = Vec::new();
    for (name, path) in CLEAN {
        let clean = fs::read_to_string(fixtures.join(path)).unwrap();
        for mutation in table.values().flatten() {
            if let Some(mutated) = mutation.apply(&clean) {
                texts.push((format!("{name}, {}", mutation.name), mutated.text));
            }
        }
        texts.push((name.to_owned(), clean));
    }
    texts
}

fn grave(rules: &RuleSet, text: &str) -> (Document, Vec<Diagnostic>) {
    let document = input::read("van-ban.txt", text.as_bytes()).unwrap();
    let outcome = check(&document, rules, Options::default());
    let found = outcome.diagnostics.iter().collect();
    (document, found)
}

#[derive(Default)]
struct Figures {
    defects: usize,
    found: usize,
    /// Findings of the defects, and others.
    right: usize,
    wrong: usize,
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are for people")]
fn each_defect_is_found_and_nothing_else() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let table = fs::read_to_string(fixtures.join("mutations.yaml")).unwrap();
    let table: BTreeMap<String, Vec<Mutation>> = serde_yaml::from_str(&table).unwrap();
    let rules = RuleSet::builtin();
    let mut figures: BTreeMap<&str, Figures> = BTreeMap::new();
    let mut failures = Vec::new();
    let mut idle: BTreeSet<&str> = table.values().flatten().map(|m| m.name.as_str()).collect();
    for (name, path) in CLEAN {
        let clean = fs::read_to_string(fixtures.join(path)).unwrap();
        let (_, found) = grave(&rules, &clean);
        let grave = found.iter().filter(|d| d.severity > Severity::Info);
        let ids: Vec<_> = grave.map(|d| &d.rule.id).collect();
        assert!(
            ids.is_empty(),
            "{name} is no document without fault: {ids:?}"
        );
        for (group, mutations) in &table {
            let of_group = figures.entry(group).or_default();
            for mutation in mutations {
                if !mutation.only.is_empty() && !mutation.only.iter().any(|only| only == name) {
                    continue;
                }
                let Some(mutated) = mutation.apply(&clean) else {
                    continue;
                };
                idle.remove(mutation.name.as_str());
                judge(&rules, mutation, &mutated, name, of_group, &mut failures);
            }
        }
    }
    let mut all = Figures::default();
    println!("group       defects  recall  precision  collateral");
    for (group, of) in &figures {
        println!("{group:12}{}", row(of));
        all.defects += of.defects;
        all.found += of.found;
        all.right += of.right;
        all.wrong += of.wrong;
    }
    println!("{:12}{}", "all", row(&all));
    let told = failures.join("\n");
    println!("{told}");
    assert!(idle.is_empty(), "fit no document: {idle:?}");
    assert!(all.defects >= 150);
    for (group, of) in &figures {
        assert!(recall(of) >= LEAST, "{group}: {told}");
    }
    assert!(recall(&all) >= LEAST && precision(&all) >= LEAST, "{told}");
}

fn judge(
    rules: &RuleSet,
    mutation: &Mutation,
    mutated: &Mutated,
    name: &str,
    figures: &mut Figures,
    failures: &mut Vec<String>,
) {
    let (document, found) = grave(rules, &mutated.text);
    let is_near = |d: &Diagnostic| {
        mutation.whole
            || d.span.is_none_or(|span| {
                let line = |at| document.position(at).line;
                line(span.start) <= mutated.last && line(span.end) >= mutated.first
            })
    };
    let is_it = |d: &Diagnostic| d.rule.id == mutation.finds && is_near(d);
    let right = found.iter().filter(|d| is_it(d)).count();
    let others = found.iter().filter(|d| {
        d.severity > Severity::Info && !is_it(d) && !mutation.also.contains(&d.rule.id)
    });
    let others: Vec<_> = others.map(|d| d.rule.id.as_str()).collect();
    figures.defects += 1;
    figures.found += usize::from(right > 0);
    figures.right += right;
    figures.wrong += others.len();
    if right == 0 || !others.is_empty() {
        let missed = if right == 0 { "missed" } else { "found" };
        failures.push(format!(
            "{name}, {}: {} {missed}, besides {others:?}",
            mutation.name, mutation.finds
        ));
    }
}

fn row(of: &Figures) -> String {
    let (defects, wrong) = (of.defects, of.wrong);
    let (recall, precision) = (recall(of), precision(of));
    format!("{defects:7}  {recall:6.3}  {precision:9.3}  {wrong:10}")
}

#[expect(clippy::cast_precision_loss, reason = "counts of tests are small")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn recall(of: &Figures) -> f64 {
    share(of.found, of.defects)
}

fn precision(of: &Figures) -> f64 {
    share(of.right, of.right + of.wrong)
}
