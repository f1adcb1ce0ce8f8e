//! Messages that the user left by going back: they are told apart, and marked where they stood.

use serde_json::Value;

use super::super::group::{Group, Kind};
use super::Grouper;
use crate::model::Happening;

impl Grouper {
    /// The user took back so many turns.
    pub(super) fn rolled_back(&mut self, payload: &Value) {
        let turns = payload.get("num_turns").and_then(Value::as_u64);
        let turns = usize::try_from(turns.unwrap_or_default()).unwrap_or(usize::MAX);
        if turns == 0 {
            return;
        }
        let mut starts = self.groups.iter().enumerate().rev();
        let mut starts = starts
            .by_ref()
            .filter(|(_, group)| group.kind == Kind::User);
        let from = starts.by_ref().take(turns).last().map(|(at, _)| at);
        if let Some(from) = from {
            let left = self.groups.split_off(from);
            self.leave(left);
        }
    }

    /// Takes the groups of another grouper, which the user left.
    pub fn leave_of(&mut self, mut left: Vec<Group>, models: Vec<String>) {
        let numbers: Vec<_> = models
            .into_iter()
            .map(|name| self.told.model(name))
            .collect();
        for group in &mut left {
            let model = group
                .model
                .and_then(|it| numbers.get(usize::from(it)).copied());
            group.model = model.flatten();
        }
        self.leave(left);
    }

    /// Tells apart the groups that the user left by going back, and marks the place where they stood.
    pub fn leave(&mut self, left: Vec<Group>) {
        let Some(first) = left.first() else { return };
        let (start, order, is_inherited) = (first.start, first.order, first.is_inherited);
        let said = left.iter().filter(|it| it.kind != Kind::Context).count();
        let at = self.push(Kind::Happened(Happening::BranchApart), None, start);
        if let Some(group) = self.groups.get_mut(at) {
            group.order = order;
            group.detail = Some(said.to_string());
            group.is_inherited = is_inherited;
        }
        self.branches.push((at, left));
        self.reset();
    }

    /// Nothing that follows belongs to a group before.
    pub fn reset(&mut self) {
        let keep = self.groups.len();
        self.calls.retain(|_, at| *at < keep);
        self.unheard.clear();
        self.answer = None;
        self.last_answer = None;
        self.compaction = None;
        self.shell = None;
        self.is_closed = true;
        self.turn_began = keep;
    }
}
