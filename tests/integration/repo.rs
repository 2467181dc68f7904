//! Promises about the project itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A Rust file below `src/`: its path from there and its code before the unit tests.
struct Code {
    path: String,
    code: String,
}

fn code() -> Vec<Code> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty());
    files.iter().map(|file| read(file.as_path())).collect()
}

fn read(file: &Path) -> Code {
    let text = fs::read_to_string(file).unwrap();
    let code = text.split("\n#[cfg(test)]\nmod tests {").next();
    Code {
        path: file
            .strip_prefix(root().join("src"))
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/"),
        code: code.unwrap().to_owned(),
    }
}

/// What is left of Rust code without comments, and the contents of its string literals.
fn lex(code: &str) -> (String, Vec<String>) {
    let mut bare = String::new();
    let mut literals = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let len = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some((literal, len)) = raw_string(rest) {
            literals.push(literal.to_owned());
            len
        } else if c == '"' {
            let len = string_len(rest);
            literals.push(rest[1..len - 1].to_owned());
            len
        } else if c == '\'' {
            char_len(rest)
        } else {
            bare.push(c);
            c.len_utf8()
        };
        rest = &rest[len..];
    }
    (bare, literals)
}

fn raw_string(rest: &str) -> Option<(&str, usize)> {
    let hashes = rest.strip_prefix('r')?;
    let open = hashes.find('"')?;
    if !hashes[..open].bytes().all(|b| b == b'#') {
        return None;
    }
    let end = format!("\"{}", &hashes[..open]);
    let literal = &hashes[open + 1..];
    let len = literal.find(&end)?;
    Some((&literal[..len], 1 + open + 1 + len + end.len()))
}

fn string_len(rest: &str) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return i + 1,
            _ => {}
        }
    }
    panic!("a string literal is not closed: {rest:.40}");
}

/// A character literal whole; of a lifetime only the apostrophe.
fn char_len(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    let close = match chars.next() {
        Some((_, '\\')) => rest[3..].find('\'').map(|i| i + 3),
        _ => chars.next().filter(|(_, c)| *c == '\'').map(|(i, _)| i),
    };
    close.map_or(1, |i| i + 1)
}

/// Which module may use which: data flows one way.
const LAYERS: [(&str, &[&str]); 13] = [
    ("text", &[]),
    ("vocabulary", &["text"]),
    ("document", &["text"]),
    ("diagnostic", &["text"]),
    ("input", &["text", "vocabulary", "document", "diagnostic"]),
    ("layout", &["text", "vocabulary", "document", "diagnostic"]),
    (
        "syntax",
        &["text", "vocabulary", "document", "diagnostic", "layout"],
    ),
    (
        "rules",
        &[
            "text",
            "vocabulary",
            "document",
            "diagnostic",
            "input",
            "layout",
            "syntax",
        ],
    ),
    ("config", &["text", "diagnostic", "rules"]),
    ("emit", &["text", "document", "diagnostic"]),
    (
        "fix",
        &[
            "text",
            "document",
            "diagnostic",
            "input",
            "layout",
            "syntax",
            "rules",
        ],
    ),
    (
        "lsp",
        &[
            "text",
            "vocabulary",
            "document",
            "diagnostic",
            "input",
            "layout",
            "syntax",
            "rules",
            "fix",
            "emit",
        ],
    ),
    (
        "cli",
        &[
            "text",
            "vocabulary",
            "document",
            "diagnostic",
            "input",
            "layout",
            "syntax",
            "rules",
            "config",
            "fix",
            "emit",
            "lsp",
        ],
    ),
];

/// The modules named after `crate::` in code without comments and literals.
fn imports(bare: &str) -> BTreeSet<String> {
    let word = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let mut found = BTreeSet::new();
    for after in bare.split("crate::").skip(1) {
        let Some(group) = after.strip_prefix('{') else {
            found.insert(word(after));
            continue;
        };
        let mut depth = 0;
        let mut item = String::new();
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    found.insert(word(&item));
                    item.clear();
                    continue;
                }
                _ => {}
            }
            item.push(c);
        }
        found.insert(word(&item));
    }
    found.remove("");
    found
}

#[test]
fn modules_use_only_those_before_them() {
    for Code { path, code } in code() {
        let module = path.split(['/', '.']).next().unwrap();
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            assert!(["lib", "main"].contains(&module), "{path}: no layer");
            continue;
        };
        for used in imports(&lex(&code).0) {
            let known = LAYERS.iter().any(|(name, _)| *name == used);
            assert!(
                !known || used == module || allowed.contains(&used.as_str()),
                "{path} uses {used}, which is not among {allowed:?}"
            );
        }
    }
}

#[test]
fn imports_are_seen_in_every_form() {
    let (bare, _) = lex(
        "use crate::{text::{Span, fold}, rules as r}; // crate::cli\n\
         let x: &'a str = \"crate::emit\"; let y = crate::syntax::parse('\\'', '\"');",
    );
    let found: Vec<_> = imports(&bare).into_iter().collect();
    assert_eq!(found, ["rules", "syntax", "text"]);
}

/// Files below the pipeline's folders that may hold Vietnamese words, with the reason.
const VIETNAMESE: [(&str, &str); 8] = [
    (
        "syntax/reference.rs",
        "the names of the levels, one for each `Unit`",
    ),
    ("input/mod.rs", "says why a file could not be read"),
    (
        "rules/error.rs",
        "speaks to authors of rules, not of reports",
    ),
    (
        "rules/foreign.rs",
        "speaks to authors of rules, not of reports",
    ),
    (
        "rules/overrides.rs",
        "speaks to authors of rules, not of reports",
    ),
    ("rules/set.rs", "speaks to authors of rules, not of reports"),
    (
        "rules/validate.rs",
        "speaks to authors of rules, not of reports",
    ),
    (
        "rules/yaml.rs",
        "speaks to authors of rules, not of reports",
    ),
];

/// The code without the arguments of the calls that begin so.
fn without_calls(code: &str, call: &str) -> String {
    let mut parts = code.split(call);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (mut depth, mut quoted, mut escaped) = (1, false, false);
        let end = part.find(|c: char| {
            let is_escape = escaped;
            escaped = quoted && c == '\\' && !is_escape;
            match c {
                '"' if !is_escape => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        out += &part[end.unwrap_or(part.len())..];
    }
    out
}

/// Words of the domain are data (`grammar/`, `rules/`); tables of single letters are not words.
#[test]
fn code_holds_no_words_of_the_domain() {
    // A Vietnamese syllable has a consonant, a letter with a mark and at most seven letters
    // (nghiêng); rows of vowels and alphabets in tables have not.
    let is_syllable = |word: &str| {
        (2..=7).contains(&word.chars().count())
            && !word.is_ascii()
            && word.contains(|c: char| c.is_ascii_alphabetic() && !"aeiouyAEIOUY".contains(c))
    };
    let is_class = |literal: &str| literal.rfind('[') == Some(0) && literal.ends_with(']');
    let is_word = |literal: &str| {
        !is_class(literal) && literal.split(|c: char| !c.is_alphabetic()).any(is_syllable)
    };
    let ids: Vec<String> = vanthu::rules::RuleSet::builtin()
        .rules()
        .iter()
        .map(|rule| rule.id.clone())
        .collect();
    let mut wrong = Vec::new();
    for Code { path, code } in code() {
        // `both` makes the two languages of what is said to authors of rules.
        let (_, literals) = lex(&without_calls(&code, "both("));
        let pipeline = ["text/", "layout/", "syntax/", "rules/", "input/"]
            .iter()
            .any(|folder| path.starts_with(folder));
        let excused = VIETNAMESE.iter().any(|(file, _)| *file == path);
        for literal in literals {
            if ids.contains(&literal) || (pipeline && !excused && is_word(&literal)) {
                wrong.push(format!("{path}: {literal:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What people read about the project.
const GUIDES: [&str; 10] = [
    "README.md",
    "README.en.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "rules/README.md",
    "docs/accuracy.md",
    "docs/cau-hinh.md",
    "docs/coverage.md",
    "docs/editors.md",
    "docs/performance.md",
];

/// pest is built without its look at the stack before every rule, which costs as much as the rules:
/// no rule may come back to itself.
#[test]
fn no_rule_of_a_grammar_is_recursive() {
    let mut rules: Vec<(String, Vec<String>)> = Vec::new();
    for entry in fs::read_dir(root().join("grammar")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "pest") {
            continue;
        }
        let grammar = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (bare, _) = lex(&fs::read_to_string(&path).unwrap());
        for line in bare.lines() {
            let (name, body) = match line.split_once('=') {
                Some((name, body)) if !name.starts_with(' ') => (Some(name.trim()), body),
                _ => (None, line),
            };
            if let Some(name) = name {
                rules.push((format!("{grammar}.{name}"), Vec::new()));
            }
            let words = body.split(|c: char| !c.is_alphanumeric() && c != '_');
            let words = words.filter(|word| !word.is_empty());
            if let Some((_, uses)) = rules.last_mut() {
                uses.extend(words.map(|word| format!("{grammar}.{word}")));
            }
        }
    }
    assert!(rules.len() > 100, "{}", rules.len());
    loop {
        let names: BTreeSet<String> = rules.iter().map(|(name, _)| name.clone()).collect();
        rules.retain(|(_, uses)| uses.iter().any(|used| names.contains(used)));
        if rules.len() == names.len() {
            break;
        }
    }
    assert!(rules.is_empty(), "these come back to themselves: {rules:?}");
}

fn guide_text(guide: &str) -> String {
    fs::read_to_string(root().join(guide)).unwrap()
}

/// Paths in the guides lead somewhere. A path is what stands between backticks and has a slash
/// or the ending of a file; with a placeholder (`<kind>`) only the folder before it counts.
#[test]
fn guides_name_only_what_exists() {
    let mut wrong = Vec::new();
    for guide in GUIDES {
        let text = guide_text(guide);
        let mut fenced = false;
        for line in text.lines() {
            if line.starts_with("```") {
                fenced = !fenced;
            }
            if fenced {
                continue;
            }
            let links = line.split("](").skip(1).filter_map(|l| l.split(')').next());
            for link in links.filter(|link| !link.contains("://")) {
                if !root().join(guide).with_file_name(link).exists() {
                    wrong.push(format!("{guide}: {link}"));
                }
            }
            for token in line.split('`').skip(1).step_by(2).filter(|t| is_path(t)) {
                let known = token.split(['<', '*']).next().unwrap();
                let known = match known.len() == token.len() {
                    true => known,
                    false => known.rsplit_once('/').map_or("", |(folder, _)| folder),
                };
                let beside = root().join(guide).with_file_name(known);
                if !root().join(known).exists() && !beside.exists() {
                    wrong.push(format!("{guide}: {token}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_path(token: &str) -> bool {
    let top = token.split('/').next().unwrap_or_default();
    let folders = [
        "src",
        "rules",
        "grammar",
        "tests",
        "fixtures",
        "docs",
        "fuzz",
        "benches",
        "templates",
        ".ci",
    ];
    let has_ending = [".rs", ".md", ".toml", ".yaml", ".pest"]
        .iter()
        .any(|ending| token.ends_with(ending));
    // What the user writes is not there.
    let is_plain = !token.contains([' ', ':', '(', '|']) && token != "vanthu.yaml";
    is_plain
        && ((token.contains('/') && folders.contains(&top))
            || (has_ending && !token.starts_with('.')))
}

const READMES: [(&str, &str); 2] = [("README.md", "vi"), ("README.en.md", "en")];

/// The contents of the first block fenced as `language`.
fn fenced<'a>(text: &'a str, language: &str) -> &'a str {
    let (_, block) = text.split_once(&format!("```{language}\n")).unwrap();
    block.split_once("\n```").unwrap().0
}

/// What the program prints to a terminal 90 columns wide without colours.
fn printed(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .current_dir(root())
        .env_clear()
        .env("COLUMNS", "90")
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The sample of the README is what its command prints, `[…]` standing for what is left out.
#[test]
fn readmes_show_what_the_program_prints() {
    for (readme, _) in READMES {
        let text = guide_text(readme);
        let (command, sample) = fenced(&text, "text").split_once('\n').unwrap();
        let args: Vec<_> = command.split(' ').skip(2).collect();
        assert!(text.contains(&format!(
            "cargo run --release -- {}",
            args[args.len() - 2..].join(" ")
        )));
        let output = printed(&args);
        let mut rest = output.as_str();
        for piece in sample.split("[…]") {
            let piece = piece.trim_matches('\n');
            let Some((_, after)) = rest.split_once(piece) else {
                panic!("{readme}: not printed, or not in this order:\n{piece}");
            };
            rest = after;
        }
        assert!(rest.trim().is_empty(), "{readme}: the sample ends early");
    }
}

#[test]
fn readmes_show_a_finding_as_json() {
    for (readme, language) in READMES {
        let text = guide_text(readme);
        let sample: Value = serde_json::from_str(fenced(&text, "json")).unwrap();
        let report = "fixtures/documents/bao-cao-co-loi/input.txt";
        let output = printed(&["--lang", language, "check", "--format", "json", report]);
        let output: Value = serde_json::from_str(&output).unwrap();
        let findings = output["files"][0]["diagnostics"].as_array().unwrap();
        assert!(findings.contains(&sample), "{readme}: no such finding");
    }
}

/// The example for editors without a language client gives what is shown below it.
#[test]
fn the_example_for_editors_gives_what_it_shows() {
    let text = guide_text("docs/editors.md");
    let (_, example) = text.rsplit_once("```sh\n").unwrap();
    let (command, _) = example.split_once('\n').unwrap();
    let (input, command) = command.split_once(" | vanthu ").unwrap();
    let input = input.split('\'').nth(1).unwrap().replace("\\n", "\n");
    let (_, shown) = example.split_once("```json\n").unwrap();
    let shown: Value = serde_json::from_str(shown.split_once("\n```").unwrap().0).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(command.split(' '))
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let output: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        output["files"][0]["diagnostics"],
        serde_json::json!([shown])
    );
}

/// Commands, options, groups and profiles: all that there are are named, and no other option.
#[test]
fn readmes_name_what_there_is() {
    let options = |text: &str| -> BTreeSet<String> {
        let is_name = |c: char| c.is_ascii_lowercase() || c == '-';
        text.split(|c: char| !is_name(c))
            .filter(|word| word.len() > 2 && word.starts_with("--") && !word.starts_with("---"))
            .map(str::to_owned)
            .collect()
    };
    let commands = [
        "check",
        "outline",
        "explain",
        "rules",
        "profile",
        "init",
        "config",
        "completions",
        "man",
        "lsp",
    ];
    let help = commands.map(|c| printed(&[c, "--help"])).concat()
        + &printed(&["profile", "from", "--help"]);
    let rules = vanthu::rules::RuleSet::builtin();
    let groups = rules.rules().iter().map(vanthu::rules::Rule::group);
    let profiles = rules.profiles().iter().map(|profile| profile.name.as_str());
    let names: BTreeSet<_> = groups.chain(profiles).collect();
    for (readme, _) in READMES {
        let text = guide_text(readme);
        // Of cargo and docker, and what every program has.
        let others = ["--release", "--locked", "--path", "--open", "--rm"].map(str::to_owned);
        let mut named = options(&text);
        named.retain(|option| !others.contains(option));
        named.extend(["--help", "--version"].map(str::to_owned));
        let mut known = options(&help);
        known.insert("--version".to_owned());
        assert_eq!(named, known, "{readme}");
        assert!(text.contains(env!("CARGO_PKG_RUST_VERSION")), "{readme}");
        let formats: Vec<_> = vanthu::emit::FORMATS.iter().map(|row| row.name).collect();
        let formats = format!("`--format {}`", formats.join("\\|"));
        assert!(text.contains(&formats), "{readme}: {formats}");
        for name in &names {
            assert!(text.contains(&format!("`{name}`")), "{readme}: {name}");
        }
        for command in commands {
            assert!(
                text.contains(&format!("| `vanthu {command}")),
                "{readme}: {command}"
            );
        }
    }
}

/// Each rule kind has a row with each of its fields.
#[test]
fn the_guide_of_rules_names_every_kind_and_field() {
    let guide = guide_text("rules/README.md");
    let table = fs::read_to_string(root().join("src/rules/mod.rs")).unwrap();
    let is_name = |b: u8| b.is_ascii_lowercase() || b == b'_';
    let rows = table.lines().filter_map(|line| line.strip_suffix(','));
    let kinds: Vec<_> = rows
        .filter_map(|line| line.split_once(" => "))
        .filter(|(kind, module)| !kind.contains('$') && module.bytes().all(is_name))
        .collect();
    assert!(!kinds.is_empty());
    for (kind, module) in kinds {
        let key = module.replace('_', "-");
        let row = guide
            .lines()
            .find(|l| l.starts_with(&format!("| `{key}` |")));
        let row = row.unwrap_or_else(|| panic!("no row for `{key}`"));
        let code = fs::read_to_string(root().join(format!("src/rules/{module}.rs"))).unwrap();
        let (_, fields) = code
            .split_once(&format!("struct {} {{", kind.trim()))
            .unwrap();
        let mut skipped = false;
        for line in fields
            .lines()
            .take_while(|line| *line != "}")
            .map(str::trim)
        {
            if let Some((field, _)) = line.split_once(": ").filter(|_| !line.starts_with("//")) {
                let named = row.contains(&format!("`{field}`"));
                assert!(named || skipped, "`{key}` has no `{field}`");
            }
            skipped = line == "#[serde(skip)]";
        }
    }
}

/// The files that the guide for offices shows are right, and so are their examples.
#[test]
fn the_files_in_the_guide_for_offices_work() {
    let guide = guide_text("docs/viet-luat.md");
    let blocks = guide.split("```yaml\n# quy-tac/").skip(1);
    let sources: Vec<_> = blocks
        .map(|block| {
            let (path, yaml) = block.split_once('\n').unwrap();
            let (yaml, _) = yaml.split_once("```").unwrap();
            vanthu::rules::Source {
                path: path.to_owned(),
                yaml: yaml.to_owned(),
            }
        })
        .collect();
    let set = vanthu::rules::RuleSet::load(&sources).unwrap();
    let counts = (set.rules().len(), set.profiles().len(), set.acts().len());
    assert_eq!(counts, (3, 1, 2));
    assert_eq!(vanthu::rules::run_examples(&set), []);
}
