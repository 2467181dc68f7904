//! What holds for every correction: it takes findings away and brings none, it is done once, and
//! what it does not touch stays byte for byte.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;
use vanthu::diagnostic::Applicability;
use vanthu::fix::{Checked, Fixed, Scope, fix};
use vanthu::input;
use vanthu::rules::{Options, RuleSet, check};
use vanthu::text::LetterForm;

use crate::mutations;
use crate::properties::pieces;

thread_local! {
    static RULES: RuleSet = RuleSet::builtin();
}

fn lint(name: &str, bytes: &[u8]) -> Option<Checked> {
    let document = input::read(name, bytes).ok()?;
    let outcome = RULES.with(|rules| check(&document, rules, Options::default()));
    Some(Checked { document, outcome })
}

fn fixed_as(name: &str, bytes: &[u8], least: Applicability) -> Option<(usize, Fixed)> {
    let checked = lint(name, bytes)?;
    let before = checked.outcome.diagnostics.len();
    let scope = Scope {
        least,
        text: true,
        looks: false,
    };
    Some((before, fix(bytes, checked, scope, &|b| lint(name, b))))
}

fn fixed(text: &str, least: Applicability) -> Option<(usize, Fixed)> {
    fixed_as("van-ban.txt", text.as_bytes(), least)
}

/// A file keeps the form that its letters have.
#[test]
fn letters_keep_the_form_of_the_file() {
    let right = "Xã đã xử lý xong mười hồ sơ của hộ nghèo.\n";
    let wrong = right.replace("xử lý", "sử lý");
    for form in [
        LetterForm::Composed,
        LetterForm::Decomposed,
        LetterForm::ToneApart,
    ] {
        let (_, fixed) = fixed(&form.write(&wrong), Applicability::Safe).unwrap();
        let text = String::from_utf8(fixed.bytes).unwrap();
        assert_eq!(text, form.write(right), "{form:?}");
    }
}

/// The ids of the rules whose findings could still be fixed.
fn left(fixed: &Fixed, least: Applicability) -> Vec<String> {
    let findings = fixed.checked.outcome.diagnostics.packed();
    findings
        .filter(|packed| packed.applicability() >= Some(least))
        .map(|packed| packed.rule().id.clone())
        .collect()
}

/// The documents of the fixtures, sound and with defects, by name.
fn documents() -> Vec<(String, String)> {
    let mut texts = mutations::texts();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for folder in ["documents", "silent", "layout"] {
        let mut folders = vec![fixtures.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "txt") {
                    let text = fs::read_to_string(&path).unwrap();
                    texts.push((path.to_string_lossy().into_owned(), text));
                }
            }
        }
    }
    texts
}

#[test]
fn every_safe_fix_of_the_fixtures_helps_and_is_done_once() {
    let mut wrong = String::new();
    let mut applied = 0;
    for (name, text) in documents() {
        for least in [Applicability::Safe, Applicability::Unsafe] {
            let (before, once) = fixed(&text, least).unwrap();
            applied += once.applied;
            let after = once.checked.outcome.diagnostics.len();
            if after > before || (after == before && once.applied > 0) {
                let _ = writeln!(wrong, "{name}: {before} findings, {after} after the fix");
            }
            let left = left(&once, least);
            if !left.is_empty() {
                let _ = writeln!(wrong, "{name}: not fixed: {left:?}");
            }
            let (_, twice) = fixed_as("van-ban.txt", &once.bytes, least).unwrap();
            if twice.applied > 0 || twice.bytes != once.bytes {
                let _ = writeln!(wrong, "{name}: fixed twice is other than fixed once");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(applied > 500, "{applied}");
}

/// What a rule offers for its own wrong examples takes its finding away.
#[test]
fn the_fix_of_every_rule_mends_its_examples() {
    let rules = RuleSet::builtin();
    let options = Options {
        fragment: true,
        ..Options::default()
    };
    let lint = |bytes: &[u8]| {
        let document = input::read("van-ban.txt", bytes).ok()?;
        let outcome = check(&document, &rules, options);
        Some(Checked { document, outcome })
    };
    let mut wrong = String::new();
    let mut mended = 0;
    for rule in rules.rules() {
        for example in rule.examples().iter().filter(|e| !e.finds.is_empty()) {
            let bytes = example.text.as_bytes();
            for least in [Applicability::Safe, Applicability::Unsafe] {
                let Some(checked) = lint(bytes) else { continue };
                let scope = Scope {
                    least,
                    text: true,
                    looks: false,
                };
                let fixed = fix(bytes, checked, scope, &lint);
                mended += fixed.applied;
                let left = left(&fixed, least);
                if !left.is_empty() {
                    let (id, text) = (&rule.id, &example.text);
                    let _ = writeln!(wrong, "{id}: {left:?} left of {text:?}");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(mended > 200, "{mended}");
}

/// A text as the bytes of a file.
type Encode = fn(&str) -> Vec<u8>;

const ENCODINGS: [(&str, Encode); 7] = [
    ("UTF-8 with a mark", |text| {
        [b"\xEF\xBB\xBF", text.as_bytes()].concat()
    }),
    ("CRLF", |text| text.replace('\n', "\r\n").into_bytes()),
    ("CR", |text| text.replace('\n', "\r").into_bytes()),
    ("UTF-16, low byte first", |text| {
        units(&format!("\u{FEFF}{text}"), u16::to_le_bytes)
    }),
    ("UTF-16, high byte first", |text| {
        units(&format!("\u{FEFF}{text}"), u16::to_be_bytes)
    }),
    ("UTF-16 without a mark", |text| {
        units(text, u16::to_le_bytes)
    }),
    ("UTF-8 with bytes that are none", |text| {
        [text.as_bytes(), b"\n\xFF.\xC3\n"].concat()
    }),
];

fn units(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn what_is_fixed_is_the_same_in_every_encoding() {
    let path = "fixtures/documents/bao-cao-co-loi/input.txt";
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let text = text.replace("Quy chế", "Quy chế 😀");
    let (_, plain) = fixed(&text, Applicability::Safe).unwrap();
    assert!(plain.applied > 10, "{}", plain.applied);
    let plain = String::from_utf8(plain.bytes).unwrap();
    for (name, encode) in ENCODINGS {
        let (_, fixed) = fixed_as("a.txt", &encode(&text), Applicability::Safe).unwrap();
        assert!(fixed.bytes == encode(&plain), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_document_has_no_more_findings_when_it_is_fixed(text in pieces()) {
        for least in [Applicability::Safe, Applicability::Unsafe] {
            if let Some((before, once)) = fixed(&text, least) {
                prop_assert!(once.checked.outcome.diagnostics.len() <= before);
                prop_assert_eq!(once.checked.document.source().as_bytes(), &once.bytes);
                let again = fixed_as("van-ban.txt", &once.bytes, least);
                prop_assert_eq!(again.unwrap().1.bytes, once.bytes);
            }
        }
    }

    #[test]
    fn any_bytes_can_be_fixed(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in pieces()) {
        let bytes = [text.as_bytes(), &bytes].concat();
        if let Some((before, once)) = fixed_as("a.txt", &bytes, Applicability::Unsafe) {
            prop_assert!(once.checked.outcome.diagnostics.len() <= before);
        }
    }
}

fn vanthu(folder: &Path) -> Command {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cli/rules");
    let mut command = Command::new(env!("CARGO_BIN_EXE_vanthu"));
    command
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .args(["check", "--rules"])
        .arg(rules)
        .args(["--select", "wording-sample,citation-sample"]);
    command
}

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = vanthu(folder).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn files_are_fixed_in_place_and_the_rest_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.txt"), "Về đi đua\r\n").unwrap();
    fs::write(at("b.txt"), "Quyết định 5/QĐ-UBND\n").unwrap();
    fs::write(at("c.txt"), "Về thi đua\n").unwrap();
    let untouched = fs::metadata(at("c.txt")).unwrap().modified().unwrap();
    let (code, stdout, stderr) = run(folder.path(), &["--fix", "--format", "compact", "."]);
    let left =
        "b.txt:1:1: error[citation-sample] Viện dẫn thiếu từ «số» trước số, ký hiệu của văn bản\n";
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (1, left, ""));
    assert_eq!(fs::read_to_string(at("a.txt")).unwrap(), "Về thi đua\r\n");
    let modified = fs::metadata(at("c.txt")).unwrap().modified().unwrap();
    assert_eq!(modified, untouched);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    let (code, stdout, _) = run(folder.path(), &["--fix", "a.txt"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("Đã sửa 0 chỗ (còn 0)"), "{stdout}");
}

#[cfg(unix)]
#[test]
fn mode_and_links_are_kept_and_a_protected_file_is_refused() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("x")).unwrap();
    fs::write(at("x/that.txt"), "Về đi đua\n").unwrap();
    fs::set_permissions(at("x/that.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("x/that.txt", at("lien-ket.txt")).unwrap();
    let (code, _, stderr) = run(folder.path(), &["--fix", "-q", "lien-ket.txt"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(
        fs::symlink_metadata(at("lien-ket.txt"))
            .unwrap()
            .is_symlink()
    );
    assert_eq!(
        fs::read_to_string(at("x/that.txt")).unwrap(),
        "Về thi đua\n"
    );
    let mode = fs::metadata(at("x/that.txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);

    fs::write(at("x/khoa.txt"), "Về đi đua\n").unwrap();
    fs::set_permissions(at("x/khoa.txt"), fs::Permissions::from_mode(0o444)).unwrap();
    let (code, _, stderr) = run(folder.path(), &["--fix", "-q", "x/khoa.txt"]);
    // The administrator may write to every file.
    if code == 2 {
        assert_eq!(stderr, "vanthu: x/khoa.txt: không có quyền truy cập\n");
        assert_eq!(fs::read_to_string(at("x/khoa.txt")).unwrap(), "Về đi đua\n");
    }
    assert_eq!(fs::read_dir(at("x")).unwrap().count(), 2);
}

/// «Công hòa xã hội chủ nghĩa Việt Nam, đi đua» in TCVN3.
const TCVN3: &[u8] = b"C\xE9ng h\xDFa x\xB7 h\xE9i ch\xF1 ngh\xDCa Vi\xD6t Nam, \xAEi \xAEua\n";

#[test]
fn an_old_encoding_takes_only_what_it_can_hold() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt");
    // «Quyết định 15/QĐ-UBND»
    let unnumbered = [TCVN3, b"Quy\xD5t \xAE\xDEnh 15/Q\xA7-UBND\n"].concat();
    fs::write(&file, &unnumbered).unwrap();
    let so = "citation-missing-number-word";
    let args = ["--fix", "--format", "compact", "--select", so];
    let (code, stdout, stderr) = run(folder.path(), &args);
    assert_eq!(code, 1);
    assert!(stdout.contains(so), "{stdout}");
    assert!(
        stderr.starts_with("vanthu: a.txt: tệp dùng bảng mã cũ, 1 chỗ"),
        "{stderr}"
    );
    assert_eq!(fs::read(&file).unwrap(), unnumbered);
    // Each of its words may be another.
    assert!(!stdout.contains("wording-sample"), "{stdout}");

    // Letters without marks are the same in all encodings.
    let text = |symbol: &str| [TCVN3, b"Theo Ngh\xDE quy\xD5t s\xE8 ", symbol.as_bytes()].concat();
    let (_, fixed) = fixed_as("a.txt", &text("128/NQ- CP"), Applicability::Safe).unwrap();
    assert_eq!(fixed.bytes, text("128/NQ-CP"));
}

#[test]
fn a_diff_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt");
    fs::write(&file, "Về đi đua\n").unwrap();
    let (code, stdout, stderr) = run(folder.path(), &["--diff"]);
    assert_eq!(code, 1);
    assert_eq!(
        stdout,
        "--- a.txt\n+++ a.txt\n@@ -1 +1 @@\n-Về đi đua\n+Về thi đua\n"
    );
    assert_eq!(stderr, "vanthu: --fix sẽ sửa 1 chỗ\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), "Về đi đua\n");
}

/// Many files with faults, and what they are without.
fn many(folder: &Path) -> BTreeMap<PathBuf, (String, String)> {
    let mut files = BTreeMap::new();
    for index in 0..60 {
        let text = format!(
            "{index}\n{}",
            "Về đi đua của thành phối\n".repeat(50 + index)
        );
        let right = text
            .replace("đi đua", "thi đua")
            .replace("thành phối", "thành phố");
        let path = folder.join(format!("{index}.txt"));
        fs::write(&path, &text).unwrap();
        files.insert(path, (text, right));
    }
    files
}

#[test]
fn no_file_is_lost_or_half_written_when_the_program_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let files = many(folder.path());
    let done = |(path, (old, new)): (&PathBuf, &(String, String))| {
        let now = fs::read_to_string(path).unwrap();
        assert!(&now == old || &now == new, "{} is broken", path.display());
        &now == new
    };
    let mut killed = 0;
    loop {
        let before = files.iter().filter(|file| done(*file)).count();
        let mut child = vanthu(folder.path()).args(["--fix", "-q"]).spawn().unwrap();
        // As soon as a file more is done, it is in the middle of the next.
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            if files.iter().filter(|file| done(*file)).count() > before + 3 {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
        };
        match status {
            Some(status) => {
                assert_eq!(status.code(), Some(0));
                break;
            }
            None => killed += 1,
        }
    }
    assert!(killed > 0, "it was never killed");
    assert!(files.iter().all(done));
}

#[test]
fn files_are_fixed_alike_whatever_the_number_of_threads() {
    let (one, all) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = many(one.path());
    many(all.path());
    let (code, together, _) = run(all.path(), &["--fix"]);
    assert_eq!(code, 0);
    let fixed = files.len() * 2 * 50 + (0..files.len()).sum::<usize>() * 2;
    assert!(
        together.contains(&format!("Đã sửa {fixed} chỗ (còn 0)")),
        "{together}"
    );
    for (path, (_, right)) in &files {
        let name = path.file_name().unwrap();
        // One file is fixed by one thread.
        run(one.path(), &["--fix", "-q", &name.to_string_lossy()]);
        assert_eq!(&fs::read_to_string(path).unwrap(), right);
        assert_eq!(&fs::read_to_string(all.path().join(name)).unwrap(), right);
    }
}

/// Who fixes a file of another does not take it from them.
#[cfg(unix)]
#[test]
fn the_owner_of_a_fixed_file_stays() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt");
    let wrong = "Xã đã sử lý xong mười hồ sơ của dân.\n";
    fs::write(&file, wrong).unwrap();
    // Only the administrator can give a file away; for all others the owner is their own.
    let _ = chown(&file, Some(12_345), Some(12_346));
    let before = fs::metadata(&file).unwrap();
    Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(["check", "--no-config", "--fix"])
        .arg(&file)
        .output()
        .unwrap();
    assert_ne!(fs::read_to_string(&file).unwrap(), wrong);
    let after = fs::metadata(&file).unwrap();
    assert_eq!(after.uid(), before.uid());
    assert_eq!(after.gid(), before.gid());
}

/// What a run that was killed left beside a file is no document, and goes with the next write;
/// what another run is still writing stays.
#[test]
fn leftovers_of_killed_runs_are_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let wrong = "Thôn đã sử lý hồ sơ của dân.\n";
    fs::write(at("a.txt"), wrong).unwrap();
    fs::write(at("b.md"), wrong).unwrap();
    let dead = [".a.txt.999999-0.vanthu", ".da xoa.docx.1-12.vanthu"];
    let others = [
        ".a.txt.vanthu",
        ".a.txt.1-.vanthu",
        "a.txt.1-2.vanthu",
        ".1-2.vanthu",
    ];
    let alive = ".b.md.7-0.vanthu";
    for name in dead.iter().chain(&others).chain([&alive]) {
        fs::write(at(name), wrong).unwrap();
    }
    let held = fs::OpenOptions::new().write(true).open(at(alive)).unwrap();
    held.lock().unwrap();
    let run = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .current_dir(folder.path())
            .env_clear()
            .args([
                "check",
                "--no-config",
                "--select",
                "wording",
                "--format",
                "compact",
            ])
            .args(args)
            .output()
            .unwrap()
    };
    let told = String::from_utf8(run(&["."]).stdout).unwrap();
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(
        dead.iter().all(|name| at(name).exists()),
        "nothing was written"
    );
    assert!(run(&["--fix", "."]).status.success());
    assert_eq!(
        fs::read_to_string(at("a.txt")).unwrap(),
        wrong.replace("sử", "xử")
    );
    assert!(!dead.iter().any(|name| at(name).exists()));
    assert!(others.iter().chain([&alive]).all(|name| at(name).exists()));
    drop(held);
    fs::write(at("a.txt"), wrong).unwrap();
    assert!(run(&["--fix", "."]).status.success());
    assert!(!at(alive).exists());
}
