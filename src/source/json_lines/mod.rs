//! Logs that consist of lines of JSON and only grow: Claude Code and Codex write such.
//!
//! A log is gone over once, up to the size that it had when it was opened, and a message keeps the places of its lines
//! ([`LinePlace`], 16 bytes). A line is read again when its message is fetched, so the memory is that of the longest
//! line. A list reads the beginning and the end of a log only ([`Ends`]).

mod cut;
mod ends;
mod lines;

pub use self::cut::whole_end;
pub use self::ends::Ends;
pub use self::lines::{JsonLines, LinePlace, Next, unreadable};
