//! Which tables and columns a database has, and which program wrote it.
//!
//! The migrations of both programs begin with the same two. Crush then added `messages.provider` (June 2025),
//! `messages.is_summary_message` and `sessions.todos` (August 2025), and the table `read_files` (January 2026).

use super::places::CRUSH_FILE;
use crate::error::{Error, Result};
use crate::source::sqlite::{Database, Table};

/// The program that wrote a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The first OpenCode, of 2025.
    FirstOpenCode,
    Crush,
}

impl Program {
    /// Its name where stores are listed.
    pub fn product(self) -> &'static str {
        match self {
            Self::FirstOpenCode => "opencode",
            Self::Crush => "crush",
        }
    }

    /// Its name in the model.
    pub fn namespace(self) -> &'static str {
        match self {
            Self::FirstOpenCode => "first-opencode",
            Self::Crush => "crush",
        }
    }
}

/// Columns of `sessions` that are read, or tell nothing that is not read elsewhere.
const SESSION_COLUMNS: [&str; 11] = [
    "completion_tokens",
    "cost",
    "created_at",
    "id",
    "message_count",
    "parent_session_id",
    "prompt_tokens",
    "summary_message_id",
    "title",
    "todos",
    "updated_at",
];

/// The same of `messages`.
const MESSAGE_COLUMNS: [&str; 10] = [
    "created_at",
    "finished_at",
    "id",
    "is_summary_message",
    "model",
    "parts",
    "provider",
    "role",
    "session_id",
    "updated_at",
];

/// The tables that are read.
pub struct Schema {
    pub sessions: Table,
    pub messages: Table,
    /// Versions of files that the program changed: counted, never read.
    pub files: Option<Table>,
    /// Paths of files that the model read: counted, never read.
    pub read_files: Option<Table>,
    pub program: Program,
    /// Columns of the first two that this version does not know.
    pub unknown_columns: usize,
}

impl Schema {
    /// Asks a database; `None` where it is one of another program.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`]: also for tables of a version that is not known.
    pub fn read(database: &Database) -> Result<Option<Self>> {
        let table = |name, columns: &[&str]| Table::read(database, name, columns);
        let is_there = |name| Ok::<_, Error>(table(name, &[])?.is_some_and(|it| !it.is_empty()));
        if is_there("session")? || !is_there("sessions")? || !is_there("messages")? {
            return Ok(None);
        }
        let sessions = table("sessions", &["id"])?;
        let messages = table("messages", &["id", "session_id", "role", "parts"])?;
        let (Some(sessions), Some(messages)) = (sessions, messages) else {
            // Many programs have tables of these names. Both keep their migrations with goose.
            return match is_there("goose_db_version")? {
                true => Err(Error::store_unreadable(
                    &database.path,
                    "its tables are of a version that this exporter does not know; a newer exporter may read it",
                )),
                false => Ok(None),
            };
        };
        let is_crush = messages.has("provider") || database.real.ends_with(CRUSH_FILE);
        let unknown = |table: &Table, known: &[&str]| {
            table.columns().filter(|name| !known.contains(name)).count()
        };
        Ok(Some(Self {
            unknown_columns: unknown(&sessions, &SESSION_COLUMNS)
                + unknown(&messages, &MESSAGE_COLUMNS),
            files: table("files", &["session_id"])?,
            read_files: table("read_files", &["session_id"])?,
            program: match is_crush {
                true => Program::Crush,
                false => Program::FirstOpenCode,
            },
            sessions,
            messages,
        }))
    }
}

/// A stored time in milliseconds. The schema speaks of milliseconds, and the programs write seconds.
pub fn millis(stored: i64) -> i64 {
    // In seconds the year 5138, in milliseconds March 1973.
    const LATEST_SECOND: u64 = 100_000_000_000;
    match stored.unsigned_abs() < LATEST_SECOND {
        true => stored * 1000,
        false => stored,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_seconds_or_in_milliseconds() {
        assert_eq!(millis(1_751_119_290), 1_751_119_290_000);
        assert_eq!(millis(1_751_119_290_123), 1_751_119_290_123);
        assert_eq!(millis(i64::MIN + 1), i64::MIN + 1);
    }
}
