//! The messages of logs, one at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::beside;
use super::children::Children;
use super::group::Group;
use super::home;
use super::lines::{Failure, Lines};
use super::log::failure_of;
use super::message::Reader;
use super::spill::Spills;
use crate::error::{Error, Result};
use crate::model::{Message, Notes};
use crate::source::allowance::{Allowance, Allowances};
use crate::source::{Fetched, Messages, Size, Stored};

/// A session's log and its groups.
pub struct SessionGroups {
    /// The session's id.
    pub id: Arc<str>,
    pub path: PathBuf,
    pub groups: Vec<Group>,
    /// How much of the file was gone over.
    pub bytes: u64,
    pub children: Arc<Children>,
}

/// Reads messages from logs. One log is open at a time.
pub struct DshMessages {
    pub home: Arc<Path>,
    pub sessions: Vec<SessionGroups>,
    pub open: Option<(usize, Lines)>,
    pub beside: Allowances,
}

/// The lines of a message, which were not parsed yet.
struct MessageLines {
    home: Arc<Path>,
    session: Arc<str>,
    children: Arc<Children>,
    group: Group,
    lines: Vec<Vec<u8>>,
    /// How many bytes of the files that they name are read.
    beside: u64,
}

impl Stored for MessageLines {
    fn bytes(&self) -> usize {
        let lines: usize = self.lines.iter().map(Vec::len).sum();
        lines.saturating_add(usize::try_from(self.beside).unwrap_or(usize::MAX))
    }

    fn read(self: Box<Self>, notes: &mut Notes) -> Message {
        let reader = Reader {
            home: &self.home,
            session: &self.session,
            children: &self.children,
            allowance: Allowance::of(self.beside),
        };
        reader.read(&self.group, &self.lines, notes)
    }
}

impl DshMessages {
    fn lines(&mut self, session: usize, index: usize) -> Result<(Group, Vec<Vec<u8>>)> {
        let of_session = self.sessions.get(session).ok_or(Error::Internal)?;
        let group = of_session.groups.get(index).ok_or(Error::Internal)?.clone();
        let path = &of_session.path;
        if self.open.as_ref().is_none_or(|(open, _)| *open != session) {
            let opened = home::open(path).map_err(|error| failure_of(path, error.into()));
            let (lines, bytes) = opened?;
            if bytes < of_session.bytes {
                return Err(Error::StoreChanged(path.clone()));
            }
            self.open = Some((session, lines));
        }
        let Some((_, log)) = &mut self.open else {
            return Err(Error::Internal);
        };
        let mut lines = Vec::with_capacity(group.lines.len());
        for place in &group.lines {
            let line = log.again(*place).map_err(|failure| match failure {
                // It was there when the log was gone over.
                Failure::System(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    Error::StoreChanged(path.clone())
                }
                failure => failure_of(path, failure),
            })?;
            lines.push(line);
        }
        Ok((group, lines))
    }
}

impl<'a> Messages<'a> for DshMessages {
    fn size(&mut self, session: usize) -> Result<Size> {
        let session = self.sessions.get(session).ok_or(Error::Internal)?;
        Ok(Size {
            messages: session.groups.len(),
            orphans: 0,
        })
    }

    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>> {
        let (group, lines) = self.lines(session, index)?;
        let of_session = self.sessions.get(session).ok_or(Error::Internal)?;
        let spills = Spills {
            home: &self.home,
            session: &of_session.id,
            allowance: &Allowance::default(),
        };
        let named = beside::named(&lines, &spills);
        let beside = self.beside.of((session, index), named);
        Ok(Fetched::new(MessageLines {
            home: self.home.clone(),
            session: of_session.id.clone(),
            children: of_session.children.clone(),
            group,
            lines,
            beside,
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
