//! The report: what was redacted, and where. It never holds a value.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::contexts::Context;
use super::holes::Numbers;
use crate::options::level::RedactLevel;

/// The message and the part that are being redacted.
#[derive(Debug, Default)]
pub struct Place {
    message_id: Option<Arc<str>>,
    part_id: Option<Arc<str>>,
}

impl Place {
    pub fn enter_message(&mut self, id: Option<&str>) {
        self.message_id = id.map(Arc::from);
        self.part_id = None;
    }

    pub fn enter_part(&mut self, id: Option<&str>) {
        self.part_id = id.map(Arc::from);
    }

    pub fn message_id(&self) -> Option<&Arc<str>> {
        self.message_id.as_ref()
    }

    pub fn part_id(&self) -> Option<&Arc<str>> {
        self.part_id.as_ref()
    }
}

/// A place where something was redacted; or places of one rule in one field of one part whose contexts are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redaction {
    /// The rule's id.
    pub rule: &'static str,
    /// The message, unless it was in the session's own fields.
    pub message_id: Option<Arc<str>>,
    /// The part, unless it was in the message's own fields.
    pub part_id: Option<Arc<str>>,
    /// The field, such as `state.output`.
    pub field: &'static str,
    /// How many places: 1 where there is a context.
    pub count: usize,
    /// The placeholder with the text around it.
    pub context: Option<String>,
}

/// How often one rule redacted something, and how many different values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCount {
    /// The rule's id.
    pub rule: &'static str,
    /// How many places.
    pub places: usize,
    /// How many different values.
    pub distinct: usize,
}

type Key = (
    &'static str,
    Option<Arc<str>>,
    Option<Arc<str>>,
    &'static str,
);

/// The redactions in a session tree.
#[derive(Debug, Clone)]
pub struct RedactionReport {
    /// The level that was asked for.
    pub level: RedactLevel,
    /// Control and invisible characters that were removed or made visible.
    pub hidden_characters: usize,
    /// True where a home folder is shown as `~` anywhere.
    pub has_home: bool,
    /// How many of the words that the user keeps are shown where a rule would have taken them.
    pub kept_words: usize,
    counts: BTreeMap<Key, usize>,
    distinct: BTreeMap<&'static str, usize>,
}

impl RedactionReport {
    pub(super) fn new(level: RedactLevel) -> Self {
        Self {
            level,
            hidden_characters: 0,
            has_home: false,
            kept_words: 0,
            counts: BTreeMap::new(),
            distinct: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, rule: &'static str, place: &Place, field: &'static str) {
        let key = (rule, place.message_id.clone(), place.part_id.clone(), field);
        *self.counts.entry(key).or_default() += 1;
    }

    /// The same with the holes of its ids filled.
    pub(super) fn filled(mut self, numbers: &Numbers) -> Self {
        if numbers.is_empty() {
            return self;
        }
        let filled = |id: Option<Arc<str>>| {
            id.map(|id| numbers.filled(&id).map_or(id, |filled| filled.into()))
        };
        for ((rule, message, part, field), count) in std::mem::take(&mut self.counts) {
            let key = (rule, filled(message), filled(part), field);
            *self.counts.entry(key).or_default() += count;
        }
        self
    }

    /// Adds what was redacted elsewhere at the same level.
    pub(super) fn merge(&mut self, other: Self) {
        self.hidden_characters += other.hidden_characters;
        for (key, count) in other.counts {
            *self.counts.entry(key).or_default() += count;
        }
    }

    pub(super) fn count_distinct(&mut self, distinct: impl Fn(&str) -> usize) {
        for (rule, ..) in self.counts.keys() {
            self.distinct.insert(rule, distinct(rule));
        }
    }

    /// True where nothing was redacted.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Every place: those with a context first, in the order of the session, and then the others, by rule.
    pub fn redactions(&self, contexts: impl IntoIterator<Item = Context>) -> Vec<Redaction> {
        let mut left = self.counts.clone();
        let mut redactions = Vec::new();
        for context in contexts {
            // A placeholder that stood in the session already is no redaction.
            let rule = self.rules().find(|rule| *rule == context.rule());
            let Some(rule) = rule else { continue };
            let key = (rule, context.message_id, context.part_id, context.field);
            let Some(count) = left.get_mut(&key).filter(|count| **count > 0) else {
                continue;
            };
            *count -= 1;
            redactions.push(redaction(key, 1, Some(context.text)));
        }
        let others = left.into_iter().filter(|(_, count)| *count > 0);
        redactions.extend(others.map(|(key, count)| redaction(key, count, None)));
        redactions
    }

    fn rules(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.distinct.keys().copied()
    }

    /// The counts of each rule, in a stable order.
    pub fn by_rule(&self) -> Vec<RuleCount> {
        let count = |(rule, distinct): (&&'static str, &usize)| RuleCount {
            rule,
            places: self
                .counts
                .iter()
                .filter(|((id, ..), _)| id == rule)
                .map(|(_, count)| count)
                .sum(),
            distinct: *distinct,
        };
        self.distinct.iter().map(count).collect()
    }
}

fn redaction(
    (rule, message_id, part_id, field): Key,
    count: usize,
    context: Option<String>,
) -> Redaction {
    Redaction {
        rule,
        message_id,
        part_id,
        field,
        count,
        context,
    }
}
