//! The rows of one message -> [`Message`]. Apart from fetching them, so that another thread can do it.

use serde_json::{Value, json};

use super::{row_name, rows};
use crate::model::{Message, Notes, Object, Oddity, Role, Span};
use crate::source::fields::Path;
use crate::source::{Stored, message, part, typed_message};

/// What is stored of a message.
pub enum StoredMessage {
    /// Of generation 1: a row of `message`, and rows of `part`.
    WithParts {
        /// Its place in the session.
        index: usize,
        session_id: String,
        info: InfoRow,
        parts: Vec<PartRow>,
        /// Whether there are more parts, which could not be read.
        is_damaged: bool,
    },
    /// Of generation 2: a row of `session_message`.
    Typed {
        /// Its place in the session.
        index: usize,
        id: String,
        kind: String,
        data: Vec<u8>,
    },
    /// A row that could not be read, by what it is.
    Damaged(&'static str),
}

/// A row of `message`.
pub struct InfoRow {
    pub id: String,
    pub created: Option<i64>,
    pub data: Vec<u8>,
}

/// A row of `part`. They are in order by the time of creation, then by id.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct PartRow {
    pub created: Option<i64>,
    pub id: String,
    pub data: Vec<u8>,
}

impl Stored for StoredMessage {
    fn bytes(&self) -> usize {
        match self {
            Self::WithParts { info, parts, .. } => {
                let of_parts: usize = parts.iter().map(|part| part.data.len()).sum();
                info.data.len() + of_parts
            }
            Self::Typed { data, .. } => data.len(),
            Self::Damaged(_) => 0,
        }
    }

    fn read(self: Box<Self>, notes: &mut Notes) -> Message {
        let path = Path::Root.field("messages");
        match *self {
            Self::WithParts {
                index,
                session_id,
                info,
                parts,
                is_damaged,
            } => {
                let mut stored = read_info(&info, notes);
                let parts = read_parts(&info.id, &session_id, parts, is_damaged, notes);
                stored.insert("id".to_owned(), info.id.into());
                stored.insert("sessionID".to_owned(), session_id.into());
                message::read_rows(stored, parts.into_iter(), path.index(index), notes)
            }
            Self::Typed {
                index,
                id,
                kind,
                data,
            } => match rows::data(&data, notes) {
                Some(mut data) => {
                    data.insert("id".to_owned(), id.into());
                    data.insert("type".to_owned(), kind.into());
                    typed_message::read(Value::Object(data), path.index(index), notes)
                }
                None => {
                    notes.add(row_name("session_message", &id), Oddity::RowIsNoObject);
                    unreadable()
                }
            },
            Self::Damaged(row) => {
                notes.add(row, Oddity::Damaged);
                unreadable()
            }
        }
    }
}

fn read_info(row: &InfoRow, notes: &mut Notes) -> Object {
    rows::data(&row.data, notes).unwrap_or_else(|| {
        notes.add(row_name("message", &row.id), Oddity::RowIsNoObject);
        let time = json!({ "created": row.created });
        Object::from_iter([("time".to_owned(), time)])
    })
}

/// The parts in order. `None` is one that could not be read.
fn read_parts(
    message_id: &str,
    session_id: &str,
    mut rows: Vec<PartRow>,
    is_damaged: bool,
    notes: &mut Notes,
) -> Vec<Option<Value>> {
    rows.sort();
    let mut parts = Vec::with_capacity(rows.len() + 1);
    for PartRow { id, data, .. } in rows {
        let part = rows::data(&data, notes).map(|mut part| {
            part.insert("id".to_owned(), id.clone().into());
            part.insert("messageID".to_owned(), message_id.into());
            part.insert("sessionID".to_owned(), session_id.into());
            Value::Object(part)
        });
        if part.is_none() {
            notes.add(row_name("part", &id), Oddity::RowIsNoObject);
        }
        parts.push(part);
    }
    if is_damaged {
        notes.add(row_name("message", message_id), Oddity::PartsAreMissing);
        parts.push(None);
    }
    parts
}

/// A message of which nothing could be read.
fn unreadable() -> Message {
    let mut message = message::of_role(Role::Other(String::new()), None, Span::default());
    message.parts.push(part::unreadable());
    message
}
