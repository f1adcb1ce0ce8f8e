//! How many threads work on what somebody waits for.

use std::num::NonZeroUsize;
use std::thread;

/// More would be felt by whoever works on the computer, or wait for its memory.
const MOST: usize = 5;

/// How many there should be, the caller's among them: one for each core, up to five.
pub fn count() -> usize {
    thread::available_parallelism().map_or(1, |cores| NonZeroUsize::get(cores).min(MOST))
}
