// What the package holds, and where the program is looked for.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { inflateRawSync } from "node:zlib";

import { build } from "esbuild";

const root = new URL("..", import.meta.url).pathname;

/** The files of a zip archive, by name. */
function unzip(bytes) {
  const files = new Map();
  let at = bytes.readUInt32LE(bytes.lastIndexOf(Buffer.from("PK\x05\x06")) + 16);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const lengths = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const name = bytes.toString("utf8", at + 46, at + 46 + lengths[0]);
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + size);
    files.set(name, method === 0 ? data : inflateRawSync(data));
    at += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  return files;
}

test("the package holds the extension and nothing else", () => {
  const files = unzip(readFileSync(join(root, "out/vanthu.vsix")));
  assert.deepEqual([...files.keys()].sort(), [
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/out/extension.js",
    "extension/package.json",
    "extension/package.nls.json",
    "extension/package.nls.vi.json",
    "extension/readme.md",
  ]);
  const code = files.get("extension/out/extension.js").toString();
  // All but what the editor brings is in the one file.
  const required = [...code.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1]);
  const foreign = required.filter((name) => !/^(node:)?[a-z_/]+$/.test(name));
  assert.deepEqual(foreign, []);
  assert.ok(required.includes("vscode"));
  assert.ok(code.includes("vanthu.explain"));
});

test("the manifest says what there is", () => {
  const read = (name) => JSON.parse(readFileSync(join(root, name), "utf8"));
  const manifest = read("package.json");
  const used = [...JSON.stringify(manifest).matchAll(/"%(\w+)%"/g)].map((match) => match[1]);
  for (const catalogue of ["package.nls.json", "package.nls.vi.json"]) {
    assert.deepEqual(Object.keys(read(catalogue)).sort(), [...used].sort(), catalogue);
  }
  const source = readFileSync(join(root, "src/extension.ts"), "utf8");
  for (const { command } of manifest.contributes.commands) {
    assert.ok(source.includes(`registerCommand("${command}"`), command);
  }
});

test("the lock file names no registry", () => {
  assert.ok(!readFileSync(join(root, "package-lock.json"), "utf8").includes('"resolved"'));
});

test("the program is found where it is", async () => {
  const outfile = join(root, "out/binary.mjs");
  const entryPoints = [join(root, "src/binary.ts")];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm" });
  const { findBinary } = await import(outfile);
  const folder = mkdtempSync(join(tmpdir(), "vanthu-"));
  const make = (...parts) => {
    mkdirSync(join(folder, ...parts.slice(0, -1)), { recursive: true });
    const file = join(folder, ...parts);
    writeFileSync(file, "");
    chmodSync(file, 0o755);
    return file;
  };
  try {
    const name = process.platform === "win32" ? "vanthu.exe" : "vanthu";
    const cargo = make("home", ".cargo", "bin", name);
    const home = join(folder, "home");
    assert.equal(findBinary("", undefined, {}, home), cargo);
    const installed = make("bin", name);
    const environment = { PATH: ["", join(folder, "none"), join(folder, "bin")].join(delimiter) };
    assert.equal(findBinary("", undefined, environment, home), installed);
    const own = make("work", "tools", name);
    const work = join(folder, "work");
    assert.equal(findBinary(`\${workspaceFolder}/tools/${name}`, work, {}, home), own);
    assert.equal(findBinary(`./tools/${name}`, work, {}, home), own);
    assert.equal(findBinary(`~/.cargo/bin/${name}`, work, {}, home), cargo);
    assert.equal(findBinary("~/none", work, environment, home), undefined);
    assert.equal(findBinary(name, work, environment, home), installed);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
