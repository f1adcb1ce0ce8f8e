//! Stores: where a runtime keeps its sessions.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::Input;
use super::database::DatabaseStore;
use super::discovery::find_stores;
use super::folder::FolderStore;
use super::session_list::SessionList;
use crate::error::{Error, Result};
use crate::model::Runtime;
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

/// Where a session was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The store.
    pub path: PathBuf,
    /// 0 for a folder of JSON files, 1 for a database of OpenCode 1, 2 for one of OpenCode 2.
    pub generation: u8,
    /// The tables that were read, in order of their names.
    pub tables: Vec<&'static str>,
}

/// A session that was published on the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedSession {
    /// The session's id.
    pub session_id: String,
    /// The title, as stored: not redacted.
    pub title: Option<String>,
    /// Where anybody can read it.
    pub url: String,
    /// When it was published, in milliseconds since the Unix epoch.
    pub published: Option<i64>,
    /// The store that it is in.
    pub store: PathBuf,
}

/// What the place of a store tells of the application that wrote it.
pub fn runtime_of(store: &Path) -> Runtime {
    let is_pawwork =
        |name: &str| name == "pawwork" || (name.starts_with("pawwork") && name.ends_with(".db"));
    let mut names = store.iter().filter_map(|name| name.to_str());
    Runtime {
        namespace: names.any(is_pawwork).then(|| "pawwork".to_owned()),
        ..Runtime::default()
    }
}

enum Store {
    Database(Box<DatabaseStore>),
    Folder(FolderStore),
}

impl Store {
    fn open(path: &Path, stop: Option<&Stop>) -> Result<Self> {
        if path.is_dir() {
            return FolderStore::open(path).map(Self::Folder);
        }
        DatabaseStore::open(path, stop).map(|store| Self::Database(Box::new(store)))
    }

    fn ids_from(&self, prefix: &str, limit: usize) -> Result<Vec<String>> {
        match self {
            Self::Database(store) => store.ids_from(prefix, limit),
            Self::Folder(store) => store.ids_from(prefix, limit),
        }
    }

    fn load<'a>(self, id: &str) -> Result<(Input<'a>, Origin)> {
        match self {
            Self::Database(store) => store.load(id),
            Self::Folder(store) => store.load(id),
        }
    }
}

/// The stores to search, each opened; and the error of the first that could not be.
fn open_stores(path: Option<&Path>, stop: Option<&Stop>) -> Result<(Vec<Store>, Option<Error>)> {
    if let Some(path) = path {
        return Ok((vec![Store::open(path, stop)?], None));
    }
    let mut opened = Vec::new();
    let mut failure = None;
    for info in find_stores() {
        match Store::open(&info.path, stop) {
            Ok(store) => opened.push(store),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    match (opened.is_empty(), failure) {
        (true, Some(failure)) => Err(failure),
        (true, None) => Err(Error::NoStores),
        (false, failure) => Ok((opened, failure)),
    }
}

/// Reads a session from its store.
///
/// # Errors
/// [`Error::SessionNotFound`], [`Error::StoreNotFound`], [`Error::NoStores`],
/// [`Error::StoreUnreadable`].
pub fn read_stored<'a>(stored: &StoredSession, stop: Option<&Stop>) -> Result<(Input<'a>, Origin)> {
    let wanted = stored.session_id.as_str();
    let (stores, failure) = open_stores(stored.store.as_deref(), stop)?;
    let mut candidates: Vec<(Store, String)> = Vec::new();
    for store in stores {
        let ids = store.ids_from(wanted, SHOWN_MATCHES + 1)?;
        // The whole id of one session may be the start of another's.
        if ids.iter().any(|id| id == wanted) {
            return store.load(wanted);
        }
        let is_new = |id: &String| !candidates.iter().any(|(_, known)| known == id);
        let ids: Vec<String> = ids.into_iter().filter(is_new).collect();
        match <[String; 1]>::try_from(ids) {
            Ok([id]) => candidates.push((store, id)),
            Err(ids) if ids.is_empty() => {}
            Err(ids) => return Err(not_found(wanted, ids)),
        }
    }
    if candidates.len() > 1 {
        let ids = candidates.into_iter().map(|(_, id)| id).collect();
        return Err(not_found(wanted, ids));
    }
    match (candidates.pop(), failure) {
        (Some((store, id)), _) => store.load(&id),
        // It may be in the store that could not be opened.
        (None, Some(failure)) => Err(failure),
        (None, None) => Err(not_found(wanted, Vec::new())),
    }
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

/// Lists the sessions of a store, or of all stores of this user, the one changed last first.
///
/// # Errors
/// [`Error::StoreNotFound`], [`Error::NoStores`], [`Error::StoreUnreadable`].
pub fn list_sessions(store: Option<&Path>) -> Result<SessionList> {
    let mut list = SessionList::default();
    for store in open_stores(store, None)?.0 {
        // What was brought from a folder into a database stays in the folder; the database is first.
        match store {
            Store::Database(store) => store.list(&mut list)?,
            Store::Folder(store) => store.list(&mut list)?,
        }
    }
    list.sort();
    Ok(list)
}

/// Lists the sessions of a store, or of all stores of this user, that were published on the web,
/// the one published last first.
///
/// # Errors
/// [`Error::StoreNotFound`], [`Error::NoStores`], [`Error::StoreUnreadable`].
pub fn list_published_sessions(store: Option<&Path>) -> Result<Vec<PublishedSession>> {
    let mut published: Vec<PublishedSession> = Vec::new();
    for store in open_stores(store, None)?.0 {
        published.extend(match store {
            Store::Database(store) => store.published()?,
            Store::Folder(store) => store.published()?,
        });
    }
    let mut seen = HashSet::new();
    published.retain(|share| seen.insert(share.session_id.clone()));
    published.sort_by(|a, b| (b.published, &b.session_id).cmp(&(a.published, &a.session_id)));
    Ok(published)
}
