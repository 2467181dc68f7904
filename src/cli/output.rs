//! `--output`: where the findings go, in which formats, and what must not be written over.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::args::{Check, Command, Format, format_named, format_names};
use super::settings::Settings;
use super::target::{Target, TargetKind};
use super::write::{Pending, place};
use super::{Failure, discover, read};
use crate::diagnostic::Language;
use crate::emit::{Emit, FORMATS, Statistics, clean, say};
use crate::rules::GROUPS;

/// What outputs in files that could be documents by their names begin with.
const OPENINGS: [&str; 16] = [
    // text
    "  × ",
    "  ⚠ ",
    "  ☞ ",
    "× ",
    "⚠ ",
    "☞ ",
    "✓ ",
    // markdown
    "# vanthu\n",
    // json, jsonl, sarif, gitlab
    "{\n  \"schema_version\"",
    "{\"path\":",
    "{\n\"$schema\"",
    "[\n",
    // github
    "::",
    // junit, checkstyle, html
    "<?xml ",
    "<!DOCTYPE html>",
    "<!doctype html>",
];

/// Where output goes.
pub(super) struct Output {
    pub(super) emit: Box<dyn Emit>,
    pub(super) writer: Writer,
    /// The file that takes its name when all is written.
    pub(super) file: Option<(PathBuf, Pending)>,
}

pub(super) type Writer = Box<dyn Write + Send>;

/// A format and a file, or `None` for standard output.
pub(super) type Destination = (Format, Option<PathBuf>);

pub(super) fn destinations(args: &Check, language: Language) -> Result<Vec<Destination>, Failure> {
    let format = args.format.unwrap_or(&FORMATS[0]);
    let mut files: Vec<Destination> = Vec::new();
    let mut to_stdout = true;
    for output in &args.output {
        let (named, path) = split_output(output, language)?;
        if path.as_os_str() == "-" {
            if files.iter().any(|(_, path)| path.is_none()) {
                return Err(Failure::Message(say!(
                    language,
                    "--output ghi hai lần ra màn hình (`-`)",
                    "--output writes standard output (`-`) twice"
                )));
            }
            to_stdout = false;
            files.insert(0, (named.unwrap_or(format), None));
            continue;
        }
        to_stdout &= named.is_some();
        let named = named.or_else(|| args.format.or_else(|| format_of(&path)));
        let is_it = |other: &Path| same_file(&path, other);
        let shown = path.to_string_lossy();
        let shown = clean(&shown);
        if files
            .iter()
            .filter_map(|(_, path)| path.as_deref())
            .any(is_it)
        {
            return Err(Failure::Message(say!(
                language,
                "--output ghi hai lần vào {shown}",
                "--output writes {shown} twice"
            )));
        }
        let others = [
            ("--annotate", &args.annotate),
            ("--write-baseline", &args.write_baseline),
        ];
        for (option, other) in others {
            if other.as_deref().is_some_and(is_it) {
                return Err(Failure::Message(say!(
                    language,
                    "--output và {option} cùng ghi vào {shown}",
                    "--output and {option} both write {shown}"
                )));
            }
        }
        files.push((named.unwrap_or(format), Some(path)));
    }
    if to_stdout {
        files.insert(0, (format, None));
    }
    if args.statistics && !files.iter().any(|(format, _)| format.prose) {
        return Err(Failure::Message(say!(
            language,
            "--statistics chỉ đi với --format text hoặc compact",
            "--statistics goes with --format text or compact only"
        )));
    }
    Ok(files)
}

/// The format that the extension of a file names.
fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "md" => format_named("markdown"),
        "htm" => format_named("html"),
        extension => format_named(extension),
    }
}

/// Whether two paths lead to one file, whether it exists or not.
fn same_file(a: &Path, b: &Path) -> bool {
    place(a) == place(b) || identity(a).is_some_and(|file| identity(b) == Some(file))
}

/// What a regular file has in common with all its names, hard links included.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = fs::metadata(path).ok()?;
    metadata.is_file().then(|| (metadata.dev(), metadata.ino()))
}

/// What a regular file has in common with all its names.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok().filter(|path| path.is_file())
}

/// Takes `FORMAT=FILE` apart. What looks like a format but is none is a mistake, not a file name.
fn split_output(output: &OsStr, language: Language) -> Result<(Option<Format>, PathBuf), Failure> {
    let text = output.to_string_lossy();
    if text.is_empty() {
        return Err(Failure::Message(say!(
            language,
            "--output: thiếu tên tệp",
            "--output: no file name"
        )));
    }
    let shown = clean(&text);
    let Some((name, file)) = text.split_once('=') else {
        return Ok((None, PathBuf::from(output)));
    };
    if let Some(format) = format_named(name) {
        if file.is_empty() {
            return Err(Failure::Message(say!(
                language,
                "--output: thiếu tên tệp sau {name}=",
                "--output: no file name after {name}="
            )));
        }
        return Ok((Some(format), PathBuf::from(OsString::from(file))));
    }
    if name.is_empty() {
        return Err(Failure::Message(say!(
            language,
            "--output: thiếu định dạng trước `{shown}`; nếu là tên tệp, viết ./{shown}",
            "--output: no format before `{shown}`; for a file of that name write ./{shown}"
        )));
    }
    if !name.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok((None, PathBuf::from(output)));
    }
    let known = format_names();
    Err(Failure::Message(say!(
        language,
        "--output: không có định dạng `{name}` (có: {known}); nếu là tên tệp, viết ./{shown}",
        "--output: no format `{name}` (there are: {known}); for a file of that name write ./{shown}"
    )))
}

/// Takes out of the files that were found in folders what an earlier run wrote where this one will.
pub(super) fn pass_over(targets: &mut Vec<Target>, args: &Check, language: Language) {
    // What is wrong with an output is told when it is opened.
    let outputs = args.output.iter();
    let outputs = outputs.filter_map(|output| split_output(output, language).ok());
    let written: Vec<_> = outputs
        .filter_map(|(_, path)| looks_written(&path).then(|| identity(&path))?)
        .collect();
    if written.is_empty() {
        return;
    }
    targets.retain(|target| match &target.kind {
        TargetKind::File { path, named: false } => {
            identity(path).is_none_or(|file| !written.contains(&file))
        }
        _ => true,
    });
}

/// Whether a file holds nothing, or begins as an output does and no document.
fn looks_written(path: &Path) -> bool {
    const LONGEST: u64 = 4096;
    if !path.is_file() {
        return false;
    }
    let mut begin = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut begin));
    let begin = String::from_utf8_lossy(&begin);
    let first = begin.lines().next().unwrap_or_default();
    let is_written = begin.is_empty()
        || OPENINGS.iter().any(|o| begin.starts_with(o))
        || is_compact(first)
        || is_count(first);
    read.is_ok() && (is_written || last_line(path).is_ok_and(|line| is_summary(&line)))
}

/// The last line of a file, if it is no longer than a summary may be.
fn last_line(path: &Path) -> io::Result<String> {
    const LONGEST: u64 = 1024;
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LONGEST)))?;
    let mut end = Vec::new();
    file.take(LONGEST).read_to_end(&mut end)?;
    let end = String::from_utf8_lossy(&end);
    Ok(end.lines().next_back().unwrap_or_default().to_owned())
}

/// Whether a line is the sum that output for people ends with.
fn is_summary(line: &str) -> bool {
    let marks = ["× ", "⚠ ", "☞ ", "✓ "];
    let counts = [" tệp", " file"];
    marks.iter().any(|mark| line.starts_with(mark)) && counts.iter().any(|of| line.contains(of))
}

/// Whether a line is `number  severity  rule  …`, as in statistics.
fn is_count(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_number = words.next().is_some_and(|word| word.parse::<u32>().is_ok());
    let is_rule = |word: &str| {
        let group = word.split_once('-').map(|(group, _)| group);
        group.is_some_and(|group| GROUPS.contains(&group))
    };
    // A severity is two words at most.
    is_number && words.take(3).skip(1).any(is_rule)
}

/// Whether a line is `path:line:column: severity[rule] …`.
fn is_compact(line: &str) -> bool {
    let is_place = |part: &str| {
        let mut numbers = part.rsplit(':').take(2);
        numbers.all(|number| number.parse::<u32>().is_ok()) && part.matches(':').count() >= 2
    };
    let severities = ["error[", "warning[", "info["];
    line.split_once(": ").is_some_and(|(place, rest)| {
        is_place(place) && severities.iter().any(|s| rest.starts_with(s))
    })
}

/// No file that the run reads is overwritten: no document, whether it was named or found in a
/// folder, and nothing that configurations and the command line name.
pub(super) fn spare(
    destinations: &[Destination],
    targets: &[Target],
    settings: &Settings,
    args: &Check,
    language: Language,
) -> Result<(), Failure> {
    let outputs = destinations.iter().filter_map(|(_, path)| path.as_deref());
    let named = |option, path| (option, path);
    let written: Vec<_> = outputs
        .map(|path| named("--output", path))
        .chain(
            args.annotate
                .as_deref()
                .map(|path| named("--annotate", path)),
        )
        .filter_map(|(option, path)| Some((option, identity(path)?)))
        .collect();
    if written.is_empty() {
        return Ok(());
    }
    let writer_of = |path: &Path| {
        let file = identity(path)?;
        written.iter().find(|(_, written)| *written == file)
    };
    for target in targets {
        let path = match &target.kind {
            TargetKind::File { path, .. } => path,
            TargetKind::Skipped(_) => Path::new(&target.name),
            TargetKind::Stdin | TargetKind::Unreadable(_) => continue,
        };
        if let Some((option, _)) = writer_of(path) {
            let name = clean(&target.name);
            return Err(Failure::Message(say!(
                language,
                "{option} sẽ ghi đè lên tệp cần kiểm tra: {name} (hãy ghi ra ngoài thư mục được \
                 kiểm tra, hoặc với đuôi tệp khác)",
                "{option} would overwrite a file that is to be checked: {name} (write outside the \
                 folder that is checked, or with another extension)"
            )));
        }
    }
    let options = args.rules.iter().chain(&args.baseline);
    let named = settings.named().iter().chain(options);
    let used = named.flat_map(|path| [vec![path.clone()], discover::rule_paths(path)].concat());
    for path in used {
        if let Some((option, _)) = writer_of(&path) {
            let name = path.to_string_lossy();
            let name = clean(&name);
            return Err(Failure::Message(say!(
                language,
                "{option} sẽ ghi đè lên tệp đang dùng: {name} (cấu hình, quy tắc, sổ văn bản hoặc \
                 tệp phát hiện cũ)",
                "{option} would overwrite a file in use: {name} (configuration, rules, register or \
                 baseline)"
            )));
        }
    }
    Ok(())
}

/// Opens an output; a file is written beside the one that it replaces when all is done.
pub(super) fn open(
    format: Format,
    path: Option<PathBuf>,
    to_stderr: bool,
    args: &Check,
    command: &Command,
) -> Result<Output, Failure> {
    let mut style = match path {
        Some(_) => command.plain_style(),
        None if to_stderr => command.style(&io::stderr()),
        None => command.style(&io::stdout()),
    };
    style.quiet = args.quiet;
    let emit: Box<dyn Emit> = if args.statistics && format.prose {
        Box::new(Statistics::new(style))
    } else {
        (format.make)(style)
    };
    let mut file = None;
    let writer: Writer = match path {
        None if to_stderr => Box::new(BufWriter::new(Dispensable::new(io::stderr()))),
        None => stdout(),
        Some(path) => {
            let opened =
                Pending::create(&path).and_then(|pending| Ok((pending.writer()?, pending)));
            let (writer, pending) =
                opened.map_err(|error| cannot_write(&path, &error, command.language()))?;
            file = Some((path, pending));
            Box::new(BufWriter::new(writer))
        }
    };
    Ok(Output { emit, writer, file })
}

/// Gives the files that were written their names.
pub(super) fn publish(outputs: Vec<Output>, language: Language) -> Result<(), Failure> {
    for output in outputs {
        drop(output.writer);
        if let Some((path, pending)) = output.file {
            let published = pending.publish();
            published.map_err(|error| cannot_write(&path, &error, language))?;
        }
    }
    Ok(())
}

fn cannot_write(path: &Path, error: &io::Error, language: Language) -> Failure {
    let name = path.to_string_lossy();
    let (name, reason) = (clean(&name), read::io_reason(error, language));
    Failure::Message(say!(
        language,
        "không tạo được {name}: {reason}",
        "cannot create {name}: {reason}"
    ))
}

/// Standard output.
pub(super) fn stdout() -> Writer {
    Box::new(BufWriter::new(Dispensable::new(io::stdout())))
}

/// Standard output: where whoever reads it has seen enough, the run goes on, for the other
/// outputs and for the exit code.
struct Dispensable<W> {
    writer: W,
    closed: bool,
}

impl<W> Dispensable<W> {
    fn new(writer: W) -> Self {
        Self {
            writer,
            closed: false,
        }
    }

    /// `done` where nobody reads any more.
    fn unless_closed<T>(
        &mut self,
        done: T,
        work: impl FnOnce(&mut W) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.closed {
            return Ok(done);
        }
        match work(&mut self.writer) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(done)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for Dispensable<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_closed(bytes.len(), |writer| writer.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), W::flush)
    }
}
