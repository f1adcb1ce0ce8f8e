//! A store in a folder of JSON files: OpenCode before 1.2. Versions from 1.14 on do not read it any
//! more.
//!
//! - Since 0.6: `session/<project>/<session>.json`, `message/<session>/<message>.json`,
//!   `part/<message>/<part>.json`, `todo/<session>.json`, `session_share/<session>.json`.
//! - Before, in `project/<project>/storage/session/`: `info/<session>.json`,
//!   `message/<session>/<message>.json` and `part/<session>/<message>/<part>.json`; the first
//!   versions had the parts inside the messages.

mod layout;
mod messages;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use serde_json::{Value, json};

use self::layout::{
    Layout, file_in, folders_in, ids_in, is_id, read_json, read_object, text, time,
};
use self::messages::{FolderIndex, FolderMessages};
use super::super::listed::PublishedSession;
use super::super::origin::{Origin, product_of, runtime_of};
use super::super::session_list::{ListedMessages, MessageCounts, SessionList, SessionSummary};
use super::super::{Input, real_path};
use super::session;
use super::session_diff::SessionDiffs;
use crate::error::{Error, Result, unreadable_because};
use crate::model::{Notes, Object, Oddity, Session, SessionInfo, SessionTree};
use crate::stop::Stop;

/// An open folder.
pub struct FolderStore {
    path: PathBuf,
    layouts: Vec<Layout>,
}

/// A session's file.
struct SessionFile {
    layout: Layout,
    info: Object,
}

/// The messages of a folder, for a list.
struct OfFolder {
    path: PathBuf,
    /// The folder with the messages of each session.
    folders: HashMap<String, PathBuf>,
    counts: MessageCounts,
}

impl ListedMessages for OfFolder {
    fn ids(&mut self, session: &str) -> Result<Vec<String>> {
        let folder = self.folders.get(session);
        let ids = folder.map(|folder| ids_in(folder)).transpose();
        let ids = ids.map_err(|error| unreadable(&self.path, &error))?;
        Ok(ids.unwrap_or_default())
    }

    fn counts(self: Box<Self>) -> Result<MessageCounts> {
        Ok(self.counts)
    }
}

impl FolderStore {
    /// Opens a `storage` folder, or the data folder that it is in.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`].
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |error| unreadable(path, &error);
        // A link that is led elsewhere meanwhile does not lead elsewhere in the middle of a session.
        let real = real_path::of(path)?;
        fs::read_dir(&real).map_err(failed)?;
        let projects = folders_in(&real.join("project")).map_err(failed)?;
        let of_projects = projects.into_iter().map(|project| project.join("storage"));
        let storages = [real.clone(), real.join("storage")]
            .into_iter()
            .chain(of_projects);
        let mut layouts = Vec::new();
        for storage in storages {
            layouts.extend(Layout::of(&storage).map_err(failed)?);
        }
        if layouts.is_empty() {
            return Err(Error::store_unreadable(
                path,
                "it is a folder, but not one in which OpenCode kept sessions",
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            layouts,
        })
    }

    /// The ids of sessions that start with `prefix`, at most `limit` of them.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`].
    pub fn ids_from(&self, prefix: &str, limit: usize) -> Result<Vec<String>> {
        let mut ids = BTreeSet::new();
        for folder in self.layouts.iter().flat_map(|layout| &layout.sessions) {
            let of_folder = self.ids_in(folder)?.into_iter();
            ids.extend(of_folder.filter(|id| id.starts_with(prefix) && is_id(id)));
        }
        Ok(ids.into_iter().take(limit).collect())
    }

    fn ids_in(&self, folder: &Path) -> Result<Vec<String>> {
        ids_in(folder).map_err(|error| unreadable(&self.path, &error))
    }

    /// Every session's file, by id. Of a file that cannot be read only the id is known.
    fn files(&self, notes: &mut Notes, stop: &Stop) -> Result<HashMap<String, SessionFile>> {
        let mut files = HashMap::new();
        for layout in &self.layouts {
            for folder in &layout.sessions {
                for id in self.ids_in(folder)?.into_iter().filter(|id| is_id(id)) {
                    stop.check()?;
                    let info = read_object(&file_in(folder, &id), notes).unwrap_or_default();
                    let layout = layout.clone();
                    files.entry(id).or_insert(SessionFile { layout, info });
                }
            }
        }
        Ok(files)
    }

    /// The ids of the messages of a session.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`].
    pub fn message_ids(&self, session: &str) -> Result<Vec<String>> {
        let holds = |folder: &PathBuf| file_in(folder, session).symlink_metadata().is_ok();
        let mut layouts = self.layouts.iter();
        match layouts.find(|layout| is_id(session) && layout.sessions.iter().any(holds)) {
            Some(layout) => self.ids_in(&layout.messages.join(session)),
            None => Ok(Vec::new()),
        }
    }

    /// Reads the file of a session, which exists.
    ///
    /// # Errors
    /// None: of a file that cannot be read only the id is known.
    pub fn info(&self, id: &str) -> Result<SessionInfo> {
        let mut notes = Notes::default();
        let mut files = (self.layouts.iter())
            .flat_map(|layout| &layout.sessions)
            .map(|folder| file_in(folder, id));
        let info = files.find_map(|file| read_object(&file, &mut notes));
        let info = info.unwrap_or_else(|| Object::from_iter([("id".to_owned(), id.into())]));
        let stored = Object::from_iter([("info".to_owned(), Value::Object(info))]);
        Ok(session::read_outline(stored.into(), &mut notes).info)
    }

    /// Reads a session, which exists, and those that it started.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`].
    pub fn load<'a>(&self, id: &str) -> Result<(Input<'a>, Origin)> {
        let mut notes = Notes::default();
        let files = self.files(&mut Notes::default(), &Stop::default())?;
        let mut children: HashMap<String, Vec<(Option<i64>, &str)>> = HashMap::new();
        for (id, file) in &files {
            if let Some(parent) = text(&file.info, "parentID") {
                let child = (time(&file.info, "created"), id.as_str());
                children.entry(parent).or_default().push(child);
            }
        }
        let mut tree = SessionTree::default();
        let mut diffs = SessionDiffs::default();
        let mut indexes = Vec::new();
        let mut seen = HashSet::new();
        let mut waiting = vec![(id, None)];
        while let Some((id, parent)) = waiting.pop() {
            let Some(file) = files.get(id) else { continue };
            if !seen.insert(id) {
                notes.add("session", Oddity::StartedByItself);
                continue;
            }
            let index = FolderIndex::read(file.layout.clone(), id, &mut tree.folders)
                .map_err(|error| unreadable(&self.path, &error))?;
            let session = file.read(id, &index, &mut diffs, &mut notes);
            let place = tree.sessions.len();
            tree.sessions.push(Session { parent, ..session });
            indexes.push(index);
            let mut started = children.remove(id).unwrap_or_default();
            started.sort_by(|a, b| b.cmp(a));
            waiting.extend(started.into_iter().map(|(_, id)| (id, Some(place))));
        }
        let root = tree.sessions.first();
        let parent = root.and_then(|root| root.info.parent_id.as_ref());
        if parent.is_some_and(|parent| !files.contains_key(parent)) {
            notes.add("session.parentID", Oddity::StarterNotInStore);
        }
        tree.runtime = runtime_of(&self.path);
        let origin = Origin {
            path: self.path.clone(),
            generation: 0,
            tables: Vec::new(),
            also_in: Vec::new(),
        };
        let input = Input {
            tree,
            notes,
            messages: Box::new(FolderMessages {
                indexes: indexes.into_iter().map(Arc::new).collect(),
            }),
        };
        Ok((input, origin))
    }

    /// Adds every session to a list.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::Aborted`].
    pub fn list(&self, list: &mut SessionList, stop: &Stop) -> Result<()> {
        let store: Arc<Path> = Arc::from(self.path.as_path());
        let files = self.files(&mut Notes::default(), stop)?;
        let count = |(id, file): (&String, &SessionFile)| {
            stop.check()?;
            let messages = self.ids_in(&file.layout.messages.join(id))?.len();
            Ok((id.clone(), messages))
        };
        let counts = files.iter().map(count).collect::<Result<MessageCounts>>()?;
        let folder_of =
            |(id, file): (&String, &SessionFile)| (id.clone(), file.layout.messages.join(id));
        let messages = OfFolder {
            path: self.path.clone(),
            folders: files.iter().map(folder_of).collect(),
            counts,
        };
        let product = product_of(&store);
        let describe = |(id, SessionFile { layout, info }): (String, SessionFile)| SessionSummary {
            product,
            title: text(&info, "title"),
            created: time(&info, "created"),
            updated: time(&info, "updated"),
            parent_id: text(&info, "parentID"),
            directory: text(&info, "directory").map(Arc::from),
            is_published: share_url(&layout, &id, &info).is_some(),
            is_archived: info
                .get("time")
                .is_some_and(|time| time.get("archived").is_some()),
            store: store.clone(),
            also_in: Vec::new(),
            repeats: None,
            id,
        };
        let sessions = files.into_iter().map(describe).collect();
        list.add(store.clone(), sessions, Box::new(messages));
        Ok(())
    }

    /// Every session that was published.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::Aborted`].
    pub fn published(&self, stop: &Stop) -> Result<Vec<PublishedSession>> {
        let describe = |(id, SessionFile { layout, info }): (String, SessionFile)| {
            Some(PublishedSession {
                url: share_url(&layout, &id, &info)?,
                title: text(&info, "title"),
                published: None,
                store: self.path.clone(),
                session_id: id,
            })
        };
        let files = self.files(&mut Notes::default(), stop)?;
        Ok(files.into_iter().filter_map(describe).collect())
    }
}

impl SessionFile {
    fn read(
        &self,
        id: &str,
        index: &FolderIndex,
        diffs: &mut SessionDiffs,
        notes: &mut Notes,
    ) -> Session {
        let mut info = self.info.clone();
        if info.is_empty() {
            notes.add("session", Oddity::SessionFileIsNoObject);
        }
        info.insert("id".to_owned(), id.into());
        // The first versions kept the folder with the messages only.
        if let (None, Some(folder)) = (text(&info, "directory"), &index.folder) {
            info.insert("directory".to_owned(), folder.as_str().into());
        }
        if let Some(url) = share_url(&self.layout, id, &info) {
            info.insert("share".to_owned(), json!({ "url": url }));
        }
        let mut stored = Object::new();
        stored.insert("info".to_owned(), Value::Object(info));
        let todos = self
            .layout
            .todos
            .as_deref()
            .map(|folder| file_in(folder, id));
        if let Some(todos @ Value::Array(_)) = todos.and_then(|file| read_json(&file, notes)) {
            stored.insert("todos".to_owned(), todos);
        }
        if let Some(diffs) = diffs.read(&self.layout.storage, id, notes) {
            stored.insert("diffs".to_owned(), diffs);
        }
        session::read_outline(stored.into(), notes)
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::store_unreadable(
        path,
        format!(
            "a folder of it could not be opened {}",
            unreadable_because(error, "it")
        ),
    )
}

/// The address at which a session was published. The secret beside it is not looked at.
fn share_url(layout: &Layout, id: &str, info: &Object) -> Option<String> {
    let of_info = info.get("share").and_then(Value::as_object);
    let of_info = of_info.and_then(|share| text(share, "url"));
    of_info.or_else(|| {
        let share = read_object(&file_in(&layout.shares, id), &mut Notes::default())?;
        text(&share, "url")
    })
}
