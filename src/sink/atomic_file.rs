//! Writes a file so that it is there completely or not at all.
//!
//! The document goes into a temporary file in the target's own folder, readable by its owner only,
//! is flushed to the disk, read back and compared, and only then gets its name. A link at the target is
//! replaced, not followed.

use std::fs::File;
use std::io;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::read_back::ReadBack;
use super::replaceable::{is_marked_read_only, replaceable};
use super::temporary::{NotPlaced, Temporary};
use super::{leftovers, read_back};
use crate::checksum::Checksum;
use crate::error::{Error, READ_ONLY, Result};
use crate::file_name;
use crate::patience::may_pass;

/// How much is written before the caller is asked whether to go on, in bytes.
const CHUNK: usize = 256 * 1024;
/// The error where something else than a file or a link has the target's name.
const REPLACING: &str = "a folder, a device, a pipe or a socket is never replaced";

/// The absolute path of a target whose name every system takes.
///
/// # Errors
/// [`Error::InvalidOption`] for a name that Windows, macOS or Linux does not take.
pub fn target(path: &str) -> Result<PathBuf> {
    let refused =
        |problem: &str| Error::InvalidOption(format!("The path cannot be used: {problem}."));
    if path.contains('\0') {
        return Err(refused("it has a NUL character"));
    }
    let is_folder = path.ends_with(['/', std::path::MAIN_SEPARATOR]);
    let name = Path::new(path)
        .file_name()
        .filter(|_| !is_folder)
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    if let Some(problem) = file_name::problem(name) {
        return Err(refused(problem));
    }
    std::path::absolute(path).map_err(|_| refused("it is not a path"))
}

/// A file that is being written. Unless it is [published](AtomicFile::publish), nothing is left of it.
pub struct AtomicFile {
    path: PathBuf,
    overwrite: bool,
    file: Temporary,
    bytes: u64,
    /// There is none before there is much to read back.
    read_back: Option<ReadBack>,
}

impl AtomicFile {
    /// Starts to write `path`, an absolute path. Removes what killed processes left in its folder.
    ///
    /// # Errors
    /// [`Error::Exists`] where the target exists and `overwrite` is off, [`Error::WriteFailed`].
    pub fn create(path: &Path, overwrite: bool) -> Result<Self> {
        let folder = path.parent();
        folder.into_iter().for_each(leftovers::remove);
        // [`AtomicFile::publish`] checks again, in the same step as the renaming.
        if !overwrite && path.symlink_metadata().is_ok() {
            return Err(Error::Exists(path.to_owned()));
        }
        replaceable(path).map_err(not_replaced(path, REPLACING))?;
        let file = folder
            .ok_or_else(|| io::ErrorKind::NotFound.into())
            .and_then(Temporary::create_in)
            .map_err(failed(path, "creating a file in its folder"))?;
        Ok(Self {
            path: path.to_owned(),
            overwrite,
            file,
            bytes: 0,
            read_back: None,
        })
    }

    /// Adds to the file.
    ///
    /// # Errors
    /// [`Error::WriteFailed`].
    pub fn write(&mut self, content: &[u8]) -> Result<()> {
        self.file
            .file()
            .write_all(content)
            .map_err(failed(&self.path, "writing"))?;
        self.bytes += content.len() as u64;
        if self.bytes >= read_back::STRETCH {
            let bytes = self.bytes;
            self.read_back()?.go_on_to(bytes);
        }
        Ok(())
    }

    fn read_back(&mut self) -> Result<&mut ReadBack> {
        let read_back = match self.read_back.take() {
            Some(read_back) => Ok(read_back),
            None => self.file.reopen().map(ReadBack::start),
        };
        let read_back = read_back.map_err(failed(&self.path, "reading it back"))?;
        Ok(self.read_back.insert(read_back))
    }

    /// Waits until what is on the disk is known to have the checksum of what should be there. Only the name
    /// is missing then.
    ///
    /// # Errors
    /// [`Error::Aborted`] where `go_on` says no, [`Error::WriteFailed`].
    pub fn settle(&mut self, checksum: u64, go_on: &dyn Fn() -> bool) -> Result<()> {
        self.read_back()?;
        let read_back = self.read_back.take().ok_or(Error::Internal)?;
        let on_disk = read_back
            .finish(self.file.file(), go_on)
            .map_err(|failure| failed(&self.path, failure.action)(failure.source))?
            .ok_or(Error::Aborted)?;
        if on_disk == checksum {
            return Ok(());
        }
        let differs = io::Error::other("the content differs");
        Err(failed(&self.path, "reading it back")(differs))
    }

    /// Gives the file, which has [settled](AtomicFile::settle), its name. Gives its size in bytes. Where another
    /// program has the target open, that takes up to two seconds, or as long as `go_on` says so.
    ///
    /// # Errors
    /// [`Error::Exists`] where the target exists by now and `overwrite` is off, [`Error::Aborted`],
    /// [`Error::WriteFailed`] otherwise. In each case the target is as it was.
    pub fn publish(self, go_on: &dyn Fn() -> bool) -> Result<u64> {
        let Self {
            path,
            overwrite,
            file,
            bytes,
            ..
        } = self;
        file.place(&path, overwrite, go_on)
            .map_err(|NotPlaced { source, left }| {
                let error = match source.kind() {
                    io::ErrorKind::AlreadyExists if !overwrite => Error::Exists(path.clone()),
                    _ if may_pass(&source) && !go_on() => Error::Aborted,
                    _ => not_replaced(&path, "renaming")(source),
                };
                error.leaving(left)
            })?;
        path.parent().map(flush_folder);
        Ok(bytes)
    }

    /// Removes it. Gives what could not be removed.
    pub fn discard(self) -> Option<PathBuf> {
        self.file.discard()
    }
}

/// Writes `content` to `path`, an absolute path. Gives its size in bytes. `before_name` is called when only the
/// name is missing.
///
/// # Errors
/// Those of [`AtomicFile`].
pub fn write(
    path: &Path,
    content: &[u8],
    overwrite: bool,
    go_on: &dyn Fn() -> bool,
    before_name: &dyn Fn(),
) -> Result<u64> {
    let mut file = AtomicFile::create(path, overwrite)?;
    let mut settle = || {
        for chunk in content.chunks(CHUNK) {
            if !go_on() {
                return Err(Error::Aborted);
            }
            file.write(chunk)?;
        }
        file.settle(Checksum::of(content), go_on)?;
        before_name();
        if go_on() { Ok(()) } else { Err(Error::Aborted) }
    };
    match settle() {
        Ok(()) => file.publish(go_on),
        Err(error) => Err(error.leaving(file.discard())),
    }
}

/// The error of giving a file the name of something that is there.
pub fn not_replaced(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| {
        let action = match source.kind() {
            io::ErrorKind::IsADirectory | io::ErrorKind::InvalidInput => REPLACING,
            io::ErrorKind::PermissionDenied if is_marked_read_only(&path) => READ_ONLY,
            _ => action,
        };
        failed(&path, action)(source)
    }
}

/// The error of an action on a file.
pub fn failed(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::WriteFailed {
        path,
        action,
        source,
    }
}

/// Makes the new name survive a power cut. Not every system and file system can; the file itself
/// is complete either way.
fn flush_folder(folder: &Path) {
    if cfg!(unix)
        && let Ok(folder) = File::open(folder)
    {
        drop(folder.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn entries(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = folder
            .read_dir()
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_written_and_an_existing_one_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        let bytes = write(&path, b"one", false, &|| true, &|| ()).unwrap();
        assert_eq!(
            (bytes, std::fs::read(&path).unwrap().as_slice()),
            (3, b"one".as_slice())
        );
        assert!(matches!(
            write(&path, b"two", false, &|| true, &|| ()),
            Err(Error::Exists(_))
        ));
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        write(&path, b"two", true, &|| true, &|| ()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(entries(folder.path()), ["a.md"]);
    }

    #[test]
    fn stopping_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let content = vec![b'x'; CHUNK * 3];
        for steps in 0..4_u32 {
            let left = Cell::new(steps);
            let go_on = || left.replace(left.get().saturating_sub(1)) > 0;
            assert!(matches!(
                write(&folder.path().join("a.md"), &content, true, &go_on, &|| ()),
                Err(Error::Aborted)
            ));
            assert_eq!(entries(folder.path()), Vec::<String>::new());
        }
    }

    #[test]
    fn a_file_that_holds_something_else_than_was_written_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create(&folder.path().join("a.md"), false).unwrap();
        file.write(b"one").unwrap();
        let result = file.settle(Checksum::of(b"two"), &|| true);
        assert_eq!(file.discard(), None);
        assert!(
            matches!(result, Err(Error::WriteFailed { .. })),
            "{result:?}"
        );
        assert_eq!(entries(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn a_long_file_that_another_process_writes_into_is_none() {
        use std::io::{Seek as _, SeekFrom};
        let folder = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create(&folder.path().join("a.md"), false).unwrap();
        let content = vec![b'x'; 11 * CHUNK];
        let mut checksum = Checksum::default();
        for _ in 0..4 {
            file.write(&content).unwrap();
            checksum.update(&content);
        }
        // A stretch may be read back as soon as it is written. What comes last is read when the file is complete.
        file.write(b"end").unwrap();
        checksum.update(b"end");
        let mut other = file.file.file().try_clone().unwrap();
        other.seek(SeekFrom::End(-1)).unwrap();
        other.write_all(b"y").unwrap();
        drop(other);
        let result = file.settle(checksum.value(), &|| true);
        assert_eq!(file.discard(), None);
        assert!(
            matches!(result, Err(Error::WriteFailed { .. })),
            "{result:?}"
        );
        assert_eq!(entries(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn a_folder_is_not_replaced_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a.md")).unwrap();
        let result = write(&folder.path().join("a.md"), b"x", true, &|| true, &|| ());
        assert!(
            matches!(
                result,
                Err(Error::WriteFailed {
                    action: REPLACING,
                    ..
                })
            ),
            "{result:?}"
        );
        assert_eq!(entries(folder.path()), ["a.md"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_the_owners_and_a_link_is_replaced() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (link, other) = (folder.path().join("a.md"), folder.path().join("other"));
        std::os::unix::fs::symlink(&other, &link).unwrap();
        write(&link, b"x", true, &|| true, &|| ()).unwrap();
        assert!(!other.exists());
        assert_eq!(link.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_path_must_name_a_file() {
        for path in ["", "/", "a/", "a/..", "a\0b", "CON.md", "ab:c.md"] {
            assert!(
                matches!(target(path), Err(Error::InvalidOption(_))),
                "{path:?}"
            );
        }
        assert!(target("a.md").unwrap().is_absolute());
    }
}
