//! Document -> file, all or nothing.

mod atomic_file;
mod attachment_folder;
mod identity;
mod leftovers;
mod moving;
mod private_folder;
mod read_back;
mod removal;
mod replaceable;
#[cfg(all(test, windows))]
mod scanner_test;
mod temporary;
mod text_spool;
mod undo;

pub use atomic_file::{AtomicFile, failed, target, write};
pub use attachment_folder::{AttachmentFolder, Published};
pub use private_folder::PrivateFolder;
pub use removal::finish as finish_removals;
pub use text_spool::{SpooledText, TextReader, TextSpool};
