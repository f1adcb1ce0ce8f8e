//! Reads the messages of a session tree, in their order and ahead of who takes them.

use super::ahead::Ahead;
use crate::error::{Error, Result};
use crate::model::Message;
use crate::source::{Fetched, Messages, Size};

/// The place of a message: its session, and its own place in it.
pub type Place = (usize, usize);

/// A message that was fetched, to be worked on.
pub type Item<'i> = (Place, Fetched<'i>);

/// What comes of it: a message that can be given back.
pub trait Worked {
    /// The message as it is to be kept. `None` where there is none to keep.
    fn into_message(self) -> Option<Message>;
}

/// Gives out messages that were worked on.
pub struct Reader<'m, 'env, 'i: 'env, T> {
    messages: &'m mut (dyn Messages<'i> + 'i),
    ahead: Ahead<'env, Item<'i>, T>,
    places: Vec<Place>,
    /// How many of the places were fetched.
    fetched: usize,
    /// How many of them were taken.
    taken: usize,
}

impl<'m, 'env, 'i: 'env, T: Worked + Send + 'env> Reader<'m, 'env, 'i, T> {
    pub fn new(
        messages: &'m mut (dyn Messages<'i> + 'i),
        ahead: Ahead<'env, Item<'i>, T>,
        places: Vec<Place>,
    ) -> Self {
        Self {
            messages,
            ahead,
            places,
            fetched: 0,
            taken: 0,
        }
    }

    /// The message at the next place.
    pub fn next(&mut self) -> Result<T> {
        while self.ahead.has_room()
            && let Some(place) = self.places.get(self.fetched)
        {
            let fetched = self.messages.fetch(place.0, place.1)?;
            let bytes = fetched.bytes();
            self.ahead.add((*place, fetched), bytes);
            self.fetched += 1;
        }
        let worked = self.ahead.take()?.ok_or(Error::Internal)?;
        self.taken += 1;
        Ok(worked)
    }

    /// The message at any place.
    pub fn at(&mut self, place: Place) -> Result<T> {
        if self.places.get(self.taken) == Some(&place) {
            return self.next();
        }
        self.rewind()?;
        let fetched = self.messages.fetch(place.0, place.1)?;
        Ok(self.ahead.work((place, fetched)))
    }

    /// Takes back a message that was given out.
    pub fn give_back(&mut self, (session, index): Place, message: Message) {
        self.messages.give_back(session, index, message);
    }

    /// Gives back what was fetched and not taken yet.
    fn rewind(&mut self) -> Result<()> {
        for place in self.taken..self.fetched {
            let worked = self.ahead.take()?.and_then(T::into_message);
            if let (Some(message), Some(place)) = (worked, self.places.get(place).copied()) {
                self.give_back(place, message);
            }
        }
        self.fetched = self.taken;
        Ok(())
    }
}

/// All places of sessions of some sizes.
pub fn places(sizes: &[Size]) -> impl Iterator<Item = Place> {
    let sizes = sizes.iter().enumerate();
    sizes.flat_map(|(session, size)| (0..size.messages).map(move |index| (session, index)))
}
