//! The messages of a database, one at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::{CachedStatement, Row};
use serde::Deserialize;

use super::schema::EVENT_TYPES;
use super::stored_message::{StoredMessage, StoredRows};
use super::{DatabaseStore, is_damage, row_name, rows};
use crate::error::{Error, Result};
use crate::model::{Message, Notes, Oddity, RawText};
use crate::source::{Fetched, Messages, Size};

/// The messages of one session, in order.
pub struct Index {
    session_id: Arc<str>,
    kind: Kind,
    rowids: Vec<i64>,
    /// The folder that the first message names.
    pub folder: Option<String>,
}

/// How the messages of a session are stored.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// In `message` and `part`.
    Parts,
    /// In `session_message`, typed, with their parts inside.
    Typed,
}

/// The folder in which a message was written, of all that its `data` holds.
#[derive(Deserialize)]
struct WithPath {
    path: Option<WithFolder>,
}

#[derive(Deserialize)]
struct WithFolder {
    cwd: Option<String>,
    root: Option<String>,
}

impl Index {
    /// Finds the messages of a session, in the generation that holds more of them, and the folders
    /// that they name.
    pub fn read(
        store: &DatabaseStore,
        session_id: &str,
        folders: &mut BTreeSet<String>,
        notes: &mut Notes,
    ) -> Result<Self> {
        let (parts, folder) = Self::of_parts(store, session_id, folders, notes)?;
        let (typed, events) = Self::of_typed(store, session_id, notes)?;
        let conversation = typed.len() - events;
        let is_typed = parts.is_empty() || conversation > parts.len();
        let (kind, rowids, others) = if is_typed {
            (Kind::Typed, typed, parts.len())
        } else {
            (Kind::Parts, parts, conversation)
        };
        if others > 0 {
            notes.add(row_name("session", session_id), Oddity::TwoGenerations);
        }
        Ok(Self {
            session_id: session_id.into(),
            kind,
            rowids,
            folder,
        })
    }

    /// By the time of creation, then by id: the clock in the ids wrapped in 2026.
    fn of_parts(
        store: &DatabaseStore,
        session_id: &str,
        folders: &mut BTreeSet<String>,
        notes: &mut Notes,
    ) -> Result<(Vec<i64>, Option<String>)> {
        if store.schema.message.is_none() {
            return Ok((Vec::new(), None));
        }
        let query = "SELECT rowid, time_created, id, data FROM message WHERE session_id = ?1";
        let mut first: Option<((Option<i64>, String), String)> = None;
        let mut found = Vec::new();
        let read = |row: &Row<'_>| {
            let key = (rows::time(row.get_ref(1)?), rows::text(row.get_ref(2)?));
            let data: Option<WithPath> = serde_json::from_slice(rows::bytes(row.get_ref(3)?)).ok();
            let path = data.and_then(|data| data.path);
            if let Some(folder) = path.and_then(|path| path.cwd.or(path.root)) {
                if first.as_ref().is_none_or(|(first, _)| key < *first) {
                    first = Some((key.clone(), folder.clone()));
                }
                folders.insert(folder);
            }
            found.push((key, row.get::<_, i64>(0)?));
            Ok(())
        };
        each(store, query, session_id, "message", notes, read)?;
        Ok((in_order(found), first.map(|(_, folder)| folder)))
    }

    /// By `seq`, which the first versions did not have. Also tells how many only tell of a change.
    fn of_typed(
        store: &DatabaseStore,
        session_id: &str,
        notes: &mut Notes,
    ) -> Result<(Vec<i64>, usize)> {
        let Some(table) = &store.schema.session_message else {
            return Ok((Vec::new(), 0));
        };
        let query = format!(
            "SELECT rowid, {}, {}, id, type IN ({EVENT_TYPES}) FROM session_message WHERE session_id = ?1",
            table.column_or("seq", "0"),
            table.column_or("time_created", "0"),
        );
        let mut events = 0;
        let mut found = Vec::new();
        let read = |row: &Row<'_>| {
            let key = (
                rows::time(row.get_ref(1)?),
                rows::time(row.get_ref(2)?),
                rows::text(row.get_ref(3)?),
            );
            found.push((key, row.get::<_, i64>(0)?));
            events += rows::count(row.get_ref(4)?);
            Ok(())
        };
        each(store, &query, session_id, "session_message", notes, read)?;
        Ok((in_order(found), events))
    }

    pub fn is_typed(&self) -> bool {
        self.kind == Kind::Typed
    }

    /// The tables that hold these messages.
    pub fn tables(&self) -> &'static [&'static str] {
        match self.kind {
            _ if self.rowids.is_empty() => &[],
            Kind::Parts => &["message", "part"],
            Kind::Typed => &["session_message"],
        }
    }
}

/// The second ones, by the first.
fn in_order<K: Ord>(mut found: Vec<(K, i64)>) -> Vec<i64> {
    found.sort_unstable();
    let mut rowids: Vec<i64> = found.into_iter().map(|(_, rowid)| rowid).collect();
    // They are collected where the keys were, which took more memory.
    rowids.shrink_to_fit();
    rowids
}

/// Reads the rows of a query on one session as far as the database is not damaged.
fn each(
    store: &DatabaseStore,
    query: &str,
    session_id: &str,
    table: &str,
    notes: &mut Notes,
    mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<()> {
    let mut read_all = || -> rusqlite::Result<()> {
        let mut statement = store.database.connection.prepare_cached(query)?;
        let mut rows = statement.query([session_id])?;
        while let Some(row) = rows.next()? {
            read(row)?;
        }
        Ok(())
    };
    match read_all() {
        Err(error) if is_damage(&error) => {
            notes.add(table, Oddity::MessagesMayBeMissing);
            Ok(())
        }
        result => result.map_err(|error| store.database.unreadable(&error)),
    }
}

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
        let count = |row: &Row<'_>| row.get_ref(0).map(rows::count);
        let counts = self.store.all(query, [session_id], count)?;
        Ok(counts.into_iter().next().unwrap_or_default())
    }

    fn with_parts(&self, rowid: i64, session_id: &Arc<str>, index: usize) -> Result<StoredMessage> {
        let query = "SELECT id, time_created, data FROM message WHERE rowid = ?1";
        let mut rows = StoredRows::default();
        if self.row(query, rowid, |row| rows.add(row))?.is_none() {
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
        let query = "SELECT id, time_created, data FROM part WHERE message_id = ?1";
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

    /// Whether a text is in a row of `message` or in those of its parts, or some cannot be read.
    fn is_in_parts(
        &self,
        rowid: i64,
        session_id: &str,
        is_in: &dyn Fn(RawText<'_>) -> bool,
    ) -> Result<bool> {
        let query = "SELECT id, data FROM message WHERE rowid = ?1";
        let row = self.row(query, rowid, |row| {
            Ok((rows::text(row.get_ref(0)?), is_in_any(row, 2, is_in)?))
        })?;
        match row {
            Some((id, false)) if !is_in(RawText::Json(session_id.as_bytes())) => {
                let query = "SELECT id, data FROM part WHERE message_id = ?1";
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
        let row = self.row(query, rowid, |row| {
            Ok(StoredMessage::Typed {
                index,
                id: rows::text(row.get_ref(0)?),
                kind: rows::text(row.get_ref(1)?),
                data: rows::bytes(row.get_ref(2)?).to_vec(),
            })
        })?;
        Ok(row.unwrap_or(StoredMessage::Damaged("session_message row")))
    }

    /// One row; `None` where the database is damaged there.
    fn row<T>(
        &self,
        query: &str,
        rowid: i64,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let row = self
            .statement(query)
            .and_then(|mut statement| statement.query_row([rowid], read));
        match row {
            Ok(row) => Ok(Some(row)),
            Err(error) if is_damage(&error) => Ok(None),
            Err(error) => Err(self.store.database.unreadable(&error)),
        }
    }
}

/// Whether a text is in any of the first columns of a row.
fn is_in_any(
    row: &Row<'_>,
    columns: usize,
    is_in: &dyn Fn(RawText<'_>) -> bool,
) -> rusqlite::Result<bool> {
    for column in 0..columns {
        if is_in(RawText::Json(rows::bytes(row.get_ref(column)?))) {
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
        let of_session = "SELECT count(*) FROM part WHERE session_id = ?1";
        let of_messages = "SELECT count(*) FROM part WHERE message_id IN (SELECT id FROM message WHERE session_id = ?1)";
        let id = &index.session_id;
        let orphans = self
            .count(of_session, id)?
            .saturating_sub(self.count(of_messages, id)?);
        Ok(Size { messages, orphans })
    }

    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>> {
        let of_session = self.indexes.get(session).ok_or(Error::Internal)?;
        let rowid = *of_session.rowids.get(index).ok_or(Error::Internal)?;
        let stored = match of_session.kind {
            Kind::Parts => self.with_parts(rowid, &of_session.session_id, index)?,
            Kind::Typed => self.typed(rowid, index)?,
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
            Kind::Parts => self.is_in_parts(rowid, &of_session.session_id, is_in),
            Kind::Typed => {
                let query = "SELECT id, type, data FROM session_message WHERE rowid = ?1";
                let is_in = self.row(query, rowid, |row| is_in_any(row, 3, is_in))?;
                Ok(is_in.unwrap_or(true))
            }
        }
    }

    fn give_back(&mut self, _: usize, _: usize, _: Message) {}

    fn keeps_changes(&self) -> bool {
        false
    }

    fn finish(&mut self) -> Result<()> {
        self.store.database.verify()
    }
}
