//! Geometry and letters of text; knows nothing of documents.

mod blanks;
mod capitals;
pub mod compound;
mod fold;
mod form;
mod lines;
mod map;
mod number;
mod numeral;
mod slip;
mod span;
pub mod syllable;
mod window;
mod word;

pub use blanks::fold_line_breaks;
pub use capitals::is_capitals;
pub use fold::{Folded, Letters, fold, fold_char, fold_ocr, similarity, strip_folded};
pub use form::LetterForm;
pub(crate) use form::composed;
pub use lines::{Counts, LineColumn, Lines};
pub use map::{MapBuilder, OffsetMap};
pub use number::{NumberHasher, NumberMap, NumberSet};
pub use numeral::roman_value;
pub use slip::Slip;
pub use span::Span;
pub use window::{first_bytes, floor, last_bytes};
pub use word::{Case, Word, read_words};
