//! Ids of the rules on people.

/// The placeholder's name for a computer's name.
pub const HOST_ID: &str = "host-name";

/// The placeholder's name for a caller's term.
pub const TERM_ID: &str = "redact-term";

/// The placeholder's name for a user's name.
pub const USER_ID: &str = "user-name";
