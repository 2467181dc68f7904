//! `vanthu check`

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::adopt::Adoption;
use super::annotate;
use super::args::{Check, Command};
use super::cache::{Cache, Key};
use super::discover;
use super::fix::Fixing;
use super::output::{self, Writer};
use super::place::Here;
use super::progress::Progress;
use super::settings::{Setting, Settings};
use super::target::{Target, TargetKind};
use super::{Exit, Failure, convert, read, watch};
use crate::diagnostic::{Baseline, Findings, Language};
use crate::document::{Document, Quality};
use crate::emit::{Emit, FileReport, Place, Status, Summary, clean, say};
use crate::fix;
use crate::input;
use crate::rules::{self, Options, Outcome};
use crate::vocabulary::Regime;

/// Files whose output may wait for that of a file before them.
const WAITING: usize = 64;
/// A file with more findings is not rendered before its turn: its output is many times its size.
const FEW: usize = 1000;
/// Stack of a worker, as much as the main thread has.
pub(super) const STACK: usize = 8 << 20;

/// What a worker made of a file.
struct Judged {
    content: Content,
    summary: Summary,
    /// For standard output, beside what the outputs have there.
    text: Vec<u8>,
    /// For standard error.
    remark: Option<String>,
}

/// What is to be written of a file.
enum Content {
    /// The bytes for each output.
    Rendered(Vec<Vec<u8>>),
    /// A file of many findings, which is rendered while it is written.
    Checked(Box<Checked>),
}

/// A file that was checked.
pub(super) struct Checked {
    pub(super) document: Document,
    pub(super) regime: Option<&'static str>,
    pub(super) kind: Option<&'static str>,
    pub(super) quality: Quality,
    pub(super) not_evaluated: Vec<String>,
    pub(super) findings: Findings,
}

/// What the workers share: the files are written in order.
struct Queue<'a, 'w> {
    writers: &'a mut [&'w mut Writer],
    /// What waits for the totals, by output.
    held: Vec<Option<Vec<u8>>>,
    /// Whether a file was written to each output.
    written: Vec<bool>,
    stdout: Writer,
    /// The index of the file that is written next.
    turn: usize,
    /// Files that wait for their turn.
    waiting: BTreeMap<usize, Judged>,
    summary: Summary,
    /// Why nothing more can be written.
    error: Option<io::Error>,
}

/// How to check every file.
struct Job<'a> {
    settings: &'a Settings,
    adoption: &'a Adoption,
    cache: Option<Cache>,
    progress: Progress,
    /// Whether something was found that makes the run fail.
    failing: AtomicBool,
    language: Language,
    quiet: bool,
    force_exclude: bool,
    fixing: Option<Fixing>,
    /// Where the file goes that has the findings as comments.
    annotate: Option<&'a Path>,
    emitters: Vec<&'a dyn Emit>,
    here: Here,
}

pub(super) fn run(args: &Check, command: &Command) -> Result<Exit, Failure> {
    match args.watch {
        true => watch::run(args, command),
        false => once(args, command),
    }
}

/// One run over all files.
pub(super) fn once(args: &Check, command: &Command) -> Result<Exit, Failure> {
    let language = command.language();
    let fixing = Fixing::asked(args, command)?;
    let shows_diff = fixing.is_some_and(|fixing| fixing.shows());
    let destinations = if shows_diff {
        Vec::new()
    } else {
        output::destinations(args, language)?
    };
    let mut targets = targets(args, language)?;
    let found = targets.len();
    let reads_stdin = has_stdin(&targets);
    let settings = Settings::new(args, &mut targets, language)?;
    let all_excluded = targets.is_empty() && found > 0;
    if !args.quiet && !args.watch {
        for remark in &settings.remarks {
            // Where standard error cannot be written to, the findings are there all the same.
            let _ = writeln!(io::stderr(), "vanthu: {remark}");
        }
    }
    let annotate = annotate::asked(args, &targets, language)?;
    output::spare(&destinations, &targets, &settings, args, language)?;
    let adoption = Adoption::new(args, &settings, &targets, language)?;
    // A run that writes more than its output does its work every time.
    let writes = adoption.writes() || fixing.is_some() || annotate.is_some();
    let cache = (!writes)
        .then(|| Cache::open(args, settings.cache_dir(), language))
        .flatten();
    let to_stdout = fixing.is_some() || destinations.iter().any(|(_, path)| path.is_none());
    // Standard output is for the fixed text.
    let to_stderr = fixing.is_some() && reads_stdin;
    if to_stderr && !shows_diff && !has_stdin(&targets) {
        // Who saves what comes out would lose a text that is only passed over.
        io::copy(&mut io::stdin().lock(), &mut io::stdout().lock())?;
    }
    let mut outputs = destinations
        .into_iter()
        .map(|(format, path)| output::open(format, path, to_stderr, args, command))
        .collect::<Result<Vec<_>, _>>()?;

    let (emitters, mut writers): (Vec<_>, Vec<_>) = outputs
        .iter_mut()
        .map(|output| (&*output.emit, &mut output.writer))
        .unzip();
    let job = Job {
        settings: &settings,
        adoption: &adoption,
        cache,
        progress: Progress::new(targets.len(), args.quiet, to_stdout, language),
        failing: AtomicBool::new(false),
        language,
        quiet: args.quiet,
        force_exclude: args.force_exclude,
        fixing,
        annotate,
        emitters,
        here: Here::new(),
    };
    let summary = job.all(&targets, &mut writers)?;
    if let Some(cache) = &job.cache {
        cache.finish();
        if let Some(complaint) = cache.complaint().filter(|_| !args.quiet) {
            // Where standard error cannot be written to, the findings are there all the same.
            let _ = writeln!(io::stderr(), "vanthu: {complaint}");
        }
    }
    let failing = job.failing.into_inner();
    output::publish(outputs, language)?;
    adoption.finish(args.quiet, language)?;
    if !args.watch {
        // The program ends soon; to give back the memory of all rules piece by piece takes longer.
        std::mem::forget(settings);
    }
    // Who lists files and wants those that are excluded passed over did not err.
    let may_be_empty = args.allow_empty || (args.force_exclude && all_excluded);
    if summary.files == summary.skipped && !may_be_empty {
        return Err(Failure::Message(say!(
            language,
            "không có tệp nào để kiểm tra (chấp nhận: --allow-empty)",
            "no file to check (--allow-empty accepts that)"
        )));
    }
    if shows_diff && !args.quiet {
        let count = summary.fixed.unwrap_or_default();
        let option = if args.fix_layout {
            "--fix-layout"
        } else {
            "--fix"
        };
        let text = say!(
            language,
            "{option} sẽ sửa {count} chỗ",
            "{option} would fix {count}"
        );
        // Where standard error cannot be written to, the exit code still tells.
        let _ = writeln!(io::stderr(), "vanthu: {text}");
    }
    Ok(match (summary.failed, failing) {
        (0, false) => Exit::Clean,
        (0, true) => Exit::Findings,
        _ => Exit::Failed,
    })
}

fn has_stdin(targets: &[Target]) -> bool {
    let mut kinds = targets.iter().map(|target| &target.kind);
    kinds.any(|kind| *kind == TargetKind::Stdin)
}

pub(super) fn targets(args: &Check, language: Language) -> Result<Vec<Target>, Failure> {
    let stdin_named = args.stdin_filename.is_some();
    if args.stdin_filename.as_deref() == Some("") {
        return Err(Failure::Message(say!(
            language,
            "--stdin-filename: thiếu tên tệp",
            "--stdin-filename: no file name"
        )));
    }
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
    let mut targets = discover::targets(&paths, stdin, language);
    output::pass_over(&mut targets, args, language);
    Ok(targets)
}

impl Job<'_> {
    /// Whether a diff is printed in the place of findings.
    fn shows_diff(&self) -> bool {
        self.fixing.is_some_and(|fixing| fixing.shows())
    }

    /// Checks all targets, many at a time, and writes them in order.
    fn all(&self, targets: &[Target], writers: &mut [&mut Writer]) -> io::Result<Summary> {
        let _hook = QuietPanics::install();
        for (emit, writer) in self.emitters.iter().zip(&mut *writers) {
            emit.begin(writer)?;
        }
        let queue = Mutex::new(Queue {
            written: vec![false; writers.len()],
            held: self
                .emitters
                .iter()
                .map(|emit| emit.totals_first().then(Vec::new))
                .collect(),
            writers: &mut *writers,
            stdout: output::stdout(),
            turn: 0,
            waiting: BTreeMap::new(),
            summary: Summary::default(),
            error: None,
        });
        let (next, moved) = (AtomicUsize::new(0), Condvar::new());
        let work = || {
            while let Some((index, target)) = take(targets, &next) {
                let setting = self.settings.of(index);
                let judged = self.one(target, setting);
                let count = |severity| match judged.summary.fixed {
                    Some(fixed) if self.shows_diff() => fixed,
                    _ => judged.summary.at_least(severity),
                };
                if setting.fail_on.is_some_and(|severity| count(severity) > 0) {
                    self.failing.store(true, Ordering::Relaxed);
                }
                self.progress.advance();
                if !self.hand_in(index, judged, &queue, &moved) {
                    break;
                }
            }
        };
        let workers = thread::available_parallelism().map_or(1, usize::from);
        match workers.min(targets.len()) {
            // No thread is started for a single file.
            0 | 1 => work(),
            workers => thread::scope(|scope| {
                let started = (0..workers).filter(|_| {
                    let worker = thread::Builder::new().stack_size(STACK);
                    worker.spawn_scoped(scope, work).is_ok()
                });
                if started.count() == 0 {
                    work();
                }
            }),
        }
        self.progress.clear();
        let Queue {
            summary,
            error,
            held,
            mut stdout,
            ..
        } = queue.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = error {
            return Err(error);
        }
        stdout.flush()?;
        for ((emit, writer), held) in self.emitters.iter().zip(&mut *writers).zip(held) {
            emit.finish(&summary, writer)?;
            writer.write_all(&held.unwrap_or_default())?;
            writer.flush()?;
        }
        Ok(summary)
    }

    /// Writes a file when those before it are written; what is rendered already need not wait for
    /// that here, unless much else does. False where nothing more can be written.
    fn hand_in(
        &self,
        index: usize,
        judged: Judged,
        queue: &Mutex<Queue<'_, '_>>,
        moved: &Condvar,
    ) -> bool {
        let ahead = match judged.content {
            Content::Rendered(_) => WAITING,
            Content::Checked(_) => 0,
        };
        let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        let mut queue: MutexGuard<'_, Queue<'_, '_>> = moved
            .wait_while(queue, |queue| {
                queue.error.is_none() && index > queue.turn + ahead
            })
            .unwrap_or_else(PoisonError::into_inner);
        queue.waiting.insert(index, judged);
        while queue.error.is_none()
            && let turn = queue.turn
            && let Some(judged) = queue.waiting.remove(&turn)
        {
            let written = guarded(|| self.write(judged, &mut queue));
            queue.error = match written {
                Ok(written) => written.err(),
                Err(panic) => Some(io::Error::other(panic)),
            };
            queue.turn += 1;
        }
        moved.notify_all();
        queue.error.is_none()
    }

    fn write(&self, judged: Judged, queue: &mut Queue<'_, '_>) -> io::Result<()> {
        let outputs = self.emitters.iter().zip(&mut *queue.writers);
        for (index, (emit, writer)) in outputs.enumerate() {
            let writer: &mut dyn Write = match &mut queue.held[index] {
                Some(held) => held,
                None => writer,
            };
            if matches!(&judged.content, Content::Rendered(bytes) if bytes[index].is_empty()) {
                continue;
            }
            if std::mem::replace(&mut queue.written[index], true) {
                writer.write_all(emit.separator().as_bytes())?;
            }
            match &judged.content {
                Content::Rendered(bytes) => writer.write_all(&bytes[index])?,
                Content::Checked(checked) => {
                    let place = self.here.place(&checked.document.name);
                    emit.file(&checked.report(Some(&place)), writer)?;
                }
            }
        }
        queue.stdout.write_all(&judged.text)?;
        if let Some(remark) = judged.remark {
            self.progress.clear();
            // Where standard error cannot be written to, the exit code still tells.
            let _ = writeln!(io::stderr(), "vanthu: {remark}");
        }
        queue.summary.add(judged.summary);
        Ok(())
    }

    /// Checks one target; whatever happens in it, the others go on.
    fn one(&self, target: &Target, setting: &Setting) -> Judged {
        let judged = guarded(|| self.check(target, setting));
        self.adoption.done(&target.name);
        judged.unwrap_or_else(|panic| {
            let error = say!(
                self.language,
                "lỗi của chương trình, xin báo cho nhóm phát triển: {panic}",
                "internal error, please report it: {panic}"
            );
            self.failed(target, &error)
        })
    }

    fn check(&self, target: &Target, setting: &Setting) -> Judged {
        if let TargetKind::Skipped(reason) = &target.kind {
            return self.skipped(target, reason);
        }
        // A file named on the command line is checked whatever it looks like.
        // Hooks name all files of a repository, those among them too that a folder's run passes by.
        let found =
            matches!(target.kind, TargetKind::File { named, .. } if self.force_exclude || !named);
        let bytes = match read::bytes(target, self.language) {
            Ok(bytes) => bytes,
            Err(reason) => return self.failed(target, &reason),
        };
        if found && Baseline::is_one(&bytes) {
            let reason = say!(
                self.language,
                "tệp ghi phát hiện cũ",
                "a list of old findings"
            );
            return self.skipped(target, &reason);
        }
        let key = self.key(target, setting, &bytes);
        if let Some(judged) = self.kept(key, target, &bytes, setting) {
            return judged;
        }
        let document = match read::parsed(&target.name, &bytes, self.language) {
            Ok(document) => document,
            Err(unread) => {
                let judged = match unread {
                    read::Unread::Nothing(reason) if found => self.skipped(target, &reason),
                    unread => self.failed(target, &unread.reason()),
                };
                let fixing = self.fixing;
                let text = fixing.map_or(Vec::new(), |fixing| fixing.unread(target, bytes));
                return Judged { text, ..judged };
            }
        };
        if found && !document.is_vietnamese {
            let reason = say!(
                self.language,
                "không phải văn bản tiếng Việt",
                "not a Vietnamese text"
            );
            return self.skipped(target, &reason);
        }
        let read_through = convert::remark(document.format, self.language)
            .map(|remark| format!("{}: {remark}", clean(&target.name)));
        let checked = self.lint(document, &bytes, setting);
        if let Some(out) = self.annotate
            && let Err(reason) = annotate::file(out, &bytes, &checked, self.language)
        {
            return self.unwritten(target, &reason);
        }
        let mut judged = match self.fixing {
            None => {
                let checked = Checked::from(checked);
                self.keep(key, &bytes, &checked, read_through.as_deref());
                self.judged(checked, None)
            }
            Some(fixing) => {
                let again = |bytes: &[u8]| {
                    let document = input::read(&target.name, bytes).ok()?;
                    Some(self.lint(document, bytes, setting))
                };
                match fixing.file(target, &bytes, checked, &again) {
                    Ok(done) => Judged {
                        text: done.text,
                        remark: done.remark,
                        ..self.judged(done.checked.into(), Some(done.applied))
                    },
                    Err(reason) => return self.unwritten(target, &reason),
                }
            }
        };
        judged.remark = judged.remark.or(read_through).filter(|_| !self.quiet);
        judged
    }

    fn lint(&self, document: Document, bytes: &[u8], setting: &Setting) -> fix::Checked {
        let options = Options {
            language: self.language,
            profile: setting.profile.as_deref(),
            ..Options::default()
        };
        let mut outcome = rules::check(&document, &setting.rules, options);
        self.adoption.apply(setting, &document, bytes, &mut outcome);
        fix::Checked { document, outcome }
    }

    /// `fixed` is how many corrections were applied, where they were asked for.
    fn judged(&self, checked: Checked, fixed: Option<usize>) -> Judged {
        let mut judged = if checked.findings.len() <= FEW {
            self.render(&checked.report(None))
        } else {
            Judged {
                summary: Summary::of(&checked.report(None)),
                content: Content::Checked(Box::new(checked)),
                text: Vec::new(),
                remark: None,
            }
        };
        judged.summary.fixed = fixed;
        judged
    }

    /// What the cache knows a document by.
    fn key(&self, target: &Target, setting: &Setting, bytes: &[u8]) -> Option<Key> {
        let cache = self.cache.as_ref().filter(|_| setting.cache)?;
        let was_found = matches!(target.kind, TargetKind::File { named: false, .. });
        let silent = self.adoption.key(setting, &target.name)?;
        let parts: [&[u8]; 5] = [
            target.name.as_bytes(),
            &setting.identity.to_le_bytes(),
            setting.profile.as_deref().unwrap_or_default().as_bytes(),
            silent.as_bytes(),
            &[u8::from(was_found)],
        ];
        Some(cache.key(bytes, &parts))
    }

    /// What was kept of a document.
    fn kept(
        &self,
        key: Option<Key>,
        target: &Target,
        bytes: &[u8],
        setting: &Setting,
    ) -> Option<Judged> {
        let cache = self.cache.as_ref()?;
        let (checked, remark) = cache.get(key?, &target.name, bytes, &setting.rules)?;
        Some(Judged {
            remark: remark.filter(|_| !self.quiet),
            ..self.judged(checked, None)
        })
    }

    fn keep(&self, key: Option<Key>, bytes: &[u8], checked: &Checked, remark: Option<&str>) {
        if let (Some(cache), Some(key)) = (&self.cache, key) {
            cache.put(key, bytes, checked, remark);
        }
    }

    fn failed(&self, target: &Target, reason: &str) -> Judged {
        let mut rendered = self.render(&FileReport::failed(&target.name, reason));
        rendered.remark = Some(format!("{}: {reason}", clean(&target.name)));
        rendered
    }

    /// What was read and checked, and could not be written.
    fn unwritten(&self, target: &Target, reason: &str) -> Judged {
        let mut judged = self.failed(target, reason);
        judged.summary.unwritten = judged.summary.failed;
        judged
    }

    fn skipped(&self, target: &Target, reason: &str) -> Judged {
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

    fn render(&self, file: &FileReport<'_>) -> Judged {
        let place = self.here.place(file.path);
        let file = &FileReport {
            place: Some(&place),
            ..*file
        };
        let bytes = self.emitters.iter().map(|emit| {
            let mut bytes = Vec::new();
            // Writing to memory cannot fail.
            let _ = emit.file(file, &mut bytes);
            bytes
        });
        Judged {
            content: Content::Rendered(bytes.collect()),
            summary: Summary::of(file),
            text: Vec::new(),
            remark: None,
        }
    }
}

impl From<fix::Checked> for Checked {
    fn from(checked: fix::Checked) -> Self {
        let fix::Checked { document, outcome } = checked;
        let Outcome { report, .. } = &outcome;
        Self {
            regime: report.regime.map(Regime::as_str),
            kind: report.kind.map(|kind| kind.slug.as_str()),
            document,
            quality: outcome.quality,
            not_evaluated: outcome.not_evaluated,
            findings: outcome.diagnostics,
        }
    }
}

impl Checked {
    fn report<'a>(&'a self, place: Option<&'a Place>) -> FileReport<'a> {
        FileReport {
            path: &self.document.name,
            place,
            status: Status::Checked,
            error: None,
            document: Some(&self.document),
            regime: self.regime,
            kind: self.kind,
            quality: Some(self.quality),
            not_evaluated: &self.not_evaluated,
            findings: Some(&self.findings),
        }
    }
}

/// The next target and its index, each given to one worker.
fn take<'t>(targets: &'t [Target], next: &AtomicUsize) -> Option<(usize, &'t Target)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    Some((index, targets.get(index)?))
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `work`; a panic in it becomes its message and place.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    GUARDED.set(true);
    // What `work` shares with others is only read.
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    result.map_err(|_| PANIC.take().unwrap_or_default())
}

/// While it lives, panics within [`guarded`] are kept for the report instead of printed.
pub(super) struct QuietPanics;

impl QuietPanics {
    pub(super) fn install() -> Self {
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
        if !thread::panicking() {
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
