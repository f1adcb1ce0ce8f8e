//! What every message of an export is redacted by. Threads share it.

use std::ops::Range;
use std::sync::Arc;

use super::find::carrier::{self, Carrier, Carriers};
use super::find::marks::{self, Unmarked};
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
        let (found, endings) = self.found(text, told, &[], 0);
        hits.extend(found.into_iter().map(|hit| (hit.range, hit.rule)));
        (hits, endings)
    }

    /// The secrets in a text behind so many marks, by what is told of it and the files of some of its lines, and where
    /// home folders may end.
    fn found(
        &self,
        text: &str,
        told: &Carriers,
        files: &[(Range<usize>, Carrier)],
        marks: usize,
    ) -> (Vec<Hit>, PlaceList) {
        let as_it_is = || {
            let (mut found, endings) = self.people.scan(text, self.level);
            carrier::refine(text, told, files, &mut found);
            (found, endings)
        };
        let unmarked = (marks < marks::DEEPEST)
            .then(|| Unmarked::of(text))
            .flatten();
        let Some(unmarked) = unmarked else {
            return as_it_is();
        };
        let (mut found, mut endings) = self.found(&unmarked.text, told, &unmarked.files, marks + 1);
        for hit in &mut found {
            hit.range = unmarked.place(&hit.range);
        }
        if unmarked.is_certain && files.is_empty() {
            for (_, place) in endings.iter_mut() {
                *place = unmarked.place(place);
            }
        } else {
            let (more, endings_of_text) = as_it_is();
            found.extend(more);
            endings = endings_of_text;
        }
        (found, endings)
    }
}
