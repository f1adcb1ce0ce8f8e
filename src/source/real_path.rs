//! Follows a path through every link in it. A file that belongs beside a store, such as the log of a database,
//! stands beside its real file, and not beside a link to it.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result, unreadable_because};
use crate::system_code::system_code;

/// The path without links.
///
/// # Errors
/// [`Error::StoreNotFound`], [`Error::StoreUnreadable`].
pub fn of(path: &Path) -> Result<PathBuf> {
    real(path).map_err(|error| {
        let is_missing = is_missing(&error);
        let is_link = path
            .symlink_metadata()
            .is_ok_and(|metadata| metadata.is_symlink());
        match (is_missing, is_link) {
            (true, false) => Error::StoreNotFound(path.to_owned()),
            (true, true) => Error::store_unreadable(
                path,
                "it is a link to a file that is not there; mend the link, or pass the path of the file itself",
            ),
            _ => Error::store_unreadable(
                path,
                format!(
                    "it could not be opened {}",
 unreadable_because(&error, "it and its folder, and that its links do not lead in a circle")
                ),
            ),
        }
    })
}

/// Tells whether an error says that nothing is there. By the names that Node gives: on Windows there is nothing under what
/// cannot be a name (`"C:\\x"`, in quotes) either, for which the standard library has no word.
pub fn is_missing(error: &io::Error) -> bool {
    matches!(system_code(error), "ENOENT" | "ENOTDIR")
}

/// Some disks of Windows, such as those in memory and some servers, do not tell what a path leads to. There are hardly
/// any links on them.
fn real(path: &Path) -> io::Result<PathBuf> {
    // Not the standard library's: on Windows that gives the verbatim form, which nobody wants to see.
    dunce::canonicalize(path).or_else(|error| match path.metadata() {
        Ok(_) if cfg!(windows) => std::path::absolute(path),
        _ => Err(error),
    })
}
