//! Ids of messages and parts in a JSON document.

/// The ids that every part repeats.
pub struct Ids<'a> {
    pub session: &'a str,
    pub message: String,
}
