//! Reads sessions into the [model](crate::model).
//!
//! Reading is lenient about what it does not know (kept, shown as such and counted) and about
//! values of the wrong type (left out and noted), and strict about what is no session at all.
//!
//! A session is read in two steps: the tree of sessions first, then one message at a time and as
//! often as it takes, so that a session may be larger than the memory.

mod allowance;
mod claude_code;
mod codex;
mod copies;
mod counted_messages;
mod crush;
mod discovery;
mod dsh;
mod fields;
mod in_threads;
mod json;
mod json_lines;
pub mod listed;
mod opencode;
pub mod origin;
mod other_input;
mod parts;
mod real_path;
mod session_list;
mod sqlite;
mod store;
mod unopened;

use crate::error::Result;
use crate::memory;
use crate::model::{Message, Notes, PartKind, RawText, SessionTree};

pub use self::discovery::{StoreInfo, find_stores};
pub use self::json::text::shown_name;
pub use self::json::texts_apart::TextsApart;
pub use self::json::{read_json, read_json_apart, runtime_of_option};
pub use self::listed::{PublishedSession, UnreadableStore};
pub use self::origin::Origin;
pub use self::session_list::{SessionList, SessionSummary};
pub use self::store::{
    PublishedList, StoredSession, list_published_sessions, list_sessions, read_stored,
    read_stored_info,
};

/// A session tree, and the way to its messages.
pub struct Input<'a> {
    /// The sessions without their messages.
    pub tree: SessionTree,
    /// Oddities of the stored data so far.
    pub notes: Notes,
    /// The messages of the sessions, by their place in the tree.
    pub messages: Box<dyn Messages<'a> + 'a>,
}

/// How much a session holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Messages.
    pub messages: usize,
    /// Parts of messages that are not in the store.
    pub orphans: usize,
}

/// Gives out messages one at a time, each as often as it is asked for. A message is read afresh each time, as it is
/// stored: nothing that was done to it before is still there.
pub trait Messages<'a> {
    /// Compares the copies of sessions that are stored more than once. It runs before anything else is asked. Its
    /// findings go into `notes`, and it asks `go_on` after each message. A file name does not need it.
    ///
    /// # Errors
    /// Those of [`fetch`](Self::fetch) and of `go_on`.
    fn settle(&mut self, _notes: &mut Notes, _go_on: &dyn Fn() -> Result<()>) -> Result<()> {
        Ok(())
    }

    /// How much a session holds.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    fn size(&mut self, session: usize) -> Result<Size>;

    /// How many parts the messages of a session have. It is asked only for a session that is not shown: the parts of
    /// the others are counted while they are read.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    fn parts(&mut self, session: usize) -> Result<usize> {
        let mut parts = 0;
        for index in 0..self.size(session)?.messages {
            let message = self.fetch(session, index)?.read(&mut Notes::default())?;
            parts += message.parts.len();
        }
        Ok(parts)
    }

    /// Fetches the message at a place in the order in which a session's messages were created.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>>;

    /// Tells whether `is_in` is true for any of the texts that a message is read from, or these are not at hand. To
    /// look at them where they are takes much less than to fetch them.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    fn may_hold(
        &mut self,
        _session: usize,
        _index: usize,
        _is_in: &dyn Fn(RawText<'_>) -> bool,
    ) -> Result<bool> {
        Ok(true)
    }

    /// Checks, after the last message, that all of them were read from the same state of the store.
    ///
    /// # Errors
    /// [`Error::StoreChanged`](crate::Error::StoreChanged) where they were not.
    fn finish(&mut self) -> Result<()>;
}

/// A message as it is stored. Another thread may read it.
pub struct Fetched<'a>(Box<dyn Stored + 'a>);

/// The stored form of a message.
trait Stored: Send {
    /// How much memory it takes that was not taken before, in bytes.
    fn bytes(&self) -> usize;

    /// The message. What is odd about it goes into `notes`.
    fn read(self: Box<Self>, notes: &mut Notes) -> Message;
}

impl<'a> Fetched<'a> {
    fn new(stored: impl Stored + 'a) -> Self {
        Self(Box::new(stored))
    }

    /// How much memory it takes that was not taken before, in bytes.
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// The message. What is odd about it goes into `notes`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory) where there is too little to read it and to go on with it.
    pub fn read(self, notes: &mut Notes) -> Result<Message> {
        memory::check_part(self.bytes())?;
        let mut of_message = Notes::default();
        let mut message = self.0.read(&mut of_message);
        for part in &mut message.parts {
            if let PartKind::Tool(tool) = &mut part.kind {
                tool.keep_last_states();
            }
        }
        of_message.check_memory()?;
        notes.append(of_message);
        Ok(message)
    }
}
