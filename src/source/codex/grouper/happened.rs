//! Events beside the conversation, and the lines that are not shown.

use serde_json::Value;

use super::super::group::{Kind, Line};
use super::super::record::{Record, shown_type, text};
use super::Grouper;
use crate::model::Happening;
use crate::source::parts::string;

/// The most names of lines that are not known.
const MOST_NAMES: usize = 50;

impl Grouper {
    /// Something happened.
    pub fn happened(&mut self, what: Happening, time: Option<i64>, detail: Option<String>) {
        let at = self.push(Kind::Happened(what), None, time);
        if let Some(group) = self.groups.get_mut(at) {
            group.detail = detail;
        }
    }

    /// A goal was set, or came closer. The event is written again with each count of its tokens.
    pub(super) fn goal(&mut self, payload: &Value, time: Option<i64>) {
        let goal = payload.get("goal").unwrap_or(&Value::Null);
        let Some(objective) = string(goal, "objective").filter(|it| !it.trim().is_empty()) else {
            return;
        };
        let status = text(goal, "status").to_owned();
        let before = self.goal.replace((objective.clone(), status.clone()));
        match before {
            Some((same, before)) if same == objective => {
                if before != status && !status.is_empty() {
                    self.happened(Happening::GoalChanged, time, Some(status));
                }
            }
            _ => self.happened(Happening::GoalSet, time, Some(objective)),
        }
    }

    /// The user asked for a review; the hint says of what, in the words of the user where there are some.
    pub(super) fn review(&mut self, of: &Value, time: Option<i64>) {
        let hint = string(of, "user_facing_hint").filter(|it| !it.trim().is_empty());
        let target = of.get("target").unwrap_or(&Value::Null);
        let hint = hint.or_else(|| string(target, "instructions"));
        if let Some(hint) = &hint {
            self.told.note_prompt(hint, self.is_inherited);
        }
        self.happened(Happening::ReviewBegan, time, hint);
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

    pub(super) fn has_compacted(&self) -> bool {
        let last = self.groups.last();
        last.is_some_and(|group| group.kind == Kind::Compaction)
    }

    pub(super) fn compacted(&mut self, line: Line, record: &Record) {
        match self.compaction.take() {
            Some(at) => self.attach(at, line, record.time),
            None => {
                self.push(Kind::Compaction, Some(line), record.time);
            }
        }
        self.close();
    }

    pub(super) fn unknown(&mut self, name: &str) {
        self.told.unknown += 1;
        if self.unknown.len() < MOST_NAMES || self.unknown.contains_key(name) {
            *self.unknown.entry(shown_type(name)).or_default() += 1;
        }
    }
}
