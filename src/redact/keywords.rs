//! Finds any of some hundred words in a text, in any case.
//!
//! Most of a text holds none of them, so three bytes at a time are looked up in a table of the words'
//! rarest three: one load a byte that waits for no other, as an automaton's next state does.

use std::collections::BTreeMap;
use std::ops::Range;

/// Bits for each of the three bytes in an index of the table.
const CLASS_BITS: u32 = 6;
const CLASSES: u8 = 1 << CLASS_BITS;
const ROWS: usize = 1 << (2 * CLASS_BITS);

#[expect(
    clippy::indexing_slicing,
    reason = "an array of 256, by a byte, at compile time"
)]
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
    words: Vec<Word>,
    /// For each two classes a row of bits: whether some word's anchor is of them and a third.
    rows: Box<[u64; ROWS]>,
    /// How many bits there are in the rows before each.
    bits_before: Box<[u32; ROWS]>,
    /// What has such an anchor, by the number of the bit.
    anchors: Vec<Anchor>,
}

/// A word in lower case, and where its rarest three bytes start.
struct Word {
    bytes: Vec<u8>,
    anchor: usize,
}

/// The words whose rarest three bytes are of the same classes.
#[derive(Default)]
struct Anchor {
    words: Vec<usize>,
    /// A bit for each class of which the byte behind them may be.
    nexts: u64,
}

impl Word {
    fn new(word: &str) -> Self {
        let bytes = word.to_ascii_lowercase().into_bytes();
        let commonness =
            |three: &[u8]| -> usize { three.iter().map(|byte| how_common(*byte)).sum() };
        let anchors = bytes.windows(3).enumerate();
        let rarest = anchors.min_by_key(|(_, three)| commonness(three));
        Self {
            anchor: rarest.map_or(0, |(at, _)| at),
            bytes,
        }
    }
}

/// The less, the rarer a byte is in texts and code.
fn how_common(byte: u8) -> usize {
    const FROM_COMMON_TO_RARE: &[u8] = b" etaonirslcdupmhgf-_.bywv/:=";
    FROM_COMMON_TO_RARE
        .iter()
        .rev()
        .position(|common| *common == byte)
        .map_or(0, |rank| rank + 1)
}

impl Keywords {
    /// Takes words of two or more bytes. A word of two is not found at the very end of a text.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words: Vec<Word> = words.into_iter().map(Word::new).collect();
        let mut anchors = BTreeMap::<usize, Anchor>::new();
        for (number, word) in words.iter().enumerate() {
            let bytes = word.bytes.iter().skip(word.anchor);
            let mut classes = bytes.map(|byte| class_of(*byte));
            let two = classes.by_ref().take(2).fold(0, push);
            let thirds = match classes.next() {
                Some(third) => third..third + 1,
                None => 0..CLASSES,
            };
            let nexts = match classes.next() {
                Some(next) => 1 << next,
                None => u64::MAX,
            };
            for third in thirds {
                let anchor = anchors.entry(push(two, third)).or_default();
                anchor.words.push(number);
                anchor.nexts |= nexts;
            }
        }
        let mut rows = Box::new([0_u64; ROWS]);
        for anchor in anchors.keys() {
            if let Some(bits) = rows.get_mut(anchor >> CLASS_BITS) {
                *bits |= 1 << (anchor % usize::from(CLASSES));
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
            anchors: anchors.into_values().collect(),
        }
    }

    /// Calls back for each place of each word with the word's number; the places of one word are in
    /// order.
    #[inline(never)] // Inlined with what it calls, the loop over all bytes takes twice the time.
    pub fn find(&self, text: &[u8], on_found: &mut dyn FnMut(usize, Range<usize>)) {
        let mut before = Before::default();
        let (blocks, rest) = text.as_chunks::<8>();
        let mut at = 0;
        for block in blocks {
            // Of a known length, so that the compiler writes the steps one after the other.
            for byte in block {
                self.step(text, at, *byte, &mut before, on_found);
                at += 1;
            }
        }
        for byte in rest {
            self.step(text, at, *byte, &mut before, on_found);
            at += 1;
        }
    }

    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "an array of 256, by a byte, and one by a remainder of its length"
    )]
    fn step(
        &self,
        text: &[u8],
        end: usize,
        byte: u8,
        before: &mut Before,
        on_found: &mut dyn FnMut(usize, Range<usize>),
    ) {
        let class = CLASS_OF[usize::from(byte)];
        let row = self.rows[before.two % ROWS];
        if row >> class & 1 == 1 {
            self.look_at(text, end, before.two, class, on_found);
        }
        before.push(class);
    }

    /// Looks which words have the anchor that ends at a place.
    #[inline(never)]
    #[expect(
        clippy::indexing_slicing,
        reason = "by a remainder of the array's length"
    )]
    fn look_at(
        &self,
        text: &[u8],
        end: usize,
        row: usize,
        class: u8,
        on_found: &mut dyn FnMut(usize, Range<usize>),
    ) {
        let bits = self.rows[row % ROWS] & ((1 << class) - 1);
        let anchor = self.bits_before[row % ROWS] + bits.count_ones();
        if let Some(at) = end.checked_sub(2) {
            self.confirm(text, at, anchor as usize, on_found);
        }
    }

    /// Looks which words stand around the anchor at a place. It stays out of the loop over all
    /// bytes, which is short.
    fn confirm(
        &self,
        text: &[u8],
        at: usize,
        anchor: usize,
        on_found: &mut dyn FnMut(usize, Range<usize>),
    ) {
        let next = text.get(at + 3).map_or(0, |byte| class_of(*byte));
        let Some(anchor) = self.anchors.get(anchor) else {
            return;
        };
        if anchor.nexts >> next & 1 == 0 {
            return;
        }
        for number in &anchor.words {
            let Some(word) = self.words.get(*number) else {
                continue;
            };
            let Some(start) = at.checked_sub(word.anchor) else {
                continue;
            };
            let place = start..start + word.bytes.len();
            if text
                .get(place.clone())
                .is_some_and(|found| found.eq_ignore_ascii_case(&word.bytes))
            {
                on_found(*number, place);
            }
        }
    }
}

/// The classes of the bytes before one.
#[derive(Clone, Copy, Default)]
struct Before {
    one: usize,
    two: usize,
}

impl Before {
    /// The last two are not made of the last two, which would have each byte wait for the one before.
    #[inline]
    fn push(&mut self, class: u8) {
        self.two = push(self.one, class);
        self.one = usize::from(class);
    }
}

fn push(index: usize, class: u8) -> usize {
    index << CLASS_BITS | usize::from(class)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&str], text: &str) -> Vec<(usize, usize)> {
        let mut result = Vec::new();
        Keywords::new(words.iter().copied()).find(text.as_bytes(), &mut |word, place| {
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
