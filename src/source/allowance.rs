//! How much of files beside a log is read. A log of some kilobytes may name the same large file thousands of times, so
//! what a message may bring of them is known before it is read.

use std::cell::Cell;
use std::collections::HashMap;

/// How many bytes of such files are read for one message, which is in memory as a whole: thirty pictures as DSH makes
/// them, of 2,048 pixels.
pub const MOST_OF_MESSAGE: u64 = 64 * 1024 * 1024;
/// The same for one document.
const MOST_OF_DOCUMENT: u64 = 1024 * 1024 * 1024;

/// The bytes that each message of a document may read. A message is read several times, and gets the same each time.
#[derive(Default)]
pub struct Allowances {
    given: u64,
    of_messages: HashMap<(usize, usize), u64>,
}

impl Allowances {
    /// The bytes that a message may read, by the session and its own place in it, of those that it names.
    pub fn of(&mut self, message: (usize, usize), named: u64) -> u64 {
        if named == 0 {
            return 0;
        }
        let left = MOST_OF_DOCUMENT.saturating_sub(self.given);
        let given = &mut self.given;
        *self.of_messages.entry(message).or_insert_with(|| {
            let allowed = named.min(MOST_OF_MESSAGE).min(left);
            *given += allowed;
            allowed
        })
    }
}

/// The bytes of such files that a message may still read.
#[derive(Debug, Clone, Default)]
pub struct Allowance(Cell<u64>);

impl Allowance {
    /// Makes one of so many bytes.
    pub fn of(bytes: u64) -> Self {
        Self(Cell::new(bytes))
    }

    /// Takes so many of them, where they are left.
    pub fn take(&self, bytes: u64) -> bool {
        let left = self.0.get().checked_sub(bytes);
        self.0.set(left.unwrap_or(self.0.get()));
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_may_read_the_same_each_time_and_a_document_no_more_than_its_share() {
        let mut allowances = Allowances::default();
        let all = (0..20).map(|index| allowances.of((0, index), u64::MAX));
        assert_eq!(all.sum::<u64>(), MOST_OF_DOCUMENT);
        assert_eq!(allowances.of((0, 3), u64::MAX), MOST_OF_MESSAGE);
        assert_eq!(allowances.of((0, 19), u64::MAX), 0);
        let allowance = Allowance::of(10);
        assert_eq!(
            [4, 7, 6, 1].map(|bytes| allowance.take(bytes)),
            [true, false, true, false]
        );
    }
}
