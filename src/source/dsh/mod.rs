//! The sessions of DSH, which PawWork runs on since August 2026: logs of Zstandard frames, in the formats 0 to 4.
//!
//! `frames` → `lines` → `record`: the bytes of a log. `grouper` goes over a log once and notes which lines make one
//! message (`group`). `messages` reads those again, and `message` makes a message of them, with `blocks`, `stream`
//! and `tool_call`, and with files `beside` the log. `home` knows the folders, `listing` makes lists.

mod beside;
mod blocks;
mod calls;
mod children;
mod frames;
mod group;
mod grouper;
mod home;
mod lines;
mod listing;
mod log;
mod message;
mod messages;
mod record;
mod spill;
mod stream;
mod tool_call;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use self::children::{Child, Children};
use self::group::{Group, Kind};
use self::home::{Header, LogFile};

use self::log::Log;
use self::messages::{DshMessages, SessionGroups};
use super::in_threads::in_threads;
use super::origin::Origin;
use super::{Input, real_path};
use crate::error::{Error, Result, unreadable_because};
use crate::model::{
    Happening, Notes, Oddity, Runtime, Session, SessionInfo, SessionTree, Timestamp, Todo,
};
use crate::source::allowance::Allowances;
use crate::stop::Stop;

/// The latest format that is known.
const LATEST_FORMAT: u64 = 4;

/// How a document and a list count this generation of stores.
pub const GENERATION: u8 = 3;

/// A home of DSH.
pub struct DshStore {
    path: PathBuf,
    /// The folder that `attachments` and `storages` stand in.
    home: Arc<Path>,
    logs: Vec<LogFile>,
    /// How many folders of it could not be read.
    unreadable: usize,
    entries: OnceLock<Entries>,
    stop: Stop,
}

/// The sessions of a home, and the place of each by its id.
#[derive(Default)]
struct Entries {
    all: Vec<Entry>,
    by_id: HashMap<String, usize>,
}

impl Entries {
    fn get(&self, id: &str) -> Option<&Entry> {
        self.all.get(*self.by_id.get(id)?)
    }
}

/// A session of a home.
struct Entry {
    id: String,
    log: LogFile,
    header: Header,
    is_copied: bool,
}

impl Entry {
    fn of(log: &LogFile, header: Header) -> Self {
        let id = header.id.clone().filter(|id| !id.is_empty());
        Self {
            id: id.unwrap_or_else(|| log.folder_id.clone()),
            log: log.clone(),
            header,
            is_copied: false,
        }
    }
}

/// Tells whether a folder is a home of DSH.
pub fn is_home(path: &Path) -> bool {
    home::sessions_in(path).is_some()
}

/// What the place of a home tells of the application that it belongs to.
pub fn product_of(home: &Path) -> &'static str {
    let is_pawwork = |name: &str| name == ".pawwork" || name.starts_with("ai.pawwork.");
    let mut names = home.iter().filter_map(|name| name.to_str());
    match names.any(is_pawwork) {
        true => "pawwork",
        false => "dsh",
    }
}

impl DshStore {
    /// Opens a home, or the folder of sessions in it.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::Aborted`].
    pub fn open(path: &Path, stop: Option<&Stop>) -> Result<Self> {
        let real = real_path::of(path)?;
        let sessions = home::sessions_in(&real).ok_or_else(|| {
            Error::store_unreadable(path, "it is a folder without sessions of DSH")
        })?;
        let home = match sessions == real {
            true => real.parent().unwrap_or(&real).to_owned(),
            false => real,
        };
        let stop = stop.cloned().unwrap_or_default();
        let folders = home::folders(&sessions).map_err(|error| {
            Error::store_unreadable(
                path,
                format!(
                    "a folder of it could not be opened {}",
                    unreadable_because(&error, "it")
                ),
            )
        })?;
        let logs = in_threads(&folders.of_sessions, &stop, |folder| {
            Ok(home::log_in(folder))
        })?;
        let unreadable = folders.unreadable + logs.iter().filter(|log| log.is_err()).count();
        Ok(Self {
            path: path.to_owned(),
            home: home.into(),
            logs: logs.into_iter().flatten().flatten().collect(),
            unreadable,
            entries: OnceLock::new(),
            stop,
        })
    }

    /// The sessions. The first line of each log is read, once.
    fn entries(&self) -> Result<&Entries> {
        match self.entries.get() {
            Some(entries) => Ok(entries),
            None => {
                let entries = self.read_entries()?;
                Ok(self.entries.get_or_init(|| entries))
            }
        }
    }

    fn read_entries(&self) -> Result<Entries> {
        let read = |log: &LogFile| Ok(Entry::of(log, home::header(&log.path)));
        let mut entries = Entries::default();
        for entry in in_threads(&self.logs, &self.stop, read)? {
            let known = entries.by_id.get(&entry.id);
            match known.and_then(|at| entries.all.get_mut(*at)) {
                // A folder was copied: the fuller log counts.
                Some(known) => {
                    if size(&entry.log.path) > size(&known.log.path) {
                        *known = entry;
                    }
                    known.is_copied = true;
                }
                None => {
                    entries.by_id.insert(entry.id.clone(), entries.all.len());
                    entries.all.push(entry);
                }
            }
        }
        Ok(entries)
    }

    /// The ids of sessions that start with `prefix`, at most `limit` of them.
    ///
    /// # Errors
    /// [`Error::Aborted`]; [`Error::StoreUnreadable`] where there is none, and folders could not be read.
    pub fn ids_from(&self, prefix: &str, limit: usize) -> Result<Vec<String>> {
        let ids = self.entries()?.all.iter().map(|entry| &entry.id);
        let mut ids: Vec<String> = ids.filter(|id| id.starts_with(prefix)).cloned().collect();
        // It may be in one of those.
        if ids.is_empty() && self.unreadable > 0 {
            return Err(self.lacking());
        }
        ids.sort();
        ids.truncate(limit);
        Ok(ids)
    }

    /// That folders of it could not be read.
    fn lacking(&self) -> Error {
        let problem = format!(
            "{} of its folders could not be opened, and the sessions in them are not known; check that you may read them",
            self.unreadable
        );
        Error::store_unreadable(&self.path, problem)
    }

    /// Names for the messages of a session, as many as it has: those of the same log are the same.
    ///
    /// # Errors
    /// Those of [`load`](Self::load).
    pub fn message_ids(&self, id: &str) -> Result<Vec<String>> {
        let Some(entry) = self.entries()?.get(id) else {
            return Ok(Vec::new());
        };
        let log = log::read(&entry.log.path, &self.stop)?;
        Ok((0..log.groups.len()).map(|at| at.to_string()).collect())
    }

    /// Reads a session, which exists, and those that it started.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::OutOfMemory`], [`Error::Aborted`].
    pub fn load<'a>(&self, id: &str) -> Result<(Input<'a>, Origin)> {
        let mut notes = Notes::default();
        if self.unreadable > 0 {
            notes.add("session", Oddity::FoldersUnreadable);
        }
        let entries = self.entries()?;
        let mut started: HashMap<&str, Vec<&Entry>> = HashMap::new();
        for entry in &entries.all {
            if let Some(starter) = entry.header.starter() {
                started.entry(starter).or_default().push(entry);
            }
        }
        for of_one in started.values_mut() {
            of_one.sort_by_key(|entry| (entry.header.created_at, &entry.id));
        }
        let archived = home::archived(&self.home);
        let mut tree = SessionTree::default();
        let mut sessions = Vec::new();
        let mut seen = HashSet::new();
        let mut is_imported = false;
        let mut waiting = vec![(id, None)];
        while let Some((id, parent)) = waiting.pop() {
            let Some(entry) = entries.get(id) else {
                continue;
            };
            if !seen.insert(id) {
                notes.add("session", Oddity::StartedByItself);
                continue;
            }
            let mut log = match log::read(&entry.log.path, &self.stop) {
                // The session that was asked for is there, and tells that a part of it is not.
                Err(Error::StoreUnreadable { .. }) if parent.is_some() => {
                    notes.add("session", Oddity::LogDamaged);
                    continue;
                }
                log => log?,
            };
            note(entry, &log, &mut notes);
            mark_inherited(&mut log, parent.is_some());
            let children = started.get(id).map(Vec::as_slice).unwrap_or_default();
            let place = tree.sessions.len();
            let is_archived = archived.contains(id);
            is_imported |= log.told.is_imported;
            tree.sessions.push(Session {
                parent,
                ..session(entry, &mut log, is_archived)
            });
            waiting.extend(
                children
                    .iter()
                    .rev()
                    .map(|child| (child.id.as_str(), Some(place))),
            );
            sessions.push(SessionGroups {
                id: id.into(),
                path: entry.log.path.clone(),
                bytes: log.bytes,
                children: Arc::new(self.children(children, &log)?),
                groups: log.groups,
            });
        }
        let root = tree.sessions.first();
        let starter = root.and_then(|root| root.info.parent_id.as_deref());
        if starter.is_some_and(|starter| entries.get(starter).is_none()) {
            notes.add("session.parentID", Oddity::StarterNotInStore);
        }
        // Only PawWork brings sessions in from its older versions, and the version is that one's.
        let product = match is_imported {
            true => "pawwork",
            false => product_of(&self.path),
        };
        tree.runtime = Runtime {
            namespace: Some(product.to_owned()),
            ..Runtime::default()
        };
        let origin = Origin {
            path: self.path.clone(),
            generation: GENERATION,
            tables: Vec::new(),
            also_in: Vec::new(),
        };
        let input = Input {
            tree,
            notes,
            messages: Box::new(DshMessages {
                home: self.home.clone(),
                sessions,
                open: None,
                beside: Allowances::default(),
            }),
        };
        Ok((input, origin))
    }

    /// What tells the sub-agents: the starter's log, or in old formats their own.
    fn children(&self, children: &[&Entry], starter: &Log) -> Result<Children> {
        let named: HashMap<&str, &Option<String>> = starter
            .told
            .children
            .iter()
            .rev()
            .map(|(id, label)| (id.as_str(), label))
            .collect();
        let mut all = Vec::new();
        for child in children {
            let label = match named.get(child.id.as_str()) {
                Some(label) => (*label).clone(),
                None => match log::read(&child.log.path, &self.stop) {
                    Err(Error::Aborted) => return Err(Error::Aborted),
                    log => log.ok().and_then(|log| log.told.label),
                },
            };
            all.push(Child {
                id: child.id.clone(),
                label,
                created: child.header.created_at,
            });
        }
        Ok(Children::new(all))
    }
}

fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |metadata| metadata.len())
}

/// Notes the oddities of a log.
fn note(entry: &Entry, log: &Log, notes: &mut Notes) {
    let told = &log.told;
    let is_other = entry
        .header
        .id
        .as_ref()
        .is_some_and(|id| *id != entry.log.folder_id);
    for (is_odd, oddity) in [
        (told.unreadable > 0, Oddity::LogDamaged),
        (told.missing > 0, Oddity::LinesMissing),
        (told.unknown > 0, Oddity::UnknownRecords),
        (log.header.version > LATEST_FORMAT, Oddity::FutureFormat),
        (is_other, Oddity::OtherSessionId),
        (entry.is_copied, Oddity::TwoGenerations),
    ] {
        if is_odd {
            notes.add("session.log", oddity);
        }
    }
}

/// Marks where what was copied from another session ends. Beside that session it is not told again.
fn mark_inherited(log: &mut Log, is_beside: bool) {
    let cut = log.groups.iter().rposition(|group| group.is_inherited);
    let Some(last) = cut.and_then(|cut| log.groups.get(cut)) else {
        return;
    };
    let (order, end) = (last.order, last.end);
    let count = log.groups.iter().filter(|group| group.is_inherited).count();
    let (what, detail) = match is_beside {
        true => (Happening::InheritedElsewhere, Some(count.to_string())),
        false => (Happening::Forked, log.header.parent_session.clone()),
    };
    let mark = Group::new(Kind::Happened(what, detail), Vec::new(), order, end);
    let at = cut.map_or(0, |cut| cut + 1);
    log.groups.insert(at, mark);
    if is_beside {
        log.groups.retain(|group| !group.is_inherited);
    }
}

fn session(entry: &Entry, log: &mut Log, is_archived: bool) -> Session {
    let time = |millis: Option<i64>| millis.and_then(Timestamp::in_range);
    let (header, told) = (&entry.header, &log.told);
    let updated = told.updated.or(header.created_at);
    let archived = told.archived.or(updated.filter(|_| is_archived));
    let info = SessionInfo {
        id: Some(entry.id.clone()),
        title: listing::title(told),
        directory: header.cwd.clone(),
        version: told.version.clone(),
        agent: header.agent_preset.clone(),
        parent_id: header.starter().map(str::to_owned),
        created: time(header.created_at),
        updated: time(updated),
        archived: time(archived),
        ..SessionInfo::default()
    };
    Session {
        info,
        todos: todos(log),
        ..Session::default()
    }
}

/// The to-do list as it was written last.
fn todos(log: &mut Log) -> Option<Vec<Todo>> {
    let line = log.lines.again(log.told.todos?).ok()?;
    let text = String::from_utf8_lossy(&line);
    let record = record::Record::parse(&text)?;
    let data = record::value(&record, &mut Notes::default())?;
    let todo = |todo: &serde_json::Value| Todo {
        content: blocks::string(todo, "content").unwrap_or_default(),
        status: blocks::string(todo, "status"),
        ..Todo::default()
    };
    Some(data.get("todos")?.as_array()?.iter().map(todo).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abort_was_not_seen_while_logs_were_read() {
        let folder = tempfile::tempdir().unwrap();
        let stop = Stop::default();
        let session = folder.path().join("sessions/--a--/one");
        std::fs::create_dir_all(&session).unwrap();
        let header = "{\"type\":\"session\",\"version\":0,\"id\":\"one\"}\n";
        #[expect(clippy::disallowed_methods, reason = "a file that was there before")]
        std::fs::write(session.join("session.jsonl"), header).unwrap();
        let open = || DshStore::open(folder.path(), Some(&stop)).unwrap();
        let [early, late] = [open(), open()];
        assert_eq!(late.ids_from("o", 9).unwrap(), ["one"]);
        assert!(late.load("one").is_ok() && late.message_ids("one").is_ok());
        stop.raise();
        assert!(matches!(early.ids_from("o", 9), Err(Error::Aborted)));
        assert!(matches!(late.load("one"), Err(Error::Aborted)));
        assert!(matches!(late.message_ids("one"), Err(Error::Aborted)));
    }
}
