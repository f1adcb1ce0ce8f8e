//! Which lines of a log make one message.

use crate::model::Happening;
use crate::source::json_lines::LinePlace;

/// What a message of the document is made from.
#[derive(Debug, Clone)]
pub struct Group {
    /// What it becomes.
    pub kind: Kind,
    /// Its lines, in their order.
    pub lines: Vec<LinePlace>,
    /// The number of its first line, by which it is named where nothing else names it.
    pub order: u64,
    /// When it began and ended, in milliseconds since the Unix epoch.
    pub start: Option<i64>,
    pub end: Option<i64>,
    /// More on what happened.
    pub detail: Option<String>,
    /// True where it was copied from the session that this one was forked from.
    pub is_inherited: bool,
}

/// What a group becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What a person wrote.
    User,
    /// A slash command, and what it wrote.
    Command,
    /// A command for the shell that a person typed, and what it wrote.
    Shell,
    /// What the program put before the model.
    Context,
    /// What came of work in the background: it is told where the work was begun.
    Notification,
    /// An answer of the model with its tool calls.
    Answer,
    /// What came before was replaced by a summary.
    Compaction,
    /// That summary, which a model wrote.
    Summary,
    /// A prompt that waited and never ran.
    NeverRan,
    /// Something that happened.
    Happened(Happening),
}

impl Kind {
    /// Tells whether it is a part of the conversation, and not of what stands around it.
    pub fn is_said(self) -> bool {
        matches!(
            self,
            Self::User | Self::Command | Self::Shell | Self::Answer
        )
    }
}
