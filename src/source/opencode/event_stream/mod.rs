//! The stream of events that `opencode run --format json` prints -> the JSON of a session, as OpenCode's own API gives
//! it. Test harnesses keep such streams.
//!
//! An event is `{ type, timestamp, sessionID, part }`, or `{ type: "error", timestamp, sessionID, error }`
//! (<https://github.com/sst/opencode>, `packages/opencode/src/cli/cmd/run.ts`). A part is printed when it is done, so
//! what was being written when a run was killed is not there. The prompts, the model, the folder and the sessions of
//! sub-agents are in no event: the document says so.
//!
//! Lines of other programs may stand between, such as those of standard error, and the last line may be cut off.

mod values;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use self::values::{Next, Values, may_begin_event};
use crate::error::{Error, Result};
use crate::model::{Happening, Notes, Object, Oddity};
use crate::source::parts::string;

/// The search for the first event ends after so many bytes.
const LOOKED_AT: usize = 64 * 1024;
/// So many bytes of the first event are looked at.
const LARGEST_FIRST: usize = 4 * 1024 * 1024;
/// The name under which lines are counted that are no events.
const OTHER_OUTPUT: &str = "other-output";
/// The deepest nesting of sub-agent sessions. Deeper ones stand beside those.
const DEPTH: usize = 16;

/// The fields of every event.
#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only told whether they are there")]
struct Head {
    #[serde(rename = "type")]
    kind: String,
    timestamp: f64,
    #[serde(rename = "sessionID")]
    session_id: String,
    part: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
}

/// Tells whether a text holds such events.
pub fn is_stream(text: &[u8]) -> bool {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let start = rest.trim_ascii_start();
        // A list of events is told by the first one.
        let start = start.strip_prefix(b"[").unwrap_or(start).trim_ascii_start();
        if may_begin_event(start) {
            let start = start.get(..LARGEST_FIRST).unwrap_or(start);
            let mut values = serde_json::Deserializer::from_slice(start).into_iter::<Head>();
            if let Some(Ok(head)) = values.next() {
                return head.part.is_some() || head.error.is_some();
            }
        }
        let Some(length) = memchr::memchr(b'\n', rest) else {
            return false;
        };
        at += length + 1;
        if at > LOOKED_AT {
            return false;
        }
    }
}

/// Makes a session of the events in a text.
///
/// # Errors
/// [`Error::InvalidSession`] where they are of several sessions that did not start each other.
pub fn session_of(text: &str, notes: &mut Notes) -> Result<String> {
    let mut stream = Stream::default();
    for next in Values::of(text) {
        match next {
            Next::Value(value) => stream.add(value),
            Next::Other => stream.other(OTHER_OUTPUT),
            Next::Damaged => {
                stream.is_damaged = true;
                stream.other(OTHER_OUTPUT);
            }
        }
    }
    if stream.is_damaged {
        notes.add("events", Oddity::LogDamaged);
    }
    stream.into_json()
}

/// The events of a text, by their sessions.
#[derive(Default)]
struct Stream {
    sessions: Vec<Session>,
    places: HashMap<String, usize>,
    /// The number of unknown events, by their types.
    others: BTreeMap<String, usize>,
    is_damaged: bool,
}

#[derive(Default)]
struct Session {
    id: String,
    messages: Vec<Answer>,
    places: HashMap<String, usize>,
    /// The times of the first and of the last event.
    first: Option<f64>,
    last: Option<f64>,
}

/// An answer of the model.
#[derive(Default)]
struct Answer {
    id: Option<String>,
    parts: Vec<Value>,
    /// The places of parts, by their ids.
    places: HashMap<String, usize>,
    created: Option<f64>,
    completed: Option<f64>,
    /// True where a request to the model began and did not end.
    is_open: bool,
    finish: Option<String>,
    tokens: [f64; 5],
    cost: f64,
    error: Option<Value>,
}

impl Stream {
    fn add(&mut self, event: Value) {
        let Value::Object(mut event) = event else {
            return self.other(OTHER_OUTPUT);
        };
        let text = |name: &str| event.get(name).and_then(Value::as_str).map(str::to_owned);
        let (Some(kind), Some(id)) = (text("type"), text("sessionID")) else {
            return self.other(OTHER_OUTPUT);
        };
        let time = event.get("timestamp").and_then(Value::as_f64);
        let part = event.remove("part").filter(Value::is_object);
        let error = event.remove("error").filter(|error| !error.is_null());
        if part.is_none() && error.is_none() {
            return self.other(&kind);
        }
        let next = self.sessions.len();
        let at = *self.places.entry(id.clone()).or_insert(next);
        if at == next {
            self.sessions.push(Session {
                id,
                ..Session::default()
            });
        }
        let Some(session) = self.sessions.get_mut(at) else {
            return;
        };
        session.first = session.first.or(time);
        session.last = time.or(session.last);
        if let Some(part) = part {
            session.add(part, time);
        }
        if let Some(error) = error {
            session.fail(error, time);
        }
    }

    fn other(&mut self, name: &str) {
        let is_allowed = |c: &char| c.is_ascii_alphanumeric() || "/-_.:".contains(*c);
        let name: String = name.chars().filter(is_allowed).take(64).collect();
        // Names are kept, so there are not any number of them.
        let name = match self.others.len() < 64 || self.others.contains_key(&name) {
            true => name,
            false => OTHER_OUTPUT.to_owned(),
        };
        *self.others.entry(name).or_default() += 1;
    }

    fn into_json(self) -> Result<String> {
        let others = self.others.iter();
        let others: Vec<String> = others
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        let mut started: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut has_starter = HashSet::new();
        for (place, session) in self.sessions.iter().enumerate() {
            for child in session.started() {
                let child = self.places.get(&child).copied();
                // The first one is no sub-agent of another, whatever it says.
                if let Some(child) = child.filter(|child| *child != place && *child > 0)
                    && has_starter.insert(child)
                {
                    started.entry(place).or_default().push(child);
                }
            }
        }
        let roots = self.sessions.len() - has_starter.len();
        if roots > 1 {
            return Err(Error::invalid_session(
                "$",
                format!(
                    "it holds the events of {roots} runs of `opencode run`: put the lines of one session into a file of its own (`grep ses_ID FILE > ONE`)"
                ),
            ));
        }
        let mut sessions: Vec<Option<Session>> = self.sessions.into_iter().map(Some).collect();
        let mut root = take(&mut sessions, &started, 0, 0);
        if let Value::Object(root) = &mut root {
            let events = root.get_mut("events").and_then(Value::as_array_mut);
            if let Some(events) = events.filter(|_| !others.is_empty()) {
                events.push(json!({
                    "type": "happened",
                    "what": Happening::LinesLeftOut.name(),
                    "detail": others.join(", "),
                    "index": u32::MAX,
                }));
            }
        }
        Ok(root.to_string())
    }
}

/// The JSON of a session and of those that it started, each of them once.
fn take(
    sessions: &mut [Option<Session>],
    started: &HashMap<usize, Vec<usize>>,
    place: usize,
    depth: usize,
) -> Value {
    let Some(session) = sessions.get_mut(place).and_then(Option::take) else {
        return Value::Null;
    };
    let mut json = session.into_json();
    let mut waiting: Vec<usize> = started.get(&place).cloned().unwrap_or_default();
    let mut children = Vec::new();
    while let Some(child) = waiting.pop() {
        if depth < DEPTH {
            children.push(take(sessions, started, child, depth + 1));
        } else if let Some(session) = sessions.get_mut(child).and_then(Option::take) {
            children.push(Value::Object(session.into_json()));
            waiting.extend(started.get(&child).into_iter().flatten());
        }
    }
    children.retain(|child| !child.is_null());
    json.insert("children".to_owned(), children.into());
    Value::Object(json)
}

impl Session {
    fn add(&mut self, part: Value, time: Option<f64>) {
        let id = string(&part, "messageID").unwrap_or_default();
        let next = self.messages.len();
        let at = *self.places.entry(id.clone()).or_insert(next);
        if at == next {
            self.messages.push(Answer {
                id: Some(id).filter(|id| !id.is_empty()),
                created: time,
                ..Answer::default()
            });
        }
        if let Some(answer) = self.messages.get_mut(at) {
            answer.add(part, time);
        }
    }

    /// An error names no message: it ended the request that is open, or one of which nothing else is told.
    fn fail(&mut self, error: Value, time: Option<f64>) {
        let is_open = self.messages.last().is_some_and(|answer| answer.is_open);
        if !is_open {
            self.messages.push(Answer {
                created: time,
                ..Answer::default()
            });
        }
        if let Some(answer) = self.messages.last_mut() {
            answer.error = Some(error);
            answer.completed = time;
            answer.is_open = false;
        }
    }

    /// The sessions of the sub-agents that its calls name.
    fn started(&self) -> impl Iterator<Item = String> {
        let parts = self.messages.iter().flat_map(|answer| &answer.parts);
        parts.filter_map(|part| string(part.get("state")?.get("metadata")?, "sessionId"))
    }

    fn into_json(self) -> Object {
        let id = self.id;
        let messages = self.messages.into_iter();
        let messages: Vec<Value> = messages.map(|answer| answer.into_json(&id)).collect();
        let prompts_missing = json!({
            "type": "happened",
            "what": Happening::PromptsMissing.name(),
            "time": { "created": self.first },
            "index": 0,
        });
        Object::from_iter([
            (
                "info".to_owned(),
                json!({ "id": id, "time": { "created": self.first, "updated": self.last } }),
            ),
            ("messages".to_owned(), messages.into()),
            ("events".to_owned(), json!([prompts_missing])),
        ])
    }
}

impl Answer {
    fn add(&mut self, part: Value, time: Option<f64>) {
        match string(&part, "type").as_deref() {
            Some("step-start") => {
                self.is_open = true;
                self.completed = None;
                self.finish = None;
            }
            Some("step-finish") => {
                self.is_open = false;
                self.completed = time;
                self.finish = string(&part, "reason");
                self.cost += part.get("cost").and_then(Value::as_f64).unwrap_or_default();
                self.count(part.get("tokens").unwrap_or(&Value::Null));
            }
            _ => {}
        }
        // A part that is told again takes the place of what was told before.
        let next = self.parts.len();
        let id = string(&part, "id").unwrap_or_else(|| format!("#{next}"));
        let at = *self.places.entry(id).or_insert(next);
        match self.parts.get_mut(at) {
            Some(known) => *known = part,
            None => self.parts.push(part),
        }
    }

    fn count(&mut self, tokens: &Value) {
        let cache = tokens.get("cache").unwrap_or(&Value::Null);
        let counts = [
            tokens.get("input"),
            tokens.get("output"),
            tokens.get("reasoning"),
            cache.get("read"),
            cache.get("write"),
        ];
        for (sum, count) in self.tokens.iter_mut().zip(counts) {
            *sum += count.and_then(Value::as_f64).unwrap_or_default();
        }
    }

    fn into_json(self, session: &str) -> Value {
        let [input, output, reasoning, read, write] = self.tokens;
        let cache = json!({ "read": read, "write": write });
        let mut info = json!({
            "id": self.id,
            "sessionID": session,
            "role": "assistant",
            "time": { "created": self.created, "completed": self.completed },
            "finish": self.finish,
            "error": self.error,
        });
        if self.tokens != [0.0; 5]
            && let Value::Object(info) = &mut info
        {
            let tokens =
                json!({ "input": input, "output": output, "reasoning": reasoning, "cache": cache });
            info.insert("tokens".to_owned(), tokens);
            info.insert("cost".to_owned(), self.cost.into());
        }
        json!({ "info": info, "parts": self.parts })
    }
}
