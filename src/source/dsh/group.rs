//! Which lines of a log make one message.

use std::sync::Arc;

use super::lines::LinePlace;
use crate::model::Happening;

/// What a message of the document is made from.
#[derive(Debug, Clone)]
pub struct Group {
    /// What it becomes.
    pub kind: Kind,
    /// Its lines, in their order.
    pub lines: Vec<LinePlace>,
    /// Its place among the others.
    pub order: u64,
    /// When it began and ended, in milliseconds since the Unix epoch.
    pub start: Option<i64>,
    pub end: Option<i64>,
    /// The message that it answers.
    pub parent: Option<Arc<str>>,
    /// The model that was asked.
    pub asked: Option<Arc<Asked>>,
    /// True where the log ends in the middle of it.
    pub is_open: bool,
    /// True where it was copied from the session that this one was forked from.
    pub is_inherited: bool,
}

/// A model that was asked, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub provider: Option<String>,
    pub model: Option<String>,
    pub effort: Option<String>,
}

/// What a group becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// What a person wrote.
    User,
    /// What a program added.
    Context,
    /// An answer of the model with its tool calls.
    Step { turn: u64, step: u64 },
    /// A message of PawWork 1 of which no message of DSH was made.
    Imported,
    /// What came before was replaced by a summary.
    Compaction,
    /// A slash command.
    Command,
    /// What a person told the makers.
    Feedback,
    /// Prompts that waited and never ran: which of those that the line added.
    NeverRan(Vec<usize>),
    /// Something that happened.
    Happened(Happening, Option<String>),
}

impl Group {
    /// A group that begins with a line.
    pub fn new(kind: Kind, lines: Vec<LinePlace>, order: u64, time: Option<i64>) -> Self {
        Self {
            kind,
            lines,
            order,
            start: time,
            end: time,
            parent: None,
            asked: None,
            is_open: false,
            is_inherited: false,
        }
    }
}
