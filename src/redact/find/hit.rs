//! A hit: the place that a search found, and the rule that found it.

use std::ops::Range;

/// A place in a text that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The bytes of the secret, on character boundaries.
    pub range: Range<usize>,
    /// The rule's id.
    pub rule: &'static str,
}

/// The rule's id, which is the placeholder's name too.
pub const ID: &str = "named-secret";

/// A place in a text, and the number of what stands there.
pub type NumberedPlace = (usize, Range<usize>);
