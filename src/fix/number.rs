//! Page numbers of Word files, in the headers and footers of sections.

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::archive::{self, Part};
use super::elements::{
    SECTION, attribute, attribute_of, before_end, children, element, local_name, prefix_of_both,
    root, with_attribute, with_child,
};
use super::looks::{aligned, with_run_looks};
use super::main_part::{DECLARATION, Main, NewPart};
use super::patch::escaped;
use crate::diagnostic::{LookEdit, NumberLook, Property};

const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml";

/// The parts with page numbers, while they are changed.
pub(super) struct Numbers<'b> {
    bytes: &'b [u8],
    pub(super) main: Main,
    /// By id of the relationship, the name of the part.
    known: BTreeMap<String, String>,
    /// The parts that are changed, by name.
    changed: BTreeMap<String, String>,
    /// A header that is made.
    new: Option<NewPart>,
}

impl<'b> Numbers<'b> {
    pub(super) fn new(bytes: &'b [u8], main: Main) -> Self {
        let known = main.known.iter();
        let known = known
            .map(|relation| (relation.id.clone(), relation.part.clone()))
            .collect();
        Self {
            bytes,
            main,
            known,
            changed: BTreeMap::new(),
            new: None,
        }
    }

    /// A section with a change of its page numbers; `None` where that cannot be done.
    pub(super) fn change(
        &mut self,
        section: &str,
        index: usize,
        look: &LookEdit,
    ) -> Option<String> {
        let p = prefix_of_both(section)?;
        match look.property {
            Property::NumberFormat => {
                let old = children(section)?
                    .into_iter()
                    .find(|child| local_name(child) == "pgNumType")?;
                let new = with_attribute(old, &format!("{p}fmt"), "decimal")?;
                with_child(section, SECTION, &new)
            }
            Property::NumberFirst => self.first_apart(section),
            Property::NumberAlign
            | Property::NumberSize
            | Property::NumberItalic
            | Property::NumberFont => {
                self.each_part(section, |part| restyled(part, look))?;
                Some(section.to_owned())
            }
            Property::NumberBeside => {
                self.each_part(section, |part| alone(part, &look.value))?;
                let format = children(section)?
                    .into_iter()
                    .find(|child| local_name(child) == "pgNumType")
                    .filter(|old| attribute_of(old, "fmt").as_deref() == Some("numberInDash"));
                match format {
                    Some(old) => {
                        let new = with_attribute(old, &format!("{p}fmt"), "decimal")?;
                        with_child(section, SECTION, &new)
                    }
                    None => Some(section.to_owned()),
                }
            }
            Property::NumberPlace => {
                self.move_to_top(section, index, &NumberLook::read(&look.value)?)
            }
            _ => None,
        }
    }

    /// Changes each header and footer of a section.
    fn each_part(&mut self, section: &str, change: impl Fn(&str) -> Option<String>) -> Option<()> {
        for (_, _, id) in references(section)? {
            let name = self.known.get(&id)?.clone();
            let old = self.text(&name)?;
            let new = change(&old)?;
            if new != old {
                self.changed.insert(name, new);
            }
        }
        Some(())
    }

    fn text(&self, name: &str) -> Option<String> {
        let changed = self.changed.get(name).cloned();
        changed.or_else(|| archive::text(self.bytes, name))
    }

    /// A section whose first page shows no number, unless that would hide words with it.
    fn first_apart(&self, section: &str) -> Option<String> {
        for (_, kind, id) in references(section)? {
            if kind == "first" || shows_more(&self.text(self.known.get(&id)?)?) {
                return None;
            }
        }
        let p = prefix_of_both(section)?;
        with_child(section, SECTION, &format!("<{p}titlePg/>"))
    }

    /// A section with the number above; those below go.
    fn move_to_top(
        &mut self,
        section: &str,
        index: usize,
        look: &NumberLook<'_>,
    ) -> Option<String> {
        let settings = archive::text(self.bytes, &self.main.beside("settings.xml"));
        if settings.is_some_and(|settings| settings.contains("evenAndOddHeaders")) {
            return None;
        }
        let references = references(section)?;
        let is_first = |(_, kind, _): &(String, String, String)| kind == "first";
        let parts_first = index == 0 && !references.iter().any(is_first);
        let mut changed = Vec::new();
        for (_, _, id) in references.iter().filter(|(place, _, _)| place == "footer") {
            let name = self.known.get(id)?.clone();
            let old = self.text(&name)?;
            if parts_first && shows_more(&old) {
                // The first page would lose the words with the number.
                return None;
            }
            changed.push((name, without_numbers(&old)?));
        }
        let is_header =
            |(place, kind, _): &&(String, String, String)| place == "header" && kind == "default";
        let mut new = section.to_owned();
        match references.iter().find(is_header) {
            Some((_, _, id)) => {
                let name = self.known.get(id)?.clone();
                let old = self.text(&name)?;
                if shows_more(&old) {
                    return None;
                }
                if number_paragraphs(&old)?.is_empty() {
                    let (root, p) = root(&old).filter(|(_, p)| !p.is_empty())?;
                    changed.push((name, before_end(&old, &root, &number_above(&p, look))?));
                }
            }
            None if index == 0 => {
                let id = self.new_header(look)?;
                let p = prefix_of_both(section)?;
                let open = section.find('>')? + 1;
                // Any prefix of the relationships will do that is declared here.
                let reference = format!(
                    "<{p}headerReference xmlns:r=\"{}\" {p}type=\"default\" r:id=\"{id}\"/>",
                    self.main.relationships
                );
                if section[..open].ends_with("/>") {
                    return None;
                }
                new = format!("{}{reference}{}", &section[..open], &section[open..]);
            }
            // That of the section before.
            None => {}
        }
        self.changed.extend(changed);
        if parts_first {
            let p = prefix_of_both(section)?;
            new = with_child(&new, SECTION, &format!("<{p}titlePg/>"))?;
        }
        Some(new)
    }

    /// The id of a header that is made.
    fn new_header(&mut self, look: &NumberLook<'_>) -> Option<String> {
        let new = self.main.new_part(self.bytes, "header", "header", TYPE)?;
        let namespace = self.main.namespace;
        let text = format!(
            "{DECLARATION}<w:hdr xmlns:w=\"{namespace}\">{}</w:hdr>",
            number_above("w:", look)
        );
        self.changed.insert(new.name.clone(), text);
        let id = new.id.clone();
        self.new = Some(new);
        Some(id)
    }

    /// The parts to write.
    pub(super) fn into_parts(self) -> Vec<Part> {
        let changed = self.changed.into_iter();
        let mut parts: Vec<Part> = changed.map(|(name, text)| Part { name, text }).collect();
        parts.extend(self.new.into_iter().flat_map(|new| new.others));
        parts
    }
}

/// The headers and footers of a section: `header` or `footer`, on which pages, id.
fn references(section: &str) -> Option<Vec<(String, String, String)>> {
    let mut found = Vec::new();
    for child in children(section)? {
        let place = local_name(child).strip_suffix("Reference");
        let Some(place) = place.filter(|place| matches!(*place, "header" | "footer")) else {
            continue;
        };
        let mut reader = Reader::from_str(child);
        let (Event::Start(tag) | Event::Empty(tag)) = reader.read_event().ok()? else {
            return None;
        };
        let kind = attribute(&tag, "type").unwrap_or_else(|| "default".to_owned());
        found.push((place.to_owned(), kind, attribute(&tag, "id")?));
    }
    Some(found)
}

/// A paragraph of its own for the number, upright.
fn number_above(p: &str, look: &NumberLook<'_>) -> String {
    let (font, size) = (escaped(look.font), look.half_points);
    let align = if look.align == "justify" {
        "both"
    } else {
        look.align
    };
    let look = format!(
        "<{p}rPr><{p}rFonts {p}ascii=\"{font}\" {p}hAnsi=\"{font}\" {p}cs=\"{font}\"/>\
         <{p}i {p}val=\"0\"/><{p}sz {p}val=\"{size}\"/><{p}szCs {p}val=\"{size}\"/></{p}rPr>"
    );
    let run = |inner: &str| format!("<{p}r>{look}{inner}</{p}r>");
    let mark = |kind: &str| run(&format!("<{p}fldChar {p}fldCharType=\"{kind}\"/>"));
    format!(
        "<{p}p><{p}pPr><{p}jc {p}val=\"{align}\"/></{p}pPr>{}{}{}{}{}</{p}p>",
        mark("begin"),
        run(&format!(
            "<{p}instrText xml:space=\"preserve\"> PAGE </{p}instrText>"
        )),
        mark("separate"),
        run(&format!("<{p}t>2</{p}t>")),
        mark("end"),
    )
}

/// A paragraph with a page number.
struct NumberParagraph {
    range: Range<usize>,
    runs: Vec<Range<usize>>,
    /// Whether it holds words, tabs or drawings as well.
    has_more: bool,
}

/// Whether a header shows more than page numbers.
fn shows_more(xml: &str) -> bool {
    let mut reader = Reader::from_str(xml);
    let mut in_text = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                let name = tag.local_name();
                in_text = name.as_ref() == "t";
                if matches!(name.as_ref(), "drawing" | "pict" | "object" | "tbl") {
                    return true;
                }
            }
            Ok(Event::Text(text)) if in_text => {
                if text.as_ref().chars().any(char::is_alphabetic) {
                    return true;
                }
            }
            Ok(Event::End(_)) => in_text = false,
            Ok(Event::Eof) => return false,
            Err(_) => return true,
            Ok(_) => {}
        }
    }
}

/// The paragraphs of a header that hold page numbers.
fn number_paragraphs(xml: &str) -> Option<Vec<NumberParagraph>> {
    let mut found = Vec::new();
    let mut rest = 0;
    let p = root(xml)?.1;
    let open = format!("<{p}p");
    while let Some(at) = xml.get(rest..)?.find(&open) {
        let start = rest + at;
        rest = start + open.len();
        let Some(raw) = element(&xml[start..], &format!("{p}p")) else {
            continue;
        };
        rest = start + raw.len();
        let is_number = |text: &str| {
            let mut words = text.split(|c: char| c.is_ascii_whitespace() || c == '\\');
            let word = words.find(|word| !word.is_empty());
            word.is_some_and(|word| word.eq_ignore_ascii_case("page"))
        };
        let (tag, name) = (format!("<{p}instrText"), format!("{p}instr=\""));
        let typed = raw.split(&tag).skip(1);
        let typed = typed.filter_map(|part| part.split_once('>')?.1.split('<').next());
        let typed: Vec<&str> = typed.collect();
        let simple = raw.split(&name).skip(1);
        let mut simple = simple.filter_map(|part| part.split('"').next());
        // An instruction may be typed in several runs.
        let is_typed = typed.iter().any(|text| is_number(text)) || is_number(&typed.concat());
        let is_element = raw.contains(&format!("<{p}pgNum"));
        if !is_typed && !is_element && !simple.any(is_number) {
            continue;
        }
        let mut runs = Vec::new();
        let mut from = 0;
        while let Some(at) = raw.get(from..)?.find(&format!("<{p}r")) {
            from += at;
            match element(&raw[from..], &format!("{p}r")) {
                Some(run) => {
                    runs.push(start + from..start + from + run.len());
                    from += run.len();
                }
                None => from += 2,
            }
        }
        let has_tabs = [format!("<{p}tab/>"), format!("<{p}ptab ")];
        found.push(NumberParagraph {
            has_more: shows_more(raw) || has_tabs.iter().any(|tab| raw.contains(tab)),
            range: start..start + raw.len(),
            runs,
        });
    }
    Some(found)
}

/// A header or footer without its page numbers; the paragraphs stay, empty.
fn without_numbers(xml: &str) -> Option<String> {
    let mut new = xml.to_owned();
    for number in number_paragraphs(xml)?.into_iter().rev() {
        if number.has_more {
            return None;
        }
        let raw = xml.get(number.range.clone())?;
        let p = prefix_of_both(raw)?;
        let open = raw.find('>')? + 1;
        let properties = element(&raw[open..], &format!("{p}pPr")).unwrap_or("");
        new.replace_range(
            number.range.clone(),
            &format!("{}{properties}</{p}p>", &raw[..open]),
        );
    }
    Some(new)
}

/// A header or footer whose page numbers stand alone; `ornament` is what stood beside them.
fn alone(xml: &str, ornament: &str) -> Option<String> {
    let mut new = xml.to_owned();
    for number in number_paragraphs(xml)?.into_iter().rev() {
        if let Some(made) = alone_in(xml.get(number.range.clone())?, ornament) {
            new.replace_range(number.range, &made);
        }
    }
    Some(new)
}

/// A paragraph of one field without the runs beside it; `None` where they hold anything but the ornament.
fn alone_in(paragraph: &str, ornament: &str) -> Option<String> {
    let mut new = paragraph.get(..=paragraph.find('>')?)?.to_owned();
    let (mut fields, mut depth, mut gone) = (0, 0_u32, String::new());
    for child in children(paragraph)? {
        match local_name(child) {
            "r" => {
                let text = beside_field(child, &mut fields, &mut depth)?;
                gone.push_str(&text);
                if !text.is_empty() {
                    continue;
                }
            }
            "fldSimple" if depth == 0 => fields += 1,
            "pPr" | "proofErr" | "bookmarkStart" | "bookmarkEnd" => {}
            _ if child.trim().is_empty() => {}
            _ => return None,
        }
        new.push_str(child);
    }
    new.push_str(paragraph.get(paragraph.rfind("</")?..)?);
    (fields == 1 && depth == 0 && is_ornament(&gone, ornament)).then_some(new)
}

/// The text of a run that is no part of a field. `fields` begin so far, `depth` are open.
fn beside_field(run: &str, fields: &mut u32, depth: &mut u32) -> Option<String> {
    let (mut text, mut has_field) = (String::new(), false);
    for part in children(run)? {
        match local_name(part) {
            "fldChar" => {
                has_field = true;
                match attribute_of(part, "fldCharType")?.as_str() {
                    "begin" => {
                        *fields += u32::from(*depth == 0);
                        *depth += 1;
                    }
                    "end" => *depth = depth.checked_sub(1)?,
                    _ => {}
                }
            }
            "pgNum" => {
                has_field = true;
                *fields += 1;
            }
            "t" if *depth == 0 => {
                let inner = part.split_once('>')?.1;
                text.push_str(inner.rsplit_once("</").map_or("", |(text, _)| text));
            }
            "rPr" | "t" | "instrText" => {}
            _ if *depth > 0 || part.trim().is_empty() => {}
            _ => return None,
        }
    }
    (text.is_empty() || !has_field).then_some(text)
}

/// Whether a text is this ornament of a page number, blanks and digits aside.
pub(super) fn is_ornament(text: &str, ornament: &str) -> bool {
    let bare = |text: &str| -> String {
        let shown = |c: &char| !c.is_whitespace() && !c.is_ascii_digit();
        text.chars().filter(shown).collect()
    };
    bare(text) == bare(ornament)
}

/// A header or footer whose page numbers look otherwise.
fn restyled(xml: &str, look: &LookEdit) -> Option<String> {
    let mut new = xml.to_owned();
    for number in number_paragraphs(xml)?.into_iter().rev() {
        if number.has_more {
            return None;
        }
        if look.property == Property::NumberAlign {
            if let Some((range, text)) = aligned(xml, number.range, &look.value) {
                new.replace_range(range, &text);
            }
            continue;
        }
        for run in number.runs.into_iter().rev() {
            let raw = xml.get(run.clone())?;
            let p = prefix_of_both(raw)?;
            let begin = raw.find('>')? + 1;
            let old = element(&raw[begin..], &format!("{p}rPr")).unwrap_or("");
            let looks = BTreeMap::from([(look.property, &*look.value)]);
            let at = run.start + begin;
            new.replace_range(at..at + old.len(), &with_run_looks(old, p, &looks)?);
        }
    }
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: &str = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> PAGE \
        </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>2</w:t></w:r>\
        <w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";

    fn of(inner: &str) -> String {
        format!("<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>{inner}</w:p>")
    }

    #[test]
    fn ornaments_of_a_number_go_and_nothing_else() {
        let run = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
        let simple = "<w:fldSimple w:instr=\"PAGE\"><w:r><w:t>2</w:t></w:r></w:fldSimple>";
        for field in [FIELD, simple, "<w:r><w:pgNum/></w:r>"] {
            let dashes = of(&[&run("- "), field, &run(" "), &run("-")].concat());
            assert_eq!(alone_in(&dashes, "- -"), Some(of(field)), "{field}");
            assert_eq!(alone_in(&dashes, "Trang"), None, "{field}");
        }
        // Another field, another element, one run for both.
        let pages = FIELD.replace("PAGE", "NUMPAGES");
        let link = format!("<w:hyperlink>{}</w:hyperlink>", run("Trang "));
        let in_one = FIELD.replacen("<w:r>", "<w:r><w:t>Trang </w:t>", 1);
        for paragraph in [
            of(&[&run("Trang "), FIELD, &pages].concat()),
            of(&[&link, FIELD].concat()),
            of(&in_one),
            of(&run("Trang ")),
        ] {
            assert_eq!(alone_in(&paragraph, "Trang"), None, "{paragraph}");
        }
    }
}
