//! Drawn shapes, as far as they are lines.

use super::super::package::{Space, Tag, Xml};
use crate::document::Twips;

/// English Metric Units in a twentieth of a point.
const EMU: f64 = 635.0;
/// A line that rises more than this share of its width is no rule.
const FLAT: f64 = 0.1;
/// The thickest filled box that is drawn for a line, in points.
const THIN: f64 = 3.0;
/// The numbers of the straight lines among the shapes of older programs.
const LINE_TYPES: [&str; 2] = ["#_x0000_t32", "#_x0000_t20"];

/// A shape that is being read.
#[derive(Debug, Default)]
pub(super) struct Shape {
    is_line: bool,
    /// A line if it is thin.
    is_box: bool,
    /// In points.
    width: Option<f64>,
    height: Option<f64>,
    /// Whether it is drawn in dashes or dots.
    dashed: bool,
    /// Whether its line is not drawn at all.
    invisible: bool,
    in_line_props: bool,
}

impl Shape {
    /// The shape that an element begins, if it begins one. `unit` is what lengths without a unit are
    /// in, across and down.
    pub(super) fn of<'x>(xml: &Xml<'x>, tag: Tag<'x>, unit: Unit) -> Option<Self> {
        let attribute = |name| xml.attribute(tag, Space::None, name);
        let mut shape = Self::default();
        match (tag.space, tag.name) {
            (Space::Wps, "wsp" | "cxnSp") => {}
            (Space::V, "line") => {
                shape.is_line = true;
                let (from, to) = (attribute("from")?, attribute("to")?);
                let ((x1, y1), (x2, y2)) = (pair(&from, unit)?, pair(&to, unit)?);
                shape.width = Some((x2 - x1).abs());
                shape.height = Some((y2 - y1).abs());
            }
            (Space::V, "shape" | "rect") => {
                let kind = attribute("type");
                let of_line = kind.is_some_and(|kind| LINE_TYPES.contains(&&*kind));
                let style = attribute("style").unwrap_or_default();
                shape.width = side(&style, "width", unit.0);
                shape.height = side(&style, "height", unit.1);
                shape.is_line = of_line;
                shape.is_box = tag.name == "rect";
            }
            _ => return None,
        }
        shape.invisible = attribute("stroked").is_some_and(|on| matches!(&*on, "f" | "false"));
        Some(shape)
    }

    /// Takes note of an element within the shape.
    pub(super) fn tell<'x>(&mut self, xml: &Xml<'x>, tag: Tag<'x>) {
        let attribute = |name| xml.attribute(tag, Space::None, name);
        match (tag.space, tag.name) {
            (Space::Wps, "cNvCnPr") => self.is_line = true,
            // A line drawn by hand, if it is flat.
            (Space::A, "custGeom") => self.is_line = true,
            (Space::A, "prstGeom") => {
                let preset = attribute("prst").unwrap_or_default();
                self.is_line |= matches!(&*preset, "line" | "straightConnector1");
                self.is_box |= preset == "rect";
            }
            (Space::A, "ext") if self.width.is_none() => {
                let length = |name| attribute(name)?.parse::<f64>().ok();
                if let (Some(cx), Some(cy)) = (length("cx"), length("cy")) {
                    self.width = Some(cx / EMU / 20.0);
                    self.height = Some(cy / EMU / 20.0);
                }
            }
            (Space::A, "ln") => self.in_line_props = true,
            // What follows is not drawn: the fill that the shape would have.
            (Space::A, "extLst") => self.in_line_props = false,
            (Space::A, "noFill") if self.in_line_props => self.invisible = true,
            (Space::A, "prstDash") => {
                self.dashed = attribute("val").is_some_and(|dash| dash != "solid");
            }
            (Space::V, "stroke") => {
                self.dashed = attribute("dashstyle").is_some_and(|dash| dash != "solid");
            }
            _ => {}
        }
    }

    /// Whether it is a line that runs level.
    pub(super) fn is_rule(&self) -> bool {
        let level = match (self.width, self.height) {
            (Some(width), Some(height)) => width > 0.0 && height <= (width * FLAT).max(THIN),
            _ => true,
        };
        let is_thin = self.height.is_some_and(|height| height <= THIN);
        (self.is_line || self.is_box && is_thin) && !self.invisible && level
    }

    /// How long it is. `None` too where a converter wrote a size that nobody sees.
    pub(super) fn length(&self) -> Option<Twips> {
        /// In points.
        const SEEN: f64 = 3.0;
        self.width.filter(|&w| w >= SEEN).map(Twips::from_points)
    }

    /// Whether it is one stroke.
    pub(super) fn is_solid(&self) -> bool {
        !self.dashed
    }
}

/// What lengths without a unit are in, in points, across and down.
pub(super) type Unit = (f64, f64);

/// Pixels.
pub(super) const PIXELS: Unit = (0.75, 0.75);

/// What lengths without a unit are in within a group, which says how many of them its size is.
/// Nothing is as long as a group whose size is not known says.
pub(super) fn unit_within<'x>(xml: &Xml<'x>, group: Tag<'x>, around: Unit) -> Unit {
    let attribute = |name| xml.attribute(group, Space::None, name);
    let style = attribute("style").unwrap_or_default();
    let size = attribute("coordsize").and_then(|size| {
        let (x, y) = size.split_once(',')?;
        let number = |written: &str| written.trim().parse::<f64>().ok().filter(|n| *n > 0.0);
        Some((number(x)?, number(y)?))
    });
    // The size where a group says none (ECMA-376 part 4, 19.1.2.7).
    let (x, y) = size.unwrap_or((1000.0, 1000.0));
    let (width, height) = (
        side(&style, "width", around.0),
        side(&style, "height", around.1),
    );
    (width.unwrap_or(0.0) / x, height.unwrap_or(0.0) / y)
}

/// Two lengths with a comma between them, in points.
fn pair(written: &str, unit: Unit) -> Option<(f64, f64)> {
    let (x, y) = written.split_once(',')?;
    Some((points(x, unit.0)?, points(y, unit.1)?))
}

/// The length of a property of a style, in points.
fn side(style: &str, name: &str, unit: f64) -> Option<f64> {
    let mut properties = style
        .split(';')
        .filter_map(|property| property.split_once(':'));
    let (_, length) = properties.find(|(known, _)| known.trim() == name)?;
    points(length, unit)
}

/// A length with its unit in points.
fn points(written: &str, unit_of_none: f64) -> Option<f64> {
    let written = written.trim();
    if written.is_empty() {
        return Some(0.0);
    }
    let end = written
        .find(|c: char| c.is_ascii_alphabetic() || c == '%')
        .unwrap_or(written.len());
    let (number, unit) = written.split_at(end);
    let points = match unit {
        "pt" => 1.0,
        "in" => 72.0,
        "cm" => 72.0 / 2.54,
        "mm" => 72.0 / 25.4,
        "px" => 0.75,
        "" => unit_of_none,
        "pc" => 12.0,
        _ => return None,
    };
    Some(number.trim().parse::<f64>().ok()? * points)
}
