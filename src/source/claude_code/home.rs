//! The folders of Claude Code: `projects/<folder>/<session>.jsonl`, and beside a session a folder of its name with
//! `subagents/` and `tool-results/`. Versions before 2.1 kept sub-agents as `agent-<id>.jsonl` in the same folder.
//!
//! Nothing else of the home is opened: it holds keys, prompts of all projects, and copies of files.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::record::{Record, line_text};
use crate::source::json_lines::Ends;
use crate::source::parts::string;

/// The largest description of a sub-agent that is read, in bytes.
const LARGEST_META: u64 = 64 * 1024;
/// How much of a file is looked at to tell whether it is a log, in bytes.
const LOOKED_AT: u64 = 64 * 1024;

/// A session's log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogFile {
    /// The session's id by the name of the file.
    pub id: String,
    pub path: PathBuf,
}

/// The log of a sub-agent.
#[derive(Debug, Clone)]
pub struct AgentFile {
    /// `agent-<id>`.
    pub id: String,
    pub path: PathBuf,
    pub meta: Meta,
}

/// What the program notes of a sub-agent.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    /// The call that started it.
    pub call: Option<String>,
    pub description: Option<String>,
    pub agent_type: Option<String>,
}

/// The folder of projects of a home; the path itself may be that folder. `None` where it is no home.
pub fn projects_in(path: &Path) -> Option<PathBuf> {
    let of_home = path.join("projects");
    if of_home.is_dir() && has_logs(&of_home) {
        return Some(of_home);
    }
    let folders = path.read_dir().into_iter().flatten().flatten();
    let mut folders = folders.map(|folder| folder.path());
    folders
        .any(|folder| is_project(&folder))
        .then(|| path.to_owned())
}

/// Tells whether a folder of it holds a log.
fn has_logs(projects: &Path) -> bool {
    let folders = projects.read_dir().into_iter().flatten().flatten();
    folders
        .map(|folder| folder.path())
        .any(|folder| logs_in(&folder).is_ok_and(|logs| !logs.is_empty()))
}

/// Tells whether a folder is one of a project.
pub fn is_project(path: &Path) -> bool {
    let logs = logs_in(path).unwrap_or_default();
    logs.iter().take(4).any(|log| is_log(&log.path))
}

/// Tells whether a file is a log of Claude Code, by its first lines.
pub fn is_log(path: &Path) -> bool {
    let is_named = path.extension().is_some_and(|it| it == "jsonl");
    let Some(ends) = is_named
        .then(|| Ends::of(path, LOOKED_AT, 0).ok())
        .flatten()
    else {
        return false;
    };
    ends.head().take(20).any(|line| {
        let line = line_text(line);
        let record = Record::parse(&line);
        record.is_some_and(|record| record.session_id.is_some() || record.leaf_uuid.is_some())
    })
}

/// The logs of sessions in a folder of a project.
///
/// # Errors
/// Those of the system.
pub fn logs_in(project: &Path) -> std::io::Result<Vec<LogFile>> {
    let logs = named(project, is_id)?;
    let logs = logs.into_iter().map(|(id, path)| LogFile { id, path });
    Ok(logs.collect())
}

/// The logs of sub-agents of a session: in its folder, and of old versions beside it.
pub fn agents_of(log: &LogFile) -> Vec<AgentFile> {
    let is_agent = |stem: &str| stem.strip_prefix("agent-").is_some_and(is_id);
    let of_session = log.path.with_extension("").join("subagents");
    let mut agents: Vec<(String, PathBuf)> = named(&of_session, is_agent).unwrap_or_default();
    let project = log.path.parent().unwrap_or(&log.path);
    let beside = named(project, is_agent).unwrap_or_default();
    agents.extend(beside.into_iter().filter(|(_, path)| is_of(path, &log.id)));
    let agents = agents.into_iter().map(|(id, path)| AgentFile {
        meta: meta(&path.with_extension("meta.json")),
        id,
        path,
    });
    agents.collect()
}

/// Tells whether the log of a sub-agent is one of a session.
fn is_of(path: &Path, session: &str) -> bool {
    let ends = Ends::of(path, LOOKED_AT, 0).ok();
    ends.is_some_and(|ends| {
        ends.head().take(4).any(|line| {
            let line = line_text(line);
            let record = Record::parse(&line);
            let id = record.and_then(|record| super::record::text(record.session_id));
            id.as_deref() == Some(session)
        })
    })
}

/// The regular files `<stem>.jsonl` of a folder, by their names. A link could lead to any file of the user.
fn named(
    folder: &Path,
    is_wanted: impl Fn(&str) -> bool,
) -> std::io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let stem = name.to_str().and_then(|name| name.strip_suffix(".jsonl"));
        let Some(stem) = stem.filter(|stem| is_wanted(stem)) else {
            continue;
        };
        if entry.file_type()?.is_file() {
            files.push((stem.to_owned(), entry.path()));
        }
    }
    files.sort();
    Ok(files)
}

/// Tells whether a name is an id: nothing that leads anywhere, and no log of another kind.
fn is_id(stem: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    !stem.is_empty() && stem.chars().all(is_allowed) && !stem.starts_with("agent-")
}

fn meta(path: &Path) -> Meta {
    let is_file = |it: &fs::Metadata| it.is_file() && it.len() <= LARGEST_META;
    let bytes = path
        .symlink_metadata()
        .ok()
        .filter(is_file)
        .and_then(|_| fs::read(path).ok());
    let Some(value) = bytes.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()) else {
        return Meta::default();
    };
    Meta {
        call: string(&value, "toolUseId"),
        description: string(&value, "description"),
        agent_type: string(&value, "agentType"),
    }
}
