//! Values of JavaScript that become strings.

use napi::Env;
use napi::JsValue as _;
use napi::ValueType;
use napi::bindgen_prelude::FromNapiValue;
use napi::bindgen_prelude::JsObjectValue as _;
use napi::bindgen_prelude::Object;
use napi::bindgen_prelude::ToNapiValue;
use napi::bindgen_prelude::Unknown;
use napi::bindgen_prelude::ValidateNapiValue;

/// A checked conversion of a value of any type.
pub fn convert<T: FromNapiValue + ValidateNapiValue>(
    env: &Env,
    value: impl ToNapiValue,
) -> napi::Result<T> {
    // A property is the one place where the library converts with a check and without `unsafe`.
    let mut holder = Object::new(env)?;
    holder.set_named_property("value", value)?;
    holder.get_named_property("value")
}

/// How many UTF-16 units a value has that is a string.
pub fn text_length(value: Unknown<'_>) -> Option<usize> {
    if !matches!(value.get_type(), Ok(ValueType::String)) {
        return None;
    }
    value.coerce_to_string().ok()?.utf16_len().ok()
}
