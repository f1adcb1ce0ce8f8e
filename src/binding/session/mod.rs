//! Sessions and options that cross from JavaScript.

pub mod input;
pub mod take_over;
