//! What tells a secret by the place where it stands: a file for each kind of place.

pub mod json;
mod json_document;
mod label;
