//! Which file a path names. A name says only what the last writer called it.

use std::fs::Metadata;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// A file itself, whatever its name is by now. It stays the same while a file is renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity([u64; 2]);

impl Identity {
    /// The identity of what a path names. A link is not followed. `None` where there is nothing.
    pub fn at(path: &Path) -> Option<Self> {
        Self::of(&path.symlink_metadata().ok()?)
    }

    /// Device and number.
    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, reason = "not every system tells")]
    pub fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        Some(Self([metadata.dev(), metadata.ino()]))
    }

    /// When it was created and how long it is: the standard library tells no number there.
    #[cfg(not(unix))]
    pub fn of(metadata: &Metadata) -> Option<Self> {
        let created = metadata.created().ok()?;
        let since = created.duration_since(std::time::UNIX_EPOCH).ok()?;
        let nanoseconds = u64::try_from(since.as_nanos()).ok()?;
        Some(Self([nanoseconds, metadata.len()]))
    }
}
