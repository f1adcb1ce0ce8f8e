//! Finds any of some hundred words in a text, in any case.
//!
//! Most of a text holds none of them, so three bytes are looked up in a table of what the words hold, at
//! every second place: a word is told by its rarest three bytes at an even place, and by those at an odd
//! one, one of which is looked at wherever it stands. A look waits for no other, as an automaton's next
//! state does.

use std::collections::BTreeSet;
use std::ops::Range;

/// How many bytes are looked up together.
const WINDOW: usize = 3;
/// Bits of an index of the table, which with 16 KB stays in the nearest cache.
const INDEX_BITS: u32 = 17;
const ROWS: usize = 1 << (INDEX_BITS - u64::BITS.ilog2());
/// How many bytes are gone over at once.
const BLOCK: usize = 16;
/// At how many places something is looked up there.
const PLACES: usize = BLOCK / 2;
/// How many bytes behind a block belong to what starts in it.
const OVERLAP: usize = 2;

/// A set of words to look for.
pub struct Keywords {
    /// In lower case.
    words: Vec<Vec<u8>>,
    /// A bit for each index: whether some word's anchor has it.
    rows: Box<[u64; ROWS]>,
    /// How many bits there are in the rows before each.
    bits_before: Box<[u32; ROWS]>,
    /// What has such an index, by the number of the bit.
    anchors: Vec<Anchor>,
}

/// The words that three bytes of an index may be of.
struct Anchor {
    places: Vec<WordPlace>,
    /// A bit for each class of which the byte behind them may be.
    nexts: u64,
}

/// A place in a word.
#[derive(Clone, Copy, PartialEq)]
struct WordPlace {
    /// The number of the word.
    word: usize,
    /// How many bytes after the start of the word; one before it is -1.
    offset: isize,
}

impl Keywords {
    /// Takes words of two or more bytes.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let lower = |word: &str| word.to_ascii_lowercase().into_bytes();
        let words: Vec<Vec<u8>> = words.into_iter().map(lower).collect();
        let mut indexes = Vec::new();
        for (number, word) in words.iter().enumerate() {
            for offset in anchors_of(word) {
                let place = WordPlace {
                    word: number,
                    offset,
                };
                let of_place = indexes_at(word, offset).into_iter();
                indexes.extend(of_place.map(|index| (index, place)));
            }
        }
        indexes.sort_by_key(|(index, _)| *index);
        let mut rows = Box::new([0_u64; ROWS]);
        let anchor_of = |of_index: &[(usize, WordPlace)]| {
            let mut places: Vec<_> = of_index.iter().map(|(_, place)| *place).collect();
            places.dedup();
            let nexts = places.iter().map(|place| {
                let word = words.get(place.word).map(Vec::as_slice).unwrap_or_default();
                byte_at(word, place.offset + WINDOW as isize).map_or(u64::MAX, class_of)
            });
            Anchor {
                nexts: nexts.fold(0, |all, next| all | next),
                places,
            }
        };
        let of_indexes = indexes.chunk_by(|(one, _), (other, _)| one == other);
        let anchors = of_indexes.map(anchor_of).collect();
        for (index, _) in &indexes {
            if let Some(bits) = rows.get_mut(index / 64) {
                *bits |= 1 << (index % 64);
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
            anchors,
        }
    }

    /// Calls back for each place of each word with the word's number.
    #[inline(never)] // Inlined with what it calls, the loop over all bytes takes twice the time.
    pub fn find(&self, text: &[u8], on_found: &mut dyn FnMut(usize, Range<usize>)) {
        let mut at = 0;
        while let Some(block) = text.get(at..).and_then(<[u8]>::first_chunk) {
            self.look_through(text, at, block, on_found);
            at += BLOCK;
        }
        // The rest, shorter than that, once with zeros behind it and once, where it is longer than a
        // block, the end of it.
        let rest = text.get(at..).unwrap_or_default();
        for start in [0, BLOCK] {
            let Some(rest) = rest.get(start..).filter(|rest| !rest.is_empty()) else {
                break;
            };
            let mut block = [0; BLOCK + OVERLAP];
            for (padded, byte) in block.iter_mut().zip(rest) {
                *padded = *byte;
            }
            self.look_through(text, at + start, &block, on_found);
        }
    }

    /// Looks at every second place of a block.
    #[inline(always)]
    #[expect(
        clippy::indexing_slicing,
        reason = "an array, by a remainder of its length"
    )]
    fn look_through(
        &self,
        text: &[u8],
        at: usize,
        block: &[u8; BLOCK + OVERLAP],
        on_found: &mut dyn FnMut(usize, Range<usize>),
    ) {
        let indexes = windows_of(block).map(index_of);
        // All at once and without a branch for each, as most blocks hold nothing.
        let mut hits = 0;
        for (place, index) in indexes.iter().enumerate() {
            hits |= (self.rows[index / 64 % ROWS] >> (index % 64) & 1) << place;
        }
        while hits != 0 {
            let place = hits.trailing_zeros() as usize;
            self.look_at(text, at + 2 * place, indexes[place % PLACES], on_found);
            hits &= hits - 1;
        }
    }

    /// Looks which words stand around the three bytes at a place. It stays out of the loop over all
    /// bytes, which is short.
    #[inline(never)]
    fn look_at(
        &self,
        text: &[u8],
        at: usize,
        index: usize,
        on_found: &mut dyn FnMut(usize, Range<usize>),
    ) {
        let row = index / 64;
        let (Some(bits), Some(before)) = (self.rows.get(row), self.bits_before.get(row)) else {
            return;
        };
        let in_row = (bits & ((1 << (index % 64)) - 1)).count_ones();
        let Some(anchor) = self.anchors.get((before + in_row) as usize) else {
            return;
        };
        let next = text
            .get(at + WINDOW)
            .map_or(u64::MAX, |byte| class_of(*byte));
        if anchor.nexts & next == 0 {
            return;
        }
        for WordPlace {
            word: number,
            offset,
        } in &anchor.places
        {
            let Some(word) = self.words.get(*number) else {
                continue;
            };
            let Some(start) = at.checked_add_signed(-offset) else {
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

/// The offsets of a word's rarest three bytes, of those at even and of those at odd ones. A short word has
/// none at an odd one but at its edge, with any byte before or behind it.
fn anchors_of(word: &[u8]) -> [isize; 2] {
    const NONE: usize = 1000;
    let rarity = |offset: &isize| -> usize {
        (0..WINDOW as isize)
            .map(|at| byte_at(word, offset + at).map_or(NONE, how_common))
            .sum()
    };
    let last = word.len().saturating_sub(WINDOW) as isize + 1;
    [0, 1].map(|parity| {
        let offsets = (-1..=last).filter(|offset| offset.rem_euclid(2) == parity);
        offsets.min_by_key(rarity).unwrap_or_default()
    })
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

fn byte_at(word: &[u8], offset: isize) -> Option<u8> {
    word.get(usize::try_from(offset).ok()?).copied()
}

/// The index of each three bytes that may stand at an offset of a word.
fn indexes_at(word: &[u8], offset: isize) -> BTreeSet<usize> {
    let windows = (0..WINDOW).fold(vec![0], |windows, at| {
        let bytes = match byte_at(word, offset + at as isize) {
            Some(byte) => byte..=byte,
            None => 0..=u8::MAX,
        };
        let with = |byte: u8| {
            windows
                .iter()
                .map(move |before| before | u32::from(byte) << (8 * at))
        };
        bytes.flat_map(with).collect()
    });
    windows.into_iter().map(index_of).collect()
}

/// The bytes at every second place of a block, four at each.
fn windows_of(block: &[u8; BLOCK + OVERLAP]) -> [u32; PLACES] {
    let (pairs, _) = block.as_chunks::<2>();
    let mut pairs = pairs
        .iter()
        .map(|pair| u32::from(u16::from_le_bytes(*pair)));
    let mut last = pairs.next().unwrap_or_default();
    [(); PLACES].map(|()| {
        let next = pairs.next().unwrap_or_default();
        std::mem::replace(&mut last, next) | next << 16
    })
}

/// The index of the lower three bytes: the same for letters in both cases. Of a byte only those bits count
/// that tell letters apart, so that few indexes are taken where any byte may stand.
fn index_of(window: u32) -> usize {
    const LETTERS: u32 = 0x005f_5f1f;
    // Multiplicative hashing. Of random factors, the one that gives the most different indexes: 125,202.
    let hash = (window & LETTERS).wrapping_mul(0x5420_4100);
    (hash >> (u32::BITS - INDEX_BITS)) as usize
}

/// A bit for a byte, the same for letters in both cases.
fn class_of(byte: u8) -> u64 {
    1 << ((byte | 0x20) % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(keywords: &Keywords, text: &str) -> Vec<(usize, usize)> {
        let mut result = Vec::new();
        keywords.find(text.as_bytes(), &mut |word, place| {
            result.push((word, place.start))
        });
        result
    }

    #[test]
    fn finds_words_in_any_case_that_overlap_too() {
        let words = Keywords::new(["token", "kenny", "pw", "密码", "://", "sk_"]);
        assert_eq!(found(&words, "toKENNY"), [(0, 0), (1, 2)]);
        assert_eq!(found(&words, "ToKeN pw= x"), [(0, 0), (2, 6)]);
        assert_eq!(found(&words, "的密码：SK_ ://"), [(3, 3), (5, 12), (4, 16)]);
        assert_eq!(found(&words, "toke pass"), []);
        assert_eq!(found(&words, ""), []);
    }

    #[test]
    fn finds_what_a_plain_search_finds() {
        let words = ["aab", "aba", "bb", "b-a", "a_b", "abab"];
        let keywords = Keywords::new(words);
        let alphabet = ["a", "b", "B", "-", "_", "密"];
        for number in 0..6_usize.pow(6) {
            let text: String = (0..6_u32)
                .map(|place| alphabet[number / 6_usize.pow(place) % 6])
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
            let mut actual = found(&keywords, &text);
            expected.sort_unstable();
            actual.sort_unstable();
            assert_eq!(actual, expected, "{text}");
        }
    }
}
