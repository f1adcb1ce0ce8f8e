//! Redacted session -> document.
//!
//! A renderer takes only what went through [redaction](crate::redact), so that forgetting to
//! redact does not compile.

pub mod attachment;
mod attachment_names;
pub mod budget;
mod changed_files;
mod clock;
mod cuts;
pub mod document;
mod hashed_out;
mod home_shown;
pub mod html;
mod json;
mod markdown;
pub mod number;
mod patch;
mod survey;
mod tool;
mod words;

pub use attachment::hex;
pub use attachment_names::AttachmentNames;
pub use clock::{Clock, now};
pub use cuts::{Cuts, Total};
pub use document::RenderedMessage;
pub use json::{Checked, END, end_after_key, split_end};
pub use markdown::{ClosingLine, Headings, MessageRenderer};
pub use survey::Survey;
pub use survey::census::{Census, Counts, Reason, omission};
pub use survey::message::MessageSurvey;
pub use words::oddity_in_english;

use self::budget::Measure;
use self::document::Content;
use self::document::Out;
use self::document::RedactedMessages;
use crate::error::Result;
use crate::options::Format;

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
