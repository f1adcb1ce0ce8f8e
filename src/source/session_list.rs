//! The sessions of stores, as a list shows them. How many messages they have may still be counted while the list
//! is made: in a large database that takes as long as all else.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use crate::error::Result;
use crate::model::Timestamp;

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
    /// The store that it is in.
    pub store: Arc<Path>,
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
}

impl SessionList {
    /// Adds the sessions of a store. One that an earlier store has too is left out. A time that no
    /// calendar has is unknown: what shows it or counts with it would fail.
    pub fn add(&mut self, store: Arc<Path>, mut sessions: Vec<SessionSummary>, counting: Counting) {
        for session in &mut sessions {
            session.created = known_time(session.created);
            session.updated = known_time(session.updated);
        }
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
        let new: Vec<SessionSummary> = sessions.into_iter().filter(is_new).collect();
        self.sessions.extend(new);
    }

    /// Sorts them, the one changed last first; one whose time is unknown stands at the end.
    pub fn sort(&mut self) {
        self.sessions
            .sort_by(|a, b| (b.updated, b.created, &b.id).cmp(&(a.updated, a.created, &a.id)));
    }

    /// The sessions.
    pub fn sessions(&self) -> &[SessionSummary] {
        &self.sessions
    }

    /// How many messages each has, in their order. Waits until they are counted.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    pub fn message_counts(self) -> Result<Vec<usize>> {
        let mut all = vec![0; self.sessions.len()];
        let mut by_id: Vec<(&SessionSummary, &mut usize)> =
            self.sessions.iter().zip(&mut all).collect();
        by_id.sort_unstable_by_key(|(session, _)| &session.id);
        for (store, counting) in self.counting {
            let mut counts = counting()?;
            counts.sort_unstable();
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
        Ok(all)
    }
}

/// A stored time, where it lies between 1970 and the end of the year 9999.
pub fn known_time(millis: Option<i64>) -> Option<i64> {
    millis.and_then(Timestamp::in_range).map(Timestamp::millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

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
        }
    }

    fn counting(counts: &[(&str, usize)]) -> Counting {
        let counts = counts.iter().map(|(id, count)| ((*id).to_owned(), *count));
        let counts = counts.collect();
        Box::new(|| Ok(counts))
    }

    #[test]
    fn each_session_has_the_count_of_its_own_store() {
        let [first, second] = ["/a", "/b"].map(|path| Arc::from(Path::new(path)));
        let mut list = SessionList::default();
        let sessions = vec![session("one", 1, &first), session("two", 3, &first)];
        list.add(first.clone(), sessions, counting(&[("one", 10)]));
        let sessions = vec![session("two", 9, &second), session("three", 2, &second)];
        let counts = counting(&[("two", 99), ("three", 30), ("one", 99)]);
        list.add(second.clone(), sessions, counts);
        list.sort();
        let ids: Vec<&str> = list.sessions().iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["two", "three", "one"]);
        assert_eq!(list.message_counts().unwrap(), [0, 30, 10]);
    }

    #[test]
    fn a_time_beyond_the_calendar_is_unknown_and_stands_last() {
        let store: Arc<Path> = Arc::from(Path::new("/a"));
        let mut list = SessionList::default();
        let times = [
            ("a", i64::MAX),
            ("b", 5),
            ("c", -1),
            ("d", 253_402_300_799_999),
        ];
        let sessions = times.map(|(id, time)| session(id, time, &store)).to_vec();
        list.add(store, sessions, counting(&[]));
        list.sort();
        let listed: Vec<_> = list
            .sessions()
            .iter()
            .map(|it| (it.id.as_str(), it.updated))
            .collect();
        let last = Some(253_402_300_799_999);
        assert_eq!(
            listed,
            [("d", last), ("b", Some(5)), ("c", None), ("a", None)]
        );
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
