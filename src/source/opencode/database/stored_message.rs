//! The rows of one message -> [`Message`]. Apart from fetching them, so that another thread can do it.

use std::ops::Range;
use std::sync::Arc;

use rusqlite::Row;
use serde_json::json;

use super::super::{message_v1, message_v2, part_v1};
use super::row_name;
use crate::memory;
use crate::model::{Message, Notes, Oddity, Part, Role, Span};
use crate::source::Stored;
use crate::source::fields::Path;
use crate::source::json::apart;
use crate::source::json::value::{Json, JsonObject};
use crate::source::sqlite::values;

/// The stored rows of a message.
pub enum StoredMessage {
    /// Generation 1: a row of `message`, and rows of `part`.
    WithParts {
        /// Its place in the session.
        index: usize,
        session_id: Arc<str>,
        /// The row of `message`, then the rows of `part`.
        rows: StoredRows,
        /// True where there are more parts, which could not be read.
        is_damaged: bool,
    },
    /// Generation 2: a row of `session_message`.
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

/// The places of the fields of a row.
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
            // A vector doubles its room by itself, of which up to half stays empty.
            if self.bytes.capacity() - start < bytes.len() {
                let more = bytes.len().max(start / 4);
                memory::reserve(&mut self.bytes, more).map_err(|_| values::out_of_memory())?;
            }
            self.bytes.extend_from_slice(bytes);
            Ok::<_, rusqlite::Error>(start..self.bytes.len())
        };
        let id = add(values::as_text(row.get_ref(0)?).as_bytes())?;
        let data = add(values::bytes(row.get_ref(2)?))?;
        self.rows.push(StoredRow {
            created: values::time(row.get_ref(1)?),
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
                let path = path.index(index);
                let mut rows = rows.views();
                let info = rows.next().unwrap_or_default();
                let of_parts = path.field("parts");
                let mut parts = read_parts(info.id, &session_id, rows.collect(), of_parts, notes);
                if is_damaged {
                    notes.add(row_name("message", info.id), Oddity::PartsAreMissing);
                    parts.push(part_v1::unreadable());
                }
                Message {
                    parts,
                    ..read_info(&info, &session_id, path, notes)
                }
            }
            Self::Typed {
                index,
                id,
                kind,
                data,
            } => {
                let read = |data: JsonObject<'_>, notes: &mut Notes| {
                    let data = with_fields(data, [("id", &*id), ("type", &*kind)]);
                    message_v2::read(data.into(), path.index(index), notes)
                };
                read_object(&data, notes, read).unwrap_or_else(|| {
                    notes.add(row_name("session_message", &id), Oddity::RowIsNoObject);
                    unreadable()
                })
            }
            Self::Damaged(row) => {
                notes.add(row, Oddity::Damaged);
                unreadable()
            }
        }
    }
}

/// Reads the object in a `data` column. `None` where it is no JSON object.
fn read_object<T>(
    data: &[u8],
    notes: &mut Notes,
    read: impl FnOnce(JsonObject<'_>, &mut Notes) -> T,
) -> Option<T> {
    let read = |value: Json<'_>, notes: &mut Notes| match value {
        Json::Object(object) => Some(read(object, notes)),
        _ => None,
    };
    apart::read(data, notes, read).ok().flatten()
}

/// An object with fields that stand in other columns than `data`.
fn with_fields<'t, const N: usize>(
    mut object: JsonObject<'t>,
    fields: [(&'static str, &'t str); N],
) -> JsonObject<'t> {
    for (name, text) in fields {
        object.set(name, text);
    }
    object
}

/// The message of a row, without its parts.
fn read_info(row: &RowView<'_>, session_id: &str, path: Path<'_>, notes: &mut Notes) -> Message {
    let read = |info: JsonObject<'_>, notes: &mut Notes| {
        let info = with_fields(info, [("id", row.id), ("sessionID", session_id)]);
        message_v1::read_info(info, path, notes)
    };
    read_object(row.data, notes, read).unwrap_or_else(|| {
        notes.add(row_name("message", row.id), Oddity::RowIsNoObject);
        let mut info = JsonObject::default();
        info.set("time", json!({ "created": row.created }));
        read(info, notes)
    })
}

/// The parts of a message, in order.
fn read_parts(
    message_id: &str,
    session_id: &str,
    mut rows: Vec<RowView<'_>>,
    path: Path<'_>,
    notes: &mut Notes,
) -> Vec<Part> {
    rows.sort();
    let mut parts = Vec::with_capacity(rows.len() + 1);
    for (index, RowView { id, data, .. }) in rows.into_iter().enumerate() {
        let read = |part: JsonObject<'_>, notes: &mut Notes| {
            let ids = [
                ("id", id),
                ("messageID", message_id),
                ("sessionID", session_id),
            ];
            part_v1::read(with_fields(part, ids).into(), path.index(index), notes)
        };
        parts.push(read_object(data, notes, read).unwrap_or_else(|| {
            notes.add(row_name("part", id), Oddity::RowIsNoObject);
            part_v1::unreadable()
        }));
    }
    parts
}

/// A message of which nothing could be read.
fn unreadable() -> Message {
    let mut message = message_v1::of_role(Role::Other(String::new()), None, Span::default());
    message.parts.push(part_v1::unreadable());
    message
}
