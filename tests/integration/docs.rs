//! `docs/rules/`: a page a rule and the index, made from the rules. `UPDATE_DOCS=1 cargo test docs`
//! writes them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use vanthu::rules::{Applies, Example, Rule, RuleSet};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules")
}

/// Every page by its path below the folder.
fn pages(rules: &RuleSet) -> BTreeMap<String, String> {
    let mut pages: BTreeMap<_, _> = rules
        .rules()
        .iter()
        .map(|rule| (path_of(rule), page(rule)))
        .collect();
    pages.insert("README.md".to_owned(), index(rules));
    pages
}

fn path_of(rule: &Rule) -> String {
    format!("{}/{}.md", rule.group(), rule.id)
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity.as_str() {
        "error" => "lỗi · error",
        "warning" => "cảnh báo · warning",
        _ => "lưu ý · info",
    }
}

fn page(rule: &Rule) -> String {
    let info = rule.info();
    let mut out = format!("# {}\n\n{}\n\n", rule.id, info.summary.vi);
    let _ = writeln!(out, "| | |\n|---|---|\n| mức | {} |", severity(rule));
    let _ = writeln!(out, "| căn cứ | {} |", info.basis.as_deref().unwrap_or("–"));
    let _ = writeln!(out, "| áp dụng | {} |", applies(&rule.applies));
    let _ = writeln!(
        out,
        "| tệp | [`rules/{path}`](../../../rules/{path}) |\n",
        path = rule.path
    );
    out += info.explanation.vi.trim();
    out.push('\n');
    out += "\n## Ví dụ\n";
    for example in rule.examples() {
        shown(example, &mut out);
    }
    let _ = writeln!(out, "\n## In English\n\n{}\n", info.summary.en);
    out += info.explanation.en.replace("## ", "### ").trim();
    out.push('\n');
    out
}

fn applies(applies: &Applies) -> String {
    let mut parts = Vec::new();
    let regimes: Vec<_> = applies.regime.iter().map(|r| r.as_str()).collect();
    let formats: Vec<_> = applies.formats.iter().map(|f| f.as_str()).collect();
    for (label, values) in [
        ("định dạng", &formats.join(", ")),
        ("loại hình", &regimes.join(", ")),
        ("loại văn bản", &applies.kind.join(", ")),
        ("trừ", &applies.not_kind.join(", ")),
    ] {
        if !values.is_empty() {
            parts.push(format!("{label}: {values}"));
        }
    }
    if let Some(dated) = applies.dated {
        for (label, day) in [("từ", dated.from), ("đến", dated.to)] {
            parts.extend(day.map(|day| format!("{label} {day}")));
        }
    }
    if parts.is_empty() {
        "mọi văn bản".to_owned()
    } else {
        parts.join("; ")
    }
}

fn shown(example: &Example, out: &mut String) {
    let (title, finds) = if example.finds.is_empty() {
        ("Đúng", String::new())
    } else {
        let quoted = |found: &String| match found.as_str() {
            "*" => "cả văn bản".to_owned(),
            found => format!("`{}`", found.replace('`', "'")),
        };
        let found: Vec<_> = example.finds.iter().map(quoted).collect();
        ("Sai", format!(": {}", found.join(", ")))
    };
    let note = example.note.as_ref();
    let note = note.map_or(String::new(), |note| format!(" ({})", note.trim()));
    let _ = writeln!(out, "\n{title}{finds}{note}\n");
    let text = example.text.trim_end();
    let _ = writeln!(out, "````text\n{text}\n````");
    if let Some(becomes) = &example.becomes {
        let becomes = becomes.trim_end();
        let _ = writeln!(out, "\nSửa thành:\n\n````text\n{becomes}\n````");
    }
    if let Some(look) = &example.look {
        let lines: Vec<_> = look
            .lines()
            .iter()
            .map(|line| format!("- `{line}`"))
            .collect();
        let _ = writeln!(out, "\nTrình bày đúng, trừ:\n\n{}", lines.join("\n"));
    }
}

fn index(rules: &RuleSet) -> String {
    let mut out = String::from("# Các quy tắc\n\nTheo nhóm, rồi theo điều khoản làm căn cứ.\n");
    let groups: BTreeSet<_> = rules.rules().iter().map(Rule::group).collect();
    for group in groups {
        let _ = writeln!(out, "\n## {group}\n\n| quy tắc | mức | |\n|---|---|---|");
        for rule in rules.rules().iter().filter(|rule| rule.group() == group) {
            let (id, path) = (&rule.id, path_of(rule));
            let summary = rule.info().summary.vi.replace('|', "\\|");
            let _ = writeln!(out, "| [{id}]({path}) | {} | {summary} |", severity(rule));
        }
    }
    let mut clauses: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in rules.rules() {
        let basis = rule.info().basis.as_deref();
        clauses
            .entry(basis.unwrap_or("Không dựa trên điều khoản nào"))
            .or_default()
            .push(rule);
    }
    out += "\n## Theo điều khoản\n\n| căn cứ | quy tắc |\n|---|---|\n";
    for (clause, rules) in clauses {
        let rules = rules.iter();
        let links: Vec<_> = rules
            .map(|rule| format!("[{}]({})", rule.id, path_of(rule)))
            .collect();
        let _ = writeln!(out, "| {clause} | {} |", links.join(", "));
    }
    out
}

/// Every file below the folder, by its path there.
fn there(folder: &Path, below: &str, out: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            there(&entry.path(), &format!("{name}/"), out);
        } else {
            out.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

#[test]
fn the_pages_of_the_rules_are_those_of_the_rules_that_ship() {
    let wanted = pages(&RuleSet::builtin());
    if env::var_os("UPDATE_DOCS").is_some() {
        let _ = fs::remove_dir_all(folder());
        for (path, text) in &wanted {
            let path = folder().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    let mut found = BTreeMap::new();
    there(&folder(), "", &mut found);
    for path in wanted.keys().chain(found.keys()) {
        assert!(
            wanted.get(path) == found.get(path),
            "docs/rules/{path} is not what the rules say; UPDATE_DOCS=1 cargo test docs"
        );
    }
}
