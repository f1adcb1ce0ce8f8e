//! The databases of Crush and of the first OpenCode, a program of 2025 that Crush came from: one in the folder of each
//! project, `.crush/crush.db` and `.opencode/opencode.db`.
//!
//! Both have the same tables, to which Crush added columns (<https://github.com/charmbracelet/crush>,
//! <https://github.com/opencode-ai/opencode>). `schema` asks which there are. `places` knows where databases are,
//! `family` joins a session with its sub-agents, `groups` tells which rows make one message, `messages` fetches them,
//! and `message` makes a message of them, with `tool_call` and `tool_result`. `listing` makes lists.

mod family;
mod groups;
mod listing;
mod message;
mod messages;
pub mod places;
mod schema;
mod session_row;
mod tool_call;
mod tool_result;

use std::path::{Path, PathBuf};

use self::schema::Schema;
use super::Input;
use super::origin::Origin;
use super::sqlite::{Database, values};
use crate::error::Result;
use crate::model::{Notes, SessionInfo};
use crate::stop::Stop;

/// The number of this generation of stores in documents and lists.
pub const GENERATION: u8 = 6;

/// An open database.
pub struct CrushStore {
    database: Database,
    schema: Schema,
    stop: Stop,
}

impl CrushStore {
    /// Takes a database over where its tables are those of Crush or of the first OpenCode, else gives it back.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable): also for tables of a version that is not known.
    pub fn of(
        database: Database,
        stop: Option<&Stop>,
    ) -> Result<std::result::Result<Self, Database>> {
        Ok(match Schema::read(&database)? {
            Some(schema) => Ok(Self {
                database,
                schema,
                stop: stop.cloned().unwrap_or_default(),
            }),
            None => Err(database),
        })
    }

    /// The ids of sessions that start with `prefix`, at most `limit` of them.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    pub fn ids_from(&self, prefix: &str, limit: usize) -> Result<Vec<String>> {
        let query = "SELECT id FROM sessions WHERE id >= ?1 AND id < ?1 || char(0x10ffff) ORDER BY id LIMIT ?2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.database.all(query, (prefix, limit), |row| {
            row.get_ref(0).map(values::text)
        })
    }

    /// Names for the messages of a session, as many as its document has: those of a copy of the database are the same.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    pub fn message_ids(&self, id: &str) -> Result<Vec<String>> {
        let groups = groups::of(self, id, &mut Notes::default())?;
        Ok((0..groups.len()).map(|at| at.to_string()).collect())
    }

    /// Reads the row of a session, which exists.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    pub fn info(&self, id: &str) -> Result<SessionInfo> {
        let row = session_row::read(self, id, &mut Notes::default())?;
        Ok(row.info)
    }

    /// Reads a session, which exists, with its sub-agents.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable), [`Error::Aborted`](crate::Error::Aborted).
    pub fn load<'a>(self, id: &str) -> Result<(Input<'a>, Origin)> {
        family::load(self, id)
    }

    /// The program that wrote it, as stores are listed.
    pub fn product(&self) -> &'static str {
        self.schema.program.product()
    }

    /// The folder of the project, where the database lies in the usual folder of it.
    fn project(&self) -> Option<PathBuf> {
        places::project_of(&self.database.real).map(Path::to_owned)
    }
}
