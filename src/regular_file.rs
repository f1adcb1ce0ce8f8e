//! Opens what a path names where that is a regular file, and nothing else.
//!
//! A pipe would wait for a writer, a device may have no end, and a socket has no content: a path comes
//! from a user, or from a program that was told one.

use std::fs::{File, FileType, OpenOptions};
use std::io;
use std::path::Path;

use crate::patience::patiently;

/// Opens a regular file for reading, through links.
///
/// # Errors
/// Those of the system; `EISDIR` for a folder, `EINVAL` for a pipe, a device or a socket. None of them
/// is waited for.
///
/// # Examples
/// ```
/// use pawwork_session_export::regular_file;
/// assert!(regular_file::open(std::path::Path::new("Cargo.toml")).is_ok());
/// assert!(regular_file::open(std::path::Path::new("src")).is_err());
/// ```
pub fn open(path: &Path) -> io::Result<File> {
    // To open a device can do something already, so it is not even opened.
    check(path.metadata()?.file_type())?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        // Between the two looks, a pipe may have taken the file's place.
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    check(file.metadata()?.file_type())?;
    Ok(file)
}

/// Opens a regular file for reading, and waits up to two seconds where another program has it open for itself.
///
/// # Errors
/// As [`open`].
pub fn open_patiently(path: &Path) -> io::Result<File> {
    patiently(&|| true, || open(path))
}

fn check(file_type: FileType) -> io::Result<()> {
    if file_type.is_file() {
        Ok(())
    } else if file_type.is_dir() {
        Err(io::ErrorKind::IsADirectory.into())
    } else {
        Err(io::ErrorKind::InvalidInput.into())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_a_device_and_a_folder_are_errors_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for path in [pipe.as_path(), &link, Path::new("/dev/null")] {
            let error = open(path).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{path:?}");
        }
        let error = open(folder.path()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
    }
}
