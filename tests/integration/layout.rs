//! Logical lines: which physical lines make one, in which order, and the way back.

use std::fmt::Write as _;

use proptest::prelude::*;
use vanthu::document::Document;
use vanthu::input;
use vanthu::layout::{Logical, Role, Side, unwrap};
use vanthu::text::Span;

fn document(text: &str) -> Document {
    input::read("any.txt", text.as_bytes()).expect("the text can be read")
}

fn logical_lines(text: &str) -> Vec<String> {
    let logical = unwrap(&document(text));
    logical
        .lines
        .iter()
        .map(|line| line.span.of(&logical.text).to_owned())
        .collect()
}

/// What makes a text a wrapped one: sentences that go on in lower case at a steady edge.
const WRAPPED: &str = "\
Trong tháng 8 năm 2025 các thôn của xã đã dọn vệ sinh kênh mương được ba
lần, khơi thông gần hai cây số mương nội đồng, trồng thêm hoa hai bên đường
làng và sửa lại những đoạn đường đất bị mưa lũ làm hỏng hồi đầu năm nay ở
cánh đồng phía đông của thôn Đoài.
";

/// The lines that follow [`WRAPPED`] in a text that begins with it.
fn after_wrapped(text: &str) -> Vec<String> {
    let mut lines = logical_lines(&format!("{WRAPPED}{text}"));
    assert!(lines[0].starts_with("Trong tháng"), "{lines:?}");
    lines.remove(0);
    lines
}

#[test]
fn a_syllable_cut_at_the_wall_is_put_back() {
    let cases = [
        (
            "Bí thư chi bộ thôn Đoài cho biết thôn sẽ làm xong trong năm nay nhữ\nng việc còn lại.",
            "nay những việc",
        ),
        (
            "Bí thư chi bộ thôn Đoài cho biết thôn sẽ làm xong trong năm nay tr\nong cả ba xóm.",
            "nay trong cả",
        ),
        (
            "Bí thư chi bộ thôn Đoài cho biết thôn sẽ làm xong việc này và đ\nược khen.",
            "và được khen",
        ),
        (
            "Bí thư chi bộ thôn Đoài cho biết thôn sẽ làm xong trong năm nay nhữ-\nng việc còn lại.",
            "nay những việc",
        ),
        (
            "Bí thư chi bộ thôn Đoài cho biết thôn sẽ làm xong trong năm nay báo-\ncáo còn lại.",
            "nay báo-cáo còn",
        ),
        // Both are words, or the second alone is one.
        (
            "Bí thư chi bộ thôn Đoài cho biết thôn sẽ làm xong trong năm nay kho\nảnh còn lại.",
            "nay kho ảnh",
        ),
        (
            "Bí thư chi bộ thôn Đoài cho biết thôn sẽ làm xong đoạn mương 100 m\nở cánh đồng.",
            "100 m ở",
        ),
        (
            "Bí thư chi bộ thôn Đoài cho biết thôn sẽ làm xong đoạn mương 3 kh\nông.",
            "3 kh ông",
        ),
        // Not at the wall.
        (
            "Bí thư chi bộ thôn Đoài nói nhữ\nng việc còn lại.",
            "nhữ ng",
        ),
        // A blank ended the line.
        (
            "Bí thư chi bộ thôn Đoài cho biết thôn sẽ làm xong trong năm nay nhữ \nng việc còn lại.",
            "nhữ ng",
        ),
        // No syllable.
        (
            "Bí thư chi bộ thôn Đoài cho biết thôn sẽ làm xong trong năm nay blo\ncks còn lại.",
            "blo cks",
        ),
    ];
    for (text, expected) in cases {
        let line = after_wrapped(text).concat();
        assert!(line.contains(expected), "{line}");
    }
}

#[test]
fn what_was_cut_leads_back_to_where_it_stands() {
    for cut in ["nhữ\nng", "nhữ-\nng"] {
        let text = format!(
            "{WRAPPED}Bí thư chi bộ thôn Đoài cho biết thôn sẽ làm xong trong năm nay {cut} việc khác.\n"
        );
        let document = document(&text);
        let logical = unwrap(&document);
        for (found, expected) in [("những", cut), ("việc khác", "việc khác")] {
            let at = logical.text.rfind(found).unwrap();
            let span = logical.map.span(Span::new(at, at + found.len()));
            assert_eq!(span.of(document.text()), expected);
        }
    }
}

#[test]
fn lines_that_go_on_are_joined() {
    let cases: &[(&str, &[&str])] = &[
        (
            "Việc đó được làm theo Chỉ thị số 33/CT-\nTTg.",
            &["Việc đó được làm theo Chỉ thị số 33/CT-TTg."],
        ),
        (
            // The blank before the line break is the author's.
            "Việc đó được làm theo Chỉ thị số 05- \nCT/TW.",
            &["Việc đó được làm theo Chỉ thị số 05- CT/TW."],
        ),
        (
            "Các thôn đã thực hiện xong nội dung của cả giai đoạn từ năm 2021 -\n2025.",
            &["Các thôn đã thực hiện xong nội dung của cả giai đoạn từ năm 2021 - 2025."],
        ),
        (
            "Các thôn đã hoàn thành vượt mức chỉ tiêu đề ra cho toàn bộ giai đoạn\n\
             2021-2025. Ứng dụng công nghệ được đẩy mạnh.",
            &[
                "Các thôn đã hoàn thành vượt mức chỉ tiêu đề ra cho toàn bộ giai đoạn \
               2021-2025. Ứng dụng công nghệ được đẩy mạnh.",
            ],
        ),
        (
            "Việc sửa đường góp phần thiết thực vào sự phát triển chung về kinh tế\n\
             - xã hội của cả xã.",
            &[
                "Việc sửa đường góp phần thiết thực vào sự phát triển chung về kinh tế \
               - xã hội của cả xã.",
            ],
        ),
        (
            "Mức hỗ trợ cho mỗi hộ được tính theo đúng quy định hiện hành nêu tại\n\
             Điều 5 của quy chế.",
            &[
                "Mức hỗ trợ cho mỗi hộ được tính theo đúng quy định hiện hành nêu tại \
               Điều 5 của quy chế.",
            ],
        ),
        (
            // An empty line, as where a page ends, does not end a sentence.
            "Người dân các thôn mong muốn được hỗ trợ thêm giống cây và phân bón,\n\n\nnhất là giống lúa.",
            &[
                "Người dân các thôn mong muốn được hỗ trợ thêm giống cây và phân bón, nhất là giống lúa.",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(after_wrapped(text), *expected, "{text}");
    }
}

#[test]
fn lines_that_begin_something_are_not_joined() {
    let cases: &[(&str, &[&str])] = &[
        (
            "I. KẾT QUẢ\n1. Kết quả chung\nCác thôn làm tốt.",
            &["I. KẾT QUẢ", "1. Kết quả chung", "Các thôn làm tốt."],
        ),
        (
            // The first word of the next line had room on the line before.
            "Kết quả của việc sửa đường và vệ sinh kênh mương\nNhân dân các thôn làm tốt.",
            &[
                "Kết quả của việc sửa đường và vệ sinh kênh mương",
                "Nhân dân các thôn làm tốt.",
            ],
        ),
        (
            "a) Thôn Đông;\nb) Thôn Đoài;\n- Xóm Giếng\n+ Xóm Bến",
            &["a) Thôn Đông;", "b) Thôn Đoài;", "- Xóm Giếng", "+ Xóm Bến"],
        ),
        (
            "Việc này được giao cho ban quản lý của các thôn và hợp tác xã làm tốt\nNơi nhận:",
            &[
                "Việc này được giao cho ban quản lý của các thôn và hợp tác xã làm tốt",
                "Nơi nhận:",
            ],
        ),
        (
            "Nội dung chi tiết được đăng tại trang thông tin điện tử của xã An Lạc\nhttps://anlac.example/tin",
            &[
                "Nội dung chi tiết được đăng tại trang thông tin điện tử của xã An Lạc",
                "https://anlac.example/tin",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(after_wrapped(text), *expected, "{text}");
    }
}

#[test]
fn a_text_of_paragraphs_is_left_as_it_is() {
    let text = "BÁO CÁO\n\nKết quả sáu tháng\ntrồng cây\n- Thôn Đông;\nvà các thôn khác.\n";
    let logical = unwrap(&document(text));
    assert!(!logical.wrapped);
    assert_eq!(
        logical.text,
        "BÁO CÁO\nKết quả sáu tháng\ntrồng cây\n- Thôn Đông;\nvà các thôn khác.\n"
    );
}

#[test]
fn page_furniture_stands_after_the_line_it_interrupts() {
    let villages = ["Đông", "Đoài", "Thượng", "Hạ"];
    let page = |(n, village): (usize, &&str)| {
        format!(
            "{WRAPPED}Thôn {village} đã góp công và\n\n   - {n} -\n\x0cXÃ AN LẠC {n}\n\ngóp của.\n"
        )
    };
    let text: String = (1..).zip(&villages).map(page).collect();
    let logical = unwrap(&document(&text));
    let lines: Vec<_> = logical
        .lines
        .iter()
        .map(|line| (line.role, line.span.of(&logical.text)))
        .filter(|(_, line)| !line.starts_with("Trong tháng"))
        .collect();
    let expected = [
        (Role::Text, "Thôn Đông đã góp công và góp của."),
        (Role::PageNumber, "- 1 -"),
        (Role::RunningHead, "XÃ AN LẠC 1"),
        (Role::Text, "Thôn Đoài đã góp công và góp của."),
        (Role::PageNumber, "- 2 -"),
        (Role::RunningHead, "XÃ AN LẠC 2"),
        (Role::Text, "Thôn Thượng đã góp công và góp của."),
        (Role::PageNumber, "- 3 -"),
        (Role::RunningHead, "XÃ AN LẠC 3"),
        (Role::Text, "Thôn Hạ đã góp công và góp của."),
        (Role::PageNumber, "- 4 -"),
        (Role::RunningHead, "XÃ AN LẠC 4"),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_number_in_a_table_is_no_page_number() {
    let lines = after_wrapped("Số hộ\n\n12\n\nSố người\n\n48\n");
    assert_eq!(lines, ["Số hộ", "12", "Số người", "48"]);
}

/// A word processor that shows fields writes their instruction on the page.
#[test]
fn the_instruction_of_a_page_number_is_no_text() {
    let roles = |line: &str| {
        let text = format!("Xã đã lập hồ sơ của quý.\n{line}\nCông việc đã xong.\n");
        unwrap(&document(&text)).lines[1].role
    };
    for line in [
        "  PAGE   \\* MERGEFORMAT  3 ",
        "PAGE \\* MERGEFORMAT",
        "{ PAGE \\* Arabic \\* MERGEFORMAT }",
        "- PAGE\\* MERGEFORMAT2 -",
    ] {
        assert_eq!(roles(line), Role::PageNumber, "{line}");
    }
    for line in ["PAGE 3", "PAGE \\* MERGEFORMAT là mã trường", "3 \\* 4"] {
        assert_eq!(roles(line), Role::Text, "{line}");
    }
}

#[test]
fn a_joined_span_covers_the_break_in_the_source() {
    let text = format!("{WRAPPED}Theo Chỉ thị số 33/CT-\nTTg của Thủ tướng.\n");
    let document = document(&text);
    let logical = unwrap(&document);
    let at = logical
        .text
        .find("33/CT-TTg")
        .expect("the symbol is joined");
    let span = logical.map.span(Span::new(at, at + "33/CT-TTg".len()));
    assert_eq!(span.of(document.text()), "33/CT-\nTTg");
}

/// Role, column, gap and text of each line.
fn dump(logical: &Logical) -> String {
    let mut out = format!("wrapped: {}\n", logical.wrapped);
    for line in &logical.lines {
        let side = match line.side {
            Side::Whole => "",
            Side::Left => "left",
            Side::Right => "right",
        };
        let role = match line.role {
            Role::Text => "",
            Role::PageNumber => "page",
            Role::RunningHead => "head",
            Role::Stamp => "stamp",
        };
        let gap = if line.gap { "~" } else { " " };
        let text = line.span.of(&logical.text);
        let _ = writeln!(out, "{gap} {side:<5} {role:<5} {:>2} {text}", line.indent);
    }
    out
}

#[test]
fn few_broken_lines_show_an_exact_wall() {
    let cases: &[(&str, &[&str])] = &[
        // One sentence was broken where its next word would have passed the longest line.
        (
            "Trạm Y tế xã tổ chức khám cho người cao tuổi tại nhà văn hóa các\nthôn trong tháng.\n\
             1. Thời gian\nSáng thứ bảy.\nĐề nghị các thôn báo cho dân.",
            &[
                "Trạm Y tế xã tổ chức khám cho người cao tuổi tại nhà văn hóa các thôn trong tháng.",
                "1. Thời gian",
                "Sáng thứ bảy.",
                "Đề nghị các thôn báo cho dân.",
            ],
        ),
        // The next word had room.
        (
            "Các thôn đã làm xong ba việc\ntrồng cây\nđắp đường\n\
             Xã sẽ kiểm tra việc làm của các thôn vào cuối tháng sáu năm nay.",
            &[
                "Các thôn đã làm xong ba việc",
                "trồng cây",
                "đắp đường",
                "Xã sẽ kiểm tra việc làm của các thôn vào cuối tháng sáu năm nay.",
            ],
        ),
        // Items and cells.
        (
            "Trong tháng sáu các thôn của xã tập trung làm ba việc sau đây,\na) trồng cây;\nb) đắp đường.",
            &[
                "Trong tháng sáu các thôn của xã tập trung làm ba việc sau đây,",
                "a) trồng cây;",
                "b) đắp đường.",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(logical_lines(text), *expected, "{text}");
    }
}

#[test]
fn whole_documents() {
    insta::glob!("../../fixtures/layout", "*.{txt,md}", |path| {
        let bytes = std::fs::read(path).expect("the fixture can be read");
        let name = path.to_string_lossy();
        let document = input::read(&name, &bytes).expect("the fixture is text");
        insta::assert_snapshot!(dump(&unwrap(&document)));
    });
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        Just("UBND XÃ AN LẠC"),
        Just("Số: 33/BC-UBND"),
        Just("An Lạc, ngày 05 tháng 3 năm 2026"),
        Just("V/v báo cáo"),
        Just("Kính gửi: Sở"),
        Just("1. Kết quả"),
        Just("- kết quả"),
        Just("Điều 5"),
        Just("các thôn trong xã đã làm xong việc được giao trong tháng này, cả"),
        Just("Các thôn"),
        Just("33/CT-"),
        Just("12"),
        Just("- 3 -"),
        Just("Ký bởi: Xã"),
        Just("Email: a@b.example"),
        Just("Nơi nhận:"),
        Just("KT. CHỦ TỊCH"),
        Just("|một |hai |"),
        Just("| |"),
        Just("\u{c}"),
        Just("https://a.example/b"),
        Just("ộ\u{301}“–\u{2028}"),
        Just("\t"),
    ];
    let glue = prop_oneof![
        Just("\n"),
        Just("\n\n"),
        Just(" \n"),
        Just(" "),
        Just("      ")
    ];
    proptest::collection::vec((piece, glue), 0..60)
        .prop_map(|parts| parts.into_iter().flat_map(|(a, b)| [a, b]).collect())
}

/// Characters that layout may not lose, sorted.
fn characters(text: &str) -> Vec<char> {
    let mut all: Vec<char> = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '|')
        .collect();
    all.sort_unstable();
    all
}

fn holds(text: &str) {
    let Ok(document) = input::read("any.txt", text.as_bytes()) else {
        return;
    };
    let source = document.text();
    let logical = unwrap(&document);
    assert_eq!(characters(&logical.text), characters(source));
    let mut end = 0;
    for line in &logical.lines {
        assert_eq!(line.span.start, end, "lines have no gap");
        let content = line.span.of(&logical.text);
        assert_eq!(content, content.trim());
        assert!(!content.is_empty() && !content.contains('\n'));
        end = line.span.end + 1;
    }
    assert_eq!(end as usize, logical.text.len());
    for (at, c) in logical.text.char_indices() {
        let span = logical.map.span(Span::new(at, at + c.len_utf8()));
        let original = source.get(span.range()).expect("spans keep to characters");
        if c.is_whitespace() {
            assert!(original.trim().is_empty(), "{original:?}");
        } else {
            assert_eq!(original, c.to_string());
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_and_the_map_leads_back(text in pieces()) {
        holds(&text);
    }

    #[test]
    fn any_text_has_lines(text in "\\PC{0,200}|[ -~\\n\\f\\t|]{0,400}") {
        holds(&text);
    }
}

/// The box of a digital signature at the right above the head is no part of it; what only looks
/// like one is text.
/// A stamp below the subject of a letter is no part of it.
#[test]
fn a_stamp_ends_the_subject_of_a_letter() {
    let head = |last: &str| {
        format!(
            "UBND TỈNH HẢI MINH      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\
             \x20       SỞ Y TẾ                 Độc lập - Tự do - Hạnh phúc\n\
             \x20   Số: 87/SYT-NVY           Hải Minh, ngày 12 tháng 8 năm 2025\n\
             \x20V/v bảo đảm công tác y tế\n\
             \x20    trong mùa mưa bão\n\
             \x20        {last}\n\n\
             Kính gửi: Các trạm y tế.\n"
        )
    };
    let subject = |text: &str| {
        let logical = unwrap(&document(text));
        let lines = logical.text.lines();
        lines
            .filter(|line| line.starts_with("V/v"))
            .collect::<String>()
    };
    let alone = "V/v bảo đảm công tác y tế trong mùa mưa bão";
    assert_eq!(subject(&head("HỎA TỐC")), alone);
    assert_eq!(subject(&head("năm 2025")), format!("{alone} năm 2025"));
}

/// The address at the foot of the first page parts no sentence; in the text it is text.
#[test]
fn the_address_of_an_office_is_set_aside() {
    let body =
        |month: u8| format!("Xã đã hoàn thành việc được giao trong tháng {month}.\n").repeat(5);
    let address = "Địa chỉ: số 1 đường Bờ Sông, xã Hải Minh. Điện thoại: 0200000000;\n\
                   Thư điện tử: haiminh@example.vn\n";
    let aside = |text: &str| {
        let logical = unwrap(&document(text));
        let lines = logical.lines.iter();
        let aside = lines.filter(|line| line.role == Role::RunningHead);
        let is_address = |line: &&str| line.contains("Địa chỉ") || line.contains('@');
        aside
            .map(|line| line.span.of(&logical.text))
            .filter(is_address)
            .count()
    };
    let (one, two, three) = (body(1), body(2), body(3));
    assert_eq!(aside(&format!("{one}{address}\x0C{two}")), 2);
    assert_eq!(aside(&format!("{one}{address}{two}\x0C{three}")), 0);
    assert_eq!(aside(&format!("{one}\x0C{two}{address}\x0C{three}")), 0);
}

/// What a signing tool prints over the right column is no line of it.
#[test]
fn the_box_of_a_signature_beside_recipients_is_set_aside() {
    let foot = |stamp: [&str; 3]| {
        let [first, second, third] = stamp;
        let body = "Xã đã hoàn thành việc được giao trong tháng này.\n".repeat(45);
        format!(
            "{body}Trên đây là báo cáo của Ủy ban nhân dân xã./.\n\n\
             Nơi nhận:                           TM. ỦY BAN NHÂN DÂN\n\
             - Như trên;                              CHỦ TỊCH\n\
             - Thường trực Đảng ủy xã;           {first}\n\
             - Lưu: VT, VP.                      {second}\n                                    {third}\n\n\
                                                   Trần Văn Mẫu\n"
        )
    };
    let stamps = |text: &str| {
        let logical = unwrap(&document(text));
        let lines = logical.lines.iter();
        lines.filter(|line| line.role == Role::Stamp).count()
    };
    let printed = [
        "Ký bởi: Ủy ban nhân dân xã",
        "Cơ quan: Xã Hải Minh",
        "Ngày ký: 06-11-2025 16:27:01 +07:00",
    ];
    assert_eq!(stamps(&foot(printed)), 3);
    assert_eq!(stamps(&foot(["(đã ký)", "Cơ quan: Xã Hải Minh", ""])), 0);
}

#[test]
fn the_box_of_a_signature_is_set_aside() {
    let head = "ỦY BAN NHÂN DÂN      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\
                XÃ HẢI MINH              Độc lập - Tự do - Hạnh phúc\n";
    let cases: [(&[&str], bool); 4] = [
        (
            &[
                "TRUNG TÂM LƯU TRỮ",
                "VÀ TIN HỌC",
                "luutru@haiminh.vn",
                "24.01.2026 20:01:14",
                "+07:00",
            ],
            true,
        ),
        (
            &[
                "VĂN PHÒNG",
                "vanphong@haiminh.vn",
                "24/01/2026 08:15:00 +07:00",
            ],
            true,
        ),
        (&["VĂN PHÒNG", "vanphong@haiminh.vn"], false),
        (
            &["VĂN PHÒNG", "vanphong@haiminh.vn", "Ngày 24/01/2026"],
            false,
        ),
    ];
    for (lines, is_stamp) in cases {
        let above: String = lines
            .iter()
            .map(|line| format!("{:40}{line}\n", ""))
            .collect();
        let logical = unwrap(&document(&format!("{above}{head}")));
        let stamps = logical.lines.iter().filter(|line| line.role == Role::Stamp);
        let expected = if is_stamp { lines.len() } else { 0 };
        assert_eq!(stamps.count(), expected, "{above}");
    }
}
