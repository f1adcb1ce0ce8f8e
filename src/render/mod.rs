//! Redacted session -> document.
//!
//! A renderer takes only what went through [redaction](crate::redact), so that forgetting to
//! redact does not compile.

mod attachment;
mod census;
mod changed_files;
mod clock;
mod markdown;
mod survey;
mod tool;
mod words;

pub use attachment::hex;
pub use census::{Census, Counts, Reason};
pub use clock::{Clock, now};
pub use markdown::render as render_markdown;
pub use survey::Survey;

use crate::error::Result;
use crate::model::{Message, Notes, SessionTree, Timestamp};
use crate::options::ExportOptions;
use crate::redact::{Redacted, RedactionReport};

/// What a document is made of, but for the messages.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    /// The sessions to show.
    pub tree: &'a Redacted<SessionTree>,
    /// What is known of their messages.
    pub survey: &'a Survey,
    /// What was redacted.
    pub report: &'a RedactionReport,
    /// What was odd in the stored data.
    pub notes: &'a Notes,
    /// What the document holds, and how.
    pub options: &'a ExportOptions,
    /// The time that the document names.
    pub exported_at: Timestamp,
}

/// Gives a renderer one message at a time.
pub trait RedactedMessages {
    /// The message of a session at a place in its order.
    ///
    /// # Errors
    /// Those of the source, and [`Error::Aborted`](crate::Error::Aborted).
    fn message(&mut self, session: usize, index: usize) -> Result<Redacted<&Message>>;
}

/// Takes the document piece by piece.
pub type Out<'a> = &'a mut dyn FnMut(&str) -> Result<()>;
