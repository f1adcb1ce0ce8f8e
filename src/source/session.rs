//! JSON -> [`Session`].

use serde_json::Value;

use super::fields::{Fields, Path};
use super::{message, typed_message};
use crate::model::{
    ChangeTotals, FileDiff, Message, ModelRef, Notes, Object, Session, SessionInfo, Todo, Tokens,
};

/// Fields of a session's `info` that are internal to the runtime.
const KNOWN_INFO_FIELDS: [&str; 9] = [
    "execution_context",
    "metadata",
    "path",
    "permission",
    "projectID",
    "skill",
    "slug",
    "subagent_type",
    "workspaceID",
];

pub fn read(object: Object, path: Path<'_>, notes: &mut Notes) -> Session {
    let mut fields = Fields::new(object, path, notes);
    let mut info = fields.nested("info", &[], read_info);
    let mut messages = fields.each("messages", read_message).unwrap_or_default();
    sort_by_creation(&mut messages);
    complete_info(&mut info, &messages);
    if info.id.is_none() {
        fields.notes.add(path, "the session has no id");
    }
    let had_cloud_share = fields.boolean("had_cloud_share").unwrap_or(false);
    info.was_published |= had_cloud_share;
    Session {
        info,
        messages,
        todos: fields.each("todos", read_todo),
        diffs: fields.each("diffs", read_diff),
        children: read_children(&mut fields),
        rest: fields.rest(&[]),
    }
}

/// An array of messages comes without `info`, but its messages know some of it.
fn complete_info(info: &mut SessionInfo, messages: &[Message]) {
    let known = |field: fn(&Message) -> &Option<String>| {
        messages.iter().find_map(|message| field(message).clone())
    };
    info.id = info
        .id
        .take()
        .or_else(|| known(|message| &message.session_id));
    let directory = info
        .directory
        .take()
        .filter(|directory| !directory.is_empty());
    info.directory = directory.or_else(|| known(|message| &message.directory));
}

/// Generation 1 has `{ info, parts }`; OpenCode 2 has `{ type, … }`.
fn read_message(value: Value, path: Path<'_>, notes: &mut Notes) -> Message {
    let is_typed = value.get("info").is_none() && value.get("type").is_some_and(Value::is_string);
    if is_typed {
        typed_message::read(value, path, notes)
    } else {
        message::read(value, path, notes)
    }
}

/// The order of OpenCode's own queries. Ids alone do not give it: the clock in them wrapped in 2026.
fn sort_by_creation(messages: &mut [Message]) {
    if messages.iter().all(|message| message.time.start.is_some()) {
        messages.sort_by(|a, b| (a.time.start, &a.id).cmp(&(b.time.start, &b.id)));
    }
}

fn read_children(fields: &mut Fields<'_>) -> Vec<Session> {
    let mut children = fields
        .each("children", |value, path, notes| match value {
            Value::Object(object) => Some(read(object, path, notes)),
            // A list of ids, as some of OpenCode's calls give it, holds no sessions.
            _ => {
                notes.add(path, "a sub-agent session was expected");
                None
            }
        })
        .unwrap_or_default()
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
    children.sort_by(|a, b| (a.info.created, &a.info.id).cmp(&(b.info.created, &b.info.id)));
    children
}

fn read_info(fields: &mut Fields<'_>) -> SessionInfo {
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
    let location = fields.nested("location", &["workspaceID"], |location| {
        location.string("directory")
    });
    SessionInfo {
        id: fields.string("id"),
        title: fields.string("title"),
        directory: fields.string("directory").or(location),
        version: fields.string("version"),
        agent: fields.string("agent"),
        model: read_model(fields),
        parent_id: fields.string("parentID"),
        created,
        updated,
        archived,
        was_published: share_url.is_some(),
        share_url,
        reverted_from: fields.nested("revert", &["diff", "partID", "snapshot"], |revert| {
            revert.string("messageID")
        }),
        summary: fields.nested("summary", &["diffs"], |summary| {
            Some(ChangeTotals {
                additions: summary.number("additions").unwrap_or_default(),
                deletions: summary.number("deletions").unwrap_or_default(),
                files: summary.number("files").unwrap_or_default(),
            })
        }),
        cost: fields.number("cost"),
        tokens: read_tokens(fields),
        rest: fields.rest(&KNOWN_INFO_FIELDS),
    }
}

pub fn read_model(fields: &mut Fields<'_>) -> Option<ModelRef> {
    fields.nested("model", &["name"], |model| {
        Some(ModelRef {
            provider_id: model.string("providerID"),
            // OpenCode calls it `modelID` in messages and `id` in sessions.
            model_id: model.string("modelID").or_else(|| model.string("id")),
            variant: model.string("variant"),
        })
    })
}

pub fn read_tokens(fields: &mut Fields<'_>) -> Option<Tokens> {
    fields.nested("tokens", &["total"], |tokens| {
        let (cache_read, cache_write) = tokens
            .nested("cache", &[], |cache| {
                Some((cache.number("read"), cache.number("write")))
            })
            .unwrap_or_default();
        Some(Tokens {
            input: tokens.number("input").unwrap_or_default(),
            output: tokens.number("output").unwrap_or_default(),
            reasoning: tokens.number("reasoning").unwrap_or_default(),
            cache_read: cache_read.unwrap_or_default(),
            cache_write: cache_write.unwrap_or_default(),
        })
    })
}

pub fn read_diff(value: Value, path: Path<'_>, notes: &mut Notes) -> FileDiff {
    let mut fields = Fields::of(value, path, notes);
    FileDiff {
        file: fields.string("file"),
        status: fields.string("status"),
        additions: fields.number("additions"),
        deletions: fields.number("deletions"),
        patch: fields.string("patch"),
        rest: fields.rest(&["before", "after"]),
    }
}

fn read_todo(value: Value, path: Path<'_>, notes: &mut Notes) -> Todo {
    let mut fields = Fields::of(value, path, notes);
    Todo {
        content: fields.string("content").unwrap_or_default(),
        status: fields.string("status"),
        priority: fields.string("priority"),
        rest: fields.rest(&["id", "position"]),
    }
}
