//! Document -> file, all or nothing.

mod atomic_file;
pub mod file_name;

pub use atomic_file::{AtomicFile, Written, target, write};
