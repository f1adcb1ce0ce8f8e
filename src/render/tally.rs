//! What went wrong in a session, counted, and where: what its summary tells.

use std::collections::BTreeMap;

use super::ending::{Attempts, Ending};
use super::tool::Kind;
use super::tool::outcome::Outcome;
use crate::model::{Message, PartKind, Role, ToolPart};

/// With how many of its turns a kind of failure is told.
const TOLD_TURNS: usize = 5;

/// What can go wrong in a session, in the order in which its summary tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// An error ended an answer.
    Error,
    /// A tool call failed, and was no command.
    FailedCall,
    /// A command failed.
    FailedCommand,
    /// A tool call ran into its time limit.
    TimedOut,
    /// The user did not allow a tool call.
    Refused,
    /// A rule of the user did not allow one.
    RefusedByRule,
    /// The user closed a question.
    Dismissed,
    /// A request to the model was made again.
    RepeatedRequest,
    /// The model's output limit, or the provider's filter, cut an answer off.
    CutOffAnswer,
    /// The user stopped an answer.
    StoppedAnswer,
    /// An answer has no word.
    EmptyAnswer,
    /// An answer may lack its end.
    IncompleteAnswer,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Error,
        Self::FailedCall,
        Self::FailedCommand,
        Self::TimedOut,
        Self::Refused,
        Self::RefusedByRule,
        Self::Dismissed,
        Self::RepeatedRequest,
        Self::CutOffAnswer,
        Self::StoppedAnswer,
        Self::EmptyAnswer,
        Self::IncompleteAnswer,
    ];

    /// The name of their number in documents for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Error => "errors",
            Self::FailedCall => "failedToolCalls",
            Self::FailedCommand => "failedCommands",
            Self::TimedOut => "timedOut",
            Self::Refused => "refused",
            Self::RefusedByRule => "refusedByRule",
            Self::Dismissed => "dismissed",
            Self::RepeatedRequest => "repeatedRequests",
            Self::CutOffAnswer => "cutOffAnswers",
            Self::StoppedAnswer => "stoppedAnswers",
            Self::EmptyAnswer => "emptyAnswers",
            Self::IncompleteAnswer => "incompleteAnswers",
        }
    }

    /// Tells whether it is more than a decision of the user or a detour.
    pub fn is_failure(self) -> bool {
        !matches!(
            self,
            Self::Refused
                | Self::RefusedByRule
                | Self::Dismissed
                | Self::RepeatedRequest
                | Self::EmptyAnswer
        )
    }

    /// Tells whether an ending says the same of its answer.
    pub fn is_told_by(self, ending: Ending) -> bool {
        match ending {
            Ending::Refused => matches!(self, Self::Refused | Self::Dismissed),
            ending => Self::of_ending(ending) == Some(self),
        }
    }

    fn of_ending(ending: Ending) -> Option<Self> {
        match ending {
            Ending::CutOff | Ending::Filtered => Some(Self::CutOffAnswer),
            Ending::Stopped => Some(Self::StoppedAnswer),
            Ending::Empty => Some(Self::EmptyAnswer),
            Ending::NoSignal | Ending::Cancelled | Ending::Unfinished => {
                Some(Self::IncompleteAnswer)
            }
            // An error and a refusal are counted where they stand.
            Ending::Answered | Ending::Continues | Ending::Failed | Ending::Refused => None,
        }
    }

    fn of_call(tool: &ToolPart) -> Option<Self> {
        match Outcome::of(tool) {
            Outcome::ExitCode(_) => Some(Self::FailedCommand),
            Outcome::Failed if Kind::of(tool) == Kind::Command => Some(Self::FailedCommand),
            Outcome::Failed => Some(Self::FailedCall),
            Outcome::TimedOut(_) => Some(Self::TimedOut),
            Outcome::Refused => Some(Self::Refused),
            Outcome::RefusedByRule => Some(Self::RefusedByRule),
            Outcome::Dismissed => Some(Self::Dismissed),
            _ => None,
        }
    }
}

/// What a single message adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageTally {
    /// How it ended; `None` where it is no answer.
    pub ending: Option<Ending>,
    /// True where it asks for an answer.
    pub asks: bool,
    /// Tool calls.
    pub calls: usize,
    /// What went wrong in it, each as often as it did, without what its ending tells.
    pub troubles: Vec<Trouble>,
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
        let has = |is: &dyn Fn(&PartKind) -> bool| message.parts.iter().any(|part| is(&part.kind));
        let mut tally = Self {
            ending: Ending::of(message).filter(|_| !message.is_summary || message.error.is_some()),
            asks: message.speaker() == Role::User && has(&is_request),
            troubles: vec![Trouble::RepeatedRequest; Attempts::of(message).broken],
            has_text: has(&is_answer),
            content,
            ..Self::default()
        };
        let error = message.error.as_ref();
        if error.is_some_and(|error| !error.is_abort() && !error.is_output_limit()) {
            tally.troubles.push(Trouble::Error);
        }
        for part in &message.parts {
            match &part.kind {
                PartKind::Tool(tool) => {
                    tally.calls += 1;
                    tally.troubles.extend(Trouble::of_call(tool));
                }
                PartKind::Retry(_) => tally.troubles.push(Trouble::RepeatedRequest),
                PartKind::Idle { outcome } => {
                    tally.is_interrupted |= outcome.as_deref() == Some("interrupted");
                }
                _ => {}
            }
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

    fn add(&mut self, turn: usize) {
        self.count += 1;
        if self.turns.last() == Some(&turn) {
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
    /// Tool calls.
    pub calls: usize,
    /// What went wrong, and where.
    pub troubles: BTreeMap<Trouble, Places>,
    /// The last turn that holds a text.
    text_in: Option<usize>,
    /// The turn from which on the user undid the session.
    pub undone_from: Option<usize>,
}

impl Tally {
    /// How often something went wrong.
    pub fn count(&self, trouble: Trouble) -> usize {
        self.troubles.get(&trouble).map_or(0, |places| places.count)
    }

    /// Adds the next message, which is in this turn.
    pub fn add(&mut self, message: &MessageTally, turn: usize) {
        self.calls += message.calls;
        if message.has_text {
            self.text_in = Some(turn);
        }
        let ending = message.ending.map(|ending| match ending {
            Ending::Answered if self.text_in != Some(turn) => Ending::Empty,
            ending => ending,
        });
        let of_ending = ending.and_then(Trouble::of_ending);
        for trouble in message.troubles.iter().copied().chain(of_ending) {
            self.troubles.entry(trouble).or_default().add(turn);
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
