//! The lines of a thread, one after the other -> groups.
//!
//! What the user sees stands twice: as an item of the model, and as an event. The items give the order; an event adds
//! what they lack, and is a message of its own only where no item tells the same.

mod left;
mod tokens;
mod words;

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::Value;

use self::words::own_words;
use super::group::{Group, Kind, Line};
use super::record::{Record, Type, shown_type, text};
use super::told::Told;
use crate::model::Happening;
use crate::source::parts::string;

/// The most lines of the program that one message holds.
const MOST_CONTEXT: usize = 64;
/// The most names of lines that are not known.
const MOST_NAMES: usize = 50;

/// Events that are told by something else, or tell nothing that a reader asks for.
const STATES: [&str; 27] = [
    "agent_message_delta",
    "agent_reasoning_delta",
    "agent_reasoning_section_break",
    "background_event",
    "context_compacted",
    "exec_command_begin",
    "exec_command_output_delta",
    "exec_approval_request",
    "apply_patch_approval_request",
    "entered_review_mode",
    "exited_review_mode",
    "item_started",
    "mcp_tool_call_begin",
    "mcp_tool_call_end",
    "patch_apply_begin",
    "patch_apply_end",
    "plan_update",
    "session_configured",
    "thread_goal_updated",
    "thread_name_updated",
    "thread_settings_applied",
    "turn_diff",
    "undo_completed",
    "view_image_tool_call",
    "web_search_begin",
    "web_search_end",
    "exec_command_end",
];

/// A number that stands for a text, by which texts are compared.
pub fn key(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.trim().hash(&mut hasher);
    hasher.finish()
}

/// A message of a user that no event told of yet.
struct Unheard {
    at: usize,
    text: u64,
    is_certain: bool,
}

/// Puts lines into groups.
#[derive(Default)]
pub struct Grouper {
    pub groups: Vec<Group>,
    pub told: Told,
    /// What the user left by going back, in this file.
    pub branches: Vec<(usize, Vec<Group>)>,
    count: u64,
    /// The sessions whose lines these are: what others did is told in theirs.
    threads: HashSet<String>,
    /// The model in use.
    model: Option<u16>,
    /// Groups of calls, by the ids of the calls.
    calls: HashMap<u64, usize>,
    /// Items of the model that were seen, by their ids.
    seen: HashSet<u64>,
    /// The answer that is being written.
    answer: Option<usize>,
    /// True where the next item of the model begins another one.
    is_closed: bool,
    /// The last answer, and the turn that runs.
    last_answer: Option<usize>,
    turn: Option<String>,
    turn_began: usize,
    is_in_turn: bool,
    unheard: Vec<Unheard>,
    has_events: bool,
    has_usage: bool,
    last_total: Option<f64>,
    /// The compaction that is being made.
    compaction: Option<usize>,
    /// When the model could begin with the next answer.
    ready: Option<i64>,
    shell: Option<usize>,
    unknown: HashMap<String, usize>,
    is_inherited: bool,
}

impl Grouper {
    /// Lines of this session are its own; those of the one that it was forked from are told as such.
    pub fn begin_file(&mut self, is_inherited: bool) {
        self.is_inherited = is_inherited;
    }

    /// A line that could not be read.
    pub fn damage(&mut self) {
        self.told.unreadable += 1;
    }

    /// Takes a line.
    pub fn add(&mut self, line: Line, record: &Record) {
        self.count += 1;
        if let Some(time) = record.time {
            self.told.note_time(time);
        }
        match record.of {
            Type::Meta => {
                if let Some(id) = string(&record.payload, "id") {
                    self.threads.insert(id);
                }
                self.told.note_meta(record);
            }
            Type::TurnContext => self.turn_context(record),
            Type::Response => self.response(line, record),
            Type::Event => self.event(line, record),
            Type::Usage => self.usage(record),
            Type::Compacted => self.compacted(line, record),
            Type::State => {}
            Type::Unknown => self.unknown(&record.shown_name()),
        }
    }

    fn unknown(&mut self, name: &str) {
        self.told.unknown += 1;
        if self.unknown.len() < MOST_NAMES || self.unknown.contains_key(name) {
            *self.unknown.entry(shown_type(name)).or_default() += 1;
        }
    }

    fn turn_context(&mut self, record: &Record) {
        if let Some(model) = string(&record.payload, "model") {
            self.model = self.told.model(model);
        }
        if self.told.directory.is_none() {
            self.told.directory = string(&record.payload, "cwd");
        }
    }

    fn push(&mut self, kind: Kind, line: Option<Line>, time: Option<i64>) -> usize {
        self.groups.push(Group {
            kind,
            lines: Vec::from_iter(line),
            order: self.count,
            start: time,
            end: time,
            is_done: true,
            is_last: false,
            model: self.model,
            tokens: None,
            detail: None,
            is_inherited: self.is_inherited,
        });
        self.groups.len() - 1
    }

    fn attach(&mut self, at: usize, line: Line, time: Option<i64>) {
        if let Some(group) = self.groups.get_mut(at) {
            group.lines.push(line);
            group.end = group.end.max(time);
        }
    }

    /// A line of the answer that is being written; a closed one is followed by another.
    fn answer(&mut self, line: Line, time: Option<i64>) -> usize {
        let at = match self.answer.filter(|_| !self.is_closed) {
            Some(at) => {
                self.attach(at, line, time);
                at
            }
            None => {
                let at = self.push(Kind::Answer, Some(line), time);
                self.begin_when_ready(at);
                at
            }
        };
        self.answer = Some(at);
        self.last_answer = Some(at);
        self.is_closed = false;
        at
    }

    /// An answer begins when the model was asked, not when its first words were written.
    fn begin_when_ready(&mut self, at: usize) {
        let ready = self.ready.take();
        if let Some(group) = self.groups.get_mut(at) {
            group.start = ready
                .filter(|ready| Some(*ready) <= group.start)
                .or(group.start);
        }
    }

    /// Nothing more comes to the answer but results.
    fn close(&mut self) {
        self.is_closed = true;
    }

    fn response(&mut self, line: Line, record: &Record) {
        let payload = &record.payload;
        let id = string(payload, "id").filter(|id| !id.is_empty());
        match record.kind() {
            "message" if record.is_compaction_output() => {
                let at = self.push(Kind::Compaction, Some(line), record.time);
                self.compaction = Some(at);
                self.seen.extend(id.as_deref().map(key));
            }
            "message" => match text(payload, "role") {
                "assistant" => {
                    self.seen.extend(id.as_deref().map(key));
                    self.answer(line, record.time);
                }
                "user" => self.user(line, record),
                _ => self.context(line, record.time),
            },
            "reasoning" => {
                self.seen.extend(id.as_deref().map(key));
                self.answer(line, record.time);
            }
            "function_call" | "custom_tool_call" | "local_shell_call" => {
                let at = self.answer(line, record.time);
                self.note_agent_call(payload);
                let call = string(payload, "call_id").or(id);
                if let Some(call) = call.as_deref().map(key) {
                    self.calls.insert(call, at);
                }
            }
            "function_call_output"
            | "custom_tool_call_output"
            | "mcp_tool_call_output"
            | "tool_search_output" => match self.group_of_call(payload, "call_id") {
                Some(at) => {
                    self.note_agent(payload);
                    self.ready = record.time;
                    self.attach(at, line, record.time);
                    self.close();
                }
                // The program wrote it; so is what belongs to a call that is lost.
                None if text(payload, "call_id").is_empty() => self.context(line, record.time),
                None => {
                    self.answer(line, record.time);
                    self.close();
                }
            },
            "web_search_call" | "image_generation_call" | "tool_search_call" => {
                self.seen.extend(id.as_deref().map(key));
                let at = self.answer(line, record.time);
                let call = string(payload, "call_id").or(id);
                self.calls.extend(call.as_deref().map(|it| (key(it), at)));
            }
            "agent_message" => self.context(line, record.time),
            // Descriptions of tools, and what is encrypted or a hash.
            "additional_tools" | "compaction" | "compaction_summary" | "context_compaction"
            | "ghost_snapshot" | "compaction_trigger" => {}
            _ => self.unknown(&record.shown_name()),
        }
    }

    fn note_agent_call(&mut self, payload: &Value) {
        if text(payload, "name") == "spawn_agent"
            && let Some(call) = string(payload, "call_id")
        {
            self.told.agent_calls.push(call);
        }
    }

    /// The result of a call that started a sub-agent names it.
    fn note_agent(&mut self, payload: &Value) {
        let call = text(payload, "call_id");
        if !self.told.agent_calls.iter().any(|known| known == call) {
            return;
        }
        let output: Option<Value> = serde_json::from_str(text(payload, "output")).ok();
        for name in ["agent_id", "task_name"] {
            if let Some(agent) = output.as_ref().and_then(|it| string(it, name)) {
                self.told
                    .agents
                    .entry(agent)
                    .or_insert_with(|| call.to_owned());
            }
        }
    }

    fn group_of_call(&self, value: &Value, name: &str) -> Option<usize> {
        self.calls.get(&key(text(value, name))).copied()
    }

    fn context(&mut self, line: Line, time: Option<i64>) {
        let last = self.groups.len().checked_sub(1);
        let joins = self.groups.last().is_some_and(|group| {
            group.kind == Kind::Context
                && group.lines.len() < MOST_CONTEXT
                && group.is_inherited == self.is_inherited
        });
        match last.filter(|_| joins) {
            Some(at) => self.attach(at, line, time),
            None => {
                self.push(Kind::Context, Some(line), time);
            }
        }
    }

    fn event(&mut self, line: Line, record: &Record) {
        let payload = &record.payload;
        match record.kind() {
            "item_completed" => self.item(line, record),
            "user_message" => {
                let words = string(payload, "message").unwrap_or_default();
                self.heard(line, record, &words);
            }
            "agent_message" | "agent_reasoning" | "agent_reasoning_raw_content" => {
                self.answer(line, record.time);
            }
            "task_started" | "turn_started" => self.turn_started(record),
            "task_complete" | "turn_complete" => self.turn_ended(line, record),
            "turn_aborted" | "error" | "stream_error" => self.turn_ended(line, record),
            "token_count" => self.token_count(payload),
            "thread_rolled_back" => self.rolled_back(payload),
            kind if STATES.contains(&kind) => {}
            _ => self.unknown(&record.shown_name()),
        }
    }

    fn turn_started(&mut self, record: &Record) {
        if self.is_in_turn {
            self.leave_unfinished();
        }
        self.turn = record.turn();
        self.turn_began = self.groups.len();
        self.is_in_turn = true;
        self.ready = record.time;
        self.close();
    }

    /// The turn has no end: the program was killed.
    fn leave_unfinished(&mut self) {
        let last = self.last_answer.filter(|at| *at >= self.turn_began);
        if let Some(group) = last.and_then(|at| self.groups.get_mut(at)) {
            group.is_done = false;
        }
    }

    /// The turn ended: with an answer, an error, or by the user.
    fn turn_ended(&mut self, line: Line, record: &Record) {
        let payload = &record.payload;
        let has_error = payload.get("error").is_some_and(|it| !it.is_null());
        let is_end = matches!(record.kind(), "task_complete" | "turn_complete");
        if !is_end || has_error {
            let last = self.last_answer.filter(|at| *at >= self.turn_began);
            match last {
                Some(at) => self.attach(at, line, record.time),
                None => {
                    let at = self.push(Kind::Answer, Some(line), record.time);
                    self.begin_when_ready(at);
                    self.last_answer = Some(at);
                }
            }
        }
        if is_end && let Some(group) = self.last_answer.and_then(|at| self.groups.get_mut(at)) {
            group.is_last = true;
        }
        if !matches!(record.kind(), "error" | "stream_error") {
            self.is_in_turn = false;
        }
        self.close();
    }

    fn item(&mut self, line: Line, record: &Record) {
        let Some(item) = record.item() else {
            return self.unknown(&record.shown_name());
        };
        let of = text(&record.payload, "thread_id");
        if !of.is_empty() && !self.threads.is_empty() && !self.threads.contains(of) {
            // A sub-agent's, which is told in its own session.
            return;
        }
        let id = text(item, "id");
        match text(item, "type") {
            "UserMessage" => {
                let words = own_words(item.get("content"));
                self.heard(line, record, &words);
            }
            "AgentMessage" | "Reasoning" | "WebSearch" | "ImageGeneration"
                if self.seen.contains(&key(id)) => {}
            "AgentMessage" | "Reasoning" | "Plan" | "WebSearch" | "ImageGeneration" => {
                self.answer(line, record.time);
            }
            "CommandExecution" if text(item, "source") == "user_shell" => {
                let at = self.push(Kind::Shell, Some(line), record.time);
                self.shell = Some(at);
            }
            "SubAgentActivity" => {
                if let Some(agent) = string(item, "agent_thread_id").filter(|_| !id.is_empty()) {
                    self.told
                        .agents
                        .entry(agent)
                        .or_insert_with(|| id.to_owned());
                }
            }
            "CommandExecution"
            | "FileChange"
            | "McpToolCall"
            | "ImageView"
            | "CollabAgentToolCall" => match self.calls.get(&key(id)).copied().or(self.answer) {
                Some(at) => self.attach(at, line, record.time),
                None => {
                    self.answer(line, record.time);
                }
            },
            // Told by the records beside them.
            "ContextCompaction" | "EnteredReviewMode" | "ExitedReviewMode" | "Sleep"
            | "HookPrompt" => {}
            other => self.unknown(&format!("item/{other}")),
        }
    }

    fn compacted(&mut self, line: Line, record: &Record) {
        match self.compaction.take() {
            Some(at) => self.attach(at, line, record.time),
            None => {
                self.push(Kind::Compaction, Some(line), record.time);
            }
        }
        self.close();
    }

    /// Something happened.
    pub fn happened(&mut self, what: Happening, time: Option<i64>, detail: Option<String>) {
        let at = self.push(Kind::Happened(what), None, time);
        if let Some(group) = self.groups.get_mut(at) {
            group.detail = detail;
            group.is_inherited = false;
        }
    }

    /// One for lines of the same sessions, which are told apart.
    pub fn beside(&self) -> Self {
        Self {
            threads: self.threads.clone(),
            count: self.count,
            has_events: self.has_events,
            has_usage: self.has_usage,
            ..Self::default()
        }
    }

    /// Ends it: what no event told of was not typed by anybody, where events tell of the others.
    pub fn finish(&mut self) {
        if self.is_in_turn {
            self.leave_unfinished();
        }
        for unheard in std::mem::take(&mut self.unheard) {
            if self.has_events
                && !unheard.is_certain
                && let Some(group) = self.groups.get_mut(unheard.at)
            {
                group.kind = Kind::Context;
            }
        }
    }

    /// Lines of types that are not known, by their names.
    pub fn take_left_out(&mut self) -> Option<String> {
        let mut names: Vec<(String, usize)> =
            std::mem::take(&mut self.unknown).into_iter().collect();
        names.sort();
        let names = names.iter().map(|(name, count)| format!("{name} {count}"));
        let names = names.collect::<Vec<_>>().join(", ");
        (!names.is_empty()).then_some(names)
    }
}
