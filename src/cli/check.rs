//! `vanthu check`

use std::cell::{Cell, RefCell};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::args::{Check, Command, Format, format_named, format_names};
use super::discover;
use super::select::Selection;
use super::target::{Target, TargetKind};
use super::{Exit, Failure, load_rules, nearest, read};
use crate::diagnostic::Language;
use crate::emit::{Emit, FORMATS, FileReport, Located, Statistics, Status, Summary, clean, say};
use crate::rules::{self, Options, Outcome, RuleSet};

/// Files that are checked before their output is written. What bounds memory is that a document
/// is dropped as soon as its output is rendered.
const BATCH: usize = 64;
/// Stack of a worker, as much as the main thread has.
const STACK: usize = 8 << 20;

/// Where output goes.
struct Output {
    emit: Box<dyn Emit>,
    writer: Box<dyn Write>,
}

/// What a worker made of a file.
struct Rendered {
    /// For each output.
    bytes: Vec<Vec<u8>>,
    summary: Summary,
    /// For standard error.
    remark: Option<String>,
}

/// How to check every file.
struct Job<'a> {
    rules: &'a RuleSet,
    profile: Option<&'a str>,
    language: Language,
    quiet: bool,
    emitters: Vec<&'a dyn Emit>,
}

pub(super) fn run(args: &Check, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let destinations = destinations(args, language)?;
    let rules = Selection {
        select: &args.select,
        ignore: &args.ignore,
        preview: args.preview,
    }
    .apply(load_rules(&args.rules, language)?, language)?;
    check_profile(args.profile.as_deref(), &rules, language)?;
    let mut targets = targets(args, language)?;
    spare_outputs(&destinations, &mut targets, language)?;
    let mut outputs = destinations
        .into_iter()
        .map(|(format, path)| open(format, path, args, command))
        .collect::<Result<Vec<_>, _>>()?;

    let (emitters, mut writers): (Vec<_>, Vec<_>) = outputs
        .iter_mut()
        .map(|output| (&*output.emit, &mut output.writer))
        .unzip();
    let job = Job {
        rules: &rules,
        profile: args.profile.as_deref(),
        language,
        quiet: args.quiet,
        emitters,
    };
    let summary = job.all(&targets, &mut writers)?;
    // The program ends soon; to give back the memory of all rules piece by piece takes longer.
    std::mem::forget(rules);
    if summary.files == summary.skipped && !args.allow_empty {
        return Err(Failure::Message(say!(
            language,
            "không có tệp nào để kiểm tra (chấp nhận: --allow-empty)",
            "no file to check (--allow-empty accepts that)"
        )));
    }
    let findings = args
        .fail_on
        .severity()
        .map_or(0, |severity| summary.at_least(severity));
    Ok(match (summary.failed, findings) {
        (0, 0) => Exit::Clean,
        (0, _) => Exit::Findings,
        _ => Exit::Failed,
    })
}

fn check_profile(name: Option<&str>, rules: &RuleSet, language: Language) -> Result<(), Failure> {
    let Some(name) = name else {
        return Ok(());
    };
    let mut known: Vec<_> = rules.profiles().iter().map(|p| p.name.as_str()).collect();
    if known.contains(&name) {
        return Ok(());
    }
    known.sort_unstable();
    let near = nearest(name, known.iter().copied(), language);
    let known = known.join(", ");
    Err(Failure::Message(say!(
        language,
        "không có bố cục mẫu `{name}`{near} (có: {known})",
        "no profile `{name}`{near} (there are: {known})"
    )))
}

fn targets(args: &Check, language: Language) -> Result<Vec<Target>, Failure> {
    let stdin_named = args.stdin_filename.is_some();
    let paths = match (args.paths.as_slice(), stdin_named) {
        ([], false) => vec![PathBuf::from(".")],
        ([], true) => vec![PathBuf::from("-")],
        (paths, true) if !paths.iter().any(|path| path.as_os_str() == "-") => {
            return Err(Failure::Message(say!(
                language,
                "--stdin-filename cần đường dẫn `-` (đầu vào chuẩn)",
                "--stdin-filename needs the path `-` (standard input)"
            )));
        }
        (paths, _) => paths.to_vec(),
    };
    let stdin = args.stdin_filename.as_deref().unwrap_or("-");
    Ok(discover::targets(&paths, stdin, language))
}

/// A format and a file, or `None` for standard output.
type Destination = (Format, Option<PathBuf>);

fn destinations(args: &Check, language: Language) -> Result<Vec<Destination>, Failure> {
    let format = args.format.unwrap_or(&FORMATS[0]);
    let mut files: Vec<Destination> = Vec::new();
    let mut to_stdout = true;
    for output in &args.output {
        let (named, path) = split_output(output, language)?;
        to_stdout &= named.is_some();
        let place = place(&path);
        let is_known =
            |(_, known): &Destination| known.as_deref().map(self::place).as_ref() == Some(&place);
        if files.iter().any(is_known) {
            let path = path.to_string_lossy();
            return Err(Failure::Message(say!(
                language,
                "--output ghi hai lần vào {path}",
                "--output writes {path} twice"
            )));
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

/// The path of a file by which it is told from others, whether it exists or not.
fn place(path: &Path) -> PathBuf {
    let in_folder = || {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
        Some(folder.join(path.file_name()?))
    };
    fs::canonicalize(path)
        .ok()
        .or_else(in_folder)
        .unwrap_or_else(|| path.to_owned())
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
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok((None, PathBuf::from(output)));
    }
    let known = format_names();
    Err(Failure::Message(say!(
        language,
        "--output: không có định dạng `{name}` (có: {known}); nếu là tên tệp, viết ./{text}",
        "--output: no format `{name}` (there are: {known}); for a file of that name write ./{text}"
    )))
}

/// No file is both read and written: one that was named is refused, one that was merely found in
/// a folder is the output of an earlier run.
fn spare_outputs(
    destinations: &[Destination],
    targets: &mut Vec<Target>,
    language: Language,
) -> Result<(), Failure> {
    let written: Vec<_> = destinations
        .iter()
        .filter_map(|(_, path)| identity(path.as_ref()?))
        .collect();
    if written.is_empty() {
        return Ok(());
    }
    let is_written = |path: &Path| identity(path).is_some_and(|file| written.contains(&file));
    for target in &*targets {
        if let TargetKind::File { path, named: true } = &target.kind
            && is_written(path)
        {
            let name = &target.name;
            return Err(Failure::Message(say!(
                language,
                "--output sẽ ghi đè lên tệp cần kiểm tra: {name}",
                "--output would overwrite a file that is to be checked: {name}"
            )));
        }
    }
    targets.retain(|target| match &target.kind {
        TargetKind::File { path, .. } => !is_written(path),
        _ => true,
    });
    Ok(())
}

fn open(
    format: Format,
    path: Option<PathBuf>,
    args: &Check,
    command: &Command,
) -> Result<Output, Failure> {
    let mut style = match path {
        Some(_) => command.plain_style(),
        None => command.style(&io::stdout()),
    };
    style.quiet = args.quiet;
    let emit: Box<dyn Emit> = if args.statistics && format.prose {
        Box::new(Statistics::new(style))
    } else {
        (format.make)(style)
    };
    let writer: Box<dyn Write> = match path {
        None if args.output.is_empty() => Box::new(BufWriter::new(io::stdout())),
        None => Box::new(BufWriter::new(Dispensable(io::stdout()))),
        Some(path) => Box::new(BufWriter::new(File::create(&path).map_err(|error| {
            let (name, language) = (path.to_string_lossy(), command.language());
            let reason = read::io_reason(&error, language);
            Failure::Message(say!(
                language,
                "không tạo được {name}: {reason}",
                "cannot create {name}: {reason}"
            ))
        })?)),
    };
    Ok(Output { emit, writer })
}

/// Standard output beside other outputs: these are written to the end even where whoever reads
/// it has seen enough.
struct Dispensable<W>(W);

impl<W: Write> Write for Dispensable<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}

impl Job<'_> {
    /// Checks all targets, many at a time, and writes them in order.
    fn all(&self, targets: &[Target], writers: &mut [&mut Box<dyn Write>]) -> io::Result<Summary> {
        let _hook = QuietPanics::install();
        let mut summary = Summary::default();
        for (emit, writer) in self.emitters.iter().zip(&mut *writers) {
            emit.begin(writer)?;
        }
        if targets.len() > 1 {
            // A pool that exists already does as well.
            let _ = rayon::ThreadPoolBuilder::new()
                .stack_size(STACK)
                .build_global();
        }
        for batch in targets.chunks(BATCH) {
            let rendered: Vec<_> = match batch {
                // No thread is started for a single file.
                [target] => vec![self.one(target)],
                _ => batch.par_iter().map(|target| self.one(target)).collect(),
            };
            for file in rendered {
                let is_first = summary.files == 0;
                for ((emit, writer), bytes) in
                    self.emitters.iter().zip(&mut *writers).zip(&file.bytes)
                {
                    if !is_first {
                        writer.write_all(emit.separator().as_bytes())?;
                    }
                    writer.write_all(bytes)?;
                }
                if let Some(remark) = file.remark {
                    // Where standard error cannot be written to, the exit code still tells.
                    let _ = writeln!(io::stderr(), "vanthu: {remark}");
                }
                summary.add(file.summary);
            }
        }
        for (emit, writer) in self.emitters.iter().zip(&mut *writers) {
            emit.finish(&summary, writer)?;
            writer.flush()?;
        }
        Ok(summary)
    }

    /// Checks one target; whatever happens in it, the others go on.
    fn one(&self, target: &Target) -> Rendered {
        guarded(|| self.check(target)).unwrap_or_else(|panic| {
            let error = say!(
                self.language,
                "lỗi của chương trình, xin báo cho nhóm phát triển: {panic}",
                "internal error, please report it: {panic}"
            );
            self.failed(target, &error)
        })
    }

    fn check(&self, target: &Target) -> Rendered {
        if let TargetKind::Skipped(reason) = &target.kind {
            return self.skipped(target, reason);
        }
        let document = match read::document(target, self.language) {
            Ok(document) => document,
            Err(reason) => return self.failed(target, &reason),
        };
        // A file named on the command line is checked whatever it looks like.
        let found = matches!(target.kind, TargetKind::File { named: false, .. });
        if found && !document.is_vietnamese {
            let reason = say!(
                self.language,
                "không phải văn bản tiếng Việt",
                "not a Vietnamese text"
            );
            return self.skipped(target, &reason);
        }
        let options = Options {
            language: self.language,
            profile: self.profile,
            ..Options::default()
        };
        let Outcome {
            logical,
            report,
            quality,
            diagnostics,
            not_evaluated,
        } = rules::check(&document, self.rules, options);
        let (kind, regime) = (report.kind, report.regime);
        drop((report, logical));
        self.render(&FileReport {
            path: &target.name,
            status: Status::Checked,
            error: None,
            document: Some(&document),
            regime: regime.map(crate::vocabulary::Regime::as_str),
            kind: kind.map(|kind| kind.slug.as_str()),
            quality: Some(quality),
            not_evaluated: &not_evaluated,
            findings: diagnostics
                .iter()
                .map(|diagnostic| Located::new(diagnostic, &document))
                .collect(),
        })
    }

    fn failed(&self, target: &Target, reason: &str) -> Rendered {
        let mut rendered = self.render(&FileReport::failed(&target.name, reason));
        rendered.remark = Some(format!("{}: {reason}", clean(&target.name)));
        rendered
    }

    fn skipped(&self, target: &Target, reason: &str) -> Rendered {
        let mut rendered = self.render(&FileReport::skipped(&target.name, reason));
        let name = clean(&target.name);
        rendered.remark = (!self.quiet).then(|| {
            say!(
                self.language,
                "bỏ qua {name}: {reason}",
                "skipped {name}: {reason}"
            )
        });
        rendered
    }

    fn render(&self, file: &FileReport<'_>) -> Rendered {
        let bytes = self.emitters.iter().map(|emit| {
            let mut bytes = Vec::new();
            // Writing to memory cannot fail.
            let _ = emit.file(file, &mut bytes);
            bytes
        });
        Rendered {
            bytes: bytes.collect(),
            summary: Summary::of(file),
            remark: None,
        }
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `work`; a panic in it becomes its message and place.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    GUARDED.set(true);
    // What `work` shares with others is only read.
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    result.map_err(|_| PANIC.take().unwrap_or_default())
}

/// While it lives, panics within [`guarded`] are kept for the report instead of printed.
struct QuietPanics;

impl QuietPanics {
    fn install() -> Self {
        let default = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if GUARDED.get() {
                let text = info.to_string().replace('\n', " ");
                PANIC.set(Some(text));
            } else {
                default(info);
            }
        }));
        Self
    }
}

impl Drop for QuietPanics {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = panic::take_hook();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_one_file_is_a_message() {
        let _hook = QuietPanics::install();
        let result: Result<(), _> = guarded(|| panic!("no such line"));
        let message = result.unwrap_err();
        assert!(message.contains("no such line"), "{message}");
        assert_eq!(guarded(|| 1), Ok(1));
    }
}
