//! What the content of a page draws: glyphs with their places, and how much of it images cover.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, Object, Stream};

use super::font::Font;
use super::lexer::{Lexer, Token, unescape_name};
use super::matrix::Matrix;
use super::pages::PageObject;
use super::source::Source;
use super::style::{Style, Styles};

/// Forms in forms.
const DEEPEST_FORM: usize = 12;
/// Saved states that are kept; more are counted only.
const MOST_STATES: usize = 256;
/// Operands that an operator can have; a longer list is not one.
const MOST_OPERANDS: usize = 1 << 16;
/// Glyphs of one document: a book of 500 pages has a million.
const MOST_GLYPHS: usize = 2_000_000;
/// Work that using a form costs even where there is nothing in it, in bytes.
const FORM_COST: usize = 1 << 13;
/// How far a line of text may be out of the horizontal, as a share of its length.
const LEVEL: f64 = 0.03;
/// Smaller glyphs are not seen, in points.
const SMALLEST: f64 = 1.0;

/// A glyph; lengths in points, from the lower left corner of the page as it is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    /// Where it begins on its baseline.
    pub(super) start: (f32, f32),
    /// Where the next one would begin.
    pub(super) end: (f32, f32),
    /// The size of its font.
    pub(super) size: f32,
    /// An index into the styles.
    pub(super) style: u32,
    /// Where its text begins in [`Drawn::text`], and its length in bytes.
    pub(super) text: (u32, u8),
    /// The direction it is read in.
    pub(super) turn: Turn,
}

/// The direction that text is read in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    Right,
    Up,
    Left,
    Down,
    /// Askew: a watermark.
    Askew,
}

/// What a page shows.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) text: String,
    /// The part of the page that images cover, overlaps counted twice.
    pub(super) covered: f64,
    /// Letters of text that is not painted: what a recognition put under a scan.
    pub(super) unseen: usize,
}

/// The page as it lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sheet {
    pub(super) width: f64,
    pub(super) height: f64,
    /// From the space of the content to that of the page as it is shown.
    pub(super) base: Matrix,
    /// Whether only a part of the paper is shown.
    pub(super) is_cut: bool,
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    /// Horizontal scale; 1 is 100 %.
    scale: f64,
    leading: f64,
    rise: f64,
    render: u8,
    color: Option<[u8; 3]>,
}

impl State {
    fn new(ctm: Matrix) -> Self {
        Self {
            ctm,
            font: None,
            size: 0.0,
            char_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
            render: 0,
            color: None,
        }
    }
}

/// Reads the pages of one document.
pub(super) struct Interpreter<'s, 'd> {
    source: &'s Source<'d>,
    /// By the place of their dictionary, which the file holds for as long as it is read: those that are written
    /// where they are used have no number.
    fonts: HashMap<*const Dictionary, Rc<Font>>,
    /// Stands in for those that cannot be read.
    unknown: Option<Rc<Font>>,
    pub(super) styles: Styles,
    glyphs: usize,
    sheet: Sheet,
    drawn: Drawn,
    buffer: Vec<u8>,
}

/// One content stream being read.
struct Run<'r> {
    resources: Option<&'r Dictionary>,
    fonts: HashMap<&'r [u8], Rc<Font>>,
    text: Matrix,
    line: Matrix,
    depth: usize,
}

impl<'s, 'd> Interpreter<'s, 'd> {
    pub(super) fn new(source: &'s Source<'d>) -> Self {
        Self {
            source,
            fonts: HashMap::new(),
            unknown: None,
            styles: Styles::default(),
            glyphs: 0,
            sheet: Sheet {
                width: 0.0,
                height: 0.0,
                base: Matrix::IDENTITY,
                is_cut: false,
            },
            drawn: Drawn::default(),
            buffer: Vec::new(),
        }
    }

    /// Whether the document has more glyphs than are read, or asked for more work than it may.
    pub(super) fn is_exhausted(&self) -> bool {
        self.glyphs >= MOST_GLYPHS || self.source.is_exhausted()
    }

    /// Draws a page, and over it what its annotations show.
    pub(super) fn page(&mut self, page: &PageObject<'d>) -> Drawn {
        self.sheet = page.sheet;
        let state = State::new(page.sheet.base);
        self.run(&page.content(self.source), page.resources, state, 0);
        for appearance in page.appearances(self.source) {
            let state = State::new(appearance.place.then(page.sheet.base));
            self.form(appearance.form, &state, page.resources, 0);
        }
        std::mem::take(&mut self.drawn)
    }
    fn run(
        &mut self,
        content: &[u8],
        resources: Option<&Dictionary>,
        mut state: State,
        depth: usize,
    ) {
        let mut run = Run {
            resources,
            fonts: HashMap::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            depth,
        };
        let mut saved: Vec<State> = Vec::new();
        let mut unsaved = 0_usize;
        let mut operands: Vec<Token> = Vec::new();
        let mut lexer = Lexer::new(content);
        while let Some(token) = lexer.next() {
            let Token::Word(operator) = token else {
                if operands.len() < MOST_OPERANDS {
                    operands.push(token);
                }
                continue;
            };
            match operator {
                b"q" if saved.len() < MOST_STATES => saved.push(state.clone()),
                b"q" => unsaved += 1,
                b"Q" if unsaved > 0 => unsaved -= 1,
                b"Q" => {
                    if let Some(before) = saved.pop() {
                        state = before;
                    }
                }
                b"ID" => lexer.skip_image(),
                // Words that stand for values.
                b"true" | b"false" | b"null" => continue,
                _ => self.operate(operator, &operands, &mut state, &mut run),
            }
            operands.clear();
            if self.is_exhausted() {
                return;
            }
        }
    }

    fn operate<'r>(
        &mut self,
        operator: &[u8],
        operands: &[Token<'r>],
        state: &mut State,
        run: &mut Run<'r>,
    ) where
        'd: 'r,
    {
        match operator {
            b"cm" => {
                if let Some(matrix) = numbers(operands) {
                    state.ctm = Matrix(matrix).then(state.ctm);
                }
            }
            b"BT" => (run.text, run.line) = (Matrix::IDENTITY, Matrix::IDENTITY),
            b"Tf" => {
                if let [.., Token::Name(name), Token::Number(size)] = *operands {
                    state.font = self.font(name, run);
                    state.size = size;
                }
            }
            b"Td" | b"TD" => {
                if let Some([x, y]) = numbers(operands) {
                    if operator == b"TD" {
                        state.leading = -y;
                    }
                    run.next_line(x, y);
                }
            }
            b"Tm" => {
                if let Some(matrix) = numbers(operands) {
                    (run.text, run.line) = (Matrix(matrix), Matrix(matrix));
                }
            }
            b"T*" => run.next_line(0.0, -state.leading),
            b"Tj" => self.show(operands, state, run),
            b"TJ" => self.show(operands, state, run),
            b"'" => {
                run.next_line(0.0, -state.leading);
                self.show(operands, state, run);
            }
            b"\"" => {
                if let [.., Token::Number(word), Token::Number(char), text] = *operands {
                    (state.word_space, state.char_space) = (word, char);
                    run.next_line(0.0, -state.leading);
                    self.show(&[text], state, run);
                }
            }
            b"Do" => {
                if let Some(&Token::Name(name)) = operands.last() {
                    self.object(name, state, run);
                }
            }
            b"gs" => {
                if let Some(&Token::Name(name)) = operands.last() {
                    self.graphics_state(name, state, run);
                }
            }
            b"sc" | b"scn" | b"cs" => state.color = None,
            b"g" => state.color = numbers(operands).map(|[gray]: [f64; 1]| [channel(gray); 3]),
            b"rg" => state.color = numbers(operands).map(|rgb: [f64; 3]| rgb.map(channel)),
            b"k" => {
                state.color = numbers(operands)
                    .map(|[c, m, y, k]: [f64; 4]| [c, m, y].map(|ink| channel(1.0 - ink - k)));
            }
            _ => {
                let Some([value]) = numbers(operands) else {
                    return;
                };
                match operator {
                    b"Tc" => state.char_space = value,
                    b"Tw" => state.word_space = value,
                    b"Tz" => state.scale = value / 100.0,
                    b"TL" => state.leading = value,
                    b"Ts" => state.rise = value,
                    b"Tr" => state.render = value.clamp(0.0, 7.0) as u8,
                    _ => {}
                }
            }
        }
    }

    fn resource<'r>(&self, run: &Run<'r>, kind: &[u8], name: &[u8]) -> Option<&'r Object>
    where
        'd: 'r,
    {
        let group = self.source.dict(run.resources?, kind)?;
        group
            .get(name)
            .or_else(|_| group.get(&unescape_name(name)))
            .ok()
    }

    fn font<'r>(&mut self, name: &'r [u8], run: &mut Run<'r>) -> Option<Rc<Font>>
    where
        'd: 'r,
    {
        if let Some(font) = run.fonts.get(name) {
            return Some(font.clone());
        }
        let object = self.resource(run, b"Font", name)?;
        let font = self.load(object)?;
        run.fonts.insert(name, font.clone());
        Some(font)
    }

    fn load(&mut self, object: &Object) -> Option<Rc<Font>> {
        let dict = self.source.resolve(object).as_dict().ok()?;
        let font = self.fonts.entry(std::ptr::from_ref(dict));
        let font = font.or_insert_with(|| Rc::new(Font::read(self.source, dict)));
        Some(font.clone())
    }

    /// A font of which nothing is known.
    fn unknown(&mut self) -> Rc<Font> {
        let source = self.source;
        let make = || Rc::new(Font::read(source, &Dictionary::new()));
        self.unknown.get_or_insert_with(make).clone()
    }

    fn graphics_state(&mut self, name: &[u8], state: &mut State, run: &Run<'_>) {
        let Some(object) = self.resource(run, b"ExtGState", name) else {
            return;
        };
        let Ok(dict) = self.source.resolve(object).as_dict() else {
            return;
        };
        let font = self.source.get(dict, b"Font");
        if let Some([font, size]) = font
            .and_then(|font| font.as_array().ok())
            .map(Vec::as_slice)
        {
            state.font = self.load(font);
            state.size = super::source::as_number(self.source.resolve(size)).unwrap_or(state.size);
        }
    }

    /// Draws an image or a form.
    fn object(&mut self, name: &[u8], state: &State, run: &Run<'_>) {
        let Some(object) = self.resource(run, b"XObject", name) else {
            return;
        };
        let Ok(stream) = self.source.resolve(object).as_stream() else {
            return;
        };
        if self.source.name(&stream.dict, b"Subtype") == Some(b"Image") {
            let page = self.sheet.width * self.sheet.height;
            self.drawn.covered += (state.ctm.area() / page).min(1.0);
        } else if run.depth < DEEPEST_FORM {
            self.form(stream, state, run.resources, run.depth + 1);
        }
    }

    fn form(
        &mut self,
        stream: &Stream,
        state: &State,
        resources: Option<&Dictionary>,
        depth: usize,
    ) {
        self.source.charge(FORM_COST);
        let Some(content) = self.source.decode(stream) else {
            return;
        };
        let mut state = state.clone();
        if let Some(matrix) = self.source.numbers(&stream.dict, b"Matrix") {
            state.ctm = Matrix(matrix).then(state.ctm);
        }
        let own = self.source.dict(&stream.dict, b"Resources");
        self.run(&content, own.or(resources), state, depth);
    }

    /// Shows the strings among the operands; numbers between them move.
    fn show(&mut self, operands: &[Token], state: &State, run: &mut Run) {
        // Of a font that cannot be read nothing is known; what seems to be plain letters is read as such.
        let is_known = state.font.is_some();
        let font = state.font.clone().unwrap_or_else(|| self.unknown());
        let mut buffer = std::mem::take(&mut self.buffer);
        for operand in operands {
            match *operand {
                Token::Number(number) => {
                    run.advance(-number / 1000.0 * state.size * state.scale);
                }
                token @ (Token::Literal(_) | Token::Hex(_)) => {
                    token.string_into(&mut buffer);
                    if is_known || buffer.iter().all(|byte| matches!(byte, b' '..=b'~')) {
                        self.string(&buffer, &font, state, run);
                    }
                }
                _ => {}
            }
        }
        self.buffer = buffer;
    }

    fn string(&mut self, bytes: &[u8], font: &Font, state: &State, run: &mut Run) {
        let map = run.text.then(state.ctm);
        let [a, b, c, d, ..] = map.0;
        let size = c.hypot(d) * state.size.abs();
        // Some writers turn the page over and both signs back with it.
        let forward = state.size.signum() * state.scale.signum();
        let turn = turn(a * forward, b * forward);
        let style = self.styles.index(Style {
            family: font.family.clone(),
            half_points: half_points(size),
            // Letters that are filled and outlined are made heavy.
            bold: if state.render == 2 {
                Some(true)
            } else {
                font.bold
            },
            italic: font.italic,
            color: state.color.filter(|&color| color != [0; 3]),
        });
        let mut at = 0;
        while at < bytes.len() && self.glyphs < MOST_GLYPHS {
            let from = self.drawn.text.len();
            let Some(code) = font.next(&bytes[at..], &mut self.drawn.text) else {
                return;
            };
            at += code.len.max(1);
            let width = f64::from(code.width) * state.size;
            let map = run.text.then(state.ctm);
            let start = map.apply(0.0, state.rise);
            let end = map.apply((width + state.char_space) * state.scale, state.rise);
            let blank = if code.is_blank { state.word_space } else { 0.0 };
            run.advance((width + state.char_space + blank) * state.scale);
            self.glyphs += 1;
            let len = self.drawn.text.len() - from;
            let (Ok(from), Ok(len)) = (u32::try_from(from), u8::try_from(len)) else {
                continue;
            };
            if len == 0 || size < SMALLEST || !self.is_on_sheet(start) || !self.is_near(end) {
                continue;
            }
            self.drawn.unseen += usize::from(state.render == 3);
            self.drawn.glyphs.push(Glyph {
                start: (start.0 as f32, start.1 as f32),
                end: (end.0 as f32, end.1 as f32),
                size: size as f32,
                style,
                text: (from, len),
                turn,
            });
        }
    }

    fn is_on_sheet(&self, (x, y): (f64, f64)) -> bool {
        (0.0..=self.sheet.width).contains(&x) && (0.0..=self.sheet.height).contains(&y)
    }

    /// Whether a place is no more than a page away, so that lengths stay lengths.
    fn is_near(&self, (x, y): (f64, f64)) -> bool {
        let most = 2.0 * (self.sheet.width + self.sheet.height);
        x.abs() < most && y.abs() < most
    }
}

impl Run<'_> {
    fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::shift(x, y).then(self.line);
        self.text = self.line;
    }

    fn advance(&mut self, x: f64) {
        self.text = Matrix::shift(x, 0.0).then(self.text);
    }
}

/// The last operands, where so many of them are numbers.
fn numbers<const N: usize>(operands: &[Token]) -> Option<[f64; N]> {
    let last = operands.get(operands.len().checked_sub(N)?..)?;
    let mut numbers = [0.0; N];
    for (to, token) in numbers.iter_mut().zip(last) {
        let Token::Number(number) = *token else {
            return None;
        };
        *to = number;
    }
    Some(numbers)
}

fn channel(value: f64) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn turn(x: f64, y: f64) -> Turn {
    if y.abs() <= LEVEL * x.abs() {
        if x >= 0.0 { Turn::Right } else { Turn::Left }
    } else if x.abs() <= LEVEL * y.abs() {
        if y >= 0.0 { Turn::Up } else { Turn::Down }
    } else {
        Turn::Askew
    }
}

/// A size in half points, the steps in which word processors set it: writers that draw on a grid
/// of dots make 14.04 of 14.
fn half_points(size: f64) -> u16 {
    (size * 2.0).round().clamp(0.0, 2000.0) as u16
}
