//! The document as understood. All spans are in [`Logical::text`](crate::layout::Logical::text).

use jiff::civil::Date as CivilDate;

use super::citation::Citation;
use super::date::DateMention;
use super::reference::Reference;
use super::tree::Tree;
use crate::text::Span;
use crate::vocabulary::{Kind, Regime};

/// Everything the rules ask about a document.
#[derive(Debug)]
pub struct Report {
    /// Whose rules it follows; `None` where nothing tells.
    pub regime: Option<Regime>,
    /// Which kind of document; `None` where nothing tells.
    pub kind: Option<&'static Kind>,
    /// The head of the main document.
    pub header: Header,
    /// `Căn cứ …` lines in order.
    pub basis: Vec<Span>,
    /// Headings and numbered paragraphs of the main document, nested.
    pub sections: Vec<Section>,
    /// The closing sentence (`Trên đây là …`), or the last paragraph that ends in `./.`.
    pub closing: Option<Span>,
    /// The list under `Nơi nhận`.
    pub recipients: Option<Recipients>,
    /// Who signs.
    pub signature: Option<Signature>,
    /// Appendices and attached documents, in order.
    pub attachments: Vec<Attachment>,
    /// Every citation with a symbol, in order, attachments included.
    pub citations: Vec<Citation>,
    /// Every date, in order, attachments included; those of citations too.
    pub dates: Vec<DateMention>,
    /// Every structural reference (`điểm a khoản 2 Điều 5`), in order.
    pub references: Vec<Reference>,
    /// Every line of the document and what it was taken for.
    pub tree: Tree,
}

/// The head. Each member is `None` where the document does not show it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Header {
    /// Quốc hiệu, or the motto of the Party in Party documents.
    pub quoc_hieu: Option<Span>,
    /// Tiêu ngữ.
    pub tieu_ngu: Option<Span>,
    /// The issuing body and the body above it, top line first.
    pub agency: Vec<Span>,
    /// `Số: 33/BC-UBND`.
    pub number: Option<NumberLine>,
    /// `Hải Phòng, ngày 20 tháng 11 năm 2025`.
    pub place_date: Option<PlaceDate>,
    /// `BÁO CÁO`, without the subject that may follow on the line.
    pub title: Option<Span>,
    /// Trích yếu; for công văn what follows `V/v`. More lines than one are joined to one span.
    pub subject: Option<Span>,
    /// `V/v` with its variants, where the subject is introduced by it.
    pub subject_marker: Option<Span>,
    /// Kính gửi.
    pub addressees: Option<Addressees>,
    /// Whether title and subject are those of a cover page: nothing stands above them, and a place
    /// with a month closes the page.
    pub cover: bool,
    /// Components that belong above the title and stand among the first lines below it.
    pub below_title: Vec<Span>,
}

impl Header {
    /// Whether anything above the title was seen.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.quoc_hieu.is_some()
            || self.tieu_ngu.is_some()
            || !self.agency.is_empty()
            || self.number.is_some()
            || self.place_date.is_some()
    }
}

/// The line of number and symbol.
#[derive(Clone, PartialEq, Debug)]
pub struct NumberLine {
    /// The whole line.
    pub span: Span,
    /// `Số`, with the colon if there is one.
    pub label: Span,
    /// The digits; `None` where left blank.
    pub number: Option<Span>,
    /// What follows the separator: `BC-UBND`; `None` where it could not be told.
    pub symbol: Option<Span>,
    /// The year within the number (`33/2025/…`).
    pub year: Option<Span>,
    /// The kind that the symbol names, if it is one of the known abbreviations.
    pub kind: Option<&'static Kind>,
}

/// The line of place and date.
#[derive(Clone, PartialEq, Debug)]
pub struct PlaceDate {
    /// The whole line.
    pub span: Span,
    /// The place, without the comma.
    pub place: Span,
    /// From `ngày` on.
    pub date_span: Span,
    /// The date, if it is complete and exists.
    pub date: Option<CivilDate>,
    /// Whether the day or the month is left blank.
    pub blank: bool,
}

/// `Kính gửi`.
#[derive(Clone, PartialEq, Debug)]
pub struct Addressees {
    /// From `Kính gửi` to the end of the last addressee.
    pub span: Span,
    /// `Kính gửi` with the colon if there is one.
    pub label: Span,
    /// The addressees, without dash and end mark.
    pub items: Vec<Span>,
    /// Whether they stand as a list below the label.
    pub list: bool,
}

/// A heading or a numbered paragraph.
#[derive(Clone, PartialEq, Debug)]
pub struct Section {
    /// Depth in this document, from 1.
    pub level: u8,
    /// The marker as written: `I.`, `1.`, `a)`, `Điều 5.`, `Phần I`.
    pub marker: Span,
    /// The style of the marker.
    pub style: MarkerStyle,
    /// Its ordinal: `IV` is 4, `đ` is 5, `1.2` is 2; `None` where it has none.
    pub ordinal: Option<u32>,
    /// What follows the marker on its logical line (or the line below, for `Phần I`).
    pub title: Span,
    /// Whether the title is a heading rather than a paragraph that begins with a number.
    pub heading: bool,
    /// From the marker to the end of the last line below it.
    pub span: Span,
    /// The sections below it.
    pub children: Vec<Section>,
}

/// How a section or item is numbered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MarkerStyle {
    /// `Phần I`, `Phần thứ nhất`.
    Phan,
    /// `Chương I`.
    Chuong,
    /// `Mục 1`.
    Muc,
    /// `Tiểu mục 1`.
    TieuMuc,
    /// `Điều 1.`
    Dieu,
    /// `A.`
    Alpha,
    /// `I.`
    Roman,
    /// `1.`
    Arabic,
    /// `1.1`, `1.1.1.`
    Decimal,
    /// `1)`, `(1)`
    ArabicBracket,
    /// `a)`, and the wrong forms `a.`, `a/`
    Letter,
}

/// `Nơi nhận`.
#[derive(Clone, PartialEq, Debug)]
pub struct Recipients {
    /// From the label to the end of the last item.
    pub span: Span,
    /// `Nơi nhận` with the colon if there is one.
    pub label: Span,
    /// The items in order, the line `Lưu` included.
    pub items: Vec<RecipientItem>,
}

/// One line of the recipients list.
#[derive(Clone, PartialEq, Debug)]
pub struct RecipientItem {
    /// The whole line, with dash and end mark.
    pub span: Span,
    /// Without dash and end mark.
    pub text: Span,
    /// The dash, if there is one.
    pub dash: Option<Span>,
    /// The character that ends the line, if it is a punctuation mark.
    pub end_mark: Option<char>,
    /// Whether it is the line `Lưu: …`.
    pub archive: bool,
}

/// Who signs.
#[derive(Clone, PartialEq, Debug)]
pub struct Signature {
    /// From the first line of authority or office to the name.
    pub span: Span,
    /// Lines with a prefix of authority: `TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`.
    pub authority: Vec<Span>,
    /// The office of the one who signs: `PHÓ CHỦ TỊCH`.
    pub office: Option<Span>,
    /// The name.
    pub name: Option<Span>,
}

/// An appendix or another document attached to the main one.
#[derive(Clone, PartialEq, Debug)]
pub struct Attachment {
    /// From its first line to its last.
    pub span: Span,
    /// `Phụ lục I`; `None` for an attached document with a head of its own.
    pub label: Option<Span>,
    /// The number after `Phụ lục`.
    pub number: Option<Span>,
    /// Its title.
    pub title: Option<Span>,
    /// Its sections.
    pub sections: Vec<Section>,
}
