//! Lengths as OpenDocument writes them.

use super::super::package::fixed;
use crate::document::Twips;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_lengths_are_parts_of_those_above() {
        let over = |own: &str, below: &str| {
            let read = |text| Length::read(text).unwrap();
            read(own).over(Some(read(below)))
        };
        assert_eq!(over("50%", "20pt"), Length::Fixed(Twips(200)));
        assert_eq!(over("50%", "50%"), Length::Times(0.25));
        assert_eq!(over("1in", "50%"), Length::Fixed(Twips(1440)));
    }
}
