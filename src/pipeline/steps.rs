//! How far a phase of an export is.

use super::{Control, Phase, Progress};

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
