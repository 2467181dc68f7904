//! The state of the server.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::actions::{self, Asked, EXPLAIN};
use super::analysis::Analysis;
use super::findings::{self, FileFindings, Place};
use super::message::{
    CONTENT_MODIFIED, INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, Malformed,
    Message, NOT_INITIALIZED, REQUEST_CANCELLED,
};
use super::options::{Options, language};
use super::position::Encoding;
use super::protocol::{
    DidChange, DidOpen, ExecuteCommand, FIX_ALL, FoldersChanged, OfDocument, Position, QUICK_FIX,
    Range, WorkspaceDiagnostic,
};
use super::{edits, hover, links, path_of, symbols, uri_of};
use crate::diagnostic::{Applicability, Language};
use crate::emit::say;
use crate::input;
use crate::rules::{RuleError, RuleSet};
use crate::text::Lines;

/// How long nothing must be typed before a document is checked again.
const QUIET: Duration = Duration::from_millis(150);
/// After so long without a change a document is checked at once: there is no knowing that more will
/// be typed, and who changes one thing waits for the answer.
const IDLE: Duration = Duration::from_millis(500);
/// What is checked at least this often while somebody types on.
const LONGEST_WAIT: Duration = Duration::from_millis(1500);

const MARKDOWN: &str = "markdown";

/// Something that the program has to do.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// A message to the client.
    Send(Message),
    /// A text to be checked; the result goes to [`Server::checked`].
    Check(Job),
    /// The files of folders to be checked; the result goes to [`Server::folders_checked`].
    CheckFolders {
        /// Which request asks.
        id: Value,
        /// Addresses of the folders.
        folders: Vec<String>,
        /// Addresses that are open, and not to be read from disk.
        open: BTreeSet<String>,
        /// How findings are wanted.
        place: Place,
    },
    /// The settings or the configuration changed: it is to be read again, and then
    /// [`Server::configured`] to be called.
    Configure {
        /// What the client asks for.
        options: Options,
        /// The addresses and names of the open documents.
        open: Vec<(String, String)>,
        /// Addresses of the folders.
        folders: Vec<String>,
    },
    /// The end: whether the client asked for it first.
    Exit {
        /// Whether it did.
        clean: bool,
    },
}

/// A text to be checked.
#[derive(Clone, PartialEq, Debug)]
pub struct Job {
    /// The address of the document.
    pub uri: String,
    /// Its path, or a name with the extension of its language.
    pub name: String,
    /// Which state of the text it is.
    pub revision: u64,
    /// The text.
    pub text: Arc<str>,
    /// What was found in an earlier state of it.
    pub earlier: Earlier,
}

/// An earlier result, where there is one. It tells no two texts apart.
#[derive(Clone, Debug, Default)]
pub struct Earlier(
    /// The newest that there is.
    pub Option<Arc<Analysis>>,
);

impl PartialEq for Earlier {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The server: takes messages and results, gives what is to be done.
#[derive(Debug, Default)]
pub struct Server {
    phase: Phase,
    /// The client takes requests.
    ready: bool,
    client: Client,
    options: Options,
    /// What the client asked for at the beginning: it holds where its settings say nothing.
    initial: Options,
    /// What is wrong with the settings, as it was told last.
    wrong_settings: Option<String>,
    documents: BTreeMap<String, Open>,
    /// Requests that wait for a text to be checked.
    waiting: Vec<Waiting>,
    /// Requests for the findings of whole folders.
    folder_requests: Vec<(Value, WorkspaceDiagnostic)>,
    /// The own requests that wait for the settings of the client.
    settings_requests: BTreeSet<i64>,
    next_id: i64,
    next_revision: u64,
    /// Addresses of files that the client was asked to watch by name.
    watched: BTreeSet<String>,
    /// Configuration files with findings of their own.
    mistaken: BTreeSet<String>,
    /// What newer results replaced.
    outdated: Vec<Arc<Analysis>>,
    effects: Vec<Effect>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Phase {
    #[default]
    Before,
    Running,
    Down,
}

/// What the client can do.
#[derive(Debug)]
struct Client {
    place: Place,
    /// It asks for findings.
    pulls: bool,
    /// It can be told to ask again.
    refreshes: bool,
    tree_symbols: bool,
    versioned_edits: bool,
    code_actions: bool,
    markdown: bool,
    watches: bool,
    /// It watches files in folders that are not its own.
    watches_elsewhere: bool,
    settings: bool,
    /// It tells of changes to settings only where it is asked to.
    tells_settings: bool,
    /// It shows explanations itself.
    explains: bool,
    folders: Vec<String>,
}

impl Default for Client {
    fn default() -> Self {
        Self::new(&Value::Null)
    }
}

impl Client {
    fn new(params: &Value) -> Self {
        let has = |path: &str| {
            params
                .pointer(&format!("/capabilities/{path}"))
                .is_some_and(|value| value.as_bool() != Some(false) && !value.is_null())
        };
        let list = |path: &str| {
            let list = params.pointer(path).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str)
        };
        let folders = params.get("workspaceFolders").and_then(Value::as_array);
        let folders = folders.into_iter().flatten();
        let mut folders: Vec<_> = folders
            .filter_map(|folder| folder["uri"].as_str())
            .collect();
        if folders.is_empty() {
            folders.extend(params["rootUri"].as_str());
        }
        let encodings: Vec<_> = list("/capabilities/general/positionEncodings").collect();
        let formats = "/capabilities/textDocument/hover/contentFormat";
        Self {
            place: Place {
                encoding: Encoding::negotiate(&encodings),
                related: has("textDocument/publishDiagnostics/relatedInformation")
                    || has("textDocument/diagnostic/relatedInformation"),
            },
            pulls: has("textDocument/diagnostic"),
            refreshes: has("workspace/diagnostics/refreshSupport"),
            tree_symbols: has("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            versioned_edits: has("workspace/workspaceEdit/documentChanges"),
            code_actions: has("textDocument/codeAction/codeActionLiteralSupport"),
            markdown: list(formats).any(|format| format == MARKDOWN),
            watches: has("workspace/didChangeWatchedFiles/dynamicRegistration"),
            watches_elsewhere: has("workspace/didChangeWatchedFiles/relativePatternSupport"),
            settings: has("workspace/configuration"),
            tells_settings: has("workspace/didChangeConfiguration/dynamicRegistration"),
            explains: params["initializationOptions"]["explains"].as_bool() == Some(true),
            folders: folders.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// An open document.
#[derive(Debug)]
struct Open {
    name: String,
    version: i32,
    text: String,
    /// Grows with every change, also of the configuration.
    revision: u64,
    /// When it is to be checked.
    due: Option<Duration>,
    /// Since when it waits to be.
    since: Duration,
    /// When it last changed.
    changed_at: Duration,
    /// The state that is being checked.
    sent: Option<u64>,
    /// The newest result, and of which state.
    analysis: Option<(u64, Arc<Analysis>)>,
}

impl Open {
    fn current(&self) -> Option<&Arc<Analysis>> {
        let (revision, analysis) = self.analysis.as_ref()?;
        (*revision == self.revision).then_some(analysis)
    }

    /// Notes what was typed.
    fn typed(&mut self, revision: u64, now: Duration) {
        let is_idle = now.saturating_sub(self.changed_at) >= IDLE;
        let wait = match is_idle && self.due.is_none() && self.sent.is_none() {
            true => Duration::ZERO,
            false => QUIET,
        };
        self.changed_at = now;
        self.changed(revision, now + wait, now);
    }

    fn changed(&mut self, revision: u64, due: Duration, now: Duration) {
        self.revision = revision;
        if self.due.is_none() {
            self.since = now;
        }
        self.due = Some(due.min(self.since + LONGEST_WAIT));
    }
}

/// A request about a document.
#[derive(Debug)]
struct Waiting {
    id: Value,
    uri: String,
    ask: Ask,
}

#[derive(Debug)]
enum Ask {
    Findings {
        previous: Option<String>,
    },
    Actions {
        range: Range,
        only: Option<Vec<String>>,
    },
    Hover(Position),
    Symbols,
    Links,
    Format,
}

impl Ask {
    /// Whether the answer would be wrong for a later text.
    fn is_about_this_text(&self) -> bool {
        matches!(self, Self::Actions { .. } | Self::Hover(_) | Self::Format)
    }
}

type Answer = Result<Value, (i32, String)>;

impl Server {
    /// A server that waits for `initialize`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// When [`tick`](Self::tick) is to be called next, on the clock that `now` is read from.
    #[must_use]
    pub fn due(&self) -> Option<Duration> {
        self.documents.values().filter_map(|open| open.due).min()
    }

    /// The language of what the server says of itself.
    #[must_use]
    pub fn language(&self) -> Language {
        self.options.language()
    }

    /// Takes a message.
    pub fn receive(&mut self, message: Message, now: Duration) -> Vec<Effect> {
        match message {
            Message::Request { id, method, params } => self.request(id, &method, params),
            Message::Notification { method, params } => self.notification(&method, params, now),
            Message::Response { id, result } => self.response(&id, result),
            // Only the server writes such.
            Message::Written(_) => {}
        }
        self.taken()
    }

    /// Answers what is no message.
    pub fn malformed(&mut self, malformed: Malformed) -> Vec<Effect> {
        self.send(malformed.0);
        self.taken()
    }

    /// Answers a request that could not be dealt with, and says why.
    pub fn failed(&mut self, id: Option<Value>, why: &str) -> Vec<Effect> {
        self.effects.clear();
        self.log(why);
        if let Some(id) = id {
            self.waiting.retain(|waiting| waiting.id != id);
            self.send(Message::error(id, INTERNAL_ERROR, why));
        }
        self.taken()
    }

    /// Asks for what is due.
    pub fn tick(&mut self, now: Duration) -> Vec<Effect> {
        let due = |open: &Open| open.due.is_some_and(|due| due <= now);
        let due: Vec<_> = self
            .documents
            .iter()
            .filter(|(_, open)| due(open))
            .collect();
        let due: Vec<_> = due.into_iter().map(|(uri, _)| uri.clone()).collect();
        for uri in due {
            self.check(&uri);
        }
        self.taken()
    }

    /// Takes the result of a [`Job`], or how the check ended instead. One of an older state of the
    /// text is dropped.
    pub fn checked(
        &mut self,
        uri: &str,
        revision: u64,
        result: Result<Analysis, String>,
    ) -> Vec<Effect> {
        let is_current = |open: &&mut Open| open.revision == revision;
        let Some(open) = self.documents.get_mut(uri).filter(is_current) else {
            return Vec::new();
        };
        open.sent = None;
        match result {
            Ok(analysis) => {
                let older = open.analysis.replace((revision, Arc::new(analysis)));
                self.outdated.extend(older.map(|(_, analysis)| analysis));
                self.publish(uri);
                self.answer_waiting(uri);
            }
            Err(why) => {
                self.log(&why);
                for waiting in self.take_waiting(|waiting| waiting.uri == uri) {
                    self.send(Message::error(waiting.id, INTERNAL_ERROR, &why));
                }
            }
        }
        self.taken()
    }

    /// Takes the findings of the files of all folders.
    pub fn folders_checked(&mut self, id: &Value, files: &[FileFindings]) -> Vec<Effect> {
        let Some(at) = self
            .folder_requests
            .iter()
            .position(|(known, _)| known == id)
        else {
            return Vec::new();
        };
        let (id, params) = self.folder_requests.remove(at);
        let place = self.client.place;
        let mut items = Vec::new();
        let open = self.documents.iter().filter_map(|(uri, open)| {
            let of = findings::file_findings(uri, Some(open.current()?), place);
            Some((of, Some(open.version)))
        });
        let files = files.iter().map(|file| (file.clone(), None));
        let known = files.filter(|(file, _)| !self.documents.contains_key(&file.uri));
        let mut seen = BTreeSet::new();
        for (file, version) in known.chain(open) {
            let previous = params.previous_result_ids.iter();
            let previous = previous.filter(|previous| previous.uri == file.uri);
            let is_known = previous.clone().any(|known| known.value == file.result_id);
            seen.insert(file.uri.clone());
            items.push(if is_known {
                json!({ "kind": "unchanged", "uri": file.uri, "version": version,
                    "resultId": file.result_id })
            } else {
                json!({ "kind": "full", "uri": file.uri, "version": version,
                    "resultId": file.result_id, "items": file.items })
            });
        }
        // What is gone has no findings any more; what is open and being checked is not gone.
        for previous in params.previous_result_ids {
            let is_open = self.documents.contains_key(&previous.uri);
            if !is_open && seen.insert(previous.uri.clone()) {
                items.push(
                    json!({ "kind": "full", "uri": previous.uri, "version": null,
                    "items": [] }),
                );
            }
        }
        self.answer(id, Ok(json!({ "items": items })));
        self.taken()
    }

    /// The configuration was read again. `mistakes` have absolute paths.
    pub fn configured(&mut self, mistakes: &[RuleError], now: Duration) -> Vec<Effect> {
        let before = std::mem::take(&mut self.mistaken);
        self.tell_mistakes(mistakes);
        for uri in before.difference(&self.mistaken.clone()) {
            let params = json!({ "uri": uri, "diagnostics": [] });
            self.notify("textDocument/publishDiagnostics", params);
        }
        for open in self.documents.values_mut() {
            self.next_revision += 1;
            open.changed(self.next_revision, now, now);
        }
        if self.ready && self.client.pulls && self.client.refreshes {
            self.ask("workspace/diagnostic/refresh", Value::Null);
        }
        self.taken()
    }

    /// Mistakes in a configuration that was read for a document, beside those that were told.
    pub fn mistaken(&mut self, mistakes: &[RuleError]) -> Vec<Effect> {
        self.tell_mistakes(mistakes);
        self.taken()
    }

    /// Tells what is wrong with the settings of the client, once.
    pub fn settings_mistaken(&mut self, text: Option<String>) -> Vec<Effect> {
        if let Some(text) = text.as_ref().filter(|_| text != self.wrong_settings) {
            self.show(2, text);
        }
        self.wrong_settings = text;
        self.taken()
    }

    /// Has the client watch files of any name that what is in force depends on, by their addresses.
    pub fn watch(&mut self, uris: Vec<String>) -> Vec<Effect> {
        let new: Vec<_> = uris
            .into_iter()
            .filter(|uri| !self.watched.contains(uri))
            .collect();
        if self.client.watches && self.ready && !new.is_empty() {
            let watchers: Vec<_> = new.iter().map(|uri| self.watcher(uri)).collect();
            self.watch_files(&watchers);
            self.watched.extend(new);
        }
        self.taken()
    }

    fn watcher(&self, uri: &str) -> Value {
        let path = path_of(uri).unwrap_or_default();
        let (_, name) = path.rsplit_once('/').unwrap_or(("", &path));
        // What has a meaning in patterns cannot be escaped there.
        let name = name.replace(['*', '?', '[', ']', '{', '}'], "?");
        match uri.rsplit_once('/') {
            Some((folder, _)) if self.client.watches_elsewhere => {
                json!({ "globPattern": { "baseUri": folder, "pattern": name } })
            }
            _ => json!({ "globPattern": format!("**/{name}") }),
        }
    }

    /// Says something to the user.
    pub fn say(&mut self, text: &str) -> Vec<Effect> {
        self.show(1, text);
        self.taken()
    }

    /// Gives back the memory of what newer results replaced, which takes longer than to answer.
    pub fn tidy(&mut self) {
        self.outdated.clear();
    }

    fn taken(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    fn send(&mut self, message: Message) {
        self.effects.push(Effect::Send(message));
    }

    fn notify(&mut self, method: &str, params: Value) {
        let method = method.to_owned();
        self.send(Message::Notification { method, params });
    }

    fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let (id, method) = (json!(self.next_id), method.to_owned());
        self.send(Message::Request { id, method, params });
        self.next_id
    }

    fn answer(&mut self, id: Value, answer: Answer) {
        self.send(match answer {
            Ok(result) => Message::Response {
                id,
                result: Ok(result),
            },
            Err((code, why)) => Message::error(id, code, &why),
        });
    }

    /// 1 error, 2 warning, 3 information.
    fn show(&mut self, kind: u8, text: &str) {
        let params = json!({ "type": kind, "message": text });
        self.notify("window/showMessage", params);
    }

    fn log(&mut self, text: &str) {
        self.notify("window/logMessage", json!({ "type": 1, "message": text }));
    }

    fn request(&mut self, id: Value, method: &str, params: Value) {
        let answer = match (self.phase, method) {
            (Phase::Before, "initialize") => Ok(self.initialize(&params)),
            (Phase::Before, _) => Err((NOT_INITIALIZED, "not initialized".to_owned())),
            (Phase::Down, _) => Err((INVALID_REQUEST, "shut down".to_owned())),
            (Phase::Running, "initialize") => Err((INVALID_REQUEST, "initialized".to_owned())),
            (Phase::Running, "shutdown") => {
                self.phase = Phase::Down;
                let waiting = self.take_waiting(|_| true).into_iter();
                let mut ids: Vec<_> = waiting.map(|waiting| waiting.id).collect();
                ids.extend(self.folder_requests.drain(..).map(|(id, _)| id));
                for id in ids {
                    self.send(Message::error(id, REQUEST_CANCELLED, "shut down"));
                }
                Ok(Value::Null)
            }
            (Phase::Running, "workspace/executeCommand") => self.execute(params),
            (Phase::Running, "workspace/diagnostic") => match read(params) {
                Ok(params) => return self.all_findings(id, params),
                Err(wrong) => Err(wrong),
            },
            (Phase::Running, _) => match Self::ask_of(method, params) {
                Ok((uri, ask)) => return self.ask_document(Waiting { id, uri, ask }),
                Err(wrong) => Err(wrong),
            },
        };
        self.answer(id, answer);
    }

    /// A request about one document.
    fn ask_of(method: &str, params: Value) -> Result<(String, Ask), (i32, String)> {
        let known = [
            "textDocument/diagnostic",
            "textDocument/codeAction",
            "textDocument/hover",
            "textDocument/documentSymbol",
            "textDocument/documentLink",
            "textDocument/formatting",
        ];
        if !known.contains(&method) {
            return Err((METHOD_NOT_FOUND, format!("unknown method {method}")));
        }
        let params: OfDocument = read(params)?;
        let missing = |what: &str| (INVALID_PARAMS, format!("missing field `{what}`"));
        let ask = match method {
            "textDocument/diagnostic" => Ask::Findings {
                previous: params.previous_result_id,
            },
            "textDocument/codeAction" => Ask::Actions {
                range: params.range.ok_or_else(|| missing("range"))?,
                only: params.context.only,
            },
            "textDocument/hover" => Ask::Hover(params.position.ok_or_else(|| missing("position"))?),
            "textDocument/documentSymbol" => Ask::Symbols,
            "textDocument/documentLink" => Ask::Links,
            _ => Ask::Format,
        };
        Ok((params.text_document.uri, ask))
    }

    fn initialize(&mut self, params: &Value) -> Value {
        self.phase = Phase::Running;
        self.client = Client::new(params);
        let locale = params["locale"].as_str().and_then(language);
        self.initial = Options::read(&params["initializationOptions"], locale).unwrap_or(Options {
            locale,
            ..Options::default()
        });
        self.options = self.initial.clone();
        self.configure();
        let mut capabilities = json!({
            "positionEncoding": self.client.place.encoding.as_str(),
            "textDocumentSync": { "openClose": true, "change": 2, "save": true },
            "hoverProvider": true,
            "documentSymbolProvider": true,
            "documentLinkProvider": {},
            "documentFormattingProvider": true,
            "executeCommandProvider": { "commands": [EXPLAIN] },
            "workspace": {
                "workspaceFolders": { "supported": true, "changeNotifications": true }
            },
        });
        if self.client.code_actions {
            let kinds = [QUICK_FIX, FIX_ALL];
            capabilities["codeActionProvider"] = json!({ "codeActionKinds": kinds });
        }
        if self.client.pulls {
            capabilities["diagnosticProvider"] = json!({
                "identifier": "vanthu",
                "interFileDependencies": false,
                "workspaceDiagnostics": true,
            });
        }
        json!({
            "capabilities": capabilities,
            "serverInfo": { "name": "vanthu", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    fn notification(&mut self, method: &str, params: Value, now: Duration) {
        if method == "exit" {
            let clean = self.phase == Phase::Down;
            return self.effects.push(Effect::Exit { clean });
        }
        if self.phase != Phase::Running {
            return;
        }
        let done = match method {
            "initialized" => {
                self.initialized();
                Ok(())
            }
            "textDocument/didOpen" => read(params).map(|params| self.open(params, now)),
            "textDocument/didChange" => read(params).map(|params| self.change(params, now)),
            "textDocument/didSave" => read(params).map(|params| self.saved(&params, now)),
            "textDocument/didClose" => {
                read(params).map(|of: OfDocument| self.close(&of.text_document.uri))
            }
            "workspace/didChangeWatchedFiles" => {
                self.configure();
                Ok(())
            }
            "workspace/didChangeConfiguration" => {
                self.settings_changed(&params["settings"]);
                Ok(())
            }
            "workspace/didChangeWorkspaceFolders" => {
                read(params).map(|params| self.folders_changed(params))
            }
            "$/cancelRequest" => {
                self.cancel(&params["id"]);
                Ok(())
            }
            // Others may be ignored, as the protocol has it.
            _ => Ok(()),
        };
        if let Err((_, why)) = done {
            self.log(&format!("{method}: {why}"));
        }
    }

    fn response(&mut self, id: &Value, result: Result<Value, Value>) {
        let known = id
            .as_i64()
            .is_some_and(|id| self.settings_requests.remove(&id));
        if known && let Ok(Value::Array(items)) = result {
            let settings = items.into_iter().next().unwrap_or_default();
            self.take_settings(&settings);
        }
    }

    fn initialized(&mut self) {
        self.ready = true;
        if self.client.watches {
            // What configurations extend and the files of their rules have any name.
            self.watch_files(&[json!({ "globPattern": "**/*.{yaml,yml}" })]);
        }
        if self.client.tells_settings {
            let section = json!({ "section": "vanthu" });
            self.register("workspace/didChangeConfiguration", &section);
        }
        if self.client.settings {
            self.ask_settings();
        }
    }

    fn watch_files(&mut self, watchers: &[Value]) {
        let options = json!({ "watchers": watchers });
        self.register("workspace/didChangeWatchedFiles", &options);
    }

    fn register(&mut self, method: &str, options: &Value) {
        // No two registrations may have the same.
        let id = format!("register-{}", self.next_id + 1);
        let registration = json!({ "id": id, "method": method, "registerOptions": options });
        let params = json!({ "registrations": [registration] });
        self.ask("client/registerCapability", params);
    }

    fn ask_settings(&mut self) {
        let params = json!({ "items": [{ "section": "vanthu" }] });
        let id = self.ask("workspace/configuration", params);
        self.settings_requests.insert(id);
    }

    fn settings_changed(&mut self, settings: &Value) {
        if self.client.settings {
            self.ask_settings();
        } else {
            self.take_settings(settings);
        }
    }

    fn take_settings(&mut self, settings: &Value) {
        let options = Options::read(settings, self.options.locale);
        let options = options.unwrap_or_else(|| self.initial.clone());
        if options != self.options {
            self.options = options;
            self.configure();
        }
    }

    fn configure(&mut self) {
        let open = self.documents.iter();
        let open = open.map(|(uri, open)| (uri.clone(), open.name.clone()));
        self.effects.push(Effect::Configure {
            options: self.options.clone(),
            open: open.collect(),
            folders: self.client.folders.clone(),
        });
    }

    fn folders_changed(&mut self, FoldersChanged { event }: FoldersChanged) {
        let folders = &mut self.client.folders;
        folders.retain(|known| event.removed.iter().all(|removed| removed.uri != *known));
        for added in event.added {
            if !folders.contains(&added.uri) {
                folders.push(added.uri);
            }
        }
    }

    fn open(&mut self, DidOpen { text_document }: DidOpen, now: Duration) {
        let item = text_document;
        let path = path_of(&item.uri);
        let name = path.as_deref().unwrap_or(&item.uri);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        // An editor that shows one of these shows no text of its own.
        let mut known = input::extensions();
        let is_known = known.any(|known| known.eq_ignore_ascii_case(extension));
        let is_other = is_known || input::unread_format(extension).is_some();
        if path.is_some() && is_other && !input::is_text(extension) {
            return;
        }
        let is_markdown = item.language_id.eq_ignore_ascii_case(MARKDOWN);
        let name = match is_markdown {
            true if !extension.eq_ignore_ascii_case("md") => format!("{name}.md"),
            _ => name.to_owned(),
        };
        self.next_revision += 1;
        let open = Open {
            name,
            version: item.version,
            text: item.text,
            revision: self.next_revision,
            due: Some(now),
            since: now,
            changed_at: now,
            sent: None,
            analysis: None,
        };
        let uri = item.uri;
        self.documents.insert(uri.clone(), open);
        if self.wrong_settings.is_some() {
            // Its configuration may know the names.
            self.configure();
        }
        self.check(&uri);
    }

    fn change(&mut self, params: DidChange, now: Duration) {
        let uri = params.text_document.uri;
        let Some(open) = self.documents.get_mut(&uri) else {
            return;
        };
        for change in params.content_changes {
            self.client.place.encoding.apply(&mut open.text, change);
        }
        open.version = params.text_document.version.unwrap_or(open.version + 1);
        self.next_revision += 1;
        open.typed(self.next_revision, now);
        let outdated = |waiting: &Waiting| waiting.uri == uri && waiting.ask.is_about_this_text();
        for waiting in self.take_waiting(outdated) {
            self.send(Message::error(
                waiting.id,
                CONTENT_MODIFIED,
                "content modified",
            ));
        }
        if self.waiting.iter().any(|waiting| waiting.uri == uri) {
            self.check(&uri);
        }
    }

    fn saved(&mut self, of: &OfDocument, now: Duration) {
        if !self.client.watches {
            // Nobody tells of changes to configurations.
            return self.configure();
        }
        if let Some(open) = self.documents.get_mut(&of.text_document.uri)
            && open.due.is_some()
        {
            open.due = Some(now);
        }
    }

    fn close(&mut self, uri: &str) {
        if self.documents.remove(uri).is_none() {
            return;
        }
        for waiting in self.take_waiting(|waiting| waiting.uri == uri) {
            self.send(Message::error(waiting.id, CONTENT_MODIFIED, "closed"));
        }
        if !self.client.pulls {
            let params = json!({ "uri": uri, "diagnostics": [] });
            self.notify("textDocument/publishDiagnostics", params);
        }
    }

    fn cancel(&mut self, id: &Value) {
        let waiting = self.take_waiting(|waiting| waiting.id == *id).len();
        let before = self.folder_requests.len();
        self.folder_requests.retain(|(known, _)| known != id);
        if waiting > 0 || self.folder_requests.len() < before {
            self.send(Message::error(id.clone(), REQUEST_CANCELLED, "cancelled"));
        }
    }

    fn take_waiting(&mut self, is_meant: impl Fn(&Waiting) -> bool) -> Vec<Waiting> {
        let waiting = std::mem::take(&mut self.waiting);
        let (taken, left) = waiting.into_iter().partition(is_meant);
        self.waiting = left;
        taken
    }

    /// Has the newest text checked, unless it is already.
    fn check(&mut self, uri: &str) {
        let Some(open) = self.documents.get_mut(uri) else {
            return;
        };
        open.due = None;
        if open.sent == Some(open.revision) || open.current().is_some() {
            return;
        }
        open.sent = Some(open.revision);
        self.effects.push(Effect::Check(Job {
            uri: uri.to_owned(),
            name: open.name.clone(),
            revision: open.revision,
            text: open.text.as_str().into(),
            earlier: Earlier(open.analysis.as_ref().map(|(_, newest)| Arc::clone(newest))),
        }));
    }

    fn publish(&mut self, uri: &str) {
        if self.client.pulls {
            return;
        }
        let Some(open) = self.documents.get(uri) else {
            return;
        };
        let Some(analysis) = open.current() else {
            return;
        };
        let params = json!({
            "uri": uri,
            "version": open.version,
            "diagnostics": findings::all(analysis, uri, self.client.place),
        });
        self.notify("textDocument/publishDiagnostics", params);
    }

    fn ask_document(&mut self, waiting: Waiting) {
        let Some(open) = self.documents.get(&waiting.uri) else {
            let nothing = match waiting.ask {
                Ask::Findings { .. } => json!({ "kind": "full", "items": [] }),
                _ => Value::Null,
            };
            return self.answer(waiting.id, Ok(nothing));
        };
        match open.current() {
            Some(analysis) => {
                let answer = self.answer_of(&waiting, analysis, open.version);
                self.send(answer);
            }
            None => {
                let uri = waiting.uri.clone();
                self.waiting.push(waiting);
                self.check(&uri);
            }
        }
    }

    fn answer_waiting(&mut self, uri: &str) {
        let Some(open) = self.documents.get(uri) else {
            return;
        };
        let (version, Some(analysis)) = (open.version, open.current().cloned()) else {
            return;
        };
        for waiting in self.take_waiting(|waiting| waiting.uri == uri) {
            let answer = self.answer_of(&waiting, &analysis, version);
            self.send(answer);
        }
    }

    fn answer_of(&self, waiting: &Waiting, analysis: &Analysis, version: i32) -> Message {
        let (uri, client) = (waiting.uri.as_str(), &self.client);
        let encoding = client.place.encoding;
        let result = match &waiting.ask {
            Ask::Findings { previous } => {
                let items = findings::written(&findings::all(analysis, uri, client.place));
                let id = findings::result_id(&items);
                if previous.as_ref() != Some(&id) {
                    let result = format!(r#"{{"kind":"full","resultId":"{id}","items":{items}}}"#);
                    return Message::written(&waiting.id, &result);
                }
                json!({ "kind": "unchanged", "resultId": id })
            }
            Ask::Actions { range, only } if client.code_actions => {
                let asked = Asked {
                    analysis,
                    uri,
                    version,
                    place: client.place,
                    versioned: client.versioned_edits,
                };
                json!(actions::all(asked, *range, only.as_deref()))
            }
            Ask::Actions { .. } => Value::Null,
            Ask::Hover(position) => hover::at(analysis, *position, encoding, client.markdown),
            Ask::Symbols => {
                let symbols = symbols::all(analysis, encoding);
                if client.tree_symbols {
                    json!(symbols)
                } else {
                    symbols::flat(&symbols, uri)
                }
            }
            Ask::Links => json!(links::all(analysis, encoding)),
            Ask::Format => json!(edits::all(analysis, Applicability::Safe, encoding)),
        };
        Message::Response {
            id: waiting.id.clone(),
            result: Ok(result),
        }
    }

    fn all_findings(&mut self, id: Value, params: WorkspaceDiagnostic) {
        self.effects.push(Effect::CheckFolders {
            id: id.clone(),
            folders: self.client.folders.clone(),
            open: self.documents.keys().cloned().collect(),
            place: self.client.place,
        });
        self.folder_requests.push((id, params));
    }

    fn execute(&mut self, params: Value) -> Answer {
        let ExecuteCommand { command, arguments } = read(params)?;
        if command != EXPLAIN {
            return Err((INVALID_PARAMS, format!("unknown command {command}")));
        }
        let id = arguments
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default();
        let analyses = self.documents.values().filter_map(|open| {
            let (_, analysis) = open.analysis.as_ref()?;
            Some(analysis)
        });
        let of_documents = analyses
            .filter_map(|analysis| Some((hover::rule(analysis, id)?, analysis.language())))
            .map(|(rule, language)| hover::explanation(rule, language, true))
            .next();
        let text = of_documents.or_else(|| {
            let rules = RuleSet::builtin();
            let rule = rules.rules().iter().find(|rule| rule.id == id)?;
            Some(hover::explanation(rule, self.language(), true))
        });
        let Some(text) = text else {
            let why = say!(self.language(), "không có quy tắc `{id}`", "no rule `{id}`");
            return Err((INVALID_PARAMS, why));
        };
        if !self.client.explains {
            self.show(3, &text);
        }
        Ok(Value::String(text))
    }

    /// Shows mistakes in the files where they are.
    fn tell_mistakes(&mut self, mistakes: &[RuleError]) {
        let language = self.language();
        let encoding = self.client.place.encoding;
        for file in mistakes.chunk_by(|a, b| a.path == b.path) {
            let (yaml, uri) = (&file[0].yaml, uri_of(&file[0].path));
            let lines = Lines::new(yaml);
            let diagnostics = file.iter().map(|mistake| {
                let help = mistake.help.as_ref().map(|help| help.get(language));
                let message = mistake.message.get(language);
                json!({
                    "range": encoding.range(yaml, &lines, mistake.span),
                    "severity": 1,
                    "source": "vanthu",
                    "message": help.map_or(message.to_owned(), |help| format!("{message}\n{help}")),
                })
            });
            let diagnostics: Vec<_> = diagnostics.collect();
            let params = json!({ "uri": uri, "diagnostics": diagnostics });
            self.notify("textDocument/publishDiagnostics", params);
            self.mistaken.insert(uri);
        }
        if let Some(first) = mistakes.first() {
            let (count, path) = (mistakes.len(), &first.path);
            let message = first.message.get(language);
            let plural = if count == 1 { "" } else { "s" };
            let text = say!(
                language,
                "{count} chỗ sai trong cấu hình; {path}: {message}",
                "{count} mistake{plural} in the configuration; {path}: {message}"
            );
            self.show(1, &text);
        }
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, (i32, String)> {
    serde_json::from_value(params).map_err(|error| (INVALID_PARAMS, error.to_string()))
}
