//! Word files with findings as comments, held against what the schema of Office Open XML and the packages
//! that it stands in ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use vanthu::document::{Document, MarkKind};
use vanthu::fix::{Grain, Note, annotate};
use vanthu::input;
use vanthu::rules::{Options, RuleSet, check};
use vanthu::text::Span;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::ooxml::Ooxml;

const MAIN: &str = "word/document.xml";
const COMMENTS: &str = "word/comments.xml";
const LINKS: &str = "word/_rels/document.xml.rels";
const TYPES: &str = "[Content_Types].xml";

/// What Word takes no comment in, though the schema has them there.
const CLOSED: [&str; 7] = [
    "txbxContent",
    "footnote",
    "endnote",
    "hdr",
    "ftr",
    "comment",
    "r",
];

type Parts = BTreeMap<String, Vec<u8>>;

fn parts(bytes: &[u8]) -> Parts {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<_> = (0..archive.len()).collect();
    let read = names.into_iter().map(|index| {
        let mut part = archive.by_index(index).unwrap();
        let mut data = Vec::new();
        part.read_to_end(&mut data).unwrap();
        (part.name().unwrap().into_owned(), data)
    });
    read.collect()
}

fn packed(parts: &Parts) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, data) in parts {
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(data).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn local(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_owned()
}

/// An attribute by its name with the prefix.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten();
    let found = found.into_iter().find(|a| a.key.as_ref() == name)?;
    Some(found.value.into_owned())
}

/// An element as it is met: the names of those around it, and its tag.
struct Met<'x> {
    around: Vec<String>,
    tag: BytesStart<'x>,
}

/// The elements of a part in order, or why it is not well-formed.
fn elements(xml: &str) -> Result<Vec<Met<'_>>, String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut found, mut open, mut roots) = (Vec::new(), Vec::<String>::new(), 0);
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let is_start = matches!(event, Event::Start(_));
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                if let Some(error) = tag.attributes().find_map(Result::err) {
                    return Err(error.to_string());
                }
                roots += usize::from(open.is_empty());
                let name = local(&tag);
                let around = open.clone();
                found.push(Met { around, tag });
                if is_start {
                    open.push(name);
                }
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Eof if open.is_empty() && roots == 1 => return Ok(found),
            Event::Eof => return Err(format!("{roots} roots, {open:?} open")),
            _ => {}
        }
    }
}

/// What is wrong with a file as an annotated copy of another, which may have mistakes of its own.
fn mistakes(schemas: &Ooxml, given: &[u8], annotated: &[u8]) -> Vec<String> {
    let (old, new) = (parts(given), parts(annotated));
    let mut wrong = Vec::new();
    for (name, data) in &old {
        let may_change = [MAIN, COMMENTS, LINKS, TYPES].contains(&&**name);
        if !may_change && new.get(name) != Some(data) {
            wrong.push(format!("{name} changed"));
        }
    }
    for name in new.keys() {
        if !old.contains_key(name) && ![COMMENTS, LINKS].contains(&&**name) {
            wrong.push(format!("{name} is new"));
        }
    }
    if !wrong.is_empty() {
        return wrong;
    }
    let mut read = BTreeMap::new();
    for name in [MAIN, COMMENTS, LINKS, TYPES] {
        let Some(data) = new.get(name) else {
            wrong.push(format!("{name} is missing"));
            return wrong;
        };
        let xml = std::str::from_utf8(data).unwrap();
        match elements(xml) {
            Ok(found) => {
                read.insert(name, found);
            }
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                return wrong;
            }
        }
    }
    let known = schemas.mistakes(&old);
    let found = schemas.mistakes(&new).into_iter();
    wrong.extend(found.filter(|mistake| !known.contains(mistake)));
    let ids = book(&read[COMMENTS], &mut wrong);
    marks(&read[MAIN], &ids, &mut wrong);
    package(&read[LINKS], &read[TYPES], &mut wrong);
    wrong
}

/// The ids of the comments.
fn book(found: &[Met<'_>], wrong: &mut Vec<String>) -> BTreeSet<u32> {
    let mut ids = BTreeSet::new();
    for met in found.iter().filter(|met| local(&met.tag) == "comment") {
        let get = |name: &str| {
            let mut all = met.tag.attributes().flatten();
            all.find(|a| a.key.local_name().as_ref() == name)
                .map(|a| a.value.into_owned())
        };
        let id = get("id").and_then(|id| id.parse().ok());
        if !id.is_some_and(|id| ids.insert(id)) {
            wrong.push(format!("id {id:?} of a comment"));
        }
        // Those of others may have none.
        let is_own = get("author").as_deref() == Some("vanthu");
        if is_own && get("initials").is_none_or(|initials| initials.is_empty()) {
            wrong.push("no initials".to_owned());
        }
        if get("author").as_deref() == Some("") {
            wrong.push("no author".to_owned());
        }
    }
    ids
}

/// Begin, end and reference of each comment.
fn marks(found: &[Met<'_>], ids: &BTreeSet<u32>, wrong: &mut Vec<String>) {
    const KINDS: [&str; 3] = ["commentRangeStart", "commentRangeEnd", "commentReference"];
    let mut places: [BTreeMap<u32, usize>; 3] = Default::default();
    for (place, met) in found.iter().enumerate() {
        let name = local(&met.tag);
        let Some(kind) = KINDS.iter().position(|kind| *kind == name) else {
            continue;
        };
        let mut attributes = met.tag.attributes().flatten();
        let id = attributes.find_map(|attribute| attribute.value.parse().ok());
        let Some(id) = id else {
            wrong.push(format!("{name} without id"));
            continue;
        };
        if places[kind].insert(id, place).is_some() {
            wrong.push(format!("two {name} {id}"));
        }
        let own = usize::from(kind == 2);
        let around = met.around.iter().rev().skip(own);
        for closed in around.filter(|name| CLOSED.contains(&&***name)) {
            wrong.push(format!("{name} {id} within {closed}"));
        }
    }
    for (kind, places) in KINDS.iter().zip(&places) {
        let known: BTreeSet<u32> = places.keys().copied().collect();
        if known != *ids {
            wrong.push(format!("{kind} of {known:?}, comments {ids:?}"));
        }
    }
    for id in ids {
        let [start, end, reference] = [0, 1, 2].map(|kind| places[kind].get(id));
        if !(start < end && end < reference) {
            wrong.push(format!("order of {id}"));
        }
    }
}

/// The relationship and the type of the part with the comments.
fn package(links: &[Met<'_>], types: &[Met<'_>], wrong: &mut Vec<String>) {
    let mut known = BTreeSet::new();
    let mut to_comments = Vec::new();
    for met in &links[1..] {
        let get = |name| attribute(&met.tag, name).unwrap_or_default();
        if !known.insert(get("Id")) {
            wrong.push(format!("two relationships {}", get("Id")));
        }
        if get("Type").ends_with("/officeDocument/2006/relationships/comments") {
            to_comments.push(get("Target"));
        }
    }
    if to_comments != ["comments.xml"] {
        wrong.push(format!("relationships {to_comments:?}"));
    }
    let names = types[1..].iter().filter_map(|met| {
        let name = attribute(&met.tag, "PartName")?;
        Some((name, attribute(&met.tag, "ContentType")?))
    });
    let of_comments: Vec<_> = names
        .filter(|(name, _)| name == "/word/comments.xml")
        .map(|(_, kind)| kind)
        .collect();
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";
    if of_comments != [kind] {
        wrong.push(format!("types {of_comments:?}"));
    }
}

fn read(bytes: &[u8]) -> Document {
    input::read("a.docx", bytes).unwrap()
}

/// Comments everywhere: on what is found, on stretches of every length, on the whole.
fn notes(document: &Document, rules: &RuleSet) -> Vec<Note> {
    let source = document.source();
    let outcome = check(document, rules, Options::default());
    let mut spans: Vec<Option<Span>> = outcome.diagnostics.iter().map(|found| found.span).collect();
    spans.push(None);
    let ends: Vec<usize> = source.char_indices().map(|(at, _)| at).collect();
    for (index, &start) in ends.iter().enumerate().step_by(11) {
        let end = ends
            .get(index + index % 37)
            .copied()
            .unwrap_or(source.len());
        spans.push(Some(Span::new(start, end)));
    }
    let note = |span| Note {
        span,
        paragraphs: vec!["lỗi: <một> & hai".to_owned(), "căn cứ".to_owned()],
    };
    spans.into_iter().map(note).collect()
}

/// Word files of the project, and one with a box, notes and comments of its own.
fn files() -> Vec<(String, Vec<u8>)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files = Vec::new();
    for folder in ["word", "formats-faults", "formats"] {
        for entry in fs::read_dir(fixtures.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let is_word = path
                .extension()
                .is_some_and(|extension| extension == "docx");
            // One has comments made by hand that do not say all they should, one no relationships.
            let is_whole = !["vet-sua.docx", "toi-thieu.docx"]
                .map(|name| path.ends_with(name))
                .contains(&true);
            if is_word && is_whole {
                files.push((path.display().to_string(), fs::read(path).unwrap()));
            }
        }
    }
    for name in ["text-box.docx", "comment.docx", "tracked.docx", "none.docx"] {
        let path = fixtures.join("layout-faults").join(name);
        files.push((name.to_owned(), fs::read(path).unwrap()));
    }
    assert!(files.len() > 12, "{}", files.len());
    files
}

#[test]
fn annotated_files_are_as_the_schema_asks() {
    let (rules, schemas) = (RuleSet::builtin(), Ooxml::read());
    for (name, given) in files() {
        let document = read(&given);
        let notes = notes(&document, &rules);
        for grain in [Grain::Character, Grain::Run] {
            let out = annotate(&given, &notes, grain);
            let out = out.unwrap_or_else(|| panic!("{name} {grain:?}"));
            assert_eq!(
                mistakes(&schemas, &given, &out),
                [""; 0],
                "{name} {grain:?}"
            );
            let annotated = read(&out);
            if annotated.source() != document.source() {
                // Blanks that a text does not keep come back where it is split; whole runs are taken.
                assert!(
                    grain == Grain::Character && name.ends_with("noi-dung.docx"),
                    "{name}"
                );
                continue;
            }
            let again = annotate(&out, &notes, grain).unwrap();
            assert!(parts(&again) == parts(&out), "{name} {grain:?}");
            let [old, new] = [&document, &annotated].map(|of| of.formatting.as_ref().unwrap());
            assert_eq!(old.runs, new.runs, "{name}");
            assert_eq!(old.paragraphs, new.paragraphs, "{name}");
        }
    }
}

#[test]
fn a_file_that_is_not_as_the_schema_asks_is_seen() {
    let (rules, schemas) = (RuleSet::builtin(), Ooxml::read());
    let path = "fixtures/formats-faults/bao-cao.docx";
    let given = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let notes = notes(&read(&given), &rules);
    let out = annotate(&given, &notes, Grain::Character).unwrap();
    let start = "<w:commentRangeStart w:id=\"0\"/>";
    let end = "<w:commentRangeEnd w:id=\"0\"/>";
    let reference = "<w:r><w:commentReference w:id=\"0\"/></w:r>";
    let relationship = "officeDocument/2006/relationships/comments\"";
    for (part, from, to) in [
        (MAIN, start, ""),
        (MAIN, end, ""),
        (MAIN, end, "<w:commentRangeEnd w:id=\"70000\"/>"),
        (MAIN, end, "<w:commentRangeEnd w:id=\"1\"/>"),
        (MAIN, end, "<w:commentRangeEnd/>"),
        (MAIN, reference, ""),
        (MAIN, reference, "<w:commentReference w:id=\"0\"/>"),
        (MAIN, reference, &reference.repeat(2)),
        (MAIN, start, end),
        (MAIN, start, &format!("<w:r>{start}</w:r>")),
        (MAIN, start, &format!("<w:tbl>{start}</w:tbl>")),
        (
            MAIN,
            reference,
            &format!("<w:txbxContent><w:p>{reference}</w:p></w:txbxContent>"),
        ),
        (MAIN, "</w:body>", ""),
        (COMMENTS, "w:id=\"0\"", "w:id=\"1\""),
        (COMMENTS, "w:id=\"0\"", "w:id=\"x\""),
        (COMMENTS, "w:author=\"vanthu\"", "w:author=\"\""),
        (COMMENTS, "w:initials=\"vanthu\"", ""),
        (
            COMMENTS,
            "w:initials=\"vanthu\"",
            "w:initials=\"v\" w:date=\"06/11/2025\"",
        ),
        (
            COMMENTS,
            "w:initials=\"vanthu\"",
            "w:initials=\"v\" w:when=\"2025\"",
        ),
        (COMMENTS, "<w:p>", "<w:r>"),
        (COMMENTS, "&amp;", "&"),
        (
            LINKS,
            relationship,
            "officeDocument/2006/relationships/other\"",
        ),
        (LINKS, "comments.xml", "other.xml"),
        (TYPES, "/word/comments.xml", "/word/other.xml"),
        (TYPES, "comments+xml", "document+xml"),
        ("word/styles.xml", "w:styles", "w:stiles"),
    ] {
        let mut parts = parts(&out);
        let old = String::from_utf8(parts[part].clone()).unwrap();
        assert!(old.contains(from), "{part}: {from}");
        parts.insert(part.to_owned(), old.replacen(from, to, 1).into_bytes());
        let found = mistakes(&schemas, &given, &packed(&parts));
        assert!(!found.is_empty(), "{part}: {from} → {to}");
    }
    let mut more = parts(&out);
    more.insert("word/more.xml".to_owned(), b"<a/>".to_vec());
    assert!(!mistakes(&schemas, &given, &packed(&more)).is_empty());
    more.remove("word/more.xml");
    more.insert(MAIN.to_owned(), parts(&out)[MAIN].clone());
    assert_eq!(mistakes(&schemas, &given, &packed(&more)), [""; 0]);
}

#[test]
fn what_stands_in_a_box_or_a_note_is_told_where_that_is_anchored() {
    let schemas = Ooxml::read();
    for (file, inside, anchor) in [
        ("noi-dung.docx", "Trong hộp 2", "Quanh hộp sau hộp"),
        (
            "bao-cao.docx",
            "Theo số liệu của hợp tác xã",
            "Toàn xã tưới 120 ha lúa.",
        ),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/word");
        let given = fs::read(path.join(file)).unwrap();
        let document = read(&given);
        let source = document.source();
        let at = source.find(inside).unwrap_or_else(|| panic!("{source}"));
        let note = Note {
            span: Some(Span::new(at, at + inside.len())),
            paragraphs: vec!["đây".to_owned()],
        };
        let out = annotate(&given, &[note], Grain::Character).unwrap();
        assert_eq!(mistakes(&schemas, &given, &out), [""; 0]);
        let annotated = read(&out);
        let formatting = annotated.formatting.as_ref().unwrap();
        let mut marks = formatting.marks.iter();
        let mark = marks.find(|mark| mark.kind == MarkKind::Finding && &*mark.text == "đây");
        let paragraph = formatting
            .paragraph_index(mark.unwrap().span.start)
            .unwrap();
        let text = formatting.paragraphs[paragraph].span.of(source);
        assert_eq!(text, anchor);
    }
}
