//! The messages of a session that is stored more than once: in two generations of tables, or in several stores.
//! Nothing that only one of them holds is lost, and what several hold is shown once.
//!
//! While the copies are compared, some 30 bytes of each message are kept, and 8 after that: the messages themselves are
//! read one at a time.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::num::NonZero;

use super::super::{Fetched, Messages, Size};
use crate::error::{Error, Result};
use crate::model::{Message, Notes, Oddity, Part, PartKind, RawText, Timestamp};

/// Why a session is stored more than once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kinship {
    /// One database holds it in the tables of two generations.
    Generations,
    /// Several stores hold it.
    Stores,
}

/// One of the copies of a session: a source, and the place of the session in it.
#[derive(Clone, Copy)]
pub struct Strand {
    pub source: usize,
    pub session: usize,
}

/// The copies of a session, the one that is preferred first; and where their messages go.
struct JoinedSession {
    strands: Vec<Strand>,
    /// `None` where all are those of the first copy.
    order: Option<Vec<InCopy>>,
}

/// A message: the number of its copy, and its place in that.
#[derive(Clone, Copy)]
struct InCopy {
    strand: u32,
    index: u32,
}

/// The facts by which copies of a message are compared.
struct JoinedEntry {
    place: InCopy,
    /// The hash of its id, which may be long. `None` for a message without an id.
    hash: Option<NonZero<u64>>,
    time: Option<Timestamp>,
    fullness: u32,
}

/// Gives out the messages of several copies as those of one session.
pub struct Joined<'a> {
    kinship: Kinship,
    sources: Vec<Box<dyn Messages<'a> + 'a>>,
    sessions: Vec<JoinedSession>,
}

impl<'a> Joined<'a> {
    /// Joins these sources, with the copies of each session.
    pub fn new(
        kinship: Kinship,
        sources: Vec<Box<dyn Messages<'a> + 'a>>,
        sessions: Vec<Vec<Strand>>,
    ) -> Self {
        let sessions = sessions.into_iter().map(|strands| JoinedSession {
            strands,
            order: None,
        });
        Self {
            kinship,
            sources,
            sessions: sessions.collect(),
        }
    }

    fn source(&mut self, number: usize) -> Result<&mut (dyn Messages<'a> + 'a)> {
        let source = self.sources.get_mut(number).ok_or(Error::Internal)?;
        Ok(source.as_mut())
    }

    fn entries(
        &mut self,
        number: usize,
        strand: Strand,
        hasher: &RandomState,
        go_on: &dyn Fn() -> Result<()>,
    ) -> Result<Vec<JoinedEntry>> {
        let source = self.source(strand.source)?;
        let count = source.size(strand.session)?.messages;
        let mut entries = Vec::with_capacity(count);
        for index in 0..count {
            go_on()?;
            let fetched = source.fetch(strand.session, index)?;
            let message = fetched.read(&mut Notes::default())?;
            let id = message.id.as_deref().filter(|id| !id.is_empty());
            entries.push(JoinedEntry {
                place: InCopy {
                    strand: u32::try_from(number).map_err(|_| Error::Internal)?,
                    index: u32::try_from(index).map_err(|_| Error::Internal)?,
                },
                hash: id.and_then(|id| NonZero::new(hasher.hash_one(id))),
                time: message.time.start,
                fullness: fullness(&message),
            });
        }
        Ok(entries)
    }

    /// Compares the copies of a session.
    fn settle_session(
        &mut self,
        session: usize,
        notes: &mut Notes,
        go_on: &dyn Fn() -> Result<()>,
    ) -> Result<()> {
        let of_session = self.sessions.get(session).ok_or(Error::Internal)?;
        let strands = of_session.strands.clone();
        let [first, others @ ..] = strands.as_slice() else {
            return Ok(());
        };
        if others.is_empty() {
            return Ok(());
        }
        let hasher = RandomState::new();
        let mut entries = self.entries(0, *first, &hasher, go_on)?;
        let mut differ = false;
        for (number, strand) in (1..).zip(others) {
            let others = match self.entries(number, *strand, &hasher, go_on) {
                // The messages of the other stores are there all the same.
                Err(Error::StoreUnreadable { .. }) if self.kinship == Kinship::Stores => {
                    notes.add("session", Oddity::AnotherStoreUnreadable);
                    continue;
                }
                others => others?,
            };
            let joined = join(entries, others);
            entries = joined.0;
            differ |= joined.1;
        }
        if differ {
            let oddity = match self.kinship {
                Kinship::Generations => Oddity::TwoGenerations,
                Kinship::Stores => Oddity::SeveralStores,
            };
            notes.add("session", oddity);
            let order = entries.into_iter().map(|entry| entry.place).collect();
            let of_session = self.sessions.get_mut(session).ok_or(Error::Internal)?;
            of_session.order = Some(order);
        }
        Ok(())
    }

    /// The copy that a message is in, and its place in it.
    fn place(&self, session: usize, index: usize) -> Result<(Strand, usize)> {
        let of_session = self.sessions.get(session).ok_or(Error::Internal)?;
        let (strand, index) = match &of_session.order {
            None => (0, index),
            Some(order) => {
                let place = order.get(index).ok_or(Error::Internal)?;
                (place.strand as usize, place.index as usize)
            }
        };
        let strand = of_session.strands.get(strand).ok_or(Error::Internal)?;
        Ok((*strand, index))
    }
}

impl<'a> Messages<'a> for Joined<'a> {
    fn settle(&mut self, notes: &mut Notes, go_on: &dyn Fn() -> Result<()>) -> Result<()> {
        for source in &mut self.sources {
            source.settle(notes, go_on)?;
        }
        (0..self.sessions.len()).try_for_each(|session| self.settle_session(session, notes, go_on))
    }

    fn size(&mut self, session: usize) -> Result<Size> {
        let of_session = self.sessions.get(session).ok_or(Error::Internal)?;
        let strands = of_session.strands.clone();
        let joined = of_session.order.as_ref().map(Vec::len);
        let first = *strands.first().ok_or(Error::Internal)?;
        let mut size = self.source(first.source)?.size(first.session)?;
        if let Some(messages) = joined {
            size.messages = messages;
            // A part without its message may be in all copies.
            for strand in strands.iter().skip(1) {
                let of_copy = self.source(strand.source)?.size(strand.session)?;
                size.orphans = size.orphans.max(of_copy.orphans);
            }
        }
        Ok(size)
    }

    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>> {
        let (strand, index) = self.place(session, index)?;
        self.source(strand.source)?.fetch(strand.session, index)
    }

    fn may_hold(
        &mut self,
        session: usize,
        index: usize,
        is_in: &dyn Fn(RawText<'_>) -> bool,
    ) -> Result<bool> {
        let (strand, index) = self.place(session, index)?;
        let source = self.source(strand.source)?;
        source.may_hold(strand.session, index, is_in)
    }

    fn finish(&mut self) -> Result<()> {
        self.sources
            .iter_mut()
            .try_for_each(|source| source.finish())
    }
}

/// The messages of two copies, each of which stays in its own order, by their times; those of the same id once, the
/// one that holds more. Tells whether the first copy alone would be less.
fn join(first: Vec<JoinedEntry>, second: Vec<JoinedEntry>) -> (Vec<JoinedEntry>, bool) {
    let with_hash = |(index, entry): (usize, &JoinedEntry)| Some((entry.hash?, index));
    let mut by_hash: Vec<_> = first.iter().enumerate().filter_map(with_hash).collect();
    by_hash.sort_unstable();
    let same = |entry: &JoinedEntry| {
        let hash = entry.hash?;
        let place = by_hash
            .binary_search_by_key(&hash, |(hash, _)| *hash)
            .ok()?;
        by_hash.get(place).map(|(_, index)| *index)
    };
    let mut is_less = vec![false; first.len()];
    let mut others = Vec::new();
    let mut differ = false;
    let mut matched = 0;
    for entry in second {
        let Some(index) = same(&entry) else {
            others.push(entry);
            continue;
        };
        matched += 1;
        let fullness = first.get(index).map_or(0, |entry| entry.fullness);
        differ |= entry.fullness != fullness;
        if let Some(is_less) = is_less.get_mut(index)
            && entry.fullness > fullness
            && !*is_less
        {
            *is_less = true;
            others.push(entry);
        }
    }
    differ |= !others.is_empty() || matched < first.len();
    let kept = first.into_iter().zip(is_less);
    let kept = kept.filter_map(|(entry, is_less)| (!is_less).then_some(entry));
    let mut kept = kept.peekable();
    let mut others = others.into_iter().peekable();
    let mut joined = Vec::new();
    loop {
        let next = match (kept.peek(), others.peek()) {
            (Some(one), Some(other)) if other.time < one.time => others.next(),
            (Some(_), _) => kept.next(),
            (None, _) => others.next(),
        };
        match next {
            Some(entry) => joined.push(entry),
            None => return (joined, differ),
        }
    }
}

/// The ids of the messages of all copies, each list in its order: what [`Joined`] shows, without reading it. One that
/// has no id is like no other.
pub fn union(copies: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let mut copies = copies.into_iter();
    let mut all = copies.next().unwrap_or_default();
    for copy in copies {
        let known: HashSet<&str> = all.iter().map(String::as_str).collect();
        let is_new = |id: &String| id.is_empty() || !known.contains(id.as_str());
        let new: Vec<String> = copy.into_iter().filter(is_new).collect();
        all.extend(new);
    }
    all
}

/// How much a message tells: the size of its texts, and what the generations note beside them left aside.
fn fullness(message: &Message) -> u32 {
    let error = message
        .error
        .as_ref()
        .and_then(|error| error.message.as_ref());
    let parts: usize = message.parts.iter().map(size_of_part).sum();
    let size = parts + error.map_or(0, String::len);
    u32::try_from(size).unwrap_or(u32::MAX)
}

fn size_of_part(part: &Part) -> usize {
    let size = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    match &part.kind {
        PartKind::Text { text, .. }
        | PartKind::Reasoning { text, .. }
        | PartKind::Context { text, .. } => text.len(),
        PartKind::File(file) => size(&file.url) + size(&file.filename),
        PartKind::Tool(tool) => {
            let input = tool.input.to_string().len();
            input + size(&tool.output) + size(&tool.error) + size(&tool.raw)
        }
        PartKind::Subtask(task) => size(&task.prompt) + size(&task.result),
        PartKind::Compaction { summary, .. } => size(summary),
        PartKind::Unknown { value, .. } => value.to_string().len(),
        PartKind::Agent { name } | PartKind::Skill { name } => name.len(),
        PartKind::Patch { .. }
        | PartKind::Snapshot { .. }
        | PartKind::StepStart
        | PartKind::StepFinish { .. }
        | PartKind::Retry(_)
        | PartKind::Notice { .. }
        | PartKind::Happened { .. }
        | PartKind::AgentSwitched { .. }
        | PartKind::ModelSwitched { .. }
        | PartKind::LocationSwitched { .. }
        | PartKind::Idle { .. }
        | PartKind::Unreadable => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(strand: u32, all: &[(u64, i64, u32)]) -> Vec<JoinedEntry> {
        let entry = |(index, (hash, time, fullness)): (u32, &(u64, i64, u32))| JoinedEntry {
            place: InCopy { strand, index },
            hash: NonZero::new(*hash),
            time: Timestamp::from_millis(*time as f64),
            fullness: *fullness,
        };
        (0..).zip(all).map(entry).collect()
    }

    fn joined(first: &[(u64, i64, u32)], second: &[(u64, i64, u32)]) -> (Vec<(u32, u32)>, bool) {
        let (joined, differ) = join(entries(0, first), entries(1, second));
        let places = joined.iter().map(|it| (it.place.strand, it.place.index));
        (places.collect(), differ)
    }

    #[test]
    fn what_only_one_copy_holds_comes_in_the_order_of_time() {
        let (places, differ) = joined(&[(1, 10, 1), (2, 30, 1)], &[(3, 20, 1), (4, 40, 1)]);
        assert_eq!(places, [(0, 0), (1, 0), (0, 1), (1, 1)]);
        assert!(differ);
    }

    #[test]
    fn of_the_same_message_the_fuller_one_is_shown_and_once() {
        let (places, differ) = joined(&[(1, 10, 1), (2, 20, 9)], &[(1, 10, 5), (2, 20, 3)]);
        assert_eq!(places, [(1, 0), (0, 1)]);
        assert!(differ);
    }

    #[test]
    fn a_copy_of_everything_changes_nothing() {
        let all = [(1, 10, 1), (2, 20, 1)];
        assert_eq!(joined(&all, &all), (vec![(0, 0), (0, 1)], false));
    }

    #[test]
    fn messages_without_an_id_are_never_taken_for_the_same() {
        let (places, _) = joined(&[(0, 10, 1)], &[(0, 10, 1)]);
        assert_eq!(places, [(0, 0), (1, 0)]);
    }

    #[test]
    fn a_list_counts_what_is_shown() {
        // 0 has no id.
        for (first, second) in [
            (&[1, 2, 3][..], &[2, 3, 4][..]),
            (&[1, 1, 2], &[1, 1, 3, 3]),
            (&[0, 1], &[0, 1]),
            (&[], &[5]),
        ] {
            let entry = |id: &u64| (*id, i64::try_from(*id).unwrap(), 1);
            let rows = |ids: &[u64]| ids.iter().map(entry).collect::<Vec<_>>();
            let name = |id: &u64| match id {
                0 => String::new(),
                id => id.to_string(),
            };
            let names = |ids: &[u64]| ids.iter().map(name).collect::<Vec<_>>();
            let (shown, _) = joined(&rows(first), &rows(second));
            let counted = union([names(first), names(second)]);
            assert_eq!(shown.len(), counted.len(), "{first:?} {second:?}");
        }
    }

    #[test]
    fn each_copy_keeps_its_own_order() {
        let (places, _) = joined(&[(1, 30, 1), (2, 10, 1)], &[(3, 20, 1)]);
        assert_eq!(places, [(1, 0), (0, 0), (0, 1)]);
    }
}
