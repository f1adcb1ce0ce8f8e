//! One line of a log: `{type, seq, time, data, surfaceOp?}`, or a pack of stream pieces with `seq0` and `time0`.

use std::borrow::Cow;

use memchr::memchr_iter;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::model::Notes;
use crate::source::json::text as json_text;

/// A line of a log. Its data is not parsed: most lines are looked at for their type alone.
#[derive(Debug)]
pub struct Record<'a> {
    /// What it is.
    pub kind: Cow<'a, str>,
    /// Its number, of a pack that of the first piece.
    pub seq: Option<u64>,
    /// When, in milliseconds since the Unix epoch.
    pub time: Option<i64>,
    /// The rest, as JSON.
    pub data: &'a str,
    line: &'a str,
    /// The first of the earlier messages in whose place it stands before the model; they are told as they were.
    pub replaces: Option<u64>,
}

/// How much of a long line is looked at, of its beginning and of its end, in bytes.
const HEAD: usize = 192;
const TAIL: usize = 192;

/// Types whose lines say behind their data whether they replace something.
const MAY_REPLACE: [&str; 3] = ["user/message", "assistant/message", "tool/result"];

impl<'a> Record<'a> {
    /// Parses a line; `None` where it is none.
    pub fn parse(line: &'a str) -> Option<Self> {
        Self::quick(line).or_else(|| Self::whole(line))
    }

    /// As DSH writes it, with the data last. It is not checked whether that is JSON.
    fn quick(line: &'a str) -> Option<Self> {
        let rest = line.strip_prefix(r#"{"type":""#)?;
        let (kind, rest) = rest.split_once('"')?;
        if kind.contains('\\') || MAY_REPLACE.contains(&kind) {
            return None;
        }
        let rest = rest.strip_prefix(r#","seq":"#)?;
        let (seq, rest) = rest.split_once(',')?;
        let rest = rest.strip_prefix(r#""time":"#)?;
        let (time, rest) = rest.split_once(',')?;
        let data = rest.strip_prefix(r#""data":"#)?.strip_suffix('}')?;
        if !data.starts_with('{') || !data.ends_with('}') {
            return None;
        }
        // Something stands behind the data, or could.
        let is_last = !data.contains(r#"},"ignorable":"#) && !data.contains(r#"],"sourceEvent"#);
        is_last.then_some(())?;
        Some(Self {
            kind: kind.into(),
            seq: Some(seq.parse().ok()?),
            time: Some(time.parse().ok()?),
            data,
            line,
            replaces: None,
        })
    }

    fn whole(line: &'a str) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Line<'a> {
            #[serde(borrow, rename = "type")]
            kind: Cow<'a, str>,
            #[serde(default, alias = "seq0")]
            seq: Option<serde_json::Number>,
            #[serde(default, alias = "time0")]
            time: Option<serde_json::Number>,
            #[serde(borrow, default)]
            data: Option<&'a RawValue>,
            #[serde(borrow, default)]
            surface_op: Option<&'a RawValue>,
        }
        let text = line;
        let line: Line<'a> = serde_json::from_str(text).ok()?;
        #[derive(Deserialize)]
        struct Operation {
            #[serde(alias = "startSeq")]
            start: Option<u64>,
        }
        let replaces = |op: &RawValue| {
            let is_replacement = op.get().starts_with('{');
            let operation = serde_json::from_str::<Operation>(op.get()).ok();
            let start = operation.and_then(|operation| operation.start);
            // Where it does not say of which, it stands for none that is known.
            is_replacement.then(|| start.unwrap_or(u64::MAX))
        };
        Some(Self {
            kind: line.kind,
            seq: line.seq.and_then(|seq| seq.as_u64()),
            time: line.time.and_then(|time| time.as_i64()),
            data: line.data.map_or("{}", RawValue::get),
            line: text,
            replaces: line.surface_op.and_then(replaces),
        })
    }

    /// The data as a type; `None` where it is no such.
    pub fn read<T: Deserialize<'a>>(&self) -> Option<T> {
        serde_json::from_str(self.data).ok().or_else(|| {
            // A later version may write something behind the data.
            serde_json::from_str(Self::whole(self.line)?.data).ok()
        })
    }

    /// How many numbers it takes up: a pack has one for each of its pieces.
    pub fn count(&self) -> u64 {
        #[derive(Deserialize)]
        struct Pack<'a> {
            #[serde(borrow, alias = "args")]
            texts: Vec<&'a RawValue>,
        }
        match self.is_pack() {
            true => self
                .read::<Pack<'_>>()
                .map_or(1, |pack| pack.texts.len() as u64),
            false => 1,
        }
    }

    /// Tells whether it is a pack of stream pieces.
    pub fn is_pack(&self) -> bool {
        matches!(
            &*self.kind,
            "text-chunks" | "reasoning-chunks" | "tool-call-chunks"
        )
    }
}

/// Long lines of which a list needs no more than where they belong.
const SKIMMED: [&str; 13] = [
    "assistant/attempt",
    "assistant/chunk",
    "assistant/message",
    "developer/message",
    "reasoning-chunks",
    "request/header",
    "session/title-llm-request",
    "system/message",
    "text-chunks",
    "tool-call-chunks",
    "tool/call",
    "tool/result",
    "workspace/changes",
];

/// The beginning of a long line.
#[derive(Debug, PartialEq, Eq)]
pub struct Skimmed<'a> {
    pub kind: &'a str,
    pub seq: u64,
    pub time: i64,
    pub turn: Option<u64>,
    pub step: Option<u64>,
}

/// Tells whether `"op":` stands around a place.
fn is_operation(text: &[u8], at: usize) -> bool {
    let behind = text.get(at.saturating_sub(1)..);
    behind.is_some_and(|behind| behind.starts_with(br#""op":"#))
}

impl<'a> Skimmed<'a> {
    /// Reads a line as DSH writes it; `None` where it is another one, or all of it is needed.
    pub fn of(line: &'a [u8]) -> Option<Self> {
        let head = line.get(..HEAD.min(line.len()))?;
        let (_, tail) = line.split_at_checked(line.len().saturating_sub(TAIL))?;
        if !line.ends_with(b"}") || memchr_iter(b'o', tail).any(|at| is_operation(tail, at)) {
            return None;
        }
        // A character may be cut at the end.
        let head = match std::str::from_utf8(head) {
            Ok(head) => head,
            Err(error) => std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?,
        };
        let (kind, rest) = head.strip_prefix(r#"{"type":""#)?.split_once("\",\"seq")?;
        if !SKIMMED.contains(&kind) {
            return None;
        }
        let rest = rest.strip_prefix('0').unwrap_or(rest);
        let (seq, rest) = rest.strip_prefix(r#"":"#)?.split_once(r#","time"#)?;
        let rest = rest.strip_prefix('0').unwrap_or(rest);
        let (time, rest) = rest.strip_prefix(r#"":"#)?.split_once(r#","data":{"#)?;
        let mut place = rest.strip_prefix(r#""turn":"#).and_then(|rest| {
            let (turn, rest) = rest.split_once(r#","step":"#)?;
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            Some((turn.parse().ok()?, rest.get(..end)?.parse().ok()?))
        });
        Some(Self {
            kind,
            seq: seq.parse().ok()?,
            time: time.parse().ok()?,
            turn: place.as_mut().map(|(turn, _)| *turn),
            step: place.map(|(_, step)| step),
        })
    }

    /// The same as a record without its data.
    pub fn record(&self) -> Record<'a> {
        Record {
            kind: self.kind.into(),
            seq: Some(self.seq),
            time: Some(self.time),
            data: "{}",
            line: "{}",
            replaces: None,
        }
    }
}

/// The data of a record as a value, in which every half of a character is gone.
pub fn value(record: &Record<'_>, notes: &mut Notes) -> Option<Value> {
    let value = json_text::parse(record.data.as_bytes(), notes).ok();
    value.or_else(|| record.read::<Value>())
}

/// The text of a JSON string.
pub fn unquoted(raw: &RawValue) -> Option<String> {
    raw.get().starts_with('"').then(|| {
        let mut text = String::new();
        json_text::unquote_into(&mut text, raw.get(), &mut Notes::default());
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_the_data_is_read_too() {
        let line = r#"{"type":"user/message","seq":8,"time":5,"data":{"a":"}"},"surfaceOp":{"op":"replace","start":1,"end":2}}"#;
        let record = Record::parse(line).unwrap();
        assert_eq!((record.data, record.seq), (r#"{"a":"}"}"#, Some(8)));
        assert_eq!(record.replaces, Some(1));
        let line = r#"{"type":"pawwork-v1/session","seq":0,"time":5,"data":{"schema":1},"ignorable":true}"#;
        assert_eq!(Record::parse(line).unwrap().data, r#"{"schema":1}"#);
        let line = r#"{"type":"text-chunks","seq0":7,"time0":5,"data":{"turn":1,"texts":["\ud83d","\ude00","c"],"dt":[1,-1]}}"#;
        let record = Record::parse(line).unwrap();
        assert_eq!((record.seq, record.count()), (Some(7), 3));
    }

    #[test]
    fn the_beginning_of_a_long_line_tells_where_it_belongs() {
        let long = "é".repeat(500);
        let line = format!(
            r#"{{"type":"assistant/message","seq":7,"time":5,"data":{{"turn":2,"step":13,"message":"{long}"}},"surfaceOp":"append"}}"#
        );
        let skimmed = Skimmed::of(line.as_bytes()).unwrap();
        assert_eq!(
            (skimmed.kind, skimmed.seq, skimmed.time),
            ("assistant/message", 7, 5)
        );
        assert_eq!((skimmed.turn, skimmed.step), (Some(2), Some(13)));
        let pack =
            r#"{"type":"text-chunks","seq0":8,"time0":6,"data":{"turn":2,"step":1,"texts":[]}}"#;
        assert_eq!(Skimmed::of(pack.as_bytes()).unwrap().seq, 8);
        let replacing = line.replace(r#""append""#, r#"{"op":"replace","start":1,"end":2}"#);
        for line in [
            &replacing,
            "",
            "{",
            r#"{"type":"turn/start","seq":7,"time":5,"data":{}}"#,
        ] {
            assert_eq!(Skimmed::of(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn what_is_no_record_is_none() {
        for line in ["", "{", "null", "[1]", r#"{"seq":1}"#, r#"{"type":1}"#] {
            assert!(Record::parse(line).is_none(), "{line}");
        }
    }
}
