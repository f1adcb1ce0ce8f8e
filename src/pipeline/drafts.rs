//! The drafts of a session tree, as far as they are kept.

use super::contexts::KeptContexts;
use super::reader::MessagePlace;
use super::spool::Spool;
use crate::redact::{Redactor, Touched};

/// The drafts of a session tree, as far as they are kept.
pub struct Drafts<'a> {
    /// Knows all secrets.
    pub redactor: Redactor<'a>,
    /// The messages as they were rendered.
    pub spool: Spool<'a>,
    /// The texts that were changed in each message, by session.
    touched: Vec<Vec<Touched>>,
    /// The contexts of redactions, for the report.
    pub contexts: KeptContexts,
    /// The messages that hold values that were recognised elsewhere, in order.
    late: Vec<MessagePlace>,
}

impl<'a> Drafts<'a> {
    pub fn new(
        redactor: Redactor<'a>,
        touched: Vec<Vec<Touched>>,
        contexts: KeptContexts,
        spool: Spool<'a>,
    ) -> Self {
        Self {
            redactor,
            spool,
            touched,
            contexts,
            late: Vec::new(),
        }
    }

    /// The texts that were changed in a message.
    pub fn touched(&self, (session, message): MessagePlace) -> &Touched {
        let of_session = self.touched.get(session);
        let touched = of_session.and_then(|messages| messages.get(message));
        touched.unwrap_or(&Touched::Nothing)
    }

    /// Notes which messages hold values that were recognised elsewhere, in order.
    pub fn set_late(&mut self, places: Vec<MessagePlace>) {
        self.late = places;
    }

    /// Tells whether a message holds values that were recognised elsewhere.
    pub fn is_late(&self, place: MessagePlace) -> bool {
        self.late.binary_search(&place).is_ok()
    }
}
