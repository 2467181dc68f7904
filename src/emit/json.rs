//! One JSON object for the whole run, `schema_version` 1. Written file by file, so that only one
//! file at a time is held.

use std::io::{self, BufWriter, IntoInnerError, Write};

use serde::{Serialize, Serializer};
use serde_json::ser::{Formatter as _, PrettyFormatter};

use super::words::{ODD_LEADS, visible};
use super::{Emit, FileReport, Located, Range, Status, Summary};

pub(super) struct Json;

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    status: Status,
    error: Option<&'a str>,
    format: Option<&'static str>,
    regime: Option<&'a str>,
    kind: Option<&'a str>,
    text_quality: Option<&'static str>,
    not_evaluated: &'a [String],
    diagnostics: Findings<'a>,
}

/// The findings of a file; one at a time is held.
struct Findings<'a>(&'a FileReport<'a>);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.located().map(Owned))
    }
}

struct Owned(Located);

impl Serialize for Owned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Finding::new(&self.0).serialize(serializer)
    }
}

/// A finding as both JSON formats write it.
#[derive(Serialize)]
pub(super) struct Finding<'a> {
    rule: &'a str,
    group: &'a str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    basis: Option<&'a str>,
    url: Option<&'a str>,
    range: Option<Range>,
    /// Page, paragraph and run, for formats that have them.
    location: Option<Location<'a>>,
    excerpt: Option<&'a str>,
    related: Vec<Related<'a>>,
    fix: Option<Fix<'a>>,
}

/// Members are absent where they are not known.
#[derive(Serialize)]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paragraph: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<u32>,
}

#[derive(Serialize)]
struct Related<'a> {
    range: Range,
    message: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<Edit<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    looks: Vec<Look<'a>>,
}

/// What `--fix-layout` changes.
#[derive(Serialize)]
struct Look<'a> {
    property: &'static str,
    value: &'a str,
}

#[derive(Serialize)]
struct Edit<'a> {
    range: Range,
    content: &'a str,
}

#[derive(Serialize)]
struct Totals {
    files: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    fixable: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<usize>,
}

impl<'a> Finding<'a> {
    pub(super) fn new(located: &'a Located) -> Self {
        let diagnostic = &located.diagnostic;
        Self {
            rule: &diagnostic.rule.id,
            group: &diagnostic.rule.group,
            severity: diagnostic.severity.as_str(),
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            basis: diagnostic.rule.basis.as_deref(),
            url: None,
            range: located.range,
            location: located.location.as_ref().map(|location| Location {
                page: location.page,
                part: location.part.as_deref(),
                paragraph: location.paragraph,
                run: location.run,
            }),
            excerpt: located.excerpt.as_deref(),
            related: located
                .related
                .iter()
                .zip(&diagnostic.related)
                .map(|(&range, label)| Related {
                    range,
                    message: &label.message,
                })
                .collect(),
            fix: diagnostic.fix.as_ref().map(|fix| Fix {
                title: &fix.title,
                applicability: fix.applicability.as_str(),
                edits: located
                    .edits
                    .iter()
                    .zip(&fix.edits)
                    .map(|(&range, edit)| Edit {
                        range,
                        content: &edit.content,
                    })
                    .collect(),
                looks: looks_of(fix),
            }),
        }
    }
}

/// The looks of a correction, each once.
fn looks_of(fix: &crate::diagnostic::Fix) -> Vec<Look<'_>> {
    let mut looks: Vec<_> = fix.looks.iter().map(|l| (l.property, &*l.value)).collect();
    looks.sort_unstable();
    looks.dedup();
    let look = |(property, value): (crate::diagnostic::Property, _)| Look {
        property: property.as_str(),
        value,
    };
    looks.into_iter().map(look).collect()
}

/// What begins a line within the array of files.
const INDENT: &[u8] = b"\n    ";

/// Indents what stands within an object and an array.
fn within_files() -> PrettyFormatter<'static> {
    let mut formatter = PrettyFormatter::new();
    for _ in 0..2 {
        // Writing to nowhere cannot fail.
        let _ = formatter.begin_object(&mut io::sink());
    }
    formatter
}

/// JSON on its way out: what a terminal would obey or not show stands as an escape, so that the value is
/// the same and the text can be read.
struct Visible<W>(W);

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some((at, odd)) = first_odd(rest) {
            self.0.write_all(&rest[..at])?;
            // None of them is beyond the first plane.
            write!(self.0, "\\u{:04x}", u32::from(odd))?;
            rest = &rest[at + odd.len_utf8()..];
        }
        self.0.write_all(rest)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The first character that stands as an escape, and its place. JSON escapes those of ASCII itself.
fn first_odd(bytes: &[u8]) -> Option<(usize, char)> {
    let mut from = 0;
    loop {
        let at = from + first_lead(&bytes[from..])?;
        let len = if bytes[at] < 0xe0 { 2 } else { 3 };
        let character = bytes.get(at..at + len);
        let character = character.and_then(|bytes| str::from_utf8(bytes).ok()?.chars().next());
        match character {
            Some(c) if visible(c) != c => return Some((at, c)),
            _ => from = at + 1,
        }
    }
}

/// The first byte that [`visible`] changes characters of. Most texts have few, which whole blocks
/// tell faster than bytes.
fn first_lead(bytes: &[u8]) -> Option<usize> {
    const BLOCK: usize = 64;
    let is_lead = |byte: &u8| ODD_LEADS.contains(byte);
    let mut blocks = bytes.chunks(BLOCK);
    let block = blocks.position(|block| block.iter().fold(false, |any, b| any | is_lead(b)))?;
    let from = block * BLOCK;
    Some(from + bytes[from..].iter().position(is_lead)?)
}

/// What `write` makes of JSON, visible. It is handed on in large pieces: serde writes every brace
/// and every key alone, and never half of a character.
pub(super) fn shown<W: Write>(
    out: W,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(Visible(out));
    write(&mut out)?;
    out.into_inner()
        .map(|_| ())
        .map_err(IntoInnerError::into_error)
}

impl Emit for Json {
    fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "{{\n  \"schema_version\": 1,\n  \"tool\": {{\n    \"name\": \"{}\",\n    \
             \"version\": \"{}\"\n  }},\n  \"files\": [",
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
        )
    }

    fn separator(&self) -> &'static str {
        ","
    }

    fn file(&self, file: &FileReport<'_>, out: &mut dyn Write) -> io::Result<()> {
        let object = File {
            path: file.path,
            status: file.status,
            error: file.error,
            format: file.format(),
            regime: file.regime,
            kind: file.kind,
            text_quality: file.quality.map(crate::document::Quality::as_str),
            not_evaluated: file.not_evaluated,
            diagnostics: Findings(file),
        };
        out.write_all(INDENT)?;
        shown(out, |out| {
            let mut json = serde_json::Serializer::with_formatter(out, within_files());
            Ok(object.serialize(&mut json)?)
        })
    }

    fn finish(&self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let totals = Totals {
            files: summary.files,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            fixable: summary.fixable,
            fixed: summary.fixed,
        };
        let close = if summary.files == 0 { "]" } else { "\n  ]" };
        let totals = serde_json::to_string_pretty(&totals)?.replace('\n', "\n  ");
        writeln!(out, "{close},\n  \"summary\": {totals}\n}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_means_the_same() {
        let value = "a\u{202e}b\u{1b}[31m\u{9b}ă\nc\u{feff}.txt";
        let mut out = Vec::new();
        shown(&mut out, |out| Ok(serde_json::to_writer(out, value)?)).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out, r#""a\u202eb\u001b[31m\u009bă\nc\ufeff.txt""#);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), value);
    }

    #[test]
    fn every_character_that_is_not_shown_is_found_anywhere() {
        let odd = |c: &char| !c.is_ascii() && visible(*c) != *c;
        for c in ('\0'..=char::MAX).filter(odd) {
            for before in [0, 1, 63, 200] {
                let text = format!("{}“{c}", "ế".repeat(before));
                assert_eq!(
                    first_odd(text.as_bytes()),
                    Some((text.len() - c.len_utf8(), c))
                );
            }
        }
        assert_eq!(first_odd("Điều “5” – ế…".as_bytes()), None);
    }
}
