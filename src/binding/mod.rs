//! The Node native addon: it translates, and decides nothing.

mod abort;
mod at_exit;
mod error;
pub mod export;
mod export_task;
mod export_thread;
pub mod guard;
pub mod lists;
pub mod prepare;
pub mod progress;
pub mod redact;
pub mod report;
mod session;
pub mod stay_loaded;
mod unwind;
mod v8;
pub mod verify;
pub mod write;
pub mod write_text;
