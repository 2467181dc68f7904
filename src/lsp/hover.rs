//! What is said of the place under the pointer, as Markdown.

use serde_json::{Value, json};

use super::analysis::Analysis;
use super::position::Encoding;
use super::protocol::Position;
use crate::diagnostic::Language;
use crate::emit::{example_titles, say, severity_word};
use crate::rules::{Act, Example, Rule};
use crate::text::Span;
use crate::vocabulary::vocabulary;

/// The explanations of the rules that found something there, and what is known of an act that is
/// cited there; `Null` where there is nothing to say.
pub(super) fn at(
    analysis: &Analysis,
    position: Position,
    encoding: Encoding,
    markdown: bool,
) -> Value {
    let Some(checked) = &analysis.checked else {
        return Value::Null;
    };
    let offset = encoding.offset(&analysis.text, position);
    let offset = Span::new(offset, offset).start;
    let holds = |span: Span| span.start <= offset && offset <= span.end;
    let mut parts = Vec::new();
    let mut range: Option<Span> = None;
    let mut seen: Vec<String> = Vec::new();
    let findings = &checked.outcome.diagnostics;
    for packed in findings.packed() {
        let Some(span) = packed.span().map(|span| checked.in_text(span)) else {
            continue;
        };
        let id = &packed.rule().id;
        if !holds(span) || seen.contains(id) {
            continue;
        }
        seen.push(id.clone());
        if let Some(rule) = rule(analysis, id) {
            parts.push(explanation(rule, analysis.language(), false));
            range = Some(range.map_or(span, |known| known.join(span)));
        }
    }
    if let Some((span, act)) = checked.cited(holds).next() {
        parts.push(known_act(act, analysis.language()));
        range = Some(range.map_or(span, |known| known.join(span)));
    }
    let Some(range) = range else {
        return Value::Null;
    };
    let told = parts.join("\n\n---\n\n");
    let (kind, value) = match markdown {
        true => ("markdown", told),
        false => ("plaintext", plain(&told)),
    };
    json!({
        "contents": { "kind": kind, "value": value },
        "range": analysis.range(range, encoding),
    })
}

/// The text without the marks of headings and emphasis.
fn plain(markdown: &str) -> String {
    let lines = markdown.lines().map(|line| {
        let line = line.trim_start_matches('#').trim_start_matches(' ');
        let inner = line
            .strip_prefix('*')
            .and_then(|rest| rest.strip_suffix('*'));
        inner.unwrap_or(line).replace("**", "")
    });
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn rule<'a>(analysis: &'a Analysis, id: &str) -> Option<&'a Rule> {
    let rules = &analysis.checked.as_ref()?.judge.rules;
    rules.rules().iter().find(|rule| rule.id == id)
}

/// What a rule asks and why, with examples where wanted.
pub(super) fn explanation(rule: &Rule, language: Language, examples: bool) -> String {
    let info = rule.info();
    let mut out = format!(
        "**{}** · {}\n\n{}\n",
        info.id,
        severity_word(rule.severity, language),
        info.summary.get(language)
    );
    if let Some(basis) = &info.basis {
        out += &say!(language, "\n*Căn cứ: {basis}*\n", "\n*Basis: {basis}*\n");
    }
    out.push('\n');
    out += info.explanation.get(language).trim_end();
    if examples {
        let titles = example_titles(language).into_iter();
        for (title, example) in titles.zip(rule.shown_examples()) {
            if let Some(Example { text, .. }) = example {
                out += &format!("\n\n**{title}**\n\n```text\n{}\n```", text.trim_end());
            }
        }
    }
    out
}

fn known_act(act: &Act, language: Language) -> String {
    let Act {
        symbol,
        issuer,
        title,
        url,
        source,
        ..
    } = act;
    let kind = vocabulary().kinds.iter().find(|kind| kind.slug == act.kind);
    let kind = kind.map_or(act.kind.as_ref(), |kind| kind.name.as_str());
    let date = act.date.strftime("%d/%m/%Y");
    let mut out = format!("**{kind} {symbol}** · {date}\n\n{issuer}: {title}\n");
    if let Some(other) = &act.replaced_by {
        out += &match act.replaced_since {
            Some(day) => {
                let day = day.strftime("%d/%m/%Y");
                say!(
                    language,
                    "\n**Được thay bằng {other} từ {day}**\n",
                    "\n**Replaced by {other} since {day}**\n"
                )
            }
            None => say!(
                language,
                "\n**Được thay bằng {other}**\n",
                "\n**Replaced by {other}**\n"
            ),
        };
    }
    out += &say!(language, "\n*Nguồn: {source}*", "\n*Source: {source}*");
    if let Some(url) = url {
        out += &format!("\n\n<{url}>");
    }
    out
}
