//! Words that the user wants to keep: no rule takes a value that is exactly one of them.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::find::hits::Hits;
use super::super::find::without_gaps;
use super::written::is_written_at;

/// JSON in a string of JSON is read as such so deep.
const DEEPEST: usize = 8;

/// The words, and which of them a rule would have taken.
#[derive(Debug, Default)]
pub struct Keep {
    words: Vec<Word>,
    numbers: HashMap<String, usize>,
}

#[derive(Debug)]
struct Word {
    text: String,
    was_kept: AtomicBool,
}

impl Keep {
    pub fn new(words: &[String]) -> Self {
        let word = |text: &String| Word {
            text: text.clone(),
            was_kept: AtomicBool::new(false),
        };
        let numbers = words.iter().cloned().zip(0..);
        Self {
            words: words.iter().map(word).collect(),
            numbers: numbers.collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The number of the word that a value is: as it stands, divided over lines, or escaped as a string in JSON is.
    fn number(&self, value: &str) -> Option<usize> {
        let known = |value: &str| self.numbers.get(value).copied();
        let plain = known(value).or_else(|| known(&without_gaps(value)));
        if plain.is_some() || !value.contains('\\') {
            return plain;
        }
        let mut value = value.to_owned();
        for _ in 0..DEEPEST {
            value = serde_json::from_str(&format!("\"{value}\"")).ok()?;
            if let Some(number) = known(&value) {
                return Some(number);
            }
        }
        None
    }

    /// Notes that a rule would have taken a value.
    pub fn note(&self, value: &str) {
        let word = self.number(value).and_then(|number| self.words.get(number));
        if let Some(word) = word {
            word.was_kept.store(true, Ordering::Relaxed);
        }
    }

    /// Tells whether a value is one of the words.
    pub fn has(&self, value: &str) -> bool {
        self.number(value).is_some()
    }

    /// Takes away the hits of rules whose value is one of the words. Hits that the user asked for stay: a word in them
    /// is not kept.
    pub fn drop_from(&self, text: &str, hits: &mut Hits, is_asked: impl Fn(&str) -> bool) {
        if self.is_empty() || hits.is_empty() {
            return;
        }
        let asked = Asked::new(hits, &is_asked);
        hits.retain(|(place, rule)| {
            let value = text.get(place.clone()).unwrap_or_default();
            if is_asked(rule) {
                return true;
            }
            let is_kept = self.has(value);
            if is_kept && !asked.meets(place) {
                self.note(value);
            }
            !is_kept
        });
    }

    /// How many of the words a rule would have taken, and are still there: `is_gone` tells of a word that was redacted
    /// elsewhere as the user asked.
    pub fn count(&self, is_gone: impl Fn(&str) -> bool) -> usize {
        self.kept().filter(|word| !is_gone(&word.text)).count()
    }

    /// Tells whether a place in a finished document is in one of the words, however the document writes it.
    pub fn is_shown_at(&self, document: &str, place: &Range<usize>) -> bool {
        // Those that were kept first: mostly it is one of them.
        let mut words = self.kept().chain(&self.words);
        words.any(|word| is_written_at(&word.text, document, place))
    }

    fn kept(&self) -> impl Iterator<Item = &Word> {
        let words = self.words.iter();
        words.filter(|word| word.was_kept.load(Ordering::Relaxed))
    }
}

/// Places that the user asked for.
struct Asked {
    starts: Vec<usize>,
    /// For each word, the last end of it and of all words before it.
    ends: Vec<usize>,
}

impl Asked {
    fn new(hits: &Hits, is_asked: impl Fn(&str) -> bool) -> Self {
        let asked = hits.iter().filter(|(_, rule)| is_asked(rule));
        let mut places: Vec<_> = asked.map(|(place, _)| place.clone()).collect();
        places.sort_unstable_by_key(|place| place.start);
        let ends = places.iter().scan(0, |last, place| {
            *last = place.end.max(*last);
            Some(*last)
        });
        Self {
            ends: ends.collect(),
            starts: places.iter().map(|place| place.start).collect(),
        }
    }

    fn meets(&self, place: &Range<usize>) -> bool {
        let before = self.starts.partition_point(|start| *start < place.end);
        let last = before.checked_sub(1).and_then(|last| self.ends.get(last));
        last.is_some_and(|end| *end > place.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(words: &[&str]) -> Keep {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        Keep::new(&words)
    }

    /// The places that are still hits, each as its start and end.
    fn kept(keep: &Keep, text: &str, hits: &[(Range<usize>, &'static str)]) -> Vec<(usize, usize)> {
        let mut hits = hits.to_vec();
        keep.drop_from(text, &mut hits, |rule| rule == "asked");
        let places = hits.into_iter().map(|(place, _)| place);
        places.map(|place| (place.start, place.end)).collect()
    }

    #[test]
    fn only_exactly_the_word_is_kept() {
        let keep = keep(&["Walnut", "a\"b"]);
        let text = r#"Walnut Walnut7 walnut a\"b"#;
        let hits = [(0..6, "a"), (7..14, "a"), (15..21, "a"), (22..26, "a")];
        assert_eq!(kept(&keep, text, &hits), [(7, 14), (15, 21)]);
        assert_eq!(keep.count(|_| false), 2);
        assert_eq!(keep.count(|word| word == "Walnut"), 1);
    }

    #[test]
    fn a_word_is_kept_however_deep_in_json_it_stands() {
        let word = "a\"b\\c4";
        let keep = keep(&[word]);
        let mut text = word.to_owned();
        for depth in 0..=DEEPEST {
            assert!(keep.has(&text), "{depth}");
            text = serde_json::Value::from(text).to_string();
            text = text.get(1..text.len() - 1).unwrap().to_owned();
        }
        assert!(!keep.has("a\\\\\"b") && !keep.has("\\"));
    }

    #[test]
    fn what_was_asked_for_stays_redacted_and_is_not_counted_as_kept() {
        let keep = keep(&["Walnut"]);
        assert_eq!(kept(&keep, "Walnut", &[(0..6, "asked")]), [(0, 6)]);
        assert_eq!(
            kept(&keep, "Walnut", &[(0..6, "a"), (2..3, "asked")]),
            [(2, 3)]
        );
        assert_eq!(keep.count(|_| false), 0);
        let elsewhere = [(0..6, "a"), (7..9, "asked")];
        assert_eq!(kept(&keep, "Walnut xx", &elsewhere), [(7, 9)]);
        assert_eq!(keep.count(|_| false), 1);
    }
}
