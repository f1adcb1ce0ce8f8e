//! The folders of Codex: `sessions/<year>/<month>/<day>/rollout-<time>-<thread>[_<rollout>].jsonl`, compressed ones with
//! `.zst` behind it, `archived_sessions/` without folders of days, and `sessions/rollout-<day>-<id>.json` of the program
//! in TypeScript.
//!
//! Only the index of titles is read of the rest of the home: it holds keys, the prompts of all sessions, and what a
//! shell exported.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::form::{self, Form};
use super::record::{Record, Type, text};
use crate::model::Notes;
use crate::regular_file;
use crate::source::json_lines::Ends;
use crate::source::parts::string;

/// How much of a file is read for its first line, in bytes: it holds instructions of tens of kilobytes.
const HEAD: u64 = 64 * 1024;
const LONG_HEAD: u64 = 2 * 1024 * 1024;
/// How much of the index of titles is read, in bytes.
const LARGEST_INDEX: u64 = 32 * 1024 * 1024;
/// Folders of years, months and days.
const DEPTH: usize = 3;

/// A file of a thread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rollout {
    /// When it was begun, as its name says, in the local time of then.
    pub stamp: String,
    /// What a file is called that continues a thread after the user went back.
    pub part: Option<String>,
    /// The thread.
    pub thread: String,
    pub path: PathBuf,
    pub is_archived: bool,
    pub form: Form,
}

/// Where lines before those of a file stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// A thread, or one file of it.
    pub id: String,
    /// The first line that does not belong to it.
    pub end_ordinal: u64,
    pub end_byte: u64,
}

/// What the first line of a file says.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub id: Option<String>,
    /// The session that started this one as a sub-agent.
    pub parent: Option<String>,
    pub is_agent: bool,
    pub forked_from: Option<String>,
    pub base: Option<Base>,
    /// The number of the first line that is not a copy of the starter's.
    pub own_from: Option<u64>,
    pub created: Option<i64>,
    pub directory: Option<String>,
    pub version: Option<String>,
    pub provider: Option<String>,
    pub agent: Option<String>,
    pub agent_path: Option<String>,
}

impl Rollout {
    /// When it was begun. Its id of version 7 tells it for sure: the time in its name is local, and may go back where
    /// the zone changes.
    pub fn began(&self) -> (Option<i64>, &str) {
        let id = self.part.as_deref().unwrap_or(&self.thread);
        (began(id), &self.stamp)
    }
}

/// When an id of version 7 was made, in milliseconds since the Unix epoch.
pub fn began(id: &str) -> Option<i64> {
    let digits: String = id.chars().filter(|c| *c != '-').collect();
    let is_of_time = digits.len() == 32 && digits.as_bytes().get(12) == Some(&b'7');
    i64::from_str_radix(digits.get(..12)?, 16)
        .ok()
        .filter(|_| is_of_time)
}

impl Head {
    /// What a first line says; `None` where it is no line of Codex.
    pub fn of(record: &Record) -> Option<Self> {
        if record.of != Type::Meta {
            return None;
        }
        let payload = &record.payload;
        let get = |name: &str| string(payload, name).filter(|it| !it.is_empty());
        let base = payload.get("history_base").and_then(|base| {
            let number = |name: &str| base.get(name).and_then(Value::as_u64);
            Some(Base {
                id: string(base, "thread_id")?,
                end_ordinal: number("end_ordinal_exclusive").unwrap_or(u64::MAX),
                end_byte: number("end_byte_offset").unwrap_or(u64::MAX),
            })
        });
        let of_agent = payload.get("source").and_then(|it| it.get("subagent"));
        let spawn = of_agent.and_then(|it| it.get("thread_spawn"));
        let of_spawn = |name: &str| spawn.and_then(|it| string(it, name));
        let role = of_spawn("agent_role").or_else(|| get("agent_role"));
        let review = of_agent.and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            id: get("id"),
            parent: get("parent_thread_id").or_else(|| of_spawn("parent_thread_id")),
            is_agent: of_agent.is_some(),
            forked_from: get("forked_from_id"),
            base,
            own_from: payload
                .get("subagent_history_start_ordinal")
                .and_then(Value::as_u64),
            created: super::record::millis(text(payload, "timestamp")).or(record.time),
            directory: get("cwd"),
            version: get("cli_version"),
            provider: get("model_provider"),
            agent: role
                .or(review)
                .or_else(|| get("agent_nickname"))
                .or_else(|| of_spawn("agent_nickname")),
            agent_path: get("agent_path").or_else(|| of_spawn("agent_path")),
        })
    }

    /// Reads the first line of a file.
    pub fn read(rollout: &Rollout) -> Option<Self> {
        [HEAD, LONG_HEAD].into_iter().find_map(|bytes| {
            let head = beginning(rollout, bytes)?;
            let line = head.split(|byte| *byte == b'\n').next()?;
            Self::of(&Record::parse(line, &mut Notes::default())?)
        })
    }
}

/// The beginning of a file.
pub fn beginning(rollout: &Rollout, bytes: u64) -> Option<Vec<u8>> {
    let file = regular_file::open(&rollout.path).ok()?;
    form::beginning(file, rollout.form, bytes).ok()
}

/// Tells whether a folder is a home of Codex, or the folder of its sessions.
pub fn is_home(path: &Path) -> bool {
    let is_it = |path: &Path| !rollouts_in(path, DEPTH, true, false).is_empty();
    is_it(&path.join("sessions"))
        || is_it(&path.join("archived_sessions"))
        || is_it(path) && !path.join("projects").is_dir()
}

/// Tells whether a file is a rollout, by its first line.
pub fn is_rollout(path: &Path) -> bool {
    let is_log = [".jsonl.zst", ".jsonl"]
        .iter()
        .any(|end| name_of(path).ends_with(end));
    if !is_log && named(path, false).is_none() {
        return false;
    }
    rollout_at(path, false).is_some_and(|rollout| has_lines(&rollout))
}

/// Tells whether the beginning of a file has a line of Codex: the first one may be damaged.
fn has_lines(rollout: &Rollout) -> bool {
    let is_known = |line: &[u8]| {
        let record = Record::parse(line, &mut Notes::default());
        record.is_some_and(|record| record.of != Type::Unknown)
    };
    beginning(rollout, LONG_HEAD)
        .is_some_and(|head| head.split(|byte| *byte == b'\n').take(64).any(is_known))
}

fn name_of(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

/// The home that a file stands in.
pub fn home_of(file: &Path) -> Option<PathBuf> {
    let is_folder =
        |folder: &&Path| folder.ends_with("sessions") || folder.ends_with("archived_sessions");
    file.ancestors()
        .skip(1)
        .find(is_folder)?
        .parent()
        .map(Path::to_owned)
}

/// A file that a person named, whatever it is called.
pub fn rollout_at(path: &Path, is_archived: bool) -> Option<Rollout> {
    if let Some(rollout) = named(path, is_archived) {
        return Some(rollout);
    }
    let stem = name_of(path);
    let form = match stem.ends_with(".zst") {
        true => Form::Packed,
        false => Form::Lines,
    };
    let mut rollout = Rollout {
        stamp: String::new(),
        part: None,
        thread: String::new(),
        path: path.to_owned(),
        is_archived,
        form,
    };
    rollout.thread = Head::read(&rollout)?.id?;
    Some(rollout)
}

/// A file that has the name of a rollout.
fn named(path: &Path, is_archived: bool) -> Option<Rollout> {
    let name = name_of(path);
    let ends = [
        (".jsonl", Form::Lines, "2026-11-27T08-39-35"),
        (".jsonl.zst", Form::Packed, "2026-11-27T08-39-35"),
        (".json", Form::Whole, "2025-04-17"),
    ];
    let (stem, form, stamp) = ends
        .into_iter()
        .find_map(|(end, form, stamp)| Some((name.strip_suffix(end)?, form, stamp)))?;
    let rest = stem.strip_prefix("rollout-")?;
    let (stamp, rest) = rest.split_at_checked(stamp.len())?;
    let ids = rest.strip_prefix('-')?;
    let (thread, part) = match ids.split_once('_') {
        Some((thread, part)) => (thread, Some(part.to_owned())),
        None => (ids, None),
    };
    let is_id =
        |id: &str| id.len() >= 8 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_named = is_id(thread) && part.as_deref().is_none_or(is_id);
    is_named.then(|| Rollout {
        stamp: stamp.to_owned(),
        part,
        thread: thread.to_owned(),
        path: path.to_owned(),
        is_archived,
        form,
    })
}

/// Tells whether a folder is one of a year, a month or a day.
fn is_date(folder: &Path) -> bool {
    let name = name_of(folder);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// The rollouts of a folder and of the folders in it. A link could lead to any file of the user.
fn rollouts_in(
    folder: &Path,
    depth: usize,
    is_any_enough: bool,
    is_archived: bool,
) -> Vec<Rollout> {
    let mut found = Vec::new();
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let Ok(file_type) = entry.file_type() else {
            continue;
        };
        if file_type.is_dir() && depth > 0 && is_date(&entry.path()) {
            found.extend(rollouts_in(
                &entry.path(),
                depth - 1,
                is_any_enough,
                is_archived,
            ));
        } else if file_type.is_file() {
            found.extend(named(&entry.path(), is_archived));
        }
        if is_any_enough && !found.is_empty() {
            break;
        }
    }
    found
}

/// The rollouts of a home, or of a folder of sessions.
pub fn rollouts(path: &Path) -> Vec<Rollout> {
    let mut found = rollouts_in(&path.join("sessions"), DEPTH, false, false);
    found.extend(rollouts_in(&path.join("archived_sessions"), 0, false, true));
    if found.is_empty() {
        found = rollouts_in(path, DEPTH, false, path.ends_with("archived_sessions"));
    }
    // Where both are there, the one that is not compressed is newer.
    found.sort_by(|a, b| (a.form, a).cmp(&(b.form, b)));
    let mut seen = HashSet::new();
    found.retain(|it| seen.insert((it.thread.clone(), it.part.clone(), it.stamp.clone())));
    found.sort();
    found
}

/// The titles of sessions: of several for one the last.
pub fn titles(home: &Path) -> HashMap<String, String> {
    let path = home.join("session_index.jsonl");
    let is_file = path.symlink_metadata().is_ok_and(|it| it.is_file());
    let Some(file) = regular_file::open(&path).ok().filter(|_| is_file) else {
        return HashMap::new();
    };
    let lines = BufReader::new(file.take(LARGEST_INDEX)).split(b'\n');
    let mut titles = HashMap::new();
    for line in lines.map_while(Result::ok) {
        let Ok(value) = serde_json::from_slice::<Value>(&line) else {
            continue;
        };
        let title = text(&value, "thread_name").trim();
        let is_short = title.len() <= 4096;
        if let Some(id) = string(&value, "id").filter(|_| !title.is_empty() && is_short) {
            titles.insert(id, title.to_owned());
        }
    }
    titles
}

/// The beginning and the end of a file that is not compressed.
pub fn ends(rollout: &Rollout, head: u64, tail: u64) -> Option<Ends> {
    (rollout.form == Form::Lines)
        .then(|| Ends::of(&rollout.path, head, tail).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_version_7_tells_when_it_was_made() {
        let turn = "01a21bef-d28d-7962-bcc1-64c51eaac203";
        assert_eq!(began(turn), Some(0x01a2_1bef_d28d));
        assert_eq!(began("1bf8a107-47e7-4ef1-8d9f-5460416b5924"), None);
        assert_eq!(began("x"), None);
    }
}
