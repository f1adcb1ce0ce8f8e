//! A private folder for a document that is reviewed before it is saved.
//!
//! It stands among the computer's temporary files, and only its owner may look into it. Its name tells whose it is, so
//! that what a killed process left is removed by a later one (`leftovers.rs`).

use std::fs::File;
use std::io;
use std::path::Path;

use tempfile::TempDir;

use super::leftovers;
use super::removal;
use super::temporary::{create_folder, mark_in_use};

/// A private folder. Dropped, it is removed with all that is in it.
pub struct PrivateFolder {
    folder: TempDir,
    /// Tells other processes that it is in use.
    in_use: Option<File>,
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // Windows removes no folder that is open.
        drop(self.in_use.take());
        removal::begin(self.folder.path());
        self.folder.disable_cleanup(true);
    }
}

impl PrivateFolder {
    /// Creates one. Removes what killed processes left beside it.
    ///
    /// # Errors
    /// Those of the system.
    pub fn create() -> io::Result<Self> {
        let mut parent = std::env::temp_dir();
        if cfg!(unix) && parent.as_os_str().is_empty() {
            // An empty `TMPDIR` is none. The working folder may be anybody's.
            parent = "/tmp".into();
        }
        leftovers::remove(&parent);
        let folder = create_folder(&parent)?;
        // Windows opens no folders this way. There, an open file in it is enough.
        let in_use = File::open(folder.path()).ok();
        in_use.iter().for_each(mark_in_use);
        Ok(Self { folder, in_use })
    }

    /// The folder's path, which is absolute.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_private_folder() {
        let folder = PrivateFolder::create().unwrap();
        let path = folder.path().to_owned();
        std::fs::create_dir(path.join("inside")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        }
        drop(folder);
        assert!(!path.exists());
    }
}
