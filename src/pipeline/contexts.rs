//! The contexts of redactions that an export keeps for its report.

use std::collections::BTreeMap;

use super::reader::MessagePlace;
use crate::redact::{Context, MOST_CONTEXTS};

/// The contexts of redactions that an export keeps, by message.
#[derive(Default)]
pub struct KeptContexts {
    of_messages: BTreeMap<MessagePlace, Vec<Context>>,
    kept: usize,
}

impl KeptContexts {
    /// Keeps the contexts of a message, as far as there is room. Those that were kept of it before are forgotten: they
    /// may hold a value that was recognised elsewhere.
    pub fn set(&mut self, place: MessagePlace, mut contexts: Vec<Context>) {
        if let Some(before) = self.of_messages.remove(&place) {
            self.kept -= before.len();
        }
        contexts.truncate(MOST_CONTEXTS.saturating_sub(self.kept));
        if !contexts.is_empty() {
            self.kept += contexts.len();
            self.of_messages.insert(place, contexts);
        }
    }

    /// The contexts of all messages, in their order.
    pub fn into_all(self) -> impl Iterator<Item = Context> {
        self.of_messages.into_values().flatten()
    }
}
