//! The changed files of a stored session: `storage/session_diff/<session>.json`, in a folder store and beside a
//! database, where OpenCode 1 and PawWork keep them.

use std::io::{self, Read as _};
use std::path::Path;

use serde_json::Value;

use super::super::json::text;
use crate::model::{Notes, Oddity};
use crate::regular_file;

/// How much is read for a session and all that it started, in bytes. As values it takes several times as much
/// memory, and nothing else of a store is read at once. The patches of a long session have some megabytes.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Reads the changed files of the sessions of one tree.
pub struct SessionDiffs {
    /// How many bytes may still be read.
    left: u64,
}

impl Default for SessionDiffs {
    fn default() -> Self {
        Self { left: LARGEST }
    }
}

impl SessionDiffs {
    /// The changed files of a session as they were stored, by the folder that `storage` is. `None` where there is
    /// no such file; one that cannot be read or that is too large is noted.
    pub fn read(&mut self, storage: &Path, session: &str, notes: &mut Notes) -> Option<Value> {
        // An id that is more than a name would be a path to another place.
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        if session.is_empty() || !session.bytes().all(is_name) {
            return None;
        }
        let path = storage.join("session_diff").join(format!("{session}.json"));
        if path.symlink_metadata().is_err() {
            return None;
        }
        let json = match self.read_file(&path) {
            Ok(Some(json)) => json,
            Ok(None) => {
                notes.add("session_diff", Oddity::ChangedFilesTooLarge);
                return None;
            }
            Err(_) => Vec::new(),
        };
        let diffs = text::parse(&json, notes).ok();
        if !matches!(diffs, Some(Value::Array(_))) {
            notes.add("session_diff", Oddity::Damaged);
            return None;
        }
        diffs
    }

    /// The content of a file; `None` where it is larger than what may still be read.
    fn read_file(&mut self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        let file = regular_file::open(path)?;
        if file.metadata()?.len() > self.left {
            return Ok(None);
        }
        let mut json = Vec::new();
        // It may have grown since.
        file.take(self.left + 1).read_to_end(&mut json)?;
        let left = self.left.checked_sub(json.len() as u64);
        self.left = left.unwrap_or(self.left);
        Ok(left.map(|_| json))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_to_no_other_place() {
        let folder = tempfile::tempdir().unwrap();
        let diffs = folder.path().join("session_diff");
        std::fs::create_dir(&diffs).unwrap();
        let write = |path: std::path::PathBuf, json: &str| {
            let path = path.to_str().unwrap().to_owned();
            let target = crate::sink::target(&path).unwrap();
            crate::sink::write(&target, json.as_bytes(), false, &|| true, &|| ()).unwrap();
        };
        write(folder.path().join("other.json"), "[]");
        write(diffs.join("ses_1.json"), r#"[{"file":"a"}]"#);
        write(diffs.join("ses_2.json"), "{");
        let read = |id| {
            let mut notes = Notes::default();
            let diffs = SessionDiffs::default().read(folder.path(), id, &mut notes);
            (diffs, notes.entries.len())
        };
        assert!(matches!(read("ses_1"), (Some(Value::Array(_)), 0)));
        assert_eq!(read("ses_2"), (None, 1));
        assert_eq!(read("ses_3"), (None, 0));
        assert_eq!(read("../other"), (None, 0));
    }

    #[test]
    fn each_session_of_a_tree_could_take_as_much_as_all_may() {
        let folder = tempfile::tempdir().unwrap();
        let storage = folder.path().join("session_diff");
        std::fs::create_dir(&storage).unwrap();
        let padding = " ".repeat(3 * 1024 * 1024);
        let mut notes = Notes::default();
        let mut diffs = SessionDiffs::default();
        let mut found = Vec::new();
        for number in 0..4 {
            let path = storage.join(format!("ses_{number}.json"));
            // A smaller file behind one that was too large may still have room.
            let json = if number == 3 {
                "[]".to_owned()
            } else {
                format!("[{padding}]")
            };
            let target = crate::sink::target(path.to_str().unwrap()).unwrap();
            crate::sink::write(&target, json.as_bytes(), false, &|| true, &|| ()).unwrap();
            let read = diffs.read(folder.path(), &format!("ses_{number}"), &mut notes);
            found.push(read.is_some());
        }
        assert_eq!(found, [true, true, false, true]);
        let noted: Vec<Oddity> = notes.entries.iter().map(|note| note.oddity).collect();
        assert_eq!(noted, [Oddity::ChangedFilesTooLarge]);
    }
}
