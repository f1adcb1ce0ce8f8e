//! JavaScript values -> sessions and options. Objects cross the boundary as the text that `JSON.stringify`
//! makes of them, which honours `toJSON`; sessions do so in pieces, their long texts apart (`take_over.rs`).

use std::path::PathBuf;

use napi::bindgen_prelude::{Function, JsObjectValue as _, Object, Uint8Array, Unknown};
use napi::{Env, JsValue as _, ValueType};
use serde_json::Value;

use super::super::v8::convert::convert;
use super::super::v8::script;
use super::take_over;
use super::take_over::TakenOver;
use crate::error::{Error, Result};
use crate::model::Object as JsonObject;
use crate::pipeline::Session;
use crate::source::StoredSession;

/// A session that JavaScript cannot change any more.
pub enum OwnedSession {
    /// JSON, taken over.
    Json(TakenOver),
    /// The name of a session in a store.
    Stored(StoredSession),
}

impl OwnedSession {
    pub fn as_session(&self) -> Session<'_> {
        match self {
            Self::Json(json) => json.as_session(),
            Self::Stored(stored) => Session::Stored(stored),
        }
    }
}

/// Does `work` with a session that came from JavaScript.
///
/// # Errors
/// [`Error::InvalidSession`] for what is none, and those of `work`.
pub fn with_session<T: Send + 'static>(
    env: &Env,
    value: Unknown<'_>,
    work: impl FnOnce(Session<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    if let Some(stored) = stored_session(value)? {
        return work(Session::Stored(&stored));
    }
    if let Ok(bytes) = convert::<Uint8Array>(env, value) {
        // While JavaScript waits for a synchronous call, it cannot change them.
        return work(Session::Json(&bytes));
    }
    take_over::at_once(env, value, |session| work(session.as_session()))
}

/// A session object without its messages, where it has `info`; else the value as it is. To take the messages over would
/// be in vain.
pub fn without_messages<'env>(env: &'env Env, value: Unknown<'env>) -> Unknown<'env> {
    let info_alone = || -> napi::Result<Unknown<'env>> {
        let function: Function<'_, Unknown<'_>, Unknown<'env>> =
            script::function(env, include_str!("without_messages.js"))?;
        function.call(value)
    };
    // A property that throws is told of where the session is read.
    info_alone().unwrap_or(value)
}

/// `{ sessionID, store? }` names a session in a store; `None` for a session itself.
///
/// # Errors
/// [`Error::InvalidSession`] for what is neither.
pub fn stored_session(value: Unknown<'_>) -> Result<Option<StoredSession>> {
    match value.get_type() {
        Ok(ValueType::Object) => {}
        Ok(ValueType::String) => return Ok(None),
        _ => {
            let expected = "an object, a JSON string or a Uint8Array was expected";
            return Err(Error::invalid_session("$", expected));
        }
    }
    let Ok(object) = value.coerce_to_object() else {
        return Ok(None);
    };
    let has = |name: &str| object.has_named_property(name).unwrap_or(false);
    if !has("sessionID") || has("messages") || has("info") {
        return Ok(None);
    }
    let names = Object::keys(&object).unwrap_or_default();
    if names
        .iter()
        .any(|name| name != "sessionID" && name != "store")
    {
        return Err(Error::invalid_session(
            "$",
            "a session in a store is named by sessionID and store, and nothing else",
        ));
    }
    let text = |name: &str, path: &str| match object.get_named_property::<Unknown<'_>>(name) {
        Ok(value) if matches!(value.get_type(), Ok(ValueType::Undefined)) => Ok(None),
        Ok(value) => string(value)
            .filter(|text| !text.is_empty())
            .map(Some)
            .ok_or_else(|| Error::invalid_session(path, "a string was expected")),
        Err(_) => Err(Error::invalid_session(path, "a string was expected")),
    };
    let session_id = text("sessionID", "$.sessionID")?
        .ok_or_else(|| Error::invalid_session("$.sessionID", "a string was expected"))?;
    let store = text("store", "$.store")?.map(store_path).transpose()?;
    Ok(Some(StoredSession { session_id, store }))
}

/// The absolute path of a store.
pub fn store_path(path: String) -> Result<PathBuf> {
    std::path::absolute(&path).map_err(|_| Error::StoreNotFound(path.into()))
}

/// Options as a JSON object; `undefined` is none at all.
pub fn options(env: &Env, value: Option<Unknown<'_>>) -> Result<JsonObject> {
    let Some(value) = value else {
        return Ok(JsonObject::new());
    };
    let problem = || Error::InvalidOption("The options must be an object.".to_owned());
    let object = plain_object(env, value).ok_or_else(problem)?;
    let text = stringify(env, value).map_err(|_| problem())?;
    let Ok(Value::Object(mut options)) = serde_json::from_str(&text) else {
        return Err(problem());
    };
    // JSON has no functions: what it dropped is put back, so that it is refused by name.
    for name in Object::keys(&object).unwrap_or_default() {
        let kind = object
            .get_named_property::<Unknown<'_>>(&name)
            .and_then(|value| value.get_type());
        if matches!(kind, Ok(ValueType::Function | ValueType::Symbol)) {
            options.insert(name, Value::Null);
        }
    }
    Ok(options)
}

/// An option that is no JSON; `None` where it is absent.
pub fn option<'a>(options: Option<Unknown<'a>>, name: &str) -> Result<Option<Unknown<'a>>> {
    let is_object = |options: &Unknown<'_>| matches!(options.get_type(), Ok(ValueType::Object));
    let Some(options) = options.filter(is_object) else {
        return Ok(None);
    };
    let value: Unknown<'_> = options
        .coerce_to_object()
        .and_then(|options| options.get_named_property(name))
        .map_err(|_| Error::InvalidOption(format!("\"{name}\" could not be read.")))?;
    Ok(Some(value).filter(|value| !matches!(value.get_type(), Ok(ValueType::Undefined))))
}

/// A value that is a plain object. The members of a Map, a list or an instance of a class are no options: they
/// would be taken for none.
pub fn plain_object<'env>(env: &Env, value: Unknown<'env>) -> Option<Object<'env>> {
    let is_plain: Function<'_, Unknown<'_>, bool> =
        script::function(env, include_str!("is_plain_object.js")).ok()?;
    let is_plain = is_plain.call(value).ok()?;
    is_plain.then(|| value.coerce_to_object().ok()).flatten()
}

/// The text of a value that is a string.
pub fn string(value: Unknown<'_>) -> Option<String> {
    if !matches!(value.get_type(), Ok(ValueType::String)) {
        return None;
    }
    value
        .coerce_to_string()
        .ok()?
        .into_utf8()
        .ok()?
        .into_owned()
        .ok()
}

fn stringify(env: &Env, value: Unknown<'_>) -> napi::Result<String> {
    let json: Object<'_> = env.get_global()?.get_named_property("JSON")?;
    let stringify: Function<'_, Unknown<'_>, String> = json.get_named_property("stringify")?;
    stringify.call(value)
}
