//! The private file that a document is written into before it has its name.
//!
//! On Linux it has no name at all where the file system can (`O_TMPFILE`), so that nothing is left of it
//! however the process ends. Elsewhere its name tells whose it is: `.session-export-<pid>-<random>.tmp`,
//! which the next export into the folder removes where that process was killed (`leftovers.rs`).

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PathPersistError, TempDir, TempPath};

use super::identity::Identity;
use super::moving;
use super::replaceable::replaceable;

/// How the names of private files begin.
pub const PREFIX: &str = ".session-export-";
/// How they end.
pub const SUFFIX: &str = ".tmp";

/// A private file in the folder of its target. Dropped, nothing is left of it.
pub struct Temporary {
    file: File,
    /// `None` while it has no name.
    path: Option<TempPath>,
    folder: PathBuf,
}

/// A file that could not get its name.
pub struct NotPlaced {
    /// The system's own error.
    pub source: io::Error,
    /// The file that could not be removed.
    pub left: Option<PathBuf>,
}

/// A builder of private names of this process.
fn builder<'a>(prefix: &'a str, suffix: &'static str) -> tempfile::Builder<'a, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(suffix);
    builder
}

/// How the names of this process's private files begin.
pub fn own_prefix() -> String {
    format!("{PREFIX}{}-", std::process::id())
}

impl Temporary {
    /// Creates one, readable by its owner only.
    ///
    /// # Errors
    /// Those of the system.
    pub fn create_in(folder: &Path) -> io::Result<Self> {
        let folder = folder.to_owned();
        match unnamed_in(&folder) {
            Some(file) => Ok(Self {
                file,
                path: None,
                folder,
            }),
            None => Self::named_in(folder),
        }
    }

    fn named_in(folder: PathBuf) -> io::Result<Self> {
        let (file, path) = create_named(&own_prefix(), SUFFIX, &folder)?.into_parts();
        Ok(Self {
            file,
            path: Some(path),
            folder,
        })
    }

    /// The file, to be written.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// The same file with a place of its own, to be read.
    ///
    /// # Errors
    /// Those of the system.
    pub fn reopen(&self) -> io::Result<File> {
        let mut options = File::options();
        // Windows flushes only what may be written.
        options.read(true).write(true);
        match &self.path {
            Some(path) => options.open(path),
            None => options.open(address_of(&self.file)),
        }
    }

    /// Gives the file its name, in one step. Where `overwrite` is off, a file of this name stays as it is
    /// and the error is `AlreadyExists`. A file that another program has open is waited for as long as `go_on` says so.
    ///
    /// # Errors
    /// The error of the system.
    pub fn place(
        self,
        target: &Path,
        overwrite: bool,
        go_on: &dyn Fn() -> bool,
    ) -> Result<(), NotPlaced> {
        let path = match self.path {
            Some(path) => path,
            None => {
                if !overwrite {
                    match link(&self.file, target) {
                        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {}
                        done => return done.map_err(NotPlaced::leaving_nothing),
                    }
                }
                name(&self.file, &self.folder).map_err(NotPlaced::leaving_nothing)?
            }
        };
        // Windows replaces and removes what is open only when it is closed.
        drop(self.file);
        let placed = if overwrite {
            replace(path, target, go_on)
        } else {
            let rename = |path, target: &Path| moving::rename_new(path, target, go_on);
            place_new(path, target, rename)
        };
        placed.map_err(|PathPersistError { error, path }| NotPlaced {
            source: error,
            left: removed(path),
        })
    }

    /// Removes it. Gives what could not be removed.
    pub fn discard(self) -> Option<PathBuf> {
        drop(self.file);
        self.path.and_then(removed)
    }
}

/// Creates a file with a private name, which other processes see is in use.
///
/// # Errors
/// Those of the system.
pub fn create_named(
    prefix: &str,
    suffix: &'static str,
    folder: &Path,
) -> io::Result<NamedTempFile<File>> {
    let file = builder(prefix, suffix).make_in(folder, create_private)?;
    mark_in_use(file.as_file());
    Ok(file)
}

/// Creates a folder with a private name that only its owner can look into.
///
/// # Errors
/// Those of the system.
pub fn create_folder(parent: &Path) -> io::Result<TempDir> {
    let prefix = own_prefix();
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = builder(&prefix, SUFFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(parent)
}

/// Creates a file that only its owner can read.
///
/// # Errors
/// Those of the system; `AlreadyExists` where anything has that name.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl NotPlaced {
    fn leaving_nothing(source: io::Error) -> Self {
        Self { source, left: None }
    }
}

/// Removes a file. Gives its path where that fails and it is still there.
pub fn removed(mut path: TempPath) -> Option<PathBuf> {
    let failed = moving::remove_file(&path).is_err();
    let is_left = failed && path.symlink_metadata().is_ok();
    path.disable_cleanup(true);
    is_left.then(|| path.to_path_buf())
}

/// Replaces a file.
fn replace(
    mut path: TempPath,
    target: &Path,
    go_on: &dyn Fn() -> bool,
) -> Result<(), PathPersistError> {
    let renamed = replaceable(target).and_then(|()| moving::rename(&path, target, go_on));
    match renamed {
        Ok(()) => {
            path.disable_cleanup(true);
            Ok(())
        }
        Err(error) => Err(PathPersistError { error, path }),
    }
}

/// Gives a file a name that nothing else has. `rename` does so in one step, by `RENAME_NOREPLACE` or a hard
/// link; some network drives and FUSE file systems have neither.
///
/// There an empty file claims the name, which fails where anything has it, and is replaced only while it
/// is still that very file, and empty. Two things are weaker than in one step: a reader may see the empty
/// file for a moment, and it stays where the process is killed in that moment. A file of somebody else is
/// replaced only if it takes the claim's place between the look and the renaming, some microseconds.
/// If the document were written into the claim, readers would see half a document meanwhile.
fn place_new(
    path: TempPath,
    target: &Path,
    rename: impl FnOnce(TempPath, &Path) -> Result<(), PathPersistError>,
) -> Result<(), PathPersistError> {
    let path = match rename(path, target) {
        Ok(()) => return Ok(()),
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => return Err(failed),
        Err(failed) => failed.path,
    };
    let claim = match create_private(target) {
        Ok(claim) => claim,
        Err(error) => return Err(PathPersistError { error, path }),
    };
    let claimed = Identity::of(&claim);
    let is_ours = || {
        let found = target.symlink_metadata();
        let is_empty = found.is_ok_and(|found| found.len() == 0);
        is_empty && Identity::at(target) == claimed
    };
    // Windows replaces no open file on a file system without POSIX semantics. Other systems give the number of an open
    // file to no other one.
    let claim = (!cfg!(windows)).then_some(claim);
    if !is_ours() {
        let error = io::ErrorKind::AlreadyExists.into();
        return Err(PathPersistError { error, path });
    }
    let replaced = replace(path, target, &|| true).inspect_err(|_| {
        if is_ours() {
            drop(moving::remove_file(target));
        }
    });
    drop(claim);
    replaced
}

/// Tells other processes that a private file is in use, which ends with this process, however it ends. A
/// file system without locks has the process's number in the name.
pub fn mark_in_use(file: &File) {
    // A lock of Windows would keep this process from reading the file back. There an open file is
    // enough.
    if cfg!(unix) {
        drop(file.try_lock());
    }
}

/// A file without a name; `None` where there can be none.
#[cfg(target_os = "linux")]
fn unnamed_in(folder: &Path) -> Option<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .mode(0o600)
        .custom_flags(OFlags::TMPFILE.bits().cast_signed())
        .open(folder)
        .ok()?;
    // Its name is given, and it is read back, by its address in /proc, which may be missing.
    File::open(address_of(&file)).ok()?;
    Some(file)
}

#[cfg(not(target_os = "linux"))]
fn unnamed_in(_: &Path) -> Option<File> {
    None
}

/// The path under which the system gives an open file, by its number.
#[cfg(unix)]
fn address_of(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd as _;
    format!("/proc/self/fd/{}", file.as_raw_fd()).into()
}

#[cfg(not(unix))]
fn address_of(_: &File) -> PathBuf {
    PathBuf::new()
}

/// Gives a file without a name its first one.
#[cfg(target_os = "linux")]
fn link(file: &File, target: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD};
    let flags = AtFlags::SYMLINK_FOLLOW;
    Ok(rustix::fs::linkat(
        CWD,
        address_of(file),
        CWD,
        target,
        flags,
    )?)
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Gives a file without a name a private one: to replace a file takes a renaming. Where hard links are
/// forbidden, it is copied, and the copy compared.
fn name(file: &File, folder: &Path) -> io::Result<TempPath> {
    let prefix = own_prefix();
    let builder = builder(&prefix, SUFFIX);
    if let Ok(named) = builder.make_in(folder, |path| link(file, path)) {
        return Ok(named.into_temp_path());
    }
    let mut copy = create_named(&prefix, SUFFIX, folder)?;
    io::copy(&mut File::open(address_of(file))?, copy.as_file_mut())?;
    copy.as_file().sync_all()?;
    let is_same = super::read_back::checksum_of(File::open(address_of(file))?)?
        == super::read_back::checksum_of(File::open(copy.path())?)?;
    if !is_same {
        return Err(io::Error::other("the content differs"));
    }
    Ok(copy.into_temp_path())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn temporary(folder: &Path, content: &str) -> TempPath {
        let mut file = NamedTempFile::new_in(folder).unwrap();
        file.write_all(content.as_bytes()).unwrap();
        file.into_temp_path()
    }

    fn without_links(path: TempPath, _: &Path) -> Result<(), PathPersistError> {
        let error = io::ErrorKind::Unsupported.into();
        Err(PathPersistError { error, path })
    }

    fn entries(folder: &Path) -> usize {
        folder.read_dir().unwrap().count()
    }

    #[test]
    fn a_file_system_without_links_gets_the_file_and_replaces_none() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.md");
        place_new(temporary(folder.path(), "one"), &target, without_links).unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"one");
        let refused = place_new(temporary(folder.path(), "two"), &target, without_links);
        assert_eq!(
            refused.unwrap_err().error.kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(std::fs::read(&target).unwrap(), b"one");
        assert_eq!(entries(folder.path()), 1);
    }

    #[test]
    fn of_many_on_a_file_system_without_links_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.md");
        let place = |content: &str| {
            let path = temporary(folder.path(), content);
            place_new(path, &target, without_links).is_ok()
        };
        let won = std::thread::scope(|scope| {
            let names = ["one", "two", "three", "four"];
            let threads = names.map(|name| scope.spawn(move || (name, place(name))));
            let results = threads.map(|thread| thread.join().unwrap());
            let mut won = results.into_iter().filter(|(_, has_won)| *has_won);
            let (first, second) = (won.next(), won.next());
            assert!(second.is_none());
            first.unwrap().0
        });
        assert_eq!(std::fs::read(&target).unwrap(), won.as_bytes());
    }

    #[test]
    fn a_failed_claim_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.md");
        let path = temporary(folder.path(), "one");
        let gone = |path: TempPath, target: &Path| {
            std::fs::remove_file(&path).unwrap();
            without_links(path, target)
        };
        assert!(place_new(path, &target, gone).is_err());
        assert_eq!(entries(folder.path()), 0);
    }

    #[test]
    fn a_file_without_a_name_gets_one_where_links_are_forbidden_too() {
        let folder = tempfile::tempdir().unwrap();
        let unnamed = Temporary::create_in(folder.path()).unwrap();
        let named = Temporary::named_in(folder.path().to_owned()).unwrap();
        for (index, temporary) in [unnamed, named].into_iter().enumerate() {
            let target = folder.path().join(index.to_string());
            temporary.file().write_all(b"content").unwrap();
            temporary
                .place(&target, index == 0, &|| true)
                .map_err(|f| f.source)
                .unwrap();
            assert_eq!(std::fs::read(&target).unwrap(), b"content");
        }
        assert_eq!(entries(folder.path()), 2);
    }
}
