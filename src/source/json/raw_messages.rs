//! The messages of a long session in JSON, told apart and not read: that is done one at a time, as with those of a
//! store. All of them at once would take several times the memory of their text.

use std::ops::Range;
use std::{fmt, thread};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::value::{Json, JsonObject, Name};
use crate::model::Timestamp;
use crate::threads;

/// Shorter JSON is read sooner than it is told apart, in bytes.
const LONG: usize = 256 * 1024;
/// JSON that is less than this part of the whole is read at once too: nearly all of the whole is long texts, which
/// stand apart.
const PART: usize = 8;

/// A message that was not read.
#[derive(Debug)]
pub struct RawMessage {
    /// Its number in the JSON.
    pub index: usize,
    /// The place of its JSON in the text.
    pub place: Range<usize>,
    /// Its outline.
    pub outline: MessageOutline,
}

/// The outline of a message: the fields that are needed before it is read.
#[derive(Debug, Default, PartialEq)]
pub struct MessageOutline {
    /// When it was created.
    pub start: Option<Timestamp>,
    pub id: Option<String>,
    pub session_id: Option<String>,
    pub directory: Option<String>,
}

/// Takes the JSON object of a session and its messages, where it has any, out of a text of JSON that has so many
/// `bytes` as a whole. `None` for what is no such object, or is short, and where a message has another form than
/// those that are stored.
pub fn split(text: &str, bytes: usize) -> Option<(JsonObject<'_>, Option<Vec<RawMessage>>)> {
    if text.len() < LONG.max(bytes / PART) {
        return None;
    }
    let WithRawMessages { object, messages } = serde_json::from_str(text).ok()?;
    match messages {
        Some(messages) => Some((object, Some(told_apart(text, &messages)?))),
        None => Some((object, None)),
    }
}

struct WithRawMessages<'t> {
    object: JsonObject<'t>,
    messages: Option<Vec<&'t RawValue>>,
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

fn told_apart(text: &str, messages: &[&RawValue]) -> Option<Vec<RawMessage>> {
    let of_thread = messages.len().div_ceil(threads::count()).max(1);
    let start_of_text = text.as_ptr().addr();
    let tell = |(number, messages): (usize, &[&RawValue])| -> Option<Vec<RawMessage>> {
        let tell_one = |(index, message): (usize, &&RawValue)| {
            let json = message.get();
            let start = json.as_ptr().addr().checked_sub(start_of_text)?;
            Some(RawMessage {
                index: number * of_thread + index,
                place: start..start + json.len(),
                outline: serde_json::from_str::<Outline>(json).ok()?.into(),
            })
        };
        messages.iter().enumerate().map(tell_one).collect()
    };
    thread::scope(|scope| {
        let mut chunks = messages.chunks(of_thread).enumerate();
        let first = chunks.next();
        let others: Vec<_> = chunks
            .map(|chunk| scope.spawn(move || tell(chunk)))
            .collect();
        let mut all = first.map_or_else(|| Some(Vec::new()), tell)?;
        for other in others {
            all.extend(other.join().ok()??);
        }
        Some(all)
    })
}

/// A message of generation 1 has `info`, one of OpenCode 2 a `type`.
#[derive(serde::Deserialize)]
struct Outline {
    #[serde(default, deserialize_with = "present")]
    info: Option<Option<OutlineOfInfo>>,
    r#type: Option<String>,
    id: Option<String>,
    time: Option<OutlineOfTime>,
}

#[derive(serde::Deserialize, Default)]
struct OutlineOfInfo {
    id: Option<String>,
    #[serde(rename = "sessionID")]
    session_id: Option<String>,
    time: Option<OutlineOfTime>,
    path: Option<OutlineOfPath>,
}

#[derive(serde::Deserialize)]
struct OutlineOfTime {
    created: Option<f64>,
}

#[derive(serde::Deserialize)]
struct OutlineOfPath {
    cwd: Option<String>,
    root: Option<String>,
}

/// Tells `null` from what is not there.
fn present<'t, D: Deserializer<'t>, T: Deserialize<'t>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl From<Outline> for MessageOutline {
    fn from(outline: Outline) -> Self {
        let created = |time: Option<OutlineOfTime>| {
            let millis = time?.created.filter(|millis| *millis != 0.0)?;
            Timestamp::from_millis(millis)
        };
        match (outline.info, outline.r#type) {
            (None, Some(_)) => Self {
                start: created(outline.time),
                id: outline.id,
                ..Self::default()
            },
            (info, _) => {
                let info = info.flatten().unwrap_or_default();
                Self {
                    start: created(info.time),
                    id: info.id,
                    session_id: info.session_id,
                    directory: info.path.and_then(|path| path.cwd.or(path.root)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outlines(messages: &serde_json::Value) -> Option<Vec<MessageOutline>> {
        let text = json!({ "more": "x".repeat(LONG), "messages": messages }).to_string();
        let (object, messages) = split(&text, text.len())?;
        assert!(object.get("more").is_some() && object.get("messages").is_none());
        let outline = |(index, message): (usize, RawMessage)| {
            let json = text.get(message.place).unwrap();
            assert!(json.starts_with('{') && json.ends_with('}') && message.index == index);
            message.outline
        };
        Some(messages?.into_iter().enumerate().map(outline).collect())
    }

    #[test]
    fn an_outline_holds_what_is_needed_before_a_message_is_read() {
        let known = |start: Option<f64>, id: Option<&str>| MessageOutline {
            start: start.and_then(Timestamp::from_millis),
            id: id.map(str::to_owned),
            ..MessageOutline::default()
        };
        for (message, expected) in [
            (
                json!({ "info": {
                    "id": "msg_1", "sessionID": "ses_1", "time": { "created": 1.5, "completed": "?" },
                    "path": { "cwd": "/work", "root": "/" }, "parts": [[1]],
                } }),
                MessageOutline {
                    session_id: Some("ses_1".to_owned()),
                    directory: Some("/work".to_owned()),
                    ..known(Some(1.5), Some("msg_1"))
                },
            ),
            (
                json!({ "id": "msg_2", "type": "user", "time": { "created": 2 } }),
                known(Some(2.0), Some("msg_2")),
            ),
            (
                json!({ "id": "msg_3", "time": { "created": 2 } }),
                known(None, None),
            ),
            (
                json!({ "info": null, "id": "msg_4", "type": "user" }),
                known(None, None),
            ),
            (
                json!({ "info": { "id": null, "time": { "created": 0 } } }),
                known(None, None),
            ),
            (
                json!({ "info": { "time": { "created": -1 }, "path": {} } }),
                known(None, None),
            ),
        ] {
            let messages = json!([message]);
            assert_eq!(outlines(&messages).unwrap(), [expected], "{messages}");
        }
        assert_eq!(outlines(&json!([])).unwrap(), []);
    }

    #[test]
    fn messages_of_other_forms_are_not_told_apart() {
        for message in [
            json!(null),
            json!([1]),
            json!({ "info": [] }),
            json!({ "info": { "id": 7 } }),
            json!({ "info": { "time": { "created": "now" } } }),
            json!({ "type": 1 }),
        ] {
            let messages = json!([{ "info": { "id": "msg_1" } }, message]);
            assert!(outlines(&messages).is_none(), "{messages}");
        }
        assert!(outlines(&json!("none")).is_none());
    }

    #[test]
    fn what_is_short_or_mostly_stands_apart_is_not_told_apart() {
        let long = json!({ "more": "x".repeat(LONG), "messages": [] }).to_string();
        assert!(split(&long, long.len()).is_some());
        assert!(split(&long, long.len() * PART * 2).is_none());
        assert!(split(r#"{"messages":[]}"#, 15).is_none());
        assert!(split(&format!(r#"["{}"]"#, "x".repeat(LONG)), LONG).is_none());
    }
}
