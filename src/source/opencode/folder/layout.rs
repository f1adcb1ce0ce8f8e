//! The files of a folder, and what may be read of them.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::memory;
use crate::model::{Notes, Object};
use crate::source::json::text;

/// The places of the files in a folder.
#[derive(Clone)]
pub struct Layout {
    /// Folders of sessions.
    pub sessions: Vec<PathBuf>,
    /// The folder of folders of messages.
    pub messages: PathBuf,
    /// The folder of folders of parts.
    pub parts: PathBuf,
    /// True where these stand by session and message, false where by message alone.
    pub parts_by_session: bool,
    pub todos: Option<PathBuf>,
    pub shares: PathBuf,
    /// The folder of all of these.
    pub storage: PathBuf,
}

impl Layout {
    /// The layout of a `storage` folder; `None` where it is none.
    pub fn of(storage: &Path) -> io::Result<Option<Self>> {
        let session = storage.join("session");
        if session.join("info").is_dir() {
            return Ok(Some(Self {
                sessions: vec![session.join("info")],
                messages: session.join("message"),
                parts: session.join("part"),
                parts_by_session: true,
                todos: None,
                shares: session.join("share"),
                storage: storage.to_owned(),
            }));
        }
        if !session.is_dir() {
            return Ok(None);
        }
        Ok(Some(Self {
            sessions: folders_in(&session)?,
            messages: storage.join("message"),
            parts: storage.join("part"),
            parts_by_session: false,
            todos: Some(storage.join("todo")),
            shares: storage.join("session_share"),
            storage: storage.to_owned(),
        }))
    }

    pub fn parts_of(&self, session: &str, message: &str) -> PathBuf {
        if self.parts_by_session {
            self.parts.join(session).join(message)
        } else {
            self.parts.join(message)
        }
    }
}

/// The entries of a folder; none where there is no folder. One that cannot be read is an error: a session would
/// look as if it had no messages.
fn entries(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(Vec::new())
        }
        entries => entries?.collect(),
    }
}

/// The folders in a folder. A user may have moved one elsewhere and left a link.
pub fn folders_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = entries(folder)?.into_iter().map(|entry| entry.path());
    Ok(entries.filter(|path| path.is_dir()).collect())
}

/// The ids that the JSON files of a folder are named by.
pub fn ids_in(folder: &Path) -> io::Result<Vec<String>> {
    let mut ids = Vec::new();
    for entry in entries(folder)? {
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.strip_suffix(".json"));
        // A link or a pipe is counted too; what it leads to is not the store's, and is not read.
        if let Some(id) = id
            && !entry.file_type()?.is_dir()
        {
            ids.push(id.to_owned());
        }
    }
    Ok(ids)
}

/// Tells whether an id may become part of a path.
pub fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

pub fn file_in(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.json"))
}

pub fn read_json(path: &Path, notes: &mut Notes) -> Option<Value> {
    let metadata = path.symlink_metadata().ok()?;
    if !metadata.is_file() {
        return None;
    }
    let bytes = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if memory::check_part(bytes).is_err() {
        notes.lacks_memory(bytes);
        return None;
    }
    text::parse(&fs::read(path).ok()?, notes).ok()
}

pub fn read_object(path: &Path, notes: &mut Notes) -> Option<Object> {
    match read_json(path, notes) {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    }
}

pub fn text(object: &Object, name: &str) -> Option<String> {
    object
        .get(name)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .filter(|text| !text.is_empty())
}

/// A time in milliseconds in `time`.
pub fn time(object: &Object, name: &str) -> Option<i64> {
    let time = object.get("time")?.get(name)?;
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    let rounded = || time.as_f64().map(|time| time as i64);
    time.as_i64().or_else(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_out_of_the_folder() {
        for id in ["", "..", "../x", "a/b", r"a\b", "a.b", "ses_\0"] {
            assert!(!is_id(id), "{id:?}");
        }
        assert!(is_id("ses_dfdc7ba45ffe28EN2spRGfXm93"));
    }
}
