//! Finds any of some hundred words in a text, in any case.
//!
//! Most of a text holds none of them, so three bytes at a time are looked up in a table of the words'
//! first three: one load a byte that waits for no other, which an automaton's next state does.
//! `benchmark/README.md` compares the two.

use std::collections::HashMap;
use std::ops::Range;

/// Bits for each of the three bytes in an index of the table.
const CLASS_BITS: u32 = 6;
const CLASSES: usize = 1 << CLASS_BITS;
const INDEX_MASK: usize = (1 << (3 * CLASS_BITS)) - 1;

/// Bytes that may stand for each other: letters in both cases, and what seldom stands in a word.
static CLASS_OF: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = class_of(byte);
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

const fn class_of(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => 1 + byte - b'a',
        b'A'..=b'Z' => 1 + byte - b'A',
        b'0'..=b'9' => 27 + byte - b'0',
        b'-' => 37,
        b'_' => 38,
        b'.' => 39,
        b':' => 40,
        b'/' => 41,
        b'=' => 42,
        b'$' => 43,
        b'~' => 44,
        b'@' => 45,
        b' ' => 46,
        // Of other scripts, sixteen: the words in them start with different ones.
        0x80..=0xff => 48 + (byte & 0xf),
        _ => 0,
    }
}

/// A set of words to look for.
pub struct Keywords {
    words: Vec<Vec<u8>>,
    /// A bit for each three classes: whether some word starts with them.
    is_start: Box<[u64]>,
    /// The words that start with three classes.
    words_of: HashMap<usize, Vec<usize>>,
}

impl Keywords {
    /// Takes words of two or more bytes. A word of two is not found at the very end of a text.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut keywords = Self {
            words: Vec::new(),
            is_start: vec![0; (INDEX_MASK + 1) / 64].into(),
            words_of: HashMap::new(),
        };
        for word in words {
            let number = keywords.words.len();
            keywords.words.push(word.to_ascii_lowercase().into_bytes());
            let mut classes = word.bytes().map(class_of);
            let (first, second) = (classes.next(), classes.next());
            let start = push(
                push(0, first.unwrap_or_default()),
                second.unwrap_or_default(),
            );
            let thirds = match classes.next() {
                Some(third) => third..third + 1,
                None => 0..u8::try_from(CLASSES).unwrap_or(u8::MAX),
            };
            for third in thirds {
                let index = push(start, third);
                if let Some(bits) = keywords.is_start.get_mut(index / 64) {
                    *bits |= 1 << (index % 64);
                }
                keywords.words_of.entry(index).or_default().push(number);
            }
        }
        keywords
    }

    /// Calls back for each place of each word, in the order of their starts, with the word's number.
    pub fn find(&self, text: &[u8], mut on_found: impl FnMut(usize, Range<usize>)) {
        let mut index = 0;
        for (at, byte) in text.iter().enumerate() {
            index = push(index, CLASS_OF[usize::from(*byte)]);
            let bits = self.is_start.get(index / 64).copied().unwrap_or_default();
            if bits >> (index % 64) & 1 == 1 && at >= 2 {
                self.confirm(text, at - 2, index, &mut on_found);
            }
        }
    }

    #[cold]
    fn confirm(
        &self,
        text: &[u8],
        start: usize,
        index: usize,
        on_found: &mut impl FnMut(usize, Range<usize>),
    ) {
        for number in self.words_of.get(&index).into_iter().flatten() {
            let Some(word) = self.words.get(*number) else {
                continue;
            };
            let place = start..start + word.len();
            if text
                .get(place.clone())
                .is_some_and(|found| found.eq_ignore_ascii_case(word))
            {
                on_found(*number, place);
            }
        }
    }
}

fn push(index: usize, class: u8) -> usize {
    (index << CLASS_BITS | usize::from(class)) & INDEX_MASK
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&str], text: &str) -> Vec<(usize, usize)> {
        let mut result = Vec::new();
        Keywords::new(words.iter().copied()).find(text.as_bytes(), |word, place| {
            result.push((word, place.start))
        });
        result
    }

    #[test]
    fn finds_words_in_any_case_that_overlap_too() {
        let words = ["token", "kenny", "pw", "密码", "://", "sk_"];
        assert_eq!(found(&words, "toKENNY"), [(0, 0), (1, 2)]);
        assert_eq!(found(&words, "ToKeN pw= x"), [(0, 0), (2, 6)]);
        assert_eq!(found(&words, "的密码：SK_ ://"), [(3, 3), (5, 12), (4, 16)]);
        assert_eq!(found(&words, "toke pass"), []);
        assert_eq!(found(&words, ""), []);
    }

    #[test]
    fn finds_what_a_plain_search_finds() {
        let words = ["aab", "aba", "bb", "b-a", "a_b"];
        let alphabet = ["a", "b", "B", "-", "_", "密"];
        for number in 0..6_usize.pow(6) {
            let text: String = (0..6_u32)
                .map(|place| alphabet[number / 6_usize.pow(place) % 6])
                .chain(["."])
                .collect();
            let plain = text.to_ascii_lowercase();
            let mut expected: Vec<(usize, usize)> = words
                .iter()
                .enumerate()
                .flat_map(|(word, text)| {
                    (0..plain.len())
                        .filter(|at| plain.as_bytes()[*at..].starts_with(text.as_bytes()))
                        .map(move |at| (word, at))
                })
                .collect();
            let mut actual = found(&words, &text);
            expected.sort_unstable();
            actual.sort_unstable();
            assert_eq!(actual, expected, "{text}");
        }
    }
}
