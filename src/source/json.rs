//! A session as JSON text, in any of the shapes that users have, recognised by its content:
//!
//! - OpenCode's `export` and `GET /session/:id/message`: `{ info, messages: [{ info, parts }] }`,
//!   or the array of messages alone;
//! - PawWork's snapshot: `{ schema_version: 1, format: "pawwork-session-export",
//!   runtime_context, session: { info, diffs, messages, children } }`;
//! - our own JSON, which is the first of these with more beside it;
//! - OpenCode 2: the session's fields with typed messages (`{ info, messages: [{ type, … }] }`).

use std::sync::Arc;
use std::thread;

use super::apart::{Apart, TextsApart};
use super::fields::{Fields, Path};
use super::json_value::{Json, JsonObject};
use super::raw_messages::{ReadMessages, WithRawMessages};
use super::session::{self, Sessions};
use super::{Fetched, Input, Messages, Size, Stored, json_text};
use crate::error::{Error, Result};
use crate::model::{Message, Notes, Runtime, SessionTree};

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
/// [`Error::InvalidSession`] where the input is no JSON, or no session.
pub fn read_json(bytes: &[u8]) -> Result<Input<'_>> {
    if let Some((outline, apart)) = Apart::split(bytes) {
        let mut notes = Notes::default();
        // Where that is no JSON, the whole text tells where.
        if let Ok(text) = json_text::text(outline.as_bytes(), &mut notes)
            && let Ok(parsed) = parse(&text)
        {
            return read_parsed(parsed, Some(apart), notes);
        }
    }
    let mut notes = Notes::default();
    let text = json_text::text(bytes, &mut notes)?;
    read_parsed(parse(&text)?, None, notes)
}

/// Reads a session from JSON text and the long texts that were kept apart from it, some of which may still be to
/// come.
///
/// # Errors
/// Those of [`read_json`].
pub fn read_json_apart<'a>(bytes: &'a [u8], texts: &'a TextsApart) -> Result<Input<'a>> {
    let mut notes = Notes::default();
    let text = json_text::text(bytes, &mut notes)?;
    read_parsed(parse(&text)?, Some(Apart::new(texts)), notes)
}

/// A session's JSON, and its messages where they were read already.
type Parsed<'t> = (Json<'t>, Option<ReadMessages>);

fn parse(text: &str) -> Result<Parsed<'_>> {
    match WithRawMessages::of(text).and_then(WithRawMessages::read) {
        Some((object, messages)) => Ok((Json::Object(object), messages)),
        None => Ok((json_text::parse_text(text)?, None)),
    }
}

fn read_parsed<'a>(
    (value, messages): Parsed<'_>,
    apart: Option<Apart<'a>>,
    mut notes: Notes,
) -> Result<Input<'a>> {
    let (runtime, sessions) = match value {
        Json::Object(object) => read_object(object, messages, &mut notes)?,
        messages @ Json::Array(_) => {
            let mut object = JsonObject::default();
            object.set("messages", messages);
            (
                Runtime::default(),
                read_bare(object, None, Path::Root, &mut notes)?,
            )
        }
        _ => {
            return Err(Error::invalid_session(
                "$",
                "an object or an array of messages was expected",
            ));
        }
    };
    let (sessions, messages): (Vec<_>, Vec<_>) = sessions.into_iter().unzip();
    let folders = messages
        .iter()
        .flatten()
        .filter_map(|message| message.directory.clone())
        .collect();
    let mut tree = SessionTree {
        sessions,
        runtime,
        folders,
    };
    if let Some(apart) = &apart {
        apart.complete_tree(&mut tree, &mut notes);
    }
    let apart = apart.map(Arc::new);
    let slot = |message| {
        Some(Kept {
            message,
            apart: apart.clone(),
        })
    };
    let of_session = |messages: Vec<Message>| messages.into_iter().map(slot).collect();
    Ok(Input {
        tree,
        notes,
        messages: Box::new(InMemory(messages.into_iter().map(of_session).collect())),
    })
}

/// Messages that were all read at once, by session; those that are fetched are missing.
struct InMemory<'a>(Vec<Vec<Option<Kept<'a>>>>);

impl<'a> InMemory<'a> {
    fn slot(&mut self, session: usize, index: usize) -> Option<&mut Option<Kept<'a>>> {
        self.0.get_mut(session)?.get_mut(index)
    }
}

/// A message that was read before.
struct Kept<'a> {
    message: Message,
    /// What has to be put back into it. `None` where it is whole.
    apart: Option<Arc<Apart<'a>>>,
}

impl Stored for Kept<'_> {
    fn bytes(&self) -> usize {
        0
    }

    fn read(self: Box<Self>, notes: &mut Notes) -> Message {
        let Self { mut message, apart } = *self;
        if let Some(apart) = apart {
            apart.complete_message(&mut message, notes);
        }
        message
    }
}

impl<'a> Messages<'a> for InMemory<'a> {
    fn size(&mut self, session: usize) -> Result<Size> {
        let messages = self.0.get(session).map(Vec::as_slice).unwrap_or_default();
        Ok(Size {
            messages: messages.len(),
            orphans: 0,
        })
    }

    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>> {
        let kept = self.slot(session, index).and_then(Option::take);
        Ok(Fetched::new(kept.ok_or(Error::Internal)?))
    }

    fn give_back(&mut self, session: usize, index: usize, message: Message) {
        if let Some(slot) = self.slot(session, index) {
            *slot = Some(Kept {
                message,
                apart: None,
            });
        }
    }

    fn keeps_changes(&self) -> bool {
        true
    }

    fn finish(&mut self) -> Result<()> {
        let kept = std::mem::take(&mut self.0).into_iter().flatten().flatten();
        let messages: Vec<Message> = kept.map(|kept| kept.message).collect();
        // To free that many texts takes a tenth of an export, for which nobody has to wait.
        drop(thread::Builder::new().spawn(|| drop(messages)));
        Ok(())
    }
}

fn read_object(
    object: JsonObject<'_>,
    messages: Option<ReadMessages>,
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
    let runtime = fields.nested("runtime_context", &[], read_runtime);
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
        rest: fields.rest(&[
            "instruction_sources",
            "locale",
            "model_refs",
            "stats",
            "timezone",
        ]),
    }
}

fn read_bare(
    object: JsonObject<'_>,
    messages: Option<ReadMessages>,
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
