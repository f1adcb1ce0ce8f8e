//! Renames and removes files and folders, also those that another program has open for a moment.
//!
//! The standard library replaces a file on Windows with POSIX semantics where the file system has them: programs that
//! have the old file open keep it, and the new one has the name at once. Elsewhere, and where a program does not share
//! what it has open, only [patience](crate::patience) helps.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tempfile::{PathPersistError, TempPath};

use crate::patience::patiently;
#[cfg(windows)]
use crate::system_code::SHARING_VIOLATION;
use crate::verbatim::verbatim;

/// On Windows, of two that replace a file at once one may fail. Those of this process take turns, or many of them would
/// only disturb each other.
static TURN: Mutex<()> = Mutex::new(());

/// Gives a file or a folder another name. A file of that name is replaced in the same step.
///
/// # Errors
/// Those of the system; `EBUSY` where another program has one of both open all the time.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place where something is renamed"
)]
pub fn rename(from: &Path, to: &Path, go_on: &dyn Fn() -> bool) -> io::Result<()> {
    patiently(go_on, || {
        let _turn = cfg!(windows).then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner));
        fs::rename(from, to)
    })
    .map_err(|error| told_apart(error, from, to))
}

/// Gives a file a name that nothing else has, in one step.
///
/// # Errors
/// Those of the system; `AlreadyExists` where anything has that name.
pub fn rename_new(
    mut path: TempPath,
    to: &Path,
    go_on: &dyn Fn() -> bool,
) -> Result<(), PathPersistError> {
    let (from, to) = (verbatim(&path).into_owned(), verbatim(to));
    let renamed = patiently(go_on, || {
        let from = TempPath::try_from_path(&from)?;
        from.persist_noclobber(&to).map_err(|mut failed| {
            // It is removed under its own path, or tried again.
            failed.path.disable_cleanup(true);
            failed.error
        })
    });
    match renamed {
        Ok(()) => {
            path.disable_cleanup(true);
            Ok(())
        }
        Err(error) => Err(PathPersistError { error, path }),
    }
}

/// Removes a file. It is no error where there is none.
///
/// # Errors
/// Those of the system.
pub fn remove_file(path: &Path) -> io::Result<()> {
    unless_gone(patiently(&|| true, || fs::remove_file(path)))
}

/// Removes a folder with all that is in it. It is no error where there is none.
///
/// # Errors
/// Those of the system.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    patiently(&|| true, || remove_folder_now(path))
}

/// Removes a folder with all that is in it, without patience. It is no error where there is none.
///
/// # Errors
/// Those of the system.
pub fn remove_folder_now(path: &Path) -> io::Result<()> {
    // A file that another program has open keeps its place until that program closes it.
    let is_kept = |error: &io::Error| error.kind() == io::ErrorKind::DirectoryNotEmpty;
    let removed = fs::remove_dir_all(path).map_err(|error| match is_kept(&error) {
        true => io::ErrorKind::ResourceBusy.into(),
        false => error,
    });
    unless_gone(removed)
}

/// Removes a folder that is empty.
///
/// # Errors
/// Those of the system.
pub fn remove_empty_folder(path: &Path) -> io::Result<()> {
    patiently(&|| true, || fs::remove_dir(path))
}

fn unless_gone(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}

/// Windows denies the access both to what is open elsewhere and to what the user has no right to: to ask for it alone
/// tells which it is. Of a folder, which this process made, it can only be the first.
#[cfg(windows)]
fn told_apart(error: io::Error, from: &Path, to: &Path) -> io::Error {
    use std::os::windows::fs::OpenOptionsExt as _;
    const ACCESS_DENIED: i32 = 5;
    const DELETE: u32 = 0x1_0000;
    if error.raw_os_error() != Some(ACCESS_DENIED) {
        return error;
    }
    let busy = io::Error::from_raw_os_error(SHARING_VIOLATION);
    if from.is_dir() {
        return busy;
    }
    let mut options = fs::OpenOptions::new();
    // Also what everybody may open is not replaced by a file system without POSIX semantics.
    options.access_mode(DELETE).share_mode(0);
    match options.open(to) {
        Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => busy,
        _ => error,
    }
}

#[cfg(not(windows))]
fn told_apart(error: io::Error, _: &Path, _: &Path) -> io::Error {
    error
}
