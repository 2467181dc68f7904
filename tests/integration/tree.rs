//! A repository of two thousand documents with configuration, ignores and a baseline, as a team has
//! it. That nothing is lost when a run with `--fix` is killed is in `fix.rs`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use vanthu::emit::FORMATS;

use crate::emit::hold_json;
use crate::xsd::Element;

const DOCUMENTS: usize = 2_000;

/// Whose findings are known: the baseline is written before its documents are edited.
const KNOWN_YEAR: usize = 2017;

/// A document of that year that gets a fault more.
const EDITED: usize = KNOWN_YEAR - 2015;

const CONFIG: &str = "ignore: [header, structure]\n\
                      exclude: [luu-tru/]\n\
                      baseline: da-biet.json\n\
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

/// Where the document of this number is.
fn path(number: usize) -> String {
    let (year, office) = (year(number), number % 7);
    let ending = match number % 3 {
        0 => "md",
        _ => "txt",
    };
    format!("nam-{year}/phong-{office}/bao-cao-{number:04}.{ending}")
}

fn write_tree(root: &Path) {
    let write = |path: String, text: String| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for number in 0..DOCUMENTS {
        write(path(number), document(number));
    }
    // What is left out has findings as well.
    for number in 0..20 {
        for folder in ["luu-tru/cu", "nhap"] {
            write(format!("{folder}/{number}.txt"), document(20 * number));
        }
    }
    fs::write(root.join("vanthu.yaml"), CONFIG).unwrap();
    fs::write(root.join(".gitignore"), "nhap/\n").unwrap();
    let folder = format!("nam-{KNOWN_YEAR}");
    let args = [folder.as_str(), "--write-baseline", "da-biet.json"];
    let output = vanthu(root, false).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    // What is known stays silent where it stands now; what is new does not.
    for number in (0..DOCUMENTS).filter(|number| year(*number) == KNOWN_YEAR) {
        let text = document(number).replace("BÁO CÁO\n", "BÁO CÁO\n\n");
        let more = match number {
            EDITED => "Đơn vị đã đề nghị hổ trợ.\n",
            _ => "",
        };
        write(path(number), text + more);
    }
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
    command.current_dir(root).stdin(Stdio::null());
    command.args(["check", "--no-cache"]);
    command
}

/// Runs over the tree with every format at once: what was printed, and the files in the order of
/// the table.
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

/// One thread and many write the same over the whole tree, every time. What many write is compared
/// twenty times with what one wrote; one alone has no turns to take, and is tried twice.
fn threads_make_no_difference(root: &Path, many: &(Output, Vec<Vec<u8>>)) {
    if !cfg!(target_os = "linux") {
        return;
    }
    let (a, files) = &every_format(root, true);
    let compare = |(b, others): &(Output, Vec<Vec<u8>>)| {
        assert_eq!(a.status.code(), b.status.code(), "{b:?}");
        assert!(a.stdout == b.stdout && a.stderr == b.stderr);
        for ((format, a), b) in FORMATS.iter().zip(files).zip(others) {
            assert!(a == b, "{} is written otherwise", format.name);
        }
    };
    compare(&every_format(root, true));
    compare(many);
    for _ in 1..20 {
        compare(&every_format(root, false));
    }
}

#[test]
fn two_thousand_documents() {
    let tree = tempfile::tempdir().unwrap();
    write_tree(tree.path());
    let whole = every_format(tree.path(), false);
    let (all, files) = &whole;
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
    let wanted = |every: usize, but: &[usize]| {
        let numbers = (0..DOCUMENTS).step_by(every);
        numbers
            .filter(|number| !but.contains(&year(*number)))
            .count()
    };
    assert_eq!(
        found("wording-misspelt-s-x"),
        wanted(4, &[2020, KNOWN_YEAR])
    );
    assert_eq!(found("date-impossible"), wanted(10, &[KNOWN_YEAR]));
    let old =
        wanted(4, &[]) - wanted(4, &[KNOWN_YEAR]) + wanted(10, &[]) - wanted(10, &[KNOWN_YEAR]);
    let count = rules.len();
    assert_eq!(json("gitlab").as_array().unwrap().len(), count);
    let sarif = json("sarif");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let (new, known): (Vec<_>, Vec<_>) = results
        .iter()
        .partition(|result| result["baselineState"] != "unchanged");
    assert_eq!((new.len(), known.len()), (count, old));
    assert!(known.iter().all(|result| result["suppressions"].is_array()));
    let in_known_year: Vec<_> = checked
        .iter()
        .filter(|file| {
            file["path"]
                .as_str()
                .unwrap()
                .starts_with(&format!("nam-{KNOWN_YEAR}/"))
        })
        .filter(|file| file["diagnostics"] != serde_json::json!([]))
        .map(|file| &file["path"])
        .collect();
    assert_eq!(in_known_year, [&path(EDITED)]);
    for format in ["sarif", "gitlab"] {
        hold_json(format, &of(format));
    }
    let junit = Element::parse(&of("junit"));
    let suites = junit.all("testsuite");
    assert_eq!(suites.len(), DOCUMENTS);
    for suite in suites {
        let said = |name| suite.get(name).unwrap().parse::<usize>().unwrap();
        let cases = ["testcase", "failure"].map(|name| suite.all(name).len());
        assert_eq!(["tests", "failures"].map(said), cases);
    }
    assert_eq!(of("jsonl").lines().count(), count);
    assert_eq!(of("checkstyle").matches("<error ").count(), count);
    assert_eq!(of("junit").matches("<failure ").count(), count);
    let annotations = of("github");
    let annotations = annotations.lines().filter(|line| line.starts_with("::"));
    assert_eq!(annotations.count(), count);
    assert!(!String::from_utf8_lossy(&all.stdout).contains("luu-tru"));

    threads_make_no_difference(tree.path(), &whole);

    for (args, expected) in [
        (&["nam-2015/phong-1"][..], 1),
        (&["nam-2015/phong-1", "--fail-on", "never"], 0),
        (&["nam-2015/phong-1", "--select", "typography"], 0),
        // What is known fails no run, unless the baseline is left out.
        (&["nam-2017/phong-1", "--fail-on", "info"], 0),
        (&["nam-2017/phong-1", "--fail-on", "info", "--no-config"], 1),
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
