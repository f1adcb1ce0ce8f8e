//! Values of rows -> texts, times and numbers, whatever type they were stored with.

use std::borrow::Cow;

use rusqlite::ffi;
use rusqlite::types::ValueRef;
use serde_json::Value;

use crate::memory;

/// The JSON of a value. A BLOB counts as a text, as which another program may have stored it.
pub fn json_value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into(),
    }
}

/// The error of a row that there is too little memory for, as SQLite has it.
pub fn out_of_memory() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_NOMEM), None)
}

/// The bytes of a value, for which there may be too little memory.
pub fn copied(value: ValueRef<'_>) -> rusqlite::Result<Vec<u8>> {
    let mut copy = Vec::new();
    memory::extend(&mut copy, bytes(value)).map_err(|_| out_of_memory())?;
    Ok(copy)
}

/// The text of a value; of another kind of value, nothing.
pub fn bytes(value: ValueRef<'_>) -> &[u8] {
    match value {
        ValueRef::Text(text) | ValueRef::Blob(text) => text,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => &[],
    }
}

/// The text of a value, whatever it is.
pub fn text(value: ValueRef<'_>) -> String {
    as_text(value).into_owned()
}

/// The same, borrowed where it is a text.
pub fn as_text(value: ValueRef<'_>) -> Cow<'_, str> {
    if let ValueRef::Text(text) = value
        && let Ok(text) = simdutf8::basic::from_utf8(text)
    {
        return text.into();
    }
    match json_value(value) {
        Value::String(text) => text.into(),
        Value::Null => "".into(),
        value => value.to_string().into(),
    }
}

/// A time as it is sorted by: what has none comes first.
pub fn time(value: ValueRef<'_>) -> Option<i64> {
    match value {
        ValueRef::Integer(time) => Some(time),
        #[expect(clippy::cast_possible_truncation, reason = "saturates")]
        ValueRef::Real(time) => Some(time as i64),
        _ => None,
    }
}

/// The text of a value that is there and not empty.
pub fn optional_text(value: ValueRef<'_>) -> Option<String> {
    Some(text(value)).filter(|text| !text.is_empty())
}

/// A value that counts something.
pub fn count(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Integer(count) => usize::try_from(count).unwrap_or_default(),
        _ => 0,
    }
}

/// A number.
pub fn number(value: ValueRef<'_>) -> Option<f64> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "shown, not computed with")]
        ValueRef::Integer(number) => Some(number as f64),
        ValueRef::Real(number) => Some(number).filter(|number| number.is_finite()),
        _ => None,
    }
}
