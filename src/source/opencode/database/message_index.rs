//! Which messages a session has in a database, and their order.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::Row;
use serde::Deserialize;

use super::super::joined;
use super::DatabaseStore;
use super::schema::EVENT_TYPES;
use crate::error::Result;
use crate::model::{Notes, Oddity};
use crate::source::sqlite::{is_damage, is_id, values};

/// The messages of one session, in order.
pub struct Index {
    pub session_id: Arc<str>,
    pub kind: RowKind,
    pub rowids: Vec<i64>,
    /// The folder that the first message names.
    pub folder: Option<String>,
}

/// How the messages of a session are stored.
#[derive(Clone, Copy, PartialEq)]
pub enum RowKind {
    /// Messages in `message`, with their parts in `part`.
    Parts,
    /// Typed messages in `session_message`, with their parts inside.
    Typed,
}

/// Which generations of a session are shown, the one that holds more of the conversation first, by how many messages
/// each has. One that holds nothing of it adds nothing.
pub fn kinds_shown(parts: usize, conversation: usize) -> &'static [RowKind] {
    match (parts > 0, conversation > parts, conversation > 0) {
        (false, ..) => &[RowKind::Typed],
        (true, true, _) => &[RowKind::Typed, RowKind::Parts],
        (true, false, true) => &[RowKind::Parts, RowKind::Typed],
        (true, false, false) => &[RowKind::Parts],
    }
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

impl DatabaseStore {
    /// The ids of the messages that are shown of a session.
    pub fn message_ids(&self, session: &str) -> Result<Vec<String>> {
        Index::ids(self, session)
    }
}

impl Index {
    /// Finds the messages of a session, those of the generation that holds more of them first, and the folders that
    /// they name. Where one generation holds nothing of the conversation, there is only the other.
    pub fn read(
        store: &DatabaseStore,
        session_id: &str,
        folders: &mut BTreeSet<String>,
        notes: &mut Notes,
    ) -> Result<Vec<Self>> {
        let (parts, folder) = Self::of_parts(store, session_id, folders, notes)?;
        let (typed, events) = Self::of_typed(store, session_id, notes)?;
        let conversation = typed.len() - events;
        let index = |kind, rowids| Self {
            session_id: session_id.into(),
            kind,
            rowids,
            folder: folder.clone(),
        };
        let kinds = kinds_shown(parts.len(), conversation);
        let [parts, typed] = [index(RowKind::Parts, parts), index(RowKind::Typed, typed)];
        Ok(match kinds {
            [RowKind::Typed, RowKind::Parts] => vec![typed, parts],
            [RowKind::Parts, RowKind::Typed] => vec![parts, typed],
            [RowKind::Typed] => vec![typed],
            _ => vec![parts],
        })
    }

    /// The ids of the messages that are shown of a session, each once. One that has no id is an empty string.
    pub fn ids(store: &DatabaseStore, session_id: &str) -> Result<Vec<String>> {
        let (mut parts, mut typed, mut events) = (Vec::new(), Vec::new(), 0);
        if store.schema.message.is_some() {
            let query = concat!("SELECT id FROM message WHERE session_id ", is_id!());
            parts = store
                .database
                .all(query, [session_id], |row| row.get_ref(0).map(values::text))?;
        }
        if store.schema.session_message.is_some() {
            let query = format!(
                "SELECT id, type IN ({EVENT_TYPES}) FROM session_message WHERE session_id {}",
                is_id!()
            );
            typed = store.database.all(&query, [session_id], |row| {
                events += values::count(row.get_ref(1)?);
                row.get_ref(0).map(values::text)
            })?;
        }
        let kinds = kinds_shown(parts.len(), typed.len() - events);
        let of_kind = |kind: &RowKind| match kind {
            RowKind::Parts => std::mem::take(&mut parts),
            RowKind::Typed => std::mem::take(&mut typed),
        };
        Ok(joined::union(kinds.iter().map(of_kind)))
    }

    /// Lists messages by the time of creation, then by id: the clock in the ids wrapped in 2026.
    fn of_parts(
        store: &DatabaseStore,
        session_id: &str,
        folders: &mut BTreeSet<String>,
        notes: &mut Notes,
    ) -> Result<(Vec<i64>, Option<String>)> {
        if store.schema.message.is_none() {
            return Ok((Vec::new(), None));
        }
        let query = concat!(
            "SELECT rowid, time_created, id, data FROM message WHERE session_id ",
            is_id!()
        );
        let mut first: Option<((Option<i64>, String), String)> = None;
        let mut found = Vec::new();
        let read = |row: &Row<'_>| {
            let time = values::time(row.get_ref(1)?);
            let data: Option<WithPath> =
                serde_json::from_slice(values::bytes(row.get_ref(3)?)).ok();
            let path = data.and_then(|data| data.path);
            if let Some(folder) = path.and_then(|path| path.cwd.or(path.root)) {
                let key = (time, values::text(row.get_ref(2)?));
                if first.as_ref().is_none_or(|(first, _)| key < *first) {
                    first = Some((key, folder.clone()));
                }
                folders.insert(folder);
            }
            found.push((time, row.get::<_, i64>(0)?));
            Ok(())
        };
        each(store, query, session_id, "message", notes, read)?;
        let rowids = in_order(store, "message", found)?;
        Ok((rowids, first.map(|(_, folder)| folder)))
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
            "SELECT rowid, {}, {}, type IN ({EVENT_TYPES}) FROM session_message WHERE session_id {}",
            table.column_or("seq", "0"),
            table.column_or("time_created", "0"),
            is_id!()
        );
        let mut events = 0;
        let mut found = Vec::new();
        let read = |row: &Row<'_>| {
            let key = (values::time(row.get_ref(1)?), values::time(row.get_ref(2)?));
            found.push((key, row.get::<_, i64>(0)?));
            events += values::count(row.get_ref(3)?);
            Ok(())
        };
        each(store, &query, session_id, "session_message", notes, read)?;
        let rowids = in_order(store, "session_message", found)?;
        Ok((rowids, events))
    }

    pub fn is_typed(&self) -> bool {
        self.kind == RowKind::Typed
    }

    /// The tables that hold these messages.
    pub fn tables(&self) -> &'static [&'static str] {
        match self.kind {
            _ if self.rowids.is_empty() => &[],
            RowKind::Parts => &["message", "part"],
            RowKind::Typed => &["session_message"],
        }
    }
}

/// The rows of a table by their keys, and where these are the same by their ids, which are not kept in memory.
fn in_order<K: Ord>(
    store: &DatabaseStore,
    table: &str,
    mut found: Vec<(K, i64)>,
) -> Result<Vec<i64>> {
    let query = format!("SELECT id FROM {table} WHERE rowid = ?1");
    let id_of = |rowid| {
        store
            .database
            .row(&query, rowid, |row| row.get_ref(0).map(values::text))
    };
    found.sort_unstable();
    for same in found.chunk_by_mut(|(a, _), (b, _)| a == b) {
        if same.len() == 1 {
            continue;
        }
        let with_id = |(_, rowid): &(K, i64)| Ok((id_of(*rowid)?, *rowid));
        let mut ids = same.iter().map(with_id).collect::<Result<Vec<_>>>()?;
        ids.sort_unstable();
        for ((_, place), (_, rowid)) in same.iter_mut().zip(ids) {
            *place = rowid;
        }
    }
    let mut rowids: Vec<i64> = found.into_iter().map(|(_, rowid)| rowid).collect();
    // They are collected where the keys were, which took more memory.
    rowids.shrink_to_fit();
    Ok(rowids)
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
