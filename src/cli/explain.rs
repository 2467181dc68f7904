//! `vanthu explain`

use std::io::{self, Write as _};

use super::args::{Command, Explain};
use super::project::known;
use super::{Exit, Failure, nearest};
use crate::emit::{Style, clean, example_titles, say, severity_word, wrap};
use crate::rules::{Example, Rule};

pub(super) fn run(args: &Explain, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let rules = known(&args.config, None, &args.rules, language)?.rules;
    let Some(rule) = rules.rules().iter().find(|r| r.id == args.rule) else {
        let name = &args.rule;
        let near = nearest(name, rules.rules().iter().map(|r| r.id.as_str()), language);
        let name = clean(name);
        return Err(Failure::Message(say!(
            language,
            "không có quy tắc `{name}`{near} (xem: vanthu rules)",
            "no rule `{name}`{near} (see: vanthu rules)"
        )));
    };
    let text = explanation(rule, command.style(&io::stdout()));
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Clean)
}

fn explanation(rule: &Rule, style: Style) -> String {
    let language = style.language;
    let info = rule.info();
    let mut out = format!(
        "{} · {}",
        bold(&info.id, style),
        severity_word(rule.severity, language)
    );
    if info.preview {
        out += &say!(language, " · thử nghiệm", " · preview");
    }
    out.push('\n');
    out += &wrap(info.summary.get(language), style.width, "", "");
    if let Some(basis) = &info.basis {
        let label = say!(language, "Căn cứ: ", "Basis: ");
        out += &wrap(basis, style.width, &label, "  ");
    }
    out.push('\n');
    out += &markdown(info.explanation.get(language), style);
    let titles = example_titles(language).into_iter();
    for (title, example) in titles.zip(rule.shown_examples()) {
        if let Some(example) = example {
            out.push('\n');
            out += &bold(title, style);
            out.push('\n');
            out += &shown(example, style.width);
        }
    }
    out
}

fn shown(example: &Example, width: usize) -> String {
    let mut out = wrap(example.text.trim_end(), width, "  │ ", "  │ ");
    for line in example.look.iter().flat_map(crate::rules::Look::lines) {
        out += &wrap(&line, width, "  * ", "    ");
    }
    let finds: Vec<_> = example.finds.iter().filter(|found| *found != "*").collect();
    for found in finds {
        out += &wrap(found, width, "  → ", "    ");
    }
    for line in example.becomes.iter().flat_map(|becomes| becomes.lines()) {
        out += &wrap(line, width, "  ✓ ", "    ");
    }
    if let Some(note) = &example.note {
        out += &wrap(note, width, "  (", "   ");
        out.truncate(out.trim_end().len());
        out.push_str(")\n");
    }
    out
}

/// Markdown for a terminal: paragraphs are wrapped, lists keep their items, headings and strong
/// text stand out, the marks of both go.
fn markdown(text: &str, style: Style) -> String {
    let mut out = String::new();
    let mut paragraph = String::new();
    let flush = |paragraph: &mut String, out: &mut String| {
        let text = std::mem::take(paragraph);
        if let Some(item) = text.strip_prefix("- ") {
            *out += &wrap(item, style.width, "  - ", "    ");
        } else if !text.is_empty() {
            *out += &wrap(&text, style.width, "", "");
        }
    };
    for line in text.lines() {
        let line = line.trim().replace("**", "");
        let heading = line.trim_start_matches('#');
        if line.is_empty() {
            flush(&mut paragraph, &mut out);
            out.push('\n');
        } else if heading.len() < line.len() {
            flush(&mut paragraph, &mut out);
            out += &bold(heading.trim(), style);
            out.push('\n');
        } else {
            if line.starts_with("- ") {
                flush(&mut paragraph, &mut out);
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph += &line;
        }
    }
    flush(&mut paragraph, &mut out);
    out
}

fn bold(text: &str, style: Style) -> String {
    if style.colour {
        format!("\u{1b}[1m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Language;

    #[test]
    fn markdown_is_wrapped_by_paragraph_and_item() {
        let style = Style {
            language: Language::Vi,
            colour: false,
            width: 24,
            quiet: false,
        };
        let text = "## Vì sao\nMột **hai** ba bốn\nnăm sáu bảy.\n\n- mục một\n- mục hai\n";
        assert_eq!(
            markdown(text, style),
            "Vì sao\nMột hai ba bốn năm sáu\nbảy.\n\n  - mục một\n  - mục hai\n"
        );
    }
}
