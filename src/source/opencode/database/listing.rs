//! Lists the sessions of a database.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use rusqlite::types::ValueRef;

use super::DatabaseStore;
use super::message_index::{RowKind, kinds_shown};
use super::schema::EVENT_TYPES;
use crate::error::{Error, Result};
use crate::source::listed::PublishedSession;
use crate::source::origin::product_of;
use crate::source::session_list::{
    ListedMessages, MessageCounts, SessionList, SessionSummary, known_time,
};
use crate::source::sqlite::{is_id, values};
use crate::stop::Stop;

/// How large a database is, in bytes, whose messages are counted by a thread.
const WORTH_A_THREAD: u64 = 8 * 1024 * 1024;

/// How often a list is made while its store keeps changing.
const ATTEMPTS: usize = 5;

/// The messages of a database, for a list.
struct OfDatabase {
    /// `None` where it could not be read.
    store: Option<DatabaseStore>,
    /// A thread that counts them.
    counting: Option<JoinHandle<Result<MessageCounts>>>,
    stop: Stop,
}

impl ListedMessages for OfDatabase {
    fn ids(&mut self, session: &str) -> Result<Vec<String>> {
        let store = self.store.take().ok_or(Error::Internal)?;
        let (store, ids) = store.settled(&self.stop, |store| store.message_ids(session))?;
        self.store = Some(store);
        Ok(ids)
    }

    fn counts(self: Box<Self>) -> Result<MessageCounts> {
        if let Some(counts) = self
            .counting
            .and_then(|counting| counting.join().ok()?.ok())
        {
            return Ok(counts);
        }
        let store = self.store.ok_or(Error::Internal)?;
        Ok(store.settled(&self.stop, DatabaseStore::message_counts)?.1)
    }
}

impl DatabaseStore {
    /// Adds every session to a list. `stop`, with which it was opened, ends the counting too.
    pub fn list(self, list: &mut SessionList, stop: &Stop) -> Result<()> {
        let store: Arc<Path> = Arc::from(self.database.path.as_path());
        let counting = self.start_counting(&store, stop);
        let (settled, sessions) = self.settled(stop, |it| it.sessions(&store))?;
        let messages = OfDatabase {
            store: Some(settled),
            counting,
            stop: stop.clone(),
        };
        list.add(store, sessions, Box::new(messages));
        Ok(())
    }

    /// Counts the messages by another connection, where that takes long. What that sees of a store that is
    /// written to may be a moment newer.
    fn start_counting(
        &self,
        store: &Arc<Path>,
        stop: &Stop,
    ) -> Option<JoinHandle<Result<MessageCounts>>> {
        if store.metadata().ok()?.len() < WORTH_A_THREAD {
            return None;
        }
        let (store, stop) = (store.clone(), stop.clone());
        let count = move || {
            let store = Self::open(&store, Some(&stop))?;
            Ok(store.settled(&stop, Self::message_counts)?.1)
        };
        thread::Builder::new().spawn(count).ok()
    }

    /// Reads, again where the store was opened by its writer meanwhile: without a lock, what was read could be of
    /// two states.
    fn settled<T>(mut self, stop: &Stop, read: impl Fn(&Self) -> Result<T>) -> Result<(Self, T)> {
        for _ in 1..ATTEMPTS {
            let result = read(&self).and_then(|read| {
                self.database.verify_statements()?;
                Ok(read)
            });
            match result {
                Err(Error::StoreChanged(path)) => self = Self::open(&path, Some(stop))?,
                result => return result.map(|read| (self, read)),
            }
        }
        let result = read(&self)?;
        self.database.verify_statements()?;
        Ok((self, result))
    }

    /// Every session.
    fn sessions(&self, store: &Arc<Path>) -> Result<Vec<SessionSummary>> {
        let published: HashSet<String> = self
            .shares()?
            .into_iter()
            .map(|share| share.session_id)
            .collect();
        let mut sessions: Vec<SessionSummary> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let product = product_of(store);
        let has_several = self.schema.sessions.len() > 1;
        for table in &self.schema.sessions {
            let query = format!(
                "SELECT id, time_created, {}, {}, {}, {}, {}, {} FROM {}",
                table.column_or("time_updated", "NULL"),
                table.column_or("title", "NULL"),
                table.column_or("parent_id", "NULL"),
                table.column_or("directory", "NULL"),
                table.column_or("share_url", "NULL"),
                table.column_or("time_archived", "NULL"),
                table.name
            );
            let mut directory: Option<Arc<str>> = None;
            let of_table = self.database.all(&query, [], |row| {
                let id = values::text(row.get_ref(0)?);
                let stored = row.get_ref(5)?;
                // As a rule it is that of the session before.
                let is_same = |known: &Arc<str>| ValueRef::Text(known.as_bytes()) == stored;
                if !directory.as_ref().is_some_and(is_same) {
                    directory = values::optional_text(stored).map(Arc::from);
                }
                Ok(SessionSummary {
                    product,
                    created: values::time(row.get_ref(1)?),
                    updated: values::time(row.get_ref(2)?),
                    title: values::optional_text(row.get_ref(3)?),
                    parent_id: values::optional_text(row.get_ref(4)?),
                    directory: directory.clone(),
                    is_published: published.contains(&id)
                        || values::optional_text(row.get_ref(6)?).is_some(),
                    is_archived: values::time(row.get_ref(7)?).is_some(),
                    store: store.clone(),
                    also_in: Vec::new(),
                    repeats: None,
                    id,
                })
            })?;
            if has_several {
                for session in of_table {
                    let known = places.get(&session.id).copied();
                    match known.and_then(|place| sessions.get_mut(place)) {
                        Some(known) => {
                            let is_published = known.is_published || session.is_published;
                            // The row that was changed last: the document tells of the same.
                            if session.updated > known.updated {
                                *known = session;
                            }
                            known.is_published = is_published;
                        }
                        None => {
                            places.insert(session.id.clone(), sessions.len());
                            sessions.push(session);
                        }
                    }
                }
            } else {
                sessions = of_table;
            }
        }
        Ok(sessions)
    }

    /// The number of messages by session, each message once.
    fn message_counts(&self) -> Result<MessageCounts> {
        let mut counts = MessageCounts::new();
        if self.schema.message.is_some() {
            let query = "SELECT session_id, count(*) FROM message GROUP BY session_id";
            counts = self.database.all(query, [], |row| {
                Ok((
                    values::text(row.get_ref(0)?),
                    values::count(row.get_ref(1)?),
                ))
            })?;
            counts = together(counts);
        }
        if self.schema.session_message.is_some() {
            let query = format!(
                "SELECT session_id, count(*), sum(type IN ({EVENT_TYPES})) FROM session_message GROUP BY session_id"
            );
            let typed = self.database.all(&query, [], |row| {
                let [count, events] = [
                    values::count(row.get_ref(1)?),
                    values::count(row.get_ref(2)?),
                ];
                Ok((values::text(row.get_ref(0)?), count, count - events))
            })?;
            let mut of_parts: BTreeMap<String, usize> = counts.into_iter().collect();
            let mut of_session: BTreeMap<String, (usize, usize)> = BTreeMap::new();
            for (id, count, conversation) in typed {
                let (counts, conversations) = of_session.entry(id).or_default();
                *counts += count;
                *conversations += conversation;
            }
            let is_in_both = |(id, (_, conversation)): (&String, &(usize, usize))| {
                *conversation > 0 && of_parts.contains_key(id)
            };
            let copies: [HashMap<String, usize>; 2] = match of_session.iter().any(is_in_both) {
                true => [
                    self.copies("message", "session_message")?
                        .into_iter()
                        .collect(),
                    self.copies("session_message", "message")?
                        .into_iter()
                        .collect(),
                ],
                false => Default::default(),
            };
            let [of_message, of_typed] = copies;
            let known_again = |copies: &HashMap<String, usize>, id: &str| {
                copies.get(id).copied().unwrap_or_default()
            };
            for (id, (typed, conversation)) in of_session {
                let parts = of_parts.get(&id).copied().unwrap_or_default();
                // A message that stands in both is shown once.
                let count = match kinds_shown(parts, conversation) {
                    [RowKind::Typed] => typed,
                    [RowKind::Typed, _] => typed + parts - known_again(&of_message, &id).min(parts),
                    [RowKind::Parts] => parts,
                    _ => parts + typed - known_again(&of_typed, &id).min(typed),
                };
                of_parts.insert(id, count);
            }
            counts = of_parts.into_iter().collect();
        }
        Ok(counts)
    }

    /// How many messages of a table another one holds too, by session: of the same session, since any program could
    /// have given an id twice.
    fn copies(&self, table: &str, other: &str) -> Result<MessageCounts> {
        let key = "CAST(session_id AS TEXT), CAST(id AS TEXT)";
        let query = format!(
            "SELECT session_id, count(*) FROM {table} WHERE length(id) > 0 AND ({key}) IN
            (SELECT {key} FROM {other} WHERE length(id) > 0) GROUP BY session_id"
        );
        let copies = self.database.all(&query, [], |row| {
            Ok((
                values::text(row.get_ref(0)?),
                values::count(row.get_ref(1)?),
            ))
        })?;
        Ok(together(copies))
    }

    /// Every session that was published.
    pub fn published(&self) -> Result<Vec<PublishedSession>> {
        let mut published = self.shares()?;
        let mut seen: HashSet<String> = published
            .iter()
            .map(|share| share.session_id.clone())
            .collect();
        for table in &self.schema.sessions {
            if table.has("share_url") {
                let query = format!(
                    "SELECT id, share_url FROM {} WHERE share_url IS NOT NULL",
                    table.name
                );
                let of_table = self.database.all(&query, [], |row| {
                    Ok(self.share(
                        values::text(row.get_ref(0)?),
                        values::text(row.get_ref(1)?),
                        None,
                    ))
                })?;
                published.extend(
                    of_table
                        .into_iter()
                        .filter(|share| seen.insert(share.session_id.clone())),
                );
            }
        }
        for share in &mut published {
            share.title = self.title(&share.session_id)?;
        }
        Ok(published)
    }

    /// The rows of `session_share`. The secret in them is never asked for.
    fn shares(&self) -> Result<Vec<PublishedSession>> {
        let Some(table) = &self.schema.session_share else {
            return Ok(Vec::new());
        };
        let query = format!(
            "SELECT session_id, url, {} FROM session_share",
            table.column_or("time_created", "NULL")
        );
        self.database.all(&query, [], |row| {
            Ok(self.share(
                values::text(row.get_ref(0)?),
                values::text(row.get_ref(1)?),
                values::time(row.get_ref(2)?),
            ))
        })
    }

    fn share(&self, session_id: String, url: String, published: Option<i64>) -> PublishedSession {
        PublishedSession {
            session_id,
            title: None,
            url,
            published: known_time(published),
            store: self.database.path.clone(),
        }
    }

    fn title(&self, id: &str) -> Result<Option<String>> {
        for table in &self.schema.sessions {
            if table.has("title") {
                let query = format!("SELECT title FROM {} WHERE id {}", table.name, is_id!());
                let titles = self.database.all(&query, [id], |row| {
                    row.get_ref(0).map(values::optional_text)
                })?;
                if let Some(title) = titles.into_iter().next() {
                    return Ok(title);
                }
            }
        }
        Ok(None)
    }
}

/// The counts by id, each id once: one session may be named by texts and by BLOBs.
fn together(mut counts: MessageCounts) -> MessageCounts {
    counts.sort_unstable();
    counts.dedup_by(|(id, count), (kept, sum)| {
        let is_same = id == kept;
        if is_same {
            *sum += *count;
        }
        is_same
    });
    counts
}
