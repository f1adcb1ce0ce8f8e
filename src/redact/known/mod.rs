//! Values that were found, and where else in the session they stand.

mod encoded_forms;
pub mod secrets;
mod value_search;
