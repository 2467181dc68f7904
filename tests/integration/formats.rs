//! The same document in every format: `fixtures/formats/<name>.docx`, `.odt`, `.pdf`.
//!
//! `fixtures/formats/make.py` says how the files are made. The documents are without fault, in text
//! and in layout, so that whatever a format adds to the text would be found. `fixtures/formats-faults` holds two of
//! them with faults: what a format hides from the rules would be missed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use vanthu::document::{Cell, Document, Paragraph};
use vanthu::input;
use vanthu::rules::{Options, RuleSet, check};

fn fixtures(folder: &str) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    fixtures.join(folder)
}

/// The files by document; those alone that a reader takes.
fn documents(folder: &str) -> BTreeMap<String, Vec<PathBuf>> {
    let folder = fixtures(folder);
    let mut documents: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let extension = path.extension().unwrap().to_string_lossy().into_owned();
        if input::extensions().any(|known| known == extension) {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            documents.entry(name).or_default().push(path);
        }
    }
    for files in documents.values_mut() {
        files.sort();
    }
    documents
}

fn read(path: &Path) -> Document {
    let name = path.file_name().unwrap().to_string_lossy();
    input::read(&name, &fs::read(path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_document_without_fault_has_none_in_any_format() {
    let rules = RuleSet::builtin();
    let documents = documents("formats");
    assert_eq!(documents.len(), 5);
    for (name, files) in &documents {
        let formats: Vec<_> = files.iter().filter_map(|file| file.extension()).collect();
        assert_eq!(formats, ["docx", "odt", "pdf"], "{name}");
        for file in files {
            let document = read(file);
            let outcome = check(&document, &rules, Options::default());
            let found: Vec<_> = outcome
                .diagnostics
                .iter()
                .map(|found| {
                    let excerpt = found.span.map_or("", |span| span.of(document.source()));
                    (found.rule.id.to_string(), excerpt.to_owned())
                })
                .collect();
            assert_eq!(found, [], "{}", file.display());
            let kind = outcome.report.kind.map(|kind| kind.slug.as_str());
            assert_eq!(kind, Some(name.as_str()), "{}", file.display());
        }
    }
}

/// What the word processor counted is read, where it counted this text.
#[test]
fn pages_that_were_counted_are_known() {
    let count = |name: &str| read(&fixtures(name)).formatting.unwrap().page_count;
    assert_eq!(count("formats/bao-cao.odt"), Some(2));
    assert_eq!(count("layout-faults/number-missing-counted.docx"), Some(3));
    assert_eq!(count("layout-faults/number-counted-otherwise.docx"), None);
    assert_eq!(count("layout-faults/none.docx"), None);
}

/// A rule and what it found, blanks and ends of lines alike.
type Finding = (String, String);

/// What is found in a file, and which rules could not be judged there.
fn findings(rules: &RuleSet, file: &Path) -> (BTreeSet<Finding>, BTreeSet<String>) {
    let document = read(file);
    let outcome = check(&document, rules, Options::default());
    let found = outcome.diagnostics.iter().map(|found| {
        let excerpt = found.span.map_or("", |span| span.of(document.source()));
        let words: Vec<_> = excerpt.split_whitespace().collect();
        (found.rule.id.to_string(), words.join(" "))
    });
    (found.collect(), outcome.not_evaluated.into_iter().collect())
}

/// What a format cannot show of the faults.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Unseen {
    /// The rule cannot be judged on this text.
    not_evaluated: BTreeSet<Finding>,
    /// The rule is for other formats.
    other_formats: BTreeSet<Finding>,
}

/// The formats that a rule is for; `None` where it is for all.
fn formats_of(rule: &str) -> Option<Vec<String>> {
    let group = rule.split('-').next().unwrap();
    let path = format!("rules/{group}/{rule}.yaml");
    let yaml = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let rule: serde_yaml::Value = serde_yaml::from_str(&yaml).unwrap();
    let formats = rule.get("applies")?.get("formats")?;
    serde_yaml::from_value(formats.clone()).unwrap()
}

#[test]
fn a_fault_is_found_in_every_format() {
    let rules = RuleSet::builtin();
    let unseen = fs::read_to_string(fixtures("formats-faults/unseen.yaml")).unwrap();
    let mut unseen: BTreeMap<String, Unseen> = serde_yaml::from_str(&unseen).unwrap();
    let documents = documents("formats-faults");
    assert_eq!(documents.len(), 2);
    for files in documents.values() {
        let [word, others @ ..] = &files[..] else {
            panic!("no files")
        };
        let formats: Vec<_> = others.iter().filter_map(|file| file.extension()).collect();
        assert_eq!(formats, ["odt", "pdf", "txt"], "{}", word.display());
        let (all, passed_by) = findings(&rules, word);
        assert!(all.len() > 8, "{}: {all:?}", word.display());
        assert!(all.iter().any(|(rule, _)| rule.starts_with("layout-")));
        assert_eq!(passed_by, BTreeSet::new(), "{}", word.display());
        for other in others {
            let name = other.file_name().unwrap().to_string_lossy();
            let format = other.extension().unwrap().to_string_lossy().into_owned();
            let hidden = unseen.remove(name.as_ref()).unwrap_or_default();
            let (mut seen, passed_by) = findings(&rules, other);
            let is_for = |rule: &str| formats_of(rule).is_none_or(|all| all.contains(&format));
            let of = |keep: &dyn Fn(&str) -> bool| -> BTreeSet<Finding> {
                let kept = all.iter().filter(|(rule, _)| keep(rule));
                kept.cloned().collect()
            };
            // What the program says it could not judge is what is listed, and no more is missing.
            let not_evaluated = of(&|rule| passed_by.contains(rule));
            assert_eq!(hidden.not_evaluated, not_evaluated, "{name}");
            assert_eq!(hidden.other_formats, of(&|rule| !is_for(rule)), "{name}");
            for hidden in [hidden.not_evaluated, hidden.other_formats] {
                assert!(seen.is_disjoint(&hidden), "{name} shows what is listed");
                seen.extend(hidden);
            }
            assert_eq!(seen, all, "{name}");
        }
    }
    assert!(unseen.is_empty(), "{:?}", unseen.keys());
}

#[test]
fn formats_with_paragraphs_hold_the_same_text_and_the_same_look() {
    for files in documents("formats").values() {
        let read: Vec<_> = files
            .iter()
            .map(|file| read(file))
            .filter(|document| document.format.has_paragraphs())
            .collect();
        for other in &read[1..] {
            let (first, name) = (&read[0], &other.name);
            assert_eq!(first.source(), other.source(), "{name}");
            let (look, others) = [first, other]
                .map(|document| document.formatting.as_ref().unwrap())
                .into();
            assert_eq!(look.runs, others.runs, "{name}");
            assert_eq!(look.paragraphs.len(), others.paragraphs.len(), "{name}");
            for (a, b) in look.paragraphs.iter().zip(&others.paragraphs) {
                let shown = a.span.of(first.source());
                assert_eq!(a.align, b.align, "{name}: {shown}");
                let place = |p: &Paragraph| {
                    p.cell.map(|cell| Cell {
                        width: None,
                        ..cell
                    })
                };
                assert_eq!(place(a), place(b), "{name}: {shown}");
                let width = |p: &Paragraph| p.cell.map(|cell| cell.width);
                assert_eq!((a.span, a.label), (b.span, b.label), "{name}: {shown}");
                let in_cell = width(a).zip(width(b));
                let lengths = [
                    (a.indent_first, b.indent_first),
                    (a.space_before, b.space_before),
                    (a.space_after, b.space_after),
                ];
                for (a, b) in lengths.into_iter().chain(in_cell) {
                    let apart = a.unwrap().0.abs_diff(b.unwrap().0);
                    assert!(apart <= ROUNDED, "{name}: {shown}: {a:?}, {b:?}");
                }
            }
            let margins = |of: &vanthu::document::Formatting| {
                let margins = of.sections[0].margins.unwrap();
                [margins.top, margins.bottom, margins.left, margins.right]
            };
            for (a, b) in margins(look).into_iter().zip(margins(others)) {
                assert!(a.0.abs_diff(b.0) <= ROUNDED, "{name}: {a:?}, {b:?}");
            }
            let numbers = |of: &vanthu::document::Formatting| of.sections[0].page_numbers.clone();
            assert_eq!(numbers(look), numbers(others), "{name}");
            let lines = |of: &vanthu::document::Formatting| {
                let lines = of.lines.iter();
                let lines = lines.map(|line| (line.at, line.make, line.solid));
                lines.collect::<Vec<_>>()
            };
            assert_eq!(lines(look), lines(others), "{name}");
        }
    }
}

/// Twips by which a length may differ after it was written in inches of four places.
const ROUNDED: u32 = 3;
