//! Which lines of the files of a thread make one message.

use crate::model::{Happening, Tokens};
use crate::source::json_lines::LinePlace;

/// A line of one of the files.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// The number of the file among those of the document.
    pub file: u32,
    pub place: LinePlace,
}

/// What a message of the document is made from.
#[derive(Debug, Clone)]
pub struct Group {
    /// What it becomes.
    pub kind: Kind,
    /// Its lines, in their order.
    pub lines: Vec<Line>,
    /// The number of its first line, by which it is named where nothing else names it.
    pub order: u64,
    /// When it began and ended, in milliseconds since the Unix epoch.
    pub start: Option<i64>,
    pub end: Option<i64>,
    /// True where it came to its end.
    pub is_done: bool,
    /// True where the turn ended with it.
    pub is_last: bool,
    /// The number of its model among those of the thread.
    pub model: Option<u16>,
    pub tokens: Option<Tokens>,
    /// More on what happened.
    pub detail: Option<String>,
    /// True where it stands in the session that this one was forked from.
    pub is_inherited: bool,
}

/// What a group becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What a person wrote.
    User,
    /// A command that a person typed.
    Shell,
    /// What the program put before the model.
    Context,
    /// An answer of the model with its tool calls.
    Answer,
    /// What came before was replaced by a summary.
    Compaction,
    /// Something that happened.
    Happened(Happening),
}
