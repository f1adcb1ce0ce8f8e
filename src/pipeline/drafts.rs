//! What is kept of the drafts of a session tree.

use super::reader::Place;
use super::spool::Spool;
use crate::redact::{Redactor, Touched};

/// What is kept of the drafts of a session tree.
pub struct Drafts<'a> {
    /// Knows all secrets.
    pub redactor: Redactor<'a>,
    /// The messages as they were rendered.
    pub spool: Spool<'a>,
    /// What was changed in each message, by session.
    touched: Vec<Vec<Touched>>,
    /// The messages that hold values that were recognised elsewhere, in order.
    late: Vec<Place>,
}

impl<'a> Drafts<'a> {
    pub fn new(redactor: Redactor<'a>, touched: Vec<Vec<Touched>>, spool: Spool<'a>) -> Self {
        Self {
            redactor,
            spool,
            touched,
            late: Vec::new(),
        }
    }

    /// What was changed in a message.
    pub fn touched(&self, (session, message): Place) -> &Touched {
        let of_session = self.touched.get(session);
        let touched = of_session.and_then(|messages| messages.get(message));
        touched.unwrap_or(&Touched::Nothing)
    }

    /// Notes which messages hold values that were recognised elsewhere, in order.
    pub fn set_late(&mut self, places: Vec<Place>) {
        self.late = places;
    }

    /// Whether a message holds values that were recognised elsewhere.
    pub fn is_late(&self, place: Place) -> bool {
        self.late.binary_search(&place).is_ok()
    }
}
