//! Sessions as a list shows them.

use std::path::Path;
use std::sync::Arc;

use super::grouper::Told;
use super::{DshStore, Entry, home, log};
use crate::error::{Error, Result};
use crate::source::session_list::{ListedMessages, MessageCounts, SessionList, SessionSummary};
use crate::stop::Stop;
use crate::threads;

/// The messages of a home, for a list.
struct OfHome {
    counts: MessageCounts,
}

impl ListedMessages for OfHome {
    fn ids(&mut self, session: &str) -> Result<Vec<String>> {
        let count = self.counts.iter().find(|(id, _)| id == session);
        let count = count.map_or(0, |(_, count)| *count);
        Ok((0..count).map(|at| at.to_string()).collect())
    }

    fn counts(self: Box<Self>) -> Result<MessageCounts> {
        Ok(self.counts)
    }
}

/// The title: the one that was set last, the task of a sub-agent, or how the first prompt begins.
pub fn title(told: &Told) -> Option<String> {
    let title = told.title.clone().or_else(|| told.label.clone());
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
        let each = self.entries.len().div_ceil(threads::count()).max(1);
        let describe = |entries: &[Entry]| -> Result<Vec<(SessionSummary, usize)>> {
            let mut described = Vec::new();
            for entry in entries {
                stop.check()?;
                let is_archived = archived.contains(&entry.id);
                described.extend(describe(entry, &store, is_archived, stop)?);
            }
            Ok(described)
        };
        let describe = &describe;
        let described = std::thread::scope(|scope| {
            let chunks = self.entries.chunks(each);
            let working: Vec<_> = chunks
                .map(|entries| scope.spawn(move || describe(entries)))
                .collect();
            let joined = working
                .into_iter()
                .map(|thread| thread.join().unwrap_or(Err(Error::Internal)));
            joined.collect::<Result<Vec<_>>>()
        })?;
        let described: Vec<_> = described.into_iter().flatten().collect();
        let counts = described
            .iter()
            .map(|(session, count)| (session.id.clone(), *count));
        let counts = counts.collect();
        let sessions = described.into_iter().map(|(session, _)| session).collect();
        list.add(store, sessions, Box::new(OfHome { counts }));
        Ok(())
    }
}

/// A session, and how many messages it has.
fn describe(
    entry: &Entry,
    store: &Arc<Path>,
    is_archived: bool,
    stop: &Stop,
) -> Result<Option<(SessionSummary, usize)>> {
    let header = &entry.header;
    let summary = |title, updated, is_archived| SessionSummary {
        id: entry.id.clone(),
        title,
        created: header.created_at,
        updated,
        parent_id: header.starter().map(str::to_owned),
        directory: header.cwd.as_deref().map(Arc::from),
        is_published: false,
        is_archived,
        store: store.clone(),
        also_in: Vec::new(),
    };
    let mut log = match log::read(&entry.log.path, stop) {
        Err(Error::Aborted) => return Err(Error::Aborted),
        // That it cannot be read is told to who exports it.
        Err(_) => return Ok(Some((summary(None, header.created_at, is_archived), 0))),
        Ok(log) => log,
    };
    super::mark_inherited(&mut log, false);
    if !log.told.has_turns && log.groups.is_empty() {
        return Ok(None);
    }
    let is_archived = is_archived || log.told.archived.is_some();
    let updated = log.told.updated.or(header.created_at);
    Ok(Some((
        summary(title(&log.told), updated, is_archived),
        log.groups.len(),
    )))
}
