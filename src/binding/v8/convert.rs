//! Values of JavaScript that become strings.

use napi::bindgen_prelude::{
    FromNapiValue, JsObjectValue as _, Object, ToNapiValue, Unknown, ValidateNapiValue,
};
use napi::{Env, JsValue as _, ValueType};

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
