//! What the search for names, addresses and paths found.

use std::ops::Range;

/// A place in a text, and the id of what was found there.
pub type Found = (Range<usize>, &'static str);
