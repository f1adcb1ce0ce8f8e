//! What was changed in a message, and in which of its texts.

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
    /// In which texts. `None` where that is not known.
    pub(super) texts: Option<ChangedTexts>,
}

/// Texts of a message, by their places in the order of the visit.
#[derive(Debug, Clone)]
pub(super) struct ChangedTexts {
    /// In ascending order.
    pub places: Vec<usize>,
    /// How many texts the message has.
    pub of: usize,
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
