//! The turns of a thread: what a prompt set off, to its end.

use super::super::group::{Group, Kind, Line};
use super::super::record::Record;
use super::Grouper;
use crate::source::parts::string;

impl Grouper {
    pub(super) fn turn_context(&mut self, record: &Record) {
        if let Some(model) = string(&record.payload, "model") {
            self.model = self.told.model(model);
        }
        if self.told.directory.is_none() {
            self.told.directory = string(&record.payload, "cwd");
        }
    }

    pub(super) fn turn_started(&mut self, record: &Record) {
        if self.is_in_turn {
            self.leave_unfinished();
        }
        self.turn = record.turn();
        self.turn_began = self.groups.len();
        self.is_in_turn = true;
        self.turn_time = record.time;
        self.ready = record.time;
        self.close();
    }

    /// The turn has no end: the program was killed.
    pub(super) fn leave_unfinished(&mut self) {
        let last = self.last_answer.filter(|at| *at >= self.turn_began);
        if let Some(group) = last.and_then(|at| self.groups.get_mut(at)) {
            group.is_done = false;
        }
    }

    /// The turn ended: with an answer, an error, or by the user.
    pub(super) fn turn_ended(&mut self, line: Line, record: &Record) {
        let payload = &record.payload;
        let has_error = payload.get("error").is_some_and(|it| !it.is_null());
        let is_end = matches!(record.kind(), "task_complete" | "turn_complete");
        if !is_end || has_error {
            let last = self.last_answer.filter(|at| *at >= self.turn_began);
            match last {
                Some(at) => self.attach(at, line, record.time),
                None => self.end_without_answer(line, record.time),
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

    /// The turn ended before the model said anything. What the program says of that stands behind it.
    fn end_without_answer(&mut self, line: Line, time: Option<i64>) {
        let is_said = |group: &Group| group.kind != Kind::Context;
        let said = self.groups.iter().rposition(is_said).map_or(0, |at| at + 1);
        let began = said.max(self.turn_began.min(self.groups.len()));
        let behind = self.groups.split_off(began);
        let at = self.push(Kind::Answer, Some(line), time);
        let asked = self.groups.get(began.wrapping_sub(1)).and_then(|it| it.end);
        let asked = self.turn_time.max(asked).filter(|_| !behind.is_empty());
        self.ready = asked.or(self.ready);
        self.begin_when_ready(at);
        self.last_answer = Some(at);
        self.groups.extend(behind);
        for unheard in &mut self.unheard {
            unheard.at += usize::from(unheard.at >= began);
        }
    }
}
