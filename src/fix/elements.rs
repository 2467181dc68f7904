//! XML as it stands: elements are taken out of it and put into it as text, so that all else stays.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The children of `w:rPr` in order.
pub(super) const RUN: &[&str] = &[
    "rStyle",
    "rFonts",
    "b",
    "bCs",
    "i",
    "iCs",
    "caps",
    "smallCaps",
    "strike",
    "dstrike",
    "outline",
    "shadow",
    "emboss",
    "imprint",
    "noProof",
    "snapToGrid",
    "vanish",
    "webHidden",
    "color",
    "spacing",
    "w",
    "kern",
    "position",
    "sz",
    "szCs",
    "highlight",
    "u",
    "effect",
    "bdr",
    "shd",
    "fitText",
    "vertAlign",
    "rtl",
    "cs",
    "em",
    "lang",
    "eastAsianLayout",
    "specVanish",
    "oMath",
];

/// Those of `w:pPr`.
pub(super) const PARAGRAPH: &[&str] = &[
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "framePr",
    "widowControl",
    "numPr",
    "suppressLineNumbers",
    "pBdr",
    "shd",
    "tabs",
    "suppressAutoHyphens",
    "kinsoku",
    "wordWrap",
    "overflowPunct",
    "topLinePunct",
    "autoSpaceDE",
    "autoSpaceDN",
    "bidi",
    "adjustRightInd",
    "snapToGrid",
    "spacing",
    "ind",
    "contextualSpacing",
    "mirrorIndents",
    "suppressOverlap",
    "jc",
    "textDirection",
    "textAlignment",
    "textboxTightWrap",
    "outlineLvl",
    "divId",
    "cnfStyle",
    "rPr",
    "sectPr",
    "pPrChange",
];

/// Those of `w:sectPr`.
pub(super) const SECTION: &[&str] = &[
    "headerReference",
    "footerReference",
    "footnotePr",
    "endnotePr",
    "type",
    "pgSz",
    "pgMar",
    "paperSrc",
    "pgBorders",
    "lnNumType",
    "pgNumType",
    "cols",
    "formProt",
    "vAlign",
    "noEndnote",
    "titlePg",
    "textDirection",
    "bidi",
    "rtlGutter",
    "docGrid",
    "printerSettings",
    "sectPrChange",
];

/// An element: its tag, what it holds and its end.
struct Split<'x> {
    open: &'x str,
    inner: &'x str,
    close: &'x str,
}

fn split(xml: &str) -> Option<Split<'_>> {
    let end = xml.find('>')? + 1;
    let (open, rest) = xml.split_at(end);
    if open.ends_with("/>") {
        return Some(Split {
            open,
            inner: "",
            close: "",
        });
    }
    let (inner, close) = rest.split_at(rest.rfind("</")?);
    Some(Split { open, inner, close })
}

/// The name of an element without its prefix.
pub(super) fn local_name(xml: &str) -> &str {
    let name = xml.trim_start_matches('<');
    let end = name.find(|c: char| c.is_ascii_whitespace() || "/>".contains(c));
    let name = &name[..end.unwrap_or(name.len())];
    name.rsplit(':').next().unwrap_or(name)
}

/// The children of an element, each as it stands; `None` where the element is not whole.
pub(super) fn children(xml: &str) -> Option<Vec<&str>> {
    let Split { inner, .. } = split(xml)?;
    let mut reader = Reader::from_str(inner);
    let mut found = Vec::new();
    loop {
        let start = usize::try_from(reader.buffer_position()).ok()?;
        match reader.read_event().ok()? {
            Event::Eof => return Some(found),
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                reader.read_to_end(quick_xml::name::QName(&name)).ok()?;
            }
            _ => {}
        }
        let end = usize::try_from(reader.buffer_position()).ok()?;
        found.push(inner.get(start..end)?);
    }
}

/// An element with a child in the place of those of its name, or where the schema has it.
pub(super) fn with_child(xml: &str, order: &[&str], child: &str) -> Option<String> {
    let Split { open, close, .. } = split(xml)?;
    let rank = |name: &str| order.iter().position(|&known| known == name);
    let own = rank(local_name(child));
    let mut all = Vec::new();
    let mut is_in = false;
    for old in children(xml)? {
        let is_element = old.starts_with('<') && !old.starts_with("<!");
        let same = is_element && local_name(old) == local_name(child);
        let after = is_element && rank(local_name(old)).is_none_or(|rank| Some(rank) > own);
        if !is_in && (same || after) {
            all.push(child);
            is_in = true;
        }
        if !same {
            all.push(old);
        }
    }
    if !is_in {
        all.push(child);
    }
    let inner = all.concat();
    if close.is_empty() {
        let name = open.trim_start_matches('<');
        let end = name.find(|c: char| c.is_ascii_whitespace() || "/>".contains(c))?;
        let open = open.trim_end_matches("/>").trim_end();
        return Some(format!("{open}>{inner}</{}>", &name[..end]));
    }
    Some(format!("{open}{inner}{close}"))
}

/// An element with an attribute, its name given with the prefix.
pub(super) fn with_attribute(xml: &str, name: &str, value: &str) -> Option<String> {
    let end = xml.find('>')?;
    let tag = &xml[..end];
    for quote in ['"', '\''] {
        if let Some(at) = tag.find(&format!(" {name}={quote}")) {
            let start = at + name.len() + 3;
            let len = tag[start..].find(quote)?;
            return Some(format!("{}{value}{}", &xml[..start], &xml[start + len..]));
        }
    }
    let at = if tag.ends_with('/') { end - 1 } else { end };
    Some(format!(
        "{} {name}=\"{value}\"{}",
        xml[..at].trim_end(),
        &xml[at..]
    ))
}

/// The prefix of the element that a text begins with, its colon included.
pub(super) fn prefix_of(xml: &str) -> Option<&str> {
    let name = xml.strip_prefix('<')?;
    let len = name.find(|c: char| !(c.is_alphanumeric() || "_-.:".contains(c)))?;
    let name = &name[..len];
    Some(name.find(':').map_or("", |colon| &name[..=colon]))
}

/// The prefix of the element that a text begins with, where its attributes have the same: none
/// where its namespace is the default, which is that of no attribute.
pub(super) fn prefix_of_both(xml: &str) -> Option<&str> {
    prefix_of(xml).filter(|prefix| !prefix.is_empty())
}

/// Whether a text begins with the tag of an element of this name.
pub(super) fn is_tag(xml: &str, name: &str) -> bool {
    xml.strip_prefix('<')
        .and_then(|xml| xml.strip_prefix(name))
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_whitespace() || "/>".contains(c)))
}

/// The element of this name that a text begins with, whole.
pub(super) fn element<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    if !is_tag(xml, name) {
        return None;
    }
    let mut reader = Reader::from_str(xml);
    let Ok(Event::Start(start)) = reader.read_event() else {
        // Without content.
        return xml.get(..usize::try_from(reader.buffer_position()).ok()?);
    };
    reader.read_to_end(start.name()).ok()?;
    xml.get(..usize::try_from(reader.buffer_position()).ok()?)
}

/// An attribute by its name without prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.attributes().flatten();
    let value = attribute
        .into_iter()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?
        .value;
    Some(value.into_owned())
}

/// An attribute of the element that a text begins with, by its name without prefix.
pub(super) fn attribute_of(xml: &str, name: &str) -> Option<String> {
    match Reader::from_str(xml).read_event().ok()? {
        Event::Start(tag) | Event::Empty(tag) => attribute(&tag, name),
        _ => None,
    }
}

/// The name of the root of a part, and its prefix with the colon.
pub(super) fn root(xml: &str) -> Option<(String, String)> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                let prefix = name
                    .find(':')
                    .map_or("", |colon| &name[..=colon])
                    .to_owned();
                return Some((name, prefix));
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// A part with one more element, given without `<` and prefix, at the end of its root.
pub(super) fn within_root(xml: &str, element: &str) -> Option<String> {
    let (name, prefix) = root(xml)?;
    before_end(xml, &name, &format!("<{prefix}{element}"))
}

/// A part with a text at the end of its root.
pub(super) fn before_end(xml: &str, root: &str, text: &str) -> Option<String> {
    if let Some(end) = xml.rfind(&format!("</{root}")) {
        return Some(format!("{}{text}{}", &xml[..end], &xml[end..]));
    }
    // A root without content.
    let end = xml.rfind("/>")?;
    Some(format!(
        "{}>{text}</{root}>{}",
        &xml[..end],
        &xml[end + 2..]
    ))
}

/// The outermost elements of this name, prefix left out, in a text.
pub(super) fn elements(xml: &str, name: &str) -> Option<Vec<Range<usize>>> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        let start = usize::try_from(reader.buffer_position()).ok()?;
        match reader.read_event().ok()? {
            Event::Start(tag) if tag.local_name().as_ref() == name => {
                let name = tag.name().as_ref().to_owned();
                reader.read_to_end(quick_xml::name::QName(&name)).ok()?;
            }
            Event::Empty(tag) if tag.local_name().as_ref() == name => {}
            Event::Eof => return Some(found),
            _ => continue,
        }
        found.push(start..usize::try_from(reader.buffer_position()).ok()?);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_stand_in_the_order_of_the_schema() {
        for (xml, child, wanted) in [
            ("<w:rPr/>", "<w:b/>", "<w:rPr><w:b/></w:rPr>"),
            (
                "<w:rPr><w:rFonts w:cs=\"A\"/><w:sz w:val=\"2\"/></w:rPr>",
                "<w:b/>",
                "<w:rPr><w:rFonts w:cs=\"A\"/><w:b/><w:sz w:val=\"2\"/></w:rPr>",
            ),
            (
                "<w:rPr><w:b w:val=\"0\"/><w:u/></w:rPr>",
                "<w:b/>",
                "<w:rPr><w:b/><w:u/></w:rPr>",
            ),
            (
                "<w:rPr><w:b/><w14:glow><w14:x/></w14:glow></w:rPr>",
                "<w:sz/>",
                "<w:rPr><w:b/><w:sz/><w14:glow><w14:x/></w14:glow></w:rPr>",
            ),
        ] {
            assert_eq!(with_child(xml, RUN, child).as_deref(), Some(wanted));
        }
    }

    #[test]
    fn attributes_are_set() {
        let set = |xml| with_attribute(xml, "w:top", "5");
        let wanted = Some("<w:a w:top=\"5\"/>".to_owned());
        assert_eq!(set("<w:a w:top=\"17\"/>"), wanted);
        assert_eq!(set("<w:a />"), wanted);
    }
}
