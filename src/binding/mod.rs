//! The Node native addon: it translates, and decides nothing.

mod abort;
mod error;
mod export;
mod guard;
mod input;
mod report;
mod script;
mod unwind;
mod write_task;
