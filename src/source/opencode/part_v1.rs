//! JSON -> [`Part`], in the shape of OpenCode 1 and of PawWork.

use serde_json::Value;

use super::super::fields::{Fields, Path};
use super::super::json::value::{Json, JsonObject};
use super::values::{read_error, read_tokens};
use crate::model::{
    FilePart, Happening, Notes, Object, Oddity, Part, PartKind, RetryPart, SubtaskPart, ToolPart,
    ToolStatus,
};

/// Fields that every part may have and that are internal to the runtime.
const KNOWN_FIELDS: [&str; 13] = [
    "cutBytes",
    "messageID",
    "metadata",
    "model",
    "outcome",
    "overflow",
    "recent_events",
    "sessionID",
    "snapshot",
    "source",
    "storedID",
    "tail_start_id",
    "type",
];

pub fn read(value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> Part {
    let id = value.get("id").and_then(Json::as_str).map(str::to_owned);
    let Json::Object(object) = value else {
        notes.add(path, Oddity::PartIsNoObject);
        return unknown(id, None, value.into());
    };
    let Some(Json::String(kind)) = object.get("type") else {
        notes.add(path, Oddity::PartWithoutType);
        return unknown(id, None, Json::Object(object).into());
    };
    let kind = kind.clone();
    let mut fields = Fields::new(object, path, notes);
    fields.string("id");
    let Some(known) = read_kind(&kind, &mut fields) else {
        let rest = Value::Object(fields.rest(&KNOWN_FIELDS));
        return unknown(id, Some(kind.into_owned()), rest);
    };
    // Known from where the part is, and from what it is.
    for name in ["messageID", "sessionID", "type"] {
        fields.value(name);
    }
    Part {
        id,
        kind: known,
        rest: fields.rest(&KNOWN_FIELDS),
    }
}

/// A part that is stored and could not be read.
pub fn unreadable() -> Part {
    Part {
        id: None,
        kind: PartKind::Unreadable,
        rest: Object::new(),
    }
}

fn unknown(id: Option<String>, name: Option<String>, value: Value) -> Part {
    Part {
        id,
        kind: PartKind::Unknown { name, value },
        rest: Object::new(),
    }
}

/// `None` for a kind that this version does not know.
fn read_kind(kind: &str, fields: &mut Fields<'_, '_>) -> Option<PartKind> {
    Some(match kind {
        "text" => PartKind::Text {
            text: required_text(fields),
            is_synthetic: fields.boolean("synthetic").unwrap_or(false),
            is_ignored: fields.boolean("ignored").unwrap_or(false),
            time: fields.span("start", "end"),
        },
        "reasoning" => PartKind::Reasoning {
            text: required_text(fields),
            time: fields.span("start", "end"),
        },
        "file" => PartKind::File(read_file_fields(fields)),
        "tool" => PartKind::Tool(Box::new(read_tool(fields))),
        "agent" => PartKind::Agent {
            name: fields.string("name").unwrap_or_default(),
        },
        "subtask" => PartKind::Subtask(Box::new(read_subtask(fields))),
        "patch" => PartKind::Patch {
            hash: fields.string("hash"),
            files: fields.strings("files"),
        },
        "snapshot" => PartKind::Snapshot {
            hash: fields.string("snapshot"),
        },
        "step-start" => PartKind::StepStart,
        "step-finish" => PartKind::StepFinish {
            reason: fields.string("reason"),
            cost: fields.number("cost"),
            tokens: read_tokens(fields),
        },
        "retry" => PartKind::Retry(RetryPart {
            attempt: fields.number("attempt"),
            error: read_error(fields),
            created: fields.span("created", "completed").start,
        }),
        "compaction" => PartKind::Compaction {
            is_automatic: fields.boolean("auto"),
            status: None,
            summary: None,
        },
        "notice" => PartKind::Notice {
            kind: fields.string("kind"),
            created: fields.span("created", "completed").start,
        },
        "context" => PartKind::Context {
            source: fields.string("origin"),
            text: required_text(fields),
        },
        "happened" => PartKind::Happened {
            what: fields
                .string("what")
                .and_then(|name| Happening::of(&name))?,
            detail: fields.string("detail"),
        },
        "skill" => PartKind::Skill {
            name: fields.string("name").unwrap_or_default(),
        },
        _ => return None,
    })
}

fn required_text(fields: &mut Fields<'_, '_>) -> String {
    match fields.string("text") {
        Some(text) => text,
        None => {
            fields.note("text", Oddity::TextPartWithoutText);
            String::new()
        }
    }
}

/// An attachment, as a part of its own or in a tool's result.
pub fn read_file(value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> FilePart {
    let mut fields = Fields::of(value, path, notes);
    let mut file = read_file_fields(&mut fields);
    file.rest = fields.rest(&["id", "messageID", "sessionID", "type", "metadata"]);
    file
}

fn read_file_fields(fields: &mut Fields<'_, '_>) -> FilePart {
    // PawWork's snapshot replaces the content of an attachment with its size and hash.
    let (size, sha256) = fields
        .nested("metadata", &[], |metadata| {
            metadata.nested("redacted_binary", &["mime"], |binary| {
                Some((binary.number("size_bytes"), binary.string("sha256")))
            })
        })
        .unwrap_or_default();
    // Our own JSON has them beside an address without content.
    let size = size.or_else(|| fields.number("bytes"));
    let sha256 = sha256.or_else(|| fields.string("sha256"));
    FilePart {
        mime: fields.string("mime"),
        filename: fields.string("filename").or_else(|| fields.string("name")),
        url: fields.string("url").or_else(|| fields.string("uri")),
        source: fields
            .object("source")
            .map(Object::from)
            .unwrap_or_default(),
        size,
        sha256: sha256.map(|hash| hash.trim_start_matches("sha256:").to_owned()),
        rest: Object::new(),
    }
}

fn read_tool(fields: &mut Fields<'_, '_>) -> ToolPart {
    let tool = fields.string("tool").unwrap_or_default();
    let call_id = fields.string("callID");
    let mut part = fields
        .nested("state", &[], |state| Some(read_tool_state(state)))
        .unwrap_or_else(|| {
            fields.note("state", Oddity::ToolWithoutState);
            read_tool_state(&mut Fields::new(
                JsonObject::default(),
                fields.path,
                &mut Notes::default(),
            ))
        });
    part.tool = tool;
    part.call_id = call_id;
    part
}

fn read_tool_state(state: &mut Fields<'_, '_>) -> ToolPart {
    let status = match state.string("status").as_deref() {
        Some("pending") => ToolStatus::Pending,
        Some("running") => ToolStatus::Running,
        Some("completed") => ToolStatus::Completed,
        Some("error") => ToolStatus::Error,
        other => ToolStatus::Other(other.unwrap_or_default().to_owned()),
    };
    let (time, compacted) = state
        .nested("time", &[], |time| {
            let span = crate::model::Span {
                start: time.timestamp("start"),
                end: time.timestamp("end"),
            };
            Some((span, time.timestamp("compacted")))
        })
        .unwrap_or_default();
    ToolPart {
        tool: String::new(),
        call_id: None,
        status,
        input: state.value("input").map(Value::from).unwrap_or_default(),
        raw: state.string("raw").filter(|raw| !raw.is_empty()),
        title: state.string("title"),
        output: state.string("output"),
        error: state.string("error"),
        metadata: state
            .object("metadata")
            .map(Object::from)
            .unwrap_or_default(),
        time,
        compacted,
        attachments: state.each("attachments", read_file).unwrap_or_default(),
        rest: state.rest(&["cutBytes", "reason"]),
    }
}

fn read_subtask(fields: &mut Fields<'_, '_>) -> SubtaskPart {
    SubtaskPart {
        prompt: fields.string("prompt"),
        description: fields.string("description"),
        agent: fields.string("agent"),
        command: fields.string("command"),
        status: fields.string("status"),
        result: fields
            .string("result_text")
            .or_else(|| fields.string("result_summary")),
        rest: Object::new(),
    }
}
