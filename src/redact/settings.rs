//! The settings by which every message of an export is redacted. Threads share them.

use std::ops::Range;
use std::sync::Arc;

use super::find::carrier;
use super::find::carrier::kind::Carrier;
use super::find::carrier::marks::Unmarked;
use super::find::carrier::{Carriers, marks};
use super::find::hit::{Hit, NumberedPlace};
use super::find::hits::Hits;
use super::find::value::plain_words::PlainWords;
use super::own::{Keep, OwnPatterns};
use super::people::People;
use super::people::ids::TERM_ID;
use super::placeholders::Renumbered;
use super::recent_texts::RecentTexts;
use super::watch::FormWatch;
use crate::options::RedactOptions;
use crate::options::level::RedactLevel;

/// The settings by which every message of an export is redacted.
#[derive(Clone)]
pub struct Settings<'a> {
    pub level: RedactLevel,
    /// True where the contents of attachments are shown.
    pub shows_contents: bool,
    pub people: Arc<People>,
    /// Words that no rule takes.
    pub keep: Arc<Keep>,
    own_patterns: OwnPatterns,
    /// The texts that were searched a moment ago.
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
            keep: Arc::new(Keep::new(&options.keep)),
            own_patterns: options.patterns.clone(),
            recent: Arc::default(),
            plain_words: PlainWords::default(),
            go_on,
        }
    }

    /// Finds the places that must not be shown, and those where home folders may end.
    pub fn hits(&self, text: &str, told: &Carriers) -> (Hits, Vec<NumberedPlace>) {
        // The terms of a caller go at every level.
        let mut hits = self.people.find(text);
        self.own_patterns.find(text, &mut hits);
        self.with_rules(text, told, hits)
    }

    /// The same in a text in which hits were replaced. Own patterns have had their turn: one such as `id (.{9})`
    /// would take what stands behind its own placeholder.
    pub fn hits_again(&self, text: &str, told: &Carriers) -> (Hits, Vec<NumberedPlace>) {
        self.with_rules(text, told, self.people.find(text))
    }

    fn with_rules(
        &self,
        text: &str,
        told: &Carriers,
        mut hits: Hits,
    ) -> (Hits, Vec<NumberedPlace>) {
        let mut endings = Vec::new();
        if self.level > RedactLevel::Off {
            let renumbered = Renumbered::of(text);
            let searched = renumbered.as_ref().map_or(text, |it| &it.text);
            let (mut found, mut places) = self.found(searched, told, &[], 0);
            if let Some(renumbered) = renumbered {
                let of_hits = found.iter_mut().map(|hit| &mut hit.range);
                for place in of_hits.chain(places.iter_mut().map(|(_, place)| place)) {
                    *place = renumbered.place(place);
                }
            }
            hits.extend(found.into_iter().map(|hit| (hit.range, hit.rule)));
            endings = places;
        }
        self.keep
            .drop_from(text, &mut hits, |rule| self.is_asked(rule));
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
    ) -> (Vec<Hit>, Vec<NumberedPlace>) {
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

    /// A look at what is rendered with these settings.
    pub fn form_watch(&self) -> FormWatch {
        FormWatch::new(self.level, self.keep.clone())
    }

    /// Tells whether the user asked for what an id stands for.
    fn is_asked(&self, id: &str) -> bool {
        id == TERM_ID || self.own_patterns.has(id)
    }

    /// Tells whether a value that only its name tells is one that the user keeps.
    pub fn keeps(&self, value: &str) -> bool {
        if !self.keep.has(value) {
            return false;
        }
        let mut asked = self.people.find(value);
        asked.retain(|(_, rule)| *rule == TERM_ID);
        self.own_patterns.find(value, &mut asked);
        if asked.is_empty() {
            self.keep.note(value);
        }
        true
    }
}
