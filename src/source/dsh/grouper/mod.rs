//! Goes over a log once and groups its lines into messages.

mod data;
mod detour;
mod told;
mod types;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use self::data::{Data, Named, kind_of, parsed, text};
use self::detour::detour;
pub use self::told::Told;
pub use self::told::whole_words;
pub use self::types::shown_type;
use self::types::{LEFT_OUT, SET_UP, TOLD_OTHERWISE, is_piece};
use super::group::{Asked, Group, Kind};
use super::lines::LinePlace;
use super::record::{Record, Skimmed};
use crate::model::Happening;

/// How many types of lines are told by their names.
const NAMED_TYPES: usize = 20;

/// How many lines and waiting prompts of a log a list looks at: those of a session of a day.
const MOST_LISTED: u64 = 20_000;

/// How many times the text of a log may be read again for messages whose lines stand far from each other in a frame.
const MOST_AGAIN: u64 = 32;

/// Groups the lines of a log.
#[derive(Default)]
pub struct Grouper {
    pub groups: Vec<Group>,
    pub told: Told,
    /// How many first lines were copied from another session, as old headers say.
    pub seed: Option<u64>,
    /// True where only what a list shows is wanted.
    is_listing: bool,
    next_seq: Option<u64>,
    order: u64,
    turn: Option<u64>,
    step_started: Option<i64>,
    /// The answers of steps, by turn and step.
    steps: HashMap<(u64, u64), usize>,
    last_of_turn: Option<usize>,
    current: Option<(u64, u64)>,
    has_answer: bool,
    /// Stream pieces of an answer that is not stored yet.
    chunks: Vec<LinePlace>,
    last_user: Option<Arc<str>>,
    /// The groups that asked for approval, and those of calls, commands and compactions, by their ids.
    approvals: HashMap<String, usize>,
    calls: HashMap<String, usize>,
    commands: HashMap<String, usize>,
    compactions: HashMap<String, usize>,
    open_command: bool,
    /// Prompts that wait, by their ids: the line that added each, and its place among those of the line.
    waiting: HashMap<String, (u64, usize)>,
    /// The lines that added such prompts, by their order.
    splices: BTreeMap<u64, (LinePlace, Option<i64>)>,
    ran: HashSet<String>,
    imported: Option<(LinePlace, Option<i64>)>,
    /// The answers that results of calls belong to, by the number of the line.
    results: HashMap<u64, usize>,
    /// How many lines of each type are not shown.
    left_out: BTreeMap<String, usize>,
    sandbox: Option<String>,
    plan: bool,
    /// How many of the groups were copied from another session.
    inherited: usize,
    /// How much text the log has, and how much of it is read again, in bytes.
    text: u64,
    again: u64,
}

impl Grouper {
    /// Starts with a log, for its document or for a list.
    pub fn new(is_listing: bool) -> Self {
        Self {
            is_listing,
            ..Self::default()
        }
    }

    /// Something is missing before the next line.
    pub fn damage(&mut self) {
        self.order += 1;
        self.told.unreadable += 1;
        // A log may consist of nothing else: lines that are missing one after the other are told once.
        let last = self.groups.last().map(|group| &group.kind);
        if !matches!(last, Some(Kind::Happened(Happening::LinesMissing, _))) {
            self.happened(Happening::LinesMissing, None, None);
        }
        // What is missing has numbers too, and is told already.
        self.next_seq = None;
    }

    /// Tells whether a list has seen enough.
    pub fn is_full(&self) -> bool {
        self.is_listing && self.order + self.waiting.len() as u64 > MOST_LISTED
    }

    /// Lines before the next one are not looked at.
    pub fn skip(&mut self) {
        self.next_seq = None;
    }

    /// Adds a line.
    pub fn add(&mut self, place: LinePlace, line: &[u8]) {
        self.order += 1;
        self.text += line.len() as u64;
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        if let Some(skimmed) = Skimmed::of(line).filter(|_| self.is_listing) {
            let record = skimmed.record();
            self.number(&record);
            if record.is_pack() {
                // How many numbers it takes up, its pieces tell.
                self.next_seq = None;
            }
            self.told.updated = self.told.updated.max(record.time);
            return self.take_with(
                &record,
                Data::default(),
                (skimmed.turn, skimmed.step),
                place,
            );
        }
        // To look whether it is text takes a fifth of the time that it takes to replace what is none.
        let line = match std::str::from_utf8(line) {
            Ok(line) => Cow::Borrowed(line),
            Err(_) => String::from_utf8_lossy(line),
        };
        let Some(record) = Record::parse(&line) else {
            self.damage();
            return;
        };
        self.number(&record);
        // Times are not strictly rising. What is set up when a session is opened or imported is no change of it.
        if !SET_UP.contains(&&*record.kind) {
            self.told.updated = self.told.updated.max(record.time);
        }
        self.take(&record, place);
    }

    /// Looks whether numbers are missing, and whether the inherited part ends.
    fn number(&mut self, record: &Record<'_>) {
        let Some(seq) = record.seq else { return };
        if let Some(expected) = self.next_seq
            && seq > expected
        {
            self.told.missing = self.told.missing.saturating_add(seq - expected);
            let count = (seq - expected).to_string();
            self.happened(Happening::LinesMissing, Some(count), record.time);
        }
        if self.seed.is_some_and(|seed| seq >= seed) && !self.told.is_imported {
            self.seed = None;
            self.inherit();
        }
        self.next_seq = Some(seq.saturating_add(record.count()));
    }

    /// What stands before was copied from another session.
    fn inherit(&mut self) {
        self.inherited = self.groups.len();
    }

    fn take(&mut self, record: &Record<'_>, place: LinePlace) {
        if is_piece(&record.kind) {
            self.chunks.push(place);
            return;
        }
        let data: Data<'_> = match &*record.kind {
            // Large, and little of them is needed.
            "system/message" | "developer/message" | "session/title-llm-request" => Data::default(),
            "request/header" if self.is_listing => Data::default(),
            _ => record.read().unwrap_or_default(),
        };
        let number = |number: &Option<serde_json::Number>| number.as_ref()?.as_u64();
        let step = (number(&data.turn), number(&data.step));
        self.take_with(record, data, step, place);
    }

    fn take_with(
        &mut self,
        record: &Record<'_>,
        data: Data<'_>,
        (turn, step): (Option<u64>, Option<u64>),
        place: LinePlace,
    ) {
        let time = record.time;
        match &*record.kind {
            kind if is_piece(kind) => self.chunks.push(place),
            "turn/start" => {
                self.flush();
                self.flush_imported();
                self.turn = turn;
                self.told.has_turns = true;
                self.last_of_turn = None;
            }
            "step/start" => {
                self.flush();
                self.step_started = time;
                self.current = turn.zip(step);
                self.has_answer = false;
            }
            "step/end" => {
                self.flush();
                if let Some(group) = self.step_group(turn.zip(step)) {
                    group.end = group.end.max(time);
                }
            }
            "turn/end" => self.end_turn(&data, place, time),
            "user/message" if record.replaces.is_none() => {
                self.user(&data, place, time);
                let is_user = self.groups.last().is_some_and(|it| it.kind == Kind::User);
                if let Some(message) = record.read::<&RawValue>().filter(|_| is_user) {
                    self.note_first_words(message);
                }
            }
            "assistant/message" if record.replaces.is_none() => {
                self.chunks.clear();
                self.has_answer = true;
                if let Some((imported, time)) = self.imported.take() {
                    self.add_to_step(turn, step, imported, time);
                }
                self.add_to_step(turn, step, place, time);
            }
            "assistant/attempt" => {
                self.add_to_step(turn, step, place, time);
            }
            "llm/retry" => {
                self.flush();
                self.add_to_step(turn, step, place, time);
            }
            "tool/call" => {
                let group = self.add_to_step(turn, step, place, time);
                if let Some(id) = text(data.call_id) {
                    self.calls.insert(id, group);
                }
            }
            "tool/result" => match record.replaces {
                None => {
                    let group = self.add_to_step(turn, step, place, time);
                    self.results.extend(record.seq.map(|seq| (seq, group)));
                }
                // The output was shortened before the model: the call it belongs to is told by the first result.
                Some(seq) => {
                    if let Some(group) = self.results.get(&seq).copied() {
                        self.append(Some(group), Kind::Context, place, None);
                        self.results.extend(record.seq.map(|seq| (seq, group)));
                    }
                }
            },
            "tool/code-dispatch" | "tool/ptc-dispatch" => {
                let id = text(data.root_call_id);
                self.add_to_known(id.and_then(|id| self.calls.get(&id).copied()), place, time);
            }
            "approval/asked" => {
                let call = text(data.call_id).and_then(|id| self.calls.get(&id).copied());
                let group = self.add_to_known(call, place, time);
                if let Some(id) = text(data.id) {
                    self.approvals.insert(id, group);
                }
            }
            "approval/decided" => {
                let asked = text(data.id).and_then(|id| self.approvals.get(&id).copied());
                self.add_to_known(asked, place, time);
            }
            "compaction/start" | "compaction/summary" | "compaction/end" => {
                let id = text(data.compaction_id).unwrap_or_default();
                let known = self.compactions.get(&id).copied();
                let group = self.append(known, Kind::Compaction, place, time);
                self.compactions.insert(id, group);
            }
            "command/run" | "command/done" => {
                let id = text(data.command_id).unwrap_or_default();
                let known = self.commands.get(&id).copied();
                let group = self.append(known, Kind::Command, place, time);
                self.commands.insert(id, group);
                self.open_command = record.kind == "command/run";
            }
            "feedback/record" => {
                self.append(None, Kind::Feedback, place, time);
            }
            "todo/write" => self.told.todos = Some(place),
            "agent/inbox/spliced" => self.splice(data.inserted.unwrap_or_default(), place, time),
            "session/title" => self.told.title = text(data.title).or(self.told.title.take()),
            "session/end-seed" if data.inherited == Some(true) => self.inherit(),
            "session/end-seed" => {}
            "request/header" if !self.is_listing => self.ask_as(data.header),
            "request/context" => {
                let (provider, model) = (text(data.provider), text(data.model));
                self.ask(|asked| Asked {
                    provider,
                    model,
                    ..asked
                });
            }
            "plan/mode" => {
                let active = data.active.unwrap_or_default();
                if active != std::mem::replace(&mut self.plan, active) && !self.open_command {
                    let what = match active {
                        true => Happening::PlanBegan,
                        false => Happening::PlanEnded,
                    };
                    self.happened(what, None, time);
                }
            }
            "goal/change" if !self.open_command => {
                let goal: Named<'_> = parsed(data.goal);
                let detail = text(goal.objective).or_else(|| text(data.operation));
                let what = match text(data.operation).as_deref() {
                    Some("create") => Happening::GoalSet,
                    _ => Happening::GoalChanged,
                };
                self.happened(what, detail, time);
            }
            "goal/change" => {}
            "sandbox/mode" => {
                let mode = text(data.mode);
                let is_change = self.sandbox.is_some() && self.sandbox != mode;
                self.sandbox.clone_from(&mode);
                if is_change {
                    self.happened(Happening::AccessChanged, mode, time);
                }
            }
            "subagent/descriptor" => self.told.label = text(data.label),
            "subagent/catalog" => {
                if let Some(id) = text(data.child_id) {
                    self.told.children.push((id, text(data.label)));
                }
            }
            "pawwork-v1/session" => {
                self.told.is_imported = true;
                self.told.version = text(data.version);
                self.told.archived = data.archived_at.as_ref().and_then(|time| time.as_i64());
            }
            "pawwork-v1/message" => {
                self.flush_imported();
                self.imported = Some((place, time));
            }
            kind if TOLD_OTHERWISE.contains(&kind) => {}
            // Replacements of messages that are shown as they were.
            "user/message" | "assistant/message" => {}
            kind if LEFT_OUT.contains(&kind) || kind.starts_with("team/") => {
                if self.told.has_turns {
                    self.leave_out(kind);
                }
            }
            kind => {
                self.told.unknown += 1;
                self.leave_out(kind);
            }
        }
    }

    fn leave_out(&mut self, kind: &str) {
        let name = shown_type(kind);
        if self.left_out.len() < NAMED_TYPES || self.left_out.contains_key(&name) {
            *self.left_out.entry(name).or_default() += 1;
        } else {
            *self.left_out.entry("…".to_owned()).or_default() += 1;
        }
    }

    fn push(&mut self, mut group: Group) -> usize {
        group.asked.clone_from(&self.told.asked);
        group.parent.clone_from(&self.last_user);
        self.groups.push(group);
        self.groups.len() - 1
    }

    fn happened(&mut self, what: Happening, detail: Option<String>, time: Option<i64>) {
        let kind = Kind::Happened(what, detail);
        self.push(Group::new(kind, Vec::new(), self.order, time));
    }

    /// Adds a line to a group, or begins one.
    fn append(
        &mut self,
        known: Option<usize>,
        mut kind: Kind,
        place: LinePlace,
        time: Option<i64>,
    ) -> usize {
        let is_last = known.is_some_and(|at| at + 1 == self.groups.len());
        if let Some((at, group)) = known.and_then(|at| Some((at, self.groups.get_mut(at)?))) {
            let cost = match is_last {
                true => 0,
                false => detour(&group.lines, place),
            };
            if self.again + cost <= self.text.saturating_mul(MOST_AGAIN) {
                self.again += cost;
                group.lines.push(place);
                group.end = group.end.max(time);
                return at;
            }
            // Nobody writes such a log: what belongs together is told apart, so that it ends.
            kind = group.kind.clone();
        }
        self.push(Group::new(kind, vec![place], self.order, time))
    }

    /// Adds a line to the answer that it belongs to; `None` is the current one.
    fn add_to_known(&mut self, known: Option<usize>, place: LinePlace, time: Option<i64>) -> usize {
        match known {
            Some(known) => self.append(Some(known), Kind::Context, place, time),
            None => self.add_to_step(None, None, place, time),
        }
    }

    fn add_to_step(
        &mut self,
        turn: Option<u64>,
        step: Option<u64>,
        place: LinePlace,
        time: Option<i64>,
    ) -> usize {
        let key = turn.zip(step).or(self.current);
        let key = key.unwrap_or((self.turn.unwrap_or_default(), 0));
        let known = self.steps.get(&key).copied();
        let (turn, step) = key;
        let at = self.append(known, Kind::Step { turn, step }, place, time);
        if known.is_none() {
            self.steps.insert(key, at);
            let started = self
                .step_started
                .take()
                .filter(|_| self.current == Some(key));
            if let Some(group) = self.groups.get_mut(at) {
                group.start = started.or(group.start);
                group.is_open = true;
            }
        }
        self.last_of_turn = Some(at);
        at
    }

    fn step_group(&mut self, key: Option<(u64, u64)>) -> Option<&mut Group> {
        let at = self.steps.get(&key?).copied()?;
        let group = self.groups.get_mut(at)?;
        group.is_open = false;
        Some(group)
    }

    /// Stream pieces that no answer was stored for belong to the answer all the same.
    fn flush(&mut self) {
        let chunks = std::mem::take(&mut self.chunks);
        if !self.has_answer {
            for place in chunks {
                self.add_to_step(None, None, place, None);
            }
        }
    }

    /// A message of PawWork 1 that had nothing to show but its error.
    fn flush_imported(&mut self) {
        if let Some((place, time)) = self.imported.take() {
            self.push(Group::new(Kind::Imported, vec![place], self.order, time));
        }
    }

    fn end_turn(&mut self, data: &Data<'_>, place: LinePlace, time: Option<i64>) {
        self.flush();
        self.flush_imported();
        let kind = kind_of(data.reason);
        if kind.as_deref() != Some("completed") {
            match self.last_of_turn {
                Some(last) => {
                    self.append(Some(last), Kind::Context, place, time);
                }
                // It ended before anything was stored of an answer.
                None => {
                    self.current = data
                        .turn
                        .as_ref()
                        .and_then(|turn| turn.as_u64())
                        .map(|turn| (turn, 0));
                    self.add_to_step(None, None, place, time);
                }
            }
        }
        let is_open = kind.as_deref() == Some("interrupted");
        let last = self.last_of_turn.and_then(|last| self.groups.get_mut(last));
        if let Some(last) = last {
            last.is_open = is_open;
        }
        self.turn = None;
        self.current = None;
    }

    fn user(&mut self, data: &Data<'_>, place: LinePlace, time: Option<i64>) {
        let imported = self.imported.take().map(|(place, _)| place);
        let lines = imported.into_iter().chain([place]).collect();
        let id = text(data.id);
        self.ran.extend(id.clone());
        let is_user = kind_of(data.source).is_none_or(|kind| kind == "user");
        let kind = match is_user {
            true => Kind::User,
            false => Kind::Context,
        };
        if is_user {
            let id = id.unwrap_or_else(|| format!("line-{}", self.order));
            self.last_user = Some(id.into());
        }
        // The model is asked behind it, although the step began before.
        self.step_started = time.filter(|_| self.step_started.is_some());
        self.push(Group::new(kind, lines, self.order, time));
    }

    fn note_first_words(&mut self, message: &RawValue) {
        if self.told.first_words.is_some() {
            return;
        }
        #[derive(Deserialize)]
        struct Message<'a> {
            #[serde(borrow)]
            content: Vec<Block<'a>>,
        }
        #[derive(Deserialize)]
        struct Block<'a> {
            #[serde(borrow, default)]
            text: Option<&'a RawValue>,
        }
        let message = serde_json::from_str::<Message<'_>>(message.get()).ok();
        let blocks = message.into_iter().flat_map(|message| message.content);
        let first = blocks.filter_map(|block| text(block.text)).next();
        let line = first.as_deref().and_then(|text| text.trim().lines().next());
        self.told.first_words = line.and_then(whole_words);
    }

    fn splice(&mut self, inserted: Vec<&RawValue>, place: LinePlace, time: Option<i64>) {
        for (item, raw) in inserted.into_iter().enumerate() {
            let message: Named<'_> = parsed(Some(raw));
            let is_user = kind_of(message.source).is_some_and(|kind| kind == "user");
            if is_user {
                // It stands here first, and a list may not look at where it stands again.
                self.note_first_words(raw);
            }
            if let Some(id) = text(message.id).filter(|_| is_user) {
                self.waiting.insert(id, (self.order, item));
                self.splices.insert(self.order, (place, time));
            }
        }
    }

    fn ask_as(&mut self, header: Option<&RawValue>) {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Header<'a> {
            #[serde(borrow)]
            config: Option<&'a RawValue>,
        }
        #[derive(Deserialize, Default)]
        #[serde(rename_all = "camelCase", default)]
        struct Config<'a> {
            #[serde(borrow)]
            provider: Option<&'a RawValue>,
            #[serde(borrow)]
            model: Option<&'a RawValue>,
            #[serde(borrow)]
            reasoning_effort: Option<&'a RawValue>,
        }
        let header: Header<'_> = parsed(header);
        let config: Config<'_> = parsed(header.config);
        let asked = Asked {
            provider: text(config.provider),
            model: text(config.model),
            effort: text(config.reasoning_effort),
        };
        self.ask(|_| asked);
    }

    fn ask(&mut self, change: impl FnOnce(Asked) -> Asked) {
        let before = self.told.asked.as_deref().cloned().unwrap_or_default();
        let now = change(before.clone());
        if now != before {
            self.told.asked = Some(Arc::new(now));
        }
    }

    /// What the whole log gives, in its order.
    pub fn finish(mut self) -> (Vec<Group>, Told) {
        self.flush();
        self.flush_imported();
        if let Some(turn) = self.turn.filter(|_| self.last_of_turn.is_none()) {
            // It runs now, or the process ended before anything of an answer was stored.
            let kind = Kind::Step { turn, step: 0 };
            let at = self.push(Group::new(kind, Vec::new(), self.order, self.told.updated));
            if let Some(group) = self.groups.get_mut(at) {
                group.is_open = true;
            }
        }
        if !self.left_out.is_empty() {
            let count = |(kind, count): (&String, &usize)| format!("{kind} ({count})");
            let counts: Vec<_> = self.left_out.iter().map(count).collect();
            self.order += 1;
            self.happened(
                Happening::LinesLeftOut,
                Some(counts.join(", ")),
                self.told.updated,
            );
        }
        for group in self.groups.iter_mut().take(self.inherited) {
            group.is_inherited = true;
        }
        // The prompts of one line are one message: to read the line once for each would take for ever.
        let mut never_ran: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (id, (order, item)) in &self.waiting {
            if !self.ran.contains(id) {
                never_ran.entry(*order).or_default().push(*item);
            }
        }
        for (order, mut items) in never_ran {
            if let Some((place, time)) = self.splices.get(&order) {
                items.sort_unstable();
                let kind = Kind::NeverRan(items);
                self.groups
                    .push(Group::new(kind, vec![*place], order, *time));
            }
        }
        self.groups.sort_by_key(|group| group.order);
        (self.groups, self.told)
    }
}
