//! Which parts a part refers to.

use std::collections::HashMap;

use super::super::InputError;
use super::super::package::{Package, Space, Xml};

/// Where a reference leads.
#[derive(Debug)]
pub(super) struct Relation {
    /// The last word of the address that says what kind of part it is: `header`.
    pub(super) kind: String,
    /// The name of the part, or the address outside the file.
    pub(super) target: String,
    /// Whether it leads out of the file.
    pub(super) external: bool,
}

/// The references of one part by their ids.
#[derive(Debug, Default)]
pub(super) struct Relations(HashMap<String, Relation>);

impl Relations {
    /// Reads the references of `part`; none where the file has none for it.
    pub(super) fn of(package: &mut Package<'_>, part: &str) -> Result<Self, InputError> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let mut relations = HashMap::new();
        let Some(text) = package.text(&name)? else {
            return Ok(Self(relations));
        };
        let mut xml = Xml::new(&name, &text);
        xml.child()?;
        while let Some(tag) = xml.child()? {
            let value = |name| xml.attribute(tag, Space::None, name);
            if let (Some(id), Some(kind), Some(target)) =
                (value("Id"), value("Type"), value("Target"))
            {
                let external = value("TargetMode").is_some_and(|mode| mode == "External");
                let target = if external {
                    target.into_owned()
                } else {
                    resolve(folder, &target)
                };
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                let relation = Relation {
                    kind,
                    target,
                    external,
                };
                relations.insert(id.into_owned(), relation);
            }
            xml.skip()?;
        }
        Ok(Self(relations))
    }

    /// Where an id leads.
    pub(super) fn get(&self, id: &str) -> Option<&Relation> {
        self.0.get(id)
    }

    /// The part of a kind, where the references lead to one.
    pub(super) fn of_kind(&self, kind: &str) -> Option<&str> {
        self.all()
            .find(|relation| relation.kind == kind && !relation.external)
            .map(|relation| relation.target.as_str())
    }

    /// All of them, ordered by where they lead.
    pub(super) fn all(&self) -> impl Iterator<Item = &Relation> {
        let mut all: Vec<_> = self.0.values().collect();
        all.sort_by(|a, b| a.target.cmp(&b.target));
        all.into_iter()
    }
}

/// The name of the part that a reference from a folder means.
fn resolve(folder: &str, target: &str) -> String {
    let (base, rest) = match target.strip_prefix('/') {
        Some(rest) => ("", rest),
        None => (folder, target),
    };
    let mut path: Vec<&str> = Vec::new();
    for step in base.split('/').chain(rest.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            _ => path.push(step),
        }
    }
    path.join("/")
}
