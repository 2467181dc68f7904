//! `vanthu outline`: the document as it was understood.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;

use super::args::{Command, ListFormat, Outline};
use super::project::known;
use super::target::Target;
use super::{Exit, Failure, discover, profile_named, read};
use crate::diagnostic::Language;
use crate::document::Document;
use crate::emit::{clean, say};
use crate::layout::Logical;
use crate::rules::{self, Beside, Comparison, Options, Outcome, Profile, RuleSet, Standing};
use crate::syntax::{Attachment, Header, Section, Signature, citation::Citation};
use crate::text::{Span, fold_line_breaks};
use crate::vocabulary::Regime;

#[derive(Serialize)]
struct Shown<'a> {
    schema_version: u32,
    path: &'a str,
    format: &'static str,
    regime: Option<&'static str>,
    kind: Option<&'a str>,
    text_quality: &'static str,
    header: ShownHeader,
    sections: Vec<ShownSection>,
    citations: Vec<ShownCitation>,
    recipients: Vec<Place>,
    signature: Option<ShownSignature>,
    attachments: Vec<ShownAttachment>,
}

/// An appendix, or another document attached.
#[derive(Serialize)]
struct ShownAttachment {
    label: Option<String>,
    title: Option<String>,
    line: u32,
    sections: Vec<ShownSection>,
}

#[derive(Serialize)]
struct ShownHeader {
    motto: Option<Place>,
    agency: Option<Agency>,
    number: Option<Number>,
    place_date: Option<PlaceDate>,
    r#type: Option<Place>,
    subject: Option<Place>,
    addressees: Vec<Place>,
}

/// A text and the line of the file, from 1, where it begins.
#[derive(Serialize)]
struct Place {
    text: String,
    line: u32,
}

#[derive(Serialize)]
struct Agency {
    parent: Option<String>,
    name: String,
    line: u32,
}

#[derive(Serialize)]
struct Number {
    text: String,
    number: Option<String>,
    symbol: Option<String>,
    line: u32,
}

#[derive(Serialize)]
struct PlaceDate {
    place: String,
    date: Option<String>,
    line: u32,
}

#[derive(Serialize)]
struct ShownSection {
    level: u8,
    marker: String,
    title: String,
    line: u32,
    children: Vec<ShownSection>,
}

#[derive(Serialize)]
struct ShownCitation {
    kind: Option<&'static str>,
    number: Option<String>,
    year: Option<u16>,
    symbol: String,
    canonical: String,
    regime: Option<&'static str>,
    date: Option<String>,
    issuer: Option<String>,
    subject: Option<String>,
    raw: String,
    line: u32,
    end_line: u32,
    first: bool,
    wellformed: bool,
}

#[derive(Serialize)]
struct ShownSignature {
    authority: Vec<String>,
    title: Option<String>,
    name: Option<String>,
    line: u32,
}

/// A profile beside the sections of the document.
#[derive(Serialize)]
struct ShownComparison<'a> {
    schema_version: u32,
    profile: &'a str,
    sections: Vec<ShownBeside<'a>>,
    extra: Vec<Place>,
}

#[derive(Serialize)]
struct ShownBeside<'a> {
    level: u8,
    marker: Option<&'a str>,
    title: &'a str,
    required: bool,
    standing: &'static str,
    found: Option<Place>,
    /// Whether it has to be there and is not.
    #[serde(skip)]
    lacking: bool,
}

/// The set with the profile of a file, where the name is the path of one, and the name of it.
fn with_profile(
    rules: RuleSet,
    name: String,
    language: Language,
) -> Result<(RuleSet, String), Failure> {
    let path = Path::new(&name);
    let extension = path.extension().and_then(OsStr::to_str);
    let is_known = rules.profiles().iter().any(|profile| profile.name == name);
    if is_known || !matches!(extension, Some("yaml" | "yml")) {
        return Ok((rules, name));
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let files = discover::profile_file(path, language).map_err(Failure::Message)?;
    let rules = files.extend(rules).map_err(|mut mistakes| {
        for mistake in &mut mistakes {
            mistake.path.clone_from(&name);
        }
        Failure::Rules(mistakes)
    })?;
    Ok((rules, stem.into_owned()))
}

pub(super) fn run(args: &Outline, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let target = Target::file(&args.file);
    let document = read::single(&target, language)?;
    // No rule is asked, so that nothing but the structure is worked out.
    let none = RuleSet::load(&[]).map_err(Failure::Rules)?;
    let outcome = rules::check(&document, &none, Options::default());
    let mut exit = Exit::Clean;
    let text = if let Some(name) = &args.check {
        let known = known(&args.config, Some(&target), &args.rules, language)?;
        let name = match (name.as_str(), known.profile) {
            ("", Some(name)) => name,
            ("", None) => {
                return Err(Failure::Message(say!(
                    language,
                    "--check: cấu hình không nêu bố cục mẫu nào; hãy ghi tên mẫu",
                    "--check: the configuration names no profile; give the name of one"
                )));
            }
            (name, _) => name.to_owned(),
        };
        let (rules, name) = with_profile(known.rules, name, language)?;
        let profile = profile_named(&rules, &name, language)?;
        let report = &outcome.report;
        let comparison = rules::compare(report, &outcome.logical.text, outcome.quality, profile);
        let shown = View::new(&document, &outcome.logical).comparison(profile, &comparison);
        if shown.sections.iter().any(|section| section.lacking) {
            exit = Exit::Findings;
        }
        match args.format {
            ListFormat::Text => beside(&shown, language),
            ListFormat::Json => {
                serde_json::to_string_pretty(&shown).map_err(io::Error::from)? + "\n"
            }
        }
    } else if args.text && document.formatting.is_some() {
        // What is not text has no lines but these: places in it are places in this text.
        document.source().to_owned()
    } else if args.text {
        outcome.logical.text
    } else {
        let shown = View::new(&document, &outcome.logical).outline(&target.name, &outcome);
        match args.format {
            ListFormat::Text => tree(&shown, language),
            ListFormat::Json => {
                serde_json::to_string_pretty(&shown).map_err(io::Error::from)? + "\n"
            }
        }
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(exit)
}

/// Turns spans of the logical text into texts and lines of the file.
#[derive(Clone, Copy)]
struct View<'a> {
    document: &'a Document,
    logical: &'a Logical,
}

impl<'a> View<'a> {
    fn new(document: &'a Document, logical: &'a Logical) -> Self {
        Self { document, logical }
    }

    fn text(self, span: Span) -> String {
        fold_line_breaks(span.of(&self.logical.text)).into_owned()
    }

    fn source(self, span: Span) -> Span {
        self.document.to_source(self.logical.map.span(span))
    }

    fn line(self, span: Span) -> u32 {
        self.document.position(self.source(span).start).line
    }

    fn place(self, span: Span) -> Place {
        Place {
            text: self.text(span),
            line: self.line(span),
        }
    }

    fn outline<'s>(self, path: &'s str, outcome: &Outcome) -> Shown<'s> {
        let report = &outcome.report;
        let recipients = report.recipients.iter().flat_map(|list| &list.items);
        Shown {
            schema_version: 1,
            path,
            format: self.document.format.as_str(),
            regime: report.regime.map(Regime::as_str),
            kind: report.kind.map(|kind| kind.slug.as_str()),
            text_quality: outcome.quality.as_str(),
            header: self.header(&report.header),
            sections: self.sections(&report.sections),
            citations: report.citations.iter().map(|c| self.citation(c)).collect(),
            recipients: recipients.map(|item| self.place(item.text)).collect(),
            signature: report.signature.as_ref().map(|s| self.signature(s)),
            attachments: report
                .attachments
                .iter()
                .map(|a| self.attachment(a))
                .collect(),
        }
    }

    fn header(self, header: &Header) -> ShownHeader {
        let motto = [header.quoc_hieu, header.tieu_ngu];
        let motto: Vec<Span> = motto.into_iter().flatten().collect();
        ShownHeader {
            motto: motto.first().map(|&first| Place {
                text: self.joined(&motto),
                line: self.line(first),
            }),
            agency: header.agency.split_last().map(|(&name, above)| Agency {
                parent: (!above.is_empty()).then(|| self.joined(above)),
                name: self.text(name),
                line: self.line(header.agency[0]),
            }),
            number: header.number.as_ref().map(|number| Number {
                text: self.text(number.span),
                number: number.number.map(|span| self.text(span)),
                symbol: number.symbol.map(|span| self.text(span)),
                line: self.line(number.span),
            }),
            place_date: header.place_date.as_ref().map(|place_date| PlaceDate {
                place: self.text(place_date.place),
                date: place_date.date.map(|date| date.to_string()),
                line: self.line(place_date.span),
            }),
            r#type: header.title.map(|span| self.place(span)),
            subject: header.subject.map(|span| self.place(span)),
            addressees: header
                .addressees
                .iter()
                .flat_map(|addressees| &addressees.items)
                .map(|&item| self.place(item))
                .collect(),
        }
    }

    fn joined(self, spans: &[Span]) -> String {
        let texts: Vec<_> = spans.iter().map(|&span| self.text(span)).collect();
        texts.join(" ")
    }

    fn sections(self, sections: &[Section]) -> Vec<ShownSection> {
        sections
            .iter()
            .map(|section| ShownSection {
                level: section.level,
                marker: self.text(section.marker),
                title: self.text(section.title),
                line: self.line(section.marker),
                children: self.sections(&section.children),
            })
            .collect()
    }

    fn comparison<'s>(
        self,
        profile: &'s Profile,
        comparison: &Comparison<'s>,
    ) -> ShownComparison<'s> {
        let heading = |section: &Section| self.place(section.marker.join(section.title));
        // What is below a section that need not be there need not either.
        let mut spared: Option<u8> = None;
        let mut lacks = |beside: &Beside<'_>| {
            spared = spared.filter(|&level| beside.level > level);
            let missing = beside.standing == Standing::Missing;
            if missing && !beside.wanted.required {
                spared = spared.or(Some(beside.level));
            }
            missing && spared.is_none()
        };
        let wanted = comparison.wanted.iter().map(|beside| ShownBeside {
            lacking: lacks(beside),
            level: beside.level,
            marker: beside.wanted.marker.as_deref(),
            title: &beside.wanted.title,
            required: beside.wanted.required,
            standing: match beside.standing {
                Standing::Found => "found",
                Standing::Similar => "similar",
                Standing::Elsewhere => "elsewhere",
                Standing::Missing => "missing",
            },
            found: beside.found.map(heading),
        });
        ShownComparison {
            schema_version: 1,
            profile: &profile.name,
            sections: wanted.collect(),
            extra: comparison.extra.iter().map(|s| heading(s)).collect(),
        }
    }

    fn citation(self, citation: &Citation) -> ShownCitation {
        let source = self.source(citation.span);
        ShownCitation {
            kind: citation.kind.map(|kind| kind.slug.as_str()),
            number: citation.number.clone(),
            year: citation.year,
            symbol: citation.symbol.clone(),
            canonical: citation.canonical.clone(),
            regime: citation.regime.map(Regime::as_str),
            date: citation.date.as_ref().map(|(_, date)| date.to_string()),
            issuer: citation.issuer.map(|span| self.text(span)),
            subject: citation.subject.map(|span| self.text(span)),
            raw: fold_line_breaks(source.of(self.document.source())).into_owned(),
            line: self.document.position(source.start).line,
            end_line: self.document.position(source.end).line,
            first: citation.first,
            wellformed: citation.is_wellformed(),
        }
    }

    fn attachment(self, attachment: &Attachment) -> ShownAttachment {
        let first = Span {
            end: attachment.span.start,
            ..attachment.span
        };
        ShownAttachment {
            label: attachment.label.map(|span| self.text(span)),
            title: attachment.title.map(|span| self.text(span)),
            line: self.line(first),
            sections: self.sections(&attachment.sections),
        }
    }

    fn signature(self, signature: &Signature) -> ShownSignature {
        ShownSignature {
            authority: signature.authority.iter().map(|&s| self.text(s)).collect(),
            title: signature.office.map(|span| self.text(span)),
            name: signature.name.map(|span| self.text(span)),
            line: self.line(signature.span),
        }
    }
}

/// The outline for people: a label, the text and its line.
fn tree(shown: &Shown<'_>, language: Language) -> String {
    let mut out = format!("{}\n", clean(shown.path));
    let unknown = say!(language, "không rõ", "unknown");
    let facts = [
        shown.kind.unwrap_or(&unknown),
        shown.regime.unwrap_or(&unknown),
        shown.format,
        shown.text_quality,
    ];
    let _ = writeln!(out, "{}", facts.join(" · "));
    let title = |out: &mut String, text: String| {
        let _ = writeln!(out, "\n{text}");
    };
    title(&mut out, say!(language, "Thể thức", "Header"));
    header_lines(&shown.header, language, &mut out);
    title(&mut out, say!(language, "Đề mục", "Sections"));
    for section in &shown.sections {
        section_lines(section, 1, &mut out);
    }
    title(&mut out, say!(language, "Viện dẫn", "Citations"));
    for citation in &shown.citations {
        let mut text = citation.canonical.clone();
        if !citation.wellformed {
            text += " ← ";
            text += &citation.raw;
        }
        let date = citation.date.as_deref();
        for part in [date, citation.issuer.as_deref()].into_iter().flatten() {
            text += " · ";
            text += part;
        }
        entry(&mut out, 1, &text, citation.line);
    }
    title(&mut out, say!(language, "Nơi nhận", "Recipients"));
    for recipient in &shown.recipients {
        entry(&mut out, 1, &recipient.text, recipient.line);
    }
    title(&mut out, say!(language, "Chữ ký", "Signature"));
    if let Some(signature) = &shown.signature {
        let parts = signature.authority.iter();
        let parts: Vec<_> = parts
            .chain(&signature.title)
            .chain(&signature.name)
            .map(String::as_str)
            .collect();
        entry(&mut out, 1, &parts.join(" / "), signature.line);
    }
    if !shown.attachments.is_empty() {
        title(&mut out, say!(language, "Kèm theo", "Attachments"));
    }
    for attachment in &shown.attachments {
        let parts = [attachment.label.as_deref(), attachment.title.as_deref()];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        entry(&mut out, 1, &parts.join(" – "), attachment.line);
        for section in &attachment.sections {
            section_lines(section, 2, &mut out);
        }
    }
    out
}

/// The comparison for people: a mark, the section of the profile, where it stands.
fn beside(shown: &ShownComparison<'_>, language: Language) -> String {
    let mut out = format!("{}\n", shown.profile);
    for section in &shown.sections {
        let mark = match (section.standing, section.lacking) {
            ("found", _) => "✓",
            ("missing", true) => "✗",
            ("missing", false) => "–",
            _ => "~",
        };
        let said = match section.standing {
            "missing" if section.lacking => say!(language, "  ← thiếu", "  ← missing"),
            "missing" => say!(language, "  ← không bắt buộc", "  ← not required"),
            "elsewhere" => say!(language, "  ← ở chỗ khác", "  ← elsewhere"),
            _ => String::new(),
        };
        let marker = section.marker.map_or(String::new(), |m| format!("{m} "));
        let indent = "  ".repeat(section.level.into());
        let title = cut(&format!("{marker}{}", section.title));
        let _ = write!(out, "{indent}{mark} {title}{said}");
        match &section.found {
            Some(found) if section.standing == "similar" => {
                let _ = writeln!(out, "  ← {}  :{}", cut(&found.text), found.line);
            }
            Some(found) => {
                let _ = writeln!(out, "  :{}", found.line);
            }
            None => out.push('\n'),
        }
    }
    if !shown.extra.is_empty() {
        out += &say!(language, "\nNgoài mẫu\n", "\nNot in the profile\n");
        for extra in &shown.extra {
            entry(&mut out, 1, &extra.text, extra.line);
        }
    }
    out
}

fn header_lines(header: &ShownHeader, language: Language, out: &mut String) {
    let place = |place: &Option<Place>| place.as_ref().map(|p| (p.text.clone(), p.line));
    let mut rows = vec![
        ("quốc hiệu", "motto", place(&header.motto)),
        (
            "cơ quan",
            "agency",
            header.agency.as_ref().map(|agency| {
                let parent = agency.parent.as_ref();
                let above = parent.map_or(String::new(), |parent| format!("{parent} / "));
                (above + &agency.name, agency.line)
            }),
        ),
        (
            "số, ký hiệu",
            "number",
            header.number.as_ref().map(|n| (n.text.clone(), n.line)),
        ),
        (
            "địa danh, ngày",
            "place, date",
            header.place_date.as_ref().map(|place_date| {
                let date = place_date.date.as_deref().unwrap_or("…");
                (format!("{}, {date}", place_date.place), place_date.line)
            }),
        ),
        ("tên loại", "type", place(&header.r#type)),
        ("trích yếu", "subject", place(&header.subject)),
    ];
    for addressee in &header.addressees {
        let row = (addressee.text.clone(), addressee.line);
        rows.push(("kính gửi", "addressee", Some(row)));
    }
    for (vi, en, row) in rows {
        let label = match language {
            Language::Vi => vi,
            Language::En => en,
        };
        match row {
            Some((text, line)) => entry(out, 1, &format!("{label}: {text}"), line),
            None => {
                let _ = writeln!(out, "  {label}: –");
            }
        }
    }
}

fn section_lines(section: &ShownSection, depth: usize, out: &mut String) {
    let text = format!("{} {}", section.marker, section.title);
    entry(out, depth, &text, section.line);
    for child in &section.children {
        section_lines(child, depth + 1, out);
    }
}

/// A line of the tree; a long text is cut.
fn entry(out: &mut String, depth: usize, text: &str, line: u32) {
    let _ = writeln!(out, "{}{}  :{line}", "  ".repeat(depth), cut(text));
}

fn cut(text: &str) -> String {
    const LONGEST: usize = 100;
    let text = clean(text);
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
