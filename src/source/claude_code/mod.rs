//! The sessions of Claude Code: logs of JSON lines, of which one in about ten holds what a person wrote.
//!
//! `record` and `speaker` look at one line. `grouper` goes over a log once and notes which lines make one message
//! (`group`); `tree` tells what was left by going back, and `log` keeps that apart. `messages` reads the lines again,
//! and `message` makes a message of them, with `blocks`, `tool_call` and files `beside` the log. `home` knows the
//! folders, `beginning` what logs of old versions have in common, `family` joins a session with its sub-agents, and
//! `listing` makes lists.

mod beginning;
mod beside;
mod blocks;
mod family;
mod group;
mod grouper;
pub mod home;
mod listing;
mod log;
mod message;
mod messages;
mod record;
mod speaker;
mod told;
mod tool_call;
mod tree;
mod types;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use self::beginning::Kin;
use self::home::LogFile;
use self::messages::LogMessages;
use super::allowance::Allowances;
use super::origin::Origin;
use super::{Input, real_path};
use crate::error::{Error, Result, unreadable_because};
use crate::model::{Notes, Oddity, Runtime};
use crate::stop::Stop;

/// How a document and a list count this generation of stores.
pub const GENERATION: u8 = 4;

/// The name of the application, as lists of stores and of sessions give it.
pub const PRODUCT: &str = "claude-code";

/// A home of Claude Code, the folder of one project, or one log.
pub struct ClaudeCodeStore {
    path: PathBuf,
    /// The folder that `projects` stands in, where it is a home.
    home: Option<PathBuf>,
    logs: Vec<LogFile>,
    /// How many folders of it could not be read.
    unreadable: usize,
    stop: Stop,
}

/// Tells whether a path is a home of Claude Code, a project of it or a log.
pub fn is_store(path: &Path) -> bool {
    match path.is_dir() {
        true => home::projects_in(path).is_some() || home::is_project(path),
        false => home::is_log(path),
    }
}

impl ClaudeCodeStore {
    /// Opens a home, its folder of projects, one of those, or one log.
    ///
    /// # Errors
    /// [`Error::StoreNotFound`], [`Error::StoreUnreadable`].
    pub fn open(path: &Path, stop: Option<&Stop>) -> Result<Self> {
        let real = real_path::of(path)?;
        let mut store = Self {
            path: path.to_owned(),
            home: None,
            logs: Vec::new(),
            unreadable: 0,
            stop: stop.cloned().unwrap_or_default(),
        };
        if !real.is_dir() {
            let id = real.file_stem().and_then(|stem| stem.to_str());
            store.logs.push(LogFile {
                id: id.unwrap_or("session").to_owned(),
                path: real,
            });
            return Ok(store);
        }
        let failed = |error: std::io::Error| {
            let problem = format!(
                "a folder of it could not be opened {}",
                unreadable_because(&error, "it")
            );
            Error::store_unreadable(path, problem)
        };
        let Some(projects) = home::projects_in(&real) else {
            store.logs = home::logs_in(&real).map_err(failed)?;
            return Ok(store);
        };
        store.home = projects.parent().map(Path::to_owned);
        for project in projects.read_dir().map_err(failed)? {
            let project = project.map_err(failed)?.path();
            if !project.is_dir() {
                continue;
            }
            match home::logs_in(&project) {
                Ok(logs) => store.logs.extend(logs),
                Err(_) => store.unreadable += 1,
            }
        }
        store.logs.sort();
        Ok(store)
    }

    /// The ids of sessions that start with `prefix`, at most `limit` of them.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`] where there is none, and folders could not be read.
    pub fn ids_from(&self, prefix: &str, limit: usize) -> Result<Vec<String>> {
        let ids = self.logs.iter().map(|log| &log.id);
        let mut ids: Vec<String> = ids.filter(|id| id.starts_with(prefix)).cloned().collect();
        // It may be in one of those.
        if ids.is_empty() && self.unreadable > 0 {
            return Err(self.lacking());
        }
        ids.sort();
        ids.dedup();
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

    /// The log of a session; of several with its id the largest.
    fn log_of(&self, id: &str) -> Option<&LogFile> {
        let size = |log: &&LogFile| log.path.metadata().map_or(0, |metadata| metadata.len());
        let logs = self.logs.iter().filter(|log| log.id == id);
        logs.max_by_key(size)
    }

    /// Names for the messages of a session, as many as it has: those of the same log are the same.
    ///
    /// # Errors
    /// Those of [`load`](Self::load).
    pub fn message_ids(&self, id: &str) -> Result<Vec<String>> {
        let Some(file) = self.log_of(id) else {
            return Ok(Vec::new());
        };
        let log = log::read(&file.path, &file.id, &Kin::default(), &self.stop)?;
        Ok((0..log.main.groups.len())
            .map(|at| at.to_string())
            .collect())
    }

    /// Reads a session, which exists, with its sub-agents and the branches that were left.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`], [`Error::OutOfMemory`], [`Error::Aborted`].
    pub fn load<'a>(&self, id: &str) -> Result<(Input<'a>, Origin)> {
        let mut notes = Notes::default();
        if self.unreadable > 0 {
            notes.add("session", Oddity::FoldersUnreadable);
        }
        let file = self.log_of(id).ok_or_else(|| Error::SessionNotFound {
            session_id: id.to_owned(),
            matches: Vec::new(),
        })?;
        let (mut tree, sessions) = family::of(
            file,
            &self.logs,
            self.home.as_deref(),
            &mut notes,
            &self.stop,
        )?;
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
            messages: Box::new(LogMessages {
                sessions,
                open: None,
                allowances: Allowances::default(),
            }),
        };
        Ok((input, origin))
    }
}

/// The tasks of a session by their numbers, which stand in files of their own.
type Tasks = BTreeMap<u32, PathBuf>;
