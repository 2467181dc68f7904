//! Shapes that are lines.

use super::super::package::{Space, Tag, Xml};
use super::styles::length_of;
use crate::document::Twips;

/// The height up to which a flat shape is a line: half a millimetre.
const FLAT: i32 = 28;

/// The length of a shape that is a line across the page, or nothing.
pub(super) fn line(xml: &Xml<'_>, tag: Tag<'_>) -> Option<Twips> {
    let svg = |name| length_of(xml, tag, Space::Svg, name);
    let (width, height) = match tag.name {
        "line" | "connector" | "measure" => {
            let width = svg("x2")?.0.saturating_sub(svg("x1")?.0);
            let height = svg("y2")?.0.saturating_sub(svg("y1")?.0);
            (width.saturating_abs(), height.saturating_abs())
        }
        "custom-shape" | "polyline" | "path" | "rect" | "polygon" => {
            (svg("width")?.0, svg("height")?.0)
        }
        _ => return None,
    };
    (width > 0 && height <= FLAT.max(width / 20).min(width / 4)).then_some(Twips(width))
}
