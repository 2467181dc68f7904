//! What can be done about findings.

use serde_json::{Value, json};

use super::analysis::{Analysis, Checked};
use super::findings::{self, Place};
use super::protocol::{CodeAction, Command, FIX_ALL, QUICK_FIX, Range, TextEdit};
use super::{edits, symbols};
use crate::diagnostic::{self, Applicability, Language};
use crate::document::Format;
use crate::emit::say;
use crate::text::Span;
use crate::vocabulary::vocabulary;

/// Bytes of a text whose corrections are made in no time.
const SHORT: usize = 64 << 10;

/// The command that tells what a rule asks.
pub(super) const EXPLAIN: &str = "vanthu.explain";

/// The document that is asked about, and how the client wants the answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) uri: &'a str,
    pub(super) version: i32,
    pub(super) place: Place,
    /// Whether edits may say for which version of the document they are.
    pub(super) versioned: bool,
}

/// What can be done about the findings that a range touches.
pub(super) fn all(asked: Asked<'_>, range: Range, only: Option<&[String]>) -> Vec<CodeAction> {
    let wants = |kind: &str| {
        let fits = |asked: &String| {
            // The empty kind is above all others.
            kind.strip_prefix(asked.as_str())
                .is_some_and(|rest| asked.is_empty() || rest.is_empty() || rest.starts_with('.'))
        };
        only.is_none_or(|only| only.iter().any(fits))
    };
    let mut actions = Vec::new();
    if wants(QUICK_FIX) {
        quick_fixes(asked, range, &mut actions);
    }
    // Nobody waits for this who did not ask for it: the corrections of a long text take a while.
    let is_short = asked.analysis.text.len() <= SHORT;
    if wants(FIX_ALL) && (is_short || only.is_some()) {
        actions.extend(fix_all(asked));
    }
    actions
}

fn quick_fixes(asked: Asked<'_>, range: Range, actions: &mut Vec<CodeAction>) {
    let Some(checked) = &asked.analysis.checked else {
        return;
    };
    let encoding = asked.place.encoding;
    let here: Vec<_> = checked
        .outcome
        .diagnostics
        .packed()
        .filter(|packed| {
            let span = packed.span().map(|span| checked.in_text(span));
            let span = span.unwrap_or_else(|| asked.analysis.first_line());
            symbols::touches(asked.analysis.range(span, encoding), range)
        })
        .map(diagnostic::Packed::unpack)
        .collect();
    let language = asked.analysis.language();
    for finding in &here {
        actions.extend(fix(asked, finding, language));
    }
    let mut seen: Vec<&str> = Vec::new();
    for finding in &here {
        let id = finding.rule.id.as_str();
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        actions.extend(suppress(asked, checked, finding, language));
        let title = say!(language, "Giải thích {id}", "Explain {id}");
        actions.push(CodeAction {
            command: Some(Command {
                title: title.clone(),
                command: EXPLAIN,
                arguments: vec![id.to_owned()],
            }),
            ..asked.about(finding, title, Value::Null)
        });
    }
}

fn fix(
    asked: Asked<'_>,
    finding: &diagnostic::Diagnostic,
    language: Language,
) -> Option<CodeAction> {
    let fix = finding.fix.as_ref()?;
    let title = match fix.applicability {
        Applicability::Display => return None,
        Applicability::Safe => fix.title.clone(),
        Applicability::Unsafe => {
            let title = &fix.title;
            say!(
                language,
                "{title} (cần xem lại)",
                "{title} (to be reviewed)"
            )
        }
    };
    let edits = edits::text_edits(asked.analysis, &fix.edits, asked.place.encoding);
    Some(CodeAction {
        is_preferred: (fix.applicability == Applicability::Safe).then_some(true),
        ..asked.about(finding, title, asked.edit(&edits))
    })
}

fn fix_all(asked: Asked<'_>) -> Option<CodeAction> {
    let edits = edits::all(asked.analysis, Applicability::Safe, asked.place.encoding);
    if edits.is_empty() {
        return None;
    }
    Some(CodeAction {
        title: say!(
            asked.analysis.language(),
            "Sửa mọi chỗ sửa được an toàn",
            "Apply all safe fixes"
        ),
        kind: FIX_ALL,
        diagnostics: Vec::new(),
        is_preferred: None,
        edit: asked.edit(&edits),
        command: None,
    })
}

/// Puts a comment above the paragraph that asks for silence on the rule.
fn suppress(
    asked: Asked<'_>,
    checked: &Checked,
    finding: &diagnostic::Diagnostic,
    language: Language,
) -> Option<CodeAction> {
    let id = &finding.rule.id;
    let start = checked.in_text(finding.span?).start;
    let at = paragraph_start(asked.analysis, checked, start);
    let text = &asked.analysis.text;
    let number = asked.analysis.lines.line(start);
    let (at, new_text) = match checked.document.format {
        Format::Md if checked.document.is_in_list(number) => {
            beside(text, asked.analysis.lines.span(number, text)?, id)
        }
        Format::Md => {
            let (first, _) = checked.document.block(number, number, false);
            let at = asked.analysis.lines.span(first, text)?.start;
            let line = above(text, at, id);
            // Among the keys of a document only what YAML takes for a comment is one.
            let is_key = front_matter(text).is_some_and(|end| (at as usize) < end);
            (at, if is_key { format!("# {line}") } else { line })
        }
        _ => (at, above(text, at, id)),
    };
    let edit = TextEdit {
        range: asked
            .analysis
            .range(Span { start: at, end: at }, asked.place.encoding),
        new_text,
    };
    let title = say!(
        language,
        "Bỏ qua {id} ở đoạn này",
        "Ignore {id} in this paragraph"
    );
    Some(asked.about(finding, title, asked.edit(&[edit])))
}

/// Where the keys end that a Markdown file may begin with, between two lines `---`.
fn front_matter(text: &str) -> Option<usize> {
    const MARK: &str = "---";
    let mut at = 0;
    let mut lines = text.split_inclusive('\n');
    lines.next().filter(|first| first.trim_end() == MARK)?;
    for line in text.split_inclusive('\n') {
        if at > 0 && line.trim_end() == MARK {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// A line with the comment, to be put above the one that begins at a byte.
fn above(text: &str, at: u32, id: &str) -> String {
    let line_end = match text[at as usize..].find(['\n', '\r']) {
        Some(end) if text[at as usize + end..].starts_with("\r\n") => "\r\n",
        Some(end) if text[at as usize + end..].starts_with('\r') => "\r",
        _ => "\n",
    };
    format!("{}{line_end}", comment(id))
}

/// The comment for the end of a line, within the last cell of a row, and where it goes.
fn beside(text: &str, line: Span, id: &str) -> (u32, String) {
    let content = line.of(text).trim_end();
    let cell = content
        .strip_suffix('|')
        .filter(|_| content.starts_with('|'));
    let kept = cell.unwrap_or(content).trim_end();
    let at = line.start as usize + kept.len();
    (Span::new(at, at).start, format!(" {}", comment(id)))
}

/// The comment that silences a rule in the next paragraph; the reason is left to whoever asks.
fn comment(id: &str) -> String {
    let words = &vocabulary().suppression;
    let (tool, word) = (&words.tool, &words.next[0]);
    format!("<!-- {tool}: {word} {id} : -->")
}

/// Where the first line of the paragraph begins that holds a byte of the text.
fn paragraph_start(analysis: &Analysis, checked: &Checked, at: u32) -> u32 {
    let lines = checked.outcome.logical.lines.iter();
    let mut spans = lines.map(|line| checked.logical_in_text(line.span));
    let start = spans
        .find(|span| span.start <= at && at < span.end.max(span.start + 1))
        .map_or(at, |span| span.start);
    let line = analysis.lines.line(start);
    let line = analysis.lines.span(line, &analysis.text);
    line.map_or(0, |line| line.start)
}

impl Asked<'_> {
    /// What can be done about one finding.
    fn about(&self, finding: &diagnostic::Diagnostic, title: String, edit: Value) -> CodeAction {
        let shown = findings::one(self.analysis, finding, self.uri, self.place);
        CodeAction {
            title,
            kind: QUICK_FIX,
            diagnostics: vec![shown],
            is_preferred: None,
            edit,
            command: None,
        }
    }

    fn edit(&self, edits: &[TextEdit]) -> Value {
        if self.versioned {
            let document = json!({ "uri": self.uri, "version": self.version });
            json!({ "documentChanges": [{ "textDocument": document, "edits": edits }] })
        } else {
            json!({ "changes": { self.uri: edits } })
        }
    }
}
