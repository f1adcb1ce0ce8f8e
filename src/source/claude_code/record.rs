//! The fields of a line that tell what it is and where it belongs. Its texts are not parsed: most lines are looked at
//! for their type alone.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::Notes;
use crate::source::json::text as json_text;

/// A field as it stands in the line, of whatever type.
pub type Field<'a> = Option<&'a RawValue>;

/// A line of a log. A field of another type than expected counts as absent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Record<'a> {
    #[serde(borrow, rename = "type")]
    kind: Field<'a>,
    #[serde(borrow)]
    pub uuid: Field<'a>,
    #[serde(borrow)]
    pub parent_uuid: Field<'a>,
    #[serde(borrow)]
    timestamp: Field<'a>,
    #[serde(borrow)]
    pub session_id: Field<'a>,
    #[serde(borrow)]
    pub request_session_id: Field<'a>,
    #[serde(borrow)]
    pub cwd: Field<'a>,
    #[serde(borrow)]
    pub version: Field<'a>,
    #[serde(borrow)]
    pub is_sidechain: Field<'a>,
    #[serde(borrow)]
    pub is_meta: Field<'a>,
    #[serde(borrow)]
    pub is_compact_summary: Field<'a>,
    #[serde(borrow)]
    pub is_api_error_message: Field<'a>,
    #[serde(borrow)]
    pub origin: Field<'a>,
    #[serde(borrow)]
    pub prompt_source: Field<'a>,
    #[serde(borrow)]
    pub interrupted_message_id: Field<'a>,
    #[serde(borrow)]
    pub message: Field<'a>,
    #[serde(borrow)]
    pub tool_use_result: Field<'a>,
    #[serde(borrow)]
    pub attachment: Field<'a>,
    #[serde(borrow)]
    pub subtype: Field<'a>,
    #[serde(borrow)]
    pub operation: Field<'a>,
    #[serde(borrow)]
    pub content: Field<'a>,
    #[serde(borrow)]
    pub custom_title: Field<'a>,
    #[serde(borrow)]
    pub ai_title: Field<'a>,
    #[serde(borrow)]
    pub summary: Field<'a>,
    #[serde(borrow)]
    pub leaf_uuid: Field<'a>,
    #[serde(borrow)]
    pub explicit: Field<'a>,
    #[serde(borrow, rename = "totalCostUSD")]
    pub total_cost: Field<'a>,
}

/// The fields of `message`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Inner<'a> {
    #[serde(borrow)]
    pub id: Field<'a>,
    #[serde(borrow)]
    pub model: Field<'a>,
    #[serde(borrow)]
    pub content: Field<'a>,
}

/// A block of `message.content`, and of `attachment`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Block<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Field<'a>,
    #[serde(borrow)]
    pub id: Field<'a>,
    #[serde(borrow)]
    pub name: Field<'a>,
    #[serde(borrow)]
    pub tool_use_id: Field<'a>,
    #[serde(borrow)]
    pub text: Field<'a>,
    #[serde(borrow)]
    pub input: Field<'a>,
}

/// The fields of `attachment`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Attachment<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Field<'a>,
    #[serde(borrow)]
    pub command_mode: Field<'a>,
    #[serde(borrow)]
    pub origin: Field<'a>,
    #[serde(borrow)]
    pub is_meta: Field<'a>,
    #[serde(borrow)]
    pub prompt: Field<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Named<'a> {
    #[serde(borrow)]
    kind: Field<'a>,
    #[serde(borrow)]
    agent_id: Field<'a>,
    #[serde(borrow)]
    prompt: Field<'a>,
}

impl<'a> Record<'a> {
    /// Parses a line; `None` where it is no object of JSON.
    pub fn parse(line: &'a str) -> Option<Self> {
        line.starts_with('{')
            .then(|| serde_json::from_str(line).ok())?
    }

    /// What it is.
    pub fn kind(&self) -> String {
        text(self.kind).unwrap_or_default()
    }

    /// When it was written, in milliseconds since the Unix epoch.
    pub fn time(&self) -> Option<i64> {
        millis(&text(self.timestamp)?)
    }

    /// The fields of its message.
    pub fn inner(&self) -> Inner<'a> {
        parsed(self.message)
    }

    /// The kind of its origin.
    pub fn origin_kind(&self) -> Option<String> {
        kind_of(self.origin)
    }

    /// The sub-agent that its result tells of.
    pub fn agent_id(&self) -> Option<String> {
        let result = self.tool_use_result?;
        result.get().starts_with('{').then_some(())?;
        text(parsed::<Named<'_>>(Some(result)).agent_id)
    }
}

/// A line as text, in which bytes that are no UTF-8 are replaced.
pub fn line_text(line: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(line) {
        Ok(line) => Cow::Borrowed(line),
        Err(_) => String::from_utf8_lossy(line),
    }
}

/// An object as a type; the default where it is none.
pub fn parsed<'a, T: Deserialize<'a> + Default>(raw: Field<'a>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
        .unwrap_or_default()
}

/// The text of a string.
pub fn text(raw: Field<'_>) -> Option<String> {
    let raw = raw?.get();
    raw.starts_with('"').then(|| {
        let mut text = String::new();
        json_text::unquote_into(&mut text, raw, &mut Notes::default());
        text
    })
}

/// Tells whether a field is `true`.
pub fn is_true(raw: Field<'_>) -> bool {
    raw.is_some_and(|raw| raw.get() == "true")
}

/// The kind of an object with one.
pub fn kind_of(raw: Field<'_>) -> Option<String> {
    text(parsed::<Named<'_>>(raw).kind)
}

/// The prompt in the input of a call.
pub fn prompt_of(raw: Field<'_>) -> Option<String> {
    text(parsed::<Named<'_>>(raw).prompt)
}

/// The blocks of a content; one with the text where it is a string.
pub fn blocks(content: Field<'_>) -> Vec<Block<'_>> {
    match content {
        Some(raw) if raw.get().starts_with('"') => vec![Block {
            text: content,
            ..Block::default()
        }],
        Some(raw) => {
            let blocks: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
            blocks.into_iter().map(|it| parsed(Some(it))).collect()
        }
        None => Vec::new(),
    }
}

/// The time of `2026-11-27T10:20:30.123Z`.
pub fn millis(time: &str) -> Option<i64> {
    let time = chrono::DateTime::parse_from_rfc3339(time).ok()?;
    Some(time.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_other_types_count_as_absent() {
        let line =
            r#"{"type":7,"uuid":"a","timestamp":[],"message":"x","isMeta":"true","origin":4}"#;
        let record = Record::parse(line).unwrap();
        assert_eq!((record.kind().as_str(), record.time()), ("", None));
        assert!(!is_true(record.is_meta));
        assert!(record.inner().id.is_none() && record.origin_kind().is_none());
        for line in ["", "[]", "null", "{", "\"a\""] {
            assert!(Record::parse(line).is_none(), "{line}");
        }
    }

    #[test]
    fn a_time_is_in_milliseconds() {
        assert_eq!(millis("1970-01-01T00:00:01.500Z"), Some(1500));
        assert_eq!(millis("yesterday"), None);
    }
}
