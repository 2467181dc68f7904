//! The language server as an editor uses it: over pipes, and the state machine message by message.

#![expect(
    clippy::needless_pass_by_value,
    reason = "messages are made where they are handed over"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use vanthu::diagnostic::Language;
use vanthu::lsp::{Effect, Job, Judge, Message, Server, analyse};
use vanthu::rules::{Options, RuleSet, check};

/// Longer than any answer takes on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(120);

struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    incoming: Receiver<Value>,
    next_id: i64,
}

impl Client {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .arg("lsp")
            .current_dir(folder)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, incoming) = mpsc::channel();
        thread::spawn(move || {
            loop {
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    if stdout.read_line(&mut line).unwrap() == 0 {
                        return;
                    }
                    match line.trim_end().split_once(": ") {
                        Some(("Content-Length", value)) => length = value.parse().unwrap(),
                        Some(_) => {}
                        None => break,
                    }
                }
                let mut content = vec![0; length];
                stdout.read_exact(&mut content).unwrap();
                if sender
                    .send(serde_json::from_slice(&content).unwrap())
                    .is_err()
                {
                    return;
                }
            }
        });
        Self {
            stdin: child.stdin.take(),
            child,
            incoming,
            next_id: 0,
        }
    }

    /// A server that has been told what the client can do.
    fn initialized(folder: &Path, capabilities: Value, options: Value) -> (Self, Value) {
        let mut client = Self::start(folder);
        let params = json!({
            "processId": null,
            "rootUri": uri(folder),
            "capabilities": capabilities,
            "initializationOptions": options,
        });
        let result = client.request("initialize", params)["result"].clone();
        client.notify("initialized", json!({}));
        (client, result)
    }

    fn raw(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(bytes).unwrap();
        stdin.flush().unwrap();
    }

    fn send(&mut self, message: &Value) {
        let content = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{content}", content.len()).as_bytes());
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and takes its response, past all that comes before.
    fn request(&mut self, method: &str, params: Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        self.next(|message| message["id"] == id && message["method"].is_null())
    }

    fn next(&self, is_meant: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self
                .incoming
                .recv_timeout(PATIENCE)
                .expect("an answer in time");
            if is_meant(&message) {
                return message;
            }
        }
    }

    fn open(&mut self, uri: &str, language: &str, text: &str) {
        self.notify(
            "textDocument/didOpen",
            json!({ "textDocument": {
                "uri": uri, "languageId": language, "version": 1, "text": text,
            } }),
        );
    }

    fn change(&mut self, uri: &str, version: i32, range: Value, text: &str) {
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri, "version": version },
                "contentChanges": [{ "range": range, "text": text }],
            }),
        );
    }

    /// The findings that the server tells next of a document.
    fn published(&self, uri: &str) -> Value {
        let message = self.next(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
        });
        message["params"].clone()
    }

    fn end(mut self) -> Option<i32> {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn uri(path: &Path) -> String {
    vanthu::lsp::uri_of(&path.to_string_lossy())
}

fn everything() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "textDocument": {
            "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "hover": { "contentFormat": ["markdown"] },
            "publishDiagnostics": { "relatedInformation": true },
        },
        "workspace": { "workspaceEdit": { "documentChanges": true } },
    })
}

/// A report with faults, its first line one that takes different units in each encoding: an emoji
/// and letters with combining marks.
fn report() -> String {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/fixtures/documents/bao-cao-co-loi/input.txt"
    );
    let report = fs::read_to_string(path).unwrap();
    let decomposed = "Bộ phận Một cửa 😀 nhận".replace('ộ', "o\u{323}\u{302}");
    report.replace("Bộ phận Một cửa", &decomposed)
}

/// Rule, line and column, both from 0, of what the command line finds in a text.
fn by_command_line(text: &str, unit: &str) -> BTreeSet<(String, u64, u64)> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args([
            "check",
            "--no-config",
            "--format",
            "json",
            "--stdin-filename",
            "x.txt",
            "-",
        ])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let of = |found: &Value| {
        let start = &found["range"]["start"];
        let line = start["line"].as_u64()? - 1;
        let column = match unit {
            "utf-8" => {
                let before: usize = lines[..usize::try_from(line).unwrap()]
                    .iter()
                    .map(|l| l.len())
                    .sum();
                start["byte"].as_u64()? - before as u64
            }
            "utf-32" => start["column"].as_u64()? - 1,
            _ => start["utf16"].as_u64()? - 1,
        };
        Some((found["rule"].as_str()?.to_owned(), line, column))
    };
    let found = json["files"][0]["diagnostics"].as_array().unwrap().iter();
    found.filter_map(of).collect()
}

fn by_server(diagnostics: &Value) -> BTreeSet<(String, u64, u64)> {
    let of = |found: &Value| {
        assert_eq!(found["source"], "vanthu");
        let start = &found["range"]["start"];
        let at = |key: &str| start[key].as_u64().unwrap();
        (
            found["code"].as_str().unwrap().to_owned(),
            at("line"),
            at("character"),
        )
    };
    diagnostics.as_array().unwrap().iter().map(of).collect()
}

/// The byte at a position, counted as the protocol says.
fn offset(text: &str, position: &Value, unit: &str) -> usize {
    let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let wanted = usize::try_from(position["character"].as_u64().unwrap()).unwrap();
    let mut units = 0;
    for (at, c) in text[start..].char_indices() {
        if units == wanted {
            return start + at;
        }
        units += match unit {
            "utf-8" => c.len_utf8(),
            "utf-32" => 1,
            _ => c.len_utf16(),
        };
    }
    text.len()
}

fn position(text: &str, offset: usize, unit: &str) -> Value {
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[start..offset];
    let character = match unit {
        "utf-8" => before.len(),
        "utf-32" => before.chars().count(),
        _ => before.encode_utf16().count(),
    };
    json!({ "line": text[..start].matches('\n').count(), "character": character })
}

fn applied(text: &str, edits: &Value, unit: &str) -> String {
    let mut edits: Vec<_> = edits.as_array().unwrap().iter().collect();
    edits.sort_by_key(|edit| offset(text, &edit["range"]["start"], unit));
    let mut out = text.to_owned();
    for edit in edits.into_iter().rev() {
        let at = |key: &str| offset(text, &edit["range"][key], unit);
        out.replace_range(at("start")..at("end"), edit["newText"].as_str().unwrap());
    }
    out
}

/// Silence for a paragraph leaves tables, lists and paragraphs of Markdown whole, and holds.
#[test]
fn comments_do_not_part_what_markdown_holds_together() {
    let cases = [
        (
            "Xã đã tiếp nhận\nvà đã sử lý hồ sơ.\n",
            "«Xã đã tiếp nhận\nvà đã sử lý hồ sơ.\n",
        ),
        (
            "- Một hồ sơ\n- Xã đã sử lý hồ sơ\n- Ba hồ sơ\n",
            "- Một hồ sơ\n- Xã đã sử lý hồ sơ »\n- Ba hồ sơ\n",
        ),
        (
            "| A | B |\n|---|---|\n| Hồ sơ | đã sử lý |\n",
            "| A | B |\n|---|---|\n| Hồ sơ | đã sử lý » |\n",
        ),
    ];
    let comment = "<!-- vanthu: bo-qua wording-misspelt-s-x : -->";
    let folder = tempfile::tempdir().unwrap();
    let (mut client, _) = Client::initialized(folder.path(), everything(), json!({}));
    for (index, (text, expected)) in cases.into_iter().enumerate() {
        let file = uri(&folder.path().join(format!("{index}.md")));
        client.open(&file, "markdown", text);
        assert_eq!(
            by_server(&client.published(&file)["diagnostics"]).len(),
            1,
            "{text}"
        );
        let at = position(text, text.find("sử lý").unwrap() + 1, "utf-16");
        let asked = json!({
            "textDocument": { "uri": file },
            "range": { "start": at, "end": at },
            "context": { "diagnostics": [] },
        });
        let actions = client.request("textDocument/codeAction", asked)["result"].clone();
        let silence = actions.as_array().unwrap().iter().find(|action| {
            let title = action["title"].as_str().unwrap();
            title.contains("wording-misspelt-s-x") && title.contains("đoạn")
        });
        let edits = &silence.unwrap()["edit"]["documentChanges"][0]["edits"];
        let silent = applied(text, edits, "utf-16");
        let expected = expected
            .replace('«', &format!("{comment}\n"))
            .replace('»', comment);
        assert_eq!(silent, expected);
        client.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": file, "version": 2 },
                "contentChanges": [{ "text": silent }],
            }),
        );
        assert_eq!(
            client.published(&file)["diagnostics"],
            json!([]),
            "{silent}"
        );
    }
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_baseline_of_the_configuration_is_kept_to() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let old = "Xã đã sử lý xong mười hồ sơ.\n";
    write("vanthu.yaml", "baseline: b.baseline\nselect: [wording]\n");
    write("a.txt", old);
    let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args([
            "check",
            "--no-cache",
            "--write-baseline",
            "b.baseline",
            "a.txt",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success());
    let (mut client, _) = Client::initialized(folder.path(), everything(), json!({}));
    let file = uri(&folder.path().join("a.txt"));
    client.open(&file, "plaintext", old);
    assert_eq!(by_server(&client.published(&file)["diagnostics"]).len(), 0);
    let end = json!({ "line": 1, "character": 0 });
    client.change(
        &file,
        2,
        json!({ "start": end, "end": end }),
        "Xã bổ xung hồ sơ.\n",
    );
    let told = by_server(&client.published(&file)["diagnostics"]);
    let places: Vec<_> = told.iter().map(|(_, line, _)| *line).collect();
    assert_eq!(places, [1], "{told:?}");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_baseline_that_changes_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    let old = "Xã đã sử lý xong mười hồ sơ.\n";
    fs::write(
        root.join("vanthu.yaml"),
        "baseline: cũ.{1}\nselect: [wording]\n",
    )
    .unwrap();
    fs::write(root.join("a.txt"), old).unwrap();
    let baseline = root.join("cũ.{1}");
    let empty = "# vanthu baseline 1\n";
    fs::write(&baseline, empty).unwrap();
    let mut capabilities = everything();
    capabilities["workspace"]["didChangeWatchedFiles"] =
        json!({ "dynamicRegistration": true, "relativePatternSupport": true });
    let (mut client, _) = Client::initialized(&root, capabilities, json!({}));
    let file = uri(&root.join("a.txt"));
    client.open(&file, "plaintext", old);
    let watched = client.next(|message| {
        message["method"] == "client/registerCapability" && message.to_string().contains("baseUri")
    });
    let watcher = "/params/registrations/0/registerOptions/watchers/0/globPattern";
    assert_eq!(
        watched.pointer(watcher),
        Some(&json!({ "baseUri": uri(&root), "pattern": "cũ.?1?" })),
        "{watched}"
    );
    let told = client.published(&file);
    assert_eq!(by_server(&told["diagnostics"]).len(), 1, "{told}");

    let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(["check", "--no-cache", "--write-baseline", "cũ.{1}", "a.txt"])
        .current_dir(&root)
        .output()
        .unwrap();
    assert!(output.status.success());
    let changed = json!({ "changes": [{ "uri": uri(&baseline), "type": 2 }] });
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    assert_eq!(client.published(&file)["diagnostics"], json!([]));

    fs::write(&baseline, empty).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    assert_eq!(client.published(&file)["diagnostics"], told["diagnostics"]);

    // One that is gone is a mistake where it is named.
    fs::remove_file(&baseline).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed);
    let wrong = client.published(&uri(&root.join("vanthu.yaml")));
    let start = &wrong["diagnostics"][0]["range"]["start"];
    assert_eq!(*start, json!({ "line": 0, "character": 10 }), "{wrong}");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_is_typed_is_checked_and_fixed_in_every_encoding() {
    for unit in ["utf-16", "utf-8", "utf-32"] {
        let folder = tempfile::tempdir().unwrap();
        let mut capabilities = everything();
        capabilities["general"]["positionEncodings"] = json!([unit]);
        let (mut client, result) = Client::initialized(folder.path(), capabilities, json!({}));
        assert_eq!(result["capabilities"]["positionEncoding"], unit);
        let file = uri(&folder.path().join("báo cáo.txt"));
        let mut text = report();
        client.open(&file, "plaintext", &text);
        let found = client.published(&file);
        assert_eq!(found["version"], 1);
        assert_eq!(
            by_server(&found["diagnostics"]),
            by_command_line(&text, unit)
        );

        // Typed behind the emoji, in two steps; only the last text is asked for.
        let at = text.find("nhận giải").unwrap();
        let range = json!({ "start": position(&text, at, unit), "end": position(&text, at + "nhận".len(), unit) });
        client.change(&file, 2, range, "sử lý 😀");
        text.replace_range(at..at + "nhận".len(), "sử lý 😀");
        let at = text.find(" giải").unwrap();
        let range = json!({ "start": position(&text, at, unit), "end": position(&text, at, unit) });
        client.change(&file, 3, range, "  và");
        text.insert_str(at, "  và");
        let found = loop {
            let found = client.published(&file);
            if found["version"] == 3 {
                break found;
            }
        };
        let expected = by_command_line(&text, unit);
        assert_eq!(by_server(&found["diagnostics"]), expected);

        // The whole document is fixed at once, the same by formatting.
        let asked = json!({
            "textDocument": { "uri": file },
            "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } },
            "context": { "diagnostics": [], "only": ["source.fixAll"] },
        });
        let actions = client.request("textDocument/codeAction", asked.clone())["result"].clone();
        assert_eq!(actions.as_array().unwrap().len(), 1);
        assert_eq!(actions[0]["kind"], "source.fixAll.vanthu");
        let change = &actions[0]["edit"]["documentChanges"][0];
        assert_eq!(change["textDocument"], json!({ "uri": file, "version": 3 }));
        // Kinds are a tree: what stands above asks for all below.
        for (only, kinds) in [
            (json!([""]), vec!["source.fixAll.vanthu"]),
            (json!(["source"]), vec!["source.fixAll.vanthu"]),
            (
                json!(["source.fixAll.vanthu"]),
                vec!["source.fixAll.vanthu"],
            ),
            (json!(["source.fix"]), vec![]),
            (json!(["refactor"]), vec![]),
        ] {
            let mut asked = asked.clone();
            asked["context"]["only"] = only.clone();
            let actions = client.request("textDocument/codeAction", asked)["result"].clone();
            let found = actions.as_array().unwrap().iter();
            let found: Vec<_> = found
                .filter(|action| action["kind"] != "quickfix")
                .collect();
            let found: Vec<_> = found.iter().map(|action| &action["kind"]).collect();
            assert_eq!(found, kinds, "{only}");
        }
        let formatted = client.request(
            "textDocument/formatting",
            json!({ "textDocument": { "uri": file }, "options": { "tabSize": 4, "insertSpaces": true } }),
        );
        assert_eq!(formatted["result"], change["edits"]);
        let fixed = applied(&text, &change["edits"], unit);
        assert!(fixed.contains("xử lý 😀"), "{fixed}");
        let left = by_command_line(&fixed, unit);
        assert!(left.len() + 5 < expected.len(), "{left:?}");

        client.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": file, "version": 4 },
                "contentChanges": [{ "text": fixed }],
            }),
        );
        let found = client.published(&file);
        assert_eq!(by_server(&found["diagnostics"]), left);
        client.notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": file } }),
        );
        assert_eq!(client.published(&file)["diagnostics"], json!([]));
        assert_eq!(client.end(), Some(0));
    }
}

/// The order in which a client offers encodings is that of its preference.
#[test]
fn the_first_encoding_that_is_known_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    for (offered, taken) in [
        (json!(["utf-32", "utf-8"]), "utf-32"),
        (json!(["utf-16", "utf-8"]), "utf-16"),
        (json!(["utf-7", "utf-8", "utf-16"]), "utf-8"),
        (json!(["utf-7"]), "utf-16"),
        (json!([]), "utf-16"),
        (Value::Null, "utf-16"),
    ] {
        let capabilities = json!({ "general": { "positionEncodings": offered } });
        let (client, result) = Client::initialized(folder.path(), capabilities, Value::Null);
        assert_eq!(
            result["capabilities"]["positionEncoding"], taken,
            "{offered}"
        );
        assert_eq!(client.end(), Some(0));
    }
}

#[test]
fn a_finding_is_explained_fixed_and_silenced() {
    let folder = tempfile::tempdir().unwrap();
    let (mut client, _) = Client::initialized(folder.path(), everything(), json!({ "lang": "en" }));
    let (file, text) = ("untitled:Untitled-1", report());
    client.open(file, "plaintext", &text);
    let found = client.published(file);
    let misspelt = text.find("sử lý").unwrap();
    let at = position(&text, misspelt + 1, "utf-16");
    let here = json!({ "start": at, "end": at });
    let asked = json!({
        "textDocument": { "uri": file }, "range": here, "context": { "diagnostics": [] },
    });
    let actions = client.request("textDocument/codeAction", asked)["result"].clone();
    let actions = actions.as_array().unwrap();
    let fix = &actions[0];
    assert_eq!(
        (&fix["kind"], &fix["isPreferred"]),
        (&json!("quickfix"), &json!(true))
    );
    assert_eq!(fix["diagnostics"][0]["code"], "wording-misspelt-s-x");
    let fixed = applied(&text, &fix["edit"]["documentChanges"][0]["edits"], "utf-16");
    assert_eq!(fixed, text.replace("sử lý", "xử lý"));

    let silence = actions
        .iter()
        .find(|action| action["title"] == "Ignore wording-misspelt-s-x in this paragraph");
    let silence = &silence.unwrap()["edit"]["documentChanges"][0]["edits"];
    let comment = "<!-- vanthu: bo-qua wording-misspelt-s-x : -->\nb. Đã";
    assert_eq!(
        applied(&text, silence, "utf-16"),
        text.replace("b. Đã", comment)
    );

    let explain = actions
        .iter()
        .find(|action| action["command"]["command"] == "vanthu.explain");
    let explain = &explain.unwrap()["command"];
    let told = client.request("workspace/executeCommand", explain.clone());
    let told = told["result"].as_str().unwrap();
    assert!(
        told.starts_with("**wording-misspelt-s-x**") && told.contains("```text"),
        "{told}"
    );
    let asked = json!({ "textDocument": { "uri": file }, "position": at });
    let hover = client.request("textDocument/hover", asked)["result"].clone();
    assert_eq!(hover["contents"]["kind"], "markdown");
    let hover = hover["contents"]["value"].as_str().unwrap();
    assert!(hover.starts_with("**wording-misspelt-s-x** · "), "{hover}");

    // An act that the register knows.
    let cited = "Xã thực hiện Nghị định số 30/2020/NĐ-CP về công tác văn thư.";
    client.open("untitled:act", "markdown", cited);
    let act = position(cited, cited.find("30/2020").unwrap(), "utf-16");
    let asked = json!({ "textDocument": { "uri": "untitled:act" }, "position": act });
    let hover = client.request("textDocument/hover", asked)["result"]["contents"].clone();
    let hover = hover["value"].as_str().unwrap();
    assert!(
        hover.contains("**Nghị định 30/2020/NĐ-CP** · 05/03/2020"),
        "{hover}"
    );

    // The acts that come with the program have no address.
    let asked = json!({ "textDocument": { "uri": "untitled:act" } });
    assert_eq!(
        client.request("textDocument/documentLink", asked)["result"],
        json!([])
    );

    let mut unsafe_fix = found["diagnostics"].as_array().unwrap().iter();
    let unsafe_fix = unsafe_fix.find(|found| found["data"]["fix"] == "unsafe");
    if let Some(found) = unsafe_fix {
        let asked = json!({
            "textDocument": { "uri": file }, "range": found["range"],
            "context": { "diagnostics": [], "only": ["quickfix"] },
        });
        let actions = client.request("textDocument/codeAction", asked)["result"].clone();
        let title = |action: &Value| action["title"].as_str().unwrap().to_owned();
        let of_rule = actions.as_array().unwrap().iter();
        let mut of_rule = of_rule.filter(|a| a["diagnostics"][0]["code"] == found["code"]);
        let fix = of_rule.next().unwrap();
        assert!(title(fix).ends_with("(to be reviewed)"), "{fix}");
        assert!(fix["isPreferred"].is_null());
    }
    assert_eq!(client.end(), Some(0));
}

/// Among the keys that a Markdown file begins with, only a comment of YAML breaks nothing.
#[test]
fn a_finding_among_the_keys_of_a_file_is_silenced_by_their_comment() {
    let folder = tempfile::tempdir().unwrap();
    let mut able = everything();
    able["textDocument"]["hover"] = json!({});
    let (mut client, _) = Client::initialized(folder.path(), able, json!({}));
    let (file, text) = (
        "untitled:keys",
        "---\ntitle: Xã đã sử lý 12 hồ sơ.\n---\n\nNội dung.\n",
    );
    client.open(file, "markdown", text);
    let found = client.published(file)["diagnostics"].clone();
    let found = found.as_array().unwrap().iter();
    let at = found.map(|found| &found["range"]).next().unwrap();
    let asked = json!({
        "textDocument": { "uri": file }, "range": at, "context": { "diagnostics": [] },
    });
    let actions = client.request("textDocument/codeAction", asked)["result"].clone();
    let mut actions = actions.as_array().unwrap().iter();
    let silence = actions.find(|a| a["title"].as_str().unwrap().starts_with("Bỏ qua"));
    let edits = &silence.unwrap()["edit"]["documentChanges"][0]["edits"];
    let silenced = applied(text, edits, "utf-16");
    assert!(
        silenced.starts_with("---\n# <!-- vanthu: bo-qua ") && silenced.contains("\ntitle: "),
        "{silenced}"
    );
    // Nothing was said of Markdown in what is shown: the words alone.
    let asked = json!({ "textDocument": { "uri": file }, "position": at["start"] });
    let hover = client.request("textDocument/hover", asked)["result"]["contents"].clone();
    assert_eq!(hover["kind"], "plaintext");
    let hover = hover["value"].as_str().unwrap();
    assert!(
        hover.contains("Cách sửa") && !hover.contains(['*', '#']),
        "{hover}"
    );
    assert_eq!(client.end(), Some(0));
}

/// An office's own register may say where an act can be read.
#[test]
fn a_citation_leads_to_the_act() {
    let folder = tempfile::tempdir().unwrap();
    let act = "kind: quyet-dinh, date: 2022-05-20, issuer: UBND xã An Bình Minh, source: bản lưu";
    let register = format!(
        "acts:\n  - {{ symbol: 12/2022/QĐ-UBND, {act}, title: về cây xanh, \
         url: \"https://van-ban.example/12?nam=2022\" }}\n  \
         - {{ symbol: 13/2022/QĐ-UBND, {act}, title: về đường làng }}\n"
    );
    fs::write(folder.path().join("so.yaml"), register).unwrap();
    fs::write(folder.path().join("vanthu.yaml"), "register: so.yaml\n").unwrap();
    let (mut client, server) = Client::initialized(folder.path(), everything(), json!({}));
    assert!(server["capabilities"]["documentLinkProvider"].is_object());
    let file = uri(&folder.path().join("a.txt"));
    let text = "😀 Theo Quyết định số 12/2022/QĐ-UBND và Quyết định số 13/2022/QĐ-UBND,\n\
                xã trồng cây theo Quyết\nđịnh số 12/2022/QĐ-UBND.\n";
    client.open(&file, "plaintext", text);
    let asked = json!({ "textDocument": { "uri": file } });
    let links = client.request("textDocument/documentLink", asked)["result"].clone();
    let links: Vec<_> = links.as_array().unwrap().iter().collect();
    let of = |link: &Value| {
        assert_eq!(link["target"], "https://van-ban.example/12?nam=2022");
        assert_eq!(link["tooltip"], "12/2022/QĐ-UBND · về cây xanh");
        let at = |key: &str| offset(text, &link["range"][key], "utf-16");
        text[at("start")..at("end")].to_owned()
    };
    let linked: Vec<_> = links.into_iter().map(of).collect();
    let expected = [
        "Quyết định số 12/2022/QĐ-UBND",
        "Quyết\nđịnh số 12/2022/QĐ-UBND",
    ];
    assert_eq!(linked, expected);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn the_outline_is_a_tree_or_a_list() {
    let folder = tempfile::tempdir().unwrap();
    for tree in [true, false] {
        let mut capabilities = everything();
        let symbol = &mut capabilities["textDocument"]["documentSymbol"];
        symbol["hierarchicalDocumentSymbolSupport"] = json!(tree);
        let (mut client, _) = Client::initialized(folder.path(), capabilities, json!({}));
        client.open("untitled:a", "plaintext", &report());
        let asked = json!({ "textDocument": { "uri": "untitled:a" } });
        let symbols = client.request("textDocument/documentSymbol", asked)["result"].clone();
        let names = |list: &Value| -> Vec<String> {
            let list = list.as_array().unwrap().iter();
            list.map(|symbol| symbol["name"].as_str().unwrap().to_owned())
                .collect()
        };
        let all = names(&symbols);
        let one = "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH";
        let at = all.iter().position(|name| name == one).unwrap();
        if tree {
            let below = names(&symbols[at]["children"]);
            assert!(below[0].starts_with("a) Ủy ban Nhân dân xã"), "{below:?}");
            let last = ["III. KẾT QUẢ THỰC HIỆN", "Nơi nhận:", "PHẠM GIA KHÁNH"];
            assert_eq!(all[at + 1..], last);
        } else {
            assert!(all[at + 1].starts_with("a) Ủy ban Nhân dân xã"), "{all:?}");
            assert_eq!(symbols[at]["location"]["uri"], "untitled:a");
        }
        client.end();
    }
}

#[test]
fn a_configuration_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    let config = root.join("vanthu.yaml");
    fs::write(&config, "select: [wording]\n").unwrap();
    let (mut client, _) = Client::initialized(&root, everything(), json!({}));
    let (file, text) = (uri(&root.join("a.txt")), report());
    client.open(&file, "plaintext", &text);
    let groups = |found: &Value| -> BTreeSet<String> {
        let found = found["diagnostics"].as_array().unwrap().iter();
        let group = |found: &Value| found["data"]["group"].as_str().unwrap().to_owned();
        found.map(group).collect()
    };
    let wording = client.published(&file);
    assert_eq!(groups(&wording), BTreeSet::from(["wording".to_owned()]));

    let changed = json!({ "changes": [{ "uri": uri(&config), "type": 2 }] });
    fs::write(&config, "select: [header]\nlang: en\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    let header = client.published(&file);
    assert_eq!(groups(&header), BTreeSet::from(["header".to_owned()]));

    // One that is wrong is shown where it is wrong, and what was in force stays.
    fs::write(&config, "select: [haeder]\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed);
    let wrong = client.published(&uri(&config));
    let range = &wrong["diagnostics"][0]["range"];
    assert_eq!(
        range["start"],
        json!({ "line": 0, "character": 9 }),
        "{wrong}"
    );
    assert_eq!(client.published(&file), header);

    // A client that does not watch files says when it saves one.
    fs::write(&config, "exclude: ['*.txt']\n").unwrap();
    client.notify(
        "textDocument/didSave",
        json!({ "textDocument": { "uri": file } }),
    );
    assert_eq!(client.published(&uri(&config))["diagnostics"], json!([]));
    assert_eq!(client.published(&file)["diagnostics"], json!([]));

    // Settings of the editor outweigh the file.
    fs::write(&config, "select: [header]\n").unwrap();
    let settings = json!({ "settings": { "vanthu": { "select": ["date"], "lang": "en" } } });
    client.notify("workspace/didChangeConfiguration", settings);
    let date = client.published(&file);
    assert_eq!(groups(&date), BTreeSet::from(["date".to_owned()]));
    assert!(date.to_string().contains("does not exist"), "{date}");
    assert_eq!(client.end(), Some(0));
}

/// A configuration that is wrong is that of its own folder.
#[test]
fn a_wrong_configuration_silences_its_own_documents_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    let [good, bad, worse] = ["good", "bad", "worse"].map(|name| root.join(name));
    for folder in [&good, &bad, &worse] {
        fs::create_dir(folder).unwrap();
    }
    fs::write(bad.join("vanthu.yaml"), "selekt: [wording]\n").unwrap();
    fs::write(worse.join("vanthu.yaml"), "ignore: [wordin]\n").unwrap();
    let (mut client, _) = Client::initialized(&root, everything(), json!({}));
    let text = report();
    let files = [&good, &bad, &worse].map(|folder| uri(&folder.join("a.txt")));
    client.open(&files[0], "plaintext", &text);
    let told = client.published(&files[0]);
    assert_ne!(told["diagnostics"], json!([]));
    for (file, folder) in files.iter().zip([&good, &bad, &worse]).skip(1) {
        client.open(file, "plaintext", &text);
        let wrong = client.published(&uri(&folder.join("vanthu.yaml")));
        assert_eq!(wrong["diagnostics"].as_array().unwrap().len(), 1, "{wrong}");
        assert_eq!(client.published(file)["diagnostics"], json!([]));
    }
    let start = json!({ "line": 0, "character": 0 });
    let here = json!({ "start": start, "end": start });
    client.change(&files[0], 2, here, "\n");
    let again = client.published(&files[0]);
    let count = |told: &Value| told["diagnostics"].as_array().unwrap().len();
    assert_eq!(count(&again), count(&told));

    // One that was right and is not any more does not take the others with it.
    fs::write(bad.join("vanthu.yaml"), "select: [wording]\n").unwrap();
    fs::write(good.join("vanthu.yaml"), "select: [wordin]\n").unwrap();
    let changes = [&good, &bad].map(|folder| {
        let uri = uri(&folder.join("vanthu.yaml"));
        json!({ "uri": uri, "type": 2 })
    });
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": changes }),
    );
    assert_eq!(count(&client.published(&files[0])), count(&told));
    assert_eq!(client.end(), Some(0));
}

/// What is wrong in settings is told at once and left aside; the rest holds.
#[test]
fn wrong_settings_are_told_and_left_aside() {
    // Settings, what is told of each mistake, the one group that is left (or none).
    let cases = [
        (
            json!({ "select": ["wordin"], "lang": "en" }),
            vec!["select: no rule or group `wordin`; did you mean wording?"],
            None,
        ),
        (
            json!({ "select": ["wording", 5, "wordin"], "ignore": ["nope"], "lang": "en" }),
            vec![
                "select[1]: this must be a text, not the number `5`",
                "select: no rule or group `wordin`",
                "ignore: no rule or group `nope`",
            ],
            Some("wording"),
        ),
        (
            json!({ "select": 5, "selct": [], "preview": "yes", "lang": "fr", "path": "x" }),
            vec![
                "không có khóa `selct`; ý bạn là `select`?",
                "select: ở đây phải là một danh sách, không phải số `5`",
                "preview: ở đây phải là `true` hoặc `false`",
                "lang: không có giá trị `fr` ở đây; có thể viết: `auto`, `vi`, `en`",
            ],
            None,
        ),
        (
            json!({ "profile": "nope", "config": "no.yaml", "rules": ["no"], "select": ["wording"] }),
            vec![
                "config: no.yaml: không tồn tại",
                "rules: ",
                "profile: không có bố cục mẫu `nope`",
            ],
            Some("wording"),
        ),
        (
            json!({ "select": ["wording"], "ignore": ["wording"] }),
            vec!["select, ignore: không để lại quy tắc nào"],
            None,
        ),
        (
            json!(5),
            vec!["thiết lập phải gồm các cặp `khóa: giá trị`, không phải `5`"],
            None,
        ),
        (json!([1]), vec!["không phải `[1]`"], None),
        (json!({ "vanthu": true }), vec!["không phải `true`"], None),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = uri(&folder.path().join("a.txt"));
    let groups = |found: &Value| -> BTreeSet<String> {
        let found = found["diagnostics"].as_array().unwrap().iter();
        let group = |found: &Value| found["data"]["group"].as_str().unwrap().to_owned();
        found.map(group).collect()
    };
    for (settings, expected, group) in cases {
        let at_start = Client::initialized(folder.path(), everything(), settings.clone()).0;
        let mut later = Client::initialized(folder.path(), everything(), Value::Null).0;
        let changed = match &settings {
            Value::Object(keys) if !keys.contains_key("vanthu") => json!({ "vanthu": settings }),
            other => other.clone(),
        };
        later.notify(
            "workspace/didChangeConfiguration",
            json!({ "settings": changed }),
        );
        for mut client in [at_start, later] {
            let told = client.next(|message| message["method"] == "window/showMessage");
            assert_eq!(told["params"]["type"], 2, "{told}");
            let text = told["params"]["message"].as_str().unwrap();
            let lines: Vec<_> = text.lines().skip(1).collect();
            assert_eq!(lines.len(), expected.len(), "{settings}: {text}");
            for mistake in &expected {
                assert!(
                    lines.iter().any(|line| line.contains(mistake)),
                    "{mistake}: {text}"
                );
            }
            client.open(&file, "plaintext", &report());
            let found = groups(&client.published(&file));
            match group {
                Some(group) => assert_eq!(found, BTreeSet::from([group.to_owned()])),
                None => assert!(found.len() > 3, "{settings}: {found:?}"),
            }

            // One that is mended is told no more; the same one again is.
            let mended = json!({ "settings": { "vanthu": { "select": ["wording"] } } });
            client.notify("workspace/didChangeConfiguration", mended);
            let again = json!({ "settings": { "vanthu": { "select": ["date", "zzzz"] } } });
            client.notify("workspace/didChangeConfiguration", again);
            let told = client.next(|message| message["method"] == "window/showMessage");
            let text = told["params"]["message"].as_str().unwrap();
            assert!(
                text.ends_with("- select: không có quy tắc hoặc nhóm `zzzz`"),
                "{text}"
            );
            assert_eq!(client.end(), Some(0));
        }
    }
}

/// Settings of other tools and of the client itself are none of ours.
#[test]
fn settings_that_are_right_are_not_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    let (mut client, _) = Client::initialized(
        &root,
        everything(),
        json!({ "select": ["wording"], "lang": "auto", "profile": "", "config": null,
            "path": "/usr/bin/vanthu", "trace": { "server": "off" }, "explains": true }),
    );
    let file = uri(&root.join("a.txt"));
    client.open(&file, "plaintext", &report());
    let wording = client.published(&file);
    // Sections of others say nothing: what was asked for at first holds.
    for settings in [
        json!({}),
        json!(null),
        json!({ "pylsp": { "plugins": {} } }),
    ] {
        client.notify(
            "workspace/didChangeConfiguration",
            json!({ "settings": settings }),
        );
    }
    client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "vanthu": { "select": ["date"] } } }),
    );
    let date = client.published(&file);
    assert_ne!(date["diagnostics"], wording["diagnostics"]);
    client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": {} }),
    );
    let back = client.next(|message| {
        assert_ne!(message["method"], "window/showMessage", "{message}");
        message["method"] == "textDocument/publishDiagnostics"
    });
    assert_eq!(back["params"]["diagnostics"], wording["diagnostics"]);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_client_may_ask_for_findings() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    let closed = uri(&root.join("b.txt"));
    fs::write(root.join("b.txt"), report()).unwrap();
    fs::write(
        root.join("c.txt"),
        "Nothing to be read here, in a language of its own.\n",
    )
    .unwrap();
    let mut capabilities = everything();
    capabilities["textDocument"]["diagnostic"] = json!({});
    let (mut client, result) = Client::initialized(&root, capabilities, json!({}));
    assert_eq!(
        result["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"],
        true
    );
    let file = uri(&root.join("a.txt"));
    client.open(&file, "plaintext", &report());
    let asked = json!({ "textDocument": { "uri": file } });
    let found = client.request("textDocument/diagnostic", asked)["result"].clone();
    assert_eq!(found["kind"], "full");
    assert_eq!(
        by_server(&found["items"]),
        by_command_line(&report(), "utf-16")
    );
    let asked = json!({ "textDocument": { "uri": file }, "previousResultId": found["resultId"] });
    let again = client.request("textDocument/diagnostic", asked)["result"].clone();
    assert_eq!(
        again,
        json!({ "kind": "unchanged", "resultId": found["resultId"] })
    );

    let all = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let all = all["result"]["items"].as_array().unwrap().clone();
    let of = |uri: &str| all.iter().find(|item| item["uri"] == uri).unwrap();
    assert_eq!(
        by_server(&of(&closed)["items"]),
        by_command_line(&report(), "utf-16")
    );
    assert_eq!(of(&file)["version"], 1);
    assert_eq!(of(&uri(&root.join("c.txt")))["items"], json!([]));
    let previous = json!([{ "uri": closed, "value": of(&closed)["resultId"] },
        { "uri": "file:///gone.txt", "value": "x" }]);
    let again = client.request(
        "workspace/diagnostic",
        json!({ "previousResultIds": previous }),
    );
    let again = again["result"]["items"].as_array().unwrap().clone();
    let of = |uri: &str| again.iter().find(|item| item["uri"] == uri).unwrap();
    assert_eq!(of(&closed)["kind"], "unchanged");
    assert_eq!(of("file:///gone.txt")["items"], json!([]));

    // What is open and not yet checked again has not lost its findings.
    let start = json!({ "line": 0, "character": 0 });
    client.change(&file, 2, json!({ "start": start, "end": start }), "\n");
    let previous = json!([{ "uri": file, "value": found["resultId"] }]);
    let again = client.request(
        "workspace/diagnostic",
        json!({ "previousResultIds": previous }),
    );
    let again = again["result"]["items"].as_array().unwrap();
    let open: Vec<_> = again.iter().filter(|item| item["uri"] == file).collect();
    assert!(
        open.iter().all(|item| item["items"] != json!([])),
        "{open:?}"
    );
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_is_no_message_is_answered_and_survived() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::start(folder.path());
    let code = |message: &Value| message["error"]["code"].as_i64();
    let early = client.request("textDocument/hover", json!({}));
    assert_eq!(code(&early), Some(-32002));
    client.raw(b"nonsense\r\nContent-Length: x\r\n\r\nContent-Length: 5\r\n\r\n{\"a\":");
    assert_eq!(code(&client.next(|_| true)), Some(-32700));
    client.raw(b"content-length: 2\r\n\r\n[]");
    assert_eq!(code(&client.next(|_| true)), Some(-32600));
    client.raw(b"Content-Length: 3\r\n\r\n\xff\xfe\xfd");
    assert_eq!(code(&client.next(|_| true)), Some(-32700));
    client.request("initialize", json!({ "capabilities": {} }));
    client.notify("initialized", json!({}));
    for (method, params, expected) in [
        ("textDocument/hover", json!({}), -32602),
        (
            "textDocument/hover",
            json!({ "textDocument": { "uri": "a:b" } }),
            -32602,
        ),
        ("textDocument/rename", json!({}), -32601),
        (
            "workspace/executeCommand",
            json!({ "command": "rm" }),
            -32602,
        ),
        ("initialize", json!({}), -32600),
    ] {
        let answer = client.request(method, params);
        assert_eq!(code(&answer), Some(expected), "{method}: {answer}");
    }
    client.notify("textDocument/didChange", json!({ "textDocument": 1 }));
    client.notify("textDocument/unheardOf", json!([]));
    // No document: nothing to say. A file of another kind is none either.
    client.open("file:///a/b.docx", "plaintext", "PK");
    for uri in ["file:///none.txt", "file:///a/b.docx"] {
        let asked =
            json!({ "textDocument": { "uri": uri }, "position": { "line": 9, "character": 9 } });
        assert_eq!(
            client.request("textDocument/hover", asked)["result"],
            Value::Null
        );
    }
    assert_eq!(code(&client.request("shutdown", Value::Null)), None);
    assert_eq!(
        code(&client.request("textDocument/hover", json!({}))),
        Some(-32600)
    );
    client.notify("exit", Value::Null);
    assert_eq!(client.child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_end_that_nobody_announced_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let (mut client, _) = Client::initialized(folder.path(), everything(), json!({}));
    client.notify("exit", Value::Null);
    assert_eq!(client.child.wait().unwrap().code(), Some(1));
    let (mut client, _) = Client::initialized(folder.path(), everything(), json!({}));
    drop(client.stdin.take());
    assert_eq!(client.child.wait().unwrap().code(), Some(1));
}

/// The state machine without pipes: what comes when is in the hands of the test.
struct Machine(Server);

impl Machine {
    fn new() -> Self {
        let mut server = Server::new();
        let params = json!({ "capabilities": everything() });
        let message = Message::Request {
            id: json!(0),
            method: "initialize".to_owned(),
            params,
        };
        server.receive(message, Duration::ZERO);
        Self(server)
    }

    fn tell(&mut self, method: &str, params: Value, now: u64) -> Vec<Effect> {
        let method = method.to_owned();
        let message = Message::Notification { method, params };
        self.0.receive(message, Duration::from_millis(now))
    }

    fn ask(&mut self, id: i64, method: &str) -> Vec<Effect> {
        let message = Message::Request {
            id: json!(id),
            method: method.to_owned(),
            params: json!({ "textDocument": { "uri": "a:b" },
                "position": { "line": 0, "character": 0 } }),
        };
        self.0.receive(message, Duration::ZERO)
    }

    fn open(&mut self) -> Job {
        let document = json!({ "uri": "a:b", "languageId": "plaintext", "version": 1,
            "text": "Xã xử lý hồ sơ." });
        job(&self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": document }),
            0,
        ))
    }

    fn change(&mut self, version: i32, now: u64) -> Vec<Effect> {
        let params = json!({
            "textDocument": { "uri": "a:b", "version": version },
            "contentChanges": [{ "text": "Xã sử lý hồ sơ." }],
        });
        self.tell("textDocument/didChange", params, now)
    }

    fn finish(&mut self, job: Job) -> Vec<Effect> {
        let judge = Judge {
            rules: Arc::new(RuleSet::builtin()),
            profile: None,
            language: Language::Vi,
            known: Vec::new(),
        };
        let analysis = analyse("a.txt", job.text, Some(judge), job.earlier.0.as_deref());
        self.0.checked(&job.uri, job.revision, Ok(analysis))
    }
}

fn job(effects: &[Effect]) -> Job {
    match effects {
        [Effect::Check(job)] => job.clone(),
        other => panic!("{other:?}"),
    }
}

/// Method of a notification, or id and code (0 for none) of a response.
fn sent(effects: &[Effect]) -> Vec<(String, i64)> {
    let of = |effect: &Effect| match effect {
        Effect::Send(Message::Response { id, result }) => {
            let code = result
                .as_ref()
                .err()
                .map_or(0, |e| e["code"].as_i64().unwrap());
            (id.to_string(), code)
        }
        Effect::Send(Message::Notification { method, .. }) => (method.clone(), 0),
        other => panic!("{other:?}"),
    };
    effects.iter().map(of).collect()
}

#[test]
fn only_the_newest_text_counts() {
    let mut machine = Machine::new();
    let first = machine.open();
    assert_eq!(machine.change(2, 10), []);
    assert_eq!(machine.change(3, 100), []);
    // Nothing is typed for a while.
    assert_eq!(machine.0.due(), Some(Duration::from_millis(250)));
    assert_eq!(machine.0.tick(Duration::from_millis(249)), []);
    let last = job(&machine.0.tick(Duration::from_millis(250)));
    assert_eq!(machine.0.due(), None);
    assert_eq!(machine.finish(first), [], "it is of an older text");
    let told = machine.finish(last);
    assert_eq!(
        sent(&told),
        [("textDocument/publishDiagnostics".to_owned(), 0)]
    );
    let Effect::Send(Message::Notification { params, .. }) = &told[0] else {
        panic!("{told:?}");
    };
    assert_eq!(params["version"], 3);
    assert_eq!(params["diagnostics"][0]["code"], "wording-misspelt-s-x");
    // Whoever types without a pause sees something now and then.
    for (version, now) in (4..).zip((1000..2600).step_by(100)) {
        machine.change(version, now);
    }
    assert_eq!(machine.0.due(), Some(Duration::from_millis(2500)));
}

/// Who changes one thing waits for nothing; who types on is told when they pause, and nothing in
/// between.
#[test]
fn the_first_change_after_a_pause_is_checked_at_once() {
    let at = Duration::from_millis;
    let mut machine = Machine::new();
    let job_of_open = machine.open();
    machine.finish(job_of_open);
    assert_eq!(machine.change(2, 600), []);
    assert_eq!(machine.0.due(), Some(at(600)));
    let first = job(&machine.0.tick(at(600)));
    // The next key comes while the first is being checked, another soon after.
    machine.change(3, 650);
    assert_eq!(machine.0.due(), Some(at(800)));
    assert_eq!(machine.finish(first), [], "it is of an older text");
    machine.change(4, 700);
    assert_eq!(machine.0.due(), Some(at(850)));
    let last = job(&machine.0.tick(at(850)));
    assert_eq!(machine.finish(last).len(), 1);
    machine.change(5, 1199);
    assert_eq!(machine.0.due(), Some(at(1349)), "no pause yet");
    let next = job(&machine.0.tick(at(1349)));
    // A check that takes long is not joined by a second of the same text.
    machine.change(6, 1800);
    assert_eq!(machine.0.due(), Some(at(1950)));
    assert_eq!(machine.finish(next), []);
}

#[test]
fn requests_wait_for_the_text_and_can_be_cancelled() {
    let mut machine = Machine::new();
    let first = machine.open();
    assert_eq!(machine.ask(1, "textDocument/hover"), []);
    assert_eq!(machine.ask(2, "textDocument/documentSymbol"), []);
    assert_eq!(machine.ask(3, "textDocument/documentSymbol"), []);
    let told = machine.tell("$/cancelRequest", json!({ "id": 3 }), 0);
    assert_eq!(sent(&told), [("3".to_owned(), -32800)]);
    assert_eq!(machine.tell("$/cancelRequest", json!({ "id": 3 }), 0), []);
    // A position in the older text means nothing; the outline is taken of the newer one, at once.
    let told = machine.change(2, 0);
    assert_eq!(sent(&told[..1]), [("1".to_owned(), -32801)]);
    let second = job(&told[1..]);
    assert_eq!(machine.finish(first), []);
    let publish = ("textDocument/publishDiagnostics".to_owned(), 0);
    assert_eq!(
        sent(&machine.finish(second)),
        [publish, ("2".to_owned(), 0)]
    );
    assert_eq!(
        sent(&machine.ask(4, "textDocument/hover")),
        [("4".to_owned(), 0)]
    );
}

/// Nobody is left without an answer.
#[test]
fn who_waits_at_the_end_is_told() {
    let mut machine = Machine::new();
    machine.open();
    assert_eq!(machine.ask(1, "textDocument/documentSymbol"), []);
    let folders = machine.ask(2, "workspace/diagnostic");
    assert!(
        matches!(folders[..], [Effect::CheckFolders { .. }]),
        "{folders:?}"
    );
    let told = sent(&machine.ask(3, "shutdown"));
    let expected = [("1", -32800), ("2", -32800), ("3", 0)];
    assert_eq!(told, expected.map(|(id, code)| (id.to_owned(), code)));
    assert_eq!(machine.0.folders_checked(&json!(2), &[]), []);
}

/// Clients that hold settings back until they are asked for tell of changes where they are asked to.
#[test]
fn settings_are_asked_for_and_again_when_they_change() {
    let folder = tempfile::tempdir().unwrap();
    let mut able = everything();
    able["workspace"]["configuration"] = json!(true);
    able["workspace"]["didChangeConfiguration"] = json!({ "dynamicRegistration": true });
    let (mut client, _) = Client::initialized(folder.path(), able, Value::Null);
    let registered = client.next(|message| message["method"] == "client/registerCapability");
    let registration = &registered["params"]["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeConfiguration");
    for (group, is_first) in [("wording", true), ("date", false)] {
        if !is_first {
            let nothing = json!({ "settings": null });
            client.notify("workspace/didChangeConfiguration", nothing);
        }
        let asked = client.next(|message| message["method"] == "workspace/configuration");
        let settings = json!([{ "select": [group] }]);
        client.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": settings }));
        if is_first {
            client.open("untitled:a", "plaintext", &report());
        }
        let found = client.published("untitled:a")["diagnostics"].clone();
        let found = found.as_array().unwrap();
        assert!(!found.is_empty() && found.iter().all(|one| one["data"]["group"] == group));
    }
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_check_that_breaks_is_told() {
    let mut machine = Machine::new();
    let job = machine.open();
    machine.ask(1, "textDocument/documentSymbol");
    let told = machine
        .0
        .checked(&job.uri, job.revision, Err("broken".to_owned()));
    assert_eq!(
        sent(&told),
        [
            ("window/logMessage".to_owned(), 0),
            ("1".to_owned(), -32603)
        ]
    );
    assert_eq!(machine.change(2, 0), []);
}

/// Who waits for one long document is given the same findings sooner.
#[test]
fn two_threads_find_what_one_finds() {
    let text = report().repeat(250);
    let document = vanthu::input::read("a.txt", text.as_bytes()).unwrap();
    let rules = RuleSet::builtin();
    let options = Options::default();
    let hurried = Options {
        hurried: true,
        ..options
    };
    let one = check(&document, &rules, options);
    let two = check(&document, &rules, hurried);
    assert!(one.logical.text.len() > 200_000 && one.diagnostics.len() > 500);
    assert!(one.diagnostics.iter().eq(two.diagnostics.iter()));
    assert_eq!(one.not_evaluated, two.not_evaluated);
}

/// A long document is checked after each edit with what was found before it; that finds what a
/// first check of the same text finds.
#[test]
fn edits_of_a_long_document_change_nothing_but_what_they_change() {
    let mut seed = 20_260_101_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).unwrap()
    };
    // Letters, whole lines, dates, citations, faults, what opens and what ends a line.
    let pieces = [
        "a",
        "ộ",
        " ",
        "\n",
        "\n\n",
        ",",
        "-",
        "12",
        " /4/2026",
        "ngày 31 tháng 4 năm 2025",
        "xử dụng",
        "sử lý ",
        " ,",
        "Nghị định số 30/2020/NĐ-CP",
        "\nII. TỒN TẠI\n",
        "\n- ",
        "1. ",
        "<!-- vanthu: bo-qua wording : x -->\n",
        "\u{FEFF}",
        "e\u{302}",
        "\r\n",
        "\t",
        "Nơi nhận:\n",
    ];
    let rules = RuleSet::builtin();
    let wrapped = report()
        .repeat(2)
        .lines()
        .fold(String::new(), |mut text, line| {
            for (at, word) in line.split(' ').enumerate() {
                text += if at % 12 == 11 { "\n" } else { " " };
                text += word;
            }
            text + "\n"
        });
    for (name, start) in [
        ("a.txt", report().repeat(250)),
        ("a.md", report().repeat(250)),
        ("a.txt", wrapped.repeat(125)),
        ("a.txt", report().repeat(250).replace('\n', "\r\n")),
    ] {
        assert!(start.len() > 200_000, "long for two threads");
        let mut text = start;
        let mut earlier = None;
        for _ in 0..3 {
            let document = vanthu::input::read(name, text.as_bytes()).unwrap();
            let fresh = check(&document, &rules, Options::default());
            let hurried = Options {
                hurried: true,
                earlier: earlier.as_ref(),
                ..Options::default()
            };
            let again = check(&document, &rules, hurried);
            assert!(again.diagnostics.iter().eq(fresh.diagnostics.iter()));
            assert_eq!(again.not_evaluated, fresh.not_evaluated);
            assert_eq!(again.report.dates, fresh.report.dates);
            assert_eq!(again.report.citations, fresh.report.citations);
            assert_eq!(again.report.sections, fresh.report.sections);
            assert_eq!(again.report.tree, fresh.report.tree);
            earlier = Some(again);
            for _ in 0..=random(2) {
                let boundary = |at: usize| {
                    let mut before = (0..=at.min(text.len())).rev();
                    before.find(|at| text.is_char_boundary(*at)).unwrap()
                };
                let from = match random(6) {
                    0 => random(200),
                    1 => text.len() - random(200),
                    _ => random(text.len()),
                };
                let start = boundary(from);
                let end = boundary(start + [0, 0, 1, 30, 3000][random(5)]);
                text.replace_range(start..end, pieces[random(pieces.len())]);
            }
        }
    }
}
