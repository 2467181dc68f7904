//! How alike two titles are, marks and the faults of recognition aside.

use std::collections::HashSet;
use std::sync::OnceLock;

use rapidfuzz::distance::levenshtein;

use crate::text::fold_ocr;
use crate::vocabulary::vocabulary;

/// Titles as alike as this are the same title.
pub(super) const SAME: f64 = 0.78;
/// Titles as alike as this are probably the same title.
pub(super) const SIMILAR: f64 = 0.70;
/// Titles with fewer letters may differ in one letter only.
const SHORT: usize = 8;
/// A title is compared up to this length, in characters.
const LONGEST: usize = 200;
/// Another title is looked for at this many words of a heading.
const STARTS: usize = 12;
/// A title that another one only contains counts this much of one that it begins with.
const INNER: f64 = 0.95;

/// The letters of a title that count when titles are compared: folded, words with one blank
/// between them.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Title {
    letters: Vec<char>,
    /// Where each word begins in `letters`.
    words: Vec<usize>,
    bag: Bag,
}

/// How often each letter occurs, whatever the order; some rare ones are counted as one.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
struct Bag([u16; 32]);

impl Bag {
    fn of(letters: &[char]) -> Self {
        let mut bag = Self::default();
        for &letter in letters {
            bag.0[letter as usize % 32] += 1;
        }
        bag
    }

    /// Whether texts with these letters, the longer one this long, cannot even be similar. Costs a
    /// fraction of the edit distance, and most titles are quite other ones.
    fn differs(&self, other: &Self, longer: usize) -> bool {
        let pairs = || self.0.iter().zip(&other.0);
        let more: u16 = pairs().map(|(a, b)| a.saturating_sub(*b)).sum();
        let less: u16 = pairs().map(|(a, b)| b.saturating_sub(*a)).sum();
        // Every edit makes up for one letter on each side at most. One more for rounding.
        let edits = usize::from(more.max(less)).saturating_sub(1);
        let likeness = 1.0 - edits as f64 / longer as f64;
        likeness < SIMILAR
    }
}

impl Title {
    /// Reads the first line of a title.
    pub(super) fn new(text: &str) -> Self {
        Self::of_lines(text.split('\n').next().unwrap_or_default())
    }

    /// Reads a title of one or more lines, not beyond the longest title.
    pub(super) fn of_lines(text: &str) -> Self {
        let end = text
            .char_indices()
            .nth(LONGEST)
            .map_or(text.len(), |(at, _)| at);
        let folded = fold_ocr(&text[..end]);
        let mut title = Self::default();
        for word in folded.split(|c: char| !c.is_alphanumeric()) {
            if word.is_empty() {
                continue;
            }
            if !title.letters.is_empty() {
                title.letters.push(' ');
            }
            title.words.push(title.letters.len());
            title.letters.extend(word.chars());
        }
        title.bag = Bag::of(&title.letters);
        title
    }

    /// How many letters and blanks it has.
    pub(super) fn len(&self) -> usize {
        self.letters.len()
    }

    /// How much of the longer of two titles the shorter one could fill, from 0 to 1.
    pub(super) fn ratio(&self, other: &Self) -> f64 {
        let (a, b) = (self.len().max(1), other.len().max(1));
        let count = |n| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        count(a.min(b)) / count(a.max(b))
    }

    /// Whether two titles have a third of the words of the shorter one in common, and not only
    /// words that titles of all matters have.
    pub(super) fn shares_words(&self, other: &Self) -> bool {
        let (short, long) = if self.words.len() <= other.words.len() {
            (self, other)
        } else {
            (other, self)
        };
        let tells = |word: &[char]| !stock().contains(word);
        let shared: Vec<&[char]> = short.each_word().filter(|word| long.has(word)).collect();
        let both_tell = short.each_word().any(tells) && long.each_word().any(tells);
        !shared.is_empty()
            && shared.len() * 3 >= short.words.len()
            && (!both_tell || shared.into_iter().any(tells))
    }

    fn has(&self, word: &[char]) -> bool {
        self.each_word().any(|other| other == word)
    }

    fn each_word(&self) -> impl Iterator<Item = &[char]> {
        self.letters.split(|letter| *letter == ' ')
    }

    /// How alike this wanted title and the beginning of another are; of a heading, any part. Less
    /// than [`SIMILAR`] is 0.
    pub(super) fn alike(&self, title: &Self, heading: bool) -> f64 {
        let starts = if heading { STARTS } else { 1 };
        let mut best = 0.0_f64;
        for (i, &start) in title.words.iter().take(starts).enumerate() {
            let score = match self.at(&title.letters[start..]) {
                score if i == 0 => score,
                score if score >= SAME => score * INNER,
                _ => 0.0,
            };
            best = best.max(score);
            if best >= 1.0 {
                break;
            }
        }
        best
    }

    /// Whether a text holds something like this phrase.
    pub(super) fn is_within(&self, text: &Self) -> bool {
        text.words
            .iter()
            .any(|&start| self.at(&text.letters[start..]) >= SAME)
    }

    /// How alike this title and the beginning of `rest` are, to the end of the word.
    fn at(&self, rest: &[char]) -> f64 {
        let wanted = self.letters.iter().copied();
        let mut end = self.len().min(rest.len());
        while rest.get(end).is_some_and(|&c| c != ' ') {
            end += 1;
        }
        let window = rest[..end].iter().copied();
        if self.len() < SHORT {
            return f64::from(u8::from(levenshtein::distance(wanted, window) <= 1));
        }
        if self
            .bag
            .differs(&Bag::of(&rest[..end]), self.len().max(end))
        {
            return 0.0;
        }
        let args = levenshtein::Args::default().score_cutoff(SIMILAR);
        levenshtein::normalized_similarity_with_args(wanted, window, &args).unwrap_or(0.0)
    }
}

/// Words that titles of all matters have, as the letters of a title are.
fn stock() -> &'static HashSet<Vec<char>> {
    static STOCK: OnceLock<HashSet<Vec<char>>> = OnceLock::new();
    STOCK.get_or_init(|| {
        let words = vocabulary().phrases.subject_stock.iter();
        words.map(|word| fold_ocr(word).chars().collect()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_alike() {
        let cases = [
            ("Đánh giá chung", "ĐÁNH GIÁ CHUNG", true, "same"),
            ("Đánh giá chung", "PANH GIA CHUNG", true, "same"),
            ("Đánh giá chung", "NHẬN XÉT, ĐÁNH GIÁ CHUNG", true, "same"),
            (
                "Đánh giá chung",
                "Xã nhận xét, đánh giá chung.",
                false,
                "other",
            ),
            ("Đánh giá chung", "ĐÁNH GIÁ CHUNG VỀ KẾT QUẢ", true, "same"),
            ("Kết quả thực hiện", "KẾT QUẢ CÔNG TÁC", true, "other"),
            (
                "Công tác lãnh đạo, chỉ đạo",
                "CÔNG TÁC LÃNH ĐẠO, ĐIỀU HÀNH",
                true,
                "similar",
            ),
            ("Ưu điểm", "Uu diém", true, "same"),
            ("Ưu điểm", "Những ưu điểm", true, "same"),
            ("Ưu điểm", "Khuyết điểm", true, "other"),
        ];
        for (wanted, title, heading, expected) in cases {
            let score = Title::new(wanted).alike(&Title::new(title), heading);
            let found = match score {
                score if score >= SAME => "same",
                score if score >= SIMILAR => "similar",
                _ => "other",
            };
            assert_eq!(found, expected, "{wanted} / {title}: {score}");
        }
    }

    #[test]
    fn words_of_all_titles_are_not_shared() {
        for (title, shared) in [
            ("Công tác khác", false),
            ("Rà soát hộ nghèo", true),
            ("Công tác", true),
        ] {
            let wanted = Title::new("Công tác rà soát");
            assert_eq!(wanted.shares_words(&Title::new(title)), shared, "{title}");
        }
    }

    #[test]
    fn a_phrase_is_found_in_recognised_text() {
        let phrase = Title::new("công tác dân vận");
        assert!(phrase.is_within(&Title::new("Két qua cong tic dan vin nam 2025")));
        assert!(!phrase.is_within(&Title::new("Két qua cong tic van thu nam 2025")));
    }
}
