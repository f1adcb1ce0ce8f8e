//! A session of a database and the sessions that it started.

use std::collections::{BTreeSet, HashSet};

use rusqlite::OptionalExtension as _;
use serde_json::{Value, json};

use super::super::joined::{Joined, Kinship, Strand};
use super::super::session;
use super::super::session_diff::SessionDiffs;
use super::message_index::Index;
use super::messages::DatabaseMessages;
use super::{DatabaseStore, row_name, rows};
use crate::error::Result;
use crate::model::{Notes, Object, Oddity, Session, SessionInfo, SessionTree};
use crate::source::origin::{Origin, runtime_of};
use crate::source::sqlite::{is_damage, is_id, values};
use crate::source::{Input, Messages};

/// The tree as far as it was read.
#[derive(Default)]
struct Growth {
    sessions: Vec<Session>,
    indexes: Vec<Index>,
    /// The places in `indexes` of each session's messages, by generation.
    strands: Vec<Vec<Strand>>,
    folders: BTreeSet<String>,
    diffs: SessionDiffs,
    tables: BTreeSet<&'static str>,
    notes: Notes,
}

impl DatabaseStore {
    /// Reads a session, which exists, and those that it started.
    pub fn load<'a>(self, id: &str) -> Result<(Input<'a>, Origin)> {
        let mut growth = Growth::default();
        let mut seen = HashSet::new();
        // Depth first: each session is followed by those that it started.
        let mut waiting = vec![(id.to_owned(), None)];
        while let Some((id, parent)) = waiting.pop() {
            if !seen.insert(id.clone()) {
                growth
                    .notes
                    .add(row_name("session", &id), Oddity::StartedByItself);
                continue;
            }
            let place = growth.sessions.len();
            self.add_session(&id, parent, &mut growth)?;
            let children = self.children(&id)?.into_iter().rev();
            waiting.extend(children.map(|child| (child, Some(place))));
        }
        self.note_missing_parent(&mut growth)?;
        let is_typed = growth.tables.contains("session_message");
        let origin = Origin {
            path: self.database.path.clone(),
            generation: if is_typed { 2 } else { 1 },
            tables: growth.tables.into_iter().collect(),
            also_in: Vec::new(),
        };
        let is_joined = growth.strands.iter().any(|strands| strands.len() > 1);
        let messages = DatabaseMessages::new(self, growth.indexes);
        let messages: Box<dyn Messages<'a> + 'a> = if is_joined {
            let sources: Vec<Box<dyn Messages<'a> + 'a>> = vec![Box::new(messages)];
            Box::new(Joined::new(Kinship::Generations, sources, growth.strands))
        } else {
            Box::new(messages)
        };
        let input = Input {
            tree: SessionTree {
                sessions: growth.sessions,
                runtime: runtime_of(&origin.path),
                folders: growth.folders,
            },
            notes: growth.notes,
            messages,
        };
        Ok((input, origin))
    }

    /// Reads the row of a session, which exists.
    pub fn info(&self, id: &str) -> Result<SessionInfo> {
        let mut notes = Notes::default();
        let (_, info) = self.session_row(id, false, &mut notes)?;
        let stored = Object::from_iter([("info".to_owned(), Value::Object(info))]);
        Ok(session::read_outline(stored.into(), &mut notes).info)
    }

    fn add_session(&self, id: &str, parent: Option<usize>, growth: &mut Growth) -> Result<()> {
        let indexes = Index::read(self, id, &mut growth.folders, &mut growth.notes)?;
        growth
            .tables
            .extend(indexes.iter().flat_map(|index| index.tables()));
        let is_typed = indexes.first().is_some_and(Index::is_typed);
        let (table, mut info) = self.session_row(id, is_typed, &mut growth.notes)?;
        growth.tables.insert(table);
        let mut stored = Object::new();
        if let Some(flag) = info.shift_remove("had_cloud_share") {
            stored.insert("had_cloud_share".to_owned(), json!(flag == 1));
        }
        if !info.contains_key("share")
            && let Some(url) = self.share_url(id)?
        {
            info.insert("share".to_owned(), json!({ "url": url }));
        }
        // Sessions from the first versions have no folder of their own.
        let has_folder = info.get("directory").is_some_and(|folder| folder != "");
        if let (false, Some(folder)) = (
            has_folder,
            indexes.first().and_then(|index| index.folder.as_ref()),
        ) {
            info.insert("directory".to_owned(), folder.as_str().into());
        }
        stored.insert("info".to_owned(), Value::Object(info));
        let todos = self.todos(id)?;
        if !todos.is_empty() {
            growth.tables.insert("todo");
            stored.insert("todos".to_owned(), Value::Array(todos));
        }
        let storage = self.database.real.with_file_name("storage");
        if let Some(diffs) = growth.diffs.read(&storage, id, &mut growth.notes) {
            stored.insert("diffs".to_owned(), diffs);
        }
        let session = session::read_outline(stored.into(), &mut growth.notes);
        growth.sessions.push(Session { parent, ..session });
        let first = growth.indexes.len();
        let strands = (first..first + indexes.len()).map(|session| Strand { source: 0, session });
        growth.strands.push(strands.collect());
        growth.indexes.extend(indexes);
        Ok(())
    }

    /// The row of a session: where the tables of both generations have one, the one that was changed last, and of
    /// those changed at the same time that of the generation which holds more messages.
    fn session_row(
        &self,
        id: &str,
        is_typed: bool,
        notes: &mut Notes,
    ) -> Result<(&'static str, Object)> {
        let mut tables: Vec<_> = self.schema.sessions.iter().collect();
        if is_typed {
            tables.reverse();
        }
        let mut newest: Option<(&'static str, Object)> = None;
        let mut table_name = "session";
        for table in tables {
            table_name = table.name;
            let query = format!("SELECT * FROM {table_name} WHERE id {}", is_id!());
            let info = self.database.connection.prepare_cached(&query);
            let info = info.and_then(|mut statement| {
                let read = |row: &rusqlite::Row<'_>| rows::session_info(row, notes);
                statement.query_row([id], read).optional()
            });
            match info {
                Ok(Some(mut info)) => {
                    if let Some((_, known)) = &mut newest {
                        if changed(&info) <= changed(known) {
                            keep_publication(&info, known);
                            continue;
                        }
                        keep_publication(known, &mut info);
                    }
                    newest = Some((table.name, info));
                }
                Ok(None) => {}
                Err(error) if is_damage(&error) => break,
                Err(error) => return Err(self.database.unreadable(&error)),
            }
        }
        if let Some(newest) = newest {
            return Ok(newest);
        }
        // It was found in an index before.
        notes.add(row_name("session", id), Oddity::Damaged);
        let mut info = Object::new();
        info.insert("id".to_owned(), id.into());
        Ok((table_name, info))
    }

    /// The sessions that a session started, in the order of their creation.
    fn children(&self, id: &str) -> Result<Vec<String>> {
        let mut children = Vec::new();
        for table in &self.schema.sessions {
            if table.has("parent_id") {
                let query = format!(
                    "SELECT time_created, id FROM {} WHERE parent_id {}",
                    table.name,
                    is_id!()
                );
                children.extend(self.database.all(&query, [id], |row| {
                    Ok((values::time(row.get_ref(0)?), values::text(row.get_ref(1)?)))
                })?);
            }
        }
        children.sort();
        // A session may be in the tables of both generations.
        let mut seen = HashSet::new();
        children.retain(|(_, id)| seen.insert(id.clone()));
        Ok(children.into_iter().map(|(_, id)| id).collect())
    }

    fn note_missing_parent(&self, growth: &mut Growth) -> Result<()> {
        let root = growth.sessions.first();
        let Some(parent) = root.and_then(|root| root.info.parent_id.as_ref()) else {
            return Ok(());
        };
        if self.ids_from(parent, 1)?.first() != Some(parent) {
            growth
                .notes
                .add("session.parent_id", Oddity::StarterNotInStore);
        }
        Ok(())
    }

    fn todos(&self, id: &str) -> Result<Vec<Value>> {
        let Some(table) = &self.schema.todo else {
            return Ok(Vec::new());
        };
        let query = format!(
            "SELECT content, {}, {} FROM todo WHERE session_id {} ORDER BY position",
            table.column_or("status", "NULL"),
            table.column_or("priority", "NULL"),
            is_id!()
        );
        self.database.all(&query, [id], |row| {
            Ok(json!({
                "content": values::text(row.get_ref(0)?),
                "status": values::optional_text(row.get_ref(1)?),
                "priority": values::optional_text(row.get_ref(2)?),
            }))
        })
    }

    /// The address at which a session was published. The secret beside it is never asked for.
    fn share_url(&self, id: &str) -> Result<Option<String>> {
        if self.schema.session_share.is_none() {
            return Ok(None);
        }
        let query = concat!("SELECT url FROM session_share WHERE session_id ", is_id!());
        let urls = self
            .database
            .all(query, [id], |row| row.get_ref(0).map(values::text))?;
        Ok(urls.into_iter().next())
    }
}

/// When a session was last changed.
fn changed(info: &Object) -> Option<i64> {
    info.get("time")?.get("updated")?.as_i64()
}

/// A publication counts, whichever row tells of it.
fn keep_publication(from: &Object, to: &mut Object) {
    for name in ["share", "had_cloud_share"] {
        let is_told = |value: &Value| *value != json!(0);
        if let Some(value) = from.get(name).filter(|value| is_told(value))
            && !to.get(name).is_some_and(is_told)
        {
            to.insert(name.to_owned(), value.clone());
        }
    }
}
