//! Lists of places in a text that a thread fills again for the next text. To make a list longer, an allocator
//! may let every other thread wait.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut, Range};

/// A place in a text, and the number of what stands there.
pub type NumberedPlace = (usize, Range<usize>);

/// How many places a list that is kept has room for at most.
const MOST_PLACES: usize = 4096;
/// How many lists are kept: as many as are in use at once for one text.
const MOST_LISTS: usize = 4;

thread_local! {
    static UNUSED: RefCell<Vec<Vec<NumberedPlace>>> = const { RefCell::new(Vec::new()) };
}

/// A list of places, which starts empty.
#[derive(Debug)]
pub struct PlaceList(Vec<NumberedPlace>);

impl Default for PlaceList {
    fn default() -> Self {
        let unused = UNUSED.with_borrow_mut(Vec::pop);
        Self(unused.unwrap_or_default())
    }
}

impl Drop for PlaceList {
    fn drop(&mut self) {
        let mut list = std::mem::take(&mut self.0);
        list.clear();
        list.shrink_to(MOST_PLACES);
        // While a thread ends there may be none to keep it for.
        let _ = UNUSED.try_with(|unused| {
            let mut unused = unused.borrow_mut();
            if unused.len() < MOST_LISTS {
                unused.push(list);
            }
        });
    }
}

impl Deref for PlaceList {
    type Target = Vec<NumberedPlace>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for PlaceList {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_filled_again_and_what_a_long_one_needed_is_given_back() {
        let mut list = PlaceList::default();
        list.extend((0..100).map(|number| (number, 0..1)));
        let room = list.capacity();
        drop(list);
        let (again, other) = (PlaceList::default(), PlaceList::default());
        assert!(again.is_empty() && other.is_empty());
        assert_eq!((again.capacity(), other.capacity()), (room, 0));
        drop((again, other));
        let mut long = PlaceList::default();
        long.resize(2 * MOST_PLACES, (0, 0..1));
        drop(long);
        let rooms = [(); MOST_LISTS].map(|()| PlaceList::default().capacity());
        assert!(rooms.iter().all(|room| *room <= MOST_PLACES), "{rooms:?}");
    }
}
