//! Shares of one whole that add up to more than the whole.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use serde::Deserialize;

use super::error::both;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::text::Span;

/// Adds up the percentages of the grades of one scale. Only grades that exclude each other make
/// a whole: any other list of percentages may overlap.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PercentageSum {
    /// Scales; each is the list of its grades in their order, in lower case. Of two grades at one
    /// place the longer is meant.
    scales: Vec<Vec<String>>,
    /// Scales whose grades are words of any text: only three grades or more make a list.
    #[serde(default)]
    common: Vec<Vec<String>>,
    /// Words after which a percentage is no share: bounds, growth.
    unless: Vec<String>,
    /// Most characters between a grade and its percentage.
    #[serde(default = "reach")]
    within: usize,
    /// What rounding may add to each share, in hundredths of a percent.
    #[serde(default = "rounding")]
    tolerance: u64,
    /// Finds all grades at once, in the order of [`each_scale`](Self::each_scale).
    #[serde(skip)]
    finder: OnceLock<Option<AhoCorasick>>,
}

fn reach() -> usize {
    60
}

fn rounding() -> u64 {
    5
}

/// A whole, in hundredths of a percent.
const WHOLE: u64 = 10_000;

/// A grade and its share.
#[derive(Clone, Copy)]
struct Share<'s> {
    grade: &'s str,
    /// From the grade to the sign of percent, in the logical text.
    span: Span,
    /// In hundredths of a percent.
    value: u64,
    line: usize,
}

impl Check for PercentageSum {
    fn mistakes(&self) -> Vec<Bilingual> {
        let short = self.each_scale().any(|scale| scale.len() < 2);
        let short = short.then(|| {
            both(
                "`scales`: mỗi thang phải có ít nhất hai mức",
                "`scales`: a scale has two grades or more",
            )
        });
        let capital = |grade: &&String| grade.is_empty() || **grade != grade.to_lowercase();
        let capital = self.each_scale().flatten().find(capital).map(|grade| {
            both(
                format!("`scales`: viết mức “{grade}” bằng chữ thường"),
                format!("`scales`: write the grade “{grade}” in lower case"),
            )
        });
        short.into_iter().chain(capital).collect()
    }

    fn literals(&self) -> Vec<String> {
        vec!["%".to_owned()]
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["sum"]
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let mut list: Vec<Share<'_>> = Vec::new();
        let mut before = None;
        for hit in hits {
            let line = cx.logical.line_index(hit.start);
            let start = cx.logical.lines[line].span.start;
            // What stands before the percentage and after the one before it.
            let from = before.filter(|&end| end > start).unwrap_or(start);
            before = Some(hit.start + 1);
            let Some(share) = self.share(
                cx,
                Span {
                    start: from,
                    end: hit.start,
                },
                line,
            ) else {
                self.close(&mut list, sink);
                continue;
            };
            if !self.goes_on(&list, &share) {
                self.close(&mut list, sink);
            }
            list.push(share);
        }
        self.close(&mut list, sink);
    }
}

impl PercentageSum {
    /// The share that a stretch of text ends with, up to the sign of percent.
    fn share(&self, cx: &Context<'_>, stretch: Span, line: usize) -> Option<Share<'_>> {
        let text = cx.of(stretch);
        let value_at = number_at_end(text)?;
        let value = hundredths(text[value_at..].trim_end())?;
        let lower = text[..value_at].to_lowercase();
        // Where lower case has another length, places would be wrong.
        if lower.len() != value_at {
            return None;
        }
        let (grade, at) = self.last_grade(&lower)?;
        let between = &lower[at + grade.len()..];
        let is_bound = self.unless.iter().any(|word| holds_word(&lower, word));
        let is_near = between.chars().count() <= self.within && !between.contains(". ");
        (is_near && !is_bound).then(|| Share {
            grade,
            span: Span {
                start: stretch.slice(at..at).start,
                end: stretch.end + 1,
            },
            value,
            line,
        })
    }

    /// The grade nearest to the end of a text, the longest that ends there, and where it begins.
    /// A text that names two grades before one percentage gives them together, and no share.
    fn last_grade(&self, lower: &str) -> Option<(&str, usize)> {
        let grades: Vec<&String> = self.each_scale().flatten().collect();
        let places: Vec<(&str, usize)> = self
            .finder(&grades)?
            .find_overlapping_iter(lower)
            .map(|found| (grades[found.pattern()].as_str(), found.start()))
            .filter(|(grade, at)| is_word(lower, *at, at + grade.len()))
            .collect();
        let end = |&(grade, at): &(&str, usize)| at + grade.len();
        let last = *places
            .iter()
            .max_by_key(|place| (end(place), place.0.len()))?;
        let apart = |place: &(&str, usize)| end(place) <= last.1;
        (!places.iter().any(apart)).then_some(last)
    }

    fn finder(&self, grades: &[&String]) -> Option<&AhoCorasick> {
        let build = || {
            let mut builder = AhoCorasick::builder();
            builder.kind(Some(AhoCorasickKind::ContiguousNFA));
            builder.build(grades).ok()
        };
        self.finder.get_or_init(build).as_ref()
    }

    /// Whether a share belongs to the list: of one scale, on the same line or the next, and
    /// further along the scale. Who tells the grades of a whole tells them in their order; another
    /// order is another whole.
    fn goes_on(&self, list: &[Share<'_>], share: &Share<'_>) -> bool {
        let is_near = list.last().is_some_and(|last| share.line - last.line <= 1);
        let mut longer = list.to_vec();
        longer.push(*share);
        is_near && self.each_scale().any(|scale| is_along(scale, &longer))
    }

    fn each_scale(&self) -> impl Iterator<Item = &Vec<String>> {
        self.scales.iter().chain(&self.common)
    }

    /// Ends a list and reports it where it is more than a whole.
    fn close(&self, list: &mut Vec<Share<'_>>, sink: &mut Sink<'_>) {
        let sum: u64 = list.iter().map(|share| share.value).sum();
        let slack = self.tolerance * list.len() as u64;
        if let (Some(first), Some(last)) = (list.first(), list.last())
            && list.len() > 1
            && (list.len() > 2 || self.scales.iter().any(|scale| is_along(scale, list)))
            && sum > WHOLE + slack
        {
            // A list over several lines is shown by its last share.
            let span = if first.line == last.line {
                Span {
                    start: first.span.start,
                    end: last.span.end,
                }
            } else {
                last.span
            };
            let whole = sum / 100;
            let sum = match sum % 100 {
                0 => whole.to_string(),
                rest if rest % 10 == 0 => format!("{whole},{}", rest / 10),
                rest => format!("{whole},{rest:02}"),
            };
            sink.at(span).with("sum", sum).report();
        }
        list.clear();
    }
}

/// Whether all shares are of one scale, each further along it than the one before.
fn is_along(scale: &[String], list: &[Share<'_>]) -> bool {
    let place = |share: &Share<'_>| scale.iter().position(|grade| grade == share.grade);
    let places = list.iter().map(place).collect::<Option<Vec<usize>>>();
    places.is_some_and(|places| {
        places.is_sorted_by(|a, b| a < b) || places.is_sorted_by(|a, b| a > b)
    })
}

/// Whether a stretch of a text is bounded by what is no letter.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| is_word(text, at, at + word.len()))
}

/// Where the number that a text ends with begins, one blank after it allowed.
fn number_at_end(text: &str) -> Option<usize> {
    let trimmed = text.strip_suffix(' ').unwrap_or(text);
    let begin = trimmed
        .rfind(|c: char| !c.is_ascii_digit() && c != ',' && c != '.')
        .map_or(0, |at| {
            at + trimmed[at..].chars().next().map_or(0, char::len_utf8)
        });
    (begin < trimmed.len()).then_some(begin)
}

/// A percentage up to 100 in hundredths: `45`, `45,5`, `45.25`.
fn hundredths(number: &str) -> Option<u64> {
    let (whole, rest) = number.split_once([',', '.']).unwrap_or((number, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || rest.len() > 2 || !is_number(rest) {
        return None;
    }
    let rest = format!("{rest:0<2}");
    let value = whole.parse::<u64>().ok()? * 100 + rest.parse::<u64>().ok()?;
    (value <= WHOLE).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::{hundredths, number_at_end};

    #[test]
    fn percentages_are_read_in_hundredths() {
        let cases = [
            ("45", Some(4_500)),
            ("45,5", Some(4_550)),
            ("0.25", Some(25)),
            ("100", Some(10_000)),
            ("101", None),
            ("1.234", None),
            (",5", None),
            ("1,2,3", None),
        ];
        for (number, expected) in cases {
            assert_eq!(hundredths(number), expected, "{number}");
        }
    }

    #[test]
    fn a_number_ends_a_text() {
        let cases = [
            ("đạt 45,5 ", Some("45,5 ")),
            ("ạ7", Some("7")),
            ("x", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(
                number_at_end(text).map(|at| &text[at..]),
                expected,
                "{text}"
            );
        }
    }
}
