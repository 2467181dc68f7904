//! Findings as comments in a Word file; its text and all parts that need no change stay as they are.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::archive::{self, Part};
use super::earlier;
use super::elements::{attribute_of, before_end, element, elements, is_tag, prefix_of, root};
use super::main_part::{DECLARATION, Main, with_type};
use super::package::{KEEP, Package, text_tag};
use super::patch::{Patch, escaped};
use crate::document::{COMMENTER, Format};
use crate::input::docx::Piece;
use crate::text::Span;

/// A comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// What it is about, in the source; `None` is the whole document.
    pub span: Option<Span>,
    /// Its text.
    pub paragraphs: Vec<String>,
}

/// How exactly comments are placed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grain {
    /// On their very characters; runs are split.
    Character,
    /// On whole runs.
    Run,
}

const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";
/// A Word file with comments by [`COMMENTER`] in the place of those that it has; `None` where it cannot
/// be written. The comments of others stay.
#[must_use]
pub fn annotate(bytes: &[u8], notes: &[Note], grain: Grain) -> Option<Vec<u8>> {
    let Some(bytes) = earlier::without(bytes) else {
        return notes.is_empty().then(|| bytes.to_vec());
    };
    if notes.is_empty() {
        return Some(bytes.into_owned());
    }
    let word = Package::open(&bytes, Format::Docx)?;
    let main = Main::open(&bytes, &word)?;
    let mut anchors = Anchors::new(&word, &main, grain)?;
    let book = Book::open(&bytes, &main)?;
    let numbered: Vec<_> = free_ids(&[anchors.xml, &book.text]).zip(notes).collect();
    for &(id, note) in &numbered {
        anchors.add(note.span, id)?;
    }
    let patches = anchors.patches()?;
    word.with_patches(patches, book.with(&numbered, &main)?)
}

/// The ids that no comment of some parts has, from the smallest: ids have 31 bits.
fn free_ids(parts: &[&str]) -> impl Iterator<Item = u32> {
    let tags = parts.iter().flat_map(|xml| xml.split("comment").skip(1));
    let ids = tags.filter_map(|tag| {
        let (_, id) = tag.split('>').next()?.split_once("id=")?;
        let quote = id.get(..1)?;
        id[1..].split(quote).next()?.trim().parse::<u32>().ok()
    });
    let taken: HashSet<u32> = ids.collect();
    (0..).filter(move |id| !taken.contains(id))
}

/// Where comments begin and end in the main part.
struct Anchors<'w, 'b> {
    word: &'w Package<'b>,
    part: u16,
    xml: &'w str,
    grain: Grain,
    /// The runs of the main part in order, of those within others the outermost: in a text box no
    /// comment may be.
    runs: Vec<Range<usize>>,
    /// Where the text refers to notes; looked for when it is asked.
    notes: OnceCell<Notes>,
    /// The prefix of elements: `w:`.
    prefix: String,
    /// That of elements with attributes, which must have one.
    own: Own,
    marks: BTreeMap<Spot, Marks>,
}

/// A place between two elements or within one that is split there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Spot {
    /// In bytes of the part.
    at: usize,
    within: Within,
    /// The start of the run that is split, in bytes of the part.
    run: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Within {
    /// Between two runs.
    Paragraph,
    /// In a run, between what it holds.
    Run,
    /// In the text of a run.
    Text,
}

/// How elements are named that are put in with attributes.
#[derive(Default)]
struct Own {
    prefix: String,
    /// The declaration of the prefix in each, where the part has none because its namespace is the
    /// default: attributes are in no namespace without a prefix.
    namespace: String,
}

impl Own {
    fn new(prefix: &str, main: &Main) -> Self {
        if !prefix.is_empty() {
            return Self {
                prefix: prefix.to_owned(),
                namespace: String::new(),
            };
        }
        Self {
            prefix: "w:".to_owned(),
            namespace: format!(" xmlns:w=\"{}\"", main.namespace),
        }
    }
}

#[derive(Default)]
struct Marks {
    ends: String,
    begins: String,
}

impl<'w, 'b> Anchors<'w, 'b> {
    fn new(word: &'w Package<'b>, main: &Main, grain: Grain) -> Option<Self> {
        let part = main.part;
        let xml = word.xml(part)?;
        let mut anchors = Self {
            word,
            part,
            xml,
            grain,
            runs: elements(xml, "r")?,
            notes: OnceCell::new(),
            prefix: String::new(),
            own: Own::default(),
            marks: BTreeMap::new(),
        };
        let run = anchors.first_piece()?.run?;
        let start = word.provenance.runs.get(run as usize)?.start;
        anchors.prefix = prefix_of(xml.get(start..)?)?.to_owned();
        anchors.own = Own::new(&anchors.prefix, main);
        Some(anchors)
    }

    fn is_usable(&self, piece: &Piece) -> bool {
        let run = |run| self.word.provenance.runs.get(run as usize);
        let own = piece.run.and_then(run);
        own.is_some_and(|own| {
            self.outermost(piece)
                .is_some_and(|run| run.start == own.start)
        })
    }

    /// The outermost run around a piece of the main part.
    fn outermost(&self, piece: &Piece) -> Option<&Range<usize>> {
        let at = piece.raw.start;
        let next = self.runs.partition_point(|run| run.start <= at);
        let run = self.runs.get(next.checked_sub(1)?)?;
        (piece.part == self.part && at < run.end).then_some(run)
    }

    fn first_piece(&self) -> Option<&'w Piece> {
        let pieces = &self.word.provenance.pieces;
        pieces.iter().find(|piece| self.is_usable(piece))
    }

    fn add(&mut self, span: Option<Span>, id: u32) -> Option<()> {
        let Own {
            prefix: p,
            namespace,
        } = &self.own;
        let begin = format!("<{p}commentRangeStart{namespace} {p}id=\"{id}\"/>");
        let end = format!(
            "<{p}commentRangeEnd{namespace} {p}id=\"{id}\"/>\
             <{p}r{namespace}><{p}commentReference {p}id=\"{id}\"/></{p}r>"
        );
        match span.and_then(|span| self.around(span)) {
            Some((from, to)) => {
                self.marks.entry(from).or_default().begins += &begin;
                self.marks.entry(to).or_default().ends += &end;
            }
            None => {
                let at = self.paragraph_begins(self.first_piece()?)?;
                let spot = Spot {
                    at,
                    within: Within::Paragraph,
                    run: 0,
                };
                self.marks.entry(spot).or_default().ends += &(begin + &end);
            }
        }
        Some(())
    }

    /// Where a comment on a span begins and ends: on its text, or on what holds the box or the mark of
    /// the note that it stands in, as no comment may be there. `None` where there is none of these.
    fn around(&self, span: Span) -> Option<(Spot, Spot)> {
        let source = &self.word.provenance.source;
        let span = if span.is_empty() {
            // On the character before a place, or after it.
            let at = span.start as usize;
            let before = source.get(..at)?.chars().next_back();
            match before.filter(|c| !matches!(c, '\n' | '\r')) {
                Some(c) => Span::new(at - c.len_utf8(), at),
                None => Span::new(at, at + source.get(at..)?.chars().next()?.len_utf8()),
            }
        } else {
            span
        };
        let pieces = self.word.provenance.pieces_in(span);
        let Some(first) = pieces.iter().find(|piece| self.is_usable(piece)) else {
            return pieces.iter().find_map(|piece| self.holder(piece));
        };
        let last = pieces.iter().rev().find(|piece| self.is_usable(piece))?;
        let from = self.spot(first, span.start.max(first.source.start), true)?;
        let to = self.spot(last, span.end.min(last.source.end), false)?;
        Some((from, to))
    }

    /// The places around the run that holds the box of a piece, or the mark of its note.
    fn holder(&self, piece: &Piece) -> Option<(Spot, Spot)> {
        let run = if piece.part == self.part {
            self.outermost(piece)?
        } else {
            let make = || Notes::new(self.word, self.xml, &self.runs);
            self.notes.get_or_init(make).mark_of(piece)?
        };
        let spot = |at| Spot {
            at,
            within: Within::Paragraph,
            run: 0,
        };
        Some((spot(run.start), spot(run.end)))
    }

    /// The place where a comment begins or ends, at an offset of a piece, its ends included.
    fn spot(&self, piece: &Piece, offset: u32, begins: bool) -> Option<Spot> {
        let provenance = &self.word.provenance;
        let run = provenance.runs.get(piece.run? as usize)?;
        let is_begin = offset == piece.source.start;
        let is_end = offset == piece.source.end;
        let pieces = &provenance.pieces;
        let index = pieces.partition_point(|other| other.source.start < piece.source.start);
        let beside = if is_begin {
            index.checked_sub(1).and_then(|index| pieces.get(index))
        } else {
            pieces.get(index + 1)
        };
        let is_edge = (is_begin || is_end)
            && beside.is_none_or(|other| (other.run, other.part) != (piece.run, piece.part));
        let raw = self.xml.get(piece.raw.clone())?;
        let is_plain = raw.len() == (piece.source.end - piece.source.start) as usize;
        // What is no markup cannot be ended by it.
        let can_split = (is_plain || is_begin || is_end) && self.word.verbatim(piece).is_none();
        if is_edge || self.grain == Grain::Run || !can_split {
            return Some(Spot {
                at: if begins { run.start } else { run.end },
                within: Within::Paragraph,
                run: 0,
            });
        }
        let at = if is_begin {
            piece.raw.start
        } else if is_end {
            piece.raw.end
        } else {
            piece.raw.start + (offset - piece.source.start) as usize
        };
        if !self.xml.is_char_boundary(at) {
            return None;
        }
        let within = if raw.starts_with('<') {
            Within::Run
        } else {
            Within::Text
        };
        Some(Spot {
            at,
            within,
            run: run.start,
        })
    }

    /// After the properties of the paragraph of a piece.
    fn paragraph_begins(&self, piece: &Piece) -> Option<usize> {
        let paragraph = self
            .word
            .provenance
            .paragraphs
            .get(piece.paragraph as usize)?;
        let run = self.word.provenance.runs.get(piece.run? as usize)?;
        let name = format!("{}p", self.prefix);
        // The paragraph of the piece, or that of a text box before it.
        if !paragraph.contains(&run.start) || !is_tag(self.xml.get(paragraph.start..)?, &name) {
            return Some(run.start);
        }
        let tag = self.xml.get(paragraph.clone())?.find('>')? + 1;
        let inside = paragraph.start + tag;
        let properties = element(self.xml.get(inside..)?, &format!("{}pPr", self.prefix));
        Some(inside + properties.map_or(0, str::len))
    }

    fn patches(self) -> Option<Vec<Patch>> {
        let p = &self.prefix;
        let mut patches = Vec::new();
        let mut patch = |range: Range<usize>, text: String| {
            patches.push(Patch {
                part: self.part,
                range,
                text,
            });
        };
        for (spot, Marks { ends, begins }) in &self.marks {
            if spot.within == Within::Paragraph {
                patch(spot.at..spot.at, format!("{ends}{begins}"));
                continue;
            }
            let run = self.xml.get(spot.run..)?;
            let tag = run.get(..=run.find('>')?)?;
            let properties = element(run.get(tag.len()..)?, &format!("{p}rPr")).unwrap_or("");
            let (close, open) = if spot.within == Within::Run {
                (String::new(), String::new())
            } else {
                let (space, keeps) = text_tag(self.xml, spot.at)?;
                let is_blank = |c: Option<char>| c.is_some_and(char::is_whitespace);
                if !keeps && is_blank(self.xml[..spot.at].chars().next_back()) {
                    patch(space, KEEP.to_owned());
                }
                let keeps = keeps || is_blank(self.xml[spot.at..].chars().next());
                let space = if keeps { KEEP } else { "" };
                (format!("</{p}t>"), format!("<{p}t{space}>"))
            };
            patch(
                spot.at..spot.at,
                format!("{close}</{p}r>{ends}{begins}{tag}{properties}{open}"),
            );
        }
        Some(patches)
    }
}

/// The notes of a file.
#[derive(Default)]
struct Notes {
    /// The runs of the main part with their marks, by kind and id; of runs within others the outermost.
    marks: BTreeMap<(&'static str, String), Range<usize>>,
    /// The notes by part and place: where each ends, its kind and id.
    places: BTreeMap<(u16, usize), (usize, &'static str, String)>,
}

impl Notes {
    const KINDS: [(&'static str, &'static str); 2] = [
        ("footnote", "footnoteReference"),
        ("endnote", "endnoteReference"),
    ];

    fn new(word: &Package<'_>, main: &str, runs: &[Range<usize>]) -> Self {
        let mut places = BTreeMap::new();
        for part in (0..word.provenance.parts.len()).filter_map(|part| u16::try_from(part).ok()) {
            let xml = word.xml(part).unwrap_or_default();
            for (kind, _) in Self::KINDS {
                for note in elements(xml, kind).unwrap_or_default() {
                    if let Some(id) = xml
                        .get(note.clone())
                        .and_then(|note| attribute_of(note, "id"))
                    {
                        places.insert((part, note.start), (note.end, kind, id));
                    }
                }
            }
        }
        let mut marks = BTreeMap::new();
        for run in runs {
            let Some(xml) = main.get(run.clone()) else {
                continue;
            };
            for (kind, reference) in Self::KINDS {
                if !xml.contains(reference) {
                    continue;
                }
                for mark in elements(xml, reference).unwrap_or_default() {
                    if let Some(id) = xml.get(mark).and_then(|mark| attribute_of(mark, "id")) {
                        marks.entry((kind, id)).or_insert_with(|| run.clone());
                    }
                }
            }
        }
        Self { marks, places }
    }

    /// The run with the mark of the note that a piece stands in.
    fn mark_of(&self, piece: &Piece) -> Option<&Range<usize>> {
        let at = (piece.part, piece.raw.start);
        let (&(part, _), (end, kind, id)) = self.places.range(..=at).next_back()?;
        let is_in = part == piece.part && piece.raw.end <= *end;
        self.marks.get(&(*kind, id.clone())).filter(|_| is_in)
    }
}

/// The part that holds the comments of a file, and those that speak of it.
struct Book {
    name: String,
    /// What it holds; a part without comments where there was none.
    text: String,
    /// The parts that must name it, where it is new.
    others: Vec<Part>,
}

impl Book {
    fn open(bytes: &[u8], main: &Main) -> Option<Self> {
        let known = main.part_of_kind("comments");
        if let Some(name) = known
            && let Some(text) = archive::text(bytes, name)
        {
            return Some(Self {
                name: name.to_owned(),
                text,
                others: Vec::new(),
            });
        }
        let (name, others) = match known {
            // The file speaks of a part that it does not have.
            Some(name) => {
                let types = with_type(bytes, name, TYPE)?;
                (name.to_owned(), types.into_iter().collect())
            }
            None => {
                let new = main.new_part(bytes, "comments", "comments", TYPE)?;
                (new.name, new.others)
            }
        };
        let namespace = main.namespace;
        Some(Self {
            name,
            text: format!("{DECLARATION}<w:comments xmlns:w=\"{namespace}\"></w:comments>"),
            others,
        })
    }

    /// The parts to write, with comments under their ids.
    fn with(self, notes: &[(u32, &Note)], main: &Main) -> Option<Vec<Part>> {
        let (root, p) = root(&self.text)?;
        let Own {
            prefix: p,
            namespace,
        } = Own::new(&p, main);
        let mut text = String::new();
        for (id, note) in notes {
            text += &format!(
                "<{p}comment{namespace} {p}id=\"{id}\" {p}author=\"{COMMENTER}\" {p}initials=\"{COMMENTER}\">"
            );
            for paragraph in &note.paragraphs {
                let paragraph = escaped(paragraph);
                text += &format!(
                    "<{p}p><{p}r><{p}t xml:space=\"preserve\">{paragraph}</{p}t></{p}r></{p}p>"
                );
            }
            text += &format!("</{p}comment>");
        }
        let mut parts = self.others;
        parts.push(Part {
            text: before_end(&self.text, &root, &text)?,
            name: self.name,
        });
        Some(parts)
    }
}
