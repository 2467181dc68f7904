//! A document as it was read: the text as given, the text in normal form, and the way back; for
//! formats that say so, also how it looks.

mod block;
mod formatting;
mod suppression;

pub use formatting::{
    Align, COMMENTER, Cell, CharStyle, DrawnLine, FooterLine, Formatting, LineMake, LineSpacing,
    MarginPlace, Margins, Mark, MarkKind, PageNumber, Pages, Paragraph, Run, Section, Twips,
};

pub use suppression::{Scope, Suppression};

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::text::{LetterForm, LineColumn, Lines, OffsetMap, Span};

/// The file format a document came in, as the machine output names it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Plain text.
    Txt,
    /// Markdown; its marks are no part of [`Document::text`].
    Md,
    /// Word (Office Open XML).
    Docx,
    /// OpenDocument text.
    Odt,
    /// PDF with text in it.
    Pdf,
    /// Word 97-2003, converted to Office Open XML before it is read.
    Doc,
    /// Rich Text Format, converted to Office Open XML before it is read.
    Rtf,
}

impl Format {
    /// The name in machine output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Md => "md",
            Self::Docx => "docx",
            Self::Odt => "odt",
            Self::Pdf => "pdf",
            Self::Doc => "doc",
            Self::Rtf => "rtf",
        }
    }

    /// Whether the lines of the source are the paragraphs of the file, so that none has to be
    /// joined with the next.
    #[must_use]
    pub fn has_paragraphs(self) -> bool {
        matches!(self, Self::Docx | Self::Odt | Self::Doc | Self::Rtf)
    }
}

/// How the characters stood in the file; decides how an offset in [`Document::source`] becomes
/// a byte of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8; `bom` is the length of the byte order mark, 0 or 3.
    Utf8 {
        /// Bytes of the byte order mark.
        bom: u8,
    },
    /// UTF-8 in which some bytes are no character; U+FFFD stands for them in the source.
    Utf8Repaired {
        /// From the source to the bytes of the file.
        bytes: OffsetMap,
    },
    /// UTF-16, either byte order; `bom` is 0 or 2.
    Utf16 {
        /// Bytes of the byte order mark.
        bom: u8,
        /// Bytes of the file: half a unit may stand at its end.
        len: u64,
        /// Whether the high byte of a unit comes first.
        big_endian: bool,
    },
    /// One byte a character: TCVN3, VNI or another 8-bit set, decoded as Latin-1 or windows-1252.
    SingleByte,
}

/// Something in the characters of a file that is not as it should be, though it could be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damage {
    /// What it is.
    pub kind: DamageKind,
    /// How many characters (for an encoding: letters) are affected.
    pub count: u32,
    /// The first place, in [`Document::source`].
    pub first: Span,
}

/// The kinds of [`Damage`]; the names are those that rules use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DamageKind {
    /// Letters written with combining marks (NFD, or Word's mixed "tổ hợp" form).
    Decomposed,
    /// Letters of other alphabets that look Vietnamese: `Ð` (eth), Cyrillic `а`, `Ƣ`.
    Lookalike,
    /// Text of the TCVN3 (ABC) encoding.
    Tcvn3,
    /// Text of the VNI encoding.
    Vni,
    /// Text of the windows-1258 encoding.
    Windows1258,
    /// UTF-8 that was read as windows-1252 and saved again.
    Mojibake,
    /// Zero-width characters and soft hyphens.
    Invisible,
    /// Control characters, and bytes or code units that are no character.
    Control,
    /// The text was read by an optical recognition that lost Vietnamese letters, or was typed
    /// without marks.
    LostDiacritics,
}

impl DamageKind {
    /// Whether the letters of the file are those of an encoding other than Unicode, even where its
    /// bytes were saved as UTF-8.
    #[must_use]
    pub fn is_encoding(self) -> bool {
        matches!(
            self,
            Self::Tcvn3 | Self::Vni | Self::Windows1258 | Self::Mojibake
        )
    }
}

/// How far the letters and lines of a document can be trusted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
    /// Lines are paragraphs, letters are right.
    Clean,
    /// Letters are right, lines were broken by the extraction.
    Wrapped,
    /// Letters were lost.
    Ocr,
}

impl Quality {
    /// The name in machine output and in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Wrapped => "wrapped",
            Self::Ocr => "ocr",
        }
    }
}

/// What a reader in [`input`](crate::input) makes of a file.
#[derive(Debug)]
pub struct Document {
    /// The name as given on the command line.
    pub name: String,
    /// The format that was recognised.
    pub format: Format,
    encoding: Encoding,
    source: Arc<str>,
    text: Arc<str>,
    map: OffsetMap,
    /// What is wrong with the characters, once per kind.
    pub damage: Vec<Damage>,
    /// Whether letters were lost (see [`Quality::Ocr`]).
    pub letters_lost: bool,
    /// Whether the text is Vietnamese, as far as it shows; a text of a few words counts as such.
    pub is_vietnamese: bool,
    /// How it looks; `None` for formats of text alone.
    pub formatting: Option<Formatting>,
    /// Comments that ask for silence on rules, in the order of the source.
    pub suppressions: Vec<Suppression>,
    lines: OnceLock<Lines>,
    form: OnceLock<LetterForm>,
    /// Where offsets stand, for a document that was [kept](Kept).
    places: BTreeMap<u32, Location>,
}

/// What is needed of a document to show findings in it once more, beside its source.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Kept {
    format: Format,
    encoding: KeptEncoding,
    is_vietnamese: bool,
    /// Why silence was asked for, by the comments, as bytes of the source.
    reasons: Vec<(u32, u32)>,
    places: Vec<KeptPlace>,
}

/// Where an offset stands: a [`Location`].
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct KeptPlace {
    offset: u32,
    page: Option<u32>,
    part: Option<String>,
    paragraph: Option<u32>,
    run: Option<u32>,
}

/// [`Encoding`] without what is too large to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum KeptEncoding {
    Utf8 { bom: u8 },
    Utf16 { bom: u8, len: u64, big_endian: bool },
    SingleByte,
}

/// Where something stands in a file that is more than text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Location {
    /// The page, from 1, where the file tells.
    pub page: Option<u32>,
    /// The part of the file: `word/document.xml`.
    pub part: Option<Arc<str>>,
    /// The paragraph of that part, from 1, tables and boxes included.
    pub paragraph: Option<u32>,
    /// The run of that paragraph, from 1; those side by side that look alike count as one. `None` for
    /// what stands in no run, as an automatic number.
    pub run: Option<u32>,
}

/// Everything a [`Document`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// See [`Document::name`].
    pub name: String,
    /// See [`Document::format`].
    pub format: Format,
    /// How the characters stood in the file.
    pub encoding: Encoding,
    /// See [`Document::source`].
    pub source: Arc<str>,
    /// See [`Document::text`]; the same `Arc` as `source` where nothing had to change.
    pub text: Arc<str>,
    /// From `text` back to `source`.
    pub map: OffsetMap,
    /// See [`Document::damage`].
    pub damage: Vec<Damage>,
    /// See [`Document::letters_lost`].
    pub letters_lost: bool,
    /// See [`Document::is_vietnamese`].
    pub is_vietnamese: bool,
    /// See [`Document::formatting`].
    pub formatting: Option<Formatting>,
}

impl Document {
    /// Puts a document together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            name: parts.name,
            format: parts.format,
            encoding: parts.encoding,
            source: parts.source,
            text: parts.text,
            map: parts.map,
            damage: parts.damage,
            letters_lost: parts.letters_lost,
            is_vietnamese: parts.is_vietnamese,
            formatting: parts.formatting,
            suppressions: Vec::new(),
            lines: OnceLock::new(),
            form: OnceLock::new(),
            places: BTreeMap::new(),
        }
    }

    /// What is to be kept of the document so that findings at these offsets of its source can be
    /// shown again; `None` for one that has to be read anew.
    pub fn kept(&self, offsets: impl Iterator<Item = u32>) -> Option<Kept> {
        let encoding = match self.encoding {
            Encoding::Utf8 { bom } => KeptEncoding::Utf8 { bom },
            Encoding::Utf16 {
                bom,
                len,
                big_endian,
            } => KeptEncoding::Utf16 {
                bom,
                len,
                big_endian,
            },
            Encoding::SingleByte => KeptEncoding::SingleByte,
            Encoding::Utf8Repaired { .. } => return None,
        };
        let place = |offset| {
            let at = self.location(offset)?;
            Some(KeptPlace {
                offset,
                page: at.page,
                part: at.part.map(|part| part.to_string()),
                paragraph: at.paragraph,
                run: at.run,
            })
        };
        let comments = self.suppressions.iter();
        Some(Kept {
            format: self.format,
            encoding,
            is_vietnamese: self.is_vietnamese,
            reasons: comments.map(|c| (c.reason.start, c.reason.end)).collect(),
            places: offsets.filter_map(place).collect(),
        })
    }

    /// A document of which only the source is known and what was [kept](Self::kept): to be shown,
    /// not to be checked.
    #[must_use]
    pub fn of_kept(name: &str, source: &str, kept: Kept) -> Self {
        let source: Arc<str> = source.into();
        let reason = |(start, end)| Suppression {
            span: Span::default(),
            scope: None,
            word: Span::default(),
            names: Vec::new(),
            reason: Span { start, end },
            after_text: false,
        };
        let place = |place: KeptPlace| {
            let location = Location {
                page: place.page,
                part: place.part.map(Arc::from),
                paragraph: place.paragraph,
                run: place.run,
            };
            (place.offset, location)
        };
        let mut document = Self::new(Parts {
            name: name.to_owned(),
            format: kept.format,
            encoding: match kept.encoding {
                KeptEncoding::Utf8 { bom } => Encoding::Utf8 { bom },
                KeptEncoding::Utf16 {
                    bom,
                    len,
                    big_endian,
                } => Encoding::Utf16 {
                    bom,
                    len,
                    big_endian,
                },
                KeptEncoding::SingleByte => Encoding::SingleByte,
            },
            text: Arc::from(""),
            map: OffsetMap::default(),
            source,
            damage: Vec::new(),
            letters_lost: false,
            is_vietnamese: kept.is_vietnamese,
            formatting: None,
        });
        document.suppressions = kept.reasons.into_iter().map(reason).collect();
        document.places = kept.places.into_iter().map(place).collect();
        document
    }

    /// The characters of the file as given, decoded, without a byte order mark. Diagnostics
    /// point into this text.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The normal form: NFC, `\n` line ends, plain blanks, Vietnamese letters for look-alikes.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A span of [`text`](Self::text) as a span of [`source`](Self::source).
    #[must_use]
    pub fn to_source(&self, span: Span) -> Span {
        self.map.span(span)
    }

    /// The line table of [`source`](Self::source).
    #[must_use]
    pub fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::new(&self.source))
    }

    /// Line and columns of an offset in [`source`](Self::source).
    #[must_use]
    pub fn position(&self, offset: u32) -> LineColumn {
        self.lines().position(offset, &self.source)
    }

    /// The span in `source` of a line counted from 1, line break included.
    #[must_use]
    pub fn line_span(&self, line: u32) -> Option<Span> {
        self.lines().span(line, &self.source)
    }

    /// How the letters of the source are put into characters.
    #[must_use]
    pub fn letter_form(&self) -> LetterForm {
        let is_decomposed = |damage: &Damage| damage.kind == DamageKind::Decomposed;
        *self
            .form
            .get_or_init(|| match self.damage.iter().any(is_decomposed) {
                true => LetterForm::of(&self.source),
                false => LetterForm::default(),
            })
    }

    /// Whether a text can be written into the file as it is: into one of 8 bits a character only
    /// ASCII can, since its letters are those of an old Vietnamese encoding.
    #[must_use]
    pub fn can_hold(&self, text: &str) -> bool {
        let is_old = self.encoding == Encoding::SingleByte
            || self.damage.iter().any(|damage| damage.kind.is_encoding());
        !is_old || text.is_ascii()
    }

    /// The bytes of a text in the encoding of the file; `None` where it cannot be written there
    /// (see [`can_hold`](Self::can_hold)).
    #[must_use]
    pub fn encode(&self, text: &str) -> Option<Vec<u8>> {
        if !self.can_hold(text) {
            return None;
        }
        Some(match self.encoding {
            Encoding::Utf16 {
                big_endian: true, ..
            } => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Encoding::Utf16 { .. } => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            // Of one byte a character, the ASCII that it can hold.
            Encoding::Utf8 { .. } | Encoding::Utf8Repaired { .. } | Encoding::SingleByte => {
                text.as_bytes().to_vec()
            }
        })
    }

    /// Where an offset of the source stands in a file that is more than text.
    #[must_use]
    pub fn location(&self, offset: u32) -> Option<Location> {
        let Some(formatting) = self.formatting.as_ref() else {
            return self.places.get(&offset).cloned();
        };
        let paragraph = &formatting.paragraphs[formatting.paragraph_index(offset)?];
        let has_number = self.format.has_paragraphs();
        Some(Location {
            page: paragraph.page,
            part: formatting.parts.get(usize::from(paragraph.part)).cloned(),
            paragraph: has_number.then_some(paragraph.number),
            run: formatting
                .run_number(paragraph, offset)
                .filter(|_| has_number),
        })
    }

    /// The byte of the file, from 0, where the character at an offset of `source` begins.
    #[must_use]
    pub fn file_byte(&self, offset: u32) -> u64 {
        match &self.encoding {
            Encoding::Utf8 { bom } => u64::from(offset) + u64::from(*bom),
            Encoding::Utf8Repaired { bytes } => u64::from(bytes.start(offset)),
            Encoding::Utf16 { bom, len, .. } => {
                let units = self.lines().counts(offset, &self.source).utf16;
                (u64::from(units) * 2 + u64::from(*bom)).min(*len)
            }
            Encoding::SingleByte => u64::from(self.lines().counts(offset, &self.source).chars),
        }
    }
}
