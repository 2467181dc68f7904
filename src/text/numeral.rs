//! Roman numbers.

/// The value of a Roman number up to 399, whatever its case; `None` if it is not written as one.
#[must_use]
pub fn roman_value(text: &str) -> Option<u32> {
    let letters: String = text.chars().filter(|c| c.is_alphabetic()).collect();
    let mut value = 0;
    let mut rest = letters.to_ascii_lowercase();
    for (sign, worth) in ROMAN {
        while let Some(shorter) = rest.strip_prefix(sign) {
            value += worth;
            rest = shorter.to_owned();
        }
    }
    let canonical = rest.is_empty() && value > 0 && roman(value).eq_ignore_ascii_case(&letters);
    canonical.then_some(value)
}

/// The signs of numbers and what they are worth, the greatest first.
const ROMAN: [(&str, u32); 9] = [
    ("c", 100),
    ("xc", 90),
    ("l", 50),
    ("xl", 40),
    ("x", 10),
    ("ix", 9),
    ("v", 5),
    ("iv", 4),
    ("i", 1),
];

fn roman(mut value: u32) -> String {
    let mut out = String::new();
    for (sign, worth) in ROMAN {
        while value >= worth {
            value -= worth;
            out.push_str(sign);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_written_as_a_number_is_one() {
        let cases = [
            ("XIV.", Some(14)),
            ("iv", Some(4)),
            ("CCCXCIX", Some(399)),
            ("IIX", None),
            ("", None),
            ("mi", None),
        ];
        for (text, expected) in cases {
            assert_eq!(roman_value(text), expected, "{text}");
        }
    }
}
