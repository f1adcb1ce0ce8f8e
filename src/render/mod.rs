//! Redacted session -> document.
//!
//! A renderer takes only what went through [redaction](crate::redact), so that forgetting to
//! redact does not compile.

pub mod attachment;
pub mod budget;
mod changed_files;
mod clock;
mod context;
mod cuts;
pub mod document;
mod ending;
mod hashed_out;
mod home_shown;
pub mod html;
mod json;
mod left_behind;
mod markdown;
mod markup;
pub mod number;
pub mod part;
mod patch;
mod runtime_text;
mod sentences;
mod survey;
mod tally;
mod tool;
mod words;

use self::budget::Measure;
use self::document::{Content, Out, RedactedMessages};
use crate::error::Result;
use crate::options::Format;

pub use self::attachment::AttachmentNames;
pub use self::attachment::hex;
pub use self::clock::{Clock, now};
pub use self::cuts::{Cuts, Total};
pub use self::document::RenderedMessage;
pub use self::json::{Checked, END, end_after_key, split_end};
pub use self::markdown::{ClosingLine, Headings, MessageRenderer};
pub use self::survey::Survey;
pub use self::survey::census::{Census, Counts, Reason, shown_attachments};
pub use self::survey::message::MessageSurvey;
pub use self::words::oddity_in_english;

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
        Format::Markdown => markdown::render(content, messages, out),
        Format::Html => html::render(content, messages, out),
        Format::Json => json::render(content, messages, out),
    }
}
