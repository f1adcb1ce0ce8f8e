//! The end of a thread of JavaScript (`process.exit`, a worker that is ended) stops its exports, waits
//! until they have removed their private files, and disposes of its prepared exports.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use napi::Env;
use napi::bindgen_prelude::Function;

use super::abort::Flag;
use super::v8::script;
use crate::pipeline::Prepared;
use crate::sink::finish_removals;

/// How long the end waits for exports. One that hangs in the system is left to the next export into the
/// folder.
const PATIENCE: Duration = Duration::from_secs(3);

thread_local! {
    static EXPORTS: RefCell<Vec<Export>> = const { RefCell::new(Vec::new()) };
    static PREPARED: RefCell<Vec<Weak<Prepared>>> = const { RefCell::new(Vec::new()) };
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
    hook(env);
    running
}

/// Disposes of a prepared export, should JavaScript end before it is disposed of.
pub fn dispose_at_exit(env: &Env, prepared: &Arc<Prepared>) {
    PREPARED.with_borrow_mut(|known| {
        known.retain(|prepared| prepared.strong_count() > 0);
        known.push(Arc::downgrade(prepared));
    });
    hook(env);
}

/// Hears of the end. Where neither way works, what is left is removed by a later export.
fn hook(env: &Env) {
    if IS_HOOKED.replace(true) {
        return;
    }
    // A worker thread that is ended from outside, and a process that has nothing left to do.
    drop(env.add_env_cleanup_hook((), |()| stop_all()));
    // `process.exit` on the main thread, which runs no such hooks.
    drop(on_exit(env));
}

fn on_exit(env: &Env) -> napi::Result<()> {
    let end = env.create_function_from_closure("end", |_| {
        stop_all();
        Ok(())
    })?;
    let listen: Function<'_, Function<'_, (), ()>, ()> =
        script::function(env, include_str!("at_exit.js"))?;
    listen.call(end)
}

fn stop_all() {
    for prepared in PREPARED.take() {
        if let Some(prepared) = prepared.upgrade() {
            prepared.dispose();
        }
    }
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
    finish_removals();
}
