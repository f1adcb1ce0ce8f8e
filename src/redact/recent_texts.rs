//! Long texts that held no secret when they were searched a moment ago: the output of a tool call stands in its
//! metadata too, and a file is read again and again.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::changes::Change;

/// How long a text is that is kept, in bytes. Shorter ones are searched as fast as they are found.
const KEPT: RangeInclusive<usize> = 2 * 1024..=128 * 1024;
/// How much is kept in total, in bytes.
const MOST_BYTES: usize = 512 * 1024;

/// What a search of a text came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What is shown instead; `None` where it is shown as it is.
    pub shown: Option<String>,
    /// What was changed.
    pub change: Change,
    /// How many hidden characters were removed or replaced.
    pub hidden: usize,
}

impl Outcome {
    /// It is shown as it is.
    pub const NOTHING: Self = Self {
        shown: None,
        change: Change::Nothing,
        hidden: 0,
    };
}

/// Texts of one export, the last ones. Threads may share it.
#[derive(Default)]
pub struct RecentTexts(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    texts: VecDeque<Arc<(String, Outcome)>>,
    bytes: usize,
}

impl RecentTexts {
    /// Whether a text of that length is kept.
    pub fn keeps(text: &str) -> bool {
        KEPT.contains(&text.len())
    }

    /// What the search of the same text came to.
    pub fn find(&self, text: &str) -> Option<Outcome> {
        let same_length: Vec<_> = {
            let kept = self.kept();
            let texts = kept.texts.iter().rev();
            texts
                .filter(|known| known.0.len() == text.len())
                .cloned()
                .collect()
        };
        let known = same_length.iter().find(|known| known.0 == text)?;
        Some(known.1.clone())
    }

    /// Keeps what the search of a text came to, which held no secret.
    pub fn add(&self, text: &str, outcome: &Outcome) {
        let added = Arc::new((text.to_owned(), outcome.clone()));
        let mut kept = self.kept();
        kept.bytes += size(&added);
        kept.texts.push_back(added);
        while kept.bytes > MOST_BYTES {
            let oldest = kept.texts.pop_front();
            kept.bytes -= oldest.map_or(0, |oldest| size(&oldest));
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A thread that panicked left whole texts.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(known: &(String, Outcome)) -> usize {
    known.0.len() + known.1.shown.as_ref().map_or(0, String::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: usize) -> String {
        format!("{number:08}").repeat(4096)
    }

    fn outcome(shown: &str) -> Outcome {
        Outcome {
            shown: Some(shown.to_owned()),
            change: Change::Cleaned,
            hidden: 1,
        }
    }

    #[test]
    fn only_the_same_text_is_found() {
        let recent = RecentTexts::default();
        recent.add(&text(1), &outcome("one"));
        recent.add(&text(2), &outcome("two"));
        assert_eq!(recent.find(&text(1)), Some(outcome("one")));
        assert_eq!(recent.find(&text(2)), Some(outcome("two")));
        assert_eq!(recent.find(&text(3)), None);
        assert!(RecentTexts::keeps(&text(1)));
        assert!(!RecentTexts::keeps("short"));
    }

    #[test]
    fn the_memory_is_bounded_and_the_last_ones_stay() {
        let recent = RecentTexts::default();
        for number in 0..100 {
            recent.add(&text(number), &outcome("x"));
        }
        let bytes: usize = recent.kept().texts.iter().map(|known| size(known)).sum();
        assert_eq!(bytes, recent.kept().bytes);
        assert!((MOST_BYTES / 2..=MOST_BYTES).contains(&bytes));
        assert_eq!(recent.find(&text(0)), None);
        assert!(recent.find(&text(99)).is_some());
    }
}
