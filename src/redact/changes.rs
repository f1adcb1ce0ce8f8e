//! What was changed in a message, and in which of its texts.

use super::hits::Hits;

/// What a pass changed in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// Home folders. To do that again takes no search for secrets.
    Shortened,
    /// What can be seen of it too.
    Cleaned,
    /// Secrets too.
    Redacted,
}

/// What was changed in a message, so that it can be done again without a search of all its texts.
#[derive(Debug, Clone)]
pub struct Changes {
    /// What was changed at most.
    pub(super) most: Change,
    /// In which texts. `None` where that is not kept, and all are looked at.
    pub(super) texts: Option<Box<ChangedTexts>>,
}

/// Texts of a message that were changed.
#[derive(Debug, Clone)]
pub(super) struct ChangedTexts {
    /// In the order of the visit.
    pub texts: Vec<ChangedText>,
    /// How many texts the message has.
    pub of: usize,
}

/// A text that is to be changed.
#[derive(Debug, Clone)]
pub(super) struct ChangedText {
    /// Its place in the order of the visit.
    pub place: usize,
    /// The secrets that stand in it, where these are known to be all. `None` where it has to be searched.
    pub hits: Option<Hits>,
}

impl ChangedText {
    /// A text to be searched.
    pub fn unsearched(place: usize) -> Self {
        Self { place, hits: None }
    }
}

impl Changes {
    /// Nothing was changed.
    pub const NONE: Self = Self {
        most: Change::Nothing,
        texts: None,
    };

    /// Anything may have been changed.
    pub const UNKNOWN: Self = Self {
        most: Change::Redacted,
        texts: None,
    };
}
