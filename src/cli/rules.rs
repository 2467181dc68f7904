//! `vanthu rules`, `vanthu rules test` and `vanthu rules new`

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;

use super::args::{Command, ListFormat, Rules, RulesAction};
use super::project::{Known, known};
use super::{Exit, Failure, create, discover, load_rules};
use crate::diagnostic::Language;
use crate::emit::{clean, say, severity_word, wrap};
use crate::rules::{ExampleFailure, Rule, RuleSet, run_examples, skeleton};

pub(super) fn run(args: &Rules, command: &Command) -> Result<Exit, Failure> {
    match &args.action {
        None => list(args, command),
        // Clap could refuse them, but then also `--lang` before `test`.
        Some(_)
            if !args.rules.is_empty()
                || args.format != ListFormat::Text
                || args.config.config.is_some() =>
        {
            Err(Failure::Message(say!(
                command.language(),
                "rules test và rules new không dùng --rules, --config và --format",
                "rules test and rules new take no --rules, --config or --format"
            )))
        }
        Some(RulesAction::Test { folder }) => test(folder.as_deref(), command),
        Some(RulesAction::New { id, folder }) => new(id, folder, command.language()),
    }
}

fn new(id: &str, folder: &Path, language: Language) -> Result<Exit, Failure> {
    let (path, yaml) = skeleton(id).map_err(|(message, help)| {
        let help = help.map_or(String::new(), |help| format!("; {}", help.get(language)));
        Failure::Message(format!("{}{help}", message.get(language)))
    })?;
    let path = folder.join(path);
    let shown = clean(&path.to_string_lossy()).into_owned();
    create(&path, &yaml, language)?;
    let folder = clean(&folder.to_string_lossy()).into_owned();
    let said = say!(
        language,
        "Đã viết {shown}\nSửa tệp rồi chạy: vanthu rules test {folder}\n",
        "Written: {shown}\nEdit it, then run: vanthu rules test {folder}\n"
    );
    io::stdout().lock().write_all(said.as_bytes())?;
    Ok(Exit::Clean)
}

#[derive(Serialize)]
struct List<'a> {
    schema_version: u32,
    rules: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    group: &'a str,
    severity: &'static str,
    preview: bool,
    /// Whether it runs under the configuration.
    enabled: bool,
    summary: &'a str,
    basis: Option<&'a str>,
}

fn list(args: &Rules, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let known = known(&args.config, None, &args.rules, language)?;
    let text = match args.format {
        ListFormat::Text => table(&known, language),
        ListFormat::Json => {
            let row = |rule| row(rule, &known, language);
            let list = List {
                schema_version: 1,
                rules: known.rules.rules().iter().map(row).collect(),
            };
            serde_json::to_string_pretty(&list).map_err(io::Error::from)? + "\n"
        }
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Clean)
}

fn row<'a>(rule: &'a Rule, known: &Known, language: Language) -> Row<'a> {
    Row {
        id: &rule.id,
        group: rule.group(),
        severity: rule.severity.as_str(),
        preview: rule.preview,
        enabled: known.running.contains(&rule.id),
        summary: rule.info().summary.get(language),
        basis: rule.info().basis.as_deref(),
    }
}

/// Rules by group; ids begin with the group, so that the order of ids is the order of groups.
fn table(known: &Known, language: Language) -> String {
    let rules = &known.rules;
    let mut out = String::new();
    let width = rules.rules().iter().map(|r| r.id.len()).max().unwrap_or(0);
    let mut group = None;
    for rule in rules.rules() {
        if group != Some(rule.group()) {
            if group.is_some() {
                out.push('\n');
            }
            let _ = writeln!(out, "{}", rule.group());
            group = Some(rule.group());
        }
        let runs = known.running.contains(&rule.id);
        let off = !runs && (!rule.preview || known.preview);
        let mark = match (rule.preview, off, language) {
            (_, true, Language::Vi) => " (tắt)",
            (_, true, Language::En) => " (off)",
            (false, ..) => "",
            (true, _, Language::Vi) => " (thử nghiệm)",
            (true, _, Language::En) => " (preview)",
        };
        let _ = writeln!(
            out,
            "  {:width$}  {:8}  {}{mark}",
            rule.id,
            severity_word(rule.severity, language),
            rule.info().summary.get(language),
        );
    }
    let count = rules.rules().len();
    out += &say!(language, "\n{count} quy tắc\n", "\n{count} rules\n");
    out
}

fn test(folder: Option<&Path>, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let rules = match folder {
        None => RuleSet::builtin(),
        Some(folder) => {
            let files = discover::rule_files(folder, language).map_err(Failure::Message)?;
            let paths = files.paths();
            // The rules around them stay out, their profiles do not.
            load_rules(&[folder.to_path_buf()], language)?.filter(|rule| paths.contains(&rule.path))
        }
    };
    let examples: usize = rules.rules().iter().map(|rule| rule.examples().len()).sum();
    let failures = run_examples(&rules);
    let width = command.style(&io::stdout()).width;
    let mut out = String::new();
    for failure in &failures {
        difference(failure, language, width, &mut out);
    }
    let (count, wrong) = (rules.rules().len(), failures.len());
    out += &say!(
        language,
        "{count} quy tắc, {examples} ví dụ, {wrong} sai\n",
        "{count} rules, {examples} examples, {wrong} wrong\n"
    );
    io::stdout().lock().write_all(out.as_bytes())?;
    Ok(if failures.is_empty() {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

/// The text of an example, what it says (`-`) and what the rule found (`+`), what both share once.
fn difference(failure: &ExampleFailure, language: Language, width: usize, out: &mut String) {
    let (rule, number) = (&failure.rule, failure.number);
    *out += &say!(
        language,
        "× {rule}, ví dụ {number}\n",
        "× {rule}, example {number}\n"
    );
    *out += &wrap(failure.text.trim_end(), width, "    │ ", "    │ ");
    let mut found = failure.found.iter().peekable();
    for expected in &failure.expected {
        // Findings come in the order of the text: those before the next one that was expected
        // are surplus, unless it never comes.
        let comes = found.clone().any(|text| text == expected);
        if !comes {
            let _ = writeln!(out, "  - {expected}");
            continue;
        }
        for text in found.by_ref() {
            if text == expected {
                let _ = writeln!(out, "    {text}");
                break;
            }
            let _ = writeln!(out, "  + {text}");
        }
    }
    for text in found {
        let _ = writeln!(out, "  + {text}");
    }
    out.push('\n');
}
