//! The messages of a database, one at a time.

use std::sync::Arc;

use rusqlite::{CachedStatement, Row};

use super::DatabaseStore;
use super::message_index::{Index, RowKind};
use super::stored_message::{StoredMessage, StoredRows};
use crate::error::{Error, Result};
use crate::model::RawText;
use crate::source::sqlite::{is_damage, is_id, values};
use crate::source::{Fetched, Messages, Size};

/// Reads messages from a database.
pub struct DatabaseMessages {
    store: DatabaseStore,
    indexes: Vec<Index>,
}

impl DatabaseMessages {
    pub fn new(store: DatabaseStore, indexes: Vec<Index>) -> Self {
        Self { store, indexes }
    }

    fn statement(&self, query: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.store.database.connection.prepare_cached(query)
    }

    fn count(&self, query: &str, session_id: &str) -> Result<usize> {
        let count = |row: &Row<'_>| row.get_ref(0).map(values::count);
        let counts = self.store.database.all(query, [session_id], count)?;
        Ok(counts.into_iter().next().unwrap_or_default())
    }

    fn with_parts(&self, rowid: i64, session_id: &Arc<str>, index: usize) -> Result<StoredMessage> {
        let query = "SELECT id, time_created, data FROM message WHERE rowid = ?1";
        let mut rows = StoredRows::default();
        if self
            .store
            .database
            .row(query, rowid, |row| rows.add(row))?
            .is_none()
        {
            return Ok(StoredMessage::Damaged("message row"));
        }
        let is_damaged = self.add_parts(&mut rows)?;
        Ok(StoredMessage::WithParts {
            index,
            session_id: session_id.clone(),
            rows,
            is_damaged,
        })
    }

    /// Adds the parts of the message in the first row. Gives whether more of them could not be read.
    fn add_parts(&self, rows: &mut StoredRows) -> Result<bool> {
        let query = concat!(
            "SELECT id, time_created, data FROM part WHERE message_id ",
            is_id!()
        );
        let mut add_all = || -> rusqlite::Result<()> {
            let mut statement = self.statement(query)?;
            let mut found = statement.query([rows.first_id()])?;
            while let Some(row) = found.next()? {
                rows.add(row)?;
            }
            Ok(())
        };
        match add_all() {
            Ok(()) => Ok(false),
            Err(error) if is_damage(&error) => Ok(true),
            Err(error) => Err(self.store.database.unreadable(&error)),
        }
    }

    /// Tells whether a text is in a row of `message` or in those of its parts, or some cannot be read.
    fn is_in_parts(
        &self,
        rowid: i64,
        session_id: &str,
        is_in: &dyn Fn(RawText<'_>) -> bool,
    ) -> Result<bool> {
        let query = "SELECT id, data FROM message WHERE rowid = ?1";
        let row = self.store.database.row(query, rowid, |row| {
            Ok((values::text(row.get_ref(0)?), is_in_any(row, 2, is_in)?))
        })?;
        match row {
            Some((id, false)) if !is_in(RawText::Json(session_id.as_bytes())) => {
                let query = concat!("SELECT id, data FROM part WHERE message_id ", is_id!());
                self.is_in_rows(query, &id, is_in)
            }
            _ => Ok(true),
        }
    }

    fn is_in_rows(
        &self,
        query: &str,
        id: &str,
        is_in: &dyn Fn(RawText<'_>) -> bool,
    ) -> Result<bool> {
        let look = || -> rusqlite::Result<bool> {
            let mut statement = self.statement(query)?;
            let mut rows = statement.query([id])?;
            while let Some(row) = rows.next()? {
                if is_in_any(row, 2, is_in)? {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        match look() {
            Err(error) if is_damage(&error) => Ok(true),
            found => found.map_err(|error| self.store.database.unreadable(&error)),
        }
    }

    fn typed(&self, rowid: i64, index: usize) -> Result<StoredMessage> {
        let query = "SELECT id, type, data FROM session_message WHERE rowid = ?1";
        let row = self.store.database.row(query, rowid, |row| {
            Ok(StoredMessage::Typed {
                index,
                id: values::text(row.get_ref(0)?),
                kind: values::text(row.get_ref(1)?),
                data: values::copied(row.get_ref(2)?)?,
            })
        })?;
        Ok(row.unwrap_or(StoredMessage::Damaged("session_message row")))
    }
}

/// Tells whether a text is in any of the first columns of a row.
fn is_in_any(
    row: &Row<'_>,
    columns: usize,
    is_in: &dyn Fn(RawText<'_>) -> bool,
) -> rusqlite::Result<bool> {
    for column in 0..columns {
        if is_in(RawText::Json(values::bytes(row.get_ref(column)?))) {
            return Ok(true);
        }
    }
    Ok(false)
}

impl<'a> Messages<'a> for DatabaseMessages {
    fn size(&mut self, session: usize) -> Result<Size> {
        let index = self.indexes.get(session).ok_or(Error::Internal)?;
        let messages = index.rowids.len();
        let part = self.store.schema.part.as_ref();
        if index.is_typed() || !part.is_some_and(|table| table.has("session_id")) {
            return Ok(Size {
                messages,
                orphans: 0,
            });
        }
        let of_session = concat!("SELECT count(*) FROM part WHERE session_id ", is_id!());
        let id = &index.session_id;
        let mut orphans = self.count(of_session, id)?;
        // As a rule ids are texts, and nothing is left to be counted for the other kind.
        for kind in ["TEXT", "BLOB"] {
            if orphans > 0 {
                let of_messages = format!(
                    "SELECT count(*) FROM part WHERE message_id IN
                     (SELECT CAST(id AS {kind}) FROM message WHERE session_id {})",
                    is_id!()
                );
                orphans = orphans.saturating_sub(self.count(&of_messages, id)?);
            }
        }
        Ok(Size { messages, orphans })
    }

    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>> {
        self.store.database.verify_now_and_then()?;
        let of_session = self.indexes.get(session).ok_or(Error::Internal)?;
        let rowid = *of_session.rowids.get(index).ok_or(Error::Internal)?;
        let stored = match of_session.kind {
            RowKind::Parts => self.with_parts(rowid, &of_session.session_id, index)?,
            RowKind::Typed => self.typed(rowid, index)?,
        };
        Ok(Fetched::new(stored))
    }

    fn may_hold(
        &mut self,
        session: usize,
        index: usize,
        is_in: &dyn Fn(RawText<'_>) -> bool,
    ) -> Result<bool> {
        let of_session = self.indexes.get(session).ok_or(Error::Internal)?;
        let rowid = *of_session.rowids.get(index).ok_or(Error::Internal)?;
        match of_session.kind {
            RowKind::Parts => self.is_in_parts(rowid, &of_session.session_id, is_in),
            RowKind::Typed => {
                let query = "SELECT id, type, data FROM session_message WHERE rowid = ?1";
                let is_in = self
                    .store
                    .database
                    .row(query, rowid, |row| is_in_any(row, 3, is_in))?;
                Ok(is_in.unwrap_or(true))
            }
        }
    }

    fn finish(&mut self) -> Result<()> {
        self.store.database.verify()
    }
}
