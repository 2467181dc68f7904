//! How the text of an example looks. Without a word about it, as it should: each component is
//! recognised and given the look that `grammar/vocabulary/looks.yaml` has for it.

use std::sync::Arc;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::look::{DefaultLook, looks};
use super::{Context, RuleSet, rule_line};
use crate::diagnostic::Language;
use crate::document::{
    Align, Cell, CharStyle, Document, DrawnLine, FooterLine, Format, Formatting, LineMake,
    LineSpacing, MarginPlace, Margins, Mark, MarkKind, PageNumber, Pages, Paragraph, Quality, Run,
    Section, Twips,
};
use crate::text::Span;
use crate::vocabulary::Regime;

/// Where the text of an example looks otherwise than it should.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Look {
    /// Its pages.
    pub page: PageLook,
    /// Parts of its text.
    pub text: Vec<TextLook>,
}

/// Pages; lengths in mm.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PageLook {
    /// Width of the paper as it lies (210).
    pub width: Option<f64>,
    /// Height of the paper as it lies (297).
    pub height: Option<f64>,
    /// Margin above (20).
    pub top: Option<f64>,
    /// Margin below (20).
    pub bottom: Option<f64>,
    /// Margin on the left (30).
    pub left: Option<f64>,
    /// Margin on the right (15).
    pub right: Option<f64>,
    /// Whether a table stands on them.
    pub table: bool,
    /// How many there are.
    pub count: Option<u32>,
    /// How many the word processor counted, where it does not tell where they begin.
    pub counted: Option<u32>,
    /// The number on each.
    pub number: NumberLook,
    /// The footer of the first.
    pub foot: Option<FootLook>,
}

/// The footer of the first page.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FootLook {
    /// What it says.
    pub text: String,
    /// Its size in points (11).
    pub size: Option<f64>,
    /// Whether it is slanted.
    pub italic: Option<bool>,
}

/// The numbers of pages.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NumberLook {
    /// Whether there is none.
    pub missing: bool,
    /// Whether it stands below the text.
    pub bottom: bool,
    /// Whether the first page has one.
    pub first: bool,
    /// Whether even pages have none.
    pub odd: bool,
    /// The number of the first page where it is set.
    pub from: Option<i32>,
    /// Whether it is Roman.
    pub roman: bool,
    /// How it is aligned (center).
    pub align: Option<Align>,
    /// Its size in points (14).
    pub size: Option<f64>,
    /// Whether it is slanted.
    pub italic: Option<bool>,
    /// The name of its font.
    pub font: Option<String>,
    /// Its colour: red, green, blue, from 0 to 255.
    pub color: Option<[u8; 3]>,
    /// What stands beside it.
    pub beside: Option<String>,
}

/// A part of the text. Sizes and distances in points, lengths in mm.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TextLook {
    /// The characters, as they stand in the text; the first place counts. What is said of
    /// paragraphs is said of those that hold them.
    pub on: String,
    /// The name of the font.
    pub font: Option<String>,
    /// The size.
    pub size: Option<f64>,
    /// Heavy.
    pub bold: Option<bool>,
    /// Slanted.
    pub italic: Option<bool>,
    /// Underlined.
    pub underline: Option<bool>,
    /// Struck through.
    pub strike: Option<bool>,
    /// Marked with a pen.
    pub highlight: Option<bool>,
    /// Shown in capitals.
    pub caps: Option<bool>,
    /// Red, green, blue, from 0 to 255.
    pub color: Option<[u8; 3]>,
    /// The alignment of the paragraph.
    pub align: Option<Align>,
    /// The indent of its first line.
    pub indent: Option<f64>,
    /// The indent of all its lines.
    pub indent_left: Option<f64>,
    /// The distance above.
    pub before: Option<f64>,
    /// The distance below.
    pub after: Option<f64>,
    /// The distance of its lines, in single lines.
    pub lines: Option<f32>,
    /// The distance of its lines, exactly.
    pub exactly: Option<f64>,
    /// The line drawn below.
    pub line: Option<LineLook>,
    /// The row and the column, from 1, of the table without lines that sets things side by side.
    pub cell: Option<[u32; 2]>,
    /// How wide that cell is.
    pub cell_width: Option<f64>,
    /// Whether its lines are one paragraph, with soft breaks between them.
    pub joined: bool,
    /// Whether it stands in a text box.
    pub in_box: Option<bool>,
    /// What else the file has there.
    pub mark: Option<MarkKind>,
    /// A new section begins with the paragraph; the number of its first page, or 0 where the
    /// numbers go on.
    pub section: Option<i32>,
    /// The pages of that section, where they are not those before.
    pub page: Option<PageLook>,
}

/// A line drawn below a text.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LineLook {
    /// Whether it is not there.
    pub missing: bool,
    /// Its length in mm.
    pub length: Option<f64>,
    /// Its length as a fraction of the text.
    pub of_text: Option<f64>,
    /// Whether it is a border of the paragraph.
    pub border: bool,
    /// Whether it is dashed.
    pub dashed: bool,
}

impl Look {
    /// What is said of the page and of each part of the text, one line each, as it could stand in
    /// a rule file.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        // Plain data has a form in JSON.
        let value = serde_json::to_value(self).unwrap_or_default();
        let page = said(&value["page"]).map(|page| format!("page: {page}"));
        let parts = value["text"].as_array().into_iter().flatten();
        page.into_iter().chain(parts.filter_map(said)).collect()
    }
}

/// A value without what is left out.
fn said(value: &serde_json::Value) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::Null => None,
        Value::Object(fields) => {
            let fields = fields.iter().filter_map(|(key, value)| {
                let is_default =
                    matches!(value, Value::Bool(false)) && SWITCHES.contains(&key.as_str());
                let value = said(value).filter(|_| !is_default)?;
                Some(format!("{key}: {value}"))
            });
            let fields: Vec<_> = fields.collect();
            (!fields.is_empty()).then(|| format!("{{ {} }}", fields.join(", ")))
        }
        Value::Number(number) => {
            let written = number.to_string();
            Some(written.strip_suffix(".0").unwrap_or(&written).to_owned())
        }
        other => Some(other.to_string()),
    }
}

/// Keys whose `false` says nothing.
const SWITCHES: [&str; 9] = [
    "joined", "table", "missing", "bottom", "first", "odd", "roman", "border", "dashed",
];

/// Gives a document of plain text a look, and takes it for one of a word processor.
///
/// # Errors
/// A text that the look speaks of and that is not there.
pub(super) fn dress(document: &mut Document, look: &Look, rules: &RuleSet) -> Result<(), String> {
    document.format = Format::Docx;
    let mut formatting = plain(document.source(), &look.page);
    let logical = crate::layout::unwrap(document);
    let report = crate::syntax::parse(document, &logical);
    let differences = OnceLock::new();
    let body_paragraphs = OnceLock::new();
    let cx = Context {
        document,
        logical: &logical,
        report: &report,
        profile: None,
        register: rules.register(),
        differences: &differences,
        body_paragraphs: &body_paragraphs,
        suppression_faults: &[],
        words: &OnceLock::new(),
        quality: Quality::Clean,
        legible: &[],
        language: Language::Vi,
    };
    let party: &[DefaultLook] = match report.regime {
        Some(Regime::Dang) => &looks().party,
        _ => &[],
    };
    for default in looks().state.iter().chain(party) {
        for span in default.component.spans(&cx) {
            apply(&cx, &mut formatting, span, &default.look);
        }
    }
    for part in &look.text {
        let source = document.source();
        let at = source.find(&part.on).filter(|_| !part.on.is_empty());
        let at = at.ok_or_else(|| format!("({:?} is not in the text)", part.on))?;
        let span = Span::new(at, at + part.on.len());
        apply_in_source(&cx, &mut formatting, span, None, part);
    }
    formatting.marks.sort_by_key(|mark| mark.span);
    formatting.lines.sort_by_key(|line| line.at);
    document.formatting = Some(formatting);
    Ok(())
}

/// The look of running text, on pages that are right but for what is said.
fn plain(source: &str, page: &PageLook) -> Formatting {
    let whole = Span::new(0, source.len());
    let mut formatting = Formatting {
        sections: vec![section(whole, page)],
        parts: vec![Arc::from("word/document.xml")],
        page_count: page.counted,
        first_footer: page.foot.iter().map(foot_line).collect(),
        ..Formatting::default()
    };
    let style = CharStyle {
        font: Some(Arc::from(looks().font.as_str())),
        size: Some(Twips::from_points(14.0)),
        bold: Some(false),
        italic: Some(false),
        underline: Some(false),
        caps: Some(false),
        strike: Some(false),
        color: None,
        highlight: Some(false),
    };
    for (index, line) in source.lines().enumerate() {
        let span = Span::of_slice(source, line);
        formatting.paragraphs.push(paragraph(span, index));
        if !span.is_empty() {
            let style = style.clone();
            formatting.runs.push(Run { span, style });
        }
    }
    if let (Some(count), Some(last)) = (page.count, formatting.paragraphs.last_mut()) {
        last.page = Some(count);
    }
    formatting
}

fn foot_line(look: &FootLook) -> FooterLine {
    let style = CharStyle {
        size: Some(Twips::from_points(look.size.unwrap_or(11.0))),
        italic: Some(look.italic.unwrap_or(false)),
        ..CharStyle::default()
    };
    FooterLine(vec![(look.text.clone(), style)])
}

fn paragraph(span: Span, index: usize) -> Paragraph {
    Paragraph {
        span,
        part: 0,
        number: u32::try_from(index + 1).unwrap_or(u32::MAX),
        page: None,
        align: Some(Align::Left),
        indent_left: Some(Twips(0)),
        indent_right: Some(Twips(0)),
        indent_first: Some(Twips(0)),
        space_before: Some(Twips(0)),
        space_after: Some(Twips::from_points(6.0)),
        line_spacing: Some(LineSpacing::Multiple(1.0)),
        style: None,
        label: None,
        cell: None,
        in_box: false,
    }
}

fn section(span: Span, page: &PageLook) -> Section {
    let mm = |length: Option<f64>, usual: f64| Twips::from_mm(length.unwrap_or(usual));
    let number = &page.number;
    let page_number = PageNumber {
        place: match number.bottom {
            true => MarginPlace::Bottom,
            false => MarginPlace::Top,
        },
        pages: match (number.odd, number.first) {
            (true, _) => Pages::Odd,
            (false, true) => Pages::All,
            (false, false) => Pages::AllButFirst,
        },
        align: Some(number.align.unwrap_or(Align::Center)),
        style: CharStyle {
            font: Some(Arc::from(
                number.font.as_ref().unwrap_or(&looks().font).as_str(),
            )),
            size: Some(Twips::from_points(number.size.unwrap_or(14.0))),
            italic: Some(number.italic.unwrap_or(false)),
            color: number.color,
            ..CharStyle::default()
        },
        is_arabic: !number.roman,
        beside: Arc::from(number.beside.as_deref().unwrap_or_default()),
        plain: true,
    };
    let numbers = (!number.missing).then_some(page_number);
    Section {
        span,
        width: Some(mm(page.width, 210.0)),
        height: Some(mm(page.height, 297.0)),
        margins: Some(Margins {
            top: mm(page.top, 20.0),
            bottom: mm(page.bottom, 20.0),
            left: mm(page.left, 30.0),
            right: mm(page.right, 15.0),
        }),
        columns: 1,
        page_numbers: Some(numbers.into_iter().collect()),
        has_table: page.table,
        first_number: number.from,
        continuous: false,
    }
}

fn apply(cx: &Context<'_>, formatting: &mut Formatting, span: Span, look: &TextLook) {
    apply_in_source(cx, formatting, cx.to_source(span), Some(span), look);
}

/// Gives a part of the source a look. `logical` is the same part in the logical text.
fn apply_in_source(
    cx: &Context<'_>,
    formatting: &mut Formatting,
    span: Span,
    logical: Option<Span>,
    look: &TextLook,
) {
    paint(formatting, span, look);
    for paragraph in &mut formatting.paragraphs {
        if paragraph.span.overlaps(span) {
            shape(paragraph, look);
        }
    }
    if look.joined {
        join(formatting, span);
    }
    if let Some(line) = &look.line {
        let part = |l: &DrawnLine| span.start <= l.at && l.at < span.end;
        let drawn = formatting.lines.iter().position(part);
        let old = drawn.map(|drawn| formatting.lines.remove(drawn));
        let width = logical.and_then(|span| rule_line::width(cx, formatting, span));
        let fraction = line.of_text.zip(width).map(|(part, width)| part * width);
        let length = line.length.or(fraction).map(Twips::from_mm);
        if !line.missing {
            formatting.lines.push(DrawnLine {
                at: span.start,
                make: match line.border {
                    true => LineMake::BorderBelow,
                    false => LineMake::Shape,
                },
                length: length.or(old.and_then(|old| old.length)),
                solid: !line.dashed,
            });
        }
    }
    if let Some(kind) = look.mark {
        let text = Arc::from(look.on.as_str());
        formatting.marks.push(Mark { kind, span, text });
    }
    if let Some(first) = look.section {
        let at = formatting.paragraph_index(span.start);
        let start = at.map_or(0, |at| formatting.paragraphs[at].span.start);
        if let Some(last) = formatting.sections.last_mut() {
            let span = Span::new(start as usize, last.span.end as usize);
            let mut next = match &look.page {
                Some(page) => section(span, page),
                None => Section {
                    span,
                    ..last.clone()
                },
            };
            next.first_number = (first > 0).then_some(first);
            last.span.end = start;
            formatting.sections.push(next);
        }
    }
}

/// Makes the paragraphs of a part of the source one.
fn join(formatting: &mut Formatting, span: Span) {
    let begins = |p: &Paragraph| span.start <= p.span.start && p.span.start < span.end;
    let mut joined = formatting.paragraphs.iter().filter(|p| begins(p));
    let (Some(first), Some(last)) = (joined.next(), joined.next_back()) else {
        return;
    };
    let (start, whole) = (first.span.start, first.span.join(last.span));
    formatting.paragraphs.retain_mut(|p| {
        if p.span.start == start {
            p.span = whole;
            return true;
        }
        !begins(p)
    });
}

/// The look of characters; runs are cut at the ends of the span.
fn paint(formatting: &mut Formatting, span: Span, look: &TextLook) {
    let runs = std::mem::take(&mut formatting.runs);
    for run in runs {
        let ends = [run.span.start, span.start, span.end, run.span.end];
        for pair in ends.windows(2) {
            let start = pair[0].clamp(run.span.start, run.span.end);
            let end = pair[1].clamp(run.span.start, run.span.end);
            if start >= end {
                continue;
            }
            let part = Span { start, end };
            let mut style = run.style.clone();
            if span.contains(part) {
                restyle(&mut style, look);
            }
            formatting.runs.push(Run { span: part, style });
        }
    }
}

fn restyle(style: &mut CharStyle, look: &TextLook) {
    let set = |is: &mut Option<bool>, to: Option<bool>| *is = to.or(*is);
    set(&mut style.bold, look.bold);
    set(&mut style.italic, look.italic);
    set(&mut style.underline, look.underline);
    set(&mut style.strike, look.strike);
    set(&mut style.highlight, look.highlight);
    set(&mut style.caps, look.caps);
    style.color = look.color.or(style.color);
    style.size = look.size.map(Twips::from_points).or(style.size);
    if let Some(font) = &look.font {
        style.font = Some(Arc::from(font.as_str()));
    }
}

fn shape(paragraph: &mut Paragraph, look: &TextLook) {
    let mm = |is: Option<Twips>, to: Option<f64>| to.map(Twips::from_mm).or(is);
    let points = |is: Option<Twips>, to: Option<f64>| to.map(Twips::from_points).or(is);
    paragraph.align = look.align.or(paragraph.align);
    paragraph.indent_first = mm(paragraph.indent_first, look.indent);
    paragraph.indent_left = mm(paragraph.indent_left, look.indent_left);
    paragraph.space_before = points(paragraph.space_before, look.before);
    paragraph.space_after = points(paragraph.space_after, look.after);
    let exactly = look.exactly.map(Twips::from_points);
    let exactly = exactly.map(LineSpacing::Exactly);
    let lines = look.lines.map(LineSpacing::Multiple);
    paragraph.line_spacing = exactly.or(lines).or(paragraph.line_spacing);
    paragraph.in_box = look.in_box.unwrap_or(paragraph.in_box);
    if let Some([row, column]) = look.cell {
        paragraph.cell = Some(Cell {
            table: 0,
            row: row.saturating_sub(1),
            column: column.saturating_sub(1),
            columns: 2,
            bordered: false,
            width: look.cell_width.map(Twips::from_mm),
        });
    }
}
