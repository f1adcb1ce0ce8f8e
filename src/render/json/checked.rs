//! A JSON document that is read again, to check it: what its end says, and what it holds.

use std::fmt;
use std::io::{self, Read};
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::HASH_KEY;
use super::bounded::Bounded;

/// What a JSON document says of itself, and what it holds: sessions, messages and parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many were stored.
    pub stored: [usize; 3],
    /// How many it says that it shows.
    pub rendered: [usize; 3],
    /// How many it shows.
    pub found: [usize; 3],
}

/// How much of a document's end is looked at for the hash, in bytes.
pub const END: usize = 256;

/// The last [`END`] bytes of a document as what the hash covers and what follows; `None` where no hash
/// stands there.
pub fn split_end(end: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let key = HASH_KEY.as_bytes();
    let start = end.windows(key.len()).rposition(|window| window == key);
    match start.and_then(|start| end.split_at_checked(start + key.len())) {
        Some((hashed, rest)) => (Some(hashed), rest),
        None => (None, end),
    }
}

/// Gives what stands behind the opening quotation mark of the hash, to the very end of a document.
pub fn end_after_key(sha256: &str) -> String {
    format!("{sha256}\"\n  }}\n}}\n")
}

#[derive(Deserialize)]
struct Log {
    /// PawWork's snapshot has an envelope around it.
    session: Option<Session>,
    messages: Option<Sum<Message>>,
    #[serde(default)]
    events: Sum<Event>,
    #[serde(default)]
    children: Sum<Session>,
    closing: CheckedClosing,
}

#[derive(Deserialize)]
struct Session {
    messages: Sum<Message>,
    #[serde(default)]
    events: Sum<Event>,
    #[serde(default)]
    children: Sum<Session>,
}

/// What the items of an array hold together. The items are not kept: a file may have any number.
struct Sum<T> {
    found: [usize; 3],
    items: PhantomData<T>,
}

impl<T> Default for Sum<T> {
    fn default() -> Self {
        Self {
            found: [0; 3],
            items: PhantomData,
        }
    }
}

impl<'de, T: Deserialize<'de> + CountedParts> Deserialize<'de> for Sum<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Self::default())
    }
}

impl<'de, T: Deserialize<'de> + CountedParts> Visitor<'de> for Sum<T> {
    type Value = Self;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Self, A::Error> {
        while let Some(item) = items.next_element::<T>()? {
            add(&mut self.found, item.found());
        }
        Ok(self)
    }
}

/// What holds sessions, messages and parts.
trait CountedParts {
    fn found(&self) -> [usize; 3];
}

fn add(sum: &mut [usize; 3], found: [usize; 3]) {
    for (sum, found) in sum.iter_mut().zip(found) {
        *sum += found;
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    parts: Vec<IgnoredAny>,
    #[serde(default)]
    other_parts: Vec<IgnoredAny>,
}

/// A message of another kind: one part, or several as in a message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    parts: Option<Vec<IgnoredAny>>,
    #[serde(default)]
    other_parts: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
struct CheckedClosing {
    stored: CheckedCounts,
    rendered: CheckedCounts,
    /// The end of the document has it ([`split_end`]). Here it would be kept, however long it is.
    #[expect(dead_code, reason = "it has to be there")]
    sha256: IgnoredAny,
}

#[derive(Deserialize)]
struct CheckedCounts {
    sessions: usize,
    messages: usize,
    parts: usize,
}

impl CountedParts for Message {
    fn found(&self) -> [usize; 3] {
        [0, 1, self.parts.len() + self.other_parts.len()]
    }
}

impl CountedParts for Event {
    fn found(&self) -> [usize; 3] {
        let of_event = self.parts.as_ref().map_or(1, Vec::len);
        [0, 1, of_event + self.other_parts.len()]
    }
}

impl CountedParts for Session {
    fn found(&self) -> [usize; 3] {
        let mut found = [1, 0, 0];
        add(&mut found, self.messages.found);
        add(&mut found, self.events.found);
        add(&mut found, self.children.found);
        found
    }
}

impl From<CheckedCounts> for [usize; 3] {
    fn from(counts: CheckedCounts) -> Self {
        [counts.sessions, counts.messages, counts.parts]
    }
}

impl Checked {
    /// Reads a document, and keeps nothing of it but the counts; `None` where it has no end of ours.
    ///
    /// # Errors
    /// Those of reading.
    pub fn read(document: impl Read) -> io::Result<Option<Self>> {
        match serde_json::from_reader(Bounded::new(document)) {
            Ok(log) => Ok(Self::of(log)),
            Err(error)
                if error.is_io() && error.io_error_kind() != Some(Bounded::<&[u8]>::EXCEEDED) =>
            {
                Err(error.into())
            }
            Err(_) => Ok(None),
        }
    }

    fn of(log: Log) -> Option<Self> {
        let session = match (log.session, log.messages) {
            (Some(session), _) => session,
            (None, Some(messages)) => Session {
                messages,
                events: log.events,
                children: log.children,
            },
            (None, None) => return None,
        };
        let found = session.found();
        Some(Self {
            stored: log.closing.stored.into(),
            rendered: log.closing.rendered.into(),
            found,
        })
    }
}
