//! What was seen in messages, and has to be changed when they are fetched again.

use super::reader::Place;
use crate::redact::{Changes, SeenChanges, SessionChanges};

/// What was seen in the messages of a session tree.
#[derive(Default)]
pub struct Seen {
    sessions: Vec<SessionChanges>,
    /// The messages that hold values that were recognised elsewhere, in order. `None` where any may.
    with_known_values: Option<Vec<Place>>,
}

impl Seen {
    /// Begins a session of so many messages.
    pub fn begin_session(&mut self, messages: usize) {
        self.sessions.push(SessionChanges::of(messages));
    }

    /// Notes what was changed in the next message of the session that was begun last.
    pub fn add(&mut self, changes: Changes) {
        if let Some(session) = self.sessions.last_mut() {
            session.push(changes);
        }
    }

    /// What was changed in a message. One that was not seen is looked at once more.
    pub fn changes(&self, (session, message): Place) -> SeenChanges<'_> {
        let session = self.sessions.get(session);
        let changes = session.and_then(|session| session.get(message));
        changes.unwrap_or(SeenChanges::UNKNOWN)
    }

    /// Notes which messages hold values that were recognised elsewhere, in order.
    pub fn set_with_known_values(&mut self, places: Vec<Place>) {
        self.with_known_values = Some(places);
    }

    /// Whether a message may hold values that were recognised elsewhere.
    pub fn may_hold_known_values(&self, place: Place) -> bool {
        let places = self.with_known_values.as_ref();
        places.is_none_or(|places| places.binary_search(&place).is_ok())
    }
}
