//! Strings that stay where they are: V8 refers to their memory, and gives it back when it collects them.

use napi::{Env, JsString, JsStringUtf16, Result};

/// A string of some UTF-16 units, none of which is copied where the host allows that (Electron does not).
/// V8 is told how much it refers to, as it would not think of collecting it otherwise.
#[expect(
    unsafe_code,
    reason = "to copy the units takes a fifth of the time of an export"
)]
pub fn of_units(env: &Env, units: Vec<u16>) -> Result<JsString<'_>> {
    let bytes = i64::try_from(size_of_val(units.as_slice())).unwrap_or(i64::MAX);
    let (start, length) = (units.as_ptr(), units.len());
    let release = move |env: Env, units: Vec<u16>| {
        drop(units);
        // If this fails, V8 only collects too soon.
        let _ = env.adjust_external_memory(-bytes);
    };
    env.adjust_external_memory(bytes)?;
    // SAFETY: `units` go along, so that they stay as they are, and where they are, until `release` is called,
    // which is once: by V8 when nobody has the string any more, or at once where it was copied or has failed.
    let string = unsafe { JsStringUtf16::from_external(env, start, length, units, release) };
    string.map(JsStringUtf16::into_value)
}
