//! A prepared export: a document that is reviewed first, and then saved as it was reviewed.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::control::{Control, Phase, Progress};
use super::entry::{Session, Summary, export_to_file};
use crate::checksum::Checksum;
use crate::error::{Error, Result, is_open_elsewhere};
use crate::options::{ExportOptions, WriteOptions};
use crate::patience::patiently;
use crate::sink::{AtomicFile, PrivateFolder, failed};
use crate::{memory, regular_file};

/// How much of the document is copied before the caller is asked whether to go on, in bytes.
const CHUNK: usize = 256 * 1024;

/// A document in a private file.
pub struct Prepared {
    /// The facts about it.
    pub summary: Summary,
    /// Its size in bytes.
    pub bytes: u64,
    path: PathBuf,
    /// `None` once it is disposed of.
    folder: Mutex<Option<PrivateFolder>>,
}

/// Turns a session into a document in a private file.
///
/// # Errors
/// Those of [`export_to_file`].
pub fn prepare(
    session: Session<'_>,
    options: ExportOptions,
    control: Control<'_>,
) -> Result<Prepared> {
    let action = "creating a private folder among the temporary files";
    let folder = PrivateFolder::create().map_err(failed(&std::env::temp_dir(), action))?;
    let name = format!("session.{}", options.format.extension());
    let path = folder.path().join(name);
    let options = WriteOptions {
        export: options,
        overwrite: false,
    };
    let (summary, bytes) = export_to_file(session, &path, &options, control)?;
    Ok(Prepared {
        summary,
        bytes,
        path,
        folder: Mutex::new(Some(folder)),
    })
}

impl Prepared {
    /// The absolute path of the private file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the document, which is [open](Self::open), to `path`, an absolute path.
    ///
    /// # Errors
    /// [`Error::PreparedChanged`] where the private file is not as it was made, and those of [`AtomicFile`].
    pub fn save(
        &self,
        mut document: File,
        path: &Path,
        overwrite: bool,
        control: Control<'_>,
    ) -> Result<()> {
        control.check()?;
        let mut file = AtomicFile::create(path, overwrite)?;
        let mut settle = || -> Result<()> {
            let mut checksum = Checksum::default();
            self.read(&mut document, &mut |piece| {
                control.check()?;
                checksum.update(piece);
                file.write(piece)
            })?;
            file.settle(checksum.value(), control.go_on)?;
            let messages = self.summary.census.messages.rendered;
            (control.on_progress)(Progress {
                phase: Phase::Write,
                done: messages,
                total: messages,
            });
            (control.before_name)();
            control.check()
        };
        match settle() {
            Ok(()) => file.publish(control.go_on).map(|_| ()),
            Err(error) => Err(error.leaving(file.discard())),
        }
    }

    /// The document as a text.
    ///
    /// # Errors
    /// [`Error::Disposed`], [`Error::PreparedChanged`], [`Error::OutOfMemory`].
    pub fn text(&self) -> Result<String> {
        let mut document = self.open()?;
        let mut text = Vec::new();
        memory::reserve(&mut text, usize::try_from(self.bytes).unwrap_or(usize::MAX))?;
        self.read(&mut document, &mut |piece| {
            text.extend_from_slice(piece);
            Ok(())
        })?;
        String::from_utf8(text).map_err(|_| Error::PreparedChanged)
    }

    /// Removes the private file. It does nothing where that was done before.
    pub fn dispose(&self) {
        let folder = self.folder.lock();
        drop(folder.unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Opens the private file, for one [save](Self::save).
    ///
    /// # Errors
    /// [`Error::Disposed`], [`Error::PreparedChanged`] where it is gone, [`Error::ReadFailed`] where another program has
    /// it open.
    pub fn open(&self) -> Result<File> {
        let folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        match &*folder {
            Some(_) => {
                regular_file::open(&self.path).map_err(|source| match is_open_elsewhere(&source) {
                    true => self.unreadable(source),
                    false => Error::PreparedChanged,
                })
            }
            None => Err(Error::Disposed),
        }
    }

    /// Opens the private file, and waits up to two seconds where another program has it open, or as long as `go_on`
    /// says so.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_patiently(&self, go_on: &dyn Fn() -> bool) -> Result<File> {
        let opened = patiently(go_on, || match self.open() {
            Err(Error::ReadFailed { source, .. }) => Err(source),
            opened => Ok(opened),
        });
        opened.map_err(|source| self.unreadable(source))?
    }

    fn unreadable(&self, source: std::io::Error) -> Error {
        Error::ReadFailed {
            path: self.path.clone(),
            source,
        }
    }

    /// Reads the document piece by piece. Only after the last one it is known that all of them are as they were
    /// reviewed.
    fn read(
        &self,
        document: &mut File,
        on_piece: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut hash = Sha256::new();
        let mut buffer = vec![0; CHUNK];
        let mut left = self.bytes;
        loop {
            let length = match document.read(&mut buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                read => read.map_err(|source| self.unreadable(source))?,
            };
            let piece = buffer.get(..length).unwrap_or_default();
            let rest = left.checked_sub(piece.len() as u64);
            left = rest.ok_or(Error::PreparedChanged)?;
            if piece.is_empty() {
                break;
            }
            hash.update(piece);
            on_piece(piece)?;
        }
        match left == 0 && *hash.finalize() == self.summary.sha256 {
            true => Ok(()),
            false => Err(Error::PreparedChanged),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const SESSION: &[u8] =
        br#"[{"info":{"role":"user"},"parts":[{"type":"text","text":"Where are we?"}]}]"#;

    fn prepared() -> Prepared {
        let options = ExportOptions::default();
        prepare(Session::Json(SESSION), options, Control::NONE).unwrap()
    }

    fn save(prepared: &Prepared, path: &Path, overwrite: bool) -> Result<()> {
        prepared.save(prepared.open()?, path, overwrite, Control::NONE)
    }

    #[test]
    fn what_was_prepared_is_saved_as_often_as_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let prepared = prepared();
        let text = prepared.text().unwrap();
        assert!(text.contains("Where are we?"));
        for name in ["a.md", "b.md"] {
            let path = folder.path().join(name);
            save(&prepared, &path, false).unwrap();
            assert_eq!(std::fs::read_to_string(path).unwrap(), text);
        }
        let taken = folder.path().join("a.md");
        let again = save(&prepared, &taken, false);
        assert!(matches!(again, Err(Error::Exists(_))));
        save(&prepared, &taken, true).unwrap();
    }

    #[test]
    fn a_private_file_that_somebody_changed_is_not_saved() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.md");
        let whole = prepared().text().unwrap();
        let other = whole.replace("Where", "There");
        let longer = format!("{whole}!");
        let shorter = whole.replace('?', "");
        for changed in [&*other, &longer, &shorter, ""] {
            let prepared = prepared();
            let mut options = File::options();
            let mut file = options
                .write(true)
                .truncate(true)
                .open(prepared.path())
                .unwrap();
            file.write_all(changed.as_bytes()).unwrap();
            let saved = save(&prepared, &target, false);
            assert!(matches!(saved, Err(Error::PreparedChanged)), "{saved:?}");
            assert!(matches!(prepared.text(), Err(Error::PreparedChanged)));
            assert_eq!(folder.path().read_dir().unwrap().count(), 0);
        }
    }

    #[test]
    fn nothing_is_left_of_what_is_disposed_of() {
        let prepared = prepared();
        let folder = prepared.path().parent().unwrap().to_owned();
        prepared.dispose();
        prepared.dispose();
        assert!(!folder.exists());
        assert!(matches!(prepared.text(), Err(Error::Disposed)));
        let other = self::prepared();
        let folder = other.path().parent().unwrap().to_owned();
        drop(other);
        assert!(!folder.exists());
    }
}
