//! JSON-RPC messages.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value, json};

/// The text is no JSON.
const PARSE_ERROR: i32 = -32700;
/// It is, but no message, or one that has no place here.
pub(super) const INVALID_REQUEST: i32 = -32600;
pub(super) const METHOD_NOT_FOUND: i32 = -32601;
pub(super) const INVALID_PARAMS: i32 = -32602;
pub(super) const INTERNAL_ERROR: i32 = -32603;
pub(super) const NOT_INITIALIZED: i32 = -32002;
/// The document changed before the answer was ready.
pub(super) const CONTENT_MODIFIED: i32 = -32801;
pub(super) const REQUEST_CANCELLED: i32 = -32800;

/// One message, in either direction.
#[derive(Clone, PartialEq, Debug)]
pub enum Message {
    /// Asks for an answer.
    Request {
        /// A number or a string, chosen by whoever asks.
        id: Value,
        /// What is asked for.
        method: String,
        /// `Null` where there are none.
        params: Value,
    },
    /// Asks for none.
    Notification {
        /// What is told.
        method: String,
        /// `Null` where there are none.
        params: Value,
    },
    /// Answers a request.
    Response {
        /// That of the request; `Null` where it could not be read.
        id: Value,
        /// The answer, or an error object.
        result: Result<Value, Value>,
    },
    /// A response that is JSON already: long ones are written once.
    Written(String),
}

/// A message as it is sent; borrowed, since answers are long.
#[derive(Serialize)]
struct Content<'a> {
    jsonrpc: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Value>,
}

/// Why bytes are no message, as the answer that says so.
#[derive(Clone, PartialEq, Debug)]
pub struct Malformed(
    /// A response with an error.
    pub Message,
);

impl Message {
    /// Reads the content of one message.
    ///
    /// # Errors
    /// The answer to send where it is no JSON, or no message.
    pub fn parse(content: &[u8]) -> Result<Self, Malformed> {
        let value: Value = serde_json::from_slice(content).map_err(|error| {
            Malformed(Self::error(Value::Null, PARSE_ERROR, &error.to_string()))
        })?;
        let Value::Object(mut members) = value else {
            return Err(invalid(Value::Null, "a message is an object"));
        };
        let id = members.remove("id");
        match members.remove("method") {
            Some(Value::String(method)) => Self::call(id, method, members),
            Some(_) => Err(invalid(id.unwrap_or_default(), "`method` is a string")),
            None => match (id, members.remove("error"), members.remove("result")) {
                (Some(id), Some(error), _) => Ok(Self::Response {
                    id,
                    result: Err(error),
                }),
                (Some(id), None, Some(result)) => Ok(Self::Response {
                    id,
                    result: Ok(result),
                }),
                (id, ..) => Err(invalid(id.unwrap_or_default(), "`method` is missing")),
            },
        }
    }

    fn call(
        id: Option<Value>,
        method: String,
        mut members: Map<String, Value>,
    ) -> Result<Self, Malformed> {
        let params = members.remove("params").unwrap_or_default();
        match id {
            Some(id @ (Value::Number(_) | Value::String(_))) => {
                Ok(Self::Request { id, method, params })
            }
            Some(_) => Err(invalid(Value::Null, "`id` is a number or a string")),
            None => Ok(Self::Notification { method, params }),
        }
    }

    pub(super) fn error(id: Value, code: i32, message: &str) -> Self {
        Self::Response {
            id,
            result: Err(json!({ "code": code, "message": message })),
        }
    }

    /// The message as JSON.
    #[must_use]
    pub fn to_json(&self) -> Cow<'_, str> {
        let (id, call, answer) = match self {
            Self::Written(json) => return json.into(),
            Self::Request { id, method, params } => (Some(id), Some((method, params)), None),
            Self::Notification { method, params } => (None, Some((method, params)), None),
            Self::Response { id, result } => (Some(id), None, Some(result)),
        };
        let content = Content {
            jsonrpc: "2.0",
            id,
            method: call.map(|(method, _)| method),
            params: call.map(|(_, params)| params),
            result: answer.and_then(|answer| answer.as_ref().ok()),
            error: answer.and_then(|answer| answer.as_ref().err()),
        };
        // All of it is JSON already.
        serde_json::to_string(&content).unwrap_or_default().into()
    }

    /// The response to a request whose result is written already.
    pub(super) fn written(id: &Value, result: &str) -> Self {
        Self::Written(format!(
            r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#
        ))
    }
}

fn invalid(id: Value, message: &str) -> Malformed {
    Malformed(Message::error(id, INVALID_REQUEST, message))
}
