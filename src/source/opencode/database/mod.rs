//! A store in an SQLite database: OpenCode's since 1.2, PawWork's, and OpenCode 2's.

mod listing;
mod message_index;
mod messages;
mod open;
mod rows;
mod schema;
mod stored_message;
mod tree;

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{ErrorCode, Params, Row};

use crate::error::Result;
use crate::stop::Stop;
use open::Database;
use schema::Schema;

/// An open database and its tables.
pub struct DatabaseStore {
    database: Database,
    schema: Schema,
}

impl DatabaseStore {
    /// Opens a database for reading.
    pub fn open(path: &Path, stop: Option<&Stop>) -> Result<Self> {
        let database = Database::open(path, stop)?;
        let schema = Schema::read(&database)?;
        Ok(Self { database, schema })
    }

    /// Opens a database for reading where nobody locks it at this moment.
    pub fn open_at_once(path: &Path, stop: Option<&Stop>) -> Result<Self> {
        let database = Database::open_at_once(path, stop)?;
        let schema = Schema::read(&database)?;
        Ok(Self { database, schema })
    }

    /// 2 where the tables of OpenCode 2 hold messages, else 1.
    pub fn generation(&self) -> Result<u8> {
        self.schema.generation(&self.database)
    }

    /// The size of a database's log, which is beside the real file where the path is a link.
    pub fn log_bytes(path: &Path) -> u64 {
        open::log_bytes(path)
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
                ids.extend(self.all(
                    &query,
                    (prefix, i64::try_from(limit).unwrap_or(i64::MAX)),
                    |row| row.get_ref(0).map(rows::text),
                )?);
            }
        }
        Ok(ids.into_iter().take(limit).collect())
    }

    /// All rows of a query.
    fn all<T>(
        &self,
        query: &str,
        parameters: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let query_rows = || -> rusqlite::Result<Vec<T>> {
            self.database
                .connection
                .prepare_cached(query)?
                .query_map(parameters, read)?
                .collect()
        };
        query_rows().map_err(|error| self.database.unreadable(&error))
    }

    /// The row of a query on its number; `None` where the database is damaged there.
    fn row<T>(
        &self,
        query: &str,
        rowid: i64,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let statement = self.database.connection.prepare_cached(query);
        let row = statement.and_then(|mut statement| statement.query_row([rowid], read));
        match row {
            Ok(row) => Ok(Some(row)),
            Err(error) if is_damage(&error) => Ok(None),
            Err(error) => Err(self.database.unreadable(&error)),
        }
    }
}

/// The end of a condition that a column is the id `?1`. A text is never the same as a BLOB of the same bytes, as
/// which another program may have stored it.
macro_rules! is_id {
    () => {
        "IN (?1, CAST(?1 AS BLOB))"
    };
}
pub(crate) use is_id;

fn is_damage(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
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
