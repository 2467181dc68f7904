//! Edits in Word and OpenDocument files: only characters between tags change.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::archive::{self, Part};
use super::elements::{children, elements};
use super::patch::{Patch, escaped, patched};
use crate::diagnostic::Edit;
use crate::document::Format;
use crate::input::docx::{Piece, Provenance};
use crate::input::{docx, odt};
use crate::text::Span;

/// Texts of more characters are replaced whole, not letter by letter.
const LETTER_BY_LETTER: usize = 400;

/// What makes a text of Word keep the blanks at its ends.
pub(super) const KEEP: &str = " xml:space=\"preserve\"";

/// A file of parts and where its characters stand in it.
pub(super) struct Package<'b> {
    bytes: &'b [u8],
    format: Format,
    pub(super) provenance: Provenance,
    parts: Vec<OnceCell<Option<String>>>,
}

impl<'b> Package<'b> {
    /// `None` where the file cannot be written again.
    pub(super) fn open(bytes: &'b [u8], format: Format) -> Option<Self> {
        if !archive::can_change(bytes) {
            return None;
        }
        let provenance = match format {
            Format::Docx => docx::provenance(bytes).ok()?,
            Format::Odt => odt::provenance(bytes).ok()?,
            _ => return None,
        };
        Some(Self {
            bytes,
            format,
            parts: provenance.parts.iter().map(|_| OnceCell::new()).collect(),
            provenance,
        })
    }

    /// Whether an edit can be written: all that it replaces stands in the file as text.
    pub(super) fn holds(&self, edit: &Edit) -> bool {
        self.patches(edit).is_some()
    }

    /// The file with edits, which are sorted and do not overlap.
    pub(super) fn write(&self, edits: &[Edit]) -> Option<Vec<u8>> {
        let mut patches = Vec::new();
        for edit in edits {
            patches.append(&mut self.patches(edit)?);
        }
        patches.extend(self.in_alternatives(&patches));
        self.with_patches(patches, Vec::new())
    }

    /// The same patches in what else a file holds of a text box (`mc:AlternateContent`), for programs
    /// that show another of the two: where both have the same in them.
    pub(super) fn in_alternatives(&self, patches: &[Patch]) -> Vec<Patch> {
        let mut again = Vec::new();
        let mut parts: Vec<u16> = patches.iter().map(|patch| patch.part).collect();
        parts.sort_unstable();
        parts.dedup();
        for part in parts {
            let xml = self.xml(part).unwrap_or_default();
            for [one, other] in alternatives(xml) {
                let inside = patches.iter().filter(|patch| {
                    patch.part == part && one.start < patch.range.start && patch.range.end < one.end
                });
                again.extend(inside.map(|patch| {
                    let at = |place: usize| place - one.start + other.start;
                    Patch {
                        range: at(patch.range.start)..at(patch.range.end),
                        ..patch.clone()
                    }
                }));
            }
        }
        again
    }

    /// The file with patches and other parts.
    pub(super) fn with_patches(
        &self,
        patches: Vec<Patch>,
        mut parts: Vec<Part>,
    ) -> Option<Vec<u8>> {
        let mut of_parts: BTreeMap<u16, Vec<Patch>> = BTreeMap::new();
        for patch in patches {
            of_parts.entry(patch.part).or_default().push(patch);
        }
        for (part, patches) in of_parts {
            parts.push(Part {
                name: self.provenance.parts.get(usize::from(part))?.to_string(),
                text: patched(self.xml(part)?, patches)?,
            });
        }
        let is_xml = parts.iter().all(|part| is_well_formed(&part.text));
        is_xml.then(|| archive::with_parts(self.bytes, &parts))?
    }

    /// The characters of a part.
    pub(super) fn xml(&self, part: u16) -> Option<&str> {
        let part = usize::from(part);
        let text = self.parts.get(part)?.get_or_init(|| {
            let name = self.provenance.parts.get(part)?;
            archive::text(self.bytes, name)
        });
        text.as_deref()
    }

    fn patches(&self, edit: &Edit) -> Option<Vec<Patch>> {
        let old = edit.span.of(&self.provenance.source);
        let mut patches = Vec::new();
        for (range, new) in steps(old, &edit.content) {
            let start = edit.span.start as usize;
            let span = Span::new(start + range.start, start + range.end);
            if span.is_empty() {
                self.insert(span.start, &new, &mut patches)?;
            } else {
                self.replace(span, &new, &mut patches)?;
            }
        }
        Some(patches)
    }

    /// The first piece of text takes the new text, the others lose theirs.
    fn replace(&self, span: Span, new: &str, patches: &mut Vec<Patch>) -> Option<()> {
        let pieces = self.provenance.pieces_in(span);
        let (first, last) = (pieces.first()?, pieces.last()?);
        let is_whole = first.source.start <= span.start
            && last.source.end >= span.end
            && pieces.windows(2).all(|pair| {
                pair[0].source.end == pair[1].source.start
                    && (pair[0].part, pair[0].paragraph) == (pair[1].part, pair[1].paragraph)
            });
        if !is_whole {
            return None;
        }
        let takes = pieces.iter().position(|piece| !self.is_element(piece));
        for (index, piece) in pieces.iter().enumerate() {
            let text = if index == takes.unwrap_or(0) { new } else { "" };
            let part = Span {
                start: piece.source.start.max(span.start),
                end: piece.source.end.min(span.end),
            };
            self.change(piece, part, text, patches)?;
        }
        Some(())
    }

    /// The text goes to what stands before, or else to what follows.
    fn insert(&self, at: u32, new: &str, patches: &mut Vec<Patch>) -> Option<()> {
        let pieces = &self.provenance.pieces;
        let after = pieces.partition_point(|piece| piece.source.end <= at);
        let before = after.checked_sub(1).map(|index| &pieces[index]);
        let before = before.filter(|piece| piece.source.end == at);
        let after = pieces.get(after).filter(|piece| piece.source.start <= at);
        let is_text = |piece: &&Piece| !self.is_element(piece);
        let piece = before
            .filter(is_text)
            .or(after.filter(is_text))
            .or(before)
            .or(after)?;
        self.change(piece, Span { start: at, end: at }, new, patches)
    }

    /// Where the section begins that a piece stands in, if it stands in one where nothing is markup.
    pub(super) fn verbatim(&self, piece: &Piece) -> Option<usize> {
        const BEGIN: &str = "<![CDATA[";
        let paragraph = &self.provenance.paragraphs.get(piece.paragraph as usize)?;
        let run = piece
            .run
            .and_then(|run| self.provenance.runs.get(run as usize));
        let start = run.unwrap_or(paragraph).start;
        let before = self.xml(piece.part)?.get(start..piece.raw.start)?;
        let at = before.rfind(BEGIN)?;
        (!before[at..].contains("]]>")).then_some(start + at)
    }

    /// Whether a piece is an element: a tab, a line break.
    fn is_element(&self, piece: &Piece) -> bool {
        self.xml(piece.part)
            .and_then(|xml| xml.get(piece.raw.clone()))
            .is_some_and(|raw| raw.starts_with('<'))
    }

    /// Puts `new` in the place of a part of a piece.
    fn change(&self, piece: &Piece, span: Span, new: &str, patches: &mut Vec<Patch>) -> Option<()> {
        let is_word = self.format == Format::Docx;
        if is_word {
            piece.run?;
        }
        let xml = self.xml(piece.part)?;
        let raw = xml.get(piece.raw.clone())?;
        let patch = |range: Range<usize>, text: String| Patch {
            part: piece.part,
            range,
            text,
        };
        if raw.starts_with('<') {
            patches.push(self.change_element(piece, raw, span, new)?);
            return Some(());
        }
        let verbatim = self.verbatim(piece);
        let range = self.characters(piece, raw, span, new)?;
        if verbatim.is_some() && new.contains(['<', '>', '&']) {
            return None;
        }
        if is_word {
            let (space, keeps) = text_tag(xml, verbatim.unwrap_or(piece.raw.start))?;
            let is_blank = |c: Option<char>| c.is_some_and(char::is_whitespace);
            let shows_blanks = is_blank(new.chars().next())
                || is_blank(new.chars().next_back())
                || is_blank(xml[..range.start].chars().next_back())
                || is_blank(xml[range.end..].chars().next());
            if !keeps && shows_blanks {
                patches.push(patch(space, KEEP.to_owned()));
            }
        }
        patches.push(patch(range, escaped(new)));
        Some(())
    }

    /// The bytes of a part of a piece of text, which `new` is to replace.
    fn characters(&self, piece: &Piece, raw: &str, span: Span, new: &str) -> Option<Range<usize>> {
        if raw.starts_with('&') {
            return place_in(piece, span);
        }
        let shown = piece.source.of(&self.provenance.source);
        // Shown in capitals, however typed.
        let is_raised = shown != raw;
        if shown.len() != raw.len() || (is_raised && new.to_uppercase() != new) {
            return None;
        }
        let start = piece.raw.start + (span.start - piece.source.start) as usize;
        Some(start..start + span.len())
    }

    /// The same for a piece that is an element.
    fn change_element(&self, piece: &Piece, raw: &str, span: Span, new: &str) -> Option<Patch> {
        if !raw.ends_with("/>") {
            return None;
        }
        let name = raw.get(1..)?.split(|c: char| !is_name(c)).next()?;
        let prefix = name.split_once(':')?.0;
        let (range, text) = match place_in(piece, span) {
            Some(range) if new.is_empty() => (range, String::new()),
            Some(range) if self.format == Format::Docx => {
                let new = escaped(new);
                let text = format!("<{prefix}:t xml:space=\"preserve\">{new}</{prefix}:t>");
                (range, text)
            }
            Some(range) => (range, escaped(new)),
            // Some of the blanks that one element of OpenDocument stands for.
            None if new.is_empty() && name.ends_with(":s") => {
                let left = piece.source.len() - span.len();
                let text = format!("<{name} {prefix}:c=\"{left}\"/>");
                (piece.raw.clone(), text)
            }
            None => return None,
        };
        Some(Patch {
            part: piece.part,
            range,
            text,
        })
    }
}

/// The bytes of a part of a piece that is whole or at an end of it.
fn place_in(piece: &Piece, span: Span) -> Option<Range<usize>> {
    if span == piece.source {
        Some(piece.raw.clone())
    } else if !span.is_empty() {
        None
    } else if span.start == piece.source.start {
        Some(piece.raw.start..piece.raw.start)
    } else {
        Some(piece.raw.end..piece.raw.end)
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || "_-.:".contains(c)
}

/// The tag of the text that holds an offset: where [`KEEP`] goes, and whether it keeps blanks already.
pub(super) fn text_tag(xml: &str, at: usize) -> Option<(Range<usize>, bool)> {
    let start = xml[..at].rfind('<')?;
    let len = xml[start..at].find('>')?;
    let tag = &xml[start..start + len];
    let name = tag[1..].split(|c: char| c.is_ascii_whitespace()).next()?;
    let is_text = name == "t" || name.ends_with(":t");
    if !is_text {
        return None;
    }
    let mut from = 1 + name.len();
    while !tag[from..].trim_end().is_empty() {
        let (key, rest) = tag[from..].split_once('=')?;
        let value = rest.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, rest) = value[1..].split_once(quote)?;
        let to = tag.len() - rest.len();
        if key.trim() == "xml:space" {
            return Some((start + from..start + to, value == "preserve"));
        }
        from = to;
    }
    let end = start + len;
    Some((end..end, false))
}

/// Text boxes that a part holds twice, each with its other.
fn alternatives(xml: &str) -> Vec<[Range<usize>; 2]> {
    const NAME: &str = "AlternateContent";
    let mut pairs = Vec::new();
    if !xml.contains(NAME) {
        return pairs;
    }
    for group in elements(xml, NAME).unwrap_or_default() {
        let raw = &xml[group.clone()];
        let mut at = group.start + raw.find('>').map_or(0, |end| end + 1);
        let mut all: Vec<Vec<Range<usize>>> = Vec::new();
        for child in children(raw).unwrap_or_default() {
            let boxes = elements(child, "txbxContent").unwrap_or_default();
            let boxes = boxes.into_iter().map(|b| b.start + at..b.end + at);
            all.push(boxes.collect());
            at += child.len();
        }
        for (index, one) in all.iter().enumerate() {
            for (other_index, other) in all.iter().enumerate() {
                if index == other_index || one.len() != other.len() {
                    continue;
                }
                let both = one.iter().cloned().zip(other.iter().cloned());
                let same = both.filter(|(one, other)| xml[one.clone()] == xml[other.clone()]);
                pairs.extend(same.map(<[_; 2]>::from));
            }
        }
    }
    pairs
}

/// Whether a part can be read as XML, each attribute of a tag given once.
fn is_well_formed(xml: &str) -> bool {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                if tag.attributes().any(|attribute| attribute.is_err()) {
                    return false;
                }
            }
            Ok(Event::Eof) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

/// What changes from one text to another: bytes of the old one, and what stands there instead.
fn steps(old: &str, new: &str) -> Vec<(Range<usize>, String)> {
    let prefix: usize = old
        .chars()
        .zip(new.chars())
        .take_while(|(a, b)| a == b)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let letters = |text: &str| -> Vec<(usize, char)> { text.char_indices().collect() };
    let (a, b) = (letters(old_rest), letters(new_rest));
    if a.len().max(b.len()) > LETTER_BY_LETTER {
        return vec![(prefix..old.len(), new_rest.to_owned())];
    }
    let chars = |text: &str| -> Vec<char> { text.chars().collect() };
    let place = |letters: &[(usize, char)], index: usize, len: usize| {
        letters.get(index).map_or(len, |&(at, _)| at)
    };
    capture_diff_slices(Algorithm::Myers, &chars(old_rest), &chars(new_rest))
        .into_iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| {
            let (from, to) = (op.old_range(), op.new_range());
            let old_at = |index| prefix + place(&a, index, old_rest.len());
            let new_at = |index| place(&b, index, new_rest.len());
            let text = new_rest[new_at(to.start)..new_at(to.end)].to_owned();
            (old_at(from.start)..old_at(from.end), text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_kept_by_one_attribute() {
        for (tag, space, keeps) in [
            ("<w:t>", "", false),
            (
                "<w:t xml:space=\"default\">",
                " xml:space=\"default\"",
                false,
            ),
            (
                "<w:t a='=' xml:space = 'preserve' b=\"\">",
                " xml:space = 'preserve'",
                true,
            ),
            ("<w:t a=\"preserve\" >", "", false),
        ] {
            let (range, kept) = text_tag(tag, tag.len()).unwrap();
            assert_eq!((&tag[range], kept), (space, keeps), "{tag}");
        }
        assert_eq!(text_tag("<w:t a=\">\">", 11), None);
        assert!(is_well_formed("<a b='' c=''/>"));
        assert!(!is_well_formed("<a b='' b=''/>"));
    }

    #[test]
    fn only_letters_that_differ_are_steps() {
        let shown = |old: &str, new: &str| -> Vec<(String, String)> {
            steps(old, new)
                .into_iter()
                .map(|(range, new)| (old[range].to_owned(), new))
                .collect()
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            shown("số:01 /2020/QĐ- UBND", "số:01/2020/QĐ-UBND"),
            [pair(" ", ""), pair(" ", "")]
        );
        assert_eq!(shown("Khoản", "khoản"), [pair("K", "k")]);
        assert_eq!(shown("", "."), [pair("", ".")]);
        assert_eq!(shown("a.", "a"), [pair(".", "")]);
        assert_eq!(shown("số", "số"), []);
        let long = "ă".repeat(500);
        assert_eq!(shown(&long, "ăb"), [pair(&long[2..], "b")]);
    }
}
