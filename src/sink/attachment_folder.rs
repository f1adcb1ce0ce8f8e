//! The folder with the attachments of a document. It appears together with the document or not at all.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{NamedTempFile, TempDir};

use super::atomic_file::{failed, not_replaced};
use super::identity::Identity;
use super::moving;
use super::replaceable::replaceable;
use super::temporary::{create_folder, create_private, mark_in_use, removed};
use super::undo;
use super::undo::Added;
use crate::error::{Error, Result};
use crate::patience::may_pass;

/// Files that are being written. Unless they are [published](AttachmentFolder::publish), nothing is
/// left of them.
pub struct AttachmentFolder {
    path: PathBuf,
    overwrite: bool,
    /// The files that were added, in this order.
    added: Vec<Added>,
    /// The private folder that holds the files until then. There is none before the first file.
    temporary: Option<Private>,
}

/// A private folder.
struct Private {
    folder: TempDir,
    /// Tells other processes that it is in use.
    _in_use: Option<File>,
}

/// The files that became visible. The caller [keeps](Published::keep) them with the document, or takes them back.
pub struct Published(Option<Visible>);

struct Visible {
    folder: PathBuf,
    /// True where there was no folder before.
    is_new: bool,
    /// The files that were not in it.
    added: Vec<Added>,
    /// The record by which the next export takes them back if this process is killed.
    record: NamedTempFile<File>,
    /// While the names of one export appear, those of no other one in this process do: to look whose a file
    /// is and to remove it are two steps.
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

/// The action that makes the files visible.
const NAMING: &str = "naming the folder of attachments";

impl AttachmentFolder {
    /// Nothing is written yet. `path` is absolute.
    pub fn new(path: PathBuf, overwrite: bool) -> Self {
        Self {
            path,
            overwrite,
            added: Vec::new(),
            temporary: None,
        }
    }

    /// The path that the folder will have.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a file. Its name is one that no other has.
    ///
    /// # Errors
    /// [`Error::Exists`] where the folder exists and `overwrite` is off, [`Error::WriteFailed`].
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<()> {
        let failed = |source| failed(&self.path, "writing an attachment")(source);
        let private = match &self.temporary {
            Some(private) => private,
            None => {
                if self.path.symlink_metadata().is_ok() && !self.overwrite {
                    return Err(Error::Exists(self.path.clone()));
                }
                let folder = create_beside(&self.path).map_err(failed)?;
                let in_use = File::open(folder.path()).ok();
                in_use.iter().for_each(mark_in_use);
                self.temporary.insert(Private {
                    folder,
                    _in_use: in_use,
                })
            }
        };
        let file = write(&private.folder.path().join(name), content).map_err(failed)?;
        self.added.push(Added {
            name: name.to_owned(),
            identity: Identity::of(&file),
        });
        Ok(())
    }

    /// Gives the folder its name, for the document at `document`. Into one that is there already, the files are
    /// moved; others in it stay.
    ///
    /// # Errors
    /// [`Error::Exists`] where the folder exists by now and `overwrite` is off, [`Error::Aborted`],
    /// [`Error::WriteFailed`].
    pub fn publish(self, document: &Path, go_on: &dyn Fn() -> bool) -> Result<Published> {
        let Some(Private { folder, _in_use }) = self.temporary else {
            return Ok(Published(None));
        };
        // Windows gives no name to a folder that is open.
        drop(_in_use);
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = self.path;
        let moved = if shown.symlink_metadata().is_err() {
            move_folder(folder.path(), &shown, document, self.added, go_on)
        } else if self.overwrite {
            move_files(folder.path(), &shown, document, self.added, go_on)
        } else {
            let exists = io::Error::from(io::ErrorKind::AlreadyExists);
            Err(NotMoved::at(&shown)(exists))
        };
        match moved {
            Ok((is_new, added, record)) => {
                if is_new {
                    // There is nothing left to remove.
                    let _ = folder.keep();
                } else {
                    // An empty folder stays. The next export after an hour removes it.
                    drop(removed_folder(folder));
                }
                Ok(Published(Some(Visible {
                    folder: shown,
                    is_new,
                    added,
                    record,
                    _turn: turn,
                })))
            }
            Err(NotMoved {
                path,
                source,
                left: mut remaining,
            }) => {
                remaining.extend(removed_folder(folder));
                let error = match source.kind() {
                    io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty
                        if !self.overwrite =>
                    {
                        Error::Exists(shown)
                    }
                    _ if may_pass(&source) && !go_on() => Error::Aborted,
                    io::ErrorKind::PermissionDenied if path != shown => {
                        not_replaced(&path, NAMING)(source)
                    }
                    _ => failed(&path, NAMING)(source),
                };
                Err(error.leaving(remaining))
            }
        }
    }

    /// Removes it. Gives what could not be removed.
    pub fn discard(self) -> Option<PathBuf> {
        removed_folder(self.temporary?.folder)
    }
}

/// Removes a private folder. Gives its path where that fails and it is still there.
fn removed_folder(mut folder: TempDir) -> Option<PathBuf> {
    let failed = moving::remove_folder(folder.path()).is_err();
    let is_left = failed && folder.path().symlink_metadata().is_ok();
    folder.disable_cleanup(true);
    is_left.then(|| folder.path().to_owned())
}

/// Why files have no names, and what could not be taken back.
struct NotMoved {
    /// The file, or the folder, that could not have its name.
    path: PathBuf,
    source: io::Error,
    left: Vec<PathBuf>,
}

impl NotMoved {
    /// A failure that left nothing behind.
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self {
            path,
            source,
            left: Vec::new(),
        }
    }
}

type Moved = std::result::Result<(bool, Vec<Added>, NamedTempFile<File>), NotMoved>;

fn move_folder(
    from: &Path,
    to: &Path,
    document: &Path,
    added: Vec<Added>,
    go_on: &dyn Fn() -> bool,
) -> Moved {
    let record = undo::record(document, to, true, added.clone()).map_err(NotMoved::at(to))?;
    match moving::rename(from, to, go_on) {
        Ok(()) => Ok((true, added, record)),
        Err(source) => {
            drop(removed(record.into_temp_path()));
            Err(NotMoved::at(to)(source))
        }
    }
}

fn move_files(
    from: &Path,
    to: &Path,
    document: &Path,
    added: Vec<Added>,
    go_on: &dyn Fn() -> bool,
) -> Moved {
    // Through a link, files elsewhere would be replaced.
    let metadata = to.symlink_metadata().map_err(NotMoved::at(to))?;
    if !metadata.is_dir() {
        let error = io::Error::from(io::ErrorKind::NotADirectory);
        return Err(NotMoved::at(to)(error));
    }
    let is_new = |added: &Added| to.join(&added.name).symlink_metadata().is_err();
    let (new, known): (Vec<_>, Vec<_>) = added.into_iter().partition(is_new);
    let record = undo::record(document, to, false, new.clone()).map_err(NotMoved::at(to))?;
    for Added { name, .. } in new.iter().chain(&known) {
        let path = to.join(name);
        let renamed =
            replaceable(&path).and_then(|()| moving::rename(&from.join(name), &path, go_on));
        if let Err(source) = renamed {
            let left = undo::take_back(to, false, &new);
            drop(removed(record.into_temp_path()));
            return Err(NotMoved { path, source, left });
        }
    }
    Ok((false, new, record))
}

impl Published {
    /// The document is there.
    pub fn keep(self) {
        if let Some(visible) = self.0 {
            // If the record cannot be removed, the next export sees by it that the document is there.
            drop(removed(visible.record.into_temp_path()));
        }
    }

    /// Removes what became visible, and nothing that another export put there. Gives what could not be
    /// removed.
    pub fn take_back(self) -> Vec<PathBuf> {
        let Some(visible) = self.0 else {
            return Vec::new();
        };
        let left = undo::take_back(&visible.folder, visible.is_new, &visible.added);
        drop(removed(visible.record.into_temp_path()));
        left
    }

    /// The folder, where there is one.
    pub fn path(&self) -> Option<&Path> {
        self.0.as_ref().map(|visible| visible.folder.as_path())
    }
}

fn create_beside(path: &Path) -> io::Result<TempDir> {
    create_folder(path.parent().ok_or(io::ErrorKind::NotFound)?)
}

fn write(path: &Path, content: &[u8]) -> io::Result<File> {
    let mut file = create_private(path)?;
    file.write_all(content)?;
    file.sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::fs;

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
        files.add("y.txt", b"y").unwrap();
        let published = files
            .publish(&folder.path().join("a.md"), &|| true)
            .unwrap();
        assert_eq!(names(&path), ["x.png", "y.txt"]);
        assert_eq!(fs::read(path.join("x.png")).unwrap(), b"x");
        // And the record, as long as there is no document.
        assert_eq!(names(folder.path()).len(), 2);
        assert_eq!(published.take_back(), Vec::<PathBuf>::new());
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
        let published = files
            .publish(&folder.path().join("a.md"), &|| true)
            .unwrap();
        assert_eq!(names(&path), ["mine.txt", "x.png"]);
        published.take_back();
        assert_eq!(names(&path), ["mine.txt"]);
        assert_eq!(names(folder.path()), ["a_files"]);
    }

    #[test]
    fn what_another_export_published_is_not_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let (path, document) = (folder.path().join("a_files"), folder.path().join("a.md"));
        let publish = || {
            let mut files = AttachmentFolder::new(path.clone(), true);
            files.add("x.png", b"x").unwrap();
            files.publish(&document, &|| true).unwrap()
        };
        // As if it were another process: the turn is given on.
        let first = publish().0.unwrap();
        let (added, record) = (first.added, first.record);
        drop(first._turn);
        publish().keep();
        assert_eq!(undo::take_back(&path, true, &added), Vec::<PathBuf>::new());
        drop(record);
        assert_eq!(names(&path), ["x.png"]);
        assert_eq!(names(folder.path()), ["a_files"]);
    }

    #[test]
    fn a_killed_export_leaves_no_attachments_without_a_document() {
        let folder = tempfile::tempdir().unwrap();
        let (path, document) = (folder.path().join("a_files"), folder.path().join("a.md"));
        for is_written in [false, true] {
            let mut files = AttachmentFolder::new(path.clone(), true);
            files.add("x.png", b"x").unwrap();
            let visible = files.publish(&document, &|| true).unwrap().0.unwrap();
            drop(visible._turn);
            // Killed, it does not remove its record.
            let (_, record) = visible.record.keep().unwrap();
            if is_written {
                drop(File::create_new(&document).unwrap());
            }
            undo::by_record(&record);
            assert_eq!(path.exists(), is_written);
            assert!(!record.exists());
        }
    }

    #[test]
    fn a_record_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("inside");
        fs::create_dir(&inside).unwrap();
        fs::create_dir(folder.path().join("a_files")).unwrap();
        let victim = folder.path().join("a_files").join("x.png");
        drop(File::create_new(&victim).unwrap());
        let identity = serde_json::to_string(&Identity::at(&victim)).unwrap();
        for (at, name) in [("../a_files", "x.png"), ("..", "a_files/x.png")] {
            let record = inside.join("record");
            let text = format!(
                r#"{{"document":"a.md","before":null,"folder":"{at}","is_new":true,"added":[{{"name":"{name}","identity":{identity}}}]}}"#
            );
            File::create_new(&record)
                .unwrap()
                .write_all(text.as_bytes())
                .unwrap();
            undo::by_record(&record);
            assert!(victim.exists() && !record.exists());
        }
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
        assert!(matches!(
            files.publish(&folder.path().join("a.md"), &|| true),
            Err(Error::WriteFailed { .. })
        ));
        assert_eq!(names(&other), Vec::<String>::new());
    }
}
