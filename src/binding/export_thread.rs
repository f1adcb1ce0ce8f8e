//! Threads that exports run on, each kept for the next export. On Node's pool every export would be on another of
//! its threads, and an allocator keeps for each what it once had: after five exports that was 20 MB more.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::unwind::guarded;
use crate::error::{Error, Result};

/// How many threads without work are kept.
const MOST_IDLE: usize = 4;

type Work = Box<dyn FnOnce() + Send>;

static IDLE: Mutex<Vec<Sender<Work>>> = Mutex::new(Vec::new());

/// Work on such a thread.
pub struct Running<T> {
    thread: Sender<Work>,
    result: Receiver<Result<T>>,
}

/// Starts `work` on such a thread.
///
/// # Errors
/// [`Error::Internal`] where there is no thread to be had.
pub fn start<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<Running<T>> {
    let thread = idle().pop();
    let thread = thread.or_else(start_thread).ok_or(Error::Internal)?;
    let (sender, result) = mpsc::sync_channel(1);
    let work = Box::new(move || {
        // If nobody waits for it any more, the result is dropped.
        let _ = sender.send(guarded(work));
    });
    thread.send(work).map_err(|_| Error::Internal)?;
    Ok(Running { thread, result })
}

impl<T> Running<T> {
    /// Waits for the work and gives its result. A panic becomes [`Error::Internal`].
    pub fn wait(self) -> Result<T> {
        let result = self.result.recv().map_err(|_| Error::Internal)?;
        let mut idle = idle();
        if idle.len() < MOST_IDLE {
            idle.push(self.thread);
        }
        result
    }
}

fn idle() -> MutexGuard<'static, Vec<Sender<Work>>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a thread, which ends when nobody can give it work any more.
fn start_thread() -> Option<Sender<Work>> {
    let (sender, works): (_, Receiver<Work>) = mpsc::channel();
    let thread = thread::Builder::new().name("session-export".to_owned());
    let started = thread.spawn(move || works.into_iter().for_each(|work| work()));
    started.is_ok().then_some(sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_on_a_thread_that_is_kept() {
        let name = || {
            Ok((
                thread::current().id(),
                thread::current().name().map(str::to_owned),
            ))
        };
        let run = |work: fn() -> _| start(work)?.wait();
        let first = run(name).unwrap();
        assert_eq!(first.1.as_deref(), Some("session-export"));
        assert_eq!(run(name).unwrap(), first);
        assert_eq!(run(|| panic!("a bug")).unwrap_err().code(), "ERR_INTERNAL");
        assert_eq!(run(name).unwrap(), first);
    }
}
