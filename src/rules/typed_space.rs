//! Distances that are typed.

use serde::Deserialize;

use super::component::Component;
use super::look;
use super::{Check, Context, Hit, Sink};
use crate::document::{Align, Formatting, Paragraph};
use crate::text::Span;

/// Reports empty paragraphs or soft breaks between those of the body, or blanks and tabs that begin
/// paragraphs: once, with their number.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TypedSpace {
    what: What,
    /// How many of them must stand in a row.
    #[serde(default = "one")]
    in_row: usize,
    /// How many places there must be.
    #[serde(default = "one")]
    at_least: usize,
    /// For `empty-paragraphs`: exactly `in_row` of them stand between so many of the paragraphs, from
    /// 0 to 1.
    #[serde(default)]
    share: Option<f64>,
}

/// The components that stand centred, on the page or in their half of it.
const CENTRED: [Component; 8] = [
    Component::QuocHieu,
    Component::TieuNgu,
    Component::Agency,
    Component::NumberLine,
    Component::PlaceDate,
    Component::Title,
    Component::TitledSubject,
    Component::SignatureLine,
];

fn one() -> usize {
    1
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum What {
    /// Empty paragraphs.
    EmptyParagraphs,
    /// Soft breaks within a paragraph.
    LineBreaks,
    /// Blanks before the first word of a paragraph.
    Blanks,
    /// Tabs there.
    Tabs,
    /// Blanks or tabs that push a line of head or foot to its place.
    Placing,
}

impl Check for TypedSpace {
    fn placeholders(&self) -> &'static [&'static str] {
        &["count"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let Some(formatting) = &cx.document.formatting else {
            return sink.not_evaluated();
        };
        if self.what == What::Placing {
            let places = self.placed(cx, formatting);
            return self.report(cx, &places, sink);
        }
        let body: Vec<Span> = Component::BodyParagraph
            .spans(cx)
            .into_iter()
            .map(|span| cx.to_source(span))
            .collect();
        let (Some(first), Some(last)) = (body.first(), body.last()) else {
            return;
        };
        let places = match self.what {
            What::EmptyParagraphs => self.empty(cx, formatting, first.join(*last)),
            What::LineBreaks => self.broken(cx, formatting, first.join(*last)),
            What::Blanks => self.begun(cx, formatting, &body, &[' ', '\u{a0}']),
            What::Tabs => self.begun(cx, formatting, &body, &['\t']),
            What::Placing => Vec::new(),
        };
        self.report(cx, &places, sink);
    }
}

impl TypedSpace {
    fn report(&self, cx: &Context<'_>, places: &[Span], sink: &mut Sink<'_>) {
        if let Some(&at) = places.first()
            && places.len() >= self.at_least
        {
            let at = at.trim(cx.document.source());
            sink.whole()
                .at_source(at)
                .with("found", at.of(cx.document.source()))
                .with("count", places.len().to_string())
                .report();
        }
    }

    /// The paragraphs of components that stand centred, which begin with blanks or tabs instead.
    fn placed(&self, cx: &Context<'_>, formatting: &Formatting) -> Vec<Span> {
        let spans = CENTRED.iter().flat_map(|component| component.spans(cx));
        let paragraphs = spans.filter_map(|span| {
            let paragraph = formatting.paragraphs_in(cx.to_source(span)).first()?;
            let text = look::text_of(cx, paragraph);
            let lead = text.chars().take_while(|c| c.is_whitespace()).count();
            let is_centred = paragraph.align == Some(Align::Center);
            // Two texts on one line are set apart by blanks, in a table or without.
            let is_alone = text.trim() == cx.of(span).trim();
            (lead >= self.in_row && is_alone && !is_centred).then_some(paragraph.span)
        });
        let mut places: Vec<Span> = paragraphs.collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// The paragraphs below rows of empty ones.
    fn empty(&self, cx: &Context<'_>, formatting: &Formatting, body: Span) -> Vec<Span> {
        let mut places = Vec::new();
        let (mut row, mut gaps) = (0, 0);
        // What stands beside a table or a new page is no gap.
        let mut after_text = false;
        for paragraph in within(formatting, body) {
            let text = look::text_of(cx, paragraph);
            let apart = is_apart(paragraph) || text.contains('\x0c');
            if text.trim().is_empty() && !apart {
                row += 1;
                continue;
            }
            gaps += usize::from(after_text && !apart);
            let found = match self.share {
                Some(_) => row == self.in_row && after_text,
                None => row >= self.in_row,
            };
            if found && !apart {
                places.push(paragraph.span);
            }
            row = 0;
            after_text = !apart;
        }
        if self
            .share
            .is_some_and(|share| (places.len() as f64) < share * gaps as f64)
        {
            places.clear();
        }
        places
    }

    /// The paragraphs with rows of soft breaks.
    fn broken(&self, cx: &Context<'_>, formatting: &Formatting, body: Span) -> Vec<Span> {
        let in_row = |text: &str| {
            let mut row = 0;
            text.chars().any(|c| {
                row = match c {
                    '\n' => row + 1,
                    c if c.is_whitespace() => row,
                    _ => 0,
                };
                row >= self.in_row
            })
        };
        let paragraphs = within(formatting, body).filter(|p| !is_apart(p));
        let broken = paragraphs.filter(|p| {
            let text = look::text_of(cx, p);
            !text.trim().is_empty() && in_row(text)
        });
        broken.map(|p| p.span).collect()
    }

    /// The paragraphs of the body that begin with some characters.
    fn begun(
        &self,
        cx: &Context<'_>,
        formatting: &Formatting,
        body: &[Span],
        with: &[char],
    ) -> Vec<Span> {
        let paragraphs = body.iter().filter_map(|&span| {
            let paragraph = formatting.paragraphs_in(span).first()?;
            // A component within a line does not begin it.
            let text = look::text_of(cx, paragraph);
            let lead: Vec<char> = text.chars().take_while(|c| c.is_whitespace()).collect();
            let begins = lead.len() >= self.in_row && lead.iter().all(|c| with.contains(c));
            begins.then_some(paragraph.span)
        });
        let mut places: Vec<Span> = paragraphs.collect();
        places.dedup();
        places
    }
}

/// The paragraphs that begin within a stretch of the source.
fn within(formatting: &Formatting, body: Span) -> impl Iterator<Item = &Paragraph> {
    let within = move |p: &&Paragraph| body.start <= p.span.start && p.span.start < body.end;
    formatting.paragraphs.iter().filter(within)
}

/// Whether a paragraph stands in a table or a box.
fn is_apart(paragraph: &Paragraph) -> bool {
    paragraph.cell.is_some() || paragraph.in_box
}
