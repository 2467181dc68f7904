//! Findings → bytes. Knows documents and diagnostics, but no rule kind and no syntax.
//!
//! A format is a file here and a row in [`FORMATS`]. Places are resolved once, into [`Located`],
//! so that every format counts alike.

mod checkstyle;
mod compact;
mod github;
mod gitlab;
mod html;
mod json;
mod jsonl;
mod junit;
mod list;
mod markdown;
mod path;
mod sarif;
#[cfg(feature = "cli")]
mod snippet;
mod statistics;
#[cfg(feature = "cli")]
pub mod text;
mod words;
#[cfg(feature = "cli")]
mod wrap;
mod xml;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use crate::diagnostic::{
    Applicability, Diagnostic, Findings, Fingerprint, Fingerprints, Language, Packed, RuleInfo,
    Severity, Silence,
};
use crate::document::{Document, Format, Location, Quality};
use crate::text::{Span, fold_line_breaks};

pub use path::Place;
#[cfg(feature = "cli")]
pub(crate) use path::normal;
pub use statistics::Statistics;
pub(crate) use words::say;
pub(crate) use words::{clean, leading_path, severity_word};
#[cfg(feature = "cli")]
pub(crate) use words::{example_titles, visible_line};
#[cfg(feature = "cli")]
pub(crate) use wrap::wrap;

/// A row of the table of formats.
#[derive(Debug)]
pub struct FormatRow {
    /// The name for `--format`.
    pub name: &'static str,
    /// Whether people read it, so that `--statistics` may stand in its place.
    pub prose: bool,
    /// Makes the emitter.
    pub make: fn(Style) -> Box<dyn Emit>,
}

/// The output formats, the default first.
pub const FORMATS: &[FormatRow] = &[
    #[cfg(feature = "cli")]
    FormatRow {
        name: "text",
        prose: true,
        make: |style| Box::new(text::Text::new(style)),
    },
    FormatRow {
        name: "compact",
        prose: true,
        make: |_| Box::new(compact::Compact),
    },
    FormatRow {
        name: "json",
        prose: false,
        make: |_| Box::new(json::Json),
    },
    FormatRow {
        name: "jsonl",
        prose: false,
        make: |_| Box::new(jsonl::JsonLines),
    },
    FormatRow {
        name: "sarif",
        prose: false,
        make: |style| Box::new(sarif::Sarif { style }),
    },
    FormatRow {
        name: "github",
        prose: false,
        make: |_| Box::new(github::Github),
    },
    FormatRow {
        name: "gitlab",
        prose: false,
        make: |_| Box::new(gitlab::Gitlab),
    },
    FormatRow {
        name: "junit",
        prose: false,
        make: |_| Box::new(junit::Junit),
    },
    FormatRow {
        name: "checkstyle",
        prose: false,
        make: |_| Box::new(checkstyle::Checkstyle),
    },
    FormatRow {
        name: "html",
        prose: false,
        make: |style| Box::new(html::Html { style }),
    },
    FormatRow {
        name: "markdown",
        prose: false,
        make: |style| Box::new(markdown::Markdown { style }),
    },
];

/// How output for people looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// The language of everything but the messages, which were made before.
    pub language: Language,
    /// Whether to colour with ANSI sequences.
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Findings only: no summary, no remarks.
    pub quiet: bool,
}

/// An output format. Stateless, so that files can be rendered in parallel: the driver writes
/// `begin`, the files in order with the separator between them, and `finish`, or `finish` before the
/// files.
pub trait Emit: Send + Sync {
    /// Writes what comes before the first file.
    ///
    /// # Errors
    /// Those of the writer.
    fn begin(&self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// What stands between two files that both wrote something.
    fn separator(&self) -> &'static str {
        ""
    }

    /// Whether what [`finish`](Self::finish) writes stands before the files: where whoever reads it
    /// may cut its end off. The files are held in memory until then.
    fn totals_first(&self) -> bool {
        false
    }

    /// Writes a file.
    ///
    /// # Errors
    /// Those of the writer.
    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Writes what comes after the last file.
    ///
    /// # Errors
    /// Those of the writer.
    fn finish(&self, _summary: &Summary, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// A place in the file as given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
    /// Column in UTF-16 code units, from 1.
    pub utf16: u32,
    /// Byte in the file as it is on disk, from 0.
    pub byte: u64,
}

/// A stretch of the file as given; the end is exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Range {
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

impl Range {
    fn new(span: Span, document: &Document) -> Self {
        let position = |offset| {
            let at = document.position(offset);
            Position {
                line: at.line,
                column: at.column,
                utf16: at.utf16,
                byte: document.file_byte(offset),
            }
        };
        Self {
            start: position(span.start),
            end: position(span.end),
        }
    }
}

/// A finding whose places are resolved.
#[derive(Debug)]
pub struct Located {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// Where; `None` is the whole document.
    pub range: Option<Range>,
    /// The text there, line breaks folded to one blank.
    pub excerpt: Option<String>,
    /// Page, paragraph and run, for formats that have them.
    pub location: Option<Location>,
    /// The ranges of [`Diagnostic::related`], in its order.
    pub related: Vec<Range>,
    /// The ranges of the edits of the fix, in its order.
    pub edits: Vec<Range>,
}

impl Located {
    /// Resolves a finding of `document`.
    #[must_use]
    pub fn new(diagnostic: Diagnostic, document: &Document) -> Self {
        let range = |span| Range::new(span, document);
        let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits);
        Self {
            range: diagnostic.span.map(range),
            excerpt: diagnostic
                .span
                .map(|span| fold_line_breaks(span.of(document.source())).into_owned()),
            location: diagnostic
                .span
                .and_then(|span| document.location(span.start)),
            related: diagnostic
                .related
                .iter()
                .map(|label| range(label.span))
                .collect(),
            edits: edits.map(|edit| range(edit.span)).collect(),
            diagnostic,
        }
    }

    /// The first and the last place, for formats that need one: what is found on the whole document
    /// stands at its beginning.
    fn line_range(&self) -> (Position, Position) {
        const BEGINNING: Position = Position {
            line: 1,
            column: 1,
            utf16: 1,
            byte: 0,
        };
        self.range
            .map_or((BEGINNING, BEGINNING), |range| (range.start, range.end))
    }
}

/// What became of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It was linted.
    Checked,
    /// It was found in a folder, but is not of a kind that can be checked.
    Skipped,
    /// It could not be read.
    Failed,
}

/// A file and what was found in it.
#[derive(Debug)]
pub struct FileReport<'a> {
    /// As given on the command line.
    pub path: &'a str,
    /// Where it is; `None` where [`path`](Self::path) counts from the root of the repository.
    pub place: Option<&'a Place>,
    /// What became of it.
    pub status: Status,
    /// Why it failed or was skipped.
    pub error: Option<&'a str>,
    /// The file as read; `None` where it was not.
    pub document: Option<&'a Document>,
    /// Whose rules it follows.
    pub regime: Option<&'a str>,
    /// Which kind of document it is.
    pub kind: Option<&'a str>,
    /// How far letters and lines can be trusted.
    pub quality: Option<Quality>,
    /// Ids of rules that apply but could not be judged.
    pub not_evaluated: &'a [String],
    /// The findings in document order; `None` where there can be none.
    pub findings: Option<&'a Findings>,
}

impl<'a> FileReport<'a> {
    /// A file that could not be read.
    #[must_use]
    pub fn failed(path: &'a str, error: &'a str) -> Self {
        Self::unread(path, Status::Failed, error)
    }

    /// A document that is not of a kind that can be checked.
    #[must_use]
    pub fn skipped(path: &'a str, error: &'a str) -> Self {
        Self::unread(path, Status::Skipped, error)
    }

    fn unread(path: &'a str, status: Status, error: &'a str) -> Self {
        Self {
            path,
            place: None,
            status,
            error: Some(error),
            document: None,
            regime: None,
            kind: None,
            quality: None,
            not_evaluated: &[],
            findings: None,
        }
    }

    /// The findings, each resolved when it is asked for.
    pub fn located(&self) -> impl Iterator<Item = Located> + '_ {
        self.document.into_iter().flat_map(|document| {
            let findings = self.packed().map(Packed::unpack);
            findings.map(move |diagnostic| Located::new(diagnostic, document))
        })
    }

    /// The findings, each with what tells it again in a later state of the file.
    pub fn fingerprinted(&self) -> impl Iterator<Item = (Located, Fingerprint)> + '_ {
        let told = self.all().filter(|(_, _, silence)| silence.is_none());
        told.map(|(located, fingerprint, _)| (located(), fingerprint))
    }

    /// The findings that are told and those that are not: what makes each, what tells it again, and
    /// why it is not told.
    fn all(
        &self,
    ) -> impl Iterator<Item = (impl Fn() -> Located + '_, Fingerprint, Option<Silence>)> + '_ {
        self.document.into_iter().flat_map(|document| {
            let mut fingerprints = Fingerprints::new(document.source());
            let all = self.findings.into_iter().flat_map(Findings::all);
            // Each gets its own, so that the silence of one does not change those after it.
            all.map(move |packed| {
                let located = move || Located::new(packed.unpack(), document);
                (located, fingerprints.of(packed), packed.silence())
            })
        })
    }

    /// Where it is for systems that show findings at the files of the repository.
    fn in_repository(&self) -> Cow<'a, str> {
        match self.place {
            Some(place) => place.in_repository.as_str().into(),
            None => Place::as_given(self.path).in_repository.into(),
        }
    }

    /// Where it is for systems that look for it from the current folder.
    fn in_folder(&self) -> Cow<'a, str> {
        match self.place {
            Some(place) => place.in_folder.as_str().into(),
            None => Place::as_given(self.path).in_folder.into(),
        }
    }

    fn packed(&self) -> impl Iterator<Item = Packed<'a>> {
        self.findings.into_iter().flat_map(Findings::packed)
    }

    fn format(&self) -> Option<&'static str> {
        self.document
            .map(|document| Format::as_str(document.format))
    }
}

/// Totals over files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Files, those that failed or were skipped included.
    pub files: usize,
    /// Files that were skipped.
    pub skipped: usize,
    /// Files that could not be read, or not written.
    pub failed: usize,
    /// Those of them that could not be written.
    pub unwritten: usize,
    /// Files that were linted though their text is not Vietnamese.
    pub foreign: usize,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are advice.
    pub infos: usize,
    /// Findings with a fix that can be applied, safe or not.
    pub fixable: usize,
    /// Those of them that are not safe.
    pub unsafe_fixes: usize,
    /// Corrections that were applied; `None` where none were asked for.
    pub fixed: Option<usize>,
    /// Findings that are not told because they were known before.
    pub known: usize,
    /// Paths in the repository of the files that could not be read, and why.
    pub unread: Vec<(String, String)>,
    /// Findings of each rule, by id; of none where all that it found is silenced.
    pub rules: BTreeMap<String, RuleTotal>,
}

/// The findings of one rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleTotal {
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// The severity of the findings.
    pub severity: Severity,
    /// How many are told.
    pub findings: usize,
    /// How many of them can be fixed.
    pub fixable: usize,
}

impl Summary {
    /// The totals of one file.
    #[must_use]
    pub fn of(file: &FileReport<'_>) -> Self {
        let mut sum = Self {
            files: 1,
            skipped: usize::from(file.status == Status::Skipped),
            failed: usize::from(file.status == Status::Failed),
            foreign: usize::from(
                file.document
                    .is_some_and(|document| !document.is_vietnamese),
            ),
            ..Self::default()
        };
        if file.status == Status::Failed {
            let error = file.error.unwrap_or_default();
            sum.unread
                .push((file.in_repository().into_owned(), error.to_owned()));
        }
        let all = file.findings.into_iter().flat_map(Findings::all);
        for finding in all.filter(|finding| finding.silence() != Some(Silence::Unchanged)) {
            let rule = finding.rule();
            let total = sum
                .rules
                .entry(rule.id.clone())
                .or_insert_with(|| RuleTotal {
                    rule: rule.clone(),
                    severity: finding.severity(),
                    findings: 0,
                    fixable: 0,
                });
            if let Some(silence) = finding.silence() {
                sum.known += usize::from(silence == Silence::Known);
                continue;
            }
            let fixable =
                finding.applicability() > Some(Applicability::Display) && !finding.fixes_look();
            total.findings += 1;
            total.fixable += usize::from(fixable);
            *sum.count_mut(finding.severity()) += 1;
            sum.fixable += usize::from(fixable);
            let is_unsafe = fixable && finding.applicability() == Some(Applicability::Unsafe);
            sum.unsafe_fixes += usize::from(is_unsafe);
        }
        sum
    }

    /// The rules that have findings which are told.
    pub fn told(&self) -> impl Iterator<Item = (&String, &RuleTotal)> {
        self.rules.iter().filter(|(_, total)| total.findings > 0)
    }

    fn count_mut(&mut self, severity: Severity) -> &mut usize {
        match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Info => &mut self.infos,
        }
    }

    /// Files that were linted.
    #[must_use]
    pub fn checked(&self) -> usize {
        self.files - self.skipped - self.failed
    }

    /// All findings.
    #[must_use]
    pub fn findings(&self) -> usize {
        self.errors + self.warnings + self.infos
    }

    /// Findings at or above a severity.
    #[must_use]
    pub fn at_least(&self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.errors + self.warnings,
            Severity::Info => self.findings(),
        }
    }

    /// Adds the totals of other files.
    pub fn add(&mut self, other: Self) {
        self.files += other.files;
        self.skipped += other.skipped;
        self.failed += other.failed;
        self.unwritten += other.unwritten;
        self.foreign += other.foreign;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.infos += other.infos;
        self.fixable += other.fixable;
        self.unsafe_fixes += other.unsafe_fixes;
        if let Some(fixed) = other.fixed {
            *self.fixed.get_or_insert_default() += fixed;
        }
        self.known += other.known;
        self.unread.extend(other.unread);
        for (id, total) in other.rules {
            match self.rules.get_mut(&id) {
                Some(sum) => {
                    sum.findings += total.findings;
                    sum.fixable += total.fixable;
                }
                None => {
                    self.rules.insert(id, total);
                }
            }
        }
    }
}
