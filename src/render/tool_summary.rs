//! One line on a tool call, in any format: what it was about and how it went.

use serde_json::Value;

use super::clock::{duration, number};
use super::words::{Words, fill};
use crate::model::{ToolPart, ToolStatus};

/// The field of the input that tells what a call was about, by tool. OpenCode's built-in tools;
/// for others the first of [`COMMON_FIELDS`] counts.
const SUBJECT_FIELDS: [(&str, &[&str]); 17] = [
    ("apply_patch", &["files"]),
    ("bash", &["command"]),
    ("edit", &["filePath", "path"]),
    ("glob", &["pattern"]),
    ("grep", &["pattern"]),
    ("invalid", &["tool"]),
    ("list", &["path"]),
    ("lsp", &["filePath"]),
    ("multiedit", &["filePath"]),
    ("question", &["question"]),
    ("read", &["filePath", "path"]),
    ("shell", &["command"]),
    ("skill", &["name"]),
    ("task", &["description"]),
    ("webfetch", &["url"]),
    ("websearch", &["query"]),
    ("write", &["filePath", "path"]),
];

const COMMON_FIELDS: [&str; 9] = [
    "command",
    "filePath",
    "path",
    "pattern",
    "query",
    "url",
    "name",
    "description",
    "title",
];

/// What a call was about.
#[derive(Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// A command, a path, a pattern, an address or a title.
    pub text: &'a str,
    /// Whether it is to be read letter by letter.
    pub is_literal: bool,
}

/// What a call was about; a path inside `folder` is shown relative to it.
pub fn subject<'a>(tool: &'a ToolPart, folder: Option<&str>) -> Option<Subject<'a>> {
    let by_tool = SUBJECT_FIELDS
        .iter()
        .find(|(name, _)| *name == tool.tool)
        .map(|(_, fields)| *fields);
    let field = |name: &&str| {
        tool.input
            .get(*name)
            .and_then(Value::as_str)
            .filter(|text| !text.trim().is_empty())
    };
    let from_input = match by_tool {
        Some(fields) => fields.iter().find_map(field),
        None => None,
    };
    let title = tool
        .title
        .as_deref()
        .filter(|title| !title.trim().is_empty());
    let is_title = from_input.is_none() && title.is_some();
    let text = from_input
        .or(title)
        .or_else(|| COMMON_FIELDS.iter().find_map(field))?;
    let is_prose = is_title || matches!(tool.tool.as_str(), "task" | "question");
    Some(Subject {
        text: relative(text, folder),
        is_literal: !is_prose,
    })
}

/// A path inside the session's folder, relative to it.
pub fn relative<'a>(path: &'a str, folder: Option<&str>) -> &'a str {
    folder
        .filter(|folder| !folder.is_empty())
        .and_then(|folder| path.strip_prefix(folder))
        .and_then(|rest| rest.strip_prefix(['/', '\\']))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(path)
}

/// How it went, a few words each: status, duration, exit code, counts.
pub fn facts(tool: &ToolPart, words: &Words) -> Vec<String> {
    let mut facts = vec![match &tool.status {
        ToolStatus::Pending => words.pending.to_owned(),
        ToolStatus::Running => words.running.to_owned(),
        ToolStatus::Completed => words.completed.to_owned(),
        ToolStatus::Error => words.failed.to_owned(),
        ToolStatus::Other(_) => words.unknown_status.to_owned(),
    }];
    facts.extend(tool.time.millis().map(duration));
    let metadata = |name: &str| tool.metadata.get(name);
    let count = |name: &str| {
        metadata(name)
            .and_then(Value::as_u64)
            .and_then(|count| usize::try_from(count).ok())
    };
    if let Some(exit) = metadata("exit").and_then(Value::as_f64) {
        facts.push(fill(words.exit_code, &[&number(exit)]));
    }
    match tool.tool.as_str() {
        "grep" => facts.extend(count("matches").map(|count| words.matches.of(count))),
        "glob" | "list" => facts.extend(count("count").map(|count| words.files.of(count))),
        _ => {}
    }
    facts.extend(line_changes(tool));
    if tool.compacted.is_some() {
        facts.push(words.output_pruned.to_owned());
    }
    facts
}

/// `+1 −1`, from what edit tools note.
fn line_changes(tool: &ToolPart) -> Option<String> {
    let diff = tool.metadata.get("filediff")?;
    let lines = |name: &str| diff.get(name).and_then(Value::as_f64);
    Some(format!(
        "+{} \u{2212}{}",
        number(lines("additions")?),
        number(lines("deletions")?)
    ))
}

/// The session that a task tool started.
pub fn child_session(tool: &ToolPart) -> Option<&str> {
    ["sessionId", "sessionID"]
        .iter()
        .find_map(|name| tool.metadata.get(*name))
        .and_then(Value::as_str)
}
