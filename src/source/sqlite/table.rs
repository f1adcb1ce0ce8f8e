//! Which columns a table has. They come and go between versions, so it is asked.

use rusqlite::Connection;

use super::Database;
use crate::error::{Error, Result};

/// A table and its columns.
pub struct Table {
    pub name: &'static str,
    columns: Vec<String>,
}

impl Table {
    /// Asks a database for a table with at least some columns; `None` where it has none.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`]: also where a column is computed, which could run without end.
    pub fn read(database: &Database, name: &'static str, columns: &[&str]) -> Result<Option<Self>> {
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
        let table = Self {
            name,
            columns: found.into_iter().map(|(name, _)| name).collect(),
        };
        Ok(Some(table).filter(|table| table.has_all(columns)))
    }

    /// Tells whether there is no such table.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str)
    }

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
