#!/usr/bin/env node
// A language server that knows one document and writes down what it is told, a message a line.

import { appendFileSync } from "node:fs";

const log = process.env.VANTHU_TEST_LOG;
const note = (what) => appendFileSync(log, `${JSON.stringify(what)}\n`);
note({ started: process.argv.slice(2), cwd: process.cwd() });

const send = (message) => {
  const content = JSON.stringify({ jsonrpc: "2.0", ...message });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`);
};
const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };
const finding = { range, severity: 2, source: "vanthu", code: "rule-a", message: "wrong" };
const answers = {
  initialize: () => ({
    capabilities: {
      positionEncoding: "utf-16",
      textDocumentSync: { openClose: true, change: 2, save: true },
      documentSymbolProvider: true,
      codeActionProvider: { codeActionKinds: ["quickfix", "source.fixAll.vanthu"] },
      executeCommandProvider: { commands: ["vanthu.explain"] },
    },
  }),
  "textDocument/documentSymbol": () => [
    { name: "I. A", kind: 15, range, selectionRange: range, children: [] },
  ],
  "textDocument/codeAction": ({ textDocument }) => [
    {
      title: "Fix it",
      kind: "quickfix",
      diagnostics: [finding],
      isPreferred: true,
      edit: { changes: { [textDocument.uri]: [{ range, newText: "right" }] } },
    },
  ],
  "workspace/executeCommand": ({ arguments: [rule] }) => `**${rule}** explained`,
};

function take(message) {
  note(message);
  if (message.method === "exit") {
    process.exit(0);
  }
  if (message.method === "textDocument/didOpen") {
    const { uri, version } = message.params.textDocument;
    send({ method: "textDocument/publishDiagnostics", params: { uri, version, diagnostics: [finding] } });
  }
  if (message.method !== undefined && message.id !== undefined) {
    send({ id: message.id, result: answers[message.method]?.(message.params) ?? null });
  }
}

let buffer = Buffer.alloc(0);
process.stdin.on("data", (data) => {
  buffer = Buffer.concat([buffer, data]);
  for (;;) {
    const head = buffer.indexOf("\r\n\r\n");
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.toString("utf8", 0, Math.max(head, 0)))?.[1]);
    if (head < 0 || buffer.length < head + 4 + length) {
      return;
    }
    const content = buffer.toString("utf8", head + 4, head + 4 + length);
    buffer = buffer.subarray(head + 4 + length);
    take(JSON.parse(content));
  }
});
process.stdin.on("end", () => process.exit(1));
