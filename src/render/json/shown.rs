//! The parts of a session that a JSON document shows.

use serde_json::Value;

/// Where a message is shown.
pub enum Shown {
    /// Among the messages.
    Message(Value),
    /// Among the events: OpenCode 1 knows only messages of the user and of the model.
    Event(Value),
}
