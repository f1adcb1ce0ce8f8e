//! What every message of an export is redacted by. Threads share it.

use std::sync::Arc;

use super::hits::Hits;
use super::people::People;
use super::place_list::PlaceList;
use super::plain_words::PlainWords;
use super::recent_texts::RecentTexts;
use crate::options::{RedactLevel, RedactOptions};

/// What every message of an export is redacted by.
#[derive(Clone)]
pub struct Settings<'a> {
    pub level: RedactLevel,
    /// Whether the contents of attachments are shown.
    pub shows_contents: bool,
    pub people: Arc<People>,
    /// What was searched a moment ago.
    pub recent: Arc<RecentTexts>,
    /// Short texts that were searched before.
    pub plain_words: PlainWords,
    pub go_on: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Settings<'a> {
    pub fn new(
        options: &RedactOptions,
        people: Arc<People>,
        go_on: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        Self {
            level: options.level,
            shows_contents: options.shows_contents,
            people,
            recent: Arc::default(),
            plain_words: PlainWords::default(),
            go_on,
        }
    }

    /// What stands in a text and is not to be shown, and where home folders may end.
    pub fn hits(&self, text: &str) -> (Hits, PlaceList) {
        // What a caller names goes at every level.
        let mut hits = self.people.find(text);
        if self.level == RedactLevel::Off {
            return (hits, PlaceList::default());
        }
        let (found, endings) = self.people.scan(text, self.level);
        hits.extend(found.into_iter().map(|hit| (hit.range, hit.rule)));
        (hits, endings)
    }
}
