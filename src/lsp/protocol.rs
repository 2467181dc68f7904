//! The shapes of the Language Server Protocol 3.17 that the server reads and writes. Of what a
//! client sends, only what is used is read, so that the rest may be whatever it likes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Line and character from 0, the character in units of the negotiated encoding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub(super) struct Position {
    pub(super) line: u32,
    pub(super) character: u32,
}

/// The end is exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Range {
    pub(super) start: Position,
    pub(super) end: Position,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct Location {
    pub(super) uri: String,
    pub(super) range: Range,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Diagnostic {
    pub(super) range: Range,
    pub(super) severity: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    pub(super) source: &'static str,
    pub(super) message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_information: Vec<RelatedInformation>,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub(super) data: Value,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct RelatedInformation {
    pub(super) location: Location,
    pub(super) message: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TextEdit {
    pub(super) range: Range,
    pub(super) new_text: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeAction {
    pub(super) title: String,
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) diagnostics: Vec<Diagnostic>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_preferred: Option<bool>,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub(super) edit: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) command: Option<Command>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct Command {
    pub(super) title: String,
    pub(super) command: &'static str,
    pub(super) arguments: Vec<String>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentSymbol {
    pub(super) name: String,
    pub(super) kind: u8,
    pub(super) range: Range,
    pub(super) selection_range: Range,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) children: Vec<DocumentSymbol>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct DocumentLink {
    pub(super) range: Range,
    pub(super) target: String,
    pub(super) tooltip: String,
}

/// The kinds of code actions.
pub(super) const QUICK_FIX: &str = "quickfix";
pub(super) const FIX_ALL: &str = "source.fixAll.vanthu";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidOpen {
    pub(super) text_document: TextDocumentItem,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TextDocumentItem {
    pub(super) uri: String,
    #[serde(default)]
    pub(super) language_id: String,
    #[serde(default)]
    pub(super) version: i32,
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidChange {
    pub(super) text_document: Versioned,
    pub(super) content_changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Versioned {
    pub(super) uri: String,
    pub(super) version: Option<i32>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Change {
    /// The whole document where there is none.
    pub(super) range: Option<Range>,
    pub(super) text: String,
}

/// What is common to all that is about one document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfDocument {
    pub(super) text_document: Identifier,
    pub(super) position: Option<Position>,
    pub(super) range: Option<Range>,
    #[serde(default)]
    pub(super) context: ActionContext,
    pub(super) previous_result_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Identifier {
    pub(super) uri: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ActionContext {
    pub(super) only: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkspaceDiagnostic {
    #[serde(default)]
    pub(super) previous_result_ids: Vec<PreviousResult>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PreviousResult {
    pub(super) uri: String,
    pub(super) value: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ExecuteCommand {
    pub(super) command: String,
    #[serde(default)]
    pub(super) arguments: Vec<Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct FoldersChanged {
    pub(super) event: FoldersEvent,
}

#[derive(Debug, Deserialize)]
pub(super) struct FoldersEvent {
    #[serde(default)]
    pub(super) added: Vec<Identifier>,
    #[serde(default)]
    pub(super) removed: Vec<Identifier>,
}
