//! The rule files: those that ship are right, those that are wrong are told so in full.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use vanthu::document::Quality;
use vanthu::rules::{Example, Options, RuleError, RuleSet, Source, check, run_examples};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The YAML files below a folder, in the order of their paths.
fn folder(path: &Path) -> Vec<Source> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|e| e == "yaml") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    collect(path, &mut files);
    files.sort();
    files
        .iter()
        .map(|file| Source {
            path: file
                .strip_prefix(path)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/"),
            yaml: fs::read_to_string(file).unwrap(),
        })
        .collect()
}

/// One mistake as `path:line:column` (in characters, from 1), the excerpt and the words.
fn show(error: &RuleError) -> String {
    let before = &error.yaml[..error.span.start as usize];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let mut out = format!(
        "{}:{}:{} «{}»\n  vi: {}\n  en: {}\n",
        error.path,
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
        error.span.of(&error.yaml),
        error.message.vi,
        error.message.en,
    );
    if let Some(help) = &error.help {
        writeln!(out, "  vi: {}\n  en: {}", short(&help.vi), short(&help.en)).unwrap();
    }
    out
}

/// Lists of what is possible grow with every rule kind; the word offered shows enough.
fn short(help: &str) -> String {
    const ENOUGH: usize = 40;
    let offered = help.split_inclusive('?').next().unwrap_or_default();
    offered.chars().take(ENOUGH).collect()
}

fn show_all(errors: &[RuleError]) -> String {
    errors.iter().map(show).collect()
}

/// Places of files, ids, headings, both languages, examples of both sorts, placeholders, regular
/// expressions: all that loading checks.
#[test]
fn the_rules_that_ship_have_no_mistake() {
    let sources = folder(&root().join("rules"));
    if let Err(errors) = RuleSet::load(&sources) {
        panic!("{} mistakes\n{}", errors.len(), show_all(&errors));
    }
}

/// The program carries the rules in another form than the files have.
#[test]
fn the_rules_in_the_program_are_those_of_the_files() {
    let files = RuleSet::load(&folder(&root().join("rules"))).unwrap_or_else(|errors| {
        panic!("{}", show_all(&errors));
    });
    let builtin = RuleSet::builtin();
    let shown = |set: &RuleSet| {
        let rules = set.rules().iter();
        let rules: Vec<_> = rules
            .map(|rule| (&rule.path, rule.info(), &rule.applies, rule.examples()))
            .map(|rule| format!("{rule:#?}"))
            .collect();
        (rules, set.profiles().to_vec())
    };
    assert_eq!(shown(&builtin), shown(&files));
}

#[test]
fn every_example_finds_what_it_says() {
    let failures: String = run_examples(&RuleSet::builtin())
        .iter()
        .map(|failure| {
            format!(
                "{} example {}: {:?} was found, {:?} expected, in\n{}\n",
                failure.rule, failure.number, failure.found, failure.expected, failure.text
            )
        })
        .collect();
    assert!(failures.is_empty(), "{failures}");
}

/// One example of each sort is enough for the rules of an office; those that ship have two.
#[test]
fn every_rule_that_ships_has_two_examples_that_fire_and_two_near_misses() {
    const ENOUGH: usize = 2;
    let rules = RuleSet::builtin();
    let few: Vec<_> = rules
        .rules()
        .iter()
        .filter_map(|rule| {
            let examples = rule.examples();
            let fire = examples.iter().filter(|e| !e.finds.is_empty()).count();
            let near_misses = examples.len() - fire;
            (fire < ENOUGH || near_misses < ENOUGH)
                .then(|| format!("{}: {fire} fire, {near_misses} do not", rule.id))
        })
        .collect();
    assert!(few.is_empty(), "{few:#?}");
}

#[test]
fn no_rule_that_ships_has_an_example_twice() {
    let rules = RuleSet::builtin();
    for rule in rules.rules() {
        let shown = |e: &Example| (e.text.trim().to_owned(), format!("{:?}", e.look));
        let texts: Vec<_> = rule.examples().iter().map(shown).collect();
        let twice = (1..texts.len()).find(|&i| texts[..i].contains(&texts[i]));
        assert_eq!(twice, None, "{}", rule.id);
    }
}

/// Each folder below `fixtures/rules-bad` is a rules folder; the snapshot beside it lists every
/// mistake.
#[test]
fn mistakes_in_rule_files_are_told_with_their_places() {
    let cases = root().join("fixtures/rules-bad");
    let mut names: Vec<_> = fs::read_dir(&cases)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(!names.is_empty());
    insta::with_settings!({
        snapshot_path => &cases,
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        for name in names {
            let errors = RuleSet::load(&folder(&cases.join(&name)))
                .err()
                .unwrap_or_else(|| panic!("{name}: loaded without a mistake"));
            insta::assert_snapshot!(name, show_all(&errors));
        }
    });
}

/// A folder of the user's: adds a rule, replaces another, extends a profile.
#[test]
fn a_folder_adds_and_overrides() {
    let load = |name| folder(&root().join("fixtures/rules-more").join(name));
    let set = RuleSet::load(&load("first"))
        .and_then(|set| set.extended(&load("second")))
        .unwrap_or_else(|errors| panic!("{}", show_all(&errors)));
    let rules: Vec<_> = set
        .rules()
        .iter()
        .map(|rule| (rule.id.as_str(), rule.severity.as_str()))
        .collect();
    assert_eq!(
        rules,
        [("wording-bread", "error"), ("wording-soup", "warning")]
    );
    let titles: Vec<_> = set
        .profiles()
        .iter()
        .map(|profile| {
            let titles = profile.sections.iter().map(|s| s.title.as_str());
            (profile.name.as_str(), titles.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        titles,
        [
            ("thuc-don", vec!["Món chính"]),
            ("thuc-don-tet", vec!["Món chính", "Món ngọt"]),
        ]
    );
    assert_eq!(run_examples(&set), []);
}

/// A text, and the applicability of each fix in it by the rules of `fixtures/rules-more/first`.
const FIXES: &[(&str, &[&str])] = &[
    ("Sáng nay tổ bếp làm bánh mỳ que.\n", &["safe"]),
    (
        "Sáng nay tổ bếp của trường mầm non xã Hoa Ban đã làm bánh mỳ\n\
         que cho các cháu lớp lá và lớp chồi, còn lớp mầm thì ăn cháo cá\n\
         với rau mồng tơi do các bác trong xóm mang đến từ sáng sớm, các\n\
         cháu ăn rất ngon miệng và đều xin cô cho ăn thêm bánh mỳ que\n\
         vào giờ xế.\n",
        &["unsafe", "safe"],
    ),
];

/// The text with the last letter of every nth word in small letters with marks doubled, and how
/// many words that are; words beside stops stay.
fn misspelt(text: &str, every: usize) -> (String, usize) {
    let (mut seen, mut slips) = (0, 0);
    let words = text.split(' ').map(|word| {
        let is_small = word.chars().nth(2).is_some() && word.chars().all(char::is_lowercase);
        let last = word
            .chars()
            .next_back()
            .filter(|_| is_small && !word.is_ascii());
        seen += usize::from(last.is_some());
        match last {
            Some(last) if seen.is_multiple_of(every) => {
                slips += 1;
                format!("{word}{last}")
            }
            _ => word.to_owned(),
        }
    });
    let text = words.collect::<Vec<_>>().join(" ");
    (text, slips)
}

#[test]
fn misspelt_words_are_all_found_or_the_rule_says_that_it_was_not_evaluated() {
    const ID: &str = "wording-not-a-syllable";
    let rules = RuleSet::builtin();
    let text = include_str!("../../fixtures/documents/bao-cao-chuan/input.txt");
    for (every, slips, quality, found) in [
        (20, 7, Quality::Clean, true),
        (10, 15, Quality::Clean, true),
        (5, 30, Quality::Clean, false),
        (3, 51, Quality::Ocr, false),
    ] {
        let (text, count) = misspelt(text, every);
        let document = vanthu::input::read("a.txt", text.as_bytes()).unwrap();
        let outcome = check(&document, &rules, Options::default());
        let findings = outcome
            .diagnostics
            .iter()
            .filter(|d| d.rule.id == ID)
            .count();
        assert_eq!(count, slips, "slips at 1 in {every}");
        assert_eq!(outcome.quality, quality, "1 in {every}");
        assert_eq!(findings, if found { slips } else { 0 }, "1 in {every}");
        assert_eq!(
            outcome.not_evaluated.iter().any(|id| id == ID),
            !found,
            "1 in {every}"
        );
    }
}

#[test]
fn an_outline_that_is_cut_off_is_not_judged_in_full() {
    let rules = RuleSet::builtin();
    for (count, expected) in [(30, false), (60, true)] {
        let item = |n: usize, m: usize| format!("{n}.{m}. Nội dung\n\nThôn đã làm xong.\n\n");
        let items = |n: usize| -> String { (1..=20).map(|m| item(n, m)).collect() };
        let section = |n: usize| format!("{n}. Kết quả của thôn\n\n{}", items(n));
        let sections: String = (1..=count).map(section).collect();
        let text = format!("BÁO CÁO\nKết quả công tác năm 2025\n\n{sections}");
        let document = vanthu::input::read("a.txt", text.as_bytes()).unwrap();
        let outcome = check(&document, &rules, Options::default());
        let blind = outcome.not_evaluated.iter();
        let blind = blind.filter(|id| id.as_str() == "structure-missing-section");
        assert_eq!(blind.count() > 0, expected, "{count} sections");
    }
}

#[test]
fn a_fix_that_takes_a_line_break_away_is_not_safe() {
    let set = RuleSet::load(&folder(&root().join("fixtures/rules-more/first")))
        .unwrap_or_else(|errors| panic!("{}", show_all(&errors)));
    for (text, expected) in FIXES {
        let document = vanthu::input::read("a.txt", text.as_bytes()).unwrap();
        let outcome = check(&document, &set, Options::default());
        let fixes: Vec<_> = outcome
            .diagnostics
            .iter()
            .filter_map(|d| Some(d.fix.as_ref()?.applicability.as_str()))
            .collect();
        assert_eq!(fixes, *expected, "{text}");
    }
}
