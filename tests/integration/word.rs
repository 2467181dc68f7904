//! Word files: what is read of them, beside each file; and files made to harm.
//!
//! `fixtures/word/make.py` writes the files of that folder; `<name>.snap` shows the paragraphs, runs,
//! pages and marks that each was read as.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use vanthu::document::{
    CharStyle, DamageKind, Document, Formatting, LineSpacing, PageNumber, Twips,
};
use vanthu::input::{InputError, docx, read};
use vanthu::text::Span;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/word");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "docx"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

pub(crate) fn formatting(document: &Document) -> &Formatting {
    document.formatting.as_ref().unwrap()
}

fn length(twips: Option<Twips>) -> String {
    twips.map_or("?".to_owned(), |Twips(length)| length.to_string())
}

fn characters(style: &CharStyle) -> String {
    let mut out = format!(
        "{} {}",
        style.font.as_deref().unwrap_or("?"),
        style.size.map_or(0.0, Twips::points)
    );
    for (is_on, name) in [
        (style.bold, "bold"),
        (style.italic, "italic"),
        (style.underline, "underline"),
        (style.caps, "caps"),
        (style.strike, "strike"),
        (style.highlight, "highlight"),
    ] {
        if is_on == Some(true) {
            let _ = write!(out, " {name}");
        }
    }
    if let Some([red, green, blue]) = style.color {
        let _ = write!(out, " #{red:02X}{green:02X}{blue:02X}");
    }
    out
}

fn page_number(number: &PageNumber) -> String {
    format!(
        "{:?} {:?} {:?} {}{}",
        number.place,
        number.pages,
        number.align,
        characters(&number.style),
        if number.is_arabic { "" } else { " not arabic" }
    )
}

/// How a document looks, one thing a line.
pub(crate) fn show(document: &Document) -> String {
    let look = formatting(document);
    let quote = |span: Span| format!("{:?}", span.of(document.source()));
    let mut out = String::new();
    for section in &look.sections {
        let margins = section.margins.unwrap_or_default();
        let _ = writeln!(
            out,
            "section {:?} {}x{} margins {} {} {} {} columns {}{}{}",
            section.span.range(),
            length(section.width),
            length(section.height),
            margins.top.0,
            margins.bottom.0,
            margins.left.0,
            margins.right.0,
            section.columns,
            if section.has_table { " table" } else { "" },
            section
                .first_number
                .map_or(String::new(), |number| format!(" from {number}")),
        );
        for number in section.page_numbers.iter().flatten() {
            let _ = writeln!(out, "  number {}", page_number(number));
        }
    }
    for paragraph in &look.paragraphs {
        let spacing = match paragraph.line_spacing {
            Some(LineSpacing::Multiple(lines)) => format!("{lines:.2}"),
            Some(LineSpacing::AtLeast(Twips(height))) => format!(">={height}"),
            Some(LineSpacing::Exactly(Twips(height))) => format!("={height}"),
            None => "?".to_owned(),
        };
        let _ = write!(
            out,
            "{} {}",
            look.parts[usize::from(paragraph.part)],
            paragraph.number
        );
        if let Some(page) = paragraph.page {
            let _ = write!(out, " page {page}");
        }
        if let Some(style) = &paragraph.style {
            let _ = write!(out, " «{style}»");
        }
        let _ = write!(
            out,
            " {:?} indent {} {} {} space {} {} line {spacing}",
            paragraph.align.unwrap(),
            length(paragraph.indent_left),
            length(paragraph.indent_right),
            length(paragraph.indent_first),
            length(paragraph.space_before),
            length(paragraph.space_after),
        );
        if let Some(cell) = paragraph.cell {
            let _ = write!(
                out,
                " table {} row {} column {} of {}{}",
                cell.table,
                cell.row,
                cell.column,
                cell.columns,
                if cell.bordered { " with lines" } else { "" }
            );
        }
        if paragraph.in_box {
            out.push_str(" in a box");
        }
        out.push('\n');
        if let Some(label) = paragraph.label {
            let _ = writeln!(out, "  label {}", quote(label));
        }
        for run in look.runs_in(paragraph.span) {
            assert!(
                paragraph.span.contains(run.span),
                "a run leaves its paragraph"
            );
            let _ = writeln!(out, "  {} {}", quote(run.span), characters(&run.style));
        }
    }
    for line in &look.lines {
        let at = Span {
            start: line.at,
            end: line.at,
        };
        let _ = writeln!(
            out,
            "line {:?} at {:?} length {}{}",
            line.make,
            document.position(at.start).line,
            length(line.length),
            if line.solid { "" } else { " with gaps" }
        );
    }
    for mark in &look.marks {
        let _ = writeln!(
            out,
            "mark {:?} {:?} {} {:?}",
            mark.kind,
            mark.span.range(),
            quote(mark.span),
            mark.text
        );
    }
    out
}

#[test]
fn what_is_read() {
    for file in files() {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let document = read("a.docx", &fs::read(&file).unwrap()).unwrap();
        let shown = format!("{}\n----\n{}", document.source(), show(&document));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(file.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, shown));
    }
}

/// A paragraph that an old font shows right is read as it shows it, and says nothing of the others.
#[test]
fn paragraphs_in_old_encodings_are_read_by_themselves() {
    let sound =
        "Ủy ban nhân dân xã đã hoàn thành nhiệm vụ được giao trong tháng, số hồ sơ đúng hạn tăng.";
    let tcvn3 = "Héi ®ång nh©n d©n x· ®· häp vµ th«ng qua nghÞ quyÕt vÒ nhiÖm vô n¨m sau.";
    let shown = "Hội đồng nhân dân xã đã họp và thông qua nghị quyết về nhiệm vụ năm sau.";
    let p = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let body = [p(sound).repeat(3), p(tcvn3), p(sound)].concat();
    let document = read("a.docx", &word(&body)).unwrap();
    let lines: Vec<_> = document.text().lines().collect();
    assert_eq!(lines, [sound, sound, sound, shown, sound]);
    assert!(!document.letters_lost);
    let kinds: Vec<_> = document.damage.iter().map(|damage| damage.kind).collect();
    assert_eq!(kinds, [DamageKind::Tcvn3]);
    let at = document.text().find("nghị quyết").unwrap();
    let span = document.to_source(Span::new(at, at + "nghị quyết".len()));
    assert_eq!(span.of(document.source()), "nghÞ quyÕt");
}

/// Lines are as long as they are on the page: those of a group in its units, whatever those are.
#[test]
fn drawn_lines_have_their_length() {
    let group = |style: &str, size: &str, line: &str| {
        format!("<w:pict><v:group style=\"{style}\" coordsize=\"{size}\">{line}</v:group></w:pict>")
    };
    let line = |from: &str, to: &str| format!("<v:line from=\"{from}\" to=\"{to}\"/>");
    let flat = |height: u32| {
        format!(
            "<w:drawing><wps:wsp><wps:spPr><a:xfrm><a:ext cx=\"720000\" cy=\"{height}\"/></a:xfrm>\
             <a:prstGeom prst=\"rect\"/></wps:spPr></wps:wsp></w:drawing>"
        )
    };
    let inner = group("width:500;height:10", "250,10", &line("0,0", "125,0"));
    for (shape, expected) in [
        (
            format!("<w:pict>{}</w:pict>", line("0,0", "72pt,0")),
            Some(25),
        ),
        (
            format!("<w:pict>{}</w:pict>", line("0,0", "96,0")),
            Some(25),
        ),
        (
            group(
                "width:72pt;height:1pt",
                "1440,20",
                &line("2000,5", "3440,5"),
            ),
            Some(25),
        ),
        (group("width:144pt;height:1pt", "1000,20", &inner), Some(13)),
        (group("height:1pt", "1440,20", &line("0,0", "1440,0")), None),
        (flat(6350), Some(20)),
        (flat(360_000), None),
    ] {
        let body = format!(
            "<w:p xmlns:v='urn:schemas-microsoft-com:vml' \
             xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' \
             xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'>\
             <w:r><w:t>Chữ</w:t>{shape}</w:r></w:p>"
        );
        let document = read("a.docx", &word(&body)).unwrap();
        let lines = document.formatting.unwrap().lines;
        let length = lines.first().and_then(|line| line.length);
        assert_eq!(
            length.map(|length| length.mm().round() as i32),
            expected,
            "{shape}"
        );
    }
}

/// The characters of a part, decoded.
pub(crate) fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<_> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    let stored = names.iter().find(|known| known.replace('\\', "/") == name);
    let mut part = Vec::new();
    let mut file = archive.by_name(stored.unwrap()).unwrap();
    std::io::Read::read_to_end(&mut file, &mut part).unwrap();
    match part.as_slice() {
        [0xFF, 0xFE, rest @ ..] => {
            let units: Vec<_> = rest
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16(&units).unwrap()
        }
        _ => String::from_utf8(part).unwrap(),
    }
}

/// Each character of the source, those that the reader put in aside, is found in the file.
#[test]
fn each_character_is_traced_to_its_place_in_the_file() {
    for file in files() {
        let bytes = fs::read(&file).unwrap();
        let document = read("a.docx", &bytes).unwrap();
        let traced = docx::provenance(&bytes).unwrap();
        assert_eq!(traced.source, document.source(), "{file:?}");
        let mut end = 0;
        for piece in &traced.pieces {
            assert!(end <= piece.source.start, "pieces stand in order");
            end = piece.source.end;
            let xml = part(&bytes, &traced.parts[usize::from(piece.part)]);
            let raw = &xml[piece.raw.clone()];
            let read = piece.source.of(&traced.source);
            let is_verbatim = raw.len() == read.len();
            let is_same =
                raw.to_uppercase() == read.to_uppercase() || raw.replace('\n', " ") == read;
            assert!(is_verbatim == is_same, "{raw:?} is not {read:?}");
            assert!(is_verbatim || raw.starts_with(['<', '&']), "{raw:?}");
            let paragraph = &traced.paragraphs[piece.paragraph as usize];
            assert!(xml[paragraph.clone()].ends_with(":p>"), "{paragraph:?}");
            let mut holds = vec![paragraph];
            if let Some(run) = piece.run {
                let run = &traced.runs[run as usize];
                assert!(xml[run.clone()].ends_with(":r>"), "{run:?}");
                holds.push(run);
            }
            for outer in holds {
                assert!(outer.start < piece.raw.start && piece.raw.end < outer.end);
            }
        }
        let runs = formatting(&document).runs.iter();
        for run in runs {
            let pieces = traced.pieces_in(run.span);
            let traced: usize = pieces.iter().map(|piece| piece.source.len()).sum();
            assert_eq!(traced, run.span.len(), "a run is traced as a whole");
        }
    }
}

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

pub(crate) fn archive<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn word(body: &str) -> Vec<u8> {
    let xml = format!("<w:document xmlns:w='{W}'><w:body>{body}</w:body></w:document>");
    archive([("word/document.xml", xml.as_bytes())])
}

const TEXT: &str = "<w:p><w:r><w:t>chữ</w:t></w:r></w:p>";

fn error(bytes: &[u8]) -> InputError {
    read("a.docx", bytes).unwrap_err()
}

#[test]
fn documents_of_other_programs_are_called_by_their_names() {
    let relations = |target: &str| {
        format!(
            "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>\
             <Relationship Id='a' Target='{target}' Type='http://schemas.openxmlformats.org/\
             officeDocument/2006/relationships/officeDocument'/></Relationships>"
        )
    };
    for (part, name) in [
        ("xl/workbook.xml", "Excel"),
        ("ppt/presentation.xml", "PowerPoint"),
    ] {
        let relations = relations(part);
        let bytes = archive([
            ("_rels/.rels", relations.as_bytes()),
            (part, b"<workbook/>"),
        ]);
        assert_eq!(error(&bytes), InputError::Unsupported { name });
    }
}

#[test]
fn what_harms_is_refused() {
    let deep = format!("{}{}", "<w:sdt><w:sdtContent>".repeat(200), TEXT);
    let bomb = vec![b' '; 65 << 20];
    let many: Vec<_> = (0..10_001).map(|i| format!("{i}.xml")).collect();
    let doctype = format!(
        "<!DOCTYPE a [<!ENTITY b 'c'>]><w:document xmlns:w='{W}'><w:body>{TEXT}</w:body></w:document>"
    );
    let document = || "word/document.xml".to_owned();
    let cases = [
        (word(&deep), InputError::TooDeep { part: document() }),
        (
            archive([("word/document.xml", bomb.as_slice())]),
            InputError::Inflated,
        ),
        (
            archive(many.iter().map(|name| (name.as_str(), &b""[..]))),
            InputError::TooManyParts { limit: 10_000 },
        ),
        (
            archive([("word/document.xml", doctype.as_bytes())]),
            InputError::Doctype { part: document() },
        ),
        (
            archive([("word/styles.xml", &b"<a/>"[..])]),
            InputError::MissingPart { part: document() },
        ),
        (
            archive([(
                "word/document.xml",
                format!("<a:document xmlns:a='urn:b'><a:body>{TEXT}</a:body></a:document>")
                    .replace("w:", "a:")
                    .as_bytes(),
            )]),
            InputError::MissingPart {
                part: "w:body".to_owned(),
            },
        ),
        (word("<w:p>"), InputError::Malformed { part: document() }),
        (
            archive([("word/document.xml", &b"\xFF\xFF"[..])]),
            InputError::Malformed { part: document() },
        ),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1  E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"
                .to_vec(),
            InputError::Encrypted,
        ),
        (Vec::new(), InputError::Empty),
    ];
    for (bytes, expected) in cases {
        assert_eq!(error(&bytes), expected);
    }
    let whole = word(TEXT);
    for len in [4, 40, whole.len() / 2, whole.len() - 1] {
        assert_eq!(error(&whole[..len]), InputError::Damaged, "{len} bytes");
    }
}

#[test]
fn what_a_file_holds_counts_and_not_its_name() {
    let word = word(TEXT);
    for name in ["a.docx", "a.docm", "a.txt", "a", "a.DOC"] {
        let document = read(name, &word).unwrap();
        assert_eq!(
            (document.source(), document.format.as_str()),
            ("chữ\n", "docx")
        );
    }
    // A name does not make a text of what is none.
    for name in [
        "a.doc", "a.DOC", "a.rtf", "a.docx", "a.docm", "a.odt", "a.pdf",
    ] {
        for bytes in [
            &b"\x80\x81\xFE\x01\x02\x90\xFF\x03\x04"[..],
            b"<html><body>b\xC3\xA1o c\xC3\xA1o</body></html>",
            b"MIME-Version: 1.0\nContent-Type: multipart/related\n",
        ] {
            let error = read(name, bytes).unwrap_err();
            assert!(matches!(error, InputError::Misnamed { .. }), "{error}");
        }
        assert_eq!(read(name, b" \n").unwrap_err(), InputError::Empty);
        let text = read(name, "chữ thường".as_bytes()).unwrap();
        assert_eq!(text.format.as_str(), "txt");
    }
}

#[test]
fn of_alternatives_one_is_read_that_is_known() {
    const WPS: &str = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape";
    const SYM: &str = "http://schemas.microsoft.com/office/word/2015/wordml/symex";
    let run = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let (one, two, old) = (run("một"), run("hai"), run("cũ"));
    for (alternatives, read_as) in [
        (
            format!("<mc:Choice Requires='wps'>{one}</mc:Choice><mc:Fallback>{old}</mc:Fallback>"),
            "một",
        ),
        (
            format!(
                "<mc:Choice Requires='w16se'>{one}</mc:Choice><mc:Fallback>{old}</mc:Fallback>"
            ),
            "cũ",
        ),
        (
            format!(
                "<mc:Choice Requires='wps w16se'>{one}</mc:Choice>\
                 <mc:Choice Requires='wps'>{two}</mc:Choice><mc:Fallback>{old}</mc:Fallback>"
            ),
            "hai",
        ),
        (format!("<mc:Fallback>{old}</mc:Fallback>"), "cũ"),
    ] {
        let body = format!(
            "<w:p xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' \
             xmlns:wps='{WPS}' xmlns:w16se='{SYM}'>\
             <mc:AlternateContent>{alternatives}</mc:AlternateContent></w:p>"
        );
        let document = read("a.docx", &word(&body)).unwrap();
        assert_eq!(document.source(), format!("{read_as}\n"), "{alternatives}");
    }
}

#[test]
fn a_file_without_text_is_said_to_be_empty() {
    for body in ["", "<w:p/>", "<w:p><w:r><w:t> </w:t></w:r></w:p><w:p/>"] {
        assert_eq!(error(&word(body)), InputError::Empty, "{body}");
    }
    let xml = format!("<w:document xmlns:w='{W}'><w:body><w:p/></w:body></w:document>");
    let scan = archive([
        ("word/document.xml", xml.as_bytes()),
        ("word/media/image1.png", b"\x89PNG"),
    ]);
    assert_eq!(error(&scan), InputError::NoText);
}

#[test]
fn circles_and_open_ends_come_to_an_end() {
    let open_fields = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>\
        <w:r><w:fldChar w:fldCharType='separate'/></w:r>"
        .repeat(500);
    let text = format!("<w:p>{open_fields}<w:r><w:t>chữ</w:t></w:r></w:p>{TEXT}");
    assert_eq!(read("a.docx", &word(&text)).unwrap().source(), "chữ\nchữ\n");
    let begun = "<w:p><w:r><w:fldChar w:fldCharType='begin'/><w:t>mã</w:t></w:r></w:p>";
    let document = read("a.docx", &word(&format!("{begun}{TEXT}"))).unwrap();
    assert_eq!(document.source(), "\nchữ\n");
}

/// Each of these would take minutes if anything were looked at again and again.
#[test]
fn long_files_are_read_in_one_pass() {
    const MANY: usize = 100_000;
    let bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>chữ</w:t></w:r></w:p>".repeat(MANY);
    let document = read("a.docx", &word(&bold)).unwrap();
    assert_eq!(formatting(&document).paragraphs.len(), MANY);
    let hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>".repeat(MANY);
    let hidden = format!("<w:p>{hidden}</w:p>");
    let document = read("a.docx", &word(&hidden)).unwrap();
    assert_eq!(document.source(), "\n");
    let pages = "<w:fldSimple w:instr='PAGE'><w:r><w:t>1</w:t></w:r></w:fldSimple>".repeat(MANY);
    let document = read("a.docx", &word(&format!("<w:p>{pages}</w:p>"))).unwrap();
    assert_eq!(document.source().len(), MANY + 1);
}

proptest! {
    #[test]
    fn no_bytes_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read("a.docx", &bytes);
        let _ = read("a.docx", &[b"PK\x03\x04word/", bytes.as_slice()].concat());
        let _ = read("a.docx", &archive([("word/document.xml", bytes.as_slice())]));
    }

    #[test]
    fn no_damage_to_a_file_harms(which in 0_usize..100, damage in prop::collection::vec((any::<u16>(), any::<u8>()), 1..4)) {
        let files = files();
        let bytes = fs::read(&files[which % files.len()]).unwrap();
        let mut archived = ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut parts = Vec::new();
        for index in 0..archived.len() {
            let mut file = archived.by_index(index).unwrap();
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut content).unwrap();
            for &(at, byte) in &damage {
                let len = content.len().max(1);
                if let Some(place) = content.get_mut(usize::from(at) % len) {
                    *place = byte;
                }
            }
            parts.push((file.name().unwrap().into_owned(), content));
        }
        let bytes = archive(parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())));
        if let Ok(document) = read("a.docx", &bytes) {
            show(&document);
        }
    }
}

/// The page numbers of a file whose only header shows `content`.
fn numbers_of(content: &str, pages: &str) -> Vec<String> {
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let document = format!(
        "<w:document xmlns:w='{W}' xmlns:r='{RELATIONS}'><w:body>{TEXT}<w:sectPr>\
         <w:headerReference w:type='default' r:id='h'/>{pages}</w:sectPr></w:body></w:document>"
    );
    let header = format!("<w:hdr xmlns:w='{W}'><w:p>{content}</w:p></w:hdr>");
    let relations = format!(
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>\
         <Relationship Id='h' Type='{RELATIONS}/header' Target='header1.xml'/></Relationships>"
    );
    let bytes = archive([
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
        ("word/header1.xml", header.as_bytes()),
    ]);
    let document = read("a.docx", &bytes).unwrap();
    let sections = &formatting(&document).sections;
    let numbers = sections[0].page_numbers.iter().flatten();
    let shown = |n: &PageNumber| {
        let size = n.style.size.map_or(0.0, Twips::points);
        format!("{:?} {size} {} [{}]", n.pages, n.is_arabic, n.beside)
    };
    numbers.map(shown).collect()
}

/// All the shapes in which word processors write the field of a page number: each is one number, with
/// the size of what it shows; what is none is told too.
#[test]
fn fields_of_page_numbers() {
    let run =
        |size: u32, inner: &str| format!("<w:r><w:rPr><w:sz w:val='{size}'/></w:rPr>{inner}</w:r>");
    let mark = |kind: &str| run(20, &format!("<w:fldChar w:fldCharType='{kind}'/>"));
    let told = |text: &str| {
        run(
            26,
            &format!("<w:instrText xml:space='preserve'>{text}</w:instrText>"),
        )
    };
    let text = |text: &str| run(28, &format!("<w:t xml:space='preserve'>{text}</w:t>"));
    let field = |instruction: &str, result: &str| {
        [
            mark("begin"),
            told(instruction),
            mark("separate"),
            text(result),
            mark("end"),
        ]
        .concat()
    };
    let without_result =
        |instruction: &str| [mark("begin"), told(instruction), mark("end")].concat();
    let one_run = run(
        28,
        "<w:fldChar w:fldCharType='begin' w:dirty='true'/><w:instrText>PAGE</w:instrText>\
         <w:fldChar w:fldCharType='separate'/><w:t>2</w:t><w:fldChar w:fldCharType='end'/>",
    );
    let in_runs = [
        mark("begin"),
        told("PA"),
        told("GE \\* MERGEFORMAT"),
        mark("separate"),
        text("2"),
        mark("end"),
    ];
    let condition = [
        mark("begin"),
        told(" IF "),
        field("PAGE", "2"),
        told(" = 1 \"\" \""),
        field("PAGE", "2"),
        told("\""),
        mark("separate"),
        text("2"),
        mark("end"),
    ];
    let simple = |instruction: &str, inner: &str| {
        format!("<w:fldSimple w:instr=\"{instruction}\" w:dirty='true'>{inner}</w:fldSimple>")
    };
    let cases = [
        (field(" PAGE   \\* MERGEFORMAT ", "2"), "All 14 true []"),
        (field("PAGE\\* MERGEFORMAT", "2"), "All 14 true []"),
        (field("page \\* Arabic", "2"), "All 14 true []"),
        (field("PAGE", ""), "All 10 true []"),
        (without_result("PAGE \\* MERGEFORMAT"), "All 10 true []"),
        // What follows does not tell how it looks.
        (
            without_result("PAGE") + &run(22, "<w:t xml:space='preserve'> </w:t>"),
            "All 10 true []",
        ),
        (one_run, "All 14 true []"),
        (in_runs.concat(), "All 14 true []"),
        (
            simple(" PAGE \\* MERGEFORMAT ", &text("2")),
            "All 14 true []",
        ),
        (simple("PAGE", ""), "All 10 true []"),
        (
            format!("<w:ins w:id='1'>{}</w:ins>", simple("PAGE", &text("2"))),
            "All 14 true []",
        ),
        (run(28, "<w:pgNum/>"), "All 14 true []"),
        // Its own dashes; those typed beside it; other numerals, which stand beside nothing.
        (field("PAGE \\* ArabicDash", "- 2 -"), "All 14 true [- -]"),
        (
            text("- ") + &field("PAGE", "2") + &text(" -"),
            "All 14 true [- -]",
        ),
        (field("PAGE \\* ROMAN", "II"), "All 14 false []"),
        (
            text("Trang ") + &field("PAGE", "2") + &text("/") + &field("NUMPAGES", "5"),
            "All 14 true [Trang /]",
        ),
        // Shown on a condition, which is there for the first page.
        (condition.concat(), "AllButFirst 14 true []"),
        // Deleted, another field, typed.
        (
            format!("<w:del w:id='1'>{}</w:del>", simple("PAGE", "")),
            "",
        ),
        (field("PAGEREF muc_1", "2"), ""),
        (field("NUMPAGES", "2"), ""),
        (text("2"), ""),
    ];
    for (content, expected) in cases {
        assert_eq!(numbers_of(&content, "").join("; "), expected, "{content}");
    }
}

/// The strict form of the standard gives lengths with their units.
#[test]
fn lengths_may_have_units() {
    let of = |page: &str, size: &str, first: &str| {
        let body = format!(
            "<w:p><w:pPr><w:ind w:firstLine='{first}'/></w:pPr><w:r><w:rPr><w:sz w:val='{size}'/></w:rPr>\
             <w:t>chữ</w:t></w:r></w:p><w:sectPr>{page}</w:sectPr>"
        );
        let document = read("a.docx", &word(&body)).unwrap();
        let look = formatting(&document);
        let section = &look.sections[0];
        let margins = section.margins.unwrap();
        (
            section.width,
            margins.top,
            margins.left,
            look.paragraphs[0].indent_first,
            look.runs[0].style.size,
        )
    };
    let plain = of(
        "<w:pgSz w:w='11906' w:h='16838'/><w:pgMar w:top='1134' w:bottom='1134' w:left='1701' w:right='850'/>",
        "28",
        "720.0",
    );
    let units = of(
        "<w:pgSz w:w='210mm' w:h='29.7cm'/><w:pgMar w:top='20mm' w:bottom='2cm' w:left='30mm' w:right='15mm'/>",
        "14pt",
        "0.5in",
    );
    assert_eq!(plain, units);
}

/// Cells are as wide as they say, unless the columns below them are narrower; what is no length, or has
/// no columns, is not known.
#[test]
fn cells_are_as_wide_as_the_file_leaves_no_doubt() {
    let cell = |width: &str| {
        format!("<w:tc><w:tcPr>{width}</w:tcPr><w:p><w:r><w:t>ô</w:t></w:r></w:p></w:tc>")
    };
    let row = |before: &str, cells: &[&str]| {
        let cells: String = cells.iter().map(|width| cell(width)).collect();
        format!("<w:tr><w:trPr>{before}</w:trPr>{cells}</w:tr>")
    };
    let wide = |width: &str| format!("<w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
    let rows = [
        row(
            "",
            &[
                &wide("3000"),
                &wide("2500"),
                "<w:tcW w:w=\"0\" w:type=\"auto\"/>",
            ],
        ),
        row(
            "",
            &[&wide("1000"), &(wide("9000") + "<w:gridSpan w:val=\"2\"/>")],
        ),
        row(
            "<w:gridBefore w:val=\"1\"/>",
            &[
                "<w:tcW w:w=\"2500\" w:type=\"pct\"/>",
                &wide("4000"),
                &wide("10"),
            ],
        ),
    ];
    let grid = "<w:tblGrid><w:gridCol w:w=\"3000\"/><w:gridCol w:w=\"2000\"/><w:gridCol w:w=\"4000\"/></w:tblGrid>";
    let file = word(&format!("<w:tbl>{grid}{}</w:tbl>", rows.concat()));
    let document = read("a.docx", &file).unwrap();
    let widths: Vec<_> = formatting(&document)
        .paragraphs
        .iter()
        .filter_map(|p| Some(p.cell?.width.map(|w| w.0)))
        .collect();
    let known = [
        Some(3000),
        Some(2000),
        None,
        Some(1000),
        Some(6000),
        None,
        Some(4000),
        None,
    ];
    assert_eq!(widths, known);
}
