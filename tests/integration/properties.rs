//! What holds for every text: nothing panics, nothing is lost, every span is valid.

use proptest::prelude::*;
use vanthu::document::Document;
use vanthu::rules::{Options, Outcome, RuleSet, check};
use vanthu::text::Span;

/// Pieces that documents are made of, so that random texts reach the depths of the grammars.
pub(crate) fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".to_owned()),
        Just("Độc lập - Tự do - Hạnh phúc".to_owned()),
        Just("ỦY BAN NHÂN DÂN".to_owned()),
        Just("Số: 33/BC-UBND".to_owned()),
        Just("Hải Minh, ngày 05 tháng 3 năm 2026".to_owned()),
        Just("BÁO CÁO".to_owned()),
        Just("V/v báo cáo".to_owned()),
        Just("Kính gửi: Sở Nội vụ".to_owned()),
        Just("Căn cứ Luật Đất đai;".to_owned()),
        Just("QUYẾT ĐỊNH:".to_owned()),
        Just("I. KẾT QUẢ".to_owned()),
        Just("1. Kết quả".to_owned()),
        Just("1.1 Kết quả".to_owned()),
        Just("a) kết quả".to_owned()),
        Just("- kết quả;".to_owned()),
        Just("Điều 5. Kết quả".to_owned()),
        Just("Chương I".to_owned()),
        Just("Phụ lục I".to_owned()),
        Just("(Kèm theo Báo cáo số 33/BC-UBND)".to_owned()),
        Just("Trên đây là báo cáo./.".to_owned()),
        Just("Nơi nhận:      TM. ỦY BAN NHÂN DÂN".to_owned()),
        Just("- Lưu: VT.".to_owned()),
        Just("KT. CHỦ TỊCH".to_owned()),
        Just("Phạm Gia Khánh".to_owned()),
        Just("Chỉ thị số 33/CT-\nTTg ngày 26/11/2021 của Thủ tướng".to_owned()),
        Just("Quyết định số 05- CT/TW, ngày 31/4/2020".to_owned()),
        Just("điểm a khoản 2 Điều 5".to_owned()),
        Just("|một |hai |".to_owned()),
        Just("\u{c}12".to_owned()),
        Just("e\u{302}\u{301}\u{a0}Ð\u{200b}".to_owned()),
        "[ -~]{0,20}",
        "\\PC{0,12}",
        Just(" ".to_owned()),
    ];
    let glue = prop_oneof![
        Just("\n"),
        Just("\r\n"),
        Just("\n\n"),
        Just(" "),
        Just("   "),
        Just("")
    ];
    proptest::collection::vec((piece, glue), 0..40).prop_map(|parts| {
        parts
            .into_iter()
            .map(|(piece, glue)| piece + glue)
            .collect()
    })
}

fn lint(bytes: &[u8]) -> Option<(Document, Outcome)> {
    lint_as("any.txt", bytes)
}

fn lint_as(name: &str, bytes: &[u8]) -> Option<(Document, Outcome)> {
    thread_local! {
        static RULES: RuleSet = RuleSet::builtin();
    }
    let document = vanthu::input::read(name, bytes).ok()?;
    let outcome = RULES.with(|rules| check(&document, rules, Options::default()));
    Some((document, outcome))
}

fn valid(span: Span, text: &str) -> bool {
    span.start <= span.end && text.get(span.range()).is_some()
}

fn holds(document: &Document, outcome: &Outcome) -> Result<(), TestCaseError> {
    let text = &outcome.logical.text;
    // The leaves of the tree are the lines of the text: nothing is lost, nothing comes twice.
    let mut leaves: Vec<Span> = outcome.report.tree.leaves().map(|leaf| leaf.span).collect();
    leaves.sort();
    let mut at = 0;
    for leaf in &leaves {
        prop_assert!(valid(*leaf, text));
        prop_assert!(leaf.start as usize >= at, "leaves overlap");
        prop_assert!(
            text[at..leaf.start as usize].trim().is_empty(),
            "text between leaves"
        );
        at = leaf.end as usize;
    }
    prop_assert!(text[at..].trim().is_empty(), "text after the last leaf");
    for found in outcome.diagnostics.iter() {
        let related = found.related.iter().map(|label| label.span);
        let edits = found
            .fix
            .iter()
            .flat_map(|fix| fix.edits.iter().map(|edit| edit.span));
        for span in found.span.into_iter().chain(related).chain(edits) {
            prop_assert!(
                valid(span, document.source()),
                "{} points at {span:?}",
                found.rule.id
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_of_pieces(text in pieces()) {
        if let Some((document, outcome)) = lint(text.as_bytes()) {
            holds(&document, &outcome)?;
        }
    }

    #[test]
    fn markdown_of_pieces(parts in proptest::collection::vec((
        prop_oneof![Just("**"), Just("_"), Just("***"), Just("# "), Just("> "), Just("\\"), Just("---\n"), Just("* ")],
        pieces(),
    ), 0..6)) {
        let text: String = parts.into_iter().map(|(mark, text)| format!("{mark}{text}{mark}\n")).collect();
        if let Some((document, outcome)) = lint_as("any.md", text.as_bytes()) {
            holds(&document, &outcome)?;
            let kept = document.text();
            for (at, c) in kept.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()) {
                let span = document.to_source(Span::new(at, at + c.len_utf8()));
                let given = span.of(document.source());
                // A letter of another alphabet may stand for it.
                prop_assert!(!given.is_ascii() || given == &kept[at..=at], "{given:?}");
            }
        }
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Some((document, outcome)) = lint(&bytes) {
            holds(&document, &outcome)?;
        }
    }

    #[test]
    fn any_text(text in "\\PC{0,300}") {
        if let Some((document, outcome)) = lint(text.as_bytes()) {
            holds(&document, &outcome)?;
        }
    }
}

/// Texts that make a careless parser slow or deep.
#[test]
fn long_and_deep_texts_are_parsed() {
    let texts = [
        "(".repeat(50_000),
        "a) ".repeat(30_000),
        "1.".repeat(50_000),
        "1.1.1.1\n".repeat(5_000),
        "I. A\n1. B\na) C\n- D\n".repeat(3_000),
        "U\n".repeat(20_000),
        "ỦY BAN NHÂN DÂN\n".repeat(10_000),
        "---\n".repeat(20_000),
        "Số 1/".repeat(20_000),
        "ngày ".repeat(20_000),
        "Điều 5 khoản ".repeat(10_000),
        "./".repeat(50_000),
        "\u{301}".repeat(20_000),
        "\u{c}".repeat(20_000) + "x",
        "Phụ lục I\n".repeat(10_000),
        "Nơi nhận:\nKT. CHỦ TỊCH\n".repeat(8_000),
        "Kính gửi: Ủy ban nhân dân xã Mẫu.\nỦY BAN NHÂN DÂN\n".repeat(5_000) + "Số: 1/BC-UBND",
        " ".repeat(100_000) + "x",
        "x\n\n".repeat(20_000),
    ];
    for text in texts {
        let (document, outcome) = lint(text.as_bytes()).expect("text is text");
        holds(&document, &outcome).unwrap();
    }
}
