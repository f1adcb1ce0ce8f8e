//! JSON -> [`Message`], in the shape of OpenCode 1: `{ info, parts }`.

use super::super::fields::{Fields, Path};
use super::super::json::value::{Json, JsonObject};
use super::part_v1;
use super::values::{read_diff, read_error, read_model, read_tokens, take_place};
use crate::model::{FileDiff, Message, ModelRef, Notes, Object, Oddity, Role, Span};

/// Fields of a message's `info` that are internal to the runtime.
const KNOWN_FIELDS: [&str; 8] = [
    "diagnostics",
    "format",
    "mode",
    "storedID",
    "structured",
    "tools",
    "variant",
    "title",
];

pub fn read(value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> Message {
    let mut fields = Fields::of(value, path, notes);
    let info = fields.object("info");
    if info.is_none() {
        fields.note("info", Oddity::MessageWithoutInfo);
    }
    let parts = fields.array("parts");
    if parts.is_none() {
        fields.note("parts", Oddity::MessageWithoutParts);
    }
    let mut parts = parts.unwrap_or_default();
    // Our own JSON keeps parts of other kinds apart, each with its place.
    for mut part in fields.array("otherParts").unwrap_or_default() {
        let place = take_place(&mut part);
        // One of an unknown kind stands there as it was stored.
        let stored = part.as_object_mut();
        if let Some(stored) = stored.and_then(|part| part.take("stored")) {
            part = stored;
        }
        parts.insert(place.min(parts.len()), part);
    }
    // Our own JSON tells there what the stored fields mean.
    fields.rest(&["brokenAttempts", "ending", "speaker"]);
    let of_parts = path.field("parts");
    let read_part = |(index, part)| part_v1::read(part, of_parts.index(index), notes);
    let parts = parts.into_iter().enumerate().map(read_part).collect();
    Message {
        parts,
        ..read_info(info.unwrap_or_default(), path, notes)
    }
}

/// Reads a message without its parts from its `info`.
pub fn read_info(info: JsonObject<'_>, path: Path<'_>, notes: &mut Notes) -> Message {
    let fields = &mut Fields::new(info, path.field("info"), notes);
    let role = match fields.string("role").as_deref() {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        Some("system") => Role::System,
        Some(other) => Role::Other(other.to_owned()),
        None => {
            fields.note("role", Oddity::MessageWithoutRole);
            Role::Other(String::new())
        }
    };
    let (is_summary, diffs) = read_summary(fields);
    Message {
        id: fields.string("id"),
        role,
        parent_id: fields.string("parentID"),
        agent: fields.name("agent"),
        model: read_message_model(fields),
        time: fields.span("created", "completed"),
        cost: fields.number("cost"),
        tokens: read_tokens(fields),
        finish: fields.string("finish"),
        error: read_error(fields),
        is_summary,
        session_id: fields.string("sessionID"),
        directory: fields.nested("path", &["root"], |path| {
            path.string("cwd").or_else(|| path.string("root"))
        }),
        system: read_system(fields),
        diffs,
        parts: Vec::new(),
        rest: fields.rest(&KNOWN_FIELDS),
    }
}

/// An assistant's `summary` is a flag; a user's is an object with the changes of the turn.
fn read_summary(fields: &mut Fields<'_, '_>) -> (bool, Vec<FileDiff>) {
    match fields.value("summary") {
        Some(Json::Bool(is_summary)) => (is_summary, Vec::new()),
        Some(value) => {
            let path = fields.path.field("summary");
            let mut summary = Fields::of(value, path, fields.notes);
            let diffs = summary.each("diffs", read_diff).unwrap_or_default();
            summary.rest(&["additions", "body", "deletions", "files", "title"]);
            (false, diffs)
        }
        None => (false, Vec::new()),
    }
}

/// One prompt, or the list of prompts that versions before 1.0 kept with each answer.
fn read_system(fields: &mut Fields<'_, '_>) -> Option<String> {
    match fields.value("system")? {
        Json::String(text) => Some(text.into_owned()),
        Json::Array(texts) => {
            let texts: Vec<&str> = texts.iter().filter_map(Json::as_str).collect();
            Some(texts.join("\n\n"))
        }
        _ => {
            fields.note("system", Oddity::AStringExpected);
            None
        }
    }
}

/// A user's message has `model: { providerID, modelID }`, an assistant's the ids themselves.
fn read_message_model(fields: &mut Fields<'_, '_>) -> Option<ModelRef> {
    let flat = ModelRef {
        provider_id: fields.name("providerID"),
        model_id: fields.name("modelID"),
        variant: None,
    };
    if flat == ModelRef::default() {
        return read_model(fields);
    }
    Some(ModelRef {
        variant: fields.string("variant"),
        ..flat
    })
}

/// An event or a line that the runtime wrote: no model, no cost, one part.
pub fn of_role(role: Role, id: Option<String>, time: Span) -> Message {
    Message {
        id,
        role,
        parent_id: None,
        agent: None,
        model: None,
        time,
        cost: None,
        tokens: None,
        finish: None,
        error: None,
        is_summary: false,
        session_id: None,
        directory: None,
        system: None,
        diffs: Vec::new(),
        parts: Vec::new(),
        rest: Object::new(),
    }
}
