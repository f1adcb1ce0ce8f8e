//! Tells whether an argument of a command may be a secret.

use crate::redact::find::value::form::is_stand_in;
use crate::redact::find::value::reference;

pub fn may_be_secret(value: &[u8]) -> bool {
    value.len() >= 3
        && !is_stand_in(value)
        && !reference::is_whole(value)
        && !value.starts_with(b"-")
        && !value.starts_with(b"$")
        && !value.starts_with(b"\\\\")
}

pub fn has_a_sign(value: &[u8]) -> bool {
    value
        .iter()
        .any(|byte| byte.is_ascii_digit() || b"!@#$%^&*+".contains(byte))
}

pub fn is_mixed(value: &[u8]) -> bool {
    // The sign may be the sentence's: `your auth config!`.
    let end = value
        .iter()
        .rev()
        .take_while(|byte| b"!?".contains(byte))
        .count();
    let value = value.get(..value.len() - end).unwrap_or_default();
    value.iter().any(u8::is_ascii_alphabetic)
        && value
            .iter()
            .any(|byte| byte.is_ascii_digit() || b"!@#$%^&*+".contains(byte))
        && !value.contains(&b'/')
        && !value.starts_with(b".")
        || value.len() >= 16
            && value.iter().any(u8::is_ascii_digit)
            && !value.starts_with(b"/")
            && !value.windows(3).any(|part| part == b"://")
}
