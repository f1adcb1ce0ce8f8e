//! The parts that a message is made of.

use serde_json::Value;

use super::terminal::last_states;
use super::{MessageError, ModelRef, Object, Span, Timestamp, Tokens};

/// One part of a message.
#[derive(Debug, Clone)]
pub struct Part {
    /// The part's id.
    pub id: Option<String>,
    /// What it is.
    pub kind: PartKind,
    /// Fields that this version does not use.
    pub rest: Object,
}

/// Every kind of part that OpenCode and PawWork write.
#[derive(Debug, Clone)]
pub enum PartKind {
    /// Text of the user or of the model.
    Text {
        /// The text, usually Markdown.
        text: String,
        /// True where the runtime wrote it, not the user.
        is_synthetic: bool,
        /// True where the model did not get it.
        is_ignored: bool,
        /// When it was written.
        time: Span,
    },
    /// What the model wrote to itself.
    Reasoning {
        /// The text, usually Markdown.
        text: String,
        /// When it was written.
        time: Span,
    },
    /// An attachment.
    File(FilePart),
    /// A tool call.
    Tool(Box<ToolPart>),
    /// An agent that the user mentioned.
    Agent {
        /// Its name.
        name: String,
    },
    /// Work that the user gave to a sub-agent.
    Subtask(Box<SubtaskPart>),
    /// Files that a step changed.
    Patch {
        /// The hash of the snapshot before the change.
        hash: Option<String>,
        /// The changed files.
        files: Vec<String>,
    },
    /// The state of the folder, by hash.
    Snapshot {
        /// The hash.
        hash: Option<String>,
    },
    /// A request to the model starts.
    StepStart,
    /// A request to the model ended.
    StepFinish {
        /// Why.
        reason: Option<String>,
        /// The cost in US dollars.
        cost: Option<f64>,
        /// The tokens used.
        tokens: Option<Tokens>,
    },
    /// A request failed and was sent again.
    Retry(RetryPart),
    /// The conversation so far was replaced by a summary.
    Compaction {
        /// True where the runtime decided it.
        is_automatic: Option<bool>,
        /// `running`, `completed` or `failed`.
        status: Option<String>,
        /// The summary, where it is kept here.
        summary: Option<String>,
    },
    /// PawWork tells the user something.
    Notice {
        /// What, such as `safe_retry_failed`.
        kind: Option<String>,
        /// When.
        created: Option<Timestamp>,
    },
    /// A skill that was loaded.
    Skill {
        /// Its name.
        name: String,
    },
    /// The agent was changed.
    AgentSwitched {
        /// The new agent.
        agent: Option<String>,
    },
    /// The model was changed.
    ModelSwitched {
        /// The new model.
        model: Option<ModelRef>,
    },
    /// The working folder was changed.
    LocationSwitched {
        /// The new folder.
        directory: Option<String>,
    },
    /// The agent stopped working.
    Idle {
        /// How it ended.
        outcome: Option<String>,
    },
    /// Text that a program put before the model: instructions of a project, the time, a notice of a job.
    Context {
        /// Which program or part of it, as stored.
        source: Option<String>,
        /// The text.
        text: String,
    },
    /// Something that happened beside the conversation.
    Happened {
        /// What.
        what: Happening,
        /// More on it: a name, a number, a mode.
        detail: Option<String>,
    },
    /// A row of the store that could not be read.
    Unreadable,
    /// A kind that this version does not know, or a part that has none.
    Unknown {
        /// The kind as stored.
        name: Option<String>,
        /// Everything that was stored.
        value: Value,
    },
}

impl PartKind {
    /// Tells whether it is OpenCode's sentence before a command that the user ran. The command tells the same.
    pub fn announces_command(&self) -> bool {
        const SENTENCE: &str = "The following tool was executed by the user";
        match self {
            Self::Text {
                text,
                is_synthetic: true,
                ..
            } => text.trim() == SENTENCE,
            _ => false,
        }
    }
}

/// An event beside the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// The messages before it were copied from the session that this one was forked from.
    Forked,
    /// The messages before it repeat an earlier session, from which this one goes on.
    Resumed,
    /// Messages copied from the session that started this one are shown there, and not again.
    InheritedElsewhere,
    /// Lines of the log are missing or could not be read.
    LinesMissing,
    /// Plan mode began.
    PlanBegan,
    /// Plan mode ended.
    PlanEnded,
    /// A goal was set.
    GoalSet,
    /// A goal was changed or reached.
    GoalChanged,
    /// The user changed what the agent may write to.
    AccessChanged,
    /// Lines of the log are of types that are not shown.
    LinesLeftOut,
    /// Rows of the store that belong to the session are not shown.
    RowsLeftOut,
    /// A stream of events holds no prompts.
    PromptsMissing,
    /// Messages that the user left by going back are shown apart.
    BranchApart,
    /// What follows was left by going back.
    BranchLeft,
    /// The user asked for a review of changes.
    ReviewBegan,
}

impl Happening {
    /// All of them, with their names in a document for programs.
    pub const NAMES: [(Self, &'static str); 15] = [
        (Self::Forked, "forked"),
        (Self::Resumed, "resumed"),
        (Self::InheritedElsewhere, "inherited-elsewhere"),
        (Self::LinesMissing, "lines-missing"),
        (Self::PlanBegan, "plan-began"),
        (Self::PlanEnded, "plan-ended"),
        (Self::GoalSet, "goal-set"),
        (Self::GoalChanged, "goal-changed"),
        (Self::AccessChanged, "access-changed"),
        (Self::LinesLeftOut, "lines-left-out"),
        (Self::RowsLeftOut, "rows-left-out"),
        (Self::PromptsMissing, "prompts-missing"),
        (Self::BranchApart, "branch-apart"),
        (Self::BranchLeft, "branch-left"),
        (Self::ReviewBegan, "review-began"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        let known = Self::NAMES.iter().find(|(known, _)| *known == self);
        known.map_or("", |(_, name)| name)
    }

    /// The one with a name.
    pub fn of(name: &str) -> Option<Self> {
        let known = Self::NAMES.iter().find(|(_, known)| *known == name);
        known.map(|(happening, _)| *happening)
    }
}

/// An attachment of a message or of a tool's result.
#[derive(Debug, Clone, Default)]
pub struct FilePart {
    /// The MIME type.
    pub mime: Option<String>,
    /// The file's name.
    pub filename: Option<String>,
    /// Where it is: a `data:` URL with the content, a `file:` URL, or another.
    pub url: Option<String>,
    /// The path, the symbol or the resource that was mentioned.
    pub source: Object,
    /// The content's size in bytes, where the content itself was left out before.
    pub size: Option<f64>,
    /// The content's SHA-256 in hexadecimal, where the content itself was left out before.
    pub sha256: Option<String>,
    /// Fields that this version does not use.
    pub rest: Object,
}

/// A tool call.
#[derive(Debug, Clone)]
pub struct ToolPart {
    /// The tool's name.
    pub tool: String,
    /// The id that the model gave the call.
    pub call_id: Option<String>,
    /// How far it got.
    pub status: ToolStatus,
    /// What the model passed, an object as a rule.
    pub input: Value,
    /// What the model had written when it stopped before the input was complete.
    pub raw: Option<String>,
    /// One line on what was done.
    pub title: Option<String>,
    /// The result.
    pub output: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// What the tool noted for the runtime.
    pub metadata: Object,
    /// When it ran.
    pub time: Span,
    /// When the runtime took the output out of the model's context.
    pub compacted: Option<Timestamp>,
    /// Files that the tool gave back.
    pub attachments: Vec<FilePart>,
    /// Fields that this version does not use.
    pub rest: Object,
}

impl ToolPart {
    /// A call that the model began to write, and of which nothing else is known.
    pub fn begun(tool: String, call_id: Option<String>, input: Value) -> Self {
        Self {
            tool,
            call_id,
            status: ToolStatus::Pending,
            input,
            raw: None,
            title: None,
            output: None,
            error: None,
            metadata: Object::new(),
            time: Span::default(),
            compacted: None,
            attachments: Vec::new(),
            rest: Object::new(),
        }
    }

    /// Tells whether it runs a command.
    pub fn runs_command(&self) -> bool {
        ["bash", "shell"]
            .iter()
            .any(|name| self.tool.eq_ignore_ascii_case(name))
    }

    /// Leaves of what a command wrote only what its terminal showed in the end.
    pub fn keep_last_states(&mut self) {
        if !self.runs_command() {
            return;
        }
        for text in [&mut self.output, &mut self.error].into_iter().flatten() {
            if let Some(shown) = last_states(text) {
                *text = shown;
            }
        }
    }
}

/// How far a tool call got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolStatus {
    /// The model is still writing the input.
    Pending,
    /// The tool runs, or ran when the runtime ended.
    Running,
    /// It succeeded.
    Completed,
    /// It failed, or was refused.
    Error,
    /// Anything else; the name as stored.
    Other(String),
}

/// Work that the user gave to a sub-agent.
#[derive(Debug, Clone, Default)]
pub struct SubtaskPart {
    /// The instructions.
    pub prompt: Option<String>,
    /// A few words on it.
    pub description: Option<String>,
    /// The sub-agent.
    pub agent: Option<String>,
    /// The slash command that it came from.
    pub command: Option<String>,
    /// How it ended, where PawWork keeps it here.
    pub status: Option<String>,
    /// What came back, where PawWork keeps it here.
    pub result: Option<String>,
    /// Fields that this version does not use.
    pub rest: Object,
}

/// A failed request that was sent again.
#[derive(Debug, Clone, Default)]
pub struct RetryPart {
    /// The number of the attempt that failed, from 1.
    pub attempt: Option<f64>,
    /// Why it failed.
    pub error: Option<MessageError>,
    /// When.
    pub created: Option<Timestamp>,
}
