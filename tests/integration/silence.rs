//! What the rules on official documents allow, though it looks like a fault.
//!
//! Each case is a sound report with some parts put in place of its own; no rule, not even one in
//! preview, may find anything but the advice that `ADVICE` lists.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use vanthu::diagnostic::Severity;
use vanthu::rules::{Options, RuleSet, check};

/// The parts of a report that a case replaces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Issuer,
    State,
    Number,
    PlaceDate,
    Kind,
    Addressee,
    Body,
    Closing,
    Recipients,
    Signature,
    Attached,
}
use Part::{
    Addressee, Attached, Body, Closing, Issuer, Kind, Number, PlaceDate, Recipients, Signature,
    State,
};

/// A report without fault, in the order of its parts; `Body` is a paragraph of its section I.
const REPORT: &[(Option<Part>, &str)] = &[
    (Some(Issuer), "ỦY BAN NHÂN DÂN\nXÃ LAM SƠN"),
    (
        Some(State),
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n",
    ),
    (Some(Number), "Số: 47/BC-UBND"),
    (Some(PlaceDate), "Lam Sơn, ngày 12 tháng 11 năm 2025\n"),
    (Some(Kind), "BÁO CÁO\nKết quả chăm sóc cây xanh năm 2025\n"),
    (Some(Addressee), "Kính gửi: Sở Xây dựng tỉnh Đông Giang\n"),
    (
        None,
        "Thực hiện Kế hoạch số 21/KH-UBND ngày 10 tháng 02 năm 2025 của Ủy ban nhân dân tỉnh \
         Đông Giang về trồng cây xanh năm 2025, Ủy ban nhân dân xã Lam Sơn báo cáo kết quả như \
         sau:\n\nI. KẾT QUẢ THỰC HIỆN\n1. Chỉ đạo, điều hành",
    ),
    (Some(Body), "Xã giao mỗi thôn chăm sóc một tuyến đường."),
    (
        None,
        "2. Kết quả\nĐã trồng 1.200 cây, đạt 96% kế hoạch.\n\nII. HẠN CHẾ, NGUYÊN NHÂN\n\
         Cây trồng ở thôn Bãi Sậy chậm lớn do thiếu nước tưới.\n\nIII. NHIỆM VỤ THỜI GIAN TỚI\n\
         1. Trồng bổ sung 50 cây.\n2. Lắp đường ống tưới.\n",
    ),
    (
        Some(Closing),
        "Trên đây là báo cáo kết quả chăm sóc cây xanh năm 2025 của xã Lam Sơn./.\n",
    ),
    (
        Some(Recipients),
        "Nơi nhận:\n- Như trên;\n- Chủ tịch, các Phó Chủ tịch UBND xã;\n- Lưu: VT.",
    ),
    (
        Some(Signature),
        "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nĐỗ Minh Hải",
    ),
    (Some(Attached), ""),
];

const CASES: &[(&str, &[(Part, &str)])] = &[
    (
        "oà and uỷ beside òa and ủy",
        &[(
            Body,
            "Xã hoà giải 05 vụ, uỷ quyền cho thôn; kết quả hòa giải được ủy ban nghiệm thu.",
        )],
    ),
    (
        "UBND, HĐND in the body",
        &[(
            Body,
            "UBND xã phối hợp với HĐND xã và MTTQ kiểm tra 03 thôn.",
        )],
    ),
    (
        "dates with slashes",
        &[(
            Body,
            "Xã họp ngày 05/3/2025, ngày 5/3/2025 và ngày 15/11/2025.",
        )],
    ),
    (
        "months 3 to 9 without a zero",
        &[(
            Body,
            "Đợt ra quân từ ngày 05 tháng 3 năm 2025 đến ngày 19 tháng 9 năm 2025.",
        )],
    ),
    (
        "later mentions by number alone",
        &[(
            Body,
            "Xã niêm yết Quyết định số 318/QĐ-UBND ngày 04 tháng 3 năm 2025 của Ủy ban nhân dân tỉnh \
         Đông Giang về giao chỉ tiêu trồng cây. Các thôn đã thực hiện Quyết định số 318/QĐ-UBND.",
        )],
    ),
    (
        "a resolution of the Party",
        &[(
            Body,
            "Xã học tập Nghị quyết số 57-NQ/TW ngày 22 tháng 12 năm 2024 của Bộ Chính trị về đột phá phát triển khoa học, công nghệ.",
        )],
    ),
    (
        "& in a symbol",
        &[(
            Body,
            "Xã thực hiện Công văn số 512/SXD-QLĐT&HT ngày 08 tháng 4 năm 2025 của Sở Xây dựng về cắt tỉa cây.",
        )],
    ),
    (
        "a group behind the body",
        &[(
            Body,
            "Xã nhận Báo cáo số 63/BC-CAT-PC07 ngày 08 tháng 4 năm 2025 của Công an tỉnh về phòng cháy.",
        )],
    ),
    (
        "a decimal number",
        &[(
            Body,
            "Xã áp dụng Nghị quyết số 66.7/2025/NQ-CP ngày 15 tháng 10 năm 2025 của Chính phủ về cắt giảm giấy tờ.",
        )],
    ),
    (
        "a resolution of the Government without a year",
        &[(
            Body,
            "Xã thực hiện Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ về cải cách hành chính.",
        )],
    ),
    (
        "a consolidated text",
        &[(
            Body,
            "Xã tra cứu Văn bản hợp nhất số 118/VBHN-VPQH ngày 27 tháng 3 năm 2025 của Văn phòng Quốc hội.",
        )],
    ),
    (
        "an unknown body",
        &[(
            Body,
            "Xã thực hiện Kế hoạch số 09/KH-BQLCX ngày 06 tháng 5 năm 2025 của Ban Quản lý cây xanh tỉnh về cắt cỏ.",
        )],
    ),
    (
        "a project known by its number",
        &[(Body, "Tổ Đề án 06 của xã hướng dẫn người dân khai báo.")],
    ),
    (
        "Tờ trình TTr, Chương trình CTr",
        &[(
            Body,
            "Xã gửi Tờ trình số 15/TTr-UBND ngày 06 tháng 5 năm 2025 của Ủy ban nhân dân xã về kinh phí và thực hiện Chương trình số 04/CTr-UBND ngày 07 tháng 5 năm 2025 của Ủy ban nhân dân tỉnh về môi trường.",
        )],
    ),
    (
        "Quy định QyĐ",
        &[(
            Body,
            "Xã phổ biến Quy định số 12/QyĐ-UBND ngày 07 tháng 5 năm 2025 của Ủy ban nhân dân tỉnh về bảo vệ cây.",
        )],
    ),
    (
        "1.1 beside a)",
        &[(
            Body,
            "1.1. Ban hành văn bản\na) Kế hoạch trồng cây;\nb) Quy chế chăm sóc cây.\n1.2. Kiểm tra\na) Kiểm tra 03 thôn;\nb) Nhắc nhở 01 thôn.",
        )],
    ),
    (
        "this article, and a point with a digit",
        &[(
            Body,
            "Xã căn cứ điểm d1 khoản 2 Điều 4 Luật Đất đai năm 2024; Điều này có hiệu lực từ ngày 01 tháng 8 năm 2024.",
        )],
    ),
    (
        "several articles at once",
        &[(
            Body,
            "Hồ sơ nộp theo các điều 12, 13 và 14 của Luật Đất đai năm 2024.",
        )],
    ),
    (
        "a quoted amendment",
        &[(
            Body,
            "Xã đề nghị sửa khoản 1 như sau:\n“1. Mỗi hộ trồng một cây trước nhà.\n2. Thôn kiểm tra hằng quý.”.",
        )],
    ),
    (
        "etc. with dots, a clock, decimals",
        &[(
            Body,
            "Xã trồng sấu, lim, xà cừ, v.v...; họp lúc 14 giờ 30 phút; đạt 12,5 % diện tích...",
        )],
    ),
    (
        "the next by something",
        &[(Body, "Giá trong thời gian tiếp theo theo bảng giá mới.")],
    ),
    (
        "a note with its number in brackets",
        &[(
            Body,
            "Xã chi 512 triệu đồng [1], theo số liệu của Chi cục Thuế (phụ lục gửi kèm).",
        )],
    ),
    (
        "foreign names and sizes",
        &[(
            Body,
            "Xã lắp 300 m ống Ø60, máy bơm hiệu Müller; nước đạt 20 m³/h ở 25 °C.",
        )],
    ),
    (
        "units and amounts",
        &[(
            Body,
            "Giá cây 85.000 đ/cây, công chăm sóc 120.000đ/ngày, tổng 1,2 tỷ đồng.",
        )],
    ),
    (
        "no addressees",
        &[
            (Addressee, ""),
            (Recipients, "Nơi nhận:\n- Sở Xây dựng;\n- Lưu: VT."),
        ],
    ),
    (
        "addressees in a list",
        &[(Addressee, "Kính gửi:\n- Sở Xây dựng;\n- Sở Tài chính.\n")],
    ),
    (
        "an addressee with a full stop",
        &[(Addressee, "Kính gửi: Sở Xây dựng tỉnh Đông Giang.\n")],
    ),
    (
        "Lưu with a unit and a person",
        &[(Recipients, "Nơi nhận:\n- Như trên;\n- Lưu: VT, NC.Châu.")],
    ),
    (
        "Lưu with the number of copies",
        &[(Recipients, "Nơi nhận:\n- Như trên;\n- Lưu: VT, HC (2).")],
    ),
    (
        "Lưu with the file",
        &[(Recipients, "Nơi nhận:\n- Như trên;\n- Lưu: VT, Hồ sơ.")],
    ),
    (
        "Lưu with the initials of who drafted",
        &[(Recipients, "Nơi nhận:\n- Như trên;\n- Lưu: VT, NC. ABC.")],
    ),
    (
        "CHỦ TỊCH without TM.",
        &[(Signature, "CHỦ TỊCH\n\nĐỗ Minh Hải")],
    ),
    (
        "symbols of joint programmes",
        &[(
            Body,
            "Xã thực hiện Chương trình phối hợp số 24/CTPH-UBND-UBMTTQ ngày 08 tháng 4 năm 2025 của Ủy ban nhân dân xã và Ủy ban Mặt trận Tổ quốc Việt Nam xã.",
        )],
    ),
    (
        "nhân dân in names, trung ương in both cases, seasons",
        &[(
            Body,
            "Công an nhân dân, Quân đội nhân dân và nhân dân các thôn trồng cây mùa xuân tại thành phố trực thuộc trung ương; Ban Chỉ đạo Trung ương khen.",
        )],
    ),
    (
        "nhà nước as an adjective",
        &[(
            Body,
            "Công tác quản lý nhà nước, ngân sách nhà nước và doanh nghiệp nhà nước.",
        )],
    ),
    (
        "districts, provinces and ministries of the past in citations and history",
        &[(
            Body,
            "Xã thực hiện Quyết định số 318/QĐ-UBND ngày 04 tháng 3 năm 2025 của Ủy ban nhân dân huyện Lam Kinh về trồng cây và Thông tư số 12/2019/TT-BGTVT ngày 12 tháng 4 năm 2019 của Bộ trưởng Bộ Giao thông vận tải về đường xã. Trước ngày 01 tháng 7 năm 2025, xã thuộc huyện Lam Kinh, tỉnh Hải Dương cũ.",
        )],
    ),
    (
        "dashes and plus signs below a point",
        &[(
            Body,
            "a) Kiểm tra:\n- Kiểm tra 03 thôn;\n+ Nhắc nhở 01 thôn.\nb) Khen thưởng.",
        )],
    ),
    (
        "ranges of years with and without blanks",
        &[(Body, "Giai đoạn 2021-2025 và giai đoạn 2026 - 2030.")],
    ),
    (
        "thousands and decimals",
        &[(
            Body,
            "Thu 1.250.000 đồng, đạt 98,7% (Bằng chữ: Một triệu hai trăm năm mươi nghìn đồng).",
        )],
    ),
    (
        "the law with the year of its name",
        &[(
            Body,
            "Theo Luật Đất đai năm 2024, Bộ luật Dân sự và pháp luật Việt Nam.",
        )],
    ),
    (
        "marks of copies",
        &[(
            Attached,
            "\nỦY BAN NHÂN DÂN\nXÃ LAM SƠN\nSAO Y\nSố: 05/SY-UBND\nLam Sơn, ngày 15 tháng 11 năm 2025",
        )],
    ),
    (
        "the seat of a commune under its proper name",
        &[(PlaceDate, "Hải Dương, ngày 12 tháng 11 năm 2025\n")],
    ),
    (
        "a body of the police",
        &[
            (Issuer, "CÔNG AN TỈNH ĐÔNG GIANG\nCÔNG AN XÃ LAM SƠN"),
            (Number, "Số: 47/BC-CAX"),
            (Recipients, "Nơi nhận:\n- Như trên;\n- Lưu: VT, TH."),
            (Signature, "TRƯỞNG CÔNG AN XÃ\n\nTrung tá Đỗ Minh Hải"),
        ],
    ),
    (
        "a body of the army",
        &[
            (
                Issuer,
                "BỘ CHỈ HUY QUÂN SỰ TỈNH ĐÔNG GIANG\nBAN CHỈ HUY QUÂN SỰ XÃ LAM SƠN",
            ),
            (Number, "Số: 47/BC-BCH"),
            (Recipients, "Nơi nhận:\n- Như trên;\n- Lưu: VT, TM."),
            (Signature, "CHỈ HUY TRƯỞNG\n\nThiếu tá Đỗ Minh Hải"),
        ],
    ),
    (
        "a degree before the name at a hospital",
        &[
            (Issuer, "SỞ Y TẾ TỈNH ĐÔNG GIANG\nBỆNH VIỆN ĐA KHOA LAM SƠN"),
            (Number, "Số: 47/BC-BVĐK"),
            (Recipients, "Nơi nhận:\n- Như trên;\n- Lưu: VT, HCQT."),
            (Signature, "GIÁM ĐỐC\n\nBSCKII. Đỗ Minh Hải"),
        ],
    ),
    (
        "HOÀ in the national title",
        &[(
            State,
            "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n",
        )],
    ),
    (
        "a stamp of a signing tool",
        &[(
            Issuer,
            "Ký bởi: Ủy ban nhân dân xã Lam Sơn\nEmail: lamson@donggiang.gov.vn\nThời gian ký: 12.11.2025 \
             16:27:01 +07:00\nỦY BAN NHÂN DÂN\nXÃ LAM SƠN",
        )],
    ),
    (
        "an unknown body in its own symbol",
        &[(Number, "Số: 47/BC-BQLCXĐT")],
    ),
    ("& in its own symbol", &[(Number, "Số: 47/BC-KT&HT")]),
    (
        "a joint programme with its own symbol",
        &[
            (Number, "Số: 24/CTPH-UBND-UBMTTQ"),
            (Kind, "CHƯƠNG TRÌNH\nPhối hợp chăm sóc cây xanh năm 2025\n"),
            (Addressee, ""),
            (
                Closing,
                "Trên đây là chương trình phối hợp chăm sóc cây xanh năm 2025./.\n",
            ),
            (Recipients, "Nơi nhận:\n- Các thôn;\n- Lưu: VT."),
        ],
    ),
    (
        "an old law in a quotation",
        &[(
            Body,
            "Xã trích quy định cũ như sau:\n“Điều 1: Mỗi hộ trồng một cây.\nĐiều 2: Thôn kiểm tra.”.",
        )],
    ),
    (
        "articles and clauses with a letter",
        &[(
            Body,
            "Xã làm theo khoản 2a Điều 5a và điểm đ khoản 3 Điều 12b của Luật Đất đai năm 2024.",
        )],
    ),
    (
        "a subject of four lines",
        &[(
            Kind,
            "BÁO CÁO\nKết quả chăm sóc cây xanh năm 2025, trồng bổ sung cây bóng mát\ntrên các tuyến đường \
             liên thôn, trong khuôn viên trường học, trạm y tế,\nnhà văn hóa và nhiệm vụ chăm sóc, bảo \
             vệ cây xanh trên địa bàn xã\ntrong năm 2026\n",
        )],
    ),
    (
        "TM. and KT. on three lines",
        &[(
            Signature,
            "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nĐỗ Minh Hải",
        )],
    ),
    (
        "TL. and the deputy who signs for the head",
        &[(
            Signature,
            "TL. CHỦ TỊCH\nKT. CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG\n\nĐỗ Minh Hải",
        )],
    ),
    (
        "TUQ.",
        &[(
            Signature,
            "TUQ. CHỦ TỊCH\nTRƯỞNG PHÒNG KINH TẾ\n\nĐỗ Minh Hải",
        )],
    ),
    ("a number to be filled in", &[(Number, "Số:      /BC-UBND")]),
    (
        "a place and date of December",
        &[(PlaceDate, "Lam Sơn, ngày 09 tháng 12 năm 2025\n")],
    ),
    (
        "an abbreviated parent body",
        &[(Issuer, "UBND TỈNH ĐÔNG GIANG\nỦY BAN NHÂN DÂN XÃ LAM SƠN")],
    ),
    (
        "no sign at the end",
        &[(
            Closing,
            "Trên đây là báo cáo kết quả chăm sóc cây xanh năm 2025 của xã Lam Sơn.\n",
        )],
    ),
    (
        "an electronic appendix with empty places for number and date",
        &[
            (
                Body,
                "Xã chăm sóc 02 tuyến đường (danh sách tại Phụ lục kèm theo).",
            ),
            (
                Attached,
                "\nPhụ lục\nDANH SÁCH TUYẾN ĐƯỜNG\n(Kèm theo Báo cáo số      /BC-UBND ngày      tháng      năm 2025 \
         của Ủy ban nhân dân xã Lam Sơn)\n\n1. Đường Bờ Đê.\n2. Đường Cây Gạo.",
            ),
        ],
    ),
    (
        "articles that begin anew in an attached regulation",
        &[(
            Attached,
            "\nQUY CHẾ\nChăm sóc cây xanh\n(Kèm theo Báo cáo số 47/BC-UBND ngày 12 tháng 11 năm 2025 của Ủy \
         ban nhân dân xã Lam Sơn)\n\nĐiều 1. Phạm vi\nQuy chế áp dụng cho các thôn.\nĐiều 2. Trách \
         nhiệm\nTrưởng thôn tổ chức thực hiện.",
        )],
    ),
];

const MINUTES: &str = "\
ỦY BAN NHÂN DÂN
XÃ LAM SƠN
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 08/BB-UBND

BIÊN BẢN
Họp giao ban tháng 11 năm 2025

Thời gian bắt đầu: 08 giờ 00 phút ngày 12 tháng 11 năm 2025.
Địa điểm: Hội trường xã.
Thành phần tham dự: Trưởng các thôn.
Chủ trì: Ông Đỗ Minh Hải, Chủ tịch Ủy ban nhân dân xã.
Thư ký: Bà Lê Thu Nga, công chức Văn phòng.
Nội dung: Trưởng các thôn báo cáo tiến độ trồng cây.
Cuộc họp kết thúc vào 10 giờ 00 phút, ngày 12 tháng 11 năm 2025./.

THƯ KÝ
Lê Thu Nga
CHỦ TỌA
Đỗ Minh Hải

Nơi nhận:
- Thành viên dự họp;
- Lưu: VT.
";

const PARTY: &str = "\
ĐẢNG BỘ TỈNH ĐÔNG GIANG
ĐẢNG ỦY XÃ LAM SƠN
*
Số 31-BC/ĐU
ĐẢNG CỘNG SẢN VIỆT NAM
Lam Sơn, ngày 12 tháng 11 năm 2025

BÁO CÁO
Kết quả phát triển đảng viên năm 2025
-----

Thực hiện Chương trình số 05-CTr/TU ngày 10 tháng 02 năm 2025 của Tỉnh ủy về phát triển đảng viên, Đảng ủy xã báo cáo như sau:

I. KẾT QUẢ
1. Các chi bộ đã đăng ký 12 mô hình.
2. Các đoàn thể vận động 300 hộ hiến đất.

II. NHIỆM VỤ
1. Nhân rộng mô hình.
2. Khen thưởng kịp thời.

Nơi nhận:
- Tỉnh ủy,
- Lưu Văn phòng Đảng ủy.
T/M ĐẢNG ỦY
BÍ THƯ

Đỗ Minh Hải
";

/// The names of all that must be silent.
pub(crate) fn names() -> Vec<String> {
    let own = [REPORT_ITSELF, MINUTES_NAME, PARTY_NAME].map(str::to_owned);
    let cases = CASES.iter().map(|&(name, _)| name.to_owned());
    let others = other_kinds().into_iter().map(|(name, _)| name);
    own.into_iter().chain(cases).chain(others).collect()
}

const REPORT_ITSELF: &str = "the report itself";
const MINUTES_NAME: &str = "minutes without place and date";
const PARTY_NAME: &str = "a document of the Party";

fn report_with(replaced: &[(Part, &str)]) -> String {
    let mut report = String::new();
    for &(part, own) in REPORT {
        let other = replaced.iter().find(|(other, _)| part == Some(*other));
        let _ = writeln!(report, "{}", other.map_or(own, |(_, text)| text));
    }
    report
}

/// Sound documents of other kinds and systems: `fixtures/silent`.
fn other_kinds() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/silent");
    let files = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    let read = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    paths.iter().map(read).collect()
}

/// Advice on what is no fault: the case, and the rule that gives it.
const ADVICE: &[(&str, &str)] = &[
    ("oà and uỷ beside òa and ủy", "wording-tone-style-mixed"),
    ("CHỦ TỊCH without TM.", "signature-chairman-alone"),
    ("a number to be filled in", "header-number-unfilled"),
    ("no sign at the end", "structure-closing-mark-missing"),
];

/// What the rules say of a case, one a line, but for the advice that is expected. What is expected
/// must be said.
fn findings(rules: &RuleSet, name: &str, text: &str) -> String {
    let document = vanthu::input::read("van-ban.txt", text.as_bytes()).unwrap();
    let outcome = check(&document, rules, Options::default());
    let advice = ADVICE.iter().find(|(case, _)| *case == name);
    let (mut out, mut advised) = (String::new(), false);
    for found in outcome.diagnostics.iter() {
        if found.severity == Severity::Info && advice.is_some_and(|a| found.rule.id == a.1) {
            advised = true;
            continue;
        }
        let line = found
            .span
            .map_or(0, |span| document.position(span.start).line);
        let _ = writeln!(out, "  {line}: {} {}", found.rule.id, found.message);
    }
    if let Some((_, rule)) = advice.filter(|_| !advised) {
        let _ = writeln!(out, "  {rule} says nothing: strike it from the list");
    }
    out
}

#[test]
fn what_is_allowed_is_not_reported() {
    let rules = RuleSet::builtin();
    let others = other_kinds();
    let mut documents = vec![
        (REPORT_ITSELF, report_with(&[])),
        (MINUTES_NAME, MINUTES.to_owned()),
        (PARTY_NAME, PARTY.to_owned()),
    ];
    let cases = CASES.iter();
    documents.extend(cases.map(|&(name, replaced)| (name, report_with(replaced))));
    documents.extend(
        others
            .iter()
            .map(|(name, text)| (name.as_str(), text.clone())),
    );
    let mut reported = String::new();
    for (name, text) in &documents {
        let found = findings(&rules, name, text);
        if !found.is_empty() {
            let _ = write!(reported, "{name}:\n{found}");
        }
    }
    assert!(reported.is_empty(), "\n{reported}");
}
