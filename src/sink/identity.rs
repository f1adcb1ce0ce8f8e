//! Which file a path names. A name says only what the last writer called it.

use std::fs::File;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// A file itself, whatever its name is by now: the number of its volume and its own number there. It stays the same
/// while a file is written or renamed (not on FAT under Windows, where a file that is moved counts as another one).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity([u64; 2]);

impl Identity {
    /// The identity of what a path names. A link is not followed. `None` where there is nothing.
    pub fn at(path: &Path) -> Option<Self> {
        system::at(path).ok().map(Self)
    }

    /// The identity of a file that is open. `None` where the system does not tell.
    pub fn of(file: &File) -> Option<Self> {
        system::of(file).ok().map(Self)
    }
}

#[cfg(unix)]
mod system {
    use std::os::unix::fs::MetadataExt as _;

    use super::{File, Path, io};

    pub fn at(path: &Path) -> io::Result<[u64; 2]> {
        let metadata = path.symlink_metadata()?;
        Ok([metadata.dev(), metadata.ino()])
    }

    pub fn of(file: &File) -> io::Result<[u64; 2]> {
        let metadata = file.metadata()?;
        Ok([metadata.dev(), metadata.ino()])
    }
}

#[cfg(windows)]
mod system {
    use std::os::windows::fs::OpenOptionsExt as _;

    use winapi_util::file::information;

    use super::{File, Path, io};

    /// Neither reads nor writes, so that whoever has the file open need not share it.
    const NO_ACCESS: u32 = 0;
    /// `FILE_FLAG_OPEN_REPARSE_POINT`, for the link itself, and `FILE_FLAG_BACKUP_SEMANTICS`, for a folder.
    const LINKS_AND_FOLDERS: u32 = 0x0020_0000 | 0x0200_0000;

    pub fn at(path: &Path) -> io::Result<[u64; 2]> {
        let mut options = File::options();
        options
            .access_mode(NO_ACCESS)
            .custom_flags(LINKS_AND_FOLDERS);
        of(&options.open(path)?)
    }

    pub fn of(file: &File) -> io::Result<[u64; 2]> {
        let found = information(file)?;
        Ok([found.volume_serial_number(), found.file_index()])
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::{moving, temporary::create_private};
    use super::*;

    #[test]
    fn a_file_that_was_written_and_renamed_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = ["a.md", "b.md"].map(|name| folder.path().join(name));
        let mut file = create_private(&first).unwrap();
        let identity = Identity::of(&file).unwrap();
        file.write_all(b"content").unwrap();
        drop(file);
        assert_eq!(Identity::at(&first), Some(identity.clone()));
        moving::rename(&first, &second, &|| true).unwrap();
        assert_eq!(Identity::at(&second), Some(identity));
        assert_eq!(Identity::at(&first), None);
    }

    #[test]
    fn a_file_of_the_same_name_and_length_is_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let [path, old] = ["a.md", "old.md"].map(|name| folder.path().join(name));
        let create = || drop(create_private(&path).unwrap());
        create();
        let identity = Identity::at(&path);
        // While the first file is there, the system gives its number to no other.
        moving::rename(&path, &old, &|| true).unwrap();
        create();
        assert_ne!(Identity::at(&path), identity);
        assert!(identity.is_some() && Identity::at(folder.path()).is_some());
    }
}
