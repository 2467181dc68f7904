//! What stands at the foot of the first page.

use serde::Deserialize;

use super::error::backwards;
use super::lazy::LazyRegex;
use super::look::{self, filled, looks, number, range, within};
use super::{Check, Context, Hit, Sink};
use crate::diagnostic::Bilingual;
use crate::document::{CharStyle, Twips};

/// Reports paragraphs of the footer of the first page most of whose letters look otherwise than they
/// must.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PageFoot {
    /// What the paragraphs say that are looked at.
    matches: LazyRegex,
    /// Lowest and highest size, in points.
    size: [f64; 2],
    /// Whether they are slanted.
    italic: bool,
}

impl Check for PageFoot {
    fn mistakes(&self) -> Vec<Bilingual> {
        let regex = self.matches.mistake();
        regex
            .into_iter()
            .chain(backwards([("size", Some(self.size))]))
            .collect()
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["is", "must"]
    }

    fn check(&self, cx: &Context<'_>, _: &[Hit], sink: &mut Sink<'_>) {
        let Some(formatting) = &cx.document.formatting else {
            return sink.not_evaluated();
        };
        let lines = formatting.first_footer.iter();
        let lines = lines.filter(|line| self.matches.is_match(&line.text()));
        let runs: Vec<_> = lines.flat_map(|line| &line.0).collect();
        let mostly = |is: &dyn Fn(&CharStyle) -> bool| {
            let letters = |wrong: bool| -> usize {
                let runs = runs.iter().filter(|(_, style)| !wrong || is(style));
                let letters = runs.flat_map(|(text, _)| text.chars());
                letters.filter(|c| c.is_alphanumeric()).count()
            };
            letters(true) * 2 > letters(false)
        };
        let other_size = |style: &CharStyle| {
            let size = style.size.map(Twips::points);
            size.filter(|&size| !within(size, self.size, look::SIZE_TOLERANCE))
        };
        let (language, words) = (cx.language, &looks().words);
        let (mut is, mut must) = (Vec::new(), Vec::new());
        if mostly(&|style| other_size(style).is_some())
            && let Some(size) = runs.iter().find_map(|(_, style)| other_size(style))
        {
            is.push(filled(&words.size, language, &number(size, 1, language)));
            must.push(filled(
                &words.size,
                language,
                &range(self.size, 1, language),
            ));
        }
        if mostly(&|style| style.italic == Some(!self.italic)) {
            let (yes, no) = (&words.italic, &words.not_italic);
            let (found, wanted) = if self.italic { (no, yes) } else { (yes, no) };
            is.push(found.get(language).to_owned());
            must.push(wanted.get(language).to_owned());
        }
        if !is.is_empty() {
            let finding = sink.whole().with("is", is.join(", "));
            finding.with("must", must.join(", ")).report();
        }
    }
}
