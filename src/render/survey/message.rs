//! The survey of one message, which is added to the [`Survey`](super::super::Survey) of its session tree.
//!
//! It is gathered without knowledge of any other message, so that threads can do that and let go of the message.

use serde_json::Value;

use super::super::attachment::{embedded_bytes, has_content};
use super::super::changed_files::ChangedFile;
use super::super::ending::{Attempts, Ending};
use super::super::tally::{MessageTally, TurnContent};
use super::super::tool::Kind;
use super::super::tool::changes::changes;
use super::super::tool::outcome::Outcome;
use super::super::{home_shown, tool};
use super::census::{Census, Reason, omission, shown_attachments};
use crate::model::{
    FilePart, Message, ModelRef, Part, PartKind, Role, Span, Timestamp, Todo, Tokens, ToolPart,
};
use crate::options::{Attachments, ExportOptions};
use crate::redact::{Numbers, Redacted};

/// What a message adds to the survey.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageSurvey {
    /// What is counted of it.
    pub(super) census: Census,
    pub(super) id: Option<String>,
    pub(super) parent_id: Option<String>,
    pub(super) author: Author,
    pub(super) time: Span,
    pub(super) tokens: Tokens,
    /// In US dollars.
    pub(super) cost: f64,
    /// True where the model was not only asked, but answered.
    pub(super) has_used_model: bool,
    pub(super) failure: Option<Failure>,
    /// The to-do list that it wrote last.
    pub(super) written_todos: Option<Vec<Todo>>,
    /// The files that the turn changed.
    pub(super) files: Vec<ChangedFile>,
    /// True where it holds the text of a change.
    pub(super) has_patches: bool,
    /// The files that tools changed, as they noted themselves.
    pub(super) tool_files: Vec<ChangedFile>,
    /// The sub-agent sessions that it started.
    pub(super) started: Vec<String>,
    /// True where a home folder stands in what is shown of it.
    pub(super) shows_home: bool,
    /// How it ended, and what went wrong in it.
    pub(super) tally: MessageTally,
    /// Of its attachments that the page can show, how many bytes each has.
    pub(super) embedded: Vec<Option<u64>>,
}

/// An error in a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Failure {
    /// The part, by its place in the message; `None` where the message itself failed.
    pub part: Option<usize>,
    pub time: Option<Timestamp>,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Author {
    /// What the message is in the conversation.
    pub role: Role,
    /// The agent that answered.
    pub agent: Option<String>,
    /// The model that answered.
    pub model: Option<ModelRef>,
    /// True where it sums up what came before it.
    pub is_summary: bool,
}

impl Author {
    /// Tells who wrote this one.
    pub fn of(message: &Message) -> Self {
        Self {
            role: message.speaker(),
            agent: message.agent.clone(),
            model: message.model.clone(),
            is_summary: message.is_summary,
        }
    }
}

impl MessageSurvey {
    /// Of a message that is shown.
    pub fn of(message: Redacted<&Message>, options: &ExportOptions) -> Self {
        let mut census = Census::default();
        census.add_message(message.get(), options);
        let embedded = embedded(message.get(), options, &mut census);
        let content = content(message.get(), options);
        Self {
            shows_home: home_shown::of_message(message.get(), options),
            embedded,
            ..Self::new(message.get(), census, content)
        }
    }

    /// A message that is left out: to keep a budget, or because it is outside of the part that is shown.
    pub fn of_dropped(message: Redacted<&Message>, is_outside: bool) -> Self {
        let mut census = Census::default();
        let reason = match is_outside {
            true => Reason::Part,
            false => Reason::Budget,
        };
        census.add_dropped_message(message.get(), reason);
        // It is told that it is left out.
        Self::new(message.get(), census, TurnContent::SHOWN)
    }

    /// The same with the holes of its texts filled.
    pub fn filled(mut self, numbers: &Numbers) -> Self {
        if !numbers.is_empty() {
            self.each_text(&mut |text| numbers.fill(text));
        }
        self
    }

    /// Calls back with each text of the session that is in it.
    fn each_text(&mut self, on_text: &mut dyn FnMut(&mut String)) {
        let Self {
            census: _,
            id,
            parent_id,
            author,
            time: _,
            tokens: _,
            cost: _,
            has_used_model: _,
            failure: _,
            written_todos,
            files,
            has_patches: _,
            tool_files,
            started,
            shows_home: _,
            // Numbers alone.
            tally: _,
            embedded: _,
        } = self;
        let Author {
            role,
            agent,
            model,
            is_summary: _,
        } = author;
        let mut texts: Vec<&mut String> = Vec::new();
        if let Role::Other(name) = role {
            texts.push(name);
        }
        if let Some(ModelRef {
            provider_id,
            model_id,
            variant,
        }) = model
        {
            texts.extend([provider_id, model_id, variant].into_iter().flatten());
        }
        texts.extend([id, parent_id, agent].into_iter().flatten());
        for Todo {
            content,
            status,
            priority,
            // Nothing is read into it.
            rest: _,
        } in written_todos.iter_mut().flatten()
        {
            texts.push(content);
            texts.extend([status, priority].into_iter().flatten());
        }
        for ChangedFile {
            name,
            status,
            additions: _,
            deletions: _,
        } in files.iter_mut().chain(tool_files)
        {
            texts.push(name);
            texts.extend(status);
        }
        texts.extend(started);
        texts.into_iter().for_each(on_text);
    }

    fn new(message: &Message, census: Census, content: TurnContent) -> Self {
        let changed_by_tools = tools(message).flat_map(changes);
        let started = tools(message).filter_map(tool::child_session);
        Self {
            census,
            id: message.id.clone(),
            parent_id: message.parent_id.clone(),
            author: Author::of(message),
            time: message.time,
            tokens: message.tokens.unwrap_or_default(),
            cost: message.cost.unwrap_or_default(),
            has_used_model: message.tokens.is_some() || message.finish.is_some(),
            failure: failure(message),
            written_todos: written_todos(message),
            files: message.diffs.iter().map(ChangedFile::of).collect(),
            has_patches: message.diffs.iter().any(|diff| diff.patch.is_some()),
            tool_files: changed_by_tools
                .map(|diff| ChangedFile::of(&diff))
                .collect(),
            started: started.map(str::to_owned).collect(),
            shows_home: false,
            embedded: Vec::new(),
            tally: MessageTally::of(message, content),
        }
    }
}

fn tools(message: &Message) -> impl DoubleEndedIterator<Item = &ToolPart> {
    message.parts.iter().filter_map(|part| match &part.kind {
        PartKind::Tool(tool) => Some(&**tool),
        _ => None,
    })
}

/// The attachments of a message, where a page shows them: how many bytes each has that can be shown. Those of other
/// kinds are counted.
fn embedded(message: &Message, options: &ExportOptions, census: &mut Census) -> Vec<Option<u64>> {
    if options.attachments != Attachments::Embed {
        return Vec::new();
    }
    let files = shown_attachments(message, options);
    let look = |file: &FilePart| {
        let bytes = embedded_bytes(file);
        let is_left_out = bytes.is_none() && has_content(file);
        census.attachment_contents += usize::from(is_left_out);
        bytes
    };
    files.map(look).collect()
}

/// The error of a message, or of its last tool call that failed.
fn failure(message: &Message) -> Option<Failure> {
    let is_failed_tool = |part: &Part| match &part.kind {
        PartKind::Tool(tool) => Outcome::of(tool).is_failure(),
        _ => false,
    };
    let part = match &message.error {
        Some(_) => None,
        None => Some(message.parts.iter().rposition(is_failed_tool)?),
    };
    Some(Failure {
        part,
        time: message.time.end.or(message.time.start),
    })
}

/// The to-do list that a message's last tool call of that kind wrote.
fn written_todos(message: &Message) -> Option<Vec<Todo>> {
    let mut writers = tools(message)
        .filter(|tool| Kind::of(tool) == Kind::WriteTodos && !Outcome::of(tool).is_failure());
    let todos = writers
        .rfind(|tool| tool::todos(tool).is_some())
        .and_then(tool::todos)?;
    let text = |todo: &Value, name: &str| todo.get(name).and_then(Value::as_str).map(str::to_owned);
    let read = |todo| Todo {
        content: text(todo, "content").unwrap_or_default(),
        status: text(todo, "status"),
        priority: text(todo, "priority"),
        ..Todo::default()
    };
    Some(todos.iter().map(read).collect())
}

/// Gives what of a message is shown, and what is left out where nothing is.
fn content(message: &Message, options: &ExportOptions) -> TurnContent {
    let mut content = TurnContent::default();
    for part in &message.parts {
        content = content.with(match omission(part, options) {
            None => TurnContent::SHOWN,
            Some(Reason::Reasoning) => TurnContent::REASONING,
            Some(Reason::Tool) => TurnContent::TOOLS,
            Some(_) => TurnContent::default(),
        });
    }
    if message.announces_command() {
        content = content.with(TurnContent::ANNOUNCED);
    }
    let is_told = message.error.is_some()
        || Attempts::of(message).broken > 0
        || !matches!(
            Ending::of(message),
            None | Some(Ending::Answered | Ending::Continues)
        );
    if is_told {
        content = content.with(TurnContent::SHOWN);
    }
    content
}
