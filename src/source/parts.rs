//! Parts of messages, and what they are made of: the same for every agent that keeps its session as blocks of JSON.

use serde_json::Value;

use crate::model::{Object, Part, PartKind, Span};

/// A part of a kind.
pub fn part(kind: PartKind) -> Part {
    Part {
        id: None,
        kind,
        rest: Object::new(),
    }
}

/// A text that a person or the model wrote.
pub fn text_part(text: String) -> Part {
    flagged_text(text, false, false)
}

/// A text, and whether a program wrote it, or the model did not get it.
pub fn flagged_text(text: String, is_synthetic: bool, is_ignored: bool) -> Part {
    part(PartKind::Text {
        text,
        is_synthetic,
        is_ignored,
        time: Span::default(),
    })
}

/// A text of an object.
pub fn string(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// Texts as the lines of one. A large one is not copied.
pub fn joined(mut texts: Vec<String>) -> String {
    match texts.len() {
        1 => texts.pop().unwrap_or_default(),
        _ => texts.join("\n"),
    }
}

/// The kind of a block.
pub fn kind(block: &Value) -> &str {
    block
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
}
