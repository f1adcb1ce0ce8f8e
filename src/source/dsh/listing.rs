//! Sessions as a list shows them.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::grouper::{Told, whole_words};
use super::home::LogFile;
use super::log::Sketch;
use super::{DshStore, Entry, home, log};
use crate::error::{Error, Result};
use crate::model::{SessionInfo, Timestamp};
use crate::source::counted_messages::CountedMessages;
use crate::source::in_threads::in_threads;
use crate::source::session_list::{SessionList, SessionSummary};
use crate::source::unopened;
use crate::stop::Stop;

/// A longer title is cut, in bytes: a list of thousands is kept in memory. DSH writes 80 at most.
const LONGEST_TITLE: usize = 4 * 1024;

/// The title: the task of a sub-agent, the title that was set last, or how the first prompt begins.
pub fn title(told: &Told) -> Option<String> {
    // A sub-agent's own title is how its prompt begins, or that of the session that it was forked from.
    let named = told.label.as_ref().or(told.title.as_ref());
    let title = named.and_then(|title| match title.len() > LONGEST_TITLE {
        true => whole_words(title),
        false => Some(title.clone()),
    });
    title.or_else(|| told.first_words.clone())
}

impl DshStore {
    /// Adds every session to a list. One that was opened and left before a turn is none.
    ///
    /// # Errors
    /// [`Error::Aborted`].
    pub fn list(&self, list: &mut SessionList, stop: &Stop) -> Result<()> {
        let store: Arc<Path> = Arc::from(self.path.as_path());
        let archived = home::archived(&self.home);
        let describe = |log: &LogFile| describe(log, self.logs.len(), &store, &archived, stop);
        let described = in_threads(&self.logs, stop, describe)?;
        let empty = described.iter().zip(&self.logs);
        let empty = empty.filter(|(one, _)| one.as_ref().is_none_or(|one| one.messages == 0));
        let lacking = unopened::lacking(&store, empty.map(|(_, log)| log.path.as_path()));
        let described = without_copies(described.into_iter().flatten());
        let counts = described
            .iter()
            .map(|it| (it.session.id.clone(), it.messages));
        let counts = counts.collect();
        let sessions = described.into_iter().map(|it| it.session).collect();
        list.add(store, sessions, Box::new(CountedMessages(counts)));
        if let Some(error) = lacking {
            list.lacks(&self.path, error);
        }
        if self.unreadable > 0 {
            list.lacks(&self.path, self.lacking());
        }
        Ok(())
    }
}

impl DshStore {
    /// Reads what the beginning and the end of a session's log tell of it. The session exists.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::Aborted`].
    pub fn info(&self, id: &str) -> Result<SessionInfo> {
        let entry = self.entries()?.get(id).ok_or(Error::Internal)?;
        let Sketch { told, .. } = log::sketch(&entry.log.path, 1, &self.stop)?;
        let time = |millis: Option<i64>| millis.and_then(Timestamp::in_range);
        Ok(SessionInfo {
            id: Some(id.to_owned()),
            title: title(&told),
            directory: entry.header.cwd.clone(),
            created: time(entry.header.created_at),
            updated: time(told.updated.or(entry.header.created_at)),
            ..SessionInfo::default()
        })
    }
}

/// A session as a list shows it.
struct Described {
    session: SessionSummary,
    messages: usize,
    /// The size of its log, by which a copy counts.
    bytes: u64,
}

/// Each session once: of a folder that was copied, the fuller log counts.
fn without_copies(all: impl Iterator<Item = Described>) -> Vec<Described> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut described: Vec<Described> = Vec::new();
    for one in all {
        let known = places
            .get(&one.session.id)
            .and_then(|at| described.get_mut(*at));
        match known {
            Some(known) if known.bytes < one.bytes => *known = one,
            Some(_) => {}
            None => {
                places.insert(one.session.id.clone(), described.len());
                described.push(one);
            }
        }
    }
    described
}

/// Describes a session.
fn describe(
    file: &LogFile,
    logs: usize,
    store: &Arc<Path>,
    archived: &HashSet<String>,
    stop: &Stop,
) -> Result<Option<Described>> {
    let Sketch {
        header,
        told,
        messages,
        bytes,
    } = match log::sketch(&file.path, logs, stop) {
        Err(Error::Aborted) => return Err(Error::Aborted),
        // The list tells that it cannot be opened, and an export of it why.
        Err(_) => Sketch::default(),
        Ok(sketch) if sketch.messages == 0 && !sketch.told.has_turns => return Ok(None),
        Ok(sketch) => sketch,
    };
    let entry = Entry::of(file, header);
    let header = &entry.header;
    let session = SessionSummary {
        product: super::product_of(store),
        title: title(&told),
        created: header.created_at,
        updated: told.updated.or(header.created_at),
        parent_id: header.starter().map(str::to_owned),
        directory: header.cwd.as_deref().map(Arc::from),
        is_published: false,
        is_archived: archived.contains(&entry.id) || told.archived.is_some(),
        store: store.clone(),
        also_in: Vec::new(),
        repeats: None,
        id: entry.id,
    };
    Ok(Some(Described {
        session,
        messages,
        bytes,
    }))
}
