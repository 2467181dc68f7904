//! Many findings in little memory: a text of nothing but faults has one every few bytes.

use std::collections::HashMap;
use std::sync::Arc;

use super::{
    Applicability, Bilingual, Diagnostic, Edit, Fix, Label, Language, LookEdit, Property, RuleInfo,
    Severity,
};
use crate::text::Span;

/// What a rule says of each of its findings: templates with placeholders in braces.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wording {
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// The severity after overrides.
    pub severity: Severity,
    /// What is wrong.
    pub message: Bilingual,
    /// What to write instead.
    pub help: Option<Bilingual>,
    /// What is to be seen at the other places of a finding.
    pub related: Option<Bilingual>,
    /// What the correction does; without it no correction is shown.
    pub fix: Option<Bilingual>,
}

impl Wording {
    fn templates(&self) -> impl Iterator<Item = &str> {
        let others = [&self.help, &self.related, &self.fix];
        std::iter::once(&self.message)
            .chain(others.into_iter().flatten())
            .flat_map(|text| [text.vi.as_str(), text.en.as_str()])
    }
}

/// What one finding adds to the words of its rule.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Parts {
    /// Where, in [`Document::source`](crate::document::Document::source); `None` is the whole
    /// document.
    pub span: Option<Span>,
    /// The values of the placeholders.
    pub values: Vec<(&'static str, String)>,
    /// Other places that belong to it, in the source.
    pub related: Vec<Span>,
    /// Whether the correction may be applied without asking; `None` where there is none.
    pub applicability: Option<Applicability>,
    /// The correction, sorted, not overlapping.
    pub edits: Vec<Edit>,
    /// What the correction changes of how the document looks; then it has no edits.
    pub looks: Vec<LookEdit>,
    /// Whether it gives way to findings of other rules of its group on the same characters.
    pub gives_way: bool,
}

/// Why a finding is not told.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Silence {
    /// A comment in the document asks for it.
    Suppressed {
        /// The index of the comment among those of the document; `None` where they are too many
        /// for it. A finding costs 32 bytes.
        comment: Option<u16>,
    },
    /// It was known before.
    Known,
    /// It is not where something changed.
    Unchanged,
}

/// Findings, packed: templates are filled when a finding is looked at, so that one costs some
/// dozens of bytes and not a kilobyte.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Findings {
    language: Language,
    wordings: Vec<Arc<Wording>>,
    /// Names of placeholders, each once.
    names: Vec<&'static str>,
    rows: Vec<Row>,
    /// Whether it was looked up which were known before.
    compared: bool,
    /// Values, related places and edits of all findings, as [`Findings::push`] writes them.
    bytes: Vec<u8>,
}

/// A finding without what has no fixed size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Row {
    span: Option<Span>,
    wording: u32,
    applicability: Option<Applicability>,
    gives_way: bool,
    silence: Option<Silence>,
    /// Whether the correction is one of looks.
    is_look: bool,
    /// Where the rest begins in [`Findings::bytes`].
    at: usize,
}

impl Findings {
    /// No findings yet; their words will be in this language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self {
            language,
            ..Self::default()
        }
    }

    /// How many are told.
    #[must_use]
    pub fn len(&self) -> usize {
        self.packed().count()
    }

    /// Whether none is told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packed().next().is_none()
    }

    /// The findings that are told, each unpacked when it is asked for.
    pub fn iter(&self) -> impl Iterator<Item = Diagnostic> + '_ {
        self.packed().map(Packed::unpack)
    }

    /// The findings that are told, as they are kept.
    pub fn packed(&self) -> impl Iterator<Item = Packed<'_>> {
        self.all().filter(|finding| finding.silence().is_none())
    }

    /// All findings as they are kept, those that are not told as well.
    pub fn all(&self) -> impl Iterator<Item = Packed<'_>> {
        self.rows.iter().map(|row| Packed {
            findings: self,
            row,
        })
    }

    /// Silences the findings for which `why` gives a reason. It is asked for all in their order;
    /// those that were silent keep their first reason.
    pub fn silence(&mut self, mut why: impl FnMut(Packed<'_>) -> Option<Silence>) {
        let judge = |finding: Packed<'_>| {
            let reason = why(finding);
            finding.silence().or(reason)
        };
        let verdicts: Vec<_> = self.all().map(judge).collect();
        for (row, silence) in self.rows.iter_mut().zip(verdicts) {
            row.silence = silence;
        }
    }

    /// Adds a finding.
    pub fn push(&mut self, wording: &Arc<Wording>, parts: &Parts) {
        // A rule makes its findings one after the other.
        if !self
            .wordings
            .last()
            .is_some_and(|last| Arc::ptr_eq(last, wording))
        {
            self.wordings.push(wording.clone());
        }
        self.rows.push(Row {
            span: parts.span,
            wording: Span::new(0, self.wordings.len() - 1).end,
            applicability: parts.applicability,
            gives_way: parts.gives_way,
            silence: None,
            is_look: !parts.looks.is_empty(),
            at: self.bytes.len(),
        });
        // In either language, so that a finding is told again whatever the language of a run.
        let is_used = |name: &str| wording.templates().any(|t| uses(t, name));
        let values: Vec<_> = parts
            .values
            .iter()
            .filter(|(name, _)| is_used(name))
            .collect();
        self.number(values.len());
        for (name, value) in values {
            let known = self.names.iter().position(|known| known == name);
            let index = known.unwrap_or_else(|| {
                self.names.push(name);
                self.names.len() - 1
            });
            self.number(index);
            self.text(value);
        }
        self.number(parts.related.len());
        for span in &parts.related {
            self.span(*span);
        }
        self.number(parts.edits.len());
        for edit in &parts.edits {
            self.span(edit.span);
            self.text(&edit.content);
        }
        self.number(parts.looks.len());
        for look in &parts.looks {
            self.span(look.span);
            self.number(look.property.index());
            self.text(&look.value);
        }
    }

    /// Adds the findings of another list in the same language.
    pub(crate) fn append(&mut self, other: &Self) {
        for packed in other.packed() {
            let mut rest = packed.rest();
            let values = rest.values(&other.names);
            let parts = Parts {
                span: packed.row.span,
                values: values
                    .into_iter()
                    .map(|(name, value)| (name, value.to_owned()))
                    .collect(),
                related: (0..rest.number()).map(|_| rest.span()).collect(),
                applicability: packed.row.applicability,
                edits: rest.edits(),
                looks: rest.looks(),
                gives_way: packed.row.gives_way,
            };
            self.push(&other.wordings[packed.row.wording as usize], &parts);
        }
    }

    /// Silences the findings that were known before.
    pub fn compare(&mut self, mut is_known: impl FnMut(Packed<'_>) -> bool) {
        self.compared = true;
        self.silence(|finding| is_known(finding).then_some(Silence::Known));
    }

    /// Whether it was looked up which were known before.
    #[must_use]
    pub fn is_compared(&self) -> bool {
        self.compared
    }

    /// Seven bits a byte, the lowest first; the high bit says that more follow.
    fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.bytes.push((number & 0x7F) as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn span(&mut self, span: Span) {
        self.number(span.start as usize);
        self.number((span.end - span.start) as usize);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Puts the findings in document order: those on the whole document first, then by place, then
    /// by rule.
    pub fn sort(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        let message = |row: &Row| {
            let findings = &*self;
            Packed { findings, row }.message()
        };
        rows.sort_by(|a, b| {
            let id = |row: &Row| &self.wordings[row.wording as usize].rule.id;
            (a.span, id(a))
                .cmp(&(b.span, id(b)))
                .then_with(|| message(a).cmp(&message(b)))
        });
        self.rows = rows;
    }

    /// Drops the findings that give way and share characters with one of their group that does
    /// not. The findings are in document order.
    pub fn drop_covered(&mut self) {
        if self.rows.iter().all(|row| !row.gives_way) {
            return;
        }
        let rows = std::mem::take(&mut self.rows);
        let group = |row: &Row| self.wordings[row.wording as usize].rule.group.as_str();
        let mut others = rows
            .iter()
            .filter(|row| !row.gives_way)
            .filter_map(|row| Some((group(row), row.span?)));
        let mut next = others.next();
        // How far the others that begin before the end of the finding reach, by group.
        let mut reach: HashMap<&str, u32> = HashMap::new();
        let mut is_free = |row: &Row| {
            let Some(span) = row.span.filter(|_| row.gives_way) else {
                return true;
            };
            while let Some((group, other)) = next.filter(|(_, other)| other.start < span.end) {
                let end = reach.entry(group).or_default();
                *end = other.end.max(*end);
                next = others.next();
            }
            reach.get(group(row)).is_none_or(|&end| end <= span.start)
        };
        let kept = rows.iter().filter(|row| is_free(row)).copied().collect();
        self.rows = kept;
    }
}

/// [`Findings`] as bytes, to be told again by another run.
impl Findings {
    /// All findings as bytes; the words of the rules are no part of them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Self::default();
        out.number(self.wordings.len());
        for wording in &self.wordings {
            out.text(&wording.rule.id);
        }
        out.number(self.names.len());
        for name in &self.names {
            out.text(name);
        }
        out.number(usize::from(self.compared));
        out.number(self.rows.len());
        for row in &self.rows {
            out.row(row);
        }
        out.bytes.extend_from_slice(&self.bytes);
        out.bytes
    }

    fn row(&mut self, row: &Row) {
        let applicability = match row.applicability {
            None => 0,
            Some(Applicability::Safe) => 1,
            Some(Applicability::Unsafe) => 2,
            Some(Applicability::Display) => 3,
        };
        let silence = match row.silence {
            None => 0,
            Some(Silence::Known) => 1,
            Some(Silence::Unchanged) => 2,
            Some(Silence::Suppressed { comment: None }) => 3,
            Some(Silence::Suppressed {
                comment: Some(comment),
            }) => 4 + usize::from(comment),
        };
        let flags = [row.span.is_some(), row.gives_way, row.is_look];
        let flags = flags.into_iter().rev();
        let flags = flags.fold(applicability, |bits, flag| bits << 1 | usize::from(flag));
        self.number(flags);
        self.number(silence);
        if let Some(span) = row.span {
            self.span(span);
        }
        self.number(row.wording as usize);
        self.number(row.at);
    }

    /// The findings in these bytes, in the words of a language; `None` where they are not what
    /// [`to_bytes`](Self::to_bytes) wrote, or of a rule or placeholder that is not known.
    #[must_use]
    pub fn from_bytes(
        bytes: &[u8],
        language: Language,
        wording: impl Fn(&str) -> Option<Arc<Wording>>,
        name: impl Fn(&str) -> Option<&'static str>,
    ) -> Option<Self> {
        let mut rest = Rest(bytes);
        let wordings = (0..rest.number()).map(|_| wording(rest.whole_text()?));
        let wordings = wordings.collect::<Option<Vec<_>>>()?;
        let names = (0..rest.number()).map(|_| name(rest.whole_text()?));
        let names = names.collect::<Option<Vec<_>>>()?;
        let compared = rest.number() == 1;
        let rows = (0..rest.number()).map(|_| rest.row());
        let rows = rows.collect::<Option<Vec<_>>>()?;
        let fits = |row: &Row| (row.wording as usize) < wordings.len() && row.at <= rest.0.len();
        let fits = rows.iter().all(fits);
        fits.then(|| Self {
            language,
            compared,
            bytes: rest.0.to_vec(),
            wordings,
            names,
            rows,
        })
    }
}

/// One of [`Findings`], as it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a> {
    findings: &'a Findings,
    row: &'a Row,
}

impl<'a> Packed<'a> {
    /// The rule that made it.
    #[must_use]
    pub fn rule(self) -> &'a Arc<RuleInfo> {
        &self.wording().rule
    }

    /// The severity after overrides.
    #[must_use]
    pub fn severity(self) -> Severity {
        self.wording().severity
    }

    /// Whether its correction may be applied without asking; `None` where it has none.
    #[must_use]
    pub fn applicability(self) -> Option<Applicability> {
        self.row.applicability
    }

    /// Why it is not told; `None` where it is.
    #[must_use]
    pub fn silence(self) -> Option<Silence> {
        self.row.silence
    }

    /// Whether its correction changes looks, not text.
    #[must_use]
    pub fn fixes_look(self) -> bool {
        self.row.is_look
    }

    /// Where, in [`Document::source`](crate::document::Document::source); `None` is the whole
    /// document.
    #[must_use]
    pub fn span(self) -> Option<Span> {
        self.row.span
    }

    /// The placeholders that the words of its rule use, and their values.
    pub(super) fn values(self) -> Vec<(&'static str, &'a str)> {
        self.rest().values(&self.findings.names)
    }

    /// The finding in words.
    #[must_use]
    pub fn unpack(self) -> Diagnostic {
        let wording = self.wording();
        let language = self.findings.language;
        let mut rest = self.rest();
        let values = rest.values(&self.findings.names);
        let fill = |text: &Bilingual| fill(text.get(language), &values);
        let related = (0..rest.number()).map(|_| Label {
            span: rest.span(),
            message: wording.related.as_ref().map(fill).unwrap_or_default(),
        });
        let related = related.collect();
        let edits = rest.edits();
        let looks = rest.looks();
        let fix = self.row.applicability.zip(wording.fix.as_ref());
        Diagnostic {
            rule: wording.rule.clone(),
            severity: wording.severity,
            message: fill(&wording.message),
            help: wording.help.as_ref().map(fill),
            span: self.row.span,
            related,
            fix: fix.map(|(applicability, title)| Fix {
                title: fill(title),
                applicability,
                edits,
                looks,
            }),
        }
    }

    fn message(self) -> String {
        let values = self.rest().values(&self.findings.names);
        let message = &self.wording().message;
        fill(message.get(self.findings.language), &values)
    }

    fn wording(self) -> &'a Wording {
        &self.findings.wordings[self.row.wording as usize]
    }

    fn rest(self) -> Rest<'a> {
        Rest(&self.findings.bytes[self.row.at..])
    }
}

/// Reads what [`Findings::push`] wrote.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn number(&mut self) -> usize {
        let (mut number, mut shift) = (0, 0);
        while let Some((&byte, rest)) = self.0.split_first() {
            self.0 = rest;
            number |= usize::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    fn span(&mut self) -> Span {
        let start = self.number();
        let len = self.number();
        Span::new(start, start + len)
    }

    fn text(&mut self) -> &'a str {
        let len = self.number();
        let (text, rest) = self.0.split_at(len);
        self.0 = rest;
        // It was written from a string.
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// A text, if there are bytes for it.
    fn whole_text(&mut self) -> Option<&'a str> {
        let len = self.number();
        let (text, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn row(&mut self) -> Option<Row> {
        if self.0.is_empty() {
            return None;
        }
        let flags = self.number();
        let silence = match self.number() {
            0 => None,
            1 => Some(Silence::Known),
            2 => Some(Silence::Unchanged),
            other => Some(Silence::Suppressed {
                comment: other.checked_sub(4).and_then(|c| c.try_into().ok()),
            }),
        };
        Some(Row {
            span: (flags & 1 != 0).then(|| self.span()),
            wording: self.number().try_into().ok()?,
            applicability: match flags >> 3 {
                0 => None,
                1 => Some(Applicability::Safe),
                2 => Some(Applicability::Unsafe),
                _ => Some(Applicability::Display),
            },
            gives_way: flags & 2 != 0,
            silence,
            is_look: flags & 4 != 0,
            at: self.number(),
        })
    }

    fn looks(&mut self) -> Vec<LookEdit> {
        let looks = (0..self.number()).filter_map(|_| {
            let (span, property) = (self.span(), Property::at(self.number()));
            let value = self.text().to_owned();
            property.map(|property| LookEdit {
                span,
                property,
                value,
            })
        });
        looks.collect()
    }

    fn edits(&mut self) -> Vec<Edit> {
        let edits = (0..self.number()).map(|_| Edit {
            span: self.span(),
            content: self.text().to_owned(),
        });
        edits.collect()
    }

    fn values(&mut self, names: &[&'static str]) -> Vec<(&'static str, &'a str)> {
        (0..self.number())
            .map(|_| (names[self.number()], self.text()))
            .collect()
    }
}

/// Replaces `{name}` by its value; unknown names were refused when the rule was loaded.
fn fill(template: &str, values: &[(&'static str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else {
            break;
        };
        out.push_str(&rest[..open]);
        let name = &rest[open + 1..open + close];
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            out.push_str(value);
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

/// Whether a template has the placeholder.
fn uses(template: &str, name: &str) -> bool {
    let mut parts = template.split('{').skip(1);
    parts.any(|part| {
        part.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('}'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording(id: &str, message: &str) -> Arc<Wording> {
        let both = |text: &str| Bilingual {
            vi: text.to_owned(),
            en: text.to_owned(),
        };
        Arc::new(Wording {
            rule: Arc::new(RuleInfo {
                id: id.to_owned(),
                group: id.split('-').next().unwrap().to_owned(),
                severity: Severity::Info,
                summary: both(""),
                basis: None,
                explanation: both(""),
                preview: false,
            }),
            severity: Severity::Info,
            message: both(message),
            help: Some(both("write {right}, not {found}")),
            related: Some(both("see {right}")),
            fix: Some(both("put {right}")),
        })
    }

    fn parts(start: usize, end: usize, found: &str) -> Parts {
        let values = [("found", found), ("right", "đúng"), ("unused", "x")];
        Parts {
            span: Some(Span::new(start, end)),
            values: values.map(|(name, value)| (name, value.to_owned())).into(),
            related: vec![Span::new(300, 70_000)],
            applicability: Some(Applicability::Safe),
            edits: vec![Edit {
                span: Span::new(start, end),
                content: "đúng".to_owned(),
            }],
            looks: Vec::new(),
            gives_way: false,
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let mut findings = Findings::new(Language::Vi);
        let found = "sai ".repeat(50);
        findings.push(&wording("a-b", "«{found}» là sai"), &parts(5, 9, &found));
        let diagnostic = findings.iter().next().unwrap();
        assert_eq!(diagnostic.message, format!("«{found}» là sai"));
        let help = format!("write đúng, not {found}");
        assert_eq!(diagnostic.help, Some(help));
        let related = &diagnostic.related[0];
        assert_eq!(
            (related.span, &*related.message),
            (Span::new(300, 70_000), "see đúng")
        );
        let fix = diagnostic.fix.unwrap();
        assert_eq!((&*fix.title, &*fix.edits[0].content), ("put đúng", "đúng"));
        assert_eq!(fix.edits[0].span, Span::new(5, 9));
    }

    #[test]
    fn a_finding_keeps_only_what_its_words_need() {
        let mut findings = Findings::new(Language::Vi);
        let wording = wording("a-b", &"long ".repeat(100));
        for at in 0..1000 {
            findings.push(&wording, &parts(at, at + 1, "sai"));
        }
        assert_eq!(findings.wordings.len(), 1);
        assert!(findings.bytes.len() < 1000 * 40, "{}", findings.bytes.len());
        assert!(size_of::<Row>() <= 32);
    }

    #[test]
    fn findings_are_sorted_and_give_way_within_their_group() {
        let mut findings = Findings::new(Language::Vi);
        let (a, b, c) = (
            wording("a-a", "{found}"),
            wording("a-b", "{found}"),
            wording("c-c", ""),
        );
        let giving = |start, end| Parts {
            gives_way: true,
            ..parts(start, end, "giving")
        };
        findings.push(&a, &giving(0, 4));
        findings.push(&a, &giving(10, 14));
        findings.push(&a, &giving(20, 24));
        findings.push(&b, &parts(20, 22, "z"));
        findings.push(&b, &parts(20, 22, "y"));
        findings.push(&b, &parts(4, 8, "x"));
        findings.push(&c, &parts(10, 14, ""));
        findings.sort();
        findings.drop_covered();
        let told = findings.iter().map(|d| (d.span.unwrap().start, d.message));
        let told: Vec<_> = told.collect();
        let told: Vec<_> = told.iter().map(|(at, message)| (*at, &**message)).collect();
        let expected = [
            (0, "giving"),
            (4, "x"),
            (10, "giving"),
            (10, ""),
            (20, "y"),
            (20, "z"),
        ];
        assert_eq!(told, expected);
    }
}
