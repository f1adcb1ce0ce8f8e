//! Removes folders that another program may have open, and does not make the application wait for that.
//!
//! `dispose()` runs on the main thread of an application. Where a scanner or a window has the document open at that
//! moment, a thread goes on trying for two seconds, and the end of the process waits for it. What is open even longer is
//! tried again before each further removal, and when the process ends.

use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::moving;
use crate::patience::may_pass;

static REMOVALS: Mutex<Removals> = Mutex::new(Removals {
    under_way: Vec::new(),
    left: Vec::new(),
});

struct Removals {
    under_way: Vec<JoinHandle<()>>,
    /// Folders that could not be removed in time.
    left: Vec<PathBuf>,
}

/// Removes a folder with all that is in it, now or as soon as no other program has it open.
pub fn begin(folder: &Path) {
    remove_left();
    if !is_kept(folder) {
        return;
    }
    let folder = folder.to_owned();
    let thread = thread::Builder::new().name("session-export".to_owned());
    let started = thread.spawn(move || {
        if moving::remove_folder(&folder).is_err() {
            removals().left.push(folder);
        }
    });
    let mut removals = removals();
    removals.under_way.retain(|thread| !thread.is_finished());
    removals.under_way.extend(started);
}

/// Waits until the folders whose removal has begun are gone, two seconds at most. What stays then is left to an export
/// of another process.
pub fn finish() {
    let threads = mem::take(&mut removals().under_way);
    for thread in threads {
        drop(thread.join());
    }
    remove_left();
}

fn remove_left() {
    let mut left = mem::take(&mut removals().left);
    left.retain(|folder| is_kept(folder));
    removals().left.append(&mut left);
}

/// Removes a folder. Tells whether another program keeps it.
fn is_kept(folder: &Path) -> bool {
    moving::remove_folder_now(folder).is_err_and(|error| may_pass(&error))
}

fn removals() -> MutexGuard<'static, Removals> {
    REMOVALS.lock().unwrap_or_else(PoisonError::into_inner)
}
