//! Reads sessions into the [model](crate::model).
//!
//! Reading is lenient about what it does not know (kept, shown as such and counted) and about
//! values of the wrong type (left out and noted), and strict about what is no session at all.

mod fields;
mod json;
mod json_text;
mod message;
mod part;
mod session;
mod typed_message;

pub use json::read_json;
pub use json_text::shown_name;
