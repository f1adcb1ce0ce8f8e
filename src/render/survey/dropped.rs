//! Messages that are left out at a place of the conversation, by who wrote them.

use super::super::words::{Words, fill};
use crate::model::Role;

/// How many messages are left out at a place.
#[derive(Debug, Default)]
pub struct Dropped {
    of_user: usize,
    of_assistant: usize,
    of_runtime: usize,
}

impl Dropped {
    /// Counts a message from `writer`.
    pub fn add(&mut self, writer: &Role) {
        let count = match writer {
            Role::User => &mut self.of_user,
            Role::Assistant => &mut self.of_assistant,
            _ => &mut self.of_runtime,
        };
        *count += 1;
    }

    /// Counts those of another place too.
    pub fn append(&mut self, other: &Self) {
        self.of_user += other.of_user;
        self.of_assistant += other.of_assistant;
        self.of_runtime += other.of_runtime;
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.of_user + self.of_assistant + self.of_runtime
    }

    /// Tells who wrote them: `1 from the user, 2 from the assistant`.
    pub fn writers(&self, words: &Words) -> String {
        let writers = [
            (self.of_user, words.cut_of_user),
            (self.of_assistant, words.cut_of_assistant),
            (self.of_runtime, words.cut_of_runtime),
        ];
        let writers = writers
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, text)| fill(text, &[&count.to_string()]));
        writers.collect::<Vec<_>>().join(words.comma)
    }
}
