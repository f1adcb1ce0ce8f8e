//! Finds any of some exact values in a text: at each place the longest that starts there, and none inside of
//! another.
//!
//! For few values an automaton is fastest. For thousands, which a log may hold, it takes longer to build than
//! all else. For those, every fourth four bytes of a text are looked up in a table of what the values start with:
//! some of them are among the first eight of a value, wherever that starts.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

/// Up to how many values there is an automaton.
const FEW: usize = 64;
/// How many bytes are looked up together.
const WINDOW: usize = 4;
/// At how many of the first places of a value.
const PLACES: usize = 4;
/// How many bytes of a value that takes: the shortest that a sorted value may be.
const START: usize = 8;
/// How many bits of the table there are for each window, so that few others are taken for one.
const BITS_PER_WINDOW: usize = 64;
/// Bits of an index of the table, at least and at most: 1 KB to 2 MB.
const INDEX_BITS: RangeInclusive<u32> = 13..=24;

/// A search for values. A clone of it is the same search.
#[derive(Clone)]
pub enum ValueSearch {
    /// For few values, or short ones.
    Automaton(AhoCorasick),
    /// For many values, each as long as what is looked up needs.
    Sorted(Arc<SortedValues>),
}

impl ValueSearch {
    /// A search for values. `None` where there are none.
    pub fn new(values: &[Arc<str>]) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        if values.len() > FEW && values.iter().all(|value| value.len() >= START) {
            return Some(Self::Sorted(Arc::new(SortedValues::new(values))));
        }
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            // A DFA was no faster, as a prefilter tells where a value may start. It takes a megabyte, and longer
            // to build.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(values.iter().map(|value| value.as_bytes()));
        automaton.ok().map(Self::Automaton)
    }

    /// Tells whether any of the values is in a text.
    pub fn is_in(&self, text: &[u8]) -> bool {
        match self {
            Self::Automaton(automaton) => automaton.is_match(text),
            Self::Sorted(values) => values.find_at(text, 0).is_some(),
        }
    }

    /// Calls back with each place of a value, and the value's number.
    pub fn find(&self, text: &[u8], mut on_found: impl FnMut(Range<usize>, usize)) {
        match self {
            Self::Automaton(automaton) => {
                for found in automaton.find_iter(text) {
                    on_found(found.range(), found.pattern().as_usize());
                }
            }
            Self::Sorted(values) => {
                let mut at = 0;
                while let Some((place, number)) = values.find_at(text, at) {
                    at = place.end;
                    on_found(place, number);
                }
            }
        }
    }
}

/// Values in ascending order.
pub struct SortedValues {
    values: Vec<SortedValue>,
    /// The first bytes of each, in the same order, as a number.
    starts: Vec<u64>,
    /// A bit for each index that a window of some value has.
    table: Vec<u64>,
    index_bits: u32,
}

struct SortedValue {
    value: Arc<str>,
    /// Its place among those that were given.
    number: usize,
    /// The place of the longest other value that this one starts with.
    shorter: Option<usize>,
}

impl SortedValues {
    fn new(values: &[Arc<str>]) -> Self {
        let mut sorted: Vec<(&Arc<str>, usize)> = values.iter().zip(0..).collect();
        sorted.sort_unstable();
        // If two are the same, the first counts.
        sorted.dedup_by_key(|(value, _)| *value);
        let bits = sorted.len() * PLACES * BITS_PER_WINDOW;
        let (least, most) = INDEX_BITS.into_inner();
        let index_bits = bits.next_power_of_two().ilog2().clamp(least, most);
        let mut all = Self {
            values: Vec::with_capacity(sorted.len()),
            starts: Vec::with_capacity(sorted.len()),
            table: vec![0; 1 << (index_bits - u64::BITS.ilog2())],
            index_bits,
        };
        // The values that the next one may start with, each of which the one behind it starts with.
        let mut open: Vec<(usize, &str)> = Vec::new();
        for (place, (value, number)) in sorted.into_iter().enumerate() {
            while open
                .pop_if(|(_, before)| !value.starts_with(*before))
                .is_some()
            {}
            all.values.push(SortedValue {
                value: value.clone(),
                number,
                shorter: open.last().map(|(place, _)| *place),
            });
            all.starts
                .push(start_of(value.as_bytes()).unwrap_or_default());
            open.push((place, value));
            let windows = value.as_bytes().windows(WINDOW).take(PLACES);
            for window in windows.filter_map(<[u8]>::first_chunk) {
                let index = all.index_of(*window);
                if let Some(bits) = all.table.get_mut(index / 64) {
                    *bits |= 1 << (index % 64);
                }
            }
        }
        all
    }

    /// The index of a window, by multiplicative hashing.
    fn index_of(&self, window: [u8; WINDOW]) -> usize {
        // 2^32 by the golden ratio.
        let hash = u32::from_le_bytes(window).wrapping_mul(0x9e37_79b1);
        (hash >> (u32::BITS - self.index_bits)) as usize
    }

    /// The first value in a text from a place on, with its number.
    fn find_at(&self, text: &[u8], from: usize) -> Option<(Range<usize>, usize)> {
        let (windows, _) = text.get(from..)?.as_chunks();
        let mut places = (from..).step_by(WINDOW);
        windows.iter().find_map(|window| {
            let place = places.next()?;
            let index = self.index_of(*window);
            let bits = self.table.get(index / 64)?;
            if bits >> (index % 64) & 1 == 0 {
                return None;
            }
            let first = (place + 1).saturating_sub(PLACES).max(from);
            (first..=place).find_map(|start| {
                let value = self.longest_at(text.get(start..)?)?;
                Some((start..start + value.value.len(), value.number))
            })
        })
    }

    /// The longest value that a text starts with.
    fn longest_at(&self, text: &[u8]) -> Option<&SortedValue> {
        self.starts.binary_search(&start_of(text)?).ok()?;
        // Every value that the text starts with is this one, or one that this one starts with.
        let behind = self
            .values
            .partition_point(|value| value.value.as_bytes() <= text);
        let nearest = self.values.get(behind.checked_sub(1)?)?;
        let same = common_prefix(nearest.value.as_bytes(), text);
        let shorter = |value: &&SortedValue| self.values.get(value.shorter?);
        std::iter::successors(Some(nearest), shorter).find(|value| value.value.len() <= same)
    }
}

/// How many bytes two texts start alike with. Values may have thousands in common, so that many are compared at once.
fn common_prefix(one: &[u8], other: &[u8]) -> usize {
    const CHUNK: usize = 64;
    let chunks = one.chunks_exact(CHUNK).zip(other.chunks_exact(CHUNK));
    let at = CHUNK * chunks.take_while(|(one, other)| one == other).count();
    let [one, other] = [one, other].map(|text| text.get(at..).unwrap_or_default());
    let rest = one.iter().zip(other);
    at + rest.take_while(|(one, other)| one == other).count()
}

/// The first bytes of a text as a number that sorts as they do.
fn start_of(text: &[u8]) -> Option<u64> {
    text.first_chunk::<START>()
        .map(|start| u64::from_be_bytes(*start))
}

#[cfg(test)]
mod tests {
    use proptest::{collection, prelude::*};

    use super::*;

    fn found(search: &ValueSearch, text: &str) -> Vec<(Range<usize>, usize)> {
        let mut all = Vec::new();
        search.find(text.as_bytes(), |place, number| all.push((place, number)));
        assert_eq!(search.is_in(text.as_bytes()), !all.is_empty());
        all
    }

    fn shared(values: impl IntoIterator<Item: Into<Arc<str>>>) -> Vec<Arc<str>> {
        values.into_iter().map(Into::into).collect()
    }

    fn sorted(values: impl IntoIterator<Item: Into<Arc<str>>>) -> ValueSearch {
        ValueSearch::Sorted(Arc::new(SortedValues::new(&shared(values))))
    }

    #[test]
    fn the_longest_is_found_and_none_inside_of_another() {
        let values = [
            "12345678",
            "123456789012",
            "1234567890",
            "34567890x",
            "12345678",
        ];
        let search = sorted(values);
        assert_eq!(found(&search, "1234567890x"), [(0..10, 2)]);
        assert_eq!(
            found(&search, "-123456789x12345678"),
            [(1..9, 0), (11..19, 0)]
        );
        assert_eq!(found(&search, "1234567890123456789012"), [(0..12, 1)]);
        assert_eq!(found(&search, "1234567"), []);
        assert_eq!(found(&search, ""), []);
    }

    #[test]
    fn thousands_of_values_that_start_alike_are_told_apart() {
        let values = (0..5000).map(|n| format!("token-of-all-{n:05}"));
        let search = ValueSearch::new(&shared(values)).unwrap();
        assert!(matches!(search, ValueSearch::Sorted(_)));
        let text = "x token-of-all-04321, token-of-all-99999 token-of-all-00007";
        assert_eq!(found(&search, text), [(2..20, 4321), (41..59, 7)]);
    }

    #[test]
    fn long_values_are_told_apart_wherever_they_differ() {
        for length in [63, 64, 65, 200] {
            let start = "Ab1-".repeat(50).split_at(length).0.to_owned();
            let values = [format!("{start}X"), format!("{start}Y1"), start.clone()];
            let search = sorted(values.clone());
            for (number, value) in values.iter().enumerate() {
                assert_eq!(found(&search, value), [(0..value.len(), number)]);
            }
            assert_eq!(found(&search, &format!("{start}Y2")), [(0..length, 2)]);
        }
    }

    #[test]
    fn few_and_short_values_have_an_automaton() {
        assert!(ValueSearch::new(&[]).is_none());
        let few = ValueSearch::new(&shared(["12345678"])).unwrap();
        assert_eq!(found(&few, "x12345678"), [(1..9, 0)]);
        let short = ValueSearch::new(&shared((0..100).map(|n| format!("v{n}")))).unwrap();
        assert!(matches!(short, ValueSearch::Automaton(_)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn sorted_values_are_found_as_an_automaton_finds_them(
            values in collection::vec("[ab]{8,12}|aé[ab]{6}", 1..40),
            text in "[abé]{0,200}",
        ) {
            let automaton = AhoCorasickBuilder::new()
                .match_kind(MatchKind::LeftmostLongest)
                .build(&values)
                .unwrap();
            let expected = found(&ValueSearch::Automaton(automaton), &text);
            prop_assert_eq!(found(&sorted(values), &text), expected);
        }
    }
}
