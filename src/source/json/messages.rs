//! The messages of a session in JSON, one at a time.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::fields::Path;
use super::super::opencode::session::Entry;
use super::super::opencode::{message_v1, session};
use super::super::{Fetched, Messages, Size, Stored};
use super::apart::Apart;
use super::raw_messages::RawMessage;
use super::text;
use super::value::Json;
use crate::error::{Error, Result};
use crate::model::{Message, Notes, RawText, Role, Span};

/// Gives out messages by session, in order.
pub struct JsonMessages<'a> {
    sessions: Vec<Vec<Slot>>,
    text: Arc<SessionText<'a>>,
}

/// A message, as it waits to be fetched.
enum Slot {
    /// A message that was read with its session. Each fetch gives a copy of it.
    Whole(Arc<Message>),
    /// A message whose JSON is read at each fetch.
    Raw(RawMessage),
}

/// The text that messages are read from.
struct SessionText<'a> {
    text: Cow<'a, str>,
    /// The long texts that were taken out of it. `None` where it is whole.
    apart: Option<Apart<'a>>,
    /// The whole JSON, as it came.
    json: &'a [u8],
    /// True where a message could not be read.
    has_failed: AtomicBool,
}

impl<'a> JsonMessages<'a> {
    /// Takes the messages of each session, and the text that those which were not read stand in. It is that of
    /// `json` but for what stands apart.
    pub fn new(
        entries: Vec<Vec<Entry>>,
        text: Cow<'a, str>,
        apart: Option<Apart<'a>>,
        json: &'a [u8],
    ) -> Self {
        let slot = |entry| match entry {
            Entry::Read(message) => Slot::Whole(Arc::from(message)),
            Entry::Raw(message) => Slot::Raw(message),
        };
        let of_session = |entries: Vec<Entry>| entries.into_iter().map(slot).collect();
        Self {
            sessions: entries.into_iter().map(of_session).collect(),
            text: Arc::new(SessionText {
                text,
                apart,
                json,
                has_failed: AtomicBool::new(false),
            }),
        }
    }

    fn slot(&self, session: usize, index: usize) -> Option<&Slot> {
        self.sessions.get(session)?.get(index)
    }
}

impl SessionText<'_> {
    fn json_of(&self, place: &Range<usize>) -> &str {
        self.text.get(place.clone()).unwrap_or_default()
    }

    fn read(&self, json: &str, path: Path<'_>, notes: &mut Notes) -> Option<Message> {
        let mut value: Json<'_> = serde_json::from_str(json).ok()?;
        if let Some(apart) = &self.apart {
            apart.complete_json(&mut value, notes);
        }
        Some(session::read_message(value, path, notes))
    }

    /// Why a message could not be read.
    fn failure(&self) -> Error {
        let mut notes = Notes::default();
        let text = text::text(self.json, &mut notes);
        let parsed = text.and_then(|text| text::parse_text::<Json<'_>>(&text).map(drop));
        parsed.err().unwrap_or(Error::Internal)
    }
}

/// A message without its long texts, and what it is completed with.
struct WholeMessage<'a> {
    message: Arc<Message>,
    text: Arc<SessionText<'a>>,
}

impl Stored for WholeMessage<'_> {
    fn bytes(&self) -> usize {
        // A typical size. Counting would take as long as copying.
        16 * 1024
    }

    fn read(self: Box<Self>, notes: &mut Notes) -> Message {
        let mut message = Message::clone(&self.message);
        if let Some(apart) = &self.text.apart {
            apart.complete_message(&mut message, notes);
        }
        message
    }
}

/// The JSON of a message.
struct MessageJson<'a> {
    index: usize,
    place: Range<usize>,
    text: Arc<SessionText<'a>>,
}

impl Stored for MessageJson<'_> {
    fn bytes(&self) -> usize {
        self.place.len()
    }

    fn read(self: Box<Self>, notes: &mut Notes) -> Message {
        let path = Path::Root.field("messages");
        let json = self.text.json_of(&self.place);
        let read = self.text.read(json, path.index(self.index), notes);
        read.unwrap_or_else(|| {
            self.text.has_failed.store(true, Ordering::Relaxed);
            message_v1::of_role(Role::Other(String::new()), None, Span::default())
        })
    }
}

impl<'a> Messages<'a> for JsonMessages<'a> {
    fn size(&mut self, session: usize) -> Result<Size> {
        let slots = self.sessions.get(session).map(Vec::as_slice);
        Ok(Size {
            messages: slots.unwrap_or_default().len(),
            orphans: 0,
        })
    }

    fn fetch(&mut self, session: usize, index: usize) -> Result<Fetched<'a>> {
        let text = self.text.clone();
        match self.slot(session, index).ok_or(Error::Internal)? {
            Slot::Whole(message) => Ok(Fetched::new(WholeMessage {
                message: message.clone(),
                text,
            })),
            Slot::Raw(message) => Ok(Fetched::new(MessageJson {
                index: message.index,
                place: message.place.clone(),
                text,
            })),
        }
    }

    fn may_hold(
        &mut self,
        session: usize,
        index: usize,
        is_in: &dyn Fn(RawText<'_>) -> bool,
    ) -> Result<bool> {
        let Some(Slot::Raw(message)) = self.slot(session, index) else {
            return Ok(true);
        };
        let json = self.text.json_of(&message.place);
        let apart = self.text.apart.as_ref();
        let is_apart = || apart.is_some_and(|apart| apart.any_of(json, is_in));
        Ok(is_in(RawText::Json(json.as_bytes())) || is_apart())
    }

    fn finish(&mut self) -> Result<()> {
        if self.text.has_failed.load(Ordering::Relaxed) {
            return Err(self.text.failure());
        }
        self.text.apart.as_ref().map_or(Ok(()), Apart::check)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::{Input, TextsApart, read_json, read_json_apart};
    use super::*;

    fn session(messages: &[Value], more: &Value) -> String {
        json!({ "info": { "id": "ses_1" }, "messages": messages, "more": more }).to_string()
    }

    fn messages(count: usize) -> Vec<Value> {
        let text = |number: usize| format!("\\\"ü 世界 {number} ").repeat(number % 90);
        let message = |number: usize| match number % 3 {
            0 => json!({
                "info": { "id": format!("msg_{number}"), "role": "user", "unknown": 1,
                    "time": { "created": 1000 - number }, "path": { "cwd": format!("/work/{}", number % 2) } },
                "parts": [{ "type": "text", "text": text(number), "messageID": "msg" }, 7],
            }),
            1 => json!({
                "info": { "id": format!("msg_{number}"), "role": "assistant", "time": { "created": 1000 } },
                "parts": [{ "type": "tool", "tool": "bash", "state": { "input": { "a": [1, { "b": null }] },
                    "status": "completed", "output": text(number), "metadata": { "exit": 0 } } }],
            }),
            _ => json!({
                "id": format!("msg_{number}"), "type": "user", "text": text(number), "time": { "created": number },
            }),
        };
        (0..count).map(message).collect()
    }

    /// All that is read of a session.
    fn shown(mut input: Input<'_>) -> String {
        let count = input.messages.size(0).unwrap().messages;
        let mut shown = format!("{:?}", input.tree);
        for index in 0..count {
            let message = input.messages.fetch(0, index).unwrap();
            shown += &format!("{:?}\n", message.read(&mut input.notes).unwrap());
        }
        input.messages.finish().unwrap();
        shown + &input.notes.unknown_fields.to_string() + &format!("{:?}", input.notes.entries)
    }

    #[test]
    fn messages_read_one_by_one_are_those_that_are_read_at_once() {
        let messages = messages(600);
        let raw = session(&messages, &json!(null));
        let raw = read_json(raw.as_bytes()).unwrap();
        let mut at_once = messages;
        // A form that is not stored.
        at_once.push(json!({ "info": { "id": 7, "time": { "created": 5000 } }, "parts": [] }));
        let at_once = session(&at_once, &json!(null));
        let at_once = read_json(at_once.as_bytes()).unwrap();
        let (raw, at_once) = (shown(raw), shown(at_once));
        let (of_raw, _) = raw.rsplit_once('\n').unwrap();
        assert!(of_raw.len() > 100_000 && at_once.starts_with(of_raw));
    }

    #[test]
    fn a_message_that_was_changed_is_read_afresh() {
        let long = session(&messages(600), &json!(null));
        let short = session(&messages(6), &json!(null));
        for json in [long, short] {
            let mut input = read_json(json.as_bytes()).unwrap();
            let mut read = || {
                let fetched = input.messages.fetch(0, 3).unwrap();
                fetched.read(&mut Notes::default()).unwrap()
            };
            let stored = format!("{:?}", read());
            read().parts.clear();
            assert_eq!(format!("{:?}", read()), stored);
        }
    }

    #[test]
    fn a_message_that_is_no_json_after_all_ends_the_export() {
        let valid = session(&messages(600), &json!(null));
        for (odd, expected) in [
            ("1e999".to_owned(), "it is not valid JSON"),
            (
                "[".repeat(200) + &"]".repeat(200),
                "values are nested more than 127 levels deep",
            ),
        ] {
            let json = valid.replace(r#""exit":0"#, &format!(r#""exit":{odd}"#));
            let mut input = read_json(json.as_bytes()).unwrap();
            for index in 0..input.messages.size(0).unwrap().messages {
                let message = input.messages.fetch(0, index).unwrap();
                message.read(&mut Notes::default()).unwrap();
            }
            let error = input.messages.finish().unwrap_err();
            assert_eq!(error.code(), "ERR_INVALID_SESSION");
            let error = error.to_string();
            assert!(
                error.contains(expected) && error.contains("metadata"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_text_that_was_never_handed_over_ends_the_export() {
        for count in [1, 600] {
            let texts = TextsApart::default();
            let mut all = messages(count);
            all[0]["parts"][0]["text"] = json!(format!("{}0.", texts.mark()));
            let json = session(&all, &json!(null));
            texts.end();
            let mut input = read_json_apart(json.as_bytes(), &texts).unwrap();
            for index in 0..count {
                let message = input.messages.fetch(0, index).unwrap();
                message.read(&mut Notes::default()).unwrap();
            }
            assert!(input.messages.finish().is_err());
        }
    }

    #[test]
    fn what_is_read_each_time_is_searched_where_it_is() {
        let mut all = messages(600);
        all[3]["parts"][0]["text"] = json!(format!("{} in a long text", "x".repeat(2000)));
        all[6]["parts"][0]["id"] = json!("in a short text");
        let json = session(&all, &json!(null));
        let may_hold = |mut input: Input<'_>| -> Vec<String> {
            let count = input.messages.size(0).unwrap().messages;
            let is_in = |text: RawText<'_>| {
                let (RawText::Json(bytes) | RawText::Plain(bytes)) = text;
                memchr::memmem::find(bytes, b" text").is_some()
            };
            let places =
                (0..count).filter(|place| input.messages.may_hold(0, *place, &is_in).unwrap());
            let places: Vec<usize> = places.collect();
            let message = |place| {
                input
                    .messages
                    .fetch(0, place)
                    .unwrap()
                    .read(&mut Notes::default())
                    .unwrap()
                    .id
                    .unwrap()
            };
            places.into_iter().map(message).collect()
        };
        let found = may_hold(read_json(json.as_bytes()).unwrap());
        assert_eq!(found, ["msg_6", "msg_3"]);

        let texts = TextsApart::default();
        all[3]["parts"][0]["text"] = json!(format!("{}0.", texts.mark()));
        texts.push(b"a long text".to_vec(), false);
        texts.end();
        let json = session(&all, &json!(null));
        let found = may_hold(read_json_apart(json.as_bytes(), &texts).unwrap());
        assert_eq!(found, ["msg_6", "msg_3"]);
    }
}
