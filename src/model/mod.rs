//! What a session is, whatever store it was read from.
//!
//! The names are OpenCode's own. Fields that this version neither shows nor needs stay in `rest`,
//! so that nothing of the stored data is lost on the way to a format that keeps everything.

pub mod data_url;
mod media;
mod message;
pub mod message_error;
mod note;
mod part;
mod raw_text;
mod session;
mod terminal;
mod time;
pub mod visit;

pub use self::message_error::MessageError;
pub use message::{Message, Role};
pub use note::{Note, Notes, Oddity};
pub use part::{FilePart, Happening, Part, PartKind, RetryPart, SubtaskPart, ToolPart, ToolStatus};
pub use raw_text::RawText;
pub use session::{
    ChangeTotals, FileDiff, ModelRef, Runtime, Session, SessionInfo, SessionTree, Todo, Tokens,
};
pub use time::{Span, Timestamp};

/// A JSON object whose keys keep the order in which they were written.
pub type Object = serde_json::Map<String, serde_json::Value>;
