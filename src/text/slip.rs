//! Syllables that are written for each other by one slip of the finger or of the ear.

use super::syllable::{PLAIN, Syllable};

/// How a written syllable differs from the one that was meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Slip {
    /// The tone mark is missing.
    DroppedTone,
    /// A tone mark where none belongs.
    AddedTone,
    /// Another tone mark.
    Tone,
    /// d for đ or đ for d.
    Stroke,
    /// All marks of vowels, or all marks, are missing.
    Bare,
    /// One letter bears another mark: ă â ê ô ơ ư.
    Mark,
    /// Both the tone and marks of letters differ.
    MarkAndTone,
    /// An onset that sounds alike: ch tr, s x, d gi r v, l n.
    Onset,
    /// A final consonant that sounds alike: c t, n ng.
    Coda,
    /// One letter too many or too few.
    Letter,
}

// Consonants by their places in the alphabet.
const C: u8 = 5;
const D: u8 = 6;
const G: u8 = 10;
const H: u8 = 11;
const I: u8 = 12;
const L: u8 = 14;
const N: u8 = 16;
const R: u8 = 22;
const S: u8 = 23;
const T: u8 = 24;
const V: u8 = 27;
const X: u8 = 28;

const ONSETS: [(&[u8], &[u8]); 8] = [
    (&[C, H], &[T, R]),
    (&[S], &[X]),
    (&[D], &[G, I]),
    (&[D], &[R]),
    (&[G, I], &[R]),
    (&[L], &[N]),
    (&[D], &[V]),
    (&[G, I], &[V]),
];

const CODAS: [(&[u8], &[u8]); 2] = [(&[C], &[T]), (&[N, G], &[N])];

impl Slip {
    /// The one slip that makes `written` of `right`; `None` where they are the same or farther
    /// apart.
    #[must_use]
    pub fn between(written: Syllable, right: Syllable) -> Option<Self> {
        if written == right {
            return None;
        }
        if written.plain() == right.plain() {
            return Self::of_marks(written, right);
        }
        if written.tone() != right.tone() {
            return None;
        }
        let (from, to) = (written.letters(), right.letters());
        if ONSETS
            .iter()
            .any(|(a, b)| differ_in_onset(&from, a, &to, b) || differ_in_onset(&from, b, &to, a))
        {
            return Some(Self::Onset);
        }
        if CODAS
            .iter()
            .any(|(a, b)| differ_in_coda(&from, a, &to, b) || differ_in_coda(&from, b, &to, a))
        {
            return Some(Self::Coda);
        }
        (has_one_more(&from, &to) || has_one_more(&to, &from)).then_some(Self::Letter)
    }

    /// Between syllables with the same letters, marks aside.
    fn of_marks(written: Syllable, right: Syllable) -> Option<Self> {
        let (from, to) = (written.letters(), right.letters());
        let mut differing = from.iter().zip(&*to).filter(|(a, b)| a != b);
        let Some((&first, _)) = differing.next() else {
            return Some(match (written.tone(), right.tone()) {
                (0, _) => Self::DroppedTone,
                (_, 0) => Self::AddedTone,
                _ => Self::Tone,
            });
        };
        let only = differing.next().is_none();
        let is_bare = from
            .iter()
            .all(|&letter| PLAIN[usize::from(letter)] == letter);
        let same_tone = written.tone() == right.tone();
        if only && same_tone && PLAIN[usize::from(first)] == D {
            Some(Self::Stroke)
        } else if is_bare && (same_tone || written.tone() == 0) {
            Some(Self::Bare)
        } else if !same_tone {
            Some(Self::MarkAndTone)
        } else {
            only.then_some(Self::Mark)
        }
    }
}

fn differ_in_onset(word: &[u8], onset: &[u8], other: &[u8], other_onset: &[u8]) -> bool {
    match (word.strip_prefix(onset), other.strip_prefix(other_onset)) {
        (Some(rest), Some(other_rest)) => !rest.is_empty() && rest == other_rest,
        _ => false,
    }
}

fn differ_in_coda(word: &[u8], coda: &[u8], other: &[u8], other_coda: &[u8]) -> bool {
    match (word.strip_suffix(coda), other.strip_suffix(other_coda)) {
        (Some(rest), Some(other_rest)) => !rest.is_empty() && rest == other_rest,
        _ => false,
    }
}

/// Whether `longer` without one of its letters is `shorter`, which is no single letter.
fn has_one_more(longer: &[u8], shorter: &[u8]) -> bool {
    if longer.len() != shorter.len() + 1 || shorter.len() < 2 {
        return false;
    }
    let same = longer.iter().zip(shorter).take_while(|(a, b)| a == b);
    let at = same.count();
    longer[at + 1..] == shorter[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_apart() {
        for (written, right, slip) in [
            ("phuc", "phục", Some(Slip::DroppedTone)),
            ("chỉ", "chi", Some(Slip::AddedTone)),
            ("ché", "chẽ", Some(Slip::Tone)),
            ("dầu", "đầu", Some(Slip::Stroke)),
            ("nam", "năm", Some(Slip::Bare)),
            ("duong", "đường", Some(Slip::Bare)),
            ("thăm", "tham", Some(Slip::Mark)),
            ("cần", "cán", Some(Slip::MarkAndTone)),
            ("chung", "trung", Some(Slip::Onset)),
            ("giây", "dây", Some(Slip::Onset)),
            ("thiết", "thiếc", Some(Slip::Coda)),
            ("ngắn", "ngắng", Some(Slip::Coda)),
            ("phối", "phố", Some(Slip::Letter)),
            ("kích", "khích", Some(Slip::Letter)),
            ("kỹ", "kĩ", None),
            ("hòa", "hoà", None),
            ("đi", "thi", None),
            ("pô", "ô", None),
            ("cong", "sông", None),
        ] {
            let (w, r) = (Syllable::of(written).unwrap(), Syllable::of(right).unwrap());
            assert_eq!(Slip::between(w, r), slip, "{written} for {right}");
        }
    }
}
