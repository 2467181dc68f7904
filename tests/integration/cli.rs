//! The program as users run it: `fixtures/cli/cases.yaml`, and what needs files made on the spot.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde::Deserialize;

const SAMPLE: [&str; 4] = [
    "--rules",
    "rules",
    "--select",
    "wording-sample,citation-sample",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    args: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    stdin: String,
    exit: i32,
    /// The beginning of standard error (up to `…`) where the rest depends on the rules that ship.
    stderr: Option<String>,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cli")
}

/// The program in an environment that says nothing of colours, width and language.
fn vanthu(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vanthu"));
    command
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn sample(folder: &Path) -> Command {
    let mut command = vanthu(folder);
    command
        .arg("check")
        .arg("--rules")
        .arg(fixtures().join("rules"))
        .args(["--select", "wording-sample,citation-sample"]);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

fn exit(output: &Output) -> i32 {
    output.status.code().expect("the program ended by itself")
}

fn run_case(case: &Case) -> Output {
    let mut command = vanthu(&fixtures());
    for arg in &case.args {
        match arg.as_str() {
            "$SAMPLE" => command.args(SAMPLE),
            arg => command.arg(arg),
        };
    }
    let mut child = command
        .envs(&case.env)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(case.stdin.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

#[test]
fn cases() {
    let yaml = fs::read_to_string(fixtures().join("cases.yaml")).unwrap();
    let cases: Vec<Case> = serde_yaml::from_str(&yaml).unwrap();
    let mut transcript = String::new();
    for case in &cases {
        let output = run_case(case);
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(exit(&output), case.exit, "{}: {stderr}", case.name);
        let mut section = |title: &str, text: &str| {
            if !text.is_empty() {
                let _ = writeln!(transcript, "[{title}]\n{}", text.replace('\u{1b}', "␛"));
            }
        };
        section(
            "case",
            &format!("{}\n$ vanthu {}", case.name, case.args.join(" ")),
        );
        section("stdout", &stdout);
        match &case.stderr {
            Some(expected) => {
                let begin = expected.trim_end_matches('…');
                assert!(stderr.starts_with(begin), "{}: {stderr}", case.name);
            }
            None => section("stderr", &stderr),
        }
    }
    insta::with_settings!({snapshot_path => "../../fixtures/cli", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("cases", transcript);
    });
}

#[test]
fn files_that_cannot_be_read_are_named_and_the_rest_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a-good.txt"), "Về đi đua\n").unwrap();
    let big = fs::File::create(at("d-big.txt")).unwrap();
    big.set_len(200 << 20).unwrap();
    fs::create_dir(at("e-folder.txt")).unwrap();
    fs::write(at("e-folder.txt/inner.txt"), "Về thành phối\n").unwrap();
    let output = sample(folder.path())
        .args(["--format", "compact", ".", "gone.txt"])
        .output()
        .unwrap();
    assert_eq!(exit(&output), 2);
    assert_eq!(
        text(&output.stdout),
        "a-good.txt:1:4: warning[wording-sample] «đi đua» viết sai\n\
         e-folder.txt/inner.txt:1:4: warning[wording-sample] «thành phối» viết sai\n"
    );
    let stderr = text(&output.stderr);
    for name in ["d-big.txt", "gone.txt"] {
        let lines = stderr
            .lines()
            .filter(|line| line.starts_with(&format!("vanthu: {name}: ")));
        assert_eq!(lines.count(), 1, "{name} is named once in: {stderr}");
    }
}

/// `#` begins a line of standard error.
const SKIPPED: &[(&[&str], i32, &str)] = &[
    (
        &["--format", "compact", "."],
        0,
        "\
a.txt:1:4: warning[wording-sample] «đi đua» viết sai
# vanthu: bỏ qua b.wps: chưa đọc được tệp WPS Writer (.wps); hãy lưu văn bản dưới dạng .docx hoặc văn bản thuần (.txt)
# vanthu: bỏ qua chi/c.WPS: chưa đọc được tệp WPS Writer (.wps); hãy lưu văn bản dưới dạng .docx hoặc văn bản thuần (.txt)
# vanthu: bỏ qua rỗng.txt: tệp rỗng
# vanthu: bỏ qua đĩa.txt: không phải văn bản (tệp nhị phân)
",
    ),
    (&["--quiet", "rỗng.txt"], 2, "# vanthu: rỗng.txt: tệp rỗng\n"),
    (
        &["--format", "jsonl", "--lang", "en", "chi"],
        2,
        "\
# vanthu: skipped chi/c.WPS: WPS Writer (.wps) files are not supported; save the document as .docx or plain text
# vanthu: no file to check (--allow-empty accepts that)
",
    ),
    (&["--quiet", "--allow-empty", "chi"], 0, ""),
    (
        &["--allow-empty", "chi"],
        0,
        "\
1 tệp bỏ qua
# vanthu: bỏ qua chi/c.WPS: chưa đọc được tệp WPS Writer (.wps); hãy lưu văn bản dưới dạng .docx hoặc văn bản thuần (.txt)
",
    ),
];

#[test]
fn documents_in_a_folder_that_cannot_be_read_are_skipped_aloud() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("chi")).unwrap();
    fs::write(at("a.txt"), "Về đi đua\n").unwrap();
    fs::write(at("b.wps"), "WPS").unwrap();
    // Word keeps this beside a document that is open.
    fs::write(at("~$b.docx"), "Mẫu").unwrap();
    fs::write(at("chi/c.WPS"), "WPS").unwrap();
    fs::write(at("chi/d.png"), "").unwrap();
    fs::write(at("rỗng.txt"), " \n").unwrap();
    fs::write(at("đĩa.txt"), b"a\0b\x01c\x02d\x03").unwrap();
    for (args, code, expected) in SKIPPED {
        let output = sample(folder.path()).args(*args).output().unwrap();
        let mut shown = text(&output.stdout);
        for line in text(&output.stderr).lines() {
            let _ = writeln!(shown, "# {line}");
        }
        assert_eq!(
            (shown.as_str(), exit(&output)),
            (*expected, *code),
            "{args:?}"
        );
    }
    let output = sample(folder.path())
        .args(["--format", "json"])
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let status: Vec<_> = json["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| &f["status"])
        .collect();
    assert_eq!(status[0], "checked");
    assert!(status[1..].iter().all(|status| *status == "skipped"));
    assert_eq!(status.len(), 5);
    assert!(json["files"][1]["error"].as_str().unwrap().contains("WPS"));
}

/// Puts a program of this name into a folder, and gives what the environment needs to find it.
#[cfg(unix)]
fn fake_program(folder: &Path, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The first bytes of an old Word file and the name of its stream.
#[cfg(unix)]
const OLD_WORD: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1..W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0";

/// Writes what is asked for; the arguments it got go to `$0.args`.
#[cfg(unix)]
const CONVERTS: &str = r#"
printf '%s\n' "$@" >"$0.args"
while [ $# -gt 1 ]; do
  case $1 in --outdir) out=$2; shift ;; esac
  shift
done
[ -s "$1" ] || exit 9
mkdir -p "$out"
printf 'Về đi đua\n' >"$out/in.docx"
"#;

#[cfg(unix)]
#[test]
fn old_word_files_are_read_through_an_office_whatever_their_name() {
    let folder = tempfile::tempdir().unwrap();
    let bin = tempfile::tempdir().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    fake_program(bin.path(), "soffice", CONVERTS);
    fs::write(folder.path().join("a.doc"), OLD_WORD).unwrap();
    fs::write(folder.path().join("b.txt"), "{\\rtf1 x}").unwrap();
    let run = |args: &[&str]| {
        let mut command = sample(folder.path());
        command.args(["--format", "json"]).args(args);
        command
            .env("PATH", bin.path())
            .env("TMPDIR", scratch.path());
        command.output().unwrap()
    };
    let output = run(&["."]);
    assert_eq!(exit(&output), 0, "{output:?}");
    assert_eq!(
        text(&output.stderr),
        "vanthu: a.doc: tệp .doc, được đọc qua LibreOffice (chuyển sang .docx)\n\
         vanthu: b.txt: tệp .rtf, được đọc qua LibreOffice (chuyển sang .docx)\n"
    );
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for (index, format) in [(0, "doc"), (1, "rtf")] {
        let file = &json["files"][index];
        assert_eq!(
            (&file["status"], &file["format"]),
            (&"checked".into(), &format.into())
        );
        assert_eq!(file["diagnostics"][0]["excerpt"], "đi đua");
    }
    let args = fs::read_to_string(bin.path().join("soffice.args")).unwrap();
    assert!(args.contains("-env:UserInstallation=file:///"), "{args}");
    assert_eq!(text(&run(&["--quiet", "a.doc"]).stderr), "");
    let left = fs::read_dir(scratch.path()).unwrap().count();
    assert_eq!(left, 0, "nothing is left behind");

    let mut outline = vanthu(folder.path());
    outline.args(["outline", "--text", "a.doc"]);
    let output = outline.env("PATH", bin.path()).output().unwrap();
    assert_eq!(text(&output.stdout), "Về đi đua\n");
    assert!(
        text(&output.stderr).starts_with("vanthu: a.doc: "),
        "{output:?}"
    );
}

/// An office that is at work when the program is ended ends too, and leaves no copy of the document; it
/// may not take all memory, and is led to no network.
#[cfg(target_os = "linux")]
#[test]
fn an_office_is_kept_within_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let bin = tempfile::tempdir().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let works = r#"
ulimit -v >"$0.limit"
cp profile/user/registrymodifications.xcu "$0.settings"
echo $$ >"$0.pid.new" && mv "$0.pid.new" "$0.pid"
exec sleep 600
"#;
    fake_program(bin.path(), "soffice", works);
    fs::write(folder.path().join("a.doc"), OLD_WORD).unwrap();
    let mut child = sample(folder.path())
        .arg("a.doc")
        .env("PATH", bin.path())
        .env("TMPDIR", scratch.path())
        .spawn()
        .unwrap();
    let told = |name: &str| fs::read_to_string(bin.path().join(name));
    let pause = || std::thread::sleep(std::time::Duration::from_millis(50));
    let pid = loop {
        match told("soffice.pid") {
            Ok(pid) => break pid,
            Err(_) => pause(),
        }
    };
    child.kill().unwrap();
    child.wait().unwrap();
    assert_ne!(told("soffice.limit").unwrap().trim(), "unlimited");
    assert!(
        told("soffice.settings")
            .unwrap()
            .contains("ooInetProxyType")
    );
    let process = Path::new("/proc").join(pid.trim());
    while process.exists() || fs::read_dir(scratch.path()).unwrap().count() > 0 {
        pause();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn old_word_files_that_no_office_converts_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let bin = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.doc"), OLD_WORD).unwrap();
    fs::write(folder.path().join("b.txt"), "Về đi đua\n").unwrap();
    let run = |args: &[&str]| {
        let mut command = sample(folder.path());
        command
            .args(["--format", "compact", "--lang", "en"])
            .args(args);
        command.env("PATH", bin.path()).output().unwrap()
    };
    let advice = "; open it in Word and use Save As to save it as .docx\n";
    let missing = "reading .doc files takes LibreOffice, which was not found (soffice)";
    let output = run(&["a.doc", "b.txt"]);
    assert_eq!(exit(&output), 2);
    assert_eq!(
        text(&output.stderr),
        format!("vanthu: a.doc: {missing}{advice}")
    );
    assert!(
        text(&output.stdout).contains("b.txt:1:"),
        "the others are checked"
    );
    // Nobody asked for it by name.
    let output = run(&["."]);
    assert_eq!(exit(&output), 0);
    assert_eq!(
        text(&output.stderr),
        format!("vanthu: skipped a.doc: {missing}{advice}")
    );

    fake_program(bin.path(), "soffice", "exit 0");
    let output = run(&["."]);
    assert_eq!(exit(&output), 2);
    assert_eq!(
        text(&output.stderr),
        format!("vanthu: a.doc: LibreOffice could not open the .doc file{advice}")
    );

    // A table of figures is no text, and no office is asked.
    fs::write(folder.path().join("a.doc"), &OLD_WORD[..8]).unwrap();
    fake_program(bin.path(), "soffice", "touch \"$0.called\"");
    assert_eq!(exit(&run(&["a.doc"])), 2);
    assert!(!bin.path().join("soffice.called").exists());
}

#[test]
fn a_scan_is_skipped_in_a_folder_and_fails_where_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let scan = include_bytes!("../../fixtures/pdf/anh-quet.pdf");
    fs::write(folder.path().join("quet.pdf"), scan).unwrap();
    fs::write(folder.path().join("a.txt"), "Về đi đua\n").unwrap();
    for (args, code, status) in [(&["."][..], 0, "skipped"), (&["quet.pdf"][..], 2, "failed")] {
        let output = sample(folder.path())
            .args(args)
            .args(["--format", "json"])
            .output()
            .unwrap();
        assert_eq!(exit(&output), code, "{args:?}");
        assert_eq!(text(&output.stderr).lines().count(), 1, "{args:?}");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let files = json["files"].as_array().unwrap();
        assert_eq!(files.last().unwrap()["status"], status, "{args:?}");
    }
}

#[test]
fn a_folder_without_files_is_a_failure_unless_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let output = sample(folder.path()).output().unwrap();
    assert_eq!((exit(&output), output.stderr.is_empty()), (2, false));
    let output = sample(folder.path()).arg("--allow-empty").output().unwrap();
    assert_eq!((exit(&output), text(&output.stderr)), (0, String::new()));
}

/// A new rule file is right as it stands, and never takes the place of one that is there.
#[test]
fn a_new_rule_file_works_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let new = || {
        let mut command = vanthu(folder.path());
        command.args(["rules", "new", "wording-sample", "quy-tac"]);
        command.output().unwrap()
    };
    assert_eq!(exit(&new()), 0);
    let mut test = vanthu(folder.path());
    let output = test.args(["rules", "test", "quy-tac"]).output().unwrap();
    assert_eq!(
        (exit(&output), text(&output.stdout)),
        (0, "1 quy tắc, 2 ví dụ, 0 sai\n".to_owned())
    );
    let path = folder.path().join("quy-tac/wording/wording-sample.yaml");
    fs::write(&path, "id: của tôi\n").unwrap();
    assert_eq!(exit(&new()), 2);
    assert_eq!(fs::read_to_string(&path).unwrap(), "id: của tôi\n");
}

/// `profile from` with these arguments: the exit code and the beginning of what it says.
const PROFILES: &[(&[&str], i32, &str)] = &[
    (&["--output", "mau.yaml"], 0, ""),
    (
        &["--output", "mau.yaml"],
        2,
        "vanthu: mau.yaml: đã có tệp này",
    ),
    (
        &["--output", "bao-cao.txt"],
        2,
        "vanthu: --output: tệp `bao-cao.txt` phải mang tên",
    ),
    (
        &["--name", "khac", "--output", "mau-2.yaml"],
        2,
        "vanthu: --output: tệp `mau-2.yaml` phải mang tên",
    ),
    (&["--name", "khac", "--output", "moi/khac.yaml"], 0, ""),
    (
        &["--name", "../x"],
        2,
        "vanthu: tên mẫu đề cương `../x` phải là",
    ),
    (&["--name", ""], 2, "vanthu: tên mẫu đề cương `` phải là"),
    (
        &["--name", "A b"],
        2,
        "vanthu: tên mẫu đề cương `A b` phải là",
    ),
    (
        &["--output", "Mẫu.yaml"],
        2,
        "vanthu: tên mẫu đề cương `Mẫu` phải là",
    ),
    (
        &["--depth", "7"],
        2,
        "vanthu: giá trị `7` không dùng được cho --depth <SỐ> (từ 1 đến 6)",
    ),
];

#[test]
fn a_profile_overwrites_nothing_and_can_be_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let report = "BÁO CÁO\nKết quả\nI. TÌNH HÌNH\nTốt.\nII. KẾT QUẢ\nTốt.\n";
    fs::write(at("bao-cao.txt"), report).unwrap();
    for (args, code, says) in PROFILES {
        let mut command = vanthu(folder.path());
        let output = command.args(["profile", "from", "bao-cao.txt"]).args(*args);
        let output = output.output().unwrap();
        let stderr = text(&output.stderr);
        assert_eq!(exit(&output), *code, "{args:?}: {stderr}");
        assert!(stderr.starts_with(says), "{args:?}: {stderr}");
    }
    assert_eq!(fs::read_to_string(at("bao-cao.txt")).unwrap(), report);
    assert!(
        fs::read_to_string(at("moi/khac.yaml"))
            .unwrap()
            .starts_with("name: khac\n")
    );
}

/// A numbered task is a sentence, and no other report will have it.
#[test]
fn a_profile_asks_for_headings_and_not_for_tasks() {
    let folder = tempfile::tempdir().unwrap();
    let report = "\
BÁO CÁO
Kết quả quý I
I. KẾT QUẢ.
1. Công tác thủy lợi.
Đã nạo vét hai tuyến mương.
2. Chăm sóc cây xanh
Đã trồng 300 cây.
II. NHIỆM VỤ
1. Chỉ đạo các thôn nạo vét mương trước mùa mưa.
2. Kiểm tra việc chăm sóc cây;
III. KIẾN NGHỊ
Không có.
";
    fs::write(folder.path().join("bao-cao.txt"), report).unwrap();
    let mut command = vanthu(folder.path());
    let output = command.args(["profile", "from", "bao-cao.txt"]).output();
    let yaml = text(&output.unwrap().stdout);
    let titles: Vec<_> = yaml
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("- title: "))
        .collect();
    assert_eq!(
        titles,
        [
            "\"KẾT QUẢ.\"",
            "\"Công tác thủy lợi.\"",
            "\"Chăm sóc cây xanh\"",
            "\"NHIỆM VỤ\"",
            "\"KIẾN NGHỊ\"",
        ]
    );
}

/// `outline`, `explain` and `rules` see what `check` sees; `outline --check` fails where a section
/// is missing that has to be there.
#[test]
fn the_commands_that_tell_read_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("quy-tac/profiles")).unwrap();
    let config = "lang: en\nrules: [quy-tac]\nprofile: mau\nseverity: {wording-telex: info}\n\
                  ignore: [wording-slip]\n";
    fs::write(at("vanthu.yaml"), config).unwrap();
    let profile = "name: mau\nsummary: {vi: Mẫu, en: Model}\nkind: [bao-cao]\nsections:\n  \
                   - title: Kết quả\n  - title: Kiến nghị\n    required: false\n    \
                   sections:\n      - title: Về vốn\n";
    fs::write(at("quy-tac/profiles/mau.yaml"), profile).unwrap();
    fs::write(at("khac.yaml"), profile.replace("mau", "khac")).unwrap();
    fs::write(
        at("sai.yaml"),
        profile.replace("mau", "sai").replace("title", "tilte"),
    )
    .unwrap();
    let kept = "BÁO CÁO\nQuý I\nI. KẾT QUẢ\nTốt.\nII. NHIỆM VỤ\nLàm.\n";
    fs::write(at("du.txt"), kept).unwrap();
    let short = "BÁO CÁO\nQuý I\nI. TÌNH HÌNH\nTốt.\n1. Đê\n2. Kè\nII. NHIỆM VỤ\nLàm.\n";
    fs::write(at("thieu.txt"), short).unwrap();
    let run = |args: &[&str]| vanthu(folder.path()).args(args).output().unwrap();

    let cases: &[(&[&str], i32, &str)] = &[
        (&["outline", "du.txt", "--check"], 0, "– Về vốn"),
        (&["outline", "du.txt", "--check", "mau"], 0, "✓ Kết quả"),
        (
            &["outline", "thieu.txt", "--check"],
            1,
            "✗ Kết quả  ← missing",
        ),
        (
            &["outline", "--no-config", "thieu.txt", "--check", "mau"],
            2,
            "",
        ),
        (&["outline", "--no-config", "thieu.txt", "--check"], 2, ""),
        // A profile need not lie where rules are looked for.
        (
            &["outline", "--no-config", "du.txt", "--check", "khac.yaml"],
            0,
            "✓ Kết quả",
        ),
        (
            &[
                "outline",
                "--no-config",
                "--check",
                "./quy-tac/profiles/mau.yaml",
                "thieu.txt",
            ],
            1,
            "✗ Kết quả",
        ),
        (&["outline", "du.txt", "--check", "khong-co.yaml"], 2, ""),
        (&["outline", "du.txt", "--check", "sai.yaml"], 2, ""),
        (&["outline", "thieu.txt"], 0, "Sections"),
        (&["explain", "wording-telex"], 0, "wording-telex · info"),
        (
            &["explain", "--no-config", "wording-telex"],
            0,
            "wording-telex · cảnh báo",
        ),
        (&["rules"], 0, " (off)"),
    ];
    for (args, code, says) in cases {
        let output = run(args);
        let stdout = text(&output.stdout);
        assert_eq!(exit(&output), *code, "{args:?}: {stdout}");
        assert!(stdout.contains(says), "{args:?}: {stdout}");
    }

    let list = text(&run(&["rules", "--format", "json"]).stdout);
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let rule = |id: &str| {
        let mut rules = list["rules"].as_array().unwrap().iter();
        rules.find(|rule| rule["id"] == id).unwrap().clone()
    };
    assert_eq!(rule("wording-telex")["severity"], "info");
    assert_eq!(rule("wording-telex")["enabled"], true);
    assert_eq!(rule("wording-slip")["enabled"], false);
    fs::write(at("vanthu.yaml"), "severity: {wording-telexx: info}\n").unwrap();
    assert_eq!(exit(&run(&["rules"])), 2);
    assert_eq!(exit(&run(&["explain", "wording-telex"])), 2);
}

#[test]
fn gitignore_is_obeyed_in_folders() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".gitignore"), "nhap-*.txt\n").unwrap();
    fs::write(folder.path().join("nhap-1.txt"), "Về đi đua\n").unwrap();
    fs::write(folder.path().join("that.txt"), "Về đi đua\n").unwrap();
    let output = sample(folder.path())
        .args(["--format", "compact"])
        .output()
        .unwrap();
    assert!(text(&output.stdout).starts_with("that.txt:1:4"));
    assert_eq!(text(&output.stdout).lines().count(), 1);
}

#[cfg(unix)]
#[test]
fn links_and_pipes_do_not_hang_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink(folder.path(), at("up")).unwrap();
    std::os::unix::fs::symlink(at("loop"), at("loop")).unwrap();
    std::os::unix::fs::symlink(at("gone"), at("hong.txt")).unwrap();
    fs::write(at("a.txt"), "Về đi đua\n").unwrap();
    let pipe = at("pipe.txt");
    assert!(
        Command::new("mkfifo")
            .args([&pipe, &at("ong.txt")])
            .status()
            .unwrap()
            .success()
    );
    let output = sample(folder.path())
        .args(["--format", "compact", ".", "loop", "pipe.txt"])
        .output()
        .unwrap();
    assert_eq!(exit(&output), 2);
    assert_eq!(text(&output.stdout).lines().count(), 1);
    let stderr = text(&output.stderr);
    assert!(
        stderr.contains("vanthu: loop: liên kết vòng tròn"),
        "{stderr}"
    );
    assert!(
        stderr.contains("vanthu: bỏ qua ong.txt: không phải tệp thường"),
        "{stderr}"
    );
    assert!(
        stderr.contains("vanthu: bỏ qua hong.txt: liên kết hỏng"),
        "{stderr}"
    );
    assert!(
        stderr.contains("vanthu: pipe.txt: không phải tệp thường"),
        "{stderr}"
    );
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("long.txt");
    fs::write(name, "Về đi đua\n".repeat(20_000)).unwrap();
    let mut child = sample(folder.path())
        .args(["--format", "compact", "--fail-on", "warning"])
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    // What was found counts, read or not.
    assert_eq!((exit(&output), text(&output.stderr)), (1, String::new()));
}

#[test]
fn output_is_the_same_whatever_the_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let mut names: Vec<_> = (0..80).map(|index| format!("{index}.txt")).collect();
    names.sort();
    for (index, name) in names.iter().enumerate() {
        // Some have so many findings that they are rendered only when it is their turn.
        let count = if index % 20 == 3 { 1500 } else { index % 7 };
        let text = "Theo Quyết định 5/QĐ-UBND về đi đua\n".repeat(count);
        fs::write(folder.path().join(name), text + "thành phối\n").unwrap();
    }
    let run = |format: &str, paths: &[String]| {
        let mut command = sample(folder.path());
        command.args(["--format", format]).args(paths);
        command.output().unwrap().stdout
    };
    for row in vanthu::emit::FORMATS {
        let all = run(row.name, &[]);
        assert!(!all.is_empty());
        assert!(all == run(row.name, &[]), "{} differs", row.name);
    }
    for format in ["compact", "jsonl"] {
        // One file is checked by one thread.
        let each = names
            .iter()
            .map(|name| run(format, std::slice::from_ref(name)));
        let each: Vec<_> = each.collect();
        assert!(each.concat() == run(format, &[]), "{format} differs");
    }
}

#[test]
fn outputs_are_written_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "Về đi đua\n").unwrap();
    let run = |outputs: &[&str]| {
        let mut command = sample(folder.path());
        for output in outputs {
            command.args(["--output", output]);
        }
        let output = command.args(["--format", "compact"]).output().unwrap();
        assert_eq!(exit(&output), 0, "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let line = "a.txt:1:4: warning[wording-sample] «đi đua» viết sai\n";
    let written = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(run(&["json=kq.json", "jsonl=kq.jsonl"]), line);
    assert!(written("kq.json").starts_with("{\n  \"schema_version\": 1,"));
    assert!(written("kq.jsonl").starts_with("{\"path\":\"a.txt\","));
    assert_eq!(run(&["kq"]), "");
    assert_eq!(written("kq"), line);
    // A dash is standard output.
    let json = run(&["json=-", "compact=kq.txt"]);
    assert_eq!((json, written("kq.txt")), (written("kq.json"), line.into()));
    assert!(!folder.path().join("-").exists());
}

#[test]
fn the_extension_of_an_output_tells_its_format() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "Về đi đua\n").unwrap();
    let run = |args: &[&str]| {
        let output = sample(folder.path()).args(args).output().unwrap();
        assert_eq!(text(&output.stdout), "");
        let name = args[1].rsplit('=').next().unwrap();
        fs::read_to_string(folder.path().join(name)).unwrap()
    };
    for (name, begins) in [
        ("kq.sarif", "{\n\"$schema\""),
        ("kq.json", "{\n  \"schema_version\""),
        ("kq.html", "<!DOCTYPE html>"),
        ("kq.md", "# vanthu\n"),
        ("kq.dat", "  ⚠ "),
    ] {
        let written = run(&["--output", name]);
        assert!(written.starts_with(begins), "{name}: {written}");
    }
    let asked = run(&["--output", "kq.json", "--format", "compact"]);
    assert!(asked.starts_with("a.txt:1:4: "), "{asked}");
}

#[test]
fn a_summary_begins_with_the_totals() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "Về đi đua\n").unwrap();
    let output = sample(folder.path())
        .args(["--format", "markdown"])
        .output()
        .unwrap();
    let lines: Vec<_> = text(&output.stdout).lines().map(str::to_owned).collect();
    assert_eq!(lines[0], "# vanthu");
    assert!(lines[2].starts_with("**⚠ 1 "), "{lines:?}");
    assert_eq!(lines[4], "## a.txt");
}

/// The paths that formats of CI systems name, in the order of the formats; only files of one finding.
fn paths_for_ci(stdout: &[Vec<u8>; 5]) -> [String; 5] {
    let [github, gitlab, sarif, junit, checkstyle] = stdout.each_ref().map(|bytes| text(bytes));
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let between = |text: &str, before: &str, after: &str| {
        let (_, rest) = text.split_once(before).unwrap();
        rest.split_once(after).unwrap().0.to_owned()
    };
    let artifact = "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri";
    let word = |value: Option<&serde_json::Value>| value.unwrap().as_str().unwrap().to_owned();
    [
        between(&github, "::warning file=", ","),
        word(json(&gitlab).pointer("/0/location/path")),
        word(json(&sarif).pointer(artifact)),
        between(&junit, "<testsuite name=\"", "\""),
        between(&checkstyle, "<file name=\"", "\""),
    ]
}

#[test]
fn ci_systems_get_paths_of_the_repository_however_a_file_is_named() {
    let tree = tempfile::tempdir().unwrap();
    let root = tree.path();
    fs::create_dir(root.join(".git")).unwrap();
    fs::create_dir_all(root.join("x/y")).unwrap();
    for name in ["a.txt", "x/a.txt"] {
        fs::write(root.join(name), "Về đi đua\n").unwrap();
    }
    let absolute = root.join("x/a.txt").to_string_lossy().into_owned();
    let outside = tempfile::tempdir().unwrap();
    let outside = outside.path().join("a.txt");
    fs::write(&outside, "Về đi đua\n").unwrap();
    let outside = outside.to_string_lossy();
    // Where it runs, the name, the path from there, the path in the repository. The same name in
    // another folder finds what the cache has of it.
    let cases = [
        ("", "./x//a.txt", "x/a.txt", "x/a.txt"),
        ("", absolute.as_str(), "x/a.txt", "x/a.txt"),
        ("x", &absolute, "a.txt", "x/a.txt"),
        ("x/y", &absolute, "../a.txt", "x/a.txt"),
        ("x", "a.txt", "a.txt", "x/a.txt"),
        ("", "a.txt", "a.txt", "a.txt"),
        ("x", "y/../../a.txt", "../a.txt", "a.txt"),
        ("", "x/../x/y/../a.txt", "x/a.txt", "x/a.txt"),
        ("x", &outside, &outside, &outside),
    ];
    for run in ["cold", "kept"] {
        for (folder, name, in_folder, in_repository) in cases {
            if cfg!(windows) && name == outside {
                continue;
            }
            let output = |format| {
                let output = sample(&root.join(folder))
                    .args(["--format", format, "--no-config", "--cache-dir"])
                    .arg(root.join("cache"))
                    .arg(name)
                    .output()
                    .unwrap();
                assert_eq!(exit(&output), 0, "{output:?}");
                output.stdout
            };
            let formats = ["github", "gitlab", "sarif", "junit", "checkstyle"];
            let uri = match in_repository.starts_with('/') {
                true => format!("file://{in_repository}"),
                false => in_repository.to_owned(),
            };
            let expected = [in_repository, in_repository, &uri, in_folder, in_folder];
            let found = paths_for_ci(&formats.map(output));
            assert_eq!(found, expected, "{run}: {name} in {folder:?}");
            // What people read has the name that they gave.
            let json: serde_json::Value = serde_json::from_slice(&output("json")).unwrap();
            assert_eq!(json["files"][0]["path"], *name, "{run}");
        }
    }
    assert!(root.join("cache").exists());
}

#[cfg(unix)]
#[test]
fn a_link_in_a_folder_is_skipped_and_one_that_is_named_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("x")).unwrap();
    fs::create_dir(at("y")).unwrap();
    fs::write(at("y/a.txt"), "Về đi đua\n").unwrap();
    std::os::unix::fs::symlink(at("y/a.txt"), at("x/b.txt")).unwrap();
    std::os::unix::fs::symlink(at("y"), at("x/c.txt")).unwrap();
    let line = |name: &str| format!("{name}:1:4: warning[wording-sample] «đi đua» viết sai\n");
    let skipped = "vanthu: bỏ qua x/b.txt: là liên kết (chỉ đọc khi được nêu tên)\n";
    for (paths, expected, said) in [
        (&["x", "y"][..], line("y/a.txt"), skipped),
        (&["x/b.txt"], line("x/b.txt"), ""),
        (&["x", "x/b.txt"], line("x/b.txt"), ""),
    ] {
        let mut command = sample(folder.path());
        let output = command.args(["--format", "compact"]).args(paths).output();
        let output = output.unwrap();
        assert_eq!(text(&output.stdout), expected, "{paths:?}");
        assert_eq!(text(&output.stderr), said, "{paths:?}");
    }
}

#[test]
fn no_document_found_in_a_folder_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.txt", "b.docx"] {
        let file = folder.path().join(name);
        fs::write(&file, "Về đi đua\n").unwrap();
        let mut command = sample(folder.path());
        let output = command.args([".", "--output", name]).output().unwrap();
        assert_eq!(exit(&output), 2, "{output:?}");
        assert!(text(&output.stderr).contains(name), "{output:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "Về đi đua\n");
    }
}

#[cfg(unix)]
#[test]
fn no_document_is_overwritten_by_another_of_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.txt"), "Về đi đua\n").unwrap();
    fs::hard_link(at("a.txt"), at("hard.txt")).unwrap();
    std::os::unix::fs::symlink(at("a.txt"), at("soft.txt")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    for output in [
        "a.txt",
        "json=a.txt",
        "folder/../a.txt",
        "hard.txt",
        "soft.txt",
    ] {
        let mut command = sample(folder.path());
        let output = command
            .args(["a.txt", "--output", output])
            .output()
            .unwrap();
        assert_eq!(exit(&output), 2, "{output:?}");
        assert_eq!(fs::read_to_string(at("a.txt")).unwrap(), "Về đi đua\n");
    }
}

#[test]
fn two_outputs_into_one_file_are_refused_however_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "Về đi đua\n").unwrap();
    for exists in [false, true] {
        let output = sample(folder.path())
            .args(["a.txt", "--output", "kq", "--output", "json=./kq"])
            .output()
            .unwrap();
        assert_eq!(exit(&output), 2, "{output:?}");
        assert_eq!(folder.path().join("kq").exists(), exists);
        fs::write(folder.path().join("kq"), "").unwrap();
    }
}

#[cfg(unix)]
#[test]
fn two_names_of_one_file_are_one_output() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.txt"), "Về đi đua\n").unwrap();
    fs::write(at("kq"), "cũ").unwrap();
    fs::hard_link(at("kq"), at("hard")).unwrap();
    std::os::unix::fs::symlink(at("kq"), at("soft")).unwrap();
    std::os::unix::fs::symlink("moi", at("dangling")).unwrap();
    for (one, other) in [("kq", "hard"), ("soft", "kq"), ("dangling", "moi")] {
        let mut command = sample(folder.path());
        command.args(["a.txt", "--output", one, "--output", other]);
        let output = command.output().unwrap();
        assert_eq!(exit(&output), 2, "{one} {other}: {output:?}");
        assert_eq!(fs::read_to_string(at("kq")).unwrap(), "cũ");
        let mut command = sample(folder.path());
        command.args(["a.txt", "--output", one, "--write-baseline", other]);
        assert_eq!(exit(&command.output().unwrap()), 2, "{one} {other}");
    }
    // A link stays one.
    let mut command = sample(folder.path());
    command.args(["a.txt", "--output", "dangling"]);
    assert_eq!(exit(&command.output().unwrap()), 0);
    assert!(fs::read_to_string(at("moi")).unwrap().contains("đi đua"));
    assert!(at("dangling").is_symlink());
}

/// What a run reads besides documents is not written over.
#[test]
fn no_file_in_use_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let rule = fs::read(fixtures().join("rules/wording/wording-sample.yaml")).unwrap();
    let files: [(&str, &[u8]); 6] = [
        ("du-an/a.txt", "Về đi đua\n".as_bytes()),
        (
            "du-an/vanthu.yaml",
            b"extends: ../chung.yaml\nrules: ../luat\nregister: so.yaml\nbaseline: cu.baseline\n",
        ),
        ("chung.yaml", b"lang: vi\n"),
        ("luat/wording/wording-sample.yaml", &rule),
        ("du-an/so.yaml", b"acts: []\n"),
        ("du-an/cu.baseline", b"# vanthu baseline 1\n"),
    ];
    for (name, bytes) in files {
        fs::create_dir_all(at(name).parent().unwrap()).unwrap();
        fs::write(at(name), bytes).unwrap();
    }
    let check = |args: &[&str]| {
        let mut command = vanthu(folder.path());
        command
            .args(["check", "du-an/a.txt", "--fail-on", "never"])
            .args(args)
            .output()
            .unwrap()
    };
    let output = check(&["--output", "kq.txt"]);
    assert_eq!(exit(&output), 0, "{}", text(&output.stderr));
    for (name, before) in files {
        let output = check(&["--output", &format!("json={name}")]);
        assert_eq!(exit(&output), 2, "{name}: {output:?}");
        assert!(text(&output.stderr).contains("ghi đè"), "{output:?}");
        assert_eq!(fs::read(at(name)).unwrap(), before, "{name}");
    }
    // Those of the command line too.
    let rule = "luat/wording/wording-sample.yaml";
    let asked: [&[&str]; 3] = [
        &["--no-config", "--rules", "luat", "--output", rule],
        &["--config", "chung.yaml", "--output", "chung.yaml"],
        &[
            "--no-config",
            "--baseline",
            "du-an/cu.baseline",
            "--output",
            "du-an/cu.baseline",
        ],
    ];
    for args in asked {
        let output = check(args);
        assert_eq!(exit(&output), 2, "{args:?}");
        assert!(text(&output.stderr).contains("ghi đè"), "{output:?}");
    }
    assert_eq!(
        check(&["--no-config", "--annotate", "chung.yaml"])
            .status
            .code(),
        Some(2)
    );
    assert_eq!(fs::read(at("chung.yaml")).unwrap(), b"lang: vi\n");
}

#[test]
fn an_output_that_cannot_be_written_leaves_the_others_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.txt"), "Về đi đua\n").unwrap();
    fs::write(at("kq.json"), "cũ").unwrap();
    let run = |other: &str| {
        let mut command = sample(folder.path());
        command.args(["a.txt", "--output", "kq.json", "--output", other]);
        command.output().unwrap()
    };
    for other in ["khong/co/kq.sarif", "."] {
        assert_eq!(exit(&run(other)), 2);
        assert_eq!(fs::read_to_string(at("kq.json")).unwrap(), "cũ");
    }
    assert_eq!(exit(&run("kq.sarif")), 0);
    assert!(fs::read_to_string(at("kq.json")).unwrap().starts_with('{'));
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["a.txt", "kq.json", "kq.sarif"]);
}

/// What an earlier run wrote into the folder is no document of the next.
#[test]
fn a_run_over_its_own_output_gives_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.txt"), "Về đi đua\n").unwrap();
    for (format, name) in [
        ("markdown", "out.md"),
        ("text", "kq.txt"),
        ("compact", "kq.txt"),
        ("jsonl", "kq.txt"),
        ("json", "kq.txt"),
        ("sarif", "kq.txt"),
        ("gitlab", "kq.txt"),
        ("junit", "kq.txt"),
        ("checkstyle", "kq.txt"),
        ("html", "kq.md"),
        ("github", "kq.txt"),
    ] {
        let written = [1, 2].map(|_| {
            let mut command = sample(folder.path());
            let output = command
                .args([".", "--output", &format!("{format}={name}")])
                .output()
                .unwrap();
            assert_eq!(exit(&output), 0, "{format}: {output:?}");
            assert!(!text(&output.stdout).contains(name), "{output:?}");
            fs::read_to_string(at(name)).unwrap()
        });
        assert!(written[0].contains("a.txt"), "{format}");
        assert_eq!(written[0], written[1], "{format}");
        fs::remove_file(at(name)).unwrap();
    }
}

/// Output for people begins with all sorts of things, and ends in a sum.
#[test]
fn a_run_over_its_own_sums_gives_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let right = "Xã đã xử lý xong mười hồ sơ của dân.\n";
    for (document, args) in [
        (right.replace("xử", "sử"), &["--statistics"][..]),
        (right.replace("xử", "sử"), &["--statistics", "--quiet"]),
        (right.replace("xử", "sử"), &["--statistics", "--lang=en"]),
        (right.to_owned(), &[]),
        (right.to_owned(), &["--lang=en"]),
        (right.to_owned(), &["--statistics"]),
    ] {
        fs::write(at("a.txt"), &document).unwrap();
        let written = [1, 2].map(|_| {
            let output = vanthu(folder.path())
                .args(["check", "--select=wording", "--output=text=kq.txt", "."])
                .args(args)
                .output()
                .unwrap();
            assert_eq!(exit(&output), 0, "{args:?}: {output:?}");
            fs::read_to_string(at("kq.txt")).unwrap()
        });
        assert!(!written[0].is_empty(), "{args:?}");
        assert_eq!(written[0], written[1], "{args:?}");
        fs::remove_file(at("kq.txt")).unwrap();
    }
    // A list that is ticked off is a document.
    fs::write(at("kq.txt"), format!("{right}✓ Đã họp dân.\n")).unwrap();
    let output = vanthu(folder.path())
        .args(["check", "--output=text=kq.txt", "."])
        .output()
        .unwrap();
    assert_eq!(exit(&output), 2);
}

/// A name that is like none is no reason to propose one.
#[test]
fn only_names_that_are_near_are_proposed() {
    for (name, proposed) in [
        ("nope", None),
        ("text-supression-unused", Some("text-suppression-unused")),
        ("unused", Some("text-suppression-unused")),
        ("cit", None),
        ("citations", Some("citation")),
    ] {
        let output = vanthu(&fixtures())
            .args(["check", "--select", name, "-"])
            .output()
            .unwrap();
        assert_eq!(exit(&output), 2);
        let said = text(&output.stderr);
        let near = said.split_once("ý bạn là: ").map(|(_, near)| near);
        let first = near.map(|near| near.split([',', '?']).next().unwrap());
        assert_eq!(first, proposed, "{name}: {said}");
    }
}

#[test]
fn a_diff_that_cannot_be_applied_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = "\u{FEFF}Xã đã sử lý xong mười hồ sơ của dân.\n";
    let utf16: Vec<u8> = wrong.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, told) in [(utf16.as_slice(), true), (wrong.as_bytes(), false)] {
        fs::write(folder.path().join("a.txt"), bytes).unwrap();
        let output = vanthu(folder.path())
            .args(["check", "--select=wording", "--diff", "a.txt"])
            .output()
            .unwrap();
        assert_eq!(exit(&output), 1);
        assert!(
            text(&output.stdout).contains("+Xã đã xử lý") || !told,
            "{output:?}"
        );
        assert_eq!(text(&output.stderr).contains("UTF-8"), told, "{output:?}");
    }
}

#[test]
fn a_closed_pipe_does_not_cut_the_other_outputs() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("long.txt");
    fs::write(name, "Về đi đua\n".repeat(20_000)).unwrap();
    let mut child = sample(folder.path())
        .args(["--format", "compact", "--output", "jsonl=kq.jsonl"])
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((exit(&output), text(&output.stderr)), (0, String::new()));
    let written = fs::read_to_string(folder.path().join("kq.jsonl")).unwrap();
    assert_eq!(written.lines().count(), 20_000);
}

#[test]
fn rule_files_that_cannot_be_read_are_named() {
    let rule = fs::read(fixtures().join("rules/wording/wording-sample.yaml")).unwrap();
    let with_mark = [b"\xEF\xBB\xBF", rule.as_slice()].concat();
    let nested = "[".repeat(100_000);
    let cases: [(&[u8], &str); 4] = [
        (&with_mark, ""),
        (b"id: \xFF\n", "  × lỗi: tệp không phải UTF-8 từ chỗ này\n"),
        (b"", "  × lỗi: tệp phải gồm các cặp `khóa: giá trị`\n"),
        (
            nested.as_bytes(),
            "  × lỗi: quá nhiều dấu ngoặc mở mà chưa đóng\n",
        ),
    ];
    for (bytes, expected) in cases {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("r/wording")).unwrap();
        fs::write(folder.path().join("r/wording/wording-sample.yaml"), bytes).unwrap();
        fs::write(folder.path().join("a.txt"), "Về đi đua\n").unwrap();
        let output = vanthu(folder.path())
            .args([
                "check",
                "a.txt",
                "--rules",
                "r",
                "--select",
                "wording-sample",
            ])
            .output()
            .unwrap();
        let stderr = text(&output.stderr);
        let first = stderr.split_inclusive('\n').next().unwrap_or_default();
        assert_eq!(first, expected, "{stderr}");
        assert_eq!(exit(&output), if expected.is_empty() { 0 } else { 2 });
    }
}

#[test]
fn a_rule_file_that_is_no_text_does_not_hide_the_mistakes_of_others() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("r/wording")).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder.path().join("r/wording").join(name), bytes).unwrap();
    };
    write("wording-a.yaml", b"id: wording-a\ncolour: red\n");
    write("wording-b.yaml", b"id: wording-b\nsummary: \xFF\n");
    write("wording-c.yaml", b"id: wording-c\nsize: 1\n");
    let config = "rules: [r]\n";
    fs::write(folder.path().join("vanthu.yaml"), config).unwrap();
    for args in [&["rules", "--rules", "r", "--isolated"][..], &["rules"]] {
        let output = vanthu(folder.path()).args(args).output().unwrap();
        let stderr = text(&output.stderr);
        let places = [
            "wording-a.yaml:1:1",
            "wording-a.yaml:2:1",
            "wording-b.yaml:2:10",
            "wording-c.yaml:1:1",
            "wording-c.yaml:2:1",
        ];
        for place in places {
            assert_eq!(stderr.matches(place).count(), 1, "{place}: {stderr}");
        }
        assert_eq!(exit(&output), 2);
    }
}

#[cfg(unix)]
#[test]
fn a_rule_file_that_is_a_pipe_does_not_hang_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("r.yaml");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let output = vanthu(folder.path())
        .args(["rules", "--rules", "."])
        .output()
        .unwrap();
    assert_eq!(exit(&output), 2);
    assert!(text(&output.stderr).contains("r.yaml: không phải tệp thường"));
}

#[test]
fn outline_json_has_every_member_of_the_contract_in_order() {
    let output = vanthu(&fixtures())
        .args(["outline", "docs/con/dung.md", "--format", "json"])
        .output()
        .unwrap();
    let json = text(&output.stdout);
    let keys_at = |indent: usize| -> Vec<String> {
        let prefix = format!("{}\"", " ".repeat(indent));
        json.lines()
            .filter_map(|line| line.strip_prefix(&prefix)?.split_once("\":"))
            .map(|(key, _)| key.to_owned())
            .collect()
    };
    let top = [
        "schema_version",
        "path",
        "format",
        "regime",
        "kind",
        "text_quality",
        "header",
        "sections",
        "citations",
        "recipients",
        "signature",
        "attachments",
    ];
    assert_eq!(keys_at(2), top);
    let header = [
        "motto",
        "agency",
        "number",
        "place_date",
        "type",
        "subject",
        "addressees",
    ];
    assert!(keys_at(4).starts_with(&header.map(str::to_owned)), "{json}");
}

/// A rule file of nothing but mistakes: some are shown, all are counted.
#[test]
fn mistakes_in_a_rule_file_are_shown_up_to_a_number() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("profiles")).unwrap();
    let head = "name: mau\nsummary: {vi: a, en: a}\nkind: [bao-cao]\nsections:\n";
    let yaml = head.to_owned() + &"  - title: A\n".repeat(151);
    fs::write(folder.path().join("profiles/mau.yaml"), yaml).unwrap();
    let output = vanthu(folder.path())
        .args(["check", "--rules", ".", "a.txt"])
        .output()
        .unwrap();
    assert_eq!(exit(&output), 2);
    let stderr = text(&output.stderr);
    assert_eq!(stderr.matches("viết hai lần").count(), 50, "{stderr}");
    assert!(stderr.contains("mau.yaml: … và 100 chỗ khác"), "{stderr}");
    assert!(stderr.contains("vanthu: 150 chỗ sai"), "{stderr}");
}

/// Arguments that are shown cannot steer the terminal.
#[cfg(unix)]
#[test]
fn mistakes_in_arguments_show_no_control_characters() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "Về đi đua\n").unwrap();
    let asked: [&[&str]; 16] = [
        &["che\u{1b}ck"],
        &["check", "--\u{1b}[31mx"],
        &["check", "--format", "a\u{1b}]0;x\u{7}"],
        &["check", "--color=\u{9b}31m"],
        &["explain", "a\u{1b}b"],
        &["explain", "a", "b\u{1b}b"],
        &["profile", "from", "a.txt", "--depth", "\u{1b}9"],
        &["check", "a.txt", "--output", "=\u{1b}"],
        &["check", "a.txt", "--output", "abc=\u{1b}"],
        &[
            "check", "a.txt", "--output", "\u{1b}", "--output", "./\u{1b}",
        ],
        &[
            "check",
            "a.txt",
            "--output",
            "\u{1b}",
            "--annotate",
            "\u{1b}",
        ],
        &["check", "a.txt", "--output", "khong/\u{1b}"],
        &["check", "a.txt", "--select", "\u{1b}"],
        &["check", "a.txt", "--profile", "\u{1b}"],
        &["check", "a.txt", "--rules", "\u{1b}"],
        &["outline", "a.txt", "--check", "\u{1b}.yaml"],
    ];
    for args in asked {
        for lang in ["vi", "en"] {
            let mut command = vanthu(folder.path());
            let output = command.args(args).args(["--lang", lang]).output().unwrap();
            let said = text(&output.stderr);
            assert_eq!(exit(&output), 2, "{args:?}: {said}");
            assert!(
                !said.is_empty() && !said.contains(['\u{1b}', '\u{7}', '\u{9b}']),
                "{said:?}"
            );
        }
    }
}
