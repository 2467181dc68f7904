//! The main part of a Word file, and new parts that it names.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::archive::{self, Part};
use super::elements::{attribute, within_root};
use super::package::Package;

const CONTENT_TYPES: &str = "[Content_Types].xml";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// What the relationships and namespaces of a file begin with, by which form of the standard it has.
const TRANSITIONAL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const STRICT: &str = "http://purl.oclc.org/ooxml/officeDocument/relationships";
const FORMS: [(&str, &str); 2] = [
    (
        TRANSITIONAL,
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (STRICT, "http://purl.oclc.org/ooxml/wordprocessingml/main"),
];

pub(super) const DECLARATION: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// The main part of a file.
pub(super) struct Main {
    /// Which it is, as the reader counts parts.
    pub(super) part: u16,
    name: String,
    /// What its relationships begin with.
    pub(super) relationships: &'static str,
    /// The namespace of its elements.
    pub(super) namespace: &'static str,
    /// The part that holds its relationships.
    links: String,
    links_text: Option<String>,
    /// Its relationships.
    pub(super) known: Vec<Relation>,
}

/// A relationship to another part.
pub(super) struct Relation {
    pub(super) id: String,
    kind: String,
    /// The name of the part.
    pub(super) part: String,
}

/// A part that is new.
pub(super) struct NewPart {
    pub(super) name: String,
    /// The id of the relationship to it.
    pub(super) id: String,
    /// The parts that must speak of it.
    pub(super) others: Vec<Part>,
}

impl Main {
    pub(super) fn open(bytes: &[u8], word: &Package<'_>) -> Option<Self> {
        let (_, kind, main) = relations(&archive::text(bytes, "_rels/.rels")?)
            .into_iter()
            .find(|(_, kind, _)| kind.ends_with("/officeDocument"))?;
        let name = main.trim_start_matches('/').to_owned();
        let is_main = |part: &str| part.trim_start_matches('/').eq_ignore_ascii_case(&name);
        let parts = &word.provenance.parts;
        let part = parts.iter().position(|part| is_main(part))?;
        let (relationships, namespace) = FORMS[usize::from(kind.starts_with(STRICT))];
        let mut main = Self {
            part: u16::try_from(part).ok()?,
            name,
            relationships,
            namespace,
            links: String::new(),
            links_text: None,
            known: Vec::new(),
        };
        let file = main.name.rsplit('/').next().unwrap_or(&main.name);
        main.links = main.beside(&format!("_rels/{file}.rels"));
        main.links_text = archive::text(bytes, &main.links);
        let known = main.links_text.as_deref().map(relations);
        let known = known.into_iter().flatten();
        main.known = known
            .map(|(id, kind, target)| Relation {
                id,
                kind,
                part: main.beside(&target),
            })
            .collect();
        Some(main)
    }

    /// The name of a part that it names.
    pub(super) fn beside(&self, target: &str) -> String {
        if let Some(name) = target.strip_prefix('/') {
            return name.to_owned();
        }
        let target = target.trim_start_matches("./");
        match self.name.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{target}"),
            None => target.to_owned(),
        }
    }

    /// The part of a kind that it names.
    pub(super) fn part_of_kind(&self, kind: &str) -> Option<&str> {
        let is_of_kind = |relation: &&Relation| {
            let found = relation.kind.rsplit_once('/');
            found.is_some_and(|(_, found)| found == kind)
        };
        Some(&self.known.iter().find(is_of_kind)?.part)
    }

    /// A new part of a kind of relationship, named after `stem`, with its type of content.
    pub(super) fn new_part(
        &self,
        bytes: &[u8],
        kind: &str,
        stem: &str,
        content_type: &str,
    ) -> Option<NewPart> {
        let name = (0..1000)
            .map(|number: u32| match number {
                0 => self.beside(&format!("{stem}.xml")),
                number => self.beside(&format!("{stem}{number}.xml")),
            })
            .find(|name| archive::text(bytes, name).is_none())?;
        let id = (1..)
            .map(|number: u32| format!("rIdVanthu{number}"))
            .find(|id| self.known.iter().all(|known| known.id != *id))?;
        let links = match &self.links_text {
            Some(links) => links.clone(),
            None => {
                format!("{DECLARATION}<Relationships xmlns=\"{RELATIONSHIPS}\"></Relationships>")
            }
        };
        let (target, base) = (name.rsplit('/').next()?, self.relationships);
        let link = format!("Relationship Id=\"{id}\" Type=\"{base}/{kind}\" Target=\"{target}\"/>");
        let links = Part {
            text: within_root(&links, &link)?,
            name: self.links.clone(),
        };
        let others = with_type(bytes, &name, content_type)?
            .into_iter()
            .chain([links]);
        Some(NewPart {
            others: others.collect(),
            name,
            id,
        })
    }
}

/// The part with the types of content, with that of a new part; `None` in it where it says it already.
pub(super) fn with_type(bytes: &[u8], name: &str, content_type: &str) -> Option<Option<Part>> {
    let types = archive::text(bytes, CONTENT_TYPES)?;
    let new = format!("PartName=\"/{name}\"");
    if types.contains(&new) {
        return Some(None);
    }
    let new = format!("Override {new} ContentType=\"{content_type}\"/>");
    Some(Some(Part {
        text: within_root(&types, &new)?,
        name: CONTENT_TYPES.to_owned(),
    }))
}

/// The relationships of a part: id, kind and target.
fn relations(xml: &str) -> Vec<(String, String, String)> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                if tag.local_name().as_ref() == "Relationship" {
                    let get = |name| attribute(&tag, name).unwrap_or_default();
                    found.push((get("Id"), get("Type"), get("Target")));
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}
