//! One line of a rollout. Every field is looked at as what it should be, and counts as absent where it is not: the
//! format changes with each release.

use serde_json::Value;

use crate::model::Notes;
use crate::source::json::text as json_text;
use crate::source::parts::string;

/// The kinds of items that the first versions wrote without anything around them.
const BARE: [&str; 9] = [
    "message",
    "reasoning",
    "function_call",
    "function_call_output",
    "custom_tool_call",
    "custom_tool_call_output",
    "local_shell_call",
    "web_search_call",
    "compaction",
];

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// What the session is.
    Meta,
    /// The model and the folder of a turn.
    TurnContext,
    /// What the model gets and gives.
    Response,
    /// What the user sees.
    Event,
    /// The tokens of an answer.
    Usage,
    /// What came before was replaced by a summary.
    Compacted,
    /// Known, and nothing to tell.
    State,
    /// Not known.
    Unknown,
}

/// A line that was read.
#[derive(Debug)]
pub struct Record {
    /// What it is.
    pub of: Type,
    /// The type as stored.
    pub name: String,
    /// When it was written, in milliseconds since the Unix epoch.
    pub time: Option<i64>,
    /// Its number in the thread, where lines have one.
    pub ordinal: Option<u64>,
    /// What it holds.
    pub payload: Value,
    /// What stands beside an item of the model.
    metadata: Value,
}

impl Record {
    /// Reads a line; `None` where it is no object of JSON.
    pub fn parse(line: &[u8], notes: &mut Notes) -> Option<Self> {
        let value = match serde_json::from_slice(line) {
            Ok(value) => value,
            Err(_) => json_text::parse(line, notes).ok()?,
        };
        let Value::Object(mut object) = value else {
            return None;
        };
        let time = object.get("timestamp").and_then(Value::as_str);
        let time = time.and_then(millis);
        let ordinal = object.get("ordinal").and_then(Value::as_u64);
        let name = object.get("type").and_then(Value::as_str);
        let name = name.unwrap_or_default().to_owned();
        let metadata = object.remove("metadata").unwrap_or_default();
        let record = |of, payload| Self {
            of,
            time,
            ordinal,
            metadata,
            payload,
            name: name.clone(),
        };
        if let Some(payload) = object.remove("payload") {
            let of = match name.as_str() {
                "session_meta" => Type::Meta,
                "turn_context" => Type::TurnContext,
                "response_item" => Type::Response,
                "event_msg" => Type::Event,
                "token_usage_record" => Type::Usage,
                "compacted" => Type::Compacted,
                "world_state"
                | "retained_context"
                | "inter_agent_communication"
                | "inter_agent_communication_metadata" => Type::State,
                _ => Type::Unknown,
            };
            return Some(record(of, payload));
        }
        if object.contains_key("record_type") {
            return Some(record(Type::State, Value::Null));
        }
        if BARE.contains(&name.as_str()) {
            return Some(record(Type::Response, object.into()));
        }
        let is_meta = name.is_empty() && time.is_some() && object.contains_key("id");
        match is_meta {
            true => Some(record(Type::Meta, object.into())),
            false => Some(record(Type::Unknown, Value::Null)),
        }
    }

    /// The kind of what it holds.
    pub fn kind(&self) -> &str {
        text(&self.payload, "type")
    }

    /// What is done with it, for a count of what is not known.
    pub fn shown_name(&self) -> String {
        let kind = self.kind();
        let name = match kind.is_empty() {
            true => self.name.clone(),
            false => format!("{}/{kind}", self.name),
        };
        shown_type(&name)
    }

    /// Tells whether the summary of a compaction stands in it.
    pub fn is_compaction_output(&self) -> bool {
        self.metadata.get("compaction_output") == Some(&Value::Bool(true))
    }

    /// The item that a thread completed.
    pub fn item(&self) -> Option<&Value> {
        let is_item = self.of == Type::Event && self.kind() == "item_completed";
        self.payload
            .get("item")
            .filter(|item| is_item && item.is_object())
    }

    /// Which parts of the program, or which person, the contents of a message are of.
    pub fn content_kinds(&self) -> Vec<&str> {
        let passed = self
            .payload
            .get("internal_chat_message_metadata_passthrough");
        let kinds = passed.and_then(|passed| passed.get("content_item_kinds")?.as_array());
        let kinds = kinds.into_iter().flatten();
        kinds
            .map(|kind| kind.as_str().unwrap_or_default())
            .collect()
    }

    /// The authors of a message's contents, in order. Empty in versions that do not store them.
    pub fn authors(&self) -> Vec<&str> {
        let passed = self
            .payload
            .get("internal_chat_message_metadata_passthrough");
        let contents = passed.and_then(|it| it.get("content_item_metadata")?.as_array());
        fn author(content: &Value) -> Option<&str> {
            content.get("provenance")?.get("type")?.as_str()
        }
        let contents = contents.into_iter().flatten();
        contents
            .map(|content| author(content).unwrap_or_default())
            .collect()
    }

    /// The turn that it belongs to.
    pub fn turn(&self) -> Option<String> {
        string(&self.payload, "turn_id")
    }
}

/// The time of `2026-11-27T10:20:30.123Z`, in milliseconds since the Unix epoch.
pub fn millis(time: &str) -> Option<i64> {
    let time = chrono::DateTime::parse_from_rfc3339(time).ok()?;
    Some(time.timestamp_millis())
}

/// A text of an object, or nothing.
pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The name of a type where it is shown: no more than a name.
pub fn shown_type(kind: &str) -> String {
    let name: String = kind
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "/-_.:".contains(*c))
        .take(64)
        .collect();
    match name.is_empty() {
        true => "unnamed".to_owned(),
        false => name,
    }
}

/// The texts of a content, or of a list of texts.
pub fn texts(content: &Value) -> Vec<String> {
    match content {
        Value::String(text) => vec![text.clone()],
        Value::Array(parts) => {
            let of_part = |part: &Value| match part {
                Value::String(text) => Some(text.clone()),
                part => string(part, "text"),
            };
            parts.iter().filter_map(of_part).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_all_versions_are_known_and_other_types_count_as_absent() {
        let parse = |line: &str| Record::parse(line.as_bytes(), &mut Notes::default());
        let of = |line: &str| parse(line).map(|it| it.of);
        let bare = r#"{"type":"message","role":"user","content":[]}"#;
        assert_eq!(of(bare), Some(Type::Response));
        assert_eq!(of(r#"{"record_type":"state"}"#), Some(Type::State));
        let meta = r#"{"id":"a","timestamp":"2026-11-27T08:44:13.933Z"}"#;
        assert_eq!(of(meta), Some(Type::Meta));
        assert_eq!(of(r#"{"type":"later","payload":{}}"#), Some(Type::Unknown));
        assert_eq!(of(r#"{"type":7,"payload":[]}"#), Some(Type::Unknown));
        assert_eq!(of("[]"), None);
        let odd = parse(r#"{"type":"event_msg","payload":7,"timestamp":[],"ordinal":"x"}"#);
        let odd = odd.unwrap();
        assert_eq!((odd.kind(), odd.time, odd.ordinal), ("", None, None));
        assert!(odd.item().is_none() && odd.content_kinds().is_empty());
    }
}
