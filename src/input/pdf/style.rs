//! How glyphs look, each way kept once.

use std::collections::HashMap;
use std::sync::Arc;

use crate::document::{CharStyle, Twips};

/// How a glyph looks.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Style {
    pub(super) family: Option<Arc<str>>,
    pub(super) half_points: u16,
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    /// Where it is not black.
    pub(super) color: Option<[u8; 3]>,
}

/// The styles of a document.
#[derive(Default)]
pub(super) struct Styles {
    known: HashMap<Style, u32>,
    list: Vec<CharStyle>,
    /// The style asked for last.
    last: Option<(Style, u32)>,
}

impl Styles {
    /// The index of a style.
    pub(super) fn index(&mut self, style: Style) -> u32 {
        if let Some((last, index)) = &self.last
            && *last == style
        {
            return *index;
        }
        let index = self.known.get(&style).copied().unwrap_or_else(|| {
            let index = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
            self.list.push(CharStyle {
                font: style.family.clone(),
                size: Some(Twips(i32::from(style.half_points) * 10)),
                bold: style.bold,
                italic: style.italic,
                color: style.color,
                ..CharStyle::default()
            });
            self.known.insert(style.clone(), index);
            index
        });
        self.last = Some((style, index));
        index
    }

    pub(super) fn get(&self, index: u32) -> CharStyle {
        self.list.get(index as usize).cloned().unwrap_or_default()
    }
}
