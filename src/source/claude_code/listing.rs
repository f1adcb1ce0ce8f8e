//! Sessions as a list shows them. Of each log the beginning and the end are read.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ClaudeCodeStore;
use super::beginning::{self, is_first_version, is_old};
use super::grouper::{Answers, Grouper};
use super::home::LogFile;
use super::record::{Record, line_text};
use super::tree::key;
use crate::error::{Error, Result};
use crate::model::SessionInfo;
use crate::source::counted_messages::CountedMessages;
use crate::source::in_threads::in_threads;
use crate::source::json_lines::{Ends, LinePlace};
use crate::source::session_list::{SessionList, SessionSummary};
use crate::source::unopened;
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
        let empty = described.iter().zip(&self.logs);
        let empty = empty.filter(|(one, _)| one.as_ref().is_none_or(|one| one.messages == 0));
        let lacking = unopened::lacking(&store, empty.map(|(_, log)| log.path.as_path()));
        let mut described: Vec<Described> = described.into_iter().flatten().collect();
        join(&mut described);
        let (mut counts, mut sessions) = (HashMap::new(), Vec::new());
        let of_sessions = described.into_iter().filter(|one| one.is_session);
        for Described {
            session, messages, ..
        } in of_sessions
        {
            if counts.insert(session.id.clone(), messages).is_none() {
                sessions.push(session);
            }
        }
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

impl ClaudeCodeStore {
    /// Reads what the beginning and the end of a session's log tell of it. The session exists.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`].
    pub fn info(&self, id: &str) -> Result<SessionInfo> {
        let log = self.log_of(id).ok_or(Error::Internal)?;
        let store: Arc<Path> = Arc::from(self.path.as_path());
        let Some(described) = describe(log, &store).filter(|one| one.is_session) else {
            return Err(Error::store_unreadable(
                &self.path,
                "the log of this session cannot be read, or nobody speaks in it",
            ));
        };
        let title = match described.old {
            Some(old) => old.title_in(&beginning::summaries(log, &self.logs, &self.stop)?),
            None => None,
        };
        let mut listed = described.session;
        listed.title = title.or(listed.title);
        Ok(listed.into_info())
    }
}

/// A session as a list shows it.
struct Described {
    session: SessionSummary,
    /// The number of its messages. Of a long log it is an estimate.
    messages: usize,
    /// False where nobody speaks in it.
    is_session: bool,
    /// The beginning, which tells a log of an old version from its copies.
    old: Option<Old>,
}

/// The facts of a log of an old version that tell whether it repeats another one.
struct Old {
    folder: Option<PathBuf>,
    /// True where it may repeat another one.
    is_first_version: bool,
    first_answer: Option<u64>,
    last_answer: Option<u64>,
    answers: Answers,
    /// The lines that are known, where the log has no title of its own.
    lines: HashSet<u64>,
    /// Titles, by the last line of what they are of.
    summaries: Vec<(String, String)>,
}

impl Old {
    /// The title that one of some summaries gives it.
    fn title_in(&self, summaries: &[(String, String)]) -> Option<String> {
        let mut summaries = summaries.iter().rev();
        let own = summaries.find(|(leaf, _)| self.lines.contains(&key(leaf)));
        own.map(|(_, title)| title.clone())
    }
}

/// Finds what logs of old versions tell of each other: titles, and which one repeats which.
fn join(described: &mut [Described]) {
    let mut titles: HashMap<(Option<PathBuf>, u64), String> = HashMap::new();
    // Those that begin alike, by their first answer.
    let mut alike: HashMap<(Option<PathBuf>, u64), Vec<usize>> = HashMap::new();
    for (at, one) in described.iter_mut().enumerate() {
        let Some(old) = &mut one.old else { continue };
        for (leaf, title) in std::mem::take(&mut old.summaries) {
            titles.insert((old.folder.clone(), key(&leaf)), title);
        }
        if let Some(first) = old.first_answer.filter(|_| old.is_first_version) {
            alike
                .entry((old.folder.clone(), first))
                .or_default()
                .push(at);
        }
    }
    for one in described.iter_mut() {
        let Some(old) = &one.old else { continue };
        let mut lines = old.lines.iter().map(|line| (old.folder.clone(), *line));
        if let Some(title) = lines.find_map(|line| titles.get(&line)) {
            one.session.title = Some(title.clone());
        }
    }
    for copies in alike.into_values().filter(|copies| copies.len() > 1) {
        for at in &copies {
            let repeated = repeated(described, *at, &copies);
            if let Some(one) = described.get_mut(*at) {
                one.session.repeats = repeated;
            }
        }
    }
}

/// The newest earlier one of some copies that another one repeats to its end, or else the oldest.
fn repeated(described: &[Described], at: usize, copies: &[usize]) -> Option<String> {
    let one = described.get(at)?;
    let created = |one: &Described| one.session.created;
    let earlier = copies.iter().filter_map(|at| described.get(*at));
    let earlier = earlier.filter(|other| created(other) < created(one));
    let answers = &one.old.as_ref()?.answers;
    let is_whole = |other: &&Described| {
        let last = other.old.as_ref().and_then(|old| old.last_answer);
        last.is_some_and(|last| answers.contains(&last))
    };
    let whole = earlier
        .clone()
        .filter(is_whole)
        .max_by_key(|it| created(it));
    let other = whole.or_else(|| earlier.min_by_key(|it| created(it)))?;
    Some(other.session.id.clone())
}

fn describe(log: &LogFile, store: &Arc<Path>) -> Option<Described> {
    let mut sketch = sketch(log, BEGINNING);
    if let Some((grouper, ends)) = &sketch
        && grouper.told.first_words.is_none()
        && !ends.is_whole()
    {
        sketch = self::sketch(log, LONG_BEGINNING);
    }
    // The list tells that it cannot be opened, and an export of it why.
    let Some((mut grouper, ends)) = sketch else {
        return Some(Described {
            session: summary(log, store),
            messages: 0,
            is_session: true,
            old: None,
        });
    };
    let told = &grouper.told;
    let is_session = told.is_conversation || !ends.is_whole();
    if !is_session && told.summaries.is_empty() {
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
    let is_old = is_old(&grouper) || !told.summaries.is_empty();
    let old = is_old.then(|| Old {
        folder: log.path.parent().map(Path::to_owned),
        is_first_version: is_first_version(&grouper),
        first_answer: grouper.told.first_answer,
        last_answer: grouper.last_answer(),
        answers: grouper.answers(),
        lines: match grouper.told.has_title() {
            true => HashSet::new(),
            false => grouper.tree.ids().collect(),
        },
        summaries: std::mem::take(&mut grouper.told.summaries),
    });
    Some(Described {
        session,
        messages: usize::try_from(estimated).unwrap_or_default(),
        is_session,
        old,
    })
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
        repeats: None,
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
