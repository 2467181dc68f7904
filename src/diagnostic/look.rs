//! Changes of how a document looks, as plain data.

use crate::text::Span;

/// Gives a stretch of a document another look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LookEdit {
    /// In [`Document::source`](crate::document::Document::source): the characters, whose
    /// paragraphs it is for a property of those; for one of pages, the section.
    pub span: Span,
    /// What changes.
    pub property: Property,
    /// What it becomes, as [`Property`] says.
    pub value: String,
}

/// What of a look can be changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Property {
    /// Characters: the name of the font.
    Font,
    /// Characters: in half points.
    Size,
    /// Characters: `true` or `false`.
    Bold,
    /// Characters: `true` or `false`.
    Italic,
    /// Characters: `true` or `false`.
    Underline,
    /// Paragraphs: `left`, `center`, `right` or `justify`.
    Align,
    /// Pages: in twentieths of a point.
    MarginTop,
    /// Pages: in twentieths of a point.
    MarginBottom,
    /// Pages: in twentieths of a point.
    MarginLeft,
    /// Pages: in twentieths of a point.
    MarginRight,
    /// Page numbers: as for paragraphs.
    NumberAlign,
    /// Page numbers: in half points.
    NumberSize,
    /// Page numbers: `true` or `false`.
    NumberItalic,
    /// Page numbers: the name of the font.
    NumberFont,
    /// Page numbers: what stands beside them and is to go, as it was read.
    NumberBeside,
    /// Page numbers: `arabic`.
    NumberFormat,
    /// Page numbers: `hidden` on the first page.
    NumberFirst,
    /// Page numbers: above, where there is one below or none; a [`NumberLook`] as it is written.
    NumberPlace,
}

/// How a page number looks that is put in: `center 28 Times New Roman`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NumberLook<'l> {
    /// As for paragraphs.
    pub align: &'l str,
    /// The size in half points.
    pub half_points: u32,
    /// The name of the font.
    pub font: &'l str,
}

impl<'l> NumberLook<'l> {
    /// Reads the value of a [`LookEdit`] of [`Property::NumberPlace`].
    #[must_use]
    pub fn read(value: &'l str) -> Option<Self> {
        let (align, rest) = value.split_once(' ')?;
        let (half_points, font) = rest.split_once(' ')?;
        Some(Self {
            align,
            half_points: half_points.parse().ok()?,
            font,
        })
    }
}

impl std::fmt::Display for NumberLook<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.align, self.half_points, self.font)
    }
}

impl Property {
    const ALL: [(Self, &'static str); 18] = [
        (Self::Font, "font"),
        (Self::Size, "size"),
        (Self::Bold, "bold"),
        (Self::Italic, "italic"),
        (Self::Underline, "underline"),
        (Self::Align, "align"),
        (Self::MarginTop, "margin-top"),
        (Self::MarginBottom, "margin-bottom"),
        (Self::MarginLeft, "margin-left"),
        (Self::MarginRight, "margin-right"),
        (Self::NumberAlign, "number-align"),
        (Self::NumberSize, "number-size"),
        (Self::NumberItalic, "number-italic"),
        (Self::NumberFont, "number-font"),
        (Self::NumberBeside, "number-beside"),
        (Self::NumberFormat, "number-format"),
        (Self::NumberFirst, "number-first"),
        (Self::NumberPlace, "number-place"),
    ];

    /// The name in machine output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL[self.index()].1
    }

    /// Its place in the table of all.
    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// The property at a place of the table of all.
    pub(super) fn at(index: usize) -> Option<Self> {
        Self::ALL.get(index).map(|&(property, _)| property)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_look_of_a_number_is_read_as_it_is_written() {
        let written = "center 28 Times New Roman";
        let look = NumberLook::read(written).unwrap();
        assert_eq!((look.half_points, look.font), (28, "Times New Roman"));
        assert_eq!(look.to_string(), written);
        assert_eq!(NumberLook::read("top"), None);
    }

    #[test]
    fn the_table_is_in_the_order_of_the_variants() {
        for (index, (property, _)) in Property::ALL.into_iter().enumerate() {
            assert_eq!(property.index(), index);
            assert_eq!(Property::at(index), Some(property));
        }
    }
}
