//! Goes over the lines of a log once and groups them into messages.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::group::{Group, Kind};
use super::record::{self, Attachment, Field, Record, blocks, is_true, parsed, text};
use super::speaker::{self, Piece, Speaker, element};
use super::told::Told;
use super::tree::{Tree, key};
use super::types::{CONTEXTS, TOLD, is_state, shown_type};
use crate::model::Happening;
use crate::source::json_lines::LinePlace;

/// How many types of lines are told by their names.
const NAMED_TYPES: usize = 30;
/// How many prompts may wait, titles of other logs stand in one, and answers have a result in the same line. The
/// program writes fewer; a log that somebody made for it does not cost more.
const MOST_WAITING: usize = 1000;
const MOST_SUMMARIES: usize = 1000;
const MOST_ANSWERS: usize = 4;
/// The name under which lines are counted whose id another line has, with another content.
const REPEATED: &str = "repeated-uuid";

/// Groups the lines of a session, or of a sub-agent.
#[derive(Default)]
pub struct Grouper {
    pub groups: Vec<Group>,
    pub told: Told,
    pub tree: Tree,
    order: u64,
    /// The answers, by the ids of their messages.
    answers: HashMap<u64, usize>,
    /// The answers that made a call, by its id.
    calls: HashMap<String, usize>,
    /// Requests that failed, before the answer to the next one.
    failed: Vec<(LinePlace, Option<i64>)>,
    /// When the model was asked last.
    asked: Option<i64>,
    /// Prompts that wait for their turn.
    queue: VecDeque<(String, LinePlace, u64, Option<i64>)>,
    /// A command for the shell whose output may follow.
    command: Option<usize>,
    /// The last answer, until somebody speaks.
    last_answer: Option<usize>,
    /// Lines that are not shown, by their types.
    left_out: BTreeMap<String, usize>,
    /// How many of the groups were copied from another session.
    inherited: usize,
}

/// The answers of a session, by the ids of their messages: copies of a session have the same.
pub type Answers = HashSet<u64>;

impl Grouper {
    /// A line could not be read.
    pub fn damage(&mut self) {
        self.order += 1;
        self.told.unreadable += 1;
        // A log may consist of nothing else: such lines one after the other are told once.
        let last = self.groups.last().map(|group| group.kind);
        if last != Some(Kind::Happened(Happening::LinesMissing)) {
            self.begin(Kind::Happened(Happening::LinesMissing), None, None);
        }
    }

    /// Adds a line.
    pub fn add(&mut self, place: LinePlace, record: &Record<'_>) {
        self.order += 1;
        if let Some(bytes) = text(record.uuid).and_then(|uuid| self.tree.bytes_of(key(&uuid))) {
            if bytes != place.bytes {
                // Something else under the id of a line that is told.
                *self.left_out.entry(REPEATED.to_owned()).or_default() += 1;
            }
            return;
        }
        let time = record.time();
        let told = &mut self.told;
        told.created = told.created.or(time);
        told.updated = told.updated.max(time);
        told.directory = told.directory.take().or_else(|| text(record.cwd));
        told.version = text(record.version).or(told.version.take());
        if told.first_version.is_none() {
            told.first_version.clone_from(&told.version);
        }
        if told.session_id.is_none() {
            told.session_id = text(record.session_id);
        }
        let kind = record.kind();
        let group = match kind.as_str() {
            "user" => self.user(place, record, time),
            // The program wrote it in the model's place.
            "assistant" if is_made_up(record) => Some(self.context(place, time)),
            "assistant" => Some(self.answer(place, record, time)),
            "attachment" => self.attachment(place, record, time),
            "system" => self.system(place, record, time),
            _ => {
                self.state(&kind, place, record, time);
                None
            }
        };
        self.tree.add(record, place.bytes, group);
    }

    fn begin(&mut self, kind: Kind, place: Option<LinePlace>, time: Option<i64>) -> usize {
        self.groups.push(Group {
            kind,
            lines: Vec::from_iter(place),
            order: self.order,
            start: time,
            end: time,
            detail: None,
            is_inherited: false,
        });
        self.groups.len() - 1
    }

    fn append(&mut self, group: usize, place: LinePlace, time: Option<i64>) -> usize {
        if let Some(group) = self.groups.get_mut(group) {
            group.lines.push(place);
            group.end = group.end.max(time);
        }
        group
    }

    /// Somebody speaks: what went before is over.
    fn speaks(&mut self) {
        self.flush_failed();
        self.command = None;
        self.last_answer = None;
    }

    fn user(&mut self, place: LinePlace, record: &Record<'_>, time: Option<i64>) -> Option<usize> {
        let who = speaker::of(record);
        let content = record.inner().content;
        self.told.is_conversation = true;
        if who != Speaker::Results {
            self.asked = time;
        }
        Some(match who {
            Speaker::Person | Speaker::Command | Speaker::Shell => {
                self.speaks();
                let blocks = blocks(content);
                let texts: Vec<String> = blocks.iter().filter_map(|it| text(it.text)).collect();
                let first = speaker::first_typed(&texts);
                if who == Speaker::Person && is_added_to(&texts, speaker::is_marked(record)) {
                    // The same line is read for it again.
                    self.context(place, time);
                }
                let kind = match who {
                    Speaker::Command => Kind::Command,
                    Speaker::Shell => Kind::Shell,
                    _ => Kind::User,
                };
                if kind == Kind::User {
                    self.told.note_prompt(&first);
                    self.leave_queue(&first);
                }
                if kind == Kind::Command {
                    self.told.note_command(&speaker::typed_command(&first));
                }
                let group = self.begin(kind, Some(place), time);
                self.command = (kind == Kind::Shell).then_some(group);
                group
            }
            Speaker::CommandOutput => {
                let texts = blocks(content);
                let output = texts.iter().find_map(|block| text(block.text));
                return self.command_output(place, &output.unwrap_or_default(), time);
            }
            Speaker::ShellOutput => match self.command {
                Some(command) => self.append(command, place, time),
                None => self.context(place, time),
            },
            Speaker::Interruption => self.interruption(place, record, time),
            Speaker::Results => self.results(place, record, time),
            Speaker::Summary => self.begin(Kind::Summary, Some(place), time),
            Speaker::Notification => {
                self.flush_failed();
                let content = blocks(content).iter().find_map(|block| text(block.text));
                self.notification(place, &content.unwrap_or_default(), time)
            }
            Speaker::Program(name) => {
                let broken = self.last_answer.filter(|_| name == speaker::IS_BROKEN_OFF);
                if let Some(group) = broken.and_then(|answer| self.groups.get_mut(answer)) {
                    group.lines.push(place);
                }
                self.context(place, time)
            }
        })
    }

    /// The program wrote it, not the person who typed the command. Most commands write nothing.
    fn command_output(
        &mut self,
        place: LinePlace,
        content: &str,
        time: Option<i64>,
    ) -> Option<usize> {
        let is_empty = speaker::command_output(content).trim().is_empty();
        (!is_empty).then(|| self.context(place, time))
    }

    /// What the program put before the model, joined with what it put there just before.
    fn context(&mut self, place: LinePlace, time: Option<i64>) -> usize {
        let last = self.groups.len().saturating_sub(1);
        match self.groups.get(last).map(|group| group.kind) {
            Some(Kind::Context) if self.inherited <= last => self.append(last, place, time),
            _ => self.begin(Kind::Context, Some(place), time),
        }
    }

    /// Work in the background ended. What came of it is told with the call that began it.
    fn notification(&mut self, place: LinePlace, content: &str, time: Option<i64>) -> usize {
        let call = element(content, "tool-use-id").and_then(|id| self.calls.get(id.trim()));
        match call.copied() {
            Some(call) => {
                if let Some(group) = self.groups.get_mut(call) {
                    group.lines.push(place);
                }
                self.begin(Kind::Notification, Some(place), time)
            }
            None => self.context(place, time),
        }
    }

    fn interruption(&mut self, place: LinePlace, record: &Record<'_>, time: Option<i64>) -> usize {
        self.flush_failed();
        let named = text(record.interrupted_message_id);
        let named = named.and_then(|id| self.answers.get(&key(&id)).copied());
        match named.or(self.last_answer) {
            Some(answer) => self.append(answer, place, time),
            None => self.begin(Kind::Answer, Some(place), time),
        }
    }

    fn results(&mut self, place: LinePlace, record: &Record<'_>, time: Option<i64>) -> usize {
        let mut known: Vec<usize> = Vec::new();
        let mut orphan = None;
        for block in blocks(record.inner().content) {
            let Some(id) = text(block.tool_use_id) else {
                continue;
            };
            if let Some(agent) = record.agent_id() {
                self.told.agents.insert(agent, id.clone());
            }
            // A line may hold results of calls of several answers.
            match self.calls.get(&id).copied() {
                Some(answer) if known.contains(&answer) => {}
                Some(_) if known.len() >= MOST_ANSWERS => self.told.unreadable += 1,
                Some(answer) => known.push(self.append(answer, place, time)),
                None => orphan = Some(id),
            }
        }
        self.asked = self.asked.max(time);
        match (known.first().copied(), orphan) {
            (Some(group), _) => group,
            // Its call is not in the log.
            (None, id) => {
                let group = self.begin(Kind::Answer, Some(place), time);
                self.calls.extend(id.map(|id| (id, group)));
                group
            }
        }
    }

    fn answer(&mut self, place: LinePlace, record: &Record<'_>, time: Option<i64>) -> usize {
        let inner = record.inner();
        self.told.is_conversation = true;
        self.command = None;
        let id = text(inner.id).or_else(|| text(record.uuid));
        let id = key(&id.unwrap_or_else(|| format!("line {}", self.order)));
        let group = match self.answers.get(&id).copied() {
            Some(group) => self.append(group, place, time),
            None => {
                let failed = std::mem::take(&mut self.failed);
                let group = self.begin(Kind::Answer, None, time);
                let start = self
                    .asked
                    .filter(|asked| time.is_some_and(|time| *asked <= time));
                for (place, time) in failed {
                    self.append(group, place, time);
                }
                self.append(group, place, time);
                if let Some(group) = self.groups.get_mut(group) {
                    group.start = start.or(group.start);
                }
                self.answers.insert(id, group);
                self.told.first_answer.get_or_insert(id);
                group
            }
        };
        self.last_answer = Some(group);
        for block in blocks(inner.content) {
            let is_call = text(block.kind).is_some_and(|kind| kind.ends_with("tool_use"));
            let Some(id) = text(block.id).filter(|_| is_call) else {
                continue;
            };
            if matches!(text(block.name).as_deref(), Some("Agent" | "Task")) {
                let prompt = record::prompt_of(block.input).as_deref().map(key);
                self.told.agent_calls.push((id.clone(), prompt));
            }
            self.calls.insert(id, group);
        }
        let origin = text(record.request_session_id);
        if origin.is_some() && origin != text(record.session_id) {
            self.told.forked_from = origin;
            self.inherited = self.groups.len();
        }
        group
    }

    fn attachment(
        &mut self,
        place: LinePlace,
        record: &Record<'_>,
        time: Option<i64>,
    ) -> Option<usize> {
        let attachment: Attachment<'_> = parsed(record.attachment);
        let kind = text(attachment.kind).unwrap_or_default();
        if kind == "queued_command" {
            return Some(self.queued(place, &attachment, time));
        }
        if CONTEXTS.contains(&kind.as_str()) {
            return Some(self.context(place, time));
        }
        self.leave_out(&format!("attachment/{kind}"));
        None
    }

    /// What was typed while the model worked, and what came of work in the background meanwhile.
    fn queued(
        &mut self,
        place: LinePlace,
        attachment: &Attachment<'_>,
        time: Option<i64>,
    ) -> usize {
        let mut prompts = blocks(attachment.prompt).into_iter();
        let prompt = prompts
            .find_map(|block| text(block.text))
            .unwrap_or_default();
        let origin = record::kind_of(attachment.origin);
        let mode = text(attachment.command_mode);
        let is_person = match origin.as_deref() {
            Some(origin) => origin == "human",
            None => mode.as_deref() == Some("prompt") && !is_true(attachment.is_meta),
        };
        self.asked = time;
        if is_person {
            self.leave_queue(&prompt);
            self.told.note_prompt(&prompt);
            self.command = None;
            return self.begin(Kind::User, Some(place), time);
        }
        match mode.as_deref() == Some("task-notification")
            || origin.as_deref() == Some("task-notification")
        {
            true => self.notification(place, &prompt, time),
            false => self.context(place, time),
        }
    }

    fn system(
        &mut self,
        place: LinePlace,
        record: &Record<'_>,
        time: Option<i64>,
    ) -> Option<usize> {
        let subtype = text(record.subtype).unwrap_or_default();
        match subtype.as_str() {
            "compact_boundary" => {
                self.speaks();
                Some(self.begin(Kind::Compaction, Some(place), time))
            }
            "api_error" => {
                self.failed.push((place, time));
                None
            }
            "local_command" => {
                let content = text(record.content).unwrap_or_default();
                match speaker::form(&content) {
                    Some(Speaker::CommandOutput) => self.command_output(place, &content, time),
                    Some(Speaker::Command) => {
                        self.speaks();
                        Some(self.begin(Kind::Command, Some(place), time))
                    }
                    _ => Some(self.context(place, time)),
                }
            }
            "informational" => Some(self.context(place, time)),
            other => {
                self.leave_out(&format!("system/{other}"));
                None
            }
        }
    }

    fn state(&mut self, kind: &str, place: LinePlace, record: &Record<'_>, time: Option<i64>) {
        let told = &mut self.told;
        match kind {
            "custom-title" => told.custom_title = text(record.custom_title),
            "ai-title" => told.ai_title = text(record.ai_title),
            "cost-state" => {
                let cost = record.total_cost.and_then(|raw| raw.get().parse().ok());
                told.cost = cost.or(told.cost);
            }
            "summary" if told.summaries.len() < MOST_SUMMARIES => {
                told.summaries
                    .extend(text(record.leaf_uuid).zip(text(record.summary)));
            }
            "last-prompt" if is_true(record.explicit) => self.tree.jumped(),
            "queue-operation" => self.queue_operation(place, record, time),
            _ => {}
        }
        if !TOLD.contains(&kind) {
            self.leave_out(kind);
        }
    }

    fn queue_operation(&mut self, place: LinePlace, record: &Record<'_>, time: Option<i64>) {
        let content = text(record.content);
        match text(record.operation).as_deref() {
            Some("enqueue") if self.queue.len() < MOST_WAITING => {
                let content = content.unwrap_or_default();
                let waiting = (content, place, self.order, time);
                self.queue.push_back(waiting);
            }
            Some("dequeue") => {
                self.queue.pop_front();
            }
            Some("remove") => match content {
                Some(content) => self.leave_queue(&content),
                None => {
                    self.queue.pop_front();
                }
            },
            Some("popAll") => self.queue.clear(),
            _ => {}
        }
    }

    /// A prompt does not wait any more.
    fn leave_queue(&mut self, prompt: &str) {
        let at = self
            .queue
            .iter()
            .position(|(waiting, ..)| waiting == prompt);
        at.and_then(|at| self.queue.remove(at));
    }

    fn leave_out(&mut self, kind: &str) {
        if !is_state(kind) {
            self.told.unknown += 1;
        }
        let name = shown_type(kind);
        if self.left_out.len() < NAMED_TYPES || self.left_out.contains_key(&name) {
            *self.left_out.entry(name).or_default() += 1;
        } else {
            *self.left_out.entry("others".to_owned()).or_default() += 1;
        }
    }

    /// Requests that failed, and after which no answer came.
    fn flush_failed(&mut self) {
        let mut failed = std::mem::take(&mut self.failed).into_iter();
        let Some((place, time)) = failed.next() else {
            return;
        };
        let group = self.begin(Kind::Answer, Some(place), time);
        for (place, time) in failed {
            self.append(group, place, time);
        }
        self.last_answer = Some(group);
    }

    /// Ends the log.
    pub fn finish(&mut self) {
        self.flush_failed();
        for group in self.groups.iter_mut().take(self.inherited) {
            group.is_inherited = true;
        }
        for (content, place, order, time) in std::mem::take(&mut self.queue) {
            if speaker::form(&content).is_none() && !content.trim().is_empty() {
                let group = self.begin(Kind::NeverRan, Some(place), time);
                if let Some(group) = self.groups.get_mut(group) {
                    group.order = order;
                }
            }
        }
    }

    /// The answers so far.
    pub fn answers(&self) -> Answers {
        self.answers.keys().copied().collect()
    }

    /// The last answer.
    pub fn last_answer(&self) -> Option<u64> {
        let last = self.answers.iter().max_by_key(|(_, group)| **group);
        last.map(|(id, _)| *id)
    }

    /// Marks what repeats another session up to the last answer of that one. The times of it are those of the copy.
    pub fn repeats(&mut self, session: &str, of: &Answers) {
        let repeated = self.answers.iter().filter(|(id, _)| of.contains(id));
        let Some(last) = repeated.map(|(_, group)| *group).max() else {
            return;
        };
        self.inherited = last + 1;
        self.told.repeats = Some(session.to_owned());
        for group in self.groups.iter_mut().take(self.inherited) {
            (group.start, group.end) = (None, None);
        }
        let later = self.groups.iter().skip(self.inherited);
        let began = later.filter_map(|group| group.start).min();
        self.told.created = began.or(self.told.created);
    }

    /// The lines that are not shown, by their types.
    pub fn take_left_out(&mut self) -> BTreeMap<String, usize> {
        std::mem::take(&mut self.left_out)
    }
}

/// Tells whether no model wrote an answer, and no error is told by it.
fn is_made_up(record: &Record<'_>) -> bool {
    let model = text(record.inner().model);
    model.as_deref() == Some("<synthetic>") && !is_true(record.is_api_error_message)
}

/// Tells whether a program added something to what a person typed.
fn is_added_to(texts: &[String], is_marked: bool) -> bool {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let pieces = speaker::pieces(&texts, is_marked);
    pieces.iter().any(|piece| matches!(piece, Piece::Added(..)))
}

/// Tells whether a line is one of a sub-agent.
pub fn is_sidechain(field: Field<'_>) -> bool {
    is_true(field)
}

impl Grouper {
    /// The title; in old versions a line of its own names it, by the last line of the conversation.
    pub fn title(&self) -> Option<String> {
        let summary = || {
            let mut summaries = self.told.summaries.iter().rev();
            let own = summaries.find(|(leaf, _)| self.tree.has(key(leaf)));
            own.map(|(_, summary)| summary.clone())
        };
        match (&self.told.custom_title, &self.told.ai_title) {
            (None, None) => summary().or_else(|| self.told.title()),
            _ => self.told.title(),
        }
    }
}
