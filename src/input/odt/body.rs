//! The text of a document: paragraphs, lists, tables, boxes, and what was changed in them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::super::InputError;
use super::super::package::{Node, Space, Tag, Xml, comment_by};
use super::Content;
use super::flow::{Flow, Origin};
use super::length::Length;
use super::list::{Label, ListStyle, Lists, OpenList};
use super::shape;
use super::styles::{CharProps, Family, Resolved, Styles};
use crate::document::{
    Align, Cell, CharStyle, DrawnLine, LineMake, LineSpacing, MarkKind, Paragraph, Twips,
};
use crate::text::Span;

/// Blanks that one element may stand for at most; a line has no more.
const MOST_BLANKS: usize = 100;

/// Reads the body of a document.
pub(super) struct Body<'s> {
    styles: &'s mut Styles,
    flow: Flow,
    /// Flows that wait until the box within them is read.
    depth: usize,
    /// Paragraphs so far.
    number: u32,
    /// The page, where the file tells.
    page: Option<u32>,
    tables: u32,
    lists: Lists,
    changes: HashMap<String, Change>,
    /// Changes and comments that have begun: the depth of their flow and the place of their mark.
    open_marks: HashMap<(&'static str, String), (usize, usize)>,
    sections: Vec<SectionStart>,
    /// Where tables with lines between their cells begin.
    table_starts: Vec<u32>,
    /// Notes at the foot of pages and at the end; they follow the text.
    notes: [Vec<Flow>; 2],
    /// Where paragraphs and spans of characters stand in the part; kept only where asked for.
    places: Option<Places>,
    /// The paragraph that ended last, for the space between it and the next.
    last: Option<Last>,
    /// Tells cells, boxes and the text around them apart.
    container: u32,
    containers: u32,
}

/// Bytes of the part, from 0, tags included.
#[derive(Default)]
pub(super) struct Places {
    pub(super) paragraphs: Vec<Range<usize>>,
    pub(super) runs: Vec<Range<usize>>,
}

/// A paragraph that was read.
struct Last {
    container: u32,
    style: Option<Arc<str>>,
    contextual: bool,
    /// How deep its flow is, and its place in it.
    depth: usize,
    index: usize,
}

/// Where pages of another kind begin.
pub(super) struct SectionStart {
    /// In the text.
    pub(super) at: u32,
    /// The master page.
    pub(super) master: Option<Arc<str>>,
    /// Columns, where a section of text has its own.
    pub(super) columns: Option<u16>,
    pub(super) first_number: Option<i32>,
    /// Whether it goes on on the page on which the one before ends.
    pub(super) continues: bool,
}

/// A change that was tracked.
enum Change {
    Inserted,
    Deleted(Arc<str>),
    Reformatted,
}

/// Where a paragraph stands.
#[derive(Clone, Copy, Default)]
struct Place {
    cell: Option<Cell>,
    in_box: bool,
}

impl Place {
    /// Whether pages can begin here.
    fn is_main(self) -> bool {
        self.cell.is_none() && !self.in_box
    }
}

/// The item of a list that the next paragraph begins.
struct Item<'l> {
    list: &'l OpenList,
    /// Whether its label is still to be shown.
    pending: bool,
    /// The number it begins with.
    from: Option<u32>,
}

/// A paragraph that is being read.
struct Inline {
    /// Whether a blank would be dropped: at its beginning, and after a blank.
    after_blank: bool,
    /// What stands in boxes that are anchored in it.
    boxes: Vec<Flow>,
    /// Where its text begins, its label left out.
    start: u32,
    /// Which it is, counted from 0.
    paragraph: u32,
    /// The innermost span of characters.
    run: Option<u32>,
}

/// How characters look here.
struct Look {
    props: CharProps,
    style: CharStyle,
}

impl Look {
    fn new(props: CharProps) -> Self {
        let style = props.style();
        Self { props, style }
    }

    fn is_hidden(&self) -> bool {
        self.props.hidden == Some(true)
    }
}

impl<'s> Body<'s> {
    /// A reader that keeps track of where the text came from, or does not.
    pub(super) fn new(styles: &'s mut Styles, tracks: bool) -> Self {
        Self {
            styles,
            flow: Flow::default(),
            depth: 0,
            number: 0,
            page: None,
            tables: 0,
            lists: Lists::default(),
            changes: HashMap::new(),
            open_marks: HashMap::new(),
            sections: Vec::new(),
            table_starts: Vec::new(),
            notes: [Vec::new(), Vec::new()],
            places: tracks.then(Places::default),
            last: None,
            container: 0,
            containers: 0,
        }
    }

    /// What was read.
    pub(super) fn content(self) -> Content {
        Content {
            flow: self.flow,
            starts: self.sections,
            tables: self.table_starts,
            places: self.places.unwrap_or_default(),
        }
    }

    /// Reads `office:text`, to its end.
    pub(super) fn read(&mut self, xml: &mut Xml<'_>, tag: Tag<'_>) -> Result<(), InputError> {
        let soft = xml.attribute(tag, Space::Text, "use-soft-page-breaks");
        if soft.is_some_and(|soft| soft == "true") {
            self.page = Some(1);
        }
        self.blocks(xml, Place::default())?;
        for note in std::mem::take(&mut self.notes).into_iter().flatten() {
            self.flow.append(note);
        }
        self.flow.end_hidden();
        self.table_starts.sort_unstable();
        Ok(())
    }

    /// Reads paragraphs and what stands between them, to the end of the element.
    fn blocks(&mut self, xml: &mut Xml<'_>, place: Place) -> Result<(), InputError> {
        while let Some(tag) = xml.child()? {
            self.block(xml, tag, place, None)?;
        }
        Ok(())
    }

    fn block(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
        place: Place,
        item: Option<&mut Item<'_>>,
    ) -> Result<(), InputError> {
        match (tag.space, tag.name) {
            (Space::Text, "p" | "h") => self.paragraph(xml, tag, place, item),
            (Space::Text, "list") => self.list(xml, tag, place, item.map(|item| item.list)),
            (Space::Text, "numbered-paragraph") => self.numbered(xml, tag, place),
            (Space::Text, "section") => self.section(xml, tag, place),
            (Space::Text, name) if is_index(name) => {
                while let Some(tag) = xml.child()? {
                    if matches!(tag.name, "index-body" | "index-title") {
                        self.blocks(xml, place)?;
                    } else {
                        xml.skip()?;
                    }
                }
                Ok(())
            }
            (Space::Text, "index-title") => self.blocks(xml, place),
            (Space::Text, "soft-page-break") => {
                self.turn_page();
                xml.skip()
            }
            (Space::Text, "tracked-changes") => self.tracked_changes(xml),
            (Space::Text, "change" | "change-start" | "change-end") => {
                self.change(xml, tag);
                xml.skip()
            }
            (Space::Table, "table") => self.table(xml, tag, place),
            (Space::Draw, _) => {
                let mut inline = Inline::new(self.flow.here().start, self.number);
                self.drawing(xml, tag, &mut inline)?;
                self.put_boxes(inline);
                Ok(())
            }
            _ => xml.skip(),
        }
    }

    fn turn_page(&mut self) {
        self.page = self.page.map(|page| page.saturating_add(1));
    }

    /// Begins pages of another kind where the style of what stands here says so.
    fn begin_pages(&mut self, style: &Resolved, place: Place) {
        if !place.is_main() {
            return;
        }
        let at = self.flow.here().start;
        let is_first = self.sections.is_empty();
        if style.master.is_some() || is_first {
            self.sections.push(SectionStart {
                at,
                master: style.master.clone(),
                columns: None,
                first_number: style.para.page_number,
                continues: false,
            });
        }
        let breaks = style.master.is_some() || style.para.breaks_page == Some(true);
        if breaks && !self.flow.text.is_empty() {
            self.turn_page();
            self.flow.text.push('\x0C');
        }
    }

    fn section(&mut self, xml: &mut Xml<'_>, tag: Tag<'_>, place: Place) -> Result<(), InputError> {
        let name = xml.attribute(tag, Space::Text, "style-name");
        let style = self.styles.resolve(Family::Section, name.as_deref());
        let display = xml.attribute(tag, Space::Text, "display");
        if style.hidden || display.is_some_and(|display| display == "none") {
            let text = self.set_aside(xml)?;
            self.flow.hide(&text);
            self.flow.end_hidden();
            return Ok(());
        }
        let columns = style
            .columns
            .filter(|&columns| columns > 1 && place.is_main());
        if columns.is_some() {
            self.begin_columns(columns);
        }
        self.blocks(xml, place)?;
        if columns.is_some() {
            self.begin_columns(None);
        }
        Ok(())
    }

    fn begin_columns(&mut self, columns: Option<u16>) {
        let master = self.sections.last().and_then(|last| last.master.clone());
        let at = self.flow.here().start;
        self.sections.push(SectionStart {
            at,
            master,
            columns,
            first_number: None,
            continues: true,
        });
    }

    /// The plain text of an element that is not part of the text, to its end.
    fn set_aside(&mut self, xml: &mut Xml<'_>) -> Result<String, InputError> {
        let outside = xml.depth().saturating_sub(1);
        let mut text = String::new();
        let mut silent: Option<usize> = None;
        while xml.depth() > outside {
            match xml.next()? {
                Node::Open(tag) => match (tag.space, tag.name) {
                    _ if silent.is_some() => {}
                    (Space::Office, "change-info" | "annotation")
                    | (Space::Text, "tracked-changes" | "note") => silent = Some(xml.depth()),
                    (Space::Text, "p" | "h") if !text.is_empty() => text.push('\n'),
                    (Space::Text, "line-break") => text.push('\n'),
                    (Space::Text, "tab") => text.push('\t'),
                    (Space::Text, "s") => text.push(' '),
                    _ => {}
                },
                Node::Close => silent = silent.filter(|depth| *depth <= xml.depth()),
                Node::Text(part) if silent.is_none() => text.push_str(part),
                Node::Char(c) if silent.is_none() => text.push(c),
                Node::Text(_) | Node::Char(_) => {}
                Node::End => break,
            }
        }
        Ok(text)
    }

    // Lists

    fn list(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
        place: Place,
        outer: Option<&OpenList>,
    ) -> Result<(), InputError> {
        let text = |name| xml.attribute(tag, Space::Text, name);
        let name = text("style-name");
        let style = name.as_deref().and_then(|name| self.styles.list(name));
        let list = match outer {
            Some(outer) => OpenList {
                level: outer.level + 1,
                style: style.or_else(|| outer.style.clone()),
                ..outer.clone()
            },
            None => {
                let id = xml.attribute(tag, Space::Other, "id");
                let continues = text("continue-numbering").is_some_and(|value| value == "true");
                let other = text("continue-list");
                self.lists.begin(
                    style,
                    name.as_deref(),
                    id.as_deref(),
                    continues,
                    other.as_deref(),
                )
            }
        };
        while let Some(tag) = xml.child()? {
            let is_item = (tag.space, tag.name) == (Space::Text, "list-item");
            if tag.space != Space::Text || !(is_item || tag.name == "list-header") {
                xml.skip()?;
                continue;
            }
            let override_name = xml.attribute(tag, Space::Text, "style-override");
            let other = override_name.and_then(|name| self.styles.list(&name));
            let own = other.map(|style| OpenList {
                style: Some(style),
                ..list.clone()
            });
            let from = xml.attribute(tag, Space::Text, "start-value");
            let mut item = Item {
                list: own.as_ref().unwrap_or(&list),
                pending: is_item,
                from: from.and_then(|from| from.parse().ok()),
            };
            while let Some(tag) = xml.child()? {
                self.block(xml, tag, place, Some(&mut item))?;
            }
        }
        Ok(())
    }

    /// A paragraph that says of itself which list it is in.
    fn numbered(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
        place: Place,
    ) -> Result<(), InputError> {
        let text = |name| xml.attribute(tag, Space::Text, name);
        let name = text("style-name");
        let style = name.as_deref().and_then(|name| self.styles.list(name));
        let id = text("list-id");
        let level = text("level").and_then(|level| level.parse::<usize>().ok());
        let mut list = self.lists.begin(
            style,
            name.as_deref(),
            id.as_deref(),
            id.is_none(),
            id.as_deref(),
        );
        list.level = level.unwrap_or(1).saturating_sub(1);
        let from = text("start-value").and_then(|from| from.parse().ok());
        let mut item = Item {
            list: &list,
            pending: true,
            from,
        };
        while let Some(tag) = xml.child()? {
            self.block(xml, tag, place, Some(&mut item))?;
        }
        Ok(())
    }

    /// The style of the list that a paragraph is in, and the label where it begins an item.
    fn label(
        &mut self,
        xml: &Xml<'_>,
        tag: Tag<'_>,
        style: &Resolved,
        item: Option<&mut Item<'_>>,
    ) -> (Option<(Rc<ListStyle>, usize)>, Option<Label>) {
        let Some(item) = item else {
            return (None, self.heading_label(xml, tag));
        };
        let named = || self.styles.list(style.list.as_deref()?);
        let Some(of_list) = item.list.style.clone().or_else(named) else {
            return (None, None);
        };
        let counts = std::mem::take(&mut item.pending);
        let label = if counts {
            self.lists.next(item.list, &of_list, item.from)
        } else {
            None
        };
        (Some((of_list, item.list.level)), label)
    }

    fn heading_label(&mut self, xml: &Xml<'_>, tag: Tag<'_>) -> Option<Label> {
        let text = |name| xml.attribute(tag, Space::Text, name);
        if tag.name != "h" || text("is-list-header").is_some_and(|value| value == "true") {
            return None;
        }
        let level: usize = text("outline-level")?.parse().ok()?;
        let style = self.styles.outline.clone()?;
        self.lists.next_heading(&style, level.checked_sub(1)?)
    }

    // Tables

    fn table(&mut self, xml: &mut Xml<'_>, tag: Tag<'_>, place: Place) -> Result<(), InputError> {
        let name = xml.attribute(tag, Space::Table, "style-name");
        let style = self.styles.resolve(Family::Table, name.as_deref());
        self.begin_pages(&style, place);
        let start = self.flow.here().start;
        let mut table = Table {
            index: self.tables,
            row: 0,
            widths: Vec::new(),
            cells: 0,
            framed: 0,
        };
        self.tables = self.tables.saturating_add(1);
        let first = self.flow.paragraphs.len();
        self.rows(xml, place, &mut table)?;
        if table.shows_lines() {
            if self.depth == 0 {
                self.table_starts.push(start);
            }
            // Only now is it known of all its cells.
            let cells = self.flow.paragraphs[first..].iter_mut();
            for cell in cells.filter_map(|paragraph| paragraph.cell.as_mut()) {
                cell.bordered |= cell.table == table.index;
            }
        }
        Ok(())
    }

    fn rows(
        &mut self,
        xml: &mut Xml<'_>,
        place: Place,
        table: &mut Table,
    ) -> Result<(), InputError> {
        while let Some(tag) = xml.child()? {
            match (tag.space, tag.name) {
                (Space::Table, "table-header-rows" | "table-rows" | "table-row-group") => {
                    self.rows(xml, place, table)?;
                }
                (Space::Table, "table-columns" | "table-header-columns" | "table-column-group") => {
                    self.rows(xml, place, table)?;
                }
                (Space::Table, "table-column") => {
                    self.column(xml, tag, table);
                    xml.skip()?;
                }
                (Space::Table, "table-row") => self.row(xml, place, table)?,
                (Space::Text, "soft-page-break") => {
                    self.turn_page();
                    xml.skip()?;
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn column(&mut self, xml: &Xml<'_>, tag: Tag<'_>, table: &mut Table) {
        let table_says = |name| xml.attribute(tag, Space::Table, name);
        let style = self
            .styles
            .resolve(Family::Column, table_says("style-name").as_deref());
        let alike = table_says("number-columns-repeated").and_then(|count| count.parse().ok());
        let room = MOST_COLUMNS.saturating_sub(table.widths.len());
        let alike = alike.unwrap_or(1).min(room);
        table.widths.extend(std::iter::repeat_n(style.width, alike));
    }

    fn row(
        &mut self,
        xml: &mut Xml<'_>,
        place: Place,
        table: &mut Table,
    ) -> Result<(), InputError> {
        let first = self.flow.paragraphs.len();
        let (page, mut last_page) = (self.page, self.page);
        let mut columns: u32 = 0;
        let mut covers: u32 = 0;
        // The column of the table that the next cell begins at.
        let mut next = 0;
        while let Some(tag) = xml.child()? {
            let at = next;
            next += 1;
            match (tag.space, tag.name) {
                (Space::Table, "table-cell") => {}
                // Covered by the cell above; what the one on its left covers is no cell.
                (Space::Table, "covered-table-cell") => {
                    match covers.checked_sub(1) {
                        Some(less) => covers = less,
                        None => {
                            self.part_cells(columns, table);
                            self.flow.text.push('\n');
                            columns = columns.saturating_add(1);
                        }
                    }
                    xml.skip()?;
                    continue;
                }
                _ => {
                    xml.skip()?;
                    continue;
                }
            }
            let wide = xml.attribute(tag, Space::Table, "number-columns-spanned");
            let wide = wide.and_then(|wide| wide.parse::<u32>().ok()).unwrap_or(1);
            covers = wide.saturating_sub(1);
            let name = xml.attribute(tag, Space::Table, "style-name");
            let style = self.styles.resolve(Family::Cell, name.as_deref());
            self.part_cells(columns, table);
            table.cells += 1;
            table.framed += u64::from(style.cell_border);
            // Each cell of a row begins on the page on which the row does.
            self.page = page;
            let cell = Cell {
                table: table.index,
                row: table.row,
                column: columns,
                columns: 0,
                bordered: false,
                width: table.width(at, wide),
            };
            let place = Place {
                cell: Some(cell),
                ..place
            };
            let container = self.enter();
            self.blocks(xml, place)?;
            self.container = container;
            last_page = last_page.max(self.page);
            columns = columns.saturating_add(1);
        }
        self.page = last_page;
        let row = table.row;
        let cells = self.flow.paragraphs[first..].iter_mut();
        for cell in cells.filter_map(|paragraph| paragraph.cell.as_mut()) {
            if (cell.table, cell.row) == (table.index, row) {
                cell.columns = columns;
            }
        }
        table.row = row.saturating_add(1);
        Ok(())
    }

    /// Before a cell of a row: in a table with lines it is parted from the one before by a tab, as
    /// in a row of figures; one without sets lines side by side, which are read one cell after the
    /// other.
    fn part_cells(&mut self, columns: u32, table: &Table) {
        if columns > 0 && table.shows_lines() && self.flow.text.ends_with('\n') {
            self.flow.text.pop();
            self.flow.text.push('\t');
        }
    }

    /// Begins a container of paragraphs; returns the one around it.
    fn enter(&mut self) -> u32 {
        self.containers = self.containers.saturating_add(1);
        std::mem::replace(&mut self.container, self.containers)
    }

    // Paragraphs

    fn paragraph(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
        place: Place,
        item: Option<&mut Item<'_>>,
    ) -> Result<(), InputError> {
        let name = xml.attribute(tag, Space::Text, "style-name");
        let style = self.styles.resolve(Family::Paragraph, name.as_deref());
        self.begin_pages(&style, place);
        self.number = self.number.saturating_add(1);
        let (number, page) = (self.number, self.page);
        let start = self.flow.text.len();
        if let Some(places) = &mut self.places {
            places.paragraphs.push(xml.range());
        }
        let look = Look::new(style.chars.clone());
        let (list, label) = self.label(xml, tag, &style, item);
        let label = label.map(|label| self.put_label(&label));
        let mut inline = Inline::new(self.flow.here().start, number - 1);
        self.inline(xml, &look, &mut inline)?;
        if let Some(places) = &mut self.places
            && let Some(range) = places.paragraphs.get_mut(inline.paragraph as usize)
        {
            range.end = xml.range().end;
        }
        self.flow.end_hidden();
        let span = Span::new(start, self.flow.text.len());
        let mut paragraph = Paragraph {
            number,
            page,
            label,
            cell: place.cell,
            in_box: place.in_box,
            ..paragraph(span, &style, list.as_ref())
        };
        self.close_up(&style, &mut paragraph);
        self.put_borders(&style, inline.start);
        self.flow.paragraphs.push(paragraph);
        self.flow.text.push('\n');
        self.put_boxes(inline);
        Ok(())
    }

    /// Takes the space from between paragraphs of a style that asks for none between them.
    fn close_up(&mut self, style: &Resolved, paragraph: &mut Paragraph) {
        let contextual = style.para.contextual == Some(true);
        if let Some(last) = &self.last
            && (last.container, last.depth) == (self.container, self.depth)
            && last.style == style.name
        {
            if contextual {
                paragraph.space_before = Some(Twips(0));
            }
            if last.contextual
                && let Some(before) = self.flow.paragraphs.get_mut(last.index)
            {
                before.space_after = Some(Twips(0));
            }
        }
        self.last = Some(Last {
            container: self.container,
            style: style.name.clone(),
            contextual,
            depth: self.depth,
            index: self.flow.paragraphs.len(),
        });
    }

    /// Puts a label before a paragraph; it is no run, since nobody typed it.
    fn put_label(&mut self, label: &Label) -> Span {
        let start = self.flow.text.len();
        self.flow.text.push_str(&label.text);
        let span = Span::new(start, self.flow.text.len());
        if !label.joined {
            self.flow.text.push(' ');
        }
        span
    }

    fn put_borders(&mut self, style: &Resolved, at: u32) {
        let borders = [
            (LineMake::BorderAbove, style.para.border_above),
            (LineMake::BorderBelow, style.para.border_below),
        ];
        for (make, border) in borders {
            let lines = border.flatten().map(|stroke| DrawnLine {
                at,
                make,
                length: None,
                solid: stroke.solid,
            });
            self.flow.lines.extend(lines);
        }
    }

    fn put_boxes(&mut self, inline: Inline) {
        for flow in inline.boxes {
            self.flow.append(flow);
        }
    }

    /// Reads characters and what stands among them, to the end of the element.
    fn inline(
        &mut self,
        xml: &mut Xml<'_>,
        look: &Look,
        inline: &mut Inline,
    ) -> Result<(), InputError> {
        loop {
            match xml.next()? {
                Node::Open(tag) => self.element(xml, tag, look, inline)?,
                Node::Text(text) => {
                    let mut at = xml.range().start;
                    // A place where a word may be divided is no character, as it is none in Word.
                    for part in text.split(SOFT_HYPHEN) {
                        self.characters(part, at, look, inline);
                        at += part.len() + SOFT_HYPHEN.len_utf8();
                    }
                }
                Node::Char(c) => {
                    let mut buffer = [0; 4];
                    let text = &*c.encode_utf8(&mut buffer);
                    self.put(text, xml.range(), look, inline);
                    inline.after_blank = false;
                }
                Node::Close | Node::End => return Ok(()),
            }
        }
    }

    /// Puts characters, of whose blanks only the first of many counts.
    fn characters(&mut self, text: &str, at: usize, look: &Look, inline: &mut Inline) {
        let is_blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let mut start = 0;
        for (index, byte) in text.bytes().enumerate() {
            if !is_blank(byte) {
                inline.after_blank = false;
                continue;
            }
            if !inline.after_blank && byte == b' ' {
                inline.after_blank = true;
                continue;
            }
            self.put(&text[start..index], at + start..at + index, look, inline);
            if !inline.after_blank {
                self.put(" ", at + index..at + index + 1, look, inline);
                inline.after_blank = true;
            }
            start = index + 1;
        }
        self.put(&text[start..], at + start..at + text.len(), look, inline);
    }

    fn put(&mut self, text: &str, xml: Range<usize>, look: &Look, inline: &Inline) {
        if look.is_hidden() {
            self.flow.hide(text);
            return;
        }
        let origin = self.places.is_some().then(|| Origin {
            span: Span::default(),
            xml,
            paragraph: inline.paragraph,
            run: inline.run,
        });
        self.flow.push(text, &look.style, origin);
    }

    fn element(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
        look: &Look,
        inline: &mut Inline,
    ) -> Result<(), InputError> {
        match (tag.space, tag.name) {
            (Space::Text, "span") => {
                let name = xml.attribute(tag, Space::Text, "style-name");
                let style = self.styles.resolve(Family::Text, name.as_deref());
                let look = Look::new(style.chars.over(&look.props));
                self.span(xml, &look, inline)
            }
            (Space::Text, "hidden-text") => {
                let hidden = xml.attribute(tag, Space::Text, "is-hidden");
                let mut props = look.props.clone();
                if hidden.is_some_and(|hidden| hidden == "true") {
                    props.hidden = Some(true);
                }
                self.inline(xml, &Look::new(props), inline)
            }
            (Space::Text, "s") => {
                let count = xml.attribute(tag, Space::Text, "c");
                let count = count.and_then(|count| count.parse().ok()).unwrap_or(1);
                let blanks = " ".repeat(count.min(MOST_BLANKS));
                self.put(&blanks, xml.range(), look, inline);
                inline.after_blank = false;
                xml.skip()
            }
            (Space::Text, name @ ("tab" | "line-break")) => {
                let text = if name == "tab" { "\t" } else { "\n" };
                self.put(text, xml.range(), look, inline);
                // Blanks after them are kept: only those at the beginning are not.
                inline.after_blank = false;
                xml.skip()
            }
            (Space::Text, "soft-page-break") => {
                self.turn_page();
                xml.skip()
            }
            (Space::Text, "change" | "change-start" | "change-end") => {
                self.change(xml, tag);
                xml.skip()
            }
            (Space::Text, "note") => self.note(xml, tag),
            (Space::Text, "a") => self.link(xml, tag, look, inline),
            // What stands nowhere.
            (
                Space::Text,
                "number"
                | "ruby-text"
                | "script"
                | "tracked-changes"
                | "toc-mark"
                | "alphabetical-index-mark"
                | "user-index-mark",
            ) => xml.skip(),
            (Space::Office, "annotation") => self.annotation(xml, tag),
            (Space::Office, "annotation-end") => {
                if let Some(name) = xml.attribute(tag, Space::Office, "name") {
                    self.end_mark(COMMENT, name.into_owned());
                }
                xml.skip()
            }
            (Space::Draw, _) => self.drawing(xml, tag, inline),
            (Space::Text | Space::Loext, _) => self.inline(xml, look, inline),
            _ => xml.skip(),
        }
    }

    /// Reads a span of characters, to its end.
    fn span(
        &mut self,
        xml: &mut Xml<'_>,
        look: &Look,
        inline: &mut Inline,
    ) -> Result<(), InputError> {
        let Some(places) = &mut self.places else {
            return self.inline(xml, look, inline);
        };
        let index = places.runs.len();
        places.runs.push(xml.range());
        let run = u32::try_from(index).unwrap_or(u32::MAX);
        let outer = inline.run.replace(run);
        self.inline(xml, look, inline)?;
        inline.run = outer;
        if let Some(places) = &mut self.places {
            places.runs[index].end = xml.range().end;
        }
        Ok(())
    }

    fn link(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
        look: &Look,
        inline: &mut Inline,
    ) -> Result<(), InputError> {
        let target = xml
            .attribute(tag, Space::Xlink, "href")
            .map(Cow::into_owned);
        let start = self.flow.here().start;
        self.inline(xml, look, inline)?;
        if let Some(target) = target.filter(|target| !target.starts_with('#')) {
            let end = self.flow.here().end;
            let mark = self.flow.mark(MarkKind::ExternalLink, target.into());
            self.flow.marks[mark].span = Span { start, end };
        }
        Ok(())
    }

    /// Reads a note, which is put after the text.
    fn note(&mut self, xml: &mut Xml<'_>, tag: Tag<'_>) -> Result<(), InputError> {
        let class = xml.attribute(tag, Space::Text, "note-class");
        let is_last = class.is_some_and(|class| class == "endnote");
        while let Some(tag) = xml.child()? {
            if (tag.space, tag.name) == (Space::Text, "note-body") {
                // No pages begin in a note, as in a box.
                let mut content = self.apart(xml)?;
                for paragraph in &mut content.paragraphs {
                    paragraph.in_box = false;
                }
                self.notes[usize::from(is_last)].push(content);
            } else {
                xml.skip()?;
            }
        }
        Ok(())
    }

    /// Reads the paragraphs of a box into a flow of their own, to the end of the element.
    fn apart(&mut self, xml: &mut Xml<'_>) -> Result<Flow, InputError> {
        let place = Place {
            cell: None,
            in_box: true,
        };
        let outside = std::mem::take(&mut self.flow);
        let container = self.enter();
        self.depth += 1;
        let read = self.blocks(xml, place);
        self.depth -= 1;
        self.container = container;
        let mut content = std::mem::replace(&mut self.flow, outside);
        content.end_hidden();
        read.map(|()| content)
    }

    // Changes and comments

    fn tracked_changes(&mut self, xml: &mut Xml<'_>) -> Result<(), InputError> {
        while let Some(tag) = xml.child()? {
            let id = xml
                .attribute(tag, Space::Text, "id")
                .or_else(|| xml.attribute(tag, Space::Other, "id"));
            while let Some(tag) = xml.child()? {
                let change = match tag.name {
                    "insertion" => Some(Change::Inserted),
                    "format-change" => Some(Change::Reformatted),
                    "deletion" => {
                        let text = self.set_aside(xml)?;
                        if let Some(id) = &id {
                            let change = Change::Deleted(text.into());
                            self.changes.insert(id.clone().into_owned(), change);
                        }
                        continue;
                    }
                    _ => None,
                };
                if let (Some(id), Some(change)) = (&id, change) {
                    self.changes.insert(id.clone().into_owned(), change);
                }
                xml.skip()?;
            }
        }
        Ok(())
    }

    fn change(&mut self, xml: &Xml<'_>, tag: Tag<'_>) {
        let Some(id) = xml.attribute(tag, Space::Text, "change-id") else {
            return;
        };
        if tag.name == "change-end" {
            self.end_mark(CHANGE, id.into_owned());
            return;
        }
        let (kind, text) = match self.changes.get(&*id) {
            Some(Change::Deleted(text)) => (MarkKind::Deleted, text.clone()),
            Some(Change::Inserted) => (MarkKind::Inserted, Arc::from("")),
            Some(Change::Reformatted) => (MarkKind::Reformatted, Arc::from("")),
            None => return,
        };
        self.flow.end_hidden();
        let mark = self.flow.mark(kind, text);
        if tag.name == "change-start" {
            self.open_marks
                .insert((CHANGE, id.into_owned()), (self.depth, mark));
        }
    }

    fn annotation(&mut self, xml: &mut Xml<'_>, tag: Tag<'_>) -> Result<(), InputError> {
        let name = xml.attribute(tag, Space::Office, "name");
        let mut text = String::new();
        let mut author = None;
        while let Some(tag) = xml.child()? {
            if tag.name == "creator" {
                author = Some(self.set_aside(xml)?);
            } else if tag.space == Space::Text {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&self.set_aside(xml)?);
            } else {
                xml.skip()?;
            }
        }
        self.flow.end_hidden();
        let mark = self.flow.mark(comment_by(author.as_deref()), text.into());
        if let Some(name) = name {
            self.open_marks
                .insert((COMMENT, name.into_owned()), (self.depth, mark));
        }
        Ok(())
    }

    /// Ends what a change or comment concerns; one that began in another box stays a place.
    fn end_mark(&mut self, what: &'static str, id: String) {
        let Some((depth, mark)) = self.open_marks.remove(&(what, id)) else {
            return;
        };
        if depth == self.depth
            && let end = self.flow.here().end
            && let Some(mark) = self.flow.marks.get_mut(mark)
        {
            mark.span.end = end.max(mark.span.start);
        }
    }

    // Drawings

    fn drawing(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
        inline: &mut Inline,
    ) -> Result<(), InputError> {
        match tag.name {
            "g" | "a" => {
                while let Some(tag) = xml.child()? {
                    if tag.space == Space::Draw {
                        self.drawing(xml, tag, inline)?;
                    } else {
                        xml.skip()?;
                    }
                }
                Ok(())
            }
            "frame" => {
                let mut is_first = true;
                while let Some(tag) = xml.child()? {
                    let is_box = (tag.space, tag.name) == (Space::Draw, "text-box");
                    if is_box && std::mem::take(&mut is_first) {
                        self.text_box(xml, inline)?;
                    } else {
                        xml.skip()?;
                    }
                }
                Ok(())
            }
            _ => self.shape(xml, tag, inline),
        }
    }

    /// Reads a shape: a line, or a box where it holds text.
    fn shape(
        &mut self,
        xml: &mut Xml<'_>,
        tag: Tag<'_>,
        inline: &mut Inline,
    ) -> Result<(), InputError> {
        let name = xml.attribute(tag, Space::Draw, "style-name");
        let style = self.styles.resolve(Family::Graphic, name.as_deref());
        let length = shape::line(xml, tag);
        if let (Some(length), Some(stroke)) = (length, style.stroke) {
            self.flow.lines.push(DrawnLine {
                at: inline.start,
                make: LineMake::Shape,
                length: Some(length),
                solid: stroke.solid,
            });
        }
        self.text_box(xml, inline)
    }

    /// Reads what stands in a box, to its end; a box without text is none.
    fn text_box(&mut self, xml: &mut Xml<'_>, inline: &mut Inline) -> Result<(), InputError> {
        let number = self.number;
        let mut content = self.apart(xml)?;
        let words = Span::new(0, content.text.len()).trim(&content.text);
        if words.is_empty() {
            // Every shape holds an empty paragraph; nobody sees it, and it does not count.
            self.number = number;
            if let Some(places) = &mut self.places {
                places.paragraphs.truncate(number as usize);
            }
        } else {
            let mark = content.mark(MarkKind::TextBox, Arc::from(""));
            content.marks[mark].span = words;
            inline.boxes.push(content);
        }
        Ok(())
    }
}

const SOFT_HYPHEN: char = '\u{AD}';
const CHANGE: &str = "change";
const COMMENT: &str = "comment";

/// Columns of a table at most of which the widths are known.
const MOST_COLUMNS: usize = 64;

/// A table that is being read.
struct Table {
    index: u32,
    row: u32,
    /// How wide its columns are.
    widths: Vec<Option<Twips>>,
    /// Cells so far, and those of them with lines at two sides or more.
    cells: u64,
    framed: u64,
}

impl Table {
    /// Whether it shows lines between its cells, as far as it was read.
    fn shows_lines(&self) -> bool {
        self.framed * 2 > self.cells
    }

    /// How wide a cell is over so many columns from one on.
    fn width(&self, at: usize, wide: u32) -> Option<Twips> {
        let wide = usize::try_from(wide)
            .ok()
            .filter(|&wide| wide <= MOST_COLUMNS)?;
        let columns = self.widths.get(at..at.checked_add(wide)?)?;
        columns.iter().try_fold(Twips(0), |sum, &column| {
            Some(Twips(sum.0.checked_add(column?.0)?))
        })
    }
}

impl Inline {
    fn new(start: u32, paragraph: u32) -> Self {
        Self {
            after_blank: true,
            boxes: Vec::new(),
            start,
            paragraph,
            run: None,
        }
    }
}

fn is_index(name: &str) -> bool {
    matches!(
        name,
        "table-of-content"
            | "illustration-index"
            | "table-index"
            | "object-index"
            | "user-index"
            | "alphabetical-index"
            | "bibliography"
    )
}

/// A paragraph as its style and its list have it.
fn paragraph(span: Span, style: &Resolved, list: Option<&(Rc<ListStyle>, usize)>) -> Paragraph {
    let known = |length: Option<Length>| length.map_or(Some(Twips(0)), Length::known);
    let level = list.and_then(|(style, level)| style.level(*level));
    let (left_wins, first_wins) = style.indent_wins;
    let left = level.and_then(|level| level.left).filter(|_| !left_wins);
    let first = level.and_then(|level| level.first).filter(|_| !first_wins);
    Paragraph {
        span,
        part: 0,
        number: 0,
        page: None,
        align: style.para.align.or(Some(Align::Left)),
        indent_left: left.or_else(|| known(style.para.left)),
        indent_right: known(style.para.right),
        indent_first: first.or_else(|| known(style.para.first)),
        space_before: known(style.para.before),
        space_after: known(style.para.after),
        line_spacing: style.para.line.or(Some(LineSpacing::Multiple(1.0))),
        style: style.name.clone(),
        label: None,
        cell: None,
        in_box: false,
    }
}
