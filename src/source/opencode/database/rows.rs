//! Rows of a database -> the JSON that OpenCode's own API makes of them.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde_json::{Value, json};

use crate::model::{Notes, Object, Oddity};
use crate::source::json::text;
use crate::source::sqlite::values::{bytes, json_value};

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
