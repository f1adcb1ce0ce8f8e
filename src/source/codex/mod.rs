//! The sessions of Codex: rollouts, which are logs of JSON lines, and threads that consist of several of them.
//!
//! `record` looks at one line and `speaker` at who wrote it. `grouper` goes over the lines of a thread once and notes
//! which make one message (`group`); `thread` joins the files of a thread, `form` makes lines of other forms. `messages`
//! reads the lines again, and `message` makes a message of them, with `tool_call`, `item` and `output`. `home` knows
//! the folders, `family` joins a session with its sub-agents, `listing` makes lists.

mod family;
mod form;
mod group;
mod grouper;
mod home;
mod item;
mod listing;
mod message;
mod messages;
mod output;
mod record;
mod speaker;
mod thread;
mod told;
mod tool_call;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use self::home::{Head, Rollout};
use self::messages::ThreadMessages;
use super::in_threads::in_threads;
use super::origin::Origin;
use super::{Input, real_path};
use crate::error::{Error, Result};
use crate::model::{Notes, Runtime};
use crate::stop::Stop;

pub use self::home::is_home;

/// How a document and a list count this generation of stores.
pub const GENERATION: u8 = 5;

/// The name of the application, as lists of stores and of sessions give it.
pub const PRODUCT: &str = "codex";

/// A home of Codex, the folder of its sessions, or one rollout.
pub struct CodexStore {
    path: PathBuf,
    /// What it has of its own, by when each was begun.
    rollouts: Vec<Rollout>,
    /// The file that a person named: it is the one that is live, whatever continues it.
    named: Option<Rollout>,
    /// True where files of a thread that nothing names belong to it: not where one file was named.
    has_other_files: bool,
    titles: HashMap<String, String>,
    stop: Stop,
}

/// Tells whether a path is a home of Codex, a folder of rollouts or one of those.
pub fn is_store(path: &Path) -> bool {
    match path.is_dir() {
        true => is_home(path),
        false => home::is_rollout(path),
    }
}

/// The sub-agents of threads, by the threads that started them.
type Children = HashMap<String, Vec<(Rollout, Head)>>;

impl CodexStore {
    /// Opens a home, a folder of rollouts, or one rollout.
    ///
    /// # Errors
    /// [`Error::StoreNotFound`], [`Error::StoreUnreadable`].
    pub fn open(path: &Path, stop: Option<&Stop>) -> Result<Self> {
        let real = real_path::of(path)?;
        let mut store = Self {
            path: path.to_owned(),
            rollouts: Vec::new(),
            named: None,
            has_other_files: true,
            titles: HashMap::new(),
            stop: stop.cloned().unwrap_or_default(),
        };
        if real.is_dir() {
            store.rollouts = home::rollouts(&real);
            let is_inner = real.ends_with("sessions") || real.ends_with("archived_sessions");
            let home = real.parent().filter(|_| is_inner).unwrap_or(&real);
            store.titles = home::titles(home);
            return Ok(store);
        }
        store.has_other_files = false;
        let folder = real.parent().unwrap_or(&real);
        store.rollouts = match home::home_of(&real) {
            Some(home) => {
                store.titles = home::titles(&home);
                home::rollouts(&home)
            }
            None => home::rollouts(folder),
        };
        let rollout = home::rollout_at(&real, false);
        store.named = Some(rollout.ok_or_else(|| {
            let problem = "its first line is none of Codex; name the file of a session".to_owned();
            Error::store_unreadable(path, problem)
        })?);
        Ok(store)
    }

    /// The ids of sessions that start with `prefix`, at most `limit` of them.
    ///
    /// # Errors
    /// None: other stores have some.
    pub fn ids_from(&self, prefix: &str, limit: usize) -> Result<Vec<String>> {
        let named = self.named.iter();
        let all = self.rollouts.iter().filter(|_| self.named.is_none());
        let ids = named.chain(all).map(|rollout| &rollout.thread);
        let mut ids: Vec<String> = ids.filter(|id| id.starts_with(prefix)).cloned().collect();
        ids.sort();
        ids.dedup();
        ids.truncate(limit);
        Ok(ids)
    }

    /// The file of a thread that was begun last.
    fn live(&self, id: &str) -> Option<&Rollout> {
        let named = self.named.as_ref().filter(|it| it.thread == id);
        named.or_else(|| self.files_of(id).max_by_key(|it| it.began()))
    }

    /// The files of a thread.
    fn files_of(&self, id: &str) -> impl Iterator<Item = &Rollout> {
        self.rollouts.iter().filter(move |it| it.thread == id)
    }

    /// The file that another one names as the one before: by the name of the file, or by the thread.
    fn file_of(&self, id: &str) -> Option<&Rollout> {
        let by_part = self
            .rollouts
            .iter()
            .find(|it| it.part.as_deref() == Some(id));
        by_part.or_else(|| self.files_of(id).min_by_key(|it| it.began()))
    }

    /// The sub-agents of threads.
    fn children(&self, stop: &Stop) -> Result<Children> {
        let heads = in_threads(&self.rollouts, stop, |it| Ok(Head::read(it)))?;
        let mut children = Children::new();
        for (rollout, head) in self.rollouts.iter().zip(heads) {
            let Some(head) = head.filter(|head| head.is_agent) else {
                continue;
            };
            let is_live = self.live(&rollout.thread) == Some(rollout);
            if let Some(parent) = head.parent.clone().filter(|_| is_live) {
                let of_parent = children.entry(parent).or_default();
                of_parent.push((rollout.clone(), head));
            }
        }
        Ok(children)
    }

    /// Names for the messages of a session, as many as it has: those of the same file are the same.
    ///
    /// # Errors
    /// Those of [`load`](Self::load).
    pub fn message_ids(&self, id: &str) -> Result<Vec<String>> {
        let Some(live) = self.live(id) else {
            return Ok(Vec::new());
        };
        let mut sources = thread::Sources::default();
        let thread = thread::read(self, live, true, &mut sources, &self.stop)?;
        Ok((0..thread.groups.len()).map(|at| at.to_string()).collect())
    }

    /// Reads a session, which exists, with its sub-agents and the branches that were left.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::OutOfMemory`], [`Error::Aborted`].
    pub fn load<'a>(&self, id: &str) -> Result<(Input<'a>, Origin)> {
        let mut notes = Notes::default();
        let live = self.live(id).ok_or_else(|| Error::SessionNotFound {
            session_id: id.to_owned(),
            matches: Vec::new(),
        })?;
        let family::Family {
            mut tree,
            sessions,
            sources,
        } = family::of(self, live, &mut notes, &self.stop)?;
        tree.runtime = Runtime {
            namespace: Some(PRODUCT.to_owned()),
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
            messages: Box::new(ThreadMessages {
                sessions,
                sources,
                open: Vec::new(),
                stop: self.stop.clone(),
            }),
        };
        Ok((input, origin))
    }
}
