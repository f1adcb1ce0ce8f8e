//! Redacted session -> document.
//!
//! A renderer takes only what went through [redaction](crate::redact), so that forgetting to
//! redact does not compile.

mod attachment;
mod census;
mod clock;
mod markdown;
mod tool_summary;
mod words;

pub use attachment::hex;
pub use census::{Census, Counts, Reason};
pub use clock::{Clock, now};
pub use markdown::render as render_markdown;
