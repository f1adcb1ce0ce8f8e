//! Threads that exports run on, each kept for the next export. On Node's pool every export would be on another of
//! its threads, and an allocator keeps for each what it once had: after five exports that was 20 MB more.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::unwind::guarded;
use crate::error::{Error, Result};

/// How many threads without work are kept.
const MOST_IDLE: usize = 4;

type Work = Box<dyn FnOnce() + Send>;

static IDLE: Mutex<Vec<Sender<Work>>> = Mutex::new(Vec::new());

/// Runs `work` on such a thread and waits for it; a panic becomes [`Error::Internal`].
pub fn run<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let thread = idle.or_else(start).ok_or(Error::Internal)?;
    let (sender, result) = mpsc::sync_channel(1);
    let work = Box::new(move || {
        // Whoever waits is there until it comes.
        let _ = sender.send(guarded(work));
    });
    thread.send(work).map_err(|_| Error::Internal)?;
    let result = result.recv().map_err(|_| Error::Internal)?;
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if idle.len() < MOST_IDLE {
        idle.push(thread);
    }
    result
}

/// Starts a thread, which ends when nobody can give it work any more.
fn start() -> Option<Sender<Work>> {
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
        let first = run(name).unwrap();
        assert_eq!(first.1.as_deref(), Some("session-export"));
        assert_eq!(run(name).unwrap(), first);
        assert_eq!(
            run::<()>(|| panic!("a bug")).unwrap_err().code(),
            "ERR_INTERNAL"
        );
        assert_eq!(run(name).unwrap(), first);
    }
}
