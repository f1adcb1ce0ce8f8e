//! Which call a line belongs to, and which sub-agent a call started.

use serde_json::Value;

use super::super::record::text;
use super::{Grouper, key};
use crate::source::parts::string;

impl Grouper {
    pub(super) fn note_agent_call(&mut self, payload: &Value) {
        if text(payload, "name") == "spawn_agent"
            && let Some(call) = string(payload, "call_id")
        {
            self.told.agent_calls.push(call);
        }
    }

    /// The result of a call that started a sub-agent names it.
    pub(super) fn note_agent(&mut self, payload: &Value) {
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

    pub(super) fn group_of_call(&self, value: &Value, name: &str) -> Option<usize> {
        self.calls.get(&key(text(value, name))).copied()
    }
}
