//! A pull parser over one XML part: elements by namespace, text as it stands, and where it stood.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;

use super::super::InputError;

/// Elements within one another at most.
const DEEPEST: usize = 256;
/// Prefixes of one part that are known at most.
const MOST_PREFIXES: usize = 64;

/// The namespaces that readers know; [`SPACES`] has their addresses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::input) enum Space {
    /// No namespace: attributes without a prefix.
    None,
    /// One that nothing here reads.
    Other,
    /// `w`: text of Word.
    W,
    /// `r`: references to other parts.
    R,
    /// Relationships of parts.
    Relationships,
    /// `mc`: alternatives for older programs.
    Mc,
    /// `a`: drawings.
    A,
    /// `wp`: where a drawing stands in text.
    Wp,
    /// `wps`: shapes with text.
    Wps,
    /// What later versions of Word added around those: groups, canvases, effects. Text in it is read
    /// as anywhere else.
    Later,
    /// `v`: drawings of older programs.
    V,
    /// `m`: formulas.
    M,
    /// `office` of OpenDocument.
    Office,
    /// `text` of OpenDocument.
    Text,
    /// `style` of OpenDocument.
    Style,
    /// `table` of OpenDocument.
    Table,
    /// `draw` of OpenDocument.
    Draw,
    /// `fo` of OpenDocument.
    Fo,
    /// `svg` of OpenDocument.
    Svg,
    /// `xlink`.
    Xlink,
    /// `dc`.
    Dc,
    /// `manifest` of OpenDocument.
    Manifest,
    /// `meta` of OpenDocument.
    Meta,
    /// `loext`: what LibreOffice adds to OpenDocument.
    Loext,
}

/// Namespaces by address; those of Word have a second one in the strict form of the standard.
const SPACES: &[(&str, Space)] = &[
    (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        Space::W,
    ),
    ("http://purl.oclc.org/ooxml/wordprocessingml/main", Space::W),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        Space::R,
    ),
    (
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
        Space::R,
    ),
    (
        "http://schemas.openxmlformats.org/package/2006/relationships",
        Space::Relationships,
    ),
    (
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
        Space::Mc,
    ),
    (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        Space::A,
    ),
    ("http://purl.oclc.org/ooxml/drawingml/main", Space::A),
    (
        "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        Space::Wp,
    ),
    (
        "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
        Space::Wp,
    ),
    (
        "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        Space::Wps,
    ),
    (
        "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
        Space::Later,
    ),
    (
        "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas",
        Space::Later,
    ),
    (
        "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",
        Space::Later,
    ),
    (
        "http://schemas.microsoft.com/office/word/2010/wordml",
        Space::Later,
    ),
    (
        "http://schemas.microsoft.com/office/word/2012/wordml",
        Space::Later,
    ),
    (
        "http://schemas.microsoft.com/office/drawing/2010/main",
        Space::Later,
    ),
    ("urn:schemas-microsoft-com:vml", Space::V),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/math",
        Space::M,
    ),
    ("http://purl.oclc.org/ooxml/officeDocument/math", Space::M),
    (
        "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        Space::Office,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        Space::Text,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        Space::Style,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        Space::Table,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        Space::Draw,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        Space::Fo,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        Space::Svg,
    ),
    ("http://www.w3.org/1999/xlink", Space::Xlink),
    ("http://purl.org/dc/elements/1.1/", Space::Dc),
    (
        "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
        Space::Manifest,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
        Space::Meta,
    ),
    (
        "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
        Space::Loext,
    ),
];

/// What stands next in a part.
#[derive(Clone, Copy, Debug)]
pub(in crate::input) enum Node<'x> {
    /// An element begins; one without content ends with the next node.
    Open(Tag<'x>),
    /// The element that began last and has not ended ends.
    Close,
    /// Characters that stand as they are: [`Xml::range`] has as many bytes.
    Text(&'x str),
    /// A character that was written as a reference, `&amp;` or `&#7879;`.
    Char(char),
    /// The part ends.
    End,
}

/// The beginning of an element.
#[derive(Clone, Copy, Debug)]
pub(in crate::input) struct Tag<'x> {
    /// The namespace.
    pub(in crate::input) space: Space,
    /// The name without prefix.
    pub(in crate::input) name: &'x str,
    /// What stands between the angle brackets.
    raw: &'x str,
    /// Bytes of the name with prefix.
    name_len: usize,
}

/// Reads a part node by node.
///
/// Elements must be closed in order; document type declarations, and so entities of one's own, are
/// refused; elements nest no deeper than [`DEEPEST`].
pub(in crate::input) struct Xml<'x> {
    text: &'x str,
    part: &'x str,
    reader: Reader<&'x [u8]>,
    /// Where in `text` the reader began.
    base: usize,
    /// Elements that were open there.
    floor: usize,
    prefixes: Vec<(&'x str, Space)>,
    depth: usize,
    /// Whether the last element has no content, so that its end is the next node.
    empty: bool,
    range: Range<usize>,
}

impl<'x> Xml<'x> {
    /// Reads the characters `text` of the part named `part`.
    pub(in crate::input) fn new(part: &'x str, text: &'x str) -> Self {
        let content = text.trim_start_matches('\u{FEFF}');
        Self {
            text,
            part,
            reader: Reader::from_str(content),
            base: text.len() - content.len(),
            floor: 0,
            prefixes: Vec::new(),
            depth: 0,
            empty: false,
            range: 0..0,
        }
    }

    /// Reads a stretch of the same part again, between elements that begin and end in it; positions
    /// are those of the part.
    pub(in crate::input) fn within(&self, range: Range<usize>) -> Self {
        Self {
            text: self.text,
            part: self.part,
            reader: Reader::from_str(self.text.get(range.clone()).unwrap_or_default()),
            base: range.start,
            floor: self.depth,
            prefixes: self.prefixes.clone(),
            depth: self.depth,
            empty: false,
            range: range.start..range.start,
        }
    }

    /// Where the last node stands, in bytes of the part from 0; of a CDATA section its content.
    pub(in crate::input) fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Elements that have begun and not ended.
    pub(in crate::input) fn depth(&self) -> usize {
        self.depth
    }

    /// The next node. Comments and instructions are passed over.
    ///
    /// # Errors
    /// When the part is not well-formed, ends too early, nests too deep or declares a document type.
    pub(in crate::input) fn next(&mut self) -> Result<Node<'x>, InputError> {
        if std::mem::take(&mut self.empty) {
            self.range = self.range.end..self.range.end;
            self.depth -= 1;
            return Ok(Node::Close);
        }
        loop {
            let start = self.position();
            let event = self.reader.read_event();
            self.range = start..self.position();
            match event {
                Ok(Event::Start(_)) => return self.open(false).map(Node::Open),
                Ok(Event::Empty(_)) => return self.open(true).map(Node::Open),
                Ok(Event::End(_)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Node::Close);
                }
                Ok(Event::Text(_)) => return Ok(Node::Text(self.slice(0, 0))),
                Ok(Event::CData(_)) => {
                    let text = self.slice("<![CDATA[".len(), "]]>".len());
                    self.range = self.range.start + "<![CDATA[".len()..self.range.end - "]]>".len();
                    return Ok(Node::Text(text));
                }
                Ok(Event::GeneralRef(_)) => {
                    let reference = self.slice(0, 0);
                    let text = unescape(reference).map_err(|_| self.malformed())?;
                    let mut chars = text.chars();
                    return match (chars.next(), chars.next()) {
                        (Some(c), None) => Ok(Node::Char(c)),
                        _ => Err(self.malformed()),
                    };
                }
                Ok(Event::DocType(_)) => {
                    return Err(InputError::Doctype {
                        part: self.part.to_owned(),
                    });
                }
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_)) => {}
                Ok(Event::Eof) if self.depth == self.floor => return Ok(Node::End),
                Ok(Event::Eof) | Err(_) => return Err(self.malformed()),
            }
        }
    }

    /// The next element within the one that began last and has not ended, or `None` where that
    /// ends. Text between elements is passed over. The caller must read each element it is given to
    /// its end.
    ///
    /// # Errors
    /// As for [`next`](Self::next).
    pub(in crate::input) fn child(&mut self) -> Result<Option<Tag<'x>>, InputError> {
        loop {
            match self.next()? {
                Node::Open(tag) => return Ok(Some(tag)),
                Node::Close | Node::End => return Ok(None),
                Node::Text(_) | Node::Char(_) => {}
            }
        }
    }

    /// Reads on to the end of the element that began last and has not ended.
    ///
    /// # Errors
    /// As for [`next`](Self::next).
    pub(in crate::input) fn skip(&mut self) -> Result<(), InputError> {
        let Some(outside) = self.depth.checked_sub(1) else {
            return Ok(());
        };
        while self.depth > outside {
            if let Node::End = self.next()? {
                break;
            }
        }
        Ok(())
    }

    fn open(&mut self, empty: bool) -> Result<Tag<'x>, InputError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(InputError::TooDeep {
                part: self.part.to_owned(),
            });
        }
        self.empty = empty;
        let raw = self.slice(1, if empty { 2 } else { 1 });
        let name_len = raw
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(raw.len());
        if raw[name_len..].contains("xmlns") {
            self.declare(raw, name_len);
        }
        let (prefix, name) = split_name(&raw[..name_len]);
        Ok(Tag {
            space: self.space(prefix),
            name,
            raw,
            name_len,
        })
    }

    /// Takes note of the prefixes that an element declares. They are known to the end of the part:
    /// programs declare the same ones everywhere.
    fn declare(&mut self, raw: &'x str, name_len: usize) {
        for (key, value) in attributes(raw, name_len) {
            let prefix = match split_name(key) {
                ("xmlns", prefix) => prefix,
                ("", "xmlns") => "",
                _ => continue,
            };
            let space = SPACES
                .iter()
                .find(|(address, _)| *address == value)
                .map_or(Space::Other, |&(_, space)| space);
            let known = self.prefixes.iter().position(|(known, _)| *known == prefix);
            match known {
                Some(index) => self.prefixes[index].1 = space,
                None if space != Space::Other && self.prefixes.len() < MOST_PREFIXES => {
                    self.prefixes.push((prefix, space));
                }
                None => {}
            }
        }
    }

    /// Whether the namespaces of all these prefixes, with blanks between them, are known.
    pub(in crate::input) fn knows(&self, prefixes: &str) -> bool {
        let mut prefixes = prefixes.split_ascii_whitespace();
        prefixes.all(|prefix| self.space(prefix) != Space::Other)
    }

    /// The namespace of a prefix of elements.
    fn space(&self, prefix: &str) -> Space {
        let known = self.prefixes.iter().find(|(known, _)| *known == prefix);
        known.map_or(Space::Other, |&(_, space)| space)
    }

    /// The value of an attribute of an element.
    pub(in crate::input) fn attribute(
        &self,
        tag: Tag<'x>,
        space: Space,
        name: &str,
    ) -> Option<Cow<'x, str>> {
        attributes(tag.raw, tag.name_len).find_map(|(key, value)| {
            let (prefix, local) = split_name(key);
            if local != name {
                return None;
            }
            let of = if prefix.is_empty() {
                Space::None
            } else {
                self.space(prefix)
            };
            (of == space).then(|| unescape(value).unwrap_or(Cow::Borrowed(value)))
        })
    }

    /// Whether an element says that the blanks at the ends of its text are text.
    pub(in crate::input) fn space_kept(&self, tag: Tag<'x>) -> bool {
        attributes(tag.raw, tag.name_len)
            .any(|(key, value)| key == "xml:space" && value == "preserve")
    }

    fn slice(&self, from_start: usize, from_end: usize) -> &'x str {
        let range = self.range.start + from_start..self.range.end.saturating_sub(from_end);
        self.text.get(range).unwrap_or_default()
    }

    fn position(&self) -> usize {
        let offset = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        self.base.saturating_add(offset)
    }

    fn malformed(&self) -> InputError {
        InputError::Malformed {
            part: self.part.to_owned(),
        }
    }
}

/// The attributes of an element as written; what is no attribute ends them.
fn attributes(raw: &str, name_len: usize) -> impl Iterator<Item = (&str, &str)> {
    let mut attributes = Attributes::new(raw, name_len);
    attributes.with_checks(false);
    attributes.map_while(Result::ok).filter_map(|attribute| {
        let Cow::Borrowed(value) = attribute.value else {
            return None;
        };
        Some((attribute.key.into_inner(), value))
    })
}

fn split_name(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}
