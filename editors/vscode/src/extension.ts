// Starts the language server and shows what it says; all that is known of documents is there.

import * as vscode from "vscode";
import { LanguageClient, State, TransportKind } from "vscode-languageclient/node";

import { findBinary } from "./binary";

const EXPLAIN = "vanthu.explain";
const SCHEME = "vanthu-rule";
const LANGUAGES = ["plaintext", "markdown"];

let client: LanguageClient | undefined;
let status: vscode.StatusBarItem;
let log: vscode.LogOutputChannel;

const vietnamese = vscode.env.language.startsWith("vi");
const say = (vi: string, en: string): string => (vietnamese ? vi : en);

/** The explanations shown, by rule. */
const explanations = new Map<string, string>();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  log = vscode.window.createOutputChannel("vanthu", { log: true });
  status = vscode.window.createStatusBarItem("vanthu", vscode.StatusBarAlignment.Right, 0);
  status.name = "vanthu";
  status.command = "vanthu.showLog";
  const { commands, window, workspace } = vscode;
  context.subscriptions.push(
    log,
    status,
    commands.registerCommand("vanthu.restart", restart),
    commands.registerCommand("vanthu.showLog", () => log.show()),
    commands.registerCommand("vanthu.explainRule", explainRule),
    workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => explanations.get(uri.path.replace(/\.md$/, "")) ?? "",
    }),
    workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("vanthu.path")) {
        await restart();
      }
    }),
    window.onDidChangeActiveTextEditor(showStatus),
    vscode.languages.onDidChangeDiagnostics(showStatus),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await stop();
}

async function restart(): Promise<void> {
  await stop();
  await start();
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  // One that never started cannot be stopped.
  await running?.dispose().catch((error: unknown) => log.warn(String(error)));
}

async function start(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const settings = vscode.workspace.getConfiguration("vanthu");
  const command = findBinary(settings.get("path", ""), folder);
  if (command === undefined) {
    showStatus();
    const open = say("Mở thiết lập", "Open settings");
    const text = say(
      "Không tìm thấy chương trình vanthu; hãy cài đặt hoặc chỉ đường dẫn ở vanthu.path",
      "The program vanthu was not found; install it or set vanthu.path",
    );
    void vscode.window.showErrorMessage(text, open).then((chosen) => {
      if (chosen === open) {
        void vscode.commands.executeCommand("workbench.action.openSettings", "vanthu.path");
      }
    });
    return;
  }
  log.info(command);
  const run = { command, args: ["lsp"], transport: TransportKind.stdio, options: { cwd: folder } };
  const started = new LanguageClient("vanthu", "vanthu", run, {
    documentSelector: LANGUAGES.flatMap((language) =>
      ["file", "untitled"].map((scheme) => ({ language, scheme })),
    ),
    initializationOptions: { ...JSON.parse(JSON.stringify(settings)), explains: true },
    synchronize: { configurationSection: "vanthu" },
    outputChannel: log,
    middleware: {
      executeCommand: async (name, args, next) => {
        const result: unknown = await next(name, args);
        if (name === EXPLAIN && typeof result === "string") {
          await showExplanation(String(args[0]), result);
        }
        return result;
      },
    },
  });
  client = started;
  started.onDidChangeState(showStatus);
  try {
    await started.start();
  } catch (error) {
    log.error(String(error));
  }
  showStatus();
}

/** Explains the rule of a finding under the cursor, or one that is chosen from those found. */
async function explainRule(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const found = editor === undefined ? [] : findings(editor.document.uri);
  const here = found.filter((finding) => editor?.selection.intersection(finding.range));
  const rules = [...new Set((here.length > 0 ? here : found).map(ruleOf))].filter(
    (rule) => rule !== "",
  );
  const placeHolder = say("Mã quy tắc", "Rule id");
  const rule =
    rules.length === 1
      ? rules[0]
      : rules.length > 1
        ? await vscode.window.showQuickPick(rules, { placeHolder })
        : await vscode.window.showInputBox({ placeHolder });
  if (rule !== undefined && rule !== "" && client?.state === State.Running) {
    await vscode.commands.executeCommand(EXPLAIN, rule);
  }
}

async function showExplanation(rule: string, text: string): Promise<void> {
  explanations.set(rule, text);
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `${rule}.md` });
  await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
}

function findings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((finding) => finding.source === "vanthu");
}

function ruleOf(finding: vscode.Diagnostic): string {
  const { code } = finding;
  return String(typeof code === "object" ? code.value : (code ?? ""));
}

/** How many findings the document has, or that the server does not run. */
function showStatus(): void {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !LANGUAGES.includes(document.languageId)) {
    status.hide();
    return;
  }
  const running = client?.state === State.Running;
  if (!running) {
    const starting = client?.state === State.Starting;
    status.text = starting ? "$(loading~spin) vanthu" : "$(circle-slash) vanthu";
    status.tooltip = starting
      ? say("Đang khởi động", "Starting")
      : say("Máy chủ không chạy", "The server does not run");
  } else {
    const count = findings(document.uri).length;
    status.text = count === 0 ? "$(check) vanthu" : `$(warning) vanthu ${count}`;
    status.tooltip = say(`${count} phát hiện`, `${count} findings`);
  }
  status.show();
}
