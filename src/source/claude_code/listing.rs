//! Sessions as a list shows them. Of each log the beginning and the end are read.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::ClaudeCodeStore;
use super::grouper::Grouper;
use super::home::LogFile;
use super::record::{Record, line_text};
use crate::error::{Error, Result};
use crate::model::SessionInfo;
use crate::source::counted_messages::CountedMessages;
use crate::source::in_threads::in_threads;
use crate::source::json_lines::{Ends, LinePlace};
use crate::source::session_list::{SessionList, SessionSummary};
use crate::stop::Stop;

/// How much is read of the beginning and of the end, in bytes. A smaller log is read whole.
const BEGINNING: u64 = 32 * 1024;
const END: u64 = 16 * 1024;
/// How much is read where no prompt stands in that: what the program adds first may be long.
const LONG_BEGINNING: u64 = 1024 * 1024;
/// The most messages that are estimated.
const MOST_ESTIMATED: u64 = 100_000;

impl ClaudeCodeStore {
    /// Adds every session to a list. One in which nobody speaks is none.
    ///
    /// # Errors
    /// [`Error::Aborted`](crate::Error::Aborted).
    pub fn list(&self, list: &mut SessionList, stop: &Stop) -> Result<()> {
        let store: Arc<Path> = Arc::from(self.path.as_path());
        let described = in_threads(&self.logs, stop, |log| Ok(describe(log, &store)))?;
        let (mut counts, mut sessions) = (HashMap::new(), Vec::new());
        for (session, messages) in described.into_iter().flatten() {
            if counts.insert(session.id.clone(), messages).is_none() {
                sessions.push(session);
            }
        }
        list.add(store, sessions, Box::new(CountedMessages(counts)));
        if self.unreadable > 0 {
            list.lacks(&self.path, self.lacking());
        }
        Ok(())
    }
}

impl ClaudeCodeStore {
    /// Reads what the beginning and the end of a session's log tell of it. The session exists.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`].
    pub fn info(&self, id: &str) -> Result<SessionInfo> {
        let log = self.log_of(id).ok_or(Error::Internal)?;
        let store: Arc<Path> = Arc::from(self.path.as_path());
        let Some((listed, _)) = describe(log, &store) else {
            return Err(Error::store_unreadable(
                &self.path,
                "the log of this session cannot be read, or nobody speaks in it",
            ));
        };
        Ok(listed.into_info())
    }
}

/// A session as a list shows it, and how many messages it has: of a long log that is estimated.
fn describe(log: &LogFile, store: &Arc<Path>) -> Option<(SessionSummary, usize)> {
    let mut sketch = sketch(log, BEGINNING);
    if let Some((grouper, ends)) = &sketch
        && grouper.told.first_words.is_none()
        && !ends.is_whole()
    {
        sketch = self::sketch(log, LONG_BEGINNING);
    }
    // That it cannot be read is told to who exports it.
    let Some((grouper, ends)) = sketch else {
        let session = summary(log, store);
        return Some((session, 0));
    };
    let told = &grouper.told;
    if ends.is_whole() && !told.is_conversation {
        return None;
    }
    let found = grouper.groups.len() as u64;
    let estimated = match ends.is_whole() {
        true => found,
        false => (found.saturating_mul(ends.bytes) / (BEGINNING + END)).min(MOST_ESTIMATED),
    };
    let session = SessionSummary {
        title: grouper.title(),
        created: told.created,
        updated: told.updated,
        directory: told.directory.as_deref().map(Arc::from),
        ..summary(log, store)
    };
    Some((session, usize::try_from(estimated).unwrap_or_default()))
}

fn summary(log: &LogFile, store: &Arc<Path>) -> SessionSummary {
    SessionSummary {
        product: super::PRODUCT,
        id: log.id.clone(),
        title: None,
        created: None,
        updated: None,
        parent_id: None,
        directory: None,
        is_published: false,
        is_archived: false,
        store: store.clone(),
        also_in: Vec::new(),
    }
}

fn sketch(log: &LogFile, beginning: u64) -> Option<(Grouper, Ends)> {
    let ends = Ends::of(&log.path, beginning, END).ok()?;
    let mut grouper = Grouper::default();
    for line in ends.head().chain(ends.tail()) {
        let line = line_text(line);
        if let Some(record) = Record::parse(&line) {
            let is_agent =
                super::grouper::is_sidechain(record.is_sidechain) && !log.id.starts_with("agent-");
            let nowhere = LinePlace { start: 0, bytes: 0 };
            if !is_agent {
                grouper.add(nowhere, &record);
            }
        }
    }
    if ends.is_whole() {
        grouper.finish();
    }
    Some((grouper, ends))
}
