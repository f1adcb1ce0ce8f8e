//! Which tables and columns a database has. They come and go between versions, so it is asked.
//!
//! - Generation 1: `session`, `message`, `part`, `todo`, `session_share`.
//! - Generation 2, OpenCode 2: `session_message`, with `session_v2` or `session`. After an upgrade
//!   the tables of generation 1 stay.

use rusqlite::OptionalExtension as _;

use crate::error::{Error, Result};
use crate::source::sqlite::{Database, Table};

/// Types of `session_message` that tell of a change. OpenCode 1.14 to 1.18 write them beside the
/// messages of generation 1, which name agent and model themselves.
pub const EVENT_TYPES: &str = "'agent-switched', 'model-switched', 'location-switched', 'idle'";

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
        let table = |name, columns: &[&str]| Table::read(database, name, columns);
        let has_session = table("session", &[])?.is_some_and(|table| !table.is_empty());
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
