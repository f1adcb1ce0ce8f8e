//! Follows a path through every link in it. A file that belongs beside a store, such as the log of a database,
//! stands beside its real file, and not beside a link to it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result, system_code};

/// The path without links.
///
/// # Errors
/// [`Error::StoreNotFound`], [`Error::StoreUnreadable`].
pub fn of(path: &Path) -> Result<PathBuf> {
    // Not the standard library's: on Windows that gives a form of the path in which SQLite finds no file.
    dunce::canonicalize(path).map_err(|error| {
        let is_missing = matches!(
            error.kind(),
            ErrorKind::NotFound | ErrorKind::NotADirectory
        );
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
                    "it could not be opened ({}); check that you may read it and its folder, and that its links do not lead in a circle",
                    system_code(&error)
                ),
            ),
        }
    })
}
