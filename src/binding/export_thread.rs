//! Threads that exports run on, each kept for the next export. On Node's pool every export would be on another of
//! its threads, and an allocator keeps for each what it once had: after five exports that was 20 MB more.

use std::mem;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::unwind::guarded;
use crate::error::{Error, Result};

/// How many threads without work are kept.
const MOST_IDLE: usize = 4;

type ThreadWork = Box<dyn FnOnce() + Send>;

static IDLE: Mutex<Vec<Sender<ThreadWork>>> = Mutex::new(Vec::new());

/// Work on such a thread.
pub struct RunningExport<T>(Arc<Mutex<State<T>>>);

/// The work runs, or somebody waits for its result, or the result is there, or it was given.
enum State<T> {
    Running,
    Awaited(Box<dyn FnOnce(Result<T>) + Send>),
    Ended(Result<T>),
    Told,
}

/// Starts `work` on such a thread.
///
/// # Errors
/// [`Error::Internal`] where there is no thread to be had.
pub fn start<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<RunningExport<T>> {
    let thread = idle().pop();
    let thread = thread.or_else(start_thread).ok_or(Error::Internal)?;
    let running = RunningExport(Arc::new(Mutex::new(State::Running)));
    let (ended, kept) = (RunningExport(running.0.clone()), thread.clone());
    let work = Box::new(move || {
        let result = guarded(work);
        let mut idle = idle();
        if idle.len() < MOST_IDLE {
            idle.push(kept);
        }
        drop(idle);
        ended.end(result);
    });
    thread.send(work).map_err(|_| Error::Internal)?;
    Ok(running)
}

impl<T: Send + 'static> RunningExport<T> {
    /// Calls `told` with the result once the work has ended, on its thread; now, where it has ended already. A panic
    /// of the work becomes [`Error::Internal`].
    pub fn then(self, told: impl FnOnce(Result<T>) + Send + 'static) {
        let mut state = self.state();
        match mem::replace(&mut *state, State::Told) {
            State::Ended(result) => {
                drop(state);
                told(result);
            }
            _ => *state = State::Awaited(Box::new(told)),
        }
    }

    /// Waits for the work and gives its result.
    pub fn wait(self) -> Result<T> {
        let (sender, result) = mpsc::sync_channel(1);
        self.then(move |result| drop(sender.send(result)));
        result.recv().map_err(|_| Error::Internal)?
    }

    fn end(self, result: Result<T>) {
        let mut state = self.state();
        match mem::replace(&mut *state, State::Told) {
            State::Awaited(told) => {
                drop(state);
                told(result);
            }
            // If nobody waits for it any more, the result is dropped with it.
            _ => *state = State::Ended(result),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn idle() -> MutexGuard<'static, Vec<Sender<ThreadWork>>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a thread, which ends when nobody can give it work any more.
fn start_thread() -> Option<Sender<ThreadWork>> {
    let (sender, works): (_, Receiver<ThreadWork>) = mpsc::channel();
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

    #[test]
    fn who_asks_late_is_told_at_once() {
        let running = start(|| Ok(7)).unwrap();
        while matches!(*running.state(), State::Running) {
            thread::yield_now();
        }
        let (sender, told) = mpsc::channel();
        running.then(move |result| sender.send(result.unwrap()).unwrap());
        assert_eq!(told.try_recv(), Ok(7));
    }
}
