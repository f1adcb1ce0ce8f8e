//! What tells a secret by itself: the tokens of providers, which are a table of facts.
//!
//! 1. `tokens.toml` has a row for each kind of token: its forms, such as `ghp_{alnum:36}`.
//! 2. [`token_form`] reads a form, and says where a token of that form ends.
//! 3. [`gap`] tells what may stand inside a token: invisible characters, colour codes, line ends.
//! 4. [`tokens`] looks for the tokens of one row near its words in a text.

mod gap;
mod randomness;
mod token_form;
pub mod tokens;

pub use gap::{end_of_whole, without_gaps};
