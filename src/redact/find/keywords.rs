//! Finds any of some thousand words in a text, in any case.
//!
//! Most of a text holds none of them, so four bytes are looked up in tables of what the words hold, at
//! every second place: a word is told by its rarest four bytes at an even place, and by those at an odd
//! one, one of which is looked at wherever it stands. A look waits for no other, as an automaton's next
//! state does.
//!
//! There are two tables. Three bytes alone are too common: in code every tenth place that is looked at has
//! three of some word. Four alone would fill a table, as a word of three letters takes an entry for each byte
//! that may stand beside it. A place counts where both say so, which is every twentieth.

use std::collections::BTreeSet;
use std::ops::Range;

/// How many bytes are looked up together.
const WINDOW: usize = 4;
/// Bits of an index of a table, two of which stay in the nearest cache with 16 KB each.
const INDEX_BITS: u32 = 17;
const ROWS: usize = 1 << (INDEX_BITS - u64::BITS.ilog2());
/// The same for four bytes: there are more of them, and more that no word has.
const INDEX_BITS_OF_FOUR: u32 = 18;
const ROWS_OF_FOUR: usize = 1 << (INDEX_BITS_OF_FOUR - u64::BITS.ilog2());
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
    /// A bit for each index of three bytes: whether some word's anchor has it.
    rows: Box<[u64; ROWS]>,
    /// The same for each index of four bytes.
    rows_of_four: Box<[u64; ROWS_OF_FOUR]>,
    /// How many bits there are in the rows before each.
    bits_before: Box<[u32; ROWS]>,
    /// The first of the anchors that have such an index, by the number of the bit, and the end of the last.
    firsts: Vec<u32>,
    /// In the order of their indexes, one beside the other, as each hit reads some of them.
    anchors: Vec<Anchor>,
}

/// A place in a word where it is looked for, in few bytes, so that many are in a near cache.
#[derive(Clone, Copy)]
struct Anchor {
    /// The number of the word.
    word: u32,
    /// How many bytes after the start of the word; one before it is -1.
    offset: i32,
    /// The bytes that stand there, and the bits of them that are the word's in any case.
    bits: u32,
    mask: u32,
}

impl Keywords {
    /// Takes words of two or more bytes.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let lower = |word: &str| word.to_ascii_lowercase().into_bytes();
        let words: Vec<Vec<u8>> = words.into_iter().map(lower).collect();
        let mut indexes = Vec::new();
        let mut rows = Box::new([0_u64; ROWS]);
        let mut rows_of_four = Box::new([0_u64; ROWS_OF_FOUR]);
        for (number, word) in words.iter().enumerate() {
            for offset in anchors_of(word) {
                let anchor = Anchor::new(number, word, offset);
                let windows = windows_at(word, offset);
                let of_three: BTreeSet<usize> = windows.iter().copied().map(index_of).collect();
                for index in &of_three {
                    set_bit(&mut *rows, *index);
                }
                for window in windows {
                    set_bit(&mut *rows_of_four, index_of_four(window));
                }
                indexes.extend(of_three.into_iter().map(|index| (index, anchor)));
            }
        }
        indexes.sort_by_key(|(index, _)| *index);
        let of_indexes = indexes.chunk_by(|(one, _), (other, _)| one == other);
        let mut end = 0;
        let ends = of_indexes.map(|of_index| {
            end += of_index.len() as u32;
            end
        });
        let firsts = std::iter::once(0).chain(ends).collect();
        let anchors = indexes.iter().map(|(_, anchor)| *anchor).collect();
        let mut bits_before = Box::new([0; ROWS]);
        let mut before = 0;
        for (bits, of_row) in rows.iter().zip(bits_before.iter_mut()) {
            *of_row = before;
            before += bits.count_ones();
        }
        Self {
            words,
            rows,
            rows_of_four,
            bits_before,
            firsts,
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
        let windows = windows_of(block);
        let indexes = windows.map(index_of);
        // All at once and without a branch for each, as most blocks hold nothing.
        let mut hits = 0;
        for (place, window) in windows.iter().enumerate() {
            let (three, four) = (indexes[place], index_of_four(*window));
            let of_three = self.rows[three / 64 % ROWS] >> (three % 64);
            let of_four = self.rows_of_four[four / 64 % ROWS_OF_FOUR] >> (four % 64);
            hits |= (of_three & of_four & 1) << place;
        }
        while hits != 0 {
            let place = hits.trailing_zeros() as usize;
            let (index, window) = (indexes[place % PLACES], windows[place % PLACES]);
            self.look_at(text, at + 2 * place, index, window, on_found);
            hits &= hits - 1;
        }
    }

    /// Looks which words stand around the bytes at a place. It stays out of the loop over all
    /// bytes, which is short.
    #[inline(never)]
    fn look_at(
        &self,
        text: &[u8],
        at: usize,
        index: usize,
        window: u32,
        on_found: &mut dyn FnMut(usize, Range<usize>),
    ) {
        let row = index / 64;
        let (Some(bits), Some(before)) = (self.rows.get(row), self.bits_before.get(row)) else {
            return;
        };
        let in_row = (bits & ((1 << (index % 64)) - 1)).count_ones();
        let number = (before + in_row) as usize;
        let of_index = self.firsts.get(number).zip(self.firsts.get(number + 1));
        let of_index =
            of_index.and_then(|(first, end)| self.anchors.get(*first as usize..*end as usize));
        for anchor in of_index.unwrap_or_default() {
            if window & anchor.mask != anchor.bits {
                continue;
            }
            let Some(word) = self.words.get(anchor.word as usize) else {
                continue;
            };
            let Some(start) = at.checked_add_signed(-anchor.offset as isize) else {
                continue;
            };
            let place = start..start + word.len();
            if text
                .get(place.clone())
                .is_some_and(|found| found.eq_ignore_ascii_case(word))
            {
                on_found(anchor.word as usize, place);
            }
        }
    }
}

impl Anchor {
    fn new(number: usize, word: &[u8], offset: isize) -> Self {
        /// All but the bit that tells small letters from capital ones.
        const LETTER: u32 = 0xdf;
        let (mut bits, mut mask) = (0, 0);
        for at in 0..WINDOW {
            if let Some(byte) = byte_at(word, offset + at as isize) {
                bits |= (u32::from(byte) & LETTER) << (8 * at);
                mask |= LETTER << (8 * at);
            }
        }
        Self {
            word: number as u32,
            offset: offset as i32,
            bits,
            mask,
        }
    }
}

/// The offsets of a word's rarest four bytes, of those at even and of those at odd ones. A short word has
/// none at some but at its edge, with any byte before or behind it.
fn anchors_of(word: &[u8]) -> [isize; 2] {
    /// Any byte is more common than each, but not than three of the most common.
    const ANY: usize = 60;
    /// How much more common two bytes are beside each other that words are made of.
    const PAIR: usize = 14;
    let rarity = |offset: &isize| -> usize {
        let at = |at: isize| byte_at(word, offset + at);
        let bytes: usize = (0..WINDOW as isize)
            .map(|place| at(place).map_or(ANY, how_common))
            .sum();
        let pairs = (1..WINDOW as isize).filter(|place| {
            let pair = at(place - 1).zip(at(*place));
            pair.is_some_and(|(one, other)| is_common_pair([one, other]))
        });
        bytes + pairs.count() * PAIR
    };
    let last = word.len().saturating_sub(WINDOW) as isize + 2;
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

/// Tells whether two bytes are a common pair: `tion` is more common than its letters tell.
fn is_common_pair(pair: [u8; 2]) -> bool {
    const COMMON: &[u8] = b"e erinreonthen torti stdeteats es at arn lehean: ntseal\
        coitio ro setismeed cr rapenans ectasndtangecriedtolitrnelaceicd unapeancexprrtem\
        poacty--ursiparrvenoompiiefigellvauedichodop sstuef ususofuelilouloy of ";
    COMMON.as_chunks::<2>().0.contains(&pair)
}

fn byte_at(word: &[u8], offset: isize) -> Option<u8> {
    word.get(usize::try_from(offset).ok()?).copied()
}

/// The four bytes that may stand at an offset of a word, of those that have the same indexes one.
fn windows_at(word: &[u8], offset: isize) -> Vec<u32> {
    (0..WINDOW).fold(vec![0], |windows, at| {
        let mask = (OF_FOUR | LETTERS) >> (8 * at) & 0xff;
        let bytes = match byte_at(word, offset + at as isize) {
            Some(byte) => u32::from(byte)..=u32::from(byte),
            None => 0..=mask,
        };
        let bytes = bytes.map(|byte| byte & mask).collect::<BTreeSet<_>>();
        let with = |byte: u32| windows.iter().map(move |before| before | byte << (8 * at));
        bytes.into_iter().flat_map(with).collect()
    })
}

fn set_bit(rows: &mut [u64], index: usize) {
    if let Some(bits) = rows.get_mut(index / 64) {
        *bits |= 1 << (index % 64);
    }
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

/// The bits of three bytes that count: the same for letters in both cases. Only those bits of a byte count that tell
/// letters apart where any byte may stand, so that it takes few indexes.
const LETTERS: u32 = 0x005f_5f1f;
/// The same of four.
const OF_FOUR: u32 = 0x1f5f_5f1f;

/// The index of the lower three bytes.
fn index_of(window: u32) -> usize {
    // Multiplicative hashing. Of random factors, the one that gives the most different indexes: 125,202.
    let hash = (window & LETTERS).wrapping_mul(0x5420_4100);
    (hash >> (u32::BITS - INDEX_BITS)) as usize
}

/// The index of four bytes.
fn index_of_four(window: u32) -> usize {
    let hash = (window & OF_FOUR).wrapping_mul(0x9e37_79b1);
    (hash >> (u32::BITS - INDEX_BITS_OF_FOUR)) as usize
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
