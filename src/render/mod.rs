//! Redacted session -> document.
//!
//! A renderer takes only what went through [redaction](crate::redact), so that forgetting to
//! redact does not compile.

pub mod attachment;
mod attachment_names;
pub mod budget;
mod census;
mod changed_files;
mod clock;
mod cuts;
mod ending;
mod hashed_out;
mod home_shown;
pub mod html;
mod image_data;
mod json;
mod markdown;
mod message_survey;
mod patch;
mod survey;
mod tally;
mod tool;
mod turns;
mod words;

pub use attachment::hex;
pub use attachment_names::AttachmentNames;
pub use census::{Census, Counts, Reason, omission};
pub use clock::{Clock, now};
pub use cuts::{Cuts, Total};
pub use json::{Checked, END, end_after_key, split_end};
pub use markdown::{ClosingLine, Headings, MessageRenderer, RenderedMessage};
pub use message_survey::MessageSurvey;
pub use survey::Survey;
pub use words::oddity_in_english;

use self::budget::Measure;
use crate::error::Result;
use crate::model::{Message, Notes, SessionTree, Timestamp};
use crate::options::{ExportOptions, Format};
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
    /// What is cut to keep a budget.
    pub cuts: &'a Cuts,
    /// The folder beside the document that the contents of attachments are written into.
    pub folder: Option<&'a AttachmentNames>,
    /// What the document holds, and how.
    pub options: &'a ExportOptions,
    /// The time that the document names.
    pub exported_at: Timestamp,
}

impl Content<'_> {
    /// How much of the texts of a part is shown, in bytes, by the places of session, message and part;
    /// no part is the message's own error. The newest error is never cut.
    fn part_limit(&self, session: usize, message: usize, part: Option<usize>) -> Option<usize> {
        let newest_error = self.survey.newest_error();
        let is_newest_error =
            newest_error.is_some_and(|error| error.is_in(session, message) && error.part == part);
        self.cuts.part_limit.filter(|_| !is_newest_error)
    }
}

/// Renders a redacted session, in the format that the options name. Gives what that came to.
///
/// # Errors
/// Those of `messages` and of `out`.
pub fn render(
    content: &Content<'_>,
    messages: &mut dyn RedactedMessages,
    out: Out<'_>,
) -> Result<Measure> {
    match content.options.format {
        Format::Markdown | Format::Html => markdown::render(content, messages, out),
        Format::Json => json::render(content, messages, out),
    }
}

/// Gives a renderer one message at a time.
pub trait RedactedMessages {
    /// The message of a session at a place in its order.
    ///
    /// # Errors
    /// Those of the source, and [`Error::Aborted`](crate::Error::Aborted).
    fn message(&mut self, session: usize, index: usize) -> Result<Redacted<&Message>>;

    /// The same message as it was [rendered](MessageRenderer) before; `None` where it was not. It is given out once.
    ///
    /// # Errors
    /// Those of where it was kept.
    fn rendered(
        &mut self,
        _session: usize,
        _index: usize,
    ) -> Result<Option<RenderedMessage<&str>>> {
        Ok(None)
    }
}

/// A piece of a document.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// The text.
    pub text: &'a str,
    /// Whether it is a message that was [rendered](MessageRenderer) before.
    pub is_rendered_message: bool,
}

/// Takes the document piece by piece.
pub type Out<'a> = &'a mut dyn FnMut(Piece<'_>) -> Result<()>;
