//! A JSON document that is read again, to check it: what its end says, and what it holds.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::HASH_KEY;

/// What a JSON document says of itself, and what it holds: sessions, messages and parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Checked<'a> {
    /// How many were stored.
    pub stored: [usize; 3],
    /// How many it says that it shows.
    pub rendered: [usize; 3],
    /// How many it shows.
    pub found: [usize; 3],
    /// The hash that it says it has.
    pub sha256: String,
    /// What the hash covers.
    pub hashed: &'a [u8],
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

impl<'a> Checked<'a> {
    /// Reads a document; `None` where it has no end of ours.
    pub fn parse(text: &'a [u8]) -> Option<Self> {
        let log: Log = serde_json::from_slice(text).ok()?;
        let key = HASH_KEY.as_bytes();
        let end = text
            .windows(key.len())
            .rposition(|window| window == key)
            .map(|start| start + key.len())?;
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
            hashed: text.get(..end)?,
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
