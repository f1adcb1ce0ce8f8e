//! The tokens of each answer, each counted once.

use serde_json::Value;

use super::super::record::Record;
use super::{Grouper, key};
use crate::model::Tokens;
use crate::source::parts::string;

impl Grouper {
    pub(super) fn usage(&mut self, record: &Record) {
        self.has_usage = true;
        let response = string(&record.payload, "response_id").filter(|it| !it.is_empty());
        if response.is_some_and(|id| !self.counted.insert(key(&id))) {
            return;
        }
        let usage = record.payload.get("usage").unwrap_or(&Value::Null);
        self.count_tokens(tokens(usage));
        self.close();
    }

    /// Versions without records of usage repeat the total, also where nothing was added to it.
    pub(super) fn token_count(&mut self, payload: &Value) {
        let info = payload.get("info").unwrap_or(&Value::Null);
        let total = info.get("total_token_usage");
        let total = total.and_then(|total| total.get("total_tokens")?.as_f64());
        if total.is_none() || total == self.last_total || self.has_usage || self.told.is_paginated {
            return;
        }
        self.last_total = total;
        let last = info.get("last_token_usage").unwrap_or(&Value::Null);
        self.count_tokens(tokens(last));
    }

    pub(super) fn count_tokens(&mut self, counted: Tokens) {
        // Those of the session that this one was forked from are counted there.
        if self.is_inherited {
            return;
        }
        let at = self.compaction.or(self.last_answer);
        if let Some(group) = at.and_then(|at| self.groups.get_mut(at)) {
            let mut sum = group.tokens.unwrap_or_default();
            sum.add(counted);
            group.tokens = Some(sum);
        }
    }
}

/// The tokens of an answer: what was read from a cache is a part of the input, and reasoning one of the output.
fn tokens(usage: &Value) -> Tokens {
    let count = |name: &str| usage.get(name).and_then(Value::as_f64).unwrap_or_default();
    let cache_read = count("cached_input_tokens");
    let cache_write = count("cache_write_input_tokens");
    let reasoning = count("reasoning_output_tokens");
    Tokens {
        input: (count("input_tokens") - cache_read - cache_write).max(0.0),
        output: (count("output_tokens") - reasoning).max(0.0),
        reasoning,
        cache_read,
        cache_write,
    }
}
