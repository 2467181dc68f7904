//! The lines below components of the head.

use serde::Deserialize;

use super::component::Component;
use super::error::{backwards, both};
use super::lazy::LazyRegex;
use super::look::{self, Tally, number};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::document::{Align, DrawnLine, Formatting, Paragraph, Twips};
use crate::text::Span;

/// Below which components of the head a line stands. All are looked at together: a line belongs to
/// the nearest, wherever it is anchored.
const UNDERLINED: [Component; 3] = [
    Component::TieuNgu,
    Component::Issuer,
    Component::TitledSubject,
];

/// Paragraphs between a component and where its line may be anchored.
const NEAR: usize = 3;

/// The name of a body that is surely shown on one line, in mm at most.
const UNBROKEN: f64 = 50.0;

/// Reports components without the line below them, with one made of typed characters, or with one
/// of another length.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleLine {
    components: Vec<Component>,
    fault: Fault,
    /// Shortest and longest line, as a fraction of the text above it.
    #[serde(default)]
    length: Option<[f64; 2]>,
    /// How far the fraction may be off: the length of a text is reckoned from its letters.
    #[serde(default = "tenth")]
    tolerance: f64,
    /// Names of issuing bodies that are whole on their line: one above that is not bold is that of
    /// another body, and its length does not count.
    #[serde(default)]
    whole_name: Option<LazyRegex>,
}

fn tenth() -> f64 {
    0.1
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// There is none.
    Missing,
    /// It is made of characters.
    Typed,
    /// The text is underlined in its place.
    Underlined,
    /// It is too short or too long.
    Length,
    /// It is broken or dotted.
    Broken,
}

impl Check for RuleLine {
    fn mistakes(&self) -> Vec<Bilingual> {
        let has_length = self.fault == Fault::Length;
        let mistake = both(
            "`length` chỉ dùng và phải dùng với `fault: length`",
            "`length` belongs to `fault: length` and to no other",
        );
        let other = self.components.iter().any(|c| !UNDERLINED.contains(c));
        let unknown = both(
            "`components`: không có đường kẻ dưới thành phần này",
            "`components`: no line stands below this component",
        );
        let length = (has_length != self.length.is_some()).then_some(mistake);
        let regex = self.whole_name.as_ref().and_then(LazyRegex::mistake);
        let backwards = backwards([("length", self.length)]);
        let unknown = other.then_some(unknown);
        let first = length.into_iter().chain(unknown).chain(regex);
        first.chain(backwards).collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["is", "must"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let Some(formatting) = &cx.document.formatting else {
            return sink.not_evaluated();
        };
        let head = Head::of(cx, formatting, self.whole_name.as_ref());
        for &component in &self.components {
            let Some(place) = head.places.iter().find(|p| p.component == component) else {
                continue;
            };
            let drawn = head.drawn.iter().filter(|(owner, _)| *owner == component);
            match self.fault {
                Fault::Missing => {
                    let is_there = place.typed.is_some() || place.underlined;
                    if !is_there && drawn.count() == 0 && !head.surplus {
                        sink.at(place.span).report();
                    }
                }
                Fault::Typed => {
                    if let Some(typed) = place.typed {
                        let found = typed.of(cx.document.source()).to_owned();
                        let finding = sink.at(place.span).with("found", found);
                        finding.at_source(typed).report();
                    }
                }
                Fault::Underlined => {
                    if place.underlined && place.typed.is_none() && drawn.count() == 0 {
                        sink.at(place.span).report();
                    }
                }
                Fault::Broken => {
                    for _ in drawn.filter(|(_, line)| !line.solid).take(1) {
                        sink.at(place.span).report();
                    }
                }
                Fault::Length => self.length(cx, place, drawn.map(|(_, line)| *line), sink),
            }
        }
    }
}

impl RuleLine {
    fn length<'l>(
        &self,
        cx: &Context<'_>,
        place: &Place,
        lines: impl Iterator<Item = &'l DrawnLine>,
        sink: &mut Sink<'_>,
    ) {
        let Some([low, high]) = self.length else {
            return;
        };
        let lengths: Vec<f64> = lines
            .filter_map(|line| line.length)
            .map(Twips::mm)
            .collect();
        let [length] = lengths[..] else {
            // None that is known, or pieces of which one may be meant.
            return;
        };
        let fits = |&width: &f64| look::within(length / width, [low, high], self.tolerance);
        if place.widths.is_empty() || place.widths.iter().any(fits) {
            return;
        }
        let Some(&width) = place.widths.last() else {
            return;
        };
        let mm = |value: f64| format!("{} mm", number(value, 0, cx.language));
        let must = if low < high {
            let (low, high) = (number(width * low, 0, cx.language), mm(width * high));
            format!("{low}–{high}")
        } else {
            mm(width * low)
        };
        sink.at(place.span)
            .with("is", mm(length))
            .with("must", must)
            .report();
    }
}

/// A component of the head that a line stands below.
struct Place {
    component: Component,
    /// In the logical text.
    span: Span,
    /// The paragraphs it stands in, as indices.
    paragraphs: (usize, usize),
    /// A line of characters below it, in the source.
    typed: Option<Span>,
    /// Whether its characters are underlined.
    underlined: bool,
    /// How wide its lines are, in mm, the last one last; empty where that is not known.
    widths: Vec<f64>,
}

/// The lines of the head and what they stand below.
struct Head<'f> {
    places: Vec<Place>,
    drawn: Vec<(Component, &'f DrawnLine)>,
    /// Whether there are lines that stand below none of the components, or too many below one:
    /// one of them may be that of another.
    surplus: bool,
}

impl<'f> Head<'f> {
    fn of(cx: &Context<'_>, formatting: &'f Formatting, whole_name: Option<&LazyRegex>) -> Self {
        let places: Vec<Place> = UNDERLINED
            .into_iter()
            .filter_map(|component| Place::of(cx, formatting, component, whole_name))
            .collect();
        let last = places.iter().map(|place| place.paragraphs.1).max();
        let end = last.map_or(0, |last| last + NEAR);
        let (mut drawn, mut surplus) = (Vec::new(), false);
        for line in &formatting.lines {
            let Some(index) = formatting.paragraph_index(line.at).filter(|&i| i <= end) else {
                continue;
            };
            let nearest = places
                .iter()
                .filter_map(|place| Some((place.distance(formatting, index)?, place)))
                .min_by_key(|(distance, _)| *distance);
            match nearest {
                Some((_, place)) => drawn.push((place.component, line)),
                None => surplus = true,
            }
        }
        for place in &places {
            let own = drawn.iter().filter(|(owner, _)| *owner == place.component);
            surplus |= own.count() > 1;
        }
        Self {
            places,
            drawn,
            surplus,
        }
    }
}

impl Place {
    fn of(
        cx: &Context<'_>,
        formatting: &Formatting,
        component: Component,
        whole_name: Option<&LazyRegex>,
    ) -> Option<Self> {
        // Without a number the lines above the title may be anything.
        if component == Component::Issuer && cx.report.header.number.is_none() {
            return None;
        }
        let span = component.spans(cx).last().copied()?;
        let pieces = look::source_pieces(cx, span);
        let (first, last) = (pieces.first()?, pieces.last()?);
        let end = formatting.paragraph_index(last.end.saturating_sub(1))?;
        let goes_on = match component {
            Component::TitledSubject => centred_below(cx, formatting, end),
            _ => 0,
        };
        let paragraphs = (formatting.paragraph_index(first.start)?, end + goes_on);
        let underlined = Tally::of(cx, formatting, &pieces, |style| style.underline);
        // The body above may stand on the line of the one below it; either may be measured.
        let texts = match component {
            Component::Issuer => {
                let mut agencies = Component::Agency.spans(cx);
                let bold = |text: Span| {
                    let pieces = look::source_pieces(cx, text);
                    Tally::of(cx, formatting, &pieces, |style| style.bold).usual()
                };
                let is_whole = whole_name.is_some_and(|name| name.is_match(cx.of(span)))
                    && width(cx, formatting, span).is_some_and(|width| width <= UNBROKEN);
                if is_whole && bold(span) == Some(true) {
                    agencies.retain(|&text| bold(text) != Some(false));
                }
                agencies
            }
            Component::TitledSubject => {
                // The line stands below the whole of it, with the words that lead to it.
                let marker = cx.report.header.subject_marker;
                vec![marker.map_or(span, |marker| marker.join(span))]
            }
            _ => vec![span],
        };
        let widths = texts
            .iter()
            .map(|&text| {
                let width = width(cx, formatting, text)?;
                (width <= widest(component)).then_some(width)
            })
            .collect::<Option<Vec<f64>>>();
        Some(Self {
            component,
            span,
            paragraphs,
            typed: typed_line(cx.document.source(), last.end),
            underlined: underlined.wrong(0.1, |is| !is).is_some(),
            widths: widths.filter(|_| goes_on == 0).unwrap_or_default(),
        })
    }

    /// How far a line that is anchored in a paragraph is from this; `None` if too far.
    fn distance(&self, formatting: &Formatting, index: usize) -> Option<usize> {
        let (first, last) = self.paragraphs;
        let cell = |i: usize| formatting.paragraphs.get(i).and_then(|p| p.cell);
        let column = |i: usize| cell(i).map(|cell| (cell.table, cell.column));
        let apart = if index < first {
            (first - index) * 2
        } else {
            index.saturating_sub(last)
        };
        // A line in another column is not below this text.
        let apart = apart
            + if column(index) == column(last) {
                0
            } else {
                NEAR
            };
        (apart <= 2 * NEAR).then_some(apart)
    }
}

/// How many paragraphs right below one are text in the middle as it is: lines of a subject that was
/// taken to end before them.
fn centred_below(cx: &Context<'_>, formatting: &Formatting, index: usize) -> usize {
    const MOST: usize = 5;
    let below = formatting.paragraphs.iter().skip(index + 1).take(MOST);
    let is_text = |p: &Paragraph| !p.span.of(cx.document.source()).trim().is_empty();
    let addressees = cx.report.header.addressees.as_ref();
    let addressees = addressees.map(|a| cx.to_source(a.span));
    let is_other =
        |p: &Paragraph| addressees.is_some_and(|a| a.contains(p.span) || p.span.contains(a));
    below
        .take_while(|p| p.align == Some(Align::Center) && p.cell.is_none() && is_text(p))
        .take_while(|p| !is_other(p))
        .count()
}

/// A line of characters right below an offset of the source.
fn typed_line(source: &str, end: u32) -> Option<Span> {
    const LEAST: usize = 3;
    let rest = source.get(end as usize..)?;
    // What is left of the line that the offset stands in belongs to the component.
    let below = rest.split('\n').skip(1).map(str::trim);
    let line = below.take(2).find(|line| !line.is_empty())?;
    let is_stroke =
        |c: char| matches!(c, '_' | '-' | '–' | '—' | '─' | '¯' | '=' | '.' | '*' | ' ');
    let strokes = line
        .chars()
        .filter(|c| !matches!(c, '*' | '.' | ' '))
        .count();
    (strokes >= LEAST && line.chars().all(is_stroke)).then(|| Span::of_slice(source, line))
}

/// How wide a text of a component can be without being broken into lines that the file does not
/// show, in mm: its half of the head, or the page.
fn widest(component: Component) -> f64 {
    match component {
        Component::TitledSubject => 150.0,
        _ => 85.0,
    }
}

/// How wide a text is on one line, in mm; `None` where its size is not known.
pub(super) fn width(cx: &Context<'_>, formatting: &Formatting, span: Span) -> Option<f64> {
    let pieces = look::source_pieces(cx, span);
    let size = Tally::of(cx, formatting, &pieces, |style| style.size).usual()?;
    Some(look::width_of(cx.of(span), size))
}
