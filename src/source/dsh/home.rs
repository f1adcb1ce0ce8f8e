//! The folders of a DSH home, and which file of a session counts.
//!
//! `sessions/<project>/<session>/session.jsonl.zstd`, and beside it what later versions made of that:
//! `session.v<N>.jsonl.zstd`. Of several the highest counts; the others no longer grow. Nothing else of the home is
//! opened but `attachments` and `storages/workspace.json`: it holds keys and an index of texts.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::frames::{Frames, INPUT};
use super::lines::{Lines, Next};
use crate::regular_file;

/// The largest list of workspaces that is read, in bytes.
const LARGEST_WORKSPACES: u64 = 16 * 1024 * 1024;

/// How much of a log is read at a time for its header, in bytes.
const HEAD: usize = 1024;
/// The longest header that is read, in bytes. It holds ids and a path: the longest path of Windows has 32,767
/// characters.
const LONGEST_HEADER: usize = 64 * 1024;

/// A session's log.
#[derive(Debug, Clone)]
pub struct LogFile {
    pub path: PathBuf,
    /// The session's id by the name of its folder.
    pub folder_id: String,
}

/// The first line of a log.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Header {
    #[serde(rename = "type")]
    pub kind: String,
    pub version: u64,
    pub id: Option<String>,
    pub created_at: Option<i64>,
    pub cwd: Option<String>,
    pub parent_session: Option<String>,
    pub seed_length: Option<u64>,
    pub origin: Option<String>,
    pub agent_preset: Option<String>,
}

impl Header {
    /// Parses a line; `None` where it is no header.
    pub fn parse(line: &[u8]) -> Option<Self> {
        let line = crate::source::json::text::text(line, &mut crate::model::Notes::default());
        let header: Self = serde_json::from_str(&line.ok()?).ok()?;
        (header.kind == "session").then_some(header)
    }

    /// The session that started this one: a user's fork stands on its own.
    pub fn starter(&self) -> Option<&str> {
        let is_imported = self
            .id
            .as_deref()
            .is_some_and(|id| id.starts_with("pawwork-v1-"));
        let is_started = is_imported || self.origin.as_deref() == Some("subagent");
        self.parent_session.as_deref().filter(|_| is_started)
    }
}

/// The folder of sessions of a home; the path itself may be that folder. `None` where it is no home of DSH.
pub fn sessions_in(path: &Path) -> Option<PathBuf> {
    let of_home = path.join("sessions");
    if has_projects(&of_home) || (of_home.is_dir() && path.join("storages").is_dir()) {
        return Some(of_home);
    }
    has_projects(path).then(|| path.to_owned())
}

fn has_projects(sessions: &Path) -> bool {
    let entries = sessions.read_dir().into_iter().flatten().flatten();
    entries.into_iter().any(|entry| {
        let name = entry.file_name();
        name.to_str().is_some_and(is_project) && entry.path().is_dir()
    })
}

fn is_project(name: &str) -> bool {
    name == "_no-cwd" || (name.starts_with("--") && name.ends_with("--") && name.len() > 4)
}

/// The folders of sessions.
#[derive(Debug, Default)]
pub struct Folders {
    /// In no order.
    pub of_sessions: Vec<PathBuf>,
    /// How many folders of projects could not be read.
    pub unreadable: usize,
}

/// The folders of all sessions.
///
/// # Errors
/// Those of the system.
pub fn folders(sessions: &Path) -> std::io::Result<Folders> {
    let mut folders = Folders::default();
    for project in fs::read_dir(sessions)? {
        let project = project?;
        if !project.path().is_dir() {
            continue;
        }
        match fs::read_dir(project.path()) {
            Ok(of_project) => {
                let paths = of_project.flatten().map(|folder| folder.path());
                folders.of_sessions.extend(paths);
            }
            Err(_) => folders.unreadable += 1,
        }
    }
    Ok(folders)
}

/// The log of a session's folder that counts; none where it is no folder.
///
/// # Errors
/// Those of the system.
pub fn log_in(folder: &Path) -> std::io::Result<Option<LogFile>> {
    let mut best: Option<(u32, bool, PathBuf)> = None;
    let entries = match fs::read_dir(folder) {
        Err(_) if !folder.is_dir() => return Ok(None),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let Some((version, is_packed)) = name.to_str().and_then(version_of) else {
            continue;
        };
        // A link could lead to any file of the user.
        if !entry.file_type()?.is_file() {
            continue;
        }
        let is_better =
            |(known, packed, _): &(u32, bool, PathBuf)| (version, is_packed) > (*known, *packed);
        if best.as_ref().is_none_or(is_better) {
            best = Some((version, is_packed, entry.path()));
        }
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    Ok(best.map(|(_, _, path)| LogFile {
        path,
        folder_id: id_of_folder(&name),
    }))
}

/// The format of a log, and whether it is compressed, by its name.
fn version_of(name: &str) -> Option<(u32, bool)> {
    let stem = name.strip_suffix(".zstd");
    let version = stem
        .unwrap_or(name)
        .strip_suffix(".jsonl")?
        .strip_prefix("session")?;
    let version = match version {
        "" => 0,
        version => version.strip_prefix(".v")?.parse().ok()?,
    };
    Some((version, stem.is_some()))
}

/// `~002E` stands for a dot.
fn id_of_folder(name: &str) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once('~') {
        units.extend(before.encode_utf16());
        let digits = behind
            .get(..4)
            .and_then(|digits| u16::from_str_radix(digits, 16).ok());
        match digits {
            Some(unit) => {
                units.push(unit);
                rest = behind.get(4..).unwrap_or_default();
            }
            None => {
                units.push(u16::from(b'~'));
                rest = behind;
            }
        }
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units)
}

/// Opens a log up to the length that it has now.
///
/// # Errors
/// Those of the system.
pub fn open(path: &Path) -> std::io::Result<(Lines, u64)> {
    let file = regular_file::open_patiently(path)?;
    let bytes = file.metadata()?.len();
    Ok((Lines::new(Frames::open(file, bytes, INPUT)?), bytes))
}

/// Opens the file of a log; with its length.
///
/// # Errors
/// Those of the system.
pub fn open_file(path: &Path) -> std::io::Result<(File, u64)> {
    let file = regular_file::open(path)?;
    let bytes = file.metadata()?.len();
    Ok((file, bytes))
}

/// The header of a log; that of an unreadable one knows nothing.
pub fn header(path: &Path) -> Header {
    let frames = || {
        let (file, bytes) = open_file(path)?;
        Frames::open(file, bytes, HEAD)
    };
    let Ok(frames) = frames() else {
        return Header::default();
    };
    let mut lines = Lines::with_chunks_of(HEAD, frames).without_longer(LONGEST_HEADER);
    match lines.next() {
        Ok(Next::Line(_, line)) => Header::parse(line).unwrap_or_default(),
        _ => Header::default(),
    }
}

/// The ids of the sessions that the user archived.
pub fn archived(home: &Path) -> HashSet<String> {
    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase", default)]
    struct Global {
        archived_session_ids: Vec<String>,
    }
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Workspaces {
        global: Global,
    }
    let read = || {
        let path = home.join("storages").join("workspace.json");
        let is_file = path.symlink_metadata().ok()?.is_file();
        let mut text = Vec::new();
        let file = is_file.then(|| regular_file::open(&path).ok())??;
        file.take(LARGEST_WORKSPACES).read_to_end(&mut text).ok()?;
        serde_json::from_slice::<Workspaces>(&text).ok()
    };
    let workspaces = read().unwrap_or_default();
    workspaces.global.archived_session_ids.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_told_by_the_name_alone() {
        assert_eq!(version_of("session.jsonl.zstd"), Some((0, true)));
        assert_eq!(version_of("session.v4.jsonl.zstd"), Some((4, true)));
        assert_eq!(version_of("session.v12.jsonl"), Some((12, false)));
        for name in [
            "session.lock",
            "session.v.jsonl",
            "sessions.jsonl",
            "session.v-1.jsonl.zstd",
        ] {
            assert_eq!(version_of(name), None, "{name}");
        }
    }

    #[test]
    fn the_id_of_a_folder_is_whole_again() {
        assert_eq!(id_of_folder("a~002Eb~6587~"), "a.b文~");
        assert_eq!(id_of_folder("~D83D~DE00~00"), "😀~00");
    }
}
