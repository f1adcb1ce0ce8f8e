//! A JSON document that is read again, to check it: what its end says, and what it holds.

use std::io::{self, Read};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::HASH_KEY;

/// What a JSON document says of itself, and what it holds: sessions, messages and parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many were stored.
    pub stored: [usize; 3],
    /// How many it says that it shows.
    pub rendered: [usize; 3],
    /// How many it shows.
    pub found: [usize; 3],
    /// The hash that it says it has.
    pub sha256: String,
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

/// What stands behind the opening quotation mark of the hash, to the very end of a document.
pub fn end_after_key(sha256: &str) -> String {
    format!("{sha256}\"\n  }}\n}}\n")
}

#[derive(Deserialize)]
struct Log {
    /// PawWork's snapshot has an envelope around it.
    session: Option<Session>,
    messages: Option<Vec<Message>>,
    #[serde(default)]
    events: Vec<Event>,
    #[serde(default)]
    children: Vec<Session>,
    closing: Closing,
}

#[derive(Deserialize)]
struct Session {
    messages: Vec<Message>,
    #[serde(default)]
    events: Vec<Event>,
    #[serde(default)]
    children: Vec<Session>,
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
struct Closing {
    stored: Counts,
    rendered: Counts,
    sha256: String,
}

#[derive(Deserialize)]
struct Counts {
    sessions: usize,
    messages: usize,
    parts: usize,
}

impl From<Counts> for [usize; 3] {
    fn from(counts: Counts) -> Self {
        [counts.sessions, counts.messages, counts.parts]
    }
}

impl Checked {
    /// Reads a document, and keeps nothing of it but the counts; `None` where it has no end of ours.
    ///
    /// # Errors
    /// Those of reading.
    pub fn read(document: impl Read) -> io::Result<Option<Self>> {
        match serde_json::from_reader(document) {
            Ok(log) => Ok(Self::of(log)),
            Err(error) if error.is_io() => Err(error.into()),
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
        let mut found = [0; 3];
        session.count(&mut found);
        Some(Self {
            stored: log.closing.stored.into(),
            rendered: log.closing.rendered.into(),
            found,
            sha256: log.closing.sha256,
        })
    }
}

impl Session {
    fn count(&self, found: &mut [usize; 3]) {
        let [sessions, messages, parts] = found;
        *sessions += 1;
        *messages += self.messages.len() + self.events.len();
        for event in &self.events {
            let of_event = event.parts.as_ref().map_or(1, Vec::len);
            *parts += of_event + event.other_parts.len();
        }
        for message in &self.messages {
            *parts += message.parts.len() + message.other_parts.len();
        }
        for child in &self.children {
            child.count(found);
        }
    }
}
