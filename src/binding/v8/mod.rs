//! Strings and small functions of V8.

pub mod convert;
pub mod external_string;
pub mod script;
pub mod utf16;
pub mod utf8_encoder;
