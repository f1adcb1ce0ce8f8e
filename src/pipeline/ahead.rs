//! Works on the next messages in other threads, while the caller is busy with this one. Where the caller has
//! to wait for them, it works on one itself: so there are no more threads than cores.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, TryRecvError};
use std::sync::{Arc, Mutex};
use std::thread::Scope;

use crate::error::{Error, Result};
use crate::threads;

/// How much is worked on ahead, in bytes. It bounds the memory, and is enough to keep threads busy.
const MOST_BYTES: usize = 768 * 1024;
/// How many items are worked on ahead at most. Items may be small.
const MOST_ITEMS: usize = 128;
/// How much a thread is given at once, in bytes and in items: to wake one takes as long as to work on some
/// kilobytes.
const JOB_BYTES: usize = 128 * 1024;
const JOB_ITEMS: usize = 16;
/// Fewer items are done sooner than a thread is started.
const WORTH_A_THREAD: usize = 16;

type Work<'env, I, T> = &'env (dyn Fn(I) -> T + Sync);
type Job<I, T> = (Vec<I>, SyncSender<Vec<T>>);

/// Does the same work on each item, and gives the results in the order of the items.
pub struct Ahead<'env, I, T> {
    work: Work<'env, I, T>,
    /// `None` where this thread does all of it.
    jobs: Option<Jobs<I, T>>,
    /// The next job. It grows until it is worth a thread.
    next: Batch<Vec<I>>,
    /// The jobs that threads work on.
    waiting: VecDeque<Batch<Receiver<Vec<T>>>>,
    /// Results that were not taken yet.
    done: VecDeque<T>,
}

/// The way of jobs to the threads.
struct Jobs<I, T> {
    sender: Sender<Job<I, T>>,
    waiting: Arc<Mutex<Receiver<Job<I, T>>>>,
}

/// Some items, or what comes of them.
#[derive(Default)]
struct Batch<C> {
    content: C,
    items: usize,
    bytes: usize,
}

impl<'env, I: Send + 'env, T: Send + 'env> Ahead<'env, I, T> {
    /// Starts threads in `scope` for that many items, if they are worth it.
    pub fn start<'scope>(
        scope: &'scope Scope<'scope, 'env>,
        items: usize,
        work: Work<'env, I, T>,
    ) -> Self {
        let start_threads = || {
            let (sender, waiting) = mpsc::channel::<Job<I, T>>();
            let waiting = Arc::new(Mutex::new(waiting));
            for _ in 1..threads::count() {
                let waiting = waiting.clone();
                scope.spawn(move || {
                    while let Some(job) = next(&waiting) {
                        run(job, work);
                    }
                });
            }
            Jobs { sender, waiting }
        };
        Self {
            work,
            jobs: is_worth_threads(items).then(start_threads),
            next: Batch::default(),
            waiting: VecDeque::new(),
            done: VecDeque::new(),
        }
    }

    /// Tells whether to add one more before the next result is taken.
    pub fn has_room(&self) -> bool {
        if self.jobs.is_none() {
            return self.done.is_empty();
        }
        let waiting = self.waiting.iter().map(|batch| (batch.items, batch.bytes));
        let (items, bytes) = waiting.fold((self.next.items, self.next.bytes), |all, batch| {
            (all.0 + batch.0, all.1 + batch.1)
        });
        items == 0 || (bytes < MOST_BYTES && items < MOST_ITEMS)
    }

    /// Adds an item, and how much memory it takes in bytes.
    pub fn add(&mut self, item: I, bytes: usize) {
        if self.jobs.is_none() {
            self.done.push_back((self.work)(item));
            return;
        }
        self.next.content.push(item);
        self.next.items += 1;
        self.next.bytes += bytes;
        if self.next.bytes >= JOB_BYTES || self.next.items >= JOB_ITEMS {
            self.start_next();
        }
    }

    fn start_next(&mut self) {
        let Batch {
            content,
            items,
            bytes,
        } = std::mem::take(&mut self.next);
        let (Some(jobs), true) = (&self.jobs, items > 0) else {
            return;
        };
        let (sender, receiver) = mpsc::sync_channel(1);
        // If all threads have ended, `take` misses the results and fails.
        let _ = jobs.sender.send((content, sender));
        self.waiting.push_back(Batch {
            content: receiver,
            items,
            bytes,
        });
    }

    /// The next result, as soon as it is there; `None` where no item is left.
    ///
    /// # Errors
    /// [`Error::Internal`] where the work panicked.
    pub fn take(&mut self) -> Result<Option<T>> {
        if self.done.is_empty() {
            if self.waiting.is_empty() {
                self.start_next();
            }
            if let Some(batch) = self.waiting.pop_front() {
                self.done.extend(self.wait_for(&batch.content)?);
            }
        }
        Ok(self.done.pop_front())
    }

    fn wait_for(&self, results: &Receiver<Vec<T>>) -> Result<Vec<T>> {
        loop {
            match results.try_recv() {
                Ok(results) => return Ok(results),
                Err(TryRecvError::Disconnected) => return Err(Error::Internal),
                Err(TryRecvError::Empty) => {}
            }
            // A thread that waits for a job holds the lock: then there is none.
            let waiting = self.jobs.as_ref().map(|jobs| jobs.waiting.try_lock());
            let job = waiting.and_then(|waiting| waiting.ok()?.try_recv().ok());
            match job {
                Some(job) => run(job, self.work),
                None => return results.recv().map_err(|_| Error::Internal),
            }
        }
    }

    /// Works on an item at once, in this thread.
    pub fn work(&self, item: I) -> T {
        (self.work)(item)
    }
}

/// Tells whether to start threads for that many items.
pub fn is_worth_threads(items: usize) -> bool {
    items >= WORTH_A_THREAD && threads::count() > 1
}

fn run<I, T>((items, reply): Job<I, T>, work: &dyn Fn(I) -> T) {
    // Nobody waits for it where the export has failed.
    let _ = reply.send(items.into_iter().map(work).collect());
}

fn next<T>(waiting: &Mutex<Receiver<T>>) -> Option<T> {
    waiting.lock().ok()?.recv().ok()
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn squares(count: u64) -> Vec<u64> {
        let square = |number: u64| {
            // The first take longest.
            thread::sleep(Duration::from_micros(500_u64.saturating_sub(number * 5)));
            number * number
        };
        thread::scope(|scope| {
            let mut ahead = Ahead::start(scope, usize::try_from(count).unwrap(), &square);
            let mut numbers = 0..count;
            let mut results = Vec::new();
            loop {
                while ahead.has_room()
                    && let Some(number) = numbers.next()
                {
                    ahead.add(number, 100_000);
                }
                match ahead.take().unwrap() {
                    Some(result) => results.push(result),
                    None => return results,
                }
            }
        })
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for count in [0, 1, 15, 200] {
            assert_eq!(
                squares(count),
                (0..count).map(|n| n * n).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn what_is_worked_on_ahead_is_bounded() {
        thread::scope(|scope| {
            let mut ahead = Ahead::start(scope, 1000, &|number: usize| number);
            for (bytes, most) in [(MOST_BYTES / 4, 4), (0, MOST_ITEMS)] {
                let mut added = 0;
                while ahead.has_room() && added < 1000 {
                    ahead.add(added, bytes);
                    added += 1;
                }
                assert!(added <= most, "{added}");
                while ahead.take().unwrap().is_some() {}
            }
        });
    }

    #[test]
    fn a_panic_in_the_work_is_an_error_and_no_endless_wait() {
        let result = std::panic::catch_unwind(|| {
            thread::scope(|scope| {
                let work = |number: usize| assert!(number < 3, "a bug");
                let work: &(dyn Fn(usize) + Sync) = Box::leak(Box::new(work));
                let mut ahead = Ahead::start(scope, 1000, work);
                for number in 0..10 {
                    ahead.add(number, 0);
                }
                let mut taken = 0;
                while let Ok(Some(())) = ahead.take() {
                    taken += 1;
                }
                // The items that a thread got together with it are lost.
                assert!(taken <= 3, "{taken}");
            });
        });
        assert!(result.is_err());
    }
}
