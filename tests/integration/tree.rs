//! A repository of two thousand documents with configuration and ignores, as a team has it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use vanthu::emit::FORMATS;

const DOCUMENTS: usize = 2_000;

const CONFIG: &str = "ignore: [header, structure]\n\
                      exclude: [luu-tru/]\n\
                      per-file:\n  - files: [nam-2020/]\n    ignore: [wording]\n";

/// The document of this number: every fourth is misspelt, every tenth has a date that is not.
fn document(number: usize) -> String {
    let mut text = String::new();
    let verb = if number.is_multiple_of(4) {
        "sử lý"
    } else {
        "xử lý"
    };
    let day = if number.is_multiple_of(10) { 30 } else { 28 };
    let _ = write!(
        text,
        "BÁO CÁO\nKết quả giải quyết hồ sơ\n\nTừ ngày {day}/02/2018 đến ngày 15/3/2018, \
         đơn vị đã {verb} {number} hồ sơ tại bộ phận một cửa.\n"
    );
    text
}

fn year(number: usize) -> usize {
    2015 + number % 9
}

fn write_tree(root: &Path) {
    let write = |folder: String, name: String, text: String| {
        let folder = root.join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), text).unwrap();
    };
    for number in 0..DOCUMENTS {
        let folder = format!("nam-{}/phong-{}", year(number), number % 7);
        let ending = if number.is_multiple_of(3) {
            "md"
        } else {
            "txt"
        };
        write(
            folder,
            format!("bao-cao-{number:04}.{ending}"),
            document(number),
        );
    }
    // What is left out has findings as well.
    for number in 0..20 {
        for folder in ["luu-tru/cu", "nhap"] {
            write(
                folder.to_owned(),
                format!("{number}.txt"),
                document(20 * number),
            );
        }
    }
    fs::write(root.join("vanthu.yaml"), CONFIG).unwrap();
    fs::write(root.join(".gitignore"), "nhap/\n").unwrap();
}

/// The program, on one processor or on all there are.
fn vanthu(root: &Path, one: bool) -> Command {
    let program = env!("CARGO_BIN_EXE_vanthu");
    let mut command = if one {
        // A processor that this process may use at all.
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let (_, list) = status.split_once("Cpus_allowed_list:").unwrap();
        let first: String = list
            .trim_start()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let mut command = Command::new("taskset");
        command.args(["-c", &first, program]);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(root).stdin(Stdio::null()).arg("check");
    command
}

/// Runs with every format at once: what was printed, and the files in the order of the table.
fn every_format(root: &Path, one: bool) -> (Output, Vec<Vec<u8>>) {
    let outputs = tempfile::tempdir().unwrap();
    let mut command = vanthu(root, one);
    for format in FORMATS {
        let path = outputs.path().join(format.name);
        command.arg(format!("--output={}={}", format.name, path.display()));
    }
    let output = command.output().unwrap();
    let files = FORMATS
        .iter()
        .map(|format| fs::read(outputs.path().join(format.name)).unwrap());
    (output, files.collect())
}

#[test]
fn two_thousand_documents() {
    let tree = tempfile::tempdir().unwrap();
    write_tree(tree.path());
    let (all, files) = every_format(tree.path(), false);
    assert_eq!(all.status.code(), Some(1), "{all:?}");

    let of = |name: &str| {
        let index = FORMATS.iter().position(|format| format.name == name);
        String::from_utf8(files[index.unwrap()].clone()).unwrap()
    };
    let json = |name: &str| serde_json::from_str::<Value>(&of(name)).unwrap();
    let report = json("json");
    let checked = report["files"].as_array().unwrap();
    assert_eq!(checked.len(), DOCUMENTS);
    let rules: Vec<_> = checked
        .iter()
        .flat_map(|file| file["diagnostics"].as_array().unwrap())
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    let found = |rule: &str| rules.iter().filter(|found| **found == rule).count();
    let wanted = |every: usize, but: usize| {
        let numbers = (0..DOCUMENTS).step_by(every);
        numbers.filter(|number| year(*number) != but).count()
    };
    assert_eq!(found("wording-misspelt-s-x"), wanted(4, 2020));
    assert_eq!(found("date-impossible"), wanted(10, 0));
    let count = rules.len();
    assert_eq!(json("gitlab").as_array().unwrap().len(), count);
    let results = &json("sarif")["runs"][0]["results"];
    assert_eq!(results.as_array().unwrap().len(), count);
    assert_eq!(of("jsonl").lines().count(), count);
    assert_eq!(of("checkstyle").matches("<error ").count(), count);
    assert_eq!(of("junit").matches("<failure ").count(), count);
    let annotations = of("github");
    let annotations = annotations.lines().filter(|line| line.starts_with("::"));
    assert_eq!(annotations.count(), count);
    assert!(!String::from_utf8_lossy(&all.stdout).contains("luu-tru"));

    if cfg!(target_os = "linux") {
        let (one, again) = every_format(tree.path(), true);
        assert_eq!(one.status.code(), Some(1), "{one:?}");
        assert!(all.stdout == one.stdout && all.stderr == one.stderr);
        for ((format, all), one) in FORMATS.iter().zip(&files).zip(&again) {
            assert!(all == one, "{}: one thread writes otherwise", format.name);
        }
    }

    for (args, expected) in [
        (&["nam-2015/phong-1"][..], 1),
        (&["nam-2015/phong-1", "--fail-on", "never"], 0),
        (&["nam-2015/phong-1", "--select", "typography"], 0),
        // An option outweighs the configuration.
        (
            &[
                "nam-2020/phong-1",
                "--select",
                "wording",
                "--fail-on",
                "info",
            ],
            1,
        ),
        (&["luu-tru"], 2),
        (&["luu-tru", "--allow-empty"], 0),
        (&["luu-tru/cu/0.txt"], 1),
        (&["nhap", "khong-co"], 2),
    ] {
        let output = vanthu(tree.path(), false).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{args:?}: {output:?}");
    }
}
