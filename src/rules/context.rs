//! What a check sees and where it reports.

use std::sync::OnceLock;

use jiff::civil::Date;

use super::outline::{self, Difference};
use super::register::Register;
use super::suppression::SuppressionFault;
use super::words::Words;
use super::{Profile, Region, Rule};
use crate::diagnostic::{Applicability, Edit, Findings, Language, LookEdit, Parts};
use crate::document::{DamageKind, Document, Format, Quality};
use crate::layout::{Logical, Role};
use crate::syntax::Report;
use crate::text::Span;

/// One document, seen by a check. Spans are in [`Logical::text`].
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The document as read.
    pub document: &'a Document,
    /// Its logical lines.
    pub logical: &'a Logical,
    /// The document as understood.
    pub report: &'a Report,
    /// The structure it should have.
    pub profile: Option<&'a Profile>,
    /// What is known of the acts that it cites.
    pub(super) register: &'a Register,
    /// Where it has another structure than it should; compared when first asked for.
    pub(super) differences: &'a OnceLock<Vec<Difference>>,
    /// Found when first asked for: many rules on looks ask.
    pub(super) body_paragraphs: &'a OnceLock<Vec<Span>>,
    /// What is odd in its words; read when first asked for.
    pub(super) words: &'a OnceLock<Words>,
    /// What is wrong with the comments that ask for silence, in the source; known when all rules
    /// ran that find something to be silent on.
    pub(super) suppression_faults: &'a [(SuppressionFault, Span)],
    /// How far letters and lines can be trusted.
    pub quality: Quality,
    /// The regions that show no dirt of a scanner.
    pub legible: &'a [Region],
    /// The language of messages.
    pub language: Language,
}

impl<'a> Context<'a> {
    /// Whether the letters were converted from an encoding whose fonts made capitals, or that may
    /// stand beside Unicode in one text, so that each may be another.
    pub(super) fn is_of_old_letters(&self) -> bool {
        let mut damage = self.document.damage.iter();
        damage.any(|d| matches!(d.kind, DamageKind::Tcvn3 | DamageKind::Vni))
    }

    /// The logical text.
    #[must_use]
    pub fn text(&self) -> &'a str {
        &self.logical.text
    }

    /// The text of a span.
    #[must_use]
    pub fn of(&self, span: Span) -> &'a str {
        span.of(&self.logical.text)
    }

    /// The date of the document itself, where its head shows one.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.report.header.place_date.as_ref()?.date
    }

    /// The first and the last day on which the document can have been made: one, or a year where
    /// the head shows no more than that.
    #[must_use]
    pub fn period(&self) -> Option<[Date; 2]> {
        if let Some(date) = self.date().or_else(|| self.date_of_note()) {
            return Some([date; 2]);
        }
        let header = &self.report.header;
        let by_date = || Some(self.of(header.place_date.as_ref()?.date_span));
        let by_number = || Some(self.of(header.number.as_ref()?.year?));
        let year = by_date()
            .and_then(year_at_end)
            .or_else(|| by_number().and_then(year_at_end))?;
        let day = |month, day| Date::new(year, month, day).ok();
        Some([day(1, 1)?, day(12, 31)?])
    }

    /// The date in the note below the title that says what a document was issued with: that of the
    /// other document, where this one has neither date nor number.
    fn date_of_note(&self) -> Option<Date> {
        /// Lines in which the note may stand.
        const OPENING: usize = 12;
        let header = &self.report.header;
        if header.place_date.is_some() || header.number.is_some() {
            return None;
        }
        let text = self.text();
        let note = text.lines().take(OPENING).find(|l| l.starts_with('('))?;
        let note = Span::of_slice(text, note);
        let dates = &self.report.dates;
        let from = dates.partition_point(|date| date.span.start < note.start);
        dates.get(from).filter(|d| d.span.end <= note.end)?.date
    }

    /// Where the outline of the document differs from that of its profile.
    pub(super) fn differences(&self) -> &'a [Difference] {
        self.differences.get_or_init(|| {
            self.profile
                .map(|profile| outline::differences(self, profile))
                .unwrap_or_default()
        })
    }

    /// What is odd in the words of the document.
    pub(super) fn words(&self) -> &'a Words {
        self.words.get_or_init(|| Words::of(self.logical))
    }

    /// A span of the logical text as a span of the file as given.
    #[must_use]
    pub fn to_source(&self, span: Span) -> Span {
        self.document.to_source(self.logical.map.span(span))
    }

    /// What signing tools and registries printed on the pages, in the source.
    pub(super) fn stamps(&self) -> Vec<Span> {
        let lines = self.logical.lines.iter();
        let stamps = lines.filter(|line| line.role == Role::Stamp);
        stamps.map(|line| self.to_source(line.span)).collect()
    }
}

/// Takes the findings of one rule: a check cannot forge another rule's.
#[derive(Debug)]
pub struct Sink<'a> {
    rule: &'a Rule,
    cx: &'a Context<'a>,
    out: &'a mut Findings,
    blind: bool,
}

impl<'a> Sink<'a> {
    pub(super) fn new(rule: &'a Rule, cx: &'a Context<'a>, out: &'a mut Findings) -> Self {
        Self {
            rule,
            cx,
            out,
            blind: false,
        }
    }

    /// Begins a finding at a span of the logical text.
    pub fn at(&mut self, span: Span) -> Finding<'_, 'a> {
        Finding::new(self, Some(span))
    }

    /// Begins a finding on the whole document.
    pub fn whole(&mut self) -> Finding<'_, 'a> {
        Finding::new(self, None)
    }

    /// Says that the rule applies but could not be judged on this document.
    pub fn not_evaluated(&mut self) {
        self.blind = true;
    }

    pub(super) fn is_blind(&self) -> bool {
        self.blind
    }
}

/// A finding in the making. Nothing is reported until [`report`](Self::report) is called.
#[must_use]
#[derive(Debug)]
pub struct Finding<'s, 'a> {
    sink: &'s mut Sink<'a>,
    span: Option<Span>,
    source_span: Option<Span>,
    values: Vec<(&'static str, String)>,
    related: Vec<Span>,
    edits: Vec<Edit>,
    looks: Vec<LookEdit>,
}

impl<'s, 'a> Finding<'s, 'a> {
    fn new(sink: &'s mut Sink<'a>, span: Option<Span>) -> Self {
        let mut finding = Self {
            sink,
            span,
            source_span: None,
            values: Vec::new(),
            related: Vec::new(),
            edits: Vec::new(),
            looks: Vec::new(),
        };
        if let Some(span) = span {
            let found = finding.sink.cx.of(span).to_owned();
            finding.values.push(("found", found));
        }
        finding
    }

    /// Puts the finding at a span of the source text instead.
    pub fn at_source(mut self, span: Span) -> Self {
        self.source_span = Some(span);
        self
    }

    /// Fills a placeholder of the message templates. `{found}` is the text of the span unless
    /// set here.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.retain(|(known, _)| *known != name);
        self.values.push((name, value.into()));
        self
    }

    /// Adds another place that belongs to the finding, under the `related` text of the rule.
    pub fn related(mut self, span: Span) -> Self {
        self.related.push(span);
        self
    }

    /// Proposes to replace a span of the logical text. Shown only if the rule has a `fix`.
    pub fn replace(mut self, span: Span, content: impl Into<String>) -> Self {
        let content = content.into();
        // A file whose letters are decomposed stays one of its kind.
        let form = self.sink.cx.document.letter_form();
        self.edits.push(Edit {
            span: self.sink.cx.to_source(span),
            content: form.write(&content).into_owned(),
        });
        self
    }

    /// Proposes other looks, for places in the source. Shown only if the rule has a `fix`, and the
    /// file can be given them.
    pub fn looks(mut self, looks: Vec<LookEdit>) -> Self {
        if matches!(self.sink.cx.document.format, Format::Docx | Format::Odt) {
            self.looks = looks;
        }
        self
    }

    /// Reports the finding.
    pub fn report(self) {
        let Self {
            sink,
            span,
            source_span,
            values,
            related,
            mut edits,
            mut looks,
        } = self;
        let (cx, rule) = (sink.cx, sink.rule);
        let words = rule.words();
        edits.sort_by_key(|edit| edit.span);
        let applicability = words
            .applicability
            .filter(|_| !(edits.is_empty() && looks.is_empty()));
        if applicability.is_none() {
            looks.clear();
        }
        let reflows = |edit: &Edit| {
            joins_lines(edit, cx.document)
                || takes_marks(edit, cx.document)
                || takes_comments(edit, cx.document)
        };
        let garbles = |edit: &Edit| !cx.document.can_hold(&edit.content);
        let parts = Parts {
            span: source_span.or_else(|| span.map(|span| cx.to_source(span))),
            values,
            related: related.into_iter().map(|span| cx.to_source(span)).collect(),
            applicability: applicability.map(|known| {
                if edits.iter().any(garbles) {
                    Applicability::Display
                } else if edits.iter().any(reflows) {
                    known.min(Applicability::Unsafe)
                } else {
                    known
                }
            }),
            edits,
            looks,
            gives_way: rule.check().gives_way(),
        };
        sink.out.push(&words.wording, &parts);
    }
}

/// The year that a text ends with, of four digits.
fn year_at_end(text: &str) -> Option<i16> {
    let text = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let year = text.get(text.len() - digits..)?.parse().ok()?;
    (1945..2100).contains(&year).then_some(year)
}

/// Whether an edit takes away a line break of the file: that reflows the page, which is more than
/// the form of a word.
fn joins_lines(edit: &Edit, document: &Document) -> bool {
    let has_break = |text: &str| text.contains(['\n', '\r']);
    has_break(edit.span.of(document.source())) && !has_break(&edit.content)
}

/// Whether an edit takes away a mark of emphasis, whose counterpart would stay.
fn takes_marks(edit: &Edit, document: &Document) -> bool {
    let has_mark = |text: &str| text.contains(['*', '_']);
    document.format == Format::Md
        && has_mark(edit.span.of(document.source()))
        && !has_mark(&edit.content)
}

/// Whether an edit takes away a comment that asks for silence.
fn takes_comments(edit: &Edit, document: &Document) -> bool {
    let mut comments = document.suppressions.iter().map(|comment| comment.span);
    comments.any(|span| edit.span.start < span.end && span.start < edit.span.end)
}

/// The placeholder names in a template.
pub(super) fn placeholders_in(template: &str) -> impl Iterator<Item = &str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
}
