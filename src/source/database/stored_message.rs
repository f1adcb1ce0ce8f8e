//! The rows of one message -> [`Message`]. Apart from fetching them, so that another thread can do it.

use std::ops::Range;
use std::sync::Arc;

use rusqlite::Row;
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
        session_id: Arc<str>,
        /// That of `message`, then those of `part`.
        rows: StoredRows,
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

/// Rows of `message` or `part`. All of them are in one piece of memory: whoever reads them frees it in another
/// thread, for which an allocator lets both wait.
pub struct StoredRows {
    bytes: Vec<u8>,
    rows: Vec<StoredRow>,
}

impl Default for StoredRows {
    /// Room for a short message.
    fn default() -> Self {
        Self {
            bytes: Vec::with_capacity(8 * 1024),
            rows: Vec::with_capacity(8),
        }
    }
}

/// Where the parts of a row are.
struct StoredRow {
    created: Option<i64>,
    id: Range<usize>,
    data: Range<usize>,
}

/// A row. They are in order by the time of creation, then by id.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct RowView<'r> {
    created: Option<i64>,
    id: &'r str,
    data: &'r [u8],
}

impl StoredRows {
    /// Adds a row of an id, a time and data.
    pub fn add(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let mut add = |bytes: &[u8]| {
            let start = self.bytes.len();
            self.bytes.extend_from_slice(bytes);
            start..self.bytes.len()
        };
        let id = add(rows::as_text(row.get_ref(0)?).as_bytes());
        let data = add(rows::bytes(row.get_ref(2)?));
        self.rows.push(StoredRow {
            created: rows::time(row.get_ref(1)?),
            id,
            data,
        });
        Ok(())
    }

    /// The id of the first row.
    pub fn first_id(&self) -> &str {
        self.views().next().unwrap_or_default().id
    }

    fn views(&self) -> impl Iterator<Item = RowView<'_>> {
        let bytes = |place: &Range<usize>| self.bytes.get(place.clone()).unwrap_or_default();
        self.rows.iter().map(move |row| RowView {
            created: row.created,
            id: str::from_utf8(bytes(&row.id)).unwrap_or_default(),
            data: bytes(&row.data),
        })
    }
}

impl Stored for StoredMessage {
    fn bytes(&self) -> usize {
        match self {
            Self::WithParts { rows, .. } => rows.bytes.len(),
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
                rows,
                is_damaged,
            } => {
                let mut rows = rows.views();
                let info = rows.next().unwrap_or_default();
                let mut stored = read_info(&info, notes);
                let parts = read_parts(info.id, &session_id, rows.collect(), is_damaged, notes);
                stored.insert("id".to_owned(), info.id.into());
                stored.insert("sessionID".to_owned(), (*session_id).into());
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

fn read_info(row: &RowView<'_>, notes: &mut Notes) -> Object {
    rows::data(row.data, notes).unwrap_or_else(|| {
        notes.add(row_name("message", row.id), Oddity::RowIsNoObject);
        let time = json!({ "created": row.created });
        Object::from_iter([("time".to_owned(), time)])
    })
}

/// The parts in order. `None` is one that could not be read.
fn read_parts(
    message_id: &str,
    session_id: &str,
    mut rows: Vec<RowView<'_>>,
    is_damaged: bool,
    notes: &mut Notes,
) -> Vec<Option<Value>> {
    rows.sort();
    let mut parts = Vec::with_capacity(rows.len() + 1);
    for RowView { id, data, .. } in rows {
        let part = rows::data(data, notes).map(|mut part| {
            part.insert("id".to_owned(), id.into());
            part.insert("messageID".to_owned(), message_id.into());
            part.insert("sessionID".to_owned(), session_id.into());
            Value::Object(part)
        });
        if part.is_none() {
            notes.add(row_name("part", id), Oddity::RowIsNoObject);
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
