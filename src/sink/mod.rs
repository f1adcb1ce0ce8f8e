//! Document -> file, all or nothing.

mod atomic_file;
mod attachment_folder;

pub use atomic_file::{AtomicFile, Written, target, write};
pub use attachment_folder::{AttachmentFolder, Published};
