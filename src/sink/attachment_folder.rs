//! The folder with the attachments of a document. It appears together with the document or not at all.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::atomic_file::failed;
use crate::error::{Error, Result};

/// Files that are being written. Unless they are [published](AttachmentFolder::publish), nothing is
/// left of them.
pub struct AttachmentFolder {
    path: PathBuf,
    overwrite: bool,
    names: BTreeSet<String>,
    /// Where the files are until then; there is none before the first one.
    temporary: Option<TempDir>,
}

/// What became visible with a folder, to be taken back where the document fails.
pub enum Published {
    /// Nothing: there were no attachments.
    Nothing,
    /// The folder.
    Folder(PathBuf),
    /// Some files in a folder that was there before.
    Files {
        /// The folder.
        folder: PathBuf,
        /// The files that were not in it.
        added: Vec<PathBuf>,
    },
}

impl AttachmentFolder {
    /// Nothing is written yet. `path` is absolute.
    pub fn new(path: PathBuf, overwrite: bool) -> Self {
        Self {
            path,
            overwrite,
            names: BTreeSet::new(),
            temporary: None,
        }
    }

    /// Where the folder will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a file of this name was added.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Adds a file, unless one of its name was added before.
    ///
    /// # Errors
    /// [`Error::Exists`] where the folder exists and `overwrite` is off, [`Error::WriteFailed`].
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<()> {
        if !self.names.insert(name.to_owned()) {
            return Ok(());
        }
        let failed = |source| failed(&self.path, "writing an attachment")(source);
        let folder = match &self.temporary {
            Some(folder) => folder,
            None => {
                if self.path.symlink_metadata().is_ok() && !self.overwrite {
                    return Err(Error::Exists(self.path.clone()));
                }
                let folder = create_beside(&self.path).map_err(failed)?;
                self.temporary.insert(folder)
            }
        };
        write(&folder.path().join(name), content).map_err(failed)
    }

    /// Gives the folder its name. Into one that is there already, the files are moved; others in it
    /// stay.
    ///
    /// # Errors
    /// [`Error::Exists`] where the folder exists by now and `overwrite` is off,
    /// [`Error::WriteFailed`].
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where a folder is written all or nothing"
    )]
    pub fn publish(self) -> Result<Published> {
        let Some(temporary) = self.temporary else {
            return Ok(Published::Nothing);
        };
        let failed = |source| failed(&self.path, "naming the folder of attachments")(source);
        match self.path.symlink_metadata() {
            Err(_) => {
                fs::rename(temporary.path(), &self.path).map_err(failed)?;
                // There is nothing left to remove.
                let _ = temporary.keep();
                Ok(Published::Folder(self.path))
            }
            Ok(_) if !self.overwrite => Err(Error::Exists(self.path)),
            // Through a link, files elsewhere would be replaced.
            Ok(found) if !found.is_dir() => Err(failed(io::ErrorKind::NotADirectory.into())),
            Ok(_) => {
                let mut added = Vec::new();
                for name in &self.names {
                    let target = self.path.join(name);
                    let is_new = target.symlink_metadata().is_err();
                    if let Err(error) = fs::rename(temporary.path().join(name), &target) {
                        let folder = self.path.clone();
                        Published::Files { folder, added }.take_back();
                        return Err(failed(error));
                    }
                    if is_new {
                        added.push(target);
                    }
                }
                let folder = self.path;
                Ok(Published::Files { folder, added })
            }
        }
    }
}

impl Published {
    /// Removes what became visible. What cannot be removed stays: the error that led here matters more.
    pub fn take_back(self) {
        match self {
            Self::Nothing => {}
            Self::Folder(path) => drop(fs::remove_dir_all(path)),
            Self::Files { added, .. } => {
                for path in added {
                    drop(fs::remove_file(path));
                }
            }
        }
    }

    /// The folder, where there is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Nothing => None,
            Self::Folder(folder) | Self::Files { folder, .. } => Some(folder),
        }
    }
}

fn create_beside(path: &Path) -> io::Result<TempDir> {
    let parent = path.parent().ok_or(io::ErrorKind::NotFound)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".session-export-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(parent)
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = folder.read_dir().unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_not_published_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = AttachmentFolder::new(folder.path().join("a_files"), false);
        files.add("x.png", b"x").unwrap();
        assert_eq!(names(folder.path()).len(), 1);
        drop(files);
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn a_folder_appears_as_a_whole_and_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a_files");
        let mut files = AttachmentFolder::new(path.clone(), false);
        files.add("x.png", b"x").unwrap();
        files.add("x.png", b"again").unwrap();
        files.add("y.txt", b"y").unwrap();
        let published = files.publish().unwrap();
        assert_eq!(names(&path), ["x.png", "y.txt"]);
        assert_eq!(fs::read(path.join("x.png")).unwrap(), b"x");
        assert_eq!(names(folder.path()), ["a_files"]);
        published.take_back();
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn others_in_a_folder_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a_files");
        fs::create_dir(&path).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a file that was there before")]
        fs::write(path.join("mine.txt"), "mine").unwrap();
        let mut refused = AttachmentFolder::new(path.clone(), false);
        assert!(matches!(refused.add("x.png", b"x"), Err(Error::Exists(_))));
        let mut files = AttachmentFolder::new(path.clone(), true);
        files.add("x.png", b"x").unwrap();
        let published = files.publish().unwrap();
        assert_eq!(names(&path), ["mine.txt", "x.png"]);
        published.take_back();
        assert_eq!(names(&path), ["mine.txt"]);
        assert_eq!(names(folder.path()), ["a_files"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a_files"), folder.path().join("other"));
        fs::create_dir(&other).unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
        let mut files = AttachmentFolder::new(path, true);
        files.add("x.png", b"x").unwrap();
        assert!(matches!(files.publish(), Err(Error::WriteFailed { .. })));
        assert_eq!(names(&other), Vec::<String>::new());
    }
}
