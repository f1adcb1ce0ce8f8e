//! The end of a thread of JavaScript (`process.exit`, a worker that is ended) stops its exports, and waits
//! until they have removed their private files.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::time::{Duration, Instant};

use napi::Env;

use super::abort::Flag;

/// How long the end waits for exports. One that hangs in the system is left to the next export into the
/// folder.
const PATIENCE: Duration = Duration::from_secs(3);

thread_local! {
    static EXPORTS: RefCell<Vec<Export>> = const { RefCell::new(Vec::new()) };
    static IS_HOOKED: Cell<bool> = const { Cell::new(false) };
}

struct Export {
    flag: Flag,
    has_begun: Arc<AtomicBool>,
    /// Nothing is sent: it ends when the export drops its end.
    ended: Receiver<()>,
}

/// Is dropped when the export has cleaned up.
pub struct Running {
    has_begun: Arc<AtomicBool>,
    _end: Sender<()>,
}

impl Running {
    /// The export is about to write. It has to look at its flag after this: where JavaScript has ended just now,
    /// nobody waits for it.
    pub fn begin(&self) {
        self.has_begun.store(true, Ordering::SeqCst);
        fence(Ordering::SeqCst);
    }
}

/// Stops an export by its flag, and waits for it, should JavaScript end before it.
pub fn stop_at_exit(env: &Env, flag: &Flag) -> Running {
    let (end, ended) = mpsc::channel();
    let running = Running {
        has_begun: Arc::default(),
        _end: end,
    };
    let export = Export {
        flag: flag.clone(),
        has_begun: running.has_begun.clone(),
        ended,
    };
    EXPORTS.with_borrow_mut(|exports| {
        exports.retain(|export| export.ended.try_recv() == Err(TryRecvError::Empty));
        exports.push(export);
    });
    if !IS_HOOKED.replace(true) {
        // Without it, what is left is removed by the next export into the folder.
        drop(env.add_env_cleanup_hook((), |()| stop_all()));
    }
    running
}

fn stop_all() {
    IS_HOOKED.set(false);
    let exports = EXPORTS.take();
    for export in &exports {
        export.flag.raise();
    }
    fence(Ordering::SeqCst);
    let start = Instant::now();
    // One that has not begun would wait for JavaScript, which is here.
    for export in exports
        .iter()
        .filter(|export| export.has_begun.load(Ordering::SeqCst))
    {
        let left = PATIENCE.saturating_sub(start.elapsed());
        let _ = export.ended.recv_timeout(left);
    }
}
