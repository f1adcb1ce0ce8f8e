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
    pub(super) texts: Option<ChangedTexts>,
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
}

/// What was changed in each message of a session. Of most of them that is a byte, as there may be more of them
/// than should be in memory.
#[derive(Debug, Default)]
pub struct SessionChanges {
    most: Vec<Change>,
    /// By message, in order.
    texts: Vec<(usize, ChangedTexts)>,
}

impl SessionChanges {
    /// Those of a session of so many messages, none of which was seen yet.
    pub fn of(messages: usize) -> Self {
        Self {
            most: Vec::with_capacity(messages),
            texts: Vec::new(),
        }
    }

    /// Adds those of the next message.
    pub fn push(&mut self, changes: Changes) {
        if let Some(texts) = changes.texts {
            self.texts.push((self.most.len(), texts));
        }
        self.most.push(changes.most);
    }

    /// Those of a message that was seen.
    pub fn get(&self, message: usize) -> Option<SeenChanges<'_>> {
        let most = *self.most.get(message)?;
        let place = self.texts.binary_search_by_key(&message, |(at, _)| *at);
        let texts = place.ok().and_then(|place| self.texts.get(place));
        Some(SeenChanges {
            most,
            texts: texts.map(|(_, texts)| texts),
        })
    }
}

/// What was changed in one of the messages of a session.
#[derive(Debug, Clone, Copy)]
pub struct SeenChanges<'a> {
    /// What was changed at most.
    pub(super) most: Change,
    /// In which texts. `None` where that is not kept, and all are looked at.
    pub(super) texts: Option<&'a ChangedTexts>,
}

impl SeenChanges<'_> {
    /// Anything may have been changed.
    pub const UNKNOWN: Self = Self {
        most: Change::Redacted,
        texts: None,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_has_its_own_changes() {
        let mut changes = SessionChanges::of(3);
        changes.push(Changes::NONE);
        for of in [7, 9] {
            let texts = vec![ChangedText::unsearched(5)];
            changes.push(Changes {
                most: Change::Redacted,
                texts: Some(ChangedTexts { texts, of }),
            });
        }
        changes.push(Changes {
            most: Change::Shortened,
            texts: None,
        });
        let seen = |message| {
            let seen = changes.get(message)?;
            Some((seen.most, seen.texts.map(|texts| texts.of)))
        };
        assert_eq!(seen(0), Some((Change::Nothing, None)));
        assert_eq!(seen(1), Some((Change::Redacted, Some(7))));
        assert_eq!(seen(2), Some((Change::Redacted, Some(9))));
        assert_eq!(seen(3), Some((Change::Shortened, None)));
        assert_eq!(seen(4), None);
    }
}
