//! Turns a stored AI-agent session into a document that a person can read and hand over.
//!
//! Data flows one way:
//!
//! 1. [`source`] reads bytes into the [`model`], keeping what it does not know;
//! 2. [`redact`] takes the session over and gives back a [`redact::Redacted`] one, which is the
//!    only kind that a renderer accepts;
//! 3. [`render`] writes the document;
//! 4. [`sink`] puts it into a file, all or nothing.
//!
//! [`pipeline`] is the only place that joins them. Two stand beside them: [`guard`] decides whether a
//! session may be published on the web at all, and [`verify`] checks a file that was written before.
//!
//! The `binding` feature adds the Node native addon, which only translates.

#[cfg(feature = "binding")]
pub mod binding;
pub mod checksum;
pub mod error;
pub mod file_name;
pub mod guard;
pub mod memory;
pub mod model;
pub mod options;
pub mod patience;
pub mod pipeline;
pub mod redact;
pub mod regular_file;
pub mod render;
pub mod sink;
pub mod source;
pub mod stop;
pub mod system_code;
pub mod threads;
pub mod verbatim;
pub mod verify;

pub use error::{Error, Result};
pub use options::ExportOptions;
