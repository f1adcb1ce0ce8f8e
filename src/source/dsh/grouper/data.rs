//! The fields of a line that tell to which message it belongs.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::record::unquoted;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Data<'a> {
    pub turn: Option<serde_json::Number>,
    pub step: Option<serde_json::Number>,
    #[serde(borrow)]
    pub id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub call_id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub root_call_id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub command_id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub compaction_id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub source: Option<&'a RawValue>,
    #[serde(borrow)]
    pub reason: Option<&'a RawValue>,
    #[serde(borrow)]
    pub mode: Option<&'a RawValue>,
    #[serde(borrow)]
    pub title: Option<&'a RawValue>,
    #[serde(borrow)]
    pub label: Option<&'a RawValue>,
    #[serde(borrow)]
    pub child_id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub version: Option<&'a RawValue>,
    pub archived_at: Option<serde_json::Number>,
    #[serde(borrow)]
    pub provider: Option<&'a RawValue>,
    #[serde(borrow)]
    pub model: Option<&'a RawValue>,
    #[serde(borrow)]
    pub operation: Option<&'a RawValue>,
    #[serde(borrow)]
    pub goal: Option<&'a RawValue>,
    #[serde(borrow)]
    pub name: Option<&'a RawValue>,
    pub active: Option<bool>,
    pub inherited: Option<bool>,
    #[serde(borrow)]
    pub header: Option<&'a RawValue>,
    #[serde(borrow)]
    pub inserted: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Named<'a> {
    #[serde(borrow)]
    pub kind: Option<&'a RawValue>,
    #[serde(borrow)]
    pub id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub source: Option<&'a RawValue>,
    #[serde(borrow)]
    pub objective: Option<&'a RawValue>,
}

pub fn parsed<'a, T: Deserialize<'a> + Default>(raw: Option<&'a RawValue>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
        .unwrap_or_default()
}

pub fn text(raw: Option<&RawValue>) -> Option<String> {
    raw.and_then(unquoted)
}

/// The kind of an object with one.
pub fn kind_of(raw: Option<&RawValue>) -> Option<String> {
    text(parsed::<Named<'_>>(raw).kind)
}
