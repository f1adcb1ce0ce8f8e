//! The changed files of a stored session: `storage/session_diff/<session>.json`, in a folder store and beside a
//! database, where OpenCode 1 and PawWork keep them.

use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use super::json_text;
use crate::model::{Notes, Oddity};
use crate::regular_file;

/// A file that is larger is not read, in bytes. The patches of a long session have some megabytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The changed files of a session as they were stored, by the folder that `storage` is. `None` where there is no
/// such file; one that cannot be read is noted.
pub fn read(storage: &Path, session: &str, notes: &mut Notes) -> Option<Value> {
    // An id that is more than a name would be a path to another place.
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if session.is_empty() || !session.bytes().all(is_name) {
        return None;
    }
    let path = storage.join("session_diff").join(format!("{session}.json"));
    if path.symlink_metadata().is_err() {
        return None;
    }
    let diffs = read_file(&path).and_then(|json| json_text::parse(&json, notes).ok());
    if !matches!(diffs, Some(Value::Array(_))) {
        notes.add("session_diff", Oddity::Damaged);
        return None;
    }
    diffs
}

fn read_file(path: &Path) -> Option<Vec<u8>> {
    let file = regular_file::open(path).ok()?;
    let mut json = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut json).ok()?;
    (json.len() as u64 <= LARGEST).then_some(json)
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
            (read(folder.path(), id, &mut notes), notes.entries.len())
        };
        assert!(matches!(read("ses_1"), (Some(Value::Array(_)), 0)));
        assert_eq!(read("ses_2"), (None, 1));
        assert_eq!(read("ses_3"), (None, 0));
        assert_eq!(read("../other"), (None, 0));
    }
}
