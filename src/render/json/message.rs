//! A message: `{ info, parts }` as in OpenCode 1, or an event as in OpenCode 2.

use serde_json::{Value, json};

use super::super::ending::{Attempts, Ending};
use super::super::survey::census::omission;
use super::ids::{Ids, of_message};
use super::part::Kept;
use super::session::{hide_usage, model_ref, put_tokens, session_id};
use super::shown::Shown;
use super::{Document, millis, number, put, put_default, put_nested, put_rest};
use crate::model::{Message, MessageError, Object, Part, PartKind, Role, Session};
use crate::options::Detail;

/// The errors that OpenCode knows; `opencode import` refuses others.
const KNOWN_ERRORS: [&str; 7] = [
    "APIError",
    "ContextOverflowError",
    "MessageAbortedError",
    "MessageOutputLengthError",
    "ProviderAuthError",
    "StructuredOutputError",
    "UnknownError",
];

impl Document<'_> {
    /// `index` is the session's place in the tree, `place` the message's place in the session.
    pub(super) fn message(
        &mut self,
        message: &Message,
        session: &Session,
        index: usize,
        place: usize,
    ) -> Shown {
        let content = self.content;
        let ids = Ids {
            session: session_id(&session.info),
            message: of_message(message.id.as_ref(), place),
        };
        let mut parts = Vec::new();
        let mut other_parts = Vec::new();
        for (part_place, part) in message.parts.iter().enumerate() {
            if omission(part, self.options).is_some() {
                continue;
            }
            self.begin_part(content.part_limit(index, place, Some(part_place)));
            match self.part(part, &ids, part_place) {
                Kept::Part(part) => parts.push(Value::Object(part)),
                Kept::Other(mut part) => {
                    put(&mut part, "index", Some(part_place));
                    other_parts.push(part);
                }
            }
        }
        let error = message.error.as_ref().map(|error| {
            self.begin_part(content.part_limit(index, place, None));
            self.error(error)
        });
        match message.role {
            Role::User | Role::Assistant => {
                let info = if message.role == Role::User {
                    self.last_asked = Some(ids.message.clone());
                    if let Some(stored) = message.id.clone().filter(|id| *id != ids.message) {
                        self.renamed.insert(stored, ids.message.clone());
                    }
                    self.user(message, &ids)
                } else {
                    // OpenCode 2 does not store what an answer answers.
                    let asked = message.parent_id.as_ref().or(self.last_asked.as_ref());
                    let parent = asked.unwrap_or(&ids.message);
                    let parent = self.renamed.get(parent).unwrap_or(parent).clone();
                    let mut info = assistant(message, session, &ids, &parent, error);
                    if !self.options.usage {
                        hide_usage(&mut info, true);
                    }
                    info
                };
                let mut shown = with_parts(info, parts, other_parts);
                put_what_happened(&mut shown, message);
                Shown::Message(Value::Object(shown))
            }
            Role::Other(ref role) if !is_event(message) => {
                let mut info = base(message, &ids, role);
                put_nested(&mut info, "time", [("created", created(message))]);
                put_rest(&mut info, &message.rest);
                let mut shown = with_parts(info, parts, other_parts);
                put(&mut shown, "index", Some(place));
                Shown::Event(Value::Object(shown))
            }
            Role::System | Role::Synthetic | Role::Event | Role::Other(_) => {
                let mut event = event(message, &ids, place, parts, other_parts);
                if let Value::Object(event) = &mut event
                    && self.options.usage
                {
                    put_tokens(event, "tokens", message.tokens);
                }
                Shown::Event(event)
            }
        }
    }

    fn user(&mut self, message: &Message, ids: &Ids<'_>) -> Object {
        let mut object = base(message, ids, "user");
        put_nested(&mut object, "time", [("created", created(message))]);
        let model = message.model.clone().unwrap_or_default();
        put(&mut object, "model", Some(model_ref(&model, "modelID")));
        put(&mut object, "system", message.system.as_deref());
        if !message.diffs.is_empty() && self.options.diffs > Detail::None {
            let diffs = self.diffs(&message.diffs);
            put(&mut object, "summary", Some(json!({ "diffs": diffs })));
        }
        put_rest(&mut object, &message.rest);
        object
    }

    pub(super) fn error(&mut self, error: &MessageError) -> Value {
        let mut data = Object::new();
        put(
            &mut data,
            "message",
            Some(error.message.as_deref().unwrap_or_default()),
        );
        put(&mut data, "statusCode", error.status_code.map(number));
        put(&mut data, "isRetryable", error.is_retryable);
        put_rest(&mut data, &error.rest);
        // Headers and bodies carry secrets in forms of their own.
        data.shift_remove("responseHeaders");
        data.shift_remove("responseBody");
        let stored = error.name.as_deref().unwrap_or("UnknownError");
        let name = if KNOWN_ERRORS.contains(&stored) {
            stored
        } else {
            put(&mut data, "storedName", Some(stored));
            "UnknownError"
        };
        match name {
            "APIError" => put_default(&mut data, "isRetryable", false),
            "ProviderAuthError" => put_default(&mut data, "providerID", ""),
            "StructuredOutputError" => put_default(&mut data, "retries", 0),
            _ => {}
        }
        self.cut_fields(&mut data, &["message"]);
        json!({ "name": name, "data": data })
    }
}

/// Gives what messages of both kinds have.
fn base(message: &Message, ids: &Ids<'_>, role: &str) -> Object {
    let mut object = Object::new();
    put(&mut object, "id", Some(ids.message.as_str()));
    put(
        &mut object,
        "storedID",
        message.id.clone().filter(|id| *id != ids.message),
    );
    put(&mut object, "sessionID", Some(ids.session));
    put(&mut object, "role", Some(role));
    let agent = message.agent.as_deref().unwrap_or_default();
    put(&mut object, "agent", Some(agent));
    object
}

fn created(message: &Message) -> Option<Value> {
    Some(millis(message.time.start).unwrap_or_else(|| 0.into()))
}

fn assistant(
    message: &Message,
    session: &Session,
    ids: &Ids<'_>,
    parent: &str,
    error: Option<Value>,
) -> Object {
    let mut object = base(message, ids, "assistant");
    let times = [
        ("created", created(message)),
        ("completed", millis(message.time.end)),
    ];
    put_nested(&mut object, "time", times);
    put(&mut object, "parentID", Some(parent));
    let model = message.model.clone().unwrap_or_default();
    put(
        &mut object,
        "providerID",
        Some(model.provider_id.unwrap_or_default()),
    );
    put(
        &mut object,
        "modelID",
        Some(model.model_id.unwrap_or_default()),
    );
    put(&mut object, "variant", model.variant);
    let directory = [&message.directory, &session.info.directory]
        .into_iter()
        .find_map(|directory| directory.as_deref())
        .unwrap_or_default();
    let stored = message.rest.get("path").and_then(|path| path.get("root"));
    let root = stored.cloned().unwrap_or_else(|| directory.into());
    put_nested(
        &mut object,
        "path",
        [("cwd", Some(directory.into())), ("root", Some(root))],
    );
    put(
        &mut object,
        "cost",
        Some(number(message.cost.unwrap_or_default())),
    );
    put_tokens(
        &mut object,
        "tokens",
        Some(message.tokens.unwrap_or_default()),
    );
    put(&mut object, "finish", message.finish.as_deref());
    put(&mut object, "system", message.system.as_deref());
    put(&mut object, "error", error);
    if message.is_summary {
        put(&mut object, "summary", Some(true));
    }
    put_rest(&mut object, &message.rest);
    let mode = object.get("agent").cloned().unwrap_or_default();
    put_default(&mut object, "mode", mode);
    object
}

fn with_parts(info: Object, parts: Vec<Value>, other_parts: Vec<Object>) -> Object {
    let mut object = Object::new();
    put(&mut object, "info", Some(info));
    put(&mut object, "parts", Some(parts));
    if !other_parts.is_empty() {
        put(
            &mut object,
            "otherParts",
            Some(Value::from_iter(other_parts)),
        );
    }
    object
}

/// Gives what the stored fields do not tell by themselves: who speaks, how it ended, and how many requests broke off.
fn put_what_happened(object: &mut Object, message: &Message) {
    let speaker = match message.speaker() {
        Role::User if message.announces_command() => Some("runtime"),
        speaker if speaker == message.role => None,
        Role::Synthetic => Some("runtime"),
        _ => Some("user"),
    };
    put(object, "speaker", speaker);
    let ending = Ending::of(message)
        .filter(|ending| !matches!(ending, Ending::Answered | Ending::Continues));
    put(object, "ending", ending.map(Ending::id));
    let broken = Attempts::of(message).broken;
    put(
        object,
        "brokenAttempts",
        Some(broken).filter(|broken| *broken > 0),
    );
}

/// Tells whether a message of an unknown kind is one of OpenCode 2, which is read as one part.
fn is_event(message: &Message) -> bool {
    matches!(
        message.parts.as_slice(),
        [Part {
            kind: PartKind::Unknown { .. },
            id: None,
            ..
        }]
    )
}

/// A message of OpenCode 2 that is neither the user's nor the model's, in its own shape.
fn event(
    message: &Message,
    ids: &Ids<'_>,
    place: usize,
    parts: Vec<Value>,
    other_parts: Vec<Object>,
) -> Value {
    let mut object = Object::new();
    let first = message.parts.first().map(|part| &part.kind);
    let kind = match (&message.role, first) {
        (Role::System, _) => "system",
        (Role::Synthetic, _) => "synthetic",
        (Role::Other(name), _) => name,
        (_, Some(kind)) => super::part::type_name(kind),
        (_, None) => "event",
    };
    put(&mut object, "id", Some(ids.message.as_str()));
    put(
        &mut object,
        "storedID",
        message.id.clone().filter(|id| *id != ids.message),
    );
    put(&mut object, "type", Some(kind));
    let times = [
        ("created", created(message)),
        ("completed", millis(message.time.end)),
    ];
    put_nested(&mut object, "time", times);
    put(&mut object, "index", Some(place));
    if let Some(PartKind::Text { text, .. }) = first {
        put(&mut object, "text", Some(text.as_str()));
    } else {
        let shown = parts
            .into_iter()
            .filter_map(|part| match part {
                Value::Object(part) => Some(part),
                _ => None,
            })
            .chain(other_parts);
        let mut more = Vec::new();
        for mut shown in shown {
            if let Some(Value::Object(stored)) = shown.shift_remove("stored") {
                shown = stored;
            }
            // A program adds several texts at once: they are one event, which keeps each of them.
            if message.role == Role::Synthetic && object.contains_key("text") {
                let piece = ["origin", "text", "cutBytes"];
                shown.retain(|name, _| piece.contains(&name.as_str()));
                more.push(Value::Object(shown));
                continue;
            }
            put_rest(&mut object, &shown);
        }
        if !more.is_empty() {
            put(&mut object, "more", Some(more));
        }
        // The log does not say who asked for it, and a reader would take it for the user.
        let is_open = |part: &Part| {
            matches!(
                part.kind,
                PartKind::Compaction {
                    is_automatic: None,
                    ..
                }
            )
        };
        if message.parts.first().is_some_and(is_open) {
            object.shift_remove("auto");
        }
    }
    put_rest(&mut object, &message.rest);
    for name in ["messageID", "sessionID"] {
        object.shift_remove(name);
    }
    Value::Object(object)
}
