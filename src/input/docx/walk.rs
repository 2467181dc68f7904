//! One part, from its first paragraph to its last.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::super::InputError;
use super::super::package::{Node, Space, Tag, Xml};
use super::numbering::{Counters, Numbering};
use super::properties::{
    Border, LineRule, Names, ParaHead, ParaProps, RunProps, align as align_named, border, length,
    number, para_props, run_props, value,
};
use super::relations::Relations;
use super::section::SectionProps;
use super::shape::{PIXELS, Shape, Unit, unit_within};
use super::styles::{Look, Region, Regions, Resolved, Styles, shows_lines};
use super::writer::{PageField, Writer};
use crate::document::{Align, Cell, DrawnLine, LineMake, LineSpacing, MarkKind, Paragraph, Twips};
use crate::text::Span;

/// Text boxes within one another that are read.
const DEEPEST_BOX: usize = 8;
/// Bytes of a field's instruction that are looked at.
const INSTRUCTION: usize = 200;
/// Fields within one another that are told apart.
const DEEPEST_FIELD: usize = 32;
/// Page numbers of one part that are looked at.
const MOST_PAGE_FIELDS: usize = 16;
/// Lines of a whole height are counted in 240ths where they are a multiple.
const LINE: f32 = 240.0;

/// What all parts of a file share.
pub(super) struct Shared<'f> {
    pub(super) styles: &'f Styles,
    pub(super) numbering: &'f Numbering,
    pub(super) sections: &'f [SectionProps],
    pub(super) names: Names,
    pub(super) counters: Counters,
    /// Tables so far.
    pub(super) tables: u32,
    /// Notes that were referred to: `footnote` or `endnote`, and the id.
    pub(super) notes: Vec<(&'static str, String)>,
    /// Where comments begin and end, by id.
    pub(super) comments: HashMap<String, Span>,
    /// Where each section but the last ends.
    pub(super) section_ends: Vec<u32>,
    /// Where tables with lines between their cells begin.
    pub(super) table_starts: Vec<u32>,
}

impl<'f> Shared<'f> {
    pub(super) fn new(
        styles: &'f Styles,
        numbering: &'f Numbering,
        sections: &'f [SectionProps],
        names: Names,
    ) -> Self {
        Self {
            styles,
            numbering,
            sections,
            names,
            counters: Counters::default(),
            tables: 0,
            notes: Vec::new(),
            comments: HashMap::new(),
            section_ends: Vec::new(),
            table_starts: Vec::new(),
        }
    }

    /// Forgets what was read to look at headers and footers alone.
    pub(super) fn forget(&mut self) {
        let names = std::mem::take(&mut self.names);
        *self = Self::new(self.styles, self.numbering, self.sections, names);
    }
}

/// What an element holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Level {
    /// Paragraphs and tables.
    Block,
    /// Runs.
    Inline,
    /// Text and drawings.
    Run,
    /// Shapes.
    Drawing,
}

/// A field whose end was not read yet.
#[derive(Debug, Default)]
struct Field {
    instruction: String,
    in_result: bool,
    /// The page number that it shows.
    page: Option<usize>,
}

/// The name of a field, from its instruction.
fn field_name(instruction: &str) -> &str {
    let mut words = instruction.split(|c: char| c.is_ascii_whitespace() || c == '\\');
    words.find(|word| !word.is_empty()).unwrap_or_default()
}

/// The paragraph being read.
struct Current {
    base: Rc<Resolved>,
    props: ParaProps,
    /// Where its text begins, its automatic number left out.
    start: u32,
    /// What was there before it, kept where it may be deleted whole.
    before: Option<Before>,
    /// Its list and the level there.
    list: Option<(i32, usize)>,
}

/// A paragraph with text whose end was deleted: the next one goes on with it.
struct Open {
    container: u32,
    list: Option<(i32, usize)>,
    /// Where its text begins, its automatic number left out.
    start: u32,
}

/// What a paragraph that was deleted whole leaves behind.
struct Before {
    len: usize,
    counters: Counters,
}

/// The run being read.
#[derive(Default)]
struct RunState {
    look: Look,
    reformatted: bool,
}

/// The paragraph that ended last, for the space between it and the next.
struct Last {
    container: u32,
    style: Option<Arc<str>>,
    contextual: bool,
}

/// The table being read.
struct Table {
    index: u32,
    style: Option<Arc<str>>,
    /// Which parts of the table may look otherwise by its style.
    shown: TableLook,
    /// Those that its row and its cell are said to be in.
    row_regions: Option<Regions>,
    cell_regions: Option<Regions>,
    bordered: Option<bool>,
    row: u32,
    /// How wide the columns of its grid are, and the one that the next cell begins at.
    grid: Vec<i32>,
    at: usize,
    /// Cells so far, those of them that state lines on two sides or more, and those that state
    /// to have none.
    cells: u32,
    framed: u32,
    bare: u32,
}

impl Table {
    /// Whether it shows lines between its cells, as far as it was read.
    fn shows_lines(&self, styles: &Styles) -> bool {
        if (self.framed + self.bare) * 2 > self.cells {
            return self.framed > self.bare;
        }
        self.bordered
            .unwrap_or_else(|| styles.is_bordered(self.style.as_ref()))
    }

    /// The regions of the table in which its cell in a column is, as the file notes them. Where it
    /// does not, those are told that need no look at what follows.
    fn regions(&self, column: u32) -> Regions {
        if self.row_regions.is_some() || self.cell_regions.is_some() {
            let noted = |regions: Option<Regions>| regions.unwrap_or_default();
            return noted(self.row_regions).and(noted(self.cell_regions));
        }
        let mut regions = Regions::default();
        if self.shown.first_row && self.row == 0 {
            regions.add(Region::FirstRow);
        }
        if self.shown.first_column && column == 0 {
            regions.add(Region::FirstColumn);
        }
        regions
    }
}

/// How wide a column or cell is said to be, where that is a length.
fn twips(xml: &Xml<'_>, tag: Tag<'_>) -> Option<i32> {
    let kind = xml.attribute(tag, Space::W, "type");
    let width = xml
        .attribute(tag, Space::W, "w")
        .filter(|_| kind.is_none_or(|kind| kind == "dxa"));
    width.and_then(|_| length(xml, tag, "w"))
}

/// How many columns something takes.
fn spanned(xml: &Xml<'_>, tag: Tag<'_>) -> Option<usize> {
    usize::try_from(number(xml, tag, "val")?).ok()
}

/// Columns of a table at most, as Word has it.
const MOST_COLUMNS: usize = 63;

/// What `w:tblLook` says of a table: whether its first row and column are marked out.
#[derive(Clone, Copy, Default)]
struct TableLook {
    first_row: bool,
    first_column: bool,
}

impl TableLook {
    fn read(xml: &Xml<'_>, tag: Tag<'_>) -> Self {
        let attribute = |name| xml.attribute(tag, Space::W, name);
        let bits = attribute("val").and_then(|bits| u32::from_str_radix(&bits, 16).ok());
        let shows = |name, bit: u32| match attribute(name) {
            Some(value) => matches!(&*value, "1" | "true" | "on"),
            None => bits.is_some_and(|bits| bits & bit != 0),
        };
        Self {
            first_row: shows("firstRow", 0x20),
            first_column: shows("firstColumn", 0x80),
        }
    }
}

/// What `w:cnfStyle` notes, where it does.
fn noted_regions(xml: &Xml<'_>, tag: Tag<'_>) -> Option<Regions> {
    value(xml, tag).map(|digits| Regions::noted(&digits))
}

/// Walks over a part.
pub(super) struct Walker<'x, 'w, 'f> {
    xml: Xml<'x>,
    shared: &'w mut Shared<'f>,
    relations: &'w Relations,
    out: &'w mut Writer,
    part: u16,
    /// Whether sections end in this part.
    is_main: bool,
    current: Option<Current>,
    run: RunState,
    in_run: bool,
    fields: Vec<Field>,
    /// Fields that nest too deep to be told apart.
    deeper: u32,
    /// Where the last tab of this paragraph leads to that aligns by the page.
    page_tab: Option<Align>,
    /// The page number whose characters come next.
    page_field: Option<usize>,
    /// What is deleted, while it is read.
    deleted: Option<String>,
    hidden: String,
    /// The page, where the file tells.
    page: Option<u32>,
    /// Whether the next paragraph begins a page.
    breaks_page: bool,
    tables: Vec<Table>,
    cell: Option<Cell>,
    /// Tells cells, boxes and the text around them apart.
    container: u32,
    containers: u32,
    last: Option<Last>,
    /// The paragraph that ended last, where the next one may go on with it.
    open: Option<Open>,
    /// The text boxes of this paragraph.
    boxes: Vec<Range<usize>>,
    box_depth: usize,
    shapes: Vec<Shape>,
    /// What lengths of shapes without a unit are in.
    unit: Unit,
    /// Pieces of a text before the blanks at its ends are cut off.
    scratch: Vec<(Piece<'x>, Range<usize>)>,
}

/// A piece of text in a part.
#[derive(Clone, Copy)]
enum Piece<'x> {
    Text(&'x str),
    Char(char),
}

/// What stands beside a page number between tabs and line ends, without blanks at the ends and digits.
fn beside(before: &str, after: &str) -> Arc<str> {
    let apart = ['\t', '\n'];
    let before = before.rsplit(apart).next().unwrap_or_default();
    let after = after.split(apart).next().unwrap_or_default();
    let text: String = before.chars().chain(after.chars()).collect();
    let text: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let words: Vec<_> = text.split_whitespace().collect();
    Arc::from(words.join(" "))
}

impl<'x, 'w, 'f> Walker<'x, 'w, 'f> {
    /// A walker over the characters `text` of the part `name`.
    pub(super) fn new(
        name: &'x str,
        text: &'x str,
        shared: &'w mut Shared<'f>,
        relations: &'w Relations,
        out: &'w mut Writer,
    ) -> Self {
        let part = out.part(name);
        Self {
            xml: Xml::new(name, text),
            shared,
            relations,
            out,
            part,
            is_main: false,
            current: None,
            run: RunState::default(),
            in_run: false,
            fields: Vec::new(),
            deeper: 0,
            page_tab: None,
            page_field: None,
            deleted: None,
            hidden: String::new(),
            page: None,
            breaks_page: false,
            tables: Vec::new(),
            cell: None,
            container: 0,
            containers: 0,
            last: None,
            open: None,
            boxes: Vec::new(),
            box_depth: 0,
            shapes: Vec::new(),
            unit: PIXELS,
            scratch: Vec::new(),
        }
    }

    /// Reads the text of the document.
    pub(super) fn document(mut self, has_pages: bool) -> Result<(), InputError> {
        self.is_main = true;
        self.page = has_pages.then_some(1);
        self.xml.child()?;
        let mut has_body = false;
        while let Some(tag) = self.xml.child()? {
            if (tag.space, tag.name) == (Space::W, "body") {
                self.children(Level::Block)?;
                has_body = true;
            } else {
                self.xml.skip()?;
            }
        }
        if has_body {
            Ok(())
        } else {
            // Of another namespace, or no document at all: nothing in it was looked at.
            Err(InputError::MissingPart {
                part: "w:body".to_owned(),
            })
        }
    }

    /// Reads a header or footer.
    pub(super) fn header(mut self) -> Result<(), InputError> {
        self.xml.child()?;
        self.children(Level::Block)
    }

    /// Reads the notes of a kind that the text refers to.
    pub(super) fn notes(mut self, kind: &str) -> Result<(), InputError> {
        let wanted: Vec<String> = self
            .shared
            .notes
            .iter()
            .filter(|(of, _)| *of == kind)
            .map(|(_, id)| id.clone())
            .collect();
        let wanted: std::collections::HashSet<String> = wanted.into_iter().collect();
        self.xml.child()?;
        while let Some(tag) = self.xml.child()? {
            let id = self.xml.attribute(tag, Space::W, "id");
            if tag.name == kind && id.is_some_and(|id| wanted.contains(&*id)) {
                self.children(Level::Block)?;
            } else {
                self.xml.skip()?;
            }
        }
        Ok(())
    }

    /// Reads what an element holds to its end.
    fn children(&mut self, level: Level) -> Result<(), InputError> {
        while let Some(tag) = self.xml.child()? {
            self.element(tag, level)?;
        }
        Ok(())
    }

    fn element(&mut self, tag: Tag<'x>, level: Level) -> Result<(), InputError> {
        if (tag.space, tag.name) == (Space::Mc, "AlternateContent") {
            return self.alternate(level);
        }
        match level {
            Level::Block => self.block(tag),
            Level::Inline => self.inline(tag),
            Level::Run => self.run_content(tag),
            Level::Drawing => self.drawing(tag),
        }
    }

    /// Reads the first alternative of which all is known that it asks for; what is meant for older
    /// programs only where there is no other.
    fn alternate(&mut self, level: Level) -> Result<(), InputError> {
        let mut taken = false;
        while let Some(tag) = self.xml.child()? {
            let requires = self.xml.attribute(tag, Space::None, "Requires");
            let is_known = requires.is_none_or(|prefixes| self.xml.knows(&prefixes));
            if taken || tag.space != Space::Mc || !is_known {
                self.xml.skip()?;
            } else {
                taken = true;
                self.children(level)?;
            }
        }
        Ok(())
    }

    fn block(&mut self, tag: Tag<'x>) -> Result<(), InputError> {
        if tag.space != Space::W {
            return self.xml.skip();
        }
        // What else begins here would stand between the two.
        if !matches!(tag.name, "p" | "bookmarkStart" | "bookmarkEnd" | "proofErr") {
            self.open = None;
        }
        match tag.name {
            "p" => self.paragraph(),
            "tbl" => self.table(),
            "sdt" => self.content_control(Level::Block),
            "customXml" | "smartTag" => self.children(Level::Block),
            "ins" | "moveTo" => self.inserted(Level::Block),
            "del" | "moveFrom" => self.deleted(Level::Block),
            "commentRangeStart" | "commentRangeEnd" => self.comment(tag),
            _ => self.xml.skip(),
        }
    }

    fn content_control(&mut self, level: Level) -> Result<(), InputError> {
        while let Some(tag) = self.xml.child()? {
            if (tag.space, tag.name) == (Space::W, "sdtContent") {
                self.children(level)?;
            } else {
                self.xml.skip()?;
            }
        }
        Ok(())
    }

    fn inserted(&mut self, level: Level) -> Result<(), InputError> {
        let start = self.out.here().start;
        self.children(level)?;
        let span = self.out.since(start);
        if !span.is_empty() {
            self.out.mark(MarkKind::Inserted, span, "");
        }
        Ok(())
    }

    fn deleted(&mut self, level: Level) -> Result<(), InputError> {
        if self.deleted.is_some() {
            return self.children(level);
        }
        self.deleted = Some(String::new());
        self.children(level)?;
        self.end_deleted();
        Ok(())
    }

    fn end_deleted(&mut self) {
        let text = self.deleted.take().unwrap_or_default();
        if !text.is_empty() {
            let here = self.out.here();
            self.out.mark(MarkKind::Deleted, here, &text);
        }
    }

    fn comment(&mut self, tag: Tag<'x>) -> Result<(), InputError> {
        if let Some(id) = self.xml.attribute(tag, Space::W, "id") {
            let here = self.out.here();
            let span = self.shared.comments.entry(id.into_owned()).or_insert(here);
            if tag.name == "commentRangeEnd" {
                span.end = here.end;
            }
        }
        self.xml.skip()
    }

    // --- Paragraphs ---------------------------------------------------------------------------

    fn paragraph(&mut self) -> Result<(), InputError> {
        if self.deleted.is_some() {
            self.children(Level::Inline)?;
            if let Some(deleted) = &mut self.deleted {
                deleted.push('\n');
            }
            return Ok(());
        }
        let raw = self.xml.range().start;
        let provenance_index = self.out.provenance.as_mut().map(|provenance| {
            provenance.paragraphs.push(raw..raw);
            provenance.paragraphs.len() - 1
        });
        let mut head = ParaHead::default();
        let mut opened = false;
        while let Some(tag) = self.xml.child()? {
            if !opened && (tag.space, tag.name) == (Space::W, "pPr") {
                head = para_props(&mut self.xml, &mut self.shared.names)?;
                continue;
            }
            if !opened {
                self.open(&head);
                opened = true;
            }
            self.element(tag, Level::Inline)?;
        }
        if !opened {
            self.open(&head);
        }
        if let (Some(provenance), Some(index)) = (&mut self.out.provenance, provenance_index) {
            provenance.paragraphs[index].end = self.xml.range().end;
        }
        self.close(&head);
        for text_box in std::mem::take(&mut self.boxes) {
            self.text_box(text_box)?;
        }
        Ok(())
    }

    /// Begins a paragraph: resolves how it looks and writes its automatic number.
    fn open(&mut self, head: &ParaHead) {
        let table = self.tables.last();
        let regions = match (table, self.cell) {
            (Some(table), Some(cell)) => table.regions(cell.column),
            _ => Regions::default(),
        };
        let table = table.and_then(|table| table.style.as_ref());
        let own = head.props.style.as_ref();
        let base = self
            .shared
            .styles
            .paragraph(table, regions, own, self.shared.numbering);
        let mut props = base.para.clone();
        let list = head.props.list.or(props.list).filter(|&list| list != 0);
        let level = head.props.level.or(props.level).unwrap_or(0);
        if head.props.list.is_some()
            && let Some(indents) = list.and_then(|list| self.shared.numbering.indents(list, level))
        {
            props.merge_indents(indents);
        }
        props.merge(&head.props);
        props.style.clone_from(&head.props.style);
        let before = head.tracked.deleted.then(|| Before {
            len: self.out.source.len(),
            counters: self.shared.counters.clone(),
        });
        let breaks = std::mem::take(&mut self.breaks_page) || props.page_break_before == Some(true);
        let list_level = list.map(|list| (list, level));
        let joined = self
            .open
            .take()
            .filter(|open| (open.container, open.list) == (self.container, list_level) && !breaks);
        if let Some(open) = joined {
            return self.go_on(head, base, props, &open);
        }
        if breaks && !self.out.source.is_empty() {
            self.out.source.push('\x0C');
        }
        let start = self.out.here();
        let number = self.out.next_number(self.part);
        let label = list.and_then(|list| {
            let label = self
                .shared
                .counters
                .next(self.shared.numbering, list, level)?;
            self.out.source.push_str(&label);
            let len = label.trim_end().len();
            Some(start.join(Span::new(
                start.start as usize + len,
                start.start as usize + len,
            )))
        });
        self.page_tab = None;
        let contextual = props.contextual == Some(true);
        let style = head.props.style.clone();
        let mut space_before = ParaProps::space(props.before_auto, props.before);
        if let Some(last) = &self.last
            && last.container == self.container
            && last.style == style
        {
            if contextual {
                space_before = Some(Twips(0));
            }
            if last.contextual
                && let Some(before) = self.out.paragraph()
            {
                before.space_after = Some(Twips(0));
            }
        }
        self.last = Some(Last {
            container: self.container,
            style,
            contextual,
        });
        self.out.begin(Paragraph {
            span: start,
            part: self.part,
            number,
            page: self.page,
            align: Some(props.align.unwrap_or(Align::Left)),
            indent_left: Some(Twips(props.left.unwrap_or(0))),
            indent_right: Some(Twips(props.right.unwrap_or(0))),
            indent_first: Some(Twips(props.first.unwrap_or(0))),
            space_before,
            space_after: ParaProps::space(props.after_auto, props.after),
            line_spacing: Some(line_spacing(&props)),
            style: base.name.clone(),
            label,
            cell: self.cell,
            in_box: self.box_depth > 0,
        });
        self.begin_runs(&base);
        self.current = Some(Current {
            base,
            props,
            start: self.out.here().start,
            before,
            list: list_level,
        });
    }

    /// Goes on with the paragraph that ended last: accepting the deletion of its end leaves the end
    /// of this one, and with it how this one looks.
    fn go_on(&mut self, head: &ParaHead, base: Rc<Resolved>, props: ParaProps, open: &Open) {
        self.out.reopen();
        self.out.next_number(self.part);
        if let Some(paragraph) = self.out.paragraph() {
            paragraph.align = Some(props.align.unwrap_or(Align::Left));
            paragraph.indent_left = Some(Twips(props.left.unwrap_or(0)));
            paragraph.indent_right = Some(Twips(props.right.unwrap_or(0)));
            paragraph.indent_first = Some(Twips(props.first.unwrap_or(0)));
            paragraph.space_before = ParaProps::space(props.before_auto, props.before);
            paragraph.space_after = ParaProps::space(props.after_auto, props.after);
            paragraph.line_spacing = Some(line_spacing(&props));
            paragraph.style.clone_from(&base.name);
        }
        self.page_tab = None;
        self.last = Some(Last {
            container: self.container,
            style: head.props.style.clone(),
            contextual: props.contextual == Some(true),
        });
        self.begin_runs(&base);
        self.current = Some(Current {
            base,
            props,
            start: open.start,
            before: None,
            list: open.list,
        });
    }

    /// Takes on the look that runs have by the style of their paragraph.
    fn begin_runs(&mut self, base: &Resolved) {
        let own = RunProps::default();
        self.run = RunState {
            look: self.shared.styles.characters(&base.run, &own),
            reformatted: false,
        };
    }

    fn close(&mut self, head: &ParaHead) {
        let Some(current) = self.current.take() else {
            return;
        };
        // An instruction that does not end with its paragraph is damage, not a field.
        self.fields.retain(|field| field.in_result);
        let text = self.out.since(current.start);
        let start = text.start;
        if text.is_empty()
            && let Some(before) = current.before
        {
            self.shared.counters = before.counters;
            self.out.drop_paragraph(before.len);
            return;
        }
        self.beside_numbers(text);
        if head.tracked.reformatted {
            self.out.mark(MarkKind::Reformatted, text, "");
        }
        let borders = [
            (current.props.border_above, LineMake::BorderAbove),
            (current.props.border_below, LineMake::BorderBelow),
        ];
        for (border, make) in borders {
            if let Some(Border {
                visible: true,
                solid,
            }) = border
            {
                self.out.formatting.lines.push(DrawnLine {
                    at: start,
                    make,
                    length: None,
                    solid,
                });
            }
        }
        self.out.end();
        if head.tracked.deleted && !head.ends_section && self.boxes.is_empty() {
            self.open = Some(Open {
                container: self.container,
                list: current.list,
                start: current.start,
            });
        }
        if head.ends_section && self.is_main && self.box_depth == 0 {
            self.shared.section_ends.push(self.out.here().start);
            let next = self.shared.sections.get(self.shared.section_ends.len());
            self.breaks_page = next.is_some_and(|section| !section.continuous);
        }
    }

    /// Notes what stands beside the page numbers of a paragraph.
    fn beside_numbers(&mut self, paragraph: Span) {
        let source = &self.out.source;
        for field in self.out.page_fields.iter_mut().rev() {
            if field.shown.start < paragraph.start {
                break;
            }
            let text = |start, end| Span { start, end }.of(source);
            // That of the switch for dashes stands.
            if field.beside.is_empty() {
                let end = field.shown.end.min(paragraph.end);
                field.beside = beside(
                    text(paragraph.start, field.shown.start),
                    text(end, paragraph.end),
                );
            }
        }
    }

    fn text_box(&mut self, range: Range<usize>) -> Result<(), InputError> {
        if self.box_depth == DEEPEST_BOX {
            return Ok(());
        }
        let inner = self.xml.within(range);
        let outer = std::mem::replace(&mut self.xml, inner);
        let cell = self.cell.take();
        let container = self.enter();
        self.box_depth += 1;
        let start = self.out.here().start;
        self.children(Level::Block)?;
        self.box_depth -= 1;
        self.container = container;
        self.cell = cell;
        self.xml = outer;
        let span = self.out.since(start);
        let span = span.trim(&self.out.source);
        self.out.mark(MarkKind::TextBox, span, "");
        Ok(())
    }

    /// Begins a container of paragraphs; returns the one around it.
    fn enter(&mut self) -> u32 {
        self.containers += 1;
        std::mem::replace(&mut self.container, self.containers)
    }

    // --- Tables -------------------------------------------------------------------------------

    fn table(&mut self) -> Result<(), InputError> {
        let table = Table {
            index: self.shared.tables,
            style: None,
            shown: TableLook::default(),
            row_regions: None,
            cell_regions: None,
            bordered: None,
            row: 0,
            grid: Vec::new(),
            at: 0,
            cells: 0,
            framed: 0,
            bare: 0,
        };
        self.shared.tables += 1;
        self.tables.push(table);
        let cell = self.cell.take();
        let start = self.out.here().start;
        let first = self.out.formatting.paragraphs.len();
        self.rows()?;
        self.cell = cell;
        let Some(table) = self.tables.pop() else {
            return Ok(());
        };
        if table.shows_lines(self.shared.styles) {
            self.shared.table_starts.push(start);
            for paragraph in &mut self.out.formatting.paragraphs[first..] {
                if let Some(cell) = &mut paragraph.cell
                    && cell.table == table.index
                {
                    cell.bordered = true;
                }
            }
        }
        Ok(())
    }

    fn rows(&mut self) -> Result<(), InputError> {
        while let Some(tag) = self.xml.child()? {
            match (tag.space, tag.name) {
                (Space::W, "tr") => self.row()?,
                (Space::W, "tblPr") => self.table_props()?,
                (Space::W, "tblGrid") => self.grid()?,
                (Space::W, "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo") => self.rows()?,
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    fn grid(&mut self) -> Result<(), InputError> {
        while let Some(tag) = self.xml.child()? {
            if tag.name == "gridCol"
                && let Some(table) = self.tables.last_mut()
            {
                // One that is not known is wide enough for nothing.
                table.grid.push(twips(&self.xml, tag).unwrap_or(0));
            }
            self.xml.skip()?;
        }
        Ok(())
    }

    fn table_props(&mut self) -> Result<(), InputError> {
        while let Some(tag) = self.xml.child()? {
            let Some(table) = self.tables.last_mut() else {
                return self.xml.skip();
            };
            match tag.name {
                "tblStyle" => {
                    let id = value(&self.xml, tag);
                    table.style = id.map(|id| self.shared.names.get(&id));
                }
                "tblLook" => table.shown = TableLook::read(&self.xml, tag),
                "tblBorders" => {
                    table.bordered = Some(shows_lines(&mut self.xml)?);
                    continue;
                }
                _ => {}
            }
            self.xml.skip()?;
        }
        Ok(())
    }

    fn row(&mut self) -> Result<(), InputError> {
        let first = self.out.formatting.paragraphs.len();
        let page = self.page;
        let mut last_page = page;
        let mut columns = 0;
        let in_deleted = self.deleted.is_some();
        self.cells(page, &mut last_page, &mut columns)?;
        self.page = last_page;
        if self.deleted.is_some() && !in_deleted {
            self.end_deleted();
        }
        if let Some(table) = self.tables.last_mut() {
            for paragraph in &mut self.out.formatting.paragraphs[first..] {
                if let Some(cell) = &mut paragraph.cell
                    && cell.table == table.index
                {
                    cell.columns = columns;
                }
            }
            table.row += 1;
            table.at = 0;
            table.row_regions = None;
        }
        Ok(())
    }

    fn cells(
        &mut self,
        page: Option<u32>,
        last_page: &mut Option<u32>,
        columns: &mut u32,
    ) -> Result<(), InputError> {
        while let Some(tag) = self.xml.child()? {
            match (tag.space, tag.name) {
                (Space::W, "tc") => {
                    // Each cell of a row begins on the page on which the row does.
                    self.page = page;
                    if *columns > 0 {
                        self.part_cells();
                    }
                    self.table_cell(*columns)?;
                    *last_page = self.page.max(*last_page);
                    *columns += 1;
                }
                (Space::W, "trPr") => {
                    while let Some(tag) = self.xml.child()? {
                        if tag.name == "cnfStyle"
                            && let Some(table) = self.tables.last_mut()
                        {
                            table.row_regions = noted_regions(&self.xml, tag);
                        }
                        if tag.name == "gridBefore"
                            && let Some(table) = self.tables.last_mut()
                        {
                            table.at = spanned(&self.xml, tag).unwrap_or(0);
                        }
                        if tag.name == "del" && self.deleted.is_none() {
                            self.deleted = Some(String::new());
                        }
                        self.xml.skip()?;
                    }
                }
                (Space::W, "sdt" | "sdtContent" | "customXml") => {
                    self.cells(page, last_page, columns)?;
                }
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    /// Between two cells of a row: in a table with lines they are parted by a tab, as in a row of
    /// figures; one without sets lines side by side, which are read one cell after the other.
    fn part_cells(&mut self) {
        let shows_lines = self
            .tables
            .last()
            .is_some_and(|table| table.shows_lines(self.shared.styles));
        if shows_lines && self.deleted.is_none() && self.out.source.ends_with('\n') {
            self.out.source.pop();
            self.out.source.push('\t');
        }
    }

    fn table_cell(&mut self, column: u32) -> Result<(), InputError> {
        let outer = self.cell;
        if let Some(table) = self.tables.last_mut() {
            table.cells += 1;
            table.cell_regions = None;
            self.cell = Some(Cell {
                table: table.index,
                row: table.row,
                column,
                columns: 0,
                bordered: false,
                width: None,
            });
        }
        let container = self.enter();
        let mut line_below = None;
        let mut span = 1;
        while let Some(tag) = self.xml.child()? {
            if (tag.space, tag.name) == (Space::W, "tcPr") {
                line_below = self.cell_props(&mut span)?;
            } else {
                self.element(tag, Level::Block)?;
            }
        }
        if let Some(table) = self.tables.last_mut() {
            table.at = table.at.saturating_add(span);
        }
        if let Some(border) = line_below {
            self.line_below_cell(border);
        }
        self.container = container;
        self.cell = outer;
        Ok(())
    }

    /// The line below a cell that has no other stands below its last paragraph.
    fn line_below_cell(&mut self, border: Border) {
        let Some(last) = self.out.formatting.paragraphs.last() else {
            return;
        };
        if last.cell.is_some_and(|cell| Some(cell) == self.cell) {
            self.out.formatting.lines.push(DrawnLine {
                at: last.span.start,
                make: LineMake::BorderBelow,
                length: None,
                solid: border.solid,
            });
        }
    }

    /// The cell is as wide as it says, unless the columns that it spans are narrower.
    fn set_width(&mut self, stated: Option<i32>, span: usize) {
        let (Some(cell), Some(table)) = (&mut self.cell, self.tables.last()) else {
            return;
        };
        let span = span.min(MOST_COLUMNS);
        let columns = table.grid.get(table.at..table.at.saturating_add(span));
        let spanned = columns.map(|columns| columns.iter().sum());
        let both = stated.zip(spanned);
        cell.width = both.map(|(stated, spanned): (i32, i32)| Twips(stated.min(spanned)));
    }

    /// Reads the properties of a cell and how many columns it spans; returns the line below it where it
    /// has that one only.
    fn cell_props(&mut self, span: &mut usize) -> Result<Option<Border>, InputError> {
        let mut line_below = None;
        let mut stated = None;
        while let Some(tag) = self.xml.child()? {
            if tag.name == "cnfStyle"
                && let Some(table) = self.tables.last_mut()
            {
                table.cell_regions = noted_regions(&self.xml, tag);
            }
            match tag.name {
                "tcW" => stated = twips(&self.xml, tag),
                "gridSpan" => *span = spanned(&self.xml, tag).unwrap_or(1),
                _ => {}
            }
            if tag.name != "tcBorders" {
                self.xml.skip()?;
                continue;
            }
            let (mut lines, mut gaps) = (0, 0);
            while let Some(side) = self.xml.child()? {
                let border = border(&self.xml, side);
                lines += u32::from(border.visible);
                gaps += u32::from(!border.visible);
                if side.name == "bottom" && border.visible {
                    line_below = Some(border);
                }
                self.xml.skip()?;
            }
            line_below = line_below.filter(|_| lines == 1);
            if let Some(table) = self.tables.last_mut() {
                table.framed += u32::from(lines >= 2);
                table.bare += u32::from(lines == 0 && gaps >= 2);
            }
        }
        self.set_width(stated, *span);
        Ok(line_below)
    }

    // --- Runs ---------------------------------------------------------------------------------

    fn inline(&mut self, tag: Tag<'x>) -> Result<(), InputError> {
        match (tag.space, tag.name) {
            (Space::W, "r") => self.run(),
            (Space::W, "hyperlink") => self.hyperlink(tag),
            (Space::W, "ins" | "moveTo") => self.inserted(Level::Inline),
            (Space::W, "del" | "moveFrom") => self.deleted(Level::Inline),
            (Space::W, "smartTag" | "customXml" | "dir" | "bdo") => self.children(Level::Inline),
            (Space::W, "sdt") => self.content_control(Level::Inline),
            (Space::W, "fldSimple") => self.simple_field(tag),
            (Space::W, "commentRangeStart" | "commentRangeEnd") => self.comment(tag),
            (Space::M, "t") => self.text(tag),
            (Space::M, _) => self.children(Level::Inline),
            _ => self.xml.skip(),
        }
    }

    fn hyperlink(&mut self, tag: Tag<'x>) -> Result<(), InputError> {
        let id = self.xml.attribute(tag, Space::R, "id");
        let start = self.out.here().start;
        self.children(Level::Inline)?;
        let relations = self.relations;
        let relation = id.and_then(|id| relations.get(&id));
        if let Some(relation) = relation.filter(|relation| relation.external) {
            let span = self.out.since(start);
            self.out
                .mark(MarkKind::ExternalLink, span, &relation.target);
        }
        Ok(())
    }

    fn run(&mut self) -> Result<(), InputError> {
        let raw = self.xml.range().start;
        let index = self.out.provenance.as_mut().map(|provenance| {
            provenance.runs.push(raw..raw);
            provenance.runs.len() - 1
        });
        let start = self.out.here().start;
        self.in_run = true;
        let mut is_known = false;
        while let Some(tag) = self.xml.child()? {
            let (props, tracked) = if (tag.space, tag.name) == (Space::W, "rPr") {
                run_props(&mut self.xml, &mut self.shared.names)?
            } else {
                if !is_known {
                    self.look(&RunProps::default(), false);
                    is_known = true;
                }
                self.element(tag, Level::Run)?;
                continue;
            };
            self.look(&props, tracked.reformatted);
            is_known = true;
        }
        self.in_run = false;
        if !self.hidden.is_empty() {
            let here = self.out.here();
            let text = std::mem::take(&mut self.hidden);
            self.out.mark(MarkKind::Hidden, here, &text);
        }
        let span = self.out.since(start);
        if self.run.reformatted && !span.is_empty() {
            self.out.mark(MarkKind::Reformatted, span, "");
        }
        if let (Some(provenance), Some(index)) = (&mut self.out.provenance, index) {
            provenance.runs[index].end = self.xml.range().end;
        }
        Ok(())
    }

    /// Sets how the run looks that states `direct`.
    fn look(&mut self, direct: &RunProps, reformatted: bool) {
        if let Some(current) = &self.current {
            self.run = RunState {
                look: self.shared.styles.characters(&current.base.run, direct),
                reformatted,
            };
        }
    }

    fn run_content(&mut self, tag: Tag<'x>) -> Result<(), InputError> {
        let Space::W = tag.space else {
            return if tag.space == Space::M {
                self.inline(tag)
            } else {
                self.xml.skip()
            };
        };
        match tag.name {
            "t" | "delText" => return self.text(tag),
            "tab" => self.sign("\t"),
            "ptab" => {
                let align = self.xml.attribute(tag, Space::W, "alignment");
                self.page_tab = align.and_then(|name| align_named(&name));
                self.sign("\t");
            }
            "cr" => self.sign("\n"),
            "br" => {
                let kind = self.xml.attribute(tag, Space::W, "type");
                let is_page = kind.is_some_and(|kind| kind == "page");
                self.sign(if is_page { "\x0C" } else { "\n" });
            }
            "noBreakHyphen" => self.sign("\u{2011}"),
            "sym" => {
                let sign = symbol(&self.xml, tag);
                self.sign(sign.encode_utf8(&mut [0; 4]));
            }
            "lastRenderedPageBreak" => self.page_begins(),
            "fldChar" => self.field(tag),
            "pgNum" => {
                let page = self.told("page");
                self.shown(page);
            }
            "instrText" => return self.instruction(),
            "footnoteReference" | "endnoteReference" => {
                let kind = if tag.name == "footnoteReference" {
                    "footnote"
                } else {
                    "endnote"
                };
                if let Some(id) = self.xml.attribute(tag, Space::W, "id") {
                    self.shared.notes.push((kind, id.into_owned()));
                }
            }
            "commentReference" => return self.comment(tag),
            "drawing" | "pict" | "object" => {
                self.children(Level::Drawing)?;
                return Ok(());
            }
            "ruby" => {
                while let Some(tag) = self.xml.child()? {
                    if tag.name == "rubyBase" {
                        self.children(Level::Inline)?;
                    } else {
                        self.xml.skip()?;
                    }
                }
                return Ok(());
            }
            _ => {}
        }
        self.xml.skip()
    }

    /// The file tells where a page began when it was last shown.
    fn page_begins(&mut self) {
        let Some(page) = &mut self.page else { return };
        *page += 1;
        let page = *page;
        let here = self.out.here().start;
        let begins = self
            .current
            .as_ref()
            .is_some_and(|current| current.start == here);
        if begins && let Some(paragraph) = self.out.paragraph() {
            paragraph.page = Some(page);
        }
    }

    fn text(&mut self, tag: Tag<'x>) -> Result<(), InputError> {
        let keeps_blanks = self.xml.space_kept(tag);
        self.scratch.clear();
        loop {
            let piece = match self.xml.next()? {
                Node::Text(text) => Piece::Text(text),
                Node::Char(c) => Piece::Char(c),
                Node::Open(_) => {
                    self.xml.skip()?;
                    continue;
                }
                Node::Close | Node::End => break,
            };
            self.scratch.push((piece, self.xml.range()));
        }
        let mut pieces = std::mem::take(&mut self.scratch);
        if !keeps_blanks {
            trim(&mut pieces);
        }
        for (piece, range) in &pieces {
            match *piece {
                Piece::Text(text) => self.write(text, range.clone()),
                Piece::Char(c) => self.write(c.encode_utf8(&mut [0; 4]), range.clone()),
            }
        }
        self.scratch = pieces;
        Ok(())
    }

    /// A character that an element stands for.
    fn sign(&mut self, sign: &str) {
        let range = self.xml.range();
        self.emit(sign, range);
    }

    /// Characters of a text; a line break in them is a blank.
    fn write(&mut self, text: &str, range: Range<usize>) {
        if text.contains(['\n', '\r', '\x0C']) {
            let text = text.replace(['\n', '\r', '\x0C'], " ");
            self.emit(&text, range);
        } else {
            self.emit(text, range);
        }
    }

    fn emit(&mut self, text: &str, range: Range<usize>) {
        if text.is_empty() || self.fields.iter().any(|field| !field.in_result) {
            return;
        }
        if let Some(deleted) = &mut self.deleted {
            deleted.push_str(text);
        } else if self.run.look.hidden {
            self.hidden.push_str(text);
        } else if self.current.is_some() {
            if let Some(index) = self.page_field.take()
                && let Some(field) = self.out.page_fields.get_mut(index)
            {
                field.style = self.run.look.of_digits();
            }
            self.out
                .text(text, &self.run.look, self.part, range, self.in_run);
        }
    }

    // --- Fields -------------------------------------------------------------------------------

    fn simple_field(&mut self, tag: Tag<'x>) -> Result<(), InputError> {
        let instruction = self.xml.attribute(tag, Space::W, "instr");
        let page = instruction.and_then(|instruction| self.told(&instruction));
        self.children(Level::Inline)?;
        self.shown(page);
        Ok(())
    }

    fn field(&mut self, tag: Tag<'x>) {
        match self.xml.attribute(tag, Space::W, "fldCharType").as_deref() {
            Some("begin") if self.fields.len() == DEEPEST_FIELD => self.deeper += 1,
            Some("begin") => self.fields.push(Field::default()),
            Some("separate") if self.deeper > 0 => {}
            Some("end") if self.deeper > 0 => self.deeper -= 1,
            Some("separate") => {
                let Some(field) = self.fields.last_mut() else {
                    return;
                };
                field.in_result = true;
                let instruction = std::mem::take(&mut field.instruction);
                let page = self.told(&instruction);
                if let Some(field) = self.fields.last_mut() {
                    (field.instruction, field.page) = (instruction, page);
                }
            }
            Some("end") => {
                let Some(field) = self.fields.pop() else {
                    return;
                };
                let page = match field.in_result {
                    true => field.page,
                    false => self.told(&field.instruction),
                };
                self.shown(page);
            }
            _ => {}
        }
    }

    /// What the field of a page number shows ends here.
    fn shown(&mut self, page: Option<usize>) {
        let end = self.out.here().end;
        let Some(field) = page.and_then(|page| self.out.page_fields.get_mut(page)) else {
            return;
        };
        field.shown.end = end;
        // What follows one without a result does not tell how it looks; that of a condition does.
        if !field.conditional {
            self.page_field = None;
        }
    }

    fn instruction(&mut self) -> Result<(), InputError> {
        loop {
            let field = self.fields.last_mut().map(|field| &mut field.instruction);
            let field = field.filter(|instruction| instruction.len() < INSTRUCTION);
            match (self.xml.next()?, field) {
                (Node::Text(text), Some(field)) => field.push_str(text),
                (Node::Char(c), Some(field)) => field.push(c),
                (Node::Open(_), _) => self.xml.skip()?,
                (Node::Close | Node::End, _) => return Ok(()),
                _ => {}
            }
        }
    }

    /// Takes note of a field that shows the number of the page, and tells its index.
    fn told(&mut self, instruction: &str) -> Option<usize> {
        if !field_name(instruction).eq_ignore_ascii_case("page") || self.deleted.is_some() {
            return None;
        }
        let has = |switch: &str| {
            let mut words = instruction.split(|c: char| c.is_ascii_whitespace() || c == '*');
            words.any(|word| word.eq_ignore_ascii_case(switch))
        };
        let is_condition =
            |field: &Field| field_name(&field.instruction).eq_ignore_ascii_case("if");
        let (start, conditional) = (self.out.here(), self.fields.iter().any(is_condition));
        // The number that a condition asks for and the one that it shows are one.
        self.out
            .page_fields
            .pop_if(|last| conditional && last.conditional && last.shown == start);
        let index = self.out.page_fields.len();
        if index == MOST_PAGE_FIELDS {
            return None;
        }
        self.page_field = Some(index);
        self.out.page_fields.push(PageField {
            align: self.align_here(),
            style: self.run.look.of_digits(),
            is_arabic: !has("roman") && !has("alphabetic"),
            shown: start,
            conditional,
            plain: self.fields.iter().all(|f| f.instruction.is_empty()),
            beside: Arc::from(if has("arabicdash") { "- -" } else { "" }),
        });
        Some(index)
    }

    /// How what is written next is aligned on the page: by the frame around it, the tabs before it
    /// or its paragraph. In a box or a cell that says nothing about the page.
    fn align_here(&self) -> Option<Align> {
        let current = self.current.as_ref()?;
        if self.box_depth > 0 || self.cell.is_some() {
            return None;
        }
        if let Some(align) = self.page_tab.or(current.props.frame) {
            return Some(align);
        }
        let before = &self.out.source[current.start as usize..];
        let tabs = before.bytes().filter(|&b| b == b'\t').count();
        if let Some(tab) = tabs.checked_sub(1) {
            return current.props.tabs.get(tab).map(|&(_, align)| align);
        }
        Some(current.props.align.unwrap_or(Align::Left))
    }

    // --- Drawings -----------------------------------------------------------------------------

    fn drawing(&mut self, tag: Tag<'x>) -> Result<(), InputError> {
        match (tag.space, tag.name) {
            (Space::W, "txbxContent") => {
                let start = self.xml.range().end;
                self.xml.skip()?;
                let end = self.xml.range().start;
                if self.deleted.is_none() && start < end {
                    self.boxes.push(start..end);
                }
                Ok(())
            }
            (Space::V, "shapetype") => self.xml.skip(),
            (Space::V, "group") => {
                let unit = unit_within(&self.xml, tag, self.unit);
                let around = std::mem::replace(&mut self.unit, unit);
                let done = self.children(Level::Drawing);
                self.unit = around;
                done
            }
            _ => {
                let shape = Shape::of(&self.xml, tag, self.unit);
                let is_shape = shape.is_some();
                self.shapes.extend(shape);
                if let Some(shape) = self.shapes.last_mut() {
                    shape.tell(&self.xml, tag);
                }
                self.children(Level::Drawing)?;
                if is_shape && let Some(shape) = self.shapes.pop() {
                    self.shape(&shape);
                }
                Ok(())
            }
        }
    }

    fn shape(&mut self, shape: &Shape) {
        let Some(current) = &self.current else { return };
        if self.deleted.is_none() && shape.is_rule() {
            self.out.formatting.lines.push(DrawnLine {
                at: current.start,
                make: LineMake::Shape,
                length: shape.length(),
                solid: shape.is_solid(),
            });
        }
    }
}

/// The blanks at the ends of a text that does not keep them go.
fn trim(pieces: &mut [(Piece<'_>, Range<usize>)]) {
    const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];
    if let Some((Piece::Text(text), range)) = pieces.first_mut() {
        let kept = text.trim_start_matches(BLANKS);
        range.start += text.len() - kept.len();
        *text = kept;
    }
    if let Some((Piece::Text(text), range)) = pieces.last_mut() {
        let kept = text.trim_end_matches(BLANKS);
        range.end -= text.len() - kept.len();
        *text = kept;
    }
}

/// What a reader sees of a sign of a font of symbols.
fn symbol(xml: &Xml<'_>, tag: Tag<'_>) -> char {
    let code = xml.attribute(tag, Space::W, "char").unwrap_or_default();
    match u32::from_str_radix(&code, 16).unwrap_or_default() {
        0xF0A8 | 0xA8 | 0xF06F | 0x6F | 0xF071 | 0x71 => '□',
        0xF0FE | 0xFE | 0xF052 | 0x52 => '☑',
        0xF0FC | 0xFC => '✓',
        0xF02D | 0x2D => '-',
        0xF02B | 0x2B => '+',
        _ => '•',
    }
}

fn line_spacing(props: &ParaProps) -> LineSpacing {
    match (props.line, props.line_rule) {
        (None, _) => LineSpacing::Multiple(1.0),
        (Some(line), Some(LineRule::AtLeast)) => LineSpacing::AtLeast(Twips(line)),
        (Some(line), Some(LineRule::Exact)) => LineSpacing::Exactly(Twips(line)),
        // A file's spacing is a few hundred: exact in this type.
        #[allow(clippy::cast_precision_loss)]
        (Some(line), _) => LineSpacing::Multiple(line as f32 / LINE),
    }
}
