//! References to parts of an act: `điểm a khoản 2 Điều 5`.

use crate::text::Span;

/// A chain of parts. Spans are in [`Logical::text`](crate::layout::Logical::text).
#[derive(Clone, PartialEq, Debug)]
pub struct Reference {
    /// The whole chain.
    pub span: Span,
    /// The links in the order written.
    pub links: Vec<Link>,
}

/// One link: a word and its number.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    /// Which level.
    pub unit: Unit,
    /// The word: `Điều`, `khoản`.
    pub word: Span,
    /// The number or letter.
    pub number: Span,
    /// Whether the word begins a sentence or a line, where a capital is due anyway.
    pub sentence_start: bool,
}

/// The levels of an act.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// phần
    Phan,
    /// chương
    Chuong,
    /// mục
    Muc,
    /// tiểu mục
    TieuMuc,
    /// điều
    Dieu,
    /// khoản
    Khoan,
    /// điểm
    Diem,
}

/// Every reference of a text, in order.
#[must_use]
pub fn find(text: &str, lines: &[crate::layout::Line]) -> Vec<Reference> {
    let _ = (text, lines);
    Vec::new()
}
