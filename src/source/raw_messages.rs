//! The messages of a long session in JSON, which several threads read: to parse them one after the other takes a
//! third of an export.

use std::fmt;
use std::thread;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::fields::Path;
use super::json_value::{Json, JsonObject, Name};
use super::session;
use crate::model::{Message, Notes};
use crate::threads;

/// Shorter JSON is read sooner than a thread is started, in bytes.
const WORTH_THREADS: usize = 256 * 1024;

/// Messages that were read, and what was odd about them.
pub type ReadMessages = (Vec<Message>, Notes);

/// The JSON object of a session, and its messages, of which nothing is known but where they end.
pub struct WithRawMessages<'t> {
    pub object: JsonObject<'t>,
    messages: Option<Vec<&'t RawValue>>,
}

impl<'t> WithRawMessages<'t> {
    /// `None` for what is no such object, or is short.
    pub fn of(text: &'t str) -> Option<Self> {
        if text.len() < WORTH_THREADS {
            return None;
        }
        serde_json::from_str(text).ok()
    }

    /// The rest of the object, and the messages where it has any. `None` where one is no JSON.
    pub fn read(self) -> Option<(JsonObject<'t>, Option<ReadMessages>)> {
        let messages = match self.messages {
            Some(messages) => Some(read(&messages, Path::Root.field("messages"))?),
            None => None,
        };
        Some((self.object, messages))
    }
}

impl<'t> Deserialize<'t> for WithRawMessages<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfObject;

        impl<'t> Visitor<'t> for OfObject {
            type Value = WithRawMessages<'t>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut object = JsonObject::default();
                let mut messages = None;
                while let Some(Name(name)) = map.next_key()? {
                    if name == "messages" {
                        messages = Some(map.next_value()?);
                    } else {
                        object.set(name, map.next_value::<Json<'t>>()?);
                    }
                }
                Ok(WithRawMessages { object, messages })
            }
        }

        deserializer.deserialize_map(OfObject)
    }
}

fn read(messages: &[&RawValue], path: Path<'_>) -> Option<ReadMessages> {
    let of_thread = messages.len().div_ceil(threads::count()).max(1);
    let read_some = |(number, messages): (usize, &[&RawValue])| -> Option<ReadMessages> {
        let mut notes = Notes::default();
        let read_one = |(index, message): (usize, &&RawValue)| {
            let value: Json<'_> = serde_json::from_str(message.get()).ok()?;
            let path = path.index(number * of_thread + index);
            Some(session::read_message(value, path, &mut notes))
        };
        let messages: Option<Vec<Message>> = messages.iter().enumerate().map(read_one).collect();
        Some((messages?, notes))
    };
    thread::scope(|scope| {
        let mut chunks = messages.chunks(of_thread).enumerate();
        let first = chunks.next();
        let others: Vec<_> = chunks
            .map(|chunk| scope.spawn(move || read_some(chunk)))
            .collect();
        let (mut all, mut notes) = match first {
            Some(chunk) => read_some(chunk)?,
            None => ReadMessages::default(),
        };
        for other in others {
            let (messages, of_messages) = other.join().ok()??;
            all.extend(messages);
            notes.append(of_messages);
        }
        Some((all, notes))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::Object;

    fn odd_messages() -> Vec<Value> {
        let text = "\\\"ü 世界 \u{7} ".repeat(100);
        let message =
            |fields: Value| json!({ "info": fields, "parts": [{ "type": "text", "text": text }] });
        vec![
            message(json!({ "id": "msg_1", "role": "user", "time": { "created": 1 } })),
            message(json!({ "id": 7, "role": null, "time": "now", "unknown": [1] })),
            json!({ "type": "user", "id": "msg_2", "text": text }),
            json!({ "parts": "none" }),
            json!([text]),
            json!(null),
        ]
    }

    fn shown(messages: &[Message], notes: &Notes) -> String {
        format!("{messages:?} {notes:?}")
    }

    #[test]
    fn threads_read_what_one_reads() {
        let messages: Vec<Value> = odd_messages().into_iter().cycle().take(500).collect();
        let text =
            json!({ "info": { "id": "ses_1" }, "messages": messages, "more": 1 }).to_string();
        let raw = WithRawMessages::of(&text).unwrap();
        let (object, read) = raw.read().unwrap();
        let (messages, notes) = read.unwrap();
        let mut whole: Object = serde_json::from_str(&text).unwrap();
        let Some(Value::Array(values)) = whole.shift_remove("messages") else {
            panic!("no messages");
        };
        assert_eq!(Object::from(object), whole);
        let mut of_one = Notes::default();
        let path = Path::Root.field("messages");
        let read_one = |(index, value)| {
            session::read_message(Json::from(value), path.index(index), &mut of_one)
        };
        let by_one: Vec<Message> = values.into_iter().enumerate().map(read_one).collect();
        assert!(of_one.entries.len() > 5 && of_one.unknown_fields > 50);
        assert_eq!(shown(&messages, &notes), shown(&by_one, &of_one));
    }

    #[test]
    fn what_is_not_a_long_object_with_messages_is_left() {
        let long = "x".repeat(WORTH_THREADS);
        fn read(text: &str) -> Option<(JsonObject<'_>, Option<ReadMessages>)> {
            WithRawMessages::of(text)?.read()
        }
        for text in [
            r#"{"messages":[]}"#.to_owned(),
            format!(r#"["{long}"]"#),
            format!(r#"{{"messages":"{long}"}}"#),
            format!(r#"{{"messages":[{{]}},"more":"{long}"}}"#),
            format!(r#"{{"messages":[1e999],"more":"{long}"}}"#),
        ] {
            assert!(read(&text).is_none(), "{text:.30}");
        }
        let more = format!(r#"{{"more":"{long}"}}"#);
        let (object, messages) = read(&more).unwrap();
        assert!(object.get("more").is_some() && messages.is_none());
    }
}
