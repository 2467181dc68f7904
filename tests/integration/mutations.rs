//! One defect at a time in documents without fault: each must be found, at its place, and nothing
//! else. `cargo test mutations -- --nocapture` prints the figures of each group.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use regex::RegexBuilder;
use serde::Deserialize;
use vanthu::diagnostic::{Diagnostic, Severity};
use vanthu::document::Document;
use vanthu::input;
use vanthu::rules::{Options, Outcome, RuleSet, check};

/// What must be found of the defects of each group.
const LEAST: f64 = 0.97;

/// How many defects the table has at least.
const LEAST_MUTATIONS: usize = 320;

/// How many kinds of documents there are at least.
const LEAST_KINDS: usize = 15;

/// How many rules that judge texts may have no defect in the table. Those on old encodings and lost
/// marks judge a document as a whole.
const MOST_WITHOUT: usize = 10;

/// A document without fault, and what it must be taken for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clean {
    name: String,
    file: PathBuf,
    kind: String,
    regime: String,
}

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
    #[serde(default)]
    not: Vec<String>,
    #[serde(default)]
    regime: Vec<String>,
}

/// A document with a defect, and the lines from 1 that differ.
struct Mutated {
    text: String,
    first: u32,
    last: u32,
}

impl Mutation {
    /// The document with the defect, or `None` if it has no place for it.
    fn apply(&self, clean: &Clean, text: &str) -> Option<Mutated> {
        let is_excluded = self.not.contains(&clean.name);
        (!is_excluded).then(|| self.put_into(clean, text)).flatten()
    }

    /// The same, whatever documents it is not for.
    fn put_into(&self, clean: &Clean, text: &str) -> Option<Mutated> {
        let is_for_name = self.only.is_empty() || self.only.contains(&clean.name);
        let is_for_regime = self.regime.is_empty() || self.regime.contains(&clean.regime);
        if !is_for_name || !is_for_regime {
            return None;
        }
        let new = match &self.line {
            Some(line) => {
                let at = last_body_line(text)?;
                format!("{}{line}\n{}", &text[..at], &text[at..])
            }
            None => self.replaced(text)?,
        };
        Some(Mutated::new(text, new))
    }

    fn replaced(&self, text: &str) -> Option<String> {
        let from = RegexBuilder::new(self.from.as_deref()?);
        let from = { from }.multi_line(true).build().unwrap();
        let found = from.captures(text)?;
        let mut new = String::new();
        found.expand(self.to.as_deref()?, &mut new);
        let range = found.get(0)?.range();
        Some([&text[..range.start], &new, &text[range.end..]].concat())
    }
}

/// Where the last line of the body begins: the one with the closing mark, or that above the recipients.
fn last_body_line(text: &str) -> Option<usize> {
    let closing = text.rfind("./.").or_else(|| {
        let foot = text.rfind("\nNơi nhận:")?;
        Some(text[..foot].trim_end().len())
    })?;
    Some(text[..closing].rfind('\n')? + 1)
}

impl Mutated {
    /// Compares the texts; where lines were only taken out, those on both sides are what differs.
    fn new(old: &str, new: String) -> Self {
        let same = |(a, b): &(char, char)| a == b;
        let length = |(_, c): (char, char)| c.len_utf8();
        let start: usize = old
            .chars()
            .zip(new.chars())
            .take_while(same)
            .map(length)
            .sum();
        let ends = old[start..].chars().rev().zip(new[start..].chars().rev());
        let end = new.len() - ends.take_while(same).map(length).sum::<usize>();
        let line_of = |at: usize| 1 + u32::try_from(new[..at].matches('\n').count()).unwrap();
        let old_end = old.len() - (new.len() - end);
        let lines_removed = start == end && old[start..old_end].contains('\n');
        let above = new[..start]
            .rfind('\n')
            .map_or(0, |at| new[..at].trim_end().len());
        let whole_lines = old[..old_end].ends_with('\n');
        let changed = &new[start..end];
        let changed = if whole_lines {
            changed.trim_end_matches('\n')
        } else {
            changed
        };
        Self {
            first: line_of(if lines_removed { above } else { start }),
            last: line_of(start + changed.len()),
            text: new,
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let text = fs::read_to_string(fixtures().join(name)).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn table() -> BTreeMap<String, Vec<Mutation>> {
    read("mutations.yaml")
}

/// The documents without fault, with their texts.
fn clean() -> Vec<(Clean, String)> {
    let documents: Vec<Clean> = read("mutations/documents.yaml");
    let with_text = |clean: Clean| {
        let text = fs::read_to_string(fixtures().join(&clean.file)).unwrap();
        (clean, text)
    };
    documents.into_iter().map(with_text).collect()
}

/// The documents without fault, and each defect in some of them: a name and the text.
pub(crate) fn texts() -> Vec<(String, String)> {
    const ENOUGH: usize = 2;
    let (table, documents) = (table(), clean());
    let mut texts = Vec::new();
    for mutation in table.values().flatten() {
        let mutated = documents.iter().filter_map(|(clean, text)| {
            let mutated = mutation.apply(clean, text)?;
            Some((format!("{}, {}", clean.name, mutation.name), mutated.text))
        });
        texts.extend(mutated.take(ENOUGH));
    }
    texts.extend(
        documents
            .into_iter()
            .map(|(clean, text)| (clean.name, text)),
    );
    texts
}

fn lint(rules: &RuleSet, text: &str) -> (Document, Outcome) {
    let document = input::read("van-ban.txt", text.as_bytes()).unwrap();
    let outcome = check(&document, rules, Options::default());
    (document, outcome)
}

#[derive(Default)]
struct Figures {
    defects: usize,
    found: usize,
    /// Findings of the defects.
    right: usize,
    /// Other findings that the table says a defect brings with it.
    declared: usize,
    /// Findings of nothing that is wrong.
    wrong: usize,
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.defects += other.defects;
        self.found += other.found;
        self.right += other.right;
        self.declared += other.declared;
        self.wrong += other.wrong;
    }
}

/// What came of one defect in one document.
struct Verdict<'t> {
    group: &'t str,
    mutation: &'t Mutation,
    figures: Figures,
    /// Which of the other findings that the table allows there were.
    also: BTreeSet<String>,
    failure: Option<String>,
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are for people")]
fn each_defect_is_found_and_nothing_else() {
    let table = table();
    let documents = clean();
    let rules = RuleSet::builtin();
    let verdicts = thread::scope(|scope| {
        let (rules, table) = (&rules, &table);
        let one = |document| scope.spawn(move || all_of(rules, table, document));
        let threads: Vec<_> = documents.iter().map(one).collect();
        let verdicts = threads.into_iter().map(|thread| thread.join().unwrap());
        verdicts.flatten().collect::<Vec<_>>()
    });

    let mut groups: BTreeMap<&str, Figures> = BTreeMap::new();
    let mut all = Figures::default();
    for verdict in &verdicts {
        groups
            .entry(verdict.group)
            .or_default()
            .add(&verdict.figures);
        all.add(&verdict.figures);
    }
    println!("group       defects  recall  precision  declared  collateral");
    for (group, of) in &groups {
        println!("{group:12}{}", row(of));
    }
    println!("{:12}{}", "all", row(&all));

    let mutations = || table.values().flatten();
    let rules_found: BTreeSet<_> = mutations().map(|mutation| &mutation.finds).collect();
    let kinds: BTreeSet<_> = documents.iter().map(|(clean, _)| &clean.kind).collect();
    let count = mutations().count();
    println!(
        "{count} mutations for {} rules in {} documents of {} kinds",
        rules_found.len(),
        documents.len(),
        kinds.len()
    );
    let without = without_mutation(&rules, &rules_found);
    println!("errors and warnings of texts without a mutation: {without:?}");
    let failures: Vec<_> = verdicts
        .iter()
        .filter_map(|v| v.failure.as_deref())
        .collect();
    let told = failures.join("\n");
    println!("{told}");
    let stale = stale(&table, &documents, &verdicts);
    assert!(stale.is_empty(), "{}", stale.join("\n"));
    assert!(count >= LEAST_MUTATIONS && kinds.len() >= LEAST_KINDS);
    for (group, of) in &groups {
        assert!(
            recall(of) >= LEAST,
            "too much of {group} is missed:\n{told}"
        );
    }
    assert!(all.wrong == 0, "{told}");
    assert!(without.len() <= MOST_WITHOUT, "{without:?}");
}

/// The errors and warnings, but those on the look of a file, that no defect of the table is of.
fn without_mutation<'r>(rules: &'r RuleSet, found: &BTreeSet<&String>) -> Vec<&'r str> {
    let grave = rules.rules().iter().filter(|rule| {
        let info = rule.info();
        info.severity > Severity::Info && !info.preview && info.group != "layout"
    });
    let ids = grave.map(|rule| &rule.info().id);
    ids.filter(|id| !found.contains(id))
        .map(String::as_str)
        .collect()
}

/// The verdicts on all defects that fit a document, which must itself be without fault.
fn all_of<'t>(
    rules: &RuleSet,
    table: &'t BTreeMap<String, Vec<Mutation>>,
    (clean, text): &(Clean, String),
) -> Vec<Verdict<'t>> {
    let (_, outcome) = lint(rules, text);
    let grave = outcome.diagnostics.iter();
    let grave = grave.filter(|d| d.severity > Severity::Info);
    let ids: Vec<_> = grave.map(|d| d.rule.id.clone()).collect();
    let name = &clean.name;
    assert!(
        ids.is_empty(),
        "{name} is no document without fault: {ids:?}"
    );
    let kind = outcome.report.kind.map(|kind| kind.slug.as_str());
    let regime = outcome
        .report
        .regime
        .map(vanthu::vocabulary::Regime::as_str);
    let expected = (Some(clean.kind.as_str()), Some(clean.regime.as_str()));
    assert_eq!((kind, regime), expected, "{name}");

    let mut verdicts = Vec::new();
    for (group, mutations) in table {
        for mutation in mutations {
            if let Some(mutated) = mutation.apply(clean, text) {
                verdicts.push(judge(rules, (group, mutation), &mutated, name));
            }
        }
    }
    verdicts
}

fn judge<'t>(
    rules: &RuleSet,
    (group, mutation): (&'t str, &'t Mutation),
    mutated: &Mutated,
    name: &str,
) -> Verdict<'t> {
    let (document, outcome) = lint(rules, &mutated.text);
    let is_there = |d: &Diagnostic| {
        mutation.whole
            || d.span.is_some_and(|span| {
                let line = |at| document.position(at).line;
                line(span.start) <= mutated.last && line(span.end) >= mutated.first
            })
    };
    let is_it = |d: &Diagnostic| d.rule.id == mutation.finds && is_there(d);
    let found: Vec<_> = outcome.diagnostics.iter().collect();
    let right = found.iter().filter(|d| is_it(d)).count();
    let others = found
        .iter()
        .filter(|d| d.severity > Severity::Info && !is_it(d));
    let (declared, wrong): (Vec<_>, Vec<_>) = others
        .map(|d| d.rule.id.clone())
        .partition(|id| mutation.also.contains(id));
    let failure = (right == 0 || !wrong.is_empty()).then(|| {
        let missed = if right == 0 { "missed" } else { "found" };
        let (what, rule, first) = (&mutation.name, &mutation.finds, mutated.first);
        format!("{name}, {what}: {rule} {missed} at line {first}, besides {wrong:?}")
    });
    Verdict {
        group,
        mutation,
        figures: Figures {
            defects: 1,
            found: usize::from(right > 0),
            right,
            declared: declared.len(),
            wrong: wrong.len(),
        },
        also: declared.into_iter().collect(),
        failure,
    }
}

/// What the table says and no document bears out.
fn stale(
    table: &BTreeMap<String, Vec<Mutation>>,
    documents: &[(Clean, String)],
    verdicts: &[Verdict],
) -> Vec<String> {
    let mut stale = Vec::new();
    for mutation in table.values().flatten() {
        let name = &mutation.name;
        let of_it = || {
            verdicts
                .iter()
                .filter(|v| std::ptr::eq(v.mutation, mutation))
        };
        let fitting = of_it().count();
        if fitting < mutation.only.len().max(1) {
            stale.push(format!("{name} fits {fitting} documents"));
        }
        for not in &mutation.not {
            let is_it = |(clean, text): &(Clean, String)| {
                clean.name == *not && mutation.put_into(clean, text).is_some()
            };
            if !documents.iter().any(is_it) {
                stale.push(format!("{name} does not fit {not} anyway"));
            }
        }
        for also in &mutation.also {
            if !of_it().any(|v| v.also.contains(also)) {
                stale.push(format!("{name} does not bring {also} with it"));
            }
        }
    }
    stale
}

fn row(of: &Figures) -> String {
    let (defects, declared, wrong) = (of.defects, of.declared, of.wrong);
    let (recall, precision) = (recall(of), precision(of));
    format!("{defects:7}  {recall:6.3}  {precision:9.3}  {declared:8}  {wrong:10}")
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
