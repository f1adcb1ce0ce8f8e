//! Long texts that held no secret when they were searched a moment ago: the output of a tool call stands in its
//! metadata too, and a file is read again and again.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::find::carrier::Carriers;
use super::touched::Again;

/// How long a text is that is kept, in bytes. Shorter ones are searched as fast as they are found.
const KEPT: RangeInclusive<usize> = 2 * 1024..=128 * 1024;
/// How much is kept in total, in bytes.
const MOST_BYTES: usize = 512 * 1024;

/// The result of the search of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Searched {
    /// The text that is shown instead. `None` where it is shown as it is.
    pub shown: Option<String>,
    /// The work that a second read has with it.
    pub again: Again,
    /// How many hidden characters were removed or replaced.
    pub hidden: usize,
}

impl Searched {
    /// It is shown as it is.
    pub const NOTHING: Self = Self {
        shown: None,
        again: Again::Nothing,
        hidden: 0,
    };
}

/// A text, and what its search came to.
struct Known {
    text: String,
    told: Carriers,
    searched: Searched,
}

/// Texts of one export, the last ones. Threads may share it.
#[derive(Default)]
pub struct RecentTexts(Mutex<Texts>);

#[derive(Default)]
struct Texts {
    texts: VecDeque<Arc<Known>>,
    bytes: usize,
}

impl RecentTexts {
    /// Tells whether a text of that length is kept.
    pub fn keeps(text: &str) -> bool {
        KEPT.contains(&text.len())
    }

    /// Gives the result of an earlier search of the same text, if the session told the same of it.
    pub fn find(&self, text: &str, told: &Carriers) -> Option<Searched> {
        let same_length: Vec<_> = {
            let kept = self.kept();
            let texts = kept.texts.iter().rev();
            texts
                .filter(|known| known.text.len() == text.len() && known.told == *told)
                .cloned()
                .collect()
        };
        let known = same_length.iter().find(|known| known.text == text)?;
        Some(known.searched.clone())
    }

    /// Keeps what the search of a text came to, which held no secret.
    pub fn add(&self, text: &str, told: &Carriers, searched: &Searched) {
        let added = Arc::new(Known {
            text: text.to_owned(),
            told: told.clone(),
            searched: searched.clone(),
        });
        let mut kept = self.kept();
        kept.bytes += size(&added);
        kept.texts.push_back(added);
        while kept.bytes > MOST_BYTES {
            let oldest = kept.texts.pop_front();
            kept.bytes -= oldest.map_or(0, |oldest| size(&oldest));
        }
    }

    fn kept(&self) -> MutexGuard<'_, Texts> {
        // A thread that panicked left whole texts.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(known: &Known) -> usize {
    known.text.len() + known.searched.shown.as_ref().map_or(0, String::len)
}

#[cfg(test)]
mod tests {
    use super::super::find::carrier::kind::Carrier;
    use super::*;

    fn text(number: usize) -> String {
        format!("{number:08}").repeat(4096)
    }

    fn told() -> Carriers {
        Carriers::default()
    }

    fn searched(shown: &str) -> Searched {
        Searched {
            shown: Some(shown.to_owned()),
            again: Again::Search,
            hidden: 1,
        }
    }

    #[test]
    fn only_the_same_text_is_found() {
        let recent = RecentTexts::default();
        recent.add(&text(1), &told(), &searched("one"));
        recent.add(&text(2), &told(), &searched("two"));
        assert_eq!(recent.find(&text(1), &told()), Some(searched("one")));
        assert_eq!(recent.find(&text(2), &told()), Some(searched("two")));
        assert_eq!(recent.find(&text(3), &told()), None);
        let other = Carriers::one(Carrier::Yaml);
        assert_eq!(recent.find(&text(1), &other), None);
        assert!(RecentTexts::keeps(&text(1)));
        assert!(!RecentTexts::keeps("short"));
    }

    #[test]
    fn the_memory_is_bounded_and_the_last_ones_stay() {
        let recent = RecentTexts::default();
        for number in 0..100 {
            recent.add(&text(number), &told(), &searched("x"));
        }
        let bytes: usize = recent.kept().texts.iter().map(|known| size(known)).sum();
        assert_eq!(bytes, recent.kept().bytes);
        assert!((MOST_BYTES / 2..=MOST_BYTES).contains(&bytes));
        assert_eq!(recent.find(&text(0), &told()), None);
        assert!(recent.find(&text(99), &told()).is_some());
    }
}
