//! Reads the messages of a session tree, in their order, before the caller takes them.

use super::ahead::Ahead;
use crate::error::{Error, Result};
use crate::source::{Fetched, Messages, Size};

/// The place of a message: its session, and its own place in it.
pub type MessagePlace = (usize, usize);

/// A message that was fetched, to be worked on.
pub type Item<'i> = (MessagePlace, Fetched<'i>);

/// Gives out messages that were worked on.
pub struct Reader<'m, 'env, 'i: 'env, T, P> {
    messages: &'m mut (dyn Messages<'i> + 'i),
    ahead: Ahead<'env, Item<'i>, T>,
    /// The places that were not fetched yet.
    to_fetch: P,
    /// The places that were not taken yet.
    to_take: P,
    /// How many more were fetched than taken.
    waiting: usize,
}

impl<'m, 'env, 'i: 'env, T, P> Reader<'m, 'env, 'i, T, P>
where
    T: Send + 'env,
    P: Iterator<Item = MessagePlace> + Clone,
{
    /// Reads the messages at these places, in their order. The places are gone over twice: a session may have more
    /// than should be in memory.
    pub fn new(
        messages: &'m mut (dyn Messages<'i> + 'i),
        ahead: Ahead<'env, Item<'i>, T>,
        places: P,
    ) -> Self {
        Self {
            messages,
            ahead,
            to_fetch: places.clone(),
            to_take: places,
            waiting: 0,
        }
    }

    /// The message at the next place.
    pub fn next(&mut self) -> Result<T> {
        while self.ahead.has_room()
            && let Some(place) = self.to_fetch.next()
        {
            let fetched = self.messages.fetch(place.0, place.1)?;
            let bytes = fetched.bytes();
            self.ahead.add((place, fetched), bytes);
            self.waiting += 1;
        }
        let worked = self.ahead.take()?.ok_or(Error::Internal)?;
        self.waiting -= 1;
        self.to_take.next();
        Ok(worked)
    }

    /// The message at any place.
    pub fn at(&mut self, place: MessagePlace) -> Result<T> {
        if self.to_take.clone().next() == Some(place) {
            return self.next();
        }
        self.rewind()?;
        let fetched = self.messages.fetch(place.0, place.1)?;
        Ok(self.ahead.work((place, fetched)))
    }

    /// Forgets what was fetched and not taken yet, so that it is fetched again.
    fn rewind(&mut self) -> Result<()> {
        for _ in 0..std::mem::take(&mut self.waiting) {
            self.ahead.take()?;
        }
        self.to_fetch = self.to_take.clone();
        Ok(())
    }
}

/// All places of sessions of some sizes.
pub fn places(sizes: &[Size]) -> impl Iterator<Item = MessagePlace> + Clone {
    let sizes = sizes.iter().enumerate();
    sizes.flat_map(|(session, size)| (0..size.messages).map(move |index| (session, index)))
}
