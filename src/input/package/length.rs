//! Lengths with a unit, as both formats write them.

use crate::document::Twips;

/// A length with its unit; a bare 0 needs none.
pub(in crate::input) fn fixed(text: &str) -> Option<Twips> {
    /// Units, and twips in each.
    const UNITS: &[(&str, f64)] = &[
        ("cm", 1440.0 / 2.54),
        ("mm", 1440.0 / 25.4),
        ("in", 1440.0),
        ("inch", 1440.0),
        ("pt", 20.0),
        ("pc", 240.0),
        ("pi", 240.0),
        ("px", 15.0),
    ];
    let text = text.trim();
    let end = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.trim().parse().ok()?;
    let twips = match UNITS.iter().find(|(known, _)| *known == unit) {
        Some((_, twips)) => number * twips,
        None if unit.is_empty() && number == 0.0 => 0.0,
        None => return None,
    };
    let twips = (!twips.is_nan()).then(|| Twips(twips.round() as i32))?;
    twips.is_credible().then_some(twips)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_in_every_unit() {
        let cases = [
            ("2.54cm", Some(1440)),
            ("25.4mm", Some(1440)),
            (" 1in ", Some(1440)),
            ("-12pt", Some(-240)),
            ("0", Some(0)),
            ("12", None),
            ("1e9cm", None),
            ("nanpt", None),
            ("pt", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(fixed(text), expected.map(Twips), "{text}");
        }
    }
}
