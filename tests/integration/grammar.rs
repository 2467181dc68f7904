//! Small grammars over `fixtures/grammar/*.txt`: sections `--- name ---`, and what is found in
//! each as a snapshot beside the input.

use std::fmt::Write as _;
use std::fs;

use proptest::prelude::*;
use vanthu::layout::{Line, Role, Side};
use vanthu::syntax::citation::{self, Citation};
use vanthu::syntax::date::{self, DateMention};
use vanthu::syntax::reference::{self, Reference};
use vanthu::text::Span;

fn lines(text: &str) -> Vec<Line> {
    text.lines()
        .map(|line| Line {
            span: Span::of_slice(text, line.trim()),
            role: Role::Text,
            side: Side::Whole,
            indent: 0,
            gap: false,
            marker: None,
        })
        .filter(|line| !line.span.is_empty())
        .collect()
}

/// Renders what `show` finds in each section of a file.
fn snapshot(name: &str, show: impl Fn(&str) -> String) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/grammar");
    let file = fs::read_to_string(format!("{folder}/{name}.txt")).unwrap();
    let mut out = String::new();
    for section in file.split("--- ").skip(1) {
        let (title, input) = section.split_once(" ---\n").unwrap();
        let input = input.trim_end();
        let found = show(input);
        let _ = writeln!(out, "--- {title} ---\n{input}\n{found}");
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, out);
    });
}

fn show_citation(text: &str, c: &Citation) -> String {
    let mut out = format!("    {} «{}»", c.canonical, c.span.of(text));
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(out, "\n        {name}: {value}");
        }
    };
    let of = |span: Option<Span>| span.map(|s| s.of(text).to_owned());
    field("kind", c.kind.map(|k| k.slug.clone()));
    let differs = c.symbol_kind.map(|k| &k.slug) != c.kind.map(|k| &k.slug);
    let symbol_kind = c.symbol_kind.map_or("none", |k| &k.slug).to_owned();
    field("symbol kind", differs.then_some(symbol_kind));
    field("regime", c.regime.map(|r| r.as_str().to_owned()));
    field("year", c.year.map(|y| y.to_string()));
    let comma = if c.comma_before_date {
        ", after a comma"
    } else {
        ""
    };
    let date = c.date.map_or("none".to_owned(), |(_, d)| d.to_string());
    field(
        "date",
        c.date_span
            .map(|s| format!("{date} «{}»{comma}", s.of(text))),
    );
    field("issuer", of(c.issuer));
    field("subject", of(c.subject));
    field("again", (!c.first).then(String::new));
    for fault in &c.faults {
        field(
            "fault",
            Some(format!("{:?} «{}»", fault.kind, fault.span.of(text))),
        );
    }
    out.push('\n');
    out
}

fn show_citations(text: &str, letters_lost: bool) -> String {
    citation::find(text, &lines(text), &date::find(text), letters_lost)
        .iter()
        .map(|c| show_citation(text, c))
        .collect()
}

fn show_date(text: &str, d: &DateMention) -> String {
    let date = d.date.map_or("none".to_owned(), |d| d.to_string());
    let part = |span: Option<Span>| span.map_or("_", |s| s.of(text));
    format!(
        "    «{}» {:?} {date} ({} {} {}){}{}\n",
        d.span.of(text),
        d.form,
        part(d.day),
        part(d.month),
        part(d.year),
        if d.glued { " glued" } else { "" },
        if d.stray_blank { " stray blank" } else { "" },
    )
}

fn show_reference(text: &str, r: &Reference) -> String {
    let links: Vec<_> = r
        .links
        .iter()
        .map(|l| {
            let start = if l.sentence_start { "^" } else { "" };
            format!("{start}{:?}={}", l.unit, l.number.of(text))
        })
        .collect();
    format!("    «{}» {}\n", r.span.of(text), links.join(" "))
}

#[test]
fn citations() {
    for name in ["citations", "citation-faults", "citation-none"] {
        snapshot(name, |text| show_citations(text, false));
    }
}

#[test]
fn citations_where_letters_were_lost() {
    snapshot("ocr-citations", |text| show_citations(text, true));
}

#[test]
fn dates() {
    snapshot("dates", |text| {
        let found = date::find(text);
        found.iter().map(|d| show_date(text, d)).collect()
    });
}

#[test]
fn references() {
    snapshot("references", |text| {
        let found = reference::find(text, &lines(text));
        found.iter().map(|r| show_reference(text, r)).collect()
    });
}

/// Text made of the pieces that the grammars look for, so that they meet in every order.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "Nghị định", "Quyết định", "số", "Số:", "số:", " ", " ", "  ", "\n", "/", "-", "–", "12", "2020", "30",
            "NĐ-CP", "QĐ", "TTg", "UBND", "CTr", "TW", "Đ", "QH15", "ngày", "Ngày ", "tháng", "năm", "…", "...", "_",
            "của ", "về ", "Chính phủ", "điểm ", "a", "khoản ", "Khoản ", "Điều ", "điều ", ", ", "và ", "“", "”",
            ";", ".", ":", "(", ")", "Mục ", "Phần ", "IV", "s6 ", "ngay ", "thang ", "nam ", "Luật ", "$6", "|",
        ])
        .prop_map(str::to_owned),
        1 => "\\PC{0,4}",
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn assert_in_order(text: &str, spans: impl Iterator<Item = Span>) {
    let mut end = 0;
    for span in spans {
        assert!(
            span.start >= end,
            "spans overlap or run backwards in {text:?}"
        );
        assert!(
            !span.of(text).contains('\n'),
            "a span runs over a line break in {text:?}"
        );
        end = span.end;
    }
}

fn assert_sound(text: &str, letters_lost: bool) {
    let lines = lines(text);
    let dates = date::find(text);
    assert_in_order(text, dates.iter().map(|d| d.span));
    for d in &dates {
        let parts: Vec<_> = [d.day, d.month, d.year].into_iter().flatten().collect();
        assert!(
            parts.iter().all(|&part| d.span.contains(part)),
            "{text:?}: {d:?}"
        );
    }
    let citations = citation::find(text, &lines, &dates, letters_lost);
    assert_in_order(text, citations.iter().map(|c| c.span));
    for c in &citations {
        assert!(c.span.contains(c.symbol_span), "{text:?}: {c:?}");
        for span in [c.kind_span, c.so, c.issuer, c.subject, c.date_span]
            .into_iter()
            .flatten()
        {
            assert!(!span.of(text).is_empty(), "{text:?}: {c:?}");
        }
        for fault in &c.faults {
            assert!(!fault.span.of(text).is_empty(), "{text:?}: {c:?}");
            assert!(c.span.contains(fault.span), "{text:?}: {c:?}");
        }
    }
    let references = reference::find(text, &lines);
    assert_in_order(text, references.iter().map(|r| r.span));
    for r in &references {
        assert_in_order(text, r.links.iter().flat_map(|l| [l.word, l.number]));
    }
}

proptest! {
    #[test]
    fn any_text_gives_sound_spans(text in text(), letters_lost: bool) {
        assert_sound(&text, letters_lost);
    }

    #[test]
    fn any_characters_give_sound_spans(text in "\\PC{0,200}", letters_lost: bool) {
        assert_sound(&text, letters_lost);
    }
}
