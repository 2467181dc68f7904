//! `vanthu config`: what is in force for a file, and where each value comes from.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::adopt::BaselineFile;
use super::args::{Command, ListFormat, ShowConfig};
use super::project::Project;
use super::{Exit, Failure, read};
use crate::config::{CommandLine, Entry, InForce, Origin};
use crate::diagnostic::Language;
use crate::emit::{clean, say};

#[derive(Serialize)]
struct Shown {
    schema_version: u32,
    path: String,
    /// The configuration files, the strongest first.
    files: Vec<String>,
    settings: Vec<ShownEntry>,
    /// Why a run over the folder passes the file over.
    excluded: Option<ShownGlob>,
}

/// A glob and where it stands.
#[derive(Serialize)]
struct ShownGlob {
    glob: String,
    path: Option<String>,
    line: Option<usize>,
}

#[derive(Serialize)]
struct ShownEntry {
    key: String,
    value: Value,
    origin: ShownOrigin,
}

#[derive(Serialize)]
struct ShownOrigin {
    kind: &'static str,
    path: Option<String>,
    line: Option<usize>,
}

pub(super) fn run(args: &ShowConfig, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let asked = args.file.as_deref().unwrap_or(Path::new("."));
    let name = clean(&asked.to_string_lossy()).into_owned();
    let metadata = fs::metadata(asked).map_err(|error| {
        let reason = read::io_reason(&error, language);
        Failure::Message(format!("{name}: {reason}"))
    })?;
    let mut project = Project::new(&args.config, language)?;
    let (config, place) = if metadata.is_dir() {
        let folder = fs::canonicalize(asked).unwrap_or_else(|_| asked.to_path_buf());
        (project.for_folder(&folder), None)
    } else {
        let place = project.place(asked);
        (project.for_file(&place), Some(place))
    };
    let rules = project.rules(config, &[])?;
    let wrong = project.config(config).map(|config| config.mistakes(&rules));
    project.tell(wrong.unwrap_or_default());
    project.expect_baselines(config);
    project.checked()?;
    if let Some(config) = project.config(config) {
        for named in config.baselines() {
            BaselineFile::read(Path::new(&project.shown(&named.path)), language)?;
        }
    }
    let line = CommandLine {
        lang: command.asked_language(),
        ..CommandLine::default()
    };
    let config = project.config(config);
    let in_force = match config {
        Some(config) => config.in_force(place.as_deref(), line),
        None => InForce::without_config(line),
    };
    let excluded = config.zip(place.as_deref());
    let excluded = excluded.and_then(|(config, place)| config.excluded_by(place));
    let entries = in_force.entries().into_iter();
    let shown = Shown {
        schema_version: 1,
        path: name,
        files: config
            .into_iter()
            .flat_map(|config| config.paths().rev())
            .map(|path| project.shown(path))
            .collect(),
        settings: entries.map(|entry| shown(entry, &project)).collect(),
        excluded: excluded.map(|(glob, origin)| {
            let ShownOrigin { path, line, .. } = shown_origin(origin, &project);
            let glob = glob.to_owned();
            ShownGlob { glob, path, line }
        }),
    };
    let text = match args.format {
        // What the file says of the language holds here as well.
        ListFormat::Text => text(&shown, in_force.language().unwrap_or(language)),
        ListFormat::Json => serde_json::to_string_pretty(&shown).map_err(io::Error::from)? + "\n",
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Clean)
}

fn shown(entry: Entry, project: &Project) -> ShownEntry {
    ShownEntry {
        key: entry.key,
        value: entry.value,
        origin: shown_origin(entry.origin, project),
    }
}

fn shown_origin(origin: Origin, project: &Project) -> ShownOrigin {
    let (kind, path, line) = match origin {
        Origin::Default => ("default", None, None),
        Origin::CommandLine => ("command-line", None, None),
        Origin::File { path, line } => {
            let path = project.shown(Path::new(&path));
            ("file", Some(path), Some(line))
        }
    };
    ShownOrigin { kind, path, line }
}

/// A line a value, as it would stand in a file, and its origin as a comment.
fn text(shown: &Shown, language: Language) -> String {
    let files = match shown.files.as_slice() {
        [] => say!(language, "không có tệp cấu hình", "no configuration file"),
        files => files.join(" ← "),
    };
    let mut out = format!("# {}: {files}\n", shown.path);
    if let Some(ShownGlob {
        glob,
        path: Some(path),
        line: Some(line),
    }) = &shown.excluded
    {
        out += &say!(
            language,
            "# bị loại: `{glob}` của `exclude` ({path}:{line}); chỉ kiểm tra khi nêu tên tệp mà \
             không có --force-exclude\n",
            "# excluded: `{glob}` of `exclude` ({path}:{line}); checked only where it is named, \
             without --force-exclude\n"
        );
    }
    let line = |entry: &ShownEntry| {
        let value = match &entry.value {
            Value::Null => "~".to_owned(),
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        format!("{}: {value}", entry.key)
    };
    let lines: Vec<_> = shown.settings.iter().map(line).collect();
    let widths = lines.iter().map(|line| line.chars().count());
    let width = widths.filter(|width| *width <= 60).max().unwrap_or(0);
    for (line, entry) in lines.iter().zip(&shown.settings) {
        let origin = match (&entry.origin.path, entry.origin.line) {
            (Some(path), Some(line)) => format!("{path}:{line}"),
            _ if entry.origin.kind == "default" => say!(language, "mặc định", "default"),
            _ => say!(language, "dòng lệnh", "command line"),
        };
        let _ = writeln!(out, "{line:width$}  # {origin}");
    }
    out
}
