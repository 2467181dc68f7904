//! The lossless tree: every line of the document and what it was taken for.

use crate::text::Span;

/// A node. Children follow their parent in [`Tree::nodes`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// In [`Logical::text`](crate::layout::Logical::text).
    pub span: Span,
    /// Index one past the last descendant.
    pub end: u32,
}

/// What a node stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(
    missing_docs,
    reason = "the names are the components of the decree; see the glossary in ARCHITECTURE.md"
)]
pub enum NodeKind {
    Document,
    Head,
    Agency,
    QuocHieu,
    TieuNgu,
    PartyMotto,
    Number,
    PlaceDate,
    Mark,
    Title,
    Kind,
    Subject,
    Addressees,
    Label,
    Basis,
    Enacting,
    Body,
    Section,
    Heading,
    Paragraph,
    Item,
    Table,
    Row,
    Closing,
    Foot,
    Recipients,
    Recipient,
    Signature,
    Authority,
    Office,
    Name,
    Attachment,
    Furniture,
    Unknown,
}

/// The nodes in pre-order. The leaves cover every line of the logical text, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// All nodes in pre-order; the first is the root.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The leaves in order.
    pub fn leaves(&self) -> impl Iterator<Item = &Node> {
        self.nodes
            .iter()
            .enumerate()
            .filter(|(i, node)| node.end as usize == i + 1)
            .map(|(_, node)| node)
    }

    /// The leaves that begin within `span`, in order.
    pub fn leaves_in(&self, span: Span) -> impl Iterator<Item = &Node> {
        let first = self
            .nodes
            .partition_point(|node| node.span.start < span.start);
        let nodes = self.nodes.iter().enumerate().skip(first);
        nodes
            .take_while(move |(_, node)| node.span.start < span.end)
            .filter(|(i, node)| node.end as usize == i + 1)
            .map(|(_, node)| node)
    }

    /// The tree as indented text, one node a line, for people and snapshots.
    #[must_use]
    pub fn render(&self, text: &str) -> String {
        use std::fmt::Write as _;
        let mut out = String::new();
        let mut ends: Vec<u32> = Vec::new();
        for (i, node) in self.nodes.iter().enumerate() {
            while ends.last().is_some_and(|&end| end as usize <= i) {
                ends.pop();
            }
            let indent = "  ".repeat(ends.len());
            // Writing to a String cannot fail.
            let _ = if node.end as usize == i + 1 {
                writeln!(out, "{indent}{:?} {:?}", node.kind, node.span.of(text))
            } else {
                writeln!(out, "{indent}{:?}", node.kind)
            };
            ends.push(node.end);
        }
        out
    }
}

/// Builds a [`Tree`] top down.
#[derive(Debug, Default)]
pub struct TreeBuilder {
    nodes: Vec<Node>,
    open: Vec<usize>,
}

impl TreeBuilder {
    /// Opens an inner node; its span is made of its children's.
    pub fn open(&mut self, kind: NodeKind) {
        self.open.push(self.nodes.len());
        self.nodes.push(Node {
            kind,
            span: Span::default(),
            end: 0,
        });
    }

    /// Adds a leaf.
    pub fn leaf(&mut self, kind: NodeKind, span: Span) {
        let end = index(self.nodes.len() + 1);
        self.nodes.push(Node { kind, span, end });
    }

    /// How many nodes are open.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Closes the innermost open node. A node without children disappears.
    pub fn close(&mut self) {
        let Some(at) = self.open.pop() else {
            return;
        };
        if at + 1 == self.nodes.len() {
            self.nodes.pop();
            return;
        }
        let end = self.nodes.len();
        let span = self.nodes[at + 1].span.join(self.nodes[end - 1].span);
        // The last node's own parents may be open still; the last leaf ends last.
        self.nodes[at].span = span;
        self.nodes[at].end = index(end);
    }

    /// Closes what is open and returns the tree.
    #[must_use]
    pub fn finish(mut self) -> Tree {
        while !self.open.is_empty() {
            self.close();
        }
        Tree { nodes: self.nodes }
    }
}

fn index(i: usize) -> u32 {
    u32::try_from(i).unwrap_or(u32::MAX)
}
