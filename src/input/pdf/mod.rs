//! PDF with text in it.
//!
//! ```text
//! bytes --lopdf--> objects --content--> glyphs --lines--> lines --write--> source, Formatting
//! ```
//!
//! The source is the text as it stands on the page: a line for each line, the columns of a head
//! side by side, blanks for indents, an empty line for a gap, a form feed between pages. Notes at the
//! foot of pages stand after the last page. That is what [`layout`](crate::layout) reads; what belongs
//! together is joined there.

mod cmap;
mod content;
mod font;
mod lexer;
mod lines;
mod matrix;
mod notes;
mod pages;
mod source;
mod style;
mod write;
mod xref;

use lopdf::{Error, LoadOptions};

use self::content::Interpreter;
use self::source::Source;
use self::write::{Page, Sizes};
use super::InputError;
use super::text::{self, Raw};
use crate::document::{Document, Encoding, Format, Formatting};
use crate::text::syllable::is_attested_without_marks;

/// Where the mark of the format stands at the latest, in bytes.
const HEADER: usize = 1024;
/// Bytes at the end in which it must be marked; some programs add what is none of the file.
const TRAILER: usize = 4096;
/// Bytes that one stream of objects may unpack to while the file is opened.
const STREAM: usize = 32 << 20;
/// Bytes that all of them together may unpack to.
const STREAMS: usize = 512 << 20;

/// Fewer letters on a page that an image covers are a stamp or a signature, not its text.
const FEW_LETTERS: usize = 60;
/// A page is covered by an image that leaves a margin at most.
const COVERED: f64 = 0.6;
/// Shares of a text in which no reading can be found, in hundredths: of signs without a meaning
/// at least, of words that could be Vietnamese at most.
const SENSELESS: usize = 20;
const READABLE: usize = 40;

/// Whether the bytes are those of a PDF.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(HEADER)];
    start
        .windows(6)
        .any(|window| window.starts_with(b"%PDF-") && window[5].is_ascii_digit())
}

/// Whether a file ends before its end (ISO 32000-1, 7.5.5): what is left of it could be read as a
/// document that nobody wrote.
fn is_cut(bytes: &[u8]) -> bool {
    let end = &bytes[bytes.len().saturating_sub(TRAILER)..];
    let has = |mark: &[u8]| end.windows(mark.len()).any(|window| window == mark);
    !has(b"%%EOF") && !has(b"startxref")
}

/// Reads the bytes of a PDF.
///
/// # Errors
/// When they are damaged or encrypted, unpack to too much, or show nothing but images.
pub(super) fn read(name: &str, bytes: &[u8], format: Format) -> Result<Document, InputError> {
    if is_cut(bytes) {
        return Err(InputError::Damaged);
    }
    let rebuilt = xref::without_repetition(bytes);
    let bytes = rebuilt.as_deref().unwrap_or(bytes);
    let pdf =
        lopdf::Document::load_mem_with_options(bytes, options(bytes)).map_err(
            |error| match error {
                Error::InvalidPassword
                | Error::Decryption(_)
                | Error::UnsupportedSecurityHandler(_) => InputError::Encrypted,
                Error::Decompress(_) => InputError::Inflated,
                _ => InputError::Damaged,
            },
        )?;
    if pdf.is_encrypted() {
        return Err(InputError::Encrypted);
    }
    let source = Source::new(&pdf);
    let mut interpreter = Interpreter::new(&source);
    let mut pages: Vec<Page> = Vec::new();
    let mut looks = Looks::default();
    for page in pages::pages(&source) {
        let drawn = interpreter.page(&page);
        if interpreter.is_exhausted() {
            return Err(InputError::Inflated);
        }
        looks.add(&drawn);
        pages.push(Page {
            width: page.sheet.width,
            height: page.sheet.height,
            is_cut: page.sheet.is_cut,
            text: lines::lines(&drawn),
        });
    }
    if pages.is_empty() {
        // What an unusual handler encrypted cannot be opened, and leaves no page.
        let is_encrypted = xref::names(bytes, b"Encrypt").next().is_some();
        return Err(if is_encrypted {
            InputError::Encrypted
        } else {
            InputError::Damaged
        });
    }
    if looks.is_scan() {
        return Err(if source.was_cut() {
            InputError::Inflated
        } else {
            InputError::NoText
        });
    }
    let sizes = Sizes::measure(&pages);
    let notes = notes::set_aside(&mut pages, sizes.body, &interpreter.styles);
    let (text, mut formatting) = write::write(&pages, &notes, &sizes, &interpreter.styles);
    if is_printed(&source) && pages.iter().all(is_letter) {
        forget_sizes(&mut formatting);
    }
    let document = text::document(
        name,
        format,
        Raw {
            source: text.into(),
            encoding: Encoding::Utf8 { bom: 0 },
            formatting: Some(formatting),
        },
    );
    if looks.is_unreadable(document.text()) {
        return Err(InputError::NoText);
    }
    Ok(document)
}

/// Whether a file was made by the printer of Windows that makes PDF files. Its paper is Letter where
/// nobody chose another, and what was written for A4 is made smaller to fit.
fn is_printed(source: &Source<'_>) -> bool {
    const PRINTER: &[u8] = b"Print To PDF";
    let info = source.dict(&source.pdf().trailer, b"Info");
    let producer = info.and_then(|info| source.get(info, b"Producer"));
    let producer = producer.and_then(|producer| producer.as_str().ok());
    producer.is_some_and(|name| {
        // It may be UTF-16.
        let letters: Vec<u8> = name.iter().copied().filter(|&b| b != 0).collect();
        letters.windows(PRINTER.len()).any(|part| part == PRINTER)
    })
}

/// Whether a page is of the paper called Letter.
fn is_letter(page: &Page) -> bool {
    (page.width - 612.0).abs() <= 1.0 && (page.height - 792.0).abs() <= 1.0
}

/// Sizes that are not those of the document are not known.
fn forget_sizes(formatting: &mut Formatting) {
    let numbers = formatting.sections.iter_mut();
    let numbers = numbers.filter_map(|section| section.page_numbers.as_mut());
    for number in numbers.flatten() {
        number.style.size = None;
    }
    for run in &mut formatting.runs {
        run.style.size = None;
    }
}

/// How a file is opened. All streams of objects are unpacked then, so that the more there can be,
/// the less each may unpack to.
fn options(bytes: &[u8]) -> LoadOptions {
    let streams = xref::names(bytes, b"ObjStm").count();
    LoadOptions::with_max_decompressed_size(STREAM.min(STREAMS / streams.max(1)))
}

/// What the pages show beside text.
#[derive(Default)]
struct Looks {
    pages: usize,
    /// Pages that are covered by an image.
    scanned: usize,
    /// Those of them without text.
    bare: usize,
    letters: usize,
    /// Letters that are not painted.
    unseen: usize,
}

impl Looks {
    fn add(&mut self, drawn: &content::Drawn) {
        let letters = drawn.text.chars().filter(|c| c.is_alphabetic()).count();
        let is_scanned = drawn.covered >= COVERED;
        self.pages += 1;
        self.scanned += usize::from(is_scanned);
        self.bare += usize::from(is_scanned && letters < FEW_LETTERS);
        self.letters += letters;
        self.unseen += drawn.unseen;
    }

    /// Whether the text is not that of the document: there is none, or most pages are images with
    /// hardly a word on them.
    fn is_scan(&self) -> bool {
        self.letters == 0 || self.bare * 2 > self.pages
    }

    /// Whether a text has no meaning: its signs stand for no letters, or what a recognition put
    /// under a scan is no Vietnamese, with or without its marks.
    fn is_unreadable(&self, text: &str) -> bool {
        let (mut signs, mut senseless) = (0, 0);
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            signs += 1;
            let is_private = ('\u{E000}'..='\u{F8FF}').contains(&c);
            senseless += usize::from(c == char::REPLACEMENT_CHARACTER || is_private);
        }
        if senseless * 100 >= signs * SENSELESS {
            return true;
        }
        if self.scanned * 2 <= self.pages && self.unseen * 2 <= self.letters {
            return false;
        }
        let (mut words, mut readable) = (0, 0);
        for word in text.split(|c: char| !c.is_alphabetic()) {
            if word.chars().nth(1).is_some() {
                words += 1;
                readable += usize::from(is_attested_without_marks(&crate::text::fold(word)));
            }
        }
        readable * 100 < words * READABLE
    }
}
