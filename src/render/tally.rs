//! What went wrong in a session, counted, and where: what its summary tells.

use super::ending::Ending;
use super::tool::outcome::Outcome;
use crate::model::{Message, PartKind, Role};

/// With how many of its turns a kind of failure is told.
const TOLD_TURNS: usize = 5;

/// What a single message adds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageTally {
    /// How it ended; `None` where it is no answer.
    pub ending: Option<Ending>,
    /// Whether it asks for an answer.
    pub asks: bool,
    /// Whether an error stands in it that is not the user's own stop.
    pub has_error: bool,
    /// Tool calls.
    pub calls: usize,
    /// Tool calls that failed, without those below.
    pub failed: usize,
    /// Commands with an exit code other than 0.
    pub failed_commands: usize,
    /// Tool calls that ran into their time limit.
    pub timed_out: usize,
    /// Tool calls that the user did not allow.
    pub refused: usize,
    /// What is in it, for a turn of which nothing is shown.
    pub content: TurnContent,
}

impl MessageTally {
    /// What a message adds.
    pub fn of(message: &Message, content: TurnContent) -> Self {
        let speaker = message.speaker();
        // What the model does not get is not answered, nor what the runtime says.
        let is_request = |kind: &PartKind| match kind {
            PartKind::Text {
                is_ignored,
                is_synthetic,
                ..
            } => !is_ignored && !is_synthetic,
            PartKind::File(_) | PartKind::Subtask(_) => true,
            _ => false,
        };
        let mut tally = Self {
            ending: Ending::of(message).filter(|_| !message.is_summary || message.error.is_some()),
            asks: speaker == Role::User && message.parts.iter().any(|part| is_request(&part.kind)),
            has_error: message
                .error
                .as_ref()
                .is_some_and(|error| !error.is_abort()),
            content,
            ..Self::default()
        };
        for part in &message.parts {
            let PartKind::Tool(tool) = &part.kind else {
                continue;
            };
            tally.calls += 1;
            let outcome = Outcome::of(tool);
            let count = match outcome {
                Outcome::ExitCode(_) => &mut tally.failed_commands,
                Outcome::TimedOut(_) => &mut tally.timed_out,
                _ if outcome.is_refusal() => &mut tally.refused,
                _ if outcome.is_failure() => &mut tally.failed,
                _ => continue,
            };
            *count += 1;
        }
        tally
    }
}

/// What a turn holds, as far as a reader asks where nothing of it is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TurnContent(u8);

impl TurnContent {
    /// Something is shown.
    pub const SHOWN: Self = Self(1);
    /// Reasoning is left out.
    pub const REASONING: Self = Self(2);
    /// Tool calls are left out.
    pub const TOOLS: Self = Self(4);

    /// With what another one holds.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it holds all that another one does.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// As a number, and back.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// What such a number stands for.
    pub fn from_bits(bits: u64) -> Self {
        Self(u8::try_from(bits & 7).unwrap_or_default())
    }
}

/// A number of failures, and the first turns in which they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places {
    /// How many.
    pub count: usize,
    /// The numbers of the first turns.
    pub turns: Vec<usize>,
    /// Whether they are in more turns than these.
    pub has_more: bool,
}

impl Places {
    fn add(&mut self, count: usize, turn: usize) {
        self.count += count;
        if count == 0 || self.turns.last() == Some(&turn) {
            return;
        }
        if self.turns.len() < TOLD_TURNS {
            self.turns.push(turn);
        } else {
            self.has_more = true;
        }
    }
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// The last answer ended so.
    Answer(Ending),
    /// The last message of the user has no answer.
    Unanswered,
}

impl SessionEnd {
    /// The name in documents for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Answer(Ending::Continues) => "unfinished",
            Self::Answer(ending) => ending.id(),
            Self::Unanswered => "unanswered",
        }
    }
}

/// What went wrong in a session.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// How it ended, and in which turn.
    pub end: Option<(SessionEnd, usize)>,
    /// Errors that ended an answer.
    pub errors: Places,
    /// Tool calls.
    pub calls: usize,
    /// Tool calls that failed, without those below.
    pub failed: Places,
    /// Commands with an exit code other than 0.
    pub failed_commands: Places,
    /// Tool calls that ran into their time limit.
    pub timed_out: Places,
    /// Tool calls that the user did not allow.
    pub refused: Places,
    /// The turn from which on the user undid the session.
    pub undone_from: Option<usize>,
}

impl Tally {
    /// Adds the next message, which is in this turn.
    pub fn add(&mut self, message: &MessageTally, turn: usize) {
        self.calls += message.calls;
        self.errors.add(usize::from(message.has_error), turn);
        self.failed.add(message.failed, turn);
        self.failed_commands.add(message.failed_commands, turn);
        self.timed_out.add(message.timed_out, turn);
        self.refused.add(message.refused, turn);
        // What the user took back is not how it ended.
        if self.undone_from.is_some() {
            return;
        }
        if let Some(ending) = message.ending {
            self.end = Some((SessionEnd::Answer(ending), turn));
        } else if message.asks {
            self.end = Some((SessionEnd::Unanswered, turn));
        }
    }
}
