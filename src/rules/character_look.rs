//! Fonts, colours and marker pens, wherever they stand.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::error::both;
use super::lazy::LazyRegex;
use super::look;
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::{Bilingual, LookEdit, Property};
use crate::document::{Formatting, Run};
use crate::text::Span;

/// Reports characters in another font than those named, in one of those named, in colour, or
/// marked with a pen. One finding for all of them, at the first place.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CharacterLook {
    find: Find,
    /// Beginnings of the names of fonts; case, blanks and hyphens do not count.
    #[serde(default)]
    fonts: Vec<String>,
    /// For `other-font`: beginnings of the names of fonts that are not looked at: those of signs.
    #[serde(default)]
    ignore: Vec<String>,
    /// For `other-font`: letters that are the mark of a list item where they stand alone in their
    /// font at the beginning of a line.
    #[serde(default)]
    bullets: Vec<char>,
    /// For `color`: what is as dark as this in red, green and blue (0 to 255) is black.
    #[serde(default)]
    black: u8,
    /// Letters and digits that must stand in the font or colour for it to be reported.
    #[serde(default = "one")]
    at_least: usize,
    /// Paragraphs that match are not looked at.
    #[serde(default)]
    except: Option<LazyRegex>,
    /// Whether text in tables with lines is left out.
    #[serde(default)]
    skip_tables: bool,
}

fn one() -> usize {
    1
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Find {
    /// A font that is not one of `fonts`.
    OtherFont,
    /// One of `fonts`.
    Font,
    /// A colour that is not black.
    Color,
    /// A marker pen.
    Highlight,
    /// A line through the text.
    Strike,
}

/// Where a font or colour stands.
struct Group {
    value: String,
    /// The first stretch of it.
    first: Span,
    letters: usize,
    stretches: usize,
    last: u32,
    looks: Vec<LookEdit>,
}

impl Check for CharacterLook {
    fn mistakes(&self) -> Vec<Bilingual> {
        let by_font = matches!(self.find, Find::OtherFont | Find::Font);
        let mistake = both(
            "`fonts` chỉ dùng và phải dùng khi tìm phông chữ",
            "`fonts` belongs to the search for fonts and to no other",
        );
        let fonts = (by_font == self.fonts.is_empty()).then_some(mistake);
        let regex = self.except.as_ref().and_then(LazyRegex::mistake);
        fonts.into_iter().chain(regex).collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value", "count"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let Some(formatting) = &cx.document.formatting else {
            return sink.not_evaluated();
        };
        let (groups, judged) = self.groups(cx, formatting);
        if !judged {
            return sink.not_evaluated();
        }
        let source = cx.document.source();
        let mut groups = groups.into_iter().filter(|g| g.letters >= self.at_least);
        let Some(mut all) = groups.next() else {
            return;
        };
        let mut values = vec![all.value];
        for group in groups {
            values.push(group.value);
            all.stretches += group.stretches;
            all.looks.extend(group.looks);
        }
        let first = all.first.trim(source);
        sink.whole()
            .at_source(first)
            .with("found", first.of(source))
            .with("value", look::listed(&values, ", "))
            .with("count", all.stretches.to_string())
            .looks(all.looks)
            .report();
    }
}

impl CharacterLook {
    /// What is to be reported, and whether anything could be judged.
    fn groups(&self, cx: &Context<'_>, formatting: &Formatting) -> (Vec<Group>, bool) {
        let source = cx.document.source();
        let mut groups: Vec<Group> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut judged = false;
        // Paragraphs ascend with the runs.
        let mut paragraphs = formatting.paragraphs.iter().peekable();
        let (mut place, mut in_table) = (Span::default(), false);
        let mut left_out = None;
        let mut fonts = None;
        let stamps = cx.stamps();
        for run in &formatting.runs {
            while let Some(next) = paragraphs.next_if(|p| p.span.start <= run.span.start) {
                place = next.span;
                in_table = next.cell.is_some_and(|cell| cell.bordered);
                // What the word processor writes there looks as the links that it is made of.
                left_out = (self.find == Find::Color && next.is_contents_entry()).then_some(true);
            }
            let value = self.value(run, &mut fonts);
            if value.is_none() && judged {
                continue;
            }
            let text = source.get(run.span.range()).unwrap_or_default();
            let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
            let mut is_left_out = || {
                let excepted = |r: &LazyRegex| r.is_match(place.of(source));
                self.skip_tables && in_table
                    || self.except.as_ref().is_some_and(excepted)
                    || stamps.iter().any(|stamp| stamp.overlaps(run.span))
            };
            if letters == 0
                || *left_out.get_or_insert_with(&mut is_left_out)
                || self.is_bullet(source, run.span)
            {
                continue;
            }
            judged |= self.is_known(run);
            let Some(value) = value else {
                continue;
            };
            let look = self.look(run.span);
            let known = places.get(&value);
            let Some(group) = known.and_then(|&index| groups.get_mut(index)) else {
                places.insert(value.clone(), groups.len());
                groups.push(Group {
                    value,
                    first: run.span,
                    letters,
                    stretches: 1,
                    last: run.span.end,
                    looks: look.into_iter().collect(),
                });
                continue;
            };
            let between = source.get(group.last as usize..run.span.start as usize);
            let goes_on = between.is_some_and(|between| self.goes_on(between));
            if goes_on
                && group.stretches == 1
                && run.span.start < place.end
                && place.start <= group.first.start
            {
                group.first.end = run.span.end;
            }
            group.stretches += usize::from(!goes_on);
            group.letters += letters;
            match group.looks.last_mut() {
                Some(last) if goes_on && last.span.start >= place.start => {
                    last.span.end = run.span.end;
                }
                _ => group.looks.extend(look),
            }
            group.last = run.span.end;
        }
        (groups, judged)
    }

    /// Whether a stretch goes on behind this text: blanks, or letters of one word or one kind, which
    /// another font of the same run shows.
    fn goes_on(&self, between: &str) -> bool {
        let by_font = matches!(self.find, Find::OtherFont | Find::Font);
        let has_blank = || between.contains(char::is_whitespace);
        let has_ascii = || between.contains(|c: char| c.is_ascii_alphanumeric());
        let is_of_run = || !(between.contains('\n') || has_ascii() && has_blank());
        between.trim().is_empty() || by_font && is_of_run()
    }

    /// What makes a run right: the first of the fonts, for another font. What a colour, a pen
    /// or a line says is for the author to settle, and letters of an old font are other letters.
    fn look(&self, span: Span) -> Option<LookEdit> {
        let (property, value) = match self.find {
            Find::OtherFont => (Property::Font, self.fonts.first()?.clone()),
            Find::Color | Find::Font | Find::Highlight | Find::Strike => return None,
        };
        Some(LookEdit {
            span,
            property,
            value,
        })
    }

    /// Whether a run is no more than the mark of a list item.
    fn is_bullet(&self, source: &str, run: Span) -> bool {
        let mut signs = run.of(source).trim().chars();
        let one = signs.next().filter(|_| signs.next().is_none());
        one.is_some_and(|sign| self.bullets.contains(&sign)) && {
            let before = source[..run.start as usize].trim_end_matches([' ', '\t', '\u{a0}']);
            before.is_empty() || before.ends_with('\n')
        }
    }

    fn is_known(&self, run: &Run) -> bool {
        match self.find {
            Find::OtherFont | Find::Font => run.style.font.is_some(),
            // The automatic colour is none.
            Find::Color => true,
            Find::Highlight => run.style.highlight.is_some(),
            Find::Strike => run.style.strike.is_some(),
        }
    }

    /// What is wrong with a run. Most runs have the font of the one before, which is kept with what
    /// was found of it.
    fn value(&self, run: &Run, last: &mut Option<(Arc<str>, bool)>) -> Option<String> {
        let style = &run.style;
        match self.find {
            Find::OtherFont | Find::Font => {
                let font = style.font.as_ref()?;
                let known = last.as_ref().filter(|(known, _)| Arc::ptr_eq(known, font));
                let wrong = known.map_or_else(|| self.is_wrong(font), |(_, wrong)| *wrong);
                *last = Some((font.clone(), wrong));
                wrong.then(|| font.to_string())
            }
            Find::Color => {
                let color = style.color?;
                let dark = color.iter().all(|&part| part <= self.black);
                (!dark).then(|| color_name(color))
            }
            Find::Highlight => style.highlight?.then(String::new),
            Find::Strike => style.strike?.then(String::new),
        }
    }

    /// Whether a font is to be reported.
    fn is_wrong(&self, font: &str) -> bool {
        match self.find {
            Find::OtherFont => !is_one_of(font, &self.fonts) && !is_one_of(font, &self.ignore),
            Find::Font => is_one_of(font, &self.fonts),
            Find::Color | Find::Highlight | Find::Strike => false,
        }
    }
}

/// A colour as word processors write it: `#FF0000`.
pub(super) fn color_name([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// Whether the name of a font begins with one of the names.
pub(super) fn is_one_of(font: &str, names: &[String]) -> bool {
    let plain = |name: &str| -> String {
        let chars = name.chars().filter(|c| !matches!(c, ' ' | '-' | '_'));
        chars.flat_map(char::to_lowercase).collect()
    };
    // A list names what else will do.
    let fonts: Vec<String> = font.split(';').map(plain).collect();
    let begins = |name: &String| fonts.iter().any(|font| font.starts_with(&plain(name)));
    names.iter().any(begins)
}
