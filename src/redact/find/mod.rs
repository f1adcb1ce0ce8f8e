//! What tells a secret: the place where it stands, with a file for each kind of place, or its own form, which is
//! a row of the table of tokens.
//!
//! 1. `tokens.toml` has a row for each kind of token: its forms, such as `ghp_{alnum:36}`.
//! 2. [`token`] reads a form, says where a token of that form ends, and looks for the tokens of one row.
//! 3. [`value::gap`] tells what may stand inside a token: invisible characters, colour codes, line ends.
//!
//! Before anything is looked for, [`carrier::marks`] takes off what tools put before lines. What the session tells of
//! a text is a [`carrier`]; where it tells nothing, each place has to know itself.

pub mod carrier;
pub mod hit;
pub mod hits;
pub mod keywords;
pub mod pattern;
pub mod place;
pub mod prose;
mod rule;
pub mod scan;
pub mod secret_fields;
pub mod secret_name;
pub mod secret_words;
pub mod token;
pub mod value;
pub mod window;

pub use value::gap::{end_of_whole, without_gaps};
pub use value::randomness::{are_random_letters, is_random};
