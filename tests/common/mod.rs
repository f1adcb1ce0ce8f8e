//! Sessions for the tests, made in code.

use pawwork_session_export::ExportOptions;
use pawwork_session_export::model::Timestamp;
use pawwork_session_export::options::{Detail, RedactLevel, RedactOptions, TimeZone};
use serde_json::{Value, json};

/// Options that show everything and always give the same bytes.
pub fn everything(level: RedactLevel) -> ExportOptions {
    ExportOptions {
        tools: Detail::Full,
        diffs: Detail::Full,
        reasoning: true,
        time_zone: TimeZone::Utc,
        exported_at: Timestamp::from_millis(1_795_400_000_000.0),
        redact: RedactOptions {
            level,
            ..RedactOptions::default()
        },
        ..ExportOptions::default()
    }
}

/// A session in which each kind of string that a document shows comes from `text`, which is asked
/// for each of them by its place.
pub fn session(mut text: impl FnMut(&'static str) -> String) -> Value {
    let mut text = |place| Value::from(text(place));
    let time = json!({ "created": 1_795_333_600_000_i64, "completed": 1_795_333_601_000_i64 });
    let answer = json!({
        "id": "msg_2", "role": "assistant", "parentID": "msg_1", "time": time, "finish": "stop",
        "agent": text("agent"), "providerID": text("provider"), "modelID": text("model"),
        "variant": text("variant"),
        "error": { "name": text("error name"), "data": { "message": text("error message") } },
    });
    json!({
        "info": {
            "id": text("session id"), "title": text("title"), "directory": text("directory"),
            "version": text("version"), "agent": text("session agent"),
            "share": { "url": text("share url") },
            "time": { "created": 1_795_333_600_000_i64 },
        },
        "todos": [{ "content": text("todo"), "status": text("todo status") }],
        "diffs": [{ "file": text("diff file"), "status": text("diff status"), "patch": text("patch") }],
        "messages": [
            {
                "info": { "id": "msg_1", "role": "user", "time": time },
                "parts": [
                    { "type": "text", "text": text("user text") },
                    { "type": "text", "text": text("synthetic text"), "synthetic": true },
                    { "type": "file", "filename": text("file name"), "mime": text("mime"), "url": "data:,x" },
                    { "type": "file", "mime": "text/plain", "url": text("file url") },
                    { "type": "agent", "name": text("mention") },
                    { "type": "subtask", "prompt": text("prompt"), "description": text("description"),
                      "agent": text("sub-agent"), "command": text("command") },
                    { "type": text("part type"), "field": text("unknown field") },
                ],
            },
            {
                "info": answer,
                "parts": [
                    { "type": "reasoning", "text": text("reasoning") },
                    { "type": "text", "text": text("assistant text") },
                    { "type": "tool", "tool": text("tool name"), "state": {
                        "status": "completed", "input": { "command": text("tool input") },
                        "output": text("tool output"), "title": text("tool title"),
                        "metadata": { "sessionId": text("child id") },
                        "attachments": [{ "mime": "image/png", "filename": text("attachment"), "url": "data:,x" }],
                    } },
                    { "type": "tool", "tool": "bash", "state": {
                        "status": "error", "input": { "command": text("bash command") }, "error": text("tool error"),
                    } },
                    { "type": "tool", "tool": "write", "state": { "status": "pending", "input": {}, "raw": text("raw") } },
                    { "type": "patch", "files": [text("patch file")] },
                    { "type": "retry", "attempt": 1, "error": { "name": "APIError", "data": { "message": text("retry") } } },
                ],
            },
            {
                "info": { "id": "msg_3", "role": text("role"), "time": time },
                "parts": [{ "type": "text", "text": text("last text") }],
            },
        ],
        "children": [{
            "info": { "id": "ses_child", "title": text("child title") },
            "messages": [{
                "info": { "id": "msg_4", "role": "user", "time": time },
                "parts": [{ "type": "text", "text": text("child text") }],
            }],
        }],
    })
}
