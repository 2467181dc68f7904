//! What is to be checked.

use std::path::{Path, PathBuf};

/// Something to check, in the order of the output.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Target {
    /// The name in the output: as given on the command line.
    pub(super) name: String,
    pub(super) kind: TargetKind,
}

impl Target {
    /// Where it is, or would be: standard input lies where its name says.
    pub(super) fn path(&self) -> &Path {
        match &self.kind {
            TargetKind::File { path, .. } => path,
            _ => Path::new(&self.name),
        }
    }

    /// The one file that a command is about; `-` is standard input.
    pub(super) fn file(path: &Path) -> Self {
        Self {
            name: path.to_string_lossy().into_owned(),
            kind: if path.as_os_str() == "-" {
                TargetKind::Stdin
            } else {
                TargetKind::File {
                    path: path.to_path_buf(),
                    named: true,
                }
            },
        }
    }
}

/// What is to be checked.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum TargetKind {
    /// A file, named or found in a folder.
    File { path: PathBuf, named: bool },
    /// Standard input.
    Stdin,
    /// A path that cannot be checked, and why.
    Unreadable(String),
    /// A document found in a folder that nobody asked for by name and that cannot be checked, and
    /// why.
    Skipped(String),
}
