//! The numbers of the pages.

use serde::Deserialize;

use super::character_look::{color_name, is_one_of};
use super::component::Component;
use super::error::{backwards, both};
use super::look::{self, align_word, filled, looks, number, range, within};
use super::page_setup::{attached_sections, first_line, main_sections};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::{Bilingual, LookEdit, NumberLook, Property};
use crate::document::{Align, MarginPlace, PageNumber as Number, Pages, Paragraph, Section};
use crate::text::Span;

/// Reports what is wrong with the page numbers, one fault a rule.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PageNumber {
    fault: Fault,
    /// For `format`: lowest and highest size, in points.
    #[serde(default)]
    size: Option<[f64; 2]>,
    /// For `format`: whether they are slanted.
    #[serde(default)]
    italic: Option<bool>,
    /// For `font`: beginnings of the names of the fonts that are right.
    #[serde(default)]
    fonts: Vec<String>,
    /// For `beside`: longer texts are no ornament, in characters.
    #[serde(default)]
    longest: usize,
    /// For `beside`: what a fix takes away, blanks and digits left out.
    #[serde(default)]
    ornaments: Vec<String>,
    /// For `align`: the alignment that is right.
    #[serde(default)]
    align: Option<Align>,
    /// For `missing`: a text of fewer characters may stand on one page, where the file does not
    /// tell its pages.
    #[serde(default)]
    at_least: usize,
    /// For `color`: what is as dark as this in red, green and blue (0 to 255) is black.
    #[serde(default)]
    black: u8,
    /// For `missing`, `bottom` and `appendix-bottom`: how a number looks that is put in; without it none is.
    #[serde(default)]
    write: Option<Write>,
}

/// How a number looks that is put in.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Write {
    /// The name of the font.
    font: String,
    /// In points.
    size: f64,
    align: Align,
}

impl Write {
    fn value(&self) -> String {
        let look = NumberLook {
            align: self.align.as_str(),
            half_points: (self.size * 2.0).round() as u32,
            font: &self.font,
        };
        look.to_string()
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// A document of more pages than one has none.
    Missing,
    /// They stand below the text.
    Bottom,
    /// They are not aligned as they must be.
    Align,
    /// They have another size or slant.
    Format,
    /// They are in another font.
    Font,
    /// They are not black.
    Color,
    /// Something stands beside them.
    Beside,
    /// They are not Arabic.
    Numerals,
    /// The first page shows one.
    FirstPage,
    /// Those of a document with its head on the first page do not begin with 1.
    Start,
    /// They begin again within the text.
    Restart,
    /// A page after the first has none, others have one.
    Gap,
    /// Those of an appendix go on from those of the document.
    Appendix,
    /// Those of an appendix alone stand below the text.
    AppendixBottom,
}

impl Check for PageNumber {
    fn mistakes(&self) -> Vec<Bilingual> {
        let missing = match self.fault {
            Fault::Align => self.align.is_none(),
            Fault::Format => self.size.is_none() && self.italic.is_none(),
            Fault::Font => self.fonts.is_empty(),
            Fault::Beside => self.longest == 0,
            _ => false,
        };
        let mistake = both(
            "`fault`: thiếu giá trị đúng (`align`, `fonts`, `longest`, hoặc `size`, `italic`)",
            "`fault`: what is right is missing (`align`, `fonts`, `longest`, or `size`, `italic`)",
        );
        let backwards = backwards([("size", self.size)]);
        missing
            .then_some(mistake)
            .into_iter()
            .chain(backwards)
            .collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["is", "must"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        if self.fault == Fault::Appendix {
            return appendices(cx, sink);
        }
        if self.fault == Fault::AppendixBottom {
            return self.below_appendices(cx, sink);
        }
        if self.fault == Fault::Restart {
            return restarts(cx, sink);
        }
        let known = numbered(main_sections(cx));
        let Some(&(first, first_numbers)) = known.first() else {
            return sink.not_evaluated();
        };
        let numbers = || known.iter().flat_map(|(_, numbers)| *numbers);
        let is_wrong = match self.fault {
            Fault::Missing => numbers().next().is_none() && self.has_pages(cx),
            Fault::Bottom => numbers().any(is_below),
            Fault::Numerals => numbers().any(|n| !n.is_arabic),
            Fault::FirstPage => {
                let shows = |n: &Number| matches!(n.pages, Pages::All | Pages::First);
                // A part of a document goes on with the numbers of the one before.
                let begins = first.first_number.is_none_or(|n| n == 1) || opening(cx).is_some();
                begins && first_numbers.iter().any(shows)
            }
            Fault::Gap => numbers().next().is_some() && self.has_bare_side(cx, &known),
            _ => false,
        };
        if is_wrong {
            let looks = self.looks(cx, &known);
            sink.whole().looks(looks).report();
        }
        if self.fault == Fault::Gap
            && !is_wrong
            && numbers().next().is_some()
            && let Some(at) = midway(cx)
                .into_iter()
                .find_map(|(section, line)| begins_bare(section, line))
        {
            sink.whole().at_source(at).report();
        }
        if self.fault == Fault::Start
            && let Some(first) = self.other_start(cx)
        {
            let finding = sink.whole().with("is", first.to_string());
            finding.with("must", "1").report();
        }
        let fault = numbers().find_map(|number| self.differs(cx, number));
        if let Some((is, must)) = fault {
            let looks = self.looks(cx, &known);
            let finding = sink.whole().with("is", is).with("must", must);
            finding.looks(looks).report();
        }
    }
}

/// The sections of which it is known whether their pages are numbered.
fn numbered<'a>(sections: impl Iterator<Item = &'a Section>) -> Vec<(&'a Section, &'a [Number])> {
    let numbered = |section: &'a Section| Some((section, &section.page_numbers.as_ref()?[..]));
    sections.filter_map(numbered).collect()
}

fn is_below(number: &Number) -> bool {
    number.place == MarginPlace::Bottom
}

impl PageNumber {
    /// Attached pages with a number below, where those of the main document have theirs above.
    fn below_appendices(&self, cx: &Context<'_>, sink: &mut Sink<'_>) {
        let below = |(_, numbers): &(&Section, &[Number])| numbers.iter().any(is_below);
        if numbered(main_sections(cx)).iter().any(below) {
            return;
        }
        let attached = numbered(attached_sections(cx));
        if let Some((section, _)) = attached.iter().find(|section| below(section))
            && let Some(line) = first_line(cx, section.span)
        {
            let looks = self.looks(cx, &attached);
            sink.whole().at_source(line).looks(looks).report();
        }
    }

    /// Whether the document is known to have a page that is not the first of anything: the first page
    /// of an attachment shows no number either.
    fn has_pages(&self, cx: &Context<'_>) -> bool {
        let counted = cx.document.formatting.iter().find_map(|f| f.page_count);
        // Breaks kept from an earlier state of the text tell less than the count of this one.
        if counted == Some(1) {
            return false;
        }
        let source = cx.document.source();
        let attachments = cx.report.attachments.iter();
        let mut starts: Vec<u32> = attachments.map(|a| cx.to_source(a.span).start).collect();
        let own = own_sections(cx);
        let text = own
            .first()
            .map_or(cx.text(), |&start| &source[..start as usize]);
        starts.extend(own);
        starts.sort_unstable();
        let is_first = |from: u32, to: u32| {
            let next = starts.partition_point(|&at| at < from);
            starts.get(next).is_some_and(|&at| at <= to)
        };
        let paragraphs = cx.document.formatting.iter().flat_map(|f| &f.paragraphs);
        let paragraphs = paragraphs.filter(|p| !look::text_of(cx, p).trim().is_empty());
        let (mut last, mut end) = (None, 0);
        for paragraph in paragraphs {
            if let Some(page) = paragraph.page {
                let before = last.unwrap_or(1);
                let is_next = page == before + 1 && is_first(end, paragraph.span.end);
                if page > before && !is_next {
                    return true;
                }
                last = Some(page.max(before));
            }
            end = paragraph.span.end;
        }
        if last.is_some() {
            return false;
        }
        if let Some(count) = counted {
            return count as usize > 1 + cx.report.attachments.len();
        }
        let pages = source.split('\x0C').filter(|page| !page.trim().is_empty());
        let mut others = pages.skip(1).map(|page| {
            let line = page.trim_start().lines().next().unwrap_or_default();
            (Span::of_slice(source, page), Span::of_slice(source, line))
        });
        others.any(|(page, line)| !is_first(page.start, line.end))
            || text.chars().nth(self.at_least).is_some()
    }

    /// Whether of the two sides of sheets one has numbers and the other, which is there, has none.
    fn has_bare_side(&self, cx: &Context<'_>, known: &[(&Section, &[Number])]) -> bool {
        let is_plain = |n: Option<i32>| n.is_none_or(|n| n == 1);
        if !opening(cx).is_some_and(|first| is_plain(first.first_number)) {
            return false;
        }
        let shows = |pages: &[Pages]| {
            let mut numbers = known.iter().flat_map(|(_, numbers)| *numbers);
            numbers.any(|number| pages.contains(&number.pages))
        };
        let both = shows(&[Pages::All, Pages::AllButFirst]);
        match (shows(&[Pages::Odd]), shows(&[Pages::Even])) {
            (true, false) => !both && self.has_pages(cx),
            (false, true) => !both && has_third_page(cx),
            _ => false,
        }
    }

    /// The number of the first page of a document that shows its numbers, where it is not 1.
    fn other_start(&self, cx: &Context<'_>) -> Option<i32> {
        let section = opening(cx)?;
        let first = section.first_number.filter(|&first| first != 1)?;
        let numbers = section.page_numbers.as_ref()?;
        let is_plain = numbers.iter().all(|number| number.plain);
        let all = numbers.iter().any(|number| number.pages == Pages::All);
        let is_seen = all || !numbers.is_empty() && self.has_pages(cx);
        (is_plain && is_seen).then_some(first)
    }

    /// What is to be changed in which sections.
    fn looks(&self, cx: &Context<'_>, known: &[(&Section, &[Number])]) -> Vec<LookEdit> {
        let mut looks = Vec::new();
        let mut add = |section: &Section, property, value: &str| {
            looks.extend(look::look_edits(&[section.span], property, value));
        };
        let new = self.write.as_ref().map(Write::value);
        for (index, &(section, numbers)) in known.iter().enumerate() {
            match (self.fault, &new) {
                (Fault::Missing, Some(new)) if index == 0 => {
                    add(section, Property::NumberPlace, new);
                }
                (Fault::Bottom | Fault::AppendixBottom, Some(new))
                    if numbers.iter().any(is_below) =>
                {
                    add(section, Property::NumberPlace, new);
                }
                (Fault::Numerals, _) if numbers.iter().any(|n| !n.is_arabic) => {
                    add(section, Property::NumberFormat, "arabic");
                }
                (Fault::FirstPage, _) if index == 0 => {
                    add(section, Property::NumberFirst, "hidden");
                }
                (Fault::Align, _) => {
                    let wrong = numbers.iter().any(|n| self.differs(cx, n).is_some());
                    if let Some(align) = self.align.filter(|_| wrong) {
                        add(section, Property::NumberAlign, align.as_str());
                    }
                }
                (Fault::Format, _) => {
                    for number in numbers {
                        if let (Some(size), Some(right)) = (number.style.size, self.size)
                            && !within(size.points(), right, look::SIZE_TOLERANCE)
                        {
                            let value = look::nearest_size(size.points(), right);
                            add(section, Property::NumberSize, &value);
                        }
                        if let (Some(is), Some(right)) = (number.style.italic, self.italic)
                            && is != right
                        {
                            let value = if right { "true" } else { "false" };
                            add(section, Property::NumberItalic, value);
                        }
                    }
                }
                (Fault::Font, _) => {
                    let wrong = numbers.iter().any(|n| self.differs(cx, n).is_some());
                    if let Some(font) = self.fonts.first().filter(|_| wrong) {
                        add(section, Property::NumberFont, font);
                    }
                }
                (Fault::Beside, _) => {
                    let mut ornaments: Vec<&str> = numbers.iter().map(|n| &*n.beside).collect();
                    ornaments.sort_unstable();
                    ornaments.dedup();
                    for ornament in ornaments {
                        let bare: String = ornament.split_whitespace().collect();
                        if self.ornaments.contains(&bare) {
                            add(section, Property::NumberBeside, ornament);
                        }
                    }
                }
                _ => {}
            }
        }
        looks
    }

    /// How a number is and how it must be, where that is not the same.
    fn differs(&self, cx: &Context<'_>, page: &Number) -> Option<(String, String)> {
        let language = cx.language;
        let words = &looks().words;
        if self.fault == Fault::Align {
            let (is, must) = (page.align?, self.align?);
            let word = |align| align_word(align).get(language).to_owned();
            return (is != must).then(|| (word(is), word(must)));
        }
        if self.fault == Fault::Font {
            let font = page.style.font.as_ref()?;
            let must = self.fonts.first()?;
            return (!is_one_of(font, &self.fonts)).then(|| (font.to_string(), must.clone()));
        }
        if self.fault == Fault::Color {
            let color = page.style.color?;
            let is_black = color.iter().all(|&part| part <= self.black);
            return (!is_black).then(|| (color_name(color), String::new()));
        }
        if self.fault == Fault::Beside {
            let is_ornament = (1..=self.longest).contains(&page.beside.chars().count());
            return is_ornament.then(|| (page.beside.to_string(), String::new()));
        }
        if self.fault != Fault::Format {
            return None;
        }
        let (mut is, mut must) = (Vec::new(), Vec::new());
        if let (Some(size), Some(right)) = (page.style.size, self.size)
            && !within(size.points(), right, look::SIZE_TOLERANCE)
        {
            let found = number(size.points(), 1, language);
            is.push(filled(&words.size, language, &found));
            must.push(filled(&words.size, language, &range(right, 1, language)));
        }
        if let (Some(italic), Some(right)) = (page.style.italic, self.italic)
            && italic != right
        {
            let (yes, no) = (&words.italic, &words.not_italic);
            let (found, wanted) = if right { (no, yes) } else { (yes, no) };
            is.push(found.get(language).to_owned());
            must.push(wanted.get(language).to_owned());
        }
        (!is.is_empty()).then(|| (is.join(", "), must.join(", ")))
    }
}

/// Lines within which the head of a page stands.
const HEAD: usize = 10;

/// The first section, where the document begins with it: its head stands on the first page.
fn opening<'a>(cx: &Context<'a>) -> Option<&'a Section> {
    let header = &cx.report.header;
    // A cover may name the state, but has no number.
    let number = header.number.as_ref()?.span;
    let at = cx.to_source(header.quoc_hieu?.max(number));
    let first = main_sections(cx).next()?;
    let above = cx.document.source().get(..at.start as usize)?;
    let formatting = cx.document.formatting.as_ref()?;
    let page = formatting.paragraphs[formatting.paragraph_index(at.start)?].page;
    let is_head = first.span.start == 0
        && at.start < first.span.end
        && page.is_none_or(|page| page == 1)
        && !above.contains('\x0C')
        && filled_lines(above) <= HEAD;
    is_head.then_some(first)
}

/// The standing pages that begin within the running text of a document, with the first line of each:
/// text stands before them, and its end and the signature behind.
fn midway<'a>(cx: &Context<'a>) -> Vec<(&'a Section, Span)> {
    let later: Vec<&Section> = main_sections(cx).skip(1).collect();
    if later.is_empty() || opening(cx).is_none() {
        return Vec::new();
    }
    let Some((from, to)) = running_text(cx) else {
        return Vec::new();
    };
    let lines = cx.logical.lines.iter();
    let marked = lines.filter(|line| line.marker.is_some());
    let mut marked: Vec<u32> = marked.map(|line| cx.to_source(line.span).start).collect();
    marked.sort_unstable();
    // In capitals without being a heading: the title of something else.
    let is_title = |line: Span| {
        let is_capital = !line.of(cx.document.source()).contains(char::is_lowercase);
        is_capital && marked.binary_search(&line.start).is_err()
    };
    let begins = |section: &'a Section| {
        let line = first_line(cx, section.span)?;
        let is_within = from <= section.span.start && line.end <= to;
        let stands = section.width <= section.height;
        let goes_on = is_within && stands && !section.continuous && !is_title(line);
        goes_on.then_some((section, line))
    };
    later.into_iter().filter_map(begins).collect()
}

/// From where to where in the source text runs for certain: behind paragraphs that are no preface, before
/// the end of a document that is signed.
fn running_text(cx: &Context<'_>) -> Option<(u32, u32)> {
    const PREFACE: usize = 2;
    let report = cx.report;
    let text = Component::BodyParagraph.spans(cx);
    let from = cx.to_source(*text.get(PREFACE - 1)?).end;
    let ends = [
        Some(report.signature.as_ref()?.span),
        report.recipients.as_ref().map(|list| list.span),
        report.closing,
    ];
    let ends = ends.into_iter().flatten();
    let to = ends.map(|end| cx.to_source(end).start).min()?;
    Some((from, to))
}

/// The first line of a section whose first page shows no number.
fn begins_bare(section: &Section, line: Span) -> Option<Span> {
    let numbers = section.page_numbers.as_ref()?;
    let mut bare = numbers.iter();
    bare.all(|number| number.plain && number.pages == Pages::AllButFirst)
        .then_some(line)
}

/// Whether the main document is known to have three pages.
fn has_third_page(cx: &Context<'_>) -> bool {
    let Some(formatting) = &cx.document.formatting else {
        return false;
    };
    let attachments = cx.report.attachments.iter();
    let end = attachments.map(|a| cx.to_source(a.span).start).min();
    let counted = formatting.page_count;
    let mut paragraphs = formatting.paragraphs.iter();
    let is_third = |p: &Paragraph| {
        let is_own = end.is_none_or(|end| p.span.start < end) && !p.span.is_empty();
        is_own && p.page.is_some_and(|page| page >= THIRD)
    };
    match counted {
        Some(count) if count < THIRD => false,
        Some(_) if end.is_none() => true,
        _ => paragraphs.any(is_third),
    }
}

/// The first page but one of those with odd numbers.
const THIRD: u32 = 3;

/// Sections within the text whose pages are numbered from the beginning again.
fn restarts(cx: &Context<'_>, sink: &mut Sink<'_>) {
    let restart = midway(cx).into_iter().find_map(|(section, line)| {
        let first = section.first_number.filter(|&first| first <= 1)?;
        let numbers = section.page_numbers.as_ref()?;
        let shows = |n: &Number| matches!(n.pages, Pages::All | Pages::Odd);
        let is_plain = numbers.iter().all(|number| number.plain);
        (is_plain && numbers.iter().any(shows)).then_some((first, line))
    });
    if let Some((first, at)) = restart {
        let finding = sink.whole().at_source(at);
        finding.with("is", first.to_string()).report();
    }
}

/// Appendices with numbered pages whose section does not begin with 1.
fn appendices(cx: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(formatting) = &cx.document.formatting else {
        return sink.not_evaluated();
    };
    for attachment in &cx.report.attachments {
        let Some(label) = attachment.label else {
            continue;
        };
        let at = cx.to_source(label);
        let Some(section) = formatting.section_at(at.start) else {
            continue;
        };
        let Some(numbers) = &section.page_numbers else {
            return sink.not_evaluated();
        };
        let own = section.first_number == Some(1) && heads(cx, section, label);
        if !numbers.is_empty() && !own {
            sink.at(label).report();
            return;
        }
    }
}

fn filled_lines(text: &str) -> usize {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.count()
}

/// Whether a section of the file is that of an appendix with this label: it begins with it, or with
/// the head of who issues it, which is short.
fn heads(cx: &Context<'_>, section: &Section, label: Span) -> bool {
    let at = cx.to_source(label).start;
    let source = cx.document.source();
    let above = source.get(section.span.start as usize..at as usize);
    let first = first_line(cx, section.span).is_some_and(|line| line.end >= at);
    let is_first_label = || {
        let labels = cx.report.attachments.iter().filter_map(|a| a.label);
        let mut labels = labels.map(|label| cx.to_source(label).start);
        labels.find(|&start| start >= section.span.start) == Some(at)
    };
    let is_head = |above: &str| filled_lines(above) <= HEAD && is_first_label();
    first || section.span.start > 0 && above.is_some_and(is_head)
}

/// Where the sections begin that appendices have for themselves, with numbers from 1.
fn own_sections(cx: &Context<'_>) -> Vec<u32> {
    let sections = cx.document.formatting.iter().flat_map(|f| &f.sections);
    let labels = || cx.report.attachments.iter().filter_map(|a| a.label);
    let is_own = |section: &&Section| {
        section.first_number == Some(1) && {
            let within = |label: &Span| {
                let at = cx.to_source(*label).start;
                (section.span.start..section.span.end).contains(&at)
            };
            let label = labels().find(within);
            label.is_some_and(|label| heads(cx, section, label))
        }
    };
    sections.filter(is_own).map(|s| s.span.start).collect()
}
