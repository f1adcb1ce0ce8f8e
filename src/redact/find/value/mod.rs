//! Forms of values: what looks like a secret, and what is a word, a piece of a program, a reference or a label.

pub mod entropy;
pub mod form;
pub mod gap;
pub mod label;
pub mod names;
pub mod plain_words;
pub mod program;
pub mod randomness;
pub mod reference;
pub mod spared;
