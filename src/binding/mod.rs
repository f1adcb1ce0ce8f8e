//! The Node native addon: it translates, and decides nothing.

mod abort;
mod at_exit;
mod error;
pub mod export;
mod export_thread;
mod external_string;
pub mod guard;
mod input;
mod list;
pub mod progress;
pub mod redact;
pub mod report;
mod script;
pub mod store;
mod take_over;
mod unwind;
mod utf16;
mod utf8_encoder;
pub mod verify;
pub mod write_task;
pub mod write_text;
