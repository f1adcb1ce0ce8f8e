//! Document -> file, all or nothing.

mod atomic_file;
mod attachment_folder;
mod read_back;
mod spool_file;

pub use atomic_file::{AtomicFile, failed, target, write};
pub use attachment_folder::{AttachmentFolder, Published};
pub use spool_file::{SpoolFile, SpoolReader, SpooledText};
