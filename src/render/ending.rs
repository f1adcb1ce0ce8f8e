//! How an answer ended, as a reader would say it, and how many attempts it took.

use super::tool::outcome::Outcome;
use crate::model::{Message, PartKind, Role};

/// How a message of the model ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The model said all that it had to say.
    Answered,
    /// It called tools, and goes on with what they give.
    Continues,
    /// The user stopped it.
    Stopped,
    /// An error ended it.
    Failed,
    /// It was cut off at the model's output limit.
    CutOff,
    /// The provider's filter ended it.
    Filtered,
    /// The stream ended without a word on why.
    NoSignal,
    /// The user or an error ended it; the store does not tell which.
    Cancelled,
    /// The user did not allow a call, or closed a question.
    Refused,
    /// It ended, and said nothing.
    Empty,
    /// It was still being written.
    Unfinished,
}

impl Ending {
    /// How a message ended; `None` where it is no answer of a model.
    pub fn of(message: &Message) -> Option<Self> {
        if message.speaker() != Role::Assistant {
            return None;
        }
        Some(match &message.error {
            Some(error) if error.is_abort() => Self::Stopped,
            Some(error) if error.is_output_limit() => Self::CutOff,
            Some(_) => Self::Failed,
            None => Self::without_error(message),
        })
    }

    fn without_error(message: &Message) -> Self {
        match message.finish.as_deref() {
            Some("length" | "max-tokens" | "max_tokens") => Self::CutOff,
            Some("content-filter" | "content_filter") => Self::Filtered,
            Some("error") => Self::Failed,
            Some("canceled") => Self::Cancelled,
            Some("permission-denied") => Self::Refused,
            Some("tool-calls" | "tool_use") if was_refused(message) => Self::Refused,
            Some("tool-calls" | "tool_use") => Self::Continues,
            Some("unknown" | "other") => Self::NoSignal,
            Some(_) => Self::Answered,
            None if message.time.end.is_none() => Self::Unfinished,
            // The first versions stored no reason; those that mark steps store one with the end of each.
            None if Attempts::of(message).is_open => Self::NoSignal,
            None => Self::Answered,
        }
    }

    /// The name in documents for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Continues => "continues",
            Self::Stopped => "stopped",
            Self::Failed => "error",
            Self::CutOff => "cut-off",
            Self::Filtered => "filtered",
            Self::NoSignal => "no-signal",
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
            Self::Empty => "empty",
            Self::Unfinished => "unfinished",
        }
    }
}

/// Tells whether the last call of a message is one that the user did not allow.
fn was_refused(message: &Message) -> bool {
    let mut calls = message.parts.iter().filter_map(|part| match &part.kind {
        PartKind::Tool(tool) => Some(Outcome::of(tool)),
        _ => None,
    });
    matches!(
        calls.next_back(),
        Some(Outcome::Refused | Outcome::Dismissed)
    )
}

/// The requests to the model that a message took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Those that broke off before another one was made.
    pub broken: usize,
    /// True where the last one has no end.
    pub is_open: bool,
}

impl Attempts {
    /// Those of a message. A request that starts again before it ended broke off; stores tell no more of it.
    pub fn of(message: &Message) -> Self {
        let mut attempts = Self::default();
        for part in &message.parts {
            match part.kind {
                PartKind::StepStart => {
                    attempts.broken += usize::from(attempts.is_open);
                    attempts.is_open = true;
                }
                PartKind::StepFinish { .. } => attempts.is_open = false,
                // It tells by itself of the attempt before it.
                PartKind::Retry(_) => attempts.is_open = false,
                _ => {}
            }
        }
        attempts
    }
}
