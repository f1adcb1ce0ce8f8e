//! What has to be known of a whole session before its first line is written: the table at the top
//! counts messages, and the heading of a turn tells how long it took.
//!
//! It is gathered one message at a time and stays small: counts, names and times, no conversation.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;

use super::census::Census;
use super::changed_files::ChangedFiles;
use super::tool::changes::changes;
use super::tool::{self, Kind};
use crate::model::{
    Message, ModelRef, Part, PartKind, Role, Session, SessionTree, Span, Timestamp, Todo, Tokens,
    ToolStatus,
};
use crate::options::ExportOptions;
use crate::redact::Redacted;
use crate::source::Size;

/// How many authors are remembered.
const KNOWN_AUTHORS: usize = 8;

/// What is known of a session tree.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Survey {
    /// What is stored, shown and left out.
    pub census: Census,
    /// The shown sessions, in the order of the tree.
    pub sessions: Vec<SessionSurvey>,
    newest_error: Option<ErrorPlace>,
}

/// Where an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorPlace {
    /// The session, by its place in the tree.
    pub session: usize,
    /// The message, by its place in the session.
    pub message: usize,
    /// The part, by its place in the message; `None` where the message itself failed.
    pub part: Option<usize>,
    time: Option<Timestamp>,
}

impl ErrorPlace {
    /// Whether it is in a message.
    pub fn is_in(&self, session: usize, message: usize) -> bool {
        self.session == session && self.message == message
    }
}

/// What is known of one session.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionSurvey {
    /// How many messages there are.
    pub messages: usize,
    /// The turns of the conversation.
    pub turns: Vec<Turn>,
    /// The sum over the messages.
    pub tokens: Tokens,
    /// The sum over the messages, in US dollars.
    pub cost: f64,
    /// The to-do list that the model wrote last.
    pub written_todos: Option<Vec<Todo>>,
    /// The files that the turns changed.
    pub files: ChangedFiles,
    /// The messages that hold the text of a change, by index.
    pub with_patches: Vec<usize>,
    /// The files that tools changed, as they noted themselves.
    pub tool_files: ChangedFiles,
    /// The messages in which tools changed files, by index.
    pub with_tool_changes: Vec<usize>,
    /// The sub-agent sessions that were started, each with the number of the turn.
    pub started: Vec<(String, usize)>,
    models_used: Vec<ModelRef>,
    models_asked: Vec<ModelRef>,
    folder: Option<String>,
    reverted_from: Option<String>,
    /// Those of the last turns.
    authors: VecDeque<Arc<Author>>,
    last: Option<Answer>,
}

/// Consecutive messages of the model that answer the same message, or a single other message.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Who wrote the first of them.
    pub author: Arc<Author>,
    /// How many messages.
    pub messages: usize,
    /// From the start of the first message to the end of the last.
    pub span: Span,
    /// The sum over the messages.
    pub tokens: Tokens,
    /// The sum over the messages, in US dollars.
    pub cost: f64,
    /// Whether the user undid the session from here on.
    pub is_reverted: bool,
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
    /// Whether it sums up what came before it.
    pub is_summary: bool,
}

impl Author {
    /// Who wrote this one.
    pub fn of(message: &Message) -> Self {
        Self {
            role: message.role.clone(),
            agent: message.agent.clone(),
            model: message.model.clone(),
            is_summary: message.is_summary,
        }
    }
}

/// What the messages of one turn of the model have in common.
#[derive(Debug, Clone, PartialEq)]
struct Answer {
    parent_id: Option<String>,
    author: Arc<Author>,
}

impl Survey {
    /// What a single message of a session of the tree adds.
    pub fn of(
        tree: &Redacted<SessionTree>,
        session: usize,
        message: Redacted<&Message>,
        options: &ExportOptions,
    ) -> Self {
        let mut survey = Self::default();
        if let Some(session) = tree.session(session) {
            survey.begin_session(session, Size::default());
        }
        survey.add_message(message, options);
        survey
    }

    /// Whether the sessions' own fields are still those that the survey began with.
    pub fn fits(&self, tree: &Redacted<SessionTree>) -> bool {
        let mut sessions = self.sessions.iter().zip(tree.sessions());
        sessions.all(|(survey, session)| {
            let info = &session.get().info;
            survey.folder == info.directory && survey.reverted_from == info.reverted_from
        })
    }

    /// Starts the next session.
    pub fn begin_session(&mut self, session: Redacted<&Session>, size: Size) {
        let session = session.get();
        self.census.begin_session(session, size);
        self.sessions.push(SessionSurvey {
            folder: session.info.directory.clone(),
            reverted_from: session.info.reverted_from.clone(),
            ..SessionSurvey::default()
        });
    }

    /// Counts a session that is not shown.
    pub fn add_hidden_session(&mut self, messages: usize, parts: usize) {
        self.census.add_hidden_session(messages, parts);
    }

    /// Adds the next message of the session that was begun last.
    pub fn add_message(&mut self, message: Redacted<&Message>, options: &ExportOptions) {
        self.census.add_message(message.get(), options);
        self.learn(message.get());
    }

    /// The same for a message that is left out to keep a budget.
    pub fn add_dropped_message(&mut self, message: Redacted<&Message>) {
        self.census.add_dropped_message(message.get());
        self.learn(message.get());
    }

    fn learn(&mut self, message: &Message) {
        self.look_for_error(message);
        if let Some(session) = self.sessions.last_mut() {
            session.add(message);
        }
    }

    /// The error that happened last in any of the sessions.
    pub fn newest_error(&self) -> Option<ErrorPlace> {
        self.newest_error
    }

    fn look_for_error(&mut self, message: &Message) {
        let failed_tool = |part: &Part| match &part.kind {
            PartKind::Tool(tool) => tool.status == ToolStatus::Error,
            _ => false,
        };
        let part = match &message.error {
            Some(_) => None,
            None => match message.parts.iter().rposition(failed_tool) {
                Some(part) => Some(part),
                None => return,
            },
        };
        let Some(session) = self.sessions.last() else {
            return;
        };
        let place = ErrorPlace {
            session: self.sessions.len() - 1,
            message: session.messages,
            part,
            time: message.time.end.or(message.time.start),
        };
        if self
            .newest_error
            .is_none_or(|newest| newest.time <= place.time)
        {
            self.newest_error = Some(place);
        }
    }
}

impl SessionSurvey {
    fn add(&mut self, message: &Message) {
        let index = self.messages;
        self.messages += 1;
        self.tokens.add(message.tokens.unwrap_or_default());
        self.cost += message.cost.unwrap_or_default();
        if let Some(model) = &message.model {
            if message.tokens.is_some() || message.finish.is_some() {
                add_model(&mut self.models_used, model);
            }
            add_model(&mut self.models_asked, model);
        }
        self.add_to_turn(message);
        if let Some(todos) = written_todos(message) {
            self.written_todos = Some(todos);
        }
        self.files.add(&message.diffs, self.folder.as_deref());
        if message.diffs.iter().any(|diff| diff.patch.is_some()) {
            self.with_patches.push(index);
        }
        for part in &message.parts {
            let PartKind::Tool(tool) = &part.kind else {
                continue;
            };
            if let Some(child) = tool::child_session(tool) {
                self.started.push((child.to_owned(), self.turns.len()));
            }
            let changes = changes(tool);
            self.tool_files.add(&changes, self.folder.as_deref());
            if !changes.is_empty() && self.with_tool_changes.last() != Some(&index) {
                self.with_tool_changes.push(index);
            }
        }
    }

    /// The author of a message, one for many: a session has thousands of turns and few authors.
    fn author(&mut self, message: &Message) -> Arc<Author> {
        let author = Author::of(message);
        if let Some(known) = self.authors.iter().find(|known| ***known == author) {
            return known.clone();
        }
        let author = Arc::new(author);
        self.authors.push_front(author.clone());
        self.authors.truncate(KNOWN_AUTHORS);
        author
    }

    fn add_to_turn(&mut self, message: &Message) {
        let author = self.author(message);
        let answer = (message.role == Role::Assistant).then(|| Answer {
            parent_id: message.parent_id.clone(),
            author: author.clone(),
        });
        if answer.is_none() || answer != self.last {
            self.turns.push(Turn {
                author,
                messages: 0,
                span: message.time,
                tokens: Tokens::default(),
                cost: 0.0,
                is_reverted: false,
            });
        }
        self.last = answer;
        if let Some(turn) = self.turns.last_mut() {
            turn.messages += 1;
            turn.span.end = message.time.end;
            turn.tokens.add(message.tokens.unwrap_or_default());
            turn.cost += message.cost.unwrap_or_default();
            turn.is_reverted |= self.reverted_from.is_some() && message.id == self.reverted_from;
        }
    }

    /// The models in the order of their first use, those that only were asked for after them.
    pub fn models<'a>(&'a self, session: &'a Session) -> Vec<&'a ModelRef> {
        let mut models: Vec<&ModelRef> = Vec::new();
        let stored = self.models_used.iter().chain(&self.models_asked);
        for model in stored.chain(&session.info.model) {
            if !models.iter().any(|known| is_same(known, model)) && !model.key().is_empty() {
                models.push(model);
            }
        }
        models
    }

    /// Tokens and cost of a session: its own totals, or the sum of its messages'.
    pub fn usage(&self, session: &Session) -> (Option<Tokens>, Option<f64>) {
        let of_session = session.info.tokens.filter(|tokens| !tokens.is_zero());
        let tokens = of_session.or((!self.tokens.is_zero()).then_some(self.tokens));
        let of_session = session.info.cost.filter(|cost| *cost != 0.0);
        let cost = of_session.or((self.cost != 0.0).then_some(self.cost));
        (tokens, cost)
    }
}

fn is_same(a: &ModelRef, b: &ModelRef) -> bool {
    a.key() == b.key() && a.special_variant() == b.special_variant()
}

fn add_model(models: &mut Vec<ModelRef>, model: &ModelRef) {
    if !models.contains(model) {
        models.push(model.clone());
    }
}

/// The to-do list that a message's last tool call of that kind wrote.
fn written_todos(message: &Message) -> Option<Vec<Todo>> {
    let todos = message
        .parts
        .iter()
        .rev()
        .find_map(|part| match &part.kind {
            PartKind::Tool(tool) if Kind::of(tool) == Kind::WriteTodos => tool::todos(tool),
            _ => None,
        })?;
    let text = |todo: &Value, name: &str| todo.get(name).and_then(Value::as_str).map(str::to_owned);
    let read = |todo| Todo {
        content: text(todo, "content").unwrap_or_default(),
        status: text(todo, "status"),
        priority: text(todo, "priority"),
        ..Todo::default()
    };
    Some(todos.iter().map(read).collect())
}
