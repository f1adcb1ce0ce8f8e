//! Removes folders that another program may have open, and does not make the application wait for that.
//!
//! `dispose()` runs on the main thread of an application. Where a scanner or a window has the document open at that
//! moment, a thread goes on trying, and the end of the process waits for it.

use std::mem;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::moving;
use super::patience::may_pass;

static UNDER_WAY: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

/// Removes a folder with all that is in it, now or within two seconds. What stays then is left to a later export.
pub fn begin(folder: &Path) {
    if !moving::remove_folder_now(folder).is_err_and(|error| may_pass(&error)) {
        return;
    }
    let folder = folder.to_owned();
    let thread = thread::Builder::new().name("session-export".to_owned());
    let started = thread.spawn(move || drop(moving::remove_folder(&folder)));
    let mut under_way = under_way();
    under_way.retain(|thread| !thread.is_finished());
    under_way.extend(started);
}

/// Waits until the folders whose removal has begun are gone, two seconds at most.
pub fn finish() {
    let threads = mem::take(&mut *under_way());
    for thread in threads {
        drop(thread.join());
    }
}

fn under_way() -> MutexGuard<'static, Vec<JoinHandle<()>>> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}
