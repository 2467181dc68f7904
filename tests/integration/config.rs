//! Configuration: `fixtures/config/cases.yaml`, and what is written.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde::Deserialize;
use serde_json::Value;
use vanthu::config::Config;
use vanthu::rules::RuleSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    folder: String,
    args: Vec<String>,
    #[serde(default)]
    stdin: String,
    exit: i32,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixtures() -> PathBuf {
    root().join("fixtures/config")
}

fn run(folder: &Path, args: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .current_dir(folder)
        .env_clear()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A run that ends before it reads is none of this test's business.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn cases() {
    let yaml = fs::read_to_string(fixtures().join("cases.yaml")).unwrap();
    let cases: Vec<Case> = serde_yaml::from_str(&yaml).unwrap();
    let above = fs::canonicalize(fixtures()).unwrap();
    let above = above.to_string_lossy();
    let mut transcript = String::new();
    for case in &cases {
        let args: Vec<_> = case.args.iter().map(String::as_str).collect();
        let output = run(&fixtures().join(&case.folder), &args, &case.stdin);
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(
            output.status.code(),
            Some(case.exit),
            "{}: {stderr}",
            case.name
        );
        let Case { name, folder, .. } = case;
        let _ = writeln!(
            transcript,
            "[case]\n{name}\n{folder}$ vanthu {}\n",
            args.join(" ")
        );
        for (title, text) in [("stdout", stdout), ("stderr", stderr)] {
            if !text.is_empty() {
                let text = text.replace(above.as_ref(), "[…]");
                let _ = writeln!(transcript, "[{title}]\n{text}");
            }
        }
    }
    insta::with_settings!({snapshot_path => "../../fixtures/config", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("cases", transcript);
    });
}

#[test]
fn init_writes_a_configuration_and_spares_one_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vanthu.yaml");
    let exit = |args: &[&str]| run(folder.path(), args, "").status.code();
    assert_eq!(exit(&["init"]), Some(0));
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(exit(&["config"]), Some(0));
    fs::write(&file, "lang: en\n").unwrap();
    assert_eq!(exit(&["init"]), Some(2));
    assert_eq!(fs::read_to_string(&file).unwrap(), "lang: en\n");
    assert_eq!(exit(&["init", "--force"]), Some(0));
    assert_eq!(fs::read_to_string(&file).unwrap(), written);
    assert_eq!(exit(&["init", "moi/phong"]), Some(0));
    assert!(folder.path().join("moi/phong/vanthu.yaml").exists());
}

#[test]
fn of_two_configurations_in_a_folder_one_is_told_to_be_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.txt", "Xã đã xử lý xong mười hồ sơ của dân.\n");
    write("vanthu.yaml", "lang: en\n");
    write(".vanthu.yaml", "lang: vi\n");
    let said = |args: &[&str]| {
        let output = run(
            folder.path(),
            &[&["check", "--no-cache"], args].concat(),
            "",
        );
        assert_eq!(output.status.code(), Some(0));
        text(&output.stderr)
    };
    let told = said(&["a.txt"]);
    assert!(
        told.contains(".vanthu.yaml is not read: vanthu.yaml"),
        "{told}"
    );
    assert_eq!(said(&["--quiet", "a.txt"]), "");
    assert_eq!(said(&["--no-config", "a.txt"]), "");
    write("vanthu.yaml", "extends: .vanthu.yaml\n");
    assert_eq!(said(&["a.txt"]), "");
}

/// The configurations in the guide are right, and every key is shown.
#[test]
fn the_guide_of_configuration_works() {
    let guide = fs::read_to_string(root().join("docs/cau-hinh.md")).unwrap();
    let blocks = guide.split("```yaml\n").skip(1);
    let blocks: Vec<_> = blocks
        .filter_map(|block| block.split("```").next())
        .collect();
    for block in &blocks {
        let file = Path::new("/p/q/vanthu.yaml");
        let read = |path: &Path| {
            Ok(if path == file {
                (*block).to_owned()
            } else {
                String::new()
            })
        };
        let config = Config::resolve(file, Path::new("/p/q"), &read);
        assert_eq!(config.mistakes(&RuleSet::builtin()), []);
    }
    let schema = fs::read_to_string(root().join("schemas/config.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    for key in schema["properties"].as_object().unwrap().keys() {
        let shown = |block: &&&str| {
            block
                .lines()
                .any(|line| line.starts_with(&format!("{key}:")))
        };
        assert!(
            blocks.iter().any(|block| shown(&block)),
            "{key} is not shown"
        );
    }
}

/// An acts' register that the configuration names is used, and told where it is wrong.
#[test]
fn a_register_of_the_configuration_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "vanthu.yaml",
        "register: so.yaml\nselect: [citation-register-date]\nfail-on: info\n",
    );
    write(
        "so.yaml",
        "acts:\n  - { kind: quyet-dinh, symbol: 77/QĐ-UBND, date: 2025-05-05, issuer: Ủy ban nhân dân xã Hoa Ban, title: về quy chế, source: sổ của xã }\n",
    );
    let report =
        "Thực hiện Quyết định số 77/QĐ-UBND ngày 06/5/2025 của Ủy ban nhân dân xã Hoa Ban.\n";
    write("a.txt", report);
    let output = run(
        folder.path(),
        &["check", "--format", "compact", "a.txt"],
        "",
    );
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("[citation-register-date]"));
    // A table beside it would be passed over.
    fs::create_dir(folder.path().join("so")).unwrap();
    write("so/so.csv", "kind,symbol\n");
    write("so/so.yaml", "acts: []\n");
    for register in ["so", "so/so.csv"] {
        write("vanthu.yaml", &format!("register: {register}\n"));
        let output = run(folder.path(), &["check", "a.txt"], "");
        assert_eq!(output.status.code(), Some(2));
        let stderr = text(&output.stderr);
        assert!(stderr.contains("[so/so.csv:1:1]"), "{stderr}");
        assert!(stderr.contains("sổ văn bản đọc từ tệp .yaml"), "{stderr}");
    }
    write("vanthu.yaml", "register: so.yaml\n");
    write("so.yaml", "acts: [{ kind: quyet-din }]\n");
    let output = run(folder.path(), &["check", "--lang", "en", "a.txt"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("so.yaml:1:"),
        "{}",
        text(&output.stderr)
    );
}

/// Acts of the turn of the year have the year of the other in their number, others do not.
#[test]
fn a_register_may_hold_acts_of_the_turn_of_the_year() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let select = "select: [citation-year-mismatch]\n";
    write("vanthu.yaml", &format!("register: so.yaml\n{select}"));
    let register = |date: &str| {
        let act = "kind: quyet-dinh, symbol: 77/2025/QĐ-UBND";
        let names = "issuer: Ủy ban nhân dân tỉnh Nam Hải, title: về quy chế, source: bản gốc";
        write(
            "so.yaml",
            &format!("acts:\n  - {{ {act}, date: {date}, {names} }}\n"),
        );
    };
    let code = |number: &str| {
        let cited = format!("Thực hiện Quyết định số {number}/2025/QĐ-UBND ngày 30/12/2024.\n");
        write("a.txt", &cited);
        run(folder.path(), &["check", "a.txt"], "").status.code()
    };
    register("2024-12-30");
    assert_eq!((code("77"), code("78")), (Some(0), Some(1)));
    register("2026-01-02");
    assert_eq!(code("77"), Some(1));
    for date in ["2024-11-30", "2026-02-02", "2023-12-30"] {
        register(date);
        assert_eq!(code("77"), Some(2), "{date}");
    }
}

/// Each file that is extended is a level of recursion: there is an end to them, told where it is.
#[test]
fn a_long_chain_of_files_comes_to_an_end() {
    let read = |path: &Path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        let number: u32 = name.parse().unwrap();
        Ok(match number {
            3000 => String::new(),
            _ => format!("extends: {}.yaml\n", number + 1),
        })
    };
    let mistakes = |first: &str| {
        let config = Config::resolve(Path::new(first), Path::new("/p"), &read);
        config.mistakes(&RuleSet::builtin())
    };
    let told = mistakes("/p/0.yaml");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].path, "/p/31.yaml");
    assert_eq!(told[0].span.start, 9);
    assert_eq!(mistakes("/p/2969.yaml"), []);
}

/// A configuration that is there and cannot be read is a mistake, not none.
#[cfg(unix)]
#[test]
fn a_configuration_that_cannot_be_read_is_told() {
    type Make = fn(&Path);
    let cases: [(&str, Make); 3] = [
        ("dangling", |file| {
            std::os::unix::fs::symlink("nowhere", file).unwrap();
        }),
        ("loop", |file| {
            std::os::unix::fs::symlink("vanthu.yaml", file).unwrap();
        }),
        ("folder", |file| fs::create_dir(file).unwrap()),
    ];
    for (name, make) in cases {
        let folder = tempfile::tempdir().unwrap();
        make(&folder.path().join("vanthu.yaml"));
        fs::write(folder.path().join("a.txt"), "Thôn đã họp dân.\n").unwrap();
        let output = run(folder.path(), &["check", "a.txt"], "");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains("vanthu.yaml"), "{name}: {said}");
    }
}

/// Part of the name of a file never begins a line, where CI could take it for a command.
#[test]
fn names_are_not_broken_over_lines() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("{} ::error::x.txt", "a".repeat(70));
    fs::write(folder.path().join(&name), "Thôn đã họp dân.\n").unwrap();
    let output = run(folder.path(), &["check", "--no-cache", "."], "");
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains(&format!("{name}: ")), "{said}");
    let command = said
        .lines()
        .find(|line| line.trim_start().starts_with("::"));
    assert_eq!(command, None);
}

/// What is no path does not lead anywhere: the mistake is told once, and nothing that would follow
/// from it.
#[test]
fn what_is_wrong_with_a_path_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "Thôn đã họp dân.\n").unwrap();
    let mistakes = |yaml: &str| {
        fs::write(folder.path().join("vanthu.yaml"), yaml).unwrap();
        let output = run(folder.path(), &["check", "--lang", "en", "."], "");
        assert_eq!(output.status.code(), Some(2), "{yaml}");
        let said = text(&output.stderr);
        assert!(
            said.contains("vanthu: 1 mistake in the configuration"),
            "{yaml}: {said}"
        );
        said
    };
    for key in ["rules", "register", "baseline", "extends"] {
        for value in [" 5", "", " {a: b}", " [[a]]", " ''"] {
            let said = mistakes(&format!("lang: vi\n{key}:{value}\n"));
            assert!(said.contains("[vanthu.yaml:2:"), "{key}:{value}: {said}");
        }
        assert!(mistakes(&format!("{key}: ['']\n")).contains("the path is empty"));
    }
    assert!(mistakes("cache-dir: ''\n").contains("the path is empty"));
    let said = mistakes("per-file:\n  - files: []\n    ignore: [wording]\n");
    assert!(
        said.contains("[vanthu.yaml:2:12]") && said.contains("for no file"),
        "{said}"
    );
    mistakes("per-file:\n  - files: 5\n");
    mistakes("per-file:\n  - ignore: [wording]\n");
}

#[test]
fn control_characters_are_told_where_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "Thôn đã họp dân.\n").unwrap();
    for control in ["\u{1b}", "\0", "\u{9b}", "\u{7f}"] {
        let yaml = format!("# é“”\nlang: vi\nprofile: “mẫ{control}u”\n");
        fs::write(folder.path().join("vanthu.yaml"), yaml).unwrap();
        let output = run(folder.path(), &["check", "."], "");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("[vanthu.yaml:3:13]"), "{control:?}: {said}");
        assert!(said.contains("ký tự điều khiển"), "{said}");
        assert!(!said.contains(control), "{said:?}");
    }
}

/// A configuration that nothing asks is judged all the same.
#[test]
fn a_wrong_configuration_is_told_where_there_is_nothing_to_check() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("rong")).unwrap();
    fs::create_dir_all(at("luu")).unwrap();
    fs::write(at("luu/a.txt"), "Thôn đã họp dân.\n").unwrap();
    fs::write(at("b.txt"), "Thôn đã họp dân.\n").unwrap();
    fs::write(at("rong/vanthu.yaml"), "fial-on: error\n").unwrap();
    let asked: [&[&str]; 3] = [
        &["check", "--allow-empty", "rong"],
        &["check", "rong", "b.txt"],
        &["check", "--force-exclude", "luu/a.txt"],
    ];
    fs::write(
        at("luu/vanthu.yaml"),
        "fial-on: error\nexclude: ['*.txt']\n",
    )
    .unwrap();
    for args in asked {
        let output = run(folder.path(), args, "");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(
            text(&output.stderr).contains("vanthu.yaml:1:1]"),
            "{args:?}"
        );
    }
    fs::write(at("rong/vanthu.yaml"), "fail-on: error\n").unwrap();
    assert_eq!(run(folder.path(), asked[0], "").status.code(), Some(0));
}

#[test]
fn the_configuration_of_a_file_says_that_it_is_excluded() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("luu")).unwrap();
    for name in ["luu/a.txt", "b.txt"] {
        fs::write(at(name), "Thôn đã họp dân.\n").unwrap();
    }
    fs::write(at("chung.yaml"), "exclude:\n  - nhap\n  - luu\n").unwrap();
    fs::write(at("vanthu.yaml"), "extends: chung.yaml\nlang: en\n").unwrap();
    let shown = |args: &[&str]| text(&run(folder.path(), &[&["config"], args].concat(), "").stdout);
    let said = shown(&["luu/a.txt"]);
    assert!(
        said.contains("# excluded: `luu` of `exclude` (chung.yaml:3)"),
        "{said}"
    );
    assert!(!shown(&["b.txt"]).contains("# excluded"));
    let json: Value = serde_json::from_str(&shown(&["luu/a.txt", "--format", "json"])).unwrap();
    let expected = serde_json::json!({"glob": "luu", "path": "chung.yaml", "line": 3});
    assert_eq!(json["excluded"], expected);
    let json: Value = serde_json::from_str(&shown(&["b.txt", "--format", "json"])).unwrap();
    assert_eq!(json["excluded"], Value::Null);
}
