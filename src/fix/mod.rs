//! Findings → the file without them: corrections are written into its bytes, and it is checked again,
//! until there are none left to apply.
//!
//! What is not corrected stays byte for byte: encoding, byte order mark, line ends, and bytes that
//! are no character.

mod archive;
mod choice;
mod comment;
mod earlier;
mod elements;
mod looks;
mod main_part;
mod master;
mod number;
mod opendocument;
mod package;
mod patch;
mod text;

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher as _;

use crate::diagnostic::{Applicability, Edit, LookEdit};
use crate::document::{Document, Format};
use crate::rules::Outcome;

use choice::{Choice, Of, choose, choose_looks};
pub use comment::{Grain, Note, annotate};
use package::Package;

/// More rounds than this take corrections that make room for each other without end.
const MOST_ROUNDS: usize = 100;

/// A file as checked.
#[derive(Debug)]
pub struct Checked {
    /// The file as read.
    pub document: Document,
    /// What was found in it.
    pub outcome: Outcome,
}

impl Checked {
    fn findings(&self) -> usize {
        self.outcome.diagnostics.len()
    }
}

/// A file with its corrections.
#[derive(Debug)]
pub struct Fixed {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// The file as it is now, with what remains.
    pub checked: Checked,
    /// How many corrections were applied; 0 where the bytes are those given.
    pub applied: usize,
}

/// Whether files of a format can be written.
#[must_use]
pub fn can_write(format: Format) -> bool {
    matches!(
        format,
        Format::Txt | Format::Md | Format::Docx | Format::Odt
    )
}

/// Whether a file of parts is signed: it is never written, as that would make its signatures void.
#[must_use]
pub fn is_signed(bytes: &[u8], format: Format) -> bool {
    matches!(format, Format::Docx | Format::Odt) && !archive::can_change(bytes)
}

/// How many corrections of a file are only shown because its encoding has no room for them.
#[must_use]
pub fn unwritable(checked: &Checked) -> usize {
    let (document, findings) = (&checked.document, &checked.outcome.diagnostics);
    let is_unwritable = |edit: &Edit| !document.can_hold(&edit.content);
    findings
        .packed()
        .filter(|packed| packed.applicability() == Some(Applicability::Display))
        .filter_map(|packed| packed.unpack().fix)
        .filter(|fix| fix.edits.iter().any(is_unwritable))
        .count()
}

/// Which corrections are applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scope {
    /// Those that are at least so safe.
    pub least: Applicability,
    /// Those of text.
    pub text: bool,
    /// Those of looks.
    pub looks: bool,
}

/// Applies all corrections of a scope, and those that they make room for.
///
/// `check` checks the bytes of a changed file; `None` where they are no document any more. A
/// correction that would lead to more findings than there were is not applied. To fix what was fixed
/// changes nothing.
pub fn fix(
    bytes: &[u8],
    checked: Checked,
    scope: Scope,
    check: &dyn Fn(&[u8]) -> Option<Checked>,
) -> Fixed {
    let fixer = Fixer { scope, check };
    let mut now = Fixed {
        bytes: bytes.to_vec(),
        checked,
        applied: 0,
    };
    // What the file was before each round, and how many corrections had been applied.
    let mut before = vec![(hash(bytes), 0)];
    while before.len() <= MOST_ROUNDS {
        let Some(next) = fixer.round(&now) else {
            return now;
        };
        let hash = hash(&next.bytes);
        now = next;
        if let Some((_, applied)) = before.iter().find(|(known, _)| *known == hash) {
            // Corrections that undo each other: the first of their circle stays.
            now.applied = *applied;
            return now;
        }
        before.push((hash, now.applied));
    }
    match check(bytes) {
        Some(checked) => Fixed {
            bytes: bytes.to_vec(),
            checked,
            applied: 0,
        },
        None => now,
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

struct Fixer<'a> {
    scope: Scope,
    check: &'a dyn Fn(&[u8]) -> Option<Checked>,
}

impl Fixer<'_> {
    /// The file after as many corrections as can be applied at once; `None` where none can.
    fn round(&self, now: &Fixed) -> Option<Fixed> {
        let file = File::open(now, self.scope.least)?;
        let Scope { text, looks, .. } = self.scope;
        let kinds = [
            (Of::Text, text),
            (Of::Characters, looks),
            (Of::Pages, looks),
        ];
        let mut asked = kinds.into_iter().filter(|&(_, is_asked)| is_asked);
        asked.find_map(|(of, _)| {
            let choice = self.choose(now, &file, None, of);
            self.apply(now, &file, &choice)
                .or_else(|| self.rule_by_rule(now, &choice.rules, of))
        })
    }

    fn choose(&self, now: &Fixed, file: &File<'_>, rule: Option<&str>, of: Of) -> Choice {
        let least = self.scope.least;
        match of {
            Of::Text => choose(&now.checked, least, rule, &|edit| file.holds(edit)),
            _ => choose_looks(&now.checked, least, rule, of),
        }
    }

    /// The same where all at once would do harm: the corrections of those rules that do none.
    fn rule_by_rule(&self, now: &Fixed, rules: &[String], of: Of) -> Option<Fixed> {
        let mut best: Option<Fixed> = None;
        for rule in rules {
            let now = best.as_ref().unwrap_or(now);
            let next = File::open(now, self.scope.least).and_then(|file| {
                let choice = self.choose(now, &file, Some(rule), of);
                self.apply(now, &file, &choice)
            });
            best = next.or(best);
        }
        best
    }

    /// The file with these corrections; `None` where there are none, or where they do harm.
    fn apply(&self, now: &Fixed, file: &File<'_>, choice: &Choice) -> Option<Fixed> {
        let bytes = if !choice.edits.is_empty() {
            file.write(&choice.edits)?
        } else if !choice.looks.is_empty() {
            file.write_looks(&now.bytes, &choice.looks)?
        } else {
            return None;
        };
        let checked = (self.check)(&bytes)?;
        let is_meant = checked.document.source() == file.meant(&choice.edits);
        (is_meant && checked.findings() <= now.checked.findings()).then(|| Fixed {
            bytes,
            checked,
            applied: now.applied + choice.fixes,
        })
    }
}

/// A file that can be written.
enum File<'a> {
    Text(&'a Document, &'a [u8]),
    Package(&'a Document, Box<Package<'a>>),
}

impl<'a> File<'a> {
    /// `None` where nothing is to be written, or nothing can.
    fn open(now: &'a Fixed, least: Applicability) -> Option<Self> {
        let Checked { document, outcome } = &now.checked;
        let mut findings = outcome.diagnostics.packed();
        if !findings.any(|packed| packed.applicability() >= Some(least)) {
            return None;
        }
        match document.format {
            Format::Txt | Format::Md => Some(Self::Text(document, &now.bytes)),
            format @ (Format::Docx | Format::Odt) => {
                let package = Package::open(&now.bytes, format)?;
                Some(Self::Package(document, Box::new(package)))
            }
            Format::Pdf | Format::Doc | Format::Rtf => None,
        }
    }

    fn holds(&self, edit: &Edit) -> bool {
        match self {
            Self::Text(document, _) => document.can_hold(&edit.content),
            Self::Package(_, package) => package.holds(edit),
        }
    }

    fn write(&self, edits: &[Edit]) -> Option<Vec<u8>> {
        match self {
            Self::Text(document, bytes) => text::write(document, bytes, edits),
            Self::Package(_, package) => package.write(edits),
        }
    }

    fn write_looks(&self, bytes: &[u8], looks: &[LookEdit]) -> Option<Vec<u8>> {
        let Self::Package(document, package) = self else {
            return None;
        };
        if document.format == Format::Odt {
            return opendocument::write(bytes, package, document, looks);
        }
        let sections = document.formatting.iter().flat_map(|f| &f.sections);
        let sections: Vec<_> = sections.map(|section| section.span).collect();
        looks::write(bytes, package, looks, &sections)
    }

    /// What must be read of the file when it is written.
    fn meant(&self, edits: &[Edit]) -> String {
        let (Self::Text(document, _) | Self::Package(document, _)) = self;
        text::edited(document, edits)
    }
}
