//! One line of a log: `{type, seq, time, data, surfaceOp?}`, or a pack of stream pieces with `seq0` and `time0`.

use std::borrow::Cow;

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

    /// Whether it is a pack of stream pieces.
    pub fn is_pack(&self) -> bool {
        matches!(
            &*self.kind,
            "text-chunks" | "reasoning-chunks" | "tool-call-chunks"
        )
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
    fn what_is_no_record_is_none() {
        for line in ["", "{", "null", "[1]", r#"{"seq":1}"#, r#"{"type":1}"#] {
            assert!(Record::parse(line).is_none(), "{line}");
        }
    }
}
