//! The sessions of stores, as a list shows them. How many messages they have may still be counted while the list
//! is made: in a large database that takes as long as all else.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::copies;
use super::copies::Rank;
use super::listed::UnreadableStore;
use super::opencode::joined;
use crate::error::{Error, Result};
use crate::model::{SessionInfo, Timestamp};
use crate::stop::Stop;

/// One session in a list, without the number of its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSummary {
    /// The session's id.
    pub id: String,
    /// The application whose store it is in, as `StoreInfo` names it.
    pub product: &'static str,
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
    /// True where it was published.
    pub is_published: bool,
    /// True where the user put it away, as far as a list knows.
    pub is_archived: bool,
    /// The store that it is in; of several, the one whose copy the document tells of (`copies::Rank`).
    pub store: Arc<Path>,
    /// The other stores that hold it.
    pub also_in: Vec<Arc<Path>>,
    /// The session that its beginning repeats, from which it goes on.
    pub repeats: Option<String>,
}

impl SessionSummary {
    /// The same as the fields of a session, for what needs no more of it, such as a file name.
    pub fn into_info(self) -> SessionInfo {
        let time = |millis: Option<i64>| millis.and_then(Timestamp::in_range);
        SessionInfo {
            id: Some(self.id),
            title: self.title,
            directory: self.directory.map(|folder| folder.to_string()),
            created: time(self.created),
            updated: time(self.updated),
            ..SessionInfo::default()
        }
    }
}

/// How many messages the sessions of a store have, by their ids.
pub type MessageCounts = Vec<(String, usize)>;

/// The messages of a store, for a list.
pub trait ListedMessages: Send {
    /// The ids of the messages that a document of a session shows.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    fn ids(&mut self, session: &str) -> Result<Vec<String>>;

    /// How many each session has. Waits until they are counted.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    fn counts(self: Box<Self>) -> Result<MessageCounts>;
}

/// The sessions of stores.
#[derive(Default)]
pub struct SessionList {
    sessions: Vec<SessionSummary>,
    /// The messages of each store.
    messages: Vec<(Arc<Path>, Box<dyn ListedMessages>)>,
    /// Copies in other stores of sessions that stand in `sessions` already.
    copies: Vec<SessionSummary>,
    /// How many messages the sessions have that several stores hold, by id: of all of them, as the document shows
    /// them.
    of_several: HashMap<String, usize>,
    is_of_all: bool,
    unreadable: Vec<UnreadableStore>,
    /// Stores of which a part could not be read; the rest is listed.
    partly: Vec<UnreadableStore>,
    stop: Stop,
}

impl SessionList {
    /// Lists one store, or all, some of which may be known to be unreadable. `stop` ends the work.
    pub fn new(is_of_all: bool, unreadable: Vec<UnreadableStore>, stop: &Stop) -> Self {
        Self {
            is_of_all,
            unreadable,
            stop: stop.clone(),
            ..Self::default()
        }
    }

    /// Adds the sessions of a store. A time that no calendar has is unknown: what shows it or counts with it would
    /// fail.
    pub fn add(
        &mut self,
        store: Arc<Path>,
        mut sessions: Vec<SessionSummary>,
        messages: Box<dyn ListedMessages>,
    ) {
        for session in &mut sessions {
            session.created = known_time(session.created);
            session.updated = known_time(session.updated);
        }
        self.messages.push((store, messages));
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

    /// Takes the result for one store. In a list of all stores, one that cannot be read is named, and the others are
    /// listed.
    ///
    /// # Errors
    /// The error of the store where it is the only one, and [`Error::Aborted`].
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

    /// Tells that a part of a store could not be read. What could be is listed.
    pub fn lacks(&mut self, store: &Path, error: Error) {
        self.partly.push(UnreadableStore {
            path: store.to_owned(),
            error,
        });
    }

    /// The stores that could not be read.
    pub fn into_unreadable(self) -> Vec<UnreadableStore> {
        self.unreadable
    }

    /// Chooses what is listed of the sessions that several stores hold, and sorts all, the one changed last first.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::Aborted`].
    pub fn settle(&mut self) -> Result<()> {
        if !self.copies.is_empty() {
            self.choose()?;
        }
        self.stop.check()?;
        self.sessions
            .sort_by(|a, b| (b.updated, b.created, &b.id).cmp(&(a.updated, a.created, &a.id)));
        Ok(())
    }

    /// A session with several copies is listed by the copy that the document tells of.
    fn choose(&mut self) -> Result<()> {
        let mut copies: HashMap<String, Vec<SessionSummary>> = HashMap::new();
        for copy in std::mem::take(&mut self.copies) {
            copies.entry(copy.id.clone()).or_default().push(copy);
        }
        let mut failed = BTreeMap::new();
        for session in &mut self.sessions {
            self.stop.check()?;
            let Some(others) = copies.remove(&session.id) else {
                continue;
            };
            let mut ranked = Vec::new();
            for copy in std::iter::once(session.clone()).chain(others) {
                let ids = ids_in(&mut self.messages, &copy, &mut failed);
                let rank = Rank::of(ids.len(), copy.updated, copy.created);
                ranked.push((rank, (copy, ids)));
            }
            copies::sort(&mut ranked);
            let (chosen, ids): (Vec<_>, Vec<_>) = ranked.into_iter().map(|(_, copy)| copy).unzip();
            let shown = joined::union(ids).len();
            self.of_several.insert(session.id.clone(), shown);
            let chosen = chosen.into_iter().reduce(with_copy);
            *session = chosen.ok_or(Error::Internal)?;
        }
        for (store, error) in failed {
            self.check(&store, Err(error))?;
        }
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
        let mut of_stores = Vec::new();
        for (store, messages) in std::mem::take(&mut self.messages) {
            if self.unreadable.iter().any(|known| *known.path == *store) {
                continue;
            }
            if let Some(counts) = self.counts_or_note(&store, messages.counts())? {
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
        for (session, count) in by_id {
            if let Some(of_several) = self.of_several.get(&session.id) {
                *count = *of_several;
            }
        }
        self.unreadable.append(&mut self.partly);
        Ok((all, self.unreadable))
    }
}

/// A stored time, where it lies between 1970 and the end of the year 9999.
pub fn known_time(millis: Option<i64>) -> Option<i64> {
    millis.and_then(Timestamp::in_range).map(Timestamp::millis)
}

/// The ids of the messages of a session in its store; none where that cannot be read, which is kept for later.
fn ids_in(
    stores: &mut [(Arc<Path>, Box<dyn ListedMessages>)],
    session: &SessionSummary,
    failed: &mut BTreeMap<Arc<Path>, Error>,
) -> Vec<String> {
    let mut stores = stores.iter_mut();
    let store = stores.find(|(store, _)| *store == session.store);
    let Some((store, messages)) = store.filter(|(store, _)| !failed.contains_key(store)) else {
        return Vec::new();
    };
    match messages.ids(&session.id) {
        Ok(ids) => ids,
        Err(error) => {
            failed.insert(store.clone(), error);
            Vec::new()
        }
    }
}

/// Adds what only a copy tells, as the document does.
fn with_copy(session: SessionSummary, copy: SessionSummary) -> SessionSummary {
    let mut also_in = session.also_in;
    also_in.push(copy.store);
    let directory = session.directory.filter(|folder| !folder.is_empty());
    SessionSummary {
        // It may be public, whichever store knows of it.
        is_published: session.is_published || copy.is_published,
        updated: session.updated.max(copy.updated),
        title: session.title.or(copy.title),
        directory: directory.or(copy.directory),
        also_in,
        ..session
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: &str, updated: i64, store: &Arc<Path>) -> SessionSummary {
        SessionSummary {
            id: id.to_owned(),
            product: "opencode",
            title: None,
            created: None,
            updated: Some(updated),
            parent_id: None,
            directory: None,
            is_published: false,
            is_archived: false,
            store: store.clone(),
            also_in: Vec::new(),
            repeats: None,
        }
    }

    /// Each message has its number as its id.
    struct CountedSession(Result<MessageCounts>);

    impl ListedMessages for CountedSession {
        fn ids(&mut self, session: &str) -> Result<Vec<String>> {
            let counts = self.0.as_ref().map_err(|_| Error::Internal)?;
            let count = counts.iter().find(|(id, _)| id == session);
            let count = count.map_or(0, |(_, count)| *count);
            Ok((0..count).map(|id| id.to_string()).collect())
        }

        fn counts(self: Box<Self>) -> Result<MessageCounts> {
            self.0
        }
    }

    fn counting(counts: &[(&str, usize)]) -> Box<dyn ListedMessages> {
        let counts = counts.iter().map(|(id, count)| ((*id).to_owned(), *count));
        Box::new(CountedSession(Ok(counts.collect())))
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
        list.settle().unwrap();
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
    fn of_three_stores_the_time_of_one_did_not_choose_another() {
        let stores = ["/a", "/b", "/c"].map(|path| Arc::from(Path::new(path)));
        let mut list = SessionList::default();
        // The second is full and old, the first nearly empty and new; the third is as full as the second, and newer.
        for (store, (updated, messages)) in stores.iter().zip([(90, 1), (20, 5), (50, 5)]) {
            let sessions = vec![session("one", updated, store)];
            list.add(store.clone(), sessions, counting(&[("one", messages)]));
        }
        list.settle().unwrap();
        let [chosen] = list.sessions() else { panic!() };
        let [first, second, third] = stores;
        assert_eq!(chosen.store, third);
        assert_eq!(chosen.also_in, [second, first]);
        assert_eq!(chosen.updated, Some(90));
        assert_eq!(list.message_counts().unwrap().0, [5]);
    }

    #[test]
    fn a_list_that_was_stopped_is_no_list_with_an_unreadable_store() {
        let store: Arc<Path> = Arc::from(Path::new("/a"));
        let mut list = SessionList::new(true, Vec::new(), &Stop::default());
        let sessions = vec![session("one", 1, &store)];
        list.add(
            store,
            sessions,
            Box::new(CountedSession(Err(Error::Aborted))),
        );
        assert!(matches!(list.message_counts(), Err(Error::Aborted)));
    }

    #[test]
    fn a_store_whose_messages_cannot_be_counted_is_an_error() {
        let store: Arc<Path> = Arc::from(Path::new("/a"));
        let mut list = SessionList::default();
        let sessions = vec![session("one", 1, &store)];
        list.add(
            store,
            sessions,
            Box::new(CountedSession(Err(Error::Internal))),
        );
        assert!(list.message_counts().is_err());
    }
}
