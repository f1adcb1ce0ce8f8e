//! Reads sessions into the [model](crate::model).
//!
//! Reading is lenient about what it does not know (kept, shown as such and counted) and about
//! values of the wrong type (left out and noted), and strict about what is no session at all.
//!
//! A session is read in two steps: the tree of sessions first, then one message at a time and as
//! often as it takes, so that a session may be larger than the memory.

mod database;
mod discovery;
mod early_message;
mod fields;
mod folder;
mod json;
mod json_text;
mod message;
mod part;
mod session;
mod store;
mod typed_message;

pub use discovery::{StoreInfo, find_stores};
pub use json::read_json;
pub use json_text::shown_name;
pub use store::{
    Origin, PublishedSession, SessionSummary, StoredSession, list_published_sessions,
    list_sessions, read_stored,
};

use crate::error::Result;
use crate::model::{Message, Notes, SessionTree};

/// A session tree, and the way to its messages.
pub struct Input {
    /// The sessions without their messages.
    pub tree: SessionTree,
    /// What was odd so far.
    pub notes: Notes,
    /// The messages of the sessions, by their place in the tree.
    pub messages: Box<dyn Messages>,
}

/// How much a session holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Messages.
    pub messages: usize,
    /// Parts of messages that are not in the store.
    pub orphans: usize,
}

/// Gives out messages one at a time, each as often as it is asked for.
pub trait Messages {
    /// How much a session holds.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    fn size(&mut self, session: usize) -> Result<Size>;

    /// How many parts the messages of a session have. Asked only of a session that is not shown:
    /// of the others, they are counted while they are read.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    fn parts(&mut self, session: usize) -> Result<usize> {
        let mut parts = 0;
        for index in 0..self.size(session)?.messages {
            let message = self.message(session, index, &mut Notes::default())?;
            parts += message.parts.len();
        }
        Ok(parts)
    }

    /// The message at a place in the order in which a session's messages were created. What is odd
    /// about it goes into `notes`.
    ///
    /// # Errors
    /// [`Error::StoreUnreadable`](crate::Error::StoreUnreadable).
    fn message(&mut self, session: usize, index: usize, notes: &mut Notes) -> Result<&mut Message>;

    /// Whether a change made to a message is still there when it is asked for again.
    fn keeps_changes(&self) -> bool;

    /// Checks, after the last message, that all of them were read from the same state of the store.
    ///
    /// # Errors
    /// [`Error::StoreChanged`](crate::Error::StoreChanged) where they were not.
    fn finish(&mut self) -> Result<()>;
}
