//! Messages of the first versions of OpenCode (0.1 and 0.2), in the shape of the later ones.
//!
//! They had `{ id, role, parts, metadata }`, with tool calls as `tool-invocation` parts whose title
//! and times are in the metadata.

use serde_json::{Value, json};

use crate::model::Object;

/// The `info` of a message of any version.
pub fn modern_info(message: Object) -> Object {
    modern(message).0
}

/// The `info` of a message of any version, and the parts that are inside it.
pub fn modern(mut message: Object) -> (Object, Vec<Value>) {
    let is_early = message.get("parts").is_some_and(Value::is_array)
        && message.get("metadata").is_some_and(Value::is_object);
    if !is_early {
        return (message, Vec::new());
    }
    let metadata = message.shift_remove("metadata").unwrap_or_default();
    let parts = match message.shift_remove("parts") {
        Some(Value::Array(parts)) => parts,
        _ => Vec::new(),
    };
    for name in ["time", "error", "sessionID"] {
        if let Some(value) = metadata.get(name) {
            message.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(Value::Object(assistant)) = metadata.get("assistant") {
        message.extend(assistant.clone());
    }
    let parts = parts
        .into_iter()
        .map(|part| modern_part(part, &metadata))
        .collect();
    (message, parts)
}

fn modern_part(part: Value, metadata: &Value) -> Value {
    match part.get("type").and_then(Value::as_str) {
        Some("tool-invocation") => modern_tool(&part, metadata).unwrap_or(part),
        Some("file") => json!({
            "type": "file",
            "mime": part.get("mediaType"),
            "filename": part.get("filename"),
            "url": part.get("url"),
        }),
        _ => part,
    }
}

fn modern_tool(part: &Value, metadata: &Value) -> Option<Value> {
    let call = part.get("toolInvocation")?;
    let id = call.get("toolCallId").and_then(Value::as_str)?;
    let known = metadata.get("tool").and_then(|tools| tools.get(id));
    let known = |name: &str| known.and_then(|tool| tool.get(name)).cloned();
    let mut rest = match metadata.get("tool").and_then(|tools| tools.get(id)) {
        Some(Value::Object(tool)) => tool.clone(),
        _ => Object::new(),
    };
    rest.shift_remove("title");
    rest.shift_remove("time");
    let status = match call.get("state").and_then(Value::as_str)? {
        "partial-call" => "pending",
        "call" => "running",
        "result" => "completed",
        _ => return None,
    };
    Some(json!({
        "type": "tool",
        "callID": id,
        "tool": call.get("toolName"),
        "state": {
            "status": status,
            "input": call.get("args"),
            "output": call.get("result"),
            "title": known("title"),
            "time": known("time"),
            "metadata": rest,
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_the_first_versions_has_its_parts_inside() {
        let message = json!({
            "id": "msg_1", "role": "assistant",
            "parts": [
                { "type": "text", "text": "Done." },
                { "type": "tool-invocation", "toolInvocation": {
                    "state": "result", "toolCallId": "call_1", "toolName": "bash",
                    "args": { "command": "ls" }, "result": "a.txt",
                } },
            ],
            "metadata": {
                "time": { "created": 1 }, "sessionID": "ses_1",
                "assistant": { "modelID": "m", "path": { "cwd": "/work" } },
                "tool": { "call_1": { "title": "List", "time": { "start": 2, "end": 3 }, "exit": 0 } },
            },
        });
        let (info, parts) = modern(message.as_object().unwrap().clone());
        assert_eq!(
            Value::Object(info),
            json!({
                "id": "msg_1", "role": "assistant", "time": { "created": 1 }, "sessionID": "ses_1",
                "modelID": "m", "path": { "cwd": "/work" },
            })
        );
        assert_eq!(parts[0], json!({ "type": "text", "text": "Done." }));
        assert_eq!(
            parts[1],
            json!({
                "type": "tool", "callID": "call_1", "tool": "bash",
                "state": {
                    "status": "completed", "input": { "command": "ls" }, "output": "a.txt",
                    "title": "List", "time": { "start": 2, "end": 3 }, "metadata": { "exit": 0 },
                },
            })
        );
    }
}
