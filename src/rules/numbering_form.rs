//! How the markers of sections are written.

use std::collections::HashMap;

use serde::Deserialize;

use super::lazy::LazyRegex;
use super::numbering::{each_list, is_in_row, is_row};
use super::numbering_sequence::roman;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::syntax::{MarkerStyle, Section};

/// Compares the markers of sections that stand side by side with the form they should have.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NumberingForm {
    styles: Vec<MarkerStyle>,
    scope: Scope,
    /// The right form.
    form: LazyRegex,
    /// The marker to propose; `$name` stands for the groups of `from`.
    #[serde(default)]
    write: Option<Rewrite>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Rewrite {
    from: LazyRegex,
    to: String,
    /// Whether letters taken from the marker are written small.
    #[serde(default)]
    lower: bool,
    /// Whether `to` is a Roman number and its end mark, to be written in the usual form: `IIII.`
    #[serde(default)]
    roman: bool,
}

/// Which lists are judged, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Scope {
    /// Lists in which right and wrong forms stand beside each other: every wrong marker.
    Mixed,
    /// Lists in which all markers are wrong: the first marker.
    Uniform,
    /// All lists: every wrong marker, but only the first where all are wrong.
    Any,
    /// All lists: every wrong marker.
    Each,
}

impl Check for NumberingForm {
    fn mistakes(&self) -> Vec<Bilingual> {
        let from = self.write.iter().map(|write| &write.from);
        std::iter::once(&self.form)
            .chain(from)
            .filter_map(LazyRegex::mistake)
            .collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["write"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        // The same few markers stand again and again.
        let mut known = HashMap::new();
        let mut is_right = |section: &Section| {
            let marker = cx.of(section.marker);
            *known
                .entry(marker)
                .or_insert_with(|| self.form.is_match(marker))
        };
        each_list(cx.report, &self.styles, &mut |list| {
            let wrong: Vec<&Section> = list
                .iter()
                .enumerate()
                .filter(|&(i, section)| {
                    !is_right(section) && is_in_row(list, i) && !is_row(cx, section)
                })
                .map(|(_, &section)| section)
                .collect();
            let right = list.iter().find(|section| is_right(section));
            let reported = match (self.scope, right) {
                (Scope::Mixed | Scope::Any, Some(_)) | (Scope::Each, _) => wrong.len(),
                (Scope::Uniform, None) if wrong.len() > 1 => 1,
                (Scope::Any, None) => wrong.len().min(1),
                _ => 0,
            };
            for section in &wrong[..reported] {
                let marker = cx.of(section.marker);
                let write = self.rewrite(marker);
                // Who cannot say what to write says nothing.
                if self.write.is_some() && write.as_deref().is_none_or(|write| write == marker) {
                    continue;
                }
                let mut finding = sink.at(section.marker);
                if let Some(write) = write {
                    finding = finding
                        .replace(section.marker, write.clone())
                        .with("write", write);
                }
                if let Some(right) = right.filter(|_| self.scope != Scope::Each) {
                    finding = finding.related(right.marker);
                }
                finding.report();
            }
        });
    }
}

impl NumberingForm {
    fn rewrite(&self, marker: &str) -> Option<String> {
        let Rewrite {
            from,
            to,
            lower,
            roman,
        } = self.write.as_ref()?;
        let small = lower.then(|| marker.to_lowercase());
        let marker = small.as_deref().unwrap_or(marker);
        let written = from.captures(marker)?.interpolate_string(marker, to);
        Some(if *roman { usual(&written) } else { written })
    }
}

/// A Roman number whose signs are only added up, in its usual form; what follows it stays.
fn usual(marker: &str) -> String {
    let value = |sign| match sign {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        _ => None,
    };
    let signs: Vec<u32> = marker.chars().map_while(value).collect();
    if signs.is_sorted_by(|a, b| a >= b) && !signs.is_empty() {
        // Each sign is one byte.
        format!("{}{}", roman(signs.iter().sum()), &marker[signs.len()..])
    } else {
        marker.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::usual;

    #[test]
    fn a_roman_number_takes_its_usual_form() {
        for (written, expected) in [
            ("IIII.", "IV."),
            ("VIIII.", "IX."),
            ("III.", "III."),
            ("IV.", "IV."),
            ("a.", "a."),
        ] {
            assert_eq!(usual(written), expected);
        }
    }
}
