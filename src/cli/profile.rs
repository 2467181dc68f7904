//! `vanthu profile from`: a model report → the structure profile that asks for its sections.

use std::io::{self, Write as _};
use std::path::Path;

use super::args::{Command, Profile, ProfileAction};
use super::read::{self, io_reason};
use super::target::Target;
use super::{Exit, Failure};
use crate::emit::{clean, say};
use crate::rules::{self, Options, RuleSet, profile_from};
use crate::text::fold;

pub(super) fn run(args: &Profile, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let ProfileAction::From {
        file,
        name,
        depth,
        output,
    } = &args.action;
    let target = Target::file(file);
    let document = read::document(&target, language)
        .map_err(|reason| Failure::Message(format!("{}: {reason}", clean(&target.name))))?;
    let none = RuleSet::load(&[]).map_err(Failure::Rules)?;
    let outcome = rules::check(&document, &none, Options::default());
    if outcome.report.sections.is_empty() {
        let name = clean(&target.name);
        return Err(Failure::Message(say!(
            language,
            "{name}: không thấy đề mục nào để lập mẫu",
            "{name}: there are no headings to make a profile of"
        )));
    }
    let named_after = output.as_deref().unwrap_or(file);
    let name = name.clone().unwrap_or_else(|| slug(named_after));
    let yaml = profile_from(&name, &outcome.report, &outcome.logical.text, *depth);
    match output {
        None => io::stdout().lock().write_all(yaml.as_bytes())?,
        Some(path) => std::fs::write(path, yaml).map_err(|error| {
            let reason = io_reason(&error, language);
            Failure::Message(format!("{}: {reason}", clean(&path.to_string_lossy())))
        })?,
    }
    Ok(Exit::Clean)
}

/// The name of a file as words in lower case joined by `-`.
fn slug(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let folded = fold(&stem);
    let words = folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-");
    if slug.is_empty() {
        "de-cuong".to_owned()
    } else {
        slug
    }
}
