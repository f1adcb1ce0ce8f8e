//! Short texts that came out of a search as they were: names of fields and tools, kinds and states stand in a
//! session again and again, and to search them each time took more than a quarter of a first look at short messages.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

/// How long such a text is at most, in bytes. The byte behind it is its length.
const LONGEST: usize = 23;
/// How many are kept, a power of two.
const KEPT: usize = 512;

/// A text in a fixed place of memory, so that two are compared at once.
type Word = [u8; LONGEST + 1];

struct OfThread {
    /// Whose words these are.
    owner: u64,
    /// Each at the place that its bytes tell. An empty text is no word.
    words: Box<[Word; KEPT]>,
}

thread_local! {
    static OF_THREAD: RefCell<OfThread> = RefCell::new(OfThread {
        owner: 0,
        words: Box::new([[0; LONGEST + 1]; KEPT]),
    });
}

/// The plain words of one way to redact. Each thread remembers its own.
#[derive(Clone, Copy)]
pub struct PlainWords(u64);

impl Default for PlainWords {
    /// None so far.
    fn default() -> Self {
        static OWNERS: AtomicU64 = AtomicU64::new(1);
        Self(OWNERS.fetch_add(1, Ordering::Relaxed))
    }
}

impl PlainWords {
    /// Tells whether a text is known to be one.
    pub fn has(self, text: &str) -> bool {
        let Some(word) = word_of(text) else {
            return false;
        };
        OF_THREAD.with_borrow(|kept| {
            kept.owner == self.0 && kept.words.get(place_of(&word)) == Some(&word)
        })
    }

    /// Keeps a text for which a search came to nothing.
    pub fn add(self, text: &str) {
        let Some(word) = word_of(text) else {
            return;
        };
        OF_THREAD.with_borrow_mut(|kept| {
            if kept.owner != self.0 {
                kept.owner = self.0;
                kept.words.fill([0; LONGEST + 1]);
            }
            if let Some(place) = kept.words.get_mut(place_of(&word)) {
                *place = word;
            }
        });
    }
}

/// `None` for a text that is too long, or empty.
fn word_of(text: &str) -> Option<Word> {
    let mut word = [0; LONGEST + 1];
    let bytes = text.as_bytes();
    word.get_mut(..LONGEST)?
        .get_mut(..bytes.len())?
        .copy_from_slice(bytes);
    if let Some(length) = word.last_mut() {
        *length = u8::try_from(bytes.len())
            .ok()
            .filter(|length| *length > 0)?;
    }
    Some(word)
}

fn place_of(word: &Word) -> usize {
    let (parts, _) = word.as_chunks::<8>();
    let mixed = parts.iter().fold(0_u64, |mixed, part| {
        // Multiplicative hashing, by the golden ratio.
        (mixed.rotate_left(29) ^ u64::from_le_bytes(*part)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    (mixed >> (u64::BITS - KEPT.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_again_and_others_are_not() {
        let words = PlainWords::default();
        let texts = ["type", "sessionID", "tool", "a text of 23 bytes: okay"];
        for text in texts {
            assert!(!words.has(text));
            words.add(text);
        }
        assert_eq!(texts.map(|text| words.has(text)), [true, true, true, false]);
        for text in ["", "typ", "type\0", "Type", "tool2"] {
            assert!(!words.has(text), "{text:?}");
        }
        words.add("");
        assert!(!words.has(""));
    }

    #[test]
    fn what_is_plain_for_one_is_not_for_another() {
        let (one, other) = (PlainWords::default(), PlainWords::default());
        one.add("jordan");
        assert!(one.has("jordan") && !other.has("jordan"));
        other.add("report");
        assert!(other.has("report") && !other.has("jordan"));
        assert!(!one.has("jordan"));
    }

    #[test]
    fn the_last_words_stay() {
        let words = PlainWords::default();
        for number in 0..10_000 {
            words.add(&number.to_string());
            assert!(words.has(&number.to_string()));
        }
    }
}
