//! The messages of logs, one at a time.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::beside::Beside;
use super::group::Group;
use super::message::Reader;
use crate::error::{Error, Result};
use crate::model::{Message, Notes};
use crate::source::allowance::Allowances;
use crate::source::json_lines::{JsonLines, unreadable};
use crate::source::{Fetched, Messages, Size, Stored};

/// A session's log and the groups of it that are its messages.
pub struct SessionGroups {
    pub path: PathBuf,
    pub groups: Vec<Group>,
    /// How much of the file was gone over.
    pub bytes: u64,
    pub agents: Arc<HashMap<String, String>>,
}

/// Reads messages from logs. One log is open at a time.
pub struct LogMessages {
    pub sessions: Vec<SessionGroups>,
    pub open: Option<(PathBuf, JsonLines)>,
    pub allowances: Allowances,
}

/// The lines of a message, which were not parsed yet.
struct MessageLines {
    agents: Arc<HashMap<String, String>>,
    group: Group,
    lines: Vec<Vec<u8>>,
    beside: Beside,
    /// The bytes of files beside the log that may be read.
    allowed: u64,
}

impl Stored for MessageLines {
    fn bytes(&self) -> usize {
        let lines: usize = self.lines.iter().map(Vec::len).sum();
        lines.saturating_add(usize::try_from(self.allowed).unwrap_or(usize::MAX))
    }

    fn read(self: Box<Self>, notes: &mut Notes) -> Message {
        let reader = Reader {
            agents: &self.agents,
            beside: &self.beside,
        };
        reader.read(&self.group, &self.lines, notes)
    }
}

impl LogMessages {
    /// The open log of a session.
    fn log(&mut self, session: usize) -> Result<(&SessionGroups, &mut JsonLines)> {
        let of_session = self.sessions.get(session).ok_or(Error::Internal)?;
        let path = &of_session.path;
        if self.open.as_ref().is_none_or(|(open, _)| open != path) {
            let lines = JsonLines::open(path).map_err(|error| unreadable(path, &error))?;
            if lines.bytes() < of_session.bytes {
                return Err(Error::StoreChanged(path.clone()));
            }
            self.open = Some((path.clone(), lines));
        }
        match &mut self.open {
            Some((_, lines)) => Ok((of_session, lines)),
            None => Err(Error::Internal),
        }
    }
}

impl<'a> Messages<'a> for LogMessages {
    fn size(&mut self, session: usize) -> Result<Size> {
        let session = self.sessions.get(session).ok_or(Error::Internal)?;
        Ok(Size {
            messages: session.groups.len(),
            orphans: 0,
        })
    }

    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>> {
        let (of_session, log) = self.log(session)?;
        let group = of_session.groups.get(index).ok_or(Error::Internal)?;
        let mut lines = Vec::with_capacity(group.lines.len());
        for place in &group.lines {
            let line = log.again(*place);
            lines.push(line.map_err(|error| unreadable(&of_session.path, &error))?);
        }
        let beside = Beside::of(&of_session.path);
        let (agents, group) = (of_session.agents.clone(), group.clone());
        let named = beside.named_in(&lines);
        let allowed = self.allowances.of((session, index), named);
        Ok(Fetched::new(MessageLines {
            agents,
            group,
            lines,
            beside: beside.allowing(allowed),
            allowed,
        }))
    }

    fn finish(&mut self) -> Result<()> {
        for session in &self.sessions {
            let bytes = session.path.metadata().map(|metadata| metadata.len());
            // What was appended meanwhile is not in the document; what was taken away may be.
            if !bytes.is_ok_and(|bytes| bytes >= session.bytes) {
                return Err(Error::StoreChanged(session.path.clone()));
            }
        }
        Ok(())
    }
}
