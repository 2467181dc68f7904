// The extension as the editor runs it, with a stub for the editor and for the server.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

const root = new URL("..", import.meta.url).pathname;
const require = createRequire(import.meta.url);
const vscode = require("./stub/vscode.cjs");
const { done, state, status, content, event } = vscode.stub;
const server = join(root, "test/stub/server.mjs");
const folder = mkdtempSync(join(tmpdir(), "vanthu-"));
const log = join(folder, "log");
process.env.VANTHU_TEST_LOG = log;

const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
const extension = require(join(root, "out/extension.js"));

/** What the server was told. */
const told = () => {
  const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [""];
  return lines.slice(0, -1).map((line) => JSON.parse(line));
};
const toldOf = (method) => told().filter((message) => message.method === method);

/** Waits until something holds; the time is longer than any answer takes. */
async function until(what, holds) {
  for (let passed = 0; passed < 20_000; passed += 20) {
    const value = holds();
    if (value) {
      return value;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return assert.fail(`${what}: ${JSON.stringify([told().slice(-5), done.shown.slice(-5)])}`);
}

function set(settings) {
  Object.assign(state.settings.vanthu, settings);
  const changed = Object.keys(settings).map((key) => `vanthu.${key}`);
  const affectsConfiguration = (name) => name === "vanthu" || changed.includes(name);
  event("onDidChangeConfiguration").fire({ affectsConfiguration });
}

const document = {
  uri: vscode.Uri.file(join(folder, "báo cáo.txt")),
  languageId: "plaintext",
  version: 1,
  isClosed: false,
  getText: () => "wrong text\n",
};
const subscriptions = [];
const token = new vscode.CancellationTokenSource().token;
const defaults = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

before(() => {
  state.folder = folder;
  // As the editor does: what nobody set has the value of the manifest.
  const { properties } = defaults.contributes.configuration;
  state.settings.vanthu = { trace: { server: "off" } };
  for (const [name, { default: value }] of Object.entries(properties)) {
    const [, key, inner] = name.split(".");
    if (inner === undefined) {
      state.settings.vanthu[key] = value;
    }
  }
  Object.assign(state.settings.vanthu, { path: "./none/vanthu", select: ["wording"] });
  vscode.window.activeTextEditor = { document, selection: new vscode.Range(0, 0, 0, 0) };
});

after(() => rmSync(folder, { recursive: true }));

test("a program that is missing is told with what to do", async () => {
  state.answers.push("Open settings");
  await extension.activate({ subscriptions });
  const { kind, text, more } = done.shown.find(({ kind }) => kind === "error");
  assert.match(text, /was not found; install it or set vanthu\.path/, kind);
  assert.deepEqual(more, ["Open settings"]);
  await until("the settings", () => done.executed.length > 0);
  assert.deepEqual(done.executed[0], ["workbench.action.openSettings", "vanthu.path"]);
  assert.equal(status.text, "$(circle-slash) vanthu");
  assert.ok(status.visible);
});

test("a program that is there is started, with the settings", async () => {
  vscode.workspace.textDocuments.push(document);
  set({ path: server });
  await until("the server", () => toldOf("initialized").length > 0);
  assert.deepEqual(told()[0], { started: ["lsp", "--stdio"], cwd: folder });
  const [{ params }] = toldOf("initialize");
  assert.equal(params.workspaceFolders[0].uri, vscode.Uri.file(folder).toString());
  assert.deepEqual(params.initializationOptions, {
    ...state.settings.vanthu,
    explains: true,
  });
  const open = await until("the document", () => toldOf("textDocument/didOpen").at(0));
  assert.equal(open.params.textDocument.text, "wrong text\n");
});

test("the status bar says what the server does and finds", async () => {
  await until("the findings", () => status.text === "$(warning) vanthu 1");
  assert.equal(status.tooltip, "1 findings");
  assert.ok(done.statusTexts.includes("$(loading~spin) vanthu"), done.statusTexts.join());
  vscode.window.activeTextEditor.document = { ...document, languageId: "rust" };
  event("onDidChangeActiveTextEditor").fire(undefined);
  assert.ok(!status.visible);
  vscode.window.activeTextEditor.document = document;
  event("onDidChangeActiveTextEditor").fire(undefined);
  assert.ok(status.visible);
});

test("outline and corrections come from the server", async () => {
  const [[, outline]] = await until("the outline", () => done.providers.registerDocumentSymbolProvider);
  const symbols = await outline.provideDocumentSymbols(document, token);
  assert.deepEqual(symbols.map(({ name }) => name), ["I. A"]);
  const [[, actions]] = done.providers.registerCodeActionsProvider;
  const [finding] = vscode.languages.getDiagnostics(document.uri);
  const context = { diagnostics: [finding], triggerKind: 1 };
  const [fix] = await actions.provideCodeActions(document, finding.range, context, token);
  assert.equal(fix.title, "Fix it");
  assert.equal(fix.kind.value, "quickfix");
  assert.ok(fix.isPreferred);
  const [[uri, , text]] = fix.edit.edits;
  assert.equal(String(uri), String(document.uri));
  assert.equal(text, "right");
});

test("a rule is explained beside the text", async () => {
  await vscode.commands.executeCommand("vanthu.explainRule");
  const [, uri] = done.executed.find(([name]) => name === "markdown.showPreviewToSide");
  const shown = content.get(uri.scheme).provideTextDocumentContent(uri);
  assert.equal(shown, "**rule-a** explained");
});

test("settings that change are told", async () => {
  set({ select: ["date"], lang: "vi" });
  const changed = await until("the settings", () =>
    toldOf("workspace/didChangeConfiguration").find(({ params }) => params.settings.vanthu.lang === "vi"),
  );
  assert.deepEqual(changed.params.settings.vanthu.select, ["date"]);
  assert.equal(toldOf("initialize").length, 1, "it is the same server");
});

test("the server ends with the extension", async () => {
  await extension.deactivate();
  await until("the end", () => toldOf("exit").length > 0);
  assert.equal(toldOf("shutdown").length, 1);
  assert.equal(toldOf("exit").length, 1);
});

const program = process.env.VANTHU;
test("the program itself is understood", { skip: !program && "VANTHU names none" }, async () => {
  subscriptions.splice(0).forEach((one) => one.dispose());
  document.getText = () => "I. KẾT QUẢ\n\nXã đã sử lý hồ sơ.\n\nII. TỒN TẠI\n\nKhông có.\n";
  Object.assign(state.settings.vanthu, { path: program, select: ["wording", "nope"], lang: "en" });
  await extension.activate({ subscriptions });
  await until("the findings", () => status.text === "$(warning) vanthu 1");
  const [finding] = vscode.languages.getDiagnostics(document.uri);
  assert.equal(finding.code, "wording-misspelt-s-x");
  const { text } = done.shown.find(({ kind }) => kind === "warning");
  assert.match(text, /select: no rule or group `nope`/);
  const [[, outline]] = await until("the outline", () => done.providers.registerDocumentSymbolProvider);
  const symbols = await outline.provideDocumentSymbols(document, token);
  assert.deepEqual(symbols.map(({ name }) => name), ["I. KẾT QUẢ", "II. TỒN TẠI"]);
  const [[, actions]] = done.providers.registerCodeActionsProvider;
  const context = { diagnostics: [finding], triggerKind: 1 };
  const [fix] = await actions.provideCodeActions(document, finding.range, context, token);
  assert.equal(fix.edit.edits[0][2], "xử lý");
  await vscode.commands.executeCommand("vanthu.explainRule");
  const [, uri] = done.executed.findLast(([name]) => name === "markdown.showPreviewToSide");
  const shown = content.get(uri.scheme).provideTextDocumentContent(uri);
  assert.match(shown, /^\*\*wording-misspelt-s-x\*\*/);
  await extension.deactivate();
});
