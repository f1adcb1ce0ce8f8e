//! Finds any of some hundred words in a text, in any case.
//!
//! Most of a text holds none of them, so three bytes at a time are looked up in a table of the words'
//! first three: one load a byte that waits for no other, which an automaton's next state does.
//! `benchmark/README.md` compares the two.

use std::collections::BTreeMap;
use std::ops::Range;

/// Bits for each of the three bytes in an index of the table.
const CLASS_BITS: u32 = 6;
const CLASSES: u8 = 1 << CLASS_BITS;
const INDEX_MASK: usize = (1 << (3 * CLASS_BITS)) - 1;
const ROWS: usize = (INDEX_MASK + 1) / 64;

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
    /// For each two classes a row of bits: whether some word starts with them and a third.
    rows: Box<[u64; ROWS]>,
    /// How many bits there are in the rows before each.
    bits_before: Box<[u32; ROWS]>,
    /// What starts so, by the number of the bit.
    starts: Vec<Start>,
}

/// The words whose first three bytes are of the same classes.
#[derive(Default)]
struct Start {
    words: Vec<usize>,
    /// A bit for each class of which the fourth byte may be.
    fourths: u64,
}

impl Keywords {
    /// Takes words of two or more bytes. A word of two is not found at the very end of a text.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words: Vec<Vec<u8>> = words
            .into_iter()
            .map(|word| word.to_ascii_lowercase().into_bytes())
            .collect();
        let mut starts = BTreeMap::<usize, Start>::new();
        for (number, word) in words.iter().enumerate() {
            let mut classes = word.iter().map(|byte| class_of(*byte));
            let two = classes.by_ref().take(2).fold(0, push);
            let thirds = match classes.next() {
                Some(third) => third..third + 1,
                None => 0..CLASSES,
            };
            let fourths = match classes.next() {
                Some(fourth) => 1 << fourth,
                None => u64::MAX,
            };
            for third in thirds {
                let start = starts.entry(push(two, third)).or_default();
                start.words.push(number);
                start.fourths |= fourths;
            }
        }
        let mut rows = Box::new([0_u64; ROWS]);
        for start in starts.keys() {
            if let Some(bits) = rows.get_mut(start / 64) {
                *bits |= 1 << (start % 64);
            }
        }
        let mut bits_before = Box::new([0; ROWS]);
        let mut before = 0;
        for (bits, of_row) in rows.iter().zip(bits_before.iter_mut()) {
            *of_row = before;
            before += bits.count_ones();
        }
        Self {
            words,
            rows,
            bits_before,
            starts: starts.into_values().collect(),
        }
    }

    /// Calls back for each place of each word, in the order of their starts, with the word's number.
    pub fn find(&self, text: &[u8], mut on_found: impl FnMut(usize, Range<usize>)) {
        let mut index = 0;
        for (at, byte) in text.iter().enumerate() {
            index = push(index, CLASS_OF[usize::from(*byte)]);
            let bits = self.rows[index / 64];
            let bit = 1 << (index % 64);
            if bits & bit != 0 && at >= 2 {
                let start = self.bits_before[index / 64] + (bits & (bit - 1)).count_ones();
                self.confirm(text, at - 2, start as usize, &mut on_found);
            }
        }
    }

    fn confirm(
        &self,
        text: &[u8],
        at: usize,
        start: usize,
        on_found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let next = text.get(at + 3).map_or(0, |byte| class_of(*byte));
        let Some(start) = self.starts.get(start) else {
            return;
        };
        if start.fourths >> next & 1 == 0 {
            return;
        }
        for number in &start.words {
            let Some(word) = self.words.get(*number) else {
                continue;
            };
            let place = at..at + word.len();
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
