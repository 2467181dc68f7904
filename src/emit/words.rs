//! Words of output for people.

use std::borrow::Cow;

use super::Summary;
use crate::diagnostic::{Language, Severity};
use crate::document::Location;
use crate::text::fold_line_breaks;

/// Formats the Vietnamese or the English text, as the language says.
macro_rules! say {
    ($language:expr, $vi:literal, $en:literal $(,)?) => {
        match $language {
            $crate::diagnostic::Language::Vi => format!($vi),
            $crate::diagnostic::Language::En => format!($en),
        }
    };
}
pub(crate) use say;

/// The word for a severity.
pub(crate) fn severity_word(severity: Severity, language: Language) -> &'static str {
    match (severity, language) {
        (Severity::Error, Language::Vi) => "lỗi",
        (Severity::Warning, Language::Vi) => "cảnh báo",
        (Severity::Info, Language::Vi) => "lưu ý",
        (severity, Language::En) => severity.as_str(),
    }
}

/// Where a finding stands in a file that is more than text; empty where the file does not tell.
pub(super) fn place_words(location: &Location, language: Language) -> String {
    let page = location
        .page
        .map(|page| say!(language, "trang {page}", "page {page}"));
    let paragraph = location
        .paragraph
        .map(|number| say!(language, "đoạn {number}", "paragraph {number}"));
    let parts: Vec<_> = page.into_iter().chain(paragraph).collect();
    parts.join(", ")
}

/// What stands above the examples of a rule, one that is wrong and one that is right.
#[cfg(feature = "cli")]
pub(crate) fn example_titles(language: Language) -> [&'static str; 2] {
    match language {
        Language::Vi => ["Sai", "Đúng"],
        Language::En => ["Wrong", "Right"],
    }
}

/// The totals in one sentence.
pub(super) fn summary_line(summary: &Summary, language: Language) -> String {
    let count = |n: usize, vi: &str, en: &str, ens: &str| match language {
        Language::Vi => format!("{n} {vi}"),
        Language::En => format!("{n} {}", if n == 1 { en } else { ens }),
    };
    let files = |n| count(n, "tệp", "file", "files");
    let mut clauses = Vec::new();
    if let Some(fixed) = summary.fixed {
        let left = summary.findings();
        clauses.push(say!(
            language,
            "Đã sửa {fixed} chỗ (còn {left})",
            "Fixed {fixed} ({left} left)"
        ));
    }
    let checked = files(summary.checked());
    if summary.findings() > 0 {
        let found = [
            (summary.errors, "×", "lỗi", "error", "errors"),
            (summary.warnings, "⚠", "cảnh báo", "warning", "warnings"),
            (summary.infos, "☞", "lưu ý", "info", "infos"),
        ];
        let found: Vec<_> = found
            .into_iter()
            .filter(|part| part.0 > 0)
            .map(|(n, icon, vi, en, ens)| format!("{icon} {}", count(n, vi, en, ens)))
            .collect();
        let found = found.join(", ");
        clauses.push(say!(
            language,
            "{found} trong {checked}",
            "{found} in {checked}"
        ));
    } else if summary.checked() > summary.foreign {
        clauses.push(say!(
            language,
            "✓ Không phát hiện gì trong {checked}",
            "✓ Nothing found in {checked}"
        ));
    } else if summary.files == 0 {
        clauses.push(say!(language, "Không có tệp nào", "No file"));
    }
    // After a run of fixes what could be fixed safely was.
    let (n, option) = match summary.fixed {
        None if summary.fixable > summary.unsafe_fixes => (summary.fixable, "--fix"),
        _ => (summary.unsafe_fixes, "--unsafe-fixes"),
    };
    if n > 0 {
        clauses.push(say!(
            language,
            "{n} chỗ có sẵn cách sửa ({option})",
            "{n} with a fix ({option})"
        ));
    }
    if summary.known > 0 {
        let known = summary.known;
        clauses.push(say!(
            language,
            "{known} phát hiện cũ không nhắc lại",
            "{known} known before and not told"
        ));
    }
    if summary.foreign > 0 {
        let foreign = files(summary.foreign);
        clauses.push(say!(
            language,
            "{foreign} không phải văn bản tiếng Việt",
            "{foreign} not in Vietnamese"
        ));
    }
    if summary.unwritten > 0 {
        let unwritten = files(summary.unwritten);
        clauses.push(say!(
            language,
            "{unwritten} không ghi được",
            "{unwritten} could not be written"
        ));
    }
    if summary.failed > summary.unwritten {
        let failed = files(summary.failed - summary.unwritten);
        clauses.push(say!(
            language,
            "{failed} không đọc được",
            "{failed} could not be read"
        ));
    }
    if summary.skipped > 0 {
        let skipped = files(summary.skipped);
        clauses.push(say!(language, "{skipped} bỏ qua", "{skipped} skipped"));
    }
    clauses.join("; ")
}

/// What may be shown of a character on a terminal: controls could change its state, and
/// characters without width could hide or turn the text around them.
pub(super) fn visible(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}

/// The first bytes of characters beyond ASCII that [`visible`] changes.
pub(super) const ODD_LEADS: [u8; 4] = [0xc2, 0xd8, 0xe2, 0xef];

/// A line as it is, but safe for a terminal.
#[cfg(feature = "cli")]
pub(crate) fn visible_line(line: &str) -> String {
    let shown = |c| if c == '\t' { c } else { visible(c) };
    let line = line.strip_suffix('\r').unwrap_or(line);
    line.chars().map(shown).collect()
}

/// A path at the beginning of a line, safe for a terminal and for the log of a CI system: a line
/// that begins with `::` is a command there.
pub(crate) fn leading_path(path: &str) -> Cow<'_, str> {
    let path = clean(path);
    match path.trim_start().starts_with("::") {
        true => Cow::Owned(format!("./{path}")),
        false => path,
    }
}

/// The text on one line, safe for a terminal.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    // Most texts are as they should be, which bytes tell faster than characters.
    let is_plain = |byte: u8| byte >= b' ' && byte != 0x7f && !ODD_LEADS.contains(&byte);
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let text = fold_line_breaks(text);
    if text.chars().all(|c| visible(c) == c) {
        text
    } else {
        Cow::Owned(text.chars().map(visible).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[31m\u{202e}b\nc"), "a\u{241b}[31m\u{fffd}b c");
        assert_eq!(clean("Điều 5"), "Điều 5");
    }

    #[test]
    fn a_file_cannot_steer_a_run_of_ci() {
        assert_eq!(leading_path("::error ::a.txt"), "./::error ::a.txt");
        assert_eq!(leading_path(" \n::a"), "./::a");
        assert_eq!(leading_path("a/::b.txt"), "a/::b.txt");
    }
}
