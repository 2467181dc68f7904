//! What a repository needs that has findings already: `fixtures/adopt`.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde::Deserialize;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;
use vanthu::rules::{Options, RuleSet, check};

/// Rules that look at fragments of a document without complaint about what is not there.
const SELECT: [&str; 4] = [
    "check",
    "--no-config",
    "--select",
    "wording,typography,text",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suppressed {
    name: String,
    #[serde(default)]
    file: Option<String>,
    text: String,
    finds: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edited {
    name: String,
    before: String,
    after: String,
    new: Vec<String>,
}

fn cases<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/adopt");
    serde_yaml::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

fn vanthu(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .current_dir(folder)
        .env_clear()
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn checked(folder: &Path, args: &[&str]) -> Output {
    let all: Vec<_> = SELECT.iter().chain(args).copied().collect();
    vanthu(folder, &all)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn exit(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// `path:line:column rule` of each finding.
fn told(folder: &Path, args: &[&str]) -> Vec<String> {
    let output = checked(folder, &[args, &["--format", "jsonl"]].concat());
    assert!(exit(&output) < 2, "{}", text(&output.stderr));
    let objects = text(&output.stdout);
    let objects = objects
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    objects
        .map(|found: Value| {
            let at = &found["range"]["start"];
            let (path, rule) = (found["path"].as_str(), found["rule"].as_str());
            let (path, rule) = (path.unwrap(), rule.unwrap());
            format!("{path}:{}:{} {rule}", at["line"], at["column"])
        })
        .collect()
}

#[test]
fn comments_silence_what_they_name() {
    let rules = RuleSet::builtin()
        .filter(|rule| ["wording", "typography", "text"].contains(&rule.group()) && !rule.preview);
    for case in cases::<Suppressed>("suppression.yaml") {
        let name = case.file.as_deref().unwrap_or("mau.txt");
        for (end, text) in [
            ("\n", case.text.clone()),
            ("\r\n", case.text.replace('\n', "\r\n")),
        ] {
            let document = vanthu::input::read(name, text.as_bytes()).unwrap();
            let outcome = check(&document, &rules, Options::default());
            let found: Vec<_> = outcome
                .diagnostics
                .iter()
                .map(|found| {
                    let at = document.position(found.span.unwrap().start);
                    format!("{}:{} {}", at.line, at.column, found.rule.id)
                })
                .collect();
            assert_eq!(found, case.finds, "{} ({end:?})", case.name);
        }
    }
}

/// A document with comments between its lines is understood as the one without.
#[test]
fn comments_do_not_disturb_the_document() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let Ok(source) = fs::read_to_string(entry.unwrap().path().join("input.txt")) else {
            continue;
        };
        let comment = "<!-- vanthu: bo-qua-tep text-suppression-unused : thử -->\n";
        let lines = source.split_inclusive('\n');
        let with: String = lines.flat_map(|line| [comment, line]).collect();
        let understood = |source: &str| {
            let document = vanthu::input::read("a.txt", source.as_bytes()).unwrap();
            let outcome = check(&document, &RuleSet::builtin(), Options::default());
            let found = outcome.diagnostics.iter().map(|found| {
                let text = found
                    .span
                    .map(|span| span.of(document.source()).replace(comment, ""));
                (found.rule.id.clone(), found.message, text)
            });
            (document.text().to_owned(), found.collect::<Vec<_>>())
        };
        assert_eq!(understood(&with), understood(&source));
        seen += 1;
    }
    assert!(seen > 3);
}

#[test]
fn known_findings_stay_silent_and_new_ones_are_told() {
    for case in cases::<Edited>("baseline.yaml") {
        let folder = tempfile::tempdir().unwrap();
        let write = |text: &str| fs::write(folder.path().join("a.txt"), text).unwrap();
        write(&case.before);
        let output = checked(folder.path(), &["--write-baseline", "cu/b.txt", "a.txt"]);
        assert_eq!(exit(&output), 2, "there is no such folder");
        assert!(output.stdout.is_empty(), "nothing was checked");
        let output = checked(folder.path(), &["--write-baseline", "b.baseline", "a.txt"]);
        assert_eq!(exit(&output), 0, "{}", text(&output.stderr));
        let same = told(folder.path(), &["--baseline", "b.baseline", "a.txt"]);
        assert!(same.is_empty(), "{}: {same:?}", case.name);
        write(&case.after);
        let new = told(folder.path(), &["--baseline", "b.baseline", "a.txt"]);
        let expected: Vec<_> = case.new.iter().map(|new| format!("a.txt:{new}")).collect();
        assert_eq!(new, expected, "{}", case.name);
    }
}

/// What older versions wrote is read: there the words of a finding alone say which it is.
#[test]
fn a_baseline_of_the_first_version_is_read_and_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let write = |name: &str, text: &str| fs::write(path.join(name), text).unwrap();
    write("a.txt", &format!("{WRONG}{WRONG}"));
    write("b.txt", WRONG);
    let output = checked(path, &["--write-baseline", "b.baseline", "."]);
    assert_eq!(exit(&output), 0);
    let second = fs::read_to_string(path.join("b.baseline")).unwrap();
    let first: Vec<_> = second
        .lines()
        .skip(1)
        .map(|line| {
            let mut columns: Vec<_> = line.splitn(4, ' ').collect();
            assert!(columns[1].contains('.'), "{line}");
            columns.remove(1);
            columns.join(" ")
        })
        .collect();
    write(
        "b.baseline",
        &format!("# vanthu baseline 1\n{}\n", first.join("\n")),
    );
    write(
        "a.txt",
        &format!("{WRONG}Thôn khác hẳn sử lý đơn thư. {WRONG}"),
    );
    let found = told(path, &["--baseline", "b.baseline", "."]);
    assert_eq!(found, ["a.txt:2:36 wording-misspelt-s-x"]);
    // What is not looked at keeps what was known of it.
    write("a.txt", &format!("{WRONG}{WRONG}"));
    let output = checked(path, &["--write-baseline", "b.baseline", "a.txt"]);
    assert_eq!(exit(&output), 0);
    let mixed = fs::read_to_string(path.join("b.baseline")).unwrap();
    let (mixed, second): (Vec<_>, Vec<_>) = (mixed.lines().collect(), second.lines().collect());
    assert_eq!(mixed[..3], second[..3]);
    assert!(mixed[3].contains(" - wording"), "{mixed:?}");
    assert!(told(path, &["--baseline", "b.baseline", "."]).is_empty());
}

const WRONG: &str = "Xã đã sử lý xong mười hồ sơ của dân.\n";
const RIGHT: &str = "Xã đã xử lý xong mười hồ sơ của dân.\n";

#[test]
fn a_renamed_file_stays_known_and_a_new_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let old = format!("{WRONG}Ông đã sát nhập hai thôn.\n{WRONG}");
    fs::write(path.join("cũ.txt"), &old).unwrap();
    let output = checked(path, &["--write-baseline", "b.baseline", "cũ.txt"]);
    assert_eq!(exit(&output), 0);
    // Some editors put a byte order mark before what they save.
    let known = fs::read_to_string(path.join("b.baseline")).unwrap();
    assert!(known.lines().count() > 3, "{known}");
    fs::write(path.join("b.baseline"), format!("\u{FEFF}{known}")).unwrap();
    let found = |name: &str| {
        let all = told(path, &["--baseline", "b.baseline", "."]);
        all.iter().filter(|found| found.starts_with(name)).count()
    };
    // As long as the old one is there, the other is another.
    fs::write(path.join("mới.txt"), &old).unwrap();
    assert_eq!((found("cũ.txt"), found("mới.txt")), (0, 3));
    fs::remove_file(path.join("cũ.txt")).unwrap();
    assert_eq!(found("mới.txt"), 0);
    // What shares little with what is gone is new.
    fs::write(path.join("mới.txt"), RIGHT).unwrap();
    fs::write(path.join("khác.txt"), WRONG).unwrap();
    assert_eq!(found("khác.txt"), 1);
    // A file becomes one other, the first, however many are like it and whoever reads them first.
    fs::remove_file(path.join("khác.txt")).unwrap();
    for copy in 0..20 {
        fs::write(path.join(format!("bản {copy:02}.txt")), &old).unwrap();
    }
    for _ in 0..3 {
        assert_eq!((found("bản 00.txt"), found("bản")), (0, 19 * 3));
    }
}

/// A run that could not see where a file went keeps what it had.
#[test]
fn a_baseline_written_for_some_files_keeps_those_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("d")).unwrap();
    for name in ["a.txt", "d/b.txt"] {
        fs::write(path.join(name), WRONG).unwrap();
    }
    let write = |args: &[&str]| {
        let output = checked(path, &[&["--write-baseline", "b.baseline"], args].concat());
        assert_eq!(exit(&output), 0, "{}", text(&output.stderr));
    };
    write(&["."]);
    fs::rename(path.join("d/b.txt"), path.join("d/c.txt")).unwrap();
    write(&["a.txt"]);
    let told = |path: &Path| told(path, &["--baseline", "b.baseline", "."]);
    assert_eq!(told(path), Vec::<String>::new());
    write(&["d"]);
    let known = fs::read_to_string(path.join("b.baseline")).unwrap();
    assert!(
        !known.contains("d/b.txt") && known.contains("d/c.txt"),
        "{known}"
    );
    assert_eq!(told(path), Vec::<String>::new());
    let output = checked(path, &["--write-baseline", "-", "a.txt"]);
    assert_eq!(exit(&output), 2, "standard output is no baseline");
    assert!(!path.join("-").exists());
}

/// What another program does with letters and marks is no change.
#[test]
fn letters_in_other_characters_stay_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("a.txt"), WRONG).unwrap();
    let output = checked(path, &["--write-baseline", "b.baseline", "."]);
    assert_eq!(exit(&output), 0, "{}", text(&output.stderr));
    let apart: String = WRONG.nfd().collect();
    assert_ne!(apart, WRONG);
    fs::write(path.join("a.txt"), apart).unwrap();
    let told = told(path, &["--baseline", "b.baseline", "."]);
    let other = |told: &&String| !told.contains("text-combining-marks");
    assert_eq!(told.iter().filter(other).count(), 0, "{told:?}");
}

#[test]
fn a_baseline_is_written_anew_without_what_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir_all(path.join("a b")).unwrap();
    for name in ["a b/một.txt", "hai.txt", "ba.txt"] {
        fs::write(path.join(name), WRONG).unwrap();
    }
    let write = |args: &[&str]| {
        let output = checked(path, &[&["--write-baseline", "b.baseline"], args].concat());
        assert_eq!(exit(&output), 0, "{}", text(&output.stderr));
        let known = fs::read_to_string(path.join("b.baseline")).unwrap();
        let files = known
            .lines()
            .skip(1)
            .map(|line| line.splitn(4, ' ').nth(3).unwrap());
        files.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(write(&["."]), ["a b/một.txt", "ba.txt", "hai.txt"]);
    // From another folder the paths lead to the same files.
    let found = told(&path.join("a b"), &["--baseline", "../b.baseline", "."]);
    assert!(found.is_empty(), "{found:?}");
    // What is not looked at is kept, what is gone is not, once its folder is looked at.
    fs::write(path.join("hai.txt"), RIGHT).unwrap();
    fs::remove_file(path.join("ba.txt")).unwrap();
    assert_eq!(write(&["hai.txt", "a b"]), ["a b/một.txt", "ba.txt"]);
    assert_eq!(write(&["."]), ["a b/một.txt"]);
    let output = vanthu(
        path,
        &[
            "check",
            "--select",
            "date",
            "--write-baseline",
            "b.baseline",
            ".",
        ],
    );
    assert_eq!(exit(&output), 0);
    assert_eq!(write(&["hai.txt"]), ["a b/một.txt"]);
    // The configuration names it too; the summary counts.
    fs::write(
        path.join("vanthu.yaml"),
        "baseline: b.baseline\nselect: [wording]\nfail-on: info\n",
    )
    .unwrap();
    let output = vanthu(path, &["check", "--lang", "en"]);
    assert_eq!(exit(&output), 0, "{}", text(&output.stderr));
    assert!(
        text(&output.stdout).contains("1 known before"),
        "{}",
        text(&output.stdout)
    );
    // A result that is not told has its rule described all the same.
    let output = vanthu(path, &["check", "--format", "sarif"]);
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let run = &log["runs"][0];
    let described = run["tool"]["driver"]["rules"].as_array().unwrap();
    let described: Vec<_> = described.iter().map(|rule| &rule["id"]).collect();
    assert_eq!(described, [&run["results"][0]["ruleId"]]);
    fs::write(path.join("moi.txt"), WRONG).unwrap();
    assert_eq!(exit(&vanthu(path, &["check"])), 1);
    // SARIF marks what others leave out.
    let output = vanthu(path, &["check", "--format", "sarif"]);
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let states: Vec<_> = results
        .iter()
        .map(|r| r["baselineState"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["unchanged", "new"]);
    assert_eq!(results[0]["suppressions"][0]["kind"], "external");
    assert!(results[1].get("suppressions").is_none());
}

/// SARIF says why somebody silenced a finding, and what severity the rule has by itself.
#[test]
fn sarif_tells_reasons_and_severities() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let wrong = "Xã đã sử lý 12 hồ sơ.\n";
    let comment = |reason: &str| format!("<!-- vanthu: bo-qua wording{reason} -->\n");
    let (given, none) = (comment(" : trích nguyên văn"), comment(""));
    let document = format!("{given}{wrong}\n{wrong}\n{none}{wrong}");
    fs::write(path.join("a.txt"), document).unwrap();
    let config = "select: [wording]\nseverity: { wording: info }\n";
    fs::write(path.join("vanthu.yaml"), config).unwrap();
    let output = vanthu(path, &["check", "--format", "sarif"]);
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schemas/sarif-2.1.0.json");
    let schema = serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mistakes: Vec<_> = validator.iter_errors(&log).collect();
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap().iter();
    let suppressions: Vec<_> = results.clone().map(|r| &r["suppressions"]).collect();
    let in_source = |reason: Value| serde_json::json!([reason]);
    let expected = [
        in_source(serde_json::json!({ "kind": "inSource", "justification": "trích nguyên văn" })),
        Value::Null,
        in_source(serde_json::json!({ "kind": "inSource" })),
    ];
    assert_eq!(suppressions, expected.iter().collect::<Vec<_>>());
    assert!(results.clone().all(|result| result["level"] == "note"));
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["defaultConfiguration"]["level"], "warning");
}

/// A baseline is no document, though its name is that of one.
#[test]
fn a_baseline_in_the_folder_is_not_checked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let write = |name: &str, text: &str| fs::write(path.join(name), text).unwrap();
    for name in [
        "báo cáo của xã.txt",
        "báo cáo của thôn.txt",
        "báo cáo của huyện.txt",
    ] {
        write(name, WRONG);
    }
    let counted = |args: &[&str]| {
        let output = checked(path, &[args, &["--format", "json"]].concat());
        assert!(exit(&output) < 2, "{}", text(&output.stderr));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let files = report["files"].as_array().unwrap();
        let of = |status: &str| files.iter().filter(|file| file["status"] == status).count();
        (of("checked"), of("skipped"))
    };
    let writing = ["--write-baseline", "cũ.txt", "."];
    assert_eq!(counted(&writing), (3, 0));
    let known = fs::read_to_string(path.join("cũ.txt")).unwrap();
    assert_eq!(counted(&writing), (3, 0));
    assert_eq!(counted(&["--baseline", "cũ.txt", "."]), (3, 0));
    assert_eq!(counted(&["--fix", "--baseline", "cũ.txt", "."]), (3, 0));
    // Another run sees by its first line what it is.
    assert_eq!(counted(&["."]), (3, 1));
    assert_eq!(fs::read_to_string(path.join("cũ.txt")).unwrap(), known);
    write("vanthu.yaml", "baseline: cũ.txt\nselect: [wording]\n");
    let output = vanthu(path, &["check"]);
    assert_eq!((exit(&output), text(&output.stderr)), (0, String::new()));
    // Whoever names it is told what it looks like.
    let output = vanthu(path, &["check", "--force-exclude", "cũ.txt"]);
    assert_eq!(exit(&output), 0, "{}", text(&output.stderr));
}

#[test]
fn a_broken_baseline_is_told_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), WRONG).unwrap();
    fs::write(
        folder.path().join("b"),
        "# vanthu baseline 1\n<<<<<<< main\n0 wording a.txt\n",
    )
    .unwrap();
    for args in [["--baseline", "b"], ["--write-baseline", "b"]] {
        let output = checked(folder.path(), &[&args[..], &["a.txt"]].concat());
        let said = text(&output.stderr);
        assert_eq!(exit(&output), 2, "{said}");
        assert!(said.contains("b:2:1") && said.contains("b:3:1"), "{said}");
    }
    let output = checked(folder.path(), &["--baseline", "không-có", "a.txt"]);
    assert_eq!(exit(&output), 2);
}

fn git(folder: &Path, args: &[&str]) {
    let names = ["-c", "user.name=a", "-c", "user.email=a@example.vn"];
    let output = Command::new("git")
        .current_dir(folder)
        .args(names)
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn only_changed_lines_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let write = |name: &str, text: &str| fs::write(path.join(name), text).unwrap();
    let base = |args: &[&str]| told(path, &[&["--diff-base", "HEAD"], args].concat());
    fs::create_dir(path.join("cũ kỹ")).unwrap();
    write("cũ kỹ/một.txt", &WRONG.repeat(3));
    write("hai.txt", WRONG);
    write("ba.txt", WRONG);
    let body = "Thôn đã họp dân.\n".repeat(20);
    write("năm.txt", &format!("{WRONG}{body}"));
    let output = checked(path, &["--diff-base", "HEAD", "."]);
    assert_eq!(exit(&output), 2, "no repository");
    git(path, &["init", "-q"]);
    // What somebody prefers to look at.
    git(path, &["config", "diff.interHunkContext", "9"]);
    git(path, &["config", "diff.mnemonicPrefix", "true"]);
    git(path, &["add", "."]);
    git(path, &["commit", "-q", "-m", "a"]);
    assert!(base(&["."]).is_empty());
    write(
        "cũ kỹ/một.txt",
        &format!("{RIGHT}{WRONG}{WRONG}Một dòng.\nThôn {WRONG}"),
    );
    fs::rename(path.join("hai.txt"), path.join("hai mới.txt")).unwrap();
    write("bốn.txt", &format!("{RIGHT}{WRONG}"));
    fs::rename(path.join("năm.txt"), path.join("cũ kỹ/năm.txt")).unwrap();
    write("cũ kỹ/năm.txt", &format!("{WRONG}{body}{WRONG}"));
    let changed = |renamed: &[&str]| -> Vec<String> {
        let others = [
            "bốn.txt:2:7 wording-misspelt-s-x",
            "cũ kỹ/một.txt:5:12 wording-misspelt-s-x",
            "cũ kỹ/năm.txt:22:7 wording-misspelt-s-x",
        ];
        let mut all: Vec<_> = others.iter().chain(renamed).copied().collect();
        all.sort_unstable();
        all.into_iter().map(str::to_owned).collect()
    };
    // Git does not know yet that files were renamed.
    let renamed = [
        "cũ kỹ/năm.txt:1:7 wording-misspelt-s-x",
        "hai mới.txt:1:7 wording-misspelt-s-x",
    ];
    assert_eq!(base(&["."]), changed(&renamed));
    git(path, &["add", "-A"]);
    assert_eq!(base(&["."]), changed(&[]));
    git(path, &["commit", "-q", "-m", "b"]);
    assert!(base(&["."]).is_empty());
    let since = told(path, &["--diff-base", "HEAD~1", "."]);
    assert_eq!(since, changed(&[]));
    // From a folder below it is the same.
    let found = told(&path.join("cũ kỹ"), &["--diff-base", "HEAD~1", "."]);
    let expected = ["một.txt:5:12", "năm.txt:22:7"].map(|at| format!("{at} wording-misspelt-s-x"));
    assert_eq!(found, expected);
    // A hook runs with what its own git has set.
    let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .current_dir(path.join("cũ kỹ"))
        .args([
            "check",
            "--no-cache",
            "--diff-base",
            "HEAD~1",
            "--fail-on=info",
        ])
        .env("GIT_DIR", "../../.git")
        .env("GIT_INDEX_FILE", ".git/index")
        // What somebody set for other work.
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("GIT_DIFF_OPTS", "-u9")
        .env("GIT_EXTERNAL_DIFF", "false")
        .output()
        .unwrap();
    assert_eq!(exit(&output), 1, "{}", text(&output.stderr));
    for wrong in ["HEAD~9", "--output=x"] {
        let output = checked(path, &[&format!("--diff-base={wrong}"), "."]);
        assert_eq!(exit(&output), 2);
        assert!(
            text(&output.stderr).contains(wrong),
            "{}",
            text(&output.stderr)
        );
        assert!(!path.join("x").exists());
    }
}

/// What another branch changed meanwhile is no change of this one.
#[test]
fn changes_are_told_since_branches_parted() {
    let above = tempfile::tempdir().unwrap();
    let path = &above.path().join("kho");
    fs::create_dir(path).unwrap();
    let write = |name: &str, text: &str| fs::write(path.join(name), text).unwrap();
    git(path, &["init", "-q", "-b", "main"]);
    write("a.txt", WRONG);
    git(path, &["add", "."]);
    git(path, &["commit", "-q", "-m", "a"]);
    git(path, &["checkout", "-q", "-b", "nhánh"]);
    write("b.txt", WRONG);
    git(path, &["add", "."]);
    git(path, &["commit", "-q", "-m", "b"]);
    git(path, &["checkout", "-q", "main"]);
    write("a.txt", RIGHT);
    git(path, &["commit", "-q", "-a", "-m", "c"]);
    git(path, &["checkout", "-q", "nhánh"]);
    let since = |base: &str| told(path, &["--diff-base", base, "."]);
    let own = ["b.txt:1:7 wording-misspelt-s-x"];
    assert_eq!(since("main").len(), 2);
    for base in ["main...", "main...HEAD"] {
        assert_eq!(since(base), own, "{base}");
    }
    let fails = |folder: &Path, base: &str| {
        let output = checked(folder, &["--diff-base", base, "."]);
        assert_eq!(exit(&output), 2, "{base}");
        assert!(output.stdout.is_empty(), "{base}");
        text(&output.stderr)
    };
    // Git says itself why it does nothing.
    let config = fs::read_to_string(path.join(".git/config")).unwrap();
    write(".git/config", "[");
    let said = fails(path, "main");
    assert!(said.contains("git: fatal: "), "{said}");
    write(".git/config", &config);
    for base in ["...", "...HEAD", "khong-co...", "main...khong-co", "main.."] {
        assert!(fails(path, base).contains("không có phiên bản"), "{base}");
    }
    git(path, &["checkout", "-q", "--orphan", "khác"]);
    git(path, &["commit", "-q", "-m", "d"]);
    let said = fails(path, "main...");
    assert!(
        said.contains("không thấy gốc chung") && !said.contains("fetch"),
        "{said}"
    );
    // A part of the history does not reach to where they parted.
    let from = format!("file://{}", path.display());
    let clone = [
        "clone",
        "-q",
        "--depth=1",
        "--no-single-branch",
        "-b",
        "nhánh",
        &from,
        "nông",
    ];
    git(above.path(), &clone);
    let part = &above.path().join("nông");
    for base in ["origin/main...", "HEAD~1"] {
        let said = fails(part, base);
        assert!(said.contains("fetch-depth: 0"), "{base}: {said}");
    }
    git(part, &["fetch", "-q", "--unshallow"]);
    assert_eq!(told(part, &["--diff-base", "origin/main...", "."]), own);
}

/// Standard input is compared with what the file that it is named after was.
#[test]
fn changes_of_standard_input_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("bao cao")).unwrap();
    let write = |name: &str, text: &str| fs::write(path.join(name), text).unwrap();
    write("bao cao/a.txt", &format!("{WRONG}{RIGHT}{WRONG}"));
    write("b.txt", WRONG);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats-faults");
    let letters = ["bao-cao.docx", "cong-van.docx"].map(|name| fixtures.join(name));
    fs::copy(&letters[0], path.join("c.docx")).unwrap();
    git(path, &["init", "-q"]);
    git(path, &["add", "."]);
    git(path, &["commit", "-q", "-m", "a"]);
    let run = |folder: &Path, name: &[&str], input: &[u8]| {
        let (mut theirs, ours) = (SELECT.to_vec(), ["--diff-base=HEAD", "--format=jsonl", "-"]);
        theirs.extend(ours.iter().chain(name));
        let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .current_dir(folder)
            .args(theirs)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It may end before it has read.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    };
    let lines = |folder: &Path, name: &str, input: &str| -> Vec<u64> {
        let output = run(
            folder,
            &[&format!("--stdin-filename={name}")],
            input.as_bytes(),
        );
        assert!(exit(&output) < 2, "{}", text(&output.stderr));
        let found = text(&output.stdout);
        let found = found
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        found
            .map(|found| found["range"]["start"]["line"].as_u64().unwrap())
            .collect()
    };
    let a = "bao cao/a.txt";
    let (same, crlf) = (
        format!("{WRONG}{RIGHT}{WRONG}"),
        format!("{WRONG}{RIGHT}{WRONG}").replace('\n', "\r\n"),
    );
    assert!(lines(path, a, &same).is_empty());
    assert!(
        lines(path, a, &crlf).is_empty(),
        "the ends of lines are no change"
    );
    let edited = format!("{RIGHT}{WRONG}{RIGHT}Thôn {WRONG}");
    // What stands in the working tree does not matter.
    write(a, &edited);
    assert_eq!(lines(path, a, &edited), [4]);
    assert_eq!(lines(&path.join("bao cao"), "a.txt", &edited), [4]);
    assert_eq!(lines(path, "mới.txt", WRONG), [1]);
    // A file that is more than text changed as a whole or not at all.
    let named = ["--stdin-filename=c.docx"];
    let found = letters.map(|letter| run(path, &named, &fs::read(letter).unwrap()).stdout);
    assert!(found[0].is_empty() && !found[1].is_empty());
    // Without a name there is nothing to compare with.
    let output = run(path, &[], WRONG.as_bytes());
    assert_eq!(exit(&output), 2);
    assert!(text(&output.stderr).contains("--stdin-filename"));
    let output = run(path, &["--stdin-filename=/x.txt"], WRONG.as_bytes());
    assert_eq!(exit(&output), 2, "no repository");
}

/// A baseline that several folders share by a link stays one.
#[cfg(unix)]
#[test]
fn a_baseline_is_written_through_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("a.txt"), WRONG).unwrap();
    fs::write(path.join("chung"), "# vanthu baseline 1\n").unwrap();
    std::os::unix::fs::symlink("chung", path.join("b")).unwrap();
    let output = checked(path, &["--write-baseline", "b", "a.txt"]);
    assert_eq!(exit(&output), 0, "{}", text(&output.stderr));
    assert!(path.join("b").is_symlink());
    let known = fs::read_to_string(path.join("chung")).unwrap();
    assert!(known.ends_with(" a.txt\n"), "{known}");
    assert_eq!(fs::read_dir(path).unwrap().count(), 3);
}

/// Git knows of a link where it leads to, not what is there.
#[cfg(unix)]
#[test]
fn changes_are_told_through_links() {
    use std::os::unix::fs::symlink;
    let above = tempfile::tempdir().unwrap();
    fs::write(above.path().join("ngoài.txt"), WRONG).unwrap();
    let path = &above.path().join("kho");
    fs::create_dir(path).unwrap();
    let write = |name: &str, text: &str| fs::write(path.join(name), text).unwrap();
    write("một.txt", &format!("{RIGHT}{WRONG}"));
    write("hai.txt", WRONG);
    symlink("một.txt", path.join("a.txt")).unwrap();
    symlink("một.txt", path.join("b.txt")).unwrap();
    symlink("../ngoài.txt", path.join("c.txt")).unwrap();
    git(path, &["init", "-q"]);
    git(path, &["add", "."]);
    git(path, &["commit", "-q", "-m", "a"]);
    let base = |name: &str| told(path, &["--diff-base", "HEAD", name]).len();
    let all = |name: &str| told(path, &[name]).len();
    assert_eq!((base("a.txt"), base("b.txt")), (0, 0));
    // What lies in no repository may all be new.
    assert_eq!(base("c.txt"), all("c.txt"));
    write("một.txt", &format!("{RIGHT}{WRONG}{RIGHT}Thôn {WRONG}"));
    let told = told(path, &["--diff-base", "HEAD", "a.txt"]);
    assert!(
        !told.is_empty() && told.iter().all(|t| t.starts_with("a.txt:4:")),
        "{told:?}"
    );
    // Another document than before is new as a whole.
    fs::remove_file(path.join("b.txt")).unwrap();
    symlink("hai.txt", path.join("b.txt")).unwrap();
    assert_eq!(base("b.txt"), all("b.txt"));
    assert_eq!(base("hai.txt"), 0);
    // So is what a new link leads to.
    symlink("hai.txt", path.join("d.txt")).unwrap();
    assert_eq!(base("d.txt"), all("d.txt"));
}

/// The entries of a cache.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for shard in fs::read_dir(folder).into_iter().flatten() {
        // Beside them stands a `.gitignore`.
        for entry in fs::read_dir(shard.unwrap().path()).into_iter().flatten() {
            found.push(entry.unwrap().path());
        }
    }
    found
}

/// A folder of documents with and without findings, one that is known, one silent by a comment and
/// one that cannot be read.
fn documents() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    write("cu.txt", WRONG.as_bytes());
    let output = checked(folder.path(), &["--write-baseline", "b.baseline", "cu.txt"]);
    assert_eq!(exit(&output), 0);
    write("a.txt", WRONG.repeat(3).as_bytes());
    write("b.md", format!("# **{RIGHT}**").as_bytes());
    write(
        "c.txt",
        format!("<!-- vanthu: bo-qua wording : trích -->\n{WRONG}").as_bytes(),
    );
    write("d.txt", b"");
    write(
        "e.txt",
        "The quick brown fox jumps over the lazy dog, says the teacher.".as_bytes(),
    );
    folder
}

#[test]
fn a_run_with_a_cache_prints_the_same() {
    let folder = documents();
    let path = folder.path();
    let cache = tempfile::tempdir().unwrap();
    let cache = cache.path().join("sâu/hơn");
    let cached = ["--cache-dir", cache.to_str().unwrap(), "."];
    let mut runs: Vec<Vec<&str>> =
        vec![vec!["--statistics"], vec!["--quiet"], vec!["--lang", "en"]];
    for row in vanthu::emit::FORMATS {
        runs.push(vec!["--format", row.name]);
        runs.push(vec!["--format", row.name, "--baseline", "b.baseline"]);
    }
    // Where findings stand in files of parts, and in those of other encodings, is kept as well.
    for name in ["bao-cao.docx", "bao-cao.odt", "bao-cao.pdf"] {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
        fs::copy(fixtures.join(name), path.join(name)).unwrap();
    }
    let utf16: Vec<u8> = format!("\u{FEFF}{}", WRONG.repeat(2))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(path.join("f.txt"), utf16).unwrap();
    fs::write(path.join("g.txt"), format!("\u{FEFF}{WRONG}")).unwrap();
    fs::write(path.join("h.txt"), [WRONG.as_bytes(), b"\xFF"].concat()).unwrap();
    // More findings than are rendered before their turn.
    fs::write(path.join("i.txt"), WRONG.repeat(1200)).unwrap();
    let mut kept = Vec::new();
    for run in runs {
        let plain = checked(path, &[&run[..], &["--no-cache", "."]].concat());
        for _ in 0..2 {
            let output = checked(path, &[&run[..], &cached].concat());
            assert_eq!(text(&output.stdout), text(&plain.stdout), "{run:?}");
            assert_eq!(text(&output.stderr), text(&plain.stderr), "{run:?}");
            assert_eq!(exit(&output), exit(&plain), "{run:?}");
        }
        kept.push(entries(&cache).len());
    }
    // The language decides what is kept, and what is silent; the format does not.
    let [first, quiet, english, text, silent, rest @ ..] = &kept[..] else {
        panic!("there are more runs");
    };
    assert!(*first > 8 && quiet == first && *english == 2 * first && text == english);
    assert!(silent > text && rest.iter().all(|kept| kept == silent));
}

#[test]
fn the_cache_is_used_and_its_damage_is_not_seen() {
    let folder = documents();
    let path = folder.path();
    let cache = path.join("cache");
    let run = || {
        let output = checked(
            path,
            &["--format", "compact", "--cache-dir", "cache", "a.txt"],
        );
        text(&output.stdout)
    };
    let plain = run();
    let [entry] = &entries(&cache)[..] else {
        panic!("there is one entry");
    };
    let good = fs::read(entry).unwrap();
    // Other words under a hash that is right.
    let (head, rest) = good.split_at(24);
    let (old, new) = ("xử lý".as_bytes(), "XỬ LÝ".as_bytes());
    assert_eq!(old.len(), new.len());
    let mut rest = rest[16..].to_vec();
    for at in 0..rest.len() - old.len() {
        if &rest[at..at + old.len()] == old {
            rest[at..at + old.len()].copy_from_slice(new);
        }
    }
    let hash = xxhash_rust::xxh3::xxh3_128(&rest).to_le_bytes();
    fs::write(entry, [head, &hash, &rest].concat()).unwrap();
    assert_eq!(run(), plain.replace("xử lý", "XỬ LÝ"));
    for damaged in [
        &b""[..],
        b"vanthu",
        &good[..good.len() - 1],
        &[good.as_slice(), b"x"].concat(),
    ] {
        fs::write(entry, damaged).unwrap();
        assert_eq!(run(), plain);
        assert_eq!(fs::read(entry).unwrap(), good, "it is written anew");
    }
    // A place that cannot be written to changes nothing, and is told once.
    fs::remove_dir_all(&cache).unwrap();
    fs::write(&cache, "").unwrap();
    assert_eq!(run(), plain);
    let output = checked(path, &["--cache-dir", "cache", "."]);
    let told = text(&output.stderr);
    assert_eq!(
        told.matches("không ghi được bộ nhớ đệm vào cache").count(),
        1,
        "{told}"
    );
    let output = checked(path, &["--quiet", "--cache-dir", "cache", "."]);
    assert!(!text(&output.stderr).contains("cache"));
}

#[test]
fn the_cache_knows_when_rules_or_settings_change() {
    let folder = documents();
    let path = folder.path();
    let write = |name: &str, text: &str| fs::write(path.join(name), text).unwrap();
    let count = |args: &[&str]| {
        let all = ["check", "--format", "jsonl", "--cache-dir", "cache"];
        let output = vanthu(path, &[&all[..], args, &["a.txt"]].concat());
        let told = text(&output.stdout);
        told.matches(
            "\"rule\":\"wording-misspelt-s-x\",\"group\":\"wording\",\"severity\":\"warning\"",
        )
        .count()
    };
    let expect = |config: &str, args: &[&str], expected: usize| {
        write("vanthu.yaml", config);
        for _ in 0..2 {
            assert_eq!(count(args), expected, "{config} {args:?}");
        }
    };
    expect("select: [wording]", &[], 3);
    expect("select: [wording]\nignore: [wording-misspelt-s-x]", &[], 0);
    expect("select: [wording]\nseverity: {wording: info}", &[], 0);
    expect(
        "select: [wording]\noptions: {wording-misspelt-s-x: {words: {sử lý: ~}}}",
        &[],
        0,
    );
    expect(
        "select: [wording]",
        &["--ignore", "wording-misspelt-s-x"],
        0,
    );
    expect("select: [wording]", &[], 3);
    write("a.txt", RIGHT);
    expect("select: [wording]", &[], 0);
    let kept = entries(&path.join("cache")).len();
    write("a.txt", &WRONG.repeat(2));
    expect("select: [wording]\ncache: false", &[], 2);
    assert_eq!(entries(&path.join("cache")).len(), kept);
}

#[test]
fn runs_at_the_same_time_share_a_cache() {
    let folder = documents();
    for index in 0..40 {
        let name = format!("nhiều {index}.txt");
        fs::write(folder.path().join(name), format!("{index}. {WRONG}")).unwrap();
    }
    let plain = checked(folder.path(), &["--no-cache", "--format", "json", "."]);
    let run = || {
        checked(
            folder.path(),
            &["--cache-dir", "cache", "--format", "json", "."],
        )
    };
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        for output in runs {
            assert_eq!(text(&output.join().unwrap().stdout), text(&plain.stdout));
        }
    });
    let left = entries(&folder.path().join("cache"));
    let is_part = |path: &&PathBuf| path.extension().is_some();
    assert_eq!(left.iter().filter(is_part).count(), 0);
}

/// The configuration says where results are kept, by path from it, and the command line outweighs it.
#[test]
fn a_configuration_names_the_folder_of_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("phong")).unwrap();
    fs::write(path.join("phong/a.txt"), WRONG).unwrap();
    let config = "cache-dir: .dem/vanthu\nselect: [wording]\n";
    fs::write(path.join("vanthu.yaml"), config).unwrap();
    let run = |args: &[&str]| vanthu(&path.join("phong"), &[&["check"], args].concat());
    let first = run(&[]);
    assert_eq!(exit(&first), 0, "{}", text(&first.stderr));
    let kept = path.join(".dem/vanthu");
    assert_eq!(fs::read_to_string(kept.join(".gitignore")).unwrap(), "*\n");
    assert_eq!(fs::read_dir(&kept).unwrap().count(), 2);
    assert_eq!(run(&[]).stdout, first.stdout);
    fs::remove_dir_all(path.join(".dem")).unwrap();
    run(&["--cache-dir", "khac"]);
    run(&["--no-cache"]);
    assert!(path.join("phong/khac").exists() && !path.join(".dem").exists());
}

/// Checks again when a document or the configuration changes.
#[test]
fn a_watch_sees_changes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.txt", RIGHT);
    let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .current_dir(folder.path())
        .env_clear()
        .args([
            "check", "--select", "wording", "--format", "jsonl", "--watch",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
    write("a.txt", WRONG);
    // It may have read the document only after it was changed.
    assert!(
        told.next()
            .unwrap()
            .unwrap()
            .contains("wording-misspelt-s-x")
    );
    write("vanthu.yaml", "severity: { wording: error }\n");
    assert!(
        told.next()
            .unwrap()
            .unwrap()
            .contains("\"severity\":\"error\"")
    );
    assert!(said.next().unwrap().unwrap().starts_with("vanthu: "));
    // What the configuration names is followed, and what it begins to name.
    let rule = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/rules/wording/wording-misspelt-s-x.yaml"
    ));
    let rule = rule.unwrap();
    fs::create_dir_all(folder.path().join("quy-tac/wording")).unwrap();
    let write_rule = |severity: &str| {
        let rule = rule.replace("severity: warning", &format!("severity: {severity}"));
        write("quy-tac/wording/wording-misspelt-s-x.yaml", &rule);
    };
    write_rule("info");
    write("vanthu.yaml", "rules: quy-tac\n");
    let mut next = || told.next().unwrap().unwrap();
    while !next().contains("\"severity\":\"info\"") {}
    write_rule("error");
    while !next().contains("\"severity\":\"error\"") {}
    // Files that come and go.
    write("b.txt", WRONG);
    while !next().contains("\"path\":\"b.txt\"") {}
    fs::remove_file(folder.path().join("a.txt")).unwrap();
    write_rule("info");
    loop {
        let line = next();
        if line.contains("\"severity\":\"info\"") {
            assert!(line.contains("\"path\":\"b.txt\""), "{line}");
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let output = vanthu(folder.path(), &["check", "--watch", "-"]);
    assert_eq!(exit(&output), 2);
}

/// What a revision is compared with changes without any document.
#[test]
fn a_watch_sees_commits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("a.txt"), RIGHT).unwrap();
    git(path, &["init", "-q"]);
    git(path, &["add", "."]);
    git(path, &["commit", "-q", "-m", "a"]);
    fs::write(path.join("a.txt"), WRONG).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .current_dir(path)
        .args(["check", "--select", "wording", "--lang", "en"])
        .args(["--watch", "--diff-base", "HEAD"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || told.next().unwrap().unwrap();
    while !next().contains("wording-misspelt-s-x") {}
    git(path, &["commit", "-q", "-a", "-m", "b"]);
    while !next().contains("Nothing found") {}
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_baseline_and_an_output_are_two_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), WRONG).unwrap();
    let args = ["--output=json=b.json", "--write-baseline", "./b.json", "."];
    let output = checked(folder.path(), &args);
    assert_eq!(exit(&output), 2);
    assert!(text(&output.stderr).contains("b.json"));
    assert!(!folder.path().join("b.json").exists());
}

mod properties {
    //! What holds for every text that is edited after its findings were written down.

    use std::sync::Arc;

    use proptest::prelude::*;
    use vanthu::diagnostic::{Baseline, KnownFindings, written};
    use vanthu::rules::{Options, RuleSet, check};

    const RULE: &str = "wording-misspelt-s-x";
    const FAULT: &str = "sử lý";
    const MENDED: &str = "xử lý";
    const WORDS: &str = "thôn họp dân bàn việc thu hoạch lúa mùa sau mưa lớn cán bộ xã đến từng nhà hỏi \
                         thăm gia đình chính sách trường học sửa mái trồng cây bên đường chợ mở sớm nước \
                         về đồng mẹ con đọc sách báo tin vui cho cả làng";

    /// A line of words, and whether it has the fault and after how many of them.
    #[derive(Clone, Debug)]
    struct Line {
        words: Vec<&'static str>,
        fault: Option<usize>,
    }

    impl Line {
        fn text(&self, fault: &str) -> String {
            let mut words = self.words.clone();
            if let Some(at) = self.fault {
                words.insert(at.min(words.len()), fault);
            }
            words.join(" ") + "."
        }
    }

    fn line(has_fault: bool) -> impl Strategy<Value = Line> {
        let words: Vec<_> = WORDS.split(' ').collect();
        let words = proptest::collection::vec(proptest::sample::select(words), 8..16);
        (words, 0..8usize).prop_map(move |(words, at)| Line {
            words,
            fault: has_fault.then_some(at),
        })
    }

    fn lines() -> impl Strategy<Value = Vec<Line>> {
        proptest::collection::vec(any::<bool>().prop_flat_map(line), 1..8)
    }

    fn joined(lines: &[Line], glue: &str) -> String {
        let lines: Vec<_> = lines.iter().map(|line| line.text(FAULT)).collect();
        lines.join(glue)
    }

    thread_local! {
        static RULES: RuleSet = RuleSet::builtin().filter(|rule| rule.id == RULE);
    }

    /// The lines of what is new in a text after another, as it stands in a baseline.
    fn new_after(before: &str, after: &str) -> Vec<usize> {
        let read = |text: &str| {
            // A file without text cannot be read.
            let text = format!("{text}\n\nHết.\n");
            let document = vanthu::input::read("a.txt", text.as_bytes()).unwrap();
            let outcome = RULES.with(|rules| check(&document, rules, Options::default()));
            (document, outcome.diagnostics)
        };
        let (old, findings) = read(before);
        let mut baseline = Baseline::default();
        for (_, finding) in written(old.source(), &findings) {
            baseline.add("a.txt".to_owned(), finding);
        }
        assert_eq!(before.matches(FAULT).count(), findings.len(), "{before}");
        let baseline = Baseline::read(&baseline.to_string()).unwrap();
        let known = KnownFindings::new(&Arc::new(baseline), "a.txt".to_owned(), None);
        let (new, mut findings) = read(after);
        KnownFindings::silence(&[known], new.source(), &mut findings);
        let told = findings.iter();
        told.map(|found| new.position(found.span.unwrap().start).line as usize)
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn edits_elsewhere_wake_nothing(
            lines in lines(),
            others in proptest::collection::vec((line(false), 0..9usize), 0..6),
            glue in prop_oneof![Just("\n"), Just("\n\n")],
            turn in 0..8usize,
        ) {
            let before = joined(&lines, glue);
            let mut edited: Vec<_> = lines.into_iter().filter(|line| line.fault.is_some()).collect();
            let turn = turn.checked_rem(edited.len()).unwrap_or_default();
            edited.rotate_left(turn);
            for (line, at) in others {
                edited.insert(at.min(edited.len()), line);
            }
            prop_assert_eq!(new_after(&before, &joined(&edited, glue)), Vec::<usize>::new());
        }

        #[test]
        fn a_line_edited_around_its_fault_stays_known(
            lines in lines(),
            edits in proptest::collection::vec((0..8usize, 0..3u8), 8),
        ) {
            let before = joined(&lines, "\n");
            let edited: Vec<_> = lines.into_iter().zip(edits).map(|(mut line, (at, how))| {
                match how {
                    0 => line.words[at] = "khác",
                    1 => line.words.insert(at, "thêm"),
                    _ => _ = line.words.remove(at),
                }
                line
            }).collect();
            prop_assert_eq!(new_after(&before, &joined(&edited, "\n")), Vec::<usize>::new());
        }

        #[test]
        fn lines_wrapped_anew_wake_nothing(lines in lines(), width in 30..90usize) {
            let before = joined(&lines, "\n");
            let mut after = String::new();
            let mut column = 0;
            for word in before.split_whitespace() {
                column += word.chars().count() + 1;
                after += match column > width {
                    true => "\n",
                    false => " ",
                };
                column = if column > width { word.chars().count() } else { column };
                after += word;
            }
            prop_assert_eq!(new_after(&before, after.trim()), Vec::<usize>::new());
        }

        #[test]
        fn one_that_is_mended_makes_no_room(
            lines in lines(),
            mended in line(true),
            new in line(true),
            at in (0..9usize, 0..9usize),
        ) {
            let mut old = lines.clone();
            let at = (at.0.min(lines.len()), at.1.min(lines.len()));
            old.insert(at.0, mended.clone());
            let mut edited: Vec<_> = lines.iter().map(|line| line.text(FAULT)).collect();
            edited.insert(at.0, mended.text(MENDED));
            edited.insert(at.1, new.text(FAULT));
            prop_assert_eq!(new_after(&joined(&old, "\n"), &edited.join("\n")), [at.1 + 1]);
        }
    }
}
