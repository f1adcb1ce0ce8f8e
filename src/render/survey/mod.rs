//! What has to be known of a whole session before its first line is written: the table at the top
//! counts messages, and the heading of a turn tells how long it took.
//!
//! It is gathered one message at a time and stays small: counts, names and times, no conversation.

pub mod census;
pub mod dropped;
pub mod message;
pub mod steps;
pub mod turns;

use std::collections::BTreeSet;

use self::census::Census;
use self::message::MessageSurvey;
use self::turns::{Turn, Turns};
use super::changed_files::ChangedFiles;
use super::home_shown;
use super::tally::{Tally, TurnContent};
use crate::model::{ModelRef, Role, Session, SessionTree, Timestamp, Todo, Tokens};
use crate::options::ExportOptions;
use crate::redact::Redacted;
use crate::source::Size;

/// What is known of a session tree.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Survey {
    /// What is stored, shown and left out.
    pub census: Census,
    /// The shown sessions, in the order of the tree.
    pub sessions: Vec<SessionSurvey>,
    /// True where a home folder stands in what is shown.
    pub shows_home: bool,
    newest_error: Option<ErrorPlace>,
    /// How much more of attachments can be shown in the page, in bytes; all of it before the first session.
    room: Option<u64>,
    /// The attachments for which there is no room in the page: their sessions, their messages and their places there.
    too_large: BTreeSet<(usize, usize, usize)>,
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
    /// Tells whether it is in a message.
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
    pub turns: Turns,
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
    /// How it ended, and what went wrong in it.
    pub tally: Tally,
    /// The files that the turns changed which the user undid.
    pub undone_files: ChangedFiles,
    /// The files that tools changed which the user undid.
    pub undone_tool_files: ChangedFiles,
    /// The sub-agent sessions that were started, each with the number of the turn.
    pub started: Vec<(String, usize)>,
    models_used: Vec<ModelRef>,
    models_asked: Vec<ModelRef>,
    folder: Option<String>,
    reverted_from: Option<String>,
    reverts_part: bool,
    /// The message that the last one answers.
    last_parent_id: Option<String>,
}

impl Survey {
    /// Tells whether the sessions' own fields are still those that the survey began with.
    pub fn fits(&self, tree: &Redacted<SessionTree>) -> bool {
        let mut sessions = self.sessions.iter().zip(tree.sessions());
        sessions.all(|(survey, session)| {
            let info = &session.get().info;
            survey.folder == info.directory && survey.reverted_from == info.reverted_from
        })
    }

    /// Starts the next session.
    pub fn begin_session(
        &mut self,
        session: Redacted<&Session>,
        size: Size,
        options: &ExportOptions,
    ) {
        let session = session.get();
        self.shows_home |= home_shown::of_session(session, options);
        self.census.begin_session(session, size);
        self.room.get_or_insert(options.max_embed_bytes as u64);
        self.sessions.push(SessionSurvey {
            folder: session.info.directory.clone(),
            reverted_from: session.info.reverted_from.clone(),
            reverts_part: session.info.reverted_part.is_some(),
            ..SessionSurvey::default()
        });
    }

    /// The session that was begun last is not shown.
    pub fn hide_session(&mut self) {
        self.census.sessions.rendered -= 1;
    }

    /// Counts a session that is not shown.
    pub fn add_hidden_session(&mut self, messages: usize, parts: usize) {
        self.census.add_hidden_session(messages, parts);
    }

    /// Adds the next message of the session that was begun last.
    pub fn add(&mut self, message: MessageSurvey) {
        self.census.add(&message.census);
        self.shows_home |= message.shows_home;
        let place = self.sessions.len().saturating_sub(1);
        let Some(session) = self.sessions.last_mut() else {
            return;
        };
        if let Some(failure) = message.failure {
            let error = ErrorPlace {
                session: place,
                message: session.messages,
                part: failure.part,
                time: failure.time,
            };
            let newest = self.newest_error.filter(|newest| newest.time > error.time);
            self.newest_error = newest.or(Some(error));
        }
        for (number, bytes) in message.embedded.iter().enumerate() {
            let Some(bytes) = bytes else { continue };
            match self.room.and_then(|room| room.checked_sub(*bytes)) {
                Some(room) => self.room = Some(room),
                None => {
                    self.too_large.insert((place, session.messages, number));
                    self.census.attachment_contents += 1;
                }
            }
        }
        session.add(message);
    }

    /// Tells whether there is room in the page for an attachment, by its session, its message and its place there.
    pub fn fits_in_page(&self, session: usize, message: usize, number: usize) -> bool {
        !self.too_large.contains(&(session, message, number))
    }

    /// The error that happened last in any of the sessions.
    pub fn newest_error(&self) -> Option<ErrorPlace> {
        self.newest_error
    }
}

impl SessionSurvey {
    fn add(&mut self, message: MessageSurvey) {
        let index = self.messages;
        self.messages += 1;
        self.tokens.add(message.tokens);
        self.cost += message.cost;
        if let Some(model) = &message.author.model {
            if message.has_used_model {
                add_model(&mut self.models_used, model);
            }
            add_model(&mut self.models_asked, model);
        }
        if message.has_patches {
            self.with_patches.push(index);
        }
        if !message.tool_files.is_empty() {
            self.with_tool_changes.push(index);
        }
        self.add_to_turn(&message);
        let turn = self.turns.numbered();
        let is_reverted = self.reverted_from.is_some() && message.id == self.reverted_from;
        // A part of it is still how the session went on.
        if is_reverted && !self.reverts_part {
            self.tally.undone_from = Some(turn);
        }
        self.tally.add(&message.tally, turn);
        if is_reverted {
            self.tally.undone_from = Some(turn);
        }
        let folder = self.folder.as_deref();
        let (files, tool_files) = match self.tally.undone_from.is_some() {
            true => (&mut self.undone_files, &mut self.undone_tool_files),
            false => (&mut self.files, &mut self.tool_files),
        };
        files.add(message.files, folder);
        tool_files.add(message.tool_files, folder);
        self.written_todos = message.written_todos.or(self.written_todos.take());
        let started = message.started.into_iter();
        self.started.extend(started.map(|child| (child, turn)));
    }

    fn add_to_turn(&mut self, message: &MessageSurvey) {
        let is_by_author = |turn: &Turn| *turn.author == message.author;
        let goes_on = message.author.role == Role::Assistant
            && message.parent_id == self.last_parent_id
            && self.turns.last().is_some_and(is_by_author);
        let was_announced = message.author.role == Role::User
            && (self.turns.last()).is_some_and(|turn| turn.content == TurnContent::ANNOUNCED);
        if !goes_on && !was_announced {
            self.turns.begin(&message.author, message.time);
        }
        self.last_parent_id.clone_from(&message.parent_id);
        if let Some(turn) = self.turns.last_mut() {
            turn.messages += 1;
            turn.span.end = message.time.end;
            turn.add_usage(message.tokens, message.cost);
            turn.content = turn.content.with(message.tally.content);
            if self.reverted_from.is_some() && message.id == self.reverted_from {
                turn.is_reverted = true;
            }
        }
    }

    /// The models in the order of their first use, those that only were asked for after them.
    pub fn models<'a>(&'a self, session: &'a Session) -> Vec<&'a ModelRef> {
        let mut models: Vec<&ModelRef> = Vec::new();
        let stored = self.models_used.iter().chain(&self.models_asked);
        for model in stored.chain(&session.info.model) {
            if model.key().is_empty() {
                continue;
            }
            // One with a variant is the same model, and tells more.
            match models.iter_mut().find(|known| known.key() == model.key()) {
                Some(known) if known.special_variant().is_none() => *known = model,
                Some(_) => {}
                None => models.push(model),
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

fn add_model(models: &mut Vec<ModelRef>, model: &ModelRef) {
    if !models.contains(model) {
        models.push(model.clone());
    }
}
