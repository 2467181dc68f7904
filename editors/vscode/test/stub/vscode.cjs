// What the extension and its language client use of the module `vscode`, with what they did to it.

const { EventEmitter: NodeEmitter } = require("node:events");

class Disposable {
  constructor(dispose = () => {}) {
    this.dispose = dispose;
  }
  static from(...all) {
    return new Disposable(() => all.forEach((one) => one.dispose()));
  }
}

class EventEmitter {
  #node = new NodeEmitter().setMaxListeners(0);
  event = (listener, self) => {
    const bound = listener.bind(self);
    this.#node.on("event", bound);
    return new Disposable(() => this.#node.off("event", bound));
  };
  fire(value) {
    this.#node.emit("event", value);
  }
  dispose() {
    this.#node.removeAllListeners();
  }
}

class CancellationTokenSource {
  #cancelled = new EventEmitter();
  token = { isCancellationRequested: false, onCancellationRequested: this.#cancelled.event };
  cancel() {
    this.token.isCancellationRequested = true;
    this.#cancelled.fire();
  }
  dispose() {}
}

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
  compareTo(other) {
    return this.line - other.line || this.character - other.character;
  }
}

class Range {
  constructor(...ends) {
    if (ends.length === 4) {
      ends = [new Position(ends[0], ends[1]), new Position(ends[2], ends[3])];
    }
    [this.start, this.end] = ends;
  }
  intersection(other) {
    const meets = this.start.compareTo(other.end) <= 0 && other.start.compareTo(this.end) <= 0;
    return meets ? this : undefined;
  }
}

class Uri {
  constructor(parts) {
    Object.assign(this, { authority: "", path: "", query: "", fragment: "" }, parts);
    this.fsPath = this.path;
  }
  static from = (parts) => new Uri(parts);
  static file = (path) => new Uri({ scheme: "file", path });
  static parse(text) {
    const { protocol, host, pathname } = new URL(text);
    const path = decodeURIComponent(pathname);
    return new Uri({ scheme: protocol.slice(0, -1), authority: host, path });
  }
  with(change) {
    return new Uri({ ...this, ...change });
  }
  toString() {
    const path = this.path.split("/").map(encodeURIComponent).join("/");
    return `${this.scheme}:${this.scheme === "file" ? `//${this.authority}` : ""}${path}`;
  }
}

class CodeActionKind {
  static Empty = new CodeActionKind("");
  static QuickFix = new CodeActionKind("quickfix");
  static Refactor = new CodeActionKind("refactor");
  static RefactorExtract = new CodeActionKind("refactor.extract");
  static RefactorInline = new CodeActionKind("refactor.inline");
  static RefactorRewrite = new CodeActionKind("refactor.rewrite");
  static Source = new CodeActionKind("source");
  static SourceOrganizeImports = new CodeActionKind("source.organizeImports");
  constructor(value) {
    this.value = value;
  }
  append(part) {
    return new CodeActionKind(this.value === "" ? part : `${this.value}.${part}`);
  }
}

class WorkspaceEdit {
  edits = [];
  set(uri, edits) {
    this.edits.push(...edits.map(({ range, newText }) => [uri, range, newText]));
  }
  replace(uri, range, newText) {
    this.edits.push([uri, range, newText]);
  }
}

/** A class that keeps what it is made with under the names given. */
const record = (...names) =>
  class {
    constructor(...values) {
      names.forEach((name, index) => (this[name] = values[index]));
    }
  };

const DocumentSymbol = class extends record("name", "detail", "kind", "range", "selectionRange") {
  children = [];
};

/** What was done to the editor, in order: tests read it. */
const done = { shown: [], executed: [], providers: {}, statusTexts: [] };
/** What the tests set. */
const state = { settings: {}, answers: [], folder: undefined };

const events = {};
const event = (name) => (events[name] ??= new EventEmitter());
const commands = new Map();
const content = new Map();
const collections = [];
const status = { visible: false, name: "", command: "", tooltip: "" };
let statusText = "";
Object.defineProperty(status, "text", {
  get: () => statusText,
  set: (text) => {
    statusText = text;
    if (done.statusTexts.at(-1) !== text) {
      done.statusTexts.push(text);
    }
  },
});
Object.assign(status, {
  show: () => (status.visible = true),
  hide: () => (status.visible = false),
  dispose: () => {},
});

const log = {};
for (const name of ["append", "appendLine", "info", "warn", "error", "debug", "trace", "show"]) {
  log[name] = (...said) => done.shown.push({ kind: `log.${name}`, text: said.join(" ") });
}
log.dispose = () => {};

const message = (kind) => (text, ...more) => {
  done.shown.push({ kind, text, more });
  return Promise.resolve(state.answers.shift());
};

const section = (name) =>
  (name ?? "").split(".").reduce((value, key) => (key === "" ? value : value?.[key]), state.settings);

/** A namespace whose events and registrations are made when they are asked for. */
const namespace = (known) =>
  new Proxy(known, {
    get(target, name) {
      if (name in target || typeof name !== "string") {
        return target[name];
      }
      if (/^on(Did|Will)/.test(name)) {
        return event(name).event;
      }
      if (/^register/.test(name)) {
        return (...registered) => {
          const list = (done.providers[name] ??= []);
          list.push(registered);
          return new Disposable(() => list.splice(list.indexOf(registered), 1));
        };
      }
      return undefined;
    },
  });

class Diagnostic extends record("range", "message", "severity") {}

const vscode = {
  version: "1.82.0",
  Disposable,
  EventEmitter,
  CancellationTokenSource,
  CancellationError: class extends Error {},
  Position,
  Range,
  Selection: Range,
  Uri,
  CodeActionKind,
  WorkspaceEdit,
  Diagnostic,
  DocumentSymbol,
  Location: record("uri", "range"),
  DiagnosticRelatedInformation: record("location", "message"),
  TextEdit: class extends record("range", "newText") {
    static replace = (range, text) => new vscode.TextEdit(range, text);
  },
  CodeAction: record("title", "kind"),
  Hover: record("contents", "range"),
  RelativePattern: record("base", "pattern"),
  StatusBarAlignment: { Left: 1, Right: 2 },
  DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
  DiagnosticTag: { Unnecessary: 1, Deprecated: 2 },
  CodeActionTriggerKind: { Invoke: 1, Automatic: 2 },
  SymbolKind: { File: 0, TypeParameter: 25 },
  SymbolTag: { Deprecated: 1 },
  CompletionItemTag: { Deprecated: 1 },
  CompletionItemKind: { Text: 0, Reference: 17, User: 25, Issue: 26 },
  CompletionTriggerKind: {},
  SignatureHelpTriggerKind: {},
  DocumentHighlightKind: {},
  FoldingRangeKind: {},
  NotebookCellKind: {},
  InlayHintKind: {},
  ProgressLocation: { Window: 10 },
  TextDocumentSaveReason: { Manual: 1, AfterDelay: 2, FocusOut: 3 },
  FileType: { File: 1, Directory: 2 },
  ConfigurationTarget: {},
  env: { language: "en", appName: "stub", openExternal: () => Promise.resolve(true) },
  window: namespace({
    activeTextEditor: undefined,
    visibleTextEditors: [],
    tabGroups: { all: [], onDidChangeTabs: event("onDidChangeTabs").event },
    createOutputChannel: () => log,
    createStatusBarItem: () => status,
    showErrorMessage: message("error"),
    showWarningMessage: message("warning"),
    showInformationMessage: message("info"),
    showQuickPick: async (items) => items[0],
    showInputBox: async () => state.answers.shift(),
    withProgress: (_options, task) => task({ report() {} }),
  }),
  workspace: namespace({
    textDocuments: [],
    notebookDocuments: [],
    get workspaceFolders() {
      const uri = state.folder === undefined ? undefined : Uri.file(state.folder);
      return uri && [{ uri, name: "folder", index: 0 }];
    },
    getWorkspaceFolder: () => vscode.workspace.workspaceFolders?.[0],
    getConfiguration(name) {
      const values = section(name) ?? {};
      return { ...values, get: (key, otherwise) => values[key] ?? otherwise };
    },
    registerTextDocumentContentProvider(scheme, provider) {
      content.set(scheme, provider);
      return new Disposable();
    },
    createFileSystemWatcher: () => ({
      onDidCreate: event("onDidCreate").event,
      onDidChange: event("onDidChange").event,
      onDidDelete: event("onDidDelete").event,
      dispose() {},
    }),
    fs: {},
  }),
  languages: namespace({
    match: (selector, document) => {
      const filters = Array.isArray(selector) ? selector : [selector];
      const fits = ({ language, scheme }) =>
        (language ?? document.languageId) === document.languageId &&
        (scheme ?? document.uri.scheme) === document.uri.scheme;
      return filters.some(fits) ? 10 : 0;
    },
    createDiagnosticCollection: (name) => {
      const found = new Map();
      const changed = (uri) => event("onDidChangeDiagnostics").fire({ uris: [uri] });
      const collection = {
        name,
        set(uri, list) {
          found.set(String(uri), list ?? []);
          changed(uri);
        },
        delete(uri) {
          found.delete(String(uri));
          changed(uri);
        },
        get: (uri) => found.get(String(uri)),
        has: (uri) => found.has(String(uri)),
        clear: () => found.clear(),
        dispose: () => found.clear(),
      };
      collections.push(collection);
      return collection;
    },
    getDiagnostics: (uri) => collections.flatMap((collection) => collection.get(uri) ?? []),
  }),
  commands: namespace({
    registerCommand(name, run) {
      if (commands.has(name)) {
        throw new Error(`command '${name}' already exists`);
      }
      commands.set(name, run);
      return new Disposable(() => commands.delete(name));
    },
    async executeCommand(name, ...args) {
      done.executed.push([name, ...args]);
      return commands.get(name)?.(...args);
    },
  }),
};

/** Other names are classes that nothing of the extension's makes. */
module.exports = new Proxy(vscode, {
  get: (target, name) =>
    name in target || !/^[A-Z]/.test(String(name)) ? target[name] : (target[name] = class {}),
});
Object.assign(vscode, { stub: { done, state, status, content, event } });
