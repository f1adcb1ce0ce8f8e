//! Stores and lists of sessions.

mod list;
pub mod store;
