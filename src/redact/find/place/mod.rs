//! Places in which secrets stand: a file for each kind of place, with its own small grammar.

pub mod address;
pub mod assigned;
pub mod command;
pub mod data_line;
pub mod json;
pub mod kubernetes;
mod name_value_pair;
pub mod named_value;
pub mod number;
mod operator;
pub mod option;
pub mod pairs;
mod setter;
pub mod shell;
pub mod table;
pub mod url_parameter;
