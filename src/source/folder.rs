//! A store in a folder of JSON files: OpenCode before 1.2. Versions from 1.14 on do not read it any
//! more.
//!
//! - Since 0.6: `session/<project>/<session>.json`, `message/<session>/<message>.json`,
//!   `part/<message>/<part>.json`, `todo/<session>.json`, `session_share/<session>.json`.
//! - Before, in `project/<project>/storage/session/`: `info/<session>.json`,
//!   `message/<session>/<message>.json` and `part/<session>/<message>/<part>.json`; the first
//!   versions had the parts inside the messages.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::fields::Path as JsonPath;
use super::store::{Origin, PublishedSession, SessionSummary, runtime_of};
use super::{Fetched, Input, Messages, Size, Stored, early_message, json_text, message, session};
use crate::error::{Error, Result, system_code};
use crate::model::{Message, Notes, Object, Oddity, Session, SessionTree};

/// An open folder.
pub struct FolderStore {
    path: PathBuf,
    layouts: Vec<Layout>,
}

/// Where a folder has its files.
#[derive(Clone)]
struct Layout {
    /// Folders of sessions.
    sessions: Vec<PathBuf>,
    /// The folder of folders of messages.
    messages: PathBuf,
    /// The folder of folders of parts.
    parts: PathBuf,
    /// Whether these are by session and message, or by message alone.
    parts_by_session: bool,
    todos: Option<PathBuf>,
    shares: PathBuf,
}

impl Layout {
    /// The layout of a `storage` folder; `None` where it is none.
    fn of(storage: &Path) -> Option<Self> {
        let session = storage.join("session");
        if session.join("info").is_dir() {
            return Some(Self {
                sessions: vec![session.join("info")],
                messages: session.join("message"),
                parts: session.join("part"),
                parts_by_session: true,
                todos: None,
                shares: session.join("share"),
            });
        }
        session.is_dir().then(|| Self {
            sessions: entries(&session, |kind| kind.is_dir())
                .into_iter()
                .map(|project| session.join(project))
                .collect(),
            messages: storage.join("message"),
            parts: storage.join("part"),
            parts_by_session: false,
            todos: Some(storage.join("todo")),
            shares: storage.join("session_share"),
        })
    }

    fn parts_of(&self, session: &str, message: &str) -> PathBuf {
        if self.parts_by_session {
            self.parts.join(session).join(message)
        } else {
            self.parts.join(message)
        }
    }
}

/// The names in a folder that are of a kind; none where it cannot be read.
fn entries(folder: &Path, is_kind: impl Fn(&fs::FileType) -> bool) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| is_kind(&kind)))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

/// The ids that the JSON files of a folder are named by.
fn ids_in(folder: &Path) -> Vec<String> {
    // Files only: what a link or a pipe leads to is not the store's.
    entries(folder, |kind| kind.is_file())
        .into_iter()
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect()
}

/// Whether an id may become part of a path.
fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

fn file_in(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.json"))
}

fn read_json(path: &Path, notes: &mut Notes) -> Option<Value> {
    if !path
        .symlink_metadata()
        .is_ok_and(|metadata| metadata.is_file())
    {
        return None;
    }
    json_text::parse(&fs::read(path).ok()?, notes).ok()
}

fn read_object(path: &Path, notes: &mut Notes) -> Option<Object> {
    match read_json(path, notes) {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    }
}

fn text(object: &Object, name: &str) -> Option<String> {
    object
        .get(name)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .filter(|text| !text.is_empty())
}

/// A time in milliseconds in `time`.
fn time(object: &Object, name: &str) -> Option<i64> {
    object.get("time")?.get(name)?.as_i64()
}

/// A session's file.
struct SessionFile {
    layout: Layout,
    info: Object,
}

impl FolderStore {
    /// Opens a `storage` folder, or the data folder that it is in.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`].
    pub fn open(path: &Path) -> Result<Self> {
        fs::read_dir(path).map_err(|error| {
            Error::store_unreadable(
                path,
                format!(
                    "the folder could not be opened ({}); check that you may read it",
                    system_code(&error)
                ),
            )
        })?;
        let projects = path.join("project");
        let of_projects = entries(&projects, |kind| kind.is_dir())
            .into_iter()
            .map(|project| projects.join(project).join("storage"));
        let layouts: Vec<Layout> = [path.to_owned(), path.join("storage")]
            .into_iter()
            .chain(of_projects)
            .filter_map(|storage| Layout::of(&storage))
            .collect();
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
    pub fn ids_from(&self, prefix: &str, limit: usize) -> Vec<String> {
        let folders = self.layouts.iter().flat_map(|layout| &layout.sessions);
        let ids: BTreeSet<String> = folders
            .flat_map(|folder| ids_in(folder))
            .filter(|id| id.starts_with(prefix) && is_id(id))
            .collect();
        ids.into_iter().take(limit).collect()
    }

    /// Every session's file, by id. Of a file that cannot be read only the id is known.
    fn files(&self, notes: &mut Notes) -> HashMap<String, SessionFile> {
        let mut files = HashMap::new();
        for layout in &self.layouts {
            for folder in &layout.sessions {
                for id in ids_in(folder).into_iter().filter(|id| is_id(id)) {
                    let info = read_object(&file_in(folder, &id), notes).unwrap_or_default();
                    let layout = layout.clone();
                    files.entry(id).or_insert(SessionFile { layout, info });
                }
            }
        }
        files
    }

    /// Reads a session, which exists, and those that it started.
    pub fn load<'a>(&self, id: &str) -> (Input<'a>, Origin) {
        let mut notes = Notes::default();
        let files = self.files(&mut Notes::default());
        let mut children: HashMap<String, Vec<(Option<i64>, &str)>> = HashMap::new();
        for (id, file) in &files {
            if let Some(parent) = text(&file.info, "parentID") {
                let child = (time(&file.info, "created"), id.as_str());
                children.entry(parent).or_default().push(child);
            }
        }
        let mut tree = SessionTree::default();
        let mut indexes = Vec::new();
        let mut seen = HashSet::new();
        let mut waiting = vec![(id, None)];
        while let Some((id, parent)) = waiting.pop() {
            let Some(file) = files.get(id) else { continue };
            if !seen.insert(id) {
                notes.add("session", Oddity::StartedByItself);
                continue;
            }
            let index = Index::read(file.layout.clone(), id, &mut tree.folders);
            let session = file.read(id, &index, &mut notes);
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
        };
        let input = Input {
            tree,
            notes,
            messages: Box::new(FolderMessages {
                indexes: indexes.into_iter().map(Arc::new).collect(),
            }),
        };
        (input, origin)
    }

    /// Every session.
    pub fn sessions(&self) -> Vec<SessionSummary> {
        let store: Arc<Path> = Arc::from(self.path.as_path());
        let describe = |(id, SessionFile { layout, info }): (String, SessionFile)| SessionSummary {
            title: text(&info, "title"),
            created: time(&info, "created"),
            updated: time(&info, "updated"),
            messages: ids_in(&layout.messages.join(&id)).len(),
            parent_id: text(&info, "parentID"),
            directory: text(&info, "directory"),
            is_published: share_url(&layout, &id, &info).is_some(),
            store: store.clone(),
            id,
        };
        self.files(&mut Notes::default())
            .into_iter()
            .map(describe)
            .collect()
    }

    /// Every session that was published.
    pub fn published(&self) -> Vec<PublishedSession> {
        let describe = |(id, SessionFile { layout, info }): (String, SessionFile)| {
            Some(PublishedSession {
                url: share_url(&layout, &id, &info)?,
                title: text(&info, "title"),
                published: None,
                store: self.path.clone(),
                session_id: id,
            })
        };
        self.files(&mut Notes::default())
            .into_iter()
            .filter_map(describe)
            .collect()
    }
}

impl SessionFile {
    fn read(&self, id: &str, index: &Index, notes: &mut Notes) -> Session {
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
        session::read_outline(stored, notes)
    }
}

/// Where a session was published. The secret beside it is not looked at.
fn share_url(layout: &Layout, id: &str, info: &Object) -> Option<String> {
    let of_info = info.get("share").and_then(Value::as_object);
    let of_info = of_info.and_then(|share| text(share, "url"));
    of_info.or_else(|| {
        let share = read_object(&file_in(&layout.shares, id), &mut Notes::default())?;
        text(&share, "url")
    })
}

/// The messages of one session, in order.
struct Index {
    layout: Layout,
    session_id: String,
    ids: Vec<String>,
    /// The folder that the first message names.
    folder: Option<String>,
}

impl Index {
    fn read(layout: Layout, session_id: &str, folders: &mut BTreeSet<String>) -> Self {
        let folder = layout.messages.join(session_id);
        let mut found = Vec::new();
        let mut first: Option<(Option<i64>, String)> = None;
        for id in ids_in(&folder) {
            let file = read_object(&file_in(&folder, &id), &mut Notes::default());
            let file = file.map(early_message::modern_info).unwrap_or_default();
            let created = time(&file, "created");
            let path = file.get("path").and_then(Value::as_object);
            if let Some(folder) = path.and_then(|path| text(path, "cwd").or(text(path, "root"))) {
                if first.as_ref().is_none_or(|(time, _)| created < *time) {
                    first = Some((created, folder.clone()));
                }
                folders.insert(folder);
            }
            found.push((created, id));
        }
        found.sort();
        Self {
            layout,
            session_id: session_id.to_owned(),
            ids: found.into_iter().map(|(_, id)| id).collect(),
            folder: first.map(|(_, folder)| folder),
        }
    }

    fn parts_of(&self, message: &str) -> Vec<String> {
        let mut ids = ids_in(&self.layout.parts_of(&self.session_id, message));
        sort_by_clock(&mut ids);
        ids
    }

    fn message(&self, id: &str, path: JsonPath<'_>, notes: &mut Notes) -> Message {
        let folder = self.layout.messages.join(&self.session_id);
        let info = read_object(&file_in(&folder, id), notes);
        if info.is_none() {
            notes.add("message", Oddity::MessageFileIsNoObject);
        }
        let (mut info, inline) = early_message::modern(info.unwrap_or_default());
        info.insert("id".to_owned(), id.into());
        let folder = self.layout.parts_of(&self.session_id, id);
        let parts = self.parts_of(id).into_iter().map(|id| {
            let mut part = read_object(&file_in(&folder, &id), &mut Notes::default())?;
            part.insert("id".to_owned(), id.into());
            Some(Value::Object(part))
        });
        let parts: Vec<Option<Value>> = inline.into_iter().map(Some).chain(parts).collect();
        if parts.contains(&None) {
            notes.add("part", Oddity::PartFileIsNoObject);
        }
        message::read_rows(info, parts.into_iter(), path, notes)
    }
}

/// Sorts ids by the clock in them, which wrapped in 2026: of ids that lie on both sides, those with
/// the low clock are the later ones.
fn sort_by_clock(ids: &mut [String]) {
    // `prt_`, then twelve hexadecimal digits of time and a counter.
    let clock = |id: &String| u64::from_str_radix(id.get(4..16)?, 16).ok();
    const HALF: u64 = 1 << 47;
    const QUARTER: u64 = 1 << 46;
    let clocks = || ids.iter().filter_map(clock);
    let has_wrapped =
        clocks().any(|clock| clock > HALF + QUARTER) && clocks().any(|clock| clock < QUARTER);
    ids.sort_by_cached_key(|id| {
        let is_late = has_wrapped && clock(id).is_some_and(|clock| clock < HALF);
        (is_late, id.clone())
    });
}

/// Reads messages from a folder.
struct FolderMessages {
    indexes: Vec<Arc<Index>>,
}

/// A message in files that were not read yet.
struct MessageFiles {
    session: Arc<Index>,
    /// Its place in the session.
    index: usize,
}

impl Stored for MessageFiles {
    fn bytes(&self) -> usize {
        // What is typical: to know it would take as long as to read it.
        64 * 1024
    }

    fn read(self: Box<Self>, notes: &mut Notes) -> Message {
        let path = JsonPath::Root.field("messages");
        let id = self.session.ids.get(self.index);
        let id = id.map(String::as_str).unwrap_or_default();
        self.session.message(id, path.index(self.index), notes)
    }
}

impl<'a> Messages<'a> for FolderMessages {
    fn size(&mut self, session: usize) -> Result<Size> {
        let index = self.indexes.get(session).ok_or(Error::Internal)?;
        Ok(Size {
            messages: index.ids.len(),
            orphans: 0,
        })
    }

    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>> {
        let session = self.indexes.get(session).ok_or(Error::Internal)?.clone();
        Ok(Fetched::new(MessageFiles { session, index }))
    }

    fn give_back(&mut self, _: usize, _: usize, _: Message) {}

    fn keeps_changes(&self) -> bool {
        false
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_in_order_across_the_wrap_of_their_clock() {
        let sorted = |ids: &[&str]| {
            let mut ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
            sort_by_clock(&mut ids);
            ids
        };
        assert_eq!(
            sorted(&[
                "prt_000000001001b",
                "prt_fffffffff001a",
                "prt_ffffffffe001a"
            ]),
            [
                "prt_ffffffffe001a",
                "prt_fffffffff001a",
                "prt_000000001001b"
            ]
        );
        assert_eq!(
            sorted(&[
                "prt_7fffffffe001a",
                "prt_8fffffffe001a",
                "prt_100000000001b"
            ]),
            [
                "prt_100000000001b",
                "prt_7fffffffe001a",
                "prt_8fffffffe001a"
            ]
        );
    }

    #[test]
    fn an_id_cannot_lead_out_of_the_folder() {
        for id in ["", "..", "../x", "a/b", r"a\b", "a.b", "ses_\0"] {
            assert!(!is_id(id), "{id:?}");
        }
        assert!(is_id("ses_dfdc7ba45ffe28EN2spRGfXm93"));
    }
}
