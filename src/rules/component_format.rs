//! How the characters and paragraphs of a component look.

use serde::Deserialize;

use super::component::{Component, Condition};
use super::error::backwards;
use super::lazy::LazyRegex;
use super::look::{self, Tally, filled, looks, number, one_of, within};
use super::part::{Part, Skipped};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::{Bilingual, LookEdit, Property};
use crate::document::{Align, Formatting, Paragraph, Run};
use crate::syntax::tree::NodeKind;
use crate::text::Span;

/// Compares how a component looks with how it must.
///
/// What the file does not tell is not judged. Texts of the component with the same faults make one
/// finding, at the first of them.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ComponentFormat {
    component: Component,
    #[serde(default)]
    when: Vec<Condition>,
    /// Only texts that match are judged.
    #[serde(default)]
    matches: Option<LazyRegex>,
    /// Texts that match are not judged.
    #[serde(default)]
    except: Option<LazyRegex>,
    /// Parts of the document that are not judged.
    #[serde(default)]
    skip: Vec<Part>,
    /// Words within a text that may be slanted, though `italic` is no.
    #[serde(default)]
    may_slant: Option<LazyRegex>,
    /// Words within a text that may have another size, as a number does that a registry put in.
    #[serde(default)]
    may_resize: Option<LazyRegex>,
    /// Shorter texts are not judged, in characters.
    #[serde(default)]
    at_least: usize,
    /// Lowest and highest size, in points.
    #[serde(default)]
    size: Option<[f64; 2]>,
    /// The component whose usual size it has. What lies outside of `size` is not judged then: another
    /// rule tells it.
    #[serde(default)]
    size_as: Option<Component>,
    #[serde(default)]
    bold: Option<bool>,
    #[serde(default)]
    italic: Option<bool>,
    #[serde(default)]
    underline: Option<bool>,
    /// The alignments that are right.
    #[serde(default)]
    align: Vec<Align>,
    /// The indents of the first line that are right, in mm.
    #[serde(default)]
    indent: Vec<f64>,
    /// How far an indent may be off, in mm.
    #[serde(default = "half")]
    tolerance: f64,
    /// The least distance from the paragraph above, in points.
    #[serde(default)]
    least_gap: Option<f64>,
    /// Lowest and highest distance of lines, as a multiple of a single line.
    #[serde(default)]
    lines: Option<[f64; 2]>,
    /// The share of the characters that must be wrong for the text to be.
    #[serde(default = "tenth")]
    share: f64,
    /// The share of the texts that must be wrong for any to be reported.
    #[serde(default)]
    texts: f64,
}

fn half() -> f64 {
    0.5
}

fn tenth() -> f64 {
    0.1
}

/// What was found in one text of the component.
#[derive(Default)]
struct Faults {
    /// How it looks, in words.
    is: Vec<String>,
    /// How it must.
    must: Vec<String>,
    /// Whether something could be judged.
    judged: bool,
    /// What makes it right.
    looks: Vec<LookEdit>,
    /// Whether some of it cannot be made right so.
    is_left: bool,
}

impl Faults {
    fn add(&mut self, is: impl Into<String>, must: impl Into<String>) {
        self.is.push(is.into());
        self.must.push(must.into());
    }
}

/// What the texts of a document are held against.
struct Against {
    /// The sizes that are right.
    sizes: Option<[f64; 2]>,
    /// Where bodies begin in the source; needed for distances only.
    bodies: Vec<u32>,
}

/// Looks of texts with the same faults that are told apart.
const MOST_LOOKS: usize = 10;

/// Texts with the same faults.
struct Group {
    first: Span,
    /// How they look, each look once.
    is: Vec<String>,
    must: String,
    count: usize,
    looks: Vec<LookEdit>,
}

impl Check for ComponentFormat {
    fn mistakes(&self) -> Vec<Bilingual> {
        let conditions = self.when.iter().filter_map(Condition::mistake);
        let regexes = [
            &self.matches,
            &self.except,
            &self.may_slant,
            &self.may_resize,
        ];
        let regexes = regexes.into_iter().flatten();
        let regex = regexes.filter_map(LazyRegex::mistake);
        let backwards = backwards([("size", self.size), ("lines", self.lines)]);
        conditions.chain(regex).chain(backwards).collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["is", "must", "count"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let spans = self.component.spans(cx);
        if spans.is_empty() || !self.when.iter().all(|condition| condition.holds(cx)) {
            return;
        }
        let Some(formatting) = &cx.document.formatting else {
            return sink.not_evaluated();
        };
        let against = Against {
            sizes: self.sizes(cx, formatting),
            bodies: self.least_gap.map(|_| bodies(cx)).unwrap_or_default(),
        };
        let skipped = Skipped::new(cx, &self.skip);
        let (mut seen, mut judged, mut wrong) = (0, 0, 0);
        let mut groups: Vec<Group> = Vec::new();
        for span in spans {
            let text = cx.of(span);
            let is_long = self.at_least == 0 || text.chars().nth(self.at_least).is_some();
            if !is_long {
                continue;
            }
            let faults = self.faults(cx, formatting, span, &against);
            // What is right need not be searched for a reason to pass it over, unless it is counted.
            let is_right = faults.is.is_empty() && faults.judged && self.texts == 0.0;
            if !is_right && (self.passes_over(text) || !self.skip.is_empty() && skipped.has(span)) {
                continue;
            }
            seen += 1;
            judged += usize::from(faults.judged);
            if faults.is.is_empty() {
                continue;
            }
            wrong += 1;
            let (is, must) = (faults.is.join(", "), faults.must.join(", "));
            let looks = if faults.is_left {
                Vec::new()
            } else {
                faults.looks
            };
            match groups.iter_mut().find(|group| group.must == must) {
                Some(group) => {
                    group.count += 1;
                    // Looks beyond those that are named need not be told apart.
                    if group.is.len() < MOST_LOOKS && !group.is.contains(&is) {
                        group.is.push(is);
                    }
                    group.looks.extend(looks);
                }
                None => groups.push(Group {
                    first: span,
                    is: vec![is],
                    must,
                    count: 1,
                    looks,
                }),
            }
        }
        if seen > 0 && judged == 0 {
            sink.not_evaluated();
        }
        if f64::from(wrong) < self.texts * judged as f64 {
            return;
        }
        for group in groups {
            sink.at(group.first)
                .with(
                    "is",
                    look::listed(&group.is, looks().words.or.get(cx.language)),
                )
                .with("must", group.must)
                .with("count", group.count.to_string())
                .looks(group.looks)
                .report();
        }
    }
}

/// The places in the source of what words leave of a text; none where they are not in it.
fn without(cx: &Context<'_>, span: Span, words: &LazyRegex) -> Vec<Span> {
    let text = cx.of(span);
    let found = words.captures(text);
    let Some(found) = found.and_then(|found| found.get_group(0)) else {
        return Vec::new();
    };
    let rest = [0..found.start, found.end..text.len()];
    let rest = rest.into_iter().filter(|rest| !rest.is_empty());
    rest.flat_map(|rest| look::source_pieces(cx, span.slice(rest)))
        .collect()
}

/// Whether a paragraph is set as titles are: centred, and bold in all its letters.
fn is_set_as_title(cx: &Context<'_>, formatting: &Formatting, paragraph: &Paragraph) -> bool {
    let source = cx.document.source();
    let is_bold = |run: &Run| {
        run.style.bold == Some(true) || !run.span.of(source).contains(char::is_alphanumeric)
    };
    paragraph.align == Some(Align::Center) && formatting.runs_in(paragraph.span).iter().all(is_bold)
}

/// Where bodies begin in the source.
fn bodies(cx: &Context<'_>) -> Vec<u32> {
    let nodes = cx.report.tree.nodes().iter();
    let bodies = nodes.filter(|node| node.kind == NodeKind::Body);
    bodies.map(|node| cx.to_source(node.span).start).collect()
}

impl ComponentFormat {
    /// The sizes that are right.
    fn sizes(&self, cx: &Context<'_>, formatting: &Formatting) -> Option<[f64; 2]> {
        let Some(other) = self.size_as else {
            return self.size;
        };
        let spans = other.spans(cx);
        let pieces: Vec<Span> = spans
            .into_iter()
            .flat_map(|span| look::source_pieces(cx, span))
            .collect();
        let size = Tally::of(cx, formatting, &pieces, |style| style.size).usual()?;
        let size = size.points();
        let is_judged = self.is_size(size);
        is_judged.then_some([size; 2])
    }

    /// Whether a text is none of those that are judged.
    fn passes_over(&self, text: &str) -> bool {
        self.matches.as_ref().is_some_and(|r| !r.is_match(text))
            || self.except.as_ref().is_some_and(|r| r.is_match(text))
    }

    /// Whether a size lies in the range.
    fn is_size(&self, size: f64) -> bool {
        let fits = |range| within(size, range, look::SIZE_TOLERANCE);
        self.size.is_none_or(fits)
    }

    fn faults(
        &self,
        cx: &Context<'_>,
        formatting: &Formatting,
        span: Span,
        against: &Against,
    ) -> Faults {
        let pieces = look::source_pieces(cx, span);
        let mut faults = Faults::default();
        self.characters(cx, formatting, span, &pieces, against.sizes, &mut faults);
        let mut paragraphs: Vec<&Paragraph> = Vec::new();
        for &piece in &pieces {
            // Empty ones within it keep room, as for a signature.
            let seen = formatting.paragraphs_in(piece).iter();
            for paragraph in seen.filter(|p| !look::text_of(cx, p).trim().is_empty()) {
                if paragraphs
                    .last()
                    .is_none_or(|last| last.span != paragraph.span)
                {
                    paragraphs.push(paragraph);
                }
            }
        }
        self.alignment(cx, formatting, &paragraphs, &mut faults);
        let Some(first) = paragraphs.first() else {
            return faults;
        };
        // A component within a line says nothing of how its paragraph begins.
        if pieces
            .first()
            .is_some_and(|piece| piece.start <= first.span.start)
        {
            self.indent(cx, first, &mut faults);
            self.gap(cx, formatting, first, &against.bodies, &mut faults);
        }
        self.lines(cx, formatting, first, &mut faults);
        faults
    }

    fn characters(
        &self,
        cx: &Context<'_>,
        formatting: &Formatting,
        span: Span,
        pieces: &[Span],
        sizes: Option<[f64; 2]>,
        faults: &mut Faults,
    ) {
        let words = &looks().words;
        let language = cx.language;
        let unless = |words: &Option<LazyRegex>| {
            let words = words.as_ref();
            let rest = words.map(|words| without(cx, span, words));
            rest.filter(|rest| !rest.is_empty())
        };
        if let Some(size) = sizes {
            let rest = unless(&self.may_resize);
            let judged = rest.as_deref().unwrap_or(pieces);
            let tally = Tally::of(cx, formatting, judged, |style| style.size);
            faults.judged |= !tally.is_blind();
            let right = |s: &crate::document::Twips| {
                within(s.points(), size, look::SIZE_TOLERANCE)
                    || self.size_as.is_some() && !self.is_size(s.points())
            };
            if let Some(found) = tally.wrong(self.share, right) {
                let is = number(found.points(), 1, language);
                let must = look::range(size, 1, language);
                let nearest = look::nearest_size(found.points(), size);
                let edits = look::look_edits(pieces, Property::Size, &nearest);
                faults.looks.extend(edits);
                faults.add(
                    filled(&words.size, language, &is),
                    filled(&words.size, language, &must),
                );
            }
        }
        type Value = fn(&crate::document::CharStyle) -> Option<bool>;
        let toggles: [(Option<bool>, Property, Value, &Bilingual, &Bilingual); 3] = [
            (
                self.bold,
                Property::Bold,
                |s| s.bold,
                &words.bold,
                &words.not_bold,
            ),
            (
                self.italic,
                Property::Italic,
                |s| s.italic,
                &words.italic,
                &words.not_italic,
            ),
            (
                self.underline,
                Property::Underline,
                |s| s.underline,
                &words.underline,
                &words.not_underline,
            ),
        ];
        for (must, property, value, yes, no) in toggles {
            let Some(must) = must else { continue };
            let upright = match property {
                Property::Italic => unless(&self.may_slant),
                _ => None,
            };
            let pieces = upright.as_deref().unwrap_or(pieces);
            let tally = Tally::of(cx, formatting, pieces, value);
            faults.judged |= !tally.is_blind();
            if tally.wrong(self.share, |&is| is == must).is_some() {
                let edits = look::look_edits(pieces, property, if must { "true" } else { "false" });
                faults.looks.extend(edits);
                let (must, is) = if must { (yes, no) } else { (no, yes) };
                faults.add(is.get(language), must.get(language));
            }
        }
    }

    fn alignment(
        &self,
        cx: &Context<'_>,
        formatting: &Formatting,
        paragraphs: &[&Paragraph],
        faults: &mut Faults,
    ) {
        let Some(&must) = self.align.first() else {
            return;
        };
        let apart = |p: &Paragraph| match must {
            Align::Center => look::is_shifted(cx, p) || look::fills_column(cx, formatting, p),
            Align::Justify => is_set_as_title(cx, formatting, p),
            Align::Left | Align::Right => false,
        };
        faults.judged |= paragraphs.iter().any(|p| p.align.is_some());
        let known = paragraphs.iter().filter(|p| !apart(p));
        let known: Vec<Align> = known.filter_map(|p| p.align).collect();
        if let Some(&is) = known.iter().find(|is| !self.align.contains(is)) {
            let wrong = paragraphs
                .iter()
                .filter(|p| !apart(p) && p.align.is_some_and(|align| !self.align.contains(&align)));
            let wrong: Vec<Span> = wrong.map(|p| p.span).collect();
            let edits = look::look_edits(&wrong, Property::Align, must.as_str());
            faults.looks.extend(edits);
            let word = |align| look::align_word(align).get(cx.language);
            faults.add(word(is), word(must));
        }
    }

    fn indent(&self, cx: &Context<'_>, paragraph: &Paragraph, faults: &mut Faults) {
        let (Some(left), Some(first)) = (paragraph.indent_left, paragraph.indent_first) else {
            return;
        };
        let text = look::text_of(cx, paragraph);
        let typed = text.starts_with([' ', '\t', '\u{a0}']);
        // The depth of a list of dashes is nobody's rule.
        let item = paragraph.label.is_some() || !text.starts_with(char::is_alphanumeric);
        if self.indent.is_empty() || typed || item || paragraph.align == Some(Align::Center) {
            return;
        }
        faults.judged = true;
        let is = left.mm() + first.mm();
        let right = |&must: &f64| within(is, [must, must], self.tolerance);
        if !self.indent.iter().any(right) {
            faults.is_left = true;
            let word = &looks().words.indent;
            let must = one_of(&self.indent, 1, cx.language);
            faults.add(
                filled(word, cx.language, &number(is, 1, cx.language)),
                filled(word, cx.language, &must),
            );
        }
    }

    fn gap(
        &self,
        cx: &Context<'_>,
        formatting: &Formatting,
        paragraph: &Paragraph,
        bodies: &[u32],
        faults: &mut Faults,
    ) {
        let Some(least) = self.least_gap else { return };
        let index = formatting.paragraph_index(paragraph.span.start);
        // What stands in a box follows the paragraph that holds it, which it is not below.
        let above = index.and_then(|index| {
            let mut above = formatting.paragraphs[..index].iter().rev();
            above.find(|above| paragraph.in_box || !above.in_box)
        });
        let Some(above) = above else { return };
        // What stands above a body is the head.
        let between = above.span.start + 1..paragraph.span.end;
        let begins_body = bodies.iter().any(|body| between.contains(body));
        // An empty paragraph or the border of a cell parts them as well.
        if (above.cell, above.in_box) != (paragraph.cell, paragraph.in_box)
            || look::text_of(cx, above).trim().is_empty()
            || begins_body
        {
            return;
        }
        let (Some(after), Some(before)) = (above.space_after, paragraph.space_before) else {
            return;
        };
        faults.judged = true;
        let gap = after.points() + before.points();
        if gap + 0.1 < least {
            let words = &looks().words;
            let number = |value| number(value, 1, cx.language);
            faults.is_left = true;
            faults.add(
                filled(&words.gap, cx.language, &number(gap)),
                filled(&words.least_gap, cx.language, &number(least)),
            );
        }
    }

    fn lines(
        &self,
        cx: &Context<'_>,
        formatting: &Formatting,
        paragraph: &Paragraph,
        faults: &mut Faults,
    ) {
        /// Lines set exactly in points are never quite a multiple.
        const TOLERANCE: f64 = 0.06;
        let (Some(lines), Some(spacing)) = (self.lines, paragraph.line_spacing) else {
            return;
        };
        let size = Tally::of(cx, formatting, &[paragraph.span], |style| style.size);
        let size = size.usual().map(crate::document::Twips::points);
        let Some(is) = look::line_multiple(spacing, size) else {
            return;
        };
        faults.judged = true;
        if !within(is, lines, TOLERANCE) {
            faults.is_left = true;
            let must = look::range(lines, 2, cx.language);
            faults.add(
                look::line_words(spacing, cx.language),
                filled(&looks().words.lines, cx.language, &must),
            );
        }
    }
}
