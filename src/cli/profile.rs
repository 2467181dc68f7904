//! `vanthu profile from`: a model report → the structure profile that asks for its sections.

use std::io::{self, Write as _};
use std::path::Path;

use super::args::{Command, Profile, ProfileAction};
use super::read;
use super::target::Target;
use super::{Exit, Failure, create};
use crate::diagnostic::Language;
use crate::emit::{clean, say};
use crate::rules::{self, Options, RuleSet, profile_from, profile_name_mistake};
use crate::text::fold;

pub(super) fn run(args: &Profile, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let ProfileAction::From {
        file,
        name,
        depth,
        output,
    } = &args.action;
    let name = name_of(file, name.as_deref(), output.as_deref(), language)?;
    let target = Target::file(file);
    let document = read::single(&target, language)?;
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
    let yaml = profile_from(&name, &outcome.report, &outcome.logical.text, *depth);
    match output {
        None => io::stdout().lock().write_all(yaml.as_bytes())?,
        Some(path) => create(path, &yaml, language)?,
    }
    Ok(Exit::Clean)
}

/// The name of the profile, which the file has to bear too.
fn name_of(
    file: &Path,
    name: Option<&str>,
    output: Option<&Path>,
    language: Language,
) -> Result<String, Failure> {
    let stem = output.map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        (name.strip_suffix(".yaml").map(str::to_owned), name)
    });
    let name = match (name, &stem) {
        (Some(name), _) => name.to_owned(),
        (None, Some((Some(stem), _))) => stem.clone(),
        (None, _) => slug(file),
    };
    if let Some(mistake) = profile_name_mistake(&name) {
        return Err(Failure::Message(mistake.get(language).to_owned()));
    }
    match stem {
        Some((stem, file)) if stem.as_deref() != Some(&name) => {
            let file = clean(&file);
            Err(Failure::Message(say!(
                language,
                "--output: tệp `{file}` phải mang tên của mẫu: {name}.yaml",
                "--output: the file `{file}` has to bear the name of the profile: {name}.yaml"
            )))
        }
        _ => Ok(name),
    }
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
        "profile".to_owned()
    } else {
        slug
    }
}
