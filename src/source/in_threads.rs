//! The same work on each of thousands of files, in several threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::error::{Error, Result};
use crate::stop::Stop;
use crate::threads;

/// Fewer items are done sooner than a thread is started.
const WORTH_A_THREAD: usize = 64;

/// Does the work on each item; what comes of them is in their order.
///
/// # Errors
/// Those of the work, and [`Error::Aborted`].
pub fn in_threads<I: Sync, T: Send>(
    items: &[I],
    stop: &Stop,
    work: impl Fn(&I) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let run = || -> Result<Vec<(usize, T)>> {
        let mut done = Vec::new();
        loop {
            stop.check()?;
            let at = next.fetch_add(1, Ordering::Relaxed);
            match items.get(at) {
                Some(item) => done.push((at, work(item)?)),
                None => return Ok(done),
            }
        }
    };
    let others = match items.len() < WORTH_A_THREAD {
        true => 0,
        false => threads::count() - 1,
    };
    let mut done = thread::scope(|scope| -> Result<Vec<(usize, T)>> {
        let working: Vec<_> = (0..others).map(|_| scope.spawn(run)).collect();
        let mut done = run();
        for thread in working {
            let more = thread.join().unwrap_or(Err(Error::Internal));
            done = done.and_then(|mut done| {
                done.extend(more?);
                Ok(done)
            });
        }
        done
    })?;
    done.sort_unstable_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, one)| one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_and_an_error_ends_it() {
        let stop = Stop::default();
        for count in [0, 3, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let doubled = in_threads(&items, &stop, |item| Ok(item * 2)).unwrap();
            assert_eq!(
                doubled,
                items.iter().map(|item| item * 2).collect::<Vec<_>>()
            );
        }
        let items = [1; 1000];
        let failed = in_threads(&items, &stop, |_| -> Result<()> { Err(Error::NoStores) });
        assert_eq!(failed.unwrap_err().code(), Error::NoStores.code());
        stop.raise();
        assert!(matches!(
            in_threads(&items, &stop, |_| Ok(())),
            Err(Error::Aborted)
        ));
    }
}
