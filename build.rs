//! Turns the YAML files below `rules/` and `grammar/vocabulary/` into JSON that the program
//! carries: JSON is read several times faster than YAML, and every run of the program reads them.
//! A rule becomes two texts, what decides whether it finds something and what is said of that, so
//! that the second need not be read where nothing was found. And asks the grammars of lines what a
//! line must begin with: most lines then need no parser.

#![expect(clippy::disallowed_methods, reason = "a build script reads files")]

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use pest_meta::optimizer::OptimizedExpr as Expr;
use serde_json::Value;

#[path = "src/rules/act_key.rs"]
mod act_key;

type Map = serde_json::Map<String, Value>;

/// The keys of a rule file that checking a document needs.
const DECIDING: [&str; 5] = ["id", "severity", "preview", "applies", "check"];

fn main() -> Result<(), Box<dyn Error>> {
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    vocabulary(&package.join("grammar/vocabulary"), &out)?;
    fs::write(out.join("rules.rs"), rules(&package.join("rules"))?)?;
    for (grammar, rule) in BEGINNINGS {
        let grammar = fs::read_to_string(package.join("grammar").join(grammar))?;
        fs::write(out.join(format!("{rule}.rs")), beginnings(&grammar, rule)?)?;
    }
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=grammar");
    Ok(())
}

/// Writes each file of the folder as JSON under its own name.
fn vocabulary(folder: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    for file in &files {
        let name = Path::new(file.file_name().unwrap_or_default()).with_extension("json");
        fs::write(out.join(name), json(file)?.to_string())?;
    }
    Ok(())
}

/// Rust code: a table of all files with path and JSON, what decides first.
fn rules(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut acts = Vec::new();
    let mut out = String::from("static BUILTIN: &[(&str, &str, &str)] = &[\n");
    for file in &files {
        let name = file.strip_prefix(folder)?.to_string_lossy();
        let name = name.replace('\\', "/");
        let mut whole = json(file)?;
        if name.starts_with("register/") {
            acts.extend(whole["acts"].as_array().into_iter().flatten().cloned());
            continue;
        }
        let (deciding, rest) = if whole.get("check").is_some() {
            let keys = whole.as_object_mut().into_iter().flat_map(std::mem::take);
            let (deciding, rest): (Map, Map) =
                keys.partition(|(key, _)| DECIDING.contains(&key.as_str()));
            (Value::Object(deciding), Value::Object(rest).to_string())
        } else {
            (whole, String::new())
        };
        let deciding = deciding.to_string();
        let _ = writeln!(out, "    ({name:?}, {deciding:?}, {rest:?}),");
    }
    out.push_str("];\n");
    write_acts(acts, &mut out)?;
    Ok(out)
}

/// Rust code: the acts of the register, in the order in which they are looked up. A table that is
/// part of the program costs nothing to load.
fn write_acts(mut acts: Vec<Value>, out: &mut String) -> Result<(), Box<dyn Error>> {
    let text = |act: &Value, key: &str| act[key].as_str().unwrap_or_default().to_owned();
    acts.sort_by_key(|act| {
        let symbol = text(act, "symbol");
        (
            act_key::key(&symbol).to_owned(),
            text(act, "date"),
            text(act, "kind"),
        )
    });
    out.push_str("static BUILTIN_ACTS: &[Act] = &[\n");
    for act in &acts {
        let _ = write!(out, "    Act {{");
        for key in ["kind", "symbol", "issuer", "title", "source"] {
            let _ = write!(out, " {key}: Cow::Borrowed({:?}),", text(act, key));
        }
        let date = day(&text(act, "date"))?;
        let _ = write!(out, " date: {date},");
        let by = act["replaced_by"].as_str();
        let by = by.map(|by| format!("Cow::Borrowed({by:?})"));
        let since = act["replaced_since"].as_str().map(day).transpose()?;
        let url = act["url"].as_str();
        let url = url.map(|url| format!("Cow::Borrowed({url:?})"));
        let given = [("replaced_by", by), ("replaced_since", since), ("url", url)];
        for (key, value) in given {
            let value = value.map_or("None".to_owned(), |value| format!("Some({value})"));
            let _ = write!(out, " {key}: {value},");
        }
        out.push_str(" },\n");
    }
    out.push_str("];\n");
    Ok(())
}

/// `2020-03-05` as Rust code.
fn day(text: &str) -> Result<String, Box<dyn Error>> {
    let parts: Vec<u16> = text.split('-').map(str::parse).collect::<Result<_, _>>()?;
    match parts[..] {
        [year, month, day] => Ok(format!("jiff::civil::date({year}, {month}, {day})")),
        _ => Err(format!("{text} is no day").into()),
    }
}

fn json(file: &Path) -> Result<Value, Box<dyn Error>> {
    let yaml = fs::read_to_string(file)?;
    serde_yaml::from_str(&yaml).map_err(|error| format!("{}: {error}", file.display()).into())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}

/// The rules whose beginnings are wanted, each after its grammar.
const BEGINNINGS: [(&str, &str); 3] = [
    ("opening.pest", "item"),
    ("opening.pest", "opener"),
    ("line.pest", "component"),
];
/// Characters of a beginning.
const DEPTH: usize = 3;

/// The sorted table of the first characters of what a rule matches. Where the match ends sooner
/// the rest is `\0`; `\n` is the end of the line. No entry begins with another.
fn beginnings(grammar: &str, rule: &str) -> Result<String, String> {
    let (_, rules) =
        pest_meta::parse_and_optimize(grammar).map_err(|errors| format!("{errors:?}"))?;
    let rules: Rules = rules
        .into_iter()
        .map(|rule| (rule.name, rule.expr))
        .collect();
    let all = first(&Expr::Ident(rule.to_owned()), DEPTH, &rules)?;
    let longer = |text: &&Vec<char>| !(0..text.len()).any(|len| all.contains(&text[..len]));
    let mut out = String::from("&[\n");
    for text in all.iter().filter(longer) {
        let mut padded = text.clone();
        padded.resize(DEPTH, '\0');
        let _ = writeln!(out, "    {padded:?},");
    }
    out.push(']');
    Ok(out)
}

type Rules = HashMap<String, Expr>;

/// The beginnings, of at most `room` characters, of what an expression matches; shorter where the
/// match ends. Lookahead is ignored, so there may be more than really match.
fn first(expr: &Expr, room: usize, rules: &Rules) -> Result<BTreeSet<Vec<char>>, String> {
    let nothing = || BTreeSet::from([Vec::new()]);
    Ok(match expr {
        Expr::Str(text) => BTreeSet::from([text.chars().take(room).collect()]),
        Expr::Range(from, to) => match (from.chars().next(), to.chars().next()) {
            (Some(from), Some(to)) => (from..=to).map(|c| vec![c]).collect(),
            _ => return Err(format!("empty range {from:?}..{to:?}")),
        },
        Expr::Ident(name) => match (rules.get(name), name.as_str()) {
            (Some(expr), _) => first(expr, room, rules)?,
            (None, "SOI") => nothing(),
            (None, "EOI") => BTreeSet::from([vec!['\n']]),
            (None, "ASCII_DIGIT") => ('0'..='9').map(|c| vec![c]).collect(),
            (None, "ASCII_ALPHA") => ('a'..='z').chain('A'..='Z').map(|c| vec![c]).collect(),
            _ => return Err(format!("what {name} begins with is not known")),
        },
        Expr::PosPred(_) | Expr::NegPred(_) => nothing(),
        Expr::Seq(a, b) => follow(&first(a, room, rules)?, b, room, rules)?,
        Expr::Choice(a, b) => &first(a, room, rules)? | &first(b, room, rules)?,
        Expr::Opt(expr) => &first(expr, room, rules)? | &nothing(),
        Expr::Rep(expr) => {
            let mut all = nothing();
            for _ in 0..room {
                all = &follow(&all, expr, room, rules)? | &nothing();
            }
            all
        }
        Expr::RestoreOnErr(expr) => first(expr, room, rules)?,
        other => return Err(format!("what {other:?} begins with is not known")),
    })
}

/// Beginnings gone on with, where there is room, by what an expression matches.
fn follow(
    heads: &BTreeSet<Vec<char>>,
    expr: &Expr,
    room: usize,
    rules: &Rules,
) -> Result<BTreeSet<Vec<char>>, String> {
    let mut out = BTreeSet::new();
    for head in heads {
        if head.len() >= room {
            out.insert(head.clone());
            continue;
        }
        for tail in first(expr, room - head.len(), rules)? {
            out.insert([head.as_slice(), &tail].concat());
        }
    }
    Ok(out)
}
