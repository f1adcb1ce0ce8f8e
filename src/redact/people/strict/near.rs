//! Patterns that are tried near some words only.

use std::ops::Range;

use regex::bytes::Captures;

use super::found::Found;
use crate::redact::find::pattern::Pattern;

/// A pattern, and words of which one stands in each match.
pub struct Near {
    pub words: &'static [&'static str],
    pub pattern: Pattern,
    /// Adds the names in a match.
    pub judge: fn(&str, &Captures, &mut Vec<Found>),
}

/// The place of a group, where it is whole characters.
pub fn group(text: &str, groups: &Captures, number: usize) -> Option<Range<usize>> {
    let place = groups.get(number)?.range();
    text.get(place.clone()).map(|_| place)
}
