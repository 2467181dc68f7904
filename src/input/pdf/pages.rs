//! The pages of a file in order, with what they inherit.

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::content::Sheet;
use super::matrix::Matrix;
use super::source::Source;

/// Groups of pages in groups.
const DEEPEST: usize = 64;
/// Pages of one file.
const MOST_PAGES: usize = 20_000;
/// Pages and groups of one file; groups written in place have no number that tells them apart.
const MOST_NODES: usize = 4 * MOST_PAGES;
/// Bytes that the content of one page may unpack to.
const MOST_CONTENT: usize = 64 << 20;
/// Annotations of one page that are looked at.
const MOST_ANNOTATIONS: usize = 1000;
/// Flags of annotations.
const HIDDEN: u32 = 1 << 1;
const NO_VIEW: u32 = 1 << 5;
/// A4, for a page that does not say how large it is, in points.
const USUAL_BOX: [f64; 4] = [0.0, 0.0, 595.0, 842.0];

/// A page.
pub(super) struct PageObject<'d> {
    dict: &'d Dictionary,
    pub(super) resources: Option<&'d Dictionary>,
    pub(super) sheet: Sheet,
}

/// What a page has of its own or from the groups it stands in.
#[derive(Clone, Copy)]
struct Inherited<'d> {
    resources: Option<&'d Dictionary>,
    media: Option<[f64; 4]>,
    crop: Option<[f64; 4]>,
    rotate: f64,
}

/// The pages; one that the tree names twice is taken once.
pub(super) fn pages<'d>(source: &Source<'d>) -> Vec<PageObject<'d>> {
    let mut walk = Walk {
        source,
        seen: HashSet::new(),
        nodes: 0,
        pages: Vec::new(),
    };
    let none = Inherited {
        resources: None,
        media: None,
        crop: None,
        rotate: 0.0,
    };
    let root = source.pdf().catalog().ok();
    if let Some(root) = root.and_then(|catalog| catalog.get(b"Pages").ok()) {
        walk.node(root, none, 0);
    }
    walk.pages
}

struct Walk<'s, 'd> {
    source: &'s Source<'d>,
    seen: HashSet<ObjectId>,
    nodes: usize,
    pages: Vec<PageObject<'d>>,
}

impl<'d> Walk<'_, 'd> {
    fn node(&mut self, object: &'d Object, above: Inherited<'d>, depth: usize) {
        let is_new = object
            .as_reference()
            .map_or(true, |id| self.seen.insert(id));
        let is_full = self.pages.len() >= MOST_PAGES || self.nodes >= MOST_NODES;
        if !is_new || depth > DEEPEST || is_full {
            return;
        }
        self.nodes += 1;
        let Ok(dict) = self.source.resolve(object).as_dict() else {
            return;
        };
        let own = Inherited {
            resources: self.source.dict(dict, b"Resources").or(above.resources),
            media: self.source.numbers(dict, b"MediaBox").or(above.media),
            crop: self.source.numbers(dict, b"CropBox").or(above.crop),
            rotate: self.source.number(dict, b"Rotate").unwrap_or(above.rotate),
        };
        let kids = self.source.get(dict, b"Kids");
        match kids.and_then(|kids| kids.as_array().ok()) {
            Some(kids) => {
                for kid in kids {
                    self.node(kid, own, depth + 1);
                }
            }
            None => self.pages.push(PageObject {
                dict,
                resources: own.resources,
                sheet: sheet(own, self.source.number(dict, b"UserUnit")),
            }),
        }
    }
}

impl PageObject<'_> {
    /// The content of the page, its streams one after another.
    pub(super) fn content(&self, source: &Source) -> Vec<u8> {
        let streams = match source.get(self.dict, b"Contents") {
            Some(Object::Array(streams)) => streams.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let mut content = Vec::new();
        for stream in streams {
            if let Ok(stream) = source.resolve(stream).as_stream()
                && let Some(bytes) = source.decode(stream)
            {
                if content.len() + bytes.len() > MOST_CONTENT {
                    source.cut();
                    break;
                }
                content.extend_from_slice(&bytes);
                content.push(b'\n');
            }
        }
        content
    }
}

/// What an annotation shows on the page: a stamp, the number and the date that a registry filled
/// in, a signature.
pub(super) struct Appearance<'d> {
    pub(super) form: &'d Stream,
    /// From the space that the form's own matrix leads to, to that of the page's content.
    pub(super) place: Matrix,
}

impl<'d> PageObject<'d> {
    /// What its annotations show, in their order.
    pub(super) fn appearances(&self, source: &Source<'d>) -> Vec<Appearance<'d>> {
        let list = source.get(self.dict, b"Annots");
        let list = list.and_then(|list| list.as_array().ok());
        let shown = list.into_iter().flatten().take(MOST_ANNOTATIONS);
        shown
            .filter_map(|object| appearance(source, source.resolve(object).as_dict().ok()?))
            .collect()
    }
}

fn appearance<'d>(source: &Source<'d>, dict: &'d Dictionary) -> Option<Appearance<'d>> {
    let flags = source.number(dict, b"F").unwrap_or(0.0) as u32;
    let is_shown = flags & (HIDDEN | NO_VIEW) == 0
        && !matches!(source.name(dict, b"Subtype"), Some(b"Popup" | b"Link"));
    let normal = source
        .get(source.dict(dict, b"AP")?, b"N")
        .filter(|_| is_shown)?;
    let form = match normal {
        Object::Dictionary(states) => source.get(states, source.name(dict, b"AS")?)?,
        form => form,
    };
    let form = form.as_stream().ok()?;
    let own = source.numbers(&form.dict, b"Matrix");
    let own = own.map_or(Matrix::IDENTITY, Matrix);
    let [left, bottom, right, top] = source.numbers(&form.dict, b"BBox")?;
    let corners = [(left, bottom), (left, top), (right, bottom), (right, top)];
    let corners = corners.map(|(x, y)| own.apply(x, y));
    let least = |at: fn(&(f64, f64)) -> f64| corners.iter().map(at).fold(f64::INFINITY, f64::min);
    let most =
        |at: fn(&(f64, f64)) -> f64| corners.iter().map(at).fold(f64::NEG_INFINITY, f64::max);
    let (x, y) = (least(|p| p.0), least(|p| p.1));
    let (width, height) = (most(|p| p.0) - x, most(|p| p.1) - y);
    let [left, bottom, right, top] = ordered(source.numbers(dict, b"Rect")?);
    // Empty where a signature is not to be seen.
    let is_visible = width > 0.0 && height > 0.0 && right > left && top > bottom;
    let scale = ((right - left) / width, (top - bottom) / height);
    is_visible.then_some(Appearance {
        form,
        place: Matrix::shift(-x, -y).then(Matrix([scale.0, 0.0, 0.0, scale.1, left, bottom])),
    })
}

fn ordered([a, b, c, d]: [f64; 4]) -> [f64; 4] {
    [a.min(c), b.min(d), a.max(c), b.max(d)]
}

/// The page as it is shown, turned as its `Rotate` says; `unit` is its own unit in points.
fn sheet(page: Inherited, unit: Option<f64>) -> Sheet {
    /// How far the part that is shown may be off from the paper, in points.
    const OFF: f64 = 6.0;
    let is_large = |&[left, bottom, right, top]: &[f64; 4]| {
        right - left >= 10.0 && top - bottom >= 10.0 && right - left < 1e5 && top - bottom < 1e5
    };
    let shown = [page.crop, page.media].into_iter().flatten().map(ordered);
    let [left, bottom, right, top] = shown.clone().find(is_large).unwrap_or(USUAL_BOX);
    let unit = unit.filter(|unit| (0.1..=100.0).contains(unit));
    let unit = unit.unwrap_or(1.0);
    let (width, height) = ((right - left) * unit, (top - bottom) * unit);
    let is_cut = page
        .media
        .map(ordered)
        .filter(is_large)
        .is_some_and(|media| {
            let off = |a: usize, b: usize, length: f64| (media[b] - media[a]) * unit - length > OFF;
            off(0, 2, width) || off(1, 3, height)
        });
    let to_corner = Matrix::shift(-left, -bottom).then(Matrix([unit, 0.0, 0.0, unit, 0.0, 0.0]));
    let quarter = (page.rotate / 90.0).round().rem_euclid(4.0) as u8;
    let (turned, width, height) = match quarter {
        1 => (Matrix([0.0, -1.0, 1.0, 0.0, 0.0, width]), height, width),
        2 => (Matrix([-1.0, 0.0, 0.0, -1.0, width, height]), width, height),
        3 => (Matrix([0.0, 1.0, -1.0, 0.0, height, 0.0]), height, width),
        _ => (Matrix::IDENTITY, width, height),
    };
    Sheet {
        width,
        height,
        base: to_corner.then(turned),
        is_cut,
    }
}
