//! What went wrong in a session, counted, and where: what its summary tells.

use super::ending::{Attempts, Ending};
use super::tool::Kind;
use super::tool::outcome::Outcome;
use crate::model::{Message, PartKind, Role, ToolPart};

/// With how many of its turns a kind of failure is told.
const TOLD_TURNS: usize = 5;

/// What a single message adds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageTally {
    /// How it ended; `None` where it is no answer.
    pub ending: Option<Ending>,
    /// True where it asks for an answer.
    pub asks: bool,
    /// True where an error stands in it that is not the user's own stop.
    pub has_error: bool,
    /// Tool calls.
    pub calls: usize,
    /// Tool calls that failed, without those below.
    pub failed: usize,
    /// Commands that failed.
    pub failed_commands: usize,
    /// Tool calls that ran into their time limit.
    pub timed_out: usize,
    /// Tool calls that the user did not allow.
    pub refused: usize,
    /// Tool calls that a rule of the user did not allow.
    pub blocked: usize,
    /// Questions that the user closed.
    pub dismissed: usize,
    /// Requests to the model that were made again.
    pub repeated: usize,
    /// True where a text is shown in it, which an answer is.
    pub has_text: bool,
    /// True where the runtime notes that the user interrupted the agent.
    pub is_interrupted: bool,
    /// What is in it, for a turn of which nothing is shown.
    pub content: TurnContent,
}

impl MessageTally {
    /// Gives what a message adds.
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
        let is_answer = |kind: &PartKind| matches!(kind, PartKind::Text { text, .. } if !text.trim().is_empty());
        let mut tally = Self {
            ending: Ending::of(message).filter(|_| !message.is_summary || message.error.is_some()),
            asks: speaker == Role::User
                && message
                    .parts
                    .iter()
                    .any(|part| is_request(&part.kind) && !part.kind.announces_command()),
            has_error: message
                .error
                .as_ref()
                .is_some_and(|error| !error.is_abort() && !error.is_output_limit()),
            repeated: Attempts::of(message).broken,
            has_text: message.parts.iter().any(|part| is_answer(&part.kind)),
            content,
            ..Self::default()
        };
        for part in &message.parts {
            match &part.kind {
                PartKind::Tool(tool) => tally.add_call(tool),
                PartKind::Retry(_) => tally.repeated += 1,
                PartKind::Idle { outcome } => {
                    tally.is_interrupted |= outcome.as_deref() == Some("interrupted");
                }
                _ => {}
            }
        }
        tally
    }

    fn add_call(&mut self, tool: &ToolPart) {
        self.calls += 1;
        let is_command = Kind::of(tool) == Kind::Command;
        let count = match Outcome::of(tool) {
            Outcome::ExitCode(_) => &mut self.failed_commands,
            Outcome::Failed if is_command => &mut self.failed_commands,
            Outcome::Failed => &mut self.failed,
            Outcome::TimedOut(_) => &mut self.timed_out,
            Outcome::Refused => &mut self.refused,
            Outcome::RefusedByRule => &mut self.blocked,
            Outcome::Dismissed => &mut self.dismissed,
            _ => return,
        };
        *count += 1;
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
    /// It only says that the user ran the command that follows.
    pub const ANNOUNCED: Self = Self(8);

    /// With what another one holds.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Tells whether it holds all that another one does.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A number of failures, and the first turns in which they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places {
    /// How many.
    pub count: usize,
    /// The numbers of the first turns.
    pub turns: Vec<usize>,
    /// True where they are in more turns than these.
    pub has_more: bool,
}

impl Places {
    /// Those of two kinds.
    pub fn with(&self, other: &Self) -> Self {
        let mut turns: Vec<usize> = self.turns.iter().chain(&other.turns).copied().collect();
        turns.sort_unstable();
        turns.dedup();
        let is_too_many = turns.len() > TOLD_TURNS;
        turns.truncate(TOLD_TURNS);
        Self {
            count: self.count + other.count,
            turns,
            has_more: self.has_more || other.has_more || is_too_many,
        }
    }

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
    /// Commands that failed.
    pub failed_commands: Places,
    /// Tool calls that ran into their time limit.
    pub timed_out: Places,
    /// Tool calls that the user did not allow.
    pub refused: Places,
    /// Tool calls that a rule of the user did not allow.
    pub blocked: Places,
    /// Questions that the user closed.
    pub dismissed: Places,
    /// Requests to the model that were made again.
    pub repeated: Places,
    /// Answers that were cut off at the model's output limit, or by the provider's filter.
    pub cut_off: Places,
    /// Answers that the user stopped.
    pub stopped: Places,
    /// Answers without a word.
    pub empty: Places,
    /// Answers that may lack their end.
    pub incomplete: Places,
    /// The last turn that holds a text.
    text_in: Option<usize>,
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
        self.blocked.add(message.blocked, turn);
        self.dismissed.add(message.dismissed, turn);
        self.repeated.add(message.repeated, turn);
        if message.has_text {
            self.text_in = Some(turn);
        }
        let ending = message.ending.map(|ending| match ending {
            Ending::Answered if self.text_in != Some(turn) => Ending::Empty,
            ending => ending,
        });
        match ending {
            Some(Ending::CutOff | Ending::Filtered) => self.cut_off.add(1, turn),
            Some(Ending::Stopped) => self.stopped.add(1, turn),
            Some(Ending::Empty) => self.empty.add(1, turn),
            Some(Ending::NoSignal | Ending::Unfinished) => self.incomplete.add(1, turn),
            _ => {}
        }
        // What the user took back is not how it ended.
        if self.undone_from.is_some() {
            return;
        }
        let is_open = matches!(
            self.end,
            Some((
                SessionEnd::Answer(Ending::Unfinished | Ending::Continues),
                _
            ))
        );
        if let Some(ending) = ending {
            self.end = Some((SessionEnd::Answer(ending), turn));
        } else if message.is_interrupted && is_open {
            self.end = (self.end).map(|(_, turn)| (SessionEnd::Answer(Ending::Stopped), turn));
        } else if message.asks {
            self.end = Some((SessionEnd::Unanswered, turn));
        }
    }
}
