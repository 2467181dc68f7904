//! Configurations from texts in memory.

use std::path::Path;

use serde_json::json;

use super::{CommandLine, Config, Origin};
use crate::diagnostic::{Bilingual, Severity};
use crate::rules::RuleSet;

fn config(files: &[(&str, &str)]) -> Config {
    let read = |path: &Path| {
        let found = files
            .iter()
            .find(|(name, _)| Path::new("/p").join(name) == path);
        let missing = || Bilingual {
            vi: "không tồn tại".to_owned(),
            en: "no such file".to_owned(),
        };
        found
            .map(|(_, text)| (*text).to_owned())
            .ok_or_else(missing)
    };
    Config::resolve(Path::new("/p/vanthu.yaml"), Path::new("/p"), &read)
}

fn valid(files: &[(&str, &str)]) -> Config {
    let config = config(files);
    assert_eq!(config.mistakes(&RuleSet::builtin()), []);
    config
}

/// One kind of mistake each: the file, where it is wrong, the beginnings of message and help.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    ("a: \"b", "\"b", "this is not YAML", ""),
    ("- a\n", "- a", "the file must be pairs", ""),
    (
        "selct: []",
        "selct",
        "there is no key `selct`",
        "did you mean `select`?",
    ),
    (
        "lang: vi\nlang: en",
        "lang",
        "the key `lang` is written twice",
        "",
    ),
    (
        "lang: vn",
        "vn",
        "`vn` is not possible here",
        "did you mean `vi`?",
    ),
    (
        "options: { layout-paper-size: { paper: ~, margins: { top: [25, 20], bottom: [20, 25], left: [30, 35], right: [15, 20] } } }",
        "top",
        "`top`: a range begins with its lower end",
        "",
    ),
    (
        "lang: fr",
        "fr",
        "`fr` is not possible here",
        "possible: `vi`, `en`",
    ),
    (
        "fail-on: eror",
        "eror",
        "`eror` is not possible",
        "did you mean `error`?",
    ),
    (
        "preview: maybe",
        "maybe",
        "this must be `true` or `false`",
        "",
    ),
    ("select: wording", "wording", "this must be a list", ""),
    (
        "rules: 3",
        "3",
        "this must be a path or a list of paths",
        "",
    ),
    (
        "severity: { wording: fatal }",
        "fatal",
        "`fatal` is not possible",
        "possible: `error`",
    ),
    (
        "severity: { wordng: off }",
        "wordng",
        "there is no rule or group",
        "did you mean `wording`?",
    ),
    (
        "select: [citaton]",
        "citaton",
        "there is no rule or group",
        "did you mean `citation`?",
    ),
    (
        "ignore: [header, x]",
        "x",
        "there is no rule or group `x`",
        "",
    ),
    (
        "profile: bao-ca",
        "bao-ca",
        "there is no profile",
        "did you mean `bao-cao`?",
    ),
    (
        "select: [header-number-unfilled]",
        "header-number-unfilled",
        "the rule `header-number-unfilled` is in preview",
        "add `preview: true`",
    ),
    (
        "options: { wording-doubled-phras: {} }",
        "wording-doubled-phras",
        "there is no rule",
        "did you mean `wording-doubled-phrase`?",
    ),
    (
        "options: { wording-doubled-phrase: { longst: 2 } }",
        "longst",
        "there is no key `longst`",
        "did you mean `longest`?",
    ),
    (
        "options: { wording-doubled-phrase: { longest: many } }",
        "many",
        "this must be a whole number",
        "",
    ),
    (
        "options: { wording-doubled-phrase: { longest: null } }",
        "wording-doubled-phrase",
        "the key `longest` is missing",
        "",
    ),
    (
        "options: { wording-doubled-phrase: 4 }",
        "4",
        "this must be pairs of `key: value`",
        "",
    ),
    (
        "applies: { wording-doubled-phrase: { regime: [nha-nuocc] } }",
        "nha-nuocc",
        "`nha-nuocc` is not possible here",
        "did you mean `nha-nuoc`?",
    ),
    (
        "applies: { wording-doubled-phrase: { kind: [bao-caoo] } }",
        "bao-caoo",
        "`bao-caoo` is not possible here",
        "did you mean `bao-cao`?",
    ),
    (
        "applies: { layout-paper-size: { formats: { add: [dok] } } }",
        "dok",
        "`dok` is not possible here",
        "",
    ),
    (
        "options: { wording-misspelt-compound: { known: { ad: [gom] } } }",
        "ad",
        "there is no key `ad`",
        "did you mean `add`?",
    ),
    (
        "options: { wording-misspelt-compound: { known: { remove: [gomm], add: [x] } } }",
        "gomm",
        "the list of the rule has no `gomm`",
        "did you mean `gom`?",
    ),
    (
        "options: { wording-misspelt-compound: { known: { add: gom } } }",
        "gom",
        "this must be a list",
        "",
    ),
    (
        "applies:\n  wording-doubled-phrase:\n    dated: { from: 2025-01-01, to: 2024-01-01 }",
        "dated",
        "`to` is before `from`",
        "",
    ),
    (
        "per-file:\n  - ignore: [text]",
        "ignore: [text]",
        "the key `files` is missing",
        "",
    ),
    (
        "per-file: [{ files: [\"a[\"] }]",
        "\"a[\"",
        "not a glob",
        "",
    ),
    (
        "per-file: [{ files: [x], ignore: [txt] }]",
        "txt",
        "there is no rule or group",
        "did you mean `text`?",
    ),
    ("exclude: [\"{a\"]", "\"{a\"", "not a glob", ""),
    (
        "extends: gone.yaml",
        "gone.yaml",
        "cannot read this file: no such file",
        "",
    ),
    (
        "extends: [./vanthu.yaml]",
        "./vanthu.yaml",
        "the configuration files extend each other in a circle",
        "",
    ),
];

#[test]
fn each_kind_of_mistake_is_told_at_its_place() {
    let mut wrong = Vec::new();
    for (yaml, at, message, help) in MISTAKES {
        let found = config(&[("vanthu.yaml", yaml)]).mistakes(&RuleSet::builtin());
        let told: Vec<_> = found
            .iter()
            .map(|e| {
                let help = e.help.as_ref().map_or("", |help| &help.en);
                (e.span.of(yaml), e.message.en.as_str(), help)
            })
            .collect();
        let fits = |(place, said, helped): &(&str, &str, &str)| {
            place == at && said.starts_with(message) && helped.starts_with(help)
        };
        if !matches!(told.as_slice(), [one] if fits(one)) {
            wrong.push(format!("{yaml}: {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let all: [&[&str]; 2] = [
        &[
            "selct: []",
            "severity: { wordng: off, text: fatal }",
            "fail-on: 3",
        ],
        &[
            "ignore: [x]",
            "per-file: [{ files: [\"a[\"], ignore: [y] }]",
            "extends: chung.yaml",
        ],
    ];
    let yaml = all.concat().join("\n");
    let base = "lang: x\n";
    let found =
        config(&[("vanthu.yaml", &yaml), ("chung.yaml", base)]).mistakes(&RuleSet::builtin());
    let places: Vec<_> = found.iter().map(|e| e.span.of(&e.yaml)).collect();
    let expected = ["x", "selct", "wordng", "fatal", "3", "x", "\"a[\"", "y"];
    assert_eq!(places, expected);
}

#[test]
fn circles_are_told_with_their_names() {
    let files = [
        ("vanthu.yaml", "extends: b.yaml"),
        ("b.yaml", "extends: [c/c.yaml]"),
        ("c/c.yaml", "extends: ../b.yaml"),
    ];
    let found = config(&files).mistakes(&RuleSet::builtin());
    assert_eq!(found.len(), 1);
    let expected = " b.yaml → c/c.yaml → b.yaml";
    assert!(
        found[0].message.en.ends_with(expected),
        "{:?}",
        found[0].message
    );
    assert_eq!(found[0].path, "/p/c/c.yaml");
}

#[test]
fn nothing_but_comments_is_a_configuration() {
    valid(&[("vanthu.yaml", "# không có gì\n\n---\n# ở đây\n")]);
    valid(&[("vanthu.yaml", "")]);
}

/// Layers in order, what the command line selects and ignores, a rule, whether it runs.
type Kept = (
    &'static [&'static str],
    &'static str,
    &'static str,
    &'static str,
    bool,
);

const KEPT: &[Kept] = &[
    (&[], "", "", "wording-slip", true),
    (&["select: [header]"], "", "", "wording-slip", false),
    (
        &["select: [header]", "select: [wording]"],
        "",
        "",
        "wording-slip",
        true,
    ),
    (&["ignore: [wording]"], "", "", "wording-slip", false),
    (
        &["ignore: [wording]", "select: [wording]"],
        "",
        "",
        "wording-slip",
        true,
    ),
    // What was taken out by its name comes back by its name only.
    (
        &["ignore: [wording-slip]"],
        "wording",
        "",
        "wording-slip",
        false,
    ),
    (
        &["ignore: [wording-slip]"],
        "wording-slip",
        "",
        "wording-slip",
        true,
    ),
    (
        &["severity: { wording-slip: off }"],
        "wording",
        "",
        "wording-slip",
        false,
    ),
    (
        &["severity: { wording-slip: off }"],
        "wording-slip",
        "",
        "wording-slip",
        true,
    ),
    (
        &[
            "severity: { wording-slip: off }",
            "severity: { wording-slip: info }",
        ],
        "",
        "",
        "wording-slip",
        true,
    ),
    (
        &["severity: { wording: off }"],
        "",
        "",
        "wording-slip",
        false,
    ),
    (
        &["severity: { wording: off, wording-slip: error }"],
        "",
        "",
        "wording-slip",
        true,
    ),
    (
        &["severity: { wording: off }"],
        "wording",
        "",
        "wording-slip",
        true,
    ),
    (
        &["select: [wording-slip]"],
        "",
        "wording",
        "wording-slip",
        false,
    ),
    (
        &["select: [wording]"],
        "",
        "wording-slip",
        "wording-slip",
        false,
    ),
    (
        &["select: [wording]\nignore: [wording-slip]"],
        "",
        "",
        "wording-slip",
        false,
    ),
    (
        &["select: [wording-slip]\nignore: [wording]"],
        "",
        "",
        "wording-slip",
        true,
    ),
    (&[], "", "", "header-number-unfilled", false),
    (&["preview: true"], "", "", "header-number-unfilled", true),
    (
        &["preview: true", "preview: false"],
        "",
        "",
        "header-number-unfilled",
        false,
    ),
];

#[test]
fn later_layers_outweigh_earlier_ones_and_ids_their_groups() {
    let rules = RuleSet::builtin();
    for (layers, select, ignore, id, expected) in KEPT {
        let names: Vec<_> = (0..layers.len()).map(|n| format!("{n}.yaml")).collect();
        let first = format!("extends: [{}]", names.join(", "));
        let mut files = vec![("vanthu.yaml", first.as_str())];
        files.extend(names.iter().map(String::as_str).zip(layers.iter().copied()));
        let config = valid(&files);
        let list = |names: &str| {
            names
                .split_terminator(',')
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let (select, ignore) = (list(select), list(ignore));
        let line = CommandLine {
            select: &select,
            ignore: &ignore,
            ..CommandLine::default()
        };
        let rule = rules.rules().iter().find(|rule| rule.id == *id).unwrap();
        let kept = config.in_force(None, line).keeps(rule);
        assert_eq!(kept, *expected, "{layers:?} {select:?} {ignore:?} {id}");
    }
}

const LAYERED: [(&str, &str); 2] = [
    (
        "vanthu.yaml",
        "\
extends: chung.yaml
severity: { wording-slip: error }
options: { typography-unclosed-bracket: { within: 9 } }
per-file:
  - files: [\"*.md\"]
    severity: { wording-slip: info }
    profile: bao-cao
    options: { wording-doubled-phrase: { except: { add: [một hai] } } }
exclude: [nhap/]
",
    ),
    (
        "chung.yaml",
        "severity: { wording: warning }\nlang: en\nfail-on: never\napplies: { wording-slip: { kind: [bao-cao] } }\n",
    ),
];

#[test]
fn rules_run_as_the_layers_say() {
    let config = valid(&LAYERED);
    let severity = |rules: &RuleSet, id: &str| {
        let rule = rules.rules().iter().find(|rule| rule.id == id);
        rule.map(|rule| (rule.severity, rule.applies.kind.len()))
    };
    for (file, expected) in [("a.txt", Severity::Error), ("x/a.md", Severity::Info)] {
        let path = Path::new("/p").join(file);
        let in_force = config.in_force(Some(&path), CommandLine::default());
        let rules = in_force.apply(RuleSet::builtin()).unwrap();
        assert_eq!(
            severity(&rules, "wording-slip"),
            Some((expected, 1)),
            "{file}"
        );
    }
    assert!(config.excludes(Path::new("/p/x/nhap/a.txt")));
    assert!(!config.excludes(Path::new("/p/x/a.txt")));
}

#[test]
fn each_value_has_its_origin() {
    let config = valid(&LAYERED);
    let in_force = config.in_force(Some(Path::new("/p/a.md")), CommandLine::default());
    let entries = in_force.entries();
    let at = |file: &str, line| Origin::File {
        path: format!("/p/{file}"),
        line,
    };
    let expected = [
        ("lang", json!("en"), at("chung.yaml", 2)),
        ("fail-on", json!("never"), at("chung.yaml", 3)),
        ("profile", json!("bao-cao"), at("vanthu.yaml", 7)),
        ("preview", json!(false), Origin::Default),
        ("severity.wording", json!("warning"), at("chung.yaml", 1)),
        ("severity.wording-slip", json!("info"), at("vanthu.yaml", 6)),
        (
            "options.typography-unclosed-bracket.within",
            json!(9),
            at("vanthu.yaml", 3),
        ),
        ("exclude", json!(["nhap/"]), at("vanthu.yaml", 9)),
    ];
    for (key, value, origin) in expected {
        let entry = entries.iter().find(|entry| entry.key == key);
        let found = entry.map(|entry| (entry.value.clone(), entry.origin.clone()));
        assert_eq!(found, Some((value, origin)), "{key}");
    }
}

#[test]
fn a_group_of_a_stronger_layer_outweighs_rules_of_a_weaker_one() {
    let config = valid(&[
        (
            "vanthu.yaml",
            "extends: chung.yaml\nseverity: { wording: info, wording-misspelt-l-n: error }",
        ),
        (
            "chung.yaml",
            "severity: { wording-slip: error, wording-misspelt-s-x: off, typography-etc: error }",
        ),
    ]);
    let in_force = config.in_force(None, CommandLine::default());
    let entries = in_force.entries().into_iter();
    let shown: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.key.strip_prefix("severity.")?.to_owned();
            Some((name, entry.value.as_str()?.to_owned()))
        })
        .collect();
    let expected = [
        ("typography-etc", "error"),
        ("wording", "info"),
        ("wording-misspelt-l-n", "error"),
        ("wording-misspelt-s-x", "off"),
    ];
    let expected = expected.map(|(name, level)| (name.to_owned(), level.to_owned()));
    assert_eq!(shown, expected);
    // And so the rules run.
    let rules = in_force.apply(RuleSet::builtin()).unwrap();
    let severity = |id: &str| {
        let rule = rules.rules().iter().find(|rule| rule.id == id)?;
        Some(rule.severity)
    };
    assert_eq!(severity("wording-slip"), Some(Severity::Info));
    assert_eq!(severity("wording-misspelt-l-n"), Some(Severity::Error));
    assert_eq!(severity("wording-misspelt-s-x"), None);
}

#[test]
fn what_is_extended_twice_counts_once_and_first() {
    let config = valid(&[
        ("vanthu.yaml", "extends: [b.yaml, c.yaml]"),
        ("b.yaml", "extends: d.yaml\nlang: en"),
        ("c.yaml", "extends: d.yaml"),
        ("d.yaml", "lang: vi"),
    ]);
    let names: Vec<_> = config.paths().filter_map(Path::file_name).collect();
    assert_eq!(names, ["d.yaml", "b.yaml", "c.yaml", "vanthu.yaml"]);
    let language = config.in_force(None, CommandLine::default()).language();
    assert_eq!(language, Some(crate::diagnostic::Language::En));
}
