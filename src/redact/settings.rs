//! What every message of an export is redacted by. Threads share it.

use std::sync::Arc;

use super::find::carrier::{self, Carriers};
use super::find::marks::Unmarked;
use super::hits::Hits;
use super::people::People;
use super::place_list::PlaceList;
use super::plain_words::PlainWords;
use super::recent_texts::RecentTexts;
use super::scan::Hit;
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
    pub fn hits(&self, text: &str, told: &Carriers) -> (Hits, PlaceList) {
        // What a caller names goes at every level.
        let mut hits = self.people.find(text);
        if self.level == RedactLevel::Off {
            return (hits, PlaceList::default());
        }
        let (found, endings) = self.found(text, told);
        hits.extend(found.into_iter().map(|hit| (hit.range, hit.rule)));
        (hits, endings)
    }

    /// The secrets in a text, by what is told of it, and where home folders may end.
    fn found(&self, text: &str, told: &Carriers) -> (Vec<Hit>, PlaceList) {
        let Some(unmarked) = Unmarked::of(text) else {
            let (mut found, endings) = self.people.scan(text, self.level);
            carrier::refine(text, told, &[], &mut found);
            return (found, endings);
        };
        let (mut found, mut endings) = self.people.scan(&unmarked.text, self.level);
        carrier::refine(&unmarked.text, told, &unmarked.files, &mut found);
        for hit in &mut found {
            hit.range = unmarked.place(&hit.range);
        }
        if unmarked.is_certain {
            for (_, place) in endings.iter_mut() {
                *place = unmarked.place(place);
            }
        } else {
            let (as_it_is, endings_of_text) = self.people.scan(text, self.level);
            found.extend(as_it_is);
            endings = endings_of_text;
        }
        (found, endings)
    }
}
