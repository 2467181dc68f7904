//! Amounts that are given in figures and in words.

use std::collections::HashMap;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

use super::error::both;
use super::{Check, Context, Hit, Sink, lazy};
use crate::diagnostic::Bilingual;

/// Compares an amount in words with the figures before it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AmountInWords {
    /// Literals without which `amount` cannot match.
    literals: Vec<String>,
    /// An expression with the groups `figures`, which may hold words of `scales` too, `words`, and
    /// `unit`, what is counted: without it plain figures (`số 15`, `năm 2026`) are no amount.
    amount: String,
    /// The words for 0 to 9.
    digits: HashMap<String, u64>,
    /// The words for ten, hundred, thousand and above.
    scales: HashMap<String, u64>,
    /// Words that add nothing.
    fillers: Vec<String>,
    /// Words after which the amount is no whole number.
    fractions: Vec<String>,
    /// Words that end the number; any other word is one that cannot be read.
    units: Vec<String>,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

impl Check for AmountInWords {
    fn mistakes(&self) -> Vec<Bilingual> {
        let zero = self.scales.values().any(|&scale| scale < 10);
        let zero = zero.then(|| {
            both(
                "`scales`: bậc số phải từ mười trở lên",
                "`scales`: a scale is ten or more",
            )
        });
        let amount = lazy::compile(&self.amount, false).err();
        let amount = amount.map(|error| lazy::unreadable("amount", &error));
        let groups = ["figures", "words"].into_iter();
        let missing = groups.filter_map(|name| lazy::missing_group(&self.amount, "amount", name));
        amount
            .into_iter()
            .chain(zero)
            .chain(lazy::no_literals(&self.literals))
            .chain(missing)
            .collect()
    }

    fn literals(&self) -> Vec<String> {
        self.literals.clone()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["figures", "said"]
    }

    fn check(&self, cx: &Context<'_>, hits: &[Hit], sink: &mut Sink<'_>) {
        let compiled = || lazy::compile(&self.amount, false).ok();
        let Some(regex) = self.compiled.get_or_init(compiled) else {
            return;
        };
        let mut done = 0;
        for hit in hits {
            if hit.start < done {
                continue;
            }
            let line = cx.logical.line_at(hit.start);
            done = line.end + 1;
            for found in regex.captures_iter(cx.of(line)) {
                let (Some(figures), Some(words)) = (found.name("figures"), found.name("words"))
                else {
                    continue;
                };
                let is_plain = !figures.as_str().contains(['.', ',', ' ']);
                if (is_plain && found.name("unit").is_none())
                    || is_last_group(&cx.of(line)[..figures.start()])
                {
                    continue;
                }
                let (Some(amount), Some(said)) =
                    (self.written(figures.as_str()), self.spoken(words.as_str()))
                else {
                    continue;
                };
                if amount != said {
                    sink.at(line.slice(words.range()))
                        .related(line.slice(figures.range()))
                        .with("figures", figures.as_str())
                        .with("said", grouped(said))
                        .report();
                }
            }
        }
    }
}

impl AmountInWords {
    /// The number that figures say: `1.500.000`, `1,5 triệu`, `2 tỷ 500 triệu`.
    fn written(&self, figures: &str) -> Option<u64> {
        let mut tokens = figures.split_whitespace().peekable();
        let mut total: u64 = 0;
        let mut is_scaled = false;
        while let Some(number) = tokens.next() {
            let mut scale: u64 = 1;
            while let Some(&word) = tokens.peek().and_then(|word| self.scales.get(*word)) {
                scale = scale.checked_mul(word)?;
                tokens.next();
            }
            // Without its own word the rest of `2 tỷ 500` is not certain.
            if scale == 1 && is_scaled {
                return None;
            }
            is_scaled = scale > 1;
            let value = if is_scaled {
                scaled(number, scale)
            } else {
                whole(number)
            };
            total = total.checked_add(value?)?;
        }
        Some(total)
    }

    /// The number that words say up to the first unit; `None` where they say none, or more than can
    /// be counted, or what is no number.
    fn spoken(&self, words: &str) -> Option<u64> {
        /// From here on a scale multiplies all that was said before.
        const GROUPS: u64 = 1000;
        let words = words.to_lowercase();
        let (mut total, mut group): (u64, u64) = (0, 0);
        let mut digit = None;
        let mut said = false;
        for word in words.split(|c: char| !c.is_alphabetic()) {
            if word.is_empty() || self.fillers.iter().any(|filler| filler == word) {
                continue;
            }
            if self.fractions.iter().any(|fraction| fraction == word) {
                return None;
            }
            if let Some(&value) = self.digits.get(word) {
                // Two digits in a row are read out, not counted.
                if digit.replace(value).is_some() {
                    return None;
                }
            } else if let Some(&scale) = self.scales.get(word) {
                if scale < GROUPS {
                    let times = digit.take().unwrap_or(1);
                    group = group.checked_add(times.checked_mul(scale)?)?;
                } else {
                    group = group.checked_add(digit.take().unwrap_or(0))?;
                    let below = total % scale;
                    let raised = below.checked_add(group)?.checked_mul(scale)?;
                    total = (total - below).checked_add(raised)?;
                    group = 0;
                }
            } else if self.units.iter().any(|unit| unit == word) {
                break;
            } else {
                return None;
            }
            said = true;
        }
        let rest = group.checked_add(digit.unwrap_or(0))?;
        said.then(|| total.checked_add(rest)).flatten()
    }
}

/// Whether digits stand before, parted by a blank: `4 444 000` is written so.
fn is_last_group(before: &str) -> bool {
    before
        .strip_suffix([' ', '\u{A0}'])
        .is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
}

/// A whole number whose thousands may be parted; `None` for any other.
fn whole(figures: &str) -> Option<u64> {
    let digits: String = figures.chars().filter(char::is_ascii_digit).collect();
    let mut groups = figures.split(['.', ',']).skip(1);
    groups.all(|group| group.len() == 3).then_some(())?;
    digits.parse().ok()
}

/// A number of at most two decimals, times the scale; three after a comma could be thousands.
fn scaled(number: &str, scale: u64) -> Option<u64> {
    let Some((units, decimals)) = number.split_once(',') else {
        return whole(number)?.checked_mul(scale);
    };
    let parts = 10_u64.pow(u32::try_from(decimals.len()).ok().filter(|&n| n <= 2)?);
    let decimals: u64 = decimals.parse().ok()?;
    let decimals = decimals.checked_mul(scale)? / parts;
    whole(units)?.checked_mul(scale)?.checked_add(decimals)
}

/// With a point between the thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_parted() {
        let cases = [
            (7, "7"),
            (512, "512"),
            (1_000, "1.000"),
            (12_345_678, "12.345.678"),
        ];
        for (number, expected) in cases {
            assert_eq!(grouped(number), expected);
        }
    }
}
