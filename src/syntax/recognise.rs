//! Whose rules a document follows, and which kind of document it is.

use super::line;
use super::report::Header;
use super::structure::Structure;
use crate::text::{Folded, Letters, Span, fold};
use crate::vocabulary::{Kind, KindRegime, Regime, vocabulary};

/// How much of the closing sentence is read, in characters.
const CLOSING: usize = 120;

/// Whose rules the document follows; `None` where nothing tells.
pub(super) fn regime(text: &str, structure: &Structure, letters: Letters) -> Option<Regime> {
    let header = &structure.header;
    let phrases = &vocabulary().phrases;
    if let Some(motto) = header.quoc_hieu.filter(|_| structure.party_motto) {
        let party = crate::text::similarity(&fold(motto.of(text)), &phrases.party_motto);
        let youth = crate::text::similarity(&fold(motto.of(text)), &phrases.youth_motto);
        return Some(if party >= youth {
            Regime::Dang
        } else {
            Regime::DoanThe
        });
    }
    if is_qppl(text, structure) {
        return Some(Regime::Qppl);
    }
    let agency: Vec<String> = header
        .agency
        .iter()
        .map(|span| fold(span.of(text)))
        .collect();
    let is_party = |line: &String| {
        let mut bodies = phrases.party_bodies.iter();
        bodies.any(|body| line.starts_with(body.as_str()))
    };
    if agency.last().is_some_and(is_party) {
        return Some(Regime::Dang);
    }
    let agency = agency.join(" ");
    if phrases
        .mass_organisations
        .iter()
        .any(|name| agency.contains(name.as_str()))
    {
        return Some(Regime::DoanThe);
    }
    if is_mass_symbol(text, header) {
        return Some(Regime::DoanThe);
    }
    if header.quoc_hieu.is_some() || header.tieu_ngu.is_some() {
        return Some(Regime::NhaNuoc);
    }
    by_number(text, structure)
        .or_else(|| by_foot(text, structure))
        .or_else(|| by_kind(text, structure, letters))
}

/// Nothing shows the Party or a mass organisation, and the kind is one of the 29 of the state.
fn by_kind(text: &str, structure: &Structure, letters: Letters) -> Option<Regime> {
    let kind = kind(text, structure, letters)?;
    (kind.regime == KindRegime::NhaNuoc).then_some(Regime::NhaNuoc)
}

/// A legal normative document: its kind exists only as one, or its number carries a year and
/// its symbol no other mark of an administrative document.
fn is_qppl(text: &str, structure: &Structure) -> bool {
    let by_title = structure
        .title_kind
        .is_some_and(|kind| kind.regime == KindRegime::Qppl);
    let by_number = structure.header.number.as_ref().is_some_and(|number| {
        let symbol = number.symbol.map(|s| s.of(text)).unwrap_or_default();
        let normative = number
            .kind
            .is_some_and(|kind| kind.regime == KindRegime::Qppl || kind.normative);
        number.year.is_some()
            && (normative
                || symbol.starts_with(|c: char| c.is_uppercase())
                    && number.kind.is_none()
                    && symbol.ends_with(|c: char| c.is_ascii_digit()))
    });
    by_title || by_number
}

/// Whether the code after that of the kind is of a mass organisation: `12/KH-LĐLĐ`, `12/MTTQ-BTT`.
/// What follows it names a unit or who wrote the document, and tells nothing.
fn is_mass_symbol(text: &str, header: &Header) -> bool {
    let Some(number) = &header.number else {
        return false;
    };
    let symbol = number.symbol.map_or("", |symbol| symbol.of(text));
    let mut codes = symbol.split(['-', '–', '/']).map(str::trim);
    let code = codes.nth(usize::from(number.kind.is_some()));
    code.and_then(|code| vocabulary().body(code))
        .is_some_and(|body| body.regime == Regime::DoanThe)
}

/// `33-BC/TU` is the Party's form, `33/BC-UBND` the state's.
fn by_number(text: &str, structure: &Structure) -> Option<Regime> {
    let number = structure.header.number.as_ref()?;
    let symbol = number.symbol?;
    let from = number
        .number
        .or(number.year)
        .map_or(number.label.end, |span| span.end);
    let separator = Span {
        start: from.min(symbol.start),
        end: symbol.start,
    };
    let party = separator.of(text).contains(['-', '–']) && symbol.of(text).contains('/');
    Some(if party { Regime::Dang } else { Regime::NhaNuoc })
}

/// Without a head: the way authority and archive are written.
fn by_foot(text: &str, structure: &Structure) -> Option<Regime> {
    let party = &vocabulary().phrases.party_authorities;
    let authority = structure
        .signature
        .as_ref()
        .and_then(|s| s.authority.first());
    if let Some(authority) = authority {
        let folded = fold(authority.of(text));
        let is_party = party
            .iter()
            .any(|prefix| folded.starts_with(prefix.as_str()));
        return Some(if is_party {
            Regime::Dang
        } else {
            Regime::NhaNuoc
        });
    }
    let archive = structure
        .recipients
        .as_ref()?
        .items
        .iter()
        .find(|item| item.archive)?;
    archive
        .text
        .of(text)
        .contains(':')
        .then_some(Regime::NhaNuoc)
}

/// The kind: by its title, without a title as a công văn or by the symbol, by the closing sentence.
pub(super) fn kind(text: &str, structure: &Structure, letters: Letters) -> Option<&'static Kind> {
    let header = &structure.header;
    let untitled = || {
        let untitled = header.is_seen() && header.title.is_none();
        let is_cong_van = untitled && is_cong_van(text, header, letters);
        let mut kinds = vocabulary().kinds.iter();
        kinds.find(|kind| kind.untitled).filter(|_| is_cong_van)
    };
    let by_symbol = || header.number.as_ref().and_then(|number| number.kind);
    structure
        .title_kind
        .or_else(untitled)
        .or_else(by_symbol)
        .or_else(|| closing_kind(text, structure, letters))
}

/// Whether a document without a title is a công văn: by `V/v`, or by addressees and a symbol that
/// names no kind. A symbol that names one shows that the title is missing, unless both `V/v` and
/// addressees show that the symbol is wrong.
fn is_cong_van(text: &str, header: &Header, letters: Letters) -> bool {
    let number = header.number.as_ref();
    let names_kind = number.is_some_and(|number| number.kind.is_some());
    let addressed = header.addressees.is_some();
    match header.subject_marker {
        Some(marker) => !names_kind || (addressed && marker.of(text).contains('/')),
        None => {
            let symbol = number.is_some_and(|number| number.symbol.is_some());
            addressed && symbol && !names_kind && letters == Letters::Exact
        }
    }
}

/// `Trên đây là báo cáo …`: the kind named after the label of the closing sentence, or after one
/// word more (`toàn bộ`, `nội dung`).
fn closing_kind(text: &str, structure: &Structure, letters: Letters) -> Option<&'static Kind> {
    let folded = Folded::new(structure.closing?.of(text), letters, CLOSING).text;
    let words: Vec<&str> = folded.split_whitespace().collect();
    let label = vocabulary()
        .phrases
        .labels
        .closing
        .split_whitespace()
        .count();
    let after = |words: &[&str]| {
        let tail = words.join(" ");
        let exact = line::leading_kind(&tail).map(|(kind, _)| kind);
        let misread =
            || (letters == Letters::Confusable).then(|| line::leading_kind_misread(&tail));
        exact.or_else(|| misread().flatten())
    };
    after(words.get(label..)?).or_else(|| after(words.get(label + 1..)?))
}
