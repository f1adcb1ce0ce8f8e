//! The lines of a thread, one after the other -> groups.
//!
//! What the user sees stands twice: as an item of the model, and as an event. The items give the order; an event adds
//! what they lack, and is a message of its own only where no item tells the same.

mod calls;
mod happened;
mod left;
mod tokens;
mod turns;
mod words;

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use self::words::heard_words;
use super::group::{Group, Kind, Line};
use super::record::{Record, Type, text};
use super::told::Told;
use crate::source::parts::string;

/// The most lines of the program that one message holds.
const MOST_CONTEXT: usize = 64;

/// The answer that versions about 0.63 stored after a compaction. No model wrote it.
const COMPACTED: &str = "Compact task completed";

/// Events that are told by something else, or tell nothing that a reader asks for.
const STATES: [&str; 25] = [
    "agent_message_delta",
    "agent_reasoning_delta",
    "agent_reasoning_section_break",
    "background_event",
    "context_compacted",
    "exec_command_begin",
    "exec_command_output_delta",
    "exec_approval_request",
    "apply_patch_approval_request",
    "exited_review_mode",
    "item_started",
    "mcp_tool_call_begin",
    "mcp_tool_call_end",
    "patch_apply_begin",
    "patch_apply_end",
    "plan_update",
    "session_configured",
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
    turn_time: Option<i64>,
    unheard: Vec<Unheard>,
    /// The last prompt that an event told, and whether an item told it.
    last_heard: Option<(u64, bool)>,
    /// The goal, and its state.
    goal: Option<(String, String)>,
    /// Results whose calls were not seen yet.
    orphans: HashSet<u64>,
    /// Answers whose tokens were counted.
    counted: HashSet<u64>,
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

    /// An item adds to a message. What ends in the background after a turn did not make the turn longer.
    fn attach_item(&mut self, at: usize, line: Line, time: Option<i64>) {
        let is_late = self.turn.is_some() && (!self.is_in_turn || at < self.turn_began);
        self.attach(at, line, time.filter(|_| !is_late));
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

    /// The model is asked when it has all of what the program puts before it.
    fn wait_for(&mut self, time: Option<i64>) {
        self.ready = self.ready.max(time.filter(|_| self.ready.is_some()));
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
                self.note_agent_call(payload);
                let call = string(payload, "call_id").or(id).as_deref().map(key);
                let result = call.filter(|call| self.orphans.remove(call));
                let result = result.and_then(|call| self.calls.get(&call).copied());
                if let Some(at) = result {
                    return self.attach(at, line, record.time);
                }
                let at = self.answer(line, record.time);
                self.calls.extend(call.map(|call| (call, at)));
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
                    let at = self.answer(line, record.time);
                    let call = key(text(payload, "call_id"));
                    self.calls.insert(call, at);
                    self.orphans.insert(call);
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

    fn context(&mut self, line: Line, time: Option<i64>) {
        self.wait_for(time);
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
            // The program's own sentence on what the line before says.
            "agent_message" if text(payload, "message") == COMPACTED && self.has_compacted() => {}
            "agent_message" | "agent_reasoning" | "agent_reasoning_raw_content" => {
                self.answer(line, record.time);
            }
            "thread_goal_updated" => self.goal(payload, record.time),
            "entered_review_mode" => self.review(payload, record.time),
            "task_started" | "turn_started" => self.turn_started(record),
            "task_complete" | "turn_complete" => self.turn_ended(line, record),
            "turn_aborted" | "error" | "stream_error" => self.turn_ended(line, record),
            "token_count" => self.token_count(payload),
            "thread_rolled_back" => self.rolled_back(payload),
            kind if STATES.contains(&kind) => {}
            _ => self.unknown(&record.shown_name()),
        }
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
                let words = heard_words(item.get("content"));
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
                Some(at) => self.attach_item(at, line, record.time),
                None => {
                    self.answer(line, record.time);
                }
            },
            // Told by the records beside them.
            "ContextCompaction" | "ExitedReviewMode" | "Sleep" | "HookPrompt" => {}
            "EnteredReviewMode" => self.review(item, record.time),
            other => self.unknown(&format!("item/{other}")),
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
        // Behind the last line there may be no event any more: the writer was killed.
        let last = self.groups.len().saturating_sub(1);
        for unheard in std::mem::take(&mut self.unheard) {
            if self.has_events
                && !unheard.is_certain
                && unheard.at != last
                && let Some(group) = self.groups.get_mut(unheard.at)
                && group.kind == Kind::User
            {
                group.kind = Kind::Context;
            }
        }
    }
}
