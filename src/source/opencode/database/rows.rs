//! Rows of a database -> the JSON that OpenCode's own API makes of them.

use std::borrow::Cow;

use rusqlite::types::ValueRef;
use rusqlite::{Row, ffi};
use serde_json::{Value, json};

use crate::memory;
use crate::model::{Notes, Object, Oddity};
use crate::source::json::text;

/// Columns of a session that hold JSON.
const JSON_COLUMNS: [&str; 5] = [
    "execution_context",
    "metadata",
    "model",
    "permission",
    "revert",
];

/// Columns of a session whose name is another one in JSON: the field, or the object and the field
/// in it.
const RENAMED_COLUMNS: [(&str, &[&str]); 18] = [
    ("parent_id", &["parentID"]),
    ("project_id", &["projectID"]),
    ("share_url", &["share", "url"]),
    ("summary_additions", &["summary", "additions"]),
    ("summary_deletions", &["summary", "deletions"]),
    ("summary_diffs", &["summary", "diffs"]),
    ("summary_files", &["summary", "files"]),
    ("time_archived", &["time", "archived"]),
    ("time_compacting", &["time", "compacting"]),
    ("time_created", &["time", "created"]),
    ("time_initialized", &["time", "initialized"]),
    ("time_updated", &["time", "updated"]),
    ("tokens_cache_read", &["tokens", "cache", "read"]),
    ("tokens_cache_write", &["tokens", "cache", "write"]),
    ("tokens_input", &["tokens", "input"]),
    ("tokens_output", &["tokens", "output"]),
    ("tokens_reasoning", &["tokens", "reasoning"]),
    ("workspace_id", &["workspaceID"]),
];

/// The `info` of a session.
pub fn session_info(row: &Row<'_>, notes: &mut Notes) -> rusqlite::Result<Object> {
    let mut info = Object::new();
    for (index, column) in row.as_ref().column_names().enumerate() {
        let value = row.get_ref(index)?;
        if value == ValueRef::Null {
            continue;
        }
        let value = if JSON_COLUMNS.contains(&column) {
            let parsed = text::parse(bytes(value), notes).ok();
            if parsed.is_none() {
                notes.add("session", Oddity::ColumnIsNoJson);
            }
            parsed.unwrap_or_default()
        } else if column == "summary_diffs" {
            // The changes are shown by turn; the whole text of them is not needed.
            continue;
        } else {
            json_value(value)
        };
        let renamed = RENAMED_COLUMNS.iter().find(|(name, _)| *name == column);
        match renamed {
            Some((_, path)) => insert(&mut info, path, value),
            None => drop(info.insert(column.to_owned(), value)),
        }
    }
    Ok(info)
}

fn insert(object: &mut Object, path: &[&str], value: Value) {
    match path {
        [] => {}
        [field] => drop(object.insert((*field).to_owned(), value)),
        [field, rest @ ..] => {
            let inner = object.entry((*field).to_owned()).or_insert(json!({}));
            if let Value::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

fn json_value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into(),
    }
}

/// The error of a row that there is too little memory for, as SQLite has it.
pub fn out_of_memory() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_NOMEM), None)
}

/// The bytes of a value, for which there may be too little memory.
pub fn copied(value: ValueRef<'_>) -> rusqlite::Result<Vec<u8>> {
    let mut copy = Vec::new();
    memory::extend(&mut copy, bytes(value)).map_err(|_| out_of_memory())?;
    Ok(copy)
}

/// The text of a value; of another kind of value, nothing.
pub fn bytes(value: ValueRef<'_>) -> &[u8] {
    match value {
        ValueRef::Text(text) | ValueRef::Blob(text) => text,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => &[],
    }
}

/// The text of a value, whatever it is.
pub fn text(value: ValueRef<'_>) -> String {
    as_text(value).into_owned()
}

/// The same, borrowed where it is a text.
pub fn as_text(value: ValueRef<'_>) -> Cow<'_, str> {
    if let ValueRef::Text(text) = value
        && let Ok(text) = simdutf8::basic::from_utf8(text)
    {
        return text.into();
    }
    match json_value(value) {
        Value::String(text) => text.into(),
        Value::Null => "".into(),
        value => value.to_string().into(),
    }
}

/// A time as it is sorted by: what has none comes first.
pub fn time(value: ValueRef<'_>) -> Option<i64> {
    match value {
        ValueRef::Integer(time) => Some(time),
        #[expect(clippy::cast_possible_truncation, reason = "saturates")]
        ValueRef::Real(time) => Some(time as i64),
        _ => None,
    }
}

/// The text of a value that is there and not empty.
pub fn optional_text(value: ValueRef<'_>) -> Option<String> {
    Some(text(value)).filter(|text| !text.is_empty())
}

/// A value that counts something.
pub fn count(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Integer(count) => usize::try_from(count).unwrap_or_default(),
        _ => 0,
    }
}
