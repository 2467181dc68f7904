//! Lengths as OpenDocument writes them.

use crate::document::Twips;

/// The largest length that is believed, in twips: 10 m.
const MOST: f64 = 567_000.0;

/// A length, or a part of the one that would be inherited.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Length {
    /// As it is.
    Fixed(Twips),
    /// Times the one of the style above.
    Times(f64),
}

impl Length {
    /// Reads `2.54cm`, `12pt` or `80%`.
    pub(super) fn read(text: &str) -> Option<Self> {
        match percent(text) {
            Some(times) => Some(Self::Times(times)),
            None => fixed(text).map(Self::Fixed),
        }
    }

    /// The length over one that is inherited.
    pub(super) fn over(self, below: Option<Self>) -> Self {
        match (self, below) {
            (Self::Times(times), Some(Self::Fixed(length))) => {
                Self::Fixed(Twips((f64::from(length.0) * times).round() as i32))
            }
            (Self::Times(times), Some(Self::Times(other))) => Self::Times(times * other),
            (own, _) => own,
        }
    }

    /// The length where it is known.
    pub(super) fn known(self) -> Option<Twips> {
        match self {
            Self::Fixed(length) => Some(length),
            Self::Times(_) => None,
        }
    }
}

/// A part of 100, as a factor.
pub(super) fn percent(text: &str) -> Option<f64> {
    let number: f64 = text.trim().strip_suffix('%')?.trim().parse().ok()?;
    (number.is_finite() && number.abs() <= 10_000.0).then_some(number / 100.0)
}

/// A length with its unit; a bare 0 needs none.
pub(super) fn fixed(text: &str) -> Option<Twips> {
    /// Units, and twips in each.
    const UNITS: &[(&str, f64)] = &[
        ("cm", 1440.0 / 2.54),
        ("mm", 1440.0 / 25.4),
        ("in", 1440.0),
        ("inch", 1440.0),
        ("pt", 20.0),
        ("pc", 240.0),
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
    (twips.abs() <= MOST).then(|| Twips(twips.round() as i32))
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
        let over = |own: &str, below: &str| {
            let read = |text| Length::read(text).unwrap();
            read(own).over(Some(read(below)))
        };
        assert_eq!(over("50%", "20pt"), Length::Fixed(Twips(200)));
        assert_eq!(over("50%", "50%"), Length::Times(0.25));
        assert_eq!(over("1in", "50%"), Length::Fixed(Twips(1440)));
    }
}
