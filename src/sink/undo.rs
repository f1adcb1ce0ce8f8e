//! A record of the attachments that are about to appear, beside the document that they belong to.
//!
//! Two names cannot appear in one step. Should the process be killed when the attachments have theirs and
//! the document has not, the next export into the folder takes them back by the record.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::identity::Identity;
use super::moving;
use super::temporary::{create_named, own_prefix};

/// How the name of a record ends.
pub const SUFFIX: &str = ".undo";
/// The longest record that is read, in bytes: more than a hundred thousand attachments have.
const LONGEST: u64 = 64 * 1024 * 1024;

/// A file that was added to the folder, or is about to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// The name of the file.
    pub name: String,
    /// Which file it is: another one of this name is somebody else's.
    pub identity: Option<Identity>,
}

#[derive(Serialize, Deserialize)]
struct Record {
    /// The name of the document.
    document: String,
    /// The file that had that name before.
    before: Option<Identity>,
    /// The name of the folder.
    folder: String,
    /// True where the folder is new.
    is_new: bool,
    added: Vec<Added>,
}

/// Writes a record beside `folder`, for the document at `document`. It is gone when it is dropped.
///
/// # Errors
/// Those of the system.
pub fn record(
    document: &Path,
    folder: &Path,
    is_new: bool,
    added: Vec<Added>,
) -> io::Result<NamedTempFile<File>> {
    let name = |path: &Path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    let record = Record {
        document: name(document),
        before: Identity::at(document),
        folder: name(folder),
        is_new,
        added,
    };
    let parent = folder.parent().ok_or(io::ErrorKind::NotFound)?;
    let mut file = create_named(&own_prefix(), SUFFIX, parent)?;
    file.write_all(&serde_json::to_vec(&record)?)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Does what a record of a killed process says, and removes it.
pub fn by_record(path: &Path) {
    if let (Some(record), Some(parent)) = (read(path), path.parent()) {
        let document = Identity::at(&parent.join(&record.document));
        // Otherwise the document was written, and what it links has to stay.
        if document == record.before {
            take_back(&parent.join(&record.folder), record.is_new, &record.added);
        }
    }
    drop(moving::remove_file(path));
}

/// Nothing that is no plain name leads out of the folder.
fn read(path: &Path) -> Option<Record> {
    let mut text = Vec::new();
    let file = File::open(path).ok()?;
    file.take(LONGEST).read_to_end(&mut text).ok()?;
    let record: Record = serde_json::from_slice(&text).ok()?;
    let is_plain = |name: &str| Path::new(name).file_name() == Some(name.as_ref());
    let are_plain = is_plain(&record.document)
        && is_plain(&record.folder)
        && record.added.iter().all(|added| is_plain(&added.name));
    are_plain.then_some(record)
}

/// Removes what was added to a folder and is still there, and the folder where it is empty then. What somebody
/// else put there stays. Gives what could not be removed.
pub fn take_back(folder: &Path, is_new: bool, added: &[Added]) -> Vec<std::path::PathBuf> {
    let mut left = Vec::new();
    // Through a link, files elsewhere would be removed.
    if !folder.symlink_metadata().is_ok_and(|found| found.is_dir()) {
        return left;
    }
    for Added { name, identity } in added {
        let path = folder.join(name);
        let is_ours = identity.is_some() && Identity::at(&path) == *identity;
        if is_ours && moving::remove_file(&path).is_err() && Identity::at(&path) == *identity {
            left.push(path);
        }
    }
    if is_new && left.is_empty() {
        // Fails where somebody else put something there, as it should.
        let removed = moving::remove_empty_folder(folder);
        let is_empty = || {
            folder
                .read_dir()
                .is_ok_and(|mut inside| inside.next().is_none())
        };
        if removed.is_err() && is_empty() {
            left.push(folder.to_owned());
        }
    }
    left
}
