//! A store in an SQLite database: OpenCode's since 1.2, PawWork's, and OpenCode 2's.

mod listing;
mod message_index;
mod messages;
mod rows;
mod schema;
mod stored_message;
mod tree;

use std::collections::BTreeSet;
use std::path::Path;

use self::schema::Schema;
use crate::error::Result;
use crate::source::sqlite::{Database, values};
use crate::stop::Stop;

/// An open database and its tables.
pub struct DatabaseStore {
    database: Database,
    schema: Schema,
}

impl DatabaseStore {
    /// Opens a database for reading.
    pub fn open(path: &Path, stop: Option<&Stop>) -> Result<Self> {
        Self::of(Database::open(path, stop)?)
    }

    /// Opens a database for reading where nobody locks it at this moment.
    pub fn open_at_once(path: &Path, stop: Option<&Stop>) -> Result<Self> {
        Self::of(Database::open_at_once(path, stop)?)
    }

    /// Takes a database over.
    pub fn of(database: Database) -> Result<Self> {
        let schema = Schema::read(&database)?;
        Ok(Self { database, schema })
    }

    /// 2 where the tables of OpenCode 2 hold messages, else 1.
    pub fn generation(&self) -> Result<u8> {
        self.schema.generation(&self.database)
    }

    /// The size of a database's log, which is beside the real file where the path is a link.
    pub fn log_bytes(path: &Path) -> u64 {
        Database::log_bytes(path)
    }

    /// The ids of sessions that start with `prefix`, at most `limit` of them.
    pub fn ids_from(&self, prefix: &str, limit: usize) -> Result<Vec<String>> {
        let mut ids = BTreeSet::new();
        for table in &self.schema.sessions {
            // A BLOB is larger than any text, so that it is in no range of texts.
            for kind in ["TEXT", "BLOB"] {
                let query = format!(
                    "SELECT id FROM {} WHERE id >= CAST(?1 AS {kind})
                     AND id < CAST(?1 || char(0x10ffff) AS {kind}) ORDER BY id LIMIT ?2",
                    table.name
                );
                ids.extend(self.database.all(
                    &query,
                    (prefix, i64::try_from(limit).unwrap_or(i64::MAX)),
                    |row| row.get_ref(0).map(values::text),
                )?);
            }
        }
        Ok(ids.into_iter().take(limit).collect())
    }
}

/// A row as a note may name it: an id could be any text.
fn row_name(table: &str, id: &str) -> String {
    let is_id = id.len() <= 40
        && ["ses_", "msg_", "prt_"]
            .iter()
            .any(|kind| id.starts_with(kind))
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_id {
        format!("{table} {id}")
    } else {
        format!("{table} row")
    }
}
