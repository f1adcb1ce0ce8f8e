//! What tells a secret by the place where it stands: a file for each kind of place.

pub mod command;
pub mod data_line;
pub mod json;
mod json_document;
pub mod label;
pub mod option;
pub mod program;
pub mod prose;
mod reference;
mod shell;
pub mod table;
pub mod url_parameter;
