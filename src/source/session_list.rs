//! The sessions of stores, as a list shows them. How many messages they have may still be counted while the list
//! is made: in a large database that takes as long as all else.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::store::UnreadableStore;
use crate::error::{Error, Result};
use crate::model::Timestamp;
use crate::stop::Stop;

/// What a list of sessions tells of one, beside the number of its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSummary {
    /// The session's id.
    pub id: String,
    /// The title, as stored: not redacted.
    pub title: Option<String>,
    /// When it was created, in milliseconds since the Unix epoch.
    pub created: Option<i64>,
    /// When it was last changed, in milliseconds since the Unix epoch.
    pub updated: Option<i64>,
    /// The session that started this one.
    pub parent_id: Option<String>,
    /// The working folder.
    pub directory: Option<Arc<str>>,
    /// Whether it was published.
    pub is_published: bool,
    /// The store that it is in; of several, the one that holds most of its messages.
    pub store: Arc<Path>,
    /// The other stores that hold it.
    pub also_in: Vec<Arc<Path>>,
}

/// How many messages the sessions of a store have, by their ids.
pub type MessageCounts = Vec<(String, usize)>;

/// What waits until the messages of a store are counted.
pub type Counting = Box<dyn FnOnce() -> Result<MessageCounts> + Send>;

/// The sessions of stores.
#[derive(Default)]
pub struct SessionList {
    sessions: Vec<SessionSummary>,
    /// By store.
    counting: Vec<(Arc<Path>, Counting)>,
    /// What other stores tell of sessions that stand in `sessions` already.
    copies: Vec<SessionSummary>,
    /// Where the messages were counted before the list was made: which copy is the fuller one depends on it.
    counted: Option<Vec<usize>>,
    is_of_all: bool,
    unreadable: Vec<UnreadableStore>,
    stop: Stop,
}

impl SessionList {
    /// Of one store, or of all, some of which may be known to be unreadable. `stop` ends the work with it.
    pub fn new(is_of_all: bool, unreadable: Vec<UnreadableStore>, stop: &Stop) -> Self {
        Self {
            is_of_all,
            unreadable,
            stop: stop.clone(),
            ..Self::default()
        }
    }

    /// Adds the sessions of a store.
    pub fn add(&mut self, store: Arc<Path>, sessions: Vec<SessionSummary>, counting: Counting) {
        self.counting.push((store, counting));
        if self.sessions.is_empty() {
            self.sessions = sessions;
            return;
        }
        let known: HashSet<&str> = self
            .sessions
            .iter()
            .map(|known| known.id.as_str())
            .collect();
        let is_new = |session: &SessionSummary| !known.contains(session.id.as_str());
        let (new, copies): (Vec<_>, Vec<_>) = sessions.into_iter().partition(is_new);
        self.sessions.extend(new);
        self.copies.extend(copies);
    }

    /// What became of a store: of all stores, one that cannot be read is named, and the others are listed.
    ///
    /// # Errors
    /// That of the store, where it is the only one, and [`Error::Aborted`].
    pub fn check(&mut self, store: &Path, listed: Result<()>) -> Result<()> {
        match listed {
            Err(Error::Aborted) => Err(Error::Aborted),
            Err(error) if self.is_of_all => {
                self.unreadable.push(UnreadableStore {
                    path: store.to_owned(),
                    error,
                });
                Ok(())
            }
            listed => listed,
        }
    }

    /// Chooses what is listed of the sessions that several stores hold, and sorts all, the one changed last first.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::Aborted`].
    pub fn settle(&mut self) -> Result<()> {
        if !self.copies.is_empty() {
            self.choose()?;
        }
        // A time that no calendar has is not known, and comes last.
        for session in &mut self.sessions {
            for time in [&mut session.created, &mut session.updated] {
                #[expect(clippy::cast_precision_loss, reason = "only the range counts")]
                let is_known = |time: &i64| Timestamp::from_millis(*time as f64).is_some();
                *time = time.filter(is_known);
            }
        }
        let mut counts = self.counted.take();
        let mut order: Vec<usize> = (0..self.sessions.len()).collect();
        let key = |place: &usize| {
            let session = self.sessions.get(*place);
            session.map(|it| (it.updated, it.created, &it.id))
        };
        order.sort_by(|a, b| key(b).cmp(&key(a)));
        self.stop.check()?;
        if let Some(counts) = &mut counts {
            let count = |place: &usize| counts.get(*place).copied().unwrap_or_default();
            *counts = order.iter().map(count).collect();
        }
        self.counted = counts;
        self.sessions
            .sort_by(|a, b| (b.updated, b.created, &b.id).cmp(&(a.updated, a.created, &a.id)));
        Ok(())
    }

    /// Of the copies of a session, the one with the most messages is listed, and of those the one changed last.
    fn choose(&mut self) -> Result<()> {
        let mut counts: HashMap<(Arc<Path>, String), usize> = HashMap::new();
        for (store, counting) in std::mem::take(&mut self.counting) {
            let of_store = counting();
            let Some(of_store) = self.counts_or_note(&store, of_store)? else {
                continue;
            };
            let of_store = of_store.into_iter();
            counts.extend(of_store.map(|(id, count)| ((store.clone(), id), count)));
        }
        let count_of = |session: &SessionSummary| {
            let key = (session.store.clone(), session.id.clone());
            counts.get(&key).copied().unwrap_or_default()
        };
        let mut copies: HashMap<String, Vec<SessionSummary>> = HashMap::new();
        for copy in std::mem::take(&mut self.copies) {
            copies.entry(copy.id.clone()).or_default().push(copy);
        }
        let mut counted = Vec::with_capacity(self.sessions.len());
        for session in &mut self.sessions {
            let Some(others) = copies.remove(&session.id) else {
                counted.push(count_of(session));
                continue;
            };
            for other in others {
                let rank = |it: &SessionSummary| (count_of(it), it.updated);
                let mut other = other;
                if rank(&other) > rank(session) {
                    std::mem::swap(session, &mut other);
                    session.also_in = std::mem::take(&mut other.also_in);
                }
                session.also_in.push(other.store);
                // It may be public, whichever store knows of it.
                session.is_published |= other.is_published;
                session.updated = session.updated.max(other.updated);
            }
            counted.push(count_of(session));
        }
        self.counted = Some(counted);
        Ok(())
    }

    fn counts_or_note(
        &mut self,
        store: &Path,
        counts: Result<MessageCounts>,
    ) -> Result<Option<MessageCounts>> {
        match counts {
            Ok(counts) => Ok(Some(counts)),
            Err(error) => self.check(store, Err(error)).map(|()| None),
        }
    }

    /// The sessions.
    pub fn sessions(&self) -> &[SessionSummary] {
        &self.sessions
    }

    /// How many messages each has, in their order, and the stores that could not be read. Waits until they are
    /// counted.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::Aborted`].
    pub fn message_counts(mut self) -> Result<(Vec<usize>, Vec<UnreadableStore>)> {
        if let Some(counted) = self.counted {
            return Ok((counted, self.unreadable));
        }
        let mut of_stores = Vec::new();
        for (store, counting) in std::mem::take(&mut self.counting) {
            if let Some(counts) = self.counts_or_note(&store, counting())? {
                of_stores.push((store, counts));
            }
            self.stop.check()?;
        }
        let mut all = vec![0; self.sessions.len()];
        let mut by_id: Vec<(&SessionSummary, &mut usize)> =
            self.sessions.iter().zip(&mut all).collect();
        by_id.sort_unstable_by_key(|(session, _)| &session.id);
        for (store, mut counts) in of_stores {
            self.stop.check()?;
            counts.sort_unstable();
            self.stop.check()?;
            let mut counts = counts.into_iter().peekable();
            for (session, count) in &mut by_id {
                while counts.next_if(|(id, _)| *id < session.id).is_some() {}
                let its_own =
                    |(id, _): &(String, usize)| *id == session.id && session.store == store;
                if let Some((_, messages)) = counts.next_if(its_own) {
                    **count = messages;
                }
            }
        }
        Ok((all, self.unreadable))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: &str, updated: i64, store: &Arc<Path>) -> SessionSummary {
        SessionSummary {
            id: id.to_owned(),
            title: None,
            created: None,
            updated: Some(updated),
            parent_id: None,
            directory: None,
            is_published: false,
            store: store.clone(),
            also_in: Vec::new(),
        }
    }

    fn counting(counts: &[(&str, usize)]) -> Counting {
        let counts = counts.iter().map(|(id, count)| ((*id).to_owned(), *count));
        let counts = counts.collect();
        Box::new(|| Ok(counts))
    }

    #[test]
    fn each_session_has_the_count_of_its_fullest_store() {
        let [first, second] = ["/a", "/b"].map(|path| Arc::from(Path::new(path)));
        let mut list = SessionList::default();
        let sessions = vec![session("one", 1, &first), session("two", 3, &first)];
        list.add(first.clone(), sessions, counting(&[("one", 10)]));
        let sessions = vec![session("two", 9, &second), session("three", 2, &second)];
        let counts = counting(&[("two", 99), ("three", 30), ("one", 99)]);
        list.add(second.clone(), sessions, counts);
        list.settle().unwrap();
        let ids: Vec<&str> = list.sessions().iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["two", "three", "one"]);
        // The fuller one.
        assert_eq!(list.sessions()[0].store, second);
        assert_eq!(list.sessions()[0].also_in, [first]);
        assert_eq!(list.message_counts().unwrap().0, [99, 30, 10]);
    }

    #[test]
    fn a_list_that_was_stopped_is_no_list_with_an_unreadable_store() {
        let store: Arc<Path> = Arc::from(Path::new("/a"));
        let mut list = SessionList::new(true, Vec::new(), &Stop::default());
        let sessions = vec![session("one", 1, &store)];
        list.add(store, sessions, Box::new(|| Err(Error::Aborted)));
        assert!(matches!(list.message_counts(), Err(Error::Aborted)));
    }

    #[test]
    fn a_store_whose_messages_cannot_be_counted_is_an_error() {
        let store: Arc<Path> = Arc::from(Path::new("/a"));
        let mut list = SessionList::default();
        let sessions = vec![session("one", 1, &store)];
        list.add(store, sessions, Box::new(|| Err(Error::Internal)));
        assert!(list.message_counts().is_err());
    }
}
