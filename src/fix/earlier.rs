//! Comments that were put into a Word file before, taken out again.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::{self, Part};
use super::elements::{attribute, attribute_of, elements};
use super::main_part::Main;
use super::package::Package;
use super::patch::{Patch, patched};
use crate::document::{COMMENTER, Format};

/// A Word file without the comments by [`COMMENTER`]; `None` where it cannot be written.
pub(super) fn without(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let word = Package::open(bytes, Format::Docx)?;
    let main = Main::open(bytes, &word)?;
    let book = main
        .part_of_kind("comments")
        .and_then(|name| Some((name, archive::text(bytes, name)?)));
    let Some((name, text)) = book else {
        return Some(Cow::Borrowed(bytes));
    };
    let (entries, ids) = own(&text)?;
    if entries.is_empty() {
        return Some(Cow::Borrowed(bytes));
    }
    let marks = marks(word.xml(main.part)?, &ids)?;
    let book = Part {
        name: name.to_owned(),
        text: patched(&text, removals(main.part, entries))?,
    };
    let patches = removals(main.part, marks);
    word.with_patches(patches, vec![book]).map(Cow::Owned)
}

fn removals(part: u16, ranges: Vec<Range<usize>>) -> Vec<Patch> {
    let removal = |range| Patch {
        part,
        range,
        text: String::new(),
    };
    ranges.into_iter().map(removal).collect()
}

/// The comments by [`COMMENTER`], and the ids that no other has.
fn own(comments: &str) -> Option<(Vec<Range<usize>>, HashSet<String>)> {
    let (mut entries, mut ids, mut others) = (Vec::new(), HashSet::new(), HashSet::new());
    for range in elements(comments, "comment")? {
        let comment = &comments[range.clone()];
        let id = attribute_of(comment, "id");
        if attribute_of(comment, "author").as_deref() == Some(COMMENTER) {
            entries.push(range);
            ids.extend(id);
        } else {
            others.extend(id);
        }
    }
    ids.retain(|id| !others.contains(id));
    Some((entries, ids))
}

/// An element that is open.
struct Open {
    start: usize,
    is_run: bool,
    /// The marks that stand in it, where it is a run.
    marks: Vec<Range<usize>>,
    /// Whether it holds anything but marks and properties.
    holds_more: bool,
}

/// Where the text names these comments: marks, and the runs that hold nothing else.
fn marks(xml: &str, ids: &HashSet<String>) -> Option<Vec<Range<usize>>> {
    let is_mark = |tag: &BytesStart<'_>| {
        matches!(
            tag.local_name().as_ref(),
            "commentRangeStart" | "commentRangeEnd" | "commentReference"
        ) && attribute(tag, "id").is_some_and(|id| ids.contains(&id))
    };
    let mut reader = Reader::from_str(xml);
    let (mut found, mut open) = (Vec::new(), Vec::<Open>::new());
    loop {
        let start = usize::try_from(reader.buffer_position()).ok()?;
        let event = reader.read_event().ok()?;
        match event {
            Event::Start(ref tag) | Event::Empty(ref tag) if is_mark(tag) => {
                if let Event::Start(tag) = &event {
                    reader.read_to_end(tag.name()).ok()?;
                }
                let end = usize::try_from(reader.buffer_position()).ok()?;
                match open.last_mut().filter(|open| open.is_run) {
                    Some(run) => run.marks.push(start..end),
                    None => found.push(start..end),
                }
            }
            Event::Start(tag) => {
                let name = tag.local_name();
                if let Some(parent) = open.last_mut() {
                    parent.holds_more |= name.as_ref() != "rPr";
                }
                open.push(Open {
                    start,
                    is_run: name.as_ref() == "r",
                    marks: Vec::new(),
                    holds_more: false,
                });
            }
            Event::Empty(tag) => {
                if let Some(parent) = open.last_mut() {
                    parent.holds_more |= tag.local_name().as_ref() != "rPr";
                }
            }
            Event::End(_) => {
                let end = usize::try_from(reader.buffer_position()).ok()?;
                let mut closed = open.pop()?;
                if closed.holds_more || closed.marks.is_empty() {
                    found.append(&mut closed.marks);
                } else {
                    found.push(closed.start..end);
                }
            }
            Event::Eof => return Some(found),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_hold_no_more_than_a_mark_go_with_it() {
        for (xml, wanted) in [
            (
                "<w:p><w:commentRangeStart w:id=\"1\"/><w:r><w:t>a</w:t></w:r>\
                 <w:commentRangeEnd w:id=\"1\"></w:commentRangeEnd>\
                 <w:r><w:rPr><w:rStyle/></w:rPr><w:commentReference w:id='1'/></w:r></w:p>",
                "<w:p><w:r><w:t>a</w:t></w:r></w:p>",
            ),
            (
                "<w:p><w:r><w:t>a</w:t><w:commentReference w:id=\"1\"/></w:r></w:p>",
                "<w:p><w:r><w:t>a</w:t></w:r></w:p>",
            ),
            (
                "<w:r><w:commentReference w:id=\"1\"/><w:commentReference w:id=\"2\"/></w:r>",
                "<w:r><w:commentReference w:id=\"2\"/></w:r>",
            ),
            (
                "<w:commentRangeStart w:id=\"2\"/>",
                "<w:commentRangeStart w:id=\"2\"/>",
            ),
            (
                "<w:r><w:pict><w:r><w:commentReference w:id=\"1\"/></w:r></w:pict></w:r>",
                "<w:r><w:pict></w:pict></w:r>",
            ),
        ] {
            let ids = HashSet::from(["1".to_owned()]);
            let found = removals(0, marks(xml, &ids).unwrap());
            assert_eq!(patched(xml, found).as_deref(), Some(wanted), "{xml}");
        }
    }
}
