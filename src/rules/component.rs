//! The components of a document under the names that rule files use.

use serde::Deserialize;

use super::Context;
use super::lazy::LazyRegex;
use crate::diagnostic::Bilingual;
use crate::document::{DamageKind, Document};
use crate::layout::{Logical, Role};
use crate::syntax::tree::{Node, NodeKind};
use crate::syntax::{Attachment, MarkerStyle, Recipients, Report, Section};
use crate::text::{Span, first_bytes};
use crate::vocabulary::vocabulary;

/// Lines in which a head may stand.
const OPENING: usize = 50;

/// Lines at the start in which dirt makes a head illegible.
const HEAD: usize = 30;

/// Longer lines hold no component of a head, in bytes.
const HEAD_LINE: usize = 200;

/// Longer ones are the first sentence of a clause, in bytes.
const CLAUSE_TITLE: usize = 80;

/// Longer lines are paragraphs, in bytes: what stands in them says nothing of head or foot.
const SHORT: usize = 250;

/// Lines above the recipients, and lines in all, in which a signature may stand.
const FOOT: (usize, usize) = (12, 50);

/// Lines in which an appendix says what it belongs to.
const ATTACHMENT_HEAD: usize = 8;

/// A part of a document that stamps and signatures may make illegible to a scanner.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// The first lines.
    Head,
    /// The lines around and below the recipients.
    Foot,
}

impl Region {
    /// The regions that show none of the signs that scanners leave. In the file of a word processor
    /// such signs are what somebody typed. In TCVN3 the fonts make capitals of small letters, so
    /// that titles and names cannot be told there.
    pub(super) fn legible(document: &Document, logical: &Logical, report: &Report) -> Vec<Self> {
        let mut damage = document.damage.iter();
        if let Some(tcvn3) = damage.find(|d| d.kind == DamageKind::Tcvn3) {
            // Where some paragraphs are in it, they may all stand below the head.
            let title = report.header.title.map(|title| title.end);
            let end = title.map(|end| document.to_source(logical.map.span(Span { start: 0, end })));
            let is_below = end.is_some_and(|head| head.end <= tcvn3.first.start);
            return if is_below {
                vec![Self::Head]
            } else {
                Vec::new()
            };
        }
        if document.format.has_paragraphs() {
            return vec![Self::Head, Self::Foot];
        }
        let dirt = &vocabulary().phrases.dirt;
        let short = |line: &Span| line.len() <= SHORT;
        let signs = |line: Span| {
            let text = line.of(&logical.text);
            let signs = text.char_indices().filter(|&(_, c)| dirt.contains(c));
            signs.filter(|&(at, _)| !is_within_brackets(text, at))
        };
        let is_dirty = |line: Span| short(&line) && signs(line).next().is_some();
        // In the body degrees and comparisons are no dirt: 30°C, < 5%.
        let is_dirty_body = |line: Span| {
            let text = line.of(&logical.text);
            short(&line) && signs(line).any(|(at, c)| !is_by_digit(text, at, c))
        };
        let title = report.header.title.map(|title| title.end);
        let addressees = report.header.addressees.as_ref().map(|a| a.span.end);
        let body = title.max(addressees);
        let in_head = |line: &Span| body.is_none_or(|body| line.start < body);
        let head = !head_lines(logical, report)
            .take(HEAD)
            .take_while(in_head)
            .any(is_dirty)
            && !opening_lines(logical).take(HEAD).any(is_dirty_body);
        let foot = !foot_lines(logical, report).any(is_dirty);
        let regions = [(Self::Head, head), (Self::Foot, foot)];
        regions
            .into_iter()
            .filter_map(|(region, legible)| legible.then_some(region))
            .collect()
    }
}

/// Whether a digit stands beside the sign at this byte, a blank aside.
fn is_by_digit(text: &str, at: usize, sign: char) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    text[..at].trim_end().ends_with(is_digit)
        || text[at + sign.len_utf8()..]
            .trim_start()
            .starts_with(is_digit)
}

/// Whether the sign at this byte is one of two that enclose words, as those of a blank to be filled
/// in or of an address are: `<tên đơn vị>`.
fn is_within_brackets(text: &str, at: usize) -> bool {
    const PAIRS: [(char, char); 3] = [('<', '>'), ('{', '}'), ('«', '»')];
    let encloses = |inner: &str| inner.starts_with(char::is_alphabetic);
    PAIRS.into_iter().any(|(open, close)| {
        let rest = &text[at..];
        if let Some(inner) = rest.strip_prefix(open) {
            return encloses(inner) && inner.contains(close);
        }
        let before = text[..at].rsplit_once(open);
        rest.starts_with(close) && before.is_some_and(|(_, inner)| encloses(inner))
    })
}

/// The first lines of the document.
fn opening_lines(logical: &Logical) -> impl Iterator<Item = Span> {
    logical.lines.iter().take(OPENING).map(|line| line.span)
}

/// The short ones of the first lines, up to the first line that can only belong to the body: where
/// a component of the head may stand that was not recognised.
fn head_lines(logical: &Logical, report: &Report) -> impl Iterator<Item = Span> {
    let preamble = |kind| matches!(kind, NodeKind::Enacting | NodeKind::Basis);
    let mut leaves = report.tree.leaves();
    let preamble = leaves
        .find(|leaf| preamble(leaf.kind))
        .map(|leaf| leaf.span);
    let section = report.sections.first().map(|section| section.span);
    let recipients = report.recipients.as_ref().map(|r| r.span);
    let signature = report.signature.as_ref().map(|s| s.span);
    let body = [preamble, section, recipients, signature];
    let body = body.into_iter().flatten().map(|span| span.start).min();
    opening_lines(logical)
        .take_while(move |line| body.is_none_or(|body| line.start < body))
        .filter(|line| line.len() <= HEAD_LINE)
}

/// The lines around and below the recipients.
fn foot_lines(logical: &Logical, report: &Report) -> impl Iterator<Item = Span> {
    let label = report
        .recipients
        .as_ref()
        .map(|recipients| logical.line_index(recipients.span.start));
    let first = label.map_or(logical.lines.len(), |label| label.saturating_sub(FOOT.0));
    let lines = logical.lines.iter().skip(first);
    lines.take(FOOT.1).map(|line| line.span)
}

/// A component or a part of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Component {
    /// Whatever of the head above the title was seen.
    Head,
    /// Each of the first lines of the document, whatever they were taken for.
    OpeningLine,
    /// Each of those that may hold a component of the head.
    HeadLine,
    QuocHieu,
    TieuNgu,
    Agency,
    /// The last line of the issuing body.
    Issuer,
    /// That line, and the one above it where its name begins there with a word alone.
    IssuerLines,
    /// The lines above the last.
    UpperAgency,
    NumberLine,
    NumberLabel,
    Number,
    NumberYear,
    Symbol,
    PlaceDate,
    Place,
    /// The date of the line of place and date, from `ngày` on.
    Date,
    /// The same date, where it is filled in but no date of the calendar.
    ImpossibleDate,
    Title,
    /// The title on a cover page, above which there is no head.
    Cover,
    /// The line below the title.
    AfterTitle,
    /// The title, and capitals below the line of place and date that were not taken for one.
    TitleLine,
    Subject,
    /// The subject below a title.
    TitledSubject,
    /// The subject of a document without a title, with the marker before it.
    LetterSubject,
    SubjectMarker,
    /// Components of the head that stand below the title.
    BelowTitle,
    Addressees,
    AddresseesLabel,
    /// The label where the addressees stand directly above the title.
    AddresseesAboveTitle,
    /// Each addressee, without dash and end mark.
    Addressee,
    /// Each line `Căn cứ …`.
    Basis,
    /// Each paragraph of the body of the main document, numbered ones too; no headings, no tables.
    BodyParagraph,
    /// Each heading `Phần`, `Chương`, `Mục`, `Tiểu mục`, with its title.
    PartHeading,
    /// `Điều` with its number, and its title where it has one.
    ArticleHeading,
    /// Each heading with a Roman number, with its title.
    RomanHeading,
    /// Each heading with an Arabic number (a clause with a title).
    ClauseHeading,
    /// The line with which an act begins its body (`QUYẾT ĐỊNH:`) and that of who decides.
    Enacting,
    /// Each stamp in capitals on a line of its own: urgency, circulation.
    Mark,
    /// The title of each regulation that is issued with the document in the same file.
    RegulationTitle,
    /// What is said below that title of the act that issued it.
    RegulationNote,
    /// Each heading `Chương`, `Mục` in such a regulation, with its title.
    RegulationPart,
    /// Each `Điều` in it with its number, and its title where it has one.
    RegulationArticle,
    /// Each paragraph of its text; no headings, no tables.
    RegulationParagraph,
    /// The last line of the body, before recipients and signature.
    BodyEnd,
    /// Recipients and signature.
    Foot,
    /// Each of the lines around and below the recipients, whatever they were taken for.
    FootLine,
    Recipients,
    RecipientsLabel,
    /// Each line of the recipients list, with dash and end mark.
    Recipient,
    /// The label of the recipients and each line of their list.
    RecipientsLine,
    /// The line `Lưu: …`, with dash and end mark.
    ArchiveLine,
    Signature,
    /// Each line of authority.
    Authority,
    /// The line of authority that stands next to the office.
    LastAuthority,
    Office,
    /// Each line of authority and the office.
    SignatureLine,
    SignerName,
    /// Each line of authority, the office and the name.
    SignerLine,
    Attachment,
    AttachmentLabel,
    AttachmentNumber,
    AttachmentTitle,
    /// The line in brackets below the title of an appendix that says what it belongs to.
    AttachmentNote,
    /// The first lines of each appendix with a label.
    AttachmentHead,
}

impl Component {
    /// Where the component stands; empty where the document does not show it.
    pub(super) fn spans(self, cx: &Context<'_>) -> Vec<Span> {
        let report = cx.report;
        let head = &report.header;
        let number = head.number.as_ref();
        let place_date = head.place_date.as_ref();
        let addressees = head.addressees.as_ref();
        let recipients = report.recipients.as_ref();
        let signature = report.signature.as_ref();
        match self {
            Self::Head => head_span(report).into_iter().collect(),
            Self::OpeningLine => opening_lines(cx.logical).collect(),
            Self::HeadLine => head_lines(cx.logical, report).collect(),
            Self::QuocHieu => head.quoc_hieu.into_iter().collect(),
            Self::TieuNgu => head.tieu_ngu.into_iter().collect(),
            Self::Agency => head.agency.clone(),
            Self::Issuer => head.agency.last().copied().into_iter().collect(),
            Self::IssuerLines => {
                let last = head.agency.len().saturating_sub(1);
                let above = last.checked_sub(1).map(|above| cx.of(head.agency[above]));
                let begins = above.is_some_and(|above| !above.trim().contains(' '));
                head.agency[last - usize::from(begins)..].to_vec()
            }
            Self::UpperAgency => {
                let upper = head.agency.split_last().map(|(_, upper)| upper.to_vec());
                upper.unwrap_or_default()
            }
            Self::NumberLine => number.map(|n| n.span).into_iter().collect(),
            Self::NumberLabel => number.map(|n| n.label).into_iter().collect(),
            Self::Number => number.and_then(|n| n.number).into_iter().collect(),
            Self::NumberYear => number.and_then(|n| n.year).into_iter().collect(),
            Self::Symbol => number.and_then(|n| n.symbol).into_iter().collect(),
            Self::PlaceDate => place_date.map(|p| p.span).into_iter().collect(),
            Self::Place => place_date.map(|p| p.place).into_iter().collect(),
            Self::Date => place_date.map(|p| p.date_span).into_iter().collect(),
            Self::ImpossibleDate => place_date
                .filter(|p| p.date.is_none() && !p.blank)
                .map(|p| p.date_span)
                .into_iter()
                .collect(),
            Self::Title => head.title.into_iter().collect(),
            Self::Cover => head.title.filter(|_| head.cover).into_iter().collect(),
            Self::AfterTitle => {
                let line = head.title.map(|title| cx.logical.line_index(title.end) + 1);
                let line = line.and_then(|line| cx.logical.lines.get(line));
                line.map(|line| line.span).into_iter().collect()
            }
            Self::TitleLine => {
                let above = place_date.map_or(0, |p| p.span.end);
                let below = head.agency.iter().filter(|agency| agency.start > above);
                head.title.into_iter().chain(below.copied()).collect()
            }
            Self::Subject => head.subject.into_iter().collect(),
            Self::TitledSubject => {
                let subject = head.subject.filter(|_| head.title.is_some());
                subject.into_iter().collect()
            }
            Self::LetterSubject => {
                let subject = head.subject.filter(|_| head.title.is_none());
                let whole = subject.map(|s| head.subject_marker.map_or(s, |m| m.join(s)));
                whole.into_iter().collect()
            }
            Self::SubjectMarker => head.subject_marker.into_iter().collect(),
            Self::BelowTitle => head.below_title.clone(),
            Self::Addressees => addressees.map(|a| a.span).into_iter().collect(),
            Self::AddresseesLabel => addressees.map(|a| a.label).into_iter().collect(),
            Self::AddresseesAboveTitle => {
                let title = head
                    .title
                    .map_or(0, |title| cx.logical.line_index(title.start));
                addressees
                    .filter(|a| cx.logical.line_index(a.span.end) + 1 == title)
                    .map(|a| a.label)
                    .into_iter()
                    .collect()
            }
            Self::Addressee => addressees.map(|a| a.items.clone()).unwrap_or_default(),
            Self::Basis => report.basis.clone(),
            Self::BodyParagraph => cx
                .body_paragraphs
                .get_or_init(|| body_paragraphs(cx))
                .clone(),
            Self::PartHeading => {
                use MarkerStyle::{Chuong, Muc, Phan, TieuMuc};
                headings(cx, &report.sections, &[Phan, Chuong, Muc, TieuMuc])
            }
            Self::ArticleHeading => articles(cx, &report.sections),
            Self::RomanHeading => headings(cx, &report.sections, &[MarkerStyle::Roman]),
            Self::ClauseHeading => clause_headings(cx),
            Self::Enacting => {
                let attached = report.attachments.iter().map(|a| a.span.start).min();
                let leaves = report.tree.leaves();
                leaves
                    .filter(|leaf| leaf.kind == NodeKind::Enacting)
                    .map(|leaf| leaf.span)
                    .filter(|span| attached.is_none_or(|start| span.end <= start))
                    .collect()
            }
            Self::Mark => {
                let leaves = report.tree.leaves();
                leaves
                    .filter(|leaf| leaf.kind == NodeKind::Mark)
                    .map(|leaf| leaf.span)
                    .filter(|&span| cx.of(span).contains(char::is_alphabetic))
                    .collect()
            }
            Self::RegulationTitle => regulations(report).filter_map(|a| a.title).collect(),
            Self::RegulationNote => regulations(report)
                .filter_map(|a| note_below(cx, a.title?))
                .collect(),
            Self::RegulationPart => {
                use MarkerStyle::{Chuong, Muc, Phan, TieuMuc};
                let styles = [Phan, Chuong, Muc, TieuMuc];
                let parts = regulations(report);
                parts
                    .flat_map(|a| headings(cx, &a.sections, &styles))
                    .collect()
            }
            Self::RegulationArticle => regulations(report)
                .flat_map(|a| articles(cx, &a.sections))
                .collect(),
            Self::RegulationParagraph => regulation_paragraphs(cx),
            Self::BodyEnd => body_end(cx).into_iter().collect(),
            Self::Foot => {
                let signature = signature.map(|s| s.span);
                recipients
                    .map(|r| r.span)
                    .into_iter()
                    .chain(signature)
                    .collect()
            }
            Self::FootLine => foot_lines(cx.logical, report).collect(),
            Self::Recipients => recipients.map(|r| r.span).into_iter().collect(),
            Self::RecipientsLabel => recipients.map(|r| r.label).into_iter().collect(),
            Self::Recipient => recipients
                .map(|r| {
                    recipient_lines(cx, r)
                        .into_iter()
                        .map(|(span, _)| span)
                        .collect()
                })
                .unwrap_or_default(),
            Self::RecipientsLine => Self::RecipientsLabel
                .spans(cx)
                .into_iter()
                .chain(Self::Recipient.spans(cx))
                .collect(),
            Self::ArchiveLine => recipients
                .map(|r| {
                    let archive = r.items.iter().filter(|item| item.archive);
                    archive.map(|item| item.span).collect()
                })
                .unwrap_or_default(),
            Self::Signature => signature.map(|s| s.span).into_iter().collect(),
            Self::Authority => signature.map(|s| s.authority.clone()).unwrap_or_default(),
            Self::LastAuthority => signature
                .and_then(|s| s.authority.last().copied())
                .into_iter()
                .collect(),
            Self::Office => signature.and_then(|s| s.office).into_iter().collect(),
            Self::SignatureLine => signature
                .map(|s| s.authority.iter().copied().chain(s.office).collect())
                .unwrap_or_default(),
            Self::SignerName => signature.and_then(|s| s.name).into_iter().collect(),
            Self::SignerLine => Self::SignatureLine
                .spans(cx)
                .into_iter()
                .chain(Self::SignerName.spans(cx))
                .collect(),
            Self::Attachment => report.attachments.iter().map(|a| a.span).collect(),
            Self::AttachmentLabel => headed(cx).filter_map(|a| a.label).collect(),
            Self::AttachmentTitle => headed(cx).filter_map(|a| a.title).collect(),
            Self::AttachmentNote => headed(cx).filter_map(|a| attachment_note(cx, a)).collect(),
            Self::AttachmentHead => labelled(report).map(|a| opening_of(cx, a)).collect(),
            Self::AttachmentNumber => report.attachments.iter().filter_map(|a| a.number).collect(),
        }
    }
}

/// The appendices that are called so.
fn labelled(report: &Report) -> impl Iterator<Item = &Attachment> {
    report.attachments.iter().filter(|a| a.label.is_some())
}

/// The appendices whose label heads them: in a list of appendices the line above or below begins
/// with the same word.
fn headed<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = &'a Attachment> {
    let begins = |line: Span, word: &str| cx.of(line).trim_start().starts_with(word);
    labelled(cx.report).filter(move |attachment| {
        let (Some(label), Some(number)) = (attachment.label, attachment.number) else {
            return true;
        };
        let word = number.start.saturating_sub(label.start) as usize;
        let word = cx.of(label).get(..word).unwrap_or_default();
        if word.is_empty() {
            return true;
        }
        let lines = &cx.logical.lines;
        let at = cx.logical.line_index(label.start);
        let mut beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        !beside.any(|line| lines.get(line).is_some_and(|l| begins(l.span, word)))
    })
}

/// The first lines of an appendix, up to the next one: what it belongs to may stand there as a
/// head of its own.
fn opening_of(cx: &Context<'_>, attachment: &Attachment) -> Span {
    let start = attachment.span.start;
    let all = &cx.report.attachments;
    let later = &all[all.partition_point(|a| a.span.start <= start)..];
    let next = later.iter().find(|a| a.label.is_some());
    let end = next.map_or(u32::MAX, |next| next.span.start);
    let lines = &cx.logical.lines[cx.logical.line_index(start)..];
    let within = lines.iter().map(|line| line.span);
    let within = within.take(ATTACHMENT_HEAD).take_while(|s| s.start < end);
    within.fold(attachment.span.slice(0..0), Span::join)
}

/// The regulations that are issued with the document: without a label, made of articles.
fn regulations(report: &Report) -> impl Iterator<Item = &Attachment> {
    let is_one = |a: &&Attachment| {
        let mut has_articles = false;
        each_section(&a.sections, &mut |section| {
            has_articles |= section.style == MarkerStyle::Dieu;
        });
        a.label.is_none() && has_articles && !is_act(report, a)
    };
    report.attachments.iter().filter(is_one)
}

/// Whether what follows the document is another act, with a number or grounds of its own, and no
/// regulation that the document issues: acts are bundled in one file.
pub(super) fn is_act(report: &Report, attachment: &Attachment) -> bool {
    let nodes = report.tree.nodes();
    let first = nodes.partition_point(|node| node.span.start < attachment.span.start);
    let text = attachment
        .sections
        .first()
        .map_or(attachment.span.end, |s| s.span.start);
    let own = |node: &Node| matches!(node.kind, NodeKind::Number | NodeKind::Enacting);
    let head = nodes[first..]
        .iter()
        .take_while(|node| node.span.start < text);
    attachment.label.is_none() && head.into_iter().any(own)
}

/// The paragraphs of the text of regulations that stand neither in a table nor in a box.
fn regulation_paragraphs(cx: &Context<'_>) -> Vec<Span> {
    let mut spans = Vec::new();
    for regulation in regulations(cx.report) {
        let mut headings = Vec::new();
        each_section(&regulation.sections, &mut |section| {
            let title = has_title(cx, section).then_some(section.title);
            headings.push(title.map_or(section.marker.slice(0..0), |t| section.marker.join(t)));
        });
        headings.sort_unstable();
        let Some(first) = headings.first().map(|first| first.start) else {
            continue;
        };
        let text = regulation.span;
        let leaves = cx.report.tree.leaves_in(Span {
            start: first,
            ..text
        });
        for node in leaves.filter(|leaf| leaf.span.end <= text.end) {
            let next = headings.partition_point(|heading| heading.start <= node.span.start);
            let above = next.checked_sub(1).map(|at| headings[at]);
            let is_heading = above.is_some_and(|above| node.span.start < above.end);
            let is_text = matches!(
                node.kind,
                NodeKind::Paragraph | NodeKind::Item | NodeKind::Heading
            );
            if is_text && !is_heading && !stands_apart(cx, node.span) {
                spans.push(node.span);
            }
        }
    }
    spans
}

/// The line in brackets that follows label and title of an appendix, joined over lines.
fn attachment_note(cx: &Context<'_>, attachment: &Attachment) -> Option<Span> {
    note_below(cx, attachment.label?)
}

/// The line in brackets that follows a line, joined over lines.
fn note_below(cx: &Context<'_>, above: Span) -> Option<Span> {
    let first = cx.logical.line_index(above.start) + 1;
    let mut lines = cx.logical.lines.get(first..)?.iter().map(|line| line.span);
    let mut lines = lines
        .by_ref()
        .take(ATTACHMENT_HEAD)
        .skip_while(|&line| !cx.of(line).starts_with('('));
    let mut note = lines.next()?;
    for line in lines {
        if cx.of(note).ends_with(')') {
            break;
        }
        note = note.join(line);
    }
    cx.of(note).ends_with(')').then_some(note)
}

/// Calls `take` with each section of the main document, outer ones first.
fn each_section<'a>(sections: &'a [Section], take: &mut impl FnMut(&'a Section)) {
    for section in sections {
        take(section);
        each_section(&section.children, take);
    }
}

/// Whether a section has a title that is a phrase of its own, not the beginning of its text.
fn has_title(cx: &Context<'_>, section: &Section) -> bool {
    let title = cx.of(section.title);
    // The row of a table has a number before it as well.
    let is_phrase = !title.ends_with(['.', ';', ':', ',']) && !title.contains('\t');
    section.heading && title.len() <= HEAD_LINE && is_phrase
}

/// The headings of some styles, with their titles.
fn headings(cx: &Context<'_>, sections: &[Section], styles: &[MarkerStyle]) -> Vec<Span> {
    let mut spans = Vec::new();
    each_section(sections, &mut |section| {
        if styles.contains(&section.style) && has_title(cx, section) {
            spans.push(section.marker.join(section.title));
        }
    });
    spans
}

/// The titles of clauses: short ones, with text below them that does not go on with the sentence.
fn clause_headings(cx: &Context<'_>) -> Vec<Span> {
    let mut spans = titled_clauses(cx, &cx.report.sections);
    each_section(&cx.report.sections, &mut |section| {
        spans.extend(titled_clauses(cx, &section.children));
    });
    spans.sort_unstable();
    spans
}

/// Those of clauses that stand side by side; none where most of them are sentences.
fn titled_clauses(cx: &Context<'_>, sections: &[Section]) -> Vec<Span> {
    let clauses = sections.iter().filter(|s| s.style == MarkerStyle::Arabic);
    let is_title =
        |section: &&Section| has_title(cx, section) && section.title.len() <= CLAUSE_TITLE;
    let is_sentence = |section: &&Section| {
        section.title.len() > CLAUSE_TITLE || cx.of(section.title).ends_with(['.', ';'])
    };
    let sentences = clauses.clone().filter(is_sentence).count();
    if sentences > clauses.clone().filter(is_title).count() {
        return Vec::new();
    }
    let has_text = |section: &&Section| {
        let below = &cx.text()[section.title.end as usize..section.span.end as usize];
        below.trim_start().starts_with(|c: char| !c.is_lowercase())
    };
    let titled = clauses.filter(is_title).filter(has_text);
    titled.map(|s| s.marker.join(s.title)).collect()
}

/// Each `Điều` with its number, and its title where it has one.
fn articles(cx: &Context<'_>, sections: &[Section]) -> Vec<Span> {
    let mut spans = Vec::new();
    each_section(sections, &mut |section| {
        if section.style == MarkerStyle::Dieu {
            let is_title = has_title(cx, section) && !leads_over(cx.of(section.title));
            let title = is_title.then_some(section.title);
            spans.push(title.map_or(section.marker, |title| section.marker.join(title)));
        }
    });
    spans
}

/// Whether words lead over to what follows them, a name or the lines below, as the first line of an
/// article that has no title does: `Bổ nhiệm đối với`, `Nâng bậc lương cho ông: …`.
fn leads_over(text: &str) -> bool {
    let text = text.trim_end();
    let last = text.rsplit(' ').next().unwrap_or(text);
    let words = &vocabulary().phrases.article_leads;
    text.contains(": ") || words.iter().any(|word| word == last)
}

/// Whether a text stands in a table or a box.
fn stands_apart(cx: &Context<'_>, span: Span) -> bool {
    let formatting = cx.document.formatting.as_ref();
    formatting.is_some_and(|formatting| {
        let paragraphs = formatting.paragraphs_in(cx.to_source(span));
        paragraphs.iter().any(|p| p.cell.is_some() || p.in_box) || is_in_column(cx, span)
    })
}

/// Whether a paragraph of several physical lines stands in a column of a table as it is seen on the
/// page: its second line begins far from the margin, and as far as the first one or much farther.
fn is_in_column(cx: &Context<'_>, span: Span) -> bool {
    /// The least indent of such a column, in blanks.
    const COLUMN: usize = 10;
    /// How much farther the second line begins below a first one that has a cell before it. Below
    /// the dash of an item it is less.
    const CELL: usize = 6;
    let text = cx.document.text();
    let place = cx.logical.map.span(span).range();
    let start = text[..place.start].rfind('\n').map_or(0, |end| end + 1);
    let mut lines = text[start..place.end].lines();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return false;
    };
    let (first, second) = (indent(first), indent(second));
    second >= COLUMN && (first == second || second >= first + CELL)
}

/// The paragraphs of the body that are neither headings nor stand in a table or a box.
fn body_paragraphs(cx: &Context<'_>) -> Vec<Span> {
    let (mut headings, mut titles) = (Vec::new(), Vec::new());
    each_section(&cx.report.sections, &mut |section| {
        if section.style != MarkerStyle::Letter && has_title(cx, section) {
            headings.push(section.marker.start);
        }
        // Below its label (`Chương I`), on a line of its own.
        let styles = [MarkerStyle::Phan, MarkerStyle::Chuong, MarkerStyle::Muc];
        if styles.contains(&section.style) && section.heading {
            titles.push(section.title.start);
        }
    });
    headings.sort_unstable();
    titles.sort_unstable();
    let nodes = cx.report.tree.nodes();
    // A basis that was broken into paragraphs is no running text.
    let preamble = |node: &&Node| matches!(node.kind, NodeKind::Basis | NodeKind::Enacting);
    let attached = cx.report.attachments.iter().map(|a| a.span.start).min();
    let preamble = nodes.iter().filter(preamble).map(|node| node.span.end);
    let preamble = preamble.filter(|&end| attached.is_none_or(|start| end <= start));
    let preamble = preamble.max().unwrap_or(0);
    let body = nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.kind == NodeKind::Body)
        .flat_map(|(i, node)| &nodes[i + 1..node.end as usize]);
    body.filter(|node| match node.kind {
        NodeKind::Paragraph | NodeKind::Item | NodeKind::Closing => true,
        NodeKind::Heading => {
            let is = |starts: &[u32]| starts.binary_search(&node.span.start).is_ok();
            !is(&headings) && !is(&titles)
        }
        _ => false,
    })
    .map(|node| node.span)
    .filter(|&span| span.start >= preamble && !stands_apart(cx, span) && !is_caption(cx.of(span)))
    .collect()
}

/// Whether a paragraph is the caption of a table or figure: its word, a number and a mark.
fn is_caption(text: &str) -> bool {
    /// Bytes of a word and its number.
    const LONGEST: usize = 40;
    let text = first_bytes(text.trim_start(), LONGEST).to_lowercase();
    let words = vocabulary().phrases.captions.iter();
    let mut after = words.filter_map(|word| text.strip_prefix(word.as_str()));
    after.any(|rest| {
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
        let Some(rest) = rest.strip_prefix([' ', '\u{a0}']) else {
            return false;
        };
        let mark = rest.trim_start_matches(is_number);
        let number = &rest[..rest.len() - mark.len()];
        let marked = number.ends_with('.') || mark.trim_start().starts_with([':', '–', '-']);
        number.starts_with(|c: char| c.is_ascii_digit()) && (marked || mark.trim().is_empty())
    })
}

fn head_span(report: &Report) -> Option<Span> {
    let head = &report.header;
    let number = head.number.as_ref().map(|n| n.span);
    let place_date = head.place_date.as_ref().map(|p| p.span);
    [head.quoc_hieu, head.tieu_ngu, number, place_date]
        .into_iter()
        .flatten()
        .chain(head.agency.iter().copied())
        .reduce(Span::join)
}

/// The lines of the recipients list, and whether each has a dash. Where lines have dashes, a line
/// without one goes on with the line before it, unless that one ended; one that does not end
/// either is no recipient but a line of the signature beside the list.
pub(super) fn recipient_lines(cx: &Context<'_>, recipients: &Recipients) -> Vec<(Span, bool)> {
    let dashes = recipients.items.iter().any(|item| item.dash.is_some());
    let ends = |span: Span| cx.of(span).ends_with([';', '.']);
    let mut lines: Vec<(Span, bool)> = Vec::new();
    for item in &recipients.items {
        if !dashes || item.dash.is_some() || item.archive {
            lines.push((item.span, item.dash.is_some()));
            continue;
        }
        match lines.last_mut() {
            Some((line, _)) if !ends(*line) => *line = line.join(item.span),
            _ if ends(item.span) => lines.push((item.span, false)),
            _ => {}
        }
    }
    lines
}

/// The last line of text before the foot, or the last of a few that bears the mark of the end:
/// notes may follow it.
fn body_end(cx: &Context<'_>) -> Option<Span> {
    /// Lines that notes take.
    const NOTES: usize = 8;
    let recipients = cx.report.recipients.as_ref().map(|r| r.span.start);
    let signature = cx.report.signature.as_ref().map(|s| s.span.start);
    let foot = recipients.into_iter().chain(signature).min()?;
    let lines = &cx.logical.lines;
    let before = lines.partition_point(|line| line.span.start < foot);
    let mut last = lines[..before]
        .iter()
        .rev()
        .filter(|line| line.role == Role::Text && !line.span.is_empty())
        .map(|line| line.span);
    let end = last.next()?;
    let ended = |span: &Span| cx.of(*span).trim_end().ends_with("/.");
    let marked = std::iter::once(end).chain(last.take(NOTES)).find(ended);
    Some(marked.unwrap_or(end))
}

/// Something that must hold of a component for a rule to be asked.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Condition {
    component: Component,
    /// One of its texts must match this.
    #[serde(default)]
    matches: Option<LazyRegex>,
    /// How many there must be.
    #[serde(default = "one")]
    at_least: usize,
    /// Turns the condition round.
    #[serde(default)]
    not: bool,
}

fn one() -> usize {
    1
}

impl Condition {
    pub(super) fn holds(&self, cx: &Context<'_>) -> bool {
        let spans = self.component.spans(cx);
        let count = match &self.matches {
            Some(regex) => spans
                .into_iter()
                .filter(|&span| regex.is_match(cx.of(span)))
                .count(),
            None => spans.len(),
        };
        (count >= self.at_least) != self.not
    }

    pub(super) fn mistake(&self) -> Option<Bilingual> {
        self.matches.as_ref().and_then(LazyRegex::mistake)
    }
}
