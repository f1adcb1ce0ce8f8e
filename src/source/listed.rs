//! Stores that could not be read, and published sessions: a list tells them beside its sessions.

use std::path::PathBuf;

use crate::error::Error;

/// A session that was published on the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedSession {
    /// The session's id.
    pub session_id: String,
    /// The title, as stored: not redacted.
    pub title: Option<String>,
    /// Where anybody can read it.
    pub url: String,
    /// When it was published, in milliseconds since the Unix epoch.
    pub published: Option<i64>,
    /// The store that it is in.
    pub store: PathBuf,
}

/// A store that could not be read while all were.
#[derive(Debug)]
pub struct UnreadableStore {
    /// The database, or the folder.
    pub path: PathBuf,
    /// Why.
    pub error: Error,
}
