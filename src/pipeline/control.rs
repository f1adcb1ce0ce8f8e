//! The caller's hand on an export that runs: how far it is, and whether it goes on.

use crate::error::{Error, Result};
use crate::stop::Stop;

/// The phase of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Messages are read, and searched for secrets.
    Read,
    /// Values that were found are looked for everywhere.
    Redact,
    /// The document is written.
    Write,
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The phase that it is in.
    pub phase: Phase,
    /// How many messages went through this phase.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// The caller's hand on an export that runs.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Says whether to go on. Several threads ask it, at least once for each string of the session.
    pub go_on: &'a (dyn Fn() -> bool + Sync),
    /// The flag behind it, at which a long statement of a database looks.
    pub stop: Option<&'a Stop>,
    /// Is told after each message how far the export is.
    pub on_progress: &'a dyn Fn(Progress),
    /// Is called when a file lacks nothing but its name. The export goes on after it where `go_on` says so, and
    /// cannot be stopped any more then.
    pub before_name: &'a dyn Fn(),
}

impl Control<'_> {
    /// Goes on to the end, and tells nobody.
    pub const NONE: Self = Self {
        go_on: &|| true,
        stop: None,
        on_progress: &|_| (),
        before_name: &|| (),
    };

    /// Fails once the caller does not go on.
    pub(super) fn check(&self) -> Result<()> {
        if (self.go_on)() {
            Ok(())
        } else {
            Err(Error::Aborted)
        }
    }
}

/// Tells how far a phase is.
pub struct Steps<'a> {
    control: Control<'a>,
    progress: Progress,
}

impl<'a> Steps<'a> {
    /// Starts a phase over so many messages, and tells that nothing of it is done.
    pub fn start(control: Control<'a>, phase: Phase, total: usize) -> Self {
        let progress = Progress {
            phase,
            done: 0,
            total,
        };
        (control.on_progress)(progress);
        Self { control, progress }
    }

    /// Another message is done.
    pub fn step(&mut self) {
        // The text of changes is shown last, so that some messages are asked for once more.
        if self.progress.done < self.progress.total {
            self.progress.done += 1;
            (self.control.on_progress)(self.progress);
        }
    }
}
