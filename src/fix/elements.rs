//! Elements of Word files whose children stand in the order of the schema.

use quick_xml::Reader;
use quick_xml::events::Event;

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
