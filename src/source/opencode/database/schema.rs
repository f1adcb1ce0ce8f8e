//! Which tables and columns a database has. They come and go between versions, so it is asked.
//!
//! - Generation 1: `session`, `message`, `part`, `todo`, `session_share`.
//! - Generation 2, OpenCode 2: `session_message`, with `session_v2` or `session`. After an upgrade
//!   the tables of generation 1 stay.

use rusqlite::{Connection, OptionalExtension as _};

use super::open::Database;
use crate::error::{Error, Result};

/// Types of `session_message` that tell of a change. OpenCode 1.14 to 1.18 write them beside the
/// messages of generation 1, which name agent and model themselves.
pub const EVENT_TYPES: &str = "'agent-switched', 'model-switched', 'location-switched', 'idle'";

/// A table and its columns.
pub struct Table {
    pub name: &'static str,
    columns: Vec<String>,
}

impl Table {
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|name| name == column)
    }

    /// The column, or a value for rows of a table without it.
    pub fn column_or<'a>(&self, column: &'a str, otherwise: &'a str) -> &'a str {
        if self.has(column) { column } else { otherwise }
    }

    fn has_all(&self, columns: &[&str]) -> bool {
        columns.iter().all(|column| self.has(column))
    }
}

/// The tables that hold sessions.
pub struct Schema {
    /// At least one; the first one that has a session wins.
    pub sessions: Vec<Table>,
    pub message: Option<Table>,
    pub part: Option<Table>,
    pub todo: Option<Table>,
    pub session_share: Option<Table>,
    pub session_message: Option<Table>,
}

impl Schema {
    /// Asks a database.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`] where it is no store, or one of an unknown version.
    pub fn read(database: &Database) -> Result<Self> {
        let table = |name, columns: &[&str]| {
            let columns_of = columns_of(&database.connection, name);
            let found = columns_of.map_err(|error| database.unreadable(&error))?;
            if found.iter().any(|(_, is_generated)| *is_generated) {
                return Err(Error::store_unreadable(
                    &database.path,
                    format!(
                        "a column of its table {name} is computed by an expression in the database, which could run without end, so it is not read; pass a copy without that column"
                    ),
                ));
            }
            let found = found.into_iter().map(|(name, _)| name).collect();
            let table = Table {
                name,
                columns: found,
            };
            Ok(Some(table).filter(|table| table.has_all(columns)))
        };
        let has_session = table("session", &[])?.is_some_and(|table| !table.columns.is_empty());
        let schema = Self {
            sessions: [
                table("session", &["id", "time_created"])?,
                table("session_v2", &["id", "time_created"])?,
            ]
            .into_iter()
            .flatten()
            .collect(),
            message: table("message", &["id", "session_id", "time_created", "data"])?,
            part: table("part", &["id", "message_id", "time_created", "data"])?,
            todo: table("todo", &["session_id", "content", "position"])?,
            session_share: table("session_share", &["session_id", "url"])?,
            session_message: table("session_message", &["id", "session_id", "type", "data"])?,
        };
        let has_messages = schema.message.is_some() && schema.part.is_some();
        if schema.sessions.is_empty() && !has_session {
            return Err(Error::store_unreadable(
                &database.path,
                "it is a database, but not one of OpenCode or PawWork",
            ));
        }
        if schema.sessions.is_empty() || !(has_messages || schema.session_message.is_some()) {
            return Err(Error::store_unreadable(
                &database.path,
                "its tables are of a version that this exporter does not know; a newer exporter may read it",
            ));
        }
        Ok(schema)
    }

    /// 2 where the tables of OpenCode 2 hold messages, else 1.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`]: a page that cannot be read tells of no generation.
    pub fn generation(&self, database: &Database) -> Result<u8> {
        let query =
            format!("SELECT 1 FROM session_message WHERE type NOT IN ({EVENT_TYPES}) LIMIT 1");
        if self.session_message.is_none() {
            return Ok(1);
        }
        let used = database.connection.query_row(&query, [], |_| Ok(()));
        let is_used = used
            .optional()
            .map_err(|error| database.unreadable(&error))?;
        Ok(if is_used.is_some() { 2 } else { 1 })
    }
}

fn columns_of(connection: &Connection, table: &str) -> rusqlite::Result<Vec<(String, bool)>> {
    // A view of the same name is no table, and a virtual table has no page: nothing that a schema tells to run is
    // run. Of what else a schema holds, reading runs nothing: not defaults, checks, triggers, nor the expressions
    // of indexes, which are computed when a row is written and compared as text when a query is planned.
    let query =
        "SELECT name, hidden IN (2, 3) FROM pragma_table_xinfo(?1) WHERE hidden <> 1 AND EXISTS
        (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1 AND rootpage > 0)";
    connection
        .prepare(query)?
        .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}
