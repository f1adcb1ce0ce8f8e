//! The row of a session.

use rusqlite::OptionalExtension as _;
use serde_json::Value;

use super::CrushStore;
use super::schema::millis;
use crate::error::Result;
use crate::model::{Notes, Oddity, SessionInfo, Timestamp, Todo, Tokens};
use crate::source::json::text as json_text;
use crate::source::parts::string;
use crate::source::sqlite::{is_damage, is_id, values};

/// Titles that the programs give until a model gives another one.
const PLACEHOLDERS: [&str; 3] = ["New Session", "Untitled Session", "New Agent Session"];

/// The fields of a row of the sessions.
pub struct SessionRow {
    pub info: SessionInfo,
    pub todos: Option<Vec<Todo>>,
    /// The message with the summary that stands for those before it.
    pub summary_message: Option<String>,
}

/// A title, where somebody or a model gave it.
pub fn given_title(title: Option<String>) -> Option<String> {
    title.filter(|title| !PLACEHOLDERS.contains(&title.as_str()))
}

/// Reads the row of a session, which exists.
///
/// # Errors
/// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
pub fn read(store: &CrushStore, id: &str, notes: &mut Notes) -> Result<SessionRow> {
    let table = &store.schema.sessions;
    let column = |name| table.column_or(name, "NULL");
    let query = format!(
        "SELECT {}, {}, {}, {}, {}, {}, {}, {}, {} FROM sessions WHERE id {}",
        column("title"),
        column("parent_session_id"),
        column("created_at"),
        column("updated_at"),
        column("cost"),
        column("prompt_tokens"),
        column("completion_tokens"),
        column("summary_message_id"),
        column("todos"),
        is_id!()
    );
    let mut todos = None;
    let read = |row: &rusqlite::Row<'_>| {
        let time = |at| Ok::<_, rusqlite::Error>(values::time(row.get_ref(at)?).map(millis));
        let tokens = Tokens {
            input: values::number(row.get_ref(5)?).unwrap_or_default(),
            output: values::number(row.get_ref(6)?).unwrap_or_default(),
            ..Tokens::default()
        };
        todos = values::optional_text(row.get_ref(8)?);
        // Before May 2025 they were those of the whole session. A database that no later version opened lacks the
        // column.
        let (all, last) = match table.has("summary_message_id") {
            true => (None, Some(tokens)),
            false => (Some(tokens), None),
        };
        let info = SessionInfo {
            title: given_title(values::optional_text(row.get_ref(0)?)),
            parent_id: values::optional_text(row.get_ref(1)?),
            created: time(2)?.and_then(Timestamp::in_range),
            updated: time(3)?.and_then(Timestamp::in_range),
            cost: values::number(row.get_ref(4)?),
            tokens: all,
            // A summary sets the first number to 0, which no answer has.
            last_answer_tokens: last.filter(|tokens| tokens.input > 0.0),
            ..SessionInfo::default()
        };
        Ok((info, values::optional_text(row.get_ref(7)?)))
    };
    let statement = store.database.connection.prepare_cached(&query);
    let row = statement.and_then(|mut statement| statement.query_row([id], read).optional());
    let (info, summary_message) = match row {
        Ok(row) => row.unwrap_or_default(),
        Err(error) if is_damage(&error) => {
            // It was found in an index before.
            notes.add("session row", Oddity::Damaged);
            Default::default()
        }
        Err(error) => return Err(store.database.unreadable(&error)),
    };
    let directory = store.project();
    Ok(SessionRow {
        info: SessionInfo {
            id: Some(id.to_owned()),
            directory: directory.map(|folder| folder.to_string_lossy().into_owned()),
            ..info
        },
        todos: todos.and_then(|todos| read_todos(&todos, notes)),
        summary_message,
    })
}

/// The to-do list, which is a column of JSON.
fn read_todos(todos: &str, notes: &mut Notes) -> Option<Vec<Todo>> {
    let Ok(Value::Array(todos)) = json_text::parse(todos.as_bytes(), notes) else {
        notes.add("session.todos", Oddity::ColumnIsNoJson);
        return None;
    };
    let read = |todo: &Value| Todo {
        content: string(todo, "content").unwrap_or_default(),
        status: string(todo, "status"),
        ..Todo::default()
    };
    Some(todos.iter().map(read).collect())
}
