//! Paper and margins.

use serde::Deserialize;

use super::error::{backwards, both};
use super::look::{self, filled, looks, number, range};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::{Bilingual, LookEdit, Property};
use crate::document::{Section, Twips};
use crate::text::Span;

/// Reports pages of the main document with other paper, lying pages without a table, or other
/// margins: exactly one of `paper`, `portrait` and `margins` is given.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PageSetup {
    /// Width and height of the paper, standing, in mm.
    #[serde(default)]
    paper: Option<[f64; 2]>,
    /// Pages stand, unless a table makes them lie.
    #[serde(default)]
    portrait: bool,
    /// Lowest and highest margins in mm, of standing pages.
    #[serde(default)]
    margins: Option<Sides>,
    /// How far a length may be off, in mm.
    #[serde(default = "half")]
    tolerance: f64,
    /// The standing pages of what is attached are judged instead, where those of the main document
    /// are right.
    #[serde(default)]
    attachments: bool,
}

fn half() -> f64 {
    0.5
}

/// Lowest and highest margin of each side, in mm.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Sides {
    top: [f64; 2],
    bottom: [f64; 2],
    left: [f64; 2],
    right: [f64; 2],
}

impl Check for PageSetup {
    fn mistakes(&self) -> Vec<Bilingual> {
        let given = [self.paper.is_some(), self.portrait, self.margins.is_some()];
        let mistake = both(
            "phải có đúng một trong ba: `paper`, `portrait`, `margins`",
            "give exactly one of `paper`, `portrait`, `margins`",
        );
        let one = given.iter().filter(|&&given| given).count() == 1;
        let margins = self.margins.as_ref().map(|margins| {
            [
                ("top", Some(margins.top)),
                ("bottom", Some(margins.bottom)),
                ("left", Some(margins.left)),
                ("right", Some(margins.right)),
            ]
        });
        let backwards = backwards(margins.into_iter().flatten());
        (!one)
            .then_some(mistake)
            .into_iter()
            .chain(backwards)
            .collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["is", "must"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let mut judged = false;
        let looks = self.margin_looks(cx);
        for (index, section) in self.sections(cx).enumerate() {
            let judgement = self.judge(cx, section);
            judged |= judgement.is_some();
            let Some(Some((is, must))) = judgement else {
                continue;
            };
            let is_first = index == 0 && !self.attachments;
            let at = first_line(cx, section.span).filter(|_| !is_first);
            let finding = sink.whole().with("is", is).with("must", must).looks(looks);
            match at {
                Some(at) => finding.at_source(at).report(),
                None => finding.report(),
            }
            return;
        }
        if !judged && !self.attachments {
            sink.not_evaluated();
        }
    }
}

/// How it is and how it must be; `None` where it is right, and outside where it cannot be told.
type Judgement = Option<Option<(String, String)>>;

impl PageSetup {
    fn sections<'a>(&self, cx: &Context<'a>) -> Box<dyn Iterator<Item = &'a Section> + 'a> {
        if !self.attachments {
            return Box::new(main_sections(cx));
        }
        // One fault in the whole file is told of the main document.
        if main_sections(cx).any(|section| self.judge(cx, section).flatten().is_some()) {
            return Box::new(std::iter::empty());
        }
        Box::new(attached_sections(cx).filter(|section| section.width <= section.height))
    }

    fn judge(&self, cx: &Context<'_>, section: &Section) -> Judgement {
        if let Some(paper) = self.paper {
            self.paper(cx, section, paper)
        } else if let Some(margins) = &self.margins {
            self.margins(cx, section, margins)
        } else {
            self.lies(section)
        }
    }

    fn paper(&self, cx: &Context<'_>, section: &Section, paper: [f64; 2]) -> Judgement {
        let (width, height) = (section.width?.mm(), section.height?.mm());
        let (short, long) = (width.min(height), width.max(height));
        let fits = |is: f64, must: f64| look::within(is, [must, must], self.tolerance);
        let right = fits(short, paper[0]) && fits(long, paper[1]);
        let size = |a, b| {
            let (a, b) = (number(a, 0, cx.language), number(b, 0, cx.language));
            format!("{a} × {b} mm")
        };
        Some((!right).then(|| (size(width, height), size(paper[0], paper[1]))))
    }

    fn lies(&self, section: &Section) -> Judgement {
        let lies = section.width? > section.height? && !section.has_table;
        Some(lies.then(Default::default))
    }

    /// The margins of all sections that are out of range, at its nearer end.
    fn margin_looks(&self, cx: &Context<'_>) -> Vec<LookEdit> {
        let Some(must) = &self.margins else {
            return Vec::new();
        };
        let mut looks = Vec::new();
        for section in self.sections(cx) {
            let Some(is) = section.margins else { continue };
            if section.width > section.height {
                continue;
            }
            for (property, is, [low, high]) in [
                (Property::MarginTop, is.top, must.top),
                (Property::MarginBottom, is.bottom, must.bottom),
                (Property::MarginLeft, is.left, must.left),
                (Property::MarginRight, is.right, must.right),
            ] {
                if look::within(is.mm(), [low, high], self.tolerance) {
                    continue;
                }
                let nearest = if is.mm() < low { low } else { high };
                let value = Twips::from_mm(nearest).0.to_string();
                looks.extend(look::look_edits(&[section.span], property, &value));
            }
        }
        looks
    }

    fn margins(&self, cx: &Context<'_>, section: &Section, must: &Sides) -> Judgement {
        let is = section.margins?;
        // What the sides of a lying page are nobody says.
        if section.width? > section.height? {
            return None;
        }
        let words = &looks().words;
        let sides = [
            (&words.top_margin, is.top, must.top),
            (&words.bottom_margin, is.bottom, must.bottom),
            (&words.left_margin, is.left, must.left),
            (&words.right_margin, is.right, must.right),
        ];
        let wrong = sides
            .into_iter()
            .filter(|(_, is, must)| !look::within(is.mm(), *must, self.tolerance));
        let (mut found, mut wanted) = (Vec::new(), Vec::new());
        for (word, is, must) in wrong {
            found.push(filled(word, cx.language, &number(is.mm(), 1, cx.language)));
            wanted.push(filled(word, cx.language, &range(must, 1, cx.language)));
        }
        let faults = (found.join(", "), wanted.join(", "));
        Some((!found.is_empty()).then_some(faults))
    }
}

/// The sections of the main document: appendices have pages of their own.
pub(super) fn main_sections<'a>(cx: &Context<'a>) -> impl Iterator<Item = &'a Section> + use<'a> {
    sections(cx, false)
}

/// The sections of what is attached to it.
pub(super) fn attached_sections<'a>(
    cx: &Context<'a>,
) -> impl Iterator<Item = &'a Section> + use<'a> {
    sections(cx, true)
}

fn sections<'a>(cx: &Context<'a>, attached: bool) -> impl Iterator<Item = &'a Section> + use<'a> {
    let document = cx.document;
    let attachments = cx.report.attachments.iter();
    let end = attachments.map(|a| cx.to_source(a.span).start).min();
    let sections = document.formatting.iter().flat_map(|f| &f.sections);
    // A section may begin with the break before the appendix.
    let source = document.source();
    let begins = move |section: &Section| {
        let text = source.get(section.span.range()).unwrap_or_default();
        section.span.start as usize + text.len() - text.trim_start().len()
    };
    sections.filter(move |section| {
        let is_attached = end.is_some_and(|end| begins(section) >= end as usize);
        is_attached == attached
    })
}

/// The first line of a stretch of the source that is not blank.
pub(super) fn first_line(cx: &Context<'_>, span: Span) -> Option<Span> {
    let source = cx.document.source();
    let text = source.get(span.range())?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(Span::of_slice(source, line))
}
