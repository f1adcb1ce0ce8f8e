//! A name, an address or a path that the search found.

use std::ops::Range;

/// A place in a text, and the id of what was found there.
pub type Found = (Range<usize>, &'static str);
