//! How a document looks, for the formats that say so: pages, paragraphs and runs of characters.
//!
//! The same model serves Word, OpenDocument and PDF. What a format does not tell is `None`; a rule
//! then cannot judge it. Everything that can be inherited has been resolved by the reader: a run
//! carries its own size, whether that came from the run, its style or the defaults of the file.
//! Spans are bytes of [`Document::source`](super::Document::source).

use std::sync::Arc;

use crate::text::Span;

/// A length in twentieths of a point (1/1440 inch): the unit of Word. 1 mm is 56.7 of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Twips(pub i32);

impl Twips {
    /// A length given in points.
    #[must_use]
    pub fn from_points(points: f64) -> Self {
        Self((points * 20.0).round() as i32)
    }

    /// A length given in millimetres.
    #[must_use]
    pub fn from_mm(mm: f64) -> Self {
        Self((mm * 1440.0 / 25.4).round() as i32)
    }

    /// Whether a file can mean it: 10 m at most.
    #[must_use]
    pub fn is_credible(self) -> bool {
        self.0.unsigned_abs() <= 567_000
    }

    /// The length in points.
    #[must_use]
    pub fn points(self) -> f64 {
        f64::from(self.0) / 20.0
    }

    /// The length in millimetres.
    #[must_use]
    pub fn mm(self) -> f64 {
        f64::from(self.0) * 25.4 / 1440.0
    }
}

/// How a document looks.
#[derive(Debug, Default)]
pub struct Formatting {
    /// Stretches of pages that share their page setup, in order; they cover the source.
    pub sections: Vec<Section>,
    /// The paragraphs in the order of the source; their spans ascend and do not overlap.
    pub paragraphs: Vec<Paragraph>,
    /// The runs of equal character format in the order of the source, not overlapping. Characters
    /// that the reader put in (line ends, automatic numbers) may stand in no run.
    pub runs: Vec<Run>,
    /// Lines that are drawn, not typed: shapes, and borders of paragraphs.
    pub lines: Vec<DrawnLine>,
    /// What the file holds beside the text that will be printed.
    pub marks: Vec<Mark>,
    /// The names of the parts that paragraphs stand in: `word/document.xml`.
    pub parts: Vec<Arc<str>>,
    /// How many pages the word processor counted when it saved the file; `None` where the file does
    /// not tell, or tells it of another text.
    pub page_count: Option<u32>,
    /// Where lines of the source end that were filled to the right edge of justified text, sorted:
    /// the word processor broke them, not the author. Empty in formats that keep paragraphs.
    pub full_lines: Vec<u32>,
    /// The footer of the first page, paragraph by paragraph; it is no part of the source.
    pub first_footer: Vec<FooterLine>,
}

/// A paragraph of a footer: its characters, parted where their look changes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FooterLine(pub Vec<(String, CharStyle)>);

impl FooterLine {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|(text, _)| text.as_str()).collect()
    }
}

impl Formatting {
    /// Whether the line that ends at an offset of the source was filled to the right edge.
    #[must_use]
    pub fn is_full_line(&self, end: u32) -> bool {
        self.full_lines.binary_search(&end).is_ok()
    }

    /// The index of the paragraph that holds an offset of the source, or of the last one before it.
    #[must_use]
    pub fn paragraph_index(&self, offset: u32) -> Option<usize> {
        self.paragraphs
            .partition_point(|paragraph| paragraph.span.start <= offset)
            .checked_sub(1)
    }

    /// The paragraphs that a span of the source touches.
    #[must_use]
    pub fn paragraphs_in(&self, span: Span) -> &[Paragraph] {
        touching(&self.paragraphs, span, |paragraph| paragraph.span)
    }

    /// The runs that a span of the source touches.
    #[must_use]
    pub fn runs_in(&self, span: Span) -> &[Run] {
        touching(&self.runs, span, |run| run.span)
    }

    /// Which run of a paragraph holds an offset of the source, from 1.
    #[must_use]
    pub fn run_number(&self, paragraph: &Paragraph, offset: u32) -> Option<u32> {
        let runs = self.runs_in(paragraph.span);
        let index = runs.partition_point(|run| run.span.end <= offset);
        let run = runs.get(index).filter(|run| run.span.start <= offset);
        // A place at the end belongs to what stands before it.
        let at_end = || runs.last().filter(|run| run.span.end == offset);
        match (run, at_end()) {
            (Some(_), _) => u32::try_from(index + 1).ok(),
            (None, Some(_)) => u32::try_from(runs.len()).ok(),
            (None, None) => None,
        }
    }

    /// The section that holds an offset of the source.
    #[must_use]
    pub fn section_at(&self, offset: u32) -> Option<&Section> {
        let index = self
            .sections
            .partition_point(|section| section.span.start <= offset);
        self.sections.get(index.checked_sub(1)?)
    }
}

/// The items whose spans share a character with `span`; their spans ascend and do not overlap.
fn touching<T>(items: &[T], span: Span, of: impl Fn(&T) -> Span) -> &[T] {
    let first = items.partition_point(|item| of(item).end <= span.start);
    let last = items.partition_point(|item| of(item).start < span.end);
    &items[first..last.max(first)]
}

/// Pages with one setup.
#[derive(Clone, PartialEq, Debug)]
pub struct Section {
    /// In the source.
    pub span: Span,
    /// Width of the paper as it lies.
    pub width: Option<Twips>,
    /// Height of the paper as it lies.
    pub height: Option<Twips>,
    /// From the edges of the paper to the text.
    pub margins: Option<Margins>,
    /// Columns of text.
    pub columns: u16,
    /// The numbers on the pages, one for each place where the file has them; empty where the pages
    /// are not numbered. `None` where the format does not tell.
    pub page_numbers: Option<Vec<PageNumber>>,
    /// Whether the table that makes pages lie (landscape) stands in it.
    pub has_table: bool,
    /// The number of the first page where the file sets it.
    pub first_number: Option<i32>,
    /// Whether it begins on the page that the one before ends on.
    pub continuous: bool,
}

/// From the edges of the paper to the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Margins {
    /// Above.
    pub top: Twips,
    /// Below.
    pub bottom: Twips,
    /// On the left.
    pub left: Twips,
    /// On the right.
    pub right: Twips,
}

/// A page number in the margin of pages.
#[derive(Clone, PartialEq, Debug)]
pub struct PageNumber {
    /// Above or below the text.
    pub place: MarginPlace,
    /// On which pages.
    pub pages: Pages,
    /// How it is aligned.
    pub align: Option<Align>,
    /// How its characters look.
    pub style: CharStyle,
    /// Whether it is written in Arabic numerals.
    pub is_arabic: bool,
    /// What stands beside it between tabs and line ends (`- -`), without digits; empty where nothing does
    /// or where that is not known.
    pub beside: Arc<str>,
    /// Whether each of the pages shows its own number: nothing hides it and no other is made of it.
    pub plain: bool,
}

/// Which margin.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MarginPlace {
    /// Above the text.
    Top,
    /// Below the text.
    Bottom,
}

/// Which pages of a section.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pages {
    /// All of them.
    All,
    /// The first alone.
    First,
    /// All but the first.
    AllButFirst,
    /// The even ones.
    Even,
    /// The odd ones; where the first is apart, all odd ones but that.
    Odd,
}

/// How lines of a paragraph are aligned.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// To the left.
    Left,
    /// In the middle.
    Center,
    /// To the right.
    Right,
    /// To both sides.
    Justify,
}

impl Align {
    /// The name in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Center => "center",
            Self::Right => "right",
            Self::Justify => "justify",
        }
    }
}

/// How far lines of a paragraph are apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum LineSpacing {
    /// A multiple of a single line.
    Multiple(f32),
    /// At least so much.
    AtLeast(Twips),
    /// Exactly so much.
    Exactly(Twips),
}

/// A paragraph.
#[derive(Clone, PartialEq, Debug)]
pub struct Paragraph {
    /// In the source, without the line end; empty for an empty paragraph.
    pub span: Span,
    /// Index in [`Formatting::parts`].
    pub part: u16,
    /// Counted in its part from 1, tables and boxes included.
    pub number: u32,
    /// The page it begins on, from 1, where the file tells.
    pub page: Option<u32>,
    /// How its lines are aligned.
    pub align: Option<Align>,
    /// Before all its lines.
    pub indent_left: Option<Twips>,
    /// After all its lines.
    pub indent_right: Option<Twips>,
    /// Before the first line, on top of `indent_left`; negative where it hangs.
    pub indent_first: Option<Twips>,
    /// Above it.
    pub space_before: Option<Twips>,
    /// Below it.
    pub space_after: Option<Twips>,
    /// Between its lines.
    pub line_spacing: Option<LineSpacing>,
    /// The name of its style as the user sees it.
    pub style: Option<Arc<str>>,
    /// The number or bullet that the word processor puts before it, in the source.
    pub label: Option<Span>,
    /// The cell of a table it stands in, the innermost.
    pub cell: Option<Cell>,
    /// Whether it stands in a text box.
    pub in_box: bool,
}

impl Paragraph {
    /// Whether its style is one that word processors give to entries of a table of contents, a number
    /// for the level after the name: `toc 1`, `Contents 2`.
    #[must_use]
    pub fn is_contents_entry(&self) -> bool {
        const NAMES: [&str; 2] = ["toc ", "contents "];
        let style = self.style.as_deref().unwrap_or_default();
        NAMES.iter().any(|name| {
            let begins = style.get(..name.len());
            begins.is_some_and(|begins| begins.eq_ignore_ascii_case(name))
                && style[name.len()..].bytes().all(|b| b.is_ascii_digit())
        })
    }
}

/// The cell of a table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Cell {
    /// Which table, counted over the document from 0.
    pub table: u32,
    /// From 0.
    pub row: u32,
    /// From 0.
    pub column: u32,
    /// Cells in its row.
    pub columns: u32,
    /// Whether the table shows lines between its cells. One without serves to set things side by
    /// side.
    pub bordered: bool,
    /// How wide it is, where the file leaves no doubt.
    pub width: Option<Twips>,
}

/// Characters of one format.
#[derive(Clone, PartialEq, Debug)]
pub struct Run {
    /// In the source.
    pub span: Span,
    /// How they look.
    pub style: CharStyle,
}

/// How characters look.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CharStyle {
    /// The font that Vietnamese letters are shown in.
    pub font: Option<Arc<str>>,
    /// The size.
    pub size: Option<Twips>,
    /// Heavy.
    pub bold: Option<bool>,
    /// Slanted.
    pub italic: Option<bool>,
    /// Underlined.
    pub underline: Option<bool>,
    /// Shown in capitals, however typed.
    pub caps: Option<bool>,
    /// Struck through.
    pub strike: Option<bool>,
    /// The colour where it is set to another than the automatic one; red, green, blue.
    pub color: Option<[u8; 3]>,
    /// Marked with a marker pen, or with a background.
    pub highlight: Option<bool>,
}

/// A line that is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DrawnLine {
    /// The paragraph that it stands under or is anchored in: an offset in the source.
    pub at: u32,
    /// How it is made.
    pub make: LineMake,
    /// Its length where the file tells.
    pub length: Option<Twips>,
    /// Whether it is one stroke without gaps.
    pub solid: bool,
}

/// How a line is made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LineMake {
    /// A shape.
    Shape,
    /// The border below a paragraph.
    BorderBelow,
    /// The border above a paragraph.
    BorderAbove,
}

/// The author of the comments that this program writes into files.
pub const COMMENTER: &str = env!("CARGO_PKG_NAME");

/// Something in a file that is not part of the text that will be printed, or should not be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// Where, in the source: the text it concerns, or the place (an empty span) where it was.
    pub span: Span,
    /// The text that stands there and not in the source: what was deleted, a comment.
    pub text: Arc<str>,
}

/// The kinds of [`Mark`]; the names are those that rules use.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Deserialize, serde::Serialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// Text inserted under change tracking; it is part of the source.
    Inserted,
    /// Text deleted under change tracking; it is not part of the source.
    Deleted,
    /// A change of format under change tracking.
    Reformatted,
    /// A comment.
    Comment,
    /// A comment by [`COMMENTER`]: a finding that was written into the file.
    Finding,
    /// Text that is not shown; it is not part of the source.
    Hidden,
    /// A text box.
    TextBox,
    /// Macros, which are never run.
    Macro,
    /// A link to another file or address.
    ExternalLink,
}
