//! Stores: where a runtime keeps its sessions.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::claude_code::{self, ClaudeCodeStore};
use super::codex::{self, CodexStore};
use super::crush::{self, CrushStore};
use super::discovery::find_stores;
use super::dsh::{self, DshStore};
use super::listed::{PublishedSession, UnreadableStore};
use super::opencode::database::DatabaseStore;
use super::opencode::folder::FolderStore;
use super::origin::Origin;
use super::session_list::SessionList;
use super::sqlite::Database;
use super::{Input, copies};
use crate::error::{Error, Result};
use crate::model::{Oddity, SessionInfo};
use crate::stop::Stop;

/// How many sessions an error names that could have been meant.
const SHOWN_MATCHES: usize = 10;

/// A session in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// The session's id, or enough of its start to tell it from the others.
    pub session_id: String,
    /// An absolute path: a database, or a folder of JSON files. `None` searches the stores of this
    /// user.
    pub store: Option<PathBuf>,
}

enum Store {
    Database(Box<DatabaseStore>),
    Folder(FolderStore),
    Dsh(DshStore),
    ClaudeCode(ClaudeCodeStore),
    Codex(CodexStore),
    Crush(Box<CrushStore>),
}

impl Store {
    fn open(path: &Path, stop: Option<&Stop>) -> Result<Self> {
        if path.is_dir() && dsh::is_home(path) {
            return DshStore::open(path, stop).map(Self::Dsh);
        }
        if codex::is_store(path) {
            return CodexStore::open(path, stop).map(Self::Codex);
        }
        if claude_code::is_store(path) {
            return ClaudeCodeStore::open(path, stop).map(Self::ClaudeCode);
        }
        if path.is_dir() {
            return FolderStore::open(path).map(Self::Folder);
        }
        let database = Database::open(path, stop)?;
        Ok(match CrushStore::of(database, stop)? {
            Ok(store) => Self::Crush(Box::new(store)),
            Err(database) => Self::Database(Box::new(DatabaseStore::of(database)?)),
        })
    }

    /// Opens what a path names: one store, or the databases of the project in a folder.
    fn open_all(path: &Path, stop: Option<&Stop>) -> Result<Vec<(PathBuf, Self)>> {
        let one = Self::open(path, stop);
        let databases = match &one {
            Err(Error::StoreUnreadable { .. }) => crush::places::in_folder(path),
            _ => Vec::new(),
        };
        if databases.is_empty() {
            return Ok(vec![(path.to_owned(), one?)]);
        }
        let open = |path: PathBuf| {
            let store = Self::open(&path, stop)?;
            Ok((path, store))
        };
        databases.into_iter().map(open).collect()
    }

    fn ids_from(&self, prefix: &str, limit: usize) -> Result<Vec<String>> {
        match self {
            Self::Database(store) => store.ids_from(prefix, limit),
            Self::Folder(store) => store.ids_from(prefix, limit),
            Self::Dsh(store) => store.ids_from(prefix, limit),
            Self::ClaudeCode(store) => store.ids_from(prefix, limit),
            Self::Codex(store) => store.ids_from(prefix, limit),
            Self::Crush(store) => store.ids_from(prefix, limit),
        }
    }

    fn message_ids(&self, id: &str) -> Result<Vec<String>> {
        match self {
            Self::Database(store) => store.message_ids(id),
            Self::Folder(store) => store.message_ids(id),
            Self::Dsh(store) => store.message_ids(id),
            Self::ClaudeCode(store) => store.message_ids(id),
            Self::Codex(store) => store.message_ids(id),
            Self::Crush(store) => store.message_ids(id),
        }
    }

    fn info(&self, id: &str) -> Result<SessionInfo> {
        match self {
            Self::Database(store) => store.info(id),
            Self::Folder(store) => store.info(id),
            Self::Dsh(store) => store.info(id),
            Self::ClaudeCode(store) => store.info(id),
            Self::Codex(store) => store.info(id),
            Self::Crush(store) => store.info(id),
        }
    }

    fn load<'a>(self, id: &str) -> Result<(Input<'a>, Origin)> {
        match self {
            Self::Database(store) => store.load(id),
            Self::Folder(store) => store.load(id),
            Self::Dsh(store) => store.load(id),
            Self::ClaudeCode(store) => store.load(id),
            Self::Codex(store) => store.load(id),
            Self::Crush(store) => store.load(id),
        }
    }
}

/// Stores that could be opened, and those that could not.
type Opened = (Vec<(PathBuf, Store)>, Vec<UnreadableStore>);

/// The stores to search, each opened; and those that could not be.
fn open_stores(path: Option<&Path>, stop: Option<&Stop>) -> Result<Opened> {
    if let Some(path) = path {
        return Ok((Store::open_all(path, stop)?, Vec::new()));
    }
    let mut opened = Vec::new();
    let mut unreadable = Vec::new();
    for path in find_stores(None, stop).into_iter().map(|info| info.path) {
        match Store::open(&path, stop) {
            Ok(store) => opened.push((path, store)),
            Err(Error::Aborted) => return Err(Error::Aborted),
            Err(error) => unreadable.push(UnreadableStore { path, error }),
        }
    }
    match (opened.is_empty(), unreadable.is_empty()) {
        (true, true) => Err(Error::NoStores),
        (true, false) => Err(Error::of_stores(errors_of(unreadable))),
        (false, _) => Ok((opened, unreadable)),
    }
}

fn errors_of(unreadable: Vec<UnreadableStore>) -> Vec<Error> {
    unreadable.into_iter().map(|store| store.error).collect()
}

/// A session that was found, and the stores that hold it.
struct Found {
    id: String,
    stores: Vec<Store>,
    /// The stores that could not be read.
    failures: Vec<Error>,
}

/// Finds the stores that hold a session.
fn find(stored: &StoredSession, stop: Option<&Stop>) -> Result<Found> {
    let wanted = stored.session_id.as_str();
    let is_one = stored.store.is_some();
    let (stores, unreadable) = open_stores(stored.store.as_deref(), stop)?;
    let mut failures = errors_of(unreadable);
    // The stores of each session that could be meant.
    let mut candidates: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut found = Vec::new();
    for (place, (_, store)) in stores.into_iter().enumerate() {
        match store.ids_from(wanted, SHOWN_MATCHES + 1) {
            Ok(ids) => {
                for id in ids {
                    candidates.entry(id).or_default().push(place);
                }
            }
            Err(error) if is_one || is_final(&error) => return Err(error),
            Err(error) => failures.push(error),
        }
        found.push(Some(store));
    }
    // The whole id of one session may be the start of another's.
    let chosen = match candidates.remove_entry(wanted) {
        Some(exact) => Some(exact),
        None if candidates.len() > 1 => {
            return Err(not_found(wanted, candidates.into_keys().collect()));
        }
        None => candidates.pop_first(),
    };
    let Some((id, places)) = chosen else {
        // It may be in the store that could not be read.
        return Err(match failures.is_empty() {
            true => not_found(wanted, Vec::new()),
            false => Error::of_stores(failures),
        });
    };
    let take = |place: usize| found.get_mut(place).and_then(Option::take);
    Ok(Found {
        id,
        stores: places.into_iter().filter_map(take).collect(),
        failures,
    })
}

/// Reads a session from its store. Where no store is named and several hold it, what each of them holds is there.
///
/// # Errors
/// [`Error::SessionNotFound`], [`Error::StoreNotFound`], [`Error::NoStores`],
/// [`Error::StoreUnreadable`].
pub fn read_stored<'a>(stored: &StoredSession, stop: Option<&Stop>) -> Result<(Input<'a>, Origin)> {
    let is_one = stored.store.is_some();
    let Found {
        id,
        stores,
        mut failures,
    } = find(stored, stop)?;
    let mut copies = Vec::new();
    let has_several = stores.len() > 1;
    for store in stores {
        let messages = match has_several.then(|| store.message_ids(&id)) {
            Some(Ok(ids)) => ids.len(),
            Some(Err(error)) if is_final(&error) => return Err(error),
            // This copy may be read all the same, but it counts last.
            Some(Err(_)) | None => 0,
        };
        match store.load(&id) {
            Ok(copy) => copies.push((messages, copy)),
            Err(error) if is_one || is_final(&error) => return Err(error),
            Err(error) => failures.push(error),
        }
    }
    if copies.is_empty() {
        return Err(Error::of_stores(failures));
    }
    let (mut input, origin) = copies::join(copies)?;
    if !failures.is_empty() {
        input.notes.add("session", Oddity::AnotherStoreUnreadable);
    }
    Ok((input, origin))
}

/// Reads what a store tells of a session itself, without its messages and its sub-agents: the copy that was changed
/// last.
///
/// # Errors
/// Those of [`read_stored`].
pub fn read_stored_info(stored: &StoredSession, stop: Option<&Stop>) -> Result<SessionInfo> {
    let Found {
        id,
        stores,
        mut failures,
    } = find(stored, stop)?;
    let mut newest: Option<SessionInfo> = None;
    for store in stores {
        match store.info(&id) {
            Ok(info) => {
                let is_newer = newest.as_ref().is_none_or(|it| it.updated < info.updated);
                newest = if is_newer { Some(info) } else { newest };
            }
            Err(error) if is_final(&error) => return Err(error),
            Err(error) => failures.push(error),
        }
    }
    newest.ok_or_else(|| Error::of_stores(failures))
}

/// Tells whether an error is about more than the store that it was met in.
fn is_final(error: &Error) -> bool {
    !matches!(
        error,
        Error::StoreUnreadable { .. } | Error::StoresUnreadable(_) | Error::StoreNotFound(_)
    )
}

fn not_found(session_id: &str, matches: Vec<String>) -> Error {
    let is_safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let shown = |id: &str| -> String { id.chars().filter(is_safe).take(64).collect() };
    Error::SessionNotFound {
        session_id: shown(session_id),
        matches: matches
            .iter()
            .take(SHOWN_MATCHES)
            .map(|id| shown(id))
            .collect(),
    }
}

/// Lists the sessions of a store, or of all stores of this user, the one changed last first. A session of several
/// stores is listed once; of all stores, those that cannot be read are named.
///
/// # Errors
/// [`Error::StoreNotFound`], [`Error::NoStores`], [`Error::Aborted`]; [`Error::StoreUnreadable`] and
/// [`Error::StoresUnreadable`] where none can be read.
pub fn list_sessions(store: Option<&Path>, stop: &Stop) -> Result<SessionList> {
    let (stores, unreadable) = open_stores(store, Some(stop))?;
    let mut list = SessionList::new(store.is_none(), unreadable, stop);
    let mut is_any_listed = false;
    for (path, store) in stores {
        let listed = match store {
            Store::Database(store) => store.list(&mut list, stop),
            Store::Folder(store) => store.list(&mut list, stop),
            Store::Dsh(store) => store.list(&mut list, stop),
            Store::ClaudeCode(store) => store.list(&mut list, stop),
            Store::Codex(store) => store.list(&mut list, stop),
            Store::Crush(store) => store.list(&mut list, stop),
        };
        is_any_listed |= listed.is_ok();
        list.check(&path, listed)?;
        stop.check()?;
    }
    if !is_any_listed {
        return Err(Error::of_stores(errors_of(list.into_unreadable())));
    }
    list.settle()?;
    stop.check()?;
    Ok(list)
}

/// The sessions of stores that were published on the web, and the stores that could not be read.
#[derive(Debug, Default)]
pub struct PublishedList {
    /// The sessions.
    pub sessions: Vec<PublishedSession>,
    /// Empty where one store was named: that it cannot be read is an error.
    pub unreadable: Vec<UnreadableStore>,
}

/// Lists the sessions of a store, or of all stores of this user, that were published on the web,
/// the one published last first.
///
/// # Errors
/// [`Error::StoreNotFound`], [`Error::NoStores`], [`Error::Aborted`]; [`Error::StoreUnreadable`] and
/// [`Error::StoresUnreadable`] where none can be read.
pub fn list_published_sessions(store: Option<&Path>, stop: &Stop) -> Result<PublishedList> {
    let is_one = store.is_some();
    let (stores, mut unreadable) = open_stores(store, Some(stop))?;
    let mut published: Vec<PublishedSession> = Vec::new();
    let mut is_any_listed = false;
    for (path, store) in stores {
        let of_store = match store {
            Store::Database(store) => store.published(),
            Store::Folder(store) => store.published(stop),
            // They publish nothing.
            Store::Dsh(_) | Store::ClaudeCode(_) | Store::Codex(_) | Store::Crush(_) => {
                Ok(Vec::new())
            }
        };
        is_any_listed |= of_store.is_ok();
        stop.check()?;
        match of_store {
            Ok(of_store) => published.extend(of_store),
            Err(error) if is_one => return Err(error),
            Err(error) => unreadable.push(UnreadableStore { path, error }),
        }
    }
    if !is_any_listed {
        return Err(Error::of_stores(errors_of(unreadable)));
    }
    // One session may have been published from two stores, at two addresses.
    let mut seen = HashSet::new();
    published.retain(|share| seen.insert((share.session_id.clone(), share.url.clone())));
    published.sort_by(|a, b| (b.published, &b.session_id).cmp(&(a.published, &a.session_id)));
    Ok(PublishedList {
        sessions: published,
        unreadable,
    })
}
