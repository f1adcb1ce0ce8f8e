//! Databases of SQLite, whatever agent wrote them: opened without a trace, asked for their columns, read row by row.

mod open;
mod table;
pub mod values;

use rusqlite::{ErrorCode, Params, Row};

pub use self::open::Database;
pub use self::table::Table;
use crate::error::Result;

impl Database {
    /// All rows of a query.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::StoreChanged`], [`Error::Aborted`], [`Error::OutOfMemory`].
    pub fn all<T>(
        &self,
        query: &str,
        parameters: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let query_rows = || -> rusqlite::Result<Vec<T>> {
            self.connection
                .prepare_cached(query)?
                .query_map(parameters, read)?
                .collect()
        };
        query_rows().map_err(|error| self.unreadable(&error))
    }

    /// The row of a query on its number; `None` where the database is damaged there.
    ///
    /// # Errors
    /// Those of [`all`](Self::all).
    pub fn row<T>(
        &self,
        query: &str,
        rowid: i64,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let statement = self.connection.prepare_cached(query);
        let row = statement.and_then(|mut statement| statement.query_row([rowid], read));
        match row {
            Ok(row) => Ok(Some(row)),
            Err(error) if is_damage(&error) => Ok(None),
            Err(error) => Err(self.unreadable(&error)),
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

/// Tells whether a part of the database cannot be read.
pub fn is_damage(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
}
