//! Sessions as a list shows them.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::CrushStore;
use super::schema::millis;
use super::session_row::given_title;
use crate::error::{Error, Result};
use crate::source::counted_messages::CountedMessages;
use crate::source::session_list::{SessionList, SessionSummary};
use crate::source::sqlite::{Database, values};
use crate::stop::Stop;

/// The most attempts to list a store that keeps changing.
const ATTEMPTS: usize = 5;

/// The sessions, and how many messages each has.
type Listed = (Vec<SessionSummary>, HashMap<String, usize>);

impl CrushStore {
    /// Adds every session to a list.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::Aborted`].
    pub fn list(mut self, list: &mut SessionList, stop: &Stop) -> Result<()> {
        let store: Arc<Path> = Arc::from(self.database.path.as_path());
        let mut attempts = 1;
        let (sessions, counts) = loop {
            match self.listed(&store) {
                // Without a lock, what was read could be of two states.
                Err(Error::StoreChanged(path)) if attempts < ATTEMPTS => {
                    attempts += 1;
                    self.database = Database::open(&path, Some(stop))?;
                }
                listed => break listed?,
            }
        };
        list.add(store, sessions, Box::new(CountedMessages(counts)));
        Ok(())
    }

    fn listed(&self, store: &Arc<Path>) -> Result<Listed> {
        let sessions = self.summaries(store)?;
        let counts = self.counts()?;
        self.database.verify_statements()?;
        Ok((sessions, counts))
    }

    fn summaries(&self, store: &Arc<Path>) -> Result<Vec<SessionSummary>> {
        let column = |name| self.schema.sessions.column_or(name, "NULL");
        let query = format!(
            "SELECT id, {}, {}, {}, {} FROM sessions",
            column("title"),
            column("created_at"),
            column("updated_at"),
            column("parent_session_id"),
        );
        let directory = self.project();
        let directory: Option<Arc<str>> =
            directory.map(|folder| Arc::from(folder.to_string_lossy()));
        self.database.all(&query, [], |row| {
            Ok(SessionSummary {
                id: values::text(row.get_ref(0)?),
                product: self.product(),
                title: given_title(values::optional_text(row.get_ref(1)?)),
                created: values::time(row.get_ref(2)?).map(millis),
                updated: values::time(row.get_ref(3)?).map(millis),
                parent_id: values::optional_text(row.get_ref(4)?),
                directory: directory.clone(),
                is_published: false,
                is_archived: false,
                store: store.clone(),
                also_in: Vec::new(),
                repeats: None,
            })
        })
    }

    /// Counts the messages of each session. A result stands with its call, and is no message of its own.
    fn counts(&self) -> Result<HashMap<String, usize>> {
        let mut counts = HashMap::new();
        let query = "SELECT session_id, count(*) FROM messages WHERE role IS NOT 'tool' GROUP BY session_id";
        let messages = self.database.all(query, [], |row| {
            let id = values::text(row.get_ref(0)?);
            Ok((id, values::count(row.get_ref(1)?)))
        })?;
        counts.extend(messages);
        // One more tells what is left out.
        let mut with_more = HashSet::new();
        for table in [&self.schema.files, &self.schema.read_files] {
            let Some(table) = table else { continue };
            let query = format!("SELECT DISTINCT session_id FROM {}", table.name);
            let ids = self
                .database
                .all(&query, [], |row| row.get_ref(0).map(values::text))?;
            with_more.extend(ids);
        }
        for id in with_more {
            *counts.entry(id).or_default() += 1;
        }
        Ok(counts)
    }
}
