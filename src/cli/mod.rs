//! The program: the only code that touches files, the environment and the terminal.

#![allow(
    clippy::disallowed_methods,
    reason = "files, environment and standard streams are touched here and nowhere else"
)]

mod adopt;
mod annotate;
mod args;
mod cache;
mod changed;
mod check;
mod config;
mod convert;
mod diff;
mod discover;
mod editor;
mod english;
mod explain;
mod fix;
mod init;
mod lsp;
mod outline;
mod output;
mod place;
mod profile;
mod progress;
mod project;
mod read;
mod rules;
mod settings;
mod shell;
mod target;
mod watch;
mod write;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::diagnostic::Language;
use crate::emit::text::{Mistake, Text};
use crate::emit::{Style, clean, say};
use crate::rules::{Profile, RuleError, RuleSet};
use crate::text::{Lines, fold, similarity};

/// Mistakes that are shown of one rule file; the others are counted.
const MAX_MISTAKES: usize = 50;

/// How a run of the program ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Exit {
    /// Nothing was found at or above `--fail-on`.
    Clean = 0,
    /// Something was.
    Findings = 1,
    /// The run, or part of it, could not be done.
    Failed = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a run could not be done.
#[derive(Debug)]
enum Failure {
    /// A sentence for the user.
    Message(String),
    /// Mistakes in rule files; the path of each is one that the user can open.
    Rules(Vec<RuleError>),
    /// Mistakes in configuration files, and in the rule files that they name.
    Config(Vec<RuleError>),
    /// Lines of a baseline that cannot be read.
    Baseline(Vec<RuleError>),
    /// Output could not be written.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Runs the program with the arguments of a command line, its own name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let args: Vec<_> = args.into_iter().collect();
    let language = args::language_of(&args);
    let mut command = match args::parse(&args, language) {
        Ok(command) => command,
        Err(message) => return usage(&message, language),
    };
    command.settle_language();
    let language = command.language();
    let outcome = match &command.action {
        args::Action::Check(check) => check::run(check, &command),
        args::Action::Outline(outline) => outline::run(outline, &command),
        args::Action::Explain(explain) => explain::run(explain, &command),
        args::Action::Rules(rules) => rules::run(rules, &command),
        args::Action::Profile(profile) => profile::run(profile, &command),
        args::Action::Init(init) => init::run(init, &command),
        args::Action::Config(config) => config::run(config, &command),
        args::Action::Lsp(lsp) => lsp::run(lsp, &command),
        args::Action::Completions(completions) => shell::completions(completions, &command),
        args::Action::Man(man) => shell::man(man, &command),
    };
    outcome.unwrap_or_else(|failure| report(&failure, language, command.style(&io::stderr())))
}

/// Help and version go to standard output and are no failure, all else is.
fn usage(message: &clap::Error, language: Language) -> Exit {
    if language == Language::Vi
        && let Some(text) = args::mistake_vi(message)
    {
        // Where standard error cannot be written to, the exit code is all that is left to say.
        let _ = writeln!(io::stderr(), "vanthu: {text} (xem: vanthu --help)");
        return Exit::Failed;
    }
    let printed = message.print();
    match (message.use_stderr(), printed) {
        (true, _) => Exit::Failed,
        (false, Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => Exit::Failed,
        (false, _) => Exit::Clean,
    }
}

fn report(failure: &Failure, language: Language, style: Style) -> Exit {
    let mut stderr = io::stderr().lock();
    // Where standard error cannot be written to, the exit code is all that is left to say.
    let _ = match failure {
        // Whoever reads the output has seen enough.
        Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Clean,
        Failure::Output(error) => {
            let error = read::io_reason(error, language);
            let text = say!(
                language,
                "không ghi được kết quả: {error}",
                "cannot write the output: {error}"
            );
            writeln!(stderr, "vanthu: {text}")
        }
        Failure::Message(text) => writeln!(stderr, "vanthu: {text}"),
        Failure::Rules(mistakes) => {
            let of_what = say!(language, "tệp quy tắc", "rule files");
            file_mistakes(mistakes, &of_what, style, &mut stderr)
        }
        Failure::Config(mistakes) => {
            let of_what = say!(language, "cấu hình", "the configuration");
            file_mistakes(mistakes, &of_what, style, &mut stderr)
        }
        Failure::Baseline(mistakes) => {
            let of_what = say!(language, "tệp phát hiện cũ", "the baseline");
            file_mistakes(mistakes, &of_what, style, &mut stderr)
        }
    };
    Exit::Failed
}

fn file_mistakes(
    mistakes: &[RuleError],
    of_what: &str,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let language = style.language;
    let text = Text::new(style);
    for file in mistakes.chunk_by(|a, b| a.path == b.path) {
        let lines = Lines::new(&file[0].yaml);
        for mistake in file.iter().take(MAX_MISTAKES) {
            let shown = Mistake {
                path: &mistake.path,
                text: &mistake.yaml,
                lines: &lines,
                span: mistake.span,
                message: mistake.message.get(language),
                help: mistake.help.as_ref().map(|help| help.get(language)),
            };
            text.mistake(&shown, out)?;
        }
        let more = file.len().saturating_sub(MAX_MISTAKES);
        if more > 0 {
            let path = clean(&file[0].path);
            let text = say!(
                language,
                "{path}: … và {more} chỗ khác\n",
                "{path}: … and {more} more\n"
            );
            writeln!(out, "{text}")?;
        }
    }
    let count = mistakes.len();
    let plural = if count == 1 { "" } else { "s" };
    let text = say!(
        language,
        "{count} chỗ sai trong {of_what}; chưa kiểm tra văn bản nào",
        "{count} mistake{plural} in {of_what}; no document was checked"
    );
    writeln!(out, "vanthu: {text}")
}

/// The embedded rules and those in the folders given, later ones replacing earlier ones.
fn load_rules(folders: &[PathBuf], language: Language) -> Result<RuleSet, Failure> {
    add_rules(RuleSet::builtin(), folders, language)
}

/// The set with the rules in the folders given.
fn add_rules(
    mut rules: RuleSet,
    folders: &[PathBuf],
    language: Language,
) -> Result<RuleSet, Failure> {
    for folder in folders {
        let files = discover::rule_files(folder, language).map_err(Failure::Message)?;
        rules = files.extend(rules).map_err(|mut mistakes| {
            for mistake in &mut mistakes {
                mistake.path = folder.join(&mistake.path).to_string_lossy().into_owned();
            }
            Failure::Rules(mistakes)
        })?;
    }
    Ok(rules)
}

/// Writes a file that was not there, and the folders above it.
fn create(path: &Path, text: &str, language: Language) -> Result<(), Failure> {
    let written = || {
        if let Some(folder) = path.parent() {
            if folder.is_file() {
                return Err(io::ErrorKind::NotADirectory.into());
            }
            fs::create_dir_all(folder)?;
        }
        File::create_new(path)?.write_all(text.as_bytes())
    };
    written().map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::AlreadyExists => say!(language, "đã có tệp này", "the file exists"),
            _ => read::io_reason(&error, language),
        };
        Failure::Message(format!("{}: {reason}", clean(&path.to_string_lossy())))
    })
}

/// The profile of this name, or which there are.
fn profile_named<'a>(
    rules: &'a RuleSet,
    name: &str,
    language: Language,
) -> Result<&'a Profile, Failure> {
    let profiles = rules.profiles();
    if let Some(profile) = profiles.iter().find(|profile| profile.name == name) {
        return Ok(profile);
    }
    let mut known: Vec<_> = profiles.iter().map(|p| p.name.as_str()).collect();
    known.sort_unstable();
    let near = nearest(name, known.iter().copied(), language);
    let (name, known) = (clean(name), known.join(", "));
    Err(Failure::Message(say!(
        language,
        "không có bố cục mẫu `{name}`{near} (có: {known})",
        "no profile `{name}`{near} (there are: {known})"
    )))
}

/// `; did you mean …?` with the known names that are most like what was typed, or nothing.
fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
    language: Language,
) -> String {
    const LIKE: f64 = 0.7;
    const MOST: usize = 3;
    let typed = fold(typed);
    let mut near: Vec<_> = known
        .into_iter()
        .map(|name| {
            let part = !typed.is_empty() && format!("-{name}-").contains(&format!("-{typed}-"));
            (
                similarity(&typed, name) + if part { 1.0 } else { 0.0 },
                name,
            )
        })
        .filter(|(score, _)| *score >= LIKE)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.truncate(MOST);
    if near.is_empty() {
        return String::new();
    }
    let names = near.iter().map(|(_, name)| *name).collect::<Vec<_>>();
    let names = names.join(", ");
    say!(language, "; ý bạn là: {names}?", "; did you mean {names}?")
}
