//! Whether the symbol names the kind that the title names.

use serde::Deserialize;

use super::lazy::LazyRegex;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::text::fold;
use crate::vocabulary::vocabulary;

/// Compares the parts of the symbol with the abbreviation of the kind.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SymbolKind {
    fault: Fault,
    /// Symbols that are right though they do not begin with the abbreviation.
    #[serde(default)]
    accept: Vec<LazyRegex>,
}

/// What is wrong with the abbreviation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// The right letters with wrong case or marks.
    Spelling,
    /// The abbreviation of another kind.
    OtherKind,
    /// The abbreviation stands after the body.
    Order,
    /// No abbreviation of a kind.
    Missing,
    /// Nothing but the abbreviation of the kind, or that of the body written on to it.
    NoBody,
}

impl Check for SymbolKind {
    fn mistakes(&self) -> Vec<Bilingual> {
        self.accept.iter().filter_map(LazyRegex::mistake).collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["expected", "kind"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let (Some(kind), Some(_), Some(number)) = (
            cx.report.kind,
            cx.report.header.title,
            cx.report.header.number.as_ref(),
        ) else {
            return;
        };
        let (Some(expected), Some(symbol)) = (kind.symbol.as_deref(), number.symbol) else {
            return;
        };
        let text = cx.of(symbol);
        let mut parts = text.split('-').map(str::trim);
        let Some(first) = parts.next().filter(|first| !first.is_empty()) else {
            return;
        };
        if let Some(rest) = text.strip_prefix(expected)
            && is_no_body(rest)
        {
            let after = &cx.text()[symbol.end as usize..];
            // Dots or a blank wait for the body.
            let ends = after.is_empty() || after.starts_with('\n');
            if self.fault == Fault::NoBody && number.number.is_some() && ends {
                let finding = sink.at(symbol).with("expected", expected);
                finding.with("kind", kind.name.as_str()).report();
            }
            return;
        }
        if first == expected || self.fault == Fault::NoBody {
            return;
        }
        // Spelling comes before the other kinds: TTR is no abbreviation, but HĐ for HD is one.
        let fault = if vocabulary().kinds_with_symbol(first).next().is_some() {
            Fault::OtherKind
        } else if fold(first) == fold(expected) {
            Fault::Spelling
        } else if parts.clone().any(|part| part == expected) {
            Fault::Order
        } else if text
            .split(|c: char| !c.is_alphanumeric())
            .any(|part| part == expected)
        {
            // Misread signs stand before it.
            return;
        } else if first.strip_prefix(expected).is_some_and(is_compound) {
            // `KHPH`, `HĐMB`: what the plan or the contract is about is written on to it.
            return;
        } else if parts.next().is_some() || is_code(first) {
            Fault::Missing
        } else {
            return;
        };
        if fault != self.fault || self.accept.iter().any(|regex| regex.is_match(text)) {
            return;
        }
        let span = match fault {
            Fault::Spelling | Fault::OtherKind => {
                let start = text.len() - text.trim_start().len();
                symbol.slice(start..start + first.len())
            }
            Fault::Order | Fault::Missing | Fault::NoBody => symbol,
        };
        let mut finding = sink
            .at(span)
            .with("expected", expected)
            .with("kind", kind.name.as_str());
        if matches!(fault, Fault::Spelling | Fault::OtherKind) {
            finding = finding.replace(span, expected);
        }
        finding.report();
    }
}

/// Whether a group stands for a body or one of its units: letters of a code, two at least.
fn is_code(group: &str) -> bool {
    group.chars().count() > 1 && group.chars().all(char::is_uppercase)
}

/// Whether what is written on to the abbreviation of the kind abbreviates something: more than one
/// letter, and none of them small.
fn is_compound(rest: &str) -> bool {
    let mut letters = rest.chars();
    let alone = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
    !alone && !rest.starts_with(char::is_lowercase)
}

/// Whether what follows the abbreviation of the kind is nothing, or a body without its hyphen.
fn is_no_body(rest: &str) -> bool {
    rest.is_empty() || vocabulary().body(rest.trim_start()).is_some()
}
