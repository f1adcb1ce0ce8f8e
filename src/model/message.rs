//! One message of a session.

use super::message_error::MessageError;
use super::{FileDiff, ModelRef, Object, Part, PartKind, Span, Tokens};

/// One message with its parts.
#[derive(Debug, Clone)]
pub struct Message {
    /// The message's id.
    pub id: Option<String>,
    /// The one it is from.
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
    /// True where it sums the session up so far (compaction).
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

impl Message {
    /// Tells who it is from, as a reader would say. A store may keep what the runtime wrote in the user's name, and a
    /// command that the user ran in the model's.
    pub fn speaker(&self) -> Role {
        match self.role {
            Role::User if self.is_of_runtime() && !self.announces_command() => Role::Synthetic,
            Role::Assistant if self.is_command_of_user() => Role::User,
            ref role => role.clone(),
        }
    }

    /// Tells whether a person wrote nothing of it.
    fn is_of_runtime(&self) -> bool {
        let is_of_runtime = |part: &Part| match &part.kind {
            PartKind::Text { is_synthetic, .. } => *is_synthetic,
            PartKind::Compaction { is_automatic, .. } => *is_automatic == Some(true),
            PartKind::Context { .. } | PartKind::Happened { .. } => true,
            PartKind::StepStart | PartKind::StepFinish { .. } | PartKind::Snapshot { .. } => true,
            _ => false,
        };
        !self.parts.is_empty() && self.parts.iter().all(is_of_runtime)
    }

    /// Tells whether it says no more than that the user ran the command that follows.
    pub fn announces_command(&self) -> bool {
        let is_announced = |part: &Part| part.kind.announces_command();
        !self.parts.is_empty() && self.parts.iter().all(is_announced)
    }

    /// Tells whether it is a command that the user ran: no model was asked, and nothing else stands in it.
    fn is_command_of_user(&self) -> bool {
        let is_command = |part: &Part| match &part.kind {
            PartKind::Tool(tool) => tool.runs_command(),
            _ => false,
        };
        let was_no_model_asked = self.finish.is_none()
            && self.error.is_none()
            && self.time.end.is_some()
            && self.tokens.is_none_or(Tokens::is_zero);
        was_no_model_asked && !self.parts.is_empty() && self.parts.iter().all(is_command)
    }
}

/// The one a message is from.
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
