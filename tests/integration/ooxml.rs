//! Word files against the schemas of Office Open XML (ISO/IEC 29500, transitional) and of the packages
//! that hold them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use vanthu::diagnostic::Applicability;
use vanthu::fix::{Checked, Grain, Note, Scope, annotate, fix};
use vanthu::rules::{Options, RuleSet, check};
use zip::ZipArchive;

use crate::xsd::{Element, Schema};

/// The schemas of the parts that stand in a Word file.
pub(crate) struct Ooxml {
    word: Schema,
    links: Schema,
    types: Schema,
}

impl Ooxml {
    pub(crate) fn read() -> Self {
        Self {
            word: Schema::read("wml"),
            links: Schema::read("opc-relationships"),
            types: Schema::read("opc-contentTypes"),
        }
    }

    /// What is wrong with the parts of a file: documents, comments, notes, heads, feet, styles, numbers
    /// and settings, relationships, types.
    pub(crate) fn mistakes(&self, parts: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (name, data) in parts {
            let Ok(text) = std::str::from_utf8(data) else {
                continue;
            };
            let of_part = |schema: &Schema| schema.mistakes(&Element::parse(text));
            let found = match name {
                name if name.ends_with(".rels") => of_part(&self.links),
                name if name == "[Content_Types].xml" => of_part(&self.types),
                // Themes are DrawingML, and copied as they are.
                name if name.starts_with("word/theme/") => continue,
                name if name.starts_with("word/") && name.ends_with(".xml") => {
                    let part = Element::parse(text);
                    let local = part.name.rsplit(':').next().unwrap().to_owned();
                    self.word.mistakes_as(&local, &part)
                }
                _ => continue,
            };
            mistakes.extend(found.iter().map(|mistake| format!("{name}: {mistake}")));
        }
        mistakes
    }
}

fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let indices = 0..archive.len();
    let read = indices.map(|index| {
        let mut part = archive.by_index(index).unwrap();
        let mut data = Vec::new();
        part.read_to_end(&mut data).unwrap();
        (part.name().unwrap().into_owned(), data)
    });
    read.collect()
}

/// All Word files of the project.
fn files() -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = ["word", "formats", "formats-faults", "layout-faults"];
    let entries = folders.map(|folder| fs::read_dir(fixtures.join(folder)).unwrap());
    let paths = entries
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "docx")
        })
        .collect();
    files.sort();
    files
}

/// What the program writes into Word files, comments, corrections of text, other looks, is as the
/// schemas ask: there are no mistakes but those of the files given, some of which are made to have them.
#[test]
fn what_is_written_is_as_the_schemas_ask() {
    let (rules, schemas) = (RuleSet::builtin(), Ooxml::read());
    let lint = |bytes: &[u8]| {
        let document = vanthu::input::read("a.docx", bytes).ok()?;
        let outcome = check(&document, &rules, Options::default());
        Some(Checked { document, outcome })
    };
    let scope = |text, looks| Scope {
        least: Applicability::Safe,
        text,
        looks,
    };
    let mut written = 0;
    let mut wrong = Vec::new();
    for path in files() {
        let given = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().display();
        let checked = lint(&given).unwrap();
        let notes = checked.outcome.diagnostics.iter().map(|found| Note {
            span: found.span,
            paragraphs: vec![found.message.clone()],
        });
        let annotated = annotate(&given, &notes.collect::<Vec<_>>(), Grain::Character);
        let mut made: Vec<_> = annotated.into_iter().collect();
        for scope in [scope(true, false), scope(false, true)] {
            let fixed = fix(&given, lint(&given).unwrap(), scope, &lint);
            made.extend((fixed.applied > 0).then_some(fixed.bytes));
        }
        written += made.len();
        let known = schemas.mistakes(&parts(&given));
        for bytes in made {
            let new = schemas.mistakes(&parts(&bytes)).into_iter();
            let new = new.filter(|mistake| !known.contains(mistake));
            wrong.extend(new.map(|mistake| format!("{name}: {mistake}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(written > 150, "{written}");
}
