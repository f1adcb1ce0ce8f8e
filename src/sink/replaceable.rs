//! Tells what a document may take the place of.

use std::fs::Metadata;
use std::io;
use std::path::Path;

/// The number of the system's error for a target that is marked read-only.
const NOT_PERMITTED: i32 = if cfg!(windows) { 5 } else { 1 };

/// Tells whether what a path names may be replaced: a regular file or a link. A link is replaced itself; a
/// device, a pipe, a socket or a folder is nothing that a document could stand for.
///
/// # Errors
/// `EISDIR` for a folder, `EINVAL` for the others, `EPERM` for a file that is marked read-only where that keeps others
/// from replacing it: on Windows and macOS.
pub fn replaceable(path: &Path) -> io::Result<()> {
    let Ok(metadata) = path.symlink_metadata() else {
        return Ok(());
    };
    let kind = metadata.file_type();
    // Windows would replace it where it renames with POSIX semantics.
    if is_marked_read_only(path) {
        Err(io::Error::from_raw_os_error(NOT_PERMITTED))
    } else if kind.is_file() || kind.is_symlink() {
        Ok(())
    } else if kind.is_dir() {
        Err(io::ErrorKind::IsADirectory.into())
    } else {
        Err(io::ErrorKind::InvalidInput.into())
    }
}

/// Tells whether a file is marked so that nobody replaces it by mistake: the attribute of Windows, and what Finder
/// calls locked (`chflags uchg`). Elsewhere the rights of a folder say who may replace what is in it.
pub fn is_marked_read_only(path: &Path) -> bool {
    let found = path.symlink_metadata().ok();
    found.is_some_and(|metadata| metadata.is_file() && has_mark(&metadata))
}

#[cfg(windows)]
fn has_mark(metadata: &Metadata) -> bool {
    metadata.permissions().readonly()
}

#[cfg(target_os = "macos")]
fn has_mark(metadata: &Metadata) -> bool {
    use std::os::macos::fs::MetadataExt as _;
    const UF_IMMUTABLE: u32 = 0x2;
    const SF_IMMUTABLE: u32 = 0x2_0000;
    metadata.st_flags() & (UF_IMMUTABLE | SF_IMMUTABLE) != 0
}

#[cfg(not(any(windows, target_os = "macos")))]
fn has_mark(_: &Metadata) -> bool {
    false
}
