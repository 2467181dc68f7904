//! The outline of a document.

use serde_json::{Value, json};

use super::analysis::{Analysis, Checked};
use super::position::Encoding;
use super::protocol::{DocumentSymbol, Position, Range};
use crate::syntax::Section;
use crate::text::{Span, fold_line_breaks};

/// Characters of a name.
const LONGEST: usize = 100;

/// The kinds of the protocol that editors give a fitting sign.
const FILE: u8 = 1;
const STRING: u8 = 15;
const OBJECT: u8 = 19;

/// Title, sections, recipients, signature and appendices, nested.
pub(super) fn all(analysis: &Analysis, encoding: Encoding) -> Vec<DocumentSymbol> {
    let Some(checked) = &analysis.checked else {
        return Vec::new();
    };
    let maker = Maker {
        analysis,
        checked,
        encoding,
    };
    let report = &checked.outcome.report;
    let mut symbols = Vec::new();
    if let Some(title) = report.header.title {
        let whole = report.header.subject.map_or(title, |s| title.join(s));
        symbols.push(maker.symbol(whole, whole, whole, FILE));
    }
    symbols.extend(maker.sections(&report.sections));
    if let Some(recipients) = &report.recipients {
        symbols.push(maker.symbol(recipients.span, recipients.label, recipients.label, OBJECT));
    }
    if let Some(signature) = &report.signature {
        let shown = signature.name.or(signature.office);
        let shown = shown.or(signature.authority.first().copied());
        let shown = shown.unwrap_or(signature.span);
        symbols.push(maker.symbol(signature.span, shown, shown, OBJECT));
    }
    for attachment in &report.attachments {
        let label = attachment.label.or(attachment.title);
        let label = label.unwrap_or(attachment.span);
        let mut symbol = maker.symbol(attachment.span, label, label, FILE);
        symbol.children = maker.sections(&attachment.sections);
        symbols.push(symbol);
    }
    symbols.sort_by_key(|symbol| symbol.range.start);
    symbols
}

/// The same as a list, for clients that know no tree.
pub(super) fn flat(symbols: &[DocumentSymbol], uri: &str) -> Value {
    let mut out = Vec::new();
    let mut rest: Vec<_> = symbols.iter().rev().collect();
    while let Some(symbol) = rest.pop() {
        out.push(json!({
            "name": symbol.name,
            "kind": symbol.kind,
            "location": { "uri": uri, "range": symbol.range },
        }));
        rest.extend(symbol.children.iter().rev());
    }
    Value::Array(out)
}

struct Maker<'a> {
    analysis: &'a Analysis,
    checked: &'a Checked,
    encoding: Encoding,
}

impl Maker<'_> {
    fn sections(&self, sections: &[Section]) -> Vec<DocumentSymbol> {
        let symbols = sections.iter().map(|section| {
            let heading = section.marker.join(section.title);
            let mut symbol = self.symbol(section.span, heading, heading, STRING);
            symbol.children = self.sections(&section.children);
            symbol
        });
        symbols.collect()
    }

    fn symbol(&self, whole: Span, name: Span, selection: Span, kind: u8) -> DocumentSymbol {
        let text = &self.checked.outcome.logical.text;
        let name = fold_line_breaks(name.of(text)).trim().to_owned();
        let range = self.range(whole);
        let selection = self.range(selection);
        DocumentSymbol {
            name: shortened(if name.is_empty() { "…" } else { &name }),
            kind,
            range: Range {
                start: range.start.min(selection.start),
                end: range.end.max(selection.end),
            },
            selection_range: selection,
            children: Vec::new(),
        }
    }

    fn range(&self, span: Span) -> Range {
        let span = self.checked.logical_in_text(span);
        self.analysis.range(span, self.encoding)
    }
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}

/// Whether a range touches another: a cursor has no length.
pub(super) fn touches(a: Range, b: Range) -> bool {
    let before = |a: Position, b: Position| a <= b;
    before(a.start, b.end) && before(b.start, a.end)
}
