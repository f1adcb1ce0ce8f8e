//! JSON -> [`Session`].

use super::super::fields::{Fields, Path};
use super::super::json::raw_messages::{MessageOutline, RawMessage};
use super::super::json::value::{Json, JsonObject};
use super::values::{read_diff, read_model, read_tokens, read_tokens_of, take_place};
use super::{message_v1, message_v2};
use crate::model::{ChangeTotals, Message, Notes, Oddity, Session, SessionInfo, Timestamp, Todo};

/// Fields of a session's `info` that are internal to the runtime.
const KNOWN_INFO_FIELDS: [&str; 10] = [
    "execution_context",
    "metadata",
    "path",
    "permission",
    "projectID",
    "skill",
    "slug",
    "storedID",
    "subagent_type",
    "workspaceID",
];

/// Fields of our own JSON that tell of the export, not of the session.
const KNOWN_LOG_FIELDS: [&str; 6] = [
    "closing",
    "exported",
    "format",
    "outcome",
    "runtime_context",
    "version",
];

/// A session tree with all its messages, in the order of [`SessionTree::sessions`].
///
/// [`SessionTree::sessions`]: crate::model::SessionTree::sessions
pub type Sessions = Vec<(Session, Vec<Entry>)>;

/// A message, or what is known of one that is not read yet.
pub enum Entry {
    Read(Box<Message>),
    Raw(RawMessage),
}

impl From<Message> for Entry {
    fn from(message: Message) -> Self {
        Self::Read(Box::new(message))
    }
}

impl Entry {
    fn start(&self) -> Option<Timestamp> {
        match self {
            Self::Read(message) => message.time.start,
            Self::Raw(message) => message.outline.start,
        }
    }

    fn text(
        &self,
        of_message: fn(&Message) -> &Option<String>,
        of_outline: fn(&MessageOutline) -> &Option<String>,
    ) -> Option<&String> {
        match self {
            Self::Read(message) => of_message(message).as_ref(),
            Self::Raw(message) => of_outline(&message.outline).as_ref(),
        }
    }

    fn id(&self) -> Option<&String> {
        self.text(|message| &message.id, |outline| &outline.id)
    }

    fn session_id(&self) -> Option<&String> {
        self.text(|message| &message.session_id, |outline| &outline.session_id)
    }

    pub fn directory(&self) -> Option<&String> {
        self.text(|message| &message.directory, |outline| &outline.directory)
    }
}

/// Reads a session and those in its `children`. Its messages may stand elsewhere.
pub fn read(
    object: JsonObject<'_>,
    messages: Option<Vec<RawMessage>>,
    path: Path<'_>,
    notes: &mut Notes,
) -> Sessions {
    // Our own JSON tells of each session how it ended, and has its messages in the order of the document: what a
    // program added to a prompt may have an earlier time than the prompt.
    let is_in_order = object.get("outcome").is_some();
    let mut fields = Fields::new(object, path, notes);
    let info = fields.nested("info", &[], read_info);
    let mut messages: Vec<Entry> = match messages {
        Some(messages) => messages.into_iter().map(Entry::Raw).collect(),
        None => {
            let read = fields.each("messages", read_message).unwrap_or_default();
            read.into_iter().map(Entry::from).collect()
        }
    };
    // Our own JSON keeps events apart, each with its place.
    for (place, event) in fields.each("events", read_event).unwrap_or_default() {
        messages.insert(place.min(messages.len()), event.into());
    }
    if !is_in_order {
        sort_by_creation(&mut messages);
    }
    let mut session = read_beside(info, &mut fields);
    let children = read_children(&mut fields);
    session.rest = fields.rest(&KNOWN_LOG_FIELDS);
    complete_info(&mut session.info, &messages);
    if session.info.id.is_none() {
        notes.add(path, Oddity::NoSessionId);
    }
    let mut sessions = vec![(session, messages)];
    for child in children {
        let offset = sessions.len();
        sessions.extend(child.into_iter().map(|(mut session, messages)| {
            session.parent = Some(session.parent.map_or(0, |parent| parent + offset));
            (session, messages)
        }));
    }
    sessions
}

/// Reads a session without its messages and its sub-agent sessions.
pub fn read_outline(object: JsonObject<'_>, notes: &mut Notes) -> Session {
    let mut fields = Fields::new(object, Path::Root, notes);
    let info = fields.nested("info", &[], read_info);
    let mut session = read_beside(info, &mut fields);
    session.rest = fields.rest(&[]);
    session
}

/// The fields that stand beside `info`.
fn read_beside(mut info: SessionInfo, fields: &mut Fields<'_, '_>) -> Session {
    info.was_published |= fields.boolean("had_cloud_share").unwrap_or(false);
    let published = fields.nested("published", &[], |published| Some(published.string("url")));
    if let Some(url) = published {
        info.was_published = true;
        info.share_url = info.share_url.take().or(url);
    }
    Session {
        info,
        is_branch: fields.boolean("branch").unwrap_or(false),
        todos: fields.each("todos", read_todo),
        diffs: fields.each("diffs", read_diff),
        ..Session::default()
    }
}

/// An array of messages comes without `info`, but its messages know some of it.
fn complete_info(info: &mut SessionInfo, messages: &[Entry]) {
    let known = |field: fn(&Entry) -> Option<&String>| {
        messages.iter().find_map(|message| field(message).cloned())
    };
    info.id = info.id.take().or_else(|| known(Entry::session_id));
    let directory = info
        .directory
        .take()
        .filter(|directory| !directory.is_empty());
    info.directory = directory.or_else(|| known(Entry::directory));
}

/// Generation 1 has `{ info, parts }`; OpenCode 2 has `{ type, … }`.
pub fn read_message(value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> Message {
    let is_typed =
        value.get("info").is_none() && value.get("type").and_then(Json::as_str).is_some();
    if is_typed {
        message_v2::read(value, path, notes)
    } else {
        message_v1::read(value, path, notes)
    }
}

/// A message, and its place among all of them.
fn read_event(mut value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> (usize, Message) {
    let place = take_place(&mut value);
    (place, read_message(value, path, notes))
}

/// The order of OpenCode's own queries. Ids alone do not give it: the clock in them wrapped in 2026.
fn sort_by_creation(messages: &mut [Entry]) {
    if messages.iter().all(|message| message.start().is_some()) {
        messages.sort_by(|a, b| (a.start(), a.id()).cmp(&(b.start(), b.id())));
    }
}

fn read_children(fields: &mut Fields<'_, '_>) -> Vec<Sessions> {
    let read_child = |value, path: Path<'_>, notes: &mut Notes| match value {
        Json::Object(object) => Some(read(object, None, path, notes)),
        // A list of ids, as some of OpenCode's calls give it, holds no sessions.
        _ => {
            notes.add(path, Oddity::NoSubAgentSession);
            None
        }
    };
    let children = fields.each("children", read_child).unwrap_or_default();
    let mut children: Vec<Sessions> = children.into_iter().flatten().collect();
    children.sort_by(|a, b| created(a).cmp(&created(b)));
    children
}

/// When the first of some sessions was created, and its id.
fn created(sessions: &Sessions) -> Option<(Option<Timestamp>, &Option<String>)> {
    let (session, _) = sessions.first()?;
    Some((session.info.created, &session.info.id))
}

fn read_info(fields: &mut Fields<'_, '_>) -> SessionInfo {
    let (created, updated, archived) = fields
        .nested("time", &["compacting", "initialized"], |time| {
            Some((
                time.timestamp("created"),
                time.timestamp("updated"),
                time.timestamp("archived"),
            ))
        })
        .unwrap_or_default();
    let share_url = fields.nested("share", &["secret"], |share| share.string("url"));
    fields.forget_rest_of("share");
    let location = fields.nested("location", &["workspaceID"], |location| {
        location.string("directory")
    });
    let reverted = fields.nested("revert", &["diff", "snapshot"], |revert| {
        Some((revert.string("messageID"), revert.string("partID")))
    });
    let (reverted_from, reverted_part) = reverted.unwrap_or_default();
    let id = fields.string("id");
    SessionInfo {
        // Our own JSON has another one where OpenCode would refuse it.
        id: fields.string("storedID").or(id),
        title: fields.string("title"),
        directory: fields.string("directory").or(location),
        version: fields.name("version"),
        agent: fields.name("agent"),
        skill: fields.name("skill"),
        model: read_model(fields),
        parent_id: fields.string("parentID"),
        created,
        updated,
        archived,
        was_published: share_url.is_some(),
        share_url,
        reverted_from,
        reverted_part,
        summary: fields.nested("summary", &["diffs"], |summary| {
            Some(ChangeTotals {
                additions: summary.number("additions").unwrap_or_default(),
                deletions: summary.number("deletions").unwrap_or_default(),
                files: summary.number("files").unwrap_or_default(),
            })
        }),
        cost: fields.number("cost"),
        tokens: read_tokens(fields),
        // Our own JSON has them of programs that keep no others.
        last_answer_tokens: read_tokens_of(fields, "lastAnswerTokens"),
        rest: fields.rest(&KNOWN_INFO_FIELDS),
    }
}

fn read_todo(value: Json<'_>, path: Path<'_>, notes: &mut Notes) -> Todo {
    let mut fields = Fields::of(value, path, notes);
    Todo {
        content: fields.string("content").unwrap_or_default(),
        status: fields.string("status"),
        priority: fields.string("priority"),
        rest: fields.rest(&["id", "position"]),
    }
}
