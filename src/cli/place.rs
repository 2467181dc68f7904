//! Where files are for the programs that read machine output: from the current folder and from the
//! root of its repository, however they were named.

use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::emit::{Place, normal};

/// The current folder and the repository that it is in.
pub(super) struct Here {
    /// The root of the repository as the system spells it and without links; the current folder's
    /// where there is no repository. Empty where neither can be told.
    roots: Vec<PathBuf>,
    /// The parts of the current folder below the root.
    below: Vec<String>,
}

impl Here {
    pub(super) fn new() -> Self {
        let folder = env::current_dir().unwrap_or_default();
        let is_root = |folder: &&Path| folder.join(".git").exists();
        let root = folder.ancestors().find(is_root).unwrap_or(&folder);
        let below = folder.strip_prefix(root).unwrap_or(Path::new(""));
        let resolved = fs::canonicalize(root).ok();
        Self {
            below: parts(below),
            roots: std::iter::once(root.to_path_buf())
                .chain(resolved)
                .filter(|root| root.is_absolute())
                .collect(),
        }
    }

    /// The place of a file of this name. Files are looked at only where letters do not tell.
    pub(super) fn place(&self, name: &str) -> Place {
        let path = Path::new(name);
        let turns = path.components().any(|part| part == Component::ParentDir);
        let below = |path: &Path| {
            let mut roots = self.roots.iter();
            roots.find_map(|root| path.strip_prefix(root).ok().map(parts))
        };
        let inner = match (path.is_absolute(), turns) {
            // Standard input without a name.
            _ if name == "-" => return Place::as_given(name),
            (false, false) => {
                let mut inner = self.below.clone();
                inner.extend(parts(path));
                Some(inner)
            }
            (true, false) => below(path).or_else(|| below(&resolved(path)?)),
            (_, true) => resolved(path).and_then(|path| below(&path)),
        };
        if let Some(inner) = inner {
            return self.inside(&inner);
        }
        if path.is_absolute() {
            return Place::as_given(name);
        }
        let mut from_root = self.below.clone();
        from_root.push(name.to_owned());
        Place {
            in_folder: normal(name),
            in_repository: normal(&from_root.join("/")),
        }
    }

    /// The place of a file at this path from the root.
    fn inside(&self, inner: &[String]) -> Place {
        let both = self.below.iter().zip(inner);
        let common = both.take_while(|(a, b)| a == b).count();
        let up = vec![".."; self.below.len() - common];
        let down = inner[common..].iter().map(String::as_str);
        let in_folder: Vec<_> = up.into_iter().chain(down).collect();
        Place {
            in_folder: in_folder.join("/"),
            in_repository: inner.join("/"),
        }
    }
}

/// The parts of a relative path that name something.
fn parts(path: &Path) -> Vec<String> {
    let named = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    named.collect()
}

/// The path of a file, or of what would be one, without links on the way to it; the file itself may
/// be one.
fn resolved(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?;
    let folder = path.parent()?;
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    Some(fs::canonicalize(folder).ok()?.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_count_from_the_folder_and_from_the_root() {
        let tree = tempfile::tempdir().unwrap();
        let root = tree.path().to_path_buf();
        fs::create_dir_all(root.join("x/y")).unwrap();
        let resolved = fs::canonicalize(&root).unwrap();
        let here = Here {
            roots: vec![root.clone(), resolved],
            below: vec!["x".to_owned()],
        };
        let in_tree = |path: &str| root.join(path).to_string_lossy().into_owned();
        let cases = [
            ("-".to_owned(), "-", "-"),
            ("a.txt".to_owned(), "a.txt", "x/a.txt"),
            ("./y//a.txt".to_owned(), "y/a.txt", "x/y/a.txt"),
            (in_tree("x/a.txt"), "a.txt", "x/a.txt"),
            (in_tree("x/y/../a.txt"), "a.txt", "x/a.txt"),
            (in_tree("b/a.txt"), "../b/a.txt", "b/a.txt"),
            (in_tree("x/y/../../a.txt"), "../a.txt", "a.txt"),
            ("khong-co/../a.txt".to_owned(), "a.txt", "x/a.txt"),
            ("khong-co/../../a.txt".to_owned(), "../a.txt", "a.txt"),
            (
                "khong-co/../../../a.txt".to_owned(),
                "../../a.txt",
                "../a.txt",
            ),
        ];
        for (name, in_folder, in_repository) in cases {
            let expected = Place {
                in_folder: in_folder.to_owned(),
                in_repository: in_repository.to_owned(),
            };
            assert_eq!(here.place(&name), expected, "{name}");
        }
    }
}
