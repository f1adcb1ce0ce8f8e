//! A session as JSON text, in any of the shapes that users have, recognised by its content:
//!
//! - OpenCode's `export` and `GET /session/:id/message`: `{ info, messages: [{ info, parts }] }`,
//!   or the array of messages alone;
//! - PawWork's snapshot: `{ schema_version: 1, format: "pawwork-session-export",
//!   runtime_context, session: { info, diffs, messages, children } }`;
//! - our own JSON, which is the first of these with more beside it;
//! - OpenCode 2: the session's fields with typed messages (`{ info, messages: [{ type, … }] }`);
//! - the stream of events that `opencode run --format json` prints, line by line.

pub mod apart;
mod long_strings;
mod messages;
pub mod raw_messages;
pub mod text;
pub mod texts_apart;
pub mod value;

use std::borrow::Cow;

use serde_json::Value;

use self::apart::Apart;
use self::messages::JsonMessages;
use self::raw_messages::RawMessage;
use self::texts_apart::TextsApart;
use self::value::{Json, JsonObject};
use super::fields::{Fields, Path};
use super::opencode::event_stream;
use super::opencode::session;
use super::opencode::session::{Entry, Sessions};
use super::{Input, other_input};
use crate::error::{Error, Result};
use crate::memory;
use crate::model::{Notes, Object, Runtime, SessionTree};

/// The `format` of a PawWork snapshot.
const PAWWORK_FORMAT: &str = "pawwork-session-export";

/// The fields of a snapshot that repeat what the sessions themselves hold.
const KNOWN_SNAPSHOT_FIELDS: [&str; 7] = [
    "closing",
    "diagnostics",
    "exported",
    "exported_at",
    "format",
    "root_session_id",
    "schema_version",
];

/// Reads a session from JSON text.
///
/// # Errors
/// [`Error::InvalidSession`] where the input is no JSON, or no session; [`Error::OutOfMemory`].
pub fn read_json(bytes: &[u8]) -> Result<Input<'_>> {
    memory::check_json(bytes.len())?;
    if is_event_stream(bytes) {
        return read_events(bytes);
    }
    let bytes = other_input::without_preamble(bytes);
    if let Some((outline, apart)) = Apart::split(bytes) {
        let mut notes = Notes::default();
        // If that is no JSON, parsing the whole text tells the place.
        if let Ok(text) = owned_text(outline, &mut notes)
            && let Ok(parsed) = parse(&text, bytes)
        {
            let sessions = read_parsed(parsed, &mut notes)?;
            return Ok(input(sessions, notes, text.into(), Some(apart), bytes));
        }
    }
    read_whole(bytes, None)
}

/// Reads a session from JSON text and the long texts that were kept apart from it, some of which may still be to
/// come.
///
/// # Errors
/// Those of [`read_json`].
pub fn read_json_apart<'a>(bytes: &'a [u8], texts: &'a TextsApart) -> Result<Input<'a>> {
    memory::check_json(bytes.len())?;
    let bytes = other_input::without_preamble(bytes);
    read_whole(bytes, Some(Apart::new(texts)))
}

/// Tells whether bytes are the events of a run. A shell of Windows writes UTF-16.
fn is_event_stream(bytes: &[u8]) -> bool {
    let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if !is_utf16 {
        return event_stream::is_stream(bytes);
    }
    text::text(bytes, &mut Notes::default())
        .is_ok_and(|text| event_stream::is_stream(text.as_bytes()))
}

/// Reads the events of a run.
fn read_events(bytes: &[u8]) -> Result<Input<'_>> {
    let mut notes = Notes::default();
    let session = event_stream::session_of(&text::text(bytes, &mut notes)?, &mut notes)?;
    let sessions = read_parsed((text::parse_text(&session)?, None), &mut notes)?;
    Ok(input(sessions, notes, session.into(), None, bytes))
}

fn read_whole<'a>(bytes: &'a [u8], apart: Option<Apart<'a>>) -> Result<Input<'a>> {
    let mut notes = Notes::default();
    let text = text::text(bytes, &mut notes)?;
    let parsed = parse(&text, bytes).map_err(|error| other_input::explained(bytes, error))?;
    let sessions = read_parsed(parsed, &mut notes)?;
    Ok(input(sessions, notes, text, apart, bytes))
}

/// The text of JSON as [`text::text`] gives it.
fn owned_text(json: String, notes: &mut Notes) -> Result<String> {
    match text::text(json.as_bytes(), notes)? {
        Cow::Borrowed(text) if text.len() == json.len() => {}
        text => return Ok(text.into_owned()),
    }
    Ok(json)
}

/// A session's JSON, and its messages where they stand apart.
type Parsed<'t> = (Json<'t>, Option<Vec<RawMessage>>);

/// Parses a text that is that of `json` but for what stands apart.
fn parse<'t>(text: &'t str, json: &[u8]) -> Result<Parsed<'t>> {
    match raw_messages::split(text, json.len()) {
        Some((object, messages)) => Ok((object.into(), messages)),
        None => Ok((text::parse_text(text)?, None)),
    }
}

fn read_parsed((value, messages): Parsed<'_>, notes: &mut Notes) -> Result<(Runtime, Sessions)> {
    match value {
        Json::Object(object) => read_object(object, messages, notes),
        Json::Array(items) => {
            if let Some(problem) = other_input::problem_of_list(&items) {
                return Err(Error::invalid_session("$", problem));
            }
            let messages = Json::Array(items);
            let mut object = JsonObject::default();
            object.set("messages", messages);
            let sessions = read_bare(object, None, Path::Root, notes)?;
            Ok((Runtime::default(), sessions))
        }
        _ => Err(Error::invalid_session(
            "$",
            "an object or an array of messages was expected",
        )),
    }
}

/// The input of sessions that were read from a text, which is that of `json` but for what stands apart.
fn input<'a>(
    (runtime, sessions): (Runtime, Sessions),
    mut notes: Notes,
    text: Cow<'a, str>,
    apart: Option<Apart<'a>>,
    json: &'a [u8],
) -> Input<'a> {
    let (sessions, entries): (Vec<_>, Vec<_>) = sessions.into_iter().unzip();
    let directories = entries.iter().flatten().filter_map(Entry::directory);
    let mut tree = SessionTree {
        folders: directories.cloned().collect(),
        sessions,
        runtime,
    };
    if let Some(apart) = &apart {
        apart.complete_tree(&mut tree, &mut notes);
    }
    Input {
        tree,
        notes,
        messages: Box::new(JsonMessages::new(entries, text, apart, json)),
    }
}

fn read_object(
    object: JsonObject<'_>,
    messages: Option<Vec<RawMessage>>,
    notes: &mut Notes,
) -> Result<(Runtime, Sessions)> {
    if object.get("format").and_then(Json::as_str) == Some(PAWWORK_FORMAT) {
        // A snapshot has them elsewhere.
        notes.unknown_fields += usize::from(messages.is_some());
        return read_snapshot(object, notes);
    }
    let mut fields = Fields::new(object, Path::Root, notes);
    let runtime = match fields.value("runtime_context") {
        Some(Json::Object(runtime)) => {
            let path = Path::Root.field("runtime_context");
            read_runtime(&mut Fields::new(runtime, path, fields.notes))
        }
        _ => Runtime::default(),
    };
    let sessions = read_bare(fields.into_object(), messages, Path::Root, notes)?;
    Ok((runtime, sessions))
}

fn read_snapshot(object: JsonObject<'_>, notes: &mut Notes) -> Result<(Runtime, Sessions)> {
    let version = match object.get("schema_version") {
        Some(Json::Number(version)) => version.as_f64(),
        _ => None,
    };
    if version != Some(1.0) {
        return Err(Error::invalid_session(
            "$.schema_version",
            "only version 1 of PawWork's snapshot is known; a newer exporter may read it",
        ));
    }
    let mut fields = Fields::new(object, Path::Root, notes);
    let runtime = Runtime {
        diagnostics: fields.value("diagnostics").map(Value::from),
        ..fields.nested("runtime_context", &[], read_runtime)
    };
    let Some(Json::Object(root)) = fields.value("session") else {
        return Err(Error::invalid_session(
            "$.session",
            "an object was expected",
        ));
    };
    fields.rest(&KNOWN_SNAPSHOT_FIELDS);
    let sessions = read_bare(root, None, Path::Root.field("session"), notes)?;
    Ok((runtime, sessions))
}

fn read_runtime(fields: &mut Fields<'_, '_>) -> Runtime {
    Runtime {
        namespace: fields.string("runtime_namespace"),
        app_version: fields.string("app_version"),
        channel: fields.string("build_channel"),
        platform: fields.string("platform"),
        os_version: fields.string("os_version"),
        diagnostics: None,
        rest: fields.rest(&[
            "instruction_sources",
            "locale",
            "model_refs",
            "stats",
            "timezone",
        ]),
    }
}

/// The runtime as an application handed it over beside the session. It is read like the one of a snapshot.
pub fn runtime_of_option(context: &Object) -> Runtime {
    let mut notes = Notes::default();
    let context = Json::from(Value::Object(context.clone()));
    match context {
        Json::Object(context) => read_runtime(&mut Fields::new(context, Path::Root, &mut notes)),
        _ => Runtime::default(),
    }
}

fn read_bare(
    object: JsonObject<'_>,
    messages: Option<Vec<RawMessage>>,
    path: Path<'_>,
    notes: &mut Notes,
) -> Result<Sessions> {
    let wrong =
        |name: &str, expected| Err(Error::invalid_session(format!("{path}.{name}"), expected));
    let info = object.get("info");
    let of_object = object.get("messages");
    if !matches!(info, None | Some(Json::Object(_))) {
        return wrong("info", "an object was expected");
    }
    if !matches!(of_object, None | Some(Json::Array(_))) {
        return wrong("messages", "an array was expected");
    }
    if info.is_none() && of_object.is_none() && messages.is_none() {
        return Err(Error::invalid_session(
            path.to_string(),
            "neither `info` nor `messages` is there, so it is no session of OpenCode or PawWork",
        ));
    }
    Ok(session::read(object, messages, path, notes))
}
