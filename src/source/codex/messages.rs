//! The messages of threads, one at a time.

use std::collections::HashMap;
use std::sync::Arc;

use super::group::Group;
use super::message::Reader;
use super::thread::{Sources, open};
use crate::error::{Error, Result};
use crate::model::{Message, ModelRef, Notes};
use crate::source::json_lines::{JsonLines, unreadable};
use crate::source::{Fetched, Messages, Size, Stored};
use crate::stop::Stop;

/// How many files are open at once.
const MOST_OPEN: usize = 4;

/// The groups of a session that are its messages.
pub struct SessionGroups {
    pub groups: Vec<Group>,
    pub models: Arc<Vec<ModelRef>>,
    /// The sessions of sub-agents, by the calls that started them.
    pub agents: Arc<HashMap<String, String>>,
    /// True where another session started it, so that nobody typed its prompts.
    pub is_agent: bool,
}

/// Reads messages from the files of threads.
pub struct ThreadMessages {
    pub sessions: Vec<SessionGroups>,
    pub sources: Sources,
    pub open: Vec<(u32, JsonLines)>,
    pub stop: Stop,
}

/// The lines of a message, which were not parsed yet.
struct MessageLines {
    group: Group,
    lines: Vec<Vec<u8>>,
    model: Option<ModelRef>,
    agents: Arc<HashMap<String, String>>,
    is_agent: bool,
}

impl Stored for MessageLines {
    fn bytes(&self) -> usize {
        self.lines.iter().map(Vec::len).sum()
    }

    fn read(self: Box<Self>, notes: &mut Notes) -> Message {
        let reader = Reader {
            agents: &self.agents,
            is_agent: self.is_agent,
            model: self.model.as_ref(),
        };
        reader.read(&self.group, &self.lines, notes)
    }
}

impl ThreadMessages {
    fn line(&mut self, line: super::group::Line) -> Result<Vec<u8>> {
        let source = self.sources.files.get(line.file as usize);
        let source = source.ok_or(Error::Internal)?;
        let known = self.open.iter().position(|(file, _)| *file == line.file);
        let at = match known {
            Some(at) => at,
            None => {
                let (lines, _, bytes) = open(&source.path, source.form, &self.stop)?;
                if bytes < source.bytes {
                    return Err(Error::StoreChanged(source.path.clone()));
                }
                if self.open.len() >= MOST_OPEN {
                    self.open.remove(0);
                }
                self.open.push((line.file, lines));
                self.open.len() - 1
            }
        };
        let (_, lines) = self.open.get_mut(at).ok_or(Error::Internal)?;
        let text = lines.again(line.place);
        text.map_err(|error| unreadable(&source.path, &error))
    }
}

impl<'a> Messages<'a> for ThreadMessages {
    fn size(&mut self, session: usize) -> Result<Size> {
        let session = self.sessions.get(session).ok_or(Error::Internal)?;
        Ok(Size {
            messages: session.groups.len(),
            orphans: 0,
        })
    }

    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>> {
        let of_session = self.sessions.get(session).ok_or(Error::Internal)?;
        let group = of_session.groups.get(index).ok_or(Error::Internal)?.clone();
        let model = group.model.map(usize::from);
        let model = model.and_then(|it| of_session.models.get(it).cloned());
        let (agents, is_agent) = (of_session.agents.clone(), of_session.is_agent);
        let mut lines = Vec::with_capacity(group.lines.len());
        for line in &group.lines {
            lines.push(self.line(*line)?);
        }
        Ok(Fetched::new(MessageLines {
            group,
            lines,
            model,
            agents,
            is_agent,
        }))
    }

    fn finish(&mut self) -> Result<()> {
        for source in &self.sources.files {
            let bytes = source.path.metadata().map(|metadata| metadata.len());
            // What was appended meanwhile is not in the document; what was taken away may be.
            if !bytes.is_ok_and(|bytes| bytes >= source.bytes) {
                return Err(Error::StoreChanged(source.path.clone()));
            }
        }
        Ok(())
    }
}
