//! JSON -> [`Message`], in the shape of OpenCode 2: `{ id, type, time, … }`, where an assistant's
//! parts are its `content` and events are messages of their own.

use serde_json::{Value, json};

use super::super::fields::{Fields, Path};
use super::super::json::value::Json;
use super::message_v1::of_role;
use super::part_v1::read_file;
use super::values::{read_error, read_model, read_tokens};
use crate::model::{
    FilePart, Happening, Message, Notes, Object, Oddity, Part, PartKind, RetryPart, Role, Span,
    ToolPart, ToolStatus,
};

/// Fields of a message that are internal to the runtime.
const KNOWN_FIELDS: [&str; 9] = [
    "metadata",
    "native",
    "provider",
    "providerState",
    "sessionID",
    "snapshot",
    "state",
    "storedID",
    "type",
];

pub fn read(value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> Message {
    let kind = value
        .get("type")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned();
    let mut fields = Fields::of(value, path, notes);
    let id = fields.string("id");
    let time = fields.span("created", "completed");
    let mut message = match kind.as_str() {
        "user" => {
            let mut message = of_role(Role::User, id, time);
            message.parts = read_user_parts(&mut fields);
            message
        }
        "assistant" => read_assistant(&mut fields, id, time),
        "synthetic" | "system" => {
            let role = if kind == "system" {
                Role::System
            } else {
                Role::Synthetic
            };
            let text = fields.string("text").unwrap_or_default();
            let part = match fields.string("origin") {
                // Our own JSON tells which program it came from.
                Some(source) => PartKind::Context {
                    source: Some(source),
                    text,
                },
                None => text_part(text, true),
            };
            let mut message = with_part(role, id, time, part);
            let more = fields.each("more", read_context).unwrap_or_default();
            message.parts.extend(more.into_iter().map(self::part));
            message
        }
        "shell" => with_part(Role::User, id, time, read_shell(&mut fields, time)),
        _ => match read_event(&kind, &mut fields) {
            Some(event) => {
                let mut message = with_part(Role::Event, id, time, event);
                message.tokens = read_tokens(&mut fields);
                message
            }
            None => {
                let value = Value::Object(fields.rest(&KNOWN_FIELDS));
                let part = PartKind::Unknown {
                    name: Some(kind.clone()),
                    value,
                };
                with_part(Role::Other(kind), id, time, part)
            }
        },
    };
    message.rest = fields.rest(&KNOWN_FIELDS);
    message
}

fn with_part(role: Role, id: Option<String>, time: Span, kind: PartKind) -> Message {
    let mut message = of_role(role, id, time);
    message.parts.push(part(kind));
    message
}

fn part(kind: PartKind) -> Part {
    Part {
        id: None,
        kind,
        rest: Object::new(),
    }
}

fn text_part(text: String, is_synthetic: bool) -> PartKind {
    PartKind::Text {
        text,
        is_synthetic,
        is_ignored: false,
        time: Span::default(),
    }
}

fn read_user_parts(fields: &mut Fields<'_, '_>) -> Vec<Part> {
    let mut parts = vec![part(text_part(
        fields.string("text").unwrap_or_default(),
        false,
    ))];
    let files = fields.each("files", read_file).unwrap_or_default();
    parts.extend(files.into_iter().map(|file| part(PartKind::File(file))));
    let mut named = |name: &'static str, kind: fn(String) -> PartKind| {
        for name in fields.each(name, read_name).unwrap_or_default() {
            parts.push(part(kind(name)));
        }
    };
    named("agents", |name| PartKind::Agent { name });
    named("skills", |name| PartKind::Skill { name });
    parts
}

/// A further piece of what a program added in one go, as our own JSON keeps it.
fn read_context(value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> PartKind {
    let mut fields = Fields::of(value, path, notes);
    PartKind::Context {
        source: fields.string("origin"),
        text: fields.string("text").unwrap_or_default(),
    }
}

/// A mention: a name, or an object with one.
fn read_name(value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> String {
    match value {
        Json::String(name) => name.into_owned(),
        value => Fields::of(value, path, notes)
            .string("name")
            .unwrap_or_default(),
    }
}

fn read_event(kind: &str, fields: &mut Fields<'_, '_>) -> Option<PartKind> {
    Some(match kind {
        "agent-switched" => PartKind::AgentSwitched {
            agent: fields.string("agent"),
        },
        "model-switched" => PartKind::ModelSwitched {
            model: read_model(fields),
        },
        "location-switched" => PartKind::LocationSwitched {
            directory: fields
                .nested("location", &["workspaceID"], |location| {
                    location.string("directory")
                })
                .or_else(|| fields.string("directory")),
        },
        "happened" => PartKind::Happened {
            what: fields
                .string("what")
                .and_then(|name| Happening::of(&name))?,
            detail: fields.string("detail"),
        },
        "idle" => PartKind::Idle {
            outcome: fields.string("outcome"),
        },
        "skill" => PartKind::Skill {
            name: fields.string("name").unwrap_or_default(),
        },
        "compaction" => PartKind::Compaction {
            is_automatic: fields
                .boolean("auto")
                .or_else(|| fields.string("reason").map(|reason| reason == "auto")),
            status: fields.string("status"),
            summary: fields.string("summary").or_else(|| fields.string("text")),
        },
        _ => return None,
    })
}

/// A command that the user ran.
fn read_shell(fields: &mut Fields<'_, '_>, time: Span) -> PartKind {
    let mut metadata = Object::new();
    if let Some(exit) = fields.value("exit") {
        metadata.insert("exit".to_owned(), exit.into());
    }
    let command = fields.string("command");
    PartKind::Tool(Box::new(ToolPart {
        tool: "shell".to_owned(),
        call_id: fields.string("callID"),
        status: match fields.string("status").as_deref() {
            Some("running") => ToolStatus::Running,
            Some("completed" | "exited") | None => ToolStatus::Completed,
            Some("failed" | "error") => ToolStatus::Error,
            Some(other) => ToolStatus::Other(other.to_owned()),
        },
        input: json!({ "command": command }),
        output: fields.string("output"),
        metadata,
        time,
        ..ToolPart::begun(String::new(), None, Value::Null)
    }))
}

fn read_assistant(fields: &mut Fields<'_, '_>, id: Option<String>, time: Span) -> Message {
    let mut parts = fields.each("content", read_content).unwrap_or_else(|| {
        fields.note("content", Oddity::AnswerWithoutContent);
        Vec::new()
    });
    if fields.value("retry").is_some() {
        parts.insert(0, part(PartKind::Retry(RetryPart::default())));
    }
    Message {
        agent: fields.string("agent"),
        model: read_model(fields),
        cost: fields.number("cost"),
        tokens: read_tokens(fields),
        finish: fields.string("finish"),
        error: read_error(fields),
        parts,
        ..of_role(Role::Assistant, id, time)
    }
}

fn read_content(value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> Part {
    let kind = value.get("type").and_then(Json::as_str).map(str::to_owned);
    let mut fields = Fields::of(value, path, notes);
    let id = fields.string("id");
    let kind = match kind.as_deref() {
        Some("text") => text_part(fields.string("text").unwrap_or_default(), false),
        Some("reasoning") => PartKind::Reasoning {
            text: fields.string("text").unwrap_or_default(),
            time: fields.span("created", "completed"),
        },
        Some("tool") => PartKind::Tool(Box::new(read_tool(&mut fields, id.clone()))),
        _ => PartKind::Unknown {
            name: kind,
            value: Value::Object(fields.rest(&KNOWN_FIELDS)),
        },
    };
    Part {
        id,
        kind,
        rest: fields.rest(&KNOWN_FIELDS),
    }
}

fn read_tool(fields: &mut Fields<'_, '_>, call_id: Option<String>) -> ToolPart {
    let tool = fields.string("name").unwrap_or_default();
    let time = fields.nested("time", &[], |time| {
        let created = time.timestamp("created");
        Span {
            start: time.timestamp("ran").or(created),
            end: time.timestamp("completed"),
        }
    });
    let mut part = fields
        .nested("state", &[], |state| Some(read_tool_state(state)))
        .unwrap_or_else(|| {
            fields.note("state", Oddity::ToolWithoutState);
            ToolPart::begun(String::new(), None, Value::Null)
        });
    part.tool = tool;
    part.call_id = call_id;
    part.time = time;
    part
}

fn read_tool_state(state: &mut Fields<'_, '_>) -> ToolPart {
    let status = match state.string("status").as_deref() {
        Some("streaming" | "pending") => ToolStatus::Pending,
        Some("running") => ToolStatus::Running,
        Some("completed") => ToolStatus::Completed,
        Some("error") => ToolStatus::Error,
        other => ToolStatus::Other(other.unwrap_or_default().to_owned()),
    };
    let mut texts = Vec::new();
    let mut attachments = Vec::new();
    for content in state.each("content", read_tool_content).unwrap_or_default() {
        match content {
            ToolContent::Text(text) => texts.push(text),
            ToolContent::File(file) => attachments.push(*file),
        }
    }
    let metadata = state.object("structured").map(Object::from);
    let metadata = metadata.unwrap_or_default();
    if texts.is_empty()
        && let Some(text) = metadata.get("content").and_then(Value::as_str)
    {
        texts.push(text.to_owned());
    }
    // While the model writes it, the input is the text so far.
    let (input, raw) = match state.value("input") {
        Some(Json::String(raw)) => (Value::Null, Some(raw.into_owned())),
        input => (input.unwrap_or_default().into(), None),
    };
    ToolPart {
        status,
        input,
        raw,
        output: (!texts.is_empty()).then(|| texts.join("\n")),
        error: read_error(state).and_then(|error| error.message),
        metadata,
        attachments,
        rest: state.rest(&["outputPaths", "result"]),
        ..ToolPart::begun(String::new(), None, Value::Null)
    }
}

enum ToolContent {
    Text(String),
    File(Box<FilePart>),
}

fn read_tool_content(value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> ToolContent {
    if value.get("type").and_then(Json::as_str) == Some("file") {
        return ToolContent::File(Box::new(read_file(value, path, notes)));
    }
    ToolContent::Text(
        Fields::of(value, path, notes)
            .string("text")
            .unwrap_or_default(),
    )
}
