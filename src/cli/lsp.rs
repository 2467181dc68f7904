//! `vanthu lsp`: pipes, threads, the clock, files and configurations for the language server.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write};
use std::mem;
use std::path::{self, Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use super::adopt::{BaselineFile, Places};
use super::args::{Check, Command, ConfigArgs, Lsp};
use super::check::{QuietPanics, STACK, guarded};
use super::editor::{Around, check_args, usable};
use super::settings::Maker;
use super::target::{Target, TargetKind};
use super::{Exit, Failure, discover, read};
use crate::diagnostic::Language;
use crate::emit::say;
use crate::input;
use crate::lsp::{
    Analysis, Effect, FileFindings, Job, Judge, Malformed, Message, Options, Place, Server,
    analyse, analyse_file, file_findings, path_of, uri_of,
};
use crate::rules::RuleError;

/// Bytes of the longest message that is read, and of the longest line of its head.
const LONGEST: usize = 256 << 20;
const LONGEST_LINE: u64 = 8 << 10;
/// Checks that run at a time: the newest text need not wait for the end of a check of an older one.
const WORKERS: usize = 2;

/// How a text is checked; the tests put another in its place.
type Analyse = fn(&str, Arc<str>, Option<Judge>, Option<&Analysis>) -> Analysis;

pub(super) fn run(args: &Lsp, command: &Command) -> Result<Exit, Failure> {
    let _hook = QuietPanics::install();
    let settings = Settings::new(args.config.clone(), command.asked_language());
    let input = BufReader::new(io::stdin());
    let output = BufWriter::new(io::stdout());
    serve(input, output, settings, analyse)
}

/// What the server waits for.
enum Event {
    Message(Result<Message, Malformed>),
    /// Nothing more comes.
    Closed,
    Checked {
        uri: String,
        revision: u64,
        result: Box<Result<Analysis, String>>,
    },
    Folders {
        id: Value,
        files: Vec<FileFindings>,
    },
    Wrong(Wrong),
    /// Baselines were asked for that nobody watches yet.
    Baselines(Vec<PathBuf>),
}

/// Why documents cannot be checked.
#[derive(Default)]
struct Wrong {
    mistakes: Vec<RuleError>,
    text: Option<String>,
}

impl Wrong {
    fn is_none(&self) -> bool {
        self.mistakes.is_empty() && self.text.is_none()
    }
}

/// Runs the server until the client says that it is enough, or is gone.
fn serve(
    input: impl BufRead + Send + 'static,
    output: impl Write,
    settings: Settings,
    analyse: Analyse,
) -> Result<Exit, Failure> {
    let (events, incoming) = mpsc::channel();
    let host = Host {
        settings: Arc::new(Mutex::new(settings)),
        jobs: Arc::new(Jobs::default()),
        files: Arc::default(),
        events: events.clone(),
    };
    spawn(move || read_messages(input, &events))?;
    for _ in 0..WORKERS {
        let (settings, jobs) = (Arc::clone(&host.settings), Arc::clone(&host.jobs));
        let events = host.events.clone();
        spawn(move || work(&settings, &jobs, &events, analyse))?;
    }
    let clock = Instant::now();
    let mut server = Server::new();
    let mut output = output;
    loop {
        let event = match server.due() {
            Some(due) => incoming.recv_timeout(due.saturating_sub(clock.elapsed())),
            None => incoming.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let event = match event {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Event::Closed),
        };
        let asked = match &event {
            Some(Event::Message(Ok(Message::Request { id, .. }))) => Some(id.clone()),
            _ => None,
        };
        let effects = guarded(|| take(&mut server, event, clock.elapsed()));
        let effects = effects.unwrap_or_else(|panic| server.failed(asked, &broken(&panic)));
        let mut effects = VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Send(message) => match send(&message, &mut output) {
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                        return Ok(Exit::Findings);
                    }
                    sent => sent?,
                },
                Effect::Exit { clean: true } => return Ok(Exit::Clean),
                // The protocol wants 1 where nobody asked the server to shut down.
                Effect::Exit { clean: false } => return Ok(Exit::Findings),
                Effect::Configure {
                    options,
                    open,
                    folders,
                } => {
                    let (wrong, settings) = host.configure(options, &open, &folders);
                    effects.extend(server.settings_mistaken(settings));
                    if let Some(text) = &wrong.text {
                        effects.extend(server.say(text));
                    }
                    effects.extend(server.configured(&wrong.mistakes, clock.elapsed()));
                }
                effect => host.begin(effect)?,
            }
        }
        server.tidy();
    }
}

/// A thread of the server's own, with room as the main one has.
fn spawn(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().stack_size(STACK).spawn(work)?;
    Ok(())
}

fn take(server: &mut Server, event: Option<Event>, now: Duration) -> Vec<Effect> {
    match event {
        Some(Event::Message(Ok(message))) => server.receive(message, now),
        Some(Event::Message(Err(malformed))) => server.malformed(malformed),
        Some(Event::Closed) => vec![Effect::Exit { clean: false }],
        Some(Event::Checked {
            uri,
            revision,
            result,
        }) => server.checked(&uri, revision, *result),
        Some(Event::Folders { id, files }) => server.folders_checked(&id, &files),
        Some(Event::Wrong(wrong)) => {
            let mut effects = server.mistaken(&wrong.mistakes);
            effects.extend(wrong.text.iter().flat_map(|text| server.say(text)));
            effects
        }
        Some(Event::Baselines(paths)) => {
            let paths = paths.iter().filter_map(|path| path::absolute(path).ok());
            let uris = paths.map(|path| uri_of(&path.to_string_lossy()));
            server.watch(uris.collect())
        }
        None => server.tick(now),
    }
}

fn broken(panic: &str) -> String {
    format!("internal error, please report it: {panic}")
}

fn send(message: &Message, output: &mut impl Write) -> io::Result<()> {
    let content = message.to_json();
    write!(output, "Content-Length: {}\r\n\r\n{content}", content.len())?;
    output.flush()
}

/// Reads messages to the end of the input; what is none is handed on as its answer.
fn read_messages(mut input: impl BufRead, events: &Sender<Event>) {
    loop {
        let event = match next_content(&mut input) {
            Ok(Some(content)) => Event::Message(Message::parse(&content)),
            Ok(None) | Err(_) => Event::Closed,
        };
        let is_last = matches!(event, Event::Closed);
        if events.send(event).is_err() || is_last {
            return;
        }
    }
}

/// The content of the next message; `None` at the end. A head that tells no length is passed over.
fn next_content(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            match length {
                None => continue,
                Some(length) if length > LONGEST => {
                    io::copy(&mut input.take(length as u64), &mut io::sink())?;
                    // No message: it is answered as one that cannot be read.
                    return Ok(Some(Vec::new()));
                }
                Some(length) => {
                    let mut content = vec![0; length];
                    input.read_exact(&mut content)?;
                    return Ok(Some(content));
                }
            }
        }
        let line = String::from_utf8_lossy(line);
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
}

/// What the server has others do.
struct Host {
    settings: Arc<Mutex<Settings>>,
    jobs: Arc<Jobs>,
    files: Arc<Mutex<Files>>,
    events: Sender<Event>,
}

impl Host {
    fn begin(&self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Check(job) => self.jobs.push(job),
            Effect::CheckFolders {
                id,
                folders,
                open,
                place,
            } => {
                let (settings, files) = (Arc::clone(&self.settings), Arc::clone(&self.files));
                let events = self.events.clone();
                spawn(move || {
                    let files =
                        guarded(|| lock(&files).check(&folders, &open, place, &settings, &events));
                    let files = files.unwrap_or_default();
                    // Where nobody listens, the server has ended.
                    let _ = events.send(Event::Folders { id, files });
                })?;
            }
            // Done where they can have effects of their own.
            Effect::Send(_) | Effect::Configure { .. } | Effect::Exit { .. } => {}
        }
        Ok(())
    }

    /// Reads the configurations of all open documents again. Where they are wrong, those that were
    /// right stay in force. Tells also what of the client's settings is wrong, and left aside.
    fn configure(
        &self,
        options: Options,
        open: &[(String, String)],
        folders: &[String],
    ) -> (Wrong, Option<String>) {
        let mut settings = lock(&self.settings);
        let folders = folders.iter().filter_map(|uri| path_of(uri));
        let around = Around {
            config: &settings.config,
            documents: open.iter().map(|(uri, name)| target(uri, name)).collect(),
            folders: folders.map(PathBuf::from).collect(),
            language: language(settings.asked, &options),
        };
        let (options, mistakes) = usable(options, &around);
        let mut new = settings.again(options);
        let mut wrong = Wrong::default();
        for (uri, name) in open {
            let (_, more) = new.judge(uri, name);
            wrong.mistakes.extend(more.mistakes);
            wrong.text = wrong.text.or(more.text);
        }
        tell_baselines(&mut new, &self.events);
        let is_worse = open.iter().any(|(uri, name)| {
            let open = target(uri, name);
            new.is_broken(&open) && !settings.is_broken(&open)
        });
        if settings.maker.is_none() || !is_worse {
            *settings = new;
        }
        (wrong, mistakes)
    }
}

/// Whatever happened to who held it, the data is whole: it is replaced as one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Texts that wait to be checked, of each document the newest alone.
#[derive(Default)]
struct Jobs {
    queue: Mutex<VecDeque<Job>>,
    added: Condvar,
}

impl Jobs {
    fn push(&self, job: Job) {
        let mut queue = lock(&self.queue);
        queue.retain(|older| older.uri != job.uri);
        queue.push_back(job);
        self.added.notify_one();
    }

    fn next(&self) -> Job {
        let mut queue = lock(&self.queue);
        loop {
            if let Some(job) = queue.pop_front() {
                return job;
            }
            queue = self
                .added
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn work(settings: &Mutex<Settings>, jobs: &Jobs, events: &Sender<Event>, analyse: Analyse) {
    loop {
        let Job {
            uri,
            name,
            revision,
            text,
            earlier,
        } = jobs.next();
        let result = guarded(|| {
            let judge = judged(settings, events, |settings| settings.judge(&uri, &name));
            analyse(&name, text, judge, earlier.0.as_deref())
        });
        let result = Box::new(result.map_err(|panic| broken(&panic)));
        let event = Event::Checked {
            uri,
            revision,
            result,
        };
        if events.send(event).is_err() {
            return;
        }
    }
}

/// What is in force for a document; what comes up meanwhile goes to the server.
fn judged(
    settings: &Mutex<Settings>,
    events: &Sender<Event>,
    judge: impl FnOnce(&mut Settings) -> (Option<Judge>, Wrong),
) -> Option<Judge> {
    let mut settings = lock(settings);
    let (judge, wrong) = judge(&mut settings);
    tell_baselines(&mut settings, events);
    if !wrong.is_none() {
        // Where nobody listens, the server has ended.
        let _ = events.send(Event::Wrong(wrong));
    }
    judge
}

fn tell_baselines(settings: &mut Settings, events: &Sender<Event>) {
    let paths = mem::take(&mut settings.unwatched);
    if !paths.is_empty() {
        // Where nobody listens, the server has ended.
        let _ = events.send(Event::Baselines(paths));
    }
}

/// Rules and configurations for all documents.
struct Settings {
    /// What the command line says of configurations.
    config: ConfigArgs,
    /// The language of `--lang`.
    asked: Option<Language>,
    options: Options,
    /// `None` until the first document asks.
    maker: Option<Maker<Check>>,
    /// Baselines that were read, by their paths.
    baselines: HashMap<PathBuf, BaselineFile>,
    /// Those that settings name.
    asked_for: BTreeSet<PathBuf>,
    /// Those of them that the server was not told of.
    unwatched: Vec<PathBuf>,
    places: Places,
    /// The configurations that are wrong: nothing is checked by them, as on the command line.
    broken: BTreeSet<Option<usize>>,
    /// Tells what was found under other settings.
    generation: u64,
}

impl Settings {
    fn new(config: ConfigArgs, asked: Option<Language>) -> Self {
        Self {
            config,
            asked,
            options: Options::default(),
            maker: None,
            baselines: HashMap::new(),
            asked_for: BTreeSet::new(),
            unwatched: Vec::new(),
            places: Places::default(),
            broken: BTreeSet::new(),
            generation: 0,
        }
    }

    fn again(&self, options: Options) -> Self {
        Self {
            config: self.config.clone(),
            asked: self.asked,
            options,
            maker: None,
            baselines: HashMap::new(),
            asked_for: BTreeSet::new(),
            unwatched: Vec::new(),
            places: Places::default(),
            broken: BTreeSet::new(),
            generation: self.generation + 1,
        }
    }

    fn language(&self) -> Language {
        language(self.asked, &self.options)
    }

    /// How a document is judged; `None` where it is excluded or its configuration is wrong.
    fn judge(&mut self, uri: &str, name: &str) -> (Option<Judge>, Wrong) {
        self.judge_target(&target(uri, name))
    }

    fn judge_target(&mut self, target: &Target) -> (Option<Judge>, Wrong) {
        if self.is_broken(target) {
            return (None, Wrong::default());
        }
        let judged = self.try_judge(target);
        judged.unwrap_or_else(|failure| {
            let config = self.config_of(target);
            self.broken.insert(config);
            (None, self.wrong(failure))
        })
    }

    /// Whether the configuration of a document was found to be wrong.
    fn is_broken(&mut self, target: &Target) -> bool {
        !self.broken.is_empty() && {
            let config = self.config_of(target);
            self.broken.contains(&config)
        }
    }

    fn config_of(&mut self, target: &Target) -> Option<usize> {
        self.maker.as_mut()?.config_of(target)
    }

    fn try_judge(&mut self, target: &Target) -> Result<(Option<Judge>, Wrong), Failure> {
        let language = self.language();
        let maker = match &mut self.maker {
            Some(maker) => maker,
            None => {
                let args = check_args(&self.options, &self.config);
                self.maker.insert(Maker::new(args, language)?)
            }
        };
        let index = maker.of(target)?;
        // One that is not there yet is waited for as well.
        for path in index
            .map(|index| &maker.get(index).baselines)
            .into_iter()
            .flatten()
        {
            if self.asked_for.insert(path.clone()) {
                self.unwatched.push(path.clone());
            }
        }
        maker.checked()?;
        let Some(index) = index else {
            return Ok((None, Wrong::default()));
        };
        let setting = maker.get(index);
        let mut known = Vec::new();
        if matches!(target.kind, TargetKind::File { .. }) {
            let place = self.places.of(target);
            for path in &setting.baselines {
                let baseline = match self.baselines.entry(path.clone()) {
                    Entry::Occupied(entry) => entry.into_mut(),
                    Entry::Vacant(entry) => entry.insert(BaselineFile::read(path, language)?),
                };
                known.push(baseline.of(&place));
            }
        }
        let asked = self.asked.or(self.options.lang).or(setting.language);
        let judge = Judge {
            rules: Arc::clone(&setting.rules),
            profile: setting.profile.clone(),
            language: asked.or(self.options.locale).unwrap_or_default(),
            known,
        };
        Ok((Some(judge), Wrong::default()))
    }

    fn wrong(&self, failure: Failure) -> Wrong {
        match failure {
            Failure::Config(mut mistakes)
            | Failure::Rules(mut mistakes)
            | Failure::Baseline(mut mistakes) => {
                let here = fs::canonicalize(".").unwrap_or_default();
                for mistake in &mut mistakes {
                    mistake.path = here.join(&mistake.path).to_string_lossy().into_owned();
                }
                Wrong {
                    mistakes,
                    text: None,
                }
            }
            Failure::Message(text) => Wrong {
                mistakes: Vec::new(),
                text: Some(text),
            },
            Failure::Output(error) => Wrong {
                mistakes: Vec::new(),
                text: Some(say!(
                    self.language(),
                    "không đọc được cấu hình: {error}",
                    "cannot read the configuration: {error}"
                )),
            },
        }
    }
}

/// The language that the client or the command line asks for.
fn language(asked: Option<Language>, options: &Options) -> Language {
    let asked = asked.or(options.lang).or(options.locale);
    asked.unwrap_or_default()
}

/// An open document: one without a path lies where the server was started.
fn target(uri: &str, name: &str) -> Target {
    match path_of(uri) {
        Some(path) => file(PathBuf::from(path)),
        None => Target {
            name: name.to_owned(),
            kind: TargetKind::Stdin,
        },
    }
}

fn file(path: PathBuf) -> Target {
    Target {
        name: path.to_string_lossy().into_owned(),
        kind: TargetKind::File { path, named: false },
    }
}

/// What was found in files that no editor holds, as long as they stay as they are.
#[derive(Default)]
struct Files {
    known: HashMap<PathBuf, Known>,
}

#[derive(Clone, PartialEq)]
struct Known {
    generation: u64,
    changed: Option<SystemTime>,
    len: u64,
    findings: FileFindings,
}

impl Files {
    fn check(
        &mut self,
        folders: &[String],
        open: &BTreeSet<String>,
        place: Place,
        settings: &Mutex<Settings>,
        events: &Sender<Event>,
    ) -> Vec<FileFindings> {
        let language = lock(settings).language();
        let folders: Vec<_> = folders.iter().filter_map(|uri| path_of(uri)).collect();
        let folders: Vec<_> = folders.into_iter().map(PathBuf::from).collect();
        let targets = discover::targets(&folders, "-", language);
        let mut found = Vec::new();
        for target in &targets {
            let TargetKind::File { path, .. } = &target.kind else {
                continue;
            };
            let uri = uri_of(&path.to_string_lossy());
            let is_open = open
                .iter()
                .any(|open| *open == uri || path_of(open) == path_of(&uri));
            let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
            if is_open || !input::is_text(extension) {
                continue;
            }
            found.extend(self.one(path, &uri, target, place, settings, events));
        }
        found
    }

    fn one(
        &mut self,
        path: &Path,
        uri: &str,
        target: &Target,
        place: Place,
        settings: &Mutex<Settings>,
        events: &Sender<Event>,
    ) -> Option<FileFindings> {
        let metadata = fs::metadata(path).ok()?;
        let (changed, len) = (metadata.modified().ok(), metadata.len());
        let generation = lock(settings).generation;
        let is_same = |known: &&Known| {
            (known.generation, known.changed, known.len) == (generation, changed, len)
        };
        if let Some(known) = self.known.get(path).filter(is_same) {
            return Some(known.findings.clone());
        }
        let judge = judged(settings, events, |settings| settings.judge_target(target));
        let analysed = guarded(|| {
            let bytes = read::file(path, Language::default()).ok()?;
            analyse_file(&target.name, &bytes, judge?)
        });
        let analysis = analysed.ok().flatten();
        let findings = file_findings(uri, analysis.as_ref(), place);
        let known = Known {
            generation,
            changed,
            len,
            findings,
        };
        self.known.insert(path.to_path_buf(), known.clone());
        Some(known.findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks on one word.
    fn breakable(
        name: &str,
        text: Arc<str>,
        judge: Option<Judge>,
        earlier: Option<&Analysis>,
    ) -> Analysis {
        assert!(!text.contains("break"), "no such line");
        analyse(name, text, judge, earlier)
    }

    fn frame(content: &str) -> Vec<u8> {
        format!("Content-Length: {}\r\n\r\n{content}", content.len()).into_bytes()
    }

    #[test]
    fn a_panic_in_a_check_does_not_end_the_server() {
        let _hook = QuietPanics::install();
        let (input, mut to_server) = io::pipe().unwrap();
        let (from_server, output) = io::pipe().unwrap();
        let server = thread::spawn(move || {
            let settings = Settings::new(ConfigArgs::default(), None);
            serve(BufReader::new(input), output, settings, breakable)
        });
        let open = |uri: &str, text: &str| {
            format!(
                r#"{{"method":"textDocument/didOpen","params":{{"textDocument":
                   {{"uri":"{uri}","languageId":"plaintext","text":"{text}"}}}}}}"#
            )
        };
        for content in [
            r#"{"id":1,"method":"initialize","params":{}}"#,
            &open("a:1", "break"),
            &open("a:2", "Xã sử lý hồ sơ."),
        ] {
            to_server.write_all(&frame(content)).unwrap();
        }
        let mut from_server = BufReader::new(from_server);
        let (mut broke, mut went_on) = (false, false);
        while !(broke && went_on) {
            let content = next_content(&mut from_server).unwrap().unwrap();
            let content = String::from_utf8(content).unwrap();
            broke |= content.contains("window/logMessage") && content.contains("no such line");
            went_on |= content.contains("publishDiagnostics") && content.contains("a:2");
        }
        for content in [r#"{"id":2,"method":"shutdown"}"#, r#"{"method":"exit"}"#] {
            to_server.write_all(&frame(content)).unwrap();
        }
        assert_eq!(server.join().unwrap().unwrap(), Exit::Clean);
    }
}
