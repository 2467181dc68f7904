//! What libraries say of a mistake, in both languages.

use super::error::both;
use crate::diagnostic::Bilingual;

/// What the messages of the libraries for YAML, regular expressions and globs contain, and what it
/// means.
const WORDS: &[(&str, &str)] = &[
    // YAML
    (
        "cannot start any token",
        "không được bắt đầu bằng tab hoặc ký tự đặc biệt; hãy dùng dấu cách, để chữ trong dấu nháy",
    ),
    ("tab character", "thụt dòng bằng tab; hãy dùng dấu cách"),
    ("found unexpected end of stream", "mở dấu nháy mà chưa đóng"),
    (
        "mapping values are not allowed",
        "dấu `:` không được đứng ở đây; chữ có `:` phải để trong dấu nháy",
    ),
    ("mapping keys are not allowed", "khóa không được đứng ở đây"),
    (
        "block sequence entries are not allowed",
        "mục của danh sách (`-`) không được đứng ở đây",
    ),
    ("could not find expected ':'", "thiếu dấu `:` sau khóa"),
    ("did not find expected ',' or ']'", "thiếu dấu `,` hoặc `]`"),
    ("did not find expected ',' or '}'", "thiếu dấu `,` hoặc `}`"),
    (
        "did not find expected '-' indicator",
        "dòng này thụt không đều với các mục khác của danh sách",
    ),
    (
        "did not find expected key",
        "dòng này thụt không đều với các khóa khác",
    ),
    ("did not find expected node content", "thiếu giá trị"),
    (
        "unknown escape character",
        "trong dấu nháy kép, `\\` phải viết thành `\\\\`",
    ),
    ("control characters are not allowed", "có ký tự điều khiển"),
    ("undefined alias", "`*` trỏ đến tên chưa được đặt"),
    ("unknown anchor", "`*` trỏ đến tên chưa được đặt"),
    ("repetition limit exceeded", "tham chiếu `*` lặp quá nhiều"),
    ("recursion limit exceeded", "lồng nhau quá sâu"),
    ("duplicate anchor", "tên sau `&` đặt hai lần"),
    (
        "more than one document",
        "tệp có nhiều phần cách nhau bằng `---`",
    ),
    // Regular expressions
    ("unclosed character class", "mở `[` mà chưa đóng"),
    ("unclosed group", "mở `(` mà chưa đóng"),
    ("unopened group", "đóng `)` mà chưa mở"),
    ("unclosed counted repetition", "mở `{` mà chưa đóng"),
    (
        "repetition operator missing expression",
        "dấu lặp (`*`, `+`, `?`) không có gì đứng trước",
    ),
    (
        "unrecognized escape sequence",
        "`\\` đứng trước ký tự không cần nó hoặc không hiểu được",
    ),
    ("incomplete escape sequence", "`\\` ở cuối biểu thức"),
    (
        "look-around",
        "biểu thức không được nhìn trước, nhìn sau (`(?=`, `(?!`, `(?<=`, `(?<!`)",
    ),
    (
        "backreferences are not supported",
        "biểu thức không được nhắc lại nhóm (`\\1`)",
    ),
    (
        "start must be <= the end",
        "khoảng phải ghi số hoặc chữ nhỏ trước, lớn sau",
    ),
    ("duplicate capture group name", "hai nhóm cùng tên"),
    ("capture group name", "tên nhóm không đúng"),
    ("invalid capture group character", "tên nhóm không đúng"),
    ("unrecognized flag", "không có cờ này"),
    ("Unicode property", "không có lớp ký tự này"),
    ("exceeds size limit", "biểu thức quá lớn"),
    // Globs
    ("invalid use of **", "`**` phải đứng riêng giữa hai dấu `/`"),
    (
        "invalid character range",
        "khoảng trong `[…]` phải ghi ký tự nhỏ trước",
    ),
    ("unclosed alternate group", "mở `{` mà chưa đóng"),
    ("unopened alternate group", "đóng `}` mà chưa mở"),
    ("nested alternate groups", "`{…}` lồng trong `{…}`"),
    ("dangling '\\'", "`\\` ở cuối"),
];

/// `: reason` for the end of a sentence. Where the reason has no words in a language, nothing.
pub(crate) fn reason(message: &str) -> Bilingual {
    // Of a message over several lines that shows the expression, what it says of it.
    let english = message.rsplit("error: ").next().unwrap_or(message).trim();
    let words = WORDS.iter().find(|(part, _)| english.contains(part));
    let vietnamese = words.map_or(String::new(), |(_, words)| format!(": {words}"));
    both(vietnamese, format!(": {english}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_and_expressions_say_has_words_in_both_languages() {
        let yaml = |text: &str| {
            let error = serde_yaml::from_str::<serde_json::Value>(text).unwrap_err();
            error.to_string()
        };
        let regex = |pattern: &str| super::super::lazy::compile(pattern, false).unwrap_err();
        let messages = [
            yaml("a: [b"),
            yaml("a: {b"),
            yaml("a: \"b"),
            yaml("a: b: c"),
            yaml("a:\n\tb: c"),
            yaml("a: \"b\"\n  c: d"),
            yaml("- a\n b: c"),
            yaml("a: @b"),
            yaml("a: \"\\q\""),
            yaml("a: *b"),
            yaml("a: 1\n---\nb: 2"),
            regex("(a"),
            regex("a)"),
            regex("[a"),
            regex("a{2"),
            regex("*a"),
            regex("(?=a)"),
            regex(r"(a)\1"),
            regex(r"\y"),
            regex("a\\"),
            regex("[b-a]"),
            regex("a{3,2}"),
            regex(r"\p{Xyz}"),
            regex("(?P<a>b)(?P<a>c)"),
            regex("((a{999}){999}){999}"),
        ];
        for message in messages {
            let Bilingual { vi, en } = reason(&message);
            assert!(!vi.is_empty() && !vi.contains("error"), "{message}");
            assert!(!en.contains('\n'), "{en}");
        }
        assert_eq!(reason("nobody knows").vi, "");
        assert_eq!(reason("nobody knows").en, ": nobody knows");
    }
}
