//! One message of a session.

use super::message_error::MessageError;
use super::{FileDiff, ModelRef, Object, Part, Span, Tokens};

/// One message with its parts.
#[derive(Debug, Clone)]
pub struct Message {
    /// The message's id.
    pub id: Option<String>,
    /// Who it is from.
    pub role: Role,
    /// The message that this one answers.
    pub parent_id: Option<String>,
    /// The agent that wrote it or was asked.
    pub agent: Option<String>,
    /// The model that wrote it or was asked.
    pub model: Option<ModelRef>,
    /// When it was created and completed.
    pub time: Span,
    /// The cost in US dollars, as the runtime computed it.
    pub cost: Option<f64>,
    /// The tokens used.
    pub tokens: Option<Tokens>,
    /// Why the model stopped, such as `stop` or `tool-calls`.
    pub finish: Option<String>,
    /// The error that ended it.
    pub error: Option<MessageError>,
    /// Whether it sums the session up so far (compaction).
    pub is_summary: bool,
    /// The session that it belongs to, as the message itself says.
    pub session_id: Option<String>,
    /// The folder in which the agent worked.
    pub directory: Option<String>,
    /// The system prompt that was set for this message alone.
    pub system: Option<String>,
    /// The files that changed in the turn this message began.
    pub diffs: Vec<FileDiff>,
    /// What it is made of, in order.
    pub parts: Vec<Part>,
    /// Fields that this version does not use.
    pub rest: Object,
}

/// Who a message is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// Instructions to the model.
    System,
    /// Written by the runtime in the user's name.
    Synthetic,
    /// Something that happened, such as a change of model.
    Event,
    /// Anything else; the name as stored.
    Other(String),
}
